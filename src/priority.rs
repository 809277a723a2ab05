//! Realtime priority for the threads that sound depends on: asked for, and read back.
//!
//! Linux grants it as `SCHED_FIFO` to root, with `CAP_SYS_NICE`, or within `RLIMIT_RTPRIO`; macOS and Windows grant
//! their own audio classes to every program.

use std::fmt;

use audio_thread_priority::promote_current_thread_to_real_time;
use serde::Serialize;

/// What macOS makes a thread's time constraint of: 10 ms at 48 kHz. The other systems do not ask.
const PERIOD: (u32, u32) = (480, 48_000);

/// How the system schedules a thread.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheduling {
    /// Like every other thread: it may be kept waiting by other programs.
    #[default]
    Ordinary,
    /// Before all ordinary threads.
    Realtime {
        /// POSIX priority, 1 to 99; 0 where the system has a class instead of a number.
        priority: u8,
    },
}

impl Scheduling {
    /// Whether the thread runs before all ordinary ones.
    #[must_use]
    pub fn is_realtime(self) -> bool {
        matches!(self, Self::Realtime { .. })
    }
}

impl fmt::Display for Scheduling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ordinary => f.write_str("ordinary"),
            Self::Realtime { priority } => write!(f, "realtime {priority}"),
        }
    }
}

/// Asks for realtime priority for the calling thread and says what it has now. A refusal is no error here: the
/// caller compares the answer and tells it once.
///
/// It may allocate and takes system calls: on an audio thread it belongs to the warm-up before frame 0.
pub fn promote() -> Scheduling {
    let granted = promote_current_thread_to_real_time(PERIOD.0, PERIOD.1).is_ok();
    remember(granted);
    current()
}

/// What the system says of the calling thread (`sched(7)`), whatever was asked for.
#[cfg(target_os = "linux")]
#[must_use]
pub fn current() -> Scheduling {
    let mut policy = 0;
    let mut parameters = libc::sched_param { sched_priority: 0 };
    // SAFETY: both pointers are to locals of the right type, and the calling thread exists.
    let failed = unsafe { libc::pthread_getschedparam(libc::pthread_self(), &raw mut policy, &raw mut parameters) };
    // The child of a realtime thread must not inherit the class; that flag is no part of the policy.
    match policy & !libc::SCHED_RESET_ON_FORK {
        libc::SCHED_FIFO | libc::SCHED_RR if failed == 0 => {
            Scheduling::Realtime { priority: u8::try_from(parameters.sched_priority).unwrap_or(0) }
        }
        _ => Scheduling::Ordinary,
    }
}

/// What the calling thread was granted: these systems do not tell it back.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn current() -> Scheduling {
    if granted::get() { Scheduling::Realtime { priority: 0 } } else { Scheduling::Ordinary }
}

#[cfg(target_os = "linux")]
fn remember(_granted: bool) {}

#[cfg(not(target_os = "linux"))]
use granted::remember;

#[cfg(not(target_os = "linux"))]
mod granted {
    use std::cell::Cell;

    thread_local! {
        static GRANTED: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn remember(granted: bool) {
        GRANTED.set(granted);
    }

    pub(super) fn get() -> bool {
        GRANTED.get()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn promotion_says_what_the_system_reads_back() {
        let (before, promoted, after) = thread::spawn(|| (current(), promote(), current())).join().unwrap();
        assert_eq!(before, Scheduling::Ordinary);
        assert_eq!(promoted, after);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn without_the_privilege_a_thread_stays_ordinary() {
        let told = thread::spawn(|| {
            let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: the pointer is to a local. The bare system call changes the user of this thread alone, which
            // ends here; glibc's own function would change the whole process.
            unsafe {
                assert_eq!(libc::setrlimit(libc::RLIMIT_RTPRIO, &raw const none), 0);
                libc::syscall(libc::SYS_setresuid, 65_534, 65_534, 65_534);
            }
            promote()
        });
        assert_eq!(told.join().unwrap(), Scheduling::Ordinary);
    }
}
