//! MIDI devices as the system has them, by `midir`, behind a trait so that everything above works without any.

use midir::{Ignore, MidiIO, MidiInput, MidiInputConnection, MidiOutput, MidiOutputConnection};

/// What the ports of this program are called.
const OWN: &str = "Korero";

/// Takes what a device sends, on a thread of the system's.
pub(super) type Ear = Box<dyn FnMut(&[u8]) + Send>;

/// The system gives no MIDI, or not this device.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoMidi(pub(super) String);

/// The MIDI devices of a system.
pub(super) trait Ports: Send {
    /// The names of those that send. A device keeps its name when it is plugged in again.
    fn list(&mut self) -> Result<Vec<String>, NoMidi>;

    /// Opens one both ways; dropped, it is closed.
    fn open(&mut self, name: &str, ear: Ear) -> Result<Box<dyn Port>, NoMidi>;
}

/// An open MIDI device.
pub(super) trait Port: Send {
    /// Sends a message; nothing to a device that only sends. `Err` when it is gone.
    fn send(&mut self, bytes: &[u8]) -> Result<(), NoMidi>;
}

/// Those of this system.
#[derive(Debug, Default)]
pub(super) struct SystemPorts;

struct Open {
    /// Closed when it is dropped.
    _input: MidiInputConnection<Ear>,
    output: Option<MidiOutputConnection>,
}

impl Ports for SystemPorts {
    fn list(&mut self) -> Result<Vec<String>, NoMidi> {
        Ok(named(&input()?).into_iter().map(|(name, _)| name).collect())
    }

    fn open(&mut self, name: &str, ear: Ear) -> Result<Box<dyn Port>, NoMidi> {
        let input = input()?;
        let gone = || NoMidi(name.to_owned());
        let (_, from) = named(&input).into_iter().find(|(there, _)| there == name).ok_or_else(gone)?;
        let hear = |_: u64, bytes: &[u8], ear: &mut Ear| ear(bytes);
        let connected = input.connect(&from, "in", hear, ear).map_err(|error| NoMidi(error.kind().to_string()))?;
        // A device that only sends has no lamps.
        let output = MidiOutput::new(OWN).ok().and_then(|output| {
            let (_, to) = named(&output).into_iter().find(|(there, _)| there == name)?;
            output.connect(&to, "out").ok()
        });
        Ok(Box::new(Open { _input: connected, output }))
    }
}

impl Port for Open {
    fn send(&mut self, bytes: &[u8]) -> Result<(), NoMidi> {
        let Some(output) = &mut self.output else { return Ok(()) };
        output.send(bytes).map_err(|error| NoMidi(error.to_string()))
    }
}

fn input() -> Result<MidiInput, NoMidi> {
    let mut input = MidiInput::new(OWN).map_err(|error| NoMidi(error.to_string()))?;
    input.ignore(Ignore::All);
    Ok(input)
}

/// The devices of one direction by names that last, but our own.
fn named<M: MidiIO>(midi: &M) -> Vec<(String, M::Port)> {
    let mut all: Vec<(String, M::Port)> = Vec::new();
    for port in midi.ports() {
        // One that went away meanwhile has no name.
        let Ok(name) = midi.port_name(&port) else { continue };
        let name = lasting(&name);
        if !name.starts_with(OWN) {
            let twins =
                all.iter().filter(|(other, _)| *other == name || other.starts_with(&format!("{name} ("))).count();
            all.push((if twins == 0 { name } else { format!("{name} ({})", twins + 1) }, port));
        }
    }
    all
}

/// The name of a port without the numbers that ALSA puts behind it, which are others each time that it is plugged in.
fn lasting(name: &str) -> String {
    let numbers = |text: &str| {
        text.split_once(':').is_some_and(|(client, port)| {
            let number = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit());
            number(client) && number(port)
        })
    };
    let name = match name.rsplit_once(' ') {
        Some((before, behind)) if numbers(behind) => before,
        _ => name,
    };
    // “X-Touch:X-Touch MIDI 1” says the same twice.
    match name.split_once(':') {
        Some((client, port)) if port.starts_with(client) => port.to_owned(),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_keeps_its_name_when_it_is_plugged_in_again() {
        assert_eq!(lasting("X-Touch:X-Touch MIDI 1 20:0"), "X-Touch MIDI 1");
        assert_eq!(lasting("X-Touch:X-Touch MIDI 1 28:0"), "X-Touch MIDI 1");
        assert_eq!(lasting("Launchkey 49:Keys 16:1"), "Launchkey 49:Keys");
        assert_eq!(lasting("nanoKONTROL2 SLIDER/KNOB"), "nanoKONTROL2 SLIDER/KNOB");
    }

    #[test]
    fn a_system_without_midi_says_so_and_nothing_else_happens() {
        // Where there is a sequencer there is a list; both are right, and neither panics.
        match SystemPorts.list() {
            Ok(names) => assert!(names.iter().all(|name| !name.starts_with(OWN))),
            Err(NoMidi(why)) => assert!(!why.is_empty()),
        }
    }
}
