//! `duban forms`: every department's workbook of a month, into `out/forms/<period>/`.

use std::fs;
use std::path::Path;

use rayon::prelude::*;

use crate::check::{Severity, rules};
use crate::plan::{DeptIx, chinese_date};
use crate::report::forms::{self, Carried, PreviousValue};
use crate::report::manifest::{self, Manifest};

use super::args::FormsArgs;
use super::error::Error;
use super::months::Months;
use super::output::{self, Package};
use super::terminal::Terminal;
use super::{plan_check, run};

/// Below the output folder, beside the months' reports.
const FOLDER: &str = "forms";

pub fn run(args: &FormsArgs, terminal: &Terminal) -> Result<u8, Error> {
    let places = &args.places;
    let (plan, plan_text) = plan_check::load(&places.plan)?;
    let period = run::in_plan(&plan, args.period)?;
    let departments: Vec<DeptIx> = (0..plan.departments.len()).filter(|&d| !plan.tasks_of(d).is_empty()).collect();
    let mut months = Months::new(&plan, &places.inbox);
    let mut inputs = Vec::new();
    // The first forms go out before anything came in.
    if places.inbox.exists() {
        for (earlier, arrivals) in months.catch_up(period, terminal)? {
            inputs.extend(manifest::inputs(earlier, &arrivals));
        }
    }
    let codes: Vec<&'static str> = rules::RULES.iter().filter(|r| r.severity == Severity::Warning).map(|r| r.code).collect();
    let previous = |slot| months.history.last(slot, period).map(|(_, judged)| PreviousValue::from(judged));
    let elements = &months.elements;
    let bar = terminal.progress(departments.len(), "生成报送表");
    let made: Result<Vec<(String, Vec<u8>)>, _> = departments
        .par_iter()
        .map(|&department| {
            let carried = Carried { previous: &previous, elements, codes: &codes };
            let bytes = forms::form(&plan, period, department, &carried)?;
            bar.inc(1);
            Ok((crate::report::file_name(&forms::file_name(&plan, period, department)), bytes))
        })
        .collect();
    bar.finish_and_clear();
    let made = made.map_err(|e: crate::report::ReportError| Error::said(format!("生成报送表时出错：{e}")))?;
    let mut package: Package = made.into_iter().collect();
    let names: Vec<String> = package.keys().cloned().collect();
    let out = places.out.join(FOLDER);
    let place = out.join(period.to_string());
    let manifest = Manifest::new(period, manifest::Options::default(), manifest::PlanHash::new(&plan, &plan_text), inputs, &package);
    package.insert(output::MANIFEST.to_owned(), manifest.write().map_err(|e| Error::said(format!("生成报送表时出错：{e}")))?);
    let kept = keep_others(&place, &mut package)?;
    let edited = output::replace(&out, &period.to_string(), &package)?;
    let from = match months.history.months().next_back() {
        Some(month) => format!("已填入截至{}的采信数", month.period().chinese()),
        None => "以前没有采信数，表内不带上月数".to_owned(),
    };
    terminal.line(&format!("{}报送表 {} 份，{from}，请各单位于{}前报送。", period.chinese(), names.len(), chinese_date(plan.due_date(period))));
    for name in &names {
        terminal.line(&format!("  {name}"));
    }
    for name in edited {
        terminal.line(&format!("上次生成的表被改过，已保留为“{name}”。"));
    }
    if kept > 0 {
        terminal.line(&format!("文件夹中另有 {kept} 个其他文件，原样保留。"));
    }
    terminal.line(&format!("已写入{}", place.display()));
    Ok(super::CLEAN)
}

/// The folder is replaced as a whole; what others put there goes along.
fn keep_others(place: &Path, package: &mut Package) -> Result<usize, Error> {
    let mut kept = 0;
    let Ok(entries) = fs::read_dir(place) else { return Ok(0) };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if package.contains_key(&name) || name.contains("（手改）.") || !entry.path().is_file() {
            continue;
        }
        let bytes = fs::read(entry.path()).map_err(|e| Error::io("无法读取", &entry.path(), e))?;
        package.insert(name, bytes);
        kept += 1;
    }
    Ok(kept)
}
