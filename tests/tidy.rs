//! Who may import whom, and how long things may be. One table; each row is proved by a seeded violation.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::Visit;
use syn::{Item, Path as SynPath, UseTree};

/// Folder or file stem, and the modules of the app (or `dsp`) that it may name.
#[rustfmt::skip]
const WALLS: &[(&str, &[&str])] = &[
    ("limits", &["dsp"]), ("destination", &["limits"]), ("keys", &["fault", "secret"]), ("timeline", &["limits"]), ("fault", &[]), ("models", &[]), ("show", &[]), ("looks", &["limits"]), ("recording", &["limits", "timeline"]), ("secret", &["fault", "limits"]),
    ("priority", &[]), ("desk", &["dsp", "fault", "limits"]),
    ("session", &["assistant", "check", "desk", "destination", "dsp", "looks", "models", "night", "show", "fault", "limits", "recording", "secret", "takes", "timeline"]),
    ("settings", &["recording", "session", "desk", "destination", "looks", "show", "fault", "limits"]),
    ("engine", &["dsp", "desk", "fault", "limits", "timeline"]),
    ("metering", &["dsp", "desk", "engine", "fault", "limits", "timeline"]),
    ("render", &["dsp", "engine", "desk", "fault", "limits", "timeline"]),
    ("assistant", &["dsp", "desk", "limits", "models"]),
    ("audio", &["engine", "dsp", "session", "fault", "limits", "priority", "timeline"]),
    ("check", &["codec", "fault", "limits", "priority", "publish", "rtc", "secret", "session"]), ("codec", &["limits", "fault"]), ("rtc", &["limits", "fault", "secret"]),
    ("publish", &["engine", "codec", "rtc", "session", "show", "fault", "limits", "priority", "secret", "timeline"]),
    ("ear", &["engine", "codec", "rtc", "session", "dsp", "fault", "limits", "timeline"]),
    ("record", &["engine", "recording", "show", "fault", "limits", "timeline", "takes"]),
    ("takes", &["codec", "dsp", "record", "recording", "show", "fault", "limits", "timeline"]),
    ("station", &["session", "desk", "fault", "limits", "recording", "secret", "show", "timeline"]),
    ("surface", &["desk", "dsp", "session", "fault", "limits"]), ("network", &["limits"]), ("night", &["check", "destination", "record", "session", "fault", "limits", "timeline"]),
    ("ui", &["night", "session", "assistant", "check", "desk", "destination", "dsp", "engine", "fault", "limits", "looks", "metering", "models", "recording", "show", "takes", "timeline"]),
];

/// A crate that only some modules may name.
#[rustfmt::skip]
const ONLY: &[(&str, &[&str])] = &[
    ("cpal", &["audio"]), ("opus", &["codec"]), ("webrtc", &["rtc"]), ("egui", &["ui"]), ("eframe", &["ui"]),
    ("korero_api", &["station"]), ("symphonia", &["audio", "render", "takes"]), ("reqwest", &["rtc", "station", "publish"]), ("tokio_rustls", &["publish"]),
    ("flac_codec", &["takes"]), ("ogg", &["takes", "publish"]), ("trash", &["takes"]), ("keyring", &["keys"]), ("zip", &["night"]), ("if_watch", &["network"]), ("opener", &["takes"]), ("rosc", &["surface"]), ("midir", &["surface"]),
];

/// Words that must not appear in the paths of a module.
const NEVER: &[(&str, &[&str])] = &[
    ("session", &["Instant", "SystemTime", "thread", "tokio"]),
    ("engine", &["tokio", "tracing", "Instant", "SystemTime", "thread"]),
    ("engine/realtime", &["Mutex", "Vec::new", "Box::new", "String", "vec", "format", "println"]),
    ("engine/levels", &["Mutex", "Box::new", "String"]),
    ("dsp", &["std::fs", "std::thread", "std::net", "tracing", "serde", "korero"]),
];

