//! Searching while everything stays masked: terms become keyed tokens, and tokens are all that is kept.

use heliodesk_wire::{
    CustomerNo, OrderNo,
    customers::{SearchAsk, SearchKind},
    sign_in,
};
use sqlx::AnyConnection;

use super::{tokens, write::number_token};
use crate::{
    access::{Actor, ViewCustomers},
    clock::MINUTE,
    db::{Pair, Reader, Row, pair},
    error::{Error, Result},
    trail::{Change, CustomersSearched, Entry},
    vault::{Kind, Vault, digits, folded, phones, words},
};

/// How long a search is kept.
const KEPT: i64 = 15 * MINUTE;
/// More hits than this ask for a narrower search.
pub(super) const MOST: usize = 100;

/// What a search found.
#[derive(Debug)]
pub struct Found {
    /// Opaque id of the kept search; it is its maker's only.
    pub search: String,
    /// How many customers fit; 101 for more than 100.
    pub hits: u32,
    /// The one customer, when exactly one fits a term that is compared exactly.
    pub only: Option<CustomerNo>,
}

/// One way to take a term: tokens that must all be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) kind: SearchKind,
    pub(super) tokens: Vec<String>,
    /// Whether a hit is the customer meant, not merely one like it.
    pub(super) exact: bool,
}

impl Way {
    /// Its token, where there is but one.
    fn alone(&self) -> Option<&str> {
        if let [token] = &*self.tokens { Some(token) } else { None }
    }
}

/// A kept search.
pub(super) struct Kept {
    pub(super) kind: String,
    pub(super) ways: Vec<Vec<String>>,
    pub(super) hits: u32,
    pub(super) until: i64,
}

/// Finds customers by a term and keeps the search, without the term, for 15 minutes.
///
/// # Errors
/// The wrong fields.
pub async fn search(actor: &Actor<ViewCustomers>, ask: SearchAsk) -> Result<Found> {
    let kind = ask.parse()?;
    let desk = actor.desk();
    let mut reader = desk.db().reader().await?;
    let owner = owner_of_order(&mut reader, &ask.term.0).await?;
    let ways = ways(desk.vault(), &ask.term.0, kind, owner.as_ref());
    if ways.is_empty() && kind.is_some_and(|kind| kind != SearchKind::Order) {
        return Err(Error::field("term", "malformed"));
    }
    let alone: Vec<&str> = ways.iter().filter_map(Way::alone).collect();
    let of_any = tokens::customers_of_any(&mut reader, &alone).await?;
    let mut hits: Vec<CustomerNo> = Vec::new();
    let mut fitting: Vec<&Way> = Vec::new();
    // Exact ways come first: who is found by one needs no other explanation.
    for way in &ways {
        let found = match way.alone() {
            Some(token) => {
                of_any.iter().filter(|(at, _)| alone[*at] == token).map(|(_, number)| number.clone()).collect()
            }
            None => tokens::customers(&mut reader, &way.tokens).await?,
        };
        if found.iter().any(|number| !hits.contains(number)) {
            fitting.push(way);
        }
        hits.extend(found);
        hits.sort();
        hits.dedup();
    }
    drop(reader);
    hits.truncate(MOST + 1);
    let shown = if fitting.is_empty() { ways.iter().collect() } else { fitting };
    let kinds = named(&shown, kind);
    let exact = shown.iter().any(|way| way.exact);
    let count = u32::try_from(hits.len()).unwrap_or(u32::MAX);

    let mut work = actor.begin().await?;
    let search = desk.clock().id();
    let until = work.at() + KEPT;
    let staff = actor.presence()?.staff().to_owned();
    let compared: Vec<String> = shown.iter().map(|way| way.tokens.join(",")).collect();
    keep(work.conn(), &search, &staff, &kinds, &compared.join(" "), count, until).await?;
    let _ = work.commit(Entry::customers_searched(&kinds, &hits, exact)).await?;
    let only = hits.pop().filter(|_| count == 1 && exact);
    Ok(Found { search, hits: count, only })
}

impl Entry<CustomersSearched> {
    /// Who alone was found by a beginning is its subject: such searches, one after another, can spell a name. An exact hit
    /// leads to the customer's page, which is recorded as seen.
    fn customers_searched(kind: &str, hits: &[CustomerNo], exact: bool) -> Self {
        let facts = [("kind", kind.to_owned()), ("hits", hits.len().to_string())];
        let entry = match hits {
            [only] if !exact => Self::of(CustomersSearched {}).subject(only),
            _ => Self::of(CustomersSearched {}),
        };
        entry.changes(facts.into_iter().map(|(name, value)| Change::of(name, None, Some(value))).collect())
    }
}

