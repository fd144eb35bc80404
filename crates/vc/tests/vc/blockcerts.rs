//! Blockcerts, whose proofs are anchored in a block chain and whose lists have fallbacks: they are not read here, and none is ever shown as
//! valid or as withdrawn.

use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::open_badges_2::Assertion;
use touchstone_vc::{CheckKind, Credential, Outcome, Trust, Verdict};

use crate::support::{TODAY, at, judge, nothing, vectors};

#[test]
fn t46_no_blockcert_is_shown_as_valid_or_as_withdrawn() {
    let mut judged = 0;
    for folder in ["blockcerts-fixtures", "blockcerts-schema/examples"] {
        for file in vectors(folder, ".json") {
            let bytes = std::fs::read(&file).unwrap();
            let named = file.display();
            if !String::from_utf8_lossy(&bytes).contains("MerkleProof") {
                continue;
            }
            let report = if let Ok(assertion) = Assertion::parse(&bytes) {
                assertion.verify(&nothing(), &Trust::default(), at(TODAY), &CRYPTO)
            } else if Credential::parse(&bytes).is_ok() {
                judge(&bytes, &nothing())
            } else {
                // Of an older version, or a presentation of several, each of which is judged by itself.
                continue;
            };
            judged += 1;
            assert_ne!(
                report.outcome(CheckKind::Proof),
                Some(Outcome::Pass),
                "{named}"
            );
            assert!(
                matches!(report.verdict(), Verdict::Unknown | Verdict::Failed),
                "{named}: {:?}",
                report.verdict()
            );
            let withdrawn = report.outcome(CheckKind::Status);
            assert!(
                !matches!(withdrawn, Some(Outcome::Fail(_))),
                "{named}: {withdrawn:?}"
            );
        }
    }
    assert!(judged > 20, "{judged}");
}
