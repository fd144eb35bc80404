//! Documents like one document, of which no two have the same shape.
//!
//! Each lacks up to three members of the original, another choice in each, and has the members of its objects in another
//! order. So what a cache of whole shapes would give is not measured.

use anyhow::{Result, ensure};
use touchstone_canon::json::{Object, Value};

/// At most [`SHAPES`] documents, from the text of one.
pub(crate) fn of(text: &str) -> Result<Vec<String>> {
    let document = Value::parse(text.as_bytes())?;
    let mut optional = 0;
    count(&document, &mut optional);
    let mut documents = Vec::with_capacity(SHAPES);
    for number in 0..SHAPES {
        // Three members by three different strides: coprime to most counts, so that choices rarely meet.
        let dropped = [number, number * 7 + 3, number * 31 + 11].map(|at| at % optional.max(1));
        let mut seen = 0;
        documents.push(reshaped(&document, number, &dropped, &mut seen).to_string());
    }
    documents.sort_unstable();
    documents.dedup();
    ensure!(!documents.is_empty(), "no documents");
    // Sorted texts are neighbours in shape: deal them out again.
    let dealt = (0..documents.len()).map(|at| documents[at * 397 % documents.len()].clone());
    Ok(dealt.collect())
}

/// How many members could be left out: texts that neither name nor type anything.
fn count(value: &Value<'_>, optional: &mut usize) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| count(item, optional)),
        Value::Object(object) => {
            for (key, value) in object.iter() {
                *optional += usize::from(is_optional(key, value));
                count(value, optional);
            }
        }
        _ => {}
    }
}

fn reshaped<'v>(
    value: &'v Value<'v>,
    turn: usize,
    dropped: &[usize],
    seen: &mut usize,
) -> Value<'v> {
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| reshaped(item, turn, dropped, seen))
            .collect(),
        Value::Object(object) => {
            let mut members: Vec<(&str, Value<'v>)> = Vec::with_capacity(object.len());
            for (key, value) in object.iter() {
                let optional = is_optional(key, value);
                *seen += usize::from(optional);
                if !(optional && dropped.contains(&(*seen - 1))) {
                    members.push((key, reshaped(value, turn, dropped, seen)));
                }
            }
            let by = turn % members.len().max(1);
            members.rotate_left(by);
            Value::Object(members.into_iter().collect::<Object<'v>>())
        }
        other => other.clone(),
    }
}

fn is_optional(key: &str, value: &Value<'_>) -> bool {
    value.as_str().is_some()
        && !matches!(key, "id" | "type" | "@id" | "@type")
        && !key.starts_with("status")
}

const SHAPES: usize = 1024;
