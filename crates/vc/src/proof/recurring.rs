//! Hashing credentials one after the other, as those of a cohort are: what one has that the one before had is hashed once.
//!
//! The statements of a proof without its value are often the same, to the second in which a batch was signed; issuer and achievement nearly
//! always are.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::RefCell;

use touchstone_canon::json::Value;
use touchstone_canon::{CanonError, Contexts, Hash, Limits, Recurring};

use super::Refusal;
use super::hash::{self, Digest, Hashing};
use crate::crypto::Crypto;

/// What was hashed before.
#[derive(Debug)]
pub(crate) struct Remembered<'c> {
    contexts: &'c Contexts,
    crypto: &'c Crypto,
    options: RefCell<Option<Options>>,
    documents: RefCell<Recurring<'c>>,
}

#[derive(Debug)]
struct Options {
    context: Value<'static>,
    members: Vec<(String, Value<'static>)>,
    hash: Vec<u8>,
}

impl<'c> Remembered<'c> {
    pub(crate) fn new(contexts: &'c Contexts, crypto: &'c Crypto) -> Self {
        let hash = Hash::Sha256(crypto.sha256);
        let documents = Recurring::new(&PARTS, contexts, hash, &Limits::default());
        Self {
            contexts,
            crypto,
            options: RefCell::default(),
            documents: RefCell::new(documents),
        }
    }

    fn options(&self, proof: &Value<'_>, context: &Value<'_>) -> Result<Vec<u8>, CanonError> {
        let mut last = self.options.borrow_mut();
        if let Some(last) = last.as_ref().filter(|last| last.are(proof, context)) {
            return Ok(last.hash.clone());
        }
        let hash = hash::proof_options(proof, context, Digest::Sha256, self.contexts, self.crypto)?;
        let members = hash::signed_members(proof);
        let members = members.map(|(name, value)| (name.to_string(), value.clone().into_owned()));
        *last = Some(Options {
            context: context.clone().into_owned(),
            members: members.collect(),
            hash: hash.clone(),
        });
        Ok(hash)
    }
}

impl Options {
    /// Whether these are the options of this proof under this context.
    fn are(&self, proof: &Value<'_>, context: &Value<'_>) -> bool {
        let own = self
            .members
            .iter()
            .map(|(name, value)| (name.as_str(), value));
        let mut others = hash::signed_members(proof);
        let mut same = own.map(|(name, value)| {
            let other = others.next();
            other
                .is_some_and(|(other_name, other)| name == other_name && value.is_written_as(other))
        });
        same.all(|same| same) && others.next().is_none() && self.context.is_written_as(context)
    }
}

impl Hashing for Remembered<'_> {
    fn statements(&self, proof: &Value<'_>, document: &Value<'_>) -> Result<Vec<u8>, Refusal> {
        let context = hash::context(document)?;
        let refusal = |error: CanonError| hash::refusal(&error);
        let mut input = self.options(proof, context).map_err(refusal)?;
        let statements = self.documents.borrow_mut().canonicalize(document);
        let statements = statements.map_err(refusal)?;
        input.extend((self.crypto.sha256)(statements.as_bytes()));
        Ok(input)
    }
}

/// What the credentials of a cohort have in common.
const PARTS: [&str; 2] = ["/issuer", "/credentialSubject/achievement"];
