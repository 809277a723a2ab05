//! Every bound in one place. Nothing in the app grows past a number that stands here.

mod surfaces;

use std::time::Duration;

pub use surfaces::*;

/// How large the window may show everything, percent.
pub const SCALES: std::ops::RangeInclusive<u16> = 80..=200;
/// One step of that scale, percent.
pub const SCALE_STEP: u16 = 10;
/// Actions whose keys a person may choose.
pub const MAX_CHOSEN_KEYS: usize = 200;
/// The rate of everything inside the app, in Hz. Devices at other rates are resampled at the edge.
pub const SAMPLE_RATE: u32 = 48_000;
/// Inputs of one interface that can be used at once.
pub const MAX_INPUTS: usize = 32;
/// Strips on the desk, mono or stereo.
pub const MAX_STRIPS: usize = 32;
/// Hues that a strip may wear.
pub const HUES: u8 = 12;
/// Banks of eight lanes: enough for [`MAX_STRIPS`] stereo strips.
pub const MAX_BANKS: usize = 8;
/// Lanes of all banks together.
pub const MAX_LANES: usize = MAX_BANKS * korero_dsp::LANES;
/// Stereo groups.
pub const GROUPS: usize = 4;
/// Effect returns.
pub const RETURNS: usize = 2;
/// Stereo sends that feed the returns.
pub const SENDS: usize = 4;
/// Stereo headphone mixes.
pub const CUES: usize = 4;
/// The longest block that the engine computes in one piece; longer callbacks are cut on this grid.
pub const GRID_FRAMES: usize = korero_dsp::GRID;
/// Whenever so many frames are over the audio thread raises the meters: 5.3 ms.
pub const LEVEL_FRAMES: u64 = 8 * korero_dsp::GRID as u64;
/// Buffer sizes that a device may be asked for, in frames.
pub const DEVICE_FRAMES: std::ops::RangeInclusive<u32> = 16..=8_192;
/// Sample rates that a device may run at, in Hz.
pub const DEVICE_RATES: std::ops::RangeInclusive<u32> = 44_100..=192_000;

/// Commands that may wait for the audio thread; more are refused to the sender.
pub const MAIL_COMMANDS: usize = 32_768;
/// Work that commands may make in one grid cell (667 µs): one new lane, or as many small turns. A whole desk that is
/// recalled on air arrives over some cells instead of making one callback late.
pub const MAIL_WORK: usize = 64;
/// Of [`MAIL_COMMANDS`], how many a change of the desk leaves free, so that taps can still be opened while no interface runs.
pub const MAIL_RESERVE: usize = 256;
/// Taps that may be open at once: everything that is recorded twice, four destinations and their ears, meters and a closer look
/// at every rack take less than 50.
pub const MAX_TAPS: usize = 64;
/// The most frames that a tap's reader is given at once.
pub const TAP_BLOCK_FRAMES: usize = 1_024;
/// Discontinuities that may wait in one tap; while there are more, its blocks are dropped and counted.
pub const TAP_RUNS: usize = 1_024;
/// Device gaps that may wait for the control thread; their frames are counted even when there are more.
pub const MAIL_GAPS: usize = 1_024;
/// The longest that any tap may hold.
pub const MAX_TAP: Duration = Duration::from_secs(60);
/// Sound that the recorder's tap holds before it must drop.
pub const RECORD_TAP: Duration = Duration::from_secs(10);
/// Sound that the publisher's tap holds; older sound is worth nothing on air.
pub const PUBLISH_TAP: Duration = Duration::from_millis(500);
/// Sound that the cue's tap holds.
pub const CUE_TAP: Duration = Duration::from_millis(500);

/// Sound of a take that waits for the headphones, in frames (a quarter of a second).
pub const PLAYBACK_FRAMES: usize = SAMPLE_RATE as usize / 4;

