//! Every number a reader sees is a figure of facts.json: the 汇总表 read back cell by cell with calamine, the 简报 read back
//! word by word, each compared with the figure that should stand there.

mod briefing;
mod counts;
mod summary;
