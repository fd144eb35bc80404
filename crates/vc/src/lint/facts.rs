//! What rules look at: one small model of what an achievement, its issuer and a credential say.

use alloc::string::String;
use alloc::vec::Vec;

use crate::time::Timestamp;

/// A fact: stated, known to be left out, or not looked at.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Known<T> {
    /// Nothing that was given would say it.
    #[default]
    Unknown,
    /// What was given would say it, and does not.
    Absent,
    /// This is stated.
    Stated(T),
}

impl<T> Known<T> {
    /// Stated if there is something, absent otherwise.
    pub fn of(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Stated)
    }

    /// What is stated.
    pub fn stated(&self) -> Option<&T> {
        match self {
            Self::Stated(value) => Some(value),
            _ => None,
        }
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// This, or the other where nothing is known of this.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Unknown => other,
            known => known,
        }
    }
}

/// What is judged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stage {
    /// What can be earned; nobody has it yet.
    Achievement,
    /// What somebody was awarded.
    Credential,
}

/// Everything that rules look at.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs)] // The names are those of the documents.
pub struct Facts {
    pub stage: Stage,
    /// As of when endorsements and the like are judged.
    pub at: Timestamp,
    pub in_language: Known<String>,
    pub name: Known<String>,
    pub description: Known<String>,
    pub criteria_narrative: Known<String>,
    /// `criteria.id`, where criteria are elsewhere.
    pub criteria_id: Known<String>,
    pub alignment: Vec<AlignmentFacts>,
    /// How those tasks and skills came to be linked, where a mapping set tells it.
    pub mappings: Known<Vec<MappingFacts>>,
    pub rubrics: Vec<RubricFacts>,
    pub assessment_method: Known<String>,
    /// Hours.
    pub workload_hours: Known<String>,
    pub credits_available: Known<String>,
    pub quality_assurance: Known<String>,
    pub participation: Known<String>,
    pub supervision: Known<String>,
    pub identity_check: Known<String>,
    /// Kinds of evidence that an award rests on.
    pub evidence_required: Known<Vec<String>>,
    pub valid_for_months: Known<u32>,
    pub renewal: Known<String>,
    /// Achievements to be held before; stated and empty if it is said that there are none.
    pub requires: Known<Vec<String>>,
    /// Whether something is said of what it counts towards.
    pub stackability: Known<()>,
    /// Whether it has a picture, and that picture a text.
    pub image_caption: Known<Option<String>>,
    pub issuer: IssuerFacts,
    pub endorsements: Known<Vec<EndorsementFacts>>,
    // Of a credential alone.
    pub awarded: Known<Timestamp>,
    pub learner: Known<Learner>,
    /// Evidence: the name or address of each piece, and whether it is bound by a digest.
    pub evidence: Known<Vec<(String, bool)>>,
    pub assessor: Known<String>,
    /// Whether a result has a value, or a level that was reached.
    pub graded: Known<()>,
    pub valid_until: Known<Timestamp>,
    /// The document of the version, bound to the credential.
    pub snapshot: Known<Snapshot>,
}

/// Who issues it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IssuerFacts {
    /// Name.
    pub name: Known<String>,
    /// ISO 3166-1 alpha-2 code.
    pub country: Known<String>,
    /// Its DID.
    pub did: Known<String>,
    /// Where others say who it is: an identifier in a public register, or a list that names it.
    pub recognition: Known<String>,
}

/// A task, skill, level or credential that it is linked to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(missing_docs)] // The names are those of Open Badges.
pub struct AlignmentFacts {
    pub target_name: String,
    pub target_url: String,
    pub target_framework: String,
    pub target_type: String,
    /// Whether the address answered, where somebody looked.
    pub answers: Known<bool>,
}

/// How a link to a framework was made.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MappingFacts {
    /// The address of the entry that it leads to.
    pub target_url: String,
    /// `mapping_justification` of SSSOM: `semapv:ManualMappingCuration`, `semapv:LexicalMatching`.
    pub justification: String,
    /// How many reviewed it and agree.
    pub reviewers: usize,
    /// Whether another organization than the issuer's is among them; unknown where only the document says who reviewed it.
    pub by_others: Known<bool>,
    /// Until when the review is good.
    pub reviewed_until: Option<Timestamp>,
    /// Whether readers are told that it is confirmed.
    pub shown_as_confirmed: bool,
}

/// A result description.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RubricFacts {
    /// Its name.
    pub name: String,
    /// The level that has to be reached, by identifier or number.
    pub required_level: Option<String>,
    /// Its levels.
    pub levels: Vec<LevelFacts>,
    /// The levels that were reached, by identifier.
    pub achieved: Vec<String>,
}

/// A level of a rubric.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LevelFacts {
    /// Identifier, or the number where a definition has only that.
    pub id: String,
    /// Name.
    pub name: String,
    /// What can be seen.
    pub description: String,
}

/// How a credential says whose it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Learner {
    /// By a name, a DID or an identifier.
    Identified,
}

/// An endorsement that stands in the document.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EndorsementFacts {
    /// Who says it; empty where it cannot be read here, as in a token.
    pub endorser: String,
    /// Until when; unknown where something stands there that is no time.
    pub valid_until: Known<Timestamp>,
    /// Whether it is what it says: that endorser, of this. Unknown where nobody checked its proof.
    pub genuine: Known<bool>,
}

/// The document of the version under which a credential was issued.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Snapshot {
    /// The credential names the document that was given with a digest, and that is its digest.
    Bound,
    /// The document that was given is another.
    Differs,
}

impl Facts {
    /// Nothing but the moment.
    #[must_use]
    pub fn none(stage: Stage, at: Timestamp) -> Self {
        Self {
            stage,
            at,
            in_language: Known::Unknown,
            name: Known::Unknown,
            description: Known::Unknown,
            criteria_narrative: Known::Unknown,
            criteria_id: Known::Unknown,
            alignment: Vec::new(),
            mappings: Known::Unknown,
            rubrics: Vec::new(),
            assessment_method: Known::Unknown,
            workload_hours: Known::Unknown,
            credits_available: Known::Unknown,
            quality_assurance: Known::Unknown,
            participation: Known::Unknown,
            supervision: Known::Unknown,
            identity_check: Known::Unknown,
            evidence_required: Known::Unknown,
            valid_for_months: Known::Unknown,
            renewal: Known::Unknown,
            requires: Known::Unknown,
            stackability: Known::Unknown,
            image_caption: Known::Unknown,
            issuer: IssuerFacts::default(),
            endorsements: Known::Unknown,
            awarded: Known::Unknown,
            learner: Known::Unknown,
            evidence: Known::Unknown,
            assessor: Known::Unknown,
            graded: Known::Unknown,
            valid_until: Known::Unknown,
            snapshot: Known::Unknown,
        }
    }

    /// Says of addresses whether they answered.
    pub fn looked_up(&mut self, answers: impl Fn(&str) -> Option<bool>) {
        for alignment in &mut self.alignment {
            if let Some(answered) = answers(&alignment.target_url) {
                alignment.answers = Known::Stated(answered);
            }
        }
    }
}
