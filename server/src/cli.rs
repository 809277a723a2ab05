//! The verbs of `korero-server`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use korero_sentences::{self as sentences, Language, key};
use lexopt::{Arg, ValueExt as _};
use serde_json::json;

use crate::config::{Said, Settings, parsed};
use crate::fault::Fault;
use crate::{admin, files, openapi, start};

/// What was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Verb {
    Serve,
    AddArtist { name: String, slug: Option<String> },
    NewKey { slug: String },
    OpenApi,
    Help,
    Version,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Typed {
    verb: Verb,
    flags: Said,
    config: Option<PathBuf>,
    json: bool,
}

/// Does what the arguments say: sentences in the language of the environment, 0 when all went well, else 2.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let language = Language::from_environment();
    match read(args).and_then(|typed| obey(&typed, language)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            tell_error(&fault.line(language));
            ExitCode::from(2)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the command line speaks here")]
fn tell(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "the command line speaks here")]
fn tell_error(line: &str) {
    eprintln!("{line}");
}

fn read(args: impl IntoIterator<Item = OsString>) -> Result<Typed, Fault> {
    let mut parser = lexopt::Parser::from_iter(args);
    let (mut words, mut slug) = (Vec::new(), None);
    let mut typed = Typed { verb: Verb::Serve, flags: Said::default(), config: None, json: false };
    let mut asked = None;
    while let Some(arg) = parser.next().map_err(|error| wrong(&error))? {
        match arg {
            Arg::Long("help") | Arg::Short('h') => asked = Some(Verb::Help),
            Arg::Long("version") | Arg::Short('V') => asked = Some(Verb::Version),
            Arg::Long("json") => typed.json = true,
            Arg::Long("config") => typed.config = Some(parser.value().map_err(|error| wrong(&error))?.into()),
            Arg::Long("data") => typed.flags.data = Some(parser.value().map_err(|error| wrong(&error))?.into()),
            Arg::Long("slug") => slug = Some(text(&mut parser)?),
            Arg::Long("listen") => typed.flags.listen = Some(parsed("--listen", &text(&mut parser)?)?),
            Arg::Long("media") => typed.flags.media = Some(parsed("--media", &text(&mut parser)?)?),
            Arg::Long("media-tcp") => typed.flags.media_tcp = Some(parsed("--media-tcp", &text(&mut parser)?)?),
            Arg::Long("public-url") => typed.flags.public_url = Some(text(&mut parser)?),
            Arg::Long("open-metrics") => typed.flags.open_metrics = Some(true),
            Arg::Long("archive") => typed.flags.archive = Some(text(&mut parser)?),
            Arg::Long("archive-quota") => {
                typed.flags.archive_quota_mib = Some(parsed("--archive-quota", &text(&mut parser)?)?);
            }
            Arg::Long("public-address") => {
                let address = parsed("--public-address", &text(&mut parser)?)?;
                typed.flags.public_addresses.get_or_insert_default().push(address);
            }
            Arg::Value(word) => words.push(word.string().map_err(|error| wrong(&error))?),
            other => return Err(wrong(&other.unexpected())),
        }
    }
    typed.verb = asked.map_or_else(|| verb(&words, slug), Ok)?;
    Ok(typed)
}

fn verb(words: &[String], slug: Option<String>) -> Result<Verb, Fault> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => Ok(Verb::Serve),
        ["artist", "add", name] => Ok(Verb::AddArtist { name: (*name).to_owned(), slug }),
        ["key", "new", slug] => Ok(Verb::NewKey { slug: (*slug).to_owned() }),
        ["openapi"] => Ok(Verb::OpenApi),
        [] => Ok(Verb::Help),
        other => Err(Fault::new(key::FAULT_SERVER_ARGUMENT).with("argument", other.join(" "))),
    }
}

fn text(parser: &mut lexopt::Parser) -> Result<String, Fault> {
    parser.value().and_then(lexopt::ValueExt::string).map_err(|error| wrong(&error))
}

fn wrong(error: &lexopt::Error) -> Fault {
    Fault::new(key::FAULT_SERVER_ARGUMENT).with("argument", error.to_string())
}

