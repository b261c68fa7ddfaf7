//! The draft as a commented plan.toml.

use super::{Draft, Due, IndicatorDraft, TaskDraft};
use crate::Joined;
use crate::plan::Kind;

/// What a person must look at stands behind this.
pub(super) const MARK: &str = "# 待核：";
/// Before the fingerprint of a task's row.
pub(super) const ROW: &str = "# 通知行：";
/// Before the names of all tasks imported so far: one that is missing from the file was taken out by someone.
pub(super) const NAMES: &str = "# 通知任务：";

impl Draft {
    /// A plan.toml that loads as it is. Marks (待核) stand above or beside what a person must settle.
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        self.head(&mut out);
        for (ix, name) in self.departments.iter().enumerate() {
            department(&mut out, &department_id(ix), name);
        }
        let mut tier = None;
        for task in &self.tasks {
            if tier != Some(&task.tier) {
                put!(out, "\n# ---- {} ----\n", comment(&task.tier));
                tier = Some(&task.tier);
            }
            write_task(&mut out, task, &department_id(task.lead), &|name| {
                let at = self.departments.iter().position(|d| d == name);
                at.map_or_else(|| name.to_owned(), department_id)
            });
        }
        out
    }

    fn head(&self, out: &mut String) {
        let Self {
            title,
            short_title,
            issuer,
            year,
            ..
        } = self;
        put!(
            out,
            "# {}：任务清单草稿\n#\n\
             # 由通知自动拆出，未经审核。每项指标上方是所依据的原文；注有“待核”的，须由人判断后改定并删去标记。\n\
             # “通知行”“通知任务”是通知原文的标记：再次导入时据此分清通知的变化和手工的修改，请勿改动。\n\
             # 写法见 docs/plan-format.md。改后用 duban plan check 检查，用 duban plan import 通知 --compare 本文件 核对。\n",
            comment(title)
        );
        let names = self.tasks.iter().map(|task| super::print::name(&task.name));
        let mut names: Vec<String> = names.collect();
        names.sort_unstable();
        names.dedup();
        put!(out, "{NAMES}{}\n", names.join(" "));
        write_marks(out, &self.marks);
        put!(
            out,
            "\n[plan]\nid = \"plan-{year}\"             {MARK}编号，可改，用英文字母、数字、- 和 _\n\
             title = {}\nshort_title = {}\nissuer = {}\nrevision = 1\n\
             start = {year:04}-01-01\nend = {year:04}-12-31            {MARK}通知未写总的完成时限，暂按年底\n{}\n\n\
             # ---- 责任单位（按首次出现的顺序）----\n{MARK}编号用于文件名，建议改成拼音简写；各单位的其他写法请补上。\n",
            quote(title),
            quote(short_title),
            quote(issuer),
            due_lines(self.due.as_ref()),
        );
    }
}

/// `due_day` and `due_month`.
fn due_lines(due: Option<&Due>) -> String {
    let Some(due) = due else {
        let mark = format!("{MARK}每月报送截止日通知未写，暂按次月 5 日");
        return format!("due_day = 5                 {mark}\ndue_month = \"next\"");
    };
    let month = if due.is_next { "next" } else { "same" };
    let words = comment(&due.words);
    let note = if due.is_open {
        let month = if due.is_next { "次月" } else { "当月" };
        format!("{MARK}通知作“{words}”，未写明是哪个月，暂按{month}")
    } else {
        format!("# 通知：{words}")
    };
    format!("due_day = {:<17} {note}\ndue_month = \"{month}\"", due.day)
}

pub(super) fn department_id(ix: usize) -> String {
    format!("d{:02}", ix + 1)
}

pub(super) fn department(out: &mut String, id: &str, name: &str) {
    put!(
        out,
        "\n[[department]]\nid = {}\nname = {}\naliases = []\n",
        quote(id),
        quote(name)
    );
}

fn write_marks(out: &mut String, marks: &[String]) {
    for mark in marks {
        put!(out, "{MARK}{}\n", comment(mark));
    }
}

/// Gives the id of a department by its name, and the name of a body that is none.
pub(super) type IdOf<'a> = &'a dyn Fn(&str) -> String;

