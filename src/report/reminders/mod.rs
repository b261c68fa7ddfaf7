//! Who has reported and who has not, and the 催报通知 for those who have not: one page each, from a Word template.
//! Nothing is sent.

mod standing;
mod template_file;
mod words;

use std::collections::BTreeMap;

use jiff::civil::Date;
use minijinja::Value;

use crate::combine::Facts;
use crate::plan::{Period, Plan, chinese_date};

use super::ooxml::Parts;
use super::word::surround::core_properties;
use super::word::template::{self, TemplateError, TemplateErrors, Values, Variable};

pub(crate) use standing::{DepartmentStanding, Gap, Progress, chased, standings};
pub use template_file::default_template;

use template_file::NAMES;

/// The folder of a month's package.
pub(crate) const FOLDER: &str = "催报";

/// What the office says about its notices.
#[derive(Debug)]
pub(crate) struct NoticeOptions<'a> {
    /// The office's own template; `None`: the shipped one.
    pub template: Option<&'a [u8]>,
    /// The date the notices bear, if it was given and lies behind the due date (before it nobody is late); else a blank to fill
    /// in. One that names a later day bears that day.
    pub date: Date,
    /// By when to report; `None`: a blank to fill in.
    pub until: Option<Date>,
}

/// A notice for every department that has something outstanding: file name → document. A month measured to a day inside it
/// reminds nobody.
pub(crate) fn notices(
    plan: &Plan,
    facts: &Facts,
    standings: &[DepartmentStanding],
    options: &NoticeOptions,
) -> Result<BTreeMap<String, Vec<u8>>, TemplateErrors> {
    if facts.as_of.is_some() {
        return Ok(BTreeMap::new());
    }
    let parts = Parts::read(match options.template {
        Some(template) => template,
        None => default_template()?,
    })?;
    let mistakes = template::check(&parts, &NAMES);
    if !mistakes.is_empty() {
        return Err(TemplateErrors(mistakes));
    }
    let mut chased = standings.iter().filter(|s| s.is_chased()).peekable();
    if chased.peek().is_none() {
        return Ok(BTreeMap::new());
    }
    let written = parts.write()?;
    let heading = title(plan, facts.period).replace('\n', "");
    chased
        .map(|standing| {
            let (date, values) = values(plan, facts, standing, options);
            let mut notice = parts.clone();
            template::fill(&mut notice, &NAMES, &values, &BTreeMap::new())?;
            core_properties(&mut notice, &heading, &plan.issuer, date);
            Ok((
                notice_name(&standing.name),
                notice.write_like(&parts, &written)?,
            ))
        })
        .collect()
}

/// What a department's notice is called.
pub(crate) fn notice_name(department: &str) -> String {
    format!("{department}催报通知.docx")
}

/// Every mistake of a notice's template, located; empty when it can be filled.
pub(crate) fn check_template(bytes: &[u8]) -> Vec<TemplateError> {
    match Parts::read(bytes) {
        Ok(parts) => template::check(&parts, &NAMES),
        Err(error) => vec![error.into()],
    }
}

/// What a template can use, with the values of the month's first notice; empty ones where there is none to write.
pub(crate) fn variables(
    plan: &Plan,
    facts: &Facts,
    standings: &[DepartmentStanding],
    options: &NoticeOptions,
) -> Vec<Variable> {
    let first = standings.iter().find(|s| s.is_chased());
    let values = first.map(|s| values(plan, facts, s, options).1);
    template::variables(&NAMES, &values.unwrap_or_default())
}

fn title(plan: &Plan, period: Period) -> String {
    format!(
        "关于催报{}{}\n进展情况的通知",
        period.chinese(),
        plan.short_title
    )
}

/// A notice's date and what its template is filled with.
fn values(
    plan: &Plan,
    facts: &Facts,
    standing: &DepartmentStanding,
    options: &NoticeOptions,
) -> (Date, Values) {
    let period = facts.period;
    let late = standing
        .received
        .filter(|_| standing.progress == Progress::Late);
    let date = options.date.max(late.unwrap_or(options.date));
    let dated = if facts.is_dated && options.date > standing.due {
        chinese_date(date)
    } else {
        BLANK_DATE.to_owned()
    };
    let words = words::words(standing, &plan.short_title, period, options.until);
    let submitted = match standing.progress {
        Progress::OnTime => "按时报送（有漏报）".to_owned(),
        Progress::Submitted => "已报送（有漏报）".to_owned(),
        _ => standing.submitted.to_string(),
    };
    let values = [
        ("发文单位", plan.issuer.clone()),
        ("文号", NUMBER.to_owned()),
        ("标题", title(plan, period)),
        ("单位", standing.name.clone()),
        ("报送情况", submitted),
        ("期间", period.chinese()),
        ("截止日期", chinese_date(standing.due)),
        ("要求", words.request),
        ("日期", dated),
        (
            "联系电话",
            plan.briefing
                .telephone
                .clone()
                .unwrap_or_else(|| BLANK_TELEPHONE.to_owned()),
        ),
    ]
    .map(|(name, text)| (name, Value::from(text)));
    let body = ("正文", Value::from(words.body));
    (date, values.into_iter().chain([body]).collect())
}

/// What a run's notices leave to be filled in by hand where they are made from the shipped template.
pub(crate) fn blanks(plan: &Plan) -> Vec<&'static str> {
    let all = ["文号", "补报期限", "联系人", "联系电话"];
    let is_known = |name: &&str| *name == "联系电话" && plan.briefing.telephone.is_some();
    all.into_iter().filter(|name| !is_known(name)).collect()
}

const BLANK_TELEPHONE: &str = "　　　　　　　";
const BLANK_DATE: &str = "　　　　年　　月　　日";
/// A letter's number is the office's to give: left to be filled in by hand.
const NUMBER: &str = "　　〔　　　　〕　　号";