/// One Opus packet, in frames (10 ms).
pub const PACKET_FRAMES: usize = 480;
/// Bit rates that may be chosen for the air, in bit/s.
pub const BITRATES: std::ops::RangeInclusive<u32> = 64_000..=510_000;
/// The bit rate on air unless chosen otherwise, in bit/s.
pub const BITRATE_DEFAULT: u32 = 256_000;
/// The lowest rate that the encoder goes down to on a narrow path, in bit/s: stereo music is still music there.
pub const RATE_FLOOR: u32 = 32_000;
/// A path that carries less than this in short packets, of payload in bit/s, gets long ones: their headers cost half.
pub const LONG_BELOW: u32 = 64_000;
/// From this rate on, in bit/s, the path may be tried with short packets again.
pub const SHORT_FROM: u32 = 96_000;
/// The least time from one change of the packets' length to the next.
pub const LENGTH_AGAIN: Duration = Duration::from_secs(10);
/// From trouble on the path to the first trial of a higher rate.
pub const TRIAL_AGAIN: Duration = Duration::from_secs(6);
/// The longest time to the next one, after trials that failed; so a path that widens is used within a minute.
pub const TRIAL_AGAIN_LONGEST: Duration = Duration::from_secs(60);
/// How long the fate of a packet is remembered.
pub const RATE_MEMORY: Duration = Duration::from_secs(5);
/// How often the encoder is told of another loss, at most.
pub const LOSS_HINT_AGAIN: Duration = Duration::from_secs(5);
/// Packets whose fate may be unknown; older ones are forgotten.
pub const FATES_OPEN: usize = 1_024;
/// Fates that wait to be read.
pub const FATES_WAITING: usize = 1_024;
/// A packet that was sent so long before one that has arrived is lost.
pub const FATE_LOST: Duration = Duration::from_millis(250);
/// Packets that are kept for being sent again.
pub const RESEND_PACKETS: usize = 64;
/// A packet that went out longer ago is not sent again: no listener waits for it any more.
pub const RESEND_TOO_OLD: Duration = Duration::from_millis(200);
/// How often one packet is sent again at most.
pub const RESEND_TIMES: u8 = 3;
/// The least time from a repair to its twin: what lost the one may be over.
pub const RESEND_TWIN: Duration = Duration::from_millis(5);
/// The least time from one sending of a packet to the next: who asks again sooner has not waited for the answer.
pub const RESEND_AGAIN: Duration = Duration::from_millis(30);
/// Of what was sent, the part that may be sent again (one of so many bytes), and what may be saved up of it, in packets:
/// repairs must not fill a narrow path.
pub const RESEND_SHARE: usize = 4;
/// See [`RESEND_SHARE`].
pub const RESEND_SAVED: usize = 12;
/// The largest Opus packet, in bytes (RFC 6716 §3.2.1 allows 1,275 for one frame).
pub const MAX_PACKET_BYTES: usize = 1_275;

