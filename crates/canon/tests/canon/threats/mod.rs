//! The rows of `docs/threats.md` that canonicalization answers for, a file for each.

mod t01_meaning;
mod t02_loss;
mod t03_pinned;
mod t04_protection;
mod t05_fetching;
mod t06_memory;
mod t07_work;
mod t16_parsing;

use crate::sha256;
use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, Limits, canonicalize};

const CREDENTIAL: &str = r#"{
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:example:issuer", "type": ["Profile"], "name": "Riverside College"},
    "name": "Wound dressing",
    "validFrom": "2026-11-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:holder",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
            "type": ["Achievement"],
            "name": "Wound dressing",
            "description": "Dresses wounds.",
            "criteria": {"narrative": "Does it."}
        }
    }
}"#;

/// The credential with one piece of its text replaced.
fn with(old: &str, new: &str) -> String {
    assert!(CREDENTIAL.contains(old), "{old}");
    CREDENTIAL.replacen(old, new, 1)
}

fn run(contexts: &Contexts, text: &str) -> Result<String, touchstone_canon::CanonError> {
    canonicalize(
        &Value::parse(text.as_bytes()).unwrap(),
        contexts,
        sha256(),
        &Limits::default(),
    )
}
