//! Which department, task or indicator a text names. Equality after folding decides, or containment that leaves no choice;
//! nearness is for suggestions in messages only.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::FixedState;

use crate::plan::names;
use crate::plan::{DeptIx, IndIx, Plan, TaskIx};

/// A plan's names folded once, looked up many times: loading stays linear in departments.
#[derive(Debug, Clone)]
pub struct Names {
    /// Folded department name, alias or id → department.
    departments: HashMap<String, DeptIx, FixedState>,
    /// The longest department name in characters, for looking inside longer texts.
    longest: usize,
    /// A task's name as the plan writes it, where no other folds to the same: what a form is filled in with needs no folding.
    plain_tasks: HashMap<String, TaskIx, FixedState>,
    /// Folded task name → task; `None` where two tasks share one.
    tasks: BTreeMap<String, Option<TaskIx>>,
    task_keys: Vec<String>,
    /// Every run of four characters of a task's name without its verb → the tasks that have it, ascending: what a shortened
    /// name may be part of, without a look at every task.
    task_runs: BTreeMap<[char; RUN], Vec<TaskIx>>,
    task_texts: Vec<String>,
    /// Folded names and aliases of each indicator.
    indicators: Vec<Vec<String>>,
    /// All of them.
    indicator_keys: BTreeSet<String>,
    /// Task number → task.
    numbers: BTreeMap<u32, TaskIx>,
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

impl Names {
    pub fn new(plan: &Plan) -> Self {
        let mut departments: HashMap<String, DeptIx, FixedState> = HashMap::default();
        let mut longest = 0;
        for (ix, dept) in plan.departments.iter().enumerate() {
            for name in std::iter::once(&dept.name).chain(&dept.aliases) {
                let key = names::key(name);
                longest = longest.max(key.chars().count());
                departments.entry(key).or_insert(ix);
            }
        }
        let task_keys: Vec<String> = plan.tasks.iter().map(|t| names::key(&t.name)).collect();
        let mut tasks: BTreeMap<String, Option<TaskIx>> = BTreeMap::new();
        for (ix, key) in task_keys.iter().enumerate() {
            tasks
                .entry(key.clone())
                .and_modify(|t| *t = None)
                .or_insert(Some(ix));
        }
        let mut task_runs: BTreeMap<[char; RUN], Vec<TaskIx>> = BTreeMap::new();
        for (ix, key) in task_keys.iter().enumerate() {
            let core: Vec<char> = strip_verb(key).chars().collect();
            for run in core.windows(RUN).filter_map(|run| run.try_into().ok()) {
                let tasks: &mut Vec<TaskIx> = task_runs.entry(run).or_default();
                if tasks.last() != Some(&ix) {
                    tasks.push(ix);
                }
            }
        }
        let unshared = |key: &String| tasks.get(key).copied().flatten();
        let plain_tasks = plan
            .tasks
            .iter()
            .zip(&task_keys)
            .filter_map(|(t, key)| Some((t.name.clone(), unshared(key)?)));
        let indicators: Vec<Vec<String>> = plan
            .indicators
            .iter()
            .map(|i| {
                std::iter::once(&i.name)
                    .chain(&i.aliases)
                    .map(|n| names::key(n))
                    .filter(|k| !k.is_empty())
                    .collect()
            })
            .collect();
        Self {
            departments,
            longest,
            plain_tasks: plain_tasks
                .filter(|(name, _)| strip_serial(name) == name)
                .collect(),
            tasks,
            task_runs,
            indicator_keys: indicators.iter().flatten().cloned().collect(),
            task_texts: plan.tasks.iter().map(|t| names::key(&t.text)).collect(),
            task_keys,
            indicators,
            numbers: plan
                .tasks
                .iter()
                .enumerate()
                .map(|(ix, t)| (t.no, ix))
                .collect(),
        }
    }

    /// A department by its whole name: equal to a name or alias, or one with a district's name before it (高新区建设局).
    pub fn department(&self, raw: &str) -> Option<DeptIx> {
        let key = names::key(raw);
        if key.is_empty() {
            return None;
        }
        if let Some(&ix) = self.departments.get(&key) {
            return Some(ix);
        }
        // 重庆高新区建设局, 管委会建设局: what stands before must be the name of a district or its authority.
        let chars: Vec<(usize, char)> = key.char_indices().collect();
        chars.iter().skip(1).find_map(|&(at, _)| {
            let before = key[..at].chars().next_back()?;
            matches!(
                before,
                '区' | '市' | '县' | '会' | '镇' | '州' | '盟' | '旗'
            )
            .then(|| self.departments.get(&key[at..]).copied())
            .flatten()
        })
    }

    /// The department a file or folder name holds; the longest name wins, two different ones of equal length decide nothing.
    pub fn department_in(&self, raw: &str) -> Option<DeptIx> {
        let key = names::fold(raw);
        let plain: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
        let bounds: Vec<usize> = plain
            .char_indices()
            .map(|(at, _)| at)
            .chain([plain.len()])
            .collect();
        let length = bounds.len() - 1;
        let mut best: Option<(usize, DeptIx)> = None;
        let mut tied = false;
        for start in 0..length {
            for len in (2..=self.longest.min(length - start)).rev() {
                if best.is_some_and(|(found, _)| found > len) {
                    break;
                }
                let Some(&ix) = self
                    .departments
                    .get(&plain[bounds[start]..bounds[start + len]])
                else {
                    continue;
                };
                match best {
                    Some((found, other)) if found == len => tied |= other != ix,
                    _ => (best, tied) = (Some((len, ix)), false),
                }
                break;
            }
        }
        best.filter(|_| !tied).map(|(_, ix)| ix)
    }

