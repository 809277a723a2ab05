//! What is said, and what comes, of a thread that broke down.

use std::time::{Duration, Instant};

use super::ports::{Ear, NoMidi, Port};
use super::*;
use crate::session::surfaces::{MidiDevice, MidiKind, Osc};

/// Ends a test that hangs.
const HANG: Duration = Duration::from_secs(30);

/// A system whose MIDI breaks whoever looks at it.
struct Broken;

impl Ports for Broken {
    fn list(&mut self) -> Result<Vec<String>, NoMidi> {
        panic!("a device that nobody thought of")
    }

    fn open(&mut self, _: &str, _: Ear) -> Result<Box<dyn Port>, NoMidi> {
        Err(NoMidi("never".into()))
    }
}

/// A system without any device.
struct Quiet;

impl Ports for Quiet {
    fn list(&mut self) -> Result<Vec<String>, NoMidi> {
        Ok(Vec::new())
    }

    fn open(&mut self, _: &str, _: Ear) -> Result<Box<dyn Port>, NoMidi> {
        Err(NoMidi("gone".into()))
    }
}

fn chosen() -> SurfaceOrder {
    let midi = vec![MidiDevice { name: "X-Touch".into(), kind: MidiKind::Mackie }];
    let osc = Osc { on: true, open: false, port: 0 };
    SurfaceOrder::Use(Arc::new(Chosen { osc, midi, ..Chosen::default() }))
}

/// Looks until `enough` of what was said.
fn until(surfaces: &mut Surfaces, mut enough: impl FnMut(&Event) -> bool) {
    let begun = Instant::now();
    loop {
        if surfaces.look().iter().any(&mut enough) {
            return;
        }
        assert!(begun.elapsed() < HANG, "it is not said");
        thread::park_timeout(Duration::from_millis(1));
    }
}

fn is_state(event: &Event, wanted: impl Fn(&SurfaceState) -> bool) -> bool {
    matches!(event, Event::Surface(SurfaceNews::State(state)) if wanted(state))
}

#[test]
fn a_thread_that_breaks_down_is_told_at_once_begins_anew_only_so_often_and_knows_then_what_is_chosen() {
    let mut surfaces = Surfaces::new(Link { snapshot: Arc::default(), commands: Weak::new() });
    surfaces.ports = || Box::new(Broken);
    surfaces.order(&chosen()).expect("a thread");
    let (mut gone, mut heard) = (0, true);
    until(&mut surfaces, |event| {
        match event {
            Event::Trouble(fault) if fault.code == key::FAULT_SURFACE_GONE => {
                assert!(!heard, "it was said to be heard when it was gone");
                gone += 1;
            }
            Event::Surface(SurfaceNews::State(state)) => heard = state.osc != OscState::Gone,
            _ => {}
        }
        gone > SURFACE_LIVES
    });
    assert_eq!((gone, surfaces.line.is_none()), (1 + SURFACE_LIVES, true));
    assert_eq!(surfaces.look(), [], "and then it is quiet");
    // The next order, whatever it is, is for one that knows all.
    surfaces.ports = || Box::new(Quiet);
    surfaces.order(&SurfaceOrder::Learn(false)).expect("a thread");
    until(&mut surfaces, |event| is_state(event, |state| matches!(state.osc, OscState::At(_))));
}
