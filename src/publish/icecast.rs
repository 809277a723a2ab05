//! The Icecast 2 target: Ogg Opus over one TCP connection, which a server hands to its listeners. Two threads, one for
//! the encoder, one for the connection; a server that stalls holds up neither the encoder nor any other target.

mod line;
mod session;
mod source;
mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use korero_sentences::key;
use tokio::runtime;
use tokio::sync::{Notify, watch};

use crate::codec::Encoder;
use crate::fault::Fault;
use crate::limits::{BITRATES, ICECAST_QUEUE, ICECAST_TOO_OLD};
use crate::rtc::SenderClock;
use crate::secret::StreamKey;

use super::board::Board;
use super::encoder::{self, EncoderJob};
use super::order::Order;
use super::outbox::Outbox;
use super::threads::Threads;
use super::{PublishRequest, Publisher};
use line::Line;
use session::Source;
use source::Mount;

pub(super) fn accepts(url: &str) -> bool {
    Mount::of(url).is_some()
}

pub(super) fn start(request: PublishRequest) -> Result<Box<dyn Publisher>, Fault> {
    let PublishRequest { aim, show, tap, epoch, .. } = request;
    let mount =
        Mount::of(&aim.url).ok_or_else(|| Fault::new(key::FAULT_PUBLISH_ADDRESS).with("url", aim.url.as_str()))?;
    let key = match aim.key.as_deref() {
        Some(text) => Some(StreamKey::parse(text).ok_or_else(|| Fault::new(key::FAULT_PUBLISH_KEY_FORM))?),
        None => None,
    };
    let bitrate = aim.bitrate.clamp(*BITRATES.start(), *BITRATES.end());
    let mut encoder = Encoder::new(bitrate).map_err(|error| cannot_start(&error))?;
    let pre_skip = encoder.lookahead().map_err(|error| cannot_start(&error))?;
    let (board, stop) = (Arc::new(Board::default()), Arc::new(AtomicBool::new(false)));
    let (outbox, retry) = (Arc::new(Outbox::holding(ICECAST_QUEUE, ICECAST_TOO_OLD)), Arc::new(Notify::new()));
    let source = Source {
        request: mount.request(key.as_ref(), &show, bitrate),
        line: Line::new(mount).map_err(|error| cannot_start(&error))?,
        show,
        pre_skip: u16::try_from(pre_skip).unwrap_or(u16::MAX),
        board: Arc::clone(&board),
        outbox: Arc::clone(&outbox),
        retry: Arc::clone(&retry),
    };
    // Ogg has no clock of the world's: what the encoder notes of it is asked by nobody.
    let clock = Arc::new(SenderClock::new(0, epoch.map(|epoch| epoch.utc_ns_at_frame_0)));
    let job = EncoderJob {
        tap,
        encoder,
        order: Arc::new(Order::always(bitrate)),
        clock,
        outbox,
        board: Arc::clone(&board),
        stop: Arc::clone(&stop),
    };
    let encoder = encoder::spawn(job).map_err(|error| cannot_start(&error))?;
    let (leave, left) = watch::channel(false);
    let session = spawn_session(source, left).map_err(|error| {
        stop.store(true, Ordering::Relaxed);
        cannot_start(&error)
    })?;
    Ok(Box::new(Threads { board, stop, leave, retry, threads: vec![session, encoder], media: None }))
}

fn cannot_start(error: &dyn std::error::Error) -> Fault {
    Fault::new(key::FAULT_PUBLISH_START).with("reason", error.to_string())
}

fn spawn_session(source: Source, left: watch::Receiver<bool>) -> std::io::Result<JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread()
        .thread_name("korero-icecast")
        .max_blocking_threads(1)
        .enable_all()
        .build()?;
    thread::Builder::new().name("korero-icecast".into()).spawn(move || {
        runtime.block_on(source.run(left));
        // A name that is still being looked up in a dead network must not hold up the end for half a minute.
        runtime.shutdown_background();
    })
}
