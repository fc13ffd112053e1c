//! Several processes on one database: the server, imports beside it, and verifications from outside.

use std::{fs, process::Stdio};

use axum::http::Method;
use futures::future::join_all;
use heliodesk_desk::clock::Clock;
use heliodesk_wire::Role;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    tcp,
    world::{Answer, HOST, Setting, World, form, request},
};

/// Two worlds that go by the machine's clock, as processes do.
async fn worlds() -> [World; 2] {
    World::both_with(&Setting { clock: Clock::System, ..Setting::default() }).await
}

/// Writes an import of as many customers, each with one order; customer and order have the same number.
fn file(world: &World, name: &str, first: u32, count: u32) {
    let line = |number: u32| {
        format!(
            "{{\"number\":\"C-{number}\",\"name\":\"Ann Bee {number}\",\"email\":\"a{number}@example.net\",\
             \"account\":\"active\",\"orders\":[{{\"number\":\"O-{number}\",\"stage\":\"lead\",\"price_minor\":1,\
             \"currency\":\"USD\"}}]}}\n"
        )
    };
    fs::write(world.folder.path(name), (first..first + count).map(line).collect::<String>()).expect("writes");
}

/// What `heliodesk trail verify` says; it finds nothing wrong.
fn verified(world: &World) -> String {
    let done = world.folder.run(&["trail", "verify"]);
    let said = String::from_utf8(done.stdout).expect("text");
    assert_eq!(done.status.code(), Some(0), "{said}");
    said
}

/// An edit, sent again as long as the server is busy: then nothing was changed.
async fn edit(world: &World, cookies: &str, fields: &[(&str, &str)]) -> Answer {
    for _ in 0..20 {
        let answer = world.send(request(Method::POST, "/api/orders/edit", cookies, &form(fields))).await;
        if answer.status != 503 {
            return answer;
        }
    }
    panic!("the server stays busy");
}

#[tokio::test]
async fn a_server_with_thirty_two_writers_and_imports_beside_it_leave_one_unforked_trail() {
    for mut world in worlds().await {
        file(&world, "first.jsonl", 1000, 32);
        assert!(world.folder.run(&["import", "--file", "first.jsonl"]).status.success());
        let server = world.serve();
        let cookies = world.join(Role::Support).await.cookies();
        let before = world.entries().await;

        let imports = [("a.jsonl", 2000), ("b.jsonl", 3000), ("c.jsonl", 4000)].map(|(name, first)| {
            file(&world, name, first, 25);
            let mut import = world.folder.program(&["import", "--file", name]);
            import.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
        });
        // Each writer changes an order of its own, and all of them want the same one.
        let writers = (1000..1032).map(|number: u32| {
            let (world, cookies) = (&world, &cookies);
            async move {
                let own = [("order", &*format!("O-{number}")), ("version", "1"), ("panels", "12")];
                let same = [("order", "O-900001"), ("version", "1"), ("panels", &*number.to_string())];
                assert_eq!(edit(world, cookies, &own).await.status, 200);
                edit(world, cookies, &same).await.status
            }
        });
        let told = join_all(writers).await;
        for import in imports {
            let done = import.wait_with_output().expect("ends");
            assert_eq!(done.status.code(), Some(0), "{done:?}");
            assert_eq!(String::from_utf8(done.stdout).expect("text"), "25 new, 0 changed, 0 unchanged\n");
        }
        assert_eq!(told.iter().filter(|status| **status == 200).count(), 1, "{told:?}");
        assert!(told.iter().all(|status| [200, 409].contains(status)), "{told:?}");

        let expected = before + 32 + 1 + 3 * 25;
        assert_eq!(world.entries().await, expected, "nothing is lost, nothing is there twice");
        let whole = format!("{expected} entries, all as recorded; the checkpoint over {expected} agrees\n");
        assert_eq!(verified(&world), whole, "while it serves");
        let trail = world.trail().await;
        for (number, entry) in (1..).zip(&trail) {
            assert_eq!(entry["seq"], number);
        }
        let count = |action: &str| trail.iter().filter(|entry| entry["action"] == action).count();
        assert_eq!((count("order.edited"), count("customer.imported")), (33, 2 + 32 + 3 * 25));
        server.tell_to_stop();
        server.end();
        let exported = expected + 1;
        let whole = format!("{exported} entries, all as recorded; the checkpoint over {exported} agrees\n");
        assert_eq!(verified(&world), whole, "and afterwards");
    }
}

#[tokio::test]
async fn a_request_in_hand_at_shutdown_is_answered_and_covered_by_the_last_checkpoint() {
    for mut world in worlds().await {
        let server = world.serve();
        let cookies = world.join(Role::Support).await.cookies();
        let before = world.entries().await;
        let body = form(&[("order", "O-900001"), ("version", "1"), ("panels", "30")]);
        let head = format!(
            "POST /api/orders/edit HTTP/1.1\r\nHost: {HOST}\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookies}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(&server.address).await.expect("connects");
        stream.write_all(head.as_bytes()).await.expect("writes");
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).await.expect("the server asks for the body");
        assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

        server.tell_to_stop();
        while TcpStream::connect(&server.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        stream.write_all(body.as_bytes()).await.expect("writes");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("the connection ends with its answer");
        let answer = tcp::answer(&answer);
        assert_eq!((answer.status, &answer.json()["version"]), (200, &2.into()), "{}", answer.text);
        let log = server.end();
        assert!(log.last().is_some_and(|line| line.contains("\"stopped\"")), "{log:?}");

        let checkpoint = fs::read_to_string(world.folder.path("checkpoints/checkpoint")).expect("a checkpoint");
        assert_eq!(checkpoint.lines().nth(1), Some(&*(before + 1).to_string()), "{checkpoint}");
        assert_eq!(world.trail().await.last().map(|entry| entry["action"].clone()), Some("order.edited".into()));
    }
}
