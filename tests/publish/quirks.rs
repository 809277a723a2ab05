//! The habits of other people's servers, one row each: what the app must make of it. That another number for Opus is really sent
//! is seen by aiortc (`tests/show/peers.rs`).

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use korero::publish::{PublishEvent, PublishState};
use korero_sentences::{Key, key};

use super::ingest::{Change, Ingest, Kept, Patch, Reply};
use super::{Show, beside_each_other};

/// What the app must do.
enum Must {
    /// Be on air, and say goodbye when it leaves.
    GoOnAir,
    /// Be on air; there is nothing to say goodbye to.
    GoOnAirUnnamed,
    /// Be on air, and tell this.
    GoOnAirAndTell(Key),
    /// Stay off the air and tell this once, with these words.
    Tell(Key, &'static str),
}

struct Row {
    habit: &'static str,
    change: Change,
    prepare: fn(&Kept),
    must: Must,
}

const fn row(habit: &'static str, change: Change, must: Must) -> Row {
    Row { habit, change, prepare: |_| (), must }
}

fn refuse(reply: &mut Reply, status: u16, kind: &str, body: &str) {
    reply.status = status;
    reply.headers.clear();
    if !kind.is_empty() {
        reply.set("Content-Type", kind);
    }
    reply.body = body.to_owned();
}

/// A TURN server that is nowhere, so that whoever can trickles.
const RELAY: &str = "<turn:127.0.0.1:9?transport=udp>; rel=\"ice-server\"; username=\"u\"; credential=\"c\"; \
                     credential-type=\"password\"";

const ANSWERS: &[Row] = &[
    row("as the standard says", |_| (), Must::GoOnAir),
    row("ETag \"*\" (MediaMTX)", |reply| reply.set("ETag", "\"*\""), Must::GoOnAir),
    row("a bare ETag *", |reply| reply.set("ETag", "*"), Must::GoOnAir),
    row("PATCH refused with 405 (LiveKit)", |reply| reply.set("Link", RELAY), Must::GoOnAir),
    Row {
        habit: "PATCH never answered (Cloudflare)",
        change: |reply| {
            reply.set("Link", RELAY);
            reply.set("ETag", "\"1\"");
        },
        prepare: |kept| *kept.patch.lock().unwrap() = Patch::Unanswered(Vec::new()),
        must: Must::GoOnAir,
    },
    row("no Location", |reply| reply.headers.retain(|(name, _)| *name != "Location"), Must::GoOnAirUnnamed),
    row("a Location that is no web address", |reply| reply.set("Location", "ftp://x/1"), Must::GoOnAirUnnamed),
    row("a Location that is no address", |reply| reply.set("Location", "http://[/1"), Must::GoOnAirUnnamed),
    row("a Location relative to the path", |reply| reply.set("Location", "session/1"), Must::GoOnAir),
    row("200 instead of 201", |reply| reply.status = 200, Must::GoOnAir),
    row("a type with charset", |reply| reply.set("Content-Type", "application/sdp; charset=utf-8"), Must::GoOnAir),
    row("a type in capitals", |reply| reply.set("Content-Type", "Application/SDP"), Must::GoOnAir),
    row("no rtcp-fb", |reply| without(reply, "a=rtcp-fb"), Must::GoOnAir),
    row(
        "no ssrc, msid or extmap",
        |reply| ["a=ssrc", "a=msid", "a=extmap"].iter().for_each(|line| without(reply, line)),
        Must::GoOnAir,
    ),
    row("lines that end in LF", |reply| reply.body = reply.body.replace("\r\n", "\n"), Must::GoOnAir),
    row("ICE-lite", |reply| after(reply, "t=0 0\r\n", "a=ice-lite\r\n"), Must::GoOnAir),
    row("lines of the future", |reply| reply.body.push_str("a=x-future:1 2 3\r\na=y\r\n"), Must::GoOnAir),
    row(
        "no word on stereo",
        |reply| reply.body = reply.body.replace("stereo=1;sprop-stereo=1", "usedtx=0"),
        Must::GoOnAir,
    ),
    row(
        "one channel wanted",
        |reply| reply.body = reply.body.replace("stereo=1;sprop-stereo=1", "stereo=0"),
        Must::GoOnAirAndTell(key::FAULT_PUBLISH_MONO),
    ),
    row("thousands of addresses behind its own", crowd, Must::GoOnAir),
    Row {
        habit: "no reports of any kind",
        change: |reply| without(reply, "a=rtcp-fb"),
        prepare: |kept| kept.never_reports.store(true, Ordering::Relaxed),
        must: Must::GoOnAir,
    },
];

const REFUSALS: &[Row] = &[
    row(
        "406 with the reason as text",
        |reply| refuse(reply, 406, "text/plain; charset=utf-8", "no codec\nin common\0"),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "(HTTP 406: no codec in common)"),
    ),
    row(
        "415 without a reason",
        |reply| refuse(reply, 415, "", ""),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "(HTTP 415)"),
    ),
    row(
        "422 with a problem as JSON",
        |reply| refuse(reply, 422, "application/problem+json", r#"{"title":"x","detail":"two streams are too many"}"#),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "(HTTP 422: two streams are too many)"),
    ),
    row(
        "400 with an endless reason",
        |reply| refuse(reply, 400, "text/plain", &"blah ".repeat(100_000)),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "(HTTP 400: blah blah"),
    ),
    row(
        "500 with a page for people",
        |reply| refuse(reply, 500, "text/html", "<html><title>Oops"),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "(HTTP 500)"),
    ),
    row(
        "404 with a page for people",
        |reply| refuse(reply, 404, "text/html", "<html>"),
        Must::Tell(key::FAULT_PUBLISH_NO_ARTIST, "no artist"),
    ),
    row(
        "a page for people instead of an answer",
        |reply| refuse(reply, 200, "text/html", "<html>"),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "no SDP"),
    ),
    row(
        "an answer without a type",
        |reply| reply.headers.retain(|(name, _)| *name != "Content-Type"),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "no SDP"),
    ),
    row(
        "302, which the standard forbids",
        |reply| {
            refuse(reply, 302, "", "");
            reply.set("Location", "/elsewhere");
        },
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "(HTTP 302)"),
    ),
    row(
        "307 in a circle",
        |reply| {
            refuse(reply, 307, "", "");
            reply.set("Location", "/whip/test");
        },
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "too many redirects"),
    ),
    row(
        "307 to nowhere",
        |reply| refuse(reply, 307, "", ""),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "redirect without a Location"),
    ),
    row(
        "the sound refused in the answer",
        |reply| reply.body = reply.body.replace("m=audio 9", "m=audio 0"),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "refuses the sound"),
    ),
    row(
        "an answer that receives nothing",
        |reply| reply.body = reply.body.replace("a=recvonly", "a=inactive"),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "not want our sound"),
    ),
    row(
        "an answer of another codec",
        |reply| reply.body = reply.body.replace("opus/48000/2", "L16/48000/2"),
        Must::Tell(key::FAULT_PUBLISH_ANSWER, "no Opus"),
    ),
];

