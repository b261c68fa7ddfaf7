//! Who runs the program, for the records of sealed and reopened months.

/// The system user's name; its number where it has none.
pub fn name() -> String {
    system()
        .or_else(environment)
        .unwrap_or_else(|| "（未知用户）".to_owned())
}

fn environment() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.trim().is_empty())
}

/// The account the process runs under, which no environment variable can change.
#[cfg(unix)]
fn system() -> Option<String> {
    let uid = rustix::process::getuid().as_raw().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    account(&accounts, &uid)
        .or_else(|| environment().map(|name| format!("{name}（uid {uid}）")))
        .or(Some(format!("uid {uid}")))
}

#[cfg(not(unix))]
fn system() -> Option<String> {
    None
}

/// The name of a user's number in the lines of passwd(5).
#[cfg(unix)]
fn account(lines: &str, uid: &str) -> Option<String> {
    let mut users = lines
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    users
        .find(|fields| fields.get(2) == Some(&uid))
        .and_then(|fields| fields.first().map(|&name| name.to_owned()))
}

#[cfg(all(test, unix))]
mod tests {
    #[test]
    fn the_account_is_found_by_its_number() {
        let lines = "root:x:0:0::/root:/bin/sh\ndcs:x:1000:1000:督查室:/home/dcs:/bin/bash\n";
        assert_eq!(super::account(lines, "1000").as_deref(), Some("dcs"));
        assert_eq!(super::account(lines, "1001"), None);
        assert!(!super::name().is_empty());
    }
}
