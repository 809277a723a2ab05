//! Names of servers, looked up and remembered: in a dead network a look-up takes many seconds to fail, and whoever waits for
//! it misses the moment when the network is back.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::limits::{CONNECT_TIMEOUT, NAME_PATIENCE};

type Found = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;
type LookUp = dyn Fn(String) -> Found + Send + Sync;

/// What a look-up came to; `None` while it is under way.
type Answer = Option<Result<Vec<SocketAddr>, io::ErrorKind>>;

/// Looks names up, each once at a time. A name that was found before is waited for no longer than [`NAME_PATIENCE`]; then it is
/// where it was, and what the look-up finds later counts from then on.
#[derive(Clone)]
pub struct Names {
    look_up: Arc<LookUp>,
    known: Arc<Mutex<HashMap<String, Vec<SocketAddr>>>>,
    asked: Arc<Mutex<HashMap<String, watch::Receiver<Answer>>>>,
    patience: Duration,
}

impl Default for Names {
    fn default() -> Self {
        Self::of_the_system()
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

impl Names {
    /// By the system's own way.
    #[must_use]
    pub fn of_the_system() -> Self {
        let look_up = |host: String| -> Found {
            Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), 0)).await?.collect()) })
        };
        Self::new(Arc::new(look_up), NAME_PATIENCE)
    }

    #[cfg(test)]
    pub(super) fn that(look_up: impl Fn(String) -> Found + Send + Sync + 'static) -> Self {
        Self::new(Arc::new(look_up), NAME_PATIENCE)
    }

    fn new(look_up: Arc<LookUp>, patience: Duration) -> Self {
        Self { look_up, known: Arc::default(), asked: Arc::default(), patience }
    }

    /// Where that host is; the ports are 0.
    ///
    /// # Errors
    /// It was never found, and is not found now.
    pub async fn find(&self, host: &str) -> io::Result<Vec<SocketAddr>> {
        let known = lock(&self.known).get(host).cloned();
        let patience = if known.is_some() { self.patience } else { CONNECT_TIMEOUT };
        let mut asked = self.ask(host);
        let answer = match timeout(patience, asked.wait_for(Option::is_some)).await {
            Ok(Ok(answer)) => answer.clone().unwrap_or(Err(io::ErrorKind::Interrupted)),
            Ok(Err(_)) => Err(io::ErrorKind::Interrupted),
            Err(_) => Err(io::ErrorKind::TimedOut),
        };
        answer.or_else(|error| known.ok_or_else(|| error.into()))
    }

    /// The look-up that is under way, or a new one.
    fn ask(&self, host: &str) -> watch::Receiver<Answer> {
        let mut asked = lock(&self.asked);
        if let Some(under_way) = asked.get(host).filter(|asked| asked.borrow().is_none() && asked.has_changed().is_ok())
        {
            return under_way.clone();
        }
        let (tell, told) = watch::channel(None);
        asked.insert(host.to_owned(), told.clone());
        let (looked_up, known, host) = ((self.look_up)(host.to_owned()), Arc::clone(&self.known), host.to_owned());
        tokio::spawn(async move {
            let found = looked_up.await;
            if let Ok(found) = &found
                && !found.is_empty()
            {
                lock(&known).insert(host, found.clone());
            }
            tell.send_replace(Some(found.map_err(|error| error.kind())));
        });
        told
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.clone();
        Box::pin(async move { Ok(Box::new(names.find(name.as_str()).await?.into_iter()) as Addrs) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each look-up of a name does the next of these; after them it never ends.
    fn names(answers: Vec<io::Result<Vec<SocketAddr>>>) -> Names {
        let answers = Mutex::new(answers.into_iter());
        let look_up = move |_| -> Found {
            match answers.lock().unwrap().next() {
                Some(answer) => Box::pin(std::future::ready(answer)),
                None => Box::pin(std::future::pending()),
            }
        };
        Names::new(Arc::new(look_up), Duration::from_millis(20))
    }

    fn at(host: u8) -> Vec<SocketAddr> {
        vec![SocketAddr::from(([192, 0, 2, host], 0))]
    }

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn a_name_that_cannot_be_looked_up_is_where_it_was() {
        let dead = || Err(io::Error::from(io::ErrorKind::NetworkUnreachable));
        let names = names(vec![Ok(at(1)), dead(), Ok(Vec::new()), Ok(at(2))]);
        run(async {
            assert_eq!(names.find("live.example").await.unwrap(), at(1));
            assert_eq!(names.find("live.example").await.unwrap(), at(1), "the network is dead");
            assert!(names.find("live.example").await.unwrap().is_empty(), "it has no address any more");
            assert_eq!(names.find("live.example").await.unwrap(), at(2), "it moved");
            assert_eq!(names.find("live.example").await.unwrap(), at(2), "the look-up hangs");
        });
    }

    #[test]
    fn a_look_up_that_comes_late_counts_from_then_on_and_is_asked_once() {
        let asked = Arc::new(Mutex::new(0));
        let (count, late) = (Arc::clone(&asked), Duration::from_millis(200));
        let look_up = move |_| -> Found {
            *count.lock().unwrap() += 1;
            let nth = *count.lock().unwrap();
            Box::pin(async move {
                tokio::time::sleep(if nth == 1 { Duration::ZERO } else { late }).await;
                Ok(at(nth))
            })
        };
        let names = Names::new(Arc::new(look_up), Duration::from_millis(5));
        run(async {
            assert_eq!(names.find("live.example").await.unwrap(), at(1));
            for _ in 0..3 {
                assert_eq!(names.find("live.example").await.unwrap(), at(1), "it is still looked up");
            }
            assert_eq!(*asked.lock().unwrap(), 2);
            tokio::time::sleep(late * 3).await;
            assert_eq!(names.find("live.example").await.unwrap(), at(2), "what came late is known");
        });
    }

    #[test]
    fn a_name_that_was_never_found_is_an_error() {
        let names = names(vec![Err(io::ErrorKind::NotFound.into())]);
        assert_eq!(run(names.find("nowhere.example")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_the_system_finds_is_this_machine() {
        let names = Names::of_the_system();
        assert!(run(names.find("localhost")).unwrap().iter().all(|at| at.ip().is_loopback()));
    }
}
