//! When the system has another network: the only place that asks it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use futures_util::StreamExt as _;
use if_watch::tokio::IfWatcher;
use tokio::runtime;
use tokio::sync::oneshot;

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
                    () = listen(&tell) => {}
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

async fn listen(changed: &AtomicBool) {
    let watcher = match IfWatcher::new() {
        Ok(watcher) => watcher,
        Err(error) => return tracing::info!(%error, "the system does not tell of its networks"),
    };
    let mut news = watcher.take_while(|event| std::future::ready(event.is_ok()));
    while news.next().await.is_some() {
        changed.store(true, Ordering::Relaxed);
    }
}
