//! A brand mark to pixels: the only form in which somebody else's picture goes further.
//!
//! The renderer has no resolver: images, fonts, style sheets and entities that a mark refers to are never looked for. Scripts
//! and animations have no meaning to it. What could take long (copies of copies, filters, patterns, layers) is counted
//! before it is drawn and refused by name.

use std::collections::HashMap;

use resvg::tiny_skia::{FilterQuality, Pixmap, PixmapPaint, Transform};
use resvg::usvg::{self, roxmltree};
use touchstone_service::ports::{ArtworkError, Mark};

/// Draws `mark` as large as fits into `side` × `side` pixels, on nothing.
pub(super) fn pixels(mark: &Mark, side: u32) -> Result<Pixmap, ArtworkError> {
    match mark {
        Mark::Svg(bytes) => svg(bytes, side),
        Mark::Png(bytes) => png(bytes, side),
    }
}

fn svg(bytes: &[u8], side: u32) -> Result<Pixmap, ArtworkError> {
    within(bytes, SVG_BYTES)?;
    let text = std::str::from_utf8(bytes).map_err(|_| NO_SVG)?;
    let parsing = roxmltree::ParsingOptions {
        allow_dtd: true, // Drawing programs write a DOCTYPE; external entities are unknown to this parser.
        nodes_limit: NODES,
        ..roxmltree::ParsingOptions::default()
    };
    if tag_depth(text) > DEPTH {
        return Err(ArtworkError::MarkTooCostly {
            what: "deeply nested elements",
        });
    }
    let document =
        roxmltree::Document::parse_with_options(text, parsing).map_err(|error| match error {
            roxmltree::Error::NodesLimitReached => ArtworkError::MarkTooCostly {
                what: "too many elements",
            },
            _ => NO_SVG,
        })?;
    refuse_costly_elements(&document)?;
    let tree = usvg::Tree::from_xmltree(&document, &without_resolvers(text)).map_err(|_| NO_SVG)?;
    let mut budget = LAYERS;
    refuse_costly_paint(tree.root(), &mut budget)?;

    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = side as f32 / width.max(height);
    let mut canvas = canvas(width * scale, height * scale, side).ok_or(NO_SVG)?;
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut canvas.as_mut(),
    );
    Ok(canvas)
}

fn png(bytes: &[u8], side: u32) -> Result<Pixmap, ArtworkError> {
    within(bytes, PNG_BYTES)?;
    let mut picture = decode(bytes)?;
    // Halve until one last, smooth step is left: a single step would skip pixels.
    while picture.width().max(picture.height()) > 2 * side {
        picture = scaled(&picture, 0.5, side * 4).ok_or(NO_PNG)?;
    }
    let scale = side as f32 / picture.width().max(picture.height()) as f32;
    scaled(&picture, scale, side).ok_or(NO_PNG)
}

fn decode(bytes: &[u8]) -> Result<Pixmap, ArtworkError> {
    let limits = png::Limits { bytes: PNG_MEMORY };
    let mut decoder = png::Decoder::new_with_limits(std::io::Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true); // Compressed text can be a bomb, and is not drawn.
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(
        png::Transformations::normalize_to_color8() | png::Transformations::ALPHA,
    );
    let mut reader = decoder.read_info().map_err(|_| NO_PNG)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width.max(height) > PNG_SIDE {
        return Err(ArtworkError::MarkTooCostly {
            what: "more than 4,096 pixels a side",
        });
    }
    let mut samples = vec![0; reader.output_buffer_size().ok_or(NO_PNG)?];
    let frame = reader.next_frame(&mut samples).map_err(|_| NO_PNG)?;
    let mut picture = Pixmap::new(width, height).ok_or(NO_PNG)?;
    let channels = frame.color_type.samples();
    for (pixel, sample) in picture
        .pixels_mut()
        .iter_mut()
        .zip(samples.chunks_exact(channels))
    {
        let (red, green, blue, alpha) = match *sample {
            [grey, alpha] => (grey, grey, grey, alpha),
            [red, green, blue, alpha] => (red, green, blue, alpha),
            _ => return Err(NO_PNG),
        };
        *pixel = resvg::tiny_skia::ColorU8::from_rgba(red, green, blue, alpha).premultiply();
    }
    Ok(picture)
}

fn scaled(picture: &Pixmap, scale: f32, limit: u32) -> Option<Pixmap> {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let mut canvas = canvas(width * scale, height * scale, limit.max(PNG_SIDE))?;
    let paint = PixmapPaint {
        quality: if scale < 1.0 {
            FilterQuality::Bilinear
        } else {
            FilterQuality::Bicubic
        },
        ..PixmapPaint::default()
    };
    let transform = Transform::from_scale(
        canvas.width() as f32 / width,
        canvas.height() as f32 / height,
    );
    canvas.draw_pixmap(0, 0, picture.as_ref(), &paint, transform, None);
    Some(canvas)
}

fn canvas(width: f32, height: f32, limit: u32) -> Option<Pixmap> {
    let side = |length: f32| (length.round() as u32).clamp(1, limit);
    Pixmap::new(side(width), side(height))
}

