//! Verifies an export away from the app: with its files, a verifier key and perhaps a newer checkpoint; no database, no
//! secret.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

use super::{
    entry::Record,
    export::ENTRIES,
    folder::Folder,
    note::{Checkpoint, VerifierKey},
    report::{Finding, Report},
    walk::Walk,
};

/// Longest line, in bytes: more is no entry.
const LONGEST: u64 = 1 << 20;

/// Reads an export once and says what is wrong with it. `newer` is a checkpoint from elsewhere to compare with: only it
/// can show that the end was cut off. `progress` hears how many bytes are done, of how many.
///
/// # Errors
/// When the export cannot be read; what is wrong with its content is in the report.
pub fn verify_export(
    folder: &Path,
    key: &VerifierKey,
    newer: Option<&Checkpoint>,
    mut progress: impl FnMut(u64, u64),
) -> Result<Report, String> {
    let unreadable = |e: std::io::Error| format!("{}: {e}", folder.display());
    let file = File::open(folder.join(ENTRIES)).map_err(|e| format!("{}/{ENTRIES}: {e}", folder.display()))?;
    let (mut done, all) = (0, file.metadata().map_err(unreadable)?.len());
    let folder = Folder(folder.to_owned());
    let signed = folder.signed(key).map_err(unreadable)?;
    let own = signed.checkpoints.last().map_or(0, Checkpoint::size);
    let mut walk = Walk::new(&folder, signed);
    if let Some(newer) = newer {
        walk.compare_with(newer.clone());
    }
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut reader, LONGEST).read_until(b'\n', &mut line).map_err(unreadable)?;
        if read == 0 {
            break;
        }
        match serde_json::from_slice::<Record>(&line) {
            Ok(record) => walk.entry(&record, None),
            Err(_) => walk.find(Finding::Unreadable { after: walk.expected() }),
        }
        done += read as u64;
        progress(done, all);
    }
    let (last, signed) = (walk.expected(), walk.signed());
    if last > signed {
        walk.find(Finding::Unsigned { first: signed + 1, last });
    }
    let compared = newer.is_some_and(|newer| newer.size >= own.max(1));
    Ok(Report { compared: Some(compared), ..walk.finish() })
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;
    use crate::{
        testing::{self, Bed},
        trail::{export, tests},
    };

    /// Ten entries with a checkpoint over the first four, exported: the export is the eleventh.
    async fn exported(bed: &Bed) -> (PathBuf, VerifierKey) {
        tests::record(&bed.desk, 4).await;
        bed.desk.publish_now().await.unwrap();
        tests::record(&bed.desk, 6).await;
        let folder = bed.folder.join("export");
        let done = export(&bed.desk.server_command(), &folder, |_, _| {}).await.unwrap();
        assert_eq!((done.entries, done.contradiction), (11, None));
        let key = VerifierKey::parse(&fs::read_to_string(folder.join("key.pub")).unwrap()).unwrap();
        (folder, key)
    }

    fn verify(folder: &Path, key: &VerifierKey, newer: Option<&Checkpoint>) -> Report {
        verify_export(folder, key, newer, |_, _| {}).unwrap()
    }

    #[tokio::test]
    async fn an_export_is_whole_and_says_how_far() {
        for bed in testing::both().await {
            let (folder, key) = exported(&bed).await;
            let report = verify(&folder, &key, None);
            assert_eq!(report.to_string(), "complete up to 11; nothing newer was given to compare");
            let read: Vec<Record> = fs::read_to_string(folder.join(ENTRIES))
                .unwrap()
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            assert_eq!(read, tests::records(&bed.desk).await);
            assert_eq!(read[10].action, "trail.exported");
            let again = export(&bed.desk.server_command(), &folder, |_, _| {}).await;
            assert!(again.unwrap_err().to_string().contains("is not empty"));

            let same = bed.desk.newest_checkpoint().await.unwrap().unwrap();
            let report = verify(&folder, &key, Some(&same));
            assert_eq!(report.to_string(), "complete up to 11; the newer checkpoint given agrees");
            let kept = fs::read_to_string(folder.join("checkpoints/4")).unwrap();
            let older = verify(&folder, &key, Some(&key.open(&kept).unwrap()));
            assert_eq!(older.to_string(), "complete up to 11; nothing newer was given to compare");
        }
    }

    #[tokio::test]
    async fn a_cut_export_shows_against_a_newer_checkpoint() {
        let bed = testing::sqlite().await;
        let (folder, key) = exported(&bed).await;
        tests::record(&bed.desk, 2).await;
        let newer = bed.desk.publish_now().await.unwrap().unwrap();
        let report = verify(&folder, &key, Some(&newer));
        assert_eq!(report.findings, [Finding::Cut { last: 11, signed: 13 }], "{report}");

        // Cut down to an older checkpoint, with everything newer removed: only a newer one from elsewhere shows it.
        let text = fs::read_to_string(folder.join(ENTRIES)).unwrap();
        let four: Vec<&str> = text.lines().take(4).collect();
        fs::write(folder.join(ENTRIES), four.join("\n")).unwrap();
        assert_eq!(verify(&folder, &key, None).findings, [Finding::Cut { last: 4, signed: 11 }]);
        fs::copy(folder.join("checkpoints/4"), folder.join("checkpoint")).unwrap();
        fs::remove_file(folder.join("checkpoints/11")).unwrap();
        fs::remove_dir_all(folder.join("tile")).unwrap();
        fs::create_dir_all(folder.join("tile/0/000.p")).unwrap();
        let tile = bed.desk.checkpoint_folder().0.join("tile/0/000.p/4");
        fs::copy(tile, folder.join("tile/0/000.p/4")).unwrap();
        let report = verify(&folder, &key, None);
        assert_eq!(report.to_string(), "complete up to 4; nothing newer was given to compare");
        assert_eq!(verify(&folder, &key, Some(&newer)).first_wrong(), Some(5));
    }

    #[tokio::test]
    async fn changed_lines_are_named() {
        let bed = testing::sqlite().await;
        let (folder, key) = exported(&bed).await;
        let text = fs::read_to_string(folder.join(ENTRIES)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let edited = text.replacen(r#""subject":"C-3""#, r#""subject":"C-4""#, 1);
        let (mut swapped, mut doubled, mut longer) = (lines.clone(), lines.clone(), lines.clone());
        swapped.swap(4, 5);
        doubled.insert(5, lines[4]);
        let more = lines[10].replace(r#""seq":11"#, r#""seq":12"#);
        longer.push(&more);
        let without = [&lines[..4], &lines[5..]].concat();
        let twice = text.replacen(r#""seq":2,"#, r#""seq":2,"seq":2,"#, 1);
        for (changed, first) in [
            (edited, 4),
            (swapped.join("\n"), 5),
            (doubled.join("\n"), 6),
            (longer.join("\n"), 12),
            (without.join("\n"), 5),
            (twice, 2),
            (format!("{text}\nnonsense"), 12),
            (String::new(), 1),
        ] {
            fs::write(folder.join(ENTRIES), changed).unwrap();
            let report = verify(&folder, &key, None);
            assert_eq!(report.first_wrong(), Some(first), "{report}");
        }
        fs::write(folder.join(ENTRIES), &text).unwrap();
        let other = crate::keys::Keys::generate().public("http://localhost:3000").unwrap();
        assert!(!verify(&folder, &other, None).is_whole(), "another key believes none of it");
        fs::remove_file(folder.join("checkpoint")).unwrap();
        fs::remove_dir_all(folder.join("checkpoints")).unwrap();
        assert_eq!(verify(&folder, &key, None).findings, [Finding::Unsigned { first: 1, last: 11 }]);
    }

    #[tokio::test]
    async fn without_tiles_the_interval_between_checkpoints_is_named() {
        let bed = testing::sqlite().await;
        let (folder, key) = exported(&bed).await;
        fs::remove_dir_all(folder.join("tile")).unwrap();
        let text = fs::read_to_string(folder.join(ENTRIES)).unwrap();
        fs::write(folder.join(ENTRIES), text.replacen("customers.listed", "customer.viewed", 7)).unwrap();
        let report = verify(&folder, &key, None);
        assert!(report.findings.contains(&Finding::Between { agrees: 0, differs: 4 }), "{report}");
    }
}
