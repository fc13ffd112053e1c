//! What lists and pages show of orders beside their own rows: owners by name, customers by mask and city.
//! Read-only; every column is named, and none of them is a sealed one.

use heliodesk_wire::{
    CustomerNo, Masked, OrderNo, PersonalField,
    orders::{Order as Shown, Original, Owner, Values},
    pipeline::Card,
};
use sqlx::{AnyConnection, Row};

use super::{
    order::Order,
    rows::{columns, parse, past, read},
};
use crate::{
    clock::DAY,
    db::{Cells, Reader},
    error::{Error, Result},
    vault::{Stored, Vault},
};

/// An order with what is shown beside it.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    pub(crate) order: Order,
    pub(crate) owner_name: Option<String>,
    pub(crate) name: Masked,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
}

impl Joined {
    /// The order as support sees it.
    pub(crate) fn shown(self) -> Shown {
        Shown {
            kw: self.order.fields.kw(),
            number: self.order.number,
            customer: self.order.customer,
            name: self.name,
            city: self.city,
            country: self.country,
            stage_before: self.order.stage_before,
            owner_name: self.owner_name,
            fields: self.order.fields,
            version: self.order.version,
        }
    }

    /// Whole days in its stage; `now` in UTC milliseconds.
    pub(crate) fn days(&self, now: i64) -> i64 {
        ((now - self.order.fields.stage_since) / DAY).max(0)
    }

    /// The order as the pipeline shows it; `now` in UTC milliseconds.
    pub(crate) fn card(self, now: i64) -> Card {
        let days = self.days(now);
        let fields = self.order.fields;
        Card {
            number: self.order.number,
            name: self.name,
            city: self.city,
            kw: fields.kw(),
            price_minor: fields.price_minor,
            currency: fields.currency,
            stage: fields.stage,
            days,
            owner: self.owner_name,
            waiting_on: fields.waiting_on,
            next_step: fields.next_step,
            next_step_on: fields.next_step_on,
            install_month: fields.install_on.map(|day| day.chars().take(7).collect()),
            version: self.order.version,
        }
    }
}

/// Orders with what is shown beside them, and how the statement goes on.
macro_rules! joined {
    (with $more:literal $($tail:tt)+) => {
        concat!(
            "SELECT ",
            columns!(),
            ", s.name, c.city, c.country, p.mask, p.mask_tag",
            $more,
            " FROM customer_order o \
             LEFT JOIN staff s ON s.id = o.owner LEFT JOIN customer c ON c.number = o.customer \
             LEFT JOIN personal p ON p.customer = o.customer AND p.field = 'name' ",
            $($tail)+
        )
    };
    ($($tail:tt)+) => {
        joined!(with "" $($tail)+)
    };
}

pub(super) use joined;

/// Reads a row of [`joined`].
pub(super) fn from_row(vault: &Vault, row: &Cells) -> Result<Joined> {
    let order = read(row)?;
    let customer = order.customer_no()?;
    let mask = Stored::of(row.maybe(24)?, row.maybe(25)?);
    Ok(Joined {
        name: vault.checked(&customer, PersonalField::Name, mask),
        owner_name: row.maybe(21)?,
        city: row.maybe(22)?,
        country: row.maybe(23)?,
        order,
    })
}

impl Order {
    /// The customer's number.
    pub(crate) fn customer_no(&self) -> Result<CustomerNo> {
        self.customer.parse().map_err(|_| Error::broken("an order's customer is no number"))
    }
}

/// The order of a number, if there is one.
pub(crate) async fn find(conn: &mut AnyConnection, vault: &Vault, number: &OrderNo) -> Result<Option<Joined>> {
    let row = sqlx::query(joined!("WHERE o.number = ?")).bind(number.as_str()).fetch_optional(conn).await?;
    row.map(|row| from_row(vault, &Cells::Any(row))).transpose()
}

/// The order of a number, if there is one, and its values ahead of its newest change, if there was one.
pub(super) async fn with_newest(
    reader: &mut Reader,
    vault: &Vault,
    number: &OrderNo,
) -> Result<Option<(Joined, Option<Values>)>> {
    let query = reader.query(joined!(with ", b.field_values"
        "LEFT JOIN order_past b ON b.id = o.id AND b.version = o.version - 1 WHERE o.number = ?"));
    let Some(row) = query.bind(number.as_str()).row().await? else { return Ok(None) };
    let newest = row.maybe::<&str>(26)?.map(parse).transpose()?;
    Ok(Some((from_row(vault, &row)?, newest)))
}

/// Whose orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Everybody's.
    All,
    /// Nobody's.
    Nobody,
    /// Of this member of staff, by id.
    Of(String),
}

/// Whom orders can belong to: support and sales who are not locked, by name.
pub(crate) async fn owners(conn: &mut AnyConnection) -> Result<Vec<Owner>> {
    let rows = sqlx::query(
        "SELECT email, name FROM staff WHERE role IN ('support', 'sales') AND locked_at IS NULL ORDER BY name, email LIMIT 500",
    )
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(Owner { email: row.try_get(0)?, name: row.try_get(1)? })).collect()
}

/// What an order was at an earlier version, and who made the newest change since.
pub(crate) async fn original(conn: &mut AnyConnection, order: &Order, version: i64) -> Result<Option<Original>> {
    if version == order.version {
        return Ok(None);
    }
    let Some(values) = past(conn, order, version).await? else { return Ok(None) };
    let row = sqlx::query(
        "SELECT s.name, p.replaced_at FROM order_past p LEFT JOIN staff s ON s.id = p.replaced_by \
         WHERE p.id = ? AND p.version = ?",
    )
    .bind(&order.id)
    .bind(order.version - 1)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Original { version, values, who: row.try_get(0)?, at: row.try_get(1)? }))
}
