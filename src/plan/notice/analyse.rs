//! One row of the notice as a task in the making.

use jiff::civil::{Date, date};
use sha2::{Digest as _, Sha256};

use super::figure::{APPROXIMATE, AT_MOST, Figure, Skipped, TODAY, scan};
use super::mask::{Masked, length};
use super::naming::{FREQUENCIES, Named, Unique, names};
use super::shares::Shares;
use super::{
    IndicatorDraft, LeftOut, RelationDraft, Row, TaskDraft, Words, deadlines, departments,
    relation, shares, time, work,
};
use crate::Joined;
use crate::plan::{Kind, Unit};

/// Reads one row: its text's figures, milestones and ongoing work. Number and departments are left to [`super::draft`].
pub fn analyse(row: &Row, year: i16) -> TaskDraft {
    let masked = Masked::new(&row.text);
    let scan = scan(&masked, year);
    let named = names(&masked, &scan.figures);
    let promised = work::works(&masked, &scan.figures, &named, &row.name, year);
    let sums = relation::sums(&masked, &scan.figures);
    let bodies = departments::cell(&row.lead, &row.with);
    let shares = shares::shares(&masked, &scan.figures, &named, &bodies.lead, &bodies.with);
    let mut task = TaskDraft {
        no: 0,
        tier: tier(&row.tier),
        name: clean(&row.name),
        text: row.text.trim().to_owned(),
        lead: 0,
        with: promised.with,
        deadline: None,
        measures: clean(&row.measures),
        acceptance: clean(&row.acceptance),
        funding: clean(&row.funding),
        fingerprint: fingerprint(row),
        indicators: Vec::new(),
        relations: Vec::new(),
        marks: promised.marks,
        left_out: promised.left_out,
    };
    task.marks.extend(row.marks.iter().cloned());
    if row.tier.trim().is_empty() {
        task.marks.push("通知没有写分级，请填写".to_owned());
    }
    let mut places: Vec<Place> = Vec::new();
    for (n, (figure, name)) in scan.figures.iter().zip(&named).enumerate() {
        if shares.parts.contains(&n) {
            let words = masked.text.get(name.words.clone()).unwrap_or_default();
            task.left_out.push(LeftOut {
                words: words.trim_matches(['、', '，']).to_owned(),
                why: "已列为各单位分别报送的目标",
            });
            continue;
        }
        let mut indicator = indicator(figure, name, &masked);
        if let Some((_, sum)) = sums.uneven.iter().rfind(|(total, _)| *total == n) {
            indicator.marks.push(format!(
                "“其中”各项之和为 {}{}，与总数不等（或有重叠、未列全），未作数量关系",
                tidy(*sum),
                figure.unit
            ));
        }
        share(&mut indicator, &shares, n);
        places.push((figure.range.start, Some(n), indicator));
    }
    let works = promised.found.into_iter();
    places.extend(works.map(|found| (found.at, None, of_work(found, &masked))));
    // In the text's order.
    places.sort_by_key(|(at, _, _)| *at);
    let starts: Vec<usize> = places.iter().map(|(at, _, _)| *at).collect();
    let figures: Vec<Option<usize>> = places.iter().map(|(_, figure, _)| *figure).collect();
    let indicators = places.into_iter().map(|(_, _, indicator)| indicator);
    task.indicators = indicators.collect();
    name_each(&mut task.indicators);
    task.relations = relations(sums.relations, &figures, &task.indicators);
    let taken = deadline(&mut task, row, &masked, &scan.deadlines, &starts, year);
    let is_told = |skipped: &Skipped| {
        let is_baseline = skipped.why == TODAY
            && scan.figures.iter().any(|f| {
                f.baseline.is_some() && same_clause(&masked, f.range.start, skipped.range.start)
            });
        is_baseline || taken.contains(&skipped.range.start)
    };
    for skipped in scan.skipped.iter().filter(|skipped| !is_told(skipped)) {
        let words = masked.text.get(skipped.range.clone()).unwrap_or_default();
        task.left_out.push(LeftOut {
            words: words.to_owned(),
            why: skipped.why,
        });
    }
    if task.name.is_empty()
        && let Some(first) = task.indicators.first()
    {
        // The row has no name beside its text.
        task.name.clone_from(&first.name);
        let mark = "通知没有单独的项目名称，取自任务的第一项，请核对";
        task.marks.push(mark.to_owned());
    }
    if task.indicators.is_empty() {
        task.indicators.push(whole_task(&task.name));
    }
    misprints(&mut task);
    task
}

/// Where an indicator stands in the text, and the number of its figure.
type Place = (usize, Option<usize>, IndicatorDraft);

