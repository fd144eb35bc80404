//! Row 3: bundled contexts are what their hashes say.

use crate::{canonical, contexts};
use touchstone_canon::BUNDLED;

#[test]
fn t03_every_bundled_context_has_its_pinned_bytes() {
    use sha2::{Digest, Sha256};
    for bundled in BUNDLED {
        let hash: String = Sha256::digest(bundled.bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hash, bundled.sha256, "{}", bundled.url);
        assert!(
            contexts().contains(bundled.url),
            "{} is not readable",
            bundled.url
        );
    }
    assert_eq!(
        BUNDLED.len(),
        contexts().urls().count(),
        "each context once"
    );
}

#[test]
fn t03_every_bundled_context_can_be_used_with_the_others_it_names() {
    for bundled in BUNDLED {
        let json = format!(
            r#"{{"@context": "{}", "@id": "urn:x", "urn:p": "y"}}"#,
            bundled.url
        );
        assert_eq!(
            canonical(&json).as_deref(),
            Ok("<urn:x> <urn:p> \"y\" .\n"),
            "{}",
            bundled.url
        );
    }
}