/// How often the header and data of a recording are made safe on disk.
pub const RECORD_SYNC: Duration = Duration::from_millis(500);
/// Bytes per second that are read to mend takes while something is recorded.
pub const MEND_READ_RECORDING: u64 = 8 << 20;
/// Sound that may be written and not be safe yet, in bytes of one file: it is kept in memory, in case that the disk
/// loses it. Half a second of [`MAX_INPUTS`] floats is less.
pub const RECORD_UNSYNCED: usize = 4 * 1024 * 1024;
/// A disk that answers and is so far behind is helped out by the place that stands by.
pub const RECORD_BEHIND: Duration = Duration::from_secs(5);
/// Where a disk knows no locks, a list looks so long whether an interrupted take is recorded after all.
pub const CLAIM_LOOK: Duration = Duration::from_secs(1);
/// Where a disk knows no locks: whoever records has shown no sign for so long, then nobody does.
pub const RECORD_SILENT: Duration = Duration::from_secs(20);
/// How often the recorder looks for sound.
pub const RECORD_POLL: Duration = Duration::from_millis(50);
/// Encoded sound that the recorder gathers before it must be on the disk, in bytes.
pub const RECORD_BATCH: usize = 1024 * 1024;
/// The artist is warned when the disk lasts no longer than this.
pub const RECORD_LOW: Duration = Duration::from_secs(1_800);
/// A recording is not begun on a disk that lasts no longer than this.
pub const RECORD_LEAST: Duration = Duration::from_secs(60);
/// A disk that did not answer for this long is told of, and the second place goes on: within a second at the latest.
pub const RECORD_STALL: Duration = Duration::from_millis(700);
/// How much of what was neither recorded nor on air may be kept rolling.
pub const ROLLING: std::ops::RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(12 * 3_600);
/// How much of it is kept unless chosen otherwise.
pub const ROLLING_DEFAULT: Duration = Duration::from_secs(2 * 3_600);
/// The ring is cut into so many segments, five minutes each of two hours; it is never shorter than all but one of them.
pub const ROLL_SEGMENTS: u64 = 24;
/// Between two looks at what takes need of the ring, while nothing of it may go.
pub const RING_LOOK: Duration = Duration::from_secs(5);
/// How long before Record was pressed a recording begins, unless chosen otherwise.
pub const PRE_ROLL_DEFAULT: Duration = Duration::from_secs(10);
/// Bytes of a pre-roll that are copied and made safe at once, between two looks at what is played now.
pub const PRE_ROLL_SLICE: u64 = 4 << 20;
/// Journals of takes that are looked at for the first time at once, to know what they need of the ring.
pub const RING_JOURNALS: usize = 32;
/// How often a repair reads again what the ring does not give, in all of one file, before that is a gap.
pub const RING_READS: u32 = 16;
/// The longest wait for a disk when a recording is stopped.
pub const RECORD_STOP: Duration = Duration::from_secs(15);
/// The pause after a part of the pre-roll was refused, doubled each time.
pub const FILL_PAUSE: Duration = Duration::from_millis(500);
/// How often it is tried again while the take is recorded; then its end tries, when nothing is played into it any more.
pub const FILL_TRIES: u32 = 4;
/// Files of one name, each with another number, that are tried before a file is given up for now.
pub const MAX_SAME_NAMES: u32 = 100;
/// The longest wait for the disk of a second place, once everything is safe in the first one.
pub const RECORD_STOP_SECOND: Duration = Duration::from_secs(3);
/// A disk that refuses the end of a recording is asked again for so long.
pub const RECORD_REFUSED: Duration = Duration::from_secs(5);
/// Events of the recorder that wait for the control thread; older ones make room.
pub const MAX_RECORD_EVENTS: usize = 1_024;
/// Gaps that are kept in memory of one file, of the interface and of the air; the journal has all of the file's.
pub const MAX_GAPS_KEPT: usize = 16_384;
/// The largest journal that is read; one that names a gap every half second for a whole day is smaller.
pub const MAX_JOURNAL_BYTES: u64 = 64 * 1024 * 1024;
/// Sound that is read at once when a take is checked, in bytes.
pub const VERIFY_BYTES: usize = 1024 * 1024;
/// Columns of a waveform overview: more than a screen is wide; one is 7 s of eight hours.
pub const OVERVIEW_BINS: usize = 4_096;
/// Chunks of a WAV file that are read in search of its sound.
pub const MAX_CHUNKS: usize = 4_096;
/// The longest name of a take's folder, in bytes; with a number behind it, it stays below 255.
pub const MAX_FILE_STEM: usize = 160;
/// The longest name of a file in a take, in bytes, without its ending.
pub const MAX_FILE_WORD: usize = 80;
/// Markers of one recording; there is room for their labels in a file's header.
pub const MAX_MARKERS: usize = 300;
/// The longest name of a track or a marker inside a file, in bytes.
pub const MAX_CUE_LABEL: usize = 120;
/// A capture stream without a callback for this long has stalled.
pub const STALL: Duration = Duration::from_secs(2);
/// Samples that are no numbers are gathered for this long before they are first told, so that a burst is one number.
pub const NO_NUMBERS_GATHER: Duration = Duration::from_secs(1);
/// While more of them come they are told again at most this often.
pub const NO_NUMBERS_AGAIN: Duration = Duration::from_secs(10);
/// How often a lost device is looked for.
pub const DEVICE_SEARCH: Duration = Duration::from_millis(250);
/// How often a host that moves streams in silence is asked whether the device is still there.
pub const PRESENCE_CHECK: Duration = Duration::from_secs(1);
/// The longest wait for a stream to end before another is opened; a dead one may take much longer and is left behind.
pub const STREAM_END: Duration = Duration::from_secs(1);
/// Frames in one callback that a device is asked for unless chosen otherwise.
pub const DEVICE_FRAMES_DEFAULT: u32 = 256;
/// Frames that are converted in one piece; longer callbacks are cut.
pub const CONVERT_FRAMES: usize = 1_024;
/// How long the earliest arrivals are gathered for, to know a device's clock in spite of late callbacks.
pub const CLOCK_WINDOW: Duration = Duration::from_millis(500);
/// Lateness beyond two callbacks that stays for a whole [`CLOCK_WINDOW`] before a loss that nobody reported is believed.
pub const SILENT_LOSS: Duration = Duration::from_millis(20);
/// Samples (frames times channels) that a script may hold in memory: 512 MiB.
pub const SCRIPT_SAMPLES: usize = 128 << 20;
/// From one attempt to get back on air to the next.
pub const RECONNECT_PAUSE: Duration = Duration::from_secs(1);
/// The longest that one attempt to connect may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Faults that the window keeps; older ones make room.
pub const MAX_FAULTS: usize = 32;
/// Faults that are kept for the report at the end; what is told after them is not in it.
pub const MAX_FAULTS_KEPT: usize = 1_024;
/// Values that are kept for undo and redo, some 60 MiB at most: half a million turns, or thousands of whole desks' edits.
pub const MAX_UNDO_VALUES: usize = 1_000_000;
/// Channels of which the two settings are kept before those of channels that are gone are forgotten.
pub const MAX_PAIRS: usize = 256;
/// Steps that are told in the list of what was done, and as many that were taken back.
pub const MAX_TOLD: usize = 100;
/// Turns of one control that follow each other within this time are one step to undo.
pub const ONE_TURN: Duration = Duration::from_secs(1);
/// Controls that are turned at once, and yet are one step each.
pub const ONE_TURN_CONTROLS: usize = 64;
/// Scenes of one desk.
pub const MAX_SCENES: usize = 200;
/// The longest fade of a scene.
pub const MAX_FADE: Duration = Duration::from_secs(60);
/// Presets of a person's own.
pub const MAX_PRESETS: usize = 500;
/// Characters in a name that a person types.
pub const MAX_NAME: usize = 120;

