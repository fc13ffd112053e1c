//! Answers that take their time, and too many requests at once.

use std::{fs::File, io, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request},
};
use futures::{
    future::{join, join_all},
    stream,
};
use heliodesk_desk::staff;
use heliodesk_server::{Limits, Options, app, origin::Origin};
use heliodesk_wire::Role;
use serde_json::Value;
use tokio::{sync::oneshot, time::timeout};
use tower::ServiceExt as _;

use crate::{
    orders::value,
    world::{ORIGIN, Setting, World, form, request},
};

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A post whose body comes when it is told to.
struct Held {
    request: Request<Body>,
    /// Resolves when the body is asked for: then the sender was already looked up and let in.
    asked: oneshot::Receiver<()>,
    go: oneshot::Sender<()>,
}

fn held(path: &str, cookies: &str, fields: &[(&str, &str)]) -> Held {
    let ((asking, asked), (go, gone)) = (oneshot::channel(), oneshot::channel::<()>());
    let text = form(fields);
    let mut request = request(Method::POST, path, cookies, &text);
    *request.body_mut() = Body::from_stream(stream::once(async move {
        let _ = asking.send(());
        let _ = gone.await;
        Ok::<_, io::Error>(text)
    }));
    Held { request, asked, go }
}

pub(crate) const EDIT: [(&str, &str); 3] = [("order", "O-900001"), ("version", "1"), ("panels", "30")];

/// The same program with so much time for an answer.
fn hurried(world: &World, answer: Duration) -> Router {
    let limits = Limits { answer, ..Limits::default() };
    app(world.desk.clone(), Options { limits, ..Options::new(&world.desk, Origin::parse(ORIGIN).expect("an origin")) })
}

