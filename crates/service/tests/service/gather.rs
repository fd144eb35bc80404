//! Copies of other issuers' documents: used, capped, and never in the way of a check.

use serde_json::json;
use touchstone_service::{
    ports::Fetched,
    verifying::{Reach, check, check_presentation},
};
use touchstone_store::Store;
use touchstone_testkit::{TestDatabase, world, world_on};
use touchstone_vc::{Asked, CheckKind, Outcome};

const LIST: &str = "http://127.0.0.1:4599/status/1";

fn vector(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../../../shared/vectors/sample-shapes/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|error| panic!("the vector {path} is needed: {error}"))
}

fn list() -> Fetched {
    Fetched {
        bytes: vector("status-1.json"),
        media_type: "application/vc".into(),
    }
}

#[tokio::test]
async fn a_document_of_another_is_asked_for_once_in_a_while_and_kept() {
    let world = world().await;
    world.clock.advance_millis(24 * 60 * 60 * 1_000);
    world.fetch.answer(LIST, Ok(list()));
    for _ in 0..3 {
        let checked = check(&world, &vector("aim.json"), None, Reach::Network)
            .await
            .unwrap();
        assert_eq!(
            checked.report.outcome(CheckKind::Status),
            Some(Outcome::Pass)
        );
    }
    assert_eq!(world.fetch.asked(), [LIST]);
    let kept = world.store.read().remote_document(LIST).await.unwrap();
    assert_eq!(kept.unwrap().bytes, Some(list().bytes));

    // Nobody asks for it for a quarter of a year: it goes.
    world.clock.advance_millis(91 * 24 * 60 * 60 * 1_000);
    touchstone_service::operations::wind(&world).await.unwrap();
    let kept = world.store.read().remote_document(LIST).await.unwrap();
    assert_eq!(kept, None);
}

#[tokio::test]
async fn a_thousand_copies_are_kept_and_the_oldest_goes_for_the_next() {
    let world = world().await;
    world.clock.advance_millis(24 * 60 * 60 * 1_000);
    let now = world.world.clock.now().unix_millis();
    for number in 0..1_000 {
        let url = format!("https://other.example/{number}");
        world
            .store
            .keep_remote_document(&url, vec![1], now - 10_000 + number)
            .await
            .unwrap();
    }
    world.fetch.answer(LIST, Ok(list()));
    check(&world, &vector("aim.json"), None, Reach::Network)
        .await
        .unwrap();
    let reader = world.store.read();
    let is_kept = async |url: &str| reader.remote_document(url).await.unwrap().is_some();
    assert!(is_kept(LIST).await);
    assert!(!is_kept("https://other.example/0").await);
    assert!(is_kept("https://other.example/1").await);
}

#[tokio::test]
async fn a_copy_that_cannot_be_kept_does_not_spoil_the_check() {
    let database = TestDatabase::sqlite();
    let url = database.url().to_owned();
    let mut world = world_on(database).await;
    world.clock.advance_millis(24 * 60 * 60 * 1_000);
    world.world.store = Store::connect_read_only(&url).await.unwrap();
    world.fetch.answer(LIST, Ok(list()));
    let checked = check(&world, &vector("aim.json"), None, Reach::Network)
        .await
        .unwrap();
    assert_eq!(
        checked.report.outcome(CheckKind::Status),
        Some(Outcome::Pass)
    );
}

#[tokio::test]
async fn one_check_asks_others_for_so_many_documents_and_no_more() {
    let world = world().await;
    let status = |number: usize| {
        let list = format!("https://lists.example/{number}");
        json!({
            "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": "1", "statusListCredential": list,
        })
    };
    let credential = |number: usize| {
        let lists: Vec<_> = (0..16).map(|at| status(number * 16 + at)).collect();
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": "did:example:issuer",
            "credentialStatus": lists,
            "credentialSubject": {"id": "did:example:holder"},
        })
    };
    let presentation = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": (0..12).map(credential).collect::<Vec<_>>(),
    });
    let bytes = presentation.to_string().into_bytes();
    check_presentation(&world, &bytes, &Asked::Nothing, None, Reach::Network)
        .await
        .unwrap();
    assert_eq!(world.fetch.asked().len(), 128);
}
