//! MariaDB stopped or killed in the middle of transactions, and started again.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use heliodesk_testbed::MariaDb;

use crate::{
    chance::{Chance, rounds},
    company::Company,
    crowd::Crowd,
    ledger::Ledger,
};

#[test]
fn mariadb_may_stop_and_come_back_and_the_program_goes_on_by_itself() {
    let (times, mut chance) = (rounds(2, 10), Chance::new("MariaDB"));
    // One of its own: the others' must not go away.
    let server = MariaDb::start_durable().unwrap_or_else(|why| panic!("{why}"));
    let company = Company::on(&server);
    let serving = company.serve();
    let mut crowd = Crowd::join(&company, 6, &mut chance);
    let mut ledger = Ledger::default();
    for time in 1..=times {
        let signal = if time % 2 == 1 { "-KILL" } else { "-TERM" };
        let (from, to) = crowd.work(|| {
            sleep(Duration::from_millis(200));
            chance.wait_below(600);
            server.end(signal);
            let from = Instant::now();
            assert_eq!(ready(&company), 503, "it says that it cannot serve");
            chance.wait_below(1000);
            let to = Instant::now();
            server.start_again();
            (from, to)
        });
        assert_eq!(crowd.done_between(from, to), 0, "nothing is acknowledged meanwhile");
        crowd.goes_on(&company);
        assert_eq!(ready(&company), 200);
        let entries = ledger.check(&company, &crowd);
        let (done, doubtful) = crowd.told();
        println!(
            "MariaDB ended {time} of {times} ({signal}): {done} acknowledged actions are all there, {doubtful} in doubt, \
             {entries} entries checked"
        );
    }
    ledger.check_twice(&company, &crowd, serving);
}

fn ready(company: &Company) -> u16 {
    // One look is the answer for a second.
    sleep(Duration::from_millis(1100));
    company.desk.place.send("GET", "/readyz", &[], "").expect("answers").status
}
