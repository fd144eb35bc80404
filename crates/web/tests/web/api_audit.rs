//! The audit record and its roots through the API.

use serde_json::{Value, json};
use touchstone_service::operations::work_until_idle;

use crate::api_program::Program;
use crate::site::Site;

#[tokio::test]
async fn the_audit_record_and_its_roots_are_had_through_the_api() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    program.issue(&site).await;
    work_until_idle(&site.test.world).await.unwrap();
    let none = program.get("/api/v1/audit/root").await.with(200);
    assert_eq!(none["root"], Value::Null);
    let made = program
        .post("/api/v1/audit/root", &json!({}))
        .await
        .with(202);
    assert!(made["root"]["lines"].as_u64().unwrap() > 0, "{made}");
    assert_eq!(made["root"]["logPlace"], Value::Null, "it is queued");
    work_until_idle(&site.test.world).await.unwrap();
    let shown = program.get("/api/v1/audit/root").await.with(200);
    assert!(shown["root"]["logPlace"].is_u64(), "{shown}");

    let record = program.get("/api/v1/audit/record").await;
    assert_eq!(record.status, 200);
    assert_eq!(
        record.headers["content-type"],
        "application/vnd.touchstone.audit+jsonl"
    );
    let text = String::from_utf8(record.bytes).unwrap();
    assert!(
        text.starts_with("{\"format\":\"touchstone-audit/2\""),
        "{text}"
    );
    assert!(text.contains("\"action\":\"achievement.define\""), "{text}");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("{\"end\""), "the whole of it: {last}");
}
