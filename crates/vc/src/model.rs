//! What goes into an Open Badges 3.0 credential, as plain values.
//!
//! These are inputs for [`badge::credential`](crate::badge::credential). They carry no JSON and no defaults of their
//! own: whoever fills them decides. Terms are those of
//! [Open Badges 3.0](https://www.imsglobal.org/spec/ob/v3p0#data-models).

use alloc::string::String;
use alloc::vec::Vec;

use crate::time::Timestamp;

/// The organization that answers for a credential.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IssuerProfile {
    /// Its DID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its website.
    pub url: Option<String>,
    /// Its e-mail address for questions.
    pub email: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// What it does, in a sentence.
    pub description: Option<String>,
    /// Its mark.
    pub image: Option<Image>,
    /// Identifiers elsewhere, such as a legal one.
    pub other_identifiers: Vec<OtherIdentifier>,
    /// Country, as ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// An identifier in another system.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OtherIdentifier {
    /// The identifier.
    pub identifier: String,
    /// Its kind: a value of the `IdentifierTypeEnum`, or `ext:…`.
    pub identifier_type: String,
}

/// A picture, by address or as a `data:` URL.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Image {
    /// Where it is.
    pub id: String,
    /// What it shows, for those who do not see it.
    pub caption: Option<String>,
}

/// What can be earned.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Achievement {
    /// A URL or `urn:uuid:…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is about, in plain words.
    pub description: String,
    /// What must be done to earn it, as Markdown.
    pub criteria_narrative: String,
    /// A page with the criteria.
    pub criteria_id: Option<String>,
    /// A value of the `AchievementType` enumeration (`MicroCredential`, `Competency` …), or `ext:…`.
    pub achievement_type: Option<String>,
    /// Tasks and skills it covers.
    pub alignment: Vec<Alignment>,
    /// The results that are reported, with their levels.
    pub result_descriptions: Vec<ResultDescription>,
    /// BCP 47 language of its texts.
    pub in_language: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its picture.
    pub image: Option<Image>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// A code for people, such as a course number.
    pub human_code: Option<String>,
    /// The field of study.
    pub field_of_study: Option<String>,
    /// The specialization within it.
    pub specialization: Option<String>,
    /// Identifiers of related achievements: other languages, prerequisites.
    pub related: Vec<Related>,
}

/// An entry of a framework which an achievement covers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Alignment {
    /// The task or skill.
    pub target_name: String,
    /// Its address.
    pub target_url: String,
    /// What it means.
    pub target_description: Option<String>,
    /// The framework.
    pub target_framework: Option<String>,
    /// Its code in the framework.
    pub target_code: Option<String>,
    /// A value of the `AlignmentTargetType` enumeration, or `ext:…`.
    pub target_type: Option<String>,
}

/// A kind of result: what is measured, and on which scale.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ResultDescription {
    /// A URL or `urn:uuid:…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// A value of the `ResultType` enumeration (`RubricCriterionLevel`, `LetterGrade`, `Percent` …), or `ext:…`.
    pub result_type: String,
    /// The `id` of the level that must be reached.
    pub required_level: Option<String>,
    /// The levels of the rubric, lowest first.
    pub levels: Vec<RubricLevel>,
    /// The value that must be reached.
    pub required_value: Option<String>,
    /// The values that occur, lowest first.
    pub allowed_values: Vec<String>,
    /// The lowest possible value.
    pub value_min: Option<String>,
    /// The highest possible value.
    pub value_max: Option<String>,
}

/// A level of a rubric.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RubricLevel {
    /// An absolute IRI.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its rank, as a number in a text: the order in a signed set is not kept.
    pub level: Option<String>,
    /// What somebody at this level does.
    pub description: Option<String>,
    /// Points given for it.
    pub points: Option<String>,
}

/// A related achievement.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Related {
    /// Its identifier.
    pub id: String,
    /// Its language.
    pub in_language: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

