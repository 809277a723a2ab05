//! Names of servers, looked up and remembered: in a dead network a look-up takes many seconds to fail, and whoever waits for
//! it misses the moment when the network is back.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::time::timeout;

use crate::limits::NAME_PATIENCE;

type Found = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;
type LookUp = dyn Fn(String) -> Found + Send + Sync;

/// Looks names up. A name that was found before is waited for no longer than [`NAME_PATIENCE`]; then it is where it was.
#[derive(Clone)]
pub(super) struct Names {
    look_up: Arc<LookUp>,
    known: Arc<Mutex<HashMap<String, Vec<SocketAddr>>>>,
    patience: Duration,
}

impl Names {
    /// By the system's own way.
    pub(super) fn of_the_system() -> Self {
        let look_up = |host: String| -> Found {
            Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), 0)).await?.collect()) })
        };
        Self::new(Arc::new(look_up), NAME_PATIENCE)
    }

    fn new(look_up: Arc<LookUp>, patience: Duration) -> Self {
        Self { look_up, known: Arc::default(), patience }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Vec<SocketAddr>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where that host is; the ports are 0.
    ///
    /// # Errors
    /// It was never found, and is not found now.
    pub(super) async fn find(&self, host: &str) -> io::Result<Vec<SocketAddr>> {
        let known = self.known().get(host).cloned();
        let looked_up = (self.look_up)(host.to_owned());
        let Some(known) = known else { return self.remember(host, looked_up.await) };
        match timeout(self.patience, looked_up).await {
            Ok(found) => Ok(self.remember(host, found).unwrap_or(known)),
            Err(_) => Ok(known),
        }
    }

    fn remember(&self, host: &str, found: io::Result<Vec<SocketAddr>>) -> io::Result<Vec<SocketAddr>> {
        let found = found?;
        if !found.is_empty() {
            self.known().insert(host.to_owned(), found.clone());
        }
        Ok(found)
    }
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
