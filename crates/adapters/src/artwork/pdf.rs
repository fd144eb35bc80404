//! A sheet written as PDF/A-3, tagged for readers that do not show pages, with what it is about attached.
//!
//! PDF/A-3 (ISO 19005-3) is the form that archives keep and the one that allows attachments: the file embeds its fonts,
//! runs nothing and refers to nothing. The attachment is `credential.json`, media type `application/vc` (or `answer.json`), relationship
//! *Data* (ISO 32000-2 §7.11.3), its stream not compressed: whoever looks for it needs no more than the bytes.

use std::collections::HashMap;
use std::num::NonZeroU16;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata, TextDirection};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use touchstone_service::ports::{ArtworkError, Certificate};
use touchstone_vc::bake::pdf::FILE_NAME;

use super::plate::straight;
use super::sheet::{Area, Ink, Item, PAGE, Placed, Role, Sheet};
use super::typeset::{Direction, Line};

/// What is attached, byte for byte.
pub(super) struct Attachment<'a> {
    name: &'static str,
    media_type: &'static str,
    bytes: &'a [u8],
}

impl<'a> Attachment<'a> {
    /// A credential.
    pub(super) fn credential(bytes: &'a [u8]) -> Self {
        Self {
            name: FILE_NAME,
            media_type: "application/vc",
            bytes,
        }
    }

    /// An answer for a role.
    pub(super) fn answer(bytes: &'a [u8]) -> Self {
        Self {
            name: "answer.json",
            media_type: "application/json",
            bytes,
        }
    }
}

/// Writes the pages of `sheet`, with its attachment.
pub(super) fn write(
    sheet: &Sheet,
    words: &Certificate,
    attachment: &Attachment<'_>,
) -> Result<Vec<u8>, ArtworkError> {
    let unwritable = || ArtworkError::Unwritable { kind: "PDF" };
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| unwritable())?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut parts: Vec<Vec<Node>> = sheet.blocks.iter().map(|_| Vec::new()).collect();
    let mut fonts = HashMap::new();
    for placed in &sheet.pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(unwritable)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for Placed { block, item } in placed {
            if let Some(part) = draw(item, *block, &sheet.blocks, &mut surface, &mut fonts) {
                parts[*block].push(part.into());
            }
        }
        surface.finish();
        for Placed { block, item } in placed {
            if let Item::Link { area, address } = item {
                let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
                let link = LinkAnnotation::new(rect(area).ok_or_else(unwritable)?, target);
                let link = Annotation::new_link(link, Some(address.clone()));
                parts[*block].push(page.add_tagged_annotation(link).into());
            }
        }
        page.finish();
    }
    document.set_tag_tree(tree(&sheet.blocks, parts, &words.title));
    let made_at = date(words.made_at_unix_seconds).ok_or_else(unwritable)?;
    document.set_metadata(metadata(words, made_at));
    document.set_outline(krilla::outline::Outline::new());
    document
        .embed_file(EmbeddedFile {
            path: attachment.name.to_owned(),
            mime_type: MimeType::new(attachment.media_type),
            description: Some(words.title.clone()),
            association_kind: AssociationKind::Data,
            data: attachment.bytes.to_vec().into(),
            modification_date: Some(made_at),
            compress: Some(false),
            location: None,
        })
        .ok_or_else(unwritable)?;
    document.finish().map_err(|error| {
        tracing::error!(?error, "a certificate could not be written as PDF");
        unwritable()
    })
}

/// Draws one item; returns its place in the order of reading, unless it is decoration.
fn draw(
    item: &Item,
    block: usize,
    blocks: &[Role],
    surface: &mut Surface<'_>,
    fonts: &mut HashMap<(u64, u32), Font>,
) -> Option<Identifier> {
    if let Item::Link { .. } = item {
        return None;
    }
    let decoration = blocks[block] == Role::Artifact;
    let actual = match item {
        Item::Words { line, text, .. } => actual_text(line, text),
        _ => None,
    };
    let tag = match item {
        _ if decoration => ContentTag::Artifact(Artifact::new(ArtifactType::Layout, None)),
        Item::Words { .. } => {
            ContentTag::Span(SpanTag::empty().with_actual_text(actual.as_deref()))
        }
        _ => ContentTag::Other,
    };
    let identifier = surface.start_tagged(tag);
    match item {
        Item::Words {
            line,
            text,
            x,
            y,
            ink,
        } => words(line, text, (*x, *y), *ink, surface, fonts),
        Item::Shape { corners, ink } => polygon(corners, *ink, surface),
        Item::Frame { area, ink } => frame(area, *ink, surface),
        Item::Squares { areas } => squares(areas, surface),
        Item::Picture { area, pixels } => picture(area, pixels, surface),
        Item::Link { .. } => {}
    }
    surface.end_tagged();
    (!decoration).then_some(identifier)
}

