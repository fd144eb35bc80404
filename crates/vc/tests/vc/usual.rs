//! Contexts that are prepared before anybody can take their places.

use std::sync::Arc;

use touchstone_canon::{Hash, Limits, Shared, check};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::{Contexts, usual};

use crate::support::{parsed, unsigned_sample};

/// Takes all places of a registry with combinations that nobody uses.
fn fill(contexts: &Contexts) {
    let url = r#""https://w3id.org/openbadges/extensions/exampleExtension/context.json""#;
    let strange = vec![url; 1990].join(",");
    let text = format!(r#"{{"@context":[{strange}],"@id":"urn:x:1","urn:p":1}}"#);
    let document = parsed(text.as_bytes());
    for _ in 0..40 {
        check(&document, contexts, &Limits::default()).unwrap();
    }
}

/// Whether what the samples take is read in contexts of the registry, and not compiled anew.
fn keeps(contexts: &Arc<Contexts>, sample: &str) -> bool {
    let (document, hash) = (unsigned_sample(sample), Hash::Sha256(CRYPTO.sha256));
    let places = ["/issuer", "/credentialSubject/achievement"];
    let limits = Limits::default();
    let shared = Shared::of(&document, &places, Arc::clone(contexts), hash, &limits);
    shared.unwrap().is_some()
}

#[test]
fn t07_strange_combinations_of_contexts_leave_what_is_usual_its_places() {
    let (prepared, taken) = (Contexts::bundled(), Contexts::bundled());
    usual::prepare(&prepared);
    let (prepared, taken) = (Arc::new(prepared), Arc::new(taken));
    for contexts in [&prepared, &taken] {
        fill(contexts);
    }
    for sample in ["aim", "two", "revoked", "suspended", "named"] {
        assert!(keeps(&prepared, sample), "{sample}");
        assert!(!keeps(&taken, sample), "{sample}: the places are taken");
    }
}
