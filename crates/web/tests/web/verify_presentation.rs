//! Handing in what somebody presents: the page judges all of it, as the API and the command line do.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use touchstone_service::verifying::{Reach, check_presentation};
use touchstone_vc::{
    Asked, Audience, Challenge, Curve, Domain, Draft, Purpose, Securing, Suite, did,
};
use tower::ServiceExt;

use crate::api_program::Program;
use crate::site::Site;

/// The challenge and the domain that [`presented`] answers.
pub(crate) const ASKED: (&str, &str) = ("c-1", "reader.example");

/// What a holder presents, signed. Answers with the holder's identifier too.
pub(crate) async fn presented(site: &Site, credentials: &[Value]) -> (Value, String) {
    let world = &site.test.world;
    let public = world.signer.create("holder").await.unwrap().named();
    let method = did::key::verification_method(&public);
    let unsigned = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": did::key::did(&public),
        "verifiableCredential": credentials,
    });
    let unsigned = unsigned.to_string();
    let unsigned = touchstone_vc::json::Value::parse(unsigned.as_bytes()).unwrap();
    let mut securing = Securing::assertion(
        Suite::EddsaRdfc2022,
        Curve::Ed25519,
        &method,
        world.clock.now(),
    );
    let (challenge, domain) = ASKED;
    securing.purpose = Purpose::Authentication { challenge, domain };
    let draft = Draft::secured(&unsigned, &securing, &world.contexts, world.crypto).unwrap();
    let signature = world.signer.sign("holder", draft.signing_input()).await;
    let presentation = draft.seal(&signature.unwrap());
    (
        serde_json::from_slice(&presentation).unwrap(),
        did::key::did(&public),
    )
}

/// Two credentials of one institution, as they were issued.
async fn issued(site: &Site) -> (Program, Vec<String>, Vec<Value>) {
    let program = Program::of(site, "riverside").await;
    let (_, ids) = program.issue(site).await;
    let mut credentials = Vec::new();
    for id in &ids {
        let path = format!("/api/v1/credentials/{id}/export");
        credentials.push(program.get(&path).await.with(200));
    }
    (program, ids, credentials)
}

