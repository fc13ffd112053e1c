//! The rows of orders: found, written, and what they were.

use heliodesk_wire::{
    OrderNo,
    orders::{OrderFields, Values},
};
use sqlx::AnyConnection;

use super::{order::Order, tally::Tally};
use crate::{
    db::{Cells, Pair, Row, pair},
    error::{Error, Result},
};

/// The columns of [`read`], for orders as `o` and their owners as `s`.
macro_rules! columns {
    () => {
        "o.id, o.number, o.customer, o.stage, o.stage_before, o.stage_since, s.email, o.panels, o.watts, o.inverter, \
         o.battery, o.adders, o.price_minor, o.currency, o.install_on, o.next_step, o.next_step_on, o.waiting_on, o.version, \
         o.owner, o.reached"
    };
}
pub(super) use columns;

/// The order of a number, if there is one.
pub(crate) async fn find(conn: &mut AnyConnection, number: &OrderNo) -> Result<Option<Order>> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM customer_order o LEFT JOIN staff s ON s.id = o.owner WHERE o.number = ?"
    ))
    .bind(number.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(|row| read(&Cells::Any(row))).transpose()
}

/// Reads the columns of [`columns`].
pub(super) fn read(row: &Cells) -> Result<Order> {
    let stage = |text: String| text.parse().map_err(|_| Error::broken("a stage is unknown"));
    let adders: Option<String> = row.maybe(11)?;
    let adders = adders.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text));
    let waiting: Option<String> = row.maybe(17)?;
    let waiting = waiting.map(|text| text.parse().map_err(|_| Error::broken("a waiting_on is unknown"))).transpose()?;
    Ok(Order {
        id: row.get(0)?,
        number: row.get(1)?,
        customer: row.get(2)?,
        stage_before: row.maybe::<String>(4)?.map(stage).transpose()?,
        fields: OrderFields {
            stage: stage(row.get(3)?)?,
            stage_since: row.get(5)?,
            owner: row.maybe(6)?,
            panels: row.maybe(7)?,
            watts: row.maybe(8)?,
            inverter: row.maybe(9)?,
            battery: row.maybe(10)?,
            adders: adders.map_err(|_| Error::broken("adders are no list"))?,
            price_minor: row.get(12)?,
            currency: row.get(13)?,
            install_on: row.maybe(14)?,
            next_step: row.maybe(15)?,
            next_step_on: row.maybe(16)?,
            waiting_on: waiting,
        },
        version: row.get(18)?,
        owner: row.maybe(19)?,
        reached: row.get(20)?,
    })
}

/// First what was, and only if it still is; so nothing is kept twice, and whoever was slower changes nothing at all.
const REPLACE: Pair = pair!(
    "INSERT INTO order_past (id, version, field_values, replaced_at, replaced_by) \
     SELECT id, version, ?, ?, ? FROM customer_order WHERE id = ? AND version = ?",
    "UPDATE customer_order SET stage = ?, stage_before = ?, stage_since = ?, owner = ?, panels = ?, watts = ?, \
     inverter = ?, battery = ?, adders = ?, price_minor = ?, currency = ?, install_on = ?, next_step = ?, \
     next_step_on = ?, waiting_on = ?, version = ?, reached = ? WHERE id = ? AND version = ?"
);

/// Puts `after` in the place of `before` and keeps what was. `by` is a staff id; none is the company's app. Answers what that
/// adds to the running totals.
///
/// # Errors
/// [`Error::Stale`] when somebody else was quicker.
pub(crate) async fn replace(
    conn: &mut AnyConnection,
    before: &Order,
    after: &Order,
    by: Option<&str>,
    at: i64,
) -> Result<Tally> {
    let mut tally = Tally::default();
    let reached = tally.changed(before, after, at)?;
    let adders = list(&after.fields.adders)?;
    let values = serde_json::to_string(&before.fields.values()).map_err(|_| Error::broken("values are not text"))?;
    let keep = |row: Row| row.bind(values).bind(at).bind(by).bind(&before.id).bind(before.version);
    let put = |row: Row| bound(row, after, adders).bind(reached).bind(&before.id).bind(before.version);
    if REPLACE.run(conn, keep, put).await? == 2 { Ok(tally) } else { Err(Error::Stale) }
}

/// Binds what may change of an order, from its stage to its version.
pub(super) fn bound(row: Row, order: &Order, adders: Option<String>) -> Row {
    let fields = &order.fields;
    row.bind(fields.stage.as_str())
        .bind(order.stage_before.map(|stage| stage.as_str()))
        .bind(fields.stage_since)
        .bind(&order.owner)
        .bind(fields.panels)
        .bind(fields.watts)
        .bind(&fields.inverter)
        .bind(&fields.battery)
        .bind(adders)
        .bind(fields.price_minor)
        .bind(&fields.currency)
        .bind(&fields.install_on)
        .bind(&fields.next_step)
        .bind(&fields.next_step_on)
        .bind(fields.waiting_on.map(|who| who.as_str()))
        .bind(order.version)
}

/// What an order's fields were at a version that is gone.
pub(crate) async fn past(conn: &mut AnyConnection, order: &Order, version: i64) -> Result<Option<Values>> {
    let values: Option<String> = sqlx::query_scalar("SELECT field_values FROM order_past WHERE id = ? AND version = ?")
        .bind(&order.id)
        .bind(version)
        .fetch_optional(conn)
        .await?;
    values.as_deref().map(parse).transpose()
}

/// Values as `order_past` keeps them.
pub(super) fn parse(text: &str) -> Result<Values> {
    serde_json::from_str(text).map_err(|_| Error::broken("past values are unreadable"))
}

/// The id of the member of staff with this work e-mail.
pub(crate) async fn staff_id(conn: &mut AnyConnection, email: &str) -> Result<Option<String>> {
    Ok(staff(conn, email).await?.map(|(id, _)| id))
}

/// The id and the name of the member of staff with this work e-mail.
pub(crate) async fn staff(conn: &mut AnyConnection, email: &str) -> Result<Option<(String, String)>> {
    Ok(sqlx::query_as("SELECT id, name FROM staff WHERE email = ?").bind(email).fetch_optional(conn).await?)
}

/// A list of texts as its column holds it.
pub(super) fn list(texts: &[String]) -> Result<Option<String>> {
    if texts.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(texts).map(Some).map_err(|_| Error::broken("adders are not text"))
}
