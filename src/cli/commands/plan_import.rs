//! `duban plan import`: a notice → a draft plan for a person to review.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;

use comfy_table::TableComponent;

use crate::check;
use crate::intake::sheets::{self, is_workbook};
use crate::intake::sniff::{Kind, sniff};
use crate::plan::notice::{self, Draft, Fault};
use crate::plan::{Kind as Indicator, Limits};
use crate::report::{notice_review, plan_book};

use super::prelude::*;
use crate::cli::args::ImportArgs;
use crate::cli::exit::found;
use crate::cli::lock::{self, Lock};
use crate::cli::terminal;
use crate::cli::{next, output};

const DEFAULT_OUT: &str = "plan-draft.toml";

pub fn run(args: &ImportArgs, terminal: &Terminal) -> Result<u8> {
    let out = out(args);
    // What is written is made from what is there.
    let _locks = locked([&out, &args.review].into_iter().flatten())?;
    let draft = read(&args.notice, args.year)?;
    let text = draft.to_toml();
    let imported = check::load_plan("草稿", &text);
    // Everything is read and made before anything is written.
    let difference = match &args.compare {
        Some(path) => {
            let (existing, _) = plan_file::load(path)?;
            let imported = imported.as_ref().map_err(Error::said)?;
            Some(notice::in_words(&notice::compare(imported, &existing)))
        }
        None => None,
    };
    let book = match &out {
        Some(path) if is_workbook(&path.to_string_lossy(), &[]) => Some(workbook(path, &text)?),
        _ => None,
    };
    let merged = match &out {
        Some(path) if path.exists() => {
            let (plan, existing) = plan_file::load(path)?;
            Some(notice::merge(
                &String::from_utf8_lossy(&existing),
                &plan,
                &draft,
            ))
        }
        _ => None,
    };
    let review = review(args, &draft)?;
    if let Some(path) = &out {
        let new = merged.as_ref().map_or(text.as_str(), |m| m.text.as_str());
        if merged.as_ref().is_none_or(|m| !m.changes.is_empty()) {
            output::save(path, book.as_deref().unwrap_or(new.as_bytes()))?;
        }
    }
    if let Some((path, bytes)) = &review {
        output::save(path, bytes)?;
    }
    match &difference {
        Some(difference) => terminal.line(difference.trim_end()),
        None => table(&draft, terminal),
    }
    not_taken(&draft, terminal);
    closing(&draft, terminal);
    if let Some(merged) = &merged {
        again(merged, out.as_deref(), terminal);
    } else if let Some(path) = &out {
        let how = match book {
            Some(_) => {
                "涂黄的单元格须由人判断，理由和所依据的原文在“备注”（或“说明”）栏；改定后删去“待核”字样，再检查"
            }
            None => "请对照通知逐项审核，处理“待核”后检查",
        };
        say!(
            terminal,
            "草稿已写入“{}”。{how}：{}",
            path.display(),
            next::next(&format!(
                "plan check {}",
                next::quoted(&path.to_string_lossy())
            ))
        );
    }
    if let Some((path, _)) = &review {
        say!(terminal, "审核表已写入“{}”。", path.display());
    }
    if let Err(errors) = imported {
        say!(terminal, "草稿还不能直接使用，请先改正：\n{errors}");
        return Ok(FINDINGS);
    }
    Ok(found(draft.misses_any()))
}

/// What importing again changed in a draft that was there.
fn again(merged: &notice::Merged, out: Option<&Path>, terminal: &Terminal) {
    let place = out.unwrap_or_else(|| Path::new(DEFAULT_OUT)).display();
    if merged.changes.is_empty() {
        say!(
            terminal,
            "“{place}”已有草稿，通知没有变化，手工修改全部保留，文件未动。"
        );
    } else {
        let kept = if merged.unmarked == 0 {
            "手工修改全部保留".to_owned()
        } else {
            format!(
                "其中 {} 项没有“通知行”标记，看不出哪些是手工改的：除与所录原文一致的目标照改外，一律保留",
                merged.unmarked
            )
        };
        say!(
            terminal,
            "“{place}”已有草稿，{kept}；通知的变化{}处：",
            merged.changes.len()
        );
        for change in &merged.changes {
            say!(
                terminal,
                "  {}：{}",
                one_line(&change.place, 60),
                one_line(&change.what, 300)
            );
        }
    }
    if !merged.taken_out.is_empty() {
        say!(
            terminal,
            "通知中有{}项任务已从清单中删去，没有重新加入：{}。",
            merged.taken_out.len(),
            one_line(&merged.taken_out.join("、"), 300)
        );
    }
}

/// A draft as a workbook, what is to be settled coloured. One that is there is somebody's work and stays.
fn workbook(path: &Path, text: &str) -> Result<Vec<u8>> {
    if path.exists() {
        return Err(said!(
            "“{}”已经有了，不会覆盖。请换一个文件名；要看通知与它有哪些不同，用 --compare",
            path.display()
        ));
    }
    let tree: toml::Table = text.parse().map_err(Error::said)?;
    let made = plan_book::workbook(&tree, &notice::remarks(text));
    made.map_err(|e| said!("生成任务计划时出错：{e}"))
}

