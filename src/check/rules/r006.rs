//! R006: what the narrative says against what the figures say.

use std::collections::BTreeMap;

use crate::check::narrative::{
    Claim, ClaimWords, Clause, Names, Prose, claims, has_exception, has_no_subject, may_claim,
    speaks_of_others, speaks_of_the_whole,
};
use crate::check::reading::figures::figure;
use crate::check::reading::shared_cells::{SharedCell, shared_cells};

use super::compare::{finished, same};

rule! {
    R006 "narrative-contradiction", Warning, Narrative(check);
    title: "工作进展文字与数据矛盾",
    what: "数据已完成而文字说仍在进行，或文字说已完成而数据未完成。按点名该指标的分句判断；没有点名的，只在该格所有指标都完成时判断“仍在进行”，\
           在有指标未完成时判断“全部完成”。\
           表示仍在进行的词：正在（仍在、还在、尚在）施工、建设、改造、推进、实施、整治、修复、铺设、安装、抓紧、加快、加紧、有序、紧张、进行、开展；\
           施工中、建设中、改造中、实施中、推进中、进行中、整治中、在建、进场施工、已进场、正在进场、抓紧施工、加紧施工、加快施工、加快建设；\
           未（尚未、还未、没有）完成、完工、竣工、建成；完成60%一类不足100%的比例。\
           点名该指标时，收尾、待验收、未（尚未）验收、交付、移交、投用、调试中也是。\
           表示已完成的词：已（已经、均已、顺利、按期、如期、提前）完成、完工、竣工、建成、完毕；全部（全面、全数、100%）完成，完成全部（年度、全年）任务。\
           不算已完成的：基本完成、主体完工、已完成3处、完成率、完成后、将于年底前完成，以及前期、设计、招标、本月等阶段性工作的完成。",
    why: "文字和数据必有一处不实，写进简报前须先弄清。",
    example: "街头绿地面积累计16万平方米（100%），工作进展写“正在施工、尚未完工”；小区改造完成5个、目标8个，工作进展写“年度任务已全部完成”。",
    fix: "核对数据和文字，按实际情况改正其中一处；部分完成的写清已完成和正在进行的各是多少。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    shared_cells(cx.records, Field::Narrative)
        .iter()
        .filter_map(|cell| contradiction(cx, cell))
        .collect()
}

/// What the narrative says of one indicator; each the first words that say it.
#[derive(Debug, Default)]
struct Claimed {
    under_way: Option<String>,
    finished: Option<String>,
    all_finished: Option<String>,
    /// 全部完成 in a clause that names no indicator.
    all_in_general: Option<String>,
}

/// What a cell's narrative says of its indicators.
#[derive(Debug, Default)]
struct Claims {
    told: BTreeMap<usize, Claimed>,
    /// "Under way" in a clause that names no indicator.
    under_way_in_general: Option<String>,
    finished_anywhere: bool,
}

fn contradiction(cx: &SubmissionCx, shared: &SharedCell) -> Option<Finding> {
    let words = shared.words.as_deref()?;
    let cell = shared.cell?;
    let facts: Vec<(usize, bool)> = shared
        .members
        .iter()
        .filter_map(|&ix| finished(cx.plan, cx.period(), cx.judged.get(ix)?).map(|done| (ix, done)))
        .collect();
    if facts.is_empty() {
        return None;
    }
    // An unfinished figure is contradicted by a completion alone.
    let prose = Prose::new(words);
    if !prose.may_claim(facts.iter().all(|(_, done)| !done)) {
        return None;
    }
    let reading = read(cx, shared, &prose);
    let all_finished = facts.len() == shared.members.len() && facts.iter().all(|(_, done)| *done);
    let wrong: Vec<(usize, bool, &str)> = facts
        .iter()
        .filter(|&&(ix, _)| !cx.is_off(&RULE, cx.records[ix].indicator))
        .filter_map(|&(ix, done)| {
            Some((ix, done, contradicts(cx, ix, done, all_finished, &reading)?))
        })
        .collect();
    let &(first, done, said) = wrong.first()?;
    let ixs = wrong
        .iter()
        .filter(|(_, other, _)| *other == done)
        .map(|(ix, ..)| *ix);
    let indicators: Vec<usize> = ixs.map(|ix| cx.records[ix].indicator).collect();
    let figures = if indicators.len() == 1 {
        format!("{}，", with_target(cx, first))
    } else {
        String::new()
    };
    let state = if done { "已完成" } else { "未完成" };
    let message = format!(
        "{}{figures}数据显示{state}，但“工作进展”写有“{said}”。",
        phrases::indicators(cx.plan, shared.task, indicators.iter().copied())
    );
    Some(
        cx.at(&RULE, cell, message, "请核对数据和文字，按实际情况改正其中一处；部分完成的，请写清已完成和正在进行的各是多少。")
            .task(shared.task)
            .indicator(cx.records[first].indicator)
            .expected(format!("与数据一致（{state}）")),
    )
}

