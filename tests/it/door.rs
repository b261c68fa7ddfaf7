//! The door: the menu on a terminal of its own, and files that are dropped on the program.

use crate::prelude::*;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Longer than any command takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A person at a terminal, with `script` of util-linux as the terminal.
struct Person {
    terminal: Child,
    keys: Option<ChildStdin>,
    screen: Receiver<Vec<u8>>,
    /// Everything that came to the screen.
    bytes: Vec<u8>,
    /// How much of it was looked at.
    seen: usize,
}

impl Person {
    fn at(desk: &Desk, words: &str) -> Self {
        // What opens files here writes down what it was given.
        let opener = desk.write(".bin/xdg-open", "#!/bin/sh\necho \"$1\" >> \"$OPENED\"\n");
        fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
        // As it lies in an unpacked package, where the desk has it.
        let unpacked = desk.path("duban");
        let program = if unpacked.exists() {
            "./duban"
        } else {
            env!("CARGO_BIN_EXE_duban")
        };
        let path = format!(
            "{}:{}",
            desk.path(".bin").display(),
            std::env::var("PATH").unwrap()
        );
        let mut command = duban_in(&desk.path(""));
        let envs: Vec<_> = command
            .get_envs()
            .map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)))
            .collect();
        command = Command::new("script");
        for (name, value) in envs {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut terminal = command
            .args([
                "-qec",
                &format!("stty cols 100; exec {program} {words}"),
                "/dev/null",
            ])
            .current_dir(desk.path(""))
            .env("PATH", path)
            .env("DUBAN_NOW", "2024-07-04T01:00:00Z")
            .env("DISPLAY", ":0")
            .env("OPENED", desk.path("opened"))
            .env("NO_COLOR", "1")
            // As a launcher of a desktop sets it.
            .env("DUBAN_WAIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script of util-linux");
        let mut output = terminal.stdout.take().unwrap();
        let (send, screen) = channel();
        thread::spawn(move || {
            let mut room = [0; 4096];
            while let Ok(n @ 1..) = output.read(&mut room) {
                let _ = send.send(room[..n].to_vec());
            }
        });
        Self {
            keys: terminal.stdin.take(),
            terminal,
            screen,
            bytes: Vec::new(),
            seen: 0,
        }
    }

    /// Waits for the end of a question.
    #[track_caller]
    fn reads(&mut self, question: &str) -> &mut Self {
        loop {
            let fresh = String::from_utf8_lossy(&self.bytes[self.seen..]).into_owned();
            if fresh.trim_end_matches('\u{fffd}').ends_with(question) {
                self.seen = self.bytes.len();
                return self;
            }
            let more = self.screen.recv_timeout(PATIENCE);
            let more = more.unwrap_or_else(|e| panic!("no “{question}” ({e}) in: {fresh}"));
            self.bytes.extend(more);
        }
    }

    fn types(&mut self, keys: &str) -> &mut Self {
        self.keys
            .as_mut()
            .unwrap()
            .write_all(format!("{keys}\n").as_bytes())
            .unwrap();
        self
    }

    fn screen(&self) -> String {
        shown(&self.bytes)
    }

    /// Goes away, or waits until the program ends; gives its exit code and the screen.
    fn leaves(mut self) -> (Option<i32>, String) {
        drop(self.keys.take());
        let code = self.terminal.wait().unwrap().code();
        while let Ok(more) = self.screen.recv() {
            self.bytes.extend(more);
        }
        (code, shown(&self.bytes))
    }
}

/// What a terminal shows in the end: lines that were drawn over are gone.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column) = (0, 0);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\r' => column = 0,
            '\n' => {
                row += 1;
                if row == lines.len() {
                    lines.push(Vec::new());
                }
            }
            '\u{1b}' => {
                let mut code = String::new();
                for c in chars.by_ref().skip(1) {
                    code.push(c);
                    if c.is_ascii_alphabetic() {
                        break;
                    }
                }
                match code.as_str() {
                    "2K" => lines[row].clear(),
                    "K" => lines[row].truncate(column),
                    "1A" => row = row.saturating_sub(1),
                    _ => {}
                }
            }
            c if c.is_control() => {}
            c => {
                let line = &mut lines[row];
                if line.len() <= column {
                    line.resize(column + 1, ' ');
                }
                line[column] = c;
                column += 1;
            }
        }
    }
    let lines = lines.into_iter().map(String::from_iter);
    lines
        .map(|line: String| line.trim_end().to_owned() + "\n")
        .collect()
}

