//! A badge picture: the mark, plainly, on paper; below it what was achieved and who says so.
//!
//! Text becomes outlines, so that the picture looks the same wherever it goes. The SVG and the PNG are two ways of writing
//! one [`Picture`].

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resvg::tiny_skia::{
    self, FillRule, FilterQuality, Paint, PathBuilder, PathSegment, Pixmap, PixmapPaint, Rect,
    Stroke, Transform,
};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use touchstone_service::ports::{ArtworkError, Plate};

use super::fonts::Fonts;
use super::mark;
use super::typeset::{self, Align, Direction, Face, Manner, Paragraph, Reading, Run};

/// Places everything on a square of [`SIDE`] units.
pub(super) fn compose(plate: &Plate, fonts: &mut Fonts) -> Result<Picture, ArtworkError> {
    let pixels = match &plate.mark {
        Some(mark) => Some(mark::pixels(mark, (MARK * DETAIL) as u32)?),
        None => None,
    };
    let mark_height = pixels.as_ref().map_or(0.0, |p| p.height() as f32 / DETAIL);
    let gap = if pixels.is_some() { MARK_GAP } else { 0.0 };
    let room = SIDE - 2.0 * MARGIN - mark_height - gap;
    let name = fit(
        fonts,
        &plate.achievement,
        &plate.language,
        &NAME_SIZES,
        room * 0.68,
    );
    let issuer = fit(
        fonts,
        &plate.issuer,
        &plate.language,
        &ISSUER_SIZES,
        room * 0.25,
    );

    let height = mark_height + gap + name.height() + NAME_GAP + issuer.height();
    let mut y = (SIDE - height) / 2.0;
    let mark = pixels.map(|pixels| {
        let x = (SIDE - pixels.width() as f32 / DETAIL) / 2.0;
        PlacedMark { pixels, x, y }
    });
    y += mark_height + gap;
    let achievement = outlines(&name, y);
    y += name.height() + NAME_GAP;
    Ok(Picture {
        mark,
        achievement,
        issuer: outlines(&issuer, y),
    })
}

/// A composed badge.
pub(super) struct Picture {
    mark: Option<PlacedMark>,
    achievement: Option<tiny_skia::Path>,
    issuer: Option<tiny_skia::Path>,
}

struct PlacedMark {
    pixels: Pixmap,
    x: f32,
    y: f32,
}

/// Writes a picture as PNG, without transparency.
pub(super) fn png(picture: &Picture) -> Result<Vec<u8>, ArtworkError> {
    let side = SIDE as u32;
    let unwritable = || ArtworkError::Unwritable { kind: "PNG" };
    let mut canvas = Pixmap::new(side, side).ok_or_else(unwritable)?;
    canvas.fill(colour(SHEET));
    let frame =
        Rect::from_xywh(EDGE, EDGE, SIDE - 2.0 * EDGE, SIDE - 2.0 * EDGE).ok_or_else(unwritable)?;
    let stroke = Stroke {
        width: HAIRLINE,
        ..Stroke::default()
    };
    let frame = PathBuilder::from_rect(frame);
    canvas.stroke_path(&frame, &paint(RULE), &stroke, Transform::identity(), None);
    if let Some(mark) = &picture.mark {
        let transform =
            Transform::from_translate(mark.x, mark.y).pre_scale(1.0 / DETAIL, 1.0 / DETAIL);
        let paint = PixmapPaint {
            quality: FilterQuality::Bilinear,
            ..PixmapPaint::default()
        };
        canvas.draw_pixmap(0, 0, mark.pixels.as_ref(), &paint, transform, None);
    }
    for (path, ink) in [(&picture.achievement, INK), (&picture.issuer, SOFT)] {
        if let Some(path) = path {
            canvas.fill_path(
                path,
                &paint(ink),
                FillRule::Winding,
                Transform::identity(),
                None,
            );
        }
    }
    let rgb: Vec<u8> = canvas
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    encode(side, side, png::ColorType::Rgb, &rgb).ok_or_else(unwritable)
}

