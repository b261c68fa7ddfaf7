//! What each sentence of a finished report claims, held against what [`super::known`] works out.
//!
//! A sentence that no form of the table takes is an error too: a new sentence needs its check here.

use std::cell::{Cell, RefCell};

use duban::plan::{Kind, Period, Plan};
use jiff::civil::Date;

use super::key_points::POINTS;
use super::known::{BEHIND, FINISHED, IN_TIME, Item, Month, Task, round, shown};
use super::laggards::{BEHINDS, EXPECTED, STANDING};
use super::office::Office;
use super::others::{ADVICE, DONE, OTHERS};
use super::overall::OVERALL;
use super::pattern::{self, Captures, Lexicon};
use crate::prelude::*;

const GRADES: &[&str] = &[
    "已完成待验收",
    "已完成",
    "超序时进度",
    "达到序时进度",
    "已达标",
    "持续推进",
    "未启动",
    "未达标",
    "滞后",
    "严重滞后",
    "未按期完成",
    "数据待核实",
];

/// What stands for longer patterns in the tables.
const SHORT: &[(&str, &str)] = &[
    ("<by>", "{<dept>牵头的{<task>、}，}"),
    ("<named>", "<task>（责任单位：<dept>）"),
    (
        "<value>",
        "(约|近|)<v>(余|多|)<unit>(（待说明）|（部分单位未报）|（部分单位待核实）|)(（电话核实：<words>）|)",
    ),
    (
        "<distance>",
        "([距年度目标差|低于序时进度|高于序时进度]<d>个百分点|[与序时进度持平])",
    ),
    ("<whom>", "(有关责任单位|{<dept>、})"),
    ("<lacks>", "([差|超出]<d>(个百分点|<unit>))"),
    (
        "<counts>",
        "{[已完成并通过验收|已完成待验收|已完成|达到或超过序时进度|超序时进度|达到序时进度|已达标|持续推进|未启动|未达标|滞后|严重滞后|未按期完成|数据待核实]\
         <n>件(（其中{([待验收|严重滞后|未按期完成]<m>件|(其中|)<k>件数据待说明)、}）|)，}",
    ),
];

pub type Form = (&'static str, fn(&Reader, &Captures) -> bool);

pub struct Reader<'a> {
    pub plan: &'a Plan,
    pub office: &'a Office<'a>,
    pub month: &'a Month,
    pub before: Option<&'a Month>,
    pub earlier: &'a [Month],
    pub names: Lexicon,
    /// The task a paragraph is about.
    task: Cell<usize>,
    /// The department a notice is for.
    addressee: Cell<usize>,
    /// How the table of all tasks is referred to: 附件1, or 附件 where it is the only annex.
    table: Cell<&'static str>,
    /// What could not be held, and why: the smallest piece is the cause.
    wrong: RefCell<Vec<(String, String)>>,
}

impl Item {
    pub fn is_behind(&self, s: &Captures) -> bool {
        BEHIND.contains(&self.grade) && s.all("grade").iter().all(|g| *g == self.grade)
    }
}