fn settings(typed: &Typed) -> Result<Settings, Fault> {
    let file = match typed.config.clone().or_else(|| std::env::var_os("KORERO_CONFIG").map(PathBuf::from)) {
        Some(file) => Said::from_file(&file)?,
        None => Said::default(),
    };
    let environment = Said::from_environment(|name| std::env::var(name).ok())?;
    typed.flags.clone().or(environment).or(file).complete()
}

fn obey(typed: &Typed, language: Language) -> Result<(), Fault> {
    let say = |key, args: &sentences::Args| tell(&sentences::say(language, key, args));
    match &typed.verb {
        Verb::Help => say(key::SERVER_USAGE, &[]),
        Verb::Version => tell(&format!("korero-server {}", env!("CARGO_PKG_VERSION"))),
        Verb::OpenApi => tell(openapi().trim_end()),
        Verb::Serve => return serve(settings(typed)?, language),
        Verb::AddArtist { name, slug } => {
            let data = settings(typed)?.data;
            let added = block_on(admin::add_artist(&data, name, slug.as_deref()))??;
            if typed.json {
                tell(&json!({ "id": added.id, "slug": added.slug, "name": added.name }).to_string());
            } else {
                say(key::SERVER_ARTIST_ADDED, &[("name", added.name.into()), ("slug", added.slug.into())]);
            }
        }
        Verb::NewKey { slug } => {
            let made = block_on(admin::new_key(&settings(typed)?.data, slug))??;
            if typed.json {
                tell(&json!({ "slug": slug, "key": made }).to_string());
            } else {
                tell(&made);
                // Not on the standard output: that one line is the key, for a file.
                tell_error(&sentences::say(language, key::SERVER_KEY_SHOWN, &[("slug", slug.as_str().into())]));
            }
        }
    }
    Ok(())
}

fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_name("korero-http").enable_all().build();
    Ok(runtime.map_err(|error| system(&error))?.block_on(work))
}

fn system(error: &std::io::Error) -> Fault {
    Fault::new(key::FAULT_SERVER_SYSTEM).with("reason", error.to_string())
}

fn serve(settings: Settings, language: Language) -> Result<(), Fault> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KORERO_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,korero_server=info"));
    // A second subscriber is refused; then the first goes on.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    files::make_room();
    block_on(async {
        let asked = asked_to_stop().map_err(|error| system(&error))?;
        let running = start(settings).await?;
        tell(&format!("ready http://{}", running.http_addr));
        asked.await;
        tell_error(&sentences::say(language, key::SERVER_STOPPING, &[]));
        running.stop().await;
        Ok(())
    })?
}

/// Ctrl-C, or what a service manager sends. It listens from the call on, not only from the first poll.
#[cfg(unix)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ctrl-C, or the end of the console.
#[cfg(windows)]
fn asked_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::windows::{ctrl_c, ctrl_close};
    let (mut interrupt, mut close) = (ctrl_c()?, ctrl_close()?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = close.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> Result<Typed, Fault> {
        read(std::iter::once("korero-server").chain(line.split_whitespace()).map(OsString::from))
    }

    #[test]
    fn the_verbs_are_understood() {
        let serve = typed(
            "serve --listen 127.0.0.1:0 --media-tcp 127.0.0.1:443 --public-address 192.0.2.1 --public-address ::1",
        )
        .unwrap();
        assert_eq!(serve.flags.public_addresses.unwrap().len(), 2);
        assert_eq!(serve.flags.media_tcp, Some(([127, 0, 0, 1], 443).into()));
        let add = Verb::AddArtist { name: "Hana".into(), slug: Some("h".into()) };
        assert_eq!(typed("artist add Hana --slug h --json").unwrap().verb, add);
        assert_eq!(typed("key new hana").unwrap().verb, Verb::NewKey { slug: "hana".into() });
        assert_eq!(typed("").unwrap().verb, Verb::Help);
        assert_eq!(typed("serve --help").unwrap().verb, Verb::Help);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, named) in [("dance", "dance"), ("serve --lissen", "lissen"), ("serve --listen nine", "nine")] {
            let fault = typed(line).unwrap_err().to_string();
            assert!(fault.contains(named), "{fault}");
        }
    }
}
