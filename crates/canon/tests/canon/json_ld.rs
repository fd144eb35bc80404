//! W3C JSON-LD 1.1 API test suite: deserialization to RDF, and expansion.
//!
//! Expanded documents are never built: the walk makes statements at once. So the tests of expansion ask whether a document
//! and the expansion that the suite expects of it make the same statements, base directions included, and whether what must
//! not be expanded ends with the error that the suite names. What expansion keeps and RDF does not have (indexes, values
//! without a subject, empty sets) ends with an error in safe mode, which `t02_nothing_is_dropped_silently` holds.

use crate::{canonical, read, refused, sha256, vectors};
use touchstone_canon::json::Value;
use touchstone_canon::{CanonError, Fault, Lax, Limits, canonicalize_lax, canonicalize_nquads};

const SITE: &str = "https://w3c.github.io/json-ld-api/tests/";

/// Tests that are not run, each with its reason. Those marked for JSON-LD 1.0 only are left out by their option.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "toRdf",
        "#tdi11",
        "compound-literal is not normative, and no cryptosuite asks for it",
    ),
    (
        "toRdf",
        "#tdi12",
        "compound-literal is not normative, and no cryptosuite asks for it",
    ),
    (
        "expand",
        "#t0122",
        "the expected document has `@id: null`, which is no JSON-LD to read; toRdf #te122 asks the same",
    ),
];

#[test]
fn the_w3c_suite_of_rdf_passes() {
    suite("toRdf", 440, check);
}

#[test]
fn the_w3c_suite_of_expansion_passes() {
    suite("expand", 360, check_expansion);
}

/// The documents of a suite by URL.
type Documents<'d> = &'d [(&'d str, &'d [u8])];

