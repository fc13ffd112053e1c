//! Times as filters say them: days and minutes in UTC, back from now, today and after hours where the company is.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use crate::clock::{DAY, HOUR, MINUTE};

/// UTC milliseconds of a day or a time; `end`: of the end of a day.
pub(super) fn time(text: &str, end: bool) -> Result<Option<i64>, &'static str> {
    let text = text.trim().trim_end_matches('Z');
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_| "not_a_time";
    let at = match text.parse::<Date>() {
        Ok(day) if text.len() <= 10 && end => day.tomorrow().map_err(wrong)?.to_datetime(Time::midnight()),
        Ok(day) if text.len() <= 10 => day.to_datetime(Time::midnight()),
        _ => text.parse::<DateTime>().map_err(wrong)?,
    };
    at.to_zoned(TimeZone::UTC).map(|at| Some(at.timestamp().as_millisecond())).map_err(wrong)
}

/// `YYYY-MM-DDTHH:MM` of UTC milliseconds, as a form holds it; with seconds where it is no whole minute.
pub(super) fn written(at: i64) -> String {
    let format = if at.rem_euclid(MINUTE) == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    Timestamp::from_millisecond(at).unwrap_or_default().to_zoned(TimeZone::UTC).strftime(format).to_string()
}

/// When `24h`, `7d`, `2w` or `today` began. Days and weeks go back to the beginning of an hour, so that running totals know
/// all that is in them; hours, of which nobody wants one more, to the minute and second.
pub(super) fn since(text: &str, now: i64, zone: &TimeZone) -> Result<Option<i64>, &'static str> {
    let text = text.trim().to_ascii_lowercase();
    if text.is_empty() {
        return Ok(None);
    }
    if text == "today" {
        return day_began(now, zone).map(Some).ok_or("not_a_span");
    }
    let (unit, now) = match text.chars().last() {
        Some('h') => (HOUR, now),
        Some('d') => (DAY, now - now.rem_euclid(HOUR)),
        Some('w') => (7 * DAY, now - now.rem_euclid(HOUR)),
        _ => return Err("not_a_span"),
    };
    let count: i64 = text[..text.len() - 1].parse().map_err(|_| "not_a_span")?;
    if count <= 0 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("not_a_span");
    }
    count.checked_mul(unit).and_then(|length| now.checked_sub(length)).map(Some).ok_or("not_a_span")
}

/// When the day of `now` began in this zone; both UTC milliseconds.
pub(crate) fn day_began(now: i64, zone: &TimeZone) -> Option<i64> {
    let day = Timestamp::from_millisecond(now).ok()?.to_zoned(zone.clone()).start_of_day().ok()?;
    Some(day.timestamp().as_millisecond())
}

/// How many changes of a zone's clock are known to a statement: three are a year and a half of summer and winter time.
/// Further back the oldest known one goes on, an hour off at most.
const CHANGES: usize = 3;

/// What the clock on the wall shows more than UTC, for a statement: from when on and how much, newest first, and before
/// that. Milliseconds.
pub(super) fn offsets(now: i64, zone: &TimeZone) -> [i64; 2 * CHANGES + 1] {
    let mut offsets = [0; 2 * CHANGES + 1];
    let now = Timestamp::from_millisecond(now).unwrap_or_default();
    let mut before = zone.to_offset(now);
    let mut changes = zone.preceding(now);
    for pair in offsets.chunks_exact_mut(2) {
        pair[0] = i64::MAX;
        let Some(change) = changes.next() else { continue };
        pair[0] = change.timestamp().as_millisecond();
        pair[1] = i64::from(change.offset().seconds()) * 1000;
        before = zone.to_offset(change.timestamp() - jiff::SignedDuration::from_secs(1));
    }
    offsets[2 * CHANGES] = i64::from(before.seconds()) * 1000;
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    #[test]
    fn days_and_minutes_are_utc_and_a_last_day_counts_whole() {
        assert_eq!(time("2023-11-14T22:13", false), Ok(Some(1_699_999_980_000)));
        assert_eq!(time("2023-11-14T22:13:20Z", false), Ok(Some(NOW)));
        assert_eq!(time(" 2023-11-14 ", false), Ok(Some(1_699_920_000_000)));
        assert_eq!(time("2023-11-14", true), Ok(Some(1_700_006_400_000)));
        assert_eq!(time("", true), Ok(None));
        for wrong in ["yesterday", "2023-13-01", "2023-02-30T00:00", "9999-12-31T99:00", "2023-11-14T22:13:20+01:00x"] {
            assert_eq!(time(wrong, false), Err("not_a_time"), "{wrong}");
        }
        assert_eq!(written(1_699_999_980_000), "2023-11-14T22:13");
        assert_eq!(written(NOW), "2023-11-14T22:13:20");
        assert_eq!(time(&written(NOW), true), Ok(Some(NOW)));
    }

    #[test]
    fn spans_go_back_from_now_and_today_is_the_companys() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let hour = NOW - 13 * MINUTE - 20_000;
        for (text, at) in [("24h", NOW - DAY), ("7d", hour - 7 * DAY), (" 2W ", hour - 14 * DAY), ("1h", NOW - HOUR)] {
            assert_eq!(since(text, NOW, &zone), Ok(Some(at)), "{text}");
        }
        // 14 November 2023, 00:00 in Berlin.
        assert_eq!(since("today", NOW, &zone), Ok(Some(1_699_916_400_000)));
        assert_eq!(since("", NOW, &zone), Ok(None));
        for wrong in [
            "7",
            "d",
            "-1d",
            "+1d",
            "0h",
            "1.5d",
            "7m",
            "yesterday",
            "99999999999999999999d",
            "9999999999999999d",
            "7é",
        ] {
            assert_eq!(since(wrong, NOW, &zone), Err("not_a_span"), "{wrong}");
        }
    }

    #[test]
    fn the_clock_on_the_wall_changes_with_the_season() {
        let berlin = offsets(NOW, &TimeZone::get("Europe/Berlin").unwrap());
        let (autumn, spring, before) = (1_698_541_200_000, 1_679_792_400_000, 1_667_091_600_000);
        assert_eq!(berlin, [autumn, HOUR, spring, 2 * HOUR, before, HOUR, 2 * HOUR]);
        assert_eq!(offsets(NOW, &TimeZone::UTC), [i64::MAX, 0, i64::MAX, 0, i64::MAX, 0, 0]);
    }
}
