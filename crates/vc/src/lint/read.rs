//! From documents to [`Facts`].
//!
//! Reads the definition document, the published document of a version (an Open Badges 3.0 `Achievement` with members of ours beside),
//! and credentials. Tolerant like a [`View`](crate::View): what has another type is left out.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::{JsonError, Value};

use super::facts::{
    AlignmentFacts, EndorsementFacts, Facts, IssuerFacts, Known, Learner, LevelFacts, MappingFacts,
    RubricFacts, Snapshot, Stage,
};
use crate::credential::{Credential, CredentialError, items, text};
use crate::crypto::Crypto;
use crate::report::Fault;
use crate::time::Timestamp;
use crate::{digest, jose};

/// What is to be judged, from its own document.
#[derive(Debug)]
pub enum Subject {
    /// A definition document or the published document of a version.
    Achievement,
    /// A credential.
    Credential,
}

impl Subject {
    /// What a JSON document is; `None` if it is neither.
    #[must_use]
    pub fn of(document: &Value<'_>) -> Option<Self> {
        let is = |kind| {
            items(document, "type")
                .iter()
                .any(|item| item.as_str() == Some(kind))
        };
        if is("VerifiableCredential") || is("EnvelopedVerifiableCredential") {
            Some(Self::Credential)
        } else if is("Achievement")
            || document.get("criteria").is_some() && document.get("slug").is_some()
        {
            Some(Self::Achievement)
        } else {
            None
        }
    }
}

impl Facts {
    /// The facts of a definition document or of the published document of a version, with the issuer's Open Badges `Profile` where it
    /// is at hand.
    pub fn of_achievement(
        document: &[u8],
        profile: Option<&[u8]>,
        at: Timestamp,
    ) -> Result<Self, LintError> {
        let document = Value::parse(document)?;
        if !matches!(Subject::of(&document), Some(Subject::Achievement)) {
            return Err(LintError::NotAnAchievement);
        }
        let mut facts = Self::none(Stage::Achievement, at);
        facts.achievement(&document);
        facts.own_members(&document);
        if let Some(creator) = items(&document, "creator").first() {
            facts.issuer = IssuerFacts {
                name: Known::of(stated(creator, "name")),
                // The institution may have decided on none when this was published.
                did: did(creator).map_or(Known::Unknown, Known::Stated),
                ..IssuerFacts::default()
            };
        }
        if let Some(profile) = profile {
            facts.issuer = issuer(&Value::parse(profile)?);
        }
        Ok(facts)
    }

