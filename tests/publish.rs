//! A publisher against a WHIP server in the same process: real sockets, real DTLS, real time.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected happens")]
#![expect(clippy::disallowed_methods, reason = "the player paces sound in real time")]

#[path = "publish/hostile.rs"]
mod hostile;
#[path = "publish/ingest.rs"]
mod ingest;
#[path = "fuzz/network.rs"]
mod network;
#[path = "publish/quirks.rs"]
mod quirks;
#[path = "publish/strange.rs"]
mod strange;

use std::f64::consts::TAU;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use ingest::{Heard, Ingest, Kept};
use korero::codec::{Decoder, PACKET_SAMPLES};
use korero::engine::tap::{TapReader, TapWriter, tap};
use korero::publish::{self, PacketLog, PublishEvent, PublishRequest, PublishState, Publisher};
use korero::session::command::Aim;
use korero::timeline::{Epoch, FrameIndex, GapCause};
use korero_sentences::key;
use uuid::Uuid;

/// Long against everything that is waited for here: the longest takes about five seconds on a quiet machine.
const HANG: Duration = Duration::from_secs(60);
const BLOCK: u64 = 64;
const BEGIN: u64 = 1_795_000_000_000_000_000;

/// Sound in real time: 1,000 Hz left, 1,500 Hz right, −18 dBFS.
struct Player {
    stop: Arc<AtomicBool>,
    skip: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Frames that the device loses when it is told to: neither whole blocks nor whole packets.
const SKIP: u64 = 1_000;

impl Player {
    fn start() -> (Self, TapReader) {
        let (writer, reader) = tap(2, Duration::from_millis(500), FrameIndex(0));
        let (stop, skip) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (stopped, skipped) = (Arc::clone(&stop), Arc::clone(&skip));
        let thread = thread::spawn(move || play(writer, &stopped, &skipped));
        (Self { stop, skip, thread: Some(thread) }, reader)
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.take().unwrap().join();
    }
}

fn play(mut writer: TapWriter, stop: &AtomicBool, skip: &AtomicBool) {
    let (began, mut frame) = (Instant::now(), 0);
    let level = 10f64.powf(-18.0 / 20.0);
    let tone = |hz: f64, frame: u64| (level * (TAU * hz * frame as f64 / 48_000.0).sin()) as f32;
    while !stop.load(Ordering::Relaxed) {
        if skip.swap(false, Ordering::Relaxed) {
            writer.device_lost(GapCause::Device);
            frame += SKIP;
        }
        let block: Vec<f32> = (frame..frame + BLOCK).flat_map(|at| [tone(1_000.0, at), tone(1_500.0, at)]).collect();
        writer.write(FrameIndex(frame), &block);
        frame += BLOCK;
        let due = began + Duration::from_nanos(frame * 1_000_000_000 / 48_000);
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

struct Show {
    publisher: Box<dyn Publisher>,
    player: Player,
    events: Vec<PublishEvent>,
    log: Arc<PacketLog>,
}

impl Show {
    fn start(url: &str) -> Self {
        let (player, reader) = Player::start();
        let log = Arc::new(PacketLog::new(Instant::now()));
        let request = PublishRequest {
            aim: Aim { url: url.into(), key: Some("key".into()), bitrate: 256_000, ..Aim::default() },
            show: korero::show::Show::default(),
            tap: reader,
            epoch: Some(Epoch { id: Uuid::nil(), utc_ns_at_frame_0: BEGIN }),
            packet_log: Some(Arc::clone(&log)),
        };
        Self { publisher: publish::start(request).unwrap(), player, events: Vec::new(), log }
    }

    fn wait_for(&mut self, what: &str, mut found: impl FnMut(&Self) -> bool) -> Duration {
        let began = Instant::now();
        loop {
            self.events.extend(self.publisher.take_events());
            if found(self) {
                return began.elapsed();
            }
            assert!(began.elapsed() < HANG, "{what} did not come: {:?} {:?}", self.publisher.status(), self.events);
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn wait_for_state(&mut self, state: PublishState) -> Duration {
        self.wait_for(&format!("{state:?}"), |show| show.publisher.status().state == state)
    }

    fn was_on_air(&self) -> bool {
        self.events.contains(&PublishEvent::State(PublishState::OnAir))
    }

    fn troubles(&self) -> Vec<korero_sentences::Key> {
        let trouble = |event: &PublishEvent| match event {
            PublishEvent::Trouble(fault) => Some(fault.code),
            _ => None,
        };
        self.events.iter().filter_map(trouble).collect()
    }
}

/// Does the same with each, some beside each other; all that failed are told at the end.
fn beside_each_other<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let failed: usize = all
        .chunks(4)
        .map(|some| {
            thread::scope(|scope| {
                let running: Vec<_> = some.iter().map(|one| scope.spawn(|| work(one))).collect();
                running.into_iter().map(thread::ScopedJoinHandle::join).filter(Result::is_err).count()
            })
        })
        .sum();
    assert_eq!(failed, 0, "of {}", all.len());
}

/// What was heard, in the order in which it was sent.
fn in_order(kept: &Kept) -> Vec<Heard> {
    let mut heard = kept.packets.lock().unwrap().clone();
    let Some(first) = heard.first().map(|packet| packet.sequence) else { return heard };
    heard.sort_by_key(|packet| packet.sequence.wrapping_sub(first) as i16);
    heard
}

fn level_db(sound: &[f32], hz: f64) -> f64 {
    let wave = |i: usize| TAU * hz * i as f64 / 48_000.0;
    let (mut re, mut im) = (0.0, 0.0);
    for (i, sample) in sound.iter().enumerate() {
        re += f64::from(*sample) * wave(i).cos();
        im += f64::from(*sample) * wave(i).sin();
    }
    20.0 * (2.0 * re.hypot(im) / sound.len() as f64).log10()
}

#[test]
fn what_is_played_arrives_in_stereo_on_the_grid_with_its_gap_and_its_date() {
    let ingest = Ingest::start(0, Arc::new(Kept::default()));
    let mut show = Show::start(&ingest.url());
    show.wait_for_state(PublishState::OnAir);
    show.wait_for("two seconds", |_| ingest.kept.packets.lock().unwrap().len() >= 200);
    show.player.skip.store(true, Ordering::Relaxed);
    let is_gap = |event: &PublishEvent| matches!(event, PublishEvent::Gap(gap) if gap.cause == GapCause::Device);
    show.wait_for("the gap", |show| show.events.iter().any(is_gap));
    show.wait_for("a third second", |_| ingest.kept.packets.lock().unwrap().len() >= 300);
    let status = show.publisher.status();
    let times = show.log.take();
    show.publisher.stop();
    assert!(ingest.kept.deleted.load(Ordering::Relaxed), "leaving says goodbye");
    assert!((230_000..=280_000).contains(&status.bitrate), "{}", status.bitrate);

    let heard = in_order(&ingest.kept);
    assert!(heard.iter().all(|packet| packet.payload.len() == 320));
    // Every step is whole packets, and where it is more than one a gap was told.
    let told: u64 = show.events.iter().map(|e| if let PublishEvent::Gap(gap) = e { gap.frames } else { 0 }).sum();
    let steps = heard.windows(2).filter(|pair| pair[1].sequence == pair[0].sequence.wrapping_add(1));
    let steps: Vec<u32> = steps.map(|pair| pair[1].rtp_time.wrapping_sub(pair[0].rtp_time)).collect();
    assert!(steps.iter().all(|step| step.is_multiple_of(480) && *step > 0));
    let missing: u64 = steps.iter().map(|step| u64::from(step - 480)).sum();
    assert!(told >= SKIP && missing <= told, "{missing} missing, {told} told");
    assert!(missing >= SKIP / 480 * 480 - 480, "{missing} missing after {SKIP} were skipped");

    // The log names the frame of every packet; with the epoch, the sender reports do so as well.
    let offset = times[0].rtp_time.wrapping_sub(times[0].frame.0 as u32);
    assert!(times.iter().all(|t| t.rtp_time.wrapping_sub(t.frame.0 as u32) == offset && t.frame.0.is_multiple_of(480)));
    assert!(times.iter().all(|t| t.captured_ns <= t.encoded_ns && t.encoded_ns <= t.sent_ns));
    let reports = ingest.kept.reports.lock().unwrap().clone();
    assert!(!reports.is_empty(), "a sender report dates the sound");
    for (ntp, rtp) in reports {
        let seconds = (ntp >> 32) - 2_208_988_800;
        let ns = u128::from(seconds) * 1_000_000_000 + ((u128::from(ntp & 0xffff_ffff) * 1_000_000_000) >> 32);
        let frame = ns.saturating_sub(u128::from(BEGIN)) * 48_000 + 500_000_000;
        assert_eq!((frame / 1_000_000_000) as u32, rtp.wrapping_sub(offset));
    }

    let mut decoder = Decoder::new().unwrap();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for packet in heard.iter().take(190) {
        let mut out = [0.0; PACKET_SAMPLES];
        decoder.decode(&packet.payload, &mut out).unwrap();
        left.extend(out.iter().step_by(2));
        right.extend(out.iter().skip(1).step_by(2));
    }
    // Half a second without a lost packet is enough to tell the tones apart.
    let (left, right) = (&left[24_000..48_000], &right[24_000..48_000]);
    let separation = |side: &[f32], own, other| level_db(side, own) - level_db(side, other);
    assert!(separation(left, 1_000.0, 1_500.0) >= 40.0);
    assert!(separation(right, 1_500.0, 1_000.0) >= 40.0);
}

#[test]
fn a_killed_server_is_found_again_by_itself_after_it_came_back() {
    let kept = Arc::new(Kept::default());
    let ingest = Ingest::start(0, Arc::clone(&kept));
    let port = ingest.address.port();
    let mut show = Show::start(&ingest.url());
    show.wait_for_state(PublishState::OnAir);
    drop(ingest);
    let noticed = show.wait_for_state(PublishState::Reconnecting);
    assert!(show.troubles().contains(&key::FAULT_PUBLISH_LOST));
    let again = Ingest::start(port, Arc::new(Kept::default()));
    let back = show.wait_for_state(PublishState::OnAir);
    show.wait_for("sound", |_| again.kept.packets.lock().unwrap().len() > 10);
    // The promise is five seconds on a quiet machine; here only ten times that is a failure.
    assert!(back < 10 * Duration::from_secs(5), "noticed after {noticed:?}, back after {back:?}");
    let first = kept.packets.lock().unwrap().last().unwrap().clone();
    let later = in_order(&again.kept)[0].clone();
    assert_eq!(later.rtp_time.wrapping_sub(first.rtp_time) % 480, 0, "one time line across sessions");
    show.publisher.stop();
}

#[test]
fn a_server_that_is_down_at_the_start_is_told_once_and_tried_until_it_is_there() {
    let port = Ingest::start(0, Arc::new(Kept::default())).address.port();
    let mut show = Show::start(&format!("http://127.0.0.1:{port}/whip/test"));
    show.wait_for("trouble", |show| !show.troubles().is_empty());
    thread::sleep(Duration::from_millis(1_500));
    let _ingest = Ingest::start(port, Arc::new(Kept::default()));
    show.wait_for_state(PublishState::OnAir);
    assert_eq!(show.troubles(), [key::FAULT_PUBLISH_UNREACHABLE]);
    show.publisher.stop();
}

#[test]
fn a_refused_key_is_told_and_works_once_the_server_accepts_it() {
    let ingest = Ingest::start(0, Arc::new(Kept::default()));
    ingest.status.store(401, Ordering::Relaxed);
    let mut show = Show::start(&ingest.url());
    show.wait_for_state(PublishState::Refused);
    show.wait_for("trouble", |show| show.troubles() == [key::FAULT_PUBLISH_KEY_REFUSED]);
    ingest.status.store(201, Ordering::Relaxed);
    show.wait_for_state(PublishState::OnAir);
    show.publisher.stop();
}

#[test]
fn whoever_asks_for_a_minute_of_patience_is_asked_again_at_once_when_a_person_wants_it() {
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut show = Show::start(&format!("http://{}/whip/test", busy.local_addr().unwrap()));
    let (tell, asked) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for mut near in busy.incoming().map_while(Result::ok) {
            let mut head = [0; 4_096];
            while near.read(&mut head).is_ok_and(|read| read == head.len()) {}
            let _ = near
                .write_all(b"HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = tell.send(());
        }
    });
    asked.recv_timeout(HANG).unwrap();
    show.wait_for("trouble", |show| show.troubles() == [key::FAULT_PUBLISH_BUSY]);
    show.publisher.retry();
    // By itself it would come after 48 seconds at the earliest.
    asked.recv_timeout(Duration::from_secs(30)).unwrap();
    show.publisher.stop();
}

#[test]
fn where_there_is_one_place_a_lost_session_of_ours_makes_way_for_the_next() {
    let kept = Arc::<Kept>::default();
    kept.one_place.store(true, Ordering::Relaxed);
    let ingest = Ingest::start(0, Arc::clone(&kept));
    let mut show = Show::start(&ingest.url());
    show.wait_for_state(PublishState::OnAir);
    ingest.loses_them();
    show.wait_for_state(PublishState::Reconnecting);
    show.wait_for_state(PublishState::OnAir);
    assert!(kept.deleted.load(Ordering::Relaxed));
    assert_eq!(show.troubles(), [key::FAULT_PUBLISH_LOST], "nobody is told that somebody else is on air");
}

#[test]
fn leaving_while_the_server_is_silent_does_not_hang() {
    // Accepts connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let show = Show::start(&format!("http://{}/whip/test", silent.local_addr().unwrap()));
    thread::sleep(Duration::from_millis(200));
    let began = Instant::now();
    show.publisher.stop();
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

/// A server whose WebRTC is not ours. Run by `cargo xtask prove` and by hand:
/// `KORERO_PEER_PYTHON=…/bin/python cargo test --test publish -- --ignored stranger`.
#[test]
#[ignore = "needs a Python with aiortc, aiohttp and numpy, named by KORERO_PEER_PYTHON"]
fn a_stranger_hears_us_in_stereo() {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};
    let python = std::env::var("KORERO_PEER_PYTHON").expect("KORERO_PEER_PYTHON names a Python with aiortc");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/aiortc_whip_server.py");
    let mut peer = Command::new(python)
        .args([script, "--key", "key", "--seconds", "5"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the peer starts");
    let mut lines = BufReader::new(peer.stdout.take().unwrap()).lines().map(Result::unwrap);
    let ready = lines.next().unwrap();
    let mut show = Show::start(&format!("{}/whip/test", ready.strip_prefix("ready ").unwrap()));
    show.wait_for_state(PublishState::OnAir);
    let heard: serde_json::Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    let status = show.publisher.status();
    show.publisher.stop();
    peer.kill().unwrap();
    peer.wait().unwrap();
    let number = |name: &str| heard[name].as_f64().unwrap();
    assert!(number("left_separation_db") >= 50.0 && number("right_separation_db") >= 50.0, "{heard}");
    assert!((number("left_db") + 18.0).abs() < 0.5 && (number("right_db") + 18.0).abs() < 0.5, "{heard}");
    assert!(status.rtt.is_some(), "receiver reports give the round trip");
}
