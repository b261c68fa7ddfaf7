//! One cell, read as its column asks.

use compact_str::CompactString;
use jiff::civil::Date;
use toml::Value as Toml;

use super::figure::{Trouble, broken, figure_of, no_result, struck};
use super::names::{KnownNames, is_list, parts};
use super::time::{day, due_day, has_no_day, is_date};
use super::words::{code, is_yes, number, relation, rule, whole, words};
use super::{is_blank, unit_of};
use crate::Joined;
use crate::intake::dates;
use crate::intake::fields::FieldCell;
use crate::intake::quantity::{self, Problem, Reading, Units};
use crate::intake::text::one_line;
use crate::intake::workbook::{Strike, Value};
use crate::plan::names::is_space;
use crate::plan::sheets::{Column, Found, Holds, choice};
use crate::plan::{FormColumn, Period, Unit};

/// Reads cells as their columns ask.
#[derive(Debug, Default)]
pub(crate) struct CellReader {
    /// The plan's first and last day.
    pub span: Option<(Date, Date)>,
    /// Whether the sheet that says them lies behind.
    pub is_span_read: bool,
    pub date_1904: bool,
    /// The departments' names, as far as they are known.
    pub names: KnownNames,
    /// What is worth a look at the cell read last.
    pub warnings: Vec<String>,
}

/// What stands in the same row, as far as other cells are read by it.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    unit: Option<Unit>,
    is_ratio: bool,
    has_no_figure: bool,
    name: String,
    month: Option<Period>,
    /// The unit that stands by the target, where the row has none.
    unit_of_target: Option<String>,
    /// 约 stands by the target.
    approximate: bool,
}

impl Beside {
    /// Takes note of a cell of the row.
    pub fn note(&mut self, column: &Column, value: &Toml) {
        match (column.holds, value) {
            (Holds::Unit, Toml::String(text)) => self.unit = unit_of(text),
            (Holds::Choice(_), Toml::String(kind)) if column.key == "kind" => {
                self.is_ratio = kind == "ratio";
                self.has_no_figure = matches!(kind.as_str(), "milestone" | "ongoing");
            }
            (Holds::Month, Toml::String(month)) => self.month = month.parse().ok(),
            (Holds::Text, Toml::String(name)) if column.key == "name" => self.name.clone_from(name),
            (Holds::Figure, Toml::Table(figure)) if column.key == "target" => {
                self.unit_of_target = figure.get("unit").and_then(Toml::as_str).map(str::to_owned);
                self.approximate = figure.contains_key("approximate");
            }
            _ => {}
        }
    }

    /// What stands by the target, by the column that asks for it.
    pub fn of_target(self) -> impl Iterator<Item = (&'static str, Toml)> {
        let unit = self.unit_of_target.map(|unit| ("unit", unit.into()));
        unit.into_iter()
            .chain(self.approximate.then(|| ("approximate", true.into())))
    }
}

pub(super) type Read<T> = Result<Option<T>, Trouble>;

pub(super) fn wrong<T>(message: String, help: &str) -> Read<T> {
    Err((message, Some(help.to_owned())))
}

