//! The VC API: what is checked is judged by the core, and what is issued takes the way of every batch.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use touchstone_service::operations::{Scope, work_until_idle};

use crate::api_program::{Program, safety};
use crate::site::Site;
use crate::verify_presentation::presented;

async fn exported(program: &Program, id: &str) -> Value {
    program
        .get(&format!("/api/v1/credentials/{id}/export"))
        .await
        .with(200)
}

async fn verified(program: &Program, credential: &Value) -> Value {
    let body = json!({ "verifiableCredential": credential, "options": {} });
    program.post("/credentials/verify", &body).await.with(200)
}

#[tokio::test]
async fn what_stands_is_verified_and_what_was_changed_or_revoked_is_not() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let stranger = Program::stranger(&site);
    let credential = exported(&program, &ids[0]).await;
    let found = verified(&stranger, &credential).await;
    assert_eq!(found["verified"], true, "{found}");
    assert_eq!(found["report"]["verdict"], "pass");
    assert_eq!(found["errors"], json!([]));

    let mut changed = credential.clone();
    changed["credentialSubject"]["achievement"]["name"] = "Nuclear safety".into();
    let found = verified(&stranger, &changed).await;
    assert_eq!(
        (&found["verified"], &found["report"]["verdict"]),
        (&json!(false), &json!("failed"))
    );
    assert!(
        found["errors"][0].as_str().unwrap().starts_with("proof: "),
        "{found}"
    );

    let reason = json!({ "reason": "Identity not proven." });
    program
        .post(&format!("/api/v1/credentials/{}/revoke", ids[0]), &reason)
        .await
        .with(200);
    work_until_idle(&site.test.world).await.unwrap();
    let found = verified(&stranger, &credential).await;
    assert_eq!(found["verified"], false);
    assert_eq!(found["errors"], json!(["status: revoked"]));
}

#[tokio::test]
async fn what_could_not_be_checked_is_not_verified_and_not_called_failed() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let credential = exported(&program, &ids[0]).await;
    let elsewhere = Site::empty().await; // It knows nothing of the issuer, and nobody answers it.
    let found = verified(&Program::stranger(&elsewhere), &credential).await;
    assert_eq!(
        (&found["verified"], &found["report"]["verdict"]),
        (&json!(false), &json!("unknown")),
        "{found}"
    );
    let errors = found["errors"].as_array().unwrap();
    assert!(!errors.is_empty());
    assert!(
        errors
            .iter()
            .all(|error| error.as_str().unwrap().contains("could_not_check")),
        "{found}"
    );
}

#[tokio::test]
async fn what_is_no_credential_is_refused_by_name() {
    let site = Site::empty().await;
    let stranger = Program::stranger(&site);
    let refused = async |body: Value| stranger.post("/credentials/verify", &body).await;
    refused(json!({})).await.problem(422, "wrong_body");
    let body = json!({ "verifiableCredential": { "type": "Person" } });
    refused(body).await.problem(400, "not_a_credential");
    let body = json!({ "verifiableCredential": { "type": ["VerifiablePresentation"] } });
    refused(body).await.problem(400, "presentation_given");
    refused(json!({ "verifiableCredential": "eyJhbGciOiJFZERTQSJ9.e31.c2ln" }))
        .await
        .problem(400, "unreadable_credential");
    let envelope =
        json!({ "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+sd-jwt,x" });
    refused(json!({ "verifiableCredential": envelope }))
        .await
        .problem(422, "envelope_unsupported");
    refused(json!({ "verifiableCredential": 7 }))
        .await
        .problem(400, "not_a_credential");
}

#[tokio::test]
async fn a_presentation_is_judged_with_the_challenge_that_was_asked() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let credential = exported(&program, &ids[0]).await;
    let (presentation, holder) = presented(&site, &[credential]).await;

    let stranger = Program::stranger(&site);
    let found = async |presentation: &Value, options: Value| -> Value {
        let body = json!({ "verifiablePresentation": presentation, "options": options });
        stranger
            .post("/presentations/verify", &body)
            .await
            .with(200)
    };
    let asked = json!({ "challenge": "c-1", "domain": "reader.example" });
    let answer = found(&presentation, asked.clone()).await;
    assert_eq!(answer["verified"], true, "{answer}");
    assert_eq!(answer["holder"], holder);
    assert_eq!(answer["errors"], json!([]));
    assert_eq!(answer["credentialResults"][0]["verified"], true);
    assert_eq!(answer["credentialResults"][0]["about"], "open");
    let token = Value::from(presentation.to_string());
    assert_eq!(found(&token, asked.clone()).await["verified"], true);

    for (options, error) in [
        (
            json!({ "challenge": "c-2", "domain": "reader.example" }),
            "challenge: challenge_mismatch",
        ),
        (
            json!({ "challenge": "c-1", "domain": "other.example" }),
            "challenge: domain_unexpected",
        ),
        (
            json!({ "challenge": "c-1" }),
            "challenge: domain_unexpected",
        ),
    ] {
        let answer = found(&presentation, options).await;
        assert_eq!(
            (&answer["verified"], &answer["errors"]),
            (&json!(false), &json!([error]))
        );
    }
    let answer = found(&presentation, json!({})).await;
    assert_eq!(answer["verified"], true);
    assert_eq!(
        answer["warnings"],
        json!(["challenge: could_not_check: challenge_not_asked"])
    );

    let mut changed = presentation.clone();
    changed["verifiableCredential"][0]["name"] = "Nuclear safety".into();
    let answer = found(&changed, asked).await;
    assert_eq!(answer["verified"], false);
    let errors = answer["errors"].to_string();
    assert!(errors.contains("\"proof: "), "{errors}");
    assert!(
        errors.contains("/verifiableCredential/0: proof: "),
        "{errors}"
    );
}

