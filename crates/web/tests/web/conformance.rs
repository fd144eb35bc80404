//! What conformance suites drive: each suite and key signs, reads what it signed and notices what was changed; and none of it
//! can be reached on a site for people.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use touchstone_service::conformance::{Conformance, INSTANCES, Instance};
use touchstone_testkit::{TestWorld, throwaway_keys, world};
use touchstone_web::conformance::{manifest, router};
use touchstone_web::edge::{Edge, Settings};
use tower::ServiceExt;

use crate::sample;
use crate::site::Site;

/// A suite at work.
pub(crate) struct Suite {
    pub(crate) room: Arc<Conformance>,
    pub(crate) test: TestWorld,
    routes: Router,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) media_type: String,
    pub(crate) body: Value,
}

impl Suite {
    pub(crate) async fn new() -> Self {
        let test = world().await;
        let room = Arc::new(Conformance::new(test.world.clone(), throwaway_keys()));
        let settings = Settings {
            origin: "https://verify.example.edu".into(),
            trusted_proxies: vec![],
            limits: touchstone_web::edge::Limits::default(),
            timeout: Duration::from_secs(60),
        };
        let clock = Arc::clone(&test.world.clock);
        let edge = Edge::new(sample::site(), settings, move || clock.now().unix_millis());
        let routes = router(Arc::clone(&room), &edge);
        Self { room, test, routes }
    }

    pub(crate) async fn get(&self, path: &str, accept: &str) -> Answered {
        let request = Request::get(path)
            .header(ACCEPT, accept)
            .body(Body::empty())
            .unwrap();
        self.send(request).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answered {
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    async fn send(&self, request: Request<Body>) -> Answered {
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let media_type = response.headers().get(CONTENT_TYPE);
        let media_type = media_type.map_or("", |value| value.to_str().unwrap());
        let media_type = media_type.to_owned();
        let bytes = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Answered {
            status,
            media_type,
            body,
        }
    }

    /// Has `credential` issued; it must be.
    pub(crate) async fn issued(&self, instance: &Instance, credential: &Value) -> Value {
        let path = format!("{}/credentials/issue", instance.path());
        let mut answered = self.post(&path, &json!({ "credential": credential })).await;
        assert_eq!(answered.status, 201, "{instance:?}: {answered:?}");
        answered.body["verifiableCredential"].take()
    }

    /// Why `credential` is not issued.
    async fn refused(&self, instance: &Instance, credential: &Value) -> Value {
        let path = format!("{}/credentials/issue", instance.path());
        let answered = self.post(&path, &json!({ "credential": credential })).await;
        assert_eq!(answered.status, 400, "{instance:?}: {answered:?}");
        assert_eq!(answered.media_type, "application/problem+json");
        answered.body
    }

    pub(crate) async fn checked(&self, instance: &Instance, credential: &Value) -> Answered {
        let path = format!("{}/credentials/verify", instance.path());
        let body = json!({ "verifiableCredential": credential });
        self.post(&path, &body).await
    }

    /// A credential of version 2.0, from whoever `instance` signs for.
    pub(crate) fn credential(&self, instance: &Instance) -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": "urn:uuid:8a3f0b3c-0d0a-4b4e-9a2b-0f2f1f6f2d11",
            "type": ["VerifiableCredential"],
            "issuer": self.room.issuer(instance.curve),
            "credentialSubject": { "id": "did:example:ada", "name": "Ada" },
        })
    }
}

#[track_caller]
pub(crate) fn verified(answered: &Answered) {
    assert_eq!(answered.status, 200, "{answered:?}");
    assert_eq!(answered.body["verified"], true);
    assert_eq!(answered.body["errors"], json!([]));
}

/// Not verified, with this as the first error.
#[track_caller]
pub(crate) fn not_verified(answered: &Answered, error: &str) {
    assert_eq!(answered.status, 400, "{answered:?}");
    assert_eq!(answered.body["verified"], false);
    assert_eq!(answered.body["errors"][0], error, "{answered:?}");
    let kind = answered.body["problemDetails"][0]["type"].as_str();
    assert!(
        kind.is_some_and(|kind| kind.contains("_ERROR")),
        "{answered:?}"
    );
}

