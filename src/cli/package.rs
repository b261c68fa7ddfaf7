//! Every file of `out/<period>/`, from a month's facts.

use crate::combine::{self, Facts};
use crate::intake::arrival::sha256;
use crate::plan::Plan;
use crate::report::manifest::{self, Manifest};
use crate::report::{findings_json, records_csv, summary};

use super::args::BriefingArgs;
use super::error::Error;
use super::output::{MANIFEST, Package};

/// What a month's package is made of.
pub struct Report<'a> {
    pub plan: &'a Plan,
    pub plan_text: &'a str,
    pub facts: &'a Facts,
    /// The office's own template.
    pub template: Option<&'a [u8]>,
    pub briefing: &'a BriefingArgs,
    pub inputs: &'a [manifest::Input],
    pub sealed: &'a [manifest::Sealed],
}

/// Makes the package.
pub fn package(report: &Report) -> Result<Package, Error> {
    let Report { plan, facts, briefing, .. } = report;
    let broken = |e: &dyn std::fmt::Display| Error::said(format!("生成报告时出错：{e}"));
    let month = facts.period.chinese();
    let draft = if facts.draft { "（征求意见稿）" } else { "" };
    let short = file_name(&plan.short_title);
    let mut package = Package::new();
    package.insert(format!("{short}汇总表（{month}）{draft}.xlsx"), summary::workbook(facts, plan).map_err(|e| broken(&e))?);
    package.insert("findings.json".to_owned(), findings_json::write(facts, plan).map_err(|e| broken(&e))?);
    package.insert("records.csv".to_owned(), records_csv::write(facts, plan).map_err(|e| broken(&e))?);
    package.insert("facts.json".to_owned(), json(&combine::facts_json(facts, plan)).map_err(|e| broken(&e))?);
    let manifest = Manifest {
        tool: "duban".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        period: facts.period.to_string(),
        options: manifest::Options {
            draft: facts.draft,
            as_of: facts.as_of.map(|d| d.to_string()),
            date: facts.date.to_string(),
            template_sha256: report.template.map(sha256),
            issue_number: briefing.issue_number.clone(),
            document_number: briefing.document_number.clone(),
            signer: briefing.signer.clone(),
            to: briefing.to.clone(),
            send: briefing.send.clone(),
            distribute: briefing.distribute.clone(),
            copies: briefing.copies,
        },
        plan: manifest::PlanHash { id: plan.id.clone(), revision: plan.revision, sha256: sha256(report.plan_text.as_bytes()) },
        inputs: report.inputs.to_vec(),
        sealed: report.sealed.to_vec(),
        outputs: package
            .iter()
            .map(|(path, bytes)| manifest::Output { path: path.clone(), bytes: bytes.len() as u64, sha256: sha256(bytes) })
            .collect(),
    };
    package.insert(MANIFEST.to_owned(), manifest.write().map_err(|e| broken(&e))?);
    Ok(package)
}

/// A sealed package's own words for the briefing.
pub fn briefing(options: &manifest::Options) -> BriefingArgs {
    BriefingArgs {
        issue_number: options.issue_number.clone(),
        document_number: options.document_number.clone(),
        signer: options.signer.clone(),
        to: options.to.clone(),
        send: options.send.clone(),
        distribute: options.distribute.clone(),
        copies: options.copies,
    }
}

fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A title as part of a file name on every system.
pub fn file_name(title: &str) -> String {
    title.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { '_' } else { c }).collect()
}
