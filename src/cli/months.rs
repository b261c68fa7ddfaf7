//! Earlier months first: each is read and checked again with the plan as it is, or taken from the archive where it is sealed,
//! so that a month knows what was accepted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::check::file::CheckedFile;
use crate::check::month::{self, Input};
use crate::check::{Checked, History, Keep, Register, TaskElements, words};
use crate::intake::Arrival;
use crate::intake::arrival::{self, Reader};
use crate::intake::layout::Names;
use crate::plan::{Moment, Period, Plan, SlotIx};
use crate::report::manifest;

use super::archive::{Archive, Seal};
use super::error::Error;
use super::terminal::Terminal;
use super::{child, inbox};

/// Months checked in order, from the plan's start.
pub struct Months<'a> {
    plan: &'a Plan,
    names: Names,
    inbox: &'a Path,
    archive: &'a Archive,
    pub history: History,
    /// Each task's four elements, money and contacts as last known in the months kept; empty before the first.
    pub elements: Vec<TaskElements>,
    /// Every file that went in so far, by month and path.
    pub inputs: Vec<manifest::Input>,
    /// Months taken from the archive so far.
    pub sealed: Vec<manifest::Sealed>,
    next: Period,
}

/// A month as read and checked.
pub struct Month {
    pub arrivals: Vec<Arrival>,
    pub register: Register,
    pub checked: Checked,
}

impl<'a> Months<'a> {
    pub fn inbox(&self) -> &'a Path {
        self.inbox
    }

    pub fn new(plan: &'a Plan, inbox: &'a Path, archive: &'a Archive) -> Self {
        Self {
            plan,
            names: Names::new(plan),
            inbox,
            archive,
            history: History::default(),
            elements: Vec::new(),
            inputs: Vec::new(),
            sealed: Vec::new(),
            next: Period::of(plan.start),
        }
    }

    /// Takes in the months before `period` that were not yet.
    pub fn catch_up(&mut self, period: Period, terminal: &Terminal) -> Result<(), Error> {
        for earlier in available(self.inbox, self.archive)?
            .range(self.next..period)
            .copied()
            .collect::<Vec<_>>()
        {
            if let Some(seal) = self.archive.current(earlier)? {
                self.keep_sealed(&seal)?;
            } else {
                let month = self.check(Moment::month_end(earlier), true, Keep::All, terminal)?;
                self.keep(month);
            }
        }
        Ok(())
    }

    /// Checks one month's inbox against the months before it. What is not kept of it no later month and no seal can have.
    pub fn check(
        &self,
        moment: Moment,
        chases: bool,
        keep: Keep,
        terminal: &Terminal,
    ) -> Result<Month, Error> {
        let reader = self.reader(moment.period);
        let register = inbox::register(self.inbox, moment.period)?;
        let folder = self.folder(moment.period);
        let again = |arrival: &Arrival| {
            self.read_again(&reader, &folder, arrival)?
                .into_iter()
                .find(|again| again.path == arrival.path)
        };
        let input = Input {
            plan: self.plan,
            moment,
            register: &register,
            history: &self.history,
            chases,
            keep,
            again: Some(&again),
        };
        let files = inbox::read_and_check(self.inbox, &reader, &input.checker(), terminal)?;
        let (checked, arrivals) = terminal.stage("month", || month::month(&input, files));
        let mut month = Month {
            arrivals,
            register,
            checked,
        };
        if keep == Keep::Reports {
            self.read_words_again(&mut month);
        }
        Ok(month)
    }

    /// Puts words in their place that the reports print and that were let go of before it was known which these are.
    fn read_words_again(&self, month: &mut Month) {
        let Month {
            arrivals,
            register,
            checked,
        } = month;
        let period = checked.moment.period;
        let folder = self.folder(period);
        let input = Input {
            plan: self.plan,
            moment: checked.moment,
            register,
            history: &self.history,
            chases: false,
            keep: Keep::All,
            again: None,
        };
        let (reader, checker) = (self.reader(period), input.checker());
        let mut of_file: BTreeMap<usize, Vec<SlotIx>> = BTreeMap::new();
        for slot in words::missing(self.plan, checked) {
            let used = checked
                .departments
                .get(self.plan.slots[slot].department)
                .and_then(|files| files.used);
            if let Some(file) = used {
                of_file.entry(file).or_default().push(slot);
            }
        }
        for (file, slots) in of_file {
            let Some(again) = self.read_again(&reader, &folder, &arrivals[file]) else {
                Terminal::warn(&format!(
                    "“{}”在运行中被改动或移走，报告中采自它的工作进展等文字空缺；请重新运行",
                    arrivals[file].path
                ));
                continue;
            };
            let mut again: Vec<CheckedFile> = again
                .into_iter()
                .map(|arrival| checker.check(arrival))
                .collect();
            for slot in slots {
                if let Some(words) = again.iter_mut().find_map(|file| file.words(slot)) {
                    checked.accepted.put_words(slot, words);
                }
            }
        }
    }

    /// A file that was read before; `None` where it is there no more, or another.
    fn read_again(
        &self,
        reader: &Reader,
        folder: &Path,
        arrival: &Arrival,
    ) -> Option<Vec<Arrival>> {
        let Arrival { path, sha256, .. } = arrival;
        let bytes = inbox::read_again(folder, path, sha256, &self.plan.limits)
            .filter(|bytes| arrival::sha256(bytes) == *sha256)?;
        Some(inbox::read_bytes(reader, path, &bytes))
    }

    fn folder(&self, period: Period) -> PathBuf {
        self.inbox.join(period.to_string())
    }

    fn reader(&self, period: Period) -> Reader<'_> {
        Reader {
            plan: self.plan,
            names: &self.names,
            period,
            limits: &self.plan.limits,
            legacy: &child::read_in_child,
        }
    }

    /// Every file that went in so far, a month's own among them.
    pub fn inputs_with(&self, month: &Month) -> Vec<manifest::Input> {
        self.inputs
            .iter()
            .cloned()
            .chain(manifest::inputs(
                month.checked.moment.period,
                &month.arrivals,
            ))
            .collect()
    }

    /// Adds a checked month to what later ones compare with.
    pub fn keep(&mut self, month: Month) {
        let period = month.checked.moment.period;
        self.inputs
            .extend(manifest::inputs(period, &month.arrivals));
        self.push(month.checked);
    }

    /// Adds a sealed month as it was sealed.
    pub fn keep_sealed(&mut self, seal: &Seal) -> Result<(), Error> {
        if seal.manifest.plan != self.plan.id {
            return Err(Error::said(format!(
                "{}用的是任务计划“{}”，不是现在的“{}”。请核对 --plan 和 --archive",
                seal.said(),
                seal.manifest.plan,
                self.plan.id
            )));
        }
        let (month, _) = seal.month()?;
        let checked = month
            .read(self.plan)
            .map_err(|e| Error::said(format!("{}：{e}", seal.said())))?;
        self.inputs.extend(sealed_inputs(seal));
        self.sealed.push(sealed_input(seal));
        self.push(checked);
        Ok(())
    }

    fn push(&mut self, checked: Checked) {
        self.next = checked.moment.period.next();
        self.elements = latest(std::mem::take(&mut self.elements), checked.elements);
        self.history.push(checked.accepted, checked.explained);
    }
}