impl<'a> Reader<'a> {
    pub fn new(plan: &'a Plan, office: &'a Office<'a>, months: &'a [Month]) -> Self {
        let (month, earlier) = months.split_last().unwrap();
        let before = earlier
            .last()
            .filter(|m| m.period == month.period.previous());
        let own = |names: &mut dyn Iterator<Item = &str>| {
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            names.sort();
            names.dedup();
            names
        };
        let items = || month.tasks.iter().flat_map(|t| &t.items);
        let names = Lexicon::from([
            (
                "task",
                own(&mut month.tasks.iter().map(|t| t.name.as_str())),
            ),
            (
                "tier",
                own(&mut month.tasks.iter().map(|t| t.tier.as_str())),
            ),
            (
                "dept",
                own(&mut plan.departments.iter().map(|d| d.name.as_str())),
            ),
            ("item", own(&mut items().map(|i| i.name.as_str()))),
            (
                "goal",
                own(&mut items().map(|i| i.goal.as_str()).filter(|g| !g.is_empty())),
            ),
            (
                "unit",
                own(&mut items().map(|i| i.unit.as_str()).filter(|u| !u.is_empty())),
            ),
            ("grade", own(&mut GRADES.iter().copied())),
            (
                "element",
                own(&mut ["工作举措", "完成时限", "验收标准", "资金来源"].into_iter()),
            ),
            ("short", vec![plan.short_title.clone()]),
            ("until", vec![format!("{}月底", month.period.month())]),
        ]);
        let (task, addressee, wrong) = (Cell::new(0), Cell::new(0), RefCell::default());
        Self {
            plan,
            office,
            month,
            before,
            earlier,
            names,
            task,
            addressee,
            table: Cell::new("附件1"),
            wrong,
        }
    }

    /// What is untrue in a briefing.
    pub fn briefing(&self, document: &Document) -> Vec<String> {
        let own = |p: &&String| !p.trim().is_empty();
        let all = || document.paragraphs.iter().map(|p| p.trim());
        let marks: Vec<&str> = all()
            .filter_map(|p| p.strip_prefix("附件"))
            .filter(|p| p.chars().all(|c| c.is_ascii_digit()))
            .collect();
        if marks.len() == 1 {
            self.table.set("附件");
        }
        let body = document
            .paragraphs
            .iter()
            .skip_while(|p| *p != "一、总体情况")
            .filter(own);
        let body = body.take_while(|p| !p.starts_with("附件"));
        let sections = ["一、", "二、", "三、", "四、", "五、"];
        let sentences =
            body.filter(|p| !(sections.iter().any(|s| p.starts_with(s)) && p.chars().count() < 20));
        let mut wrong: Vec<String> = sentences.filter_map(|p| self.paragraph(p)).collect();
        let numbered: Vec<String> = (1..=marks.len()).map(|n| n.to_string()).collect();
        let is_listed =
            |n: &String| all().any(|p| p.starts_with("附件：") && p.contains(&format!("{n}.")));
        if marks != [""] && !(marks == numbered && numbered.iter().all(is_listed)) {
            wrong.push(format!("annexes {marks:?}"));
        }
        wrong.extend(self.worst(document));
        wrong
    }

    /// Holds a text of the briefing's body against the facts: `None`, or what is wrong with it.
    pub fn paragraph(&self, paragraph: &str) -> Option<String> {
        self.wrong.take();
        // Inside quotation marks they are single.
        let paragraph = &paragraph.replace('‘', "“").replace('’', "”");
        // A name that begins with a verb stands in quotes.
        let quoted = self.names["task"].iter();
        let paragraph = &quoted.fold(paragraph.clone(), |text, name| {
            text.replace(&format!("“{name}”"), name)
        });
        let named = |p: &str| p.contains("原因：") || p.contains("责任单位未说明原因。");
        let holds = if named(paragraph) {
            self.laggard(paragraph)
        } else {
            paragraph.split_terminator('。').all(|sentence| {
                let advice = ["一是", "二是", "三是", "四是", "五是", "六是"]
                    .iter()
                    .find_map(|n| sentence.strip_prefix(n));
                [OVERALL, POINTS, BEHINDS, OTHERS]
                    .into_iter()
                    .any(|forms| self.form(sentence, forms))
                    || self.form(advice.unwrap_or(sentence), ADVICE)
                    || self.pieces(sentence, &["；"], DONE)
            })
        };
        let wrong = self.wrong.take();
        let untrue = wrong.iter().filter(|(_, why)| !why.is_empty());
        let cause = untrue
            .min_by_key(|(text, why)| (text.len(), why.len()))
            .or_else(|| wrong.iter().min_by_key(|(text, _)| text.len()));
        (!holds).then(|| format!("“{paragraph}”: {cause:?}"))
    }

