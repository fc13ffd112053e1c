//! The totals are what a recount finds, charts show them, and what they do not know is sampled.

use std::collections::BTreeMap;

use heliodesk_wire::trail::Next;

use super::ALL;
use crate::{
    clock::HOUR,
    db::Kind,
    policy::POLICY,
    testing::{self, Bed},
    trail::{
        AccessDenied, CallerVerified, Change, Entry, Outcome, Record, list,
        list::list_within,
        reading::{filter, reader},
        tampering::owner,
        tests,
    },
};

type Totals = BTreeMap<(String, String, i64, String), i64>;

async fn kept(bed: &Bed) -> Totals {
    let rows: Vec<(String, String, i64, String, i64)> =
        sqlx::query_as("SELECT action, actor, span, outcome, entries FROM trail_total ORDER BY action LIMIT 100000")
            .fetch_all(bed.desk.db().read())
            .await
            .unwrap();
    rows.into_iter().map(|(action, actor, span, outcome, entries)| ((action, actor, span, outcome), entries)).collect()
}

async fn recounted(bed: &Bed) -> Totals {
    let mut totals = Totals::new();
    for record in tests::records(&bed.desk).await {
        for action in [&record.action, ALL].into_iter().chain(attempted(&record)) {
            for actor in [&record.actor, ALL] {
                for span in [record.at / HOUR, 10_000_000 + record.at / (24 * HOUR)] {
                    let key = (action.to_owned(), actor.to_owned(), span, record.outcome.clone());
                    *totals.entry(key).or_default() += 1;
                }
            }
        }
    }
    totals
}

/// The path at which somebody was refused.
fn attempted(record: &Record) -> Option<&str> {
    let changes: Vec<Change> = serde_json::from_str(record.changes.as_ref()?).unwrap();
    let path = changes.iter().position(|change| change.field == "path");
    let path = path.filter(|_| record.action == "access.denied").and_then(|at| changes[at].new.as_deref())?;
    let known = POLICY.iter().find(|row| row.path == path);
    known.map(|row| row.path)
}

/// Entries of several kinds and people over some days; some in one work.
async fn fill(bed: &Bed) {
    for hours in [1, 30, -5, 200, 3] {
        tests::record(&bed.desk, 7).await;
        let entry = |n| Entry::of(CallerVerified {}).outcome(if n % 2 == 0 { Outcome::Failed } else { Outcome::Ok });
        let work = bed.desk.server_command().begin().await.unwrap();
        let _ = work.commit_all((0..5).map(entry).collect()).await.unwrap();
        for path in ["/trail", "/api/customers/reveal", "unknown"] {
            let changes =
                [("path", path), ("count", "7")].map(|(name, new)| Change::of(name, None, Some(new.to_owned())));
            let entry = Entry::of(AccessDenied {}).outcome(Outcome::Denied).changes(changes.into());
            let _ = bed.desk.server_command().begin().await.unwrap().commit(entry).await.unwrap();
        }
        bed.desk.clock().advance(hours * HOUR);
    }
}

#[tokio::test]
async fn totals_are_what_a_recount_finds_also_of_entries_that_were_here_before() {
    for bed in testing::both().await {
        let _ = reader(&bed).await;
        fill(&bed).await;
        let totals = kept(&bed).await;
        assert_eq!(totals, recounted(&bed).await);
        assert!(totals.len() > 20, "{totals:?}");

        let migrations = match bed.desk.db().kind() {
            Kind::Sqlite => [
                include_str!("../../../migrations/sqlite/0011_trail_totals.sql"),
                include_str!("../../../migrations/sqlite/0012_trail_days.sql"),
                include_str!("../../../migrations/sqlite/0013_trail_attempts.sql"),
            ],
            Kind::MySql => [
                include_str!("../../../migrations/mysql/0011_trail_totals.sql"),
                include_str!("../../../migrations/mysql/0012_trail_days.sql"),
                include_str!("../../../migrations/mysql/0013_trail_attempts.sql"),
            ],
        };
        owner(&bed, "DELETE FROM trail_total").await.unwrap();
        // The first one knew the table by another name.
        let first = migrations[0].replace("trail_hour", "trail_total").replace("hour", "span");
        let statements = [&*first, migrations[1], migrations[2]].join(";");
        for statement in statements.split(';').filter(|text| text.contains("INSERT INTO trail_total (")) {
            owner(&bed, statement.trim().to_owned().leak()).await.unwrap();
        }
        assert_eq!(kept(&bed).await, totals);
    }
}

#[tokio::test]
async fn a_work_that_is_rolled_back_is_counted_nowhere() {
    for bed in testing::both().await {
        let work = bed.desk.server_command().begin().await.unwrap();
        work.rehearse(Entry::of(CallerVerified {})).await.unwrap();
        assert_eq!(kept(&bed).await, Totals::new());
    }
}

