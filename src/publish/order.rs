//! What the encoder's thread is to do from its next packet on: one word, written by the session, read without waiting.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::codec::PacketLength;

use super::rate::{Rate, Setting};

/// The setting and the loss hint.
pub(super) struct Order(AtomicU64);

impl Order {
    pub(super) fn new(rate: &Rate) -> Self {
        Self(AtomicU64::new(packed(rate.setting, rate.loss_hint)))
    }

    /// The one order of a target that follows no network.
    pub(super) fn always(bitrate: u32) -> Self {
        Self(AtomicU64::new(packed(Setting { bitrate, length: PacketLength::Short }, 0)))
    }

    /// Gives another order.
    pub(super) fn give(&self, rate: &Rate) {
        self.0.store(packed(rate.setting, rate.loss_hint), Ordering::Relaxed);
    }

    /// The order now: the setting, and how many percent of the packets are lost.
    pub(super) fn now(&self) -> (Setting, u8) {
        let word = self.0.load(Ordering::Relaxed);
        let length = if word >> 40 & 1 == 1 { PacketLength::Long } else { PacketLength::Short };
        (Setting { bitrate: word as u32, length }, (word >> 32) as u8)
    }
}

fn packed(setting: Setting, hint: u8) -> u64 {
    let long = u64::from(setting.length == PacketLength::Long);
    long << 40 | u64::from(hint) << 32 | u64::from(setting.bitrate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_was_given() {
        let setting = Setting { bitrate: 510_000, length: PacketLength::Long };
        let rate = Rate { setting, path: None, loss: 0.0, loss_hint: 20 };
        let order = Order::new(&rate);
        assert_eq!(order.now(), (setting, 20));
        let short = Setting { bitrate: 32_000, length: PacketLength::Short };
        order.give(&Rate { setting: short, loss_hint: 0, ..rate });
        assert_eq!(order.now(), (short, 0));
    }
}
