//! The bodies that a cell or a sentence names, and who leads.

use super::Words;
use crate::Joined;

/// Bodies of a 责任单位 cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Bodies {
    /// Empty when the cell names none.
    pub lead: String,
    pub with: Vec<String>,
    /// Several bodies, and no word says which of them leads.
    pub is_open: bool,
}

const LEAD: Words = Words("牵头单位 牵头部门 责任单位 责任部门 主责单位 牵头");
/// 市工信局、市财政局按职责分工负责.
const SHARED: Words =
    Words("按职责分工负责 分别负责 共同负责 按职责负责 具体负责 组织实施 负责落实 负责");
const WITH: Words = Words("配合单位 配合部门 协办单位 参与单位 会同 配合 协同 联合 参与");

/// Reads 建设局（牵头），城管局、各镇配合 and its like. `extra` is the 配合单位 cell.
pub(super) fn cell(text: &str, extra: &str) -> Bodies {
    let mut out = Bodies::default();
    let (mut leads, mut others): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    // 牵头单位：… and 配合单位：… hold for what follows them.
    let mut label = Role::Unsaid;
    let mut has_roles = false;
    // A bracket with a part in it ends its body's name: 甲局（牵头）乙局（配合）.
    let text = ["（牵头）", "(牵头)", "（配合）", "(配合)"]
        .iter()
        .fold(text.to_owned(), |t, w| t.replace(w, &format!("{w}、")));
    for group in text.split(['；', ';', '\n', '，', ',', '。']) {
        let group: String = group.split_whitespace().joined("、");
        let mut rest = group.as_str();
        if let Some((head, tail)) = rest.split_once(['：', ':']) {
            label = role(head);
            rest = tail;
        }
        let mut names: Vec<(String, Role)> = rest
            .split('、')
            .filter_map(|part| body(part, label))
            .collect();
        // A、B、C配合: the word at the end holds for all of its group that say nothing else.
        if let Some((_, last @ Role::With)) = names.last().cloned()
            && label == Role::Unsaid
        {
            for (_, role) in names.iter_mut().filter(|(_, r)| *r == Role::Unsaid) {
                *role = last;
            }
        }
        for (name, role) in names {
            has_roles |= role != Role::Unsaid;
            if role == Role::With {
                others.push(name);
            } else {
                leads.push(name);
            }
        }
    }
    let mut leads = leads.into_iter();
    out.lead = leads.next().unwrap_or_default();
    let more: Vec<String> = leads.collect();
    out.is_open = !more.is_empty() && !has_roles;
    let cooperating = extra
        .split(['、', '，', ',', '；', ';', '\n', '。'])
        .filter_map(|p| body(p, Role::With))
        .map(|(name, _)| name);
    for name in more.into_iter().chain(others).chain(cooperating) {
        if name != out.lead && !out.with.contains(&name) {
            out.with.push(name);
        }
    }
    // Only cooperating bodies named: the first of them answers.
    if out.lead.is_empty() && !out.with.is_empty() {
        out.lead = out.with.remove(0);
        out.is_open = true;
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Unsaid,
    Lead,
    With,
}

fn role(text: &str) -> Role {
    if WITH.within(text).is_some() {
        Role::With
    } else if LEAD.within(text).is_some() {
        Role::Lead
    } else {
        Role::Unsaid
    }
}

/// Whether a cell says who leads or takes part.
pub(super) fn says_role(text: &str) -> bool {
    role(text) != Role::Unsaid
}

/// 市工信局牵头，市财政局配合; 市教育局、市财政局按职责分工负责: a bracket that names who does it.
pub(super) fn assigns(text: &str) -> bool {
    let ends = SHARED
        .at_end(text)
        .or_else(|| LEAD.at_end(text))
        .or_else(|| WITH.at_end(text));
    ends.is_some() && first_end(text).is_some()
}

/// One body's name without the words and brackets that say its part.
fn body(part: &str, label: Role) -> Option<(String, Role)> {
    let mut name = part.trim();
    let mut said = label;
    if let Some(open) = name.find(['（', '(']) {
        let inner = &name[open..];
        if role(inner) != Role::Unsaid {
            said = role(inner);
            name = name[..open].trim();
        }
    }
    for (words, role) in [(WITH, Role::With), (LEAD, Role::Lead)] {
        for word in words.iter() {
            if let Some(rest) = name.strip_suffix(word).or_else(|| name.strip_prefix(word)) {
                (name, said) = (rest, role);
            }
        }
    }
    if let Some(word) = SHARED.at_end(name) {
        name = name.strip_suffix(word).unwrap_or(name);
    }
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '等' | '：' | ':'));
    (!name.is_empty() && name != "/" && name != "无")
        .then(|| (name.chars().take(40).collect(), said))
}

/// What a body's name ends with, for names in running text.
const ENDS: Words = Words(
    "有关部门 相关部门 有关单位 相关单位 部门 单位 中心 分局 局 委员会 委 办公室 办 公司 街道 \
    镇街 集团 政府 医院 学校",
);

/// 会同城市建设事务中心、镇街及相关部门规范设置…: the bodies, and the bytes up to what they do together.
pub(super) fn together(clause: &str) -> Option<(Vec<String>, usize)> {
    let rest = ["会同", "联合"]
        .iter()
        .find_map(|w| clause.strip_prefix(w))?;
    let mut names = Vec::new();
    let mut at = clause.len() - rest.len();
    loop {
        let part = &clause[at..];
        let stop = part.find('、').unwrap_or(part.len());
        let item = &part[..stop];
        // The end that closes first, and of two there the longer.
        let mut end = first_end(item)?;
        // 镇街及相关部门 is one item.
        if let Some(more) = ["以及", "及", "和", "与"]
            .iter()
            .find(|w| item[end..].starts_with(**w))
            .and_then(|w| first_end(&item[end + w.len()..]).map(|n| n + w.len()))
        {
            end += more;
        }
        names.push(item[..end].to_owned());
        at += end;
        if end < stop || stop == part.len() {
            return Some((names, at));
        }
        at += '、'.len_utf8();
    }
}

pub(super) fn first_end(item: &str) -> Option<usize> {
    ENDS.iter()
        .filter_map(|w| item.find(w).map(|n| n + w.len()))
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lead_and_cooperating_bodies_are_distinguished() {
        for (lead, with, expected) in [
            ("建设局", "", ("建设局", "")),
            (
                "建设局（牵头），城管局、各镇街配合",
                "",
                ("建设局", "城管局|各镇街"),
            ),
            (
                "牵头单位：教育局\n配合单位：卫健委、各街道",
                "",
                ("教育局", "卫健委|各街道"),
            ),
            ("民政局", "财政局；各镇", ("民政局", "财政局|各镇")),
            ("民政局、财政局", "", ("民政局", "财政局")),
            ("民政局（牵头）财政局配合", "", ("民政局", "财政局")),
            ("", "", ("", "")),
        ] {
            let bodies = cell(lead, with);
            let with = bodies.with.join("|");
            assert_eq!((bodies.lead.as_str(), with.as_str()), expected);
        }
        assert!(cell("民政局、财政局", "").is_open);
    }

    #[test]
    fn bodies_in_a_sentence_end_where_their_work_begins() {
        let text = "会同水务中心、各镇及相关部门清理河道";
        let (names, used) = together(text).unwrap();
        assert_eq!(
            (names.join("|").as_str(), &text[used..]),
            ("水务中心|各镇及相关部门", "清理河道")
        );
        assert_eq!(together("会同各方"), None);
    }
}
