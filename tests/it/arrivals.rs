//! Nothing that lies in an inbox is lost: each file is read or has its finding, and stands in 来源 and in manifest.json.

use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use duban::plan::Limits;

use crate::desk::{self, report};
use crate::prelude::*;

const GREEN: (&str, &str, f64) = ("城市绿荫工程", "街头绿地面积", 6.5);

fn empty_zip() -> Vec<u8> {
    pack::<&str, &str>(&[])
}

/// What a run makes of a month's inbox: every file is accounted for. Gives all names, with the codes found at each.
fn account(desk: &Desk, run: &[&str], skipped: &[&str]) -> Vec<(String, Vec<String>)> {
    let said: Said = desk.command(run).output().unwrap().into();
    assert!(matches!(said.code, Some(0 | 1)), "{said}");
    let period = run[2];
    let month = desk.month(period);
    let manifest = month.json("manifest.json");
    let inputs = manifest["inputs"].as_array().unwrap();
    let own = inputs.iter().filter(|i| i["period"] == period);
    let (left, taken): (Vec<_>, Vec<_>) = own.partition(|i| i["skipped"] == true);
    let left: Vec<&str> = left.iter().map(|i| text(i, "path")).collect();
    assert_eq!(left, skipped);
    let mut book: Xlsx<_> = open_workbook(month.report("汇总表")).unwrap();
    let range = book.worksheet_range("来源").unwrap();
    let numbered = range.rows().filter(|row| matches!(row[0], Data::Float(_)));
    let listed: Vec<[String; 2]> = numbered
        .map(|row| [1, 3].map(|column: usize| row[column].to_string()))
        .collect();
    assert_eq!(listed.len(), taken.len(), "{listed:?}");
    let findings = month.json("findings.json");
    let mut codes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for finding in findings.as_array().unwrap() {
        let of_file = codes.entry(text(finding, "file")).or_default();
        of_file.push(text(finding, "code").to_owned());
    }
    let one = |(input, [shown, verdict]): (&Value, &[String; 2])| {
        let name = text(input, "path");
        // A name can be longer than what a cell shows of it.
        assert!(
            name.starts_with(shown.trim_end_matches("……（后略）")),
            "{name}: {shown}"
        );
        let codes = codes.get(name).cloned().unwrap_or_default();
        let is_settled = match verdict.strip_prefix("退回（") {
            // Of several files, none of which is known to be the newest, all are named in one finding.
            Some(code) => code == "F008）" || codes.iter().any(|c| code == format!("{c}）")),
            None => !verdict.is_empty(),
        };
        assert!(is_settled, "{name}: {verdict:?} in 来源, {codes:?}");
        (name.to_owned(), codes)
    };
    taken.into_iter().zip(&listed).map(one).collect()
}

const RUN: [&str; 3] = ["run", "--period", "2024-05"];

/// A file alone in an inbox, read under these limits, is accounted for.
pub fn is_accounted_for(path: &str, bytes: &[u8], limits: &Limits) {
    let desk = Desk::small();
    desk.write(&format!("inbox/2024-05/{path}"), bytes);
    let limits = serde_json::to_value(limits).unwrap();
    let limits = limits.as_object().unwrap().iter();
    let limits: Vec<String> = limits
        .map(|(key, n)| format!("--limit={key}={n}"))
        .collect();
    let run: Vec<&str> = RUN.into_iter().chain(limits.iter().map(|l| &**l)).collect();
    let all = account(&desk, &run, &[]);
    let is_of_it = |(name, _): &(String, _)| name == path || name.starts_with(&format!("{path}/"));
    assert!(!all.is_empty() && all.iter().all(is_of_it), "{all:?}");
}

