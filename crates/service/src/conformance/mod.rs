//! What conformance suites drive: issuing, checking and presenting as they ask, with keys that are worth nothing.
//!
//! The suites of W3C and CCG speak the [VC API](https://w3c-ccg.github.io/vc-api/) and want whatever they send to be signed.
//! That is the opposite of what an installation does, so nothing here reaches its keys: signing takes a [`ThrowawayKeys`], which
//! only [`Conformance`] holds, and only `serve --conformance` makes one, in a data folder of its own.
//!
//! **Invariant:** nothing is signed that is not a conforming document. What is checked is judged by the same core as everywhere;
//! *unknown* is not verified.
//!
//! Start at [`INSTANCES`] for what there is to drive.

mod check;
mod check_presentation;
mod entries;
mod instance;
mod issue;
mod present;
mod related;
mod resolve;
mod scope;
mod status;

use std::sync::{Arc, Mutex};

use touchstone_vc::{Curve, Draft, DraftError, Securing, did, json::Value};

use crate::{
    World,
    ports::{SignError, ThrowawayKeys},
};

pub use check::{CheckError, Checked, GatherError, check};
pub use check_presentation::{CheckPresentationError, CheckedPresentation, check_presentation};
pub use instance::{INSTANCES, Instance, curve_name};
pub use issue::{IssueError, issue};
pub use present::{PresentError, present};
pub use resolve::resolve;
pub use scope::Scope;
pub use status::{StatusError, set_status, status_list};

/// Everything that a suite may reach. Made once for a process.
pub struct Conformance {
    world: World,
    keys: Arc<dyn ThrowawayKeys>,
    lists: Mutex<status::Lists>,
}

impl Conformance {
    /// Puts the parts together. `world` is that of a throwaway data folder.
    pub fn new(world: World, keys: Arc<dyn ThrowawayKeys>) -> Self {
        Self {
            world,
            keys,
            lists: Mutex::default(),
        }
    }

    /// Who issues with the key on `curve`.
    pub fn issuer(&self, curve: Curve) -> String {
        did::key::did(&self.keys.public(curve))
    }

    /// The absolute address of a path that starts with a slash.
    pub fn link(&self, path: &str) -> String {
        self.world.site.link(path)
    }

    /// Signs a document as `securing` says; a proof that is alone stands as an object, which is the form that suites know.
    fn secure(
        &self,
        document: &Value<'_>,
        securing: &Securing<'_>,
    ) -> Result<Value<'static>, SecureError> {
        let world = &self.world;
        let draft = Draft::secured(document, securing, &world.contexts, world.crypto)?;
        let signature = self.keys.sign(securing.curve, draft.signing_input())?;
        let sealed = draft.seal(&signature);
        let mut sealed = Value::parse(&sealed)
            .expect("a sealed draft is JSON")
            .into_owned();
        if let Some(proofs) = sealed.get_mut("proof")
            && let Some([_]) = proofs.as_array()
            && let Some(alone) = proofs.as_array_mut().and_then(Vec::pop)
        {
            *proofs = alone;
        }
        Ok(sealed)
    }

    /// The URL of the key on `curve`.
    fn verification_method(&self, curve: Curve) -> String {
        did::key::verification_method(&self.keys.public(curve))
    }
}

/// Why a document was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SecureError {
    /// It cannot be signed as it is.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}
