//! Which instructions the processor has: kernels are compiled once per level and chosen at run time.
//!
//! A kernel is ordinary `#[inline(always)]` code over `[f32; 8]`, or over the registers of [`crate::wide`]. No level fuses a multiplication with an
//! addition or approximates a reciprocal, so all levels give the same bits; the law tests compare them.

use std::sync::atomic::{AtomicBool, Ordering};

/// Whether [`Level::best`] gives no more than [`Level::BASELINE`].
static RESTRICTED: AtomicBool = AtomicBool::new(false);

/// A set of instructions that this processor is known to have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Level(Instructions);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Instructions {
    Baseline,
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Level {
    /// What every processor of the target has: SSE2 or NEON.
    pub const BASELINE: Self = Self(Instructions::Baseline);

    /// The best level of this processor. The first call asks the processor, later ones read a flag.
    #[must_use]
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if !RESTRICTED.load(Ordering::Relaxed) && std::arch::is_x86_feature_detected!("avx2") {
            return Self(Instructions::Avx2);
        }
        Self::BASELINE
    }

    /// Lets this whole process do with [`Level::BASELINE`] from now on, to measure what an old processor would do. What was
    /// built before keeps its level, so it is called first of all.
    pub fn restrict() {
        RESTRICTED.store(true, Ordering::Relaxed);
    }

    pub(crate) fn instructions(self) -> Instructions {
        self.0
    }
}

/// To be said once in a loop over frames: the compiler then works across the eight lanes of a frame, as it should. Left alone
/// it sometimes takes one lane of eight frames at a time instead, and shuffles for five times as long as it computes.
#[inline(always)]
pub(crate) fn frame_by_frame() {
    std::hint::black_box(());
}

/// Writes a function `name(level, arguments…)` that runs the `#[inline(always)]` function `kernel(arguments…)`
/// compiled for that level; a kernel after `wide` is generic over the registers, see [`crate::wide`].
macro_rules! dispatched {
    ($(#[$meta:meta])* wide $vis:vis fn $name:ident($($arg:ident: $kind:ty),* $(,)?) $(-> $result:ty)? = $kernel:ident $(::<$more:tt>)?;) => {
        $(#[$meta])*
        $vis fn $name(level: $crate::dispatch::Level, $($arg: $kind),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2($($arg: $kind),*) $(-> $result)? {
                $kernel::<$crate::wide::Avx $(, $more)?>($($arg),*)
            }
            match level.instructions() {
                $crate::dispatch::Instructions::Baseline => $kernel::<$crate::wide::Baseline $(, $more)?>($($arg),*),
                #[cfg(target_arch = "x86_64")]
                // SAFETY: a level with AVX2 is only made after the processor said that it has AVX2.
                $crate::dispatch::Instructions::Avx2 => unsafe { avx2($($arg),*) },
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $kind:ty),* $(,)?) $(-> $result:ty)? = $kernel:path;) => {
        $(#[$meta])*
        $vis fn $name(level: $crate::dispatch::Level, $($arg: $kind),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2($($arg: $kind),*) $(-> $result)? {
                $kernel($($arg),*)
            }
            match level.instructions() {
                $crate::dispatch::Instructions::Baseline => $kernel($($arg),*),
                #[cfg(target_arch = "x86_64")]
                // SAFETY: a level with AVX2 is only made after the processor said that it has AVX2.
                $crate::dispatch::Instructions::Avx2 => unsafe { avx2($($arg),*) },
            }
        }
    };
}
pub(crate) use dispatched;
