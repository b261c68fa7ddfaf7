//! A template's mistakes, found without values: all of them in one go.

use minijinja::Environment;

use super::expression::{Use, plain_path, uses};
use super::flatten::{Located, Segment, flatten};
use super::tags::Kind;
use super::{DOCUMENT, Names, TemplateError, fillable, part_name};
use crate::report::word::Package;

/// Filters a template may use: those that cannot bring unescaped text into the document.
pub(super) const FILTERS: &[&str] = &[
    "abs",
    "bool",
    "capitalize",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "groupby",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
];

const LOOP: &[&str] = &[
    "index",
    "index0",
    "first",
    "last",
    "length",
    "revindex",
    "revindex0",
    "depth",
    "depth0",
    "previtem",
    "nextitem",
];

/// Every mistake of a template, in the document's order.
pub fn check(package: &Package, names: &Names) -> Vec<TemplateError> {
    let mut errors = Vec::new();
    for part in fillable(package) {
        match package.xml(&part) {
            Ok(root) => {
                let segments = flatten(&root, &|name| names.is_place(name));
                errors.extend(check_segments(&part, &segments, names));
            }
            Err(error) => errors.push(error.into()),
        }
    }
    errors.extend(out_of_reach(package));
    errors
}

/// Tags where nothing fills them: drawings' own text, properties, attributes.
fn out_of_reach(package: &Package) -> Vec<TemplateError> {
    let fillable = fillable(package);
    let mut errors = Vec::new();
    for name in package
        .names()
        .filter(|n| n.ends_with(".xml") || n.ends_with(".rels"))
    {
        let Ok(root) = package.xml(name) else {
            continue;
        };
        let own = fillable.iter().any(|f| f == name);
        root.walk(&mut |e| {
            let mut texts: Vec<String> = e.attributes.iter().map(|(_, v)| v.clone()).collect();
            if !own || matches!(e.name.as_str(), "w:instrText" | "a:t" | "w:delText") {
                texts.push(e.own_text());
            }
            for text in texts {
                if text.contains("{{") || text.contains("{%") {
                    errors.push(TemplateError {
                        part: part_name(name).to_owned(),
                        paragraph: text.clone(),
                        tag: text,
                        message:
                            "写在了不能填写的位置（域代码、图形文字、属性等），请移到段落或表格中"
                                .to_owned(),
                        nearest: Vec::new(),
                    });
                }
            }
        });
    }
    errors
}

struct Open<'a> {
    at: &'a Located,
    is_for: bool,
    seen_else: bool,
    /// Names that hold inside, with the path they stand for (`None`: not known beforehand).
    scope: Vec<(String, Option<String>)>,
}

struct Checker<'a> {
    part: &'a str,
    names: &'a Names,
    environment: Environment<'static>,
    open: Vec<Open<'a>>,
    /// Names set outside any block.
    top: Vec<(String, Option<String>)>,
    placed: Vec<String>,
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
            Segment::Broken(broken, paragraph) => c.errors.push(TemplateError {
                part: part_name(part).to_owned(),
                paragraph: paragraph.to_string(),
                tag: broken.text.clone(),
                message: broken.message.to_owned(),
                nearest: Vec::new(),
            }),
            Segment::Tag(at) if at.tag.kind == Kind::Output => c.output(at),
            Segment::Tag(at) => c.block(at),
        }
    }
    while let Some(open) = c.open.pop() {
        let word = if open.is_for {
            "没有对应的“{% endfor %}”"
        } else {
            "没有对应的“{% endif %}”"
        };
        c.error(open.at, word, Vec::new());
    }
    c.errors
}

impl<'a> Checker<'a> {
    fn error(&mut self, at: &Located, message: impl Into<String>, nearest: Vec<String>) {
        self.errors.push(TemplateError {
            part: part_name(self.part).to_owned(),
            paragraph: at.paragraph.to_string(),
            tag: at.tag.text.clone(),
            message: message.into(),
            nearest,
        });
    }

    fn output(&mut self, at: &'a Located) {
        let name = at.tag.inner.as_str();
        if !self.names.is_place(name) {
            self.expression(at, name);
            return;
        }
        if !at.alone {
            self.error(at, "是表格或图的位置，须单独成段", Vec::new());
        } else if self.part != DOCUMENT {
            self.error(at, "是表格或图的位置，只能放在正文中", Vec::new());
        } else if self.placed.iter().any(|p| p == name) || self.open.iter().any(|o| o.is_for) {
            self.error(at, "是表格或图的位置，只能出现一次", Vec::new());
        }
        self.placed.push(name.to_owned());
    }

