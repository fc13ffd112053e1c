//! The commands about the trail, as processes: on the live database, and away from it with nothing but files and a key.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use heliodesk_wire::Role;

use crate::{
    folder::Folder,
    world::{Setting, World},
};

/// Exit status and what was said; what went wrong before there was anything to say.
fn told(output: Output) -> (Option<i32>, String) {
    let said = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    (output.status.code(), String::from_utf8(said).expect("text"))
}

/// The program far from its server: no settings, only files below `folder`.
fn away(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_heliodesk"));
    program.args(["trail", "verify"]).args(arguments).current_dir(folder.path(".")).env_clear();
    told(program.output().expect("runs"))
}

/// The newest checkpoint, printed by the command into a file; how many entries it covers.
fn checkpoint(folder: &Folder, name: &str) -> u64 {
    let (status, text) = told(folder.run(&["trail", "checkpoint"]));
    assert_eq!(status, Some(0), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0] == "localhost:3000" && lines[3].is_empty() && lines[4].starts_with("— localhost:3000 "), "{text}");
    fs::write(folder.path(name), &text).expect("writes");
    lines[1].parse().expect("a size")
}

/// The verifier key of another installation.
fn foreign_key(folder: &Folder) {
    let other = Folder::with_keys();
    let (status, key) = told(other.run(&["keys", "public"]));
    assert_eq!(status, Some(0), "{key}");
    fs::write(folder.path("other.pub"), key).expect("writes");
}

/// Cuts an export off behind `size`, and everything in it that would tell: entries, tiles, checkpoints.
fn cut(export: &Path, size: usize) {
    let entries = fs::read_to_string(export.join("entries.jsonl")).expect("entries");
    let first: String = entries.split_inclusive('\n').take(size).collect();
    fs::write(export.join("entries.jsonl"), first).expect("writes");
    let partial = export.join("tile/0/000.p");
    let tile = fs::read_dir(&partial).expect("tiles").next().expect("one").expect("tile").path();
    fs::write(partial.join(size.to_string()), &fs::read(tile).expect("hashes")[..size * 32]).expect("writes");
    let kept = export.join("checkpoints");
    fs::copy(kept.join(size.to_string()), export.join("checkpoint")).expect("copies");
    for file in fs::read_dir(kept).expect("checkpoints") {
        let path = file.expect("a file").path();
        let covers: usize = path.file_name().and_then(|name| name.to_str()?.parse().ok()).expect("a size");
        if covers > size {
            fs::remove_file(path).expect("removes");
        }
    }
}

#[tokio::test]
async fn an_export_is_verified_away_from_the_program_and_a_cut_one_against_a_newer_checkpoint() {
    for world in World::both().await {
        let folder = &world.folder;
        world.join(Role::Engineer).await;
        let old = checkpoint(folder, "old");
        let whole = format!("{old} entries, all as recorded; the checkpoint over {old} agrees\n");
        assert_eq!(told(folder.run(&["trail", "verify"])), (Some(0), whole));
        world.join(Role::Sales).await;
        let (status, said) = told(folder.run(&["trail", "export", "--out", "export"]));
        let all = checkpoint(folder, "new");
        assert_eq!((status, said), (Some(0), format!("export: entries 1 to {all}\n")));
        let (status, said) = told(folder.run(&["trail", "export", "--out", "export"]));
        assert!(status == Some(1) && said.contains("is not empty"), "{said}");

        fs::copy(folder.path("checkpoints/key.pub"), folder.path("key")).expect("copies");
        let verify = |more: &[&str]| away(folder, &[&["--export", "export", "--key", "key"], more].concat());
        let complete = |size: u64, what: &str| (Some(0), format!("complete up to {size}; {what}\n"));
        let alone = "nothing newer was given to compare";
        assert_eq!(verify(&[]), complete(all, alone));
        assert_eq!(verify(&["--checkpoint", "new"]), complete(all, "the newer checkpoint given agrees"));
        assert_eq!(verify(&["--checkpoint", "old"]), complete(all, alone), "an older one shows nothing");

        foreign_key(folder);
        let (status, said) = away(folder, &["--export", "export", "--key", "other.pub"]);
        assert!(status == Some(1) && said.contains("is not signed by the key localhost:3000+"), "{said}");
        assert_eq!(away(folder, &["--export", "export"]).0, Some(2), "without a key there is nothing to believe");
        let (status, said) = verify(&["--checkpoint", "export/entries.jsonl"]);
        assert!(status == Some(1) && said.contains("is no checkpoint to compare with"), "{said}");

        let entries = fs::read_to_string(folder.path("export/entries.jsonl")).expect("entries");
        fs::write(folder.path("export/entries.jsonl"), entries.replacen("customer.imported", "customer.viewed", 1))
            .expect("writes");
        let (status, said) = verify(&[]);
        assert!(status == Some(1) && said.starts_with("WRONG: the first entry that disagrees is 1\n"), "{said}");

        fs::write(folder.path("export/entries.jsonl"), entries).expect("writes");
        cut(&folder.path("export"), usize::try_from(old).expect("fits"));
        assert_eq!(verify(&[]), complete(old, alone), "only something newer can show it");
        let (status, said) = verify(&["--checkpoint", "new"]);
        let missing = format!("entries {} to {all} are missing: the end is cut off", old + 1);
        assert!(status == Some(1) && said.contains(&missing), "{said}");
    }
}