/// Places that a show goes to at once.
pub const MAX_DESTINATIONS: usize = 4;
/// The longest address that is taken, in characters.
pub const MAX_ADDRESS: usize = 2_048;
/// How long a show waits for the system's key store before it goes on without a key; somebody may have to unlock it first.
pub const KEY_PATIENCE: Duration = Duration::from_secs(15);
/// Questions that may wait for the key store.
pub const KEY_JOBS: usize = 64;
/// The longest stream key, in bytes; it must fit in one HTTP header.
pub const MAX_KEY_BYTES: usize = 512;
/// Sound older than this is not sent any more: a late burst costs the listener seconds of extra delay.
pub const PUBLISH_TOO_OLD: Duration = Duration::from_millis(100);
/// How often the publisher looks for sound.
pub const PUBLISH_POLL: Duration = Duration::from_micros(500);
/// Opus packets that may wait for the network; more are dropped, the oldest first.
pub const PUBLISH_QUEUE: usize = 10;
/// Opus packets that may wait for an Icecast server (two seconds): its listeners are seconds behind anyway, and a hiccup of
/// TCP is no reason for a hole.
pub const ICECAST_QUEUE: usize = 200;
/// Sound older than this is not sent to an Icecast server any more.
pub const ICECAST_TOO_OLD: Duration = Duration::from_millis(2_500);
/// What the system's own buffer for an Icecast server is asked to hold, in bytes: what is in it cannot be taken back.
pub const ICECAST_SEND_BUFFER: u32 = 16 << 10;
/// Frames of one Ogg page (100 ms): a page costs 28 bytes and waits until it is full.
pub const ICECAST_PAGE_FRAMES: u64 = 4_800;
/// A gap up to here is concealed (a minute); after a longer one the stream goes on without it.
pub const ICECAST_MOST_CONCEALED: u64 = 60 * SAMPLE_RATE as u64;
/// Without sound for this long, time goes on in the stream by itself. Icecast takes a source for dead after ten seconds.
pub const ICECAST_SILENT: Duration = Duration::from_secs(1);
/// A server that takes nothing for this long is lost.
pub const ICECAST_STALL: Duration = Duration::from_secs(8);
/// The longest wait for its connection, and again for its answer.
pub const ICECAST_ANSWER: Duration = Duration::from_secs(3);
/// From one address of a server that does not answer to trying the next one beside it (RFC 8305 §5).
pub const NEXT_ADDRESS: Duration = Duration::from_millis(250);
/// The longest answer that is read, in bytes.
pub const ICECAST_ANSWER_BYTES: usize = 8 << 10;
/// The fade at the edge of a packet that is only partly there, in frames (1 ms).
pub const FADE_FRAMES: usize = 48;
/// On air, no word from the far side for this long means that the connection is lost.
pub const FAR_SIDE_SILENT: Duration = Duration::from_millis(2_500);
/// A connection that is lost goes on asking for the far side for this long: it may be back before a new one is made.
pub const FAR_SIDE_GONE: Duration = Duration::from_secs(60);
/// The longest that ICE and DTLS of one attempt may take.
pub const MEDIA_TIMEOUT: Duration = Duration::from_secs(5);
/// For this long a way by UDP has the field to itself; then TCP is tried beside it.
pub const TCP_AFTER: Duration = Duration::from_millis(1_200);
/// Places where one answer may say that it waits for TCP connections; more are ignored.
pub const MAX_TCP_WAYS: usize = 4;
/// Bytes that the system may hold unsent in a connection over TCP: 60 ms of 510 kb/s.
pub const TCP_UNSENT: i32 = 4_096;
/// What the system's own buffer for a socket of UDP is asked to hold, in bytes: what is in it cannot be taken back. Linux takes
/// that twice and counts its own part of each packet: 13 packets of 320 bytes, 8 of 640, a tenth of a second.
pub const UDP_UNSENT: usize = 8 << 10;
/// A far side over TCP that takes nothing for this long is given up.
pub const TCP_STUCK: Duration = Duration::from_secs(5);
/// A way over a TURN server is taken only when none without it was found for this long.
pub const RELAY_AFTER: Duration = Duration::from_millis(1_500);
/// An attempt that did not know of a TURN server makes way after this long for one that does.
pub const WITHOUT_RELAY: Duration = Duration::from_millis(2_500);
/// How long an offer waits for what STUN and TURN servers say; what comes later is told by PATCH.
pub const GATHER_PATIENCE: Duration = Duration::from_millis(500);
/// The longest that a PATCH with candidates may take; some servers never answer one.
pub const TRICKLE_TIMEOUT: Duration = Duration::from_secs(2);
/// STUN and TURN servers that one answer may tell of; more are ignored.
pub const MAX_ICE_SERVERS: usize = 8;
/// The longest `Link` header that is read, in bytes.
pub const MAX_LINK_BYTES: usize = 4_096;
/// How long a check of the network takes, in the middle.
pub const CHECK_LENGTH: Duration = Duration::from_secs(20);
/// A check of the network sends sound for so long at most.
pub const CHECK_SENDS: Duration = Duration::from_secs(14);
/// How long a check tries each rate.
pub const CHECK_STEP: Duration = Duration::from_millis(1_500);
/// How long a check tries the highest rate: a way that carries little less fills slowly.
pub const CHECK_TOP: Duration = Duration::from_secs(3);
/// How long a check sends what a show would send there.
pub const CHECK_PROOF: Duration = Duration::from_secs(4);
/// Packets that a check remembers: all that it can send, twice.
pub const CHECK_PACKETS: usize = 4_096;
/// The longest that a check waits for one kind of way.
pub const CHECK_CONNECT: Duration = Duration::from_secs(4);
/// How long a way that is not the best is looked at once it is up: its round trip is known then.
pub const CHECK_GLANCE: Duration = Duration::from_millis(1_200);
/// The longest wait for the address of a server whose address was known a moment ago.
pub const NAME_PATIENCE: Duration = Duration::from_millis(500);
/// An answer that nobody acted on for so long is not tried any more: our server drops what is not up after ten seconds.
pub const ANSWER_HOLDS: Duration = Duration::from_secs(3);
/// Attempts to get on air that are under way beside each other: where answers take seconds, the next does not wait for
/// the one before.
pub const MAX_ATTEMPTS: usize = 3;
/// The pause after the far side refused the key or the address: only a person can change that.
pub const REFUSED_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause that a server may ask for (Retry-After).
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);
/// The largest answer of a media server, in bytes.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Addresses of one answer that are tried; a stranger must not make us knock at thousands.
pub const MAX_CANDIDATES: usize = 16;
/// Characters of a stranger's own words that a person is shown.
pub const MAX_REASON: usize = 120;
/// The most that is read of a refusal to find the words in it, in bytes.
pub const MAX_REFUSAL_BYTES: usize = 4 * 1024;
/// The far side is taken for lost when our own end of the connection has done none of its work for this long.
pub const PEER_STANDS_STILL: Duration = Duration::from_secs(5);
/// Redirects followed for one request.
pub const MAX_REDIRECTS: usize = 5;
/// Packets kept for the proof of latency (`--stats`): ten minutes.
pub const PACKET_LOG: usize = 60_000;
/// Events of the publisher that wait for the control thread; older ones make room.
pub const PUBLISH_EVENTS: usize = 256;
/// How often our server is asked for the number of listeners.
pub const STATION_POLL: Duration = Duration::from_secs(2);
/// The longest that one question to our server may take.
pub const STATION_TIMEOUT: Duration = Duration::from_secs(5);
/// The most of a master that is sent to the archive at once, in bytes: what a cut or a kill can cost.
pub const UPLOAD_CHUNK: u64 = 4 << 20;
/// The least, on a link that is cut again and again, in bytes.
pub const UPLOAD_CHUNK_LEAST: u64 = 256 << 10;
/// The longest that a chunk may take: even the smallest uplink brings [`UPLOAD_CHUNK_LEAST`] in that time.
pub const UPLOAD_CHUNK_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes that are handed to the network at once while they are paced: an eighth of a second of [`UPLOAD_RATE_ON_AIR`].
pub const UPLOAD_SLICE: usize = 16 << 10;
/// Bytes per second that an upload takes of the uplink while its artist is on air: a megabit, beside the air's half.
pub const UPLOAD_RATE_ON_AIR: u64 = 128 << 10;
/// Bytes per second of a master that are read to hash it while its artist is on air; the disk belongs to the recorder.
pub const UPLOAD_READ_ON_AIR: u64 = 8 << 20;
/// The first pause after the archive did not answer; each further one is twice as long.
pub const UPLOAD_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause before the archive is asked again.
pub const UPLOAD_PAUSE_LONGEST: Duration = Duration::from_secs(30);
/// How often the archive is asked whether it has compared a whole file with its hash.
pub const UPLOAD_CHECK: Duration = Duration::from_secs(1);
/// So many wrong checksums of one chunk are no accident of the link any more.
pub const UPLOAD_WRONG_SUMS: u32 = 5;
/// What our own ear remembers of what was sent: stale sound is recognised up to so old.
pub const EAR_REMEMBERS: Duration = Duration::from_secs(32);
/// Sound that the ear's tap holds.
pub const EAR_TAP: Duration = Duration::from_secs(2);
/// How often the ear looks for sound that was sent.
pub const EAR_POLL: Duration = Duration::from_millis(20);
/// How often the ear compares.
pub const EAR_LOOK: Duration = Duration::from_millis(200);
/// Heard later than this, the show is late: nobody can talk with listeners across it.
pub const EAR_LATE: Duration = Duration::from_secs(2);
/// How long after the last sound the ear still believes that it would hear the next one.
pub const EAR_QUIET: Duration = Duration::from_secs(10);
/// How long the ear waits for a packet that is missing: it may be sent again.
pub const EAR_PATIENCE: Duration = Duration::from_millis(100);
/// Packets that the ear keeps while it waits for a missing one.
pub const EAR_PACKETS: usize = 32;
/// Packets that may wait for the ear; more are dropped and counted.
pub const EAR_QUEUE: usize = 256;
/// No packet for so long, while the connection is up, is silence: longer than it takes to notice a lost connection.
pub const EAR_STARVED: Duration = Duration::from_millis(2_600);
/// Frames that an offline render plays at once.
pub const RENDER_FRAMES: usize = 1_024;
/// Bytes of sound in a WAV file that hound writes: it counts in 32 bits, and what is left is for the header.
pub const MAX_WAV_BYTES: u64 = u32::MAX as u64 - 1_024;

