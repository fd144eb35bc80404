//! From the bytes of a definition document to a [`Definition`], or to all its faults.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use jiff::civil::Date;
use serde_json::Value;
use touchstone_store::StoreError;
use touchstone_vc::schema::{ACHIEVEMENT_TYPES, TARGET_TYPES};

use super::{
    Alignment, Criteria, Definition, DefinitionFault, DefinitionFaultKind as Kind, Image,
    ImageType, RequiredEvidence, Rubric, RubricLevel,
    fields::{Faults, Fields, SHORT},
};
use crate::issuing::{LanguageTag, Slug};

impl Definition {
    /// Reads a definition document.
    pub fn from_json(bytes: &[u8]) -> Result<Self, DefinitionError> {
        if bytes.len() > LARGEST {
            return Err(DefinitionError::TooLarge { limit: LARGEST });
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes); // A byte order mark is no part of JSON.
        let value = serde_json::from_slice(bytes).map_err(|error| DefinitionError::NotJson {
            line: error.line(),
            column: error.column(),
        })?;
        Self::from_value(value)
    }

    /// Reads a definition document that was parsed as JSON already.
    pub fn from_value(value: Value) -> Result<Self, DefinitionError> {
        let faults = Faults::default();
        let read = definition(Fields::new(String::new(), value, &faults));
        let faults = faults.into_inner();
        match read {
            Some(definition) if faults.is_empty() => Ok(definition),
            _ => Err(DefinitionError::Faulty(faults)),
        }
    }

    /// Reads the document of a stored version. It was read before it was stored: one that cannot be read was damaged since.
    pub(crate) fn stored(document: &str) -> Result<Self, StoreError> {
        Self::from_json(document.as_bytes()).map_err(|_| StoreError::Corrupt {
            table: "achievement_version",
            column: "document",
        })
    }
}

/// Why a document is not a definition.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DefinitionError {
    /// It is not JSON.
    #[error("this is not JSON: line {line}, column {column} cannot be read")]
    NotJson {
        /// Where reading stopped.
        line: usize,
        /// Where in that line.
        column: usize,
    },
    /// It is larger than any definition needs to be.
    #[error("a definition has at most {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: usize,
    },
    /// These fields are wrong; each says how to mend it.
    #[error("{}", words(.0))]
    Faulty(Vec<DefinitionFault>),
}

fn words(faults: &[DefinitionFault]) -> String {
    let words: Vec<_> = faults.iter().map(DefinitionFault::to_string).collect();
    words.join("\n")
}

/// Reads all fields before it gives up, so that each fault is noted.
fn definition(mut from: Fields<'_>) -> Option<Definition> {
    for name in ["slug", "inLanguage", "achievementType", "namesLearner"] {
        from.require(name);
    }
    let slug = from.parsed("slug", Slug::new);
    let in_language = from.parsed("inLanguage", LanguageTag::parse);
    let definition = Definition {
        // Stand-ins where a fault was noted; such a definition is not handed out.
        slug: slug.clone().or_else(|| Slug::new("faulty").ok())?,
        in_language: in_language.or_else(|| LanguageTag::parse("und").ok())?,
        name: from.required_text("name", SHORT),
        description: from.required_text("description", SENTENCE),
        achievement_type: from
            .word("achievementType", ACHIEVEMENT_TYPES)
            .unwrap_or_default(),
        criteria: criteria(&mut from),
        translation_of: from.parsed("translationOf", Slug::new),
        tag: from.texts("tag", 50, SHORT),
        alignment: each(&mut from, "alignment", MOST_LINKS, alignment),
        rubric: rubrics(&mut from),
        evidence_required: each(&mut from, "evidenceRequired", 20, required_evidence),
        assessment_method: from.required_text("assessmentMethod", PARAGRAPH),
        supervision: from.text("supervision", PARAGRAPH),
        identity_check: from.text("identityCheck", PARAGRAPH),
        workload_hours: from.decimal("workloadHours"),
        credits_available: from.decimal("creditsAvailable"),
        valid_for_months: from.whole("validForMonths", 1, 600),
        pilot_until: from.parsed("pilotUntil", day),
        renewal: from.text("renewal", PARAGRAPH),
        quality_assurance: from.text("qualityAssurance", PARAGRAPH),
        participation: from.text("participation", PARAGRAPH),
        names_learner: from.flag("namesLearner", false),
        allows_suspension: from.flag("allowsSuspension", false),
        revocable: from.flag("revocable", true),
        requires: requires(&mut from),
        image: image(&mut from),
        field_of_study: from.text("fieldOfStudy", SHORT),
        human_code: from.text("humanCode", SHORT),
        specialization: from.text("specialization", SHORT),
    };
    if definition.allows_suspension && !definition.revocable {
        from.note("allowsSuspension", Kind::SuspensionWithoutRevocation);
    }
    if slug.is_some() && definition.translation_of == slug {
        from.note("translationOf", Kind::Itself);
    }
    if slug.is_some_and(|slug| definition.requires.contains(&slug)) {
        from.note("requires", Kind::Itself);
    }
    from.end();
    Some(definition)
}