/// Posts an edit to one of the programs of this world; the status, and the code of a refusal.
async fn edit(app: &Router, cookies: &str, version: u64, panels: u128) -> (u16, String) {
    let fields = [("order", "O-900001"), ("version", &*version.to_string()), ("panels", &*panels.to_string())];
    let post = request(Method::POST, "/api/orders/edit", cookies, &form(&fields));
    let answer = app.clone().oneshot(post).await.expect("answers");
    let (status, body) = (answer.status().as_u16(), to_bytes(answer.into_body(), usize::MAX).await.expect("a body"));
    let json: Value = serde_json::from_slice(&body).expect("JSON");
    (status, json["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_broken_off_and_leaves_change_and_entry_or_neither() {
    for world in World::both().await {
        let mut mia = world.join(Role::Support).await;
        let cookies = mia.cookies();
        // Nothing that asks the database is done in no time; with more, it is broken off further on.
        let mut version = 1;
        for time in [0, 1, 2, 4, 8, 16, 32, 64].map(Duration::from_millis) {
            let (status, code) = edit(&hurried(&world, time), &cookies, version, 30 + time.as_millis()).await;
            // A commit may still be under way. The first look is recorded after it; the second sees what it left.
            mia.get("/orders/O-900001").await;
            let now: u64 = value(&mia.get("/orders/O-900001").await, "version").parse().expect("a number");
            match (status, &*code) {
                (200, "") => assert_eq!(now, version + 1, "{time:?}"),
                (503, "no_answer") => assert!(now == version || !time.is_zero() && now == version + 1, "{time:?}"),
                other => panic!("{time:?}: {other:?}"),
            }
            version = now;
        }
        assert_eq!(edit(&world.app, &cookies, version, 99).await.0, 200);
        let edited = world.trail().await.iter().filter(|entry| entry["action"] == "order.edited").count();
        assert_eq!(edited, usize::try_from(version).expect("fits"), "as many entries as changes");
    }
}

#[tokio::test]
async fn a_database_that_hangs_is_given_up_and_served_from_again_once_it_answers() {
    for world in World::both().await {
        // SQLite has no other writers but those of this program.
        let Some(database) = world.database.clone() else { continue };
        let mia = world.join(Role::Support).await;
        let holder = tokio::task::spawn_blocking({
            let database = database.clone();
            let hold = "BEGIN; UPDATE trail_head SET size = size; SELECT GET_LOCK(DATABASE(), 0); SELECT SLEEP(60)";
            move || database.run_as_app(hold)
        });
        let holds = loop {
            match database.run("SELECT IS_USED_LOCK(DATABASE())").trim() {
                "NULL" => assert!(!holder.is_finished(), "the trail's lock is held"),
                connection => break connection.to_owned(),
            }
        };
        let late = edit(&hurried(&world, Duration::from_millis(300)), &mia.cookies(), 1, 30).await;
        assert_eq!(late, (503, "no_answer".to_owned()));
        database.run(&format!("KILL {holds}"));
        assert!(holder.await.expect("ends").is_err());
        assert_eq!(edit(&world.app, &mia.cookies(), 1, 31).await.0, 200, "nothing was done, and nothing is held");
    }
}

#[tokio::test]
async fn more_than_there_is_room_for_is_sent_away_and_served_again_by_itself() {
    let limits = Limits { room: 2, queue: Duration::from_millis(50), ..Limits::default() };
    for world in World::both_with(&Setting { limits, ..Setting::default() }).await {
        let mut mia = world.join(Role::Support).await;
        let cookies = mia.cookies();
        let one = held("/api/orders/edit", &cookies, &EDIT);
        let two =
            held("/api/pipeline/move", &cookies, &[("order", "O-900003"), ("version", "1"), ("next_step", "Call")]);
        let before = world.entries().await;
        let inside = join(world.send(one.request), world.send(two.request));
        let outside = async {
            let _ = join(one.asked, two.asked).await;
            for (method, path) in [(Method::GET, "/me"), (Method::POST, "/api/sign-out"), (Method::GET, "/sign-in")] {
                let away = mia.send(request(method, path, &cookies, "")).await;
                assert_eq!((away.status, away.json()["code"].as_str()), (503, Some("busy")), "{path}");
                assert_eq!((away.header("retry-after"), away.header("cache-control")), ("1", "no-store"), "{path}");
            }
            for probe in ["/healthz", "/readyz"] {
                assert_eq!(world.get(probe).await.status, 200, "a full house is alive: {probe}");
            }
            let _ = (one.go.send(()), two.go.send(()));
        };
        let ((one, two), ()) = join(inside, outside).await;
        assert_eq!((one.status, two.status), (200, 200), "those inside are served: {} {}", one.text, two.text);
        assert_eq!(world.entries().await, before + 2, "who was sent away did nothing");
        assert_eq!(mia.get("/me").await.status, 200, "there is room again");
    }
}

/// Posts that are let in while their session lives; then it is ended, then their bodies come.
async fn ended_meanwhile(world: &World, cookies: &str, end: impl Future<Output = ()>) {
    let reveal = [
        ("customer", "C-900001"),
        ("field", "phone"),
        ("category", "caller_asked"),
        ("order", "O-900001"),
        ("details", ""),
    ];
    let search = [("term", "amelia.rivers@example.net"), ("kind", "")];
    let (mut requests, mut asked, mut go) = (Vec::new(), Vec::new(), Vec::new());
    for (path, fields) in [
        ("/api/customers/reveal", &reveal[..]),
        ("/api/customers/search", &search),
        ("/api/orders/edit", &EDIT),
        ("/orders/O-900001?do=orders/edit", &EDIT),
    ] {
        let held = held(path, cookies, fields);
        requests.push(world.send(held.request));
        asked.push(held.asked);
        go.push(held.go);
    }
    let ended = async {
        join_all(asked).await.into_iter().for_each(|asked| asked.expect("is read"));
        end.await;
        let entries = world.entries().await;
        go.into_iter().for_each(|go| go.send(()).expect("still waits"));
        entries
    };
    let (answers, before) = join(join_all(requests), ended).await;
    for answer in answers {
        assert_eq!(answer.status, 401, "{}", answer.text);
        // Whole values only: three digits may stand in a nonce or an id by chance.
        for shown in ["555 0142", "5205550142", "Amelia"] {
            assert!(!answer.text.contains(shown), "{}", answer.text);
        }
    }
    assert_eq!(world.entries().await, before);
}

#[tokio::test]
async fn however_many_ask_whether_it_is_ready_others_are_served() {
    for world in World::both().await {
        let mut engineer = world.join(Role::Engineer).await;
        // Somebody publishes for a long while: whoever looks waits for the folder.
        let publishing = File::options().append(true).create(true).open(world.folder.path("checkpoints/lock"));
        let publishing = publishing.expect("opens");
        publishing.lock().expect("is free");
        // More than there are threads that may wait for files.
        let flood = join_all((0..600).map(|_| world.get("/readyz")));
        let page = tokio::select! {
            _ = flood => panic!("the folder is not free"),
            page = timeout(PATIENCE, engineer.get("/trail")) => page.expect("is served meanwhile"),
        };
        assert_eq!(page.status, 200, "{}", page.text);
        publishing.unlock().expect("is ours");
        assert_eq!(world.get("/readyz").await.text, "ok");
    }
}

#[tokio::test]
async fn an_ended_sessions_slow_request_neither_commits_nor_shows() {
    for world in World::both().await {
        let root = world.join(Role::Admin).await;
        let mut mia = world.join(Role::Support).await;
        mia.touch("customers/reveal", "C-900001").await;
        let (slow, session) = (mia.cookies(), mia.session().await);
        // The same person in another browser.
        mia.jar.clear();
        mia.sign_in().await;
        ended_meanwhile(&world, &slow, async {
            assert_eq!(mia.post("/api/sessions/end", &[("session", &session)]).await.status, 200);
        })
        .await;

        let id = mia.me().await.viewer.staff;
        mia.touch("customers/reveal", "C-900001").await;
        ended_meanwhile(&world, &mia.cookies(), async {
            staff::change_role(&root.actor().await, &id, Role::Engineer).await.expect("changes");
            staff::change_role(&root.actor().await, &id, Role::Support).await.expect("and back");
        })
        .await;
        mia.sign_in().await;
        mia.touch("customers/reveal", "C-900001").await;
        ended_meanwhile(&world, &mia.cookies(), async {
            staff::lock(&root.actor().await, &id).await.expect("locks");
        })
        .await;

        let mut ben = world.join_as("ben@desk.example", Role::Support).await;
        let edited = ben.post("/api/orders/edit", &EDIT).await;
        assert_eq!(edited.json()["version"], 2, "the order is as it was: {}", edited.text);
    }
}
