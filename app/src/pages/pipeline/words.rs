//! The pipeline's values as people read them.

use heliodesk_wire::money::decimals;
use heliodesk_wire::pipeline::Total;

use crate::components::{kw, number};

/// Money in dense places: `$201k`, `$1.44M`, `950 CHF`.
pub(super) fn brief(minor: i64, currency: &str) -> String {
    let unit = 10_i64.pow(decimals(currency));
    let sign = if minor < 0 { "−" } else { "" };
    let (minor, step) = (minor.saturating_abs(), |size: i64| size.saturating_mul(unit));
    // Rounded once, from the whole amount: what rounds to a million is told in millions.
    let round = |size: i64| minor.saturating_add(step(size) / 2) / step(size);
    let amount = match minor {
        _ if minor >= step(999_500) => format!("{}.{:02}M", number(round(10_000) / 100), round(10_000) % 100),
        _ if minor >= step(10_000) => format!("{}k", round(1_000)),
        _ if minor >= step(1_000) => format!("{}.{}k", minor / step(1_000), minor / step(100) % 10),
        _ => (minor / unit).to_string(),
    };
    match currency {
        "USD" => format!("{sign}${amount}"),
        "EUR" => format!("{sign}€{amount}"),
        "GBP" => format!("{sign}£{amount}"),
        other => format!("{sign}{amount} {other}"),
    }
}

/// A count, and that there are more where not all were counted.
pub(super) fn count(count: i64, more: bool) -> String {
    if more { format!("{}+", number(count.min(1_000))) } else { number(count) }
}

/// Prices by currency, in short.
pub(super) fn value(total: &Total) -> String {
    let parts: Vec<_> = total.value.iter().map(|(currency, minor)| brief(*minor, currency)).collect();
    let over = if total.more && !parts.is_empty() { "over " } else { "" };
    format!("{over}{}", parts.join(" + "))
}

/// What orders are worth together and what they yield.
pub(super) fn sums(total: &Total) -> String {
    [value(total), kw(total.watts)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// First letters of the first and the last word of a name.
pub(super) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_told_in_short() {
        for (minor, currency, told) in [
            (0, "USD", "$0"),
            (99_949, "USD", "$999"),
            (1_320_000, "USD", "$13k"),
            (450_000, "EUR", "€4.5k"),
            (20_149_900, "GBP", "£201k"),
            (99_949_999, "USD", "$999k"),
            (99_950_000, "USD", "$1.00M"),
            (144_000_000, "USD", "$1.44M"),
            (250_000, "JPY", "250k JPY"),
            (-2_600_000, "USD", "−$26k"),
        ] {
            assert_eq!(brief(minor, currency), told, "{minor}");
        }
    }

    #[test]
    fn what_was_not_counted_to_the_end_says_so() {
        assert_eq!(
            [count(7, false), count(2_345, false), count(4_100, true), count(12, true)],
            ["7", "2,345", "1,000+", "12+"]
        );
        let value = vec![("USD".to_owned(), 2_000_000), ("EUR".to_owned(), 1_000_000)];
        let total = Total { count: 2, more: true, watts: 8_200, value };
        assert_eq!(sums(&total), "over $20k + €10k · 8.20 kW");
        assert_eq!(sums(&Total::default()), "0.00 kW");
    }
}
