//! Tasks in numbered paragraphs: 一、 （一） 1. with a name, sentences, and 责任单位：… at the end or on a line of its own.

use super::columns::{Column, meaning};
use super::figure::has_figure;
use super::heading;
use super::outline::{self, Style, section};
use super::table::{Place, add, is_note, split_name};
use super::{Row, departments};

/// What the paragraphs gave.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub rows: Vec<Row>,
    /// Which of the lines belong to tasks or name their sections.
    pub used: Vec<bool>,
}

/// A numbered paragraph with what stands below it.
#[derive(Debug)]
struct Node {
    style: Option<Style>,
    number: u32,
    place: Place,
    /// Index of its line.
    line: usize,
    head: String,
    /// Lines without a number.
    more: Vec<(usize, String)>,
    below: Vec<usize>,
    above: Option<usize>,
}

/// Reads the tasks. Where `is_beside` a table, only paragraphs that name who is responsible are tasks.
pub(super) fn tasks(lines: &[(Place, String)], is_beside: bool) -> Found {
    let nodes = nodes(lines);
    let mut tree = Tree {
        has_lead: nodes.iter().map(Node::has_lead).collect(),
        nodes,
        tasks: Vec::new(),
    };
    let any = tree.has_lead.iter().any(|has| *has);
    let roots: Vec<usize> = (0..tree.nodes.len())
        .filter(|&n| tree.nodes[n].above.is_none())
        .collect();
    if any {
        for root in roots {
            tree.visit(root);
        }
    } else if !is_beside {
        // Nobody is named anywhere: what promises a figure is a task.
        tree.tasks = (0..tree.nodes.len())
            .filter(|&n| {
                tree.nodes[n].below.is_empty() && tree.whole(n).iter().any(|t| has_figure(t))
            })
            .collect();
    }
    let mut out = Found {
        used: vec![false; lines.len()],
        ..Found::default()
    };
    let tiers = tree.tiers();
    let numbers: Vec<u32> = tree.tasks.iter().map(|&n| tree.nodes[n].number).collect();
    let distinct = numbers
        .iter()
        .enumerate()
        .all(|(n, no)| *no > 0 && !numbers[..n].contains(no));
    for (&n, tier) in tree.tasks.iter().zip(tiers) {
        let mut row = tree.row(n, &mut out.used);
        row.no = Some(tree.nodes[n].number).filter(|_| distinct);
        row.tier = tier;
        out.rows.push(row);
        // The headings above it are its sections; sentences under one of them are not.
        let mut above = tree.nodes[n].above;
        while let Some(at) = above {
            let node = &tree.nodes[at];
            out.used[node.line] |= section(&lines[node.line].1).is_some();
            above = node.above;
        }
    }
    out
}

/// Lines as a tree by their numbering.
fn nodes(lines: &[(Place, String)]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for (line, (place, text)) in lines.iter().enumerate() {
        let text = text.trim();
        if let Some(marker) = outline::marker(text) {
            let at = open
                .iter()
                .position(|&n| nodes[n].style == Some(marker.style));
            open.truncate(at.unwrap_or(open.len()));
            let above = open.last().copied();
            let new = nodes.len();
            nodes.push(Node {
                style: Some(marker.style),
                number: marker.number,
                place: *place,
                line,
                head: marker.rest.to_owned(),
                more: Vec::new(),
                below: Vec::new(),
                above,
            });
            if let Some(above) = above {
                nodes[above].below.push(new);
            }
            open.push(new);
        } else if let Some(&last) = open.last() {
            // A signature, a date or a note ends what the paragraphs say.
            if heading::formal(text).is_some() || is_note(text) {
                open.clear();
            } else if !text.is_empty() {
                nodes[last].more.push((line, text.to_owned()));
            }
        }
    }
    nodes
}

