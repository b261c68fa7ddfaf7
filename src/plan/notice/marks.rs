//! What a draft's comments say of its own parts: the marks (待核), which a person still has to settle, and the notice's sentences.

use super::write::MARK;

/// A comment that begins with 待核 or 原文.
#[derive(Debug)]
pub struct Remark {
    /// Counted from 1.
    pub line: usize,
    /// The sheet's key: `department`, `task`, `indicator`; of a setting its section.
    pub table: String,
    /// The id or number of its row; empty where none follows.
    pub row: String,
    /// The key that it stands beside; empty: it is about the row.
    pub key: String,
    /// What it stands at, as the file has it.
    pub about: String,
    /// Its words: 待核：…, or 原文：…
    pub words: String,
    /// Whether a person has to settle it.
    pub is_open: bool,
}

impl Remark {
    /// What is to be settled.
    pub fn what(&self) -> &str {
        let what = self.words.strip_prefix(word()).unwrap_or(&self.words);
        what.trim_start_matches(['：', ':', ' '])
    }
}

/// 待核.
fn word() -> &'static str {
    MARK.trim_start_matches(['#', ' ']).trim_end_matches('：')
}

/// What is left for a person to settle.
pub fn open_marks(text: &str) -> Vec<Remark> {
    let all = remarks(text).into_iter();
    all.filter(|remark| remark.is_open).collect()
}

/// Every remark of a plan.toml, in its order.
pub fn remarks(text: &str) -> Vec<Remark> {
    let (mut table, mut row, mut about) = (String::new(), String::new(), String::new());
    let mut found: Vec<Remark> = Vec::new();
    // From here on they stand above what they concern.
    let mut waiting = Vec::new();
    for (n, line) in (1..).zip(text.lines()) {
        let (code, comment) = split(line).unwrap_or((line, ""));
        let code = code.trim();
        if code.starts_with('[') {
            let name = code.trim_matches(['[', ']']);
            let last = name.rsplit('.').next().unwrap_or(name);
            last.clone_into(&mut table);
            row.clear();
        }
        let key = code.split('=').next().unwrap_or_default().trim();
        // The first id or number that follows tells which row a comment above it is about.
        let named = code.split_once('=').filter(|_| matches!(key, "id" | "no"));
        if let Some((_, value)) = named {
            value.trim().trim_matches(['"', '\'']).clone_into(&mut row);
            code.clone_into(&mut about);
        }
        let words = comment.trim_start_matches(['#', ' ', '\t']).trim();
        let is_open = words.starts_with(word());
        if is_open || words.starts_with("原文：") {
            if key.is_empty() {
                waiting.push(found.len());
            }
            found.push(Remark {
                line: n,
                table: table.clone(),
                row: row.clone(),
                key: key.to_owned(),
                about: key.to_owned(),
                words: words.to_owned(),
                is_open,
            });
        }
        if named.is_some() {
            for ix in waiting.drain(..) {
                let remark: &mut Remark = &mut found[ix];
                remark.table.clone_from(&table);
                remark.row.clone_from(&row);
                remark.about.clone_from(&about);
            }
        }
    }
    for ix in waiting {
        found[ix].row.clear();
    }
    found
}

/// A line before and from its comment on.
fn split(line: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '#' => return Some(line.split_at(at)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_a_comment_and_says_what_it_stands_at() {
        let text = "# 注有“待核”的须由人判断\ndue_day = 5  # 待核：未写\nname = \"# 待核：不是注释\"\n# 待核：频次\n\
            # 限定词：约\n[[task.indicator]]\nid = \"4.4\" # 编号\n#待核\n";
        let found = open_marks(text);
        let found: Vec<_> = found
            .iter()
            .map(|m| (m.line, m.about.as_str(), m.what()))
            .collect();
        assert_eq!(
            found,
            [
                (2, "due_day", "未写"),
                (4, "id = \"4.4\"", "频次"),
                (8, "", "")
            ]
        );
    }
}
