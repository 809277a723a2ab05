//! One publisher's place on the stage, and our server's, when the air goes there.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::Serialize;
use uuid::Uuid;

use crate::ear::Ear;
use crate::engine::{EngineHandle, TapSource};
use crate::fault::Fault;
use crate::limits::{MAX_GAPS_KEPT, PUBLISH_TAP};
use crate::priority::Scheduling;
use crate::publish::{
    self, PacketLog, PacketTimes, PublishEvent, PublishRequest, PublishState, PublishStatus, Publisher, Rate, Steps,
};
use crate::session::command::Aim;
use crate::session::event::AirNews;
use crate::session::snapshot::AirFigures;
use crate::show::Show;
use crate::station::{self, Station};
use crate::timeline::{Epoch, Gap};

use super::hearing::Hearing;

/// What happened on air, for the report.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct AirReport {
    /// Media was confirmed at least once.
    pub was_on_air: bool,
    /// When it first was, after the publisher started.
    pub on_air_after: Option<Duration>,
    /// How often it was brought back.
    pub reconnects: u32,
    /// Packets sent.
    pub packets: u64,
    /// Frames that did not go out while there was a connection.
    pub frames_lost: u64,
    /// The steps between packets on the wire.
    pub steps: Steps,
    /// Sound that is not on air although there was a connection, at most [`MAX_GAPS_KEPT`]; the frames of all are counted.
    pub gaps: Vec<Gap>,
    /// How the encoder's thread was scheduled.
    pub scheduling: Scheduling,
    /// The times of each packet, when they were asked for.
    pub packet_times: Vec<PacketTimes>,
}

/// What is to go on air, and where our own ear listens to it, if a person said so.
struct Wish {
    aim: Aim,
    ear_url: Option<String>,
    show: Show,
}

/// The publisher, when it runs or is wanted.
pub(super) struct Air {
    wish: Option<Wish>,
    publisher: Option<Box<dyn Publisher>>,
    station: Option<Station>,
    /// Says goodbye to the far side; nobody waits for it but the next beginning and the end of everything.
    leaving: Option<JoinHandle<()>>,
    started: Duration,
    /// Media was confirmed since the publisher started.
    was_on_air: bool,
    log: Option<Arc<PacketLog>>,
    report: AirReport,
    hearing: Hearing,
    /// Frames that publishers before this one dropped.
    dropped: u64,
}

impl Air {
    pub(super) fn new(log_packets: bool, hears: bool) -> Self {
        let log = log_packets.then(|| Arc::new(PacketLog::new(Instant::now())));
        Self {
            wish: None,
            publisher: None,
            station: None,
            leaving: None,
            started: Duration::ZERO,
            was_on_air: false,
            log,
            report: AirReport::default(),
            hearing: Hearing::new(hears),
            dropped: 0,
        }
    }

    /// Whether a person wants our own ear to listen.
    pub(super) fn hears(&mut self, on: bool) {
        self.hearing.want(on);
    }

    /// Wants to be on air from the first sound on.
    pub(super) fn start(&mut self, aim: Aim, ear_url: Option<String>, show: Show) {
        self.wish = Some(Wish { aim, ear_url, show });
    }

    /// Asks the far side again at once.
    pub(super) fn retry(&self) {
        self.publisher.iter().for_each(|publisher| publisher.retry());
    }

    /// Leaves the air. The goodbyes take their time on a thread of their own: faders and devices must not wait for a
    /// network.
    pub(super) fn stop(&mut self) {
        self.wish = None;
        let (station, mut publisher) = (self.station.take(), self.publisher.take());
        let ear = self.hearing.take();
        if let Some(publisher) = &mut publisher {
            self.note(&mut **publisher);
        }
        if station.is_none() && publisher.is_none() {
            return;
        }
        if let Some(station) = &station {
            station.leave();
        }
        ear.iter().for_each(Ear::leave);
        let before = self.leaving.take();
        let goodbye = move || {
            // The sound first: nobody is on air a moment longer than the window says.
            if let Some(publisher) = publisher {
                publisher.stop();
            }
            drop(ear);
            if let Some(station) = station {
                station.end();
            }
            // One that panicked has left too.
            drop(before.map(JoinHandle::join));
        };
        // Without a thread both are dropped here and now, which leaves as well.
        self.leaving = thread::Builder::new().name("korero-goodbye".to_owned()).spawn(goodbye).ok();
    }

    /// Leaves the air and waits until everything is said.
    pub(super) fn finish(&mut self) {
        self.stop();
        drop(self.leaving.take().map(JoinHandle::join));
    }

