//! What a page shows of a credential.
//!
//! Tolerant where [`verify()`](crate::verify()) is strict: whatever has an unexpected type is left out, nothing panics.
//! Open Badges 3.0 and plain VC 2.0 (and 1.1) credentials are read alike.
//!
//! **Invariant:** only the signed document is read, never a proof. A view says nothing about whether to believe it:
//! show it under its verdict.
//!
//! **Limits:** [`MAX_LISTED`] results, levels of each, and associations. What is more is counted: a result has its levels with it, so that all
//! of them would be as many as the one times the other.

use alloc::vec::Vec;

use touchstone_canon::json::Value;

use crate::credential::{Credential, items};
use crate::time::Timestamp;

/// The most results that are read, descriptions of results, levels of one, and associations and achievements of a learner record.
pub const MAX_LISTED: usize = 256;

/// What a credential states.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs)] // The names are those of the specification.
pub struct View<'v> {
    pub id: Option<&'v str>,
    pub name: Option<&'v str>,
    pub description: Option<&'v str>,
    pub types: Vec<&'v str>,
    pub issuer: Party<'v>,
    pub subject: Subject<'v>,
    pub achievement: Option<AchievementView<'v>>,
    pub results: Vec<ResultView<'v>>,
    /// How many results, descriptions of them, and levels of one were left out.
    pub results_left_out: usize,
    /// `credentialSubject.source`.
    pub assessor: Option<Party<'v>>,
    pub evidence: Vec<EvidenceView<'v>>,
    pub related_resources: Vec<RelatedView<'v>>,
    pub image: Option<ImageView<'v>>,
    pub valid_from: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    pub awarded_date: Option<Timestamp>,
    /// Whether its issuer can take it back.
    pub revocable: bool,
    /// What a learner record holds, besides the credentials in it.
    pub record: Option<RecordView<'v>>,
    /// What an endorser says.
    pub comment: Option<&'v str>,
}

/// A learner record: [CLR 2.0](https://www.imsglobal.org/spec/clr/v2p0).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordView<'v> {
    /// How its achievements belong together.
    pub associations: Vec<AssociationView<'v>>,
    /// How many of them were left out.
    pub left_out: usize,
}

/// How two achievements belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssociationView<'v> {
    /// `isPartOf`, `precedes` and the like: what the source is to the target.
    pub kind: &'v str,
    /// The source, by name if the record has one, or else by identifier.
    pub source: &'v str,
    /// The target.
    pub target: &'v str,
}

/// A person or an organization.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs)]
pub struct Party<'v> {
    pub id: Option<&'v str>,
    pub name: Option<&'v str>,
    pub url: Option<&'v str>,
    pub email: Option<&'v str>,
    pub description: Option<&'v str>,
    pub image: Option<ImageView<'v>>,
}

/// To whom it was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject<'v> {
    /// The DID, if there is one.
    pub id: Option<&'v str>,
    /// Names in the clear.
    pub names: Vec<&'v str>,
    /// Other identifiers in the clear: kind and value.
    pub identifiers: Vec<(&'v str, &'v str)>,
    /// Identifiers that only who knows them can match.
    pub hashed: Vec<HashedView<'v>>,
    /// A text about this award in particular.
    pub narrative: Option<&'v str>,
}

/// A hashed identifier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HashedView<'v> {
    /// `emailAddress` and the like.
    pub identity_type: &'v str,
    /// `sha256$…`.
    pub hash: &'v str,
    /// What is put behind the identifier before hashing.
    pub salt: &'v str,
}

impl HashedView<'_> {
    /// Whether `identifier` is meant: a way to match a person whom the credential does not name.
    #[must_use]
    pub fn matches(&self, identifier: &str, sha256: fn(&[u8]) -> [u8; 32]) -> bool {
        let digest = sha256(&[identifier.as_bytes(), self.salt.as_bytes()].concat());
        let stated = self.hash.strip_prefix("sha256$").unwrap_or_default();
        stated.eq_ignore_ascii_case(&touchstone_canon::multibase::encode_hex(&digest))
    }
}

