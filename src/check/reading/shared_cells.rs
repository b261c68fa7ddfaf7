//! Cells that several indicators of a task share: 工作进展, 存在问题, 下一步措施, 验收情况.
//!
//! One blank or one text is one cause, however many rows it stands for: merged, repeated in every row, or written in the
//! task's first row only after a paste has lost the merge.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::intake::workbook::CellRef;
use crate::intake::{Field, FieldCell};
use crate::plan::TaskIx;
use crate::plan::names;

use super::Record;

/// One such cell and the indicators it stands for.
#[derive(Debug)]
pub struct SharedCell<'a> {
    pub task: TaskIx,
    /// `None`: the form has no such column.
    pub cell: Option<&'a FieldCell>,
    /// Its words; `None` when blank or a placeholder.
    pub words: Option<Arc<str>>,
    /// Indexes into the records, in plan order; never empty.
    pub members: Vec<usize>,
}

impl SharedCell<'_> {
    /// The only record it stands for.
    pub fn alone(&self) -> Option<usize> {
        match *self.members {
            [one] => Some(one),
            _ => None,
        }
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
        let members: Vec<usize> = (start..start + length)
            .filter(|&ix| records[ix].row.is_some())
            .collect();
        group_task(records, field, members, &mut found);
        start += length;
    }
    found
}

fn group_task<'a>(
    records: &[Record<'a>],
    field: Field,
    members: Vec<usize>,
    found: &mut Vec<SharedCell<'a>>,
) {
    let Some(&first) = members.first() else {
        return;
    };
    let of = |ix: usize, members| SharedCell {
        task: records[ix].task,
        cell: records[ix].cell(field),
        words: records[ix].words(field),
        members,
    };
    let is_blank = |&ix: &usize| records[ix].cell(field).is_none_or(FieldCell::is_blank);
    if members.len() == 1
        || records[first].words(field).is_some() && members[1..].iter().all(is_blank)
    {
        found.push(of(first, members));
        return;
    }
    // Cells that are the same by their words, or where they have none by their place.
    let mut known: BTreeMap<(Option<String>, Option<CellRef>), usize> = BTreeMap::new();
    for ix in members {
        let next = of(ix, vec![ix]);
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
