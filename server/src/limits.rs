//! Every bound of the server in one place.

use std::time::Duration;

/// The largest offer, list of candidates or JSON body, in bytes. One Opus line needs about 3 KiB.
pub(crate) const MAX_BODY: usize = 64 * 1_024;
/// Characters in a title or a name that a person types.
pub(crate) const MAX_NAME: usize = 120;
/// Characters in a slug.
pub(crate) const MAX_SLUG: usize = 40;
/// Connections in and out of the whole server.
pub(crate) const MAX_SESSIONS: usize = 4_096;
/// Listeners of one room.
pub(crate) const MAX_LISTENERS: usize = 1_000;
/// Checks of the network that one artist may have at the same time.
pub(crate) const MAX_CHECKS: usize = 2;
/// A check of the network ends by itself after this long: three times what one takes.
pub(crate) const CHECK_LIFE: Duration = Duration::from_secs(60);
/// Connections of one artist's encoder, most of which never come up: one that tries four times a second fits, as each is
/// dropped after [`CONNECT_TIMEOUT`]. No other bound holds for them: whoever has the key always finds the way back on air.
pub(crate) const MAX_PUBLISHERS: usize = 48;
/// Connections from one address: a school or a venue behind one address still fits.
pub(crate) const MAX_PER_ADDRESS: usize = 64;
/// Pages that follow an artist at the same time (server-sent events).
pub(crate) const MAX_FOLLOWERS: usize = 4_096;
/// Pages of one address that follow an artist: twice as many as may listen.
pub(crate) const MAX_FOLLOWERS_PER_ADDRESS: usize = 2 * MAX_PER_ADDRESS;
/// Files that the server may hold open, if the system allows: each page that follows is one, and asks beside that.
pub(crate) const MAX_FILES: u64 = 10_240;
/// Requests to connect, change or end that one address, or an artist by a key, may make at once.
pub(crate) const REQUEST_BURST: u32 = 120;
/// Requests per second and address, or artist, after the burst.
pub(crate) const REQUEST_RATE: u32 = 20;
/// Addresses and artists whose requests are counted; the longest unseen make room.
pub(crate) const MAX_COUNTED: usize = 10_000;
/// Right keys that are known without a look at the database.
pub(crate) const MAX_KEYS: usize = 65_536;
/// Beside a flood of wrong keys the database is asked for the right ones once in this time.
pub(crate) const KEYS_READ: Duration = Duration::from_secs(1);

