//! What was really signed, so that a target can tell when something else verifies.
//!
//! **Invariant:** what verifies over statements has the statements of a document that was signed; what verifies over JSON has
//! its canonical JSON. The set is made of the seeds that verify as they lie there, each with all that stands inside it.

use std::collections::HashSet;
use std::sync::LazyLock;

use ed25519_dalek::{Signer as _, SigningKey};
use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, Hash, Limits, canonicalize, jcs, multibase};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::{self, DidDocument, PublicKey};
use touchstone_vc::jose::{Algorithm, Signing, TokenDraft};
use touchstone_vc::{
    Asked, Audience, Challenge, Check, CheckKind, Credential, Curve, Detail, Document, Domain,
    Draft, Evidence, Fetched, Outcome, Presentation, PresentationReport, Purpose, Report, Resource,
    Securing, Signature, Suite, Timestamp, Trust, required, verify, verify_presentation,
};

use crate::{seeds, targets};

/// The contexts that all targets share, as a server does.
pub static CONTEXTS: LazyLock<Contexts> = LazyLock::new(Contexts::bundled);

/// 2026-11-22: the vectors were made before.
pub const NOW: Timestamp = Timestamp::from_unix_seconds(1_795_305_600);

/// The judgement of a credential, with the lists that the samples name and with every other document that it asks for.
pub fn judge(credential: &Credential<'_>) -> Report {
    let mut evidence = LISTS.clone();
    for resource in required(credential) {
        if let Some(document) = brought(&resource) {
            evidence.entry(resource).or_insert(document);
        }
    }
    judge_with(credential, &evidence)
}

/// What stands at an address: of whoever is asked for, a document with the key of the samples, and [`BOUND`] wherever bytes are bound. Lists are
/// those of the samples alone: a target of their own makes others.
fn brought(resource: &Resource) -> Option<Document> {
    let bytes = match resource {
        Resource::DidDocument(id) => {
            let keys = [("key-1".to_owned(), public())];
            let document = DidDocument::asserting(id, keys);
            document.to_value().to_string().into_bytes()
        }
        Resource::RelatedResource(_) | Resource::Evidence(_) => BOUND.to_vec(),
        Resource::StatusList(_) | Resource::Hosted(_) => return None,
    };
    Some(Document::Fetched(Fetched {
        bytes,
        fetched_at: NOW,
    }))
}

/// The bytes of every document that a credential binds.
const BOUND: &[u8] = b"what was done in the workshop";

/// The judgement of a credential from this evidence.
pub fn judge_with(credential: &Credential<'_>, evidence: &Evidence) -> Report {
    verify(
        credential,
        evidence,
        &Trust::default(),
        NOW,
        &CRYPTO,
        &CONTEXTS,
    )
}

/// The judgement of a presentation that was to answer [`CHALLENGE`].
pub fn judge_presentation(presentation: &Presentation<'_>, asked: &Asked) -> PresentationReport {
    verify_presentation(
        presentation,
        asked,
        &LISTS,
        &Trust::default(),
        NOW,
        &CRYPTO,
        &CONTEXTS,
    )
}

/// What our own presentations answer.
pub fn asked() -> Asked {
    Asked::Challenge {
        challenge: Challenge::new(CHALLENGE).expect("it is not empty"),
        audience: Audience::Domain(Domain::new(DOMAIN).expect("it is not empty")),
    }
}

/// What a reader asked for.
pub const CHALLENGE: &str = "5f1c2b7e-challenge";
const DOMAIN: &str = "reader.example";

/// A signed credential with a status entry.
pub fn sample() -> Credential<'static> {
    Credential::from_value(SAMPLE.clone()).expect("the sample is a credential")
}

/// Whether these very bytes are a token that was signed.
pub fn is_token(bytes: &[u8]) -> bool {
    TOKENS.contains(bytes.trim_ascii())
}

