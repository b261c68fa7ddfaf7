//! Months in order: each is read and checked with the plan as it is, or taken from the archive where it is sealed, so that a
//! later one can be compared with what was accepted.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use crate::check::{Checked, CheckedFile, History, Keep, MonthInput, Register, rules};
use crate::combine::{self, Facts};
use crate::intake::Arrival;
use crate::intake::arrival::Reader;
use crate::intake::layout::Names;
use crate::intake::text::one_line;
use crate::plan::{Fate, LedgerRow, Moment, Period, Plan, SlotIx};
use crate::report::manifest;
use crate::report::returns::Returned;

use super::archive::{Archive, Seal};
use super::error::{Error, Result};
use super::inbox::{self, Inbox, MonthFolder};
use super::next::next;
use super::output::Sink;
use super::periods::available;
use super::returns;
use super::terminal::Terminal;

/// Months checked in order, from the plan's start.
pub struct Months<'a> {
    plan: &'a Plan,
    names: Names,
    inbox: Inbox,
    archive: &'a Archive,
    pub history: History,
    /// Every file that went in so far, by month and path.
    pub inputs: Vec<manifest::Input>,
    /// Months taken from the archive so far.
    pub sealed: Vec<manifest::Sealed>,
    next: Period,
}

/// A month as read and checked.
pub struct Month {
    pub folder: MonthFolder,
    pub arrivals: Vec<Arrival>,
    pub register: Register,
    pub checked: Checked,
}

impl Month {
    /// Its files, and behind them those that are skipped.
    fn inputs(&self) -> impl Iterator<Item = manifest::Input> {
        let period = self.checked.moment.period;
        let skipped = self
            .folder
            .skipped
            .iter()
            .map(move |(path, bytes)| manifest::Input {
                period: period.to_string(),
                path: path.clone(),
                bytes: *bytes,
                sha256: String::new(),
                skipped: true,
            });
        manifest::inputs(period, &self.arrivals).chain(skipped)
    }
}

impl<'a> Months<'a> {
    pub fn new(plan: &'a Plan, inbox: &Path, archive: &'a Archive) -> Self {
        Self {
            plan,
            names: Names::new(plan),
            inbox: Inbox::at(inbox, Some(plan)),
            archive,
            history: History::default(),
            inputs: Vec::new(),
            sealed: Vec::new(),
            next: Period::of(plan.start),
        }
    }

    /// Takes in the months before `period` that were not yet.
    pub fn catch_up(&mut self, period: Period, terminal: &Terminal) -> Result {
        for earlier in available(&self.inbox, self.archive)?.range(self.next..period) {
            if let Some(seal) = self.archive.current(*earlier)? {
                self.keep_sealed(&seal)?;
            } else {
                let month = self.check(Moment::month_end(*earlier), Keep::All, terminal)?;
                self.keep(month);
            }
        }
        Ok(())
    }

    /// Checks one month's inbox against the months before it. What `keep` drops is not available to later months or to a
    /// seal. A month measured to a day inside it chases nobody.
    pub fn check(&self, moment: Moment, keep: Keep, terminal: &Terminal) -> Result<Month> {
        let reader = inbox::reader(self.plan, &self.names, moment.period);
        let folder = MonthFolder::list(&self.inbox, moment.period)?;
        let register = self.register(&folder, moment.period)?;
        let again = |arrival: &Arrival| {
            self.read_again(&reader, &folder, arrival)?
                .into_iter()
                .find(|again| again.path == arrival.path)
        };
        let input = MonthInput {
            read_again: Some(&again),
            ..self.input(moment, &register, keep)
        };
        let files = folder.read_and_check(&reader, &input.checker(), terminal)?;
        let month = || input.month(files);
        let (checked, arrivals) = terminal.timings.stage("month", month);
        let mut month = Month {
            folder,
            arrivals,
            register,
            checked,
        };
        if keep == Keep::Reports {
            self.read_words_again(&mut month);
        }
        Ok(month)
    }

    /// When the month's files came: received.csv, and what the ledger says of files that are there.
    fn register(&self, folder: &MonthFolder, period: Period) -> Result<Register> {
        let mut register = inbox::register(&self.inbox, period)?;
        let own = self.plan.ledger.iter().flat_map(|ledger| &ledger.received);
        for line in own.filter(|line| line.period == period) {
            let is_meant = |path: &str| {
                let name = path.rsplit('/').next().unwrap_or(path);
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                [path, name, stem].contains(&line.file.as_str())
            };
            let mut meant = folder.files.iter().filter(|(path, _)| is_meant(path));
            match meant.next() {
                Some((path, _)) => register.add(path, line.day),
                None => Terminal::warn(&format!(
                    "台账{}：收件箱{}没有“{}”，这一行没有采用",
                    line.place,
                    period.chinese(),
                    one_line(&line.file, 60)
                )),
            }
        }
        Ok(register)
    }

    /// Refuses decisions that came after a month was sealed: it stays as it is.
    fn refuse_late(&self, seal: &Seal) -> Result {
        let Some(ledger) = &self.plan.ledger else {
            return Ok(());
        };
        let period = seal.period();
        let of_month = |row: &&LedgerRow| row.period == period && row.fate != Fate::Void;
        let rows: Vec<&LedgerRow> = ledger.rows.iter().filter(of_month).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let (was, _) = seal.plan()?;
        match rows
            .into_iter()
            .find(|row| !was.has_decided(self.plan, row.fate))
        {
            None => Ok(()),
            Some(row) => Err(said!(
                "{} {}第{}行：{}已经封存，这一行不能再改变它。请在该行“作废”栏写“作废”；确需改动的，先用 {} 重开该月",
                ledger.file,
                row.sheet,
                row.cell.row + 1,
                period.chinese(),
                next(&format!("seal {period} --reopen --reason 原因"))
            )),
        }
    }

