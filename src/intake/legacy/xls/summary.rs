//! The last-saved time of an .xls: the `SummaryInformation` property set ([MS-OLEPS]).

use crate::intake::legacy::bytes::{u16_at, u32_at};

/// `PIDSI_LASTSAVE_DTM`.
const LAST_SAVED: u32 = 0x0D;
const VT_FILETIME: u16 = 0x40;
/// Seconds from 1601-01-01, where FILETIME counts from, to 1970-01-01.
const EPOCH_SHIFT: i64 = 11_644_473_600;
/// A property set of a workbook has some twenty entries.
const MAX_PROPERTIES: u32 = 4096;

/// ISO 8601 in UTC to the second; `None` where the set does not say, or says nothing sensible.
pub(super) fn last_saved(set: &[u8]) -> Option<String> {
    let section = u32_at(set, 44)? as usize;
    let count = u32_at(set, section.checked_add(4)?)?.min(MAX_PROPERTIES) as usize;
    for ix in 0..count {
        let at = section.checked_add(8 + ix * 8)?;
        if u32_at(set, at)? == LAST_SAVED {
            let value = section.checked_add(u32_at(set, at + 4)? as usize)?;
            if u16_at(set, value)? != VT_FILETIME {
                return None;
            }
            let low = u64::from(u32_at(set, value.checked_add(4)?)?);
            let high = u64::from(u32_at(set, value.checked_add(8)?)?);
            return filetime(high << 32 | low);
        }
    }
    None
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
    fn a_cut_set_says_nothing() {
        assert_eq!(last_saved(&[0; 20]), None);
        assert_eq!(last_saved(&[0xFF; 400]), None);
    }
}
