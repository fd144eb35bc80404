//! Who is known by whom: registers, what entities of a federation state, and the histories of identifiers.

use std::sync::LazyLock;

use ed25519_dalek::Signer as _;
use touchstone_canon::{jcs, json::Value};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::webvh::{Line, UpdateKeys, resolve, unnamed};
use touchstone_vc::federation::{
    ConfigurationDraft, EntityDescription, KeySet, Statement, TrustMark,
};
use touchstone_vc::registry::{Form, Registry};
use touchstone_vc::{Signature, Timestamp};

use super::texts;
use crate::Target;
use crate::genuine::{NOW, key, public};

/// Registers, in either form.
pub(crate) const REGISTER: Target = Target {
    name: "register",
    claim: "a register that is read and written as a list lists the same issuers when it is read again",
    run: register,
    seeds: || {
        texts(&[
            r#"{"name":"Known here","issuers":[{"id":"did:web:riverside.example","name":"Riverside","removedOn":"2027-01-01T00:00:00Z"},{"id":"https://hill.example/i/hill","validUntil":"2026-12-31T23:59:59.5Z","via":["https://state.example"],"markedVia":["https://mark.example"]}]}"#,
            r#"{"meta":{"created":"2026-01-01","updated":"2026-02-01"},"registry":{"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX":{"name":"Riverside","location":"Riverside, IE","url":"https://riverside.example"}}}"#,
        ])
    },
};

fn register(bytes: &[u8]) {
    let Ok(read) = Registry::parse(bytes) else {
        return;
    };
    let listed = read.at(NOW).len();
    assert!(listed <= read.issuers.len());
    if read.changes_after(NOW).is_none() {
        // Nothing ends or is removed any more.
        let far = Timestamp::from_unix_seconds(4_000_000_000);
        assert_eq!(read.at(far).len(), listed);
    }
    let written = read.to_json().to_string();
    let again = Registry::parse(written.as_bytes()).expect("a written list is read");
    assert_eq!((again.form, again.issuers), (Form::List, read.issuers));
}

/// Statements of entities, with the trust marks, keys, limits and policies in them.
pub(crate) const ENTITY_STATEMENT: Target = Target {
    name: "entity-statement",
    claim: "a statement that its own key has signed is the one that was signed",
    run: statement,
    seeds: || {
        let mut all = vec![STATEMENT.clone()];
        all.push(unsigned(
            r#"{"iss":"https://state.example","sub":"https://river.example","iat":1795219200,"exp":1800000000,"jwks":{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"1"}]},"constraints":{"max_path_length":1,"naming_constraints":{"permitted":["river.example"],"excluded":["hill.example"]},"allowed_entity_types":["federation_entity"]},"metadata_policy":{"federation_entity":{"organization_name":{"value":"River","essential":true},"contacts":{"add":["a@state.example"],"subset_of":["a@state.example"]}}}}"#,
        ));
        all.push(unsigned(
            r#"{"iss":"https://river.example","sub":"https://river.example","exp":1800000000,"jwks":{"keys":[]},"authority_hints":["https://state.example"],"trust_marks":[{"trust_mark_type":"https://mark.example/a","trust_mark":"a.b.c"}],"trust_mark_issuers":{"https://mark.example/a":["https://mark.example"]},"metadata":{"federation_entity":{"organization_name":"River","federation_list_endpoint":"https://river.example/list"}}}"#,
        ));
        all
    },
};

fn statement(bytes: &[u8]) {
    let _ = KeySet::parse(bytes);
    let _ = TrustMark::parse(bytes);
    let Ok(statement) = Statement::parse(bytes) else {
        return;
    };
    // Nobody hands out marks in a statement about somebody else.
    let marks = TrustMark::all(&statement).count();
    assert!(marks == 0 || statement.is_configuration());
    let _ = (statement.at(NOW), statement.authority_hints().count());
    let _ = statement.endpoint("federation_list_endpoint");
    if statement.signed_by(statement.keys(), &CRYPTO).is_ok() {
        assert_eq!(bytes.trim_ascii(), STATEMENT.as_slice());
    }
}

