//! Header rows, read by what they say: fields of the monthly form and their aliases (domain/report-form.md).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::grid::{Grid, Line};
use crate::intake::memory::Memory;
use crate::intake::submission::{Column, ElementField, Field, UnknownColumn};
use crate::intake::text;
use crate::intake::workbook::CellRef;
use crate::plan::{Period, Unit};

/// Aliases after folding; the official text is first.
const ALIASES: &[(Field, &[&str])] = &[
    (Field::No, &["序号", "编号", "no.", "no", "项目序号"]),
    (Field::Tier, &["分级", "市区分级", "级别", "类别"]),
    (Field::Task, &["项目名称", "民生实事项目", "项目", "实事名称", "重点民生实事", "主要任务", "民生实事", "实事项目", "任务名称"]),
    (Field::Department, &["责任单位", "牵头单位", "主责单位", "责任部门", "牵头部门"]),
    (Field::Indicator, &["指标", "指标名称", "考核指标", "具体指标", "目标任务", "年度目标任务", "工作任务", "年度工作任务"]),
    (Field::Unit, &["计量单位"]),
    (Field::Target, &["年度目标", "目标值", "年度目标值", "全年目标", "计划数", "全年目标值", "年度计划数"]),
    (Field::Previous, &["上月累计", "上期累计", "截至上月累计", "上月完成情况", "上月累计完成"]),
    (Field::ThisMonth, &["本月完成", "本月新增", "当月完成", "本期完成", "本月完成数", "当月新增"]),
    (
        Field::Cumulative,
        &[
            "累计完成",
            "截至本月累计",
            "累计完成数",
            "截至目前完成数",
            "完成情况",
            "累计",
            "累计完成情况",
            "截至本月累计完成",
            "截至目前累计",
            "本月累计",
        ],
    ),
    (Field::Rate, &["完成率", "完成比例", "完成进度", "进度", "完成百分比"]),
    (Field::Status, &["状态", "进度状态", "是否完成", "完成状态"]),
    (Field::DoneOn, &["完成时间", "完成日期", "实际完成时间", "实际完成日期"]),
    (Field::Narrative, &["工作进展", "进展情况", "推进情况", "工作进展情况", "目前进展", "形象进度", "工作推进情况", "目前进展情况"]),
    (Field::Problems, &["存在问题", "问题", "困难问题", "存在的困难和问题", "存在的问题", "存在困难", "存在问题及困难"]),
    (
        Field::NextSteps,
        &["下一步措施", "下步措施", "下一步工作", "下步打算", "下一步工作计划", "下一步打算", "下一步工作措施", "下步工作计划", "下一步计划"],
    ),
    (Field::ExpectedOn, &["预计完成时间", "计划完成时间", "预计完成日期", "计划完成日期"]),
    (Field::Evidence, &["验收情况", "佐证材料", "验收材料", "验收文号"]),
    (Field::Remark, &["备注", "说明"]),
];

const ELEMENT_ALIASES: &[(ElementField, &[&str])] = &[
    (ElementField::Measures, &["工作举措", "举措", "主要举措", "工作措施", "推进举措"]),
    (ElementField::Deadline, &["完成时限", "时限", "完成期限", "时间节点"]),
    (ElementField::Acceptance, &["验收标准", "验收要求"]),
    (ElementField::Funding, &["资金来源", "资金渠道", "资金来源渠道"]),
    (ElementField::Planned, &["计划资金", "计划投资", "资金计划", "概算资金"]),
    (ElementField::Arrived, &["到位资金", "资金到位", "已到位资金"]),
    (ElementField::Paid, &["支付资金", "已支付资金", "资金支付", "拨付资金"]),
    (ElementField::Leader, &["责任领导", "分管领导"]),
    (ElementField::Contact, &["联系人", "具体联系人"]),
    (ElementField::Phone, &["联系电话", "电话", "联系方式"]),
];

/// What a header text means, before its neighbours are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Field(Field),
    /// 单位: a unit beside an indicator column only.
    PlainUnit,
}

/// A header text is a few words; a cell of prose is looked at no further.
fn is_short(raw: &str) -> bool {
    raw.len() <= 40 || raw.len() <= 160 && raw.chars().nth(40).is_none()
}

/// A folded header text without its bracket.
fn header_key(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut depth = 0usize;
    for c in folded.chars() {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '*' | '★' | ':' | '、' | '/' => {}
            c => out.push(c),
        }
    }
    out
}