#[tokio::test]
async fn each_suite_and_key_reads_what_it_signed_and_nothing_that_was_changed() {
    let suite = Suite::new().await;
    for instance in &INSTANCES {
        let credential = suite.credential(instance);
        let issued = suite.issued(instance, &credential).await;
        let proof = &issued["proof"];
        assert_eq!(proof["cryptosuite"], instance.suite.as_str());
        assert_eq!(proof["type"], "DataIntegrityProof");
        assert!(proof["proofValue"].as_str().unwrap().starts_with('z'));
        // Every verifier reads every suite.
        for reader in &INSTANCES {
            verified(&suite.checked(reader, &issued).await);
        }
        let mut changed = issued.clone();
        changed["credentialSubject"]["name"] = "Grace".into();
        not_verified(
            &suite.checked(instance, &changed).await,
            "proof: signature_invalid",
        );
        let mut changed = issued.clone();
        changed["proof"]["created"] = "2020-01-01T00:00:00Z".into();
        not_verified(
            &suite.checked(instance, &changed).await,
            "proof: signature_invalid",
        );
        let mut changed = issued.clone();
        changed.as_object_mut().unwrap().remove("proof");
        not_verified(
            &suite.checked(instance, &changed).await,
            "proof: proof_missing",
        );
    }
}

#[tokio::test]
async fn version_1_1_gets_the_terms_of_the_proof_and_is_verified() {
    let suite = Suite::new().await;
    for instance in INSTANCES.iter().filter(|instance| !instance.has_status) {
        let credential = json!({
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"],
            "issuer": suite.room.issuer(instance.curve),
            "issuanceDate": "2020-03-16T22:37:26.544Z",
            "credentialSubject": { "id": "did:example:ada" },
        });
        let issued = suite.issued(instance, &credential).await;
        assert_eq!(
            issued["@context"][1],
            "https://w3id.org/security/data-integrity/v2"
        );
        verified(&suite.checked(instance, &issued).await);
    }
}

#[tokio::test]
async fn nothing_is_signed_that_is_not_a_conforming_document() {
    let suite = Suite::new().await;
    let instance = &INSTANCES[0];
    let refused = async |member: &str, value: Value| {
        let mut credential = suite.credential(instance);
        credential[member] = value;
        suite.refused(instance, &credential).await
    };
    let subjects = json!([{ "id": "did:example:ada" }, {}]);
    let problem = refused("credentialSubject", subjects).await;
    assert_eq!(problem["path"], "/credential/credentialSubject/1");
    assert_eq!(
        problem["type"],
        "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"
    );
    let entry = json!({
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": true,
        "statusListCredential": "https://a.example/list",
    });
    let problem = refused("credentialStatus", entry).await;
    assert_eq!(
        problem["path"],
        "/credential/credentialStatus/statusListIndex"
    );
    let lost = refused("type", json!(["VerifiableCredential", "Unknown"])).await;
    assert_eq!(
        lost["type"],
        "https://w3id.org/security#PROOF_TRANSFORMATION_ERROR"
    );
    for (member, value) in [
        ("@context", json!([])),
        ("type", json!([])),
        ("issuer", json!(null)),
        ("id", json!("no URL")),
        ("credentialSubject", json!("did:example:ada")),
        ("validFrom", json!("yesterday")),
        ("credentialStatus", json!({ "id": "did:example:status" })),
        ("unknownTerm", json!("lost")),
    ] {
        refused(member, value).await;
    }
    let path = format!("{}/credentials/issue", instance.path());
    let nothing = suite.post(&path, &json!({})).await;
    assert_eq!(nothing.status, 400);
}

#[tokio::test]
async fn what_is_no_document_is_not_verified() {
    let suite = Suite::new().await;
    let instance = &INSTANCES[0];
    let issued = suite.issued(instance, &suite.credential(instance)).await;
    let packed = Value::String(issued.to_string());
    not_verified(&suite.checked(instance, &packed).await, "not_an_object");
    not_verified(
        &suite.checked(instance, &json!({ "type": "Person" })).await,
        "not_a_credential",
    );
    let path = format!("{}/credentials/verify", instance.path());
    let body = json!({ "verifiableCredential": issued, "options": { "checks": ["everything"] } });
    not_verified(&suite.post(&path, &body).await, "unknown_check");
}

#[tokio::test]
async fn what_is_asked_decides_what_counts() {
    let suite = Suite::new().await;
    let signer = &INSTANCES[0];
    let whole = Instance::find("vc-api", "ed25519").unwrap();
    // Signed for somebody whose key this is not.
    let mut credential = suite.credential(signer);
    credential["issuer"] = "https://university.example/issuer".into();
    let issued = suite.issued(signer, &credential).await;
    verified(&suite.checked(signer, &issued).await);
    not_verified(
        &suite.checked(whole, &issued).await,
        "issuer: controller_mismatch",
    );
    let path = format!("{}/credentials/verify", whole.path());
    let body = json!({ "verifiableCredential": issued, "options": { "checks": ["proof"] } });
    verified(&suite.post(&path, &body).await);
}