/// A day of the calendar, written as ISO 8601 has it: `2026-12-31`.
fn day(text: &str) -> Result<Date, &'static str> {
    let read = text.parse::<Date>().ok();
    let day = read.filter(|day| day.to_string() == text);
    day.ok_or("a day, written like 2026-12-31")
}

fn criteria(from: &mut Fields<'_>) -> Criteria {
    from.require("criteria");
    let Some(mut from) = from.object("criteria") else {
        return Criteria {
            narrative: String::new(),
        };
    };
    let criteria = Criteria {
        narrative: from.required_text("narrative", PAGE),
    };
    from.end();
    criteria
}

fn alignment(from: &mut Fields<'_>) -> Alignment {
    from.require("targetUrl");
    Alignment {
        target_name: from.required_text("targetName", PARAGRAPH),
        target_url: from.address_or_uuid("targetUrl").unwrap_or_default(),
        target_description: from.text("targetDescription", PARAGRAPH),
        target_framework: from.text("targetFramework", SHORT),
        target_code: from.text("targetCode", SHORT),
        target_type: from.word("targetType", TARGET_TYPES),
    }
}

fn required_evidence(from: &mut Fields<'_>) -> RequiredEvidence {
    RequiredEvidence {
        name: from.required_text("name", SHORT),
        description: from.text("description", PARAGRAPH),
    }
}

/// One rubric at most: a spreadsheet has one column for the level.
fn rubrics(from: &mut Fields<'_>) -> Option<Rubric> {
    let mut rubrics = each(from, "resultDescription", 20, rubric);
    for place in 1..rubrics.len() {
        from.note(&format!("resultDescription[{place}]"), Kind::SecondRubric);
    }
    rubrics.truncate(1);
    rubrics.pop()
}

fn rubric(from: &mut Fields<'_>) -> Rubric {
    for name in ["resultType", "requiredLevel", "rubricCriterionLevel"] {
        from.require(name);
    }
    let name = from.required_text("name", SHORT);
    if from
        .text("resultType", SHORT)
        .is_some_and(|kind| kind != RUBRIC)
    {
        from.note(
            "resultType",
            Kind::Expected(format!("{RUBRIC}; other results are not read yet")),
        );
    }
    let mut levels = each(from, "rubricCriterionLevel", 50, rubric_level);
    if levels.len() < 2 {
        from.note("rubricCriterionLevel", Kind::TooFew(2));
    }
    for (place, level) in levels.iter().enumerate() {
        let before = &levels[..place];
        for (field, repeated) in [
            (
                "level",
                before.iter().any(|other| other.level == level.level),
            ),
            (
                "name",
                before
                    .iter()
                    .any(|other| other.name.to_lowercase() == level.name.to_lowercase()),
            ),
        ] {
            if repeated {
                from.note(
                    &format!("rubricCriterionLevel[{place}].{field}"),
                    Kind::Repeated,
                );
            }
        }
    }
    levels.sort_by_key(|level| level.level);
    let required_level = from.whole("requiredLevel", 0, HIGHEST_LEVEL);
    if required_level.is_some_and(|required| levels.iter().all(|level| level.level != required)) {
        from.note(
            "requiredLevel",
            Kind::NoSuchLevel(levels.iter().map(|level| level.level).collect()),
        );
    }
    Rubric {
        name,
        result_type: RUBRIC,
        required_level: required_level.unwrap_or_default(),
        levels,
    }
}

fn rubric_level(from: &mut Fields<'_>) -> RubricLevel {
    from.require("level");
    RubricLevel {
        level: from.whole("level", 0, HIGHEST_LEVEL).unwrap_or_default(),
        name: from.required_text("name", SHORT),
        description: from.required_text("description", PARAGRAPH),
        examples: from.texts("examples", 10, SHORT),
        points: from.digits("points"),
    }
}

fn requires(from: &mut Fields<'_>) -> Vec<Slug> {
    let mut required = Vec::new();
    for (place, text) in from.texts("requires", 50, SHORT).iter().enumerate() {
        match Slug::new(text) {
            Ok(slug) => required.push(slug),
            Err(error) => from.note(
                &format!("requires[{place}]"),
                Kind::Expected(error.to_string()),
            ),
        }
    }
    required
}

