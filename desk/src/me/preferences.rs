//! How somebody wants their pages. Nobody's data and no right changes, so nothing is recorded.

use heliodesk_wire::me::{Preferences, PreferencesAsk};

use crate::{
    access::{Actor, SignedIn},
    error::Result,
    sessions, trail,
};

/// Changes one's own preferences and answers them as they are then.
///
/// # Errors
/// The wrong fields; [`crate::Error::SignedOut`] when the session ended meanwhile.
pub async fn save(actor: &Actor<SignedIn>, ask: &PreferencesAsk) -> Result<Preferences> {
    let presence = actor.presence()?;
    let preferences = ask.parse(presence.preferences)?;
    let mut tx = actor.desk().db().scratch().await?;
    // Whoever revokes takes the trail's lock, too: once that was answered, nothing of theirs is kept.
    trail::lock(&mut tx, 0).await?;
    sessions::recheck(&mut tx, presence, actor.desk().clock()).await?;
    sqlx::query("UPDATE staff SET theme = ?, shortcuts = ? WHERE id = ?")
        .bind(preferences.theme.as_str())
        .bind(i64::from(preferences.shortcuts))
        .bind(presence.staff())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(preferences)
}

#[cfg(test)]
mod tests {
    use heliodesk_wire::{Role, me::Theme};

    use super::*;
    use crate::{Error, me, people::Member, testing::both};

    #[tokio::test]
    async fn preferences_are_ones_own_last_and_leave_no_entry() {
        for bed in both().await {
            let (mia, sam) = (Member::join(&bed, Role::Support).await, Member::join(&bed, Role::Sales).await);
            let entries = || async {
                let count = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM trail").fetch_one(bed.desk.db().read());
                count.await.expect("counts")
            };
            let before = entries().await;
            let ask = PreferencesAsk { theme: "dark".into(), shortcuts: "off".into() };
            let saved = save(&mia.actor().await.expect("is in"), &ask).await.expect("saves");
            assert_eq!(saved, Preferences { theme: Theme::Dark, shortcuts: false });
            let only = PreferencesAsk { theme: "light".into(), shortcuts: String::new() };
            save(&mia.actor().await.expect("is in"), &only).await.expect("saves");
            let preferences = async |member: &Member| {
                member.actor::<SignedIn>().await.expect("is in").presence().expect("is in").preferences
            };
            assert_eq!(preferences(&mia).await, Preferences { theme: Theme::Light, shortcuts: false });
            assert_eq!(preferences(&sam).await, Preferences::default(), "nobody else's change");
            assert_eq!(entries().await, before);

            let late = mia.actor().await.expect("is in");
            me::sign_out(&mia.actor().await.expect("is in")).await.expect("signs out");
            assert!(matches!(save(&late, &ask).await, Err(Error::SignedOut)), "an ended session keeps nothing");
        }
    }
}
