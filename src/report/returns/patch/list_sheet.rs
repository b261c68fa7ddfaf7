//! The sheet 情况说明 as XML.

use crate::intake::workbook::{CellRef, column_name};
use std::fmt::Write;

use super::super::listing::{HEAD, Listing, Row};
use super::super::marks::Tone;
use super::styles::{Look, Styles};
use super::xml::{escape, escape_cell};
use crate::report::summary::layout::{MAX_ROW_HEIGHT, text_height};

/// Column widths in units.
const WIDTHS: [f64; 7] = [9.0, 17.0, 11.0, 40.0, 20.0, 36.0, 32.0];
/// Pixels of a unit where the workbook's own font is a narrow one.
const UNIT_PX: f64 = 7.0;
const BODY: u32 = 10;
/// Characters a cell holds.
const MAX_TEXT: usize = 32_767;

const BLACK: &str = "000000";
const GREY: &str = "595959";
const BLUE: &str = "0563C1";

struct Looks {
    title: usize,
    lead: usize,
    head: usize,
    text: usize,
    center: usize,
    link: usize,
    answer: usize,
    tones: [usize; 3],
}

impl Looks {
    fn new(styles: &mut Styles) -> Self {
        let plain = Look {
            size: BODY,
            ink: BLACK,
            ..Look::default()
        };
        let cell = Look {
            ruled: true,
            ..plain
        };
        let center = Look {
            center: true,
            ..cell
        };
        Self {
            title: styles.own(&Look {
                size: 16,
                bold: true,
                center: true,
                ..plain
            }),
            lead: styles.own(&Look { ink: GREY, ..plain }),
            head: styles.own(&Look {
                bold: true,
                fill: Some("DDE7F3"),
                ..center
            }),
            text: styles.own(&cell),
            center: styles.own(&center),
            link: styles.own(&Look {
                link: true,
                ink: BLUE,
                ..cell
            }),
            answer: styles.own(&Look {
                unlocked: true,
                fill: Some("FFF7DC"),
                ..cell
            }),
            tones: Tone::ALL.map(|tone| {
                styles.own(&Look {
                    fill: Some(tone.fill()),
                    ..center
                })
            }),
        }
    }

    fn tone(&self, tone: Tone) -> usize {
        self.tones[Tone::ALL.iter().position(|t| *t == tone).unwrap_or(0)]
    }
}

#[derive(Default)]
struct Body {
    rows: String,
    next: u32,
    merges: Vec<String>,
    links: String,
}

impl Body {
    /// A row of texts in their styles.
    fn row(&mut self, height: f64, cells: &[(&str, usize)]) {
        let number = self.next + 1;
        let _ = write!(
            self.rows,
            "<row r=\"{number}\" ht=\"{height}\" customHeight=\"1\">"
        );
        for (col, (text, style)) in (0u32..).zip(cells) {
            let at = CellRef::new(self.next, col);
            if text.is_empty() {
                let _ = write!(self.rows, "<c r=\"{at}\" s=\"{style}\"/>");
            } else {
                let text: String = text.chars().take(MAX_TEXT).collect();
                let _ = write!(
                    self.rows,
                    "<c r=\"{at}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    escape_cell(&text)
                );
            }
        }
        self.rows.push_str("</row>");
        self.next += 1;
    }

    /// A text over all columns.
    fn across(&mut self, text: &str, style: usize, size: u32) {
        let px: f64 = WIDTHS.iter().map(|w| w * UNIT_PX).sum();
        let mut cells = vec![("", style); WIDTHS.len()];
        cells[0].0 = text;
        self.merges
            .push(format!("A{0}:{1}{0}", self.next + 1, column_name(6)));
        self.row(
            text_height(text, px, f64::from(size)).min(MAX_ROW_HEIGHT),
            &cells,
        );
    }

