//! The layers in front of every page and function, in their order. Nothing reaches Leptos that did not pass all of them.
//!
//! ```text
//! listener    connections, header time                                     listener.rs
//! envelope    request id, nonce, security headers, panics, room, log       envelope.rs
//! guard       the order of refusal, below; then what was refused to        here, denied.rs
//!             somebody signed in goes to the trail, before the answer
//! cookies     a session that began in this request gets its cookie          identity.rs
//! router      pages and functions of `heliodesk_app`
//! ```
//!
//! Only `/healthz`, `/readyz` (probes) and `/assets/…` (files of the build, about nobody) are not in the policy table.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
        request::Parts,
    },
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use heliodesk_app::App;
use heliodesk_desk::{
    Desk,
    denials::{self, Denials},
    policy::{self, Row},
    sessions,
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    address::{Block, Site},
    asked::{self, declared, is_form, is_our_host, is_read},
    assets, body, cross_site, denied, envelope, identity,
    origin::Origin,
    probes,
    refusal::Refusal,
    throttle::Throttle,
    visit::Visit,
};

/// The longest body, in bytes. A passkey's answer has 3,000, the longest form 10,000.
pub const LONGEST_BODY: usize = 64 * 1024;

/// How much at once, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many requests are answered at the same time.
    pub room: usize,
    /// How long others wait for room before they are sent away.
    pub queue: Duration,
    /// How long a body may take to arrive.
    pub body: Duration,
    /// How long an answer may take to make.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            room: 256,
            queue: Duration::from_secs(2),
            body: Duration::from_secs(10),
            answer: Duration::from_secs(15),
        }
    }
}

/// How the layers are set.
#[derive(Debug)]
pub struct Options {
    /// The address people browse.
    pub origin: Origin,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<Block>,
    /// Refusals whose minute is not over; to be finished when the server stops.
    pub denials: Arc<Denials>,
    /// How much at once, and for how long.
    pub limits: Limits,
}

impl Options {
    /// For people who browse `origin`, without proxies.
    #[must_use]
    pub fn new(desk: &Desk, origin: Origin) -> Self {
        let denials = Arc::new(Denials::new(desk.clone()));
        Self { origin, proxies: Vec::new(), denials, limits: Limits::default() }
    }
}

/// What the layers share.
#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) app: App,
    pub(crate) options: Options,
    pub(crate) throttle: Throttle,
    pub(crate) room: Semaphore,
    pub(crate) looked: probes::Looked,
    /// Refusals of people who are not signed in, since the start.
    pub(crate) refused: AtomicU64,
}

impl Stack {
    pub(crate) fn desk(&self) -> &Desk {
        &self.app.desk
    }
}

/// The whole program behind one listener.
pub fn app(desk: Desk, options: Options) -> Router {
    let app = App { desk, assets: *assets::manifest() };
    let stack = Arc::new(Stack {
        app: app.clone(),
        room: Semaphore::new(options.limits.room),
        options,
        throttle: Throttle::default(),
        looked: probes::Looked::default(),
        refused: AtomicU64::new(0),
    });
    let cookies = identity::cookies(&app.desk);
    heliodesk_app::router(app)
        .layer(cookies)
        .route("/healthz", get(probes::alive))
        .route("/readyz", get(probes::ready).with_state(stack.clone()))
        .route(assets::ROUTE, get(assets::serve))
        .layer(middleware::from_fn_with_state(stack.clone(), guard))
        .layer(middleware::from_fn_with_state(stack, envelope::wrap))
}

/// Lets a request through or refuses it, and records what was refused.
async fn guard(State(stack): State<Arc<Stack>>, request: Request, next: Next) -> Response {
    let (mut parts, mut body) = request.into_parts();
    let secret = identity::secret(&parts.headers);
    let mut visit = Visit::new(&parts, &stack.options.proxies, envelope::id(&parts), secret);
    let code = denied::Code::default();
    parts.extensions.insert(code.clone());
    let admitted = admit(&stack, &mut visit, &mut parts, &mut body).await;
    visit.sender.background = visit.row.is_some_and(|row| row.background);
    parts.extensions.insert(visit.sender.clone());
    let answer = match admitted {
        Ok(body) => {
            let answer = timeout(stack.options.limits.answer, next.run(Request::from_parts(parts.clone(), body))).await;
            match answer {
                Ok(answer) => answer,
                // Broken off in its commit, it may have been done: nobody may be told that it was not.
                Err(_) => Refusal::Code("no_answer").answer(&stack.app, parts).await,
            }
        }
        Err(refusal) => {
            code.set(refusal.code());
            body::discard(body);
            refusal.answer(&stack.app, parts).await
        }
    };
    denied::record(&stack, &mut visit, &code, answer).await
}

