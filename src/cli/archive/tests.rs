use std::fs;
use std::path::{Path, PathBuf};

use super::write::{Contents, seal};
use super::*;
use crate::cli::{
    disk::{Failing, Real, Then, scratch},
    inbox::MonthFolder,
    output::{PackageFiles, walk},
    templates::Templates,
};
use crate::plan::Limits;

/// What a month without files is sealed with.
#[derive(Default)]
struct Office {
    folder: MonthFolder,
    limits: Limits,
    templates: Templates,
    outputs: PackageFiles,
}

impl Office {
    fn new() -> Self {
        let outputs = [("汇总表.xlsx", "x"), ("退回/建设局.xlsx", "y")];
        let outputs = outputs.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        Self {
            outputs: outputs.into(),
            ..Self::default()
        }
    }
}

/// A month without files, sealed with these records.
fn contents<'a>(month: &str, office: &'a Office) -> Contents<'a> {
    Contents {
        period: "2024-05".parse().unwrap(),
        plan_id: "p",
        plan_bytes: b"plan",
        ledger: None,
        month: month.as_bytes().to_vec(),
        history: b"{}".to_vec(),
        templates: &office.templates,
        arrivals: &[],
        folder: &office.folder,
        limits: &office.limits,
        outputs: &office.outputs,
        edited: &[],
        with_open: false,
        open_errors: 0,
        not_submitted: Vec::new(),
        sealed: "2024-06-10T09:00:00".to_owned(),
        by: "dcs".to_owned(),
    }
}

fn line(seal: &Seal) -> Entry {
    Entry {
        event: Event::Reopened,
        at: "2024-06-20T09:00:00".to_owned(),
        reason: "核实".to_owned(),
        ..Entry::of_seal(seal)
    }
}

/// What `verify` says of the archive as a whole.
fn wrongs(archive: &Archive) -> Vec<integrity::Damage> {
    let lists = integrity::of_lists(archive).unwrap();
    [lists.reopened, lists.chain].concat()
}

fn assert_sound(archive: &Archive, what: &str) {
    for folder in archive.folders().unwrap() {
        assert_eq!(
            integrity::of_folder(archive, &folder).unwrap(),
            [],
            "{what}"
        );
    }
}

fn visible(root: &Path) -> Vec<PathBuf> {
    walk(root)
        .unwrap()
        .into_iter()
        .filter(|p| !p.to_string_lossy().starts_with('.'))
        .collect()
}

/// Sealing, with every single call failing in turn: the month is sealed whole or not at all.
#[test]
fn whatever_call_fails_a_month_is_sealed_whole_or_not_at_all() {
    let office = Office::new();
    let period = "2024-05".parse().unwrap();
    for then in [Then::Recovers, Then::IsGone] {
        for at in 1.. {
            let root = scratch("seal");
            let archive = Archive::at(&root);
            let disk = Failing::new(at, then, true);
            let result = seal(&disk, &archive, &contents("{}", &office));
            let what = format!("{then:?} call {at}");
            if !disk.has_failed() {
                assert!(at > 15, "the disk was hardly used");
                break;
            }
            let sealed = archive.current(period).unwrap();
            assert!(result.is_err() || sealed.is_some(), "{what}");
            assert!(
                sealed.is_some() || visible(archive.root()).is_empty(),
                "{what}"
            );
            assert_sound(&archive, &what);
            // The next command starts from a clean state.
            archive.settle(&Real).unwrap();
            if sealed.is_none() {
                seal(&Real, &archive, &contents("{}", &office)).unwrap();
            }
            assert!(archive.current(period).unwrap().is_some());
            archive.settle(&Real).unwrap();
            assert_eq!(wrongs(&archive), [], "{what}");
            assert_eq!(fs::read_dir(archive.root()).unwrap().count(), 2, "{what}");
        }
    }
}

/// Reopening, likewise: the seal holds, or its reopening is on record; it is never lost.
#[test]
fn whatever_call_fails_a_reopening_is_recorded_or_did_not_happen() {
    let office = Office::new();
    let period = "2024-05".parse().unwrap();
    for then in [Then::Recovers, Then::IsGone] {
        for at in 1.. {
            let root = scratch("reopen");
            let archive = Archive::at(&root);
            seal(&Real, &archive, &contents("{}", &office)).unwrap();
            let sealed = archive.current(period).unwrap().unwrap();
            let disk = Failing::new(at, then, true);
            let result = archive.reopen(&disk, Some(&sealed), line(&sealed));
            let what = format!("{then:?} call {at}");
            if !disk.has_failed() {
                break;
            }
            let recorded = archive.chain().unwrap().has(Event::Reopened, &sealed.id);
            assert_eq!(
                archive.current(period).unwrap().is_none(),
                recorded,
                "{what}"
            );
            assert!(result.is_err() || recorded, "{what}");
            assert_eq!(archive.all(period).unwrap().len(), 1, "{what}");
            assert_sound(&archive, &what);
            archive.settle(&Real).unwrap();
            assert_eq!(
                archive.root().join("2024-05.1").exists(),
                recorded,
                "{what}"
            );
            assert_eq!(wrongs(&archive), [], "{what}");
        }
    }
}

#[test]
fn seals_of_a_month_are_numbered_and_all_kept() {
    let office = Office::new();
    let root = scratch("numbers");
    let archive = Archive::at(&root);
    let period = "2024-05".parse().unwrap();
    for month in ["{\"a\":1}", "{\"a\":2}", "{\"a\":3}"] {
        if let Some(sealed) = archive.current(period).unwrap() {
            archive.reopen(&Real, Some(&sealed), line(&sealed)).unwrap();
        }
        seal(&Real, &archive, &contents(month, &office)).unwrap();
    }
    assert_eq!(
        archive
            .all(period)
            .unwrap()
            .iter()
            .map(|s| s.manifest.number)
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(
        archive.folders().unwrap().into_iter().collect::<Vec<_>>(),
        ["2024-05", "2024-05.1", "2024-05.2"]
    );
    assert_eq!(wrongs(&archive), []);
    // A seal taken out of its place without a record shows.
    let third = archive.current(period).unwrap().unwrap();
    fs::rename(&third.folder, archive.root().join("2024-05.3")).unwrap();
    let said = wrongs(&archive);
    assert!(said[0].path == "2024-05.3", "{said:?}");
}
