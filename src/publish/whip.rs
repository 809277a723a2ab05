//! The WHIP target: three threads, one for the encoder, one for the session, one for the network's side of the media.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::thread::{self, JoinHandle};

use korero_sentences::key;
use tokio::runtime::{self, Runtime};
use tokio::sync::{Notify, watch};

use crate::codec::Encoder;
use crate::fault::Fault;
use crate::limits::BITRATES;
use crate::priority;
use crate::rtc::{PeerSettings, SenderClock};

use super::board::Board;
use super::encoder::{self, EncoderJob};
use super::outbox::Outbox;
use super::session::{Endpoint, Held, random};
use super::steer::Steer;
use super::threads::Threads;
use super::{PublishRequest, Publisher, WhipClient};

pub(super) fn accepts(url: &str) -> bool {
    WhipClient::accepts(url)
}

pub(super) fn start(request: PublishRequest) -> Result<Box<dyn Publisher>, Fault> {
    let client = WhipClient::new(&request.aim.url, request.aim.key.as_deref())?;
    let [offset, ssrc, sequence] = random();
    let board = Arc::new(Board::default());
    let (outbox, retry) = (Arc::new(Outbox::default()), Arc::new(Notify::new()));
    let clock = Arc::new(SenderClock::new(offset, request.epoch.map(|epoch| epoch.utc_ns_at_frame_0)));
    let stop = Arc::new(AtomicBool::new(false));
    let bitrate = request.aim.bitrate.clamp(*BITRATES.start(), *BITRATES.end());
    let steer = Steer::new(bitrate, request.aim.safest, Arc::clone(&board));
    let order = steer.order();
    let encoder = Encoder::new(bitrate).map_err(|error| cannot_start(&error))?;
    let media = media_runtime().map_err(|error| cannot_start(&error))?;
    let endpoint = Endpoint {
        client,
        settings: PeerSettings {
            bitrate,
            ssrc: ssrc.max(1),
            bind: Vec::new(),
            ice_servers: Vec::new(),
            only: None,
            repairs: true,
            names: Default::default(),
        },
        clock: Arc::clone(&clock),
        board: Arc::clone(&board),
        outbox: Arc::clone(&outbox),
        steer,
        log: request.packet_log,
        // The first roll-over comes late: receivers and SRTP start counting from here (RFC 3711 §3.3.1).
        sequence: Arc::new(AtomicU16::new(sequence as u16 & 0x7fff)),
        media: media.handle().clone(),
        held: Held::default(),
        mono_is_told: AtomicBool::new(false),
        begun: Cell::default(),
        retry: Arc::clone(&retry),
        ice_servers: std::sync::Mutex::default(),
    };
    let job = EncoderJob {
        tap: request.tap,
        encoder,
        order,
        clock,
        outbox,
        board: Arc::clone(&board),
        stop: Arc::clone(&stop),
    };
    let line = encoder::spawn(job).map_err(|error| cannot_start(&error))?;
    let (leave, left) = watch::channel(false);
    let session = spawn_session(endpoint, left).map_err(|error| {
        stop.store(true, Ordering::Relaxed);
        cannot_start(&error)
    })?;
    Ok(Box::new(Threads { board, stop, leave, retry, threads: vec![session, line], media: Some(media) }))
}

fn cannot_start(error: &dyn std::error::Error) -> Fault {
    Fault::new(key::FAULT_PUBLISH_START).with("reason", error.to_string())
}

/// The network's side of the media runs on its own thread at realtime priority, so that neither the window nor a TLS
/// handshake delays a packet.
fn media_runtime() -> std::io::Result<Runtime> {
    runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .thread_name("korero-media")
        .on_thread_start(|| {
            priority::promote();
        })
        .enable_all()
        .build()
}

fn spawn_session(endpoint: Endpoint, left: watch::Receiver<bool>) -> std::io::Result<JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread()
        .thread_name("korero-whip")
        .max_blocking_threads(1)
        .enable_all()
        .build()?;
    thread::Builder::new().name("korero-whip".into()).spawn(move || {
        runtime.block_on(endpoint.run(left));
        // A name that is still being looked up in a dead network must not hold up the end for half a minute.
        runtime.shutdown_background();
    })
}
