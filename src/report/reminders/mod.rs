//! Who has reported and who has not, and the 催报通知 for those who have not: one page each, from a Word template.
//! Nothing is sent.

mod standing;
mod template;
mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;
use minijinja::Value;

use crate::combine::Facts;
use crate::plan::{Period, Plan, chinese_date};

use super::word::finish::core_properties;
use super::word::template::{TemplateError, TemplateErrors, Variable, check, fill};
use super::word::{Package, PackageError, Written};

pub use standing::{
    Gap, MissingValue, Owed, Progress, Reason, Standing, chased, missing_value, standings,
};
pub use template::{NAMES, default_template};

/// The folder of a month's package.
pub const FOLDER: &str = "催报";

/// What the office says about its notices.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The office's own template; `None`: the shipped one.
    pub template: Option<&'a [u8]>,
    /// The date the notices bear; one that speaks of a later day bears that day.
    pub date: Date,
    /// By when to report; `None`: the period's due date, and at once where it has passed.
    pub until: Option<Date>,
}

/// A notice for every department that has something outstanding: file name → document. A month measured to a day inside it
/// chases nobody.
///
/// # Errors
/// The template's mistakes.
pub fn notices(
    plan: &Plan,
    facts: &Facts,
    standings: &[Standing],
    options: &Options,
) -> Result<BTreeMap<String, Vec<u8>>, TemplateErrors> {
    let mut notices = BTreeMap::new();
    if facts.as_of.is_some() {
        return Ok(notices);
    }
    let template = match options.template {
        Some(template) => template,
        None => default_template()?,
    };
    let package = Package::read(template)?;
    let mistakes = check(&package, &NAMES);
    if !mistakes.is_empty() {
        return Err(TemplateErrors(mistakes));
    }
    let mut chased = standings.iter().filter(|s| s.is_chased()).peekable();
    if chased.peek().is_none() {
        return Ok(notices);
    }
    let template = Written::new(package)?;
    for standing in chased {
        notices.insert(
            file_name(standing),
            notice(plan, facts.period, standing, &template, options)?,
        );
    }
    Ok(notices)
}

/// `公安分局催报通知.docx`.
pub fn file_name(standing: &Standing) -> String {
    format!("{}催报通知.docx", standing.name)
}

/// Every mistake of a notice's template, located; empty when it can be filled.
pub fn check_template(bytes: &[u8]) -> Vec<TemplateError> {
    match Package::read(bytes) {
        Ok(package) => check(&package, &NAMES),
        Err(error) => vec![error.into()],
    }
}

/// What a template can use, with the values of the first notice of the month; without any to write, they are empty.
pub fn variables(
    plan: &Plan,
    facts: &Facts,
    standings: &[Standing],
    options: &Options,
) -> Vec<Variable> {
    let values = standings
        .iter()
        .find(|s| s.is_chased())
        .map(|s| values(plan, facts.period, s, options).1)
        .unwrap_or_default();
    let value = |name: &str| {
        let value = values.get(name.trim_end_matches("[]"));
        let first = value.and_then(|v| {
            if name.ends_with("[]") {
                v.get_item(&Value::from(0)).ok()
            } else {
                Some(v.clone())
            }
        });
        first.map(|v| v.to_string()).unwrap_or_default()
    };
    NAMES
        .values
        .iter()
        .map(|(name, meaning)| Variable {
            name,
            meaning,
            value: value(name),
        })
        .collect()
}

fn notice(
    plan: &Plan,
    period: Period,
    standing: &Standing,
    template: &Written,
    options: &Options,
) -> Result<Vec<u8>, TemplateErrors> {
    let (date, values) = values(plan, period, standing, options);
    let mut package = template.package().clone();
    fill(&mut package, &NAMES, &values, &BTreeMap::new())?;
    core_properties(
        &mut package,
        &title(plan, period).replace('\n', ""),
        &plan.issuer,
        date,
    );
    package
        .write_like(template)
        .map_err(|e: PackageError| e.into())
}

fn title(plan: &Plan, period: Period) -> String {
    format!(
        "关于报送{}{}\n进展情况的催报通知",
        period.chinese(),
        plan.short_title
    )
}

/// A notice's date and what its template is filled with.
fn values(
    plan: &Plan,
    period: Period,
    standing: &Standing,
    options: &Options,
) -> (Date, BTreeMap<String, Value>) {
    let date = options.date.max(
        standing
            .received
            .filter(|_| standing.progress == Progress::Late)
            .unwrap_or(options.date),
    );
    let words = words::words(standing, &plan.short_title, period, options.until);
    let submitted = if standing.progress == Progress::OnTime {
        format!("{}（有漏报）", standing.submitted)
    } else {
        standing.submitted.to_owned()
    };
    let values = [
        ("发文单位", Value::from(plan.issuer.as_str())),
        ("文号", Value::from(NUMBER)),
        ("标题", Value::from(title(plan, period))),
        ("单位", Value::from(standing.name.as_str())),
        ("报送情况", Value::from(submitted)),
        ("期间", Value::from(period.chinese())),
        ("截止日期", Value::from(chinese_date(standing.due))),
        ("正文", Value::from(words.body)),
        ("要求", Value::from(words.request)),
        ("日期", Value::from(chinese_date(date))),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    (date, values.into())
}

/// A letter's number is the office's to give: left to be filled in by hand.
const NUMBER: &str = "　　〔　　　　〕　　号";
