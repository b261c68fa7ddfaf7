//! The menu: one number a task, the same commands behind it.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::ask::{self, Stop};
use super::desk::{self, Chosen, Desk, OUT};
use super::dropped::{self, Taken};
use super::run;
use crate::cli::clock;
use crate::cli::exit::{CLEAN, FAILED, FINDINGS};
use crate::cli::month::Months;
use crate::cli::next::added;
use crate::cli::opening;
use crate::cli::plan_file;
use crate::cli::printing::print;
use crate::cli::terminal::Terminal;
use crate::intake::calendar::fold;
use crate::intake::dates::one_day;
use crate::intake::text::one_line;
use crate::plan::{Period, chinese_date};
use crate::report::page;

type Item = fn(&Menu) -> Result<(), Stop>;

/// What the menu offers, from 1 on.
const ITEMS: [(&str, &str, Item); 9] = [
    ("收表", "把收到的文件放进收件箱", collect),
    ("看进度", "谁已报、谁未报，可以写催报通知", status),
    ("出月报", "核查、汇总，写出汇总表、简报和退回文件", report),
    ("发表", "各单位要填的报送表", forms),
    ("自查一份表", "报送前看看一份表有没有错", check),
    ("封存", "结束一个月，数据不再改变", seal),
    ("打开结果", "看一个月的结果", results),
    ("计划和台账", "任务计划和台账有没有写错的地方", office_check),
    ("说明", "一个月怎么做", guide),
];

/// Columns that the longest name takes.
const NAME: usize = 5;

const GUIDE: &str = "\
一个月这样做：
  1. 发表：生成各单位当月的报送表，发给各单位填写。
  2. 收表：收到的附件放在一个文件夹里，收进收件箱；原件不动，收到日期有登记。随到随收，可以收多次。
  3. 看进度：截止日前后看谁还没报，需要的写催报通知。
  4. 出月报：核查、汇总，写出汇总表、简报、催报通知和标好错误的退回文件。有更正的，收表后再出一次。
  5. 打开结果：从“结果.html”看起，下一步做什么都在上面。
  6. 封存：一个月办完后封存，原件、报告和数据以后不再改变。
每一步运行的命令都显示出来，也可以自己在终端里输入；全部命令见 duban help。
把文件或文件夹拖到程序图标上也可以：各单位的表自查，收件箱出月报，印发的通知起草任务计划，任务计划和台账检查。
数据不出本机。收到的文件只读不改。
";

/// The guide with pictures that comes with the program.
const MANUAL: &str = "使用说明.html";

struct Menu {
    chosen: Chosen,
    desk: Desk,
}

/// Shows the menu until the person leaves; gives the exit code.
pub fn open() -> u8 {
    desk::settle(None);
    let Ok(mut menu) = Menu::begin() else {
        return CLEAN;
    };
    loop {
        menu.show();
        let done = loop {
            match menu.act() {
                Ok(true) => break Ok(()),
                Ok(false) => {}
                Err(stop) => break Err(stop),
            }
        };
        let left = done.and_then(|()| ask::line("\n按回车回到菜单：").map(drop));
        match left {
            Err(Stop::End) => return CLEAN,
            Ok(()) | Err(Stop::Back) => menu.desk = Desk::look(&menu.chosen),
        }
    }
}

