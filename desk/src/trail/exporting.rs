//! Exports of a selection: with a reason and a touch, one download in the same session, whole and safe to open.

use heliodesk_wire::{
    Role,
    trail::{ExportAsk, Exported},
};
use serde_json::Value;

use super::{Outcome, download, export_selection, tests};
use crate::{
    Error, Refusal, Result,
    access::{Actor, ReadTrail, ServerCommand},
    clock::MINUTE,
    people::Member,
    testing::{self, Bed},
};

fn asked(format: &str, reason: &str, q: &str) -> ExportAsk {
    ExportAsk { format: format.into(), reason: reason.into(), q: q.into() }
}

async fn export(member: &mut Member, ask: ExportAsk) -> Result<Exported> {
    member.touch("trail/export", &ask.format).await?;
    let actor: Actor<ReadTrail> = member.actor().await?;
    export_selection(&actor, ask).await
}

async fn whole(member: &Member, export: &str) -> Result<String> {
    let mut download = download(member.actor().await?, export).await?;
    let mut text = String::new();
    while let Some(piece) = download.next().await? {
        text.push_str(&piece);
    }
    Ok(text)
}

async fn engineer(bed: &Bed) -> Member {
    tests::record(&bed.desk, 12).await;
    Member::join(bed, Role::Engineer).await
}

#[tokio::test]
async fn an_export_holds_what_was_found_and_the_checkpoint_that_covers_it() {
    for bed in testing::both().await {
        let mut eve = engineer(&bed).await;
        let done = export(&mut eve, asked("jsonl", "Quarterly review", "action:customers.listed outcome:denied"))
            .await
            .unwrap();
        assert_eq!(done.entries, 4);
        let text = whole(&eve, &done.export).await.unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 5);
        let key = bed.desk.checkpoint_key().unwrap();
        let signed = key.open(lines[4]["checkpoint"].as_str().unwrap()).unwrap();
        for (line, before) in lines[..4].iter().zip(&lines[1..]) {
            assert!(line["seq"].as_u64().unwrap() <= signed.size() && line["outcome"] == Outcome::Denied.as_str());
            assert!(before["seq"].is_null() || before["seq"].as_u64() < line["seq"].as_u64(), "newest first");
        }
        let all = tests::records(&bed.desk).await;
        let entry = all.iter().find(|row| row.action == "trail.exported").unwrap();
        assert_eq!(
            (entry.subject.as_deref(), entry.reason.as_deref()),
            (Some(&*done.export), Some("Quarterly review"))
        );
        let told = format!(
            r#"[{{"field":"format","new":"jsonl"}},{{"field":"entries","new":"4"}},{{"field":"checkpoint","new":"{}"}},{{"field":"action","new":"customers.listed"}},{{"field":"outcome","new":"denied"}}]"#,
            signed.size()
        );
        assert_eq!(entry.changes.as_deref(), Some(&*told));
        assert_eq!(all.last().unwrap().action, "trail.export_downloaded");
        // Each line is the leaf's own columns.
        let first: super::Record = serde_json::from_value(lines[0].clone()).unwrap();
        assert_eq!(Some(&first), all.iter().find(|row| row.seq == first.seq));
    }
}

#[tokio::test]
async fn a_file_for_spreadsheets_runs_no_formula() {
    for bed in testing::both().await {
        let mut eve = engineer(&bed).await;
        for reason in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "plain, \"quoted\"\nsecond line"] {
            let work = bed.desk.server_command().begin().await.unwrap();
            let _ = work.commit(super::Entry::of(super::NotePinned {}).reason(reason)).await.unwrap();
        }
        let done = export(&mut eve, asked("csv", "For the auditors", "action:note.pinned")).await.unwrap();
        let text = whole(&eve, &done.export).await.unwrap();
        let lines: Vec<&str> = text.split_inclusive("\r\n").collect();
        assert_eq!((done.entries, lines.len()), (5, 7), "head, entries, checkpoint: {text}");
        assert!(lines[0].starts_with("seq,at,time,actor_name,actor,role,"));
        assert!(lines[1].contains(",\"plain, \"\"quoted\"\"\nsecond line\","), "{}", lines[1]);
        for (line, cell) in
            lines[2..6].iter().zip([",\"'@SUM(A1)\",", ",\"'-1\",", ",\"'+1\",", ",\"'=cmd|' /C calc'!A0\","])
        {
            assert!(line.contains(cell) && line.contains(",server,"), "{line}");
        }
        assert!(lines[6].starts_with("checkpoint,\"localhost:3000\n"), "{}", lines[6]);
    }
}

