//! Works that take turns, and what they leave when they fail or are broken off.

mod looks;

use std::time::Duration;

use tokio::task::{JoinSet, yield_now};

use crate::{
    db::{Db, Start, Tx},
    error::{Error, Result},
    testing,
    trail::{CustomersListed, Entry},
};

async fn bed() -> testing::Bed {
    let bed = testing::sqlite().await;
    let mut tx = bed.desk.db().begin(Start::Writing, None).await.expect("begins");
    run(&mut tx, "CREATE TABLE kept (n BIGINT NOT NULL UNIQUE)").await.expect("runs");
    tx.commit().await.expect("commits");
    bed
}

async fn run(tx: &mut Tx, sql: &'static str) -> Result<()> {
    sqlx::raw_sql(sql).execute(&mut **tx).await?;
    Ok(())
}

async fn keep(db: &Db, n: i64) -> Result<()> {
    let mut tx = db.begin(Start::Writing, None).await?;
    sqlx::query("INSERT INTO kept (n) VALUES (?)").bind(n).execute(&mut *tx).await?;
    tx.commit().await
}

/// What others can read: only what is committed.
async fn kept(db: &Db) -> Vec<i64> {
    sqlx::query_scalar("SELECT n FROM kept ORDER BY n").fetch_all(db.read()).await.expect("reads")
}

/// Queues `works` behind a turn that is held, in this order.
async fn queue(db: &Db, works: impl IntoIterator<Item = i64>) -> JoinSet<Result<()>> {
    let mut queued = JoinSet::new();
    for n in works {
        let db = db.clone();
        queued.spawn(async move { keep(&db, n).await });
        yield_now().await;
    }
    queued
}

#[tokio::test]
async fn whoever_waits_is_in_one_commit_and_is_answered_after_it() {
    let bed = bed().await;
    let db = bed.desk.db();
    let before = db.turns.commits().await;
    let mut held = db.begin(Start::Writing, None).await.expect("begins");
    run(&mut held, "INSERT INTO kept (n) VALUES (0)").await.expect("runs");
    let mut queued = queue(db, 1..=20).await;
    held.commit().await.expect("commits");
    // The first answer means that all are durable: they share its commit.
    assert_eq!(kept(db).await, (0..=20).collect::<Vec<_>>());
    while let Some(done) = queued.join_next().await {
        done.expect("joins").expect("commits");
    }
    assert_eq!(db.turns.commits().await - before, 1);
}

#[tokio::test]
async fn whoever_comes_while_others_have_their_turn_is_in_their_commit() {
    let bed = bed().await;
    let db = bed.desk.db();
    let before = db.turns.commits().await;
    let first = db.begin(Start::Writing, None).await.expect("begins");
    let second = tokio::spawn({
        let db = db.clone();
        async move { db.begin(Start::Writing, None).await }
    });
    yield_now().await;
    // The commit queues behind the second.
    let first = tokio::spawn(first.commit());
    let mut second = second.await.expect("joins").expect("begins");
    let mut late = queue(db, 1..=3).await;
    run(&mut second, "INSERT INTO kept (n) VALUES (0)").await.expect("runs");
    second.commit().await.expect("commits");
    assert_eq!(kept(db).await, [0, 1, 2, 3]);
    first.await.expect("joins").expect("commits");
    while let Some(done) = late.join_next().await {
        done.expect("joins").expect("commits");
    }
    assert_eq!(db.turns.commits().await - before, 1);
}

