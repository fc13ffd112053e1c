//! Charts of words, which stand for actions and for what was refused.

use super::{
    AccessDenied, CallerVerified, Change, Entry, Outcome, list,
    reading::{filter, reader},
};
use crate::{
    clock::HOUR,
    testing::{self, Bed},
};

/// Callers verified, and refusals, every third of them of an attempt to verify one; then an hour goes by.
async fn fill(bed: &Bed, verified: usize, refused: usize) {
    let path = |n| if n % 3 == 0 { "/api/customers/verify" } else { "/trail" }.to_owned();
    let work = bed.desk.server_command().begin().await.unwrap();
    let _ =
        work.commit_all((0..verified).map(|_| Entry::of(CallerVerified {}).subject("C-1")).collect()).await.unwrap();
    let refusal = |n| {
        let change = Change::of("path", None, Some(path(n)));
        Entry::of(AccessDenied {}).outcome(Outcome::Denied).changes(vec![change])
    };
    let work = bed.desk.server_command().begin().await.unwrap();
    let _ = work.commit_all((0..refused).map(refusal).collect()).await.unwrap();
    bed.desk.clock().advance(HOUR);
}

#[tokio::test]
async fn a_word_is_counted_with_its_attempts_and_over_the_listed_time() {
    for bed in testing::both().await {
        // Two days and half an hour.
        for _ in 0..48 {
            fill(&bed, 2, 3).await;
        }
        bed.desk.clock().advance(HOUR / 2);
        let (_, actor) = reader(&bed).await;
        for (since, hours) in [("2w", 48), ("24h", 23), ("3h", 2)] {
            let found = list(&actor, &filter(&[("action", "verif"), ("since", since)])).await.unwrap().histogram;
            assert_eq!(
                (found.selected, found.sampled, found.estimated),
                ([2 * hours, hours, 0], None, false),
                "{since}"
            );
            let bars = found.bars.iter().fold([0; 2], |sum, bar| [sum[0] + bar[0], sum[1] + bar[1]]);
            assert!(bars[0] >= 2 * hours && bars[0] <= 2 * hours + 2 && bars[0] == 2 * bars[1], "{since}: {bars:?}");
        }
        let all = [("action", "verif"), ("outcome", "denied"), ("actor", "server")];
        let found = list(&actor, &filter(&all)).await.unwrap();
        assert_eq!((found.lines.len(), found.histogram.selected), (48, [0, 48, 0]));
        let found = list(&actor, &filter(&[("action", "verif")])).await.unwrap();
        assert_eq!((found.lines.len(), found.histogram.selected), (50, [96, 48, 0]));
        assert!(found.lines.is_sorted_by(|newer, older| newer.seq > older.seq), "actions and attempts are one list");
        // Who asks for every refusal has asked for the attempts, too.
        let found = list(&actor, &filter(&[("action", "access")])).await.unwrap();
        assert_eq!(found.histogram.selected, [0, 144, 0]);
    }
}

#[tokio::test]
async fn of_many_refusals_every_fourth_is_looked_at_for_bars_of_minutes() {
    let bed = testing::sqlite().await;
    fill(&bed, 7, 6100).await;
    let (_, actor) = reader(&bed).await;
    for (since, sampled) in [("2w", None), ("3h", Some(4))] {
        let asked = filter(&[("action", "verif"), ("since", since)]);
        let found = list(&actor, &asked).await.unwrap().histogram;
        assert_eq!((found.sampled, found.estimated, found.selected), (sampled, false, [7, 2034, 0]), "{since}");
        let bars = found.bars.iter().fold([0; 2], |sum, bar| [sum[0] + bar[0], sum[1] + bar[1]]);
        assert!(bars[0] == 7 && (2000..=2070).contains(&bars[1]), "{since}: {bars:?}");
    }
    // Seven of one subject are seven, however many were refused elsewhere.
    let of_one = [("action", "verif"), ("subject", "C-1"), ("since", "3h")];
    let found = list(&actor, &filter(&of_one)).await.unwrap().histogram;
    assert_eq!((found.sampled, found.selected), (None, [7, 0, 0]));
    let found = list(&actor, &filter(&[("action", "verif"), ("since", "2w"), ("outcome", "ok")])).await.unwrap();
    assert_eq!((found.histogram.sampled, found.histogram.selected), (None, [7, 0, 0]));
}
