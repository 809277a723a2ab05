//! All that is measured; a test takes only the part that it needs, by its path.

pub(crate) mod analog;
pub(crate) mod dynamics;
pub(crate) mod hard_sounds;
pub(crate) mod room;
pub(crate) mod true_peak;
