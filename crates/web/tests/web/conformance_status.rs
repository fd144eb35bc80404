//! Status lists as suites drive them.

use serde_json::{Value, json};
use touchstone_service::conformance::Instance;
use touchstone_vc::status::bitstring::Bits;

use crate::conformance::{Suite, not_verified, verified};

fn instance() -> &'static Instance {
    Instance::find("bitstring-status-list", "ed25519").unwrap()
}

async fn set(suite: &Suite, id: &Value, purpose: &str, status: bool) -> u16 {
    let path = format!("{}/credentials/status", instance().path());
    let body = json!({
        "credentialId": id,
        "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": purpose },
        "status": status,
    });
    suite.post(&path, &body).await.status.as_u16()
}

#[tokio::test]
async fn what_is_withdrawn_or_paused_is_not_verified_until_it_is_taken_back() {
    let suite = Suite::new().await;
    let issued = suite
        .issued(instance(), &suite.credential(instance()))
        .await;
    let check = async || suite.checked(instance(), &issued).await;
    verified(&check().await);
    let id = &issued["id"];
    for (purpose, error) in [
        ("revocation", "status: revoked"),
        ("suspension", "status: suspended"),
    ] {
        assert_eq!(set(&suite, id, purpose, true).await, 200);
        not_verified(&check().await, error);
        assert_eq!(set(&suite, id, purpose, false).await, 200);
        verified(&check().await);
    }
    assert_eq!(
        set(&suite, &"urn:none".into(), "revocation", true).await,
        404
    );
    assert_eq!(set(&suite, id, "refresh", true).await, 400);
}

#[tokio::test]
async fn the_entry_leads_to_a_signed_list_that_is_long_enough() {
    let suite = Suite::new().await;
    let issued = suite
        .issued(instance(), &suite.credential(instance()))
        .await;
    let entries = issued["credentialStatus"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(set(&suite, &issued["id"], "revocation", true).await, 200);
    for entry in entries {
        let address = entry["statusListCredential"].as_str().unwrap();
        assert_ne!(entry["id"], address);
        let path = address.strip_prefix("https://verify.example.edu").unwrap();
        let list = suite.get(path, "*/*").await;
        assert_eq!(list.status, 200);
        assert_eq!(list.media_type, "application/vc+ld+json");
        verified(&suite.checked(instance(), &list.body).await);
        let subject = &list.body["credentialSubject"];
        assert_eq!(subject["statusPurpose"], entry["statusPurpose"]);
        let bits = Bits::decode(subject["encodedList"].as_str().unwrap()).unwrap();
        assert!(bits.len() >= 131_072);
        let index: u64 = entry["statusListIndex"].as_str().unwrap().parse().unwrap();
        let is_set = entry["statusPurpose"] == "revocation";
        assert_eq!(bits.get(index), Some(is_set));
    }
}

#[tokio::test]
async fn places_are_given_by_chance_and_each_once() {
    let suite = Suite::new().await;
    let mut places = Vec::new();
    for number in 0..20 {
        let mut credential = suite.credential(instance());
        credential["id"] = format!("urn:example:{number}").into();
        let issued = suite.issued(instance(), &credential).await;
        places.push(issued["credentialStatus"][0]["statusListIndex"].clone());
        let again = suite.issued(instance(), &credential).await;
        assert_eq!(again["credentialStatus"], issued["credentialStatus"]);
    }
    let mut each_once = places.clone();
    each_once.sort_by_key(ToString::to_string);
    each_once.dedup();
    assert_eq!(each_once.len(), 20);
    assert_ne!(each_once, places, "they follow one another");
}

#[tokio::test]
async fn there_are_lists_where_there_is_a_status_and_nowhere_else() {
    let suite = Suite::new().await;
    let elsewhere = "/conformance/eddsa-rdfc-2022/ed25519";
    let list = suite
        .get(&format!("{elsewhere}/lists/revocation"), "*/*")
        .await;
    assert_eq!(list.status, 404);
    let body = json!({ "credentialId": "urn:none", "credentialStatus": { "statusPurpose": "revocation" } });
    let set = suite
        .post(&format!("{elsewhere}/credentials/status"), &body)
        .await;
    assert_eq!(set.status, 404);
}