/// Runs the tests of one manifest, of which there are at least `at_least`.
fn suite(name: &str, at_least: usize, check: fn(&Value<'_>, Documents<'_>) -> Result<(), String>) {
    let manifest = read(&format!("json-ld-api/{name}-manifest.jsonld"));
    let manifest = Value::parse(manifest.as_bytes()).unwrap();
    let documents = documents(name);
    let documents: Vec<(&str, &[u8])> = documents
        .iter()
        .map(|(url, bytes)| (url.as_str(), bytes.as_slice()))
        .collect();
    let (mut run, mut old, mut excepted, mut failed) = (0, 0, 0, Vec::new());
    for entry in manifest.get("sequence").unwrap().items() {
        let id = entry.get("@id").and_then(Value::as_str).unwrap();
        let option = |key: &str| entry.get("option").and_then(|option| option.get(key));
        let old_only = |key: &str| option(key).and_then(Value::as_str) == Some("json-ld-1.0");
        if old_only("specVersion") || old_only("processingMode") {
            old += 1;
            continue;
        }
        if EXCEPTIONS
            .iter()
            .any(|(of, known, _)| (*of, *known) == (name, id))
        {
            excepted += 1;
            continue;
        }
        run += 1;
        if let Err(reason) = check(entry, &documents) {
            let name = entry
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            failed.push(format!("{id} {name}: {reason}"));
        }
    }
    println!("{name}: {run} run, {old} for JSON-LD 1.0 only, {excepted} excepted");
    assert!(run > at_least, "{run}");
    assert!(
        failed.is_empty(),
        "{} of {run}:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

fn check(entry: &Value<'_>, documents: Documents<'_>) -> Result<(), String> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let directions = option(entry, "rdfDirection") == Some("i18n-datatype");
    let result = form(entry, documents, directions);
    match (text("expectErrorCode"), text("expect")) {
        (Some(code), _) => match result {
            Err(error) if error.fault.as_str() == code => Ok(()),
            Err(error) => Err(format!("expected {code}, got {error}")),
            Ok(nquads) => Err(format!("expected {code}, got\n{nquads}")),
        },
        (None, Some(expect)) => {
            let nquads = result.map_err(|error| error.to_string())?;
            let expect = canonicalize_nquads(
                &read(&format!("json-ld-api/{expect}")),
                sha256(),
                &Limits::default(),
            );
            let expect = expect.map_err(|error| format!("expectation is unreadable: {error}"))?;
            if languages_lowered(&nquads) == languages_lowered(&expect) {
                Ok(())
            } else {
                Err(format!("expected\n{expect}got\n{nquads}"))
            }
        }
        (None, None) => result.map(drop).map_err(|error| error.to_string()),
    }
}

/// The statements with language tags in small letters: their case may differ (RDF 1.1 Concepts §3.3). That of nothing else may.
fn languages_lowered(nquads: &str) -> String {
    let lines = nquads.lines().map(|line| {
        // A tag follows the last quotation mark of a line.
        let tagged = line.rsplit_once("\"@");
        let Some((literal, rest)) = tagged.filter(|(_, rest)| !rest.contains('"')) else {
            return line.to_owned();
        };
        let (tag, graph) = rest.split_once(' ').unwrap_or((rest, ""));
        format!("{literal}\"@{} {graph}", tag.to_lowercase())
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn only_language_tags_may_differ_in_case() {
    let line = |literal: &str| languages_lowered(&format!("<urn:X> <urn:P> {literal} .\n"));
    assert_eq!(line("\"X\"@EN-us"), line("\"X\"@en-US"));
    assert_ne!(line("\"X\"@en"), line("\"x\"@en"));
    assert_ne!(line("<urn:A>"), line("<urn:a>"));
    assert_ne!(line("\"\\\"@EN\""), line("\"\\\"@en\""));
}

fn check_expansion(entry: &Value<'_>, documents: Documents<'_>) -> Result<(), String> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let result = form(entry, documents, true);
    match (text("expectErrorCode"), text("expect")) {
        (Some(code), _) => match result {
            Err(error) if error.fault.as_str() == code => Ok(()),
            Err(error) => Err(format!("expected {code}, got {error}")),
            Ok(nquads) => Err(format!("expected {code}, got\n{nquads}")),
        },
        (None, expect) => {
            let nquads = result.map_err(|error| error.to_string())?;
            let expect = read(&format!("json-ld-api/{}", expect.unwrap()));
            let expanded = Value::parse(expect.as_bytes()).map_err(|error| error.to_string())?;
            // All IRIs in it are resolved; what is still relative stays so.
            let lax = Lax {
                i18n_datatype: true,
                ..Lax::default()
            };
            let expect = canonicalize_lax(&expanded, lax, sha256(), &Limits::default())
                .map_err(|error| format!("expectation is unreadable: {error}"))?;
            match nquads == expect {
                true => Ok(()),
                false => Err(format!("expected\n{expect}got\n{nquads}")),
            }
        }
    }
}

/// The statements of the input of a test, under its options.
fn form(
    entry: &Value<'_>,
    documents: Documents<'_>,
    i18n_datatype: bool,
) -> Result<String, CanonError> {
    let input = entry.get("input").and_then(Value::as_str).unwrap();
    let source = read(&format!("json-ld-api/{input}"));
    let url = format!("{SITE}{input}");
    let mut document = Value::parse(source.as_bytes()).unwrap();
    if let Some(context) = option(entry, "expandContext") {
        let outer = Value::from(format!("{SITE}{context}"));
        let object = document.as_object_mut().unwrap();
        let own = object.remove("@context");
        let both = [outer]
            .into_iter()
            .chain(own.iter().flat_map(Value::items).cloned())
            .collect::<Value<'_>>();
        object.insert("@context", both);
    }
    let lax = Lax {
        base: Some(option(entry, "base").unwrap_or(&url)),
        documents,
        i18n_datatype,
    };
    canonicalize_lax(&document, lax, sha256(), &Limits::default())
}

fn option<'e>(entry: &'e Value<'_>, key: &str) -> Option<&'e str> {
    entry.get("option")?.get(key)?.as_str()
}

/// All documents of a suite that may be named as a context, under the URL they are published at.
fn documents(suite: &str) -> Vec<(String, Vec<u8>)> {
    [suite.to_owned(), format!("{suite}/c031")]
        .into_iter()
        .flat_map(|folder| {
            let files = std::fs::read_dir(vectors(&format!("json-ld-api/{folder}"))).unwrap();
            let paths = files.map(|file| file.unwrap().path());
            let documents =
                paths.filter(|path| path.extension().is_some_and(|kind| kind == "jsonld"));
            documents.map(move |path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                (
                    format!("{SITE}{folder}/{name}"),
                    std::fs::read(&path).unwrap(),
                )
            })
        })
        .collect()
}

/// What is made of `json` where JSON-LD allows to drop something.
fn lax(json: &str) -> String {
    let document = Value::parse(json.as_bytes()).unwrap();
    canonicalize_lax(&document, Lax::default(), sha256(), &Limits::default()).unwrap()
}

/// JSON-LD 1.1 API §8.1 step 1.1: a graph whose name is no IRI makes no statements. Those inside it that are named stand beside
/// it in the node map, not within.
#[test]
fn a_named_graph_inside_one_without_a_usable_name_is_kept() {
    let inner = r#"{"@id": "urn:inner", "@graph": [{"@id": "urn:x", "urn:p": "kept"}]}"#;
    let outer = format!(
        r#"{{"@id": "relative", "@graph": [{{"@id": "urn:y", "urn:p": "lost"}}, {inner}]}}"#
    );
    assert_eq!(lax(&outer), "<urn:x> <urn:p> \"kept\" <urn:inner> .\n");
    let map = format!(
        r#"{{"@context": {{"g": {{"@id": "urn:g", "@container": ["@graph", "@id"]}}}}, "@id": "urn:s",
            "g": {{"relative": {{"@id": "urn:y", "urn:lost": {inner}}}}}}}"#
    );
    assert_eq!(lax(&map), "<urn:x> <urn:p> \"kept\" <urn:inner> .\n");
}

