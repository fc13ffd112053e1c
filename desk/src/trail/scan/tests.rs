//! Which index a page is read along, and that its pages hold what each row says whichever it is.

use heliodesk_wire::{Role, trail::Next};

use super::*;
use crate::{
    access::SignedIn,
    people::Member,
    testing::{self, Bed},
    trail::{
        CallerVerified, Entry,
        list::list_within,
        reading::{filter, reader},
        tests::{self, record},
    },
};

/// The server did little lately, and much of it was to verify callers; somebody else did more of it.
async fn fill(bed: &Bed) {
    let verified = |count| (0..count).map(|_| Entry::of(CallerVerified {})).collect::<Vec<_>>();
    record(&bed.desk, 200).await;
    for name in ["mia", "mai", "ami"] {
        bed.desk.clock().advance(30 * HOUR);
        let other = Member::join_as(&bed.desk, &format!("{name}@example.com"), Role::Support).await;
        let work = bed.desk.server_command().begin().await.unwrap();
        let _ = work.commit_all(verified(40)).await.unwrap();
        let work = other.actor::<SignedIn>().await.unwrap().begin().await.unwrap();
        let _ = work.commit_all(verified(60)).await.unwrap();
    }
}

#[tokio::test]
async fn a_page_is_read_along_what_leaves_the_fewest_until_it_is_full() {
    for bed in testing::both().await {
        fill(&bed).await;
        let (_, engineer) = reader(&bed).await;
        let asked = filter(&[("actor", "server"), ("action", "caller.verified"), ("since", "52w")]);
        let filter = Parsed::of(&engineer, &asked).await.unwrap();
        let mut conn = bed.desk.db().read().acquire().await.unwrap();
        let whole = Scan::for_page(&mut conn, &filter, BUDGET).await.unwrap();
        assert_eq!((whole.column, whole.floor), (Column::Action, 0));
        let near = Scan::near(&mut conn, &filter, BUDGET, 51).await.unwrap().unwrap();
        assert!(near.column == Column::Actor && near.floor > 200, "{near:?}");
        assert_eq!(near.page(&mut conn, &filter, i64::MAX, 51).await.unwrap().len(), 51);
        assert!(Scan::near(&mut conn, &filter, BUDGET, 121).await.unwrap().is_none(), "there are but 120");
        assert!(Scan::near(&mut conn, &filter, 30, 51).await.unwrap().is_none(), "more than may be looked at");
    }
}

#[tokio::test]
async fn what_is_further_back_than_a_page_reaches_does_not_choose_its_index() {
    for bed in testing::both().await {
        // A day is left for a wrong clock: in it the server did more than anybody did since.
        record(&bed.desk, 300).await;
        bed.desk.clock().advance(2 * HOUR);
        for (who, count) in [(None, 60), (Some("mia@example.com"), 200)] {
            let entries = (0..count).map(|_| Entry::of(CallerVerified {})).collect();
            let work = match who {
                None => bed.desk.server_command().begin().await.unwrap(),
                Some(who) => {
                    let member = Member::join_as(&bed.desk, who, Role::Support).await;
                    member.actor::<SignedIn>().await.unwrap().begin().await.unwrap()
                }
            };
            let _ = work.commit_all(entries).await.unwrap();
        }
        let (_, engineer) = reader(&bed).await;
        let asked = filter(&[("actor", "server"), ("action", "caller.verified")]);
        let filter = Parsed::of(&engineer, &asked).await.unwrap();
        let mut conn = bed.desk.db().read().acquire().await.unwrap();
        let near = Scan::near(&mut conn, &filter, BUDGET, 51).await.unwrap().unwrap();
        assert!(near.column == Column::Actor && near.floor < 300, "{near:?}");
        let page = near.page(&mut conn, &filter, i64::MAX, 51).await.unwrap();
        let older = Parsed { before: page[50].seq, ..filter.clone() };
        let near = Scan::near(&mut conn, &older, BUDGET, 51).await.unwrap();
        assert!(near.is_none(), "of the sixty of that hour nine are older: {near:?}");
        // All of that day is looked at when the totals promised too much.
        assert!(Scan::near(&mut conn, &filter, 300, 51).await.unwrap().is_none(), "more than may be looked at");
    }
}

#[tokio::test]
async fn pages_one_after_another_hold_what_each_row_says() {
    for bed in testing::both().await {
        fill(&bed).await;
        let (_, engineer) = reader(&bed).await;
        for (word, outcome) in [("caller.verified", ""), ("verif", "ok"), ("customers", "denied"), ("verif", "denied")]
        {
            let rows = tests::records(&bed.desk).await;
            let fits = rows.iter().rev().filter(|row| {
                row.actor == "server" && row.action.contains(word) && (outcome.is_empty() || row.outcome == outcome)
            });
            let expected: Vec<i64> = fits.map(|row| row.seq).collect();
            for budget in [BUDGET, 60] {
                let (mut found, mut before) = (Vec::new(), String::new());
                loop {
                    let asked = [
                        ("actor", "server"),
                        ("action", word),
                        ("outcome", outcome),
                        ("since", "52w"),
                        ("before", before.as_str()),
                    ];
                    let page = list_within(&engineer, &filter(&asked), budget, CHART).await.unwrap();
                    found.extend(page.lines.iter().map(|line| i64::try_from(line.seq).unwrap()));
                    let Some(Next::Older(next) | Next::Continue(next)) = page.next else { break };
                    before = next.to_string();
                }
                assert_eq!(found, expected, "{word} {outcome} within {budget}");
            }
        }
    }
}
