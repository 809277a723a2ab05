//! Panics of this process, those that a guard catches too.

use std::panic;
use std::sync::{Mutex, Once};

/// What a panic says that a test wants.
pub(crate) const WANTED: &str = "a failure that the test wants";

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
static HOOK: Once = Once::new();

/// Everything that panicked since.
pub(crate) struct Panics(usize);

impl Panics {
    /// Those from now on. Panics that are [`WANTED`] are counted, and not told aloud.
    pub(crate) fn watched() -> Self {
        HOOK.call_once(|| {
            let aloud = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                let told = info.to_string();
                if !told.contains(WANTED) {
                    aloud(info);
                }
                SEEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(told);
            }));
        });
        Self(seen().len())
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<String> {
        seen().split_off(self.0)
    }

    /// Those that no test wanted.
    #[cfg(debug_assertions)]
    pub(crate) fn unwanted(&self) -> Vec<String> {
        self.all().into_iter().filter(|told| !told.contains(WANTED)).collect()
    }
}

fn seen() -> Vec<String> {
    SEEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
}
