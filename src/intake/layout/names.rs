//! Which department, task or indicator a text names. Equality after folding decides, or containment that leaves no choice;
//! nearness is for suggestions in messages only.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use super::wording::OwnHeads;
use crate::plan::names;
use crate::plan::numeral;
use crate::plan::{DeptIx, IndIx, Indicator, Plan, Task, TaskIx};

/// A plan's names folded once, looked up many times: loading stays linear in departments.
#[derive(Debug)]
pub struct Names {
    /// Folded department name or alias → department.
    departments: HashMap<String, DeptIx, FixedState>,
    /// Folded department name → what stands before it in a longer name of the same department: the 县 of 县水利局.
    places: HashMap<String, Vec<char>, FixedState>,
    /// The longest department name in characters, for looking inside longer texts.
    longest: usize,
    /// A task's name, folded and as the plan writes it → task; `None` where two tasks share one.
    tasks: BTreeMap<String, Option<TaskIx>>,
    task_keys: Vec<String>,
    /// Every run of four characters of a task's name without its verb → the tasks that have it, ascending: what a shortened
    /// name may be part of, without a look at every task.
    task_runs: BTreeMap<[char; RUN], Vec<TaskIx>>,
    task_texts: Vec<String>,
    /// Folded names and aliases of each indicator.
    indicators: Vec<Vec<String>>,
    /// Each of them → the indicators that have it, ascending.
    indicator_keys: BTreeMap<String, Vec<IndIx>>,
    /// Task number → task.
    numbers: BTreeMap<u32, TaskIx>,
    /// The plan's words for the form's columns.
    pub(super) heads: OwnHeads,
}

/// Characters of a unit's name with a section's behind it.
const SECTION_CHARS: usize = 40;

/// Whether a text is the name of a section inside a unit. One that names a unit itself is not: 区教委办公室 is no section of the 区.
fn is_section(name: &str) -> bool {
    const ENDS: [char; 11] = [
        '科', '股', '室', '处', '办', '组', '部', '队', '所', '站', '岗',
    ];
    const UNITS: [char; 8] = ['局', '委', '院', '厅', '会', '府', '县', '校'];
    let is_long = name.chars().nth(1).is_some();
    let ends = name.ends_with(ENDS) || name.ends_with("中心");
    // 白石镇党委 reports as 白石镇 does.
    let is_party = ["党委", "党工委", "党组"].contains(&name);
    is_party || is_long && ends && !name.contains(UNITS)
}

/// What a unit is called besides: 卫生健康委 for 卫生健康委员会, 柳河街道办 for 柳河街道办事处.
fn shortened(key: &str) -> Option<&str> {
    let short = key
        .strip_suffix("员会")
        .filter(|short| short.ends_with('委'));
    short.or_else(|| {
        key.strip_suffix("事处")
            .filter(|short| short.ends_with("街道办"))
    })
}

/// A unit's name without its level or the plan's place before it (市水务局, 临江市水务局), and that level.
fn without_place<'k>(key: &'k str, places: &[String]) -> Option<(&'k str, char)> {
    let named = places.iter().find_map(|place| {
        let level = place.chars().next_back()?;
        Some((key.strip_prefix(place.as_str())?, level))
    });
    let own = || {
        let level = key.chars().next().filter(|c| is_place(*c))?;
        Some((&key[level.len_utf8()..], level))
    };
    named
        .or_else(own)
        .filter(|(short, _)| short.chars().nth(2).is_some())
}

/// The place that a plan's title or issuer begins with: 临江市.
fn place_of(title: &str) -> Option<String> {
    let key = names::key(title);
    let (at, level) = key
        .char_indices()
        .take_while(|(_, c)| names::is_han(*c))
        .skip(1)
        .find(|(_, c)| is_place(*c))?;
    Some(key[..at + level.len_utf8()].to_owned())
}

/// 县委, 市委: 县委宣传部 is a unit of its own.
fn is_committee(name: &str) -> bool {
    let mut chars = name.chars();
    let place = chars.next().is_some_and(|c| "省市区县旗州镇乡".contains(c));
    place && matches!((chars.next(), chars.next()), (Some('委'), None))
}

