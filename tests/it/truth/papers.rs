//! What the other papers claim: 总览 and 一览表, the closing words of a run, the 催报通知.

use std::path::Path;

use calamine::{Data, DataType as _, Reader as _, Xlsx, open_workbook};
use duban::plan::chinese_date;

use super::known::{BEHIND, FINISHED, IN_TIME, Task};
use super::reader::{Form, Reader};
use crate::prelude::*;

/// 总览: label, and the count that stands beside it.
const HEADLINES: &[(&str, fn(&Reader) -> usize)] = &[
    ("已完成（含待验收）", |r| {
        r.month.count(None, FINISHED)
    }),
    ("达到或超过序时进度（含已达标）", |r| {
        r.month.count(None, IN_TIME)
    }),
    ("滞后（含严重滞后、未按期完成）", |r| {
        r.month.count(None, BEHIND)
    }),
    ("状态较上月上升（件）", |r| r.moved("↑ 升")),
    ("状态较上月下降（件）", |r| r.moved("↓ 降")),
    ("应报送", |r| r.office.asked()),
    ("其中逾期报送", |r| r.office.reported("逾期报送")),
    ("已退回", |r| r.office.reported("退回修改")),
    ("未报", |r| r.office.reported("未报")),
    ("应报", |r| r.month.records.len()),
    ("已采信", |r| r.rows("accepted")),
    ("待核实", |r| r.rows("withheld")),
    ("未报", |r| r.rows("missing")),
    ("错误", |r| r.month.found("error", "open")),
    ("警告（已说明的不计）", |r| {
        r.month.found("warning", "open")
    }),
    ("提示", |r| r.month.found("note", "open")),
];

pub const CLOSING: &[Form] = &[
    (
        "任务<n>项：<words>。核查：错误<a>条，警告<b>条，提示<c>条。",
        |r, s| {
            let counts = s.first("words").split('，').all(|part| {
                let word = part.trim_end_matches(|c: char| c.is_ascii_digit());
                r.month.count(None, &[word]).to_string() == part[word.len()..]
            });
            let found = |severity| r.month.found(severity, "open").to_string();
            counts
                && s.first("n") == r.month.tasks.len().to_string()
                && [s.first("a"), s.first("b"), s.first("c")]
                    == ["error", "warning", "note"].map(found)
        },
    ),
    ("下一步：", |_, _| true),
    (
        "<n>. 催报：{<dept>、}(等<m>个单位（名单见汇总表）|)未报送",
        |r, s| s.all("dept").iter().all(|d| r.office.state(d) == "未报"),
    ),
    (
        "<n>. 退回：{<dept>、}(等<m>个单位（名单见汇总表）|)的文件不能使用，请把“退回”文件夹中的文件发还(；要附空白报送表：<words>|)",
        |r, s| {
            s.all("dept")
                .iter()
                .all(|d| r.office.state(d) == "退回修改")
        },
    ),
    (
        "<n>. 更正：请{<dept>、}(等<m>个单位（名单见汇总表）|)改正错误后重新报送[（改正前相关数据不采用）|]，标好的原表在“退回”文件夹",
        |r, s| {
            let names = s.all("dept");
            names.iter().all(|d| r.open_findings(d, "error") > 0)
                && (s.first("w").is_empty()
                    || names.iter().any(|d| r.accepted(d).0 < r.accepted(d).1))
        },
    ),
    (
        "<n>. 说明：请{<dept>、}(等<m>个单位（名单见汇总表）|)更正警告，或在“情况说明”表中说明",
        |r, s| {
            let open = |d: &&str| r.open_findings(d, "warning") - r.late_findings(Some(d));
            s.all("dept").iter().all(|d| open(d) > 0)
        },
    ),
    ("收到补报或更正：<words>，再运行", |_, _| true),
    ("没有需要处理的问题。", |r, _| {
        r.month.found("error", "open") + r.month.found("warning", "open") == r.late_findings(None)
    }),
    (
        "共<n>个单位，其余见汇总表“各单位报送情况”。",
        |r, s| s.first("n") == r.plan.departments.len().to_string(),
    ),
    ("印发前在简报中补填：<words>。", |r, _| {
        r.plan.briefing.to.is_empty()
    }),
    (
        "发出前在催报通知中补填：文号、补报期限、联系人、联系电话。",
        |r, _| {
            let is_blank = r.plan.briefing.telephone.is_none();
            let states = ["未报", "逾期报送", "退回修改"];
            is_blank && (r.rows("missing") > 0 || states.iter().any(|s| r.office.reported(s) > 0))
        },
    ),
    (
        "发还前在退回文件的“情况说明”中补填：期限、联系电话（写在<words>）。",
        |r, _| r.plan.returns.days.is_none() && r.plan.briefing.telephone.is_none(),
    ),
    ("已写入<words>", |_, _| true),
];