/// Lines of an offer that matter; a browser's has about thirty.
pub(crate) const MAX_SDP_LINES: usize = 128;
/// A connection that is not up after this long is dropped: half-open sessions cost an attacker nothing.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection that sends nothing at all, not even a consent check, for this long is gone. Browsers check
/// every 2 to 5 s (RFC 7675 §5.1).
pub(crate) const SILENCE: Duration = Duration::from_secs(12);
/// A publisher without a packet for this long is told as "reconnecting".
pub(crate) const PUBLISHER_SILENCE: Duration = Duration::from_secs(2);
/// A performance closes this long after its last packet.
pub(crate) const PERFORMANCE_SILENCE: Duration = Duration::from_secs(15 * 60);
/// How long an ended performance is still told as "ended".
pub(crate) const ENDED_SHOWN: Duration = Duration::from_secs(15 * 60);
/// How often the time of the last packet is written down.
pub(crate) const TOUCH: Duration = Duration::from_secs(5);
/// How often rooms are compared with the database.
pub(crate) const SWEEP: Duration = Duration::from_secs(1);
/// How often sessions are checked for silence.
pub(crate) const HOUSEKEEPING: Duration = Duration::from_millis(250);
/// What a listener is told to wait when nobody plays yet, in seconds.
pub(crate) const RETRY_NOT_YET: u64 = 1;
/// What a client is told to wait when a bound is reached, in seconds.
pub(crate) const RETRY_FULL: u64 = 5;
/// How long open requests may take to finish when the server stops.
pub(crate) const STOP_GRACE: Duration = Duration::from_secs(2);
/// How often a page that follows an artist hears of a change that is only in the number of listeners.
pub(crate) const LISTENERS_PAUSE: Duration = Duration::from_secs(1);
/// How often a page that follows an artist is sent a sign of life.
pub(crate) const EVENT_KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Packets of a room that can be sent again: 640 ms of 10 ms packets, more than any page's buffer.
pub(crate) const RESEND_RING: usize = 64;
/// How often one packet is sent again to one listener.
pub(crate) const MAX_RESENDS: u8 = 3;
/// How many of the packets in the ring may be sent again to one listener, or are asked of a publisher: a path that loses a
/// third, or mixes everything up, is not helped by more.
pub(crate) const MOST_RESENT: usize = RESEND_RING / 3;
/// The least time between two resends of one packet: with reordering browsers ask many times over.
pub(crate) const RESEND_PAUSE: Duration = Duration::from_millis(10);
/// A publisher's packet that so many others overtook is asked for, however much they overtake each other on its path.
pub(crate) const REORDERED: u64 = 3;
/// Addresses that one session may speak from at the same time (a phone that changes networks).
pub(crate) const MAX_ADDRESSES: usize = 8;
/// New addresses that one session may speak from until its ICE is restarted: hours of a phone that changes networks, and
/// little to look through.
pub(crate) const MAX_WAYS: usize = 64;
/// Restarts of ICE in one session; after that a client connects anew.
pub(crate) const MAX_RESTARTS: u32 = 256;
/// The largest datagram that is read, in bytes.
pub(crate) const MAX_DATAGRAM: usize = 2_000;
/// How long a password for TURN is good for unless the host says otherwise, in seconds: longer than any show.
pub(crate) const TURN_LIFETIME: u64 = 24 * 3_600;
/// Connections of media over TCP: each is a file as well.
pub(crate) const MAX_LINES: usize = 512;
/// Datagrams that may wait for a far side over TCP that does not read: 160 ms of 10 ms packets.
pub(crate) const TCP_QUEUE: usize = 16;
/// What has waited this long for a far side over TCP is not sent any more.
pub(crate) const TCP_TOO_OLD: Duration = Duration::from_millis(100);
/// A far side over TCP that takes nothing for this long is given up.
pub(crate) const TCP_STUCK: Duration = Duration::from_secs(5);
/// Bytes that the system may hold unsent for one far side over TCP: 60 ms of 510 kb/s.
pub(crate) const TCP_UNSENT: i32 = 4_096;
/// Bytes that the system may hold in all for one far side over TCP, sent or not; a second of 256 kb/s.
pub(crate) const TCP_BUFFER: i32 = 32 << 10;
/// What came by TCP and may wait for the media thread; after that the far sides wait.
pub(crate) const TCP_ARRIVED: usize = 256;
/// Commands that may wait for the media thread.
pub(crate) const MAX_COMMANDS: usize = 1_024;
/// Datagrams that are read in a row before timers and commands are looked at again.
pub(crate) const BATCH: usize = 32;
/// A timer of the media thread that runs later than this is counted as late.
pub(crate) const LATE_TICK: Duration = Duration::from_millis(5);
/// The shortest time between two timers of one session.
pub(crate) const SHORTEST_TICK: Duration = Duration::from_millis(1);
/// The media thread looks up at least this often.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_millis(100);
/// How often the publisher hears what arrived (RTCP receiver reports).
pub(crate) const PUBLISHER_REPORTS: Duration = Duration::from_millis(500);
/// How often listeners hear which moment an RTP time was (RTCP sender reports).
pub(crate) const LISTENER_REPORTS: Duration = Duration::from_secs(1);
/// A publisher's clock is believed when its packets are this young by it.
pub(crate) const BELIEVED_AGE: Duration = Duration::from_secs(2);