/// Writes a picture as SVG: shapes, one embedded PNG for the mark, and the names as text for those who cannot see it.
pub(super) fn svg(picture: &Picture, plate: &Plate) -> Result<String, ArtworkError> {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIDE} {SIDE}\" role=\"img\" \
         aria-labelledby=\"title desc\" xml:lang=\"{}\"><title id=\"title\">{}</title>\
         <desc id=\"desc\">{}</desc>",
        escape(&plate.language),
        escape(&plate.achievement),
        escape(&plate.issuer)
    );
    let _ = write!(
        svg,
        "<path fill=\"{}\" d=\"M0 0h{SIDE}v{SIDE}H0z\"/><path fill=\"none\" stroke=\"{}\" \
         stroke-width=\"{HAIRLINE}\" d=\"M{EDGE} {EDGE}h{inner}v{inner}h-{inner}z\"/>",
        hex(SHEET),
        hex(RULE),
        inner = SIDE - 2.0 * EDGE
    );
    if let Some(mark) = &picture.mark {
        let (width, height) = (mark.pixels.width(), mark.pixels.height());
        let rgba = straight(&mark.pixels);
        let png = encode(width, height, png::ColorType::Rgba, &rgba)
            .ok_or(ArtworkError::Unwritable { kind: "SVG" })?;
        let _ = write!(
            svg,
            "<image x=\"{:.1}\" y=\"{:.1}\" width=\"{}\" height=\"{}\" href=\"data:image/png;base64,{}\"/>",
            mark.x,
            mark.y,
            width as f32 / DETAIL,
            height as f32 / DETAIL,
            STANDARD.encode(png)
        );
    }
    for (path, ink) in [(&picture.achievement, INK), (&picture.issuer, SOFT)] {
        if let Some(path) = path {
            let _ = write!(svg, "<path fill=\"{}\" d=\"{}\"/>", hex(ink), data(path));
        }
    }
    svg.push_str("</svg>");
    Ok(svg)
}

/// Sets text centred in the largest size in which it fits, its lines evenly filled; cuts it with an ellipsis if none does.
fn fit(fonts: &mut Fonts, text: &str, language: &str, sizes: &[f32], height: f32) -> Paragraph {
    let mut set = |text: &str, size: f32, measure: f32| {
        let manner = Manner {
            size,
            leading: 1.16,
            measure,
            align: Align::Middle,
            side: Direction::of(language),
            reading: Reading::AsWritten,
            language,
        };
        typeset::set(fonts, &[(Face::Roman, text)], &manner)
    };
    let smallest = sizes.last().copied().unwrap_or(24.0);
    // One large line reads best; then up to three.
    let mut fits = |lines: usize, least: f32| {
        sizes
            .iter()
            .copied()
            .filter(|size| *size >= least)
            .find(|size| {
                let tried = set(text, *size, MEASURE);
                tried.lines.len() <= lines && tried.height() <= height
            })
    };
    let size = fits(1, sizes.first().map_or(smallest, |largest| largest * 0.75))
        .or_else(|| fits(3, smallest))
        .unwrap_or(smallest);
    let mut paragraph = set(text, size, MEASURE);
    let most = (height / (size * 1.16)).floor().max(1.0) as usize;
    if paragraph.lines.len() > most {
        let glyphs = paragraph.lines[..most].iter().flat_map(|line| &line.runs);
        let end = glyphs
            .flat_map(|run| &run.glyphs)
            .map(|glyph| glyph.text.end)
            .max();
        let kept = paragraph.text[..end.unwrap_or(0)].trim_end();
        let kept = kept
            .char_indices()
            .nth_back(1)
            .map_or("", |(cut, _)| &kept[..cut]);
        return set(&format!("{kept}…"), size, MEASURE);
    }
    // The narrowest measure with as many lines fills them evenly.
    let lines = paragraph.lines.len();
    let narrower = (1..=10).map(|step| MEASURE * (1.0 - 0.06 * step as f32));
    for measure in narrower {
        let tried = set(text, size, measure);
        if tried.lines.len() > lines {
            break;
        }
        paragraph = centred(tried, measure);
    }
    paragraph
}

/// Moves lines set in a narrower measure back to the middle of the full one.
fn centred(mut paragraph: Paragraph, measure: f32) -> Paragraph {
    let runs = paragraph.lines.iter_mut().flat_map(|line| &mut line.runs);
    for run in runs {
        run.x += (MEASURE - measure) / 2.0;
    }
    paragraph
}

fn outlines(paragraph: &Paragraph, top: f32) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::new();
    let mut y = top;
    for line in &paragraph.lines {
        for run in &line.runs {
            outline(run, y + line.baseline, &mut path);
        }
        y += line.height;
    }
    path.finish()
}

