//! What a person, at the window or on the command line, may ask of the show.

use std::path::PathBuf;
use std::time::Duration;

use super::guide::Step;
use super::shelf::ShelfWish;
use super::surfaces::SurfaceWish;
use crate::desk::address::{Address, ChannelName, SlotName};
use crate::desk::channel::{Kind, Place};
use crate::desk::compare::Letter;
use crate::desk::preset::PresetId;
use crate::desk::scene::{SceneId, Scope};
use crate::desk::{Desk, StripId, StripInput};
use crate::destination::{DestinationId, Service};
use crate::looks::Looks;
use crate::recording::{Recording, Rolling};
pub use crate::secret::Typed;
use crate::show::Show;

/// One wish. The session decides what comes of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Look for interfaces again.
    RefreshDevices,
    /// Take this interface (by its stable id), or none. Never changes by itself to another.
    ChooseDevice(Option<String>),
    /// Listen on this device (by its stable id), or on none.
    ChooseMonitor(Option<String>),
    /// Turn something on the desk.
    Turn(Address, f32),
    /// Turn several controls as one edit of the desk: one of several strips, or several of one band of an equaliser.
    TurnTogether(Vec<(Address, f32)>),
    /// Put an effect into a slot of a channel, or take out what stands there.
    PutEffect(ChannelName, Place, Option<Kind>),
    /// Add a strip fed by these inputs.
    AddStrip(StripInput),
    /// Remove a strip.
    RemoveStrip(StripId),
    /// Give a strip another name.
    RenameStrip(StripId, String),
    /// Let a strip wear another hue, below [`crate::limits::HUES`].
    HueStrip(StripId, u8),
    /// Feed a strip from other inputs.
    FeedStrip(StripId, StripInput),
    /// Let the gate and the compressor of a strip listen to another strip, or to itself, while their key is on.
    KeyStrip(StripId, Option<StripId>),
    /// Take a whole desk, as from a file.
    ReplaceDesk(Box<Desk>),
    /// Take the last edit of the desk back.
    Undo,
    /// Do the edit again that was taken back last.
    Redo,
    /// Set the chain of a strip as a preset says.
    ApplyPreset(StripId, PresetId),
    /// Keep what a strip's chain is set to as a preset of one's own; one of the same name is replaced.
    SavePreset {
        /// The strip.
        strip: StripId,
        /// The preset's name.
        name: String,
        /// Keep its fader and pan too.
        with_fader: bool,
    },
    /// Set the chain of a channel to that one of its two settings, and keep the other one as it is.
    Compare(ChannelName, Letter),
    /// Copy what a strip is set to.
    CopyStrip(StripId),
    /// Set a strip as the copied one was: everything but its name, inputs and solo.
    PasteStrip(StripId),
    /// Something about scenes.
    Scene(SceneWish),
    /// Something about the control surfaces.
    Surface(SurfaceWish),
    /// The same, as a control surface asks for it.
    BySurface(Box<Command>),
    /// The window is locked for the stage, or no more.
    Lock(bool),
    /// Something about the set-up assistant.
    SetUp(SetUpWish),
    /// Show this step of the guide through the first minute, or no more of it.
    Guide(Option<Step>),
    /// Something about the takes.
    Shelf(ShelfWish),
    /// Look closer at what is seen.
    LookAt(Sight),
    /// Hear in the headphones what the effect in this slot takes away, and no channel; or everything again. No part of the desk,
    /// and listeners hear no difference; it ends by itself with the effect, and when a solo goes on or out.
    HearRemoved(Option<SlotName>),
    /// Begin anew with the loudness of the mix.
    ResetLoudness,
    /// Speak this language (BCP 47) from now on.
    Speak(String),
    /// Keep how the window looks for the next evening.
    Look(Box<Looks>),
    /// Name the evening.
    NameShow(Show),
    /// Something about where the air goes.
    Destination(DestinationWish),
    /// Listen to the show as listeners hear it, or not.
    Hear(bool),
    /// Something about the check of the network.
    Check(CheckWish),
    /// Where recordings go.
    RecordInto(PathBuf),
    /// What is recorded and how, from the next recording on.
    RecordWhat(Box<Recording>),
    /// What rolls while nothing is recorded, from now on.
    Roll(Rolling),
    /// Start recording; it begins as long ago as is chosen for that.
    StartRecording,
    /// Start recording from so long ago, as far back as there is sound that rolled.
    RecordSince(Duration),
    /// Stop recording and finish the files; not on air, where everything is recorded.
    StopRecording,
    /// Mark this moment of the recording; without a name it is the next song of the set list, or has a number.
    Mark(Option<String>),
    /// Go through the set list.
    Song(SongWish),
    /// Go on air; recording starts with it unless it runs already.
    GoOnAir,
    /// Ask the far side again at once instead of at the next turn.
    Retry,
    /// Leave the air; recording goes on.
    LeaveAir,
    /// Put a fault's card away.
    DismissFault(u64),
    /// End everything cleanly.
    Quit,
}

