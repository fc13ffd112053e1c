//! Power cuts: of the database's files only what was made durable is left, and what a failed `fsync` covered is not durable
//! even when a later one succeeds.

use std::{thread::sleep, time::Duration};

use crate::{
    chance::{Chance, rounds},
    company::Company,
    crowd::{Crowd, wait_until},
    faulty::{Fault, Faulty},
    ledger::Ledger,
};

#[test]
fn a_power_cut_leaves_all_that_was_acknowledged_also_after_a_failed_fsync() {
    let (cuts, mut chance) = (rounds(4, 5), Chance::new("power cuts"));
    let mut company = Company::in_file();
    let faulty = Faulty::new(&mut company);
    let mut serving = company.serve();
    let mut crowd = Crowd::join(&company, 6, &mut chance);
    let (mut ledger, mut struck) = (Ledger::default(), 0);
    for cut in 1..=cuts {
        let failing = cut % 2 == 0;
        if failing {
            serving = crowd.work(|| {
                chance.wait_below(800);
                let before = faulty.struck();
                faulty.begin(Fault::Fsync);
                wait_until("an fsync fails", || faulty.struck() > before);
                chance.wait_below(300);
                let mut serving = serving;
                if cut % 4 == 0 {
                    // Killed with a commit that failed: the next start finds it in the log, and nowhere else.
                    drop(serving);
                    faulty.end();
                    serving = company.serve();
                }
                faulty.end();
                sleep(Duration::from_millis(200));
                serving
            });
        }
        crowd.work(|| {
            chance.wait_below(1500);
            drop(serving);
        });
        struck += faulty.struck();
        faulty.cut_power(&mut chance);
        serving = company.serve();
        let entries = ledger.check(&company, &crowd);
        let (done, doubtful) = crowd.told();
        println!(
            "power cuts {cut} of {cuts}{}: {done} acknowledged actions are all there, {doubtful} in doubt, \
             {entries} entries checked",
            if failing { ", after a failed fsync" } else { "" }
        );
    }
    assert!(struck > 0, "fsync failed");
    serving.stop().expect("stops in order");
}
