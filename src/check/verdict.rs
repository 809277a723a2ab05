//! From what was measured to one sentence and the settings that follow from it. No clock, no network.

use korero_sentences::{self as sentences, Key, Language, Value, key};
use serde::{Deserialize, Serialize};

use crate::codec::PacketLength;
use crate::limits::{BITRATES, RATE_FLOOR};
use crate::publish::{Setting, settings};
use crate::session::event::PathKind;

use super::measures::{Carried, Measures};

/// From this bit rate on nobody hears what is left out.
const PLENTY: u32 = 256_000;
/// From here on packets that are lost are heard now and then, although they are asked for again.
const LOSS_HEARD: f64 = 0.03;
/// Losses in a row from here on: what is asked for again is lost again.
const IN_A_ROW: f64 = 1.8;
/// Losses in a row are heard from here on.
const IN_A_ROW_HEARD: f64 = 0.01;
/// Fewer losses are an accident.
const LOSSES_LEAST: u32 = 6;
/// Packets so uneven make pages wait longer, ms.
const UNEVEN: f64 = 50.0;
/// How much of what the way carries is used, as on air.
const USED: f64 = 0.95;

/// What kind of network it is for a show.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Carries sound of which nobody hears what is left out.
    Good,
    /// Carries good sound, and not the best.
    Narrow,
    /// Carries only what long packets make room for.
    Safest,
    /// Carries less than any setting: the show goes on with poorer sound.
    Thin,
    /// Loses packets here and there.
    Lossy,
    /// Loses many packets in a row.
    Bursts,
    /// Delivers packets unevenly.
    Uneven,
    /// Blocks UDP; TCP gets through.
    OverTcp,
    /// Blocks the straight way; a relay gets through.
    Relayed,
    /// Carries less than the least sound.
    TooNarrow,
    /// The server answers, and no sound gets there.
    NoSound,
    /// The server does not answer.
    NoServer,
}

/// How far a show would get.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// As well as it can be.
    Good,
    /// It goes on air, with limits.
    Limited,
    /// Not from here.
    None,
}

/// What follows from the measures.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// What kind of network it is.
    pub class: Class,
    /// The bit rate to choose, bit/s; `None` when none would work.
    pub bitrate: Option<u32>,
    /// Whether to choose “safest”, packets of 20 ms.
    pub safest: bool,
    /// The way that the show would take.
    pub path: Option<PathKind>,
    /// What the way carries, kb/s with every header; `None` when it carries all that was tried.
    pub carries: Option<u32>,
    /// Lost packets in a hundred.
    pub loss: f64,
    /// How unevenly packets come, ms.
    pub jitter: u32,
    /// How much later the show is heard than by the straight way, ms; a guess from the way's round trip and unevenness.
    pub later: u32,
}

impl Verdict {
    /// Judges.
    #[must_use]
    pub fn of(measures: &Measures) -> Self {
        let best = measures.best();
        let (Some(way), Some(carried)) = (best, measures.carried) else {
            let class = if measures.ways.is_empty() { Class::NoServer } else { Class::NoSound };
            return Self::none(class);
        };
        let setting = fitting(&carried);
        let class = class(&carried, setting, way.path);
        Self {
            class,
            bitrate: setting.map(|setting| setting.bitrate.max(*BITRATES.start())),
            safest: setting.is_some_and(|setting| setting.length == PacketLength::Long),
            path: Some(way.path),
            carries: carried.limit.map(|bits| (bits / 1e3).round() as u32),
            loss: (1e3 * carried.loss).round() / 10.0,
            jitter: carried.jitter_ms.round() as u32,
            later: later(way.rtt_ms.unwrap_or_default().max(carried.jitter_ms)),
        }
    }

    /// Without a server there is nothing to measure.
    #[must_use]
    pub fn no_server() -> Self {
        Self::none(Class::NoServer)
    }

    fn none(class: Class) -> Self {
        Self { class, bitrate: None, safest: false, path: None, carries: None, loss: 0.0, jitter: 0, later: 0 }
    }

    /// How far a show would get.
    #[must_use]
    pub fn grade(&self) -> Grade {
        match self.class {
            Class::Good => Grade::Good,
            Class::TooNarrow | Class::NoSound | Class::NoServer => Grade::None,
            _ => Grade::Limited,
        }
    }

