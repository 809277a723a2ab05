//! Waiting for a datagram, for a time that is kept to the millisecond.

use std::io;
use std::net::UdpSocket;
use std::time::Duration;

/// Makes a socket ready for [`readable`]. Sending then never waits either: a full buffer is an error at once.
#[cfg(unix)]
pub(crate) fn prepare(socket: &UdpSocket) -> io::Result<()> {
    socket.set_nonblocking(true)
}

/// Returns when there is something to read or the time is over. The socket's own read timeout would do, were it
/// not counted in the kernel's ticks of up to 10 ms.
#[cfg(unix)]
pub(crate) fn readable(socket: &UdpSocket, wait: Duration) {
    use std::os::fd::AsRawFd as _;
    let millis = wait.as_micros().div_ceil(1_000).clamp(1, 1_000) as libc::c_int;
    let mut watched = libc::pollfd { fd: socket.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    // SAFETY: one descriptor, which the borrowed socket keeps open. An interrupted wait is only a shorter one.
    unsafe { libc::poll(&raw mut watched, 1, millis) };
}

/// Makes a socket ready for [`readable`].
#[cfg(not(unix))]
pub(crate) fn prepare(socket: &UdpSocket) -> io::Result<()> {
    socket.set_read_timeout(Some(Duration::from_millis(1)))
}

/// Elsewhere reading itself waits, a millisecond at a time.
#[cfg(not(unix))]
pub(crate) fn readable(_socket: &UdpSocket, _wait: Duration) {}
