//! Was a token changed since it was signed, and by whom was it signed?
//!
//! RFC 7515 §5.2 and the profiles of [`envelope`](crate::jose::envelope). A key in the header shows that nothing was changed; who
//! signed, only a key of the issuer's own document shows.

use alloc::string::{String, ToString};

#[cfg(feature = "key-urls")]
use touchstone_canon::json::Value;

use super::proofs::{Judged, Secured};
use super::signer::Signer;
use super::{World, check};
use crate::credential::Credential;
#[cfg(feature = "key-urls")]
use crate::did::DidDocument;
use crate::did::{PublicKey, Relationship, controller_of};
#[cfg(feature = "key-urls")]
use crate::evidence::{Document, Resource};
use crate::jose::envelope::{Envelope, Kind};
use crate::proof::Refusal;
use crate::report::{Check, CheckKind, Detail, Fault, Outcome, ProofDetail};

pub(super) fn judge(envelope: &Envelope<'_>, secured: &Secured<'_>, world: &World<'_>) -> Judged {
    let mut signer = Signer::default();
    let holds = holds(envelope, secured, world, &mut signer);
    let detail = ProofDetail {
        suite: envelope.token.header("alg").map(ToString::to_string),
        verification_method: signer.verification_method.clone(),
        created: envelope.created(),
    };
    Judged::new(String::new(), detail, holds, signer)
}

/// Whose document is needed: that of the key's controller if the token names one, else that of `party`.
pub(super) fn controller<'v>(
    envelope: &'v Envelope<'_>,
    party: Option<&'v str>,
) -> Option<&'v str> {
    match envelope.token.header("kid") {
        Some(kid) if is_url(kid) && envelope.key_address(party).is_none() => {
            Some(controller_of(kid))
        }
        _ => party,
    }
}

/// A claim that the profile of Open Badges requires and the token lacks. Readers need none of them, so the rest stands.
pub(super) fn missing_claim(credential: &Credential<'_>) -> Option<Check> {
    let claim = credential.envelope()?.missing()?;
    let fault = Outcome::Fail(Fault::ClaimMissing);
    let path = alloc::format!("/{claim}");
    Some(check(CheckKind::Schema, fault, &path, Detail::None))
}

fn holds(
    envelope: &Envelope<'_>,
    secured: &Secured<'_>,
    world: &World<'_>,
    signer: &mut Signer,
) -> Result<(), Refusal> {
    let algorithm = envelope.token.algorithm()?;
    let kind = match secured.relationship {
        Relationship::Assertion => Kind::Credential,
        Relationship::Authentication => Kind::Presentation,
    };
    envelope.holds(kind, secured.document, world.at)?;
    // Without a key nothing can be said about the document, whatever may be said about the key; but what is no key signed nothing.
    let key = key(envelope, secured, world, signer)
        .map_err(|(Refusal::Fail(fault) | Refusal::Unknown(fault))| Refusal::of_key(fault))?;
    secured.made_by("", &key, world, &|checking| {
        envelope.token.check(algorithm, &key, &checking)
    })
}

fn key(
    envelope: &Envelope<'_>,
    secured: &Secured<'_>,
    world: &World<'_>,
    signer: &mut Signer,
) -> Result<PublicKey, Refusal> {
    let party = secured.party.or_else(|| envelope.claim("iss"));
    // A name for a key in the document of whoever signed, if it is no address of the key itself.
    let kid = envelope.token.header("kid");
    let kid = kid.filter(|_| envelope.key_address(party).is_none());
    let carried = envelope.token.key();
    let carried = carried.or_else(|| by_address(envelope, party, world, signer));
    let found = match (kid, &carried) {
        (None, None) => Err(Refusal::Fail(Fault::ProofMalformed)),
        _ => listed(envelope, secured, world, signer, (kid, carried.as_ref())),
    };
    match (found, carried) {
        (Ok(key), None) => Ok(key),
        (Ok(key), Some(Ok(carried))) if carried == key => Ok(key),
        // It was found by name, and another one came along: which of them is meant cannot be told.
        (Ok(_), Some(_)) => {
            signer.may = Some(Err(Refusal::Fail(Fault::KeyUnknown)));
            Err(Refusal::Fail(Fault::KeyUnknown))
        }
        (Err(refusal), carried) => {
            // A key of the document that cannot be read signed nothing, whatever it may: the one that came along is somebody's.
            signer.may = Some(signer.may.unwrap_or(Ok(())).and(Err(refusal)));
            if signer.verification_method.is_none() {
                signer.verification_method = kid.filter(|kid| is_url(kid)).map(ToString::to_string);
            }
            match carried {
                Some(carried) => carried.map_err(Refusal::of_key),
                None => Err(refusal),
            }
        }
    }
}