    /// What a person is told.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        sentences::say(language, self.key(), &self.places())
    }

    /// What to do next.
    #[must_use]
    pub fn remedy(&self, language: Language) -> String {
        sentences::remedy(language, self.key(), &self.places()).unwrap_or_default()
    }

    fn key(&self) -> Key {
        match self.class {
            Class::Good => key::CHECK_GOOD,
            Class::Narrow => key::CHECK_NARROW,
            Class::Safest => key::CHECK_SAFEST,
            Class::Thin => key::CHECK_THIN,
            Class::Lossy => key::CHECK_LOSSY,
            Class::Bursts => key::CHECK_BURSTS,
            Class::Uneven => key::CHECK_UNEVEN,
            Class::OverTcp => key::CHECK_OVER_TCP,
            Class::Relayed => key::CHECK_RELAYED,
            Class::TooNarrow => key::CHECK_TOO_NARROW,
            Class::NoSound => key::CHECK_NO_SOUND,
            Class::NoServer => key::CHECK_NO_SERVER,
        }
    }

    fn places(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("bitrate", (self.bitrate.unwrap_or_default() / 1_000).into()),
            ("carries", self.carries.unwrap_or_default().into()),
            ("loss", self.loss.round().into()),
            ("jitter", self.jitter.into()),
            ("later", self.later.into()),
        ]
    }
}

fn class(carried: &Carried, setting: Option<Setting>, path: PathKind) -> Class {
    let Some(setting) = setting else { return Class::TooNarrow };
    if setting.bitrate < *BITRATES.start() {
        return Class::Thin;
    }
    match path {
        PathKind::Tcp => return Class::OverTcp,
        PathKind::Relayed => return Class::Relayed,
        PathKind::Direct => {}
    }
    let in_a_row = carried.lost >= LOSSES_LEAST && carried.burst >= IN_A_ROW && carried.loss >= IN_A_ROW_HEARD;
    match setting.length {
        _ if in_a_row => Class::Bursts,
        _ if carried.lost >= LOSSES_LEAST && carried.loss >= LOSS_HEARD => Class::Lossy,
        _ if carried.jitter_ms >= UNEVEN => Class::Uneven,
        PacketLength::Long => Class::Safest,
        PacketLength::Short if setting.bitrate < PLENTY => Class::Narrow,
        PacketLength::Short => Class::Good,
    }
}

/// The best setting that the way has room for; `None` when it has none for the least one.
pub(super) fn fitting(carried: &Carried) -> Option<Setting> {
    let Some(limit) = carried.limit else {
        return Some(Setting { bitrate: *BITRATES.end(), length: PacketLength::Short });
    };
    let fits = |setting: &Setting| setting.on_the_wire(carried.ipv6) <= USED * limit;
    let best = |length, least| {
        let mut of_it = settings(length).rev().filter(move |setting| setting.bitrate >= least);
        of_it.find(fits)
    };
    // Below that long packets leave more room for sound, as on air.
    best(PacketLength::Short, 96_000).or_else(|| best(PacketLength::Long, RATE_FLOOR))
}