impl CellReader {
    /// What a cell holds; `None`: nothing.
    pub fn read(&mut self, cell: &FieldCell, column: &Column, beside: &Beside) -> Read<Found> {
        if column.holds == Holds::Free || is_blank(cell) {
            return Ok(None);
        }
        let raw = one_line(&cell.raw(), 40);
        match &cell.value {
            Some(Value::Error(code)) => return Err(broken(code)),
            Some(Value::NoCachedValue) => return Err(no_result()),
            _ if cell.strike != Strike::None => return Err(struck(&raw)),
            _ => {}
        }
        let is_date = is_date(cell);
        let takes_dates = matches!(
            column.holds,
            Holds::Date | Holds::Month | Holds::Text | Holds::Tier
        );
        if is_date && !takes_dates {
            let day = dates::of_value(
                cell.value.as_ref().unwrap_or(&Value::Bool(true)),
                self.date_1904,
            );
            let day = day.map_or(raw, |day| day.to_string());
            return wrong(
                format!("这里成了日期（{day}），应为{}", column.head),
                "请把单元格格式改为文本或常规，重新填写",
            );
        }
        let text = cell.text().unwrap_or_default();
        let value: Option<Toml> = match column.holds {
            Holds::Reporters => return Ok(self.reporters(&text, beside)?.map(Found::Reporters)),
            Holds::Figure => return figure(cell, column, beside),
            Holds::Points => points(cell, true)?.map(Toml::from),
            Holds::Date => {
                let date = self.date(cell, beside.month)?;
                // A month alone is its last day where something ends; elsewhere nobody knows which.
                match column.key {
                    "plan.start" if has_no_day(cell) => date.map(|date| day(date.first_of_month())),
                    "plan.end" | "deadline" => date.map(day),
                    _ if has_no_day(cell) => {
                        return wrong(
                            format!("“{raw}”没有写是哪一天"),
                            "写成 2024-09-30 或 2024年9月30日",
                        );
                    }
                    _ => date.map(day),
                }
            }
            Holds::Month => self.month(cell)?.map(|month| month.to_string().into()),
            Holds::Text | Holds::Tier | Holds::Unit | Holds::Stated => {
                Some(words(cell, &text, is_date, self.date_1904).into())
            }
            Holds::Schedule | Holds::Department => Some(words(cell, &text, false, false).into()),
            Holds::Code => Some(code(cell, &text).into()),
            Holds::Names => Some(self.names(&text).into()),
            Holds::Departments => Some(self.departments(&text).into()),
            Holds::Whole | Holds::TaskNo => whole(cell, &text).map(Toml::from),
            Holds::Number => number(cell, &text).map(Toml::from),
            Holds::DueDay => due_day(&text),
            Holds::Yes => Some(is_yes(&text).into()),
            Holds::Choice(choices) => choice(choices, &text).map(Toml::from),
            Holds::Field => FormColumn::named(&text).map(|column| column.key().into()),
            Holds::Rules => {
                let words = parts(&text, |_| false).into_iter();
                let codes = words.flat_map(str::split_whitespace).filter_map(rule);
                Some(codes.collect::<Vec<_>>().into())
            }
            Holds::Rule => Some(rule(&text).unwrap_or_else(|| text.to_string()).into()),
            Holds::Relation => Some(relation(&text).into()),
            Holds::Free => return Ok(None),
        };
        let head = column.head;
        match (value, column.holds) {
            (Some(value), _) => Ok(Some(Found::Value(value))),
            (None, Holds::Whole | Holds::TaskNo) => {
                wrong(format!("“{raw}”不是整数，这里应填{head}"), column.note)
            }
            (None, Holds::Number) => wrong(format!("“{raw}”不是数，这里应填{head}"), column.note),
            (None, Holds::Month) => wrong(format!("“{raw}”不是月份"), "写成 2024年6月 或 2024-06"),
            (None, Holds::DueDay) => {
                wrong(format!("“{raw}”看不出是哪一天"), "写成 次月5日 或 当月25日")
            }
            (None, Holds::Choice(choices)) => {
                let known = choices.iter().map(|(_, chinese, _)| *chinese).joined("、");
                wrong(format!("{head}没有“{raw}”，应为：{known}"), column.note)
            }
            (None, Holds::Field) => wrong(format!("报送表没有“{raw}”这个字段"), column.note),
            (None, _) => Ok(None),
        }
    }

