//! `duban collect`: brings what arrived into a month's inbox folder.
//!
//! A file is known by its content. A new one is written beside its place, flushed, entered in the register and only then
//! given its name, so that a kill at any moment leaves neither half a file nor a file without its day. Nothing that is there
//! is overwritten.

mod names;
mod source;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::intake::arrival::hex;
use crate::intake::layout::Names;
use crate::intake::{FileFault, sniff};
use crate::plan::{Limits, Plan, chinese_date};

use self::source::{Found, Gathered, Left};
use super::args::{CollectArgs, Format};
use super::error::{Error, reason};
use super::register::RegisterFile;
use super::terminal::Terminal;
use super::{clock, inbox, plan_check, run};

/// What became of one file.
struct Outcome {
    source: PathBuf,
    fate: Fate,
}

enum Fate {
    /// Copied under this name. `renamed`: another content had its own name. `fault`: what can be told of it at once.
    New {
        file: String,
        renamed: bool,
        fault: Option<String>,
    },
    /// The file of the inbox that has the same content.
    Known {
        file: String,
    },
    Left {
        why: String,
        harmless: bool,
    },
}

pub fn run(args: &CollectArgs, terminal: &Terminal) -> Result<u8, Error> {
    let plan = if args.plan.exists() {
        Some(plan_check::load(&args.plan)?.0)
    } else {
        None
    };
    if let Some(plan) = &plan {
        run::in_plan(plan, args.period)?;
    }
    // A register that cannot be read must not grow.
    inbox::register(&args.inbox, args.period)?;
    let received = args.received.unwrap_or_else(clock::today);
    let mut gathered = Gathered::default();
    let names = plan.as_ref().map(Names::new);
    let keeps = |folder: &str| {
        names
            .as_ref()
            .is_some_and(|n| n.department_in(folder).is_some())
    };
    for source in &args.sources {
        source::gather(source, &args.inbox, &keeps, &mut gathered)?;
    }
    let folder = args.inbox.join(args.period.to_string());
    let outcomes = collect(&folder, gathered, received, plan.as_ref(), terminal)?;
    match args.format {
        Format::Json => json(&outcomes, received)?,
        Format::Text => text(args, &outcomes, received, terminal),
    }
    let wrong = |o: &Outcome| {
        matches!(
            &o.fate,
            Fate::Left {
                harmless: false,
                ..
            } | Fate::New { fault: Some(_), .. }
        )
    };
    Ok(if outcomes.iter().any(wrong) {
        super::FINDINGS
    } else {
        super::CLEAN
    })
}

fn collect(
    folder: &Path,
    gathered: Gathered,
    received: Date,
    plan: Option<&Plan>,
    terminal: &Terminal,
) -> Result<Vec<Outcome>, Error> {
    let limits = plan.map(|p| p.limits).unwrap_or_default();
    let Gathered { found, left } = gathered;
    let mut outcomes = Vec::new();
    if !found.is_empty() {
        fs::create_dir_all(folder).map_err(|e| Error::io("无法建立文件夹", folder, e))?;
        let mut known = hashes(folder, terminal)?;
        let mut register = RegisterFile::open(folder)?;
        let bar = terminal.progress(found.len(), "收取");
        for file in found {
            let fate = take(folder, &file, received, &limits, &mut known, &mut register)?;
            outcomes.push(Outcome {
                source: file.source,
                fate,
            });
            bar.inc(1);
        }
        bar.finish_and_clear();
    }
    outcomes.extend(left.into_iter().map(
        |Left {
             source,
             why,
             harmless,
         }| Outcome {
            source,
            fate: Fate::Left { why, harmless },
        },
    ));
    Ok(outcomes)
}

/// Content → name of every file that is there.
fn hashes(folder: &Path, terminal: &Terminal) -> Result<BTreeMap<String, String>, Error> {
    let mut known = BTreeMap::new();
    let files = inbox::files(folder)?;
    let bar = terminal.progress(files.len(), "核对已有文件");
    for (relative, path) in files {
        bar.inc(1);
        // One that cannot be read is told by the month's run; nothing is like it here.
        if let Ok(hash) = File::open(&path).and_then(|file| pass(file, &mut io::sink())) {
            known.entry(hash).or_insert(relative);
        }
    }
    bar.finish_and_clear();
    Ok(known)
}

/// Copies everything and gives the content's hash.
fn pass(mut from: File, to: &mut dyn Write) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => {
                hash.update(&buffer[..n]);
                to.write_all(&buffer[..n])?;
            }
        }
    }
}

/// One file. What is wrong with it is its own fate; what is wrong with the inbox ends the command.
fn take(
    folder: &Path,
    found: &Found,
    received: Date,
    limits: &Limits,
    known: &mut BTreeMap<String, String>,
    register: &mut RegisterFile,
) -> Result<Fate, Error> {
    let unreadable = |e: &io::Error| {
        Ok(Fate::Left {
            why: format!("无法读取（{}）", reason(e)),
            harmless: false,
        })
    };
    let hash = match File::open(&found.source).and_then(|file| pass(file, &mut io::sink())) {
        Ok(hash) => hash,
        Err(e) => return unreadable(&e),
    };
    if let Some(file) = known.get(&hash) {
        return Ok(Fate::Known { file: file.clone() });
    }
    let source = match File::open(&found.source) {
        Ok(file) => file,
        Err(e) => return unreadable(&e),
    };
    let waiting = folder.join(format!(".collect-{}.tmp", std::process::id()));
    let copied = File::create(&waiting)
        .and_then(|mut to| {
            let hash = pass(source, &mut to)?;
            to.sync_all()?;
            Ok(hash)
        })
        .map_err(|e| {
            let _ = fs::remove_file(&waiting);
            Error::io("复制到收件箱时出错", &found.source, e)
        })?;
    if copied != hash {
        let _ = fs::remove_file(&waiting);
        return Ok(Fate::Left {
            why: "复制时内容还在变化，请等它写完后重新收取".to_owned(),
            harmless: false,
        });
    }
    let published = publish(folder, &found.target, &waiting, received, register);
    let _ = fs::remove_file(&waiting);
    let file = published?;
    let fault = fault(&folder.join(&file), &file, limits);
    let renamed = file != found.target;
    known.insert(hash, file.clone());
    Ok(Fate::New {
        file,
        renamed,
        fault,
    })
}

