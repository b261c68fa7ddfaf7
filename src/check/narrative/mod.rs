//! What a narrative (工作进展) says of progress: clauses, the indicators they name, and what they claim of them.
//!
//! Read by word lists (printed on R006's and R012's pages), clause by clause. Where the words leave a doubt nothing is
//! claimed: 基本完成, 已完成3处, 前期工作已全部完成 and 将于年底前全部完成 say neither "finished" nor "under way".

mod claims;
mod promises;
pub(crate) mod proposals;
mod words;

use std::borrow::Cow;

use memchr::memchr2;

use crate::plan::names;
use crate::plan::{IndIx, Indicator, Kind, Plan, TaskIx};

pub use claims::{
    Claim, ClaimWords, claims, has_exception, has_no_subject, may_claim, speaks_of_others,
    speaks_of_the_whole,
};
pub use promises::{PROMISES, is_all_promises};
pub use words::UNDER_WAY;

/// A stretch of text between commas. Brackets' contents are clauses of their own, behind the one they stand in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause<'p> {
    /// Folded (width, case, white space), without quotation marks.
    pub text: Cow<'p, str>,
    /// Clauses between two full stops, semicolons or line breaks have the same number.
    pub sentence: usize,
}

/// Stands in a clause for an indicator's name, so that no word of the name is taken for a claim (曾家镇工程完成).
pub const NAMED: char = '◇';
const NAMED_TEXT: &str = "◇";

/// Nobody writes a clause this long; without a ceiling a cell of 32,767 characters would cost their square.
const LONGEST_CLAUSE: usize = 200;

/// Folds a text for comparing: as [`names::fold`], without quotation marks, line breaks as full stops.
fn fold(raw: &str) -> String {
    let lines: Cow<str> = if memchr2(b'\n', b'\r', raw.as_bytes()).is_some() {
        raw.replace(['\n', '\r'], "。").into()
    } else {
        raw.into()
    };
    let mut key = names::fold(&lines);
    if key.contains(is_quote) {
        key.retain(|c| !is_quote(c));
    }
    key
}

fn is_bracket(c: char) -> bool {
    matches!(c, '(' | '[' | '【' | '〔' | ')' | ']' | '】' | '〕')
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '《' | '》'
    )
}

/// A narrative folded for reading.
#[derive(Debug)]
pub struct Prose(String);

impl Prose {
    /// A narrative as it stands.
    pub fn new(narrative: &str) -> Self {
        Self(fold(narrative))
    }

    /// Whether it may hold a claim: of completion, or of any kind. A few characters rule most texts out.
    pub fn may_claim(&self, of_completion: bool) -> bool {
        if of_completion {
            self.0.contains(claims::OF_COMPLETION)
        } else {
            self.0.contains(claims::OF_ANY)
        }
    }

    /// Its clauses, in their order.
    pub fn clauses(&self) -> Vec<Clause<'_>> {
        split(&self.0)
    }
}

fn split(folded: &str) -> Vec<Clause<'_>> {
    let mut split = Splitter::default();
    let mut run = 0;
    let digit = |at: Option<usize>| {
        at.and_then(|at| folded.as_bytes().get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    for (at, c) in folded.char_indices() {
        let is_mark = match c {
            c if is_bracket(c) => true,
            '。' | ';' | '!' | '?' => split.depth == 0,
            // 1,300 is one number.
            ',' => split.depth == 0 && !(digit(at.checked_sub(1)) && digit(Some(at + 1))),
            _ => false,
        };
        if !is_mark {
            continue;
        }
        split.words(&folded[run..at]);
        run = at + c.len_utf8();
        match c {
            '(' | '[' | '【' | '〔' => split.depth += 1,
            ')' | ']' | '】' | '〕' => split.close(),
            ',' => split.end_clause(),
            _ => split.end_sentence(),
        }
    }
    split.words(&folded[run..]);
    // A bracket that is never closed ends with the text.
    split.depth = split.depth.min(1);
    split.close();
    split.end_sentence();
    split.done
}

#[derive(Default)]
struct Splitter<'p> {
    done: Vec<Clause<'p>>,
    /// The clause outside brackets: a piece of the text, unless it goes on behind a bracket.
    outside: Cow<'p, str>,
    /// What stands in the open bracket.
    inside: Cow<'p, str>,
    /// The brackets of the clause, which follow it as clauses.
    brackets: Vec<Cow<'p, str>>,
    depth: usize,
    sentence: usize,
}

impl<'p> Splitter<'p> {
    /// Words without a mark.
    fn words(&mut self, words: &'p str) {
        *if self.depth > 0 {
            &mut self.inside
        } else {
            &mut self.outside
        } += words;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 && !self.inside.is_empty() {
            self.brackets.push(std::mem::take(&mut self.inside));
        }
    }

