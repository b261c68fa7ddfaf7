//! X003: two departments give one indicator different values.

use crate::check::reading::figures::figure;
use crate::check::result::judged::State;

use super::compare::same;

rule! {
    X003 "conflicting-reports", Warning, Month(check);
    title: "两个单位报送的数不一致",
    what: "其他单位的报送表里也填了某指标，数值与责任单位采信的不同。以责任单位的数为准。几个单位分别报送一部分的指标不比较。",
    why: "同一件事两个数，说明统计口径不一致或有一方填错，对外使用前要先对清楚。",
    example: "建设局报街头绿地面积9.6万平方米，公共服务局的表里填9.1万平方米。",
    fix: "责任单位与对方核对口径，有误的一方更正；责任单位的数无误的，在“情况说明”中说明。",
}

fn check(cx: &MonthCx) -> Vec<Finding> {
    let mut told: Vec<(usize, usize)> = Vec::new();
    let mut findings = Vec::new();
    for foreign in cx.foreign {
        let indicator = &cx.plan.indicators[foreign.indicator];
        // With several reporters nobody can tell whose part the foreign row means.
        if indicator.slots.len() != 1 || told.contains(&(foreign.indicator, foreign.sender)) {
            continue;
        }
        let slot = indicator.slots.start;
        let own = cx
            .judged
            .get(slot)
            .filter(|judged| judged.state == State::Accepted)
            .and_then(|judged| judged.value);
        let (Some(own), Some(value)) = (own, foreign.value) else {
            continue;
        };
        if same(own, value) {
            continue;
        }
        told.push((foreign.indicator, foreign.sender));
        let reporter = cx.plan.slots[slot].department;
        let text = |v| figure(&cx.plan.indicators[foreign.indicator], v);
        let message = format!(
            "第{}项“{}”{}报{}，{}的报送表（{}）填{}，不一致。",
            cx.plan.tasks[indicator.task].no,
            indicator.name,
            cx.name(reporter),
            text(own),
            cx.name(foreign.sender),
            foreign.file,
            text(value)
        );
        let help = format!(
            "以{}的数为准。请双方核对口径，有误的一方更正。",
            cx.name(reporter)
        );
        findings.push(
            RULE.finding(message, help)
                .department(reporter)
                .task(indicator.task)
                .indicator(foreign.indicator)
                .found(&foreign.raw)
                .expected(text(own)),
        );
    }
    findings
}
