//! The TOML parser's errors in Chinese.

use std::ops::Range;

use toml::de::Error;

use super::advice;
use super::diagnostic::Mistake;

/// The parser's messages (`toml_parser` 1) that an operator's slip can bring about.
const MESSAGES: &[(&str, &str)] = &[
    ("duplicate key", "这个键在同一段里写了两次，只能保留一个"),
    (
        "string values must be quoted",
        "文字要放在英文双引号 \" \" 里",
    ),
    ("missing assignment", "键和值之间缺少英文等号 ="),
    ("extra assignment", "等号写多了"),
    ("extra `=`", "等号写多了"),
    ("key with no value", "这个键后面没有写“= 值”"),
    ("missing value", "等号后面没有值"),
    ("missing comma", "两项之间缺少英文逗号"),
    ("extra comma", "逗号写多了"),
    ("unclosed array table", "段名的方括号没有配对，应写成 [[…]]"),
    ("unclosed array", "列表的方括号 [ ] 没有配对"),
    ("unclosed table", "段名的方括号 [ ] 没有配对"),
    ("unclosed inline table", "花括号 { } 没有配对"),
    ("missing array opening", "方括号 [ ] 没有配对"),
    ("missing inline table opening", "花括号 { } 没有配对"),
    ("missing opening quote", "引号没有配对"),
    (
        "invalid basic string",
        "引号没有配对，或引号内有换行、反斜杠等不能直接写的字符",
    ),
    ("invalid literal string", "单引号没有配对"),
    ("invalid multi-line", "多行文字的三引号没有配对"),
    (
        "missing escaped value",
        "反斜杠 \\ 后面缺少字符；反斜杠本身要写成 \\\\",
    ),
    (
        "invalid escape",
        "反斜杠 \\ 后面的字符不能识别；反斜杠本身要写成 \\\\",
    ),
    (
        "invalid unquoted key",
        "键名只能用英文字母、数字、- 和 _，其他字符要加英文引号",
    ),
    ("unquoted keys cannot be empty", "等号前面没有键名"),
    ("leading zero", "数字前面不能有多余的 0"),
    ("datetime", "日期写法不对，应如 2024-12-31"),
    ("date", "日期写法不对，应如 2024-12-31"),
    ("comment", "注释中有不能使用的控制字符"),
    ("max recursion depth", "嵌套层数过多"),
    (
        "carriage return",
        "换行符不完整，请用记事本或编辑器重新保存",
    ),
];

/// Characters that a Chinese input method puts where TOML wants half-width ones.
const FULL_WIDTH: &[(char, char)] = &[
    ('“', '"'),
    ('”', '"'),
    ('＂', '"'),
    ('‘', '\''),
    ('’', '\''),
    ('＝', '='),
    ('，', ','),
    ('、', ','),
    ('［', '['),
    ('］', ']'),
    ('【', '['),
    ('】', ']'),
    ('｛', '{'),
    ('｝', '}'),
    ('＃', '#'),
    ('．', '.'),
    ('　', ' '),
    ('－', '-'),
    ('：', '='),
    ('；', ','),
];

/// The parser's errors as mistakes of the plan, one a line: a slip derails the parser more than once, and its first error is
/// the one to mend.
pub(super) fn translate(text: &str, errors: &[Error]) -> Vec<Mistake> {
    let mut errors: Vec<_> = errors
        .iter()
        .map(|e| (e.span().unwrap_or(0..0), e.message()))
        .collect();
    errors.sort_by_key(|(span, _)| span.start);
    // Lines are counted in one walk: a file that is no plan can have a slip in every word.
    let (mut at, mut line, mut last) = (0, 0, None);
    errors.retain(|(span, _)| {
        let start = span.start.clamp(at, text.len());
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[at..start]).count();
        at = start;
        last.replace(line) != Some(line)
    });
    errors
        .into_iter()
        .map(|(span, message)| mistake(text, message, span))
        .collect()
}

fn mistake(text: &str, message: &str, mut span: Range<usize>) -> Mistake {
    let message = match full_width(text, &span) {
        Some((place, wide, ' ')) => {
            span = place;
            format!("全角符号 {wide} 应改为英文半角空格")
        }
        Some((place, wide, narrow)) => {
            span = place;
            format!("全角符号 {wide} 应改为英文半角 {narrow}")
        }
        None => MESSAGES
            .iter()
            .find(|(english, _)| message.contains(english))
            .map_or("不符合 TOML 的写法", |(_, chinese)| *chinese)
            .to_owned(),
    };
    // A date without its day is a month's, and no date: what the key asks for tells.
    let help = if message.starts_with("键名") {
        advice::key(text, span.start)
    } else {
        advice::at(text, span.start)
    };
    let message = match &help {
        Some(help) if is_value(&message, help) => "这里的值写法不对".to_owned(),
        _ => message,
    };
    Mistake {
        span,
        message,
        help,
    }
}

/// What the parser says of a value that it cannot read tells nothing, or the wrong thing, where the key itself can be asked.
fn is_value(message: &str, help: &str) -> bool {
    let is_text = help.contains("= \"") && !help.contains("unit");
    ["日期写法", "数字前面", "不符合"]
        .iter()
        .any(|start| message.starts_with(start))
        || (message.starts_with("文字要放在") && !is_text)
}

/// A full-width sign at the place, or before it in the same line outside quotes and comments.
fn full_width(text: &str, span: &Range<usize>) -> Option<(Range<usize>, char, char)> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |n| n + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |n| start + n);
    let mut quote = None;
    for (offset, c) in text[line_start..line_end].char_indices() {
        match quote {
            Some(open) => {
                if c == open {
                    quote = None;
                }
            }
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '#' => break,
            None => {
                if let Some(&(wide, narrow)) = FULL_WIDTH.iter().find(|(wide, _)| *wide == c) {
                    let at = line_start + offset;
                    return Some((at..at + c.len_utf8(), wide, narrow));
                }
            }
        }
    }
    None
}
