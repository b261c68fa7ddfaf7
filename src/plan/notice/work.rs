//! Milestones and ongoing work: clauses without a figure, by their verbs.

use std::ops::Range;

use super::departments::together;
use super::figure::Figure;
use super::mask::{Clause, Masked, fold, length, without_item};
use super::naming::{Named, cut, unquoted};
use super::verbs::{self, Class};
use super::{LeftOut, Words};
use crate::plan::Kind;

/// Work that a clause promises.
#[derive(Debug)]
pub(super) struct Work {
    pub at: usize,
    pub name: String,
    pub kind: Kind,
    /// The verb, where a person must decide what it means.
    pub open: Option<&'static str>,
    /// What else a person must settle.
    pub mark: Option<&'static str>,
    pub words: Range<usize>,
}

#[derive(Debug, Default)]
pub(super) struct Works {
    pub found: Vec<Work>,
    pub left_out: Vec<LeftOut>,
    /// 会同…
    pub with: Vec<String>,
    pub marks: Vec<String>,
}

const AIM: &str = "目的或要求，没有可报送的事项";
const NO_VERB: &str = "没有认出要做的事";
const RESTATED: &str = "与项目名称相同，由本任务其他指标体现";
const SAME_WORK: &str = "说的是前一项完成到什么程度";
const COVERED: &str = "已有数字指标体现";

/// Reads every clause that holds no figure.
pub(super) fn works(
    masked: &Masked,
    figures: &[Figure],
    names: &[Named],
    task: &str,
    year: i16,
) -> Works {
    let core = |(n, f): (&Named, &Figure)| Core {
        sentence: masked.sentence(f.range.start),
        key: key(&n.stem),
        name: key(&n.name),
    };
    let mut reader = Reader {
        masked,
        figures,
        names,
        cores: names.iter().zip(figures).map(core).collect(),
        task: key(task),
        year,
        out: Works::default(),
    };
    for clause in &masked.clauses {
        if let Err(why) = reader.clause(clause) {
            let words = masked.text[clause.range.clone()].to_owned();
            reader.out.left_out.push(LeftOut { words, why });
        }
    }
    reader.out
}

/// The text of a task while its work is read.
struct Reader<'t> {
    masked: &'t Masked,
    figures: &'t [Figure],
    names: &'t [Named],
    cores: Vec<Core>,
    /// The task's name.
    task: String,
    year: i16,
    out: Works,
}

impl Reader<'_> {
    /// Reads a clause; why it promises nothing.
    fn clause(&mut self, clause: &Clause) -> Result<(), &'static str> {
        let start = clause.range.start;
        let from = self.figures.partition_point(|f| f.range.start < start);
        let next = self.figures.get(from);
        let text = &self.masked.text[clause.range.clone()];
        if next.is_some_and(|f| f.range.start < clause.range.end) {
            // What stands with a figure may name who does it together.
            let bodies = text.find("会同").and_then(|at| together(&text[at..]));
            let bodies = bodies.into_iter().flat_map(|(names, _)| names);
            self.out.with.extend(bodies);
            return Ok(());
        }
        if clause.is_aside || length(text) < 2 {
            return Ok(());
        }
        let mut body = without_item(text);
        let (lead, _) = verbs::adverbs(body);
        // 力争6月底前建成通车: a date before the verb says when, not what.
        if let Some(rest) = without_date(&body[lead..], self.year) {
            body = rest;
        }
        let masked = self.masked;
        let of_sentence = |at| masked.sentence(at) == clause.sentence;
        let before = self.out.found.last_mut().filter(|w| of_sentence(w.at));
        if let Some(before) = before.filter(|_| verbs::is_only_done(body)) {
            if before.kind == Kind::Ongoing {
                (before.kind, before.open) = (Kind::Milestone, Some("建成、投用等"));
            }
            return Err(SAME_WORK);
        }
        let (lead, _) = verbs::adverbs(body);
        // What a figure of the sentence comes to: 新建学校4所，于8月底前投用.
        let counted = self.figures[..from].iter();
        if let Some(last) = counted.clone().rposition(|f| of_sentence(f.range.start)) {
            let done = &body[lead..];
            if verbs::is_completion(done) {
                return Err(SAME_WORK);
            }
            let stem = self.names.get(last).map_or("", |n| n.stem.as_str());
            if verbs::is_only_done(done) && !stem.is_empty() {
                let name = cut(&format!("{stem}{done}"));
                let mark = Some("名称的前半取自前一项，请核对");
                self.add(clause, name, Kind::Milestone, None, mark);
                return Ok(());
            }
        }
        if let Some((bodies, used)) = together(&body[lead..]) {
            body = &body[lead + used..];
            let bodies = bodies.into_iter().filter(|b| !b.is_empty());
            self.out.with.extend(bodies);
        }
        let Promise {
            name,
            object,
            kind,
            open,
        } = promise(body, masked, clause.range.end - body.len())?;
        let object_key = key(&object);
        if length(&object_key) < 2 {
            let mark = format!("“{text}”词句不完整，疑有脱字，请核对原文");
            self.out.marks.push(mark);
            return Err(NO_VERB);
        }
        let is_alone = masked.clauses.len() == 1 && self.figures.is_empty();
        if self.task.contains(&object_key) && !is_alone {
            return Err(RESTATED);
        }
        if is_covered(&object, clause.sentence, &self.cores) {
            return Err(COVERED);
        }
        for part in parts(&object) {
            let own = (part != object).then(|| name.replacen(&object, &part, 1));
            let own = cut(unquoted(own.as_ref().unwrap_or(&name)));
            self.add(clause, own, kind, open, None);
        }
        Ok(())
    }

    fn add(
        &mut self,
        clause: &Clause,
        name: String,
        kind: Kind,
        open: Option<&'static str>,
        mark: Option<&'static str>,
    ) {
        self.out.found.push(Work {
            at: clause.range.start,
            name,
            kind,
            open,
            mark,
            words: clause.range.clone(),
        });
    }
}

