//! A source that is kept at its server: connected, sent to, and connected again whenever the connection is lost.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use korero_sentences::key;
use tokio::io::{AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant as Due, interval, sleep_until, timeout};

use crate::codec::ogg::packet_frames;
use crate::fault::Fault;
use crate::limits::{ICECAST_SILENT, ICECAST_STALL, RECONNECT_PAUSE, SAMPLE_RATE};
use crate::rtc::Trouble;
use crate::show::Show;
use crate::timeline::FrameIndex;

use super::super::PublishState;
use super::super::board::Board;
use super::super::ladder;
use super::super::outbox::{Encoded, Outbox};
use super::super::session::{jittered, random};
use super::super::told::Told;
use super::line::{Line, Wire};
use super::stream::OggStream;

/// How often the source looks whether there is sound at all.
const LOOK: Duration = Duration::from_millis(250);
/// How long the goodbye may take; the server notices a missing one by itself.
const GOODBYE: Duration = Duration::from_secs(1);
/// A server that took so much sound without a word has it.
const CONFIRMED: u64 = SAMPLE_RATE as u64;

/// Everything that one show on its way to one mount point needs.
pub(super) struct Source {
    pub(super) request: String,
    pub(super) line: Line,
    pub(super) show: Show,
    pub(super) pre_skip: u16,
    pub(super) board: Arc<Board>,
    pub(super) outbox: Arc<Outbox>,
    /// Told when somebody wants another attempt at once.
    pub(super) retry: Arc<Notify>,
}

impl Source {
    /// Connects and sends until `left` says that the show leaves.
    pub(super) async fn run(self, mut left: watch::Receiver<bool>) {
        let (mut told, mut lost) = (Told::default(), Instant::now());
        while !*left.borrow() {
            let begun = Instant::now();
            let opened = tokio::select! {
                biased;
                _ = left.wait_for(|left| *left) => break,
                opened = self.line.open(&self.request) => opened,
            };
            let trouble = match opened {
                Ok(wire) => {
                    let trouble = self.keep(wire, &mut left, &mut told).await;
                    lost = Instant::now();
                    trouble
                }
                Err(trouble) => trouble,
            };
            self.outbox.set_open(false);
            if *left.borrow() {
                break;
            }
            self.board.fell(&trouble, &mut told, Instant::now());
            // Whoever asks for patience gets it.
            let asked = if trouble.pause > RECONNECT_PAUSE { trouble.pause } else { Duration::ZERO };
            let due = Due::from(begun + jittered(ladder::interval(lost.elapsed()).max(asked)));
            tokio::select! {
                _ = left.wait_for(|left| *left) => {}
                () = self.retry.notified() => lost = Instant::now(),
                () = sleep_until(due) => {}
            }
        }
    }

    /// Sends until the connection is lost, or until the show leaves.
    async fn keep(&self, wire: Box<dyn Wire>, left: &mut watch::Receiver<bool>, told: &mut Told) -> Trouble {
        let [serial, ..] = random();
        let lost = || self.line.trouble(key::FAULT_PUBLISH_LOST);
        let Ok(stream) = OggStream::new(serial, self.pre_skip, &self.show) else { return lost() };
        let (mut read, write) = split(wire);
        let mut sending = Sending { source: self, stream, write, heard: None, waiting: Vec::new(), frames: 0 };
        let (mut look, mut word) = (interval(LOOK), [0; 256]);
        self.board.begins_to_send();
        self.outbox.set_open(true);
        loop {
            let sent = tokio::select! {
                biased;
                _ = left.wait_for(|left| *left) => {
                    // One that cannot be told notices by itself.
                    let _ = timeout(GOODBYE, sending.end()).await;
                    return lost();
                }
                // A server says nothing until it is over.
                said = read.read(&mut word) => match said {
                    Ok(1..) => Ok(()),
                    _ => return lost(),
                },
                () = self.outbox.filled() => sending.send().await,
                _ = look.tick() => sending.fill_silence().await,
            };
            if sent.is_err() {
                return lost();
            }
            if sending.frames >= CONFIRMED && self.board.state() != PublishState::OnAir {
                told.is_over();
                self.board.enter(PublishState::OnAir);
            }
        }
    }
}

/// A connection that takes sound.
struct Sending<'a, W> {
    source: &'a Source,
    stream: OggStream,
    write: W,
    /// The end of the last packet, and when its sound was there.
    heard: Option<(FrameIndex, Instant)>,
    /// Packets that stand in a page which is not sent yet: the first frame, how many, and the size.
    waiting: Vec<(FrameIndex, u64, usize)>,
    /// Frames that the server took.
    frames: u64,
}

impl<W: AsyncWrite + Unpin> Sending<'_, W> {
    /// Sends what waits.
    async fn send(&mut self) -> io::Result<()> {
        let Source { outbox, board, .. } = self.source;
        let mut dropped = outbox.take_overflowed();
        loop {
            let stale = |frame, frames| {
                dropped += frames;
                board.dropped(frame, frames);
            };
            let Some(packet) = outbox.take(Instant::now(), stale) else { break };
            self.push(packet)?;
            self.flush().await?;
        }
        if dropped > 0 {
            let milliseconds = dropped * 1_000 / u64::from(SAMPLE_RATE);
            board.trouble(Fault::new(key::FAULT_PUBLISH_NETWORK_FULL).with("milliseconds", milliseconds));
        }
        Ok(())
    }

    fn push(&mut self, packet: Encoded) -> io::Result<()> {
        let Encoded { frame, payload, captured, .. } = packet;
        let (frames, bytes) = (packet_frames(&payload), payload.len());
        self.heard = Some((frame.plus(frames), captured));
        if self.stream.push(frame, payload)? {
            self.waiting.push((frame, frames, bytes));
        } else {
            self.source.board.dropped(frame, frames);
        }
        Ok(())
    }

    /// While no sound comes, an interface that is away for example, time goes on in the stream: else the server would
    /// take the source for dead.
    async fn fill_silence(&mut self) -> io::Result<()> {
        let Some((end, at)) = self.heard else { return Ok(()) };
        let silent = at.elapsed().saturating_sub(ICECAST_SILENT);
        self.stream.conceal(end.plus((silent.as_secs_f64() * f64::from(SAMPLE_RATE)) as u64))?;
        self.flush().await
    }

    async fn flush(&mut self) -> io::Result<()> {
        let pages = self.stream.take();
        if pages.is_empty() {
            return Ok(());
        }
        timeout(ICECAST_STALL, self.write.write_all(&pages)).await??;
        timeout(ICECAST_STALL, self.write.flush()).await??;
        let now = Instant::now();
        for (frame, frames, bytes) in self.waiting.drain(..) {
            self.source.board.sent(now, frame, frames, bytes);
            self.frames += frames;
        }
        Ok(())
    }

    async fn end(&mut self) -> io::Result<()> {
        self.stream.end()?;
        self.flush().await?;
        self.write.shutdown().await
    }
}
