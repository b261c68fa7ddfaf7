//! A target or baseline with what stands around it.

use crate::intake::fields::FieldCell;
use crate::intake::quantity::{self, Problem, Reading, Units};
use crate::intake::text::one_line;
use crate::plan::Unit;

/// What is wrong with a cell, and what was probably meant; without words it only follows from a mistake told elsewhere.
pub(crate) type Trouble = (String, Option<String>);

/// A figure as a cell gives it.
#[derive(Debug, Default)]
pub(crate) struct Figure {
    pub value: f64,
    /// 约 or 余 stands by it.
    pub approximate: bool,
    /// Its own unit, where the row has none.
    pub unit: Option<String>,
}

/// Words that make a target a rough one; others (不少于) only stand around it.
const ROUGH: [&str; 7] = ["约", "大约", "约为", "大概", "余", "多", "左右"];

/// Reads a figure in `unit`; `None` takes the unit that stands by it.
pub(crate) fn figure_of(
    cell: &FieldCell,
    unit: Option<&Unit>,
    noun: &str,
) -> Result<Option<Figure>, Trouble> {
    let none = Unit::none();
    let read = |plan: &Unit| {
        let units = Units {
            row: None,
            header: None,
            plan,
            nouns: [noun, ""],
            is_in_points: false,
        };
        quantity::read(Some(cell), units)
    };
    let mut reading = read(unit.unwrap_or(&none));
    let mut own = None;
    if unit.is_none() {
        let written = match &reading {
            Reading::Bad(Problem::UnitMismatch { unit }) => Unit::parse(unit),
            Reading::Bad(Problem::Percentage) => Unit::parse("%"),
            _ => None,
        };
        if let Some(written) = written {
            reading = read(&written);
            own = Some(written.text);
        }
    }
    match reading {
        Reading::Number(figure) => {
            let said = figure.qualifier.as_deref().unwrap_or_default();
            Ok(Some(Figure {
                value: figure.value,
                approximate: said.split('…').any(|word| ROUGH.contains(&word)),
                unit: own,
            }))
        }
        Reading::Bad(problem) => {
            let unit = unit.map_or("", |u| u.text.as_str());
            Err(trouble(problem, &cell.raw(), unit, None))
        }
        _ => Ok(None),
    }
}

/// What to say of a figure that cannot be taken. `unit`: what it should be in; `of`: the indicator of a ledger's row, whose unit that is.
pub(crate) fn trouble(problem: Problem, raw: &str, unit: &str, of: Option<&str>) -> Trouble {
    let raw = one_line(raw, 30);
    // In a plan the kind and the number of indicators may be what is wrong.
    let of_plan = |help: &str| of.is_none().then(|| help.to_owned());
    let whose = of.map_or_else(|| "计量单位".to_owned(), |of| format!("“{of}”的单位"));
    match problem {
        Problem::NotANumber => (format!("“{raw}”不是数，请写数字"), None),
        Problem::UnitMismatch { unit: written } => (
            format!("“{raw}”的单位“{written}”不能换算成{whose}“{unit}”"),
            Some("请改单位或改数，两处写一致".to_owned()),
        ),
        Problem::Percentage => (
            format!("“{raw}”是百分比，{whose}却是“{unit}”"),
            of_plan("百分比的类型是“比例”，单位是 %"),
        ),
        Problem::Several { candidates } if candidates.len() < 2 => {
            (format!("“{raw}”看不准是多少，请只写数字"), None)
        }
        Problem::Several { candidates } => (
            format!(
                "“{raw}”里不止一个数（{}），只能写一个",
                candidates.join("、")
            ),
            of_plan("几个数的，分成几个指标"),
        ),
        Problem::Struck => struck(&raw),
        Problem::ExcelError(code) => broken(&code),
        Problem::NoCachedValue => no_result(),
        Problem::RatioAmbiguous { written } => {
            let percent = crate::plan::sheets::shifted(written, 2);
            (
                format!("{written} 可能是 {written}%，也可能是 {percent}%，请写上百分号"),
                Some(format!("写成 {percent}% 或 {written}%")),
            )
        }
        Problem::TooLarge => (format!("“{raw}”太大了，请核对"), None),
    }
}

/// Struck-through text.
pub(crate) fn struck(raw: &str) -> Trouble {
    (
        format!("“{raw}”上有删除线，不知道算不算数"),
        Some("请删去作废的内容，或去掉删除线".to_owned()),
    )
}

/// A formula without a result.
pub(crate) fn no_result() -> Trouble {
    (
        "公式没有算出结果".to_owned(),
        Some("请在 Excel 或 WPS 中打开并保存一次，或直接填写".to_owned()),
    )
}

/// A formula whose result is an error.
pub(crate) fn broken(code: &str) -> Trouble {
    (
        format!("公式出错：{code}"),
        Some("请改正公式，或直接填写".to_owned()),
    )
}
