//! What a file that arrived is called in the inbox.

use std::ffi::OsStr;

use crate::plan::names;
use crate::report::records_csv::FORMULA;

/// Bytes of a name that every file system takes.
const LONGEST: usize = 240;

/// One part of a path as every system can hold it, and as a spreadsheet shows it without taking it for a formula:
/// control characters, signs that Windows forbids and bytes that are no text become `_`.
pub fn clean(name: &OsStr) -> String {
    let raw = name.to_string_lossy();
    let mut out: String = raw
        .chars()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{fffd}' | '\n' | '\t' => '_',
            c if names::is_harmful(c) => '_',
            c => c,
        })
        .collect();
    out = out
        .trim_matches(names::is_space)
        .trim_end_matches('.')
        .trim_end_matches(names::is_space)
        .to_owned();
    if out.is_empty() || out.starts_with(FORMULA) || names::is_device(&out) {
        out.insert(0, '_');
    }
    shorten(&out, LONGEST)
}

/// Cuts a long name before its extension.
fn shorten(name: &str, longest: usize) -> String {
    if name.len() <= longest {
        return name.to_owned();
    }
    let (stem, extension) = split(name);
    let extension = if extension.len() > 16 { "" } else { extension };
    let mut end = longest.saturating_sub(extension.len()).min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", &stem[..end])
}

/// Stem and extension, the dot with the latter.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 => name.split_at(at),
        _ => (name, ""),
    }
}

/// The `n`-th name (from 0) for a file whose own name is taken by other content: `报送表（2）.xlsx`, `报送表（3）.xlsx`. It
/// reads as a later copy (F007), so a number that the name already ends with is passed.
pub fn numbered(name: &str, n: u32) -> String {
    let (stem, extension) = split(name);
    let folded = names::fold(stem);
    let own = folded
        .strip_suffix(')')
        .and_then(|s| s.rsplit_once('('))
        .and_then(|(_, n)| n.parse::<u32>().ok())
        .unwrap_or(1);
    let mark = format!("（{}）", own.saturating_add(n).saturating_add(1));
    let stem = shorten(stem, LONGEST.saturating_sub(mark.len() + extension.len()));
    format!("{stem}{mark}{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_become_plain_ones() {
        for (raw, expected) in [
            ("建设局6月报送表.xlsx", "建设局6月报送表.xlsx"),
            (" a\tb:c?.xlsx. ", "a_b_c_.xlsx"),
            ("=cmd|x.xlsx", "_=cmd_x.xlsx"),
            ("con.xlsx", "_con.xlsx"),
            ("com1", "_com1"),
            ("Lpt².xls", "_Lpt².xls"),
            ("nul .xlsx", "_nul .xlsx"),
            ("conto.xlsx", "conto.xlsx"),
            ("...", "_"),
            ("\u{202e}xslx.exe", "_xslx.exe"),
        ] {
            assert_eq!(clean(OsStr::new(raw)), expected, "{raw:?}");
        }
        let long = clean(OsStr::new(&format!("{}.xlsx", "长".repeat(120))));
        assert!(long.len() <= LONGEST && long.ends_with("长.xlsx"));
        assert!(numbered(&long, 0).len() <= LONGEST);
    }

    #[test]
    fn a_numbered_name_reads_as_the_later_copy() {
        assert_eq!(numbered("报送表.xlsx", 0), "报送表（2）.xlsx");
        assert_eq!(numbered("报送表.xlsx", 1), "报送表（3）.xlsx");
        assert_eq!(numbered("报送表(3).xlsx", 0), "报送表(3)（4）.xlsx");
        assert_eq!(numbered("无扩展名", 0), "无扩展名（2）");
    }
}
