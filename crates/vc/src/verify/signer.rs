//! Whose key is behind a signature, and may it do this?

#[cfg(feature = "webvh")]
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
#[cfg(feature = "webvh")]
use core::cell::RefCell;

use super::World;
use crate::did::{self, DidDocument, PublicKey, Relationship, VerificationMethod};
use crate::evidence::{Document, Resource, Unreachable};
use crate::proof::Refusal;
use crate::report::Fault;
use crate::time::Timestamp;

/// What is known about the key behind a proof.
#[derive(Clone, Debug, Default)]
pub(super) struct Signer {
    /// The key's URL.
    pub(super) verification_method: Option<String>,
    /// Whether the key is its controller's and may do this.
    pub(super) may: Option<Result<(), Refusal>>,
    /// When the controller's document was fetched.
    pub(super) fetched_at: Option<Timestamp>,
    /// Why it could not be had.
    pub(super) unreachable: Option<Unreachable>,
}

impl Signer {
    /// The document of an identifier: contained in it, or among the evidence.
    pub(super) fn document(
        &mut self,
        id: &str,
        world: &World<'_>,
    ) -> Result<Rc<DidDocument>, Refusal> {
        let documents = &world.spent.documents;
        if DidDocument::is_contained(id) {
            return documents
                .once(id, || DidDocument::unpacked(id))
                .map_err(Refusal::of_key);
        }
        if did::document_url(id).is_none() {
            return Err(Refusal::Unknown(Fault::MethodUnsupported));
        }
        match world.evidence.get(&Resource::DidDocument(id.to_string())) {
            None | Some(Document::Proven(_)) => Err(Refusal::Unknown(Fault::IssuerDocumentMissing)),
            Some(Document::Unreachable { why, .. }) => {
                self.unreachable = Some(*why);
                Err(Refusal::Unknown(Fault::IssuerDocumentUnreachable))
            }
            Some(Document::Fetched(copy)) => {
                self.fetched_at = Some(copy.fetched_at);
                documents
                    .once(id, || {
                        DidDocument::published(id, &copy.bytes, copy.fetched_at, world.crypto)
                    })
                    .map_err(Refusal::Unknown)
            }
        }
    }

    /// Takes a key of `document`, and notes whether it may be used for `relationship` when it was used: at the time of the proof
    /// or, where it states none, at that as of which is judged.
    pub(super) fn key(
        &mut self,
        document: &DidDocument,
        method: Option<&VerificationMethod>,
        relationship: Relationship,
        signed: Timestamp,
    ) -> Result<PublicKey, Refusal> {
        let method = method.ok_or(Refusal::Fail(Fault::KeyUnknown))?;
        let window = match (method.revoked, method.expires) {
            // The time in a proof is the signer's word; a thief would date it back.
            (Some(revoked), _) if signed < revoked => Err(Refusal::Unknown(Fault::KeyRevoked)),
            (None, Some(expires)) if signed < expires => Ok(()),
            (None, None) => Ok(()),
            _ => Err(Refusal::Fail(Fault::KeyRevoked)),
        };
        let listed = document.may(relationship, &method.id);
        self.verification_method = Some(method.id.clone());
        // A key that was revoked is for nothing any more; that it was its controller's is what makes it a question at all.
        self.may = Some(match (method.revoked, listed) {
            (Some(_), Err(Fault::KeyNotForAssertion | Fault::KeyNotForAuthentication)) => window,
            (_, listed) => listed.map_err(Refusal::Fail).and(window),
        });
        method.key.clone().map_err(Refusal::of_key)
    }
}

/// Documents of identifiers that were read, so that each is read once: that can cost more than many signatures do. Not in the browser's
/// small module: there is no room for it, and a document costs only its own reader.
#[derive(Default)]
pub(super) struct Documents {
    #[cfg(feature = "webvh")]
    read: RefCell<BTreeMap<String, Result<Rc<DidDocument>, Fault>>>,
}

impl Documents {
    #[cfg(feature = "webvh")]
    fn once(
        &self,
        id: &str,
        read: impl FnOnce() -> Result<DidDocument, Fault>,
    ) -> Result<Rc<DidDocument>, Fault> {
        if let Some(known) = self.read.borrow().get(id) {
            return known.clone();
        }
        let document = read().map(Rc::new);
        self.read
            .borrow_mut()
            .insert(id.to_string(), document.clone());
        document
    }

    #[cfg(not(feature = "webvh"))]
    fn once(
        &self,
        _: &str,
        read: impl FnOnce() -> Result<DidDocument, Fault>,
    ) -> Result<Rc<DidDocument>, Fault> {
        read().map(Rc::new)
    }
}
