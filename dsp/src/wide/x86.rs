//! The registers of x86-64.

use std::arch::x86_64::{
    __m128, __m256, _CMP_LE_OQ, _CMP_LT_OQ, _mm_add_ps, _mm_and_ps, _mm_andnot_ps, _mm_cmple_ps, _mm_cmplt_ps,
    _mm_cvtepi32_ps, _mm_cvtss_f32, _mm_cvttps_epi32, _mm_div_ps, _mm_load_ps, _mm_loadu_ps, _mm_max_ps, _mm_min_ps,
    _mm_movehl_ps, _mm_movelh_ps, _mm_movemask_ps, _mm_mul_ps, _mm_or_ps, _mm_set1_ps, _mm_shuffle_ps, _mm_store_ps,
    _mm_sub_ps, _mm256_add_ps, _mm256_and_ps, _mm256_blendv_ps, _mm256_castps256_ps128, _mm256_cmp_ps,
    _mm256_cvtepi32_ps, _mm256_cvttps_epi32, _mm256_div_ps, _mm256_extractf128_ps, _mm256_load_ps, _mm256_loadu_ps,
    _mm256_max_ps, _mm256_min_ps, _mm256_movemask_ps, _mm256_mul_ps, _mm256_or_ps, _mm256_permute_ps, _mm256_set1_ps,
    _mm256_store_ps, _mm256_sub_ps,
};

use super::Wide;
use crate::lanes::{LANES, Lanes};

/// One register of eight. Only kernels that are compiled for AVX2 name it, and they only run where a level says that the
/// processor has it.
#[derive(Clone, Copy)]
pub(crate) struct Avx(__m256);

/// Two registers of four, which every processor of this target has.
#[derive(Clone, Copy)]
pub(crate) struct Sse([__m128; 2]);

/// The other lane of each pair.
const PARTNERS: i32 = 0b10_11_00_01;

/// Methods that are one instruction for each register.
macro_rules! one_instruction {
    ($($name:ident = $wide:ident, $half:ident;)*) => {
        impl Avx {
            $(#[inline(always)]
            fn $name(self, other: Self) -> Self {
                // SAFETY: works on values alone; the processor has AVX2, or this type would not be here.
                Self(unsafe { $wide(self.0, other.0) })
            })*
        }
        impl Sse {
            $(#[inline(always)]
            fn $name(self, other: Self) -> Self {
                // SAFETY: works on values alone; every processor of this target has SSE2.
                Self(unsafe { [$half(self.0[0], other.0[0]), $half(self.0[1], other.0[1])] })
            })*
        }
    };
}

one_instruction! {
    plus = _mm256_add_ps, _mm_add_ps;
    minus = _mm256_sub_ps, _mm_sub_ps;
    times = _mm256_mul_ps, _mm_mul_ps;
    over = _mm256_div_ps, _mm_div_ps;
    smaller = _mm256_min_ps, _mm_min_ps;
    larger = _mm256_max_ps, _mm_max_ps;
    either = _mm256_or_ps, _mm_or_ps;
    both = _mm256_and_ps, _mm_and_ps;
}

/// The methods of [`Wide`] that are the same for both.
macro_rules! same_for_both {
    () => {
        #[inline(always)]
        fn add(self, other: Self) -> Self {
            self.plus(other)
        }
        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            self.minus(other)
        }
        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            self.times(other)
        }
        #[inline(always)]
        fn div(self, other: Self) -> Self {
            self.over(other)
        }
        #[inline(always)]
        fn min(self, other: Self) -> Self {
            self.smaller(other)
        }
        #[inline(always)]
        fn max(self, other: Self) -> Self {
            self.larger(other)
        }
        #[inline(always)]
        fn or(self, other: Self) -> Self {
            self.either(other)
        }
        #[inline(always)]
        fn and(self, other: Self) -> Self {
            self.both(other)
        }
        #[inline(always)]
        fn magnitude(self) -> Self {
            self.both(Self::splat(f32::from_bits(u32::MAX >> 1)))
        }
        #[inline(always)]
        fn is(self, other: Self) -> Self {
            self.at_most(other).and(other.at_most(self))
        }
        #[inline(always)]
        fn across(self, other: Self) -> [f32; 2] {
            across(self.folded(), other.folded())
        }
    };
}

/// The sums of four lanes of both.
#[inline(always)]
fn across(a: __m128, b: __m128) -> [f32; 2] {
    // SAFETY: works on values alone; every processor of this target has SSE2.
    unsafe {
        let two = _mm_add_ps(_mm_movelh_ps(a, b), _mm_movehl_ps(b, a));
        let one = _mm_add_ps(two, _mm_shuffle_ps::<0b11_11_01_01>(two, two));
        [_mm_cvtss_f32(one), _mm_cvtss_f32(_mm_movehl_ps(one, one))]
    }
}

impl Avx {
    /// The lower half upon the upper one.
    #[inline(always)]
    fn folded(self) -> __m128 {
        // SAFETY: works on values alone; the processor has AVX2, or this type would not be here.
        unsafe { _mm_add_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0)) }
    }
}

