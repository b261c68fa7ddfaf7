//! The chain of seals: what no folder can tell of itself alone.

use std::fs;

use duban::intake::arrival::sha256;

use crate::desk::{Desk, Said, writable};

const CHAIN: &str = "archive/chain.csv";
const REOPENED: &str = "archive/reopened.csv";

/// An archive with four lines in its chain: April sealed, opened again and sealed again, then May.
fn chained() -> Desk {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04");
    desk.ok("seal 2024-04 --reopen --reason 核实");
    desk.submit_green(4, 4.5, 5.0);
    desk.ok("seal 2024-04");
    desk.ok("seal 2024-05").says(["链头"]);
    desk.ok("verify");
    writable(&desk.path("archive"));
    desk
}

/// A list of the archive with all its hashes made anew, as whoever knows the format can.
fn with_hashes(lines: &[String]) -> String {
    let mut check = String::new();
    let mut text = lines[0].clone() + "\r\n";
    for line in &lines[1..] {
        let (fields, _) = line.rsplit_once(',').unwrap();
        check = sha256(format!("{check}\u{1f}{}", fields.replace(',', "\u{1f}")).as_bytes());
        text = text + fields + "," + &check + "\r\n";
    }
    text
}

fn lines(desk: &Desk, path: &str) -> Vec<String> {
    desk.text(path).lines().map(str::to_owned).collect()
}

fn copy(desk: &Desk) {
    for (name, bytes) in desk.content("archive/2024-05") {
        desk.write(&format!("archive/2024-06/{name}"), bytes);
    }
}

/// The very archive, but May is sealed from another inbox.
fn replace(desk: &Desk) {
    let other = Desk::in_may();
    for (name, bytes) in desk.content("archive") {
        if !name.starts_with("2024-05/") {
            other.write(&format!("archive/{name}"), bytes);
        }
    }
    other.write(CHAIN, lines(desk, CHAIN)[..4].join("\r\n") + "\r\n");
    other.submit_green(5, 9.5, 9.5);
    other.ok("seal 2024-05");
    desk.remove("archive/2024-05");
    for (name, bytes) in other.content("archive/2024-05") {
        desk.write(&format!("archive/2024-05/{name}"), bytes);
    }
}

/// Changes an archive.
type Change<'a> = &'a dyn Fn(&Desk);

/// A month that was deleted whole, or sealed from another inbox, and a line forged with its hash went unnoticed.
#[test]
fn verify_names_what_is_no_longer_the_archive_that_was_sealed() {
    let forged = |line: &str, event: &str, file: &str| {
        let fields = line.replacen("seal,", "", 1);
        let event = if file == CHAIN { event } else { "" };
        format!("{event}{fields}").replacen(",,", ",伪造,", 1)
    };
    let rename = |from: &'static str, to: &'static str| {
        move |desk: &Desk| fs::rename(desk.path(from), desk.path(to)).unwrap()
    };
    let rewrite = |file: &'static str, change: fn(&mut Vec<String>)| {
        move |desk: &Desk| {
            let mut all = lines(desk, file);
            change(&mut all);
            desk.write(file, with_hashes(&all));
        }
    };
    let forge = |file: &'static str| {
        move |desk: &Desk| {
            let may = lines(desk, CHAIN).pop().unwrap();
            let mut all = lines(desk, file);
            all.push(forged(&may, "reopen,", file));
            desk.write(file, with_hashes(&all));
        }
    };
    let cases: [(&str, Change, &str); 13] = [
        ("copied", &copy, "的内容是2024年5月第1次封存"),
        (
            "renamed",
            &rename("archive/2024-05", "archive/2024-06"),
            "“2024-05”第1次封存",
        ),
        (
            "moved",
            &rename("archive/2024-05", "archive/old"),
            "“2024-05”第1次封存",
        ),
        (
            "deleted",
            &|desk| desk.remove("archive/2024-05"),
            "“2024-05”第1次封存",
        ),
        (
            "an earlier one deleted",
            &|desk| desk.remove("archive/2024-04.1"),
            "“2024-04”第1次封存",
        ),
        ("replaced", &replace, "“2024-05”不是封存链第4行所记的封存"),
        (
            "a reopening forged",
            &forge(REOPENED),
            "“reopened.csv”第2次重开，封存链中没有",
        ),
        ("a link forged", &forge(CHAIN), "没有封存链第5行的重开"),
        (
            "a link taken out",
            &rewrite(CHAIN, |all| drop(all.remove(2))),
            "“chain.csv”第3行之前与“2024-05”封存时不同",
        ),
        (
            "a link changed",
            &rewrite(CHAIN, |all| all[1] = all[1].replace("T09", "T08")),
            "“chain.csv”第",
        ),
        (
            "the last link taken out",
            &rewrite(CHAIN, |all| drop(all.pop())),
            "“2024-05”还没有记入封存链",
        ),
        (
            "the chain deleted",
            &|desk| desk.remove(CHAIN),
            "“chain.csv”缺失",
        ),
        (
            "a reopening taken out",
            &|desk| desk.remove(REOPENED),
            "没有封存链第2行的重开",
        ),
    ];
    let desk = chained();
    let whole = desk.content("archive");
    for (what, change, words) in cases {
        change(&desk);
        let said = desk.duban("verify");
        assert_eq!(said.code, Some(1), "{what}: {said}");
        assert!(said.out.contains(words), "{what}: {said}");
        assert_eq!(desk.json("verify")["equal"], false);
        writable(&desk.path("archive"));
        desk.remove("archive");
        for (name, bytes) in &whole {
            desk.write(&format!("archive/{name}"), bytes);
        }
        desk.ok("verify");
    }
}

