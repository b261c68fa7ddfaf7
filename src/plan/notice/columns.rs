//! Columns of the notice's table, and labels in front of its paragraphs, by what their words mean.

use unicode_normalization::UnicodeNormalization as _;

use super::Words;
use super::mask::length;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    No,
    Tier,
    Name,
    Text,
    /// 重点任务, 工作任务: the name or the text, as the other columns leave it.
    Task,
    Lead,
    With,
    Deadline,
    Measures,
    Acceptance,
    Funding,
    /// 备注: not taken, and shown.
    Remark,
    /// 联系人, 责任领导 and the like: nothing of a plan.
    Apart,
    Unknown,
}

/// What the columns of a task's table may be called, for messages.
pub(super) const TAKES: &str = "须有“项目名称（或重点任务、主要任务、重点工作）”“工作任务（或目标要求、年度目标、主要内容）”中的一列和\
    “责任单位（或牵头单位、承办单位、负责单位）”；可有：序号、分级、配合单位、完成时限、工作举措、验收标准、资金来源";

/// Whole headings whose words would mean something else.
const WHOLE: [(Column, Words); 3] = [
    (Column::No, Words("序号 编号 项目序号 任务编号 项次 no")),
    (Column::Remark, Words("备注 说明")),
    (Column::Task, Words("工作 任务")),
];

/// Words in a heading; of several the first counts.
const WITHIN: [(Column, Words); 11] = [
    (
        Column::Apart,
        Words(
            "领导 联系人 责任人 负责人 联络员 电话 投资 金额 计量 进展 完成情况 开工 启动 开始 是否 分值 权重 页码",
        ),
    ),
    (Column::Funding, Words("资金")),
    (Column::Deadline, Words("时限 期限 时间 截止 完成日期")),
    (Column::Acceptance, Words("验收")),
    (Column::Measures, Words("举措 措施")),
    (
        Column::Tier,
        Words("分级 级别 类别 类型 领域 板块 分类 方面 所属"),
    ),
    (Column::Name, Words("名称")),
    (Column::Text, Words("目标 内容 要求 指标")),
    (Column::Task, Words("任务 工作 事项")),
    (Column::Name, Words("项目 实事")),
    (Column::Remark, Words("备注")),
];

const BODY: Words = Words("单位 部门 主体 科室 处室 分工");
const LEADS: Words = Words("责任 牵头 主责 承办 负责 实施 主办 落实 主管");
const JOINS: Words = Words("配合 协同 协办 协作 参与 会同");
/// Of two columns of bodies, the one that leads.
const FIRST: Words = Words("牵头 主责 主办");

/// What a heading or a label means; a year before it (2024年工作任务) and a bracket behind it say nothing.
pub(super) fn meaning(heading: &str) -> Option<Column> {
    let folded: String = heading
        .nfkc()
        .filter(|c| !c.is_whitespace())
        .take(24)
        .flat_map(char::to_lowercase)
        .collect();
    let bare = folded.split('(').next().unwrap_or_default();
    let bare = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let bare = bare
        .strip_prefix('年')
        .filter(|rest| !rest.starts_with('度'))
        .unwrap_or(bare);
    let bare = bare.trim_end_matches(['.', ':']);
    if bare.is_empty() || length(bare) > 12 || bare.contains(['，', ',', '。', '；', ';']) {
        return None;
    }
    if let Some((column, _)) = WHOLE.iter().find(|(_, names)| names.contains(bare)) {
        return Some(*column);
    }
    if BODY.at_end(bare).is_some() {
        if LEADS.within(bare).is_some() {
            return Some(Column::Lead);
        }
        if JOINS.within(bare).is_some() {
            return Some(Column::With);
        }
    }
    let mut words = WITHIN.iter();
    let (column, _) = words.find(|(_, names)| names.within(bare).is_some())?;
    Some(*column)
}

/// A table's columns by their headings.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Columns {
    pub of: Vec<Column>,
    /// As the table has them, one line each.
    pub heads: Vec<String>,
}

impl Columns {
    pub fn holds(&self, column: Column) -> bool {
        self.of.contains(&column)
    }

    /// The column a task cannot do without that these lack.
    pub fn missing(&self) -> Option<&'static str> {
        if !self.holds(Column::Name) && !self.holds(Column::Text) {
            Some("项目名称或工作任务")
        } else if !self.holds(Column::Lead) {
            Some("责任单位")
        } else {
            None
        }
    }
}

/// Columns that are read.
const MOST: usize = 64;

