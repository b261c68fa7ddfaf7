//! Which of a department's files is the newest (F007, F008): the identity sheet's submission number, else the workbook's
//! own stamp, else the file name's marks. A criterion counts only where every file has it and they differ.

use std::cmp::Ordering;

use crate::intake::{Arrival, Submission};
use crate::plan::{names, numeral};

use super::file::CheckedFile;

/// Reads a file once more, with its sheets' rows; `None` where its bytes are not what they were.
pub type ReadAgain<'a> = &'a dyn Fn(&Arrival) -> Option<Arrival>;

/// Which of a department's files is the newest.
#[derive(Debug)]
pub enum Newest {
    /// Index into the files given.
    One(usize),
    /// Nothing tells, and they differ.
    Unknown,
}

/// Picks the newest of at least one readable file.
///
/// `digest`: of what a file's rows say, asked for only where nothing else tells; `None`: it cannot be known.
pub fn newest(files: &[&CheckedFile], digest: &dyn Fn(&CheckedFile) -> Option<[u8; 32]>) -> Newest {
    let mut left: Vec<usize> = (0..files.len()).collect();
    let submission = |ix: usize| files[ix].arrival.content.as_deref().ok();
    narrow(&mut left, |ix| {
        submission(ix).and_then(|s| s.form.submission)
    });
    narrow(&mut left, |ix| submission(ix).and_then(stamp));
    if left.len() > 1 {
        let marks: Vec<Marks> = left
            .iter()
            .map(|&ix| Marks::of(&files[ix].arrival.path))
            .collect();
        let best = (0..left.len()).find(|&i| {
            (0..left.len()).all(|j| i == j || marks[i].cmp(&marks[j]) == Some(Ordering::Greater))
        });
        if let Some(best) = best {
            left = vec![left[best]];
        }
    }
    match left.as_slice() {
        [one] => Newest::One(*one),
        // Files that say the same are one report, whatever their bytes.
        [first, rest @ ..] => match digest(files[*first]) {
            Some(own) if rest.iter().all(|&ix| digest(files[ix]) == Some(own)) => {
                Newest::One(*first)
            }
            _ => Newest::Unknown,
        },
        [] => Newest::Unknown,
    }
}

/// Keeps the files with the greatest key, if every one has a key and they differ.
fn narrow<K: Ord>(left: &mut Vec<usize>, key: impl Fn(usize) -> Option<K>) {
    if left.len() < 2 {
        return;
    }
    let keys: Option<Vec<K>> = left.iter().map(|&ix| key(ix)).collect();
    let Some(keys) = keys else { return };
    if let Some(max) = keys.iter().max() {
        let kept: Vec<usize> = left
            .iter()
            .zip(&keys)
            .filter(|(_, k)| *k == max)
            .map(|(&ix, _)| ix)
            .collect();
        *left = kept;
    }
}

/// The last-modified stamp to the second, comparable as text.
fn stamp(submission: &Submission) -> Option<String> {
    let modified = submission.modified.as_deref()?;
    modified
        .get(..19)
        .filter(|s| s.as_bytes()[4] == b'-')
        .map(str::to_owned)
}

/// What a file name's marks say of its age. Only partly ordered: `(1)` and `最终版` do not compare.
#[derive(Debug, PartialEq, Eq)]
struct Marks {
    /// The `(2)` a browser or mail program adds.
    copy: u32,
    /// v2, v2.1.
    version: (u32, u32),
    /// How far the text has come, and the number of its revision there: 1 for 最终版-改, 2 for 修订2 and 三稿.
    stage: (Stage, u32),
}

/// The stages of a text that a name may tell (readings.md, "Which is newest").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Draft,
    Unmarked,
    Revised,
    Final,
}

/// Behind any number of revisions.
const LAST: u32 = 99;

/// The words that name a stage, after the stage and the number of revision that they stand for by themselves.
/// Of words that end at one place, the first of this list is looked at first.
const STAGES: &[(Stage, u32, &str)] = &[
    (
        Stage::Draft,
        0,
        "征求意见 初稿 草稿 讨论稿 draft old 废 作废 旧 改前 \
         修改前",
    ),
    (
        Stage::Revised,
        1,
        "修订 修改 更正 重报 改后 更正后 修正后 修订后 订正后 更新后 新 \
         最新 补正 改 更新 修正 订正 调整后 重新报送 重新上报 重新填报 \
         勘误 替换 替换前稿 new rev",
    ),
    (Stage::Revised, 2, "再修改 再改"),
    (Stage::Final, 0, "最终"),
    (Stage::Final, 1, "最终最终 最最终"),
    (Stage::Final, 0, "终 定 定稿 终稿 终版 正式 final"),
    (Stage::Final, LAST, "以此为准 以此件为准 以此版为准"),
];

