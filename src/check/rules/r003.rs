//! R003: the sheet's 上月累计 is what was accepted last month.

use crate::check::result::judged::State;

use super::compare::shows;

rule! {
    R003 "previous-mismatch", Warning, Record { needs: &[Field::Previous], check };
    title: "上月累计与上月采信的数不一致",
    what: "表内填写的“上月累计”与系统上月采信的累计数不同；按表中显示的小数位比较。只与紧邻的上一个月比较，上月没有采信数的不比。",
    why: "上月的数已经进入上月报表。这里不同，说明上月数有改动没有报告，或者本月抄错了。",
    example: "5月采信8万平方米，6月表中“上月累计”填7.6。",
    fix: "按上月采信数填写“上月累计”，并相应核对本月完成和累计完成；上月数确有错误的，请书面说明，报督查室更正。",
}

fn check(cx: &RecordCx) -> Verdict {
    let previous = cx.record.previous.number().ok_or(NotApplicable)?;
    let before = cx.period().previous();
    let accepted = cx
        .history
        .month(before)
        .map(|month| month.slot(cx.record.slot))
        .filter(|judged| judged.state == State::Accepted);
    let accepted = accepted
        .and_then(|judged| judged.value)
        .ok_or(NotApplicable)?;
    if shows(previous, accepted) {
        return PASSED;
    }
    let message = format!(
        "{}“上月累计”填{}，{}采信的是{}。",
        cx.subject(),
        cx.figure(previous.value),
        before.chinese(),
        cx.figure(accepted)
    );
    cx.at(
        &RULE,
        Field::Previous,
        message,
        "请按上月采信数改正；上月数确有错误的，请说明原因。",
    )
    .expected(cx.figure(accepted))
    .into()
}
