//! `[[department]]`: ids and names under which departments are told apart.

use std::collections::{HashMap, HashSet};

use super::{Context, NOT_IN_FILE_NAMES, alike, fits_file_name};
use crate::plan::model::{Department, DeptIx, Plan};
use crate::plan::names::{fold, is_device, key};
use crate::plan::problem::{Problems, Step, Stranger, steps};
use crate::plan::raw::RawDepartment;

pub(super) struct Departments {
    pub list: Vec<Department>,
    pub ids: HashMap<String, DeptIx>,
    /// Departments by the keys of their names and aliases, and by [`id_key`].
    pub names: Names,
    /// Whether a name is missing or taken: a department named elsewhere may be that one.
    pub is_unsure: bool,
}

pub(super) type Names = HashMap<String, DeptIx>;

pub(super) fn build(raw: Vec<RawDepartment>, problems: &mut Problems) -> Departments {
    let mut out = Departments {
        list: Vec::with_capacity(raw.len()),
        ids: HashMap::with_capacity(raw.len()),
        names: HashMap::with_capacity(raw.len() * 3),
        is_unsure: false,
    };
    for (ix, raw) in raw.into_iter().enumerate() {
        let RawDepartment { id, name, aliases } = raw;
        if let Some(id) = &id {
            let at = || steps!["department", ix, "id"];
            if !fits_file_name(id) || id.trim() != id {
                problems.at(at(), format!("单位编号“{id}”{NOT_IN_FILE_NAMES}"));
            } else if is_device(id) {
                problems.at(at(), format!("“{id}”是 Windows 的保留名，不能用作单位编号"));
            }
            if let Some(&earlier) = out.ids.get(id) {
                problems.at(
                    at(),
                    format!("单位编号“{id}”重复，{}已经用了", called(&out.list, earlier)),
                );
            } else {
                out.ids.insert(id.clone(), ix);
                out.claim(id, id_key(id), ix, at, problems);
            }
        }
        out.is_unsure |= name.is_none();
        if let Some(name) = &name {
            let at = || steps!["department", ix, "name"];
            if !fits_file_name(name) {
                problems.at(at(), NOT_IN_FILE_NAMES);
            }
            out.is_unsure |= !out.claim(name, key(name), ix, at, problems);
        }
        for (n, alias) in aliases.iter().enumerate() {
            let at = || steps!["department", ix, "aliases", n];
            out.claim(alias, key(alias), ix, at, problems);
        }
        out.list.push(Department {
            id: id.unwrap_or_default(),
            name: name.unwrap_or_default(),
            aliases,
        });
    }
    out
}

impl Departments {
    /// A name belongs to one department only: it decides whose workbook a file is. False: it cannot be this one's.
    fn claim(
        &mut self,
        name: &str,
        key: String,
        ix: DeptIx,
        at: impl FnOnce() -> Vec<Step>,
        problems: &mut Problems,
    ) -> bool {
        if key.is_empty() {
            problems.at(at(), "单位名称不能为空，也不能只有标点");
            return false;
        }
        let same = named(&self.list, &self.names, name);
        let Some(owner) = same.or_else(|| self.names.get(&key).copied()) else {
            self.names.insert(key, ix);
            // A workbook names its departments thousands of times.
            if problems.in_workbook {
                self.names.insert(as_written(name), ix);
            }
            return true;
        };
        if owner != ix {
            let message = match self.list.get(owner).filter(|_| same.is_none()) {
                Some(department) => alike(name, written(department)).unwrap_or_default(),
                None => format!(
                    "“{name}”已是{}的名称或别名，不能再指另一个单位",
                    called(&self.list, owner)
                ),
            };
            problems.at(at(), message);
        }
        owner == ix
    }
}

/// An id as it is looked up among names: apart from their keys, which drop its `-` and `_`.
fn id_key(id: &str) -> String {
    format!("\0{}", fold(id))
}

/// A name as it is looked up before anything is folded.
fn as_written(name: &str) -> String {
    format!("\u{1}{name}")
}

/// A department's name and aliases.
fn written(department: &Department) -> impl Iterator<Item = &str> {
    std::iter::once(&department.name)
        .chain(&department.aliases)
        .map(String::as_str)
}

fn called(list: &[Department], ix: DeptIx) -> String {
    list.get(ix)
        .map_or_else(String::new, |d| format!("“{}”（{}）", d.name, d.id))
}