/// An empty zip passed `check` under the name of a workbook, and `run` said nothing of it.
#[test]
fn an_archive_without_a_workbook_does_not_vanish() {
    let folder = ["空文件夹/"].map(|name| (name, ""));
    let clutter = [("__MACOSX/._甲.xlsx", "x"), ("~$甲.xlsx", "x")];
    let photo = [("照片.jpg", b"\xFF\xD8\xFF\xE0".as_slice())];
    for (name, bytes, code) in [
        ("空.xlsx", empty_zip(), "F001"),
        ("空.ods", empty_zip(), "F001"),
        ("空.zip", empty_zip(), "F003"),
        ("只有文件夹.zip", pack(&folder), "F003"),
        ("只有杂物.zip", pack(&clutter), "F003"),
        ("只有照片.xlsx", pack(&photo), "F001"),
        ("只有照片.zip", pack(&photo), "F003"),
        (
            "压缩包中的空表.zip",
            pack(&[("空.xlsx", empty_zip())]),
            "F001",
        ),
        ("两层.zip", pack(&[("内.zip", empty_zip())]), "F003"),
        ("无名.zip", pack(&[("../..", "x")]), "F003"),
    ] {
        let desk = Desk::in_may();
        desk.write(&format!("inbox/2024-05/{name}"), &bytes);
        desk.write(name, &bytes);
        let checked = desk.json(&format!("check {name} --period 2024-05"));
        assert_eq!(text(&checked[0], "verdict"), "refused", "{name}");
        let all = account(&desk, &RUN, &[]);
        let own: Vec<_> = all.iter().filter(|(n, _)| n.starts_with(name)).collect();
        assert!(!own.is_empty(), "{name}: {all:?}");
        assert!(
            own.iter()
                .all(|(_, codes)| codes.contains(&code.to_owned())),
            "{own:?}"
        );
    }
}

/// Every kind of file that an inbox can hold, counted.
#[cfg(unix)]
#[test]
fn every_file_of_an_inbox_is_accounted_for() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let desk = Desk::in_may();
    let inbox = desk.path("inbox/2024-05");
    let sent = report(5, "公共服务局", &[("托育服务", "新增托位", 120.0)]);
    let put = |name: &str, bytes: &[u8]| drop(desk.write(&format!("inbox/2024-05/{name}"), bytes));
    // Real files of all kinds, damaged, empty, hostile and nested.
    let fixtures = root().join("tests/fixtures/legacy");
    let mut expected = 2;
    for entry in fs::read_dir(fixtures).unwrap() {
        let path = entry.unwrap().path();
        put(
            path.file_name().unwrap().to_str().unwrap(),
            &fs::read(&path).unwrap(),
        );
        expected += 1;
    }
    let long = format!("{}.xlsx", "长".repeat(83) + "a");
    assert_eq!(long.len(), 255);
    for (name, bytes) in [
        ("空.xlsx", &b""[..]),
        ("零.xls", &[0; 64]),
        ("截断.xlsx", &sent[..sent.len() / 2]),
        ("空.zip", &empty_zip()),
        ("乱.et", b"\x01\x02\x03"),
        ("改名\u{202e}xslx.exe", b"MZ\0"),
        ("左\u{200e}右\u{61c}.xlsx", &sent),
        ("控制\u{1b}[31m.xlsx", &sent),
        (&long, &sent),
        ("深/更深/建设局.csv", "甲,乙\n一,二\n".as_bytes()),
        ("套.zip", &pack(&[("内.zip", empty_zip())])),
    ] {
        put(name, bytes);
        expected += 1;
    }
    let gbk = OsStr::from_bytes(b"\xb9\xab\xb9\xb2.xlsx");
    fs::write(inbox.join(gbk), &sent).unwrap();
    // Links, pipes, sockets and devices.
    let outside = desk.write(
        "别处/建设局2024年5月报送表（2）.xlsx",
        report(5, "建设局", &[GREEN]),
    );
    let link = |to: &Path, name: &str| symlink(to, inbox.join(name)).unwrap();
    link(&outside, "建设局2024年5月报送表（2）.xlsx");
    link(Path::new("没有.xlsx"), "断.xlsx");
    link(Path::new("环.xlsx"), "环.xlsx");
    link(Path::new(".."), "文件夹.xlsx");
    link(Path::new("/dev/zero"), "设备.xlsx");
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(
        rustix::fs::CWD,
        inbox.join("管道.xlsx"),
        fifo,
        0o600.into(),
        0,
    )
    .unwrap();
    let _socket = UnixListener::bind(inbox.join("套接字.xlsx")).unwrap();
    put("~$锁.xlsx", b"x");
    put("深/Thumbs.db", b"x");
    put(".DS_Store", b"x");
    let all = account(&desk, &RUN, &[".DS_Store", "~$锁.xlsx", "深/Thumbs.db"]);
    assert_eq!(all.len(), expected + 8, "{all:?}");
    let codes = |name: &str| {
        &all.iter()
            .find(|(n, _)| n == name)
            .unwrap_or_else(|| panic!("{name}: {all:?}"))
            .1
    };
    for name in [
        "断.xlsx",
        "环.xlsx",
        "文件夹.xlsx",
        "设备.xlsx",
        "管道.xlsx",
        "套接字.xlsx",
        "空.xlsx",
        "截断.xlsx",
    ] {
        assert!(
            codes(name).contains(&"F001".to_owned()),
            "{name}: {:?}",
            codes(name)
        );
    }
    let read = ["建设局2024年5月报送表（2）.xlsx", "左右.xlsx"];
    assert!(
        read.iter()
            .all(|name| !codes(name).iter().any(|c| c == "F001"))
    );
    // Nothing of it keeps the month from being sealed and verified.
    desk.ok("seal 2024-05 --with-open");
    desk.ok("verify");
    let archive = desk.content("archive/2024-05");
    let kept = fs::read(outside).unwrap();
    assert!(
        archive.values().any(|bytes| *bytes == kept),
        "a link is the file it leads to"
    );
}

