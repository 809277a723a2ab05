//! The bounds of control surfaces.

use std::time::Duration;

/// The UDP port that OSC listens at unless another one is chosen.
pub const OSC_PORT: u16 = 9_000;
/// Ports that may be chosen for OSC; 0 is whichever is free.
pub const OSC_PORTS: std::ops::RangeInclusive<u16> = 1_024..=65_535;
/// The longest OSC packet that is taken, in bytes. What is nested in it is read by a function that calls itself, some
/// twenty bytes deeper each time.
pub const OSC_PACKET: usize = 2_048;
/// The longest address of a message, in bytes.
pub const OSC_ADDRESS: usize = 200;
/// Who may hear by OSC of what changes, at once.
pub const OSC_SUBSCRIBERS: usize = 16;
/// Parts of the desk that one of them may name.
pub const OSC_PATTERNS: usize = 8;
/// How long one of them is told without asking again.
pub const OSC_LIFETIME: Duration = Duration::from_secs(10);
/// Messages that are sent to one of them in each [`SURFACE_EVERY`]; the rest waits, and only the newest value of it counts.
pub const OSC_FEEDBACK: usize = 64;
/// Messages a second that are taken from one sender, and saved up; the rest is dropped and counted.
pub const SURFACE_MESSAGES: u32 = 2_000;
/// Senders whose messages are counted apart; the one that was silent for longest makes room.
pub const SURFACE_SENDERS: usize = 32;
/// A flood is over when nothing was dropped for this long: the next one is told again.
pub const FLOOD_OVER: Duration = Duration::from_secs(10);
/// How often surfaces are told what changed, and turn what they turn.
pub const SURFACE_EVERY: Duration = Duration::from_millis(10);
/// Controls that all surfaces together turn in each [`SURFACE_EVERY`]; the rest waits, and only its newest value counts. Nine
/// faders under as many fingers are less.
pub const SURFACE_TURNS: usize = 16;
/// Controls that surfaces turn at once and that wait, or that the session has not agreed with yet.
pub const SURFACE_TURNED: usize = 1_024;
/// Actions that may wait for the session.
pub const SURFACE_ACTS: usize = 32;
/// Of these so many are asked for in each [`SURFACE_EVERY`]: more than any hand, and too few to hold up the show.
pub const SURFACE_ACTS_AT_ONCE: usize = 2;
/// Messages of all surfaces that may wait to be read; more are dropped and counted.
pub const SURFACE_QUEUE: usize = 1_024;
/// How long a surface believes in a turn that the session does not agree with.
pub const SURFACE_PATIENCE: Duration = Duration::from_secs(1);
/// What comes back within this time as it was sent is an echo.
pub const SURFACE_ECHO: Duration = Duration::from_millis(300);
/// The same for a key: a hand may press it again soon.
pub const SURFACE_KEY_ECHO: Duration = Duration::from_millis(60);
/// Values of one control that are remembered as sent, to know an echo.
pub const SURFACE_SENT: usize = 32;
/// From the last move of a control by hand until it may be moved by feedback, or its value is shown no more.
pub const SURFACE_REST: Duration = Duration::from_millis(300);
/// How long the value of a fader is shown after it was moved.
pub const SURFACE_SHOWN: Duration = Duration::from_millis(1_500);
/// How long a key must be held for what ends something.
pub const SURFACE_HOLD: Duration = Duration::from_secs(1);
/// A key that was held for longer was leant upon, or its release was lost.
pub const SURFACE_HOLD_LONGEST: Duration = Duration::from_secs(10);
/// Keys that may be held at once.
pub const SURFACE_HELD: usize = 16;
/// How often the thread of the surfaces begins anew by itself after it broke down, until somebody gives it an order.
pub const SURFACE_LIVES: u32 = 3;
/// How often counts of surfaces are told to the window.
pub const SURFACE_COUNTS: Duration = Duration::from_millis(250);
/// MIDI devices that may be chosen.
pub const MIDI_PORTS: usize = 8;
/// MIDI devices that are listed.
pub const MIDI_LISTED: usize = 64;
/// Controls of MIDI devices that may be bound to something.
pub const MIDI_BOUND: usize = 256;
/// How long a binding may be learned.
pub const LEARN: Duration = Duration::from_secs(60);
/// The longest MIDI message that is taken, in bytes.
pub const MIDI_MESSAGE: usize = 256;
/// Messages that are sent to one device in each [`SURFACE_EVERY`]. By USB that is little; behind an adapter for the old
/// five-pin cable, which carries ten of three bytes in that time, the adapter's buffer has to hold the rest of a burst.
pub const MIDI_FEEDBACK: usize = 24;
/// How often a chosen MIDI device is looked for.
pub const MIDI_LOOK: Duration = Duration::from_secs(2);

const _: () = {
    // What changed is on a surface within 20 ms.
    assert!(SURFACE_EVERY.as_millis() * 2 <= 20);
};
