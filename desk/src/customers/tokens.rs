//! Customers by the keyed tokens of what they are called.

use std::iter;

use heliodesk_wire::CustomerNo;

use crate::{
    db::Reader,
    error::{Error, Result},
};

/// Most tokens that are compared at once.
pub(super) const MOST: usize = 8;

/// Customers who have a token and, where they are given, seven others, by number. Whoever has the first one stands in that
/// order, so it ends with the limit, however many have it.
macro_rules! having {
    ($limit:literal) => {
        concat!(
            "SELECT t.customer FROM search_token t WHERE t.token = ?",
            having!(),
            having!(),
            having!(),
            having!(),
            having!(),
            having!(),
            having!(),
            " GROUP BY t.customer ORDER BY t.customer LIMIT ",
            $limit
        )
    };
    () => {
        " AND (? = '' OR EXISTS (SELECT 1 FROM search_token o WHERE o.token = ? AND o.customer = t.customer))"
    };
}
pub(super) use having;

/// A token is of one kind, and what is searched by a kind is one field: no customer has it twice.
macro_rules! of_one {
    ($at:literal) => {
        concat!(
            "SELECT ",
            $at,
            " AS at, customer FROM \
             (SELECT customer FROM search_token WHERE token = ? ORDER BY customer, field LIMIT 101) one"
        )
    };
}

/// What [`customers_of_any`] asks.
const OF_ANY: &str = concat!(
    "SELECT MIN(at), customer FROM (",
    of_one!(0),
    " UNION ALL ",
    of_one!(1),
    " UNION ALL ",
    of_one!(2),
    " UNION ALL ",
    of_one!(3),
    " UNION ALL ",
    of_one!(4),
    " UNION ALL ",
    of_one!(5),
    " UNION ALL ",
    of_one!(6),
    " UNION ALL ",
    of_one!(7),
    ") every GROUP BY customer"
);

/// What [`having!`] is bound to: the token that the fewest have, then each of the others twice.
pub(super) async fn bound(reader: &mut Reader, tokens: &[String]) -> Result<Vec<String>> {
    let mut counted: Vec<(i64, &String)> = Vec::new();
    for token in tokens.iter().take(MOST) {
        let count = "SELECT COUNT(*) FROM (SELECT customer FROM search_token WHERE token = ? LIMIT 5000) some";
        // Of two that so many have, either will do.
        let count = match tokens.len() {
            1 => None,
            _ => reader.query(count).bind(token.as_str()).row().await?,
        };
        counted.push((count.map_or(Ok(0), |count| count.get(0))?, token));
    }
    counted.sort();
    let mut bound: Vec<String> = counted.iter().flat_map(|(_, token)| [*token, *token]).skip(1).cloned().collect();
    bound.resize(2 * MOST - 1, String::new());
    Ok(bound)
}

/// Customers who have one of these tokens, and beside each, which of the tokens is the first that they have: of each token one
/// customer more than are shown. A phone number has several forms, and whoever is found by one is found by most.
pub(super) async fn customers_of_any(reader: &mut Reader, tokens: &[&str]) -> Result<Vec<(usize, CustomerNo)>> {
    let mut found = Vec::new();
    for (some, before) in tokens.chunks(MOST).zip((0..).step_by(MOST)) {
        let bound = some.iter().copied().chain(iter::repeat("")).take(MOST);
        for row in bound.fold(reader.query(OF_ANY), |query, token| query.bind(token)).rows().await? {
            let at = usize::try_from(row.get::<i64>(0)?).map_err(|_| Error::broken("a token has no place"))?;
            found.extend(row.get::<&str>(1)?.parse().ok().map(|number| (before + at, number)));
        }
    }
    Ok(found)
}

/// Customers who have all of up to eight tokens, one more than are shown.
pub(super) async fn customers(reader: &mut Reader, tokens: &[String]) -> Result<Vec<CustomerNo>> {
    let bound = bound(reader, tokens).await?;
    let rows = bound.into_iter().fold(reader.query(having!(101)), |query, token| query.bind(token)).rows().await?;
    Ok(rows.iter().filter_map(|row| row.get::<&str>(0).ok()?.parse().ok()).collect())
}
