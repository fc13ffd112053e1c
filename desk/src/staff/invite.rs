//! Invitations: a link that creates one passkey, once, within an hour. Also how the first admin comes to be.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use heliodesk_wire::{Fields, Role, sign_in::Email};
use sqlx::AnyConnection;

use super::{Person, find_by_email};
use crate::{
    access::{Actor, ServerCommand},
    clock::{HOUR, random},
    error::{Error, Result},
    passkeys::sha256,
    trail::{Change, Entry, StaffInvited},
    work::Work,
};

/// How long a link is good for.
const OPEN: i64 = HOUR;

/// An enrolment link, to be shown once; only its hash is stored. `Debug` prints dots.
pub struct Invitation {
    /// The whole link.
    pub link: String,
    /// When it stops working, UTC milliseconds.
    pub expires_at: i64,
}

impl fmt::Debug for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invitation(•••)")
    }
}

/// Invites somebody, or gives a person without a passkey a fresh link (older links of theirs stop working).
///
/// `recover` is for the day when no admin can sign in: it invites an admin though one is active, and for an existing
/// person it removes their passkeys and ends their sessions first.
///
/// # Errors
/// The fields that are wrong: `role` is `admin_active` while an admin can sign in, or `other_role` when the person
/// exists with another; `email` is `has_passkey` or `locked` for a person who needs no link or may not have one.
pub async fn invite(
    actor: &Actor<ServerCommand>,
    email: &str,
    name: &str,
    role: Role,
    recover: bool,
) -> Result<Invitation> {
    let (email, name) = parse(email, name)?;
    // Two invitations at once must not both find that there is no admin.
    let mut work = actor.begin_counting().await?;
    if role == Role::Admin && !recover && active_admins(work.conn()).await? > 0 {
        return Err(Error::field("role", "admin_active"));
    }
    let staff = match find_by_email(work.conn(), email.as_str()).await? {
        Some(person) => {
            readmit(&mut work, &person, role, recover).await?;
            person.id
        }
        None => add(&mut work, &actor.desk().clock().id(), email.as_str(), &name, role).await?,
    };
    let token = Base64UrlUnpadded::encode_string(&random::<32>());
    let expires_at = work.at() + OPEN;
    replace_link(&mut work, &actor.desk().clock().id(), &staff, &sha256(token.as_bytes()), expires_at).await?;
    let as_role = Change::of("role", None, Some(role.to_string()));
    let entry = Entry::of(StaffInvited {}).subject(&staff).changes(vec![as_role]);
    let _ = work.commit(if recover { entry.reason("recover") } else { entry }).await?;
    Ok(Invitation { link: format!("{}/enroll/{token}", actor.desk().settings().origin), expires_at })
}

fn parse(email: &str, name: &str) -> Result<(Email, String)> {
    let mut fields = Fields::new();
    let email = fields.take("email", email.parse());
    let name = name.trim();
    if name.is_empty() {
        fields.add("name", "missing");
    } else if name.chars().count() > 120 || name.chars().any(char::is_control) {
        fields.add("name", "malformed");
    }
    Ok(fields.into_result(email.map(|email| (email, name.to_owned())))?)
}

/// Admins who could sign in: not locked, with at least one passkey.
async fn active_admins(conn: &mut AnyConnection) -> Result<i64> {
    let active = sqlx::query_scalar(
        "SELECT COUNT(*) FROM staff p WHERE p.role = 'admin' AND p.locked_at IS NULL AND EXISTS \
         (SELECT 1 FROM passkey k WHERE k.staff = p.id AND k.suspended_at IS NULL AND k.removed_at IS NULL)",
    )
    .fetch_one(conn)
    .await?;
    Ok(active)
}

/// Checks that an existing person may have a fresh link; for a recovery, takes away what they had.
async fn readmit(work: &mut Work, person: &Person, role: Role, recover: bool) -> Result<()> {
    if person.role != role {
        return Err(Error::field("role", "other_role"));
    }
    if person.locked {
        return Err(Error::field("email", "locked"));
    }
    let at = work.at();
    if recover {
        sqlx::query("UPDATE passkey SET removed_at = ? WHERE staff = ? AND removed_at IS NULL")
            .bind(at)
            .bind(&person.id)
            .execute(work.conn())
            .await?;
        return super::revoke::end_everything(work.conn(), &person.id, at).await;
    }
    let keys: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM passkey WHERE staff = ? AND removed_at IS NULL")
        .bind(&person.id)
        .fetch_one(work.conn())
        .await?;
    if keys > 0 { Err(Error::field("email", "has_passkey")) } else { Ok(()) }
}

async fn add(work: &mut Work, id: &str, email: &str, name: &str, role: Role) -> Result<String> {
    let at = work.at();
    sqlx::query("INSERT INTO staff (id, email, name, role, epoch, invited_at) VALUES (?, ?, ?, ?, 1, ?)")
        .bind(id)
        .bind(email)
        .bind(name)
        .bind(role.as_str())
        .bind(at)
        .execute(work.conn())
        .await?;
    Ok(id.to_owned())
}

async fn replace_link(work: &mut Work, id: &str, staff: &str, secret: &str, expires_at: i64) -> Result<()> {
    let at = work.at();
    sqlx::query("UPDATE invitation SET expires_at = ? WHERE staff = ? AND used_at IS NULL AND expires_at > ?")
        .bind(at)
        .bind(staff)
        .bind(at)
        .execute(work.conn())
        .await?;
    sqlx::query("INSERT INTO invitation (id, staff, secret, created_at, expires_at) VALUES (?, ?, ?, ?, ?)")
        .bind(id)
        .bind(staff)
        .bind(secret)
        .bind(at)
        .bind(expires_at)
        .execute(work.conn())
        .await?;
    Ok(())
}