async fn handed_in(site: &Site, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let mut body = String::new();
    for (name, value) in fields {
        body +=
            &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--x--\r\n";
    let request = Request::post("/verify")
        .header("content-type", "multipart/form-data; boundary=x")
        .header("accept", "text/html")
        .body(Body::from(body))
        .unwrap();
    let answer = site.routes.clone().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    assert_eq!(parts.headers["cache-control"], "no-store");
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    (parts.status, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn every_credential_that_is_presented_is_shown_with_its_own_meaning_and_checks() {
    let site = Site::empty().await;
    let (program, ids, credentials) = issued(&site).await;
    let reason = json!({ "reason": "Identity not proven." });
    program
        .post(&format!("/api/v1/credentials/{}/revoke", ids[1]), &reason)
        .await
        .with(200);
    touchstone_service::operations::work_until_idle(&site.test.world)
        .await
        .unwrap();
    let (presentation, holder) = presented(&site, &credentials).await;
    let text = presentation.to_string();
    let (status, html) = handed_in(&site, &[("text", &text)]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Presented: 2 credentials"), "{html}");
    assert!(html.contains(&holder), "who presents it is named");
    // The worst of all decides about the whole, and each says its own.
    assert!(html.contains("Something is wrong with it. Do not rely on it"));
    assert!(html.contains("Credential 1 of 2") && html.contains("Credential 2 of 2"));
    assert!(html.contains("Amara Okafor"));
    assert_eq!(
        html.matches("Nothing was changed since it was signed.")
            .count(),
        3
    );
    assert_eq!(html.matches("The issuer has not withdrawn it.").count(), 1);
    assert!(html.contains("Withdrawn. Do not rely on it"));
    assert!(html.contains("Identity not proven."));
    assert!(html.contains("It was signed by who presents it."));
    assert!(html.contains("Nothing was asked of the holder, so it may be a copy."));
}

#[tokio::test]
async fn t21_the_challenge_that_was_given_is_compared_with_what_was_signed() {
    let site = Site::empty().await;
    let (.., credentials) = issued(&site).await;
    let (presentation, _) = presented(&site, &credentials[..1]).await;
    let text = presentation.to_string();
    let (challenge, domain) = ASKED;
    let fields = [("text", text.as_str()), ("challenge", challenge)];
    let (_, html) = handed_in(&site, &[fields[0], fields[1], ("domain", domain)]).await;
    assert!(html.contains("It answers what was asked."), "{html}");
    assert!(html.contains("Presented by its holder, and what is in it stands today"));
    let (_, html) = handed_in(&site, &fields).await;
    assert!(html.contains("It was made for somebody else, or for another occasion."));
    assert!(html.contains("Something is wrong with it. Do not rely on it"));
    let (_, html) = handed_in(&site, &[fields[0], ("challenge", "c-2")]).await;
    assert!(html.contains("It was made for somebody else, or for another occasion."));
}

#[tokio::test]
async fn t21_without_a_challenge_nobody_is_said_to_be_its_holder() {
    let site = Site::empty().await;
    let (.., credentials) = issued(&site).await;
    let (presentation, _) = presented(&site, &credentials[..1]).await;
    let text = presentation.to_string();
    let (_, html) = handed_in(&site, &[("text", &text)]).await;
    assert!(!html.contains("Presented by its holder"), "{html}");
    assert!(html.contains("Signed by its holder. Whether they show it is not known"));
    // A name alone would be compared with nothing.
    let (status, html) = handed_in(&site, &[("text", &text), ("domain", ASKED.1)]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        html.contains("Give the challenge too, or leave the name out."),
        "{html}"
    );
}

#[tokio::test]
async fn what_cannot_be_read_of_a_presentation_is_unknown_and_keeps_nothing_else_from_being_shown()
{
    let site = Site::empty().await;
    let (.., credentials) = issued(&site).await;
    let sealed = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "data:application/vc+sd-jwt,eyJhbGciOiJFUzI1NiJ9",
        "type": "EnvelopedVerifiableCredential",
    });
    let parts = [credentials[0].clone(), sealed];
    let (presentation, _) = presented(&site, &parts).await;
    let (status, html) = handed_in(&site, &[("text", &presentation.to_string())]).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Could not be fully checked"), "{html}");
    assert!(html.contains("Could not be read") && html.contains("an envelope of a kind"));
    assert!(html.contains("Amara Okafor"));
    let many =
        json!({ "type": "VerifiablePresentation", "verifiableCredential": vec![json!({}); 65] });
    let (status, html) = handed_in(&site, &[("text", &many.to_string())]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("Ask for them in parts."), "{html}");
}

#[tokio::test]
async fn a_changed_credential_inside_is_called_changed() {
    let site = Site::empty().await;
    let (.., mut credentials) = issued(&site).await;
    credentials[0]["name"] = "Nuclear safety".into();
    let (presentation, _) = presented(&site, &credentials).await;
    let (_, html) = handed_in(&site, &[("text", &presentation.to_string())]).await;
    assert_eq!(
        html.matches("Changed or forged. Do not rely on it").count(),
        1
    );
    assert!(html.contains("It was changed after it was signed."));
}

#[tokio::test]
async fn a_readers_browser_comes_to_the_servers_report() {
    let site = Site::empty().await;
    let (_, _, credentials) = issued(&site).await;
    let (presentation, _) = presented(&site, &credentials).await;
    let presentation = presentation.to_string();
    let world = &site.test.world;
    let (challenge, domain) = ASKED;
    let asked = Asked::Challenge {
        challenge: Challenge::new(challenge).unwrap(),
        audience: Audience::Domain(Domain::new(domain).unwrap()),
    };
    let report = check_presentation(world, presentation.as_bytes(), &asked, None, Reach::Own).await;
    let report = report.unwrap().to_json().to_string();

    let delivered = site.stranger().get("/verify/documents.json").await;
    let mut inputs: Value = serde_json::from_slice(&delivered.bytes).unwrap();
    inputs["at"] = world.clock.now().to_string().into();
    inputs["challenge"] = challenge.into();
    inputs["domain"] = domain.into();
    let here = |inputs: &Value| {
        touchstone_wasm::check_whole(presentation.as_bytes(), inputs.to_string().as_bytes())
    };
    let answer = here(&inputs);
    assert!(answer.contains(&report), "{answer}\n{report}");

    inputs["challenge"] = "another".into();
    let answer: Value = serde_json::from_str(&here(&inputs)).unwrap();
    assert_eq!(answer["verdict"]["outcome"], "failed", "{answer}");
    inputs["challenge"] = Value::Null;
    let answer: Value = serde_json::from_str(&here(&inputs)).unwrap();
    assert_eq!(answer["error"]["code"], "inputs_unreadable", "{answer}");
    let small = touchstone_wasm::check(presentation.as_bytes(), inputs.to_string().as_bytes());
    assert!(small.contains("presentation_given"), "{small}");
}