impl Node {
    fn has_lead(&self) -> bool {
        let own = std::iter::once(&self.head).chain(self.more.iter().map(|(_, t)| t));
        let mut row = Row::default();
        own.for_each(|text| drop(fields(text, &mut row)));
        !row.lead.is_empty()
    }

    /// Whether the words 责任单位 stand on a line below it rather than in its own.
    fn has_lead_below(&self) -> bool {
        let mut row = Row::default();
        fields(&self.head, &mut row);
        row.lead.is_empty() && self.has_lead()
    }
}

struct Tree {
    nodes: Vec<Node>,
    has_lead: Vec<bool>,
    tasks: Vec<usize>,
}

impl Tree {
    fn holds_lead(&self, n: usize) -> bool {
        self.has_lead[n] || self.nodes[n].below.iter().any(|&b| self.holds_lead(b))
    }

    fn visit(&mut self, n: usize) {
        let below = self.nodes[n].below.clone();
        let led: Vec<usize> = below
            .iter()
            .copied()
            .filter(|&b| self.holds_lead(b))
            .collect();
        // 责任单位 on a line behind the last of several items is the whole paragraph's.
        let is_last = led.len() == 1
            && below.len() > 1
            && led.first() == below.last()
            && led
                .iter()
                .all(|&b| self.nodes[b].has_lead_below() && self.nodes[b].below.is_empty());
        if (led.is_empty() && self.has_lead[n]) || is_last {
            self.tasks.push(n);
            return;
        }
        if led.is_empty() {
            return;
        }
        for b in below {
            if led.contains(&b) {
                self.visit(b);
            } else if self.nodes[b].below.is_empty() {
                // Among tasks that name their body one that names none.
                self.tasks.push(b);
            }
        }
    }

    /// All lines of a node and of what stands below it, as they stand.
    fn whole(&self, n: usize) -> Vec<String> {
        let node = &self.nodes[n];
        let mut out = vec![node.head.clone()];
        out.extend(node.more.iter().map(|(_, t)| t.clone()));
        out.extend(node.below.iter().flat_map(|&b| self.whole(b)));
        out
    }

    fn use_lines(&self, n: usize, used: &mut [bool]) {
        let node = &self.nodes[n];
        for line in node.more.iter().map(|(line, _)| *line).chain([node.line]) {
            used[line] = true;
        }
        node.below.iter().for_each(|&b| self.use_lines(b, used));
    }

    fn row(&self, n: usize, used: &mut [bool]) -> Row {
        self.use_lines(n, used);
        let mut row = Row::default();
        let node = &self.nodes[n];
        let mut texts: Vec<String> = Vec::new();
        for (nth, line) in self.whole(n).iter().enumerate() {
            let text = fields(line, &mut row);
            // A line of a text file that ends in the middle of a sentence goes on in the next.
            let goes_on = nth > 1
                && matches!(node.place, Place::Line(_))
                && texts
                    .last()
                    .is_some_and(|t| !t.ends_with(['。', '；', ';', '：', '！']));
            match texts.last_mut().filter(|_| goes_on) {
                Some(last) => last.push_str(&text),
                None if text.is_empty() => {}
                None => texts.push(text),
            }
        }
        let mut texts = texts.into_iter();
        let head = texts.next().unwrap_or_default();
        let mut rest = String::new();
        texts.for_each(|text| add(&mut rest, &text));
        let said = std::mem::take(&mut row.text);
        add(&mut rest, &said);
        if row.name.is_empty() {
            let (name, own) = split_name(&head);
            let is_name = own == head || own == name;
            row.name = name;
            if is_name && !row.name.is_empty() && !rest.is_empty() {
                row.text = rest;
                return row;
            }
            row.text = own;
        } else {
            row.text = head;
        }
        add(&mut row.text, &rest);
        row
    }