/// Whether this document, in one form or the other, was signed.
pub fn is_known(document: &Value<'_>) -> bool {
    [true, false]
        .into_iter()
        .any(|statements| form(document, statements).is_some_and(|form| KNOWN.contains(&form)))
}

/// Every statement that `report` says was signed, was signed.
///
/// # Panics
/// Where something else verifies.
pub fn check(credential: &Credential<'_>, report: &Report) {
    for signed in signed(credential, report) {
        signed.check();
    }
}

/// As [`check()`], for a presentation and all in it.
///
/// # Panics
/// Where something else verifies.
pub fn check_presentation(presentation: &Presentation<'_>, report: &PresentationReport) {
    for signed in presented(presentation, report) {
        signed.check();
    }
}

/// A document that a proof holds for.
struct Signed {
    document: Value<'static>,
    /// Whether the proof is over statements; else it is over JSON.
    statements: bool,
}

impl Signed {
    fn check(&self) {
        let form = form(&self.document, self.statements);
        let is_known = form.as_ref().is_some_and(|form| KNOWN.contains(form));
        assert!(
            is_known || self.is_signed_by_its_first_contexts(),
            "verifies, but nobody signed it so:\n{}",
            form.as_deref().unwrap_or("it has no form")
        );
    }

    /// A proof over JSON may state the contexts that were signed, one alone or in a list; the document's may go on after them (Data Integrity EdDSA
    /// Cryptosuites 1.0, section 3.3.2, step 4).
    fn is_signed_by_its_first_contexts(&self) -> bool {
        let contexts = self.document.get("@context").map_or(&[][..], Value::items);
        let firsts = (1..=contexts.len()).map(|length| Value::Array(contexts[..length].to_vec()));
        let mut stated = contexts.first().cloned().into_iter().chain(firsts);
        !self.statements
            && stated.any(|context| {
                let mut signed = self.document.clone();
                if let Some(object) = signed.as_object_mut() {
                    object.insert("@context", context);
                }
                form(&signed, false).is_some_and(|form| KNOWN.contains(&form))
            })
    }
}

fn signed(credential: &Credential<'_>, report: &Report) -> Vec<Signed> {
    let mut found = passing(credential.document(), &report.checks);
    for inside in &report.inside {
        let value = credential
            .document()
            .pointer(&inside.path)
            .cloned()
            .unwrap_or_default();
        let read = match &value {
            Value::String(token) => Credential::parse(token.as_bytes()),
            _ => Credential::from_value(value.clone()),
        };
        if let Ok(read) = read {
            found.extend(signed(&read, &inside.report));
        }
    }
    found
}

fn presented(presentation: &Presentation<'_>, report: &PresentationReport) -> Vec<Signed> {
    let mut found = passing(presentation.document(), &report.checks);
    for enclosed in presentation.credentials() {
        let judged = report
            .credentials
            .iter()
            .find(|judged| judged.path == enclosed.path);
        if let (Ok(credential), Some(Ok(report))) =
            (enclosed.credential, judged.map(|judged| &judged.found))
        {
            found.extend(signed(&credential, report));
        }
    }
    found
}

/// The document, once for each proof that holds.
fn passing(document: &Value<'_>, checks: &[Check]) -> Vec<Signed> {
    let holds = checks
        .iter()
        .filter(|check| check.kind == CheckKind::Proof && check.outcome == Outcome::Pass);
    let signed = holds.map(|check| {
        let suite = match &check.detail {
            Detail::Proof(detail) => detail.suite.as_deref().unwrap_or_default(),
            _ => "",
        };
        Signed {
            document: document.clone().into_owned(),
            statements: suite.contains("rdfc") || suite == Suite::Ed25519Signature2020.as_str(),
        }
    });
    signed.collect()
}

fn form(document: &Value<'_>, statements: bool) -> Option<String> {
    match statements {
        true => canonicalize(
            document,
            &CONTEXTS,
            Hash::Sha256(CRYPTO.sha256),
            &Limits::default(),
        )
        .ok(),
        false => jcs::canonicalize(document).ok(),
    }
}

