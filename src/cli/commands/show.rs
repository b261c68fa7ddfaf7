//! `duban show TASK`: what to have at hand when a department is called about a task.

use serde_json::json;

use super::prelude::*;
use crate::check::{FindingFacts, Status, TaskElements};
use crate::cli::args::{Places, ShowArgs};
use crate::combine::Facts;
use crate::combine::facts::{IndicatorFacts, TaskFacts};
use crate::combine::progress::shown;
use crate::plan::names;
use crate::plan::{Grade, Kind, MilestoneState, TaskIx};

pub fn run(args: &ShowArgs, terminal: &Terminal) -> Result<u8> {
    let places = Places {
        plan: args.plan.clone(),
        inbox: args.inbox.clone(),
        // Nothing is written.
        out: "".into(),
        archive: args.archive.clone(),
    };
    let period = places.period(&args.month)?;
    let View {
        plan,
        facts,
        checked,
        ..
    } = View::month(period, &places, None, terminal)?;
    let task = find(&plan, &args.task)?;
    let people = checked.elements.get(task).cloned().unwrap_or_default();
    let Some(card) = Card::new(&facts, task, &people) else {
        return Err(said!("第{}项没有可显示的数据", plan.tasks[task].no));
    };
    if args.output.is_json() {
        Terminal::json(&card.json())?;
    } else {
        card.print(terminal);
    }
    Ok(CLEAN)
}

/// A task by its number, or by a part of its name that no other has.
fn find(plan: &Plan, wanted: &str) -> Result<TaskIx> {
    let shown = one_line(wanted, 40);
    let number = wanted.trim().trim_start_matches('第');
    if let Ok(no) = number.trim_end_matches(['项', '件']).parse::<u32>() {
        return plan.tasks.iter().position(|t| t.no == no).ok_or_else(|| {
            let [first, last] =
                [plan.tasks.first(), plan.tasks.last()].map(|t| t.map_or(0, |t| t.no));
            said!("没有第{no}项任务，序号从{first}到{last}")
        });
    }
    let key = names::key(wanted);
    let hits: Vec<TaskIx> = (0..plan.tasks.len())
        .filter(|&t| !key.is_empty() && names::key(&plan.tasks[t].name).contains(&key))
        .collect();
    match hits.as_slice() {
        [one] => Ok(*one),
        [] => Err(said!(
            "没有名称含“{shown}”的任务，请写任务序号，例如 {}",
            next("show 14")
        )),
        many => {
            let first = many.iter().take(10).map(|&t| &plan.tasks[t]);
            let list = first.map(|t| format!("{} {}", t.no, t.name)).joined("；");
            Err(said!(
                "名称含“{shown}”的任务有{}项：{}。请写任务序号",
                many.len(),
                list
            ))
        }
    }
}

struct Card<'a> {
    facts: &'a Facts,
    task: &'a TaskFacts,
    indicators: &'a [IndicatorFacts],
    findings: Vec<&'a FindingFacts>,
    submitted: &'static str,
    people: &'a TaskElements,
}

impl<'a> Card<'a> {
    fn new(facts: &'a Facts, task: TaskIx, people: &'a TaskElements) -> Option<Self> {
        let task = facts.tasks.iter().find(|t| t.task == task)?;
        let open = |f: &&FindingFacts| {
            f.task_no == Some(task.no) && f.severity != Severity::Note && f.status == Status::Open
        };
        let lead = facts.departments.iter().find(|d| d.department == task.lead);
        Some(Self {
            facts,
            task,
            indicators: facts.indicators.get(task.indicators.clone())?,
            findings: facts.findings.iter().filter(open).collect(),
            submitted: lead.map_or("", |d| d.submitted.chinese()),
            people,
        })
    }

