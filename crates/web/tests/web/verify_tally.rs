//! Verifications are counted per achievement and day, and nobody is counted.

use serde_json::{Value, json};
use touchstone_service::operations::work_until_idle;

use crate::api_program::{Program, safety};
use crate::site::Site;

/// A site where `people` hold one achievement, and the credentials.
async fn issued(site: &Site, program: &Program, people: usize) -> Vec<Value> {
    program
        .post("/api/v1/achievements", &safety())
        .await
        .with(201);
    let rows = (0..people).map(|n| format!("Person {n},person{n}@example.org\n"));
    let csv = format!("name,email\n{}", rows.collect::<String>());
    let batch = program.upload("workshop-safety", &csv).await.with(201);
    let batch = format!("/api/v1/batches/{}", batch["batch"]["id"].as_str().unwrap());
    let seen = json!({ "fingerprint": program.get(&batch).await.with(200)["fingerprint"] });
    program
        .post(&format!("{batch}/confirm"), &seen)
        .await
        .with(202);
    work_until_idle(&site.test.world).await.unwrap();
    let list = program.get("/api/v1/credentials").await.with(200);
    let mut credentials = Vec::new();
    for one in list["credentials"].as_array().unwrap().iter().take(2) {
        let path = format!("/api/v1/credentials/{}/export", one["id"].as_str().unwrap());
        credentials.push(program.get(&path).await.with(200));
    }
    credentials
}

async fn told(program: &Program) -> Value {
    let path = "/api/v1/achievements/workshop-safety/verifications";
    program.get(path).await.with(200)
}

async fn ask(site: &Site, credential: &Value) {
    let body = json!({ "verifiableCredential": credential });
    Program::stranger(site)
        .post("/credentials/verify", &body)
        .await
        .with(200);
}

async fn hand_in(site: &Site, credential: &Value) {
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{credential}\r\n--x--\r\n"
    );
    let headers = [("content-type", "multipart/form-data; boundary=x")];
    let answer = Program::stranger(site)
        .send(&axum::http::Method::POST, "/verify", &headers, body.into())
        .await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn checks_are_counted_by_day_way_and_result() {
    let site = Site::empty().await;
    let owner = site.owner("riverside").await;
    let program = Program::with(
        &site,
        &owner.tenant,
        &touchstone_service::operations::Scope::ALL,
    )
    .await;
    let credentials = issued(&site, &program, 10).await;
    let mail = site.test.mail.sent()[0].text.clone();
    let claim = mail
        .split_whitespace()
        .find_map(|word| word.split_once("verify.example.edu"))
        .unwrap()
        .1
        .to_owned();
    let holder = site.stranger();
    holder.post(&claim, &[]).await;
    holder
        .post(&format!("{claim}/page"), &[("switch", "on")])
        .await;
    let address = holder
        .get(&claim)
        .await
        .link("https://verify.example.edu/v/");
    let path = address.split_once("verify.example.edu").unwrap().1;
    assert_eq!(told(&program).await["days"], json!([]));

    for _ in 0..5 {
        holder.get(path).await; // Judged once, shown five times.
    }
    ask(&site, &credentials[0]).await;
    let mut changed = credentials[1].clone();
    changed["credentialSubject"]["achievement"]["name"] = "Nuclear safety".into();
    ask(&site, &changed).await;
    hand_in(&site, &credentials[0]).await;
    assert_eq!(
        told(&program).await["days"],
        json!([]),
        "nothing is written while somebody waits"
    );
    site.web.tallies.write(&site.test.world).await;
    let results = |pass, fail| json!({ "pass": pass, "fail": fail, "unknown": 0, "warn": 0 });
    let day = json!({ "day": "2026-11-21", "page": results(5, 0), "handedIn": results(1, 0), "api": results(1, 1) });
    let counted = told(&program).await;
    assert_eq!(counted["enough"], true);
    assert_eq!(counted["days"], json!([day]));

    let id = told_id(&program).await;
    let page = owner.get(&format!("/achievements/{id}/checks")).await;
    let text = page.text();
    assert!(
        text.contains("21 November 2026") && text.contains("7 passed, 1 failed"),
        "{text}"
    );
    assert!(!text.contains("Person ") && !text.contains("@example.org"));

    site.test.clock.advance_millis(24 * 60 * 60 * 1_000);
    holder.get(path).await;
    site.web.tallies.write(&site.test.world).await;
    let counted = told(&program).await;
    assert_eq!(counted["days"].as_array().unwrap().len(), 2);
    assert_eq!(counted["days"][0]["page"]["pass"], 1);
    assert_eq!(counted["days"][1], day, "another day leaves it as it is");

    let metrics = Program::stranger(&site).get("/metrics").await;
    let metrics = String::from_utf8(metrics.bytes).unwrap();
    assert!(
        metrics.contains("touchstone_verifications_total{result=\"pass\"} 8\n"),
        "{metrics}"
    );
    assert!(metrics.contains("touchstone_verifications_total{result=\"fail\"} 1\n"));
}

async fn told_id(program: &Program) -> String {
    let shown = program
        .get("/api/v1/achievements/workshop-safety")
        .await
        .with(200);
    shown["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_achievement_of_few_people_tells_no_counts() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let credentials = issued(&site, &program, 9).await;
    ask(&site, &credentials[0]).await;
    site.web.tallies.write(&site.test.world).await;
    let counted = told(&program).await;
    assert_eq!(
        counted,
        json!({ "enough": false, "fewest": 10, "days": [] })
    );
}

#[tokio::test]
async fn t52_counts_of_another_institution_are_not_found() {
    let site = Site::empty().await;
    let one = Program::of(&site, "riverside").await;
    let other = Program::of(&site, "lakeside").await;
    issued(&site, &one, 10).await;
    let id = told_id(&one).await;
    for name in [id.as_str(), "workshop-safety"] {
        other
            .get(&format!("/api/v1/achievements/{name}/verifications"))
            .await
            .problem(404, "achievement_not_found");
    }
    for days in ["0", "367", "many"] {
        let path = format!("/api/v1/achievements/{id}/verifications?days={days}");
        one.get(&path).await.problem(400, "bad_query");
    }
}

#[tokio::test]
async fn what_cannot_be_written_waits_and_is_not_lost() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let credentials = issued(&site, &program, 10).await;
    ask(&site, &credentials[0]).await;
    let elsewhere = touchstone_testkit::world().await; // A database that is closed cannot be written to.
    elsewhere.world.store.clone().close().await.unwrap();
    site.web.tallies.write(&elsewhere.world).await;
    ask(&site, &credentials[0]).await;
    site.web.tallies.write(&site.test.world).await;
    assert_eq!(told(&program).await["days"][0]["api"]["pass"], 2);
}