/// What was earned.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs)]
pub struct AchievementView<'v> {
    pub id: Option<&'v str>,
    pub name: Option<&'v str>,
    pub description: Option<&'v str>,
    pub criteria_narrative: Option<&'v str>,
    pub criteria_id: Option<&'v str>,
    pub achievement_type: Option<&'v str>,
    pub in_language: Option<&'v str>,
    pub version: Option<&'v str>,
    pub human_code: Option<&'v str>,
    pub field_of_study: Option<&'v str>,
    pub specialization: Option<&'v str>,
    pub image: Option<ImageView<'v>>,
    pub alignment: Vec<AlignmentView<'v>>,
    pub tags: Vec<&'v str>,
}

/// A task or skill that it covers.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs)]
pub struct AlignmentView<'v> {
    pub target_name: Option<&'v str>,
    pub target_url: Option<&'v str>,
    pub target_description: Option<&'v str>,
    pub target_framework: Option<&'v str>,
    pub target_code: Option<&'v str>,
    pub target_type: Option<&'v str>,
}

/// A result, with the scale that it stands on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResultView<'v> {
    /// What was measured.
    pub name: Option<&'v str>,
    /// On what kind of scale.
    pub result_type: Option<&'v str>,
    /// The value reached.
    pub value: Option<&'v str>,
    /// The value that had to be reached.
    pub required_value: Option<&'v str>,
    /// All levels of the rubric, lowest first.
    pub levels: Vec<LevelView<'v>>,
    /// A level was reached that the rubric in this credential does not describe.
    pub unknown_level: Option<&'v str>,
}

/// A level of a rubric.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LevelView<'v> {
    /// Its identifier.
    pub id: Option<&'v str>,
    /// Its name.
    pub name: Option<&'v str>,
    /// Its rank, as written.
    pub level: Option<&'v str>,
    /// What somebody at this level does.
    pub description: Option<&'v str>,
    /// Points given for it.
    pub points: Option<&'v str>,
    /// Whether this is the level that was reached.
    pub reached: bool,
    /// Whether this is the level that had to be reached.
    pub required: bool,
}

/// A piece of evidence.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs)]
pub struct EvidenceView<'v> {
    pub id: Option<&'v str>,
    pub name: Option<&'v str>,
    pub description: Option<&'v str>,
    pub narrative: Option<&'v str>,
    pub genre: Option<&'v str>,
    pub audience: Option<&'v str>,
    pub media_type: Option<&'v str>,
    /// Whether it is bound by a digest, so that an exchange is noticed.
    pub bound: bool,
}

/// A document that belongs to the credential.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs)]
pub struct RelatedView<'v> {
    pub id: Option<&'v str>,
    pub media_type: Option<&'v str>,
    pub digest: Option<&'v str>,
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs)]
pub struct ImageView<'v> {
    pub id: &'v str,
    pub caption: Option<&'v str>,
}

impl<'v> View<'v> {
    pub(crate) fn of(credential: &'v Credential<'_>) -> Self {
        let document = credential.document();
        let subject = items(document, "credentialSubject").first();
        let record = subject.filter(|_| is_record(document));
        let achievement = awarded(document);
        let (results, results_left_out) = subject
            .map(|subject| results(subject, achievement))
            .unwrap_or_default();
        Self {
            id: text(document, "id"),
            name: text(document, "name"),
            description: text(document, "description"),
            types: texts(document, "type"),
            issuer: issuer(document),
            subject: subject.map(self::subject).unwrap_or_default(),
            achievement: achievement.map(self::achievement),
            results,
            results_left_out,
            assessor: subject
                .and_then(|subject| items(subject, "source").first())
                .map(party),
            evidence: items(document, "evidence").iter().map(evidence).collect(),
            related_resources: items(document, "relatedResource")
                .iter()
                .map(related)
                .collect(),
            image: image(document),
            valid_from: credential.valid_from().ok().flatten(),
            valid_until: credential.valid_until().ok().flatten(),
            awarded_date: text(document, "awardedDate")
                .and_then(|date| Timestamp::parse(date).ok()),
            revocable: !credential.status_entries().is_empty(),
            record: record.map(self::record),
            comment: subject.and_then(|subject| text(subject, "endorsementComment")),
        }
    }

    /// The name of what was earned: the achievement's, else the credential's.
    #[must_use]
    pub fn title(&self) -> Option<&'v str> {
        self.achievement
            .as_ref()
            .and_then(|achievement| achievement.name)
            .or(self.name)
    }
}

