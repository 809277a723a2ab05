//! When the system has another network: the only place that asks it.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures_util::{Stream, StreamExt as _};
use if_watch::IfEvent;
use if_watch::tokio::IfWatcher;
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::limits::NETWORK_AGAIN;

/// Watches for addresses that come and go, on a thread of its own that ends with it.
pub struct Network {
    changed: Arc<AtomicBool>,
    _end: oneshot::Sender<()>,
}

impl Network {
    /// Begins to watch. A system that does not tell changes nothing: what is lost is asked for again in its time.
    #[must_use]
    pub fn watch() -> Self {
        let (changed, (end, ended)) = (Arc::<AtomicBool>::default(), oneshot::channel());
        let tell = Arc::clone(&changed);
        let run = move || {
            let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(async {
                tokio::select! {
                    // Either way nobody listens any more.
                    _ = ended => {}
                    () = listen(&tell, IfWatcher::new) => {}
                }
            });
        };
        if let Err(error) = thread::Builder::new().name("korero-network".to_owned()).spawn(run) {
            tracing::info!(%error, "the network is not watched");
        }
        Self { changed, _end: end }
    }

    /// Whether an address came or went since the last call. The control thread; never waits.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.changed.swap(false, Ordering::Relaxed)
    }
}

/// Hears the system's news of addresses; begins again after [`NETWORK_AGAIN`] when it stops telling, and says that once.
async fn listen<N>(changed: &AtomicBool, begin: impl Fn() -> io::Result<N>)
where
    N: Stream<Item = io::Result<IfEvent>> + Unpin,
{
    let mut is_told = false;
    loop {
        let error = match begin() {
            Ok(mut news) => loop {
                match news.next().await {
                    Some(Ok(_)) => changed.store(true, Ordering::Relaxed),
                    Some(Err(error)) => break error,
                    None => break io::ErrorKind::UnexpectedEof.into(),
                }
            },
            Err(error) => error,
        };
        if !is_told {
            tracing::info!(%error, "the system does not tell of its networks");
            is_told = true;
        }
        sleep(NETWORK_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures_util::stream;
    use tokio::time::timeout;

    use super::*;

    #[test]
    fn after_an_error_the_network_is_watched_again() {
        let runtime = runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let (changed, begun) = (AtomicBool::new(false), Cell::new(0));
        let begin = || {
            begun.set(begun.get() + 1);
            let news = IfEvent::Up("192.0.2.1/24".parse().unwrap());
            match begun.get() {
                1 => Ok(stream::iter([Err(io::ErrorKind::OutOfMemory.into())])),
                2 => Err(io::ErrorKind::Other.into()),
                _ => Ok(stream::iter([Ok(news)])),
            }
        };
        runtime.block_on(async {
            let _ = timeout(NETWORK_AGAIN * 3 / 2, listen(&changed, begin)).await;
            assert!(!changed.load(Ordering::Relaxed));
            let _ = timeout(NETWORK_AGAIN * 3 / 2, listen(&changed, begin)).await;
            assert!(changed.load(Ordering::Relaxed), "{} times", begun.get());
        });
    }
}