#[tokio::test]
async fn a_downloaded_proof_holds_away_from_the_program_and_a_damaged_one_does_not() {
    for world in World::both().await {
        let folder = &world.folder;
        let mut eve = world.join(Role::Engineer).await;
        let proof = eve.get("/trail/2/proof").await;
        assert_eq!(proof.status, 200, "{}", proof.text);
        fs::copy(folder.path("checkpoints/key.pub"), folder.path("key")).expect("copies");
        let verify = |text: &str, key: &str| {
            fs::write(folder.path("proof"), text).expect("writes");
            away(folder, &["--proof", "proof", "--key", key])
        };
        let (status, said) = verify(&proof.text, "key");
        assert!(status == Some(0) && said.starts_with("entry 2 is in the tree of "), "{said}");
        assert!(said.contains("action: customer.imported") && said.contains("subject: C-900002"), "{said}");

        foreign_key(folder);
        let (status, said) = verify(&proof.text, "other.pub");
        assert!(status == Some(1) && said.starts_with("WRONG: the checkpoint in it is not to be believed"), "{said}");
        // Another place, half a file, another leaf, a signature with one character changed.
        let (index, half) = (proof.text.replace("\nindex 1\n", "\nindex 2\n"), &proof.text[..proof.text.len() / 2]);
        let leaf = proof.text.replacen("extra A", "extra B", 1);
        let mut signed = proof.text.trim_end().to_owned();
        let last = signed.len() - 8;
        let other = if signed.as_bytes()[last] == b'A' { "B" } else { "A" };
        signed.replace_range(last..=last, other);
        for damaged in [index.as_str(), half, &leaf, &format!("{signed}\n"), ""] {
            assert_ne!(damaged, proof.text);
            let (status, said) = verify(damaged, "key");
            assert!(status == Some(1) && said.starts_with("WRONG: "), "{damaged}\n{said}");
        }
        assert_eq!(away(folder, &["--proof", "none", "--key", "key"]).0, Some(1));
        assert_eq!(away(folder, &["--proof", "proof"]).0, Some(2));
    }
}

#[tokio::test]
async fn an_entry_changed_in_the_database_itself_is_named_and_the_exit_status_says_so() {
    for world in World::both_with(&Setting::default()).await {
        let entries = world.entries().await;
        match &world.database {
            Some(database) => {
                database.run("DROP TRIGGER trail_no_update; UPDATE trail SET subject = 'C-900009' WHERE seq = 2");
            }
            None => {
                // The very bytes of the row, once nobody has the file open.
                world.desk.close().await;
                let path = world.folder.path("desk.db");
                let mut bytes = fs::read(&path).expect("the database");
                let (row, other) = (b"customer.importedC-900002ok", b"customer.importedC-900009ok");
                let at = bytes.windows(row.len()).position(|some| some == row).expect("entry 2");
                bytes[at..at + row.len()].copy_from_slice(other);
                fs::write(path, bytes).expect("writes");
            }
        }
        let (status, said) = told(world.folder.run(&["trail", "verify"]));
        assert_eq!(status, Some(1), "{said}");
        assert!(
            said.starts_with("WRONG: the first entry that disagrees is 2\n- entry 2 is not what was signed"),
            "{said}"
        );
        assert!(said.ends_with(&format!("\n{entries} entries read\n")), "{said}");
    }
}
