//! How many entries there were over time: bars, and the same as a table.

use heliodesk_wire::trail::{Filter, Histogram, OUTCOMES};
use leptos::prelude::*;

use super::asked::address;
use crate::components::{Table, iso, number};
use crate::request::now;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// The picture's own measures; it stretches with its box.
const WIDE: f64 = 960.0;
const HIGH: f64 = 88.0;
/// Words under the bars.
const TICKS: usize = 6;

/// The bars of a selection. Each is a link to its own time; an island lets a range of them be drawn.
#[component]
pub(super) fn Bars(histogram: Histogram, filter: Filter) -> impl IntoView {
    let Histogram { from, to, width, bars, picked, sampled, selected, estimated } = histogram;
    let most = bars.iter().map(|bar| bar.iter().sum::<u64>()).max().unwrap_or(0);
    let top = scale(most);
    let about = |unsure: bool| if unsure { "about " } else { "" };
    let legend = |part| legend(part, about(estimated));
    let legend: Vec<_> = OUTCOMES.iter().zip(["b1", "b2", "b3"]).zip(selected).map(legend).collect();
    let about = about(sampled.is_some());
    let count = bars.len().max(1);
    let start = |bar: usize| from + width * i64::try_from(bar).unwrap_or(0);
    let only = |bar: usize| {
        let (from, to) = (minute(start(bar)), minute(start(bar) + width));
        address(&Filter { from, to, before: String::new(), ..filter.clone() })
    };
    let mut reached = false;
    let links: Vec<_> = bars
        .iter()
        .enumerate()
        .filter(|(_, bar)| bar.iter().sum::<u64>() > 0)
        .map(|(at, bar)| {
            // One stop for the keyboard; the arrow keys go on from there. The table below has the same links.
            let stop = if std::mem::replace(&mut reached, true) { "-1" } else { "0" };
            let words = format!("{}: {}", label(start(at), width, to - from), number(bar.iter().sum::<u64>()));
            view! {
                <a href=only(at) tabindex=stop aria-label=words data-bar=at.to_string()>
                    {hit(at, count)} {stack(at, count, bar, top)}
                </a>
            }
        })
        .collect();
    let step = count.div_ceil(TICKS);
    let ticks: Vec<_> =
        (0..count).step_by(step).map(|bar| view! { <span>{label(start(bar), width, to - from)}</span> }).collect();
    let busiest = bars.iter().enumerate().max_by_key(|(_, bar)| bar.iter().sum::<u64>()).filter(|_| most > 0);
    let mut sum = match busiest {
        Some((bar, _)) => {
            format!("Busiest at {} with {about}{} entries.", label(start(bar), width, to - from), number(most))
        }
        None => "No entries in this time.".to_owned(),
    };
    if let Some((first, last)) = picked {
        sum.push_str(&format!(" Selected: {}.", span(first, last)));
    }
    let (x, wide) = picked.map_or((0.0, 0.0), |(first, last)| place(first, last, from, to));
    let rows: Vec<_> = bars
        .iter()
        .enumerate()
        .filter(|(_, bar)| bar.iter().sum::<u64>() > 0)
        .map(|(at, bar)| {
            let counts: Vec<_> = bar.iter().map(|count| view! { <td class="num">{number(*count)}</td> }).collect();
            view! { <tr><th scope="row"><a href=only(at)>{label(start(at), width, to - from)}</a></th>{counts}</tr> }
        })
        .collect();
    let caption = match sampled {
        Some(step) => format!("Entries over time, by outcome. {}", estimate(step)),
        None => "Entries over time, by outcome".to_owned(),
    };
    let table = (most > 0).then(|| {
        view! {
            <details>
                <summary>"As a table"</summary>
                <Table caption=caption keep=true>
                    <thead>
                        <tr>
                            <th scope="col">"From, UTC"</th>
                            <th scope="col" class="num">"ok"</th>
                            <th scope="col" class="num">"denied"</th>
                            <th scope="col" class="num">"failed"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </Table>
            </details>
        }
    });
    let kind = if sampled.is_some() { "Sampled entries" } else { "Entries" };
    let title = format!("{kind} per {}, {}", per(width), span(from, to.min(now())));
    let note = sampled.map(|step| view! { <p class="hint">{estimate(step)}</p> });
    let base = address(&Filter { from: String::new(), to: String::new(), before: String::new(), ..filter.clone() });
    view! {
        <figure class="panel">
            <div class="body chart">
                <div class="row apart"><h2 id="hist">{title}</h2> <ul class="legend">{legend}</ul></div>
                <div class="plot">
                    <div class="scale" aria-hidden="true">
                        <span>{number(top)}</span>
                        <span>{number(top / 2)}</span>
                        <span>"0"</span>
                    </div>
                    <svg
                        viewBox=format!("0 0 {WIDE} {HIGH}")
                        preserveAspectRatio="none"
                        role="group"
                        aria-labelledby="hist hist-sum"
                        data-chart=""
                        data-bars=count.to_string()
                        data-from=from.to_string()
                        data-width=width.to_string()
                        data-href=base
                    >
                        <rect class="picked" x=format!("{x:.1}") y="0" width=format!("{wide:.1}") height=HIGH.to_string() data-picked=""></rect>
                        <path class="grid" d="M0 0.5H960"></path>
                        <path class="grid" d="M0 44H960"></path>
                        {links}
                        <path class="axis" d="M0 88H960"></path>
                    </svg>
                    <div class="ticks" aria-hidden="true">{ticks}</div>
                </div>
                <p class="visually-hidden" id="hist-sum">{sum}</p>
                {note}
                {table}
            </div>
        </figure>
    }
    .into_any()
}

