//! Orders and the pipeline as a browser without scripts uses them, and as a caller of the functions.

use axum::http::Method;
use heliodesk_wire::Role;

use crate::world::{Answer, Setting, World, request};

/// Everything typed into the form, one field changed.
fn typed<'a>(version: &'a str, panels: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("order", "O-900001"),
        ("version", version),
        ("reason", ""),
        ("stage", "proposal_sent"),
        ("owner", ""),
        ("panels", panels),
        ("watts", "410"),
        ("inverter", ""),
        ("battery", ""),
        ("adders", ""),
        ("price_minor", "24,650"),
        ("currency", "USD"),
        ("install_on", ""),
        ("next_step", "Call = about the \"roof\""),
        ("next_step_on", "2026-11-24"),
        ("waiting_on", "customer"),
    ]
}

/// The value a page holds for a field.
pub fn value(page: &Answer, field: &str) -> String {
    let named = format!("name=\"ask[{field}]\"");
    let input = page.text.split("<input").find(|rest| rest.split('>').next().is_some_and(|tag| tag.contains(&named)));
    let value = input.and_then(|input| input.split("value=\"").nth(1)).and_then(|rest| rest.split('"').next());
    value.unwrap_or_else(|| panic!("{field}: {}", page.text)).to_owned()
}

const PAGE: &str = "/orders/O-900001";
const EDIT: &str = "/orders/O-900001?do=orders/edit";

#[tokio::test]
async fn an_order_is_edited_reviewed_and_saved_without_a_script() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let page = mia.get(PAGE).await;
        assert_eq!(
            (page.status, value(&page, "panels").as_str(), value(&page, "price_minor").as_str()),
            (200, "20", "24650.00")
        );

        let before = world.entries().await;
        let review = mia.post(&format!("{EDIT}&step=review"), &typed("1", "22")).await;
        assert_eq!(review.status, 200, "{}", review.text);
        for told in ["Review changes", "Save changes", "8.20 kW", "9.02 kW", "+0.82 kW", "Waiting on"] {
            assert!(review.text.contains(told), "{told}: {}", review.text);
        }
        assert_eq!(value(&review, "price_minor"), "2465000", "whole dollars became cents, and nothing else changed");
        assert!(!review.text.contains("$24,650.00 "), "an unchanged price is no change");
        assert_eq!(world.entries().await, before + 1, "a review shows the order and changes nothing");

        let back = mia.post(&format!("{EDIT}&step=edit"), &saved("1", "22")).await;
        assert_eq!(
            (back.status, value(&back, "price_minor").as_str(), value(&back, "panels").as_str()),
            (200, "24650.00", "22")
        );

        let done = mia.post(EDIT, &saved("1", "22")).await;
        assert_eq!((done.status, done.header("location")), (303, PAGE), "{}", done.text);
        let page = mia.get(PAGE).await;
        assert!(page.text.contains("Order saved.") && page.text.contains("Panels from 20 to 22"), "{}", page.text);
        let toast = page.text.split("Order saved.").nth(1).expect("a toast").split("</div>").next().unwrap_or_default();
        assert!(toast.contains("/orders/O-900001?undo=1"), "one press leads back: {toast}");
        assert_eq!(value(&page, "version"), "2");

        let undo = mia.get(&format!("{PAGE}?undo=1")).await;
        assert_eq!((undo.status, value(&undo, "panels").as_str()), (200, "20"));
        assert!(undo.text.contains("<title>Undo last change · Order O-900001"), "{}", undo.text);
        let mut back = vec![
            ("order", "O-900001"),
            ("version", "2"),
            ("panels", "20"),
            ("next_step", ""),
            ("next_step_on", ""),
            ("waiting_on", ""),
        ];
        let refused = mia.post(EDIT, &back).await;
        assert_eq!(refused.status, 422, "an undo needs a reason");
        assert!(!refused.text.contains("Save changes") && refused.text.contains("This is needed"), "{}", refused.text);
        back.push(("reason", "Wrong order"));
        assert_eq!(mia.post(EDIT, &back).await.status, 303);
        let page = mia.get(PAGE).await.text;
        for told in ["Change taken back.", "took back the change of panels (20 again)"] {
            assert!(page.contains(told), "{told}: {page}");
        }
    }
}

