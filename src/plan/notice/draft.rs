//! A notice's rows as a draft plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use sha2::{Digest as _, Sha256};

use super::figure::{APPROXIMATE, AT_MOST, Figure, scan};
use super::mask::{Masked, length};
use super::naming::{FREQUENCIES, Named, Unique, names};
use super::{
    Draft, Fault, IndicatorDraft, LeftOut, Notice, Row, TaskDraft, Words, departments, relation,
    time, work,
};
use crate::plan::names::{fold, key, without_brackets};
use crate::plan::{Kind, Unit};

/// Makes the draft; `year` outranks the notice's own.
///
/// # Errors
/// [`Fault::NoYear`] when neither names a year.
pub fn draft(notice: &Notice, year: Option<i16>) -> Result<Draft, Fault> {
    let year = year.or(notice.year).ok_or(Fault::NoYear)?;
    let mut out = untasked(notice, year);
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    let mut titles = Unique::default();
    let mut bodies_given = Unique::default();
    let mut next = 1;
    for row in &notice.rows {
        let mut task = analyse(row, year);
        let wanted = row
            .no
            .filter(|n| *n > 0 && *n <= 99_999 && !numbers.contains(n));
        task.no = wanted.unwrap_or_else(|| {
            while numbers.contains(&next) {
                next += 1;
            }
            next
        });
        if let Some(no) = row.no.filter(|_| wanted.is_none()) {
            task.marks
                .push(format!("通知中的序号为 {no}，与前面重复，已改编"));
        }
        numbers.insert(task.no);
        next = next.max(task.no.saturating_add(1));
        let bodies = departments::cell(&row.lead, &row.with);
        let lead = if bodies.lead.is_empty() {
            task.marks.push("通知没有写责任单位，请填写".to_owned());
            "责任单位待定".to_owned()
        } else {
            file_name(&bodies.lead)
        };
        if bodies.is_open {
            task.marks.push(format!(
                "通知列了多个单位，未写明谁牵头，暂以“{lead}”为责任单位，其余为会同单位"
            ));
        }
        // 城市建设 事务中心 is the body named before, as the plan's loader sees it.
        task.lead = *known.entry(fold(&lead)).or_insert_with(|| {
            out.departments.push(bodies_given.claim(&lead));
            out.departments.len() - 1
        });
        if let Some(name) = out
            .departments
            .get(task.lead)
            .filter(|name| fold(name) != fold(&lead))
        {
            task.marks.push(format!(
                "责任单位“{lead}”与另一单位只有括号或标点不同，已改写为“{name}”，请核对"
            ));
        }
        let mut with: Vec<String> = Vec::new();
        for body in bodies
            .with
            .into_iter()
            .chain(std::mem::take(&mut task.with))
        {
            if body != lead && !body.is_ascii() && !with.contains(&body) {
                with.push(body);
            }
        }
        task.with = with;
        if task.name.is_empty() {
            task.marks.push("通知没有写项目名称，请填写".to_owned());
            task.name = format!("第{}项", task.no);
        }
        let name = titles.claim(&task.name);
        if name != task.name {
            task.marks.push(format!(
                "项目名称“{}”与前面的任务相同，或只有括号、标点不同，已改写以示区别",
                task.name
            ));
            task.name = name;
        }
        out.tasks.push(task);
    }
    // A body that leads under another name cooperates under it, too.
    for body in out.tasks.iter_mut().flat_map(|task| &mut task.with) {
        let name = known
            .get(&fold(body))
            .and_then(|&ix| out.departments.get(ix));
        if let Some(name) = name.filter(|name| fold(name) != fold(body)) {
            body.clone_from(name);
        }
    }
    Ok(out)
}

/// The draft's head, without departments and tasks.
fn untasked(notice: &Notice, year: i16) -> Draft {
    let mut marks = notice.marks.clone();
    let title = if notice.title.is_empty() {
        marks.push("通知中没有认出标题，title 请核对".to_owned());
        format!("{year}年重点工作任务")
    } else {
        notice.title.clone()
    };
    let issuer = if notice.issuer.is_empty() {
        marks.push("通知中没有认出印发单位，issuer 请填写".to_owned());
        "（待填）".to_owned()
    } else {
        notice.issuer.clone()
    };
    let short = title
        .split_once(&format!("{year}年"))
        .map_or("", |(_, rest)| rest.trim_start_matches('度'));
    let short_title = if length(short) >= 2 {
        file_name(short)
    } else {
        file_name(&title)
    };
    Draft {
        title: file_name(&title),
        short_title,
        issuer,
        year,
        departments: Vec::new(),
        tasks: Vec::new(),
        marks,
    }
}

