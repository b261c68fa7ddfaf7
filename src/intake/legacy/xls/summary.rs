//! The last-saved time of an .xls and the texts of its property sets ([MS-OLEPS]).

use super::biff;

use crate::intake::legacy::bytes::{u16_at, u32_at};

/// `PIDSI_LASTSAVE_DTM`.
const LAST_SAVED: u32 = 0x0D;
const VT_FILETIME: u16 = 0x40;
/// Title, subject, keywords and comments of `SummaryInformation`; category of the other set.
pub(super) const TEXTS: [u32; 4] = [2, 3, 5, 6];
pub(super) const MORE_TEXTS: [u32; 1] = [2];
const CODE_PAGE: u32 = 1;
const VT_LPSTR: u16 = 0x1E;
const VT_LPWSTR: u16 = 0x1F;
const UTF_8: u16 = 65001;
const UTF_16: u16 = 1200;
/// Bytes of a text that may be a marking.
const TEXT_BYTES: usize = 600;
/// Seconds from 1601-01-01, where FILETIME counts from, to 1970-01-01.
const EPOCH_SHIFT: i64 = 11_644_473_600;
/// A property set of a workbook has some twenty entries.
const MAX_PROPERTIES: u32 = 4096;

/// ISO 8601 in UTC to the second; `None` where the set does not say, or says nothing sensible.
pub(super) fn last_saved(set: &[u8]) -> Option<String> {
    let value = properties(set).find(|(id, _)| *id == LAST_SAVED)?.1;
    if u16_at(value, 0)? != VT_FILETIME {
        return None;
    }
    filetime(u64::from(u32_at(value, 8)?) << 32 | u64::from(u32_at(value, 4)?))
}

/// The texts of a set that are among `wanted`.
pub(super) fn texts(set: &[u8], wanted: &[u32]) -> Vec<String> {
    let code_page = properties(set)
        .find(|(id, _)| *id == CODE_PAGE)
        .and_then(|(_, value)| u16_at(value, 4));
    let text = |value: &[u8]| {
        let kind = u16_at(value, 0)?;
        let count = u32_at(value, 4)? as usize;
        let bytes = value.get(8..8 + count.min(TEXT_BYTES))?;
        let encoding = match (kind, code_page) {
            (VT_LPWSTR, _) => {
                let bytes = value.get(8..8 + count.min(TEXT_BYTES / 2) * 2)?;
                return Some(encoding_rs::UTF_16LE.decode(bytes).0.into_owned());
            }
            (VT_LPSTR, Some(UTF_8)) => encoding_rs::UTF_8,
            (VT_LPSTR, Some(UTF_16)) => encoding_rs::UTF_16LE,
            (VT_LPSTR, page) => biff::encoding(page.unwrap_or_default()),
            _ => return None,
        };
        Some(encoding.decode(bytes).0.into_owned())
    };
    let wanted = properties(set).filter(|(id, _)| wanted.contains(id));
    wanted
        .filter_map(|(_, value)| text(value))
        .map(|text| text.trim_matches(['\0', ' ']).to_owned())
        .filter(|text| !text.is_empty())
        .collect()
}

/// The properties of a set: each one's number and the bytes from its value on.
fn properties(set: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let section = u32_at(set, 44).map_or(usize::MAX, |at| at as usize);
    let count = section.checked_add(4).and_then(|at| u32_at(set, at));
    (0..count.unwrap_or(0).min(MAX_PROPERTIES) as usize).filter_map(move |ix| {
        let at = section.checked_add(8 + ix * 8)?;
        let value = section.checked_add(u32_at(set, at + 4)? as usize)?;
        Some((u32_at(set, at)?, set.get(value..)?))
    })
}

/// `None` for 0 (never saved) and times outside years 1–9999.
fn filetime(ticks: u64) -> Option<String> {
    if ticks == 0 {
        return None;
    }
    let seconds = i64::try_from(ticks / 10_000_000)
        .ok()?
        .checked_sub(EPOCH_SHIFT)?;
    jiff::Timestamp::from_second(seconds)
        .ok()
        .map(|t| t.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filetime_is_utc_to_the_second() {
        assert_eq!(
            filetime(116_444_736_000_000_000).as_deref(),
            Some("1970-01-01T00:00:00Z")
        );
        assert_eq!(
            filetime(133_642_080_009_999_999).as_deref(),
            Some("2024-06-30T08:00:00Z")
        );
        assert_eq!(filetime(0), None);
        assert_eq!(filetime(u64::MAX), None);
    }

    #[test]
    fn texts_are_read_in_the_sets_code_page() {
        let mut set = vec![0; 44];
        set.extend(48u32.to_le_bytes());
        let page = [&2u32.to_le_bytes()[..], &936u32.to_le_bytes()].concat();
        let title = [
            &0x1Eu32.to_le_bytes()[..],
            &5u32.to_le_bytes(),
            b"\xBB\xFA\xC3\xDC\0",
        ]
        .concat();
        for number in [60, 2, 1, 24, 2, 32u32] {
            set.extend(number.to_le_bytes());
        }
        set.extend(page.into_iter().chain(title));
        assert_eq!(texts(&set, &TEXTS), ["机密"]);
    }

    #[test]
    fn a_cut_set_says_nothing() {
        assert_eq!(last_saved(&[0; 20]), None);
        assert_eq!(last_saved(&[0xFF; 400]), None);
        assert!(texts(&[0xFF; 400], &TEXTS).is_empty());
    }
}
