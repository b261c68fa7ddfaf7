//! One month's checks, from arrivals to accepted values. The order is the contract: files, sheets, cells, records, tasks,
//! judgements, narratives, the month; what one step withholds the next does not look at.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::status::StatusReading;
use crate::intake::{Arrival, Field, Report, RowSubject, Submission};
use crate::plan::{DeptIx, IndIx, Kind, MilestoneState, Moment, Plan, RuleLevel, SlotIx, TaskIx, grade};

use super::checked::{Checked, Fate, FileVerdict};
use super::context::{DepartmentFiles, ForeignValue, MonthCx, RecordCx, RestatedCx, SubmissionCx, Submitted, TaskCx};
use super::finding::{Finding, Severity, Status};
use super::history::{ExplainedKey, History};
use super::outcomes::{Outcome, Outcomes};
use super::record::{Accepted, Judged, Record, Source, State};
use super::register::Register;
use super::rule::{Check, Rule, Verdict};
use super::rules::c020::Carried;
use super::{elements, explain, files, read, records, rules};

/// What a month is checked with.
pub struct Input<'a> {
    pub plan: &'a Plan,
    pub moment: Moment,
    /// In path order.
    pub arrivals: &'a [Arrival],
    pub register: &'a Register,
    /// Months before this one only.
    pub history: &'a History,
    /// X001 and X002 are run (not with `--as-of`: nobody is chased before the month's end).
    pub chases: bool,
    /// How the departments' checks are carried out: [`in_turn`], or on several threads by a caller that has them.
    pub spread: Spread<'a>,
}

/// Runs a check for each of `n` departments and gives the outcomes in their order.
pub type Spread<'a> = &'a dyn Fn(usize, &(dyn Fn(usize) -> DepartmentOutcome + Sync)) -> Vec<DepartmentOutcome>;

/// One department after the other.
pub fn in_turn(n: usize, check: &(dyn Fn(usize) -> DepartmentOutcome + Sync)) -> Vec<DepartmentOutcome> {
    (0..n).map(check).collect()
}

/// Checks a month.
pub fn month(input: &Input) -> Checked {
    let Input { plan, moment, arrivals, register, history, chases, spread } = *input;
    let admit = |finding: Finding| admit(plan, finding);
    let mut sorted = files::sort(plan, moment.period, arrivals, rules::RULES, &admit);
    let mut findings = std::mem::take(&mut sorted.findings);
    let mut outcomes = Outcomes::default();
    let mut judged: Vec<Option<Judged>> = vec![None; plan.slots.len()];
    let mut foreign = Vec::new();
    let mut explained: Vec<(ExplainedKey, String)> = Vec::new();

    let choosing = month_cx(input, &sorted.departments, &[], &[]);
    findings.extend(run_month(&choosing, |check| if let Check::Files(f) = check { Some(*f) } else { None }).filter_map(admit));

    let checked = spread(plan.departments.len(), &|department| {
        let one = Department { plan, moment, history, department };
        match sorted.departments[department].used.map(|ix| &arrivals[ix]) {
            Some(arrival) => one.check(arrival),
            None => one.absent(),
        }
    });
    for (department, outcome) in checked.into_iter().enumerate() {
        let used = sorted.departments[department].used;
        if let (Some(code), Some(ix)) = (outcome.refused, used) {
            sorted.fates[ix] = Fate::Refused(code);
            sorted.departments[department].used = None;
            sorted.departments[department].submitted = Submitted::Returned;
        }
        findings.extend(outcome.findings);
        outcomes.merge(outcome.outcomes);
        foreign.extend(outcome.foreign);
        explained.extend(outcome.explained);
        for slot in outcome.judged {
            let at = slot.slot;
            judged[at] = Some(slot);
        }
    }
    // Every slot belongs to one department, so each was judged above.
    let judged: Vec<Judged> = judged.into_iter().enumerate().map(|(slot, j)| j.unwrap_or_else(|| missing(slot, history, moment))).collect();
    let whole = MonthCx { plan, moment, arrivals, departments: &sorted.departments, register, judged: &judged, foreign: &foreign, chases };
    findings.extend(run_month(&whole, |check| if let Check::Month(f) = check { Some(*f) } else { None }).filter_map(admit));
    answer_month_findings(plan, &mut findings, arrivals, &sorted.departments, history, &mut explained);
    sort(&mut findings);

    let elements = (0..plan.tasks.len())
        .map(|task| elements::of_task(plan, task, sorted.departments[plan.tasks[task].lead].used.map(|ix| &arrivals[ix])))
        .collect();
    let files = arrivals
        .iter()
        .zip(sorted.department_of)
        .zip(sorted.fates)
        .map(|((a, department), fate)| FileVerdict { path: a.path.clone(), bytes: a.bytes, sha256: a.sha256.clone(), department, fate })
        .collect();
    Checked {
        moment,
        findings,
        accepted: Accepted { period: moment.period, slots: judged },
        departments: sorted.departments,
        files,
        elements,
        outcomes,
        explained,
    }
}

