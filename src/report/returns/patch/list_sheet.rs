//! The sheet 情况说明 as XML.

use super::styles::{Look, Styles};
use crate::intake::workbook::CellRef;
use crate::report::ooxml::DECLARATION;
use crate::report::ooxml::escape::{escape, escape_cell};
use crate::report::returns::listing::{HEAD, ListedFinding, Listing};
use crate::report::returns::marks::Tone;
use crate::report::room::{MAX_ROW_HEIGHT, text_height};

/// Column widths in units: with the widest digits that a workbook's own font has, its type still prints at nine points.
const WIDTHS: [f64; 7] = [7.5, 13.0, 9.0, 30.0, 14.0, 26.0, 19.0];
/// Pixels of a unit where the workbook's own font is a narrow one.
const UNIT_PX: f64 = 7.0;
const BODY: u32 = 10;
/// Characters a cell holds.
const MAX_TEXT: usize = 32_767;

const BLACK: &str = "000000";
const GREY: &str = "595959";
const BLUE: &str = "0563C1";

/// Where the place stands among [`HEAD`].
const PLACE: usize = 1;

struct Looks {
    title: usize,
    lead: usize,
    /// Like a lead, to be filled in.
    request: usize,
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
            request: styles.own(&Look {
                bold: true,
                unlocked: true,
                ..plain
            }),
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

struct ListRows {
    /// The columns that are shown.
    shown: &'static [usize],
    widths: Vec<f64>,
    rows: String,
    /// Rows written so far.
    count: u32,
    merges: String,
    merged: usize,
    links: String,
}

impl ListRows {
    /// Fewer columns share the width of all.
    fn new(shown: &'static [usize]) -> Self {
        let own = |ix: &usize| WIDTHS.get(*ix).copied().unwrap_or_default();
        let grown = WIDTHS.iter().sum::<f64>() / shown.iter().map(own).sum::<f64>();
        Self {
            shown,
            widths: shown.iter().map(|ix| own(ix) * grown).collect(),
            rows: String::new(),
            count: 0,
            merges: String::new(),
            merged: 0,
            links: String::new(),
        }
    }

    /// The cell of a shown column in the row to come.
    fn cell(&self, shown: usize) -> CellRef {
        CellRef::new(self.count, u32::try_from(shown).unwrap_or_default())
    }

    /// A row of texts in their styles, `height` points high.
    fn row(&mut self, height: f64, texts: [&str; 7], styles: [usize; 7]) {
        let number = self.count + 1;
        put!(
            self.rows,
            "<row r=\"{number}\" ht=\"{height}\" customHeight=\"1\">"
        );
        for (col, &ix) in self.shown.iter().enumerate() {
            let (text, style) = (texts[ix], styles[ix]);
            let at = self.cell(col);
            put!(self.rows, "<c r=\"{at}\" s=\"{style}\"");
            if text.is_empty() {
                self.rows.push_str("/>");
                continue;
            }
            let text: String = text.chars().take(MAX_TEXT).collect();
            put!(
                self.rows,
                " t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                escape_cell(&text)
            );
        }
        self.rows.push_str("</row>");
        self.count += 1;
    }

    /// A text over all columns.
    fn across(&mut self, text: &str, style: usize, size: u32) {
        let px: f64 = WIDTHS.iter().map(|w| w * UNIT_PX).sum();
        let height = text_height(text, px, f64::from(size)).min(MAX_ROW_HEIGHT);
        let (first, last) = (self.cell(0), self.cell(self.shown.len() - 1));
        put!(self.merges, "<mergeCell ref=\"{first}:{last}\"/>");
        self.merged += 1;
        let mut texts = [""; 7];
        texts[self.shown[0]] = text;
        self.row(height, texts, [style; 7]);
    }

    /// A row as high as its texts need.
    fn listed(&mut self, texts: [&str; 7], styles: [usize; 7]) {
        let of =
            |(ix, width): (&usize, &f64)| text_height(texts[*ix], width * UNIT_PX, f64::from(BODY));
        let heights = self.shown.iter().zip(&self.widths).map(of);
        let height = heights.fold(24.0, f64::max).min(MAX_ROW_HEIGHT);
        self.row(height, texts, styles);
    }

