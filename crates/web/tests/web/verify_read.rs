//! From a credential and its report to the page: what is said of credentials in the shape that we issue.

use touchstone_vc::report::{Consulted, RecognitionDetail, StatusDetail, ValidityDetail};
use touchstone_vc::{
    Check, CheckKind, Credential, Detail, Fault, NotOffered, Outcome, Report, Timestamp,
};
use touchstone_web::pages::verify::view::{Change, Claim, Holder, Stand};
use touchstone_web::pages::verify::{Known, View, show};
use touchstone_web::templates::{Moment, Tone};

use crate::sample;

fn sample_shape(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../../../shared/vectors/sample-shapes/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|error| panic!("the vector {path} is needed: {error}"))
}

fn check(kind: CheckKind, outcome: Outcome, detail: Detail) -> Check {
    Check {
        kind,
        outcome,
        path: String::new(),
        detail,
    }
}

/// A report in which everything passes but what is given.
fn report(different: &[(CheckKind, Outcome)]) -> Report {
    let dates = ValidityDetail {
        valid_from: Timestamp::parse("2026-11-01T00:00:00Z").ok(),
        valid_until: Timestamp::parse("2029-11-01T00:00:00Z").ok(),
    };
    let register = RecognitionDetail {
        consulted: vec![Consulted {
            name: "The Northern Register".into(),
            ..Consulted::default()
        }],
        register: Some("The Northern Register".into()),
        ..RecognitionDetail::default()
    };
    let list = StatusDetail {
        purpose: Some("revocation".into()),
        ..StatusDetail::default()
    };
    let mut checks = vec![
        check(CheckKind::Proof, Outcome::Pass, Detail::None),
        check(CheckKind::Issuer, Outcome::Pass, Detail::None),
        check(
            CheckKind::Recognition,
            Outcome::Pass,
            Detail::Recognition(register),
        ),
        check(CheckKind::Validity, Outcome::Pass, Detail::Validity(dates)),
        check(CheckKind::Status, Outcome::Pass, Detail::Status(list)),
        check(CheckKind::Schema, Outcome::Pass, Detail::None),
        check(
            CheckKind::Evidence,
            Outcome::Unknown(Fault::DocumentMissing),
            Detail::None,
        ),
    ];
    for (kind, outcome) in different {
        let found = checks.iter_mut().find(|check| check.kind == *kind).unwrap();
        found.outcome = *outcome;
    }
    Report {
        at: Timestamp::parse("2026-11-21T14:02:00Z").unwrap(),
        checks,
        not_offered: vec![],
        inside: vec![],
        inside_left_out: 0,
    }
}

fn view(file: &str, different: &[(CheckKind, Outcome)]) -> View {
    let bytes = sample_shape(file);
    let credential = Credential::parse(&bytes).unwrap();
    View::of(&credential.view(), &report(different), Known::default())
}

#[test]
fn the_worst_of_what_decides_is_the_verdict() {
    let stand = |different: &[_]| view("named.json", different).stand;
    let fail = |kind, fault| (kind, Outcome::Fail(fault));
    let unknown = |kind, fault| (kind, Outcome::Unknown(fault));
    let revoked = fail(CheckKind::Status, Fault::Revoked);
    assert_eq!(stand(&[]), Stand::Stands);
    assert_eq!(
        stand(&[(CheckKind::Recognition, Outcome::NotListed)]),
        Stand::NotListed
    );
    assert_eq!(
        stand(&[fail(CheckKind::Schema, Fault::MemberMissing)]),
        Stand::TakeCare
    );
    assert_eq!(
        stand(&[unknown(CheckKind::Status, Fault::StatusListUnreachable)]),
        Stand::Unknown
    );
    assert_eq!(stand(&[revoked]), Stand::Withdrawn);
    assert_eq!(
        stand(&[fail(CheckKind::Status, Fault::Suspended)]),
        Stand::Paused
    );
    assert_eq!(
        stand(&[fail(CheckKind::Proof, Fault::SignatureInvalid), revoked]),
        Stand::Forged
    );
    assert_eq!(
        stand(&[fail(CheckKind::Issuer, Fault::KeyUnknown)]),
        Stand::Forged
    );
    assert_eq!(
        stand(&[fail(CheckKind::Validity, Fault::Expired)]),
        Stand::Ended(Moment(1_888_185_600))
    );
    assert_eq!(
        stand(&[unknown(CheckKind::Proof, Fault::SuiteUnsupported), revoked]),
        Stand::Withdrawn
    );
}

