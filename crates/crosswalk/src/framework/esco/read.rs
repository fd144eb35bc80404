//! From ESCO's files to a framework.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::framework::{
    Framework, FrameworkFault, FrameworkReason, Link, LinkRelation, Origin, Statement,
    StatementKind,
    csv::{self, Table, cell},
    value,
};

/// Reads several files of one ESCO version together: concepts first, then what relates them.
pub fn read(files: &[&[u8]], origin: Origin) -> Result<Framework, Vec<FrameworkFault>> {
    let mut framework = Framework {
        origin: origin.clone(),
        statements: Vec::new(),
    };
    let mut relations = Vec::new();
    for file in files {
        let first = file.iter().find(|byte| !byte.is_ascii_whitespace());
        if matches!(first, Some(b'[' | b'{')) {
            framework.statements.extend(concepts(&value::parse(file)?)?);
            continue;
        }
        let table = Table::read(file)?;
        if ["relationType", "broaderUri"]
            .iter()
            .any(|name| table.column(&[name]).is_some())
        {
            relations.push(table);
        } else {
            let mut part = csv::read(file, origin.clone())?;
            for statement in &mut part.statements {
                if let Some(kind) = kind_of_address(&statement.uri, statement.kind) {
                    statement.kind = kind;
                }
            }
            framework.statements.extend(part.statements);
        }
    }
    once(&framework)?;
    relate(&mut framework, &relations)?;
    Ok(framework)
}

/// No concept stands twice, in one file or in two.
fn once(framework: &Framework) -> Result<(), Vec<FrameworkFault>> {
    let mut known = BTreeSet::new();
    let twice = framework.statements.iter().enumerate();
    let twice = twice.filter(|(_, statement)| !known.insert(statement.uri.as_str()));
    let faults: Vec<FrameworkFault> = twice
        .map(|(at, statement)| {
            let reason = FrameworkReason::Twice(statement.uri.clone());
            FrameworkFault::item(at, "uri", reason)
        })
        .collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}

/// A concept's address says whether it is a skill or an occupation; what its row says is finer.
fn kind_of_address(uri: &str, said: StatementKind) -> Option<StatementKind> {
    let place = uri.strip_prefix("http://data.europa.eu/esco/")?;
    match (place.split('/').next(), said) {
        (Some("occupation"), _) => Some(StatementKind::Occupation),
        (Some("skill"), StatementKind::Competency) => Some(StatementKind::Skill),
        (Some("isco"), _) => Some(StatementKind::Group),
        _ => None,
    }
}

fn concepts(document: &Value) -> Result<Vec<Statement>, Vec<FrameworkFault>> {
    let items = match document {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut statements = Vec::new();
    let mut faults = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match concept(item) {
            Ok(statement) => statements.push(statement),
            Err(field) => faults.push(FrameworkFault::item(at, field, FrameworkReason::Missing)),
        }
    }
    if statements.is_empty() {
        return Err(FrameworkFault::file(FrameworkReason::Nothing(
            "an ESCO concept with `uri` and `label`",
        )));
    }
    match faults.is_empty() {
        true => Ok(statements),
        false => Err(faults),
    }
}

/// The concept, or the field that it lacks.
fn concept(item: &Value) -> Result<Statement, &'static str> {
    let uri = item.get("uri").and_then(Value::as_str).ok_or("uri")?;
    let uri = uri.to_owned();
    let first = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| value::text(item.get(key)?, None))
    };
    let label = first(&["label", "preferredLabel", "title"]).ok_or("label")?;
    let kind = first(&["skillType"]).and_then(|word| StatementKind::from_word(&word));
    let alternates = ["altLabel", "altLabels", "alternativeLabel"]
        .iter()
        .find_map(|key| item.get(key))
        .map(|found| value::texts(found, None))
        .unwrap_or_default();
    let mut links = Vec::new();
    let relations = [
        ("hasEssentialSkill", LinkRelation::Essential),
        ("hasOptionalSkill", LinkRelation::Optional),
        // A list that does not say which of both.
        ("s", LinkRelation::Related),
    ];
    for (key, relation) in relations {
        let found = item.get(key).or_else(|| item.get("_links")?.get(key));
        let targets = found.map(value::ids).unwrap_or_default();
        links.extend(targets.into_iter().map(|target| Link {
            relation: relation.clone(),
            target,
        }));
    }
    Ok(Statement {
        kind: kind
            .or_else(|| kind_of_address(&uri, StatementKind::Competency))
            .unwrap_or_default(),
        code: first(&["code", "isco_level_4"]),
        description: first(&["description"]),
        alternates: csv::without(alternates, &label),
        label,
        uri,
        links,
        ..Statement::default()
    })
}

