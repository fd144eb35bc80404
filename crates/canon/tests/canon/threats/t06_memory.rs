//! Row 6: what one document taught a registry changes nothing for the next.

use super::{CREDENTIAL, run, with};
use touchstone_canon::Contexts;

#[test]
fn t06_what_was_read_before_changes_nothing() {
    let hostile = with(
        "context-3.0.3.json\"]",
        "context-3.0.3.json\", {\"@vocab\": \"urn:evil:\", \"tag\": \"urn:evil:tag\"}]",
    );
    let other = r#"{"@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "AlumniCredential"], "issuer": "did:example:i", "credentialSubject": {"alumniOf": "x"}}"#;
    let broken = with("\"issuer\"", "\"isuer\"");
    let texts = [CREDENTIAL, &hostile, other, &broken];
    let alone = texts.map(|text| run(&Contexts::bundled(), text));
    for first in 0..texts.len() {
        for second in 0..texts.len() {
            let shared = Contexts::bundled();
            let results = (
                run(&shared, texts[first]),
                run(&shared, texts[second]),
                run(&shared, texts[first]),
            );
            assert_eq!(
                results,
                (
                    alone[first].clone(),
                    alone[second].clone(),
                    alone[first].clone()
                )
            );
        }
    }
}

#[test]
fn t06_threads_that_share_a_registry_agree() {
    let shared = Contexts::bundled();
    let expect = run(&Contexts::bundled(), CREDENTIAL);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(run(&shared, CREDENTIAL), expect)));
        }
    });
}
