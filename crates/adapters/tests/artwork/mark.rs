use std::time::{Duration, Instant};

use touchstone_adapters::artwork::Press;
use touchstone_service::ports::{Artwork, ArtworkError, Mark, Plate};

use crate::badge::plate;
use crate::eyes;

fn draw(mark: Mark) -> Result<Vec<u8>, ArtworkError> {
    let plate = Plate {
        mark: Some(mark),
        ..plate()
    };
    Press::with_fonts_from([]).badge_png(&plate)
}

fn svg(body: &str) -> Mark {
    Mark::Svg(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 64 64\">{body}</svg>"
    ).into_bytes())
}

const SQUARE: &str = "<path fill=\"#00f\" d=\"M0 0h64v64H0z\"/>";

#[test]
fn t54_a_mark_reads_no_file_and_no_address() {
    let folder = tempfile::tempdir().unwrap();
    let canary = folder.path().join("canary.svg");
    std::fs::write(&canary, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><path id=\"x\" fill=\"red\" d=\"M0 0h9v9H0z\"/></svg>").unwrap();
    let path = canary.display();
    let plain = draw(svg(SQUARE)).unwrap();
    for reference in [
        format!("<image href=\"{path}\" width=\"64\" height=\"64\"/>"),
        format!("<image xlink:href=\"file://{path}\" width=\"64\" height=\"64\"/>"),
        "<image href=\"http://127.0.0.1:9/canary.png\" width=\"64\" height=\"64\"/>".to_owned(),
        "<image href=\"data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=\" width=\"64\" height=\"64\"/>".to_owned(),
        format!("<use href=\"{path}#x\"/>"),
        format!("<style>@import url('{path}'); .a {{ fill: url('{path}#x') }}</style>"),
        format!("<foreignObject><iframe xmlns=\"http://www.w3.org/1999/xhtml\" src=\"{path}\"/></foreignObject>"),
    ] {
        let drawn = draw(svg(&format!("{SQUARE}{reference}")));
        assert_eq!(drawn.as_ref(), Ok(&plain), "{reference}");
    }
    let entity = format!(
        "<!DOCTYPE svg [<!ENTITY x SYSTEM \"file://{path}\">]><svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\">{SQUARE}&x;</svg>"
    );
    let drawn = draw(Mark::Svg(entity.into_bytes()));
    assert_eq!(drawn, Err(ArtworkError::MarkUnreadable { expected: "SVG" }));
}

#[test]
fn t53_script_in_a_mark_does_not_reach_the_badge() {
    let hostile = svg(&format!(
        "{SQUARE}<script>alert(1)</script><a href=\"javascript:alert(1)\" onclick=\"alert(1)\"><path d=\"M0 0h1v1z\"/></a>"
    ));
    let plate = Plate {
        mark: Some(hostile),
        ..plate()
    };
    let badge = Press::with_fonts_from([]).badge_svg(&plate).unwrap();
    let document = resvg::usvg::roxmltree::Document::parse(&badge).unwrap();
    for node in document
        .descendants()
        .filter(resvg::usvg::roxmltree::Node::is_element)
    {
        assert!(["svg", "title", "desc", "path", "image"].contains(&node.tag_name().name()));
        assert!(
            node.attributes()
                .all(|attribute| !attribute.name().starts_with("on"))
        );
        let link = node.attribute("href").unwrap_or("data:image/png;base64,");
        assert!(link.starts_with("data:image/png;base64,"));
    }
}

#[test]
fn a_mark_that_would_take_long_is_refused_at_once() {
    let doubled: String = (1..40)
        .map(|i| {
            format!(
                "<g id=\"g{i}\"><use href=\"#g{}\"/><use href=\"#g{}\"/></g>",
                i - 1,
                i - 1
            )
        })
        .collect();
    let costly = [
        (
            svg(&format!("<g id=\"g0\">{SQUARE}</g>{doubled}")),
            "copies of copies",
        ),
        (
            svg(&format!("<g id=\"g0\"><use href=\"#g0\"/></g>{SQUARE}")),
            "copies of copies",
        ),
        (
            svg(&format!(
                "{}{SQUARE}{}",
                "<g>".repeat(30_000),
                "</g>".repeat(30_000)
            )),
            "deeply nested elements",
        ),
        (svg(&"<g/>".repeat(20_000)), "too many elements"),
        (
            svg(&format!(
                "<filter id=\"f\"><feGaussianBlur stdDeviation=\"9\"/></filter><g filter=\"url(#f)\">{SQUARE}</g>"
            )),
            "filters",
        ),
        (
            svg(
                "<pattern id=\"p\" width=\".01\" height=\".01\"><path fill=\"red\" d=\"M0 0h1v1z\"/></pattern><path fill=\"url(#p)\" d=\"M0 0h64v64H0z\"/>",
            ),
            "patterns",
        ),
        (
            svg("<path stroke=\"red\" stroke-dasharray=\".0001\" d=\"M0 0h64v64H0z\"/>"),
            "dashed lines",
        ),
        (
            svg(&format!("<marker id=\"m\">{SQUARE}</marker>")),
            "markers",
        ),
        (
            svg(&format!("<g opacity=\".9\">{SQUARE}{SQUARE}</g>").repeat(200)),
            "too many layers",
        ),
        (
            svg(&format!(
                "<style>{}</style>{SQUARE}",
                "* { fill: red } ".repeat(2_000)
            )),
            "a long style sheet",
        ),
    ];
    for (mark, what) in costly {
        let start = Instant::now();
        assert_eq!(draw(mark), Err(ArtworkError::MarkTooCostly { what }));
        assert!(
            start.elapsed() < Duration::from_secs(5),
            "{what}: {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn a_mark_that_is_no_picture_or_too_large_is_refused() {
    let unreadable = |expected| Err(ArtworkError::MarkUnreadable { expected });
    assert_eq!(draw(Mark::Svg(b"<html/>".to_vec())), unreadable("SVG"));
    assert_eq!(draw(Mark::Svg(vec![0xff; 9])), unreadable("SVG"));
    assert_eq!(
        draw(Mark::Png(b"\x89PNG\r\n\x1a\n".to_vec())),
        unreadable("PNG")
    );
    let large = ArtworkError::MarkTooLarge {
        bytes: 262_145,
        limit: 262_144,
    };
    assert_eq!(draw(Mark::Svg(vec![b' '; 262_145])), Err(large));
    let wide = picture(5_000, 1, png::ColorType::Grayscale, &[0; 5_000]);
    let what = "more than 4,096 pixels a side";
    assert_eq!(
        draw(Mark::Png(wide)),
        Err(ArtworkError::MarkTooCostly { what })
    );
}

#[test]
fn every_kind_of_png_is_drawn() {
    let kinds = [
        (png::ColorType::Grayscale, vec![0x40]),
        (png::ColorType::GrayscaleAlpha, vec![0x40, 0xff]),
        (png::ColorType::Rgb, vec![0x40; 3]),
        (png::ColorType::Rgba, vec![0x40, 0x40, 0x40, 0xff]),
    ];
    for (kind, pixel) in kinds {
        for side in [1, 40, 700] {
            let mark = picture(side, side, kind, &pixel.repeat((side * side) as usize));
            let seen = eyes::png(&draw(Mark::Png(mark)).unwrap());
            assert!(seen.has([0x40; 3]), "{kind:?} {side}");
        }
    }
}

fn picture(width: u32, height: u32, kind: png::ColorType, samples: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(kind);
    encoder.set_depth(png::BitDepth::Eight);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(samples)
        .unwrap();
    bytes
}
