//! The 简报's pages, measured in what LibreOffice makes of them: type area, lines, characters, page numbers (GB/T 9704).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::{Desk, libreoffice, sample_year};
use crate::docx::Document;

/// LibreOffice and poppler. Without them nothing can be measured; on CI they must be there.
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

/// What is printed on a page, from top to bottom: first and last millimetre of each band of ink.
fn ink(pdf: &Path, page: usize) -> Vec<(f64, f64)> {
    const PER_MM: usize = 10;
    let page = page.to_string();
    let dpi = "254";
    let out = Command::new("pdftoppm")
        .args(["-f", &page, "-l", &page, "-r", dpi, "-gray"])
        .arg(pdf)
        .output()
        .unwrap();
    // A grey picture: "P5", width, height, 255, then a byte a point.
    let mut head = out.stdout.splitn(4, u8::is_ascii_whitespace).skip(1);
    let width = std::str::from_utf8(head.next().unwrap())
        .unwrap()
        .parse()
        .unwrap();
    let points = out.stdout.rchunks_exact(width).rev();
    let height: usize = std::str::from_utf8(head.next().unwrap())
        .unwrap()
        .parse()
        .unwrap();
    let mut bands: Vec<(f64, f64)> = Vec::new();
    let mut is_open = false;
    for (y, row) in points.skip(out.stdout.len() / width - height).enumerate() {
        let at = y as f64 / PER_MM as f64;
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

fn near(measured: f64, wanted: f64) -> bool {
    (measured - wanted).abs() <= 0.5
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
    // The binding edge, 28 mm, is the right one on an even page.
    assert!(
        (left - 26.0).abs() < 1.0 && (right - 182.0).abs() < 1.0,
        "{left} {right}"
    );
    // The stop that hangs is one more; a figure that may not be broken leaves the line above it shorter.
    let full = body
        .iter()
        .filter(|(text, l, r)| *l < 27.0 && *r > 180.0 && !text.chars().any(|c| c.is_ascii()))
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
    assert!((left - 26.0 - 4.9).abs() < 1.5, "{left}");
    let (text, _, right) = number(3);
    assert_eq!(text, "—3—");
    assert!((184.0 - 4.9 - right).abs() < 1.5, "{right}");
    // The number's dashes, in the middle of its line, 7 mm under the type area.
    for page in 1..=3 {
        let (top, bottom) = *ink(june, page).last().unwrap();
        assert!(
            near(f64::midpoint(top, bottom), 262.0 + 7.0),
            "{page}: {top} {bottom}"
        );
    }
    // Two blank lines under the red rule: the title stands on the third.
    let first = ink(june, 1);
    let rule = first
        .iter()
        .position(|(top, bottom)| bottom - top < 1.2)
        .unwrap();
    let blank = first[rule + 1].0 - first[rule].1;
    assert!((2.0 * 10.2..3.0 * 10.2).contains(&blank), "{blank}");
    let last = libreoffice::pages(june);
    let foot = ink(june, last);
    // 版记 ends where the type area ends, above the page number.
    let (_, end) = foot[foot.len() - 2];
    assert!(near(end, 262.0), "{foot:?}");
    // An annex is named on the first line, its title on the third.
    let (mark, title) = (foot[0], foot[1]);
    assert!(
        (10.2..20.4).contains(&(title.0 - mark.1)),
        "{mark:?} {title:?}"
    );
    for pdf in &pdfs {
        let says = |n: usize, what: &str| lines(&words(pdf, n)).iter().any(|l| l.0.contains(what));
        // The body keeps to three pages; the table's header stands on each page of its own.
        // The number of a lying page may stand on the line of the mark; the body says 见附件1。
        let is_mark = |text: &str| text.contains("附件1") && !text.contains(['。', '见', '：']);
        let begins = |n: &usize| lines(&words(pdf, *n)).iter().any(|l| is_mark(&l.0));
        let annex = (1..=4).find(begins);
        let annex = annex.unwrap_or_else(|| panic!("{}", pdf.display()));
        for page in [annex, annex + 1] {
            assert!(says(page, "项目名称责任单位"), "{} {page}", pdf.display());
        }
    }
}

/// The letter form (10.1): the mark 30 mm from the edge, a double rule 4 mm under it, another 20 mm from the lower edge, the
/// signatory centred over the date.
#[test]
fn a_notice_keeps_to_the_letter_form() {
    if !can_measure() {
        return;
    }
    let desk = Desk::sample();
    desk.duban("status --period 2024-06 --date 2024-07-10")
        .exits(1);
    let notices = [desk.path("out/2024-06/催报/公安分局催报通知.docx")];
    let pdf = &libreoffice::convert(&desk, &notices, "pdf", "pdf")[0];
    let bands = ink(pdf, 1);
    assert!(near(bands[0].0, 30.0), "{bands:?}");
    assert!(near(bands[1].0 - bands[0].1, 4.0), "{bands:?}");
    assert!(near(bands.last().unwrap().1, 297.0 - 20.0), "{bands:?}");
    let lines = lines(&words(pdf, 1));
    let date = lines.iter().rposition(|l| l.0.ends_with('日')).unwrap();
    let middle = |line: &(String, f64, f64)| f64::midpoint(line.1, line.2);
    assert!(
        near(middle(&lines[date]), middle(&lines[date - 1])),
        "{lines:?}"
    );
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
