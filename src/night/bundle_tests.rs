//! A support bundle tells all and gives nothing away.

use std::fs;

use proptest::prelude::*;

use super::super::What;
use super::*;
use crate::timeline::FrameIndex;

fn moment(utc_ms: u64, line: &str) -> Moment {
    let what = What::Trouble { code: "fault-publish-lost".into(), values: None, about: None, line: line.into() };
    Moment { utc_ms, frame: FrameIndex(utc_ms * 48), levels: None, what }
}

fn names_and_texts(zip: &Path) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(File::open(zip).unwrap()).unwrap();
    (0..zip.len())
        .map(|n| {
            let mut file = zip.by_index(n).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[test]
fn the_bundle_has_the_night_in_words_and_as_it_was_kept_and_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let secret = "s3cr3t-Key_of=the.night";
    let said = format!("Lost https://me:{secret}@host/whip/a?token={secret}#x and {}/takes", folder.path().display());
    let lines = [moment(3_723_004, &said), moment(3_724_000, "Back.")];
    let kept: Vec<_> = lines.iter().map(|moment| serde_json::to_string(moment).unwrap()).collect();
    fs::write(at("night.jsonl"), kept.join("\n")).unwrap();
    fs::write(at("settings.toml"), format!("aim_url = \"https://host/whip/a?{secret}\"\n")).unwrap();
    let sources = Sources {
        timeline: at("night.jsonl"),
        texts: vec![at("settings.toml"), at("desk.toml")],
        secrets: vec![secret.to_owned()],
        home: Some(folder.path().to_owned()),
        language: Language::English,
    };
    let made = make(&sources, &at("report.zip")).unwrap();
    assert!(made.lines[0].starts_with("01:02:03.004Z") && made.lines[1].contains("Back."), "{:?}", made.lines);
    let inside = names_and_texts(&made.path);
    let names: Vec<_> = inside.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["night.txt", "night.jsonl", "about.txt", "settings.toml"], "what is not there is left out");
    for (name, text) in &inside {
        let clean = !text.contains(secret) && !text.contains(&folder.path().display().to_string());
        assert!(clean, "{name} gives something away: {text}");
    }
    assert!(inside[3].1.contains("https://host/whip/a?"), "the address itself stays: {}", inside[3].1);
    assert_eq!(make(&sources, &at("report.zip")).unwrap_err().code, key::FAULT_NIGHT_BUNDLE, "nothing is overwritten");
    let none = Sources { timeline: at("none"), ..sources };
    assert_eq!(make(&none, &at("other.zip")).unwrap_err().code, key::FAULT_NIGHT_READ);
}

proptest! {
    #[test]
    fn no_address_keeps_who_and_what_is_asked(
        before in "[a-z \":,{}]{0,12}",
        user in "[!-~&&[^/?#@\"'<>\\\\`]]{0,8}",
        path in "(/[a-z]{0,6}){0,2}",
        asked in "[A-Z0-9]{6,12}",
        after in "[ \"][a-z ]{0,8}",
    ) {
        let text = format!("{before}https://{user}@host{path}?{asked}{after}");
        let clean = addresses(&text);
        prop_assert!(!clean.contains(&asked) && clean.contains(&format!("@host{path}?")), "{clean}");
        prop_assert!(clean.starts_with(&before) && clean.ends_with(&after), "{clean}");
        prop_assert_eq!(addresses(&before), before);
    }
}
