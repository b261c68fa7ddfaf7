//! Every writing of `tests/readings`, in every place where it can stand, through several writers, is read as what it means.
//!
//! A family of writings is a month of many departments: each department's workbook holds one writing in one place, so that one run
//! of the program reads hundreds of them, and what it says of each file is compared with the list. The lists are kept apart from
//! the program's own lexicons (`tests/readings/README.md`).
mod book;
mod list;
mod months;
pub mod office;
mod quantities;
mod secrets;
mod senders;
mod tables;
