//! Row 7: no document takes more than its budget.

use crate::{canonical, sha256};
use sha2::{Digest as _, Sha256};
use std::cell::Cell;
use touchstone_canon::json::Value;
use touchstone_canon::{
    CanonError, Contexts, Fault, Hash, Limits, canonicalize, canonicalize_nquads,
};

/// The statements that link every one of `nodes` blank nodes with every other.
fn clique(nodes: usize) -> String {
    let pairs = (0..nodes).flat_map(|from| (0..nodes).map(move |to| (from, to)));
    pairs
        .filter(|(from, to)| from != to)
        .map(|(from, to)| format!("_:n{from} <urn:p> _:n{to} .\n"))
        .collect()
}

/// What was hashed on this thread: how often, and how many bytes.
type Hashed = (usize, usize);

thread_local! {
    static HASHED: Cell<Hashed> = const { Cell::new((0, 0)) };
}

fn counting() -> Hash {
    Hash::Sha256(|bytes| {
        HASHED.with(|hashed| {
            let (times, sum) = hashed.get();
            hashed.set((times + 1, sum + bytes.len()));
        });
        Sha256::digest(bytes).into()
    })
}

/// The canonical form of a graph, made with no more work than the budget of a document pays for. Time is measured by
/// `touchstone-bench poison`: a test cannot tell a slow program from a slow machine.
#[track_caller]
fn within_budget(what: &str, nquads: &str) -> Result<String, CanonError> {
    let limits = Limits::default();
    HASHED.set((0, 0));
    let result = canonicalize_nquads(nquads, counting(), &limits);
    let (times, bytes) = HASHED.get();
    // Each blank node once at first sight, and once for each statement or permutation that is paid for.
    let statements = nquads.lines().count();
    let most = limits.rdfc_work + 2 * statements;
    assert!(times <= most, "{what}: {times} hashes");
    assert!(
        bytes <= BYTES_OF_A_HASH * most,
        "{what}: {bytes} bytes in {times} hashes"
    );
    result
}

/// What one hash is over on average, at most.
const BYTES_OF_A_HASH: usize = 256;