/// A unit's name with another joint, or none, between the two halves of its work (住房城乡建设局, 教育与体育局), as far as it is no
/// other unit's.
fn joined_otherwise(known: &HashMap<String, DeptIx, FixedState>) -> BTreeMap<String, DeptIx> {
    const JOINTS: [&str; 4] = ["和", "与", "及", ""];
    let mut made: BTreeMap<String, Option<DeptIx>> = BTreeMap::new();
    for (key, department) in known {
        let Some((before, behind)) = key.split_once(['和', '与', '及']) else {
            continue;
        };
        // 永和街道办 and 共和镇 are names of places.
        let is_joint = before.chars().nth(1).is_some()
            && behind.chars().nth(2).is_some()
            && (behind.starts_with("社会")
                || !behind.starts_with(['街', '镇', '县', '乡', '区', '村', '社', '市', '路']))
            && key.ends_with(['局', '委', '会', '办', '部', '厅', '室', '心']);
        let others = JOINTS.iter().filter(|_| is_joint);
        for other in others.map(|joint| format!("{before}{joint}{behind}")) {
            if !known.contains_key(&other) {
                made.entry(other)
                    .and_modify(|one| *one = one.filter(|one| one == department))
                    .or_insert(Some(*department));
            }
        }
    }
    let certain = made.into_iter();
    certain.filter_map(|(key, one)| Some((key, one?))).collect()
}

/// 白石镇政府 of 白石镇人民政府, and the reverse.
fn other_government(key: &str) -> Option<String> {
    let (place, other) = match key.strip_suffix("人民政府") {
        Some(place) => (place, "政府"),
        None => (key.strip_suffix("政府")?, "人民政府"),
    };
    Some(format!("{place}{other}"))
}

/// Whether a character stands for a place's level.
fn is_place(c: char) -> bool {
    "省市区县旗州盟镇乡".contains(c)
}

/// A shortened task name has at least this many characters.
const RUN: usize = 4;

/// Words a department puts before a task's name or leaves out of it.
const VERBS: &[&str] = &[
    "实施",
    "开展",
    "推进",
    "加快推进",
    "持续推进",
    "建设",
    "发展",
    "完成",
    "加快",
];

/// Each name → the indicators that have it, ascending.
fn by_name(indicators: &[Vec<String>]) -> BTreeMap<String, Vec<IndIx>> {
    let mut found: BTreeMap<String, Vec<IndIx>> = BTreeMap::new();
    for (ix, names) in indicators.iter().enumerate() {
        for name in names {
            let all = found.entry(name.clone()).or_default();
            if all.last() != Some(&ix) {
                all.push(ix);
            }
        }
    }
    found
}

