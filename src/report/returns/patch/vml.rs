//! The VML drawing that holds the comments' boxes. Existing drawings are old HTML-like markup that need not be XML, so
//! they are only searched and spliced as text.

use std::ops::Range;

use crate::intake::CellRef;

/// A VML drawing part.
pub struct Vml {
    xml: String,
    next_id: u32,
}

const SPACES: [(&str, &str); 3] = [
    ("v", "urn:schemas-microsoft-com:vml"),
    ("o", "urn:schemas-microsoft-com:office:office"),
    ("x", "urn:schemas-microsoft-com:office:excel"),
];

/// The shape type of a comment's box, as every program names it.
const BOX_TYPE: &str = "_x0000_t202";

fn spaces(is_wanted: impl Fn(&str) -> bool) -> String {
    SPACES
        .iter()
        .filter(|(prefix, _)| is_wanted(prefix))
        .map(|(prefix, uri)| format!(" xmlns:{prefix}=\"{uri}\""))
        .collect()
}

fn box_type(spaces: &str) -> String {
    format!(
        "<v:shapetype{spaces} id=\"{BOX_TYPE}\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
<v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
    )
}

impl Vml {
    /// A drawing without shapes; `number` tells the sheets' shape ids apart.
    pub fn new(number: u32) -> Self {
        let (spaces, box_type) = (spaces(|_| true), box_type(""));
        let xml = format!(
            "<xml{spaces}><o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"{number}\"/></o:shapelayout>{box_type}</xml>"
        );
        Self {
            xml,
            next_id: number * 1024 + 1,
        }
    }

    pub fn read(xml: String) -> Self {
        let ids = xml.match_indices("_x0000_s").filter_map(|(at, mark)| {
            let digits: String = xml[at + mark.len()..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            digits.parse::<u32>().ok()
        });
        let next_id = ids.max().map_or(1025, |id| id.saturating_add(1));
        Self { xml, next_id }
    }

    pub fn into_text(self) -> String {
        self.xml
    }

    /// The shape of a cell's comment.
    fn find(&self, at: CellRef) -> Option<Range<usize>> {
        let mut from = 0;
        while let Some(start) = self.xml[from..].find("<v:shape ").map(|n| from + n) {
            let end = self.xml[start..]
                .find("</v:shape>")
                .map(|n| start + n + "</v:shape>".len())?;
            let shape = &self.xml[start..end];
            if shape.contains("\"Note\"")
                && value(shape, "Row") == Some(at.row)
                && value(shape, "Column") == Some(at.col)
            {
                return Some(start..end);
            }
            from = end;
        }
        None
    }

    pub fn has(&self, at: CellRef) -> bool {
        self.find(at).is_some()
    }

    pub fn remove(&mut self, at: CellRef) {
        if let Some(range) = self.find(at) {
            self.xml.replace_range(range, "");
        }
    }

    /// Gives a cell's box another place, made from the one it has; `None` leaves it.
    pub fn resize(&mut self, at: CellRef, resized: impl Fn(&str) -> Option<String>) {
        let Some(shape) = self.find(at) else { return };
        let text = &self.xml[shape.clone()];
        let anchor = text
            .split_once("<x:Anchor>")
            .and_then(|(_, rest)| rest.split_once("</x:Anchor>"));
        let Some((anchor, rest)) = anchor else {
            return;
        };
        if let Some(resized) = resized(anchor.trim()) {
            let end = shape.end - rest.len() - "</x:Anchor>".len();
            self.xml.replace_range(end - anchor.len()..end, &resized);
        }
    }

    /// Adds the box of a new comment, hidden until the pointer is on its cell.
    pub fn add(&mut self, at: CellRef, anchor: &str) {
        let root = self.xml.find('>').map_or("", |end| &self.xml[..end]);
        let spaces = spaces(|prefix| !root.contains(&format!("xmlns:{prefix}=")));
        let has_type = ['"', '\'']
            .iter()
            .any(|quote| self.xml.contains(&format!("id={quote}{BOX_TYPE}{quote}")));
        let kind = if has_type {
            String::new()
        } else {
            box_type(&spaces)
        };
        let shape = format!(
            "{kind}<v:shape{spaces} id=\"_x0000_s{}\" type=\"#{BOX_TYPE}\" style=\"position:absolute;z-index:{};visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
<v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>\
<v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>\
<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{}</x:Row><x:Column>{}</x:Column></x:ClientData></v:shape>",
            self.next_id,
            self.next_id % 1024,
            at.row,
            at.col
        );
        self.next_id = self.next_id.saturating_add(1);
        let end = self.xml.rfind("</xml>").unwrap_or(self.xml.len());
        self.xml.insert_str(end, &shape);
    }
}

fn value(shape: &str, name: &str) -> Option<u32> {
    let (_, rest) = shape.split_once(&format!("<x:{name}>"))?;
    let (number, _) = rest.split_once('<')?;
    number.trim().parse().ok()
}
