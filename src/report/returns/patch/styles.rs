//! styles.xml: cell styles cloned with another fill, and the list's own styles.

use std::collections::BTreeMap;

use super::super::marks::Tone;
use super::Unfit;
use super::xml::{Edits, Kind, Scanner, Token, append_into, opened, with_attribute};

/// Where new records of one kind go.
#[derive(Debug, Clone, Default)]
struct Collection<'a> {
    tag: Option<Token<'a>>,
    /// Where its end tag begins; `None`: it is empty.
    end: Option<usize>,
    count: usize,
}

/// The collections of a style sheet that are added to, in the order of the schema.
const COLLECTIONS: [&str; 4] = ["fonts", "fills", "borders", "cellXfs"];
/// What may stand before each of them.
const BEFORE: [&[&str]; 4] = [
    &["numFmts"],
    &["numFmts", "fonts"],
    &["numFmts", "fonts", "fills"],
    &["numFmts", "fonts", "fills", "borders", "cellStyleXfs"],
];

/// The style sheet as it is to become.
pub struct Styles {
    xml: String,
    prefix: String,
    counts: [usize; 4],
    /// Every cell style as it stands.
    xfs: Vec<String>,
    /// Fills of a mark's colour that the workbook has from an earlier return copy.
    mark_fills: Vec<usize>,
    /// New records, as XML, in the order of [`COLLECTIONS`].
    added: [Vec<String>; 4],
    clones: BTreeMap<(usize, Tone), usize>,
    fills: BTreeMap<Tone, usize>,
}

impl Styles {
    /// Reads a style sheet; a workbook without one, or with an empty one, gets the least there can be.
    pub fn read(xml: Option<String>, namespace: &str) -> Result<Self, Unfit> {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
        let xml =
            xml.unwrap_or_else(|| format!("{head}<styleSheet xmlns=\"{namespace}\"></styleSheet>"));
        let xml = with_open_root(xml)?;
        let parsed = parse(&xml)?;
        let counts = std::array::from_fn(|i| parsed.collections[i].count);
        let Parsed {
            prefix,
            xfs,
            mark_fills,
            ..
        } = parsed;
        let mut styles = Self {
            prefix,
            counts,
            xfs,
            mark_fills,
            xml,
            added: Default::default(),
            clones: BTreeMap::new(),
            fills: BTreeMap::new(),
        };
        styles.add_basis();
        Ok(styles)
    }

    /// A cell that names no style has the first one, and the first two fills are no fill and dots, whatever is written there:
    /// where the workbook lacks them, ours must not be taken for them.
    fn add_basis(&mut self) {
        let p = self.prefix.clone();
        let fill = |pattern: &str| {
            format!("<{p}fill><{p}patternFill patternType=\"{pattern}\"/></{p}fill>")
        };
        let sides = ["left", "right", "top", "bottom", "diagonal"]
            .map(|side| format!("<{p}{side}/>"))
            .concat();
        let basis = [
            vec![format!(
                "<{p}font><{p}sz val=\"11\"/><{p}name val=\"宋体\"/></{p}font>"
            )],
            vec![fill("none"), fill("gray125")],
            vec![format!("<{p}border>{sides}</{p}border>")],
            vec![format!(
                "<{p}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"
            )],
        ];
        for (collection, records) in basis.into_iter().enumerate() {
            for record in records.into_iter().skip(self.counts[collection]) {
                self.add(collection, record);
            }
        }
    }

    /// Whether a style has a mark's colour.
    pub fn is_mark(&self, style: usize) -> bool {
        let fill = self.xfs.get(style).and_then(|xf| tag_number(xf, "fillId"));
        fill.is_some_and(|fill| self.mark_fills.contains(&fill))
    }

