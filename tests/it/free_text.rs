//! Old forms of a department's own: no indicator column, a task's several figures in one cell of text.

use duban::check::{Checked, State};

use crate::month::{self, PLAN};
use crate::xlsx::{book, text, texts};

const WORDS: &str = "按计划推进，现场正在施工。";

fn checked(rows: &[(&str, &str, &str, &str)]) -> Checked {
    let header = texts(["序号", "主要任务", "1-6月累计", "目前进展"]);
    let title = texts(["填报单位：城市建设事务中心 填报期：2024年6月"]);
    let row = |(no, task, figures, words): &(&str, &str, &str, &str)| {
        let cells = [*task, *figures, *words].map(text).concat();
        format!("<row><c><v>{no}</v></c>{cells}</row>")
    };
    let rows: String = rows.iter().map(row).collect();
    let sheet = format!("<sheetData>{title}{header}{rows}</sheetData>");
    let arrivals = month::read("旧表.xlsx", &book(&[("Sheet1", sheet)], &[]));
    month::check(arrivals, false)
}

#[test]
fn a_row_of_several_indicators_is_one_finding_with_proposals_and_no_value() {
    let several = "已完成口袋公园2处，1处公园提质改造进场";
    let checked = checked(&[
        ("3", "建设城市公园", several, WORDS),
        ("14", "城市老旧供水管网改造", "4.9公里", WORDS),
    ]);
    let found = checked.findings.iter().filter(|f| f.code == "C015");
    let [finding] = found.collect::<Vec<_>>()[..] else {
        panic!("{:#?}", checked.findings)
    };
    assert_eq!(finding.cell.map(|c| c.to_string()).as_deref(), Some("C3"));
    assert_eq!(finding.found.as_deref(), Some(several));
    for (name, figure) in [
        ("“口袋公园”", "2处"),
        ("“公园适老化和适儿化更新提质改造”", "1处"),
    ] {
        assert!(finding.message.contains(name), "{}", finding.message);
        let proposal = format!("{name}{figure}");
        assert!(finding.help.contains(&proposal), "{}", finding.help);
    }
    for (slot, judged) in checked.accepted.slots().iter().enumerate() {
        let id = &PLAN.indicators[slot].id;
        match id.as_str() {
            // Proposed, never accepted.
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
    let figure = "已改造供水管网4.9公里，其余正在施工。";
    for (words, proposed) in [(figure, Some("“供水管网改造”4.9公里")), (WORDS, None)] {
        let checked = checked(&[("14", "城市老旧供水管网改造", "按计划推进", words)]);
        let found = checked.findings.iter().filter(|f| f.code == "C002");
        let [finding] = found.collect::<Vec<_>>()[..] else {
            panic!("{:#?}", checked.findings)
        };
        let help = &finding.help;
        assert_eq!(help.contains("可能是"), proposed.is_some(), "{help}");
        assert!(help.contains(proposed.unwrap_or_default()), "{help}");
    }
}
