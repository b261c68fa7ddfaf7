//! What a notice says: what is missing, late or returned, and by when.

use jiff::civil::Date;

use crate::intake::text::{nested_quotes, one_line};
use crate::plan::{Period, chinese_date};

use crate::report::room::paper_lines as lines;

use super::standing::{DepartmentStanding, Owed, Progress, Reason};

/// Lines of the page that are left to the body, at 28 characters a line.
const LINES: usize = 11;
/// Lines of the closing sentence at most.
const CLOSING: usize = 3;
/// A day to be filled in by hand.
const BLANK_DAY: &str = "　　月　　日";
/// Characters of a file's name, and of what is wrong with it.
const FILE: usize = 24;
const MESSAGE: usize = 60;

/// A notice's words.
#[derive(Debug)]
pub struct NoticeWords {
    /// Sentences that say how things stand, then the list of what is missing.
    pub body: Vec<String>,
    /// What to do, by when.
    pub request: String,
}

/// The words for one department. `subject`: what is reported on. `until`: a new day set by the office.
pub fn words(
    standing: &DepartmentStanding,
    subject: &str,
    period: Period,
    until: Option<Date>,
) -> NoticeWords {
    let form = format!("{}{subject}进展情况报送表", period.chinese());
    let due = chinese_date(standing.due);
    let mut body = Vec::new();
    let mut requests = Vec::new();
    let mut items = Vec::new();
    // The day is the office's to set: the plan's own has passed, or nobody would be reminded.
    let day = until.map_or_else(|| BLANK_DAY.to_owned(), chinese_date);
    let by = |what: &str| format!("请于{day}前{what}。");
    match standing.progress {
        Progress::NotSubmitted => {
            let count: usize = standing.tasks.iter().map(|t| t.indicators.len()).sum();
            body.push(format!(
                "{form}应于{due}前报送，至今未收到你单位的报送表，列为未报。涉及你单位{}项任务、{count}个指标：",
                standing.tasks.len()
            ));
            let item =
                |t: &Owed| format!("第{}项“{}”（{}个指标）", t.task, t.name, t.indicators.len());
            items.extend(standing.tasks.iter().map(item));
            requests.push(by("报送"));
        }
        Progress::Returned => {
            body.push(format!(
                "{form}应于{due}前报送，你单位报送的文件不能使用，列为已退回。原因如下："
            ));
            items.extend(standing.reasons.iter().map(reason));
            requests.push(by("按退回意见修改后重新报送"));
        }
        Progress::Late => {
            let received = standing
                .received
                .map(|d| format!("于{}收到", chinese_date(d)))
                .unwrap_or_default();
            let days = standing
                .days_late()
                .map(|n| format!("，逾期{n}天"))
                .unwrap_or_default();
            body.push(format!(
                "{form}应于{due}前报送，你单位的报送表{received}{days}，列为逾期报送。"
            ));
        }
        Progress::OnTime | Progress::Submitted | Progress::NotAsked => {}
    }
    if !standing.gaps.is_empty() {
        body.push(if standing.progress == Progress::Late {
            "表中以下内容没有填报，列为漏报：".to_owned()
        } else {
            format!("你单位报送的{form}中，以下内容没有填报，列为漏报：")
        });
        items.extend(
            standing
                .gaps
                .iter()
                .map(|gap| format!("第{}项“{}”：{}", gap.task, gap.name, gap.indicators())),
        );
        requests.push(by("补齐后重新报送"));
    }
    if standing.progress == Progress::Late {
        requests.push("今后请按时报送。".to_owned());
    }
    let used: usize = body.iter().map(|p| lines(p)).sum();
    body.extend(fitting(items, LINES.saturating_sub(CLOSING + used)));
    NoticeWords {
        body: body.into_iter().map(nested_quotes).collect(),
        request: requests.concat(),
    }
}