/// The largest file that the archive takes, in bytes: four channels of 24 bits at 48 kHz for a whole day.
pub(crate) const MAX_RECORDING: u64 = 64 << 30;
/// What one artist may have in the archive unless the host says otherwise, in MiB.
pub(crate) const ARCHIVE_QUOTA_MIB: u64 = 100 << 10;
/// Uploads of one artist that may be under way.
pub(crate) const MAX_UPLOADS: u32 = 64;
/// Requests that bring bytes to the archive at the same time; each holds up to [`PIECE`] in memory.
pub(crate) const MAX_INTAKES: usize = 32;
/// Of them, those of one artist; each is another upload.
pub(crate) const MAX_INTAKES_PER_ARTIST: usize = 4;
/// How long a request waits for the one before it on the same upload to leave.
pub(crate) const TAKE_OVER: Duration = Duration::from_secs(10);
/// The least that a request brings in each [`BODY_SILENCE`], in bytes: 2 KiB a second. What is slower only holds a seat.
pub(crate) const BODY_LEAST: usize = 60 << 10;
/// Recordings that are read at the same time, and how many of one address; a page that plays one reads it by some ranges.
pub(crate) const MAX_READERS: usize = 512;
/// See [`MAX_READERS`]: a school or a venue behind one address still fits.
pub(crate) const MAX_READERS_PER_ADDRESS: usize = 32;
/// A reader who takes nothing for this long makes room for another.
pub(crate) const READER_SILENCE: Duration = Duration::from_secs(60);
/// Pieces of a recording that are read ahead of a reader; one of a folder has 8 KiB.
pub(crate) const READ_AHEAD: usize = 8;
/// Chapters of one recording: as many as the app marks.
pub(crate) const MAX_CHAPTERS: usize = 300;
/// The longest title of a chapter, in bytes.
pub(crate) const MAX_CHAPTER_TITLE: usize = 480;
/// The largest list of chapters, in bytes: titles of letters that JSON writes as they are.
pub(crate) const MAX_CHAPTERS_BODY: usize = 256 << 10;
/// The most bytes of an upload in one object, and the parts that a recording is written in. S3 wants at least 5 MiB.
pub(crate) const PIECE: usize = 8 << 20;
/// Parts of a recording that are written at the same time.
pub(crate) const MULTIPART_AT_ONCE: usize = 2;
/// An upload that nobody goes on with is dropped after this long, and forgotten after as long again.
pub(crate) const UPLOAD_LIFE: Duration = Duration::from_secs(7 * 24 * 3_600);
/// A request that brings no byte for this long has lost its sender (tus 1.0, “PATCH”, asks for 30 s).
pub(crate) const BODY_SILENCE: Duration = Duration::from_secs(30);
/// How often the archive looks for what has expired or failed before.
pub(crate) const ARCHIVE_SWEEP: Duration = Duration::from_secs(30);
/// The longest `Upload-Metadata`, in bytes.
pub(crate) const MAX_METADATA: usize = 4_096;
/// The longest name of a file, in bytes: as long as file systems allow.
pub(crate) const MAX_FILE_NAME: usize = 255;

const _: () = {
    // S3 takes at most 10,000 parts of one object.
    assert!(MAX_RECORDING / PIECE as u64 <= 10_000 && PIECE >= 5 << 20);
    assert!(RESEND_RING.is_power_of_two());
    assert!(MAX_LISTENERS < MAX_SESSIONS);
    assert!(MAX_PER_ADDRESS < MAX_SESSIONS);
    assert!(MAX_FILES as usize > 2 * MAX_FOLLOWERS + 2 * MAX_READERS + MAX_LINES);
    assert!(MAX_CHAPTERS * (MAX_CHAPTER_TITLE + 60) <= MAX_CHAPTERS_BODY);
    assert!(MAX_INTAKES_PER_ARTIST < MAX_INTAKES && MAX_READERS_PER_ADDRESS < MAX_READERS);
};
