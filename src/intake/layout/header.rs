//! Header rows, found by what they say.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::grid::{Grid, Line};
use super::wording::{HEADER_BYTES, Meaning, folded, known, nearest};
use crate::intake::submission::{Column, ElementField, Field, UnknownColumn};
use crate::intake::text;
use crate::intake::workbook::CellRef;
use crate::plan::Unit;

/// A header block and what its columns are.
#[derive(Debug, Clone)]
pub struct Header {
    /// First and last row.
    pub rows: (u32, u32),
    pub columns: Vec<Column>,
    pub ambiguous: Vec<Column>,
    pub unknown: Vec<UnknownColumn>,
    /// A data row that repeats them is a printed header.
    pub texts: Texts,
}

/// Folded texts of the header cells, by column.
#[derive(Debug, Clone, Default)]
pub struct Texts(Vec<(u32, Rc<str>)>);

impl Texts {
    /// Those of one column.
    pub fn of(&self, col: u32) -> impl Iterator<Item = &str> {
        let start = self.0.partition_point(|(of, _)| *of < col);
        self.0
            .iter()
            .skip(start)
            .take_while(move |(of, _)| *of == col)
            .map(|(_, text)| &**text)
    }
}

impl Header {
    fn recognised(&self) -> usize {
        self.columns.len()
    }

    fn is_report(&self) -> bool {
        let has = |field| self.columns.iter().any(|c| c.field == field);
        let subject = [Field::No, Field::Task, Field::Indicator]
            .into_iter()
            .filter(|f| has(*f))
            .count();
        let figure = [
            Field::Cumulative,
            Field::Narrative,
            Field::Status,
            Field::ThisMonth,
            Field::Rate,
        ]
        .into_iter()
        .filter(|f| has(*f))
        .count();
        self.recognised() >= REPORT_COLUMNS && subject >= 1 && figure >= 1
    }
}

/// Columns that a report's header names at least.
const REPORT_COLUMNS: usize = 3;

/// Rows from a sheet's top in which a header may begin.
const SEARCH_ROWS: usize = 40;
const MAX_DEPTH: u32 = 3;
/// Columns from the left in which a header's texts are looked for: the form has nineteen.
const WIDTH: usize = 256;

/// What the texts near a sheet's top mean, row by row, each asked once: the rows are read again for every header that could
/// begin there.
struct Search<'g, 'a> {
    grid: &'g Grid<'a>,
    /// By row.
    rows: Vec<(u32, Vec<(CellRef, Meaning)>)>,
    /// Meanings by where a text lies in memory: rows of data repeat the texts of the rows above them.
    met: [(usize, Option<Meaning>); MET],
}

/// Texts whose meaning is at hand.
const MET: usize = 64;

/// A set of meanings, one bit each.
type Meanings = u32;

fn bit(meaning: Meaning) -> Meanings {
    match meaning {
        Meaning::Field(field) => 1 << (field as u32),
        Meaning::PlainUnit => 1 << 31,
    }
}

impl<'g, 'a> Search<'g, 'a> {
    fn new(grid: &'g Grid<'a>) -> Self {
        Self {
            grid,
            rows: Vec::new(),
            met: [(0, None); MET],
        }
    }

    /// The cells of a row that mean something, left to right.
    fn of_row(&mut self, row: u32) -> &[(CellRef, Meaning)] {
        let Self { grid, rows, met } = self;
        let place = rows
            .binary_search_by_key(&row, |(row, _)| *row)
            .unwrap_or_else(|place| {
                let meant = grid
                    .row_cells(row)
                    .take(WIDTH)
                    .filter_map(|(at, raw)| meaning_met(met, raw).map(|meaning| (at, meaning)));
                rows.insert(place, (row, meant.collect()));
                place
            });
        &rows[place].1
    }

    fn meaning(&mut self, at: CellRef) -> Option<Meaning> {
        let row = self.of_row(at.row);
        row.binary_search_by_key(&at, |(at, _)| *at)
            .ok()
            .map(|ix| row[ix].1)
    }

