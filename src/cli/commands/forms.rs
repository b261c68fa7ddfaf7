//! `duban forms`: every department's workbook of a month, into `out/forms/<period>/`.

use std::fmt::Display;

use rayon::prelude::*;

use super::prelude::*;
use crate::check::{last_accepted, rules};
use crate::cli::args::FormsArgs;
use crate::cli::lock;
use crate::cli::months::Months;
use crate::cli::output::{self, PackageFiles};
use crate::report::ReportError;
use crate::report::check_page;
use crate::report::file_name;
use crate::report::forms::{self, Carried, PreviousValue};
use crate::report::manifest::{self, Manifest};

/// Below the output folder, beside the months' reports.
const FOLDER: &str = "forms";

pub fn run(args: &FormsArgs, terminal: &Terminal) -> Result<u8> {
    let places = &args.places;
    let month = args.month.required("forms")?;
    let (plan, plan_bytes) = places.plan.load()?;
    let period = month.of_plan(&plan)?;
    let all = 0..plan.departments.len();
    let departments: Vec<_> = all.filter(|&d| !plan.tasks_of(d).is_empty()).collect();
    let archive = Archive::at(&places.archive);
    let mut months = Months::new(&plan, &places.inbox, &archive);
    // The first forms go out before anything came in.
    if places.inbox.exists() || !archive.periods()?.is_empty() {
        months.catch_up(period, terminal)?;
    }
    let warnings = rules::RULES
        .iter()
        .filter(|r| r.severity == Severity::Warning);
    let codes: Vec<&'static str> = warnings.map(|r| r.code).collect();
    let previous = |slot| {
        let (_, judged) = months.history.last(slot, period)?;
        Some(PreviousValue::from(judged))
    };
    let accepted = |slot| {
        let (month, judged) = months.history.last(slot, period)?;
        last_accepted(month, judged)
    };
    let elements: Vec<_> = months.history.elements().cloned().collect();
    let bar = terminal.progress(departments.len(), "生成报送表");
    let make = |&department: &usize| {
        let carried = Carried {
            previous: &previous,
            accepted: &accepted,
            elements: &elements,
            codes: &codes,
        };
        let bytes = forms::form(&plan, period, department, &carried)?;
        bar.inc(1);
        let name = file_name(&forms::file_name(&plan, period, department));
        Ok((name, bytes))
    };
    let made: Result<Vec<_>, ReportError> = departments.par_iter().map(make).collect();
    bar.finish_and_clear();
    let broken = |e: &dyn Display| said!("生成报送表时出错：{e}");
    let mut package: PackageFiles = made.map_err(|e| broken(&e))?.into_iter().collect();
    let names: Vec<String> = package.keys().cloned().collect();
    let of_departments = plan_file::for_departments(&plan, plan_bytes.clone());
    package.insert(
        check_page::NAME.to_owned(),
        check_page::write(&plan, &of_departments),
    );
    let out = places.out.join(FOLDER);
    let place = out.join(period.to_string());
    let manifest = Manifest {
        sealed: months.sealed.clone(),
        ..Manifest::new(
            period,
            manifest::Options::default(),
            manifest::PlanHash::new(&plan, &plan_bytes),
            months.inputs.clone(),
            manifest::outputs(&package),
        )
    };
    let bytes = manifest.write().map_err(|e| broken(&e))?;
    package.insert(output::MANIFEST.to_owned(), bytes);
    let _lock = lock::take_out(places)?;
    let edited = output::replace(&out, &period.to_string(), &package)?;
    let from = match months.history.months().next_back() {
        Some(month) => format!("已填入截至{}的采信数", month.period().chinese()),
        None => "以前没有采信数，表内不带上月数".to_owned(),
    };
    say!(
        terminal,
        "{}报送表 {} 份，{from}，请各单位于{}前报送。",
        period.chinese(),
        names.len(),
        chinese_date(plan.due_date(period))
    );
    for name in &names {
        say!(terminal, "  {name}");
    }
    for name in edited {
        say!(terminal, "上次生成的表被改过，已保留为“{name}”。");
    }
    say!(
        terminal,
        "另有{}：各单位双击打开，可在报送前自己检查。",
        check_page::NAME
    );
    say!(terminal, "已写入{}", place.display());
    Ok(CLEAN)
}