/// In tens, upwards: no measure of a few seconds is finer.
fn later(ms: f64) -> u32 {
    (ms.clamp(10.0, 60_000.0) / 10.0).ceil() as u32 * 10
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::measures::Way;
    use super::*;

    const CLEAN: Carried = Carried {
        limit: None,
        tried: 561_200.0,
        loss: 0.0,
        burst: 0.0,
        lost: 0,
        jitter_ms: 2.0,
        queue_ms: 0.0,
        ipv6: false,
        packets: 1_000,
    };

    fn over(path: PathKind, carried: Carried) -> Verdict {
        let way = Way { path, connected_ms: Some(90.0), rtt_ms: Some(24.0) };
        Verdict::of(&Measures { ways: vec![way], carried: Some(carried) })
    }

    fn limited(kbps: f64) -> Verdict {
        over(PathKind::Direct, Carried { limit: Some(1e3 * kbps), ..CLEAN })
    }

    #[test]
    fn each_width_has_its_class_and_setting() {
        let told = |kbps| {
            let verdict = limited(kbps);
            (verdict.class, verdict.bitrate.unwrap_or(0) / 1_000, verdict.safest)
        };
        assert_eq!(told(2_000.0), (Class::Good, 510, false));
        assert_eq!(told(400.0), (Class::Good, 320, false));
        assert_eq!(told(350.0), (Class::Good, 256, false));
        assert_eq!(told(250.0), (Class::Narrow, 160, false));
        assert_eq!(told(190.0), (Class::Narrow, 128, false));
        assert_eq!(told(150.0), (Class::Safest, 96, true));
        assert_eq!(told(100.0), (Class::Safest, 64, true));
        assert_eq!(told(80.0), (Class::Thin, 64, true));
        assert_eq!(told(60.0), (Class::TooNarrow, 0, false));
        assert_eq!(over(PathKind::Direct, CLEAN).class, Class::Good);
    }

    #[test]
    fn loss_alone_in_a_row_and_jitter_are_told_apart() {
        let lossy = |loss: f64, burst| {
            over(PathKind::Direct, Carried { loss, burst, lost: (1e3 * loss) as u32, ..CLEAN }).class
        };
        assert_eq!(lossy(0.01, 1.0), Class::Good, "what is lost here and there comes again");
        assert_eq!(lossy(0.05, 1.05), Class::Lossy);
        assert_eq!(lossy(0.05, 3.0), Class::Bursts);
        assert_eq!(lossy(0.004, 3.0), Class::Good, "one accident");
        assert_eq!(over(PathKind::Direct, Carried { jitter_ms: 80.0, ..CLEAN }).class, Class::Uneven);
    }

    #[test]
    fn a_way_around_is_told_before_what_it_is_like_and_nothing_before_all() {
        assert_eq!(over(PathKind::Tcp, Carried { loss: 0.05, lost: 50, ..CLEAN }).class, Class::OverTcp);
        assert_eq!(over(PathKind::Relayed, CLEAN).class, Class::Relayed);
        assert_eq!(over(PathKind::Tcp, Carried { limit: Some(50e3), ..CLEAN }).class, Class::TooNarrow);
        assert_eq!(Verdict::of(&Measures { ways: vec![], carried: None }).class, Class::NoServer);
        let closed = Way { path: PathKind::Direct, connected_ms: None, rtt_ms: None };
        assert_eq!(Verdict::of(&Measures { ways: vec![closed], carried: None }).class, Class::NoSound);
    }

    proptest! {
        /// More room never makes a worse setting, and what is advised fits.
        #[test]
        fn more_room_is_never_worse_and_what_is_advised_fits(kbps in 1.0..2_000.0_f64, more in 0.0..500.0_f64, ipv6: bool) {
            let of = |kbps: f64| fitting(&Carried { limit: Some(1e3 * kbps), ipv6, ..CLEAN });
            let rate = |setting: Option<Setting>| setting.map_or(0, |setting| setting.bitrate);
            prop_assert!(rate(of(kbps)) <= rate(of(kbps + more)));
            if let Some(setting) = of(kbps) {
                prop_assert!(setting.on_the_wire(ipv6) <= 1e3 * kbps);
            }
        }

        /// Whatever was measured, there is a sentence without a hole, and a next step unless all is well.
        #[test]
        fn every_verdict_has_a_sentence_and_a_next_step(
            limit in proptest::option::of(1e3..1e6_f64), loss in 0.0..0.5_f64, burst in 0.0..9.0_f64, jitter_ms in 0.0..300.0_f64,
            path in prop_oneof![Just(PathKind::Direct), Just(PathKind::Tcp), Just(PathKind::Relayed)], connects: bool,
        ) {
            let carried = Carried { limit, loss, burst, jitter_ms, lost: (1e3 * loss) as u32, ..CLEAN };
            let way = Way { path, connected_ms: connects.then_some(1.0), rtt_ms: None };
            let verdict = Verdict::of(&Measures { ways: vec![way], carried: connects.then_some(carried) });
            for language in [Language::English, Language::Maori] {
                let told = verdict.sentence(language);
                prop_assert!(!told.is_empty() && !told.contains("{"), "{}", told);
                prop_assert!(verdict.grade() == Grade::Good || !verdict.remedy(language).is_empty());
            }
            prop_assert_eq!(verdict.grade() == Grade::None, verdict.bitrate.is_none());
            prop_assert!(verdict.bitrate.is_none_or(|bitrate| BITRATES.contains(&bitrate)));
        }
    }
}