/// A sealed month with the findings of what its inbox would change (R019); its values stay.
pub fn restate(plan: &Plan, mut sealed: Checked, inbox: &Checked) -> Checked {
    let cx = RestatedCx { plan, period: sealed.moment.period, sealed: &sealed.accepted, inbox: &inbox.accepted };
    let checks = rules::RULES.iter().filter_map(|rule| if let Check::Restated(check) = rule.check { Some(check) } else { None });
    let found: Vec<Finding> = checks.flat_map(|check| check(&cx)).filter_map(|finding| admit(plan, finding)).collect();
    sealed.findings.extend(found);
    sort(&mut sealed.findings);
    sealed
}

fn month_cx<'a>(input: &Input<'a>, departments: &'a [DepartmentFiles], judged: &'a [Judged], foreign: &'a [ForeignValue]) -> MonthCx<'a> {
    MonthCx {
        plan: input.plan,
        moment: input.moment,
        arrivals: input.arrivals,
        departments,
        register: input.register,
        judged,
        foreign,
        chases: input.chases,
    }
}

type MonthCheck = fn(&MonthCx) -> Vec<Finding>;

fn run_month<'a>(cx: &'a MonthCx, pick: impl Fn(&Check) -> Option<MonthCheck> + 'a) -> impl Iterator<Item = Finding> + 'a {
    rules::RULES.iter().filter_map(move |rule| pick(&rule.check)).flat_map(|check| check(cx))
}

/// The plan's word on a finding: dropped where its rule is off, its severity as set.
fn admit(plan: &Plan, mut finding: Finding) -> Option<Finding> {
    if finding.indicator.is_some_and(|ix| plan.indicators[ix].off.contains(finding.code)) {
        return None;
    }
    let own = rules::find(finding.code).map(|r| r.severity);
    match plan.checks.severity.get(finding.code) {
        Some(RuleLevel::Off) => return None,
        // A rule's own exception (F003's note beside a usable workbook) is no matter of the plan's setting.
        Some(level) if own == Some(finding.severity) => {
            finding.severity = match level {
                RuleLevel::Note => Severity::Note,
                RuleLevel::Warning => Severity::Warning,
                RuleLevel::Error | RuleLevel::Off => Severity::Error,
            };
        }
        _ => {}
    }
    Some(finding)
}

/// X and F007/F008 findings can be answered too.
fn answer_month_findings(
    plan: &Plan,
    findings: &mut [Finding],
    arrivals: &[Arrival],
    departments: &[DepartmentFiles],
    history: &History,
    explained: &mut Vec<(ExplainedKey, String)>,
) {
    for files in departments {
        let Some(submission) = files.used.and_then(|ix| arrivals[ix].content.as_deref().ok()) else { continue };
        let mut own: Vec<&mut Finding> = findings.iter_mut().filter(|f| f.department == Some(files.department)).collect();
        let mut copies: Vec<Finding> = own.iter().map(|f| (**f).clone()).collect();
        explained.extend(explain::apply(plan, &mut copies, &submission.explanations, history));
        for (finding, copy) in own.iter_mut().zip(copies) {
            **finding = copy;
        }
    }
    explained.sort();
    explained.dedup();
}

/// By department in plan order (none first), file, sheet, cell, code.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.department, &a.file, &a.sheet, a.cell, a.code, a.task, a.indicator, &a.message).cmp(&(
            b.department,
            &b.file,
            &b.sheet,
            b.cell,
            b.code,
            b.task,
            b.indicator,
            &b.message,
        ))
    });
}