fn without(reply: &mut Reply, line: &str) {
    let kept = reply.body.lines().filter(|text| !text.starts_with(line));
    reply.body = kept.fold(String::new(), |text, line| text + line + "\r\n");
}

fn after(reply: &mut Reply, line: &str, more: &str) {
    reply.body = reply.body.replacen(line, &format!("{line}{more}"), 1);
}

/// Its own address first, then as many as fit in an answer.
fn crowd(reply: &mut Reply) {
    let room = (korero::limits::MAX_ANSWER_BYTES - reply.body.len()) / 60;
    let others = (0..room)
        .map(|at| format!("a=candidate:{at} 1 udp 1 203.0.113.{} {} typ host\r\n", 1 + at % 250, 20_000 + at / 250));
    let last = reply.body.find("a=end-of-candidates").unwrap_or(reply.body.len());
    reply.body.insert_str(last, &others.collect::<String>());
}

fn holds(row: &Row) {
    let kept = Arc::<Kept>::default();
    *kept.change.lock().unwrap() = Some(row.change);
    (row.prepare)(&kept);
    let ingest = Ingest::start(0, Arc::clone(&kept));
    let mut show = Show::start(&ingest.url());
    let told = |show: &Show| -> Vec<_> {
        let fault =
            |event: &PublishEvent| if let PublishEvent::Trouble(fault) = event { Some(fault.clone()) } else { None };
        show.events.iter().filter_map(fault).collect()
    };
    match &row.must {
        Must::Tell(code, words) => {
            show.wait_for(row.habit, |show| !show.troubles().is_empty());
            // Time for another attempt or more, in which nothing more is told.
            thread::sleep(Duration::from_millis(2_500));
            show.wait_for(row.habit, |_| true);
            let told = told(&show);
            assert_eq!(show.troubles(), [*code], "{}: {told:?}", row.habit);
            assert!(told[0].to_string().contains(words), "{}: {}", row.habit, told[0]);
            assert!(told[0].to_string().len() < 400, "{}: {}", row.habit, told[0]);
            assert!(!show.was_on_air(), "{}", row.habit);
            show.publisher.stop();
        }
        must => {
            show.wait_for(row.habit, |show| show.publisher.status().state == PublishState::OnAir);
            show.wait_for(row.habit, |_| kept.packets.lock().unwrap().len() > 20);
            let expected = if let Must::GoOnAirAndTell(code) = must { vec![*code] } else { Vec::new() };
            assert_eq!(show.troubles(), expected, "{}: {:?}", row.habit, told(&show));
            show.publisher.stop();
            let named = !matches!(must, Must::GoOnAirUnnamed);
            assert_eq!(kept.deleted.load(Ordering::Relaxed), named, "{}", row.habit);
        }
    }
}

#[test]
fn habits_of_other_servers_do_not_keep_the_app_off_the_air() {
    beside_each_other(ANSWERS, holds);
}

#[test]
fn refusals_of_every_form_are_one_clear_sentence() {
    beside_each_other(REFUSALS, holds);
}

#[test]
fn a_session_at_another_host_is_told_goodbye_there() {
    let elsewhere = Ingest::start(0, Arc::new(Kept::default()));
    let port = elsewhere.address.port();
    let kept = Arc::<Kept>::default();
    let ingest = Ingest::start(0, Arc::clone(&kept));
    kept.elsewhere.store(port, Ordering::Relaxed);
    let mut show = Show::start(&ingest.url());
    show.wait_for_state(PublishState::OnAir);
    show.publisher.stop();
    assert!(elsewhere.kept.deleted.load(Ordering::Relaxed) && !kept.deleted.load(Ordering::Relaxed));
}