#[track_caller]
fn is_poison(what: &str, nquads: &str) {
    let result = within_budget(what, nquads);
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

/// What is hashed for each step is as long as the name of a property, of which anybody may write a long one.
#[test]
fn t07_long_names_are_paid_for_each_time_they_are_hashed() {
    let long = clique(7).replace("urn:p", &format!("urn:{}", "p".repeat(1 << 18)));
    HASHED.set((0, 0));
    let result = canonicalize_nquads(&long, counting(), &Limits::default());
    assert_eq!(result.unwrap_err().fault, Fault::PoisonGraph);
    let (_, bytes) = HASHED.get();
    // Each statement at first sight, from both of its ends, and what the budget pays for.
    assert!(bytes < 2 * long.len() + (16 << 20), "{bytes} bytes");
}

/// Two nodes that look alike, each with many that look alike: every step copies the labels that were given so far, and pays for that.
#[test]
fn t07_labels_that_are_copied_are_paid_for() {
    let leaves = 4000;
    let stars: String = (0..2 * leaves)
        .map(|node| format!("_:hub{} <urn:p> _:n{node} .\n", node % 2))
        .collect();
    is_poison("two stars", &stars);
    // Each node at first sight, each statement of one star, and few steps from then on.
    let (times, _) = HASHED.get();
    assert!(times < 2 * leaves + 2 + leaves + 500, "{times} hashes");
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
        let result = within_budget(what, &nquads);
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
    let result = canonical(&json);
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
    let result = canonical(&json);
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
    let result = canonical(&json);
    assert_eq!(result.unwrap_err().fault, Fault::ContextOverflow);
    let deep = (0..60).fold("\"urn:a\"".to_owned(), |inner, _| {
        format!("{{\"@id\": \"urn:a\", \"@context\": {{\"a\": {inner}}}}}")
    });
    let error = Value::parse(format!("{{\"@context\": {{\"a\": {deep}}}, \"a\": 1}}").as_bytes())
        .unwrap_err();
    assert_eq!(error.fault, touchstone_canon::json::JsonFault::TooDeep);
}

/// Thirty scopes inside one another, each behind sixty terms, would be some two thousand definitions that wait for one another.
#[test]
fn t07_terms_and_scopes_that_lead_into_one_another_are_counted_together() {
    let nested = |scopes: usize, terms: usize| {
        let chain: String = (0..terms)
            .map(|term| format!("\"t{term}\": \"t{}:x\", ", term + 1))
            .collect();
        let inner = (0..scopes).fold("\"urn:a\"".to_owned(), |inner, _| {
            let last = format!("\"t{terms}\": {inner}");
            format!("{{\"@id\": \"urn:a\", \"@context\": {{{chain}{last}}}}}")
        });
        format!("{{\"@context\": {{\"a\": {inner}}}, \"a\": 1}}")
    };
    // Half of what threads have that answer requests.
    let on_a_small_stack = |json: String| {
        let thread = std::thread::Builder::new().stack_size(1 << 20);
        let thread = thread.spawn(move || canonical(&json));
        thread.unwrap().join().unwrap()
    };
    let error = on_a_small_stack(nested(30, 60)).unwrap_err();
    assert_eq!(error.fault, Fault::ContextOverflow);
    // Neither the one nor the other alone is too much.
    assert!(on_a_small_stack(nested(25, 0)).is_ok());
    assert!(on_a_small_stack(nested(1, 50)).is_ok());
}

/// What the registry remembers of contexts costs a document as much as if it were the first to need it.
#[test]
fn t07_what_a_document_may_cost_is_the_same_whatever_came_before_it() {
    let v2 = r#""https://www.w3.org/ns/credentials/v2""#;
    let document = |contexts: usize| {
        let contexts = vec![v2; contexts].join(",");
        format!(r#"{{"@context":[{contexts}],"id":"urn:x:1","type":"VerifiablePresentation"}}"#)
    };
    let mut refused = 0;
    for contexts in [2, 100, 150, 200, 250] {
        let registry = Contexts::bundled();
        let text = document(contexts);
        let document = Value::parse(text.as_bytes()).unwrap();
        let form = || canonicalize(&document, &registry, sha256(), &Limits::default());
        let first = form();
        for again in 0..3 {
            assert_eq!(form(), first, "{contexts} contexts, {again}");
        }
        refused += usize::from(first.is_err_and(|error| error.fault == Fault::ContextOverflow));
    }
    assert!(
        (1..5).contains(&refused),
        "{refused}: on both sides of the limit"
    );
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
    let result = canonical(&json);
    assert_eq!(result.unwrap_err().fault, Fault::TooLarge);
}

#[test]
fn t07_a_long_vocabulary_counts_as_often_as_it_is_used() {
    // 300 KB of JSON that would be 2 gigabytes of names, of which no statement is made.
    let members: Vec<String> = (0..16_000).map(|at| format!("\"a{at}\": []")).collect();
    let vocabulary = format!("https://x.example/{}/", "a".repeat(1 << 17));
    let json = format!(
        "{{\"@context\": {{\"@vocab\": \"{vocabulary}\"}}, {}}}",
        members.join(",")
    );
    assert_eq!(canonical(&json).unwrap_err().fault, Fault::TooLarge);
    // And 20,000 terms that would be 20 gigabytes.
    let terms: Vec<String> = (0..20_000).map(|at| format!("\"a{at}\": {{}}")).collect();
    let json = format!(
        "{{\"@context\": {{\"@vocab\": \"https://x.example/{}/\", {}}}}}",
        "a".repeat(1 << 20),
        terms.join(",")
    );
    assert_eq!(canonical(&json).unwrap_err().fault, Fault::ContextOverflow);
}
