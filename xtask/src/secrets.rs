//! Looks for secrets among the tracked files: what is committed once is known to everybody for good.

use crate::{Result, folders, steps};
use std::fs;
use std::process::Command;

/// Beginnings of tokens that are secret wherever they stand, each with the least number of characters that follow.
const TOKENS: [(&str, usize); 9] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("sk_live_", 20),
    ("npm_", 36),
    ("AIza", 35),
];

/// Names whose quoted value is a secret when it is long and looks drawn by chance.
const NAMES: [&str; 6] = ["password", "passwd", "secret", "token", "api_key", "private_key"];

/// One line, with file and line number, for each suspicious place in a tracked file. The secret itself is not repeated.
///
/// # Errors
/// When git does not list the files.
pub fn committed() -> Result<Vec<String>> {
    let files = steps::read(Command::new("git").args(["ls-files", "-z"]).current_dir(folders::root()))?;
    let mut found = Vec::new();
    for file in files.split('\0').filter(|file| !file.is_empty()) {
        // Pictures and deleted files hold no text.
        let Ok(text) = fs::read_to_string(folders::root().join(file)) else { continue };
        found.extend(
            text.lines()
                .enumerate()
                .filter_map(|(number, line)| suspicion(line).map(|what| format!("{file}:{}: {what}", number + 1))),
        );
    }
    Ok(found)
}

/// What a line seems to give away.
fn suspicion(line: &str) -> Option<&'static str> {
    // Put together here, so that this file does not accuse itself.
    if line.contains("-----BEGIN ") && line.contains(concat!("PRIVATE", " KEY-----")) {
        return Some("a private key");
    }
    if after(line, concat!("PRIVATE+", "KEY+"))
        .is_some_and(|rest| rest.split_whitespace().next().is_some_and(|key| key.len() > 40))
    {
        return Some("a signing key of signed notes");
    }
    if TOKENS.iter().any(|(start, least)| after(line, start).is_some_and(|rest| token_length(rest) >= *least)) {
        return Some("an access token");
    }
    let lower = line.to_ascii_lowercase();
    let value = NAMES.iter().find_map(|name| quoted(after(&lower, name)?));
    value.filter(|value| value.len() >= 20 && drawn_by_chance(value)).map(|_| "a secret in quotes")
}

fn after<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.find(start).map(|at| &line[at + start.len()..])
}

fn token_length(text: &str) -> usize {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || "_-+/=".contains(*c)).count()
}

/// The quoted text right after `name =` or `"name":`.
fn quoted(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(['"', '\'', ' ']).strip_prefix([':', '='])?.trim_start();
    let quote = rest.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    rest[1..].split(quote).next()
}

/// Letters and digits mixed without words: what a generator makes and a person does not write.
fn drawn_by_chance(value: &str) -> bool {
    let dense = value.chars().all(|c| c.is_ascii_alphanumeric() || "_-+/=".contains(c));
    let digits = value.chars().filter(char::is_ascii_digit).count();
    dense && digits * 8 >= value.len() && digits < value.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_tracked_file_holds_a_secret() {
        assert_eq!(committed().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn planted_secrets_are_seen_and_ordinary_lines_are_not() {
        let planted = [
            format!("-----BEGIN {} PRIVATE {}-----", "EC", "KEY"),
            format!("aws_id = {}{}", "AKIA", "ABCDEFGHIJKLMNOP"),
            format!("{}{}", "ghp_", "0123456789abcdefghijABCDEFGHIJ012345"),
            format!("password: '{}'", "9f3k2J8s7Qw0zXc5Vb1N"),
            format!("PRIVATE+{}+example.org+abcd+{}", "KEY", "A".repeat(44)),
        ];
        for line in planted {
            assert!(suspicion(&line).is_some(), "{line}");
        }
        for line in
            ["let token = \"search-token-of-the-name\";", "password = \"\"", "AKIA is a prefix", "secret: Secret,"]
        {
            assert_eq!(suspicion(line), None, "{line}");
        }
    }
}
