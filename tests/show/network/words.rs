//! HTTP on its way through a network that may go dark.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Carries every connection to the server at `port`, for as long as the test runs.
pub(crate) fn carry(here: TcpListener, port: u16, dark: Arc<AtomicBool>) {
    thread::spawn(move || {
        for near in here.incoming().map_while(Result::ok) {
            let dark = Arc::clone(&dark);
            thread::spawn(move || join(near, port, &dark));
        }
    });
}

/// What is said while it is dark waits, as TCP would send it again; a connection that begins then hears nothing until it is
/// light.
fn join(near: TcpStream, port: u16, dark: &Arc<AtomicBool>) {
    wait_for_light(dark);
    let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { return };
    let (Ok(near_too), Ok(far_too)) = (near.try_clone(), far.try_clone()) else { return };
    let dark_too = Arc::clone(dark);
    thread::spawn(move || drop(pass(far_too, near_too, &dark_too)));
    let _ = pass(near, far, dark);
}

fn wait_for_light(dark: &AtomicBool) {
    while dark.load(Ordering::SeqCst) {
        thread::park_timeout(Duration::from_millis(10));
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, dark: &AtomicBool) -> io::Result<()> {
    let mut piece = [0; 16 << 10];
    loop {
        let read = from.read(&mut piece)?;
        wait_for_light(dark);
        if read == 0 {
            return to.shutdown(Shutdown::Write);
        }
        to.write_all(&piece[..read])?;
    }
}
