//! What people were told, beside the trail and the tables: everything acknowledged is there with its entry, every change
//! has its entry, every entry its change, and nothing is there that nobody asked for.

use std::collections::{BTreeMap, BTreeSet};

use heliodesk_bench::served::Serving;
use serde_json::Value;

use crate::{
    company::{Company, PRICE, order},
    crowd::Crowd,
    worker::{Act, Told},
};

/// The trail as far as it was read, by what it is about.
#[derive(Default)]
pub struct Ledger {
    /// The last entry that was read.
    pub entries: i64,
    /// Edits of each order, in their order: by whom, the price before and after.
    edits: BTreeMap<String, Vec<(String, String, String)>>,
    /// Notes on each customer, in their order: by whom, the number.
    notes: BTreeMap<String, Vec<(String, String)>>,
    /// Reveals by the number of their entry: by whom, whose.
    reveals: BTreeMap<u64, (String, String)>,
    /// How often somebody did something.
    counts: BTreeMap<(String, String), usize>,
}

const ENTRIES: &str = "SELECT t.seq, COALESCE(s.email, t.actor), t.action, t.subject, t.outcome, t.changes \
                       FROM trail t LEFT JOIN staff s ON s.id = t.actor WHERE t.seq > ? ORDER BY t.seq";
const ORDERS: &str = "SELECT o.number, o.version, o.price_minor, \
                      (SELECT COUNT(*) FROM order_past p WHERE p.id = o.id) FROM customer_order o \
                      WHERE o.number LIKE 'O-9%' ORDER BY o.number";
const NOTES: &str = "SELECT customer, number FROM note WHERE customer LIKE 'C-9%' ORDER BY customer, number";

impl Ledger {
    /// Verifies the trail and the file, counts the running totals anew, and compares everything; answers how many entries
    /// there are. The program serves, and nobody works with it.
    pub fn check(&mut self, company: &Company, crowd: &Crowd) -> i64 {
        let verified = company.told(&["trail", "verify"]);
        assert!(verified.contains("all as recorded"), "{verified}");
        if company.database.is_none() {
            assert_eq!(company.rows("PRAGMA integrity_check", 0), [["ok"]]);
        }
        company.recounted();
        self.read(company);
        self.compare_tables(company);
        for worker in &crowd.workers {
            let acted = worker.acted.iter().map(|acted| (&acted.act, &acted.told));
            self.compare(&worker.person.email, acted).unwrap_or_else(|why| panic!("{why}\n{}", company.log()));
        }
        self.entries
    }

    /// Checks, stops the program in order, starts it again, and checks once more; answers how many entries there are.
    pub fn check_twice(&mut self, company: &Company, crowd: &Crowd, serving: Serving) -> i64 {
        self.check(company, crowd);
        serving.stop().unwrap_or_else(|why| panic!("{why}\n{}", company.log()));
        let _serving = company.serve();
        self.check(company, crowd)
    }

    fn read(&mut self, company: &Company) {
        for row in company.rows(ENTRIES, self.entries) {
            let [seq, actor, action, subject, outcome, changes] = row.try_into().expect("six columns");
            self.entries += 1;
            assert_eq!(seq, self.entries.to_string());
            *self.counts.entry((actor.clone(), action.clone())).or_default() += 1;
            if outcome != "ok" {
                continue;
            }
            let changes: Value = serde_json::from_str(&changes.replace("NULL", "[]")).expect("changes");
            let text = |name: &str| changes[0][name].as_str().unwrap_or_default().to_owned();
            match &*action {
                "order.edited" => self.edits.entry(subject).or_default().push((actor, text("old"), text("new"))),
                "note.written" => self.notes.entry(subject).or_default().push((actor, text("new"))),
                "field.revealed" => {
                    self.reveals.insert(seq.parse().expect("a number"), (actor, subject));
                }
                _ => {}
            }
        }
    }

    /// No change without its entry, and no entry without its change.
    fn compare_tables(&self, company: &Company) {
        let none = Vec::new();
        for row in company.rows(ORDERS, 0) {
            let [number, version, price, past] = row.try_into().expect("four columns");
            let edits = self.edits.get(&number).unwrap_or(&none);
            let mut stands = PRICE;
            for (_, old, new) in edits {
                assert_eq!(old, stands, "{number}: each change follows the one before");
                stands = new;
            }
            assert_eq!(price, stands, "{number} is as its last entry says");
            assert_eq!(past, edits.len().to_string(), "{number} keeps what it was");
            assert_eq!(version, (edits.len() + 1).to_string(), "{number} has as many changes as entries");
        }
        let mut notes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in company.rows(NOTES, 0) {
            let [customer, number] = row.try_into().expect("two columns");
            notes.entry(customer).or_default().push(number);
        }
        let recorded = self.notes.iter().map(|(customer, notes)| {
            (customer.clone(), notes.iter().map(|(_, number)| number.clone()).collect::<Vec<_>>())
        });
        assert_eq!(notes, recorded.collect(), "as many notes as entries");
    }

