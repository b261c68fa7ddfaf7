//! Cells that several indicators of a task share: 工作进展, 存在问题, 下一步措施, 验收情况.
//!
//! One blank or one text is one cause, however many rows it stands for: merged, repeated in every row, or written in the
//! task's first row only after a paste has lost the merge.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::intake::workbook::CellRef;
use crate::intake::{Field, FieldCell};
use crate::plan::names;
use crate::plan::{Plan, TaskIx};

use super::record::Record;

/// One such cell and the indicators it stands for.
#[derive(Debug)]
pub struct SharedCell<'a> {
    pub task: TaskIx,
    /// `None`: the form has no such column.
    pub cell: Option<&'a FieldCell>,
    /// Its words; `None` when blank or a placeholder.
    pub words: Option<Arc<str>>,
    /// Never empty.
    pub members: Members,
}

/// Indexes into the records, in plan order. Nearly always one follows the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    run: Range<usize>,
    /// Those behind the run that do not follow it.
    others: Vec<usize>,
}

impl Members {
    fn one(ix: usize) -> Self {
        Self {
            run: ix..ix + 1,
            others: Vec::new(),
        }
    }

    /// Adds one that is behind all the others.
    fn push(&mut self, ix: usize) {
        if self.others.is_empty() && ix == self.run.end {
            self.run.end += 1;
        } else {
            self.others.push(ix);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.run.clone().chain(self.others.iter().copied())
    }

    pub fn count(&self) -> usize {
        self.run.len() + self.others.len()
    }

    /// The only one there is.
    pub fn alone(&self) -> Option<usize> {
        (self.count() == 1).then_some(self.run.start)
    }
}

/// The cells of a field over a department's records (plan order). Indicators without a row are left out.
pub fn shared_cells<'a>(records: &[Record<'a>], field: Field) -> Vec<SharedCell<'a>> {
    let mut found: Vec<SharedCell<'a>> = Vec::with_capacity(records.len());
    let mut start = 0;
    while let Some(first) = records.get(start) {
        let length = records[start..]
            .iter()
            .take_while(|r| r.task == first.task)
            .count();
        let mut with_row = (start..start + length).filter(|&ix| records[ix].row.is_some());
        if let Some(first) = with_row.next() {
            let mut members = Members::one(first);
            with_row.for_each(|ix| members.push(ix));
            group_task(records, field, first, members, &mut found);
        }
        start += length;
    }
    found
}

fn group_task<'a>(
    records: &[Record<'a>],
    field: Field,
    first: usize,
    members: Members,
    found: &mut Vec<SharedCell<'a>>,
) {
    let of = |ix: usize, members| SharedCell {
        task: records[ix].task,
        cell: records[ix].cell(field),
        words: records[ix].words(field),
        members,
    };
    let is_blank = |ix: usize| records[ix].cell(field).is_none_or(FieldCell::is_blank);
    if members.count() == 1
        || records[first].words(field).is_some() && members.iter().skip(1).all(is_blank)
    {
        found.push(of(first, members));
        return;
    }
    // Cells that are the same by their words, or where they have none by their place.
    let mut known: BTreeMap<(Option<String>, Option<CellRef>), usize> = BTreeMap::new();
    for ix in members.iter() {
        let next = of(ix, Members::one(ix));
        let key = next.words.as_deref().map(names::fold);
        let at = if key.is_some() {
            None
        } else {
            next.cell.map(|cell| cell.at)
        };
        if let Some(same) = known
            .get(&(key.clone(), at))
            .and_then(|&place| found.get_mut(place))
        {
            same.members.push(ix);
        } else {
            known.insert((key, at), found.len());
            found.push(next);
        }
    }
}

/// `第14项“供水管网改造”`, of several: `第2项“街头绿地面积”“山城绿道长度”`.
pub fn subject(plan: &Plan, task: TaskIx, indicators: impl Iterator<Item = usize>) -> String {
    indicators.fold(
        format!("第{}项", plan.tasks[task].no),
        |so_far, indicator| so_far + "“" + &plan.indicators[indicator].name + "”",
    )
}