    /// A style that differs from `original` in its fill alone.
    pub fn marked(&mut self, original: usize, tone: Tone) -> usize {
        if let Some(&style) = self.clones.get(&(original, tone)) {
            return style;
        }
        let p = &self.prefix;
        let fill = if let Some(&fill) = self.fills.get(&tone) {
            fill
        } else {
            let xml = solid(p, tone.fill());
            let fill = self.add(FILLS, xml);
            self.fills.insert(tone, fill);
            fill
        };
        let plain = format!(
            "<{0}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>",
            self.prefix
        );
        let own = self.xfs.get(original).unwrap_or(&plain);
        // Only the start tag is changed: alignment and protection inside stay.
        let end = own.find('>').map_or(own.len(), |at| at + 1);
        let tag = with_attribute(&own[..end], "fillId", &fill.to_string());
        let clone = format!("{}{}", with_attribute(&tag, "applyFill", "1"), &own[end..]);
        let style = self.add(CELL_XFS, clone);
        self.clones.insert((original, tone), style);
        style
    }

    fn add(&mut self, collection: usize, xml: String) -> usize {
        self.added[collection].push(xml);
        self.counts[collection] + self.added[collection].len() - 1
    }

    /// Adds a style of our own: font, fill and border as XML without prefixes are not possible in every workbook, so they are
    /// described and written in the workbook's own manner.
    pub fn own(&mut self, look: &Look) -> usize {
        let p = self.prefix.clone();
        let bold = if look.bold {
            format!("<{p}b/>")
        } else {
            String::new()
        };
        let underline = if look.link {
            format!("<{p}u/>")
        } else {
            String::new()
        };
        let font = self.add_once(
            FONTS,
            format!(
                "<{p}font>{bold}{underline}<{p}sz val=\"{}\"/><{p}color rgb=\"FF{}\"/><{p}name val=\"宋体\"/><{p}charset val=\"134\"/></{p}font>",
                look.size, look.ink
            ),
        );
        let fill = match look.fill {
            Some(rgb) => self.add_once(FILLS, solid(&p, rgb)),
            None => 0,
        };
        let border = if look.ruled {
            let side = |name| {
                format!("<{p}{name} style=\"thin\"><{p}color rgb=\"FFA6A6A6\"/></{p}{name}>")
            };
            self.add_once(
                BORDERS,
                format!(
                    "<{p}border>{}{}{}{}<{p}diagonal/></{p}border>",
                    side("left"),
                    side("right"),
                    side("top"),
                    side("bottom")
                ),
            )
        } else {
            0
        };
        let number_format = if look.unlocked { 49 } else { 0 };
        let protection = if look.unlocked {
            format!("<{p}protection locked=\"0\"/>")
        } else {
            String::new()
        };
        self.add_once(
            CELL_XFS,
            format!(
                "<{p}xf numFmtId=\"{number_format}\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"{border}\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\" applyProtection=\"1\">\
<{p}alignment horizontal=\"{}\" vertical=\"center\" wrapText=\"1\"/>{protection}</{p}xf>",
                if look.center { "center" } else { "left" }
            ),
        )
    }

    fn add_once(&mut self, collection: usize, xml: String) -> usize {
        match self.added[collection].iter().position(|own| *own == xml) {
            Some(at) => self.counts[collection] + at,
            None => self.add(collection, xml),
        }
    }

    /// The part's text with everything added.
    pub fn write(self) -> Result<String, Unfit> {
        let parsed = parse(&self.xml)?;
        let mut edits = Edits::default();
        for (i, added) in self
            .added
            .iter()
            .enumerate()
            .filter(|(_, added)| !added.is_empty())
        {
            let count = (self.counts[i] + added.len()).to_string();
            let content = added.concat();
            if let Some(tag) = &parsed.collections[i].tag {
                let counted = with_attribute(tag.raw, "count", &count);
                match parsed.collections[i].end {
                    Some(end) => {
                        edits.replace(tag.range.clone(), counted);
                        edits.insert(end, content);
                    }
                    None => append_into(
                        &mut edits,
                        &Token {
                            raw: &counted,
                            ..tag.clone()
                        },
                        None,
                        &content,
                    ),
                }
            } else {
                let p = &self.prefix;
                let name = COLLECTIONS[i];
                edits.insert(
                    parsed.places[i],
                    format!("<{p}{name} count=\"{count}\">{content}</{p}{name}>"),
                );
            }
        }
        edits.apply(&self.xml)
    }
}

