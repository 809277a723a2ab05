//! The media thread: one UDP socket for every connection, and what tasks beside it carry over TCP; realtime priority where
//! the system grants it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;
use std::time::Instant;

use tracing::{info, warn};
use uuid::Uuid;

use super::lines::{Arrived, Lines};
use super::rtc_peer::{Restart, RtcPeer};
use super::way::{Carrier, Way};
use super::{Entry, Relay, SessionId, Wire, wait};
use crate::clock;
use crate::limits::{BATCH, LATE_TICK, LONGEST_WAIT, MAX_COMMANDS, MAX_DATAGRAM};
use crate::metrics::MediaMetrics;

/// What the rest of the server asks of the media thread.
enum Command {
    Add(Box<Entry<RtcPeer>>),
    Restart(SessionId, String, Box<Restart>),
    End(SessionId),
    EndRoom(Uuid),
    Stop,
}

/// The media thread takes no more commands: it is overwhelmed or gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Busy;

/// The other threads' end. Asking never waits.
#[derive(Clone)]
pub(crate) struct Media {
    commands: SyncSender<Command>,
    /// Sends one byte to the media socket, which wakes the thread.
    bell: Arc<UdpSocket>,
    /// What it points to lives as long as the thread.
    life: Weak<()>,
}

impl Media {
    /// Lets a connection in.
    pub(crate) fn add(&self, entry: Entry<RtcPeer>) -> Result<(), Busy> {
        self.ask(Command::Add(Box::new(entry)))
    }

    /// Gets a connection ready for a restart of ICE, by our new user name fragment.
    pub(crate) fn restart(&self, id: SessionId, ufrag: String, restart: Restart) -> Result<(), Busy> {
        self.ask(Command::Restart(id, ufrag, Box::new(restart)))
    }

    /// Ends a connection.
    pub(crate) fn end(&self, id: SessionId) -> Result<(), Busy> {
        self.ask(Command::End(id))
    }

    /// Ends every connection of a room.
    pub(crate) fn end_room(&self, room: Uuid) -> Result<(), Busy> {
        self.ask(Command::EndRoom(room))
    }

    /// Ends every connection and the thread.
    pub(crate) fn stop(&self) {
        // A thread that takes no command has ended already, or hears the bell and finds room for this one.
        let _ = self.commands.send(Command::Stop);
        let _ = self.bell.send(&[0]);
    }

    /// What wakes the thread.
    pub(crate) fn bell(&self) -> Arc<UdpSocket> {
        Arc::clone(&self.bell)
    }

    /// Whether the thread still runs.
    pub(crate) fn runs(&self) -> bool {
        self.life.strong_count() > 0
    }

    fn ask(&self, command: Command) -> Result<(), Busy> {
        self.commands.try_send(command).map_err(|_| Busy)?;
        // Unheard, the bell only costs the time until the thread looks up by itself.
        let _ = self.bell.send(&[0]);
        Ok(())
    }
}

/// Starts the media thread on a socket that is bound already, and with what comes over TCP.
///
/// # Errors
/// When the system gives no second socket or no thread.
pub(crate) fn start(socket: UdpSocket, lines: Lines, metrics: MediaMetrics) -> io::Result<(Media, JoinHandle<()>)> {
    wait::prepare(&socket)?;
    let bell = bell(socket.local_addr()?)?;
    let rings_from = bell.local_addr()?;
    let (commands, asked) = sync_channel(MAX_COMMANDS);
    let living = Arc::new(());
    let life = Arc::downgrade(&living);
    let thread = std::thread::Builder::new().name("korero-media".into()).spawn(move || {
        let _living = living;
        if ask_for_realtime() {
            info!("the media thread has realtime priority");
        } else {
            warn!("the media thread has no realtime priority: a busy machine may delay sound");
        }
        run(&socket, lines, rings_from, &asked, &metrics);
    })?;
    Ok((Media { commands, bell: Arc::new(bell), life }, thread))
}

/// A socket whose datagrams reach the media socket from this machine.
fn bell(media: SocketAddr) -> io::Result<UdpSocket> {
    let here = match media.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let bell = UdpSocket::bind((here, 0))?;
    bell.connect((here, media.port()))?;
    bell.set_nonblocking(true)?;
    Ok(bell)
}

