//! The way every change of an order takes: read, decide, write, record.

use heliodesk_wire::{Fields, order_edit::Edit, order_field::Field, orders::Values, reason::Reason};

use super::{
    joined::Joined,
    order::{Order, Unfit},
    rows,
};
use crate::{
    access::Actor,
    desk::Desk,
    error::{Error, Result},
    free_text::FreeTexts,
    trail::{Change, Entry, Plain},
    vault::shaped,
};

/// What a change made of an order.
#[derive(Debug)]
pub(crate) struct Saved {
    after: Order,
    owner_name: Option<String>,
    changes: Vec<Change>,
}

impl From<Unfit> for Error {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Wrong(fields) | Unfit::Rule(fields) => Self::Invalid(fields),
            Unfit::Stale => Self::Stale,
        }
    }
}

impl Saved {
    /// Decides what an edit makes of an order, without writing anything. `before` holds the values ahead of its newest
    /// change, where putting them back is an undo.
    ///
    /// # Errors
    /// Wrong values by field, then [`Error::Stale`], then what does not follow from where the order stands.
    pub(crate) async fn decide(desk: &Desk, joined: &Joined, edit: &Edit, before: Option<&Values>) -> Result<Self> {
        let order = &joined.order;
        let present = order.fields.values();
        let base = match edit.version == order.version {
            true => None,
            false => rows::past(&mut *desk.db().read().acquire().await?, order, edit.version).await?,
        };
        let base = base.as_ref().unwrap_or(&present);
        let mut wrong = looks_fit(edit, base).err().unwrap_or_default();
        let (mut owner, mut owner_name) = (order.owner.clone(), joined.owner_name.clone());
        if let Some(email) = edit.set.get(&Field::Owner).filter(|email| **email != order.fields.owner) {
            (owner, owner_name) = match email {
                Some(email) => rows::staff(&mut *desk.db().read().acquire().await?, email).await?.unzip(),
                None => (None, None),
            };
            if owner.is_none() && email.is_some() {
                wrong.add("owner", "unknown");
            }
        }
        let before = before.filter(|_| edit.version == order.version);
        match order.edited(edit, base, before, desk.clock().now()) {
            Err(Unfit::Wrong(more)) => {
                more.0.iter().for_each(|(field, code)| wrong.add(field, code));
                Err(wrong.into())
            }
            _ if !wrong.is_empty() => Err(wrong.into()),
            Err(unfit) => Err(unfit.into()),
            Ok((after, changes)) => Ok(Self { after: Order { owner, ..after }, owner_name, changes }),
        }
    }

    /// Whether anything differs.
    pub(crate) fn changed(&self) -> bool {
        !self.changes.is_empty()
    }

    /// Writes the order and records it, both or neither; answers it as it is now.
    ///
    /// # Errors
    /// Texts that name the customer, by field; [`Error::Stale`] when somebody else was quicker.
    pub(crate) async fn commit<P, A: Plain>(
        self,
        actor: &Actor<P>,
        joined: Joined,
        edit: &Edit,
        action: A,
    ) -> Result<Joined> {
        let before = &joined.order;
        let by = actor.presence()?.staff().to_owned();
        let texts = FreeTexts::read(actor.desk().vault(), free_texts(&self.changes, edit.reason.as_ref()));
        let mut work = if texts.is_empty() { actor.begin().await? } else { actor.begin_counting().await? };
        work.alone().await?;
        work = texts.name_nobody(work, &before.customer_no()?, &before.number).await?;
        let at = work.at();
        let tally = rows::replace(work.conn(), before, &self.after, Some(&by), at).await?;
        work.count(tally);
        let mut entry = Entry::of(action).subject(&before.number).changes(self.changes);
        if let Some(reason) = &edit.reason {
            entry = entry.reason(reason.as_str());
        }
        let _ = work.commit(entry).await?;
        Ok(Joined { order: self.after, owner_name: self.owner_name, ..joined })
    }
}

/// What the free texts that are new look like, which needs no look at the customer.
///
/// # Errors
/// Those that hold something shaped like personal data, by field.
pub(super) fn looks_fit(edit: &Edit, base: &Values) -> Result<(), Fields> {
    let typed = edit.set.iter().filter(|(field, value)| field.is_free_text() && base.get(field) != Some(value));
    let typed = typed.filter_map(|(field, value)| Some((field.as_str(), value.as_deref()?)));
    let reason = edit.reason.iter().map(|reason| ("reason", reason.as_str()));
    let mut wrong = Fields::new();
    for (field, text) in typed.chain(reason) {
        if let Some(code) = shaped(text) {
            wrong.add(field, code);
        }
    }
    wrong.into_result(Some(()))
}

/// The free texts that a change brings, each with its field.
pub(super) fn free_texts<'a>(changes: &'a [Change], reason: Option<&'a Reason>) -> Vec<(&'a str, &'a str)> {
    let is_free = |field: &str| Field::ALL.into_iter().any(|one| one.as_str() == field && one.is_free_text());
    let typed = changes.iter().filter(|change| is_free(&change.field));
    let typed = typed.filter_map(|change| Some((&*change.field, change.new.as_deref()?)));
    typed.chain(reason.map(|reason| ("reason", reason.as_str()))).collect()
}
