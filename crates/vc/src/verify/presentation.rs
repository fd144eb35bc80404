//! Judging a presentation: did its holder sign it, for this reader and now, and does each credential in it stand?
//!
//! [VC Data Integrity §4.4](https://www.w3.org/TR/vc-data-integrity/#verify-proof) with the purpose `authentication`, a challenge and
//! a domain; in a token, the claims `nonce` and `aud`.
//!
//! **Invariant:** what was asked of the holder is a type, not an option: who asked nothing says so ([`Asked::Nothing`]),
//! and the report says that it may be a copy.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::Contexts;
use touchstone_canon::json::Value;

use super::proofs::{self, Judged, Secured};
use super::{MAX_PROOFS, Spent, World, check, issuer, required, schema, token, verify_remembering};
use crate::badge::is_iri;
use crate::credential::{Credential, CredentialError, items, text};
use crate::crypto::Crypto;
use crate::did::{self, Relationship, controller_of};
use crate::evidence::{Evidence, Resource, Trust};
use crate::presentation::Presentation;
use crate::proof::Proof;
use crate::report::{Check, CheckKind, Detail, Fault, IssuerDetail, Outcome, Report, Verdict};
use crate::status::List;
use crate::time::Timestamp;

/// What the reader asked the holder to sign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Asked {
    /// This challenge, used for nobody else and never again.
    Challenge {
        /// The challenge.
        challenge: Challenge,
        /// For whom the answer has to be.
        audience: Audience,
    },
    /// Nothing: whoever has a copy of the presentation can show it.
    Nothing,
}

impl Asked {
    /// What was asked, from texts as they were given; empty ones are none. Nothing where a domain stands without a challenge: a name alone
    /// keeps nobody from showing a copy.
    #[must_use]
    pub fn of(challenge: Option<&str>, domain: Option<&str>) -> Option<Self> {
        let domain = domain.and_then(Domain::new);
        match challenge.and_then(Challenge::new) {
            Some(challenge) => Some(Self::Challenge {
                challenge,
                audience: domain.map_or(Audience::Unnamed, Audience::Domain),
            }),
            None if domain.is_some() => None,
            None => Some(Self::Nothing),
        }
    }
}

/// A text that a reader makes for one presentation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Challenge(String);

/// The name of a reader, such as the host of its site.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Domain(String);

/// For whom an answer has to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Audience {
    /// For this reader, by name.
    Domain(Domain),
    /// For nobody by name. An answer to somebody by name is then not for this reader.
    Unnamed,
}

impl Challenge {
    /// Takes a challenge; an empty one is none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_string()))
    }
}

impl Domain {
    /// Takes a domain; an empty one is none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_string()))
    }
}

/// The result of judging a presentation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PresentationReport {
    /// The moment as of which was judged.
    pub at: Timestamp,
    /// Who presents it: who is named and signed, or who signed where nobody is named. `None` if that is not known.
    pub holder: Option<String>,
    /// The checks of the presentation itself: [`CheckKind::Proof`], [`CheckKind::Holder`], [`CheckKind::Challenge`],
    /// [`CheckKind::Schema`].
    pub checks: Vec<Check>,
    /// The credentials in it.
    pub credentials: Vec<Presented>,
}

/// A credential in a presentation, judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Presented {
    /// Its place, as a JSON Pointer.
    pub path: String,
    /// Whether it is about who presents it. Says nothing against it: parents present for children.
    pub about: About,
    /// What was found, or why it cannot be read.
    pub found: Result<Report, CredentialError>,
}

/// Whom a credential is about, seen from who presents it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum About {
    /// The holder.
    Holder,
    /// Somebody else, or several.
    Other,
    /// Nobody by an identifier, or the holder is not known.
    Open,
}

