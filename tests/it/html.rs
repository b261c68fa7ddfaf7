//! 结果.html as a reader sees it: its blocks in their order, each with its own text.

use std::collections::BTreeSet;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// Elements that hold text of their own.
const BLOCKS: [&str; 10] = [
    "title", "h1", "h2", "h3", "p", "li", "td", "th", "div", "small",
];

#[derive(Debug, Default)]
pub struct Block {
    pub tag: String,
    pub class: String,
    /// The table's class and the row's number, counted over the page.
    pub table: String,
    pub row: usize,
    pub text: String,
    /// Figures: id and text.
    pub figures: Vec<(String, String)>,
    pub titles: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Page {
    pub blocks: Vec<Block>,
    pub links: Vec<String>,
    pub tags: BTreeSet<String>,
    /// Attributes that name something elsewhere or run something.
    pub attributes: BTreeSet<String>,
}

fn attribute(e: &BytesStart, name: &str) -> Option<String> {
    let value = e.try_get_attribute(name).unwrap()?;
    Some(unescape(&value.value).unwrap().into_owned())
}

impl Page {
    /// Fails where the page is not well-formed.
    pub fn of(html: &[u8]) -> Self {
        let html = std::str::from_utf8(html).unwrap();
        let mut reader = Reader::from_str(html.strip_prefix("<!DOCTYPE html>\n").unwrap());
        let mut page = Self::default();
        let (mut open, mut figure): (Vec<usize>, Option<(String, String)>) = (Vec::new(), None);
        let (mut table, mut row, mut in_style) = (String::new(), 0, false);
        loop {
            let event = reader.read_event().unwrap();
            let text = match event {
                Event::Eof => return page,
                Event::Start(ref e) | Event::Empty(ref e) => {
                    let tag = e.name().into_inner().to_owned();
                    page.tags.insert(tag.clone());
                    for a in e.attributes() {
                        page.attributes
                            .insert(a.unwrap().key.into_inner().to_owned());
                    }
                    page.links.extend(attribute(e, "href"));
                    let class = attribute(e, "class").unwrap_or_default();
                    match tag.as_str() {
                        "style" => in_style = true,
                        "table" => table.clone_from(&class),
                        "tr" => row += 1,
                        "data" => figure = attribute(e, "value").map(|id| (id, String::new())),
                        _ => {}
                    }
                    if let (Some(title), Some(&at)) = (attribute(e, "title"), open.last()) {
                        page.blocks[at].titles.push(title);
                    }
                    if BLOCKS.contains(&tag.as_str()) && matches!(event, Event::Start(_)) {
                        open.push(page.blocks.len());
                        page.blocks.push(Block {
                            tag,
                            class,
                            table: table.clone(),
                            row,
                            ..Block::default()
                        });
                    }
                    continue;
                }
                Event::End(e) => {
                    let tag = e.name().into_inner();
                    match tag {
                        "style" => in_style = false,
                        "table" => table.clear(),
                        "data" => {
                            let at = *open.last().expect("a figure stands in a block");
                            page.blocks[at].figures.extend(figure.take());
                        }
                        tag if BLOCKS.contains(&tag) => drop(open.pop()),
                        _ => {}
                    }
                    continue;
                }
                Event::Text(t) => t.xml10_content().into_owned(),
                Event::GeneralRef(r) => match &*r.xml10_content() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    other => panic!("&{other};"),
                }
                .to_owned(),
                _ => continue,
            };
            if in_style || text.trim().is_empty() {
                continue;
            }
            let at = *open
                .last()
                .unwrap_or_else(|| panic!("“{text}” stands in no block"));
            page.blocks[at].text.push_str(&text);
            if let Some((_, shown)) = &mut figure {
                shown.push_str(&text);
            }
        }
    }

    /// The rows of a table's body, each with its blocks.
    pub fn rows(&self, table: &str) -> Vec<Vec<&Block>> {
        let own: Vec<&Block> = self.blocks.iter().filter(|b| b.table == table).collect();
        let rows = own.chunk_by(|a, b| a.row == b.row);
        rows.filter(|row| row[0].tag == "td")
            .map(<[_]>::to_vec)
            .collect()
    }

    /// Blocks of a kind.
    pub fn of_tag(&self, tag: &str) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |b| b.tag == tag)
    }
}
