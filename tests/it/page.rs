//! 结果.html: every number on it is a figure of facts.json, every link leads to a file beside it, and nothing else is needed to
//! read it.

use crate::desk::Month;
use crate::html::{Block, Page};
use crate::prelude::*;

const NAME: &str = "结果.html";

fn page(month: &Month) -> Page {
    Page::of(&month.read(NAME))
}

/// What is no figure and may hold digits: names and words of the plan and of departments, days and months.
fn known(facts: &Value) -> Vec<String> {
    let mut known = vec![
        text(facts, "title").to_owned(),
        text(facts, "short_title").to_owned(),
    ];
    for task in facts["tasks"].as_array().unwrap() {
        known.extend(["name", "grade_text"].map(|key| text(task, key).to_owned()));
        let grade = text(task, "grade");
        known.push(
            text(task, "grade_text")
                .trim_start_matches(grade)
                .to_owned(),
        );
        let progress: Vec<&str> = task["progress"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        known.push(progress.join("；").chars().take(119).collect());
    }
    known.retain(|text| text.contains(|c: char| c.is_ascii_digit()));
    known.sort_by_key(|text| std::cmp::Reverse(text.len()));
    known
}

/// A block's text without its figures, the known words, and dates.
fn rest(block: &Block, known: &[String]) -> String {
    let mut rest = block.text.clone();
    for (_, figure) in &block.figures {
        let at = rest
            .find(figure.as_str())
            .expect("a figure stands in its block");
        rest.replace_range(at..at + figure.len(), "＃");
    }
    for words in known {
        rest = rest.replace(words.as_str(), "");
    }
    for unit in ["年", "月", "日"] {
        while let Some(end) = rest.find(unit) {
            let start = rest[..end]
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .len();
            rest.replace_range(start..end + unit.len(), "");
        }
    }
    rest
}

#[test]
fn every_number_of_the_page_is_a_figure() {
    for (month, outputs) in sample_year() {
        let (page, figures) = (page(outputs), outputs.figures());
        let facts = outputs.json("facts.json");
        let known = known(&facts);
        let shown: Vec<_> = page.blocks.iter().flat_map(|b| &b.figures).collect();
        assert!(shown.len() > 80, "{month}: {}", shown.len());
        for (id, shown) in shown {
            let figure = figures
                .get(id)
                .unwrap_or_else(|| panic!("{month}: no figure {id}"));
            assert_eq!(figure.1, *shown, "{month} {id}");
        }
        let mut numbers = Vec::new();
        for block in &page.blocks {
            let is_number =
                block.tag == "td" && block.table == "tasks" && block.text.parse::<u32>().is_ok();
            // The opening sentence and the departments' own words are read by `truth`; of how a number is found, only the month.
            let is_read = block.class == "lead" || block.text.contains(['：']) && block.tag == "p";
            if is_number {
                numbers.push(block.text.clone());
            } else if !is_read
                && !block.text.contains("duban trace")
                && !block.text.contains(".xlsx")
                && !block.text.contains(".docx")
            {
                let rest = rest(block, &known);
                assert!(
                    !rest.contains(|c: char| c.is_ascii_digit()),
                    "{month}: “{rest}” in {block:?}"
                );
            }
        }
        let tasks = facts["tasks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|t| t["no"].to_string());
        assert_eq!(numbers, tasks.collect::<Vec<_>>(), "{month}");
    }
}

/// The page is one light file without scripts, and goes where its folder goes.
#[test]
fn the_page_needs_nothing_but_its_folder() {
    for (month, outputs) in sample_year() {
        let bytes = outputs.read(NAME);
        assert!(bytes.len() <= 150_000, "{month}: {}", bytes.len());
        let page = page(outputs);
        for tag in ["script", "link", "img", "iframe", "object", "form", "base"] {
            assert!(!page.tags.contains(tag), "{month}: {tag}");
        }
        let runs =
            |name: &&String| name.starts_with("on") || name.contains("src") || *name == "style";
        assert_eq!(page.attributes.iter().find(runs), None, "{month}");
        let style = String::from_utf8(bytes).unwrap();
        assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("http"));
        for link in &page.links {
            assert!(
                !link.starts_with('/') && !link.contains(':'),
                "{month}: {link}"
            );
            assert!(outputs.folder.join(link).exists(), "{month}: {link}");
        }
        // Everything beside it is reached.
        for name in files(&outputs.folder)
            .into_keys()
            .filter(|name| name != NAME)
        {
            let is_linked = page.links.contains(&name);
            // Of a department's several return copies the first; the others lie in the folder that is linked.
            assert!(is_linked || name.contains('/'), "{month}: {name}");
        }
    }
}

/// What is to be done stands there in the closing message's words, and each name leads to the department's file.
#[test]
fn what_to_do_is_what_the_run_says() {
    let desk = Desk::sample();
    let said = desk.finds("run 2024-06").out;
    let page = page(&desk.month("2024-06"));
    let steps: Vec<&str> = said
        .lines()
        .filter_map(|l| l.trim_start().split_once(". ").map(|(_, step)| step))
        .collect();
    assert!(steps.len() >= 3, "{said}");
    for (block, step) in page
        .of_tag("li")
        .filter(|b| !b.text.is_empty() && b.table.is_empty())
        .skip_while(|b| !b.text.starts_with("催报"))
        .zip(&steps)
    {
        assert_eq!(block.text, *step);
    }
    for link in [
        "催报/公安分局催报通知.docx",
        "退回/生态环境局2024年6月报送表（退回修改）.xlsx",
    ] {
        let times = page.links.iter().filter(|l| *l == link).count();
        assert_eq!(times, 2, "{link}");
    }
}

/// A seal keeps the page, and `verify` makes it again.
#[test]
fn the_page_is_sealed_and_verified() {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04");
    let page = desk.read(&format!("out/2024-04/{NAME}"));
    assert_eq!(desk.read(&format!("archive/2024-04/outputs/{NAME}")), page);
    desk.ok("verify 2024-04");
    desk.ok("run 2024-04");
    assert_eq!(desk.read(&format!("out/2024-04/{NAME}")), page);
    let manifest = desk.json_of("out/2024-04/manifest.json");
    let outputs = manifest["outputs"].as_array().unwrap();
    assert!(outputs.iter().any(|o| o["path"] == NAME));
}

/// On a machine without a desktop one plain line says so, and the run is what it was.
#[test]
fn a_page_that_cannot_be_opened_costs_nothing_but_a_line() {
    let desk = Desk::in_may();
    let output = desk
        .command(&["run", "5月", "--open"])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("PATH", desk.path(""))
        .output()
        .unwrap();
    let said = crate::desk::Said::from(output);
    assert!(
        !cfg!(target_os = "linux") || said.err.lines().count() == 1,
        "{said}"
    );
    said.exits(0).says(["没能打开", NAME]);
    assert!(fs::exists(desk.path(&format!("out/2024-05/{NAME}"))).unwrap());
}
