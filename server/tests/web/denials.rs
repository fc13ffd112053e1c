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
