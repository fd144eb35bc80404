//! Signing whatever a suite sends, if it is a conforming credential.
//!
//! [VC API §3.2.1](https://w3c-ccg.github.io/vc-api/#issue-credential). The data model is asked for in full before anything is
//! signed, and canonicalization in safe mode refuses what would get lost.

use touchstone_vc::{
    Securing,
    data_model::{self, BASE_1},
    json::{JsonError, Value},
    schema::Misfit,
};

use super::{Conformance, Instance, SecureError, entries, related, status};

/// Issues `credential`. What it says of its issuer is taken as it is: suites write the issuer's name into it.
pub fn issue(
    room: &Conformance,
    instance: &Instance,
    credential: &[u8],
) -> Result<Value<'static>, IssueError> {
    let mut document = Value::parse(credential)?.into_owned();
    data_model::credential(&document)?;
    entries::entries(&document)?;
    related::digests(&document, room.world.crypto)?;
    inject_context(&mut document);
    if instance.has_status {
        status::give_place(room, instance, &mut document)?;
    }
    let method = room.verification_method(instance.curve);
    let now = room.world.clock.now();
    let securing = Securing::assertion(instance.suite, instance.curve, &method, now);
    Ok(room.secure(&document, &securing)?)
}

/// Version 1.1 has no terms for a Data Integrity proof, so its context gets company
/// ([VC Data Integrity §2.4.1](https://www.w3.org/TR/vc-data-integrity/#context-injection)).
fn inject_context(document: &mut Value<'_>) {
    let Some(contexts) = document.get_mut("@context") else {
        return;
    };
    let known = |url: &str| contexts.items().iter().any(|one| one.as_str() == Some(url));
    if !known(BASE_1) || DATA_INTEGRITY.iter().any(|url| known(url)) {
        return;
    }
    let mut all = contexts.items().to_vec();
    all.push(Value::from(DATA_INTEGRITY[0]));
    *contexts = all.into();
}

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// It is no JSON that this program reads.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is not as the data model asks.
    #[error("the credential is not as the data model asks")]
    Form(Misfit),
    /// It cannot be signed.
    #[error(transparent)]
    Secure(#[from] SecureError),
    /// There is no place left in the status lists.
    #[error("the status lists are full; start `touchstone serve --conformance` anew")]
    ListsFull,
}

impl From<Misfit> for IssueError {
    fn from(misfit: Misfit) -> Self {
        Self::Form(misfit)
    }
}

/// Contexts that have the terms of a Data Integrity proof; the first is the one that is added.
const DATA_INTEGRITY: [&str; 2] = [
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/data-integrity/v1",
];