    pub fn laggard(&self, paragraph: &str) -> bool {
        let pattern = "<words>。(原因：<cause>|[责任单位未说明原因。])(下一步：<next>|[未提出下一步措施。])((“<item>”|)预计完成时间<when>。|)";
        pattern::is(pattern, paragraph, &self.names, &mut |s| {
            self.pieces(s.first("words"), &["。"], STANDING)
                && self.quotes(s.first("cause"), "存在问题")
                && self.quotes(s.first("next"), "下一步措施")
                && s.all("when").iter().all(|w| self.foreseen(s, w))
        }) || self.blame(paragraph, "")
    }

    /// What stands behind 预计完成时间, of an indicator that is named or of the task.
    pub fn foreseen(&self, s: &Captures, words: &str) -> bool {
        let whose: String = s.all("item").iter().map(|i| format!("“{i}”")).collect();
        self.form(&format!("{whose}预计完成时间{words}"), EXPECTED)
    }

    /// A department's own words, or none where it has none.
    pub fn quotes(&self, quote: &str, head: &str) -> bool {
        let bare = |t: &str| {
            t.chars()
                .filter(|c| c.is_alphanumeric())
                .collect::<String>()
        };
        let own = self.office.words(self.month.period, self.task().no, head);
        if quote.is_empty() {
            return own.is_empty() || self.blame(head, &format!("{}: {own:?}", self.task().name));
        }
        let quote = quote.trim_start_matches("据情况说明，");
        // Several cells' words stand side by side.
        let pieces = quote.split(['；', '。']).map(bare);
        let is_own = |piece: String| own.iter().any(|t| bare(t).contains(&piece));
        pieces.into_iter().all(is_own) || self.blame(quote, &format!("{own:?}"))
    }

    pub fn blame(&self, what: &str, why: &str) -> bool {
        self.wrong
            .borrow_mut()
            .push((what.to_owned(), why.to_owned()));
        false
    }

    pub fn address(&self, name: &str) {
        self.addressee.set(
            self.plan
                .departments
                .iter()
                .position(|d| d.name == name)
                .unwrap(),
        );
    }

    pub fn addressee(&self) -> usize {
        self.addressee.get()
    }

    pub fn moved(&self, way: &str) -> usize {
        (0..self.month.tasks.len())
            .filter(|&ix| self.month.movement(self.before, ix) == way)
            .count()
    }

    /// With what its short names stand for, and in the plan's own counting word.
    pub fn spelled(&self, pattern: &str) -> String {
        let long = SHORT.iter().fold(pattern.to_owned(), |p, (short, long)| {
            p.replace(short, long)
        });
        let counter = if self.plan.short_title.contains("实事") {
            "件"
        } else {
            "项"
        };
        long.replace(">件", &format!(">{counter}"))
            .replace("附件1", self.table.get())
    }

    pub fn form(&self, text: &str, forms: &[Form]) -> bool {
        let mut nearest = None;
        for (pattern, check) in forms {
            let long = self.spelled(pattern);
            let mut seen = false;
            if pattern::is(&long, text, &self.names, &mut |s| {
                seen = true;
                check(self, s)
            }) {
                return true;
            }
            if seen {
                nearest = Some(*pattern);
            }
        }
        self.blame(text, nearest.unwrap_or_default())
    }

    /// Each piece between these marks; a piece that is none on its own may go on to the next mark.
    pub fn pieces(&self, text: &str, marks: &[&str], forms: &[Form]) -> bool {
        let ends = marks
            .iter()
            .flat_map(|m| text.match_indices(m).map(|(at, m)| (at, at + m.len())));
        let mut ends: Vec<(usize, usize)> = ends.chain([(text.len(), text.len())]).collect();
        ends.sort_unstable();
        ends.into_iter().any(|(end, next)| {
            self.form(&text[..end], forms)
                && (end == text.len() || self.pieces(&text[next..], marks, forms))
        })
    }

