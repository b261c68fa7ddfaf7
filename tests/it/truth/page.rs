//! What 结果.html claims, line by line.

use duban::plan::{Kind, Period};

use super::known::{BEHIND, FINISHED, IN_TIME};
use super::overall::OVERALL;
use super::papers::CLOSING;
use super::reader::{Form, Reader};
use crate::html::{Block, Page};

const LINES: &[Form] = &[
    ("本月没有可以计算完成率的项目。", |r, _| {
        r.month.tasks.iter().all(|t| t.rate.is_none())
    }),
    (
        "应报单位<n>个：已报<a>个，其中逾期<b>个；退回<c>个，未报<d>个。",
        |r, s| {
            let reported = |state| r.office.reported(state) as f64;
            let asked = r.office.asked() as f64;
            let lacking = reported("退回修改") + reported("未报");
            s.numbers("n")[0] == asked
                && s.numbers("b")[0] == reported("逾期报送")
                && s.numbers("c")[0] == reported("退回修改")
                && s.numbers("d")[0] == reported("未报")
                && s.numbers("a")[0] == asked - lacking
        },
    ),
    (
        "应报数据<n>项：已采用<a>项，待核实<b>项，未报<c>项。核查：错误<m>项，警告<k>项，提示<y>项；已说明<v>项。",
        |r, s| {
            let rows = |state| r.rows(state).to_string();
            let found = |severity, status| r.month.found(severity, status).to_string();
            ["n", "a", "b", "c", "m", "k", "y", "v"].map(|k| s.first(k).to_owned())
                == [
                    r.month.records.len().to_string(),
                    rows("accepted"),
                    rows("withheld"),
                    rows("missing"),
                    found("error", "open"),
                    found("warning", "open"),
                    found("note", "open"),
                    ["error", "warning", "note"]
                        .map(|s| r.month.found(s, "explained"))
                        .iter()
                        .sum::<usize>()
                        .to_string(),
                ]
        },
    ),
    (
        "收到补报或更正的，先收表，再出一次月报。",
        |r, _| {
            r.month.found("error", "open") + r.month.found("warning", "open") > 0
                || r.office.reported("未报") + r.office.reported("退回修改") > 0
        },
    ),
];

/// Of one task, behind its name.
const TASK: &[Form] = &[
    (
        "<task>：完成率<p>%，序时进度<f>%(，[低|高]<d>个百分点|)",
        |r, s| {
            r.turn_to(s);
            let gap = r.task().gap().unwrap_or(f64::NAN);
            let side = s.numbers("d").first().map_or(0.0, |d| match s.first("w") {
                "低" => *d,
                _ => -d,
            });
            Some(s.numbers("p")[0]) == r.task().rate
                && Some(s.numbers("f")[0]) == r.task().schedule
                && gap == side
        },
    ),
    ("<task>：节点<n>个，完成<m>个", |r, s| {
        r.turn_to(s);
        let (done, all) = r.task().milestones();
        // Of what nobody has reported on, none is known to be done or not.
        let is_known = r
            .task()
            .items
            .iter()
            .any(|i| i.kind == Kind::Milestone && i.is_accepted());
        is_known && (s.numbers("n")[0], s.numbers("m")[0]) == (all as f64, done as f64)
    }),
    (
        "<task>：(自<head>起|)已[连续|有][至少|]<n>个月[滞后|未达标](，另有<m>个月数据不全，不计在内|，<head>前数据不全|，<head>前和其后<m>个月数据不全，不计在内|)。",
        |r, s| {
            r.turn_to(s);
            let no = r.task().no;
            let grade = |m: &super::known::Month| {
                m.tasks.iter().find(|t| t.no == no).map_or("", |t| t.grade)
            };
            let all: Vec<_> = r.earlier.iter().chain([r.month]).collect();
            let from = all
                .iter()
                .position(|m| m.period.chinese() == s.first("head"));
            let Some(from) = from else { return false };
            let what = s.all("w")[2];
            let is = |m: &&&super::known::Month| match what {
                "滞后" => BEHIND.contains(&grade(m)),
                _ => grade(m) == what,
            };
            let row = &all[from..];
            // Of this month's part some is missing, where the task was behind and is followed on.
            let partly = |m: &&&super::known::Month| {
                m.period == r.month.period && !is(m) && r.task().open() > 0
            };
            let open = row
                .iter()
                .filter(|m| grade(m) == "数据待核实" || partly(m))
                .count();
            let before = all[..from].iter().rev().find(|m| grade(m) != "数据待核实");
            let is_open = before.is_none() && all[from].period > Period::of(r.plan.start);
            row.iter().filter(is).count().to_string() == s.first("n")
                && row.iter().filter(is).count() + open == row.len()
                && s.first("m")
                    == if open == 0 {
                        String::new()
                    } else {
                        open.to_string()
                    }
                && before.is_none_or(|m| !is(&m))
                && (s.all("w")[1] == "至少") == is_open
        },
    ),
    ("<task>：责任单位未说明原因。", |r, s| {
        r.turn_to(s);
        r.quotes("", "存在问题")
    }),
    ("<task>：未提出下一步措施。", |r, s| {
        r.turn_to(s);
        r.quotes("", "下一步措施")
    }),
    ("<task>：原因：<words>", |r, s| {
        r.turn_to(s);
        r.quotes(s.first("words"), "存在问题")
    }),
    ("<task>：下一步：<words>", |r, s| {
        r.turn_to(s);
        r.quotes(s.first("words"), "下一步措施")
    }),
    (
        "<task>：上月报的预计完成时间<day>[，未兑现|已过，是否完成待核实]。",
        |r, s| {
            r.turn_to(s);
            let Some(before) = r.before else { return false };
            let days = r.office.words(before.period, r.task().no, "预计完成时间");
            let has_passed = r.day(s) <= r.month.period.last_day();
            has_passed && days.contains(&r.day(s).to_string())
        },
    ),
    (
        "<task>：(“<item>”|)预计完成时间<words>。",
        |r, s| {
            r.turn_to(s);
            r.foreseen(s, s.first("words"))
        },
    ),
];

