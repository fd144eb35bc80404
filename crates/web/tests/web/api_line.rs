//! The main job through the API: define, upload, mend, confirm, issue, find, export, withdraw, correct.

use serde_json::{Value, json};
use touchstone_service::operations::work_until_idle;

use crate::api_program::{Program, Reply, safety};
use crate::site::Site;

#[tokio::test]
async fn the_main_job_goes_through_the_api() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let defined = program
        .post("/api/v1/achievements", &safety())
        .await
        .with(201);
    assert_eq!(
        (&defined["outcome"], &defined["version"]),
        (&json!("defined"), &json!(1))
    );

    let csv = "name,email\nAmara Okafor,amara@example.org\nYusuf Demir,y.demir.example.net\n";
    let uploaded = program.upload("workshop-safety", csv).await.with(201);
    let batch = uploaded["batch"]["id"].as_str().unwrap();
    let path = format!("/api/v1/batches/{batch}");
    let shown = program.get(&path).await.with(200);
    assert_eq!(
        (&shown["rowsReady"], &shown["rowsFaulty"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(shown["faulty"][0]["faults"][0]["code"], "bad_email");
    assert_eq!(shown["faulty"][0]["line"], 3);
    let rows = program
        .get(&format!("{path}/rows?state=faulty"))
        .await
        .with(200);
    assert_eq!(rows["rows"], shown["faulty"]);

    let mended = json!({ "email": "y.demir@example.net" });
    let row = program
        .patch(&format!("{path}/rows/3"), &mended)
        .await
        .with(200);
    assert_eq!(row["state"], "ready");
    let stale = json!({ "fingerprint": shown["fingerprint"] });
    let confirm = format!("{path}/confirm");
    program
        .post(&confirm, &stale)
        .await
        .problem(409, "batch_changed");
    let shown = program.get(&path).await.with(200);
    let seen = json!({ "fingerprint": shown["fingerprint"] });
    program.post(&confirm, &seen).await.with(202);
    work_until_idle(&site.test.world).await.unwrap();
    assert_eq!(program.get(&path).await.with(200)["state"], "sealed");

    let found = program.get("/api/v1/credentials?q=demir").await.with(200);
    assert_eq!(found["credentials"].as_array().unwrap().len(), 1);
    assert_eq!(found["credentials"][0]["learner"]["name"], "Yusuf Demir");
    let id = found["credentials"][0]["id"].as_str().unwrap();
    let credential = program
        .get(&format!("/api/v1/credentials/{id}"))
        .await
        .with(200);
    assert_eq!(credential["state"], "standing");
    let file = program
        .get(&format!("/api/v1/credentials/{id}/export"))
        .await;
    assert_eq!(file.headers["content-type"], "application/vc");
    assert_eq!(file.json()["id"], format!("urn:uuid:{id}"));
    let picture = program
        .get(&format!("/api/v1/credentials/{id}/export?format=png"))
        .await;
    assert!(picture.bytes.starts_with(b"\x89PNG"));
    let reply = program
        .get(&format!("/api/v1/credentials/{id}/export?format=gif"))
        .await;
    reply.problem(400, "bad_query");
    let reply = program
        .get(&format!("/api/v1/credentials/{id}/export?with={id}"))
        .await;
    reply.problem(400, "bad_query");
    // Several in one bundle, however they are named; and what is not there is named.
    let bundle = program
        .get(&format!(
            "/api/v1/credentials/{id}/export?format=bundle&with={id}"
        ))
        .await;
    assert_eq!(bundle.json()["credentials"].as_array().unwrap().len(), 1);
    let strange = "00000000-0000-4000-8000-000000000000";
    let reply = program
        .get(&format!(
            "/api/v1/credentials/{id}/export?format=bundle&with={strange}"
        ))
        .await;
    reply.problem(404, "credential_not_found");

    let lines = program
        .get("/api/v1/audit?action=batch.confirm")
        .await
        .with(200);
    assert!(
        lines["lines"][0]["actor"]
            .as_str()
            .unwrap()
            .starts_with("key:"),
        "{lines}"
    );
    let mails = program.get("/api/v1/deliveries?state=sent").await.with(200);
    assert_eq!(mails["deliveries"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn lists_are_read_page_by_page_without_gap_or_repetition() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (batch, all) = program.issue(&site).await;
    let (mut seen, mut place) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/credentials?batch={batch}&limit=1{place}");
        let page = program.get(&path).await.with(200);
        seen.push(page["credentials"][0]["id"].as_str().unwrap().to_owned());
        let Some(next) = page["next"].as_str() else {
            break;
        };
        place = format!("&after={next}");
    }
    assert_eq!(seen, all);
    for (bad, code) in [
        ("after=nowhere", "bad_cursor"),
        ("limit=0", "bad_limit"),
        ("limit=1001", "bad_limit"),
        ("state=good", "bad_query"),
        ("statee=revoked", "bad_query"),
    ] {
        program
            .get(&format!("/api/v1/credentials?{bad}"))
            .await
            .problem(400, code);
    }
}

#[tokio::test]
async fn status_changes_and_says_why_it_cannot() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let act = async |id: &str, verb: &str| -> Reply {
        let reason = json!({ "reason": "Identity not proven." });
        program
            .post(&format!("/api/v1/credentials/{id}/{verb}"), &reason)
            .await
    };
    assert_eq!(
        act(&ids[0], "suspend").await.with(200)["state"],
        "suspended"
    );
    act(&ids[0], "suspend")
        .await
        .problem(409, "credential_already_suspended");
    assert_eq!(
        act(&ids[0], "reinstate").await.with(200)["state"],
        "standing"
    );
    act(&ids[0], "reinstate")
        .await
        .problem(409, "credential_not_suspended");
    let revoked = act(&ids[0], "revoke").await.with(200);
    assert_eq!(revoked["revoked"]["reason"], "Identity not proven.");
    act(&ids[0], "revoke")
        .await
        .problem(409, "credential_already_revoked");
    act("none", "revoke")
        .await
        .problem(404, "credential_not_found");
    let path = format!("/api/v1/credentials/{}/revoke", ids[1]);
    let said = program
        .post(&path, &json!({ "reason": " " }))
        .await
        .problem(422, "bad_reason");
    assert_eq!(said["errors"][0]["field"], "reason");

    let many = json!({ "credentials": [ids[0], ids[1], "none"], "reason": "Wrong list." });
    let results = program
        .post("/api/v1/credentials/revoke", &many)
        .await
        .with(200);
    let codes = results["results"].as_array().unwrap().iter();
    let codes: Vec<Value> = codes.map(|one| one["code"].clone()).collect();
    let expected = json!(["credential_already_revoked", null, "credential_not_found"]);
    assert_eq!(Value::from(codes), expected);
    let left = program
        .get("/api/v1/credentials?state=standing")
        .await
        .with(200);
    assert_eq!(left["credentials"], json!([]));
}

#[tokio::test]
async fn a_correction_replaces_and_a_claim_is_sent_again() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let path = format!("/api/v1/credentials/{}", ids[0]);
    program
        .post(&format!("{path}/correct"), &json!({}))
        .await
        .problem(422, "nothing_changed");
    let changed = json!({ "name": "Somebody Else" });
    program
        .post(&format!("{path}/correct"), &changed)
        .await
        .with(202);
    work_until_idle(&site.test.world).await.unwrap();
    let old = program.get(&path).await.with(200);
    let new = old["replacedBy"].as_str().unwrap();
    let new = program
        .get(&format!("/api/v1/credentials/{new}"))
        .await
        .with(200);
    assert_eq!(
        (&old["state"], &new["replaces"]),
        (&json!("revoked"), &old["id"])
    );
    assert_eq!(new["learner"]["name"], "Somebody Else");

    let path = format!("/api/v1/credentials/{}", ids[1]);
    let bad = json!({ "address": "nobody" });
    program
        .post(&format!("{path}/resend"), &bad)
        .await
        .problem(422, "bad_address");
    let right = json!({ "address": "right@example.org" });
    program
        .post(&format!("{path}/resend"), &right)
        .await
        .with(202);
    let code = program
        .post(&format!("{path}/paper-code"), &json!({}))
        .await
        .with(201);
    assert_eq!(code["code"].as_str().unwrap().len(), 14);
}

#[tokio::test]
async fn definitions_are_revised_taken_out_and_taken_in() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let neighbour = Program::of(&site, "harbour").await;
    let mut faulty = safety();
    faulty["nmae"] = "x".into();
    let said = program
        .post("/api/v1/achievements", &faulty)
        .await
        .problem(422, "faulty_definition");
    assert_eq!(said["errors"][0]["field"], "nmae");
    program
        .post("/api/v1/achievements", &safety())
        .await
        .with(201);
    let mut revised = safety();
    revised["name"] = "Safety at work".into();
    let path = "/api/v1/achievements/workshop-safety";
    let written = program.put(path, &revised).await.with(200);
    assert_eq!(written["outcome"], "replaced");
    let seen = format!("{path}?seen={}", written["sha256"].as_str().unwrap());
    revised["name"] = "Safety in the workshop".into();
    program.put(&seen, &revised).await.with(200);
    revised["name"] = "Safety elsewhere".into();
    let late = program.put(&seen, &revised).await;
    late.problem(409, "written_in_between");
    revised["slug"] = "another".into();
    program.put(path, &revised).await.problem(422, "other_slug");
    let shown = program.get(path).await.with(200);
    assert_eq!(shown["definition"]["name"], "Safety in the workshop");

    let taken = program.get("/api/v1/definitions").await.with(200);
    let given = neighbour
        .post("/api/v1/definitions", &taken)
        .await
        .with(200);
    assert_eq!(given["versions"][0]["outcome"], "defined");
    assert_eq!(neighbour.get("/api/v1/definitions").await.with(200), taken);
    let said = program
        .put("/api/v1/institution", &json!({ "name": "" }))
        .await;
    let said = said.problem(422, "faulty_description");
    assert_eq!(said["errors"][0]["field"], "name");
    let described = json!({ "name": "Riverside College", "country": "ie" });
    let shown = program
        .put("/api/v1/institution", &described)
        .await
        .with(200);
    assert_eq!(
        (&shown["name"], &shown["country"]),
        (&json!("Riverside College"), &json!("IE"))
    );
    let picture = json!({ "mediaType": "image/svg+xml", "data": "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=" });
    let put = async |description: Value| {
        program
            .put("/api/v1/institution", &description)
            .await
            .with(200)
    };
    let with = put(json!({ "name": "Riverside College", "mark": picture })).await;
    assert!(with["mark"].is_string(), "{with}");
    let kept = put(json!({ "name": "Riverside College" })).await;
    assert_eq!(kept["mark"], with["mark"]);
    let without = put(json!({ "name": "Riverside College", "mark": null })).await;
    assert_eq!(without["mark"], json!(null));
}
