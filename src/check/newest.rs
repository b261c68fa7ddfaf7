//! Which of a department's files is the newest (F007, F008): the identity sheet's submission number, else the workbook's
//! own stamp, else the file name's marks. A criterion counts only where every file has it and it differs.

use std::cell::RefCell;
use std::cmp::Ordering;

use sha2::{Digest, Sha256};

use crate::intake::number_text::{number_text, tidy};
use crate::intake::{FieldCell, RowSubject, Submission, Value, text};

use super::file::CheckedFile;

/// Outcome of holding a department's files against each other.
#[derive(Debug, PartialEq, Eq)]
pub enum Newest {
    /// Index into the files given.
    One(usize),
    /// Nothing tells, and they differ.
    Unknown,
}

/// Picks the newest of at least one readable file.
///
/// `said`: what a file says in its rows ([`content`]), asked for only where nothing else tells; `None`: it cannot be known.
pub fn newest(files: &[&CheckedFile], said: &dyn Fn(&CheckedFile) -> Option<[u8; 32]>) -> Newest {
    let mut left: Vec<usize> = (0..files.len()).collect();
    let submission = |ix: usize| files[ix].arrival.content.as_deref().ok();
    narrow(&mut left, |ix| {
        submission(ix).and_then(|s| s.form.submission)
    });
    narrow(&mut left, |ix| submission(ix).and_then(stamp));
    if left.len() > 1 {
        let marks: Vec<Marks> = left
            .iter()
            .map(|&ix| Marks::of(&files[ix].arrival.path))
            .collect();
        let best = (0..left.len()).find(|&i| {
            (0..left.len()).all(|j| i == j || marks[i].cmp(&marks[j]) == Some(Ordering::Greater))
        });
        if let Some(best) = best {
            left = vec![left[best]];
        }
    }
    match left.as_slice() {
        [one] => Newest::One(*one),
        // Files that say the same are one report, whatever their bytes.
        [first, rest @ ..] => match said(files[*first]) {
            Some(own) if rest.iter().all(|&ix| said(files[ix]) == Some(own)) => Newest::One(*first),
            _ => Newest::Unknown,
        },
        [] => Newest::Unknown,
    }
}

/// Keeps the files with the greatest key, if every one has a key and they differ.
fn narrow<K: Ord>(left: &mut Vec<usize>, key: impl Fn(usize) -> Option<K>) {
    if left.len() < 2 {
        return;
    }
    let keys: Option<Vec<K>> = left.iter().map(|&ix| key(ix)).collect();
    let Some(keys) = keys else { return };
    if let Some(max) = keys.iter().max() {
        let kept: Vec<usize> = left
            .iter()
            .zip(&keys)
            .filter(|(_, k)| *k == max)
            .map(|(&ix, _)| ix)
            .collect();
        *left = kept;
    }
}

/// The last-modified stamp to the second, comparable as text.
fn stamp(submission: &Submission) -> Option<String> {
    let modified = submission.modified.as_deref()?;
    modified
        .get(..19)
        .filter(|s| s.as_bytes()[4] == b'-')
        .map(str::to_owned)
}

/// A digest of what stands in a workbook's rows: two that say the same have the same, whatever their bytes. By what stands in
/// the cells: 3 and "3" are the same.
pub fn content(submission: &Submission) -> [u8; 32] {
    SAID.with_borrow_mut(|bytes| {
        bytes.clear();
        let mut said = Said(bytes);
        said.report(submission);
        said.elements(submission);
        Sha256::digest(bytes).into()
    })
}

thread_local! {
    /// What is hashed of a workbook, one block a thread.
    static SAID: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Things that cannot run into each other: each is led by what it is, and how much or how long.
struct Said<'a>(&'a mut Vec<u8>);

