//! Interfaces that are known by name: the sockets behind their inputs, and which inputs only bring back what the computer
//! plays.
//!
//! The order is that of Focusrite's support pages (“How do I use all 18 inputs on the Scarlett 18i20”): the analogue
//! sockets, from the 3rd generation on two loopback inputs, S/PDIF, ADAT. How many sockets of each kind a model has stands in
//! the makers' data sheets and in the list of interfaces of the project alsa-scarlett-gui. Who changes the routing in the
//! interface's own program changes what arrives where, which nobody else is told of.

/// What an input is on the case of the interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Socket {
    /// For a microphone; most take a line or an instrument too.
    Mic,
    /// For an instrument or a line.
    Instrument,
    /// For a line.
    Line,
    /// Digital, two channels.
    Spdif,
    /// Digital, eight channels.
    Adat,
    /// No socket: it brings back what the computer plays.
    Loopback,
}

/// Some sockets of one kind that lie beside each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// What they are.
    pub socket: Socket,
    /// The number of the first one on the case.
    pub first: u8,
    /// How many.
    pub count: u8,
}

/// One model: the word in the name of its device, and how many sockets it has of each kind.
struct Model {
    word: &'static str,
    mic: u8,
    line: u8,
    spdif: u8,
    adat: u8,
}

const fn model(word: &'static str, mic: u8, line: u8, spdif: u8, adat: u8) -> Model {
    Model { word, mic, line, spdif, adat }
}

/// The one model with a microphone here and an instrument there.
const SOLO: &str = "solo";
const MODELS: [Model; 11] = [
    model(SOLO, 2, 0, 0, 0),
    model("2i2", 2, 0, 0, 0),
    model("2i4", 2, 0, 0, 0),
    model("4i4", 2, 2, 0, 0),
    model("6i6", 2, 2, 2, 0),
    model("8i6", 2, 4, 2, 0),
    model("16i16", 2, 4, 2, 8),
    model("18i6", 2, 6, 2, 8),
    model("18i8", 4, 4, 2, 8),
    model("18i16", 4, 4, 2, 8),
    model("18i20", 8, 0, 2, 8),
];
/// Inputs of the loopback, where there is one.
const LOOPBACK: u8 = 2;

/// The rows of a device in the order of its inputs, for one that the system calls `device` and that gives so many inputs;
/// `None` for one that is not known, or whose inputs are not those of its model.
#[must_use]
pub fn rows(device: &str, inputs: u8) -> Option<Vec<Row>> {
    let model = known(device)?;
    let Model { mic, line, spdif, adat, .. } = *model;
    let loops = match inputs.checked_sub(mic + line + spdif + adat)? {
        0 => 0,
        LOOPBACK => LOOPBACK,
        _ => return None,
    };
    let row = |socket, first, count| Row { socket, first, count };
    let analogue =
        if model.word == SOLO { solo(loops > 0) } else { [row(Socket::Mic, 1, mic), row(Socket::Line, mic + 1, line)] };
    let others = [row(Socket::Loopback, 1, loops), row(Socket::Spdif, 1, spdif), row(Socket::Adat, 1, adat)];
    Some(analogue.into_iter().chain(others).filter(|row| row.count > 0).collect())
}

/// The 4th generation, which is the one with a loopback, has the sockets of the Solo the other way round.
fn solo(fourth: bool) -> [Row; 2] {
    let row = |socket, first| Row { socket, first, count: 1 };
    if fourth {
        [row(Socket::Instrument, 1), row(Socket::Mic, 2)]
    } else {
        [row(Socket::Mic, 1), row(Socket::Instrument, 2)]
    }
}

fn known(device: &str) -> Option<&'static Model> {
    let name = device.to_lowercase();
    if !name.contains("scarlett") {
        return None;
    }
    let words: Vec<_> = name.split(|c: char| !c.is_alphanumeric()).collect();
    // ALSA's ids have the model in one word: “scarlett18i20”.
    let is = |word: &&str, model: &str| word.strip_prefix("scarlett").unwrap_or(word) == model;
    MODELS.iter().find(|model| words.iter().any(|word| is(word, model.word)))
}

