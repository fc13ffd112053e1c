//! Accepts connections and gives each a limited time to say what it wants.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body};
use futures::future::Either;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::TcpListener,
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

use crate::visit::Peer;

/// How long the head of a request may take, and how long a connection may be idle between two.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a client may read nothing of an answer before it is given up.
const READ_TIME: Duration = Duration::from_secs(30);
/// How many connections there are at most; others wait in the operating system's queue.
const CONNECTIONS: usize = 2048;
/// How long requests in hand may take once the server was told to stop.
const LAST_WORDS: Duration = Duration::from_secs(20);
/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 32 * 1024;
/// Most header fields of a request.
const MOST_FIELDS: usize = 64;

/// Serves until `stop` resolves, then finishes the requests in hand.
pub async fn serve(listener: TcpListener, app: Router, stop: impl Future<Output = ()>) {
    serve_within(listener, app, stop, HEAD_TIME, READ_TIME).await;
}

/// As [`serve`], with other limits: for the head of a request, and for a client that reads nothing of its answer.
pub async fn serve_within(
    listener: TcpListener,
    app: Router,
    stop: impl Future<Output = ()>,
    head_time: Duration,
    read_time: Duration,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head_time).max_headers(MOST_FIELDS).max_buf_size(LONGEST_HEAD);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = std::pin::pin!(async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        });
        let (place, accepted) = match futures::future::select(accepted, &mut stop).await {
            Either::Left((accepted, _)) => accepted,
            Either::Right(_) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, most likely: waiting gives others the time to end.
                tracing::warn!(kind = ?error.kind(), "a connection was not accepted");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(read_time));
        let app = app.clone();
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            app.clone().oneshot(request.map(Body::new))
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), service));
        tokio::spawn(async move {
            // A client that is slow, gone or speaks no HTTP is its own affair.
            if let Err(error) = connection.await {
                tracing::debug!(timeout = error.is_timeout(), "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if timeout(LAST_WORDS, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still in hand when the time for them was over");
    }
}
