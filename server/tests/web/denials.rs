//! What signed-in people are refused stands on the trail before they are told.

use axum::http::Method;
use heliodesk_wire::Role;

use crate::world::{World, request};

#[tokio::test]
async fn every_403_and_404_of_a_signed_in_person_is_an_entry_and_bad_input_is_none() {
    for world in World::both().await {
        let mut sales = world.join(Role::Sales).await;
        let mut size = world.entries().await;
        for (method, path, body, status) in [
            (Method::POST, "/api/customers/reveal", "ask[customer]=C-900001", 403),
            (Method::GET, "/customers/C-900001", "", 403),
            (Method::GET, "/customers", "", 403),
            (Method::GET, "/trail", "", 403),
            (Method::GET, "/nothing", "", 404),
            (Method::POST, "/api/pipeline/move", "ask[order]=O-404404&ask[version]=1&ask[next_step]=x", 404),
            (Method::POST, "/api/pipeline/move", "ask[order]=O-900002&ask[version]=1&ask[next_step]=x", 403),
        ] {
            let answer = sales.send(request(method.clone(), path, &sales.cookies(), body)).await;
            assert_eq!(answer.status, status, "{method} {path} {}", answer.text);
            let now = world.entries().await;
            assert_eq!(now, size + 1, "{method} {path}");
            size = now;
        }
        for (method, path, body, status) in [
            (Method::POST, "/api/pipeline/move", "junk", 422),
            (Method::GET, "/api/pipeline/move", "", 405),
            (Method::POST, "/api/pipeline/move", "ask[order]=O-900001&ask[version]=99&ask[next_step]=Call", 409),
        ] {
            let answer = sales.send(request(method.clone(), path, &sales.cookies(), body)).await;
            assert_eq!(answer.status, status, "{method} {path} {}", answer.text);
            assert_eq!(world.entries().await, size, "{method} {path}");
        }
        assert_eq!(world.get("/nothing").await.status, 404);
        assert_eq!(world.entries().await, size, "strangers are in the log only");
    }
}

#[tokio::test]
async fn a_refusal_names_the_page_a_form_was_posted_to_and_whom_a_touch_was_for() {
    for world in World::both().await {
        let mut sam = world.join(Role::Sales).await;
        let posted = sam.post("/customers/C-900001?do=preferences/save", &[]).await;
        assert_eq!((posted.status, posted.text.contains("This is not open to your role")), (403, true));
        let touch = [("action", "customers/reveal"), ("target", "C-900001")];
        assert_eq!(sam.post("/api/step-up/begin", &touch).await.status, 403);
        let entries = world.trail().await;
        let denied = |path: &str| {
            let mut denied = entries.iter().filter(|entry| entry["action"] == "access.denied");
            denied.find(|entry| entry.to_string().contains(path)).map(|entry| entry["subject"].clone())
        };
        assert_eq!(denied("/customers/{id}"), Some("C-900001".into()));
        assert_eq!(denied("/api/step-up/begin"), Some("C-900001".into()));
    }
}
