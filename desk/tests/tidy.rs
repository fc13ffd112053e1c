//! The rules of the house that no type can hold: this test reads the sources.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Rows that record no action of anybody may be written outside a work: here and nowhere else.
const MAY_SCRATCH: &[&str] = &[
    "desk/src/customers/search.rs",
    "desk/src/desk.rs",
    "desk/src/me/preferences.rs",
    "desk/src/orders/presence.rs",
    "desk/src/passkeys/ceremony.rs",
    "desk/src/passkeys/failures.rs",
    "desk/src/sessions/mod.rs",
    "desk/src/sessions/store.rs",
];
/// Outside the desk, only what it is compared with: the customer list and the trail, read by the bench; and what tests read
/// and hold beside a program that serves.
const MAY_NAME_THE_DATABASE: &[&str] = &["bench/src/beside.rs", "bench/src/floor.rs", "bench/src/plain.rs"];
/// Only the demo invents a past.
const MAY_RECALL: &[&str] = &["desk/src/demo/"];
/// What only a command run on the server does is asked for by the command line.
const MAY_COMMAND: &[&str] = &["server/src/commands/"];
/// What is written as JSON inside the desk: the changes of an entry, downloads of the trail, and what ceremonies keep.
const MAY_SERIALISE: &[&str] =
    &["desk/src/trail/entry.rs", "desk/src/trail/proof.rs", "desk/src/passkeys/relying_party.rs"];
/// The one component that shows what was sanitised.
const MAY_INNER_HTML: &[&str] = &["app/src/components/prose.rs"];
/// Elements whose inside Leptos does not escape: the component that does it itself, a text area that holds nothing, and
/// what `maud` has printed, which escapes unless it is told that something is markup already.
const MAY_HOLD_RAW: &[&str] = &[
    "app/src/components/field.rs",
    "app/src/components/printed.rs",
    "app/src/components/rendered.rs",
    "app/src/pages/customer/dialogs.rs",
];
/// Parts that stand a hundred times on a page write their own tags, and have what was written by anybody escaped.
const MAY_WRITE_TAGS: &[&str] = &[
    "app/src/components/badge.rs",
    "app/src/components/format.rs",
    "app/src/components/icon.rs",
    "app/src/components/mask.rs",
    "app/src/components/printed.rs",
    "app/src/components/rendered.rs",
];
/// The one place that says HTML is clean: where it has just been made so.
const MAY_SANITISE: &[&str] = &["desk/src/customers/notes/prose.rs"];
/// Only a touch proves a touch.
const MAY_PROVE: &[&str] = &["desk/src/step_up/touch.rs"];

/// A source file: its path from the root, and its lines of code outside tests, without texts and comments.
struct Source {
    path: String,
    lines: usize,
    code: Vec<(usize, String)>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !["target", "node_modules", "results", "dist"].contains(&name) && !name.starts_with('.') {
            files(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

/// A line without what stands in quotation marks and after `//`.
fn code(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => {
                chars.next();
            }
            '"' => quoted = !quoted,
            '/' if !quoted && chars.peek() == Some(&'/') => break,
            _ if quoted => {}
            _ => out.push(c),
        }
    }
    out
}

/// `#[cfg(test)]`, or with a feature beside it.
fn is_for_tests(line: &str) -> bool {
    line.starts_with("#[cfg(test)") || line.starts_with("#[cfg(all(test")
}

fn sources() -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    files(&root, &mut found);
    let rust = found.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let texts: Vec<(PathBuf, String)> =
        rust.map(|path| (path.clone(), fs::read_to_string(path).expect("text"))).collect();
    // Modules that exist only in tests: `#[cfg(test)] mod name;`.
    let mut tests = BTreeSet::new();
    for (path, text) in &texts {
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| is_for_tests(pair[0].trim())) {
            if let Some(name) = pair[1].trim().strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
                let folder = path.parent().expect("a folder");
                let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
                let folder = if ["mod", "lib", "main"].contains(&stem) { folder.to_owned() } else { folder.join(stem) };
                tests.insert(folder.join(format!("{name}.rs")));
                tests.insert(folder.join(name));
            }
        }
    }
    let is_test = |path: &Path| {
        path.components().any(|part| ["tests", "tests.rs"].iter().any(|name| part.as_os_str() == *name))
            || path.ancestors().any(|part| tests.contains(part))
    };
    texts
        .into_iter()
        .map(|(path, text)| {
            let count = text.lines().count();
            let until = if is_test(&path) {
                0
            } else {
                let lines: Vec<&str> = text.lines().collect();
                let inline = |pair: &[&str]| is_for_tests(pair[0]) && pair[1].ends_with('{');
                lines.windows(2).position(inline).unwrap_or(count)
            };
            let code = text.lines().take(until).enumerate().map(|(at, line)| (at + 1, code(line))).collect();
            let path = path.strip_prefix(&root).expect("inside").to_str().expect("text").to_owned();
            Source { path, lines: count, code }
        })
        .collect()
}

