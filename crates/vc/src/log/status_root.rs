//! What an issuer states about a status list with each publication, so that a part of the list can be proven without the rest.
//!
//! `docs/formats/status-proof.md`. The statement is the beginning of an entry of the log, up to the key that signed it; the issuer signs
//! exactly those bytes when the list is published. The entry adds the signature and the history of the issuer's keys.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use super::Entry;
use super::entry::{EntryError, head, is_value, read_hash};
use crate::did::PublicKey;
use crate::{Crypto, Timestamp};

/// A status list as it was published at one time, by the root over its blocks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusRoot {
    /// DID of the issuer.
    pub issuer: String,
    /// Where the list is published.
    pub url: String,
    /// What a set bit means, as the list says it.
    pub purpose: String,
    /// How many entries of one bit the list has.
    pub length: u64,
    /// From when the list stands.
    pub valid_from: Timestamp,
    /// Until when it stands.
    pub valid_until: Timestamp,
    /// The root over its blocks (RFC 9162, section 2.1.1).
    pub root: [u8; 32],
    /// The verification method of the key that signs this.
    pub method: String,
}

impl StatusRoot {
    /// The bytes that the issuer signs: the entry up to here.
    pub fn signing_input(&self) -> Result<Vec<u8>, EntryError> {
        lines(super::Kind::StatusListRoot, &self.values())
    }

    /// Whether `signature` is the key's.
    pub fn is_signed_by(&self, key: &PublicKey, signature: &[u8], crypto: &Crypto) -> bool {
        let Ok(message) = self.signing_input() else {
            return false;
        };
        match key {
            PublicKey::Ed25519(key) => signature
                .try_into()
                .is_ok_and(|signature| (crypto.verify_ed25519)(key, &message, signature)),
            PublicKey::P256(key) => signature
                .try_into()
                .is_ok_and(|signature| (crypto.verify_p256)(key, &message, signature)),
            PublicKey::P384(key) => signature
                .try_into()
                .is_ok_and(|signature| (crypto.verify_p384)(key, &message, signature)),
            PublicKey::Rsa(_) => false,
        }
    }

    /// The signed statement, as it is kept until it is entered: what the entry begins with.
    pub fn signed(&self, signature: &[u8]) -> Result<Vec<u8>, EntryError> {
        let mut text = self.signing_input()?;
        text.extend_from_slice(BASE64.encode(signature).as_bytes());
        text.push(b'\n');
        Ok(text)
    }

    /// The entry that a signed statement makes, with the history of the issuer's keys as it is then.
    pub fn entry(signed: &[u8], keys: &[u8; 32]) -> Result<Entry, EntryError> {
        let mut text = signed.to_vec();
        text.extend_from_slice(BASE64.encode(keys).as_bytes());
        text.push(b'\n');
        match Entry::parse(&text)? {
            entry @ Entry::StatusListRoot { .. } => Ok(entry),
            _ => Err(EntryError::OtherKind),
        }
    }

    /// Its values in an entry, one a line.
    pub(super) fn values(&self) -> Vec<String> {
        Vec::from([
            self.issuer.clone(),
            self.url.clone(),
            self.purpose.clone(),
            self.length.to_string(),
            self.valid_from.whole_seconds().to_string(),
            self.valid_until.whole_seconds().to_string(),
            BASE64.encode(self.root),
            self.method.clone(),
        ])
    }

    pub(super) fn read(values: [&str; 8]) -> Result<Self, EntryError> {
        let [issuer, url, purpose, length, from, until, root, method] = values;
        let time = |text| Timestamp::parse(text).map_err(|_| EntryError::OtherForm);
        Ok(Self {
            issuer: issuer.to_owned(),
            url: url.to_owned(),
            purpose: purpose.to_owned(),
            length: length.parse().map_err(|_| EntryError::OtherForm)?,
            valid_from: time(from)?,
            valid_until: time(until)?,
            root: read_hash(root)?,
            method: method.to_owned(),
        })
    }
}

/// An entry, or the beginning of one.
pub(super) fn lines(kind: super::Kind, values: &[String]) -> Result<Vec<u8>, EntryError> {
    if !values.iter().all(|value| is_value(value)) {
        return Err(EntryError::Value);
    }
    let mut text = head(kind);
    for value in values {
        text.push_str(value);
        text.push('\n');
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;
    use crate::crypto::rust::CRYPTO;

    fn stated() -> StatusRoot {
        StatusRoot {
            issuer: "did:web:verify.example.edu:i:riverside".into(),
            url: "https://verify.example.edu/i/riverside/status/1".into(),
            purpose: "revocation".into(),
            length: 131_072,
            valid_from: Timestamp::parse("2026-11-21T14:02:00Z").unwrap(),
            valid_until: Timestamp::parse("2026-11-28T14:02:00Z").unwrap(),
            root: [9; 32],
            method: "did:web:verify.example.edu:i:riverside#key-1".into(),
        }
    }

    #[test]
    fn a_signature_is_over_everything_that_the_statement_says() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = PublicKey::Ed25519(key.verifying_key().to_bytes());
        let stated = stated();
        let signature = key.sign(&stated.signing_input().unwrap()).to_bytes();
        assert!(stated.is_signed_by(&public, &signature, &CRYPTO));
        type Change = fn(&mut StatusRoot);
        let changes: [Change; 8] = [
            |one| one.issuer.push('x'),
            |one| one.url.push('0'),
            |one| one.purpose = "suspension".into(),
            |one| one.length += 8_192,
            |one| one.valid_from = one.valid_from.plus_millis(1_000),
            |one| one.valid_until = one.valid_until.plus_millis(1_000),
            |one| one.root[31] ^= 1,
            |one| one.method.push('1'),
        ];
        for change in changes {
            let mut other = stated.clone();
            change(&mut other);
            assert!(
                !other.is_signed_by(&public, &signature, &CRYPTO),
                "{other:?}"
            );
        }
        let other = PublicKey::Ed25519(SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes());
        assert!(!stated.is_signed_by(&other, &signature, &CRYPTO));
        assert!(!stated.is_signed_by(&public, &signature[1..], &CRYPTO));
    }

    #[test]
    fn what_was_signed_is_the_beginning_of_its_entry() {
        let signed = stated().signed(&[5; 64]).unwrap();
        let entry = StatusRoot::entry(&signed, &[8; 32]).unwrap();
        let bytes = entry.encode().unwrap();
        assert!(bytes.starts_with(&signed));
        assert!(signed.starts_with(&stated().signing_input().unwrap()));
        let Entry::StatusListRoot {
            stated: read,
            signature,
            keys,
        } = entry
        else {
            panic!("another kind");
        };
        assert_eq!(
            (read, &signature[..], keys),
            (stated(), &[5; 64][..], [8; 32])
        );
        assert_eq!(
            StatusRoot::entry(b"touchstone-log/1 did-document\n", &[8; 32]),
            Err(EntryError::Lines)
        );
    }
}
