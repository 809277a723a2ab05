//! Eight lanes in the processor's registers, said by name.
//!
//! Most kernels are plain loops over the lanes of a frame, and the compiler finds the registers. Where lanes meet (a pair
//! that is linked, a question to all of them) it gives up and takes one lane after the other; such kernels are written with
//! this. Every level gives the same bits: nothing is fused, nothing approximated.

#[cfg(not(target_arch = "x86_64"))]
mod plain;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(not(target_arch = "x86_64"))]
pub(crate) use plain::Plain as Baseline;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx, Sse as Baseline};

use crate::lanes::{LANES, Lanes};

/// Eight numbers. A question gives all bits of a lane for yes and none for no.
pub(crate) trait Wide: Copy {
    fn load(lanes: &Lanes) -> Self;
    /// The same from anywhere in memory.
    fn load_from(samples: &[f32; LANES]) -> Self;
    fn lanes(self) -> Lanes;
    fn splat(value: f32) -> Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    /// The smaller one; `other` when one of them is no number, as processors do.
    fn min(self, other: Self) -> Self;
    /// The larger one; `other` when one of them is no number.
    fn max(self, other: Self) -> Self;
    /// Towards zero, for |x| < 2³¹.
    fn whole(self) -> Self;
    fn below(self, other: Self) -> Self;
    fn at_most(self, other: Self) -> Self;
    fn is(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    fn and(self, other: Self) -> Self;
    /// Without the sign.
    fn magnitude(self) -> Self;
    /// `yes` where this says yes, else `no`.
    fn choose(self, yes: Self, no: Self) -> Self;
    /// Whether this says yes on all lanes.
    fn all(self) -> bool;
    /// What stands on the other lane of each pair (0 and 1, 2 and 3, …).
    fn of_partners(self) -> Self;
    /// The sum of all lanes of this and of `other`: halves upon each other, which is how registers add.
    fn across(self, other: Self) -> [f32; 2];
}