#[tokio::test]
async fn what_is_no_presentation_is_refused_by_name() {
    let site = Site::empty().await;
    let stranger = Program::stranger(&site);
    let refused = async |body: Value| stranger.post("/presentations/verify", &body).await;
    refused(json!({})).await.problem(422, "wrong_body");
    let body = json!({ "verifiablePresentation": { "type": "Person" } });
    refused(body).await.problem(400, "not_a_presentation");
    let body = json!({ "verifiablePresentation": "eyJhbGciOiJFZERTQSJ9.e31.c2ln" });
    refused(body).await.problem(400, "unreadable_presentation");
    let envelope =
        json!({ "type": "EnvelopedVerifiablePresentation", "id": "data:application/vp+cose,x" });
    let body = json!({ "verifiablePresentation": envelope });
    refused(body).await.problem(422, "envelope_unsupported");
    let bare = json!({ "type": "VerifiablePresentation" });
    let body = json!({ "verifiablePresentation": bare, "options": { "domain": "reader.example" } });
    refused(body).await.problem(422, "wrong_body");
}

#[tokio::test]
async fn a_member_that_stands_twice_is_refused_and_not_chosen_from() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let file = program
        .get(&format!("/api/v1/credentials/{}/export", ids[0]))
        .await;
    let sound = String::from_utf8(file.bytes).unwrap();
    let doubled = sound.replacen('{', "{\"name\":\"Another\",", 1);
    assert!(sound.contains("\"name\":"));
    let body = format!("{{\"verifiableCredential\":{doubled}}}").into_bytes();
    let headers = [("content-type", "application/json")];
    let post = axum::http::Method::POST;
    let reply = Program::stranger(&site)
        .send(&post, "/credentials/verify", &headers, body)
        .await;
    reply.problem(400, "unreadable_credential");
}

fn unsigned(achievement: &Value, issuer: &Value) -> Value {
    json!({ "credential": {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": issuer,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                { "type": "IdentityObject", "hashed": false, "identityType": "name", "identityHash": "Lin \"Max\" Chen" },
                { "type": "IdentityObject", "hashed": false, "identityType": "emailAddress", "identityHash": "lin@example.org" },
            ],
            "achievement": { "id": achievement, "type": ["Achievement"] },
        },
    } })
}

#[tokio::test]
async fn one_award_is_issued_through_the_same_states_and_once() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let sample = exported(&program, &ids[0]).await;
    let achievement = &sample["credentialSubject"]["achievement"]["id"];
    let issuer = program.get("/api/v1/institution").await.with(200)["did"].clone();
    let body = unsigned(achievement, &issuer);

    let answered = AtomicBool::new(false);
    let asking = async {
        let issued = program.post("/credentials/issue", &body).await.with(201);
        let again = program.post("/credentials/issue", &body).await;
        answered.store(true, Ordering::Relaxed);
        (issued, again)
    };
    // A worker that is dropped at its work leaves that to the end of its lease: it ends what it began.
    let working = async {
        while !answered.load(Ordering::Relaxed) {
            work_until_idle(&site.test.world).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        work_until_idle(&site.test.world).await.unwrap();
    };
    let ((issued, again), ()) = tokio::join!(asking, working);
    assert!(again.status.is_success());
    assert_eq!(again.json(), issued, "the same award is one credential");
    let credential = &issued["verifiableCredential"];
    assert_eq!(verified(&program, credential).await["verified"], true);
    let found = program
        .get("/api/v1/credentials?q=lin@example.org")
        .await
        .with(200);
    assert_eq!(found["credentials"].as_array().unwrap().len(), 1);
    assert_eq!(
        found["credentials"][0]["learner"]["name"],
        "Lin \"Max\" Chen"
    );
    let batch = found["credentials"][0]["batch"].as_str().unwrap();
    let lines = program
        .get(&format!("/api/v1/audit?subject={batch}&limit=100"))
        .await
        .with(200);
    let did: Vec<&str> = lines["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        did,
        [
            "batch.seal",
            "batch.approve",
            "batch.confirm",
            "batch.upload"
        ]
    );
}

