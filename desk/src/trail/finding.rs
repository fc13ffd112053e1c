//! Finding entries among many: filters in any combination, words, pages, budgets.

use std::sync::Arc;

use heliodesk_wire::{
    Role,
    trail::{Filter, Listing, Next},
};

use super::{
    AccessDenied, CallerVerified, Change, Entry, Outcome, list,
    list::list_within,
    reading::{filter, reader},
    tests,
};
use crate::{
    Error,
    access::{Actor, ReadTrail},
    clock::{HOUR, MINUTE},
    denials::{Denial, Denials},
    people::{Member, invite},
    testing::{self, Bed, START},
};

fn numbers(listing: &Listing) -> Vec<u64> {
    listing.lines.iter().map(|line| line.seq).collect()
}

/// Every filter on its own and in pairs finds what a look at each row finds.
#[tokio::test]
async fn filters_alone_and_in_pairs_find_what_each_row_says() {
    for bed in testing::both().await {
        let (engineer, actor) = reader(&bed).await;
        let mia = Member::join_as(&bed.desk, "mia@example.com", Role::Support).await;
        refuse(&bed, &mia, "/api/customers/reveal").await;
        let session = mia.actor::<crate::access::SignedIn>().await.unwrap();
        let session = session.presence().unwrap().session().to_owned();
        let own = actor.presence().unwrap().staff().to_owned();
        let id = mia.actor::<crate::access::SignedIn>().await.unwrap().presence().unwrap().staff().to_owned();
        let choices: [(&str, &str); 14] = [
            ("actor", "mia@example.com"),
            ("actor", "me"),
            ("actor", "server"),
            ("action", "customers.listed"),
            ("action", "customer"),
            ("action", "reveal"),
            ("subject", "c-3"),
            ("outcome", "denied"),
            ("outcome", "ok"),
            ("role", "support"),
            ("session", &session),
            ("since", "1h"),
            ("from", "2023-11-14T22:13:25"),
            ("to", "2023-11-14T22:13:26"),
        ];
        let all = tests::records(&bed.desk).await;
        let before = (all.len() + 1).to_string();
        let fits = |row: &super::Record, (name, value): (&str, &str)| match (name, value) {
            ("actor", "me") => row.actor == own,
            ("actor", "server") => row.actor == "server",
            ("actor", _) => row.actor == id,
            ("action", "customer") => {
                row.action.starts_with("customer")
                    || row.changes.as_deref().is_some_and(|text| text.contains("/customers/"))
            }
            ("action", "reveal") => row.changes.as_deref().is_some_and(|text| text.contains("/api/customers/reveal")),
            ("action", _) => row.action == value,
            ("subject", _) => row.subject.as_deref() == Some("C-3"),
            ("outcome", _) => row.outcome == value,
            ("role", _) => row.role.as_deref() == Some(value),
            ("session", _) => row.session.as_deref() == Some(value),
            ("since", _) => true,
            ("from", _) => row.at >= START + 5000,
            _ => row.at < START + 6000,
        };
        for (n, one) in choices.iter().enumerate() {
            for two in &choices[n..] {
                if one.0 == two.0 && one != two {
                    continue;
                }
                let listing = list(&actor, &filter(&[*one, *two, ("before", &before)])).await.unwrap();
                let expected: Vec<u64> = all
                    .iter()
                    .rev()
                    .filter(|row| fits(row, *one) && fits(row, *two))
                    .map(|row| row.seq as u64)
                    .collect();
                assert_eq!(numbers(&listing), expected, "{one:?} {two:?}");
                assert_eq!(listing.next, None);
            }
        }
        assert!(engineer.actor::<ReadTrail>().await.is_ok());
    }
}

async fn refuse(bed: &Bed, member: &Member, path: &'static str) {
    let denials = Arc::new(Denials::new(bed.desk.clone()));
    let presence = bed.desk.presence(&member.request).await.unwrap().unwrap();
    let denial = Denial { code: "reveal_cap".into(), path: Some(path), subject: Some("C-1".into()) };
    denials.record(&presence, &member.request, denial.clone()).await.unwrap();
    denials.record(&presence, &member.request, denial).await.unwrap();
    denials.finish().await.unwrap();
}

