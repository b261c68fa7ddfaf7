//! Plans compared, and a notice imported again into a draft that a person worked on.

use duban::plan::notice::{self, Change};

use super::another_city::OTHER;
use super::{NOTICE, PLAN, drafted, loaded};

/// Reporters, baselines and required evidence went unseen; so did whatever a field-by-field comparison does not name.
#[test]
fn every_field_of_the_plan_is_compared() {
    let draft = drafted(OTHER).to_toml();
    let imported = loaded(&draft);
    let shown = |from: &str, to: &str| {
        assert!(draft.contains(from), "{from}");
        notice::in_words(&notice::compare(
            &imported,
            &loaded(&draft.replacen(from, to, 1)),
        ))
    };
    let indicator = "id = \"1.1\"\nname = \"新建标准厂房\"\nkind = \"quantity\"\n";
    for (from, to, said) in [
        (
            indicator,
            format!("{indicator}weight = 2\n"),
            "在任务完成率中的权重（1处）\n- 1.1：1 → 2",
        ),
        (
            indicator,
            format!("{indicator}off = [\"R007\"]\n"),
            "1.1：（无） → R007",
        ),
        (
            indicator,
            format!("{indicator}deadline = 2025-09-30\n"),
            "1.1：（无） → 2025-09-30",
        ),
        (
            indicator,
            format!("{indicator}schedule = \"works\"\n"),
            "1.1：linear → works",
        ),
        (
            indicator,
            format!("{indicator}aliases = [\"厂房\"]\n"),
            "清单补了别名：1.1",
        ),
        (
            "baseline = 42\n",
            "baseline = 40\n".to_owned(),
            "2.3：42 → 40",
        ),
        ("baseline = 42\n", String::new(), "2.3：42 → （无）"),
        (
            "target = 20 }, { department = \"d04\", target = 15 }",
            "target = 15 }, { department = \"d04\", target = 20 }".to_owned(),
            "报送单位和各自的目标（1处）",
        ),
        (
            "lead = \"d03\"\nwith = []\n",
            "lead = \"d03\"\nwith = []\nevidence_required = true\n".to_owned(),
            "完成后是否要求报送验收材料（1处）\n- 第5项：否 → 是",
        ),
        (
            "due_month = \"next\"\n",
            "due_month = \"same\"\n".to_owned(),
            "due_next_month：是 → 否",
        ),
        (
            "due_month = \"next\"\n",
            "due_month = \"next\"\n\n[grading]\nahead = 15\n".to_owned(),
            "grading.ahead：10 → 15",
        ),
    ] {
        let words = shown(from, &to);
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(notice::compare(&imported, &imported).is_empty());
}

/// The draft after a person worked on it.
fn edited(draft: &str) -> String {
    let edited = draft
        .replace("id = \"d04\"", "id = \"ggfw\"")
        .replace("lead = \"d04\"", "lead = \"ggfw\"")
        .replace(
            "name = \"老旧供水管网改造\"",
            "name = \"供水管网改造\"\naliases = [\"管网改造\"]",
        )
        .replace("target = 860\n", "target = 900   # 与市场局核实\n")
        .replace("target = 3011\n", "target = 3012\n");
    assert_ne!(edited, draft);
    loaded(&edited);
    edited
}

fn merged(file: &str, notice: &str) -> (String, Vec<Change>) {
    let merged = notice::merge(file, &loaded(file), &drafted(notice));
    loaded(&merged.text);
    (merged.text, merged.changes)
}

fn places(changes: &[Change]) -> Vec<&str> {
    changes.iter().map(|c| c.place.as_str()).collect()
}

#[test]
fn importing_the_same_notice_again_changes_no_byte() {
    let file = edited(&drafted(NOTICE).to_toml());
    assert_eq!(merged(&file, NOTICE), (file, vec![]));
}

#[test]
fn importing_a_changed_notice_keeps_the_edits_and_shows_the_changes() {
    let file = edited(&drafted(NOTICE).to_toml());
    let changed = NOTICE
        .replace("老旧供水管网改造20公里", "老旧供水管网改造25公里")
        .replace("合计860余台", "合计880余台")
        .replace("建设3处口袋公园，", "建设3处口袋公园，新建绿道4公里，");
    let (text, changes) = merged(&file, &changed);
    let plan = loaded(&text);
    let indicator = |id: &str| &plan.indicators[plan.indicator(id).unwrap()];
    // Untouched by hand: taken over. The name and the alias that were edited stay.
    assert_eq!(
        (
            indicator("14.1").target,
            indicator("14.1").name.as_str(),
            indicator("14.1").aliases.len()
        ),
        (Some(25.0), "供水管网改造", 1)
    );
    // Edited by hand: kept, and reported.
    assert_eq!(indicator("16.2").target, Some(900.0));
    assert!(text.contains("# 与市场局核实"));
    // New in the notice.
    assert_eq!(
        (indicator("3.3").name.as_str(), indicator("3.3").target),
        ("新建绿道", Some(4.0))
    );
    assert!(
        changes
            .iter()
            .any(|c| c.place == "14.1" && c.what.contains("20公里") && c.what.contains("25公里")),
        "{changes:#?}"
    );
    assert!(
        changes
            .iter()
            .any(|c| c.place == "16.2" && c.what.contains("保留手工")),
        "{changes:#?}"
    );
    assert!(changes.iter().any(|c| c.place == "3.3"), "{changes:#?}");
    assert!(plan.tasks[13].text.contains("25公里"));
    // The next import of that notice has nothing to say.
    assert_eq!(merged(&text, &changed), (text, vec![]));
}

/// What a person changed, whatever the notice does to it: name, 分级, lead, words, a deleted task, a deleted indicator, names and
/// targets of indicators, reporters. It said 手工修改全部保留 and wrote over name, 分级, lead and words.
#[test]
fn every_edit_survives_a_notice_that_changes_the_same_values() {
    let draft = drafted(OTHER).to_toml();
    let cut = |text: &str, from: &str, to: &str| {
        let start = text.find(from).unwrap_or_else(|| panic!("{from}"));
        let end = start + text[start..].find(to).unwrap_or_else(|| panic!("{to}"));
        format!("{}{}", &text[..start], &text[end..])
    };
    // Task 12 and indicator 5.3 are not followed.
    let end = draft.find("# ---- 生态环境").unwrap();
    let file = cut(&draft[..end], "# 原文：加装电梯40部", "# 原文：改造面积");
    let edits = [
        ("name = \"工业园区提质增效\"", "name = \"园区提质\""),
        (
            "tier = \"产业发展\"\nname = \"中小企业培育\"",
            "tier = \"产业\"\nname = \"中小企业培育\"",
        ),
        (
            "盘活闲置厂房不少于3万平方米；",
            "盘活闲置厂房不少于3.2万平方米；",
        ),
        (
            "name = \"盘活闲置厂房\"\nkind = \"quantity\"\ntarget = 3\n",
            "name = \"盘活厂房\"\nkind = \"quantity\"\ntarget = 3.2\n",
        ),
        ("target = 26\n", "target = 27 # 增补1个\n"),
        (
            "target = 2000\nunit = \"个\"\n",
            "target = 2000\nunit = \"个\"\nreporters = [{ department = \"d03\", target = 1500 }, { department = \"d05\", target = 500 }]\n",
        ),
        (
            "lead = \"d06\"\nwith = [\"d03\"]",
            "lead = \"d03\"\nwith = [\"d06\"]",
        ),
        ("due_day = 5 ", "due_day = 3 "),
    ];
    let file = edits.iter().fold(file, |file, (from, to)| {
        assert!(file.contains(from), "{from}");
        file.replacen(from, to, 1)
    });
    loaded(&file);
    assert_eq!(merged(&file, OTHER), (file.clone(), vec![]));
    // The notice changes the same values, and moves a task to the front with a number of its own.
    let changes = [
        ("工业园区提质增效", "工业园区提质扩容"),
        ("一、产业发展（4项）", "一、工业发展（4项）"),
        ("不少于3万平方米", "不少于5万平方米"),
        ("老旧小区26个", "老旧小区30个"),
        ("停车泊位2000个", "停车泊位2600个"),
        (
            "加强校园食品安全监管。\t市教育局",
            "加强校园食品安全监管。\t市教育体育局",
        ),
        ("专班；建成无人机起降点8个", "专班；建成无人机起降点9个"),
        ("\n7\t“四好", "\n13\t“四好"),
    ];
    let notice = changes.iter().fold(OTHER.to_owned(), |notice, (from, to)| {
        assert!(notice.contains(from), "{from}");
        notice.replacen(from, to, 1)
    });
    let (text, told) = merged(&file, &notice);
    for (_, edit) in edits {
        assert!(text.contains(edit), "lost: {edit}\n{told:#?}");
    }
    let plan = loaded(&text);
    let place = |id: &str| plan.indicator(id).map(|ix| &plan.indicators[ix]);
    // What nobody had edited follows the notice; the number stays, since records are kept by it.
    assert_eq!(place("3.3").and_then(|i| i.target), Some(9.0));
    assert_eq!(plan.tasks[0].tier, "工业发展", "{told:#?}");
    assert!(plan.tasks.iter().any(|t| t.no == 7) && plan.tasks.iter().all(|t| t.no <= 11));
    assert!(plan.indicators.iter().all(|i| i.name != "加装电梯"));
    for place in ["第1项", "第2项", "第7项", "第9项", "5.1", "8.1", "3.3"] {
        assert!(places(&told).contains(&place), "{place}: {told:#?}");
    }
    // The next import of that notice has nothing to say.
    assert_eq!(merged(&text, &notice), (text, vec![]));
}

#[test]
fn tasks_that_come_go_or_change_hands_are_reported() {
    let file = edited(&drafted(NOTICE).to_toml());
    let changed = NOTICE
        .replace(
            "\t20\n\t\n\t建设宜居宜业和美乡村\n\t建设局\n",
            "\t20\n\t\n\t口袋书房\n\t文化局\n",
        )
        .replace("\t持续在中小学开展", "\t大力在中小学开展")
        .replace(
            "\t农村饮水建设项目\n\t城市建设事务中心",
            "\t农村饮水建设项目\n\t水务局",
        );
    let changed = match changed.find("顺应农民群众") {
        Some(at) => format!("{}建成口袋书房6座。\n", &changed[..at]),
        None => panic!("the notice has changed"),
    };
    let (text, changes) = merged(&file, &changed);
    let plan = loaded(&text);
    assert_eq!(plan.tasks.len(), 21);
    assert_eq!(plan.departments[plan.tasks[16].lead].name, "水务局");
    let told = places(&changes);
    assert!(
        told.contains(&"第17项")
            && told.contains(&"第20项")
            && told.contains(&"第21项")
            && told.contains(&"文化局"),
        "{changes:#?}"
    );
    assert!(text.contains("通知中已没有这项任务"));
}

#[test]
fn the_shipped_plan_takes_over_a_changed_notice_too() {
    assert_eq!(merged(PLAN, NOTICE), (PLAN.to_owned(), vec![]));
    let (text, changes) = merged(
        PLAN,
        &NOTICE.replace("供水管网改造20公里", "供水管网改造22公里"),
    );
    assert_eq!(
        loaded(&text).indicators[loaded(PLAN).indicator("14.1").unwrap()].target,
        Some(22.0)
    );
    assert!(places(&changes).contains(&"14.1"), "{changes:#?}");
}
