//! Numbers in every numeric column and as amounts, and units wherever they stand.

use super::book::{Book, Cell, Writer};
use super::list::{Number, Unit, spellings};
use super::office::{Case, NORMAL, Outcome, Tally, form, judged, quantity, usual, writers};

const CELL_CODES: &[&str] = &[
    "C001", "C002", "C003", "C004", "C005", "C006", "C009", "C010", "C011", "C014", "C015", "C016",
];

/// A form for an indicator of this name.
fn named(columns: &[(&str, Option<Cell>)], indicator: &str) -> Book {
    let mut book = form(Some(NORMAL), columns);
    book.rows[0][2] = Some(indicator.into());
    book
}

fn name(number: &Number) -> &str {
    number.name.as_deref().unwrap_or("示例指标")
}

#[test]
fn numbers_are_read_as_they_are_meant() {
    let list = spellings().number;
    let mut cases = Vec::new();
    for (n, number) in list.iter().enumerate() {
        for writer in writers(n) {
            let book = named(&[("累计完成", Some((&number.text).into()))], name(number));
            let target = number
                .value
                .map_or(100.0, |v| if number.unit == "%" { 90.0 } else { v * 2.0 });
            let indicator = quantity(name(number), target, &number.unit);
            let told = format!("{} ({})", number.text, number.unit);
            cases.push((number, Case::of(told, "累计完成", writer, book, indicator)));
        }
    }
    judged("number", cases, |tally, number, case, outcome| {
        let cell = case.book.cell("累计完成", 0);
        let codes: Vec<&str> = outcome
            .codes(Some(&cell))
            .into_iter()
            .filter(|code| CELL_CODES.contains(code))
            .collect();
        let allowed = |code: &&&str| !number.codes.iter().any(|c| c == *code);
        if let Some(other) = codes.iter().find(allowed) {
            tally.wrong(case, format!("{other} is raised, of {codes:?}"));
        } else if outcome.accepted() {
            match (number.value, outcome.value()) {
                (Some(wanted), Some(value)) if (wanted - value).abs() < 1e-6 * wanted.max(1.0) => {
                    if number.codes.iter().any(|c| c == "C014") && !codes.contains(&"C014") {
                        tally.wrong(case, "its qualifier is lost");
                    }
                }
                (wanted, value) => {
                    tally.wrong(case, format!("read as {value:?} instead of {wanted:?}"));
                }
            }
        } else if codes.is_empty() {
            let all = outcome.codes(None);
            tally.wrong(
                case,
                format!("not accepted, and nothing said at {cell}: {all:?}"),
            );
        } else if number.value.is_some()
            && !number
                .codes
                .iter()
                .any(|c| ["C002", "C015"].contains(&c.as_str()))
        {
            tally.wrong(case, format!("refused: {codes:?}"));
        }
    });
}

/// Digits set as superscript behind a number or its unit are a footnote's; behind a letter they belong to the unit.
#[test]
fn raised_digits_are_no_digits_of_the_number() {
    let mut cases = Vec::new();
    for (text, raised, unit, value) in [
        ("7", "1", "座", 7.0),
        ("12座", "2", "座", 12.0),
        ("2.5", "3", "公里", 2.5),
        ("500m", "3", "立方米", 500.0),
    ] {
        let office = ["xls", "ods", "xlsx"].map(Writer::Office);
        for writer in [Writer::Shared, Writer::Inline].into_iter().chain(office) {
            let book = named(
                &[("累计完成", Some(Cell::Raised(text, raised)))],
                "示例指标",
            );
            let indicator = quantity("示例指标", value * 2.0, unit);
            let told = format!("{text} with a raised {raised}");
            cases.push((value, Case::of(told, "累计完成", writer, book, indicator)));
        }
    }
    judged("raised digits", cases, |tally, value, case, outcome| {
        if !outcome.accepted() || outcome.value() != Some(*value) {
            tally.wrong(
                case,
                format!("{:?}, {:?}", outcome.value(), outcome.codes(None)),
            );
        }
    });
}

/// The columns beside 累计完成, and the rule that tells which number was read there.
const BESIDE: [(&str, &str); 4] = [
    ("上月累计", "R002"),
    ("本月完成", "R002"),
    ("年度目标", "C018"),
    ("到位资金", "R017"),
];