/// What a folded header text means in a report.
fn meaning(key: &str) -> Option<Meaning> {
    if key.is_empty() {
        return None;
    }
    if key == "单位" {
        return Some(Meaning::PlainUnit);
    }
    let exact = |key: &str| ALIASES.iter().find(|(_, names)| names.contains(&key)).map(|(field, _)| Meaning::Field(*field));
    if let Some(found) = exact(key) {
        return Some(found);
    }
    // 2024年工作任务, 2024年度目标: the year says nothing about the field.
    if let Some(rest) = strip_year(key)
        && let Some(found) = exact(rest).or_else(|| exact(&format!("年度{rest}")))
    {
        return Some(found);
    }
    cumulative_words(key).then_some(Meaning::Field(Field::Cumulative))
}

/// `2024年` or `2024年度` taken off the front.
fn strip_year(key: &str) -> Option<&str> {
    let rest = key.get(4..).filter(|_| key.as_bytes()[..4].iter().all(u8::is_ascii_digit))?.strip_prefix('年')?;
    Some(rest.strip_prefix('度').unwrap_or(rest))
}

/// 1-6月累计, 截至6月底累计完成: a month or a range of months before words of accumulation.
fn cumulative_words(key: &str) -> bool {
    let Some(at) = key.find('月') else { return false };
    let (months, rest) = (&key[..at], &key[at + '月'.len_utf8()..]);
    let months = months.strip_prefix("截至").or_else(|| months.strip_prefix("截止")).unwrap_or(months);
    let months = strip_year(months).unwrap_or(months);
    let has_range = months.contains(['-', '—', '–', '~', '至', '到', '～']);
    let numeric = !months.is_empty() && months.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '—' | '–' | '~' | '至' | '到' | '～' | '月'));
    let rest = rest.trim_start_matches(['底', '末', '份']);
    numeric && (rest.starts_with("累计") && rest.chars().count() <= 6 || has_range && matches!(rest, "完成" | "完成数" | "完成情况" | "完成量"))
}

/// The month a header such as 1-6月累计 or 截至6月底累计 ends in.
pub fn last_month_of(raw: &str) -> Option<i8> {
    known(raw).last_month
}

fn last_month(key: &str) -> Option<i8> {
    if !cumulative_words(key) {
        return None;
    }
    let at = key.find('月')?;
    let digits: String = key[..at].chars().rev().take_while(char::is_ascii_digit).collect();
    let month: i8 = digits.chars().rev().collect::<String>().parse().ok()?;
    (1..=12).contains(&month).then_some(month)
}

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
        self.0.iter().skip(start).take_while(move |(of, _)| *of == col).map(|(_, text)| &**text)
    }
}

impl Header {
    fn recognised(&self) -> usize {
        self.columns.len()
    }

    fn is_report(&self) -> bool {
        let has = |field| self.columns.iter().any(|c| c.field == field);
        let subject = [Field::No, Field::Task, Field::Indicator].into_iter().filter(|f| has(*f)).count();
        let figure = [Field::Cumulative, Field::Narrative, Field::Status, Field::ThisMonth, Field::Rate].into_iter().filter(|f| has(*f)).count();
        self.recognised() >= REPORT_COLUMNS && subject >= 1 && figure >= 1
    }
}

