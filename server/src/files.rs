//! How many files this program may hold open. Each page that follows an artist holds a connection, and many systems
//! begin with room for 1,024.

#[cfg(unix)]
use crate::limits::MAX_FILES;

/// Asks for as many as the bounds of this server need; a refusal leaves the limit as it was.
#[cfg(unix)]
pub(crate) fn make_room() {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the limit is a local of the right type, which the call fills.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return;
    }
    let wanted = limit.rlim_max.min(MAX_FILES);
    if wanted > limit.rlim_cur {
        limit.rlim_cur = wanted;
        // SAFETY: the same local, which the call only reads.
        unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) };
    }
}

/// Other systems set no such limit.
#[cfg(not(unix))]
pub(crate) fn make_room() {}
