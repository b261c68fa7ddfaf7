//! S001 no-report-sheet.

use crate::intake::text;

use super::prelude::*;

pub static RULE: Rule = Rule {
    code: "S001",
    name: "no-report-sheet",
    severity: Severity::Error,
    fixed: true,
    title: "工作簿里找不到进展情况表",
    doc: Doc {
        what: "工作簿中是否有一张表带可以识别的表头（如序号、项目名称、累计完成、工作进展）。表头在第几行、列的先后都不限，按表头文字识别。",
        why: "认不出表头，就不知道哪一列是什么数，整份都不能用。",
        example: "报送的是一份文字汇报，粘贴在Sheet1里，没有表格。",
        fix: "使用下发的报送表填写，保留表头各列的名称，重新报送。",
        office: None,
    },
    check: Check::File(check),
};

fn check(cx: &FileCx) -> Option<Finding> {
    let submission = cx.submission()?;
    if submission.report().is_some() {
        return None;
    }
    let names: Vec<String> = submission
        .sheet_names
        .iter()
        .take(6)
        .map(|name| format!("“{}”", text::one_line(name, 20)))
        .collect();
    let more = if submission.sheet_names.len() > names.len() {
        "等"
    } else {
        ""
    };
    let expected = [Field::No, Field::Task, Field::Cumulative, Field::Narrative]
        .map(Field::chinese)
        .join("、");
    Some(
        cx.finding(
            &RULE,
            format!(
                "工作簿共{}张表（{}{more}），都没有可识别的表头。",
                submission.sheet_names.len(),
                names.join("、")
            ),
            format!("请使用下发的报送表，保留“{expected}”等表头，填好后重新报送。"),
        )
        .expected(expected),
    )
}