    fn input<'b>(&'b self, moment: Moment, register: &'b Register, keep: Keep) -> MonthInput<'b> {
        MonthInput {
            plan: self.plan,
            moment,
            register,
            history: &self.history,
            chases: moment.as_of.is_none(),
            keep,
            read_again: None,
        }
    }

    /// Reads files again whose narratives were dropped but turn out to be printed.
    fn read_words_again(&self, month: &mut Month) {
        let Month {
            folder,
            arrivals,
            register,
            checked,
        } = month;
        let input = self.input(checked.moment, register, Keep::All);
        let reader = inbox::reader(self.plan, &self.names, checked.moment.period);
        let checker = input.checker();
        let mut of_file: BTreeMap<usize, Vec<SlotIx>> = BTreeMap::new();
        for slot in checked.accepted.dropped_words(self.plan) {
            let files = checked.departments.get(self.plan.slots[slot].department);
            if let Some(file) = files.and_then(|files| files.used) {
                of_file.entry(file).or_default().push(slot);
            }
        }
        for (file, slots) in of_file {
            let Some(again) = self.read_again(&reader, folder, &arrivals[file]) else {
                Terminal::warn(&format!(
                    "“{}”在运行中被改动或移走，报告中采自它的工作进展等文字空缺；请重新运行",
                    arrivals[file].path
                ));
                continue;
            };
            let check = |arrival| checker.check(arrival);
            let mut again: Vec<CheckedFile> = again.into_iter().map(check).collect();
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
        folder: &MonthFolder,
        arrival: &Arrival,
    ) -> Option<Vec<Arrival>> {
        let Arrival { path, sha256, .. } = arrival;
        let bytes = folder.read_again(path, sha256, &self.plan.limits).ok()?;
        inbox::read_bytes(reader, path, &bytes).ok()
    }

    /// The facts of a month checked against those kept so far. `date`: of the briefing, by default the ledger's, else the due date, or the last day on which something came that it speaks of.
    pub fn facts(&self, month: &Month, date: Option<Date>, draft: bool) -> Result<Facts> {
        let Month {
            register, checked, ..
        } = month;
        let used = checked.departments.iter().filter_map(|d| d.used);
        let came = used.filter_map(|file| register.received(&checked.files.get(file)?.path));
        let period = checked.moment.period;
        let given = date.or_else(|| self.plan.paper(period)?.date);
        let options = combine::Options {
            date: given.unwrap_or_else(|| came.fold(self.plan.due_date(period), Date::max)),
            is_dated: given.is_some(),
            draft,
            rules: rules::RULES,
        };
        combine::combine(self.plan, checked, &self.history, register, &options).map_err(Error::said)
    }

    /// As [`Self::facts`], with the month's return copies, which go into the package. The two are independent and are made
    /// side by side.
    pub fn facts_and_returns(
        &self,
        month: &Month,
        date: Option<Date>,
        draft: bool,
        sink: &dyn Sink,
        terminal: &Terminal,
    ) -> Result<(Facts, Vec<Returned>)> {
        let timings = &terminal.timings;
        let source = |arrival: &Arrival| returns::from_inbox(self.plan, &month.folder, arrival);
        let make = || returns::make(self.plan, &month.checked, &month.arrivals, &source);
        let (facts, returned) = rayon::join(
            || timings.part("combine", || self.facts(month, date, draft)),
            || {
                let returned = timings.part("returns", make)?;
                timings.part("write", || returns::put(&returned, sink))?;
                Ok(returned)
            },
        );
        Ok((facts?, returned?))
    }

    /// Every file that went in so far, a month's own among them.
    pub fn inputs_with(&self, month: &Month) -> Vec<manifest::Input> {
        self.inputs.iter().cloned().chain(month.inputs()).collect()
    }

    /// Adds a checked month to what later ones compare with.
    pub fn keep(&mut self, month: Month) {
        self.inputs.extend(month.inputs());
        self.push(month.checked);
    }

    /// Adds a sealed month as it was sealed.
    pub fn keep_sealed(&mut self, seal: &Seal) -> Result {
        if seal.manifest.plan != self.plan.id {
            return Err(said!(
                "{}用的是任务计划“{}”，不是现在的“{}”。请核对 --plan 和 --archive",
                seal.said(),
                seal.manifest.plan,
                self.plan.id
            ));
        }
        self.refuse_late(seal)?;
        let checked = seal.judged(&seal.month()?.0, self.plan)?;
        self.inputs.extend(seal.inputs());
        self.sealed.push(manifest::Sealed {
            period: seal.manifest.period.clone(),
            sha256: seal.month_sha256(),
        });
        self.push(checked);
        Ok(())
    }

    fn push(&mut self, checked: Checked) {
        self.next = checked.moment.period.next();
        self.history.push_elements(self.plan, checked.elements);
        self.history.push(checked.accepted, checked.explained);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rust_xlsxwriter::Workbook;

    use super::*;
    use crate::check::WordsOf;
    use crate::cli::disk::scratch;
    use crate::cli::terminal::Color;
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
            .check(june(), keep, &Terminal::new(Color::Auto, true, false))
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
        month.checked.accepted.drop_words_of(2);
        report(&folder, "园林局", "另一段文字，与核对时不同。", "");
        months.read_words_again(&mut month);
        assert_eq!(
            month.checked.accepted.slot(2).words(WordsOf::Narrative),
            None
        );
    }
}
