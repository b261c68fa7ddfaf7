//! A page of paper as LibreOffice sets it and poppler measures it, in millimetres.

use crate::prelude::*;
use std::path::Path;

/// LibreOffice and poppler. Without them nothing can be measured; on CI they must be there.
pub fn can_measure() -> bool {
    let found = Command::new("pdftotext").arg("-v").output().is_ok();
    assert!(
        found || std::env::var_os("CI").is_none(),
        "poppler-utils is not installed"
    );
    found && libreoffice::is_installed()
}

/// A word and its box.
pub struct Word {
    pub text: String,
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Word {
    fn middle(&self) -> f64 {
        f64::midpoint(self.top, self.bottom)
    }
}

pub struct Page {
    pub width: f64,
    pub height: f64,
    pub words: Vec<Word>,
    /// Type sizes in points, to a third of one, each with words that have it.
    pub sizes: Vec<(f64, String)>,
    /// What is printed, a byte of grey a point.
    points: Vec<u8>,
    points_across: usize,
    per_mm: f64,
}

fn run(program: &str, args: &[&str], pdf: &Path) -> Vec<u8> {
    let mut command = Command::new(program);
    command.args(args).arg(pdf);
    if program == "pdftotext" {
        command.arg("-");
    }
    command.output().unwrap().stdout
}

/// The number behind a key: `xMin="12.5"`.
fn value(tag: &str, key: &str) -> f64 {
    let (_, rest) = tag.split_once(&format!("{key}=\"")).unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

fn plain(text: &str) -> String {
    let mut out = String::new();
    for part in text.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    ["&lt;<", "&gt;>", "&quot;\"", "&#39;'", "&amp;&"]
        .iter()
        .fold(out, |out, pair| {
            let (name, mark) = pair.split_at(pair.len() - 1);
            out.replace(name, mark)
        })
}

/// Every page of a PDF, drawn with so many points to a millimetre.
pub fn pages(pdf: &Path, per_mm: f64) -> Vec<Page> {
    let text = String::from_utf8(run("pdftotext", &["-bbox"], pdf)).unwrap();
    let fonts = run("pdftohtml", &["-xml", "-i", "-stdout", "-zoom", "3"], pdf);
    let fonts = String::from_utf8_lossy(&fonts).into_owned();
    let resolution = (per_mm * 25.4).to_string();
    let drawn = run("pdftoppm", &["-gray", "-r", &resolution], pdf);
    let mut drawn = drawn.as_slice();
    // A font is described once, on the first page that uses it.
    let mut known: Vec<(String, f64)> = Vec::new();
    let described = fonts.split("<page ").skip(1);
    let told = text.split("<page ").skip(1);
    told.zip(described)
        .map(|(told, described)| {
            let (points_across, points) = grey(&mut drawn);
            let mm = |points: f64| points / 72.0 * 25.4;
            Page {
                width: mm(value(told, "width")),
                height: mm(value(told, "height")),
                words: told.lines().filter_map(word).collect(),
                sizes: sizes(described, &mut known),
                points,
                points_across,
                per_mm,
            }
        })
        .collect()
}

fn word(line: &str) -> Option<Word> {
    let (tag, text) = line.trim().strip_prefix("<word ")?.split_once('>')?;
    let at = |key: &str| value(tag, key) / 72.0 * 25.4;
    Some(Word {
        text: plain(text),
        left: at("xMin"),
        top: at("yMin"),
        right: at("xMax"),
        bottom: at("yMax"),
    })
}

fn sizes(page: &str, known: &mut Vec<(String, f64)>) -> Vec<(f64, String)> {
    let id = |line: &str, key: &str| {
        let (_, rest) = line.split_once(&format!("{key}=\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    let mut out: Vec<(f64, String)> = Vec::new();
    for line in page.lines().map(str::trim) {
        if line.starts_with("<fontspec ") {
            known.push((id(line, "id").unwrap(), value(line, "size") / 3.0));
        } else if line.starts_with("<text ") && !plain(line).trim().is_empty() {
            let font = id(line, "font").unwrap();
            let (_, size) = known.iter().rfind(|(id, _)| *id == font).unwrap();
            match out.iter_mut().find(|(of, _)| of == size) {
                Some((_, words)) => words.push_str(&plain(line)),
                None => out.push((*size, plain(line))),
            }
        }
    }
    out
}

/// The next picture of a row of them: "P5", width, height, 255, then a byte a point.
fn grey(pictures: &mut &[u8]) -> (usize, Vec<u8>) {
    let mut number = || {
        let end = pictures.iter().position(u8::is_ascii_whitespace).unwrap();
        let word = std::str::from_utf8(&pictures[..end]).unwrap();
        *pictures = &pictures[end + 1..];
        word.trim_start_matches('P').parse::<usize>().unwrap()
    };
    let [kind, width, height, white] = [(); 4].map(|()| number());
    assert_eq!((kind, white), (5, 255));
    let (own, rest) = pictures.split_at(width * height);
    *pictures = rest;
    (width, own.to_vec())
}

impl Page {
    fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.points.chunks_exact(self.points_across)
    }

    /// What is printed, from top to bottom: first and last millimetre of each band of ink.
    pub fn bands(&self) -> Vec<(f64, f64)> {
        let mut bands: Vec<(f64, f64)> = Vec::new();
        let mut is_open = false;
        for (y, row) in self.rows().enumerate() {
            let at = y as f64 / self.per_mm;
            let inked = row.iter().any(|&grey| grey < 140);
            match (inked, is_open) {
                (true, false) => bands.push((at, at)),
                (true, true) => bands.last_mut().unwrap().1 = at,
                _ => {}
            }
            is_open = inked;
        }
        bands
    }

    /// The share of the area within these margins (left, top, right, bottom) that the box around its ink takes.
    pub fn used(&self, (left, top, right, bottom): (f64, f64, f64, f64)) -> f64 {
        let at = |mm: f64| (mm * self.per_mm).round() as usize;
        let area = (
            at(left),
            at(top),
            at(self.width - right),
            at(self.height - bottom),
        );
        let (mut x, mut y) = ((usize::MAX, 0), (usize::MAX, 0));
        for (row, points) in self.rows().enumerate().take(area.3).skip(area.1) {
            for (col, &grey) in points.iter().enumerate().take(area.2).skip(area.0) {
                if grey < 200 {
                    x = (x.0.min(col), x.1.max(col));
                    y = (y.0.min(row), y.1.max(row));
                }
            }
        }
        if x.0 > x.1 {
            return 0.0;
        }
        let whole = (area.2 - area.0) * (area.3 - area.1);
        ((x.1 - x.0) * (y.1 - y.0)) as f64 / whole as f64
    }

    /// Whether the ink of a word of ideographs reaches from its first to its last and from top to bottom: what is clipped does not.
    pub fn is_whole(&self, word: &Word) -> bool {
        let at = |mm: f64| (mm.max(0.0) * self.per_mm).round() as usize;
        let (left, right) = (at(word.left), at(word.right).min(self.points_across));
        let rows = self.rows().take(at(word.bottom)).skip(at(word.top));
        let rows: Vec<&[u8]> = rows.map(|row| &row[left.min(right)..right]).collect();
        let mut counts = [0_usize; 256];
        rows.iter()
            .copied()
            .flatten()
            .for_each(|&g| counts[usize::from(g)] += 1);
        let ground = (0..256).max_by_key(|&g| counts[g]).unwrap_or(255) as i32;
        let is_ink = |grey: u8| (i32::from(grey) - ground).abs() > 50;
        let inked = rows
            .iter()
            .filter(|row| row.iter().any(|&g| is_ink(g)))
            .count();
        let columns: Vec<usize> = (0..right.saturating_sub(left))
            .filter(|&x| rows.iter().any(|row| is_ink(row[x])))
            .collect();
        let size = (word.right - word.left) / word.text.chars().count() as f64 * self.per_mm;
        let across = columns
            .last()
            .zip(columns.first())
            .map_or(0, |(l, f)| l - f);
        inked as f64 > 0.6 * size
            && across as f64 > (word.right - word.left) * self.per_mm - 0.6 * size
    }

    /// Lines of the words that are `kept`: text without spaces, left and right edge.
    pub fn lines(&self, kept: impl Fn(&Word) -> bool) -> Vec<(String, f64, f64)> {
        let mut rows: Vec<(f64, String, f64, f64)> = Vec::new();
        for word in self.words.iter().filter(|w| kept(w)) {
            // Latin and Chinese words of one line have other boxes: a line is told by their middle.
            match rows.iter_mut().find(|r| (r.0 - word.middle()).abs() < 3.0) {
                Some(row) => {
                    row.1.push_str(&word.text);
                    row.2 = row.2.min(word.left);
                    row.3 = row.3.max(word.right);
                }
                None => rows.push((word.middle(), word.text.clone(), word.left, word.right)),
            }
        }
        rows.into_iter()
            .map(|(_, text, left, right)| (text, left, right))
            .collect()
    }

    /// The middles of those lines.
    pub fn middles(&self, kept: impl Fn(&Word) -> bool) -> Vec<f64> {
        let mut middles: Vec<f64> = Vec::new();
        for word in self.words.iter().filter(|w| kept(w)) {
            if middles.iter().all(|m| (m - word.middle()).abs() >= 3.0) {
                middles.push(word.middle());
            }
        }
        middles
    }

    /// The page's text as it stands on the paper: words that touch are together, others apart.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut before: Option<&Word> = None;
        for word in &self.words {
            let touches = |b: &Word| {
                (b.middle() - word.middle()).abs() < 1.5
                    && (-0.5..0.5).contains(&(word.left - b.right))
            };
            if !before.is_some_and(touches) {
                out.push('\n');
            }
            out.push_str(&word.text);
            before = Some(word);
        }
        out
    }
}
