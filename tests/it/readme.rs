//! What the READMEs show is real: each command of a block marked `<!-- shown -->` is run on a copy of the project's
//! inbox, plan and template, and its output is the block's, to the letter but for spaces at line ends.

use crate::prelude::*;

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];
const MARK: &str = "<!-- shown -->";

fn read(name: &str) -> String {
    let text = fs::read_to_string(root().join(name)).unwrap();
    text.replace("\r\n", "\n")
}

/// What a command line prints: standard output, then standard error.
fn output(desk: &Desk, line: &str) -> String {
    let words = line
        .strip_prefix("cargo run --release -- ")
        .or_else(|| line.strip_prefix("duban "))
        .unwrap_or_else(|| panic!("`{line}` is no command of duban"));
    let said = desk.duban(words);
    assert!(said.code.is_some_and(|code| code <= 2), "`{line}`: {said}");
    let lines = said.out.lines().chain(said.err.lines());
    lines
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

/// The README with the real output in its blocks, and how many commands were run.
fn with_real_output(readme: &str) -> (String, usize) {
    let desk = Desk::sample();
    desk.copy("templates");
    let mut commands = 0;
    let mut pieces = readme.split(MARK);
    let mut real = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let block = piece
            .strip_prefix("\n```console\n")
            .unwrap_or_else(|| panic!("no console block behind {MARK}"));
        let (shown, after) = block.split_once("\n```").expect("an end of the block");
        real = real + MARK + "\n```console\n";
        for line in shown.lines().filter_map(|line| line.strip_prefix("$ ")) {
            real = real + "$ " + line + "\n" + &output(&desk, line);
            commands += 1;
        }
        real = real + "```" + after;
    }
    (real, commands)
}

#[test]
fn shown_commands_print_what_is_shown() {
    for name in READMES {
        let (real, commands) = with_real_output(&read(name));
        assert!(commands >= 3, "{name} shows {commands} commands");
        assert_on_record(name, &real);
    }
}

/// Both list every command of `duban --help` once and in its order, and none besides: four commands stood there twice.
#[test]
fn every_command_is_listed() {
    let help = output(&Desk::new(), "duban --help");
    let list = help.split("命令:\n").nth(1).expect("a list of commands");
    let list = list.split("\n\n").next().unwrap_or_default();
    let has: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty())
        .collect();
    for name in READMES {
        let readme = read(name);
        let listed: Vec<&str> = readme
            .lines()
            .filter_map(|line| line.strip_prefix("| `duban ")?.split([' ', '`']).next())
            .collect();
        assert_eq!(listed, has, "{name}");
    }
}

/// Files, folders and pictures that are linked are there.
#[test]
fn links_lead_somewhere() {
    for name in READMES {
        let readme = read(name);
        let targets: Vec<&str> = readme
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next())
            .filter(|t| !t.contains("://"))
            .collect();
        assert!(targets.len() >= 8, "{name}: {targets:?}");
        for target in targets {
            assert!(root().join(target).exists(), "{name} links to {target}");
        }
    }
}

/// A page for developers that names a file which has moved sends its reader nowhere.
#[test]
fn every_path_that_a_page_names_is_there() {
    let folders = [
        "src/",
        "tests/",
        "docs/",
        "seeds/",
        "templates/",
        "scripts/",
        "examples/",
        "fuzz/",
    ];
    let pages = fs::read_dir(root().join("docs"))
        .unwrap()
        .map(|page| page.unwrap().path());
    let pages = pages.filter(|page| page.extension().is_some_and(|end| end == "md"));
    let own = ["ARCHITECTURE.md", "CONTRIBUTING.md"]
        .into_iter()
        .chain(READMES);
    let mut seen = 0;
    for page in pages.chain(own.map(|name| root().join(name))) {
        let text = fs::read_to_string(&page).unwrap();
        let quoted = text.split('`').skip(1).step_by(2);
        let paths = quoted.filter(|word| folders.iter().any(|folder| word.starts_with(folder)));
        for path in paths.filter(|path| !path.contains([' ', '<', '*', '{', '\n'])) {
            assert!(root().join(path).exists(), "{}: {path}", page.display());
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
