//! Customers' accounts: locked, unlocked, closed.

use heliodesk_wire::accounts::{AccountAsk, Changed};
use leptos::prelude::*;

use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::request::{actor, tell};
#[cfg(feature = "ssr")]
use heliodesk_wire::customers::Account;

/// Locks, unlocks or closes an account.
///
/// Absent 404, wrong values 422, another state than it was made from 409, a change that does not follow 422.
#[server(prefix = "/api", endpoint = "accounts/change")]
pub async fn change_account(ask: AccountAsk) -> Result<Changed, Problem> {
    let changed = heliodesk_desk::customers::change_account(&actor().await?, ask).await?;
    match changed.account {
        Account::Active => tell("accounts/change-active"),
        Account::Locked => tell("accounts/change-locked"),
        Account::Closed | Account::Erased => tell("accounts/change-closed"),
    }
    Ok(changed)
}
