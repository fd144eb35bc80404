//! Credentials of the shape that the main job issues, signed by somebody else's program.

use touchstone_vc::{CheckKind, Fault, NotOffered, Outcome, Resource, Verdict};

use crate::support::{judge, judge_at, lists, needs, nothing, outcome, vector};

#[track_caller]
fn check(name: &str, status: Outcome, verdict: Verdict) {
    let credential = vector(&format!("sample-shapes/{name}.json"));
    let report = judge(&credential, &lists());
    assert_eq!(outcome(&report, CheckKind::Proof), Outcome::Pass, "{name}");
    assert_eq!(outcome(&report, CheckKind::Issuer), Outcome::Pass, "{name}");
    assert_eq!(
        outcome(&report, CheckKind::Recognition),
        Outcome::NotListed,
        "{name}"
    );
    assert_eq!(
        outcome(&report, CheckKind::Validity),
        Outcome::Pass,
        "{name}"
    );
    assert_eq!(outcome(&report, CheckKind::Status), status, "{name}");
    assert_eq!(outcome(&report, CheckKind::Schema), Outcome::Pass, "{name}");
    assert_eq!(
        outcome(&report, CheckKind::Evidence),
        Outcome::Unknown(Fault::DocumentMissing),
        "{name}"
    );
    assert_eq!(report.verdict(), verdict, "{name}");
}

#[test]
fn genuine_samples_stand() {
    for name in ["aim", "named", "two", "inline-context"] {
        check(name, Outcome::Pass, Verdict::NotListed);
    }
}

#[test]
fn a_revoked_sample_is_withdrawn_and_a_suspended_one_paused() {
    check("revoked", Outcome::Fail(Fault::Revoked), Verdict::Failed);
    check(
        "suspended",
        Outcome::Fail(Fault::Suspended),
        Verdict::Failed,
    );
}

#[test]
fn a_sample_names_what_it_needs() {
    let list = |n| Resource::StatusList(format!("http://127.0.0.1:4599/status/{n}"));
    let needed = needs(&vector("sample-shapes/two.json"));
    assert_eq!(needed[..2], [list(1), list(2)]);
    assert_eq!(
        needed[2],
        Resource::Evidence("https://riverside.example/e/1".into())
    );
    assert!(matches!(&needed[3], Resource::RelatedResource(_)));
    assert_eq!(needed.len(), 4);
}

#[test]
fn without_its_list_a_sample_is_unknown() {
    let report = judge(&vector("sample-shapes/aim.json"), &nothing());
    assert_eq!(
        outcome(&report, CheckKind::Status),
        Outcome::Unknown(Fault::StatusListMissing)
    );
    assert_eq!(report.verdict(), Verdict::Unknown);
}

#[test]
fn dates_decide_to_the_second() {
    let aim = vector("sample-shapes/aim.json");
    for (moment, expect) in [
        ("2026-10-31T23:59:59Z", Outcome::Fail(Fault::NotYetValid)),
        ("2026-11-01T00:00:00Z", Outcome::Pass),
        ("2029-11-01T00:00:00Z", Outcome::Pass),
        ("2029-11-01T00:00:00.001Z", Outcome::Fail(Fault::Expired)),
    ] {
        assert_eq!(
            outcome(&judge_at(&aim, &lists(), moment), CheckKind::Validity),
            expect,
            "{moment}"
        );
    }
}

#[test]
fn bound_documents_are_what_was_signed_or_not() {
    let aim = vector("sample-shapes/aim.json");
    let mut evidence = lists();
    let version = Resource::RelatedResource(
        "https://riverside.example/i/riverside/a/wound-dressing/1".into(),
    );
    evidence.insert(version, crate::support::fetched("another version"));
    let video = Resource::Evidence("https://riverside.example/e/1".into());
    // The sample's digest of the video is no well-formed base64url: nobody can say what it is the digest of.
    evidence.insert(video, crate::support::fetched("a video"));
    let report = judge(&aim, &evidence);
    assert_eq!(
        outcome(&report, CheckKind::Evidence),
        Outcome::Fail(Fault::DigestMismatch)
    );
    // Its issuer is not listed, which is said before "take care".
    assert_eq!(report.verdict(), Verdict::NotListed);
    assert_eq!(report.not_offered, []);
    let status_list = judge(&vector("sample-shapes/status-1.json"), &nothing());
    assert_eq!(
        status_list.not_offered,
        [NotOffered::Status, NotOffered::Evidence]
    );
}
