//! One person at work: what they do, and what they were told about it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use heliodesk_bench::{
    Result,
    http::{Answer, numbers_in, typed},
    people::Person,
};

use crate::{chance::Chance, company};

/// The order that all of them change.
const SHARED: usize = 19;

/// What somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// This order shall have this price, which nobody else asks for.
    Edit { order: String, price: u64 },
    /// A note on this customer.
    Note { customer: String },
    /// This customer's phone.
    Reveal { customer: String },
    /// The list of customers.
    List,
    /// An entry of the trail.
    Entry,
}

/// What they were told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Done: the order's new version, the note's number, the entry's number; 0 for what has none.
    Done(u64),
    /// Not done.
    Refused,
    /// It failed, and may have been done: the status, or 0 where nobody answered.
    Unknown(u16),
}

/// An act, what was told about it, and when.
#[derive(Clone, Debug)]
pub struct Acted {
    pub act: Act,
    pub told: Told,
    pub began: Instant,
    pub ended: Instant,
}

/// One person with an order of their own.
pub struct Worker<'a> {
    pub person: Person<'a>,
    pub acted: Vec<Acted>,
    chance: Chance,
    reads_trail: bool,
    own: (String, String),
    version: Option<u64>,
    price: u64,
    /// How often anybody was told that it failed.
    failures: Arc<AtomicUsize>,
    /// A touch began another session, whose cookie may not have come.
    lost: bool,
}

impl<'a> Worker<'a> {
    /// The person of this number, signed in. A reader looks at the trail, the others work with customers.
    pub fn new(
        person: Person<'a>,
        number: usize,
        reads_trail: bool,
        chance: Chance,
        failures: Arc<AtomicUsize>,
    ) -> Self {
        // No two ever ask for the same price.
        let price = 1_000_000 * (u64::try_from(number).expect("fits") + 1);
        Self {
            person,
            acted: Vec::new(),
            chance,
            reads_trail,
            own: company::order(number),
            version: None,
            price,
            failures,
            lost: false,
        }
    }

    /// Works until told to stop.
    pub fn work(&mut self, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            // What went wrong on the way to an act, such as a page that did not come, is nobody's promise.
            if self.act().is_err() {
                sleep(Duration::from_millis(20));
            }
        }
    }

    fn act(&mut self) -> Result<Told> {
        self.find_session()?;
        match self.chance.below(20) {
            _ if self.reads_trail => self.read_entry(),
            0..12 => self.edit_own(),
            12..14 => self.edit_shared(),
            14..17 => self.write_note(),
            17..19 => self.reveal(),
            _ => self.list(),
        }
    }

    /// Signs in once more where a touch began a session whose cookie did not come.
    pub fn find_session(&mut self) -> Result<()> {
        if self.lost {
            self.person.sign_in()?;
            self.lost = false;
        }
        Ok(())
    }

    /// Changes the price of their order; the version is known unless the last change is in doubt.
    pub fn edit_own(&mut self) -> Result<Told> {
        let order = self.own.0.clone();
        let version = match self.version.take() {
            Some(version) => version,
            None => self.version_of(&order)?,
        };
        let told = self.edit(&order, version)?;
        match told {
            Told::Done(new) => {
                assert_eq!(new, version + 1, "{order}");
                self.version = Some(new);
            }
            Told::Refused | Told::Unknown(_) => self.version = None,
        }
        Ok(told)
    }

    fn edit_shared(&mut self) -> Result<Told> {
        let (order, _) = company::order(SHARED);
        let version = self.version_of(&order)?;
        self.edit(&order, version)
    }

    fn version_of(&self, order: &str) -> Result<u64> {
        Ok(typed(&self.person.page(&format!("/orders/{order}"))?, "version")?.parse()?)
    }

    fn edit(&mut self, order: &str, version: u64) -> Result<Told> {
        self.price += 1;
        let (price, act) = (self.price.to_string(), Act::Edit { order: order.to_owned(), price: self.price });
        let fields = [("order", order), ("version", &*version.to_string()), ("price_minor", &*price)];
        self.post(act, "orders/edit", &fields, "version")
    }

    fn write_note(&mut self) -> Result<Told> {
        let customer = self.own.1.clone();
        let fields =
            [("customer", &*customer), ("text", "Called back about the roof."), ("pinned", ""), ("snippet", "")];
        self.post(Act::Note { customer: customer.clone() }, "notes/write", &fields, "note")
    }

    fn reveal(&mut self) -> Result<Told> {
        let (order, customer) = self.own.clone();
        let fields = [
            ("customer", &*customer),
            ("field", "phone"),
            ("category", "scheduling"),
            ("order", &*order),
            ("details", ""),
        ];
        let told = self.post(Act::Reveal { customer: customer.clone() }, "customers/reveal", &fields, "seq")?;
        if told == Told::Refused {
            self.lost = self.person.touch("customers/reveal", &customer).is_err();
        }
        Ok(told)
    }

    fn list(&mut self) -> Result<Told> {
        let began = Instant::now();
        let answer = self.person.get("/customers");
        self.keep(Act::List, began, answer, "")
    }

    /// Looks at the newest entry, which has a checkpoint published over it.
    fn read_entry(&mut self) -> Result<Told> {
        let entries = numbers_in(&self.person.page("/trail")?, "/trail/");
        let newest =
            entries.iter().filter_map(|number| number.parse::<u64>().ok()).max().ok_or("the trail is empty")?;
        let began = Instant::now();
        let answer = self.person.get(&format!("/trail/{newest}"));
        self.keep(Act::Entry, began, answer, "")
    }

    fn post(&mut self, act: Act, path: &str, fields: &[(&str, &str)], number: &str) -> Result<Told> {
        let began = Instant::now();
        let answer = self.person.post(&format!("/api/{path}"), fields);
        self.keep(act, began, answer, number)
    }

    /// Remembers what was told. `number` is the member of the answer that names what was done.
    fn keep(&mut self, act: Act, began: Instant, answer: Result<Answer>, number: &str) -> Result<Told> {
        let told = match answer {
            Err(_) => Told::Unknown(0),
            Ok(answer) => match answer.status {
                200 if number.is_empty() => Told::Done(0),
                200 => Told::Done(answer.json(number)?[number].as_u64().ok_or("an answer without its number")?),
                // Stale, too often, and a touch that is needed first.
                409 | 429 => Told::Refused,
                403 if answer.text().contains("step_up_required") => Told::Refused,
                status @ (500 | 503) => {
                    let page = !answer.text().starts_with('{');
                    assert!(page || answer.text().contains("\"incident\":\""), "{act:?}: {}", answer.text());
                    self.failures.fetch_add(1, Ordering::Relaxed);
                    Told::Unknown(status)
                }
                status => panic!("{act:?} by {} was answered with {status}: {}", self.person.email, answer.text()),
            },
        };
        self.acted.push(Acted { act, told: told.clone(), began, ended: Instant::now() });
        // Who is refused or not answered waits before the next try, as a person would.
        if !matches!(told, Told::Done(_)) {
            sleep(Duration::from_millis(3));
        }
        Ok(told)
    }
}