#[tokio::test]
async fn charts_of_actions_actors_and_outcomes_are_exact_and_others_say_that_they_are_sampled() {
    for bed in testing::both().await {
        fill(&bed).await;
        let (_, actor) = reader(&bed).await;
        let all = tests::records(&bed.desk).await;
        for (filters, exact) in [
            (vec![], true),
            (vec![("actor", "server")], true),
            (vec![("actor", "server"), ("action", "caller.verified")], true),
            (vec![("action", "customers.listed"), ("outcome", "denied")], true),
            (vec![("actor", "server"), ("outcome", "failed"), ("action", "verified")], true),
            (vec![("action", "reveal")], true),
            (vec![("role", "engineer")], false),
            (vec![("hours", "after"), ("outcome", "ok")], false),
        ] {
            let mut asked = vec![("since", "52w")];
            asked.extend(filters);
            // Not one entry may be looked at for a chart that the totals know.
            let some = list_within(&actor, &filter(&asked), 200_000, 10).await.unwrap().histogram;
            assert_eq!(some.sampled.is_none(), exact, "{asked:?}");
            let whole = list(&actor, &filter(&asked)).await.unwrap().histogram;
            assert_eq!(whole.sampled, None);
            let sum = |bars: &[[u64; 3]]| bars.iter().flatten().sum::<u64>();
            if exact {
                let wanted = |name| asked.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
                let fits = all.iter().filter(|row| {
                    wanted("actor").is_none_or(|actor| row.actor == actor)
                        && wanted("action").is_none_or(|action| {
                            row.action.contains(action) || attempted(row).is_some_and(|path| path.contains(action))
                        })
                        && wanted("outcome").is_none_or(|outcome| row.outcome == outcome)
                });
                // Each look so far is an entry of another action, too.
                let counted = sum(&whole.bars);
                assert_eq!(counted - sum(&some.bars), u64::from(asked.len() == 1), "{asked:?}");
                assert!(counted >= fits.count() as u64, "{asked:?}");
            } else {
                let (step, whole) = (some.sampled.unwrap(), sum(&whole.bars));
                let estimate = sum(&some.bars);
                assert!(step > 1 && estimate % step == 0, "{step} {estimate}");
                assert!(estimate <= whole + 10 * step, "{asked:?}: {estimate} for {whole}");
            }
        }
        // A bar of less than an hour is counted entry by entry.
        let hour = list(&actor, &filter(&[("from", "2023-11-14T22:00"), ("to", "2023-11-14T23:00")])).await.unwrap();
        let of_hour = all.iter().filter(|row| (1_699_999_200_000..1_700_002_800_000).contains(&row.at)).count();
        assert_eq!(hour.histogram.bars.iter().flatten().sum::<u64>(), of_hour as u64);
        assert!(hour.histogram.width < HOUR && of_hour > 0);
        assert_eq!(hour.histogram.selected.iter().sum::<u64>(), of_hour as u64);
        // Any time is as long as the list, and what is listed is counted to the millisecond.
        let all = tests::records(&bed.desk).await;
        for from in ["2023-11-14T22:13:24", "2023-11-15T00:13:24", "2001-01-01"] {
            let found = list(&actor, &filter(&[("actor", "server"), ("from", from)])).await.unwrap().histogram;
            let at = crate::trail::times::time(from, false).unwrap().unwrap();
            let listed = all.iter().filter(|row| row.actor == "server" && row.at >= at).count();
            assert_eq!((found.selected.iter().sum::<u64>(), found.estimated), (listed as u64, false), "{from}");
            assert!(found.from > 1_699_900_000_000 - 48 * HOUR, "nothing before the first entry");
        }
        let any = list(&actor, &filter(&[("action", "customers.listed")])).await.unwrap().histogram;
        assert_eq!(any.selected, [31, 13, 0]);
        assert_eq!(any.bars.iter().flatten().sum::<u64>(), 44, "the chart covers what the list covers");
    }
}

#[tokio::test]
async fn combinations_look_back_a_week_at_a_time_and_subjects_as_far_as_there_is() {
    for bed in testing::both().await {
        for _ in 0..4 {
            tests::record(&bed.desk, 3).await;
            bed.desk.clock().advance(5 * 24 * HOUR);
        }
        let (_, actor) = reader(&bed).await;
        let found = async |pairs: &[(&str, &str)]| {
            let listing = list(&actor, &filter(pairs)).await.unwrap();
            (listing.lines.len(), listing.next)
        };
        for (pairs, week) in [
            (&[("actor", "server"), ("outcome", "denied")][..], 4),
            (&[("action", "customers.listed"), ("outcome", "denied")], 4),
            (&[("actor", "server"), ("hours", "after"), ("outcome", "denied")], 4),
        ] {
            let (mut sum, mut asked, mut steps, mut before) = (0, pairs.to_vec(), 0, String::new());
            loop {
                let (count, next) = found(&asked).await;
                assert!(steps > 0 || count == week, "{pairs:?}: {count}");
                (sum, steps) = (sum + count, steps + 1);
                let Some(Next::Continue(rest)) = next else { break };
                rest.to_string().clone_into(&mut before);
                asked = [pairs, &[("before", before.clone().leak())]].concat();
            }
            assert!(steps > 1 && sum == 7, "{pairs:?}: {sum} in {steps}");
            let since = [pairs, &[("since", "52w")]].concat();
            assert_eq!(found(&since).await, (7, None), "as far as was asked for");
        }
        assert_eq!(found(&[("outcome", "denied")]).await, (7, None), "one index holds them");
        assert_eq!(found(&[("subject", "C-0"), ("outcome", "ok")]).await, (5, None));
    }
}