    fn finding(&mut self, looks: &Looks, row: &ListedFinding) {
        let mut place = looks.text;
        if let Some((sheet, at)) = &row.target {
            place = looks.link;
            let shown = if row.place.is_empty() {
                sheet
            } else {
                &row.place
            };
            let column = self.shown.iter().position(|ix| *ix == PLACE);
            put!(
                self.links,
                "<hyperlink ref=\"{}\" location=\"{}\" display=\"{}\"/>",
                self.cell(column.unwrap_or_default()),
                escape(&format!("{}!{at}", quoted(sheet))),
                escape(shown)
            );
        }
        let Looks {
            text,
            center,
            answer,
            ..
        } = *looks;
        self.listed(
            [
                row.code,
                &row.place,
                &row.level,
                &row.found,
                &row.expected,
                &row.help,
                &row.answer,
            ],
            [
                center,
                place,
                looks.tone(row.tone),
                text,
                text,
                text,
                answer,
            ],
        );
    }
}

/// `'进展情况'`, as a formula names a sheet.
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

/// The sheet's part and the rows that are repeated on each printed page.
pub fn xml(listing: &Listing, namespace: &str, styles: &mut Styles) -> (String, u32) {
    let looks = Looks::new(styles);
    let mut body = ListRows::new(listing.columns);
    body.across(&listing.title, looks.title, 16);
    for line in &listing.lead {
        body.across(line, looks.lead, BODY);
    }
    if !listing.request.is_empty() {
        body.across(&listing.request, looks.request, BODY);
    }
    body.row(26.0, HEAD, [looks.head; 7]);
    let head = body.count;
    for row in &listing.rows {
        body.finding(&looks, row);
    }
    let Looks {
        text,
        center,
        answer: given,
        ..
    } = looks;
    for [code, place, answer] in &listing.earlier {
        body.listed(
            [code, place, "以前的说明", "", "", "", answer],
            [center, text, center, text, text, text, given],
        );
    }
    let columns: String = (1..)
        .zip(&body.widths)
        .map(|(n, width)| {
            format!("<col min=\"{n}\" max=\"{n}\" width=\"{width}\" customWidth=\"1\"/>")
        })
        .collect();
    let links = if body.links.is_empty() {
        String::new()
    } else {
        format!("<hyperlinks>{}</hyperlinks>", body.links)
    };
    let last_column = body.cell(body.shown.len() - 1).col;
    let xml = format!(
        "{DECLARATION}<worksheet xmlns=\"{namespace}\">\
<sheetPr><tabColor rgb=\"FFC00000\"/><pageSetUpPr fitToPage=\"1\"/></sheetPr><dimension ref=\"A1:{end}\"/>\
<sheetViews><sheetView tabSelected=\"1\" workbookViewId=\"0\"><pane ySplit=\"{head}\" topLeftCell=\"A{below}\" activePane=\"bottomLeft\" state=\"frozen\"/>\
<selection pane=\"bottomLeft\" activeCell=\"{active}\" sqref=\"{active}\"/></sheetView></sheetViews>\
<sheetFormatPr defaultRowHeight=\"15\"/><cols>{columns}</cols><sheetData>{rows}</sheetData>\
<sheetProtection sheet=\"1\" objects=\"1\" scenarios=\"1\" formatColumns=\"0\" formatRows=\"0\"/>\
<mergeCells count=\"{merge_count}\">{merges}</mergeCells>{links}\
<printOptions horizontalCentered=\"1\"/><pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
<pageSetup paperSize=\"9\" orientation=\"landscape\" fitToHeight=\"0\"/><headerFooter><oddFooter>&amp;C第 &amp;P 页 共 &amp;N 页</oddFooter></headerFooter></worksheet>",
        end = CellRef::new(body.count.saturating_sub(1), last_column),
        active = CellRef::new(head, last_column),
        below = head + 1,
        rows = body.rows,
        merge_count = body.merged,
        merges = body.merges,
    );
    (xml, head)
}
