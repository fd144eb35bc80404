//! JSON-LD to canonical statements, contexts, and statements by themselves.

use std::sync::LazyLock;

use touchstone_canon::json::{Object, Value};
use touchstone_canon::{
    CanonError, Contexts, Fault, Hash, Lax, Limits, Recurring, canonicalize, canonicalize_lax,
    canonicalize_nquads,
};
use touchstone_vc::crypto::rust::CRYPTO;

use super::json::reversed;
use crate::{Target, seeds};

/// JSON-LD 1.1 in safe mode, and as conformance tests read it.
pub(crate) const JSON_LD: Target = Target {
    name: "json-ld",
    claim: "the canonical form is canonical, and neither the order of members nor what came before is part of it",
    run: json_ld,
    seeds: documents,
};

/// Context documents, as an operator may supply them.
pub(crate) const CONTEXT: Target = Target {
    name: "context",
    claim: "a context that is taken can be used and answers the same the second time",
    run: context,
    seeds: context_documents,
};

/// N-Quads, and RDFC-1.0.
pub(crate) const N_QUADS: Target = Target {
    name: "n-quads",
    claim: "the canonical form is its own, and the order of statements is no part of it",
    run: n_quads,
    seeds: datasets,
};

/// Parts that documents one after the other may have in common.
const PARTS: [&str; 2] = ["/issuer", "/credentialSubject/achievement"];

static CONTEXTS: LazyLock<Contexts> = LazyLock::new(Contexts::bundled);

/// Small budgets: what ends within them is tried more often.
const LIMITS: Limits = Limits {
    bytes: 4 << 20,
    depth: 64,
    quads: 20_000,
    context_work: 50_000,
    rdfc_work: 2_000,
};

fn sha256() -> Hash {
    Hash::Sha256(CRYPTO.sha256)
}

fn documents() -> Vec<Vec<u8>> {
    let mut all = seeds::files(&["json-ld-api/toRdf"], &["-in.jsonld"]);
    all.extend(seeds::files(&seeds::CREDENTIALS, &[".json"]));
    all
}

fn json_ld(bytes: &[u8]) {
    let Ok(document) = Value::parse(bytes) else {
        return;
    };
    let _ = canonicalize_lax(&document, Lax::default(), sha256(), &LIMITS);
    let form = canonicalize(&document, &CONTEXTS, sha256(), &LIMITS);
    one_after_the_other(&document, &form);
    let form = match form {
        Ok(form) => form,
        Err(error) => return is_told(&error),
    };
    same_again(&form);
    match canonicalize(&reversed(document), &CONTEXTS, sha256(), &LIMITS) {
        Ok(other) => assert_eq!(other, form, "the order of members decided"),
        Err(error) => assert!(is_limit(&error), "refused in another order: {error}"),
    }
}

/// After a credential, after itself, and after the credential again, a document has the form, or the error, that it has alone.
fn one_after_the_other(document: &Value<'_>, form: &Result<String, CanonError>) {
    static BEFORE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut all = seeds::files(&seeds::CREDENTIALS, &[".json"]).into_iter();
        all.next().expect("there are credentials")
    });
    let Ok(before) = Value::parse(&BEFORE) else {
        return;
    };
    let mut recurring = Recurring::new(&PARTS, &CONTEXTS, sha256(), &LIMITS);
    for turn in 0..3 {
        let _ = recurring.canonicalize(&before);
        for _ in 0..2 {
            assert_eq!(&recurring.canonicalize(document), form, "turn {turn}");
        }
    }
}

/// An error is short and says where, whatever it is about.
fn is_told(error: &CanonError) {
    assert!(error.name.chars().count() <= 200, "{error}");
    assert!(
        error.path.is_empty() || error.path.starts_with('/'),
        "{error}"
    );
}

fn is_limit(error: &CanonError) -> bool {
    use Fault::{ContextOverflow, PoisonGraph, TooDeep, TooLarge, TooManyQuads};
    matches!(
        error.fault,
        ContextOverflow | PoisonGraph | TooDeep | TooLarge | TooManyQuads
    )
}

/// What is canonical is its own canonical form.
fn same_again(form: &str) {
    match canonicalize_nquads(form, sha256(), &LIMITS) {
        Ok(again) => assert_eq!(again, form),
        Err(error) => assert!(
            is_limit(&error),
            "its own form is not read: {error}\n{form}"
        ),
    }
}

fn context_documents() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = touchstone_canon::BUNDLED
        .iter()
        .map(|bundled| bundled.bytes.to_vec())
        .collect();
    all.extend(seeds::files(
        &["json-ld-api/expand"],
        &["-in.jsonld", "-context.jsonld"],
    ));
    all
}

const URL: &str = "https://contexts.example/tried";

fn context(bytes: &[u8]) {
    let contexts = match Contexts::bundled().with(URL, bytes) {
        Ok(contexts) => contexts,
        Err(rejected) => return assert!(!rejected.contexts.contains(URL)),
    };
    let mut document = Object::new();
    document.insert("@context", URL);
    document.insert("@id", "urn:x");
    document.insert("@type", "urn:type");
    // Every term of the context is used once.
    let parsed = Value::parse(bytes).expect("it was taken");
    let maps = parsed.get("@context").map_or(&[][..], Value::items);
    let terms = maps
        .iter()
        .filter_map(Value::as_object)
        .flat_map(Object::keys);
    for term in terms.filter(|term| !term.starts_with('@')).take(200) {
        document.insert(term.to_owned(), "urn:value");
    }
    let document = Value::from(document);
    let answer = canonicalize(&document, &contexts, sha256(), &LIMITS);
    assert_eq!(
        canonicalize(&document, &contexts, sha256(), &LIMITS),
        answer,
        "another answer the second time"
    );
    if let Ok(form) = answer {
        same_again(&form);
    }
}

fn datasets() -> Vec<Vec<u8>> {
    seeds::files(&["rdf-canon", "json-ld-api/toRdf"], &[".nq"])
}

fn n_quads(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let _ = canonicalize_nquads(text, Hash::Sha384(CRYPTO.sha384), &LIMITS);
    let Ok(form) = canonicalize_nquads(text, sha256(), &LIMITS) else {
        return;
    };
    same_again(&form);
    let lines: Vec<&str> = text.lines().rev().collect();
    match canonicalize_nquads(&lines.join("\n"), sha256(), &LIMITS) {
        Ok(other) => assert_eq!(other, form, "the order of statements decided"),
        Err(error) => assert!(is_limit(&error), "refused in another order: {error}"),
    }
}
