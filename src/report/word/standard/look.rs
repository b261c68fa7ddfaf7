//! What holds for a template's paragraphs: their own properties, those of their styles, the document's.

use crate::report::ooxml::tree::Element;
use crate::report::ooxml::{PackageError, Parts};
use crate::report::word::{DOCUMENT, style_of};

/// The template's parts that say how it looks.
pub(super) struct Look {
    pub document: Element,
    styles: Element,
    settings: Option<Element>,
    pub footers: Vec<(String, Element)>,
}

impl Look {
    pub fn of(parts: &Parts) -> Result<Self, PackageError> {
        let names = parts.names().filter(|n| n.starts_with("word/footer"));
        let names: Vec<String> = names.map(str::to_owned).collect();
        Ok(Self {
            document: parts.xml(DOCUMENT)?,
            styles: parts.xml("word/styles.xml").unwrap_or_default(),
            settings: parts.xml("word/settings.xml").ok(),
            footers: names
                .into_iter()
                .filter_map(|n| Some((n.clone(), parts.xml(&n).ok()?)))
                .collect(),
        })
    }

    pub fn setting(&self, name: &str) -> bool {
        let on = self.settings.as_ref().and_then(|s| s.first(name));
        on.is_some_and(|e| !matches!(e.get("w:val").as_deref(), Some("0" | "false")))
    }

    /// The first section, which the body stands in.
    pub fn section(&self) -> Option<&Element> {
        let mut first = None;
        self.document.walk(&mut |e| {
            if e.name == "w:sectPr" {
                first = first.or(Some(e));
            }
        });
        first
    }

    pub fn style(&self, id: &str) -> Option<&Element> {
        let mut styles = self.styles.elements();
        styles.find(|e| e.name == "w:style" && e.get("w:styleId").as_deref() == Some(id))
    }

    /// A property as it holds for a paragraph and a run of it: their own, the styles', the document's. `holder`: `w:rPr` or `w:pPr`.
    pub fn property(
        &self,
        p: &Element,
        run: Option<&Element>,
        holder: &str,
        name: &str,
        key: &str,
    ) -> Option<String> {
        let own = |e: &Element| e.first(holder)?.first(name)?.get(key);
        let direct = if holder == "w:rPr" {
            run.and_then(own)
        } else {
            own(p)
        };
        let mut style = match style_of(p) {
            Some(id) => self.style(&id),
            None => self.styles.elements().find(|e| {
                e.get("w:type").as_deref() == Some("paragraph") && e.get("w:default").is_some()
            }),
        };
        let mut found = direct;
        // A chain of styles that leads back to itself ends.
        for _ in 0..20 {
            let Some(now) = style.filter(|_| found.is_none()) else {
                break;
            };
            found = own(now);
            style = now
                .first("w:basedOn")
                .and_then(|e| e.get("w:val"))
                .and_then(|id| self.style(&id));
        }
        let defaults = || {
            let all = self.styles.first("w:docDefaults")?;
            own(all.first(&format!("{holder}Default"))?)
        };
        found.or_else(defaults)
    }

    /// The first paragraph whose text holds this, and the run with its first character.
    pub fn paragraph(&self, text: &str) -> Option<(&Element, Option<&Element>)> {
        let mut found = None;
        self.document.walk(&mut |e| {
            if e.name == "w:p" && found.is_none() && e.text_of("w:t").contains(text) {
                let run = e
                    .elements()
                    .find(|r| r.name == "w:r" && !r.text_of("w:t").trim().is_empty());
                found = Some((e, run));
            }
        });
        found
    }

    /// Font and size of a paragraph: is it one of these, so many half-points?
    pub fn type_of(
        &self,
        p: &Element,
        run: Option<&Element>,
        fonts: &[&str],
        size: f64,
    ) -> (String, bool) {
        let font = self.property(p, run, "w:rPr", "w:rFonts", "w:eastAsia");
        let own = self
            .property(p, run, "w:rPr", "w:sz", "w:val")
            .and_then(|s| s.parse::<f64>().ok());
        let is_kept = font
            .as_ref()
            .is_some_and(|f| fonts.iter().any(|w| f.contains(w)))
            && own == Some(size);
        let points = own.map_or("字号未指定".to_owned(), |s| format!("{}磅", s / 2.0));
        (
            format!(
                "{}，{points}",
                font.unwrap_or_else(|| "字体未指定".to_owned())
            ),
            is_kept,
        )
    }
}
