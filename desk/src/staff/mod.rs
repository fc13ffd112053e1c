//! Staff: who they are, how they come in, and how what they may do changes.

mod invite;
mod revoke;

use heliodesk_wire::Role;
use sqlx::{AnyConnection, Row, any::AnyRow};

pub use invite::{Invitation, invite};
pub use revoke::{change_role, lock};

use crate::error::{Error, Result};

/// An id that no person has: an address that is nobody's asks the database as often as a known one.
pub(crate) const NOBODY: &str = "nobody";

/// A member of staff as stored. `Debug` prints the id only.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) epoch: i64,
    pub(crate) locked: bool,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Person({})", self.id)
    }
}

/// The person with this id.
pub(crate) async fn find(conn: &mut AnyConnection, id: &str) -> Result<Option<Person>> {
    let row = sqlx::query("SELECT id, email, name, role, epoch, locked_at FROM staff WHERE id = ?")
        .bind(id)
        .fetch_optional(conn)
        .await?;
    row.map(|row| person(&row)).transpose()
}

/// The person with this work e-mail, small letters.
pub(crate) async fn find_by_email(conn: &mut AnyConnection, email: &str) -> Result<Option<Person>> {
    let row = sqlx::query("SELECT id, email, name, role, epoch, locked_at FROM staff WHERE email = ?")
        .bind(email)
        .fetch_optional(conn)
        .await?;
    row.map(|row| person(&row)).transpose()
}

fn person(row: &AnyRow) -> Result<Person> {
    let role: String = row.get(3);
    let locked_at: Option<i64> = row.get(5);
    Ok(Person {
        id: row.get(0),
        email: row.get(1),
        name: row.get(2),
        role: role.parse().map_err(|_| Error::broken("a role is unknown"))?,
        epoch: row.get(4),
        locked: locked_at.is_some(),
    })
}

/// Takes the person's row for this work and answers whether it still is as it was read: whoever locks them or changes
/// their role waits for the same row, so a session that begins here is not older than what it was checked against.
pub(crate) async fn hold(conn: &mut AnyConnection, person: &Person) -> Result<bool> {
    let held = sqlx::query("UPDATE staff SET epoch = epoch WHERE id = ? AND epoch = ? AND locked_at IS NULL")
        .bind(&person.id)
        .bind(person.epoch)
        .execute(conn)
        .await?;
    Ok(held.rows_affected() == 1)
}
