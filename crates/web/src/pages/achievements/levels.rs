//! The levels of the form, merged with those that were there: the form shows neither their numbers nor their points.
//!
//! Credentials and lists name a level by its number, so a level keeps its number as long as the order allows it.

use std::collections::HashMap;

use serde_json::{Value, json};
use touchstone_service::issuing::{Rubric, RubricLevel};

use super::edit::{Form, Level};
use super::form::one_line;
use super::linked::take;

/// The levels of a rubric as the form has them.
pub(super) fn levels_of(rubric: &Rubric) -> Vec<Level> {
    let levels = rubric.levels.iter().map(|level| Level {
        name: level.name.clone(),
        description: level.description.clone(),
        examples: level
            .examples
            .iter()
            .map(|one| one_line(one))
            .collect::<Vec<_>>()
            .join("\n"),
    });
    levels.collect()
}

/// The rubric that the form describes: its levels, lowest first, and which must be reached, counted from 1.
pub(super) fn rubric(form: &Form, before: Option<&Rubric>) -> Value {
    let (levels, required) = (&form.levels, form.required_level.as_str());
    if levels.is_empty() {
        return json!([]);
    }
    let known = known(levels, before.map_or(&[], |rubric| &rubric.levels));
    let numbers = numbers(&known);
    let place = match required {
        "" => Some(1),
        typed => typed.parse::<usize>().ok(),
    };
    let chosen = place.and_then(|place| numbers.get(place.checked_sub(1)?));
    // What is no level becomes the number of none, so that this is said together with all else that is wrong.
    let required = chosen
        .copied()
        .or_else(|| (0..).find(|number| !numbers.contains(number)));
    // The first of a name counts.
    let mut taken: HashMap<String, &str> = HashMap::with_capacity(form.taken.len());
    for (name, points) in &form.taken {
        taken.entry(name.to_lowercase()).or_insert(points);
    }
    let levels = levels.iter().zip(known).zip(numbers);
    let levels = levels.map(|((said, known), number)| {
        let before = known.map_or(&[][..], |known| &known.examples);
        // One that was there, and has more lines than the form can show.
        let kept = |line: &str| before.iter().find(|one| one_line(one) == line);
        let examples = said.examples.lines().map(str::trim);
        let examples = examples.filter(|line| !line.is_empty());
        let examples = examples.map(|line| kept(line).map_or(line, String::as_str));
        let mut level = json!({
            "level": number.to_string(),
            "name": said.name,
            "description": said.description,
            "examples": examples.collect::<Vec<_>>(),
        });
        // Those that were taken from elsewhere bring their own points, or none.
        let points = match taken.get(&said.name.to_lowercase()) {
            Some(points) => Some(*points).filter(|points| !points.is_empty()),
            None => known.and_then(|known| known.points.as_deref()),
        };
        if let Some(points) = points {
            level["points"] = Value::from(points);
        }
        level
    });
    json!([{
        "name": before.map_or("Level", |rubric| rubric.name.as_str()),
        "resultType": "RubricCriterionLevel",
        "requiredLevel": required,
        "rubricCriterionLevel": levels.collect::<Vec<_>>(),
    }])
}

/// For each level of the form the one that it was: of the same name, or else, renamed, of the same description.
fn known<'a>(levels: &[Level], before: &'a [RubricLevel]) -> Vec<Option<&'a RubricLevel>> {
    let mut left: Vec<&RubricLevel> = before.iter().collect();
    let mut known: Vec<_> = levels
        .iter()
        .map(|said| {
            let name = said.name.to_lowercase();
            take(&mut left, |level| level.name.to_lowercase() == name)
        })
        .collect();
    for (found, said) in known.iter_mut().zip(levels) {
        if found.is_none() {
            *found = take(&mut left, |level| level.description == said.description);
        }
    }
    known
}

/// The numbers: those that the levels had, with new ones between them; where they cannot stay in order, anew from 1.
fn numbers(known: &[Option<&RubricLevel>]) -> Vec<u32> {
    let mut numbers: Vec<u32> = Vec::with_capacity(known.len());
    for level in known {
        let last = numbers.last().copied();
        let number = level.map_or_else(|| last.map_or(1, |last| last + 1), |level| level.level);
        if last.is_some_and(|last| number <= last) || number > HIGHEST {
            return (1..).take(known.len()).collect();
        }
        numbers.push(number);
    }
    numbers
}

/// The highest number that a definition takes.
const HIGHEST: u32 = 1_000;
/// More levels than these have no number: a form that carries more of them along is none of ours.
pub(super) const MOST_TAKEN: usize = 1_001;

#[cfg(test)]
mod tests {
    use super::*;

