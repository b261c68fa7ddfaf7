//! The 简报's pages, measured in what LibreOffice makes of them: type area, lines, characters, page numbers (GB/T 9704).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::{Desk, libreoffice, sample_year};
use crate::docx::Document;

/// LibreOffice and pdftotext. Without them nothing can be measured; on CI they must be there.
fn can_measure() -> bool {
    let found = Command::new("pdftotext").arg("-v").output().is_ok();
    assert!(
        found || std::env::var_os("CI").is_none(),
        "pdftotext is not installed"
    );
    found && libreoffice::is_installed()
}

/// A word and its box in millimetres.
struct Word {
    text: String,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

fn words(pdf: &Path, page: usize) -> Vec<Word> {
    let page = page.to_string();
    let out = Command::new("pdftotext")
        .args(["-f", &page, "-l", &page, "-bbox"])
        .arg(pdf)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let lines = text
        .lines()
        .filter_map(|l| l.trim().strip_prefix("<word "))
        .filter_map(|l| l.split_once('>'));
    lines
        .map(|(tag, rest)| {
            let at = |key: &str| {
                let (_, value) = tag.split_once(key).unwrap();
                let points: f64 = value.split('"').nth(1).unwrap().parse().unwrap();
                points / 72.0 * 25.4
            };
            Word {
                text: rest.split('<').next().unwrap_or_default().to_owned(),
                left: at("xMin="),
                top: at("yMin="),
                right: at("xMax="),
                bottom: at("yMax="),
            }
        })
        .collect()
}

/// Lines of words: text without spaces, left and right edge.
fn lines<'a>(words: impl IntoIterator<Item = &'a Word>) -> Vec<(String, f64, f64)> {
    let mut rows: Vec<(f64, String, f64, f64)> = Vec::new();
    for word in words {
        // Latin and Chinese words of one line have other boxes: a line is told by their middle.
        let middle = f64::midpoint(word.top, word.bottom);
        match rows.iter_mut().find(|r| (r.0 - middle).abs() < 3.0) {
            Some(row) => {
                row.1.push_str(&word.text);
                row.2 = row.2.min(word.left);
                row.3 = row.3.max(word.right);
            }
            None => rows.push((middle, word.text.clone(), word.left, word.right)),
        }
    }
    rows.into_iter()
        .map(|(_, text, left, right)| (text, left, right))
        .collect()
}

/// The foot of the page begins here, in millimetres from the top.
const FOOT: f64 = 297.0 - 34.0;

#[test]
fn page_and_type_keep_to_the_standard() {
    if !can_measure() {
        return;
    }
    let desk = Desk::new();
    let documents: Vec<PathBuf> = sample_year().values().map(|m| m.report("简报")).collect();
    let pdfs = libreoffice::convert(&desk, &documents, "pdf", "pdf");
    let june = &pdfs[5];
    let page = words(june, 2);
    let body = lines(page.iter().filter(|w| w.bottom < FOOT));
    assert_eq!(body.len(), 22, "{body:?}");
    // LibreOffice 7 hangs a line's last stop in the margin whatever the document says.
    let hangs = |text: &str| text.ends_with(['：', '，', '。', '；', '、', '）']);
    let (left, right) = body
        .iter()
        .filter(|l| !hangs(&l.0))
        .fold((f64::MAX, 0.0_f64), |(l, r), line| {
            (l.min(line.1), r.max(line.2))
        });
    assert!(
        (left - 28.0).abs() < 1.0 && (right - 184.0).abs() < 1.0,
        "{left} {right}"
    );
    // The stop that hangs is one more; a figure that may not be broken leaves the line above it shorter.
    let full = body
        .iter()
        .filter(|(text, l, r)| *l < 29.0 && *r > 182.0 && !text.chars().any(|c| c.is_ascii()))
        .map(|(text, ..)| match text.chars().count() {
            29 if hangs(text) => 28,
            n => n,
        });
    assert_eq!(full.max(), Some(28), "{body:?}");
    // Even pages left, odd pages right, one character in.
    let number = |n: usize| {
        let page = words(june, n);
        let foot = lines(page.iter().filter(|w| w.bottom >= FOOT));
        foot.into_iter().find(|l| l.0.starts_with('—')).unwrap()
    };
    let (text, left, _) = number(2);
    assert_eq!(text, "—2—");
    assert!((left - 28.0 - 4.9).abs() < 1.5, "{left}");
    let (text, _, right) = number(3);
    assert_eq!(text, "—3—");
    assert!((184.0 - 4.9 - right).abs() < 1.5, "{right}");
    for pdf in &pdfs {
        let says = |n: usize, what: &str| lines(&words(pdf, n)).iter().any(|l| l.0.contains(what));
        // The body keeps to three pages; the table's header stands on each page of its own.
        let annex = (1..=4).find(|&n| says(n, "进展情况一览表（"));
        let annex = annex.unwrap_or_else(|| panic!("{}", pdf.display()));
        for page in [annex, annex + 1] {
            assert!(says(page, "项目名称责任单位"), "{} {page}", pdf.display());
        }
    }
}

/// A template that LibreOffice has saved again (runs split, styles rewritten) still fills.
#[test]
fn a_template_saved_by_another_program_is_filled() {
    if !libreoffice::is_installed() {
        return;
    }
    let desk = Desk::sample();
    let shipped = fs::read(crate::desk::root().join("templates/briefing.docx")).unwrap();
    let shipped = desk.write("shipped.docx", shipped);
    libreoffice::convert(&desk, &[shipped], "docx", "saved");
    desk.duban("run --period 2024-06 --template saved/shipped.docx")
        .exits(1);
    let briefing = fs::read(desk.month("2024-06").report("简报")).unwrap();
    let text = Document::of(&briefing).paragraphs.join("\n");
    let is_filled = text.contains("截至6月底，20件重点民生实事") && !text.contains(['{', '}']);
    assert!(is_filled, "{text}");
}