/// All that the two bundled cities sent, month by month, and what lies in the inboxes below the folder `DUBAN_CORPUS`; the plan is
/// the one beside an inbox, else above it.
#[test]
fn every_file_of_the_samples_is_accounted_for() {
    let mut inboxes = vec![
        (root().join("inbox"), root().join(desk::PLAN)),
        ["inbox", "plan.toml"]
            .map(|p| root().join("tests/second-city").join(p))
            .into(),
    ];
    if let Some(corpus) = std::env::var_os("DUBAN_CORPUS") {
        find_inboxes(Path::new(&corpus), None, &mut inboxes);
    }
    let (mut months, mut count) = (0, 0);
    for (inbox, plan) in inboxes {
        let paths = [&inbox, &plan].map(|path| path.to_str().unwrap());
        let plan = fs::read_to_string(&plan).unwrap();
        for period in fs::read_dir(&inbox).unwrap() {
            let period = period.unwrap().file_name().into_string().unwrap();
            if !plan.contains(&format!("start = {}", &period[..4])) {
                continue;
            }
            let sent = files(&inbox.join(&period));
            let clutter = ["~$", "._", ".DS_Store", "Thumbs.db", "desktop.ini"];
            let (skipped, sent): (Vec<&str>, Vec<&str>) =
                sent.keys().map(|name| &**name).partition(|name| {
                    let name = name.rsplit('/').next().unwrap();
                    clutter.iter().any(|c| name.starts_with(c)) || name.ends_with(".tmp")
                });
            let desk = Desk::bare();
            let run = [
                "run", "--period", &period, "--inbox", paths[0], "--plan", paths[1],
            ];
            let all = account(&desk, &run, &skipped);
            for name in sent.iter().filter(|name| **name != "received.csv") {
                let is_of_it =
                    |(path, _): &(String, _)| path == name || path.starts_with(&format!("{name}/"));
                assert!(
                    all.iter().any(is_of_it),
                    "{}: {period}: {name} of {all:?}",
                    inbox.display()
                );
                count += 1;
            }
            months += 1;
        }
    }
    println!("{months} months, {count} files");
}

/// Every inbox below a folder, with its plan.
fn find_inboxes(folder: &Path, above: Option<&Path>, found: &mut Vec<(PathBuf, PathBuf)>) {
    let own = folder.join("plan.toml");
    let plan = if own.exists() { Some(&*own) } else { above };
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match plan {
            Some(plan) if path.ends_with("inbox") => found.push((path, plan.to_owned())),
            _ if path.is_dir() => find_inboxes(&path, plan, found),
            _ => {}
        }
    }
}