    /// Departments and other bodies. Where a cell has line breaks, a line of which nothing is known is one body.
    fn departments<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let has_lines = text.contains(['\n', '\r']);
        let is_body = |line: &str| {
            has_lines
                && !parts(line, |_| false)
                    .into_iter()
                    .any(|name| self.names.has(name))
        };
        let mut all = parts(text, |line| self.names.has(line) || is_body(line));
        all.dedup();
        all
    }

    /// Names of one's own choice. Where a cell has line breaks, each line is one.
    fn names(&mut self, text: &str) -> Vec<String> {
        let has_lines = text.contains(['\n', '\r']);
        if has_lines && let Some(line) = text.split(['\n', '\r']).find(|line| is_list(line)) {
            // A list that is only wrapped ends its lines with separators.
            if text
                .lines()
                .any(|line| line.trim_end().ends_with(['、', '，', ',', '；', ';']))
            {
                return parts(text, |_| false)
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
            }
            self.warnings.push(format!(
                "“{}”独占一行，按一个名称读；如果是几个名称，请各占一行",
                one_line(line, 30)
            ));
        }
        let mut all = parts(text, |line| has_lines && !line.is_empty());
        all.dedup();
        all.into_iter().map(str::to_owned).collect()
    }

    fn reporters(&self, text: &str, beside: &Beside) -> Read<Vec<(CompactString, Option<f64>)>> {
        let mut out = Vec::new();
        for part in parts(text, |line| self.names.has(line)) {
            let (name, figure) = self.names.split(part);
            let figure = figure.trim_matches(|c: char| {
                is_space(c) || matches!(c, ':' | '：' | '=' | '（' | '）' | '(' | ')')
            });
            let target = match figure {
                "" => None,
                plain
                    if beside.unit.as_ref().is_none_or(|u| !u.is_percent())
                        && plain.bytes().all(|b| b.is_ascii_digit() || b == b'.') =>
                {
                    plain.parse().ok()
                }
                figure => {
                    let cell = FieldCell::of_text(figure);
                    let read = figure_of(&cell, unit(beside).as_ref(), &beside.name);
                    read.map_err(|(message, help)| (format!("{name}：{message}"), help))?
                        .map(|f| f.value)
                }
            };
            out.push((name.into(), target));
        }
        Ok(Some(out))
    }
}

/// The unit that a row's figures are read in: 比例 has but one.
fn unit(beside: &Beside) -> Option<Unit> {
    let percent = beside.is_ratio.then(|| Unit::parse("%")).flatten();
    percent.or_else(|| beside.unit.clone())
}

fn figure(cell: &FieldCell, column: &Column, beside: &Beside) -> Read<Found> {
    let unit = if beside.has_no_figure {
        None
    } else {
        unit(beside)
    };
    let read = figure_of(cell, unit.as_ref(), &beside.name).map_err(|trouble| {
        if beside.has_no_figure {
            let raw = one_line(&cell.raw(), 30);
            let message = format!("节点和持续推进没有{}，请删去“{raw}”", column.head);
            return (message, None);
        }
        trouble
    });
    let Some(figure) = read? else {
        return Ok(None);
    };
    if column.key != "target" {
        return Ok(Some(Found::Value(figure.value.into())));
    }
    let mut table = toml::Table::new();
    table.insert("value".into(), figure.value.into());
    if let Some(unit) = figure.unit.filter(|_| !beside.is_ratio) {
        table.insert("unit".into(), unit.into());
    }
    if figure.approximate {
        table.insert("approximate".into(), true.into());
    }
    Ok(Some(Found::Value(table.into())))
}

/// Percentage points; of a difference between two of them a bare number is never a fraction.
pub(super) fn points(cell: &FieldCell, is_difference: bool) -> Read<f64> {
    let Some(percent) = Unit::parse("%") else {
        return Ok(None);
    };
    let text = cell.text().unwrap_or_default();
    let bare = text
        .trim_end_matches("百分点")
        .trim_end_matches('个')
        .trim_end();
    let cell = if bare.len() < text.len() {
        FieldCell::of_text(bare)
    } else {
        cell.clone()
    };
    if is_difference {
        let units = Units {
            row: None,
            header: None,
            plan: &percent,
            nouns: ["", ""],
            is_in_points: is_difference,
        };
        return match quantity::read(Some(&cell), units) {
            Reading::Number(figure) => Ok(Some(figure.value)),
            Reading::Bad(Problem::ExcelError(code)) => Err(broken(&code)),
            Reading::Bad(_) => wrong(
                format!("“{}”不是数", one_line(&text, 30)),
                "写百分点数，如 10",
            ),
            _ => Ok(None),
        };
    }
    Ok(figure_of(&cell, Some(&percent), "")?.map(|f| f.value))
}
