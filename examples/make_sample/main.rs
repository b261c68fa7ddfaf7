//! Makes the sample inbox: what the eight departments of the 2024 plan might have sent, with natural mistakes.
//!
//! `cargo run --release --example make_sample [-- --months 12 --out DIR --plan FILE]`
//! Everything in it is invented (示例数据). Without arguments it rewrites `inbox/2024-01` to `2024-06` and
//! `docs/sample-data.md`. The .xls and .ods files are converted by LibreOffice, whose bytes differ from run to run:
//! they are made again only when their source changed, and kept as they are where `soffice` is missing.

#![allow(
    clippy::disallowed_methods,
    reason = "the samples are made on one system"
)]

mod build;
mod doc;
mod fill;
mod mistakes;
mod mistakes_spring;
mod office;
mod own;
mod patch;
mod path;
mod story;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use duban::plan::{Period, Plan};

use build::{Month, Past};
use office::Converter;

type AnyError = Box<dyn std::error::Error>;

struct Options {
    months: i8,
    out: PathBuf,
    plan: PathBuf,
}

fn options() -> Result<Options, AnyError> {
    let mut options = Options {
        months: 6,
        out: PathBuf::from("inbox"),
        plan: PathBuf::from("seeds/2024/plan.toml"),
    };
    let mut args = std::env::args().skip(1);
    while let Some(flag) = args.next() {
        let value = args.next().ok_or_else(|| format!("{flag} wants a value"))?;
        match flag.as_str() {
            "--months" => {
                options.months = value
                    .parse()
                    .ok()
                    .filter(|m| (1..=12).contains(m))
                    .ok_or("--months wants 1 to 12")?;
            }
            "--out" => options.out = value.into(),
            "--plan" => options.plan = value.into(),
            _ => return Err(format!("unknown option {flag}").into()),
        }
    }
    Ok(options)
}

fn main() -> Result<(), AnyError> {
    let options = options()?;
    let plan = load(&options.plan)?;
    let is_committed = options.months == 6 && options.out == Path::new("inbox");
    let converter =
        Converter::new(is_committed.then(|| PathBuf::from("examples/make_sample/converted.txt")))?;
    let mut past = Past::default();
    let mut planted = Vec::new();
    for number in 1..=options.months {
        let period = Period::new(2024, number).ok_or("no such month")?;
        let mut month = Month::new(&plan, period, &past);
        mistakes::plant(&mut month, &past)?;
        write(
            &plan,
            &month,
            &options.out.join(period.to_string()),
            &converter,
        )?;
        past.add(&plan, &month);
        planted.extend(month.notes);
    }
    converter.finish()?;
    if is_committed {
        fs::write("docs/sample-data.md", doc::markdown(&planted))?;
    }
    println!(
        "{} months, {} planted findings",
        options.months,
        planted.len()
    );
    Ok(())
}

fn load(path: &Path) -> Result<Plan, AnyError> {
    let text = fs::read_to_string(path)?;
    duban::check::load_plan(&path.display().to_string(), &text)
        .map_err(|errors| format!("{errors:?}").into())
}

/// Writes a month's folder; files of an earlier run that are no longer part of it go.
fn write(plan: &Plan, month: &Month, folder: &Path, converter: &Converter) -> Result<(), AnyError> {
    fs::create_dir_all(folder)?;
    let mut names = BTreeSet::from(["received.csv".to_owned()]);
    let mut register = vec![];
    for sent in &month.sent {
        let bytes = sent.bytes(plan)?;
        let target = folder.join(&sent.file);
        match target.extension().and_then(|e| e.to_str()) {
            Some(ext @ ("xls" | "ods")) => converter.convert(&bytes, ext, &target)?,
            _ => fs::write(&target, bytes)?,
        }
        names.insert(sent.file.clone());
        register.push((sent.file.clone(), sent.received));
    }
    for extra in &month.extra {
        fs::write(folder.join(&extra.file), &extra.bytes)?;
        names.insert(extra.file.clone());
        register.push((extra.file.clone(), extra.received));
    }
    register.sort();
    let lines: Vec<String> = register
        .iter()
        .map(|(file, date)| format!("{file},{date}\n"))
        .collect();
    fs::write(
        folder.join("received.csv"),
        format!("file,received\n{}", lines.concat()),
    )?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() && !names.contains(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
