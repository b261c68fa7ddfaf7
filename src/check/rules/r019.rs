use crate::check::result::judged::{Judged, State};

use super::compare::same;

rule! {
    R019 "restated", Warning, Restated(check);
    title: "封存后改报",
    what: "月份已封存，收件箱中该月的文件却会给出与封存时不同的数值、状态或完成时间。以封存的为准，新文件不采用。",
    why: "已经上报、印发的数不能悄悄改变；要改，就要公开地改，并留下记录。",
    example: "5月封存时街头绿地面积为8万平方米，封存后收到的更正表填8.4万平方米。",
    fix: "差异请在下月报送表中更正并说明；确需改动封存月份的，报督查室。",
    office: "确需改动封存月份的，用 duban seal --reopen --reason 重开该月，改好后重新封存。",
}

fn check(cx: &RestatedCx) -> Vec<Finding> {
    cx.sealed
        .slots()
        .iter()
        .zip(cx.inbox.slots())
        .filter(|(sealed, inbox)| differs(sealed, inbox))
        .filter_map(|(s, i)| restated(cx, s, i))
        .collect()
}

/// An inbox that gives no value (withheld, missing, a file taken away) restates nothing.
fn differs(sealed: &Judged, inbox: &Judged) -> bool {
    if inbox.state != State::Accepted || inbox.value.is_none() && inbox.milestone.is_none() {
        return false;
    }
    let value = match (sealed.value, inbox.value) {
        (Some(a), Some(b)) => !same(a, b),
        (a, b) => a.is_some() != b.is_some(),
    };
    sealed.state != State::Accepted
        || value
        || sealed.milestone != inbox.milestone
        || sealed.done_on != inbox.done_on
}

fn restated(cx: &RestatedCx, sealed: &Judged, inbox: &Judged) -> Option<Finding> {
    // A figure the office has confirmed since has no cell: the plan says it, not a file.
    let source = inbox.source.as_ref()?;
    let slot = &cx.plan.slots[sealed.slot];
    let indicator = &cx.plan.indicators[slot.indicator];
    let words = |judged: &Judged| match (judged.state, judged.done_on) {
        (State::Accepted, Some(date)) => format!("{}（{date}）", stated(cx.plan, judged)),
        (State::Accepted, None) => stated(cx.plan, judged),
        (State::Withheld | State::Missing, _) => {
            format!("没有采信数（{}）", judged.state.chinese())
        }
    };
    let (was, now) = (words(sealed), words(inbox));
    let message = format!(
        "{}已封存，封存时第{}项“{}”{was}；这份文件会改为{now}。",
        cx.period.chinese(),
        cx.plan.tasks[slot.task].no,
        indicator.name
    );
    let help = "以封存的为准。请在下月报送表中更正并说明；确需改动封存月份的，请报督查室。";
    Some(
        RULE.finding(message, help)
            .department(slot.department)
            .file(&*source.place.file)
            .sheet(&source.place.sheet)
            .cell(source.cell)
            .task(slot.task)
            .indicator(slot.indicator)
            .found(&*source.raw)
            .expected(was),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::result::judged::{Accepted, Place, Source};
    use crate::intake::CellRef;
    use crate::plan::{MilestoneState, testing};

    /// 街头绿地面积 (slot 0) and 清零区县创建 (slot 7) as sealed and as the inbox gives them now.
    fn restated(sealed: [Judged; 2], inbox: [Judged; 2]) -> Vec<Finding> {
        let plan = testing::for_rules();
        let period = "2024-05".parse().unwrap();
        let month = |own: [Judged; 2]| {
            let mut slots: Vec<Judged> = (0..plan.slots.len()).map(Judged::missing).collect();
            for mut judged in own {
                let source = Source {
                    place: Place::new("更正.xlsx", "进展情况"),
                    cell: CellRef::new(6, 9),
                    raw: "8.4".into(),
                    conversion: Box::default(),
                };
                judged.source = Some(source.into());
                let slot = judged.slot;
                slots[slot] = judged;
            }
            Accepted::for_tests(period, slots)
        };
        check(&RestatedCx {
            plan: &plan,
            period,
            sealed: &month(sealed),
            inbox: &month(inbox),
        })
    }

    fn done() -> Judged {
        Judged::milestone(7, MilestoneState::Done)
    }

    #[test]
    fn another_value_is_told_at_its_cell() {
        let found = restated(
            [Judged::value(0, 8.0), Judged::missing(7)],
            [Judged::value(0, 8.4), Judged::missing(7)],
        );
        let [finding] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!(
            (finding.cell, finding.found.as_deref()),
            (Some(CellRef::new(6, 9)), Some("8.4"))
        );
        assert_eq!(finding.expected.as_deref(), Some("累计8万平方米"));
    }

    #[test]
    fn a_late_value_and_a_changed_status_are_restatements() {
        let under_way = Judged::milestone(7, MilestoneState::UnderWay);
        let found = restated(
            [Judged::missing(0), under_way],
            [Judged::value(0, 8.0), done()],
        );
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn the_same_value_and_no_value_are_none() {
        let sealed = || [Judged::value(0, 8.0), done()];
        assert!(restated(sealed(), sealed()).is_empty());
        let none = [Judged::withheld(0, "C002"), Judged::missing(7)];
        assert!(restated(sealed(), none).is_empty());
    }
}
