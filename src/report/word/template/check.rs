//! A template's mistakes, found without values: all of them in one go.

use minijinja::Environment;

use super::expression::{Use, plain_path, uses};
use super::flatten::{Located, Segment, flatten};
use super::tags::TagKind;
use super::{Names, TemplateError, fillable, part_name};
use crate::report::ooxml::Parts;
use crate::report::word::DOCUMENT;

/// Filters a template may use: those that cannot bring unescaped text into the document.
const FILTERS: &str = "abs bool capitalize count d default dictsort first float groupby int items join last length lines list \
                       lower map max min reject rejectattr replace reverse round select selectattr slice sort split string sum \
                       title trim unique upper";

/// Attributes of `loop`.
const LOOP: &str =
    "index index0 first last length revindex revindex0 depth depth0 previtem nextitem";

fn among(words: &'static str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|w| w == word)
}

/// Every mistake of a template, in the document's order.
pub fn check(parts: &Parts, names: &Names) -> Vec<TemplateError> {
    let mut errors = Vec::new();
    for part in fillable(parts) {
        match parts.xml(&part) {
            Ok(root) => {
                let segments = flatten(&root, &|name| names.is_place(name));
                errors.extend(check_segments(&part, &segments, names));
            }
            Err(error) => errors.push(error.into()),
        }
    }
    errors.extend(out_of_reach(parts));
    errors
}

/// Tags where nothing fills them: drawings' own text, properties, attributes.
fn out_of_reach(parts: &Parts) -> Vec<TemplateError> {
    const MESSAGE: &str = "写在了不能填写的位置（域代码、图形文字、属性等），请移到段落或表格中";
    let fillable = fillable(parts);
    let mut errors = Vec::new();
    for name in parts
        .names()
        .filter(|n| n.ends_with(".xml") || n.ends_with(".rels"))
    {
        let Ok(root) = parts.xml(name) else {
            continue;
        };
        let is_filled = fillable.iter().any(|f| f == name);
        root.walk(&mut |e| {
            let own = matches!(e.name.as_str(), "w:instrText" | "a:t" | "w:delText") || !is_filled;
            let attributes = e.attributes.iter().map(|(_, value)| value.clone());
            for text in attributes.chain(own.then(|| e.own_text())) {
                if text.contains("{{") || text.contains("{%") {
                    errors.push(TemplateError {
                        part: part_name(name).to_owned(),
                        paragraph: text.clone(),
                        tag: text,
                        message: MESSAGE.to_owned(),
                        nearest: Vec::new(),
                    });
                }
            }
        });
    }
    errors
}

/// Names that hold within a block, with the schema path they stand for (`None`: not known beforehand).
type Scope = Vec<(String, Option<String>)>;

struct Open<'a> {
    at: &'a Located,
    is_for: bool,
    seen_else: bool,
    scope: Scope,
}

struct Checker<'a> {
    part: &'a str,
    names: &'a Names,
    environment: Environment<'static>,
    open: Vec<Open<'a>>,
    /// Names set outside any block.
    top: Scope,
    placed: Vec<&'a str>,
    errors: Vec<TemplateError>,
}

fn check_segments(part: &str, segments: &[Segment], names: &Names) -> Vec<TemplateError> {
    let mut c = Checker {
        part,
        names,
        environment: Environment::new(),
        open: Vec::new(),
        top: Vec::new(),
        placed: Vec::new(),
        errors: Vec::new(),
    };
    for segment in segments {
        match segment {
            Segment::Xml(_) => {}
            Segment::Broken(broken, paragraph) => c.add(paragraph, &broken.text, broken.message),
            Segment::Tag(at) if at.tag.kind == TagKind::Output => c.output(at),
            Segment::Tag(at) => c.block(at),
        }
    }
    while let Some(open) = c.open.pop() {
        let end = if open.is_for { "endfor" } else { "endif" };
        c.error(open.at, format!("没有对应的“{{% {end} %}}”"));
    }
    c.errors
}

const FOR: &str = "写法有误，应为“{% for 项 in 列表 %}”";
const APART: &str = "与开始标签不在同一层（例如一个在表格里、一个在表格外），请放在同一段、同为单独一段或同为单独一行";

