//! What is said of a checked file, and in which order its findings stand.

use crate::check::{Finding, Severity, Status};

use super::{Compared, OwnCheck};

/// Where a finding stands; what is about the whole comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: String,
    /// The sheet's place in its workbook, from 1; 0: the whole file.
    pub at: usize,
    pub sheet: String,
    pub row: Option<u32>,
}

/// Groups of one row each, by sheet and row; in a group errors come first. The findings are numbers into those of the check.
pub fn groups(own: &OwnCheck) -> Vec<(Place, Vec<usize>)> {
    let of = |ix: usize| &own.checked.findings[ix];
    let sheet_at = |finding: &Finding| {
        let Some(sheet) = &finding.sheet else {
            return 0;
        };
        let arrival = own
            .arrivals
            .iter()
            .find(|a| Some(&a.path) == finding.file.as_ref());
        let names = arrival.and_then(|a| a.content.as_deref().ok());
        names
            .and_then(|s| s.sheet_names.iter().position(|n| n == sheet))
            .map_or(usize::MAX, |ix| ix + 1)
    };
    let mut all: Vec<(Place, usize)> = (0..own.checked.findings.len())
        .map(|ix| {
            let finding = of(ix);
            let place = Place {
                file: finding.file.clone().unwrap_or_default(),
                at: sheet_at(finding),
                sheet: finding.sheet.clone().unwrap_or_default(),
                row: finding.cell.map(|c| c.row),
            };
            (place, ix)
        })
        .collect();
    all.sort_by(|(a, x), (b, y)| {
        let key = |place: &Place, ix: usize| (place.row, weight(of(ix)), of(ix).cell, ix);
        (&a.file, a.at, &a.sheet, key(a, *x)).cmp(&(&b.file, b.at, &b.sheet, key(b, *y)))
    });
    all.chunk_by(|(a, _), (b, _)| a == b)
        .map(|group| {
            (
                group[0].0.clone(),
                group.iter().map(|(_, ix)| *ix).collect(),
            )
        })
        .collect()
}

/// What is to be done first.
pub fn weight(finding: &Finding) -> u8 {
    match (finding.status, finding.severity) {
        (Status::Explained, _) => 3,
        (_, Severity::Error) => 0,
        (_, Severity::Warning) => 1,
        (_, Severity::Note) => 2,
    }
}

impl OwnCheck<'_> {
    /// The verdict in a sentence.
    pub fn sentence(&self) -> String {
        let (errors, warnings, notes) = (
            self.open(Severity::Error),
            self.open(Severity::Warning),
            self.open(Severity::Note),
        );
        let notes = if notes > 0 {
            format!("另有提示{notes}条，供了解。")
        } else {
            String::new()
        };
        match self.verdict() {
            "refused" => "这个文件不能使用，请按下列意见处理后再检查。".to_owned(),
            "errors" if warnings > 0 => format!(
                "暂不要报送。错误{errors}条须改正，警告{warnings}条请更正或在“情况说明”表中说明。{notes}"
            ),
            "errors" => format!("暂不要报送。错误{errors}条须改正。{notes}"),
            "warnings" => {
                format!("可以报送，但警告{warnings}条请先更正，或在“情况说明”表中说明。{notes}")
            }
            _ => format!("可以报送，没有发现问题。{notes}"),
        }
    }
}

impl Compared {
    /// What a person is told of it.
    pub fn sentence(self) -> String {
        match self {
            Self::Inbox => String::new(),
            Self::Form(period) => format!(
                "与以前月份比较，用的是表内自带的截至{}的采信数；督查室汇总时以收件箱为准，再核对一次。",
                period.chinese()
            ),
            Self::Nothing => "没有与以前月份比较：表内没有自带以前月份的采信数。".to_owned(),
        }
    }
}