#[tokio::test]
async fn denied_reveals_are_found_by_the_word_and_so_is_their_count() {
    for bed in testing::both().await {
        let (_, actor) = reader(&bed).await;
        let mia = Member::join_as(&bed.desk, "mia.torres@example.com", Role::Support).await;
        refuse(&bed, &mia, "/api/customers/reveal").await;
        refuse(&bed, &mia, "/customers/{id}").await;
        let text = "actor:mia.torres@example.com action:reveal since:7d outcome:denied";
        let found = list(&actor, &Filter::parse(text).unwrap()).await.unwrap();
        assert_eq!(found.lines.len(), 2, "the first one, and the one that counts the rest");
        assert!(found.lines.iter().all(|line| line.action == "access.denied"));
        assert_eq!(found.histogram.bars.iter().map(|bar| bar[1]).sum::<u64>(), 2);
        // Refused for what a text said, and nowhere a word could mean.
        let refused = Entry::of(AccessDenied {}).outcome(Outcome::Denied).changes(vec![Change::named("reason")]);
        let _ = bed.desk.server_command().begin().await.unwrap().commit(refused).await.unwrap();
        let found = list(&actor, &filter(&[("action", "reveal")])).await.unwrap();
        assert_eq!((found.lines.len(), found.histogram.selected), (2, [0, 2, 0]));
        let whole = list(&actor, &filter(&[("action", "field.revealed")])).await.unwrap();
        assert!(whole.lines.is_empty(), "a whole name stands for itself");
        let viewed = list(&actor, &filter(&[("action", "customers"), ("outcome", "denied"), ("role", "support")]))
            .await
            .unwrap();
        assert_eq!(viewed.lines.len(), 4);
    }
}

