//! How much room Chinese text takes: lines in a cell, on a page, in a form, and row heights that clip nothing.
//!
//! Excel does not grow rows of merged cells, and neither program grows rows on opening a file that states their heights,
//! so the heights are computed here. The estimate errs on the tall side: line pitch and letter widths are those of
//! the wider faces that 麒麟 and 统信 put in the place of 宋体.

/// Pixels of one unit of column width: the widest digit of 宋体 11.
pub const UNIT_PX: f64 = 8.0;
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
    const MARKS: &str = "，。、；：？！”’）】》〉〕」』…%％℃,.;:?!)]}";
    // Nearly every character is none of them.
    !c.is_ascii_alphanumeric() && !is_han(c) && MARKS.contains(c)
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Lines that a text fills where each holds `room` and the first one `indent` less. Two neighbours have a distance `between`
/// them, and stay on one line where one `sticks` to the other; a run that is longer than a line is broken anywhere.
fn fill(
    text: &str,
    (indent, room): (f64, f64),
    width: impl Fn(char) -> f64,
    between: impl Fn(char, char) -> f64,
    sticks: impl Fn(char, char) -> bool,
) -> u32 {
    let (mut lines, mut used) = (1, indent);
    // Width of the unbreakable run at the line's end.
    let mut run = 0.0;
    let mut before = None;
    for c in text.chars() {
        let width = width(c);
        let gap = before.map_or(0.0, |before| between(before, c));
        let is_run = before.is_some_and(|before| sticks(before, c));
        run = if is_run { run + gap + width } else { width };
        used += gap + width;
        before = Some(c);
        if used > room {
            lines += 1;
            used = if run > room { width } else { run };
            run = used;
        }
    }
    lines
}

/// Lines in a cell, `em` wide a character.
fn cell_lines(text: &str, em: f64, room: f64) -> u32 {
    let width = |c| match c {
        ' ' => 0.33,
        '%' | 'm' | 'w' | 'M' | 'W' => 0.95,
        'A'..='Z' | '@' | '&' => 0.74,
        '\u{0}'..='\u{7f}' => 0.62,
        _ => 1.0,
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '&');
    let sticks = |before, c| begins_no_line(c) || is_word(before) && is_word(c);
    fill(text, (0.0, room), |c| width(c) * em, |_, _| 0.0, sticks)
}

/// Lines of a paragraph on official paper (GB/T 9704: 28 characters a line), its first line indented by two characters; none
/// of an empty one. Widths are in half-points of 16-point type, a figure is never broken, and a quarter of a character stands
/// between Chinese and Latin, which every program leaves there.
pub fn paper_lines(text: &str) -> usize {
    const CHARACTER: f64 = 32.0;
    let width = |c| match c {
        '.' | ',' | ' ' => 8.0,
        '%' => 27.0,
        '\u{0}'..='\u{7f}' => 16.0,
        _ => CHARACTER,
    };
    let between = |a: char, b: char| {
        let is_latin = |c: char| c.is_ascii_alphanumeric() || c == '%';
        if is_han(a) && is_latin(b) || is_latin(a) && is_han(b) {
            8.0
        } else {
            0.0
        }
    };
    let ends_no_line = |c| matches!(c, '“' | '‘' | '（' | '《' | '〈' | '【' | '〔');
    let sticks = |before: char, c: char| {
        before.is_ascii() && c.is_ascii() || begins_no_line(c) || ends_no_line(before)
    };
    if text.is_empty() {
        return 0;
    }
    let (indent, room) = (2.0 * CHARACTER, 28.0 * CHARACTER);
    fill(text, (indent, room), width, between, sticks) as usize
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
    let em = size * 96.0 / 72.0;
    let room = (px - MARGIN_PX).max(size * 2.0);
    let paragraph = |text: &str| {
        // No character is wider than an em, and most texts are short.
        if measure(text.chars().count()) * em <= room {
            1
        } else {
            cell_lines(text, em, room)
        }
    };
    text.split('\n').map(paragraph).sum()
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
    let cut = |end: usize| {
        let shown = format!("{}{MARK}", &text[..end]);
        let height = text_height(&shown, px, size);
        (shown, height)
    };
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let fits = ends.partition_point(|&end| cut(end).1 <= MAX_ROW_HEIGHT);
    cut(ends.get(fits.saturating_sub(1)).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_characters_wrap_by_two_units() {
        // 20 units = 165 px; ten 11-point ideographs are 147 px, eleven 161 px.
        let lines = |text| wrapped_lines(text, column_px(20.0), 11.0);
        assert_eq!(lines("一二三四五六七八九十"), 1);
        assert_eq!(lines("一二三四五六七八九十一二"), 2);
    }

    #[test]
    fn a_closing_mark_takes_its_character_along() {
        let lines = |text| cell_lines(text, 1.0, 10.0);
        assert_eq!(lines("一二三四五六七八九十"), 1);
        assert_eq!(lines("一二三四五六七八九十，"), 2);
        // 十， go down; nine more ideographs no longer fit beside them.
        assert_eq!(lines("一二三四五六七八九十，一二三四五六七八九"), 3);
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
        let px = column_px(20.0);
        let (shown, height) = fit_tallest_row("长".repeat(5000), px, 10.0);
        assert!(shown.ends_with("……（后略）"));
        assert!(height <= MAX_ROW_HEIGHT && height > MAX_ROW_HEIGHT - 20.0);
        assert_eq!(height.to_bits(), text_height(&shown, px, 10.0).to_bits());
        assert_eq!(fit_tallest_row("短".to_owned(), px, 10.0).0, "短");
    }

    /// As LibreOffice breaks them.
    #[test]
    fn paragraphs_break_where_the_page_breaks_them() {
        for (text, expected) in [
            (String::new(), 0),
            ("字".repeat(26), 1),
            ("字".repeat(27), 2),
            ("字".repeat(54), 2),
            ("截至6月底，滞后3件（其中严重滞后1件），涉及城市建设事务中心、市场监督管理局。".to_owned(), 2),
            ("报送方面，未报的有公安分局；逾期报送的有统战部。".to_owned(), 1),
            (
                "1.地下“有限空间”安全监测整治（责任单位：城市建设事务中心）累计完成2台，占年度目标的6.7%，低于序时进度43.3个百分点，严重滞后。\
                 年度目标30台，序时进度50.0%。原因：二次采购尚未定标，设备没有到货，安装停滞，明显落后于序时进度。未提出下一步措施。\
                 预计完成时间：2024年12月25日。"
                    .to_owned(),
                6,
            ),
        ] {
            assert_eq!(paper_lines(&text), expected, "{text}");
        }
    }
}