impl PresentationReport {
    /// The worst of the presentation and of the credentials in it. That nothing was asked of the holder is a reason to
    /// take care; a credential that cannot be read is unknown.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let own = self.checks.iter().map(|check| match check.outcome {
            Outcome::Pass | Outcome::NotListed => Verdict::Pass,
            Outcome::Unknown(Fault::ChallengeNotAsked) => Verdict::TakeCare,
            Outcome::Unknown(_) => Verdict::Unknown,
            Outcome::Fail(_) => Verdict::Failed,
        });
        let inside = self.credentials.iter().map(|presented| {
            let report = presented.found.as_ref();
            report.map_or(Verdict::Unknown, Report::verdict)
        });
        own.chain(inside).max().unwrap_or(Verdict::Unknown)
    }

    /// The outcome of one kind of check: the worst.
    #[must_use]
    pub fn outcome(&self, kind: CheckKind) -> Option<Outcome> {
        let of = || self.checks.iter().filter(move |check| check.kind == kind);
        let outcomes = || of().map(|check| check.outcome);
        outcomes()
            .find(|outcome| matches!(outcome, Outcome::Fail(_)))
            .or_else(|| outcomes().find(|outcome| *outcome != Outcome::Pass))
            .or_else(|| outcomes().next())
    }
}

/// Lists the documents that [`verify_presentation()`] will look at, each once.
#[must_use]
pub fn required_by_presentation(presentation: &Presentation<'_>) -> Vec<Resource> {
    let mut resources = Vec::new();
    let holder = presentation.holder();
    let proofs = Proof::all(presentation.proof());
    let mut controllers: Vec<&str> = proofs
        .iter()
        .take(MAX_PROOFS)
        .filter_map(|proof| proof.verification_method.map(controller_of))
        .collect();
    if let Some(envelope) = presentation.envelope() {
        let party = holder.or_else(|| envelope.claim("iss"));
        controllers.extend(token::controller(envelope, party));
    }
    // A key that is not the holder's cannot help.
    controllers.retain(|did| holder.is_none_or(|holder| holder == *did));
    for did in controllers {
        if did::document_url(did).is_some() {
            resources.push(Resource::DidDocument(did.to_string()));
        }
    }
    for enclosed in presentation.credentials() {
        if let Ok(credential) = enclosed.credential {
            resources.extend(required(&credential));
        }
    }
    let mut each_once = Vec::new();
    for resource in resources {
        if !each_once.contains(&resource) {
            each_once.push(resource);
        }
    }
    each_once
}

/// Judges `presentation` and every credential in it as of `at`, from `evidence` alone.
#[must_use]
pub fn verify_presentation(
    presentation: &Presentation<'_>,
    asked: &Asked,
    evidence: &Evidence,
    trust: &Trust,
    at: Timestamp,
    crypto: &Crypto,
    contexts: &Contexts,
) -> PresentationReport {
    // Credentials of one presentation often stand in the same lists.
    let lists = &List::all(evidence);
    let world = World {
        evidence,
        lists,
        at,
        crypto,
        contexts,
        later: None,
        hashing: None,
        spent: &Spent::default(),
    };
    let secured = Secured {
        document: presentation.document(),
        proof: presentation.proof(),
        envelope: presentation.envelope(),
        party: presentation.holder(),
        relationship: Relationship::Authentication,
        known: None,
    };
    let judged = proofs::judge(&secured, &world);
    let mut checks: Vec<Check> = judged.iter().map(Judged::check).collect();
    let (by_holder, holder) = holder(presentation, &judged);
    checks.push(by_holder);
    checks.push(challenge(presentation, &judged, asked, holder.as_deref()));
    checks.push(schema::of_presentation(presentation.document()));
    let credentials = presentation
        .credentials()
        .into_iter()
        .map(|enclosed| Presented {
            about: match &enclosed.credential {
                Ok(credential) => about(credential, holder.as_deref()),
                Err(_) => About::Open,
            },
            path: enclosed.path,
            found: enclosed.credential.map(|credential| {
                verify_remembering(&credential, evidence, lists, trust, at, crypto, contexts)
            }),
        })
        .collect();
    PresentationReport {
        at,
        holder,
        checks,
        credentials,
    }
}

