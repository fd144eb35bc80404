//! One DID that is succeeded by another, by the word of both: how an issuer that is its key (`did:key`) goes on under a new one.
//!
//! `docs/formats/log.md`. Both keys sign the same bytes, the beginning of the entry. What one of them alone says is nothing: an old key that was
//! stolen could name a thief as its heir, and anybody could call themselves the heir of another.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::entry::EntryError;
use super::status_root::lines;
use crate::did::{self, PublicKey};
use crate::{Crypto, Timestamp};

/// Who succeeds whom.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Succession {
    /// The DID that is succeeded; it states it.
    pub issuer: String,
    /// The DID that succeeds it.
    pub successor: String,
    /// From when on. It is their word; what counts is the place in the log.
    pub since: Timestamp,
    /// The verification method of the old DID whose key signs.
    pub method: String,
    /// That key, as Multikey.
    pub public_key: String,
    /// The verification method of the new DID whose key signs.
    pub successor_method: String,
    /// That key, as Multikey.
    pub successor_key: String,
}

impl Succession {
    /// The bytes that both keys sign: the entry up to the signatures.
    pub fn signing_input(&self) -> Result<Vec<u8>, EntryError> {
        lines(super::Kind::DidSuccession, &self.values())
    }

    /// Whether both keys signed, each the one that it is called. A `did:key` contains its key; of another DID nobody can tell from here whether the
    /// key is its own.
    pub fn is_signed_by_both(&self, old: &[u8], new: &[u8], crypto: &Crypto) -> bool {
        let Ok(message) = self.signing_input() else {
            return false;
        };
        self.issuer != self.successor
            && is_of(&self.issuer, &self.method, &self.public_key)
            && is_of(&self.successor, &self.successor_method, &self.successor_key)
            && signed(&self.public_key, &message, old, crypto)
            && signed(&self.successor_key, &message, new, crypto)
    }

    /// Its values in an entry, one a line.
    pub(super) fn values(&self) -> Vec<String> {
        Vec::from([
            self.issuer.clone(),
            self.successor.clone(),
            self.since.whole_seconds().to_string(),
            self.method.clone(),
            self.public_key.clone(),
            self.successor_method.clone(),
            self.successor_key.clone(),
        ])
    }

    pub(super) fn read(values: [&str; 7]) -> Result<Self, EntryError> {
        let [issuer, successor, since, method, key, by, by_key] = values;
        Ok(Self {
            issuer: issuer.to_owned(),
            successor: successor.to_owned(),
            since: Timestamp::parse(since).map_err(|_| EntryError::OtherForm)?,
            method: method.to_owned(),
            public_key: key.to_owned(),
            successor_method: by.to_owned(),
            successor_key: by_key.to_owned(),
        })
    }
}

/// Whether a verification method is one of the DID's, and, where the DID is its key, whether it is that key.
fn is_of(did: &str, method: &str, key: &str) -> bool {
    let own = method
        .strip_prefix(did)
        .is_some_and(|rest| rest.starts_with('#'));
    let contained = did.strip_prefix("did:key:");
    own && contained.is_none_or(|contained| contained == key)
}

fn signed(key: &str, message: &[u8], signature: &[u8], crypto: &Crypto) -> bool {
    let Ok(signature) = signature.try_into() else {
        return false;
    };
    match did::PublicKey::from_multikey(key) {
        Ok(PublicKey::Ed25519(key)) => (crypto.verify_ed25519)(&key, message, signature),
        Ok(PublicKey::P256(key)) => (crypto.verify_p256)(&key, message, signature),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use ed25519_dalek::{Signer, SigningKey};

    use super::*;
    use crate::crypto::rust::CRYPTO;
    use crate::log::Entry;

    fn multikey(key: &SigningKey) -> String {
        PublicKey::Ed25519(key.verifying_key().to_bytes()).to_multikey()
    }

    /// What one says of the other, and both keys.
    fn stated() -> (Succession, SigningKey, SigningKey) {
        let (old, new) = (
            SigningKey::from_bytes(&[7; 32]),
            SigningKey::from_bytes(&[8; 32]),
        );
        let (old_key, new_key) = (multikey(&old), multikey(&new));
        let issuer = format!("did:key:{old_key}");
        let stated = Succession {
            method: format!("{issuer}#{old_key}"),
            issuer,
            successor: "did:web:verify.example.edu:i:riverside".into(),
            since: Timestamp::parse("2026-11-21T14:02:00Z").unwrap(),
            public_key: old_key,
            successor_method: "did:web:verify.example.edu:i:riverside#riverside-1".into(),
            successor_key: new_key,
        };
        (stated, old, new)
    }

    #[test]
    fn both_must_sign_the_same_and_with_their_own_keys() {
        let (stated, old, new) = stated();
        let message = stated.signing_input().unwrap();
        let (by_old, by_new) = (old.sign(&message).to_bytes(), new.sign(&message).to_bytes());
        assert!(stated.is_signed_by_both(&by_old, &by_new, &CRYPTO));
        for (first, second) in [
            (&by_old[..], &by_old[..]),
            (&by_new[..], &by_new[..]),
            (&by_new[..], &by_old[..]),
            (&by_old[..], &[][..]),
            (&[][..], &by_new[..]),
        ] {
            assert!(!stated.is_signed_by_both(first, second, &CRYPTO));
        }
        // Signed by both, and of a key that is not the DID's own, or of no DID's.
        type Change = fn(&mut Succession);
        let changes: [Change; 4] = [
            |one| one.public_key = one.successor_key.clone(),
            |one| one.method = one.successor_method.clone(),
            |one| one.successor_method = "did:web:elsewhere.example#riverside-1".into(),
            |one| one.successor = one.issuer.clone(),
        ];
        for change in changes {
            let mut other = stated.clone();
            change(&mut other);
            let message = other.signing_input().unwrap();
            for (first, second) in [(&old, &new), (&new, &new), (&old, &old)] {
                let (first, second) = (first.sign(&message), second.sign(&message));
                let (first, second) = (first.to_bytes(), second.to_bytes());
                assert!(
                    !other.is_signed_by_both(&first, &second, &CRYPTO),
                    "{other:?}"
                );
            }
        }
    }

    /// The new key may be one of a security module.
    #[test]
    fn a_key_of_p256_signs_as_well() {
        let (mut stated, old, _) = stated();
        let new = p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
        let point = new.verifying_key().to_sec1_point(true);
        stated.successor_key = PublicKey::P256(point.as_bytes().try_into().unwrap()).to_multikey();
        let message = stated.signing_input().unwrap();
        let by_old = old.sign(&message).to_bytes();
        let by_new: p256::ecdsa::Signature = new.sign(&message);
        let mut by_new = by_new.to_bytes();
        assert!(stated.is_signed_by_both(&by_old, &by_new, &CRYPTO));
        by_new[40] ^= 1;
        assert!(!stated.is_signed_by_both(&by_old, &by_new, &CRYPTO));
    }

    #[test]
    fn what_both_signed_is_the_beginning_of_the_entry() {
        let (stated, ..) = stated();
        let entry = Entry::DidSuccession {
            stated: stated.clone(),
            signatures: [Vec::from([5; 64]), Vec::from([6; 64])],
        };
        let bytes = entry.encode().unwrap();
        assert!(bytes.starts_with(&stated.signing_input().unwrap()));
        assert_eq!(Entry::parse(&bytes), Ok(entry));
    }
}
