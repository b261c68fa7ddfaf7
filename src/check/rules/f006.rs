use crate::intake::submission::{ClaimSource, NamedPeriod, PeriodClaim};
use crate::plan::Period;

rule! {
    F006 "wrong-period", Error fixed, File(check);
    title: "不是本月的报送表",
    what: "填报期、标题、表头月份和文件名写明的月份是否就是本次报送的月份；都没有写月份的，看表名，再看标识表。像是月份而读不出的，提示核对，不当作相符。",
    why: "把上月的表当作本月的汇总，进度就停在上月，而且看不出来。",
    example: "6月收到的表，填报期和标题都写“2024年5月”，是上月的表又发了一遍。",
    fix: "确认发送的是本月的表；是本月的表而没有改月份的，请改正填报期和标题后重新报送。",
}

/// What the names of months in and on a file come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Months {
    /// Nothing names a month, or all name the folder's.
    Agree,
    /// All agree on another month or year (F006).
    Other(NamedPeriod),
    /// They disagree with each other (F009).
    Conflict,
}

/// The claims that tell a file's month: 填报期, title, month-range header and file name; a text box where none of them names a
/// month, then the sheet's name, its page header or footer, the identity sheet.
pub(super) fn telling<'c>(
    claims: impl Iterator<Item = &'c PeriodClaim> + Clone,
) -> Vec<&'c PeriodClaim> {
    let rank = |claim: &PeriodClaim| match claim.source {
        ClaimSource::Folder | ClaimSource::Signature => None,
        ClaimSource::IdentitySheet => Some(4),
        ClaimSource::Page => Some(3),
        ClaimSource::SheetName => Some(2),
        ClaimSource::TextBox => Some(1),
        _ => Some(0),
    };
    let readable = claims.filter(|c| c.named != NamedPeriod::Unreadable);
    let first = readable.clone().filter_map(rank).min();
    readable
        .filter(|c| first.is_some() && rank(c) == first)
        .collect()
}

/// Whether what tells the month agrees with itself and with the folder. A year alone agrees with every month of it.
pub(super) fn months(telling: &[&PeriodClaim], folder: Period) -> Months {
    let mut named: Vec<NamedPeriod> = telling.iter().map(|c| c.named).collect();
    named.sort_unstable();
    named.dedup();
    let years: Vec<i16> = telling
        .iter()
        .filter_map(|c| Some(c.period()?.year()))
        .collect();
    named.retain(|n| !matches!(n, NamedPeriod::Year(year) if years.contains(year)));
    match named.as_slice() {
        [] => Months::Agree,
        [only] if *only == NamedPeriod::Month(folder) => Months::Agree,
        [only] => Months::Other(*only),
        _ => Months::Conflict,
    }
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
    let telling = telling(claims(cx));
    let folder = cx.period.chinese();
    match months(&telling, cx.period) {
        Months::Agree => claims(cx)
            .filter(|c| c.named == NamedPeriod::Unreadable)
            .filter(|c| c.source != ClaimSource::SheetName || telling.is_empty())
            .map(|claim| unreadable(cx, claim))
            .next(),
        Months::Conflict => None,
        Months::Other(other) => {
            let mut sources: Vec<&str> = telling.iter().map(|c| c.source.of_period()).collect();
            sources.dedup();
            let message = format!(
                "{}写的是{}，本次报送的是{folder}。",
                sources.join("、"),
                other.chinese(),
            );
            let help = format!(
                "请核对是否误发了其他月份的表，改报{folder}的数据；只是月份没有改的，请改正后重新报送。"
            );
            let text = telling.iter().find(|c| c.named == other).map(|c| &c.text);
            Some(
                cx.finding(&RULE, message, help)
                    .found(text.map(|t| text::one_line(t, 40)).unwrap_or_default())
                    .expected(folder),
            )
        }
    }
}

/// A text that looks like a month is never taken for agreement, and the file is used.
fn unreadable(cx: &FileCx, claim: &PeriodClaim) -> Finding {
    let text = text::one_line(&claim.text, 40);
    let folder = cx.period.chinese();
    let message = format!(
        "{}“{text}”读不出是哪个月，没有用来核对月份。",
        claim.source.of_period()
    );
    let help = format!("请核对是否为{folder}的表，并把月份写成“{folder}”这样的形式。");
    cx.finding(&RULE, message, help)
        .severity(Severity::Warning)
        .found(text)
        .expected(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::submission::ClaimSource::{
        Cell, FileName, Folder, IdentitySheet, MonthRange, Page, SheetName, TextBox, Title,
    };

    fn judge(claimed: &[(ClaimSource, NamedPeriod)]) -> Months {
        let claims: Vec<_> = claimed
            .iter()
            .map(|&(source, named)| PeriodClaim {
                source,
                text: String::new(),
                named,
            })
            .collect();
        months(&telling(claims.iter()), Period::new(2024, 6).unwrap())
    }

    fn month(month: i8) -> NamedPeriod {
        NamedPeriod::Month(Period::new(2024, month).unwrap())
    }

    #[test]
    fn one_month_for_all_that_can_be_seen() {
        let (may, june) = (month(5), month(6));
        assert_eq!(judge(&[]), Months::Agree);
        assert_eq!(
            judge(&[
                (Cell, june),
                (Title, june),
                (FileName, june),
                (MonthRange, june)
            ]),
            Months::Agree
        );
        assert_eq!(judge(&[(Title, may)]), Months::Other(may));
        assert_eq!(
            judge(&[(Cell, may), (IdentitySheet, june)]),
            Months::Other(may)
        );
        assert_eq!(judge(&[(FileName, may), (Cell, june)]), Months::Conflict);
        assert_eq!(
            judge(&[(FileName, june), (MonthRange, may)]),
            Months::Conflict
        );
        assert_eq!(
            judge(&[(Cell, june), (Title, NamedPeriod::Unreadable)]),
            Months::Agree
        );
    }

    #[test]
    fn a_year_alone_must_agree_too() {
        let last_year = NamedPeriod::Year(2023);
        assert_eq!(judge(&[(Title, last_year)]), Months::Other(last_year));
        assert_eq!(
            judge(&[(Title, last_year), (Cell, month(6))]),
            Months::Conflict
        );
        let may = NamedPeriod::Month(Period::new(2023, 5).unwrap());
        assert_eq!(
            judge(&[(Title, last_year), (Cell, may)]),
            Months::Other(may)
        );
    }

    #[test]
    fn sheet_name_and_identity_sheet_tell_only_where_nothing_else_does() {
        let (may, june) = (month(5), month(6));
        assert_eq!(judge(&[(IdentitySheet, may)]), Months::Other(may));
        assert_eq!(judge(&[(IdentitySheet, may), (Cell, june)]), Months::Agree);
        assert_eq!(
            judge(&[(Folder, june), (IdentitySheet, may)]),
            Months::Other(may)
        );
        assert_eq!(
            judge(&[(SheetName, may), (IdentitySheet, june)]),
            Months::Other(may)
        );
        assert_eq!(judge(&[(SheetName, may), (Title, june)]), Months::Agree);
        assert_eq!(judge(&[(Page, may), (SheetName, june)]), Months::Agree);
        assert_eq!(judge(&[(Page, may)]), Months::Other(may));
        assert_eq!(judge(&[(TextBox, may), (Title, june)]), Months::Agree);
        assert_eq!(
            judge(&[(TextBox, may), (SheetName, june)]),
            Months::Other(may)
        );
    }
}