const NOTICE: &[Form] = &[
    (
        "<head>应于<day>前报送，至今未收到你单位的报送表，列为未报。涉及你单位<n>项任务、<m>个指标：",
        |r, s| {
            let own = r.addressee();
            let slots = r.plan.slots_of(own);
            let mut tasks: Vec<usize> = slots.iter().map(|&slot| r.plan.slots[slot].task).collect();
            tasks.dedup();
            r.state_of(own) == "未报"
                && r.due(s)
                && s.first("n") == tasks.len().to_string()
                && s.first("m") == slots.len().to_string()
        },
    ),
    (
        "<head>应于<day>前报送，你单位报送的文件不能使用，列为已退回。原因如下：",
        |r, s| r.due(s) && r.state_of(r.addressee()) == "退回修改",
    ),
    (
        "<head>应于<day>前报送，你单位的报送表于<limit>收到，逾期<n>天，列为逾期报送。",
        |r, s| {
            let came = r.office.came(r.addressee());
            let due = r.plan.due_date(r.month.period);
            r.due(s)
                && came.is_some_and(|day| {
                    chinese_date(day) == s.first("limit")
                        && due.until(day).unwrap().get_days().to_string() == s.first("n")
                })
        },
    ),
    (
        "(表中|你单位报送的<head>中，)以下内容没有填报，列为漏报：",
        |r, _| {
            r.accepted(&r.plan.departments[r.addressee()].name).0
                < r.accepted(&r.plan.departments[r.addressee()].name).1
        },
    ),
    (
        "(<k>.|)第<n>项“<task>”（<m>个指标）[；|。]",
        |r, s| {
            let own = r.addressee();
            let task = r.month.named(s.first("task"));
            let of = |&&slot: &&usize| r.plan.tasks[r.plan.slots[slot].task].no == task.no;
            task.no.to_string() == s.first("n")
                && r.plan.slots_of(own).iter().filter(of).count().to_string() == s.first("m")
        },
    ),
    ("(<k>.|)第<n>项“<task>”：<words>", |r, s| {
        // What it names was never sent.
        let own = &r.plan.departments[r.addressee()].id;
        let task = r.month.named(s.first("task"));
        let open = |i: &&duban::plan::Indicator| {
            r.month.records.iter().any(|row| {
                row["indicator"] == i.id && row["department"] == *own && row["state"] == "missing"
            })
        };
        let named: Vec<_> = r
            .plan
            .indicators
            .iter()
            .filter(|i| s.first("words").contains(&format!("“{}”", i.name)))
            .collect();
        task.no.to_string() == s.first("n") && !named.is_empty() && named.iter().all(open)
    }),
];

/// 一览表, row by row.
pub fn task_rows(path: &Path) -> impl Iterator<Item = String> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let range = book.worksheet_range("一览表").unwrap();
    let cell = |c: &Data| c.to_string().replace('\n', "");
    let row = |row: &[Data]| row.iter().map(cell).collect::<Vec<_>>().join("｜");
    range.rows().map(row).collect::<Vec<_>>().into_iter()
}