/// A wish about the songs of the set list; without one the scenes are the songs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SongWish {
    /// The next song begins: it is marked in the recording, if one runs, and the scene that has its name is recalled.
    Next,
    /// The song before is the one that is played; what was marked and the desk stay as they are.
    Back,
}

/// A wish about scenes.
#[derive(Clone, PartialEq, Debug)]
pub enum SceneWish {
    /// Keep the desk as it is now, or where its fade goes, as a new scene: after the one that the show is at, else the last.
    Store(SceneForm),
    /// Keep the desk as it is now, or where its fade goes, in a scene that is there.
    Update(SceneId),
    /// Name a scene anew, or change what a recall of it does. Each wish changes one thing, so that two that come together
    /// both stay.
    Edit(SceneId, SceneEdit),
    /// Put a scene at another place of the list, from 0.
    Move(SceneId, usize),
    /// Remove a scene.
    Remove(SceneId),
    /// Recall a scene.
    Recall(SceneId),
    /// Recall the scene after the one that was recalled last; the first when there was none.
    Next,
}

/// A wish about the set-up assistant.
#[derive(Clone, PartialEq, Debug)]
pub enum SetUpWish {
    /// Listen to the inputs and begin anew.
    Listen,
    /// Listen no more; what was found stays.
    Stop,
    /// Give these instruments their strips and trims: one edit of the desk.
    Accept(Vec<Label>),
    /// The same, and take away the strips that nobody touched and nobody was heard in.
    Only(Vec<Label>),
}

/// An instrument that the assistant found, and what it is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Its input, from 1; of a pair the left one.
    pub input: u8,
    /// Its name for people; empty leaves a strip that is there its name.
    pub name: String,
}

/// What a person says of a scene.
#[derive(Clone, PartialEq, Debug)]
pub struct SceneForm {
    /// Its name.
    pub name: String,
    /// What a recall touches.
    pub scope: Scope,
    /// How long a recall takes, at most [`crate::limits::MAX_FADE`].
    pub fade: Duration,
}

/// One change of what is said of a scene; the parts are those of [`SceneForm`].
#[derive(Clone, PartialEq, Debug)]
pub enum SceneEdit {
    /// Its name.
    Name(String),
    /// What a recall touches.
    Scope(Scope),
    /// How long a recall takes.
    Fade(Duration),
}

/// A wish about where the air goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DestinationWish {
    /// Add a place of this kind, which waits for its address.
    Add(Service),
    /// Add a place at this address; its key may be part of it, or stand beside it after white space.
    AddAt(Typed),
    /// Change one thing of a destination. What is on air there begins anew with it; the others do not notice.
    Edit(DestinationId, DestinationEdit),
    /// Take the key that was typed for a destination's address; nothing typed forgets it.
    Key(DestinationId, Typed),
    /// Take it out of the list.
    Remove(DestinationId),
}

/// One change of a destination; the parts are those of [`Destination`](crate::destination::Destination).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DestinationEdit {
    /// Its name.
    Name(String),
    /// What kind of server it is.
    Service(Service),
    /// Its address. A key that is part of it is taken out and kept where keys are.
    Url(String),
    /// Its bit rate, bit/s.
    Bitrate(u32),
    /// Whether it gets only long packets.
    Safest(bool),
    /// Whether a show goes there.
    On(bool),
    /// Where our own ear listens to it.
    EarUrl(String),
}

/// One way to the air, with its key: what a publisher is started with.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Aim {
    /// The address.
    pub url: String,
    /// The stream key (bearer); `None` for a server that wants none.
    pub key: Option<String>,
    /// Bit rate in bit/s, within [`crate::limits::BITRATES`].
    pub bitrate: u32,
    /// Only long packets (20 ms): half of them can be lost, and their headers take half of the path; heard 10 ms later.
    pub safest: bool,
}

/// The key never reaches a log.
impl std::fmt::Debug for Aim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let key = self.key.as_ref().map(|_| "…");
        f.debug_struct("Aim")
            .field("url", &self.url)
            .field("key", &key)
            .field("bitrate", &self.bitrate)
            .field("safest", &self.safest)
            .finish()
    }
}

/// What the window shows that is measured only while it is seen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sight {
    /// The strip, group or return whose panel is open: its loudness and spectrum.
    pub channel: Option<ChannelName>,
    /// The strips: the small spectrum of each.
    pub strips: bool,
}

/// What a person may ask of the check of the network.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckWish {
    /// Check the way to this destination, off air.
    Begin(DestinationId),
    /// End the check without a result.
    Stop,
    /// Set the destination as the check advises.
    Take,
    /// Show the result no more.
    PutAway,
}