#[test]
fn a_named_credential_says_who_can_do_what() {
    let view = view("named.json", &[]);
    assert!(matches!(&view.holder, Holder::Named(name) if name == "Ada Lovelace"));
    assert!(matches!(&view.claim, Claim::Can(task) if task == "Dress wounds"));
    let level = view.level.as_ref().unwrap();
    assert_eq!(
        (level.reached, level.names.join(", ")),
        (1, "With help, Alone".into())
    );
    assert_eq!(view.assessor.as_deref(), Some("J. Assessor"));
    assert_eq!(view.evidence.len(), 1);
    assert!(view.evidence[0].bound);
}

#[test]
fn a_credential_without_a_name_says_what_it_is_matched_by() {
    let view = view("aim.json", &[]);
    assert!(matches!(&view.holder, Holder::Unnamed(by) if by == &["e-mail address"]));
}

#[test]
fn the_description_is_the_task_only_where_we_issued_it() {
    let bytes = sample_shape("aim.json");
    let credential = Credential::parse(&bytes).unwrap();
    let known = Known {
        ours: true,
        ..Known::default()
    };
    let ours = View::of(&credential.view(), &report(&[]), known);
    assert!(matches!(&ours.claim, Claim::Can(task) if task == "Dresses wounds."));
}

#[test]
fn the_words_of_onet_are_credited_in_the_foot() {
    let html = show(&sample::site(), &view("aim.json", &[]), None).into_string();
    let foot = html.split_once("<footer").unwrap().1;
    assert!(foot.contains("O*NET 29.3 Database") && foot.contains("CC BY 4.0"));
}