/// The kinds a search used, as people read them: `phone, exact`, `name, beginnings of words`.
fn named(ways: &[&Way], asked: Option<SearchKind>) -> String {
    let told = |exact: bool, how: &str| {
        let mut labels: Vec<&str> = ways.iter().filter(|way| way.exact == exact).map(|way| way.kind.label()).collect();
        labels.dedup();
        (!labels.is_empty()).then(|| format!("{}, {how}", labels.join(" or ")))
    };
    let told: Vec<String> = [told(true, "exact"), told(false, "beginnings of words")].into_iter().flatten().collect();
    match asked {
        _ if !told.is_empty() => told.join(", or "),
        Some(kind) => format!("{}, exact", kind.label()),
        None => "nothing known".to_owned(),
    }
}

/// Every way to take a term; of one kind when that was chosen.
fn ways(vault: &Vault, term: &str, kind: Option<SearchKind>, owner: Option<&CustomerNo>) -> Vec<Way> {
    let way = |kind, tokens, exact| Way { kind, tokens, exact };
    let wanted = |one: SearchKind| kind.is_none_or(|kind| kind == one);
    let chosen = |one: SearchKind| kind == Some(one);
    let (digits, words, folded) = (digits(term), words(term), folded(term));
    let is_phone =
        !digits.is_empty() && term.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-()./".contains(c));
    let mut ways = Vec::new();
    if wanted(SearchKind::Customer) && !digits.is_empty() {
        let numbers = numbers(term).into_iter().filter_map(|number| number.parse::<CustomerNo>().ok());
        ways.extend(numbers.map(|number| way(SearchKind::Customer, vec![number_token(vault, &number)], true)));
    }
    if wanted(SearchKind::Order)
        && let Some(owner) = owner
    {
        ways.push(way(SearchKind::Order, vec![number_token(vault, owner)], true));
    }
    if chosen(SearchKind::Email) || (wanted(SearchKind::Email) && folded.contains('@')) {
        ways.push(way(SearchKind::Email, vec![vault.token(Kind::Email, &folded)], true));
    }
    if wanted(SearchKind::Phone) && is_phone {
        let forms = if digits.len() == 4 { vec![(Kind::PhoneEnd, digits.clone())] } else { phones(term) };
        let tokens = forms.into_iter().map(|(kind, form)| vec![vault.token(kind, &form)]);
        ways.extend(tokens.map(|token| way(SearchKind::Phone, token, true)));
    }
    let short = (3..=10).contains(&words.concat().len());
    if chosen(SearchKind::Postcode)
        || (wanted(SearchKind::Postcode) && !digits.is_empty() && short && !folded.contains('@'))
    {
        ways.push(way(SearchKind::Postcode, vec![vault.token(Kind::Postcode, &words.concat())], true));
    }
    let lettered = words.iter().any(|word| word.chars().any(char::is_alphabetic));
    if chosen(SearchKind::Name) || (wanted(SearchKind::Name) && lettered && digits.is_empty() && !folded.contains('@'))
    {
        ways.extend(name_ways(vault, &words));
    }
    ways.retain(|way| !way.tokens.is_empty());
    ways
}

/// The numbers a term may be: as it is typed and, where it is letters and digits, with the hyphen between them (`c 900001`).
fn numbers(term: &str) -> Vec<String> {
    let term = term.trim();
    let letters = term.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &term[letters.len()..];
    let letters = letters.trim_end_matches(|c: char| c == '-' || c.is_whitespace());
    // A longer word is a name.
    let lettered = (1..=3).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_alphabetic());
    let hyphened = !digits.is_empty() && lettered;
    let hyphened = hyphened.then(|| format!("{letters}-{digits}")).filter(|number| number != term);
    std::iter::once(term.to_owned()).chain(hyphened).collect()
}

/// A whole name is exact; words and beginnings are not.
fn name_ways(vault: &Vault, words: &[String]) -> Vec<Way> {
    let parts: Vec<String> = words.iter().take(tokens::MOST).map(|word| vault.token(Kind::NamePart, word)).collect();
    let way = |tokens, exact| Way { kind: SearchKind::Name, tokens, exact };
    let whole = (words.len() >= 2).then(|| way(vec![vault.token(Kind::Name, &words.join(" "))], true));
    whole.into_iter().chain([way(parts, false)]).collect()
}

/// Whose order has this number; nobody's when it is no order number.
async fn owner_of_order(reader: &mut Reader, term: &str) -> Result<Option<CustomerNo>> {
    for order in numbers(term).into_iter().filter_map(|number| number.parse::<OrderNo>().ok()) {
        let owner = reader.query("SELECT customer FROM customer_order WHERE number = ?");
        if let Some(owner) = owner.bind(order.as_str()).row().await? {
            return Ok(owner.get::<&str>(0)?.parse().ok());
        }
    }
    Ok(None)
}

