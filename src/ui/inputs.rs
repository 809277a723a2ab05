//! What the inputs of the interface are called, and which of them are offered.

use egui::{Context, Id};
use korero_sentences::{Key, Language, key, say};

use crate::desk::StripInput;
use crate::models::{self, Row, Socket};
use crate::session::snapshot::{DeviceState, Snapshot};

use super::panels::strips;

/// “Mic 1”, as on the case of an interface that is known; “In 7” of another one.
pub(crate) fn one(language: Language, device: &DeviceState, input: u8) -> String {
    match socket(device, input) {
        Some((socket, number)) => named(language, socket, number),
        None => say(language, key::WINDOW_INPUT_MONO, &[("input", input.into())]),
    }
}

/// What feeds a strip: “Mic 1”, “Mic 3+4”.
pub(crate) fn feed(language: Language, device: &DeviceState, feed: StripInput) -> String {
    let (left, right) = match feed {
        StripInput::Mono(input) => return one(language, device, input),
        StripInput::Stereo(left, right) => (left, right),
    };
    let sides = (socket(device, left), socket(device, right));
    if let (Some((first, at)), Some((second, number))) = sides {
        let name = named(language, first, at);
        let right = if first == second { number.to_string() } else { named(language, second, number) };
        return say(language, key::INPUT_PAIR, &[("left", name.into()), ("right", right.into())]);
    }
    say(language, key::WINDOW_INPUT_STEREO, &[("left", left.into()), ("right", right.into())])
}

/// The inputs of an interface that is known, in words: “Mic 1-2, Line 3-4”. What brings back the computer's sound is left out.
pub(crate) fn described(language: Language, device: &str, inputs: u8) -> Option<String> {
    let rows = models::rows(device, inputs)?.into_iter().filter(|row| row.socket != Socket::Loopback);
    let words = rows.map(|Row { socket, first, count }| {
        let name = named(language, socket, first);
        if count == 1 { name } else { format!("{name}-{}", first + count - 1) }
    });
    Some(words.collect::<Vec<_>>().join(", "))
}

/// The inputs that a strip may be fed from: those that only bring back the computer's sound when they are wanted.
pub(crate) fn offered(snapshot: &Snapshot, loopback: bool) -> Vec<u8> {
    let all = 1..=strips::inputs(snapshot);
    all.filter(|input| loopback || !is_loopback(&snapshot.device, *input)).collect()
}

/// What strips may be fed from, looked up once for all strips of a picture.
pub(crate) struct Feeds {
    /// Without what only brings back the computer's sound.
    pub(crate) usual: Vec<StripInput>,
    pub(crate) all: Vec<StripInput>,
}

impl Feeds {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        Self { usual: feeds(&offered(snapshot, false)), all: feeds(&offered(snapshot, true)) }
    }
}

/// Every feed of these inputs: one by one, then in pairs as they lie beside each other.
fn feeds(inputs: &[u8]) -> Vec<StripInput> {
    let pairs = inputs.iter().filter(|left| *left % 2 == 1 && inputs.contains(&(*left + 1)));
    let pairs = pairs.map(|left| StripInput::Stereo(*left, left + 1));
    inputs.iter().copied().map(StripInput::Mono).chain(pairs).collect()
}

/// Whether an input has a name on the case.
pub(crate) fn is_known(device: &DeviceState, input: u8) -> bool {
    socket(device, input).is_some()
}

/// Whether an input only brings back what the computer plays.
pub(crate) fn is_loopback(device: &DeviceState, input: u8) -> bool {
    matches!(socket(device, input), Some((Socket::Loopback, _)))
}

/// Whether a person asked to see the inputs that bring back the computer's sound.
pub(crate) fn wants_loopback(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp(wish())).unwrap_or(false)
}

/// Shows them from now on.
pub(crate) fn want_loopback(ctx: &Context) {
    ctx.data_mut(|data| data.insert_temp(wish(), true));
}

fn wish() -> Id {
    Id::unique("loopback inputs are wanted")
}

fn socket(device: &DeviceState, input: u8) -> Option<(Socket, u8)> {
    match device {
        DeviceState::Running { name, inputs, .. } => models::socket(name, *inputs, input),
        _ => None,
    }
}

fn named(language: Language, socket: Socket, number: u8) -> String {
    say(language, word(socket), &[("number", number.into())])
}

fn word(socket: Socket) -> Key {
    match socket {
        Socket::Mic => key::INPUT_MIC,
        Socket::Instrument => key::INPUT_INSTRUMENT,
        Socket::Line => key::INPUT_LINE,
        Socket::Spdif => key::INPUT_SPDIF,
        Socket::Adat => key::INPUT_ADAT,
        Socket::Loopback => key::INPUT_LOOPBACK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(name: &str, inputs: u8) -> DeviceState {
        DeviceState::Running { id: "a".into(), name: name.into(), inputs, rate: 48_000, frames: 128, realtime: true }
    }

    #[test]
    fn inputs_are_called_as_on_the_case_and_by_their_number_where_it_is_not_known() {
        let english = Language::English;
        let known = running("Scarlett 4i4 USB", 6);
        let names = [1, 3, 6].map(|input| one(english, &known, input));
        assert_eq!(names, ["Mic 1", "Line 3", "Loopback 2"]);
        let pairs = [(1, 2), (2, 3)].map(|(left, right)| feed(english, &known, StripInput::Stereo(left, right)));
        assert_eq!(pairs, ["Mic 1+2", "Mic 2+Line 3"]);
        let other = running("UMC204HD", 4);
        assert_eq!(one(english, &other, 1), "In 1");
        assert_eq!(feed(english, &other, StripInput::Stereo(1, 2)), "1 + 2");
        assert_eq!(described(english, "Scarlett 4i4 USB", 6).as_deref(), Some("Mic 1-2, Line 3-4"));
        assert_eq!(described(english, "UMC204HD", 4), None);
    }

    #[test]
    fn what_brings_back_the_computers_sound_is_offered_only_when_it_is_wanted() {
        let snapshot = Snapshot { device: running("Scarlett 4i4 USB", 6), ..Snapshot::default() };
        assert_eq!(offered(&snapshot, false), [1, 2, 3, 4]);
        assert_eq!(offered(&snapshot, true), [1, 2, 3, 4, 5, 6]);
        let pairs = [StripInput::Stereo(1, 2), StripInput::Stereo(3, 4)];
        assert_eq!(feeds(&offered(&snapshot, false))[4..], pairs);
    }
}
