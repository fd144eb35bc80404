//! Text to lines of placed glyphs, for whatever draws them.

use parley::{
    Alignment, AlignmentOptions, BaseDirection, FontData, FontFamily, FontFamilyName, FontStyle,
    FontWeight, LineHeight, OverflowWrap, StyleProperty,
};

use super::fonts::{Fonts, MONO, SERIF, is_ignorable};

/// Sets `spans` as one paragraph of at most `measure` wide.
pub(super) fn set(fonts: &mut Fonts, spans: &[(Face, &str)], manner: &Manner<'_>) -> Paragraph {
    let mut text = String::new();
    let mut ranges = Vec::new();
    for (face, words) in spans {
        let start = text.len();
        text.extend(words.chars().map(|c| if c.is_control() { ' ' } else { c }));
        ranges.push((*face, start..text.len()));
    }
    let base = spans.first().map_or(Face::Roman, |(face, _)| *face);
    let (families, missing) = fonts.cover(base.family(), &text, manner.language);
    let names: Vec<FontFamilyName<'_>> = families
        .iter()
        .map(|name| FontFamilyName::named(name))
        .collect();

    let Fonts {
        context, layouts, ..
    } = fonts;
    let mut builder = layouts.ranged_builder(context, &text, 1.0, false);
    builder.set_base_direction(match manner.reading {
        Reading::AsWritten => BaseDirection::Auto,
        Reading::AsPage if manner.side == Direction::RightToLeft => BaseDirection::Rtl,
        Reading::AsPage => BaseDirection::Ltr,
    });
    builder.push_default(StyleProperty::FontFamily(FontFamily::List(names.into())));
    builder.push_default(StyleProperty::FontSize(manner.size));
    builder.push_default(LineHeight::FontSizeRelative(manner.leading));
    builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
    if let Ok(language) = manner.language.parse() {
        builder.push_default(StyleProperty::Locale(Some(language)));
    }
    for (face, range) in ranges {
        builder.push(StyleProperty::FontStyle(face.style()), range.clone());
        builder.push(StyleProperty::FontWeight(face.weight()), range);
    }
    let mut layout = builder.build(&text);
    layout.break_all_lines(Some(manner.measure));
    layout.align(
        match (manner.align, manner.side) {
            (Align::Middle, _) => Alignment::Center,
            (Align::Start, Direction::LeftToRight) => Alignment::Left,
            (Align::Start, Direction::RightToLeft) => Alignment::Right,
        },
        AlignmentOptions::default(),
    );
    let lines = layout.lines().map(|line| read(&line, &text)).collect();
    Paragraph {
        lines,
        text,
        missing,
    }
}

/// How a paragraph is set.
pub(super) struct Manner<'a> {
    pub(super) size: f32,
    /// Line height as a multiple of the size.
    pub(super) leading: f32,
    pub(super) measure: f32,
    pub(super) align: Align,
    /// The direction of the page: the side at which all its lines begin.
    pub(super) side: Direction,
    pub(super) reading: Reading,
    pub(super) language: &'a str,
}

/// How the parts of a line follow each other.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// As the first letter says: for what others wrote, in whatever language.
    AsWritten,
    /// As the page does: for sentences that hold something of another language.
    AsPage,
}

/// Where lines stand in their measure.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Start,
    Middle,
}

/// The side on which lines begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Direction {
    LeftToRight,
    RightToLeft,
}

impl Direction {
    /// The direction in which a language is written.
    pub(super) fn of(language: &str) -> Self {
        let tag = language.to_ascii_lowercase();
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        let script = parts.find(|part| part.len() == 4);
        let from_the_right = match script {
            Some(script) => ["arab", "hebr", "syrc", "thaa", "nkoo", "adlm"].contains(&script),
            None => [
                "ar", "he", "iw", "fa", "ur", "ps", "sd", "ug", "yi", "ckb", "dv", "syr", "nqo",
            ]
            .contains(&primary),
        };
        if from_the_right {
            Self::RightToLeft
        } else {
            Self::LeftToRight
        }
    }
}

/// The faces of the pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Face {
    Roman,
    Italic,
    Semibold,
    Mono,
}

impl Face {
    fn family(self) -> &'static str {
        match self {
            Self::Mono => MONO,
            Self::Roman | Self::Italic | Self::Semibold => SERIF,
        }
    }

    fn style(self) -> FontStyle {
        match self {
            Self::Italic => FontStyle::Italic,
            Self::Roman | Self::Semibold | Self::Mono => FontStyle::Normal,
        }
    }

    fn weight(self) -> FontWeight {
        match self {
            Self::Semibold => FontWeight::SEMI_BOLD,
            Self::Roman | Self::Italic | Self::Mono => FontWeight::NORMAL,
        }
    }
}

/// Lines of a paragraph and the text they came from.
pub(super) struct Paragraph {
    pub(super) lines: Vec<Line>,
    pub(super) text: String,
    /// Characters that no font has.
    pub(super) missing: Vec<char>,
}

impl Paragraph {
    pub(super) fn height(&self) -> f32 {
        self.lines.iter().map(|line| line.height).sum()
    }
}

/// One line; positions count from the paragraph's left and the line's top.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) height: f32,
    pub(super) baseline: f32,
    pub(super) runs: Vec<Run>,
}

/// Glyphs of one font in the order in which they stand.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) font: FontData,
    pub(super) size: f32,
    pub(super) x: f32,
    pub(super) glyphs: Vec<Glyph>,
}

/// A glyph; offsets are from the pen, and down is positive.
#[derive(Clone)]
pub(super) struct Glyph {
    pub(super) id: u32,
    pub(super) dx: f32,
    pub(super) dy: f32,
    pub(super) advance: f32,
    /// The bytes of [`Paragraph::text`] that it stands for.
    pub(super) text: std::ops::Range<usize>,
}

fn read(line: &parley::Line<'_, ()>, text: &str) -> Line {
    let metrics = line.metrics();
    let mut pen = metrics.offset;
    let mut runs = Vec::new();
    for run in line.runs() {
        let start = pen;
        let mut glyphs: Vec<Glyph> = Vec::new();
        for cluster in run.visual_clusters() {
            let range = cluster.text_range();
            if cluster.is_ligature_continuation() {
                if let Some(last) = glyphs.last_mut() {
                    last.text = last.text.start.min(range.start)..last.text.end.max(range.end);
                }
                continue;
            }
            // Marks of direction have done their work; kept as empty glyphs they would come out when the text is copied.
            if text[range.clone()].chars().all(is_ignorable) {
                continue;
            }
            for glyph in cluster.glyphs() {
                glyphs.push(Glyph {
                    id: glyph.id,
                    dx: glyph.x,
                    dy: glyph.y,
                    advance: glyph.advance,
                    text: range.clone(),
                });
                pen += glyph.advance;
            }
        }
        runs.push(Run {
            font: run.font().clone(),
            size: run.font_size(),
            x: start,
            glyphs,
        });
    }
    Line {
        height: metrics.line_height,
        baseline: metrics.baseline - metrics.block_min_coord,
        runs,
    }
}
