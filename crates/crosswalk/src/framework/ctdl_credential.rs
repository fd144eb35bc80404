//! CTDL: what a credential, a course or an assessment says that it requires, teaches or assesses, as a framework of its competencies.
//!
//! [CTDL](https://credreg.net/ctdl/terms): `ceterms:targetCompetency` of the conditions that are required, `ceterms:teaches` and
//! `ceterms:assesses`. Only read: what is written from here is a framework, and not a credential.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use serde_json::Value;

use super::{Framework, FrameworkFault, FrameworkReason, Origin, Statement, StatementKind, value};

/// Reads the nodes of a graph. Several credentials become one framework, called as the first; a competency that several name stands
/// in it once.
pub(super) fn read(nodes: &[Value]) -> Result<Framework, Vec<FrameworkFault>> {
    let heads: Vec<&Value> = nodes.iter().filter(|node| is_head(node)).collect();
    let Some(first) = heads.first() else {
        return Err(FrameworkFault::file(FrameworkReason::Nothing(NEITHER)));
    };
    let language = first.get("ceterms:inLanguage");
    let language = language.and_then(|found| value::text(found, None));
    let of = language.as_deref();
    let text = |node: &Value, key: &str| value::text(node.get(key)?, of);
    let origin = Origin {
        uri: value::ids(first).into_iter().next().unwrap_or_default(),
        title: text(first, "ceterms:name").unwrap_or_default(),
        version: first
            .get("ceterms:versionIdentifier")
            .map(list)
            .and_then(|all| text(all.first()?, "ceterms:identifierValueCode")),
        description: text(first, "ceterms:description"),
        language: language.clone(),
        ..Origin::default()
    };
    let (mut statements, mut faults, mut known) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (at, target) in targets(&heads, nodes).into_iter().enumerate() {
        if faults.len() >= MOST_FAULTS {
            faults.extend(FrameworkFault::file(FrameworkReason::More));
            break;
        }
        let mut lacks =
            |field| faults.push(FrameworkFault::item(at, field, FrameworkReason::Missing));
        let node = target.get("ceterms:targetNode").map(value::ids);
        let uri = node
            .unwrap_or_else(|| value::ids(target))
            .into_iter()
            .next();
        let label = text(target, "ceterms:targetNodeName")
            .or_else(|| text(target, "ceasn:competencyLabel"))
            .or_else(|| text(target, "ceasn:competencyText"));
        let (Some(uri), Some(label)) = (&uri, &label) else {
            if uri.is_none() {
                lacks("ceterms:targetNode");
            }
            if label.is_none() {
                lacks("ceterms:targetNodeName");
            }
            continue;
        };
        if !known.insert(uri.clone()) {
            continue;
        }
        statements.push(Statement {
            uri: uri.clone(),
            code: text(target, "ceterms:codedNotation"),
            kind: StatementKind::default(),
            label: label.clone(),
            description: text(target, "ceterms:targetNodeDescription"),
            ..Statement::default()
        });
    }
    match (faults.is_empty(), statements.is_empty()) {
        (false, _) => Err(faults),
        (true, true) => Err(FrameworkFault::file(FrameworkReason::Nothing(NEITHER))),
        (true, false) => Ok(Framework { origin, statements }),
    }
}

/// Whether it is a thing that can be earned, learnt or assessed: it has a name, and says what of.
fn is_head(node: &Value) -> bool {
    let types = node.get("@type").map(|found| value::texts(found, None));
    let of_ctdl = types
        .iter()
        .flatten()
        .any(|one| one.starts_with("ceterms:"));
    let says = SAYS.iter().any(|key| node.get(key).is_some());
    of_ctdl && node.get("ceterms:name").is_some() && says
}

/// The competencies that they name, in their order.
///
/// Each condition is followed once, and each competency is named once, however many refer to it: a graph may lead round in a circle, and
/// credentials may share what they require. So it takes no more work than the file is long.
fn targets<'a>(heads: &[&'a Value], nodes: &'a [Value]) -> Vec<&'a Value> {
    let mut by_id = BTreeMap::new();
    for node in nodes {
        if let Some(id) = node.get("@id").and_then(Value::as_str) {
            by_id.entry(id).or_insert(node);
        }
    }
    // The node that is named by its identifier, or the value itself.
    let there = |value: &'a Value| -> &'a Value {
        let bare = match value {
            Value::String(id) => Some(id.as_str()),
            Value::Object(fields) if fields.len() == 1 => fields.get("@id").and_then(Value::as_str),
            _ => None,
        };
        bare.and_then(|id| by_id.get(id).copied()).unwrap_or(value)
    };
    let (mut all, mut named, mut followed) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let mut name = |competencies: Option<&'a Value>| {
        for one in competencies.map(list).unwrap_or_default() {
            let target = there(one);
            if named.insert(ptr::from_ref(target)) {
                all.push(target);
            }
        }
    };
    for &head in heads {
        name(head.get("ceterms:teaches"));
        name(head.get("ceterms:assesses"));
        let required = head.get("ceterms:requires").map(list).unwrap_or_default();
        let mut conditions: Vec<&Value> = required.iter().rev().map(there).collect();
        while let Some(condition) = conditions.pop() {
            if !followed.insert(ptr::from_ref(condition)) {
                continue;
            }
            name(condition.get("ceterms:targetCompetency"));
            // One of several ways: each names competencies of its own.
            let ways = condition.get("ceterms:alternativeCondition").map(list);
            conditions.extend(ways.unwrap_or_default().iter().rev().map(there));
        }
    }
    all
}

fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

const SAYS: [&str; 3] = ["ceterms:requires", "ceterms:teaches", "ceterms:assesses"];
/// Beyond this it is only said that there are more.
const MOST_FAULTS: usize = 100;
const NEITHER: &str = "a ceasn:CompetencyFramework, nor anything of CTDL that names competencies (ceterms:targetCompetency of what it requires, ceterms:teaches, ceterms:assesses)";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn target(uri: &str, name: &str) -> Value {
        json!({"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": uri, "ceterms:targetNodeName": {"en": name}})
    }

    fn credential(requires: Value) -> Value {
        json!({"@id": "https://a.example/c", "@type": "ceterms:Certificate", "ceterms:name": {"de": "Messen", "en": "Measuring"},
            "ceterms:inLanguage": ["de"], "ceterms:versionIdentifier": [{"ceterms:identifierValueCode": "3"}], "ceterms:requires": requires})
    }

    #[test]
    fn what_a_credential_requires_is_read_wherever_in_the_graph_it_stands() {
        let way = json!({"@id": "_:way", "@type": "ceterms:ConditionProfile", "ceterms:targetCompetency": [target("https://t.example/2", "Record")],
            "ceterms:alternativeCondition": ["_:way"]});
        let condition = json!({"@type": "ceterms:ConditionProfile",
            "ceterms:targetCompetency": [target("https://t.example/1", "Measure"), target("https://t.example/1", "Measure")],
            "ceterms:alternativeCondition": [{"@id": "_:way"}]});
        let course = json!({"@id": "https://a.example/k", "@type": "ceterms:Course", "ceterms:name": "A course",
            "ceterms:teaches": target("https://t.example/3", "Read drawings")});
        let organization = json!({"@id": "https://a.example", "@type": "ceterms:CredentialOrganization", "ceterms:name": "A"});
        let graph = [organization, credential(json!([condition])), way, course];
        let read = read(&graph).unwrap();
        assert_eq!(read.origin.title, "Messen");
        assert_eq!(read.origin.version.as_deref(), Some("3"));
        let found = read.statements.iter().map(|one| one.uri.as_str());
        let expected = [
            "https://t.example/1",
            "https://t.example/2",
            "https://t.example/3",
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected, "each once");
        assert_eq!(read.statements[1].label, "Record");
    }

    #[test]
    fn t07_what_many_name_is_followed_once() {
        let condition = json!({"@id": "_:c", "@type": "ceterms:ConditionProfile",
            "ceterms:targetCompetency": [target("https://t.example/1", "Measure"), {"@id": "_:t"}],
            "ceterms:alternativeCondition": vec!["_:c"; 50]});
        let shared = json!({"@id": "_:t", "ceterms:targetNode": "https://t.example/2", "ceterms:targetNodeName": "Record"});
        let mut nodes = vec![condition, shared];
        nodes.extend((0..50).map(|_| credential(json!(vec!["_:c"; 50]))));
        let heads: Vec<&Value> = nodes.iter().filter(|node| is_head(node)).collect();
        assert_eq!(heads.len(), 50);
        assert_eq!(targets(&heads, &nodes).len(), 2);
        assert_eq!(read(&nodes).unwrap().statements.len(), 2);
    }

    #[test]
    fn of_many_faults_the_first_are_told() {
        let bare = vec![json!({"ceterms:targetNodeName": "Measure"}); MOST_FAULTS + 50];
        let condition = json!({"ceterms:targetCompetency": bare});
        let faults = read(&[credential(condition)]).unwrap_err();
        assert_eq!(faults.len(), MOST_FAULTS + 1);
        assert_eq!(faults[MOST_FAULTS].reason, FrameworkReason::More);
    }

    #[test]
    fn what_cannot_be_read_says_what_is_missing() {
        let bare = json!({"ceterms:targetCompetency": [{"ceterms:targetNodeName": "Measure"}]});
        let faults = read(&[credential(bare)]).unwrap_err();
        assert_eq!(
            faults[0].to_string(),
            "item 1, ceterms:targetNode: it has no value: fill it in"
        );
        for nothing in [
            credential(json!({"ceterms:description": "A test."})),
            json!({"@type": "ceterms:Certificate", "ceterms:name": "Measuring"}),
        ] {
            let faults = read(&[nothing]).unwrap_err();
            let said = faults[0].to_string();
            assert!(said.contains("ceterms:targetCompetency"), "{said}");
        }
    }
}
