//! From plain values to an unsigned Open Badges 3.0 credential.
//!
//! [Open Badges 3.0](https://www.imsglobal.org/spec/ob/v3p0) on
//! [VC Data Model 2.0](https://www.w3.org/TR/vc-data-model-2.0/). Arrays wherever the JSON schema wants arrays, texts
//! as plain strings, no inline context, and nothing for which Open Badges has no term: that stands in a related
//! document, bound by its digest.
//!
//! **Invariant:** the same input gives the same JSON. Start at [`credential()`].

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use touchstone_canon::json::Value;

use crate::model::{
    Achievement, Alignment, Assessor, Award, AwardResult, AwardStatus, EvidenceItem,
    HashedIdentity, Image, IssuerProfile, Recipient, RelatedResource, ResultDescription,
    RubricLevel, StatusPosition, StatusPurpose,
};
use crate::write::{Members, array};

/// The contexts of every credential that is issued, in their order.
pub const CONTEXTS: [&str; 3] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
];

/// The JSON schema that every credential that is issued names.
pub const SCHEMA: &str =
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";

/// Puts together the unsigned credential by which `issuer` awards `achievement`.
pub fn credential<'a>(
    issuer: &'a IssuerProfile,
    achievement: &'a Achievement,
    award: &'a Award,
) -> Result<Value<'a>, BadgeError> {
    check(issuer, achievement, award)?;
    Ok(assembled(
        profile(issuer),
        achievement_value(achievement),
        award,
    ))
}

/// The credential, from its parts.
pub(crate) fn assembled<'a>(
    issuer: Value<'a>,
    achievement: Value<'a>,
    award: &'a Award,
) -> Value<'a> {
    Members::new()
        .with("@context", contexts())
        .with("id", award.id.as_str())
        .with(
            "type",
            array(["VerifiableCredential".into(), "OpenBadgeCredential".into()]),
        )
        .with("issuer", issuer)
        .with("name", award.name.as_str())
        .with("validFrom", award.valid_from.to_string())
        .maybe(
            "validUntil",
            award.valid_until.map(|until| until.to_string()),
        )
        .maybe(
            "awardedDate",
            award.awarded_date.map(|date| date.to_string()),
        )
        .with("credentialSubject", subject(achievement, award))
        .list("evidence", award.evidence.iter().map(evidence))
        .with("credentialSchema", array([schema()]))
        .list(
            "relatedResource",
            award.related_resources.iter().map(related_resource),
        )
        .maybe("credentialStatus", status(&award.status))
        .done()
}

/// The `@context` of a credential that is issued.
#[must_use]
pub fn contexts() -> Value<'static> {
    CONTEXTS.into_iter().map(Value::from).collect()
}

/// The achievement as it stands in a credential.
#[must_use]
pub fn achievement_value(achievement: &Achievement) -> Value<'_> {
    let criteria = Members::new()
        .text("id", achievement.criteria_id.as_deref())
        .with("narrative", achievement.criteria_narrative.as_str());
    Members::new()
        .with("id", achievement.id.as_str())
        .with("type", array(["Achievement".into()]))
        .text("achievementType", achievement.achievement_type.as_deref())
        .with("name", achievement.name.as_str())
        .with("description", achievement.description.as_str())
        .with("criteria", criteria.done())
        .text("inLanguage", achievement.in_language.as_deref())
        .text("version", achievement.version.as_deref())
        .text("humanCode", achievement.human_code.as_deref())
        .text("fieldOfStudy", achievement.field_of_study.as_deref())
        .text("specialization", achievement.specialization.as_deref())
        .maybe("image", achievement.image.as_ref().map(image))
        .list(
            "tag",
            achievement.tags.iter().map(|tag| tag.as_str().into()),
        )
        .list("alignment", achievement.alignment.iter().map(alignment))
        .list(
            "resultDescription",
            achievement
                .result_descriptions
                .iter()
                .map(result_description),
        )
        .list(
            "related",
            achievement.related.iter().map(|related| {
                Members::new()
                    .with("id", related.id.as_str())
                    .with("type", array(["Related".into()]))
                    .text("inLanguage", related.in_language.as_deref())
                    .text("version", related.version.as_deref())
                    .done()
            }),
        )
        .done()
}