    pub fn tasks(&self, grades: &[&str]) -> Vec<&Task> {
        self.month.tasks.iter().filter(|t| t.is(grades)).collect()
    }

    pub fn n(&self, tier: Option<&str>, grades: &[&str]) -> f64 {
        self.month.count(tier, grades) as f64
    }

    pub fn total(&self, s: &Captures) -> bool {
        s.numbers("n")[0] == self.n(None, &[])
    }

    pub fn all(&self, s: &Captures, grades: &[&str]) -> bool {
        self.total(s) && self.n(None, grades) == self.n(None, &[])
    }

    /// 均 of several, and of one nothing.
    pub fn both(s: &Captures, n: usize) -> bool {
        (s.first("w") == "均") == (n > 1)
    }

    /// The month that is followed first.
    pub fn is_first(&self) -> bool {
        let start = Period::of(self.plan.start);
        self.earlier.is_empty() && self.month.period <= self.plan.first_period.unwrap_or(start)
    }

    pub fn begun(&self) -> bool {
        self.month.tasks.iter().all(Task::has_begun)
    }

    pub fn change(&self, grades: &[&str]) -> f64 {
        self.n(None, grades)
            - self
                .before
                .map_or(f64::NAN, |b| b.count(None, grades) as f64)
    }

    /// Counts that add up to all tasks, each of them right.
    pub fn counts(&self, tier: Option<&str>, words: &str) -> bool {
        let words = words.trim_end_matches("；未完成事项建议结转下年度继续实施");
        let clear = words.trim_end_matches("，无滞后项目");
        if clear != words && self.n(tier, BEHIND) > 0.0 {
            return false;
        }
        // 、 stands between counts as well as within brackets.
        let joined = self.spelled("<counts>").replace("、}", "，}");
        pattern::is(
            &joined,
            &clear.replace('、', "，"),
            &self.names,
            &mut |s| {
                let mut top = Vec::new();
                let (mut last, mut inner) = ("", Vec::new());
                for (kind, text) in s.iter() {
                    match kind {
                        "w" => last = text,
                        "n" => top.push((last, text.parse::<f64>().unwrap())),
                        "k" if !self.unexplained(text) => return false,
                        "k" => {}
                        _ => inner.push((last, text.parse::<f64>().unwrap())),
                    }
                }
                let apart = |grades: &[&str]| top.iter().any(|(w, _)| grades.contains(w));
                let of = |word: &str| match word {
                    "已完成" if !apart(&["已完成待验收"]) => self.n(tier, FINISHED),
                    "滞后" if !apart(&["严重滞后", "未按期完成"]) => {
                        self.n(tier, BEHIND)
                    }
                    "达到或超过序时进度" => self.n(tier, IN_TIME),
                    "已完成并通过验收" if self.tasks(&["已完成"]).iter().all(|t| t.evidence) => {
                        self.n(tier, &["已完成"])
                    }
                    "待验收" => self.n(tier, &["已完成待验收"]),
                    grade => self.n(tier, &[grade]),
                };
                top.iter().map(|(_, n)| n).sum::<f64>() == self.n(tier, &[])
                    && top
                        .iter()
                        .chain(&inner)
                        .all(|(word, n)| of(word) == *n && *n > 0.0)
            },
        ) || self.blame(words, &format!("{tier:?}"))
    }

    /// What is said of all departments that are not counted by name.
    pub fn rest(&self, state: &str, n: usize) -> bool {
        let of = |s: &str| self.office.reported(s);
        let (timely, undated, sent) =
            (of("按时报送"), of("已报送（收到日期未登记）"), of("已报送"));
        match state {
            "按时报送" => timely == n,
            "已报送（收到日期未登记）" => undated == n,
            "已报送（部分收到日期未登记）" => {
                undated > 0 && undated < n && timely + undated + sent == n
            }
            _ => timely + undated + sent == n && undated == 0,
        }
    }

