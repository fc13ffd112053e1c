//! What is compared is measured in turn, several times, since no machine that others share is equally fast for long: each
//! round is compared by itself, and the middle of the rounds is told.

use crate::wrk::Measured;
use serde_json::{Value, json};

/// A figure, how many times that of a smaller company it may be, and how it is read: turned over where more is better.
type Figure = (&'static str, f64, fn(&Measured) -> f64);

/// What is compared with a smaller company.
const COMPARED: [Figure; 3] = [
    ("requests_s", 1.5, |measured| 1.0 / measured.requests_s),
    ("p50_ms", 1.5, |measured| measured.p50_ms),
    ("p99_ms", 2.5, |measured| measured.p99_ms),
];

/// How many times worse than of a smaller company something is, of each figure the rounds, the least first.
#[derive(Debug)]
pub struct Times {
    name: String,
    connections: u32,
    of: [Vec<f64>; COMPARED.len()],
}

impl Times {
    /// Compares rounds that were taken in turn.
    pub fn of(one: &[Measured], smaller: &[Measured]) -> Self {
        let Measured { name, connections, .. } = one[0].clone();
        Self { name, connections, of: COMPARED.map(|(_, _, figure)| times(one, smaller, figure)) }
    }

    /// As a line below those of the table.
    pub fn line(&self) -> String {
        let shown = self.of.each_ref().map(|times| {
            let ends = times.first().zip(times.last()).unwrap_or((&f64::NAN, &f64::NAN));
            format!("{:.2} ({:.2} to {:.2})", median(times), ends.0, ends.1)
        });
        format!("    {:>42} {}", "times worse", shown.join(", "))
    }

    /// As it stands in the report.
    pub fn json(&self) -> Value {
        let mut told = json!({ "name": self.name, "connections": self.connections });
        for ((figure, ..), times) in COMPARED.iter().zip(&self.of) {
            told[*figure] = json!(times.iter().map(|times| (times * 100.0).round() / 100.0).collect::<Vec<_>>());
        }
        told
    }

    /// A line for each figure that is worse by more than it may be.
    pub fn short(&self) -> impl Iterator<Item = String> {
        let both = COMPARED.iter().zip(&self.of).map(|((figure, most, _), times)| (figure, most, median(times)));
        // It is no number for want of one of them.
        both.filter(|(_, most, times)| times.is_nan() || times > *most).map(|(figure, most, times)| {
            let Self { name, connections, .. } = self;
            format!("{name} at {connections}: {figure} {times:.2} times worse than of the smaller one, must be {most}")
        })
    }
}

/// The middle of each figure of the rounds; the slowest answer, the errors and the most that was stolen are those of all.
pub fn middle(rounds: &[Measured]) -> Measured {
    let of = |figure: fn(&Measured) -> f64| median(&rounds.iter().map(figure).collect::<Vec<_>>());
    Measured {
        requests_s: of(|measured| measured.requests_s),
        p50_ms: of(|measured| measured.p50_ms),
        p99_ms: of(|measured| measured.p99_ms),
        stolen: rounds.iter().map(|measured| measured.stolen).fold(0.0, f64::max),
        max_ms: rounds.iter().map(|measured| measured.max_ms).fold(0.0, f64::max),
        errors: rounds.iter().map(|measured| measured.errors).sum(),
        requests: rounds.iter().map(|measured| measured.requests).sum(),
        ..rounds[0].clone()
    }
}

/// How many times another's figure one is, round by round, the least first.
pub fn times(one: &[Measured], other: &[Measured], figure: fn(&Measured) -> f64) -> Vec<f64> {
    sorted(one.iter().zip(other).map(|(one, other)| figure(one) / figure(other)).collect())
}

/// The middle of some figures; of none it is no number.
pub fn median(all: &[f64]) -> f64 {
    sorted(all.to_vec()).get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

fn sorted(mut all: Vec<f64>) -> Vec<f64> {
    all.sort_by(f64::total_cmp);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(figures: &[(f64, f64, f64)]) -> Vec<Measured> {
        let one = |&(requests_s, p50_ms, p99_ms): &(f64, f64, f64)| Measured {
            name: "list".to_owned(),
            connections: 8,
            requests_s,
            p50_ms,
            p99_ms,
            max_ms: p99_ms,
            errors: 1,
            requests: 10,
            stolen: requests_s / 1000.0,
        };
        figures.iter().map(one).collect()
    }

    #[test]
    fn the_middle_is_of_each_figure_and_the_slowest_of_all() {
        let middle = middle(&rounds(&[(300.0, 2.0, 9.0), (100.0, 4.0, 5.0), (200.0, 3.0, 4.0)]));
        assert_eq!((middle.requests_s, middle.p50_ms, middle.p99_ms), (200.0, 3.0, 5.0));
        assert_eq!((middle.max_ms, middle.errors, middle.requests, middle.stolen), (9.0, 3, 30, 0.3));
    }

    #[test]
    fn rounds_are_compared_one_by_one_and_what_is_beyond_its_bound_is_named() {
        let smaller = rounds(&[(300.0, 2.0, 4.0), (30.0, 20.0, 40.0), (3.0, 2.0, 4.0)]);
        // The second round was taken in a slow minute of both.
        let now = rounds(&[(200.0, 3.0, 10.0), (20.0, 30.0, 100.0), (2.0, 3.0, 10.0)]);
        assert_eq!(Times::of(&now, &smaller).short().collect::<Vec<_>>(), Vec::<String>::new());
        let slower = rounds(&[(199.0, 3.02, 10.1), (19.0, 31.0, 101.0), (3.0, 2.0, 4.0)]);
        assert_eq!(
            Times::of(&slower, &smaller).short().collect::<Vec<_>>(),
            [
                "list at 8: requests_s 1.51 times worse than of the smaller one, must be 1.5",
                "list at 8: p50_ms 1.51 times worse than of the smaller one, must be 1.5",
                "list at 8: p99_ms 2.52 times worse than of the smaller one, must be 2.5",
            ]
        );
    }

    #[test]
    fn what_was_not_measured_is_beyond() {
        let times = Times { name: "list".to_owned(), connections: 1, of: Default::default() };
        assert_eq!(times.short().count(), COMPARED.len());
    }
}