/// Forgets the searches that are over and keeps one.
const KEEP: Pair = pair!(
    "DELETE FROM search WHERE ends_at <= ?",
    "INSERT INTO search (id, staff, kind, tokens, hits, ends_at) VALUES (?, ?, ?, ?, ?, ?)"
);

async fn keep(
    conn: &mut AnyConnection,
    id: &str,
    staff: &str,
    kind: &str,
    tokens: &str,
    hits: u32,
    until: i64,
) -> Result<()> {
    let bind = |row: Row| row.bind(id).bind(staff).bind(kind).bind(tokens).bind(i64::from(hits)).bind(until);
    KEEP.run(conn, |row| row.bind(until - KEPT), bind).await?;
    Ok(())
}

/// A search this person made and that is still kept.
pub(super) async fn kept(reader: &mut Reader, id: &str, staff: &str, now: i64) -> Result<Option<Kept>> {
    // MySQL compares no text with an id that could not be one.
    let Ok(id) = sign_in::id(id) else { return Ok(None) };
    let search =
        reader.query("SELECT kind, tokens, hits, ends_at FROM search WHERE id = ? AND staff = ? AND ends_at > ?");
    let Some(row) = search.bind(id).bind(staff).bind(now).row().await? else { return Ok(None) };
    let ways = row.get::<&str>(1)?.split(' ').filter(|way| !way.is_empty());
    Ok(Some(Kept {
        kind: row.get(0)?,
        ways: ways.map(|way| way.split(',').map(str::to_owned).collect()).collect(),
        hits: u32::try_from(row.get::<i64>(2)?).unwrap_or(u32::MAX),
        until: row.get(3)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    #[test]
    fn terms_are_taken_for_what_they_look_like() {
        use SearchKind::{Customer, Email, Name, Phone, Postcode};
        let vault = Vault::new(&Keys::generate());
        let table: [(&str, &[SearchKind]); 12] = [
            ("c-900001", &[Customer, Postcode]),
            ("C900001", &[Customer, Customer, Postcode]),
            ("c 900001", &[Customer, Postcode]),
            ("Amelia.R@example.com", &[Email]),
            ("+1 (520) 555-0142", &[Phone, Phone, Phone, Phone]),
            ("0142", &[Phone, Postcode]),
            ("85701", &[Phone, Phone, Postcode]),
            ("SW1A 1AA", &[Postcode]),
            ("amelia reyes", &[Name, Name]),
            ("Li", &[Name]),
            ("?!", &[]),
            ("王小明", &[Name]),
        ];
        for (term, expected) in table {
            let kinds: Vec<SearchKind> = ways(&vault, term, None, None).iter().map(|way| way.kind).collect();
            assert_eq!(kinds, expected, "{term}");
        }
    }

    #[test]
    fn numbers_are_known_with_and_without_their_hyphen() {
        let table: [(&str, &[&str]); 6] = [
            ("C700001", &["C700001", "C-700001"]),
            ("c 700001", &["c 700001", "c-700001"]),
            (" o-700001 ", &["o-700001"]),
            ("85701", &["85701"]),
            ("A1 700001", &["A1 700001"]),
            ("reyes 77", &["reyes 77"]),
        ];
        for (term, expected) in table {
            assert_eq!(numbers(term), expected, "{term}");
        }
    }

    #[test]
    fn the_heading_says_the_kind_and_how_it_was_compared() {
        let vault = Vault::new(&Keys::generate());
        let told = |term: &str| named(&ways(&vault, term, None, None).iter().collect::<Vec<_>>(), None);
        assert_eq!(told("+1 520 555 0142"), "phone, exact");
        assert_eq!(told("85701"), "phone or postcode, exact");
        assert_eq!(told("reyes"), "name, beginnings of words");
        assert_eq!(told("amelia reyes"), "name, exact, or name, beginnings of words");
        assert_eq!(told("?!"), "nothing known");
        assert_eq!(named(&[], Some(SearchKind::Order)), "order number, exact");
    }

    #[test]
    fn a_chosen_kind_is_the_only_one() {
        let vault = Vault::new(&Keys::generate());
        let kinds = |term, kind| ways(&vault, term, Some(kind), None).len();
        assert_eq!(kinds("85701", SearchKind::Postcode), 1);
        assert_eq!(kinds("amelia", SearchKind::Phone), 0);
        assert_eq!(kinds("amelia", SearchKind::Customer), 0);
    }
}