#[tokio::test]
async fn every_export_takes_a_reason_and_a_touch_of_its_own() {
    for bed in testing::both().await {
        let mut eve = engineer(&bed).await;
        let actor: Actor<ReadTrail> = eve.actor().await.unwrap();
        let good = asked("csv", "Review", "");
        for (ask, field, code) in [
            (asked("", "Review", ""), "format", "missing"),
            (asked("xls", "Review", ""), "format", "unknown"),
            (asked("csv", " ", ""), "reason", "missing"),
            (asked("csv", "write to amelia@example.com", ""), "reason", "looks_like_email"),
            (asked("csv", "Review", "everything"), "q", "no_key"),
            (asked("csv", "Review", "outcome:maybe"), "q", "wrong_filter"),
        ] {
            let Err(Error::Invalid(fields)) = export_selection(&actor, ask.clone()).await else { panic!("{ask:?}") };
            assert_eq!((fields.0.len(), fields.code(field)), (1, Some(code)), "{ask:?}");
        }
        let untouched = export_selection(&actor, good.clone()).await;
        assert!(matches!(untouched, Err(Error::Forbidden(Refusal::StepUpRequired))));
        eve.touch("trail/export", "jsonl").await.unwrap();
        let other = export_selection(&eve.actor().await.unwrap(), good.clone()).await;
        assert!(matches!(other, Err(Error::Forbidden(Refusal::StepUpRequired))), "of another format");
        let nothing = export_selection(&eve.actor().await.unwrap(), asked("jsonl", "Review", "subject:C-404404")).await;
        assert!(matches!(nothing, Err(Error::Invalid(fields)) if fields.code("q") == Some("no_entries")));
        export_selection(&eve.actor().await.unwrap(), asked("jsonl", "Review", "")).await.unwrap();
        let again = export_selection(&eve.actor().await.unwrap(), asked("jsonl", "Review", "")).await;
        assert!(matches!(again, Err(Error::Forbidden(Refusal::StepUpRequired))), "one touch, one export");
    }
}

#[tokio::test]
async fn a_file_is_downloaded_once_in_its_session_and_soon() {
    for bed in testing::both().await {
        let mut eve = engineer(&bed).await;
        let first = export(&mut eve, asked("jsonl", "Review", "")).await.unwrap().export;
        let other = Member::join(&bed, Role::Admin).await;
        for stranger in [whole(&other, &first).await, whole(&eve, "x").await, whole(&eve, &bed.desk.clock().id()).await]
        {
            assert!(matches!(stranger, Err(Error::NotFound)));
        }
        whole(&eve, &first).await.unwrap();
        assert!(matches!(whole(&eve, &first).await, Err(Error::NotFound)), "once");
        let late = export(&mut eve, asked("jsonl", "Review", "")).await.unwrap().export;
        bed.desk.clock().advance(5 * MINUTE);
        assert!(matches!(whole(&eve, &late).await, Err(Error::NotFound)), "late");
    }
}

#[tokio::test]
async fn a_download_ends_with_the_session() {
    for bed in testing::both().await {
        let mut eve = engineer(&bed).await;
        let done = export(&mut eve, asked("csv", "Review", "")).await.unwrap().export;
        let mut file = download(eve.actor().await.unwrap(), &done).await.unwrap();
        assert!(file.next().await.unwrap().is_some_and(|head| head.starts_with("seq,")));
        crate::me::sign_out(&eve.actor().await.unwrap()).await.unwrap();
        assert!(matches!(file.next().await, Err(Error::SignedOut)));
    }
}

#[tokio::test]
async fn what_comes_later_is_not_in_an_export_that_was_settled_before() {
    let bed = testing::sqlite().await;
    let mut eve = engineer(&bed).await;
    let done = export(&mut eve, asked("jsonl", "Review", "since:1h")).await.unwrap();
    tests::record(&bed.desk, 700).await;
    bed.desk.clock().advance(-699 * 1000);
    let text = whole(&eve, &done.export).await.unwrap();
    assert_eq!(text.lines().count() as u64, done.entries + 1);
    let _: Actor<ServerCommand> = bed.desk.server_command();
    let many = export(&mut eve, asked("jsonl", "Review", "action:customers.listed")).await.unwrap();
    assert_eq!(many.entries, 712, "more than one piece");
    assert_eq!(whole(&eve, &many.export).await.unwrap().lines().count(), 713);
}
