//! Reading JSON that others wrote: a text, a list, or one where a list may stand.

use serde_json::Value;

use super::{FrameworkFault, FrameworkReason};
use crate::sssom::Place;

/// A file as JSON.
pub(super) fn parse(file: &[u8]) -> Result<Value, Vec<FrameworkFault>> {
    let file = file.strip_prefix("\u{feff}".as_bytes()).unwrap_or(file);
    serde_json::from_slice(file).map_err(|error| {
        vec![FrameworkFault {
            at: Place::Line(error.line(), None),
            reason: FrameworkReason::Json(error.to_string()),
        }]
    })
}

/// A text that says something, in any language that is there: the wanted one, English, or the first.
pub(super) fn text(value: &Value, language: Option<&str>) -> Option<String> {
    let found = match value {
        Value::String(text) => text.as_str(),
        Value::Number(number) => return Some(number.to_string()),
        Value::Array(items) => return items.iter().find_map(|item| text(item, language)),
        Value::Object(fields) => {
            if let Some(value) = fields.get("@value") {
                return text(value, language);
            }
            let wanted = language.and_then(|language| fields.get(language));
            let english = || {
                fields
                    .get("en")
                    .or_else(|| fields.get("en-US"))
                    .or_else(|| fields.get("en-us"))
            };
            wanted
                .or_else(english)
                .or_else(|| fields.values().next())?
                .as_str()?
        }
        _ => return None,
    };
    Some(found.trim().to_owned()).filter(|text| !text.is_empty())
}

/// One value or several, as texts.
pub(super) fn texts(value: &Value, language: Option<&str>) -> Vec<String> {
    match value {
        Value::Array(items) => items
            .iter()
            .flat_map(|item| texts(item, language))
            .collect(),
        // A language map may hold a list for each language.
        Value::Object(fields) if !fields.contains_key("@value") => {
            let wanted = language.and_then(|language| fields.get(language));
            let value = wanted
                .or_else(|| fields.get("en"))
                .or_else(|| fields.values().next());
            value
                .map(|value| texts(value, language))
                .unwrap_or_default()
        }
        other => text(other, language).into_iter().collect(),
    }
}

/// Identifiers: texts, or objects with an `id`, `@id` or `uri`.
pub(super) fn ids(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(ids).collect(),
        Value::Object(fields) => {
            let keys = ["@id", "id", "uri"];
            let found = keys.iter().find_map(|key| fields.get(*key)?.as_str());
            found.map(str::to_owned).into_iter().collect()
        }
        other => text(other, None).into_iter().collect(),
    }
}