pub(super) fn write_task(out: &mut String, task: &TaskDraft, lead: &str, id_of: IdOf<'_>) {
    out.push('\n');
    write_marks(out, &task.marks);
    for left in &task.left_out {
        put!(
            out,
            "# 未列为指标：{}（{}）\n",
            comment(&left.words),
            left.why
        );
    }
    let with = task.with.iter().map(|w| quote(&id_of(w))).joined(", ");
    put!(
        out,
        "[[task]]\n{ROW}{}\nno = {}\ntier = {}\nname = {}\ntext = {}\nlead = {}\nwith = [{}]\n",
        task.fingerprint,
        task.no,
        quote(&task.tier),
        quote(&task.name),
        quote(task_text(task)),
        quote(lead),
        with
    );
    if let Some(deadline) = task.deadline {
        put!(out, "deadline = {deadline}\n");
    }
    for (key, text) in [
        ("measures", &task.measures),
        ("acceptance", &task.acceptance),
        ("funding", &task.funding),
    ] {
        if !text.is_empty() {
            put!(out, "{key} = {}\n", quote(text));
        }
    }
    for (n, indicator) in task.indicators.iter().enumerate() {
        out.push('\n');
        write_indicator(out, indicator, &format!("{}.{}", task.no, n + 1), id_of);
    }
    for relation in &task.relations {
        put!(
            out,
            "\n# {}\n[[task.relation]]\nexpr = {}\n",
            comment(&in_words(task, relation)),
            quote(&expression(task.no, relation))
        );
    }
}

/// The text as it is written.
pub(super) fn task_text(task: &TaskDraft) -> &str {
    if super::mask::fold(&task.text).is_empty() {
        "（通知没有写工作任务）"
    } else {
        &task.text
    }
}

pub(super) fn write_indicator(
    out: &mut String,
    indicator: &IndicatorDraft,
    id: &str,
    id_of: IdOf<'_>,
) {
    if !indicator.words.is_empty() {
        put!(out, "# 原文：{}\n", comment(&indicator.words));
    }
    if !indicator.qualifier.is_empty() {
        put!(out, "# 限定词：{}\n", comment(&indicator.qualifier));
    }
    write_marks(out, &indicator.marks);
    put!(
        out,
        "[[task.indicator]]\nid = {}\nname = {}\nkind = \"{}\"\n",
        quote(id),
        quote(&indicator.name),
        indicator.kind.as_str()
    );
    if let Some(target) = indicator.target {
        put!(
            out,
            "target = {}\nunit = {}\n",
            number(target),
            quote(&indicator.unit)
        );
    }
    if indicator.approximate {
        out.push_str("approximate = true\n");
    }
    if indicator.at_most && matches!(indicator.kind, Kind::Level | Kind::Ratio) {
        out.push_str("direction = \"at_most\"\n");
    }
    if let Some(baseline) = indicator.baseline {
        put!(out, "baseline = {}\n", number(baseline));
    }
    if let Some(deadline) = indicator.deadline {
        put!(out, "deadline = {deadline}\n");
    }
    if !indicator.reporters.is_empty() {
        let parts = indicator
            .reporters
            .iter()
            .map(|(body, part)| {
                format!(
                    "{{ department = {}, target = {} }}",
                    quote(&id_of(body)),
                    number(*part)
                )
            })
            .joined(", ");
        put!(out, "reporters = [{}]\n", parts);
    }
}

/// `19.9 + 19.10 = 19.7`.
pub(super) fn expression(no: u32, relation: &super::RelationDraft) -> String {
    let parts = relation
        .parts
        .iter()
        .map(|p| format!("{no}.{}", p + 1))
        .joined(" + ");
    format!("{} = {no}.{}", parts, relation.total + 1)
}

/// 硬质护岸 1.8 + 土质护岸 10.6 = 生态缓冲带 12.4公里.
fn in_words(task: &TaskDraft, relation: &super::RelationDraft) -> String {
    let term = |ix: usize| {
        task.indicators.get(ix).map_or_else(String::new, |i| {
            format!(
                "{} {}{}",
                i.name,
                i.target.map(number).unwrap_or_default(),
                i.unit
            )
        })
    };
    let parts = relation.parts.iter().map(|&p| term(p)).joined(" + ");
    format!("{} = {}", parts, term(relation.total))
}

/// A target as plan.toml writes it.
pub(super) fn number(value: f64) -> String {
    super::analyse::tidy(value).to_string()
}

/// A TOML basic string.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                put!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text inside a comment: one line, no control characters.
pub(super) fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(400)
        .collect()
}