/// The issuer's profile as it stands in a credential.
#[must_use]
pub fn profile(issuer: &IssuerProfile) -> Value<'_> {
    Members::new()
        .with("id", issuer.id.as_str())
        .with("type", array(["Profile".into()]))
        .with("name", issuer.name.as_str())
        .text("url", issuer.url.as_deref())
        .text("email", issuer.email.as_deref())
        .text("phone", issuer.phone.as_deref())
        .text("description", issuer.description.as_deref())
        .maybe("image", issuer.image.as_ref().map(image))
        .list(
            "otherIdentifier",
            issuer.other_identifiers.iter().map(|other| {
                Members::new()
                    .with("type", "IdentifierEntry")
                    .with("identifier", other.identifier.as_str())
                    .with("identifierType", other.identifier_type.as_str())
                    .done()
            }),
        )
        .maybe(
            "address",
            issuer.country.as_deref().map(|country| {
                Members::of_type("Address")
                    .with("addressCountry", country)
                    .done()
            }),
        )
        .done()
}

/// `sha256-…` of a document, as `relatedResource` writes it.
#[must_use]
pub fn digest_sri(sha256: &[u8; 32]) -> String {
    format!("sha256-{}", STANDARD.encode(sha256))
}

/// A multihash in base64url, as `digestMultibase` writes it.
#[must_use]
pub fn digest_multibase(sha256: &[u8; 32]) -> String {
    // 0x12: SHA-256; 0x20: 32 bytes follow.
    format!(
        "u{}",
        URL_SAFE_NO_PAD.encode([&[0x12, 0x20], sha256.as_slice()].concat())
    )
}

/// Why no credential was put together.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BadgeError {
    /// A text that must say something is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// An identifier is no absolute URL or URN.
    #[error("{0} is no URL or URN")]
    NotAnIri(&'static str),
    /// Nothing says to whom the credential is given.
    #[error("the credential names no recipient: give an e-mail address, a DID or a name")]
    NoRecipient,
    /// The end is not after the start.
    #[error("the credential ends before it starts")]
    EndsBeforeStart,
    /// A result refers to a description that the achievement does not have.
    #[error("a result refers to a description that the achievement does not have")]
    UnknownResultDescription,
    /// A result or a requirement refers to a level that the rubric does not have.
    #[error("a result or a requirement refers to a level that the rubric does not have")]
    UnknownLevel,
    /// Withdrawing and pausing need two lists.
    #[error("revocation and suspension stand in the same list")]
    SharedStatusList,
}

/// What the types cannot say: identifiers are IRIs, references lead somewhere, somebody receives it.
pub(crate) fn check(
    issuer: &IssuerProfile,
    achievement: &Achievement,
    award: &Award,
) -> Result<(), BadgeError> {
    let iris = [
        ("issuer.id", Some(&issuer.id)),
        ("issuer.url", issuer.url.as_ref()),
        ("id", Some(&award.id)),
        ("credentialSubject.id", award.recipient.id.as_ref()),
        (
            "credentialSubject.source.id",
            award.assessor.as_ref().map(|assessor| &assessor.id),
        ),
        ("achievement.id", Some(&achievement.id)),
        ("achievement.criteria.id", achievement.criteria_id.as_ref()),
    ];
    let evidence = award
        .evidence
        .iter()
        .filter_map(|item| item.id.as_ref())
        .map(|id| ("evidence.id", Some(id)));
    let related = award
        .related_resources
        .iter()
        .map(|resource| ("relatedResource.id", Some(&resource.id)));
    let targets = achievement
        .alignment
        .iter()
        .map(|target| ("alignment.targetUrl", Some(&target.target_url)));
    for (field, iri) in iris
        .into_iter()
        .chain(evidence)
        .chain(related)
        .chain(targets)
    {
        if iri.is_some_and(|iri| !is_iri(iri)) {
            return Err(BadgeError::NotAnIri(field));
        }
    }
    let texts = [
        ("issuer.name", &issuer.name),
        ("name", &award.name),
        ("achievement.name", &achievement.name),
        ("achievement.description", &achievement.description),
    ];
    if let Some((field, _)) = texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
        return Err(BadgeError::Empty(field));
    }
    let Recipient { id, hashed, name } = &award.recipient;
    if id.is_none() && hashed.is_empty() && name.is_none() {
        return Err(BadgeError::NoRecipient);
    }
    if award
        .valid_until
        .is_some_and(|until| until <= award.valid_from)
    {
        return Err(BadgeError::EndsBeforeStart);
    }
    if let AwardStatus::Pausable {
        revocation,
        suspension,
    } = &award.status
        && revocation.list == suspension.list
    {
        return Err(BadgeError::SharedStatusList);
    }
    check_results(achievement, award)
}