/// Gives a written file its name: its own, or with a number where another content has it.
fn publish(
    folder: &Path,
    target: &str,
    waiting: &Path,
    received: Date,
    register: &mut RegisterFile,
) -> Result<String, Error> {
    let (parent, name) = target
        .rsplit_once('/')
        .map_or(("", target), |(p, n)| (p, n));
    let place = folder.join(parent);
    fs::create_dir_all(&place).map_err(|e| Error::io("无法建立文件夹", &place, e))?;
    let mut tried = 0;
    let mut file = target.to_owned();
    loop {
        let path = folder.join(&file);
        // A dangling link holds its name too.
        if fs::symlink_metadata(&path).is_err() {
            register.add(&file, received)?;
            match give_name(waiting, &path) {
                Ok(()) => return Ok(file),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(Error::io("无法写入收件箱", &path, e)),
            }
        }
        let numbered = names::numbered(name, tried);
        file = if parent.is_empty() {
            numbered
        } else {
            format!("{parent}/{numbered}")
        };
        tried += 1;
    }
}

/// A second name for the written file; fails where the name is taken. Where a file system has no second names (USB sticks),
/// the file is renamed: its name was free a moment ago.
fn give_name(waiting: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(waiting, path) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(e),
        Err(_) if fs::symlink_metadata(path).is_err() => fs::rename(waiting, path),
        Err(e) => Err(e),
    }
}

/// What keeps a file from being opened, told before the month's run does.
fn fault(path: &Path, name: &str, limits: &Limits) -> Option<String> {
    let size = fs::metadata(path).ok()?.len();
    if size > limits.file_bytes {
        return Some(format!("超过{} MiB，不能读取", limits.file_bytes >> 20));
    }
    let bytes = fs::read(path).ok()?;
    match sniff::sniff(name, &bytes).fault(name)? {
        FileFault::Unreadable { what } => Some(what),
        FileFault::Encrypted => Some("加了密码".to_owned()),
        FileFault::OverLimit { limit } => Some(limit),
        FileFault::Unsupported { .. } | FileFault::Secret { .. } => None,
    }
}

fn text(args: &CollectArgs, outcomes: &[Outcome], received: Date, terminal: &Terminal) {
    let folder = args.inbox.join(args.period.to_string());
    terminal.line(&format!(
        "收取到“{}”，收到日期记为{}。",
        folder.display(),
        chinese_date(received)
    ));
    let list = |head: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            terminal.line(&format!("{head} {} 个：", lines.len()));
            for line in lines {
                terminal.line(&format!("  {line}"));
            }
        }
    };
    let pick =
        |f: &dyn Fn(&Outcome) -> Option<String>| outcomes.iter().filter_map(f).collect::<Vec<_>>();
    let shown = |path: &Path| crate::intake::text::one_line(&path.display().to_string(), 200);
    list(
        "新收",
        pick(&|o| match &o.fate {
            Fate::New {
                file,
                renamed,
                fault,
            } => {
                let from = if *renamed {
                    format!(
                        "（原名“{}”已有另一份内容，改用此名）",
                        shown(Path::new(o.source.file_name()?))
                    )
                } else {
                    String::new()
                };
                let fault = fault
                    .as_ref()
                    .map(|f| format!("——打不开：{f}，请联系该单位重报"))
                    .unwrap_or_default();
                Some(format!("{file}{from}{fault}"))
            }
            _ => None,
        }),
    );
    list(
        "已有，未再收",
        pick(&|o| match &o.fate {
            Fate::Known { file } => Some(format!("{}（与“{file}”内容相同）", shown(&o.source))),
            _ => None,
        }),
    );
    list(
        "未收",
        pick(&|o| match &o.fate {
            Fate::Left { why, .. } => Some(format!("{}：{why}", shown(&o.source))),
            _ => None,
        }),
    );
    if outcomes.is_empty() {
        terminal.line("来源中没有可收取的文件。");
    } else {
        terminal.line(&format!(
            "下一步：duban run --period {0}；查看报送情况：duban status --period {0}",
            args.period
        ));
    }
}

fn json(outcomes: &[Outcome], received: Date) -> Result<(), Error> {
    let list: Vec<serde_json::Value> = outcomes
        .iter()
        .map(|o| {
            let (outcome, file, fault, why) = match &o.fate {
                Fate::New { file, fault, .. } => ("new", Some(file), fault.as_ref(), None),
                Fate::Known { file } => ("known", Some(file), None, None),
                Fate::Left { why, harmless: false } => ("unreadable", None, None, Some(why)),
                Fate::Left { why, harmless: true } => ("skipped", None, None, Some(why)),
            };
            serde_json::json!({
                "source": o.source.to_string_lossy(), "outcome": outcome, "file": file, "fault": fault, "reason": why,
                "received": (outcome == "new").then(|| received.to_string()),
            })
        })
        .collect();
    Terminal::json(&list)
}
