use std::fs;

use super::*;
use crate::cli::disk::{Failing, Then, scratch};
use crate::intake::arrival::sha256;

/// A package with its manifest.
fn package(files: &[(&str, &str)]) -> PackageFiles {
    let mut package: PackageFiles = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
        .collect();
    let outputs: Vec<_> = package
        .iter()
        .map(|(path, bytes)| serde_json::json!({ "path": path, "sha256": sha256(bytes) }))
        .collect();
    package.insert(
        MANIFEST.to_owned(),
        serde_json::json!({ "outputs": outputs })
            .to_string()
            .into_bytes(),
    );
    package
}

/// The files of a folder.
fn content(place: &Path) -> PackageFiles {
    let files = kept::walk(place).unwrap_or_default();
    files
        .into_iter()
        .map(|path| {
            (
                path.to_str().unwrap().to_owned(),
                fs::read(place.join(path)).unwrap(),
            )
        })
        .collect()
}

/// Makes it June's package.
fn put(out: &Path, package: &PackageFiles) -> Vec<String> {
    replace(out, "2024-06", package).unwrap()
}

fn old() -> PackageFiles {
    package(&[("汇总表.xlsx", "old"), ("退回/建设局.xlsx", "old return")])
}

fn new() -> PackageFiles {
    package(&[
        ("汇总表.xlsx", "new"),
        ("退回/建设局.xlsx", "new return"),
        ("催报/城建中心.docx", "notice"),
    ])
}

#[test]
fn a_package_replaces_the_one_before_it() {
    let out = scratch("replace");
    for package in [old(), new(), old()] {
        assert!(put(&out, &package).is_empty());
        assert_eq!(content(&out.join("2024-06")), package);
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    }
}

/// Every single call fails in turn: with and without an exchange in one step, recovering and gone for good.
#[test]
fn whatever_call_fails_the_old_or_the_new_package_is_there() {
    for (then, exchanges) in [
        (Then::Recovers, true),
        (Then::Recovers, false),
        (Then::IsGone, true),
        (Then::IsGone, false),
    ] {
        for at in 1.. {
            let out = scratch("failing");
            let place = out.join("2024-06");
            put(&out, &old());
            fs::write(place.join("备忘.txt"), "note").unwrap();
            let with_note = |mut package: PackageFiles| {
                package.insert("备忘.txt".to_owned(), b"note".to_vec());
                package
            };
            let disk = Failing::new(at, then, exchanges);
            let result = replace_on(&disk, &out, "2024-06", &new());
            if !disk.has_failed() {
                assert!(at > 10, "the disk was hardly used");
                break;
            }
            let left = if place.exists() {
                content(&place)
            } else {
                content(&out.join(".2024-06.old"))
            };
            let whole = left == with_note(old()) || left == with_note(new());
            assert!(whole, "{then:?} {exchanges} call {at}: {:?}", left.keys());
            assert!(
                result.is_err() || left == with_note(new()),
                "call {at}: success without the new package"
            );
            assert!(result.is_ok() || then == Then::IsGone || place.exists());
            // The next command finds its way.
            put(&out, &new());
            assert_eq!(content(&place), with_note(new()), "call {at}");
            assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "call {at}");
        }
    }
}

