//! Every number a reader sees is a figure of facts.json: the 汇总表 read back cell by cell with calamine, the 简报 read back
//! word by word, each held against the figure that should stand there.
#![cfg(feature = "desktop")]

#[path = "../common/mod.rs"]
mod common;

mod briefing;
mod counts;
mod summary;
