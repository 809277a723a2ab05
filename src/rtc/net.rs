//! What a connection runs on: tokio, except for TCP. `webrtc` waits for a far side that does not read, and everything of
//! the connection waits with it; here what finds no room is dropped, whole.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::timeout;
use webrtc::runtime::{
    AsyncInterval, AsyncTcpListener, AsyncTcpStream, AsyncUdpSocket, JoinHandle, Runtime, TokioRuntime,
};

use crate::limits::{NAME_PATIENCE, TCP_STUCK, TCP_UNSENT};

type Soon<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tokio, and the streams that are connected already and wait for `webrtc` to ask for them.
#[derive(Debug, Default)]
pub(super) struct Net {
    ready: Mutex<HashMap<SocketAddr, Arc<Stream>>>,
}

impl Net {
    /// Connects to `to`; the connection will know it by the address `name`, once it is told of a candidate there.
    ///
    /// # Errors
    /// Nobody listens there, or nobody can be reached.
    pub(super) async fn connect(&self, to: SocketAddr, name: SocketAddr) -> io::Result<()> {
        let io = TcpStream::connect(to).await?;
        io.set_nodelay(true)?;
        keep_little_unsent(&io)?;
        let here = io.local_addr()?;
        let stream = Stream { io, here, there: name, begun: Mutex::default() };
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

    fn wrap_udp_socket(&self, socket: std::net::UdpSocket) -> io::Result<Arc<dyn AsyncUdpSocket>> {
        TokioRuntime.wrap_udp_socket(socket)
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

    /// Bounded: the connection waits for it.
    fn resolve_host<'a>(&'a self, host: &'a str) -> Soon<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move {
            let found = timeout(NAME_PATIENCE, tokio::net::lookup_host(host)).await;
            Ok(found.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??.collect())
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
}

impl Stream {
    /// Sends a framed datagram, or none of it when there is no room: the system holds a tenth of a second at most.
    fn put(&self, framed: &[u8], now: Instant) -> io::Result<()> {
        let mut begun = lock(&self.begun);
        let (rest, since) = &mut *begun;
        let written = self.write(rest)?;
        rest.drain(..written);
        if !rest.is_empty() {
            let stuck = now.saturating_duration_since(*since.get_or_insert(now)) > TCP_STUCK;
            return if stuck { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) };
        }
        let written = self.write(framed)?;
        if written > 0 && written < framed.len() {
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
            let net = Net::default();
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
            // What the far side gets in the end: whole datagrams, of which many are missing.
            let mut got = Vec::new();
            far.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            let _ = far.read_to_end(&mut got);
            let whole = got.chunks_exact(1_204);
            assert!(whole.len() > 2 && whole.len() < 20_000, "{}", whole.len());
            assert!(whole.map(|one| &one[..2]).all(|head| head == 1_202_u16.to_be_bytes()));
        });
    }
}