/// Every line outside tests that holds one of `words`, but in the files allowed.
fn found(sources: &[Source], inside: &[&str], words: &[&str], allowed: &[&str]) -> Vec<String> {
    let starts = |path: &str, all: &[&str]| all.iter().any(|start| path.starts_with(start));
    let looked = sources
        .iter()
        .filter(|source| (inside.is_empty() || starts(&source.path, inside)) && !starts(&source.path, allowed));
    looked
        .flat_map(|source| source.code.iter().map(move |(at, line)| (source, at, line)))
        .filter(|(_, _, line)| words.iter().any(|word| line.contains(word)))
        .map(|(source, at, line)| format!("{}:{at}: {}", source.path, line.trim()))
        .collect()
}

const PRODUCT: &[&str] = &["wire/src", "desk/src", "app/src", "server/src"];

#[test]
fn only_the_desk_names_the_database() {
    let sources = sources();
    assert_eq!(
        found(&sources, &["wire", "app", "server", "xtask", "bench"], &["sqlx"], MAY_NAME_THE_DATABASE),
        [""; 0]
    );
    for member in ["wire", "app", "server", "xtask"] {
        let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).expect("a manifest");
        assert!(!manifest.contains("sqlx"), "{member}/Cargo.toml");
    }
    assert_eq!(found(&sources, &["desk/src"], &["axum", "leptos"], &[]), [""; 0]);
}

#[test]
fn nothing_of_the_desk_writes_itself_into_an_answer() {
    assert_eq!(found(&sources(), &["desk/src"], &["Serialize"], MAY_SERIALISE), [""; 0]);
}

#[test]
fn raw_html_has_one_door() {
    let sources = sources();
    assert_eq!(found(&sources, PRODUCT, &["inner_html"], MAY_INNER_HTML), [""; 0]);
    assert_eq!(found(&sources, PRODUCT, &["PreEscaped"], &[]), [""; 0]);
    // A page is read before it is written; a part that waited would be missing from it.
    let waits = ["<Suspense", "<Await", "<Transition", "Suspend::new"];
    assert_eq!(found(&sources, PRODUCT, &waits, &["app/src/shell/mod.rs"]), [""; 0]);
    let raw = ["<textarea", "<noscript", "<style", "InertElement"];
    assert_eq!(found(&sources, PRODUCT, &raw, MAY_HOLD_RAW), [""; 0]);
    assert_eq!(found(&sources, PRODUCT, &["CleanHtml::sanitised"], MAY_SANITISE), [""; 0]);
    assert_eq!(found(&sources, PRODUCT, &["writes_tags", "Render for "], MAY_WRITE_TAGS), [""; 0]);
}

#[test]
fn code_that_serves_people_neither_gives_up_nor_prints() {
    let words = [".unwrap()", "println!", "print!(", "dbg!(", "todo!(", "unimplemented!(", "panic!("];
    // Cryptography that cannot fail and a system without randomness are told in clock.rs.
    assert_eq!(found(&sources(), PRODUCT, &words, &[]), [""; 0]);
}

