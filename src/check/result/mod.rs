//! What checking a month gives: findings, judged values, what became of the files; and earlier months.

pub mod carried;
pub mod checked;
pub mod elements;
pub mod files;
pub mod finding;
pub mod history;
pub mod judged;
pub mod listed;
pub mod words;
