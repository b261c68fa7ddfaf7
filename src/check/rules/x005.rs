//! X005: what the office decided of this month, row by row.

use crate::plan::Fate;

rule! {
    X005 "office-decision", Note, Month(check);
    title: "台账中的决定",
    what: "台账（台账.xlsx）中关于本月的每一行：采用了哪些核实值、评定和调整，哪些没有采用，为什么。",
    why: "由人决定的数字和状态，要能查到是哪一行、由谁、凭什么定的。",
    example: "台账“电话核实”第3行：建设局“街头绿地”核实为8.4万平方米，已采用。",
    fix: "无须处理。",
    office: "要撤销一行，在台账该行的“作废”栏写“作废”，再运行。",
}

fn check(cx: &MonthCx) -> Vec<Finding> {
    let Some(ledger) = &cx.plan.ledger else {
        return Vec::new();
    };
    let period = cx.period();
    let concerns = |row: &&crate::plan::LedgerRow| match row.fate {
        // An adjustment holds on.
        Fate::Adjust(_) => row.period <= period,
        _ => row.period == period,
    };
    ledger
        .rows
        .iter()
        .filter(concerns)
        .map(|row| {
            let fate = match unused(cx, row.fate) {
                Some(why) => format!("没有采用：{why}"),
                None => "已采用".to_owned(),
            };
            let message = format!(
                "{}第{}行：{}。{fate}。",
                row.sheet,
                row.cell.row + 1,
                row.says
            );
            let finding = RULE.finding(message, "无须处理。").file(&ledger.file);
            finding.sheet(&row.sheet).cell(row.cell)
        })
        .collect()
}

/// Why a row is not used.
fn unused(cx: &MonthCx, fate: Fate) -> Option<&'static str> {
    match fate {
        Fate::Void => Some("已作废"),
        Fate::Confirm(ix) => {
            let confirm = cx.plan.confirms.get(ix)?;
            let judged = cx.judged.get(confirm.slot)?;
            judged
                .confirmed()
                .is_none()
                .then_some("该单位的报送表被退回，或另有错误未改")
        }
        Fate::Adjust(ix) => {
            let own = cx.plan.adjusts.get(ix)?;
            let later = |a: &&crate::plan::Adjust| {
                a.indicator == own.indicator && a.from > own.from && a.from <= cx.period()
            };
            let mut later = cx.plan.adjusts.iter().filter(later);
            let is_outranked = later.any(|a| {
                (a.target.is_some() || own.target.is_none())
                    && (a.deadline.is_some() || own.deadline.is_none())
            });
            is_outranked.then_some("此后又有调整")
        }
        Fate::Override(_) => None,
    }
}