    /// The task a sentence names, with its own department.
    pub fn about(&self, s: &Captures) -> bool {
        self.turn_to(s);
        self.task().lead == s.first("dept")
    }

    /// The paragraph is about the task that is named here.
    pub fn turn_to(&self, s: &Captures) {
        let mut tasks = self.month.tasks.iter();
        self.task
            .set(tasks.position(|t| t.name == s.first("task")).unwrap());
    }

    pub fn turn(&self, no: u32) {
        let mut tasks = self.month.tasks.iter();
        self.task.set(tasks.position(|t| t.no == no).unwrap());
    }

    pub fn task(&self) -> &Task {
        &self.month.tasks[self.task.get()]
    }

    pub fn item(&self, s: &Captures) -> Option<&Item> {
        self.task().items.iter().find(|i| i.name == s.first("item"))
    }

    pub fn graded(&self, s: &Captures) -> bool {
        s.all("grade").last() == Some(&self.task().grade)
    }

    pub fn value(&self, s: &Captures, item: &Item) -> bool {
        item.value.map(shown).as_deref() == Some(s.first("v")) && s.first("unit") == item.unit
    }

    /// Rate and distance from the schedule, as far as they are said.
    pub fn way(&self, s: &Captures, rate: Option<f64>, schedule: Option<f64>) -> bool {
        let gap = rate
            .zip(schedule)
            .map(|(rate, schedule)| round(schedule - rate));
        let side = s.iter().find(|(kind, text)| {
            *kind == "w" && text.contains("进度") || text.contains("年度目标差")
        });
        let far = s.numbers("d").first().copied();
        s.numbers("p").iter().all(|p| Some(*p) == rate.map(round))
            && match side.map(|(_, text)| text) {
                None => true,
                Some("低于序时进度") => gap == far && gap > Some(0.0),
                Some("高于序时进度") => gap.map(|g| -g) == far && gap < Some(0.0),
                Some("距年度目标差") => gap == far && schedule == Some(100.0),
                _ => gap == Some(0.0),
            }
    }

    pub fn lacking(&self, s: &Captures, item: &Item) -> bool {
        let word = if item.at_most { "超出" } else { "差" };
        s.first("goal") == item.goal
            && s.numbers("d")
                .iter()
                .all(|d| item.lacks.is_some_and(|l| (l - d).abs() < 0.050_001))
            && s.all("w").iter().all(|w| *w == word)
    }

    /// Tasks under the departments that lead them.
    pub fn by(&self, s: &Captures, is: impl Fn(&Task) -> bool) -> bool {
        let mut lead = "";
        s.iter().all(|(kind, text)| match kind {
            "dept" => {
                lead = text;
                true
            }
            "task" => {
                let task = self.month.named(text);
                task.lead == lead && is(task)
            }
            _ => true,
        })
    }

    /// Every department that leads such a task is asked, and no other; 有关责任单位 stands for many.
    pub fn asks(&self, s: &Captures, is: impl Fn(&Task) -> bool) -> bool {
        let own = |d: &&str| self.month.tasks.iter().any(|t| t.lead == *d && is(t));
        self.month.tasks.iter().any(&is) && s.all("dept").iter().all(own)
    }

    /// By how much a value has changed since last month.
    pub fn moved_by(&self, task: &Task, item: &Item) -> Option<f64> {
        let before = self.before?.tasks.iter().find(|t| t.no == task.no)?;
        let then = before
            .items
            .iter()
            .find(|i| i.name == item.name && i.is_accepted())?;
        Some(item.value.filter(|_| item.is_accepted())? - then.value?)
    }

