//! What commands are written with.

pub(super) use std::path::{Path, PathBuf};

pub(super) use crate::Joined;
pub(super) use crate::check::Severity;
pub(super) use crate::cli::archive::{Archive, Seal};
pub(super) use crate::cli::args::OutputArgs;
pub(super) use crate::cli::error::{Doing, Error, Result};
pub(super) use crate::cli::exit::{CLEAN, FAILED, FINDINGS};
pub(super) use crate::cli::next::next;
pub(super) use crate::cli::plan_file;
pub(super) use crate::cli::terminal::{Terminal, table};
pub(super) use crate::cli::view::View;
pub(super) use crate::intake::text::one_line;
pub(super) use crate::plan::{Period, Plan, chinese_date};
