//! What lies in the folder the person works in: plan, inbox, months, seals, results.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::archive::Archive;
use crate::cli::inbox::Inbox;
use crate::cli::month;
use crate::cli::next::Given;
use crate::cli::periods::available;
use crate::cli::plan_file;
use crate::intake::sniff;
use crate::plan::{Period, Plan};

/// Where commands look for what comes in, what goes out and what is closed, when nothing else is said.
pub const INBOX: &str = "inbox";
pub const OUT: &str = "out";
pub const ARCHIVE: &str = "archive";

/// Folders of the program's own, in which nobody's mail lies.
const OWN: [&str; 5] = [INBOX, OUT, ARCHIVE, "seeds", "templates"];

/// Choices that hold until the program ends, where a folder has several of a kind.
#[derive(Debug, Default)]
pub struct Chosen {
    pub plan: Option<PathBuf>,
    pub inbox: Option<PathBuf>,
}

impl Chosen {
    /// What every command line has to say of them.
    pub fn given(&self) -> Given {
        let option = |name: &str, path: &Option<PathBuf>| {
            let path = path.clone()?;
            Some((name.to_owned(), vec![path.into_os_string()]))
        };
        let both = [option("plan", &self.plan), option("inbox", &self.inbox)];
        both.into_iter().flatten().collect()
    }
}

/// The folder as it is at one moment.
pub struct Desk {
    /// The plan and its file.
    pub plan: Result<(Plan, PathBuf), String>,
    pub inbox: Inbox,
    /// Months that have a folder in the inbox or are sealed.
    pub months: BTreeSet<Period>,
    pub sealed: BTreeSet<Period>,
}

impl Desk {
    pub fn look(chosen: &Chosen) -> Self {
        let loaded = plan_file::find(chosen.plan.as_deref()).and_then(|path| {
            let (plan, _) = plan_file::load(&path)?;
            Ok((plan, path))
        });
        let plan = loaded.map_err(|error| error.to_string());
        let root = chosen.inbox.as_deref().unwrap_or(Path::new(INBOX));
        let inbox = Inbox::at(root, plan.as_ref().ok().map(|(plan, _)| plan));
        let archive = Archive::at(Path::new(ARCHIVE));
        // What keeps one of them from being read is said by the command that needs it.
        Self {
            months: available(&inbox, &archive).unwrap_or_default(),
            sealed: archive.periods().unwrap_or_default(),
            inbox,
            plan,
        }
    }

    /// The months of the plan.
    pub fn of_plan(&self) -> impl Iterator<Item = Period> {
        self.plan.iter().flat_map(|(plan, _)| month::of_plan(plan))
    }

    /// The newest month; of an empty inbox the first for which the plan expects reports.
    pub fn newest(&self) -> Option<Period> {
        let first = || {
            self.plan
                .as_ref()
                .ok()
                .and_then(|(plan, _)| plan.first_period)
        };
        self.months
            .last()
            .copied()
            .or_else(first)
            .or_else(|| self.of_plan().next())
    }

    /// The month that files arrive for: the newest, after whose seal the coming one.
    pub fn arriving(&self) -> Option<Period> {
        let open = self.newest().filter(|month| !self.sealed.contains(month));
        open.or_else(|| self.coming())
    }

    /// The month for which forms go out next.
    pub fn coming(&self) -> Option<Period> {
        let after = self.months.last().map(|newest| newest.next());
        after
            .filter(|after| self.of_plan().any(|period| period == *after))
            .or_else(|| self.newest())
    }
}

/// Months that have results, newest first.
pub fn results() -> Vec<Period> {
    let named = |path: PathBuf| path.file_name()?.to_str()?.parse::<Period>().ok();
    let mut months: Vec<Period> = folders(Path::new(OUT))
        .into_iter()
        .filter_map(named)
        .collect();
    months.reverse();
    months
}

/// Folders that may hold what was received: with workbooks or archives, neither the program's own nor another desk.
pub fn mail() -> Vec<PathBuf> {
    let is_own = |path: &PathBuf| OWN.iter().any(|own| path.as_os_str() == *own);
    let mut all = folders(Path::new(""));
    all.retain(|path| !is_own(path) && !has_plan(path) && holds_submissions(path, DEEP));
    all
}

/// How far below a folder its files are looked for.
const DEEP: usize = 3;

fn holds_submissions(folder: &Path, deep: usize) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        sniff::may_be_submission(&name)
            || deep > 0 && path.is_dir() && holds_submissions(&path, deep - 1)
    })
}

/// Folders that hold months as an inbox does; none where there is an inbox.
pub fn inboxes(plan: Option<&Plan>) -> Vec<PathBuf> {
    if Path::new(INBOX).exists() {
        return Vec::new();
    }
    let mut all = mail();
    all.retain(|path| holds_months(path, plan));
    all
}

pub fn holds_months(folder: &Path, plan: Option<&Plan>) -> bool {
    let months = Inbox::at(folder, plan).months();
    months.is_ok_and(|months| !months.is_empty())
}

/// The folders in a folder, by name, without hidden ones.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let read = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let names = fs::read_dir(read).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = names
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| folder.join(entry.file_name()))
        .filter(|path| path.is_dir())
        .collect();
    paths.sort();
    paths
}

/// Whether commands that run in a folder find a plan there.
pub fn has_plan(folder: &Path) -> bool {
    let of_seeds = folders(&folder.join(plan_file::SEEDS));
    let mut places = std::iter::once(folder).chain(of_seeds.iter().map(PathBuf::as_path));
    places.any(|place| !plan_file::plans_in(place).is_empty())
}

/// Makes the folder that has a plan the current one: this one, one above what was dropped, or the program's own. A program
/// that is double-clicked, or has a file dropped on it, is started anywhere.
pub fn settle(dropped: Option<&Path>) {
    if env::var_os("DUBAN_PLAN").is_some() || has_plan(Path::new("")) {
        return;
    }
    let program = env::current_exe().ok();
    let above = dropped
        .into_iter()
        .flat_map(|path| path.ancestors().skip(1));
    let own = program
        .iter()
        .flat_map(|path| path.ancestors().skip(1).take(1));
    if let Some(place) = above.chain(own).find(|place| has_plan(place)) {
        // Where that fails, the command says that there is no plan.
        let _ = env::set_current_dir(place);
    }
}

/// A path as it is shown and given to commands: from the current folder where it lies in it, and never like an option.
pub fn near(path: &Path) -> OsString {
    let here = env::current_dir().unwrap_or_default();
    let inside = path.strip_prefix(&here).ok();
    let near = inside.filter(|inside| !inside.as_os_str().is_empty());
    let near = near.unwrap_or(path);
    let is_option = near.to_string_lossy().starts_with('-');
    if is_option {
        Path::new(".").join(near)
    } else {
        near.to_owned()
    }
    .into()
}
