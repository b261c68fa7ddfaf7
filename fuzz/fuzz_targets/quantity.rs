//! One cell's text as a figure in several units, a rate, a date, a status; and the words of a narrative.

#![no_main]

use duban::check::narrative;
use duban::intake::quantity::{self, Reading, Units};
use duban::intake::workbook::{CellRef, Strike};
use duban::intake::{FieldCell, NumberFormat, Value, dates, status, text};
use duban::plan::Unit;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    let cell = FieldCell {
        at: CellRef::new(0, 0),
        value: Some(Value::Text(raw.into())),
        format: NumberFormat::General,
        strike: Strike::None,
        merged_to: None,
    };
    for unit in [
        "万平方米",
        "个",
        "%",
        "公里",
        "台",
    ] {
        let plan = Unit::parse(unit).expect("a unit");
        let units = Units {
            row: None,
            header: None,
            plan: &plan,
            nouns: ["新增公办学位", ""],
            is_in_points: false,
        };
        if let Reading::Number(q) = quantity::read(Some(&cell), units) {
            assert!(
                q.value.is_finite() && q.value.abs() <= quantity::LARGEST,
                "{raw:?}: {q:?}"
            );
        }
    }
    let folded = quantity::fold(raw);
    for candidate in quantity::candidates(raw) {
        assert!(
            folded.get(candidate.range.clone()).is_some(),
            "{raw:?}: {candidate:?}"
        );
    }
    quantity::read_rate(Some(&cell));
    dates::read(Some(&cell), 2024, false);
    status::read(None, Some(&cell));
    text::is_placeholder(raw);
    text::brackets(raw).for_each(drop);
    let line = text::one_line(raw, 30);
    assert!(
        line.chars().count() <= 31 && !line.chars().any(char::is_control),
        "{line:?}"
    );
    let _ = Unit::parse(raw);
    narrative::is_all_promises(raw);
    for clause in narrative::Prose::new(raw).clauses() {
        narrative::claims(&clause.text, 2024);
    }
});
