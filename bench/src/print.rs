//! Prints the customer list as `app/src/pages/customers.rs` shows it, byte for byte, with no framework between.

use crate::Result;
use heliodesk_wire::stage::{Group, Stage};
use std::fmt::Write as _;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// How long a time is told as how long ago it was.
const RECENT: i64 = 14 * DAY;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The page around the rows of its table.
#[derive(Clone, Debug)]
pub struct Frame {
    before: String,
    after: String,
}

impl Frame {
    /// What is around the rows of a page that is there.
    ///
    /// # Errors
    /// When it has no table.
    pub fn of(page: &str) -> Result<Self> {
        let (before, rest) = page.split_once("<tbody>").ok_or("the page has no table")?;
        let (_, after) = rest.split_once("</tbody>").ok_or("the table has no end")?;
        Ok(Self { before: format!("{before}<tbody>"), after: format!("</tbody>{after}") })
    }
}

/// A customer: number, account, city, masks of name and postcode, orders, newest stage, last contact, pinned notes.
pub type Card = (String, String, Option<String>, Option<String>, Option<String>, i64, Option<String>, Option<i64>, i64);

/// The whole page.
pub fn page(frame: &Frame, cards: &[Card], now: i64) -> String {
    let mut out = String::with_capacity(frame.before.len() + frame.after.len() + cards.len() * 1024);
    out.push_str(&frame.before);
    for card in cards {
        // A text that grows by itself takes everything that is written.
        let _ = row(&mut out, card, now);
    }
    out.push_str(&frame.after);
    out
}

fn row(out: &mut String, card: &Card, now: i64) -> std::fmt::Result {
    let (number, account, city, name, postcode, orders, stage, contact_at, pinned) = card;
    write!(out, r#"<tr><th scope="row"><a href="/customers/{number}">{number}</a></th><td>"#)?;
    masked(out, name.as_deref());
    out.push_str("</td><td><bdi>");
    escaped(out, city.as_deref().unwrap_or_default());
    out.push_str(r#"</bdi></td><td data-label="Postcode">"#);
    masked(out, postcode.as_deref());
    out.push_str(r#"</td><td data-label="Orders">"#);
    match stage.as_deref() {
        None => out.push_str(r#"<span class="hint">none</span>"#),
        Some(stage) => {
            write!(out, r#"<span class="row"><span class="num">{orders}</span>"#)?;
            let known = stage.parse::<Stage>();
            let ((icon, tone), words) = known.map_or((("order", ""), stage), |known| (look(known), known.label()));
            badge(out, icon, tone, words)?;
            out.push_str("</span>");
        }
    }
    out.push_str(r#"</td><td data-label="Last contact">"#);
    if let Some(at) = contact_at {
        time(out, *at, now)?;
    }
    out.push_str(r#"</td><td><span class="row">"#);
    match account.as_str() {
        "locked" => badge(out, "lock", " bad", "Account locked")?,
        "closed" => badge(out, "stop", "", "Account closed")?,
        "erased" => badge(out, "hide", "", "Erased")?,
        _ => {}
    }
    if [name, postcode].iter().any(|mask| mask.as_deref() == Some("unreadable")) {
        badge(out, "alert", " bad", "Unreadable")?;
    }
    if *pinned > 0 {
        badge(out, "pin", "", "Pinned note")?;
    }
    out.push_str("</span></td></tr>");
    Ok(())
}

fn look(stage: Stage) -> (&'static str, &'static str) {
    match (stage, stage.group()) {
        (Stage::OnHold, _) => ("pause", " wait"),
        (Stage::PtoGranted, _) => ("check", " ok"),
        (_, Group::Exit) => ("stop", ""),
        (_, Group::Presold) => ("order", " info"),
        (_, Group::Sold) => ("tool", " info"),
    }
}

fn badge(out: &mut String, icon: &str, tone: &str, words: &str) -> std::fmt::Result {
    write!(
        out,
        r##"<span class="badge{tone}"><svg width="14" height="14" aria-hidden="true" class="icon"><use href="#i-{icon}"></use></svg>"##
    )?;
    escaped(out, words);
    out.push_str("</span>");
    Ok(())
}

fn masked(out: &mut String, mask: Option<&str>) {
    out.push_str(r#"<bdi data-masked="" class="masked plain">"#);
    escaped(out, mask.unwrap_or("–"));
    out.push_str("</bdi>");
}

/// Text as it stands between tags.
fn escaped(out: &mut String, mut text: &str) {
    while let Some(at) = text.find(['&', '<', '>', '"']) {
        out.push_str(&text[..at]);
        out.push_str(match text.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        text = &text[at + 1..];
    }
    out.push_str(text);
}

fn time(out: &mut String, at: i64, now: i64) -> std::fmt::Result {
    let (year, month, day) = civil(at.div_euclid(DAY));
    let of_day = at.rem_euclid(DAY);
    let (hour, minute, second, milli) = (of_day / HOUR, of_day / MINUTE % 60, of_day / 1000 % 60, of_day % 1000);
    let name = MONTHS[month - 1];
    let month = format_args!("{month:02}");
    write!(
        out,
        r#"<time datetime="{year:04}-{month}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z" tabindex="0">"#
    )?;
    if (now - at).abs() < RECENT {
        out.push_str(r#"<span data-ago="">"#);
        ago(out, now - at)?;
    } else {
        write!(out, "<span>{day} {name} {year}, {hour:02}:{minute:02}")?;
    }
    write!(out, r#"</span><span class="tip"> {day} {name} {year}, {hour:02}:{minute:02}:{second:02} UTC</span></time>"#)
}

fn ago(out: &mut String, apart: i64) -> std::fmt::Result {
    let length = apart.abs();
    let (count, unit) = match length {
        0..MINUTE => {
            out.push_str("just now");
            return Ok(());
        }
        MINUTE..HOUR => (length / MINUTE, "min"),
        HOUR..DAY => (length / HOUR, "h"),
        _ => (length / DAY, if length < 2 * DAY { "day" } else { "days" }),
    };
    if apart < 0 { write!(out, "in {count} {unit}") } else { write!(out, "{count} {unit} ago") }
}

/// Year, month (1–12) and day of a count of days since 1 January 1970.
fn civil(days: i64) -> (i64, usize, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), usize::try_from(month).unwrap_or(1), day)
}
