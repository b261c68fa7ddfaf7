use crate::check::reading::columns;
use crate::intake::workbook::CellRef;

rule! {
    S002 "missing-column", Error fixed, Submission(check);
    title: "缺少必填的列",
    what: "必填的列是否齐全：序号或项目名称；有量化指标的单位要有“累计完成”；有节点任务的要有“状态”；“工作进展”都要有。",
    why: "缺了列，相应的指标就无数可用；连序号和项目名称都没有的，分不清哪一行是哪一项，只能整份退回。",
    example: "表中只有“本月完成”，没有“累计完成”。",
    fix: "补上缺少的列并逐行填写；列名请与下发的报送表一致。",
}

/// Heads without a meaning that are named.
const LISTED: usize = 8;

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let report = cx.report;
    let slots = cx.plan.slots_of(cx.department);
    let has = |test: fn(Kind) -> bool| {
        slots
            .iter()
            .any(|&slot| test(cx.plan.indicators[cx.plan.slots[slot].indicator].kind))
    };
    let mut missing: Vec<&str> = Vec::new();
    let mut effects: Vec<&str> = Vec::new();
    if !columns::names_rows(report) {
        missing.push("序号或项目名称");
    }
    if has(Kind::is_numeric) && report.column(Field::Cumulative).is_none() {
        missing.push(Field::Cumulative.chinese());
        effects.push("量化指标");
    }
    if has(|kind| kind == Kind::Milestone) && report.column(Field::Status).is_none() {
        missing.push(Field::Status.chinese());
        effects.push("节点任务");
    }
    if report.column(Field::Narrative).is_none() {
        missing.push(Field::Narrative.chinese());
        if has(|kind| kind == Kind::Ongoing) {
            effects.push("持续推进事项");
        }
    }
    if missing.is_empty() {
        return Vec::new();
    }
    let effect = if columns::leaves_nothing(cx.plan, cx.department, report) {
        "，整份表不能采用".to_owned()
    } else if effects.is_empty() {
        String::new()
    } else {
        format!("，{}暂不采用", effects.join("、"))
    };
    // The header row's first cell; a stored header text is the raw text found there.
    let first = report.columns.iter().min_by_key(|c| (c.at.row, c.at.col));
    let at = first.map_or_else(|| CellRef::new(report.header_rows.0, 0), |c| c.at);
    let found: Vec<String> = report
        .columns
        .iter()
        .map(|c| text::one_line(&c.text, 20))
        .collect();
    let unread = report.unknown.iter().map(|column| {
        let near = column
            .suggestion
            .map_or_else(String::new, |near| format!("（是否为“{near}”）"));
        format!("“{}”{near}", text::one_line(&column.text, 20))
    });
    let unread: String = unread.take(LISTED).collect();
    let unread = if unread.is_empty() {
        unread
    } else {
        format!("表中的{unread}不是报送表的列名，没有采用。")
    };
    vec![
        cx.finding(
            &RULE,
            format!("表头缺少“{}”{effect}。{unread}", missing.join("”“")),
            "请补上缺少的列，逐行填写后重新报送；列名请与下发的报送表一致。",
        )
        .sheet(&report.sheet)
        .cell(at)
        .found(found.join("、"))
        .expected(missing.join("、")),
    ]
}