fn image(from: &mut Fields<'_>) -> Option<Image> {
    let mut from = from.object("image")?;
    for name in ["mediaType", "data"] {
        from.require(name);
    }
    let media_type = from
        .text("mediaType", SHORT)
        .and_then(|named| match named.as_str() {
            "image/png" => Some(ImageType::Png),
            "image/svg+xml" => Some(ImageType::Svg),
            _ => {
                from.note(
                    "mediaType",
                    Kind::Expected("image/png or image/svg+xml".into()),
                );
                None
            }
        });
    let data = from.text("data", LARGEST);
    let image = media_type
        .zip(data)
        .map(|(media_type, data)| Image { media_type, data });
    if let Some(fault) = image.as_ref().and_then(Image::fault) {
        from.note("data", fault);
    }
    from.end();
    image
}

impl Image {
    /// What is wrong with it, before it is drawn: it is no picture of its kind, or too large.
    pub fn fault(&self) -> Option<Kind> {
        let (kind, limit) = match self.media_type {
            ImageType::Png => ("PNG", LARGEST_PNG),
            ImageType::Svg => ("SVG", LARGEST_SVG),
        };
        let bytes = BASE64.decode(&self.data).unwrap_or_default();
        let fits = bytes.len() <= limit && is_picture(self.media_type, &bytes);
        (!fits).then_some(Kind::NotAPicture(kind, limit))
    }
}

/// Whether bytes begin as a picture of this kind does. What is in it is drawn by [`Artwork`](crate::ports::Artwork), which trusts nothing.
pub(in crate::issuing) fn is_picture(kind: ImageType, bytes: &[u8]) -> bool {
    match kind {
        ImageType::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        ImageType::Svg => {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            text.trim_start_matches('\u{FEFF}')
                .trim_start()
                .starts_with('<')
                && text.contains("<svg")
        }
    }
}

fn each<T>(
    from: &mut Fields<'_>,
    name: &'static str,
    limit: usize,
    read: impl Fn(&mut Fields<'_>) -> T,
) -> Vec<T> {
    let entries = from.objects(name, limit).into_iter();
    let read_whole = |mut entry: Fields<'_>| {
        let value = read(&mut entry);
        entry.end();
        value
    };
    entries.map(read_whole).collect()
}

