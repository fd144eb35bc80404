//! The definition of an achievement, checked.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::Number;
use touchstone_vc::model;

use super::{AchievementIds, told};
use crate::issuing::{LanguageTag, Slug};

/// What can be earned. Only [`Definition::from_json`] makes one, so its fields keep the rules they document.
///
/// Written as JSON it is the definition document again: that is what is stored and exported.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Definition {
    /// Short name in addresses; stays the same in all versions.
    pub slug: Slug,
    /// Name.
    pub name: String,
    /// What it is about, in plain words.
    pub description: String,
    /// A value of the Open Badges `AchievementType`, or `ext:…`.
    pub achievement_type: String,
    /// What must be done to earn it.
    pub criteria: Criteria,
    /// Language of its texts.
    pub in_language: LanguageTag,
    /// The achievement of which this is a translation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub translation_of: Option<Slug>,
    /// Words to find it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<String>,
    /// Tasks and skills it covers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alignment: Vec<Alignment>,
    /// The scale of levels, if there is one.
    #[serde(
        rename = "resultDescription",
        serialize_with = "as_list",
        skip_serializing_if = "Option::is_none"
    )]
    pub rubric: Option<Rubric>,
    /// The kinds of evidence that an award rests on. If there is any, each award needs at least one piece.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence_required: Vec<RequiredEvidence>,
    /// How it is assessed.
    pub assessment_method: String,
    /// Who watches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervision: Option<String>,
    /// How the person's identity is checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_check: Option<String>,
    /// Hours of work that it usually takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload_hours: Option<Number>,
    /// Credit units that it gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits_available: Option<Number>,
    /// Months until it has to be shown again. Absent: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_for_months: Option<u32>,
    /// It is a pilot: it is issued on no later day.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_day")]
    pub pilot_until: Option<Date>,
    /// How it is renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewal: Option<String>,
    /// Who vouches for its quality, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality_assurance: Option<String>,
    /// How one takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participation: Option<String>,
    /// Whether the learner's name stands in the credential in the clear.
    pub names_learner: bool,
    /// Whether a credential can be suspended for a time.
    pub allows_suspension: bool,
    /// Whether a credential can be revoked.
    pub revocable: bool,
    /// Achievements that must be earned first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<Slug>,
    /// Its picture. Absent: the issuer's brand mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// The field of study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_of_study: Option<String>,
    /// A code for people, such as a course number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human_code: Option<String>,
    /// The specialization within the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub specialization: Option<String>,
}

/// What must be done.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Criteria {
    /// In words, as Markdown.
    pub narrative: String,
}

/// A kind of evidence that has to be there.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RequiredEvidence {
    /// What it is called.
    pub name: String,
    /// What it shows, and what it leaves out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An entry of a framework which an achievement covers.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alignment {
    /// The task or skill.
    pub target_name: String,
    /// Its address.
    pub target_url: String,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_description: Option<String>,
    /// The framework.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_framework: Option<String>,
    /// Its code in the framework.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_code: Option<String>,
    /// A value of the Open Badges `AlignmentTargetType`, or `ext:…`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_type: Option<String>,
}

/// A scale of levels. Its `resultType` is `RubricCriterionLevel`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rubric {
    /// Name.
    pub name: String,
    pub(super) result_type: &'static str,
    /// The level that must be reached; one of `levels`.
    pub required_level: u32,
    /// The levels, lowest first, each number once.
    #[serde(rename = "rubricCriterionLevel")]
    pub levels: Vec<RubricLevel>,
}

/// One level of a rubric.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RubricLevel {
    /// Its number; more is better.
    #[serde(serialize_with = "as_digits")]
    pub level: u32,
    /// Its name.
    pub name: String,
    /// What can be seen at this level and not below it.
    pub description: String,
    /// What was seen of somebody at this level, for whoever assesses and whoever reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
    /// Points given for it, in the institution's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<String>,
}

/// A picture, as it was uploaded. Not trusted.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// What kind of picture.
    pub media_type: ImageType,
    /// Its bytes, in base64.
    pub data: String,
}

/// The kinds of pictures.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub enum ImageType {
    /// PNG.
    #[serde(rename = "image/png")]
    Png,
    /// SVG.
    #[serde(rename = "image/svg+xml")]
    Svg,
}

