//! Times, money and power as people read them. All times are shown in UTC and say so.

use std::fmt::Write as _;

use leptos::prelude::*;
use maud::Render;

use super::{printed, printed::writes_tags};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// How long a time is told as how long ago it was.
const RECENT: i64 = 14 * DAY;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Year, month (1–12) and day of a count of days since 1 January 1970, in the Gregorian calendar.
fn civil(days: i64) -> (i64, usize, i64) {
    // Years begin in March here, so that the leap day is the last of a year and months follow one formula.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(1), day)
}

/// Writes `21 Nov 2026`.
fn put_day(out: &mut String, at: i64) {
    let (year, month, day) = civil(at.div_euclid(DAY));
    day.render_to(out);
    out.push(' ');
    out.push_str(MONTHS[month - 1]);
    out.push(' ');
    year.render_to(out);
}

/// Writes `21 Nov 2026, 13:59:42`.
fn put_moment(out: &mut String, at: i64) {
    put_day(out, at);
    out.push_str(", ");
    put_clock(out, at.rem_euclid(DAY));
}

/// Writes `2026-11-21T13:59:42.118Z`.
fn put_iso(out: &mut String, at: i64) {
    let (year, month, day) = civil(at.div_euclid(DAY));
    let of_day = at.rem_euclid(DAY);
    padded(out, year, 4);
    out.push('-');
    padded(out, i64::try_from(month).unwrap_or(1), 2);
    out.push('-');
    padded(out, day, 2);
    out.push('T');
    put_clock(out, of_day);
    out.push('.');
    padded(out, of_day % 1000, 3);
    out.push('Z');
}

/// What a function writes.
fn text(put: impl FnOnce(&mut String)) -> String {
    let mut out = String::with_capacity(32);
    put(&mut out);
    out
}

/// `21 Nov 2026` from UTC milliseconds.
pub fn day(at: i64) -> String {
    text(|out| put_day(out, at))
}

/// `21 Nov 2026, 13:59:42 UTC` from UTC milliseconds.
pub fn moment(at: i64) -> String {
    text(|out| {
        put_moment(out, at);
        out.push_str(" UTC");
    })
}

/// `2026-11-21T13:59:42.118Z` from UTC milliseconds, for machines.
pub fn iso(at: i64) -> String {
    text(|out| put_iso(out, at))
}

/// Writes `13:59:42` from milliseconds of a day.
fn put_clock(out: &mut String, of_day: i64) {
    padded(out, of_day / HOUR, 2);
    out.push(':');
    padded(out, of_day / MINUTE % 60, 2);
    out.push(':');
    padded(out, of_day / 1000 % 60, 2);
}

/// Writes the last so many digits of a number. A list prints hundreds of them, where the general way is slow.
fn padded(out: &mut String, value: i64, digits: u32) {
    let (mut rest, mut place) = (value.unsigned_abs(), 10_u64.pow(digits));
    while place > 1 {
        rest %= place;
        place /= 10;
        out.push(char::from(b'0' + u8::try_from(rest / place).unwrap_or(0)));
    }
}

/// How long ago, or in how long, in the largest fitting unit: for where a [`Time`] cannot stand, as in a link.
pub fn ago(at: i64, now: i64) -> String {
    text(|out| put_ago(out, at, now))
}

fn put_ago(out: &mut String, at: i64, now: i64) {
    let apart = now - at;
    let length = apart.abs();
    let (count, unit) = match length {
        0..MINUTE => return out.push_str("just now"),
        MINUTE..HOUR => (length / MINUTE, "min"),
        HOUR..DAY => (length / HOUR, "h"),
        _ => (length / DAY, if length < 2 * DAY { "day" } else { "days" }),
    };
    // A text that grows by itself takes everything that is written.
    let _ = if apart < 0 { write!(out, "in {count} {unit}") } else { write!(out, "{count} {unit} ago") };
}

/// A time: how long ago when `now` is given and it is less than two weeks, else the day and minute. The exact time shows
/// when it is pointed at or has the keyboard, and screen readers always hear it; so it cannot stand in a link or button.
#[component]
pub fn Time(
    /// UTC milliseconds.
    at: i64,
    /// Now, UTC milliseconds; zero: say the time itself.
    #[prop(optional)]
    now: i64,
    /// True to say it to the second, in UTC, and nothing else.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    printed(if exact { exact_time(at).render() } else { time(at, now).render() })
}