impl<'a> Checker<'a> {
    fn add(&mut self, paragraph: &str, tag: &str, message: impl Into<String>) {
        self.errors.push(TemplateError {
            part: part_name(self.part).to_owned(),
            paragraph: paragraph.to_owned(),
            tag: tag.to_owned(),
            message: message.into(),
            nearest: Vec::new(),
        });
    }

    fn error(&mut self, at: &Located, message: impl Into<String>) {
        self.add(&at.paragraph, &at.tag.text, message);
    }

    /// A name that is not known, and those nearest to it.
    fn unknown(&mut self, at: &Located, message: String, nearest: Vec<String>) {
        self.error(at, message);
        if let Some(error) = self.errors.last_mut() {
            error.nearest = nearest;
        }
    }

    fn output(&mut self, at: &'a Located) {
        let name = at.tag.inner.as_str();
        if !self.names.is_place(name) {
            return self.expression(at, name);
        }
        let fault = if !at.alone {
            "须单独成段"
        } else if self.part != DOCUMENT {
            "只能放在正文中"
        } else if self.placed.contains(&name) || self.open.iter().any(|o| o.is_for) {
            "只能出现一次"
        } else {
            return self.placed.push(name);
        };
        self.error(at, format!("是表格或图的位置，{fault}"));
        self.placed.push(name);
    }

    fn block(&mut self, at: &'a Located) {
        let inner = at.tag.inner.as_str();
        let (word, rest) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        let rest = rest.trim();
        match word {
            "if" => {
                self.expression(at, rest);
                self.begin(at, false, Vec::new());
            }
            "for" => self.open_for(at, rest),
            "elif" => {
                self.expression(at, rest);
                self.middle(at, false);
            }
            "else" if rest.is_empty() => self.middle(at, true),
            "endif" | "endfor" if rest.is_empty() => self.close(at, word == "endfor"),
            "set" => match rest.split_once('=') {
                Some((name, value)) if is_name(name.trim()) => {
                    self.expression(at, value.trim());
                    let path = self.path_of(value.trim());
                    let scope = self.open.last_mut().map_or(&mut self.top, |o| &mut o.scope);
                    scope.push((name.trim().to_owned(), path));
                }
                _ => self.error(at, "写法有误，应为“{% set 名称 = 值 %}”"),
            },
            _ => {
                let known = "if、elif、else、endif、for、endfor、set";
                self.error(at, format!("中的“{word}”不能识别，可用：{known}"));
            }
        }
    }

    fn begin(&mut self, at: &'a Located, is_for: bool, scope: Scope) {
        self.open.push(Open {
            at,
            is_for,
            seen_else: false,
            scope,
        });
    }

    /// The schema path of an expression that is a name path and nothing else.
    fn path_of(&self, expression: &str) -> Option<String> {
        self.resolve(&plain_path(expression)?).ok().flatten()
    }

    fn open_for(&mut self, at: &'a Located, rest: &str) {
        let mut scope = vec![("loop".to_owned(), None)];
        let Some((targets, list)) = rest.split_once(" in ") else {
            self.error(at, FOR);
            return self.begin(at, true, scope);
        };
        let (list, condition) = match list.split_once(" if ") {
            Some((list, condition)) => (list, Some(condition.trim())),
            None => (list, None),
        };
        let list = list.trim().trim_end_matches(" recursive").trim();
        self.expression(at, list);
        let items = self.path_of(list).map(|path| format!("{path}[]"));
        let known = items.filter(|path| {
            let mut values = self.names.values.iter();
            values.any(|(v, _)| v.starts_with(path.as_str()))
        });
        let targets: Vec<&str> = targets.split(',').map(str::trim).collect();
        if targets.iter().all(|t| is_name(t)) {
            let path = known.filter(|_| targets.len() == 1);
            scope.extend(targets.iter().map(|t| ((*t).to_owned(), path.clone())));
        } else {
            self.error(at, FOR);
        }
        self.begin(at, true, scope);
        // The condition may use the item.
        if let Some(condition) = condition {
            self.expression(at, condition);
        }
    }

    fn middle(&mut self, at: &'a Located, is_else: bool) {
        match self.open.last_mut() {
            None => self.error(at, "前面没有对应的“{% if %}”"),
            Some(open) if open.seen_else || (open.is_for && !is_else) => self.error(at, "位置不对"),
            Some(open) if open.at.container != at.container => self.error(at, APART),
            Some(open) => open.seen_else = is_else,
        }
    }

