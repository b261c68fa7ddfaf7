//! The catalogue of rules as plans refer to it.

use super::result::finding::Severity;
use super::rules::RULES;
use crate::intake::sheets;
use crate::plan::sheets::{Assembled, assemble};
use crate::plan::{self, Plan, PlanError, PlanErrors, RuleCode, RuleLevel};

/// Reads and validates a plan, which may name any rule of the catalogue. `file_name` only names the file in messages.
pub fn load_plan(file_name: &str, text: &str) -> Result<Plan, PlanErrors> {
    plan::load(file_name, text, &rules())
}

/// As [`load_plan`], of a plan's file, a workbook or TOML: the plan where nothing is wrong, and everything that there is to say.
pub fn load_plan_file(file_name: &str, bytes: &[u8]) -> (Option<Plan>, PlanErrors) {
    let said = |plan, errors| {
        let file = file_name.to_owned();
        (plan, PlanErrors { file, errors })
    };
    if sheets::is_workbook(file_name, bytes) {
        let found = read_sheets(file_name, bytes, false);
        return said(found.plan, found.said);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return said(None, vec![PlanError::of_file(NO_TEXT)]);
    };
    match load_plan(file_name, text) {
        Ok(plan) => said(Some(plan), Vec::new()),
        Err(errors) => (None, errors),
    }
}

const NO_TEXT: &str = "不是 UTF-8 编码的文本（多半存成了 ANSI、GBK 或 Unicode）。\
    请用记事本打开，点“文件→另存为”，编码选 UTF-8，保存后再运行";

/// A plan's workbook, with its tree and the places of its parts.
pub fn load_plan_sheets(file_name: &str, bytes: &[u8]) -> Assembled {
    read_sheets(file_name, bytes, true)
}

fn read_sheets(file_name: &str, bytes: &[u8], keep: bool) -> Assembled {
    match sheets::open(file_name, bytes, &plan::Limits::default()) {
        Ok(workbook) => assemble(sheets::read_plan(&workbook), &rules(), keep),
        Err(error) => Assembled {
            said: vec![error],
            ..Assembled::default()
        },
    }
}

fn rules() -> Vec<RuleCode> {
    RULES
        .iter()
        .map(|rule| RuleCode {
            code: rule.code,
            lowest: rule.fixed.then_some(match rule.severity {
                Severity::Note => RuleLevel::Note,
                Severity::Warning => RuleLevel::Warning,
                Severity::Error => RuleLevel::Error,
            }),
        })
        .collect()
}
