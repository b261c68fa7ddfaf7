//! The 简报 and the notice against GB/T 9704: type area, lines, characters, page numbers, 版记, annexes.

use std::path::{Path, PathBuf};

use super::measure::{Page, Word, can_measure, pages};
use crate::docx::part;
use crate::prelude::*;

/// The foot of the page begins here, in millimetres from the top.
const FOOT: f64 = 297.0 - 34.0;
/// Points to a millimetre at which bands of ink are measured.
const FINE: f64 = 10.0;
/// A character of the body, and a line.
const CHARACTER: f64 = 156.0 / 28.0;
const LINE: f64 = 225.0 / 22.0;

/// A clause of the standard: what it asks for, what was measured, the difference allowed, in millimetres or pieces.
type Clause = (&'static str, f64, f64, f64);

fn assert_kept(pdf: &Path, clauses: &[Clause]) {
    let broken = clauses
        .iter()
        .filter(|(_, wanted, measured, allowed)| (measured - wanted).abs() > *allowed);
    let broken: Vec<&Clause> = broken.collect();
    assert!(broken.is_empty(), "{}: {broken:?}", pdf.display());
}

/// What ends a line is hung in the margin by LibreOffice 7, whatever the document says.
fn hangs(text: &str) -> bool {
    text.ends_with(['：', '，', '。', '；', '、', '）'])
}

/// Type area, lines and characters of a full page of the body.
fn body(page: &Page) -> Vec<Clause> {
    let lines = page.lines(|w| w.bottom < FOOT);
    let edges = lines.iter().filter(|l| !hangs(&l.0));
    let (left, right) = edges.fold((f64::MAX, 0.0_f64), |(l, r), line| {
        (l.min(line.1), r.max(line.2))
    });
    // The stop that hangs is one more; a figure that may not be broken leaves the line above it shorter.
    let full = lines
        .iter()
        .filter(|(text, l, r)| *l < 27.0 && *r > 180.0 && !text.chars().any(|c| c.is_ascii()))
        .map(|(text, ..)| text.chars().count() - usize::from(hangs(text)));
    let middles = page.middles(|w| w.bottom < FOOT);
    let pitch = (middles[middles.len() - 1] - middles[0]) / (middles.len() - 1) as f64;
    let mut clauses = vec![
        ("5.2.3 lines a page", 22.0, lines.len() as f64, 0.0),
        ("5.2.3 line pitch", LINE, pitch, 0.05),
        // The binding edge, 28 mm, is the right one on an even page.
        ("5.2.1 left edge of the type area", 26.0, left, 1.0),
        ("5.2.1 right edge of the type area", 182.0, right, 1.0),
    ];
    let full = full
        .max()
        .map(|n| ("5.2.3 characters a line", 28.0, n as f64, 1.0));
    clauses.extend(full);
    clauses
}

/// Page number (7.5): its dashes in the middle of a line 7 mm under the type area, one character in, odd right and even left.
fn number(pages: &[Page], n: usize) -> Vec<Clause> {
    let page = &pages[n - 1];
    let (top, bottom) = *page.bands().last().unwrap();
    let lines = page.lines(|w| w.bottom >= FOOT);
    let (text, left, right) = lines.into_iter().find(|l| l.0.starts_with('—')).unwrap();
    assert_eq!(text, format!("—{n}—"));
    let aside = if n % 2 == 1 {
        ("7.5 odd page number", 184.0 - CHARACTER, right, 1.5)
    } else {
        ("7.5 even page number", 26.0 + CHARACTER, left, 1.5)
    };
    let middle = f64::midpoint(top, bottom);
    vec![
        (
            "7.5 page number under the type area",
            262.0 + 7.0,
            middle,
            0.5,
        ),
        aside,
    ]
}

/// An annex (7.3.4): its mark on the first line, its title on the third.
fn annex(page: &Page) -> Clause {
    let bands = page.bands();
    let blank = bands[1].0 - bands[0].1;
    (
        "7.3.4 from an annex's mark to its title",
        1.5 * LINE,
        blank,
        0.5 * LINE,
    )
}

#[test]
fn a_briefing_keeps_to_the_standard() {
    if !can_measure() {
        return;
    }
    let desk = Desk::new();
    let documents: Vec<PathBuf> = sample_year().values().map(|m| m.report("简报")).collect();
    let pdfs = libreoffice::convert(&desk, &documents, "pdf", "pdf");
    for (document, pdf) in documents.iter().zip(&pdfs) {
        let pages = pages(pdf, FINE);
        let is_lying = |p: &Page| p.width > p.height;
        let (first, last) = (&pages[0], pages.last().unwrap());
        // The body keeps to three pages.
        let upright = pages.iter().take_while(|p| !is_lying(p)).count();
        assert!((1..=3).contains(&upright), "{} {upright}", pdf.display());
        let mut clauses = vec![
            ("5.1 width", 210.0, first.width, 0.2),
            ("5.1 height", 297.0, first.height, 0.2),
        ];
        if upright > 2 {
            clauses.extend(body(&pages[1]));
        }
        for n in 1..=upright {
            clauses.extend(number(&pages, n));
        }
        // 7.3.1: two blank lines under the red rule; the title stands on the third.
        let bands = first.bands();
        let rule = bands
            .iter()
            .position(|(top, bottom)| bottom - top < 1.2)
            .unwrap();
        let blank = bands[rule + 1].0 - bands[rule].1;
        clauses.push(("7.3.1 under the red rule", 2.5 * LINE, blank, 0.5 * LINE));
        // 7.4: 版记 ends where the type area ends, above the page number.
        let bands = last.bands();
        clauses.push(("7.4 the end of 版记", 262.0, bands[bands.len() - 2].1, 0.5));
        clauses.push(annex(last));
        for (n, page) in pages.iter().enumerate().filter(|(_, p)| is_lying(p)) {
            // 7.5: at the same edge of the paper, 7 mm outside the type area.
            let dashes: Vec<&Word> = page
                .words
                .iter()
                .filter(|w| w.text.contains('—') && w.right < 36.0)
                .collect();
            let middle = |w: &&Word| f64::midpoint(w.left, w.right);
            clauses.push(("7.5 number of a lying page", 29.0, middle(&dashes[0]), 1.5));
            let ys = dashes.iter().map(|w| w.top);
            let is_odd = n % 2 == 0;
            let end = if is_odd {
                ys.fold(0.0, f64::max)
            } else {
                ys.fold(f64::MAX, f64::min)
            };
            assert_eq!(end > 105.0, is_odd, "page {} of {}", n + 1, pdf.display());
            // The table's head stands on each page of its own.
            let text = page.text();
            let has_heads = ["项目名称", "责任单位"]
                .iter()
                .all(|head| text.contains(head));
            assert!(has_heads, "page {} of {}", n + 1, pdf.display());
        }
        assert_kept(pdf, &clauses);
        annexes_are_named_as_announced(&Document::of(&fs::read(document).unwrap()));
    }
    // 7.5: the number in 4号 宋体, digits included; a PDF has the fonts of this machine.
    let styles = part(&fs::read(&documents[5]).unwrap(), "word/styles.xml");
    let (_, footer) = styles.split_once("w:styleId=\"Footer\"").unwrap();
    let footer = footer.split("</w:style>").next().unwrap();
    let said = footer.contains("w:ascii=\"宋体\"") && footer.contains("<w:sz w:val=\"28\"/>");
    assert!(said, "{footer}");
}

/// 7.3.4: an annex is headed by the words of 附件说明.
fn annexes_are_named_as_announced(document: &Document) {
    let mut all = document
        .paragraphs
        .iter()
        .map(|p| p.trim())
        .filter(|p| !p.is_empty());
    let announced = all.find_map(|p| p.strip_prefix("附件：")).unwrap();
    let mut titles = Vec::new();
    while let Some(text) = all.next() {
        let number = text.strip_prefix("附件");
        if number.is_some_and(|n| n.is_empty() || n.parse::<u8>().is_ok()) {
            titles.extend(all.next());
        }
    }
    if let [only] = titles.as_slice() {
        assert_eq!(announced, *only);
        return;
    }
    let numbered = titles
        .iter()
        .zip(1..)
        .map(|(title, n)| format!("{n}.{title}"));
    assert_eq!(announced, numbered.collect::<String>());
}

/// The letter form (10.1): the mark 30 mm from the edge, a double rule 4 mm under it, another 20 mm from the lower edge, the
/// signatory centred over the date.
#[test]
fn a_notice_keeps_to_the_letter_form() {
    if !can_measure() {
        return;
    }
    let desk = Desk::sample();
    desk.finds("status 2024-06 --date 2024-07-10");
    let notices = [desk.path("out/2024-06/催报/公安分局催报通知.docx")];
    let pdf = &libreoffice::convert(&desk, &notices, "pdf", "pdf")[0];
    let [page] = &pages(pdf, FINE)[..] else {
        panic!("more than a page");
    };
    let bands = page.bands();
    let lines = page.lines(|_| true);
    let date = lines.iter().rposition(|l| l.0.ends_with('日')).unwrap();
    let middle = |line: &(String, f64, f64)| f64::midpoint(line.1, line.2);
    let clauses = [
        ("10.1 the mark", 30.0, bands[0].0, 0.5),
        ("10.1 the rule under it", 4.0, bands[1].0 - bands[0].1, 0.5),
        (
            "10.1 the rule below",
            297.0 - 20.0,
            bands.last().unwrap().1,
            0.5,
        ),
        (
            "7.3.5 signatory over date",
            middle(&lines[date]),
            middle(&lines[date - 1]),
            0.5,
        ),
        (
            "7.3.5 from the right edge",
            184.0 - 4.0 * CHARACTER,
            lines[date].2,
            CHARACTER,
        ),
    ];
    assert_kept(pdf, &clauses);
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
    desk.finds("run 2024-06 --template saved/shipped.docx");
    let briefing = fs::read(desk.month("2024-06").report("简报")).unwrap();
    let text = Document::of(&briefing).paragraphs.join("\n");
    let is_filled = text.contains("截至6月底，20件重点民生实事") && !text.contains(['{', '}']);
    assert!(is_filled, "{text}");
}
