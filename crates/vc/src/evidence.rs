//! What a verdict needs from the outside world, gathered by whoever calls.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::did;
use crate::time::Timestamp;

/// Something that may have to be fetched.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Resource {
    /// A published status list, by URL.
    StatusList(String),
    /// The document of a DID or of an `https:` issuer, by identifier; [`did::document_url`](crate::did::document_url) says
    /// where it is. Or the JSON Web Key of a token, by its address.
    DidDocument(String),
    /// A document that the credential binds by digest, by URL. Not needed for the verdict.
    RelatedResource(String),
    /// A piece of evidence that the credential binds by digest, by URL. Not needed for the verdict.
    Evidence(String),
    /// A document of Open Badges 2.0 (assertion, badge class, profile, key, revocation list), by URL.
    Hosted(String),
}

impl Resource {
    /// Whether the verdict is unknown without it.
    #[must_use]
    pub const fn decides(&self) -> bool {
        matches!(
            self,
            Self::StatusList(_) | Self::DidDocument(_) | Self::Hosted(_)
        )
    }

    /// Where it is published; `None` for a DID that is no address.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        match self {
            Self::DidDocument(did) => did::document_url(did),
            Self::StatusList(url)
            | Self::RelatedResource(url)
            | Self::Evidence(url)
            | Self::Hosted(url) => Some(url.clone()),
        }
    }
}

/// What became of fetching one [`Resource`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Document {
    /// It was had, now or from a cache.
    Fetched(Fetched),
    /// It could not be had.
    Unreachable {
        /// Why.
        why: Unreachable,
        /// The last copy that was had, to say what it said.
        last_good: Option<Fetched>,
    },
    /// Of a status list: parts that the caller has proven to be of it (`docs/formats/status-proof.md`). The list itself was not had.
    Proven(Vec<StatusBlock>),
}

/// A part of a status list that the caller has checked: that the issuer signed a root over the whole list, and that this is under it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusBlock {
    /// Who signed the root.
    pub issuer: String,
    /// What a set bit means.
    pub purpose: String,
    /// From when the list stands.
    pub valid_from: Timestamp,
    /// Until when it stands.
    pub valid_until: Timestamp,
    /// How many entries of one bit the whole list has.
    pub length: u64,
    /// The number of the first entry that is here.
    pub first: u64,
    /// The bits, from the most significant one of the first byte.
    pub bits: Vec<u8>,
}

impl StatusBlock {
    /// Reads an entry of the list; `None` if it is not in this part of it.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<bool> {
        let inside = index.checked_sub(self.first)?;
        let byte = self.bits.get(usize::try_from(inside / 8).ok()?)?;
        Some(byte & (0x80 >> (inside % 8)) != 0)
    }
}

/// The bytes of a document and when they were fetched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fetched {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When they were fetched.
    pub fetched_at: Timestamp,
}

/// Why a document could not be had.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unreachable {
    /// Nobody may fetch now (offline).
    Offline,
    /// The address is not one that is fetched: not https, or not public.
    NotAllowed,
    /// There is no such host.
    NoSuchHost,
    /// The host does not answer.
    NoAnswer,
    /// The connection is not secure.
    Insecure,
    /// The host answered with this HTTP status.
    Status(u16),
    /// The answer is larger than the limit.
    TooLarge,
}

/// Documents gathered for one verdict. A resource left out is unknown, not failed.
pub type Evidence = BTreeMap<Resource, Document>;

/// Whom the reader knows: registers and the issuers that they list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Trust {
    /// The registers, in the order in which they are asked.
    pub registers: Vec<Arc<Register>>,
}

/// A list of issuers that somebody answers for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Register {
    /// Its name, as a reader knows it.
    pub name: String,
    /// Issuers by identifier.
    pub issuers: BTreeMap<String, Listing>,
    /// Where it is kept, if somewhere else.
    pub source: Option<String>,
    /// When the copy was read that is asked. Absent if whoever asks keeps the register, and if there is no copy.
    pub as_of: Option<Timestamp>,
    /// Whether it could not be read, or not since its copy became too old: what the copy says is told, and decides nothing.
    pub unread: bool,
}

/// What a register says about an issuer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listing {
    /// It is listed.
    Listed,
    /// It was listed until then.
    Removed(Timestamp),
}
