//! Who has an order open, on both databases.

use heliodesk_wire::Role;

use super::*;
use crate::{
    Refusal,
    access::Request,
    orders::{
        tests::{entries, import},
        view,
    },
    sessions,
    testing::{self, Bed},
};

fn ask(left: &str) -> PresenceAsk {
    PresenceAsk { order: "O-1".into(), left: left.into() }
}

/// Another session of the same person.
async fn again(bed: &Bed, request: &Request) -> Request {
    let desk = &bed.desk;
    let session = desk.clock().id();
    let mut tx = desk.db().scratch().await.expect("begins");
    sqlx::query(
        "INSERT INTO session (id, staff, secret, epoch, started_at, seen_at, ends_at) \
         SELECT ?, staff, ?, epoch, started_at, seen_at, ends_at FROM session WHERE secret = ?",
    )
    .bind(&session)
    .bind(&session)
    .bind(request.secret.as_deref())
    .execute(&mut *tx)
    .await
    .expect("a session");
    tx.commit().await.expect("commits");
    Request { id: desk.clock().id(), secret: Some(session), ..Request::default() }
}

#[tokio::test]
async fn others_see_who_has_an_order_open_until_the_page_is_left_or_a_minute_is_silent() {
    for bed in testing::both().await {
        let desk = &bed.desk;
        import(desk, "O-1", "design", None).await.expect("imports");
        let (request, other) = (
            bed.request_of(Role::Support, "mia@example.com").await,
            bed.request_of(Role::Support, "jan@example.com").await,
        );
        let (mia, jan): (Actor<EditOrders>, Actor<EditOrders>) =
            (desk.actor(&request).await.expect("may"), desk.actor(&other).await.expect("may"));
        assert_eq!(view(&mia, "O-1", None).await.expect("shows").others, [""; 0]);
        assert_eq!(view(&jan, "O-1", None).await.expect("shows").others, ["Name of mia@example.com"]);
        let recorded = entries(desk).await.len();
        let told = presence(&mia, ask("")).await.expect("asks");
        assert_eq!((told.others, told.now), (vec!["Name of jan@example.com".to_owned()], desk.clock().now()));

        // One's own other browser is nobody else, and is told the same.
        let second: Actor<EditOrders> = desk.actor(&again(&bed, &request).await).await.expect("may");
        assert_eq!(presence(&second, ask("")).await.expect("asks").others, ["Name of jan@example.com"]);
        assert_eq!(presence(&jan, ask("")).await.expect("asks").others, ["Name of mia@example.com"], "once by name");

        // Jan's page says that it goes; a newer one of the same session is not taken away with it.
        let until = desk.clock().now();
        desk.clock().advance(5);
        presence(&jan, ask("")).await.expect("asks");
        presence(&jan, ask(&until.to_string())).await.expect("leaves");
        assert_eq!(presence(&mia, ask("")).await.expect("asks").others.len(), 1);
        presence(&jan, ask(&desk.clock().now().to_string())).await.expect("leaves");
        assert_eq!(presence(&mia, ask("")).await.expect("asks").others, [""; 0]);

        // Without a word for a minute.
        presence(&jan, ask("")).await.expect("asks");
        desk.clock().advance(MINUTE - 1);
        assert_eq!(presence(&mia, ask("")).await.expect("asks").others.len(), 1);
        desk.clock().advance(1);
        assert_eq!(presence(&mia, ask("")).await.expect("asks").others, [""; 0]);

        // Nothing of it is on the trail, and it extends no session.
        assert_eq!(entries(desk).await.len(), recorded);
        desk.clock().advance(sessions::IDLE);
        assert!(matches!(desk.actor::<EditOrders>(&request).await, Err(Error::SignedOut)));
    }
}

#[tokio::test]
async fn rows_of_long_ago_go_and_sessions_that_ended_are_nobody() {
    for bed in testing::both().await {
        let desk = &bed.desk;
        import(desk, "O-1", "design", None).await.expect("imports");
        let actor = async |email: &str| -> Actor<EditOrders> {
            let request = bed.request_of(Role::Support, email).await;
            desk.actor(&request).await.expect("may")
        };
        let (mia, jan) = (actor("mia@example.com").await, actor("jan@example.com").await);
        presence(&mia, ask("")).await.expect("asks");
        assert_eq!(presence(&jan, ask("")).await.expect("asks").others.len(), 1);
        let mut tx = desk.db().scratch().await.expect("begins");
        let ended =
            sqlx::query("UPDATE session SET ended_at = 1 WHERE id = ?").bind(mia.presence().expect("is").session());
        ended.execute(&mut *tx).await.expect("ends");
        tx.commit().await.expect("commits");
        assert_eq!(presence(&jan, ask("")).await.expect("asks").others, [""; 0]);
        assert!(matches!(presence(&mia, ask("")).await, Err(Error::SignedOut)), "an ended session is told nothing");

        desk.clock().advance(HOUR + 1);
        presence(&actor("ola@example.com").await, ask("")).await.expect("asks");
        let left = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM order_presence").fetch_one(desk.db().read());
        assert_eq!(left.await.expect("counts"), 1);
    }
}

#[tokio::test]
async fn presence_is_for_orders_that_are_there_and_for_those_who_edit_them() {
    let bed = testing::sqlite().await;
    let request = bed.request_of(Role::Support, "mia@example.com").await;
    let mia: Actor<EditOrders> = bed.desk.actor(&request).await.expect("may");
    assert!(matches!(presence(&mia, ask("")).await, Err(Error::NotFound)));
    import(&bed.desk, "O-1", "lead", None).await.expect("imports");
    let wrong = presence(&mia, ask("soon")).await;
    assert!(matches!(wrong, Err(Error::Invalid(fields)) if fields.code("left") == Some("not_a_number")));
    let sales = bed.request_of(Role::Sales, "omar@example.com").await;
    let refused = bed.desk.actor::<EditOrders>(&sales).await;
    assert!(matches!(refused, Err(Error::Forbidden(Refusal::Permission))));
}