/// The text behind a date at its start.
fn without_date(text: &str, year: i16) -> Option<&str> {
    ["年底前", "年内", "年底"]
        .iter()
        .find_map(|w| text.strip_prefix(w))
        .or_else(|| {
            // 于2025年8月底前, 在6月底前
            let dated = text.trim_start_matches(['于', '在', '到', '至']);
            super::time::date_at(dated, year).map(|d| &dated[d.used..])
        })
        .filter(|rest| !rest.is_empty())
}

struct Core {
    sentence: usize,
    key: String,
    name: String,
}

/// A name without quotation marks and stops.
fn key(text: &str) -> String {
    fold(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(200)
        .collect()
}

struct Promise {
    name: String,
    object: String,
    kind: Kind,
    open: Option<&'static str>,
}

/// Objects that are a verb's own noun: 改造工程 is not 改造 + 工程.
const NOUN_HEADS: Words = Words("工程 项目 工作 行动 活动 化 性 任务 计划 试点 单位 部门");

fn promise(text: &str, masked: &Masked, start: usize) -> Result<Promise, &'static str> {
    let (used, is_ongoing) = verbs::adverbs(text);
    let rest = &text[used..];
    // The clause's own verb, or the first one behind a phrase of place or a quoted name.
    let found = verbs::at(rest).map(|v| (0, v)).or_else(|| {
        rest.char_indices()
            .skip(1)
            .filter(|(n, _)| masked.quotation(start + used + n).is_none())
            .find_map(|(n, _)| {
                verbs::at(&rest[n..])
                    .filter(|v| v.class != Class::Aim)
                    .map(|v| (n, v))
            })
    });
    let (offset, verb) = found.ok_or(NO_VERB)?;
    if verb.class == Class::Aim {
        return Err(AIM);
    }
    let prefix = &rest[..offset];
    let mut object = &rest[offset + verb.word.len()..];
    if NOUN_HEADS.at_start(object).is_some() || object.is_empty() {
        // The verb is part of a noun: the phrase is the object itself.
        let goes_on = is_ongoing || verb.class == Class::Ongoing;
        let kind = if goes_on && !verbs::ends_done(text) {
            Kind::Ongoing
        } else {
            Kind::Milestone
        };
        let whole = without_year(rest);
        return Ok(Promise {
            name: whole.clone(),
            object: whole,
            kind,
            open: Some(verb.word),
        });
    }
    // 规范设置, 推进开展: the second verb adds no object.
    for _ in 0..3 {
        let (more, _) = verbs::adverbs(object);
        let Some(second) = verbs::at(&object[more..]) else {
            break;
        };
        let behind = &object[more + second.word.len()..];
        if length(behind) < 4
            || NOUN_HEADS.at_start(behind).is_some()
            || behind.starts_with(['的', '和', '与', '及'])
        {
            break;
        }
        object = behind;
    }
    let object = without_year(object.trim_start_matches('了'));
    let object = ["的工作", "等工作"]
        .iter()
        .find_map(|t| object.strip_suffix(t))
        .unwrap_or(&object)
        .to_owned();
    let is_milestone = verb.class == Class::Milestone;
    let (mut kind, mut open) = if is_milestone && !(is_ongoing && verb.is_open) {
        (Kind::Milestone, verb.is_open || is_ongoing)
    } else if is_ongoing {
        (Kind::Ongoing, is_milestone)
    } else {
        (Kind::Ongoing, verb.is_open)
    };
    if verbs::ends_done(text) {
        (kind, open) = (Kind::Milestone, false);
    } else if verbs::is_endless(&object) {
        (kind, open) = (Kind::Ongoing, true);
    }
    let is_quoted = prefix.starts_with(['“', '「', '《', '"']);
    let lead = if is_quoted { prefix } else { "" };
    let shown = if verb.is_light || is_quoted {
        format!("{lead}{object}")
    } else {
        format!("{}{object}", verb.word)
    };
    Ok(Promise {
        name: shown,
        object,
        kind,
        open: open.then_some(verb.word),
    })
}

