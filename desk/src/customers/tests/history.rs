//! What a customer's page tells: all of it, page by page, and what holds at the moment.

use heliodesk_wire::{
    customers::{CustomerRecord, History},
    notes::WriteAsk,
};

use super::*;
use crate::{
    access::EditOrders,
    clock::SECOND,
    customers::notes,
    trail::{Action, OrderEdited, OrderViewed},
};

async fn seen(person: &Person, section: Section) -> CustomerRecord {
    view(&person.actor().await.expect("may"), "C-900001", section).await.expect("views")
}

async fn note(person: &Person, number: u32) {
    let ask = WriteAsk { customer: "C-900001".into(), text: Typed(format!("Call {number}")), ..WriteAsk::default() };
    notes::write(&person.actor().await.expect("may"), ask).await.expect("writes");
}

/// Something done to an order.
async fn record<A: Action>(person: &Person, entry: Entry<A>) {
    let work = person.actor::<EditOrders>().await.expect("may").begin().await.expect("begins");
    let _ = work.commit(entry).await.expect("commits");
}

/// Every entry, read page by page.
async fn all(person: &Person, section: impl Fn(Option<u64>) -> Section, of: fn(CustomerRecord) -> History) -> Vec<u64> {
    let (mut seqs, mut before) = (Vec::new(), None);
    loop {
        let page = of(seen(person, section(before)).await);
        seqs.extend(page.entries.iter().map(|entry| entry.seq));
        before = page.older;
        if before.is_none() {
            return seqs;
        }
    }
}

#[tokio::test]
async fn timeline_and_access_are_complete_page_by_page() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        for number in 1..=70 {
            note(&person, number).await;
            if number % 3 == 0 {
                let entry = Entry::of(OrderEdited {}).subject("O-900001").changes(vec![Change::named("next_step")]);
                record(&person, entry).await;
            }
        }
        for _ in 0..110 {
            seen(&person, Section::Notes(None)).await;
            record(&person, Entry::of(OrderViewed {}).subject("O-900001")).await;
        }
        let stored = async |text: &'static str| -> Vec<i64> {
            sqlx::query_scalar(text).fetch_all(bed.desk.db().read()).await.expect("reads")
        };
        let timeline = all(&person, Section::Timeline, |record| record.timeline).await;
        let expected = stored(
            "SELECT seq FROM trail WHERE subject IN ('C-900001', 'O-900001') AND action IN \
             ('note.written', 'order.edited', 'customer.imported') ORDER BY seq DESC",
        );
        let whole = |seqs: Vec<u64>| seqs.into_iter().map(|seq| i64::try_from(seq).expect("fits")).collect::<Vec<_>>();
        assert_eq!(whole(timeline), expected.await);
        let expected = stored(
            "SELECT seq FROM trail WHERE subject IN ('C-900001', 'O-900001') AND action IN \
             ('customer.viewed', 'order.viewed') ORDER BY seq DESC",
        );
        let expected = expected.await;
        // Each page of it is one more view, at the top.
        let access = whole(all(&person, Section::Access, |record| record.access).await);
        assert!(expected.len() > 220 && access == expected, "{} {}", access.len(), expected.len());
    }
}

#[tokio::test]
async fn notes_are_complete_page_by_page_pinned_ones_first() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        for number in 1..=120 {
            note(&person, number).await;
        }
        let mut tx = bed.desk.db().scratch().await.expect("begins");
        let pins = sqlx::raw_sql("UPDATE note SET pinned = 1 WHERE number <= 60 AND customer = 'C-900001'");
        pins.execute(&mut *tx).await.expect("pins");
        tx.commit().await.expect("commits");
        let (mut numbers, mut before) = (Vec::new(), None);
        loop {
            let page = seen(&person, Section::Notes(before)).await;
            assert_eq!(page.noted, 120);
            numbers.extend(page.notes.iter().map(|note| note.number));
            before = page.older_notes;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(numbers, (1..=60).rev().chain((61..=120).rev()).collect::<Vec<u32>>());
        assert_eq!(seen(&person, Section::Overview).await.notes.len(), 4);
    }
}

#[tokio::test]
async fn a_page_says_what_still_holds_and_when_somebody_last_spoke_with_the_customer() {
    for bed in testing::both().await {
        let (person, other) = (filled(&bed).await, Person::join(&bed.desk, "support").await);
        let now = || bed.desk.clock().now();
        let fresh = seen(&person, Section::Overview).await;
        assert_eq!((fresh.contact_at, fresh.verified_at, fresh.held), (None, None, None));
        assert!(!said(&person, "phone", "0151 1111111").await.expect("answers").0);
        assert_eq!(seen(&person, Section::Overview).await.contact_at, None, "whoever that was");
        bed.desk.clock().advance(SECOND);
        assert!(said(&person, "phone", "520 555 0142").await.expect("answers").0, "as it is dialled at home");
        let verified = now();
        bed.desk.clock().advance(SECOND);
        let page = seen(&person, Section::Overview).await;
        assert_eq!((page.contact_at, page.verified_at), (Some(verified), Some(verified)));
        assert_eq!(seen(&other, Section::Overview).await.verified_at, None, "by somebody else's caller");

        person.touch(&bed.desk, "customers/reveal", "C-900001").await;
        let until = now() + 5 * MINUTE;
        assert_eq!(seen(&person, Section::Overview).await.held, None, "no reason was given yet");
        revealed(&person, ask("phone", "caller_asked", "O-900001", "")).await.expect("reveals");
        let page = seen(&person, Section::Overview).await;
        let held = page.held.expect("holds");
        assert_eq!(
            (held.category.as_str(), held.order.expect("one").as_str(), held.until),
            ("caller_asked", "O-900001", until)
        );
        assert_eq!(page.contact_at, Some(now()));
        assert_eq!(seen(&other, Section::Overview).await.held, None);
        bed.desk.clock().advance(5 * MINUTE);
        assert_eq!(seen(&person, Section::Overview).await.held, None);

        note(&person, 1).await;
        let list = list(&person.actor().await.expect("may"), None, None, None).await.expect("lists");
        assert_eq!((list.cards[0].contact_at, list.cards[0].pinned), (Some(now()), false));
        assert_eq!(list.cards[1].contact_at, None);
    }
}
