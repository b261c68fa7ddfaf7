//! 四、存在问题: the quality of reporting, what is withheld, 四要素.

use super::overview::{departments_in, in_time};
use super::{Context, by_department, counted, is_zero, named, same, targets, title};
use crate::Joined;
use crate::check::{FindingFacts, Reporting, Severity, State, Status};
use crate::combine::facts::TaskFacts;
use crate::intake::submission::ElementField;
use crate::plan::Grade;

/// Tasks named with their missing elements; the others are in the workbook.
const NAMED: usize = 3;
/// Tasks with a sentence of their own about what is withheld; more share one.
const OWN_SENTENCE: usize = 2;
/// Names in one sentence about what is withheld; more are for the annex to give.
const NAMES: usize = 6;
/// Departments named for the way they report; more are in the workbook.
const DEPARTMENTS: usize = 12;

/// `told`: how many levels and ratios that miss their target are told one by one.
pub fn paragraphs(c: Context<'_>, told: usize) -> Vec<String> {
    let missed = targets::paragraph(c, told);
    let mut out = vec![reporting(c), data(c), missed, elements(c)];
    out.retain(|p| !p.is_empty());
    if out.is_empty() {
        out.push(without_problems(c));
    }
    out.extend(money(c));
    out
}

fn without_problems(c: Context<'_>) -> String {
    let reported = in_time(c).filter(|_| c.facts.as_of.is_none()).map(|all| {
        if c.facts.overall.departments.value > 1.0 {
            format!("各单位{all}，")
        } else {
            format!("责任单位{}，", all.trim_start_matches('均'))
        }
    });
    let elements = (c.plan.asks_elements() && lacking(c).is_empty()).then_some("四要素齐全，");
    let explained = &c.facts.overall.explained;
    let found = if is_zero(explained) {
        "未发现问题".to_owned()
    } else {
        format!("发现的{}问题责任单位均已说明或经核实", explained.text())
    };
    format!(
        "{}{}数据核查{found}。",
        reported.unwrap_or_default(),
        elements.unwrap_or_default()
    )
}

/// 未报、退回、逾期报送 by name.
fn reporting(c: Context<'_>) -> String {
    if c.facts.as_of.is_some() {
        return String::new();
    }
    if same(&c.facts.overall.missing, &c.facts.overall.departments) {
        let all = if c.facts.overall.missing.value > 1.0 {
            "各单位均"
        } else {
            "责任单位"
        };
        return format!("报送方面，{all}未报送。");
    }
    let states = [
        (Reporting::NotSubmitted, "未报"),
        (Reporting::Returned, "退回修改"),
        (Reporting::Late, "逾期报送"),
    ];
    let parts = states
        .into_iter()
        .filter_map(|(state, words)| {
            let names: Vec<&str> = departments_in(c.facts, state)
                .map(|d| d.name.as_str())
                .collect();
            let named = names.get(..DEPARTMENTS).unwrap_or(&names);
            let more = if names.len() > DEPARTMENTS { "等" } else { "" };
            (!names.is_empty()).then(|| format!("{words}的有{}{more}", named.join("、")))
        })
        .joined("；");
    if parts.is_empty() {
        return String::new();
    }
    format!("报送方面，{parts}。")
}

/// What is being verified, and what the checks found.
fn data(c: Context<'_>) -> String {
    let mut text = held_back(c);
    if !text.is_empty() {
        text.insert_str(0, "数据方面，");
    }
    let o = &c.facts.overall;
    let found = counted([("错误", &o.errors), ("警告", &o.warnings)]);
    // Who has not reported, or late, has been said.
    let of_data =
        |f: &FindingFacts| f.severity > Severity::Note && !matches!(f.code, "X001" | "X002");
    let mut open = c.facts.findings.iter().filter(|f| f.status == Status::Open);
    if !found.is_empty() && open.any(of_data) {
        let explained = counted([("；另有已说明或经核实的", &o.explained)]).concat();
        put!(
            text,
            "核查发现{}{}，待更正或说明{explained}。",
            found.join("、"),
            of_reporting(c)
        );
    }
    text
}

