//! How much room Chinese text takes: wrapped lines for a column's width, and row heights that clip nothing.
//!
//! Excel does not grow rows of merged cells, and neither program grows rows on opening a file that states their heights,
//! so the heights are computed here. The estimate errs on the tall side: line pitch and letter widths are those of
//! the wider faces that 麒麟 and 统信 put in the place of 宋体.

/// Pixels of one unit of column width: the widest digit of 宋体 11.
const UNIT_PX: f64 = 8.0;
/// What a cell adds around its units, in pixels.
const PADDING_PX: f64 = 5.0;
/// Part of a cell that its text cannot use, in pixels: both margins and the border.
const MARGIN_PX: f64 = 8.0;
/// Line pitch as a multiple of the type size (宋体 1.2; 思源宋体 1.45).
const PITCH: f64 = 1.45;
/// Excel's greatest row height, in points.
pub const MAX_ROW_HEIGHT: f64 = 409.0;

/// Marks that may not begin a line: the character before them goes down with them.
fn begins_no_line(c: char) -> bool {
    matches!(
        c,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '”'
            | '’'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '」'
            | '』'
            | '…'
            | '%'
            | '％'
            | '℃'
            | ','
            | '.'
            | ';'
            | ':'
            | '?'
            | '!'
            | ')'
            | ']'
            | '}'
    )
}

/// Pixels of a column `units` wide.
pub fn column_px(units: f64) -> f64 {
    (units * UNIT_PX + PADDING_PX).floor()
}

/// A number of things as a measure; counts of a workbook are far below the point where this is not exact.
pub fn measure(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// Lines that `text` takes at `size` points in a cell `px` pixels wide, at least one.
pub fn wrapped_lines(text: &str, px: f64, size: f64) -> u32 {
    let room = (px - MARGIN_PX).max(size * 2.0);
    text.split('\n')
        .map(|paragraph| paragraph_lines(paragraph, room, size))
        .sum()
}

fn paragraph_lines(text: &str, room: f64, size: f64) -> u32 {
    let em = size * 96.0 / 72.0;
    // No character is wider than an em, and most texts are short.
    if measure(text.chars().count()) * em <= room {
        return 1;
    }
    let mut lines = 1;
    let mut used = 0.0;
    // Width of the unbreakable run at the line's end: letters and digits, or the one ideograph before a closing mark.
    let mut run = 0.0;
    let mut in_word = false;
    for c in text.chars() {
        let width = em_width(c) * em;
        let word = c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '&');
        let sticks = begins_no_line(c) || (word && in_word);
        run = if sticks { run + width } else { width };
        in_word = word;
        used += width;
        if used > room {
            lines += 1;
            // A run longer than the line is broken anywhere.
            used = if run > room { width } else { run };
            run = used;
        }
    }
    lines
}

/// Points that a row needs for so many lines at `size` points.
pub fn lines_height(lines: u32, size: f64) -> f64 {
    (f64::from(lines) * size * PITCH + 4.0).ceil()
}

/// Points that a row needs for a text.
pub fn text_height(text: &str, px: f64, size: f64) -> f64 {
    lines_height(wrapped_lines(text, px, size), size)
}

/// A text with the points that a row needs for it. One that even the tallest row cannot show is shortened, and says so at its
/// end.
pub fn fit_tallest_row(text: String, px: f64, size: f64) -> (String, f64) {
    const MARK: &str = "……（后略）";
    let height = text_height(&text, px, size);
    if height <= MAX_ROW_HEIGHT {
        return (text, height);
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let fits = ends.partition_point(|&end| {
        text_height(&format!("{}{MARK}", &text[..end]), px, size) <= MAX_ROW_HEIGHT
    });
    let end = ends.get(fits.saturating_sub(1)).copied().unwrap_or(0);
    let shown = format!("{}{MARK}", &text[..end]);
    let height = text_height(&shown, px, size);
    (shown, height)
}

/// Width of a character in ems.
fn em_width(c: char) -> f64 {
    match c {
        ' ' => 0.33,
        '%' | 'm' | 'w' | 'M' | 'W' => 0.95,
        'A'..='Z' | '@' | '&' => 0.74,
        '\u{0}'..='\u{7f}' => 0.62,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_characters_wrap_by_two_units() {
        // 20 units = 165 px; ten 11-point ideographs are 147 px, eleven 161 px.
        assert_eq!(
            wrapped_lines("一二三四五六七八九十", column_px(20.0), 11.0),
            1
        );
        assert_eq!(
            wrapped_lines("一二三四五六七八九十一二", column_px(20.0), 11.0),
            2
        );
    }

    #[test]
    fn a_closing_mark_takes_its_character_along() {
        let room = 10.0 * 10.0 * 96.0 / 72.0;
        assert_eq!(paragraph_lines("一二三四五六七八九十", room, 10.0), 1);
        assert_eq!(paragraph_lines("一二三四五六七八九十，", room, 10.0), 2);
        // 十， go down; nine more ideographs no longer fit beside them.
        assert_eq!(
            paragraph_lines("一二三四五六七八九十，一二三四五六七八九", room, 10.0),
            3
        );
    }

    #[test]
    fn words_longer_than_the_line_are_broken() {
        let lines = wrapped_lines(&"a1".repeat(60), column_px(20.0), 10.0);
        assert!((5..=7).contains(&lines), "{lines}");
    }

    #[test]
    fn line_breaks_count() {
        assert_eq!(wrapped_lines("一\n二\n三", column_px(20.0), 10.0), 3);
        assert_eq!(wrapped_lines("", column_px(20.0), 10.0), 1);
    }

    #[test]
    fn what_no_row_can_show_is_shortened_and_says_so() {
        let long = "长".repeat(5000);
        let (shown, height) = fit_tallest_row(long, column_px(20.0), 10.0);
        assert!(shown.ends_with("……（后略）"));
        assert!(height <= MAX_ROW_HEIGHT && height > MAX_ROW_HEIGHT - 20.0);
        assert_eq!(
            height.to_bits(),
            text_height(&shown, column_px(20.0), 10.0).to_bits()
        );
        assert_eq!(
            fit_tallest_row("短".to_owned(), column_px(20.0), 10.0).0,
            "短"
        );
    }
}