/// A form with a text in one of them: it agrees with the other numbers, or is far from them. In 工作方案 units are the money's.
fn beside(
    column: &'static str,
    written: Cell,
    value: f64,
    agrees: bool,
    unit: &str,
) -> (Book, String) {
    let off = if agrees { 0.0 } else { value * -0.75 };
    let number = |n: f64| Some(Cell::Number(n));
    let columns = match column {
        "上月累计" => vec![
            (column, Some(written)),
            ("本月完成", number(0.0)),
            ("累计完成", number(value + off)),
        ],
        "本月完成" => vec![
            ("上月累计", number(0.0)),
            (column, Some(written)),
            ("累计完成", number(value + off)),
        ],
        "年度目标" => vec![(column, Some(written)), ("累计完成", number(value))],
        _ => {
            let mut book = form(Some(NORMAL), &[("累计完成", number(12.0))]);
            book.elements = vec![
                [
                    "序号",
                    "项目名称",
                    "工作举措",
                    "完成时限",
                    "资金来源",
                    "计划资金（万元）",
                    column,
                ]
                .map(Cell::from)
                .to_vec(),
                vec![
                    "1".into(),
                    "{任务}".into(),
                    "成立专班".into(),
                    "12月底".into(),
                    "财政".into(),
                    Cell::Number(value + off),
                    written,
                ],
            ];
            return (book, usual());
        }
    };
    let target = if column == "年度目标" {
        value + off
    } else {
        value * 2.0
    };
    (
        form(Some(NORMAL), &columns),
        quantity("示例指标", target, unit),
    )
}

/// What is said of a form whose number beside 累计完成 agrees, and of one whose does not.
fn judge(
    tally: &mut Tally,
    case: &Case,
    outcome: &Outcome,
    rule: &str,
    agrees: bool,
    is_read: bool,
) {
    let codes = outcome.codes(None);
    let fires = codes.contains(&rule);
    match (is_read, agrees) {
        (true, true) if fires || !is_clean(&codes) => tally.wrong(case, format!("{codes:?}")),
        (true, false) if !fires => tally.wrong(case, format!("not read: {codes:?}")),
        (false, _) if fires => tally.wrong(case, format!("taken for a number: {codes:?}")),
        _ => {}
    }
}

fn is_clean(codes: &[&str]) -> bool {
    !["C002", "C004", "C015", "S003", "X001"]
        .iter()
        .any(|code| codes.contains(code))
}

/// Every number of the list again in the other columns.
#[test]
fn numbers_beside_the_cumulative_are_read_alike() {
    let list = spellings().number;
    let mut cases = Vec::new();
    for (n, number) in list.iter().enumerate() {
        let may_be_either = number.value.is_some() && number.codes.iter().any(|c| c == "C015");
        let is_money = number.unit == "万元";
        for (p, (column, rule)) in BESIDE.into_iter().enumerate() {
            // A ratio has no balance, and a noun needs its indicator's name.
            let is_odd = number.unit == "%" && column != "年度目标" || number.name.is_some();
            if may_be_either || is_odd || (column == "到位资金") != is_money && column == "到位资金"
            {
                continue;
            }
            for agrees in [true, false] {
                let value = number.value.unwrap_or(12.0);
                let written = Cell::from(&number.text);
                let writer = match column {
                    "到位资金" => Writer::Shared,
                    _ if (n + p).is_multiple_of(2) => Writer::Shared,
                    _ => Writer::Inline,
                };
                let (book, indicator) = beside(column, written, value, agrees, &number.unit);
                let told = format!("{} ({}), agrees: {agrees}", number.text, number.unit);
                let case = Case::of(told, column, writer, book, indicator);
                cases.push(((rule, agrees, number.value.is_some()), case));
            }
        }
    }
    judged(
        "number",
        cases,
        |tally, (rule, agrees, is_read), case, outcome| {
            judge(tally, case, outcome, rule, *agrees, *is_read);
        },
    );
}

const UNIT_PLACES: [&str; 8] = [
    "计量单位",
    "a header's brackets",
    "behind the number",
    "a line above the table",
    "the title's brackets",
    "the upper header",
    "a row below the header",
    "behind the header's name",
];

/// A form that gives the unit of its 12 at one place.
fn measured(text: &str, place: &str) -> Book {
    let bare = || Some(Cell::Number(12.0));
    let written = text.trim_start_matches("单位：");
    let alone = |cell| form(Some(NORMAL), &[("累计完成", cell)]);
    match place {
        "计量单位" => form(
            Some(NORMAL),
            &[("计量单位", Some(text.into())), ("累计完成", bare())],
        ),
        "a header's brackets" => form(Some(NORMAL), &[(&format!("累计完成（{text}）"), bare())]),
        "behind the header's name" => {
            form(Some(NORMAL), &[(&format!("累计完成/{written}"), bare())])
        }
        "a line above the table" => {
            let mut book = alone(bare());
            book.above.push(vec![(3, format!("单位：{written}"))]);
            book
        }
        "the title's brackets" => {
            let mut book = alone(bare());
            book.above[0][0].1 = format!("{}（单位：{written}）", book.above[0][0].1);
            book
        }
        "the upper header" => {
            let mut book = alone(bare());
            let upper = ["序号", "项目名称", "指标", "完成情况（{}）", "工作进展"];
            let upper = (0..).zip(upper.map(|head| head.replace("{}", text)));
            book.above.push(upper.collect());
            book.header = ["", "", "", "累计完成", ""].map(str::to_owned).to_vec();
            book
        }
        "a row below the header" => {
            let mut book = alone(bare());
            book.rows.insert(
                0,
                vec![None, None, None, Some(format!("（{written}）").into())],
            );
            book
        }
        _ => alone(Some(format!("12{written}").into())),
    }
}

