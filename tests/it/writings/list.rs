//! The lists of writings and of their look-alikes, as they stand in `tests/readings`.

use crate::prelude::*;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Spellings {
    pub number: Vec<Number>,
    pub unit: Vec<Unit>,
    pub month: Vec<Month>,
    pub period_label: Vec<Text>,
    pub date: Vec<Day>,
    pub marking: Vec<Text>,
    pub personal: Vec<Personal>,
    pub identity: Vec<Text>,
    pub version: Vec<Version>,
    pub serial: Vec<Serial>,
    pub heading: Vec<Heading>,
    pub total: Vec<Text>,
    pub retyped: Vec<Retyped>,
    pub head: Vec<Head>,
    pub status: Vec<Status>,
    pub answer: Vec<Answer>,
}

/// A header of one of the form's columns.
#[derive(Deserialize)]
pub struct Head {
    pub field: String,
    pub text: String,
}

/// A text in 状态; `means` is empty for one that is no state.
#[derive(Deserialize)]
pub struct Status {
    pub text: String,
    pub means: String,
}

/// A text below a head that asks; `means` is empty for one that is no answer.
#[derive(Deserialize)]
pub struct Answer {
    pub head: String,
    pub text: String,
    pub means: String,
}

/// Headers of columns with figures, and what each column is: a field, or `unknown`.
#[derive(Deserialize)]
pub struct Heading {
    pub heads: Vec<String>,
    pub means: Vec<String>,
}

/// A task's name, and how it stands in 项目名称.
#[derive(Deserialize)]
pub struct Retyped {
    pub task: String,
    pub text: String,
}

/// A text in 累计完成 of an indicator.
#[derive(Deserialize)]
pub struct Number {
    pub text: String,
    pub unit: String,
    pub name: Option<String>,
    /// Absent: the text must be refused.
    pub value: Option<f64>,
    /// What may be raised at the cell.
    pub codes: Vec<String>,
}

#[derive(Deserialize)]
pub struct Unit {
    pub text: String,
    pub plan: String,
    /// Absent: C004.
    pub factor: Option<f64>,
}

#[derive(Deserialize)]
pub struct Month {
    pub text: String,
    /// Absent: it must be told as not readable.
    #[serde(rename = "month")]
    pub meant: Option<String>,
    /// The one place where this writing names a month; absent: all of them.
    pub place: Option<String>,
}

#[derive(Deserialize)]
pub struct Day {
    pub text: String,
    /// Absent: C012.
    pub date: Option<toml::value::Datetime>,
}

impl Day {
    pub fn date(&self) -> Option<Date> {
        Some(self.date?.to_string().parse().expect("a date"))
    }
}

#[derive(Deserialize)]
pub struct Text {
    pub text: String,
}

#[derive(Deserialize)]
pub struct Personal {
    pub text: String,
    /// The digits that no output may hold.
    pub number: String,
}

/// File names of one department, the newest last.
#[derive(Deserialize)]
pub struct Version {
    pub order: Vec<String>,
}

#[derive(Deserialize)]
pub struct Serial {
    pub text: String,
    pub no: u32,
}

pub fn spellings() -> Spellings {
    toml::from_str(include_str!("../../readings/spellings.toml")).expect("the list of spellings")
}

/// Clean texts by the family that they resemble.
pub fn lookalikes() -> BTreeMap<String, Vec<String>> {
    toml::from_str(include_str!("../../readings/lookalikes.toml")).expect("the list of look-alikes")
}