fn check_results(achievement: &Achievement, award: &Award) -> Result<(), BadgeError> {
    for description in &achievement.result_descriptions {
        for level in &description.levels {
            if !is_iri(&level.id) {
                return Err(BadgeError::NotAnIri("rubricCriterionLevel.id"));
            }
        }
        let knows = |level: &String| description.levels.iter().any(|known| known.id == *level);
        if !is_iri(&description.id) {
            return Err(BadgeError::NotAnIri("resultDescription.id"));
        }
        if description
            .required_level
            .as_ref()
            .is_some_and(|level| !knows(level))
        {
            return Err(BadgeError::UnknownLevel);
        }
    }
    for result in &award.results {
        let described = match &result.result_description {
            None => None,
            Some(id) => Some(
                achievement
                    .result_descriptions
                    .iter()
                    .find(|known| known.id == *id)
                    .ok_or(BadgeError::UnknownResultDescription)?,
            ),
        };
        let knows = |level: &String| {
            described.is_some_and(|d| d.levels.iter().any(|known| known.id == *level))
        };
        if result
            .achieved_level
            .as_ref()
            .is_some_and(|level| !knows(level))
        {
            return Err(BadgeError::UnknownLevel);
        }
    }
    Ok(())
}

/// Whether `text` is an absolute IRI: a scheme, and nothing that an IRI may not contain.
pub(crate) fn is_iri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let scheme_fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let forbidden = |c: char| c.is_control() || c.is_whitespace() || "<>\"{}|\\^`".contains(c);
    let plain = |byte: u8| {
        byte.is_ascii_graphic()
            && !matches!(byte, b'<' | b'>' | b'"' | b'{'..=b'}' | b'\\' | b'^' | b'`')
    };
    // Nearly all are ASCII, where a look at each byte is enough.
    scheme_fits
        && !rest.is_empty()
        && (rest.bytes().all(plain) || !(rest.is_ascii() || rest.contains(forbidden)))
}

fn subject<'a>(achievement: Value<'a>, award: &'a Award) -> Value<'a> {
    let hashed = award.recipient.hashed.iter().map(hashed_identity);
    let named = award.recipient.name.iter().map(|name| {
        Members::new()
            .with("type", "IdentityObject")
            .with("hashed", false)
            .with("identityHash", name.as_str())
            .with("identityType", "name")
            .done()
    });
    Members::new()
        .text("id", award.recipient.id.as_deref())
        .with("type", array(["AchievementSubject".into()]))
        .list("identifier", hashed.chain(named))
        .maybe("source", award.assessor.as_ref().map(assessor))
        .text("narrative", award.narrative.as_deref())
        .list("result", award.results.iter().map(result))
        .with("achievement", achievement)
        .done()
}

fn hashed_identity(identity: &HashedIdentity) -> Value<'_> {
    let mut hash = String::with_capacity(7 + 64);
    hash.push_str("sha256$");
    for byte in identity.sha256 {
        for nibble in [byte >> 4, byte & 15] {
            hash.extend(char::from_digit(u32::from(nibble), 16));
        }
    }
    Members::new()
        .with("type", "IdentityObject")
        .with("hashed", true)
        .with("identityHash", hash)
        .with("identityType", identity.identity_type.as_str())
        .with("salt", identity.salt.as_str())
        .done()
}

fn assessor(assessor: &Assessor) -> Value<'_> {
    Members::new()
        .with("id", assessor.id.as_str())
        .with("type", array(["Profile".into()]))
        .with("name", assessor.name.as_str())
        .done()
}

fn result(result: &AwardResult) -> Value<'_> {
    Members::of_type("Result")
        .text("resultDescription", result.result_description.as_deref())
        .text("achievedLevel", result.achieved_level.as_deref())
        .text("value", result.value.as_deref())
        .done()
}

