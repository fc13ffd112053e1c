//! Taking rights away: a change of role or a lock ends every session the person has, at once.

use heliodesk_wire::Role;
use sqlx::AnyConnection;

use super::find;
use crate::{
    access::{Actor, ManageStaff},
    error::{Error, Refusal, Result},
    trail::{Change, Entry, RoleChanged, StaffLocked},
};

/// Gives a person another base role. Their sessions end: what is open in them neither commits nor shows.
///
/// # Errors
/// [`Error::NotFound`]; [`Refusal::Permission`] for oneself; the field `role` when they have it already.
pub async fn change_role(actor: &Actor<ManageStaff>, staff: &str, role: Role) -> Result<()> {
    if actor.presence()?.staff() == staff {
        return Err(Refusal::Permission.into());
    }
    let mut work = actor.begin().await?;
    let person = find(work.conn(), staff).await?.ok_or(Error::NotFound)?;
    if person.role == role {
        return Err(Error::field("role", "unchanged"));
    }
    let at = work.at();
    sqlx::query("UPDATE staff SET role = ? WHERE id = ?").bind(role.as_str()).bind(staff).execute(work.conn()).await?;
    end_everything(work.conn(), staff, at).await?;
    let change = Change::of("role", Some(person.role.to_string()), Some(role.to_string()));
    work.commit(Entry::of(RoleChanged {}).subject(staff).changes(vec![change])).await.map(|_| ())
}

/// Locks a person out, until somebody unlocks them.
///
/// # Errors
/// [`Error::NotFound`], also when they are locked already; [`Refusal::Permission`] for oneself.
pub async fn lock(actor: &Actor<ManageStaff>, staff: &str) -> Result<()> {
    if actor.presence()?.staff() == staff {
        return Err(Refusal::Permission.into());
    }
    let mut work = actor.begin().await?;
    let at = work.at();
    let locked = sqlx::query("UPDATE staff SET locked_at = ? WHERE id = ? AND locked_at IS NULL")
        .bind(at)
        .bind(staff)
        .execute(work.conn())
        .await?;
    if locked.rows_affected() != 1 {
        return Err(Error::NotFound);
    }
    end_everything(work.conn(), staff, at).await?;
    work.commit(Entry::of(StaffLocked {}).subject(staff)).await.map(|_| ())
}

/// Raises the epoch, which every session is compared with, and ends the sessions and links there are.
pub(super) async fn end_everything(conn: &mut AnyConnection, staff: &str, at: i64) -> Result<()> {
    sqlx::query("UPDATE staff SET epoch = epoch + 1 WHERE id = ?").bind(staff).execute(&mut *conn).await?;
    sqlx::query("UPDATE session SET ended_at = ? WHERE staff = ? AND ended_at IS NULL")
        .bind(at)
        .bind(staff)
        .execute(&mut *conn)
        .await?;
    sqlx::query("UPDATE invitation SET expires_at = ? WHERE staff = ? AND used_at IS NULL AND expires_at > ?")
        .bind(at)
        .bind(staff)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(())
}
