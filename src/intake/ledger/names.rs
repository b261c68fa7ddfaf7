//! What a row names: the department, the task, the indicator, and the figure in the indicator's unit.

use super::{Line, Reader};
use crate::Joined;
use crate::intake::layout::IndicatorMatch;
use crate::intake::quantity::{self, Problem, Reading, Units};
use crate::intake::sheets::{nearest, trouble};
use crate::intake::text::one_line;
use crate::plan::{DeptIx, IndIx, TaskIx, Unit};

impl Reader<'_> {
    pub(super) fn department(&mut self, line: Line) -> Option<DeptIx> {
        let written = line.text("department")?;
        let found = self
            .plan
            .department(written)
            .or_else(|| self.names.department(written));
        if found.is_none() {
            let names = self.plan.departments.iter().map(|d| d.name.as_str());
            let help = nearest(written, names).map(|near| format!("是不是“{near}”？"));
            let message = format!("计划里没有“{}”这个单位", one_line(written, 40));
            self.wrong(line, "department", message, help);
        }
        found
    }

    pub(super) fn task(&mut self, line: Line) -> Option<TaskIx> {
        let no = line.value("task")?.as_integer()?;
        let found = self.plan.tasks.iter().position(|t| i64::from(t.no) == no);
        if found.is_none() {
            self.wrong(line, "task", format!("没有序号为 {no} 的任务"), None);
        }
        found
    }

    /// The indicator as a department would name it, or by its 编号; without a task's number its name must be the only one.
    pub(super) fn indicator(&mut self, line: Line) -> Option<IndIx> {
        let plan = self.plan;
        let tasks = if line.value("task").is_some() {
            let task = self.task(line)?;
            task..task + 1
        } else {
            0..plan.tasks.len()
        };
        let written = line.text("indicator")?;
        let within = |ix: &IndIx| tasks.contains(&plan.indicators[*ix].task);
        if let Some(ix) = plan.indicator(written.trim()).filter(within) {
            return Some(ix);
        }
        let named: Vec<IndIx> = tasks
            .clone()
            .filter_map(|task| match self.names.indicator(plan, task, written) {
                IndicatorMatch::One(ix) => Some(ix),
                _ => None,
            })
            .collect();
        let shown = one_line(written, 40);
        let (message, help) = match named.as_slice() {
            [one] => return Some(*one),
            [] => {
                let near = self.names.suggestions(plan, written);
                let help = (!near.is_empty()).then(|| format!("是不是{}？", near.join("或")));
                let of = if tasks.len() == 1 {
                    format!("第{}项任务", plan.tasks[tasks.start].no)
                } else {
                    "计划里".to_owned()
                };
                (format!("{of}没有“{shown}”这个指标"), help)
            }
            several => {
                let all = several
                    .iter()
                    .take(5)
                    .map(|&ix| {
                        let own = &plan.indicators[ix];
                        format!("第{}项的 {}", plan.tasks[own.task].no, own.id)
                    })
                    .joined("、");
                (
                    format!("有{}个指标叫“{shown}”：{}", several.len(), all),
                    Some("请写任务序号或指标编号".to_owned()),
                )
            }
        };
        self.wrong(line, "indicator", message, help);
        None
    }

    /// The figure of a cell in the unit of its indicator.
    pub(super) fn figure(&mut self, line: Line, key: &str, indicator: IndIx) -> Option<f64> {
        line.value(key)?;
        let at = line.place(key)?;
        let own = &self.plan.indicators[indicator];
        let cell = line.grid.line(at.row).field_cell(at.col);
        let row = line.text("unit").and_then(Unit::parse);
        let units = Units {
            row: row.as_ref(),
            header: None,
            plan: &own.unit,
            nouns: [&own.name, &self.plan.tasks[own.task].name],
            is_in_points: false,
        };
        let problem = match quantity::read(Some(&cell), units) {
            Reading::Number(figure) => return Some(figure.value),
            Reading::Bad(problem) => problem,
            _ => Problem::NotANumber,
        };
        let of_row = |unit: &str| row.as_ref().is_some_and(|row| row.text == unit);
        let key = match &problem {
            Problem::UnitMismatch { unit } if of_row(unit) => "unit",
            _ => key,
        };
        let (message, help) = trouble(problem, &cell.raw(), &own.unit.text, Some(&own.name));
        self.wrong(line, key, message, help);
        None
    }
}
