//! What a connection runs on: tokio, except for what is sent. `webrtc` waits for a radio that does not drain and for a far side
//! that does not read, and everything of the connection waits with it; here what finds no room is dropped, whole, and counted.

use std::collections::HashMap;
use std::io::{self, IoSliceMut};
use std::net::{SocketAddr, UdpSocket};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::time::timeout;
use webrtc::runtime::{
    AsyncInterval, AsyncTcpListener, AsyncTcpStream, AsyncUdpSocket, JoinHandle, RecvMeta, Runtime, TokioRuntime,
    Transmit,
};

use crate::limits::{NAME_PATIENCE, TCP_STUCK, TCP_UNSENT, UDP_UNSENT};

use super::names::Names;

type Soon<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tokio, and the streams that are connected already and wait for `webrtc` to ask for them.
#[derive(Debug)]
pub(super) struct Net {
    ready: Mutex<HashMap<SocketAddr, Arc<Stream>>>,
    names: Names,
    unsent: Arc<Unsent>,
}

/// Datagrams that found no room.
#[derive(Debug, Default)]
struct Unsent(AtomicU64);

impl Unsent {
    fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// What the system has no room for is dropped: nobody waits until it would be late.
    fn or_drop(&self, sent: io::Result<usize>, all: usize) -> io::Result<usize> {
        match sent {
            Err(error) if is_full(&error) => {
                self.count();
                Ok(all)
            }
            sent => sent,
        }
    }
}

/// BSD and macOS wait for nothing: they say that they have no buffers.
fn is_full(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ENOBUFS) {
        return true;
    }
    error.kind() == io::ErrorKind::WouldBlock
}

impl Net {
    /// Servers will be looked up by `names`.
    pub(super) fn new(names: Names) -> Self {
        Self { ready: Mutex::default(), names, unsent: Arc::default() }
    }

    /// How many datagrams found no room since the last call.
    pub(super) fn take_unsent(&self) -> u64 {
        self.unsent.0.swap(0, Ordering::Relaxed)
    }

    /// Connects to `to`; the connection will know it by the address `name`, once it is told of a candidate there.
    ///
    /// # Errors
    /// Nobody listens there, or nobody can be reached.
    pub(super) async fn connect(&self, to: SocketAddr, name: SocketAddr) -> io::Result<()> {
        let io = TcpStream::connect(to).await?;
        io.set_nodelay(true)?;
        keep_little_unsent(&io)?;
        let here = io.local_addr()?;
        let unsent = Arc::clone(&self.unsent);
        let stream = Stream { io, here, there: name, begun: Mutex::default(), unsent };
        lock(&self.ready).insert(name, Arc::new(stream));
        Ok(())
    }

    /// Closes what nobody asked for.
    pub(super) fn forget(&self, name: SocketAddr) {
        lock(&self.ready).remove(&name);
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runtime for Net {
    fn spawn(&self, future: Soon<'static, ()>) -> Box<dyn JoinHandle> {
        TokioRuntime.spawn(future)
    }

    fn wrap_udp_socket(&self, socket: UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        SockRef::from(&socket).set_send_buffer_size(UDP_UNSENT)?;
        let out = socket.try_clone()?;
        let heard = TokioRuntime.wrap_udp_socket(socket)?;
        Ok(Arc::new(Datagrams { heard, out, unsent: Arc::clone(&self.unsent) }))
    }

    /// Nobody is to connect to us: the port is closed, and only its address is kept, which stands for ours.
    fn wrap_tcp_listener(&self, listener: std::net::TcpListener) -> io::Result<Arc<dyn AsyncTcpListener>> {
        Ok(Arc::new(Closed(listener.local_addr()?)))
    }

    fn connect_tcp<'a>(&'a self, to: SocketAddr) -> Soon<'a, io::Result<Arc<dyn AsyncTcpStream>>> {
        let found = lock(&self.ready).remove(&to);
        let found = found.map(|stream| stream as Arc<dyn AsyncTcpStream>);
        Box::pin(std::future::ready(found.ok_or_else(|| io::ErrorKind::NotConnected.into())))
    }