/// What a chain cannot tell of itself, a head that was written down does.
#[test]
fn a_folder_deleted_with_its_line_is_found_by_the_head_that_was_written_down() {
    let desk = chained();
    let head = desk.json("verify")["chain"]["head"]
        .as_str()
        .unwrap()
        .to_owned();
    let earlier = lines(&desk, CHAIN)[3]
        .rsplit(',')
        .next()
        .unwrap()
        .to_owned();
    let spaced = format!("{} {}", &head[..8], &head[8..16].to_uppercase());
    for (written, words) in [
        (&head, "与记下的相同"),
        (&earlier, "之后有1次"),
        (&spaced, "与记下的相同"),
    ] {
        let said: Said = desk
            .command(&["verify", "--head", written])
            .output()
            .unwrap()
            .into();
        said.exits(0).says([words]);
    }
    desk.fails("verify --head 12345").says(["--head"]);
    desk.remove("archive/2024-05");
    let chain = lines(&desk, CHAIN);
    desk.write(CHAIN, chain[..4].join("\r\n") + "\r\n");
    desk.ok("verify");
    desk.finds(&format!("verify --head {head}"))
        .says(["没有链头"]);
    desk.ok(&format!("verify --head {earlier}"));
}

/// Archives of earlier versions have no chain: they verify, and the next seal begins one with them.
#[test]
fn the_next_seal_begins_the_chain_of_an_old_archive() {
    let desk = Desk::in_may();
    desk.ok("seal 2024-04");
    desk.ok("seal 2024-04 --reopen --reason 核实");
    desk.ok("seal 2024-04");
    writable(&desk.path("archive"));
    desk.remove(CHAIN);
    for folder in ["2024-04", "2024-04.1"] {
        let place = format!("archive/{folder}/seal.json");
        let kept: Vec<String> = lines(&desk, &place)
            .into_iter()
            .filter(|line| !line.contains("\"chain\""))
            .collect();
        let seal = kept.join("\n") + "\n";
        desk.write(
            &format!("archive/{folder}/seal.sha256"),
            format!("{}  seal.json\n", sha256(seal.as_bytes())),
        );
        desk.write(&place, &seal);
        if folder == "2024-04.1" {
            let mut log = lines(&desk, REOPENED);
            let old = log[1].split(',').nth(2).unwrap().to_owned();
            log[1] = log[1].replace(&old, &sha256(seal.as_bytes()));
            desk.write(REOPENED, with_hashes(&log));
        }
    }
    desk.ok("verify").says(["没有封存链"]);
    desk.ok("seal 2024-05");
    let events: Vec<String> = lines(&desk, CHAIN)[1..]
        .iter()
        .map(|line| line.split(',').take(3).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        events,
        [
            "seal 2024-04 1",
            "reopen 2024-04 1",
            "seal 2024-04 2",
            "seal 2024-05 1"
        ]
    );
    desk.ok("verify");
}

/// A run took a month whose seal was gone from the inbox, without a word.
#[test]
fn a_seal_that_is_gone_is_missed_by_every_command() {
    let desk = chained();
    desk.remove("archive/2024-04");
    let words = ["2024年4月第2次封存已不在归档中"];
    for line in [
        "run 2024-05",
        "run 2024-04",
        "seal 2024-04",
        "status 2024-04",
    ] {
        desk.fails(line).says(words);
    }
    // It is on record that it is gone, and its number is not given again.
    desk.ok("seal 2024-04 --reopen --reason 磁盘损坏")
        .says(["已缺失"]);
    desk.ok("run 2024-04");
    desk.ok("seal 2024-04");
    assert_eq!(desk.json_of("archive/2024-04/seal.json")["number"], 3);
    desk.finds("verify").says(["“2024-04”第2次封存"]);
}
