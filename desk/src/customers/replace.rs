//! Replacing a value without seeing the old one.

use heliodesk_wire::{
    CustomerNo, Fields, Masked, PersonalField,
    customers::{ReplaceAsk, Replaced, personal},
};

use super::{find, number, write::set_value};
use crate::{
    access::{Actor, EditCustomers},
    error::{Error, Result},
    pii,
    trail::{Change, Entry, FieldReplaced},
    vault::mask,
};

/// Seals a new value, with its mask and tokens; the old one is gone unseen.
///
/// # Errors
/// [`Error::NotFound`], also for an erased account; the wrong fields.
pub async fn replace(actor: &Actor<EditCustomers>, ask: ReplaceAsk) -> Result<Replaced> {
    let customer = number(&ask.customer)?;
    let mut work = actor.begin().await?;
    let stored = find(work.conn(), &customer).await?.ok_or(Error::NotFound)?;
    let mut fields = Fields::new();
    let field = fields.take("field", personal(&ask.field));
    let value = field.and_then(|field| fields.take("value", pii::parse(field, &ask.value)));
    let (field, value) = fields.into_result(field.zip(value))?;
    let vault = actor.desk().vault();
    let key = vault.unwrap(&customer, &stored.data_key).ok_or_else(|| Error::broken("a data key is damaged"))?;
    set_value(work.conn(), vault, &key, &customer, field, Some(&value)).await?;
    let _ = work.commit(Entry::field_replaced(&customer, field)).await?;
    Ok(Replaced { mask: Masked(mask(field, value.expose())) })
}

impl Entry<FieldReplaced> {
    fn field_replaced(customer: &CustomerNo, field: PersonalField) -> Self {
        Self::of(FieldReplaced {}).subject(customer).changes(vec![Change::named(field.as_str())])
    }
}