/// Columns of the form.
const FORM_COLUMNS: usize = 19;
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
        Self { grid, rows: Vec::new(), met: [(0, None); MET] }
    }

    /// The cells of a row that mean something, left to right.
    fn of_row(&mut self, row: u32) -> &[(CellRef, Meaning)] {
        let Self { grid, rows, met } = self;
        let place = rows.binary_search_by_key(&row, |(row, _)| *row).unwrap_or_else(|place| {
            let meant = grid.row_cells(row).take(WIDTH).filter_map(|(at, raw)| meaning_met(met, raw).map(|meaning| (at, meaning)));
            rows.insert(place, (row, meant.collect()));
            place
        });
        &rows[place].1
    }

    fn meaning(&mut self, at: CellRef) -> Option<Meaning> {
        let row = self.of_row(at.row);
        row.binary_search_by_key(&at, |(at, _)| *at).ok().map(|ix| row[ix].1)
    }

    /// How many columns a header of these rows could name at most, merged cells from above included.
    fn most(&mut self, first: u32, last: u32) -> usize {
        let bits = |row: &[(CellRef, Meaning)]| row.iter().fold(0, |found, (_, meaning)| found | bit(*meaning));
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

thread_local! {
    /// What header texts were found to mean.
    static KNOWN: RefCell<Memory<Known>> = RefCell::new(Memory::new(REMEMBERED));
}

/// What a text means in a header: of a report, and of a 工作方案; the month it ends in.
#[derive(Debug, Clone, Default)]
struct Known {
    /// Folded ([`text::key`]).
    key: Rc<str>,
    meaning: Option<Meaning>,
    element: Option<ElementField>,
    last_month: Option<i8>,
}

impl Known {
    fn new(raw: &str) -> Self {
        let folded = text::key(raw);
        let key = header_key(&folded);
        let element = ELEMENT_ALIASES.iter().find(|(_, names)| names.contains(&key.as_str())).map(|(field, _)| *field);
        Self { meaning: meaning(&key), element, last_month: last_month(&key), key: folded.into() }
    }
}

/// Texts that are remembered at most; no form has as many.
const REMEMBERED: usize = 8192;

/// What a text means, from memory where it was read before; nothing where it is too long for a header's.
fn known(raw: &str) -> Known {
    if raw.len() > HEADER_BYTES || !is_short(raw) {
        return Known::default();
    }
    KNOWN.with_borrow_mut(|all| {
        if let Some(known) = all.get(raw.as_bytes()) {
            return known;
        }
        let known = Known::new(raw);
        all.put(raw.as_bytes(), &known);
        known
    })
}

/// A text folded, from memory where it was read before.
fn folded(raw: &str) -> Rc<str> {
    if is_short(raw) { known(raw).key } else { text::key(raw).into() }
}

/// Finds the header block: the one that explains most columns, the shallowest and uppermost of equals.
pub fn find(grid: &Grid) -> Option<Header> {
    let mut best: Option<Header> = None;
    let mut search = Search::new(grid);
    for row in grid.rows().take(SEARCH_ROWS) {
        if best.as_ref().is_some_and(|b| b.recognised() == Field::ALL.len()) {
            // None can explain more.
            break;
        }
        if best.as_ref().is_some_and(|b| grid.texts_at_most(row, row + MAX_DEPTH - 1) <= b.recognised()) {
            continue;
        }
        // A header has several cells in its row; most rows are ruled out by a look at their words.
        if search.of_row(row).len() < 2 {
            continue;
        }
        let wanted = |best: &Option<Header>| best.as_ref().map_or(REPORT_COLUMNS - 1, Header::recognised);
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
            if header.is_report() && best.as_ref().is_none_or(|b| header.recognised() > b.recognised()) {
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
    let mut claims: Vec<(u32, Meaning, CellRef, &str)> = Vec::with_capacity(FORM_COLUMNS);
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
    let mut header = Header { rows: (first, last), columns, ambiguous: Vec::new(), unknown: Vec::new(), texts: Texts::default() };
    let indicator_cols: Vec<u32> = claims.iter().filter(|c| c.1 == Meaning::Field(Field::Indicator)).map(|c| c.0).collect();
    for (col, meaning, at, raw) in claims {
        let field = match meaning {
            Meaning::Field(field) => field,
            Meaning::PlainUnit if indicator_cols.contains(&(col + 1)) || col > 0 && indicator_cols.contains(&(col - 1)) => Field::Unit,
            Meaning::PlainUnit => continue,
        };
        let unit = text::bracket(raw).and_then(|b| Unit::parse(&b)).filter(Unit::is_known);
        let column = Column { field, col, at, text: raw.trim().into(), unit };
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
        let shown = lines.iter().rev().filter_map(|line| line.text(col)).filter(|(_, raw)| raw.len() <= HEADER_BYTES);
        texts.extend(shown.map(|(_, raw)| (col, folded(raw))));
    }
    Texts(texts)
}

/// Longer than any header text, its explanations in brackets included.
pub(super) const HEADER_BYTES: usize = 600;

/// Columns with a header text and data that no field claims (S004).
fn unknown_columns(grid: &Grid, header: &Header, columns: &[u32], lines: &[Line]) -> Vec<UnknownColumn> {
    let is_known = |col: u32| header.columns.iter().chain(&header.ambiguous).any(|c| c.col == col);
    let others: Vec<u32> = columns.iter().copied().filter(|col| !is_known(*col)).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let with_data = grid.columns_below(header.rows.1);
    let mut unknown = Vec::new();
    for col in others.into_iter().filter(|col| with_data.contains(*col)) {
        if let Some((at, raw)) = lines.iter().rev().find_map(|line| line.text(col)) {
            // A header merged over several columns belongs to the first of them.
            if at.col == col {
                unknown.push(UnknownColumn { at, text: raw.trim().to_owned(), suggestion: nearest(raw) });
            }
        }
    }
    unknown
}

/// The nearest official header text, for a message.
pub fn nearest(raw: &str) -> Option<&'static str> {
    if !is_short(raw) {
        return None;
    }
    let key = header_key(&text::key(raw));
    ALIASES
        .iter()
        .flat_map(|(field, names)| names.iter().map(move |name| (*field, *name)))
        .map(|(field, name)| (field, strsim::normalized_damerau_levenshtein(&key, name)))
        .filter(|(_, score)| *score >= 0.5)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(field, _)| field.chinese())
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
        let mut found = ElementHeader { row, no: None, task: None, columns: BTreeMap::new() };
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
        let elements = found.columns.keys().filter(|f| !matches!(f, ElementField::Leader | ElementField::Contact | ElementField::Phone)).count();
        if (found.no.is_some() || found.task.is_some()) && elements >= 3 {
            return Some(found);
        }
    }
    None
}