/// A configuration of an entity, signed.
static STATEMENT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let entity = EntityDescription {
        id: "https://river.example".to_owned(),
        authority_hints: vec!["https://state.example".to_owned()],
        organization_name: Some("River".to_owned()),
        ..EntityDescription::default()
    };
    let (from, until) = (1_795_219_200, 1_800_000_000);
    let [from, until] = [from, until].map(Timestamp::from_unix_seconds);
    let key_ = public();
    let keys = std::slice::from_ref(&key_);
    let draft = ConfigurationDraft::new(&entity, keys, &key_, from, until, &CRYPTO);
    let draft = draft.expect("Ed25519 signs statements");
    let signature = key().sign(draft.signing_input()).to_bytes();
    draft.seal(&Signature(signature.to_vec())).into_bytes()
});

/// Claims as a statement that nobody signed: what is inside is read before any signature is looked at.
fn unsigned(claims: &str) -> Vec<u8> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
    let header = BASE64.encode(r#"{"alg":"EdDSA","kid":"1","typ":"entity-statement+jwt"}"#);
    let signature = BASE64.encode([0; 64]);
    format!("{header}.{}.{signature}", BASE64.encode(claims)).into_bytes()
}

/// Histories of `did:webvh`.
pub(crate) const DID_HISTORY: Target = Target {
    name: "did-history",
    claim: "a history that holds has the documents that were signed, up to one of them",
    run: history,
    seeds: || vec![HISTORY.0.clone()],
};

fn history(bytes: &[u8]) {
    let (_, did, documents) = &*HISTORY;
    let Ok(read) = resolve(did, bytes, None, NOW, &CRYPTO) else {
        return;
    };
    let document = read.document.map(|document| canonical(&document));
    let signed = read
        .versions
        .checked_sub(1)
        .and_then(|at| documents.get(at));
    assert_eq!(document.as_ref(), signed);
}

/// Three versions, the identifier, and the document of each.
static HISTORY: LazyLock<(Vec<u8>, String, Vec<String>)> = LazyLock::new(|| {
    let multikey = public().to_multikey();
    // The same key promises itself: what is fuzzed is not who signs.
    let keys = || UpdateKeys {
        signs: &multikey,
        next: &multikey,
    };
    let at = |hour: i64| Timestamp::from_unix_seconds(1_795_219_200 + hour * 3_600);
    let document = |did: &str, known: &str| {
        let text = format!(r#"{{"id":"{did}","alsoKnownAs":["https://{known}.example"]}}"#);
        let document = Value::parse(text.as_bytes()).expect("it is JSON");
        document.into_owned()
    };
    let sealed = |line: Line| {
        let signature = key().sign(line.signing_input()).to_bytes();
        line.seal(&Signature(signature.to_vec()))
    };
    let name = unnamed("did:web:river.example:i:river").expect("a did:web");
    let line = Line::first(&document(&name, "one"), keys(), at(0), &CRYPTO);
    let line = line.expect("a first line");
    let did = line.did().to_owned();
    let mut log = sealed(line);
    let mut documents = vec![canonical(&document(&did, "one"))];
    for (hour, known) in [(1, "two"), (2, "three")] {
        let before = resolve(&did, log.as_bytes(), None, NOW, &CRYPTO);
        let before = before.expect("what was written is read");
        let next = document(&did, known);
        let line = Line::next(&before, &next, keys(), at(hour), &CRYPTO);
        log.push_str(&sealed(line.expect("a further line")));
        documents.push(canonical(&next));
    }
    (log.into_bytes(), did, documents)
});

fn canonical(document: &Value<'_>) -> String {
    jcs::canonicalize(document).expect("a document that is read is canonical")
}
