//! `duban template check` and `duban template vars`.

use std::fs;
use std::path::Path;

use crate::intake::text::one_line;
use crate::report::briefing::{self, BriefingOptions};
use crate::report::reminders;

use crate::cli::{
    args::{Format, MonthArg, Places, TemplateKind},
    error::Error,
    exit::{CLEAN, FINDINGS},
    next::next,
    terminal::Terminal,
    view::View,
};

/// Every mistake of a template, each with the paragraph it stands in.
pub fn check(
    path: &Path,
    kind: TemplateKind,
    format: Format,
    terminal: &Terminal,
) -> Result<u8, Error> {
    let bytes = fs::read(path).map_err(|e| Error::io("无法读取模板", path, e))?;
    let errors = match kind {
        TemplateKind::Briefing => briefing::check_template(&bytes),
        TemplateKind::Reminder => reminders::check_template(&bytes),
    };
    match format {
        Format::Json => Terminal::json(&errors)?,
        Format::Text if errors.is_empty() => terminal.line("模板没有问题。"),
        Format::Text => {
            for error in &errors {
                terminal.line(error.to_string());
            }
            let kind = match kind {
                TemplateKind::Briefing => "",
                TemplateKind::Reminder => " --kind reminder",
            };
            terminal.line(format!(
                "共{}处。可用的名称见：{}",
                errors.len(),
                next(&format!("template vars{kind}"))
            ));
        }
    }
    Ok(if errors.is_empty() { CLEAN } else { FINDINGS })
}

/// What a template can use, with a month's values.
pub fn vars(
    places: &Places,
    month: &MonthArg,
    kind: TemplateKind,
    format: Format,
    terminal: &Terminal,
) -> Result<u8, Error> {
    let period = places.period(month)?;
    let View { plan, facts, .. } = View::month(period, places, None, terminal)?;
    let variables = match kind {
        TemplateKind::Briefing => briefing::variables(&facts, &plan, &BriefingOptions::default()),
        TemplateKind::Reminder => {
            let options = reminders::NoticeOptions {
                template: None,
                date: facts.date,
                until: None,
            };
            reminders::variables(
                &plan,
                &facts,
                &reminders::standings(&plan, &facts),
                &options,
            )
        }
    };
    match format {
        Format::Json => {
            Terminal::json(&serde_json::json!(variables))?;
        }
        Format::Text => {
            for v in &variables {
                let value = one_line(&v.value, 100);
                terminal.line(format!("{}  {}\n    {value}", v.name, v.meaning));
            }
        }
    }
    Ok(CLEAN)
}
