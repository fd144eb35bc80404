//! Files that an award rests on: uploaded, bound, opened in a sandbox, and exchanged.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::operations::work_until_idle;
use touchstone_service::ports::ObjectKey;
use touchstone_service::verifying::{Reach, check};
use touchstone_testkit::{MemoryObjects, world};
use touchstone_vc::{CheckKind, Fault, Outcome};

use crate::api_program::{Program, fresh};
use crate::cohort_mail::cohort;
use crate::site::Site;
use crate::verify_here::taken_and_shown;

const RECORD: &[u8] = b"<script>alert('a record of measurements')</script>";

fn hex(site: &Site, bytes: &[u8]) -> String {
    let digest = (site.test.world.crypto.sha256)(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn t63_uploaded_evidence_is_bound_opened_sandboxed_and_an_exchange_is_seen() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let sha256 = hex(&site, RECORD);
    let csv = format!(
        "name,email,level,evidence,awarded_on\nAmara Okafor,amara@example.org,2,sha256:{sha256},2026-11-12\nYusuf Demir,,2,,2026-11-12\n"
    );
    let (batch, preview) = cohort(&registrar, &csv).await;
    assert!(
        preview.text().contains("the file of row 2"),
        "{}",
        preview.text()
    );
    let to = format!("{batch}/evidence");
    let other = registrar
        .upload(&preview, &to, &[], ("other.pdf", b"other"))
        .await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = format!("write sha256:{}", hex(&site, b"other"));
    assert!(other.text().contains(&said) && other.text().contains("id=\"f-file-e\""));
    let kept = registrar
        .upload(&preview, &to, &[], ("record.html", RECORD))
        .await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let for_row = registrar
        .upload(&preview, &to, &[("row", "3")], ("other.pdf", b"other"))
        .await;
    assert_eq!(for_row.status, StatusCode::SEE_OTHER, "{}", for_row.text());
    let preview = registrar.get(&batch).await;
    assert!(
        preview.text().contains("2 files are here"),
        "{}",
        preview.text()
    );

    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let one = registrar
        .get("/credentials?q=amara")
        .await
        .link("/credentials/");
    let bytes = registrar.get(&format!("{one}/credential.json")).await.bytes;
    let credential: Value = serde_json::from_slice(&bytes).unwrap();
    let evidence = &credential["evidence"][0];
    let path = format!("/i/riverside/e/{sha256}");
    assert_eq!(evidence["id"], format!("https://verify.example.edu{path}"));
    assert_eq!(evidence["mediaType"], "application/octet-stream");
    assert!(evidence["digestMultibase"].is_string());

    let opened = site.stranger().get(&path).await;
    assert_eq!(opened.bytes, RECORD);
    assert_eq!(opened.headers["content-type"], "application/octet-stream");
    assert_eq!(opened.headers["content-disposition"], "attachment");
    assert_eq!(opened.headers["x-content-type-options"], "nosniff");
    let policy = opened.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox"));
    let elsewhere = site.owner("lakeside").await;
    let theirs = path.replace("riverside", "lakeside");
    assert_eq!(elsewhere.get(&theirs).await.status, StatusCode::NOT_FOUND);

    let world = &site.test.world;
    let outcome = async || {
        let checked = check(world, &bytes, None, Reach::Own).await.unwrap();
        checked.report.outcome(CheckKind::Evidence)
    };
    assert_eq!(outcome().await, Some(Outcome::Pass));
    let key = format!("evidence/{}/{sha256}", registrar.tenant.as_str());
    let key = ObjectKey::new(key).unwrap();
    world.objects.put(&key, b"another record").await.unwrap();
    assert_eq!(outcome().await, Some(Outcome::Fail(Fault::DigestMismatch)));
}

#[tokio::test]
async fn t63_what_a_browser_would_open_or_run_is_served_as_bytes() {
    const BYTES: &str = "application/octet-stream";
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    for (declared, served) in [
        ("text/html", BYTES),
        ("application/xhtml+xml", BYTES),
        ("image/svg+xml", BYTES),
        ("text/javascript", BYTES),
        ("text/css", BYTES),
        ("application/wasm", BYTES),
        ("image/png", "image/png"),
        ("audio/mpeg", "audio/mpeg"),
        ("video/mp4", "video/mp4"),
        ("text/plain", "text/plain"),
        ("application/pdf", "application/pdf"),
    ] {
        let name = fresh();
        let headers = [("idempotency-key", &*name), ("content-type", declared)];
        let file = format!("<script>alert('{declared}')</script>").into_bytes();
        let post = axum::http::Method::POST;
        let kept = program
            .send(&post, "/api/v1/evidence", &headers, file)
            .await
            .with(201);
        assert_eq!(
            kept["mediaType"], declared,
            "the record keeps what was said"
        );
        let url = kept["url"].as_str().unwrap().split_once(".edu").unwrap().1;
        let opened = site.stranger().get(url).await;
        assert_eq!(opened.headers["content-type"], served, "{declared}");
        assert_eq!(opened.headers["content-disposition"], "attachment");
    }
}

#[tokio::test]
async fn a_program_brings_evidence_of_the_kind_that_it_says() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let name = fresh();
    let headers = [
        ("idempotency-key", &*name),
        ("content-type", "application/pdf"),
    ];
    let post = axum::http::Method::POST;
    let path = "/api/v1/evidence";
    let kept = program
        .send(&post, path, &headers, RECORD.into())
        .await
        .with(201);
    assert_eq!(
        (&kept["mediaType"], &kept["known"]),
        (&json!("application/pdf"), &json!(false))
    );
    let url = kept["url"]
        .as_str()
        .unwrap()
        .split_once(".edu")
        .unwrap()
        .1
        .to_owned();
    let opened = site.stranger().get(&url).await;
    assert_eq!(opened.headers["content-type"], "application/pdf");

    let name = fresh();
    let headers = [("idempotency-key", &*name), ("content-type", "text/html")];
    let again = program
        .send(&post, path, &headers, RECORD.into())
        .await
        .with(201);
    assert_eq!(
        (&again["mediaType"], &again["known"]),
        (&json!("application/pdf"), &json!(true))
    );
    for (bytes, status, code) in [
        (vec![0; (10 << 20) + 1], 413, "file_too_large"),
        (Vec::new(), 422, "empty_file"),
    ] {
        let name = fresh();
        let headers = [
            ("idempotency-key", &*name),
            ("content-type", "application/pdf"),
        ];
        program
            .send(&post, path, &headers, bytes)
            .await
            .problem(status, code);
    }
}

