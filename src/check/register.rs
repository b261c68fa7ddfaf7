//! The office's register of when each file first came (`received.csv`).

use std::collections::BTreeMap;

use jiff::civil::Date;

/// File path relative to `inbox/<period>/` → the day it was first received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    received: BTreeMap<String, Date>,
}

impl Register {
    /// The earliest line of a file counts.
    pub fn new(lines: impl IntoIterator<Item = (String, Date)>) -> Self {
        let mut register = Self::default();
        for (file, date) in lines {
            register.add(&file, date);
        }
        register
    }

    /// Adds a line.
    pub fn add(&mut self, file: &str, date: Date) {
        let known = self.received.entry(file.to_owned()).or_insert(date);
        *known = (*known).min(date);
    }

    /// Every line, by file.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Date)> {
        self.received
            .iter()
            .map(|(file, &date)| (file.as_str(), date))
    }

    /// `None`: the file has no line and is not judged. A zip's member has the zip's.
    pub fn received(&self, file: &str) -> Option<Date> {
        self.received.get(file).copied().or_else(|| {
            let (zip, _) = file.split_once(".zip/")?;
            self.received.get(&format!("{zip}.zip")).copied()
        })
    }
}