#[tokio::test]
async fn a_failing_and_a_dropped_work_take_nobody_down() {
    let bed = bed().await;
    let db = bed.desk.db();
    keep(db, 3).await.expect("commits");
    let held = db.begin(Start::Writing, None).await.expect("begins");
    let mut queued = queue(db, 1..=5).await;
    let gone = tokio::spawn({
        let db = db.clone();
        async move {
            let mut tx = db.begin(Start::Writing, None).await.expect("begins");
            run(&mut tx, "INSERT INTO kept (n) VALUES (99)").await.expect("runs");
            panic!("a work that panics");
        }
    });
    yield_now().await;
    queued.spawn({
        let db = db.clone();
        async move { keep(&db, 6).await }
    });
    drop(held);
    assert!(gone.await.is_err());
    let mut failed = 0;
    while let Some(done) = queued.join_next().await {
        failed += usize::from(done.expect("joins").is_err());
    }
    assert_eq!(failed, 1, "3 is kept already");
    assert_eq!(kept(db).await, [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn a_transaction_lost_in_the_middle_answers_nobody_with_done() {
    let bed = bed().await;
    let db = bed.desk.db();
    let held = db.begin(Start::Writing, None).await.expect("begins");
    let mut queued = queue(db, 1..=3).await;
    let lost = tokio::spawn({
        let db = db.clone();
        async move {
            let mut tx = db.begin(Start::Writing, None).await?;
            // What SQLite does by itself when the disk is full.
            run(&mut tx, "ROLLBACK").await?;
            tx.commit().await
        }
    });
    yield_now().await;
    held.commit().await.expect_err("is in the transaction that is lost");
    while let Some(done) = queued.join_next().await {
        done.expect("joins").expect_err("is in the transaction that is lost");
    }
    lost.await.expect("joins").expect_err("lost it");
    assert!(kept(db).await.is_empty());
    keep(db, 7).await.expect("the next commits on a fresh connection");
    assert_eq!(kept(db).await, [7]);
}

#[tokio::test]
async fn what_fails_just_before_the_commit_is_not_committed() {
    let bed = bed().await;
    let record = async || {
        let work = bed.desk.server_command().begin().await.expect("begins");
        work.commit(Entry::of(CustomersListed {})).await
    };
    let _ = record().await.expect("is recorded");
    let mut held = bed.desk.db().begin(Start::Writing, None).await.expect("begins");
    // In the place of the hash that is inserted last, in one trip with the commit.
    run(&mut held, "INSERT INTO tree_hash (idx, hash) SELECT MAX(idx) + 1, '' FROM tree_hash").await.expect("runs");
    run(&mut held, "INSERT INTO kept (n) VALUES (1)").await.expect("runs");
    let work = tokio::spawn({
        let actor = bed.desk.server_command();
        async move { actor.begin().await?.commit(Entry::of(CustomersListed {})).await }
    });
    yield_now().await;
    held.commit().await.expect_err("shares the commit");
    work.await.expect("joins").expect_err("is not committed");
    assert!(kept(bed.desk.db()).await.is_empty());
    let _ = record().await.expect("is recorded, on a fresh connection");
    let report = bed.desk.verify_trail(|_, _| {}).await.expect("reads");
    assert!(report.is_whole() && report.entries == 2, "{report}");
}

#[tokio::test]
async fn a_work_that_is_dropped_lets_other_programs_write() {
    let bed = bed().await;
    let mut tx = bed.desk.db().begin(Start::Writing, None).await.expect("begins");
    run(&mut tx, "INSERT INTO kept (n) VALUES (1)").await.expect("runs");
    drop(tx);
    let other = Db::open(&bed.url(), bed.desk.clock()).await.expect("opens");
    keep(&other, 2).await.expect("commits");
    assert_eq!(kept(&other).await, [2]);
}

#[tokio::test]
async fn whoever_waits_too_long_is_told_so() {
    let bed = bed().await;
    let held = bed.desk.db().begin(Start::Writing, None).await.expect("begins");
    let late = bed.desk.db().turns.begin(Start::Writing, None, Duration::from_millis(10)).await;
    assert!(matches!(late, Err(Error::Busy)));
    drop(held);
    keep(bed.desk.db(), 1).await.expect("commits");
}

#[tokio::test]
async fn turns_broken_off_at_any_moment_take_nobody_down() {
    let bed = bed().await;
    let db = bed.desk.db();
    for round in 0..100 {
        let mut works = JoinSet::new();
        for n in 0..10 {
            let db = db.clone();
            works.spawn(async move {
                let work = keep(&db, round * 10 + n);
                if n % 3 == 0 {
                    return work.await;
                }
                // Whoever asked is gone, wherever the turn has come to.
                let _ = testing::given_up(1 + (round + n * 5) % 12, work).await;
                Ok(())
            });
        }
        while let Some(done) = works.join_next().await {
            done.expect("joins").expect("others are not harmed");
        }
    }
    let sure = kept(db).await.into_iter().filter(|n| n % 10 % 3 == 0).count();
    assert_eq!(sure, 400);
}