/// A site whose file store tells what was read of it.
async fn watched() -> (Site, Arc<MemoryObjects>) {
    let mut test = world().await;
    let objects = Arc::new(MemoryObjects::default());
    test.world.objects = Arc::clone(&objects) as _;
    (Site::on(test), objects)
}

/// Uploads a file, and answers with its address on this site.
async fn uploaded(program: &Program, kind: &str, bytes: Vec<u8>) -> String {
    let name = fresh();
    let headers = [("idempotency-key", &*name), ("content-type", kind)];
    let post = axum::http::Method::POST;
    let kept = program.send(&post, "/api/v1/evidence", &headers, bytes);
    let kept = kept.await.with(201);
    let url = kept["url"].as_str().unwrap();
    url.split_once("verify.example.edu").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_large_file_is_handed_out_in_pieces_and_never_held_as_a_whole() {
    let (site, objects) = watched().await;
    let program = Program::of(&site, "riverside").await;
    let large: Vec<u8> = (0..1_000_001_u32).map(|n| (n % 251) as u8).collect();
    let path = uploaded(&program, "application/pdf", large.clone()).await;
    let opened = site.stranger().get(&path).await;
    assert_eq!(opened.status, StatusCode::OK);
    assert_eq!(opened.headers["content-length"], "1000001");
    assert!(opened.bytes == large);
    let read = objects.read_below("evidence/");
    assert!(read.len() > 10, "{read:?}");
    assert!(read.iter().all(|bytes| *bytes <= 64 << 10), "{read:?}");
    let asked = site.stranger().head(&path).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert_eq!(asked.headers["content-length"], "1000001");
    assert!(asked.bytes.is_empty());
    let since = objects.read_below("evidence/").split_off(read.len());
    assert_eq!(since.len(), 1, "no more than what is answered: {since:?}");
}

#[tokio::test]
async fn what_a_page_is_judged_from_is_kept_for_seconds_and_a_file_that_is_left_out_is_not_read() {
    let mut large = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let small = large.clone();
    large.resize((1 << 20) + 1, b' ');
    let text = "Sie hat 24 von 24 Teilen gemessen, größere zuerst.";
    for (kind, bytes, handed_over) in [
        ("application/pdf", large, false),
        ("application/pdf", small, true),
        ("text/plain", text.into(), true),
    ] {
        let (site, objects) = watched().await;
        let program = Program::of(&site, "riverside").await;
        let sha256 = hex(&site, &bytes);
        let path = uploaded(&program, kind, bytes).await;
        let csv = format!("name,email,evidence\nAmara Okafor,amara@example.org,sha256:{sha256}\n");
        let batch = program.take_in(&csv).await;
        program.confirm(&batch).await;
        work_until_idle(&site.test.world).await.unwrap();
        let (claim, page) = taken_and_shown(&site).await;

        let before = objects.read_below("evidence/").len();
        let reader = site.stranger();
        let documents = format!("{page}/documents.json");
        let first = reader.get(&documents).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        assert_eq!(first.text().contains(&path), handed_over, "{kind}");
        let at = site.test.world.clock.now();
        let inputs = first
            .text()
            .replacen('{', &format!("{{\"at\":\"{at}\","), 1);
        let credential = reader.get(&format!("{page}/credential.json")).await.bytes;
        let here = touchstone_wasm::check(&credential, inputs.as_bytes());
        let here: Value = serde_json::from_str(&here).unwrap();
        let checks = here["report"]["checks"].as_array().unwrap();
        let evidence = checks.iter().find(|check| check["check"] == "evidence");
        let outcome = if handed_over { "pass" } else { "unknown" };
        assert_eq!(evidence.unwrap()["outcome"], outcome, "{kind} {here}");
        for _ in 0..5 {
            assert!(reader.get(&documents).await.bytes == first.bytes);
        }
        let read = objects.read_below("evidence/").split_off(before);
        assert_eq!(read.len(), 1, "{read:?}");
        assert!(read[0] <= 64 << 10, "{read:?}");

        let off = [("switch", "off")];
        reader.post(&format!("{claim}/page"), &off).await;
        let gone = reader.get(&documents).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "at once");
    }
}