#[tokio::test]
async fn the_form_may_go_straight_to_be_saved_with_its_price_as_it_shows_it() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        for (version, price, left) in
            [("1", "24650.00", "24650.00"), ("1", "24,700.50", "24700.50"), ("2", "99", "0.99")]
        {
            let mut fields = typed(version, "20");
            fields.iter_mut().filter(|(name, _)| *name == "price_minor").for_each(|(_, value)| *value = price);
            fields.iter_mut().filter(|(name, _)| *name == "next_step").for_each(|(_, value)| *value = "");
            fields.iter_mut().filter(|(name, _)| *name == "next_step_on").for_each(|(_, value)| *value = "");
            fields.iter_mut().filter(|(name, _)| *name == "waiting_on").for_each(|(_, value)| *value = "");
            let answer = mia.post(EDIT, &fields).await;
            assert_eq!(answer.status, 303, "{price}: {}", answer.text);
            assert_eq!(value(&mia.get(PAGE).await, "price_minor"), left);
        }
        let whole = [("order", "O-900001"), ("version", "3"), ("price_minor", "12.50"), ("currency", "USD")];
        assert_eq!(
            mia.post("/api/orders/edit", &whole).await.status,
            422,
            "a caller of the function sends minor units"
        );
    }
}

/// The same, as the review sends it to be saved.
fn saved<'a>(version: &'a str, panels: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = typed(version, panels);
    fields.iter_mut().filter(|(name, _)| *name == "price_minor").for_each(|(_, value)| *value = "2465000");
    fields
}

#[tokio::test]
async fn a_change_from_an_old_version_is_laid_beside_theirs_and_nothing_typed_is_lost() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let theirs = [("order", "O-900001"), ("version", "1"), ("panels", "24"), ("battery", "10 kWh")];
        assert_eq!(mia.post("/api/orders/edit", &theirs).await.status, 200);

        for (address, fields) in
            [(EDIT.to_owned(), saved("1", "22")), (format!("{EDIT}&step=review"), typed("1", "22"))]
        {
            let conflict = mia.post(&address, &fields).await;
            assert_eq!(conflict.status, 409, "{address}");
            for told in
                ["Changed by someone else", "Choose one", "Keeps theirs", "Keeps mine", "10 kWh", "Merge and review"]
            {
                assert!(conflict.text.contains(told), "{address} {told}: {}", conflict.text);
            }
            assert_eq!(value(&conflict, "version"), "2");
            assert_eq!(value(&conflict, "next_step"), "Call = about the &quot;roof&quot;");
            assert_eq!(conflict.text.matches("type=\"radio\"").count(), 2, "only the panels were changed by both");
        }
        let merged = [("order", "O-900001"), ("version", "2"), ("reason", ""), ("panels", "22"), ("next_step", "Call")];
        let review = mia.post(&format!("{EDIT}&step=review"), &merged).await;
        assert_eq!(review.status, 200);
        assert!(
            review.text.contains("Save changes") && !review.text.contains("ask[battery]"),
            "theirs stays: {}",
            review.text
        );
        let stale = mia.post("/api/orders/edit", &[("order", "O-900001"), ("version", "1"), ("watts", "420")]).await;
        assert_eq!((stale.status, stale.json()["code"].as_str()), (409, Some("stale_version")));
    }
}

#[tokio::test]
async fn mistakes_stand_at_their_fields_with_everything_typed() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let mut wrong = typed("1", "many");
        wrong.iter_mut().filter(|(name, _)| *name == "price_minor").for_each(|(_, value)| *value = "a lot");
        let again = mia.post(&format!("{EDIT}&step=review"), &wrong).await;
        assert_eq!(again.status, 422);
        assert_eq!((value(&again, "panels").as_str(), value(&again, "price_minor").as_str()), ("many", "a lot"));
        assert!(again.text.contains("Type a whole number") && again.text.contains("Type an amount"), "{}", again.text);
        let mut named = saved("1", "22");
        named.iter_mut().filter(|(name, _)| *name == "next_step").for_each(|(_, value)| *value = "Ask Mr. Rivers");
        let refused = mia.post(EDIT, &named).await;
        assert_eq!((refused.status, value(&refused, "next_step").as_str()), (422, "Ask Mr. Rivers"));
        assert_eq!(value(&refused, "price_minor"), "24650.00");
        // Whether it names the customer is told only to who saves it, and recorded; what it looks like, before.
        assert_eq!(mia.post(&format!("{EDIT}&step=review"), &named).await.status, 200);
        named.iter_mut().filter(|(name, _)| *name == "next_step").for_each(|(_, value)| *value = "Ask 520 555 0142");
        let early = mia.post(&format!("{EDIT}&step=review"), &named).await;
        assert_eq!((early.status, value(&early, "next_step").as_str()), (422, "Ask 520 555 0142"));
        assert!(early.text.contains("phone") && !early.text.contains("Save changes"), "{}", early.text);
        let mut gone = typed("1", "22");
        gone.iter_mut().filter(|(name, _)| *name == "stage").for_each(|(_, value)| *value = "installed");
        let early = mia.post(&format!("{EDIT}&step=review"), &gone).await;
        assert_eq!(early.status, 422);
        assert!(early.text.contains("This does not follow"), "{}", early.text);
        assert_eq!(mia.get("/orders/O-404").await.status, 404);
        let illegal =
            mia.post("/api/orders/edit", &[("order", "O-900001"), ("version", "1"), ("stage", "installed")]).await;
        assert_eq!((illegal.status, illegal.json()["fields"]["stage"].as_str()), (422, Some("illegal_transition")));
    }
}

