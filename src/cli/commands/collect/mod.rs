//! `duban collect`: brings what arrived into a month's inbox folder.
//!
//! A file is known by its content. A new one is written beside its place, flushed, entered in the register and only then
//! given its name, so that a kill at any moment leaves neither half a file nor a file without its day. Nothing that is there
//! is overwritten.

mod names;
mod print;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::Joined;
use crate::check::Register;
use crate::cli::{
    args::{CollectArgs, MonthArg},
    clock,
    disk::{NO_FILE, copy_hashed, open_regular},
    error::{Doing, Error, Result, reason},
    exit,
    inbox::{self, Inbox, MonthFolder, RegisterFile},
    lock,
    next::quoted,
    output,
    periods::{required, without_month},
    signals,
    terminal::Terminal,
};
use crate::intake::layout::Names;
use crate::intake::{FileFault, sniff};
use crate::plan::{Limits, Period};

use source::{Incoming, NotTaken, Sources};

/// Begins the name of a file that is being copied into the inbox.
const WAITING: &str = ".collect-";

/// One file of the sources and what became of it.
struct Outcome {
    source: PathBuf,
    fate: Collected,
}

enum Collected {
    /// Copied under this name. `renamed`: another content had its own name. `fault`: what can be said against it at once.
    New {
        file: String,
        renamed: bool,
        fault: Option<String>,
    },
    /// The file of the inbox that has the same content. `recorded`: the day in the register, where another one is given now;
    /// `corrected`: that is entered.
    Known {
        file: String,
        recorded: Option<Date>,
        corrected: bool,
    },
    /// Not copied. `harmless`: on purpose, nothing is wrong.
    Left { why: String, harmless: bool },
}

impl Collected {
    fn unreadable(why: impl Into<String>) -> Self {
        Self::Left {
            why: why.into(),
            harmless: false,
        }
    }
}

pub fn run(args: &CollectArgs, terminal: &Terminal) -> Result<u8> {
    // Without a plan everything but a department's folder is collected just as well.
    let plan = match args.plan.path() {
        Ok(path) if args.plan.given.is_some() || path.exists() => {
            Some(args.plan.load_from(&path)?.0)
        }
        Ok(_) | Err(_) => None,
    };
    let given = args
        .period
        .map(|p| MonthArg::from(p).one())
        .transpose()?
        .flatten();
    let (given_sources, month) = without_month(&args.sources, given)?;
    let month = required(month, &format!("collect {}", words(&given_sources)))?;
    let period = match (&plan, month.full()) {
        (Some(plan), _) => month.of_plan(plan)?,
        (None, Some(period)) => period,
        (None, None) => {
            return Err(said!("没有任务计划，看不出{month}是哪一年，请写明年份"));
        }
    };
    let inbox = &Inbox::at(&args.inbox, plan.as_ref());
    // A register that cannot be read must not grow.
    let recorded = inbox::register(inbox, period)?;
    let received = match args.received {
        Some(day) => day,
        None => today(plan.as_ref().map_or(period.first_day(), |p| p.start))?,
    };
    let names = plan.as_ref().map(Names::new);
    let keeps = |folder: &str| {
        let names = names.as_ref();
        names.is_some_and(|n| n.department_in(folder).is_some())
    };
    let mut sources = Sources::default();
    for source in &given_sources {
        source::gather(source, &args.inbox, &keeps, &mut sources)?;
    }
    let limits = plan.as_ref().map(|p| p.limits).unwrap_or_default();
    let folder = inbox.folder(period)?;
    let outcomes = collect(
        inbox,
        period,
        sources,
        Received {
            day: received,
            is_given: args.received.is_some(),
            corrects: args.correct,
            recorded,
        },
        &limits,
        terminal,
    )?;
    if args.output.is_json() {
        print::json(&outcomes, received)?;
    } else {
        print::text(&folder, period, &outcomes, received, terminal);
    }
    let wrong = |o: &Outcome| match &o.fate {
        Collected::New { fault, .. } => fault.is_some(),
        Collected::Known { .. } => false,
        Collected::Left { harmless, .. } => !harmless,
    };
    Ok(exit::found(outcomes.iter().any(wrong)))
}