/// Gives the indicator of a figure the name and the reporters that the text shares it out to.
fn share(indicator: &mut IndicatorDraft, shares: &Shares, figure: usize) {
    if let Some((_, own)) = shares.names.iter().find(|(at, _)| *at == figure) {
        indicator.name = super::naming::cut(own);
    }
    let reported = shares.reported.iter().find(|(at, _, _)| *at == figure);
    let Some((_, parts, mark)) = reported else {
        return;
    };
    if indicator.kind.is_cumulative() || parts.len() == 1 {
        indicator.reporters.clone_from(parts);
        indicator.marks.extend(mark.clone());
    } else {
        let bodies = parts.iter().map(|(body, _)| body.as_str()).joined("、");
        indicator.marks.push(format!(
            "由{bodies}分别报送，请确认各自目标和合并方式（reporters、combine）"
        ));
    }
}

/// The indicator of work without a figure.
fn of_work(found: work::Work, masked: &Masked) -> IndicatorDraft {
    let words = masked.text.get(found.words).unwrap_or_default();
    let open = found.open.map(|verb| {
        format!("类型由“{verb}”判断，请确认是节点（milestone）还是持续推进（ongoing）")
    });
    let mut marks: Vec<String> = open
        .into_iter()
        .chain(found.mark.map(str::to_owned))
        .collect();
    if words.contains("一批") && !words.contains("第一批") {
        marks.push("“一批”没有写明数量".to_owned());
    }
    IndicatorDraft::work(found.name, found.kind, words.to_owned(), marks)
}

/// Every indicator has a name, and one of its own.
fn name_each(indicators: &mut [IndicatorDraft]) {
    let mut given = Unique::default();
    for indicator in indicators {
        if indicator.name.trim().is_empty() {
            "指标名称待定".clone_into(&mut indicator.name);
            indicator.marks.push("没有认出指标名称，请填写".to_owned());
        }
        indicator.name = given.claim(&indicator.name);
    }
}

/// The sums whose total and parts all became numeric indicators; `figures`: the figure of each indicator.
fn relations(
    found: Vec<RelationDraft>,
    figures: &[Option<usize>],
    indicators: &[IndicatorDraft],
) -> Vec<RelationDraft> {
    let place = |figure: usize| {
        let ix = figures.iter().position(|f| *f == Some(figure))?;
        indicators[ix].target.is_some().then_some(ix)
    };
    let placed = |mut relation: RelationDraft| {
        relation.total = place(relation.total)?;
        let parts: Option<_> = relation.parts.iter().map(|&part| place(part)).collect();
        relation.parts = parts?;
        Some(relation)
    };
    found.into_iter().filter_map(placed).collect()
}

fn same_clause(masked: &Masked, a: usize, b: usize) -> bool {
    let clause = |at| masked.clause(at).map(|c| c.range.start);
    clause(a) == clause(b)
}

/// A task whose text gives nothing to count or to finish is reported by its narrative.
fn whole_task(name: &str) -> IndicatorDraft {
    let name = if name.is_empty() {
        "工作推进"
    } else {
        name
    };
    let mark = "原文没有认出数字目标、节点或持续推进的事项，暂按整项任务持续推进";
    let name = super::naming::cut(name);
    IndicatorDraft::work(name, Kind::Ongoing, String::new(), vec![mark.to_owned()])
}

/// 市级民生实事 is tier 市级.
fn tier(written: &str) -> String {
    let folded = clean(written);
    let head: String = folded.chars().take_while(|c| *c != '级').collect();
    if folded.is_empty() {
        "未分级".to_owned()
    } else if length(&head) <= 3 && head.len() < folded.len() {
        format!("{head}级")
    } else {
        folded
    }
}

fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .collect::<String>()
        .trim()
        .to_owned()
}

fn fingerprint(row: &Row) -> String {
    let mut hash = Sha256::new();
    for part in [
        &row.tier,
        &row.name,
        &row.lead,
        &row.with,
        &row.deadline,
        &row.text,
    ] {
        hash.update(super::mask::fold(part).as_bytes());
        hash.update([0x1f]);
    }
    for part in [&row.measures, &row.acceptance, &row.funding] {
        // Columns that few notices have leave the marks of the others as they were.
        if !part.is_empty() {
            hash.update(super::mask::fold(part).as_bytes());
            hash.update([0x1e]);
        }
    }
    super::print::hex(&hash.finalize(), 6)
}

/// A standing stock rather than something that adds up over the year.
const STOCK: Words = Words("保有量 总量 存量 总数 拥有量 人均 户均 平均 每千 每万 每百 每十万");
const QUOTA: Words = Words("每个 每所 每家 每村 每镇 每乡 每街道 每社区 每户 每校 每班");
const COMPARED: Words = Words("比上年 较上年 比去年 较去年 同比 比上一年 比2 较2");