impl Names {
    /// Folds a plan's names.
    pub fn new(plan: &Plan) -> Self {
        let mut departments: HashMap<String, DeptIx, FixedState> = HashMap::default();
        let mut places: HashMap<String, Vec<char>, FixedState> = HashMap::default();
        let mut longest = 0;
        for (ix, dept) in plan.departments.iter().enumerate() {
            let own = std::iter::once(&dept.name).chain(&dept.aliases);
            let own: Vec<String> = own.map(|name| names::key(name)).collect();
            for long in &own {
                for (at, place) in long.char_indices().filter(|(_, c)| is_place(*c)) {
                    let short = &long[at + place.len_utf8()..];
                    if own.iter().any(|name| name == short) {
                        places.entry(short.to_owned()).or_default().push(place);
                    }
                }
            }
            for key in own {
                longest = longest.max(key.chars().count());
                departments.entry(key).or_insert(ix);
            }
        }
        let mut more = joined_otherwise(&departments);
        let own = departments.iter().map(|(key, dept)| (key.as_str(), *dept));
        let own = own.chain(more.iter().map(|(key, dept)| (key.as_str(), *dept)));
        let own: Vec<(String, DeptIx)> = own.map(|(key, dept)| (key.to_owned(), dept)).collect();
        let of_plan: Vec<String> = [&plan.title, &plan.issuer]
            .into_iter()
            .filter_map(|title| place_of(title))
            .collect();
        // What two departments could be called is neither's name.
        let mut short: BTreeMap<&str, Option<(DeptIx, Option<char>)>> = BTreeMap::new();
        for (key, dept) in &own {
            let plain = shortened(key).map(|short| (short, None));
            let placeless = [Some(key.as_str()), shortened(key)].into_iter().flatten();
            let placeless = placeless.filter_map(|key| without_place(key, &of_plan));
            let placeless = placeless.map(|(short, level)| (short, Some(level)));
            for (name, level) in plain.into_iter().chain(placeless) {
                if !departments.contains_key(name) && !more.contains_key(name) {
                    short
                        .entry(name)
                        .and_modify(|one| *one = one.filter(|(of, _)| of == dept))
                        .or_insert(Some((*dept, level)));
                }
            }
        }
        for (name, one) in short {
            if let Some((dept, level)) = one {
                if let Some(level) = level {
                    places.entry(name.to_owned()).or_default().push(level);
                }
                more.insert(name.to_owned(), dept);
            }
        }
        for (key, department) in more {
            longest = longest.max(key.chars().count());
            departments.insert(key, department);
        }
        let keys = |name: fn(&Task) -> &str| {
            let keys = plan.tasks.iter().map(|t| names::key(name(t)));
            keys.collect::<Vec<String>>()
        };
        let task_keys = keys(|t| &t.name);
        let mut tasks: BTreeMap<String, Option<TaskIx>> = BTreeMap::new();
        let mut task_runs: BTreeMap<[char; RUN], Vec<TaskIx>> = BTreeMap::new();
        for (ix, key) in task_keys.iter().enumerate() {
            tasks
                .entry(key.clone())
                .and_modify(|t| *t = None)
                .or_insert(Some(ix));
            let core: Vec<char> = strip_verb(key).chars().collect();
            for run in core.windows(RUN).filter_map(|run| run.try_into().ok()) {
                let tasks: &mut Vec<TaskIx> = task_runs.entry(run).or_default();
                if tasks.last() != Some(&ix) {
                    tasks.push(ix);
                }
            }
        }
        // As the plan writes it, too: nearly every department does, and then nothing is folded.
        for (task, key) in plan.tasks.iter().zip(&task_keys) {
            if let Some(&found) = tasks.get(key) {
                tasks.entry(task.name.clone()).or_insert(found);
            }
        }
        let indicator_names = |i: &Indicator| {
            let names = std::iter::once(&i.name).chain(&i.aliases);
            let keys = names.map(|n| names::key(n)).filter(|k| !k.is_empty());
            keys.collect::<Vec<String>>()
        };
        let indicators: Vec<Vec<String>> = plan.indicators.iter().map(indicator_names).collect();
        let indicator_keys = by_name(&indicators);
        Self {
            departments,
            places,
            longest,
            tasks,
            task_runs,
            indicator_keys,
            task_texts: keys(|t| &t.text),
            task_keys,
            indicators,
            numbers: plan.tasks.iter().map(|t| t.no).zip(0..).collect(),
            heads: OwnHeads::new(plan),
        }
    }

    /// A department by its whole name: equal to a name or alias, or one with a district's name before it (高新区建设局).
    pub fn department(&self, raw: &str) -> Option<DeptIx> {
        let key = names::key(raw);
        if key.is_empty() {
            return None;
        }
        // 重庆高新区建设局, 管委会建设局: what stands before must be the name of a district or its authority.
        // 卫健局、县民政局 are two units.
        let is_authority = |at: usize| {
            let place = &key[..at];
            at == 0
                || place.ends_with(['区', '市', '县', '会', '镇', '州', '盟', '旗'])
                    && !place.contains(['局', '厅', '办', '科', '股', '队'])
                    && place.chars().all(names::is_han)
        };
        let starts = || {
            let starts = key.char_indices().map(|(at, _)| at);
            starts.filter(|at| is_authority(*at))
        };
        starts()
            .find_map(|at| self.known(&key[..at], &key[at..]))
            .or_else(|| self.departments.get(&other_government(&key)?).copied())
            .or_else(|| {
                let is_short = key.chars().count() <= SECTION_CHARS;
                let starts = starts().filter(|_| is_short);
                let units = starts.filter_map(|at| self.unit_of_section(&key, at));
                // The longest: 公安局交警大队 of 县公安局交警大队秩序中队, where 县公安局 is known, too.
                Some(units.max_by_key(|(end, _)| *end)?.1)
            })
    }

