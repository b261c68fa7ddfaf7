//! `{{ image: 公章.png 40mm }}`: a picture beside the template takes the tag's place before anything else is done with the
//! template. What is filled, hashed and sealed is the template with its pictures in it.

use super::tags::{Tag, TagKind, scan};
use super::{TemplateError, TemplateErrors, fillable, flatten, part_name};
use crate::report::ooxml::escape::escape;
use crate::report::ooxml::tree::{self, Element, Node};
use crate::report::ooxml::{OFFICE_RELATIONSHIPS as R, PackageError, Parts};

/// Bytes and pixels of a picture at most: far above any seal's.
pub const MAX_BYTES: u64 = 5 << 20;
const MAX_PIXELS: u32 = 10_000;
/// Width where none is said: that of a seal; the widest is the type area's.
const WIDTH_MM: f64 = 40.0;
const WIDEST_MM: f64 = 156.0;
const TALLEST_MM: f64 = 225.0;
const EMU_PER_MM: f64 = 36_000.0;
/// Half a line of official paper, in millimetres.
const HALF_LINE_MM: f64 = 5.1;

/// A template with the pictures that its tags name; the same bytes where there is no such tag, or no document at all.
/// `read` gives a named file's bytes, or why there are none.
pub fn embed(
    bytes: Vec<u8>,
    read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
) -> Result<Vec<u8>, TemplateErrors> {
    let Ok(mut parts) = Parts::read(&bytes) else {
        return Ok(bytes);
    };
    let mut errors = Vec::new();
    let mut changed = false;
    for part in fillable(&parts) {
        let Ok(mut root) = parts.xml(&part) else {
            continue;
        };
        let mut failed = None;
        let mut here = false;
        root.walk_mut(&mut |e| {
            if e.name == "w:p" {
                let mut placed = |tag: &Tag, is_alone: bool| {
                    let made = picture(&mut parts, &part, &tag.inner, is_alone, read);
                    made.map_err(|why| match why {
                        Refused::Picture(message) => errors.push(TemplateError {
                            part: part_name(&part).to_owned(),
                            paragraph: tag.text.clone(),
                            tag: tag.text.clone(),
                            message,
                            nearest: Vec::new(),
                        }),
                        Refused::Package(error) => failed = Some(error),
                    })
                    .ok()
                };
                here |= paragraph(e, &mut placed);
            }
        });
        if let Some(error) = failed {
            return Err(error.into());
        }
        if here {
            parts.set_xml(&part, &root);
            changed = true;
        }
    }
    if !errors.is_empty() {
        return Err(TemplateErrors(errors));
    }
    if changed {
        Ok(parts.write()?)
    } else {
        Ok(bytes)
    }
}

enum Refused {
    Picture(String),
    Package(PackageError),
}

impl From<PackageError> for Refused {
    fn from(error: PackageError) -> Self {
        Self::Package(error)
    }
}

/// What stands behind `image:`.
fn named(tag: &Tag) -> Option<&str> {
    let rest = ["image", "图片"]
        .iter()
        .find_map(|word| tag.inner.strip_prefix(word))?;
    let rest = rest.trim_start().strip_prefix([':', '：'])?;
    (tag.kind == TagKind::Output).then(|| rest.trim())
}

