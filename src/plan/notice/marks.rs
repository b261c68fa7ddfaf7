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