#[tokio::test]
async fn adders_are_a_list_or_lines() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let list = "ask[order]=O-900001&ask[version]=1&ask[adders][0]=Trenching&ask[adders][1]=Tree%20trimming";
        let answer = mia.send(request(Method::POST, "/api/orders/edit", &mia.cookies(), list)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json()["adders"], serde_json::json!(["Trenching", "Tree trimming"]));
        let lines =
            [("order", "O-900001"), ("version", "2"), ("adders", "Trenching\r\nTree trimming"), ("battery", "")];
        assert_eq!(mia.post("/api/orders/edit", &lines).await.json()["version"], 2, "equal values change nothing");
        let cleared = mia.post("/api/orders/edit", &[("order", "O-900001"), ("version", "2"), ("adders", "")]).await;
        assert_eq!(
            (cleared.json()["version"].as_i64(), cleared.json()["adders"].as_array().map(Vec::len)),
            (Some(3), Some(0))
        );
    }
}

#[tokio::test]
async fn lists_and_filters_live_in_the_address() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let all = mia.get("/orders").await;
        assert!(all.text.contains("O-900001") && all.text.contains("O-900002"), "{}", all.text);
        assert!(!all.text.contains("Rivers"));
        let some = mia.get("/orders?stage=installed&owner=none&waiting_on=nonsense").await;
        assert!(some.text.contains("O-900002") && !some.text.contains("/orders/O-900001"), "{}", some.text);
        assert!(some.text.contains("1 order<"), "{}", some.text);
        let there = mia.get("/orders?city=Tucson&stage=lead").await;
        assert!(there.text.contains("O-900003") && !there.text.contains("/orders/O-900001"), "{}", there.text);
        let none = mia.get("/orders?city=Emden").await;
        assert!(none.text.contains("No order fits") && none.text.contains("value=\"Emden\""), "{}", none.text);
        let none = mia.get("/orders?owner=mine").await;
        assert!(none.text.contains("No order fits") && none.text.contains("Show all orders"), "{}", none.text);
    }
}

#[tokio::test]
async fn people_see_who_else_has_an_order_open_and_being_seen_keeps_no_session_alive() {
    let setting = Setting::default();
    for world in World::both_with(&setting).await {
        let mut mia = world.join_as("mia@desk.example", Role::Support).await;
        let mut jan = world.join_as("jan@desk.example", Role::Support).await;
        assert!(!mia.get(PAGE).await.text.contains("has this order open<"));
        let page = jan.get(PAGE).await;
        assert!(page.text.contains("has this order open<"), "{}", page.text);
        let entries = world.entries().await;
        let told = mia.post("/api/orders/presence", &[("order", "O-900001"), ("left", "")]).await.json();
        assert_eq!(told["others"].as_array().map(Vec::len), Some(1), "{told}");
        let now = told["now"].to_string();
        assert_eq!(jan.post("/api/orders/presence", &[("order", "O-900001"), ("left", &now)]).await.status, 200);
        let told = mia.post("/api/orders/presence", &[("order", "O-900001"), ("left", "")]).await.json();
        assert_eq!(told["others"].as_array().map(Vec::len), Some(0), "{told}");
        assert_eq!(world.entries().await, entries, "nothing of it is on the trail");
        for _ in 0..14 {
            setting.clock.advance(60_000);
            assert_eq!(mia.post("/api/orders/presence", &[("order", "O-900001")]).await.status, 200);
        }
        setting.clock.advance(60_000);
        assert_eq!(mia.post("/api/orders/presence", &[("order", "O-900001")]).await.status, 401, "idle all the while");
    }
}
