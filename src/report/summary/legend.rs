//! 说明: what the figures mean, the plan's settings, and what was decided by hand.

use super::prelude::*;
use crate::plan::{Schedule, chinese_date};

const LAST_COL: u16 = 2;

/// Group, item, explanation.
type Line = (&'static str, String, String);

pub fn write(ws: &mut Worksheet, cx: &Cx) -> Result {
    let mut canvas = Canvas::new(ws, SHEETS[7], 0x0080_8080, &[14.0, 24.0, 96.0])?;
    canvas.title(cx, LAST_COL, "指标口径与编制说明")?;
    canvas.heads(HEAD, 0, &["类别", "事项", "说明"])?;
    let mut lines = scope(cx);
    lines.extend(measures());
    lines.extend(grades(cx));
    lines.extend(reading(cx));
    lines.extend(decisions(cx));
    for (row, (_, item, words)) in (FIRST_ROW..).zip(&lines) {
        canvas.text(row, 1, item, Look::Label)?;
        canvas.text(row, 2, words, Look::Text)?;
    }
    let end = FIRST_ROW + u32::try_from(lines.len()).unwrap_or(0);
    let mut first = FIRST_ROW;
    let mut pages = Pages::new(canvas.total_px(LAST_COL));
    pages.block(0, canvas.heights_of(0, FIRST_ROW));
    for group in lines.chunk_by(|a, b| a.0 == b.0) {
        let last = first + u32::try_from(group.len()).unwrap_or(1) - 1;
        canvas.text_over(
            (first, 0),
            (last, 0),
            group.first().map_or("", |line| line.0),
            Look::Label,
        )?;
        let height = canvas.heights_of(first, last + 1);
        pages.block(first, height);
        first = last + 1;
    }
    colour_grades(canvas.ws, (FIRST_ROW, 1), (end - 1, 1))?;
    canvas.ws.set_freeze_panes(FIRST_ROW, 0)?;
    let print = Print {
        one_page: true,
        breaks: pages.breaks,
        ..Print::list((end - 1, LAST_COL))
    };
    canvas.finish(cx, &print)
}

fn line(group: &'static str, item: &str, words: impl Into<String>) -> Line {
    (group, item.to_owned(), words.into())
}

fn scope(cx: &Cx) -> Vec<Line> {
    let (plan, facts) = (cx.plan, cx.facts);
    let mut lines = vec![
        line(
            "范围",
            "计划",
            format!(
                "{}（计划编号{}，第{}版），{}至{}。任务未另定完成时限的，按计划的截止日期测算。",
                plan.title,
                plan.id,
                plan.revision,
                chinese_date(plan.start),
                chinese_date(plan.end)
            ),
        ),
        line(
            "范围",
            "统计期",
            format!(
                "{}，各单位报送期限为{}。",
                facts.period.chinese(),
                chinese_date(plan.due_date(facts.period))
            ),
        ),
    ];
    if let Some(day) = facts.as_of {
        lines.push(line(
            "范围",
            "序时测算日",
            format!("序时进度测算至{}，不是月末。", chinese_date(day)),
        ));
    }
    lines.push(line("范围", "数据来源", "各责任单位报送的工作簿，逐项核查后采用；每个数据的文件、工作表和单元格见“分项指标”，每个文件的校验值见“来源”。同一批数字的机读版本为 facts.json。"));
    lines
}

fn measures() -> Vec<Line> {
    vec![
        line(
            "口径",
            "完成率",
            "累计完成数÷年度目标。项目的完成率是其计数和工程量指标完成率按权重的平均，单项超过100%的按100%计，平均后保留一位小数。",
        ),
        line(
            "口径",
            "序时进度",
            "按计划应当完成的份额：未另定进度的，从计划起始月到完成时限逐月平均；另定进度的见“进度曲线”。计数指标按应完成的整数计（应完成5.25个的为5个）；项目的序时进度是各指标序时进度按权重的平均。",
        ),
        line(
            "口径",
            "差距",
            "序时进度减完成率（均为表列的一位小数），以百分点表示，状态据此评定；标“低”的低于序时进度，标“高”的高于序时进度。水平值和比率指标的差距是与目标相差的数量。",
        ),
        line(
            "口径",
            "节点和持续推进",
            "节点按是否完成评价，没有完成率；持续推进的工作按进展情况评价，不计入完成率。水平值和比率可升可降，只看是否达标。",
        ),
        line(
            "口径",
            "升降",
            "项目状态与上月相比；“首次”表示上月没有可比的状态，“待核实”表示两月已采信的数据不同，状态的变化不作比较。",
        ),
    ]
}

fn grades(cx: &Cx) -> Vec<Line> {
    let g = &cx.plan.grading;
    let mut lines: Vec<Line> = Grade::ALL
        .into_iter()
        .map(|grade| {
            let words = match grade {
                Grade::Done => "达到年度目标（目标为约数的，达到95%），或节点已完成。".to_owned(),
                Grade::DonePending => "已达到目标，但按要求应有的验收材料尚未提供。".to_owned(),
                Grade::Ahead => format!("完成率高于序时进度{}个百分点及以上。", g.ahead),
                Grade::OnSchedule => format!("完成率不低于序时进度，或低于序时进度不超过{}个百分点；节点正在进行、未到时限的。", g.tolerance),
                Grade::Behind => {
                    format!("完成率低于序时进度超过{}个百分点、不超过{}个百分点；节点到了应启动的月份仍未启动的。", g.tolerance, g.serious)
                }
                Grade::Serious => {
                    format!("完成率低于序时进度超过{}个百分点，或按进度应有完成数满{}个月仍未动工。", g.serious, g.unstarted_months.max(1))
                }
                Grade::Overdue => "到完成时限仍未完成。".to_owned(),
                Grade::NotStarted => format!("尚未开始，且低于序时进度不超过{}个百分点，或节点未到应启动的月份。", g.tolerance),
                Grade::Reached => "水平值或比率已达到目标。".to_owned(),
                Grade::NotReached => "水平值或比率未达到目标，未到完成时限。".to_owned(),
                Grade::Ongoing => "全年持续开展的工作，按进展情况评价。".to_owned(),
                Grade::Unverified => "未报或正在核实的数据占项目权重一半以上，暂不评定。".to_owned(),
            };
            line("状态", grade.name(), words)
        })
        .collect();
    let curves = cx
        .plan
        .indicators
        .iter()
        .filter(|i| i.schedule == Schedule::Works)
        .map(|i| i.id.as_str())
        .joined("、");
    if !curves.is_empty() {
        lines.push(line(
            "状态",
            "进度曲线：工程类",
            format!("全年计划的3月10%、6月40%、9月75%、11月95%、12月100%，其间按直线推算，适用于指标{curves}。"),
        ));
    }
    let given = cx
        .plan
        .indicators
        .iter()
        .filter(|i| matches!(i.schedule, Schedule::Points(_)))
        .map(|i| i.id.as_str())
        .joined("、");
    if !given.is_empty() {
        lines.push(line(
            "状态",
            "进度曲线：逐月指定",
            format!("计划逐月规定应完成的份额，适用于指标{given}。"),
        ));
    }
    lines
}

fn reading(cx: &Cx) -> Vec<Line> {
    let mut lines = vec![
        line(
            "标记",
            "※",
            "有数据未报或正在核实：该数据不计入，相应单元格空白并加底纹，原因见“数据核查清单”。",
        ),
        line(
            "标记",
            "错误、警告、提示",
            "错误所指的数据在改正重报或经核实之前不予采用；警告所指的数据照用，但须改正或说明；提示仅供参考。",
        ),
        line(
            "标记",
            "待说明",
            "数据增幅异常或远超年度目标，照用，但在责任单位说明或经核实之前不列入已完成和进展较快的项目。",
        ),
        line(
            "用法",
            "合计和名称",
            "合计是公式，改动明细后自动重算；“总览”的主要数字已命名（如“滞后数”），可在公式中引用。百分数单元格存的是百分点（65.0表示65.0%）。",
        ),
    ];
    if cx.facts.elements.asked {
        let words = "工作举措、完成时限、验收标准、资金来源；要素完备率是各项目已明确的要素数占应有要素数的比重。";
        lines.insert(3, line("标记", "四要素", words));
    }
    lines
}

/// What a person has decided: grades, confirmed figures, adjustments, rules.
fn decisions(cx: &Cx) -> Vec<Line> {
    let mut lines = Vec::new();
    for task in &cx.facts.tasks {
        if let Some(reason) = &task.override_reason {
            lines.push(line(
                "人工认定",
                &format!("第{}项状态", task.no),
                format!("认定为“{}”。理由：{reason}", task.grade.name()),
            ));
        }
    }
    for indicator in &cx.facts.indicators {
        lines.extend(indicator.confirmed.iter().map(|words| {
            line(
                "人工核实",
                &format!("指标{}", indicator.id),
                format!("{}：{words}", indicator.name),
            )
        }));
        lines.extend(indicator.adjusted.iter().map(|words| {
            line(
                "任务调整",
                &format!("指标{}", indicator.id),
                format!("{}：{words}", indicator.name),
            )
        }));
    }
    let of_ledger = cx.facts.findings.iter().filter(|f| f.code == "X005");
    lines.extend(of_ledger.map(|f| {
        let place = f.sheet.as_deref().zip(f.cell.as_deref());
        let place = place.map_or_else(String::new, |(sheet, cell)| format!("{sheet}!{cell}"));
        line("台账", &place, f.message.clone())
    }));
    if cx.facts.rule_changes.is_empty() {
        lines.push(line(
            "核查规则",
            "规则调整",
            "未关闭规则，未改变规则的级别。",
        ));
    }
    lines.extend(
        cx.facts
            .rule_changes
            .iter()
            .map(|words| line("核查规则", "规则调整", words.clone())),
    );
    lines
}
