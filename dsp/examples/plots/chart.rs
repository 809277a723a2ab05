//! Charts in the colours of the look, as SVG.

use std::fs;
use std::path::{Path, PathBuf};

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::Outcome;
use crate::axis::{Axis, Rows};
use crate::page::number;

/// Drawn at twice the size at which a page shows it, since the places of points are whole numbers.
const WIDTH: u32 = 1_680;
const HEIGHT: u32 = 840;
/// Sizes in the drawing's own units.
const LETTERS: u32 = 30;
const MARGIN: u32 = 24;
const LEGEND_LINE: i32 = 40;
const BAR: u32 = 32;

type Paper<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Where drawings go, and in which colours.
pub(crate) struct Look {
    folder: PathBuf,
    colours: toml::Table,
}

/// One curve.
pub(crate) struct Curve {
    /// Empty where another curve's name says it.
    pub(crate) name: String,
    /// Its colour, by its name in the theme.
    pub(crate) colour: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) form: Form,
}

impl Curve {
    /// No curve, but a name for all that are drawn in a form.
    pub(crate) fn name_of(form: Form, name: &str) -> Self {
        Self { name: name.to_owned(), colour: "ink1", points: Vec::new(), form }
    }
}

/// How a curve is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Line,
    Dashes,
    Dots,
}

/// Bars of one kind beside those of other kinds.
pub(crate) struct Bars<'a> {
    pub(crate) name: &'a str,
    pub(crate) colour: &'static str,
    /// One for each row.
    pub(crate) values: Vec<f64>,
    /// Behind the point, when the values are written out.
    pub(crate) digits: usize,
}

impl Look {
    /// The light look, which brings its own ground and so is legible on any page. Errors: the folder cannot be made, or the
    /// theme is not as it should be.
    pub(crate) fn light(folder: &Path) -> Outcome<Self> {
        fs::create_dir_all(folder)?;
        let theme: toml::Table = include_str!("../../../assets/theme.toml").parse()?;
        let colours = theme.get("light").and_then(toml::Value::as_table).ok_or("the theme has no light look")?.clone();
        Ok(Self { folder: folder.to_owned(), colours })
    }

    fn colour(&self, name: &str) -> RGBColor {
        let text = self.colours.get(name).and_then(toml::Value::as_str).unwrap_or("#000000");
        let part = |at: usize| text.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(0);
        RGBColor(part(1), part(3), part(5))
    }