    fn finding(&mut self, looks: &Looks, row: &Row) {
        if let Some((sheet, at)) = &row.target {
            let shown = if row.place.is_empty() {
                sheet
            } else {
                &row.place
            };
            let _ = write!(
                self.links,
                "<hyperlink ref=\"B{}\" location=\"{}\" display=\"{}\"/>",
                self.next + 1,
                escape(&format!("{}!{at}", quoted(sheet))),
                escape(shown)
            );
        }
        let link = if row.target.is_some() {
            looks.link
        } else {
            looks.text
        };
        self.row(
            height(&[
                row.code,
                &row.place,
                &row.level,
                &row.found,
                &row.expected,
                &row.help,
                &row.answer,
            ]),
            &[
                (row.code, looks.center),
                (&row.place, link),
                (&row.level, looks.tone(row.tone)),
                (&row.found, looks.text),
                (&row.expected, looks.text),
                (&row.help, looks.text),
                (&row.answer, looks.answer),
            ],
        );
    }
}

fn height(texts: &[&str; 7]) -> f64 {
    let of = |(text, width): (&&str, &f64)| text_height(text, width * UNIT_PX, f64::from(BODY));
    texts
        .iter()
        .zip(&WIDTHS)
        .map(of)
        .fold(24.0, f64::max)
        .min(MAX_ROW_HEIGHT)
}

/// `'进展情况'`, as a formula names a sheet.
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

/// The sheet's part and the rows that are repeated on each printed page.
pub fn xml(listing: &Listing, namespace: &str, styles: &mut Styles) -> (String, u32) {
    let looks = Looks::new(styles);
    let mut body = Body::default();
    body.across(&listing.title, looks.title, 16);
    for line in &listing.lead {
        body.across(line, looks.lead, BODY);
    }
    body.row(26.0, &HEAD.map(|head| (head, looks.head)));
    let head = body.next;
    for row in &listing.rows {
        body.finding(&looks, row);
    }
    for [code, place, answer] in &listing.earlier {
        body.row(
            height(&[code, place, "以前的说明", "", "", "", answer]),
            &[
                (code, looks.center),
                (place, looks.text),
                ("以前的说明", looks.center),
                ("", looks.text),
                ("", looks.text),
                ("", looks.text),
                (answer, looks.answer),
            ],
        );
    }
    let columns = (1..)
        .zip(WIDTHS)
        .map(|(n, width)| {
            format!("<col min=\"{n}\" max=\"{n}\" width=\"{width}\" customWidth=\"1\"/>")
        })
        .collect::<Vec<_>>()
        .concat();
    let merges = body
        .merges
        .iter()
        .map(|region| format!("<mergeCell ref=\"{region}\"/>"))
        .collect::<Vec<_>>()
        .concat();
    let links = if body.links.is_empty() {
        String::new()
    } else {
        format!("<hyperlinks>{}</hyperlinks>", body.links)
    };
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{namespace}\">\
<sheetPr><tabColor rgb=\"FFC00000\"/><pageSetUpPr fitToPage=\"1\"/></sheetPr><dimension ref=\"A1:G{last}\"/>\
<sheetViews><sheetView tabSelected=\"1\" workbookViewId=\"0\"><pane ySplit=\"{head}\" topLeftCell=\"A{below}\" activePane=\"bottomLeft\" state=\"frozen\"/>\
<selection pane=\"bottomLeft\" activeCell=\"G{below}\" sqref=\"G{below}\"/></sheetView></sheetViews>\
<sheetFormatPr defaultRowHeight=\"15\"/><cols>{columns}</cols><sheetData>{rows}</sheetData>\
<sheetProtection sheet=\"1\" objects=\"1\" scenarios=\"1\" formatColumns=\"0\" formatRows=\"0\"/>\
<mergeCells count=\"{merge_count}\">{merges}</mergeCells>{links}\
<printOptions horizontalCentered=\"1\"/><pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/><headerFooter><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter></worksheet>",
        last = body.next,
        below = head + 1,
        rows = body.rows,
        merge_count = body.merges.len(),
    );
    (xml, head)
}