    /// The department of a folded name behind `before`, unless that is a place of another level than its own: 市水利局 is not
    /// 县水利局, by whatever short name that is known. 全市水利局 are all of them.
    fn known(&self, before: &str, name: &str) -> Option<DeptIx> {
        let department = *self.departments.get(name)?;
        let is_own = |place: &char| {
            let places = self.places.get(name);
            places.is_none_or(|places| places.contains(place))
                || before.ends_with(&format!("全{place}"))
        };
        let place = before.chars().next_back().filter(|c| is_place(*c));
        place
            .is_none_or(|place| is_own(&place))
            .then_some(department)
    }

    /// The unit whose name stands at a place of a folded text, where a section of it stands behind (县教体局基础教育股), and where
    /// it ends; the longest known.
    fn unit_of_section(&self, key: &str, at: usize) -> Option<(usize, DeptIx)> {
        let (before, key) = key.split_at(at);
        let ends = key.char_indices().map(|(at, _)| at).skip(2);
        let ends: Vec<usize> = ends.take(self.longest).collect();
        ends.into_iter().rev().find_map(|end| {
            let (unit, section) = key.split_at(end);
            if !is_section(section) || is_committee(unit) {
                return None;
            }
            Some((at + end, self.known(before, unit)?))
        })
    }

    /// The department a file or folder name holds; the longest name wins, two different ones of equal length decide nothing.
    pub fn department_in(&self, raw: &str) -> Option<DeptIx> {
        let plain: String = names::fold(raw)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        let starts = plain.char_indices().map(|(at, _)| at);
        let bounds: Vec<usize> = starts.chain([plain.len()]).collect();
        let longest = self.longest.min(bounds.len() - 1);
        for length in (2..=longest).rev() {
            let mut found = bounds.windows(length + 1).filter_map(|bounds| {
                self.known(&plain[..bounds[0]], &plain[bounds[0]..bounds[length]])
            });
            if let Some(first) = found.next() {
                return found.all(|other| other == first).then_some(first);
            }
        }
        None
    }

    /// A task by its name. A shortened name, or one with a verb more or less, is taken only when one task alone fits.
    pub fn task(&self, raw: &str) -> Option<TaskIx> {
        if let Some(found) = self.tasks.get(raw) {
            return *found;
        }
        let whole = names::key(raw);
        if let Some(found) = self.tasks.get(&whole) {
            return *found;
        }
        let name = strip_serial(raw);
        let key = if name.len() == raw.len() {
            whole
        } else {
            names::key(name)
        };
        if key.is_empty() {
            return None;
        }
        if let Some(found) = self.tasks.get(&key) {
            return *found;
        }
        let core = strip_verb(&key);
        let head: Vec<char> = core.chars().take(RUN).collect();
        let run: [char; RUN] = head.try_into().ok()?;
        let mut hits = self.task_runs.get(&run)?.iter().filter(|&&ix| {
            let whole = strip_verb(&self.task_keys[ix]);
            whole == core
                || whole.contains(core) && core.chars().count() * 2 >= whole.chars().count()
        });
        let one = hits.next()?;
        hits.next().is_none().then_some(*one)
    }

    /// A task by its number: `1`, `1.`, `（1）`, `1-1`.
    pub fn task_no(&self, raw: &str) -> Option<TaskIx> {
        self.numbers.get(&serial(raw)?).copied()
    }

    /// Whether a text of some length is a part of a task's name: 老旧小区改造 of 城镇老旧小区改造和社区服务提升.
    pub fn is_part(&self, task: TaskIx, raw: &str) -> bool {
        let part = names::key(strip_serial(raw));
        part.chars().nth(RUN - 1).is_some() && self.task_keys[task].contains(&part)
    }