/// The socket, with addresses in the form that it wants, and everyone over TCP.
struct Socket<'a> {
    udp: &'a UdpSocket,
    six: bool,
    lines: Lines,
    metrics: MediaMetrics,
}

impl Wire for Socket<'_> {
    fn send(&mut self, to: Way, datagram: &[u8]) {
        if to.carrier == Carrier::Tcp {
            return self.lines.send(Instant::now(), to.at, datagram);
        }
        let to = match to.at {
            SocketAddr::V4(four) if self.six => SocketAddr::from((four.ip().to_ipv6_mapped(), four.port())),
            to => to,
        };
        if self.udp.send_to(datagram, to).is_err() {
            self.metrics.unsent();
        }
    }

    fn hang_up(&mut self, way: Way) {
        if way.carrier == Carrier::Tcp {
            self.lines.hang_up(way.at);
        }
    }
}

fn run(udp: &UdpSocket, lines: Lines, rings_from: SocketAddr, asked: &Receiver<Command>, metrics: &MediaMetrics) {
    let mut relay = Relay::new(Instant::now(), clock::utc_ms, metrics.clone());
    let six = udp.local_addr().is_ok_and(|address| address.is_ipv6());
    let mut wire = Socket { udp, six, lines, metrics: metrics.clone() };
    let mut buffer = [0; MAX_DATAGRAM];
    while obey(&mut relay, asked, &mut wire) {
        let now = Instant::now();
        let due = relay.next_due();
        if due <= now {
            if now.saturating_duration_since(due) > LATE_TICK {
                metrics.late();
            }
            relay.tick(now, &mut wire);
        } else {
            wait::readable(udp, (due - now).min(LONGEST_WAIT));
        }
        // Several datagrams for one wait, but timers and commands are never kept waiting for long. Nor do timers keep
        // datagrams waiting: on a crowded server the next one is always due.
        for _ in 0..BATCH {
            let Ok((length, from)) = udp.recv_from(&mut buffer) else { break };
            if from != rings_from {
                let from = SocketAddr::new(from.ip().to_canonical(), from.port());
                relay.datagram(Instant::now(), Way::udp(from), &buffer[..length], &mut wire);
            }
        }
        hear(&mut relay, &mut wire);
    }
}

/// What came over TCP since, as many as datagrams are read in a row.
fn hear(relay: &mut Relay<RtcPeer>, wire: &mut Socket<'_>) {
    for _ in 0..BATCH {
        match wire.lines.take() {
            Some(Arrived::Datagram(from, datagram)) => {
                relay.datagram(Instant::now(), Way::tcp(from), &datagram, wire);
            }
            // Whoever was there before is gone, even if that is not known yet.
            Some(Arrived::Opened(at, _) | Arrived::Closed(at, _)) => relay.closed(Way::tcp(at)),
            None => return,
        }
    }
}

/// Does what was asked since; `false` when it is time to stop.
fn obey(relay: &mut Relay<RtcPeer>, asked: &Receiver<Command>, wire: &mut Socket<'_>) -> bool {
    loop {
        let command = asked.try_recv();
        let now = Instant::now();
        match command {
            Ok(Command::Add(entry)) => relay.add(now, *entry, wire),
            Ok(Command::Restart(id, ufrag, restart)) => relay.restart(id, ufrag, *restart),
            Ok(Command::End(id)) => relay.end(now, id, wire),
            Ok(Command::EndRoom(room)) => relay.end_room(now, room, wire),
            Err(TryRecvError::Empty) => return true,
            Ok(Command::Stop) | Err(TryRecvError::Disconnected) => {
                relay.end_all(now, wire);
                return false;
            }
        }
    }
}

/// Asks for a place before ordinary threads; whether it was granted.
#[cfg(target_os = "linux")]
fn ask_for_realtime() -> bool {
    let wanted = libc::sched_param { sched_priority: 10 };
    // SAFETY: the calling thread exists and the parameter is a local of the right type.
    unsafe { libc::pthread_setschedparam(libc::pthread_self(), libc::SCHED_RR, &raw const wanted) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_realtime() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    #[test]
    fn a_media_thread_that_ended_is_noticed() {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (_door, lines) = lines(MediaMetrics::default());
        let (media, thread) = start(socket, lines, MediaMetrics::default()).unwrap();
        assert!(media.runs());
        media.stop();
        thread.join().unwrap();
        assert!(!media.runs());
    }
}
