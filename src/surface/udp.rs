//! The UDP socket of OSC and the thread that reads it.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::limits::OSC_PACKET;
use crate::session::surfaces::Osc;

/// How soon the thread notices that it is not wanted any more.
const LOOK: Duration = Duration::from_millis(100);
/// The longest that a packet may wait for the system.
const SEND: Duration = Duration::from_millis(1);

/// An open socket. Dropped, it waits for its thread: the port is free then.
pub(super) struct Udp {
    socket: UdpSocket,
    at: SocketAddr,
    stop: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Drop for Udp {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // A reader that panicked has ended too.
        self.reader.take().into_iter().for_each(|reader| drop(reader.join()));
    }
}

impl Udp {
    /// Opens it as it was chosen: on this computer alone, or for the whole network. What comes goes to `hear`; where that
    /// is full it is counted in `lost`.
    ///
    /// # Errors
    /// The port is taken, or the system gives no socket or no thread.
    pub(super) fn open(
        osc: Osc,
        hear: impl Fn(SocketAddr, Vec<u8>) -> bool + Send + 'static,
        lost: Arc<AtomicU64>,
    ) -> io::Result<Self> {
        let host = if osc.open { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let socket = UdpSocket::bind((host, osc.port))?;
        socket.set_read_timeout(Some(LOOK))?;
        socket.set_write_timeout(Some(SEND))?;
        let at = socket.local_addr()?;
        let stop = Arc::<AtomicBool>::default();
        let (reader, stopped) = (socket.try_clone()?, Arc::clone(&stop));
        let read = move || {
            // One byte more than is taken: what fills it was longer.
            let mut bytes = [0; OSC_PACKET + 1];
            while !stopped.load(Ordering::Relaxed) {
                match reader.recv_from(&mut bytes) {
                    Ok((length, from)) if hear(from, bytes[..length].to_vec()) => {}
                    Ok(_) => {
                        lost.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                    // A far side that was not there is no reason to end, and none to hurry.
                    Err(_) => thread::park_timeout(SEND),
                }
            }
        };
        let reader = Some(thread::Builder::new().name("korero-osc".to_owned()).spawn(read)?);
        Ok(Self { socket, at, stop, reader })
    }

    /// Where it is heard.
    pub(super) fn at(&self) -> SocketAddr {
        self.at
    }

    /// Sends a packet. One that the system does not take is lost, as on any network; what it told is told again when it
    /// changes.
    pub(super) fn send(&self, to: SocketAddr, bytes: &[u8]) {
        let _ = self.socket.send_to(bytes, to);
    }
}