/// The review table that was asked for, and where it goes.
fn review<'a>(args: &'a ImportArgs, draft: &Draft) -> Result<Option<(&'a Path, Vec<u8>)>> {
    let Some(path) = &args.review else {
        return Ok(None);
    };
    let made = notice_review::workbook(draft);
    let bytes = made.map_err(|e| said!("生成审核表时出错：{e}"))?;
    Ok(Some((path, bytes)))
}

/// Reads the notice's file; one larger than any notice is never read whole.
pub(super) fn read(path: &Path, year: Option<i16>) -> Result<Draft> {
    let cannot = |e| Error::io("无法读取通知", path, e);
    let fault = |fault: Fault| said!("“{}”{fault}", path.display());
    let file = File::open(path).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.take(notice::MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    let name = path.to_string_lossy();
    let is_book = matches!(
        sniff(&name, &bytes),
        Kind::Xlsx | Kind::Xlsb | Kind::Xls | Kind::Ods
    );
    let notice = if is_book && bytes.len() as u64 <= notice::MAX_BYTES {
        let book = sheets::open(&name, &bytes, &Limits::default());
        let book = book.map_err(|e| said!("“{}”：{}", path.display(), e.message))?;
        let tables = sheets::tables(&book)
            .ok_or_else(|| said!("“{}”太大，不会是任务分解表", path.display()))?;
        notice::of_tables(tables)
    } else {
        notice::read(&bytes)
    };
    let notice = notice.map_err(fault)?;
    notice::draft(&notice, year).map_err(fault)
}

/// Where the draft goes: nowhere by itself where a plan is compared.
fn out(args: &ImportArgs) -> Option<PathBuf> {
    let usual = || args.compare.is_none().then(|| PathBuf::from(DEFAULT_OUT));
    args.out.clone().or_else(usual)
}

/// The folders of these files, taken for this command; one that is not there yet fails when it is written to.
fn locked<'p>(files: impl Iterator<Item = &'p PathBuf>) -> Result<Vec<Lock>> {
    let folders = files.map(|file| match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    });
    let folders: BTreeSet<PathBuf> = folders.filter_map(|f| f.canonicalize().ok()).collect();
    let take = |folder: &PathBuf| lock::take(folder, "无法写入");
    folders.iter().map(take).collect()
}

fn table(draft: &Draft, terminal: &Terminal) {
    if terminal.quiet {
        return;
    }
    let mut table = terminal::table(["编号", "指标", "类型", "目标", "所据原文", "待核"]);
    table
        .remove_style(TableComponent::HorizontalLines)
        .remove_style(TableComponent::MiddleIntersections);
    let rows = draft.review();
    for row in rows.iter().filter(|r| !r.is_left_out) {
        let id = if row.id.is_empty() {
            row.task.to_string()
        } else {
            row.id.clone()
        };
        table.add_row([
            id,
            one_line(&row.name, 24),
            row.kind.to_owned(),
            row.target.clone(),
            one_line(&row.words, 26),
            one_line(&row.marks, 40),
        ]);
    }
    terminal.line(table.to_string());
    let left_out: Vec<_> = rows.iter().filter(|r| r.is_left_out).collect();
    if !left_out.is_empty() {
        say!(
            terminal,
            "未列为指标的数字和语句（{}处），请过目：",
            left_out.len()
        );
        for row in left_out {
            say!(
                terminal,
                "  第{}项 {}：{}",
                row.task,
                one_line(&row.words, 40),
                row.marks
            );
        }
    }
}

/// What of the notice is in no task: first what someone must look at, then the notice's frame.
pub(super) fn not_taken(draft: &Draft, terminal: &Terminal) {
    let list = |is_formal: bool, heading: &str| {
        let lines: Vec<_> = draft
            .left
            .iter()
            .filter(|l| l.is_formal == is_formal)
            .collect();
        if lines.is_empty() {
            return;
        }
        say!(terminal, "{heading}（{}处）：", lines.len());
        for line in lines {
            let words = one_line(&line.words, 60);
            say!(terminal, "  {}（{}）：{words}", line.place(), line.why);
        }
    };
    list(true, "不是任务的行，没有读入");
    list(false, "没有读入、须逐处核对的行和语句");
}

/// What the draft comes to.
pub(super) fn closing(draft: &Draft, terminal: &Terminal) {
    let count = |kinds: &[Indicator]| {
        draft
            .tasks
            .iter()
            .flat_map(|t| &t.indicators)
            .filter(|i| kinds.contains(&i.kind))
            .count()
    };
    say!(
        terminal,
        "{}：任务{}项，责任单位{}个，指标{}个（数字{}、节点{}、持续推进{}），数量关系{}个，待核{}处。",
        one_line(&draft.title, 60),
        draft.tasks.len(),
        draft.departments.len(),
        draft
            .tasks
            .iter()
            .map(|t| t.indicators.len())
            .sum::<usize>(),
        count(&[
            Indicator::Count,
            Indicator::Quantity,
            Indicator::Level,
            Indicator::Ratio
        ]),
        count(&[Indicator::Milestone]),
        count(&[Indicator::Ongoing]),
        draft.tasks.iter().map(|t| t.relations.len()).sum::<usize>(),
        draft.open_marks()
    );
}
