//! Customers: searched, verified, revealed, replaced.

use heliodesk_wire::Revealed;
use heliodesk_wire::customers::{
    Copied, CopiedAsk, ReplaceAsk, Replaced, RevealAsk, SearchAsk, Searched, Verified, VerifyAsk,
};
use leptos::prelude::*;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::request::{actor, go, tell};
#[cfg(feature = "ssr")]
use heliodesk_desk::customers;

/// Finds customers; a form is led to the one that is meant, or to the kept results.
#[server(prefix = "/api", endpoint = "customers/search")]
pub async fn search_customers(ask: SearchAsk) -> Result<Searched, Problem> {
    let found = customers::search(&actor().await?, ask).await?;
    match &found.only {
        Some(customer) => go(&format!("/customers/{customer}"))?,
        None => go(&format!("/customers?search={}", found.search))?,
    }
    Ok(Searched { search: found.search, hits: found.hits })
}

/// Checks what a caller says about one field.
#[server(prefix = "/api", endpoint = "customers/verify")]
pub async fn verify_caller(ask: VerifyAsk) -> Result<Verified, Problem> {
    let verified = customers::verify(&actor().await?, ask).await.map_err(told)?;
    tell(if verified.matches { "customers/verify-match" } else { "customers/verify-no-match" });
    Ok(verified)
}

/// The tries are the one limit here, so its refusal names the rule at the value.
#[cfg(feature = "ssr")]
fn told(error: heliodesk_desk::Error) -> Problem {
    let problem = Problem::from(error);
    match &*problem.code {
        "throttled" => Problem { fields: [("value".to_owned(), "no_tries_left".to_owned())].into(), ..problem },
        _ => problem,
    }
}

/// Shows one field in the clear, once it is recorded.
#[server(prefix = "/api", endpoint = "customers/reveal")]
pub async fn reveal_field(ask: RevealAsk) -> Result<Revealed, Problem> {
    Ok(customers::reveal(&actor().await?, ask).await?)
}

/// Records that a page has copied a value it shows.
#[server(prefix = "/api", endpoint = "customers/copied")]
pub async fn field_copied(ask: CopiedAsk) -> Result<Copied, Problem> {
    Ok(customers::copied(&actor().await?, ask).await?)
}

/// Replaces one field, the old value unseen.
#[server(prefix = "/api", endpoint = "customers/replace")]
pub async fn replace_field(ask: ReplaceAsk) -> Result<Replaced, Problem> {
    Ok(customers::replace(&actor().await?, ask).await?)
}
