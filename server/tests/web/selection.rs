//! Finding on the trail, keeping what was found as a view, and taking it away as a file.

use axum::http::Method;
use heliodesk_wire::Role;
use serde_json::Value;

use crate::{person::Person, world::World};

/// What the customer planted in every world is called, lives at and is reached by.
const PLANTED: [&str; 4] = ["Rivers", "amelia.rivers", "555 0142", "Juniper"];

/// The numbers of the entries in the page's table.
fn listed(page: &str) -> Vec<u64> {
    let links = page.split("aria-label=\"Entry ").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter_map(|number| number.replace(',', "").parse().ok()).collect()
}

/// Somebody of support who was refused three different things, and an engineer who looks for it.
async fn refused(world: &World) -> Person<'_> {
    let mut mia = world.join_as("mia.torres@desk.example", Role::Support).await;
    let ask = [
        ("customer", "C-900001"),
        ("field", "phone"),
        ("category", "caller_asked"),
        ("order", "O-900001"),
        ("details", ""),
    ];
    assert_eq!(mia.post("/api/customers/reveal", &ask).await.status, 403);
    assert_eq!(mia.get("/trail").await.status, 403);
    world.join(Role::Engineer).await
}

async fn exported(person: &mut Person<'_>, format: &str, q: &str) -> Value {
    person.touch("trail/export", format).await;
    let done = person.post("/api/trail/export", &[("format", format), ("reason", "Quarterly review"), ("q", q)]).await;
    assert_eq!(done.status, 200, "{}", done.text);
    done.json()
}

#[tokio::test]
async fn denied_reveals_are_found_by_text_and_by_controls_alike() {
    for world in World::both().await {
        let mut eve = refused(&world).await;
        let text = eve.get("/trail?q=actor:mia.torres@desk.example+action:reveal+since:7d+outcome:denied").await;
        let controls = eve.get("/trail?actor=mia.torres@desk.example&action=reveal&since=7d&outcome=denied").await;
        assert_eq!((text.status, controls.status), (200, 200));
        assert_eq!(listed(&text.text).len(), 1, "{}", text.text);
        assert_eq!(listed(&text.text), listed(&controls.text));
        for page in [&text.text, &controls.text] {
            assert!(page.contains("value=\"actor:mia.torres@desk.example action:reveal outcome:denied since:7d\""));
            assert!(page.contains("Remove filter outcome: denied"));
        }
        // The form says everything twice; its answer is one address.
        let sent = eve.get("/trail?shown=x&q=outcome:denied&actor=me&action=&outcome=").await;
        assert_eq!((sent.status, sent.header("location")), (303, "/trail?outcome=denied"));
    }
}

