//! `korero-server`: see [`korero_server::cli`].

fn main() -> std::process::ExitCode {
    korero_server::cli::run(std::env::args_os())
}
