//! Differences that are gone when the document says the same in other words: what a processor does not read, it is asked otherwise.

use serde_json::Value;

use crate::explained::choices;
use crate::oracle::Documents;

/// Why an answer differs that is right as soon as the document says the same in other words.
pub struct Wording {
    /// Whose answer.
    pub oracle: &'static str,
    /// What it is counted as.
    pub name: &'static str,
    /// What they do, what should be done, and where that stands.
    pub why: &'static str,
    /// What must stand in the document.
    holds: fn(&str) -> bool,
    /// The same in other words.
    reword: fn(&Value, &Documents) -> Value,
}

/// Every rule about wording.
pub const WORDINGS: [Wording; 2] = [
    Wording {
        oracle: "json_ld",
        name: "base",
        why: "json-ld is wrong: it passes over `@base` in a context that stands behind one by URL, and drops what is relative. JSON-LD 1.1 \
              API §4.1.2 step 5.7 passes over it only inside the context by URL. Asked with that context in place of its URL, it \
              answers as we do",
        holds: |document| {
            document.contains("\"@base\"")
                && document.contains("\"https://contexts.example/plain\"")
        },
        reword: with_contexts_in_place,
    },
    Wording {
        oracle: "json_ld",
        name: "reverse_last",
        why: "the text has a gap: by JSON-LD 1.1 API §5.1.2 steps 13.4.2 and 13.13.1 `@reverse` collides with a reverse property that stands \
              before it, and not with one behind it; JSON-LD 1.1 §9 gives members no order. json-ld takes them as they come. \
              Asked with `@reverse` first, as jsonld.js sorts them, it answers as we do",
        holds: |document| document.contains("\"@reverse\":{"),
        reword: |document, _| with_reverse_first(document),
    },
];

/// Every way to put a document in other words that its processor needs, the fewest changes first.
pub fn reworded(
    oracle: &str,
    document: &Value,
    documents: &Documents,
) -> Vec<(Vec<&'static str>, Value)> {
    let text = document.to_string();
    let fits = |rule: &&Wording| rule.oracle == oracle && (rule.holds)(&text);
    let rules: Vec<&Wording> = WORDINGS.iter().filter(fits).collect();
    choices(&rules)
        .map(|chosen| {
            let names = chosen.iter().map(|rule| rule.name).collect();
            let reworded = chosen.iter().fold(document.clone(), |document, rule| {
                (rule.reword)(&document, documents)
            });
            (names, reworded)
        })
        .collect()
}

/// The document with `@reverse` before the other members of each object, behind `@context`.
fn with_reverse_first(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(with_reverse_first).collect(),
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(key, _)| match key.as_str() {
                "@context" => 0,
                "@reverse" => 1,
                _ => 2,
            });
            members
                .into_iter()
                .map(|(key, value)| (key.clone(), with_reverse_first(value)))
                .collect()
        }
        other => other.clone(),
    }
}

/// The document with the contexts that its own context names by URL, where they stand.
fn with_contexts_in_place(document: &Value, documents: &Documents) -> Value {
    let mut document = document.clone();
    let named = |context: &Value| -> Option<Value> {
        let text = documents.get(context.as_str()?)?;
        let mut parsed: Value = serde_json::from_str(text).ok()?;
        Some(parsed.get_mut("@context")?.take())
    };
    if let Some(Value::Array(contexts)) = document.get_mut("@context") {
        for context in contexts {
            if let Some(inline) = named(context) {
                *context = inline;
            }
        }
    }
    document
}