impl Reader<'_> {
    /// What is untrue in the summary workbook.
    pub fn summary(&self, path: &Path) -> Vec<String> {
        let mut book: Xlsx<_> = open_workbook(path).unwrap();
        let mut wrong = Vec::new();
        let tasks = book.worksheet_range("一览表").unwrap();
        let said = |row: &[Data], col: usize| {
            row.get(col)
                .map(ToString::to_string)
                .unwrap_or_default()
                .replace('\n', "")
        };
        let rows: Vec<&[Data]> = tasks.rows().collect();
        let head = rows.iter().position(|r| said(r, 0) == "序号").unwrap();
        let col = |name: &str| {
            (0..rows[head].len())
                .find(|&c| said(rows[head], c) == name)
                .unwrap()
        };
        for (ix, task) in self.month.tasks.iter().enumerate() {
            let row = rows
                .iter()
                .find(|r| said(r, 0) == task.no.to_string())
                .unwrap();
            let number = |n: Option<f64>| n.map_or_else(String::new, |n| n.to_string());
            let before = self.before.map_or("", |b| b.tasks[ix].grade);
            let shown = said(row, col("状态"));
            let grade = shown.split('（').next().unwrap_or_default();
            for (what, is, should) in [
                ("完成率", said(row, col("完成率")), number(task.rate)),
                (
                    "序时进度",
                    said(row, col("序时进度")),
                    number(task.schedule),
                ),
                ("差距", said(row, col("差距（百分点）")), number(task.gap())),
                ("状态", grade.to_owned(), task.grade.to_owned()),
                ("上月状态", said(row, col("上月状态")), before.to_owned()),
                (
                    "升降",
                    said(row, col("升降")),
                    self.month.movement(self.before, ix).to_owned(),
                ),
            ] {
                let unknown = ["", "—", "-", "–"];
                if is != should
                    && !(unknown.contains(&is.as_str()) && should.is_empty())
                    && !is.contains("个节点完成")
                {
                    wrong.push(format!("一览表 {}: {what} {is}, not {should}", task.name));
                }
            }
        }
        let overview = book.worksheet_range("总览").unwrap();
        let mut counts: Vec<_> = HEADLINES.iter().collect();
        for row in overview.rows() {
            for (at, label) in row.iter().enumerate() {
                // 未报 counts departments first, then rows.
                let Some(at_list) = counts
                    .iter()
                    .position(|(l, _)| label.to_string().replace("（项）", "（件）") == *l)
                else {
                    continue;
                };
                let count = counts.remove(at_list).1;
                let number = row[at + 1..]
                    .iter()
                    .find(|c| !c.is_empty())
                    .map(ToString::to_string);
                if number != Some(count(self).to_string()) {
                    wrong.push(format!("总览 {label}: {number:?}, not {}", count(self)));
                }
            }
        }
        wrong
    }

    /// What is untrue in the closing words of this month's run.
    pub fn closing(&self, printed: &str) -> Vec<String> {
        let head = format!("{} {}", self.plan.title, self.month.period.chinese());
        let own = printed.lines().skip_while(|l| *l != head).skip(1);
        let own = own.take_while(|l| !l.starts_with(&self.plan.title));
        let lines: Vec<&str> = own
            .map(str::trim)
            .filter(|l| !l.is_empty() && !l.starts_with(['─', '═']))
            .collect();
        assert!(!lines.is_empty(), "{head} is not in: {printed}");
        let row = |line: &str| {
            let cells: Vec<&str> = line.split_whitespace().collect();
            let [name, state, errors, warnings, accepted] = cells[..] else {
                return self.form(line, CLOSING);
            };
            if name == "单位" || !self.plan.departments.iter().any(|d| d.name == name) {
                return name == "单位" || self.form(line, CLOSING);
            }
            let (known, all) = self.accepted(name);
            let asked = all > 0;
            (!asked || state.replace("已退回", "退回修改") == self.office.state(name))
                && errors == self.open_findings(name, "error").to_string()
                && warnings == self.open_findings(name, "warning").to_string()
                && accepted == format!("{known}/{all}")
        };
        lines
            .into_iter()
            .filter(|l| !row(l))
            .map(|l| format!("closing: {l}"))
            .collect()
    }

    /// What is untrue in a department's 催报通知.
    pub fn notice(&self, name: &str, document: &Document) -> Vec<String> {
        self.address(name);
        // Inside quotation marks they are single.
        let plain = |p: &String| p.replace('‘', "“").replace('’', "”");
        let paragraphs: Vec<String> = document.paragraphs.iter().map(plain).collect();
        let body = paragraphs
            .iter()
            .skip_while(|p| **p != format!("{name}："))
            .skip(1);
        let claims = body.filter(|p| p.contains("列为") || p.contains("项“"));
        claims
            .filter(|p| !self.form(p, NOTICE))
            .map(|p| format!("{name}: {p}"))
            .collect()
    }

    pub fn rows(&self, state: &str) -> usize {
        self.month
            .records
            .iter()
            .filter(|r| r["state"] == state)
            .count()
    }

    fn id(&self, name: &str) -> &str {
        &self
            .plan
            .departments
            .iter()
            .find(|d| d.name == name)
            .unwrap()
            .id
    }

    /// Accepted rows of a department, and all.
    pub fn accepted(&self, name: &str) -> (usize, usize) {
        let own = || {
            self.month
                .records
                .iter()
                .filter(|r| r["department"] == *self.id(name))
        };
        (
            own().filter(|r| r["state"] == "accepted").count(),
            own().count(),
        )
    }

    pub fn open_findings(&self, name: &str, severity: &str) -> usize {
        let own = |f: &&serde_json::Value| {
            text(f, "department") == self.id(name)
                && text(f, "severity") == severity
                && text(f, "status") == "open"
        };
        self.month.findings.iter().filter(own).count()
    }

    /// Findings on lateness, of one department or all: nothing can be done about them.
    fn late_findings(&self, name: Option<&str>) -> usize {
        let own = |f: &&serde_json::Value| {
            let is_of = name.is_none_or(|name| text(f, "department") == self.id(name));
            is_of && text(f, "code") == "X002" && text(f, "status") == "open"
        };
        self.month.findings.iter().filter(own).count()
    }

    fn state_of(&self, department: usize) -> &'static str {
        self.office.state(&self.plan.departments[department].name)
    }

    fn due(&self, s: &super::pattern::Captures) -> bool {
        chinese_date(self.plan.due_date(self.month.period)) == s.first("day")
    }
}

impl Task {
    pub fn gap(&self) -> Option<f64> {
        Some(super::known::round(self.schedule? - self.rate?))
    }
}
