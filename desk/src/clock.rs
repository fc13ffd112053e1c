//! Time and chance, passed in: the only file that asks the machine for either.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use std::time::{SystemTime, UNIX_EPOCH};

use ulid::Ulid;

/// One second, in the milliseconds every time of the product is counted in.
pub const SECOND: i64 = 1000;
/// One minute in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// Where times come from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until it is set: UTC milliseconds.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `ms`, UTC milliseconds.
    #[must_use]
    pub fn at(ms: i64) -> Self {
        Self::Set(Arc::new(AtomicI64::new(ms)))
    }

    /// Moves a set clock by `ms`; the machine's clock stays as it is.
    pub fn advance(&self, ms: i64) {
        if let Self::Set(now) = self {
            now.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Now, in UTC milliseconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Self::Set(now) => now.load(Ordering::SeqCst),
        }
    }

    /// A new id: 26 characters that sort by time.
    #[must_use]
    pub fn id(&self) -> String {
        let random = u128::from_be_bytes(random::<16>());
        let ms = u64::try_from(self.now()).unwrap_or(0);
        Ulid::from_parts(ms, random).to_string()
    }
}

/// Random bytes of the operating system.
///
/// # Panics
/// When the operating system has none to give: nothing may go on then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
