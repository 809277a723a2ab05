//! What happened during a show, for `--stats` and for the proofs.

use std::collections::BTreeMap;

use serde::Serialize;

pub use super::air::AirReport;
use crate::audio::Silenced;
use crate::destination::DestinationId;
use crate::fault::Fault;
use crate::record::RecordedFile;
use crate::timeline::{Epoch, FrameIndex, Gap};

/// The whole show, told at its end.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Report {
    /// What frame 0 was; `None` when no sound came.
    pub epoch: Option<Epoch>,
    /// Where the engine was at the end.
    pub position: FrameIndex,
    /// Frames missing, all causes.
    pub frames_lost: u64,
    /// What the interface lost, at most [`MAX_GAPS_KEPT`](crate::limits::MAX_GAPS_KEPT); the frames of all are counted.
    pub device_gaps: Vec<Gap>,
    /// Samples of the interface that was used last that were no numbers, for each input that gave any; silence stands
    /// for them.
    pub no_numbers: Vec<Silenced>,
    /// The files that were recorded.
    pub recorded: Vec<RecordedFile>,
    /// Sound that was to be recorded is not in the files: the disk was too slow or refused it.
    pub recording_short: bool,
    /// The air, by destination.
    pub air: BTreeMap<DestinationId, AirReport>,
    /// What went wrong, in order, at most [`MAX_FAULTS_KEPT`](crate::limits::MAX_FAULTS_KEPT).
    pub faults: Vec<Fault>,
}