    fn print(&self, terminal: &Terminal) {
        let task = self.task;
        say!(
            terminal,
            "第{}项　{}（{}）　{}",
            task.no,
            task.name,
            task.tier,
            self.facts.period.chinese()
        );
        let with = if task.with_names.is_empty() {
            String::new()
        } else {
            format!("（会同{}）", task.with_names)
        };
        say!(
            terminal,
            "责任单位：{}{with}　本月{}",
            task.lead_name,
            self.submitted
        );
        let people = [
            ("责任领导", &self.people.leader),
            ("联系人", &self.people.contact),
            ("电话", &self.people.phone),
        ];
        let named = people
            .iter()
            .filter_map(|(label, who)| Some(format!("{label}：{}", one_line(who.as_ref()?, 40))));
        let named = named.joined("　");
        if named.is_empty() {
            terminal.line("联系人：工作方案未填");
        } else {
            terminal.line(named);
        }
        say!(terminal, "目标：{}", one_line(&task.text, 400));
        terminal.line(self.grade());
        for note in &task.notes {
            say!(terminal, "      {note}");
        }
        terminal.line("指标：");
        for indicator in self.indicators {
            say!(terminal, "  {} {}", indicator.id, indicator_line(indicator));
        }
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "（未填）".to_owned());
        for (label, words) in [
            ("工作进展", &task.narrative),
            ("存在问题", &task.problems),
            ("下一步措施", &task.next_steps),
        ] {
            let words = words.as_deref().map(|w| one_line(w, 1000));
            say!(terminal, "{label}：{}", or_none(words));
        }
        say!(
            terminal,
            "完成时限：{}　预计完成：{}",
            chinese_date(task.deadline),
            or_none(task.expected_on.map(chinese_date))
        );
        if let Some(warning) = &task.early_warning {
            say!(terminal, "预警：{warning}");
        }
        if !self.findings.is_empty() {
            terminal.line("待更正或说明：");
            for finding in &self.findings {
                let message = one_line(&finding.message, 200);
                say!(terminal, "  {} {message}", finding.code);
            }
        }
    }

    fn grade(&self) -> String {
        let task = self.task;
        let before = task.previous_grade.map_or_else(
            || "上月无".to_owned(),
            |g| format!("上月{}，{}", g.name(), task.movement.chinese()),
        );
        let mut line = format!("状态：{}（{before}）", task.grade_text);
        if let Some(rate) = &task.rate {
            put!(line, "　完成率{}", rate.text());
        }
        if let Some(schedule) = &task.schedule {
            put!(line, "，序时进度{}", schedule.text());
        }
        if let (Some(gap), Some(size)) = (&task.gap, &task.gap_abs) {
            let word = if gap.value > 0.0 { "低于" } else { "高于" };
            if size.value > 0.0 {
                put!(line, "，{word}序时进度{}", size.text());
            }
        }
        line
    }

    fn json(&self) -> serde_json::Value {
        let task = self.task;
        let findings = self.findings.iter().map(
            |f| json!({ "code": f.code, "severity": f.severity.as_str(), "message": f.message }),
        );
        json!({
            "period": self.facts.period.to_string(),
            "no": task.no,
            "name": task.name,
            "tier": task.tier,
            "text": task.text,
            "department": task.lead_name,
            "with": task.with_names,
            "submitted": self.submitted,
            "leader": self.people.leader,
            "contact": self.people.contact,
            "phone": self.people.phone,
            "grade": task.grade_text,
            "previous_grade": task.previous_grade.map(Grade::name),
            "rate": task.rate.as_ref().map(|f| f.value),
            "schedule": task.schedule.as_ref().map(|f| f.value),
            "gap": task.gap.as_ref().map(|f| f.value),
            "notes": task.notes,
            "narrative": task.narrative,
            "problems": task.problems,
            "next_steps": task.next_steps,
            "deadline": task.deadline.to_string(),
            "expected_on": task.expected_on.map(|d| d.to_string()),
            "early_warning": task.early_warning,
            "indicators": self.indicators.iter().map(indicator_json).collect::<Vec<_>>(),
            "findings": findings.collect::<Vec<_>>(),
        })
    }
}

fn indicator_line(i: &IndicatorFacts) -> String {
    let mut line = i.name.clone();
    match i.kind {
        Kind::Ongoing => {}
        Kind::Milestone => {
            let done = i
                .done_on
                .map(|d| format!("（{}）", chinese_date(d)))
                .unwrap_or_default();
            put!(
                line,
                "　{}{done}",
                i.milestone.map_or("待核实", MilestoneState::name)
            );
        }
        _ => {
            let value = shown(i).unwrap_or_else(|| "待核实".to_owned());
            put!(line, "　{value}");
            if let Some(goal) = i.goal() {
                put!(line, "／目标{goal}");
            }
            if let Some(rate) = &i.rate {
                put!(line, "　完成率{}", rate.text());
            }
            if let (Some(previous), Some(period)) = (&i.previous, i.previous_period) {
                put!(line, "　{}月{}", period.month(), previous.text());
            }
            if let Some(increment) = &i.increment {
                let sign = if increment.value > 0.0 { "+" } else { "" };
                put!(line, "（{sign}{}）", increment.number());
            }
        }
    }
    put!(line, "　{}", i.grade.name());
    let codes = i.withheld_by.join("、");
    let decided = [&i.confirmed, &i.adjusted].into_iter().flatten();
    for words in Some(&codes)
        .into_iter()
        .filter(|c| !c.is_empty())
        .chain(decided)
    {
        put!(line, "（{words}）");
    }
    line
}

fn indicator_json(i: &IndicatorFacts) -> serde_json::Value {
    json!({
        "id": i.id,
        "name": i.name,
        "kind": i.kind.as_str(),
        "unit": i.unit,
        "state": i.state.as_str(),
        "value": i.value.as_ref().map(|f| f.value),
        "target": i.target.as_ref().map(|f| f.value),
        "rate": i.rate.as_ref().map(|f| f.value),
        "schedule": i.schedule.as_ref().map(|f| f.value),
        "previous": i.previous.as_ref().map(|f| f.value),
        "status": i.milestone.map(MilestoneState::name),
        "done": i.done_on.map(|d| d.to_string()),
        "grade": i.grade.name(),
        "withheld_by": i.withheld_by,
    })
}