#[test]
fn time_and_chance_come_from_the_clock() {
    let words = ["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now", "getrandom", "OsRng", "rand::rng("];
    assert_eq!(found(&sources(), PRODUCT, &words, &["desk/src/clock.rs"]), [""; 0]);
}

#[test]
fn writes_without_an_entry_and_commands_stay_where_they_are_listed() {
    let sources = sources();
    assert_eq!(found(&sources, PRODUCT, &[".scratch()"], MAY_SCRATCH), [""; 0]);
    assert_eq!(found(&sources, PRODUCT, &[".server_command()"], MAY_COMMAND), [""; 0]);
    assert_eq!(found(&sources, PRODUCT, &[".recall(", ".commit_recalled("], MAY_RECALL), [""; 0]);
    assert_eq!(found(&sources, PRODUCT, &["impl Touched for", "trail::Touched for"], MAY_PROVE), [""; 0]);
}

#[test]
fn roles_are_compared_where_the_policy_is() {
    let words = ["role == ", "role() == ", "role != ", "role() != "];
    // Whom to invite while there is no admin, and what a changed role is, are rules about staff, not permissions.
    let allowed = ["desk/src/access.rs", "desk/src/staff/"];
    assert_eq!(found(&sources(), &["desk/src", "server/src"], &words, &allowed), [""; 0]);
}

#[test]
fn files_are_one_thing() {
    let mut long: Vec<String> =
        sources().iter().filter(|source| source.lines > 400).map(|source| source.path.clone()).collect();
    let mut others = Vec::new();
    files(&root(), &mut others);
    let written = others.iter().filter(|path| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["css", "js", "mjs", "ts", "sql"].contains(&extension)
    });
    for path in written {
        if fs::read_to_string(path).is_ok_and(|text| text.lines().count() > 400) {
            long.push(path.display().to_string());
        }
    }
    assert_eq!(long, [""; 0]);
}

#[test]
fn modules_are_things_and_functions_verbs() {
    let sources = sources();
    let words = ["utils", "util", "helper", "helpers", "manager", "service", "misc", "common"];
    let vague: Vec<&str> = sources
        .iter()
        .map(|source| source.path.as_str())
        .filter(|path| path.trim_end_matches(".rs").split('/').any(|part| words.contains(&part)))
        .collect();
    assert_eq!(vague, [""; 0]);
    assert_eq!(found(&sources, &[], &["fn handle_", "fn do_"], &[]), [""; 0]);
}

#[test]
fn no_test_is_ignored_and_nothing_is_left_for_later() {
    let mut found = Vec::new();
    for path in sources().iter().map(|source| root().join(&source.path)) {
        let text = fs::read_to_string(&path).expect("text");
        for word in [concat!("#[", "ignore"), concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")] {
            if text.contains(word) {
                found.push(format!("{}: {word}", path.display()));
            }
        }
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |kind: &str| -> BTreeSet<String> {
        let folder = fs::read_dir(root().join("desk/migrations").join(kind)).expect("a folder");
        folder.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect()
    };
    assert_eq!(names("sqlite"), names("mysql"));
    let listed = fs::read_to_string(root().join("desk/src/db.rs")).expect("text");
    for name in names("sqlite") {
        let stem = name.trim_end_matches(".sql");
        assert!(listed.contains(&format!("\"{stem}\"")), "desk/src/db.rs does not list {name}");
    }
}

#[test]
fn sql_is_what_both_databases_speak() {
    let mut found = Vec::new();
    // A forger speaks whatever the database does.
    let product = |path: &str| path.starts_with("desk/src") && !path.starts_with("desk/src/trail/tampering/");
    for source in sources().iter().filter(|source| product(&source.path)) {
        let text = fs::read_to_string(root().join(&source.path)).expect("text");
        for word in [" RETURNING ", "ON CONFLICT", "ON DUPLICATE", "FOR UPDATE", "NOW()", "SELECT *", "INSERT OR "] {
            for (at, _) in text.match_indices(word) {
                found.push(format!("{}: {word} at {at}", source.path));
            }
        }
    }
    assert_eq!(found, [""; 0]);
}