impl Said<'_> {
    fn report(&mut self, submission: &Submission) {
        let Some(report) = submission.report() else {
            return;
        };
        self.begin(1, report.rows.len());
        for row in &report.rows {
            match &row.subject {
                RowSubject::Indicator(ix) => self.begin(2, *ix),
                RowSubject::Task(ix) => self.begin(3, *ix),
                RowSubject::Unknown { name, .. } => self.text(4, name),
            }
            self.begin(5, row.cells.len());
            row.cells
                .iter()
                .for_each(|(field, cell)| self.cell(field as u8, cell));
        }
    }

    fn elements(&mut self, submission: &Submission) {
        let Some(elements) = &submission.elements else {
            return;
        };
        self.begin(6, elements.rows.len());
        for row in &elements.rows {
            self.begin(7, row.task);
            let cells: Vec<_> = elements.cells(row).collect();
            self.begin(8, cells.len());
            for (field, cell) in cells {
                self.cell(field as u8, cell);
            }
        }
    }

    fn begin(&mut self, what: u8, number: usize) {
        self.0.push(what);
        self.0.extend_from_slice(&(number as u64).to_le_bytes());
    }

    fn text(&mut self, what: u8, text: &str) {
        self.begin(what, text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn cell(&mut self, field: u8, cell: &FieldCell) {
        self.0.push(field);
        match &cell.value {
            None | Some(Value::NoCachedValue) => self.0.push(0),
            Some(Value::Number(n)) => self.number(*n),
            Some(Value::Text(text)) => match as_number(text) {
                Some(n) => self.number(n),
                None => self.text(1, text),
            },
            Some(_) => self.text(1, &cell.raw()),
        }
    }

    fn number(&mut self, n: f64) {
        // What spreadsheet programs show of it counts: fifteen digits, and no sign of a zero.
        let n = if n == 0.0 { 0.0 } else { tidy(n) };
        self.0.push(2);
        self.0.extend_from_slice(&n.to_bits().to_le_bytes());
    }
}

/// The number that a text shows just as a spreadsheet program would.
fn as_number(text: &str) -> Option<f64> {
    let may = text.len() <= 24 && text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    may.then(|| text.parse::<f64>().ok())
        .flatten()
        .filter(|n| number_text(*n) == text)
}

/// What a file name's marks say of its age. Only partly ordered: `(1)` and `最终版` do not compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Marks {
    /// The `(2)` a browser or mail program adds.
    copy: u32,
    /// v2.
    version: u32,
    /// 最终, 定稿.
    is_final: bool,
    /// 改, 修订 …, or the number behind 最终版.
    revised: u32,
}

const FINAL: &[&str] = &["最终", "定稿", "终稿", "终版"];
const REVISED: &[&str] = &["修订", "修改", "更正", "重报", "补正", "改"];

impl Marks {
    fn of(path: &str) -> Self {
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = text::key(file.rsplit_once('.').map_or(file, |(s, _)| s));
        let number_after = |at: usize| -> Option<u32> {
            let digits: String = stem[at..]
                .chars()
                .skip_while(|c| matches!(c, '版' | '稿' | '-' | '_' | '('))
                .take_while(char::is_ascii_digit)
                .collect();
            digits.parse().ok()
        };
        let mut marks = Self::default();
        if let Some((at, word)) = FINAL
            .iter()
            .filter_map(|w| stem.rfind(w).map(|at| (at, *w)))
            .max()
        {
            marks.is_final = true;
            marks.revised = number_after(at + word.len()).unwrap_or(0);
        }
        if let Some((at, word)) = REVISED
            .iter()
            .filter_map(|w| stem.rfind(w).map(|at| (at, *w)))
            .max_by_key(|(at, w)| at + w.len())
        {
            marks.revised = marks
                .revised
                .max(number_after(at + word.len()).unwrap_or(1).max(1));
        }
        if let Some(inner) = stem
            .strip_suffix(')')
            .and_then(|s| s.rsplit_once('('))
            .map(|(_, n)| n)
        {
            marks.copy = inner.parse().unwrap_or(0);
        }
        if let Some(at) = stem.rfind('v') {
            marks.version = number_after(at + 1).unwrap_or(0);
        }
        marks
    }

    fn cmp(&self, other: &Self) -> Option<Ordering> {
        let parts = [
            self.copy.cmp(&other.copy),
            self.version.cmp(&other.version),
            self.is_final.cmp(&other.is_final),
            self.revised.cmp(&other.revised),
        ];
        let greater = parts.contains(&Ordering::Greater);
        let less = parts.contains(&Ordering::Less);
        match (greater, less) {
            (true, true) => None,
            (true, false) => Some(Ordering::Greater),
            (false, true) => Some(Ordering::Less),
            (false, false) => Some(Ordering::Equal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_file_names_are_partly_ordered() {
        let less = |a: &str, b: &str| {
            assert_eq!(
                Marks::of(a).cmp(&Marks::of(b)),
                Some(Ordering::Less),
                "{a} < {b}"
            )
        };
        less("建设局6月报送表.xlsx", "建设局6月报送表(1).xlsx");
        less("建设局6月报送表（1）.xlsx", "建设局6月报送表（2）.xlsx");
        less("建设局6月报送表.xlsx", "建设局6月报送表最终版.xlsx");
        less("建设局6月报送表最终版.xlsx", "建设局6月报送表最终版2.xlsx");
        less(
            "建设局6月报送表最终版.xlsx",
            "建设局6月报送表最终版-改.xlsx",
        );
        less("建设局6月报送表v1.xlsx", "建设局6月报送表V2.xlsx");
        less("报送表.xlsx", "报送表（修订）.xlsx");
        assert_eq!(
            Marks::of("报送表-甲.xlsx").cmp(&Marks::of("报送表-乙.xlsx")),
            Some(Ordering::Equal)
        );
        assert_eq!(
            Marks::of("报送表(1).xlsx").cmp(&Marks::of("报送表最终版.xlsx")),
            None
        );
    }
}
