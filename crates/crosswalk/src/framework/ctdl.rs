//! CTDL-ASN: a competency framework and its competencies as a JSON-LD graph.
//!
//! [CTDL-ASN](https://credreg.net/ctdlasn/terms): `ceasn:CompetencyFramework` and `ceasn:Competency`, read with or without
//! language maps; written with them. A document of CTDL without a framework is read for the competencies that it names
//! (`ctdl_credential`). Contexts are named and not fetched.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    Framework, FrameworkFault, FrameworkReason, Link, LinkRelation, Loss, Origin, Statement,
    StatementKind, Written, ctdl_credential, uuid_of, value,
};

const CONTEXT: &str = "https://credreg.net/ctdlasn/schema/context/json";

const ALIGNMENTS: [(LinkRelation, &str); 5] = [
    (LinkRelation::Exact, "ceasn:exactAlignment"),
    (LinkRelation::Close, "ceasn:majorAlignment"),
    (LinkRelation::Broad, "ceasn:broadAlignment"),
    (LinkRelation::Narrow, "ceasn:narrowAlignment"),
    (LinkRelation::Related, "ceasn:minorAlignment"),
];

/// Reads a graph.
pub fn read(file: &[u8]) -> Result<Framework, Vec<FrameworkFault>> {
    let document = value::parse(file)?;
    let nodes = match document.get("@graph") {
        Some(Value::Array(nodes)) => nodes.as_slice(),
        _ => std::slice::from_ref(&document),
    };
    let of_type = |wanted: &'static str| {
        nodes.iter().filter(move |node| {
            let types = node.get("@type").map(|found| value::texts(found, None));
            types
                .unwrap_or_default()
                .iter()
                .any(|found| found == wanted)
        })
    };
    let Some(head) = of_type("ceasn:CompetencyFramework").next() else {
        return ctdl_credential::read(nodes);
    };
    let language = head
        .get("ceasn:inLanguage")
        .and_then(|found| value::text(found, None));
    let language_of = language.as_deref();
    let text = |node: &Value, key: &str| {
        node.get(key)
            .and_then(|found| value::text(found, language_of))
    };
    let origin = Origin {
        uri: value::ids(head).into_iter().next().unwrap_or_default(),
        title: text(head, "ceasn:name").unwrap_or_default(),
        version: text(head, "ceterms:versionIdentifier")
            .or_else(|| text(head, "ceasn:codedNotation")),
        publisher: text(head, "ceasn:publisherName"),
        description: text(head, "ceasn:description"),
        license: text(head, "ceasn:license"),
        language: language.clone(),
    };
    let mut statements = Vec::new();
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for (at, node) in of_type("ceasn:Competency").enumerate() {
        let mut lacks = |field, reason| faults.push(FrameworkFault::item(at, field, reason));
        let Some(full) = text(node, "ceasn:competencyText") else {
            lacks("ceasn:competencyText", FrameworkReason::Missing);
            continue;
        };
        let Some(uri) = value::ids(node).into_iter().next() else {
            lacks("@id", FrameworkReason::Missing);
            continue;
        };
        if !known.insert(uri.clone()) {
            lacks("@id", FrameworkReason::Twice(uri));
            continue;
        }
        let (label, description) = match text(node, "ceasn:competencyLabel") {
            Some(label) => (label, Some(full)),
            None => (full, None),
        };
        let list = |key: &str| {
            node.get(key)
                .map(|found| value::texts(found, language_of))
                .unwrap_or_default()
        };
        let mut links = Vec::new();
        for (relation, key) in ALIGNMENTS {
            let targets = node.get(key).map(value::ids).unwrap_or_default();
            let relation = &relation;
            links.extend(targets.into_iter().map(|target| Link {
                relation: relation.clone(),
                target,
            }));
        }
        let kind = list("ceasn:competencyCategory")
            .into_iter()
            .find_map(|word| StatementKind::from_word(&word));
        statements.push(Statement {
            uri,
            code: text(node, "ceasn:codedNotation"),
            kind: kind.unwrap_or_default(),
            label,
            description,
            alternates: Vec::new(),
            keywords: list("ceasn:conceptKeyword"),
            parents: node
                .get("ceasn:isChildOf")
                .map(value::ids)
                .unwrap_or_default()
                .into_iter()
                .filter(|parent| *parent != origin.uri)
                .collect(),
            links,
        });
    }
    match faults.is_empty() {
        true => Ok(Framework { origin, statements }),
        false => Err(faults),
    }
}