/// Bytes of sound that an export writes between two looks at the room that is left.
pub const EXPORT_LOOK: usize = 1 << 20;
/// Frames of a take that are exported at once: a third of a second, after which it can be stopped.
pub const EXPORT_FRAMES: usize = 16_384;
/// The bit rate of an Opus file unless chosen otherwise, in bit/s.
pub const EXPORT_BITRATE: u32 = 192_000;
/// The loudness of matched copies unless chosen otherwise, LUFS.
pub const EXPORT_LUFS: f32 = -16.0;
/// Loudnesses that may be chosen, LUFS.
pub const EXPORT_LOUDNESSES: std::ops::RangeInclusive<f32> = -40.0..=-6.0;
/// The true peak that no matched copy passes unless chosen otherwise, dBTP.
pub const EXPORT_CEILING_DB: f32 = -1.0;
/// Ceilings that may be chosen, dBTP.
pub const EXPORT_CEILINGS: std::ops::RangeInclusive<f32> = -9.0..=-0.1;
/// How far below its ceiling a matched copy is limited, dB: meters read true peaks unlike each other.
pub const EXPORT_UNDER_DB: f32 = 0.1;
/// How close to its loudness a matched copy is, LU.
pub const EXPORT_CLOSE_LU: f32 = 0.03;
/// A song that needs more gain than this for its loudness is left as it is: the noise would come up with it, dB.
pub const EXPORT_MOST_GAIN_DB: f32 = 20.0;
/// What the limiter takes of a song's loudness is given back up to here, dB; one that needs more is nothing but peaks.
pub const EXPORT_MOST_LIMITED_DB: f32 = 15.0;
/// How often a song is measured at most in search of its loudness.
pub const EXPORT_ROUNDS: usize = 16;
/// The longest fade, and the most that is added before or after a song.
pub const EXPORT_EDGE: Duration = Duration::from_secs(60);

