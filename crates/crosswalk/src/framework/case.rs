//! Competencies and Academic Standards Exchange: CFDocument, CFItems and CFAssociations in one CFPackage.
//!
//! [CASE 1.1](https://www.imsglobal.org/spec/case/v1p1/). Identifiers stand under `identifier`, as the specification has it;
//! `sourcedId`, which some implementations write, is read as well. What CASE has no name for goes into its `extensions`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    Framework, FrameworkFault, FrameworkReason, Link, LinkRelation, Origin, Statement,
    StatementKind, uuid_of, value,
};

/// Reads a CFPackage.
pub fn read(file: &[u8]) -> Result<Framework, Vec<FrameworkFault>> {
    let package = value::parse(file)?;
    let Some(document) = package.get("CFDocument").and_then(Value::as_object) else {
        return Err(FrameworkFault::file(FrameworkReason::Nothing(
            "a CFPackage with a CFDocument",
        )));
    };
    let text = |key: &str| document.get(key).and_then(|found| value::text(found, None));
    let origin = Origin {
        uri: text("uri").unwrap_or_default(),
        title: text("title").unwrap_or_default(),
        version: text("version"),
        language: text("language"),
        publisher: text("publisher").or_else(|| text("creator")),
        description: text("description"),
        license: document
            .get("licenseURI")
            .and_then(|link| value::text(link.get("uri")?, None)),
    };
    let items = package.get("CFItems").and_then(Value::as_array);
    let mut statements = Vec::new();
    let mut places = BTreeMap::new();
    let mut known = BTreeSet::new();
    let mut faults = Vec::new();
    for (at, item) in items.into_iter().flatten().enumerate() {
        let statement = match statement(item) {
            Ok(statement) => statement,
            Err(field) => {
                faults.push(FrameworkFault::item(at, field, FrameworkReason::Missing));
                continue;
            }
        };
        if !known.insert(statement.uri.clone()) {
            let reason = FrameworkReason::Twice(statement.uri);
            faults.push(FrameworkFault::item(at, "uri", reason));
            continue;
        }
        for key in ["identifier", "sourcedId"] {
            if let Some(identifier) = item.get(key).and_then(Value::as_str) {
                places.insert(identifier.to_owned(), statements.len());
            }
        }
        places.insert(statement.uri.clone(), statements.len());
        statements.push(statement);
    }
    let mut framework = Framework { origin, statements };
    let associations = package.get("CFAssociations").and_then(Value::as_array);
    for (at, association) in associations.into_iter().flatten().enumerate() {
        if let Err((field, reason)) = associate(&mut framework, &places, association) {
            let field = format!("CFAssociations, {field}");
            faults.push(FrameworkFault::item(at, &field, reason));
        }
    }
    match faults.is_empty() {
        true => Ok(framework),
        false => Err(faults),
    }
}

/// The statement, or the field that it lacks.
fn statement(item: &Value) -> Result<Statement, &'static str> {
    let text = |key: &str| item.get(key).and_then(|found| value::text(found, None));
    let full = text("fullStatement").ok_or("fullStatement")?;
    let (label, description) = match text("abbreviatedStatement") {
        Some(short) => (short, Some(full)),
        None => (full, None),
    };
    let extensions = item.get("extensions");
    let more = extensions.and_then(|extensions| extensions.get(ALTERNATES));
    let alternates = match more {
        Some(all) => value::texts(all, None),
        None => text("alternativeLabel").into_iter().collect(),
    };
    let kind = text("CFItemType").and_then(|word| StatementKind::from_word(&word));
    Ok(Statement {
        uri: text("uri").ok_or("uri")?,
        code: text("humanCodingScheme"),
        kind: kind.unwrap_or_default(),
        label,
        description,
        alternates,
        keywords: item
            .get("conceptKeywords")
            .map(|found| value::texts(found, None))
            .unwrap_or_default(),
        parents: Vec::new(),
        links: Vec::new(),
    })
}