/// One achievement awarded to one person.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Award {
    /// `urn:uuid:…`.
    pub id: String,
    /// The name of the credential; usually the achievement's.
    pub name: String,
    /// To whom.
    pub recipient: Recipient,
    /// From when it stands. Whole seconds.
    pub valid_from: Timestamp,
    /// Until when it stands.
    pub valid_until: Option<Timestamp>,
    /// When it was earned.
    pub awarded_date: Option<Timestamp>,
    /// What was reached.
    pub results: Vec<AwardResult>,
    /// Of what.
    pub evidence: Vec<EvidenceItem>,
    /// Who assessed it.
    pub assessor: Option<Assessor>,
    /// A text about this award in particular.
    pub narrative: Option<String>,
    /// How it can be taken back.
    pub status: AwardStatus,
    /// Documents bound to it by digest, such as the full description of the achievement's version.
    pub related_resources: Vec<RelatedResource>,
}

/// The person to whom a credential is given. At least one member says who that is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Recipient {
    /// The person's DID.
    pub id: Option<String>,
    /// Identifiers that only those can match who know them.
    pub hashed: Vec<HashedIdentity>,
    /// The person's name in the clear. Only where the achievement's policy says so.
    pub name: Option<String>,
}

/// An identifier as a salted hash.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HashedIdentity {
    /// `emailAddress`, `studentId` or another value of the `IdentifierTypeEnum`.
    pub identity_type: String,
    /// SHA-256 of the identifier followed by the salt.
    pub sha256: [u8; 32],
    /// The salt.
    pub salt: String,
}

impl HashedIdentity {
    /// Hashes `identifier` with `salt`. E-mail addresses are given in lower case by whoever calls.
    #[must_use]
    pub fn new(
        identity_type: &str,
        identifier: &str,
        salt: &str,
        sha256: fn(&[u8]) -> [u8; 32],
    ) -> Self {
        let salted = [identifier.as_bytes(), salt.as_bytes()].concat();
        Self {
            identity_type: identity_type.into(),
            sha256: sha256(&salted),
            salt: salt.into(),
        }
    }
}

/// A result that was reached.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AwardResult {
    /// The `id` of the [`ResultDescription`].
    pub result_description: Option<String>,
    /// The `id` of the [`RubricLevel`] reached.
    pub achieved_level: Option<String>,
    /// The value reached.
    pub value: Option<String>,
}

/// A piece of evidence.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EvidenceItem {
    /// Where it is, or a `urn:uuid:…` if it is not public.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// How it came about.
    pub narrative: Option<String>,
    /// Its kind: video, text …
    pub genre: Option<String>,
    /// For whom it was made.
    pub audience: Option<String>,
    /// SHA-256 of its bytes, so that an exchange is noticed.
    pub sha256: Option<[u8; 32]>,
    /// Its media type.
    pub media_type: Option<String>,
}

/// Who assessed a performance.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Assessor {
    /// A URL, DID or `urn:uuid:…`.
    pub id: String,
    /// The assessor's name or office.
    pub name: String,
}

/// How a credential can be taken back. There is no default: not being able to is a decision, never an oversight.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum AwardStatus {
    /// It cannot: the issuer keeps no list.
    Irrevocable,
    /// It can be withdrawn.
    Revocable {
        /// Its position in a list of withdrawn credentials.
        revocation: StatusPosition,
    },
    /// It can be withdrawn and, for a time, paused.
    Pausable {
        /// Its position in a list of withdrawn credentials.
        revocation: StatusPosition,
        /// Its position in a list of paused credentials.
        suspension: StatusPosition,
    },
}

/// A position in a status list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatusPosition {
    /// Where the list is published.
    pub list: String,
    /// The position.
    pub index: u64,
}

/// What a bit of a status list means.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum StatusPurpose {
    /// Withdrawn for good.
    Revocation,
    /// Paused.
    Suspension,
}

impl StatusPurpose {
    /// The name in the specification.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
        }
    }

    /// Reads the name in the specification.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "revocation" => Some(Self::Revocation),
            "suspension" => Some(Self::Suspension),
            _ => None,
        }
    }
}

/// A document bound to a credential by its digest.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RelatedResource {
    /// Where it is.
    pub id: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Its media type.
    pub media_type: Option<String>,
}