    /// Bounded: the connection waits for it. A look-up that takes longer goes on, for the next connection.
    fn resolve_host<'a>(&'a self, host: &'a str) -> Soon<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move {
            let (name, port) = host.rsplit_once(':').ok_or(io::ErrorKind::InvalidInput)?;
            let port = port.parse().map_err(|_| io::ErrorKind::InvalidInput)?;
            let found = timeout(NAME_PATIENCE, self.names.find(name.trim_matches(['[', ']']))).await??;
            Ok(found.into_iter().map(|at| SocketAddr::new(at.ip(), port)).collect())
        })
    }

    fn sleep(&self, duration: Duration) -> Soon<'static, ()> {
        TokioRuntime.sleep(duration)
    }

    fn interval(&self, period: Duration) -> Box<dyn AsyncInterval> {
        TokioRuntime.interval(period)
    }

    fn block_on(&self, future: Pin<Box<dyn Future<Output = ()> + '_>>) {
        TokioRuntime.block_on(future);
    }
}

/// A socket of UDP.
#[derive(Debug)]
struct Datagrams {
    heard: Arc<dyn AsyncUdpSocket>,
    /// The same socket. The system itself is asked for room: tokio says that there is none as long as it has not looked.
    out: UdpSocket,
    unsent: Arc<Unsent>,
}

/// One datagram is sent at a time (`max_gso_segments`): of several that find no room together the first ones may.
impl AsyncUdpSocket for Datagrams {
    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.heard.local_addr()
    }

    fn poll_send(&self, _: &mut Context<'_>, transmit: &Transmit<'_>) -> Poll<io::Result<usize>> {
        let sent = self.out.send_to(transmit.contents, transmit.destination);
        Poll::Ready(self.unsent.or_drop(sent, transmit.contents.len()))
    }

    fn poll_recv(
        &self,
        cx: &mut Context<'_>,
        bufs: &mut [IoSliceMut<'_>],
        meta: &mut [RecvMeta],
    ) -> Poll<io::Result<usize>> {
        self.heard.poll_recv(cx, bufs, meta)
    }

    fn max_gro_segments(&self) -> usize {
        self.heard.max_gro_segments()
    }
}

#[derive(Debug)]
struct Closed(SocketAddr);

impl AsyncTcpListener for Closed {
    fn accept<'a>(&'a self) -> Soon<'a, io::Result<(Arc<dyn AsyncTcpStream>, SocketAddr)>> {
        Box::pin(std::future::pending())
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.0)
    }
}

/// One stream of framed datagrams (RFC 4571).
#[derive(Debug)]
struct Stream {
    io: TcpStream,
    here: SocketAddr,
    there: SocketAddr,
    /// The rest of a datagram that was begun, and since when it waits: without it the far side would understand nothing more.
    begun: Mutex<(Vec<u8>, Option<Instant>)>,
    unsent: Arc<Unsent>,
}

impl Stream {
    /// Sends a framed datagram, or none of it when there is no room: the system holds a tenth of a second at most.
    fn put(&self, framed: &[u8], now: Instant) -> io::Result<()> {
        let mut begun = lock(&self.begun);
        let (rest, since) = &mut *begun;
        let written = self.write(rest)?;
        rest.drain(..written);
        if !rest.is_empty() {
            self.unsent.count();
            let stuck = now.saturating_duration_since(*since.get_or_insert(now)) > TCP_STUCK;
            return if stuck { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) };
        }
        let written = self.write(framed)?;
        if written == 0 {
            self.unsent.count();
        } else if written < framed.len() {
            (*rest, *since) = (framed[written..].to_vec(), Some(now));
        }
        Ok(())
    }

    fn write(&self, mut bytes: &[u8]) -> io::Result<usize> {
        let all = bytes.len();
        while !bytes.is_empty() {
            match self.io.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(all - bytes.len())
    }
}