/// The key that a badge names by its address: a JSON Web Key, one of a set by its name, or one in a controller's document. Whoever signed chose
/// the address, so that the key shows what one in the header shows: that nothing was changed. `None` where the token names none so.
fn by_address(
    envelope: &Envelope<'_>,
    party: Option<&str>,
    world: &World<'_>,
    signer: &mut Signer,
) -> Option<Result<PublicKey, Fault>> {
    let kid = envelope.key_address(party)?;
    Some(at_address(kid, world, signer))
}

#[cfg(not(feature = "key-urls"))]
fn at_address(_: &str, _: &World<'_>, _: &mut Signer) -> Result<PublicKey, Fault> {
    Err(Fault::IssuerDocumentMissing)
}

#[cfg(feature = "key-urls")]
fn at_address(kid: &str, world: &World<'_>, signer: &mut Signer) -> Result<PublicKey, Fault> {
    let address = controller_of(kid);
    let bytes = match world
        .evidence
        .get(&Resource::DidDocument(address.to_string()))
    {
        Some(Document::Fetched(copy)) => &copy.bytes,
        Some(Document::Unreachable { why, .. }) => {
            signer.unreachable = Some(*why);
            return Err(Fault::IssuerDocumentUnreachable);
        }
        None | Some(Document::Proven(_)) => return Err(Fault::IssuerDocumentMissing),
    };
    let value = Value::parse(bytes).map_err(|_| Fault::IssuerDocumentMalformed)?;
    if value.get("kty").is_some() {
        return PublicKey::from_jwk(&value);
    }
    let Some(keys) = value.get("keys") else {
        let document = DidDocument::from_value(&value, address)?;
        let method = document.method_called(kid).ok_or(Fault::KeyUnknown)?;
        return method.key.clone();
    };
    let fragment = kid.split_once('#').map(|(_, fragment)| fragment);
    let mut named = keys.items().iter().filter(|key| {
        let name = key.get("kid").and_then(Value::as_str);
        name.is_some_and(|name| name == kid || fragment == Some(name))
    });
    // Of two keys of one name nobody can tell which is meant.
    match (named.next(), named.next()) {
        (Some(key), None) => PublicKey::from_jwk(key),
        _ => Err(Fault::KeyUnknown),
    }
}

/// The key in the document of whoever signed: the one that the token names, or the one that it carries or that stands at the address it names.
fn listed(
    envelope: &Envelope<'_>,
    secured: &Secured<'_>,
    world: &World<'_>,
    signer: &mut Signer,
    (kid, carried): (Option<&str>, Option<&Result<PublicKey, Fault>>),
) -> Result<PublicKey, Refusal> {
    let party = secured.party.or_else(|| envelope.claim("iss"));
    let controller = controller(envelope, party).ok_or(Refusal::Unknown(Fault::IssuerMalformed))?;
    let document = signer.document(controller, world)?;
    let method = match (kid, carried) {
        (Some(kid), _) => document.method_called(kid),
        (None, Some(Ok(carried))) => document
            .verification_methods
            .iter()
            .find(|method| method.key.as_ref() == Ok(carried)),
        // What is at the address is not known: whose key it is stays open.
        (None, Some(Err(fault))) if envelope.key_address(party).is_some() => {
            return Err(Refusal::of_key(*fault));
        }
        (None, _) => None,
    };
    let signed = envelope.created().unwrap_or(world.at);
    signer.key(&document, method, secured.relationship, signed)
}

/// Whether a `kid` names its controller too.
fn is_url(kid: &str) -> bool {
    kid.starts_with("did:") || kid.starts_with("https://")
}