impl Menu {
    /// Asks which plan and which inbox, where there are several.
    fn begin() -> Result<Self, Stop> {
        let mut chosen = Chosen::default();
        let pick = |what: &str, all: &[PathBuf]| {
            let shown: Vec<String> = all.iter().map(|path| shown(path)).collect();
            let question = format!("{what}有{}个，用哪一个？", all.len());
            let picked = ask::choice(&question, &shown, None);
            picked.map(|ix| Some(all[ix].clone()))
        };
        let plans = plan_file::here();
        if plans.len() > 1 && plan_file::find(None).is_err() {
            chosen.plan = pick("任务计划", &plans)?;
        }
        let desk = Desk::look(&chosen);
        let inboxes = desk::inboxes(desk.plan.as_ref().ok().map(|(plan, _)| plan));
        chosen.inbox = match inboxes.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            many => pick("收件箱", many)?,
        };
        Ok(Self {
            desk: Desk::look(&chosen),
            chosen,
        })
    }

    fn show(&self) {
        let Desk {
            plan,
            inbox,
            months,
            sealed,
        } = &self.desk;
        let has_plan = env::var_os("DUBAN_PLAN").is_some() || !plan_file::here().is_empty();
        let plan = match plan {
            Ok((plan, path)) => format!("{}（{}）", plan.title, shown(path)),
            Err(_) if !has_plan => {
                "没有找到。请把放着任务计划的文件夹拖进来；还没有任务计划的，把印发的通知拖进来起草"
                    .to_owned()
            }
            Err(why) => {
                let first = why.lines().next().unwrap_or_default();
                format!("不能用。{first}")
            }
        };
        let newest = |months: &std::collections::BTreeSet<Period>, none: &str| {
            let newest = months.last().map(|newest| newest.chinese());
            newest.map_or_else(|| none.to_owned(), |newest| format!("最新{newest}"))
        };
        print(format_args!(
            "督办 {}\n  文件夹：{}\n  任务计划：{plan}\n  收件箱：{}，{}\n  封存：{}\n\n",
            env!("CARGO_PKG_VERSION"),
            shown(&env::current_dir().unwrap_or_default()),
            shown(inbox.root()),
            newest(months, "还没有任何月份"),
            newest(sealed, "还没有封存过")
        ));
        for (ix, (name, what, _)) in ITEMS.iter().enumerate() {
            let room = "　".repeat(NAME - name.chars().count());
            print(format_args!("  {} {name}{room}　{what}\n", ix + 1));
        }
        print("  0 退出\n");
    }

    /// Takes one answer and does what it says; false: it was none.
    fn act(&mut self) -> Result<bool, Stop> {
        let typed = ask::line("请按数字，再按回车：")?;
        if matches!(fold(&typed).as_str(), "0" | "退出" | "q") {
            return Err(Stop::End);
        }
        let named = ITEMS.iter().position(|(name, ..)| *name == typed);
        if let Some(ix) = named.or_else(|| ask::picked(&typed, ITEMS.len(), None)) {
            let (name, _, item) = ITEMS[ix];
            print(format_args!("\n{name}（各步输入 0 回到菜单）\n"));
            return item(self).map(|()| true);
        }
        // What is dragged into the window is done what is done with it when it is dropped on the program.
        if let Ok(paths) = ask::paths(&typed) {
            match dropped::take(&paths) {
                Ok(Taken::Line(words)) => drop(self.run(words)),
                Ok(Taken::Desk) => self.chosen = Chosen::default(),
                Err(error) => Terminal::error(&error),
            }
            return Ok(true);
        }
        print(format_args!("{}\n", ask::wrong(&typed, "请按0至9的数字")));
        Ok(false)
    }

    /// Runs a command line, with what was chosen.
    fn run(&self, mut words: Vec<OsString>) -> u8 {
        words.extend(added(&words, &self.chosen.given()));
        print("\n");
        run(words)
    }

    fn run_for(&self, command: &str, period: Period, more: &[&str]) -> u8 {
        let words = [command, &period.to_string()];
        let words = words.iter().chain(more);
        self.run(words.map(OsString::from).collect())
    }

    /// A month, as people write it; an empty line takes `default`.
    fn month(&self, default: Option<Period>) -> Result<Period, Stop> {
        let prompt = match default {
            Some(default) => format!("哪个月（直接按回车为{}）：", default.chinese()),
            None => "哪个月（例如 2024-06）：".to_owned(),
        };
        ask::until(&prompt, |typed| {
            if let Some(default) = default.filter(|_| typed.is_empty()) {
                return Ok(default);
            }
            let wanted = "请写成 2024-06 或 6月";
            let month = typed.parse().ok().and_then(Months::one);
            let month = month.ok_or_else(|| ask::wrong(typed, wanted))?;
            match &self.desk.plan {
                Ok((plan, _)) => month.of_plan(plan).map_err(|error| format!("{error}。")),
                Err(_) => month
                    .full()
                    .ok_or_else(|| ask::wrong(typed, "请写明年份，例如 2024-06")),
            }
        })
    }
}

