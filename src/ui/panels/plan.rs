//! How the inside of a group is laid out: everything from the group's own corner.

use egui::{Color32, Rect, Ui, Vec2, pos2, vec2};
use korero_dsp::effects::eq;
use korero_dsp::param::ParamId;

use crate::desk::address::ChannelName;
use crate::desk::channel::{Control, Section};
use crate::ui::meters::is_metered;
use crate::ui::theme::{Theme, Weight};
use crate::ui::view::View;
use crate::ui::widgets::knob::Knob;

use super::group::{Curve, Group};
use super::{control, flow, loudness, removed};

/// How much larger a curve is where the panel has the whole height.
const LARGE: f32 = 1.5;
/// How high the curve of the equaliser is there, in the height of two rows of knobs.
const TALL: f32 = 2.0;

/// Where everything of a group stands.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) size: Vec2,
    /// The switch of the whole section, beside the title.
    pub(crate) on: Option<(Control, Rect)>,
    /// The chooser of a slot.
    pub(crate) chooser: Option<Rect>,
    /// By how much what stands in a slot makes the channel late.
    pub(crate) late: Option<Rect>,
    /// What is taken away.
    pub(crate) meter: Option<Rect>,
    pub(crate) curve: Option<Rect>,
    /// What was taken away in the last seconds.
    pub(crate) history: Option<Rect>,
    /// The chooser of the strip that a strip's side-chain listens to.
    pub(crate) key: Option<Rect>,
    /// The key for hearing what is taken away.
    pub(crate) removed: Option<Rect>,
    /// The names of the equaliser's bands, from 0.
    pub(crate) bands: Vec<(usize, Rect)>,
    pub(crate) cells: Vec<(Control, Rect)>,
}

/// Two knobs, one above the other.
pub(crate) fn two_rows(theme: &Theme) -> f32 {
    Knob::size(theme, theme.space.compact).y * 2.0 + theme.space.xs
}

/// The height of a group with two rows of knobs.
pub(crate) fn height(theme: &Theme) -> f32 {
    two_rows(theme) + theme.space.hit + theme.space.xs * 2.0 + theme.space.s
}

/// The least width with which a large equaliser stands beside another group.
fn least_beside(theme: &Theme) -> f32 {
    theme.space.chooser * 3.0
}

impl Plan {
    /// The plan of a group that may be as wide as `available`; a large equaliser is as wide as what is left `beside` the group
    /// before it, if that is enough. `large` where the panel has the whole height.
    pub(crate) fn of(
        ui: &Ui,
        view: &View<'_>,
        name: &ChannelName,
        group: Group,
        (available, beside, large): (f32, f32, bool),
    ) -> Self {
        let space = view.theme.space;
        if group == Group::Meters {
            return Self { size: loudness::size(view.theme), ..Self::default() };
        }
        let mut plan = Self::default();
        let mut at = pos2(space.s, space.hit + space.xs * 2.0);
        if matches!(group, Group::Insert(_)) {
            let rect = Rect::from_min_size(at, vec2(space.strip + space.l, space.hit));
            at.y = rect.bottom() + space.xs;
            plan.chooser = Some(rect);
            let beside = pos2(rect.right() + space.s, rect.top());
            plan.late = group.section(view, name).map(|_| Rect::from_min_size(beside, vec2(space.xxxl, space.hit)));
        }
        if let Some(section) = group.section(view, name) {
            let shares = large && Curve::of(section) == Some(Curve::Equaliser) && beside >= least_beside(view.theme);
            let share = if shares { beside } else { available };
            plan.fill(view.theme, (name, section), at, (share - space.s * 2.0, large));
        }
        let font = view.theme.font(view.theme.letters.small, Weight::SemiBold);
        let title = ui.painter().layout_no_wrap(group.title(view), font, Color32::PLACEHOLDER).size().x;
        let switch = if plan.on.is_some() { space.touch + space.s } else { 0.0 };
        let figure = if plan.meter.is_some() { space.touch } else { 0.0 };
        let reach = plan.reach();
        let width = (reach.x + space.s).max(title + switch + figure + space.s * 2.0).ceil();
        if let Some((_, rect)) = &mut plan.on {
            *rect = Rect::from_min_size(pos2(width - space.s - space.touch, space.xs), vec2(space.touch, space.hit));
        }
        plan.size = vec2(width, reach.y + space.s);
        plan
    }