    /// Whether a text is a task's name typed anew: a character or two off, 与 for 和, 项目 or 工程 more or less, and no other task's
    /// name as much. Numbers, sides and places tell two works apart.
    pub fn is_retyped(&self, task: TaskIx, raw: &str) -> bool {
        let typed = loose(&names::key(strip_serial(raw)));
        let off = |ix: TaskIx| strsim::damerau_levenshtein(&typed, &loose(&self.task_keys[ix]));
        let telling = |name: &str| name.chars().filter(|c| tells_apart(*c)).collect::<String>();
        let (length, own) = (typed.chars().count(), off(task));
        let allowed = if length < 6 { length / 4 } else { 2 };
        own <= allowed
            && telling(&typed) == telling(&loose(&self.task_keys[task]))
            && (0..self.task_keys.len()).all(|other| other == task || off(other) > own)
    }

    /// An indicator of a task by its name or alias; containment is taken only when one indicator alone fits.
    pub fn indicator(&self, plan: &Plan, task: TaskIx, raw: &str) -> IndicatorMatch {
        let all = plan.tasks[task].indicators.clone();
        let named = |key: &str| {
            let is_its = |&ix: &IndIx| self.indicators[ix].iter().any(|own| own == key);
            all.clone().find(is_its)
        };
        // Written as the plan writes it: nothing to fold.
        if let Some(ix) = named(raw).filter(|_| !raw.is_empty()) {
            return IndicatorMatch::One(ix);
        }
        let (whole, key) = (names::key(raw), names::key(strip_serial(raw)));
        if key.is_empty() {
            return IndicatorMatch::None;
        }
        if let Some(ix) = named(&whole).or_else(|| named(&key)) {
            return IndicatorMatch::One(ix);
        }
        let long = key.chars().count();
        let is_alike = |name: &String| {
            name.chars().count() >= 3 && key.contains(name.as_str())
                || long >= 3 && name.contains(&key)
        };
        let is_only = all.len() == 1;
        let hits: Vec<IndIx> = all
            .filter(|&ix| self.indicators[ix].iter().any(is_alike))
            .collect();
        let text = &self.task_texts[task];
        let is_whole_text = !text.is_empty() && (*text == key || long >= 12 && text.contains(&key));
        match hits.as_slice() {
            [one] if !is_whole_text || is_only => IndicatorMatch::One(*one),
            [_, _, ..] => IndicatorMatch::Several,
            _ if is_whole_text || long > 20 => IndicatorMatch::Several,
            _ => IndicatorMatch::None,
        }
    }

    /// The plan's indicators of this name or alias, of whatever task.
    pub fn indicators_named(&self, raw: &str) -> &[IndIx] {
        let known = |name: &str| self.indicator_keys.get(&names::key(name));
        let found = known(raw).or_else(|| known(strip_serial(raw)));
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether the text is the name of a task or an indicator.
    pub fn is_task_or_indicator(&self, raw: &str) -> bool {
        let key = names::key(raw);
        self.tasks.contains_key(&key) || self.indicator_keys.contains_key(&key)
    }

    /// The nearest task and indicator names, best first, at most two; for messages.
    pub fn suggestions(&self, plan: &Plan, raw: &str) -> Vec<String> {
        let key = names::key(strip_serial(raw));
        let tasks = plan.tasks.iter().zip(&self.task_keys);
        let tasks =
            tasks.map(|(t, name)| (likeness(&key, name), format!("第{}项“{}”", t.no, t.name)));
        let indicators = plan.indicators.iter().zip(&self.indicators);
        let indicators = indicators.map(|(i, own)| {
            let scored = own.iter().map(|name| (likeness(&key, name), name));
            let best = scored.max_by(|a, b| a.0.total_cmp(&b.0));
            let (score, best) = best.map_or((0.0, ""), |(score, name)| (score, name));
            let alias = i.aliases.iter().find(|alias| names::key(alias) == best);
            let alias = alias.filter(|_| names::key(&i.name) != best);
            let alias = alias.map_or_else(String::new, |alias| format!("（也写作“{alias}”）"));
            (score, format!("指标{}“{}”{alias}", i.id, i.name))
        });
        let mut scored: Vec<(f64, String)> = tasks
            .chain(indicators)
            .filter(|(score, _)| *score >= 0.4)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        scored.into_iter().take(2).map(|(_, name)| name).collect()
    }
}

/// How alike two names are, from 0 to 1: by their letters in order, or by the same letters in another (危桥改造, 改造危桥).
fn likeness(a: &str, b: &str) -> f64 {
    let near = strsim::normalized_damerau_levenshtein(a, b);
    let mut rest: Vec<char> = b.chars().collect();
    let (mut shared, mut all) = (0u32, rest.len());
    for c in a.chars() {
        match rest.iter().position(|other| *other == c) {
            Some(at) => {
                rest.swap_remove(at);
                shared += 1;
            }
            None => all += 1,
        }
    }
    let Ok(all) = u32::try_from(all) else {
        return near;
    };
    // A little less than a name that is the same: what stands in order comes first.
    near.max(f64::from(shared) / f64::from(all.max(1)) * 0.95)
}

/// What a text names of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndicatorMatch {
    /// One indicator.
    One(IndIx),
    /// The text speaks of several of the task's indicators, or of the task as a whole.
    Several,
    /// Nothing that the plan knows.
    None,
}

