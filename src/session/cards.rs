//! The cards of faults that a person sees: one for each kind and thing, one for what a place is in, and none that has become
//! untrue.

use std::collections::VecDeque;

use korero_sentences::{Key, key};

use super::event::Gear;
use super::snapshot::ShownFault;
use crate::destination::DestinationId;
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

/// Sound that was left out a moment ago.
const LEFT_OUT: [Key; 1] = [key::FAULT_PUBLISH_NETWORK_FULL];

/// What went wrong and was not put away.
#[derive(Debug, Default)]
pub(super) struct Cards {
    /// Newest first.
    shown: VecDeque<Card>,
    /// Those that became untrue, newest first: the same may come again.
    over: VecDeque<Card>,
    last_id: u64,
}

/// What a card is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum About {
    /// The show as a whole.
    Show,
    /// A destination. What that is called stands in no card: it may be renamed while the card is shown.
    Place(DestinationId),
    /// Interface or headphones: that they do not run.
    Gear(Gear),
}

/// One card.
#[derive(Debug)]
struct Card {
    about: About,
    shown: ShownFault,
}

impl Card {
    fn says(&self, codes: &[Key], about: About) -> bool {
        self.about == about && codes.contains(&self.shown.fault.code)
    }
}

impl Cards {
    /// The cards, newest first. `title_of` is what people call a destination.
    pub(super) fn shown(&self, title_of: impl Fn(DestinationId) -> Option<String>) -> Vec<ShownFault> {
        let titled = |card: &Card| {
            let ShownFault { id, fault, times } = card.shown.clone();
            let title = if let About::Place(id) = card.about { title_of(id) } else { None };
            ShownFault { id, fault: fault.about(title), times }
        };
        self.shown.iter().map(titled).collect()
    }

    /// Shows a fault; the same one again only counts up and comes to the front, with its latest numbers. What it makes
    /// untrue about the same place goes: there the newest truth is enough.
    pub(super) fn tell(&mut self, about: About, fault: Fault) {
        let fault = fault.about(None);
        let like = |card: &Card| card.about == about && card.shown.fault.is_like(&fault);
        let again = take(&mut self.shown, like).or_else(|| take(&mut self.over, like));
        let (id, times) = match again {
            Some(Card { shown, .. }) => (shown.id, shown.times.saturating_add(1)),
            None => {
                self.last_id += 1;
                (self.last_id, 1)
            }
        };
        self.show(Card { about, shown: ShownFault { id, fault, times } });
    }

    /// A person has read it, and what it took the place of with it.
    pub(super) fn put_away(&mut self, id: u64) {
        if let Some(Card { about, shown }) = take(&mut self.shown, |card| card.shown.id == id) {
            let denied = denied_by(shown.fault.code);
            self.over.retain(|card| !denied.iter().any(|codes| card.says(codes, about)));
        }
    }

    /// The show is on air there, whatever was told before. The night tells it still.
    pub(super) fn on_air(&mut self, place: DestinationId) {
        self.untrue(&NOT_ON_AIR, About::Place(place));
    }

    /// Our own ear hears the show there as it was sent.
    pub(super) fn heard(&mut self, place: DestinationId) {
        self.untrue(&NOT_HEARD, About::Place(place));
    }

    /// It is not on air there any more. What fails again soon is told only once: then the last card is true again.
    pub(super) fn away(&mut self, place: DestinationId) {
        let denies = |card: &Card| card.says(&NOT_ON_AIR, About::Place(place));
        if self.shown.iter().any(denies) {
            return;
        }
        if let Some(card) = take(&mut self.over, denies) {
            self.show(card);
        }
    }

    /// The air was left there: nothing comes back by itself any more, and nobody listens. What keeps the show from being on
    /// air is worth reading still.
    pub(super) fn left(&mut self, place: DestinationId) {
        self.untrue(&[key::FAULT_PUBLISH_LOST], About::Place(place));
        self.untrue(&NOT_HEARD, About::Place(place));
    }

    /// They run, or others were chosen: what kept these from running is not so any more.
    pub(super) fn runs(&mut self, gear: Gear) {
        self.over_where(|card| card.about == About::Gear(gear));
    }

    /// The interfaces that are there could be listed.
    pub(super) fn listed(&mut self) {
        self.untrue(&[key::FAULT_AUDIO_LIST], About::Show);
    }

    /// There is no such destination any more.
    pub(super) fn gone(&mut self, place: DestinationId) {
        for cards in [&mut self.shown, &mut self.over] {
            cards.retain(|card| card.about != About::Place(place));
        }
    }

