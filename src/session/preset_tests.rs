//! Presets, and what is copied from one strip to another.

use super::*;

#[test]
fn a_preset_sets_the_chain_of_a_strip_and_is_one_step_to_undo() {
    let mut session = session();
    let id = session.desk().strips[0].id.clone();
    session.command(Command::Turn(Address::strip(&id, Control::TRIM), 6.0));
    let before = Arc::clone(session.desk());
    session.command(Command::ApplyPreset(id.clone(), PresetId::parse("voice").expect("an id")));
    let channel = &session.desk().strip(&id).expect("there").channel;
    assert!(channel.is_on(Control::HIGHPASS_ON) && channel.value(Control::TRIM) == 6.0);
    session.command(Command::Undo);
    assert_eq!(*session.desk(), before);
    assert_eq!(session.command(Command::ApplyPreset(id, PresetId::random())), []);
}

#[test]
fn a_preset_of_ones_own_is_kept_and_one_of_the_same_name_replaced() {
    let mut session = session();
    let strip = session.desk().strips[0].id.clone();
    let save = |name: &str| Command::SavePreset { strip: strip.clone(), name: name.into(), with_fader: false };
    let own = |session: &Session| {
        session.snapshot(ms(0)).presets.iter().filter(|preset| preset.is_own()).cloned().collect::<Vec<_>>()
    };
    assert!(matches!(session.command(save(" Reo "))[..], [Deed::KeepPreset(_)]));
    let first = own(&session);
    session.command(Command::Turn(Address::strip(&strip, Control::HIGHPASS_ON), 1.0));
    session.command(save("Reo"));
    let second = own(&session);
    assert_eq!((first.len(), second.len(), &first[0].id), (1, 1, &second[0].id));
    assert_ne!(first, second);
    assert_eq!(session.command(save("  ")), []);
    let mut newer = second[0].clone();
    newer.locked = true;
    session.state.presets = Arc::new(vec![newer]);
    assert_eq!(session.command(save("Reo")), []);
    assert_eq!(told(&session), [key::FAULT_PRESET_LOCKED]);
}

#[test]
fn a_strip_is_pasted_with_all_its_settings_but_keeps_its_name_inputs_and_solo() {
    let mut session = session();
    let mut desk = (**session.desk()).clone();
    desk.strips[0] = Strip { key: Some(desk.strips[1].id.clone()), ..desk.strips[0].clone() }
        .with(Control::FADER, -9.0)
        .with(Control::SOLO, 1.0)
        .with(Control::send(2), -3.0);
    desk.strips[2].input = StripInput::Stereo(2, 3);
    session.command(Command::ReplaceDesk(Box::new(desk.clone())));
    assert_eq!(session.command(Command::PasteStrip(desk.strips[2].id.clone())), []);
    session.command(Command::CopyStrip(desk.strips[0].id.clone()));
    assert_eq!(session.snapshot(ms(0)).copied.as_deref(), Some("1"));
    // The copy is of then: what is turned since is not in it.
    session.command(Command::Turn(fader(&session, 0), 3.0));
    session.command(Command::PasteStrip(desk.strips[2].id.clone()));
    let pasted = &session.desk().strips[2];
    assert_eq!((pasted.channel.level_db(), pasted.channel.value(Control::send(2))), (-9.0, -3.0));
    assert_eq!((pasted.name.as_str(), pasted.input, pasted.channel.solo()), ("3", StripInput::Stereo(2, 3), false));
    assert_eq!(pasted.key, desk.strips[0].key);
    session.command(Command::Undo);
    assert_eq!(session.desk().strips[2], desk.strips[2]);
}