/// Joins two statements; or says what is wrong with an association, and where.
fn associate(
    framework: &mut Framework,
    places: &BTreeMap<String, usize>,
    association: &Value,
) -> Result<(), (&'static str, FrameworkReason)> {
    let node = |key: &str| {
        let node = association.get(key)?;
        let uri = value::text(node.get("uri")?, None)?;
        let identifier = node
            .get("identifier")
            .and_then(Value::as_str)
            .unwrap_or(&uri);
        let at = places.get(&uri).or_else(|| places.get(identifier)).copied();
        Some((uri, at))
    };
    let node = |key: &'static str| node(key).ok_or((key, FrameworkReason::Missing));
    let (origin, from) = node("originNodeURI")?;
    let (destination, to) = node("destinationNodeURI")?;
    let word = association.get("associationType").and_then(Value::as_str);
    let word = word.ok_or((TYPE, FrameworkReason::Missing))?;
    match (word, from, to) {
        // The document itself is above everything that has no other parent.
        ("isChildOf", Some(child), _) if destination != framework.origin.uri => {
            framework.statements[child].parents.push(destination);
        }
        ("isChildOf", ..) => {}
        ("isParentOf", _, Some(child)) if origin != framework.origin.uri => {
            framework.statements[child].parents.push(origin);
        }
        (_, Some(at), _) => {
            // Some relations share CASE's word; the finer one stands beside it.
            let finer = association
                .get("extensions")
                .and_then(|found| found.get(RELATION)?.as_str());
            let known = ASSOCIATIONS.iter().find(|(_, known)| *known == word);
            let relation = finer
                .and_then(LinkRelation::from_word)
                .or_else(|| known.map(|(relation, _)| relation.clone()))
                .or_else(|| AssociationType::new(word).map(LinkRelation::Case));
            let relation = relation.ok_or_else(|| {
                let reason = FrameworkReason::NotAWord(word.to_owned(), KINDS.to_owned());
                (TYPE, reason)
            })?;
            framework.statements[at].links.push(Link {
                relation,
                target: destination,
            });
        }
        _ => {}
    }
    Ok(())
}

/// A kind of association, in the word that CASE has for it or that somebody added (`ext:…`). What it says is kept, and nothing is made
/// of it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct AssociationType(String);

impl AssociationType {
    /// A word, if it is one and none that has a meaning here.
    pub fn new(word: &str) -> Option<Self> {
        let sign = |sign: u8| sign.is_ascii_alphanumeric() || b".-_:".contains(&sign);
        let is_word = (1..=LONGEST_WORD).contains(&word.len()) && word.bytes().all(sign);
        let mut meant = ASSOCIATIONS.iter().map(|(_, known)| *known);
        let has_meaning = TREE.contains(&word) || meant.any(|known| known == word);
        (is_word && !has_meaning).then(|| Self(word.to_owned()))
    }

    /// The word.
    pub fn word(&self) -> &str {
        &self.0
    }
}

const TYPE: &str = "associationType";
/// The kinds of CASE 1.1, for whoever has to choose one.
const KINDS: &str = "isChildOf, isPeerOf, isPartOf, exactMatchOf, precedes, isRelatedTo, replacedBy, exemplar, hasSkillLevel, isTranslationOf, ext:…";
/// The kinds that say what stands above what.
const TREE: [&str; 2] = ["isChildOf", "isParentOf"];
/// The pattern of CASE has no end; a word has.
const LONGEST_WORD: usize = 100;

/// CASE's words for relations.
const ASSOCIATIONS: [(LinkRelation, &str); 3] = [
    (LinkRelation::Exact, "exactMatchOf"),
    (LinkRelation::Related, "isRelatedTo"),
    (LinkRelation::Broad, "isPartOf"),
];

const ALTERNATES: &str = "alternativeLabels";
const RELATION: &str = "relation";

