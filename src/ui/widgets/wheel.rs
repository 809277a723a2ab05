//! Whom a wheel belongs to while it turns: what it began to scroll it goes on scrolling, whatever comes under the pointer. A
//! fader that slides there is not moved.

use egui::{Context, Id, Vec2};

/// A wheel that rests this long has ended what it began, in seconds.
const REST: f64 = 0.4;

/// Tells where the content of a scroll area stands now: when that changed while a wheel turned, the wheel is taken.
pub(crate) fn follow(ctx: &Context, area: Id, offset: Vec2) {
    let place = area.with("where it stood");
    let before = ctx.data_mut(|data| {
        let before = data.get_temp::<Vec2>(place);
        data.insert_temp(place, offset);
        before
    });
    if before.is_some_and(|before| before != offset)
        && ctx.input(|i| i.smooth_scroll_delta() != Vec2::ZERO || turned(i))
    {
        take(ctx);
    }
}

/// Whether a wheel over a control goes on scrolling instead of turning that.
pub(crate) fn is_taken(ctx: &Context) -> bool {
    let now = ctx.input(|i| i.time);
    let taken = ctx.data(|data| data.get_temp::<f64>(since())).is_some_and(|at| now - at < REST);
    if taken && ctx.input(turned) {
        take(ctx);
    }
    taken
}

fn take(ctx: &Context) {
    let now = ctx.input(|i| i.time);
    ctx.data_mut(|data| data.insert_temp(since(), now));
}

fn turned(input: &egui::InputState) -> bool {
    input.events.iter().any(|event| matches!(event, egui::Event::MouseWheel { .. }))
}

fn since() -> Id {
    Id::unique("when a wheel scrolled last")
}
