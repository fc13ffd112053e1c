//! How far a long command has come: a bar on a terminal, a line now and then elsewhere.

use std::{
    fmt,
    io::{IsTerminal as _, Write as _},
};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

/// Shows how much of a whole is done. On stderr, so that what a command prints stays clean.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    bar: Option<ProgressBar>,
    told: u64,
}

impl Progress {
    /// Nothing done yet; `what` is being done.
    #[must_use]
    pub fn of(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %  {rate}  {eta}")
                .map(|style| style.with_key("rate", rate));
            let bar = ProgressBar::new(1).with_message(what);
            // The template is a constant; were it wrong, the plain bar would do.
            style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
        });
        Self { what, bar, told: 0 }
    }

    /// `done` of `whole`, in whatever unit.
    pub fn show(&mut self, done: u64, whole: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(whole);
            bar.set_position(done);
            return;
        }
        let tenth = done.saturating_mul(10) / whole.max(1);
        if tenth > self.told {
            self.told = tenth;
            // Nobody may be reading; the work goes on.
            let _ = writeln!(std::io::stderr(), "{}: {} %", self.what, tenth * 10);
        }
    }
}

fn rate(state: &ProgressState, to: &mut dyn fmt::Write) {
    // The bar's own line; where it cannot be written there is nobody to tell.
    let _ = write!(to, "{:.0}/s", state.per_sec());
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