    /// The facts of any document that is looked at: a credential (JSON or a token) or an achievement; with the version of a credential
    /// and the issuer's Open Badges `Profile` where they are at hand.
    pub fn of_document(
        document: &[u8],
        version: Option<&[u8]>,
        profile: Option<&[u8]>,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Self, LintError> {
        let is_credential = jose::is(document)
            || matches!(
                Subject::of(&Value::parse(document)?),
                Some(Subject::Credential)
            );
        if !is_credential {
            return Self::of_achievement(document, profile, at);
        }
        let credential = Credential::parse(document)?;
        let mut facts = Self::of_credential(&credential, version, at, crypto)?;
        if let Some(profile) = profile {
            let told = IssuerFacts::of_profile(profile)?;
            let own = core::mem::take(&mut facts.issuer);
            // What the credential itself says is signed; the profile only fills what it leaves open.
            facts.issuer = IssuerFacts {
                name: own.name.or(told.name),
                country: own.country.or(told.country),
                did: own.did.or(told.did),
                recognition: own.recognition.or(told.recognition),
            };
        }
        Ok(facts)
    }

    /// The facts of a credential, with the document of its version where it is at hand.
    pub fn of_credential(
        credential: &Credential<'_>,
        version: Option<&[u8]>,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Self, LintError> {
        let document = credential.document();
        let subject = items(document, "credentialSubject").first();
        let achievement = subject.and_then(|subject| items(subject, "achievement").first());
        let (Some(subject), Some(achievement)) = (subject, achievement) else {
            return Err(LintError::NoAchievement);
        };
        let view = credential.view();
        let mut facts = Self::none(Stage::Credential, at);
        facts.achievement(achievement);
        facts.credits_available = match &facts.credits_available {
            Known::Absent => Known::Unknown, // The document of the version may say it.
            known => known.clone(),
        };
        facts.issuer = items(document, "issuer")
            .first()
            .map(issuer)
            .unwrap_or_default();
        facts.awarded = Known::of(view.awarded_date.or(view.valid_from));
        let named = view.subject.id.is_some()
            || !view.subject.names.is_empty()
            || !view.subject.identifiers.is_empty()
            || !view.subject.hashed.is_empty();
        facts.learner = Known::of(named.then_some(Learner::Identified));
        facts.valid_until = Known::of(view.valid_until);
        facts.assessor = Known::of(
            view.assessor
                .and_then(|party| party.name.or(party.id))
                .map(String::from),
        );
        let pieces = view.evidence.iter().map(|piece| {
            let name = piece.name.or(piece.id).unwrap_or_default();
            (name.to_string(), piece.bound)
        });
        facts.evidence =
            Known::of(Some(pieces.collect::<Vec<_>>()).filter(|pieces| !pieces.is_empty()));
        facts.achieved(subject);
        let outer = endorsements(document, &[text(document, "id"), text(achievement, "id")]);
        if let (Known::Stated(known), Known::Stated(outer)) = (&mut facts.endorsements, outer) {
            known.extend(outer);
        }
        if let Some(image) = items(document, "image").first() {
            facts.image_caption = facts.image_caption.or(Known::Stated(caption(image)));
        }
        facts.snapshot = snapshot(document, version, crypto);
        if let Some(version) = version {
            let version = Value::parse(version)?;
            if !matches!(Subject::of(&version), Some(Subject::Achievement)) {
                return Err(LintError::NotAnAchievement);
            }
            facts.own_members(&version);
            if let Some(credits) = number(&version, "creditsAvailable") {
                facts.credits_available = Known::Stated(credits);
            } else if facts.credits_available.is_unknown() {
                facts.credits_available = Known::Absent;
            }
        }
        Ok(facts)
    }

    /// What Open Badges has a term for.
    fn achievement(&mut self, from: &Value<'_>) {
        let criteria = items(from, "criteria").first();
        self.in_language = Known::of(stated(from, "inLanguage"));
        self.name = Known::of(stated(from, "name"));
        self.description = Known::of(stated(from, "description"));
        self.criteria_narrative =
            Known::of(criteria.and_then(|criteria| stated(criteria, "narrative")));
        self.criteria_id = Known::of(criteria.and_then(|criteria| stated(criteria, "id")));
        self.credits_available = Known::of(number(from, "creditsAvailable"));
        self.alignment = items(from, "alignment").iter().map(alignment).collect();
        let told: Vec<MappingFacts> = items(from, "alignment")
            .iter()
            .filter_map(mapping)
            .collect();
        self.mappings = if told.is_empty() {
            Known::Unknown
        } else {
            Known::Stated(told)
        };
        self.rubrics = items(from, "resultDescription")
            .iter()
            .map(rubric)
            .collect();
        let counts = self
            .alignment
            .iter()
            .any(|item| item.target_type == "ceterms:Credential");
        self.stackability = Known::of(counts.then_some(()));
        self.image_caption = Known::of(items(from, "image").first().map(caption));
        self.endorsements = endorsements(from, &[text(from, "id")]);
    }

    /// What Open Badges has no term for.
    fn own_members(&mut self, from: &Value<'_>) {
        self.assessment_method = Known::of(stated(from, "assessmentMethod"));
        self.workload_hours = Known::of(number(from, "workloadHours"));
        self.quality_assurance = Known::of(stated(from, "qualityAssurance"));
        self.participation = Known::of(stated(from, "participation"));
        self.supervision = Known::of(stated(from, "supervision"));
        self.identity_check = Known::of(stated(from, "identityCheck"));
        let kinds = items(from, "evidenceRequired").iter();
        let kinds: Vec<String> = kinds.filter_map(|kind| stated(kind, "name")).collect();
        self.evidence_required = Known::of(Some(kinds).filter(|kinds| !kinds.is_empty()));
        let months = from.get("validForMonths").and_then(Value::as_i64);
        self.valid_for_months = Known::of(months.and_then(|months| u32::try_from(months).ok()));
        self.renewal = Known::of(stated(from, "renewal"));
        let requires = from.get("requires").map(|value| {
            let names = value.items().iter().filter_map(Value::as_str);
            names.map(String::from).collect()
        });
        // A definition leaves out an empty list, and means it.
        let none = from.get("slug").map(|_| Vec::new());
        self.requires = Known::of(requires.or(none));
    }

    /// The levels that were reached, with the rubric that each belongs to.
    fn achieved(&mut self, subject: &Value<'_>) {
        let achievement = items(subject, "achievement").first();
        let descriptions = achievement
            .map(|achievement| items(achievement, "resultDescription"))
            .unwrap_or_default();
        let mut places = BTreeMap::new();
        for (place, description) in descriptions.iter().enumerate() {
            if let Some(id) = text(description, "id") {
                places.entry(id).or_insert(place);
            }
        }
        let results = items(subject, "result");
        let grade = |result| stated(result, "value").or_else(|| stated(result, "achievedLevel"));
        self.graded = Known::of(results.iter().find_map(grade).map(|_| ()));
        for result in results {
            let Some(level) = stated(result, "achievedLevel") else {
                continue;
            };
            let of = text(result, "resultDescription");
            let place = of.and_then(|of| places.get(of));
            match place.and_then(|place| self.rubrics.get_mut(*place)) {
                Some(rubric) => rubric.achieved.push(level),
                None => self.rubrics.push(RubricFacts {
                    name: of.unwrap_or("a rubric that is not here").into(),
                    achieved: Vec::from([level]),
                    ..RubricFacts::default()
                }),
            }
        }
    }
}

impl IssuerFacts {
    /// What an Open Badges `Profile` says.
    pub fn of_profile(profile: &[u8]) -> Result<Self, LintError> {
        Ok(issuer(&Value::parse(profile)?))
    }
}

/// Why there is nothing to judge.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LintError {
    /// It is no JSON that this program reads.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is a credential that cannot be read.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// It is neither a definition nor the published document of a version.
    #[error(
        "this is not the document of an achievement: neither its type nor a slug with criteria says so"
    )]
    NotAnAchievement,
    /// It is a credential that awards no achievement.
    #[error("this credential awards no achievement; only such credentials are looked at")]
    NoAchievement,
}