#[derive(Default)]
struct Paths(BTreeSet<String>);
impl Paths {
    fn tree(&mut self, tree: &UseTree, before: &str) {
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &format!("{before}{}::", path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
            UseTree::Name(name) => drop(self.0.insert(format!("{before}{}", name.ident))),
            UseTree::Rename(name) => drop(self.0.insert(format!("{before}{}", name.ident))),
            UseTree::Glob(_) => drop(self.0.insert(format!("{before}*"))),
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Use(used) => self.tree(&used.tree, ""),
            _ => syn::visit::visit_item(self, item),
        }
    }
    fn visit_path(&mut self, path: &'ast SynPath) {
        self.0.insert(path.segments.iter().map(|s| s.ident.to_string()).collect::<Vec<_>>().join("::"));
        syn::visit::visit_path(self, path);
    }
}

/// Tests stand at the end of a file and may name what they like.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

fn sources(folder: &str) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
            let name = entry.file_name().expect("a name").to_string_lossy().into_owned();
            if entry.is_dir() && name != "target" && name != "node_modules" {
                open.push(entry);
            } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
                let module = entry.strip_prefix(&root).expect("below").with_extension("");
                found.push((module.to_string_lossy().replace('\\', "/"), entry));
            }
        }
    }
    found
}
fn offences(module: &str, text: &str) -> Vec<String> {
    let mut paths = Paths::default();
    paths.visit_file(&syn::parse_file(without_tests(text)).expect("it parses"));
    let top = module.split('/').next().expect("a first step");
    let mut wrong = Vec::new();
    for path in &paths.0 {
        let path = path.replace("korero_dsp", "crate::dsp");
        let mut steps = path.split("::");
        let first = steps.next().unwrap_or_default();
        if let Some((_, allowed)) = WALLS.iter().find(|(name, _)| *name == top) {
            let named = steps.next().filter(|n| first == "crate" && *n != top && !allowed.contains(n));
            wrong.extend(named.map(|n| format!("{module} names {n}")));
        }
        // One step alone is a variable.
        let guarded = |(name, by): &&(&str, &[&str])| *name == first && path.contains("::") && !by.contains(&top);
        wrong.extend(ONLY.iter().filter(guarded).map(|_| format!("{module} names {path}")));
        for (_, words) in NEVER.iter().filter(|(name, _)| module == *name || module.starts_with(&format!("{name}/"))) {
            let has = |word: &&&str| format!("::{path}::").contains(&format!("::{word}::"));
            wrong.extend(words.iter().filter(has).map(|word| format!("{module} names {word}: {path}")));
        }
    }
    wrong
}

#[test]
fn every_module_names_only_what_the_house_allows() {
    let app = sources("src");
    let dsp = sources("dsp/src").into_iter().map(|(module, path)| (format!("dsp/{module}"), path));
    let all: Vec<_> = app.into_iter().chain(dsp).collect();
    let read = |path: &PathBuf| fs::read_to_string(path).expect("text");
    let wrong: Vec<_> = all.iter().flat_map(|(module, path)| offences(module, &read(path))).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_row_of_the_table_catches_a_seeded_violation() {
    for (module, _) in WALLS {
        assert!(!offences(module, "use crate::stage::Stage;").is_empty(), "{module}");
    }
    for (name, _) in ONLY {
        assert!(!offences("stage", &format!("fn f() {{ {name}::x(); }}")).is_empty(), "{name}");
    }
    for (module, words) in NEVER {
        for word in *words {
            assert!(!offences(module, &format!("use a::{word}::b;")).is_empty(), "{module} {word}");
        }
    }
}

#[test]
fn no_file_is_longer_than_it_may_be_or_has_a_name_that_says_nothing() {
    for (module, path) in ["src", "dsp", "server", "assets", "xtask"].iter().flat_map(|folder| sources(folder)) {
        let text = fs::read_to_string(&path).expect("text");
        let lines = without_tests(&text).lines().count();
        assert!(lines <= 500, "{}: {lines} lines", path.display());
        let empty = ["manager", "util", "helper", "common", "misc"];
        assert!(!module.split('/').any(|step| empty.contains(&step)), "{} says nothing", path.display());
    }
}
