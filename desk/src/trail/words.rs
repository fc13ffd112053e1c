//! What a word says was done: every action it is part of, and every attempt at a function or page of that name which was
//! refused, since that stands on the trail as `access.denied`.

use std::collections::BTreeSet;

use super::{ACTIONS, AccessDenied, Action as _, Outcome, totals::ALL};
use crate::policy::POLICY;

/// Shortest word that is looked for, in letters.
const SHORTEST: usize = 3;

/// What an action filter stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Actions {
    /// The actions by name; none means any.
    pub(super) names: BTreeSet<&'static str>,
    /// The paths of the policy at which somebody was refused.
    pub(super) attempts: BTreeSet<&'static str>,
}

impl Actions {
    /// The one action that is meant, where it is one; else empty.
    pub(super) fn only(&self) -> &'static str {
        if self.names.len() == 1 && self.attempts.is_empty() {
            self.names.first().copied().unwrap_or_default()
        } else {
            ""
        }
    }

    /// Those that can have this outcome (empty: any): an attempt that was refused has no other.
    pub(super) fn that_ended(mut self, outcome: &str) -> Self {
        if !["", Outcome::Denied.as_str()].contains(&outcome) {
            self.attempts.clear();
        }
        self
    }

    /// What the totals count all of it under, each entry once.
    pub(super) fn counted(&self) -> impl Iterator<Item = &'static str> {
        let any = (self.names.is_empty() && self.attempts.is_empty()).then_some(ALL);
        any.into_iter().chain(self.names.iter().chain(&self.attempts).copied())
    }

    /// A whole name stands for that action alone; a word for all it is the beginning of a part of.
    pub(super) fn of(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        if let Some(name) = ACTIONS.iter().find(|name| **name == text) {
            return Ok(Self { names: BTreeSet::from([*name]), ..Self::default() });
        }
        let word = text.to_ascii_lowercase().replace('-', "_");
        if word.len() < SHORTEST {
            return Err("unknown_action");
        }
        let names: BTreeSet<_> = ACTIONS.iter().copied().filter(|name| begins(name, '.', &word)).collect();
        // Who asks for all refusals asks for these, too.
        let paths = POLICY.iter().map(|row| row.path).filter(|_| !names.contains(AccessDenied::NAME));
        let attempts = paths.filter(|path| begins(path.trim_start_matches("/api"), '/', &word)).collect();
        if names.is_empty() { Err("unknown_action") } else { Ok(Self { names, attempts }) }
    }
}

/// Whether a part of this name, or a word in it, begins so.
fn begins(name: &str, between: char, word: &str) -> bool {
    let name = name.replace('-', "_");
    name.split(between).any(|part| {
        let starts = std::iter::once(0).chain(part.match_indices('_').map(|(at, _)| at + 1));
        starts.into_iter().any(|start| part[start..].starts_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_actions_and_for_what_was_refused() {
        let set = |all: &[&'static str]| all.iter().copied().collect::<BTreeSet<_>>();
        for (text, names, attempts) in [
            ("", &[][..], &[][..]),
            ("field.revealed", &["field.revealed"], &[]),
            ("reveal", &["field.revealed"], &["/api/customers/reveal"]),
            (" REVEAL ", &["field.revealed"], &["/api/customers/reveal"]),
            ("verif", &["caller.verified"], &["/api/customers/verify"]),
            ("denied", &["access.denied"], &[]),
            (
                "sign-in",
                &["sign_in.failed", "sign_in.succeeded"],
                &["/sign-in", "/api/sign-in/begin", "/api/sign-in/finish", "/api/sign-in/forget"],
            ),
            ("moved", &["order.moved"], &[]),
        ] {
            let read = Actions { names: set(names), attempts: set(attempts) };
            assert_eq!(Actions::of(text), Ok(read), "{text}");
        }
        let attempted = |outcome| Actions::of("reveal").map(|actions| actions.that_ended(outcome).attempts.len());
        assert_eq!(["", "denied", "ok", "failed"].map(attempted), [Ok(1), Ok(1), Ok(0), Ok(0)]);
        for wrong in ["re", "everything", "field revealed", "Amelia", "field.revealed.x"] {
            assert_eq!(Actions::of(wrong), Err("unknown_action"), "{wrong}");
        }
    }
}