/// The file's name without its folders, and what is wrong. An official letter names no rule codes.
fn reason(reason: &Reason) -> String {
    let file = reason
        .file
        .as_deref()
        .map(|f| f.rsplit('/').next().unwrap_or(f))
        .map(|f| format!("“{}”", one_line(f, FILE)))
        .unwrap_or_default();
    let message = one_line(reason.message.trim_end_matches('。'), MESSAGE);
    format!("{file}{message}")
}

/// As many items as fit into `left` lines, numbered; the rest is counted.
fn fitting(items: Vec<String>, left: usize) -> Vec<String> {
    let all = items.len();
    let mut out = Vec::new();
    let mut used = 0;
    for (ix, item) in items.into_iter().enumerate() {
        let item = if all == 1 {
            format!("{item}。")
        } else {
            format!("{}.{item}；", ix + 1)
        };
        let rest = all - ix - 1;
        // The line that counts the rest takes its place too.
        let needed = lines(&item) + usize::from(rest > 0);
        if ix > 0 && used + needed > left {
            out.push(format!("其余{}项从略。", rest + 1));
            return out;
        }
        used += lines(&item);
        out.push(item);
    }
    if let Some(last) = out.last_mut().filter(|last| last.ends_with('；')) {
        last.pop();
        last.push('。');
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::standing::{Gap, MissingValue};
    use super::*;

    fn standing(progress: Progress) -> DepartmentStanding {
        DepartmentStanding {
            id: "gafj".to_owned(),
            name: "公安分局".to_owned(),
            progress,
            submitted: crate::check::Reporting::NotSubmitted,
            received: Some(date(2024, 7, 8)),
            due: date(2024, 7, 5),
            file: None,
            reasons: Vec::new(),
            gaps: Vec::new(),
            tasks: vec![Owed {
                task: 18,
                name: "停车综合治理".to_owned(),
                indicators: vec!["甲".to_owned(), "乙".to_owned()],
            }],
        }
    }

    fn said(standing: &DepartmentStanding, until: Option<Date>) -> String {
        let words = words(
            standing,
            "重点民生实事",
            Period::new(2024, 6).unwrap(),
            until,
        );
        format!("{}\n{}", words.body.join("\n"), words.request)
    }

    #[test]
    fn who_sent_nothing_is_told_what_is_due_and_by_when() {
        assert_eq!(
            said(&standing(Progress::NotSubmitted), Some(date(2024, 7, 10))),
            "2024年6月重点民生实事进展情况报送表应于2024年7月5日前报送，至今未收到你单位的报送表，列为未报。涉及你单位1项任务、2个指标：\n\
             第18项“停车综合治理”（2个指标）。\n请于2024年7月10日前报送。"
        );
        assert!(
            said(&standing(Progress::NotSubmitted), None).ends_with("请于　　月　　日前报送。")
        );
    }

    #[test]
    fn late_and_left_out_are_told_apart() {
        let mut late = standing(Progress::Late);
        late.gaps.push(Gap {
            task: 15,
            name: "你点我检".to_owned(),
            indicators: vec![MissingValue {
                id: "15.1".to_owned(),
                name: "活动批次".to_owned(),
            }],
        });
        let text = said(&late, None);
        assert!(
            text.contains("于2024年7月8日收到，逾期3天，列为逾期报送")
                && text.contains("列为漏报："),
            "{text}"
        );
        assert!(
            text.contains("第15项“你点我检”：“活动批次”。") && text.contains("今后请按时报送"),
            "{text}"
        );
    }

    #[test]
    fn a_long_list_is_cut_to_the_page() {
        let mut many = standing(Progress::NotSubmitted);
        many.tasks = (1..=40)
            .map(|task| Owed {
                task,
                name: "很长的任务名称".repeat(4),
                indicators: vec!["甲".to_owned()],
            })
            .collect();
        let words = words(&many, "重点民生实事", Period::new(2024, 6).unwrap(), None);
        let used: usize = words
            .body
            .iter()
            .chain([&words.request])
            .map(|p| lines(p))
            .sum();
        assert!(used <= LINES, "{used}");
        assert!(
            words.body.last().is_some_and(|l| l.starts_with("其余")),
            "{:?}",
            words.body
        );
    }
}
