//! Change orders of sold orders as a browser without scripts uses them, and as a caller of the functions.

use heliodesk_wire::Role;

use crate::{
    orders::value,
    person::Person,
    world::{Answer, World},
};

const PAGE: &str = "/orders/O-900002";

/// The start tag of the control of a field.
fn control(page: &Answer, field: &str) -> String {
    let named = format!("name=\"ask[{field}]\"");
    let tags = page.text.split('<').filter_map(|rest| rest.split('>').next());
    let tag = tags.into_iter().find(|tag| !tag.contains("hidden") && tag.contains(&named));
    tag.unwrap_or_else(|| panic!("{field}: {}", page.text)).to_owned()
}

fn draft<'a>(version: &'a str, panels: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("order", "O-900002"), ("version", version), ("panels", panels), ("reason", "Two more fit on the roof")]
}

fn step<'a>(number: &'a str, revision: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("order", "O-900002"), ("change_order", number), ("revision", revision)]
}

#[tokio::test]
async fn a_sold_order_says_its_rule_and_changes_by_a_change_order_without_a_script() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let page = mia.get(PAGE).await;
        for field in ["panels", "watts", "inverter", "battery", "adders", "price_minor", "currency"] {
            let tag = control(&page, field);
            assert!(tag.contains(" disabled") && tag.contains("sold-rule"), "{tag}");
        }
        assert!(!control(&page, "next_step").contains(" disabled"));
        assert!(page.text.contains("id=\"sold-rule\"") && page.text.contains("?change=1"), "{}", page.text);

        // What is typed all the same is refused in the review already, at its field, and can be taken along.
        let typed = [("order", "O-900002"), ("version", "1"), ("panels", "24"), ("next_step", "Inspection")];
        let refused = mia.post(&format!("{PAGE}?do=orders/edit&step=review"), &typed).await;
        assert_eq!((refused.status, value(&refused, "next_step").as_str()), (422, "Inspection"));
        for told in ["this changes by a change order only", "Start a change order with them"] {
            assert!(refused.text.contains(told), "{told}: {}", refused.text);
        }
        assert!(!control(&refused, "panels").contains(" disabled"), "so that it can be put back");
        let taken = mia
            .post(&format!("{PAGE}?do=change-orders/draft&step=edit"), &[("order", "O-900002"), ("panels", "24")])
            .await;
        assert_eq!((taken.status, value(&taken, "panels").as_str()), (200, "24"));

        let form = mia.get(&format!("{PAGE}?change=1")).await;
        assert_eq!(value(&form, "price_minor"), "18000.00");
        let action = format!("{PAGE}?do=change-orders/draft");
        let mut whole = draft("1", "24");
        whole.extend([("change_order", ""), ("revision", ""), ("watts", "410"), ("adders", "Trenching")]);
        whole.extend([("price_minor", "a lot"), ("currency", "USD")]);
        let wrong = mia.post(&action, &whole).await;
        assert_eq!((wrong.status, value(&wrong, "price_minor").as_str()), (422, "a lot"));
        assert!(wrong.text.contains("Type an amount"), "{}", wrong.text);
        whole.iter_mut().filter(|(name, _)| *name == "price_minor").for_each(|(_, value)| *value = "19500");
        let done = mia.post(&action, &whole).await;
        assert_eq!((done.status, done.header("location")), (303, PAGE), "{}", done.text);

        let page = mia.get(PAGE).await;
        for told in
            ["Change order saved.", "$18,000.00", "$19,500.00", "+$1,500.00", "9.84 kW", "Mark as sent", "Edit draft"]
        {
            assert!(page.text.contains(told), "{told}: {}", page.text);
        }
        assert!(page.text.contains("Go to change order 1") && !page.text.contains("Mark as signed"), "{}", page.text);
        for (function, told) in [("send", "Mark as signed"), ("sign", "Signed")] {
            let ask = (value(&page, "change_order"), value(&mia.get(PAGE).await, "revision"));
            let done = mia.post(&format!("{PAGE}?do=change-orders/{function}"), &step(&ask.0, &ask.1)).await;
            assert_eq!(done.status, 303, "{}", done.text);
            let page = mia.get(PAGE).await;
            assert!(page.text.contains(told), "{told}: {}", page.text);
            let asked = page.text.split("id=\"sign\"").nth(1).and_then(|rest| rest.split("</dialog>").next());
            assert_eq!(asked.is_some(), function == "send", "what was sent is signed in a dialog that shows it again");
            for told in ["24", "$19,500.00", "+$1,500.00", "Yes, signed"] {
                assert!(asked.is_none_or(|dialog| dialog.contains(told)), "{told}: {asked:?}");
            }
        }
        let page = mia.get(PAGE).await;
        assert_eq!((value(&page, "panels").as_str(), value(&page, "price_minor").as_str()), ("24", "19500.00"));
        assert!(page.text.contains("recorded as signed change order 1: Panels to 24"), "{}", page.text);
        assert!(!page.text.contains("Undo last change"), "what was signed is not taken back");
        assert_eq!(mia.get(&format!("{PAGE}?undo=1")).await.text.matches("id=\"review\"").count(), 0);
    }
}