/// The sources as they are typed.
fn words(sources: &[PathBuf]) -> String {
    sources
        .iter()
        .map(|path| quoted(&path.to_string_lossy()))
        .joined(" ")
}

/// The day that is entered in the register. A wrong one would make departments late.
fn today(start: Date) -> Result<Date> {
    let today = clock::now().date();
    match clock::doubt(today, start) {
        None => Ok(today),
        Some(doubt) => Err(said!("{doubt}，或用 --received 指明收到日期。这次没有收取")),
    }
}

fn collect(
    inbox: &Inbox,
    period: Period,
    sources: Sources,
    received: Received,
    limits: &Limits,
    terminal: &Terminal,
) -> Result<Vec<Outcome>> {
    let Sources { incoming, left } = sources;
    let mut outcomes = Vec::new();
    if !incoming.is_empty() {
        let folder = inbox.folder(period)?;
        fs::create_dir_all(&folder).doing("无法建立文件夹", &folder)?;
        let _lock = lock::take(inbox.root(), "无法建立收件箱")?;
        remove_leftovers(&folder)?;
        let files = MonthFolder::list(inbox, period)?.files;
        let mut month = Collecting {
            taken: files.iter().map(|(name, _)| taken(name)).collect(),
            known: hashes(files, terminal),
            register: RegisterFile::open(&folder)?,
            dated: BTreeSet::new(),
            folder: &folder,
            received,
            limits,
        };
        let bar = terminal.progress(incoming.len(), "收取");
        for file in incoming {
            signals::check()?;
            let fate = month.take(&file)?;
            let source = file.source;
            outcomes.push(Outcome { source, fate });
            bar.inc(1);
        }
        bar.finish_and_clear();
    }
    let outcome = |left| {
        let NotTaken {
            source,
            why,
            harmless,
        } = left;
        let fate = Collected::Left { why, harmless };
        Outcome { source, fate }
    };
    outcomes.extend(left.into_iter().map(outcome));
    Ok(outcomes)
}

/// Removes what a killed `collect` left half copied, or with the submission's own name beside it.
fn remove_leftovers(folder: &Path) -> Result {
    for entry in fs::read_dir(folder).doing("无法读取文件夹", folder)? {
        let entry = entry.doing("无法读取文件夹", folder)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(WAITING) && name.ends_with(".tmp") {
            let path = entry.path();
            fs::remove_file(&path).doing("无法清理收件箱中的临时文件", &path)?;
        }
    }
    Ok(())
}

/// A name as Windows compares it: what is collected there and elsewhere gets the same names.
fn taken(name: &str) -> String {
    name.to_lowercase()
}

/// Content → name of every file that is there.
fn hashes(files: Vec<(String, PathBuf)>, terminal: &Terminal) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    let bar = terminal.progress(files.len(), "核对已有文件");
    for (name, path) in files {
        bar.inc(1);
        // The month's run reports one that cannot be read; nothing equals it here.
        if let Ok(hash) = output::hash(&path) {
            known.entry(hash).or_insert(name);
        }
    }
    bar.finish_and_clear();
    known
}

/// When the files came.
struct Received {
    day: Date,
    /// As the operator says; else it is today, of which nothing known is told.
    is_given: bool,
    /// Of known files, too.
    corrects: bool,
    /// As the register says.
    recorded: Register,
}

/// A month's folder while files are brought into it.
struct Collecting<'a> {
    folder: &'a Path,
    received: Received,
    limits: &'a Limits,
    /// Content → name of what is there.
    known: BTreeMap<String, String>,
    /// Their names as [`taken`] compares them.
    taken: BTreeSet<String>,
    register: RegisterFile,
    /// Files that have this command's day.
    dated: BTreeSet<String>,
}

