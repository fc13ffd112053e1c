//! Customers by the keyed tokens of what they are called.

use std::iter;

use heliodesk_wire::CustomerNo;

use crate::{
    db::{Reader, times},
    error::Result,
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

/// Customers who have one of these tokens, beside the one they have: of each one more than are shown.
pub(super) async fn customers_of_each(reader: &mut Reader, tokens: &[&str]) -> Result<Vec<(String, CustomerNo)>> {
    const EACH: &str = times!(8 " UNION ALL " "SELECT token, customer FROM (SELECT DISTINCT token, customer FROM search_token \
                              WHERE token = ? ORDER BY customer LIMIT 101) one");
    let mut found = Vec::new();
    for some in tokens.chunks(MOST) {
        let bound = some.iter().copied().chain(iter::repeat("")).take(MOST);
        for row in bound.fold(reader.query(EACH), |query, token| query.bind(token)).rows().await? {
            let token: &str = row.get(0)?;
            found.extend(row.get::<&str>(1)?.parse().ok().map(|number| (token.to_owned(), number)));
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