/// What the counts hold beside faults of the data: 「（含未报、逾期报送）」.
fn of_reporting(c: Context<'_>) -> String {
    let o = &c.facts.overall;
    let found = |code: &str| {
        let mut open = c.facts.findings.iter().filter(|f| f.status == Status::Open);
        open.any(|f| f.code == code && f.severity > Severity::Note)
    };
    let kinds = [
        ("未报", &o.missing, "X001"),
        ("退回", &o.returned, "X001"),
        ("逾期报送", &o.late, "X002"),
    ];
    let named = kinds
        .into_iter()
        .filter(|(_, count, code)| !is_zero(count) && found(code))
        .map(|(words, ..)| words)
        .joined("、");
    if named.is_empty() || c.facts.as_of.is_some() {
        return String::new();
    }
    format!("（含{named}）")
}

/// What does not count this month: tasks of which nothing is known, then those that lack some of their data.
fn held_back(c: Context<'_>) -> String {
    if c.unknown() {
        return String::new();
    }
    let (none, some): (Vec<&TaskFacts>, Vec<&TaskFacts>) = unverified(c)
        .into_iter()
        .partition(|t| is_zero(&t.verified));
    let (unreported, verifying): (Vec<&TaskFacts>, Vec<&TaskFacts>) =
        none.into_iter().partition(|t| is_unreported(c, t));
    let mut text = String::new();
    for (tasks, words) in [(unreported, "尚无可用数据"), (verifying, "数据正在核实")] {
        match tasks.len() {
            0 => {}
            1..=NAMES => put!(text, "{}{words}，本期暂不计入。", by_department(&tasks)),
            _ => put!(text, "部分项目{words}，本期暂不计入，见{}。", c.table),
        }
    }
    let (open, graded): (Vec<&TaskFacts>, Vec<&TaskFacts>) =
        some.into_iter().partition(|t| t.grade == Grade::Unverified);
    text.extend(open.iter().take(NAMES).map(|t| withheld(c, t)));
    if graded.len() <= OWN_SENTENCE {
        text.extend(graded.iter().map(|t| withheld(c, t)));
        return text;
    }
    let named = graded
        .iter()
        .take(NAMES)
        .map(|t| format!("{}{}", title(t), t.unverified.text()))
        .joined("、");
    let more = if graded.len() > NAMES { "等" } else { "" };
    let state = lacking_state(c, &graded);
    text + &format!("{named}{more}数据{state}，本期暂不计入，进度按其余数据评定。")
}

/// Whether all that is lacking of a task was never sent, so that none of it is being verified.
fn is_unreported(c: Context<'_>, task: &TaskFacts) -> bool {
    lacking_state(c, &[task]) == UNREPORTED
}

const UNREPORTED: &str = "未报送";

