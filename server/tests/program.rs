//! The program from outside: what it refuses to start with, in one line and with exit status 2.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Output,
};

use folder::{Folder, Server};

mod folder;

/// The one line a refusal says.
fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn a_missing_or_wrong_setting_is_one_line_and_status_2() {
    let folder = Folder::with_keys();
    for name in ["DATABASE_URL", "ORIGIN", "KEY_FILE", "CHECKPOINT_DIR"] {
        let name = format!("HELIODESK_{name}");
        for program in [folder.program(&["serve"]).env_remove(&name), folder.program(&["serve"]).env(&name, " ")] {
            assert!(refusal(&program.output().expect("runs")).contains(&name), "{name}");
        }
    }
    for (name, value, says) in [
        ("ORIGIN", "http://desk.example", "https"),
        ("ORIGIN", "https://127.0.0.1", "IP address"),
        ("ORIGIN", "localhost:3000", "https://"),
        ("ADDR", "3000", "IP:PORT"),
        ("ADDR", "0.0.0.0:3000", "HELIODESK_ORIGIN must be https"),
        ("DATABASE_URL", "postgres://x", "sqlite:"),
        ("DATABASE_URL", "sqlite::memory:", "file"),
        ("DATABASE_URL", "mysql://desk:hunter2@db.example/desk", "TLS"),
        ("DATABASE_URL", "mysql://desk:hunter2@db.example/desk?ssl-mode=PREFERRED", "TLS"),
        ("DATABASE_URL", "mysql://desk:hunter2@db.example/desk?ssl-mode=REQUIRED&ssl-mode=DISABLED", "TLS"),
        ("DATABASE_URL", "mysql://desk:hunter2@127.0.0.1.evil.example/desk", "TLS"),
        ("REVEAL_CAP", "many", "whole number"),
        ("TIME_ZONE", "Mars/Olympus", "time zone"),
        ("LOG", "everything", "error, warn, info"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "TRUSTED_PROXIES"),
        ("KEY_FILE", "no-such-file", "keys init"),
        ("KEY_FILE", ".", "no file"),
    ] {
        let said = refusal(&folder.program(&["serve"]).env(format!("HELIODESK_{name}"), value).output().expect("runs"));
        assert!(said.contains(says) && !said.contains("hunter2"), "{name}={value}: {said}");
    }
    let mut open = folder.program(&["serve"]);
    open.env("HELIODESK_ADDR", "0.0.0.0:0").env("HELIODESK_ORIGIN", "https://desk.example");
    assert!(refusal(&open.output().expect("runs")).contains("HELIODESK_TRUSTED_PROXIES"));
}

#[test]
fn a_configuration_file_does_what_variables_do_and_quotes_nothing() {
    let folder = Folder::with_keys();
    let with = |text: &str| {
        fs::write(folder.path("desk.toml"), text).expect("writes");
        folder
            .program(&["--config", "desk.toml", "keys", "public"])
            .env_remove("HELIODESK_ORIGIN")
            .output()
            .expect("runs")
    };
    let good = with("origin = \"https://desk.example\"\nreveal_cap = 25\ntrusted_proxies = [\"10.0.0.0/8\"]\n");
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let key = String::from_utf8(good.stdout).expect("text");
    assert!(key.starts_with("desk.example+"), "{key}");
    assert_eq!(fs::read_to_string(folder.path("checkpoints/key.pub")).expect("written"), key);
    for bad in ["databse_url = \"hunter2\"", "database_url = hunter2", "reveal_cap = true", "origin = \"ftp://x\""] {
        let said = refusal(&with(bad));
        assert!(!said.contains("hunter2"), "{said}");
    }
    assert!(
        refusal(&folder.program(&["--config", "none.toml", "serve"]).output().expect("runs")).contains("none.toml")
    );
}

#[test]
fn keys_are_made_once_and_never_overwritten_and_must_be_ours_alone() {
    let folder = Folder::with_keys();
    let keys = folder.path("keys");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&keys), 0o600);
    let text = fs::read(&keys).expect("reads");
    assert!(refusal(&folder.run(&["keys", "init"])).contains("never overwritten"));
    assert_eq!(fs::read(&keys).expect("reads"), text);
    assert_eq!(folder.run(&["keys", "status"]).status.code(), Some(0));

    for readable in [0o640, 0o604, 0o660, 0o644] {
        fs::set_permissions(&keys, fs::Permissions::from_mode(readable)).expect("sets");
        assert!(refusal(&folder.run(&["serve"])).contains("others can read"), "{readable:o}");
    }
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o600)).expect("sets");
    for damaged in [&text[..text.len() / 2], b"", b"heliodesk-keys/1\nid 0\n"] {
        fs::write(&keys, damaged).expect("writes");
        let said = refusal(&folder.run(&["serve"]));
        assert!(said.contains("HELIODESK_KEY_FILE"), "{said}");
    }
}

