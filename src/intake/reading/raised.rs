//! Digits set as superscript or subscript: behind a number or a word they are a footnote's, and no digits of the number.

/// Puts a raised or lowered run, which a text ends with, in brackets: 7 with a raised 1 is `7[1]`. Behind a unit's letter (m²) it
/// stays a power of the unit, and what is no footnote's number stays as it is.
pub(crate) fn mark(text: &mut String, from: usize) {
    let run = &text[from..];
    let note = run.trim();
    let digits = note.strip_prefix('注').unwrap_or(note);
    let is_note = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let before = text[..from].chars().next_back();
    if is_note && before.is_some_and(|c| !c.is_ascii_alphabetic()) {
        let at = from + run.len() - run.trim_start().len();
        let end = at + note.len();
        text.insert(end, ']');
        text.insert(at, '[');
    }
}

#[cfg(test)]
mod tests {
    use super::mark;

    #[test]
    fn raised_digits_behind_a_number_are_marks() {
        for (text, run, marked) in [
            ("7", "1", "7[1]"),
            ("12座", " 12 ", "12座 [12] "),
            ("7", "注1", "7[注1]"),
            ("500m", "2", "500m2"),
            ("x", "2", "x2"),
            ("7", "座", "7座"),
            ("7", "123", "7123"),
            ("", "1", "1"),
        ] {
            let mut whole = format!("{text}{run}");
            mark(&mut whole, text.len());
            assert_eq!(whole, marked);
        }
    }
}
