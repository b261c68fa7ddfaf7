//! R012: a narrative that holds nothing but what is yet to be done.

use super::{Clause, Prose};

/// Words that begin a promise. 计划 and 拟 count only as verbs; 将 only before one (将培训纳入课程 is no promise).
pub const PROMISES: &[&str] = &[
    "将于",
    "将在",
    "将继续",
    "将进一步",
    "将组织",
    "将开展",
    "将召开",
    "将举办",
    "将启动",
    "将实施",
    "将推进",
    "将加快",
    "将尽快",
    "将按",
    "将完成",
    "将把",
    "将对",
    "将及时",
    "将持续",
    "将积极",
    "将全力",
    "将加大",
    "将加强",
    "将定期",
    "将适时",
    "将会同",
    "将联合",
    "将逐步",
    "将深入",
    "将抓紧",
    "将不断",
    "将严格",
    "将着力",
    "将陆续",
    "将力争",
    "将确保",
    "即将",
    "拟",
    "计划",
    "下一步",
    "下步",
    "下月",
    "预计",
    "争取",
    "力争",
    "打算",
    "准备",
    "待",
];
/// Words of what has been done.
const DONE: &[&str] = &[
    "已",
    "累计",
    "截至",
    "截止",
    "目前",
    "本月",
    "正在",
    "完成了",
    "开展了",
    "组织了",
    "召开了",
    "举办了",
    "共",
];
/// Openings of a sentence that say nothing by themselves.
const OPENINGS: &[&str] = &[
    "根据",
    "按照",
    "按",
    "为",
    "结合",
    "围绕",
    "针对",
    "依据",
    "经研究",
    "接下来",
    "后期",
    "下半年",
    "今后",
];

/// Whether every sentence is a promise. A clause without a promise of its own goes with the one before it, unless it
/// tells of something done; what stands before the first promise of a sentence must be an opening such as 根据工作安排.
pub fn is_all_promises(narrative: &str) -> bool {
    let prose = Prose::new(narrative);
    let all = prose.clauses();
    !all.is_empty()
        && all
            .chunk_by(|a, b| a.sentence == b.sentence)
            .all(is_promise)
}

fn is_promise(sentence: &[Clause]) -> bool {
    let mut promised = false;
    for clause in sentence {
        match promise(&clause.text) {
            Some(at) if DONE.iter().any(|w| clause.text[..at].contains(w)) => return false,
            Some(_) => promised = true,
            None if promised => {
                if DONE.iter().any(|w| clause.text.contains(w)) {
                    return false;
                }
            }
            None => {
                if !OPENINGS.iter().any(|w| clause.text.starts_with(w)) && !is_time(&clause.text) {
                    return false;
                }
            }
        }
    }
    promised
}

/// Where a clause's promise begins.
fn promise(clause: &str) -> Option<usize> {
    PROMISES
        .iter()
        .filter_map(|word| {
            clause
                .match_indices(word)
                .map(|(at, _)| at)
                .find(|&at| is_verb(clause, at, word))
        })
        .min()
}

fn is_verb(clause: &str, at: usize, word: &str) -> bool {
    let before = &clause[..at];
    let next = clause[at + word.len()..].chars().next();
    // Only a time may stand before these, or what they need behind them (计划于, 拟开展) says that they are verbs.
    let opens =
        before.is_empty() || is_time(before) || before.ends_with(['、', ':', '.', '并', '也']);
    match word {
        "计划" => {
            !before.ends_with('按')
                && !before.ends_with("按照")
                && (opens || next.is_some_and(|c| c.is_ascii_digit() || matches!(c, '于' | '在')))
                && !matches!(next, Some('已' | '书' | '表' | '完' | '推'))
        }
        "拟" => {
            !before.ends_with(['模', '草', '虚', '起'])
                && !matches!(next, Some('定' | '订' | '制'))
                && (opens
                    || next.is_some_and(|c| {
                        c.is_ascii_digit()
                            || matches!(c, '于' | '在' | '开' | '组' | '召' | '举' | '启')
                    }))
        }
        "准备" | "待" => opens && !matches!(next, Some('工' | '就' | '遇' | '机')),
        _ => true,
    }
}

/// 7月, 7月中旬, 2024年下半年 and the like.
fn is_time(text: &str) -> bool {
    !text.is_empty()
        && text.chars().count() <= 10
        && text.chars().all(|c| {
            c.is_ascii_digit() || "年月日上中下旬半底初前后季度于在第一二三四至-".contains(c)
        })
}

#[cfg(test)]
mod tests {
    use super::is_all_promises;

    #[test]
    fn nothing_but_promises() {
        for text in [
            "将于7月上旬开展家庭教育指导师培训；拟于8月中旬组织结业考核；计划9月底公布名单。",
            "将于7月开展指导师培训。",
            "下一步，将继续推进指导师培训，力争年底前完成全部课程。",
            "根据工作安排，拟于7月组织培训，邀请专家授课。（示例数据）",
            "7月中旬计划开展培训。8月将组织考核。",
            "计划开展指导师培训3期，参训100人次。",
            "下一步，拟组织各村整治；计划7月底前完成第二轮评比；将及时通报结果。",
            "将把清洁行动纳入考核，将持续加大力度。",
        ] {
            assert!(is_all_promises(text), "{text}");
        }
    }

    #[test]
    fn something_was_done() {
        for text in [
            "6月组织家庭教育指导师培训4场，参训102人次，将于7月中旬开展结业考核并公布名单（示例数据）。",
            "按计划推进各项工作。",
            "培训计划已印发，各校正在组织报名。",
            "已制定方案并将于7月开展培训。",
            "拟定培训方案3份，报审2份。",
            "将培训内容纳入校本课程，覆盖12所学校。",
            "将于7月开展考核；本月培训60人次。",
            "持续推进中。",
            "开展模拟演练2次。",
            "",
        ] {
            assert!(!is_all_promises(text), "{text}");
        }
    }
}
