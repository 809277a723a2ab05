//! What the dynamics of the open channel took away in the last seconds, as their meters said it for each picture.

use std::collections::VecDeque;

use crate::desk::address::ChannelName;
use crate::desk::channel::{Place, Section};
use crate::ui::meters::is_metered;
use crate::ui::view::View;

/// How far back it reaches, s.
pub(crate) const SECONDS: f64 = 6.0;

/// One look: when, in seconds, and what was taken, dB ≥ 0.
pub(crate) type Look = (f64, f32);

/// The last seconds of one channel.
#[derive(Default)]
pub(crate) struct Taken {
    of: Option<ChannelName>,
    sections: Vec<(Section, VecDeque<Look>)>,
}

impl Taken {
    /// Looks at the meters of that channel, once for each picture; another channel begins anew.
    pub(crate) fn look(&mut self, view: &View<'_>, name: &ChannelName) {
        if self.of.as_ref() != Some(name) {
            *self = Self { of: Some(name.clone()), sections: Vec::new() };
        }
        let Some(channel) = name.of(&view.snapshot.desk) else { return };
        let slots = Place::ALL.into_iter().filter_map(|at| Some(Section::Slot(at, channel.insert(at)?.kind)));
        let sections: Vec<Section> =
            name.role().sections().chain(slots).filter(|section| is_metered(*section)).collect();
        self.sections.retain(|(section, _)| sections.contains(section));
        let meter = view.meters.of(name);
        for section in sections {
            self.keep(section, (view.now, meter.reduction_db(section)));
        }
    }

    fn keep(&mut self, section: Section, look: Look) {
        let at = self.sections.iter().position(|(known, _)| *known == section);
        let at = at.unwrap_or_else(|| {
            self.sections.push((section, VecDeque::new()));
            self.sections.len() - 1
        });
        let looks = &mut self.sections[at].1;
        looks.push_back(look);
        while looks.front().is_some_and(|(then, _)| look.0 - then > SECONDS) {
            looks.pop_front();
        }
    }

    /// The looks at a section, oldest first.
    pub(crate) fn at(&self, section: Section) -> impl Iterator<Item = Look> + '_ {
        let known = self.sections.iter().find(|(known, _)| *known == section);
        known.into_iter().flat_map(|(_, looks)| looks.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use korero_dsp::bank::Stage;

    use super::*;

    #[test]
    fn the_last_seconds_are_kept_and_no_more() {
        let mut taken = Taken::default();
        let gate = Section::Stage(Stage::Gate);
        (0..100).for_each(|n| taken.keep(gate, (f64::from(n) * 0.1, n as f32)));
        let looks: Vec<Look> = taken.at(gate).collect();
        assert_eq!((looks.len(), looks[0].1, looks[60].1), (61, 39.0, 99.0));
        assert_eq!(taken.at(Section::Stage(Stage::Eq)).count(), 0);
    }
}