#[tokio::test]
async fn a_presentation_answers_one_challenge_for_one_domain() {
    let suite = Suite::new().await;
    for instance in &INSTANCES {
        let issued = suite.issued(instance, &suite.credential(instance)).await;
        let presentation = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": suite.room.issuer(instance.curve),
            "verifiableCredential": [issued],
        });
        let options = json!({ "challenge": "c-1", "domain": "reader.example" });
        let path = format!("{}/presentations", instance.path());
        let body = json!({ "presentation": presentation, "options": options });
        let signed = suite.post(&path, &body).await;
        assert_eq!(signed.status, 201, "{signed:?}");
        let signed = &signed.body["verifiablePresentation"];

        let path = format!("{}/presentations/verify", instance.path());
        let check = async |presentation: &Value, options: Value| {
            let body = json!({ "verifiablePresentation": presentation, "options": options });
            suite.post(&path, &body).await
        };
        verified(&check(signed, options.clone()).await);
        let other = json!({ "challenge": "c-2", "domain": "reader.example" });
        not_verified(&check(signed, other).await, "challenge: challenge_mismatch");
        let other = json!({ "challenge": "c-1", "domain": "other.example" });
        not_verified(&check(signed, other).await, "challenge: domain_unexpected");
        let mut changed = signed.clone();
        changed["verifiableCredential"][0]["credentialSubject"]["name"] = "Grace".into();
        let changed = check(&changed, options.clone()).await;
        assert_eq!(changed.status, 400, "{changed:?}");
        let mut bare = signed.clone();
        bare.as_object_mut().unwrap().remove("@context");
        not_verified(&check(&bare, options).await, "form: member_missing");
    }
}

/// VC Data Model 2.0 §5.3.
#[tokio::test]
async fn a_digest_that_is_known_to_be_wrong_is_not_signed_and_one_that_differs_is_not_verified() {
    let suite = Suite::new().await;
    let instance = Instance::find("vc-data-model-2.0", "ed25519").unwrap();
    let with = |member: &str, digest: &str| {
        let mut credential = suite.credential(instance);
        credential["relatedResource"] =
            json!([{ "id": "https://www.w3.org/ns/credentials/v2", member: digest }]);
        credential
    };
    let now = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU";
    let issued = suite.issued(instance, &with("digestSRI", now)).await;
    verified(&suite.checked(instance, &issued).await);
    let longest = "sha512-XVVFK9Lc+KKfWikEc+skKxxft31OaPGgqoe6pNuiaUhS1l7GPUisBKmdlW+fcVO5QG+E0tBMdIabAsI5odgTBQ==";
    let issued = suite.issued(instance, &with("digestSRI", longest)).await;
    verified(&suite.checked(instance, &issued).await);
    // What stood there in 2024.
    let before = "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg";
    let issued = suite.issued(instance, &with("digestSRI", before)).await;
    not_verified(
        &suite.checked(instance, &issued).await,
        "evidence: digest_mismatch",
    );
    let wrong = "sha384-AAAANpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg";
    let problem = suite.refused(instance, &with("digestSRI", wrong)).await;
    assert_eq!(problem["code"], "digest_mismatch");
    let wrong = "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0";
    suite
        .refused(instance, &with("digestMultibase", wrong))
        .await;
}

#[tokio::test]
async fn every_address_is_told_and_answers_here_and_none_on_a_site_for_people() {
    let suite = Suite::new().await;
    let site = Site::empty().await;
    let told = suite.get("/conformance", "application/json").await.body;
    assert_eq!(told, manifest(&suite.room));
    let mut addresses = Vec::new();
    for endpoints in told.as_object().unwrap().values() {
        for endpoint in endpoints.as_array().into_iter().flatten() {
            let address = endpoint.as_str().or(endpoint["endpoint"].as_str());
            let base = "https://verify.example.edu";
            addresses.push(address.unwrap().strip_prefix(base).unwrap().to_owned());
        }
    }
    assert_eq!(addresses.len(), 4 * INSTANCES.len() + 4);
    addresses.retain(|address| !address.starts_with("/1.0"));
    addresses.push("/1.0/identifiers/did:example:123".into());
    addresses.push("/conformance".into());
    for address in addresses {
        let mut answers = Vec::new();
        for method in ["GET", "POST"] {
            let request = || {
                Request::builder()
                    .method(method)
                    .uri(&address)
                    .header(CONTENT_TYPE, "application/json")
                    .body(Body::from("{}"))
                    .unwrap()
            };
            let there = suite.routes.clone().oneshot(request()).await.unwrap();
            answers.push(there.status());
            let here = site.routes.clone().oneshot(request()).await.unwrap();
            assert_eq!(here.status(), 404, "{method} {address}");
        }
        assert!(
            answers.iter().any(|status| *status != 404),
            "{address}: {answers:?}"
        );
    }
}
