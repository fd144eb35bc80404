//! Checking what a passkey signed, by the published file alone: nobody is asked, and the institution that published it is not believed.
//!
//! [Web Authentication Level 3](https://www.w3.org/TR/webauthn-3/), §7.2, as far as somebody can who did not begin the ceremony; the form is in
//! `docs/formats/endorsement.md`. Who held the passkey is not shown, and both names are as they were typed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value as Json;
use touchstone_vc::{Crypto, Timestamp, did::PublicKey, json::Value};

use super::document::digest;
use crate::digest::hex;

/// What somebody said with a passkey.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Spoken {
    /// What they said, about what, until when.
    pub statement: Statement,
    /// The site at which the passkey signed.
    pub origin: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
}

/// The statement, as it was signed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// `EndorsementStatement`.
    #[serde(rename = "type")]
    kind: String,
    /// What is endorsed, by its identifier.
    pub subject: String,
    /// What it is called.
    pub name: String,
    /// Where its exact bytes are published.
    pub document: String,
    /// Their SHA-256, in lower-case hex.
    pub sha256: String,
    /// The words.
    pub endorsement_comment: String,
    /// For which organization, as they typed it.
    pub organization: String,
    /// Who, as they typed it.
    pub person: String,
    /// The domain of the address that was written to.
    pub asked_under: String,
    /// The institution that asked.
    pub asked_by: AskedBy,
    /// Until when it holds, as it is written.
    pub valid_until: String,
}

/// The institution that asked, as it was signed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
pub struct AskedBy {
    /// Its DID.
    pub id: String,
}

impl Statement {
    /// Until when it holds. `None` where that is no time.
    pub fn until(&self) -> Option<Timestamp> {
        Timestamp::parse(&self.valid_until).ok()
    }
}

impl Spoken {
    /// Whether an institution's record is about the same and names this file by its hash. Whether the record is signed is another question.
    pub fn is_recorded_in(&self, record: &[u8]) -> bool {
        let Ok(record) = serde_json::from_slice::<Json>(record) else {
            return false;
        };
        let digest = digest(&self.sha256);
        let named = record["relatedResource"].as_array();
        let named = named.is_some_and(|all| all.iter().any(|one| one["digestSRI"] == *digest));
        named && record["credentialSubject"]["id"] == *self.statement.subject
    }

    /// Whether these are the bytes that are endorsed.
    pub fn is_about(&self, crypto: &Crypto, document: &[u8]) -> bool {
        hex(&(crypto.sha256)(document)) == self.statement.sha256
    }
}

/// Reads and checks it.
pub fn check_evidence(crypto: &Crypto, file: &[u8]) -> Result<Spoken, EvidenceFault> {
    use EvidenceFault::{Member, NotSigned, OtherKey};
    let read: File = serde_json::from_slice(file).map_err(EvidenceFault::Json)?;
    if read.kind != "PasskeyEndorsement" {
        return Err(Member("type"));
    }
    let bytes = |text: &str, name| URL_SAFE_NO_PAD.decode(text).map_err(|_| Member(name));
    let client_data = bytes(&read.client_data, "clientDataJSON")?;
    let authenticator_data = bytes(&read.authenticator_data, "authenticatorData")?;
    let signature = bytes(&read.signature, "signature")?;
    let statement: Statement =
        serde_json::from_str(&read.statement).map_err(|_| Member("statement"))?;
    if statement.kind != "EndorsementStatement" {
        return Err(Member("statement"));
    }
    let client: Client =
        serde_json::from_slice(&client_data).map_err(|_| Member("clientDataJSON"))?;
    let host = url::Url::parse(&client.origin).ok();
    let host = host.and_then(|origin| Some(origin.host_str()?.to_owned()));
    let host = host.ok_or(Member("clientDataJSON"))?;

    let said = URL_SAFE_NO_PAD.encode((crypto.sha256)(read.statement.as_bytes()));
    if client.kind != "webauthn.get" || client.challenge != said {
        return Err(NotSigned("the passkey signed another statement"));
    }
    let (site, flags) = match authenticator_data.split_first_chunk::<32>() {
        Some((site, [flags, _, _, _, _, ..])) => (site, *flags),
        _ => return Err(Member("authenticatorData")),
    };
    if *site != (crypto.sha256)(host.as_bytes()) {
        return Err(NotSigned("the passkey belongs to another site"));
    }
    if flags & SOMEBODY_VERIFIED != SOMEBODY_VERIFIED {
        return Err(NotSigned("nobody was there, or nobody was verified"));
    }
    let key = read.public_key.to_string();
    let key = Value::parse(key.as_bytes()).map_err(|_| Member("publicKey"))?;
    let key = PublicKey::from_jwk(&key).map_err(|_| OtherKey)?;
    let hash = (crypto.sha256)(&client_data);
    let message = [authenticator_data.as_slice(), &hash].concat();
    if !holds(crypto, &key, &message, &signature) {
        return Err(NotSigned("the signature is not by its key"));
    }
    Ok(Spoken {
        statement,
        origin: client.origin,
        sha256: (crypto.sha256)(file),
    })
}