#[tokio::test]
async fn a_change_order_is_given_up_for_a_reason_that_is_asked_for_in_its_dialog() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        assert_eq!(mia.post("/api/change-orders/draft", &draft("1", "24")).await.status, 200);
        let action = format!("{PAGE}?do=change-orders/void");
        let mut ask = step("1", "1");
        ask.push(("reason", "Ask Mr. Keller"));
        let refused = mia.post(&action, &ask).await;
        assert_eq!(refused.status, 422);
        for told in ["Ask Mr. Keller", "This holds personal data of the customer"] {
            assert!(refused.text.contains(told), "{told}: {}", refused.text);
        }
        ask[3].1 = "The roof stays as it is";
        assert_eq!(mia.post(&action, &ask).await.status, 303);
        let page = mia.get(PAGE).await;
        for told in ["Change order given up.", "The roof stays as it is", "Void", "Start a change order"] {
            assert!(page.text.contains(told), "{told}: {}", page.text);
        }
        // A page that is out of date is told so, with everything as it is now.
        let stale = mia.post(&format!("{PAGE}?do=change-orders/send"), &step("1", "1")).await;
        assert_eq!(stale.status, 409);
        assert!(stale.text.contains("Changed by someone else"), "{}", stale.text);
    }
}

async fn told(person: &mut Person<'_>, verb: &str, ask: &[(&str, &str)]) -> (u16, String) {
    let answer = person.post(&format!("/api/change-orders/{verb}"), ask).await;
    let json = answer.json();
    let fields = json["fields"].as_object().into_iter().flatten();
    let fields: Vec<_> = fields.map(|(field, code)| format!("{field}={}", code.as_str().unwrap_or_default())).collect();
    let code = json["code"].as_str().unwrap_or_default().to_owned();
    (answer.status, if fields.is_empty() { code } else { fields.join(" ") })
}

#[tokio::test]
async fn whatever_does_not_follow_is_refused_with_its_own_code() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let direct = [("order", "O-900002"), ("version", "1"), ("panels", "24"), ("next_step", "Wait")];
        let refused = mia.post("/api/orders/edit", &direct).await;
        assert_eq!((refused.status, refused.json()["fields"]["panels"].as_str()), (422, Some("change_order_needed")));
        let presold = [("order", "O-900001"), ("version", "1"), ("panels", "24"), ("reason", "More")];
        assert_eq!(told(&mut mia, "draft", &presold).await, (422, "order=not_sold".into()));
        let absent = [("order", "O-404404"), ("version", "1"), ("panels", "24"), ("reason", "More")];
        assert_eq!(told(&mut mia, "draft", &absent).await, (404, "not_found".into()));
        assert_eq!(told(&mut mia, "send", &step("1", "1")).await, (404, "not_found".into()));
        assert_eq!(told(&mut mia, "draft", &draft("7", "24")).await, (409, "stale_version".into()));
        let vague = [("order", "O-900002"), ("version", "1"), ("panels", "x")];
        assert_eq!(told(&mut mia, "draft", &vague).await, (422, "panels=not_a_number reason=missing".into()));

        let entries = world.entries().await;
        assert_eq!(told(&mut mia, "draft", &draft("1", "24")).await.0, 200);
        assert_eq!(world.entries().await, entries + 1);
        assert_eq!(told(&mut mia, "draft", &draft("1", "26")).await, (422, "order=change_order_open".into()));
        assert_eq!(told(&mut mia, "sign", &step("1", "1")).await, (422, "change_order=illegal_transition".into()));
        assert_eq!(told(&mut mia, "send", &step("1", "2")).await, (409, "stale_version".into()));
        assert_eq!(told(&mut mia, "void", &step("1", "1")).await, (422, "reason=missing".into()));
        assert_eq!(world.entries().await, entries + 1, "what is refused for its values is no entry");

        for role in [Role::Sales, Role::Engineer, Role::Admin] {
            let mut other = world.join(role).await;
            for verb in ["draft", "send", "sign", "void"] {
                assert_eq!(told(&mut other, verb, &step("1", "1")).await, (403, "forbidden".into()), "{role} {verb}");
            }
            assert_eq!(other.post("/api/orders/presence", &[("order", "O-900002")]).await.status, 403, "{role}");
        }
    }
}
