//! F006 wrong-period.

use crate::intake::submission::{ClaimSource, PeriodClaim};
use crate::intake::text;
use crate::plan::Period;

use super::prelude::*;

pub static RULE: Rule = Rule {
    code: "F006",
    name: "wrong-period",
    severity: Severity::Error,
    fixed: true,
    title: "不是本月的报送表",
    doc: Doc {
        what: "填报期、标题、表头月份和文件名写明的月份是否就是本次报送的月份；表面都没有写月份的，看标识表。",
        why: "把上月的表当作本月的汇总，进度就停在上月，而且看不出来。",
        example: "6月收到的表，填报期和标题都写“2024年5月”，是上月的表又发了一遍。",
        fix: "确认发送的是本月的表；是本月的表而没有改月份的，请改正填报期和标题后重新报送。",
        office: None,
    },
    check: Check::File(check),
};

/// What the names of months in and on a file come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Months {
    /// Nothing names a month, or all name the folder's.
    Agree,
    /// All agree on another month (F006).
    Other(Period),
    /// They disagree with each other (F009).
    Conflict,
}

/// 填报期, title, month-range header and file name tell; the identity sheet only where none of them names a month.
pub(super) fn months<'c>(
    claims: impl Iterator<Item = &'c PeriodClaim> + Clone,
    folder: Period,
) -> Months {
    let mut telling: Vec<Period> = claims
        .clone()
        .filter(|c| is_visible(c))
        .map(|c| c.period)
        .collect();
    if telling.is_empty() {
        telling = claims
            .filter(|c| c.source == ClaimSource::IdentitySheet)
            .map(|c| c.period)
            .collect();
    }
    telling.sort_unstable();
    telling.dedup();
    match telling.as_slice() {
        [] => Months::Agree,
        [only] if *only == folder => Months::Agree,
        [only] => Months::Other(*only),
        _ => Months::Conflict,
    }
}

/// What a reader sees: not the folder, against which it is held, and not the hidden sheet.
pub(super) fn is_visible(claim: &PeriodClaim) -> bool {
    !matches!(
        claim.source,
        ClaimSource::Folder | ClaimSource::IdentitySheet
    )
}

/// All claims of a file about its month.
pub(super) fn claims<'c>(cx: &'c FileCx<'_>) -> impl Iterator<Item = &'c PeriodClaim> + Clone {
    cx.arrival
        .period_claims
        .iter()
        .chain(cx.submission().into_iter().flat_map(|s| &s.period_claims))
}

fn check(cx: &FileCx) -> Option<Finding> {
    cx.submission()?;
    let Months::Other(other) = months(claims(cx), cx.period) else {
        return None;
    };
    let mut sources: Vec<&str> = claims(cx)
        .filter(|c| is_visible(c))
        .map(|c| c.source.of_period())
        .collect();
    if sources.is_empty() {
        sources.push(ClaimSource::IdentitySheet.of_period());
    }
    sources.dedup();
    let found = claims(cx)
        .find(|c| c.period == other)
        .map(|c| text::one_line(&c.text, 40))
        .unwrap_or_default();
    Some(
        cx.finding(
            &RULE,
            format!(
                "{}写的是{}，本次报送的是{}。",
                sources.join("、"),
                other.chinese(),
                cx.period.chinese()
            ),
            format!(
                "请核对是否误发了其他月份的表，改报{}的数据；只是月份没有改的，请改正后重新报送。",
                cx.period.chinese()
            ),
        )
        .found(found)
        .expected(cx.period.chinese()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(source: ClaimSource, month: i8) -> PeriodClaim {
        PeriodClaim {
            source,
            text: format!("{month}月"),
            period: Period::new(2024, month).unwrap(),
        }
    }

    fn judge(claimed: &[(ClaimSource, i8)]) -> Months {
        let claims: Vec<_> = claimed
            .iter()
            .map(|&(source, month)| claim(source, month))
            .collect();
        months(claims.iter(), Period::new(2024, 6).unwrap())
    }

    #[test]
    fn one_month_for_all_that_can_be_seen() {
        use ClaimSource::{Cell, FileName, IdentitySheet, MonthRange, Title};
        let may = Period::new(2024, 5).unwrap();
        assert_eq!(judge(&[]), Months::Agree);
        assert_eq!(
            judge(&[(Cell, 6), (Title, 6), (FileName, 6), (MonthRange, 6)]),
            Months::Agree
        );
        assert_eq!(judge(&[(Title, 5)]), Months::Other(may));
        assert_eq!(judge(&[(Cell, 5), (IdentitySheet, 5)]), Months::Other(may));
        assert_eq!(judge(&[(MonthRange, 5)]), Months::Other(may));
        assert_eq!(
            judge(&[(FileName, 5), (Cell, 6), (IdentitySheet, 6)]),
            Months::Conflict
        );
        assert_eq!(judge(&[(FileName, 6), (MonthRange, 5)]), Months::Conflict);
    }

    #[test]
    fn the_identity_sheet_tells_only_where_nothing_else_does() {
        use ClaimSource::{Cell, Folder, IdentitySheet};
        assert_eq!(
            judge(&[(IdentitySheet, 5)]),
            Months::Other(Period::new(2024, 5).unwrap())
        );
        assert_eq!(judge(&[(IdentitySheet, 6)]), Months::Agree);
        assert_eq!(judge(&[(IdentitySheet, 5), (Cell, 6)]), Months::Agree);
        assert_eq!(
            judge(&[(Folder, 6), (IdentitySheet, 5)]),
            Months::Other(Period::new(2024, 5).unwrap())
        );
    }
}