/// 2024年香蕉园村…: the year says nothing in a name.
fn without_year(text: &str) -> String {
    match super::heading::year(text) {
        Some((_, used)) if used == "2024年".len() => text[used..].to_owned(),
        _ => text.to_owned(),
    }
}

/// Figures at most that a clause is compared with: reading stays linear however long a text is.
const COMPARED: usize = 100;

/// Whether figures of the task already count what the clause names; each part of an 和 or 、 for itself.
fn is_covered(object: &str, sentence: usize, cores: &[Core]) -> bool {
    let first = cores.partition_point(|c| c.sentence < sentence);
    let close = cores.iter().skip(first).take(COMPARED);
    object
        .split(['、', '和', '及'])
        .take(COMPARED)
        .map(key)
        .filter(|part| !part.is_empty())
        .all(|part| {
            close
                .clone()
                .chain(cores.iter().take(COMPARED))
                .any(|core| {
                    let near = core.sentence == sentence || core.sentence == sentence + 1;
                    let same = core.key == part
                        || (length(&part) >= 3
                            && (core.key.contains(&part) || core.name.contains(&part)));
                    let within = length(&core.key) >= 2
                        && (part.starts_with(&core.key) || part.ends_with(&core.key));
                    same || (near && within)
                })
        })
}

/// What a place's name ends with.
const PLACES: Words = Words("街道 社区 园区 镇 乡 村 区 县 市");

/// One work for each of several things: 甲项目、乙试点等, 甲镇、乙镇饮水工程.
fn parts(object: &str) -> Vec<String> {
    let whole = || vec![object.to_owned()];
    // Quoted names keep their 、.
    if object.contains(['“', '「', '《', '"']) && !object.contains('等') {
        return whole();
    }
    let (listed, is_open_list) = match object.rfind('等') {
        Some(at) if object[..at].contains('、') => (&object[..at], true),
        _ => (object, false),
    };
    let items: Vec<&str> = listed.split('、').map(str::trim).collect();
    let Some((last, earlier)) = items.split_last().filter(|(_, e)| !e.is_empty()) else {
        return whole();
    };
    if items.len() > 30 {
        return whole();
    }
    let place_end = |item: &str| {
        PLACES
            .iter()
            .filter_map(|p| item.find(p).map(|n| n + p.len()))
            .min()
    };
    if earlier
        .iter()
        .all(|item| length(item) >= 2 && place_end(item) == Some(item.len()))
        && let Some(end) = place_end(last).filter(|end| end + 6 <= last.len())
    {
        let head = &last[end..];
        return earlier
            .iter()
            .map(|item| format!("{item}{head}"))
            .chain([(*last).to_owned()])
            .collect();
    }
    let is_list = items
        .iter()
        .all(|i| length(i) >= if is_open_list { 4 } else { 6 });
    if is_list && !last.contains('的') {
        return items.iter().map(|i| (*i).to_owned()).collect();
    }
    whole()
}