fn alignment(alignment: &Alignment) -> Value<'_> {
    Members::of_type("Alignment")
        .with("targetName", alignment.target_name.as_str())
        .with("targetUrl", alignment.target_url.as_str())
        .text("targetDescription", alignment.target_description.as_deref())
        .text("targetFramework", alignment.target_framework.as_deref())
        .text("targetCode", alignment.target_code.as_deref())
        .text("targetType", alignment.target_type.as_deref())
        .done()
}

fn result_description(description: &ResultDescription) -> Value<'_> {
    Members::new()
        .with("id", description.id.as_str())
        .with("type", array(["ResultDescription".into()]))
        .with("name", description.name.as_str())
        .with("resultType", description.result_type.as_str())
        .text("requiredLevel", description.required_level.as_deref())
        .text("requiredValue", description.required_value.as_deref())
        .list(
            "allowedValue",
            description
                .allowed_values
                .iter()
                .map(|value| value.as_str().into()),
        )
        .text("valueMin", description.value_min.as_deref())
        .text("valueMax", description.value_max.as_deref())
        .list("rubricCriterionLevel", description.levels.iter().map(level))
        .done()
}

fn level(level: &RubricLevel) -> Value<'_> {
    Members::new()
        .with("id", level.id.as_str())
        .with("type", array(["RubricCriterionLevel".into()]))
        .with("name", level.name.as_str())
        .text("level", level.level.as_deref())
        .text("description", level.description.as_deref())
        .text("points", level.points.as_deref())
        .done()
}

fn image(image: &Image) -> Value<'_> {
    Members::new()
        .with("id", image.id.as_str())
        .with("type", "Image")
        .text("caption", image.caption.as_deref())
        .done()
}

fn evidence(item: &EvidenceItem) -> Value<'_> {
    Members::new()
        .text("id", item.id.as_deref())
        .with("type", array(["Evidence".into()]))
        .text("name", item.name.as_deref())
        .text("description", item.description.as_deref())
        .text("narrative", item.narrative.as_deref())
        .text("genre", item.genre.as_deref())
        .text("audience", item.audience.as_deref())
        .maybe(
            "digestMultibase",
            item.sha256.as_ref().map(digest_multibase),
        )
        .text("mediaType", item.media_type.as_deref())
        .done()
}

fn schema() -> Value<'static> {
    Members::new()
        .with("id", SCHEMA)
        .with("type", "1EdTechJsonSchemaValidator2019")
        .done()
}

fn related_resource(resource: &RelatedResource) -> Value<'_> {
    Members::new()
        .with("id", resource.id.as_str())
        .with("digestSRI", digest_sri(&resource.sha256))
        .text("mediaType", resource.media_type.as_deref())
        .done()
}

/// One entry stands by itself, as the Open Badges schema wants it; two need an array, which VC 2.0 allows.
fn status(status: &AwardStatus) -> Option<Value<'_>> {
    match status {
        AwardStatus::Irrevocable => None,
        AwardStatus::Revocable { revocation } => {
            Some(status_entry(StatusPurpose::Revocation, revocation))
        }
        AwardStatus::Pausable {
            revocation,
            suspension,
        } => Some(Value::Array(Vec::from([
            status_entry(StatusPurpose::Revocation, revocation),
            status_entry(StatusPurpose::Suspension, suspension),
        ]))),
    }
}

/// The entry by which a reader finds out, under `credentialStatus`.
#[must_use]
pub fn status_entry(purpose: StatusPurpose, position: &StatusPosition) -> Value<'_> {
    Members::new()
        .with("id", format!("{}#{}", position.list, position.index))
        .with("type", "BitstringStatusListEntry")
        .with("statusPurpose", purpose.as_str())
        .with("statusListIndex", position.index.to_string())
        .with("statusListCredential", position.list.as_str())
        .done()
}

#[cfg(test)]
mod tests {
    use super::is_iri;

    #[test]
    fn an_iri_has_a_scheme_and_nothing_that_no_iri_has_in_any_script() {
        for good in ["https://a.example/b?c#d", "urn:ö", "did:web:例.example"] {
            assert!(is_iri(good), "{good}");
        }
        for bad in [
            "",
            "a",
            ":a",
            "a:",
            "1a:b",
            "a:b c",
            "a:b\u{7f}",
            "https://ö.example/a b",
            "https://ö.example/<a>",
            "urn:ö\u{a0}",
        ] {
            assert!(!is_iri(bad), "{bad}");
        }
    }
}
