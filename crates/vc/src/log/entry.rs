//! One entry of the log: a few lines of text, the same bytes for the same statement (`docs/formats/log.md`).
//!
//! **Invariant:** an entry holds no personal data. What it says of a credential is a salted commitment, which tells nothing to who
//! has not got the salt.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::{KeyChange, Kind, StatusRoot, Succession, status_root::lines};
use crate::{Crypto, Timestamp};

/// One statement of the log.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Entry {
    /// The issuer signed a credential.
    CredentialIssued {
        /// DID of the issuer.
        issuer: String,
        /// [`commitment`] to the exact signed bytes.
        commitment: [u8; 32],
        /// The [`history`](super::history) of the issuer's keys as it stood then.
        keys: [u8; 32],
    },
    /// The issuer published a status list.
    StatusListPublished {
        /// DID of the issuer.
        issuer: String,
        /// Where it is published.
        url: String,
        /// SHA-256 of the exact signed bytes.
        sha256: [u8; 32],
        /// The [`history`](super::history) of the issuer's keys as it stood then.
        keys: [u8; 32],
    },
    /// What the issuer states about a list that it published, so that a part of it can be proven.
    StatusListRoot {
        /// The statement.
        stated: StatusRoot,
        /// The issuer's signature over it.
        signature: Vec<u8>,
        /// The [`history`](super::history) of the issuer's keys as it stood then.
        keys: [u8; 32],
    },
    /// A key was made, and signs nothing yet. It is no part of the [`history`](super::history) of keys: nothing rests on it.
    KeyPending {
        /// DID of the issuer.
        issuer: String,
        /// The verification method that proofs will name.
        method: String,
        /// The public key, as Multikey.
        public_key: String,
    },
    /// Something became of a key.
    KeyEvent {
        /// DID of the issuer.
        issuer: String,
        /// The verification method that proofs name.
        method: String,
        /// The public key, as Multikey.
        public_key: String,
        /// What became of it.
        change: KeyChange,
        /// From when on. It is the issuer's word; what counts is the place in the log.
        since: Timestamp,
    },
    /// The document of a DID, as it stands from here on.
    DidDocument {
        /// The DID.
        did: String,
        /// SHA-256 of the exact bytes.
        sha256: [u8; 32],
    },
    /// A version of an achievement, which credentials are issued under from here on.
    AchievementVersion {
        /// DID of the issuer.
        issuer: String,
        /// Where it is published.
        url: String,
        /// SHA-256 of the exact bytes.
        sha256: [u8; 32],
    },
    /// A version of a mapping set.
    MappingSetRelease {
        /// DID of the institution that released it.
        issuer: String,
        /// Where it is published.
        url: String,
        /// SHA-256 of the exact bytes.
        sha256: [u8; 32],
    },
    /// A release of a competency that an issuer wrote with employers.
    CompetencyRelease {
        /// DID of the institution that released it.
        issuer: String,
        /// Where it is published.
        url: String,
        /// SHA-256 of the exact bytes.
        sha256: [u8; 32],
    },
    /// Somebody endorsed something that is public.
    Endorsement {
        /// DID of who endorses.
        issuer: String,
        /// What is endorsed.
        subject: String,
        /// SHA-256 of the exact signed bytes.
        sha256: [u8; 32],
    },
    /// The rules changed by which the issuer works.
    PolicyChange {
        /// DID of the issuer.
        issuer: String,
        /// Which rules: an address or a name without spaces.
        policy: String,
        /// SHA-256 of the exact bytes.
        sha256: [u8; 32],
    },
    /// The tree over the issuer's audit lines.
    AuditRoot {
        /// DID of the issuer.
        issuer: String,
        /// How many lines it covers.
        size: u64,
        /// Its root (RFC 9162).
        root: [u8; 32],
    },
    /// One DID is succeeded by another, by the word of both.
    DidSuccession {
        /// Who succeeds whom.
        stated: Succession,
        /// The signature of the old key, and that of the new one. Whether they hold is another question.
        signatures: [Vec<u8>; 2],
    },
}

/// Why bytes are no [`Entry`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum EntryError {
    /// They do not begin with the name of this format.
    #[error("not an entry of a Touchstone log")]
    OtherFormat,
    /// A later version of the format.
    #[error("an entry of a later version of the format")]
    OtherVersion,
    /// A kind that this version does not know.
    #[error("an entry of a kind that is not known here")]
    OtherKind,
    /// Too few lines, too many, or no line break at the end.
    #[error("an entry with too few lines or too many")]
    Lines,
    /// A value that is too long, or has characters that may not stand in an entry.
    #[error("an entry with a value that may not stand in it")]
    Value,
    /// Not written as this format writes it.
    #[error("an entry that is not in its one form")]
    OtherForm,
}

