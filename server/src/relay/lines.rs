//! ICE over TCP (RFC 6544): the server's passive candidate, for networks that carry no UDP.
//!
//! Each connection is a task of its own, beside the media thread, which only puts datagrams into a short queue and never
//! waits for anybody who does not read: the oldest datagram makes room, whole, and what has become old is not sent.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::frames::{Frames, framed};
use super::stun;
use crate::gate::{self, Places};
use crate::limits::{
    CONNECT_TIMEOUT, MAX_LINES, MAX_PER_ADDRESS, SILENCE, TCP_ARRIVED, TCP_BUFFER, TCP_QUEUE, TCP_STUCK, TCP_TOO_OLD,
    TCP_UNSENT,
};
use crate::metrics::MediaMetrics;

/// How long nobody is let in after the system refused one more connection.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);
/// Bytes that are read from a connection at once.
const PIECE: usize = 4_096;

/// What happened on a connection.
pub(crate) enum Arrived {
    /// It is there, and this is its end.
    Opened(SocketAddr, Arc<Line>),
    /// A datagram came.
    Datagram(SocketAddr, Vec<u8>),
    /// It is over. Another one may have come from the same address since.
    Closed(SocketAddr, Arc<Line>),
}

/// The way out to one far side.
#[derive(Debug, Default)]
pub(crate) struct Line {
    queue: Mutex<VecDeque<(Instant, Vec<u8>)>>,
    wake: Notify,
    /// A session has answered it: it is no stranger any more.
    proved: AtomicBool,
    /// The media thread is done with it.
    over: AtomicBool,
}

impl Line {
    /// Puts a datagram in; whether an older one had to make room.
    fn push(&self, now: Instant, datagram: &[u8]) -> bool {
        let Some(frame) = framed(datagram) else { return true };
        let crowded = {
            let mut queue = self.lock();
            let crowded = queue.len() >= TCP_QUEUE;
            if crowded {
                queue.pop_front();
            }
            queue.push_back((now, frame));
            crowded
        };
        self.wake.notify_one();
        crowded
    }

    /// The next datagram that is young enough, framed, and since when it waits; `old` counts the others.
    fn take(&self, now: Instant, mut old: impl FnMut()) -> Option<(Instant, Vec<u8>)> {
        let mut queue = self.lock();
        while let Some((since, frame)) = queue.pop_front() {
            if now.saturating_duration_since(since) <= TCP_TOO_OLD {
                return Some((since, frame));
            }
            old();
        }
        None
    }

    /// Lets the connection end once everything is sent.
    fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.wake.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Instant, Vec<u8>)>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The media thread's end of all connections. Nothing here waits.
pub(crate) struct Lines {
    arrived: mpsc::Receiver<Arrived>,
    open: HashMap<SocketAddr, Arc<Line>>,
    metrics: MediaMetrics,
}

impl Lines {
    /// What came next, if anything did.
    pub(crate) fn take(&mut self) -> Option<Arrived> {
        loop {
            let arrived = self.arrived.try_recv().ok()?;
            match &arrived {
                Arrived::Opened(at, line) => drop(self.open.insert(*at, Arc::clone(line))),
                Arrived::Closed(at, line) if self.open.get(at).is_none_or(|open| !Arc::ptr_eq(open, line)) => continue,
                Arrived::Closed(at, _) => drop(self.open.remove(at)),
                Arrived::Datagram(..) => {}
            }
            self.metrics.tcp(self.open.len());
            return Some(arrived);
        }
    }

    /// The media thread is done with that far side.
    pub(crate) fn hang_up(&self, at: SocketAddr) {
        if let Some(line) = self.open.get(&at) {
            line.end();
        }
    }

