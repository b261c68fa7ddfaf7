//! The shipped plan against the notice it was made from.

use duban::plan::{Kind, Plan, Schedule, load};

const PLAN: &str = include_str!("../seeds/2024/plan.toml");
const NOTICE: &str = include_str!("../seeds/2024/notice.txt");

fn plan() -> Plan {
    load("seeds/2024/plan.toml", PLAN).unwrap_or_else(|errors| panic!("{errors}"))
}

struct Row {
    no: u32,
    tier: String,
    name: &'static str,
    lead: &'static str,
    text: &'static str,
}

/// The notice's table: five cells a row, each on an indented line of its own; 分级 is written once for its rows.
fn notice() -> Vec<Row> {
    let cells: Vec<&str> = NOTICE
        .lines()
        .filter_map(|line| line.strip_prefix('\t'))
        .map(str::trim)
        .collect();
    let start = cells.iter().position(|c| *c == "2024年工作任务").unwrap() + 1;
    let mut tier = String::new();
    cells[start..]
        .chunks_exact(5)
        .map(|row| {
            if !row[1].is_empty() {
                tier = row[1].replace("民生实事", "");
            }
            Row {
                no: row[0].parse().unwrap(),
                tier: tier.clone(),
                name: row[2],
                lead: row[3],
                text: row[4],
            }
        })
        .collect()
}

#[test]
fn has_every_task_department_and_indicator() {
    let plan = plan();
    let of = |kinds: &[Kind]| {
        plan.indicators
            .iter()
            .filter(|i| kinds.contains(&i.kind))
            .count()
    };
    assert_eq!(
        (
            plan.tasks.len(),
            plan.departments.len(),
            plan.indicators.len(),
            plan.slots.len()
        ),
        (20, 8, 68, 68)
    );
    assert_eq!(
        of(&[Kind::Count, Kind::Quantity, Kind::Level, Kind::Ratio]),
        47
    );
    assert_eq!(of(&[Kind::Milestone]), 9);
    assert_eq!(of(&[Kind::Ongoing]), 12);
    assert_eq!(plan.indicators.iter().filter(|i| i.approximate).count(), 8);
    assert!(
        plan.departments
            .iter()
            .enumerate()
            .all(|(ix, _)| !plan.slots_of(ix).is_empty())
    );
}

#[test]
fn says_what_the_notice_says() {
    let plan = plan();
    let rows = notice();
    assert_eq!(rows.len(), 20);
    for (task, row) in plan.tasks.iter().zip(&rows) {
        assert_eq!(
            (task.no, task.tier.as_str(), task.name.as_str()),
            (row.no, row.tier.as_str(), row.name)
        );
        assert_eq!(
            plan.departments[task.lead].name, row.lead,
            "task {}",
            task.no
        );
        assert_eq!(task.text, row.text, "task {}", task.no);
    }
}

/// Numbers of the notice that are no targets: task, number, why.
const NO_TARGETS: &[(u32, &str, &str)] = &[
    (
        6,
        "零",
        "清零 is an act; the milestone 清零区县创建 stands for it",
    ),
    (7, "千", "每千人口 is the base of the level"),
    (11, "千", "“千名教师访万家” is the name of a campaign"),
    (11, "万", "“千名教师访万家” is the name of a campaign"),
    (11, "一", "“一校一品” is the name of a programme"),
    (11, "一", "“一校一品” is the name of a programme"),
    (15, "百", "百姓 is a word"),
    (20, "2024", "a year"),
];

/// A number as the notice writes it, and what stands around it.
struct Figure {
    written: String,
    before: String,
    after: String,
}

fn figures(text: &str) -> Vec<Figure> {
    let chars: Vec<char> = text.chars().collect();
    let is_chinese = |c: char| "零一二三四五六七八九十百千万亿两".contains(c);
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let is_digit = chars[at].is_ascii_digit();
        while at < chars.len()
            && if is_digit {
                chars[at].is_ascii_digit() || chars[at] == '.'
            } else {
                is_chinese(chars[at])
            }
        {
            at += 1;
        }
        if at == start {
            at += 1;
            continue;
        }
        let figure = Figure {
            written: chars[start..at].iter().collect(),
            before: chars[..start].iter().collect(),
            after: chars[at..].iter().collect(),
        };
        // 9.3万平方米: the 万 belongs to the unit.
        if is_digit && chars.get(at) == Some(&'万') {
            at += 1;
        }
        out.push(figure);
    }
    out
}

