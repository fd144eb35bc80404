//! The places that records of endorsements have in the institution's status lists: each is of one record, and taking that back touches no other.

use crate::endorsing_support::{
    BOSS, asked, file_of, now, signed, signed_for, site, stands, state, wallet, with_passkey,
};
use crate::support::{MEASURING, institution_with, issued, outcome};
use serde_json::json;
use touchstone_service::endorsing::{State, answer_with_wallet, endorsement, withdraw};
use touchstone_service::operations::work_until_idle;
use touchstone_service::ports::Fetched;
use touchstone_store::{EndorsementRow, StatusListRow, StatusPurpose};
use touchstone_vc::status::bitstring::Bits;
use touchstone_vc::{CheckKind, Outcome};

#[tokio::test]
async fn a_brought_endorsement_that_names_the_place_of_a_credential_revokes_none() {
    let test = site().await;
    let (tenant, credentials) = issued(&test, MEASURING).await;
    let credential = &credentials[0];
    let reader = test.world.store.read();
    let list = credential.status_list.as_deref().unwrap();
    let list = reader.status_list_by_id(&tenant, list).await.unwrap();
    let (list, index) = (list.unwrap(), credential.status_index.unwrap());
    // The endorser's own list, of that number, in which that place is clear.
    let theirs = format!("https://celik.example/status/{}", list.number);
    let published = signed(&test, |unsigned| {
        unsigned["id"] = json!(theirs);
        unsigned["type"] = json!(["VerifiableCredential", "BitstringStatusListCredential"]);
        unsigned["credentialSubject"] = json!({
            "id": format!("{theirs}#list"), "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": Bits::new(list.length.unsigned_abs()).encode(),
        });
    });
    let published = Fetched {
        bytes: published.await,
        media_type: "application/vc".into(),
    };
    test.fetch.answer(&theirs, Ok(published));
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let file = signed_for(&test, &link, |unsigned| {
        unsigned["credentialStatus"] = json!({
            "id": format!("{theirs}#{index}"), "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation", "statusListIndex": index.to_string(),
            "statusListCredential": theirs,
        });
    });
    answer_with_wallet(&test, &link, &wallet(file.await))
        .await
        .unwrap();
    withdraw(&test, &link, "").await.unwrap();
    work_until_idle(&test).await.unwrap();
    assert_eq!(state(&test, &tenant, &id).await, State::Withdrawn);
    let set = reader.set_positions(&tenant, &list).await.unwrap();
    assert_eq!(set, Vec::<i64>::new());
    assert_eq!(
        outcome(&test, &tenant, &credential.id, CheckKind::Status).await,
        Some(Outcome::Pass)
    );
}

#[tokio::test]
async fn a_record_of_before_that_has_no_place_is_taken_back_and_no_other_with_it() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (first, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    let found = endorsement(&test, &tenant, &first).await.unwrap();
    let said = found.unwrap().said.unwrap();
    let record = file_of(&test, &first, false).await;
    let mut before = record.clone();
    let status = before.as_object_mut().unwrap().remove("credentialStatus");
    assert!(status.is_some());
    let (second, link) = asked(&test, &tenant, "ceo@other.example").await;
    let row = EndorsementRow {
        request: second.clone(),
        document: before.to_string().into_bytes(),
        ..said
    };
    let mut tx = test.world.store.begin().await.unwrap();
    tx.answer_endorsement_request(&tenant, &second, now(&test), None)
        .await
        .unwrap();
    tx.add_endorsement(row).await.unwrap();
    tx.commit().await.unwrap();
    withdraw(&test, &link, "").await.unwrap();
    work_until_idle(&test).await.unwrap();
    assert_eq!(state(&test, &tenant, &second).await, State::Withdrawn);
    stands(&test, &record).await;
}

#[tokio::test]
async fn records_that_are_signed_at_once_have_each_their_own_place() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (first, link) = asked(&test, &tenant, BOSS).await;
    let (second, other) = asked(&test, &tenant, "ceo@other.example").await;
    let (one, two) = tokio::join!(with_passkey(&test, &link), with_passkey(&test, &other));
    one.unwrap();
    two.unwrap();
    work_until_idle(&test).await.unwrap();
    let (first, second) = (
        file_of(&test, &first, false).await,
        file_of(&test, &second, false).await,
    );
    assert_ne!(
        first["credentialStatus"]["id"],
        second["credentialStatus"]["id"]
    );
    stands(&test, &first).await;
    withdraw(&test, &link, "").await.unwrap();
    work_until_idle(&test).await.unwrap();
    stands(&test, &second).await;
}

#[tokio::test]
async fn where_a_list_is_full_the_next_record_opens_another() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (first, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    // An eighth of a list is never given.
    let store = &test.world.store;
    let open = store
        .read()
        .open_status_list(&tenant, StatusPurpose::Revocation)
        .await;
    let open = open.unwrap().unwrap();
    let used = open.used.clone();
    let full = StatusListRow {
        used_count: open.length / 8 * 7,
        ..open
    };
    let mut tx = store.begin().await.unwrap();
    tx.give_positions(&full, used, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let (second, other) = asked(&test, &tenant, "ceo@other.example").await;
    with_passkey(&test, &other).await.unwrap();
    work_until_idle(&test).await.unwrap();
    let (first, second) = (
        file_of(&test, &first, false).await,
        file_of(&test, &second, false).await,
    );
    let list = |record: &serde_json::Value| {
        let list = record["credentialStatus"]["statusListCredential"].as_str();
        list.unwrap().to_owned()
    };
    assert_ne!(list(&first), list(&second));
    stands(&test, &first).await;
    stands(&test, &second).await;
    withdraw(&test, &other, "").await.unwrap();
    work_until_idle(&test).await.unwrap();
    stands(&test, &first).await;
    let lists = store.read().status_lists(&tenant).await.unwrap();
    let newest = store.read().set_positions(&tenant, &lists[1]).await;
    assert_eq!((lists.len(), newest.unwrap().len()), (2, 1));
}