    /// Levels and ratios that miss their target and of which no laggard's sentence speaks, or that have gone back.
    pub fn missed(&self) -> usize {
        let is = |task: &Task, item: &Item| {
            let back = self
                .moved_by(task, item)
                .is_some_and(|by| if item.at_most { by > 1e-9 } else { by < -1e-9 });
            let lagging = BEHIND.contains(&item.grade);
            matches!(item.kind, Kind::Level | Kind::Ratio)
                && (back || item.grade == "未达标" || lagging && !task.is(BEHIND))
        };
        self.month
            .tasks
            .iter()
            .map(|t| t.items.iter().filter(|i| is(t, i)).count())
            .sum()
    }

    /// So many finished tasks have such a value.
    pub fn unexplained(&self, n: &str) -> bool {
        let asked = self.tasks(FINISHED).into_iter().filter(|t| self.asked(t));
        asked.count().to_string() == n
    }

    /// A value jumps (R008, R014), and its department has not said why.
    pub fn asked(&self, task: &Task) -> bool {
        let open = |f: &serde_json::Value| {
            ["R008", "R014"].contains(&text(f, "code"))
                && text(f, "status") == "open"
                && f["task"] == task.no
        };
        self.month.findings.iter().any(open)
    }

    /// Tasks whose amounts contradict each other.
    pub fn doubtful(&self, names: &str) -> bool {
        let money = self.office.money();
        let own = money.doubtful.iter().map(|no| {
            self.month
                .tasks
                .iter()
                .find(|t| t.no == *no)
                .unwrap()
                .name
                .clone()
        });
        let own: Vec<String> = own.collect();
        names == own.join("、") || names.starts_with(&format!("另有{}", own.len())) && own.len() > 3
    }

    /// The number of a task's indicators that are missing or withheld, and which of the two.
    pub fn open(&self, s: &Captures) -> bool {
        let task = self.task();
        let of = |state: &str| task.items.iter().filter(|i| i.state == state).count();
        let words = match (of("missing"), of("withheld")) {
            (0, _) => "正在核实",
            (_, 0) => "未报送",
            _ => "未报送或正在核实",
        };
        task.open() as f64 == s.numbers("n")[0] && s.first("w") == words
    }

    pub fn last_known(&self, task: &Task) -> Option<(Period, &Task)> {
        let then = |m: &'a Month| (m.period, m.tasks.iter().find(|t| t.no == task.no).unwrap());
        self.earlier
            .iter()
            .rev()
            .map(then)
            .find(|(_, t)| t.grade != "数据待核实")
    }

    pub fn stays(&self, task: &Task) -> bool {
        task.items.iter().any(|i| BEHIND.contains(&i.grade))
            || self.last_known(task).is_some_and(|(_, t)| t.is(BEHIND))
    }

    /// The 完成时限 of the indicator that is named, else of the whole task.
    pub fn limit(&self, s: &Captures) -> Date {
        let task = self
            .plan
            .tasks
            .iter()
            .find(|t| t.no == self.task().no)
            .unwrap();
        let named = s.all("item");
        let own = task.indicators.clone();
        let own = own.filter(|&i| {
            named.is_empty() || named.contains(&self.plan.indicators[i].name.as_str())
        });
        own.map(|i| self.plan.deadline(i, self.month.period))
            .max()
            .unwrap()
    }

    pub fn day(&self, s: &Captures) -> Date {
        let numbers: Vec<i16> = s
            .first("day")
            .split(['年', '月', '日'])
            .filter_map(|n| n.parse().ok())
            .collect();
        Date::new(
            numbers[0],
            i8::try_from(numbers[1]).unwrap(),
            i8::try_from(numbers[2]).unwrap(),
        )
        .unwrap()
    }

    /// The latest 预计完成时间 of what is not finished.
    pub fn expected(&self, s: &Captures) -> bool {
        let days = self
            .office
            .words(self.month.period, self.task().no, "预计完成时间");
        days.iter().any(|d| *d == self.day(s).to_string())
    }
}