/// 整改, 技改, 棚改 … at the end of a name are what the file is about; 改造 and 改革 never end where 改 does.
const WORKS: [char; 22] = [
    '整', '技', '棚', '旧', '危', '房', '土', '医', '教', '课', '农', '水', '厕', '煤', '税', '企',
    '股', '体', '城', '电', '气', '路',
];

fn is_separator(c: char) -> bool {
    !c.is_alphanumeric()
}

/// The number behind a mark (最终版2, 修订-2, 终稿(3)) and what follows it; no number is the month of 最终版6月.
fn number_behind(text: &str) -> (Option<u32>, &str) {
    let digits = text.trim_start_matches(['-', '_', '(']);
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = digits[..digits.len() - rest.len()].parse().ok();
    match number {
        Some(_) if !rest.starts_with(['年', '月', '日']) => (number, rest),
        _ => (None, text),
    }
}

/// The stage that a folded file name tells.
///
/// A word that is called a version (修订版, 终稿) counts wherever it stands; any other (改, 最终) only as a mark: before a
/// closing bracket or at the end of the name, other marks aside. 老旧小区改造, 整改 and 规划修订工作 are no marks.
fn stage(stem: &str) -> (Stage, u32) {
    let mut found: Vec<(usize, &str, Stage, u32)> = STAGES
        .iter()
        .flat_map(|&(stage, least, words)| {
            let found = words.split(' ').flat_map(|word| stem.match_indices(word));
            found.map(move |(at, word)| (at, word, stage, least))
        })
        .collect();
    found.extend(numbered(stem).map(|(at, word, number)| (at, word, Stage::Revised, number)));
    found.sort_by_key(|&(at, word, ..)| std::cmp::Reverse(at + word.len()));
    // From here on the name holds nothing but marks.
    let mut tail = stem.len();
    let (mut draft, mut revision, mut last) = (None, None, None);
    for (at, word, stage, least) in found {
        let is_part = match word {
            "改" => stem[..at].ends_with(WORKS),
            // 创新, 拆旧, 城市更新, 安定 and gold are what the file is about.
            "新" | "旧" | "废" | "终" | "定" | "更新" | "old" | "new" => {
                let before = stem[..at].chars().next_back();
                before.is_some_and(|c| !(is_separator(c) || matches!(c, '月' | '表')))
            }
            _ => false,
        };
        if is_part {
            continue;
        }
        let behind = &stem[at + word.len()..];
        let called = behind.strip_prefix(['版', '稿']);
        let (number, behind) = number_behind(called.unwrap_or(behind));
        let at_end = stem
            .get(stem.len() - behind.len()..tail)
            .is_none_or(|between| between.chars().all(is_separator));
        let is_version =
            word.chars().nth(1).is_some() && (called.is_some() || word.ends_with(['稿', '版']));
        // 更正：市交通局9月
        let is_first = at == 0 && behind.starts_with([':', '-', '_']);
        let is_mark = at_end || is_first || behind.starts_with([')', ']', '】', '〕']);
        if !(is_version || is_mark) {
            continue;
        }
        if at_end {
            tail = at;
        }
        let place = match stage {
            Stage::Draft | Stage::Unmarked => &mut draft,
            Stage::Revised => &mut revision,
            Stage::Final => &mut last,
        };
        let number = number.unwrap_or(0).max(least);
        *place = Some(place.unwrap_or(0).max(number));
    }
    let revised = revision.unwrap_or(0);
    match (draft, last) {
        (_, Some(number)) => (Stage::Final, number.max(revised)),
        (Some(number), None) => (Stage::Draft, number.max(revised)),
        (None, None) if revision.is_some() => (Stage::Revised, revised),
        (None, None) => (Stage::Unmarked, 0),
    }
}

/// 二稿, 第三版, 第2次报送, 第二次: each with the number of revisions before it; of 二次修改 with its own.
fn numbered(stem: &str) -> impl Iterator<Item = (usize, &str, u32)> {
    let ends = ["稿", "版", "次报送", "次上报", "次修改", "次提交", "次"];
    let found = ends.into_iter().flat_map(|end| stem.match_indices(end));
    found.filter_map(|(at, end)| {
        let is_number = |c: char| c.is_ascii_digit() || numeral::is_numeral(c);
        let before = stem[..at].trim_end_matches(is_number);
        let number = &stem[before.len()..at];
        let count = number.parse().ok().or_else(|| numeral::read(number));
        let revision = (2..=20_u32).find(|n| count == Some(f64::from(*n)))? - 1;
        let start = before.strip_suffix('第').unwrap_or(before).len();
        if end == "次" && start == before.len() {
            return None;
        }
        let revision = revision + u32::from(end == "次修改");
        Some((start, &stem[start..at + end.len()], revision))
    })
}

