//! Long lists of reporters, read without a tree of the file.
//!
//! In a plan of many reporters nine parts in ten are lines like `{ department = "d00001", target = 12.39 },`. The TOML parser
//! keeps a kilobyte for each. Where such a list is written plainly it is read here, from the same parser's tokens, and stands
//! in the text as one element that names it; anything else is left to the parser. A plan with a mistake is read as a whole, by
//! the parser alone: what is told of it does not depend on this.

use toml_parser::Source;
use toml_parser::lexer::{Lexer, Token, TokenKind};

use super::raw::{RawFile, RawReporter};

/// Shorter lists are not worth it.
const LONG: usize = 16;

/// Leads the name of a list in the text: no department's id can hold it.
const MARK: char = '\0';

/// A plan's text without its long lists.
pub(super) struct Bulk {
    /// Of the same length, so that every place is where it was.
    pub text: String,
    lists: Vec<Vec<RawReporter>>,
}

/// Takes the long lists out; `None` where there is none.
pub(super) fn take(text: &str) -> Option<Bulk> {
    let mut tokens = Tokens::at(text, 0);
    let mut lists = Vec::new();
    let mut rest = String::new();
    let (mut depth, mut begins, mut copied) = (0usize, true, 0);
    while let Some(token) = tokens.lexer.next() {
        match token.kind() {
            TokenKind::Newline => begins = depth == 0,
            TokenKind::Whitespace => {}
            TokenKind::Atom if begins && tokens.text(&token) == "reporters" => {
                begins = false;
                let mut ahead = Tokens::at(text, tokens.base + token.span().end());
                if let Some((start, end, list)) = list(&mut ahead) {
                    if lists.is_empty() {
                        rest.reserve_exact(text.len());
                    }
                    rest.push_str(&text[copied..start]);
                    let name = format!("[{{department=\"\\u0000{}\"}}]", lists.len());
                    rest.push_str(&name);
                    rest.extend(std::iter::repeat_n(' ', (end - start).saturating_sub(name.len())));
                    copied = end;
                    lists.push(list);
                    tokens = ahead;
                }
            }
            kind => {
                begins = false;
                match kind {
                    TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
                    TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
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
        for indicator in file.task.iter_mut().flatten().flat_map(|task| task.indicator.iter_mut().flatten()) {
            let named = indicator.reporters.iter().find_map(|r| r.department.as_deref()?.strip_prefix(MARK));
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

/// The tokens of a text from one of its bytes on.
struct Tokens<'t> {
    text: &'t str,
    base: usize,
    lexer: Lexer<'t>,
}

impl<'t> Tokens<'t> {
    fn at(text: &'t str, base: usize) -> Self {
        Self { text, base, lexer: Source::new(text.get(base..).unwrap_or_default()).lex() }
    }

    /// What stands from one token to another.
    fn span(&self, first: &Token, last: &Token) -> &'t str {
        self.text.get(self.base + first.span().start()..self.base + last.span().end()).unwrap_or_default()
    }

    fn text(&self, token: &Token) -> &'t str {
        self.span(token, token)
    }

    /// The next token that is no white space (nor line break, in a list).
    fn solid(&mut self, lines: bool) -> Option<Token> {
        self.lexer.find(|token| match token.kind() {
            TokenKind::Whitespace => false,
            TokenKind::Newline => !lines,
            _ => true,
        })
    }

    fn expect(&mut self, kind: TokenKind) -> Option<Token> {
        self.solid(false).filter(|token| token.kind() == kind)
    }
}

/// What stands behind `reporters`, if it is a long list written plainly: its first byte, the one behind its last, and what it
/// says.
fn list(tokens: &mut Tokens) -> Option<(usize, usize, Vec<RawReporter>)> {
    tokens.expect(TokenKind::Equals)?;
    let start = tokens.base + tokens.expect(TokenKind::LeftSquareBracket)?.span().start();
    let mut found = Vec::new();
    let end = loop {
        let mut token = tokens.solid(true)?;
        if token.kind() == TokenKind::LeftCurlyBracket {
            found.push(reporter(tokens)?);
            token = tokens.solid(true)?;
            if token.kind() == TokenKind::Comma {
                continue;
            }
        }
        if token.kind() != TokenKind::RightSquareBracket {
            return None;
        }
        break tokens.base + token.span().end();
    };
    (found.len() >= LONG).then_some((start, end, found))
}

/// `department = "d00001", target = 12.39 }`.
fn reporter(tokens: &mut Tokens) -> Option<RawReporter> {
    let mut reporter = RawReporter { department: None, target: None };
    loop {
        let key = tokens.expect(TokenKind::Atom)?;
        tokens.expect(TokenKind::Equals)?;
        let end = match tokens.text(&key) {
            "department" if reporter.department.is_none() => {
                reporter.department = {
                    let quoted = tokens.expect(TokenKind::BasicString)?;
                    Some(id(tokens.text(&quoted))?.to_owned())
                };
                tokens.solid(false)?
            }
            "target" if reporter.target.is_none() => {
                let first = tokens.expect(TokenKind::Atom)?;
                let (mut last, mut next) = (first, tokens.solid(false)?);
                if next.kind() == TokenKind::Dot {
                    last = tokens.expect(TokenKind::Atom)?;
                    next = tokens.solid(false)?;
                }
                reporter.target = Some(number(tokens.span(&first, &last))?);
                next
            }
            _ => return None,
        };
        match end.kind() {
            TokenKind::Comma => {}
            TokenKind::RightCurlyBracket => return reporter.department.is_some().then_some(reporter),
            _ => return None,
        }
    }
}

/// A quoted id as it stands: letters, digits, `-` and `_` need no decoding.
fn id(quoted: &str) -> Option<&str> {
    let id = quoted.strip_prefix('"')?.strip_suffix('"')?;
    super::validate::is_id(id).then_some(id)
}

/// Digits with at most one point, as TOML writes numbers; signs, exponents and underscores are left to the parser.
fn number(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let plain = digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0')) && whole.len() <= 15;
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        use std::fmt::Write;
        let mut text = HEAD.to_owned();
        for d in 0..n {
            let _ = writeln!(text, "[[department]]\nid = \"d{d}\"\nname = \"单位{d}\"");
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

    /// What the parser alone makes of it.
    fn whole(text: &str) -> String {
        format!("{:?}", crate::plan::load::whole("plan.toml", text))
    }

    #[test]
    fn a_plain_list_is_taken_and_means_the_same() {
        let text = plan(40, plain);
        let bulk = take(&text).unwrap();
        assert_eq!((bulk.text.len(), bulk.lists.len(), bulk.lists[0].len()), (text.len(), 1, 40));
        assert!(bulk.text.contains("text = \"reporters = [\"") && !bulk.text.contains("\"d7\", target"));
        let loaded = crate::plan::load("plan.toml", &text);
        assert!(loaded.is_ok());
        assert_eq!(format!("{:?}", loaded.unwrap().slots), format!("{:?}", crate::plan::load::whole("plan.toml", &text).unwrap().slots));
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        assert!(take(&plan(LONG - 1, plain)).is_none());
        let odd: [fn(usize) -> String; 10] = [
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
        ];
        for line in odd {
            let text = plan(40, line);
            assert!(take(&text).is_none(), "{}", line(1));
            assert_eq!(
                format!("{:?}", crate::plan::load("plan.toml", &text).err()),
                format!("{:?}", crate::plan::load::whole("plan.toml", &text).err())
            );
        }
    }

    #[test]
    fn a_mistake_is_told_as_without_it() {
        for text in [
            plan(40, |d| plain(d.min(38))),
            plan(40, plain).replace("\"d7\", target", "\"d99\", target"),
            plan(40, plain).replace("issuer", "isuer"),
            plan(40, plain).replace("reporters = [ ", "reporters = [{ department = \"\\u00000\" }]\nreporters = [ "),
            plan(40, plain) + "\nreporters = [",
            plan(40, plain).replace("\n]\n", "\n"),
        ] {
            let told = crate::plan::load("plan.toml", &text);
            assert!(told.is_err());
            assert_eq!(format!("{told:?}"), whole(&text));
        }
        // A name that only the file itself could have given.
        let forged = plan(1, |_| "{ department = \"\\u00000\" }".to_owned());
        assert_eq!(format!("{:?}", crate::plan::load("plan.toml", &forged)), whole(&forged));
    }
}
