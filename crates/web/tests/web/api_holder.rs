//! What holders do for themselves through the API, by the token of a mail or a code on paper, without a key.

use axum::http::Method;
use serde_json::{Value, json};

use crate::api_program::{Program, fresh};
use crate::reminders::reminded;
use crate::site::Site;

/// A site, a program of the institution, and the address of a claim of a holder who has a code on paper.
async fn awarded() -> (Site, Program, String) {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, credentials) = program.issue(&site).await;
    let path = format!("/api/v1/credentials/{}/paper-code", credentials[0]);
    let made = program.post(&path, &json!({})).await.with(201);
    let claim = format!("/api/v1/claims/{}", made["code"].as_str().unwrap());
    (site, program, claim)
}

#[tokio::test]
async fn t30_looking_takes_nothing_and_a_holder_takes_with_a_code() {
    let (site, _, claim) = awarded().await;
    let holder = Program::stranger(&site);
    for _ in 0..20 {
        let seen = holder.get(&claim).await.with(200);
        assert_eq!(
            (&seen["takenAt"], &seen["page"]),
            (&Value::Null, &Value::Null)
        );
        assert_eq!(seen["institution"], "riverside");
        assert_eq!(seen["name"], "Workshop safety");
    }
    let file = format!("{claim}/file");
    holder.get(&file).await.problem(409, "claim_not_taken");
    let page = format!("{claim}/page");
    holder
        .put(&page, &json!({ "on": true }))
        .await
        .problem(409, "claim_not_taken");

    let take = format!("{claim}/take");
    let unnamed = holder.send(&Method::POST, &take, &[], Vec::new()).await;
    unnamed.problem(400, "idempotency_key_missing");
    let taken = holder.post(&take, &json!({})).await.with(200);
    assert!(taken["takenAt"].is_string(), "{taken}");
    let again = holder.post(&take, &json!({})).await.with(200);
    assert_eq!(
        again["takenAt"], taken["takenAt"],
        "taking again changes nothing"
    );
    let json = holder.get(&file).await;
    assert_eq!(json.headers["content-type"], "application/vc");
    assert_eq!(
        json.json()["id"],
        format!("urn:uuid:{}", taken["credential"].as_str().unwrap())
    );
    holder
        .get(&format!("{file}?format=exe"))
        .await
        .problem(400, "bad_query");

    for wrong in ["guessed", "%20"] {
        let claim = format!("/api/v1/claims/{wrong}");
        holder.get(&claim).await.problem(404, "claim_not_found");
        let take = format!("{claim}/take");
        let refused = holder.post(&take, &json!({})).await;
        refused.problem(404, "claim_not_found");
    }
}

#[tokio::test]
async fn a_holder_switches_the_public_page_and_a_repeated_request_switches_nothing() {
    let (site, program, claim) = awarded().await;
    let holder = Program::stranger(&site);
    holder
        .post(&format!("{claim}/take"), &json!({}))
        .await
        .with(200);
    let page = format!("{claim}/page");
    let name = fresh();
    let put = async |name: &str, on: bool| {
        let body = json!({ "on": on });
        holder.named(&Method::PUT, &page, name, &body).await
    };
    let on = put(&name, true).await.with(200);
    let address = on["page"].as_str().unwrap().to_owned();
    let address = address.strip_prefix("https://verify.example.edu").unwrap();
    assert_eq!(holder.get(address).await.status, 200);

    let off = put(&fresh(), false).await.with(200);
    assert_eq!(off["page"], Value::Null);
    assert_eq!(holder.get(address).await.status, 404, "at once");
    // The first request again, by the same name: answered as it was, and the page stays off.
    assert_eq!(put(&name, true).await.with(200), on);
    assert_eq!(holder.get(&claim).await.with(200)["page"], Value::Null);
    put(&name, false)
        .await
        .problem(422, "idempotency_key_reused");
    let anew = put(&fresh(), true).await.with(200);
    assert_ne!(
        anew["page"], on["page"],
        "the old address never works again"
    );

    // A name that a holder gives does not stand in the way of the institution's own programs.
    let wanted = json!({ "name": "Nightly", "scopes": ["read"], "days": 1 });
    let made = program
        .named(&Method::POST, "/api/v1/keys", &name, &wanted)
        .await;
    made.with(201);
    let lines = program.get("/api/v1/audit?actor=holder").await.with(200);
    let actions: Vec<&str> = lines["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        ["page.open", "page.close", "page.open", "credential.claim"]
    );
    let wrong = holder.put(&page, &json!({ "switch": "on" })).await;
    wrong.problem(422, "wrong_body");
}

#[tokio::test]
async fn a_holder_has_the_proof_bundle_at_any_time_and_again_without_an_account() {
    let (site, _, claim) = awarded().await;
    let holder = Program::stranger(&site);
    let take = format!("{claim}/take");
    holder.post(&take, &json!({})).await.with(200);
    let file = format!("{claim}/file?format=bundle");
    let bundle = holder.get(&file).await;
    assert_eq!(
        bundle.headers["content-type"],
        "application/vnd.touchstone.bundle+json"
    );
    let first = bundle.with(200);
    assert!(
        first["format"]
            .as_str()
            .unwrap()
            .starts_with("touchstone-bundle/")
    );
    let json = holder.get(&format!("{claim}/file")).await;
    assert_eq!(
        first["credentials"][0]["document"]
            .as_str()
            .unwrap()
            .as_bytes(),
        json.bytes,
        "what was awarded, byte for byte"
    );
    // What the log has had since is in the next one.
    let neighbour = Program::of(&site, "lakeside").await;
    neighbour.issue(&site).await;
    let later = holder.get(&file).await.with(200);
    assert_ne!(later["checkpoint"], first["checkpoint"]);
    assert_eq!(
        later["credentials"][0]["document"],
        first["credentials"][0]["document"]
    );
}

#[tokio::test]
async fn a_learner_switches_reminders_off_and_on_by_the_token_of_the_mail() {
    let (site, path) = reminded().await;
    let learner = Program::stranger(&site);
    let path = format!("/api/v1{path}");
    let seen = learner.get(&path).await.with(200);
    let expected = json!({ "institutionName": "riverside Polytechnic", "on": true });
    assert_eq!(seen, expected, "and nothing of the learner");
    let off = learner.put(&path, &json!({ "on": false })).await.with(200);
    assert_eq!(off["on"], false);
    assert_eq!(learner.get(&path).await.with(200)["on"], false);
    let on = learner.put(&path, &json!({ "on": true })).await.with(200);
    assert_eq!(on["on"], true);
    let guessed = "/api/v1/reminders/guessed";
    learner
        .get(guessed)
        .await
        .problem(404, "reminder_link_not_found");
    learner
        .put(guessed, &json!({ "on": false }))
        .await
        .problem(404, "reminder_link_not_found");
}
