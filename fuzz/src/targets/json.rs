//! Strict JSON, and its canonical form.

use touchstone_canon::jcs;
use touchstone_canon::json::{Object, Value};

use crate::{Target, seeds};

/// Strict JSON (RFC 8259, RFC 7493).
pub(crate) const JSON: Target = Target {
    name: "json",
    claim: "what is read is written and read again as the same",
    run: json,
    seeds: documents,
};

/// The canonical form of JSON (RFC 8785).
pub(crate) const JCS: Target = Target {
    name: "jcs",
    claim: "the canonical form is its own, and the order of members is no part of it",
    run: canonical,
    seeds: documents,
};

fn documents() -> Vec<Vec<u8>> {
    let folders = [
        "sample-shapes",
        "openbadges-spec-examples",
        "vcdm2-input",
        "real-world",
        "ob3-json-schema",
    ];
    seeds::files(&folders, &[".json"])
}

fn json(bytes: &[u8]) {
    let Ok(value) = Value::parse(bytes) else {
        return;
    };
    for text in [value.to_string(), value.pretty()] {
        assert_eq!(
            Value::parse(text.as_bytes()).as_ref(),
            Ok(&value),
            "written: {text}"
        );
    }
}

fn canonical(bytes: &[u8]) {
    let Ok(value) = Value::parse(bytes) else {
        return;
    };
    let Ok(form) = jcs::canonicalize(&value) else {
        return;
    };
    let again = Value::parse(form.as_bytes()).expect("a canonical form is JSON");
    assert_eq!(jcs::canonicalize(&again).as_ref(), Ok(&form));
    assert_eq!(jcs::canonicalize(&reversed(value)).as_ref(), Ok(&form));
}

/// The same with the members of all objects in the opposite order.
pub(crate) fn reversed(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Object(object) => {
            let members: Vec<_> = object.into_iter().collect();
            let members = members.into_iter().rev();
            let members = members.map(|(key, value)| (key, reversed(value)));
            members.collect::<Object<'_>>().into()
        }
        Value::Array(items) => Value::Array(items.into_iter().map(reversed).collect()),
        other => other,
    }
}
