//! Property tests: a figure or a date, written in every form that departments use, reads back as itself; and no text
//! whatever makes the readers panic or find a figure where there is none.

use duban::intake::quantity::{self, LARGEST, Problem, Reading, Units};
use duban::intake::workbook::{CellRef, Strike};
use duban::intake::{FieldCell, NumberFormat, Value, dates, status, text};
use duban::plan::Unit;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn cell(value: Value, format: NumberFormat) -> FieldCell {
    FieldCell {
        at: CellRef::new(6, 9),
        value: Some(value),
        format,
        strike: Strike::None,
        merged_to: None,
    }
}

fn read(raw: &str, unit: &str) -> Reading {
    let plan = Unit::parse(unit).unwrap();
    let units = Units {
        row: None,
        header: None,
        plan: &plan,
        nouns: [""; 2],
        is_in_points: false,
    };
    quantity::read(
        Some(&cell(Value::Text(raw.into()), NumberFormat::General)),
        units,
    )
}

fn full_width(text: &str) -> String {
    let wide = |c: char| char::from_u32(c as u32 + 0xFEE0).unwrap_or(c);
    text.chars()
        .map(|c| {
            if c.is_ascii_digit() || matches!(c, '.' | ',' | '%') {
                wide(c)
            } else {
                c
            }
        })
        .collect()
}

fn grouped(whole: u64, separator: &str) -> String {
    let digits = whole.to_string();
    let head = digits.len() % 3;
    let mut groups: Vec<&str> = digits.as_bytes()[head..]
        .chunks(3)
        .map(|c| std::str::from_utf8(c).unwrap())
        .collect();
    if head > 0 {
        groups.insert(0, &digits[..head]);
    }
    groups.join(separator)
}

/// 一千零五, 十二, 三万零四十: as written in documents.
fn numeral(n: u64) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    fn below_ten_thousand(n: u64) -> String {
        let mut out = String::new();
        let mut gap = false;
        for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let digit = usize::try_from(n / unit % 10).unwrap();
            if digit == 0 {
                gap = !out.is_empty();
                continue;
            }
            if gap {
                out.push('零');
                gap = false;
            }
            out.push_str(DIGITS[digit]);
            out.push_str(name);
        }
        out
    }
    if n == 0 {
        return "零".to_owned();
    }
    let (high, low) = (n / 10_000, n % 10_000);
    let mut out = String::new();
    if high > 0 {
        out.push_str(&below_ten_thousand(high));
        out.push('万');
        if low > 0 && low < 1000 {
            out.push('零');
        }
    }
    out.push_str(&below_ten_thousand(low));
    if let Some(rest) = out.strip_prefix("一十") {
        format!("十{rest}")
    } else {
        out
    }
}

fn banker(n: u64) -> String {
    let swap = |c| match c {
        '一' => '壹',
        '二' => '贰',
        '三' => '叁',
        '四' => '肆',
        '五' => '伍',
        '六' => '陆',
        '七' => '柒',
        '八' => '捌',
        '九' => '玖',
        '十' => '拾',
        '百' => '佰',
        '千' => '仟',
        c => c,
    };
    numeral(n).chars().map(swap).collect()
}

