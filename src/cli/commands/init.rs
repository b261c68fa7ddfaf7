//! `duban init`: a folder to work in for a new place or year.

use std::fs;

use crate::check;
use crate::cli::args::InitArgs;
use crate::cli::exit::found;
use crate::cli::plan_file::{BOOK as PLAN, LEDGER};
use crate::plan::notice;
use crate::report::{briefing, plan_book, reminders};

use super::new_file::{broken, write_new};
use super::plan_import;
use super::prelude::*;

const INBOX: &str = "inbox";
/// How the month goes.
const PAGE: &str = "使用说明.html";

pub fn run(args: &InitArgs, terminal: &Terminal) -> Result<u8> {
    // Everything is made before anything is written.
    let templates = [
        ("简报模板.docx", briefing::default_template()),
        ("催报通知模板.docx", reminders::default_template()),
    ];
    let mut files: Vec<(&str, Vec<u8>)> = Vec::new();
    let (mut tree, mut remarks, mut ledger) = (toml::Table::new(), Vec::new(), None);
    let draft = args
        .from
        .as_ref()
        .map(|notice| plan_import::read(notice, args.year));
    let draft = draft.transpose()?;
    if let Some(draft) = &draft {
        let text = draft.to_toml();
        tree = text.parse().map_err(Error::said)?;
        remarks = notice::remarks(&text);
        // Its drop-downs need a plan.
        let plan = check::load_plan("草稿", &text).ok();
        let made = plan.map(|plan| plan_book::ledger(&plan, &toml::Table::new()));
        ledger = made.transpose().map_err(|e| broken(&e))?;
    }
    let plan = plan_book::workbook(&tree, &remarks).map_err(|e| broken(&e))?;
    files.push((PLAN, plan));
    let has_ledger = ledger.is_some();
    files.extend(ledger.map(|bytes| (LEDGER, bytes)));
    for (name, template) in templates {
        let template = template.map_err(|e| said!("生成模板时出错：{e}"))?;
        files.push((name, template.to_vec()));
    }
    files.push((PAGE, PAGE_TEXT.as_bytes().to_vec()));
    let there = files
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| args.folder.join(name).exists())
        .joined("、");
    if !there.is_empty() {
        return Err(said!(
            "文件夹“{}”里已经有{}，不会覆盖，什么都没有写；请换一个文件夹",
            args.folder.display(),
            there
        ));
    }
    let inbox = args.folder.join(INBOX);
    fs::create_dir_all(&inbox).doing("无法建立文件夹", &inbox)?;
    for (name, bytes) in &files {
        write_new(&args.folder.join(name), bytes)?;
    }
    if let Some(draft) = &draft {
        plan_import::not_taken(draft, terminal);
        plan_import::closing(draft, terminal);
    }
    said(&args.folder, args.from.as_ref(), has_ledger, terminal);
    Ok(found(draft.is_some_and(|draft| draft.misses_any())))
}

/// What is there now, and what to do next.
fn said(folder: &Path, notice: Option<&PathBuf>, has_ledger: bool, terminal: &Terminal) {
    let what = match notice {
        Some(notice) => format!(
            "由“{}”起草，涂黄的单元格须由人判断，理由在“备注”栏",
            notice.display()
        ),
        None => "空的，怎样填见其中的“说明”表".to_owned(),
    };
    say!(terminal, "工作文件夹已建好：{}", folder.display());
    say!(terminal, "  {PLAN}　　　　{what}");
    if has_ledger {
        say!(
            terminal,
            "  {LEDGER}　　　　　　办公室的核实、评定和调整记在这里"
        );
    }
    say!(
        terminal,
        "  {INBOX}　　　　　　　　收到的报送表放在这里，一个月一个文件夹"
    );
    terminal.line("  简报模板.docx、催报通知模板.docx　要改版式的改这两个文件，运行时用 --template、--reminder-template 指明");
    say!(terminal, "  {PAGE}　　　　一个月怎么做，双击打开");
    say!(
        terminal,
        "下一步：填好并保存{PLAN}，在这个文件夹里运行 duban plan check --mark；没有错误后{}",
        if has_ledger {
            "就可以发表（duban forms）。改动了单位、任务或指标的，台账的下拉列表会旧：duban ledger check 会提醒。"
        } else {
            "用 duban ledger new 生成台账，就可以发表（duban forms）。"
        }
    );
}

const PAGE_TEXT: &str = include_str!("init.html");