    /// Starts what waits, and tells what publisher and server say.
    pub(super) fn look(&mut self, engine: &mut EngineHandle, now: Duration) -> (Vec<Fault>, Vec<AirNews>) {
        let (mut faults, mut news) = (Vec::new(), Vec::new());
        if let Some(epoch) = engine.epoch()
            && self.leaving.as_ref().is_none_or(JoinHandle::is_finished)
            && let Some(wish) = self.wish.take()
        {
            (self.started, self.was_on_air) = (now, false);
            if let Err(fault) = self.begin(wish, engine, epoch) {
                faults.push(fault);
                news.push(AirNews::Ended);
            }
        }
        if let Some(mut publisher) = self.publisher.take() {
            self.heard(&mut *publisher, (&mut faults, &mut news), now);
            self.publisher = Some(publisher);
        }
        let publisher = self.publisher.as_ref().map(|publisher| publisher.status().state);
        let (ear, alarm) = self.hearing.look(engine, publisher);
        faults.extend(alarm);
        news.extend(ear.map(AirNews::Ear));
        if let Some(station) = &mut self.station {
            news.extend(station.listen_url().map(AirNews::ListenUrl));
            news.push(AirNews::Listeners(station.listeners()));
        }
        (faults, news)
    }

    fn begin(&mut self, wish: Wish, engine: &mut EngineHandle, epoch: Epoch) -> Result<(), Fault> {
        let Wish { aim, ear_url, show } = wish;
        let tap = engine.open_tap(TapSource::Mix, PUBLISH_TAP)?;
        let (aim_of_it, packet_log) = (aim.clone(), self.log.clone());
        let request = PublishRequest { aim: aim_of_it, show: show.clone(), tap, epoch: Some(epoch), packet_log };
        // A publisher that cannot start must not leave a performance open at our server.
        self.publisher = Some(publish::start(request)?);
        self.hearing.begin(ear_url.or_else(|| station::ear_url(&aim.url)));
        self.station = Station::start(&aim, epoch, show);
        Ok(())
    }

    fn heard(
        &mut self,
        publisher: &mut dyn Publisher,
        (faults, news): (&mut Vec<Fault>, &mut Vec<AirNews>),
        now: Duration,
    ) {
        for event in publisher.take_events() {
            match event {
                PublishEvent::State(state) => news.extend(self.state_is(state, now)),
                PublishEvent::Path(path) => news.push(AirNews::Path(path)),
                PublishEvent::Trouble(fault) => faults.push(fault),
                PublishEvent::Gap(gap) => self.keep(gap),
                PublishEvent::Rate(_) => {}
            }
        }
        let status = publisher.status();
        if status.state == PublishState::OnAir {
            news.push(AirNews::Figures(figures(&status)));
        }
    }

    fn state_is(&mut self, state: PublishState, now: Duration) -> Option<AirNews> {
        match state {
            PublishState::OnAir => {
                self.report.reconnects += u32::from(self.was_on_air);
                (self.report.was_on_air, self.was_on_air) = (true, true);
                let after = now.saturating_sub(self.started);
                self.report.on_air_after.get_or_insert(after);
                Some(AirNews::OnAir)
            }
            // Connecting is told after a refusal that was none: what stood there is no longer so.
            PublishState::Connecting | PublishState::Reconnecting => Some(AirNews::Reconnecting),
            PublishState::Refused => Some(AirNews::Refused),
            PublishState::Ended => Some(AirNews::Ended),
        }
    }

    fn note(&mut self, publisher: &mut dyn Publisher) {
        let status = publisher.status();
        self.report.packets += status.packets;
        self.report.frames_lost += status.frames_lost;
        self.dropped += status.frames_dropped;
        self.report.steps.add(status.steps);
        self.report.scheduling = status.scheduling;
        for event in publisher.take_events() {
            if let PublishEvent::Gap(gap) = event {
                self.keep(gap);
            }
        }
    }

    fn keep(&mut self, gap: Gap) {
        if self.report.gaps.len() < MAX_GAPS_KEPT {
            self.report.gaps.push(gap);
        }
    }

    /// The performance that is on air, once our server has opened it.
    pub(super) fn performance(&self) -> Option<Uuid> {
        self.station.as_ref().and_then(|station| station.status().performance)
    }

    /// Frames that were dropped on the way to the air; what the interface lost is not among them.
    pub(super) fn frames_dropped(&self) -> u64 {
        self.dropped + self.publisher.as_ref().map_or(0, |publisher| publisher.status().frames_dropped)
    }

    /// What happened, once it stopped.
    pub(super) fn report(&mut self) -> AirReport {
        let mut report = std::mem::take(&mut self.report);
        report.packet_times = self.log.take().map(|log| log.take()).unwrap_or_default();
        report
    }
}

/// What the window shows of a way to the air.
fn figures(status: &PublishStatus) -> AirFigures {
    let PublishStatus { bitrate, frames_lost, rtt, far_lost, .. } = *status;
    let known = AirFigures { bitrate, frames_lost, rtt, far_lost, ..AirFigures::default() };
    let Some(Rate { setting, path, loss, .. }) = status.rate else { return known };
    let (encoder, packet_ms) = (setting.bitrate, setting.length.milliseconds());
    AirFigures { encoder, packet_ms, path, lost_on_the_way: Some(loss), ..known }
}
