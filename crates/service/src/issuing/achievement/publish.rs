//! The document that is published for a version, at `/i/SLUG/a/ID/VERSION`.
//!
//! An Open Badges 3.0 `Achievement` and, beside its terms, what Open Badges has no term for: how it is assessed, who watches,
//! the workload, the quality assurance, the policies. Each credential binds it by digest (`relatedResource`), so a reader who
//! has the document knows that it is the one the credential was issued under.

use touchstone_vc::{Crypto, badge, model};

use super::{AchievementIds, Definition};
use crate::digest::sha256_hex;

/// Makes the document of a version.
pub fn publish(
    crypto: &Crypto,
    ids: &AchievementIds,
    definition: &Definition,
    circumstances: &Circumstances,
) -> Published {
    let mut achievement = definition.achievement(ids);
    // Here each fact has a member of its own; only a credential has to tell it in the criteria.
    achievement
        .criteria_narrative
        .clone_from(&definition.criteria.narrative);
    achievement.related.clone_from(&circumstances.related);
    achievement.image = definition.image.as_ref().map(|image| model::Image {
        id: format!("data:{};base64,{}", image.media_type.as_str(), image.data),
        caption: Some(definition.name.clone()),
    });
    let own =
        serde_json::to_value(definition).expect("texts, numbers and lists always become JSON");
    let creator = circumstances.creator();
    let examples = level_examples(ids, definition);
    let mut document = badge::achievement_value(&achievement);
    if let Some(members) = document.as_object_mut() {
        for (name, value) in OWN_MEMBERS
            .iter()
            .filter_map(|name| Some((*name, own.get(name)?)))
        {
            members.insert(name, value);
        }
        if let Some(examples) = &examples {
            members.insert("levelExamples", examples);
        }
        members.insert("creator", &creator);
    }
    let bytes = (document.pretty() + "\n").into_bytes();
    Published {
        sha256: sha256_hex(crypto, &bytes),
        bytes,
    }
}

/// What was seen at each level that has examples, by the identifier of the level.
fn level_examples(ids: &AchievementIds, definition: &Definition) -> Option<serde_json::Value> {
    let levels = definition.rubric.iter().flat_map(|rubric| &rubric.levels);
    let with = levels.filter(|level| !level.examples.is_empty());
    let told = with.map(
        |level| serde_json::json!({"level": ids.level(level.level), "examples": level.examples}),
    );
    let told: Vec<_> = told.collect();
    (!told.is_empty()).then(|| told.into())
}

/// What surrounds a version when it is published.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Circumstances {
    /// Name of the institution.
    pub creator_name: String,
    /// DID of the institution, once it is decided.
    pub creator_did: Option<String>,
    /// The version before, and the achievement of which this is a translation.
    pub related: Vec<model::Related>,
}

impl Circumstances {
    fn creator(&self) -> serde_json::Value {
        let mut creator = serde_json::json!({"type": ["Profile"], "name": self.creator_name});
        if let Some(did) = &self.creator_did {
            creator["id"] = did.as_str().into();
        }
        creator
    }
}

/// The document of a version, ready to be served.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Published {
    /// The exact bytes: UTF-8 JSON.
    pub bytes: Vec<u8>,
    /// Their SHA-256, in lower-case hex.
    pub sha256: String,
}