impl Image {
    /// Takes a picture that somebody chose. What kind it is, is said by its first bytes; [`Image::fault`] checks it.
    pub fn chosen(bytes: &[u8]) -> Self {
        Self {
            media_type: ImageType::of(bytes),
            data: BASE64.encode(bytes),
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> Vec<u8> {
        BASE64.decode(&self.data).unwrap_or_default()
    }
}

impl ImageType {
    /// What a picture says it is by its first bytes: PNG, or else SVG, which has no first bytes of its own.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Self::Png,
            _ => Self::Svg,
        }
    }

    /// The media type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        }
    }
}

impl Definition {
    /// The definition document, in the one form in which it is stored and exported.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts, numbers and lists always become JSON")
    }

    /// The achievement as it stands in a credential issued under this version.
    ///
    /// Its criteria tell readers what Open Badges has no term for. Its picture is left to the caller, because a credential
    /// carries an address and a definition carries bytes.
    pub fn achievement(&self, ids: &AchievementIds) -> model::Achievement {
        model::Achievement {
            id: ids.achievement(),
            name: self.name.clone(),
            description: self.description.clone(),
            criteria_narrative: told::criteria(self),
            achievement_type: Some(self.achievement_type.clone()),
            alignment: self.alignment.iter().map(Alignment::described).collect(),
            result_descriptions: self
                .rubric
                .iter()
                .map(|rubric| rubric.described(ids))
                .collect(),
            in_language: Some(self.in_language.to_string()),
            version: Some(ids.version().to_string()),
            tags: self.tags(),
            human_code: self.human_code.clone(),
            field_of_study: self.field_of_study.clone(),
            specialization: self.specialization.clone(),
            ..model::Achievement::default()
        }
    }
}

impl Definition {
    /// The release that has its tasks and levels, if it was written together: its address and, as code, its hash.
    pub fn release(&self) -> Option<&Alignment> {
        let mut links = self.alignment.iter();
        links.find(|link| link.target_type.as_deref() == Some(RELEASE))
    }

    /// The words to find it by; of a pilot one says so.
    fn tags(&self) -> Vec<String> {
        let mut tags = self.tag.clone();
        let said = tags.iter().any(|tag| tag == PILOT);
        if self.pilot_until.is_some() && !said {
            tags.push(PILOT.to_owned());
        }
        tags
    }
}

impl Rubric {
    /// The level of that number.
    pub fn level(&self, number: u32) -> Option<&RubricLevel> {
        self.levels.iter().find(|level| level.level == number)
    }

    fn described(&self, ids: &AchievementIds) -> model::ResultDescription {
        let level = |level: &RubricLevel| model::RubricLevel {
            id: ids.level(level.level),
            name: level.name.clone(),
            level: Some(level.level.to_string()),
            description: Some(level.description.clone()),
            points: level.points.clone(),
        };
        model::ResultDescription {
            id: ids.result(),
            name: self.name.clone(),
            result_type: self.result_type.to_owned(),
            required_level: Some(ids.level(self.required_level)),
            levels: self.levels.iter().map(level).collect(),
            ..model::ResultDescription::default()
        }
    }
}

impl Alignment {
    fn described(&self) -> model::Alignment {
        model::Alignment {
            target_name: self.target_name.clone(),
            target_url: self.target_url.clone(),
            target_description: self.target_description.clone(),
            target_framework: self.target_framework.clone(),
            target_code: self.target_code.clone(),
            target_type: self.target_type.clone(),
        }
    }
}

/// What a link to the release of a competency is called.
pub(crate) const RELEASE: &str = "ext:CompetencyRelease";

/// What programs know a pilot by, among the tags of an achievement.
pub(crate) const PILOT: &str = "pilot";

/// Open Badges has a list where an achievement of ours has one rubric at most.
fn as_list<S: Serializer>(rubric: &Option<Rubric>, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(rubric)
}

/// A day as JSON has it: `2026-12-31`.
fn as_day<S: Serializer>(day: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => to.collect_str(day),
        None => to.serialize_none(),
    }
}

/// Open Badges writes the number of a level as a text.
fn as_digits<S: Serializer>(level: &u32, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(level)
}
