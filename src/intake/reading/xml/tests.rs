use std::fmt::Write as _;

use super::*;

/// Hands out a few bytes at a time, as an inflater may.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.1.min(self.0.len()).min(buf.len());
        buf[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn told(mut xml: Xml) -> Result<String, FileFault> {
    let mut out = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => {
                write!(out, "<{}", String::from_utf8_lossy(tag.name)).unwrap();
                for a in tag.attributes() {
                    let name = String::from_utf8_lossy(a.name);
                    let value = tag.get(a.name).unwrap();
                    assert_eq!(tag.get_full(a.full), Some(value.clone()));
                    write!(out, " {name}={value}").unwrap();
                }
                out.push_str(if tag.empty { "/>" } else { ">" });
            }
            Event::Close { name, .. } => {
                write!(out, "</{}>", String::from_utf8_lossy(name)).unwrap();
            }
            Event::Text(text) => text.push_to(&mut out)?,
            Event::End => return Ok(out),
        }
    }
}

fn read(text: &str) -> Result<String, FileFault> {
    let limits = Limits::default();
    let whole = told(Xml::whole(
        Cow::Borrowed(text.as_bytes()),
        limits,
        Spent::default(),
    ));
    for drop in [1, 2, 3, 7] {
        assert_eq!(
            told(Xml::stream(
                Box::new(Drops(text.as_bytes(), drop)),
                limits,
                Spent::default()
            )),
            whole,
            "{text}"
        );
    }
    whole
}

#[test]
fn pieces_are_read_whole_and_streamed_alike() {
    for (text, want) in [
        (
            "<?xml version=\"1.0\"?><a><b x='1' n:y = \"2>1\"/>一</a>",
            "<a><b x=1 y=2>1/>一</a>",
        ),
        (
            "<x:a><!-- <b> -- - --><x:b  >1</x:b ></x:a>",
            "<a><b>1</b></a>",
        ),
        (
            "<a><![CDATA[1<2 &amp; ]] ]]>&lt;&#20108;&#x4e09;&#0;&nbsp;</a>",
            "<a>1<2 &amp; ]] <二三&nbsp;</a>",
        ),
        (
            "<a b=\"x&#10;y\nz&quot;\">1\r\n2\r3</a>",
            "<a b=x\ny z\">1\n2\n3</a>",
        ),
        ("<a b/><c d=1/><e f='x/>", ""),
        ("\u{feff}<a/>\n", "\u{feff}<a/>\n"),
        ("", ""),
    ] {
        match read(text) {
            Ok(told) => assert_eq!(told, want),
            Err(_) => assert_eq!(want, "", "{text}"),
        }
    }
}

#[test]
fn plain_values_are_taken_in_one_step() {
    let part = b"<a><c><v>1</v></c><c><v/></c><c><v>1<x/></v></c></a>";
    let mut xml = Xml::whole(Cow::Borrowed(part), Limits::default(), Spent::default());
    let mut taken = Vec::new();
    loop {
        match xml.next().unwrap() {
            Event::Open(tag) if tag.name == b"c" => {
                let mut text = String::new();
                if let Some(plain) = xml.plain(&[b"<v>"], b"</v></c>", 4, 1) {
                    plain.push_to(&mut text).unwrap();
                }
                taken.push(text);
            }
            Event::End => break,
            _ => {}
        }
    }
    assert_eq!(taken, ["1", "", ""]);
    // What would close more than is open is left to the general way, which refuses it.
    let mut xml = Xml::whole(
        Cow::Borrowed(b"<v>1</v></c>"),
        Limits::default(),
        Spent::default(),
    );
    assert!(xml.plain(&[b"<v>"], b"</v></c>", 4, 1).is_none());
    // So is what would pass the limit of events.
    let limits = Limits {
        xml_events: 5,
        ..Limits::default()
    };
    let mut xml = Xml::whole(
        Cow::Borrowed(b"<a><c><v>1</v></c></a>"),
        limits,
        Spent::default(),
    );
    xml.next().unwrap();
    xml.next().unwrap();
    assert!(xml.plain(&[b"<v>"], b"</v></c>", 4, 1).is_none());
    assert!(matches!(
        (0..4).try_for_each(|_| xml.next().map(drop)),
        Err(FileFault::OverLimit { .. })
    ));
}

#[test]
fn broken_parts_are_refused() {
    for text in [
        "<a>",
        "<a",
        "<a b='",
        "</a>",
        "<a></a></a>",
        "<!-- ",
        "<a><![CDATA[</a>",
        "<?xml",
        "<a>&</a>",
        "<a>1 & 2;</a>",
        "<",
    ] {
        assert!(
            matches!(read(text), Err(FileFault::Unreadable { .. })),
            "{text}"
        );
    }
    for text in ["<!DOCTYPE a><a/>", "<!doctype a><a/>", "<!", "<!ELEMENT a>"] {
        assert!(
            matches!(read(text), Err(FileFault::Unreadable { what }) if what.contains("DTD")),
            "{text}"
        );
    }
}

#[test]
fn a_piece_without_an_end_is_over_the_limit() {
    let endless = |head: &str, fill: &str| {
        format!(
            "{head}{}",
            fill.repeat((PIECE_BYTES + (64 << 10)) / fill.len() + 1)
        )
    };
    let whole = format!("<a>{}</a>", "x".repeat(PIECE_BYTES + 1));
    for text in [
        endless("<a b='", ">"),
        endless("<a>", "一"),
        endless("<!--", "-"),
        endless("</", "a"),
        endless("<![CDATA[", "]"),
        whole.clone(),
    ] {
        let stream = told(Xml::stream(
            Box::new(text.as_bytes()),
            Limits::default(),
            Spent::default(),
        ));
        assert!(matches!(stream, Err(FileFault::OverLimit { .. })));
    }
    let whole = told(Xml::whole(
        Cow::Borrowed(whole.as_bytes()),
        Limits::default(),
        Spent::default(),
    ));
    assert!(matches!(whole, Err(FileFault::OverLimit { .. })));
}
