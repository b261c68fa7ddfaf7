//! records.csv: one row per reporter × indicator of the plan, in plan order.

use std::borrow::Cow;
use std::io::{self, Write};

use compact_str::ToCompactString as _;

use crate::combine::Facts;
use crate::intake::number_text::number_text;
use crate::plan::Plan;

const HEAD: [&str; 18] = [
    "period",
    "department",
    "task",
    "indicator",
    "kind",
    "value",
    "unit",
    "status",
    "done",
    "target",
    "rate",
    "schedule",
    "grade",
    "state",
    "raw",
    "file",
    "sheet",
    "cell",
];

/// UTF-8 with a byte-order mark, as spreadsheet programs expect it.
///
/// What writing gives, as it stands: it tells a full disk from a limit.
pub fn write(facts: &Facts, plan: &Plan, mut out: impl Write) -> io::Result<()> {
    out.write_all(&[0xef, 0xbb, 0xbf])?;
    rows(facts, plan, out).map_err(|e| match e.into_kind() {
        csv::ErrorKind::Io(e) => e,
        other => io::Error::other(format!("{other:?}")),
    })
}

fn rows(facts: &Facts, plan: &Plan, out: impl Write) -> Result<(), csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    writer.write_record(HEAD)?;
    let period = facts.period.to_string();
    let number = |n: Option<f64>| n.map(number_text).unwrap_or_default();
    let mut row = csv::ByteRecord::new();
    for slot in &facts.slots {
        let source = slot.source.as_deref();
        let ind = &plan.indicators[slot.indicator];
        let fields: [&str; HEAD.len()] = [
            &period,
            &plan.departments[slot.department].id,
            &plan.tasks[slot.task].no.to_compact_string(),
            &ind.id,
            ind.kind.as_str(),
            &number(slot.value),
            &ind.unit.text,
            slot.milestone
                .map(crate::plan::MilestoneState::name)
                .unwrap_or_default(),
            &slot.done_on.map(|d| d.to_string()).unwrap_or_default(),
            &number(slot.target),
            &number(slot.rate),
            &number(slot.schedule),
            slot.grade.map(crate::plan::Grade::name).unwrap_or_default(),
            slot.state.as_str(),
            &plain(source.map_or("", |s| &s.raw)),
            &plain(source.map_or("", |s| &s.place.file)),
            &plain(source.map_or("", |s| &s.place.sheet)),
            &source.map(|s| s.cell.name()).unwrap_or_default(),
        ];
        row.clear();
        row.extend(fields);
        writer.write_byte_record(&row)?;
    }
    Ok(writer.flush()?)
}

/// What a spreadsheet program takes for the beginning of a formula, in an East Asian one also at full width.
pub(crate) const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Text that a spreadsheet program would take for a formula is led by an apostrophe.
pub(crate) fn plain(raw: &str) -> Cow<'_, str> {
    let is_risky = |text: &str| text.starts_with(FORMULA) || text.starts_with(['\t', '\n']);
    // Control codes are bytes below the blank, or begin with one of two others: a look at the bytes clears nearly every text.
    let may_be_control = |b: u8| b < 0x20 || matches!(b, 0x7f | 0xc2);
    if !raw
        .bytes()
        .fold(false, |found, b| found | may_be_control(b))
        && !is_risky(raw)
    {
        return raw.into();
    }
    let is_kept = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    let text: Cow<str> = if raw.chars().all(is_kept) {
        raw.into()
    } else {
        raw.chars()
            .filter(|c| is_kept(*c))
            .collect::<String>()
            .into()
    };
    // A dash alone is a placeholder, and -3 a number.
    let dashes = text.chars().all(|c| matches!(c, '-' | '－'));
    let risky = is_risky(&text) && !dashes && text.parse::<f64>().is_err();
    if risky {
        format!("'{text}").into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_a_spreadsheet_program_would_run_is_led_by_an_apostrophe() {
        for raw in [
            "=CMD()",
            "＝A1",
            "+1+cmd|' /C calc'!A0",
            "-1+cmd|' /C calc'!A0",
            "-(1)",
            "@SUM(1)",
            "\t=A1",
        ] {
            assert_eq!(plain(raw), format!("'{raw}"));
        }
        for raw in ["-3", "+5", "-3.2e4", "—", "--", "9.6公里", "1+2", ""] {
            assert_eq!(plain(raw), raw);
        }
    }
}
