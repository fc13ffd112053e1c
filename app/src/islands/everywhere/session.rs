//! How long the session still lasts. The server is asked in the background, which does not lengthen it; so what was done
//! in other windows counts as well. Two minutes before the end the page says so; at the end it locks.

use std::cell::Cell;
use std::time::Duration;

use js_sys::Date;
use leptos::leptos_dom::helpers::set_interval;
use leptos::prelude::{document, window, window_event_listener_untyped};
use leptos::task::spawn_local;

use super::{leaving, lock};
use crate::api::sessions::SessionLeft;
use crate::islands::SOON;
use crate::islands::ask::{ask, visit};
use crate::islands::nearby::{all, catch, hide, listen, member, named, one, open, write};
use crate::problem::Problem;

/// Seconds without a request after which a session ends.
const IDLE: u32 = 15 * 60;
/// Milliseconds before the end at which the page says so.
const WARN: f64 = 120_000.0;
/// Milliseconds between two questions, while the end is near or no answer comes.
const AGAIN: f64 = 15_000.0;

thread_local! {
    /// When the server was asked last.
    static ASKED: Cell<f64> = const { Cell::new(0.0) };
    /// When to ask it next.
    static NEXT: Cell<f64> = const { Cell::new(0.0) };
    /// When the session ends, as far as is known.
    static ENDS: Cell<f64> = const { Cell::new(0.0) };
    /// Whether the person has closed the warning.
    static CLOSED: Cell<bool> = const { Cell::new(false) };
}

pub(super) fn start() {
    // The page itself was a request.
    ASKED.set(Date::now());
    lasts(IDLE, IDLE);
    set_interval(tick, Duration::from_secs(1));
    window_event_listener_untyped("visibilitychange", |_| woken());
    window_event_listener_untyped("pageshow", |event| {
        if member(&event, "persisted").is_truthy() {
            woken();
        }
    });
    listen("click", "#soon [value='stay']", |_, _| {
        spawn_local(async {
            visit().await;
            look().await;
        });
    });
    listen("click", "#soon [value='later']", |_, _| CLOSED.set(true));
    catch("cancel", "#soon", |_, _| CLOSED.set(true));
}

/// Back in this window: much may have happened elsewhere.
fn woken() {
    if !document().hidden() && Date::now() - ASKED.get() > 10_000.0 {
        spawn_local(look());
    }
}

fn tick() {
    if lock::is_locked() {
        return;
    }
    let now = Date::now();
    if let Some(place) = one("#soon[open] [role='timer']") {
        let left = ((ENDS.get() - now) / 1000.0).max(0.0) as u32;
        write(&place, &format!("{} min {} s", left / 60, left % 60));
    }
    if now >= NEXT.get() {
        NEXT.set(now + AGAIN);
        spawn_local(look());
    }
}

/// Asks, and locks or opens the page as the answer says.
async fn look() {
    match stands().await {
        Ok(()) => lock::lift(),
        Err(problem) if problem.code == "signed_out" => lock::shut(),
        // No answer: the page's own clock decides, and it does not open what is locked.
        Err(_) if Date::now() >= ENDS.get() => lock::shut(),
        Err(_) => {}
    }
}

/// Answers when the session stands and is this person's; leaves the page where it is somebody else's.
///
/// # Errors
/// `signed_out`, or why the server did not say.
pub(super) async fn stands() -> Result<(), Problem> {
    ASKED.set(Date::now());
    let left = ask::<SessionLeft>(&[]).await?;
    if one("html").is_some_and(|html| named(&html, "data-staff") != left.text("staff")) {
        leaving::let_go();
        // Somebody else sits here now, and this page is not theirs to see. Nothing that waits for an answer goes on.
        let _ = window().location().replace("/");
        std::future::pending::<()>().await;
    }
    lasts(left.count("idle"), left.count("end"));
    Ok(())
}

/// Notes for how many seconds the session lasts, and warns when they are few.
fn lasts(idle: u32, end: u32) {
    let left = f64::from(idle.min(end)) * 1000.0;
    let now = Date::now();
    ENDS.set(now + left);
    if left > WARN {
        NEXT.set(now + left - WARN);
        CLOSED.set(false);
        open(SOON, false);
        return;
    }
    NEXT.set(now + left.clamp(1000.0, AGAIN));
    if !CLOSED.get() && !lock::is_locked() {
        let why = if end <= idle { "end" } else { "idle" };
        all("#soon [data-why]").iter().for_each(|part| hide(part, named(part, "data-why") != why));
        open(SOON, true);
    }
}
