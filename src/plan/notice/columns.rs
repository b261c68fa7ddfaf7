//! Columns of the notice's table, told by what their headings mean.

use unicode_normalization::UnicodeNormalization as _;

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

const HEADINGS: &[(&str, Column)] = &[
    ("序号", Column::No),
    ("编号", Column::No),
    ("项目序号", Column::No),
    ("no", Column::No),
    ("市区分级", Column::Tier),
    ("分级", Column::Tier),
    ("级别", Column::Tier),
    ("类别", Column::Tier),
    ("项目类别", Column::Tier),
    ("类型", Column::Tier),
    ("项目名称", Column::Name),
    ("项目", Column::Name),
    ("主要任务", Column::Name),
    ("任务名称", Column::Name),
    ("实事名称", Column::Name),
    ("实事项目", Column::Name),
    ("民生实事", Column::Name),
    ("民生实事项目", Column::Name),
    ("重点民生实事", Column::Name),
    ("名称", Column::Name),
    ("事项", Column::Name),
    ("责任单位", Column::Lead),
    ("责任部门", Column::Lead),
    ("牵头单位", Column::Lead),
    ("牵头部门", Column::Lead),
    ("主责单位", Column::Lead),
    ("牵头责任单位", Column::Lead),
    ("实施单位", Column::Lead),
    ("配合单位", Column::With),
    ("配合部门", Column::With),
    ("协同单位", Column::With),
    ("协办单位", Column::With),
    ("参与单位", Column::With),
    ("责任单位及配合单位", Column::Lead),
    ("工作任务", Column::Text),
    ("目标任务", Column::Text),
    ("工作目标任务", Column::Text),
    ("工作目标", Column::Text),
    ("年度目标", Column::Text),
    ("年度任务", Column::Text),
    ("年度目标任务", Column::Text),
    ("年度工作任务", Column::Text),
    ("主要内容", Column::Text),
    ("工作内容", Column::Text),
    ("建设内容", Column::Text),
    ("任务内容", Column::Text),
    ("目标任务及内容", Column::Text),
    ("具体内容", Column::Text),
    ("完成时限", Column::Deadline),
    ("完成时间", Column::Deadline),
    ("时限", Column::Deadline),
    ("时间要求", Column::Deadline),
    ("备注", Column::Other),
    ("责任领导", Column::Other),
    ("分管领导", Column::Other),
    ("责任人", Column::Other),
    ("联系人", Column::Other),
    ("资金来源", Column::Other),
    ("计划投资", Column::Other),
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
    HEADINGS
        .iter()
        .find(|(name, _)| *name == bare)
        .map(|(_, column)| *column)
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
    fn headings_are_told_by_their_meaning() {
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