/// A month at the desk of the sample: June's files lie in a folder of attachments.
fn before_june() -> Desk {
    let desk = Desk::sample();
    for (name, bytes) in desk.content("inbox/2024-06") {
        if name != "received.csv" {
            desk.write(&format!("附件/{name}"), bytes);
        }
    }
    desk.remove("inbox/2024-06");
    desk
}

const MENU: &str = "请按数字，再按回车：";
const BACK: &str = "按回车回到菜单：";
const CLOSES: &str = "按回车关闭窗口：";

/// What is typed on a screen, and the question that comes then.
type Steps = &'static [(&'static str, &'static str)];

const MONTH: [(&str, Steps); 10] = [
    ("打开", &[("十", MENU), ("", MENU)]),
    (
        "收表",
        &[
            ("1", "写出位置："),
            ("附", "写出位置："),
            ("1", "为2024年5月）："),
            ("13月", "为2024年5月）："),
            ("2023-06", "为2024年5月）："),
            ("６月", "为今天，2024年7月4日）："),
            ("昨天", "为今天，2024年7月4日）："),
            ("", BACK),
        ],
    ),
    (
        "看进度",
        &[
            ("", MENU),
            ("2", "为2024年6月）："),
            ("", "再按回车（直接按回车为1）："),
            ("2", BACK),
        ],
    ),
    (
        "出月报",
        &[
            ("", MENU),
            ("3", "为2024年6月）："),
            ("", "再按回车（直接按回车为1）："),
            ("3", "再按回车（直接按回车为1）："),
            ("1", "再按回车（直接按回车为1）："),
            ("2", BACK),
        ],
    ),
    ("打开结果", &[("", MENU), ("7", "为1）："), ("", BACK)]),
    (
        "封存",
        &[
            ("", MENU),
            ("封存", "为2024年6月）："),
            ("", "再按回车（直接按回车为1）："),
            ("1", "再按回车（直接按回车为1）："),
            ("2", BACK),
        ],
    ),
    (
        "发表",
        &[
            ("", MENU),
            ("4", "为2024年7月）："),
            ("", "再按回车（直接按回车为1）："),
            ("2", BACK),
        ],
    ),
    (
        "自查一份表",
        &[
            ("", MENU),
            ("5", "写出位置："),
            ("没有的表.xlsx", "写出位置："),
            ("'附件/建设局2024年6月报送表.xlsx' ", BACK),
        ],
    ),
    (
        "计划和台账",
        &[("", MENU), ("8", "回车为1）："), ("", BACK)],
    ),
    ("说明", &[("", MENU), ("9", "为1）："), ("", BACK)]),
];

/// Screens that a month does not show, with what the program is started with.
const OTHERS: [(&str, &str, Steps); 4] = [
    (
        "拖到图标上",
        "附件/建设局2024年6月报送表.xlsx",
        &[("", CLOSES)],
    ),
    ("出错时", "run 2024-09", &[("", CLOSES)]),
    ("几个任务计划", "", &[("", MENU), ("1", MENU)]),
    (
        NO_PLAN,
        "",
        &[
            ("", MENU),
            ("7", BACK),
            ("", MENU),
            ("1", "写出位置："),
            ("", "写出位置："),
            ("0", MENU),
            ("3", "例如 2024-06）："),
            ("6月", "例如 2024-06）："),
            ("2024-06", "直接按回车为1）："),
            ("1", BACK),
        ],
    ),
];
const NO_PLAN: &str = "没有任务计划的文件夹";

