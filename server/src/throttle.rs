//! How often: per address before sign-in, per address and account for a sign-in, per account afterwards.
//!
//! Nobody can lock a stranger out: no limit is on an account alone unless its own session is used.

use std::{
    fmt::{self, Debug},
    hash::{BuildHasher as _, Hash, RandomState},
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    state::keyed::DashMapStateStore,
};

use crate::address::Site;

/// Try again after so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften(pub u64);

/// Functions whose misuse costs most: they have a limit of their own per account.
const WATCHED: &[&str] = &["/api/customers/reveal", "/api/customers/verify", SEARCH, "/api/trail/export"];

const SEARCH: &str = "/api/customers/search";

/// After so many requests those who have been quiet are forgotten.
const SWEEP: u64 = 10_000;

/// One kind of limit: so many at once, refilled within a minute or an hour.
struct Limit<K: Hash + Eq + Clone>(RateLimiter<K, DashMapStateStore<K>, DefaultClock>);

impl<K: Hash + Eq + Clone> Limit<K> {
    fn per_minute(most: u32) -> Self {
        let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::dashmap(Quota::per_minute(most)))
    }

    fn per_hour(most: u32) -> Self {
        let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::dashmap(Quota::per_hour(most)))
    }

    fn check(&self, key: &K) -> Result<(), TooOften> {
        self.0.check_key(key).map(|_| ()).map_err(|until| {
            let wait: Duration = until.wait_time_from(self.0.clock().now());
            TooOften(wait.as_secs() + 1)
        })
    }
}

/// The limits and how much of each is used.
pub struct Throttle {
    /// Everything from one site, so that reading sessions stays cheap.
    site: Limit<Site>,
    /// Posts of people who are not signed in: 60 ceremonies are 120 of them, and people mistype.
    strangers: Limit<Site>,
    /// Sign-ins of one account from one site.
    pairs: Limit<(Site, u64)>,
    /// Everything of one person.
    people: Limit<String>,
    /// Watched functions of one person.
    watched: Limit<String>,
    /// Searches of one person: beginnings of words, one letter after another, spell a name without a reveal.
    searches: Limit<String>,
    /// Refusals of one person: each is an entry, and some come before any other limit.
    refusals: Limit<String>,
    /// Accounts are not kept, only this.
    hasher: RandomState,
    /// How many requests came, to forget the quiet now and then.
    asked: AtomicU64,
}

impl Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Throttle")
    }
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            site: Limit::per_minute(3000),
            strangers: Limit::per_minute(240),
            pairs: Limit::per_minute(20),
            people: Limit::per_minute(600),
            watched: Limit::per_minute(60),
            searches: Limit::per_hour(240),
            refusals: Limit::per_minute(120),
            hasher: RandomState::new(),
            asked: AtomicU64::new(0),
        }
    }
}

impl Throttle {
    /// Anything from a site.
    ///
    /// # Errors
    /// [`TooOften`] past 3000 a minute.
    pub fn site(&self, site: Site) -> Result<(), TooOften> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.sweep();
        }
        self.site.check(&site)
    }

    /// A post without a session.
    ///
    /// # Errors
    /// [`TooOften`] past 240 a minute.
    pub fn stranger(&self, site: Site) -> Result<(), TooOften> {
        self.strangers.check(&site)
    }

    /// A sign-in as somebody.
    ///
    /// # Errors
    /// [`TooOften`] past 20 a minute.
    pub fn sign_in(&self, site: Site, email: &str) -> Result<(), TooOften> {
        self.pairs.check(&(site, self.hasher.hash_one(email.trim().to_lowercase())))
    }

    /// Anything of a person, at a path of the policy.
    ///
    /// # Errors
    /// [`TooOften`] past 600 a minute, 60 of the watched functions, or 240 searches an hour.
    pub fn person(&self, staff: &str, path: &str) -> Result<(), TooOften> {
        let staff = staff.to_owned();
        self.people.check(&staff)?;
        if WATCHED.contains(&path) {
            self.watched.check(&staff)?;
        }
        if path == SEARCH { self.searches.check(&staff) } else { Ok(()) }
    }

    /// A refusal of a person, about to be recorded.
    ///
    /// # Errors
    /// [`TooOften`] past 120 a minute.
    pub fn refusal(&self, staff: &str) -> Result<(), TooOften> {
        self.refusals.check(&staff.to_owned())
    }

    /// Forgets whoever has been quiet, so that a flood of addresses does not stay in memory.
    fn sweep(&self) {
        self.site.0.retain_recent();
        self.strangers.0.retain_recent();
        self.pairs.0.retain_recent();
        self.people.0.retain_recent();
        self.watched.0.retain_recent();
        self.searches.0.retain_recent();
        self.refusals.0.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_people_behind_one_address_fit_and_a_flood_does_not() {
        let throttle = Throttle::default();
        let office = Site::of("192.0.2.1".parse().expect("an address"));
        for ceremony in 0..60 {
            throttle.stranger(office).expect("begins");
            throttle.sign_in(office, &format!("person{}@desk.example", ceremony % 16)).expect("fits");
            throttle.stranger(office).expect("finishes");
        }
        let refused = (0..1000).filter(|_| throttle.stranger(office).is_err()).count();
        assert!(refused > 800, "{refused}");
    }

    #[test]
    fn a_flood_against_an_account_does_not_lock_its_owner_out() {
        let throttle = Throttle::default();
        let [attacker, owner] = ["198.51.100.1", "192.0.2.1"].map(|ip| Site::of(ip.parse().expect("an address")));
        let tries: Vec<_> = (0..50).map(|_| throttle.sign_in(attacker, "ann@desk.example")).collect();
        assert!(matches!(tries.last(), Some(Err(TooOften(1..=60)))));
        assert!(throttle.sign_in(attacker, " ANN@desk.example ").is_err());
        assert_eq!(throttle.sign_in(owner, "ann@desk.example"), Ok(()));
    }
}