impl Entry {
    /// Which statement it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::CredentialIssued { .. } => Kind::CredentialIssued,
            Self::StatusListPublished { .. } => Kind::StatusListPublished,
            Self::StatusListRoot { .. } => Kind::StatusListRoot,
            Self::KeyPending { .. } => Kind::KeyPending,
            Self::KeyEvent { .. } => Kind::KeyEvent,
            Self::DidDocument { .. } => Kind::DidDocument,
            Self::AchievementVersion { .. } => Kind::AchievementVersion,
            Self::MappingSetRelease { .. } => Kind::MappingSetRelease,
            Self::CompetencyRelease { .. } => Kind::CompetencyRelease,
            Self::Endorsement { .. } => Kind::Endorsement,
            Self::PolicyChange { .. } => Kind::PolicyChange,
            Self::AuditRoot { .. } => Kind::AuditRoot,
            Self::DidSuccession { .. } => Kind::DidSuccession,
        }
    }

    /// The DID of whoever states it.
    pub fn issuer(&self) -> &str {
        match self {
            Self::CredentialIssued { issuer, .. }
            | Self::StatusListPublished { issuer, .. }
            | Self::KeyPending { issuer, .. }
            | Self::KeyEvent { issuer, .. }
            | Self::AchievementVersion { issuer, .. }
            | Self::MappingSetRelease { issuer, .. }
            | Self::CompetencyRelease { issuer, .. }
            | Self::Endorsement { issuer, .. }
            | Self::PolicyChange { issuer, .. }
            | Self::AuditRoot { issuer, .. } => issuer,
            Self::StatusListRoot { stated, .. } => &stated.issuer,
            Self::DidSuccession { stated, .. } => &stated.issuer,
            Self::DidDocument { did, .. } => did,
        }
    }

    /// Its bytes. A value that may not stand in an entry is refused.
    pub fn encode(&self) -> Result<Vec<u8>, EntryError> {
        let hash = |hash: &[u8; 32]| BASE64.encode(hash);
        let values = match self {
            Self::CredentialIssued {
                issuer,
                commitment,
                keys,
            } => Vec::from([issuer.clone(), hash(commitment), hash(keys)]),
            Self::StatusListPublished {
                issuer,
                url,
                sha256,
                keys,
            } => Vec::from([issuer.clone(), url.clone(), hash(sha256), hash(keys)]),
            Self::StatusListRoot {
                stated,
                signature,
                keys,
            } => {
                let mut values = stated.values();
                values.extend([BASE64.encode(signature), hash(keys)]);
                values
            }
            Self::AchievementVersion {
                issuer,
                url,
                sha256,
            }
            | Self::MappingSetRelease {
                issuer,
                url,
                sha256,
            }
            | Self::CompetencyRelease {
                issuer,
                url,
                sha256,
            } => Vec::from([issuer.clone(), url.clone(), hash(sha256)]),
            Self::KeyPending {
                issuer,
                method,
                public_key,
            } => Vec::from([issuer.clone(), method.clone(), public_key.clone()]),
            Self::KeyEvent {
                issuer,
                method,
                public_key,
                change,
                since,
            } => Vec::from([
                issuer.clone(),
                method.clone(),
                public_key.clone(),
                change.word().to_owned(),
                since.whole_seconds().to_string(),
            ]),
            Self::DidDocument { did, sha256 } => Vec::from([did.clone(), hash(sha256)]),
            Self::Endorsement {
                issuer,
                subject,
                sha256,
            } => Vec::from([issuer.clone(), subject.clone(), hash(sha256)]),
            Self::PolicyChange {
                issuer,
                policy,
                sha256,
            } => Vec::from([issuer.clone(), policy.clone(), hash(sha256)]),
            Self::AuditRoot { issuer, size, root } => {
                Vec::from([issuer.clone(), size.to_string(), hash(root)])
            }
            Self::DidSuccession { stated, signatures } => {
                let mut values = stated.values();
                values.extend(signatures.iter().map(|signature| BASE64.encode(signature)));
                values
            }
        };
        lines(self.kind(), &values)
    }

    /// Reads an entry. Whatever is read is written again as the same bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let text = core::str::from_utf8(bytes).map_err(|_| EntryError::OtherFormat)?;
        let rest = text.strip_prefix(FORMAT).ok_or(EntryError::OtherFormat)?;
        let (head, rest) = rest.split_once('\n').ok_or(EntryError::Lines)?;
        let (version, kind) = head.split_once(' ').ok_or(EntryError::OtherFormat)?;
        if version != VERSION {
            return Err(EntryError::OtherVersion);
        }
        let kind = Kind::parse(kind).ok_or(EntryError::OtherKind)?;
        let values: Vec<&str> = rest
            .strip_suffix('\n')
            .ok_or(EntryError::Lines)?
            .split('\n')
            .collect();
        if !values.iter().all(|value| is_value(value)) {
            return Err(EntryError::Value);
        }
        let entry = Self::of(kind, &values)?;
        match entry.encode() {
            Ok(again) if again == bytes => Ok(entry),
            _ => Err(EntryError::OtherForm),
        }
    }

    fn of(kind: Kind, values: &[&str]) -> Result<Self, EntryError> {
        Ok(match (kind, values) {
            (Kind::CredentialIssued, [issuer, commitment, keys]) => Self::CredentialIssued {
                issuer: (*issuer).to_owned(),
                commitment: read_hash(commitment)?,
                keys: read_hash(keys)?,
            },
            (Kind::StatusListPublished, [issuer, url, sha256, keys]) => Self::StatusListPublished {
                issuer: (*issuer).to_owned(),
                url: (*url).to_owned(),
                sha256: read_hash(sha256)?,
                keys: read_hash(keys)?,
            },
            (Kind::StatusListRoot, [stated @ .., signature, keys]) => Self::StatusListRoot {
                stated: StatusRoot::read(stated.try_into().map_err(|_| EntryError::Lines)?)?,
                signature: BASE64
                    .decode(signature)
                    .map_err(|_| EntryError::OtherForm)?,
                keys: read_hash(keys)?,
            },
            (Kind::KeyPending, [issuer, method, public_key]) => Self::KeyPending {
                issuer: (*issuer).to_owned(),
                method: (*method).to_owned(),
                public_key: (*public_key).to_owned(),
            },
            (Kind::KeyEvent, [issuer, method, public_key, change, since]) => Self::KeyEvent {
                issuer: (*issuer).to_owned(),
                method: (*method).to_owned(),
                public_key: (*public_key).to_owned(),
                change: KeyChange::parse(change).ok_or(EntryError::OtherForm)?,
                since: Timestamp::parse(since).map_err(|_| EntryError::OtherForm)?,
            },
            (Kind::DidDocument, [did, sha256]) => Self::DidDocument {
                did: (*did).to_owned(),
                sha256: read_hash(sha256)?,
            },
            (Kind::AchievementVersion, [issuer, url, sha256]) => Self::AchievementVersion {
                issuer: (*issuer).to_owned(),
                url: (*url).to_owned(),
                sha256: read_hash(sha256)?,
            },
            (Kind::MappingSetRelease, [issuer, url, sha256]) => Self::MappingSetRelease {
                issuer: (*issuer).to_owned(),
                url: (*url).to_owned(),
                sha256: read_hash(sha256)?,
            },
            (Kind::CompetencyRelease, [issuer, url, sha256]) => Self::CompetencyRelease {
                issuer: (*issuer).to_owned(),
                url: (*url).to_owned(),
                sha256: read_hash(sha256)?,
            },
            (Kind::Endorsement, [issuer, subject, sha256]) => Self::Endorsement {
                issuer: (*issuer).to_owned(),
                subject: (*subject).to_owned(),
                sha256: read_hash(sha256)?,
            },
            (Kind::PolicyChange, [issuer, policy, sha256]) => Self::PolicyChange {
                issuer: (*issuer).to_owned(),
                policy: (*policy).to_owned(),
                sha256: read_hash(sha256)?,
            },
            (Kind::AuditRoot, [issuer, size, root]) => Self::AuditRoot {
                issuer: (*issuer).to_owned(),
                size: size.parse().map_err(|_| EntryError::OtherForm)?,
                root: read_hash(root)?,
            },
            (Kind::DidSuccession, [stated @ .., old, new]) => {
                let signature = |text| BASE64.decode(text).map_err(|_| EntryError::OtherForm);
                Self::DidSuccession {
                    stated: Succession::read(stated.try_into().map_err(|_| EntryError::Lines)?)?,
                    signatures: [signature(old)?, signature(new)?],
                }
            }
            _ => return Err(EntryError::Lines),
        })
    }
}

