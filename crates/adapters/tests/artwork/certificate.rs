use touchstone_adapters::artwork::Press;
use touchstone_service::ports::{
    Artwork, ArtworkError, Certificate, CheckNote, Fact, Level, Mark, Who,
};

use crate::eyes;

const LINK: &str = "https://riverside.example/v/7Q4MK2XD90RBT6WYPH3S";
const MISSING: &str = "Not every character could be drawn here.";

fn certificate() -> Certificate {
    let fact = |label: &str, lines: &[&str]| Fact {
        label: label.to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    };
    Certificate {
        language: "en".to_owned(),
        title: "Precision measurement, Riverside Polytechnic".to_owned(),
        lead: "Riverside Polytechnic states that".to_owned(),
        who: Some(Who {
            before: String::new(),
            name: "Þórunn Jónsdóttir".to_owned(),
            after: "can".to_owned(),
        }),
        task: "measure and examine finished parts".to_owned(),
        level: Some(Level {
            words: "Level 3 of 4: Independent.".to_owned(),
            names: ["Assisted", "Supervised", "Independent", "Leads others"]
                .map(str::to_owned)
                .into(),
            reached: 3,
        }),
        facts: vec![
            fact("Assessed by", &["Marek Dvořák"]),
            fact("How", &["Practical test"]),
            fact("Evidence", &["Measurement record", "Photo of the bench"]),
            fact("Awarded", &["27 June 2026"]),
            fact("Good until", &["30 June 2028"]),
        ],
        issuer: Some(fact("Issued by", &["Riverside Polytechnic"])),
        mark: Some(Mark::Svg(eyes::sample_mark())),
        check: CheckNote {
            heading: "Check it".to_owned(),
            words: "Open the address.".to_owned(),
            link: Some(LINK.to_owned()),
            credential_id: "urn:uuid:6c1f1b1e-6c5a-4b7e-8a43-2a8e9a6f0001".to_owned(),
            missing_characters: MISSING.to_owned(),
        },
        made_at_unix_seconds: 1_795_000_000,
    }
}

fn pdf(certificate: &Certificate) -> Vec<u8> {
    let press = Press::with_fonts_from([]);
    press.certificate_pdf(certificate, CREDENTIAL).unwrap()
}

/// Not a credential, but what one may hold: every byte has to survive.
const CREDENTIAL: &[u8] =
    "{\"name\":\"Þórunn\",\"trap\":\"endstream endobj %%EOF \\u0000\"}\r\n".as_bytes();

#[test]
fn every_word_can_be_read_out_of_the_page() {
    let text = eyes::pdf_text(&pdf(&certificate()));
    for words in [
        "Riverside Polytechnic states that",
        "Þórunn Jónsdóttir can",
        "measure and examine finished parts",
        "Level 3 of 4: Independent.",
        "4 Leads others",
        "Assessed by",
        "Marek Dvořák",
        "Measurement record",
        "Photo of the bench",
        "30 June 2028",
        "Issued by",
        LINK,
        "urn:uuid:6c1f1b1e-6c5a-4b7e-8a43-2a8e9a6f0001",
    ] {
        assert!(text.contains(words), "{words:?} is missing in {text}");
    }
    assert!(!text.contains(MISSING));
}

#[test]
fn the_credential_is_attached_byte_for_byte() {
    let pdf = pdf(&certificate());
    assert_eq!(eyes::attachment(&pdf), CREDENTIAL);
    let raw = pdf
        .windows(CREDENTIAL.len())
        .any(|window| window == CREDENTIAL);
    assert!(raw, "the stream is not compressed");
    let list = eyes::poppler("pdfdetach", &["-list"], &pdf, &[]);
    assert!(
        String::from_utf8(list)
            .unwrap()
            .contains("1: credential.json")
    );
}

#[test]
fn our_own_reader_finds_the_credential() {
    let pdf = pdf(&certificate());
    assert_eq!(touchstone_vc::bake::pdf::unbake(&pdf).unwrap(), CREDENTIAL);
}

#[test]
fn the_file_says_that_it_is_for_archives_and_for_everybody() {
    let pdf = pdf(&certificate());
    let has = |words: &str| {
        pdf.windows(words.len())
            .any(|window| window == words.as_bytes())
    };
    assert!(has("<pdfaid:part>3</pdfaid:part>"));
    assert!(has("<pdfuaid:part>1</pdfuaid:part>"));
    assert!(has("/AFRelationship/Data") || has("/AFRelationship /Data"));
    let info = String::from_utf8(eyes::poppler("pdfinfo", &[], &pdf, &[])).unwrap();
    assert!(info.contains("Precision measurement, Riverside Polytechnic"));
    assert!(
        info.lines()
            .any(|line| line.starts_with("Tagged:") && line.ends_with("yes"))
    );
}