impl Marks {
    fn of(path: &str) -> Self {
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        // White space is folded away, but it separates: 报送表 改.
        let stem = names::fold(&stem.replace(names::is_space, "-"));
        let copy = stem
            .strip_suffix(')')
            .and_then(|s| s.rsplit_once('('))
            .and_then(|(_, n)| n.parse().ok());
        let named = match copy {
            Some(_) => stem
                .rsplit_once('(')
                .map_or(stem.as_str(), |(named, _)| named),
            None => stem.as_str(),
        };
        let called = ["v", "版本"].into_iter();
        let called = called.filter_map(|word| Some(stem.rfind(word)? + word.len()));
        let version = called.max().and_then(|at| {
            let (number, rest) = number_behind(&stem[at..]);
            let minor = rest
                .strip_prefix('.')
                .and_then(|rest| number_behind(rest).0);
            Some((number?, minor.unwrap_or(0)))
        });
        // 最终版(2) is both the copy of a name and the second final version.
        let (stage, number) = stage(named);
        let number = match copy {
            Some(copy) if stage == Stage::Final && number == 0 => copy,
            _ => number,
        };
        Self {
            copy: copy.unwrap_or(0),
            version: version.unwrap_or((0, 0)),
            stage: (stage, number),
        }
    }

    fn cmp(&self, other: &Self) -> Option<Ordering> {
        let parts = [
            self.copy.cmp(&other.copy),
            self.version.cmp(&other.version),
            self.stage.cmp(&other.stage),
        ];
        let greater = parts.contains(&Ordering::Greater);
        let less = parts.contains(&Ordering::Less);
        match (greater, less) {
            (true, true) => None,
            (true, false) => Some(Ordering::Greater),
            (false, true) => Some(Ordering::Less),
            (false, false) => Some(Ordering::Equal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_file_names_are_partly_ordered() {
        for (a, b) in [
            ("建设局6月报送表.xlsx", "建设局6月报送表(1).xlsx"),
            ("建设局6月报送表（1）.xlsx", "建设局6月报送表（2）.xlsx"),
            ("建设局6月报送表.xlsx", "建设局6月报送表最终版.xlsx"),
            ("建设局6月报送表最终版.xlsx", "建设局6月报送表最终版2.xlsx"),
            (
                "建设局6月报送表最终版.xlsx",
                "建设局6月报送表最终版-改.xlsx",
            ),
            ("建设局6月报送表v1.xlsx", "建设局6月报送表V2.xlsx"),
            ("报送表_v1.0.xlsx", "报送表_v1.1.xlsx"),
            ("报送表v2.9.xlsx", "报送表v2.10.xlsx"),
            ("报送表（作废）.xlsx", "报送表.xlsx"),
            ("报送表（旧）.xlsx", "报送表（新）.xlsx"),
            ("报送表.xlsx", "报送表-最新.xlsx"),
            ("报送表（修改前）.xlsx", "报送表（修改后）.xlsx"),
            ("报送表.xlsx", "报送表（修订）.xlsx"),
            ("报送表（初稿）.xlsx", "报送表.xlsx"),
            ("报送表征求意见稿.xlsx", "报送表.xlsx"),
            ("报送表.xlsx", "报送表二稿.xlsx"),
            ("报送表二稿.xlsx", "报送表三稿.xlsx"),
            ("报送表（更正）.xlsx", "报送表终稿.xlsx"),
            ("报送表（修订2）.xlsx", "报送表-定稿.xlsx"),
            ("报送表最终.xlsx", "报送表最终（改）.xlsx"),
            ("最终版6月报送表.xlsx", "最终版6月报送表 改.xlsx"),
            ("报送表.xlsx", "报送表改.xlsx"),
            ("报送表改.xlsx", "报送表改2.xlsx"),
            ("报送表改(1).xlsx", "报送表改(2).xlsx"),
        ] {
            let order = Marks::of(a).cmp(&Marks::of(b));
            assert_eq!(order, Some(Ordering::Less), "{a} < {b}");
        }
        assert_eq!(
            Marks::of("报送表-甲.xlsx").cmp(&Marks::of("报送表-乙.xlsx")),
            Some(Ordering::Equal)
        );
        assert_eq!(
            Marks::of("报送表(1).xlsx").cmp(&Marks::of("报送表最终版.xlsx")),
            None
        );
    }
    #[test]
    fn a_word_of_the_files_subject_is_no_mark_of_its_age() {
        for subject in [
            "老旧小区改造6月报送表.xlsx",
            "改造工作.xlsx",
            "建设局6月整改.xlsx",
            "技改.xlsx",
            "建设局（棚改）.xlsx",
            "改革办6月.xlsx",
            "营商环境改善6月.xlsx",
            "规划修订工作6月.xlsx",
            "科技创新.xlsx",
            "拆旧复新.xlsx",
            "意见更正登记6月.xlsx",
            "报送表盖章扫描签字.xlsx",
        ] {
            assert_eq!(Marks::of(subject), Marks::of("报送表.xlsx"), "{subject}");
        }
    }
}
