//! CASE 1.1: the achievement as a framework of its own, what it certifies as an item, its levels as items below, its links as associations.

use serde_json::Value;
use touchstone_crosswalk::framework::{
    Framework, Link, LinkRelation, Origin, Statement, StatementKind, case,
};

use super::Described;

pub(super) fn write(described: &Described<'_>) -> Value {
    let definition = described.definition;
    let task = format!("{}#task", described.url);
    let links = definition.alignment.iter().map(|link| Link {
        relation: LinkRelation::Related,
        target: link.target_url.clone(),
    });
    let mut statements = vec![Statement {
        uri: task.clone(),
        code: definition.human_code.clone(),
        kind: StatementKind::Competency,
        label: definition.description.clone(),
        keywords: definition.tag.clone(),
        links: links.collect(),
        ..Statement::default()
    }];
    let levels = definition.rubric.iter().flat_map(|rubric| &rubric.levels);
    statements.extend(levels.map(|level| Statement {
        uri: format!("{}#level-{}", described.url, level.level),
        code: Some(level.level.to_string()),
        kind: StatementKind::Competency,
        label: level.name.clone(),
        description: Some(level.description.clone()).filter(|text| !text.is_empty()),
        parents: vec![task.clone()],
        ..Statement::default()
    }));
    let framework = Framework {
        origin: Origin {
            uri: described.url.clone(),
            title: definition.name.clone(),
            version: Some(described.version.to_string()),
            language: Some(definition.in_language.to_string()),
            publisher: Some(described.institution.name.clone()),
            description: Some(definition.criteria.narrative.clone()),
            license: None,
        },
        statements,
    };
    case::write(&framework, &described.written)
}
