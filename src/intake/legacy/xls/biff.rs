//! The record stream of an .xls workbook ([MS-XLS]): record by record, with strings that run over CONTINUE records.

use encoding_rs::Encoding;

use crate::intake::legacy::bytes::{u16_at, u32_at};

pub(crate) const BOF: u16 = 0x0809;
pub(crate) const EOF: u16 = 0x000A;
pub(crate) const FILEPASS: u16 = 0x002F;
const CONTINUE: u16 = 0x003C;

/// The stream breaks off inside a record, or ends before its EOF record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) kind: u16,
    pub(crate) data: &'a [u8],
    /// Where the next record starts.
    next: usize,
}

/// Reads on from an offset until the caller stops; a stream that ends first is broken.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub(crate) fn new(stream: &'a [u8], at: usize) -> Self {
        Self { stream, at }
    }

    pub(crate) fn next(&mut self) -> Result<Record<'a>, Broken> {
        let record = record(self.stream, self.at).ok_or(Broken)?;
        self.at = record.next;
        Ok(record)
    }

    /// The record's data and that of the CONTINUE records behind it.
    pub(crate) fn whole(&self, first: Record<'a>) -> Cursor<'a> {
        let mut segments = vec![first.data];
        let mut at = first.next;
        while let Some(more) = record(self.stream, at).filter(|r| r.kind == CONTINUE) {
            segments.push(more.data);
            at = more.next;
        }
        Cursor {
            segments,
            segment: 0,
            at: 0,
        }
    }
}

fn record(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let kind = u16_at(stream, at)?;
    let bytes = usize::from(u16_at(stream, at.checked_add(2)?)?);
    let start = at.checked_add(4)?;
    let next = start.checked_add(bytes)?;
    Some(Record {
        kind,
        data: stream.get(start..next)?,
        next,
    })
}

/// Whether the workbook stream carries FILEPASS. Record headers stay readable in an encrypted stream.
pub(crate) fn is_encrypted(stream: &[u8]) -> bool {
    let mut records = Records::new(stream, 0);
    while let Ok(record) = records.next() {
        match record.kind {
            FILEPASS => return true,
            EOF => return false,
            _ => {}
        }
    }
    false
}

/// A place in a record that may go on in CONTINUE records.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    segments: Vec<&'a [u8]>,
    segment: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// What is left of the current segment; steps to the next when that is nothing.
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.segments.get(self.segment)?.get(self.at..)?;
            if !rest.is_empty() {
                return Some(rest);
            }
            self.segment += 1;
            self.at = 0;
        }
    }

    pub(crate) fn is_empty(&mut self) -> bool {
        self.rest().is_none()
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        let byte = *self.rest()?.first()?;
        self.at += 1;
        Some(byte)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([
            self.u8()?,
            self.u8()?,
            self.u8()?,
            self.u8()?,
        ]))
    }

    pub(crate) fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let step = self.rest()?.len().min(bytes);
            self.at += step;
            bytes -= step;
        }
        Some(())
    }

    /// `count` characters of BIFF8: one byte each (the low half of UTF-16) or two. A segment that starts within
    /// the text starts with the flag byte anew.
    pub(crate) fn unicode(&mut self, count: usize, mut wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::new();
        while units.len() < count {
            let before = self.segment;
            let rest = self.rest()?;
            if self.segment != before {
                wide = self.u8()? & 1 != 0;
                // The segment may hold no more than the flag.
                continue;
            }
            let left = count - units.len();
            if wide {
                let pairs = (rest.len() / 2).min(left);
                if pairs == 0 {
                    return None;
                }
                units.extend(
                    rest.chunks_exact(2)
                        .take(pairs)
                        .map(|c| u16::from_le_bytes([c[0], c[1]])),
                );
                self.at += pairs * 2;
            } else {
                let bytes = rest.len().min(left);
                units.extend(rest.iter().take(bytes).map(|&b| u16::from(b)));
                self.at += bytes;
            }
        }
        Some(String::from_utf16_lossy(&units))
    }

    /// `count` bytes in the workbook's code page (before BIFF8).
    pub(crate) fn code_page(
        &mut self,
        count: usize,
        encoding: &'static Encoding,
    ) -> Option<String> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let rest = self.rest()?;
            let step = rest.len().min(count - bytes.len());
            bytes.extend_from_slice(&rest[..step]);
            self.at += step;
        }
        Some(encoding.decode_without_bom_handling(&bytes).0.into_owned())
    }
}

/// A cursor over one record's data alone.
pub(crate) fn cursor(data: &[u8]) -> Cursor<'_> {
    Cursor {
        segments: vec![data],
        segment: 0,
        at: 0,
    }
}

/// The encoding of a CODEPAGE record; GBK where it is unknown, as most of these files come from Chinese offices.
pub(crate) fn encoding(code_page: u16) -> &'static Encoding {
    match code_page {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1252 | 0x8001 => encoding_rs::WINDOWS_1252,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        10000 | 0x8000 => encoding_rs::MACINTOSH,
        _ => encoding_rs::GBK,
    }
}

/// A number packed in four bytes: an integer or the upper half of a double, perhaps in hundredths.
pub(crate) fn rk(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from(packed.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 {
        value / 100.0
    } else {
        value
    }
}

pub(crate) fn rk_at(data: &[u8], at: usize) -> Option<f64> {
    u32_at(data, at).map(rk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers() {
        assert!((rk(227 << 2 | 3) - (2.27)).abs() < 1e-15);
        assert!((rk((-5_i32 << 2).cast_unsigned() | 2) - (-5.0)).abs() < 1e-15);
        assert!((rk(0x3FF0_0000) - (1.0)).abs() < 1e-15);
        assert!((rk(0x3FF0_0001) - (0.01)).abs() < 1e-15);
    }

    /// A text that goes on in an empty CONTINUE, or in one that holds no more than the flag, was damage.
    #[test]
    fn a_text_over_an_empty_record() {
        let mut cursor = Cursor {
            segments: vec![b"ab", b"", b"\0", b"\x01\x63\0", b"", b"\0d"],
            segment: 0,
            at: 0,
        };
        assert_eq!(cursor.unicode(4, false).as_deref(), Some("abcd"));
        assert!(cursor.is_empty());
    }

    /// The second segment of a text may switch between one and two bytes a character.
    #[test]
    fn a_text_over_two_records() {
        let second = [
            &[1_u8][..],
            &"督办"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<_>>(),
        ]
        .concat();
        let mut cursor = Cursor {
            segments: vec![b"ab", &second],
            segment: 0,
            at: 0,
        };
        assert_eq!(cursor.unicode(4, false).as_deref(), Some("ab督办"));
        assert!(cursor.is_empty());
        assert_eq!(cursor.unicode(1, false), None);
    }
}
