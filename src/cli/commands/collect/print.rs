//! What `collect` says it has done.

use jiff::civil::Date;
use serde_json::json;

use super::super::prelude::*;
use super::{Collected, Outcome};

fn shown(path: &Path) -> String {
    one_line(&path.display().to_string(), 200)
}

pub fn text(
    folder: &Path,
    period: Period,
    outcomes: &[Outcome],
    received: Date,
    terminal: &Terminal,
) {
    say!(
        terminal,
        "收取到“{}”，收到日期记为{}。",
        folder.display(),
        chinese_date(received)
    );
    let (mut new, mut known, mut left) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_kept = false;
    for Outcome { source, fate } in outcomes {
        match fate {
            Collected::New {
                file,
                renamed,
                fault,
            } => {
                let mut line = file.clone();
                if *renamed {
                    let own = source.file_name().map(|name| shown(Path::new(name)));
                    let own = own.unwrap_or_default();
                    line = format!("{line}（原名“{own}”已有另一份内容，改用此名）");
                }
                if let Some(fault) = fault {
                    line = format!("{line}——打不开：{fault}，请联系该单位重报");
                }
                new.push(line);
            }
            Collected::Known {
                file,
                recorded,
                corrected,
            } => {
                let now = chinese_date(received);
                let day = match (recorded.map(chinese_date), *corrected) {
                    (Some(former), true) => {
                        format!("，收到日期由{former}更正为{now}，原登记保留在 received.csv")
                    }
                    (None, true) => format!("，收到日期登记为{now}"),
                    (Some(former), false) => {
                        is_kept = true;
                        format!("，收到日期仍为{former}")
                    }
                    (None, false) => String::new(),
                };
                known.push(format!("{}（与“{file}”内容相同{day}）", shown(source)));
            }
            Collected::Left { why, .. } => left.push(format!("{}：{why}", shown(source))),
        }
    }
    for (head, lines) in [("新收", new), ("已有，未再收", known), ("未收", left)] {
        if !lines.is_empty() {
            say!(terminal, "{head} {} 个：", lines.len());
        }
        for line in lines {
            say!(terminal, "  {line}");
        }
    }
    if is_kept {
        say!(
            terminal,
            "已收过的文件要改收到日期的，对该文件再收取一次：{}",
            next(&format!(
                "collect 文件 {period} --received {received} --correct"
            ))
        );
    }
    if outcomes.is_empty() {
        terminal.line("来源中没有可收取的文件。");
    } else {
        say!(
            terminal,
            "下一步：{}；查看报送情况：{}",
            next(&format!("run {period}")),
            next(&format!("status {period}"))
        );
    }
}

fn is_corrected(fate: &Collected) -> bool {
    matches!(
        fate,
        Collected::Known {
            corrected: true,
            ..
        }
    )
}

pub fn json(outcomes: &[Outcome], received: Date) -> Result {
    let entry = |o: &Outcome| {
        let (outcome, file, fault, why) = match &o.fate {
            Collected::New { file, fault, .. } => ("new", Some(file), fault.as_ref(), None),
            Collected::Known { file, .. } => ("known", Some(file), None, None),
            Collected::Left { why, harmless } => {
                let outcome = if *harmless { "skipped" } else { "unreadable" };
                (outcome, None, None, Some(why))
            }
        };
        json!({
            "source": o.source.to_string_lossy(), "outcome": outcome, "file": file, "fault": fault, "reason": why,
            "received": (outcome == "new" || is_corrected(&o.fate)).then(|| received.to_string()),
        })
    };
    Terminal::json(&outcomes.iter().map(entry).collect::<Vec<_>>())
}
