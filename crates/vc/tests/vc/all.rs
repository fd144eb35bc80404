//! Many credentials judged together: each has the report that it has alone.

use touchstone_vc::crypto::Signed;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::{
    CheckKind, Credential, Evidence, Fault, Outcome, Report, Trust, verify, verify_all,
};

use crate::support::{
    CONTEXTS, TODAY, at, lists, nothing, outcome, parsed, set, signed, unsigned_sample, vector,
};

fn at_once(signed: &[Signed]) -> bool {
    let mut signed = signed.iter();
    signed.all(|one| (CRYPTO.verify_ed25519)(&one.key, &one.message, &one.signature))
}

fn never(_: &[Signed]) -> bool {
    false
}

/// The reports, which are those of each alone however the signatures are checked.
#[track_caller]
fn judge(credentials: &[Vec<u8>], evidence: &Evidence) -> Vec<Report> {
    let credentials = credentials
        .iter()
        .map(|credential| Credential::parse(credential));
    let (trust, now) = (Trust::default(), at(TODAY));
    let alone: Vec<_> = credentials
        .clone()
        .map(|credential| {
            let credential = credential.unwrap();
            verify(&credential, evidence, &trust, now, &CRYPTO, &CONTEXTS)
        })
        .collect();
    for check in [at_once, never] {
        let credentials = credentials.clone();
        let together = verify_all(
            credentials,
            evidence,
            &trust,
            now,
            &CRYPTO,
            &CONTEXTS,
            check,
        );
        let together: Result<Vec<_>, _> = together.into_iter().collect();
        assert_eq!(together.unwrap(), alone);
    }
    alone
}

fn many(count: usize) -> Vec<Vec<u8>> {
    let one = |number: usize| {
        let mut unsigned = unsigned_sample("aim");
        set(&mut unsigned, "/name", format!("Number {number}"));
        signed(&unsigned, 1)
    };
    (0..count).map(one).collect()
}

#[test]
fn t60_spoiling_the_kth_of_many_spoils_exactly_the_kth() {
    let good = many(9);
    for spoiled in 0..good.len() {
        let mut all = good.clone();
        let text = String::from_utf8(all[spoiled].clone()).unwrap();
        all[spoiled] = text
            .replace("\"name\":\"Number ", "\"name\":\"Mumber ")
            .into();
        let reports = judge(&all, &nothing());
        for (number, report) in reports.iter().enumerate() {
            let expect = match number == spoiled {
                true => Outcome::Fail(Fault::SignatureInvalid),
                false => Outcome::Pass,
            };
            assert_eq!(
                outcome(report, CheckKind::Proof),
                expect,
                "{spoiled} {number}"
            );
        }
    }
}

#[test]
fn t60_what_is_altered_in_what_a_cohort_shares_spoils_the_one_that_it_is_altered_in() {
    let good = many(6);
    let reports = judge(&good, &nothing());
    let holds = |report: &Report| outcome(report, CheckKind::Proof) == Outcome::Pass;
    assert!(reports.iter().all(holds));
    for place in [
        "/proof/0/created",
        "/issuer/name",
        "/issuer/address/addressCountry",
        "/credentialSubject/achievement/name",
    ] {
        for spoiled in [0, 3, 5] {
            let mut all = good.clone();
            let mut altered = parsed(&all[spoiled]);
            let had = altered.pointer(place).and_then(|had| had.as_str());
            // An earlier day, or another letter.
            let text = had.expect(place).replacen(['1', 'i', 'U', 'e'], "0", 1);
            set(&mut altered, place, text);
            all[spoiled] = altered.to_string().into();
            assert_ne!(all[spoiled], good[spoiled], "{place}");
            for (number, report) in judge(&all, &nothing()).iter().enumerate() {
                assert_eq!(
                    holds(report),
                    number != spoiled,
                    "{place} {spoiled} {number}"
                );
            }
        }
    }
}

#[test]
fn samples_of_every_shape_are_judged_together_as_alone() {
    let names = ["aim", "two", "revoked", "suspended", "named"];
    let samples: Vec<_> = names
        .iter()
        .map(|name| vector(&format!("sample-shapes/{name}.json")))
        .collect();
    let reports = judge(&samples, &lists());
    assert_eq!(outcome(&reports[0], CheckKind::Status), Outcome::Pass);
    let revoked = Outcome::Fail(Fault::Revoked);
    assert_eq!(outcome(&reports[2], CheckKind::Status), revoked);
}

#[test]
fn a_status_list_is_believed_only_once_its_own_proof_was_checked() {
    let mut evidence = lists();
    for document in evidence.values_mut() {
        if let touchstone_vc::Document::Fetched(copy) = document {
            let mut list = parsed(&copy.bytes);
            set(&mut list, "/validFrom", "2026-01-01T00:00:00Z");
            copy.bytes = list.to_string().into();
        }
    }
    let reports = judge(&many(2), &evidence);
    for report in &reports {
        let expect = Outcome::Unknown(Fault::StatusListUnproven);
        assert_eq!(outcome(report, CheckKind::Status), expect);
    }
}

#[test]
fn what_cannot_be_read_is_handed_back_in_its_place() {
    let good = many(1).remove(0);
    let all = [good.as_slice(), b"{}", &good];
    let credentials = all.iter().map(|bytes| Credential::parse(bytes));
    let (evidence, trust, now) = (nothing(), Trust::default(), at(TODAY));
    let reports = verify_all(
        credentials,
        &evidence,
        &trust,
        now,
        &CRYPTO,
        &CONTEXTS,
        at_once,
    );
    let read: Vec<_> = reports.iter().map(Result::is_ok).collect();
    assert_eq!(read, [true, false, true]);
}

#[test]
fn nothing_to_judge_gives_no_report() {
    assert_eq!(judge(&[], &nothing()), []);
}