#[test]
fn a_camera_reads_the_address_from_the_page() {
    assert_eq!(eyes::qr(&eyes::page(&pdf(&certificate()))), [LINK]);
    let mut private = certificate();
    private.check.link = None;
    assert!(eyes::qr(&eyes::page(&pdf(&private))).is_empty());
}

#[test]
fn a_name_from_the_right_keeps_the_order_of_its_letters() {
    let mut hebrew = certificate();
    hebrew.who = Some(Who {
        name: "נועה לוי".to_owned(),
        after: "can".to_owned(),
        ..Who::default()
    });
    let text = eyes::pdf_text(&pdf(&hebrew));
    // Poppler marks the direction of what it extracts.
    let text = text.replace(['\u{202a}', '\u{202b}', '\u{202c}'], "");
    assert!(text.contains("נועה לוי") && text.contains("can"), "{text}");
}

#[test]
fn a_certificate_that_names_nobody_names_nobody() {
    let mut unnamed = certificate();
    unnamed.who = None;
    assert!(!eyes::pdf_text(&pdf(&unnamed)).contains("Jónsdóttir"));
}

#[test]
fn a_character_without_font_is_owned_up_to() {
    let mut japanese = certificate();
    japanese.who = Some(Who {
        name: "佐藤 健".to_owned(),
        ..Who::default()
    });
    assert!(eyes::pdf_text(&pdf(&japanese)).contains(MISSING));
}

#[test]
fn labels_stand_where_the_language_begins_to_read() {
    for (language, from_the_right) in [
        ("en", false),
        ("ar", true),
        ("az-Arab", true),
        ("ug-Latn", false),
    ] {
        let certificate = Certificate {
            language: language.to_owned(),
            ..certificate()
        };
        let boxes = eyes::poppler("pdftotext", &["-bbox"], &pdf(&certificate), &["-"]);
        let boxes = String::from_utf8(boxes).unwrap();
        let label = boxes
            .lines()
            .find(|line| line.contains(">Awarded<"))
            .unwrap();
        let left: f32 = label.split('"').nth(1).unwrap().parse().unwrap();
        assert_eq!(left > 300.0, from_the_right, "{language}: {label}");
    }
}

#[test]
fn a_long_certificate_turns_the_page_and_an_endless_one_is_refused() {
    let with = |facts: usize| {
        let mut long = certificate();
        let fact = Fact {
            label: "Further".to_owned(),
            lines: vec!["Word ".repeat(60)],
        };
        long.facts.extend(std::iter::repeat_n(fact, facts));
        long
    };
    let info = eyes::poppler("pdfinfo", &[], &pdf(&with(6)), &[]);
    let info = String::from_utf8(info).unwrap();
    assert!(
        info.lines()
            .any(|line| line.starts_with("Pages:") && line.ends_with('2')),
        "{info}"
    );
    let text = eyes::pdf_text(&pdf(&with(6)));
    assert!(text.contains("2/2"), "{text}");
    let endless = Press::with_fonts_from([]).certificate_pdf(&with(200), CREDENTIAL);
    assert_eq!(endless, Err(ArtworkError::TooManyPages { limit: 8 }));
    // Of an answer for a role the first that fits on one page is taken.
    let press = Press::with_fonts_from([]);
    let answer = press.answer_pdf(&[with(200), with(30), with(1), with(0)], b"{}");
    let answer = answer.unwrap();
    let info = eyes::poppler("pdfinfo", &[], &answer, &[]);
    let info = String::from_utf8(info).unwrap();
    let pages = info.lines().find_map(|line| line.strip_prefix("Pages:"));
    assert_eq!(pages.map(str::trim), Some("1"), "{info}");
    assert!(eyes::pdf_text(&answer).contains("Further"));
    let none = press.answer_pdf(&[with(200)], b"{}");
    assert_eq!(none, Err(ArtworkError::TooManyPages { limit: 1 }));
}

#[test]
fn t56_words_that_look_like_markup_stay_words_and_read_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let canary = folder.path().join("canary.txt");
    std::fs::write(&canary, "canary-6f1d").unwrap();
    let attack = format!("<iframe src=\"file://{}\"></iframe>", canary.display());
    let mut hostile = certificate();
    hostile.facts[0].lines = vec![attack, "<script>app.alert(1)</script>".to_owned()];
    hostile.title = ") /OpenAction << /S /JavaScript /JS (app.alert) >>".to_owned();
    let pdf = pdf(&hostile);
    let text = eyes::pdf_text(&pdf);
    assert!(
        text.contains("<iframe") && text.contains("<script>app.alert(1)</script>"),
        "{text}"
    );
    assert!(!text.contains("canary-6f1d"));
    let info = String::from_utf8(eyes::poppler("pdfinfo", &[], &pdf, &[])).unwrap();
    assert!(
        info.lines()
            .any(|line| line.starts_with("JavaScript:") && line.ends_with("no"))
    );
}