/// Every screen, wrong answers included, stands in docs/menu.md.
#[test]
fn a_month_is_done_from_the_menu() {
    let desk = before_june();
    fs::copy(env!("CARGO_BIN_EXE_duban"), desk.path("duban")).unwrap();
    desk.write("使用说明.html", "");
    let mut person = Person::at(&desk, "");
    let mut page = fs::read_to_string(root().join("docs/menu.md")).unwrap();
    page.truncate(page.find("\n## ").map_or(page.len(), |at| at + 1));
    person.reads(MENU);
    let head = format!("督办 {}\n", env!("CARGO_PKG_VERSION"));
    let mut record = |desk: &Desk, heading: &str, screen: &str, is_first: bool| {
        // The menu is the same each time.
        let mut pieces = screen.split(head.as_str());
        let mut screen = pieces.next().unwrap_or_default().to_owned();
        for (ix, piece) in pieces.enumerate() {
            if is_first && ix == 0 {
                screen += &(head.clone() + piece);
            } else {
                screen += &piece[piece.find(MENU).unwrap()..];
            }
        }
        let place = desk.path("").display().to_string();
        let screen = screen.replace(place.trim_end_matches('/'), "/home/督查室/督办");
        // A seal's hash is of all that went into it, the user's name among it.
        let screen: Vec<&str> = screen
            .split_inclusive('：')
            .map(|piece| match piece.split_once('\n') {
                Some((hash, _)) if hash.len() == 64 => &piece[hash.len()..],
                _ => piece,
            })
            .collect();
        let screen = screen.concat();
        let screen = screen.trim_matches('\n');
        let _ = write!(page, "## {heading}\n\n```text\n{screen}\n```\n\n");
    };
    let mut begun = 0;
    for (heading, steps) in MONTH {
        for (keys, question) in steps {
            person.types(keys).reads(question);
        }
        let screen = shown(&person.bytes[begun..person.seen]);
        record(&desk, heading, &screen, begun == 0);
        begun = person.seen;
    }
    person.types("").reads(MENU).types("0");
    let (code, all) = person.leaves();
    assert_eq!(code, Some(0), "{all}");
    let opened = ["out/2024-06/结果.html", "使用说明.html"];
    let opened = opened.map(|path| format!("{}\n", desk.path(path).display()));
    assert_eq!(desk.text("opened"), opened.concat());
    assert!(!desk.content("archive/2024-06").is_empty());
    let empty = Desk::bare();
    for (heading, words, steps) in OTHERS {
        if heading == "几个任务计划" {
            desk.write("seeds/2025/plan.toml", desk.read(crate::desk::PLAN));
        }
        let desk = if heading == NO_PLAN { &empty } else { &desk };
        let mut person = Person::at(desk, words);
        for (ix, (keys, question)) in steps.iter().enumerate() {
            if ix > 0 {
                person.types(keys);
            }
            person.reads(question);
        }
        record(desk, heading, &person.screen(), true);
        let _ = person.leaves();
    }
    assert_on_record("docs/menu.md", &(page.trim_end().to_owned() + "\n"));
}

/// A person who is gone is not asked for ever, and what is known goes back, out and on by itself.
#[test]
fn the_menu_ends_goes_back_and_takes_what_is_dragged_in() {
    let desk = before_june();
    let mut person = Person::at(&desk, "");
    person
        .reads(MENU)
        .types("3")
        .reads("为2024年5月）：")
        .types("0")
        .reads(MENU)
        .types("附件/建设局2024年6月报送表.xlsx")
        .reads(BACK);
    person.types("").reads(MENU).types("1").reads("写出位置：");
    let (code, screen) = person.leaves();
    assert_eq!(code, Some(0), "{screen}");
    assert!(
        screen.contains("运行：duban check 附件/建设局2024年6月报送表.xlsx"),
        "{screen}"
    );
    // Nothing was collected.
    assert!(!desk.path("inbox/2024-06").exists());
}

/// After a seal files arrive for the next month; a folder with a plan of its own, as the example in a package, is nobody's mail.
#[test]
fn mail_is_for_the_month_after_a_seal_and_lies_on_no_other_desk() {
    let desk = before_june();
    desk.ok("seal 2024-05 --with-open");
    for folder in ["inbox", "seeds"] {
        for (name, bytes) in desk.content(folder) {
            desk.write(&format!("示例/{folder}/{name}"), bytes);
        }
    }
    let mut person = Person::at(&desk, "");
    person.reads(MENU).types("1").reads("写出位置：");
    let screen = person.types("").reads("为2024年6月）：").screen();
    assert!(
        screen.contains("  1 附件\n请按数字（直接按回车为1）"),
        "{screen}"
    );
}

/// The only plan and inbox of a folder are taken, whatever their names; of several the person says which.
#[test]
fn what_there_is_several_of_is_asked_for() {
    let desk = Desk::in_may();
    fs::rename(desk.path("inbox"), desk.path("收件")).unwrap();
    desk.write("seeds/2025/plan.toml", desk.read(crate::desk::PLAN));
    let mut person = Person::at(&desk, "");
    person
        .reads("按数字，再按回车：")
        .types("3")
        .reads("按数字，再按回车：")
        .types("1")
        .reads(MENU);
    person
        .types("3")
        .reads("为2024年5月）：")
        .types("4")
        .reads("为1）：")
        .types("")
        .reads("为1）：");
    let screen = person.types("2").reads(BACK).screen();
    let line = "运行：duban run 2024-04 --plan seeds/2024/plan.toml --inbox 收件";
    assert!(screen.contains(line), "{screen}");
    assert!(desk.month("2024-04").folder.join("结果.html").exists());
}