/// What the log says of a credential: `SHA-256("touchstone-log/1 commitment\n" ‖ salt ‖ SHA-256(bytes))`.
pub fn commitment(crypto: &Crypto, salt: &[u8; 32], sha256: &[u8; 32]) -> [u8; 32] {
    let mut message = Vec::with_capacity(COMMITMENT.len() + 64);
    message.extend_from_slice(COMMITMENT);
    message.extend_from_slice(salt);
    message.extend_from_slice(sha256);
    (crypto.sha256)(&message)
}

pub(super) fn read_hash(text: &str) -> Result<[u8; 32], EntryError> {
    let bytes = BASE64.decode(text).map_err(|_| EntryError::OtherForm)?;
    bytes.try_into().map_err(|_| EntryError::OtherForm)
}

/// The first line.
pub(super) fn head(kind: Kind) -> String {
    format!("{FORMAT}{VERSION} {kind}\n")
}

/// One line of printable ASCII without spaces, as DIDs, addresses, keys and numbers are.
pub(super) fn is_value(value: &str) -> bool {
    (1..=LONGEST).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_graphic())
}

const FORMAT: &str = "touchstone-log/";
const VERSION: &str = "1";
const COMMITMENT: &[u8] = b"touchstone-log/1 commitment\n";
/// Longer than any address that a browser takes; a whole entry stays far below the 65,535 bytes of an entry bundle.
const LONGEST: usize = 2_048;

#[cfg(test)]
mod tests;