    fn letters(&self, colour: &str) -> TextStyle<'static> {
        TextStyle {
            color: self.colour(colour).to_backend_color(),
            ..TextStyle::from(("sans-serif", LETTERS).into_font())
        }
    }

    /// Curves over two axes; their names stand above the chart. Errors: the drawing cannot be written.
    pub(crate) fn curves(&self, file: &str, x: &Axis, y: &Axis, curves: &[Curve]) -> Outcome {
        let path = self.folder.join(file);
        let paper = SVGBackend::new(&path, (WIDTH, HEIGHT)).into_drawing_area();
        paper.fill(&self.colour("surface0"))?;
        let named = curves.iter().filter(|curve| !curve.name.is_empty());
        let keys: Vec<_> = named.map(|curve| (curve.name.as_str(), curve.colour, curve.form)).collect();
        let below = self.legend(&paper, &keys)?;
        let mut chart = ChartBuilder::on(&below)
            .margin(MARGIN)
            .x_label_area_size(3 * LETTERS)
            .y_label_area_size(4 * LETTERS)
            .build_cartesian_2d(x.clone(), y.clone())?;
        chart
            .configure_mesh()
            .bold_line_style(self.colour("line").mix(0.6))
            .light_line_style(TRANSPARENT)
            .axis_style(self.colour("ink2"))
            .label_style(self.letters("ink1"))
            .axis_desc_style(self.letters("ink0"))
            .x_desc(x.name)
            .y_desc(y.name)
            .draw()?;
        for curve in curves {
            let points = curve.points.iter().copied();
            let style = self.colour(curve.colour).stroke_width(4);
            match curve.form {
                Form::Line => drop(chart.draw_series(LineSeries::new(points, style))?),
                Form::Dashes => drop(chart.draw_series(DashedLineSeries::new(points, 12, 10, style))?),
                Form::Dots => drop(chart.draw_series(points.map(|at| Circle::new(at, 7, style.filled())))?),
            }
        }
        paper.present()?;
        Ok(())
    }

    /// Rows of bars that begin at 0, as long as the values say, with the value at the end of each; one that is longer than the
    /// chart is cut there. Errors: the drawing cannot be written.
    pub(crate) fn bars(&self, file: &str, drawn: &Rows, x: &Axis, kinds: &[Bars<'_>], most: Option<f64>) -> Outcome {
        let path = self.folder.join(file);
        let height = drawn.count() as u32 * (BAR * kinds.len() as u32 + BAR) + 9 * LETTERS;
        let paper = SVGBackend::new(&path, (WIDTH, height)).into_drawing_area();
        paper.fill(&self.colour("surface0"))?;
        let keys: Vec<_> = kinds.iter().map(|bars| (bars.name, bars.colour, Form::Line)).collect();
        let below = self.legend(&paper, &keys)?;
        let mut chart = ChartBuilder::on(&below)
            .margin(MARGIN)
            .x_label_area_size(3 * LETTERS)
            .y_label_area_size(17 * LETTERS)
            .build_cartesian_2d(x.clone(), drawn.clone())?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .bold_line_style(self.colour("line").mix(0.6))
            .light_line_style(TRANSPARENT)
            .axis_style(self.colour("ink2"))
            .label_style(self.letters("ink1"))
            .axis_desc_style(self.letters("ink0"))
            .x_desc(x.name)
            .draw()?;
        let thick = 1.0 / (kinds.len() + 1) as f64;
        for (at, bars) in kinds.iter().enumerate() {
            for (row, value) in bars.values.iter().enumerate() {
                let top = row as f64 + (at as f64 + 0.5) * thick;
                let corners = [(0.0, top), (*value, top + 0.92 * thick)];
                chart.draw_series([Rectangle::new(corners, self.colour(bars.colour).filled())])?;
                let text = number(*value, bars.digits, x.low < 0.0);
                let (colour, side, beside) = match (*value < x.low, *value < 0.0) {
                    (true, _) => ("onfill", HPos::Left, 10),
                    (false, true) => ("ink1", HPos::Right, -10),
                    (false, false) => ("ink1", HPos::Left, 10),
                };
                let words = self.letters(colour).pos(Pos::new(side, VPos::Center));
                let end = EmptyElement::at((*value, top + 0.46 * thick));
                chart.draw_series([end + Text::new(text, (beside, 0), words)])?;
            }
        }
        let bound = most.map(|most| [(most, 0.0), (most, drawn.count() as f64)]);
        let style = self.colour("over").stroke_width(4);
        chart.draw_series(bound.map(|ends| PathElement::new(ends, style)))?;
        paper.present()?;
        Ok(())
    }

    /// The names of what is drawn, side by side; gives the paper below them.
    fn legend<'p>(&self, paper: &Paper<'p>, keys: &[(&str, &str, Form)]) -> Outcome<Paper<'p>> {
        let room = |name: &str| LEGEND_LINE + 30 + (name.chars().count() as u32 * LETTERS * 11 / 20) as i32;
        let right = WIDTH as i32 - MARGIN as i32;
        let (left, mut at, mut line) = (5 * LETTERS as i32, 5 * LETTERS as i32, MARGIN as i32 + LETTERS as i32 / 2);
        for (name, colour, form) in keys {
            if at + room(name) > right {
                (at, line) = (left, line + LETTERS as i32 * 4 / 3);
            }
            let style = self.colour(colour).stroke_width(6);
            let ends = [(at, line), (at + LEGEND_LINE, line)];
            match form {
                Form::Line => paper.draw(&PathElement::new(ends, style))?,
                Form::Dashes => {
                    for part in [0, 16, 32] {
                        paper.draw(&PathElement::new([(at + part, line), (at + part + 10, line)], style))?;
                    }
                }
                Form::Dots => paper.draw(&Circle::new((at + LEGEND_LINE / 2, line), 8, style.filled()))?,
            }
            let words = self.letters("ink0").pos(Pos::new(HPos::Left, VPos::Center));
            paper.draw(&Text::new((*name).to_owned(), (at + LEGEND_LINE + 10, line), words))?;
            at += room(name);
        }
        let (_, below) = paper.split_vertically(line + LETTERS as i32);
        Ok(below)
    }
}
