//! The entries of the log that a bundle's documents stand for: made again from their names and hashes, as whoever entered them made them.

use alloc::borrow::ToOwned;
use alloc::string::String;

use touchstone_vc::{
    Credential, CredentialText, Crypto,
    json::Value,
    log::{Entry, commitment},
};

use crate::{Listed, Logged, keys::Keys};

/// That the issuer signed a credential. `None` where the bundle has not as many events of its keys.
pub(crate) fn issued(one: &Logged, issuer: &str, keys: &Keys, crypto: &Crypto) -> Option<Entry> {
    let sha256 = (crypto.sha256)(one.document.as_bytes());
    Some(Entry::CredentialIssued {
        issuer: issuer.to_owned(),
        commitment: commitment(crypto, &one.salt, &sha256),
        keys: keys.history(issuer, one.keys)?,
    })
}

/// That the issuer published a status list. `None` where the bundle has not as many events of its keys.
pub(crate) fn status_list(
    one: &Listed,
    issuer: &str,
    keys: &Keys,
    crypto: &Crypto,
) -> Option<Entry> {
    Some(Entry::StatusListPublished {
        issuer: issuer.to_owned(),
        url: one.name.clone(),
        sha256: (crypto.sha256)(one.document.as_bytes()),
        keys: keys.history(issuer, one.keys.unwrap_or_default())?,
    })
}

/// That the document of a DID stands as it is.
pub(crate) fn did_document(one: &Listed, crypto: &Crypto) -> Entry {
    Entry::DidDocument {
        did: one.name.clone(),
        sha256: (crypto.sha256)(one.document.as_bytes()),
    }
}

/// That an issuer issues under a version of an achievement.
pub(crate) fn achievement(one: &Listed, issuer: &str, crypto: &Crypto) -> Entry {
    Entry::AchievementVersion {
        issuer: issuer.to_owned(),
        url: one.name.clone(),
        sha256: (crypto.sha256)(one.document.as_bytes()),
    }
}

/// That somebody endorsed something.
pub(crate) fn endorsement(issuer: &str, about: &str, document: &[u8], crypto: &Crypto) -> Entry {
    Entry::Endorsement {
        issuer: issuer.to_owned(),
        subject: about.to_owned(),
        sha256: (crypto.sha256)(document),
    }
}

/// Who signed an endorsement, and about what.
pub(crate) fn endorser(document: &[u8]) -> Option<(String, String)> {
    let text = CredentialText::of(document);
    let read = Credential::read(&text).ok()?;
    let about = about(read.document())?;
    Some((read.issuer()?.to_owned(), about.to_owned()))
}

/// What a credential is about.
pub(crate) fn about<'v>(document: &'v Value<'_>) -> Option<&'v str> {
    let subject = document.get("credentialSubject")?.items().first()?;
    subject.get("id")?.as_str()
}

/// Who issued a credential.
pub(crate) fn issuer_of(document: &str) -> Option<String> {
    let credential = Credential::parse(document.as_bytes()).ok()?;
    credential.issuer().map(ToOwned::to_owned)
}