fn missing(slot: SlotIx, history: &History, moment: Moment) -> Judged {
    Judged {
        slot,
        state: State::Missing,
        value: None,
        milestone: None,
        done_on: None,
        source: None,
        qualifier: None,
        withheld_by: Vec::new(),
        confirmed: None,
        evidence_missing: false,
        narrative: None,
        problems: None,
        next_steps: None,
        expected_on: None,
        last_accepted: history.last_value(slot, moment.period),
    }
}

/// What one department's check gives.
pub struct DepartmentOutcome {
    findings: Vec<Finding>,
    judged: Vec<Judged>,
    outcomes: Outcomes,
    foreign: Vec<ForeignValue>,
    explained: Vec<(ExplainedKey, String)>,
    /// The workbook as a whole is refused by this code.
    refused: Option<&'static str>,
}

/// One department of the month.
#[expect(clippy::struct_field_names, reason = "an index among the plan's departments")]
struct Department<'a> {
    plan: &'a Plan,
    moment: Moment,
    history: &'a History,
    department: DeptIx,
}

impl<'a> Department<'a> {
    /// No usable workbook: everything is missing, unless the office has settled a figure.
    fn absent(&self) -> DepartmentOutcome {
        let mut outcome = DepartmentOutcome {
            findings: Vec::new(),
            judged: Vec::new(),
            outcomes: Outcomes::default(),
            foreign: Vec::new(),
            explained: Vec::new(),
            refused: None,
        };
        for &slot in self.plan.slots_of(self.department) {
            let mut judged = missing(slot, self.history, self.moment);
            self.confirm(&mut judged, &mut []);
            outcome.judged.push(judged);
            for rule in per_value_rules() {
                outcome.outcomes.set(slot, rule.code, Outcome::NotRun("X001"));
            }
        }
        outcome
    }

    fn check(&self, arrival: &'a Arrival) -> DepartmentOutcome {
        let Ok(submission) = arrival.content.as_deref() else { return self.absent() };
        // A workbook without a report sheet was refused as a file (S001).
        let Some(report) = submission.report() else { return self.absent() };
        let records = records::of_department(self.plan, self.department, arrival, report);
        let mut run = Run {
            plan: self.plan,
            moment: self.moment,
            history: self.history,
            department: self.department,
            arrival,
            submission,
            report,
            judged: records.iter().map(|r| self.start(r, report)).collect(),
            blocked: vec![Vec::new(); records.len()],
            records: &records,
            findings: Vec::new(),
            of_indicator: BTreeMap::new(),
            of_task: BTreeMap::new(),
            outcomes: Outcomes::default(),
        };
        run.submission_rules();
        if !files::is_usable(self.plan, self.department, arrival) {
            let refused = if rules::s003::refuses(report) { "S003" } else { "S002" };
            let mut outcome = self.absent();
            outcome.findings = run.findings.into_iter().filter(|f| f.code == refused || f.code == "C017").collect();
            outcome.refused = Some(refused);
            return outcome;
        }
        run.withhold_missing_columns();
        run.cell_rules();
        run.fill_values();
        run.record_rules();
        for ix in 0..run.judged.len() {
            let slot_findings = run.findings_of(ix);
            let mut own: Vec<&mut Finding> = run.findings.iter_mut().enumerate().filter(|(i, _)| slot_findings.contains(i)).map(|(_, f)| f).collect();
            self.confirm(&mut run.judged[ix], &mut own);
        }
        run.task_rules();
        run.set_evidence();
        run.judgement_rules();
        run.narrative_rules();
        let explained = explain::apply(self.plan, &mut run.findings, &submission.explanations, self.history);
        let foreign = self.foreign(arrival, report);
        DepartmentOutcome { findings: run.findings, judged: run.judged, outcomes: run.outcomes, foreign, explained, refused: None }
    }