const FONTS: usize = 0;
const FILLS: usize = 1;
const BORDERS: usize = 2;
const CELL_XFS: usize = 3;

/// One style of the list.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of its own in the file"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Points.
    pub size: u32,
    pub bold: bool,
    pub link: bool,
    pub center: bool,
    pub ruled: bool,
    pub unlocked: bool,
    /// RRGGBB.
    pub ink: &'static str,
    pub fill: Option<&'static str>,
}

fn solid(p: &str, rgb: &str) -> String {
    format!(
        "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"FF{rgb}\"/><{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>"
    )
}

fn tag_number(tag: &str, name: &str) -> Option<usize> {
    super::xml::attribute(tag, name).and_then(|range| tag[range].parse().ok())
}

/// `<styleSheet/>` as `<styleSheet></styleSheet>`.
fn with_open_root(xml: String) -> Result<String, Unfit> {
    let mut scanner = Scanner::new(&xml);
    while let Some(token) = scanner.next()? {
        if token.kind == Kind::Empty && scanner.depth == 0 {
            let (start, end) = (&xml[..token.range.start], &xml[token.range.end..]);
            return Ok(format!(
                "{start}{}</{}>{end}",
                opened(token.raw),
                token.qualified()
            ));
        }
        if token.kind == Kind::Start {
            break;
        }
    }
    Ok(xml)
}

struct Parsed<'a> {
    prefix: String,
    collections: [Collection<'a>; 4],
    /// Where a collection that is not there would stand.
    places: [usize; 4],
    xfs: Vec<String>,
    mark_fills: Vec<usize>,
}

fn parse(xml: &str) -> Result<Parsed<'_>, Unfit> {
    let mut parsed = Parsed {
        prefix: String::new(),
        collections: Default::default(),
        places: [0; 4],
        xfs: Vec::new(),
        mark_fills: Vec::new(),
    };
    let mut scanner = Scanner::new(xml);
    let mut inside: Option<usize> = None;
    let mut xf_start = 0;
    while let Some(token) = scanner.next()? {
        let depth = scanner.depth - usize::from(token.kind == Kind::Start);
        let name = token.local();
        if token.opens() && depth == 0 {
            if name != "styleSheet" {
                return Err(Unfit("样式有错"));
            }
            token.prefix().clone_into(&mut parsed.prefix);
            parsed.places = [token.range.end; 4];
        }
        if matches!(token.kind, Kind::Empty | Kind::End) && depth == 1 {
            for (place, before) in parsed.places.iter_mut().zip(BEFORE) {
                if before.contains(&name) {
                    *place = token.range.end;
                }
            }
        }
        match (token.kind, depth) {
            (Kind::Start | Kind::Empty, 1) => {
                inside = COLLECTIONS
                    .iter()
                    .position(|c| *c == name)
                    .filter(|&i| parsed.collections[i].tag.is_none());
                if let Some(i) = inside {
                    parsed.collections[i].tag = Some(token.clone());
                }
                if token.kind == Kind::Empty {
                    inside = None;
                }
            }
            (Kind::End, 1) => {
                if let Some(i) = inside.take() {
                    parsed.collections[i].end = Some(token.range.start);
                }
            }
            (Kind::Start | Kind::Empty, 2) => {
                if let Some(i) = inside {
                    parsed.collections[i].count += 1;
                    xf_start = token.range.start;
                    if i == CELL_XFS && token.kind == Kind::Empty {
                        parsed.xfs.push(token.raw.to_owned());
                    }
                }
            }
            (Kind::End, 2) if inside == Some(CELL_XFS) => {
                parsed.xfs.push(xml[xf_start..token.range.end].to_owned())
            }
            (Kind::Start | Kind::Empty, _) if inside == Some(FILLS) && name == "fgColor" => {
                let rgb = token.attribute("rgb").unwrap_or_default();
                if Tone::ALL
                    .iter()
                    .any(|tone| rgb.len() == 8 && rgb[2..].eq_ignore_ascii_case(tone.fill()))
                {
                    parsed.mark_fills.push(parsed.collections[FILLS].count - 1);
                }
            }
            _ => {}
        }
    }
    Ok(parsed)
}
