//! Between the form and the definition document. What the form does not show is kept as it is.

use serde_json::{Map, Number, Value, json};
use touchstone_service::issuing::{Definition, DefinitionError, RequiredEvidence, Rubric, Slug};

use super::edit::{Form, Level, Picture};
use super::faults::{field_of, in_the_form};
use super::levels::{MOST_TAKEN, levels_of, rubric};
use super::linked::{alignment, line, take};
use super::suggest::Suggested;
use crate::signed_in::Fields;
use crate::templates::Problem;
use crate::text::sentence;

impl Form {
    /// The form as a definition fills it.
    pub fn of(definition: &Definition) -> Self {
        let some = |text: &Option<String>| text.clone().unwrap_or_default();
        let number = |number: &Option<Number>| {
            let written = number.as_ref().map(ToString::to_string);
            written.unwrap_or_default()
        };
        let rubric = definition.rubric.as_ref();
        Self {
            name: definition.name.clone(),
            slug: definition.slug.to_string(),
            task: definition.description.clone(),
            criteria: definition.criteria.narrative.clone(),
            levels: rubric.map_or_else(Vec::new, levels_of),
            taken: Vec::new(),
            required_level: rubric.map_or_else(String::new, reached),
            achievement_type: definition.achievement_type.clone(),
            language: definition.in_language.to_string(),
            valid_for_months: definition
                .valid_for_months
                .map(|months| months.to_string())
                .unwrap_or_default(),
            pilot_until: definition
                .pilot_until
                .map(|day| day.to_string())
                .unwrap_or_default(),
            alignment: definition
                .alignment
                .iter()
                .map(line)
                .collect::<Vec<_>>()
                .join("\n"),
            evidence: definition
                .evidence_required
                .iter()
                .map(|one| one_line(&one.name))
                .collect::<Vec<_>>()
                .join("\n"),
            assessment_method: definition.assessment_method.clone(),
            supervision: some(&definition.supervision),
            identity_check: some(&definition.identity_check),
            workload_hours: number(&definition.workload_hours),
            credits_available: number(&definition.credits_available),
            renewal: some(&definition.renewal),
            quality_assurance: some(&definition.quality_assurance),
            participation: some(&definition.participation),
            requires: definition
                .requires
                .iter()
                .map(Slug::as_str)
                .collect::<Vec<_>>()
                .join("\n"),
            translation_of: definition
                .translation_of
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            names_learner: definition.names_learner,
            allows_suspension: definition.allows_suspension,
            picture: definition
                .image
                .clone()
                .map_or(Picture::None, Picture::Kept),
            refused: None,
            look_for: String::new(),
            suggested: Suggested::default(),
            seen: String::new(),
            written: None,
        }
    }

    /// The form as it was sent, with the bytes of a picture that was chosen, on top of what was there `before`.
    pub fn sent(fields: &Fields, picture: &[u8], before: Option<&Definition>) -> Self {
        // Browsers end lines with both (HTML Standard, "Multipart form data").
        let plain = |text: &str| text.replace("\r\n", "\n");
        let text = |name: &str| plain(fields.text(name));
        let mut examples = fields.all("level_examples");
        let levels = fields
            .all("level_name")
            .zip(fields.all("level_description"));
        let levels = levels.map(|(name, description)| Level {
            name: plain(name),
            description: plain(description),
            examples: plain(examples.next().unwrap_or_default()),
        });
        let levels = levels.filter(|level| *level != Level::default());
        let taken = fields.all("taken_level").zip(fields.all("taken_points"));
        let taken = taken.map(|(name, points)| (plain(name), points.to_owned()));
        let taken = taken.take(MOST_TAKEN);
        let (picture, refused) = Picture::sent(fields, picture, before);
        Self {
            levels: levels.collect(),
            taken: taken.collect(),
            name: text("name"),
            slug: text("slug"),
            task: text("task"),
            criteria: text("criteria"),
            required_level: text("required_level"),
            achievement_type: text("achievement_type"),
            language: text("language"),
            valid_for_months: text("valid_for_months"),
            pilot_until: text("pilot_until"),
            alignment: text("alignment"),
            evidence: text("evidence"),
            assessment_method: text("assessment_method"),
            supervision: text("supervision"),
            identity_check: text("identity_check"),
            workload_hours: text("workload_hours"),
            credits_available: text("credits_available"),
            renewal: text("renewal"),
            quality_assurance: text("quality_assurance"),
            participation: text("participation"),
            requires: text("requires"),
            translation_of: text("translation_of"),
            names_learner: fields.ticked("names_learner"),
            allows_suspension: fields.ticked("allows_suspension"),
            picture,
            refused,
            look_for: text("look_for"),
            suggested: Suggested::default(),
            seen: text("seen"),
            written: None,
        }
    }

