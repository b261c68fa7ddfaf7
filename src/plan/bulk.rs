//! Long lists of reporters, read without a tree of the file.
//!
//! In a plan of many reporters nine lines in ten are like `{ department = "d00001", target = 12.39 },`, and the TOML parser keeps
//! a kilobyte for each. A list in this plain form is read here; in the text that the parser gets, one element that names the list
//! replaces it. The parser's own tokens say where lists begin, and anything less plain is left to the parser. A plan with a
//! mistake is read again by the parser alone, so that messages do not depend on this.

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::raw::{RawFile, RawReporter};

/// Shorter lists are not worth it.
const LONG: usize = 16;

/// Leads the name of a list in the text: no department's id can hold it, and no check of texts objects to it.
const MARK: char = '@';

/// A plan's text without its long lists.
pub(super) struct Bulk {
    /// Never the source of a mistake's place: a plan with a mistake is read as a whole.
    pub text: String,
    lists: Vec<Vec<RawReporter>>,
}

/// Takes the long lists out; `None` where there is none.
pub(super) fn take(text: &str) -> Option<Bulk> {
    let mut base = 0;
    let mut lexer = Source::new(text).lex();
    let mut lists = Vec::new();
    let mut rest = String::new();
    let (mut depth, mut begins, mut copied) = (0usize, true, 0);
    while let Some(token) = lexer.next() {
        let (start, end) = (base + token.span().start(), base + token.span().end());
        match token.kind() {
            TokenKind::Newline => begins = depth == 0,
            TokenKind::Whitespace => {}
            TokenKind::Atom if begins && text.get(start..end) == Some("reporters") => {
                begins = false;
                let mut ahead = Ahead { text, at: end };
                if let Some((start, end, list)) = list(&mut ahead) {
                    rest.push_str(&text[copied..start]);
                    put!(rest, "[{{department=\"{MARK}{}\"}}]", lists.len());
                    copied = end;
                    lists.push(list);
                    base = end;
                    lexer = Source::new(&text[base..]).lex();
                }
            }
            kind => {
                begins = false;
                match kind {
                    TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
                    TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                        depth = depth.saturating_sub(1);
                    }
                    _ => {}
                }
            }
        }
    }
    if lists.is_empty() {
        return None;
    }
    rest.push_str(&text[copied..]);
    Some(Bulk { text: rest, lists })
}

impl Bulk {
    /// Puts the lists where their names stand; `None` unless each stands in the file once, in its order.
    pub fn put_back(self, file: &mut RawFile) -> Option<()> {
        let mut lists = self.lists.into_iter().enumerate();
        for indicator in file
            .task
            .iter_mut()
            .flatten()
            .flat_map(|task| task.indicator.iter_mut().flatten())
        {
            let named = indicator
                .reporters
                .iter()
                .find_map(|r| r.department.as_deref()?.strip_prefix(MARK));
            if let Some(named) = named {
                let (ix, list) = lists.next()?;
                if indicator.reporters.len() > 1 || named.parse() != Ok(ix) {
                    return None;
                }
                indicator.reporters = list;
            }
        }
        lists.next().is_none().then_some(())
    }
}

/// A place in a text, moved on by what is expected there. A line break is white space in a list, and nowhere else.
struct Ahead<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Ahead<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Steps over white space, and line breaks as TOML has them.
    fn space(&mut self, lines: bool) {
        loop {
            match self.rest().as_bytes() {
                [b' ' | b'\t', ..] => self.at += 1,
                [b'\n', ..] if lines => self.at += 1,
                [b'\r', b'\n', ..] if lines => self.at += 2,
                _ => return,
            }
        }
    }

    /// Steps over what stands next, white space before it aside.
    fn skip(&mut self, wanted: char) -> Option<()> {
        self.space(false);
        self.rest()
            .starts_with(wanted)
            .then(|| self.at += wanted.len_utf8())
    }

    /// The characters that stand next, as far as they are wanted; none is none.
    fn run(&mut self, is_wanted: impl Fn(u8) -> bool) -> Option<&'t str> {
        self.space(false);
        let rest = self.rest();
        let end = rest
            .bytes()
            .position(|b| !is_wanted(b))
            .unwrap_or(rest.len());
        self.at += end;
        (end > 0).then(|| &rest[..end])
    }
}

/// What stands behind `reporters`, if it is a long list written plainly: its first byte, the one behind its last, and what it
/// says.
fn list(ahead: &mut Ahead) -> Option<(usize, usize, Vec<RawReporter>)> {
    ahead.skip('=')?;
    ahead.space(false);
    let start = ahead.at;
    ahead.skip('[')?;
    let mut found = Vec::new();
    loop {
        ahead.space(true);
        if ahead.skip('{').is_some() {
            found.push(reporter(ahead)?);
            ahead.space(true);
            if ahead.skip(',').is_some() {
                continue;
            }
        }
        ahead.skip(']')?;
        return (found.len() >= LONG).then_some((start, ahead.at, found));
    }
}

/// `department = "d00001", target = 12.39 }`.
fn reporter(ahead: &mut Ahead) -> Option<RawReporter> {
    let mut reporter = RawReporter {
        department: None,
        target: None,
    };
    loop {
        let key = ahead.run(|b| b.is_ascii_lowercase())?;
        ahead.skip('=')?;
        match key {
            "department" if reporter.department.is_none() => {
                ahead.skip('"')?;
                let end = memchr::memchr(b'"', ahead.rest().as_bytes())?;
                reporter.department = Some(id(&ahead.rest()[..end])?.into());
                ahead.at += end + 1;
            }
            "target" if reporter.target.is_none() => {
                reporter.target = Some(number(ahead.run(|b| b.is_ascii_digit() || b == b'.')?)?);
            }
            _ => return None,
        }
        if ahead.skip('}').is_some() {
            return reporter.department.is_some().then_some(reporter);
        }
        ahead.skip(',')?;
    }
}