fn issuer(profile: &Value<'_>) -> IssuerFacts {
    let id = profile.as_str().or_else(|| text(profile, "id"));
    if profile.as_str().is_some() {
        return IssuerFacts {
            did: Known::of(id.filter(|id| id.starts_with("did:")).map(String::from)),
            ..IssuerFacts::default()
        };
    }
    let address = items(profile, "address").first();
    let country = address.and_then(|address| {
        stated(address, "addressCountryCode").or_else(|| stated(address, "addressCountry"))
    });
    let listed = items(profile, "otherIdentifier")
        .iter()
        .find_map(|entry| stated(entry, "identifier"));
    IssuerFacts {
        name: Known::of(stated(profile, "name")),
        country: Known::of(country),
        did: Known::of(did(profile)),
        recognition: Known::of(listed),
    }
}

fn did(profile: &Value<'_>) -> Option<String> {
    stated(profile, "id").filter(|id| id.starts_with("did:"))
}

fn alignment(value: &Value<'_>) -> AlignmentFacts {
    let member = |name| stated(value, name).unwrap_or_default();
    AlignmentFacts {
        target_name: member("targetName"),
        target_url: member("targetUrl"),
        target_framework: member("targetFramework"),
        target_type: member("targetType"),
        answers: Known::Unknown,
    }
}