/// A later month's elements, what it leaves out taken from the earlier ones.
fn latest(earlier: Vec<TaskElements>, later: Vec<TaskElements>) -> Vec<TaskElements> {
    let mut earlier = earlier.into_iter();
    let merge = |new: TaskElements| match earlier.next() {
        None => new,
        Some(old) => TaskElements {
            task: new.task,
            measures: new.measures.or(old.measures),
            deadline: new.deadline.or(old.deadline),
            acceptance: new.acceptance.or(old.acceptance),
            funding: new.funding.or(old.funding),
            planned: new.planned.or(old.planned),
            arrived: new.arrived.or(old.arrived),
            paid: new.paid.or(old.paid),
            leader: new.leader.or(old.leader),
            contact: new.contact.or(old.contact),
            phone: new.phone.or(old.phone),
        },
    };
    later.into_iter().map(merge).collect()
}

/// Months that have a folder in the inbox or are sealed. A missing inbox is no mistake where months are sealed.
pub fn available(inbox: &Path, archive: &Archive) -> Result<BTreeSet<Period>, Error> {
    let sealed = archive.periods()?;
    let mut found = if sealed.is_empty() || inbox.exists() {
        inbox::periods(inbox)?
    } else {
        BTreeSet::new()
    };
    found.extend(sealed);
    Ok(found)
}

fn sealed_inputs(seal: &Seal) -> impl Iterator<Item = manifest::Input> {
    let period = seal.manifest.period.clone();
    let originals = seal.manifest.originals.iter();
    originals.map(move |o| manifest::Input {
        period: period.clone(),
        path: o.path.clone(),
        bytes: o.bytes,
        sha256: o.sha256.clone(),
    })
}

pub fn sealed_input(seal: &Seal) -> manifest::Sealed {
    manifest::Sealed {
        period: seal.manifest.period.clone(),
        sha256: seal.month_sha256(),
    }
}