fn shown(path: &Path) -> String {
    one_line(&path.display().to_string(), 200)
}

/// 1 is done when the line is left empty.
fn is_first(question: &str, options: [&str; 2]) -> Result<bool, Stop> {
    Ok(ask::choice(question, &options, Some(0))? == 0)
}

fn collect(menu: &Menu) -> Result<(), Stop> {
    let mail = desk::mail();
    let names: Vec<String> = mail.iter().map(|path| shown(path)).collect();
    print("从哪里收？\n");
    ask::list(&names);
    let only = (mail.len() == 1).then_some(0);
    let prompt = match mail.len() {
        0 => "请把文件或文件夹拖进来，或写出位置：",
        1 => "请按数字（直接按回车为1），或把文件、文件夹拖进来，或写出位置：",
        _ => "请按数字，或把文件、文件夹拖进来，或写出位置：",
    };
    let sources = ask::until(prompt, |typed| match ask::picked(typed, mail.len(), only) {
        Some(ix) => Ok(vec![mail[ix].clone()]),
        None => ask::paths(typed),
    })?;
    let period = menu.month(menu.desk.arriving())?;
    let today = clock::now().date();
    let prompt = format!("收到日期（直接按回车为今天，{}）：", chinese_date(today));
    let received = ask::until(&prompt, |typed| {
        let day =
            |typed: &str| one_day(typed).or_else(|| one_day(&format!("{}年{typed}", today.year())));
        if typed.is_empty() {
            return Ok(None);
        }
        let day = day(typed).map(|day: Date| Some(day.to_string()));
        day.ok_or_else(|| ask::wrong(typed, "请写成 2024-07-05 或 7月5日"))
    })?;
    let mut words: Vec<OsString> = vec!["collect".into()];
    words.extend(sources.iter().map(|path| desk::near(path)));
    words.push(period.to_string().into());
    if let Some(day) = received {
        words.extend(["--received".into(), day.into()]);
    }
    menu.run(words);
    Ok(())
}

fn status(menu: &Menu) -> Result<(), Stop> {
    let period = menu.month(menu.desk.newest())?;
    let looks = is_first("写催报通知吗？", ["只看进度", "看进度，并写催报通知"])?;
    let more: &[&str] = if looks { &["--no-notices"] } else { &[] };
    menu.run_for("status", period, more);
    Ok(())
}

fn report(menu: &Menu) -> Result<(), Stop> {
    let period = menu.month(menu.desk.newest())?;
    let is_final = is_first("出哪一种？", ["正式的", "征求意见稿（不催报、不计逾期）"])?;
    let more: &[&str] = if is_final { &[] } else { &["--draft"] };
    if menu.run_for("run", period, more) != FAILED
        && is_first("\n打开结果吗？", ["打开", "不打开"])?
    {
        show(period);
    }
    Ok(())
}

fn forms(menu: &Menu) -> Result<(), Stop> {
    let period = menu.month(menu.desk.coming())?;
    if menu.run_for("forms", period, &[]) != FAILED
        && is_first("\n打开所在的文件夹吗？", ["打开", "不打开"])?
    {
        opened(&Path::new(OUT).join("forms").join(period.to_string()));
    }
    Ok(())
}

fn check(menu: &Menu) -> Result<(), Stop> {
    let files = ask::until("哪一份？请把文件拖进来，或写出位置：", ask::paths)?;
    let mut words: Vec<OsString> = vec!["check".into()];
    words.extend(files.iter().map(|path| desk::near(path)));
    menu.run(words);
    Ok(())
}

