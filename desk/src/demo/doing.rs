//! What the invented people do all day: one entry's worth of it, by role, as real entries say it.

use fake::rand::{RngExt, rngs::ChaCha8Rng, seq::IndexedRandom};
use heliodesk_wire::{Role, customers::Category, order_field::Field};

use crate::trail::{
    AccessDenied, Action, CallerVerified, Change, CustomerViewed, CustomersListed, CustomersSearched, EntryViewed,
    FieldRevealed, OrderEdited, OrderMoved, OrderViewed, OrdersListed, Outcome, PipelineViewed, SignInFailed, SignedIn,
    SignedOut, StepUpBegun, SteppedUp, TrailViewed,
};

/// What somebody did.
#[derive(Debug)]
pub(super) struct Doing {
    pub(super) action: &'static str,
    pub(super) subject: Option<String>,
    pub(super) outcome: Outcome,
    pub(super) reason: Option<String>,
    pub(super) changes: Vec<Change>,
    /// Where no session is named: a ceremony before there is one.
    pub(super) outside: bool,
}

/// Whom and what it may be about.
pub(super) struct About<'a> {
    pub(super) staff: &'a str,
    pub(super) session: &'a str,
    pub(super) customer: &'a str,
    /// The first order of that customer; some have none.
    pub(super) order: Option<&'a str>,
    pub(super) seq: i64,
}

const STEPS: [&str; 6] = [
    "First call",
    "Send the savings estimate",
    "Remind about the signature",
    "Book the site survey",
    "Agree on a day",
    "Ask the utility for the meter",
];
const WAITING: [&str; 4] = ["us", "customer", "authority", "utility"];
const SEARCHES: [&str; 4] = ["phone, exact", "e-mail, exact", "order no., exact", "name"];
const FIELDS: [&str; 5] = ["phone", "email", "phone", "street", "name"];
const MOVES: [(&str, &str); 4] = [
    ("lead", "qualified"),
    ("qualified", "proposal_sent"),
    ("proposal_sent", "contract_out"),
    ("contract_out", "lost"),
];

fn doing<A: Action>() -> Doing {
    let outcome = Outcome::Ok;
    Doing { action: A::NAME, subject: None, outcome, reason: None, changes: Vec::new(), outside: false }
}

impl Doing {
    /// One thing that somebody of this role does.
    pub(super) fn of(role: Role, about: &About<'_>, rng: &mut ChaCha8Rng) -> Self {
        match rng.random_range(0..1000) {
            0..8 => Self::sign_in(about, rng),
            8..13 => doing::<SignedOut>(),
            13..17 => refused(role, about, rng),
            _ => match (role, about.order) {
                (Role::Support, order) => support(about, order, rng),
                (Role::Sales, Some(order)) if rng.random_range(0..5) == 0 => moved(order, rng),
                (Role::Sales, _) => doing::<PipelineViewed>(),
                (Role::Engineer | Role::Admin, _) => review(about, rng),
            },
        }
    }

    fn about(self, subject: &str) -> Self {
        Self { subject: Some(subject.to_owned()), ..self }
    }

    fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }

    fn with(mut self, field: &str, old: Option<&str>, new: &str) -> Self {
        self.changes.push(Change::of(field, old.map(str::to_owned), Some(new.to_owned())));
        self
    }

    fn sign_in(about: &About<'_>, rng: &mut ChaCha8Rng) -> Self {
        let begun = if rng.random_range(0..6) == 0 {
            Self { outcome: Outcome::Failed, ..doing::<SignInFailed>().because("not_verified") }
        } else {
            doing::<SignedIn>().with("session", None, about.session)
        };
        Self { outside: true, ..begun.about(about.staff) }
    }
}

/// Something the role may not, or not without a touch, or not any more today.
fn refused(role: Role, about: &About<'_>, rng: &mut ChaCha8Rng) -> Doing {
    let (code, path) = match role {
        Role::Support => pick(&[("step_up_required", "/api/customers/reveal"), ("forbidden", "/trail")], rng),
        Role::Sales => pick(&[("not_presold", "/api/pipeline/move"), ("forbidden", "/customers/{id}")], rng),
        Role::Engineer | Role::Admin => pick(&[("forbidden", "/customers/{id}"), ("forbidden", "/orders/{id}")], rng),
    };
    let denied = Doing { outcome: Outcome::Denied, ..doing::<AccessDenied>().because(code).with("path", None, path) };
    if path.starts_with("/customers") || path.starts_with("/api/customers") {
        denied.about(about.customer)
    } else {
        denied
    }
}

