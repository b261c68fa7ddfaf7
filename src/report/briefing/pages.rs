//! How much of the body's three pages is left to laggards: those that do not fit go to an annex.

use super::sentences::laggards::{Laggard, QUOTES, laggard, remainder};
use super::sentences::{Context, progress};
use crate::combine::facts::TaskFacts;

/// GB/T 9704: lines of a page.
const PAGE: usize = 22;
/// Three pages, what a leader reads, less a line that one program breaks differently from another.
const BODY: usize = 3 * PAGE - 1;
/// Head and title.
const HEAD: usize = 10;

/// The body's paragraphs beside the laggards themselves.
pub struct Body {
    pub overall: Vec<String>,
    pub opening: String,
    /// Laggards whose data is being verified.
    pub listed: String,
    pub moving: Vec<String>,
    pub faults: Vec<String>,
    pub advice: Vec<String>,
    /// 征求意见稿 takes a line of the head.
    pub draft: bool,
}

impl Body {
    /// Lines of the whole body with these laggards, and those that a heading leaves empty at the foot of a page.
    fn lines(&self, laggards: &[Laggard], rest: &str) -> usize {
        let all = |texts: &[String]| texts.iter().map(|t| lines(t)).sum::<usize>();
        let behind = lines(&self.opening)
            + laggards.iter().map(|l| lines(l.text())).sum::<usize>()
            + lines(&format!("{rest}{}", self.listed));
        let mut at = HEAD + usize::from(self.draft);
        for section in [
            all(&self.overall),
            behind,
            all(&self.moving),
            all(&self.faults),
            all(&self.advice),
        ] {
            // A heading does not end a page.
            at += usize::from(at % PAGE == PAGE - 1) + 1 + section;
        }
        // A blank line, the annexes' names.
        at + 1 + 2 + usize::from(!rest.is_empty())
    }
}

/// Half-points of a line (28 characters of 16 pt) and of its first one's indent.
const LINE: u32 = 28 * 32;
const INDENT: u32 = 2 * 32;
/// Between a Chinese character and a Latin one every program leaves a quarter of a character.
const BETWEEN: u32 = 8;

fn width(c: char) -> u32 {
    match c {
        '.' | ',' | ' ' => 8,
        '%' => 27,
        '\u{0}'..='\u{7f}' => 16,
        _ => 32,
    }
}

/// Lines of an indented paragraph at 28 characters a line. A figure is not broken, and some marks may not begin a line, some
/// not end one.
fn lines(text: &str) -> usize {
    const NO_START: &str = "，。、；：？！”’）》〉】〕…%";
    const NO_END: &str = "“‘（《〈【〔";
    let mut chars = text.chars().peekable();
    let (mut count, mut used, mut before) = (usize::from(!text.is_empty()), INDENT, ' ');
    while let Some(c) = chars.next() {
        // What stays together: the character, the rest of a figure, and marks that may not be parted from it.
        let mut run = width(c);
        let mut last = c;
        while let Some(&next) = chars.peek() {
            let figure = last.is_ascii() && next.is_ascii();
            if !(figure || NO_START.contains(next) || NO_END.contains(last)) {
                break;
            }
            run += width(next) + between(last, next);
            last = next;
            chars.next();
        }
        let space = between(before, c);
        if used + space + run > LINE {
            count += 1;
            used = run;
        } else {
            used += space + run;
        }
        before = last;
    }
    count
}

/// Marks keep no distance.
fn between(a: char, b: char) -> u32 {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let is_latin = |c: char| c.is_ascii_alphanumeric() || c == '%';
    if is_han(a) && is_latin(b) || is_latin(a) && is_han(b) {
        BETWEEN
    } else {
        0
    }
}

/// The body, all laggards as their sentences are worded, and how many of them the body has room for. Laggards come first: fast
/// tasks are named, and departments quoted, at the greatest length that lets most laggards stand in the body.
pub fn fit(
    c: Context<'_>,
    tasks: &[&TaskFacts],
    body: impl Fn(Vec<String>) -> Body,
) -> (Body, Vec<Laggard>, usize) {
    let mut best = (
        body(progress::paragraphs(c, progress::TOLD[0])),
        Vec::new(),
        0,
    );
    for told_of_fast in progress::TOLD {
        for longest in QUOTES {
            if best.2 == tasks.len() && !tasks.is_empty() {
                return best;
            }
            let body = body(progress::paragraphs(c, told_of_fast));
            let all: Vec<Laggard> = tasks
                .iter()
                .map(|t| laggard(c, t, tasks.len() == 1, longest))
                .collect();
            let fits = |n: &usize| body.lines(&all[..*n], &remainder(&tasks[*n..], 2)) <= BODY;
            let told = (1..=all.len())
                .rev()
                .find(fits)
                .unwrap_or_else(|| all.len().min(1));
            if told > best.2 {
                best = (body, all, told);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::lines;

    /// As LibreOffice breaks them.
    #[test]
    fn lines_break_where_the_page_breaks_them() {
        assert_eq!(lines(""), 0);
        assert_eq!(lines(&"字".repeat(26)), 1);
        assert_eq!(lines(&"字".repeat(27)), 2);
        assert_eq!(lines(&"字".repeat(54)), 2);
        for (text, expected) in [
            (
                "截至6月底，滞后3件（其中严重滞后1件），涉及城市建设事务中心、市场监督管理局。",
                2,
            ),
            ("报送方面，未报的有公安分局；逾期报送的有统战部。", 1),
            (
                "1.地下“有限空间”安全监测整治（责任单位：城市建设事务中心）累计完成2台，占年度目标的6.7%，低于序时进度43.3个百分点，严重滞后。\
                 年度目标30台，序时进度50.0%。原因：二次采购尚未定标，设备没有到货，安装停滞，明显落后于序时进度。未提出下一步措施。\
                 预计完成时间：2024年12月25日。",
                6,
            ),
        ] {
            assert_eq!(lines(text), expected, "{text}");
        }
    }
}