    fn block(&mut self, at: &'a Located) {
        let (word, rest) = at
            .tag
            .inner
            .split_once(char::is_whitespace)
            .unwrap_or((&at.tag.inner, ""));
        let rest = rest.trim();
        match word {
            "if" => {
                self.expression(at, rest);
                self.open.push(Open {
                    at,
                    is_for: false,
                    seen_else: false,
                    scope: Vec::new(),
                });
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
                    let path =
                        plain_path(value.trim()).and_then(|p| self.resolve(&p).ok().flatten());
                    let scope = self.open.last_mut().map_or(&mut self.top, |o| &mut o.scope);
                    scope.push((name.trim().to_owned(), path));
                }
                _ => self.error(at, "写法有误，应为“{% set 名称 = 值 %}”", Vec::new()),
            },
            _ => {
                let known = ["if", "elif", "else", "endif", "for", "endfor", "set"];
                self.error(
                    at,
                    format!("中的“{word}”不能识别，可用：{}", known.join("、")),
                    Vec::new(),
                );
            }
        }
    }

    fn open_for(&mut self, at: &'a Located, rest: &str) {
        let mut scope = vec![("loop".to_owned(), None)];
        if let Some((targets, list)) = rest.split_once(" in ") {
            let (list, condition) = list
                .split_once(" if ")
                .map_or((list, None), |(l, c)| (l, Some(c)));
            let list = list.trim().trim_end_matches(" recursive").trim();
            self.expression(at, list);
            let items = plain_path(list)
                .and_then(|p| self.resolve(&p).ok().flatten())
                .map(|path| format!("{path}[]"));
            let known = items.filter(|path| {
                self.names
                    .values
                    .iter()
                    .any(|(v, _)| v.starts_with(path.as_str()))
            });
            let targets: Vec<&str> = targets.split(',').map(str::trim).collect();
            if targets.iter().all(|t| is_name(t)) {
                let single = targets.len() == 1;
                scope.extend(
                    targets
                        .iter()
                        .map(|t| ((*t).to_owned(), known.clone().filter(|_| single))),
                );
            } else {
                self.error(at, "写法有误，应为“{% for 项 in 列表 %}”", Vec::new());
            }
            if let Some(condition) = condition {
                self.open.push(Open {
                    at,
                    is_for: true,
                    seen_else: false,
                    scope,
                });
                self.expression(at, condition.trim());
                return;
            }
        } else {
            self.error(at, "写法有误，应为“{% for 项 in 列表 %}”", Vec::new());
        }
        self.open.push(Open {
            at,
            is_for: true,
            seen_else: false,
            scope,
        });
    }

    fn middle(&mut self, at: &'a Located, is_else: bool) {
        match self.open.last_mut() {
            None => self.error(at, "前面没有对应的“{% if %}”", Vec::new()),
            Some(open) if open.seen_else || (open.is_for && !is_else) => {
                self.error(at, "位置不对", Vec::new())
            }
            Some(open) if open.at.container != at.container => self.error(at, APART, Vec::new()),
            Some(open) => open.seen_else = is_else,
        }
    }

    fn close(&mut self, at: &'a Located, is_for: bool) {
        match self.open.last() {
            Some(open) if open.is_for == is_for => {
                if open.at.container != at.container {
                    self.error(at, APART, Vec::new());
                }
                self.open.pop();
            }
            Some(open) => {
                let begun = open.at.tag.text.clone();
                self.error(at, format!("与前面的“{begun}”不成对"), Vec::new());
                // One slip, told once: the other kind's end is looked for no more.
                self.open.pop();
            }
            None => self.error(
                at,
                if is_for {
                    "前面没有对应的“{% for %}”"
                } else {
                    "前面没有对应的“{% if %}”"
                },
                Vec::new(),
            ),
        }
    }

    fn expression(&mut self, at: &Located, expression: &str) {
        if expression.is_empty() {
            return self.error(at, "是空的", Vec::new());
        }
        let compiled = self.environment.compile_expression(expression).map(drop);
        if compiled.is_err() {
            let wide = expression.contains(['，', '（', '）', '。', '＝', '“', '”', '：']);
            return self.error(
                at,
                if wide {
                    "写法有误：含有全角标点"
                } else {
                    "写法有误：表达式不完整或符号多余"
                },
                Vec::new(),
            );
        }
        for used in uses(expression) {
            match used {
                Use::Filter(name) if !FILTERS.contains(&name.as_str()) => {
                    self.error(
                        at,
                        format!("中的“|{name}”不能识别"),
                        nearest(&name, FILTERS.iter().copied()),
                    );
                }
                Use::Call(name) if name != "range" => {
                    self.error(at, format!("中的“{name}(…)”不能识别"), Vec::new())
                }
                Use::Path(path) => {
                    if let Err((unknown, near)) = self.resolve(&path) {
                        self.error(at, format!("中的“{unknown}”不是已知名称"), near);
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
                    Some(attribute) if !LOOP.contains(&attribute.as_str()) => {
                        Err((path.join("."), nearest(attribute, LOOP.iter().copied())))
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

const APART: &str = "与开始标签不在同一层（例如一个在表格里、一个在表格外），请放在同一段、同为单独一段或同为单独一行";

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