/// JSON-LD 1.1 API §8.1 steps 1.3.1 and 1.3.2.3: a subject or a property that no statement can have is passed over, and with it
/// the lists that stand there. The nodes in those lists have statements of their own.
#[test]
fn a_list_that_belongs_to_nothing_makes_no_statements() {
    let list = r#"{"@list": ["a", ["b"], {"@id": "urn:x", "urn:p": "kept"}]}"#;
    for document in [
        format!(r#"{{"@id": "relative", "urn:q": {list}}}"#),
        format!(r#"{{"@id": "urn:s", "_:q": {list}}}"#),
    ] {
        assert_eq!(lax(&document), "<urn:x> <urn:p> \"kept\" .\n", "{document}");
    }
}

/// JSON-LD 1.1 API §5.1.2 step 5.2.2 makes a list of an array in a list only where the property is one of lists; step 5.2.3 puts
/// the items of any other into the list around it. JSON-LD 1.1 §9.6 allows no array there, and others read one as a list: what
/// is signed may not depend on that.
#[test]
fn an_array_in_a_list_is_a_list_only_under_a_property_of_lists() {
    let under = |property: &str| {
        format!(
            r#"{{"@context": {{"lists": {{"@id": "urn:p", "@container": "@list"}}}}, "@id": "urn:s", "{property}": {{"@list": [["a"], ["b"]]}}}}"#
        )
    };
    let items = |form: &str| form.matches("ns#first>").count();
    assert_eq!(items(&canonical(&under("lists")).unwrap()), 4);
    assert_eq!(items(&lax(&under("lists"))), 4);
    assert_eq!(items(&lax(&under("urn:p"))), 2);
    refused(
        &under("urn:p"),
        Fault::InvalidSetOrListObject,
        "/urn:p/@list/0",
    );
}

/// JSON-LD 1.1 API §5.1.2 step 13.8.3.1: in the values of a map of ids or types, the context before the one that does not propagate
/// holds; in those of any other map, the active one does (step 13.8.3.3).
#[test]
fn a_context_that_does_not_propagate_ends_in_maps_of_ids_and_types() {
    let form = |container: &str, key: &str| {
        canonical(&format!(
            r#"{{"@context": {{
                "map": {{"@id": "urn:map", "@container": "{container}", "@index": "urn:index"}},
                "name": "urn:outside",
                "scoped": {{"@id": "urn:scoped", "@context": {{"@propagate": false, "name": "urn:inside"}}}}
            }}, "@id": "urn:s", "scoped": {{"@id": "urn:t", "map": {{"{key}": {{"name": "x"}}}}}}}}"#
        ).replace(if container == "@index" { "" } else { r#", "@index": "urn:index""# }, ""))
        .unwrap()
    };
    for (container, key, name) in [
        ("@id", "urn:key", "<urn:outside>"),
        ("@type", "urn:key", "<urn:outside>"),
        ("@index", "key", "<urn:inside>"),
    ] {
        let form = form(container, key);
        assert!(
            form.contains(&format!("{name} \"x\"")),
            "{container}: {form}"
        );
    }
}

/// JSON-LD 1.1 API §5.1.2 step 13.8.3.4: the keys of a map are read in the context of the map.
#[test]
fn the_key_of_a_map_of_ids_is_read_outside_of_its_value() {
    let form = canonical(
        r#"{"@context": {"p": "urn:outside:", "map": {"@id": "urn:map", "@container": "@id"}}, "@id": "urn:s",
            "map": {"p:key": {"@context": {"p": "urn:inside:"}, "urn:name": "x"}}}"#,
    );
    assert!(form.unwrap().contains("<urn:outside:key> <urn:name> \"x\""));
}

