//! Notes and accounts as a browser without scripts uses them, and as a caller of the functions.

use heliodesk_wire::Role;

use crate::world::{Answer, World};

const PAGE: &str = "/customers/C-900001";

/// The text the box for a new note holds.
fn box_of(page: &Answer) -> String {
    let area =
        page.text.split("<textarea").find(|rest| rest.split('>').next().is_some_and(|tag| tag.contains("ask[text]")));
    let text = area.and_then(|area| area.split_once('>')).and_then(|(_, rest)| rest.split("</textarea>").next());
    text.unwrap_or_else(|| panic!("no box: {}", page.text)).trim().to_owned()
}

/// The prose of every note on a page.
fn prose(page: &Answer) -> Vec<String> {
    let parts = page.text.split("class=\"prose\"").skip(1);
    parts
        .map(|part| part.split_once('>').expect("a tag").1.split("</div>").next().expect("its end").to_owned())
        .collect()
}

fn act(function: &str) -> String {
    format!("{PAGE}?do={function}")
}

#[tokio::test]
async fn a_note_is_written_pinned_and_redacted_without_a_script() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        assert!(mia.get(PAGE).await.text.contains("No notes yet"));
        let text = "Calls **after 17:00**\n- <script>alert(1)</script>";
        let saved = mia.post(&act("notes/write"), &[("customer", "C-900001"), ("text", text)]).await;
        assert_eq!((saved.status, saved.header("location")), (303, PAGE));
        let page = mia.get(PAGE).await;
        let expected =
            "<p>Calls <strong>after 17:00</strong></p><ul><li><p>&lt;script&gt;alert(1)&lt;/script&gt;</p></li></ul>";
        assert_eq!(prose(&page), [expected]);
        assert!(page.text.contains("Note saved."), "{}", page.text);
        assert!(!page.text.contains("alert(1)</script>"), "what was typed runs nowhere");

        let second = [("customer", "C-900001"), ("text", "Gate code 4711"), ("pinned", "yes")];
        assert_eq!(mia.post("/api/notes/write", &second).await.json()["note"], 2);
        let pin = [("customer", "C-900001"), ("note", "1"), ("pinned", "yes")];
        assert_eq!(mia.post(&act("notes/pin"), &pin).await.status, 303);
        let again = mia.post(&act("notes/pin"), &pin).await;
        assert!(again.status == 422 && again.text.contains("This is what it was before"), "{}", again.text);
        assert_eq!(mia.get(PAGE).await.text.matches("Unpin note").count(), 2);

        let part = |part, reason| [("customer", "C-900001"), ("note", "2"), ("part", part), ("reason", reason)];
        let refused = mia.post(&act("notes/redact"), &part("code 4712", "Not for us")).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("The note does not say this") && refused.text.contains("Type it again"));
        assert!(refused.text.contains("Not for us"), "the reason is still there");
        let chosen = refused.text.split("value=\"part\"").nth(1).and_then(|rest| rest.split('>').next());
        assert!(chosen.is_some_and(|tag| tag.contains("checked")), "and what was chosen");
        let page = mia.get(PAGE).await.text;
        let mut scopes = page.split("-scope\"").skip(1).filter_map(|rest| rest.split('>').next());
        assert!(scopes.all(|tag| !tag.contains("checked")), "nothing is chosen for anybody");
        assert_eq!(
            mia.post(&act("notes/redact"), &part(" ", "Not for us")).await.status,
            422,
            "blanks are no whole note"
        );
        assert!(!refused.text.contains("code 4712"), "what is to be taken out is not shown again");
        assert_eq!(mia.post(&act("notes/redact"), &part("code 4711", "Not for us")).await.status, 303);
        assert_eq!(prose(&mia.get(PAGE).await)[0], "<p>Gate [redacted]</p>");
        let all = [("customer", "C-900001"), ("note", "2"), ("part", ""), ("reason", "Nothing left of use")];
        assert_eq!(mia.post("/api/notes/redact", &all).await.status, 200);
        let page = mia.get(&format!("{PAGE}?tab=notes")).await;
        assert!(page.text.contains("Redacted. The timeline says by whom, and why.") && prose(&page).len() == 1);
        let timeline = mia.get(&format!("{PAGE}?tab=timeline")).await.text;
        for told in ["wrote a note", "pinned a note", "redacted a note", "Nothing left of use"] {
            assert!(timeline.contains(told), "{told}");
        }
        let entries = world.trail().await;
        let trail = serde_json::to_string(&entries).expect("text");
        assert!(!trail.contains("code 4711") && !trail.contains("after"), "the trail says nothing of what notes say");
    }
}

