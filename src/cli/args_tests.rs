use super::*;

fn read(line: &str) -> Result<Verb, Fault> {
    parse(line.split_whitespace().map(OsString::from))
}

#[test]
fn without_words_the_window_opens() {
    assert_eq!(read(""), Ok(Verb::Window(Play::default())));
}

#[test]
fn air_needs_a_target_and_takes_all_its_flags() {
    assert_eq!(read("air").map_err(|f| f.code), Err(key::FAULT_CLI_MISSING));
    let Ok(Verb::Air(play)) = read("air --to http://x/whip/a --for 1.5 --frames 64 --bitrate 128000 --inputs") else {
        panic!("it is read")
    };
    assert_eq!(play.length, Some(Duration::from_millis(1500)));
    assert_eq!((play.frames, play.to[0].bitrate, play.recording.inputs), (Some(64), Some(128_000), true));
}

#[test]
fn record_takes_the_mix_unless_only_the_inputs_are_named() {
    let Ok(Verb::Record(play)) = read("record --into x") else { panic!("it is read") };
    assert!(play.recording.mix && !play.recording.inputs);
    let Ok(Verb::Record(play)) = read("record --inputs") else { panic!("it is read") };
    assert!(!play.recording.mix && play.recording.inputs);
    let line = "record --groups --cues --float --file-per-track --fail-over /b";
    let Ok(Verb::Record(play)) = read(line) else { panic!("it is read") };
    let Recording { mix, groups, cues, form, layout, second, .. } = play.recording;
    assert!(!mix && groups && cues);
    assert_eq!((form, layout), (SampleForm::Float32, Layout::FilePerTrack));
    assert_eq!(second, Second::FailOver("/b".into()));
}

#[test]
fn the_assistant_listens_for_half_a_minute_unless_told() {
    let Ok(Verb::SetUp(job)) = read("setup --json") else { panic!("it is read") };
    assert_eq!((job.json, job.length), (true, SETUP_LENGTH));
    let Ok(Verb::SetUp(job)) = read("setup --seconds 5 --desk a.toml") else { panic!("it is read") };
    assert_eq!((job.length, job.desk), (Duration::from_secs(5), Some(PathBuf::from("a.toml"))));
    assert_eq!(read("setup --seconds 0").map_err(|f| f.code), Err(key::FAULT_CLI_VALUE));
}

#[test]
fn a_render_takes_many_files_and_presets_and_misses_none_of_its_three_words() {
    let line = "render --desk d.toml --in a.wav b.flac --in c.wav --out m.wav --scene Chorus --preset voice=piano";
    let Ok(Verb::Render(job)) = read(line) else { panic!("it is read") };
    assert_eq!(job.inputs, ["a.wav", "b.flac", "c.wav"].map(PathBuf::from));
    assert_eq!(job.presets, [("voice".to_owned(), "piano".to_owned())]);
    assert_eq!(job.scene.as_deref(), Some("Chorus"));
    for word in ["--desk d.toml", "--in a.wav b.flac --in c.wav", "--out m.wav"] {
        assert_eq!(read(&line.replace(word, "")).map_err(|f| f.code), Err(key::FAULT_CLI_MISSING), "{word}");
    }
    assert_eq!(read("render --preset voice").map_err(|f| f.code), Err(key::FAULT_CLI_VALUE));
}

#[test]
fn an_upload_needs_what_and_where_to() {
    let Ok(Verb::Upload(asked)) = read("takes upload a.flac --to http://x/whip/a --key-file k") else {
        panic!("it is read")
    };
    assert_eq!((asked.what, asked.performance), (PathBuf::from("a.flac"), None));
    for line in ["takes", "takes upload", "takes upload a.wav", "takes upload --to http://x/whip/a"] {
        assert_eq!(read(line).map_err(|f| f.code), Err(key::FAULT_CLI_MISSING), "{line}");
    }
    let odd = "takes upload a.wav --to http://x/whip/a --performance tonight";
    assert_eq!(read(odd).map_err(|f| f.code), Err(key::FAULT_CLI_VALUE));
}

#[test]
fn takes_are_listed_shown_checked_and_mended() {
    assert_eq!(read("takes list"), Ok(Verb::Takes(Takes::List(None))));
    assert_eq!(read("takes verify a"), Ok(Verb::Takes(Takes::Verify(Some("a".into())))));
    assert_eq!(read("takes repair a"), Ok(Verb::Takes(Takes::Repair(Some("a".into())))));
    assert_eq!(read("takes show").map_err(|f| f.code), Err(key::FAULT_CLI_MISSING));
    assert_eq!(read("takes eat").map_err(|f| f.code), Err(key::FAULT_CLI_UNKNOWN));
}

#[test]
fn a_take_is_named_anew_by_what_is_said_and_binned_by_its_folder() {
    let Ok(Verb::Takes(Takes::Rename(names))) = read("takes rename a --title Pō") else { panic!("it is read") };
    assert_eq!((names.folder, names.artist, names.title.as_deref()), ("a".into(), None, Some("Pō")));
    assert_eq!(read("takes bin a"), Ok(Verb::Takes(Takes::Bin("a".into()))));
    for line in ["takes rename", "takes rename a", "takes rename --title x", "takes bin"] {
        assert_eq!(read(line).map_err(|f| f.code), Err(key::FAULT_CLI_MISSING), "{line}");
    }
}

#[test]
fn words_that_mean_nothing_are_named() {
    assert_eq!(read("dance").map_err(|f| f.code), Err(key::FAULT_CLI_UNKNOWN));
    assert_eq!(read("air --loud").map_err(|f| f.code), Err(key::FAULT_CLI_UNKNOWN));
    assert_eq!(read("air --to").map_err(|f| f.code), Err(key::FAULT_CLI_NO_VALUE));
    assert_eq!(read("air --bitrate 1").map_err(|f| f.code), Err(key::FAULT_CLI_VALUE));
    assert_eq!(read("air --for nan").map_err(|f| f.code), Err(key::FAULT_CLI_VALUE));
}

#[test]
fn a_show_goes_to_four_places_at_most_and_what_follows_an_address_is_about_it() {
    let line = "air --bitrate 64000 --to http://a/whip/x --key-file a.key --to icecast://b/live --to http://c/whip/x --key-file c.key";
    let Ok(Verb::Air(play)) = read(line) else { panic!("it is read") };
    let to = |url: &str, key: Option<&str>, bitrate| To {
        url: Some(url.into()),
        key_file: key.map(Into::into),
        bitrate,
        safest: false,
        ear: None,
    };
    let all = [
        to("http://a/whip/x", Some("a.key"), Some(64_000)),
        to("icecast://b/live", None, None),
        to("http://c/whip/x", Some("c.key"), None),
    ];
    assert_eq!(play.to, all);
    let five = format!("{line} --to http://d/whip/x --to http://e/whip/x");
    assert_eq!(read(&five).map_err(|f| f.code), Err(key::FAULT_SESSION_DESTINATIONS));
    assert_eq!(read("air --key-file a.key").map_err(|f| f.code), Err(key::FAULT_CLI_MISSING));
}
