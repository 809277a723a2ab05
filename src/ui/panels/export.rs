//! What an export makes of a take: how it is cut, in which forms, and how loud.

use std::time::Duration;

use egui::{Id, Ui};
use korero_sentences::key;

use crate::limits::MAX_FADE;
use crate::session::shelf::OpenTake;
use crate::takes::export::{Cut, ExportPlan, Format, Match};
use crate::ui::reading;
use crate::ui::view::View;
use crate::ui::widgets::field::Field;

use super::caption;
use super::take::key as press;

/// The longest text of a fade.
const MAX_SECONDS: usize = 8;

/// What was chosen last; it stays for the next take.
#[derive(Default)]
pub(super) struct Export {
    plan: ExportPlan,
}

impl Export {
    /// Shows the choices; gives the plan when the export is to begin.
    pub(super) fn show(&mut self, ui: &mut Ui, view: &View<'_>, open: &OpenTake) -> Option<ExportPlan> {
        let plan = &mut self.plan;
        ui.horizontal_wrapped(|ui| {
            for (cut, word) in [(Cut::Songs, key::SHELF_CUT_SONGS), (Cut::Whole, key::SHELF_CUT_WHOLE)] {
                ui.radio_value(&mut plan.cut, cut, view.word(word));
            }
            ui.separator();
            for (format, name) in [(Format::Wav, "WAV"), (Format::Flac, "FLAC"), (Format::Opus, "Opus")] {
                let mut chosen = plan.formats.contains(&format);
                if ui.checkbox(&mut chosen, name).changed() {
                    plan.formats.retain(|other| *other != format);
                    plan.formats.extend(chosen.then_some(format));
                }
            }
        });
        ui.horizontal_wrapped(|ui| {
            let mut matched = plan.matched.is_some();
            let usual = Match::default();
            let args = [("lufs", reading::level(usual.lufs).into()), ("peak", reading::level(usual.ceiling_db).into())];
            let word = view.say(key::SHELF_MATCHED, &args);
            if ui.checkbox(&mut matched, word).on_hover_text(view.word(key::SHELF_MATCHED_TIP)).changed() {
                plan.matched = matched.then_some(usual);
            }
            ui.separator();
            fade(ui, view, &mut plan.fade_in, key::SHELF_FADE_IN);
            fade(ui, view, &mut plan.fade_out, key::SHELF_FADE_OUT);
        });
        let start = press(ui, view, (key::SHELF_START, key::SHELF_START_TIP), None, !plan.formats.is_empty());
        let file = open.take.files.get(open.file).filter(|_| start)?;
        Some(ExportPlan { part: file.part, ..plan.clone() })
    }
}

/// How long a file comes up or goes down.
fn fade(ui: &mut Ui, view: &View<'_>, fade: &mut Duration, named: korero_sentences::Key) {
    let name = view.word(named);
    caption(ui, view.theme, name.clone());
    let field = Field {
        id: Id::unique(("export fade", name.as_str())),
        name: &name,
        text: &reading::seconds(*fade),
        hint: "",
        width: view.theme.space.compact,
        secret: false,
        limit: MAX_SECONDS,
    };
    if let Some(typed) = field.show(ui).1.and_then(|text| reading::read_seconds(&text)) {
        *fade = typed.min(MAX_FADE);
    }
}