/// The indicator of a figure: its kind, target and unit by what stands around it.
fn indicator(figure: &Figure, named: &Named, masked: &Masked) -> IndicatorDraft {
    let mut marks = Vec::new();
    let has = |is: fn(&str) -> bool| figure.qualifiers.iter().any(|q| is(q));
    let at_most = has(|q| AT_MOST.contains(q));
    let left = named.left.as_str();
    let is_percent = Unit::parse(&figure.unit).is_some_and(|u| u.is_percent());
    let is_stock = STOCK.within(left).is_some();
    let frequency = FREQUENCIES.within(left);
    let quota = QUOTA.within(left).is_some() && frequency.is_none();
    let value = value(figure, at_most, &mut marks);
    let whole = Unit::parse(&figure.unit).is_some_and(|u| u.is_counted()) && value.fract() == 0.0;
    let mut kind = if is_percent {
        Kind::Ratio
    } else if is_stock || at_most || quota || matches!(figure.unit.as_str(), "倍" | "分" | "分钟")
    {
        Kind::Level
    } else if whole {
        Kind::Count
    } else {
        Kind::Quantity
    };
    let (mut target, mut unit) = (Some(value), figure.unit.clone());
    if has(|q| matches!(q, "余" | "多" | "来")) {
        marks.push("“余”前为基数，按约数处理（达到 95% 视为完成）".to_owned());
    }
    let times = frequency.map_or(1.0, times_a_year);
    if let Some(frequency) = frequency {
        marks.push(if times > 1.0 {
            let (each, all) = (tidy(value), tidy(value * times));
            target = Some(value * times);
            format!(
                "原文为{frequency}{each}{0}，按全年计为 {all}{0}，请确认",
                figure.unit
            )
        } else {
            format!("频次（{frequency}），全年目标数请确认")
        });
    }
    if quota {
        marks.push("是每个对象的定额，不是总数，请确认类型和目标".to_owned());
    }
    if COMPARED.within(left).is_some() {
        marks.push("是与上年相比的幅度，上年基数通知没有给".to_owned());
    }
    let is_reached = has(|q| {
        q.starts_with('达')
            || q.ends_with(['到', '至'])
            || matches!(q, "控制在" | "稳定在" | "保持在")
    });
    let baseline = baseline(figure, value, at_most, &mut kind, &mut marks);
    if figure.baseline.is_none() && kind == Kind::Count && is_reached && !is_stock {
        marks.push("原文为“达到”，请确认类型是全年累计数（个数）还是存量（水平）".to_owned());
    }
    if kind == Kind::Level && is_stock && !left.contains('每') {
        marks.push("按“水平”处理，请确认类型".to_owned());
    }
    let mut most = at_most && matches!(kind, Kind::Level | Kind::Ratio);
    if is_percent && (value > 100.0 || (value <= 0.0 && !at_most)) {
        marks.push(format!(
            "百分数 {} 不能作 ratio 的目标，请改写为倍数或数量",
            tidy(value)
        ));
        (kind, target, most) = (Kind::Ongoing, None, false);
        unit.clear();
    }
    let words = masked.text.get(named.words.clone()).unwrap_or_default();
    IndicatorDraft {
        name: if times > 1.0 {
            without_frequency(&named.name)
        } else {
            named.name.clone()
        },
        kind,
        target,
        unit,
        approximate: has(|q| APPROXIMATE.contains(q)) && target.is_some(),
        at_most: most,
        baseline: baseline.filter(|_| target.is_some()),
        deadline: None,
        reporters: Vec::new(),
        qualifier: figure.qualifiers.join("…"),
        words: words.trim_matches(['、', '，']).to_owned(),
        marks,
    }
}

/// What a figure promises; of a range its lower end, and the upper one of what may be no more.
fn value(figure: &Figure, at_most: bool, marks: &mut Vec<String>) -> f64 {
    let Some(upper) = figure.upper else {
        return figure.value;
    };
    let (first, second) = (figure.value.min(upper), figure.value.max(upper));
    // A target is above zero: a range that begins there promises its upper end at most.
    let takes_upper = at_most || first <= 0.0;
    marks.push(format!(
        "原文为范围 {}～{}，暂取{}",
        tidy(first),
        tidy(second),
        if takes_upper { "上限" } else { "下限" }
    ));
    if takes_upper { second } else { first }
}