const KINDS: [(&str, &[&str]); 3] = [
    ("已完成（含待验收）", FINISHED),
    ("达到或超过序时进度（含已达标）", IN_TIME),
    ("滞后（含严重滞后、未按期完成）", BEHIND),
];

impl Reader<'_> {
    /// What is untrue on the page.
    pub fn page(&self, page: &Page) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut says = |is_true: bool, block: &Block| {
            if !is_true {
                wrong.push(format!("结果.html {}: {}", block.tag, block.text));
            }
        };
        let (mut section, mut tile) = ("", "");
        for block in page.blocks.iter().filter(|b| b.table.is_empty()) {
            let text = block.text.as_str();
            match (block.tag.as_str(), block.class.as_str()) {
                ("p", "lead") => says(self.paragraph(text).is_none(), block),
                ("p", "") => {
                    let is_mean = text.starts_with("量化任务");
                    let sentence = text.trim_end_matches('。');
                    says(
                        if is_mean {
                            self.form(sentence, OVERALL)
                        } else {
                            self.form(text, LINES) || self.form(text, CLOSING)
                        },
                        block,
                    );
                }
                ("h2", _) => section = text,
                ("li", "") if section.starts_with("二、") => {
                    says(self.form(&format!("1. {text}"), CLOSING), block);
                }
                ("div", "") => {
                    tile = text;
                    says(self.tile(text), block);
                }
                ("small", _) if text.contains("上月") => says(self.changed(tile, text), block),
                _ => {}
            }
        }
        for (row, (ix, task)) in page
            .rows("tasks")
            .iter()
            .zip(self.month.tasks.iter().enumerate())
        {
            let cells: Vec<&&Block> = row.iter().filter(|b| b.tag == "td").collect();
            says(cells[0].text == task.no.to_string(), cells[0]);
            says(cells[2].text == task.grade, cells[2]);
            let moved = row.iter().filter(|b| b.tag == "small").nth(1).unwrap();
            let movement = self.month.movement(self.before, ix);
            says(moved.text == movement.replace("首次", ""), moved);
            let claims = row.iter().filter(|b| b.tag == "p").chain([cells[3]]);
            let is_claim =
                |b: &&&Block| b.tag == "p" || task.rate.is_some() || b.text.starts_with("节点");
            for claim in claims.filter(is_claim) {
                says(
                    self.form(&format!("{}：{}", task.name, claim.text), TASK),
                    claim,
                );
            }
            let months = self.earlier.iter().chain([self.month]);
            let grades = months.map(|m| format!("{}：{}", m.period.chinese(), m.tasks[ix].grade));
            says(cells[4].titles == grades.collect::<Vec<_>>(), cells[4]);
        }
        for row in page.rows("states offices") {
            let [name, state, _, errors, warnings, accepted, all, _] = row[..] else {
                panic!("{row:?}");
            };
            let (known, asked) = self.accepted(&name.text);
            let count = |n: usize| format!("{n}项");
            says(
                (asked == 0
                    || state.text.replace("已退回", "退回修改") == self.office.state(&name.text))
                    && errors.text == count(self.open_findings(&name.text, "error"))
                    && warnings.text == count(self.open_findings(&name.text, "warning"))
                    && accepted.text == count(known)
                    && all.text == count(asked),
                name,
            );
        }
        wrong
    }

    /// What a headline count has changed by.
    fn changed(&self, tile: &str, text: &str) -> bool {
        let kind = KINDS.iter().find(|(label, _)| tile.starts_with(label));
        let (Some((_, grades)), Some(_)) = (kind, self.before) else {
            return false;
        };
        let change = self.change(grades);
        let counter = if self.spelled(">件").ends_with('件') {
            '件'
        } else {
            '项'
        };
        text == match change {
            0.0 => "与上月相同".to_owned(),
            n if n > 0.0 => format!("比上月 +{n}{counter}"),
            n => format!("比上月 {n}{counter}"),
        }
    }

    /// A headline count.
    fn tile(&self, text: &str) -> bool {
        let counter = if self.spelled(">件").ends_with('件') {
            '件'
        } else {
            '项'
        };
        let others = KINDS
            .iter()
            .map(|(_, grades)| self.n(None, grades))
            .sum::<f64>();
        let Some((label, grades)) = KINDS.iter().find(|(label, _)| text.starts_with(label)) else {
            return text.is_empty()
                || text == format!("其他{}{counter}", self.n(None, &[]) - others);
        };
        text == format!("{label}{}{counter}", self.n(None, grades))
    }
}
