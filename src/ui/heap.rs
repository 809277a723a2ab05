//! Memory that a picture frees stays with the process for the next one.
//!
//! Each picture of the desk makes and frees some hundred kilobytes of triangles. Left to itself, glibc gives what is free at the
//! end of its heap back to the system above 128 KiB (`mallopt(3)`), and takes it again page by page for the next picture: that
//! may cost more than to draw it.

/// What may stay free at the end of the heap, and up to which size memory comes from there at all, bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT: (libc::c_int, libc::c_int) = (8 << 20, 4 << 20);

/// Keeps it. For the whole process; the same again changes nothing. Any thread.
pub(super) fn keep() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: both options only say when memory is given back; glibc takes its own lock. Where it refuses one, all stays as
        // it was.
        unsafe {
            libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT.0);
            libc::mallopt(libc::M_MMAP_THRESHOLD, KEPT.1);
        }
    }
}