    /// How many columns a header of these rows could name at most, merged cells from above included.
    fn most(&mut self, first: u32, last: u32) -> usize {
        let bits = |row: &[(CellRef, Meaning)]| {
            row.iter()
                .fold(0, |found, (_, meaning)| found | bit(*meaning))
        };
        let mut found = (first..=last).fold(0, |found, row| found | bits(self.of_row(row)));
        let grid = self.grid;
        for region in grid.touching(first, last).filter(|r| r.first.row < first) {
            found |= self.meaning(region.first).map_or(0, bit);
        }
        found.count_ones() as usize
    }
}

/// What a text of the grid means. No two of its texts lie at one place, unless they are the same.
fn meaning_met(met: &mut [(usize, Option<Meaning>); MET], raw: &str) -> Option<Meaning> {
    let place = raw.as_ptr().addr();
    // Texts lie sixteen bytes apart at least.
    let slot = &mut met[place / 16 % MET];
    if slot.0 != place || raw.is_empty() {
        *slot = (place, known(raw).meaning);
    }
    slot.1
}

/// Finds the header block: the one that explains most columns, the shallowest and uppermost of equals.
pub fn find(grid: &Grid) -> Option<Header> {
    let mut best: Option<Header> = None;
    let mut search = Search::new(grid);
    for row in grid.rows().take(SEARCH_ROWS) {
        if best
            .as_ref()
            .is_some_and(|b| b.recognised() == Field::ALL.len())
        {
            // None can explain more.
            break;
        }
        if best
            .as_ref()
            .is_some_and(|b| grid.texts_at_most(row, row + MAX_DEPTH - 1) <= b.recognised())
        {
            continue;
        }
        // A header has several cells in its row; most rows are ruled out by a look at their words.
        if search.of_row(row).len() < 2 {
            continue;
        }
        let wanted =
            |best: &Option<Header>| best.as_ref().map_or(REPORT_COLUMNS - 1, Header::recognised);
        // What the deepest of its headers could not name no shallower one can.
        if search.most(row, row + MAX_DEPTH - 1) <= wanted(&best) {
            continue;
        }
        for depth in 1..=MAX_DEPTH {
            // Only a report's header that explains more is looked for: most rows need no closer look.
            if search.most(row, row + depth - 1) <= wanted(&best) {
                continue;
            }
            let header = at(&mut search, row, depth);
            if header.is_report()
                && best
                    .as_ref()
                    .is_none_or(|b| header.recognised() > b.recognised())
            {
                best = Some(header);
            }
        }
    }
    best.map(|mut header| {
        let (first, last) = header.rows;
        let columns = grid.columns(first, last, WIDTH);
        let lines: Vec<Line> = (first..=last).map(|row| grid.line(row)).collect();
        header.texts = texts(&columns, &lines);
        header.unknown = unknown_columns(grid, &header, &columns, &lines);
        header
    })
}

/// Reads `depth` rows from `first` on as a header.
fn at(search: &mut Search, first: u32, depth: u32) -> Header {
    let grid = search.grid;
    let last = first + depth - 1;
    let lines: Vec<Line> = (first..=last).map(|row| grid.line(row)).collect();
    let mut claims: Vec<(u32, Meaning, CellRef, &str)> = Vec::with_capacity(Field::ALL.len());
    for col in grid.columns(first, last, WIDTH) {
        // From the deepest row up: the deepest text with a meaning decides.
        let decided = lines.iter().rev().find_map(|line| {
            let (origin, raw) = line.text(col)?;
            search.meaning(origin).map(|m| (m, origin, raw))
        });
        if let Some((m, origin, raw)) = decided {
            // One header cell merged over two columns is one column: the first.
            if origin.col != col && claims.iter().any(|(_, _, at, _)| *at == origin) {
                continue;
            }
            claims.push((col, m, origin, raw));
        }
    }
    let columns = Vec::with_capacity(claims.len());
    let mut header = Header {
        rows: (first, last),
        columns,
        ambiguous: Vec::new(),
        unknown: Vec::new(),
        texts: Texts::default(),
    };
    let indicator_cols: Vec<u32> = claims
        .iter()
        .filter(|c| c.1 == Meaning::Field(Field::Indicator))
        .map(|c| c.0)
        .collect();
    for (col, meaning, at, raw) in claims {
        let field = match meaning {
            Meaning::Field(field) => field,
            Meaning::PlainUnit
                if indicator_cols.contains(&(col + 1))
                    || col > 0 && indicator_cols.contains(&(col - 1)) =>
            {
                Field::Unit
            }
            Meaning::PlainUnit => continue,
        };
        let unit = text::bracket(raw)
            .and_then(|b| Unit::parse(&b))
            .filter(Unit::is_known);
        let column = Column {
            field,
            col,
            at,
            text: raw.trim().into(),
            unit,
        };
        if header.columns.iter().any(|c| c.field == field) {
            header.ambiguous.push(column);
        } else {
            header.columns.push(column);
        }
    }
    header
}

