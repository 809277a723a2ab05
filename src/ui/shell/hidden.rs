//! What goes on while the window is minimised or wholly covered. Nothing is drawn then, and no panel is asked; but a show is
//! not ended unasked, and what goes wrong is told by the sign that the system has for windows that want to be seen.

use std::time::Duration;

use egui::{Context, UserAttentionType, ViewportCommand};

use super::Window;
use crate::session::command::Sight;

/// The show is looked at this often: that costs nothing that could be measured.
const LOOK: Duration = Duration::from_secs(1);

/// What a window knows that is not seen.
#[derive(Default)]
pub(super) struct Hidden {
    /// The newest fault when it was looked at last; `None` while the window is seen.
    newest: Option<Option<u64>>,
    /// Somebody wanted to close it, and has to be asked.
    asked: bool,
}

impl Hidden {
    /// Whether it was to be closed while nobody could be asked; said once.
    pub(super) fn was_to_close(&mut self) -> bool {
        std::mem::take(&mut self.asked)
    }
}

impl Window {
    /// Looks at the show in the place of a picture.
    pub(super) fn look_unseen(&mut self, ctx: &Context) {
        let (seen, asked) = ctx.input(|i| (i.viewport().visible() != Some(false), i.viewport().close_requested()));
        if seen {
            self.hidden.newest = None;
            return;
        }
        self.see(Sight::default());
        let snapshot = self.link.snapshot.load_full();
        if snapshot.ended {
            return ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        // An idle window closes without a word, as it does when it is seen.
        if asked && self.is_needed(&snapshot) {
            self.hidden.asked = true;
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
            ctx.send_viewport_cmd(ViewportCommand::Focus);
        }
        let newest = snapshot.faults.iter().map(|fault| fault.id).max();
        if self.hidden.newest.replace(newest).is_some_and(|before| newest > before) {
            ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(UserAttentionType::Critical));
        }
        ctx.request_repaint_after(LOOK);
    }
}