/// How long the set-up assistant listens unless told otherwise.
pub const SETUP_LENGTH: Duration = Duration::from_secs(30);
/// Sound that the assistant's tap holds.
pub const SETUP_TAP: Duration = Duration::from_secs(2);
/// How often the assistant looks for sound.
pub const SETUP_POLL: Duration = Duration::from_millis(50);
/// How much longer than asked it waits for a device that is slow to give sound.
pub const SETUP_PATIENCE: Duration = Duration::from_secs(10);

/// Sound that the tap of a meter holds; a meter that falls behind shows a gap of sound less, and nothing waits for it.
pub const METER_TAP: Duration = Duration::from_secs(1);
/// The same of the taps for the small spectra of strips, of which there may be one for each rack.
pub const STRIPS_TAP: Duration = Duration::from_millis(250);
/// How often the meter thread looks for sound.
pub const METER_POLL: Duration = Duration::from_millis(40);
/// Rings that wait for the control thread; more are dropped, since the first ones say what to do.
pub const MAX_RINGS: usize = 16;
/// How long after a fade nothing counts as a ring: what the detector remembers (0.5 s) and the way there.
pub const RING_REST: Duration = Duration::from_millis(600);

/// How much is asked for between two looks of the stage.
pub const WISHES_AT_ONCE: usize = 64;
/// How often the stage looks at everything.
pub const STAGE_TICK: Duration = Duration::from_millis(20);
/// How often a show without a window looks whether there is something to say.
pub const HEADLESS_TICK: Duration = Duration::from_millis(50);
/// Choices are saved at most this often.
pub const REMEMBER_EVERY: Duration = Duration::from_secs(2);
/// How often a shelf with a take on it that is being recorded looks whether that has ended, whoever records it.
pub const SHELF_AGAIN: Duration = Duration::from_secs(2);
/// How long the end of a show waits until an export that was broken off is cleared away.
pub const SHELF_FAREWELL: Duration = Duration::from_secs(5);
/// How long a closing window waits for the show to end cleanly.
pub const FAREWELL: Duration = Duration::from_secs(10);

