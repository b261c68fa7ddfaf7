//! The names an expression uses, read without evaluating it.

/// A name path: `项.名称`, and where a filter, test or call was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    Path(Vec<String>),
    Filter(String),
    Call(String),
}

const WORDS: [&str; 14] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "true",
    "false",
    "none",
    "True",
    "False",
    "None",
    "recursive",
];

/// Names, filters and calls of an expression in order.
pub fn uses(expression: &str) -> Vec<Use> {
    let chars: Vec<char> = expression.chars().collect();
    let mut out = Vec::new();
    let (mut at, mut after_pipe, mut after_is) = (0, false, false);
    while let Some(&c) = chars.get(at) {
        if matches!(c, '"' | '\'') {
            at += 1;
            while chars.get(at).is_some_and(|&x| x != c) {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if c == '|' {
            after_pipe = true;
            at += 1;
        } else if is_start(c) {
            let (mut path, next) = read_path(&chars, at);
            at = next;
            let follows = chars[at..].iter().find(|c| !c.is_whitespace());
            let assigns = follows == Some(&'=')
                && chars[at..].iter().skip_while(|c| c.is_whitespace()).nth(1) != Some(&'=');
            if std::mem::take(&mut after_pipe) {
                out.push(Use::Filter(path.swap_remove(0)));
            } else if after_is && path[0] != "not" {
                after_is = false;
            } else if path.len() == 1 && WORDS.contains(&path[0].as_str()) {
                after_is = path[0] == "is" || (after_is && path[0] == "not");
            } else if follows == Some(&'(') {
                if path.len() == 1 {
                    out.push(Use::Call(path.swap_remove(0)));
                } else {
                    path.pop();
                    out.push(Use::Path(path));
                }
            } else if !assigns {
                out.push(Use::Path(path));
            }
        } else {
            // Digits of a number are no name: 2e5.
            at += 1;
            while c.is_ascii_digit() && chars.get(at).is_some_and(char::is_ascii_alphanumeric) {
                at += 1;
            }
        }
    }
    out
}

/// The path, if the expression is one and nothing else (filters that keep a list's items aside).
pub fn plain_path(expression: &str) -> Option<Vec<String>> {
    let (head, filters) = expression
        .split_once('|')
        .map_or((expression, ""), |(h, f)| (h, f));
    let keeps = |f: &str| {
        matches!(
            f.split('(').next().unwrap_or("").trim(),
            "sort" | "reverse" | "list" | "unique" | "selectattr" | "rejectattr"
        )
    };
    if !filters.is_empty() && !filters.split('|').all(keeps) {
        return None;
    }
    let chars: Vec<char> = head.trim().chars().collect();
    if !chars.first().copied().is_some_and(is_start) {
        return None;
    }
    let (path, end) = read_path(&chars, 0);
    (end == chars.len()).then_some(path)
}

fn read_path(chars: &[char], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    loop {
        let start = at;
        while chars.get(at).copied().is_some_and(is_part) {
            at += 1;
        }
        path.push(chars[start..at].iter().collect());
        if chars.get(at) == Some(&'.') && chars.get(at + 1).copied().is_some_and(is_start) {
            at += 1;
        } else {
            return (path, at);
        }
    }
}

fn is_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_part(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_words_strings_and_keywords() {
        let path = |p: &[&str]| Use::Path(p.iter().map(|s| (*s).to_owned()).collect());
        assert_eq!(
            uses("甲.乙 ~ '丙' | default(x='a', y=丁) and not 戊 is defined or loop.index > 2e5"),
            [
                path(&["甲", "乙"]),
                Use::Filter("default".into()),
                path(&["丁"]),
                path(&["戊"]),
                path(&["loop", "index"])
            ]
        );
        assert_eq!(uses("range(3)"), [Use::Call("range".into())]);
        assert_eq!(
            plain_path("项目 | sort(attribute='名称')"),
            Some(vec!["项目".to_owned()])
        );
        assert_eq!(plain_path("a + b"), None);
    }
}