/// Puts drawings where a paragraph's tags stand. Nothing is changed where there is none.
fn paragraph(p: &mut Element, placed: &mut dyn FnMut(&Tag, bool) -> Option<Element>) -> bool {
    let mut texts = Vec::new();
    flatten::collect(p, &mut texts);
    let text = texts.concat();
    let tags: Vec<Tag> = scan(&text)
        .0
        .into_iter()
        .filter(|t| named(t).is_some())
        .collect();
    if tags.is_empty() {
        return false;
    }
    let is_alone = matches!(&*tags, [tag] if tag.text == text.trim());
    let drawings: Vec<Option<Element>> = tags.iter().map(|t| placed(t, is_alone)).collect();
    let mut at = 0;
    flatten::runs_mut(p, &mut |run| {
        let mut children = Vec::new();
        for child in std::mem::take(&mut run.children) {
            let own = match child.element() {
                Some(e) if e.name == "w:t" => e.own_text(),
                _ => {
                    children.push(child);
                    continue;
                }
            };
            let (start, end) = (at, at + own.len());
            at = end;
            let mut from = start;
            for (tag, drawing) in tags.iter().zip(&drawings) {
                if tag.range.end <= start || tag.range.start >= end {
                    continue;
                }
                children.extend(plain(&text[from..tag.range.start.max(from)]));
                if tag.range.start >= start {
                    children.extend(drawing.clone().map(Node::Element));
                }
                from = tag.range.end.min(end);
            }
            children.extend(plain(&text[from..end]));
        }
        run.children = children;
    });
    if is_alone {
        // Exact line spacing, as the body has it, would cut the picture off.
        let spacing = p.first_or_insert("w:pPr").first_or_insert("w:spacing");
        spacing.set("w:line", "240");
        spacing.set("w:lineRule", "auto");
        crate::report::ooxml::order::sort(p);
    }
    true
}

fn plain(text: &str) -> Option<Node> {
    if text.is_empty() {
        return None;
    }
    let mut t = Element::new("w:t").attr("xml:space", "preserve");
    t.children.push(Node::Raw(escape(text)));
    Some(Node::Element(t))
}

/// Adds a picture's part and gives its drawing: in the line where it stands alone, else centred over its place and behind the
/// text, as a seal stands on a signature.
fn picture(
    parts: &mut Parts,
    part: &str,
    inner: &str,
    is_alone: bool,
    read: &dyn Fn(&str) -> Result<Vec<u8>, String>,
) -> Result<Element, Refused> {
    let refused = |why: String| Refused::Picture(why);
    let (_, said) = inner.split_once([':', '：']).unwrap_or_default();
    let (name, width) = size(said.trim()).map_err(refused)?;
    let bytes = read(name).map_err(refused)?;
    let (kind, across, down) =
        looked_at(&bytes).map_err(|why| refused(format!("中的图片“{name}”{why}")))?;
    let mut size = (width, width * f64::from(down) / f64::from(across));
    if size.1 > TALLEST_MM {
        size = (size.0 * TALLEST_MM / size.1, TALLEST_MM);
    }
    let suffix = format!(".{kind}");
    let same = |n: &&str| n.starts_with("word/media/") && parts.get(n) == Some(&*bytes);
    let media = parts.names().find(same).map(str::to_owned);
    let media = media.unwrap_or_else(|| {
        let name = parts.free_name("word/media/picture", &suffix);
        parts.set(&name, bytes);
        name
    });
    parts.add_override(&media, &format!("image/{kind}"))?;
    let id = parts.add_relationship(part, "image", media.trim_start_matches("word/"))?;
    let xml = drawing(name, &id, size, is_alone);
    tree::parse_str(&xml).map_err(|e| PackageError::Write(e.0).into())
}

/// `公章.png 40mm` → the file's name and its width in millimetres.
fn size(said: &str) -> Result<(&str, f64), String> {
    let quotes = ['"', '\'', '“', '”'];
    let (name, width) = match said.rsplit_once(char::is_whitespace) {
        Some((name, last)) => match millimetres(last) {
            Some(mm) => (name, mm),
            None => (said, WIDTH_MM),
        },
        None => (said, WIDTH_MM),
    };
    let name = name.trim().trim_matches(quotes);
    if name.is_empty() {
        return Err("没有写图片的文件名，例如“{{ image: 公章.png 40mm }}”".to_owned());
    }
    if !(1.0..=WIDEST_MM).contains(&width) {
        return Err(format!("的宽度应为1至{WIDEST_MM}毫米"));
    }
    Ok((name, width))
}

fn millimetres(text: &str) -> Option<f64> {
    let units = [("mm", 1.0), ("毫米", 1.0), ("cm", 10.0), ("厘米", 10.0)];
    units.into_iter().find_map(|(unit, mm)| {
        let number = text.strip_suffix(unit)?.parse::<f64>().ok()?;
        Some(number * mm)
    })
}

