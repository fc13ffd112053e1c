//! What a host that other machines share leaves to this one. It takes the cores away now and then, for up to 20 ms each time.

use std::thread::{available_parallelism, scope, sleep};
use std::time::{Duration, Instant};

/// So much may be stolen of a moment in which something is measured.
const QUIET: f64 = 0.02;
/// How long all cores compute to tell, since nothing is stolen of a core that rests.
const LOOK: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_secs(2);

/// What all cores did since the machine was started, in ticks of the clock.
#[derive(Debug)]
pub struct Ticks {
    all: u64,
    stolen: u64,
}

impl Ticks {
    /// As they stand; none where the system does not tell.
    pub fn now() -> Option<Self> {
        Self::of(&std::fs::read_to_string("/proc/stat").ok()?)
    }

    /// Of the first line of `/proc/stat`, proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; what guests
    /// had stands in the first two already.
    fn of(stat: &str) -> Option<Self> {
        let ticks = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace().take(8);
        let ticks = ticks.map(|ticks| ticks.parse().ok()).collect::<Option<Vec<u64>>>()?;
        Some(Self { all: ticks.iter().sum(), stolen: *ticks.get(7)? })
    }

    /// The part of all cores' time since then that the host gave to other machines.
    pub fn stolen_since(&self, before: &Self) -> f64 {
        self.stolen.saturating_sub(before.stolen) as f64 / self.all.saturating_sub(before.all).max(1) as f64
    }
}

/// How long a run may still wait for quiet moments.
#[derive(Debug)]
pub struct Patience {
    left: Duration,
    waited: Duration,
}

impl Patience {
    /// So long in all.
    pub fn new(left: Duration) -> Self {
        Self { left, waited: Duration::ZERO }
    }

    /// Waits for a quiet moment after one of which this part was stolen. What was measured stays measured.
    pub fn after(&mut self, stolen: f64) {
        self.wait(stolen, || {
            sleep(PAUSE);
            look()
        });
    }

    fn wait(&mut self, mut stolen: f64, mut again: impl FnMut() -> f64) {
        let began = Instant::now();
        while stolen > QUIET && began.elapsed() < self.left {
            stolen = again();
        }
        let waited = began.elapsed();
        self.left = self.left.saturating_sub(waited);
        self.waited += waited;
    }

    /// How long it waited in all.
    pub fn waited(&self) -> Duration {
        self.waited
    }
}

fn look() -> f64 {
    let before = Ticks::now();
    scope(|threads| {
        for _ in 0..available_parallelism().map_or(1, Into::into) {
            threads.spawn(|| {
                let began = Instant::now();
                while began.elapsed() < LOOK {
                    std::hint::spin_loop();
                }
            });
        }
    });
    Ticks::now().zip(before).map_or(0.0, |(after, before)| after.stolen_since(&before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stolen_is_a_part_of_all_cores_time() {
        let of = |stat| Ticks::of(stat).unwrap();
        let (before, after) = (of("cpu  1 2 3 4 5 6 7 8 0 0\ncpu0 1"), of("cpu  31 2 33 24 5 6 7 28 9 9\ncpu0 1"));
        assert_eq!(after.stolen_since(&before), 0.2);
        assert!(Ticks::of("cpu0 1 2 3 4 5 6 7 8").is_none() && Ticks::of("cpu  1 2 3").is_none());
    }

    #[test]
    fn nobody_waits_for_what_is_quiet_or_longer_than_patience_lasts() {
        let mut patience = Patience::new(Duration::from_secs(3600));
        let never = || panic!("it was quiet");
        patience.wait(QUIET, never);
        patience.wait(f64::NAN, never);
        let mut looks = [0.5, 0.3, QUIET].into_iter();
        patience.wait(1.0, || looks.next().expect("it is quiet now"));
        assert_eq!((looks.next(), patience.left + patience.waited()), (None, Duration::from_secs(3600)));
        Patience::new(Duration::ZERO).wait(1.0, || panic!("nobody waits"));
    }
}