/// The window stays until the person has read what was said, after a mistake as well; a schedule is not waited for.
#[test]
fn a_window_of_its_own_waits() {
    let desk = Desk::small();
    for (words, code) in [
        ("plan check", 0),
        ("run", 2),
        ("seeds", 2),
        ("seeds/2024/plan.toml", 0),
    ] {
        let mut person = Person::at(&desk, words);
        person.reads(CLOSES).types("");
        assert_eq!(person.leaves().0, Some(code), "{words}");
    }
    let (code, screen) = Person::at(&desk, "run --quiet").leaves();
    assert!(code == Some(2) && !screen.contains(CLOSES), "{screen}");
}

/// Without a terminal there is nobody to ask.
#[test]
fn in_a_pipe_there_is_help_and_no_menu() {
    let desk = Desk::sample();
    desk.fails("").says(["用法：", "run"]).hides(["请按数字"]);
    desk.fails(".").says(["工作文件夹"]);
}

/// A workbook is checked, months are run, a notice becomes a draft, a plan is checked; of anything else is told what can be.
#[test]
fn what_is_dropped_is_done_what_it_is_for() {
    let desk = before_june();
    desk.copy("seeds");
    desk.copy("inbox");
    let june = "inbox/2024-06/建设局2024年6月报送表.xlsx";
    for (words, code, line) in [
        (june, 1, format!("duban check {june}")),
        ("inbox", 1, "duban run".to_owned()),
        ("inbox/2024-05", 1, "duban run 2024-05".to_owned()),
        (
            "seeds/2024/notice.txt",
            0,
            "duban init seeds/2024/notice --from seeds/2024/notice.txt".to_owned(),
        ),
        (
            crate::desk::PLAN,
            0,
            format!("duban plan check {}", crate::desk::PLAN),
        ),
    ] {
        let said = desk.duban(words).says([line.as_str()]);
        assert!(said.code.is_some_and(|c| c <= code), "{words}: {said}");
    }
    assert!(desk.path("seeds/2024/notice/任务计划.xlsx").exists());
    for place in ["out/2024-06", "out/2024-05"] {
        assert!(desk.path(place).join("结果.html").exists(), "{place}");
    }
    for (words, named) in [
        ("inbox/2024-06/政务中心6月盖章版.pdf", "PDF"),
        ("附件", "没有月份文件夹"),
        ("附件 inbox", "须都是各单位的表"),
    ] {
        desk.fails(words)
            .says([named, "可以拖上来的有", "duban collect"]);
    }
    desk.fails("没有的文件.xlsx")
        .says(["没有“没有的文件.xlsx”这个命令"]);
}

/// A marked copy was checked as though a department had sent it.
#[test]
fn the_offices_own_workbooks_are_known_by_what_they_hold() {
    let desk = Desk::bare();
    desk.write(
        "通知.txt",
        fs::read(root().join("seeds/2024/notice.txt")).unwrap(),
    );
    desk.ok("init . --from 通知.txt");
    for (name, copy, line, marked) in [
        (
            "任务计划.xlsx",
            "任务计划（检查结果）3.xlsx",
            "plan check '任务计划（检查结果）3.xlsx'",
            true,
        ),
        (
            "台账.xlsx",
            "去年的.xlsx",
            "ledger check 去年的.xlsx",
            false,
        ),
    ] {
        desk.write(copy, desk.read(name));
        let line = format!("duban {line} --mark");
        let said = desk.ok(copy).says([line.as_str()]);
        // A copy of a copy bears no longer name.
        let written = "标好的表已写入“任务计划（检查结果）.xlsx”";
        assert_eq!(said.out.contains(written), marked, "{said}");
    }
    let mut person = Person::at(&desk, "");
    person
        .reads(MENU)
        .types("8")
        .reads("回车为1）：")
        .types("2")
        .reads(BACK);
    let screen = person.screen();
    assert!(screen.contains("duban ledger check --mark"), "{screen}");
}

/// Dropped on the program from anywhere, a file finds the plan above it.
#[test]
fn a_file_is_checked_with_the_plan_above_it() {
    let desk = Desk::sample();
    let away = Desk::bare();
    let file = desk.path("inbox/2024-06/建设局2024年6月报送表.xlsx");
    let output = duban_in(&away.path("")).arg(&file).output().unwrap();
    let said = crate::desk::Said::from(output);
    said.says([
        "运行：duban check inbox/2024-06/建设局2024年6月报送表.xlsx",
        "2024年6月",
    ]);
}