/// The task number in a serial, in digits, a Chinese or a Roman numeral: the first, if nothing but separators and sub-numbers
/// stands around them.
pub fn serial(raw: &str) -> Option<u32> {
    const LONGEST: usize = 12;
    if raw.len() > 100 {
        return None;
    }
    let mut key: String = raw.chars().map(circled).collect();
    key = names::fold(&key).replace("no", "");
    let is_part = |c: char| {
        c.is_ascii_digit()
            || is_numeral(c)
            || is_roman(c)
            || ".,:()[]【】〔〕-—–、_。号第项序#".contains(c)
    };
    if key.chars().count() > LONGEST || !key.chars().all(is_part) {
        return None;
    }
    let kinds: [fn(char) -> bool; 3] = [|c| c.is_ascii_digit(), is_numeral, is_roman];
    let start = key.find(|c| kinds.iter().any(|is| is(c)))?;
    let first = &key[start..];
    let kind = kinds.iter().find(|is| first.starts_with(**is))?;
    let digits = &first[..first.find(|c| !kind(c)).unwrap_or(first.len())];
    // 3iv and 三3 are no numbers.
    let behind = first[digits.len()..].chars().next();
    if behind.is_some_and(|c| kinds.iter().any(|is| is(c))) {
        return None;
    }
    if let Ok(number) = digits.parse() {
        return Some(number);
    }
    match numeral::read(digits) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number below a thousand"
        )]
        Some(number) if number.fract() == 0.0 && (1.0..1000.0).contains(&number) => {
            Some(number as u32)
        }
        Some(_) => None,
        None => roman(digits),
    }
}

/// Numerals of a serial: without 点, 万 and 亿.
fn is_numeral(c: char) -> bool {
    numeral::is_numeral(c) && !"点万亿萬億".contains(c)
}

fn is_roman(c: char) -> bool {
    matches!(c, 'i' | 'v' | 'x')
}

/// A Roman numeral below 40, in small letters.
fn roman(text: &str) -> Option<u32> {
    const ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = text.len() - text.trim_start_matches('x').len();
    let ones = ONES.iter().position(|ones| *ones == &text[tens..])?;
    let number = u32::try_from(tens * 10 + ones).ok()?;
    (1..40).contains(&number).then_some(number)
}

/// The circled digits that no Unicode table resolves (❸, ➂, ➌, ⓷, ⓭), as the circled ones that it does.
fn circled(c: char) -> char {
    let from = match c {
        '\u{2776}'..='\u{277f}' => 0x2776,
        '\u{2780}'..='\u{2789}' => 0x2780,
        '\u{278a}'..='\u{2793}' => 0x278a,
        '\u{24f5}'..='\u{24fe}' => 0x24f5,
        '\u{24eb}'..='\u{24f4}' => 0x24eb - 10,
        _ => return c,
    };
    char::from_u32(0x2460 + c as u32 - from).unwrap_or(c)
}