    /// A slot before any rule: its row is there or not, its words as they stand.
    fn start(&self, record: &Record, report: &Report) -> Judged {
        let mut judged = missing(record.slot, self.history, self.moment);
        if record.row.is_none() {
            return judged;
        }
        judged.state = State::Withheld;
        judged.narrative = record.words(Field::Narrative);
        judged.problems = record.words(Field::Problems);
        judged.next_steps = record.words(Field::NextSteps);
        judged.expected_on = record.expected_on.date();
        let field = match self.plan.indicators[record.indicator].kind {
            Kind::Milestone => Field::Status,
            Kind::Ongoing => Field::Narrative,
            _ => Field::Cumulative,
        };
        if let (Some(cell), Some(arrival)) = (record.cell(field), record.arrival) {
            judged.source = Some(Source {
                file: arrival.path.clone(),
                sheet: report.sheet.to_string(),
                cell: cell.at,
                raw: cell.raw(),
                conversion: record.cumulative.number().map(|q| q.conversion.clone()).unwrap_or_default(),
            });
        }
        judged
    }

    /// [[confirm]]: the office's figure releases R001, R009 and C006, or fills what is missing.
    fn confirm(&self, judged: &mut Judged, findings: &mut [&mut Finding]) {
        const RELEASED: &[&str] = &["R001", "R009", "C006", "C001", "S005"];
        let Some(confirm) = self.plan.confirm(self.moment.period, judged.slot) else { return };
        if !judged.withheld_by.iter().all(|code| RELEASED.contains(code)) {
            return;
        }
        let indicator = self.plan.slots[judged.slot].indicator;
        judged.state = State::Accepted;
        judged.value = self.plan.indicators[indicator].kind.is_numeric().then_some(confirm.value);
        judged.withheld_by.clear();
        let words = if confirm.note.is_empty() { confirm.by.clone() } else { format!("{}，{}", confirm.by, confirm.note) };
        judged.confirmed = Some(words.clone());
        for finding in findings {
            if RELEASED.contains(&finding.code) && finding.severity == Severity::Error {
                finding.status = Status::Explained;
                finding.explanation = Some(format!("电话核实：{words}"));
            }
        }
    }

    /// Rows of indicators this department does not report, for X003.
    fn foreign(&self, arrival: &Arrival, report: &Report) -> Vec<ForeignValue> {
        // One cell merged over many rows is one value.
        let mut told = BTreeSet::new();
        report
            .rows
            .iter()
            .filter_map(|row| {
                let RowSubject::Indicator(indicator) = row.subject else { return None };
                if !rules::s008::is_foreign(self.plan, self.department, &row.subject) || !self.plan.indicators[indicator].kind.is_numeric() {
                    return None;
                }
                let cell = row.get(Field::Cumulative).filter(|cell| told.insert((indicator, cell.at)))?;
                let reading = read::cumulative_of(self.plan, report, row, indicator);
                Some(ForeignValue {
                    sender: self.department,
                    file: arrival.path.clone(),
                    sheet: report.sheet.to_string(),
                    cell: cell.at,
                    indicator,
                    value: reading.value(),
                    raw: cell.raw(),
                })
            })
            .collect()
    }
}

/// Rules with an outcome for each value.
fn per_value_rules() -> impl Iterator<Item = &'static Rule> {
    rules::RULES
        .iter()
        .copied()
        .filter(|r| matches!(r.check, Check::Cell(_) | Check::CellAndTask { .. } | Check::Record { .. } | Check::Judgement(_)))
}

/// The rules of one used workbook, step by step.
struct Run<'a> {
    plan: &'a Plan,
    moment: Moment,
    history: &'a History,
    department: DeptIx,
    arrival: &'a Arrival,
    submission: &'a Submission,
    report: &'a Report,
    records: &'a [Record<'a>],
    judged: Vec<Judged>,
    /// For each record the fields with a C error, and its code.
    blocked: Vec<Vec<(Field, &'static str)>>,
    findings: Vec<Finding>,
    /// Where the findings on an indicator stand among them, and those on a task without an indicator.
    of_indicator: BTreeMap<IndIx, Vec<usize>>,
    of_task: BTreeMap<TaskIx, Vec<usize>>,
    outcomes: Outcomes,
}

/// Fields whose error withholds the indicator, by kind (rules.md, Severity).
fn withholding(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Ongoing => &[Field::Narrative],
        Kind::Milestone => &[Field::Status, Field::DoneOn],
        _ => &[Field::Cumulative, Field::Status, Field::DoneOn],
    }
}