    fn close(&mut self, at: &'a Located, is_for: bool) {
        // A block that the wrong end closes counts as closed, so that one slip is one mistake.
        let Some(open) = self.open.pop() else {
            let begin = if is_for { "for" } else { "if" };
            return self.error(at, format!("前面没有对应的“{{% {begin} %}}”"));
        };
        if open.is_for != is_for {
            self.error(at, format!("与前面的“{}”不成对", open.at.tag.text));
        } else if open.at.container != at.container {
            self.error(at, APART);
        }
    }

    fn expression(&mut self, at: &Located, expression: &str) {
        if expression.is_empty() {
            return self.error(at, "是空的");
        }
        if self.environment.compile_expression(expression).is_err() {
            let wide = expression.contains(['，', '（', '）', '。', '＝', '“', '”', '：']);
            return self.error(
                at,
                if wide {
                    "写法有误：含有全角标点"
                } else {
                    "写法有误：表达式不完整或符号多余"
                },
            );
        }
        for used in uses(expression) {
            match used {
                Use::Filter(name) if !among(FILTERS, &name) => {
                    let near = nearest(&name, FILTERS.split_ascii_whitespace());
                    self.unknown(at, format!("中的“|{name}”不能识别"), near);
                }
                Use::Call(name) if name != "range" => {
                    self.error(at, format!("中的“{name}(…)”不能识别"));
                }
                Use::Path(path) => {
                    if let Err((unknown, near)) = self.resolve(&path) {
                        self.unknown(at, format!("中的“{unknown}”不是已知名称"), near);
                    }
                }
                Use::Filter(_) | Use::Call(_) => {}
            }
        }
    }

    /// The schema path of a name path; `None` where it is not known beforehand.
    fn resolve(&self, path: &[String]) -> Result<Option<String>, (String, Vec<String>)> {
        let Some((root, rest)) = path.split_first() else {
            return Ok(None);
        };
        let scopes = self
            .open
            .iter()
            .rev()
            .flat_map(|o| o.scope.iter().rev())
            .chain(self.top.iter().rev());
        let mut scoped = scopes.clone().filter(|(name, _)| name == root);
        let mut prefix = match scoped.next() {
            Some(_) if root == "loop" => {
                return match rest.first() {
                    Some(attribute) if !among(LOOP, attribute) => {
                        let near = nearest(attribute, LOOP.split_ascii_whitespace());
                        Err((path.join("."), near))
                    }
                    _ => Ok(None),
                };
            }
            Some((_, None)) => return Ok(None),
            Some((_, Some(prefix))) => prefix.clone(),
            None => {
                if !self.known(root) {
                    let local: Vec<&str> = scopes.map(|(name, _)| name.as_str()).collect();
                    return Err((
                        root.clone(),
                        nearest(root, self.children("").into_iter().chain(local)),
                    ));
                }
                root.clone()
            }
        };
        for name in rest {
            let next = format!("{prefix}.{name}");
            if !self.known(&next) {
                return Err((
                    path.join("."),
                    nearest(name, self.children(&format!("{prefix}."))),
                ));
            }
            prefix = next;
        }
        Ok(Some(prefix))
    }

    /// A value of that path, or a group or list that holds some.
    fn known(&self, path: &str) -> bool {
        let below = |v: &str| {
            v.strip_prefix(path).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('.') || rest.starts_with("[]")
            })
        };
        self.names.values.iter().any(|(v, _)| below(v))
    }

    /// Names directly below a prefix.
    fn children(&self, prefix: &str) -> Vec<&'static str> {
        let mut out: Vec<&str> = Vec::new();
        let values = self.names.values.iter().chain(if prefix.is_empty() {
            self.names.places
        } else {
            &[]
        });
        for (path, _) in values {
            if let Some(rest) = path.strip_prefix(prefix) {
                let name = rest.split(['.', '[']).next().unwrap_or(rest);
                if !name.is_empty() && !out.contains(&name) {
                    out.push(name);
                }
            }
        }
        out
    }
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// At most three names, by likeness; equal ones in the order given.
fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|k| (strsim::normalized_damerau_levenshtein(name, k), k))
        .filter(|(s, _)| *s > 0.0)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored
        .into_iter()
        .take(3)
        .map(|(_, k)| k.to_owned())
        .collect()
}
