//! The 2024 notice as text, against the shipped plan.

use duban::plan::Kind;
use duban::plan::notice::{self, Aspect};

use super::{NOTICE, drafted, loaded};
use crate::month;
use crate::prelude::*;

const DOCS: &str = include_str!("../../../docs/plan-import.md");

#[test]
fn the_2024_notice_gives_every_task_and_figure() {
    let draft = drafted(NOTICE);
    let (imported, shipped) = (loaded(&draft.to_toml()), &*month::PLAN);
    let differences = notice::compare(&imported, shipped);
    // Tasks, 分级, departments, 会同, texts, every target with unit, kind and 约, milestones, ongoing work, the relation.
    let substance: Vec<_> = differences
        .iter()
        .filter(|d| d.aspect.is_substance())
        .collect();
    assert!(substance.is_empty(), "{substance:#?}");
    // What is left is what a person decides: names, ids, schedules, aliases, settings.
    let mut kinds: BTreeMap<Aspect, usize> = BTreeMap::new();
    for d in &differences {
        *kinds.entry(d.aspect).or_default() += 1;
    }
    assert_eq!(
        kinds.into_keys().collect::<Vec<_>>(),
        [
            Aspect::Name,
            Aspect::Order,
            Aspect::Schedule,
            Aspect::Aliases,
            Aspect::Settings
        ]
    );
    let count = |of: fn(Kind) -> bool| imported.indicators.iter().filter(|i| of(i.kind)).count();
    assert_eq!(
        (
            count(Kind::is_numeric),
            count(|k| k == Kind::Milestone),
            count(|k| k == Kind::Ongoing)
        ),
        (47, 9, 12)
    );
    assert_eq!(
        (imported.title.as_str(), imported.short_title.as_str()),
        (shipped.title.as_str(), shipped.short_title.as_str())
    );
    assert_eq!(
        (imported.issuer.as_str(), imported.end),
        (shipped.issuer.as_str(), shipped.end)
    );
}

#[test]
fn the_2024_notice_keeps_its_qualifiers() {
    let draft = drafted(NOTICE);
    let of_task = |t: &notice::TaskDraft| {
        let no = t.no;
        let of = |(n, i): (usize, &notice::IndicatorDraft)| {
            (format!("{no}.{}", n + 1), i.qualifier.clone())
        };
        t.indicators.iter().enumerate().map(of).collect::<Vec<_>>()
    };
    let mut found: Vec<_> = draft.tasks.iter().flat_map(of_task).collect();
    found.retain(|(_, qualifier)| !qualifier.is_empty());
    let expected = [
        ("7.1", "达到"),
        ("7.2", "达到"),
        ("8.2", "至少"),
        ("8.3", "达到…以上"),
        ("12.1", "不少于"),
        ("12.3", "以上"),
        ("12.5", "不少于"),
        ("13.1", "以上"),
        ("15.1", "不少于"),
        ("16.2", "合计…余"),
        ("19.1", "共计"),
        ("19.2", "约"),
        ("19.3", "约"),
        ("19.4", "约"),
        ("19.5", "约"),
        ("19.7", "约"),
        ("19.8", "共计"),
        ("19.9", "约"),
        ("19.10", "约"),
    ];
    let found: Vec<_> = found
        .iter()
        .map(|(id, q)| (id.as_str(), q.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_docs_show_the_difference() {
    let imported = loaded(&drafted(NOTICE).to_toml());
    let shown = notice::in_words(&notice::compare(&imported, &month::PLAN));
    assert!(
        DOCS.contains(shown.trim()),
        "docs/plan-import.md is to hold:\n{shown}"
    );
}
