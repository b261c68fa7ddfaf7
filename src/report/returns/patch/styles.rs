//! styles.xml: cell styles cloned with another fill, and the list's own styles.

use std::collections::BTreeMap;
use std::ops::Range;

use super::scan::{
    Edits, Scanner, TokenKind, Unfit, attribute, fill_empty, opened, prefixed, with_attribute,
};
use crate::report::ooxml::{DECLARATION, order};
use crate::report::returns::marks::Tone;

/// A collection of a style sheet that records are added to.
#[derive(Default)]
struct Collection {
    /// Its start tag.
    tag: Option<Range<usize>>,
    /// Where its end tag begins; `None`: it is empty.
    end: Option<usize>,
    /// Where it would stand if it is not there.
    place: usize,
    /// Records as submitted.
    count: usize,
    /// New records, as XML.
    added: Vec<String>,
}

/// The collections, in the order of the schema.
const COLLECTIONS: [&str; 4] = ["fonts", "fills", "borders", "cellXfs"];
const FONTS: usize = 0;
const FILLS: usize = 1;
const BORDERS: usize = 2;
const CELL_XFS: usize = 3;

/// The plainest cell style.
const PLAIN_XF: &str = "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>";

/// The style sheet as it is to become.
#[derive(Default)]
pub struct Styles {
    xml: String,
    prefix: String,
    /// In the order of [`COLLECTIONS`].
    collections: [Collection; 4],
    /// Every cell style as it stands.
    xfs: Vec<String>,
    /// Fills of a mark's colour that the workbook has from an earlier return copy.
    mark_fills: Vec<usize>,
    clones: BTreeMap<(usize, Tone), usize>,
}

impl Styles {
    /// Reads a style sheet; a workbook without one, or with an empty one, gets the least there can be.
    pub fn read(xml: Option<String>, namespace: &str) -> Result<Self, Unfit> {
        let xml = xml.unwrap_or_else(|| {
            format!("{DECLARATION}<styleSheet xmlns=\"{namespace}\"></styleSheet>")
        });
        let mut styles = Self {
            xml: with_open_root(xml)?,
            ..Self::default()
        };
        styles.parse()?;
        // A cell that names no style has the first one, and the first two fills are no fill and dots, whatever is written
        // there: where the workbook lacks them, ours must not be taken for them.
        let fill = |pattern| format!("<fill><patternFill patternType=\"{pattern}\"/></fill>");
        let basis = [
            vec!["<font><sz val=\"11\"/><name val=\"宋体\"/></font>".to_owned()],
            vec![fill("none"), fill("gray125")],
            vec!["<border><left/><right/><top/><bottom/><diagonal/></border>".to_owned()],
            vec![PLAIN_XF.replace(" xfId=\"0\"", "")],
        ];
        for (collection, records) in basis.into_iter().enumerate() {
            let there = styles.collections[collection].count;
            for record in records.iter().skip(there) {
                let record = prefixed(&styles.prefix, record);
                styles.add(collection, record);
            }
        }
        Ok(styles)
    }