/// Why it shows nothing.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceFault {
    /// It is no JSON, or lacks a member.
    #[error("this is not what a passkey signed: {0}")]
    Json(serde_json::Error),
    /// A member is not what it has to be.
    #[error("this is not what a passkey signed: {0} is not what it has to be")]
    Member(&'static str),
    /// Nothing is known of it.
    #[error(
        "its key is of a kind that this program does not read; P-256, P-384, Ed25519 and RSA are"
    )]
    OtherKey,
    /// It is not true.
    #[error("{0}")]
    NotSigned(&'static str),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(rename = "type")]
    kind: String,
    statement: String,
    public_key: Json,
    authenticator_data: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    signature: String,
}

#[derive(Deserialize)]
struct Client {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
}

/// §6.5.5: ECDSA signatures come as DER, the others as they are.
fn holds(crypto: &Crypto, key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    match key {
        PublicKey::Ed25519(key) => {
            let signature = signature.try_into();
            signature.is_ok_and(|signature| (crypto.verify_ed25519)(key, message, signature))
        }
        PublicKey::P256(key) => {
            let signature = halves::<32>(signature).and_then(|halves| halves.try_into().ok());
            signature.is_some_and(|signature| (crypto.verify_p256)(key, message, &signature))
        }
        PublicKey::P384(key) => {
            let signature = halves::<48>(signature).and_then(|halves| halves.try_into().ok());
            signature.is_some_and(|signature| (crypto.verify_p384)(key, message, &signature))
        }
        PublicKey::Rsa(key) => (crypto.verify_rs256)(key, message, signature),
    }
}

/// `r ‖ s` of `SEQUENCE { INTEGER r, INTEGER s }` (RFC 3279 §2.2.3).
fn halves<const SIZE: usize>(der: &[u8]) -> Option<Vec<u8>> {
    let [0x30, length, rest @ ..] = der else {
        return None;
    };
    let (r, rest) = half::<SIZE>(rest.get(..usize::from(*length))?)?;
    let (s, rest) = half::<SIZE>(rest)?;
    let whole = rest.is_empty() && usize::from(*length) + 2 == der.len();
    whole.then(|| [r, s].concat())
}

fn half<const SIZE: usize>(der: &[u8]) -> Option<([u8; SIZE], &[u8])> {
    let [0x02, length, rest @ ..] = der else {
        return None;
    };
    let (value, rest) = rest.split_at_checked(usize::from(*length))?;
    let value = match value {
        // A zero in front says that the number is not negative.
        [0, value @ ..] => value
            .first()
            .filter(|first| **first >= 0x80)
            .map(|_| value)?,
        [first, ..] if *first < 0x80 => value,
        _ => return None,
    };
    let mut half = [0; SIZE];
    let start = SIZE.checked_sub(value.len())?;
    half[start..].copy_from_slice(value);
    Some((half, rest))
}

/// §6.1: bit 0, a test of user presence was passed; bit 2, one of user verification.
const SOMEBODY_VERIFIED: u8 = 0b101;

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn a_signature_in_der_has_one_form() {
        let halved = halves::<2>(&[0x30, 7, 0x02, 1, 5, 0x02, 2, 0, 0x80]);
        assert_eq!(halved, Some(vec![0, 5, 0, 0x80]));
        for wrong in [
            &[0x30, 6, 0x02, 1, 5, 0x02, 1, 0x80][..], // Negative.
            &[0x30, 7, 0x02, 2, 0, 5, 0x02, 1, 6],     // A zero too many.
            &[0x30, 6, 0x02, 1, 5, 0x02, 1, 6, 0],     // Something behind it.
            &[0x30, 7, 0x02, 1, 5, 0x02, 1, 6, 0],     // Something in it.
            &[0x30, 8, 0x02, 3, 1, 2, 3, 0x02, 1, 6],  // Too large.
            &[0x30, 3, 0x02, 1, 5],
            &[0x30, 9, 0x02],
            &[],
        ] {
            assert_eq!(halves::<2>(wrong), None, "{wrong:?}");
        }
    }
}