/// Kind, width and height of a picture, or what is wrong with it.
fn looked_at(bytes: &[u8]) -> Result<(&'static str, u32, u32), String> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("超过{}MB", MAX_BYTES >> 20));
    }
    let (kind, size) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        ("png", png(bytes))
    } else if bytes.starts_with(&[0xff, 0xd8]) {
        ("jpeg", jpeg(bytes))
    } else {
        return Err("不是PNG或JPEG图片，请另存为PNG".to_owned());
    };
    match size {
        None => Err("不完整或已损坏".to_owned()),
        Some((w, h)) if [w, h].iter().any(|n| !(1..=MAX_PIXELS).contains(n)) => {
            Err(format!("的尺寸{w}×{h}不合适，长宽应在{MAX_PIXELS}像素以内"))
        }
        Some((w, h)) => Ok((kind, w, h)),
    }
}

fn be(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let own = bytes.get(at..at.checked_add(length)?)?;
    Some(own.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
}

/// Width and height of a PNG whose chunks go on to its end.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 8;
    let mut size = None;
    loop {
        let length = be(bytes, at, 4)? as usize;
        let kind = bytes.get(at + 4..at + 8)?;
        if at == 8 {
            size = (kind == b"IHDR").then_some((be(bytes, 16, 4)?, be(bytes, 20, 4)?));
            size?;
        }
        let end = at.checked_add(length)?.checked_add(12)?;
        bytes.get(..end)?;
        if kind == b"IEND" {
            return size;
        }
        at = end;
    }
}

/// Width and height of a JPEG, from its frame's head; it has to be ended.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let ends = bytes
        .windows(2)
        .rev()
        .take(64)
        .any(|two| two == [0xff, 0xd9]);
    if !ends {
        return None;
    }
    let mut at = 2;
    loop {
        let marker = be(bytes, at, 2)?;
        if marker >> 8 != 0xff {
            return None;
        }
        if matches!(marker & 0xff, 0xc0..=0xcf) && !matches!(marker & 0xff, 0xc4 | 0xc8 | 0xcc) {
            return Some((be(bytes, at + 7, 2)?, be(bytes, at + 5, 2)?));
        }
        at += 2 + be(bytes, at + 2, 2)? as usize;
    }
}