/// `累计5个、目标8个`.
fn with_target(cx: &SubmissionCx, ix: usize) -> String {
    let judged = &cx.judged[ix];
    let own = stated(cx.plan, judged);
    match cx.plan.slot_target(judged.slot, cx.period()) {
        Some(target) => format!(
            "{own}、目标{}",
            figure(&cx.plan.indicators[cx.records[ix].indicator], target)
        ),
        None => own,
    }
}

/// The words that contradict an indicator's figure, unless the narrative also says what agrees with it.
fn contradicts<'r>(
    cx: &SubmissionCx,
    ix: usize,
    done: bool,
    all_finished: bool,
    reading: &'r Claims,
) -> Option<&'r str> {
    let kind = cx.plan.indicators[cx.records[ix].indicator].kind;
    let is_standing = kind.is_numeric() && !kind.is_cumulative();
    let told = reading.told.get(&ix);
    let said = |which: fn(&Claimed) -> &Option<String>| told.and_then(|t| which(t).as_deref());
    let is_under_way = said(|t| &t.under_way);
    if !done {
        return match is_under_way {
            Some(_) => None,
            None => said(|t| &t.all_finished)
                .or_else(|| said(|t| &t.finished).filter(|_| !is_standing))
                .or_else(|| said(|t| &t.all_in_general)),
        };
    }
    // A level or a ratio is reached, not finished: work on it goes on.
    if is_standing
        || said(|t| &t.finished)
            .or(said(|t| &t.all_finished))
            .is_some()
    {
        return None;
    }
    let in_general = reading.under_way_in_general.as_deref();
    is_under_way.or(in_general.filter(|_| all_finished && !reading.finished_anywhere))
}