#[tokio::test]
async fn what_is_no_filter_is_said_in_words_and_stays_where_it_was_typed_and_nowhere_else() {
    for world in World::both().await {
        let mut eve = world.join(Role::Engineer).await;
        let before = world.entries().await;
        for (q, words) in [
            ("outcome:denied Rivers", "Word 2: Write what it is a filter of"),
            ("name:Rivers", "Word 1: There is no such filter"),
            ("action:everything", "action: Nothing is called that"),
            ("actor:Rivers", "actor: Nobody here has this e-mail address"),
            ("since:yesterday outcome:maybe", "since: Write 24h, 7d, 2w or today"),
        ] {
            let page = eve.get(&format!("/trail?q={}", q.replace(' ', "+"))).await;
            assert_eq!(page.status, 422, "{q}");
            assert!(page.text.contains(words), "{q}: {}", page.text);
            assert_eq!(page.text.matches(q).count(), 1, "{q} stands in the box and nowhere else");
        }
        assert_eq!(world.entries().await, before, "nothing was looked up");
        let nothing = eve.get("/trail?q=subject:Rivers").await;
        assert_eq!((nothing.status, nothing.text.matches("Rivers").count()), (200, 2), "in the box and in its control");
        let entries = world.trail().await;
        let told = entries.last().expect("an entry")["changes"].as_str().expect("changes").to_owned();
        assert_eq!(told, r#"[{"field":"subject","new":"(unknown)"}]"#);
    }
}

#[tokio::test]
async fn the_strip_says_how_far_the_trail_is_published() {
    for world in World::both().await {
        let mut eve = world.join(Role::Engineer).await;
        let words = |page: &str| {
            let strip =
                page.split("<p class=\"seal\">").nth(1).and_then(|rest| rest.split("</p>").next()).expect("a strip");
            let mut text = String::new();
            let mut inside = true;
            for sign in strip.chars() {
                match sign {
                    '<' => inside = false,
                    '>' => inside = true,
                    other if inside => text.push(other),
                    _ => {}
                }
            }
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let published = world.entries().await;
        let page = eve.get("/trail").await;
        assert!(words(&page.text).starts_with(&format!("1–{published} intact · published up to {published} at ")));
        let page = eve.get("/trail").await;
        let told = words(&page.text);
        assert!(told.starts_with(&format!("1–{} intact · published up to {published} at ", published + 1)), "{told}");
        assert!(told.ends_with(" · 1 not yet published"), "{told}");
    }
}

#[tokio::test]
async fn an_entry_opens_beside_the_list_and_its_page_says_the_same() {
    for world in World::both().await {
        let mut eve = world.join(Role::Engineer).await;
        let before = world.entries().await;
        let list = eve.get("/trail?action=customer.imported&entry=2").await;
        assert!(list.text.contains("id=\"entry\"") && list.text.contains("Included in the tree of"), "{}", list.text);
        assert_eq!(listed(&list.text), [2, 1]);
        assert_eq!(world.entries().await, before + 2, "the entry was read, and so was the list");
        let page = eve.get("/trail/2").await;
        for text in [&list.text, &page.text] {
            assert!(text.contains("customer.imported") && text.contains("/trail/2/proof"));
        }
        assert_eq!(eve.get("/trail?entry=99999").await.status, 404);
        assert_eq!(eve.get("/trail?entry=x").await.status, 404);
    }
}

#[tokio::test]
async fn a_view_is_saved_shared_and_removed_without_a_script() {
    for world in World::both().await {
        let mut eve = world.join(Role::Engineer).await;
        let mut ada = world.join(Role::Admin).await;
        let page = "/trail?outcome=denied&do=views/save";
        let refused = eve.post(page, &[("name", ""), ("share", "everyone"), ("q", "outcome:denied")]).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.text.contains("This is needed") && refused.text.contains("<option value=\"everyone\" selected")
        );
        let named = eve.post(page, &[("name", "520 555 0142"), ("share", "me"), ("q", "")]).await;
        assert!(named.status == 422 && named.text.contains("looks like a phone number"), "{}", named.text);
        let saved = eve.post(page, &[("name", "All refusals"), ("share", "everyone"), ("q", "outcome:denied")]).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/trail?outcome=denied"));
        let shown = ada.get("/trail?outcome=denied").await;
        assert!(shown.text.contains("All refusals") && shown.text.contains("Remove view"), "{}", shown.text);
        let mut other = world.join_as("other@desk.example", Role::Engineer).await;
        let shown = other.get("/trail?outcome=denied").await;
        assert!(shown.text.contains("All refusals") && !shown.text.contains("Remove view"));
        let view = ada.get("/trail?outcome=denied").await.text;
        let view = view
            .split("name=\"ask[view]\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("an id")
            .to_owned();
        assert_eq!(other.post("/api/views/remove", &[("view", &view)]).await.status, 404);
        let removed = ada.post("/trail?do=views/remove", &[("view", &view)]).await;
        assert_eq!((removed.status, removed.header("location")), (303, "/trail"));
        assert!(!eve.get("/trail").await.text.contains("All refusals"));
    }
}

#[tokio::test]
async fn an_export_is_downloaded_once_as_a_file_and_names_no_customer() {
    for world in World::both().await {
        let mut eve = refused(&world).await;
        for (format, kind) in [("csv", "text/csv; charset=utf-8"), ("jsonl", "application/jsonl; charset=utf-8")] {
            let done = exported(&mut eve, format, "").await;
            let (path, entries) =
                (format!("/trail/exports/{}", done["export"].as_str().expect("an id")), done["entries"].as_u64());
            let head = crate::world::request(Method::HEAD, &path, &eve.cookies(), "");
            let head = eve.send(head).await;
            assert_eq!((head.status, head.header("allow")), (405, "GET"), "it would be used up without being sent");
            let file = eve.get(&path).await;
            assert_eq!(
                (file.status, file.header("content-type"), file.header("cache-control")),
                (200, kind, "no-store")
            );
            let name = file.header("content-disposition");
            assert!(
                name.starts_with("attachment; filename=\"heliodesk-trail-") && name.ends_with(&format!(".{format}\"")),
                "{name}"
            );
            let lines =
                if format == "csv" { file.text.matches("\r\n").count() - 2 } else { file.text.lines().count() - 1 };
            assert_eq!(Some(lines as u64), entries);
            assert!(file.text.contains("customer.imported") && file.text.contains("C-900001"));
            assert!(
                file.text.contains("localhost:3000\\n") || file.text.contains("localhost:3000\n"),
                "the signed note"
            );
            for value in PLANTED {
                assert!(!file.text.contains(value), "{value}");
            }
            assert_eq!(eve.get(&path).await.status, 404, "once");
        }
        let entries = world.trail().await;
        let told: Vec<_> = entries.iter().filter(|entry| entry["action"] == "trail.exported").collect();
        assert_eq!(told.len(), 2);
        assert_eq!(told[0]["reason"], "Quarterly review");
    }
}

#[tokio::test]
async fn a_file_belongs_to_the_session_that_asked_for_it() {
    for world in World::both().await {
        let mut eve = world.join(Role::Engineer).await;
        let mut ada = world.join(Role::Admin).await;
        let done = exported(&mut eve, "csv", "action:imported").await;
        assert_eq!(done["entries"], 2);
        let path = format!("/trail/exports/{}", done["export"].as_str().expect("an id"));
        assert_eq!(ada.get(&path).await.status, 404);
        let cookies = std::mem::take(&mut eve.jar);
        eve.sign_in().await;
        assert_eq!(eve.get(&path).await.status, 404, "another session of the same person");
        eve.jar = cookies;
        assert_eq!(eve.get(&path).await.status, 200);
    }
}

#[tokio::test]
async fn an_export_is_refused_in_the_order_of_the_contract() {
    for world in World::both().await {
        let mut eve = world.join(Role::Engineer).await;
        let ask = async |eve: &mut Person<'_>, format: &str, reason: &str, q: &str| {
            let answer = eve.post("/api/trail/export", &[("format", format), ("reason", reason), ("q", q)]).await;
            (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
        };
        let (invalid, step_up) = ((422, "invalid".to_owned()), (403, "step_up_required".to_owned()));
        assert_eq!(ask(&mut eve, "xls", "Review", "").await, invalid, "a wrong value comes before the touch");
        assert_eq!(ask(&mut eve, "csv", "", "").await, invalid);
        assert_eq!(ask(&mut eve, "csv", "About amelia.rivers@example.net", "").await, invalid);
        assert_eq!(ask(&mut eve, "csv", "Review", "outcome:maybe").await, invalid);
        assert_eq!(ask(&mut eve, "csv", "Review", "").await, step_up);
        eve.touch("trail/export", "csv").await;
        assert_eq!(ask(&mut eve, "csv", "Review", "subject:C-404404").await, invalid, "nothing matches");
        assert_eq!(ask(&mut eve, "csv", "Review", "").await.0, 200, "and the touch is still good");
        assert_eq!(ask(&mut eve, "csv", "Review", "").await, step_up, "for one export");
        let mut mia = world.join(Role::Support).await;
        assert_eq!(ask(&mut mia, "csv", "Review", "").await, (403, "forbidden".to_owned()));
        let begun = mia.post("/api/step-up/begin", &[("action", "trail/export"), ("target", "csv")]).await;
        assert_eq!(begun.status, 403);
    }
}