/// A name that can be part of a file name.
fn file_name(text: &str) -> String {
    let name: String = text
        .chars()
        .map(|c| match c {
            '/' | '\\' | '|' => '、',
            ':' => '：',
            '*' | '?' | '"' | '<' | '>' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .take(38)
        .collect();
    let name = name.trim().trim_end_matches('.').to_owned();
    let key = key(&without_brackets(&name));
    // A name needs a letter or a character, and must not look like an id that the draft gives (d02).
    match key.strip_prefix('d') {
        _ if key.is_empty() => "待定".to_owned(),
        Some(rest) if rest.chars().all(|c| c.is_ascii_digit()) => format!("单位{name}"),
        _ => name,
    }
}

/// Reads one row: its text's figures, milestones and ongoing work. Number and departments are left to [`draft`].
#[must_use]
pub fn analyse(row: &Row, year: i16) -> TaskDraft {
    let masked = Masked::new(&row.text);
    let scan = scan(&masked, year);
    let named = names(&masked, &scan.figures);
    let promised = work::works(&masked, &scan.figures, &named, &row.name, year);
    let sums = relation::sums(&masked, &scan.figures);
    let mut task = TaskDraft {
        no: 0,
        tier: tier(&row.tier),
        name: clean(&row.name),
        text: row.text.trim().to_owned(),
        lead: 0,
        with: promised.with,
        deadline: None,
        fingerprint: fingerprint(row),
        indicators: Vec::new(),
        relations: Vec::new(),
        marks: promised.marks,
        left_out: promised.left_out,
    };
    if row.tier.trim().is_empty() {
        task.marks.push("通知没有写分级，请填写".to_owned());
    }
    // In the text's order: figures and works are merged by place.
    let uneven: BTreeMap<usize, f64> = sums.uneven.into_iter().collect();
    let mut places: Vec<(usize, IndicatorDraft)> = Vec::new();
    for (n, (figure, name)) in scan.figures.iter().zip(&named).enumerate() {
        let mut indicator = indicator(figure, name, &masked);
        if let Some(sum) = uneven.get(&n) {
            indicator.marks.push(format!(
                "“其中”各项之和为 {}{}，与总数不等（或有重叠、未列全），未作数量关系",
                tidy(*sum),
                figure.unit
            ));
        }
        places.push((figure.range.start, indicator));
    }
    for found in promised.found {
        let words = masked
            .text
            .get(found.words.clone())
            .unwrap_or_default()
            .to_owned();
        let mut marks: Vec<String> = found
            .open
            .map(|verb| {
                format!("类型由“{verb}”判断，请确认是节点（milestone）还是持续推进（ongoing）")
            })
            .into_iter()
            .collect();
        if words.contains("一批") && !words.contains("第一批") {
            marks.push("“一批”没有写明数量".to_owned());
        }
        places.push((
            found.at,
            IndicatorDraft::work(found.name, found.kind, words, marks),
        ));
    }
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|&ix| places[ix].0);
    let mut place_of = vec![0; places.len()];
    for (new, &old) in order.iter().enumerate() {
        place_of[old] = new;
    }
    places.sort_by_key(|(at, _)| *at);
    task.indicators = places.into_iter().map(|(_, indicator)| indicator).collect();
    let mut given = Unique::default();
    for indicator in &mut task.indicators {
        if indicator.name.trim().is_empty() {
            "指标名称待定".clone_into(&mut indicator.name);
            indicator.marks.push("没有认出指标名称，请填写".to_owned());
        }
        indicator.name = given.claim(&indicator.name);
    }
    for mut relation in sums.relations {
        // Figures come before works in `places` as it was built, so that their numbers are its first indexes.
        relation.total = place_of[relation.total];
        relation.parts = relation.parts.into_iter().map(|p| place_of[p]).collect();
        let numeric = |ix: usize| task.indicators.get(ix).is_some_and(|i| i.target.is_some());
        if numeric(relation.total) && relation.parts.iter().all(|&p| numeric(p)) {
            task.relations.push(relation);
        }
    }
    for skipped in scan.skipped {
        let words = masked
            .text
            .get(skipped.range)
            .unwrap_or_default()
            .to_owned();
        task.left_out.push(LeftOut {
            words,
            why: skipped.why,
        });
    }
    if task.indicators.is_empty() {
        task.indicators.push(whole_task(&task.name));
    }
    deadline(&mut task, row, &masked, &scan.deadlines, year);
    misprints(&mut task);
    task
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
    use std::fmt::Write as _;
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
    hash.finalize()
        .iter()
        .take(6)
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// A standing stock rather than something that adds up over the year.
const STOCK: Words = Words("保有量 总量 存量 总数 拥有量 人均 户均 平均 每千 每万 每百 每十万");
const QUOTA: Words = Words("每个 每所 每家 每村 每镇 每乡 每街道 每社区 每户 每校 每班");
const COMPARED: Words = Words("比上年 较上年 比去年 较去年 同比 比上一年 比2 较2");

fn indicator(figure: &Figure, named: &Named, masked: &Masked) -> IndicatorDraft {
    let mut marks = Vec::new();
    let at_most = figure.qualifiers.iter().any(|&q| AT_MOST.contains(q));
    let approximate = figure.qualifiers.iter().any(|&q| APPROXIMATE.contains(q));
    let left = named.left.as_str();
    let is_percent = Unit::parse(&figure.unit).is_some_and(|u| u.is_percent());
    let is_stock = STOCK.within(left).is_some();
    let reached = figure.qualifiers.iter().any(|q| {
        q.starts_with('达')
            || q.ends_with(['到', '至'])
            || matches!(*q, "控制在" | "稳定在" | "保持在")
    });
    let frequency = FREQUENCIES.within(left);
    let quota = QUOTA.within(left).is_some() && frequency.is_none();
    let mut value = figure.value;
    if let Some(upper) = figure.upper {
        let (first, second) = (figure.value.min(upper), figure.value.max(upper));
        // A target is above zero: a range that begins there promises its upper end at most.
        let takes_upper = at_most || first <= 0.0;
        value = if takes_upper { second } else { first };
        marks.push(format!(
            "原文为范围 {}～{}，暂取{}",
            tidy(first),
            tidy(second),
            if takes_upper { "上限" } else { "下限" }
        ));
    }
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
    let mut most = at_most && matches!(kind, Kind::Level | Kind::Ratio);
    if figure
        .qualifiers
        .iter()
        .any(|q| matches!(*q, "余" | "多" | "来"))
    {
        marks.push("“余”前为基数，按约数处理（达到 95% 视为完成）".to_owned());
    }
    if let Some(frequency) = frequency {
        marks.push(format!("频次（{frequency}），全年目标数请确认"));
    }
    if quota {
        marks.push("是每个对象的定额，不是总数，请确认类型和目标".to_owned());
    }
    if COMPARED.within(left).is_some() {
        marks.push("是与上年相比的幅度，上年基数通知没有给".to_owned());
    }
    if kind == Kind::Count && reached && !is_stock {
        marks.push("原文为“达到”，请确认是全年累计数（count）还是存量水平（level）".to_owned());
    }
    if kind == Kind::Level && is_stock && !left.contains('每') {
        marks.push("按水平（level）处理，请确认".to_owned());
    }
    if is_percent && (value > 100.0 || (value <= 0.0 && !at_most)) {
        marks.push(format!(
            "百分数 {} 不能作 ratio 的目标，请改写为倍数或数量",
            tidy(value)
        ));
        (kind, target, most) = (Kind::Ongoing, None, false);
        unit.clear();
    }
    IndicatorDraft {
        name: named.name.clone(),
        kind,
        target,
        unit,
        approximate: approximate && target.is_some(),
        at_most: most,
        qualifier: figure.qualifiers.join("…"),
        words: masked
            .text
            .get(named.words.clone())
            .unwrap_or_default()
            .trim_matches(['、', '，'])
            .to_owned(),
        marks,
    }
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

fn deadline(
    task: &mut TaskDraft,
    row: &Row,
    masked: &Masked,
    found: &[(std::ops::Range<usize>, Date)],
    year: i16,
) {
    let (start, end) = (
        date(year.clamp(1, 9998), 1, 1),
        date(year.clamp(1, 9998), 12, 31),
    );
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
    for (range, day) in found {
        let words = masked.text.get(range.clone()).unwrap_or_default();
        if !(start..=end).contains(day) {
            task.marks
                .push(format!("原文“{words}”不在本年度内，没有写入完成时限"));
        } else if cell.is_empty() {
            task.deadline = task.deadline.max(Some(*day));
            task.marks
                .push(format!("原文有时限“{words}”，请确认是否适用于整项任务"));
        } else {
            task.marks.push(format!("原文另有时限“{words}”"));
        }
    }
    task.deadline = task.deadline.filter(|d| *d != end);
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
