//! The 简报: its words, its data model, the shipped template and the finished document.

mod annex;
mod document;
#[cfg(test)]
mod fixture;
mod layout;
mod model;
mod names;
mod pages;
pub mod quote;
mod rows;
mod sentences;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_sentences;

use jiff::civil::Date;

use crate::combine::Facts;
use crate::plan::{Briefing, Plan, Task};
use crate::report::word::{Package, PackageError};

pub use crate::report::word::template::{TemplateError, TemplateErrors, Variable};
pub use layout::default_template;
pub use names::NAMES;

/// What flags of `run` say about the briefing; they outrank the plan's `[briefing]`.
#[derive(Debug, Clone, Default)]
pub struct BriefingOptions {
    /// 征求意见稿 in the head.
    pub draft: bool,
    /// 期号, without 第…期.
    pub issue_number: Option<String>,
    /// 文号 as printed.
    pub document_number: Option<String>,
    /// 签发人.
    pub signer: Option<String>,
    /// 报, 送, 发; empty: the plan's.
    pub to: Vec<String>,
    pub send: Vec<String>,
    pub distribute: Vec<String>,
    /// 共印.
    pub copies: Option<u32>,
    /// The date the briefing bears; `None`: the facts' date.
    pub date: Option<Date>,
}

/// What the briefing takes from the plan; everything that is a figure comes from [`Facts`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Office<'a> {
    pub title: &'a str,
    pub short_title: &'a str,
    pub issuer: &'a str,
    pub briefing: &'a Briefing,
    /// The plan's tasks; [`crate::combine::facts::TaskFacts::task`] points into them.
    pub tasks: &'a [Task],
}

impl<'a> From<&'a Plan> for Office<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            title: &plan.title,
            short_title: &plan.short_title,
            issuer: &plan.issuer,
            briefing: &plan.briefing,
            tasks: &plan.tasks,
        }
    }
}

/// The month's briefing from a template.
pub fn render(
    template: &[u8],
    facts: &Facts,
    plan: &Plan,
    options: &BriefingOptions,
) -> Result<Vec<u8>, TemplateErrors> {
    document::render(template, facts, plan.into(), options)
}

/// Every mistake of a template, located; empty when it can be filled.
pub fn check_template(bytes: &[u8]) -> Vec<TemplateError> {
    match Package::read(bytes) {
        Ok(package) => document::check(&package),
        Err(error) => vec![error.into()],
    }
}

/// What a template can use, with this month's values.
pub fn variables(facts: &Facts, plan: &Plan, options: &BriefingOptions) -> Vec<Variable> {
    names::variables(&model::Model::new(facts, plan.into(), options))
}

/// A template that cannot be read or written at all.
pub type Error = PackageError;