/// The forms of all that was signed.
static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut known = HashSet::new();
    let mut learn = |signed: Vec<Signed>| {
        for one in signed {
            known.extend(
                [true, false]
                    .into_iter()
                    .filter_map(|statements| form(&one.document, statements)),
            );
        }
    };
    let seeds = (targets::whole::VERIFY.seeds)().into_iter();
    for bytes in seeds
        .chain((targets::badge::CLR.seeds)())
        .chain((targets::token::TOKEN.seeds)())
    {
        if let Ok(credential) = Credential::parse(&bytes) {
            learn(signed(&credential, &judge(&credential)));
        }
    }
    for bytes in (targets::whole::PRESENTATION.seeds)() {
        if let Ok(presentation) = Presentation::parse(&bytes) {
            learn(presented(
                &presentation,
                &judge_presentation(&presentation, &asked()),
            ));
        }
    }
    for list in LISTS.values() {
        if let Document::Fetched(fetched) = list
            && let Ok(credential) = Credential::parse(&fetched.bytes)
        {
            learn(signed(&credential, &judge(&credential)));
        }
    }
    assert!(known.len() > 20, "only {} forms are known", known.len());
    known
});

static TOKENS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    let tokens = (targets::token::TOKEN.seeds)().into_iter();
    tokens.map(|token| token.trim_ascii().to_vec()).collect()
});

static SAMPLE: LazyLock<Value<'static>> = LazyLock::new(|| {
    let bytes = seeds::files(&["sample-shapes"], &["aim.json"]).remove(0);
    Value::parse(&bytes)
        .expect("the sample is JSON")
        .into_owned()
});

/// The samples' status lists, as if just fetched.
static LISTS: LazyLock<Evidence> = LazyLock::new(|| {
    let list = |number: u8| {
        let bytes = seeds::files(&["sample-shapes"], &[&format!("status-{number}.json")]).remove(0);
        let document = Document::Fetched(Fetched {
            bytes,
            fetched_at: NOW,
        });
        (
            Resource::StatusList(format!("http://127.0.0.1:4599/status/{number}")),
            document,
        )
    };
    [1, 2, 4].into_iter().map(list).collect()
});

/// The key of the samples.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

pub(crate) fn public() -> PublicKey {
    PublicKey::Ed25519(key().verifying_key().to_bytes())
}

/// Signs `draft` with the key of the samples.
pub fn seal(draft: Draft) -> Vec<u8> {
    let signature = key().sign(draft.signing_input()).to_bytes();
    draft.seal(&Signature(signature.to_vec()))
}

/// How a document is signed with the key of the samples.
pub fn securing(method: &str, suite: Suite) -> Securing<'_> {
    Securing::assertion(
        suite,
        Curve::Ed25519,
        method,
        Timestamp::from_unix_seconds(1_795_219_200),
    )
}

/// The key of the samples as proofs name it.
pub fn method() -> String {
    did::key::verification_method(&public())
}

/// The sample without its proof.
fn unsigned() -> Value<'static> {
    sample().document().clone()
}

fn signing(kid: &str) -> Signing<'_> {
    Signing {
        algorithm: Algorithm::EdDsa,
        kid,
        contexts: &CONTEXTS,
    }
}

fn sealed_token(draft: TokenDraft) -> Vec<u8> {
    let signature = key().sign(draft.signing_input()).to_bytes();
    draft.seal(&Signature(signature.to_vec())).into_bytes()
}

