//! When the invented past happened: months of working hours before now, the same at every run that goes on with it.

use crate::clock::{DAY, HOUR};

const WEEK: i64 = 7 * DAY;
/// How long the past is.
const SPAN: i64 = 120 * DAY;
/// How much of a week's work each hour of a working day and of a day at the weekend sees.
#[rustfmt::skip]
const WORKING: [i64; 24] = [1, 1, 1, 1, 1, 1, 3, 12, 40, 55, 60, 55, 35, 50, 58, 55, 45, 25, 10, 6, 4, 3, 2, 1];
const WEEKEND: [i64; 24] = [1, 0, 0, 0, 0, 0, 0, 1, 3, 5, 6, 6, 5, 4, 4, 3, 2, 2, 1, 1, 1, 1, 1, 1];

/// From when to when, and how many entries lie between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeline {
    start: i64,
    end: i64,
    whole: i64,
    /// What the orders of the invented company count their days from.
    pub(super) now: i64,
}

impl Timeline {
    /// Of a trail that shall hold `whole` entries. `first` is when its first entry was recorded, if there is one: then
    /// this run goes on with what another began. The last day is left to the people who try the console: what they may
    /// do in a day is counted.
    pub(super) fn new(first: Option<i64>, now: i64, whole: i64) -> Self {
        let start = first.unwrap_or(now - DAY - SPAN);
        let is_past = start + SPAN + DAY <= now;
        let (end, now) = if is_past { (start + SPAN, start + SPAN + DAY) } else { (now, now) };
        Self { start, end, whole: whole.max(1), now }
    }

    /// When entry number `seq` was recorded.
    pub(super) fn at(&self, seq: i64) -> i64 {
        if seq <= 1 {
            return self.start;
        }
        let even = self.start + (self.end - self.start) * seq.min(self.whole) / self.whole;
        working(even).clamp(self.start, self.end)
    }
}

/// A time of an even week, moved to where the same share of a working week is done.
fn working(at: i64) -> i64 {
    // The epoch was a Thursday.
    let monday = 4 * DAY;
    let (week, within) = ((at - monday).div_euclid(WEEK), (at - monday).rem_euclid(WEEK));
    let hour = |nth: usize| if nth < 5 * 24 { WORKING[nth % 24] } else { WEEKEND[nth % 24] };
    let all: i64 = (0..7 * 24).map(hour).sum();
    // In parts of a week's work, each of so many milliseconds as the week has: nothing is lost to rounding.
    let mut left = within * all;
    for nth in 0..7 * 24 {
        let this = hour(nth) * WEEK;
        if left < this {
            let hours = HOUR * i64::try_from(nth).unwrap_or(0);
            return monday + week * WEEK + hours + left * HOUR / this;
        }
        left -= this;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_past_is_in_order_within_its_bounds_and_goes_on_as_it_began() {
        let now = 1_700_000_000_000;
        let past = Timeline::new(None, now, 10_000);
        let times: Vec<i64> = (1..=10_000).map(|seq| past.at(seq)).collect();
        assert!(times.is_sorted());
        assert_eq!((times[0], past.now), (now - 121 * DAY, now));
        assert!(times.iter().all(|at| *at <= now - DAY));
        let later = Timeline::new(Some(times[0]), now + 3 * HOUR, 10_000);
        assert!((1..=10_000).all(|seq| later.at(seq) == past.at(seq)));
        let fresh = Timeline::new(Some(now - HOUR), now, 10_000);
        assert!((1..=10_000).all(|seq| (now - HOUR..=now).contains(&fresh.at(seq))));
    }

    #[test]
    fn most_is_done_in_working_hours() {
        let past = Timeline::new(None, 1_700_000_000_000, 10_000);
        let hours: Vec<i64> = (2..=10_000).map(|seq| past.at(seq) % DAY / HOUR).collect();
        let day = hours.iter().filter(|hour| (8..18).contains(*hour)).count();
        assert!(day > 8_000, "{day} of 10,000");
        assert!(day < 9_900, "{day} of 10,000");
    }
}