    /// Sends a datagram, or drops one when the far side does not read.
    pub(crate) fn send(&self, now: Instant, to: SocketAddr, datagram: &[u8]) {
        let Some(line) = self.open.get(&to) else { return self.metrics.unsent() };
        if stun::is_success(datagram) {
            line.proved.store(true, Ordering::Relaxed);
        }
        if line.push(now, datagram) {
            self.metrics.unsent();
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.open.values().for_each(|line| line.end());
    }
}

/// The network's end: lets connections in, up to a bound in all and for each address.
pub(crate) struct Door {
    arrived: mpsc::Sender<Arrived>,
    places: Arc<Places>,
    metrics: MediaMetrics,
}

/// Both ends.
pub(crate) fn lines(metrics: MediaMetrics) -> (Door, Lines) {
    let (tell, arrived) = mpsc::channel(TCP_ARRIVED);
    let places = Arc::new(Places::new(MAX_LINES, MAX_PER_ADDRESS));
    let open = HashMap::new();
    (Door { arrived: tell, places, metrics: metrics.clone() }, Lines { arrived, open, metrics })
}

impl Door {
    /// Lets connections in until `stopping`, then waits until those that are open are over. `bell` wakes the media thread.
    pub(crate) async fn serve(self, listener: TcpListener, bell: Arc<UdpSocket>, mut stopping: watch::Receiver<bool>) {
        let mut open = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => break,
                Some(_) = open.join_next(), if !open.is_empty() => continue,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, at)) = accepted else {
                sleep(REFUSED_PAUSE).await;
                continue;
            };
            let at = SocketAddr::new(at.ip().to_canonical(), at.port());
            // Whoever has too many hears nothing: the connection is closed as it is dropped.
            let Ok(place) = self.places.take(gate::source(&HeaderMap::new(), at)) else { continue };
            let (arrived, bell, metrics) = (self.arrived.clone(), Arc::clone(&bell), self.metrics.clone());
            open.spawn(async move {
                let _place = place;
                if make_quick(&stream).is_ok() {
                    carry(&stream, at, &Told { arrived, bell }, &metrics).await;
                }
            });
        }
        drop(self.arrived);
        while open.join_next().await.is_some() {}
    }
}

/// Tells the media thread, which is woken by the bell.
struct Told {
    arrived: mpsc::Sender<Arrived>,
    bell: Arc<UdpSocket>,
}

impl Told {
    /// Whether there is still a media thread. While it is overwhelmed this waits, and so does the far side.
    async fn tell(&self, arrived: Arrived) -> bool {
        let told = self.arrived.send(arrived).await.is_ok();
        let _ = self.bell.send(&[0]);
        told
    }
}

/// One connection, from its beginning to its end.
async fn carry(stream: &TcpStream, at: SocketAddr, told: &Told, metrics: &MediaMetrics) {
    let line = Arc::new(Line::default());
    if !told.tell(Arrived::Opened(at, Arc::clone(&line))).await {
        return;
    }
    tokio::select! {
        () = bring_in(stream, at, &line, told) => {}
        () = carry_out(stream, &line, metrics) => {}
    }
    told.tell(Arrived::Closed(at, line)).await;
}

/// Reads until the far side is silent for too long, proves nothing in time, or speaks something else.
async fn bring_in(stream: &TcpStream, at: SocketAddr, line: &Line, told: &Told) {
    let (mut frames, mut piece, mut datagrams) = (Frames::default(), [0; PIECE], Vec::new());
    let (began, mut heard) = (Instant::now(), Instant::now());
    loop {
        let proved = line.proved.load(Ordering::Relaxed);
        let left =
            if proved { SILENCE.checked_sub(heard.elapsed()) } else { CONNECT_TIMEOUT.checked_sub(began.elapsed()) };
        let Some(left) = left else { return };
        let Ok(ready) = timeout(left, stream.readable()).await else { continue };
        let read = match ready.and_then(|()| stream.try_read(&mut piece)) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(_) => return,
        };
        heard = Instant::now();
        let fits = frames.take(&piece[..read], |datagram| datagrams.push(datagram.to_vec())).is_ok();
        for datagram in datagrams.drain(..) {
            if !told.tell(Arrived::Datagram(at, datagram)).await {
                return;
            }
        }
        if !fits {
            return;
        }
    }
}

