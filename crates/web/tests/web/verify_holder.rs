//! A page that cannot name the holder compares what the person told, and keeps nothing of it.

use serde_json::{Value, json};
use touchstone_service::operations::work_until_idle;

use crate::api_program::{Program, safety};
use crate::site::{Browser, Site};

const SAME: &str = "This is the address it was issued to";
const OTHER: &str = "It was issued to another address";

/// A site with one credential that names nobody, and the address of its public page.
async fn opened() -> (Site, Program, Browser, String) {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let mut unnamed = safety();
    unnamed["namesLearner"] = false.into();
    program
        .post("/api/v1/achievements", &unnamed)
        .await
        .with(201);
    let csv = "name,email\nAmara Okafor,Amara.Okafor@Example.org\n";
    let batch = program.upload("workshop-safety", csv).await.with(201);
    let batch = format!("/api/v1/batches/{}", batch["batch"]["id"].as_str().unwrap());
    let seen = json!({ "fingerprint": program.get(&batch).await.with(200)["fingerprint"] });
    program
        .post(&format!("{batch}/confirm"), &seen)
        .await
        .with(202);
    work_until_idle(&site.test.world).await.unwrap();
    let mail = site.test.mail.sent()[0].text.clone();
    let claim = mail
        .split_whitespace()
        .find_map(|word| word.split_once("verify.example.edu/claim/"))
        .unwrap();
    let holder = site.stranger();
    let claim = format!("/claim/{}", claim.1);
    holder.post(&claim, &[]).await;
    holder
        .post(&format!("{claim}/page"), &[("switch", "on")])
        .await;
    let address = holder
        .get(&claim)
        .await
        .link("https://verify.example.edu/v/");
    let path = address
        .split_once("verify.example.edu")
        .unwrap()
        .1
        .to_owned();
    (site, program, holder, path)
}

#[tokio::test]
async fn a_public_page_says_whether_it_was_issued_to_an_address() {
    let (_site, _program, reader, path) = opened().await;
    let page = reader.get(&path).await;
    let text = page.text();
    assert!(text.contains("the person it was awarded to") && !text.contains("Amara"));
    assert!(
        text.contains(&format!("<form action=\"{path}#whom\" method=\"post\"")),
        "{text}"
    );
    assert!(!text.contains(SAME) && !text.contains(OTHER));

    for (told, answer) in [
        ("amara.okafor@example.org", SAME),
        (" AMARA.Okafor@example.org ", SAME),
        ("amara@example.org", OTHER),
        ("2026-17", "This could not be compared"),
    ] {
        let compared = reader.post(&path, &[("holder", told)]).await;
        assert_eq!(compared.status, 200);
        assert!(compared.text().contains(answer), "{told}: {answer}");
        assert!(compared.text().contains("Stands today"));
        assert_eq!(compared.headers["cache-control"], "no-store");
        assert!(!compared.headers.contains_key("etag"));
        assert!(!compared.headers.contains_key("set-cookie"));
    }
    let again = reader.get(&path).await;
    assert_eq!(again.bytes, page.bytes, "nothing of it stays on the page");
}

#[tokio::test]
async fn nothing_that_was_told_is_written_down() {
    let (site, _program, reader, path) = opened().await;
    assert!(site.test.holds("Amara.Okafor@"), "the learner's");
    for told in ["AMARA.OKAFOR@EXAMPLE.ORG", "curious@example.org"] {
        reader.post(&path, &[("holder", told)]).await;
        assert!(!site.test.holds(told), "{told}");
    }
}

#[tokio::test]
async fn an_empty_answer_leads_back_to_the_question() {
    let (_site, _program, reader, path) = opened().await;
    for told in ["", "  ", &"a".repeat(400)] {
        let refused = reader.post(&path, &[("holder", told)]).await;
        assert_eq!(refused.location(), format!("{path}#whom"));
    }
    let closed = reader
        .post("/v/nothing", &[("holder", "a@b.example")])
        .await;
    assert_eq!(closed.status, 404);
}

/// What a browser sends from the form on the answer page: the credential again, and what the person told.
async fn compared(site: &Site, credential: &str, told: &str) -> String {
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = [
        &part("text", credential),
        &part("holder", told),
        "--x--\r\n",
    ]
    .concat();
    let headers = [
        ("content-type", "multipart/form-data; boundary=x"),
        ("accept", "text/html"),
    ];
    let answer = Program::stranger(site)
        .send(&axum::http::Method::POST, "/verify", &headers, body.into())
        .await;
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.bytes).unwrap()
}

#[tokio::test]
async fn a_credential_that_was_handed_in_is_compared_by_handing_it_in_again() {
    let site = Site::empty().await;
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/sample-shapes/aim.json"
    );
    let credential = std::fs::read_to_string(path).unwrap();
    let first = compared(&site, &credential, "").await;
    assert!(!first.contains(SAME) && !first.contains(OTHER));
    let hidden = first
        .split_once("<input type=\"hidden\" name=\"text\" value=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    let carried = hidden
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    assert_eq!(carried, credential);
    // Browsers send line ends of forms as CR LF.
    let sent = carried.replace('\n', "\r\n");
    assert!(
        compared(&site, &sent, "Ada@example.edu")
            .await
            .contains(SAME)
    );
    assert!(
        compared(&site, &sent, "bob@example.edu")
            .await
            .contains(OTHER)
    );
}

#[tokio::test]
async fn the_api_compares_and_leaves_the_verdict_apart() {
    let (site, program, _holder, _path) = opened().await;
    let list = program.get("/api/v1/credentials").await.with(200);
    let id = list["credentials"][0]["id"].as_str().unwrap();
    let credential: Value = program
        .get(&format!("/api/v1/credentials/{id}/export"))
        .await
        .with(200);
    let stranger = Program::stranger(&site);
    for (told, found) in [
        (json!("Amara.Okafor@example.org"), json!("same")),
        (json!("bob@example.org"), json!("other")),
        (json!("R26-1041"), json!("not_tied")),
        (json!(" "), Value::Null),
        (Value::Null, Value::Null),
    ] {
        let body = json!({ "verifiableCredential": credential, "options": { "holder": told } });
        let answer = stranger.post("/credentials/verify", &body).await.with(200);
        assert_eq!(answer["holder"], found, "{told}");
        assert_eq!(answer["verified"], true);
    }
}

#[tokio::test]
async fn what_happened_to_one_of_ours_is_told_when_it_is_handed_in() {
    let (site, program, _holder, _path) = opened().await;
    let list = program.get("/api/v1/credentials").await.with(200);
    let id = list["credentials"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/credentials/{id}/export");
    let credential = String::from_utf8(program.get(&path).await.bytes).unwrap();
    let reason = json!({ "reason": "Records were mixed up." });
    program
        .post(&format!("/api/v1/credentials/{id}/revoke"), &reason)
        .await
        .with(200);
    work_until_idle(&site.test.world).await.unwrap();
    let told = compared(&site, &credential, "").await;
    assert!(told.contains("Withdrawn. Do not rely on it"));
    assert!(
        told.contains("Records were mixed up.")
            && told.contains("by <bdi>riverside Polytechnic</bdi>")
    );
    assert!(told.contains("says nothing about a person’s honesty"));
    // Something else that only says it is that one is not told about.
    let forged = credential.replace("Workshop safety", "Nuclear safety");
    let told = compared(&site, &forged, "").await;
    assert!(told.contains("Changed or forged") && !told.contains("Records were mixed up."));
}