    /// The section of each task: the outermost level at which tasks differ.
    fn tiers(&self) -> Vec<String> {
        let chain = |n: usize| {
            let mut chain = Vec::new();
            let mut above = self.nodes[n].above;
            while let Some(at) = above {
                let head = &self.nodes[at].head;
                let head = head.split(['。', '：', '\n']).next().unwrap_or_default();
                chain.insert(0, super::naming::cut(outline::without_count(head)));
                above = self.nodes[at].above;
            }
            chain
        };
        let chains: Vec<Vec<String>> = self.tasks.iter().map(|&n| chain(n)).collect();
        let depth = chains.iter().map(Vec::len).max().unwrap_or(0);
        let differs = |d: &usize| {
            let mut names = chains.iter().map(|c| c.get(*d));
            let first = names.next().flatten();
            names.any(|name| name != first)
        };
        let at = (0..depth).find(differs).unwrap_or(depth.saturating_sub(1));
        chains
            .into_iter()
            .map(|c| c.get(at).or(c.last()).cloned().unwrap_or_default())
            .collect()
    }
}

/// Characters of a label before its colon.
const LABEL: usize = 8;

/// Takes 责任单位：…, 完成时限：… and their like out of a line into the row, brackets with them; gives what is left of the line.
fn fields(line: &str, row: &mut Row) -> String {
    let mut rest = String::new();
    let mut column: Option<Column> = None;
    let mut from = 0;
    let mut depth = 0_usize;
    let mut opened = 0;
    let mut label_depth = 0;
    let mut put = |text: &str, column: Option<Column>, rest: &mut String| {
        let text = text.trim();
        let value = text.trim_matches(['，', '。', '；', ';', '、', ' ']);
        let into = match column {
            None => {
                rest.push_str(text);
                return;
            }
            Some(Column::Lead) => &mut row.lead,
            Some(Column::With) => &mut row.with,
            Some(Column::Deadline) => &mut row.deadline,
            Some(Column::Measures) => &mut row.measures,
            Some(Column::Acceptance) => &mut row.acceptance,
            Some(Column::Funding) => &mut row.funding,
            Some(Column::Name) => &mut row.name,
            _ => {
                rest.push_str(text);
                return;
            }
        };
        if !into.is_empty() && !value.is_empty() {
            into.push('、');
        }
        into.push_str(value);
    };
    for (at, c) in line.char_indices() {
        match c {
            '（' | '(' | '〔' | '[' | '【' => {
                depth += 1;
                opened = at;
            }
            '）' | ')' | '〕' | ']' | '】' => {
                depth = depth.saturating_sub(1);
                let inner = line.get(opened + '（'.len_utf8()..at).unwrap_or_default();
                if column.is_some() && depth < label_depth {
                    put(&line[from..at], column.take(), &mut rest);
                    from = at + c.len_utf8();
                    if rest.ends_with(['（', '(', '【', '〔', '[']) {
                        rest.pop();
                    }
                } else if column.is_none() && departments::assigns(inner) && opened >= from {
                    // （市工信局牵头，市财政局配合）
                    put(&line[from..opened], None, &mut rest);
                    put(inner, Some(Column::Lead), &mut rest);
                    from = at + c.len_utf8();
                }
            }
            '：' | ':' => {
                let head = line.get(from..at).unwrap_or_default();
                let start = head
                    .rfind([
                        '（', '(', '【', '〔', '[', '；', ';', '。', '，', ' ', '\u{3000}', '\n',
                        '】', '、',
                    ])
                    .map_or(0, |n| {
                        n + head[n..].chars().next().map_or(0, char::len_utf8)
                    });
                let label = head[start..].trim_matches(['【', '】']);
                let is_label =
                    label.chars().count() <= LABEL && (start > 0 || from == 0 || column.is_some());
                let Some(found) = meaning(label).filter(|c| is_label && LABELS.contains(c)) else {
                    continue;
                };
                put(&head[..start], column.take(), &mut rest);
                column = Some(found);
                label_depth = depth;
                from = at + c.len_utf8();
            }
            // The label's value ends with its sentence where another text follows, not another label.
            '。' if matches!(column, Some(Column::Lead | Column::With | Column::Deadline)) => {
                put(&line[from..at], column.take(), &mut rest);
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    put(line.get(from..).unwrap_or_default(), column, &mut rest);
    let rest = rest.trim().trim_end_matches(['（', '(']).trim_end();
    // （牵头单位：…） stands before the sentence's stop, too.
    let twice = rest.strip_suffix("。。").map(|t| format!("{t}。"));
    let rest = twice.unwrap_or_else(|| rest.to_owned());
    if rest.chars().all(|c| "。；;，、".contains(c)) {
        return String::new();
    }
    rest
}

/// Labels that are read in paragraphs.
const LABELS: [Column; 9] = [
    Column::Name,
    Column::Text,
    Column::Task,
    Column::Lead,
    Column::With,
    Column::Deadline,
    Column::Measures,
    Column::Acceptance,
    Column::Funding,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Found {
        let lines: Vec<(Place, String)> = text
            .lines()
            .enumerate()
            .map(|(n, line)| (Place::Paragraph(n + 1), line.to_owned()))
            .collect();
        tasks(&lines, false)
    }

    fn shown(text: &str) -> Vec<String> {
        let rows = read(text).rows.into_iter();
        rows.map(|r| {
            format!(
                "{}|{}|{}|{}|{}|{}",
                r.tier, r.name, r.text, r.lead, r.with, r.deadline
            )
        })
        .collect()
    }

    #[test]
    fn every_level_can_be_the_tasks() {
        for (text, expected) in [
            (
                "一、产业发展（2项）\n1.新建标准厂房12万平方米。（牵头单位：市工信局；配合单位：市住建局；完成时限：2025年12月）\n2.培育企业。新增18家。（责任单位：市工信局）\n二、民生\n3.新增学位100个。责任单位：市教育局。",
                vec![
                    "产业发展||新建标准厂房12万平方米。|市工信局|市住建局|2025年12月",
                    "产业发展|培育企业|新增18家。|市工信局||",
                    "民生||新增学位100个。|市教育局||",
                ],
            ),
            (
                "一、重点任务\n（一）园区提质\n1.新建厂房3处；\n2.盘活厂房2处。\n责任单位：市工信局\n完成时限：11月底\n（二）稳就业\n新增就业1万人。\n责任单位：市人社局、市教育局",
                vec![
                    "重点任务|园区提质|新建厂房3处；\n盘活厂房2处。|市工信局||11月底",
                    "重点任务|稳就业|新增就业1万人。|市人社局、市教育局||",
                ],
            ),
            (
                "（一）发展低空经济。建成起降点8个。（市工信局牵头，市交通局配合）\n（二）稳岗。举办招聘会6场。（市人社局、市教育局按职责分工负责）",
                vec![
                    "|发展低空经济|建成起降点8个。|市工信局牵头，市交通局配合||",
                    "|稳岗|举办招聘会6场。|市人社局、市教育局按职责分工负责||",
                ],
            ),
            (
                "任务1：园区提质\n目标任务：新建厂房3处。\n牵头单位：市工信局\n任务2：稳就业\n目标任务：新增就业1万人。\n牵头单位：市人社局",
                vec![
                    "|园区提质|新建厂房3处。|市工信局||",
                    "|稳就业|新增就业1万人。|市人社局||",
                ],
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn a_paragraph_among_tasks_that_names_nobody_is_a_task_and_duties_are_none() {
        let text = "一、任务\n1.建公园3处。责任单位：甲局\n2.建厕所5座。\n二、要求\n1.加强领导。各单位要重视。\n示例市人民政府办公室\n2025年1月2日";
        let found = read(text);
        assert_eq!(found.rows.len(), 2);
        assert_eq!(found.used, [true, true, true, false, false, false, false]);
    }
}