/// What holds of all that is lacking of some tasks: never sent, being verified, or the one or the other.
fn lacking_state(c: Context<'_>, tasks: &[&TaskFacts]) -> &'static str {
    let states = || tasks.iter().flat_map(|t| c.indicators(t)).map(|i| i.state);
    let any = |state| states().any(|s| s == state);
    match (any(State::Missing), any(State::Withheld)) {
        (true, true) => "未报送或正在核实",
        (true, false) => UNREPORTED,
        (false, _) => "正在核实",
    }
}

/// Tasks with an indicator that is not accepted.
pub fn unverified(c: Context<'_>) -> Vec<&TaskFacts> {
    c.tasks(|t| !is_zero(&t.unverified))
}

/// 「虎溪河生态修复有1项数据正在核实，本期暂不计入，其余9项达到序时进度。」
pub fn withheld(c: Context<'_>, task: &TaskFacts) -> String {
    let state = lacking_state(c, &[task]);
    let held = task.unverified.text();
    let rest = task.verified.text();
    // Half the weight is withheld or missing: the rest says nothing about the task.
    if task.grade == Grade::Unverified {
        return format!("{}有{held}数据{state}，本期暂不评定进度。", named(task));
    }
    let standing = standing_of_all(c, task).map_or_else(
        || format!("其余{rest}已采信，项目状态为{}", task.grade.name()),
        |standing| format!("其余{rest}{standing}"),
    );
    format!(
        "{}有{held}数据{state}，本期暂不计入，{standing}。",
        title(task)
    )
}

/// What holds of every accepted indicator of a task; `None` where they differ.
fn standing_of_all(c: Context<'_>, task: &TaskFacts) -> Option<&'static str> {
    let mut words = c
        .indicators(task)
        .iter()
        .filter(|i| i.state == State::Accepted)
        .map(|i| i.grade.name());
    let first = words.next()?;
    words.all(|word| word == first).then_some(first)
}

/// Gaps in the four elements, by task.
fn elements(c: Context<'_>) -> String {
    let lacking = lacking(c);
    // Where nobody has reported, the missing report is what lacks.
    if lacking.is_empty() || is_zero(&c.facts.overall.submitted) {
        return String::new();
    }
    // Tasks that lack the same are named together.
    let mut gaps: Vec<(String, Vec<String>)> = Vec::new();
    for task in lacking.iter().take(NAMED) {
        let missing = if task.elements.missing.len() == ElementField::FOUR.len() {
            "四要素均缺".to_owned()
        } else {
            format!("缺{}", task.elements.missing.join("、"))
        };
        match gaps.iter_mut().find(|g| g.0 == missing) {
            Some(gap) => gap.1.push(title(task)),
            None => gaps.push((missing, vec![title(task)])),
        }
    }
    let named = gaps
        .iter()
        .map(|(missing, names)| format!("{}{missing}", names.join("、")))
        .joined("，");
    let more = match lacking.len().saturating_sub(NAMED) {
        0 => String::new(),
        n => format!("，其余{n}{}见汇总表", c.plan.counter()),
    };
    let e = &c.facts.elements;
    let complete = if is_zero(&e.complete_tasks) {
        "尚无要素齐全的项目".to_owned()
    } else {
        format!("要素齐全的{}", e.complete_tasks.text())
    };
    format!(
        "四要素方面，{complete}，完备率{}；{}{more}。",
        e.completeness.text(),
        named
    )
}

/// The money of all whose amounts agree, of how many departments it is, and whose does not count.
fn money(c: Context<'_>) -> Option<String> {
    let e = &c.facts.elements;
    let doubtful = c.tasks(|t| t.elements.is_doubtful);
    if !e.asked || c.unknown() || is_zero(&e.funded) && doubtful.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    if !is_zero(&e.funded) {
        let of = if same(&e.funded, &e.leads) {
            format!("{}牵头单位", e.leads.text())
        } else {
            format!("{}牵头单位中{}", e.leads.text(), e.funded.text())
        };
        parts.push(format!("按{of}最近一次采信的数据"));
        let amounts = [
            ("计划资金", &e.planned, None),
            ("到位", &e.arrived, Some(("到位率", &e.arrived_rate))),
            ("支付", &e.paid, Some(("支付率", &e.paid_rate))),
        ];
        for (name, amount, rate) in amounts {
            let Some(amount) = amount else { continue };
            let rate =
                rate.and_then(|(name, rate)| Some(format!("（{name}{}）", rate.as_ref()?.text())));
            parts.push(format!(
                "{name}{}{}",
                amount.text(),
                rate.unwrap_or_default()
            ));
        }
    }
    let named = match doubtful.len() {
        0 => None,
        1..=NAMED => {
            let names = doubtful.iter().map(|t| title(t)).joined("、");
            Some(names)
        }
        n => Some(format!("另有{n}{}", c.plan.counter())),
    };
    let doubt = named.map(|named| format!("{named}资金数额前后矛盾，未计入"));
    let told = [Some(parts.join("，")).filter(|p| !p.is_empty()), doubt];
    let told = told.into_iter().flatten().joined("；");
    Some(format!("资金方面，{told}。"))
}

/// Tasks without one of the four elements.
pub fn lacking(c: Context<'_>) -> Vec<&TaskFacts> {
    c.tasks(|t| c.plan.asks_elements() && !t.elements.missing.is_empty())
}
