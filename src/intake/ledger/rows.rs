//! A row → what it decides.

use super::{Decided, Line, Reader};
use crate::Joined;
use crate::plan::ledger::{Decision, Paper, Received};
use crate::plan::sheets::Found;
use crate::plan::{
    Adjust, Confirm, Grade, Override, Period, Severity, chinese_date, target_mistake, value_mistake,
};

impl Reader<'_> {
    /// Whether a row's cells can be used; tells which are not filled in.
    pub(super) fn is_whole(&mut self, line: Line) -> bool {
        let mut whole = true;
        for (ix, column) in line.table.columns.iter().enumerate() {
            match line.row.cell(ix) {
                Some((_, Found::Wrong)) => whole = false,
                None if line.table.needs(column) => {
                    let needless = column.key == "file"
                        && line.text("how").is_some_and(|how| how.contains('纸'));
                    if line.rows.columns[ix].is_some() && !needless {
                        let message = format!("没有填“{}”", column.head);
                        self.wrong(line, column.key, message, Some(column.note.to_owned()));
                    }
                    whole = false;
                }
                _ => {}
            }
        }
        let months = ["month", "from"].into_iter();
        for (key, period) in months.filter_map(|key| Some((key, line.month(key)?))) {
            let span = Period::of(self.plan.start)..=Period::of(self.plan.end);
            let first = self.plan.first_period.filter(|first| period < *first);
            if !span.contains(&period) {
                let [start, end] = [self.plan.start, self.plan.end].map(chinese_date);
                let message = format!(
                    "{}不在计划的起止日期（{start}至{end}）之内",
                    period.chinese()
                );
                self.wrong(line, key, message, None);
                whole = false;
            } else if let (Some(first), "month") = (first, key) {
                let message = format!(
                    "{}在首个报送月份（{}）之前，不出报表，这一行用不上",
                    period.chinese(),
                    first.chinese()
                );
                self.say(Severity::Warning, line, key, message, None);
            }
        }
        whole
    }

    /// What a row decides, as far as it can be read; tells what is wrong with it.
    pub(super) fn decided(&mut self, line: Line) -> Option<Decided> {
        match line.table.key {
            "confirm" => self.confirm(line),
            "override" => self.set(line),
            "adjust" => self.adjust(line),
            "paper" => self.paper(line),
            _ => self.received(line),
        }
    }

    fn confirm(&mut self, line: Line) -> Option<Decided> {
        let department = self.department(line);
        let indicator = self.indicator(line);
        let (department, indicator) = (department?, indicator?);
        let plan = self.plan;
        let own = &plan.indicators[indicator];
        let Some(slot) = plan.slot(department, indicator) else {
            let reporters = own
                .slots
                .clone()
                .take(5)
                .map(|s| plan.departments[plan.slots[s].department].name.as_str());
            let help = format!("报送该指标的单位：{}", reporters.joined("、"));
            let message = format!("{}不报送“{}”", plan.departments[department].name, own.name);
            self.wrong(line, "department", message, Some(help));
            return None;
        };
        let value = self.figure(line, "value", indicator)?;
        if let Some(mistake) = value_mistake(own.kind, &own.unit, value) {
            self.wrong(line, "value", format!("{mistake}，这里是 {value}"), None);
            return None;
        }
        let (period, by, note) = (line.month("month")?, line.owned("by")?, line.owned("note")?);
        let says = format!(
            "{}“{}”核实为{value}{}：{by}，{note}",
            plan.departments[department].name, own.name, own.unit.text
        );
        let decision = Confirm {
            period,
            slot,
            value,
            by,
            note,
        };
        Some((period, "value", says, Decision::Confirm(decision)))
    }

    fn set(&mut self, line: Line) -> Option<Decided> {
        let task = self.task(line)?;
        let grade = line.text("grade").and_then(Grade::from_name)?;
        let (period, reason) = (line.month("month")?, line.owned("reason")?);
        let says = format!(
            "第{}项评定为“{}”：{reason}",
            self.plan.tasks[task].no,
            grade.name()
        );
        let decision = Override {
            period,
            task,
            grade,
            reason,
        };
        Some((period, "grade", says, Decision::Override(decision)))
    }

    fn adjust(&mut self, line: Line) -> Option<Decided> {
        if line.is_blank("target") && line.is_blank("deadline") {
            self.wrong(line, "target", "要写新目标或新时限", None);
        }
        let deadline = line.day("deadline");
        let plan = self.plan;
        // Work may be put off into the next year; it cannot end before it began.
        let last_year = plan.start.year().saturating_add(20);
        if let Some(day) = deadline.filter(|day| *day < plan.start || day.year() > last_year) {
            let [day, start] = [day, plan.start].map(chinese_date);
            let message = format!("新时限 {day} 不合理，计划自{start}起");
            self.wrong(line, "deadline", message, None);
            return None;
        }
        let indicator = self.indicator(line)?;
        let own = &plan.indicators[indicator];
        let target = if line.is_blank("target") {
            None
        } else {
            Some(self.figure(line, "target", indicator)?)
        };
        if let Some(target) = target
            && let Some(mistake) = target_mistake(own.kind, own.direction, &own.unit, target)
        {
            self.wrong(line, "target", format!("{mistake}，这里是 {target}"), None);
            return None;
        }
        let (from, basis) = (line.month("from")?, line.owned("basis")?);
        let target_said = target.map(|t| format!("目标调整为{t}{}", own.unit.text));
        let deadline_said = deadline.map(|d| format!("时限调整为{}", chinese_date(d)));
        let what = target_said.into_iter().chain(deadline_said).joined("，");
        if what.is_empty() {
            return None;
        }
        let says = format!("“{}”自{}起{}：{basis}", own.name, from.chinese(), what);
        let key = if target.is_some() {
            "target"
        } else {
            "deadline"
        };
        let decision = Adjust {
            indicator,
            from,
            target,
            deadline,
            basis,
        };
        Some((from, key, says, Decision::Adjust(decision)))
    }

    fn paper(&mut self, line: Line) -> Option<Decided> {
        let period = line.month("month")?;
        let paper = Paper {
            issue_number: line.owned("issue_number"),
            document_number: line.owned("document_number"),
            date: line.day("dated"),
            signer: line.owned("signer"),
        };
        let briefing = &self.plan.briefing;
        for (key, own) in [
            ("issue_number", &briefing.numbers),
            ("document_number", &briefing.document_numbers),
        ] {
            if line.text(key).is_some() && own.contains_key(&period) {
                let message = format!(
                    "{}的这一项 {} 里也写了，请只留一处",
                    period.chinese(),
                    self.plan_file
                );
                self.wrong(line, key, message, None);
            }
        }
        if self.ledger.papers.insert(period, paper).is_some() {
            let message = format!("{}写了两行，请合为一行", period.chinese());
            self.wrong(line, "month", message, None);
        }
        None
    }

    fn received(&mut self, line: Line) -> Option<Decided> {
        self.department(line);
        self.ledger.received.push(Received {
            period: line.month("month")?,
            file: line.text("file")?.replace('\\', "/"),
            day: line.day("received")?,
            place: format!("{}第{}行", line.rows.sheet, line.row.row + 1),
        });
        None
    }
}
