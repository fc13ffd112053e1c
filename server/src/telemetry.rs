//! The log: JSON lines on stdout, with ids and never with values.

use std::panic;

use tracing::{Level, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer as _, filter, layer::SubscriberExt as _};

/// Our own crates speak as loudly as they are told. Others may warn at most: at lower levels they log headers, queries
/// and bodies. The database driver never speaks, since its statements stand beside what they were given.
fn subscriber(
    level: Level,
    out: impl for<'a> tracing_subscriber::fmt::MakeWriter<'a> + Send + Sync + 'static,
) -> impl Subscriber + Send + Sync {
    let heard = filter::filter_fn(move |about| {
        let target = about.target();
        let most = if target.starts_with("heliodesk") {
            level
        } else if target.starts_with("sqlx") {
            return false;
        } else {
            Level::WARN.min(level)
        };
        *about.level() <= most
    })
    .with_max_level_hint(LevelFilter::from_level(level.max(Level::WARN)));
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(out);
    tracing_subscriber::registry().with(lines.with_filter(heard))
}

/// Starts the log of this process. A second start changes nothing.
pub fn start(level: Level) {
    let _ = tracing::subscriber::set_global_default(subscriber(level, std::io::stdout));
    // A panic's message may quote a value; where it happened is enough to find it.
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("not poisoned").extend(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_driver_is_silent_and_other_crates_only_warn() {
        let page = Page::default();
        let writer = page.clone();
        tracing::subscriber::with_default(subscriber(Level::DEBUG, move || writer.clone()), || {
            tracing::debug!(target: "heliodesk_desk::orders", order = "O-1", "ours");
            tracing::trace!(target: "heliodesk_desk::orders", "too quiet");
            tracing::warn!(target: "sqlx::query", "SELECT");
            tracing::error!(target: "sqlx_core", "SELECT");
            tracing::debug!(target: "hyper", "cookie");
            tracing::warn!(target: "hyper", "a warning");
        });
        let text = String::from_utf8(page.0.lock().expect("not poisoned").clone()).expect("text");
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains(r#""order":"O-1""#) && text.contains("a warning"));
    }
}