/// What stands between quotation marks, if it is an id: letters, digits, `-` and `_` need no decoding.
fn id(quoted: &str) -> Option<&str> {
    super::validate::is_id(quoted).then_some(quoted)
}

/// Digits with at most one point, as TOML writes numbers; signs, exponents and underscores are left to the parser.
fn number(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let plain = digits(whole)
        && digits(fraction)
        && (whole == "0" || !whole.starts_with('0'))
        && whole.len() <= 15;
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::testing::{load, whole_plan};
    use crate::plan::{Plan, PlanErrors};

    const HEAD: &str = r#"
[plan]
id = "p"
title = "示例"
issuer = "示例办"
start = 2024-01-01
end = 2024-12-31
due_day = 5
"#;

    /// A plan of one indicator that `n` departments report. `line` writes one of them.
    fn plan(n: usize, line: impl Fn(usize) -> String) -> String {
        let mut text = HEAD.to_owned();
        for d in 0..n {
            put!(text, "[[department]]\nid = \"d{d}\"\nname = \"单位{d}\"\n");
        }
        text.push_str("[[task]]\nno = 1\ntier = \"区级\"\nname = \"任务\"\ntext = \"reporters = [\"\nlead = \"d0\"\n");
        text.push_str("[[task.indicator]]\nid = \"1.1\"\nname = \"指标\"\nkind = \"level\"\nunit = \"个\"\ntarget = 3\ncombine = \"mean\"\n");
        text.push_str("reporters = [ \n");
        (0..n).for_each(|d| text.push_str(&line(d)));
        text.push_str("]\n");
        text
    }

    fn plain(d: usize) -> String {
        format!("  {{ department = \"d{d}\", target = {}.5 }},\n", d + 1)
    }

    /// Loads a plan, which must give what the parser alone makes of it.
    fn loaded(text: &str) -> Result<Plan, PlanErrors> {
        // A plan's maps print in any order; its slots are what the lists make.
        let said = |plan: Result<Plan, PlanErrors>| format!("{:?}", plan.map(|plan| plan.slots));
        assert_eq!(said(load("plan.toml", text)), said(whole_plan(text)));
        load("plan.toml", text)
    }

    #[test]
    fn a_plain_list_is_taken_and_means_the_same() {
        let text = plan(40, plain);
        let bulk = take(&text).unwrap();
        assert_eq!((bulk.lists.len(), bulk.lists[0].len()), (1, 40));
        assert!(
            bulk.text.contains("text = \"reporters = [\"") && !bulk.text.contains("\"d7\", target")
        );
        assert!(loaded(&text).is_ok());
    }

    #[test]
    fn a_plan_without_mistakes_is_read_without_its_long_lists() {
        assert!(crate::plan::load::without_lists(&plan(40, plain), &[]).is_some());
    }

    #[test]
    fn white_space_is_as_toml_has_it() {
        let lines: [fn(usize) -> String; 4] = [
            |d| format!("\t{{department=\"d{d}\",target=1.5}}\r\n ,"),
            |d| format!("{{ target = {d}.25 , department = \"d{d}\" }},\n\n"),
            |d| {
                format!(
                    "{{ department = \"d{d}\" }}{}",
                    if d == 39 { "" } else { "," }
                )
            },
            |d| format!("{{  target  =  1  ,\t department\t=\t\"d{d}\"\t}} , "),
        ];
        for line in lines {
            let text = plan(40, line);
            assert!(take(&text).is_some(), "{}", line(1));
            let _ = loaded(&text);
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        assert!(take(&plan(LONG - 1, plain)).is_none());
        let odd: [fn(usize) -> String; 14] = [
            |d| format!("{{ department = 'd{d}', target = 1 }},"),
            |d| format!("{{ department = \"\\u0064{d}\", target = 1 }},"),
            |d| format!("{{ department = \"d{d}\", target = 1e3 }},"),
            |d| format!("{{ department = \"d{d}\", target = -1 }},"),
            |d| format!("{{ department = \"d{d}\", target = 007 }},"),
            |d| format!("{{ department = \"d{d}\", target = 1_000 }},"),
            |d| format!("{{ department = \"d{d}\", department = \"d{d}\" }},"),
            |d| format!("{{ department = \"d{d}\", targets = 1 }},"),
            |d| format!("{{ \"department\" = \"d{d}\" }},"),
            |d| format!("{{ department = \"d{d}\" }}, # 注\n"),
            |d| format!("{{ department = \"d{d}\", target = 1. }},"),
            |d| format!("{{ department = \"d{d}\", target = 1.2.3 }},"),
            |d| format!("{{ department = \"d{d}\" ,, target = 1 }},"),
            |d| format!("{{ department = \"d{d}\" }},\r"),
        ];
        for line in odd {
            let text = plan(40, line);
            assert!(take(&text).is_none(), "{}", line(1));
            let _ = loaded(&text);
        }
    }

    #[test]
    fn a_mistake_is_told_as_without_it() {
        for text in [
            plan(40, |d| plain(d.min(38))),
            plan(40, plain).replace("\"d7\", target", "\"d99\", target"),
            plan(40, plain).replace("issuer", "isuer"),
            plan(40, plain).replace(
                "reporters = [ ",
                "reporters = [{ department = \"@0\" }]\nreporters = [ ",
            ),
            plan(40, plain) + "\nreporters = [",
            plan(40, plain).replace("\n]\n", "\n"),
        ] {
            assert!(loaded(&text).is_err());
        }
        // A name that only the file itself could have given.
        let _ = loaded(&plan(1, |_| "{ department = \"@0\" }".to_owned()));
    }
}