/// What lay in a package beside the reports and what was saved into it while it was replaced was lost: links, pipes, empty
/// folders, a person's .tmp; whatever call fails, and with nobody but the next command to finish.
#[cfg(unix)]
#[test]
fn what_is_kept_or_saved_in_a_package_survives_every_exchange() {
    use rustix::fs::{CWD, FileType, mknodat};
    for (then, exchanges) in [
        (Then::Recovers, true),
        (Then::Recovers, false),
        (Then::IsGone, true),
        (Then::IsGone, false),
    ] {
        for at in 0.. {
            let out = scratch("saved");
            let place = out.join("2024-06");
            put(&out, &old());
            fs::write(place.join("备忘.txt"), "first").unwrap();
            fs::write(place.join("草稿.tmp"), "draft").unwrap();
            fs::create_dir_all(place.join("空/夹")).unwrap();
            std::os::unix::fs::symlink("汇总表.xlsx", place.join("快捷")).unwrap();
            mknodat(CWD, place.join("管道"), FileType::Fifo, 0o600.into(), 0).unwrap();
            let mut disk = Failing::new(at, then, exchanges);
            let folder = place.clone();
            disk.meanwhile = Some(Box::new(move || {
                let save = |name: &str, text| fs::write(folder.join(name), text).unwrap();
                save("汇总表.xlsx", "saved by hand");
                save("新.txt", "new");
                // As office programs save: beside it, then in its place.
                save("备忘.txt~", "second and longer");
                fs::rename(folder.join("备忘.txt~"), folder.join("备忘.txt")).unwrap();
                fs::create_dir(folder.join("晚")).unwrap();
                std::os::unix::fs::symlink("备忘.txt", folder.join("晚/链接")).unwrap();
            }));
            let said = replace_on(&disk, &out, "2024-06", &new());
            let is_done = at > 0 && !disk.has_failed();
            if at == 0 {
                let edited = said.unwrap();
                assert_eq!(edited, ["汇总表（手改）.xlsx"]);
            }
            let saved = content(&place).contains_key("新.txt") || out.join(".2024-06.old").exists();
            put(&out, &new());
            let what = format!("{then:?} {exchanges} call {at}");
            let read = |name: &str| fs::read_to_string(place.join(name)).unwrap_or_default();
            assert_eq!(read("汇总表.xlsx"), "new", "{what}");
            assert_eq!(read("草稿.tmp"), "draft", "{what}");
            assert!(place.join("空/夹").is_dir(), "{what}");
            assert!(place.join("快捷").is_symlink(), "{what}");
            assert!(fs::symlink_metadata(place.join("管道")).is_ok(), "{what}");
            if saved {
                assert_eq!(read("汇总表（手改）.xlsx"), "saved by hand", "{what}");
                assert_eq!(read("新.txt"), "new", "{what}");
                assert_eq!(read("备忘.txt"), "second and longer", "{what}");
                assert!(place.join("晚/链接").is_symlink(), "{what}");
            }
            assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "{what}");
            if is_done {
                assert!(saved && at > 20, "{what}");
                break;
            }
        }
    }
}

/// Killed while the old package was removed, its manifest before its reports: the next command took them for edited by hand.
#[test]
fn an_old_package_half_removed_holds_no_edited_reports() {
    for exchanges in [true, false] {
        let out = scratch("half");
        replace(&out, "2024-06", &old()).unwrap();
        let mut half = old();
        half.remove(MANIFEST);
        let mut was_half = false;
        for at in 1.. {
            let disk = Failing::new(at, Then::IsGone, exchanges);
            let _ = replace_on(&disk, &out, "2024-06", &new());
            if !disk.has_failed() {
                break;
            }
            was_half |= [".2024-06.old", ".2024-06.new"]
                .iter()
                .any(|left| content(&out.join(left)) == half);
            replace(&out, "2024-06", &old()).unwrap();
            assert_eq!(content(&out.join("2024-06")), old(), "call {at}");
        }
        assert!(was_half);
    }
}

#[test]
fn what_a_killed_run_left_of_other_months_is_put_right() {
    let out = scratch("tidy");
    replace(&out, "2024-05", &old()).unwrap();
    put(&out, &old());
    // Killed while May was written, and between the two renames of June.
    std::mem::forget(stage_on(&Real, &out, "2024-05", &new()).unwrap());
    fs::rename(out.join("2024-06"), out.join(".2024-06.old")).unwrap();
    std::mem::forget(stage_on(&Real, &out, "2024-04", &new()).unwrap());
    fs::create_dir(out.join(".notes.old")).unwrap();
    tidy(&out);
    assert_eq!(
        (content(&out.join("2024-05")), content(&out.join("2024-06"))),
        (old(), old())
    );
    let mut left: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, [".notes.old", "2024-05", "2024-06"]);
}

/// A month of a range that is not replaced after all leaves nothing.
#[test]
fn a_staged_package_that_is_not_moved_in_goes() {
    let out = scratch("staged");
    put(&out, &old());
    drop(stage_on(&Real, &out, "2024-06", &new()).unwrap());
    assert_eq!(content(&out.join("2024-06")), old());
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    assert!(
        stage_on(&Real, &out, "2024-06", &new())
            .unwrap()
            .swap_in()
            .unwrap()
            .is_empty()
    );
    assert_eq!(content(&out.join("2024-06")), new());
}

