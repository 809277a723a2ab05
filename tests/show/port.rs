//! Ports for the programs of a test: whoever starts one must know its port before it runs, and may start it again there.

use std::fs::{self, File};
use std::net::{TcpListener, UdpSocket};
use std::ops::Range;
use std::process;
use std::sync::{Mutex, PoisonError};

/// Below those that systems give to whoever asks for any.
const PORTS: Range<u16> = 20_000..30_000;

/// A port that is free over TCP and UDP, and that no other test is given while this process runs, in no program. The claim is
/// a lock on a file: the system lets go of it with the process, however that ends.
pub(crate) fn free_port() -> u16 {
    static CLAIMS: Mutex<Vec<File>> = Mutex::new(Vec::new());
    let folder = std::env::temp_dir().join("korero-ports");
    fs::create_dir_all(&folder).expect("a folder for claims");
    // Programs that run side by side look at different ones first.
    let first = process::id() as usize % PORTS.len();
    let claimed = |port: u16| {
        let file = File::create(folder.join(port.to_string())).ok()?;
        (file.try_lock().is_ok() && is_free(port)).then_some((port, file))
    };
    let found = PORTS.cycle().skip(first).take(PORTS.len()).find_map(claimed);
    let (port, claim) = found.expect("a port is free");
    CLAIMS.lock().unwrap_or_else(PoisonError::into_inner).push(claim);
    port
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("0.0.0.0", port)).is_ok() && UdpSocket::bind(("0.0.0.0", port)).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::{BufRead, BufReader, Read, stdin};
    use std::process::{Command, Stdio};

    use super::*;

    const CHILD: &str = "KORERO_TELLS_PORTS";
    const EACH: usize = 200;

    #[test]
    fn no_two_tests_are_given_the_same_port_in_programs_that_run_side_by_side() {
        if std::env::var_os(CHILD).is_some() {
            return tell_ports();
        }
        let this = std::env::current_exe().expect("this program");
        let name = "port::tests::no_two_tests_are_given_the_same_port_in_programs_that_run_side_by_side";
        let start = |_| {
            let mut command = Command::new(&this);
            command.args(["--exact", name, "--nocapture"]).env(CHILD, "1");
            let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
            let said = BufReader::new(program.stdout.take().expect("piped"));
            (program, said)
        };
        let mut programs: Vec<_> = (0..4).map(start).collect();
        let mut ports = BTreeSet::new();
        for (_, said) in &mut programs {
            let lines = said.by_ref().lines().map_while(Result::ok);
            let told = lines.filter_map(|line| line.strip_prefix("port ")?.parse::<u16>().ok());
            ports.extend(told.take(EACH));
        }
        assert_eq!(ports.len(), 4 * EACH);
        for (mut program, mut said) in programs {
            drop(program.stdin.take());
            said.read_to_string(&mut String::new()).expect("text");
            assert!(program.wait().expect("it ends").success());
        }
    }

    /// Keeps them until nobody listens any more.
    #[expect(clippy::print_stdout, reason = "the test reads it")]
    fn tell_ports() {
        // What runs the tests may have begun a line.
        println!();
        (0..EACH).for_each(|_| println!("port {}", free_port()));
        stdin().read_to_end(&mut Vec::new()).expect("it ends");
    }
}