/// Fields whose error only stops the rules that need them.
const SIDE: &[Field] = &[Field::Previous, Field::ThisMonth, Field::Rate, Field::Target, Field::ExpectedOn];

impl<'a> Run<'a> {
    fn kind(&self, ix: usize) -> Kind {
        self.plan.indicators[self.records[ix].indicator].kind
    }

    fn submission_cx<'b>(&'b self) -> SubmissionCx<'b>
    where
        'a: 'b,
    {
        SubmissionCx {
            plan: self.plan,
            moment: self.moment,
            department: self.department,
            arrival: self.arrival,
            submission: self.submission,
            report: self.report,
            records: self.records,
            judged: &self.judged,
            history: self.history,
            findings: &self.findings,
        }
    }

    /// Indexes of the findings that concern a record: its indicator's, or its task's at one of its cells.
    fn findings_of(&self, ix: usize) -> Vec<usize> {
        if self.findings.is_empty() {
            return Vec::new();
        }
        let record = &self.records[ix];
        let listed = [self.of_indicator.get(&record.indicator), self.of_task.get(&record.task)];
        let mut found: Vec<usize> = listed.into_iter().flatten().flatten().copied().filter(|&i| concerns(&self.findings[i], record)).collect();
        found.sort_unstable();
        found
    }

    /// Runs a rule on one record.
    fn on_record(&self, ix: usize, check: fn(&RecordCx) -> Verdict) -> Verdict {
        self.with_cx(ix, check)
    }

    fn with_cx<T>(&self, ix: usize, look: fn(&RecordCx) -> T) -> T {
        let record = &self.records[ix];
        let own: Vec<Finding> = self.findings_of(ix).into_iter().map(|i| self.findings[i].clone()).collect();
        let cx = RecordCx {
            plan: self.plan,
            moment: self.moment,
            record,
            judged: &self.judged[ix],
            history: self.history,
            findings: &own,
            target: self.plan.slot_target(record.slot, self.moment.period),
        };
        look(&cx)
    }

    /// Takes a verdict: outcome, findings, and what they withhold.
    fn take(&mut self, ix: usize, rule: &Rule, verdict: Verdict) {
        let slot = self.records[ix].slot;
        if self.is_off(ix, rule) {
            return;
        }
        match verdict {
            Verdict::NotApplicable => {}
            Verdict::Passed => self.outcomes.set(slot, rule.code, Outcome::Passed),
            Verdict::NotRun(code) => self.outcomes.set(slot, rule.code, Outcome::NotRun(code)),
            Verdict::Failed(found) => {
                self.outcomes.set(slot, rule.code, Outcome::Failed);
                // A rule that fails without a finding here has told its cause at another indicator of the same cell.
                if found.is_empty() && rule.severity == Severity::Error {
                    self.withhold(ix, rule.code);
                }
                self.admit_all(found);
            }
        }
    }

    fn is_off(&self, ix: usize, rule: &Rule) -> bool {
        self.plan.checks.severity.get(rule.code) == Some(&RuleLevel::Off) || self.plan.indicators[self.records[ix].indicator].off.contains(rule.code)
    }

    fn admit_all(&mut self, found: Vec<Finding>) {
        for finding in found {
            let Some(finding) = admit(self.plan, finding) else { continue };
            if finding.severity == Severity::Error {
                for ix in 0..self.records.len() {
                    self.apply_error(ix, &finding);
                }
            }
            match (finding.indicator, finding.task) {
                (Some(indicator), _) => self.of_indicator.entry(indicator).or_default().push(self.findings.len()),
                (None, Some(task)) => self.of_task.entry(task).or_default().push(self.findings.len()),
                (None, None) => {}
            }
            self.findings.push(finding);
        }
    }

    /// What an error does to one record: blocks a side field, or withholds the value.
    fn apply_error(&mut self, ix: usize, finding: &Finding) {
        let record = &self.records[ix];
        let own = finding.indicator == Some(record.indicator);
        let shared = finding.indicator.is_none() && finding.task.is_none_or(|t| t == record.task);
        if !own && !shared {
            return;
        }
        let at_fields = |fields: &[Field]| finding.cell.is_some_and(|at| fields.iter().any(|&f| record.cell(f).is_some_and(|c| c.at == at)));
        if at_fields(withholding(self.kind(ix))) {
            if let Some(&field) = withholding(self.kind(ix)).iter().find(|&&f| record.cell(f).is_some_and(|c| Some(c.at) == finding.cell)) {
                self.blocked[ix].push((field, finding.code));
            }
            // A cell merged over several columns blocks the others too.
            self.block_sides(ix, finding);
            self.withhold(ix, finding.code);
        } else if at_fields(SIDE) {
            self.block_sides(ix, finding);
        } else if own {
            // Without a cell of its own (S005), or at another row of it (S007): the value itself is in question.
            self.withhold(ix, finding.code);
        }
    }

    fn block_sides(&mut self, ix: usize, finding: &Finding) {
        let record = &self.records[ix];
        for &field in SIDE {
            if record.cell(field).is_some_and(|c| Some(c.at) == finding.cell) {
                self.blocked[ix].push((field, finding.code));
            }
        }
    }

    fn withhold(&mut self, ix: usize, code: &'static str) {
        let judged = &mut self.judged[ix];
        if !judged.withheld_by.contains(&code) {
            judged.withheld_by.push(code);
        }
        if judged.state == State::Accepted {
            judged.state = State::Withheld;
        }
        judged.value = None;
        judged.milestone = None;
        judged.done_on = None;
    }

    fn submission_rules(&mut self) {
        for rule in rules::RULES {
            if let Check::Submission(check) = rule.check {
                let found = check(&self.submission_cx());
                self.admit_all(found);
            }
        }
    }

    /// S002 withholds the indicators that need the column.
    fn withhold_missing_columns(&mut self) {
        for ix in 0..self.records.len() {
            if self.records[ix].row.is_some() && rules::s002::withholds(self.report, self.kind(ix)) {
                self.withhold(ix, "S002");
            }
        }
    }

    fn cell_rules(&mut self) {
        for rule in rules::RULES {
            let (cell, task) = match rule.check {
                Check::Cell(cell) => (cell, None),
                Check::CellAndTask { cell, task } => (cell, Some(task)),
                _ => continue,
            };
            for ix in 0..self.records.len() {
                let verdict = self.on_record(ix, cell);
                self.take(ix, rule, verdict);
            }
            if let Some(task) = task {
                self.on_tasks(task);
            }
        }
    }

    /// The values that no cell error holds back.
    fn fill_values(&mut self) {
        for ix in 0..self.records.len() {
            let record = &self.records[ix];
            if record.row.is_none() || !self.judged[ix].withheld_by.is_empty() || record.undecided {
                continue;
            }
            let carried = self.with_cx(ix, rules::c020::carried);
            let earlier = self.history.last_milestone(record.slot, self.moment.period);
            let judged = &mut self.judged[ix];
            if let Some(carried) = carried {
                take_carried(judged, carried);
                continue;
            }
            match self.plan.indicators[record.indicator].kind {
                Kind::Ongoing => judged.state = State::Accepted,
                Kind::Milestone => {
                    if let StatusReading::Known(state) = record.status {
                        judged.state = State::Accepted;
                        judged.milestone = Some(state);
                        // A completion that was accepted with its date need not repeat it.
                        let before = earlier.and_then(|(_, state, date)| date.filter(|_| state == MilestoneState::Done));
                        judged.done_on = if state == MilestoneState::Done { record.done_on.date().or(before) } else { None };
                    }
                }
                _ => {
                    if let Some(q) = record.cumulative.number() {
                        judged.state = State::Accepted;
                        judged.value = Some(q.value);
                        judged.qualifier.clone_from(&q.qualifier);
                    }
                }
            }
        }
    }

    fn is_finished(&self, record: &Record, value: f64) -> bool {
        self.plan.slot_target(record.slot, self.moment.period).is_some_and(|target| grade::is_finished(self.plan, record.indicator, target, value))
    }

    fn record_rules(&mut self) {
        for rule in rules::RULES {
            let Check::Record { needs, check } = rule.check else { continue };
            for ix in 0..self.records.len() {
                let verdict = match self.blocked[ix].iter().find(|(field, code)| needs.contains(field) && code.starts_with('C')) {
                    Some((_, code)) => Verdict::NotRun(code),
                    None => self.on_record(ix, check),
                };
                self.take(ix, rule, verdict);
            }
        }
    }

    fn task_rules(&mut self) {
        for rule in rules::RULES {
            if let Check::Task(check) = rule.check {
                self.on_tasks(check);
            }
        }
    }

    fn on_tasks(&mut self, check: fn(&TaskCx) -> Vec<Finding>) {
        let mut tasks: BTreeSet<usize> = self.records.iter().map(|r| r.task).collect();
        tasks.extend((0..self.plan.tasks.len()).filter(|&t| self.plan.tasks[t].lead == self.department));
        for task in tasks {
            let range = self.records.iter().position(|r| r.task == task).map_or(0..0, |start| {
                let len = self.records[start..].iter().take_while(|r| r.task == task).count();
                start..start + len
            });
            let cx = TaskCx {
                plan: self.plan,
                moment: self.moment,
                department: self.department,
                task,
                arrival: self.arrival,
                submission: self.submission,
                report: self.report,
                records: &self.records[range.clone()],
                judged: &self.judged[range],
                history: self.history,
            };
            let found = check(&cx);
            self.admit_all(found);
        }
    }

    /// Whether the plan asks for acceptance evidence that a finished indicator lacks (R015; 已完成待验收).
    fn set_evidence(&mut self) {
        for ix in 0..self.records.len() {
            let record = &self.records[ix];
            if !self.plan.tasks[record.task].evidence_required || self.judged[ix].state != State::Accepted {
                continue;
            }
            let finished = match (self.judged[ix].milestone, self.judged[ix].value) {
                (Some(state), _) => state == MilestoneState::Done,
                (None, Some(value)) => self.is_finished(record, value),
                (None, None) => false,
            };
            self.judged[ix].evidence_missing = finished && record.words(Field::Evidence).is_none();
        }
    }

    fn judgement_rules(&mut self) {
        for rule in rules::RULES {
            let Check::Judgement(check) = rule.check else { continue };
            for ix in 0..self.records.len() {
                let verdict = match self.judged[ix].state {
                    State::Accepted => self.on_record(ix, check),
                    State::Withheld => Verdict::NotRun(self.judged[ix].withheld_by.first().copied().unwrap_or("C001")),
                    State::Missing => Verdict::NotRun("S005"),
                };
                self.take(ix, rule, verdict);
            }
        }
    }

    fn narrative_rules(&mut self) {
        for rule in rules::RULES {
            if let Check::Narrative(check) = rule.check {
                let found = check(&self.submission_cx());
                self.admit_all(found);
            }
        }
    }
}