fn seal(menu: &Menu) -> Result<(), Stop> {
    let period = menu.month(menu.desk.newest())?;
    let month = period.chinese();
    print(format_args!(
        "封存后{month}的数据不再改变，确需改动的须重开并留下记录。\n"
    ));
    if !is_first(&format!("封存{month}吗？"), ["封存", "不封存"])? {
        return Err(Stop::Back);
    }
    if menu.run_for("seal", period, &[]) == FINDINGS {
        let options = ["先处理，不封存", "仍然封存，记下还有哪些没有处理"];
        if !is_first("\n还有没有处理的，仍然封存吗？", options)? {
            menu.run_for("seal", period, &["--with-open"]);
        }
    }
    Ok(())
}

fn results(_: &Menu) -> Result<(), Stop> {
    let months = desk::results();
    if months.is_empty() {
        print("还没有结果，请先出月报。\n");
        return Ok(());
    }
    let names: Vec<String> = months.iter().map(|month| month.chinese()).collect();
    let picked = ask::choice("看哪个月？", &names, Some(0))?;
    show(months[picked]);
    Ok(())
}

/// A month's results: the page to begin with, or the folder where an older program made none.
fn show(period: Period) {
    let folder = Path::new(OUT).join(period.to_string());
    let page = folder.join(page::NAME);
    opened(if page.exists() { &page } else { &folder });
}

fn opened(path: &Path) {
    match opening::open(path) {
        Ok(()) => print(format_args!("已打开“{}”。\n", shown(path))),
        Err(error) => Terminal::warn(&format!("{error}。")),
    }
}

/// Checks the plan or the ledger that are used, or a copy of them; a ledger that is not there yet is made.
fn office_check(menu: &Menu) -> Result<(), Stop> {
    let plan = menu.desk.plan.as_ref().map(|(_, path)| path.as_path());
    let plan = plan.unwrap_or(Path::new(plan_file::BOOK));
    let (second, of_ledger): (_, &[&str]) = if plan.with_file_name(plan_file::LEDGER).exists() {
        ("台账", &["ledger", "check", "--mark"])
    } else {
        ("生成台账（还没有）", &["ledger", "new"])
    };
    let of_plan: &[&str] = if dropped::is_toml(plan) {
        &["plan", "check"]
    } else {
        &["plan", "check", "--mark"]
    };
    print("检查哪一份？\n");
    ask::list(&["任务计划".to_owned(), second.to_owned()]);
    let prompt = "请按数字，或把文件拖进来，或写出位置（直接按回车为1）：";
    let words = ask::until(prompt, |typed| match ask::picked(typed, 2, Some(0)) {
        Some(ix) => {
            let words = if ix == 0 { of_plan } else { of_ledger };
            Ok(words.iter().map(OsString::from).collect())
        }
        None => match dropped::take(&ask::paths(typed)?) {
            Ok(Taken::Line(words)) => Ok(words),
            Ok(Taken::Desk) => Err(ask::wrong(typed, "请拖入一个文件")),
            Err(error) => Err(error.to_string()),
        },
    })?;
    menu.run(words);
    Ok(())
}

fn guide(_: &Menu) -> Result<(), Stop> {
    print(GUIDE);
    let program = env::current_exe().unwrap_or_default();
    let beside = program.with_file_name(MANUAL);
    // A package puts its papers where the system has those of all programs.
    let shared = program
        .ancestors()
        .nth(2)
        .map(|root| root.join("share/doc/duban").join(MANUAL));
    let manual = [Some(beside), shared]
        .into_iter()
        .flatten()
        .find(|path| path.exists());
    if let Some(manual) = manual {
        print(format_args!("图文说明在“{}”。\n", shown(&manual)));
        if is_first("打开它吗？", ["打开", "不打开"])? {
            opened(&manual);
        }
    }
    Ok(())
}
