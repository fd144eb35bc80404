//! A fault of the document, said of the form in which it is written.

use touchstone_service::issuing::{DefinitionFault, DefinitionFaultKind as Kind};

/// The fault under the name that the form gives the place: “Level 2: name” is empty; fill it in.
pub(super) fn in_the_form(fault: &DefinitionFault) -> String {
    let place = label(&fault.field);
    match fault.kind {
        // A document may do without the member; a form has the field.
        Kind::Empty | Kind::Missing => format!("“{place}” is empty; fill it in."),
        // The form counts its levels; a document may give them any numbers.
        Kind::NoSuchLevel(ref levels) => {
            let most = levels.len();
            format!("“{place}” is not a level of this rubric; use a number from 1 to {most}.")
        }
        ref kind => format!("“{place}” {kind}."),
    }
}

fn label(path: &str) -> String {
    let mut steps = path.split('.');
    let first = steps.next().unwrap_or_default();
    let (field, line) = numbered(first);
    if field == "resultDescription" {
        let (inner, level) = numbered(steps.next().unwrap_or_default());
        return match (inner, level, steps.next()) {
            ("requiredLevel", ..) => "Must be reached".into(),
            (_, Some(level), Some("name")) => format!("Level {level}: name"),
            (_, Some(level), Some(step)) if numbered(step).0 == "examples" => {
                let line = numbered(step).1;
                let line = line.map_or(String::new(), |line| format!(", line {line}"));
                format!("Level {level}: examples{line}")
            }
            (_, Some(level), _) => format!("Level {level}: what can be seen"),
            _ => "Levels, lowest first".into(),
        };
    }
    let known = LABELS.iter().find(|(name, _)| *name == field);
    let words = known.map_or(path, |(_, words)| words);
    match (known, line) {
        (Some(_), Some(line)) => format!("{words}, line {line}"),
        _ => words.into(),
    }
}

/// A step without its index, and the index as people count.
fn numbered(step: &str) -> (&str, Option<usize>) {
    let Some((name, index)) = step.split_once('[') else {
        return (step, None);
    };
    let index = index.trim_end_matches(']').parse::<usize>();
    (name, index.ok().map(|index| index + 1))
}

const LABELS: [(&str, &str); 19] = [
    ("name", "Name"),
    ("slug", "Short name in addresses"),
    ("description", "The person can …"),
    ("criteria", "How it is assessed"),
    ("validForMonths", "Good for how many months"),
    ("pilotUntil", "Tried out until"),
    ("alignment", "Linked tasks and skills"),
    ("evidenceRequired", "Evidence that is needed"),
    ("achievementType", "Kind"),
    ("inLanguage", "Language of these words"),
    ("assessmentMethod", "Method of assessment"),
    ("supervision", "Who watches"),
    ("identityCheck", "How the person’s identity is checked"),
    ("workloadHours", "Hours of work"),
    ("creditsAvailable", "Credit units"),
    ("renewal", "How it is renewed"),
    ("qualityAssurance", "Who vouches for its quality"),
    ("requires", "What must be earned before"),
    ("translationOf", "Translation of"),
];

/// The form's field that a fault of the document concerns.
pub(super) fn field_of(path: &str) -> &str {
    match path.split(['.', '[']).next().unwrap_or_default() {
        "description" => "task",
        "achievementType" => "achievement_type",
        "inLanguage" => "language",
        "resultDescription" => "required_level",
        "validForMonths" => "valid_for_months",
        "pilotUntil" => "pilot_until",
        "workloadHours" => "workload_hours",
        "creditsAvailable" => "credits_available",
        "identityCheck" => "identity_check",
        "qualityAssurance" => "quality_assurance",
        "translationOf" => "translation_of",
        "assessmentMethod" => "assessment_method",
        "evidenceRequired" => "evidence",
        "image" => "file",
        "allowsSuspension" => "allows_suspension-yes",
        "namesLearner" => "names_learner-yes",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted_as_the_form_counts_them() {
        let words = in_the_form(&DefinitionFault {
            field: "resultDescription[0].requiredLevel".into(),
            kind: Kind::NoSuchLevel(vec![10, 20, 30]),
        });
        assert!(words.ends_with("use a number from 1 to 3."), "{words}");
    }

    #[test]
    fn a_fault_names_the_place_as_the_form_does() {
        let said = |field: &str| {
            in_the_form(&DefinitionFault {
                field: field.into(),
                kind: Kind::TooMany(3),
            })
        };
        for (path, place) in [
            ("name", "Name"),
            ("criteria.narrative", "How it is assessed"),
            (
                "resultDescription[0].rubricCriterionLevel",
                "Levels, lowest first",
            ),
            (
                "resultDescription[0].rubricCriterionLevel[1].name",
                "Level 2: name",
            ),
            (
                "resultDescription[0].rubricCriterionLevel[1].description",
                "Level 2: what can be seen",
            ),
            (
                "resultDescription[0].rubricCriterionLevel[1].examples",
                "Level 2: examples",
            ),
            (
                "resultDescription[0].rubricCriterionLevel[1].examples[2]",
                "Level 2: examples, line 3",
            ),
            ("resultDescription[0].requiredLevel", "Must be reached"),
            ("alignment[2].targetUrl", "Linked tasks and skills, line 3"),
            ("relatedFutureField", "relatedFutureField"),
        ] {
            let words = format!("“{place}” has too many entries; keep at most 3.");
            assert_eq!(said(path), words);
        }
    }
}
