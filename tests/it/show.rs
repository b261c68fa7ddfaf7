//! `duban show`: one task's card.

use crate::prelude::*;

#[test]
fn the_card_has_what_a_call_needs() {
    Desk::sample().ok("show 14").says([
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
    ]);
}

#[test]
fn a_task_is_found_by_number_or_by_a_part_of_its_name() {
    let desk = Desk::sample();
    desk.duban("show 供水管网 --period 2024-03")
        .says(["2024年3月"]);
    for (task, words) in [
        ("停车", "2项"),
        ("21", "从1到20"),
        ("没有这样的", "没有名称含"),
    ] {
        desk.fails(&format!("show {task}")).says([words]);
    }
}

#[test]
fn programs_read_the_same_card() {
    let desk = Desk::sample();
    let card = desk.json("show 14 --period 2024-06");
    assert_eq!(
        (&card["rate"], &card["indicators"][0]["value"]),
        (&30.5.into(), &6.1.into())
    );
    assert_eq!(text(&card, "phone"), "13800000000");
    // Last month's contact stands for a department that sent nothing.
    let card = desk.json("show 18 --period 2024-06");
    assert_eq!(
        (text(&card, "submitted"), text(&card, "contact")),
        ("未报", "张三")
    );
}