/// Spaces that people and programs leave around a number.
fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just(""),
        Just(" "),
        Just("\u{a0}"),
        Just("\u{3000}"),
        Just("\n"),
        Just("\u{200b}"),
        Just("\t ")
    ]
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// The value that a reading gives, or what it is instead.
fn value(reading: &Reading) -> Result<f64, TestCaseError> {
    reading
        .value()
        .ok_or_else(|| TestCaseError::fail(format!("{reading:?}")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whole_numbers_in_every_form(n in 0u64..100_000_000, before in space(), after in space(), form in 0usize..12) {
        let forms = [
            n.to_string(),
            format!("{n}个"),
            format!("{n} 个"),
            grouped(n, ","),
            grouped(n, "，"),
            grouped(n, " "),
            full_width(&n.to_string()),
            full_width(&grouped(n, ",")),
            numeral(n),
            format!("{}个", numeral(n)),
            banker(n),
            format!("{n}.0"),
        ];
        let raw = format!("{before}{}{after}", forms[form]);
        let read = read(&raw, "个");
        prop_assert!(same(value(&read)?, n as f64), "{raw:?}: {read:?}");
        prop_assert!(read.number().unwrap().qualifier.is_none(), "{raw:?}: {read:?}");
    }

    #[test]
    fn qualifiers_are_kept_beside_the_number(n in 1u64..1_000_000, form in 0usize..14) {
        let forms = [
            (format!("约{n}台"), "约"), (format!("大约{n}台"), "大约"), (format!("近{n}台"), "近"), (format!("将近{n}台"), "将近"),
            (format!("接近{n}"), "接近"), (format!("逾{n}台"), "逾"), (format!("超{n}台"), "超"), (format!("超过{n}台"), "超过"),
            (format!("不到{n}台"), "不到"), (format!("不足{n}台"), "不足"), (format!("{n}余台"), "余"), (format!("{n}多台"), "多"),
            (format!("{n}台左右"), "左右"), (format!("{n}台以上"), "以上"),
        ];
        let (raw, word) = &forms[form];
        let read = read(raw, "台");
        prop_assert!(same(value(&read)?, n as f64), "{raw}: {read:?}");
        prop_assert_eq!(read.number().unwrap().qualifier.as_deref(), Some(*word), "{}", raw);
    }

    /// An area in every unit that converts exactly, in hundredths of 万平方米.
    #[test]
    fn areas_in_every_unit(hundredths in 0u32..1_000_000, form in 0usize..9) {
        let wan = f64::from(hundredths) / 100.0;
        let metres = u64::from(hundredths) * 100;
        let forms = [
            format!("{wan}"),
            format!("{wan}万平方米"),
            format!("{wan}万㎡"),
            format!("{wan} 万m²"),
            format!("{wan}万"),
            format!("{metres}平方米"),
            format!("{}㎡", grouped(metres, ",")),
            format!("{wan}公顷"),
            full_width(&format!("{wan:.2}万平方米")),
        ];
        let read = read(&forms[form], "万平方米");
        prop_assert!(same(value(&read)?, wan), "{}: {read:?}", forms[form]);
    }

    #[test]
    fn lengths_in_every_unit(metres in 0u32..10_000_000, form in 0usize..6) {
        let km = f64::from(metres) / 1000.0;
        let forms = [
            format!("{km}公里"), format!("{km}千米"), format!("{km}km"), format!("{metres}米"), format!("{metres} m"), format!("约{km}公里"),
        ];
        let read = read(&forms[form], "公里");
        prop_assert!(same(value(&read)?, km), "{}: {read:?}", forms[form]);
    }

    /// A ratio with its sign is itself; a bare one up to 1 is never guessed.
    #[test]
    fn ratios_in_every_form(tenths in 11u32..=1000, form in 0usize..5) {
        let points = f64::from(tenths) / 10.0;
        let forms = [format!("{points}%"), format!("{points}％"), format!("{points} %"), full_width(&format!("{points}%")), format!("{points}")];
        let read = read(&forms[form], "%");
        prop_assert!(same(value(&read)?, points), "{}: {read:?}", forms[form]);
        let plan = Unit::parse("%").unwrap();
        let units = Units { row: None, header: None, plan: &plan, nouns: [""; 2], is_in_points: false };
        let stored = quantity::read(Some(&cell(Value::Number(points / 100.0), NumberFormat::Percent(1))), units);
        prop_assert!(same(value(&stored)?, points), "{stored:?}");
        let bare = quantity::read(Some(&cell(Value::Number(points / 100.0), NumberFormat::General)), units);
        prop_assert_eq!(bare, Reading::Bad(Problem::RatioAmbiguous { written: points / 100.0 }));
    }

    /// Two figures in one cell are never one.
    #[test]
    fn two_figures_are_never_one(a in 1u32..1000, b in 1u32..1000, form in 0usize..7) {
        let forms = [
            format!("{a}/{b}"), format!("{a}+{b}"), format!("完成{a}处，正在施工{b}处"), format!("{a}处（其中{b}处在建）"), format!("{a}-{b}"),
            format!("{a}处、{b}处"), format!("{a}~{b}"),
        ];
        let read = read(&forms[form], "处");
        prop_assert!(matches!(read, Reading::Bad(Problem::Several { .. })), "{}: {read:?}", forms[form]);
    }

    #[test]
    fn dates_in_every_form(days in 0i32..366 * 3, form in 0usize..12) {
        let day: Date = date(2023, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let (y, m, d) = (day.year(), day.month(), day.day());
        let serial = f64::from(day.since(date(1899, 12, 30)).unwrap().get_days());
        let forms = [
            format!("{y}-{m:02}-{d:02}"), format!("{y}.{m}.{d}"), format!("{y}/{m}/{d}"), format!("{}-{m}-{d}", y - 2000), format!("{y}年{m}月{d}日"),
            full_width(&format!("{y}年{m}月{d}日")), format!(" {y} 年 {m} 月 {d} 日"), format!("{y}{m:02}{d:02}"), format!("{serial}"),
            format!("{y}-{m:02}-{d:02} 00:00:00"), format!("{y}-{m:02}-{d:02}T08:00:00"), format!("{y}年{m}月{d}号前"),
        ];
        prop_assert_eq!(dates::parse(&forms[form], 2024, false), Some(day), "{}", &forms[form]);
        prop_assert_eq!(dates::from_serial(serial, false), Some(day));
        let without_year = Date::new(2024, m, d).unwrap();
        prop_assert_eq!(dates::parse(&format!("{m}月{d}日"), 2024, false), Some(without_year));
    }

    /// Nothing panics, whatever it is; what is read is finite and in bounds; candidates lie in the folded text.
    #[test]
    fn any_text_at_all(raw in "\\PC{0,40}|[0-9零一二三四五六七八九十百千万亿两点余多约近，。、/%.\\-+()（）个处公里万平方米㎡ ]{0,30}|.{0,40}") {
        for unit in ["个", "万平方米", "%", "公里"] {
            if let Reading::Number(q) = read(&raw, unit) {
                prop_assert!(q.value.is_finite() && q.value.abs() <= LARGEST && q.step.is_finite(), "{raw:?}: {q:?}");
                // Nothing without a digit or a numeral is a figure.
                prop_assert!(raw.chars().any(|c| c.is_numeric() || "零〇一二三四五六七八九十两廿卅壹贰叁肆伍陆柒捌玖拾佰仟百千万亿幺弍弎".contains(c)), "{raw:?}");
            }
        }
        let folded = quantity::fold(&raw);
        for candidate in quantity::candidates(&raw) {
            prop_assert_eq!(folded.get(candidate.range.clone()), Some(candidate.text.as_str()));
        }
        let text_cell = cell(Value::Text(raw.as_str().into()), NumberFormat::General);
        quantity::read_rate(Some(&text_cell));
        dates::read(Some(&text_cell), 2024, false);
        status::read(None, Some(&text_cell));
        text::is_placeholder(&raw);
        prop_assert!(!text::one_line(&raw, 20).chars().any(char::is_control));
    }
}
