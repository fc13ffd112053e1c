//! A disk that fails: nothing can be made durable, nothing can be written, no room is left.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    chance::{Chance, rounds},
    company::Company,
    crowd::Crowd,
    faulty::{Fault, Faulty},
    ledger::Ledger,
};

#[test]
fn while_the_disk_fails_nothing_is_acknowledged_and_afterwards_it_goes_on() {
    let (times, mut chance) = (rounds(1, 20), Chance::new("disk"));
    let mut company = Company::in_file();
    let faulty = Faulty::new(&mut company);
    let mut serving = company.serve();
    let mut crowd = Crowd::join(&company, 4, &mut chance);
    let mut ledger = Ledger::default();
    for fault in [Fault::Fsync, Fault::Write, Fault::Full].repeat(usize::try_from(times).expect("fits")) {
        let (before, failed) = (faulty.struck(), crowd.next_failure());
        let (from, to) = crowd.work(|| {
            sleep(Duration::from_millis(200));
            chance.wait_below(300);
            faulty.begin(fault);
            let from = Instant::now();
            failed();
            sleep(Duration::from_millis(300));
            let page = company.desk.place.send("GET", "/sign-in", &[], "").expect("answers");
            assert_eq!(page.status, 200, "what needs nothing written is answered");
            let to = Instant::now();
            faulty.end();
            (from, to)
        });
        assert!(faulty.struck() > before, "{fault:?} struck");
        assert_eq!(crowd.done_between(from, to), 0, "{fault:?}: nothing is acknowledged meanwhile");
        // By itself.
        crowd.goes_on(&company);
        let entries = ledger.check(&company, &crowd);
        // And what was written is there for the next start.
        drop(serving);
        serving = company.serve();
        crowd.goes_on(&company);
        ledger.check(&company, &crowd);
        let (done, doubtful) = crowd.told();
        println!(
            "a disk that fails ({fault:?}): {done} acknowledged actions are all there, none of the {:.1?} of the fault, \
             {doubtful} in doubt, {entries} entries checked",
            to - from
        );
    }
    serving.stop().expect("stops in order");
}