#[test]
fn units_convert_or_are_refused_wherever_they_stand() {
    let list = spellings().unit;
    let mut cases = Vec::new();
    for (n, unit) in list.iter().enumerate() {
        for place in UNIT_PLACES {
            if is_placeholder(unit) && place != "计量单位"
                // A stroke parts the units of a header's name, too.
                || place == "behind the header's name" && unit.text.contains('/')
            {
                continue;
            }
            for writer in writers(n) {
                let target = match (unit.plan.as_str(), unit.factor) {
                    ("%", _) => 90.0,
                    (_, factor) => 24.0 * factor.unwrap_or(1.0),
                };
                let told = format!("{} for {}", unit.text, unit.plan);
                let indicator = quantity("示例指标", target, &unit.plan);
                let case = Case::of(told, place, writer, measured(&unit.text, place), indicator);
                cases.push((unit, case));
            }
        }
    }
    judged("unit", cases, |tally, unit, case, outcome| {
        match unit.factor {
            None if outcome.codes(None).contains(&"C004") && !outcome.accepted() => {}
            None => tally.wrong(
                case,
                format!("taken as {:?} instead of C004", outcome.value()),
            ),
            Some(factor) => match outcome.value().filter(|_| outcome.accepted()) {
                Some(value) if (value - 12.0 * factor).abs() < 1e-9 * value.max(1.0) => {}
                Some(value) => tally.wrong(
                    case,
                    format!("read as {value} instead of {}", 12.0 * factor),
                ),
                None => tally.wrong(case, format!("refused: {:?}", outcome.codes(None))),
            },
        }
    });
}

fn is_placeholder(unit: &Unit) -> bool {
    ["同上", "〃", "/", "—", "无"].contains(&unit.text.as_str())
}

/// The unit of another numeric column than 累计完成: in its header, above the table, behind its number.
#[test]
fn units_of_the_other_columns_are_read_alike() {
    let list = spellings().unit;
    let mut cases = Vec::new();
    for unit in list
        .iter()
        .filter(|unit| !is_placeholder(unit) && unit.plan != "%")
    {
        let written = unit.text.trim_start_matches("单位：");
        for (p, (column, rule)) in BESIDE.into_iter().enumerate() {
            if column == "到位资金" && unit.plan != "万元" {
                continue;
            }
            for place in ["header", "number", "line"] {
                // The line is everybody's: the other columns say their own.
                for agrees in [true, false] {
                    let value = 12.0 * unit.factor.unwrap_or(1.0);
                    let cell = match place {
                        "number" => Cell::from(format!("12{written}")),
                        _ => Cell::Number(12.0),
                    };
                    let (mut book, indicator) = beside(column, cell, value, agrees, &unit.plan);
                    let is_money = column == "到位资金";
                    for head in book
                        .header
                        .iter_mut()
                        .filter(|h| h.ends_with(['计', '成', '标']))
                    {
                        match (place, head.as_str() == column) {
                            ("header", true) => *head = format!("{head}（{}）", unit.text),
                            ("line", false) if !is_money => {
                                *head = format!("{head}（{}）", unit.plan);
                            }
                            _ => {}
                        }
                    }
                    let line = vec![Cell::from(format!("单位：{written}"))];
                    match place {
                        "header" if is_money => {
                            book.elements[0][6] = format!("{column}（{}）", unit.text).into();
                        }
                        "line" if is_money => book.elements.insert(0, line),
                        "line" => book.above.push(vec![(3, format!("单位：{written}"))]),
                        _ => {}
                    }
                    let writer = match p {
                        0 | 2 if !is_money => Writer::Inline,
                        _ => Writer::Shared,
                    };
                    let told = format!(
                        "{} for {} by {place}, agrees: {agrees}",
                        unit.text, unit.plan
                    );
                    let case = Case::of(told, column, writer, book, indicator);
                    cases.push(((rule, agrees, unit.factor.is_some()), case));
                }
            }
        }
    }
    judged(
        "unit",
        cases,
        |tally, (rule, agrees, is_read), case, outcome| {
            judge(tally, case, outcome, rule, *agrees, *is_read);
        },
    );
}
