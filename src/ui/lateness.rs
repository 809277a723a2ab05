//! By how much an effect in a slot makes its channel late, as the effect itself says.

use std::sync::{LazyLock, OnceLock};

use korero_dsp::effect::Format;
use korero_dsp::effects::EFFECTS;

use crate::desk::channel::Kind;
use crate::limits::SAMPLE_RATE;

/// Asked once of each effect that is looked at; the same while the program runs.
static FRAMES: LazyLock<Vec<OnceLock<usize>>> = LazyLock::new(|| EFFECTS.iter().map(|_| OnceLock::new()).collect());

/// How much later the sound comes out, ms. Window thread; builds the effect at the first look.
pub(crate) fn milliseconds(kind: Kind) -> f32 {
    let at = usize::from(kind.0);
    let (Some(spec), Some(known)) = (EFFECTS.get(at), FRAMES.get(at)) else { return 0.0 };
    let frames = known.get_or_init(|| {
        let mut effect = spec.build();
        effect.prepare(Format { rate: SAMPLE_RATE as f32 });
        effect.latency_frames()
    });
    *frames as f32 * 1_000.0 / SAMPLE_RATE as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::address::kind;

    #[test]
    fn only_effects_that_look_ahead_are_late() {
        let late = |effect| milliseconds(kind(effect).expect("it is there"));
        assert_eq!((late("eq"), late("hall")), (0.0, 0.0));
        assert!(late("denoise") >= 10.0 && late("gateahead") > 0.0 && late("limiter") > 0.0);
    }
}
