//! Clients that take their time, many at once: they are cut off, and everybody else is served meanwhile.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};

use heliodesk_bench::{http::HOST, people::Person};

use crate::{chance::Chance, company::Company, crowd::Crowd, ledger::Ledger};

/// Connections that say nothing.
const IDLE: usize = 500;
/// Clients that send a byte now and then: some in the head of a request, some in its body.
const SLOW: usize = 20;
/// Heads and bodies have ten seconds each; a busy machine may be late.
const GIVEN_UP: Duration = Duration::from_secs(40);
/// How long anybody else may wait for an answer.
const SERVED: Duration = Duration::from_secs(5);

/// A client and what it was answered.
struct Slow {
    stream: TcpStream,
    answer: Vec<u8>,
    over: bool,
}

impl Slow {
    fn saying(company: &Company, words: &str) -> Self {
        let mut stream = TcpStream::connect(company.desk.place.0).expect("connects; `ulimit -n` must be 1,100 or more");
        stream.write_all(words.as_bytes()).expect("is listened to");
        stream.set_nonblocking(true).expect("sets");
        Self { stream, answer: Vec::new(), over: false }
    }

    /// Says one byte more, and hears whether it is over.
    fn go_on(&mut self, word: &[u8]) {
        let mut bytes = [0; 4096];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => break self.over = true,
                Ok(read) => self.answer.extend(&bytes[..read]),
                Err(why) if why.kind() == ErrorKind::WouldBlock => break,
                Err(_) => break self.over = true,
            }
        }
        let _ = self.stream.write(word);
    }
}

#[test]
fn slow_and_silent_clients_are_cut_off_while_others_are_served() {
    let mut chance = Chance::new("clients");
    let company = Company::in_file();
    let serving = company.serve();
    let mut crowd = Crowd::join(&company, 4, &mut chance);
    let slow = Person::join(&company.desk, "support", 100).expect("joins");
    let posting = format!(
        "POST /api/orders/edit HTTP/1.1\r\nHost: {HOST}\r\nCookie: {}\r\nX-Forwarded-For: {}\r\n\
         Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n\
         ask%5Border%5D=O-900000&ask%5Bversion%5D=1&ask%5Bprice_minor%5D=",
        slow.cookies(),
        slow.address,
    );
    let asking = format!("GET /sign-in HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ");
    let (from, mut longest) = (Instant::now(), Duration::ZERO);
    let (idle, heads, bodies) = crowd.work(|| {
        let many = |words: &str, count| (0..count).map(|_| Slow::saying(&company, words)).collect::<Vec<_>>();
        let (mut idle, mut heads, mut bodies) = (many("", IDLE), many(&asking, SLOW), many(&posting, SLOW));
        while idle.iter().chain(&heads).chain(&bodies).any(|client| !client.over) && from.elapsed() < GIVEN_UP {
            idle.iter_mut().for_each(|client| client.go_on(b""));
            heads.iter_mut().chain(&mut bodies).for_each(|client| client.go_on(b"1"));
            for path in ["/healthz", "/sign-in"] {
                let asked = Instant::now();
                let answer = company.desk.place.send("GET", path, &[], "").expect("others are served");
                assert_eq!(answer.status, 200, "{path}");
                longest = longest.max(asked.elapsed());
            }
            sleep(Duration::from_millis(200));
        }
        (idle, heads, bodies)
    });
    let to = Instant::now();
    for (kind, clients) in [("idle", &idle), ("slow heads", &heads), ("slow bodies", &bodies)] {
        let left = clients.iter().filter(|client| !client.over).count();
        assert_eq!(left, 0, "{kind} are cut off; nobody else waited longer than {longest:.1?}\n{}", company.log());
    }
    for body in bodies {
        let told = String::from_utf8_lossy(&body.answer).into_owned();
        assert!(told.starts_with("HTTP/1.1 408") && told.contains("too_slow"), "{told}");
    }
    let [unanswered, failed, busy] = [0, 500, 503].map(|status| crowd.failed_between(status, from, to));
    let done = crowd.done_between(from, to);
    // A disk that hangs for a while makes somebody wait too long now and then.
    let served = unanswered + failed == 0 && done > 10 * busy && longest < SERVED;
    assert!(served, "{done} acts were done, {failed} failed, {busy} were too late, {longest:?}\n{}", company.log());
    let entries = Ledger::default().check_twice(&company, &crowd, serving);
    println!(
        "{IDLE} idle and {} slow clients, cut off after {:.1?}: {done} acts done meanwhile, nobody waited longer than \
         {longest:.1?}; {entries} entries checked",
        2 * SLOW,
        to - from,
    );
}
