//! What happened during a show, for `--stats` and for the proofs.

use serde::Serialize;

pub use super::air::AirReport;
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
    /// What the interface lost.
    pub device_gaps: Vec<Gap>,
    /// The files that were recorded.
    pub recorded: Vec<RecordedFile>,
    /// The air.
    pub air: AirReport,
    /// What went wrong, in order.
    pub faults: Vec<Fault>,
}