#[tokio::test]
async fn people_are_found_by_first_name_whole_name_address_and_id() {
    for bed in testing::both().await {
        let (_, actor) = reader(&bed).await;
        let desk = bed.desk.server_command();
        for (name, email) in
            [("Mia Torres", "m.t@example.com"), ("Élise Bar", "e@example.com"), ("Mia Novak", "n@example.com")]
        {
            crate::staff::invite(&desk, email, name, Role::Support, false).await.unwrap();
        }
        for (text, code) in [
            ("M.T@example.com", None),
            ("mia torres", None),
            ("Mia Torres", None),
            ("élise", None),
            ("Élise", None),
            ("me", None),
            ("nobody", None),
            ("mia", Some("several_staff")),
            ("mi", Some("unknown_staff")),
            ("torres", Some("unknown_staff")),
            ("mia%", Some("unknown_staff")),
        ] {
            match (list(&actor, &filter(&[("actor", text)])).await, code) {
                (Ok(_), None) => {}
                (Err(Error::Invalid(fields)), Some(code)) => assert_eq!(fields.code("actor"), Some(code), "{text}"),
                (other, _) => panic!("{text}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn long_lists_come_in_pages_and_a_budget_goes_on_where_it_ended() {
    for bed in testing::both().await {
        let (_, actor) = reader(&bed).await;
        tests::record(&bed.desk, 90).await;
        let first = list(&actor, &filter(&[("actor", "server")])).await.unwrap();
        assert_eq!(first.lines.len(), 50);
        let Some(Next::Older(before)) = first.next else { panic!("{:?}", first.next) };
        let before = before.to_string();
        let second = list(&actor, &filter(&[("actor", "server"), ("before", &before)])).await.unwrap();
        assert!(second.next.is_none() && second.lines[0].seq < first.lines[49].seq);
        assert_eq!(first.lines.len() + second.lines.len(), 100, "nine, ninety and the invitation");

        // Thirty of them were denied; a budget of twenty entries finds them bit by bit, none twice and none left out.
        for filters in [
            vec![("role", "engineer")],
            vec![("actor", "server"), ("action", "customers.listed"), ("outcome", "denied")],
        ] {
            let all = list(&actor, &filter(&filters)).await.unwrap();
            let mut found = Vec::new();
            let mut steps = 0;
            let mut asked = filters.clone();
            let mut before;
            loop {
                let some = list_within(&actor, &filter(&asked), 20, 20).await.unwrap();
                found.extend(numbers(&some));
                steps += 1;
                let (Some(Next::Continue(rest)) | Some(Next::Older(rest))) = some.next else { break };
                before = rest.to_string();
                asked = filters.clone();
                asked.push(("before", &before));
            }
            found.retain(|seq| *seq <= all.lines[0].seq);
            assert_eq!(found, numbers(&all), "{filters:?}");
            assert!(steps > 1, "{filters:?}: {steps}");
        }
    }
}

#[tokio::test]
async fn a_clock_that_went_back_hides_nothing() {
    for bed in testing::both().await {
        bed.desk.clock().advance(-72 * HOUR);
        for hours in [0, 72, -20, 40] {
            bed.desk.clock().advance(hours * HOUR);
            tests::record(&bed.desk, 3).await;
        }
        let (_, actor) = reader(&bed).await;
        let found = list(&actor, &filter(&[("from", "2023-11-14T01:00"), ("to", "2023-11-14T05:00")])).await;
        assert_eq!(found.unwrap().lines.len(), 3);
        // Three of them have lower numbers than what was recorded earlier by the clock.
        let found = list(&actor, &filter(&[("actor", "server"), ("from", "2023-11-14T05:00")])).await.unwrap();
        let all = tests::records(&bed.desk).await;
        let late = all.iter().filter(|row| row.actor == "server" && row.at >= 1_699_938_000_000).count();
        assert_eq!((found.lines.len(), found.histogram.selected.iter().sum()), (late, late as u64));
        assert!(late > 6 && found.lines.iter().any(|line| line.seq == 4), "{late}");
    }
}

#[tokio::test]
async fn a_budget_that_ends_before_the_time_that_is_asked_for_is_enough() {
    for bed in testing::both().await {
        tests::record(&bed.desk, 30).await;
        bed.desk.clock().advance(2 * HOUR);
        let (_, actor) = reader(&bed).await;
        let asked = filter(&[("role", "engineer"), ("since", "1h")]);
        for (budget, enough) in [(20, true), (5, false)] {
            let found = list_within(&actor, &asked, budget, 20).await.unwrap();
            assert_eq!(found.next.is_none(), enough, "{:?}", found.next);
        }
    }
}

#[tokio::test]
async fn after_hours_are_those_of_the_companys_clock() {
    let folder = std::env::temp_dir().join(format!("heliodesk-hours-{}", crate::clock::Clock::System.id()));
    std::fs::create_dir_all(folder.join("checkpoints")).unwrap();
    let mut settings = testing::settings(&folder, format!("sqlite:{}", folder.join("desk.db").display()));
    settings.time_zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let bed = Bed { desk: crate::Desk::open(settings).await.unwrap(), folder, database: None };
    hours(&bed, &[5, 6, 19, 20], &[true, false, false, true], HOUR).await;
    let bed = testing::mariadb().await;
    hours(&bed, &[5, 6, 19, 20], &[true, false, false, true], 0).await;
}

/// One entry at half past each of these hours of the wall's clock, summer and winter.
async fn hours(bed: &Bed, at: &[i64], after: &[bool], offset: i64) {
    let midnight = START - START % (24 * HOUR);
    let summer = offset;
    for (days, more) in [(0, 0), (-120, summer)] {
        for hour in at {
            let now = bed.desk.clock().now();
            bed.desk.clock().advance(midnight + days * 24 * HOUR + hour * HOUR + 30 * MINUTE - offset - more - now);
            let entry = Entry::of(CallerVerified {}).outcome(Outcome::Failed).subject(format!("H-{hour}"));
            let _ = bed.desk.server_command().begin().await.unwrap().commit(entry).await.unwrap();
        }
    }
    bed.desk.clock().advance(START - bed.desk.clock().now());
    let engineer = Member::join(bed, Role::Engineer).await;
    let actor: Actor<ReadTrail> = engineer.actor().await.unwrap();
    let found = list(&actor, &filter(&[("hours", "after"), ("action", "caller.verified")])).await.unwrap();
    let found: Vec<_> = found.lines.iter().rev().map(|line| line.subject.as_ref().unwrap().id.clone()).collect();
    let expected: Vec<_> =
        at.iter().zip(after).filter(|(_, after)| **after).map(|(hour, _)| format!("H-{hour}")).collect();
    assert_eq!(found, [expected.clone(), expected].concat());
}

#[tokio::test]
async fn a_span_back_from_now_shows_what_was_picked_of_it() {
    let bed = testing::sqlite().await;
    let (_, actor) = reader(&bed).await;
    let picked = list(&actor, &filter(&[("since", "24h"), ("from", "2023-11-14T22:13"), ("to", "2023-11-14T22:14")]))
        .await
        .unwrap();
    assert_eq!(picked.histogram.picked, Some((1_699_999_980_000, 1_700_000_040_000)));
    assert!(picked.histogram.to - picked.histogram.from > 23 * HOUR, "all of the span is counted");
    let plain = list(&actor, &filter(&[("since", "24h")])).await.unwrap();
    assert_eq!(plain.histogram.picked, None);
    assert_eq!((&*plain.filter.from, &*plain.filter.since), ("", "24h"));
}

#[tokio::test]
async fn built_in_views_say_how_much_they_hold() {
    let bed = testing::sqlite().await;
    let (_, actor) = reader(&bed).await;
    let counts = list(&actor, &Filter::default()).await.unwrap().counts;
    assert_eq!((counts.reveals_today, counts.denied, counts.failed, counts.exports), (0, 3, 0, 0));
    for _ in 0..1010 {
        let entry = Entry::of(AccessDenied {}).outcome(Outcome::Denied);
        let _ = bed.desk.server_command().begin().await.unwrap().commit(entry).await.unwrap();
    }
    assert_eq!(list(&actor, &Filter::default()).await.unwrap().counts.denied, 1001, "and no further");
    assert!(invite(&bed.desk, "x@example.com", Role::Sales).await.is_ok());
}
