//! The marks (待核) that are left in a plan.toml: what a person still has to settle, and where.

use super::write::MARK;

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenMark {
    /// Counted from 1.
    pub line: usize,
    /// The key or the indicator that it stands at, as the file has it; empty where none follows.
    pub about: String,
    /// What is to be settled.
    pub what: String,
}

/// Every comment that begins with 待核.
#[must_use]
pub fn open_marks(text: &str) -> Vec<OpenMark> {
    let word = MARK.trim_start_matches(['#', ' ']).trim_end_matches('：');
    let lines: Vec<&str> = text.lines().collect();
    let marks = lines.iter().enumerate().filter_map(|(n, line)| {
        let (code, comment) = split(line)?;
        let what = comment.trim_start_matches(['#', ' ', '\t']);
        let what = what
            .strip_prefix(word)?
            .trim_start_matches(['：', ':', ' ']);
        let key = |line: &str| line.split('=').next().unwrap_or_default().trim().to_owned();
        let about = if code.trim().is_empty() {
            // Above what it concerns: the first id or number that follows tells which that is.
            let mut below = lines.iter().skip(n + 1).take(40);
            let is_name = |line: &&&str| matches!(key(line).as_str(), "id" | "no" | "name");
            below.find(is_name).map_or_else(String::new, |line| {
                let value = split(line).map_or(*line, |(code, _)| code);
                value.trim().to_owned()
            })
        } else {
            key(code)
        };
        Some(OpenMark {
            line: n + 1,
            about,
            what: what.trim().to_owned(),
        })
    });
    marks.collect()
}

/// A comment of a draft that its workbook carries, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The sheet's key: `department`, `task`, `indicator`; of a setting its section.
    pub table: String,
    /// The id or number of its row; empty: the first row.
    pub row: String,
    /// The key that it stands beside; empty: it is about the row.
    pub key: String,
    /// Its words: 待核：…, or 原文：…
    pub words: String,
    /// Whether a person has to settle it.
    pub is_open: bool,
}

/// What a draft says of its own parts: its marks, and the notice's sentence above each indicator.
#[must_use]
pub fn remarks(text: &str) -> Vec<Remark> {
    let (mut table, mut row) = (String::new(), String::new());
    let (mut done, mut waiting) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let (code, comment) = split(line).unwrap_or((line, ""));
        let code = code.trim();
        if code.starts_with('[') {
            let name = code.trim_matches(['[', ']']);
            name.rsplit('.')
                .next()
                .unwrap_or(name)
                .clone_into(&mut table);
            row.clear();
        }
        // The first id or number that follows tells which row a comment above it is about.
        let named = code
            .split_once('=')
            .filter(|(key, _)| matches!(key.trim(), "id" | "no"));
        if let Some((_, value)) = named {
            value.trim().trim_matches(['"', '\'']).clone_into(&mut row);
        }
        let words = comment.trim_start_matches(['#', ' ', '\t']).trim();
        let is_open = words.starts_with("待核：");
        if is_open || words.starts_with("原文：") {
            let key = code.split('=').next().unwrap_or_default().trim();
            let remark = Remark {
                table: table.clone(),
                row: row.clone(),
                key: key.to_owned(),
                words: words.to_owned(),
                is_open,
            };
            if key.is_empty() {
                waiting.push(remark);
            } else {
                done.push(remark);
            }
        }
        if named.is_some() {
            done.extend(waiting.drain(..).map(|remark| Remark {
                table: table.clone(),
                row: row.clone(),
                ..remark
            }));
        }
    }
    done
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
            .map(|m| (m.line, m.about.as_str(), m.what.as_str()))
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
