//! Views of the trail that people save for themselves, for their role or for everyone. What others see changes with them,
//! so each is an entry.

use heliodesk_wire::{
    Fields,
    sign_in::id as opaque,
    trail::{Around, Filter, RemoveViewAsk, SaveViewAsk, SavedView, Sharing, View},
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{Change, Entry, ViewRemoved, ViewSaved, filter::Parsed};
use crate::{
    access::{Actor, Permission as _, ReadTrail},
    error::{Error, Result},
    vault::shaped,
};

/// Most views of one person.
const MOST: usize = 20;

/// A view as it is stored.
struct Stored {
    id: String,
    owner: String,
    owner_name: String,
    name: String,
    sharing: Sharing,
    filters: String,
}

/// How the trail stands and the saved views: what a page shows that lists no entries.
///
/// # Errors
/// When the database does not answer.
pub async fn around(actor: &Actor<ReadTrail>) -> Result<Around> {
    let views = visible(&mut *actor.desk().db().read().acquire().await?, actor).await?;
    Ok(Around { seal: actor.desk().trail_seal().await?, views })
}

/// What this person sees: their own views, then what others share with them. Who may remove any sees what roles share, too.
pub(super) async fn visible(conn: &mut AnyConnection, actor: &Actor<ReadTrail>) -> Result<Vec<View>> {
    let (presence, any) = (actor.presence()?, actor.removes_any()?);
    let (first, last) = match ReadTrail::ROLES {
        [first, .., last] if any => (*first, *last),
        _ => (presence.role(), presence.role()),
    };
    let mut views = own(conn, presence.staff()).await?;
    views.extend(shared(conn, presence.staff(), [first.as_str(), last.as_str()]).await?);
    let view = |view: Stored| {
        let mine = view.owner == presence.staff();
        View {
            id: view.id,
            name: view.name,
            owner: (!mine).then_some(view.owner_name),
            sharing: view.sharing,
            text: view.filters,
            removable: mine || any,
        }
    };
    Ok(views.into_iter().map(view).collect())
}

/// Saves filters under a name.
///
/// # Errors
/// The wrong fields: also a name that is taken, one that holds what looks personal, and one view too many.
pub async fn save(actor: &Actor<ReadTrail>, ask: SaveViewAsk) -> Result<SavedView> {
    let (desk, presence) = (actor.desk(), actor.presence()?);
    let mut fields = Fields::new();
    let asked = ask.parse(presence.role()).map_err(|wrong| fields.0.extend(wrong.0)).ok();
    if let Some(code) = asked.as_ref().and_then(|(name, _)| shaped(name)) {
        fields.add("name", code);
    }
    let parsed = fields.take("q", Parsed::of_text(actor, &ask.q).await?);
    if parsed.as_ref().is_some_and(|parsed| !parsed.known) {
        // It may be anything that was typed, and others would read it.
        fields.add("q", "no_entries");
    }
    let ((name, sharing), parsed) = fields.into_result(asked.zip(parsed))?;
    let mut work = actor.begin_counting().await?;
    let known = own(work.conn(), presence.staff()).await?;
    if known.iter().any(|view| view.name == name) {
        return Err(Error::field("name", "taken"));
    }
    if known.len() >= MOST {
        return Err(Error::field("name", "too_many"));
    }
    let (id, at) = (desk.clock().id(), work.at());
    let filters = Filter::parse(&ask.q).unwrap_or_default().text();
    insert(work.conn(), (&id, presence.staff(), at), (&name, sharing, &filters)).await?;
    let told = |name, value: &str| Change::of(name, None, Some(value.to_owned()));
    let changes = [told("name", &name), told("shared", sharing.as_str())].into_iter().chain(parsed.recorded());
    let _ = work.commit(Entry::of(ViewSaved {}).subject(&id).changes(changes.collect())).await?;
    Ok(SavedView { view: id })
}

/// Removes a view: one's own, or as an admin any.
///
/// # Errors
/// [`Error::NotFound`] when there is none that this person may remove.
pub async fn remove(actor: &Actor<ReadTrail>, ask: RemoveViewAsk) -> Result<SavedView> {
    let id = opaque(&ask.view).map_err(|_| Error::NotFound)?;
    let (own, any) = (actor.presence()?.staff(), actor.removes_any()?);
    let mut work = actor.begin_counting().await?;
    let view = find(work.conn(), &id).await?.filter(|view| view.owner == own || any).ok_or(Error::NotFound)?;
    delete(work.conn(), &id).await?;
    let told = |name, value: &str| Change::of(name, Some(value.to_owned()), None);
    let changes = vec![told("name", &view.name), told("shared", view.sharing.as_str())];
    let _ = work.commit(Entry::of(ViewRemoved {}).subject(&id).changes(changes)).await?;
    Ok(SavedView { view: id })
}

fn stored(row: &AnyRow) -> Result<Stored> {
    let sharing: String = row.get(4);
    Ok(Stored {
        id: row.get(0),
        owner: row.get(1),
        owner_name: row.get(2),
        name: row.get(3),
        sharing: sharing.parse().map_err(|_| Error::broken("a view is shared with nobody there is"))?,
        filters: row.get(5),
    })
}

async fn own(conn: &mut AnyConnection, staff: &str) -> Result<Vec<Stored>> {
    let rows = sqlx::query(
        "SELECT v.id, v.owner, s.name, v.name, v.shared, v.filters FROM saved_view v JOIN staff s ON s.id = v.owner \
         WHERE v.owner = ? ORDER BY v.name, v.id LIMIT 20",
    );
    rows.bind(staff).fetch_all(conn).await?.iter().map(stored).collect()
}

async fn shared(conn: &mut AnyConnection, staff: &str, roles: [&str; 2]) -> Result<Vec<Stored>> {
    let rows = sqlx::query(
        "SELECT v.id, v.owner, s.name, v.name, v.shared, v.filters FROM saved_view v JOIN staff s ON s.id = v.owner \
         WHERE v.shared IN ('everyone', ?, ?) AND v.owner <> ? ORDER BY v.name, v.id LIMIT 50",
    );
    rows.bind(roles[0]).bind(roles[1]).bind(staff).fetch_all(conn).await?.iter().map(stored).collect()
}

async fn find(conn: &mut AnyConnection, id: &str) -> Result<Option<Stored>> {
    let row = sqlx::query(
        "SELECT v.id, v.owner, s.name, v.name, v.shared, v.filters FROM saved_view v JOIN staff s ON s.id = v.owner \
         WHERE v.id = ?",
    );
    row.bind(id).fetch_optional(conn).await?.as_ref().map(stored).transpose()
}

async fn insert(
    conn: &mut AnyConnection,
    (id, owner, at): (&str, &str, i64),
    (name, sharing, filters): (&str, Sharing, &str),
) -> Result<()> {
    sqlx::query("INSERT INTO saved_view (id, owner, name, shared, filters, saved_at) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(id)
        .bind(owner)
        .bind(name)
        .bind(sharing.as_str())
        .bind(filters)
        .bind(at)
        .execute(conn)
        .await?;
    Ok(())
}

async fn delete(conn: &mut AnyConnection, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM saved_view WHERE id = ?").bind(id).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