/// The order of refusal (PRODUCT §3). Whatever depends on a field's value comes after it, in the back end.
async fn admit(stack: &Stack, visit: &mut Visit, parts: &mut Parts, body: &mut Body) -> Result<Body, Refusal> {
    let desk = stack.desk();
    // 413: declared too large.
    if declared(parts).is_some_and(|length| length > LONGEST_BODY) {
        return Err(Refusal::Code("too_large"));
    }
    // 421: another host. Probes come by address.
    if probes::is_probe(parts.uri.path()) {
        return Ok(Body::empty());
    }
    if !is_our_host(parts, &stack.options.origin) {
        return Err(Refusal::Code("wrong_host"));
    }
    if parts.uri.path().starts_with("/assets/") {
        return if is_read(&parts.method) { Ok(Body::empty()) } else { Err(Refusal::Method("GET, HEAD")) };
    }
    // 404: a path, or a function behind `?do=`, that is not in the table. 405: another method than the table's.
    let row = asked::row(parts)?;
    visit.row = Some(row);
    // 403: from another site, which may lead people here but neither post nor embed.
    let ours = if is_read(&parts.method) {
        !cross_site::is_embedded(&parts.headers)
    } else {
        cross_site::is_ours(&parts.headers, &stack.options.origin)
    };
    if !ours {
        return Err(Refusal::Code("cross_site"));
    }
    visit.subject = parts.uri.path().split('/').find_map(denials::subject);
    // 429: too often, by address or account. 401: not signed in.
    let site = Site::of(visit.address);
    stack.throttle.site(site)?;
    let presence = visit.presence(desk).await?.cloned();
    match &presence {
        Some(presence) => stack.throttle.person(presence.staff(), row.path)?,
        None if is_read(&parts.method) => {}
        None => stack.throttle.stranger(site)?,
    }
    if presence.is_none() && !row.is_open() {
        return Err(if is_read(&parts.method) { Refusal::SignIn } else { Refusal::Code("signed_out") });
    }
    // 403: the role lacks the permission.
    if let Some(presence) = &presence {
        parts.extensions.insert(presence.viewer());
        // A form may be posted to a page only by who may see it.
        for row in [row].into_iter().chain(policy::find(parts.uri.path())) {
            visit.row = Some(row);
            if !row.allows(presence.role()) {
                return Err(Refusal::Code("forbidden"));
            }
        }
        visit.row = Some(row);
    }
    let body = if is_read(&parts.method) { Body::empty() } else { posted(stack, visit, parts, row, body).await? };
    // What goes on is written anew, so it has another length.
    parts.headers.remove(CONTENT_LENGTH);
    if let Some(presence) = presence.filter(|_| !row.background) {
        sessions::seen(desk, &presence).await?;
    }
    Ok(body)
}

/// Reads a post's body, all of it, and gives it back once its keys are known to be the function's.
async fn posted(
    stack: &Stack,
    visit: &mut Visit,
    parts: &Parts,
    row: &'static Row,
    body: &mut Body,
) -> Result<Body, Refusal> {
    // 415: not a form. A post that carries nothing needs no type.
    let is_empty = declared(parts).unwrap_or(0) == 0 && !parts.headers.contains_key(TRANSFER_ENCODING);
    let untyped = !parts.headers.contains_key(CONTENT_TYPE) && is_empty && row.fields.is_empty();
    if !untyped && !is_form(parts) {
        return Err(Refusal::Code("wrong_type"));
    }
    // 413: more than was declared, or nothing was.
    let bytes = timeout(stack.options.limits.body, Limited::new(body, LONGEST_BODY).collect()).await;
    let bytes: Bytes = match bytes {
        Err(_) => return Err(Refusal::Code("too_slow")),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Refusal::Code("too_large")),
        Ok(Err(_)) => return Err(Refusal::Code("invalid")),
        Ok(Ok(whole)) => whole.to_bytes(),
    };
    // 422: anything in it that is not one of the function's fields, once.
    let fields = body::Fields::read(&bytes, row.fields).map_err(|body::Junk| Refusal::Code("invalid"))?;
    let about = ["customer", "order", "target"].into_iter().find_map(|name| fields.get(name));
    visit.subject = about.and_then(denials::subject).or(visit.subject.take());
    // 429: one account's sign-ins from one address.
    if let ("/api/sign-in/begin", Some(email)) = (row.path, fields.get("email")) {
        let email = if email.is_empty() { identity::remembered(&parts.headers).unwrap_or_default() } else { email };
        stack.throttle.sign_in(Site::of(visit.address), email)?;
    }
    Ok(Body::from(fields.encode()))
}