#[tokio::test]
async fn a_refused_note_keeps_what_was_typed_and_a_snippet_is_put_into_the_box() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let snippet = [("name", "papers"), ("text", "Sent the list of papers")];
        assert_eq!(mia.post(&act("snippets/write"), &snippet).await.status, 303);
        let twice = mia.post(&act("snippets/write"), &snippet).await;
        assert!(twice.status == 422 && twice.text.contains("There is one of this name already"), "{}", twice.text);

        let ask = [("customer", "C-900001"), ("text", "Called."), ("snippet", "papers"), ("pinned", "yes")];
        let put = mia.post(&format!("{}&step=edit", act("notes/write")), &ask).await;
        assert_eq!((put.status, box_of(&put).as_str()), (200, "Called.\n\nSent the list of papers"));
        assert!(put.text.contains("checked"), "the tick is still there");
        assert!(put.text.contains("No notes yet"), "nothing is saved");

        let named = [("customer", "C-900001"), ("text", "Mrs. *Rivers* asked. ::papers")];
        let refused = mia.post(&act("notes/write"), &named).await;
        assert_eq!((refused.status, box_of(&refused).as_str()), (422, "Mrs. *Rivers* asked. ::papers"));
        assert!(refused.text.contains("This holds personal data of the customer"));
        let unknown = mia.post("/api/notes/write", &[("customer", "C-900001"), ("text", "::nothing")]).await;
        assert_eq!((unknown.status, unknown.json()["fields"]["text"].as_str()), (422, Some("unknown_snippet")));
        assert_eq!(mia.post("/api/notes/write", &[("customer", "C-404404"), ("text", "")]).await.status, 404);
        let pin = [("customer", "C-900001"), ("note", "7"), ("pinned", "")];
        assert_eq!(mia.post("/api/notes/pin", &pin).await.status, 404, "absent comes before what the fields say");
        let removed = mia.post(&act("snippets/remove"), &[("name", "papers")]).await;
        assert_eq!(removed.status, 303);
        assert_eq!(mia.post("/api/snippets/remove", &[("name", "papers")]).await.status, 404);
    }
}

#[tokio::test]
async fn an_account_is_locked_for_a_reason_and_a_change_from_an_old_state_is_a_conflict() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let ask = |from, to, reason| [("customer", "C-900001"), ("from", from), ("to", to), ("reason", reason)];
        let refused = mia.post(&act("accounts/change"), &ask("active", "locked", "")).await;
        assert!(refused.status == 422 && refused.text.contains("This is needed"), "{}", refused.text);
        assert_eq!(mia.post(&act("accounts/change"), &ask("active", "locked", "Strange orders")).await.status, 303);
        let page = mia.get(PAGE).await.text;
        for told in [
            "Account locked",
            "Account locked.",
            "locked the account",
            "Strange orders",
            "Only an active account is locked",
        ] {
            assert!(page.contains(told), "{told}: {page}");
        }
        let stale = mia.post(&act("accounts/change"), &ask("active", "closed", "Moved abroad")).await;
        assert!(stale.status == 409 && stale.text.contains("Changed by someone else"), "{}", stale.text);
        assert!(stale.text.contains("Moved abroad"), "nothing typed is lost");
        let illegal = mia.post("/api/accounts/change", &ask("locked", "erased", "Asked for it")).await;
        assert_eq!((illegal.status, illegal.json()["fields"]["to"].as_str()), (422, Some("illegal_transition")));
        assert_eq!(
            mia.post("/api/accounts/change", &ask("locked", "active", "It was her")).await.json()["account"],
            "active"
        );
    }
}