    fn show(&mut self, card: Card) {
        for codes in denied_by(card.shown.fault.code) {
            self.untrue(codes, card.about);
        }
        front(&mut self.shown, card);
    }

    fn untrue(&mut self, codes: &[Key], about: About) {
        self.over_where(|card| card.says(codes, about));
    }

    fn over_where(&mut self, untrue: impl Fn(&Card) -> bool) {
        let all = std::mem::take(&mut self.shown).into_iter();
        let (over, shown): (VecDeque<_>, _) = all.partition(untrue);
        self.shown = shown;
        over.into_iter().rev().for_each(|card| front(&mut self.over, card));
    }
}

/// What is no longer so about a place when this is told of it: it has one state, on air or not, heard or not.
fn denied_by(code: Key) -> &'static [&'static [Key]] {
    const BY_NOT_ON_AIR: [&[Key]; 3] = [&NOT_ON_AIR, &NOT_HEARD, &LEFT_OUT];
    const BY_NOT_HEARD: [&[Key]; 2] = [&NOT_ON_AIR, &NOT_HEARD];
    if NOT_ON_AIR.contains(&code) {
        &BY_NOT_ON_AIR
    } else if NOT_HEARD.contains(&code) {
        &BY_NOT_HEARD
    } else {
        &[]
    }
}

fn take(cards: &mut VecDeque<Card>, wanted: impl Fn(&Card) -> bool) -> Option<Card> {
    let found = cards.iter().position(wanted);
    found.and_then(|index| cards.remove(index))
}