/// [`View::title`] of a document, for whoever wants nothing else of it.
pub(crate) fn title<'v>(document: &'v Value<'_>) -> Option<&'v str> {
    awarded(document)
        .and_then(|achievement| text(achievement, "name"))
        .or_else(|| text(document, "name"))
}

/// [`View::issuer`] of a document.
pub(crate) fn issuer<'v>(document: &'v Value<'_>) -> Party<'v> {
    let issuer = items(document, "issuer").first();
    issuer.map(party).unwrap_or_default()
}

fn is_record(document: &Value<'_>) -> bool {
    let mut kinds = items(document, "type").iter();
    kinds.any(|kind| kind.as_str() == Some("ClrCredential"))
}

/// What it awards. A learner record tells of awards, and is none.
fn awarded<'v, 'a>(document: &'v Value<'a>) -> Option<&'v Value<'a>> {
    let subject = items(document, "credentialSubject").first();
    let subject = subject.filter(|_| !is_record(document))?;
    items(subject, "achievement").first()
}

fn subject<'v>(value: &'v Value<'_>) -> Subject<'v> {
    let mut subject = Subject {
        id: text(value, "id"),
        narrative: text(value, "narrative"),
        ..Subject::default()
    };
    subject.names.extend(text(value, "name"));
    for identity in items(value, "identifier") {
        let Some(hash) = text(identity, "identityHash") else {
            continue;
        };
        let identity_type = text(identity, "identityType").unwrap_or_default();
        match identity.get("hashed").and_then(Value::as_bool) {
            Some(true) => {
                let salt = text(identity, "salt").unwrap_or_default();
                subject.hashed.push(HashedView {
                    identity_type,
                    hash,
                    salt,
                });
            }
            Some(false) if identity_type == "name" => subject.names.push(hash),
            Some(false) => subject.identifiers.push((identity_type, hash)),
            None => {}
        }
    }
    subject
}

fn party<'v>(value: &'v Value<'_>) -> Party<'v> {
    Party {
        // An issuer may be written as its identifier alone.
        id: value.as_str().or_else(|| text(value, "id")),
        name: text(value, "name"),
        url: text(value, "url"),
        email: text(value, "email"),
        description: text(value, "description"),
        image: image(value),
    }
}

fn achievement<'v>(value: &'v Value<'_>) -> AchievementView<'v> {
    let criteria = items(value, "criteria").first();
    AchievementView {
        id: text(value, "id"),
        name: text(value, "name"),
        description: text(value, "description"),
        criteria_narrative: criteria.and_then(|criteria| text(criteria, "narrative")),
        criteria_id: criteria.and_then(|criteria| text(criteria, "id")),
        achievement_type: text(value, "achievementType"),
        in_language: text(value, "inLanguage"),
        version: text(value, "version"),
        human_code: text(value, "humanCode"),
        field_of_study: text(value, "fieldOfStudy"),
        specialization: text(value, "specialization"),
        image: image(value),
        alignment: items(value, "alignment").iter().map(alignment).collect(),
        tags: texts(value, "tag"),
    }
}

fn record<'v>(subject: &'v Value<'_>) -> RecordView<'v> {
    let (stated, left_out) = listed(items(subject, "association"));
    let inside = listed(items(subject, "verifiableCredential")).0.iter();
    let awarded = inside.filter_map(|credential| {
        let awarded = items(credential, "credentialSubject").first()?;
        items(awarded, "achievement").first()
    });
    let listed = listed(items(subject, "achievement")).0.iter();
    let known: Vec<_> = listed.chain(awarded).collect();
    let name = |id: &'v str| {
        let mut of_it = known.iter().filter(|one| text(one, "id") == Some(id));
        of_it.find_map(|one| text(one, "name")).unwrap_or(id)
    };
    let associations = stated.iter().filter_map(|stated| {
        Some(AssociationView {
            kind: text(stated, "associationType")?,
            source: name(text(stated, "sourceId")?),
            target: name(text(stated, "targetId")?),
        })
    });
    RecordView {
        associations: associations.collect(),
        left_out,
    }
}

/// As many as are read, and how many are left out.
fn listed<'v, 'a>(stated: &'v [Value<'a>]) -> (&'v [Value<'a>], usize) {
    let (read, more) = stated.split_at(stated.len().min(MAX_LISTED));
    (read, more.len())
}

