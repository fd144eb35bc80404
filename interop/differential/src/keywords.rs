//! Which keywords of JSON-LD a document uses.

use serde_json::Value;

/// The keywords of JSON-LD 1.1.
pub const KEYWORDS: [&str; 23] = [
    "@base",
    "@container",
    "@context",
    "@direction",
    "@graph",
    "@id",
    "@import",
    "@included",
    "@index",
    "@json",
    "@language",
    "@list",
    "@nest",
    "@none",
    "@prefix",
    "@propagate",
    "@protected",
    "@reverse",
    "@set",
    "@type",
    "@value",
    "@version",
    "@vocab",
];

/// Marks in `found` the keywords that stand in `value` as a key or as a text.
pub fn mark(value: &Value, found: &mut [bool; KEYWORDS.len()]) {
    let mut note = |text: &str| {
        if let Ok(at) = KEYWORDS.binary_search(&text) {
            found[at] = true;
        }
    };
    match value {
        Value::String(text) => note(text),
        Value::Array(items) => items.iter().for_each(|item| mark(item, found)),
        Value::Object(object) => {
            for key in object.keys() {
                note(key);
            }
            object.values().for_each(|value| mark(value, found));
        }
        _ => {}
    }
}
