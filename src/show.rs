//! What the evening is called, and what will be played.

use serde::{Deserialize, Serialize};

/// One show: what a listener reads above the player and what a recording is named after.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Show {
    /// The title of the evening; may be empty.
    pub title: String,
    /// Who plays; may be empty.
    pub artist: String,
    /// The songs, in the order in which they are meant to be played.
    pub set_list: Vec<String>,
}