#[test]
fn every_edit_of_a_report_is_kept_under_a_name_of_its_own() {
    let out = scratch("edited");
    let place = out.join("2024-06");
    put(&out, &old());
    fs::write(place.join("汇总表.xlsx"), "first edit").unwrap();
    fs::write(place.join("退回/建设局.xlsx"), "edited return").unwrap();
    assert_eq!(
        put(&out, &old()),
        ["汇总表（手改）.xlsx", "退回/建设局（手改）.xlsx"]
    );
    // The same edit again is already there; another one is not.
    fs::write(place.join("汇总表.xlsx"), "first edit").unwrap();
    assert!(put(&out, &new()).is_empty());
    fs::write(place.join("汇总表.xlsx"), "second edit").unwrap();
    assert_eq!(put(&out, &new()), ["汇总表（手改2）.xlsx"]);
    assert!(put(&out, &new()).is_empty());
    let read = |name: &str| fs::read_to_string(place.join(name)).unwrap();
    assert_eq!(
        [
            read("汇总表.xlsx"),
            read("汇总表（手改）.xlsx"),
            read("汇总表（手改2）.xlsx")
        ],
        ["new", "first edit", "second edit"]
    );
}

#[test]
fn without_its_manifest_a_package_is_kept_whole() {
    let out = scratch("unknown");
    let place = out.join("2024-06");
    put(&out, &old());
    fs::write(place.join(MANIFEST), "{").unwrap();
    assert_eq!(
        put(&out, &new()),
        ["汇总表（手改）.xlsx", "退回/建设局（手改）.xlsx"]
    );
}

#[test]
fn no_name_leads_out_of_the_package() {
    let out = scratch("escape");
    assert!(replace(&out, "2024-06", &package(&[("../a.xlsx", "x")])).is_err());
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
}

#[test]
fn files_in_use_are_named() {
    let out = scratch("in-use");
    put(&out, &old());
    let is_free = |path: &Path| !path.ends_with("退回/建设局.xlsx");
    let names = in_use(&out.join("2024-06"), &is_free);
    assert_eq!(names, ["退回/建设局.xlsx"]);
    let said = blocked_by(
        &names,
        &out.join("2024-06"),
        io::ErrorKind::PermissionDenied.into(),
    )
    .to_string();
    assert!(
        said.contains("“退回/建设局.xlsx”正被其他程序打开，请关闭后重试。上次的输出没有改动"),
        "{said}"
    );
}

#[test]
fn one_folder_of_a_package_is_replaced_and_the_rest_stays() {
    let out = scratch("folder");
    let place = out.join("2024-06");
    let made = PackageFiles::from([
        ("汇总表.xlsx".to_owned(), b"x".to_vec()),
        ("催报/甲.docx".to_owned(), b"a".to_vec()),
        ("催报/乙.docx".to_owned(), b"b".to_vec()),
    ]);
    let hash = manifest::PlanHash {
        id: "p".into(),
        revision: 1,
        sha256: String::new(),
        ledger_sha256: None,
    };
    let empty = || {
        Manifest::new(
            "2024-06".parse().unwrap(),
            manifest::Options::default(),
            hash.clone(),
            Vec::new(),
            manifest::outputs(&made),
        )
    };
    let mut whole = made.clone();
    whole.insert(MANIFEST.to_owned(), empty().write().unwrap());
    put(&out, &whole);
    fs::write(place.join("汇总表.xlsx"), "edited").unwrap();
    fs::write(place.join("催报/乙.docx"), "edited").unwrap();
    fs::write(place.join("催报/备忘.txt"), "note").unwrap();
    let new = PackageFiles::from([("乙.docx".to_owned(), b"new".to_vec())]);
    assert_eq!(
        replace_folder(&out, "2024-06", "催报", &new, empty()).unwrap(),
        ["催报/乙（手改）.docx"]
    );
    let mut names: Vec<String> = content(&place).into_keys().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "manifest.json",
            "催报/乙.docx",
            "催报/乙（手改）.docx",
            "催报/备忘.txt",
            "汇总表.xlsx"
        ]
    );
    // The other report's edit is still to be seen by the next run.
    assert_eq!(put(&out, &whole), ["汇总表（手改）.xlsx"]);
}
