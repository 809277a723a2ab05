//! Where the engine lies between callbacks, so that it outlives any stream.
//!
//! A dead stream's `drop` may block for more than 20 seconds (PulseAudio), and its callback owns whatever was moved
//! into it. So nothing of value is moved in: a callback takes the value out of this slot, works, and puts it back.
//! Each stream has a generation; once a newer one was begun, callbacks of older streams find nothing here.

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Holds one value, or nothing while somebody works with it.
#[derive(Debug)]
pub(super) struct Slot<T> {
    value: AtomicPtr<T>,
    generation: AtomicU64,
}

impl<T: Send> Slot<T> {
    pub(super) fn new(value: T) -> Self {
        Self { value: AtomicPtr::new(Box::into_raw(Box::new(value))), generation: AtomicU64::new(0) }
    }

    /// Begins a new generation and names it; all older ones are shut out from now on.
    pub(super) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Whether this generation is still the newest.
    pub(super) fn is_current(&self, generation: u64) -> bool {
        self.generation.load(Ordering::Acquire) == generation
    }

    /// Takes the value out; `None` while another holds it. Never waits.
    pub(super) fn take(&self) -> Option<Box<T>> {
        let value = self.value.swap(ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: every non-null pointer in here came from `Box::into_raw`, and the swap made us its only owner.
        (!value.is_null()).then(|| unsafe { Box::from_raw(value) })
    }

    /// Puts back what was taken. Only the one who took it may, so nothing is overwritten. Never waits.
    pub(super) fn put(&self, value: Box<T>) {
        let before = self.value.swap(Box::into_raw(value), Ordering::AcqRel);
        debug_assert!(before.is_null(), "a slot is filled by the one who emptied it");
    }

    /// Shuts out every stream and takes the value away, waiting for a callback that is just at work. `None` when it did
    /// not finish within `patience`. Control thread.
    pub(super) fn close(&self, patience: Duration) -> Option<Box<T>> {
        self.next_generation();
        let began = Instant::now();
        loop {
            if let Some(value) = self.take() {
                return Some(value);
            }
            if began.elapsed() > patience {
                return None;
            }
            // A callback takes less than its own length; nothing here could be woken by it without a lock.
            std::thread::park_timeout(Duration::from_millis(1));
        }
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        let value = *self.value.get_mut();
        if !value.is_null() {
            // SAFETY: the pointer came from `Box::into_raw`, and nobody else can reach a slot that is being dropped.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn one_holder_at_a_time_and_nothing_is_lost() {
        let slot = Arc::new(Slot::new(0_u64));
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let slot = Arc::clone(&slot);
                std::thread::spawn(move || {
                    let mut done = 0;
                    while done < 5_000 {
                        if let Some(mut value) = slot.take() {
                            *value += 1;
                            slot.put(value);
                            done += 1;
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().for_each(|w| w.join().expect("a worker ends"));
        assert_eq!(slot.take().as_deref(), Some(&20_000));
    }

    #[test]
    fn an_older_generation_is_shut_out() {
        let slot = Slot::new(());
        let old = slot.next_generation();
        assert!(slot.is_current(old));
        let new = slot.next_generation();
        assert!(!slot.is_current(old) && slot.is_current(new));
    }
}
