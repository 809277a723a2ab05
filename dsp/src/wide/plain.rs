//! Lanes one after the other, for processors of which nothing is known here.

use super::Wide;
use crate::lanes::{LANES, Lanes};

/// Eight numbers.
#[derive(Clone, Copy)]
pub(crate) struct Plain(Lanes);

impl Plain {
    #[inline(always)]
    fn with(self, other: Self, what: impl Fn(f32, f32) -> f32) -> Self {
        let mut all = self;
        for lane in 0..LANES {
            all.0.0[lane] = what(self.0.0[lane], other.0.0[lane]);
        }
        all
    }

    #[inline(always)]
    fn says(yes: bool) -> f32 {
        f32::from_bits(if yes { u32::MAX } else { 0 })
    }
}

impl Wide for Plain {
    #[inline(always)]
    fn load(lanes: &Lanes) -> Self {
        Self(*lanes)
    }
    #[inline(always)]
    fn load_from(samples: &[f32; LANES]) -> Self {
        Self(Lanes(*samples))
    }
    #[inline(always)]
    fn lanes(self) -> Lanes {
        self.0
    }
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(Lanes::splat(value))
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.with(other, |a, b| a / b)
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.with(other, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.with(other, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn whole(self) -> Self {
        self.with(self, |a, _| a as i32 as f32)
    }
    #[inline(always)]
    fn below(self, other: Self) -> Self {
        self.with(other, |a, b| Self::says(a < b))
    }
    #[inline(always)]
    fn at_most(self, other: Self) -> Self {
        self.with(other, |a, b| Self::says(a <= b))
    }
    #[inline(always)]
    fn is(self, other: Self) -> Self {
        self.with(other, |a, b| Self::says(a == b))
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self.with(other, |a, b| f32::from_bits(a.to_bits() | b.to_bits()))
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self.with(other, |a, b| f32::from_bits(a.to_bits() & b.to_bits()))
    }
    #[inline(always)]
    fn magnitude(self) -> Self {
        self.with(self, |a, _| a.abs())
    }
    #[inline(always)]
    fn choose(self, yes: Self, no: Self) -> Self {
        let mut chosen = no;
        for lane in 0..LANES {
            let said = self.0.0[lane].to_bits() != 0;
            chosen.0.0[lane] = if said { yes.0.0[lane] } else { no.0.0[lane] };
        }
        chosen
    }
    #[inline(always)]
    fn all(self) -> bool {
        self.0.0.iter().all(|said| said.to_bits() != 0)
    }
    #[inline(always)]
    fn of_partners(self) -> Self {
        Self(self.0.of_partners())
    }
    #[inline(always)]
    fn across(self, other: Self) -> [f32; 2] {
        [self, other].map(|lanes| {
            let s = &lanes.0.0;
            let four = [s[0] + s[4], s[1] + s[5], s[2] + s[6], s[3] + s[7]];
            let two = [four[0] + four[2], four[1] + four[3]];
            two[0] + two[1]
        })
    }
}