/// The department that a text names by id, name or alias, but for width, case and spaces. Other words in a bracket name another
/// body: this is not the looser reading of forms.
pub(super) fn named(list: &[Department], names: &Names, text: &str) -> Option<DeptIx> {
    let unquoted = |text: &str| {
        let mut folded = fold(text);
        folded.retain(|c| !matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」'));
        folded
    };
    let folded = unquoted(text);
    let by_name = names.get(&key(text)).copied();
    by_name
        .filter(|&ix| {
            list.get(ix)
                .is_some_and(|d| written(d).any(|name| unquoted(name) == folded))
        })
        .or_else(|| names.get(&id_key(text)).copied())
}

/// A department by id; reports an id that the plan does not have, and keeps a workbook's strangers for [`tell`].
pub(super) fn find(
    plan: &Plan,
    cx: Context<'_>,
    id: &str,
    at: impl FnOnce() -> Vec<Step>,
    problems: &mut Problems,
) -> Option<DeptIx> {
    if let Some(ix) = plan.department(id) {
        return Some(ix);
    }
    if plan.departments.is_empty() {
        // Reported already: the file has no departments at all.
        return None;
    }
    if problems.in_workbook
        && let Some(ix) = cx.names.get(&as_written(id))
    {
        return Some(*ix);
    }
    let meant = named(&plan.departments, cx.names, id);
    if problems.in_workbook {
        if meant.is_none() {
            let known = plan.departments.iter().flat_map(written);
            let near = problems.nearest(id, known).map(str::to_owned);
            if near.is_some() || !cx.is_unsure {
                problems.strangers.push(Stranger {
                    at: at(),
                    name: id.to_owned(),
                    meant: near,
                });
            }
        }
        return meant;
    }
    let help = match meant.and_then(|ix| plan.departments.get(ix)) {
        Some(department) => Some(format!("“{id}”的编号是“{}”，这里请写编号", department.id)),
        None => problems.suggest(id, plan.departments.iter().map(|d| d.id.as_str())),
    };
    problems.at_with(at(), format!("没有编号为“{id}”的责任单位"), help);
    None
}

/// Tells of the strangers. Where several places agree on one, and the department that it reads like is named nowhere, the mistake is
/// that department's name. `leads`: the tasks' departments.
pub(super) fn tell(plan: &Plan, leads: &[Option<DeptIx>], problems: &mut Problems) {
    let strangers = std::mem::take(&mut problems.strangers);
    if strangers.is_empty() {
        return;
    }
    let mut places: HashMap<String, usize> = HashMap::new();
    for stranger in &strangers {
        *places.entry(fold(&stranger.name)).or_default() += 1;
    }
    // An indicator without reporters of its own has its task's department.
    let own = plan.indicators.iter().filter(|i| i.slots.len() > 1);
    let reporters = own
        .flat_map(|i| &plan.slots[i.slots.clone()])
        .map(|slot| slot.department);
    let cooperating = plan.tasks.iter().flat_map(|task| &task.with).copied();
    let leads = leads.iter().copied().flatten();
    let named: HashSet<DeptIx> = leads.chain(reporters).chain(cooperating).collect();
    let mut said: HashMap<DeptIx, String> = HashMap::new();
    for Stranger { at, name, meant } in strangers {
        let meant_ix = meant.as_deref().and_then(|meant| {
            let is_meant = |d: &Department| written(d).any(|own| own == meant);
            plan.departments.iter().position(is_meant)
        });
        let count = places.get(&fold(&name)).copied().unwrap_or_default();
        if let Some(ix) = meant_ix.filter(|ix| count > 1 && !named.contains(ix))
            && said.get(&ix).is_none_or(|other| fold(other) == fold(&name))
        {
            if said.insert(ix, name.clone()).is_none() {
                let own = &plan.departments[ix].name;
                let message = format!("“{own}”没有任务用到，别处有{count}处写的是“{name}”");
                let help =
                    format!("哪里写错了就改哪里；两种叫法都对的，把“{name}”写进“其他写法”栏");
                problems.at_with(steps!["department", ix, "name"], message, Some(help));
            }
            continue;
        }
        let is_list = name.contains(['、', '，', ',', '；', ';', '\n']);
        let help = match meant {
            Some(near) => format!("是不是“{near}”？"),
            None if is_list => "这里只写一个单位（牵头的），其余写到“会同单位”栏".to_owned(),
            None => "请改为“责任单位”表中的单位，或在那里加上它".to_owned(),
        };
        problems.at_with(at, format!("“责任单位”表中没有“{name}”"), Some(help));
    }
}
