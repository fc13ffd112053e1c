//! Lists of customers: masks only, and an entry for whoever looks.

use std::collections::BTreeMap;

use heliodesk_wire::{
    CustomerNo, PersonalField,
    customers::{Account, CustomerCard, CustomerList, KeptSearch},
};

use super::{
    account,
    search::{MOST, kept},
    tokens::{bound, having},
};
use crate::{
    access::{Actor, ViewCustomers},
    db::{Cells, Reader},
    error::{Error, Result},
    trail::{Change, CustomersListed, Entry},
    vault::{Stored, Vault},
};

/// Customers on one page.
const PAGE: usize = 50;

/// A list of cards: columns by name, none of them sealed.
macro_rules! cards {
    ($rest:expr) => {
        concat!(
            "SELECT c.number, c.account, c.city, n.mask, n.mask_tag, p.mask, p.mask_tag, \
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
    let mut reader = desk.db().reader().await?;
    let shown = match search {
        Some(id) => found(&mut reader, desk.vault(), id, actor.presence()?.staff(), desk.clock().now()).await?,
        None => page(&mut reader, desk.vault(), state, after).await?,
    };
    drop(reader);
    let _ = actor.record(Entry::customers_listed(&shown, state)).await?;
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

async fn found(reader: &mut Reader, vault: &Vault, id: &str, staff: &str, now: i64) -> Result<CustomerList> {
    let kept = kept(reader, id, staff, now).await?.ok_or(Error::NotFound)?;
    let mut cards = BTreeMap::new();
    for tokens in &kept.ways {
        for row in with_tokens(reader, tokens).await? {
            let card = card(vault, &row)?;
            cards.insert(card.number.clone(), card);
        }
    }
    let cards = cards.into_values().take(MOST).collect();
    let search = KeptSearch { kind: kept.kind, hits: kept.hits, until: kept.until };
    Ok(CustomerList { cards, next: None, search: Some(search) })
}

async fn page(
    reader: &mut Reader,
    vault: &Vault,
    state: Option<Account>,
    after: Option<&CustomerNo>,
) -> Result<CustomerList> {
    let after = after.map_or("", CustomerNo::as_str);
    let rows = match state {
        Some(state) => of_account(reader, state, after).await?,
        None => all(reader, after).await?,
    };
    let more = rows.len() > PAGE;
    let cards: Vec<CustomerCard> = rows.iter().take(PAGE).map(|row| card(vault, row)).collect::<Result<_>>()?;
    let next = cards.last().filter(|_| more).map(|card| card.number.clone());
    Ok(CustomerList { cards, next, search: None })
}

async fn all(reader: &mut Reader, after: &str) -> Result<Vec<Cells>> {
    reader.query(cards!("WHERE c.number > ? ORDER BY c.number LIMIT 51")).bind(after).rows().await
}

async fn of_account(reader: &mut Reader, state: Account, after: &str) -> Result<Vec<Cells>> {
    let query = reader.query(cards!("WHERE c.account = ? AND c.number > ? ORDER BY c.number LIMIT 51"));
    query.bind(state.as_str()).bind(after).rows().await
}

async fn with_tokens(reader: &mut Reader, tokens: &[String]) -> Result<Vec<Cells>> {
    let bound = bound(reader, tokens).await?;
    let query = reader.query(cards!(concat!(
        "WHERE c.number IN (SELECT customer FROM (",
        having!(100),
        ") found) ORDER BY c.number LIMIT 100"
    )));
    bound.into_iter().fold(query, |query, token| query.bind(token)).rows().await
}

fn card(vault: &Vault, row: &Cells) -> Result<CustomerCard> {
    let number = row.get::<&str>(0)?;
    let number: CustomerNo = number.parse().map_err(|_| Error::broken("a customer has no number"))?;
    let name = Stored::of(row.maybe(3)?, row.maybe(4)?);
    let postcode = Stored::of(row.maybe(5)?, row.maybe(6)?);
    Ok(CustomerCard {
        name: vault.checked(&number, PersonalField::Name, name),
        postcode: vault.checked(&number, PersonalField::Postcode, postcode),
        account: account(row.get(1)?)?,
        city: row.maybe(2)?,
        orders: u32::try_from(row.get::<i64>(7)?).unwrap_or(u32::MAX),
        stage: row.maybe(8)?,
        contact_at: row.maybe(9)?,
        pinned: row.get::<i64>(10)? > 0,
        number,
    })
}