/// Moments of a night that are kept in memory.
pub const NIGHT_MOMENTS: usize = 1_024;
/// Moments from before a take that its timeline begins with.
pub const NIGHT_BEFORE: usize = 256;
/// Moments that may wait to be written.
pub const NIGHT_QUEUE: usize = 1_024;
/// The longest timeline of a night or a take: 20 moments a second for half an hour, or a week of quiet ones.
pub const MAX_NIGHT_BYTES: u64 = 8 << 20;
/// Nights that are kept.
pub const NIGHTS: usize = 20;
/// How often a night tells how the network is.
pub const NETWORK_LOOK: Duration = Duration::from_secs(10);
/// From the moment that the system stops telling of its networks until it is asked again.
pub const NETWORK_AGAIN: Duration = Duration::from_secs(5);
/// For so long a far side that reports often may be silent once the network is another one.
pub const DOUBT: Duration = Duration::from_millis(600);
/// The most of one text that a support bundle takes along.
pub const MAX_BUNDLE_FILE: u64 = 4 << 20;

const _: () = {
    assert!(MAX_LANES >= 2 * MAX_STRIPS);
    assert!(PACKET_FRAMES * 100 == SAMPLE_RATE as usize);
    assert!(PACKET_FRAMES.is_multiple_of(GRID_FRAMES));
    assert!(*BITRATES.start() <= BITRATE_DEFAULT && BITRATE_DEFAULT <= *BITRATES.end());
    // What is told within a second, by a thread that looks every [`RECORD_POLL`].
    assert!(RECORD_STALL.as_millis() + 2 * RECORD_POLL.as_millis() < 1_000);
    // The place that stands by still has everything when it must go on.
    assert!(RECORD_BEHIND.as_secs() <= RECORD_TAP.as_secs() / 2);
    // A disk that took as much as the ring holds is not taken for one that nobody writes to.
    assert!(RECORD_SILENT.as_secs() >= 2 * RECORD_TAP.as_secs());
    assert!(RECORD_TAP.as_secs() >= 10 && MAX_TAP.as_secs() >= RECORD_TAP.as_secs());
    // A CBR packet of the highest rate fits.
    assert!(*BITRATES.end() as usize / 8 / 50 <= MAX_PACKET_BYTES);
    assert!(RATE_FLOOR <= *BITRATES.start() && LONG_BELOW < SHORT_FROM);
    // A chunk arrives in its time at the pace of the air too.
    assert!(UPLOAD_CHUNK / UPLOAD_RATE_ON_AIR < UPLOAD_CHUNK_TIMEOUT.as_secs());
    assert!(UPLOAD_CHUNK_LEAST <= UPLOAD_CHUNK);
};
