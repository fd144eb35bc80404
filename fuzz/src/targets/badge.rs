//! Badges of version 2.0, and learner records.

use std::sync::LazyLock;

use touchstone_canon::json::Value;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::open_badges_2::Assertion;
use touchstone_vc::{CheckKind, Credential, Document, Evidence, Fetched, Outcome, Resource, Trust};

use super::whole;
use crate::genuine::{self, NOW};
use crate::{Target, seeds};

/// Open Badges 2.0, hosted and signed.
pub(crate) const OPEN_BADGES_2: Target = Target {
    name: "open-badges-2",
    claim: "an assertion is judged and shown as a credential, and a signed one that verifies was signed so",
    run: assertion,
    seeds: || {
        let mut all = seeds::files(
            &["1edtech-validator-ob20", "real-world"],
            &[".json", ".jwt"],
        );
        all.extend(seeds::files(&["1edtech-validator-ob20"], &[".jwt"]));
        all
    },
};

/// Comprehensive Learner Records 2.0, and what stands in them.
pub(crate) const CLR: Target = Target {
    name: "clr",
    claim: "a record and every credential in it are judged, and what verifies was signed",
    run: whole::verify,
    seeds: || {
        let mut all = seeds::files(&["1edtech-validator-clr20"], &[".json", ".jwt"]);
        all.extend(genuine::own_records());
        all
    },
};

/// The documents that assertions of the vectors name, each at the address that it gives itself.
static HOSTED: LazyLock<Evidence> = LazyLock::new(|| {
    let files = seeds::files(&["1edtech-validator-ob20", "real-world"], &[".json"]);
    let documents = files.into_iter().filter_map(|bytes| {
        let value = Value::parse(&bytes).ok()?;
        let id = value.get("id")?.as_str()?.to_owned();
        let document = Document::Fetched(Fetched {
            bytes,
            fetched_at: NOW,
        });
        Some((Resource::Hosted(id), document))
    });
    documents.collect()
});

fn assertion(bytes: &[u8]) {
    let Ok(assertion) = Assertion::parse(bytes) else {
        return;
    };
    let mut evidence = HOSTED.clone();
    let _ = assertion.required(&evidence);
    for _ in 0..2 {
        let report = assertion.verify(&evidence, &Trust::default(), NOW, &CRYPTO);
        let _ = report.to_json().to_string();
        let signed = !bytes.trim_ascii().starts_with(b"{");
        if signed && report.outcome(CheckKind::Proof) == Some(Outcome::Pass) {
            assert!(genuine::is_token(bytes), "verifies, but nobody signed it");
        }
        let shown = assertion.as_credential(&evidence).to_string();
        let credential =
            Credential::parse(shown.as_bytes()).expect("a badge is shown as a credential");
        let _ = credential.view();
        evidence.clear();
    }
}