fn within(bytes: &[u8], limit: usize) -> Result<(), ArtworkError> {
    match bytes.len() {
        length if length <= limit => Ok(()),
        length => Err(ArtworkError::MarkTooLarge {
            bytes: length,
            limit,
        }),
    }
}

/// An upper bound of how deep elements nest, before a recursive parser finds out on its stack.
fn tag_depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in text.split('<').skip(1) {
        match tag.as_bytes().first() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_)
                if tag
                    .split('>')
                    .next()
                    .is_some_and(|inner| inner.ends_with('/')) => {}
            Some(_) => depth += 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn refuse_costly_elements<'a>(document: &'a roxmltree::Document<'a>) -> Result<(), ArtworkError> {
    let costly = |what| Err(ArtworkError::MarkTooCostly { what });
    let elements = || document.descendants().filter(roxmltree::Node::is_element);
    if elements().any(|node| node.has_tag_name((SVG, "marker"))) {
        return costly("markers");
    }
    let sheets = elements().filter(|node| node.has_tag_name((SVG, "style")));
    if sheets
        .filter_map(|node| node.text())
        .map(str::len)
        .sum::<usize>()
        > STYLE_BYTES
    {
        return costly("a long style sheet");
    }
    let named = elements().filter_map(|node| Some((node.attribute("id")?, node)));
    if drawn(document.root_element(), &named.collect(), 0) > NODES as usize {
        return costly("copies of copies");
    }
    Ok(())
}

/// How many elements are drawn once every `use` stands for its copy; stops counting soon after there are too many.
fn drawn<'a>(
    node: roxmltree::Node<'a, 'a>,
    named: &HashMap<&'a str, roxmltree::Node<'a, 'a>>,
    depth: usize,
) -> usize {
    let enough = NODES as usize + 1;
    if depth > 2 * DEPTH {
        return enough;
    }
    let mut total = 1;
    for child in node.children().filter(roxmltree::Node::is_element) {
        total += drawn(child, named, depth + 1);
        if total >= enough {
            return enough;
        }
    }
    if node.has_tag_name((SVG, "use")) {
        let link = node
            .attribute("href")
            .or_else(|| node.attribute((XLINK, "href")));
        let target = link.and_then(|link| named.get(link.trim().strip_prefix('#')?));
        total += target.map_or(0, |target| drawn(*target, named, depth + 1));
    }
    total
}

fn refuse_costly_paint(group: &usvg::Group, layers: &mut usize) -> Result<(), ArtworkError> {
    let costly = |what| Err(ArtworkError::MarkTooCostly { what });
    if !group.filters().is_empty() {
        return costly("filters");
    }
    if group.should_isolate() {
        match layers.checked_sub(1) {
            Some(left) => *layers = left,
            None => return costly("too many layers"),
        }
    }
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => refuse_costly_paint(group, layers)?,
            usvg::Node::Text(text) => refuse_costly_paint(text.flattened(), layers)?,
            usvg::Node::Path(path) => {
                let paints = [
                    path.fill().map(usvg::Fill::paint),
                    path.stroke().map(usvg::Stroke::paint),
                ];
                if paints
                    .into_iter()
                    .flatten()
                    .any(|paint| matches!(paint, usvg::Paint::Pattern(_)))
                {
                    return costly("patterns");
                }
                if path
                    .stroke()
                    .is_some_and(|stroke| stroke.dasharray().is_some())
                {
                    return costly("dashed lines");
                }
            }
            usvg::Node::Image(_) => return costly("pictures"),
        }
    }
    let masks = std::iter::successors(group.mask(), |mask| mask.mask());
    let clips = std::iter::successors(group.clip_path(), |clip| clip.clip_path());
    let roots = masks
        .map(usvg::Mask::root)
        .chain(clips.map(usvg::ClipPath::root));
    for root in roots {
        refuse_costly_paint(root, layers)?;
    }
    Ok(())
}

fn without_resolvers(text: &str) -> usvg::Options<'static> {
    let mut options = usvg::Options {
        resources_dir: None,
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        font_family: super::fonts::SERIF.to_owned(),
        ..usvg::Options::default()
    };
    if text.contains("text") {
        let fonts = options.fontdb_mut();
        for font in typst_assets::fonts() {
            fonts.load_font_source(usvg::fontdb::Source::Binary(std::sync::Arc::new(font)));
        }
    }
    options
}

const NO_SVG: ArtworkError = ArtworkError::MarkUnreadable { expected: "SVG" };
const NO_PNG: ArtworkError = ArtworkError::MarkUnreadable { expected: "PNG" };
const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
/// The most bytes of an SVG mark.
const SVG_BYTES: usize = 256 * 1024;
/// The most bytes of a PNG mark.
const PNG_BYTES: usize = 1024 * 1024;
/// The most pixels a side of a PNG mark.
const PNG_SIDE: u32 = 4096;
/// The most memory that decoding a PNG mark may take, its pixels aside.
const PNG_MEMORY: usize = 32 * 1024 * 1024;
/// The most elements, counted with the copies that `use` makes.
const NODES: u32 = 10_000;
/// The deepest nesting of elements.
const DEPTH: usize = 64;
/// The most bytes of style sheets: each rule is tried on each element.
const STYLE_BYTES: usize = 16 * 1024;
/// The most layers, each of which costs a canvas.
const LAYERS: usize = 128;
