//! A target or baseline with what stands around it.

use crate::intake::fields::FieldCell;
use crate::intake::quantity::{self, Problem, Reading, Units};
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
    let raw = cell.raw();
    let raw = crate::intake::text::one_line(&raw, 30);
    let problem = match reading {
        Reading::Number(figure) => {
            let said = figure.qualifier.as_deref().unwrap_or_default();
            return Ok(Some(Figure {
                value: figure.value,
                approximate: said.split('…').any(|word| ROUGH.contains(&word)),
                unit: own,
            }));
        }
        Reading::Bad(problem) => problem,
        _ => return Ok(None),
    };
    let unit = unit.map_or("", |u| u.text.as_str());
    Err(match problem {
        Problem::NotANumber => (format!("“{raw}”不是数，请写数字"), None),
        Problem::UnitMismatch { unit: written } => (
            format!("“{raw}”的单位“{written}”不能换算成计量单位“{unit}”"),
            Some("请改单位或改数，两处写一致".to_owned()),
        ),
        Problem::Percentage => (
            format!("“{raw}”是百分比，计量单位却是“{unit}”"),
            Some("百分比的类型是“比例”，单位是 %".to_owned()),
        ),
        Problem::Several { candidates } => (
            format!(
                "“{raw}”里不止一个数（{}），只能写一个",
                candidates.join("、")
            ),
            Some("几个数的，分成几个指标".to_owned()),
        ),
        Problem::Struck => (
            format!("“{raw}”上有删除线，不知道算不算数"),
            Some("请删去作废的内容，或去掉删除线".to_owned()),
        ),
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
    })
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