#[test]
fn the_database_is_its_owners_alone_even_in_a_folder_that_others_may_enter() {
    let folder = Folder::with_keys();
    fs::set_permissions(folder.path(""), fs::Permissions::from_mode(0o755)).expect("sets");
    let invited = folder.run(&["staff", "invite", "--email", "a@desk.example", "--name", "A", "--role", "support"]);
    assert_eq!(invited.status.code(), Some(0));
    let _server = Server::start(&folder);
    for file in ["desk.db", "desk.db-wal", "desk.db-shm"] {
        let mode = fs::metadata(folder.path(file)).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{file}");
    }
}

#[test]
fn another_key_file_than_the_one_the_database_was_begun_with_stops_the_start() {
    let folder = Folder::with_keys();
    let invited = folder.run(&["staff", "invite", "--email", "ann@desk.example", "--name", "Ann", "--role", "admin"]);
    assert_eq!(invited.status.code(), Some(0), "{invited:?}");
    let link = String::from_utf8(invited.stdout).expect("text");
    assert!(link.starts_with("http://localhost:3000/enroll/"), "{link}");
    fs::remove_file(folder.path("keys")).expect("removes");
    assert_eq!(folder.run(&["keys", "init"]).status.code(), Some(0));
    let said = refusal(&folder.run(&["serve"]));
    assert!(said.contains("HELIODESK_KEY_FILE"), "{said}");
}

#[test]
fn a_database_rolled_back_behind_a_checkpoint_stops_the_start() {
    let folder = Folder::with_keys();
    let line = |number: u32| {
        format!("{{\"number\":\"C-{number}\",\"name\":\"Ann Bee\",\"account\":\"active\",\"orders\":[]}}\n")
    };
    let import = |number| {
        fs::write(folder.path("in.jsonl"), line(number)).expect("writes");
        let done = folder.run(&["import", "--file", "in.jsonl"]);
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        assert_eq!(String::from_utf8(done.stdout).expect("text"), "1 new, 0 changed, 0 unchanged\n");
    };
    import(1);
    fs::copy(folder.path("desk.db"), folder.path("old.db")).expect("copies");
    import(2);
    for left in ["desk.db-wal", "desk.db-shm"] {
        let _ = fs::remove_file(folder.path(left));
    }
    fs::copy(folder.path("old.db"), folder.path("desk.db")).expect("copies");
    let said = refusal(&folder.run(&["serve"]));
    assert!(said.contains("checkpoint"), "{said}");
    // The start says that something is wrong, the verification what.
    let verified = folder.run(&["trail", "verify"]);
    let report = String::from_utf8(verified.stdout).expect("text");
    assert_eq!(verified.status.code(), Some(1), "{report}");
    assert!(report.starts_with("WRONG: the first entry that disagrees is 2\n"), "{report}");
}

#[test]
fn help_explains_every_setting_and_no_secret_is_an_argument() {
    let folder = Folder::new();
    let help = String::from_utf8(folder.run(&["--help"]).stdout).expect("text");
    for name in [
        "HELIODESK_DATABASE_URL",
        "HELIODESK_ADDR",
        "HELIODESK_ORIGIN",
        "HELIODESK_KEY_FILE",
        "HELIODESK_CHECKPOINT_DIR",
        "HELIODESK_TRUSTED_PROXIES",
        "HELIODESK_LOG",
        "HELIODESK_REVEAL_CAP",
        "HELIODESK_TIME_ZONE",
    ] {
        assert!(help.contains(name), "{name}");
    }
    assert_eq!(folder.run(&["serve", "--database-url", "x"]).status.code(), Some(2));
}

/// What a server answers to the bytes of a request.
fn ask(server: &Server, text: &str) -> String {
    let mut stream = TcpStream::connect(&server.address).expect("connects");
    stream.write_all(text.as_bytes()).expect("writes");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("reads");
    answer
}

#[test]
fn it_serves_logs_without_paths_and_queries_and_stops_when_told_to() {
    let folder = Folder::with_keys();
    let server = Server::start(&folder);
    let healthy = ask(&server, "GET /healthz HTTP/1.1\r\nHost: 10.0.0.7\r\nConnection: close\r\n\r\n");
    assert!(healthy.starts_with("HTTP/1.1 200") && healthy.ends_with("ok"), "{healthy}");
    let page =
        "GET /customers/amelia.rivers?q=amelia.rivers HTTP/1.1\r\nHost: localhost:3000\r\nConnection: close\r\n\r\n";
    let answer = ask(&server, page);
    assert!(answer.starts_with("HTTP/1.1 30") || answer.starts_with("HTTP/1.1 404"), "{answer}");
    server.tell_to_stop();
    let log = server.end();
    assert!(log.last().is_some_and(|line| line.contains("\"stopped\"")), "{log:?}");
    assert!(log.iter().all(|line| line.starts_with('{') && !line.contains("amelia")), "{log:?}");
}
