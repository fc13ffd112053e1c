//! Looks, which take no turn and are recorded in the next commit.

use heliodesk_wire::Role;
use tokio::task::{JoinSet, yield_now};

use super::{bed, keep, kept, run};
use crate::{
    access::{Request, ViewCustomers},
    db::{Db, Start},
    error::{Error, Result},
    testing,
    trail::{CustomersListed, Entry},
};

/// Somebody's looks, each with an entry of its own.
async fn looks(bed: &testing::Bed, request: &Request, count: usize) -> JoinSet<Result<i64>> {
    let mut queued = JoinSet::new();
    for _ in 0..count {
        let actor = bed.desk.actor::<ViewCustomers>(request).await.expect("is allowed");
        queued.spawn(async move { actor.record(Entry::of(CustomersListed {})).await.map(|receipt| receipt.at()) });
        yield_now().await;
    }
    queued
}

/// Sessions on the trail, oldest entry first.
async fn recorded(db: &Db) -> Vec<Option<String>> {
    sqlx::query_scalar("SELECT session FROM trail ORDER BY seq").fetch_all(db.read()).await.expect("reads")
}

#[tokio::test]
async fn looks_share_a_commit_in_which_only_sessions_that_stand_are_recorded() {
    let bed = bed().await;
    let db = bed.desk.db();
    let ada = bed.request_of(Role::Support, "ada@example.com").await;
    let eve = bed.request_of(Role::Support, "eve@example.com").await;
    let moved = bed.request_of(Role::Support, "moved@example.com").await;
    let before = db.turns.commits().await;
    let mut held = db.begin(Start::Writing, None).await.expect("begins");
    let mut stand = looks(&bed, &ada, 20).await;
    let mut fall = looks(&bed, &eve, 1).await;
    let mut falls = looks(&bed, &moved, 1).await;
    run(
        &mut held,
        "UPDATE session SET ended_at = 1 WHERE staff = (SELECT id FROM staff WHERE email = 'eve@example.com')",
    )
    .await
    .expect("ends it");
    run(&mut held, "UPDATE staff SET role = 'sales' WHERE email = 'moved@example.com'").await.expect("changes it");
    bed.desk.clock().advance(7);
    held.commit().await.expect("commits");
    while let Some(done) = stand.join_next().await {
        assert_eq!(done.expect("joins").expect("stands"), bed.desk.clock().now(), "dated when it is recorded");
    }
    for refused in [&mut fall, &mut falls] {
        let refused = refused.join_next().await.expect("one").expect("joins");
        assert!(matches!(refused, Err(Error::SignedOut)));
    }
    assert_eq!(recorded(db).await, vec![ada.secret.clone(); 20]);
    assert_eq!(db.turns.commits().await - before, 1);
}

#[tokio::test]
async fn a_look_nobody_waits_for_is_not_recorded_and_one_that_waits_is_counted() {
    let bed = bed().await;
    let db = bed.desk.db();
    let ada = bed.request_of(Role::Support, "ada@example.com").await;
    let held = db.begin(Start::Writing, None).await.expect("begins");
    let gone = looks(&bed, &ada, 3).await;
    let mut waits = looks(&bed, &ada, 1).await;
    drop(gone);
    let counting = tokio::spawn({
        let actor = bed.desk.server_command();
        async move {
            let mut work = actor.begin_counting().await?;
            let mut trail = work.trail()?;
            crate::trail::size(&mut trail, crate::trail::how_many!()).await
        }
    });
    yield_now().await;
    held.commit().await.expect("commits");
    assert_eq!(counting.await.expect("joins").expect("counts"), 1);
    waits.join_next().await.expect("one").expect("joins").expect("is recorded");
    assert_eq!(recorded(db).await.len(), 1);
}

#[tokio::test]
async fn in_a_lost_transaction_nobody_looked_and_nobody_is_signed_out() {
    let bed = bed().await;
    let db = bed.desk.db();
    let ada = bed.request_of(Role::Support, "ada@example.com").await;
    let mut held = db.begin(Start::Writing, None).await.expect("begins");
    run(&mut held, "UPDATE session SET ended_at = 1").await.expect("ends it");
    let counting = tokio::spawn({
        let actor = bed.desk.server_command();
        async move {
            // Has the looks appended before its own turn.
            let mut work = actor.begin_counting().await?;
            sqlx::raw_sql("ROLLBACK").execute(work.conn()).await?;
            work.commit(Entry::of(CustomersListed {})).await.map(|_| ())
        }
    });
    yield_now().await;
    let mut told = looks(&bed, &ada, 3).await;
    held.commit().await.expect_err("is in the transaction that is lost");
    counting.await.expect("joins").expect_err("lost it");
    while let Some(lost) = told.join_next().await {
        assert!(matches!(lost.expect("joins"), Err(Error::Broken(_))));
    }
    assert_eq!(recorded(db).await.len(), 0);
    let mut done = looks(&bed, &ada, 1).await;
    done.join_next().await.expect("one").expect("joins").expect("the session stands, on a fresh connection");
    // What was made of the entries that were lost went with them.
    let report = bed.desk.verify_trail(|_, _| {}).await.expect("reads");
    assert!(report.is_whole(), "{report}");
}

#[tokio::test]
async fn looks_at_a_file_that_another_program_holds_are_told_that_it_is_busy() {
    let bed = bed().await;
    let ada = bed.request_of(Role::Support, "ada@example.com").await;
    let other = Db::open(&bed.url(), bed.desk.clock()).await.expect("opens");
    let held = other.begin(Start::Writing, None).await.expect("begins");
    let mut told = looks(&bed, &ada, 2).await;
    while let Some(busy) = told.join_next().await {
        assert!(matches!(busy.expect("joins"), Err(Error::Busy)));
    }
    drop(held);
    let mut done = looks(&bed, &ada, 1).await;
    done.join_next().await.expect("one").expect("joins").expect("is recorded");
}

#[tokio::test]
async fn a_transaction_that_began_and_could_not_be_asked_about_stops_nobody() {
    let bed = bed().await;
    let db = bed.desk.db();
    let request = bed.request_of(Role::Support, "ada@example.com").await;
    let actor = bed.desk.actor::<ViewCustomers>(&request).await.expect("may");
    let mut tx = db.begin(Start::Writing, None).await.expect("begins");
    run(&mut tx, "ALTER TABLE session RENAME TO elsewhere").await.expect("renames");
    tx.commit().await.expect("commits");
    let begun = db.begin(Start::Writing, Some(actor.presence().expect("is there"))).await;
    assert!(matches!(begun, Err(Error::Database(_))));
    keep(db, 1).await.expect("commits");
    let looked = actor.record(Entry::of(CustomersListed {})).await;
    assert!(matches!(looked, Err(Error::Broken(_))));
    keep(db, 2).await.expect("commits");
    assert_eq!(kept(db).await, [1, 2]);
}