/// Members of SSSOM in an alignment, where a document has them: then it tells how the link was made.
fn mapping(value: &Value<'_>) -> Option<MappingFacts> {
    let justification = stated(value, "mapping_justification")?;
    // As `crosswalk` reads it: a reviewer agrees, unless it is said that the reviewers do not.
    let agreement = text(value, "reviewer_agreement").and_then(|text| text.parse().ok());
    let agreement = agreement.or_else(|| value.get("reviewer_agreement").and_then(Value::as_f64));
    let reviewers = match agreement {
        Some(agreement) if agreement <= 0.0 => 0,
        _ => items(value, "reviewer_id").len(),
    };
    Some(MappingFacts {
        target_url: stated(value, "targetUrl").unwrap_or_default(),
        justification,
        reviewers,
        // That others reviewed it is said by the document alone.
        by_others: Known::Unknown,
        reviewed_until: None,
        // Whoever reads an alignment takes it for what the issuer says.
        shown_as_confirmed: true,
    })
}

fn rubric(value: &Value<'_>) -> RubricFacts {
    RubricFacts {
        name: stated(value, "name").unwrap_or_default(),
        required_level: stated(value, "requiredLevel").or_else(|| number(value, "requiredLevel")),
        levels: items(value, "rubricCriterionLevel")
            .iter()
            .map(level)
            .collect(),
        achieved: Vec::new(),
    }
}

fn level(value: &Value<'_>) -> LevelFacts {
    LevelFacts {
        // A definition has numbers, which stand for the identifiers that are made of them.
        id: stated(value, "id")
            .or_else(|| stated(value, "level"))
            .or_else(|| number(value, "level"))
            .unwrap_or_default(),
        name: stated(value, "name").unwrap_or_default(),
        description: stated(value, "description").unwrap_or_default(),
    }
}

/// The text beside a picture. The picture of a definition gets the achievement's name when it is published.
fn caption(image: &Value<'_>) -> Option<String> {
    stated(image, "caption").or_else(|| stated(image, "mediaType"))
}

/// The endorsements in a document: as credentials, or in tokens, of which no more is read here than that they are there. Their proofs are
/// not checked here; one that is of nothing in `these` is of something else.
fn endorsements(from: &Value<'_>, these: &[Option<&str>]) -> Known<Vec<EndorsementFacts>> {
    let plain = items(from, "endorsement").iter().map(|one| {
        let issuer = items(one, "issuer").first();
        let id = issuer.and_then(|issuer| issuer.as_str().or_else(|| text(issuer, "id")));
        let until = one.get("validUntil").map(|until| {
            let read = until.as_str().and_then(|text| Timestamp::parse(text).ok());
            read.map_or(Known::Unknown, Known::Stated)
        });
        let subject = items(one, "credentialSubject").first();
        let about = subject.and_then(|subject| text(subject, "id"));
        let of_another = about.is_some() && !these.contains(&about);
        EndorsementFacts {
            endorser: id.unwrap_or_default().into(),
            valid_until: until.unwrap_or(Known::Absent),
            genuine: match of_another {
                true => Known::Stated(false),
                false => Known::Unknown,
            },
        }
    });
    Known::Stated(plain.collect())
}

/// Whether the credential binds the document of its version: unknown where that was not given, or only digests that are not read here could
/// be its.
fn snapshot(document: &Value<'_>, version: Option<&[u8]>, crypto: &Crypto) -> Known<Snapshot> {
    let related = items(document, "relatedResource").iter();
    let bound: Vec<_> = related.filter(|one| digest::binds(one)).collect();
    if bound.is_empty() {
        return Known::Absent;
    }
    let Some(version) = version else {
        return Known::Unknown;
    };
    let checked: Vec<_> = bound
        .iter()
        .map(|one| digest::check(one, version, crypto))
        .collect();
    if checked.contains(&Ok(())) {
        Known::Stated(Snapshot::Bound)
    } else if checked.contains(&Err(Fault::DigestUnsupported)) {
        Known::Unknown
    } else {
        Known::Stated(Snapshot::Differs)
    }
}

/// A text that says something.
fn stated(value: &Value<'_>, member: &str) -> Option<String> {
    let text = text(value, member)?.trim();
    (!text.is_empty()).then(|| text.into())
}

fn number(value: &Value<'_>, member: &str) -> Option<String> {
    value.get(member)?.as_f64().filter(|number| *number > 0.0)?;
    Some(value.get(member)?.to_string())
}
