//! `kill -9` at random moments, also of a program that is just starting.

use std::time::Instant;

use crate::{
    chance::{Chance, rounds},
    company::Company,
    crowd::Crowd,
    ledger::Ledger,
};

/// People of support who work at once.
const PEOPLE: usize = 8;
/// How long the program lives at most before it is killed, in milliseconds; starting takes less.
const LIFE: u64 = 1500;
const START: u64 = 120;

#[test]
fn killed_at_random_moments_it_has_all_that_was_acknowledged_and_nothing_torn() {
    let (kills, mut chance) = (rounds(6, 1), Chance::new("kills"));
    let (company, began) = (Company::in_file(), Instant::now());
    let mut serving = company.serve();
    let mut crowd = Crowd::join(&company, PEOPLE, &mut chance);
    let (mut ledger, mut killed) = (Ledger::default(), 0);
    while killed < kills {
        crowd.work(|| {
            chance.wait_below(LIFE);
            // Dropped, it is killed.
            drop(serving);
        });
        killed += 1;
        while killed < kills && chance.below(5) == 0 {
            company.killed_starting(|| chance.wait_below(START));
            killed += 1;
        }
        serving = company.serve();
        let entries = ledger.check(&company, &crowd);
        if killed == kills || killed % 10 == 0 {
            let (done, doubtful) = crowd.told();
            println!(
                "kills {killed} of {kills}: {done} acknowledged actions are all there, {doubtful} in doubt, \
                 {entries} entries checked"
            );
        }
    }
    assert!(crowd.told().0 > 0, "people worked");
    assert_eq!(crowd.failed_between(500, began, Instant::now()), 0, "a kill breaks nothing\n{}", company.log());
    serving.stop().expect("stops in order");
}
