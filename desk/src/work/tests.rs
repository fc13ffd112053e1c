use heliodesk_wire::Role;

use crate::{
    Error,
    access::EditOrders,
    clock::HOUR,
    db::Kind,
    testing,
    trail::{CustomersListed, Entry},
};

#[tokio::test]
async fn a_work_without_an_entry_does_nothing_and_entries_are_numbered_without_a_gap() {
    for bed in testing::both().await {
        let desk = &bed.desk;
        let actor = desk.server_command();
        for expected in 1..=20 {
            let mut dropped = actor.begin().await.expect("begins");
            sqlx::query("UPDATE trail_head SET size = 99").execute(dropped.conn()).await.expect("runs");
            drop(dropped);
            let work = actor.begin().await.expect("begins");
            let receipt = work.commit(Entry::of(CustomersListed {})).await.expect("commits");
            assert_eq!(receipt.seq(), expected);
        }
        let hashes: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM tree_hash").fetch_one(desk.db().read()).await.expect("counts");
        assert_eq!(u64::try_from(hashes).expect("fits"), tlog_tiles::stored_hash_count(20));
    }
}

#[tokio::test]
async fn a_session_that_ends_by_itself_in_the_middle_of_a_work_ends_the_work() {
    for bed in testing::both().await {
        let request = bed.request_of(Role::Support, "mia@example.com").await;
        let mia = bed.desk.actor::<EditOrders>(&request).await.expect("may");
        let late = mia.begin().await.expect("begins");
        bed.desk.clock().advance(HOUR);
        assert!(matches!(late.commit(Entry::of(CustomersListed {})).await, Err(Error::SignedOut)));
        bed.desk.clock().advance(-1);
        let work = mia.begin().await.expect("begins");
        assert!(work.commit(Entry::of(CustomersListed {})).await.is_ok());
    }
}

#[tokio::test]
async fn the_database_refuses_to_change_the_trail() {
    for bed in testing::both().await {
        let desk = &bed.desk;
        let work = desk.server_command().begin().await.expect("begins");
        let _ = work.commit(Entry::of(CustomersListed {})).await.expect("commits");
        for refused in [
            "UPDATE trail SET actor = 'x' WHERE seq = 1",
            "DELETE FROM trail WHERE seq = 1",
            "REPLACE INTO trail (seq, at, actor, action, outcome) VALUES (1, 1, 'x', 'x', 'ok')",
            "UPDATE tree_hash SET hash = 'x' WHERE idx = 0",
            "DELETE FROM tree_hash WHERE idx = 0",
            "REPLACE INTO tree_hash (idx, hash) VALUES (0, 'x')",
        ] {
            let mut tx = desk.db().scratch().await.expect("begins");
            assert!(sqlx::raw_sql(refused).execute(&mut *tx).await.is_err(), "{refused}");
        }
        if desk.db().kind() == Kind::Sqlite {
            let gap = "INSERT INTO trail (seq, at, actor, action, outcome) VALUES (99, 1, 'x', 'x', 'ok')";
            let mut tx = desk.db().scratch().await.expect("begins");
            assert!(sqlx::raw_sql(gap).execute(&mut *tx).await.is_err());
        }
    }
}

#[tokio::test]
async fn works_dropped_at_any_moment_leave_all_or_nothing_and_harm_no_other() {
    for bed in testing::both().await {
        let desk = &bed.desk;
        let mut told = 0_i64;
        for polls in 1..80 {
            let work = async {
                let work = desk.server_command().begin_counting().await?;
                work.commit(Entry::of(CustomersListed {})).await
            };
            told += i64::from(matches!(testing::given_up(polls, work).await, Some(Ok(_))));
        }
        let last = desk.server_command().begin().await.expect("begins");
        let last = last.commit(Entry::of(CustomersListed {})).await.expect("the next work is as good as ever");
        assert!(last.seq() > u64::try_from(told).expect("fits"), "what was answered is there");
        let report = desk.verify_trail(|_, _| {}).await.expect("reads");
        assert!(report.is_whole() && report.entries == last.seq(), "{report}");
    }
}

#[tokio::test]
async fn the_read_pool_cannot_write() {
    for bed in testing::both().await {
        let stray = sqlx::raw_sql("UPDATE staff SET epoch = 2").execute(bed.desk.db().read()).await;
        assert!(stray.is_err());
    }
}

#[tokio::test]
async fn thirty_two_writers_leave_one_unforked_trail() {
    for bed in testing::both().await {
        let mut writers = Vec::new();
        for _ in 0..32 {
            let desk = bed.desk.clone();
            writers.push(tokio::spawn(async move {
                let work = desk.server_command().begin().await?;
                work.commit(Entry::of(CustomersListed {})).await.map(|receipt| receipt.seq())
            }));
        }
        let mut numbers = Vec::new();
        for writer in writers {
            numbers.push(writer.await.expect("joins").expect("commits"));
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=32).collect::<Vec<u64>>());
    }
}
