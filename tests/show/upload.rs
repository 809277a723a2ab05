//! A master on its way to the archive: over a link that is cut, between programs that are killed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use korero::limits::{UPLOAD_CHUNK, UPLOAD_RATE_ON_AIR, UPLOAD_SLICE};
use serde_json::Value;

use crate::harness::{
    Program, Server, at_full_length, figure, free_port, korero, root, script, wait_for, write_secret,
};
use crate::link::Link;
use crate::peers::python_with;

const MIB: u64 = 1 << 20;
/// Ends a test whose upload does not end.
const HANG: Duration = Duration::from_secs(1_800);

/// Numbers that look random and are the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn between(&mut self, least_ms: u64, most_ms: u64) -> Duration {
        Duration::from_millis(least_ms + self.next() % (most_ms - least_ms))
    }
}

/// A file of so many bytes that do not repeat.
fn master(folder: &Path, bytes: u64) -> PathBuf {
    let path = folder.join("Pō mārie mix.wav");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).expect("made"));
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    for _ in 0..bytes / 8 {
        file.write_all(&chance.next().to_le_bytes()).expect("written");
    }
    file.flush().expect("written");
    path
}

/// Opens a performance; gives its id.
fn performance(server: &Server) -> String {
    let key = fs::read_to_string(server.key_file()).expect("the key");
    let id = uuid::Uuid::now_v7();
    let body = format!(
        "{{\"take_id\":\"{id}\",\"title\":\"Tonight\",\"epoch\":{{\"id\":\"{id}\",\"utc_ns_at_frame_0\":\"1\"}}}}"
    );
    let output = Command::new("curl")
        .args(["-sS", "-X", "POST", "-H", &format!("Authorization: Bearer {key}"), "-d", &body])
        .arg(format!("{}/api/v1/performances", server.address))
        .output()
        .expect("curl runs");
    let opened: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    opened["id"].as_str().expect("an id").to_owned()
}

/// `korero takes upload` to a server or a link before it.
fn upload(server: &Server, to: &str, what: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(korero());
    command.args(["takes", "upload"]).arg(what).arg("--to").arg(format!("{to}/whip/demo"));
    command.arg("--key-file").arg(server.key_file()).args(more).env_remove("KORERO_KEY");
    command
}

/// The recordings of a performance, as the server tells them.
fn recordings(server: &Server, performance: &str) -> Vec<Value> {
    let told = server.get(&format!("/api/v1/performances/{performance}/recordings"));
    told["recordings"].as_array().expect("a list").clone()
}

/// Whether what the archive gives back is the file, byte for byte, as another program compares it.
fn is_same(server: &Server, recording: &Value, file: &Path) -> bool {
    let url = format!("{}{}", server.address, recording["path"].as_str().expect("a path"));
    let mut curl = Command::new("curl").args(["-sS", &url]).stdout(Stdio::piped()).spawn().expect("curl runs");
    let got = curl.stdout.take().expect("piped");
    let same = Command::new("cmp").arg("-").arg(file).stdin(got).status().expect("cmp runs").success();
    curl.wait().expect("it ends").success() && same
}

