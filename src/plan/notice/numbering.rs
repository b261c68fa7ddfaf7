//! Word's own numbering: the number of a paragraph stands in no text, only its list and level do.

use std::collections::{HashMap, HashSet};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::outline;
use crate::plan::numeral;

const LEVELS: usize = 9;
/// Styles at most of which each is based on the next.
const BASES: usize = 16;

/// The lists and styles of a document, and how far its lists are counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// By `w:numId`.
    lists: HashMap<String, List>,
    /// By `w:abstractNumId`.
    kinds: HashMap<String, Kind>,
    /// By `w:styleId`.
    styles: HashMap<String, Style>,
    /// By kind: lists of one kind go on with each other's numbers.
    counts: HashMap<String, [Option<u32>; LEVELS]>,
    /// Lists' levels that have begun anew, which each does once.
    restarted: HashSet<(String, usize)>,
}

type Levels = HashMap<usize, Level>;

#[derive(Debug, Default)]
struct List {
    kind: String,
    /// Levels that begin anew with this list.
    starts: HashMap<usize, u32>,
    levels: Levels,
}

#[derive(Debug, Default)]
struct Kind {
    levels: Levels,
    /// The style whose list it shows.
    link: Option<String>,
}

#[derive(Debug, Default)]
struct Level {
    start: Option<u32>,
    format: String,
    text: String,
    style: Option<String>,
    is_arabic: bool,
    /// Counts on where a level above it begins anew.
    goes_on: bool,
}

#[derive(Debug, Default)]
struct Style {
    base: Option<String>,
    number: Number,
}

/// What a paragraph or a style says of its number.
#[derive(Debug, Default, Clone)]
pub(super) struct Number {
    style: Option<String>,
    list: Option<String>,
    level: Option<usize>,
}

impl Number {
    /// Takes a property of the paragraph.
    pub fn property(&mut self, name: &str, e: &BytesStart<'_>) {
        let value = || attribute(e, "val");
        match name {
            "pStyle" => self.style = value(),
            "numId" => self.list = value(),
            "ilvl" => self.level = value().and_then(|v| v.parse().ok()),
            _ => {}
        }
    }
}

impl Level {
    fn property(&mut self, name: &str, e: &BytesStart<'_>) {
        let value = || attribute(e, "val");
        match name {
            "start" => self.start = value().and_then(|v| v.parse().ok()),
            "numFmt" => self.format = value().unwrap_or_default(),
            "lvlText" => self.text = value().unwrap_or_default(),
            "pStyle" => self.style = value(),
            "isLgl" => self.is_arabic = value().is_none_or(|v| v != "0" && v != "false"),
            "lvlRestart" => self.goes_on = value().as_deref() == Some("0"),
            _ => {}
        }
    }
}

/// An attribute by its name without a namespace.
pub(super) fn attribute(e: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = e.attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let found = attributes.find(|a| a.key.local_name().into_inner() == name)?;
    Some(found.value.to_string())
}

/// The starts of a part's elements, up to where it is no XML.
fn elements(xml: &[u8], mut each: impl FnMut(&str, &BytesStart<'_>)) {
    let mut reader = Reader::from_reader(xml);
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match &event {
            Event::Start(e) | Event::Empty(e) => each(e.local_name().into_inner(), e),
            Event::Eof => return,
            _ => {}
        }
        buffer.clear();
    }
}

impl Numbering {
    /// Of word/numbering.xml and word/styles.xml; a document without them numbers nothing.
    pub fn new(numbering: &[u8], styles: &[u8]) -> Self {
        let mut out = Self::default();
        let (mut kind, mut list, mut level) = (String::new(), None, 0);
        elements(numbering, |name, e| {
            match name {
                "abstractNum" => kind = attribute(e, "abstractNumId").unwrap_or_default(),
                "num" => list = attribute(e, "numId"),
                "lvl" | "lvlOverride" => {
                    let at = attribute(e, "ilvl").and_then(|v| v.parse().ok());
                    level = at.unwrap_or(0).min(LEVELS - 1);
                }
                _ => {}
            }
            let value = attribute(e, "val");
            let levels = if let Some(id) = &list {
                let list = out.lists.entry(id.clone()).or_default();
                match name {
                    "abstractNumId" => list.kind = value.unwrap_or_default(),
                    "startOverride" => {
                        let start = value.and_then(|v| v.parse().ok());
                        list.starts.extend(start.map(|n| (level, n)));
                    }
                    _ => {}
                }
                &mut list.levels
            } else {
                let kind = out.kinds.entry(kind.clone()).or_default();
                if name == "numStyleLink" {
                    kind.link = value;
                }
                &mut kind.levels
            };
            if name == "lvl" {
                levels.insert(level, Level::default());
            } else if let Some(level) = levels.get_mut(&level) {
                level.property(name, e);
            }
        });
        let mut style = String::new();
        elements(styles, |name, e| {
            if name == "style" {
                style = attribute(e, "styleId").unwrap_or_default();
            }
            let of = out.styles.entry(style.clone()).or_default();
            match name {
                "basedOn" => of.base = attribute(e, "val"),
                name => of.number.property(name, e),
            }
        });
        out
    }

