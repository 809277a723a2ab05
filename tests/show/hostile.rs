//! A server that does harm in every way that it knows, while an evening is recorded: the take is exact.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::harness::{Program, at_full_length, figure, korero, script, write_secret};

/// Numbers of 24 bits.
const NUMBERS: i64 = 1 << 24;

/// Does another harm to each that comes, and counts them.
fn harm() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let time = count.fetch_add(1, Ordering::Relaxed);
            thread::spawn(move || {
                let _ = stream.read(&mut [0; 16 << 10]);
                let created = "HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\nLocation: /s\r\n";
                let said = match time % 8 {
                    0 => format!("HTTP/1.1 307 Go\r\nLocation: http://{address}/x{time}\r\nContent-Length: 0\r\n\r\n")
                        .into(),
                    1 => [format!("{created}Content-Length: 10485760\r\n\r\n").into_bytes(), vec![b'v'; 10 << 20]]
                        .concat(),
                    2 => format!("{created}Content-Length: 12\r\n\r\nv=0\r\n\0\0\0\0\0\0\0").into(),
                    3 => [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 2 << 20]].concat(),
                    4 => vec![0; 100],
                    5 => {
                        b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\n\x1b[2Jbye".to_vec()
                    }
                    6 => format!("{created}Content-Length: 5\r\n\r\nv=0\r\n").into(),
                    _ => Vec::new(),
                };
                let _ = stream.write_all(&said);
            });
        }
    });
    (format!("http://{address}/whip/demo"), asked)
}

/// The one file of sound below a folder.
fn sound_below(folder: &PathBuf) -> PathBuf {
    let entries = |folder: &PathBuf| -> Vec<PathBuf> {
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
    };
    let takes = entries(folder).into_iter().filter(|path| path.is_dir() && !path.ends_with("Rolling"));
    let found: Vec<_> = takes.flat_map(|take| entries(&take)).collect();
    let inputs = found.iter().find(|path| path.ends_with("inputs.wav")).unwrap_or_else(|| panic!("{found:?}"));
    inputs.clone()
}

#[test]
fn whatever_a_server_does_the_take_is_exact_and_nothing_is_said_to_be_on_air() {
    let seconds = if at_full_length() { 120 } else { 15 };
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    write_secret(&key, "a-secret-key");
    let (url, asked) = harm();
    let script = script(folder.path(), "frames = 256\n[[source]]\nkind = \"counter\"\n");
    let takes = folder.path().join("takes");
    let mut app = Command::new(korero());
    app.args(["air", "--no-ear", "--inputs", "--to", &url, "--for", &seconds.to_string()]).arg("--key-file").arg(&key);
    app.arg("--record").arg(&takes).arg("--host").arg(format!("scripted:{}", script.display()));
    let mut app = Program::start("app", app.env_remove("KORERO_KEY"));
    app.wait_through(Duration::from_secs(seconds));
    assert_eq!(app.times_said("On air"), 0);
    assert_eq!(app.times_said("\u{1b}["), 0, "a stranger's words command no terminal");
    assert_eq!(app.times_said("panicked"), 0);
    let asked = asked.load(Ordering::Relaxed);
    let told = app.times_said("The recording goes on; the show is not on air there");
    figure(&format!("{seconds} s of harm: attempts, and sentences that were told"), format!("{asked}; {told}"));
    // Several sentences, each at most once in half a minute.
    let kinds = 4;
    assert!(
        asked > 4 && told >= 1 && told <= kinds * (1 + seconds as usize / 30),
        "{asked} attempts, {told} sentences"
    );
    let mut reader = hound::WavReader::open(sound_below(&takes)).expect("a WAV file");
    let channels = usize::from(reader.spec().channels);
    let samples: Vec<i32> = reader.samples().step_by(channels).map(|sample| sample.expect("a sample")).collect();
    let wrong =
        samples.windows(2).filter(|two| (i64::from(two[1]) - i64::from(two[0])).rem_euclid(NUMBERS) != 1).count();
    figure(
        &format!("{seconds} s of harm: frames recorded, and steps between them that are not one"),
        format!("{}; {wrong}", samples.len()),
    );
    assert!(samples.len() as u64 >= seconds * 48_000 && wrong == 0, "{} frames, {wrong} wrong", samples.len());
}
