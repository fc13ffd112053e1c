//! `heliodesk serve`: the web server.

use std::{sync::Arc, time::Duration};

use clap::Args;
use heliodesk_desk::{Desk, access::Request, demo, denials::Denials, sign_in};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    time::timeout,
};

use crate::{
    failure::Failure,
    listener, opening,
    settings::Settings,
    stack::{self, Options},
    telemetry,
};

/// How often refusals whose minute is over are looked for.
const SETTLE: Duration = Duration::from_secs(5);

/// Serves until SIGTERM or SIGINT, finishes the requests in hand and publishes a checkpoint.
#[derive(Debug, Args)]
pub struct Serve {}

impl Serve {
    /// Serves.
    ///
    /// # Errors
    /// Why it did not start, or what it could not finish.
    pub async fn run(self, settings: &Settings) -> Result<(), Failure> {
        // All that can be wrong is found before anything is opened.
        let (address, origin) = (settings.address()?, settings.origin()?);
        let proxies = settings.trusted_proxies()?;
        telemetry::start(settings.log_level()?);
        let stop = stopped()?;
        let desk = opening::checked(settings).await?;
        // A demo that was cut off has left some to be made, and nothing is found quickly without them.
        demo::index(&desk.server_command(), |done, of| tracing::info!(done, of, "an index is made")).await?;
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|e| Failure::setting(format!("HELIODESK_ADDR {address}: {e}")))?;

        let options = Options { proxies, ..Options::new(&desk, origin.clone()) };
        let denials = options.denials.clone();
        let publisher = tokio::spawn({
            let desk = desk.clone();
            async move { desk.publish_checkpoints().await }
        });
        let (ending, ended) = oneshot::channel();
        let settler = tokio::spawn(settle(desk.clone(), denials.clone(), ended));
        if origin.is_https() && options.proxies.is_empty() {
            tracing::warn!("HELIODESK_TRUSTED_PROXIES is not set: all clients behind a proxy are throttled as one");
        }
        tracing::info!(origin = origin.as_str(), %address, "serving");
        listener::serve(listener, stack::app(desk.clone(), options), stop).await;
        publisher.abort();
        // Broken off, it could lose the counts in its hands.
        drop(ending);
        let _ = settler.await;
        finish(&desk, &denials).await
    }
}

/// Nothing recorded may be lost, so the counts go to the trail first and the checkpoint comes last.
async fn finish(desk: &Desk, denials: &Denials) -> Result<(), Failure> {
    denials.finish().await?;
    desk.publish_now().await?;
    desk.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Writes what was counted and is over: refusals of a minute, failed ceremonies of an hour. Again and again, until the
/// other half of `ended` is dropped.
async fn settle(desk: Desk, denials: Arc<Denials>, mut ended: oneshot::Receiver<()>) {
    let nobody = desk.anyone(&Request { id: desk.clock().id(), ..Request::default() });
    while timeout(SETTLE, &mut ended).await.is_err() {
        for settled in [denials.settle().await, sign_in::settle(&nobody).await] {
            if let Err(error) = settled {
                tracing::error!(code = error.code(), %error, "counts wait for the database");
            }
        }
    }
}

/// Resolves at the first SIGTERM or SIGINT.
fn stopped() -> Result<impl Future<Output = ()>, Failure> {
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}
