//! Row 7: no document takes more than its budget.

use crate::{canonical, sha256};
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;
use touchstone_canon::json::Value;
use touchstone_canon::{Fault, Limits, canonicalize_nquads};

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