/// `/dev/zero` or a pipe in the place of a file, or a register without end, took all memory or all time.
#[cfg(unix)]
#[test]
fn a_register_and_sources_are_bounded() {
    use std::os::unix::fs::symlink;

    let pipe = |path: &Path| {
        let fifo = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, path, fifo, 0o600.into(), 0).unwrap();
    };
    let desk = Desk::in_may();
    let register = desk.path("inbox/2024-05/received.csv");
    let refused = |what: &str| {
        for command in [
            "run 2024-05",
            "status 2024-05",
            "collect 来件 --period 2024-05",
        ] {
            desk.fails(command).says(["收件登记", what]);
        }
        fs::remove_file(&register).unwrap();
    };
    desk.write("来件/甲.xlsx", "甲");
    fs::File::create(&register)
        .unwrap()
        .set_len(2 << 30)
        .unwrap();
    refused("超过64 MiB");
    pipe(&register);
    refused("不是普通文件");
    symlink("/dev/zero", &register).unwrap();
    refused("不是普通文件");
    symlink("没有.csv", &register).unwrap();
    refused("文件或文件夹不存在");

    pipe(&desk.path("来件/管道.xlsx"));
    pipe(&desk.path("inbox/2024-05/旧管道.xlsx"));
    pipe(&desk.path("单独.xlsx"));
    let outside = desk.write("别处/乙.xlsx", "乙");
    for (to, name) in [
        (outside.as_path(), "乙.xlsx"),
        (Path::new("/dev/zero"), "设备.xlsx"),
        (Path::new("环.xlsx"), "环.xlsx"),
        (Path::new("."), "文件夹"),
    ] {
        symlink(to, desk.path("来件").join(name)).unwrap();
    }
    let said = desk.finds("collect 来件 单独.xlsx --period 2024-05");
    assert_eq!(said.out.matches("不是普通文件").count(), 4, "{said}");
    assert_eq!(said.out.matches("几个链接互相指向").count(), 1, "{said}");
    assert!(said.out.contains("新收 2 个"), "{said}");
    assert_eq!(desk.text("inbox/2024-05/乙.xlsx"), "乙");
}

/// A control character in the plan reached the terminal and the reports; an error now says where it stands.
#[test]
fn controls_and_direction_marks_of_a_plan_reach_nothing() {
    for (written, code) in [
        ("\\u001b[31m", "U+001B"),
        ("\\u202e", "U+202E"),
        ("\u{202e}", "U+202E"),
        ("\u{200f}", "U+200F"),
        ("\\u009b", "U+009B"),
        ("\\r", "U+000D"),
    ] {
        let desk = Desk::in_may();
        let plan = desk.text("seeds/2024/plan.toml");
        let at = plan.find("街头绿地面积").unwrap();
        desk.write(
            "seeds/2024/plan.toml",
            format!("{}{written}{}", &plan[..at], &plan[at..]),
        );
        let said = desk.fails("run 2024-05").says([code]);
        let all = format!("{}{}", said.out, said.err);
        let harmful = |c: char| matches!(c, '\u{202e}' | '\u{200f}' | '\u{9b}');
        assert!(
            !all.contains(harmful) && !all.contains("\u{1b}[31m["),
            "{all:?}"
        );
    }
}

/// Excel ran what the reason of a reopening began with.
#[test]
fn a_reason_is_no_formula() {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04 --with-open");
    let reason = "=cmd|'/C calc'!A0";
    let args = [
        "seal", "--period", "2024-04", "--reopen", "--reason", reason,
    ];
    assert!(desk.command(&args).status().unwrap().success());
    for list in ["archive/reopened.csv", "archive/chain.csv"] {
        let text = desk.text(list);
        assert!(text.contains("'=cmd|") && !text.contains(",=cmd"), "{text}");
    }
}

/// A clock that is far off made departments late, or registers that no command could read. It is said, and nothing panics.
#[test]
fn a_clock_that_is_off_is_said() {
    for (now, wrong) in [
        ("1970-01-01T00:00:00Z", true),
        ("2100-01-01T00:00:00Z", true),
        ("9999-12-30T22:00:00Z", true),
        ("-009999-01-02T02:00:00Z", true),
        ("2024-06-10T00:00:00Z", false),
    ] {
        let desk = Desk::in_may();
        desk.write("来件/甲.pdf", "%PDF-");
        for line in [
            "collect 来件 --period 2024-05",
            "run 2024-05",
            "seal 2024-04 --with-open",
        ] {
            let args: Vec<&str> = line.split(' ').collect();
            let output = desk.command(&args).env("DUBAN_NOW", now).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            let refused = wrong && line.starts_with("collect");
            let code = output.status.code();
            assert_eq!(
                code,
                Some(if refused { 2 } else { code.unwrap_or(9) & 1 }),
                "{now} {line}: {said}"
            );
            let is_said = said.contains("请校准日期");
            assert_eq!(
                is_said,
                wrong && !line.starts_with("run"),
                "{now} {line}: {said}"
            );
        }
    }
}