/// Tasks and skills that are linked at most.
pub(in crate::issuing) const MOST_LINKS: usize = 200;
const LARGEST: usize = 2 * 1024 * 1024;
const LARGEST_PNG: usize = 1024 * 1024;
const LARGEST_SVG: usize = 256 * 1024;
const SENTENCE: usize = 2_000;
const PARAGRAPH: usize = 4_000;
const PAGE: usize = 20_000;
const HIGHEST_LEVEL: u32 = 1_000;
const RUBRIC: &str = "RubricCriterionLevel";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    pub(super) fn whole() -> Value {
        json!({
            "slug": "precision-measurement",
            "name": "Precision measurement",
            "description": "Measure finished parts.",
            "achievementType": "MicroCredential",
            "criteria": {"narrative": "A test of **90 minutes**."},
            "inLanguage": "EN",
            "tag": ["metrology"],
            "alignment": [{"targetName": "Measure", "targetUrl": "https://e.example/1", "targetType": "ext:Task"}],
            "resultDescription": [{
                "name": "Measuring",
                "resultType": "RubricCriterionLevel",
                "requiredLevel": 2,
                "rubricCriterionLevel": [
                    {"level": "2", "name": "Supervised", "description": "Alone, checked.", "examples": ["A shaft."], "points": "2"},
                    {"level": 1, "name": "Assisted", "description": "With help."},
                ],
            }],
            "assessmentMethod": "Practical test.",
            "evidenceRequired": [{"name": "Record"}],
            "creditsAvailable": 1.5,
            "validForMonths": 24,
            "namesLearner": true,
            "requires": ["machine-care"],
            "image": null,
        })
    }

    /// Breaks the whole document with `change` and expects exactly these faults, written out.
    #[track_caller]
    fn check(change: impl Fn(&mut Value), expect: &[&str]) {
        let mut document = whole();
        change(&mut document);
        let Err(DefinitionError::Faulty(faults)) = Definition::from_value(document) else {
            panic!("expected faults {expect:?}");
        };
        let words: Vec<_> = faults
            .iter()
            .map(|fault| format!("{} {}", fault.field, fault.kind.code()))
            .collect();
        assert_eq!(words, expect);
    }

    #[test]
    fn a_whole_document_is_read_and_levels_stand_lowest_first() {
        let read = Definition::from_value(whole()).unwrap();
        let rubric = read.rubric.unwrap();
        assert_eq!((rubric.levels[0].level, rubric.required_level), (1, 2));
        assert_eq!(read.in_language.as_str(), "en");
        assert!(read.revocable && !read.allows_suspension);
    }

    #[test]
    fn what_is_exported_is_read_back_the_same() {
        let read = Definition::from_value(whole()).unwrap();
        assert_eq!(Definition::from_json(read.to_json().as_bytes()), Ok(read));
    }

    #[test]
    fn all_faults_are_named_not_the_first_only() {
        check(
            |d| {
                d["slug"] = json!("Precision");
                d["name"] = json!("  ");
                d["criteria"] = json!({});
                d["achievementType"] = json!("Microcredential");
                d["resultDescription"][0]["requiredLevel"] = json!(3);
                d["resultDescription"][0]["rubricCriterionLevel"][0]["level"] = json!(1);
                d["alignment"][0]["targetUrl"] = json!("www.e.example");
                d["validForMonths"] = json!(0);
                d["namesLearner"] = json!("yes");
            },
            &[
                "slug wrong_kind",
                "name empty",
                "achievementType not_in_vocabulary",
                "criteria.narrative missing",
                "alignment[0].targetUrl wrong_kind",
                "resultDescription[0].rubricCriterionLevel[1].level repeated",
                "resultDescription[0].requiredLevel no_such_level",
                "validForMonths wrong_kind",
                "namesLearner wrong_kind",
            ],
        );
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest_name() {
        let mut document = whole();
        document["criteria"]["narative"] = json!("x");
        document["validformonth"] = json!(2);
        document["zzz"] = json!(2);
        let Err(error) = Definition::from_value(document) else {
            panic!("expected faults")
        };
        let words = error.to_string();
        assert!(
            words.contains("criteria.narative: is not a field here; did you mean “narrative”?"),
            "{words}"
        );
        assert!(words.contains("did you mean “validForMonths”?"), "{words}");
        assert!(
            words.contains("zzz: is not a field of a definition; remove it"),
            "{words}"
        );
    }

    #[test]
    fn missing_fields_are_named() {
        let Err(DefinitionError::Faulty(faults)) = Definition::from_json(b"{}") else {
            panic!("expected faults")
        };
        let fields: Vec<_> = faults
            .iter()
            .map(|fault| (fault.field.as_str(), fault.kind.code()))
            .collect();
        let missing = [
            "slug",
            "inLanguage",
            "achievementType",
            "namesLearner",
            "name",
            "description",
            "criteria",
            "assessmentMethod",
        ]
        .map(|field| (field, "missing"));
        assert_eq!(fields, missing);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        check(
            |d| d["requires"] = json!(["precision-measurement"]),
            &["requires itself"],
        );
        check(
            |d| d["translationOf"] = d["slug"].clone(),
            &["translationOf itself"],
        );
        check(
            |d| {
                d["revocable"] = json!(false);
                d["allowsSuspension"] = json!(true);
            },
            &["allowsSuspension suspension_without_revocation"],
        );
        check(
            |d| {
                let rubric = d["resultDescription"][0].clone();
                d["resultDescription"].as_array_mut().unwrap().push(rubric);
            },
            &["resultDescription[1] second_rubric"],
        );
    }

    #[test]
    fn a_picture_is_what_it_is_said_to_be() {
        let svg = BASE64.encode("<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        let mut document = whole();
        document["image"] = json!({"mediaType": "image/svg+xml", "data": svg});
        assert!(Definition::from_value(document).is_ok());
        check(
            |d| d["image"] = json!({"mediaType": "image/png", "data": svg}),
            &["image.data not_a_picture"],
        );
        check(
            |d| d["image"] = json!({"mediaType": "image/gif", "data": svg}),
            &["image.mediaType wrong_kind"],
        );
        check(
            |d| d["image"] = json!({}),
            &["image.mediaType missing", "image.data missing"],
        );
    }

    #[test]
    fn text_that_reads_as_something_else_is_refused() {
        check(
            |d| d["name"] = json!("Nurse \u{202E}toN"),
            &["name control_characters"],
        );
        check(
            |d| d["description"] = json!("a\u{0}b"),
            &["description control_characters"],
        );
        check(|d| d["name"] = json!("x".repeat(201)), &["name too_long"]);
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        assert_eq!(
            Definition::from_json(b"{\n  \"slug\": }"),
            Err(DefinitionError::NotJson {
                line: 2,
                column: 11
            })
        );
        for other in ["[]", "1", "\"x\"", "null"] {
            assert!(
                matches!(
                    Definition::from_json(other.as_bytes()),
                    Err(DefinitionError::Faulty(_))
                ),
                "{other}"
            );
        }
    }

    #[test]
    fn the_example_institution_is_read() {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../touchstone/sample/achievements"
        );
        let mut count = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let read = Definition::from_json(&std::fs::read(&path).unwrap());
            assert!(read.is_ok(), "{}: {}", path.display(), read.unwrap_err());
            count += 1;
        }
        assert!(count >= 3);
    }
}