fn concerns(finding: &Finding, record: &Record) -> bool {
    match finding.indicator {
        Some(indicator) => indicator == record.indicator,
        None => {
            finding.task == Some(record.task) && finding.cell.is_some_and(|at| record.row.is_some_and(|row| row.cells.values().any(|c| c.at == at)))
        }
    }
}

/// Begins the conversion of a value that was taken over from an earlier month.
pub const CARRIED: &str = "沿用";

/// C020: an earlier accepted value, or zero beside 未启动, stands for a blank.
fn take_carried(judged: &mut Judged, carried: Carried) {
    judged.state = State::Accepted;
    match carried {
        Carried::Figure(value, period) => {
            judged.value = Some(value);
            note(judged, &format!("{CARRIED}{}已采信的累计数", period.chinese()));
        }
        Carried::Done(date, period) => {
            judged.milestone = Some(MilestoneState::Done);
            judged.done_on = date;
            note(judged, &format!("{CARRIED}{}已采信的状态", period.chinese()));
        }
        Carried::Zero => {
            judged.value = Some(0.0);
            note(judged, "空白且状态为未启动，按0计");
        }
    }
}

/// Adds a conversion to a value's source.
fn note(judged: &mut Judged, what: &str) {
    if let Some(source) = &mut judged.source {
        if !source.conversion.is_empty() {
            source.conversion.push('；');
        }
        source.conversion.push_str(what);
    }
}
