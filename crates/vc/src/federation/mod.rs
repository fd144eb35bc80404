//! Whom a federation knows: [OpenID Federation 1.0](https://openid.net/specs/openid-federation-1_0.html).
//!
//! An entity says who its superiors are, each superior says who its subordinates are, and so up to a trust anchor whose keys the reader
//! has from elsewhere. [`Collector`] says which documents to fetch, from the anchor down, and what was found; [`resolve`] judges one
//! chain; [`MetadataPolicy`], [`constraints`] and [`TrustMark`] are the parts of the specification by these names. Nothing is fetched
//! here and no clock is read.
//!
//! An entity vouches for the issuer whose identifier it is: the `https:` address itself, and the `did:web` whose document stands
//! below that address ([`issuers_of`]). A registry of the Digital Credentials Consortium makes statements about DIDs themselves, which
//! have no configuration of their own: those are taken as they are.
//!
//! **Invariant:** an entity counts as known only by a whole chain: every statement signed by a key that its issuer's superior names, none of
//! them ended, every constraint kept and every policy applied. What cannot be understood in full breaks the chain that it is in.

use alloc::string::String;
use alloc::vec::Vec;

use crate::badge::is_iri;
use crate::did;

mod chain;
mod collect;
mod constraints;
mod draft;
mod found;
mod open;
mod policy;
mod room;
mod statement;
mod trust_mark;
mod values;

pub use chain::{Anchor, ChainFault, Link, MAX_CHAIN, Resolved, resolve};
pub use collect::{Collector, Want};
pub use constraints::{Constraints, ConstraintsFault};
pub use draft::{ConfigurationDraft, EntityDescription, thumbprint};
pub use found::{Collected, Known, Mark};
pub use policy::{MetadataPolicy, PolicyFault};
pub use room::Limits;
pub use statement::{KeySet, Statement, StatementFault};
pub use trust_mark::{TrustMark, TrustMarkFault};

/// Where an entity publishes its configuration (§9).
#[must_use]
pub fn configuration_url(entity: &str) -> String {
    [entity.trim_end_matches('/'), WELL_KNOWN].concat()
}

/// The end of the address of a configuration.
pub const WELL_KNOWN: &str = "/.well-known/openid-federation";

/// The issuers for which an entity stands: itself, and the `did:web` whose document stands below its address.
#[must_use]
pub fn issuers_of(entity: &str) -> Vec<String> {
    let mut issuers = Vec::from([String::from(entity)]);
    if let Some(address) = entity.strip_prefix("https://") {
        let address = address.trim_end_matches('/');
        let mut parts = address.split('/');
        let authority = parts.next().unwrap_or_default();
        let segments: Vec<&str> = parts.collect();
        issuers.extend(did::web::did(authority, &segments));
    }
    issuers
}

/// Whether a text is an entity identifier (§1.2): an https address with a host, without query and fragment.
fn is_entity(text: &str) -> bool {
    let address =
        text.len() <= LONGEST_ENTITY && text.starts_with("https://") && host(text).is_some();
    address && is_iri(text) && !text.contains(['?', '#', '@'])
}

/// As long as addresses are anywhere; what names itself longer would fill a register alone.
const LONGEST_ENTITY: usize = 2_048;

/// The host of an entity identifier, in lower case; of a `did:web`, the host that it names.
fn host(id: &str) -> Option<String> {
    let authority = match id.strip_prefix("https://") {
        Some(rest) => String::from(rest.split('/').next()?),
        None => did::web::domain(id)?,
    };
    let name = authority.split(':').next()?;
    did::web::is_host(name).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_stands_for_the_did_whose_document_is_below_it() {
        for (entity, did) in [
            ("https://example.edu", "did:web:example.edu"),
            ("https://example.edu/", "did:web:example.edu"),
            (
                "https://example.edu:8443/i/riverside",
                "did:web:example.edu%3A8443:i:riverside",
            ),
        ] {
            assert_eq!(issuers_of(entity), [entity, did]);
        }
        assert_eq!(issuers_of("did:key:z6Mk"), ["did:key:z6Mk"]);
    }

    #[test]
    fn an_entity_identifier_is_an_https_address() {
        for good in ["https://a.example", "https://a.example:8443/x/y"] {
            assert!(is_entity(good), "{good}");
        }
        for bad in [
            "http://a.example",
            "https://",
            "https://a.example?x",
            "https://a.example#x",
            "https://u@a.example",
            "did:web:a.example",
            // One host has one spelling.
            "https://a.example.",
            "https://a.example./",
            "https://%61.example",
            "https://a\u{ff0e}example",
        ] {
            assert!(!is_entity(bad), "{bad}");
        }
    }

    #[test]
    fn a_configuration_stands_below_the_entity() {
        let expect = "https://a.example/i/x/.well-known/openid-federation";
        assert_eq!(configuration_url("https://a.example/i/x"), expect);
        assert_eq!(configuration_url("https://a.example/i/x/"), expect);
    }
}