/// Month names such as 6月 or 2024年6月 in a title or sheet name; a range gives its last month, a date (6月5日) none.
pub fn period_in(raw: &str, default_year: i16) -> Option<Period> {
    let folded: Vec<char> = text::key(raw).chars().collect();
    let mut year = default_year;
    let mut found = None;
    let mut i = 0;
    while i < folded.len() {
        if !folded[i].is_ascii_digit() {
            i += 1;
            continue;
        }
        let start = i;
        while i < folded.len() && folded[i].is_ascii_digit() {
            i += 1;
        }
        let digits: String = folded[start..i].iter().collect();
        let next = folded.get(i).copied();
        let after = folded.get(i + 1).copied();
        match (digits.len(), next) {
            (4, Some('年')) => year = digits.parse().unwrap_or(year),
            (1 | 2, Some('月')) if !after.is_some_and(|c| c.is_ascii_digit()) => {
                found = digits.parse().ok().and_then(|m| Period::new(year, m)).or(found);
            }
            // 2024-06, 2024.6
            (4, Some('-' | '.' | '_')) if after.is_some_and(|c| c.is_ascii_digit()) => {
                let month: String = folded[i + 1..].iter().take_while(|c| c.is_ascii_digit()).collect();
                let behind = folded.get(i + 1 + month.len()).copied();
                if (1..=2).contains(&month.len()) && !matches!(behind, Some('-' | '.')) {
                    found = digits.parse().ok().zip(month.parse().ok()).and_then(|(y, m)| Period::new(y, m)).or(found);
                    i += 1 + month.len();
                }
            }
            // 202406
            (6, _) => {
                found = digits[..4].parse().ok().zip(digits[4..].parse().ok()).and_then(|(y, m)| Period::new(y, m)).or(found);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(raw: &str) -> Option<Field> {
        match meaning(&header_key(&text::key(raw)))? {
            Meaning::Field(f) => Some(f),
            Meaning::PlainUnit => None,
        }
    }

    #[test]
    fn aliases_are_read_by_meaning() {
        for (raw, want) in [
            ("累计\n完成", Field::Cumulative),
            ("项 目 名 称", Field::Task),
            ("累计完成（公里）", Field::Cumulative),
            ("1-6月累计", Field::Cumulative),
            ("1—6月累计完成", Field::Cumulative),
            ("截至6月底累计完成", Field::Cumulative),
            ("2024年工作任务", Field::Indicator),
            ("2024年度目标", Field::Target),
            ("Ｎｏ．", Field::No),
            ("完成率(%)", Field::Rate),
            ("存在的困难和问题", Field::Problems),
        ] {
            assert_eq!(field(raw), Some(want), "{raw}");
        }
        for raw in ["施工单位", "6月5日", "联系电话", "完成时限", ""] {
            assert_eq!(field(raw), None, "{raw}");
        }
        assert_eq!(last_month_of("1-6月累计"), Some(6));
        assert_eq!(last_month_of("累计完成"), None);
    }

    #[test]
    fn months_in_titles_and_names() {
        let read = |raw: &str| period_in(raw, 2024).map(|p| p.to_string());
        assert_eq!(read("示例区2024年民生实事5月进展情况报送表").as_deref(), Some("2024-05"));
        assert_eq!(read("建设局2023年12月报送表.xlsx").as_deref(), Some("2023-12"));
        assert_eq!(read("1-6月进展").as_deref(), Some("2024-06"));
        assert_eq!(read("公共服务局报送表（6月）").as_deref(), Some("2024-06"));
        assert_eq!(read("报送表202406").as_deref(), Some("2024-06"));
        assert_eq!(read("2024-06报送").as_deref(), Some("2024-06"));
        assert_eq!(read("请于7月5日前报送"), None);
        assert_eq!(read("2024年民生实事"), None);
    }
}