/// Reads a cell's narrative clause by clause.
fn read(cx: &SubmissionCx, shared: &SharedCell, prose: &Prose) -> Claims {
    let mut reading = Claims::default();
    let clauses = prose.clauses();
    if !clauses.iter().any(|clause| may_claim(&clause.text)) {
        return reading;
    }
    let names = cx.lexicon.of(shared
        .members
        .iter()
        .map(|&ix| (ix, cx.records[ix].indicator)));
    let year = cx.period().year();
    let mut spoken_of: Option<(usize, Vec<usize>)> = None;
    // The sentence that takes a part out: 除东段外，均已完成.
    let mut exception = None;
    // Clauses since then that claim nothing: looked at closely where a claim without a subject follows.
    let mut between: Vec<&Clause> = Vec::new();
    for clause in &clauses {
        let (rest, meant) = names.cut(&clause.text);
        if !meant.is_empty() {
            spoken_of = Some((clause.sentence, meant.clone()));
            between.clear();
        }
        if has_exception(&rest) {
            exception = Some(clause.sentence);
        }
        let mut said = claims(&rest, year);
        // One of two is finished and the other is not: nothing tells which.
        let is_finished =
            |said: &ClaimWords| matches!(said.claim, Claim::Finished | Claim::AllFinished);
        if meant.len() > 1 && said.iter().any(is_finished) && !said.iter().all(is_finished) {
            continue;
        }
        if exception == Some(clause.sentence) {
            said.retain(|said| matches!(said.claim, Claim::UnderWay | Claim::PerhapsUnderWay));
        }
        if meant.is_empty() && said.is_empty() {
            between.push(clause);
        }
        for said in said {
            let is_carried =
                meant.is_empty() && has_no_subject(&rest, &said) && !speaks_of_others(&rest);
            if is_carried && let Some(spoken_of) = &mut spoken_of {
                // Another of the cell's works, in other words: what follows is said of that one.
                for other in between.drain(..) {
                    let led = names.led(&other.text);
                    if !led.is_empty() && !led.iter().any(|ix| spoken_of.1.contains(ix)) {
                        *spoken_of = (other.sentence, led);
                    }
                }
            }
            let carried = spoken_of
                .as_ref()
                .filter(|(sentence, _)| is_carried && *sentence == clause.sentence);
            let targets = if meant.is_empty() {
                carried
                    .map(|(_, members)| members.clone())
                    .unwrap_or_default()
            } else {
                meant.clone()
            };
            if targets.is_empty() {
                in_general(cx, shared, &names, &clause.text, said, &mut reading);
                continue;
            }
            for ix in targets
                .into_iter()
                .filter(|&ix| speaks_of_all(cx, ix, &said))
            {
                let told = reading.told.entry(ix).or_default();
                let place = match said.claim {
                    Claim::UnderWay | Claim::PerhapsUnderWay => &mut told.under_way,
                    Claim::Finished => &mut told.finished,
                    Claim::AllFinished => &mut told.all_finished,
                };
                place.get_or_insert_with(|| said.words.clone());
                reading.finished_anywhere |=
                    matches!(said.claim, Claim::Finished | Claim::AllFinished);
            }
        }
    }
    reading
}

/// A claim of a clause that names none of the cell's indicators.
fn in_general(
    cx: &SubmissionCx,
    shared: &SharedCell,
    names: &Names,
    clause: &str,
    said: ClaimWords,
    reading: &mut Claims,
) {
    match said.claim {
        Claim::UnderWay if !speaks_of_others(clause) => {
            reading.under_way_in_general.get_or_insert(said.words);
        }
        Claim::UnderWay | Claim::PerhapsUnderWay => {}
        Claim::Finished => reading.finished_anywhere = true,
        Claim::AllFinished => {
            reading.finished_anywhere = true;
            if speaks_of_others(clause) {
                return;
            }
            let hinted = if cx.lexicon.mentions(clause, shared.task) {
                Vec::new()
            } else {
                names.hinted(clause)
            };
            let meant = if !hinted.is_empty() {
                hinted
            } else if shared.alone().is_some()
                || cx.lexicon.mentions(clause, shared.task)
                || !said.figures.is_empty()
                || speaks_of_the_whole(clause, &said)
            {
                shared.members.clone()
            } else {
                // Of several indicators it names one in other words: 食堂已全部完成.
                return;
            };
            for ix in meant.into_iter().filter(|&ix| speaks_of_all(cx, ix, &said)) {
                reading
                    .told
                    .entry(ix)
                    .or_default()
                    .all_in_general
                    .get_or_insert_with(|| said.words.clone());
            }
        }
    }
}

/// A completion with figures speaks of an indicator only where one of them is its target: 前10公里已全部完成 is no claim on 20公里.
fn speaks_of_all(cx: &SubmissionCx, ix: usize, said: &ClaimWords) -> bool {
    if said.figures.is_empty() || matches!(said.claim, Claim::UnderWay | Claim::PerhapsUnderWay) {
        return true;
    }
    let own = &cx.plan.indicators[cx.records[ix].indicator].unit;
    let Some(target) = cx.plan.slot_target(cx.records[ix].slot, cx.period()) else {
        return false;
    };
    said.figures.iter().any(|(value, unit)| {
        unit.as_ref()
            .map_or(Some(*value), |unit| unit.convert(*value, own))
            .is_some_and(|v| same(v, target))
    })
}