/// The samples of a file, as ffmpeg decodes it.
fn decoded(file: &Path) -> Vec<u8> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-i"]).arg(file).args(["-f", "s24le", "-c:a", "pcm_s24le", "-"]);
    let output = ffmpeg.output().expect("ffmpeg runs");
    assert!(output.status.success() && !output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What went wrong while it went on.
#[derive(Default)]
struct Mishaps {
    apps: u32,
    servers: u32,
}

/// Cuts and kills until the upload is through.
fn disturb(server: &mut Server, link: &Link, mut start: impl FnMut() -> Program, gap: (u64, u64)) -> Mishaps {
    let (mut chance, mut seen) = (Chance(0x5DEE_CE66_D1CE_4E5B), Mishaps::default());
    let (begun, mut app) = (Instant::now(), start());
    loop {
        let (since, rest) = (Instant::now(), chance.between(gap.0, gap.1));
        while since.elapsed() < rest {
            if let Some(status) = app.ended() {
                assert!(status.success(), "the upload ended with {status}");
                return seen;
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
        assert!(begun.elapsed() < HANG, "the upload does not end");
        match chance.next() % 4 {
            0 => {
                app.kill();
                seen.apps += 1;
                app = start();
            }
            1 => {
                server.kill();
                seen.servers += 1;
                server.again();
            }
            _ => link.cut(),
        }
    }
}

/// Nothing that was safe is sent again, and of what was on its way no more than a chunk.
#[derive(Default)]
struct Again {
    /// The most that one request sent again.
    most: u64,
    /// In all, after chunks that were damaged.
    damaged: u64,
    /// In all, after cuts and kills.
    lost: u64,
}

fn sent_again(link: &Link) -> Again {
    let (mut end, mut seen, mut damaged) = (0, Again::default(), false);
    for sent in link.sent() {
        assert!(sent.offset <= end, "{sent:?} leaves something out before {end}");
        let again = (end - sent.offset).min(sent.bytes);
        seen.most = seen.most.max(again);
        *(if damaged { &mut seen.damaged } else { &mut seen.lost }) += again;
        damaged = sent.damaged && sent.whole;
        assert!(end - sent.offset <= UPLOAD_CHUNK, "{sent:?} goes back further than a chunk from {end}");
        end = end.max(sent.offset + sent.bytes);
    }
    seen
}

#[test]
fn a_master_arrives_bit_for_bit_however_often_the_link_is_cut_and_both_ends_are_killed() {
    let mut server = Server::start();
    let (bytes, rate, gap) =
        if at_full_length() { (2_048 * MIB, 24 * MIB, (1_000, 5_000)) } else { (64 * MIB, 8 * MIB, (200, 1_000)) };
    let file = master(server.folder.path(), bytes);
    let id = performance(&server);
    let link = Link::open(server.port(), rate, 7);
    let begun = Instant::now();
    let mut command = upload(&server, &link.address, &file, &["--performance", &id]);
    let mishaps = disturb(&mut server, &link, || Program::start("upload", &mut command), gap);
    let took = begun.elapsed().as_secs();
    let recordings = recordings(&server, &id);
    assert_eq!(recordings.len(), 1, "{recordings:?}");
    assert!(is_same(&server, &recordings[0], &file));
    let again = sent_again(&link);
    let damaged = link.sent().iter().filter(|sent| sent.damaged && sent.whole).count();
    figure("master, MiB; time, s", format!("{}; {took}", bytes / MIB));
    figure("cuts of the link", link.cuts());
    figure("kills of the app; of the server", format!("{}; {}", mishaps.apps, mishaps.servers));
    figure(
        "chunks sent; damaged on their way; refused with 460",
        format!("{}; {damaged}; {}", link.sent().len(), link.refused()),
    );
    figure("sent twice at once, KiB: at most (4096 allowed)", again.most / 1_024);
    figure(
        "sent twice in all, KiB: after cuts and kills; after damage",
        format!("{}; {}", again.lost / 1_024, again.damaged / 1_024),
    );
    assert!(link.refused() > 0 && link.refused() <= damaged, "{damaged} damaged, {} refused", link.refused());
    assert!(link.cuts() > 0 && mishaps.apps > 0 && mishaps.servers > 0);
    let pieces = server.data().join("archive/uploads");
    wait_for("the pieces to go", || fs::read_dir(&pieces).map_or(true, |mut left| left.next().is_none()).then_some(()));
    assert!(recordings[0]["name"] == "Pō mārie mix.wav");
}

#[test]
fn the_archive_is_told_no_by_a_wrong_key_or_no_room_in_sentences() {
    let server = Server::with(&["--archive-quota", "3"], Vec::new());
    let file = master(server.folder.path(), 4 * MIB);
    let id = performance(&server);
    let complaint = |command: &mut Command| {
        let output = command.env("KORERO_LANGUAGE", "en").output().expect("it runs");
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).expect("text")
    };
    let full = complaint(&mut upload(&server, &server.address, &file, &["--performance", &id]));
    assert!(full.contains("4 MiB") && full.contains("3 MiB left") && full.contains("1 MiB from"), "{full}");
    let nobody =
        complaint(&mut upload(&server, &server.address, &file, &["--performance", &uuid::Uuid::nil().to_string()]));
    assert!(nobody.contains("no such performance"), "{nobody}");
    write_secret(&server.key_file(), "korero_wrong");
    let wrong = complaint(&mut upload(&server, &server.address, &file, &["--performance", &id]));
    assert!(wrong.contains("stream key") && wrong.contains("ask the host"), "{wrong}");
    assert!(recordings(&server, &id).is_empty());
}

#[test]
fn a_store_by_others_that_speaks_s3_keeps_a_master_as_a_folder_does() {
    let (port, folder) = (free_port().to_string(), tempfile::tempdir().expect("a folder"));
    let python = python_with("peers-s3", &["moto[s3,server]==5.2.5"]);
    let program = python.with_file_name("moto_server");
    let mut store = Program::start("moto", Command::new(program).args(["-H", "127.0.0.1", "-p", &port]));
    store.wait_until_it_says("Running on");
    let endpoint = format!("http://127.0.0.1:{port}");
    let bucket = Command::new("curl").args(["-sS", "-f", "-X", "PUT", &format!("{endpoint}/masters")]).status();
    assert!(bucket.expect("curl runs").success());
    let env = [
        ("AWS_ENDPOINT", endpoint.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    let env = env.map(|(name, value)| (name, value.to_owned())).to_vec();
    let server = Server::with(&["--archive", "s3://masters/of/all"], env);
    let file = master(folder.path(), 21 * MIB + 8);
    let id = performance(&server);
    let mut app = Program::start("upload", &mut upload(&server, &server.address, &file, &["--performance", &id]));
    assert!(app.wait().success());
    let recording = &recordings(&server, &id)[0];
    assert!(is_same(&server, recording, &file));
    let range = format!("{}{}", server.address, recording["path"].as_str().expect("a path"));
    let some =
        Command::new("curl").args(["-sS", "-r", "10000000-10000999", &range]).output().expect("curl runs").stdout;
    assert!(some == fs::read(&file).expect("read")[10_000_000..10_001_000]);
    let kept = || {
        let list = format!("{endpoint}/masters?list-type=2");
        let list = Command::new("curl").args(["-sS", &list]).output().expect("curl runs").stdout;
        String::from_utf8_lossy(&list).matches("<Key>").count()
    };
    wait_for("the pieces to go from the bucket", || (kept() == 1).then_some(()));
    assert!(!server.data().join("archive").exists());
}

#[test]
fn a_client_by_others_uploads_and_goes_on_after_a_break() {
    let server = Server::start();
    let file = master(server.folder.path(), 5 * MIB + 8);
    let id = performance(&server);
    let mut command = Command::new(python_with("peers-tus", &["tuspy==1.1.0"]));
    command.arg(root().join("tests/peers/tuspy_upload.py"));
    command.arg(format!("{}/api/v1/performances/{id}/uploads", server.address)).arg(&file);
    command.arg("--key-file").arg(server.key_file()).args(["--stop-after", "2"]);
    let mut client = Program::start("tuspy", &mut command);
    assert!(client.wait().success());
    wait_for("its word", || client.said(&format!("goes on at {}", 2 * MIB)));
    let recording = wait_for("the recording", || recordings(&server, &id).pop());
    assert!(is_same(&server, &recording, &file));
}

#[test]
fn an_upload_that_is_stopped_goes_on_and_one_that_cannot_reach_the_server_waits() {
    let mut server = Server::start();
    let file = master(server.folder.path(), 8 * MIB);
    let id = performance(&server);
    server.kill();
    let mut app = Program::start("upload", &mut upload(&server, &server.address, &file, &["--performance", &id]));
    app.wait_until_it_says("does not answer");
    app.interrupt();
    assert!(app.wait().success());
    wait_for("its last word", || app.said("The same command goes on"));
    server.again();
    let mut again = Program::start("upload", &mut upload(&server, &server.address, &file, &["--performance", &id]));
    assert!(again.wait().success());
    assert!(again.said("Reading").is_none(), "the hash was kept");
    assert!(is_same(&server, &recordings(&server, &id)[0], &file));
}

#[test]
fn a_take_finds_its_performance_and_while_its_artist_is_on_air_an_upload_goes_slowly() {
    let server = Server::start();
    let folder = server.folder.path();
    let script = script(folder, "frames = 256\n[[source]]\nkind = \"noise\"\ninputs = 2\n");
    let mut air = Program::start("app", &mut server.air(&script, &["--mix"]));
    air.wait_until_it_says("On air");
    let live = || server.get("/api/v1/artists/demo");
    let take = wait_for("the take", || {
        let mut found = fs::read_dir(server.takes()).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        found.find(|path| path.join("take.jsonl").exists())
    });
    let performances = || korero::takes::read(&korero::record::LocalDisk, &take).map(|take| take.performances);
    // The connection may be there before the app has opened its performance.
    let id = wait_for("the performance in the journal and on air", || {
        let (id, now) = (performances().ok()?.pop()?.to_string(), live());
        (now["state"] == "live" && now["performance"]["id"] == id.as_str()).then_some(id)
    });
    let file = master(folder, MIB);
    let (begun, mut slow) = (
        Instant::now(),
        Program::start("upload", &mut upload(&server, &server.address, &file, &["--performance", &id])),
    );
    assert!(slow.wait().success());
    let least = (MIB - UPLOAD_SLICE as u64) as f64 / UPLOAD_RATE_ON_AIR as f64;
    assert!(begun.elapsed().as_secs_f64() >= least, "{:?} for 1 MiB on air", begun.elapsed());
    wait_for("a word about the air", || slow.said("You are on air"));
    assert_eq!(live()["state"], "live");
    air.interrupt();
    assert!(air.wait().success());
    let told = performances().expect("a journal");
    assert_eq!(told.iter().map(uuid::Uuid::to_string).collect::<Vec<_>>(), [id.as_str()], "its journal names it");
    let mut whole = Program::start("upload", &mut upload(&server, &server.address, &take, &[]));
    assert!(whole.wait().success());
    let recordings = recordings(&server, &id);
    assert_eq!(recordings.len(), 2, "{recordings:?}");
    assert_eq!(recordings[1]["name"], "mix.flac");
    assert!(is_same(&server, &recordings[1], &take.join("mix.flac")));
    assert_eq!(decoded(&take.join("mix.flac")), decoded(&take.join("mix.wav")), "the very sound of the recording");
}