fn alignment<'v>(value: &'v Value<'_>) -> AlignmentView<'v> {
    AlignmentView {
        target_name: text(value, "targetName"),
        target_url: text(value, "targetUrl"),
        target_description: text(value, "targetDescription"),
        target_framework: text(value, "targetFramework"),
        target_code: text(value, "targetCode"),
        target_type: text(value, "targetType"),
    }
}

fn results<'v>(
    subject: &'v Value<'_>,
    achievement: Option<&'v Value<'_>>,
) -> (Vec<ResultView<'v>>, usize) {
    let (stated, mut left_out) = listed(items(subject, "result"));
    let descriptions = achievement.map(|achievement| items(achievement, "resultDescription"));
    let (descriptions, more) = listed(descriptions.unwrap_or_default());
    let of_one = |one: &'v Value<'_>| listed(items(one, "rubricCriterionLevel"));
    left_out += more;
    left_out += descriptions.iter().map(|one| of_one(one).1).sum::<usize>();
    let view = |result: &'v Value<'_>| {
        let id = text(result, "resultDescription");
        // Statements about one thing may stand at several places.
        let all = || {
            let of_it = |one: &&Value<'_>| id.is_some() && text(one, "id") == id;
            descriptions.iter().filter(of_it)
        };
        let said = |member| all().find_map(|one| text(one, member));
        let (reached, required) = (text(result, "achievedLevel"), said("requiredLevel"));
        let mut levels: Vec<LevelView<'_>> = Vec::new();
        for one in all().flat_map(|one| of_one(one).0).take(MAX_LISTED) {
            let level = self::level(one, reached, required);
            if level.id.is_none() || levels.iter().all(|known| known.id != level.id) {
                levels.push(level);
            }
        }
        // The order in which a set stands is not signed: rank by what is.
        levels.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        // Of what was left out, nothing is said.
        let known = left_out > 0 || levels.iter().any(|level| level.reached);
        ResultView {
            name: said("name"),
            result_type: said("resultType"),
            value: text(result, "value"),
            required_value: said("requiredValue"),
            levels,
            unknown_level: reached.filter(|_| !known),
        }
    };
    (stated.iter().map(view).collect(), left_out)
}

fn level<'v>(value: &'v Value<'_>, reached: Option<&str>, required: Option<&str>) -> LevelView<'v> {
    let id = text(value, "id");
    LevelView {
        id,
        name: text(value, "name"),
        level: text(value, "level"),
        description: text(value, "description"),
        points: text(value, "points"),
        reached: id.is_some() && id == reached,
        required: id.is_some() && id == required,
    }
}

/// A level's rank, from its number or else its points; what has neither comes last, in its place.
fn rank(level: &LevelView<'_>) -> f64 {
    let number = |text: Option<&str>| {
        text?
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
    };
    number(level.level)
        .or_else(|| number(level.points))
        .unwrap_or(f64::INFINITY)
}

fn evidence<'v>(value: &'v Value<'_>) -> EvidenceView<'v> {
    EvidenceView {
        id: value.as_str().or_else(|| text(value, "id")),
        name: text(value, "name"),
        description: text(value, "description"),
        narrative: text(value, "narrative"),
        genre: text(value, "genre"),
        audience: text(value, "audience"),
        media_type: text(value, "mediaType"),
        bound: crate::digest::binds(value),
    }
}

fn related<'v>(value: &'v Value<'_>) -> RelatedView<'v> {
    RelatedView {
        id: text(value, "id"),
        media_type: text(value, "mediaType"),
        digest: text(value, "digestSRI").or_else(|| text(value, "digestMultibase")),
    }
}

fn image<'v>(value: &'v Value<'_>) -> Option<ImageView<'v>> {
    let image = items(value, "image").first()?;
    Some(ImageView {
        id: image.as_str().or_else(|| text(image, "id"))?,
        caption: text(image, "caption"),
    })
}

/// A text: a string, or the value of a text with a language; of several, the first.
fn text<'v>(value: &'v Value<'_>, member: &str) -> Option<&'v str> {
    let first = value.get(member)?.items().first()?;
    first.as_str().or_else(|| first.get("@value")?.as_str())
}

fn texts<'v>(value: &'v Value<'_>, member: &str) -> Vec<&'v str> {
    items(value, member)
        .iter()
        .filter_map(Value::as_str)
        .collect()
}