    /// Adds a clause, in pieces where it is longer than any.
    fn add(&mut self, text: Cow<'p, str>, sentence: usize) {
        if text.len() <= LONGEST_CLAUSE || text.chars().count() <= LONGEST_CLAUSE {
            self.done.push(Clause { text, sentence });
            return;
        }
        let chars: Vec<char> = text.chars().collect();
        for piece in chars.chunks(LONGEST_CLAUSE) {
            self.done.push(Clause {
                text: piece.iter().collect::<String>().into(),
                sentence,
            });
        }
    }

    fn has_begun(&self) -> bool {
        self.done
            .last()
            .is_some_and(|clause| clause.sentence == self.sentence)
    }

    fn end_clause(&mut self) {
        let outside = std::mem::take(&mut self.outside);
        if !outside.is_empty() {
            self.add(outside, self.sentence);
        }
        // A bracket behind a full stop belongs to the sentence before it.
        let before = usize::from(!self.has_begun());
        for text in std::mem::take(&mut self.brackets) {
            self.add(text, self.sentence.saturating_sub(before));
        }
    }

    fn end_sentence(&mut self) {
        self.end_clause();
        if self.has_begun() {
            self.sentence += 1;
        }
    }
}

/// What is done when a milestone's thing stands.
const BUILT: [&str; 9] = [
    "建成投用",
    "建成投入使用",
    "建成并投用",
    "建成通车",
    "建成",
    "投用",
    "投入使用",
    "竣工",
    "完工",
];

/// A plan's names folded for looking in narratives: once a month, not once a cell.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Each indicator's name and aliases; those of less than two characters name nothing.
    indicators: Vec<Vec<String>>,
    tasks: Vec<String>,
}

impl Lexicon {
    /// The plan's names.
    pub fn new(plan: &Plan) -> Self {
        let folded = |name: &String| without_brackets(&fold(name));
        let names = |i: &Indicator| {
            let own = std::iter::once(&i.name).chain(&i.aliases).map(folded);
            // 客运枢纽站 of 客运枢纽站建成投用.
            let built = |name: &str| {
                let ends = BUILT.iter().find_map(|word| name.strip_suffix(word));
                let thing = ends.or_else(|| name.strip_prefix("建成"))?;
                thing.chars().nth(3).map(|_| thing.to_owned())
            };
            let is_built = i.kind == Kind::Milestone;
            own.flat_map(|name| [is_built.then(|| built(&name)).flatten(), Some(name)])
                .flatten()
                .filter(|key| key.chars().nth(1).is_some())
                .collect()
        };
        Self {
            indicators: plan.indicators.iter().map(names).collect(),
            tasks: plan.tasks.iter().map(|t| folded(&t.name)).collect(),
        }
    }

    /// The names by which a narrative may speak of some indicators, each with the number it is known by.
    pub fn of(&self, members: impl IntoIterator<Item = (usize, IndIx)>) -> Names<'_> {
        Names::new(members.into_iter().flat_map(|(member, ix)| {
            self.indicators
                .get(ix)
                .into_iter()
                .flatten()
                .map(move |key| (member, key.as_str()))
        }))
    }

    /// Whether a clause holds a task's name in full.
    pub fn mentions(&self, clause: &str, task: TaskIx) -> bool {
        self.tasks
            .get(task)
            .is_some_and(|key| !key.is_empty() && clause.contains(key))
    }
}

/// The names by which a narrative may speak of its indicators.
#[derive(Debug, Default)]
pub struct Names<'a> {
    /// Folded names, longest first, each with the members it names.
    keys: Vec<(&'a str, Vec<usize>)>,
}

impl<'a> Names<'a> {
    fn new(folded: impl IntoIterator<Item = (usize, &'a str)>) -> Self {
        let mut keys: Vec<(&str, Vec<usize>)> = Vec::new();
        for (member, key) in folded {
            match keys.iter_mut().find(|(known, _)| *known == key) {
                Some((_, members)) if members.contains(&member) => {}
                Some((_, members)) => members.push(member),
                None => keys.push((key, vec![member])),
            }
        }
        keys.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
        Self { keys }
    }

    /// The clause with every name replaced by [`NAMED`], and whom it names. A name inside a longer one
    /// (青年讲师团 in 青年讲师团人数) is not named.
    pub fn cut<'c>(&self, clause: &'c str) -> (Cow<'c, str>, Vec<usize>) {
        let mut rest = Cow::Borrowed(clause);
        let mut named: Vec<usize> = Vec::new();
        for (key, members) in &self.keys {
            if rest.contains(key) {
                rest = rest.replace(key, NAMED_TEXT).into();
                named.extend(members.iter().copied());
            }
        }
        named.sort_unstable();
        named.dedup();
        (rest, named)
    }

    /// Whom a clause speaks of in other words: those whose name ends in the words that it begins with (方案形成初稿 of 经济发展实施方案),
    /// and those it hints at.
    pub fn led(&self, clause: &str) -> Vec<usize> {
        let ends = |key: &str| {
            let tails = key.char_indices().skip(1).map(|(at, _)| &key[at..]);
            tails
                .filter(|tail| tail.chars().nth(1).is_some())
                .any(|tail| clause.starts_with(tail))
        };
        let own = self.keys.iter().filter(|(key, _)| ends(key));
        let mut led: Vec<usize> = own.flat_map(|(_, members)| members.clone()).collect();
        if led.is_empty() {
            led = self.hinted(clause);
        }
        led
    }

