//! What the sheets are written with.

pub(super) use rust_xlsxwriter::Worksheet;

pub(super) use super::canvas::{Canvas, MONTH, plain_format};
pub(super) use super::print::{Pages, Print};
pub(super) use super::style::{Look, colour_grades, colour_word, percent_bars};
pub(super) use super::{Cx, FIRST_ROW, HEAD, LinkFrom, SHEETS};
pub(super) use crate::Joined;
pub(super) use crate::combine::facts::TaskFacts;
pub(super) use crate::plan::Grade;
pub(super) use crate::report::Result;