fn words(
    line: &Line,
    text: &str,
    (x, y): (f32, f32),
    ink: Ink,
    surface: &mut Surface<'_>,
    fonts: &mut HashMap<(u64, u32), Font>,
) {
    let baseline = y + line.baseline;
    for run in &line.runs {
        let key = (run.font.data.id(), run.font.index);
        let font = match fonts.get(&key) {
            Some(font) => font.clone(),
            None => {
                let (data, _) = run.font.data.clone().into_raw_parts();
                let Some(font) = Font::new(data.into(), run.font.index) else {
                    continue;
                };
                fonts.insert(key, font.clone());
                font
            }
        };
        let mut pen = x + run.x;
        // A character without a glyph becomes a box, and the glyphs on both sides of it runs of their own.
        for stretch in run.glyphs.chunk_by(|a, b| (a.id == 0) == (b.id == 0)) {
            let start = pen;
            pen += stretch.iter().map(|glyph| glyph.advance).sum::<f32>();
            if stretch[0].id == 0 {
                let mut left = start;
                for glyph in stretch {
                    let (width, height) = (glyph.advance * 0.8, run.size * 0.68);
                    frame(
                        &Area(left + glyph.advance * 0.1, baseline - height, width, height),
                        ink,
                        surface,
                    );
                    left += glyph.advance;
                }
                continue;
            }
            let glyphs: Vec<KrillaGlyph> = stretch
                .iter()
                .map(|glyph| {
                    KrillaGlyph::new(
                        GlyphId::new(glyph.id),
                        glyph.advance / run.size,
                        glyph.dx / run.size,
                        -glyph.dy / run.size,
                        0.0,
                        glyph.text.clone(),
                        None,
                    )
                })
                .collect();
            surface.set_fill(Some(fill(ink)));
            surface.set_stroke(None);
            surface.draw_glyphs(
                Point::from_xy(start, baseline),
                &glyphs,
                font.clone(),
                text,
                run.size,
                false,
            );
        }
    }
}

/// The text of a line in which a box stands for a character, so that searching and copying still find it.
fn actual_text(line: &Line, text: &str) -> Option<String> {
    let glyphs = || line.runs.iter().flat_map(|run| &run.glyphs);
    glyphs().find(|glyph| glyph.id == 0)?;
    let start = glyphs().map(|glyph| glyph.text.start).min()?;
    let end = glyphs().map(|glyph| glyph.text.end).max()?;
    Some(text.get(start..end)?.trim_end().to_owned())
}

fn polygon(corners: &[(f32, f32)], ink: Ink, surface: &mut Surface<'_>) {
    let mut path = PathBuilder::new();
    for (position, (x, y)) in corners.iter().enumerate() {
        match position {
            0 => path.move_to(*x, *y),
            _ => path.line_to(*x, *y),
        }
    }
    path.close();
    surface.set_fill(Some(fill(ink)));
    surface.set_stroke(None);
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn frame(area: &Area, ink: Ink, surface: &mut Surface<'_>) {
    let Some(rect) = rect(area) else { return };
    let mut path = PathBuilder::new();
    path.push_rect(rect);
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: colour(ink).into(),
        width: 0.6,
        ..Stroke::default()
    }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    surface.set_stroke(None);
}

fn squares(areas: &[Area], surface: &mut Surface<'_>) {
    let mut path = PathBuilder::new();
    for rect in areas.iter().filter_map(rect) {
        path.push_rect(rect);
    }
    surface.set_fill(Some(fill(Ink::Text)));
    surface.set_stroke(None);
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn picture(area: &Area, pixels: &resvg::tiny_skia::Pixmap, surface: &mut Surface<'_>) {
    let image = Image::from_rgba8(straight(pixels), pixels.width(), pixels.height());
    if let Some(size) = Size::from_wh(area.2, area.3) {
        surface.push_transform(&Transform::from_translate(area.0, area.1));
        surface.draw_image(image, size);
        surface.pop();
    }
}

/// The order of reading: blocks as they were begun, each with its lines, across pages.
fn tree(blocks: &[Role], parts: Vec<Vec<Node>>, title: &str) -> TagTree {
    let mut tree = TagTree::new();
    for (role, parts) in blocks.iter().zip(parts) {
        if parts.is_empty() {
            continue;
        }
        let group = match role {
            Role::Artifact => continue,
            Role::Heading => {
                let heading = Tag::Hn(NonZeroU16::MIN, Some(title.to_owned()));
                TagGroup::with_children(heading, parts)
            }
            Role::Paragraph => TagGroup::with_children(Tag::P, parts),
            Role::Figure(words) => TagGroup::with_children(Tag::Figure(Some(words.clone())), parts),
            Role::Link(_) => {
                let link = TagGroup::with_children(Tag::Link, parts);
                TagGroup::with_children(Tag::P, vec![link.into()])
            }
        };
        tree.push(group);
    }
    tree
}

fn metadata(words: &Certificate, made_at: DateTime) -> Metadata {
    let direction = match Direction::of(&words.language) {
        Direction::LeftToRight => TextDirection::LeftToRight,
        Direction::RightToLeft => TextDirection::RightToLeft,
    };
    Metadata::new()
        .title(words.title.clone())
        .language(words.language.clone())
        .creator("Touchstone".to_owned())
        .creation_date(made_at)
        .document_id(words.check.credential_id.clone())
        .text_direction(direction)
}

fn date(unix_seconds: i64) -> Option<DateTime> {
    let moment = Timestamp::from_second(unix_seconds).ok()?;
    let moment = moment.to_zoned(TimeZone::UTC).datetime();
    let small = |number: i8| u8::try_from(number).ok();
    Some(
        DateTime::new(u16::try_from(moment.year()).ok()?)
            .month(small(moment.month())?)
            .day(small(moment.day())?)
            .hour(small(moment.hour())?)
            .minute(small(moment.minute())?)
            .second(small(moment.second())?)
            .utc_offset_hour(0)
            .utc_offset_minute(0),
    )
}

fn rect(Area(x, y, width, height): &Area) -> Option<Rect> {
    Rect::from_xywh(*x, *y, *width, *height)
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: colour(ink).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn colour(ink: Ink) -> rgb::Color {
    let [red, green, blue] = ink.rgb();
    rgb::Color::new(red, green, blue)
}