impl AsyncTcpStream for Stream {
    fn read<'a, 'b>(&'a self, buf: &'b mut [u8]) -> Soon<'b, io::Result<usize>>
    where
        'a: 'b,
    {
        Box::pin(async move {
            loop {
                self.io.readable().await?;
                match self.io.try_read(buf) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    read => return read,
                }
            }
        })
    }

    fn write_all<'a, 'b>(&'a self, buf: &'b [u8]) -> Soon<'b, io::Result<()>>
    where
        'a: 'b,
    {
        Box::pin(std::future::ready(self.put(buf, Instant::now())))
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.here)
    }

    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.there)
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn keep_little_unsent(stream: &TcpStream) -> io::Result<()> {
    use std::os::fd::AsRawFd as _;
    let (value, size) = (TCP_UNSENT, size_of_val(&TCP_UNSENT) as libc::socklen_t);
    let (level, name) = (libc::IPPROTO_TCP, libc::TCP_NOTSENT_LOWAT);
    // SAFETY: the borrowed stream keeps the descriptor open, and the value is a local of the size that is told.
    let set = unsafe { libc::setsockopt(stream.as_raw_fd(), level, name, (&raw const value).cast(), size) };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Elsewhere the system holds as much as it likes.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn keep_little_unsent(_stream: &TcpStream) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_far_side_that_does_not_read_holds_nobody_up_and_gets_whole_datagrams_only() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let (to, name) = (listener.local_addr().unwrap(), SocketAddr::from(([192, 0, 2, 1], 9)));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let net = Net::new(Names::default());
            net.connect(to, name).await.unwrap();
            let stream = net.connect_tcp(name).await.unwrap();
            assert_eq!(stream.peer_addr().unwrap(), name);
            assert!(net.connect_tcp(name).await.is_err(), "it was taken");
            let (mut far, _) = listener.accept().unwrap();
            let datagram = |n: u32| [&1_202_u16.to_be_bytes()[..], &n.to_be_bytes(), &[7; 1_198]].concat();
            for n in 0..20_000 {
                stream.write_all(&datagram(n)).await.unwrap();
            }
            drop(stream);
            let unsent = net.take_unsent();
            // What the far side gets in the end: whole datagrams, of which many are missing.
            let mut got = Vec::new();
            far.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let _ = far.read_to_end(&mut got);
            let whole = got.chunks_exact(1_204);
            assert!(whole.len() > 2 && whole.len() < 20_000, "{}", whole.len());
            assert!((19_999..=20_000).contains(&(whole.len() as u64 + unsent)), "{} and {unsent}", whole.len());
            assert!(whole.map(|one| &one[..2]).all(|head| head == 1_202_u16.to_be_bytes()));
        });
    }
    #[test]
    fn what_a_radio_that_stalls_has_no_room_for_is_dropped_and_counted_and_the_system_holds_little() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (net, far) = (Net::new(Names::default()), UdpSocket::bind("127.0.0.1:0").unwrap());
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            let same = socket.try_clone().unwrap();
            let wrapped = net.wrap_udp_socket(socket).unwrap();
            let held = SockRef::from(&same).send_buffer_size().unwrap();
            assert!(held <= 2 * UDP_UNSENT, "the system holds {held} bytes");
            // The first one goes out at once, before anybody has looked whether there is room.
            assert_eq!(wrapped.send_to(b"sound", far.local_addr().unwrap()).await.unwrap(), 5);
            assert_eq!((far.recv(&mut [0; 9]).unwrap(), net.take_unsent()), (5, 0));
        });
        let unsent = Unsent::default();
        assert_eq!(unsent.or_drop(Err(io::ErrorKind::WouldBlock.into()), 300).unwrap(), 300);
        assert!(unsent.or_drop(Err(io::ErrorKind::NetworkUnreachable.into()), 300).is_err(), "that is another matter");
        assert_eq!(unsent.0.load(Ordering::Relaxed), 1);
        #[cfg(unix)]
        assert_eq!(unsent.or_drop(Err(io::Error::from_raw_os_error(libc::ENOBUFS)), 300).unwrap(), 300);
    }

    #[test]
    fn a_server_is_looked_up_once_at_a_time_and_keeps_its_port() {
        let asked = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&asked);
        let names = Names::that(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Box::pin(std::future::pending())
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            for _ in 0..3 {
                let found = Net::new(names.clone()).resolve_host("turn.example:3478").await;
                assert_eq!(found.unwrap_err().kind(), io::ErrorKind::TimedOut);
            }
            assert_eq!(asked.load(Ordering::Relaxed), 1);
            let found = Net::new(Names::default()).resolve_host("[::1]:3478").await.unwrap();
            assert_eq!(found, ["[::1]:3478".parse::<SocketAddr>().unwrap()]);
        });
    }
}
