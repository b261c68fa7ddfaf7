//! Columns of the notice's table, found by what their headings mean.

use unicode_normalization::UnicodeNormalization as _;

use super::Words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    No,
    Tier,
    Name,
    Lead,
    With,
    Text,
    Deadline,
    /// 备注, 联系人 and the like: read past.
    Other,
}

/// What a column is called, folded.
const HEADINGS: [(Column, Words); 8] = [
    (Column::No, Words("序号 编号 项目序号 no")),
    (Column::Tier, Words("市区分级 分级 级别 类别 项目类别 类型")),
    (
        Column::Name,
        Words(
            "项目名称 项目 主要任务 任务名称 实事名称 实事项目 民生实事 民生实事项目 重点民生实事 \
             名称 事项",
        ),
    ),
    (
        Column::Lead,
        Words(
            "责任单位 责任部门 牵头单位 牵头部门 主责单位 牵头责任单位 实施单位 \
             责任单位及配合单位",
        ),
    ),
    (
        Column::With,
        Words("配合单位 配合部门 协同单位 协办单位 参与单位"),
    ),
    (
        Column::Text,
        Words(
            "工作任务 目标任务 工作目标任务 工作目标 年度目标 年度任务 年度目标任务 年度工作任务 \
             主要内容 工作内容 建设内容 任务内容 目标任务及内容 具体内容",
        ),
    ),
    (Column::Deadline, Words("完成时限 完成时间 时限 时间要求")),
    (
        Column::Other,
        Words("备注 责任领导 分管领导 责任人 联系人 资金来源 计划投资"),
    ),
];

/// The column a heading means; a year before it (2024年工作任务) and a bracket behind it say nothing.
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
    let mut headings = HEADINGS.iter();
    let (column, _) = headings.find(|(_, names)| names.contains(bare))?;
    Some(*column)
}

/// The columns of a heading row; `None` unless it names the tasks' texts or names and at least three columns in all.
pub(super) fn heading_row<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Vec<Column>> {
    let mut known = 0;
    let mut columns: Vec<Column> = Vec::new();
    for cell in cells.take(64) {
        let column = meaning(cell);
        known += usize::from(column.is_some());
        // Of two columns that could be the same thing the first is taken.
        let column = column
            .filter(|c| !columns.contains(c))
            .unwrap_or(Column::Other);
        columns.push(column);
    }
    let tells = |c: Column| columns.contains(&c);
    (known >= 3 && (tells(Column::Name) || tells(Column::Text))).then_some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_by_their_meaning() {
        assert_eq!(meaning("2024年工作任务"), Some(Column::Text));
        assert_eq!(meaning("年度目标任务"), Some(Column::Text));
        assert_eq!(meaning("责任\n单位"), Some(Column::Lead));
        assert_eq!(meaning("项 目 名 称"), Some(Column::Name));
        assert_eq!(meaning("建设3处口袋公园"), None);
        let row = [
            "编号",
            "主要任务",
            "牵头单位",
            "配合单位",
            "目标任务（2025年）",
        ];
        let columns = [
            Column::No,
            Column::Name,
            Column::Lead,
            Column::With,
            Column::Text,
        ];
        assert_eq!(heading_row(row.into_iter()).as_deref(), Some(&columns[..]));
        assert_eq!(heading_row(["各镇人民政府", "序号"].into_iter()), None);
    }
}
