//! A cell as nearly every program writes it, read in one step: its address, style, type and value are taken as they are passed.

use crate::intake::number_text::POWERS_OF_TEN;
use crate::intake::workbook::{CellRef, MAX_COLS, MAX_ROWS};

/// A `<c>` of a worksheet with an address, then a style and a type, and a `<v>` of a few plain characters, with nothing between
/// them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlainCell<'x> {
    pub at: CellRef,
    pub style: usize,
    pub value: PlainValue<'x>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlainValue<'x> {
    None,
    /// The number of a shared string (`t="s"`).
    Shared(usize),
    Number(f64),
    /// Characters of a number, which takes more to read.
    Digits(&'x [u8]),
}

/// Bytes of a number in a plain cell at most.
const VALUE_BYTES: usize = 32;

impl<'x> PlainCell<'x> {
    /// The cell that begins at a place, and where it ends.
    #[inline]
    pub fn find(bytes: &'x [u8], start: usize) -> Option<(Self, usize)> {
        let mut rest = Cursor { bytes, at: start };
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
        if rest.skip(b"/>").is_some() {
            return Some((
                Self {
                    at,
                    style,
                    value: PlainValue::None,
                },
                rest.at,
            ));
        }
        rest.skip(b"><v>")?;
        let value = if is_shared {
            PlainValue::Shared(rest.digits(9)? as usize)
        } else {
            rest.number()?
        };
        rest.skip(b"</v></c>")?;
        Some((Self { at, style, value }, rest.at))
    }
}

/// Digits, with one point among them at most, as a number; `None` where there is anything else, or so many that the nearest
/// number is not known at once.
pub fn short_decimal(text: &[u8]) -> Option<f64> {
    let mut rest = Cursor { bytes: text, at: 0 };
    rest.decimal().filter(|_| rest.at == text.len())
}

/// A place among bytes, moved on by what is expected there.
struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    /// Steps over what must stand next.
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

    /// A number of that many digits at most, nine or fewer, followed by anything but a digit; `None` where there is none.
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

    /// An address within a sheet. Three letters and seven digits hold every one, and no number that runs over.
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

    /// A number up to the `<` behind it.
    #[inline]
    fn number(&mut self) -> Option<PlainValue<'b>> {
        let start = self.at;
        if let Some(number) = self.decimal()
            && self.bytes.get(self.at) == Some(&b'<')
        {
            return Some(PlainValue::Number(number));
        }
        self.at = start;
        while self
            .next_if(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
            .is_some()
        {}
        let digits = self.bytes.get(start..self.at)?;
        (1..VALUE_BYTES)
            .contains(&digits.len())
            .then_some(PlainValue::Digits(digits))
    }

    /// Digits with one point among them at most. Where they are fewer than 2^53, they and the power of ten are exact, and so is
    /// their quotient, as far as any reader of decimals is.
    #[inline]
    fn decimal(&mut self) -> Option<f64> {
        let start = self.at;
        let mut digits = 0u64;
        let mut point = None;
        loop {
            if let Some(digit) = self.next_if(u8::is_ascii_digit) {
                digits = digits * 10 + u64::from(digit - b'0');
            } else if point.is_none() && self.at > start && self.next_if(|b| *b == b'.').is_some() {
                point = Some(self.at);
            } else {
                break;
            }
            // Sixteen digits are far from running over.
            if self.at - start > 16 {
                return None;
            }
        }
        let decimals = point.map_or(0, |point| self.at - point);
        let ends_with_digit = self.at > start && point.is_none_or(|point| self.at > point);
        (ends_with_digit && digits < 1 << 53).then(|| digits as f64 / POWERS_OF_TEN[decimals])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Option<(PlainCell<'_>, usize)> {
        PlainCell::find(text.as_bytes(), 0)
    }

    #[test]
    fn a_plain_cell_is_read_in_one_step() {
        let at = |a1: &str| CellRef::from_bytes(a1.as_bytes()).unwrap();
        for (text, a1, style, value) in [
            ("<c r=\"A1\"/>", "A1", 0, PlainValue::None),
            (
                "<c r=\"XFD1048576\" s=\"12\"/>",
                "XFD1048576",
                12,
                PlainValue::None,
            ),
            (
                "<c r=\"B2\"><v>-1.5E-3</v></c>",
                "B2",
                0,
                PlainValue::Digits(b"-1.5E-3"),
            ),
            (
                "<c r=\"B2\"><v>0.30000000000000004</v></c>",
                "B2",
                0,
                PlainValue::Digits(b"0.30000000000000004"),
            ),
            (
                "<c r=\"B2\"><v>1.</v></c>",
                "B2",
                0,
                PlainValue::Digits(b"1."),
            ),
            (
                "<c r=\"B2\" s=\"7\"><v>0.25</v></c>",
                "B2",
                7,
                PlainValue::Number(0.25),
            ),
            (
                "<c r=\"AA10\" s=\"3\" t=\"s\"><v>118</v></c>",
                "AA10",
                3,
                PlainValue::Shared(118),
            ),
            (
                "<c r=\"C3\" t=\"n\"><v>9</v></c>",
                "C3",
                0,
                PlainValue::Number(9.0),
            ),
        ] {
            assert_eq!(
                cell(&format!("{text}<c")),
                Some((
                    PlainCell {
                        at: at(a1),
                        style,
                        value
                    },
                    text.len()
                )),
                "{text}"
            );
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
    fn short_decimals_are_what_the_standard_reader_makes_of_them() {
        for text in [
            "0",
            "7",
            "007",
            "0.1",
            "12.50",
            "123456789012345",
            "9007199254740991",
            "0.00000000000001",
            "9999999.99999999",
        ] {
            assert_eq!(
                short_decimal(text.as_bytes()).map(f64::to_bits),
                text.parse::<f64>().ok().map(f64::to_bits),
                "{text}"
            );
        }
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "1.2.3",
            "-1",
            "1e3",
            " 1",
            "9007199254740993",
            "0.30000000000000004",
        ] {
            assert_eq!(short_decimal(text.as_bytes()), None, "{text}");
        }
    }
}
