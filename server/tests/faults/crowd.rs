//! Several people who work with the program at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use heliodesk_bench::people::Person;

use crate::{
    chance::Chance,
    company::Company,
    worker::{Acted, Told, Worker},
};

/// How long it may take until somebody is served again.
const PATIENCE: Duration = Duration::from_secs(60);

/// People who are signed in, each with their passkey in software and an address of their own.
pub struct Crowd<'a> {
    pub workers: Vec<Worker<'a>>,
    failures: Arc<AtomicUsize>,
}

/// Waits until something is so.
pub fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

impl<'a> Crowd<'a> {
    /// Invites, enrols and signs in so many of support and one engineer, who reads the trail. The program serves.
    pub fn join(company: &'a Company, support: usize, chance: &mut Chance) -> Self {
        let join = |role, number| Person::join(&company.desk, role, number).unwrap_or_else(|why| panic!("{why}"));
        let failures = Arc::new(AtomicUsize::new(0));
        let mut worker = |role, number| {
            Worker::new(join(role, number), number, role == "engineer", chance.another(), failures.clone())
        };
        let mut workers: Vec<Worker> = (0..support).map(|number| worker("support", number)).collect();
        workers.push(worker("engineer", support));
        Self { workers, failures }
    }

    /// Lets all of them work while `meanwhile` runs, and waits until the last answer is there.
    pub fn work<T>(&mut self, meanwhile: impl FnOnce() -> T) -> T {
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let working: Vec<_> = self.workers.iter_mut().map(|worker| scope.spawn(|| worker.work(&stop))).collect();
            // However it ends, they stop.
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(meanwhile));
            stop.store(true, Ordering::Relaxed);
            for worker in working {
                worker.join().expect("works until told to stop");
            }
            done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// What waits until somebody is told once more that it failed.
    pub fn next_failure(&self) -> impl Fn() + use<> {
        let (failures, before) = (self.failures.clone(), self.failures.load(Ordering::Relaxed));
        move || wait_until("somebody is told that it failed", || failures.load(Ordering::Relaxed) > before)
    }

    /// Waits until somebody's change is acknowledged.
    pub fn goes_on(&mut self, company: &Company) {
        let began = Instant::now();
        let worker = &mut self.workers[0];
        while !matches!(worker.find_session().and_then(|()| worker.edit_own()), Ok(Told::Done(_))) {
            assert!(began.elapsed() < PATIENCE, "nobody is served any more\n{}", company.log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// How many acts were acknowledged that began after `from` and were answered before `to`.
    pub fn done_between(&self, from: Instant, to: Instant) -> usize {
        self.acted().filter(|acted| is_done(acted) && acted.began >= from && acted.ended <= to).count()
    }

    /// How many acts were answered with this status in that time; 0 where nobody answered.
    pub fn failed_between(&self, status: u16, from: Instant, to: Instant) -> usize {
        let failed = self.acted().filter(|acted| acted.told == Told::Unknown(status));
        failed.filter(|acted| acted.began >= from && acted.ended <= to).count()
    }

    /// How many acts were acknowledged, and how many are in doubt.
    pub fn told(&self) -> (usize, usize) {
        let doubtful = self.acted().filter(|acted| matches!(acted.told, Told::Unknown(_))).count();
        (self.acted().filter(|acted| is_done(acted)).count(), doubtful)
    }

    fn acted(&self) -> impl Iterator<Item = &Acted> {
        self.workers.iter().flat_map(|worker| &worker.acted)
    }
}

fn is_done(acted: &Acted) -> bool {
    matches!(acted.told, Told::Done(_))
}
