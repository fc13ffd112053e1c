//! What every page has: preferences of one's own, and how long the session lasts.

use axum::http::Method;
use heliodesk_desk::clock::MINUTE;
use heliodesk_wire::Role;
use serde_json::json;

use crate::world::{Setting, World, request};

#[tokio::test]
async fn preferences_are_saved_without_a_script_stand_in_every_page_and_leave_no_entry() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let before = world.entries().await;
        let saved = mia.post("/me?do=preferences/save", &[("theme", "dark"), ("shortcuts", "off")]).await;
        assert_eq!((saved.status, saved.header("location")), (303, "/me"));
        let page = mia.get("/me").await.text;
        assert!(page.contains("data-theme=\"dark\"") && page.contains("data-shortcuts=\"off\""), "{page}");
        assert!(page.contains("Preferences saved."), "{page}");

        let one = mia.post("/api/preferences/save", &[("theme", "system")]).await;
        assert_eq!(one.json(), json!({ "theme": "system", "shortcuts": false }), "what is not said stays");
        let wrong = mia.post("/api/preferences/save", &[("theme", "pink"), ("shortcuts", "maybe")]).await;
        assert_eq!(
            (wrong.status, &wrong.json()["fields"]),
            (422, &json!({ "theme": "unknown", "shortcuts": "unknown" }))
        );
        let wrong = mia.post("/me?do=preferences/save", &[("theme", "pink")]).await;
        assert!(wrong.status == 422 && wrong.text.contains("Some fields need a change"), "{}", wrong.text);
        assert_eq!(world.entries().await, before);
        assert!(mia.get("/customers").await.text.contains("data-shortcuts=\"off\""));
    }
}

#[tokio::test]
async fn asking_how_long_a_session_lasts_does_not_lengthen_it_and_leaves_no_entry() {
    let setting = Setting::default();
    for world in World::both_with(&setting).await {
        let mut mia = world.join(Role::Support).await;
        let staff = mia.me().await.viewer.staff;
        let before = world.entries().await;
        for minute in 0..15 {
            let left = mia.post("/api/sessions/left", &[]).await;
            let (idle, end) = (60 * (15 - minute), 60 * (12 * 60 - minute));
            assert_eq!(left.json(), json!({ "staff": staff, "idle": idle, "end": end }));
            // Nor does a form that asks for it.
            assert_eq!(mia.post("/me?do=sessions/left", &[]).await.status, 303);
            setting.clock.advance(MINUTE);
        }
        let late = mia.post("/api/sessions/left", &[]).await;
        assert_eq!((late.status, &late.json()["code"]), (401, &json!("signed_out")));

        mia.sign_in().await;
        let signed_in = world.entries().await;
        setting.clock.advance(14 * MINUTE);
        // What a page asks for when somebody wants to stay.
        let stay = mia.send(request(Method::HEAD, "/", &mia.cookies(), "")).await;
        assert_eq!((stay.status, stay.text.as_str()), (303, ""));
        assert_eq!(mia.post("/api/sessions/left", &[]).await.json()["idle"], 15 * 60);
        assert_eq!((signed_in, world.entries().await), (before + 1, before + 1));
    }
}