/// The day a month's briefing bears by default.
pub fn briefing_date(plan: &Plan, period: Period, given: Option<Date>) -> Date {
    given.unwrap_or_else(|| plan.due_date(period))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rust_xlsxwriter::Workbook;

    use super::*;
    use crate::check::WordsOf;
    use crate::cli::args::Color;
    use crate::cli::disk::scratch;
    use crate::plan::{Kind, testing};

    /// 街头绿地 of three departments; the first leads.
    fn plan() -> Plan {
        let mut plan = testing::plan(3);
        for (department, name) in plan
            .departments
            .iter_mut()
            .zip(["建设局", "城建中心", "园林局"])
        {
            name.clone_into(&mut department.name);
        }
        plan.add_task("市级", "城市绿荫工程", 0);
        plan.add_indicator(
            "街头绿地",
            Kind::Count,
            30.0,
            "个",
            &[(0, 10.0), (1, 10.0), (2, 10.0)],
        );
        plan
    }

    fn june() -> Moment {
        Moment::month_end("2024-06".parse().unwrap())
    }

    fn checked(months: &Months, keep: Keep) -> Month {
        months
            .check(june(), true, keep, &Terminal::new(Color::Auto, true, false))
            .unwrap()
    }

    fn report(folder: &Path, department: &str, narrative: &str, problems: &str) {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let heads = [
            "序号",
            "项目名称",
            "指标",
            "计量单位",
            "年度目标",
            "累计完成",
            "工作进展",
            "存在问题",
            "下一步措施",
        ];
        let row = [
            "1",
            "城市绿荫工程",
            "街头绿地",
            "个",
            "10",
            "",
            narrative,
            problems,
            "",
        ];
        for (col, (head, text)) in (0u16..).zip(heads.into_iter().zip(row)) {
            sheet.write(0, col, head).unwrap();
            sheet.write(1, col, text).unwrap();
        }
        sheet.write(1, 5, 4).unwrap();
        fs::create_dir_all(folder).unwrap();
        workbook
            .save(folder.join(format!("{department}2024年6月报送表.xlsx")))
            .unwrap();
    }

    /// What the month's reports print is there, whatever is kept of it: of the lead where it says something, else of the first
    /// department that does, even where that one's file was read before it was known.
    #[test]
    fn a_large_months_words_are_those_of_a_small_one() {
        let plan = plan();
        let inbox = scratch("words");
        let folder = inbox.join("2024-06");
        report(&folder, "建设局", "", "用地未落实。");
        report(&folder, "城建中心", "", "拆迁未完成。");
        report(
            &folder,
            "园林局",
            "已栽植行道树四百株，完成灌溉管网敷设。",
            "苗木供应不足。",
        );
        let archive = Archive::at(&inbox.join("archive"));
        let months = Months::new(&plan, &inbox, &archive);
        let said = |keep| {
            let month = checked(&months, keep);
            let words = |slot, which| {
                month
                    .checked
                    .accepted
                    .slot(slot)
                    .words(which)
                    .map(str::to_owned)
            };
            (0..3)
                .map(|slot| {
                    (
                        words(slot, WordsOf::Narrative),
                        words(slot, WordsOf::Problems),
                    )
                })
                .collect::<Vec<_>>()
        };
        let (all, kept) = (said(Keep::All), said(Keep::Reports));
        let text = |words: &str| Some(words.to_owned());
        assert_eq!(all[1], (None, text("拆迁未完成。")));
        assert_eq!(kept[0], (None, text("用地未落实。")));
        assert_eq!(kept[1], (None, None), "no report prints it");
        assert_eq!(
            kept[2],
            (
                text("已栽植行道树四百株，完成灌溉管网敷设。"),
                text("苗木供应不足。")
            ),
            "read again"
        );
    }

    /// Nothing is put in place of words from a file that has changed since.
    #[test]
    fn words_of_a_file_that_was_changed_meanwhile_are_left_out() {
        let plan = plan();
        let inbox = scratch("changed-words");
        let folder = inbox.join("2024-06");
        report(
            &folder,
            "园林局",
            "已栽植行道树四百株，完成灌溉管网敷设。",
            "",
        );
        let archive = Archive::at(&inbox.join("archive"));
        let months = Months::new(&plan, &inbox, &archive);
        let mut month = checked(&months, Keep::Reports);
        // As before its file was read again.
        month.checked.accepted.forget_words_of(2);
        report(&folder, "园林局", "另一段文字，与核对时不同。", "");
        months.read_words_again(&mut month);
        assert_eq!(
            month.checked.accepted.slot(2).words(WordsOf::Narrative),
            None
        );
    }
}
