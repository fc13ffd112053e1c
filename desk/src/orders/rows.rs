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

/// What was, and only if it still is; so nothing is kept twice, and whoever was slower changes nothing at all.
macro_rules! keep {
    () => {
        "INSERT INTO order_past (id, version, field_values, replaced_at, replaced_by) \
         SELECT id, version, ?, ?, ? FROM customer_order WHERE id = ? AND version = ?"
    };
}

/// The columns of [`details`].
macro_rules! details {
    ($($is:literal)?) => {
        concat!(
            "panels", $($is,)? ", watts", $($is,)? ", inverter", $($is,)? ", battery", $($is,)? ", adders", $($is,)?
            ", next_step", $($is,)? ", next_step_on", $($is,)? ", version" $(, $is)?
        )
    };
}

/// The columns of [`Listed`].
macro_rules! listed {
    ($($is:literal)?) => {
        concat!(
            "stage", $($is,)? ", stage_before", $($is,)? ", stage_since", $($is,)? ", owner", $($is,)? ", price_minor", $($is,)?
            ", currency", $($is,)? ", install_on", $($is,)? ", waiting_on", $($is,)? ", reached" $(, $is)?
        )
    };
}

pub(super) use {details, listed};

/// Puts everything in its place.
const REPLACE: Pair = pair!(
    keep!(),
    concat!("UPDATE customer_order SET ", listed!(" = ?"), ", ", details!(" = ?"), " WHERE id = ? AND version = ?")
);
/// Where an order stays where it is in every list: SQLite writes each index anew of which a column is named, whatever is put
/// there.
const REPLACE_DETAILS: Pair =
    pair!(keep!(), concat!("UPDATE customer_order SET ", details!(" = ?"), " WHERE id = ? AND version = ?"));

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
    let put = |row: Row| bind_details(row, after, adders).bind(&before.id).bind(before.version);
    let listed = Listed::of(after, reached);
    let replaced = if listed == Listed::of(before, before.reached) {
        REPLACE_DETAILS.run(conn, keep, put).await?
    } else {
        REPLACE.run(conn, keep, |row| put(listed.bind(row))).await?
    };
    if replaced == 2 { Ok(tally) } else { Err(Error::Stale) }
}

/// What lists of orders are chosen and sorted by, which indexes have, and what goes with a change of stage.
#[derive(PartialEq, Eq)]
pub(super) struct Listed<'a> {
    stage: &'a str,
    stage_before: Option<&'a str>,
    stage_since: i64,
    owner: Option<&'a str>,
    price_minor: i64,
    currency: &'a str,
    install_on: Option<&'a str>,
    waiting_on: Option<&'a str>,
    reached: i64,
}

impl<'a> Listed<'a> {
    pub(super) fn of(order: &'a Order, reached: i64) -> Self {
        let fields = &order.fields;
        Self {
            stage: fields.stage.as_str(),
            stage_before: order.stage_before.map(|stage| stage.as_str()),
            stage_since: fields.stage_since,
            owner: order.owner.as_deref(),
            price_minor: fields.price_minor,
            currency: &fields.currency,
            install_on: fields.install_on.as_deref(),
            waiting_on: fields.waiting_on.map(|who| who.as_str()),
            reached,
        }
    }

    /// Binds the columns of [`listed`].
    pub(super) fn bind(self, row: Row) -> Row {
        row.bind(self.stage)
            .bind(self.stage_before)
            .bind(self.stage_since)
            .bind(self.owner)
            .bind(self.price_minor)
            .bind(self.currency)
            .bind(self.install_on)
            .bind(self.waiting_on)
            .bind(self.reached)
    }
}

/// Binds what else may change of an order, which no index has: the columns of [`details`].
pub(super) fn bind_details(row: Row, order: &Order, adders: Option<String>) -> Row {
    let fields = &order.fields;
    row.bind(fields.panels)
        .bind(fields.watts)
        .bind(&fields.inverter)
        .bind(&fields.battery)
        .bind(adders)
        .bind(&fields.next_step)
        .bind(&fields.next_step_on)
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

#[cfg(test)]
mod tests {
    use heliodesk_wire::stage::Stage;

    use super::{Order, find, replace};
    use crate::{
        orders::tests::import,
        testing::{self, START},
    };

    #[tokio::test]
    async fn whatever_differs_is_put_in_its_place() {
        let changes: [fn(&mut Order); 16] = [
            |order| order.fields.stage = Stage::Qualified,
            |order| order.stage_before = Some(Stage::Lead),
            |order| order.fields.stage_since += 1,
            |order| (order.owner, order.fields.owner) = (None, None),
            |order| order.fields.price_minor += 1,
            |order| order.fields.currency = "EUR".into(),
            |order| order.fields.install_on = Some("2027-02-01".into()),
            |order| order.fields.waiting_on = None,
            |order| order.fields.panels = None,
            |order| order.fields.watts = Some(430),
            |order| order.fields.inverter = Some("Sungrow".into()),
            |order| order.fields.battery = Some("10 kWh".into()),
            |order| order.fields.adders.clear(),
            |order| order.fields.next_step = None,
            |order| order.fields.next_step_on = Some("2027-01-01".into()),
            |_| {},
        ];
        for bed in testing::both().await {
            bed.request_of(heliodesk_wire::Role::Support, "mia@example.com").await;
            import(&bed.desk, "O-1", "lead", Some("mia@example.com")).await.expect("imports");
            let mut tx = bed.desk.db().scratch().await.expect("begins");
            let number = "O-1".parse().expect("fits");
            for change in changes {
                let before = find(&mut tx, &number).await.expect("reads").expect("is there");
                let mut after = Order { version: before.version + 1, ..before.clone() };
                change(&mut after);
                replace(&mut tx, &before, &after, None, START)
                    .await
                    .expect("writes")
                    .write(&mut tx)
                    .await
                    .expect("counts");
                let found = find(&mut tx, &number).await.expect("reads").expect("is there");
                // The first change made it qualified.
                assert_eq!(found, Order { reached: 2, ..after });
            }
        }
    }

    #[tokio::test]
    async fn no_index_has_a_column_that_is_written_without_it() {
        let bed = testing::sqlite().await;
        let mut reader = bed.desk.db().reader().await.expect("connects");
        let made = reader.query("SELECT sql FROM sqlite_master WHERE tbl_name = 'customer_order' AND sql IS NOT NULL");
        let made: Vec<String> = made.rows().await.expect("reads").iter().map(|row| row.get(0).expect("text")).collect();
        let (tables, indexes): (Vec<_>, Vec<_>) = made.iter().partition(|sql| sql.starts_with("CREATE TABLE"));
        // What is computed from others may stand in an index too.
        let computed = tables[0].split("GENERATED ALWAYS AS").skip(1).filter_map(|sql| sql.split("VIRTUAL").next());
        let parts: Vec<&str> = indexes.into_iter().map(String::as_str).chain(computed).collect();
        let indexed = |column: &str| parts.iter().any(|sql| sql.split([' ', '(', ',', ')']).any(|word| word == column));
        for column in ["stage", "stage_since", "owner", "price_minor", "currency", "install_on", "waiting_on"] {
            assert!(indexed(column) && listed!().contains(column), "{column}");
        }
        for column in details!().split(", ") {
            assert!(!indexed(column), "{column}");
        }
    }
}