/// Did the holder's own key sign it, and who is that?
fn holder(presentation: &Presentation<'_>, judged: &[Judged]) -> (Check, Option<String>) {
    let stated = presentation.holder();
    let unclear = match presentation.document().get("holder") {
        None | Some(Value::Null) => false,
        Some(_) => !stated.is_some_and(is_iri),
    };
    let (outcome, signer) = match unclear {
        true => (Outcome::Fail(Fault::HolderMalformed), None),
        false => issuer::best(stated, judged),
    };
    let method = signer.and_then(|judged| judged.signer.verification_method.as_deref());
    let holder = match outcome {
        Outcome::Pass => stated.or_else(|| method.map(controller_of)),
        _ => None,
    };
    let detail = IssuerDetail {
        issuer: stated.map(ToString::to_string),
        verification_method: method.map(ToString::to_string),
        fetched_at: signer.and_then(|judged| judged.signer.fetched_at),
        unreachable: signer.and_then(|judged| judged.signer.unreachable),
    };
    let check = check(
        CheckKind::Holder,
        outcome,
        "/holder",
        Detail::Issuer(detail),
    );
    (check, holder.map(ToString::to_string))
}

/// Was it made for this reader, now? Where the holder is known, by the holder: anybody can add a proof of their own.
fn challenge(
    presentation: &Presentation<'_>,
    judged: &[Judged],
    asked: &Asked,
    holder: Option<&str>,
) -> Check {
    let answers: Vec<Outcome> = match presentation.envelope() {
        Some(envelope) => {
            let audience = |domain: &str| envelope.is_for(domain);
            let named = envelope.has("aud");
            Vec::from([answer(asked, envelope.claim("nonce"), &audience, named)])
        }
        None => {
            let proofs = Proof::all(presentation.proof());
            let answers = proofs.iter().map(|proof| {
                let domains = items(proof.value, "domain");
                let audience = |domain: &str| {
                    domains.len() == 1 && domains.iter().any(|one| one.as_str() == Some(domain))
                };
                let challenge = proof.value.get("challenge").and_then(Value::as_str);
                answer(
                    asked,
                    challenge,
                    &audience,
                    proof.value.get("domain").is_some(),
                )
            });
            answers.collect()
        }
    };
    // Only a proof that holds answers anything; where none does, the first says what it would have been.
    let good = judged.iter().zip(&answers).filter(|(judged, _)| {
        let by_holder = |holder| issuer::by_party(Some(holder), judged) == Outcome::Pass;
        judged.holds == Outcome::Pass && holder.is_none_or(by_holder)
    });
    let mut good = good.map(|(_, answer)| *answer).peekable();
    let first = good.peek().copied().or_else(|| answers.first().copied());
    let outcome = good
        .find(|answer| *answer == Outcome::Pass)
        .or(first)
        .unwrap_or(Outcome::Unknown(Fault::ChallengeNotAsked));
    check(CheckKind::Challenge, outcome, "", Detail::None)
}

fn answer(
    asked: &Asked,
    challenge: Option<&str>,
    is_for: &dyn Fn(&str) -> bool,
    for_somebody: bool,
) -> Outcome {
    match asked {
        Asked::Nothing => Outcome::Unknown(Fault::ChallengeNotAsked),
        Asked::Challenge {
            challenge: wanted, ..
        } if challenge != Some(wanted.0.as_str()) => Outcome::Fail(Fault::ChallengeMismatch),
        Asked::Challenge { audience, .. } => {
            let fits = match audience {
                Audience::Domain(domain) => is_for(&domain.0),
                Audience::Unnamed => !for_somebody,
            };
            match fits {
                true => Outcome::Pass,
                false => Outcome::Fail(Fault::DomainUnexpected),
            }
        }
    }
}

fn about(credential: &Credential<'_>, holder: Option<&str>) -> About {
    let subjects = items(credential.document(), "credentialSubject");
    let ids: Vec<Option<&str>> = subjects.iter().map(|subject| text(subject, "id")).collect();
    match (ids.as_slice(), holder) {
        ([Some(id)], Some(holder)) if *id == holder => About::Holder,
        ([Some(_)], Some(_)) | ([_, _, ..], _) => About::Other,
        _ => About::Open,
    }
}
