//! A signed-in person, written straight into the tables: these tests are about customers, not about signing in.

use crate::{
    Desk, Result,
    access::{Actor, Permission, Request},
    clock::{MINUTE, random},
};

pub(super) struct Person {
    desk: Desk,
    session: String,
    request: Request,
}

impl Person {
    pub(super) async fn join(desk: &Desk, role: &str) -> Self {
        let (staff, session) = (desk.clock().id(), desk.clock().id());
        let secret: String = random::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
        let now = desk.clock().now();
        let mut tx = desk.db().scratch().await.expect("begins");
        sqlx::query(
            "INSERT INTO staff (id, email, name, role, epoch, invited_at) VALUES (?, ?, 'Test Person', ?, 0, ?)",
        )
        .bind(&staff)
        .bind(format!("{}@example.com", staff.to_lowercase()))
        .bind(role)
        .bind(now)
        .execute(&mut *tx)
        .await
        .expect("joins");
        sqlx::query(
            "INSERT INTO session (id, staff, secret, epoch, started_at, seen_at, ends_at) VALUES (?, ?, ?, 0, ?, ?, ?)",
        )
        .bind(&session)
        .bind(&staff)
        .bind(&secret)
        .bind(now)
        .bind(now)
        .bind(now + 12 * 60 * MINUTE)
        .execute(&mut *tx)
        .await
        .expect("signs in");
        tx.commit().await.expect("commits");
        let request = Request { id: desk.clock().id(), secret: Some(secret), ..Request::default() };
        Self { desk: desk.clone(), session, request }
    }

    pub(super) async fn actor<P: Permission>(&self) -> Result<Actor<P>> {
        self.desk.actor(&self.request).await
    }

    /// The same person, whose form is answered with a page.
    pub(super) async fn by_form<P: Permission>(&self) -> Result<Actor<P>> {
        self.desk.actor(&Request { form: true, ..self.request.clone() }).await
    }

    /// A touch, as a finished ceremony leaves it.
    pub(super) async fn touch(&self, desk: &Desk, action: &str, target: &str) {
        let mut tx = desk.db().scratch().await.expect("begins");
        sqlx::query("INSERT INTO touch (id, session, action, target, given_at) VALUES (?, ?, ?, ?, ?)")
            .bind(desk.clock().id())
            .bind(&self.session)
            .bind(action)
            .bind(target)
            .bind(desk.clock().now())
            .execute(&mut *tx)
            .await
            .expect("touches");
        tx.commit().await.expect("commits");
    }

    /// Notes that the session is in use.
    pub(super) async fn seen(&self, desk: &Desk) {
        let mut tx = desk.db().scratch().await.expect("begins");
        sqlx::query("UPDATE session SET seen_at = ? WHERE id = ?")
            .bind(desk.clock().now())
            .bind(&self.session)
            .execute(&mut *tx)
            .await
            .expect("is seen");
        tx.commit().await.expect("commits");
    }
}