/// The columns of a heading row; `None` unless it names the tasks, and their bodies or two things more.
pub(super) fn heading_row<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Columns> {
    let heads: Vec<String> = cells.take(MOST).map(super::table::join_lines).collect();
    let of: Vec<Column> = heads
        .iter()
        .map(|head| meaning(head).unwrap_or(Column::Unknown))
        .collect();
    let mut known: Vec<Column> = of
        .iter()
        .copied()
        .filter(|c| *c != Column::Unknown)
        .collect();
    known.sort_unstable();
    known.dedup();
    let names_tasks = [Column::Name, Column::Text, Column::Task]
        .iter()
        .any(|c| known.contains(c));
    let is_heading =
        names_tasks && known.len() >= 2 && (known.contains(&Column::Lead) || known.len() >= 3);
    is_heading.then(|| resolved(of, heads))
}

/// Which column is the name and which the text, and which of two that mean the same counts.
fn resolved(mut of: Vec<Column>, heads: Vec<String>) -> Columns {
    let at = |of: &[Column], column| of.iter().position(|c| *c == column);
    // 责任单位 beside 牵头单位 are those that take part.
    let leads: Vec<usize> = (0..of.len()).filter(|&n| of[n] == Column::Lead).collect();
    if let Some(first) = leads.iter().find(|&&n| FIRST.within(&heads[n]).is_some()) {
        for &n in leads
            .iter()
            .filter(|n| *n != first && heads[**n] != heads[*first])
        {
            of[n] = Column::With;
        }
    }
    let tasks: Vec<usize> = (0..of.len()).filter(|&n| of[n] == Column::Task).collect();
    let has_name = at(&of, Column::Name).is_some();
    let has_text = at(&of, Column::Text).is_some();
    for (nth, &n) in tasks.iter().enumerate() {
        of[n] = match (nth, has_name, has_text) {
            (0, false, true) => Column::Name,
            (0, false, false) if tasks.len() > 1 => Column::Name,
            (_, _, false) => Column::Text,
            // 重点任务 beside name and text groups them.
            (0, true, true) if at(&of, Column::Tier).is_none() => Column::Tier,
            _ => Column::Text,
        };
    }
    if at(&of, Column::Text).is_none()
        && let Some(n) = at(&of, Column::Measures)
    {
        of[n] = Column::Text;
    }
    // Of two columns of one meaning the first is taken; texts and bodies that take part are joined.
    for n in 1..of.len() {
        let joins = matches!(
            of[n],
            Column::Text | Column::With | Column::Unknown | Column::Apart | Column::Remark
        );
        if !joins && of[..n].contains(&of[n]) {
            of[n] = Column::Unknown;
        }
    }
    Columns { of, heads }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_by_their_meaning() {
        assert_eq!(meaning("2024年工作任务"), Some(Column::Task));
        assert_eq!(meaning("年度目标任务"), Some(Column::Text));
        assert_eq!(meaning("责任\n单位"), Some(Column::Lead));
        assert_eq!(meaning("项 目 名 称"), Some(Column::Name));
        assert_eq!(meaning("建设3处口袋公园"), None);
        assert_eq!(heading_row(["各镇人民政府", "序号"].into_iter()), None);
        // A title over all columns is no heading row.
        assert_eq!(heading_row(["重点任务分解表"; 5].into_iter()), None);
    }

    /// Headings and what each column is: 号 number, 级 tier, 名 name, 文 text, 责 lead, 配 with, 限 deadline, 措 measures,
    /// 验 acceptance, 资 funding, 注 remark, 另 apart, ？ unknown.
    const ROWS: &str = "
编号 主要任务 牵头单位 配合单位 目标任务（2025年） ⇒ 号名责配文
序号 重点任务 目标要求 承办单位 完成时限 ⇒ 号名文责限
序号 重点工作 负责单位 ⇒ 号文责
重点任务 责任单位 ⇒ 文责
序号 项目名称 工作任务 牵头单位 责任单位 ⇒ 号名文责配
序号 重点任务 项目名称 年度目标 责任部门 备注 ⇒ 号级名文责注
序号 领域 工作事项 具体内容 主办单位 协办单位 时间节点 ⇒ 号级名文责配限
任务名称 工作举措 责任主体 责任领导 联系电话 ⇒ 名文责另另
项目名称 建设内容 年度目标 实施单位 资金来源 验收标准 预期效益 ⇒ 名文文责资验？
序号 主要任务 工作措施 目标 牵头单位及责任单位 ⇒ 号名措文责
";

    #[test]
    fn columns_are_told_apart_by_the_others() {
        for line in ROWS.trim().lines() {
            let (heads, expected) = line.split_once(" ⇒ ").unwrap();
            let columns = heading_row(heads.split(' ')).unwrap_or_else(|| panic!("{line}"));
            let letter = |c: &Column| {
                "号级名文任责配限措验资注另？"
                    .chars()
                    .nth(*c as usize)
                    .unwrap()
            };
            let found: String = columns.of.iter().map(letter).collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}
