//! Finding and loading a plan.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::check;
use crate::intake::{self, text::one_line};
use crate::plan::notice::compare;
use crate::plan::sheets::adjustments;
use crate::plan::{Plan, PlanErrors};

use super::error::{Doing, Error, Result};
use super::terminal::Terminal;

/// The plan's workbook, where it is not said.
pub const BOOK: &str = "任务计划.xlsx";
/// Names of a plan's file.
const NAMES: [&str; 2] = [BOOK, "plan.toml"];

/// Folders whose folders each hold a plan.
pub const SEEDS: &str = "seeds";

/// Where the plan is: as `given`, else as the environment says, else in the current folder, else the only one below `seeds/`.
pub fn find(given: Option<&Path>) -> Result<PathBuf> {
    let said = std::env::var_os("DUBAN_PLAN").filter(|path| !path.is_empty());
    if let Some(path) = given
        .map(Path::to_owned)
        .or_else(|| said.map(PathBuf::from))
    {
        return Ok(path);
    }
    match here().as_slice() {
        [one] => Ok(one.clone()),
        // The same plan in both forms is one plan.
        [book, toml] if book.parent() == toml.parent() => {
            let (a, b) = (load(book)?.0, load(toml)?.0);
            match first_difference(&a, &b) {
                None => Ok(toml.clone()),
                Some(difference) => Err(said!(
                    "“{}”和“{}”不是同一个任务计划：{difference}。请改成一致，或用 --plan 指明用哪一个",
                    book.display(),
                    toml.display()
                )),
            }
        }
        [] => Err(said!(
            "没有找到任务计划：当前文件夹“{}”里没有{}，{SEEDS} 的下级文件夹里也没有。还没有的，由通知起草：duban init 文件夹 --from 通知.docx；在别处的，用 --plan 指明位置（或设环境变量 DUBAN_PLAN）",
            std::env::current_dir().unwrap_or_default().display(),
            NAMES.join("或")
        )),
        many => {
            let many: Vec<_> = many
                .iter()
                .map(|path| format!("“{}”", path.display()))
                .collect();
            Err(said!(
                "任务计划有{}个：{}。请用 --plan 指明用哪一个",
                many.len(),
                many.join("、")
            ))
        }
    }
}

/// The plans of the current folder; where it has none, those below `seeds/`.
pub fn here() -> Vec<PathBuf> {
    let found = plans_in(Path::new(""));
    if !found.is_empty() {
        return found;
    }
    let mut seeds: Vec<PathBuf> = fs::read_dir(SEEDS)
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .collect();
    seeds.sort();
    seeds.iter().flat_map(|folder| plans_in(folder)).collect()
}

/// Whether a file bears the name of a plan.
pub fn is_named(path: &Path) -> bool {
    NAMES
        .iter()
        .any(|name| path.file_name() == Some(name.as_ref()))
}

/// The first thing in which two plans differ, the office's decisions aside.
pub fn first_difference(a: &Plan, b: &Plan) -> Option<String> {
    let without = |plan: &Plan| {
        let mut plan = plan.clone();
        plan.overrides.clear();
        plan.confirms.clear();
        plan.adjusts.clear();
        plan.briefing.numbers.clear();
        plan.briefing.document_numbers.clear();
        plan
    };
    let found = compare(&without(a), &without(b)).into_iter().next()?;
    Some(format!(
        "{}{}，一个是“{}”，另一个是“{}”",
        found.place,
        found.aspect.label(),
        one_line(&found.imported, 60),
        one_line(&found.existing, 60)
    ))
}

/// The plans that lie in a folder.
pub fn plans_in(folder: &Path) -> Vec<PathBuf> {
    let paths = NAMES.iter().map(|name| folder.join(name));
    paths.filter(|path| path.is_file()).collect()
}

/// Reads and validates a plan, a workbook or TOML; its bytes come along for their hash.
pub fn load(path: &Path) -> Result<(Plan, Vec<u8>)> {
    let bytes = read(path)?;
    Ok((parse(path, &bytes)?, bytes))
}

/// A plan's bytes.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    match fs::read(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Err(said!(
            "任务计划“{}”不存在，请用 --plan 指明位置",
            path.display()
        )),
        read => read.doing("无法读取任务计划", path),
    }
}