/// A name without the `1.`, `（2）`, `三、` or `③` before it.
fn strip_serial(raw: &str) -> &str {
    let trimmed = raw.trim_start_matches(names::is_space);
    let is_sign = |c| matches!(circled(c), '\u{2460}'..='\u{249b}' | '\u{3220}'..='\u{3229}');
    if let Some(rest) = trimmed.strip_prefix(is_sign) {
        return rest.trim_start_matches(['.', '．', '、', ' ']);
    }
    let is_digit =
        |c: char| c.is_ascii_digit() || matches!(c, '０'..='９' | '(' | '（') || is_numeral(c);
    let rest = trimmed.trim_start_matches(is_digit);
    let stripped = rest.trim_start_matches(['.', '．', '、', ')', '）', ' ']);
    if rest.len() < trimmed.len() && stripped.len() < rest.len() {
        stripped
    } else {
        trimmed
    }
}

/// A folded name without the words that are typed or left out at will.
fn loose(key: &str) -> String {
    let mut name = key.to_owned();
    for word in ["以及", "项目", "工程", "城镇", "全市", "全县", "全区"] {
        name = name.replace(word, "");
    }
    name.retain(|c| !"与和及的、".contains(c));
    name
}

/// Characters in which the names of two works of one kind differ.
fn tells_apart(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || numeral::is_numeral(c)
        || "东西南北中上下左右前后内外新旧老大小城乡市县镇村甲乙丙丁不未非".contains(c)
}

fn strip_verb(key: &str) -> &str {
    VERBS
        .iter()
        .filter_map(|v| key.strip_prefix(v))
        .min_by_key(|rest| rest.len())
        .filter(|rest| !rest.is_empty())
        .unwrap_or(key)
}

#[cfg(test)]
mod tests {
    use super::{serial, strip_serial};

    #[test]
    fn serial_numbers_are_read_in_any_numeral() {
        for text in [
            "3",
            "3.",
            "3、",
            "3．",
            "（3）",
            "(3)",
            "【3】",
            "3)",
            "03",
            "003",
            "3.0",
            "3-1",
            "3.2",
            "三",
            "三、",
            "三．",
            "（三）",
            "叁",
            "㈢",
            "㊂",
            "③",
            "❸",
            "➂",
            "⓷",
            "⑶",
            "⒊",
            "Ⅲ",
            "ⅲ",
            "III",
            "iii.",
            "（Ⅲ）",
            "第3项",
            "第三项",
            "第 三 项",
            "3号",
            "No.3",
            "№3",
            "NO．3",
            "序号3",
            "3#",
            "#3",
            "３",
            "（３）",
        ] {
            assert_eq!(serial(text), Some(3), "{text}");
        }
        for (text, number) in [
            ("十二", 12),
            ("廿三", 23),
            ("一百零二", 102),
            ("二十", 20),
            ("⑫", 12),
            ("⓫", 11),
            ("Ⅸ", 9),
            ("XIV", 14),
            ("Ⅻ", 12),
        ] {
            assert_eq!(serial(text), Some(number), "{text}");
        }
        for text in [
            "",
            "、",
            "甲",
            "三百万",
            "三3",
            "iiii",
            "改造3",
            "合计",
            "iv3",
            "No.",
        ] {
            assert_eq!(serial(text), None, "{text}");
        }
    }

    #[test]
    fn a_serial_before_a_name_is_left_out() {
        for text in [
            "3.改造危桥",
            "3、改造危桥",
            "（3）改造危桥",
            "三、改造危桥",
            "（三）改造危桥",
            "③改造危桥",
            "十三．改造危桥",
            "㈢改造危桥",
        ] {
            assert_eq!(strip_serial(text), "改造危桥", "{text}");
        }
        for text in ["三水大桥", "十里长街改造", "百日攻坚"] {
            assert_eq!(strip_serial(text), text);
        }
    }
}