fn drawing(name: &str, id: &str, (width, height): (f64, f64), is_inline: bool) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "a page's width at most")]
    let emu = |mm: f64| (mm * EMU_PER_MM) as i64;
    let (cx, cy) = (emu(width), emu(height));
    let name = escape(name);
    let picture = format!(
        "<wp:docPr id=\"1\" name=\"图片\" descr=\"{name}\"/><wp:cNvGraphicFramePr/>\
         <a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">\
         <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
         <pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"{name}\"/>\
         <pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip xmlns:r=\"{R}\" r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
         <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{cx}\" cy=\"{cy}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr>\
         </pic:pic></a:graphicData></a:graphic>"
    );
    let extent = format!(
        "<wp:extent cx=\"{cx}\" cy=\"{cy}\"/><wp:effectExtent l=\"0\" t=\"0\" r=\"0\" b=\"0\"/>"
    );
    let wp = "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\"";
    let apart = "distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"";
    if is_inline {
        return format!(
            "<w:drawing><wp:inline {wp} {apart}>{extent}{picture}</wp:inline></w:drawing>"
        );
    }
    let (x, y) = (-cx / 2, emu(HALF_LINE_MM) - cy / 2);
    format!(
        "<w:drawing><wp:anchor {wp} {apart} simplePos=\"0\" relativeHeight=\"1\" behindDoc=\"1\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\">\
         <wp:simplePos x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"character\"><wp:posOffset>{x}</wp:posOffset></wp:positionH>\
         <wp:positionV relativeFrom=\"paragraph\"><wp:posOffset>{y}</wp:posOffset></wp:positionV>{extent}<wp:wrapNone/>{picture}</wp:anchor></w:drawing>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::word::{DOCUMENT, W};

    /// The head and the end of a PNG: nothing draws it here.
    fn seal() -> Vec<u8> {
        let mut png =
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x10\0\0\0\x08\x08\x06\0\0\0\0\0\0\0".to_vec();
        png.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
        png
    }

    fn template(body: &str) -> Vec<u8> {
        let mut parts = Parts::default();
        parts.set("[Content_Types].xml", "<Types xmlns=\"t\"/>");
        parts.set(
            DOCUMENT,
            format!("<w:document xmlns:w=\"{W}\"><w:body>{body}</w:body></w:document>"),
        );
        parts.write().unwrap()
    }

    fn p(runs: &[&str]) -> String {
        let runs: String = runs
            .iter()
            .map(|t| format!("<w:r><w:t>{t}</w:t></w:r>"))
            .collect();
        format!("<w:p>{runs}</w:p>")
    }

    fn said(body: &str, file: &Result<Vec<u8>, String>) -> String {
        match embed(template(body), &|_| file.clone()) {
            Ok(bytes) => {
                let parts = Parts::read(&bytes).unwrap();
                String::from_utf8(parts.get(DOCUMENT).unwrap().to_vec()).unwrap()
            }
            Err(errors) => errors.to_string(),
        }
    }

    #[test]
    fn a_picture_takes_its_tags_place() {
        // A tag that Word has spread over runs, alone: in its line, which grows with it.
        let alone = said(&p(&["{{ ima", "ge: 章.png 32mm }}"]), &Ok(seal()));
        assert!(
            alone.contains("<wp:inline") && alone.contains("cx=\"1152000\" cy=\"576000\""),
            "{alone}"
        );
        assert!(
            alone.contains("w:lineRule=\"auto\"") && !alone.contains("image:"),
            "{alone}"
        );
        // Beside text: over it, and moves nothing.
        let beside = said(&p(&["甲{{ 图片：“章.png” }}", "{{ 日期 }}"]), &Ok(seal()));
        assert!(
            beside.contains("<wp:anchor") && beside.contains(">甲</w:t>"),
            "{beside}"
        );
        assert!(
            beside.contains("{{ 日期 }}") && beside.contains("<wp:extent cx=\"1440000\""),
            "{beside}"
        );
    }

    #[test]
    fn the_same_picture_is_one_part_and_no_tag_no_change() {
        let twice = template(&(p(&["{{ image: a.png }}"]) + &p(&["{{ image: a.png 10mm }}"])));
        let made = |t: &[u8]| embed(t.to_vec(), &|_| Ok(seal())).unwrap();
        let parts = Parts::read(&made(&twice)).unwrap();
        assert_eq!(parts.names().filter(|n| n.contains("media")).count(), 1);
        assert_eq!(made(&twice), made(&twice));
        let none = template(&p(&["{{ 标题 }}"]));
        assert_eq!(made(&none), none);
        assert_eq!(made(b"no document"), b"no document");
    }

    #[test]
    fn what_is_no_picture_is_refused_at_its_tag() {
        let mut cut = seal();
        cut.truncate(40);
        let mut flat = seal();
        flat[23] = 0;
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08\0\x10\0\x20\x01\x01\x11\0".to_vec();
        for (file, why) in [
            (Ok(b"BM....".to_vec()), "不是PNG或JPEG"),
            (Ok(cut), "不完整或已损坏"),
            (Ok(flat), "16×0不合适"),
            (Ok(jpeg.clone()), "不完整或已损坏"),
            (Ok(vec![0; 6 << 20]), "超过5MB"),
            (Err("找不到".to_owned()), "找不到"),
        ] {
            let text = said(&p(&["{{ image: 章.png }}"]), &file);
            assert!(
                text.starts_with("正文“{{ image: 章.png }}”") && text.contains(why),
                "{text}"
            );
        }
        let whole = [jpeg, vec![0xff, 0xd9]].concat();
        assert!(said(&p(&["{{ image: 章.jpg }}"]), &Ok(whole)).contains("cy=\"720000\""));
        for (tag, why) in [
            ("{{ image: }}", "没有写图片的文件名"),
            ("{{ image: a.png 400mm }}", "宽度应为"),
        ] {
            let text = said(&p(&[tag]), &Ok(seal()));
            assert!(text.contains(why), "{text}");
        }
    }
}