fn front(cards: &mut VecDeque<Card>, card: Card) {
    cards.push_front(card);
    cards.truncate(MAX_FAULTS);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MARAE: DestinationId = DestinationId(1);
    const RADIO: DestinationId = DestinationId(2);

    fn fault(code: Key) -> Fault {
        Fault::new(code).with("host", "h")
    }

    fn shown(cards: &Cards) -> Vec<ShownFault> {
        cards.shown(|id| Some(if id == MARAE { "Marae" } else { "Radio" }.to_owned()))
    }

    fn codes(cards: &Cards) -> Vec<(Key, u32)> {
        shown(cards).into_iter().map(|card| (card.fault.code, card.times)).collect()
    }

    #[test]
    fn a_card_that_says_not_on_air_goes_with_on_air_and_no_other_card_does() {
        let mut cards = Cards::default();
        let (gone, late) = (key::FAULT_PUBLISH_UNREACHABLE, key::FAULT_PUBLISH_LATE);
        cards.tell(About::Place(RADIO), fault(gone));
        cards.tell(About::Place(MARAE), fault(gone));
        cards.tell(About::Place(MARAE), fault(late));
        cards.on_air(MARAE);
        cards.tell(About::Place(MARAE), fault(key::FAULT_EAR_LATE));
        cards.heard(MARAE);
        assert_eq!(codes(&cards), [(late, 1), (gone, 1)]);
        assert_eq!(shown(&cards)[1].fault.about.as_deref(), Some("Radio"));
        cards.gone(MARAE);
        assert_eq!(codes(&cards), [(gone, 1)]);
    }

    #[test]
    fn a_card_is_back_when_it_is_true_again_and_stays_away_when_a_person_put_it_away() {
        let mut cards = Cards::default();
        let (lost, gone) = (key::FAULT_PUBLISH_LOST, key::FAULT_PUBLISH_UNREACHABLE);
        cards.tell(About::Place(MARAE), fault(lost));
        cards.tell(About::Place(MARAE), fault(gone));
        cards.on_air(MARAE);
        assert_eq!(codes(&cards), []);
        cards.away(RADIO);
        assert_eq!(codes(&cards), []);
        cards.away(MARAE);
        assert_eq!(codes(&cards), [(gone, 1)], "the latest says why");
        cards.on_air(MARAE);
        cards.tell(About::Place(MARAE), fault(lost));
        cards.away(MARAE);
        assert_eq!(codes(&cards), [(lost, 2)], "what was just told is enough");
        let id = shown(&cards)[0].id;
        cards.put_away(id);
        cards.away(MARAE);
        assert_eq!(codes(&cards), [], "nor does what it took the place of come back");
    }

    #[test]
    fn what_was_wrong_at_a_place_makes_room_for_its_outage_and_what_is_wrong_elsewhere_does_not() {
        let mut cards = Cards::default();
        let (lost, gone, full) =
            (key::FAULT_PUBLISH_LOST, key::FAULT_PUBLISH_UNREACHABLE, key::FAULT_PUBLISH_NETWORK_FULL);
        cards.tell(About::Place(RADIO), fault(key::FAULT_EAR_SILENT));
        cards.tell(About::Place(MARAE), fault(full));
        cards.tell(About::Place(MARAE), fault(key::FAULT_EAR_SILENT));
        cards.tell(About::Place(MARAE), fault(lost));
        cards.tell(About::Place(MARAE), fault(gone));
        assert_eq!(codes(&cards), [(gone, 1), (key::FAULT_EAR_SILENT, 1)]);
        assert_eq!(shown(&cards)[1].fault.about.as_deref(), Some("Radio"));
        cards.on_air(MARAE);
        cards.tell(About::Place(MARAE), fault(key::FAULT_EAR_SILENT));
        cards.away(MARAE);
        assert_eq!(codes(&cards)[0], (gone, 1), "it is not on air again, and that is why nobody hears it");
        assert_eq!(codes(&cards).len(), 2);
    }

    #[test]
    fn who_leaves_the_air_keeps_what_is_to_be_mended_and_not_what_would_mend_itself() {
        for (told, stays) in [
            (key::FAULT_PUBLISH_LOST, 0),
            (key::FAULT_EAR_SILENT, 0),
            (key::FAULT_PUBLISH_KEY_REFUSED, 1),
            (key::FAULT_PUBLISH_LATE, 1),
        ] {
            let mut cards = Cards::default();
            cards.tell(About::Place(MARAE), fault(told));
            cards.left(RADIO);
            assert_eq!(codes(&cards).len(), 1);
            cards.left(MARAE);
            assert_eq!(codes(&cards).len(), stays, "{told:?}");
        }
    }

    #[test]
    fn what_keeps_an_interface_from_running_goes_when_it_runs_and_what_is_told_of_the_headphones_stays() {
        let mut cards = Cards::default();
        let (lost, busy, out, slow) =
            (key::FAULT_AUDIO_LOST, key::FAULT_AUDIO_BUSY, key::FAULT_AUDIO_MONITOR_LOST, key::FAULT_AUDIO_REALTIME);
        cards.tell(About::Gear(Gear::Headphones), fault(busy));
        cards.tell(About::Gear(Gear::Interface), fault(busy));
        cards.tell(About::Gear(Gear::Interface), fault(lost));
        cards.tell(About::Show, fault(slow));
        cards.tell(About::Place(MARAE), fault(key::FAULT_PUBLISH_LATE));
        cards.runs(Gear::Interface);
        assert_eq!(codes(&cards), [(key::FAULT_PUBLISH_LATE, 1), (slow, 1), (busy, 1)]);
        cards.tell(About::Gear(Gear::Interface), fault(lost));
        assert_eq!(codes(&cards)[0], (lost, 2), "it went away again");
        cards.tell(About::Gear(Gear::Headphones), fault(out));
        cards.runs(Gear::Headphones);
        assert_eq!(codes(&cards), [(lost, 2), (key::FAULT_PUBLISH_LATE, 1), (slow, 1)]);
    }

    proptest! {
        /// Whatever is told in whatever order: each place has one state, and the newest.
        #[test]
        fn each_place_has_one_card_of_its_state_and_no_card_of_another_place_is_touched(
            steps in proptest::collection::vec((0..3_u32, 0..32_usize), 0..60),
        ) {
            let states: Vec<Key> = NOT_ON_AIR.into_iter().chain(NOT_HEARD).collect();
            let mut cards = Cards::default();
            for (place, what) in steps {
                let id = DestinationId(place);
                let of_others = |cards: &Cards| -> Vec<u64> {
                    cards.shown.iter().filter(|card| card.about != About::Place(id)).map(|card| card.shown.id).collect()
                };
                let before = of_others(&cards);
                match what.checked_sub(states.len()) {
                    None => {
                        cards.tell(About::Place(id), fault(states[what]));
                        prop_assert_eq!(cards.shown[0].shown.fault.code, states[what]);
                    }
                    Some(0) => cards.on_air(id),
                    Some(1) => cards.heard(id),
                    Some(2) => cards.tell(About::Place(id), fault(LEFT_OUT[0])),
                    Some(_) => cards.away(id),
                }
                prop_assert_eq!(before, of_others(&cards));
                let told = cards.shown.iter().filter(|card| card.says(&states, About::Place(id))).count();
                prop_assert!(told <= 1, "{:?}", cards);
            }
        }
    }
}