/// `occupationSkillRelations.csv` and `skillSkillRelations.csv`: which skills an occupation or a skill needs; and
/// `broaderRelations….csv`: what stands above a concept.
fn relate(framework: &mut Framework, relations: &[Table]) -> Result<(), Vec<FrameworkFault>> {
    let places: BTreeMap<String, usize> = framework
        .statements
        .iter()
        .enumerate()
        .map(|(at, statement)| (statement.uri.clone(), at))
        .collect();
    for table in relations {
        let named = |names: &[&'static str]| {
            let found = names.iter().find(|name| table.column(&[name]).is_some());
            found.copied().unwrap_or(names[0])
        };
        let from = named(&["occupationUri", "originalSkillUri", "conceptUri"]);
        let to = named(&["skillUri", "relatedSkillUri", "broaderUri"]);
        let columns = [from, "relationType", to].map(|name| table.column(&[name]));
        for row in &table.rows {
            let [concept, word, target] = columns.map(|column| cell(row, column));
            let Some(&at) = places.get(concept) else {
                let reason = FrameworkReason::Dangling(concept.to_owned());
                return Err(FrameworkFault::line(row.line, from, reason));
            };
            let (statement, target) = (&mut framework.statements[at], target.to_owned());
            if to == "broaderUri" {
                statement.parents.push(target);
                continue;
            }
            let Some(relation) = LinkRelation::from_word(word) else {
                let known = "essential, optional, related".to_owned();
                let reason = FrameworkReason::NotAWord(word.to_owned(), known);
                return Err(FrameworkFault::line(row.line, "relationType", reason));
            };
            statement.links.push(Link { relation, target });
        }
    }
    Ok(())
}

/// Whether a file is one of those that are read, by its first line: not a collection or a list of what stands in the others.
pub(in crate::framework) fn takes(head: &[u8]) -> bool {
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'[' | b'{')) {
        return true;
    }
    Table::read(head).is_ok_and(|table| {
        let has = |name: &str| table.column(&[name]).is_some();
        let concepts = has("conceptUri") && has("preferredLabel");
        let repeats = has("broaderConceptUri") || has("greenShare");
        has("relationType") || has("broaderUri") || concepts && !repeats
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occupation_is_told_which_skills_it_needs() {
        let occupations =
            "conceptUri,preferredLabel\nhttp://data.europa.eu/esco/occupation/1,welder\n";
        let relations = "occupationUri,relationType,skillUri\nhttp://data.europa.eu/esco/occupation/1,essential,http://data.europa.eu/esco/skill/2\n";
        let framework = read(
            &[occupations.as_bytes(), relations.as_bytes()],
            Origin::default(),
        )
        .unwrap();
        let welder = &framework.statements[0];
        assert_eq!(welder.kind, StatementKind::Occupation);
        assert_eq!(welder.links[0].relation, LinkRelation::Essential);
        let dangling = relations.replace("occupation/1", "occupation/9");
        let faults = read(
            &[occupations.as_bytes(), dangling.as_bytes()],
            Origin::default(),
        )
        .unwrap_err();
        assert!(matches!(faults[0].reason, FrameworkReason::Dangling(_)));
    }

    #[test]
    fn a_concept_without_words_is_told_by_its_place_and_not_passed_over() {
        let file = br#"[{"uri": "http://data.europa.eu/esco/skill/1", "label": "weld"}, {"uri": "x"}, {"label": "y"}]"#;
        let faults = read(&[file], Origin::default()).unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].starts_with("item 2, label:") && told[1].starts_with("item 3, uri:"),
            "{told:?}"
        );
        let twice = br#"[{"uri": "x", "label": "weld"}, {"uri": "x", "label": "weld"}]"#;
        let faults = read(&[twice], Origin::default()).unwrap_err();
        assert_eq!(faults[0].reason, FrameworkReason::Twice("x".into()));
    }
}
