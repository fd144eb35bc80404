//! The last line of an audit record: how many lines there were, said by a key of the institution that the log has.
//!
//! Roots in the log show that lines are as they were, and not that none came after. The end does: who cuts a file short cannot sign another one. An
//! older file is whole too, as of the time at its end.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use touchstone_tlog::Hash;
use touchstone_vc::{
    Crypto, Timestamp,
    did::PublicKey,
    json::{Object, Value},
    log::{Entry, KeyChange},
};

use crate::format::{BundleError, Entered, entry, read_entry, string, text};

/// The end of a record, as it stands in its last line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RecordEnd {
    /// How many lines of the record stand before it.
    pub lines: u64,
    /// When it was written.
    pub at: Timestamp,
    /// `None` where nothing could sign: then nobody vouches for it.
    pub signed: Option<SignedEnd>,
}

/// Who signed the end of a record.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedEnd {
    /// The verification method of the key.
    pub method: String,
    /// Over [`RecordEnd::signing_input`].
    pub signature: Vec<u8>,
    /// The entry of the log by which the key began to sign, as it is.
    pub event: String,
    /// Where that stands.
    pub entered: Entered,
}

impl RecordEnd {
    /// What is signed: that a record of an issuer has so many lines, of which the tree has this root.
    pub fn signing_input(&self, issuer: &str, root: &Hash, method: &str) -> Vec<u8> {
        let (lines, at, root) = (self.lines, self.at, BASE64.encode(root.0));
        format!("touchstone-audit/2 end\n{issuer}\n{lines}\n{root}\n{at}\n{method}\n").into_bytes()
    }

    /// The line, without its line feed.
    pub fn encode(&self) -> Vec<u8> {
        let mut end = Object::new();
        end.insert("lines", Value::Number(self.lines.into()));
        end.insert("at", string(&self.at.to_string()));
        if let Some(signed) = &self.signed {
            end.insert("method", string(&signed.method));
            end.insert("signature", string(&BASE64.encode(&signed.signature)));
            end.insert("event", string(&signed.event));
            end.insert("entry", entry(&signed.entered));
        }
        let mut object = Object::new();
        object.insert("end", Value::Object(end));
        Value::Object(object).to_string().into_bytes()
    }

    pub(crate) fn read(value: &Value<'_>) -> Result<Self, BundleError> {
        let wrong = || BundleError::Member("end");
        let lines = value.get("lines").and_then(Value::as_i64);
        let lines = lines.and_then(|lines| u64::try_from(lines).ok());
        let signed = match value.get("signature").and_then(Value::as_str) {
            None => None,
            Some(signature) => Some(SignedEnd {
                method: text(value, "method")?,
                signature: BASE64.decode(signature).map_err(|_| wrong())?,
                event: text(value, "event")?,
                entered: read_entry(value)?,
            }),
        };
        Ok(Self {
            lines: lines.ok_or_else(wrong)?,
            at: Timestamp::parse(&text(value, "at")?).map_err(|_| wrong())?,
            signed,
        })
    }
}

impl SignedEnd {
    /// Whether a key of the issuer, by the word of this entry of the log, signed `message`. Whether the log has the entry is another question.
    pub(crate) fn holds(&self, issuer: &str, message: &[u8], crypto: &Crypto) -> bool {
        let Ok(Entry::KeyEvent {
            issuer: by,
            method,
            public_key,
            change: KeyChange::Active,
            ..
        }) = Entry::parse(self.event.as_bytes())
        else {
            return false;
        };
        let Ok(signature) = self.signature.as_slice().try_into() else {
            return false;
        };
        by == issuer
            && method == self.method
            && match PublicKey::from_multikey(&public_key) {
                Ok(PublicKey::Ed25519(key)) => (crypto.verify_ed25519)(&key, message, signature),
                Ok(PublicKey::P256(key)) => (crypto.verify_p256)(&key, message, signature),
                _ => false,
            }
    }
}
