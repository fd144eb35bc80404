//! The forms of one credential that mean the same: each gives the same report, or an error of form.
//!
//! The list stands in `docs/signatures.md`, for suites over statements and for those over JSON; the mutation tests look for others.

use touchstone_canon::json::{Object, Value};
use touchstone_vc::{CheckKind, Curve, Fault, Outcome, Report};

use crate::support::{Key, SIGNING, judge, lists, nothing, outcome, parsed, set};
use crate::tokens::{token, unsigned};

/// What becomes of a form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Becomes {
    /// The report is the same.
    Same,
    /// The signature holds, and the check of form says what is wrong.
    Form,
    /// The signature does not fit.
    Broken,
}

use Becomes::{Broken, Form, Same};

type Write = fn(&Value<'static>) -> String;

/// A row of the table: what is written otherwise, how, and what becomes of it over statements and over JSON.
type Row = (&'static str, Write, Becomes, Becomes);

/// Of a badge.
const FORMS: &[Row] = &[
    (
        "White space between tokens",
        |credential| credential.pretty(),
        Same,
        Same,
    ),
    (
        "Characters written as escapes",
        |credential| credential.to_string().replace("Dresses", "\\u0044resses"),
        Same,
        Same,
    ),
    (
        "Members in another order",
        |credential| {
            let members = credential.as_object().unwrap().iter().rev();
            let members = members.map(|(key, value)| (key.to_owned(), value.clone()));
            Value::from(members.collect::<Object<'_>>()).to_string()
        },
        Same,
        Same,
    ),
    (
        "A proof alone, or in an array",
        |credential| {
            with(credential, "/proof", |proof| match proof {
                Value::Array(mut proofs) => proofs.remove(0),
                alone => Value::Array(vec![alone]),
            })
        },
        Same,
        Same,
    ),
    (
        "Contexts appended that change no statement",
        |credential| {
            with(credential, "/@context", |contexts| {
                let more = r#"{"unused":"https://x.example/unused"}"#;
                let contexts = contexts.items().iter().cloned();
                contexts.chain([parsed(more.as_bytes())]).collect()
            })
        },
        Same,
        Same,
    ),
    (
        "Items of a set in another order",
        |credential| {
            with(credential, "/type", |types| {
                types.items().iter().rev().cloned().collect()
            })
        },
        Same,
        Broken,
    ),
    (
        "The one item of an array by itself, where the schema lets it be",
        |credential| with(credential, "/relatedResource", |one| one.items()[0].clone()),
        Same,
        Broken,
    ),
    (
        "The one item of an array by itself, where the schema asks for an array",
        |credential| with(credential, "/evidence", |one| one.items()[0].clone()),
        Form,
        Broken,
    ),
    (
        "A value in an array, where the schema asks for a value",
        |credential| {
            with(credential, "/credentialSubject", |one| {
                Value::Array(vec![one])
            })
        },
        Form,
        Broken,
    ),
    (
        "An item of a set twice",
        |credential| {
            with(credential, "/type", |types| {
                types.items().iter().chain(types.items()).cloned().collect()
            })
        },
        Same,
        Broken,
    ),
    (
        "Another name of the same type",
        |credential| {
            credential
                .to_string()
                .replace("OpenBadgeCredential", "AchievementCredential")
        },
        Same,
        Broken,
    ),
    (
        "A type as its full IRI, where it has no context of its own",
        |credential| {
            with(credential, "/credentialSchema/0/type", |_| {
                "https://purl.imsglobal.org/spec/vccs/v1p0/context.json#1EdTechJsonSchemaValidator2019".into()
            })
        },
        Same,
        Broken,
    ),
    (
        "A member of an empty array",
        |credential| with_new(credential, "/endorsement", Value::Array(vec![])),
        Same,
        Broken,
    ),
    (
        "A member that is null",
        |credential| with_new(credential, "/description", Value::Null),
        Form,
        Broken,
    ),
    (
        "A number in another spelling",
        |credential| credits(credential, "11.0e-1"),
        Same,
        Same,
    ),
    (
        "A number that differs behind its sixteenth digit",
        |credential| credits(credential, "1.1000000000000003"),
        Same,
        Broken,
    ),
    (
        "A reference as a text, or as an object with `id`, where the schema asks for the other",
        |credential| {
            with(
                credential,
                "/credentialSubject/achievement/criteria",
                |criteria| criteria.get("id").unwrap().clone(),
            )
        },
        Form,
        Broken,
    ),
    (
        "What an entry of status refers to, as an object with `id`",
        |credential| {
            with(
                credential,
                "/credentialStatus/statusListCredential",
                |list| Value::from(Object::from_iter([("id", list)])),
            )
        },
        Form,
        Broken,
    ),
    (
        "A label of a blank node added to an object without `id`",
        |credential| with_new(credential, "/credentialSubject/result/0/id", "_:x".into()),
        Same,
        Broken,
    ),
    (
        "A label of a blank node added where an identifier is read",
        |credential| with_new(credential, "/credentialSubject/id", "_:x".into()),
        Form,
        Broken,
    ),
];

/// Of a credential that is no badge.
const PLAIN_FORMS: &[Row] = &[
    (
        "A reference as a text, or as an object with `id`, where the data model lets it be",
        |credential| {
            with(credential, "/issuer", |issuer| {
                Value::from(Object::from_iter([("id", issuer)]))
            })
        },
        Same,
        Broken,
    ),
    (
        "Capitals in the language of a text",
        |credential| with_new(credential, "/name/@language", "EN".into()),
        Same,
        Broken,
    ),
];

/// The credentials that are written otherwise, and how.
fn credentials(key: &Key) -> [(Value<'static>, &'static [Row]); 2] {
    let mut badge = unsigned(key);
    let achievement = "/credentialSubject/achievement";
    let criteria = parsed(br#"{"id":"https://x.example/criteria"}"#);
    set(&mut badge, &format!("{achievement}/criteria"), criteria);
    let credits = parsed(b"1.1");
    set(
        &mut badge,
        &format!("{achievement}/creditsAvailable"),
        credits,
    );
    let mut plain = parsed(
        br#"{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:x:1","type":["VerifiableCredential"],
            "name":{"@value":"Wound dressing","@language":"en"},"validFrom":"2026-11-01T00:00:00Z",
            "credentialSubject":{"id":"did:example:holder"}}"#,
    );
    set(&mut plain, "/issuer", key.did());
    [(badge, FORMS), (plain, PLAIN_FORMS)]
}

/// The badge with its credits written so.
fn credits(credential: &Value<'static>, number: &str) -> String {
    let (name, text) = ("\"creditsAvailable\":", credential.to_string());
    text.replace(&format!("{name}1.1"), &format!("{name}{number}"))
}

fn with(
    credential: &Value<'static>,
    pointer: &str,
    how: impl FnOnce(Value<'static>) -> Value<'static>,
) -> String {
    let value = credential.pointer(pointer).unwrap().clone();
    with_new(credential, pointer, how(value))
}

fn with_new(credential: &Value<'static>, pointer: &str, new: Value<'static>) -> String {
    let mut changed = credential.clone();
    set(&mut changed, pointer, new);
    changed.to_string()
}

/// The outcomes without the places, which a proof alone has not.
fn outcomes(report: &Report) -> Vec<(CheckKind, Outcome)> {
    let checks = report.checks.iter();
    checks.map(|check| (check.kind, check.outcome)).collect()
}

#[track_caller]
fn check(what: &str, genuine: &str, other: &str, expect: Becomes) {
    let (genuine, report) = (
        judge(genuine.as_bytes(), &lists()),
        judge(other.as_bytes(), &lists()),
    );
    assert_eq!(outcome(&genuine, CheckKind::Proof), Outcome::Pass, "{what}");
    let proof = outcome(&report, CheckKind::Proof);
    match expect {
        Same => assert_eq!(outcomes(&report), outcomes(&genuine), "{what}"),
        Form => {
            assert_eq!(proof, Outcome::Pass, "{what}");
            let form = outcome(&report, CheckKind::Schema);
            let entry = outcome(&report, CheckKind::Status);
            let says = matches!(form, Outcome::Fail(_))
                || entry == Outcome::Unknown(Fault::StatusEntryMalformed);
            assert!(says, "{what}: {report:?}");
        }
        Broken => assert_eq!(proof, Outcome::Fail(Fault::SignatureInvalid), "{what}"),
    }
}

#[test]
fn every_form_that_means_the_same_has_the_report_that_is_written_down() {
    for (suite, curve) in SIGNING {
        let key = Key::new(curve, 7);
        for (document, forms) in credentials(&key) {
            let genuine = key.secure(&document, suite, |_| {});
            for &(form, write, over_statements, over_json) in forms {
                let other = write(&genuine);
                assert_ne!(other, genuine.to_string(), "{form}");
                let expect = match suite.signs_statements() {
                    true => over_statements,
                    false => over_json,
                };
                let what = format!("{form}, {suite:?} {curve:?}");
                check(&what, &genuine.to_string(), &other, expect);
            }
        }
    }
}

/// Of a token every byte counts: each form of the document in it is another document.
#[test]
fn no_form_of_a_tokens_document_means_the_same() {
    let key = Key::new(Curve::Ed25519, 7);
    for (document, forms) in credentials(&key) {
        let good = token(&key, &document);
        let signature = good.rsplit_once('.').unwrap().1;
        for (form, write, _, _) in forms {
            if form.contains("proof") {
                continue;
            }
            let text = write(&document);
            let header = good.split_once('.').unwrap().0;
            let payload = touchstone_canon::multibase::encode_base64url(text.as_bytes());
            let other = format!("{header}.{}.{signature}", &payload[1..]);
            let report = judge(other.as_bytes(), &nothing());
            assert_eq!(
                outcome(&report, CheckKind::Proof),
                Outcome::Fail(Fault::SignatureInvalid),
                "{form}"
            );
        }
    }
}

/// VC Data Integrity signs over JSON with the contexts that the proof states; those behind them are not signed. A context that takes
/// their place, or stands before them, is.
#[test]
fn over_json_contexts_are_signed_as_far_as_the_proof_states_them() {
    for (suite, curve) in SIGNING
        .into_iter()
        .filter(|(suite, _)| !suite.signs_statements())
    {
        let key = Key::new(curve, 7);
        let genuine = key.secure(&unsigned(&key), suite, |_| {});
        let proof = |contexts: Vec<Value<'static>>| {
            let other = with_new(&genuine, "/@context", Value::Array(contexts));
            outcome(&judge(other.as_bytes(), &lists()), CheckKind::Proof)
        };
        let stated = genuine.get("@context").unwrap().items().to_vec();
        let foreign = Value::from("https://x.example/v1");
        let behind = [stated.clone(), vec![foreign.clone()]].concat();
        assert_eq!(proof(behind), Outcome::Pass, "{suite:?} {curve:?}");
        let before = [vec![foreign.clone()], stated.clone()].concat();
        let fewer = stated[..stated.len() - 1].to_vec();
        let instead = [fewer.clone(), vec![foreign]].concat();
        for changed in [before, fewer, instead] {
            let malformed = Outcome::Fail(Fault::ProofMalformed);
            assert_eq!(proof(changed), malformed, "{suite:?} {curve:?}");
        }
    }
}

/// What the document says of each form is what is tested.
#[test]
fn the_forms_stand_in_the_document() {
    let document = include_str!("../../../../docs/signatures.md");
    let words = |becomes| match becomes {
        Same => "the same report",
        Form => "an error of form",
        Broken => "the signature does not fit",
    };
    for &(form, _, over_statements, over_json) in FORMS.iter().chain(PLAIN_FORMS) {
        let row = format!(
            "| {form} | {} | {} |",
            words(over_statements),
            words(over_json)
        );
        assert!(document.contains(&row), "{row}");
    }
    let rows = document.lines().filter(|line| {
        line.starts_with("| ")
            && (line.contains("the same report") || line.contains("an error of form"))
    });
    assert_eq!(rows.count(), FORMS.len() + PLAIN_FORMS.len());
}