fn outline(run: &Run, baseline: f32, path: &mut PathBuilder) {
    let Ok(font) = FontRef::from_index(run.font.data.data(), run.font.index) else {
        return;
    };
    let glyphs = font.outline_glyphs();
    let mut pen = (SIDE - MEASURE) / 2.0 + run.x;
    for glyph in &run.glyphs {
        let at = (pen + glyph.dx, baseline + glyph.dy);
        if glyph.id == 0 {
            empty_box(at, glyph.advance, run.size, path);
        } else if let Some(shape) = glyphs.get(GlyphId::new(glyph.id)) {
            let settings = DrawSettings::unhinted(Size::new(run.size), LocationRef::default());
            // A glyph that cannot be drawn leaves a gap; the text stands in `title` all the same.
            let _ = shape.draw(settings, &mut Pen { path, at });
        }
        pen += glyph.advance;
    }
}

/// A hollow box for a character that no font has.
fn empty_box((x, y): (f32, f32), advance: f32, size: f32, path: &mut PathBuilder) {
    let (width, height, line) = (advance * 0.8, size * 0.68, size * 0.04);
    let outer = Rect::from_xywh(x + advance * 0.1, y - height, width, height);
    if let Some(outer) = outer {
        path.push_rect(outer);
        // Drawn the other way round, the inner edge cuts a hole.
        let (left, top) = (outer.left() + line, outer.top() + line);
        let (right, bottom) = (outer.right() - line, outer.bottom() - line);
        path.move_to(left, top);
        path.line_to(left, bottom);
        path.line_to(right, bottom);
        path.line_to(right, top);
        path.close();
    }
}

struct Pen<'a> {
    path: &'a mut PathBuilder,
    at: (f32, f32),
}

impl OutlinePen for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.at.0 + x, self.at.1 - y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.at.0 + x, self.at.1 - y);
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (ox, oy) = self.at;
        self.path.quad_to(ox + cx, oy - cy, ox + x, oy - y);
    }
    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (ox, oy) = self.at;
        self.path
            .cubic_to(ox + ax, oy - ay, ox + bx, oy - by, ox + x, oy - y);
    }
    fn close(&mut self) {
        self.path.close();
    }
}

fn data(path: &tiny_skia::Path) -> String {
    let mut data = String::new();
    for segment in path.segments() {
        let _ = match segment {
            PathSegment::MoveTo(p) => write!(data, "M{:.1} {:.1}", p.x, p.y),
            PathSegment::LineTo(p) => write!(data, "L{:.1} {:.1}", p.x, p.y),
            PathSegment::QuadTo(c, p) => {
                write!(data, "Q{:.1} {:.1} {:.1} {:.1}", c.x, c.y, p.x, p.y)
            }
            PathSegment::CubicTo(a, b, p) => {
                write!(
                    data,
                    "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
                    a.x, a.y, b.x, b.y, p.x, p.y
                )
            }
            PathSegment::Close => write!(data, "z"),
        };
    }
    data
}

fn encode(width: u32, height: u32, kind: png::ColorType, samples: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(kind);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    encoder
        .write_header()
        .ok()?
        .write_image_data(samples)
        .ok()?;
    Some(bytes)
}

/// The pixels with their colours not yet multiplied by their opacity, as PNG and PDF want them.
pub(super) fn straight(pixels: &Pixmap) -> Vec<u8> {
    let pixels = pixels.pixels().iter().map(|pixel| pixel.demultiply());
    pixels
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()])
        .collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML has no way to write these.
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

fn paint([red, green, blue]: [u8; 3]) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}

fn colour([red, green, blue]: [u8; 3]) -> tiny_skia::Color {
    tiny_skia::Color::from_rgba8(red, green, blue, 255)
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The square's side in units and, as PNG, in pixels.
const SIDE: f32 = 800.0;
const MARGIN: f32 = 80.0;
const MEASURE: f32 = SIDE - 2.0 * MARGIN;
const EDGE: f32 = 16.0;
const HAIRLINE: f32 = 2.0;
/// The longer side of the mark.
const MARK: f32 = 300.0;
/// Pixels of the mark for each unit, for screens with finer pixels.
const DETAIL: f32 = 2.0;
const MARK_GAP: f32 = 56.0;
const NAME_GAP: f32 = 22.0;
const NAME_SIZES: [f32; 5] = [68.0, 58.0, 50.0, 42.0, 36.0];
const ISSUER_SIZES: [f32; 3] = [36.0, 30.0, 26.0];

/// Tokens of the pages' light scheme: paper, ink, labels, hairlines.
const SHEET: [u8; 3] = [0xff, 0xff, 0xff];
const INK: [u8; 3] = [0x15, 0x1a, 0x19];
const SOFT: [u8; 3] = [0x4a, 0x55, 0x53];
const RULE: [u8; 3] = [0xc5, 0xcd, 0xca];
