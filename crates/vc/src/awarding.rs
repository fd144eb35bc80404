//! One achievement of one issuer, about to be awarded to many.
//!
//! What all the credentials share (issuer and achievement) is written and walked over once; of each only the learner's own
//! part is.
//!
//! **Invariant:** a draft is byte for byte the one that [`badge::credential()`](crate::badge::credential) and
//! [`Draft::with_options()`] give. Where that cannot be had by sharing, they are called.

use alloc::string::String;
use alloc::sync::Arc;

use touchstone_canon::json::{Object, Value};
use touchstone_canon::{Contexts, Hash, Limits, Shared};

use crate::badge::{self, BadgeError};
use crate::crypto::Crypto;
use crate::draft::{Draft, DraftError, ProofOptions};
use crate::model::{Achievement, Award, AwardStatus, IssuerProfile, Recipient};
use crate::names;
use crate::time::Timestamp;
use crate::write::Members;

/// An issuer and an achievement, prepared for awarding the one in the name of the other.
#[derive(Debug)]
pub struct Awarding {
    issuer: IssuerProfile,
    achievement: Achievement,
    /// Both as they stand in each credential, as compact JSON.
    issuer_json: String,
    achievement_json: String,
    /// What they state; `None` where it depends on the rest of the document.
    shared: Option<Shared>,
    contexts: Arc<Contexts>,
}

impl Awarding {
    /// Prepares `achievement` and `issuer`.
    #[must_use]
    pub fn new(
        issuer: IssuerProfile,
        achievement: Achievement,
        contexts: Arc<Contexts>,
        crypto: &Crypto,
    ) -> Self {
        Self {
            issuer_json: text(&badge::profile(&issuer)),
            achievement_json: text(&badge::achievement_value(&achievement)),
            shared: shared(&issuer, &achievement, &contexts, crypto),
            issuer,
            achievement,
            contexts,
        }
    }

    /// What is awarded.
    #[must_use]
    pub const fn achievement(&self) -> &Achievement {
        &self.achievement
    }

    /// The credential of one award, complete but for its signature.
    pub fn draft(
        &self,
        award: &Award,
        options: &ProofOptions,
        crypto: &Crypto,
    ) -> Result<Draft, AwardingError> {
        badge::check(&self.issuer, &self.achievement, award)?;
        if let Some(draft) = self.draft_shared(award, options, crypto) {
            return Ok(draft);
        }
        let whole = badge::credential(&self.issuer, &self.achievement, award)?;
        Ok(Draft::with_options(
            &whole,
            options,
            &self.contexts,
            crypto,
        )?)
    }

    /// `None` if the whole has to be walked over, be it to learn what is wrong with it.
    fn draft_shared(
        &self,
        award: &Award,
        options: &ProofOptions,
        crypto: &Crypto,
    ) -> Option<Draft> {
        let shared = self.shared.as_ref()?;
        let (issuer, achievement) = (reference(&self.issuer.id), reference(&self.achievement.id));
        let reduced = badge::assembled(issuer, achievement, award);
        let fits =
            options.signs_sha256_of_statements() && options.are_for(reduced.get("@context")?);
        if !fits || names::ambiguous(&reduced).is_some() {
            return None;
        }
        let statements = shared.canonicalize(&reduced).ok()??;
        let digest = (crypto.sha256)(statements.as_bytes());
        Some(Draft::of_statements(self.whole(&reduced), digest, options))
    }

    /// The whole document as compact JSON, from the one in which references stand.
    fn whole(&self, reduced: &Value<'_>) -> String {
        let size = USUAL_BYTES + self.issuer_json.len() + self.achievement_json.len();
        let mut out = String::with_capacity(size);
        write(reduced, &mut out, &mut |key, member, out| match key {
            "issuer" => out.push_str(&self.issuer_json),
            "credentialSubject" => write(member, out, &mut |key, member, out| match key {
                "achievement" => out.push_str(&self.achievement_json),
                _ => member.write(out),
            }),
            _ => member.write(out),
        });
        out
    }
}

/// Why an award was not prepared for signing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AwardingError {
    /// No credential can be made of it.
    #[error(transparent)]
    Badge(#[from] BadgeError),
    /// The credential cannot be signed.
    #[error(transparent)]
    Draft(#[from] DraftError),
}

/// What issuer and achievement state, taken from an award to nobody.
fn shared(
    issuer: &IssuerProfile,
    achievement: &Achievement,
    contexts: &Arc<Contexts>,
    crypto: &Crypto,
) -> Option<Shared> {
    let award = Award {
        id: "urn:uuid:00000000-0000-0000-0000-000000000000".into(),
        name: achievement.name.clone(),
        recipient: Recipient::default(),
        valid_from: Timestamp::from_unix_seconds(0),
        valid_until: None,
        awarded_date: None,
        results: Default::default(),
        evidence: Default::default(),
        assessor: None,
        narrative: None,
        status: AwardStatus::Irrevocable,
        related_resources: Default::default(),
    };
    let whole = badge::assembled(
        badge::profile(issuer),
        badge::achievement_value(achievement),
        &award,
    );
    if names::ambiguous(&whole).is_some() {
        return None;
    }
    let places = ["/issuer", "/credentialSubject/achievement"];
    let hash = Hash::Sha256(crypto.sha256);
    let contexts = Arc::clone(contexts);
    Shared::of(&whole, &places, contexts, hash, &Limits::default()).ok()?
}

fn reference(id: &str) -> Value<'_> {
    Members::new().with("id", id).done()
}

fn text(value: &Value<'_>) -> String {
    let mut out = String::new();
    value.write(&mut out);
    out
}

/// Writes an object as compact JSON, its members' values by `member`. Its keys are plain terms.
fn write(
    value: &Value<'_>,
    out: &mut String,
    member: &mut dyn FnMut(&str, &Value<'_>, &mut String),
) {
    out.push('{');
    for (at, (key, value)) in value
        .as_object()
        .into_iter()
        .flat_map(Object::iter)
        .enumerate()
    {
        if at > 0 {
            out.push(',');
        }
        out.push('"');
        out.push_str(key);
        out.push_str("\":");
        member(key, value, out);
    }
    out.push('}');
}

/// The learner's own part of most credentials is smaller, with the proof.
const USUAL_BYTES: usize = 2048;
