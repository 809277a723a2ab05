//! The check sum that stands in the journal beside the length of a file, so that damage is found years later: CRC-32
//! (ISO-HDLC) of all bytes of sound.

use crc32fast::Hasher;

/// A check sum that grows with the sound.
#[derive(Clone, Default, Debug)]
pub(crate) struct Sum(Hasher);

impl Sum {
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// As if that many zeros were taken; hours of them in microseconds, by doubling.
    pub(crate) fn take_zeros(&mut self, count: u64) {
        let mut power = Hasher::new();
        power.update(&[0]);
        let mut left = count;
        while left > 0 {
            if left & 1 == 1 {
                self.0.combine(&power);
            }
            left >>= 1;
            let same = power.clone();
            power.combine(&same);
        }
    }

    /// As if everything that `behind` took was taken now.
    pub(crate) fn append(&mut self, behind: &Self) {
        self.0.combine(&behind.0);
    }

    pub(crate) fn value(&self) -> u32 {
        self.0.clone().finalize()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn silence_counts_like_the_zeros_that_it_is(before in prop::collection::vec(any::<u8>(), 0..40), zeros in 0u64..9_000) {
            let (mut told, mut real) = (Sum::default(), Sum::default());
            told.take(&before);
            real.take(&before);
            told.take_zeros(zeros);
            real.take(&vec![0; zeros as usize]);
            prop_assert_eq!(told.value(), real.value());
        }
    }
}