    /// The number that Word shows before a paragraph, in a form that [`outline::marker`] knows; `None` for bullets and
    /// paragraphs of no list. Counts on, so each paragraph is asked about once.
    pub fn label(&mut self, number: &Number) -> Option<String> {
        let (list, level) = self.place(number)?;
        let kind = self.kind(&list)?;
        let own = self.lists.get(&list)?;
        let levels = &self.kinds.get(&kind)?.levels;
        let level_of = |n: usize| own.levels.get(&n).or_else(|| levels.get(&n));
        let counts = self.counts.entry(kind).or_default();
        if let Some(start) = own.starts.get(&level)
            && self.restarted.insert((list.clone(), level))
        {
            counts[level] = start.checked_sub(1);
        }
        let start = |n: usize| level_of(n).and_then(|l| l.start).unwrap_or(1);
        counts[level] = Some(counts[level].map_or_else(|| start(level), |n| n.saturating_add(1)));
        for (below, count) in counts.iter_mut().enumerate().skip(level + 1) {
            if !level_of(below).is_some_and(|l| l.goes_on) {
                *count = None;
            }
        }
        let shown = level_of(level)?;
        let mut label = String::new();
        let mut rest = shown.text.as_str();
        while let Some((before, behind)) = rest.split_once('%') {
            label.push_str(before);
            let digit = behind.chars().next().and_then(|c| c.to_digit(10));
            let Some(n) = digit.filter(|n| (1..=9).contains(n)) else {
                label.push('%');
                rest = behind;
                continue;
            };
            let n = n as usize - 1;
            let format = level_of(n).map_or("", |l| l.format.as_str());
            let format = if shown.is_arabic && n < level {
                "decimal"
            } else {
                format
            };
            let count = *counts[n].get_or_insert_with(|| start(n));
            label.push_str(&written(count, format)?);
            rest = &behind[1..];
        }
        label.push_str(rest);
        let label = label.trim();
        let count = counts[level]?;
        let has_number = shown.text.contains('%');
        has_number.then(|| known(label, count, level))
    }

    /// The list and level of a paragraph: its own, or those of its style.
    fn place(&self, number: &Number) -> Option<(String, usize)> {
        let (mut list, mut level) = (number.list.clone(), number.level);
        let mut named = number.style.as_ref();
        for _ in 0..BASES {
            let Some((id, style)) = named.and_then(|id| Some((id, self.styles.get(id)?))) else {
                break;
            };
            if list.is_none() {
                list.clone_from(&style.number.list);
                // A list that its style names shows the level that names the style.
                let kind = list.as_ref().and_then(|l| self.kinds.get(&self.kind(l)?));
                let of_style = kind.and_then(|k| {
                    let mut levels = k.levels.iter();
                    levels.find(|(_, l)| l.style.as_ref() == Some(id))
                });
                level = level.or(of_style.map(|(n, _)| *n)).or(style.number.level);
            }
            named = style.base.as_ref();
        }
        Some((list?, level.unwrap_or(0).min(LEVELS - 1)))
    }

    /// The kind whose levels a list shows.
    fn kind(&self, list: &str) -> Option<String> {
        let kind = &self.lists.get(list)?.kind;
        let Some(link) = self.kinds.get(kind).and_then(|k| k.link.as_ref()) else {
            return Some(kind.clone());
        };
        let linked = self.styles.get(link)?.number.list.as_ref()?;
        Some(self.lists.get(linked)?.kind.clone())
    }
}

/// A number as its format writes it; `None` for formats that give no number that a notice's lines begin with.
fn written(count: u32, format: &str) -> Option<String> {
    let circle = || char::from_u32(0x2460 + count - 1).filter(|_| (1..=20).contains(&count));
    Some(match format {
        "bullet" | "none" => return None,
        f if f.contains("Letter") || f.contains("Roman") || f.contains("Zodiac") => return None,
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => circle()?.to_string(),
        "decimalEnclosedParen" => format!("（{count}）"),
        "decimalEnclosedFullstop" => format!("{count}."),
        "decimalZero" => format!("{count:02}"),
        f if is_chinese(f) => numeral::write(count),
        _ => count.to_string(),
    })
}

/// `chineseCounting`, `ideographDigital`, `japaneseLegal` …
fn is_chinese(format: &str) -> bool {
    let makers = ["chinese", "taiwanese", "japanese", "korean", "ideograph"];
    makers.iter().any(|m| format.starts_with(m))
}

