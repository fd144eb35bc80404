//! The rows of `docs/threats.md` that canonicalization answers for.

use crate::{canonical, contexts, refused, sha256};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;
use touchstone_canon::json::Value;
use touchstone_canon::{
    BUNDLED, ContextFault, Contexts, Fault, Limits, canonicalize, canonicalize_nquads,
};

const CREDENTIAL: &str = r#"{
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:example:issuer", "type": ["Profile"], "name": "Riverside College"},
    "name": "Wound dressing",
    "validFrom": "2026-11-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:holder",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
            "type": ["Achievement"],
            "name": "Wound dressing",
            "description": "Dresses wounds.",
            "criteria": {"narrative": "Does it."}
        }
    }
}"#;

/// The credential with one piece of its text replaced.
fn with(old: &str, new: &str) -> String {
    assert!(CREDENTIAL.contains(old), "{old}");
    CREDENTIAL.replacen(old, new, 1)
}

#[test]
fn t01_an_appended_context_changes_nothing_protected() {
    let end = "context-3.0.3.json\"]";
    let appended = |context: &str| with(end, &format!("context-3.0.3.json\", {context}]"));
    refused(
        &appended(r#"{"name": "urn:evil:name"}"#),
        Fault::ProtectedTermRedefinition,
        "/@context/2",
    );
    refused(
        &appended(r#"{"VerifiableCredential": "urn:evil:type"}"#),
        Fault::ProtectedTermRedefinition,
        "/@context/2",
    );
    refused(
        &appended("null"),
        Fault::InvalidContextNullification,
        "/@context/2",
    );
    refused(
        &appended(r#""https://evil.example/context""#),
        Fault::UnknownContext,
        "/@context/2",
    );
}

#[test]
fn t01_a_context_that_gives_another_meaning_gives_another_form() {
    let form = canonical(CREDENTIAL).unwrap();
    let end = "context-3.0.3.json\"]";
    let vocabulary = with(
        end,
        "context-3.0.3.json\", {\"@vocab\": \"urn:evil:\", \"@language\": \"xx\"}]",
    );
    assert_ne!(canonical(&vocabulary).unwrap(), form);
    let narrative = "{\"narrative\": \"Does it.\"}";
    let inside =
        "{\"@context\": {\"narrative\": \"urn:evil:narrative\"}, \"narrative\": \"Does it.\"}";
    match canonical(&with(narrative, inside)) {
        Ok(other) => assert_ne!(other, form),
        Err(error) => assert_eq!(error.fault, Fault::ProtectedTermRedefinition),
    }
    let swapped = with(
        "\"https://www.w3.org/ns/credentials/v2\", \"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\"",
        "\"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json\", \"https://www.w3.org/ns/credentials/v2\"",
    );
    match canonical(&swapped) {
        Ok(other) => assert_eq!(other, form, "the two contexts do not depend on their order"),
        Err(error) => assert_eq!(error.fault, Fault::ProtectedTermRedefinition),
    }
}

#[test]
fn t01_a_registered_context_cannot_be_replaced() {
    let url = "https://www.w3.org/ns/credentials/v2";
    let rejected = Contexts::bundled()
        .with(url, br#"{"@context": {"issuer": "urn:evil"}}"#)
        .unwrap_err();
    assert_eq!(rejected.fault, ContextFault::Replaced);
    let document = Value::parse(CREDENTIAL.as_bytes()).unwrap();
    let form = canonicalize(&document, &rejected.contexts, sha256(), &Limits::default());
    assert_eq!(form, canonical(CREDENTIAL), "the registry is as it was");
}

#[test]
fn t02_undefined_terms_are_refused_wherever_they_stand() {
    refused(
        &with("\"name\": \"Wound", "\"grade\": \"A\", \"name\": \"Wound"),
        Fault::UndefinedTerm,
        "/grade",
    );
    refused(
        &with("\"narrative\":", "\"a/b~c\": 1, \"narrative\":"),
        Fault::UndefinedTerm,
        "/credentialSubject/achievement/criteria/a~1b~0c",
    );
    refused(
        &with("\"criteria\"", "\"critera\""),
        Fault::UndefinedTerm,
        "/credentialSubject/achievement/critera",
    );
}

#[test]
fn t02_nothing_is_dropped_silently() {
    let subject = "/credentialSubject";
    refused(
        &with("[\"Achievement\"]", "[\"Achievement\", \"Acheivement\"]"),
        Fault::UndefinedType,
        "/credentialSubject/achievement/type/1",
    );
    refused(
        &with("\"did:example:holder\"", "\"holder\""),
        Fault::RelativeIri,
        &format!("{subject}/id"),
    );
    refused(
        &with("\"did:example:holder\"", "\"did:example:a b\""),
        Fault::InvalidIri,
        &format!("{subject}/id"),
    );
    refused(
        &with("\"did:example:holder\"", "null"),
        Fault::InvalidIdValue,
        &format!("{subject}/id"),
    );
    refused(
        &with("\"did:example:holder\"", "\"@holder\""),
        Fault::ReservedTerm,
        &format!("{subject}/id"),
    );
    refused(
        &with("\"name\": \"Wound", "\"@name\": \"x\", \"name\": \"Wound"),
        Fault::ReservedTerm,
        "/@name",
    );
    refused(
        &with("\"name\": \"Wound", "\"@index\": \"x\", \"name\": \"Wound"),
        Fault::IndexDropped,
        "/@index",
    );
    refused(
        &with("\"name\": \"Wound", "\"_:b\": \"x\", \"name\": \"Wound"),
        Fault::BlankNodeProperty,
        "/_:b",
    );
    refused(
        &with("\"Wound dressing\"", "{\"@value\": null}"),
        Fault::NullValue,
        "/name/@value",
    );
    refused(
        &with("\"Wound dressing\"", "{\"@language\": \"en\"}"),
        Fault::NullValue,
        "/name",
    );
    refused(
        &with(
            "\"Wound dressing\"",
            "{\"@value\": \"x\", \"@language\": \"not a tag\"}",
        ),
        Fault::InvalidLanguage,
        "/name",
    );
    refused(
        &with("\"Wound dressing\"", "9007199254740993"),
        Fault::NumberNotExact,
        "/name",
    );
    refused("\"text\"", Fault::FreeFloatingValue, "");
    refused("{}", Fault::EmptyObject, "");
    refused(r#"{"@id": "urn:x"}"#, Fault::FreeFloatingValue, "");
    refused(
        r#"{"@graph": [{"@id": "urn:x", "urn:p": "y"}, "text"]}"#,
        Fault::FreeFloatingValue,
        "/@graph/1",
    );
    let json = r#"{"@id": "urn:x", "urn:p": "y", "@included": {"@id": "urn:z"}}"#;
    refused(json, Fault::FreeFloatingValue, "/@included");
}

#[test]
fn t02_the_keys_of_maps_are_not_lost() {
    let context = r#"{"@vocab": "urn:v:", "ids": {"@container": "@id"}, "types": {"@type": "@id", "@container": "@type"},
        "by": {"@container": "@index", "@index": "key"}, "plain": {"@container": "@index"}}"#;
    let form = |entry: &str| {
        canonical(&format!(
            "{{\"@context\": {context}, \"@id\": \"urn:x\", {entry}}}"
        ))
    };
    let node = form(r#""ids": {"urn:a": {"n": "1"}}"#).unwrap();
    assert_eq!(
        node,
        "<urn:a> <urn:v:n> \"1\" .\n<urn:x> <urn:v:ids> <urn:a> .\n"
    );
    assert_eq!(
        form(r#""ids": {"urn:a": {"@set": [{"n": "1"}]}}"#).unwrap(),
        node
    );
    assert_eq!(form(r#""ids": {"urn:a": [[{"n": "1"}]]}"#).unwrap(), node);
    let typed = form(r#""types": {"T": "urn:a"}"#).unwrap();
    assert!(
        typed.contains("<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:v:T> ."),
        "{typed}"
    );
    let keyed = form(r#""by": {"k": {"@id": "urn:a"}}"#).unwrap();
    assert!(keyed.contains("<urn:a> <urn:v:key> \"k\" ."), "{keyed}");
    let fault = |entry: &str| form(entry).unwrap_err().fault;
    assert_eq!(fault(r#""plain": {"k": "v"}"#), Fault::IndexDropped);
    assert_eq!(fault(r#""by": {"k": "v"}"#), Fault::InvalidValueObject);
    assert_eq!(
        fault(r#""ids": {"urn:a": {"@list": ["v"]}}"#),
        Fault::InvalidSetOrListObject
    );
    assert_eq!(fault(r#""ids": {"urn:a": "v"}"#), Fault::InvalidValueObject);
    assert_eq!(fault(r#""ids": {"a": {"n": "1"}}"#), Fault::RelativeIri);
}

#[test]
fn t03_every_bundled_context_has_its_pinned_bytes() {
    use sha2::{Digest, Sha256};
    for bundled in BUNDLED {
        let hash: String = Sha256::digest(bundled.bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hash, bundled.sha256, "{}", bundled.url);
        assert!(
            contexts().contains(bundled.url),
            "{} is not readable",
            bundled.url
        );
    }
    assert_eq!(
        BUNDLED.len(),
        contexts().urls().count(),
        "each context once"
    );
}

#[test]
fn t03_every_bundled_context_can_be_used_with_the_others_it_names() {
    for bundled in BUNDLED {
        let json = format!(
            r#"{{"@context": "{}", "@id": "urn:x", "urn:p": "y"}}"#,
            bundled.url
        );
        assert_eq!(
            canonical(&json).as_deref(),
            Ok("<urn:x> <urn:p> \"y\" .\n"),
            "{}",
            bundled.url
        );
    }
}

#[test]
fn t04_a_redefined_issuer_is_still_the_issuer() {
    let end = "context-3.0.3.json\"]";
    let redefined = with(
        end,
        "context-3.0.3.json\", {\"issuer\": \"urn:evil:issuer\"}]",
    );
    // The type's own context comes after, so the added definition is never used.
    assert_eq!(canonical(&redefined), canonical(CREDENTIAL));
}

#[test]
fn t04_protected_terms_keep_their_meaning_inside_the_document() {
    let nested = |context: &str| {
        with(
            "{\"id\": \"did:example:issuer\",",
            &format!("{{\"@context\": {context}, \"id\": \"did:example:issuer\","),
        )
    };
    refused(
        &nested(r#"{"name": "urn:evil:name"}"#),
        Fault::ProtectedTermRedefinition,
        "/issuer/@context",
    );
    refused(
        &nested(r#"{"id": "urn:evil:id"}"#),
        Fault::ProtectedTermRedefinition,
        "/issuer/@context",
    );
    refused(
        &nested(r#"{"type": "@id"}"#),
        Fault::ProtectedTermRedefinition,
        "/issuer/@context",
    );
    refused(
        &nested("null"),
        Fault::InvalidContextNullification,
        "/issuer/@context",
    );
    refused(
        &nested("[null, {\"name\": \"urn:evil:name\"}]"),
        Fault::InvalidContextNullification,
        "/issuer/@context/0",
    );
}

#[test]
fn t05_a_context_elsewhere_is_named_and_not_fetched() {
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1/context",
        "https://localhost/context",
        "http://[::1]/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "credentials/v2",
        "",
    ] {
        let error = canonical(&with("https://www.w3.org/ns/credentials/v2", url)).unwrap_err();
        assert_eq!(
            (error.fault, error.path.as_str(), error.name.as_str()),
            (Fault::UnknownContext, "/@context/0", url)
        );
        let json = format!(
            r#"{{"@context": {{"a": {{"@id": "urn:a", "@context": "{url}"}}}}, "@id": "urn:x", "a": {{"@id": "urn:y"}}}}"#
        );
        assert_eq!(canonical(&json).unwrap_err().fault, Fault::UnknownContext);
        let json =
            format!(r#"{{"@context": {{"@import": "{url}"}}, "@id": "urn:x", "urn:p": "y"}}"#);
        assert_eq!(canonical(&json).unwrap_err().fault, Fault::UnknownContext);
    }
}

#[test]
fn t06_what_was_read_before_changes_nothing() {
    let hostile = with(
        "context-3.0.3.json\"]",
        "context-3.0.3.json\", {\"@vocab\": \"urn:evil:\", \"tag\": \"urn:evil:tag\"}]",
    );
    let other = r#"{"@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "AlumniCredential"], "issuer": "did:example:i", "credentialSubject": {"alumniOf": "x"}}"#;
    let broken = with("\"issuer\"", "\"isuer\"");
    let texts = [CREDENTIAL, &hostile, other, &broken];
    let alone = texts.map(|text| run(&Contexts::bundled(), text));
    for first in 0..texts.len() {
        for second in 0..texts.len() {
            let shared = Contexts::bundled();
            let results = (
                run(&shared, texts[first]),
                run(&shared, texts[second]),
                run(&shared, texts[first]),
            );
            assert_eq!(
                results,
                (
                    alone[first].clone(),
                    alone[second].clone(),
                    alone[first].clone()
                )
            );
        }
    }
}

#[test]
fn t06_threads_that_share_a_registry_agree() {
    let shared = Contexts::bundled();
    let expect = run(&Contexts::bundled(), CREDENTIAL);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(run(&shared, CREDENTIAL), expect)));
        }
    });
}

fn run(contexts: &Contexts, text: &str) -> Result<String, touchstone_canon::CanonError> {
    canonicalize(
        &Value::parse(text.as_bytes()).unwrap(),
        contexts,
        sha256(),
        &Limits::default(),
    )
}

/// The statements that link every one of `nodes` blank nodes with every other.
fn clique(nodes: usize) -> String {
    let pairs = (0..nodes).flat_map(|from| (0..nodes).map(move |to| (from, to)));
    pairs
        .filter(|(from, to)| from != to)
        .map(|(from, to)| format!("_:n{from} <urn:p> _:n{to} .\n"))
        .collect()
}

#[track_caller]
fn ends_quickly<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = processor_time();
    let result = run();
    let spent = processor_time() - start;
    // Code that is not optimized is some twenty times slower.
    let limit = Duration::from_millis(if cfg!(debug_assertions) { 2000 } else { 50 });
    assert!(spent < limit, "{what} took {spent:?}");
    result
}

/// Of this thread: what else the machine does changes nothing.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        time.tv_nsec.unsigned_abs() as u32,
    )
}

#[track_caller]
fn is_poison(what: &str, nquads: &str) {
    let result = ends_quickly(what, || {
        canonicalize_nquads(nquads, sha256(), &Limits::default())
    });
    assert_eq!(result.unwrap_err().fault, Fault::PoisonGraph, "{what}");
}

#[test]
fn t07_poison_graph_ends_within_budget() {
    for nodes in [7, 10, 30, 100] {
        is_poison(&format!("a clique of {nodes}"), &clique(nodes));
    }
    let ring: String = (0..5000)
        .map(|node| format!("_:n{node} <urn:p> _:n{} .\n", (node + 1) % 5000))
        .collect();
    is_poison("a ring", &ring);
}

#[test]
fn t07_many_blank_nodes_that_look_alike_are_no_poison() {
    let star: String = (0..3000)
        .map(|node| format!("_:hub <urn:p> _:n{node} .\n"))
        .collect();
    let pairs: String = (0..1000)
        .map(|node| format!("_:a{node} <urn:p> _:b{node} .\n_:b{node} <urn:p> _:a{node} .\n"))
        .collect();
    for (what, nquads) in [("a star", star), ("pairs", pairs)] {
        let result = ends_quickly(what, || {
            canonicalize_nquads(&nquads, sha256(), &Limits::default())
        });
        assert_eq!(
            result.unwrap().lines().count(),
            nquads.lines().count(),
            "{what}"
        );
    }
}

#[test]
fn t07_a_poison_document_ends_within_budget() {
    let nodes: Vec<String> = (0..10)
        .map(|from| {
            let links: Vec<String> = (0..10)
                .filter(|to| *to != from)
                .map(|to| format!("{{\"@id\": \"_:n{to}\"}}"))
                .collect();
            format!(
                "{{\"@id\": \"_:n{from}\", \"urn:p\": [{}]}}",
                links.join(",")
            )
        })
        .collect();
    let json = format!("{{\"@graph\": [{}]}}", nodes.join(","));
    let result = ends_quickly("a document", || canonical(&json));
    assert_eq!(result.unwrap_err().fault, Fault::PoisonGraph);
}

#[test]
fn t07_contexts_that_cost_too_much_end_within_budget() {
    let chain: Vec<String> = (0..5000)
        .map(|term| format!("\"t{term}\": \"t{}:x\"", term + 1))
        .collect();
    let json = format!(
        "{{\"@context\": {{{}}}, \"@id\": \"urn:x\", \"urn:p\": 1}}",
        chain.join(",")
    );
    let result = ends_quickly("a chain of terms", || canonical(&json));
    assert_eq!(result.unwrap_err().fault, Fault::ContextOverflow);
    let terms: Vec<String> = (0..300)
        .map(|term| format!("\"t{term}\": \"urn:t{term}\""))
        .collect();
    let small: Vec<String> = (0..3000)
        .map(|_| "{\"@context\": {\"a\": \"urn:a\"}, \"a\": 1}".to_string())
        .collect();
    let json = format!(
        "{{\"@context\": {{{}}}, \"@graph\": [{}]}}",
        terms.join(","),
        small.join(",")
    );
    let result = ends_quickly("many contexts", || canonical(&json));
    assert_eq!(result.unwrap_err().fault, Fault::ContextOverflow);
    let deep = (0..60).fold("\"urn:a\"".to_owned(), |inner, _| {
        format!("{{\"@id\": \"urn:a\", \"@context\": {{\"a\": {inner}}}}}")
    });
    let error = Value::parse(format!("{{\"@context\": {{\"a\": {deep}}}, \"a\": 1}}").as_bytes())
        .unwrap_err();
    assert_eq!(error.fault, touchstone_canon::json::JsonFault::TooDeep);
}

#[test]
fn t07_a_long_name_counts_as_often_as_it_is_written() {
    // A megabyte of JSON that would be 30 gigabytes of statements.
    let statements: Vec<String> = (0..30_000).map(|number| number.to_string()).collect();
    let json = format!(
        "{{\"@id\": \"urn:{}\", \"urn:p\": [{}]}}",
        "x".repeat(1 << 20),
        statements.join(",")
    );
    let result = ends_quickly("a long name", || canonical(&json));
    assert_eq!(result.unwrap_err().fault, Fault::TooLarge);
}

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