    /// What one person was told is there, by them; and nothing by them is there that they did not ask for.
    fn compare<'a>(&self, email: &str, acted: impl Iterator<Item = (&'a Act, &'a Told)>) -> Result<(), String> {
        let (mut prices, mut done, mut doubtful) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        for (act, told) in acted {
            let action = match act {
                Act::Edit { .. } => "order.edited",
                Act::Note { .. } => "note.written",
                Act::Reveal { .. } => "field.revealed",
                Act::List => "customers.listed",
                Act::Entry => "trail.entry_viewed",
            };
            if let Act::Edit { price, .. } = act {
                prices.insert(price.to_string());
            }
            match told {
                Told::Refused => {}
                Told::Unknown(_) => *doubtful.entry(action).or_default() += 1,
                Told::Done(number) => {
                    *done.entry(action).or_default() += 1;
                    self.is_there(email, act, *number)?;
                }
            }
        }
        for action in ["order.edited", "note.written", "field.revealed", "customers.listed", "trail.entry_viewed"] {
            let count = |of: &BTreeMap<_, usize>| of.get(action).copied().unwrap_or(0);
            let there = self.counts.get(&(email.to_owned(), action.to_owned())).copied().unwrap_or(0);
            let (least, most) = (count(&done), count(&done) + count(&doubtful));
            if !(least..=most).contains(&there) {
                return Err(format!("{action} by {email}: {there}, told {least} to {most}"));
            }
        }
        let theirs = self.edits.values().flatten().filter(|(actor, ..)| actor == email);
        match theirs.map(|(_, _, price)| price).find(|price| !prices.contains(*price)) {
            Some(price) => Err(format!("{email} never asked for {price}")),
            None => Ok(()),
        }
    }

    fn is_there(&self, email: &str, act: &Act, number: u64) -> Result<(), String> {
        let place = |first: u64| usize::try_from(number - first).expect("fits");
        let is_there = match act {
            // Version 2 is what the first edit made.
            Act::Edit { order, price } => {
                let edit = self.edits.get(order).and_then(|edits| edits.get(place(2)));
                edit.is_some_and(|(actor, _, new)| actor == email && *new == price.to_string())
            }
            Act::Note { customer } => {
                let note = self.notes.get(customer).and_then(|notes| notes.get(place(1)));
                note.is_some_and(|(actor, note)| actor == email && *note == number.to_string())
            }
            Act::Reveal { customer } => {
                self.reveals.get(&number).is_some_and(|(actor, whose)| actor == email && whose == customer)
            }
            Act::List | Act::Entry => true,
        };
        if is_there {
            Ok(())
        } else {
            Err(format!("{act:?} by {email} was acknowledged with {number} and is not there"))
        }
    }
}

#[test]
fn what_is_missing_or_was_never_asked_for_is_found() {
    let (order, _) = order(0);
    let edit = |who: &str, price: u64| (who.to_owned(), PRICE.to_owned(), price.to_string());
    let ledger = |edits: Vec<(String, String, String)>| {
        let counts = edits.iter().map(|(who, ..)| ((who.clone(), "order.edited".to_owned()), 1)).collect();
        Ledger { edits: BTreeMap::from([(order.clone(), edits)]), counts, ..Ledger::default() }
    };
    let act = Act::Edit { order: order.clone(), price: 7 };
    let holds = |edits: Vec<(String, String, String)>, told: Told| {
        ledger(edits).compare("ann", [(&act, &told)].into_iter()).is_ok()
    };
    assert!(holds(vec![edit("ann", 7)], Told::Done(2)));
    assert!(!holds(vec![], Told::Done(2)), "acknowledged and lost");
    assert!(!holds(vec![edit("ann", 8)], Told::Done(2)), "acknowledged and another");
    assert!(!holds(vec![edit("ben", 7)], Told::Done(2)), "acknowledged to somebody else");
    assert!(holds(vec![edit("ann", 7)], Told::Unknown(0)) && holds(vec![], Told::Unknown(0)));
    assert!(!holds(vec![edit("ann", 8)], Told::Unknown(0)), "never asked for");
    assert!(!holds(vec![edit("ann", 7)], Told::Refused), "refused and done");
}