    /// Whom a clause means without giving the full name: those that share the longest stretch of at least four characters with it.
    pub fn hinted(&self, clause: &str) -> Vec<usize> {
        let clause: Vec<char> = clause.chars().collect();
        let shared: Vec<usize> = self
            .keys
            .iter()
            .map(|(key, _)| longest_shared(&clause, &key.chars().collect::<Vec<_>>()))
            .collect();
        let longest = shared.iter().copied().max().unwrap_or(0);
        if longest < 4 {
            return Vec::new();
        }
        let mut hinted: Vec<usize> = self
            .keys
            .iter()
            .zip(&shared)
            .filter(|(_, n)| **n == longest)
            .flat_map(|((_, members), _)| members.clone())
            .collect();
        hinted.sort_unstable();
        hinted.dedup();
        hinted
    }
}

fn without_brackets(folded: &str) -> String {
    let mut depth = 0usize;
    let outside: String = folded
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' | '【' | '〔' => depth += 1,
                ')' | ']' | '】' | '〕' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect();
    if outside.is_empty() {
        folded.to_owned()
    } else {
        outside
    }
}

/// Length of the longest common substring.
fn longest_shared(a: &[char], b: &[char]) -> usize {
    let mut longest = 0;
    let mut row = vec![0usize; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (ix, y) in b.iter().enumerate() {
            let above = row[ix + 1];
            row[ix + 1] = if x == y { diagonal + 1 } else { 0 };
            longest = longest.max(row[ix + 1]);
            diagonal = above;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<(String, usize)> {
        Prose::new(text)
            .clauses()
            .into_iter()
            .map(|c| (c.text.into_owned(), c.sentence))
            .collect()
    }

    fn of(parts: &[(&str, usize)]) -> Vec<(String, usize)> {
        parts.iter().map(|(t, s)| ((*t).to_owned(), *s)).collect()
    }

    #[test]
    fn clauses_and_sentences() {
        assert_eq!(
            split(
                "街头绿地已完成16万平方米，目前 正在验收；山城绿道正在施工、尚未完工（示例数据）。"
            ),
            of(&[
                ("街头绿地已完成16万平方米", 0),
                ("目前正在验收", 0),
                ("山城绿道正在施工、尚未完工", 1),
                ("示例数据", 1)
            ])
        );
        assert_eq!(
            split("完成车位1，300个，其余推进中"),
            of(&[("完成车位1,300个", 0), ("其余推进中", 0)])
        );
        assert_eq!(split("一\n二"), of(&[("一", 0), ("二", 1)]));
        assert_eq!(
            split("将于7月开展。（示例数据）"),
            of(&[("将于7月开展", 0), ("示例数据", 0)])
        );
        assert_eq!(
            split("50%(马站未开工"),
            of(&[("50%", 0), ("马站未开工", 0)])
        );
        assert!(split(" 。；，\n").is_empty());
        assert!(split("））((").is_empty());
    }

    #[test]
    fn a_clause_has_a_ceiling() {
        for text in [
            "完成".repeat(16_000),
            format!("（{}", "正在施工".repeat(8_000)),
        ] {
            let prose = Prose::new(&text);
            assert!(
                prose
                    .clauses()
                    .iter()
                    .all(|clause| clause.text.chars().count() <= LONGEST_CLAUSE),
                "{}",
                text.len()
            );
            assert!(prose.clauses().len() >= 160);
        }
    }

    #[test]
    fn the_longest_name_is_meant() {
        let keys = [
            "青年讲师团",
            "青年讲师团人数",
            "“渝好空间”建成",
            "无障碍改造示范村（社区）",
        ]
        .map(|name| without_brackets(&fold(name)));
        let names = Names::new(keys.iter().map(String::as_str).enumerate());
        assert_eq!(
            names.cut("青年讲师团人数达到8人"),
            ("◇达到8人".into(), vec![1])
        );
        assert_eq!(names.cut("青年讲师团已组建"), ("◇已组建".into(), vec![0]));
        assert_eq!(names.cut("渝好空间建成投用").1, vec![2]);
        assert_eq!(names.cut("无障碍改造示范村正在施工").1, vec![3]);
        assert_eq!(names.cut("讲师团已组建").1, Vec::<usize>::new());
    }

    #[test]
    fn a_part_of_a_name_is_a_hint() {
        let names = Names::new([
            (0, "街头绿地面积"),
            (1, "山城绿道长度"),
            (2, "错时共享车位"),
        ]);
        assert_eq!(names.hinted("街头绿地已全部完成"), vec![0]);
        assert_eq!(names.hinted("年度任务已全部完成"), Vec::<usize>::new());
    }
}
