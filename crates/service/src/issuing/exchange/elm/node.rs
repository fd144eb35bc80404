//! Nodes of a document of the European Learning Model, as JSON: their properties, texts and classes.
//!
//! Terms are known by their last part, so that the published application profile (`learningOutcome`) and terms with a prefix
//! (`elm:learningOutcome`) are both read; contexts are never fetched.

use serde_json::Value;

/// The languages in which something is said.
pub(super) fn languages(text: &Value) -> Vec<&str> {
    match text {
        Value::Array(texts) => texts.iter().flat_map(languages).collect(),
        Value::Object(text) => match text.get("@value") {
            Some(_) => text
                .get("@language")
                .and_then(Value::as_str)
                .into_iter()
                .collect(),
            None => text.keys().map(String::as_str).collect(),
        },
        _ => Vec::new(),
    }
}

/// A text in the wanted language, or else in the first.
pub(super) fn said(text: &Value, language: Option<&str>) -> Option<String> {
    let found = match text {
        Value::String(text) => text.as_str(),
        Value::Number(number) => return Some(number.to_string()),
        Value::Array(texts) => {
            let spoken = |text: &&Value| languages(text).iter().any(|tag| Some(*tag) == language);
            let wanted = texts.iter().find(spoken).or(texts.first());
            return said(wanted?, language);
        }
        Value::Object(text) => match text.get("@value") {
            Some(value) => return said(value, language),
            None => {
                let wanted = language.and_then(|language| text.get(language));
                return said(wanted.or(text.values().next())?, language);
            }
        },
        _ => return None,
    };
    Some(found.trim().to_owned()).filter(|text| !text.is_empty())
}

/// What a concept is called.
pub(super) fn label(concept: &Value, language: Option<&str>) -> Option<String> {
    said(get(concept, "prefLabel")?, language)
}

pub(super) fn id(node: &Value) -> Option<&str> {
    node.get("@id").or_else(|| node.get("id"))?.as_str()
}

pub(super) fn is(node: &Value, classes: &[&str]) -> bool {
    let named = |class: &Value| {
        class
            .as_str()
            .is_some_and(|class| classes.contains(&local(class)))
    };
    match node.get("@type").or_else(|| node.get("type")) {
        Some(Value::Array(types)) => types.iter().any(named),
        Some(class) => named(class),
        None => false,
    }
}

/// The property of a node, by the last part of its name. Profiles write the first letters of some in either case.
pub(super) fn get<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    let members = node.as_object()?.iter();
    let mut named = members.filter(|(member, _)| local(member).eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value)
}

/// One value or several.
pub(super) fn many<'a>(node: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    let values: &[Value] = match get(node, name) {
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    values.iter()
}

pub(super) fn local(name: &str) -> &str {
    name.rsplit(['#', '/', ':']).next().unwrap_or(name)
}
