//! The database's file held by another program, for longer than anybody waits for it.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use heliodesk_bench::beside;

use crate::{chance::Chance, company::Company, crowd::Crowd, ledger::Ledger};

/// Longer than a write waits.
const HELD: Duration = Duration::from_secs(8);

#[test]
fn held_by_another_program_it_says_busy_acknowledges_nothing_and_goes_on_afterwards() {
    let mut chance = Chance::new("held");
    let company = Company::in_file();
    let serving = company.serve();
    let mut crowd = Crowd::join(&company, 4, &mut chance);
    let began = Instant::now();
    let (from, to) = crowd.work(|| {
        sleep(Duration::from_millis(300));
        let held = beside::held(&company.desk.database(), || {
            let from = Instant::now();
            sleep(HELD);
            (from, Instant::now())
        });
        let times = held.expect("is held");
        sleep(Duration::from_millis(300));
        times
    });
    assert_eq!(crowd.done_between(from, to), 0, "nothing is acknowledged meanwhile");
    assert!(crowd.failed_between(503, began, Instant::now()) > 0, "somebody was told that it is busy");
    let others = [0, 500].map(|status| crowd.failed_between(status, began, Instant::now()));
    assert_eq!(others, [0, 0], "and nobody anything else\n{}", company.log());
    crowd.goes_on(&company);
    let entries = Ledger::default().check_twice(&company, &crowd, serving);
    println!("held for {HELD:?}: busy, then as ever; {entries} entries checked");
}
