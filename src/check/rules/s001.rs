use crate::intake::submission::UnreadHeads;

rule! {
    S001 "no-report-sheet", Error fixed, File(check);
    title: "工作簿里找不到进展情况表",
    what: "工作簿中是否有一张表带可以识别的表头（如序号、项目名称、累计完成、工作进展）。表头在第几行、列的先后都不限，按表头文字识别。",
    why: "认不出表头，就不知道哪一列是什么数，整份都不能用。",
    example: "报送的是一份文字汇报，粘贴在Sheet1里，没有表格。",
    fix: "使用下发的报送表填写，保留表头各列的名称，重新报送。",
}

/// Heads that are listed in the message.
const LISTED: usize = 12;

/// What stands where a header should: 「第2行的“序号”认得，“事由”（是否为“备注”）“经办”认不出。」
fn found(heads: &UnreadHeads) -> String {
    let known = heads.known.iter().take(LISTED);
    let known: String = known.map(|head| format!("“{head}”")).collect();
    let unknown = heads
        .unknown
        .iter()
        .take(LISTED)
        .map(|(head, near)| match near {
            Some(near) => format!("“{head}”（是否为“{near}”）"),
            None => format!("“{head}”"),
        });
    let unknown: String = unknown.collect();
    let known = if known.is_empty() {
        known
    } else {
        format!("{known}认得")
    };
    let unknown = if unknown.is_empty() {
        unknown
    } else {
        format!("{unknown}认不出")
    };
    let parts = [known, unknown]
        .into_iter()
        .filter(|part| !part.is_empty())
        .joined("，");
    format!("“{}”第{}行的{}。", heads.sheet, heads.row + 1, parts)
}

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
    let found = submission.heads.as_ref().map(found).unwrap_or_default();
    let expected = [Field::No, Field::Task, Field::Cumulative, Field::Narrative]
        .map(Field::chinese)
        .join("、");
    Some(
        cx.finding(
            &RULE,
            if submission.sheet_names.is_empty() {
                "工作簿里没有工作表（只有图表或宏表），没有可识别的表头。".to_owned()
            } else {
                format!(
                    "工作簿共{}张表（{}{more}），都没有可识别的表头。{found}",
                    submission.sheet_names.len(),
                    names.join("、")
                )
            },
            format!(
                "请使用下发的报送表，保留“{expected}”等表头，填好后重新报送；用自己的表的，至少要有序号或项目名称，累计完成、状态、工作进展中的一列，共三列以上，列名照下发的报送表写。"
            ),
        )
        .expected(expected),
    )
}