    fn before(numbers: &[u32]) -> Rubric {
        let levels = ["Assisted", "Supervised", "Independent", "Leads others"];
        let levels: Vec<Value> = levels
            .iter()
            .zip(numbers)
            .map(|(name, number)| {
                json!({"level": number, "name": name, "description": format!("{name}: seen."), "points": (number * 5).to_string()})
            })
            .collect();
        let definition = json!({
            "slug": "a", "name": "A", "description": "Measure.", "achievementType": "Competency", "inLanguage": "en",
            "criteria": {"narrative": "A test."}, "assessmentMethod": "A test.", "namesLearner": false,
            "resultDescription": [{"name": "Measuring", "resultType": "RubricCriterionLevel", "requiredLevel": numbers[1],
                "rubricCriterionLevel": levels}],
        });
        let definition = touchstone_service::issuing::Definition::from_value(definition).unwrap();
        definition.rubric.unwrap()
    }

    /// Number, name and points of each level, and the number that must be reached.
    fn merged(
        sent: &[(&str, &str)],
        required: &str,
        before: Option<&Rubric>,
    ) -> (Vec<String>, u64) {
        let sent: Vec<Level> = sent
            .iter()
            .map(|(name, description)| Level {
                name: (*name).into(),
                description: (*description).into(),
                examples: String::new(),
            })
            .collect();
        let form = Form {
            levels: sent,
            required_level: required.to_owned(),
            ..Form::default()
        };
        told(&form, before)
    }

    fn told(form: &Form, before: Option<&Rubric>) -> (Vec<String>, u64) {
        let rubric = rubric(form, before);
        let levels = rubric[0]["rubricCriterionLevel"].as_array().unwrap().iter();
        let told = levels.map(|level| {
            let text = |member: &str| level[member].as_str().unwrap_or("-");
            format!("{} {} {}", text("level"), text("name"), text("points"))
        });
        (told.collect(), rubric[0]["requiredLevel"].as_u64().unwrap())
    }

    #[test]
    fn a_level_is_known_by_its_name_or_else_by_what_is_seen() {
        let before = before(&[10, 20, 30]);
        let sent = [
            ("assisted", "Something else."),
            ("Watched", "Supervised: seen."),
            ("Independent", "Independent: seen."),
        ];
        let (levels, required) = merged(&sent, "2", Some(&before));
        assert_eq!(
            levels,
            ["10 assisted 50", "20 Watched 100", "30 Independent 150"]
        );
        assert_eq!(required, 20, "the form counts places");
    }

    #[test]
    fn a_new_level_takes_a_number_in_between_and_no_points() {
        let before = before(&[1, 3, 4]);
        let sent = [
            ("Assisted", ""),
            ("New", "Other."),
            ("Supervised", ""),
            ("Independent", ""),
            ("Last", ""),
        ];
        let (levels, _) = merged(&sent, "1", Some(&before));
        assert_eq!(
            levels,
            [
                "1 Assisted 5",
                "2 New -",
                "3 Supervised 15",
                "4 Independent 20",
                "5 Last -"
            ]
        );
    }

    #[test]
    fn levels_that_cannot_keep_their_numbers_in_order_are_counted_anew() {
        let before = before(&[1, 2, 3]);
        let (levels, _) = merged(&[("Supervised", ""), ("Assisted", "")], "1", Some(&before));
        assert_eq!(levels, ["1 Supervised 10", "2 Assisted 5"]);
        let (levels, _) = merged(&[("New", ""), ("Assisted", "")], "1", Some(&before));
        assert_eq!(levels, ["1 New -", "2 Assisted 5"]);
    }

    #[test]
    fn levels_that_were_taken_bring_their_points_and_others_keep_theirs() {
        let before = before(&[1, 2]);
        let level = |name: &str| Level {
            name: name.into(),
            description: format!("{name}."),
            examples: String::new(),
        };
        let form = Form {
            levels: ["Assisted", "Alone", "Supervised", "New"].map(level).into(),
            taken: vec![
                ("assisted".into(), "7".into()),
                ("Alone".into(), String::new()),
                ("Gone".into(), "9".into()),
                ("ASSISTED".into(), "8".into()),
            ],
            ..Form::default()
        };
        let (levels, _) = told(&form, Some(&before));
        assert_eq!(
            levels,
            ["1 Assisted 7", "2 Alone -", "3 Supervised 10", "4 New -"]
        );
    }

    #[test]
    fn what_is_no_level_becomes_the_number_of_none() {
        let before = before(&[0, 1]);
        let sent = [("Assisted", ""), ("Supervised", "")];
        for wrong in ["0", "3", "two"] {
            assert_eq!(merged(&sent, wrong, Some(&before)).1, 2, "{wrong}");
        }
        assert_eq!(merged(&sent, "", Some(&before)).1, 0, "empty: the lowest");
        assert_eq!(merged(&sent, "2", None).1, 2);
    }
}
