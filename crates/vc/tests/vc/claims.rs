//! What a credential says in a vocabulary of its own is no claim that is read, whatever its holder calls it.

use touchstone_canon::json::Value;
use touchstone_vc::{CheckKind, Fault, Outcome};

use crate::support::{did_key, judge_value, nothing, outcome, parsed, set, signed};

fn proof(credential: &Value<'_>) -> Outcome {
    outcome(&judge_value(credential, &nothing()), CheckKind::Proof)
}

fn json(text: &str) -> Value<'static> {
    parsed(text.as_bytes())
}

/// What a plain credential says in a vocabulary of its own has the same statements under the name of something that is read.
#[test]
fn t11_what_was_signed_under_another_name_is_not_read_as_a_claim() {
    let definition = |name: &str| {
        let at = r#"{"@id":"https://uni.example/ns#attended","@type":"@json"}"#;
        format!(r#"{{"{name}":{at}}}"#)
    };
    let model_1 =
        r#""https://www.w3.org/2018/credentials/v1","https://w3id.org/security/data-integrity/v2""#;
    let model_2 = r#""https://www.w3.org/ns/credentials/v2""#;
    for (model, from) in [(model_1, "issuanceDate"), (model_2, "validFrom")] {
        for place in ["", "/credentialSubject", "/evidence"] {
            let mut unsigned = json(&format!(
                r#"{{"@context":[{model},{}],"id":"urn:uuid:8d1cdb6a-2c4f-4a0e-9a54-0f4d1c6f3f11","type":["VerifiableCredential"],
                "issuer":"{}","{from}":"2026-01-01T00:00:00Z","credentialSubject":{{"id":"did:example:ada"}},
                "evidence":{{"id":"https://x.example/e"}}}}"#,
                definition("attended"),
                did_key(1)
            ));
            let lecture = json(r#"{"title":"Surgery, a lecture"}"#);
            set(&mut unsigned, &format!("{place}/attended"), lecture);
            let genuine = parsed(&signed(&unsigned, 1));
            assert_eq!(proof(&genuine), Outcome::Pass, "{model} {place}");
            let text = genuine.to_string();
            let called = |name: &str| json(&text.replace("\"attended\"", &format!("\"{name}\"")));
            assert_eq!(
                proof(&called("visited")),
                Outcome::Pass,
                "the same statements"
            );
            for name in CLAIMS.iter().filter(|name| **name != from) {
                assert_eq!(
                    proof(&called(name)),
                    Outcome::Unknown(Fault::NamesAmbiguous),
                    "{model} {place}/{name}"
                );
            }
        }
    }
}

/// What is read at these places and left open there by some context, in `names.rs`.
#[rustfmt::skip]
const CLAIMS: [&str; 19] = [
    "achievement", "association", "audience", "awardedDate", "description", "endorsement", "endorsementComment", "endorsementJwt",
    "expirationDate", "genre", "identifier", "image", "issuanceDate", "name", "narrative", "relatedResource", "result", "source",
    "verifiableCredential",
];