impl Collecting<'_> {
    /// Takes one file. What is wrong with it is its own fate; what is wrong with the inbox ends the command.
    fn take(&mut self, incoming: &Incoming) -> Result<Collected> {
        let unreadable = |e| Ok(Collected::unreadable(format!("无法读取（{}）", reason(&e))));
        let hash = match output::hash(&incoming.source) {
            Ok(hash) => hash,
            Err(e) => return unreadable(e),
        };
        if let Some(file) = self.known.get(&hash) {
            let file = file.clone();
            let received = &self.received;
            let recorded = received.recorded.received(&file);
            let is_other = received.is_given && recorded != Some(received.day);
            // Once for each file, whatever its copies; what is new in this command has its day.
            let corrected = received.corrects && is_other && self.dated.insert(file.clone());
            if corrected {
                self.register.correct(&file, received.day)?;
            }
            return Ok(Collected::Known {
                file,
                recorded: recorded.filter(|_| is_other),
                corrected,
            });
        }
        let mut source = match open_regular(&incoming.source) {
            Ok(Some((file, _))) => file,
            Ok(None) => return Ok(Collected::unreadable(NO_FILE)),
            Err(e) => return unreadable(e),
        };
        let waiting = self
            .folder
            .join(format!("{WAITING}{}.tmp", std::process::id()));
        // A new file, never one that is there: what bears the name may be linked to a submission.
        let copied = File::create_new(&waiting).and_then(|mut to| {
            let hash = copy_hashed(&mut source, &mut to)?;
            to.sync_all()?;
            Ok(hash)
        });
        let published = match copied {
            Ok(copied) if copied == hash => self.publish(&incoming.target, &waiting).map(Some),
            Ok(_) => Ok(None),
            Err(e) => Err(Error::io("复制到收件箱时出错", &incoming.source, e)),
        };
        let _ = fs::remove_file(&waiting);
        let Some(file) = published? else {
            let why = "复制时内容还在变化，请等它写完后重新收取";
            return Ok(Collected::unreadable(why));
        };
        self.known.insert(hash, file.clone());
        self.taken.insert(taken(&file));
        self.dated.insert(file.clone());
        Ok(Collected::New {
            fault: fault(&self.folder.join(&file), &file, self.limits),
            renamed: file != incoming.target,
            file,
        })
    }

    /// Gives a written file its name: its own, or with a number where another content has it.
    fn publish(&mut self, target: &str, waiting: &Path) -> Result<String> {
        let at = target.rfind('/').map_or(0, |slash| slash + 1);
        let (parent, name) = target.split_at(at);
        let place = self.folder.join(parent);
        fs::create_dir_all(&place).doing("无法建立文件夹", &place)?;
        let mut tried = 0;
        let mut file = target.to_owned();
        loop {
            let path = self.folder.join(&file);
            // A dangling link holds its name too.
            if !self.taken.contains(&taken(&file)) && fs::symlink_metadata(&path).is_err() {
                self.register.add(&file, self.received.day)?;
                match give_name(waiting, &path) {
                    Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                    given => return given.doing("无法写入收件箱", &path).map(|()| file),
                }
            }
            file = format!("{parent}{}", names::numbered(name, tried));
            tried += 1;
        }
    }
}

/// A second name for the written file; fails where the name is taken. Where a file system has no second names (USB sticks),
/// the file is renamed: its name was free a moment ago.
fn give_name(waiting: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(waiting, path) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => {
            if fs::symlink_metadata(path).is_ok() {
                return Err(e);
            }
            fs::rename(waiting, path)
        }
        linked => linked,
    }
}

/// What keeps a file from being opened, said before the month's run does.
fn fault(path: &Path, name: &str, limits: &Limits) -> Option<String> {
    if fs::metadata(path).ok()?.len() > limits.file_bytes {
        let mib = limits.file_bytes >> 20;
        return Some(format!("超过{mib} MiB，不能读取"));
    }
    let bytes = fs::read(path).ok()?;
    match sniff::sniff(name, &bytes).fault(name)? {
        FileFault::Unreadable { what } => Some(what),
        FileFault::Encrypted => Some("加了密码".to_owned()),
        FileFault::OverLimit { limit } => Some(limit),
        FileFault::Unsupported { .. } | FileFault::Secret { .. } => None,
    }
}