fn support(about: &About<'_>, order: Option<&str>, rng: &mut ChaCha8Rng) -> Doing {
    let customer = about.customer;
    match (rng.random_range(0..100), order) {
        (0..36, _) => doing::<CustomerViewed>().about(customer),
        (36..54, _) => searched(rng),
        (54..60, _) => doing::<CustomersListed>().with("shown", None, "50"),
        (60..66, _) => verified(customer, rng),
        (66..69, _) => doing::<StepUpBegun>().about(customer).because("customers/reveal"),
        (69..72, _) => doing::<SteppedUp>().about(customer).because("customers/reveal"),
        (72..78, _) => revealed(customer, order, rng),
        (78..80, _) => doing::<OrdersListed>(),
        (80..94, Some(order)) => doing::<OrderViewed>().about(order),
        (_, Some(order)) => edited(order, rng),
        (_, None) => doing::<CustomerViewed>().about(customer),
    }
}

fn searched(rng: &mut ChaCha8Rng) -> Doing {
    let kind = pick(&SEARCHES, rng);
    let hits = if kind == "name" { rng.random_range(0..40_u32) } else { rng.random_range(0..2) };
    doing::<CustomersSearched>().with("kind", None, kind).with("hits", None, &hits.to_string())
}

fn verified(customer: &str, rng: &mut ChaCha8Rng) -> Doing {
    let outcome = if rng.random_range(0..8) == 0 { Outcome::Failed } else { Outcome::Ok };
    let verified = Doing { outcome, ..doing::<CallerVerified>().about(customer) };
    Doing { changes: vec![Change::named(pick(&FIELDS, rng))], ..verified }
}

fn revealed(customer: &str, order: Option<&str>, rng: &mut ChaCha8Rng) -> Doing {
    let category = match rng.random_range(0..10) {
        0..6 => Category::CallerAsked,
        6..8 => Category::Scheduling,
        8 => Category::DeliveryPapers,
        _ => Category::Complaint,
    };
    let revealed = doing::<FieldRevealed>().about(customer).because(category.as_str());
    let revealed = Doing { changes: vec![Change::named(pick(&FIELDS, rng))], ..revealed };
    match order {
        Some(order) => revealed.with("order", None, order),
        None => revealed,
    }
}

fn edited(order: &str, rng: &mut ChaCha8Rng) -> Doing {
    let edited = doing::<OrderEdited>().about(order);
    match rng.random_range(0..3) {
        0 => edited.with(Field::NextStep.as_str(), Some(pick(&STEPS, rng)), pick(&STEPS, rng)),
        1 => edited.with(Field::WaitingOn.as_str(), Some(pick(&WAITING, rng)), pick(&WAITING, rng)),
        _ => {
            let (old, less) = (rng.random_range(900_000..3_000_000_i64), rng.random_range(1_000..50_000_i64));
            edited.with(Field::PriceMinor.as_str(), Some(&old.to_string()), &(old - less).to_string())
        }
    }
}

fn moved(order: &str, rng: &mut ChaCha8Rng) -> Doing {
    let (from, to) = pick(&MOVES, rng);
    let moved = doing::<OrderMoved>().about(order).with(Field::Stage.as_str(), Some(from), to);
    if to == "lost" { moved.because("Chose another company") } else { moved }
}

/// Somebody who looks at what the others do.
fn review(about: &About<'_>, rng: &mut ChaCha8Rng) -> Doing {
    match rng.random_range(0..4) {
        0 => doing::<EntryViewed>().about(&rng.random_range(1..=about.seq).to_string()),
        1 => doing::<TrailViewed>().with("action", None, FieldRevealed::NAME),
        _ => doing::<TrailViewed>(),
    }
}

fn pick<T: Copy>(list: &[T], rng: &mut ChaCha8Rng) -> T {
    *list.choose(rng).unwrap_or(&list[0])
}
