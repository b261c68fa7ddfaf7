//! The fast path for a cell as nearly every program writes it: its address, style, type and value are read in one step.

use crate::intake::reading::xml::Found;
use crate::intake::workbook::{CellRef, MAX_COLS, MAX_ROWS};

/// A `<c>` of a worksheet with an address, then a style and a type, and a `<v>` of a few plain characters, with nothing
/// between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PlainCell<'x> {
    pub(super) at: CellRef,
    pub(super) style: usize,
    pub(super) value: PlainValue<'x>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum PlainValue<'x> {
    None,
    /// The number of a shared string (`t="s"`).
    Shared(usize),
    /// The characters of a number.
    Number(&'x [u8]),
}

/// Bytes of a number in a plain cell at most.
const VALUE_BYTES: usize = 32;

impl<'x> PlainCell<'x> {
    /// The cell that these bytes begin with.
    #[inline]
    pub(super) fn find(bytes: &'x [u8]) -> Option<Found<Self>> {
        let mut rest = Cursor { bytes, at: 0 };
        rest.skip(b"<c r=\"")?;
        let at = rest.address()?;
        rest.skip(b"\"")?;
        let style = if rest.skip(b" s=\"").is_some() {
            rest.digits(8).zip(rest.skip(b"\""))?.0 as usize
        } else {
            0
        };
        let mut is_shared = false;
        if rest.skip(b" t=\"").is_some() {
            is_shared = rest.skip(b"s\"").is_some();
            if !is_shared {
                rest.skip(b"n\"")?;
            }
        }
        let mut value = PlainValue::None;
        let (mut events, mut levels) = (1, 0);
        if rest.skip(b"/>").is_none() {
            rest.skip(b"><v>")?;
            value = if is_shared {
                PlainValue::Shared(rest.digits(9)? as usize)
            } else {
                PlainValue::Number(rest.number()?)
            };
            rest.skip(b"</v></c>")?;
            (events, levels) = (5, 2);
        }
        Some(Found {
            element: Self { at, style, value },
            bytes: rest.at,
            events,
            levels,
        })
    }
}

/// A place among bytes that moves past what is expected there.
struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    /// Moves past what must come next.
    #[inline]
    fn skip<const N: usize>(&mut self, wanted: &[u8; N]) -> Option<()> {
        let next: &[u8; N] = self.bytes.get(self.at..)?.first_chunk()?;
        (next == wanted).then(|| self.at += N)
    }

    #[inline]
    fn next_if(&mut self, is_wanted: impl Fn(&u8) -> bool) -> Option<u8> {
        let byte = self.bytes.get(self.at).filter(|b| is_wanted(b))?;
        self.at += 1;
        Some(*byte)
    }

    /// A number of at most so many digits (nine or fewer); `None` where there is none, or a longer one.
    #[inline]
    fn digits(&mut self, most: usize) -> Option<u32> {
        let start = self.at;
        let mut number = 0;
        while let Some(digit) = self.next_if(u8::is_ascii_digit) {
            if self.at - start > most {
                return None;
            }
            number = number * 10 + u32::from(digit - b'0');
        }
        (self.at > start).then_some(number)
    }

    /// An address within a sheet. Three letters and seven digits hold every one, and cannot overflow.
    #[inline]
    fn address(&mut self) -> Option<CellRef> {
        let start = self.at;
        let mut col = 0;
        while let Some(letter) = self.next_if(u8::is_ascii_uppercase) {
            col = col * 26 + u32::from(letter - b'A') + 1;
            if self.at - start > 3 {
                return None;
            }
        }
        let row = self.digits(7)?;
        (row <= MAX_ROWS && row > 0 && (1..=MAX_COLS).contains(&col))
            .then(|| CellRef::new(row - 1, col - 1))
    }

    /// The characters that a number may have.
    #[inline]
    fn number(&mut self) -> Option<&'b [u8]> {
        let start = self.at;
        while self
            .next_if(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
            .is_some()
        {}
        let digits = self.bytes.get(start..self.at)?;
        (1..VALUE_BYTES).contains(&digits.len()).then_some(digits)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::intake::reading::budget::Spent;
    use crate::intake::reading::xml::{Event, Xml};
    use crate::plan::Limits;

    fn cell(text: &str) -> Option<(PlainCell<'_>, usize)> {
        PlainCell::find(text.as_bytes()).map(|found| (found.element, found.bytes))
    }

    #[test]
    fn a_plain_cell_is_read_in_one_step() {
        use PlainValue::{None as Blank, Number, Shared};
        for (text, a1, style, value) in [
            ("<c r=\"A1\"/>", "A1", 0, Blank),
            ("<c r=\"XFD1048576\" s=\"12\"/>", "XFD1048576", 12, Blank),
            (
                "<c r=\"B2\"><v>-1.5E-3</v></c>",
                "B2",
                0,
                Number(b"-1.5E-3"),
            ),
            ("<c r=\"B2\"><v>1.</v></c>", "B2", 0, Number(b"1.")),
            (
                "<c r=\"B2\" s=\"7\"><v>0.25</v></c>",
                "B2",
                7,
                Number(b"0.25"),
            ),
            (
                "<c r=\"AA10\" s=\"3\" t=\"s\"><v>118</v></c>",
                "AA10",
                3,
                Shared(118),
            ),
            ("<c r=\"C3\" t=\"n\"><v>9</v></c>", "C3", 0, Number(b"9")),
        ] {
            let at = CellRef::parse(a1).unwrap();
            let whole = Some((PlainCell { at, style, value }, text.len()));
            assert_eq!(cell(&format!("{text}<c")), whole, "{text}");
            // Broken off anywhere it is left to the general reader.
            for end in 0..text.len() {
                assert_eq!(cell(&text[..end]), None, "{}", &text[..end]);
            }
        }
        for text in [
            "<c r='A1'/>",
            "<c r=\"a1\"/>",
            "<c r=\"A0\"/>",
            "<c r=\"$A$1\"/>",
            "<c r=\"XFE1\"/>",
            "<c r=\"A1048577\"/>",
            "<c r=\"AAAA1\"/>",
            "<c r=\"A12345678\"/>",
            "<c r=\"A\"/>",
            "<c r=\"1\"/>",
            "<c r=\"A1\" s=\"\"/>",
            "<c r=\"A1\" s=\"1234567890\"/>",
            "<c r=\"A1\" s=\"1\" ph=\"1\"/>",
            "<c  r=\"A1\"/>",
            "<c r=\"A1\"></c>",
            "<c r=\"A1\"><v></v></c>",
            "<c r=\"A1\"><v> 1</v></c>",
            "<c r=\"A1\"><v>1</v><f>1</f></c>",
            "<c r=\"A1\"><f>A2</f><v>1</v></c>",
            "<c r=\"A1\" t=\"str\"><v>1</v></c>",
            "<c r=\"A1\" t=\"b\"><v>1</v></c>",
            "<c r=\"A1\" t=\"s\"><v>1.5</v></c>",
            "<c r=\"A1\" t=\"s\"><v>9999999999</v></c>",
            "<c r=\"A1\"><v>1&amp;</v></c>",
            "<cc r=\"A1\"/>",
        ] {
            assert_eq!(cell(text), None, "{text}");
        }
        assert_eq!(
            cell(&format!(
                "<c r=\"A1\"><v>{}</v></c>",
                "1".repeat(VALUE_BYTES)
            )),
            None
        );
    }

    #[test]
    fn a_plain_cell_counts_as_its_pieces_do() {
        let text = b"<d><c r=\"A1\"><v>7</v></c><c r=\"B1\"/></d>";
        // What both ways leave of a limit, and whether they keep to it.
        let spent = |plain: bool, limits: Limits| {
            let spent = Spent::default();
            let mut xml = Xml::whole(Cow::Borrowed(text.as_slice()), limits, spent.clone());
            loop {
                while plain && xml.element(PlainCell::find).is_some() {}
                match xml.next() {
                    Ok(Event::End) => return Ok(spent),
                    Ok(_) => {}
                    Err(fault) => return Err(fault),
                }
            }
        };
        for (events, depth) in [(100, 8), (9, 3), (8, 3), (7, 3), (3, 3), (100, 2), (100, 1)] {
            let limits = Limits {
                xml_events: events,
                xml_depth: depth,
                ..Limits::default()
            };
            let [by_cell, by_piece] =
                [true, false].map(|plain| spent(plain, limits).map(|s| format!("{s:?}")));
            assert_eq!(by_cell, by_piece, "{events} events, {depth} levels");
        }
    }
}