/// Validates a plan's bytes; `path` names it in messages.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Plan> {
    let (plan, said) = check::load_plan_file(&path.display().to_string(), bytes);
    plan.ok_or_else(|| Error::said(said))
}

/// The office's decisions beside a plan, where it is not said.
pub const LEDGER: &str = "台账.xlsx";

/// Adds the decisions of a ledger, the one `given` or the one beside the plan, where there is one.
pub fn add_ledger(plan: &mut Plan, path: &Path, given: Option<&Path>) -> Result {
    let beside = path.with_file_name(LEDGER);
    let ledger = given.unwrap_or(&beside);
    let bytes = match fs::read(ledger) {
        Err(e) if e.kind() == io::ErrorKind::NotFound && given.is_none() => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let what = format!("台账“{}”不存在，请核对 --ledger", ledger.display());
            return Err(Error::said(what));
        }
        read => read.doing("无法读取台账", ledger)?,
    };
    decide(plan, path, ledger, &bytes)
}

/// Adds the decisions of a ledger's bytes; a mistake in it stops the command, a warning is told.
pub fn decide(plan: &mut Plan, path: &Path, ledger: &Path, bytes: &[u8]) -> Result {
    let said = said_of_ledger(plan, path, ledger, bytes);
    if said.has_errors() {
        return Err(Error::said(said));
    }
    if !said.errors.is_empty() {
        Terminal::warn(&said.to_string());
    }
    Ok(())
}

/// Adds the decisions of a ledger's bytes where nothing is wrong; everything that there is to say.
pub fn said_of_ledger(plan: &mut Plan, path: &Path, ledger: &Path, bytes: &[u8]) -> PlanErrors {
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    PlanErrors {
        errors: intake::ledger::decide(plan, &name(ledger), &name(path), bytes),
        file: ledger.display().to_string(),
    }
}

/// A plan's file for departments: with the ledger's adjustments, which their forms say, and nothing else of the ledger.
pub fn for_departments(plan: &Plan, bytes: Vec<u8>) -> Vec<u8> {
    let adjusts = adjustments(plan, plan.adjusted_by_ledger(), Some("年度任务调整"));
    if adjusts.is_empty() {
        return bytes;
    }
    let own = if intake::sheets::is_workbook("", &bytes) {
        check::load_plan_sheets("", &bytes).tree.to_string()
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let mut more = toml::Table::new();
    more.insert("adjust".into(), adjusts.into());
    format!("{own}\n{more}").into_bytes()
}

/// Sets limits given for one run, `key=value`.
pub fn set_limits(plan: &mut Plan, limits: &[String]) -> Result {
    for limit in limits {
        let wrong = |what| said!("--limit {}：{what}", one_line(limit, 40));
        plan.limits.set(limit).map_err(wrong)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn departments_get_the_ledgers_adjustments_and_nothing_else_of_it() {
        let text = include_bytes!("../../seeds/2024/plan.toml").as_slice();
        let path = Path::new("plan.toml");
        let mut plan = parse(path, text).unwrap();
        let own = (plan.confirms.len(), plan.overrides.len());
        let mut book = rust_xlsxwriter::Workbook::new();
        let id = plan.indicators[0].id.clone();
        let sheet = book.add_worksheet().set_name("任务调整").unwrap();
        for (col, (head, value)) in [
            ("指标", id.as_str()),
            ("自何月起", "2024-06"),
            ("新目标", "99"),
            ("依据", "专题会议纪要（示例数据）"),
            ("经办人", "督查室"),
        ]
        .into_iter()
        .enumerate()
        {
            let col = u16::try_from(col).unwrap();
            sheet.write_string(0, col, head).unwrap();
            sheet.write_string(1, col, value).unwrap();
        }
        #[expect(clippy::disallowed_methods, reason = "read here and nowhere else")]
        let bytes = book.save_to_buffer().unwrap();
        decide(&mut plan, path, Path::new(LEDGER), &bytes).unwrap();
        let sent = for_departments(&plan, text.to_vec());
        let theirs = parse(path, &sent).unwrap();
        assert_eq!((theirs.confirms.len(), theirs.overrides.len()), own);
        let period = "2024-07".parse().unwrap();
        assert_eq!(theirs.indicator_target(0, period), Some(99.0));
        assert!(!String::from_utf8_lossy(&sent).contains("专题会议"));
        assert_eq!(
            plan.for_departments().indicator_target(0, period),
            Some(99.0)
        );
    }
}