#[test]
fn an_unknown_says_why_and_when_we_last_knew() {
    let mut report = report(&[(
        CheckKind::Status,
        Outcome::Unknown(Fault::StatusListUnreachable),
    )]);
    let found = report
        .checks
        .iter_mut()
        .find(|check| check.kind == CheckKind::Status)
        .unwrap();
    let at = Timestamp::parse("2026-11-19T08:10:00Z").unwrap();
    let last_good = Some(touchstone_vc::report::LastGood { at, set: false });
    found.detail = Detail::Status(StatusDetail {
        last_good,
        ..StatusDetail::default()
    });
    let bytes = sample_shape("named.json");
    let credential = Credential::parse(&bytes).unwrap();
    let view = View::of(&credential.view(), &report, Known::default());
    let line = view
        .checks
        .iter()
        .find(|line| line.sentence.starts_with("We could not find out"))
        .unwrap();
    assert_eq!(line.tone, Tone::Unsure);
    insta::assert_snapshot!(line.details.join("\n"), @r"
    The issuer’s list could not be fetched.
    That says nothing against the credential, and nothing for it.
    Last good answer: 19 November 2026, 08:10 UTC. It was not on the list then.
    ");
    assert!(view.missing[0].starts_with("We could not find out whether it was withdrawn."));
}

#[test]
fn what_is_not_offered_counts_neither_way() {
    let mut report = report(&[]);
    report
        .checks
        .retain(|check| !matches!(check.kind, CheckKind::Status | CheckKind::Evidence));
    report.not_offered = vec![NotOffered::Status, NotOffered::Evidence];
    let bytes = sample_shape("named.json");
    let credential = Credential::parse(&bytes).unwrap();
    let view = View::of(&credential.view(), &report, Known::default());
    assert_eq!(view.stand, Stand::Stands);
    assert_eq!(view.not_offered.len(), 3);
    assert!(view.not_offered[0].contains("cannot be withdrawn"));
}

#[test]
fn a_withdrawal_says_when_and_why() {
    let bytes = sample_shape("revoked.json");
    let credential = Credential::parse(&bytes).unwrap();
    let report = report(&[(CheckKind::Status, Outcome::Fail(Fault::Revoked))]);
    let change = Change {
        at: Moment(1_791_000_000),
        reason: Some("Mixed up.".into()),
    };
    let known = Known {
        change: Some(change),
        ..Known::default()
    };
    let html = show(
        &sample::site(),
        &View::of(&credential.view(), &report, known),
        None,
    )
    .into_string();
    assert!(
        html.contains("The issuer withdrew it on 3 October 2026.") && html.contains("Mixed up.")
    );
}

/// Who reads only the top learns whether a register removed the issuer, never had it, or could not be asked.
#[test]
fn why_an_issuer_is_not_known_is_said_above_the_facts() {
    let of = |outcome| view("named.json", &[(CheckKind::Recognition, outcome)]);
    for (outcome, words) in [
        (
            Outcome::NotListed,
            "No register that we consult lists this issuer.",
        ),
        (
            Outcome::Fail(Fault::RemovedFromRegister),
            "The Northern Register removed this issuer.",
        ),
        (
            Outcome::Unknown(Fault::RegisterUnread),
            "The Northern Register did not answer.",
        ),
    ] {
        let view = of(outcome);
        assert_eq!(view.stand, Stand::NotListed, "{words}");
        let html = show(&sample::site(), &view, None).into_string();
        let (_, below) = html.split_once("Who is this issuer?").unwrap();
        let (note, _) = below.split_once("The signature is good").unwrap();
        assert!(note.contains(words), "{words}: {note}");
    }
    assert!(of(Outcome::Pass).missing.is_empty());
}

#[test]
fn every_check_of_a_report_has_a_line_in_plain_words() {
    let lines = view(
        "named.json",
        &[(CheckKind::Recognition, Outcome::NotListed)],
    )
    .checks;
    let told: Vec<String> = lines
        .iter()
        .map(|line| format!("{}: {}", line.word, line.sentence))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    Passed: Nothing was changed since it was signed.
    Passed: It was signed by the key z6Mkon3N…FbLfLX.
    Not listed: No register that we consult lists this issuer.
    Passed: It is within its dates.
    Passed: The issuer has not withdrawn it.
    Passed: It has the form of an Open Badge.
    Unknown: The attached document was not opened.
    ");
}

#[test]
fn registers_are_named_with_where_they_are_kept_and_how_old_they_are() {
    let register = |name: &str, unread| Consulted {
        name: name.into(),
        source: Some("https://register.example/list.json".into()),
        as_of: Timestamp::parse("2026-11-20T09:05:00Z").ok(),
        unread,
    };
    let line = |outcome, detail: RecognitionDetail| {
        let mut all = report(&[]);
        let recognition = |check: &&mut Check| check.kind == CheckKind::Recognition;
        let check = all.checks.iter_mut().find(recognition).unwrap();
        (check.outcome, check.detail) = (outcome, Detail::Recognition(detail));
        let lines = touchstone_web::words::lines(
            &all,
            touchstone_web::words::Naming {
                signs_as: "example.edu",
                changed_at: None,
            },
        );
        let line = lines.into_iter().nth(2).unwrap();
        format!("{} {}", line.sentence, line.details.join(" "))
    };
    let detail = RecognitionDetail {
        consulted: vec![register("The Northern Register", false)],
        register: Some("The Northern Register".into()),
        as_of: Timestamp::parse("2026-11-20T09:05:00Z").ok(),
        removed_on: None,
    };
    insta::assert_snapshot!(line(Outcome::Pass, detail.clone()), @"The Northern Register lists this issuer, as of 20 November 2026. Consulted: The Northern Register (`https://register.example/list.json`, read on 20 November 2026, 09:05 UTC).");
    let unread = Outcome::Unknown(Fault::RegisterUnread);
    insta::assert_snapshot!(line(unread, detail), @"The Northern Register did not answer; last good answer: 20 November 2026, listed. Whether a register lists this issuer is open while it cannot be read. Consulted: The Northern Register (`https://register.example/list.json`, read on 20 November 2026, 09:05 UTC).");
    let never = Consulted {
        as_of: None,
        ..register("The Southern Register", true)
    };
    let detail = RecognitionDetail {
        consulted: vec![register("The Northern Register", false), never],
        register: Some("The Southern Register".into()),
        ..RecognitionDetail::default()
    };
    insta::assert_snapshot!(line(unread, detail.clone()), @"The Southern Register did not answer. Whether a register lists this issuer is open while it cannot be read. Consulted: The Northern Register (`https://register.example/list.json`, read on 20 November 2026, 09:05 UTC), The Southern Register (`https://register.example/list.json`, could not be read).");
    insta::assert_snapshot!(line(Outcome::NotListed, detail), @"No register that we consult lists this issuer. Consulted: The Northern Register (`https://register.example/list.json`, read on 20 November 2026, 09:05 UTC), The Southern Register (`https://register.example/list.json`, could not be read). New and small issuers are often missing. If you know this issuer, that is for you to judge.");
}