/// A property that the keys of a map become is a property like any other: what is no IRI would be more than one statement in the form
/// that is signed (threat 1).
#[test]
fn t01_the_property_of_an_index_is_an_iri() {
    let under = |index: &str| {
        format!(
            r#"{{"@context": {{"@version": 1.1, "@vocab": "http://e.example/", "nothing": null,
                "map": {{"@container": "@index", "@index": {index}}}}},
                "@id": "urn:s", "map": {{"key": {{"@id": "urn:o"}}}}}}"#
        )
    };
    let form = canonical(&under(r#""p""#)).unwrap();
    assert!(
        form.contains("<urn:o> <http://e.example/p> \"key\""),
        "{form}"
    );
    for index in [
        r#""p> \"key\" .\n<urn:o> <urn:forged""#,
        r#""p q""#,
        r#""p\"q""#,
        r#""urn:p{}""#,
    ] {
        refused(&under(index), Fault::InvalidIri, "/map/key");
    }
    for index in [r#""_:p""#, r#""nothing""#, r#""@type""#] {
        refused(&under(index), Fault::InvalidTermDefinition, "/@context");
    }
}

/// A datatype that is written under two names is an array of two, which is none: in either order, whatever the first is.
#[test]
fn a_value_with_two_datatypes_is_refused_in_either_order() {
    let value = |members: &[&str]| {
        format!(
            r#"{{"@context": {{"@version": 1.1, "t": "@type", "j": "@json"}}, "@id": "urn:s", "urn:p": [{{{}}}]}}"#,
            members.join(",")
        )
    };
    let (json, other) = (r#""t": "j""#, r#""@type": {"a": "b"}"#);
    let same = r#""@type": "@json""#;
    let content = r#""@value": {"a": "b"}"#;
    for members in [
        [content, json, other],
        [other, json, content],
        [json, content, other],
        [content, json, same],
    ] {
        let error = canonical(&value(&members)).unwrap_err();
        assert_eq!(error.fault, Fault::InvalidTypedValue, "{members:?}");
    }
    assert!(canonical(&value(&[content, json])).is_ok());
}