/// The folded texts of a header block. Prose above or in it is none of them.
fn texts(columns: &[u32], lines: &[Line]) -> Texts {
    let mut texts = Vec::with_capacity(columns.len() * lines.len());
    for &col in columns {
        let shown = lines
            .iter()
            .rev()
            .filter_map(|line| line.text(col))
            .filter(|(_, raw)| raw.len() <= HEADER_BYTES);
        texts.extend(shown.map(|(_, raw)| (col, folded(raw))));
    }
    Texts(texts)
}

/// Columns with a header text and data that no field claims (S004).
fn unknown_columns(
    grid: &Grid,
    header: &Header,
    columns: &[u32],
    lines: &[Line],
) -> Vec<UnknownColumn> {
    let is_known = |col: u32| {
        header
            .columns
            .iter()
            .chain(&header.ambiguous)
            .any(|c| c.col == col)
    };
    let others: Vec<u32> = columns
        .iter()
        .copied()
        .filter(|col| !is_known(*col))
        .collect();
    if others.is_empty() {
        return Vec::new();
    }
    let with_data = grid.columns_below(header.rows.1);
    let mut unknown = Vec::new();
    for col in others.into_iter().filter(|col| with_data.contains(*col)) {
        if let Some((at, raw)) = lines.iter().rev().find_map(|line| line.text(col)) {
            // A header merged over several columns belongs to the first of them.
            if at.col == col {
                unknown.push(UnknownColumn {
                    at,
                    text: raw.trim().to_owned(),
                    suggestion: nearest(raw),
                });
            }
        }
    }
    unknown
}

/// The header of a 工作方案 sheet: its row and the columns of its fields.
pub struct ElementHeader {
    pub row: u32,
    pub no: Option<u32>,
    pub task: Option<u32>,
    pub columns: BTreeMap<ElementField, (u32, Option<Unit>)>,
}

/// Finds a 工作方案 header: a task column and at least three of the elements' columns.
pub fn find_elements(grid: &Grid) -> Option<ElementHeader> {
    for row in grid.rows().take(SEARCH_ROWS) {
        let mut found = ElementHeader {
            row,
            no: None,
            task: None,
            columns: BTreeMap::new(),
        };
        for (at, raw) in grid.row_cells(row).take(WIDTH) {
            let known = known(raw);
            match known.meaning {
                Some(Meaning::Field(Field::No)) => found.no = found.no.or(Some(at.col)),
                Some(Meaning::Field(Field::Task)) => found.task = found.task.or(Some(at.col)),
                _ => {}
            }
            if let Some(field) = known.element {
                let unit = text::bracket(raw).and_then(|b| Unit::parse(&b));
                found.columns.entry(field).or_insert((at.col, unit));
            }
        }
        let elements = found
            .columns
            .keys()
            .filter(|f| {
                !matches!(
                    f,
                    ElementField::Leader | ElementField::Contact | ElementField::Phone
                )
            })
            .count();
        if (found.no.is_some() || found.task.is_some()) && elements >= 3 {
            return Some(found);
        }
    }
    None
}
