//! `duban show`: one task's card.

mod desk;

use desk::{Desk, Said, sample_inbox};

fn show(desk: &Desk, args: &[&str]) -> Said {
    let inbox = sample_inbox().to_string_lossy().into_owned();
    desk.duban(&[&["show"], args, &["--inbox", &inbox]].concat())
}

#[test]
fn the_card_has_what_a_call_needs() {
    let desk = Desk::new("show");
    let said = show(&desk, &["14"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for words in [
        "第14项　城市老旧供水管网改造",
        "责任单位：城市建设事务中心",
        "联系人：张三　电话：13800000000",
        "目标：",
        "6.1公里／目标20公里",
        "完成率30.5%",
        "序时进度40.0%",
        "上月滞后",
        "5月4.4公里（+1.7）",
        "存在问题：",
        "下一步措施：",
        "预计完成：2024年12月20日",
    ] {
        assert!(said.out.contains(words), "{words} is not in {}", said.out);
    }
}

#[test]
fn a_task_is_found_by_number_or_by_a_part_of_its_name() {
    let desk = Desk::new("show-find");
    assert!(
        show(&desk, &["供水管网", "--period", "2024-03"])
            .out
            .contains("2024年3月")
    );
    let many = show(&desk, &["停车"]);
    assert!(
        many.code == Some(2) && many.err.contains("2项"),
        "{}",
        many.err
    );
    for (task, words) in [("21", "从1到20"), ("没有这样的", "没有名称含")] {
        let said = show(&desk, &[task]);
        assert!(
            said.code == Some(2) && said.err.contains(words),
            "{}",
            said.err
        );
    }
}

#[test]
fn programs_read_the_same_card() {
    let desk = Desk::new("show-json");
    let inbox = sample_inbox().to_string_lossy().into_owned();
    let card = desk.json(&["show", "14", "--period", "2024-06", "--inbox", &inbox]);
    assert_eq!(card["rate"], 30.5);
    assert_eq!(card["indicators"][0]["value"], 6.1);
    assert_eq!(card["phone"], "13800000000");
    // Last month's contact stands for a department that sent nothing.
    let card = desk.json(&["show", "18", "--period", "2024-06", "--inbox", &inbox]);
    assert_eq!(
        (card["submitted"].as_str(), card["contact"].as_str()),
        (Some("未报"), Some("张三"))
    );
}
