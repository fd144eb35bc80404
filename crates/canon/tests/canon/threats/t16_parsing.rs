//! Row 16: hostile JSON ends in an error, at a limit, and never in a panic.

use super::CREDENTIAL;
use crate::{contexts, sha256};
use touchstone_canon::json::Value;
use touchstone_canon::{Fault, Limits, canonicalize};

#[test]
fn t16_limits_hold_for_values_that_were_not_parsed() {
    let mut value = Value::from("x");
    for _ in 0..70 {
        let mut object = touchstone_canon::json::Object::new();
        object.insert("urn:p", value);
        value = Value::from(object);
    }
    let error = canonicalize(&value, contexts(), sha256(), &Limits::default()).unwrap_err();
    assert_eq!(error.fault, Fault::TooDeep);
    let limits = Limits {
        quads: 5,
        ..Limits::default()
    };
    let document = Value::parse(CREDENTIAL.as_bytes()).unwrap();
    assert_eq!(
        canonicalize(&document, contexts(), sha256(), &limits)
            .unwrap_err()
            .fault,
        Fault::TooManyQuads
    );
    let limits = Limits {
        bytes: 100,
        ..Limits::default()
    };
    assert_eq!(
        canonicalize(&document, contexts(), sha256(), &limits)
            .unwrap_err()
            .fault,
        Fault::TooLarge
    );
}

#[test]
fn t16_the_parser_accepts_what_serde_json_accepts_and_no_more() {
    let mut random = Random(16);
    let mut accepted = 0;
    for _ in 0..20_000 {
        let mut text = CREDENTIAL.as_bytes()[..random.below(CREDENTIAL.len())].to_vec();
        text = if random.below(2) == 0 {
            SNIPPETS[random.below(SNIPPETS.len())].as_bytes().to_vec()
        } else {
            text
        };
        for _ in 0..random.below(4) {
            let at = random.below(text.len() + 1);
            text.splice(at..at, PIECES[random.below(PIECES.len())].bytes());
        }
        let ours = Value::parse(&text);
        let theirs = serde_json::from_slice::<serde_json::Value>(&text);
        match (ours, theirs) {
            (Ok(ours), Ok(theirs)) => {
                assert_eq!(
                    serde_json::Value::from(&ours),
                    theirs,
                    "{}",
                    String::from_utf8_lossy(&text)
                );
                assert_eq!(Value::parse(ours.to_string().as_bytes()).unwrap(), ours);
                accepted += 1;
            }
            (Err(ours), Ok(_)) => {
                let strict = matches!(ours.fault, touchstone_canon::json::JsonFault::DuplicateKey);
                assert!(strict, "{ours}: {}", String::from_utf8_lossy(&text));
            }
            (Ok(_), Err(theirs)) => panic!("{theirs}: {}", String::from_utf8_lossy(&text)),
            (Err(_), Err(_)) => {}
        }
    }
    assert!(accepted > 1000, "{accepted}");
}

const SNIPPETS: &[&str] = &[
    "[]",
    "{}",
    "[1, -0, 2.5e3]",
    "\"a\\u00e9\\ud83d\\ude00\"",
    "{\"a\": {\"b\": [null, true]}}",
    "\"\"",
    "0",
    "-1",
    "[[[]]]",
];
const PIECES: &[&str] = &[
    "0",
    "1",
    "-",
    ".",
    "e",
    "E+",
    "\"",
    "\\",
    "\\u",
    "\\ud800",
    "\\udc00",
    "00e9",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\t",
    "\u{0}",
    "\u{7f}",
    "\u{feff}",
    "é",
    "true",
    "null",
    "\"a\":",
    "1e308",
    "9007199254740993",
    "18446744073709551615",
    "//",
];

/// A small reproducible source of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

#[test]
fn t16_no_document_makes_the_processor_panic() {
    let mut random = Random(7);
    let words = [
        "\"@id\"",
        "\"@type\"",
        "\"@value\"",
        "\"@graph\"",
        "\"@list\"",
        "\"@set\"",
        "\"@reverse\"",
        "\"@included\"",
        "\"@nest\"",
        "\"@index\"",
        "\"@language\"",
        "\"@direction\"",
        "\"@context\"",
        "\"@container\"",
        "\"@json\"",
        "\"@none\"",
        "\"@vocab\"",
        "\"@base\"",
        "\"@propagate\"",
        "\"@protected\"",
        "\"@import\"",
        "\"@version\"",
        "\"urn:p\"",
        "\"_:b\"",
        "\"t\"",
        "\"t:x\"",
        "\"http://a/é#b\"",
        "null",
        "1.1",
        "true",
        "[]",
        "{}",
        "\"ltr\"",
        "\"en\"",
        "\"https://www.w3.org/ns/credentials/v2\"",
    ];
    let limits = Limits {
        rdfc_work: 200,
        context_work: 20_000,
        ..Limits::default()
    };
    let mut accepted = 0;
    for _ in 0..30_000 {
        let text = value(&mut random, &words, 5);
        let Ok(document) = Value::parse(text.as_bytes()) else {
            continue;
        };
        accepted += usize::from(canonicalize(&document, contexts(), sha256(), &limits).is_ok());
    }
    assert!(accepted > 20, "{accepted}");
}

fn value(random: &mut Random, words: &[&str], depth: usize) -> String {
    match random.below(if depth == 0 { 1 } else { 5 }) {
        0 => words[random.below(words.len())].to_owned(),
        1 => {
            let items: Vec<String> = (0..random.below(3))
                .map(|_| value(random, words, depth - 1))
                .collect();
            format!("[{}]", items.join(","))
        }
        _ => {
            let mut keys: Vec<&str> = (0..random.below(4))
                .map(|_| words[random.below(27)])
                .collect();
            keys.sort_unstable();
            keys.dedup();
            let members: Vec<String> = keys
                .iter()
                .map(|key| format!("{key}:{}", value(random, words, depth - 1)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
    }
}
