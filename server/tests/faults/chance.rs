//! Randomness that can be repeated, and how often a fault is made.

use std::{
    env, thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How many kills the long form makes; set by `cargo xtask test --faults`.
const LONG: &str = "HELIODESK_FAULTS";
/// The seed of an earlier run.
const SEED: &str = "HELIODESK_FAULTS_SEED";

/// A series of random numbers (SplitMix64).
#[derive(Clone)]
pub struct Chance(u64);

impl Chance {
    /// A new series, or that of the seed that is set; says which.
    pub fn new(test: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
        let given = env::var(SEED).ok().map(|seed| seed.parse().expect("a seed is a number"));
        let seed = given.unwrap_or_else(|| u64::try_from(now.as_nanos() % 1_000_000_007).expect("fits"));
        println!("{test}: {SEED}={seed}");
        Self(seed)
    }

    /// Another series, which this one begins.
    pub fn another(&mut self) -> Self {
        Self(self.next())
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Waits for less than `end` milliseconds.
    pub fn wait_below(&mut self, end: u64) {
        thread::sleep(Duration::from_millis(self.below(end)));
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// How often: `short` in the ordinary tests; in the long form one for every `each` kills.
pub fn rounds(short: u64, each: u64) -> u64 {
    env::var(LONG).map_or(short, |kills| (kills.parse::<u64>().expect("a number of kills") / each).max(short))
}