    fn parse(&mut self) -> Result<(), Unfit> {
        let xml = &self.xml;
        let mut scanner = Scanner::new(xml);
        let mut inside: Option<usize> = None;
        let mut record = 0;
        while let Some(token) = scanner.next()? {
            let name = token.local();
            if token.opens() && token.depth == 0 {
                if name != "styleSheet" {
                    return Err(Unfit("样式有错"));
                }
                token.prefix().clone_into(&mut self.prefix);
            }
            for (collection, own) in self.collections.iter_mut().zip(COLLECTIONS) {
                let is_root = token.opens() && token.depth == 0;
                let ends = !matches!(token.kind, TokenKind::Start) && token.depth == 1;
                if is_root || ends && order::precedes("styleSheet", name, own) {
                    collection.place = token.range.end;
                }
            }
            match (token.kind, token.depth) {
                (TokenKind::Start | TokenKind::Empty, 1) => {
                    inside = COLLECTIONS
                        .iter()
                        .position(|c| *c == name)
                        .filter(|&i| self.collections[i].tag.is_none());
                    if let Some(i) = inside {
                        self.collections[i].tag = Some(token.range.clone());
                    }
                    inside = inside.filter(|_| token.kind == TokenKind::Start);
                }
                (TokenKind::End, 1) => {
                    if let Some(i) = inside.take() {
                        self.collections[i].end = Some(token.range.start);
                    }
                }
                (TokenKind::Start | TokenKind::Empty, 2) => {
                    if let Some(i) = inside {
                        self.collections[i].count += 1;
                        record = token.range.start;
                        if i == CELL_XFS && token.kind == TokenKind::Empty {
                            self.xfs.push(token.raw.to_owned());
                        }
                    }
                }
                (TokenKind::End, 2) if inside == Some(CELL_XFS) => {
                    self.xfs.push(xml[record..token.range.end].to_owned());
                }
                (TokenKind::Start | TokenKind::Empty, _)
                    if inside == Some(FILLS) && name == "fgColor" =>
                {
                    let rgb = token.value("rgb");
                    let rgb = rgb.get(2..).unwrap_or_default();
                    if Tone::ALL
                        .iter()
                        .any(|tone| rgb.eq_ignore_ascii_case(tone.fill()))
                    {
                        self.mark_fills.push(self.collections[FILLS].count - 1);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether a style has a mark's colour.
    pub fn is_mark(&self, style: usize) -> bool {
        let fill = |xf: &String| xf[attribute(xf, "fillId")?].parse().ok();
        let fill: Option<usize> = self.xfs.get(style).and_then(fill);
        fill.is_some_and(|fill| self.mark_fills.contains(&fill))
    }

    /// A style that differs from `original` in its fill alone.
    pub fn marked(&mut self, original: usize, tone: Tone) -> usize {
        if let Some(&style) = self.clones.get(&(original, tone)) {
            return style;
        }
        let fill = self.ours(FILLS, &solid(tone.fill())).to_string();
        let plain = prefixed(&self.prefix, PLAIN_XF);
        let own = self.xfs.get(original).unwrap_or(&plain);
        // Only the start tag is changed: alignment and protection inside stay.
        let (tag, rest) = own.split_at(own.find('>').map_or(own.len(), |at| at + 1));
        let tag = with_attribute(&with_attribute(tag, "fillId", &fill), "applyFill", "1");
        let clone = format!("{tag}{rest}");
        let style = self.add(CELL_XFS, clone);
        self.clones.insert((original, tone), style);
        style
    }

    /// Adds a record as it stands and gives its number.
    fn add(&mut self, collection: usize, xml: String) -> usize {
        let collection = &mut self.collections[collection];
        collection.added.push(xml);
        collection.count + collection.added.len() - 1
    }

    /// The number of a record of ours, added where it is not there yet.
    fn ours(&mut self, collection: usize, xml: &str) -> usize {
        let xml = prefixed(&self.prefix, xml);
        let Collection { added, count, .. } = &self.collections[collection];
        match added.iter().position(|own| *own == xml) {
            Some(at) => count + at,
            None => self.add(collection, xml),
        }
    }

    /// The number of a style of the list.
    pub fn own(&mut self, look: &Look) -> usize {
        let when = |wanted: bool, xml| if wanted { xml } else { "" };
        let font = self.ours(
            FONTS,
            &format!(
                "<font>{}{}<sz val=\"{}\"/><color rgb=\"FF{}\"/><name val=\"宋体\"/><charset val=\"134\"/></font>",
                when(look.bold, "<b/>"),
                when(look.link, "<u/>"),
                look.size,
                look.ink
            ),
        );
        let fill = look.fill.map_or(0, |rgb| self.ours(FILLS, &solid(rgb)));
        let border = if look.ruled {
            let sides = ["left", "right", "top", "bottom"]
                .map(|side| format!("<{side} style=\"thin\"><color rgb=\"FFA6A6A6\"/></{side}>"));
            let border = format!("<border>{}<diagonal/></border>", sides.concat());
            self.ours(BORDERS, &border)
        } else {
            0
        };
        // 49 is the format of text.
        let number_format = if look.unlocked { 49 } else { 0 };
        let align = if look.center { "center" } else { "left" };
        let protection = when(look.unlocked, "<protection locked=\"0\"/>");
        self.ours(
            CELL_XFS,
            &format!(
                "<xf numFmtId=\"{number_format}\" fontId=\"{font}\" fillId=\"{fill}\" borderId=\"{border}\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\" applyProtection=\"1\">\
<alignment horizontal=\"{align}\" vertical=\"center\" wrapText=\"1\"/>{protection}</xf>"
            ),
        )
    }

    /// The part's text with everything added.
    pub fn write(self) -> Result<String, Unfit> {
        let mut edits = Edits::default();
        for (collection, name) in self.collections.into_iter().zip(COLLECTIONS) {
            if collection.added.is_empty() {
                continue;
            }
            let count = (collection.count + collection.added.len()).to_string();
            let content = collection.added.concat();
            let p = &self.prefix;
            let none = format!("<{p}{name}/>");
            let (tag, place) = match collection.tag {
                Some(range) => (&self.xml[range.clone()], range),
                None => (none.as_str(), collection.place..collection.place),
            };
            let tag = with_attribute(tag, "count", &count);
            match collection.end {
                Some(end) => {
                    edits.replace(place, tag);
                    edits.insert(end, content);
                }
                None => edits.replace(place, format!("{}{content}</{p}{name}>", opened(&tag))),
            }
        }
        edits.apply(&self.xml)
    }
}

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

fn solid(rgb: &str) -> String {
    format!(
        "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{rgb}\"/><bgColor indexed=\"64\"/></patternFill></fill>"
    )
}

/// `<styleSheet/>` as `<styleSheet></styleSheet>`.
fn with_open_root(xml: String) -> Result<String, Unfit> {
    let mut scanner = Scanner::new(&xml);
    while let Some(token) = scanner.next()? {
        if token.kind == TokenKind::Empty && token.depth == 0 {
            let mut edits = Edits::default();
            fill_empty(&mut edits, &token, "");
            return edits.apply(&xml);
        }
        if token.kind == TokenKind::Start {
            break;
        }
    }
    Ok(xml)
}
