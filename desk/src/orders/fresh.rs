//! The rows of orders that are stored for the first time: of one, or of many at once.

use heliodesk_wire::stage::Stage;
use sqlx::AnyConnection;

use super::{
    order::Order,
    rows::{Listed, bind_details, details, list, listed},
    tally::Tally,
};
use crate::{
    db::{Insert, Row, insert},
    error::Result,
};

const ORDERS: Insert = insert!(
    concat!("customer_order (id, number, customer, city, ", listed!(), ", ", details!(), ")"),
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
);

/// New orders that wait to be written; the running totals have them in already.
#[derive(Debug, Default)]
pub(crate) struct Fresh {
    orders: Vec<New>,
    tally: Tally,
}

#[derive(Debug)]
struct New {
    order: Order,
    city: Option<String>,
    adders: Option<String>,
}

impl Fresh {
    /// An order that nobody knew before. `city` is the customer's; `way` says when it came to stages before this one.
    pub(crate) fn add(&mut self, mut order: Order, city: Option<&str>, way: &[(Stage, i64)]) -> Result<()> {
        order.reached = self.tally.added(&order, way)?;
        let adders = list(&order.fields.adders)?;
        self.orders.push(New { order, city: city.map(str::to_owned), adders });
        Ok(())
    }

    /// Writes everything.
    pub(crate) async fn write(self, conn: &mut AnyConnection) -> Result<()> {
        self.write_rows(conn).await?.write(conn).await
    }

    /// Writes everything but the running totals: those of many orders are written together, at the end of the work.
    pub(crate) async fn write_rows(self, conn: &mut AnyConnection) -> Result<Tally> {
        let bind = |row: Row, New { order, city, adders }: &New| {
            let row = row.bind(&order.id).bind(&order.number).bind(&order.customer).bind(city);
            bind_details(Listed::of(order, order.reached).bind(row), order, adders.clone())
        };
        ORDERS.run(conn, &self.orders, bind).await?;
        Ok(self.tally)
    }
}