fn value(written: &str) -> Option<f64> {
    match written {
        "一" => Some(1.0),
        "三" => Some(3.0),
        digits => digits.parse().ok(),
    }
}

/// Walks each task's text: every number is the next indicator's target with its unit and its 约 or 余,
/// or stands in the list above.
#[test]
fn no_figure_of_the_notice_is_missing() {
    let plan = plan();
    let mut left_out: Vec<(u32, String)> = NO_TARGETS
        .iter()
        .map(|(no, written, _)| (*no, (*written).to_owned()))
        .collect();
    for task in &plan.tasks {
        let mut targets = plan.indicators[task.indicators.clone()]
            .iter()
            .filter(|i| i.target.is_some());
        for figure in figures(&task.text) {
            if let Some(known) = left_out
                .iter()
                .position(|(no, written)| *no == task.no && *written == figure.written)
            {
                // 一 in task 11 only: a number of task 12's text is never taken for it.
                left_out.remove(known);
                continue;
            }
            let here = format!(
                "task {}: {}{}",
                task.no,
                figure.written,
                figure.after.chars().take(6).collect::<String>()
            );
            let indicator = targets
                .next()
                .unwrap_or_else(|| panic!("{here}: no indicator is left for it"));
            assert_eq!(
                indicator.target,
                value(&figure.written),
                "{here} and {}",
                indicator.id
            );
            let about = figure.before.ends_with('约') || figure.after.starts_with('余');
            assert_eq!(indicator.approximate, about, "{here} and {}", indicator.id);
            assert!(
                figure
                    .after
                    .trim_start_matches('余')
                    .starts_with(&indicator.unit.text),
                "{here}: unit {}",
                indicator.unit
            );
        }
        assert_eq!(
            targets.map(|i| i.id.as_str()).collect::<Vec<_>>(),
            Vec::<&str>::new(),
            "targets the text of task {} does not name",
            task.no
        );
    }
    assert_eq!(left_out, Vec::new(), "no longer in the notice");
}

#[test]
fn marks_what_the_notice_leaves_open() {
    let plan = plan();
    assert_eq!(plan.end.to_string(), "2024-12-31");
    assert!(
        PLAN.lines()
            .any(|line| line.starts_with("end = 2024-12-31") && line.contains("假定"))
    );
    assert_eq!(plan.short_title, "重点民生实事");
    assert_eq!(
        plan.first_period.map(|p| p.to_string()).as_deref(),
        Some("2024-01")
    );
    assert_eq!(
        plan.due_date("2024-06".parse().unwrap()).to_string(),
        "2024-07-05"
    );
    let briefing = &plan.briefing;
    assert_eq!(briefing.name.as_deref(), Some("重点民生实事推进情况简报"));
    assert!(
        briefing.numbers.is_empty()
            && briefing.document_numbers.is_empty()
            && briefing.signer.is_none()
    );
}

#[test]
fn building_projects_follow_the_works_profile() {
    let plan = plan();
    let works: Vec<&str> = plan
        .indicators
        .iter()
        .filter(|i| i.schedule == Schedule::Works)
        .map(|i| i.id.as_str())
        .collect();
    let expected =
        "1.2 2.1 2.2 2.3 2.4 3.1 3.2 14.1 19.1 19.2 19.3 19.4 19.5 19.6 19.7 19.8 19.9 19.10";
    assert_eq!(works.join(" "), expected);
}

#[test]
fn cooperation_and_arithmetic_stand_in_the_plan() {
    let plan = plan();
    let parking = &plan.tasks[17];
    assert_eq!(parking.with, [plan.department("cjzx").unwrap()]);
    assert_eq!(parking.with_others, ["镇街及相关部门"]);
    let relations: Vec<_> = plan.tasks.iter().flat_map(|t| &t.relations).collect();
    assert_eq!(relations.len(), 1);
    let id = |ix: usize| plan.indicators[ix].id.as_str();
    assert_eq!(
        (
            relations[0]
                .left
                .iter()
                .map(|&ix| id(ix))
                .collect::<Vec<_>>(),
            id(relations[0].right)
        ),
        (vec!["19.9", "19.10"], "19.7")
    );
}
