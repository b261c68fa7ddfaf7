//! `duban rules` and `duban explain`.

use super::prelude::*;
use crate::check::rules;

pub fn list(output: OutputArgs, terminal: &Terminal) -> Result<u8> {
    if output.is_json() {
        let list = rules::RULES.iter().map(|r| {
            serde_json::json!({
                "code": r.code, "name": r.name, "severity": r.severity.as_str(), "title": r.title,
                "what": r.doc.what, "why": r.doc.why, "example": r.doc.example, "fix": r.doc.fix,
            })
        });
        Terminal::json(&list.collect::<Vec<_>>())?;
        return Ok(CLEAN);
    }
    for rule in rules::RULES {
        let severity = rule.severity.chinese();
        say!(terminal, "{}  {severity}  {}", rule.code, rule.title);
    }
    say!(
        terminal,
        "\n共{}条。查看一条的说明：duban explain C006",
        rules::RULES.len()
    );
    Ok(CLEAN)
}

pub fn explain(code: &str, terminal: &Terminal) -> Result<u8> {
    let wanted = code.trim().to_uppercase();
    let Some(rule) = rules::find(&wanted) else {
        let codes = rules::RULES.iter().map(|r| r.code);
        let family = codes.filter(|code| wanted.chars().next() == code.chars().next());
        let near = family.joined("、");
        let hint = if near.is_empty() {
            "用 duban rules 查看全部规则".to_owned()
        } else {
            format!("这一类有：{near}")
        };
        let code = one_line(code, 20);
        return Err(said!("没有规则“{code}”。{hint}"));
    };
    let kind = match rule.severity {
        Severity::Error => "错误（更正或经核实前不采用）",
        Severity::Warning => "警告（采用，请更正或说明）",
        Severity::Note => "提示（采用，供了解）",
    };
    say!(
        terminal,
        "{} {}（{}）\n级别：{kind}\n",
        rule.code,
        rule.title,
        rule.name
    );
    for (head, text) in [
        ("检查什么", rule.doc.what),
        ("为什么", rule.doc.why),
        ("例", rule.doc.example),
        ("怎么改", rule.doc.fix),
    ] {
        say!(terminal, "{head}：{text}");
    }
    if let Some(text) = rule.doc.office {
        say!(terminal, "督查室：{text}");
    }
    Ok(CLEAN)
}
