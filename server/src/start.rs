//! From settings to a running server, and back.

use std::net::{SocketAddr, UdpSocket};
use std::thread::JoinHandle;

use korero_sentences::{Key, key};
use tokio::net::TcpListener;
use tokio::task::JoinHandle as Task;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{info, warn};

use crate::app::App;
use crate::archive::{Archive, Shelf};
use crate::config::Settings;
use crate::fault::Fault;
use crate::limits::{STOP_GRACE, SWEEP};
use crate::metrics::Metrics;
use crate::performances::Sweeper;
use crate::relay::addresses::Reach;
use crate::relay::negotiation::Identity;
use crate::relay::{driver, lines};
use crate::{admin, archive, clock};

/// A server that runs until [`Running::stop`].
pub struct Running {
    /// Where HTTP listens.
    pub http_addr: SocketAddr,
    /// Where media listens (UDP).
    pub media_addr: SocketAddr,
    /// Where media listens for networks without UDP (TCP).
    pub media_tcp_addr: SocketAddr,
    app: App,
    media: JoinHandle<()>,
    lines: Task<()>,
    http: Task<()>,
    sweeper: Task<()>,
    archive: Task<()>,
}

/// Starts the server; it answers when this returns.
///
/// # Errors
/// When a port is taken or forbidden, or the data folder cannot be written to.
pub async fn start(settings: Settings) -> Result<Running, Fault> {
    let store = admin::open(&settings.data).await?;
    let shelf = Shelf::open(&settings.archive)?;
    let refused = |code: Key, address: SocketAddr| {
        move |error: std::io::Error| {
            Fault::new(code).with("address", address.to_string()).with("reason", error.to_string())
        }
    };
    let listener =
        TcpListener::bind(settings.listen).await.map_err(refused(key::FAULT_SERVER_PORT, settings.listen))?;
    let http_addr = listener.local_addr().map_err(refused(key::FAULT_SERVER_PORT, settings.listen))?;
    let media_failed = || refused(key::FAULT_SERVER_MEDIA_PORT, settings.media);
    let socket = UdpSocket::bind(settings.media).map_err(media_failed())?;
    let media_addr = socket.local_addr().map_err(media_failed())?;
    let tcp = media_tcp(&settings, media_addr).await?;
    let media_tcp_addr = tcp.local_addr().map_err(media_failed())?;
    let public = settings.public_addresses.clone();
    let reach = Reach { bound: media_addr, tcp: media_tcp_addr.port(), public, loopback: http_addr.ip().is_loopback() };
    info!(%http_addr, %media_addr, %media_tcp_addr, candidates = ?reach.candidates(), "listening");
    let identity = Identity::new(reach).ok_or(Fault::new(key::FAULT_SERVER_RANDOM))?;
    let metrics = Metrics::new();
    let (door, open) = lines::lines(metrics.media.clone());
    let (media, thread) = driver::start(socket, open, metrics.media.clone()).map_err(media_failed())?;
    let bell = media.bell();
    let settings = Settings { listen: http_addr, ..settings };
    let app = App::new(settings, store, Archive::new(shelf), media, identity, metrics);
    let lines = tokio::spawn(door.serve(tcp, bell, app.stopping.subscribe()));
    let http = tokio::spawn(serve(app.clone(), listener));
    let sweeper = tokio::spawn(sweep(app.clone()));
    let archive = tokio::spawn(archive::run(app.clone()));
    Ok(Running { http_addr, media_addr, media_tcp_addr, app, media: thread, lines, http, sweeper, archive })
}

/// The one that was named, or the number of the media's socket; when pages have that already, the next one, or any.
async fn media_tcp(settings: &Settings, media: SocketAddr) -> Result<TcpListener, Fault> {
    let same = media.port();
    let tries = match settings.media_tcp {
        Some(named) => vec![named],
        None => [same, same.saturating_add(1), 0].map(|port| SocketAddr::new(media.ip(), port)).to_vec(),
    };
    let mut failed = None;
    for address in tries {
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(error) => {
                let fault = Fault::new(key::FAULT_SERVER_MEDIA_TCP_PORT).with("address", address.to_string());
                failed = Some(fault.with("reason", error.to_string()));
            }
        }
    }
    Err(failed.unwrap_or(Fault::new(key::FAULT_SERVER_MEDIA_TCP_PORT)))
}

async fn serve(app: App, listener: TcpListener) {
    let mut stopping = app.stopping.subscribe();
    let service = crate::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let stopped = async move {
        // An error means that the app is gone: that is a stop too.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stopped).await {
        warn!(%error, "the listener for pages failed");
    }
}

async fn sweep(app: App) {
    let mut stopping = app.stopping.subscribe();
    let mut sweeper = Sweeper::default();
    let mut beat = interval(SWEEP);
    beat.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = beat.tick() => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        if let Err(error) = sweeper.sweep(&app, clock::utc_ms()).await {
            warn!(%error, "rooms could not be compared with the database");
        }
    }
}

impl Running {
    /// Says goodbye to everyone who is connected and stops. Performances stay open: whoever played can go on
    /// when the server is back.
    pub async fn stop(self) {
        self.app.media.stop();
        self.app.stopping.send_replace(true);
        let _ = timeout(STOP_GRACE, self.sweeper).await;
        let _ = timeout(STOP_GRACE, self.archive).await;
        let media = tokio::task::spawn_blocking(move || self.media.join());
        let _ = timeout(STOP_GRACE, media).await;
        let mut lines = self.lines;
        if timeout(STOP_GRACE, &mut lines).await.is_err() {
            lines.abort();
        }
        let mut http = self.http;
        if timeout(STOP_GRACE, &mut http).await.is_err() {
            http.abort();
        }
        // The last packets were heard after the last sweep.
        if let Err(error) = Sweeper::default().sweep(&self.app, clock::utc_ms()).await {
            warn!(%error, "the last packets were not written down");
        }
        self.app.store.close().await;
    }
}
