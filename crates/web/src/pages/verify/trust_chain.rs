//! By which chain of a federation the issuer is known: beside the verdict, which says only that it is.

use maud::{Markup, html};
use touchstone_service::verifying::TrustChain;
use touchstone_vc::{Timestamp, federation::Link};

use crate::templates::{Moment, day_text, minute};
use crate::text::clean;

/// The section below a credential; nothing where no federation is what knows the issuer.
pub fn trust_chain(told: Option<&TrustChain>) -> Markup {
    html! { @if let Some(told) = told { section #trust-chain {
        h2 { "By whom the issuer is known" }
        p {
            bdi { (clean(&told.register)) } " has this issuer by a chain of statements, from the issuer up to the trust anchor "
            (entity(told.anchor())) ". "
            @if let Some(at) = told.read_at { "It was read on " (minute(at.into())) ". " }
            @if let Some(end) = told.valid_until { "It stands until " (day_text(Moment::from(end))) "." }
        }
        ol { @for (place, link) in told.links.iter().enumerate() {
            li { (entity(&link.entity)) ": " (stated(place, link)) }
        } }
        @if let Some(mark) = &told.mark { p {
            "It counts by the trust mark " (entity(&mark.kind)) ", which " (entity(&mark.issuer)) " gave it and which counts until "
            (day_text(Moment::from(mark.valid_until))) "."
        } }
    } } }
}

fn entity(name: &str) -> Markup {
    html! { code { bdi { (clean(name)) } } }
}

/// What an entity said, and how old that is.
fn stated(place: usize, link: &Link) -> String {
    let what = match (place, link.stated_at.is_some()) {
        (0, false) => return "listed by the next, and says nothing itself".into(),
        (0, true) => "says so of itself",
        _ => "says so of the one before",
    };
    let day = |at: Timestamp| day_text(Moment::from(at));
    let since = link
        .stated_at
        .map_or(String::new(), |at| format!(", on {}", day(at)));
    let until = link
        .valid_until
        .map_or(String::new(), |at| format!(", until {}", day(at)));
    format!("{what}{since}{until}")
}

#[cfg(test)]
mod tests {
    use touchstone_vc::federation::Mark;

    use super::*;

    #[test]
    fn a_chain_is_told_from_the_issuer_up_and_never_read_as_markup() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        let link = |entity: &str, stated: Option<&str>| Link {
            entity: entity.into(),
            stated_at: stated.map(at),
            valid_until: stated.map(|_| at("2026-12-01T00:00:00Z")),
        };
        let mut told = TrustChain {
            register: "<b>Colleges".into(),
            read_at: Some(at("2026-11-21T14:02:00Z")),
            links: vec![
                link("https://leaf.example", Some("2026-11-20T00:00:00Z")),
                link("https://middle.example", Some("2026-11-19T00:00:00Z")),
                link("https://anchor.example", Some("2026-11-18T00:00:00Z")),
            ],
            mark: Some(Mark {
                kind: "https://anchor.example/accredited".into(),
                issuer: "https://middle.example".into(),
                valid_until: at("2026-11-30T00:00:00Z"),
            }),
            valid_until: Some(at("2026-11-29T00:00:00Z")),
        };
        let html = trust_chain(Some(&told)).into_string();
        assert!(
            html.contains("&lt;b&gt;Colleges") && !html.contains("<b>"),
            "{html}"
        );
        let order = [
            "trust anchor",
            "leaf.example",
            "middle.example",
            "anchor.example</bdi></code>: says so of the one before, on 18 November 2026, until 1 December 2026",
            "It counts by the trust mark",
        ];
        let mut rest = html.as_str();
        for words in order {
            let at = rest
                .find(words)
                .unwrap_or_else(|| panic!("{words} not in {rest}"));
            rest = &rest[at + words.len()..];
        }
        assert!(html.contains("It stands until 29 November 2026."), "{html}");
        told.links[0] = link("did:key:z6Mk", None);
        let html = trust_chain(Some(&told)).into_string();
        assert!(
            html.contains("listed by the next, and says nothing itself"),
            "{html}"
        );
        assert_eq!(trust_chain(None).into_string(), "");
    }
}
