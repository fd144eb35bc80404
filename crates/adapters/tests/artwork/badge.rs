use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use touchstone_adapters::artwork::Press;
use touchstone_service::ports::{Artwork, Mark, Plate};

use crate::eyes;

const INK: [u8; 3] = [0x15, 0x1a, 0x19];
const PAPER: [u8; 3] = [0xff, 0xff, 0xff];
/// The ground of the sample mark.
const SHIELD: [u8; 3] = [0x12, 0x39, 0x4a];

pub(crate) fn plate() -> Plate {
    Plate {
        mark: Some(Mark::Svg(eyes::sample_mark())),
        achievement: "Precision measurement".to_owned(),
        issuer: "Riverside Polytechnic".to_owned(),
        language: "en".to_owned(),
    }
}

fn press() -> Press {
    Press::with_fonts_from([])
}

#[test]
fn a_badge_shows_mark_and_words_on_paper() {
    let seen = eyes::png(&press().badge_png(&plate()).unwrap());
    assert_eq!((seen.width, seen.pixels.len()), (800, 640_000));
    assert!(seen.has(SHIELD) && seen.has(INK) && seen.has(PAPER));
}

#[test]
fn the_svg_has_the_words_and_the_mark_of_the_png() {
    let words = Plate {
        mark: None,
        ..plate()
    };
    let png = eyes::png(&press().badge_png(&words).unwrap());
    let svg = eyes::svg(&press().badge_svg(&words).unwrap(), 800);
    let pairs = png.pixels.iter().zip(&svg.pixels);
    let far = pairs.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 96));
    assert_eq!(far.count(), 0, "edges may differ by a shade, nothing else");

    let svg = press().badge_svg(&plate()).unwrap();
    let (_, embedded) = svg.split_once("data:image/png;base64,").unwrap();
    let (embedded, _) = embedded.split_once('"').unwrap();
    let mark = eyes::png(&STANDARD.decode(embedded).unwrap());
    assert!(mark.has(SHIELD) && mark.width == 600);
}

#[test]
fn a_badge_without_mark_has_its_words() {
    let plain = Plate {
        mark: None,
        ..plate()
    };
    let seen = eyes::png(&press().badge_png(&plain).unwrap());
    assert!(seen.has(INK) && !seen.has(SHIELD));
}

#[test]
fn the_names_stand_in_the_svg_for_those_who_cannot_see_it() {
    let odd = Plate {
        achievement: "Weld & cut <script>alert(1)</script> \"tubes\"".to_owned(),
        issuer: "A\u{0}B \u{202e}C".to_owned(),
        ..plate()
    };
    let svg = press().badge_svg(&odd).unwrap();
    let document = resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
    let text = |name: &str| {
        let mut found = document
            .descendants()
            .filter(|n| n.has_tag_name(("http://www.w3.org/2000/svg", name)));
        found.next().and_then(|node| node.text().map(str::to_owned))
    };
    assert_eq!(
        text("title").as_deref(),
        Some("Weld & cut <script>alert(1)</script> \"tubes\"")
    );
    assert_eq!(text("desc").as_deref(), Some("A B \u{202e}C"));
    assert_eq!(text("script"), None);
}

#[test]
fn words_never_leave_the_margin() {
    for achievement in ["x".repeat(400), "Measuring ".repeat(80), "W W W".to_owned()] {
        let long = Plate {
            issuer: achievement.clone(),
            achievement,
            ..plate()
        };
        let seen = eyes::png(&press().badge_png(&long).unwrap());
        let strays = (0..640_000).filter(|i| {
            let (x, y) = (i % 800, i / 800);
            let margin = !(60..740).contains(&x) || !(60..740).contains(&y);
            let frame = [x, y]
                .iter()
                .any(|c| (14..19).contains(c) || (782..787).contains(c));
            margin && !frame && seen.pixels[*i] != PAPER
        });
        assert_eq!(strays.count(), 0);
    }
}

#[test]
fn every_script_leaves_ink_even_without_fonts_on_the_machine() {
    for (language, achievement) in [
        ("ar", "القياس الدقيق"),
        ("he", "מדידה מדויקת"),
        ("el", "Μέτρηση"),
        ("ja", "精密測定"),
    ] {
        let plate = Plate {
            mark: None,
            achievement: achievement.to_owned(),
            issuer: String::new(),
            language: language.to_owned(),
        };
        let seen = eyes::png(&press().badge_png(&plate).unwrap());
        let dark = seen.pixels.iter().filter(|p| p[0] < 96).count();
        assert!(dark > 800, "{language}: {dark} dark pixels");
    }
}

#[test]
fn a_qr_code_is_read_back() {
    let link = "https://riverside.example/v/7Q4MK2XD90RBT6WYPH3S";
    let svg = press().qr_svg(link).unwrap();
    assert_eq!(eyes::qr(&eyes::svg(&svg, 410)), [link]);
    let long = press().qr_svg(&"x".repeat(4_000));
    assert_eq!(
        long,
        Err(touchstone_service::ports::ArtworkError::LinkTooLong { bytes: 4_000 })
    );
}