    /// The definition that the form describes, on top of what was there `before`.
    pub fn definition(&self, before: Option<&Definition>) -> Result<Definition, Vec<Problem>> {
        let mut document = match before.map(|before| serde_json::from_str(&before.to_json())) {
            Some(Ok(Value::Object(document))) => document,
            _ => Map::new(),
        };
        let mut problems: Vec<Problem> = self.refused.iter().cloned().collect();
        let slug = if self.slug.is_empty() {
            Slug::of_name(&self.name).map_or_else(String::new, |slug| slug.to_string())
        } else {
            self.slug.clone()
        };
        let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
        put("slug", slug.into());
        put("name", self.name.clone().into());
        put("description", self.task.clone().into());
        put("achievementType", self.achievement_type.clone().into());
        put(
            "inLanguage",
            if self.language.is_empty() {
                "en".into()
            } else {
                self.language.clone().into()
            },
        );
        put(
            "assessmentMethod",
            if self.assessment_method.is_empty() {
                "Assessment by the institution".into()
            } else {
                self.assessment_method.clone().into()
            },
        );
        put("namesLearner", self.names_learner.into());
        put("allowsSuspension", self.allows_suspension.into());
        put("criteria", json!({ "narrative": self.criteria }));
        put("evidenceRequired", self.evidence_of(before));
        let links = before.map_or(&[][..], |before| &before.alignment);
        put(
            "alignment",
            alignment(&self.alignment, links, &mut problems),
        );
        let rubric_before = before.and_then(|before| before.rubric.as_ref());
        put("resultDescription", rubric(self, rubric_before));
        for (name, text) in [
            ("validForMonths", &self.valid_for_months),
            ("workloadHours", &self.workload_hours),
            ("creditsAvailable", &self.credits_available),
        ] {
            match text.parse::<serde_json::Number>() {
                Ok(number) => _ = document.insert(name.to_owned(), number.into()),
                Err(_) if text.is_empty() => _ = document.remove(name),
                Err(_) => problems.push(Problem {
                    field: field_of(name).into(),
                    words: format!("“{text}” is no number."),
                }),
            }
        }
        for (name, text) in [
            ("pilotUntil", &self.pilot_until),
            ("supervision", &self.supervision),
            ("identityCheck", &self.identity_check),
            ("renewal", &self.renewal),
            ("qualityAssurance", &self.quality_assurance),
            ("participation", &self.participation),
            ("translationOf", &self.translation_of),
        ] {
            match text.as_str() {
                "" => _ = document.remove(name),
                text => _ = document.insert(name.to_owned(), text.into()),
            }
        }
        let required = self.requires.lines().map(str::trim);
        let required = required.filter(|line| !line.is_empty()).map(Value::from);
        document.insert("requires".to_owned(), Value::Array(required.collect()));
        match &self.picture {
            Picture::None | Picture::Removed => _ = document.remove("image"),
            Picture::Kept(image) | Picture::Chosen(image) => {
                _ = document.insert("image".to_owned(), json!(image));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Definition::from_value(Value::Object(document)).map_err(|error| match error {
            DefinitionError::Faulty(faults) => faults
                .iter()
                .map(|fault| Problem {
                    field: field_of(&fault.field).to_owned(),
                    words: in_the_form(fault),
                })
                .collect(),
            error => vec![Problem {
                field: "name".into(),
                words: sentence(&error.to_string()),
            }],
        })
    }

    /// Evidence that was required before is known by its name.
    fn evidence_of(&self, before: Option<&Definition>) -> Value {
        let mut known: Vec<&RequiredEvidence> = match before {
            Some(before) => before.evidence_required.iter().collect(),
            None => Vec::new(),
        };
        let lines = self.evidence.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty());
        let pieces = lines.map(
            |name| match take(&mut known, |one| one_line(&one.name) == name) {
                Some(one) => json!(one),
                None => json!({ "name": name }),
            },
        );
        Value::Array(pieces.collect())
    }
}

/// Which level must be reached, counted from 1.
pub(super) fn reached(rubric: &Rubric) -> String {
    let mut levels = rubric.levels.iter();
    let place = levels.position(|level| level.level == rubric.required_level);
    place.map_or_else(String::new, |place| (place + 1).to_string())
}

/// A text where one line is one entry.
pub(super) fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form {
            name: "Precision measurement".into(),
            task: "Measure finished parts".into(),
            criteria: "A practical test.".into(),
            levels: vec![
                Level { name: "Assisted".into(), description: "With help.".into(), examples: String::new() },
                Level { name: "Independent".into(), description: "Alone.".into(), examples: "A shaft\nA bore".into() },
            ],
            required_level: "2".into(),
            achievement_type: "MicroCredential".into(),
            alignment: "O*NET 29.3 | 3095 | Measure units | https://www.onetonline.org/link/summary/51-4041.00 | ext:Task".into(),
            names_learner: true,
            ..Form::default()
        }
    }

    #[test]
    fn a_form_becomes_a_definition_and_back() {
        let definition = form().definition(None).unwrap();
        assert_eq!(definition.slug.to_string(), "precision-measurement");
        let again = Form::of(&definition);
        assert_eq!(
            (again.task, again.levels.len(), again.required_level),
            ("Measure finished parts".into(), 2, "2".into())
        );
        assert_eq!(again.alignment, form().alignment);
    }

    #[test]
    fn saving_again_without_a_change_changes_nothing() {
        let definition = form().definition(None).unwrap();
        assert_eq!(
            Form::of(&definition).definition(Some(&definition)).unwrap(),
            definition
        );
    }

    #[test]
    fn faults_name_the_field_of_the_form() {
        let faulty = Form {
            name: String::new(),
            required_level: "9".into(),
            alignment: "O*NET".into(),
            ..form()
        };
        let fields: Vec<String> = faulty
            .definition(None)
            .unwrap_err()
            .into_iter()
            .map(|problem| problem.field)
            .collect();
        assert_eq!(
            fields,
            ["alignment"],
            "what cannot be put into the document is told first"
        );
        let faulty = Form {
            name: String::new(),
            required_level: "9".into(),
            slug: "x".into(),
            ..form()
        };
        let fields: Vec<String> = faulty
            .definition(None)
            .unwrap_err()
            .into_iter()
            .map(|problem| problem.field)
            .collect();
        assert!(
            fields.contains(&"name".into()) && fields.contains(&"required_level".into()),
            "{fields:?}"
        );
    }
}