/// Today's value in the target's unit, where it lies on the other side of the target; what has one is no sum over the year.
fn baseline(
    figure: &Figure,
    value: f64,
    at_most: bool,
    kind: &mut Kind,
    marks: &mut Vec<String>,
) -> Option<f64> {
    let (today, own) = figure.baseline.as_ref()?;
    let converted = Unit::parse(own)
        .zip(Unit::parse(&figure.unit))
        .and_then(|(from, to)| from.convert(*today, &to));
    let is_before = |today: &f64| {
        if at_most {
            *today > value
        } else {
            *today < value
        }
    };
    let shown = format!("现状值 {}{own}", tidy(*today));
    let Some(today) = converted.filter(is_before) else {
        marks.push(format!("{shown}与目标的方向或单位不符，没有写入基期值"));
        return None;
    };
    if kind.is_cumulative() {
        *kind = Kind::Level;
        marks.push(format!("原文有{shown}，按“水平”处理，请确认类型"));
    }
    Some(tidy(today))
}

/// How often a year something comes that comes each month or quarter; 1 where that is open.
fn times_a_year(frequency: &str) -> f64 {
    match frequency {
        "每月" => 12.0,
        "每季度" => 4.0,
        "每半年" => 2.0,
        _ => 1.0,
    }
}

/// 专场招聘会 of 每季度举办专场招聘会: the year's number is no quarter's.
fn without_frequency(name: &str) -> String {
    let bare = FREQUENCIES
        .at_start(name)
        .map_or(name, |w| &name[w.len()..]);
    let held = Words("举办 开展 组织 召开 进行").at_start(bare);
    let held = held.map_or(bare, |w| &bare[w.len()..]);
    let kept = [held, bare, name].into_iter().find(|n| length(n) >= 2);
    kept.unwrap_or(name).to_owned()
}

/// A number without binary noise, as it is shown and written.
pub(super) fn tidy(value: f64) -> f64 {
    let millionths = (value * 1e6).round() / 1e6;
    if millionths.is_finite() {
        millionths
    } else {
        value
    }
}

/// The task's own deadline from its cell, and its indicators' from the text; the starts of the dates that were taken.
fn deadline(
    task: &mut TaskDraft,
    row: &Row,
    masked: &Masked,
    found: &[(std::ops::Range<usize>, Date)],
    places: &[usize],
    year: i16,
) -> Vec<usize> {
    let year = year.clamp(1, 9998);
    let (start, end) = (date(year, 1, 1), date(year, 12, 31));
    let cell = row.deadline.trim();
    if !cell.is_empty() {
        match time::deadline_cell(cell, year) {
            Some(day) if (start..=end).contains(&day) => {
                task.deadline = (day != end).then_some(day);
            }
            Some(_) => task
                .marks
                .push(format!("完成时限“{}”不在本年度内，暂按年底", clean(cell))),
            None => task
                .marks
                .push(format!("完成时限“{}”没有读懂，暂按年底", clean(cell))),
        }
    }
    let task_end = task.deadline.unwrap_or(end);
    let given = deadlines::give(
        masked,
        found,
        places,
        &mut task.indicators,
        (start, end),
        task_end,
    );
    task.marks.extend(given.marks);
    given.taken
}

/// Where name and text write one thing in two ways, one of them is wrong: 示范村（社区）, 示范村（市区）.
fn misprints(task: &mut TaskDraft) {
    let brackets = |text: &str| -> Vec<(String, String)> {
        let folded = super::mask::fold(text)
            .replace('(', "（")
            .replace(')', "）");
        let chars: Vec<char> = folded.chars().collect();
        let mut out = Vec::new();
        for (n, _) in chars
            .iter()
            .enumerate()
            .filter(|(_, c)| **c == '（')
            .take(50)
        {
            let head: String = chars[n.saturating_sub(3)..n].iter().collect();
            let inner: String = chars[n + 1..]
                .iter()
                .take(20)
                .take_while(|c| **c != '）')
                .collect();
            out.push((head, inner));
        }
        out
    };
    for (head, inner) in brackets(&task.name) {
        if let Some((_, other)) = brackets(&task.text)
            .into_iter()
            .find(|(h, i)| *h == head && *i != inner && length(i) == length(&inner))
        {
            task.marks.push(format!(
                "原文作“{head}（{other}）”，项目名称作“{head}（{inner}）”，疑有一处误写"
            ));
        }
    }
    let quoted = |text: &str| -> Vec<String> {
        let masked = Masked::new(text);
        masked
            .quoted
            .iter()
            .take(50)
            .map(|q| {
                masked.text[q.clone()]
                    .chars()
                    .filter(|c| c.is_alphanumeric())
                    .collect()
            })
            .collect()
    };
    let (ours, theirs): (Vec<String>, Vec<String>) = (quoted(&task.name), quoted(&task.text));
    for name in ours
        .iter()
        .filter(|n| length(n) >= 4 && !theirs.contains(n))
    {
        if let Some(other) = theirs
            .iter()
            .find(|t| t.starts_with(name.as_str()) || name.starts_with(t.as_str()))
            .filter(|t| length(t) >= 4)
        {
            task.marks
                .push(format!("原文作“{other}”，项目名称作“{name}”，疑有一处误写"));
        }
    }
}
