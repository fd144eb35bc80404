//! The HTTP binding of DID resolution.

use touchstone_service::ports::{FetchError, Fetched};
use touchstone_vc::Curve;

use crate::conformance::Suite;

const KEY: &str = "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b";
const CORE: &str = r#"application/ld+json;profile="https://w3id.org/did-resolution""#;

fn path(did: &str) -> String {
    let encoded: String = did
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("/1.0/identifiers/{encoded}")
}

#[tokio::test]
async fn a_did_resolves_in_the_form_that_is_asked_for() {
    let suite = Suite::new().await;
    for accept in [CORE, "*/*", "application/json"] {
        let answered = suite.get(&path(KEY), accept).await;
        assert_eq!(answered.status, 200);
        assert_eq!(answered.media_type, CORE);
        assert_eq!(answered.body["didDocument"]["id"], KEY);
    }
    let result = suite.get(&path(KEY), "application/did-resolution").await;
    assert_eq!(result.media_type, "application/did-resolution");
    assert_eq!(
        result.body["didResolutionMetadata"]["contentType"],
        "application/did"
    );
    let document = suite.get(&path(KEY), "application/did").await;
    assert_eq!(document.media_type, "application/did");
    assert_eq!(document.body, result.body["didDocument"]);
    // A DID need not be encoded, and the keys of this process are known as any.
    let own = suite.room.issuer(Curve::P384);
    let answered = suite.get(&format!("/1.0/identifiers/{own}"), CORE).await;
    assert_eq!(answered.body["didDocument"]["id"], own);
}

#[tokio::test]
async fn what_does_not_resolve_has_its_error_and_its_status() {
    let suite = Suite::new().await;
    let refused = async |did: &str, options: &str, status: u16, error: &str| {
        let answered = suite.get(&format!("{}{options}", path(did)), CORE).await;
        assert_eq!(answered.status, status, "{did}");
        let metadata = match did.contains(['#', '/']) {
            true => "didDereferencingMetadata",
            false => "didResolutionMetadata",
        };
        assert_eq!(answered.body[metadata]["error"], error, "{answered:?}");
        assert_eq!(answered.body["didDocument"], serde_json::json!({}));
    };
    refused(&KEY.replace("did:", "notDid:"), "", 400, "invalidDid").await;
    refused("did:key:@", "", 400, "invalidDid").await;
    refused(&KEY.replace(":z6", ":-4:z6"), "", 400, "invalidDid").await;
    refused(&KEY.replace(":z6", ":6"), "", 400, "invalidDid").await;
    refused("did:key:zTjsVPtY", "", 400, "invalidPublicKeyLength").await;
    refused("did:experimental:123", "", 501, "methodNotSupported").await;
    refused(&format!("{KEY}/^bar^"), "", 400, "invalidDidUrl").await;
    refused(&format!("{KEY}#other"), "", 404, "notFound").await;
    refused(
        KEY,
        "?publicKeyFormat=unknown",
        501,
        "unsupportedPublicKeyType",
    )
    .await;
    refused(
        KEY,
        "?publicKeyFormat=Ed25519VerificationKey2018&enableExperimentalPublicKeyTypes=false",
        400,
        "invalidPublicKeyType",
    )
    .await;
    let answered = suite.get(&path(KEY), "text/turtle").await;
    assert_eq!(answered.status, 406);
    let answered = suite
        .get(&path("did:example:1"), "application/did-resolution")
        .await;
    assert_eq!(answered.status, 501);
    assert_eq!(
        answered.body["didResolutionMetadata"]["error"]["type"],
        "https://www.w3.org/ns/did#METHOD_NOT_SUPPORTED"
    );
}

#[tokio::test]
async fn a_did_web_that_cannot_be_reached_is_not_called_absent() {
    let suite = Suite::new().await;
    let did = "did:web:university.example";
    let address = "https://university.example/.well-known/did.json";
    suite.test.fetch.answer(address, Err(FetchError::TimedOut));
    let answered = suite.get(&path(did), CORE).await;
    assert_eq!(answered.status, 500, "{answered:?}");
    assert_eq!(
        answered.body["didResolutionMetadata"]["error"],
        "internalError"
    );
    let document = format!("{{\"@context\":\"https://www.w3.org/ns/did/v1\",\"id\":\"{did}\"}}");
    let published = Fetched {
        bytes: document.into_bytes(),
        media_type: "application/json".into(),
    };
    suite.test.fetch.answer(address, Ok(published));
    let answered = suite.get(&path(did), CORE).await;
    assert_eq!(answered.status, 200, "{answered:?}");
    assert_eq!(answered.body["didDocument"]["id"], did);
    suite
        .test
        .fetch
        .answer(address, Err(FetchError::Status(404)));
    let answered = suite.get(&path(did), CORE).await;
    assert_eq!(answered.status, 404, "{answered:?}");
}
