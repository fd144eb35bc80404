//! The canonical form of a JSON-LD document.

use crate::context::{Applier, Contexts, OwnRoom};
use crate::error::{CanonError, Result};
use crate::hash::Hash;
use crate::json::Value;
use crate::limits::Limits;
use crate::rdf::Quads;
use crate::walk::Walk;
use alloc::string::String;

/// The canonical N-Quads of `document`: what RDF cryptosuites hash and sign.
///
/// JSON-LD 1.1 to RDF, then RDFC-1.0, in safe mode: a value that would not be in the result is an error that names it.
/// Base directions become datatypes of `https://www.w3.org/ns/i18n#`. Relative IRIs have nothing to be resolved
/// against, unless the document itself sets `@base`.
pub fn canonicalize(
    document: &Value<'_>,
    contexts: &Contexts,
    hash: Hash,
    limits: &Limits,
) -> core::result::Result<String, CanonError> {
    run(document, contexts, hash, limits, true, true).map_err(|error| *error)
}

/// Whether [`canonicalize()`] would lose nothing of `document`, for whoever signs something else than its statements: the same walk in
/// safe mode, without putting what it finds in order.
pub fn check(
    document: &Value<'_>,
    contexts: &Contexts,
    limits: &Limits,
) -> core::result::Result<(), CanonError> {
    let walked = walked(document, contexts, limits, true, true);
    walked.map(drop).map_err(|error| *error)
}

/// How the conformance tests process documents.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lax<'l> {
    /// The base IRI of the document.
    pub base: Option<&'l str>,
    /// Context documents, by URL.
    pub documents: &'l [(&'l str, &'l [u8])],
    /// Whether base directions become datatypes.
    pub i18n_datatype: bool,
}

/// As [`canonicalize()`], but dropping what JSON-LD allows to be dropped. Never for signing or verifying.
pub fn canonicalize_lax(
    document: &Value<'_>,
    lax: Lax<'_>,
    hash: Hash,
    limits: &Limits,
) -> core::result::Result<String, CanonError> {
    let mut contexts = Contexts::with_base(lax.base);
    for (url, bytes) in lax.documents {
        contexts = match contexts.with(url, bytes) {
            Ok(contexts) => contexts,
            Err(rejected) => {
                let mut contexts = rejected.contexts;
                contexts.insert(url, None);
                contexts
            }
        };
    }
    run(document, &contexts, hash, limits, false, lax.i18n_datatype).map_err(|error| *error)
}

/// Whether the contexts of `document` are contexts, whatever it says.
pub(crate) fn compiles(
    document: &Value<'_>,
    contexts: &Contexts,
) -> core::result::Result<(), CanonError> {
    let walked = walked(document, contexts, &Limits::default(), false, true);
    walked.map(drop).map_err(|error| *error)
}

fn run(
    document: &Value<'_>,
    contexts: &Contexts,
    hash: Hash,
    limits: &Limits,
    safe: bool,
    directions: bool,
) -> Result<String> {
    walked(document, contexts, limits, safe, directions)?.canonicalize(hash, limits.rdfc_work)
}

fn walked(
    document: &Value<'_>,
    contexts: &Contexts,
    limits: &Limits,
    safe: bool,
    directions: bool,
) -> Result<Quads> {
    let own = OwnRoom::new(limits.context_work);
    let walk = Walk::new(
        contexts,
        Applier::new(contexts, &own),
        Quads::new(limits),
        limits.depth,
        safe,
        directions,
    );
    walk.document(document)
}