/// To the second, in UTC, printed.
pub fn exact_time(at: i64) -> impl Render {
    writes_tags(move |out| {
        out.push_str("<time datetime=\"");
        put_iso(out, at);
        out.push_str("\" title=\"");
        put_moment(out, at);
        out.push_str(" UTC\"><span>");
        put_moment(out, at);
        out.push_str("</span></time>");
    })
}

/// How long ago, or the day and minute, printed.
pub fn time(at: i64, now: i64) -> impl Render {
    writes_tags(move |out| {
        out.push_str("<time datetime=\"");
        put_iso(out, at);
        out.push_str("\" tabindex=\"0\"><span");
        if now != 0 && (now - at).abs() < RECENT {
            out.push_str(" data-ago=\"\">");
            put_ago(out, at, now);
        } else {
            out.push('>');
            put_day(out, at);
            out.push_str(", ");
            padded(out, at.rem_euclid(DAY) / HOUR, 2);
            out.push(':');
            padded(out, at.rem_euclid(DAY) / MINUTE % 60, 2);
        }
        out.push_str("</span><span class=\"tip\"> ");
        put_moment(out, at);
        out.push_str(" UTC</span></time>");
    })
}

/// A whole number with thin groups: `18,204`.
pub fn number(value: impl TryInto<i128>) -> String {
    let value = value.try_into().unwrap_or_default();
    let digits = value.unsigned_abs().to_string();
    let mut out = String::from(if value < 0 { "−" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Money in minor units: `$24,650.00`, `24,650.00 CHF`.
pub fn money(minor: i64, currency: &str) -> String {
    heliodesk_wire::money::shown(minor, currency)
}

/// `24 Nov 2026` from `2026-11-24`; any other text stays as it is.
pub fn date(text: &str) -> String {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return text.to_owned() };
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    month.map_or_else(|| text.to_owned(), |month| format!("{} {month} {year}", day.trim_start_matches('0')))
}

/// As [`date`], without the year when `now` (UTC milliseconds) is in it: for dense rows.
pub fn near(text: &str, now: i64) -> String {
    let year = text.split('-').next().unwrap_or_default();
    let words = date(text);
    let short = iso(now).starts_with(&format!("{year}-")).then(|| words.strip_suffix(year)).flatten();
    short.map_or_else(|| words.clone(), |short| short.trim_end().to_owned())
}

/// `Nov 2026` from `2026-11`; any other text stays as it is.
pub fn month(text: &str) -> String {
    let Some((year, month)) = text.split_once('-') else { return text.to_owned() };
    let month = month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.wrapping_sub(1)));
    month.map_or_else(|| text.to_owned(), |month| format!("{month} {year}"))
}

/// Power of a system in kilowatts with two decimals: `8.20 kW`. `watts` is the whole system's.
pub fn kw(watts: i64) -> String {
    let sign = if watts < 0 { "−" } else { "" };
    let hundredths = (watts.unsigned_abs() + 5) / 10;
    format!("{sign}{}.{:02} kW", number(i128::from(hundredths / 100)), hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_true_across_leap_days_and_before_1970() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(951_782_399_999), "2000-02-28T23:59:59.999Z");
        assert_eq!(day(951_782_400_000), "29 Feb 2000");
        assert_eq!(moment(1_795_269_582_118), "21 Nov 2026, 13:59:42 UTC");
        assert_eq!(iso(-1), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn amounts_keep_their_digits() {
        assert_eq!(money(2_465_000, "USD"), "$24,650.00");
        assert_eq!(money(-5, "CHF"), "−0.05 CHF");
        assert_eq!(date("2026-11-04"), "4 Nov 2026");
        assert_eq!(date("soon-13-1"), "soon-13-1");
        assert_eq!(near("2026-11-04", 1_795_269_582_118), "4 Nov");
        assert_eq!(near("2027-11-04", 1_795_269_582_118), "4 Nov 2027");
        assert_eq!(month("2026-12"), "Dec 2026");
        assert_eq!(kw(8_200), "8.20 kW");
        assert_eq!(number(18_204_u64), "18,204");
        assert_eq!(number(-1_000_000_i64), "−1,000,000");
    }

    #[test]
    fn how_long_ago_is_told_in_one_unit() {
        assert_eq!(ago(0, 59_000), "just now");
        assert_eq!(ago(0, 2 * MINUTE), "2 min ago");
        assert_eq!(ago(3 * HOUR, 0), "in 3 h");
        assert_eq!(ago(0, DAY), "1 day ago");
    }
}
