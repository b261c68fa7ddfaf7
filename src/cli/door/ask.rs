//! Questions on a terminal: a line is read, and asked for again until it is an answer.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use crate::cli::printing::print;
use crate::intake::calendar::fold;
use crate::intake::text::one_line;

/// Whether an answer is waited for: Ctrl-C then ends the menu, else the command that runs.
pub static ASKING: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Why there is no answer.
#[derive(Debug)]
pub enum Stop {
    /// The person goes back.
    Back,
    /// Nothing more will be typed.
    End,
}

/// One line, without spaces around it.
pub fn line(prompt: &str) -> Result<String, Stop> {
    print(prompt);
    // What cannot be shown is noticed by `print`.
    let _ = io::stdout().flush();
    let mut typed = Vec::new();
    ASKING.store(true, Ordering::SeqCst);
    let read = io::stdin().lock().read_until(b'\n', &mut typed);
    ASKING.store(false, Ordering::SeqCst);
    if !matches!(read, Ok(1..)) {
        print("\n");
        return Err(Stop::End);
    }
    Ok(String::from_utf8_lossy(&typed).trim().to_owned())
}

/// An answer that `read` understands, else its complaint and the question again; 0 goes back.
pub fn until<T>(prompt: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T, Stop> {
    loop {
        let typed = line(prompt)?;
        if fold(&typed) == "0" {
            return Err(Stop::Back);
        }
        match read(&typed) {
            Ok(answer) => return Ok(answer),
            Err(why) => print(format_args!("{why}\n")),
        }
    }
}

/// Lists what there is to choose from, from 1 on.
pub fn list<T: AsRef<str>>(options: &[T]) {
    for (ix, option) in options.iter().enumerate() {
        print(format_args!("  {} {}\n", ix + 1, option.as_ref()));
    }
}

/// One of some options, by its place; an empty line takes `default`.
pub fn choice<T: AsRef<str>>(
    question: &str,
    options: &[T],
    default: Option<usize>,
) -> Result<usize, Stop> {
    print(format_args!("{question}\n"));
    list(options);
    let default_said = default.map_or_else(String::new, |ix| format!("（直接按回车为{}）", ix + 1));
    let prompt = format!("请按数字，再按回车{default_said}：");
    until(&prompt, |typed| {
        picked(typed, options.len(), default)
            .ok_or_else(|| wrong(typed, &format!("请按1至{}的数字", options.len())))
    })
}

/// The option that a number means.
pub fn picked(typed: &str, options: usize, default: Option<usize>) -> Option<usize> {
    if typed.is_empty() {
        return default;
    }
    let number: usize = fold(typed).parse().ok()?;
    (1..=options).contains(&number).then(|| number - 1)
}

/// That a line is no answer, and what would be.
pub fn wrong(typed: &str, wanted: &str) -> String {
    if typed.is_empty() {
        format!("{wanted}。")
    } else {
        format!("看不懂“{}”，{wanted}。", one_line(typed, 60))
    }
}

/// Files and folders as they are typed, or as a terminal types what is dragged into it: bare, in quotes, escaped, as an address.
pub fn paths(typed: &str) -> Result<Vec<PathBuf>, String> {
    let whole = Path::new(typed.trim_matches(['"', '\'']));
    if !typed.is_empty() && whole.exists() {
        return Ok(vec![whole.to_owned()]);
    }
    let words: Vec<PathBuf> = words(typed).iter().map(|word| address(word)).collect();
    match words.iter().find(|path| !path.exists()) {
        Some(absent) => Err(format!(
            "没有“{}”这个文件或文件夹，请重新拖入或写出位置。",
            one_line(&absent.display().to_string(), 200)
        )),
        None if words.is_empty() => Err("请拖入文件或文件夹，或写出它的位置。".to_owned()),
        None => Ok(words),
    }
}

/// Words as a shell parts them; on Windows a backslash stands between folders.
fn words(typed: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut chars = typed.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('\\', None | Some('"')) if !cfg!(windows) => {
                word.get_or_insert_default().extend(chars.next());
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// `file:///home/%E8%A1%A8.xlsx` as a path; anything else as it is.
fn address(word: &str) -> PathBuf {
    let Some(path) = word.strip_prefix("file://") else {
        return word.into();
    };
    let path = if cfg!(windows) {
        path.trim_start_matches('/')
    } else {
        path
    };
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code = (*first == b'%').then(|| std::str::from_utf8(after.get(..2)?).ok());
        let code = code
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_terminals_type_for_a_dragged_file_is_its_path() {
        for (typed, parted) in [
            ("附件 邮件/6月", vec!["附件", "邮件/6月"]),
            ("'/家/我的 表.xlsx' ", vec!["/家/我的 表.xlsx"]),
            ("\"a b\" c\\ d", vec!["a b", "c d"]),
            ("'it'\\''s'", vec!["it's"]),
            ("  ", vec![]),
            ("''", vec![""]),
        ] {
            assert_eq!(words(typed), parted, "{typed}");
        }
        for (word, path) in [
            ("file:///home/%E8%A1%A8%201.xlsx", "/home/表 1.xlsx"),
            ("file:///100%", "/100%"),
            ("/100%25", "/100%25"),
        ] {
            assert_eq!(address(word), Path::new(path), "{word}");
        }
    }

    #[test]
    fn numbers_are_taken_in_any_width_and_only_where_there_is_an_option() {
        for (typed, option) in [
            ("2", Some(1)),
            ("２", Some(1)),
            ("", Some(0)),
            ("4", None),
            ("-1", None),
            ("二", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(picked(typed, 3, Some(0)), option, "{typed}");
        }
    }
}
