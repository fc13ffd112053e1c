//! Locking, unlocking and closing a customer's account.

use heliodesk_wire::{
    CustomerNo,
    accounts::{AccountAsk, AccountChange, Changed},
    customers::Account,
};
use sqlx::AnyConnection;

use super::{find, number};
use crate::{
    access::{Actor, EditAccounts},
    error::{Error, Result},
    free_text::FreeTexts,
    trail::{AccountClosed, AccountLocked, AccountUnlocked, Change, Entry, Plain},
};

/// Makes of an account what was asked, for a reason.
///
/// # Errors
/// [`Error::NotFound`]; the wrong fields; [`Error::Stale`] when the account is no longer what the change was made from;
/// then a change that the table does not allow, and last a reason that names the customer.
pub async fn change_account(actor: &Actor<EditAccounts>, ask: AccountAsk) -> Result<Changed> {
    let customer = number(&ask.customer)?;
    let parsed = ask.parse();
    let reason = parsed.iter().map(|change| ("reason", change.reason.as_str()));
    let texts = FreeTexts::read(actor.desk().vault(), reason);
    // Of two changes at once the second must see the first.
    let mut work = actor.begin_counting().await?;
    let stored = find(work.conn(), &customer).await?.ok_or(Error::NotFound)?;
    let change = parsed?;
    if stored.account != change.from {
        return Err(Error::Stale);
    }
    if !change.from.next().contains(&change.to) {
        return Err(Error::field("to", "illegal_transition"));
    }
    work = texts.name_nobody(work, &customer, &customer).await?;
    update(work.conn(), &customer, change.to).await?;
    match change.to {
        Account::Active => work.commit(entry(AccountUnlocked {}, &customer, &change)).await?.seq(),
        Account::Locked => work.commit(entry(AccountLocked {}, &customer, &change)).await?.seq(),
        Account::Closed => work.commit(entry(AccountClosed {}, &customer, &change)).await?.seq(),
        Account::Erased => return Err(Error::broken("the table of accounts leads to an erasure")),
    };
    Ok(Changed { account: change.to })
}

fn entry<A: Plain>(action: A, customer: &CustomerNo, change: &AccountChange) -> Entry<A> {
    let changed = Change::of("account", Some(change.from.to_string()), Some(change.to.to_string()));
    Entry::of(action).subject(customer).reason(change.reason.as_str()).changes(vec![changed])
}

async fn update(conn: &mut AnyConnection, customer: &CustomerNo, account: Account) -> Result<()> {
    sqlx::query("UPDATE customer SET account = ? WHERE number = ?")
        .bind(account.as_str())
        .bind(customer.as_str())
        .execute(conn)
        .await?;
    Ok(())
}
