//! The 简报: its words, the data its template uses, the shipped template and the finished document.
//!
//! | module | what |
//! |---|---|
//! | `sentences` | the paragraphs, each number in them a figure's own text |
//! | `pages` | how many laggards the body's three pages have room for |
//! | `annex`, `tables` | the table of all tasks, the laggards that did not fit, the chart |
//! | `model`, `names` | all of it as values under the names that templates use |
//! | `layout` | the shipped template |

mod annex;
mod layout;
mod model;
mod names;
mod options;
mod pages;
pub(crate) mod quote;
mod rows;
mod sentences;
mod tables;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_sentences;

use crate::combine::Facts;
use crate::combine::facts::TaskFacts;
use crate::plan::Plan;
use crate::report::ooxml::escape::escape;
use crate::report::ooxml::tree::{Element, Node, XmlError};
use crate::report::ooxml::{PackageError, Parts};
use crate::report::word::surround::core_properties;
use crate::report::word::template::{self, TemplateError, TemplateErrors, Variable};
use crate::report::word::{DOCUMENT, W, chart};

pub use layout::default_template;
pub(crate) use options::BriefingOptions;

use model::Model;
use names::NAMES;
use sentences::Context;

/// The month's briefing from a template.
pub(crate) fn render(
    template: &[u8],
    facts: &Facts,
    plan: &Plan,
    options: &BriefingOptions,
) -> Result<Vec<u8>, TemplateErrors> {
    let mut parts = Parts::read(template)?;
    let mistakes = check(&parts);
    if !mistakes.is_empty() {
        return Err(TemplateErrors(mistakes));
    }
    let model = Model::new(facts, plan, options);
    if !annex::is_drawn(Context::new(facts, plan)) {
        without_chart(&mut parts)?;
    }
    let bad = |e: XmlError| PackageError::Write(e.0);
    let mut places = Vec::new();
    for place in template::used_places(&parts, &NAMES) {
        let xml = match place.as_str() {
            "表_一览" => tables::overview(&model.rows).map_err(bad)?,
            "表_滞后" if model.overflow.is_empty() => String::new(),
            "表_滞后" => tables::laggards(&model.overflow).map_err(bad)?,
            _ => match annex::chart(Context::new(facts, plan)) {
                Some((comparison, note)) => {
                    let drawn = chart::insert(&mut parts, DOCUMENT, &comparison)?;
                    match note.as_str() {
                        "" => drawn,
                        note => drawn + &paragraph("TableText", note),
                    }
                }
                None => paragraph("BodyText", "本期无可比较的完成率。"),
            },
        };
        places.push((place, xml));
    }
    template::fill(
        &mut parts,
        &NAMES,
        &model.values,
        &places.into_iter().collect(),
    )?;
    core_properties(&mut parts, &model.title, &plan.issuer, model.date);
    Ok(parts.write()?)
}

/// Where there is no chart, its annex goes, from its number to its place, also in a template that asks for neither.
fn without_chart(parts: &mut Parts) -> Result<(), PackageError> {
    let mut root = parts.xml(DOCUMENT)?;
    root.walk_mut(&mut |e| {
        let of = |n: &Node| {
            let own = n.element().filter(|p| p.name == "w:p");
            own.map(|p| p.text_of("w:t")).unwrap_or_default()
        };
        let at = |name: &str| e.children.iter().position(|n| of(n).contains(name));
        let (Some(mut from), Some(to)) = (at("图附件号"), at("图_进度")) else {
            return;
        };
        let all = e.children.get(from..=to).unwrap_or_default();
        let has = |n: &Node, name: &str| {
            let mut found = false;
            let mut look = |e: &Element| found |= e.name == name;
            if let Some(e) = n.element() {
                e.walk(&mut look);
            }
            found
        };
        // A condition of the template's own that begins or ends in it says what stands.
        let text: String = all.iter().map(of).collect();
        let is_whole = text.matches("endif").count() * 2 == text.matches("{%").count();
        if !is_whole || all.is_empty() || all.iter().any(|n| has(n, "w:sectPr")) {
            return;
        }
        let is_break = |n: &Node| of(n).is_empty() && has(n, "w:br") && !has(n, "w:sectPr");
        from -= usize::from(from > 0 && is_break(&e.children[from - 1]));
        e.children.drain(from..=to);
    });
    parts.set_xml(DOCUMENT, &root);
    Ok(())
}

/// The sentence that the paper opens with: how many tasks stand where.
pub(crate) fn opening(facts: &Facts, plan: &Plan) -> String {
    sentences::overview::split(Context::new(facts, plan))
}

/// What a leader is told in the workbook under the table of the worst: promises that fell due, what is unmet, what is asked.
pub(crate) fn key_points(facts: &Facts, plan: &Plan) -> Vec<String> {
    sentences::key_points::paragraphs(Context {
        table: "“一览表”",
        ..Context::new(facts, plan)
    })
}

/// Of a laggard: why, what comes next, and when it is to be done, a line each.
pub(crate) fn explained(facts: &Facts, plan: &Plan, task: &TaskFacts) -> Vec<String> {
    sentences::laggards::explained(Context::new(facts, plan), task, QUOTED)
}

/// Characters of a department's own words where there is room.
const QUOTED: usize = 120;

fn paragraph(style: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>",
        escape(text)
    )
}

/// Every mistake of a template, located; empty when it can be filled.
pub(crate) fn check_template(bytes: &[u8]) -> Vec<TemplateError> {
    match Parts::read(bytes) {
        Ok(parts) => check(&parts),
        Err(error) => vec![error.into()],
    }
}

fn check(parts: &Parts) -> Vec<TemplateError> {
    match parts.xml(DOCUMENT) {
        Ok(root) if root.get("xmlns:w").as_deref() == Some(W) => template::check(parts, &NAMES),
        Ok(_) => vec![
            PackageError::Damaged(
                "不是普通的Word文档，请在Word或WPS中另存为“Word文档（.docx）”".to_owned(),
            )
            .into(),
        ],
        Err(error) => vec![error.into()],
    }
}

/// What a template can use, with this month's values.
pub(crate) fn variables(facts: &Facts, plan: &Plan, options: &BriefingOptions) -> Vec<Variable> {
    let model = Model::new(facts, plan, options);
    template::variables(&NAMES, &model.values)
}