/// Writes until the media thread is done with the line, or the far side takes nothing for too long.
async fn carry_out(stream: &TcpStream, line: &Line, metrics: &MediaMetrics) {
    loop {
        let Some((since, frame)) = line.take(Instant::now(), || metrics.unsent()) else {
            if line.over.load(Ordering::Relaxed) {
                return;
            }
            line.wake.notified().await;
            continue;
        };
        match timeout(TCP_STUCK, write(stream, since, &frame)).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => metrics.unsent(),
            Ok(Err(_)) | Err(_) => return,
        }
    }
}

/// Writes a datagram, unless it is too old when there is room for it. One that was begun is ended: half of one would be the
/// end of all that follow.
async fn write(stream: &TcpStream, since: Instant, frame: &[u8]) -> io::Result<bool> {
    let mut rest = frame;
    while !rest.is_empty() {
        match stream.try_write(rest) {
            Ok(written) => rest = &rest[written..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                stream.writable().await?;
                if rest.len() == frame.len() && since.elapsed() > TCP_TOO_OLD {
                    return Ok(false);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// No datagram waits for the next one (Nagle), nor behind seconds of others in the system's own buffer.
fn make_quick(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    keep_little_unsent(stream)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn keep_little_unsent(stream: &TcpStream) -> io::Result<()> {
    use std::os::fd::AsRawFd as _;
    for (level, name, value) in
        [(libc::IPPROTO_TCP, libc::TCP_NOTSENT_LOWAT, TCP_UNSENT), (libc::SOL_SOCKET, libc::SO_SNDBUF, TCP_BUFFER)]
    {
        let size = size_of_val(&value) as libc::socklen_t;
        // SAFETY: the borrowed stream keeps the descriptor open, and the value is a local of the size that is told.
        let set = unsafe { libc::setsockopt(stream.as_raw_fd(), level, name, (&raw const value).cast(), size) };
        if set != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Elsewhere the system keeps as much as it likes.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn keep_little_unsent(_stream: &TcpStream) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_side_that_does_not_read_costs_a_short_queue_and_loses_the_oldest_whole_datagrams() {
        let (line, now) = (Line::default(), Instant::now());
        let crowded = (0..TCP_QUEUE + 5).filter(|n| line.push(now, &[*n as u8])).count();
        assert_eq!((crowded, line.lock().len()), (5, TCP_QUEUE));
        assert_eq!(line.take(now, || ()), Some((now, vec![0, 1, 5])));
    }

    #[test]
    fn the_end_of_a_connection_is_not_the_end_of_the_next_one_from_the_same_address() {
        let (door, mut lines) = lines(MediaMetrics::default());
        let (at, first, second) =
            (SocketAddr::from(([127, 0, 0, 1], 9)), Arc::<Line>::default(), Arc::<Line>::default());
        let tell = |arrived| door.arrived.try_send(arrived).unwrap();
        tell(Arrived::Opened(at, Arc::clone(&first)));
        tell(Arrived::Opened(at, Arc::clone(&second)));
        tell(Arrived::Closed(at, first));
        assert!(matches!(lines.take(), Some(Arrived::Opened(..))) && matches!(lines.take(), Some(Arrived::Opened(..))));
        assert!(lines.take().is_none(), "the relay hears nothing of an end that is not that of its far side");
        lines.send(Instant::now(), at, &[7]);
        assert_eq!(second.lock().len(), 1);
        tell(Arrived::Closed(at, second));
        assert!(matches!(lines.take(), Some(Arrived::Closed(..))) && lines.open.is_empty());
    }

    #[test]
    fn nothing_older_than_a_tenth_of_a_second_is_sent() {
        let (line, began) = (Line::default(), Instant::now());
        let at = |ms: u64| began + Duration::from_millis(ms);
        assert!((0..10).all(|n| !line.push(at(10 * n), &[n as u8])));
        let mut old = 0;
        assert_eq!(line.take(at(145), || old += 1), Some((at(50), vec![0, 1, 5])));
        assert_eq!(old, 5);
    }
}