/// Members of a definition for which Open Badges has no term, in the order in which they are written.
const OWN_MEMBERS: &[&str] = &[
    "evidenceRequired",
    "assessmentMethod",
    "supervision",
    "identityCheck",
    "participation",
    "workloadHours",
    "creditsAvailable",
    "validForMonths",
    "pilotUntil",
    "renewal",
    "qualityAssurance",
    "namesLearner",
    "revocable",
    "allowsSuspension",
    "requires",
];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    fn published(change: impl Fn(&mut Value)) -> Published {
        let mut document = json!({
            "slug": "measuring", "name": "Messen", "description": "Misst.", "inLanguage": "de",
            "achievementType": "MicroCredential", "namesLearner": false, "assessmentMethod": "Praktisch.",
            "criteria": {"narrative": "Prüfung."}, "workloadHours": 40, "supervision": "Eine Person.",
            "resultDescription": [{"name": "Stufe", "resultType": "RubricCriterionLevel", "requiredLevel": 2,
                "rubricCriterionLevel": [
                    {"level": "1", "name": "Mit Hilfe", "description": "Zu zweit."},
                    {"level": "2", "name": "Allein", "description": "Ohne Hilfe.", "examples": ["Eine Welle.", "Eine\nBohrung."]},
                ]}],
        });
        change(&mut document);
        let definition = Definition::from_value(document).unwrap();
        let ids = AchievementIds::new(&CRYPTO, "t1", "measuring", 2);
        let circumstances = Circumstances {
            creator_name: "Fluss-Uni".into(),
            ..Circumstances::default()
        };
        publish(&CRYPTO, &ids, &definition, &circumstances)
    }

    #[test]
    fn equal_definitions_give_equal_bytes_and_others_do_not() {
        assert_eq!(published(|_| ()), published(|_| ()));
        assert_ne!(
            published(|_| ()).sha256,
            published(|d| d["supervision"] = json!("Zwei Personen.")).sha256
        );
    }

    #[test]
    fn the_required_level_is_the_identifier_of_that_level() {
        let document: Value = serde_json::from_slice(&published(|_| ()).bytes).unwrap();
        let result = &document["resultDescription"][0];
        assert_eq!(
            result["requiredLevel"],
            result["rubricCriterionLevel"][1]["id"]
        );
        assert_eq!(
            document["id"],
            json!(AchievementIds::new(&CRYPTO, "t1", "measuring", 2).achievement())
        );
        assert_eq!(document["version"], json!("2"));
    }

    #[test]
    fn what_open_badges_has_no_term_for_stands_in_the_document() {
        let document: Value = serde_json::from_slice(&published(|_| ()).bytes).unwrap();
        assert_eq!(document["workloadHours"], json!(40));
        assert_eq!(document["supervision"], json!("Eine Person."));
        assert_eq!(document["revocable"], json!(true));
        assert_eq!(document["creator"]["name"], json!("Fluss-Uni"));
        assert_eq!(document["criteria"]["narrative"], json!("Prüfung."));
        let levels = &document["resultDescription"][0]["rubricCriterionLevel"];
        assert_eq!(
            document["levelExamples"],
            json!([{"level": levels[1]["id"], "examples": ["Eine Welle.", "Eine\nBohrung."]}])
        );
        assert!(
            levels[1].get("examples").is_none(),
            "Open Badges has no such term"
        );
    }

    #[test]
    fn a_credential_tells_it_in_the_criteria_in_the_language_of_the_achievement() {
        let document: Value = serde_json::from_slice(&published(|_| ()).bytes).unwrap();
        assert!(document.get("image").is_none());
        let definition = json!({
            "slug": "m", "name": "Messen", "description": "Misst.", "inLanguage": "de-CH",
            "achievementType": "ext:Kurs", "namesLearner": false, "assessmentMethod": "Praktisch,\n90 Minuten.",
            "criteria": {"narrative": "Prüfung."}, "requires": ["a", "b"],
            "resultDescription": [{"name": "Stufe", "resultType": "RubricCriterionLevel", "requiredLevel": 1,
                "rubricCriterionLevel": [
                    {"level": "1", "name": "Mit Hilfe", "description": "Zu zweit."},
                    {"level": "2", "name": "Allein", "description": "Ohne Hilfe.", "examples": ["Eine Welle.", "Eine\nBohrung."]},
                ]}],
        });
        let definition = Definition::from_value(definition).unwrap();
        let told = definition
            .achievement(&AchievementIds::new(&CRYPTO, "t1", "m", 1))
            .criteria_narrative;
        assert_eq!(
            told,
            "Prüfung.\n\n**Prüfung:** Praktisch, 90 Minuten.\n\n**Vorausgesetzt:** a, b\n\n\
             **Beispiele – Allein:**\n\n- Eine Welle.\n- Eine Bohrung."
        );
    }
}
