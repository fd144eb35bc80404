//! `did:web`: the identifier is the address of its document.
//!
//! [did:web](https://w3c-ccg.github.io/did-method-web/): `did:web:HOST%3APORT:i:SLUG` is
//! `https://HOST:PORT/i/SLUG/did.json`, always https. The mapping is strict in both directions: one identifier has
//! one address, and no identifier leads to another host than it shows.

use alloc::format;
use alloc::string::{String, ToString};

const SCHEME: &str = "did:web:";

/// Whether `did` is a `did:web`.
#[must_use]
pub fn is(did: &str) -> bool {
    did.starts_with(SCHEME)
}

/// Where the document of `did` is published; `None` if this is no well-formed `did:web`.
#[must_use]
pub fn document_url(did: &str) -> Option<String> {
    let mut parts = did.strip_prefix(SCHEME)?.split(':');
    let host = host(parts.next()?)?;
    let mut path = String::new();
    for segment in parts {
        if !is_segment(segment) {
            return None;
        }
        path.push('/');
        path.push_str(segment);
    }
    if path.is_empty() {
        path.push_str("/.well-known");
    }
    Some(format!("https://{host}{path}/did.json"))
}

/// The identifier whose document stands at `https://HOST[:PORT]/SEGMENT/…/did.json`; `None` if there can be none.
///
/// `authority` is `HOST` or `HOST:PORT`.
#[must_use]
pub fn did(authority: &str, segments: &[&str]) -> Option<String> {
    let mut did = format!("{SCHEME}{}", authority.replace(':', "%3A"));
    for segment in segments {
        // It would be two of them then, and the DID somebody else's.
        if segment.contains(':') {
            return None;
        }
        did.push(':');
        did.push_str(segment);
    }
    document_url(&did).map(|_| did)
}

/// The host as a person would name it: `example.edu`, `localhost:8443`.
#[must_use]
pub fn domain(did: &str) -> Option<String> {
    host(did.strip_prefix(SCHEME)?.split(':').next()?)
}

/// Whether a text is the name of a host in its one spelling, but for capitals: what is written otherwise could lead to the same.
pub(crate) fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

fn host(encoded: &str) -> Option<String> {
    let (name, port) = match encoded
        .split_once("%3A")
        .or_else(|| encoded.split_once("%3a"))
    {
        None => (encoded, None),
        Some((name, port)) => (name, Some(port)),
    };
    if !is_host(name) {
        return None;
    }
    match port {
        None => Some(name.to_string()),
        Some(port)
            if port.len() <= 5
                && port
                    .parse::<u16>()
                    .is_ok_and(|number| number.to_string() == port && number > 0) =>
        {
            Some(format!("{name}:{port}"))
        }
        Some(_) => None,
    }
}

/// `idchar` of DID Core, but nothing that a web server would take for a step up.
fn is_segment(segment: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    !segment.is_empty() && segment.bytes().all(allowed) && !segment.bytes().all(|b| b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_one_address() {
        for (did, url) in [
            (
                "did:web:example.edu",
                "https://example.edu/.well-known/did.json",
            ),
            (
                "did:web:example.edu:i:riverside",
                "https://example.edu/i/riverside/did.json",
            ),
            (
                "did:web:localhost%3A8443:i:a",
                "https://localhost:8443/i/a/did.json",
            ),
        ] {
            assert_eq!(document_url(did).as_deref(), Some(url));
        }
        assert_eq!(
            super::did("localhost:8443", &["i", "a"]).as_deref(),
            Some("did:web:localhost%3A8443:i:a")
        );
        assert_eq!(
            domain("did:web:localhost%3A8443:i:a").as_deref(),
            Some("localhost:8443")
        );
    }

    #[test]
    fn a_did_of_another_method_is_none_of_these() {
        assert!(is("did:web:example.edu"));
        for other in [
            "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            "did:webvh:example.edu",
            "https://example.edu/.well-known/did.json",
            "",
        ] {
            assert!(!is(other), "{other}");
        }
    }

    #[test]
    fn no_identifier_leads_elsewhere_than_it_shows() {
        for did in [
            "did:web:",
            "did:web:example.edu:",
            "did:web:example.edu::a",
            "did:web:example.edu:..",
            "did:web:user@example.edu",
            "did:web:example.edu%2F..%2Fother",
            "did:web:example.edu/other",
            "did:web:example.edu?x",
            "did:web:example.edu#x",
            "did:web:example.edu:a%2Fb",
            "did:web:example.edu%3A0",
            "did:web:example.edu%3A99999",
            "did:web:example.edu%3A8443%3A1",
            "did:web:[::1]",
            "did:web:-a.example",
            "did:web:exämple.edu",
            "did:key:z6Mk",
        ] {
            assert_eq!(document_url(did), None, "{did}");
        }
        assert_eq!(super::did("example.edu/x", &[]), None);
        assert_eq!(super::did("example.edu", &["a b"]), None);
    }
}
