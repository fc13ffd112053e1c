//! Lists of customers: masks only, and an entry for whoever looks.

use std::collections::BTreeMap;

use heliodesk_wire::{
    CustomerNo, PersonalField,
    customers::{Account, CustomerCard, CustomerList, KeptSearch},
};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    account,
    search::{MOST, distinct, kept, padded},
};
use crate::{
    access::{Actor, ViewCustomers},
    error::{Error, Result},
    trail::{Change, CustomersListed, Entry},
    vault::{Stored, Vault},
};

/// Customers on one page.
const PAGE: usize = 50;

/// A list of cards: columns by name, none of them sealed.
macro_rules! cards {
    ($rest:literal) => {
        concat!(
            "SELECT c.number, c.account, c.city, c.country, n.mask, n.mask_tag, p.mask, p.mask_tag, \
             (SELECT COUNT(*) FROM customer_order o WHERE o.customer = c.number), \
             (SELECT o.stage FROM customer_order o WHERE o.customer = c.number ORDER BY o.id DESC LIMIT 1), \
             c.contact_at, (SELECT COUNT(*) FROM note k WHERE k.customer = c.number AND k.pinned = 1) \
             FROM customer c \
             LEFT JOIN personal n ON n.customer = c.number AND n.field = 'name' \
             LEFT JOIN personal p ON p.customer = c.number AND p.field = 'postcode' ",
            $rest
        )
    };
}

/// Shows customers: those of a kept search, or all from `after` on, of one account state if that is chosen.
///
/// # Errors
/// [`Error::NotFound`] when the search is not this person's, or no longer kept.
pub async fn list(
    actor: &Actor<ViewCustomers>,
    search: Option<&str>,
    state: Option<Account>,
    after: Option<&CustomerNo>,
) -> Result<CustomerList> {
    let desk = actor.desk();
    let mut conn = desk.db().read().acquire().await?;
    let shown = match search {
        Some(id) => found(&mut conn, desk.vault(), id, actor.presence()?.staff(), desk.clock().now()).await?,
        None => page(&mut conn, desk.vault(), state, after).await?,
    };
    drop(conn);
    let _ = actor.begin().await?.commit(Entry::customers_listed(&shown, state)).await?;
    Ok(shown)
}

impl Entry<CustomersListed> {
    fn customers_listed(shown: &CustomerList, state: Option<Account>) -> Self {
        let search = shown.search.as_ref().map(|search| ("search", search.kind.clone()));
        let state = state.map(|state| ("account", state.to_string()));
        let facts = search.into_iter().chain(state).chain([("shown", shown.cards.len().to_string())]);
        Self::of(CustomersListed {}).changes(facts.map(|(name, value)| Change::of(name, None, Some(value))).collect())
    }
}

async fn found(conn: &mut AnyConnection, vault: &Vault, id: &str, staff: &str, now: i64) -> Result<CustomerList> {
    let kept = kept(conn, id, staff, now).await?.ok_or(Error::NotFound)?;
    let mut cards = BTreeMap::new();
    for tokens in &kept.ways {
        for row in with_tokens(conn, tokens).await? {
            let card = card(vault, &row)?;
            cards.insert(card.number.clone(), card);
        }
    }
    let cards = cards.into_values().take(MOST).collect();
    let search = KeptSearch { kind: kept.kind, hits: kept.hits, until: kept.until };
    Ok(CustomerList { cards, next: None, search: Some(search) })
}

async fn page(
    conn: &mut AnyConnection,
    vault: &Vault,
    state: Option<Account>,
    after: Option<&CustomerNo>,
) -> Result<CustomerList> {
    let after = after.map_or("", CustomerNo::as_str);
    let rows = match state {
        Some(state) => of_account(conn, state, after).await?,
        None => all(conn, after).await?,
    };
    let more = rows.len() > PAGE;
    let cards: Vec<CustomerCard> = rows.iter().take(PAGE).map(|row| card(vault, row)).collect::<Result<_>>()?;
    let next = cards.last().filter(|_| more).map(|card| card.number.clone());
    Ok(CustomerList { cards, next, search: None })
}

async fn all(conn: &mut AnyConnection, after: &str) -> Result<Vec<AnyRow>> {
    Ok(sqlx::query(cards!("WHERE c.number > ? ORDER BY c.number LIMIT 51")).bind(after).fetch_all(conn).await?)
}

async fn of_account(conn: &mut AnyConnection, state: Account, after: &str) -> Result<Vec<AnyRow>> {
    let query = sqlx::query(cards!("WHERE c.account = ? AND c.number > ? ORDER BY c.number LIMIT 51"));
    Ok(query.bind(state.as_str()).bind(after).fetch_all(conn).await?)
}

async fn with_tokens(conn: &mut AnyConnection, tokens: &[String]) -> Result<Vec<AnyRow>> {
    let mut query = sqlx::query(cards!(
        "WHERE c.number IN (SELECT customer FROM search_token WHERE token IN (?, ?, ?, ?, ?, ?, ?, ?) \
         GROUP BY customer HAVING COUNT(DISTINCT token) = ?) ORDER BY c.number LIMIT 100"
    ));
    for token in padded(tokens) {
        query = query.bind(token);
    }
    Ok(query.bind(distinct(tokens)).fetch_all(conn).await?)
}

fn card(vault: &Vault, row: &AnyRow) -> Result<CustomerCard> {
    let number: String = row.try_get(0)?;
    let number: CustomerNo = number.parse().map_err(|_| Error::broken("a customer has no number"))?;
    let name = Stored::of(row.try_get(4)?, row.try_get(5)?);
    let postcode = Stored::of(row.try_get(6)?, row.try_get(7)?);
    Ok(CustomerCard {
        name: vault.checked(&number, PersonalField::Name, name),
        postcode: vault.checked(&number, PersonalField::Postcode, postcode),
        account: account(&row.try_get::<String, _>(1)?)?,
        city: row.try_get(2)?,
        country: row.try_get(3)?,
        orders: u32::try_from(row.try_get::<i64, _>(8)?).unwrap_or(u32::MAX),
        stage: row.try_get(9)?,
        contact_at: row.try_get(10)?,
        pinned: row.try_get::<i64, _>(11)? > 0,
        number,
    })
}