    fn fill(
        &mut self,
        theme: &Theme,
        (name, section): (&ChannelName, Section),
        mut at: egui::Pos2,
        (available, large): (f32, bool),
    ) {
        let space = theme.space;
        let params = name.role().params(section);
        let control = |param: usize| Control::new(section, ParamId(param as u8));
        self.on = params.iter().position(|spec| spec.id == "on").map(|param| (control(param), Rect::ZERO));
        if Curve::of(section) == Some(Curve::Equaliser) {
            self.equaliser(theme, section, at, (available, large));
            return;
        }
        if is_metered(section) {
            self.meter = Some(Rect::from_min_size(at, vec2(space.s, two_rows(theme))));
            at.x += space.s * 2.0;
        }
        let rest: Vec<usize> = (0..params.len()).filter(|param| params[*param].id != "on").collect();
        let mut sizes: Vec<Vec2> = rest.iter().map(|param| control::size(theme, &params[*param])).collect();
        // Whom a strip's key listens to stands beside its switch.
        let keyed = rest.iter().position(|param| params[*param].id == "key");
        let keyed = keyed.filter(|_| matches!(name, ChannelName::Strip(_))).map(|at| at + 1);
        if let Some(keyed) = keyed {
            sizes.insert(keyed, vec2(space.strip + space.l, space.hit));
        }
        let gives_removed = matches!(section, Section::Slot(_, kind) if kind.gives_removed());
        sizes.extend(gives_removed.then(|| removed::size(theme)));
        let (mut places, reach) = flow::columns(&sizes, two_rows(theme), space.xs);
        let side = two_rows(theme) * if large { LARGE } else { 1.0 };
        if Curve::of(section).is_some() && at.x + side + space.m + reach.x <= available {
            self.curve = Some(Rect::from_min_size(at, Vec2::splat(side)));
            at.x += side + space.m;
            if large && is_metered(section) {
                // Below the knobs, as wide as they are.
                let below = at + vec2(0.0, two_rows(theme) + space.s);
                self.history = Some(Rect::from_min_size(below, vec2(reach.x, side - two_rows(theme) - space.s)));
            }
        }
        self.removed = if gives_removed { places.pop().map(|place| place.translate(at.to_vec2())) } else { None };
        self.key = keyed.map(|keyed| places.remove(keyed).translate(at.to_vec2()));
        self.cells =
            rest.iter().zip(places).map(|(param, place)| (control(*param), place.translate(at.to_vec2()))).collect();
    }

    /// The curve, and beside or below it the bands two by two.
    fn equaliser(&mut self, theme: &Theme, section: Section, at: egui::Pos2, (available, large): (f32, bool)) {
        let space = theme.space;
        let knob = Knob::size(theme, space.compact);
        let block = vec2(knob.x * 3.0 + space.xs * 2.0, space.hit + space.xs + knob.y);
        let bands = block * 2.0 + vec2(space.m, space.s);
        let beside = available - bands.x - space.m;
        let (curve, first) = if large {
            let curve = vec2(available, two_rows(theme) * TALL);
            (curve, at + vec2(0.0, curve.y + space.s))
        } else if beside >= space.chooser {
            let width = beside.min(space.chooser * 2.0);
            (vec2(width, bands.y), at + vec2(width + space.m, 0.0))
        } else {
            (vec2(bands.x.min(available), two_rows(theme)), at + vec2(0.0, two_rows(theme) + space.s))
        };
        self.curve = Some(Rect::from_min_size(at, curve));
        // All beside each other, two by two, or one below the other.
        let beside = match available {
            room if large && room >= bands.x * 2.0 + space.m => eq::BANDS,
            room if room >= bands.x => 2,
            _ => 1,
        };
        // Below a large curve they are spread over its width.
        let pitch = if large { curve.x / beside as f32 } else { block.x + space.m };
        for band in 0..eq::BANDS {
            let (column, row) = ((band % beside) as f32, (band / beside) as f32);
            let corner = first + vec2(column * pitch, row * (block.y + space.s));
            self.band(theme, section, band, Rect::from_min_size(corner, block));
        }
    }

    /// Name, switch and shape above frequency, gain and Q.
    fn band(&mut self, theme: &Theme, section: Section, band: usize, block: Rect) {
        let space = theme.space;
        let knob = Knob::size(theme, space.compact);
        let control = |knob| Control::new(section, eq::param(band, knob));
        let head = |left: f32, width: f32| Rect::from_min_size(pos2(left, block.top()), vec2(width, space.hit));
        let shape = space.strip + space.l;
        let on = space.xxl + space.s;
        let switch = head(block.right() - shape - space.xs - on, on);
        self.bands.push((band, head(block.left(), switch.left() - block.left())));
        self.cells.push((control(eq::Knob::On), switch));
        self.cells.push((control(eq::Knob::Shape), head(block.right() - shape, shape)));
        for (n, param) in [eq::Knob::Freq, eq::Knob::Gain, eq::Knob::Q].into_iter().enumerate() {
            let left = block.left() + n as f32 * (knob.x + space.xs);
            let place = Rect::from_min_size(pos2(left, block.top() + space.hit + space.xs), knob);
            self.cells.push((control(param), place));
        }
    }

    /// The farthest corner of everything in it.
    fn reach(&self) -> Vec2 {
        let cells = self.cells.iter().map(|(_, rect)| *rect);
        let rest = [self.chooser, self.late, self.meter, self.curve, self.history, self.key, self.removed];
        let rest = rest.into_iter().flatten();
        cells.chain(rest).fold(Vec2::ZERO, |reach, rect| reach.max(rect.max.to_vec2()))
    }
}

#[cfg(test)]
mod tests {
    use korero_dsp::bank::Stage;
    use proptest::prelude::*;

    use super::*;
    use crate::ui::theme::Mode;

    proptest! {
        #[test]
        fn nothing_of_an_equaliser_lies_on_another_or_is_wider_than_the_room(
            room in 220.0f32..1_600.0,
            large in any::<bool>(),
        ) {
            let theme = Theme::of(Mode::Dark, false);
            let at = pos2(theme.space.s, theme.space.hit);
            let mut plan = Plan::default();
            plan.equaliser(&theme, Section::Stage(Stage::Eq), at, (room, large));
            let places = plan.cells.iter().map(|(_, place)| *place).chain(plan.bands.iter().map(|(_, place)| *place));
            let places: Vec<Rect> = places.chain(plan.curve).collect();
            for (n, place) in places.iter().enumerate() {
                prop_assert!(place.right() <= at.x + room + 0.5, "{place:?}");
                for other in &places[n + 1..] {
                    prop_assert!(!place.shrink(0.1).intersects(other.shrink(0.1)), "{place:?} {other:?}");
                }
            }
        }
    }
}
