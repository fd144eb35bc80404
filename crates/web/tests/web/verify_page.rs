//! The page about one credential, as readers get it.

use std::io::Write;

use touchstone_vc::HolderMatch;
use touchstone_web::pages::verify::show;
use touchstone_web::pages::verify::view::{Claim, Evidence, Holder, Matching, Stand};

use crate::sample;

fn shown(view: &touchstone_web::pages::verify::View) -> String {
    show(&sample::site(), view, None).into_string()
}

/// The words that a reader gets, without markup.
fn words(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => out.push(letter),
            _ => {}
        }
    }
    out
}

#[test]
fn each_verdict_says_what_is_so() {
    let told: Vec<String> = sample::EVERY
        .into_iter()
        .map(|stand| {
            let html = shown(&sample::with(stand));
            let part = |start: &str, end: &str| {
                words(html.split_once(start).unwrap().1.split_once(end).unwrap().0)
            };
            let verdict = part("<strong>", "</strong>");
            let statement = part("<h1 class=\"statement\">", "</h1>");
            format!("{verdict} | {statement}")
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn no_page_uses_the_words_that_are_ruled_out() {
    for stand in sample::EVERY {
        let text = words(&shown(&sample::with(stand))).to_lowercase();
        for ruled_out in [
            " valid",
            "invalid",
            "verified",
            "blockchain",
            "cryptographic",
        ] {
            assert!(!text.contains(ruled_out), "{stand:?} says {ruled_out}");
        }
    }
}

#[test]
fn the_sentence_comes_first_and_the_checks_after_the_facts() {
    let html = shown(&sample::stands());
    let places = [
        "class=\"verdict",
        "<h1",
        "class=\"streak",
        "class=\"facts",
        "Issued by",
        "What was checked",
        "Not offered",
        "Check it yourself",
        "Who learns",
    ];
    let found: Vec<usize> = places.iter().map(|text| html.find(text).unwrap()).collect();
    assert!(found.is_sorted(), "{found:?}");
}

#[test]
fn a_mark_is_shown_only_once_a_register_lists_the_issuer() {
    let mut view = sample::stands();
    view.issuer.mark = Some("/i/riverside/mark".into());
    assert!(shown(&view).contains("<img class=\"mark\""));
    view.issuer.listed_by = None;
    assert!(!shown(&view).contains("<img"));
}

#[test]
fn t56_words_of_others_stay_words() {
    let evil = "<script>alert(1)</script>\"'&";
    let mut view = sample::with(Stand::Withdrawn);
    view.holder = Holder::Named(evil.into());
    view.issuer.name = evil.into();
    view.issuer.signs_as = evil.into();
    view.claim = Claim::Can(evil.into());
    view.achievement = evil.into();
    view.assessor = Some(evil.into());
    view.narrative = Some(evil.into());
    view.level.as_mut().unwrap().names[2] = evil.into();
    view.evidence = vec![Evidence {
        name: evil.into(),
        href: Some(evil.into()),
        about: Some(evil.into()),
        bound: false,
    }];
    view.results = vec![(evil.into(), evil.into())];
    view.checks[0].details = vec![format!("`{evil}`")];
    view.change.as_mut().unwrap().reason = Some(evil.into());
    let html = shown(&view);
    assert!(!html.contains("<script"));
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

#[test]
fn t17_an_issuer_name_that_imitates_another_is_pointed_out() {
    let mut view = sample::stands();
    view.issuer.name = "Rivеrside Polytechnic".into(); // The e is Cyrillic.
    let html = shown(&view);
    assert!(html.contains("Look at the issuer’s name twice"));
    assert!(html.contains("<code><bdi>riverside.example</bdi></code>"));
    assert!(!shown(&sample::stands()).contains("name twice"));
}

#[test]
fn t17_signs_that_reorder_text_do_not_reach_the_page() {
    let mut view = sample::stands();
    view.holder = Holder::Named("Amara\u{202e} rofakO".into());
    view.issuer.name = "River\u{2066}side".into();
    let html = shown(&view);
    assert!(!html.contains(['\u{202e}', '\u{2066}']));
    assert!(html.contains("cannot be seen"));
}

#[test]
fn a_page_that_names_nobody_says_how_to_match() {
    let mut view = sample::stands();
    view.holder = Holder::Unnamed(vec!["e-mail address".into(), "student number".into()]);
    let html = shown(&view);
    assert!(html.contains("the person it was awarded to can"));
    assert!(html.contains("tied to the e-mail address or student number"));
    assert!(html.contains("<title>Measure"));
}

#[test]
fn comparing_says_same_other_or_unknown_and_never_blames() {
    let mut view = sample::stands();
    view.holder = Holder::Unnamed(vec!["e-mail address".into()]);
    let mut with = |told: &str, answer| {
        view.matching = Some(Matching {
            action: "/v/x#whom".into(),
            carried: None,
            answer: Some((told.into(), answer)),
        });
        shown(&view)
    };
    let same = with("a@b.example", HolderMatch::Same);
    assert!(same.contains("note pass") && same.contains("This is the address it was issued to"));
    let other = with("a@b.example", HolderMatch::Other);
    assert!(other.contains("note warn") && other.contains("It was issued to another address"));
    for unknown in [HolderMatch::NotTied, HolderMatch::Unreadable] {
        let html = with("a@b.example", unknown);
        assert!(html.contains("note unsure") && html.contains("nothing for or against it"));
        assert!(!html.contains("it was issued to</h2>") && !html.contains("another address"));
    }
    let evil = with("\"><script>alert(1)</script>", HolderMatch::Other);
    assert!(!evil.contains("<script"));
}

#[test]
fn an_unknown_is_never_told_as_stands_or_fails() {
    let text = words(&shown(&sample::with(Stand::Unknown)));
    assert!(text.contains("Could not be fully checked") && text.contains("We do not guess."));
    assert!(!text.contains("Stands today") && !text.contains("Do not rely on it"));
}

#[test]
fn the_first_view_fits_in_14_kilobytes() {
    let page = shown(&sample::with(Stand::Withdrawn));
    let parts = [
        page.as_bytes(),
        include_bytes!("../../assets/touchstone.css"),
        touchstone_page::sprite::BYTES,
    ];
    let packed = parts.map(|part| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(5));
        writer.write_all(part).unwrap();
        writer.finish().unwrap().len()
    });
    let total: usize = packed.iter().sum();
    assert!(total <= 14 * 1024, "{total} bytes: {packed:?}");
}

#[test]
fn there_is_nothing_that_the_content_policy_would_refuse() {
    for stand in sample::EVERY {
        let html = shown(&sample::with(stand));
        assert!(
            !html.contains("style=")
                && !html.contains("<style")
                && !html.contains("<script")
                && !html.contains(" onclick")
        );
    }
}