impl Sse {
    #[inline(always)]
    fn folded(self) -> __m128 {
        // SAFETY: works on values alone; every processor of this target has SSE2.
        unsafe { _mm_add_ps(self.0[0], self.0[1]) }
    }

    #[inline(always)]
    fn each(self, what: impl Fn(__m128) -> __m128) -> Self {
        Self([what(self.0[0]), what(self.0[1])])
    }
}

// SAFETY of every block below: the processor has AVX2, or this type would not be here; frames are aligned for it.
impl Wide for Avx {
    same_for_both!();

    #[inline(always)]
    fn load(lanes: &Lanes) -> Self {
        // SAFETY: see above; a frame is eight numbers.
        Self(unsafe { _mm256_load_ps(lanes.0.as_ptr()) })
    }

    #[inline(always)]
    fn load_from(samples: &[f32; LANES]) -> Self {
        // SAFETY: see above; these are eight numbers, and this load need not be aligned.
        Self(unsafe { _mm256_loadu_ps(samples.as_ptr()) })
    }

    #[inline(always)]
    fn lanes(self) -> Lanes {
        let mut lanes = Lanes::SILENCE;
        // SAFETY: see above; a frame is eight numbers.
        unsafe { _mm256_store_ps(lanes.0.as_mut_ptr(), self.0) };
        lanes
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm256_set1_ps(value) })
    }

    #[inline(always)]
    fn whole(self) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm256_cvtepi32_ps(_mm256_cvttps_epi32(self.0)) })
    }

    #[inline(always)]
    fn below(self, other: Self) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm256_cmp_ps::<_CMP_LT_OQ>(self.0, other.0) })
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm256_cmp_ps::<_CMP_LE_OQ>(self.0, other.0) })
    }

    #[inline(always)]
    fn choose(self, yes: Self, no: Self) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm256_blendv_ps(no.0, yes.0, self.0) })
    }

    #[inline(always)]
    fn all(self) -> bool {
        // SAFETY: see above.
        unsafe { _mm256_movemask_ps(self.0) == 0xff }
    }

    #[inline(always)]
    fn of_partners(self) -> Self {
        // SAFETY: see above.
        Self(unsafe { _mm256_permute_ps::<PARTNERS>(self.0) })
    }
}

// SAFETY of every block below: every processor of this target has SSE2; frames are aligned for it.
impl Wide for Sse {
    same_for_both!();

    #[inline(always)]
    fn load(lanes: &Lanes) -> Self {
        let (low, high) = lanes.0.split_at(4);
        // SAFETY: see above; a frame is twice four numbers.
        Self(unsafe { [_mm_load_ps(low.as_ptr()), _mm_load_ps(high.as_ptr())] })
    }

    #[inline(always)]
    fn load_from(samples: &[f32; LANES]) -> Self {
        let (low, high) = samples.split_at(4);
        // SAFETY: see above; these are twice four numbers, and these loads need not be aligned.
        Self(unsafe { [_mm_loadu_ps(low.as_ptr()), _mm_loadu_ps(high.as_ptr())] })
    }

    #[inline(always)]
    fn lanes(self) -> Lanes {
        let mut lanes = Lanes::SILENCE;
        let (low, high) = lanes.0.split_at_mut(4);
        // SAFETY: see above; a frame is twice four numbers.
        unsafe {
            _mm_store_ps(low.as_mut_ptr(), self.0[0]);
            _mm_store_ps(high.as_mut_ptr(), self.0[1]);
        }
        lanes
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: see above.
        Self(unsafe { [_mm_set1_ps(value); 2] })
    }

    #[inline(always)]
    fn whole(self) -> Self {
        // SAFETY: see above.
        self.each(|half| unsafe { _mm_cvtepi32_ps(_mm_cvttps_epi32(half)) })
    }

    #[inline(always)]
    fn below(self, other: Self) -> Self {
        // SAFETY: see above.
        Self(unsafe { [_mm_cmplt_ps(self.0[0], other.0[0]), _mm_cmplt_ps(self.0[1], other.0[1])] })
    }

    #[inline(always)]
    fn at_most(self, other: Self) -> Self {
        // SAFETY: see above.
        Self(unsafe { [_mm_cmple_ps(self.0[0], other.0[0]), _mm_cmple_ps(self.0[1], other.0[1])] })
    }

    #[inline(always)]
    fn choose(self, yes: Self, no: Self) -> Self {
        // SAFETY: see above.
        let half =
            |at: usize| unsafe { _mm_or_ps(_mm_and_ps(self.0[at], yes.0[at]), _mm_andnot_ps(self.0[at], no.0[at])) };
        Self([half(0), half(1)])
    }

    #[inline(always)]
    fn all(self) -> bool {
        // SAFETY: see above.
        unsafe { _mm_movemask_ps(_mm_and_ps(self.0[0], self.0[1])) == 0xf }
    }

    #[inline(always)]
    fn of_partners(self) -> Self {
        // SAFETY: see above.
        self.each(|half| unsafe { _mm_shuffle_ps::<PARTNERS>(half, half) })
    }
}