/// Where a part of the time stands in the picture: left edge and width.
fn place(first: i64, last: i64, from: i64, to: i64) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
    let x = |at: i64| (at.clamp(from, to) - from) as f64 / (to - from).max(1) as f64 * WIDE;
    (x(first), x(last) - x(first))
}

/// The whole height of a bar's place, so that a low one is as easy to hit.
fn hit(at: usize, count: usize) -> impl IntoView + use<> {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
    let (slot, left) = (WIDE / count as f64, WIDE / count as f64 * at as f64);
    let [x, width] = [left, slot].map(|number| format!("{number:.1}"));
    view! { <rect class="hit" x=x y="0" width=width height=HIGH.to_string()></rect> }
}

/// One outcome of the legend, with its sum.
fn legend(((outcome, class), sum): ((&&'static str, &'static str), u64), about: &str) -> impl IntoView + use<> {
    view! {
        <li>
            <svg viewBox="0 0 10 10" aria-hidden="true"><rect class=class width="10" height="10" rx="2"></rect></svg>
            {format!("{outcome} {about}{}", number(sum))}
        </li>
    }
}

/// The rectangles of one bar, ok at the bottom. What happened at all is at least three high, so that it can be seen.
fn stack(at: usize, count: usize, bar: &[u64; 3], top: u64) -> Vec<impl IntoView + use<>> {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
    let (slot, left) = (WIDE / count as f64, WIDE / count as f64 * at as f64);
    let mut y = HIGH;
    let mut rects = Vec::new();
    for (class, value) in ["b1", "b2", "b3"].into_iter().zip(bar).filter(|(_, value)| **value > 0) {
        #[expect(clippy::cast_precision_loss, reason = "pixels of a picture")]
        let height = (HIGH * *value as f64 / top.max(1) as f64).max(3.0).min(y);
        y -= height;
        let place = [left + slot * 0.12, y, slot * 0.76, height].map(|number| format!("{number:.1}"));
        let [x, y, width, height] = place;
        rects.push(view! { <rect class=class x=x y=y width=width height=height></rect> });
    }
    rects
}

/// A round number at the top of the scale, even so that its half is one too.
fn scale(most: u64) -> u64 {
    let mut step = 1;
    loop {
        for factor in [2, 4, 6, 8, 10] {
            if most <= factor * step {
                return factor * step;
            }
        }
        step *= 10;
    }
}

/// What the numbers of a sampled chart are worth.
fn estimate(step: u64) -> String {
    format!("Estimated from a sample: one entry in {} of this time was looked at.", number(step))
}

/// What one bar is.
fn per(width: i64) -> String {
    let (count, unit) = match width {
        DAY.. => (width / DAY, "day"),
        HOUR.. => (width / HOUR, "hour"),
        _ => (width / 60_000, "minute"),
    };
    if count == 1 { unit.to_owned() } else { format!("{count} {unit}s") }
}

/// The time all bars are of.
fn span(from: i64, to: i64) -> String {
    let minute = |at| minute(at).replace('T', " ");
    format!("{} to {} UTC", minute(from), minute(to))
}

/// When a bar begins: the hour, with the day where there are several, or the day where a bar is at least one.
fn label(at: i64, width: i64, length: i64) -> String {
    let text = minute(at).replace('T', " ");
    let part = match (width, length) {
        (DAY.., _) => 0..10,
        // A day that begins within an hour has one bar more.
        (_, length) if length <= DAY + HOUR => 11..16,
        _ => 5..16,
    };
    text[part].to_owned()
}

/// How many entries the filters leave; further than 1,000 nobody counts.
pub(super) fn in_selection(histogram: &Histogram) -> String {
    let about = if histogram.estimated { "about " } else { "" };
    match histogram.selected.iter().sum::<u64>() {
        1001.. => "1,000+ in the selection".to_owned(),
        sum => format!("{about}{} in the selection", number(sum)),
    }
}

/// `YYYY-MM-DDTHH:MM`.
fn minute(at: i64) -> String {
    iso(at)[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_hold_the_most() {
        for (most, top) in [(0, 2), (2, 2), (3, 4), (9, 10), (11, 20), (75, 80), (401, 600)] {
            assert_eq!(scale(most), top);
        }
    }

    #[test]
    fn bars_are_labelled_by_their_width() {
        let at = 1_700_000_000_000;
        assert_eq!(label(at, HOUR, DAY + HOUR), "22:13");
        assert_eq!(label(at, 6 * HOUR, 7 * DAY), "11-14 22:13");
        assert_eq!(label(at, DAY, 30 * DAY), "2023-11-14");
        assert_eq!(["minute", "15 minutes", "hour", "6 hours", "day", "7 days"], {
            [60_000, 900_000, HOUR, 6 * HOUR, DAY, 7 * DAY].map(per)
        });
    }

    #[test]
    fn the_selection_is_counted_to_a_thousand_and_an_estimate_says_so() {
        let of = |ok, estimated| in_selection(&Histogram { selected: [ok, 2, 1], estimated, ..Histogram::default() });
        assert_eq!(of(343, false), "346 in the selection");
        assert_eq!(of(997, false), "1,000 in the selection");
        assert_eq!(of(998, false), "1,000+ in the selection");
        assert_eq!(of(337, true), "about 340 in the selection");
        assert_eq!(of(9_000, true), "1,000+ in the selection");
        assert_eq!(estimate(78), "Estimated from a sample: one entry in 78 of this time was looked at.");
    }
}