/// Writes a graph. CTDL-ASN has no alternative labels of a competency and no links that say what is needed for what.
pub fn write(framework: &Framework) -> Written<Value> {
    let origin = &framework.origin;
    let language = origin.language.as_deref().unwrap_or("en");
    let said = |text: &str| json!({ language: text });
    let mut head = Map::new();
    let mut put = |key: &str, value: Value| {
        head.insert(key.to_owned(), value);
    };
    put("@type", json!("ceasn:CompetencyFramework"));
    put("@id", json!(origin.uri));
    put("ceterms:ctid", json!(ctid(&origin.uri)));
    put("ceasn:name", said(&origin.title));
    put("ceasn:inLanguage", json!([language]));
    if let Some(version) = &origin.version {
        put("ceasn:codedNotation", json!(version));
    }
    if let Some(publisher) = &origin.publisher {
        put("ceasn:publisherName", said(publisher));
    }
    if let Some(description) = &origin.description {
        put("ceasn:description", said(description));
    }
    if let Some(license) = &origin.license {
        put("ceasn:license", json!(license));
    }
    let top: Vec<&str> = framework
        .statements
        .iter()
        .filter(|statement| statement.parents.is_empty())
        .map(|statement| statement.uri.as_str())
        .collect();
    put("ceasn:hasTopChild", json!(top));
    let mut graph = vec![Value::Object(head)];
    for statement in &framework.statements {
        let mut node = json!({
            "@type": "ceasn:Competency",
            "@id": statement.uri,
            "ceterms:ctid": ctid(&statement.uri),
            "ceasn:competencyText": said(statement.description.as_deref().unwrap_or(&statement.label)),
            "ceasn:competencyCategory": said(statement.kind.word()),
            "ceasn:isPartOf": origin.uri,
        });
        if statement.description.is_some() {
            node["ceasn:competencyLabel"] = said(&statement.label);
        }
        if let Some(code) = &statement.code {
            node["ceasn:codedNotation"] = json!(code);
        }
        if !statement.keywords.is_empty() {
            node["ceasn:conceptKeyword"] = json!({ language: statement.keywords });
        }
        match statement.parents.is_empty() {
            // A top statement says so with both (usage note of ceasn:isPartOf).
            true => node["ceasn:isChildOf"] = json!([origin.uri]),
            false => node["ceasn:isChildOf"] = json!(statement.parents),
        }
        for (relation, key) in ALIGNMENTS {
            let targets: Vec<&str> = statement
                .links
                .iter()
                .filter(|link| link.relation == relation)
                .map(|link| link.target.as_str())
                .collect();
            if !targets.is_empty() {
                node[key] = json!(targets);
            }
        }
        graph.push(node);
    }
    Written {
        document: json!({ "@context": CONTEXT, "@graph": graph }),
        lost: Loss::of(
            framework,
            &[
                ("alternates", |statement| !statement.alternates.is_empty()),
                ("links", |statement| {
                    statement.links.iter().any(|link| !is_alignment(link))
                }),
            ],
        ),
    }
}

fn is_alignment(link: &Link) -> bool {
    ALIGNMENTS
        .iter()
        .any(|(relation, _)| *relation == link.relation)
}

/// A Credential Transparency Identifier: `ce-` and a UUID.
fn ctid(uri: &str) -> String {
    format!("ce-{}", uuid_of(uri))
}