    /// A task by its name. A shortened name, or one with a verb more or less, is taken only when one task alone fits.
    pub fn task(&self, raw: &str) -> Option<TaskIx> {
        if let Some(&ix) = self.plain_tasks.get(raw) {
            return Some(ix);
        }
        let key = names::key(strip_serial(raw));
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
            let name_core = strip_verb(&self.task_keys[ix]);
            name_core == core
                || name_core.contains(core) && core.chars().count() * 2 >= name_core.chars().count()
        });
        match (hits.next(), hits.next()) {
            (Some(&ix), None) => Some(ix),
            _ => None,
        }
    }

    /// A task by its number: `1`, `1.`, `（1）`, `1-1`.
    pub fn task_no(&self, raw: &str) -> Option<TaskIx> {
        serial(raw).and_then(|n| self.numbers.get(&n).copied())
    }

    /// An indicator of a task by its name or alias; containment is taken only when one indicator alone fits.
    pub fn indicator(&self, plan: &Plan, task: TaskIx, raw: &str) -> IndicatorMatch {
        let all = plan.tasks[task].indicators.clone();
        // The first by its very name, as forms are filled in: nothing comes before it.
        if plan
            .indicators
            .get(all.start)
            .is_some_and(|first| first.name == raw && strip_serial(raw) == raw)
        {
            return IndicatorMatch::One(all.start);
        }
        let key = names::key(strip_serial(raw));
        if key.is_empty() {
            return IndicatorMatch::None;
        }
        if let Some(ix) = all.clone().find(|&ix| self.indicators[ix].contains(&key)) {
            return IndicatorMatch::One(ix);
        }
        let long = key.chars().count();
        let hits: Vec<IndIx> = all
            .filter(|&ix| {
                self.indicators[ix].iter().any(|name| {
                    let short = name.chars().count();
                    short >= 3 && key.contains(name.as_str()) || long >= 3 && name.contains(&key)
                })
            })
            .collect();
        let is_whole_text = !self.task_texts[task].is_empty()
            && (self.task_texts[task] == key || long >= 12 && self.task_texts[task].contains(&key));
        match hits.as_slice() {
            [one] if !is_whole_text || plan.tasks[task].indicators.len() == 1 => {
                IndicatorMatch::One(*one)
            }
            [_, _, ..] => IndicatorMatch::Several,
            _ if is_whole_text || long > 20 => IndicatorMatch::Several,
            _ => IndicatorMatch::None,
        }
    }

    /// Whether a text names the same task as another row's department sees it: used to tell a data row from a heading.
    pub fn is_task_or_indicator(&self, raw: &str) -> bool {
        let key = names::key(raw);
        self.tasks.contains_key(&key) || self.indicator_keys.contains(&key)
    }

    /// The nearest task and indicator names, best first, at most two; for messages.
    pub fn suggestions(&self, plan: &Plan, raw: &str) -> Vec<String> {
        let key = names::key(raw);
        let mut scored: Vec<(f64, String)> = plan
            .tasks
            .iter()
            .zip(&self.task_keys)
            .map(|(t, k)| {
                (
                    strsim::normalized_damerau_levenshtein(&key, k),
                    format!("第{}项“{}”", t.no, t.name),
                )
            })
            .chain(
                plan.indicators
                    .iter()
                    .zip(&self.indicators)
                    .map(|(i, names)| {
                        let score = names
                            .iter()
                            .map(|n| strsim::normalized_damerau_levenshtein(&key, n))
                            .fold(0.0, f64::max);
                        (score, format!("指标{}“{}”", i.id, i.name))
                    }),
            )
            .filter(|(score, _)| *score >= 0.4)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        scored.into_iter().take(2).map(|(_, name)| name).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndicatorMatch {
    One(IndIx),
    /// The text speaks of several of the task's indicators, or of the task as a whole.
    Several,
    None,
}

/// The task number in a serial: the first digits, if nothing but separators and sub-numbers stands around them.
pub fn serial(raw: &str) -> Option<u32> {
    let key = names::fold(raw);
    if key.is_empty()
        || key.chars().count() > 8
        || !key.chars().all(|c| {
            c.is_ascii_digit()
                || matches!(
                    c,
                    '.' | '(' | ')' | '-' | '—' | '、' | '_' | '号' | '第' | '项'
                )
        })
    {
        return None;
    }
    let digits: String = key
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// `1.`, `（2）`, `三、` before a name.
fn strip_serial(raw: &str) -> &str {
    let trimmed = raw.trim_start_matches(names::is_space);
    let rest = trimmed.trim_start_matches(|c: char| {
        c.is_ascii_digit() || ('０'..='９').contains(&c) || matches!(c, '(' | '（')
    });
    let stripped = rest.trim_start_matches(['.', '．', '、', ')', '）', ' ']);
    if rest.len() < trimmed.len() && stripped.len() < rest.len() {
        stripped
    } else {
        trimmed
    }
}

fn strip_verb(key: &str) -> &str {
    VERBS
        .iter()
        .filter_map(|v| key.strip_prefix(v))
        .min_by_key(|rest| rest.len())
        .filter(|rest| !rest.is_empty())
        .unwrap_or(key)
}
