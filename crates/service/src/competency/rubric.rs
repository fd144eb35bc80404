//! The levels of a competency, kept as `resultDescription` of a definition document has them (Open Badges 3.0, ResultDescription).

use serde_json::{Value, json};
use touchstone_store::{CompetencyVersionRow, StoreError};

use super::{
    CompetencyError,
    error::{MOST_EXAMPLES, MOST_LEVELS, line, words},
};

/// How well somebody does the tasks: levels, lowest first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rubric {
    /// The level that must be reached, counted from 1.
    pub required_level: u32,
    /// The levels.
    pub levels: Vec<RubricLevel>,
}

/// One level.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct RubricLevel {
    /// Its name.
    pub name: String,
    /// What can be seen at this level and not below it.
    pub description: String,
    /// What was seen of somebody at this level, one line each.
    pub examples: Vec<String>,
}

impl Rubric {
    /// A rubric as somebody typed it.
    pub(super) fn typed(
        required_level: u32,
        levels: &[RubricLevel],
    ) -> Result<Self, CompetencyError> {
        match levels.len() {
            0 | 1 => return Err(CompetencyError::TooFewLevels),
            many if many > MOST_LEVELS => return Err(CompetencyError::TooManyLevels),
            _ => {}
        }
        let mut read = Vec::with_capacity(levels.len());
        for (place, level) in (1..).zip(levels) {
            read.push(RubricLevel {
                name: line(&level.name).ok_or(CompetencyError::LevelName(place))?,
                description: words(&level.description)
                    .ok_or(CompetencyError::LevelDescription(place))?,
                examples: examples(&level.examples).ok_or(CompetencyError::LevelExamples(place))?,
            });
        }
        let known =
            usize::try_from(required_level).is_ok_and(|one| (1..=levels.len()).contains(&one));
        match known {
            true => Ok(Self {
                required_level,
                levels: read,
            }),
            false => Err(CompetencyError::RequiredLevel),
        }
    }

    /// As a definition document and a release have it.
    pub(super) fn to_value(&self) -> Value {
        let levels = (1..).zip(&self.levels).map(|(number, level): (u32, _)| {
            let mut told = json!({"level": number.to_string(), "name": level.name, "description": level.description});
            if !level.examples.is_empty() {
                told["examples"] = json!(level.examples);
            }
            told
        });
        json!([{
            "name": "Level",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": self.required_level,
            "rubricCriterionLevel": levels.collect::<Vec<_>>(),
        }])
    }

    /// The rubric of a version; `None` until the issuer drafts one.
    pub(super) fn of(row: &CompetencyVersionRow) -> Result<Option<Self>, StoreError> {
        if row.rubric.is_empty() {
            return Ok(None);
        }
        let read = Self::read(&row.rubric).ok_or(StoreError::Corrupt {
            table: "competency_version",
            column: "rubric",
        })?;
        Ok(Some(read))
    }

    fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let rubric = value.get(0)?;
        let levels = rubric["rubricCriterionLevel"].as_array()?.iter();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Some(Self {
            required_level: u32::try_from(rubric["requiredLevel"].as_u64()?).ok()?,
            levels: levels
                .map(|level| {
                    Some(RubricLevel {
                        name: text(&level["name"])?,
                        description: text(&level["description"])?,
                        examples: match &level["examples"] {
                            Value::Null => Vec::new(),
                            all => all.as_array()?.iter().map(text).collect::<Option<_>>()?,
                        },
                    })
                })
                .collect::<Option<_>>()?,
        })
    }
}

/// Lines that say something, as many as an achievement takes.
fn examples(typed: &[String]) -> Option<Vec<String>> {
    let typed = typed.iter().filter(|one| !one.trim().is_empty());
    let read: Vec<String> = typed.map(|one| line(one)).collect::<Option<_>>()?;
    (read.len() <= MOST_EXAMPLES).then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(names: &[&str]) -> Vec<RubricLevel> {
        let level = |name: &&str| RubricLevel {
            name: (*name).into(),
            description: format!("Seen at {name}."),
            examples: vec![format!("A shaft, {name}.")],
        };
        names.iter().map(level).collect()
    }

    #[test]
    fn a_rubric_survives_being_kept() {
        let rubric = Rubric::typed(2, &levels(&["Mit Hilfe", "一人で"])).unwrap();
        assert_eq!(Rubric::read(&rubric.to_value().to_string()), Some(rubric));
        assert_eq!(Rubric::read("[]"), None);
        // One that was kept before levels had examples.
        let mut bare = levels(&["a", "b"]);
        bare.iter_mut().for_each(|level| level.examples.clear());
        let bare = Rubric::typed(1, &bare).unwrap();
        let kept = bare.to_value().to_string();
        assert!(!kept.contains("examples"), "{kept}");
        assert_eq!(Rubric::read(&kept), Some(bare));
    }

    #[test]
    fn a_rubric_tells_levels_apart_and_asks_for_one_of_them() {
        let refused =
            |required, names: &[&str]| Rubric::typed(required, &levels(names)).unwrap_err();
        assert!(matches!(
            refused(1, &["Alone"]),
            CompetencyError::TooFewLevels
        ));
        for required in [0, 3] {
            assert!(matches!(
                refused(required, &["a", "b"]),
                CompetencyError::RequiredLevel
            ));
        }
        assert!(matches!(
            refused(1, &["a", " "]),
            CompetencyError::LevelName(2)
        ));
        let mut exemplary = levels(&["a", "b"]);
        exemplary[1].examples = vec![" ".into(), " Seen. ".into()];
        let read = Rubric::typed(1, &exemplary).unwrap();
        assert_eq!(read.levels[1].examples, ["Seen."]);
        for wrong in [vec!["x".into(); MOST_EXAMPLES + 1], vec!["a\nb".into()]] {
            exemplary[1].examples = wrong;
            let refused = Rubric::typed(1, &exemplary).unwrap_err();
            assert!(matches!(refused, CompetencyError::LevelExamples(2)));
        }
        exemplary[1].examples.clear();
        exemplary[1].description = " Alone,\r\nand at night. ".into();
        let read = Rubric::typed(1, &exemplary).unwrap();
        assert_eq!(read.levels[1].description, "Alone,\nand at night.");
        let many = vec!["x"; MOST_LEVELS + 1];
        assert!(matches!(refused(1, &many), CompetencyError::TooManyLevels));
    }
}
