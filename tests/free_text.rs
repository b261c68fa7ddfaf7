//! Old forms of a department's own: no indicator column, a task's several figures in one cell of text.

mod xlsx;

use duban::check::{self, Checked, History, Keep, Register, State};
use duban::intake::arrival::Reader;
use duban::intake::layout::Names;
use duban::intake::legacy;
use duban::plan::{Limits, Moment, Period, load};
use xlsx::{book, text};

const WORDS: &str = "按计划推进，现场正在施工。";

fn checked(rows: &[(&str, &str, &str, &str)]) -> (Checked, Vec<String>) {
    let plan = load("plan.toml", include_str!("../seeds/2024/plan.toml")).unwrap();
    let header: String = ["序号", "主要任务", "1-6月累计", "目前进展"]
        .map(text)
        .concat();
    let rows: String = rows
        .iter()
        .map(|(no, task, figures, words)| {
            format!(
                "<row><c><v>{no}</v></c>{}{}{}</row>",
                text(task),
                text(figures),
                text(words)
            )
        })
        .collect();
    let sheet = format!(
        "<sheetData><row>{}</row><row>{header}</row>{rows}</sheetData>",
        text("填报单位：城市建设事务中心 填报期：2024年6月")
    );
    let (names, limits, period) = (
        Names::new(&plan),
        Limits::default(),
        Period::new(2024, 6).unwrap(),
    );
    let reader = Reader {
        plan: &plan,
        names: &names,
        period,
        limits: &limits,
        legacy: &legacy::read,
    };
    let arrivals = reader.read("旧表.xlsx", &book(&[("Sheet1", sheet)], &[]));
    let (register, history) = (Register::default(), History::default());
    let moment = Moment {
        period,
        as_of: None,
    };
    let (checked, _) = check::month::Input {
        plan: &plan,
        moment,
        register: &register,
        history: &history,
        chases: false,
        keep: Keep::All,
        again: None,
    }
    .check(arrivals);
    let ids = plan.indicators.iter().map(|i| i.id.clone()).collect();
    (checked, ids)
}

#[test]
fn a_row_of_several_indicators_is_one_finding_with_proposals_and_no_value() {
    let (checked, ids) = checked(&[
        (
            "3",
            "建设城市公园",
            "已完成口袋公园2处，1处公园提质改造进场",
            WORDS,
        ),
        ("14", "城市老旧供水管网改造", "4.9公里", WORDS),
    ]);
    let found: Vec<_> = checked
        .findings
        .iter()
        .filter(|f| f.code == "C015")
        .collect();
    let [finding] = found.as_slice() else {
        panic!("{found:#?}")
    };
    assert_eq!(finding.cell.map(|c| c.to_string()).as_deref(), Some("C3"));
    assert_eq!(
        finding.found.as_deref(),
        Some("已完成口袋公园2处，1处公园提质改造进场")
    );
    assert!(
        finding.message.contains("“口袋公园”")
            && finding.message.contains("“公园适老化和适儿化更新提质改造”"),
        "{}",
        finding.message
    );
    assert!(
        finding.help.contains("“口袋公园”2处")
            && finding.help.contains("“公园适老化和适儿化更新提质改造”1处"),
        "{}",
        finding.help
    );
    // Proposed, never accepted.
    for (slot, judged) in checked.accepted.slots().iter().enumerate() {
        let id = &ids[slot];
        match id.as_str() {
            "3.1" | "3.2" => assert!(
                judged.state == State::Withheld && judged.value.is_none(),
                "{id}: {judged:?}"
            ),
            // The only indicator of its task needs no column.
            "14.1" => assert_eq!(judged.value, Some(4.9)),
            _ => {}
        }
    }
}

/// Words where a figure is asked: what the narrative gives is proposed, and nothing where it gives none.
#[test]
fn the_narratives_figure_is_proposed_for_a_cell_of_words() {
    for (words, proposed) in [
        (
            "已改造供水管网4.9公里，其余正在施工。",
            Some("“供水管网改造”4.9公里"),
        ),
        (WORDS, None),
    ] {
        let (checked, _) = checked(&[("14", "城市老旧供水管网改造", "按计划推进", words)]);
        let found: Vec<_> = checked
            .findings
            .iter()
            .filter(|f| f.code == "C002")
            .collect();
        let [finding] = found.as_slice() else {
            panic!("{:#?}", checked.findings)
        };
        assert_eq!(
            finding.help.contains("可能是"),
            proposed.is_some(),
            "{}",
            finding.help
        );
        assert!(
            finding.help.contains(proposed.unwrap_or_default()),
            "{}",
            finding.help
        );
    }
}
