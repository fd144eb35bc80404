//! Views of an invented credential in every verdict, for tests that look at the page.

use touchstone_web::pages::verify::view::{
    Change, Claim, Covered, Evidence, Holder, Issuer, Level, Links, Stand, View,
};
use touchstone_web::templates::{CheckLine, Moment, SiteFrame, Tone};

pub(crate) const NOW: Moment = Moment(1_795_269_720); // 2026-11-21T14:02:00Z

pub(crate) fn site() -> SiteFrame {
    SiteFrame {
        operator: "Riverside Polytechnic".into(),
        contact: Some("mailto:registrar@riverside.example".into()),
    }
}

pub(crate) fn line(tone: Tone, word: &'static str, sentence: &str, detail: &str) -> CheckLine {
    CheckLine {
        tone,
        word,
        sentence: sentence.into(),
        details: vec![detail.into()],
    }
}

/// A credential that stands.
pub(crate) fn stands() -> View {
    View {
        stand: Stand::Stands,
        checked: NOW,
        issuer: Issuer {
            name: "Riverside Polytechnic".into(),
            signs_as: "riverside.example".into(),
            id: "did:web:riverside.example".into(),
            listed_by: Some("the Northern Register of Awarding Bodies".into()),
            mark: None,
            page: Some("/i/riverside".into()),
        },
        holder: Holder::Named("Amara Okafor".into()),
        did: None,
        claim: Claim::Can("Measure and examine finished parts for conformance to specification, using precision instruments such as micrometers.".into()),
        achievement: "Precision measurement".into(),
        description: None,
        criteria: Some("In a practical test of **90 minutes**, without help, the candidate\n\n- receives 12 turned parts, some of them faulty,\n- measures the 24 dimensions that the drawing marks.".into()),
        covers: vec![Covered {
            name: "Calculate dimensions and tolerances".into(),
            source: Some("O*NET 29.3, 20683".into()),
            href: Some("https://www.onetonline.org/link/summary/51-4041.00".into()),
        }],
        level: Some(Level {
            names: ["Assisted", "Supervised", "Independent", "Leads others"].map(String::from).into(),
            reached: 2,
            description: Some("Chooses the instrument, checks its calibration, measures and records without being asked".into()),
        }),
        results: vec![],
        assessor: Some("Marek Dvořák, assessor for Riverside Polytechnic".into()),
        narrative: Some("Found all 5 faulty parts, rejected no good part.".into()),
        evidence: vec![
            Evidence { name: "Measurement record, as filled in that day".into(), href: Some("https://riverside.example/e/1".into()), about: Some("PDF".into()), bound: true },
            Evidence { name: "Photo of the measuring bench".into(), href: None, about: Some("JPEG".into()), bound: false },
        ],
        awarded: Some(Moment(1_782_518_400)),
        from: Some(Moment(1_782_518_400)),
        until: Some(Moment(1_845_936_000)),
        change: None,
        missing: vec![],
        checks: vec![
            line(Tone::Pass, "Passed", "Nothing was changed since it was signed.", "The signature covers every word of the credential. Method: `eddsa-rdfc-2022`, made on 27 June 2026, 09:14 UTC."),
            line(Tone::Pass, "Passed", "It was signed by riverside.example.", "Key: `did:web:riverside.example#2026-a`."),
            line(Tone::Pass, "Passed", "The Northern Register of Awarding Bodies lists this issuer.", "Register as of 20 November 2026."),
            line(Tone::Pass, "Passed", "It is within its dates.", "Awarded on 27 June 2026, good until 30 June 2028."),
            line(Tone::Pass, "Passed", "The issuer has not withdrawn it.", "Read from the issuer’s list of 21 November 2026, 13:58 UTC."),
        ],
        inside: vec![],
        associations: vec![],
        not_offered: vec!["It names no public log, so the date of issue rests on the issuer’s word."],
        trial: false,
        bare_key: false,
        language: Some("en".into()),
        matching: None,
        links: Some(Links {
            address: "https://verify.riverside.example/v/7Q4M-K2XD-90RB".into(),
            json: "/v/7Q4M-K2XD-90RB.json".into(),
            pdf: Some("/v/7Q4M-K2XD-90RB.pdf".into()),
        }),
        attributions: vec![],
    }
}

/// The same, with another verdict and the check that made it so.
pub(crate) fn with(stand: Stand) -> View {
    let mut view = stands();
    view.stand = stand;
    match stand {
        Stand::Withdrawn => {
            view.change = Some(Change { at: Moment(1_791_000_000), reason: Some("The assessment record belonged to another candidate. A new assessment was offered.".into()) });
            view.checks[4] = line(
                Tone::Fail,
                "Failed",
                "The issuer withdrew it on 3 October 2026.",
                "A withdrawn credential is not restored; if it was a mistake, the issuer issues a new one.",
            );
        }
        Stand::Unknown => {
            view.missing = vec!["We could not reach the list on which Riverside Polytechnic notes withdrawals. Two days ago, on 19 November 2026 at 08:10 UTC, this credential was not on it.".into()];
            view.checks[4] = line(
                Tone::Unsure,
                "Unknown",
                "We could not find out whether it was withdrawn.",
                "The issuer’s list did not answer. That says nothing against the credential, and nothing for it.",
            );
        }
        Stand::NotListed => {
            view.issuer.listed_by = None;
            view.issuer.mark = Some("/mark".into());
            view.checks[2] = line(
                Tone::Warn,
                "Not listed",
                "No register that we consult lists this issuer.",
                "New and small issuers are often missing.",
            );
        }
        _ => {}
    }
    view
}

/// Every verdict.
pub(crate) const EVERY: [Stand; 10] = [
    Stand::Stands,
    Stand::TakeCare,
    Stand::NotListed,
    Stand::Unknown,
    Stand::Starts(Moment(1_800_000_000)),
    Stand::Ended(Moment(1_790_000_000)),
    Stand::Paused,
    Stand::Withdrawn,
    Stand::Forged,
    Stand::Broken,
];