#[tokio::test]
async fn what_the_institution_does_not_issue_is_refused_and_nothing_is_left_behind() {
    let site = Site::empty().await;
    let owner = site.owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    program
        .post("/api/v1/achievements", &safety())
        .await
        .with(201);
    let issuer = program.get("/api/v1/institution").await.with(200)["did"].clone();
    let refused = async |body: &Value| program.post("/credentials/issue", body).await;
    let unknown = json!("urn:uuid:00000000-0000-4000-8000-000000000000");

    let mut body = unsigned(&unknown, &issuer);
    refused(&body).await.problem(422, "unknown_achievement");
    body["credential"]["credentialSubject"]["degree"] = "PhD".into();
    let said = refused(&body).await.problem(422, "cannot_issue_this");
    let words = said["detail"].as_str().unwrap();
    assert!(
        words.contains("degree") && words.contains("/api/v1/batches"),
        "{words}"
    );
    refused(&unsigned(&unknown, &json!("did:web:other.example")))
        .await
        .problem(422, "other_issuer");
    let mut body = unsigned(&unknown, &issuer);
    body["credential"]["type"] = json!(["VerifiableCredential", "AlumniCredential"]);
    refused(&body).await.problem(422, "cannot_issue_this");
    assert_eq!(
        program.get("/api/v1/batches").await.with(200)["batches"],
        json!([])
    );

    let reader = Program::with(&site, &owner.tenant, &[Scope::Read]).await;
    reader
        .post("/credentials/issue", &body)
        .await
        .problem(403, "scope_missing");
}

#[tokio::test]
async fn a_credential_is_issued_to_a_did_and_once_only() {
    let site = Site::empty().await;
    let owner = site.owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    program
        .post("/api/v1/achievements", &safety())
        .await
        .with(201);
    let did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    let csv = format!("name,did\nAda Lind,{did}\nBo Ek,did:web:bo.example#1\n");
    let uploaded = program.upload("workshop-safety", &csv).await.with(201);
    let batch = uploaded["batch"]["id"].as_str().unwrap();
    let rows = format!("/api/v1/batches/{batch}/rows");
    let faulty = program.get(&format!("{rows}?state=faulty")).await.with(200);
    assert_eq!(
        faulty["rows"][0]["faults"][0]["code"], "bad_did",
        "{faulty}"
    );
    program.confirm(batch).await;
    work_until_idle(&site.test.world).await.unwrap();
    let listed = program
        .get("/api/v1/credentials?q=did:key:z6Mk")
        .await
        .with(200);
    let found = &listed["credentials"][0];
    assert_eq!(found["learner"]["did"], did, "{listed}");
    let id = found["id"].as_str().unwrap();
    let credential = exported(&program, id).await;
    let subject = &credential["credentialSubject"];
    assert_eq!(subject["id"], did);
    assert!(
        !subject["identifier"].to_string().contains("sha256"),
        "nothing is hashed where there is no address and no number: {subject}"
    );
    let judged = verified(&Program::stranger(&site), &credential).await;
    assert_eq!(judged["verified"], true, "{judged}");

    let institution = program.get("/api/v1/institution").await.with(200);
    let wanted = json!({ "credential": {
        "@context": credential["@context"],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": institution["did"],
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "id": did,
            "identifier": [{ "type": "IdentityObject", "hashed": false, "identityHash": "Ada Lind", "identityType": "name" }],
            "achievement": { "id": subject["achievement"]["id"], "type": ["Achievement"] },
        },
    }});
    let again = program.post("/credentials/issue", &wanted).await.with(200);
    assert_eq!(again["verifiableCredential"]["id"], credential["id"]);
    let mut other = wanted.clone();
    other["credential"]["credentialSubject"]["id"] = "did:web:".into();
    let said = program
        .post("/credentials/issue", &other)
        .await
        .problem(422, "faulty_row");
    assert_eq!(said["errors"][0]["field"], "did");

    let page = owner.get(&format!("/credentials/{id}")).await.text();
    assert!(page.contains(did), "{page}");
    let shown = site.stranger();
    let code = program
        .post(&format!("/api/v1/credentials/{id}/paper-code"), &json!({}))
        .await
        .with(201);
    let claim = format!("/claim/{}", code["code"].as_str().unwrap());
    shown.post(&claim, &[]).await;
    shown
        .post(&format!("{claim}/page"), &[("switch", "on")])
        .await;
    let public = shown
        .get(&claim)
        .await
        .link("https://verify.example.edu/v/");
    let public = public.strip_prefix("https://verify.example.edu").unwrap();
    let text = shown.get(public).await.text();
    assert!(text.contains("Issued to") && text.contains(did), "{text}");
}