/// A label as Word shows it where lines may begin so, else the same number in a form of its level.
fn known(label: &str, count: u32, level: usize) -> String {
    // A space keeps 1. and 2025年底 apart.
    let begins =
        |label: &str| outline::marker(&format!("{label} x")).is_some_and(|m| m.rest == "x");
    let ended = || {
        let stop = if label.ends_with(numeral::is_numeral) {
            "、"
        } else {
            "."
        };
        format!("{label}{stop}")
    };
    if begins(label) {
        label.to_owned()
    } else if begins(&ended()) {
        ended()
    } else if level == 0 {
        format!("{count}.")
    } else {
        format!("（{count}）")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels of paragraphs: (list, level) each.
    fn labels(numbering: &str, paragraphs: &[(&str, usize)]) -> Vec<String> {
        let mut of = Numbering::new(numbering.as_bytes(), b"");
        let number = |(list, level): &(&str, usize)| Number {
            style: None,
            list: Some((*list).to_owned()),
            level: Some(*level),
        };
        let all = paragraphs
            .iter()
            .map(|p| of.label(&number(p)).unwrap_or_default());
        all.collect()
    }

    fn level(n: usize, format: &str, text: &str) -> String {
        format!(
            r#"<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{format}"/><w:lvlText w:val="{text}"/></w:lvl>"#
        )
    }

    #[test]
    fn lists_count_as_word_does() {
        let kind = level(0, "chineseCounting", "%1、")
            + &level(1, "chineseCountingThousand", "（%2）")
            + &level(2, "decimal", "%1.%3").replace("<w:numFmt", "<w:isLgl/><w:numFmt");
        let numbering = format!(
            r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">{kind}</w:abstractNum>
            <w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
            <w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride></w:num></w:numbering>"#
        );
        let shown = labels(
            &numbering,
            &[
                ("1", 0),
                ("1", 1),
                ("1", 1),
                ("1", 2),
                ("1", 0),
                ("1", 1),
                ("2", 1),
                ("2", 1),
                ("1", 1),
                ("9", 0),
            ],
        );
        // 1.1 of Word is no form a line begins with.
        let expected = [
            "一、",
            "（一）",
            "（二）",
            "（1）",
            "二、",
            "（一）",
            "（五）",
            "（六）",
            "（七）",
            "",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn every_format_begins_a_line_or_is_none() {
        for (format, text, expected) in [
            ("decimal", "%1.", "2."),
            ("decimal", "%1", "2."),
            ("decimalFullWidth", "（%1）", "（2）"),
            ("decimalZero", "%1、", "02、"),
            ("decimalEnclosedCircle", "%1", "②"),
            ("chineseLegalSimplified", "%1", "二、"),
            ("ideographDigital", "第%1章", "第二章"),
            ("decimal", "任务%1：", "任务2："),
            ("decimal", "第%1项", "2."),
            ("bullet", "●", ""),
            ("none", "", ""),
            ("lowerLetter", "%1)", ""),
        ] {
            let numbering = format!(
                r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">{}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#,
                level(0, format, text)
            );
            let shown = labels(&numbering, &[("1", 0), ("1", 0)]);
            assert_eq!(shown[1], expected, "{format} {text}");
        }
    }

    #[test]
    fn a_style_numbers_its_paragraphs() {
        let numbering = format!(
            r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="3"><w:styleLink w:val="清单"/>{}{}</w:abstractNum>
            <w:abstractNum w:abstractNumId="4"><w:numStyleLink w:val="清单"/></w:abstractNum>
            <w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="4"/></w:num></w:numbering>"#,
            level(0, "chineseCounting", "%1、"),
            level(1, "decimal", "%2.").replace("<w:numFmt", r#"<w:pStyle w:val="任务"/><w:numFmt"#)
        );
        let styles = r#"<w:styles xmlns:w="w"><w:style w:styleId="清单"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
            <w:style w:styleId="任务"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
            <w:style w:styleId="加粗"><w:basedOn w:val="任务"/></w:style></w:styles>"#;
        let mut of = Numbering::new(numbering.as_bytes(), styles.as_bytes());
        let mut label = |style: &str, list: Option<&str>| {
            let (style, list) = (Some(style.to_owned()), list.map(str::to_owned));
            of.label(&Number {
                style,
                list,
                level: None,
            })
        };
        assert_eq!(label("任务", None).as_deref(), Some("1."));
        assert_eq!(label("加粗", None).as_deref(), Some("2."));
        assert_eq!(label("任务", Some("0")), None, "numbering taken off");
        assert_eq!(label("正文", Some("2")).as_deref(), Some("一、"));
        assert_eq!(label("正文", None), None);
    }
}
