//! Rich Skill Descriptors: skills with a name, a statement, keywords and what they align with.
//!
//! As the Open Skills Management Tool writes them (`@context` <https://rsd.openskillsnetwork.org/context-v1.json>), in its short
//! form of lists and its long form of one skill.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Framework, FrameworkFault, FrameworkReason, Link, LinkRelation, Loss, Origin, Statement,
    StatementKind, Written, identifier::is_uuid, value,
};

const CONTEXT: &str = "https://rsd.openskillsnetwork.org/context-v1.json";

/// Reads one descriptor or a list of them.
pub fn read(file: &[u8], origin: Origin) -> Result<Framework, Vec<FrameworkFault>> {
    let document = value::parse(file)?;
    let items = match &document {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut known = BTreeSet::new();
    let mut statements = Vec::new();
    let mut faults = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match descriptor(item) {
            Err(field) => {
                faults.push(FrameworkFault::item(at, field, FrameworkReason::Missing));
            }
            Ok(statement) if !known.insert(statement.uri.clone()) => {
                let reason = FrameworkReason::Twice(statement.uri);
                faults.push(FrameworkFault::item(at, "id", reason));
            }
            Ok(statement) => statements.push(statement),
        }
    }
    match faults.is_empty() {
        true => Ok(Framework { origin, statements }),
        false => Err(faults),
    }
}

/// The skill, or the field that it lacks.
fn descriptor(item: &Value) -> Result<Statement, &'static str> {
    let text = |key: &str| item.get(key).and_then(|found| value::text(found, None));
    let uri = text("id").ok_or("id")?;
    let mut links: Vec<Link> = Vec::new();
    let mut link = |relation, target: Option<String>| {
        let link = target.map(|target| Link { relation, target });
        // Both forms repeat occupations under each of their parents.
        if let Some(link) = link.filter(|link| !links.contains(link)) {
            links.push(link);
        }
    };
    for (key, relation) in [
        ("alignments", LinkRelation::Close),
        ("standards", LinkRelation::Related),
        ("occupations", LinkRelation::Related),
    ] {
        for found in item
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let field = |key: &str| found.get(key).and_then(|found| value::text(found, None));
            let whole = || value::text(found, None).filter(|_| !found.is_object());
            let target = field("id")
                .or_else(|| field("code"))
                .or_else(|| field("skillName"))
                .or_else(whole);
            link(relation.clone(), target);
        }
    }
    let mut parents = Vec::new();
    for found in item
        .get("parents")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        parents.extend(value::ids(found));
    }
    Ok(Statement {
        code: text("uuid").filter(|uuid| is_uuid(uuid) && !uri.ends_with(uuid.as_str())),
        kind: StatementKind::Skill,
        label: text("skillName").ok_or("skillName")?,
        description: text("skillStatement"),
        alternates: Vec::new(),
        keywords: item
            .get("keywords")
            .map(|found| value::texts(found, None))
            .unwrap_or_default(),
        parents,
        links,
        uri,
    })
}

/// Writes a list of descriptors. They have no alternates, no parents and no kinds but skills.
pub fn write(framework: &Framework) -> Written<Value> {
    let mut descriptors = Vec::new();
    for statement in &framework.statements {
        let targets = |wanted: LinkRelation| {
            let links = statement
                .links
                .iter()
                .filter(move |link| link.relation == wanted);
            links.map(|link| link.target.as_str())
        };
        let alignments: Vec<Value> = targets(LinkRelation::Close)
            .map(|target| json!({ "id": target }))
            .collect();
        let standards: Vec<Value> = targets(LinkRelation::Related)
            .map(|target| json!({ "skillName": target }))
            .collect();
        let mut descriptor = json!({
            "@context": CONTEXT,
            "type": "RichSkillDescriptor",
            "id": statement.uri,
            "skillName": statement.label,
            "skillStatement": statement.description.as_deref().unwrap_or(&statement.label),
            "keywords": statement.keywords,
            "alignments": alignments,
            "standards": standards,
        });
        if let Some(publisher) = &framework.origin.publisher {
            descriptor["authors"] = json!([publisher]);
        }
        if let Some(code) = statement.code.as_ref().filter(|code| is_uuid(code)) {
            descriptor["uuid"] = json!(code);
        }
        descriptors.push(descriptor);
    }
    let other_link = |statement: &Statement| {
        let kept = [LinkRelation::Close, LinkRelation::Related];
        statement
            .links
            .iter()
            .any(|link| !kept.contains(&link.relation))
    };
    Written {
        document: Value::Array(descriptors),
        lost: Loss::of(
            framework,
            &[
                ("code", |statement| {
                    statement.code.as_deref().is_some_and(|code| !is_uuid(code))
                }),
                ("kind", |statement| statement.kind != StatementKind::Skill),
                ("alternates", |statement| !statement.alternates.is_empty()),
                ("parents", |statement| !statement.parents.is_empty()),
                ("links", other_link),
            ],
        ),
    }
}