/// Writes a CFPackage. `changed` is when the framework last changed, as CASE wants it of every part (RFC 3339).
pub fn write(framework: &Framework, changed: &str) -> Value {
    let origin = &framework.origin;
    let document_link = link(&origin.title, &origin.uri);
    let mut document = object(json!({
        "identifier": uuid_of(&origin.uri),
        "uri": origin.uri,
        "title": origin.title,
        "creator": origin.publisher.as_deref().unwrap_or(&origin.title),
        "lastChangeDateTime": changed,
        "caseVersion": "1.1",
        "CFPackageURI": document_link,
    }));
    let optional = [
        ("version", &origin.version),
        ("language", &origin.language),
        ("publisher", &origin.publisher),
        ("description", &origin.description),
    ];
    for (key, found) in optional {
        document.extend(found.iter().map(|found| (key.to_owned(), json!(found))));
    }
    if let Some(license) = &origin.license {
        document.insert("licenseURI".to_owned(), link(license, license));
    }
    let labels: BTreeMap<&str, &str> = framework
        .statements
        .iter()
        .map(|statement| (statement.uri.as_str(), statement.label.as_str()))
        .collect();
    let items: Vec<Value> = framework
        .statements
        .iter()
        .map(|statement| item(statement, &document_link, changed))
        .collect();
    let mut associations = Vec::new();
    for statement in &framework.statements {
        let mut push = |word: &str, relation: Option<&LinkRelation>, target: &str| {
            let title = labels.get(target).copied().unwrap_or(target);
            let uri = format!("{}#{}-{word}-{target}", origin.uri, statement.uri);
            let mut association = object(json!({
                "identifier": uuid_of(&uri),
                "uri": uri,
                "associationType": word,
                "originNodeURI": link(&statement.label, &statement.uri),
                "destinationNodeURI": link(title, target),
                "CFDocumentURI": document_link,
                "lastChangeDateTime": changed,
            }));
            if let Some(relation) = relation {
                association.insert(
                    "extensions".to_owned(),
                    json!({ RELATION: relation.word() }),
                );
            }
            associations.push(Value::Object(association));
        };
        if statement.parents.is_empty() {
            push("isChildOf", None, &origin.uri);
        }
        for parent in &statement.parents {
            push("isChildOf", None, parent);
        }
        for other in &statement.links {
            let known = ASSOCIATIONS
                .iter()
                .find(|(relation, _)| *relation == other.relation);
            match (known, &other.relation) {
                (Some((_, word)), _) => push(word, None, &other.target),
                (None, LinkRelation::Case(kind)) => push(kind.word(), None, &other.target),
                (None, relation) => push("isRelatedTo", Some(relation), &other.target),
            }
        }
    }
    json!({ "CFDocument": document, "CFItems": items, "CFAssociations": associations })
}

fn item(statement: &Statement, document: &Value, changed: &str) -> Value {
    let mut item = object(json!({
        "identifier": uuid_of(&statement.uri),
        "uri": statement.uri,
        "fullStatement": statement.description.as_deref().unwrap_or(&statement.label),
        "CFItemType": statement.kind.word(),
        "CFDocumentURI": document,
        "lastChangeDateTime": changed,
    }));
    if statement.description.is_some() {
        item.insert("abbreviatedStatement".to_owned(), json!(statement.label));
    }
    if let Some(code) = &statement.code {
        item.insert("humanCodingScheme".to_owned(), json!(code));
    }
    if let Some(first) = statement.alternates.first() {
        item.insert("alternativeLabel".to_owned(), json!(first));
    }
    if statement.alternates.len() > 1 {
        item.insert(
            "extensions".to_owned(),
            json!({ ALTERNATES: statement.alternates }),
        );
    }
    if !statement.keywords.is_empty() {
        item.insert("conceptKeywords".to_owned(), json!(statement.keywords));
    }
    Value::Object(item)
}

/// A LinkGenURI.
fn link(title: &str, uri: &str) -> Value {
    json!({ "title": title, "identifier": uuid_of(uri), "uri": uri })
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