/// The socket of an input (from 1) and its number on the case; `None` where that is not known.
#[must_use]
pub fn socket(device: &str, inputs: u8, input: u8) -> Option<(Socket, u8)> {
    let mut before = 0;
    for row in rows(device, inputs)? {
        let at = input.checked_sub(before + 1)?;
        if at < row.count {
            return Some((row.socket, row.first + at));
        }
        before += row.count;
    }
    None
}

/// Whether an input (from 1) only brings back what the computer plays.
#[must_use]
pub fn is_loopback(device: &str, inputs: u8, input: u8) -> bool {
    matches!(socket(device, inputs, input), Some((Socket::Loopback, _)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loopbacks(device: &str, inputs: u8) -> Vec<u8> {
        (1..=inputs).filter(|input| is_loopback(device, inputs, *input)).collect()
    }

    #[test]
    fn a_known_model_is_found_in_what_systems_call_it_and_others_are_left_alone() {
        for name in ["Scarlett 18i20 USB, USB Audio", "alsa:scarlett18i20", "Focusrite Scarlett 18i20 4th Gen"] {
            assert!(rows(name, 18).is_some() && rows(name, 20).is_some(), "{name}");
        }
        assert!(rows("Scarlett Solo (3rd Gen.)", 2).is_some());
        for other in ["UMC204HD 192k", "Solo", "Scarlett", ""] {
            assert_eq!((rows(other, 2), socket(other, 2, 1)), (None, None), "{other}");
        }
    }

    #[test]
    fn the_inputs_lie_as_the_maker_says_in_every_generation() {
        let at = |inputs, input| socket("Scarlett 18i20 USB", inputs, input);
        assert_eq!([at(18, 1), at(18, 8)], [Some((Socket::Mic, 1)), Some((Socket::Mic, 8))]);
        assert_eq!([at(18, 9), at(18, 18)], [Some((Socket::Spdif, 1)), Some((Socket::Adat, 8))]);
        assert_eq!([at(20, 11), at(20, 20)], [Some((Socket::Spdif, 1)), Some((Socket::Adat, 8))]);
        assert_eq!((loopbacks("Scarlett 18i20 USB", 18), loopbacks("Scarlett 18i20 USB", 20)), (vec![], vec![9, 10]));
        assert_eq!(loopbacks("Scarlett 4i4 USB", 6), [5, 6]);
        assert_eq!(loopbacks("Scarlett 2i2 4th Gen", 4), [3, 4]);
        assert_eq!(socket("Scarlett 18i8 USB", 18, 5), Some((Socket::Line, 5)));
        assert_eq!(socket("Scarlett Solo USB", 2, 2), Some((Socket::Instrument, 2)));
        assert_eq!(socket("Scarlett Solo 4th Gen", 4, 2), Some((Socket::Mic, 2)));
    }

    #[test]
    fn inputs_that_no_data_sheet_knows_have_no_names_and_none_is_hidden() {
        for inputs in [1, 3, 5, 19, 21, 64] {
            for model in &MODELS {
                let name = format!("Scarlett {}", model.word);
                let sockets = model.mic + model.line + model.spdif + model.adat;
                if inputs != sockets && inputs != sockets + LOOPBACK {
                    assert_eq!((rows(&name, inputs), loopbacks(&name, inputs)), (None, vec![]), "{name}, {inputs}");
                }
            }
        }
    }

    #[test]
    fn every_input_of_every_model_has_a_socket_of_its_own() {
        for model in &MODELS {
            let name = format!("Scarlett {}", model.word);
            let sockets = model.mic + model.line + model.spdif + model.adat;
            for inputs in [sockets, sockets + LOOPBACK] {
                let all: Vec<_> = (1..=inputs).map(|input| socket(&name, inputs, input)).collect();
                assert!(all.iter().all(Option::is_some), "{name}");
                assert!((1..all.len()).all(|n| !all[..n].contains(&all[n])), "{name}: {all:?}");
                assert_eq!(socket(&name, inputs, inputs + 1), None);
                assert_eq!(socket(&name, inputs, 0), None);
            }
        }
    }
}
