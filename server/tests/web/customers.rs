//! Customers as a browser without scripts uses them: found, looked at, and never revealed in a page.

use heliodesk_wire::Role;

use crate::world::World;

const PAGE: &str = "/customers/C-900001";

#[tokio::test]
async fn a_search_says_by_what_it_found_and_comes_back_empty() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let one = mia.post("/orders?do=customers/search", &[("term", "520 555 0142"), ("kind", "")]).await;
        assert_eq!((one.status, one.header("location")), (303, PAGE), "as it is dialled at home");
        for number in ["c900001", "C 900001", "o900001", "O 900001"] {
            let one = mia.post("/customers?do=customers/search", &[("term", number), ("kind", "")]).await;
            assert_eq!((one.status, one.header("location")), (303, PAGE), "{number}");
        }
        let some = mia.post("/customers?do=customers/search", &[("term", "ame"), ("kind", "")]).await;
        let found = mia.get(some.header("location")).await.text;
        assert!(found.contains("name, beginnings of words") && found.contains("Last contact"), "{found}");
        assert!(!found.contains("value=\"ame\""), "the box is empty again");
        let none = mia.post("/customers?do=customers/search", &[("term", "9999"), ("kind", "phone")]).await;
        let none = mia.get(none.header("location")).await.text;
        assert!(none.contains("phone, exact") && none.contains("with or without the country’s code"), "{none}");
    }
}

#[tokio::test]
async fn forgotten_results_are_told_on_the_customers_page_and_blanks_at_the_box() {
    let [world, _] = World::both().await;
    let mut mia = world.join(Role::Support).await;
    let forgotten = mia.get("/customers?search=01J00000000000000000000000").await;
    assert_eq!(forgotten.status, 404);
    for told in ["<h1>Customers</h1>", "These results are forgotten. Search again.", "id=\"search\""] {
        assert!(forgotten.text.contains(told), "{told}: {}", forgotten.text);
    }
    assert!(!forgotten.text.contains("Incident"), "{}", forgotten.text);
    assert!(world.trail().await.iter().any(|entry| entry["action"] == "access.denied"));
    let blank = mia.post("/customers?do=customers/search", &[("term", " ")]).await;
    assert_eq!(blank.status, 422);
    assert!(blank.text.contains("id=\"search-error\"") && blank.text.contains("Type an order"), "{}", blank.text);
}

#[tokio::test]
async fn without_tries_nothing_can_be_sent_and_the_rule_is_told_without_an_incident() {
    let [world, _] = World::both().await;
    let mut mia = world.join(Role::Support).await;
    let said = [("customer", "C-900001"), ("field", "phone"), ("value", "+1 520 555 0143")];
    for _ in 0..3 {
        assert_eq!(mia.post("/api/customers/verify", &said).await.status, 200);
    }
    let refused = mia.post("/api/customers/verify", &said).await;
    assert_eq!((refused.status, refused.json()["fields"]["value"].as_str()), (429, Some("no_tries_left")));
    let form = mia.post(&format!("{PAGE}?do=customers/verify"), &said).await;
    assert_eq!(form.status, 429);
    for page in [form.text, mia.get(PAGE).await.text] {
        assert!(page.contains("3 tries per customer and hour, over all agents. The next opens in 60 min."), "{page}");
        assert!(!page.contains("Incident"), "{page}");
        let mut buttons = page.split("<button").filter_map(|rest| rest.split('>').next());
        let button = buttons.find(|tag| tag.contains("verify-phone-rule")).expect("a button");
        assert!(button.contains("type=\"button\"") && button.contains("aria-disabled=\"true\""), "{button}");
    }
}

#[tokio::test]
async fn a_reveal_by_a_form_is_refused_in_words_and_leaves_no_reveal() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let why = [("customer", "C-900001"), ("field", "phone"), ("category", "caller_asked"), ("order", "O-900001")];
        let form = format!("{PAGE}?do=customers/reveal");
        let untouched = mia.post(&form, &why).await;
        assert_eq!(untouched.status, 403);
        assert!(untouched.text.contains("in a browser that runs scripts"), "{}", untouched.text);
        mia.touch("customers/reveal", "C-900001").await;
        let refused = mia.post(&form, &why).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("A clear value is shown by a script"), "{}", refused.text);
        assert!(refused.text.contains("0 of 25") && !refused.text.contains("555 0142"), "{}", refused.text);
        assert!(!world.trail().await.iter().any(|entry| entry["action"] == "field.revealed"));

        let revealed = mia.post("/api/customers/reveal", &why).await.json();
        assert_eq!((revealed["value"].as_str(), revealed["used"].as_u64()), (Some("+1 520 555 0142"), Some(1)));
        let copied = [("customer", "C-900001"), ("field", "phone")];
        assert_eq!(mia.post("/api/customers/copied", &copied).await.status, 200);
        let page = mia.get(PAGE).await.text;
        let foot = page.split("data-foot=\"held\"").nth(1).and_then(|rest| rest.split('>').next()).expect("a line");
        assert!(!foot.contains("hidden") && page.contains("data-held=\""), "{page}");
        let access = mia.get(&format!("{PAGE}?tab=access")).await.text;
        for told in ["revealed the phone", "copied the phone (as the page reported)", "Caller asked · O-900001"] {
            assert!(access.contains(told), "{told}: {access}");
        }
        mia.get(PAGE).await;
        let access = mia.get(&format!("{PAGE}?tab=access")).await.text;
        assert!(access.contains("viewed the customer 3 times"), "{access}");
    }
}