/// Credentials of issuers with a document at an address, which bind a document and a piece of evidence.
pub fn own_published() -> Vec<Vec<u8>> {
    let digest = (CRYPTO.sha256)(BOUND);
    let bound = multibase::encode_base58(&[&[0x12, 0x20], &digest[..]].concat());
    let issuers = ["did:web:river.example", "https://river.example/issuer"];
    let suites = [Suite::EddsaRdfc2022, Suite::EddsaJcs2022];
    let all = issuers
        .into_iter()
        .flat_map(|issuer| suites.map(|suite| (issuer, suite)));
    all.map(|(issuer, suite)| {
        let mut document = unsigned();
        let object = document.as_object_mut().expect("the sample is an object");
        for (member, kind) in [
            ("relatedResource", ""),
            ("evidence", r#""type":["Evidence"],"#),
        ] {
            let text = format!(
                r#"[{{"id":"https://river.example/{member}",{kind}"digestMultibase":"{bound}"}}]"#
            );
            let value = Value::parse(text.as_bytes()).expect("it is JSON");
            object.insert(member, value.into_owned());
        }
        let profile = object.get_mut("issuer").and_then(Value::as_object_mut);
        profile
            .expect("the issuer is an object")
            .insert("id", issuer);
        let method = format!("{issuer}#key-1");
        let draft = Draft::secured(&document, &securing(&method, suite), &CONTEXTS, &CRYPTO);
        seal(draft.expect("the document is sound"))
    })
    .collect()
}

/// The sample as a token, and in an envelope.
pub fn own_tokens() -> Vec<Vec<u8>> {
    let draft = TokenDraft::credential(&unsigned(), &signing(&method()));
    let token = sealed_token(draft.expect("the sample is sound"));
    let enveloped = format!(
        r#"{{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,{}"}}"#,
        String::from_utf8_lossy(&token)
    );
    vec![token, enveloped.into_bytes()]
}

/// Presentations of the sample that answer [`CHALLENGE`], with a proof and as a token.
pub fn own_presentations() -> Vec<Vec<u8>> {
    let document = format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"holder":"{}","verifiableCredential":[{}]}}"#,
        did::key::did(&public()),
        *SAMPLE
    );
    let document = Value::parse(document.as_bytes())
        .expect("it is JSON")
        .into_owned();
    let method = method();
    let mut all: Vec<Vec<u8>> = [Suite::EddsaRdfc2022, Suite::EddsaJcs2022]
        .into_iter()
        .map(|suite| {
            let securing = Securing {
                purpose: Purpose::Authentication {
                    challenge: CHALLENGE,
                    domain: DOMAIN,
                },
                ..securing(&method, suite)
            };
            seal(
                Draft::secured(&document, &securing, &CONTEXTS, &CRYPTO)
                    .expect("the presentation is sound"),
            )
        })
        .collect();
    let token = TokenDraft::presentation(&document, &signing(&method), CHALLENGE, DOMAIN);
    all.push(sealed_token(token.expect("the presentation is sound")));
    all
}

/// A learner record with the sample in it.
pub fn own_records() -> Vec<Vec<u8>> {
    let document = format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id":"urn:uuid:8d1cdb6a-2c4f-4a0e-9a54-0f4d1c6f3f11","type":["VerifiableCredential","ClrCredential"],"name":"Record",
        "issuer":{{"id":"{}","type":["Profile"],"name":"Riverside"}},"validFrom":"2026-01-01T00:00:00Z",
        "credentialSubject":{{"id":"did:example:ada","type":["ClrSubject"],"verifiableCredential":[{}]}}}}"#,
        did::key::did(&public()),
        *SAMPLE
    );
    let document = Value::parse(document.as_bytes())
        .expect("it is JSON")
        .into_owned();
    let method = method();
    let draft = Draft::secured(
        &document,
        &securing(&method, Suite::EddsaRdfc2022),
        &CONTEXTS,
        &CRYPTO,
    );
    vec![seal(draft.expect("the record is sound"))]
}

/// The sample signed with each suite of its key.
pub fn own_credentials() -> Vec<Vec<u8>> {
    let method = method();
    let sign = |suite| Draft::secured(&unsigned(), &securing(&method, suite), &CONTEXTS, &CRYPTO);
    let drafts = [Suite::EddsaRdfc2022, Suite::EddsaJcs2022]
        .into_iter()
        .filter_map(|suite| sign(suite).ok());
    drafts.map(seal).collect()
}
