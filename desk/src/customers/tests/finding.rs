//! Found by what people know; the search is its maker's and holds no term.

use heliodesk_wire::customers::SearchAsk;

use super::*;

/// How many a search finds, and the number of the only one.
pub(super) async fn find_by(person: &Person, term: &str, kind: &str) -> Result<(u32, Option<String>)> {
    let ask = SearchAsk { term: Typed(term.into()), kind: kind.into() };
    let found = search(&person.actor().await?, ask).await?;
    let list = list(&person.actor().await?, Some(&found.search), None, None).await?;
    assert_eq!(list.cards.len(), found.hits as usize);
    Ok((found.hits, found.only.map(|only| only.to_string())))
}

#[tokio::test]
async fn a_customer_is_found_by_what_people_know_and_by_nothing_less() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let amelia = |hits| (hits, Some("C-900001".to_owned()));
        for (term, kind) in [
            ("c-900001", ""),
            ("O-900001", ""),
            (" AMELIA.R@EXAMPLE.COM ", ""),
            ("+1 (520) 555-0142", ""),
            ("001 520 555 0142", ""),
            ("520 555 0142", ""),
            ("(0520) 555-0142", "phone"),
            ("0142", "phone"),
            ("85701", "postcode"),
            ("amelia  REYES", ""),
        ] {
            assert_eq!(find_by(&person, term, kind).await.expect(term), amelia(1), "{term}");
        }
        for (term, kind) in [("ame", ""), ("rey", "name"), ("reyes ame", "")] {
            assert_eq!(find_by(&person, term, kind).await.expect(term), (1, None), "{term}");
        }
        assert_eq!(find_by(&person, "lukasz kow", "").await.expect("finds").0, 1);
        for term in ["am", "melia", "amelia kowal", "520", "857", "C-9000", "amelia@example.com", "%", "_", "O-900009"]
        {
            assert_eq!(find_by(&person, term, "").await.expect(term).0, 0, "{term}");
        }
        assert_eq!(code(find_by(&person, "x", "iban").await, "kind"), "not_offered");
        assert_eq!(code(find_by(&person, "  ", "").await, "term"), "missing");
    }
}

#[tokio::test]
async fn results_say_by_what_they_were_found_and_that_there_are_too_many() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        let same = |n: u32| {
            format!(r#"{{"number":"C-{n}","name":"Amelia Reyes {n}","phone":"+1 520 555 0142","account":"active"}}"#)
        };
        let text = (1..=100).map(same).collect::<Vec<_>>().join("\n");
        import::run(&bed.desk.server_command(), Cursor::new(text), |_, _| {}).await.expect("imports");
        for (term, kind, hits) in [
            ("+1 520 555 0142", "phone, exact", 101),
            ("0142", "phone, exact", 101),
            ("Jan Łukasz Kowal", "name, exact", 1),
            ("amelia reyes", "name, exact, or name, beginnings of words", 101),
            ("reyes", "name, beginnings of words", 101),
            ("reyes 77", "postcode, exact", 0),
            ("nobody@example.com", "e-mail, exact", 0),
        ] {
            let ask = SearchAsk { term: Typed(term.into()), kind: String::new() };
            let found = search(&person.actor().await.expect("may"), ask).await.expect("finds");
            let list = list(&person.actor().await.expect("may"), Some(&found.search), None, None).await.expect("lists");
            let search = list.search.expect("is one");
            assert_eq!((search.kind.as_str(), search.hits), (kind, hits), "{term}");
            assert_eq!(list.cards.len(), hits.min(100) as usize, "{term}");
        }
    }
}

#[tokio::test]
async fn a_kept_search_is_its_makers_for_fifteen_minutes_and_holds_no_term() {
    let bed = testing::sqlite().await;
    let (person, other) = (filled(&bed).await, Person::join(&bed.desk, "support").await);
    let ask = SearchAsk { term: Typed("amelia".into()), kind: String::new() };
    let found = search(&person.actor().await.expect("may"), ask).await.expect("finds");
    let theirs = list(&other.actor().await.expect("may"), Some(&found.search), None, None).await;
    assert!(matches!(theirs, Err(Error::NotFound)));
    let kept: String =
        sqlx::query_scalar("SELECT tokens FROM search").fetch_one(bed.desk.db().read()).await.expect("one");
    assert!(!kept.to_lowercase().contains("amelia"));
    bed.desk.clock().advance(14 * MINUTE);
    assert!(list(&person.actor().await.expect("may"), Some(&found.search), None, None).await.is_ok());
    person.seen(&bed.desk).await;
    bed.desk.clock().advance(MINUTE);
    let late = list(&person.actor().await.expect("may"), Some(&found.search), None, None).await;
    assert!(matches!(late, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_search_that_nobody_made_is_not_found_however_it_is_written() {
    for bed in testing::both().await {
        let person = filled(&bed).await;
        for id in ["é", "", "'", "\u{0}", "01J00000000000000000000000", &"x".repeat(30_000)] {
            let refused = list(&person.actor().await.expect("may"), Some(id), None, None).await;
            assert!(matches!(refused, Err(Error::NotFound)), "{id:?} {refused:?}");
        }
    }
}
