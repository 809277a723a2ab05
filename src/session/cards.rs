//! The cards of faults that a person sees: one for each kind and thing, and none that has become untrue.

use std::collections::VecDeque;

use korero_sentences::{Key, key};

use super::snapshot::ShownFault;
use crate::fault::Fault;
use crate::limits::MAX_FAULTS;

/// All of these say that the show is not on air there.
const NOT_ON_AIR: [Key; 13] = [
    key::FAULT_PUBLISH_KEY_REFUSED,
    key::FAULT_PUBLISH_NO_ARTIST,
    key::FAULT_PUBLISH_TAKEN,
    key::FAULT_PUBLISH_BUSY,
    key::FAULT_PUBLISH_ANSWER,
    key::FAULT_PUBLISH_UNFIT,
    key::FAULT_PUBLISH_MOVED,
    key::FAULT_PUBLISH_UNREACHABLE,
    key::FAULT_PUBLISH_TIMEOUT,
    key::FAULT_PUBLISH_MEDIA,
    key::FAULT_PUBLISH_LOST,
    key::FAULT_PUBLISH_START,
    key::FAULT_PUBLISH_NO_ICECAST,
];

/// All of these say that our own ear hears something wrong, or nothing.
const NOT_HEARD: [Key; 14] = [
    key::FAULT_EAR_SILENT,
    key::FAULT_EAR_MONO,
    key::FAULT_EAR_SWAPPED,
    key::FAULT_EAR_LATE,
    key::FAULT_EAR_NOT_US,
    key::FAULT_EAR_REFUSED,
    key::FAULT_EAR_NOTHING,
    key::FAULT_EAR_NOT_YET,
    key::FAULT_EAR_BUSY,
    key::FAULT_EAR_UNREACHABLE,
    key::FAULT_EAR_ANSWER,
    key::FAULT_EAR_MEDIA,
    key::FAULT_EAR_LOST,
    key::FAULT_EAR_START,
];

/// What went wrong and was not put away.
#[derive(Debug, Default)]
pub(super) struct Cards {
    /// Newest first.
    shown: VecDeque<ShownFault>,
    /// Those that became untrue, newest first: the same may come again.
    over: VecDeque<ShownFault>,
    last_id: u64,
}

impl Cards {
    /// The cards, newest first.
    pub(super) fn shown(&self) -> Vec<ShownFault> {
        self.shown.iter().cloned().collect()
    }

    /// Shows a fault; the same one again only counts up and comes to the front, with its latest numbers.
    pub(super) fn tell(&mut self, fault: Fault) {
        let again = take(&mut self.shown, &fault).or_else(|| take(&mut self.over, &fault));
        let card = match again {
            Some(again) => ShownFault { times: again.times.saturating_add(1), fault, ..again },
            None => {
                self.last_id += 1;
                ShownFault { id: self.last_id, fault, times: 1 }
            }
        };
        front(&mut self.shown, card);
    }

    /// A person has read it.
    pub(super) fn put_away(&mut self, id: u64) {
        self.shown.retain(|card| card.id != id);
    }

    /// The show is on air there, whatever was told before. The night tells it still.
    pub(super) fn on_air(&mut self, about: Option<&str>) {
        self.untrue(&NOT_ON_AIR, about);
    }

    /// Our own ear hears the show there as it was sent.
    pub(super) fn heard(&mut self, about: Option<&str>) {
        self.untrue(&NOT_HEARD, about);
    }

    fn untrue(&mut self, codes: &[Key], about: Option<&str>) {
        let all = std::mem::take(&mut self.shown).into_iter();
        let (over, shown): (VecDeque<_>, _) = all.partition(|card| says(card, codes, about));
        self.shown = shown;
        over.into_iter().rev().for_each(|card| front(&mut self.over, card));
    }

    /// It is not any more. What fails again soon is told only once: then the last card is true again.
    pub(super) fn away(&mut self, about: Option<&str>) {
        let denies = |card: &ShownFault| says(card, &NOT_ON_AIR, about);
        if self.shown.iter().any(denies) {
            return;
        }
        let last = self.over.iter().position(denies);
        if let Some(card) = last.and_then(|n| self.over.remove(n)) {
            front(&mut self.shown, card);
        }
    }
}

fn says(card: &ShownFault, codes: &[Key], about: Option<&str>) -> bool {
    card.fault.about.as_deref() == about && codes.contains(&card.fault.code)
}

fn take(cards: &mut VecDeque<ShownFault>, like: &Fault) -> Option<ShownFault> {
    let same = cards.iter().position(|card| card.fault.is_like(like));
    same.and_then(|index| cards.remove(index))
}

fn front(cards: &mut VecDeque<ShownFault>, card: ShownFault) {
    cards.push_front(card);
    cards.truncate(MAX_FAULTS);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: Key, about: &str) -> Fault {
        Fault::new(code).with("host", "h").about(Some(about.to_owned()))
    }

    fn codes(cards: &Cards) -> Vec<(Key, u32)> {
        cards.shown().into_iter().map(|card| (card.fault.code, card.times)).collect()
    }

    #[test]
    fn a_card_that_says_not_on_air_goes_with_on_air_and_no_other_card_does() {
        let mut cards = Cards::default();
        let (gone, late) = (key::FAULT_PUBLISH_UNREACHABLE, key::FAULT_PUBLISH_LATE);
        cards.tell(fault(gone, "Radio"));
        cards.tell(fault(gone, "Marae"));
        cards.tell(fault(late, "Marae"));
        cards.on_air(Some("Marae"));
        cards.tell(fault(key::FAULT_EAR_LATE, "Marae"));
        cards.heard(Some("Marae"));
        assert_eq!(codes(&cards), [(late, 1), (gone, 1)]);
        assert_eq!(cards.shown()[1].fault.about.as_deref(), Some("Radio"));
    }

    #[test]
    fn a_card_is_back_when_it_is_true_again_and_stays_away_when_a_person_put_it_away() {
        let mut cards = Cards::default();
        let (lost, gone) = (key::FAULT_PUBLISH_LOST, key::FAULT_PUBLISH_UNREACHABLE);
        cards.tell(fault(lost, "Marae"));
        cards.tell(fault(gone, "Marae"));
        cards.on_air(Some("Marae"));
        assert_eq!(codes(&cards), []);
        cards.away(Some("Radio"));
        assert_eq!(codes(&cards), []);
        cards.away(Some("Marae"));
        assert_eq!(codes(&cards), [(gone, 1)], "the latest says why");
        cards.on_air(Some("Marae"));
        cards.tell(fault(lost, "Marae"));
        cards.away(Some("Marae"));
        assert_eq!(codes(&cards), [(lost, 2)], "what was just told is enough");
        let id = cards.shown()[0].id;
        cards.put_away(id);
        cards.on_air(Some("Marae"));
        assert_eq!(codes(&cards), []);
    }
}
