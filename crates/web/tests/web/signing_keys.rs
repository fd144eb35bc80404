//! The keys that sign, as owners see and change them on the pages and by the API.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;
use touchstone_service::DidMethod;
use touchstone_service::operations::signing_key::{Succeeding, signing_keys, succeed};
use touchstone_service::operations::{Job, Role, Scope, work_until_idle};
use touchstone_service::ports::Fetched;
use touchstone_testkit::world;

use crate::api_program::Program;
use crate::site::{Browser, Site};

async fn states(site: &Site, owner: &Browser) -> Vec<(String, &'static str)> {
    let keys = signing_keys(&site.test.world, &owner.tenant).await.unwrap();
    keys.into_iter()
        .map(|key| (key.id, key.state.as_str()))
        .collect()
}

#[tokio::test]
async fn an_owner_rotates_gives_up_and_destroys_and_is_asked_before_what_cannot_be_undone() {
    let (site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/signing-keys").await;
    let text = page.text();
    for words in [
        "Keys that sign",
        "riverside-1",
        "Signs",
        "<svg",
        "When each key signed",
        "15 minutes",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let refused = owner
        .submit(&page, "/signing-keys/rotate", &[("reason", " ")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Say why"), "{}", refused.text());
    let begun = owner
        .submit(&page, "/signing-keys/rotate", &[("reason", "Once a year.")])
        .await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
    let path = begun.location().to_owned();
    let one = owner.get(&path).await;
    assert!(
        one.text().contains("Announced") && one.text().contains("Let it sign now"),
        "{}",
        one.text()
    );
    owner.submit(&one, &format!("{path}/activate"), &[]).await;
    work_until_idle(&site.test.world).await.unwrap();
    let now: Vec<_> = states(&site, &owner)
        .await
        .into_iter()
        .map(|(_, state)| state)
        .collect();
    assert_eq!(now, ["active", "retired"]);
    // Everybody sees what became of them, and nobody else who did it and why.
    let public = site.stranger().get("/i/riverside").await.text();
    for words in [
        "Signs</b>",
        "Signs no more</b>",
        "riverside-1",
        "In the public log: <a href=\"/log?entry=",
        "When each key signed",
        "riverside-1 signs no more; ",
    ] {
        assert!(public.contains(words), "{words}: {public}");
    }
    assert!(!public.contains("Once a year."), "{public}");
    let again = owner.submit(&one, &format!("{path}/activate"), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.text().contains("The key is active already."),
        "{}",
        again.text()
    );

    // What cannot be taken back has a page of its own, which says what it takes with it.
    let old = "/signing-keys/riverside-1";
    let asked = owner.get(&format!("{old}/compromise")).await;
    assert!(
        asked.text().contains("It cannot be taken back"),
        "{}",
        asked.text()
    );
    let fields = [("since", "2026-13-41"), ("reason", "A laptop was stolen.")];
    let refused = owner
        .submit(&asked, &format!("{old}/compromise"), &fields)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("A laptop was stolen."),
        "what was typed stays"
    );
    let fields = [
        ("since", "2020-01-01T08:00"),
        ("reason", "A laptop was stolen."),
    ];
    let done = owner
        .submit(&asked, &format!("{old}/compromise"), &fields)
        .await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, old));
    let one = owner.get(old).await;
    assert!(
        one.text().contains("What it signed is in doubt"),
        "{}",
        one.text()
    );
    let asked = owner.get(&format!("{old}/destroy")).await;
    owner
        .submit(
            &asked,
            &format!("{old}/destroy"),
            &[("reason", "Not needed.")],
        )
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    assert_eq!(
        states(&site, &owner).await[1],
        ("riverside-1".into(), "destroyed")
    );
    let one = owner.get(old).await;
    assert!(one.text().contains("/log?entry="), "{}", one.text());
}

#[tokio::test]
async fn while_the_signer_is_away_the_page_says_that_issuing_waits() {
    let (site, owner) = Site::with_owner("riverside").await;
    let words = "The security module or service that holds the keys does not answer.";
    assert!(!owner.get("/signing-keys").await.text().contains(words));
    site.test.memory_signer.leave(true);
    let page = owner.get("/signing-keys").await;
    assert!(page.text().contains(words), "{}", page.text());
    let refused = owner
        .submit(&page, "/signing-keys/rotate", &[("reason", "Once a year.")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("signer unavailable"),
        "{}",
        refused.text()
    );
    // A stolen key does not wait for it.
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let stolen = json!({ "reason": "A laptop was stolen." });
    let path = "/api/v1/signing-keys/riverside-1/compromise";
    let told = program.post(path, &stolen).await.with(200);
    assert_eq!(
        (&told["successor"], &told["successorWaits"]),
        (&json!(null), &json!(true))
    );
    assert_eq!(
        states(&site, &owner).await,
        [("riverside-1".to_owned(), "compromised")]
    );
}

/// The one is named after its key, the other on the web.
#[tokio::test]
async fn who_goes_on_for_an_issuer_that_is_its_key_stands_on_the_page_and_in_the_log() {
    let mut test = world().await;
    let site = test.world.site.clone();
    let local = touchstone_service::Site {
        local: true,
        ..(*site).clone()
    };
    test.world.site = Arc::new(local);
    let site = Site::on(test);
    let (owner, heir) = (site.owner("riverside").await, site.owner("lakeside").await);
    let page = owner.get("/signing-keys").await.text();
    assert!(!page.contains("is succeeded by"), "{page}");
    assert!(!page.contains("/signing-keys/rotate"), "{page}");
    assert!(page.contains("touchstone key succeed"), "{page}");
    let key = owner.get("/signing-keys/riverside-1").await.text();
    assert!(!key.contains("Retire it"), "{key}");
    let asked = owner.get("/signing-keys/riverside-1/compromise").await;
    assert!(
        asked.text().contains("nobody can succeed it"),
        "{}",
        asked.text()
    );
    let order = Succeeding {
        tenant: owner.tenant.clone(),
        successor: heir.tenant.clone(),
        actor: "operator".into(),
        reason: "The old machine goes.".into(),
    };
    let stated = succeed(&site.test.world, &order).await.unwrap();
    work_until_idle(&site.test.world).await.unwrap();
    let page = owner.get("/signing-keys").await.text();
    assert!(
        page.contains("is succeeded by") && page.contains(&stated.successor),
        "{page}"
    );
    assert!(!page.contains("touchstone key succeed"), "{page}");
    let page = heir.get("/signing-keys").await.text();
    assert!(!page.contains("is succeeded by"), "{page}");
    let record = owner.get("/audit").await.text();
    assert!(
        record.contains("was succeeded by another institution"),
        "{record}"
    );
    let log = owner.get("/log").await;
    let text = log.text();
    let row = text
        .split("<tr>")
        .find(|row| row.contains("Issuer succeeded by another"));
    let link = row.unwrap().split_once("href=\"").unwrap().1;
    let link = link.split_once('"').unwrap().0;
    let entry = owner.get(link).await.text();
    assert!(entry.contains("bears a signature of each"), "{entry}");
}

#[tokio::test]
async fn who_may_only_look_is_offered_nothing_to_change() {
    let (site, owner) = Site::with_owner("riverside").await;
    let auditor = site
        .member(&owner.tenant, "a@riverside.example", vec![Role::Auditor])
        .await;
    for path in ["/signing-keys", "/signing-keys/riverside-1"] {
        let page = auditor.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            !page
                .text()
                .contains("method=\"post\" action=\"/signing-keys"),
            "{path}"
        );
        assert!(!page.text().contains("/compromise"), "{path}");
    }
    assert_eq!(
        auditor.get("/signing-keys/nobody").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_program_rotates_and_rehearses_by_the_api() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let rehearsal =
        json!({ "reason": "A drill.", "since": "2020-01-01T00:00:00Z", "rehearse": true });
    let path = "/api/v1/signing-keys/riverside-1";
    let told = program
        .post(&format!("{path}/compromise"), &rehearsal)
        .await
        .with(200);
    assert_eq!(
        (&told["rehearsed"], &told["needsSuccessor"]),
        (&json!(true), &json!(true))
    );
    // Where its credentials are handed in is nothing that an issuer watches.
    for watched in ["employers", "applications"] {
        assert!(told.get(watched).is_none(), "{told}");
    }
    assert_eq!(
        states(&site, &owner).await,
        [("riverside-1".to_owned(), "active")]
    );
    let rotation = json!({ "reason": "Once a year.", "atOnce": true });
    let begun = program
        .post("/api/v1/signing-keys/rotate", &rotation)
        .await
        .with(202);
    assert_eq!(begun["follows"], json!(["riverside-1"]));
    work_until_idle(&site.test.world).await.unwrap();
    let listed = program.get("/api/v1/signing-keys").await.with(200);
    assert_eq!(listed["keys"][1]["state"], "retired");
    assert_eq!(listed["keys"][1]["history"][0]["entry"], 1);
    let refused = program
        .post(&format!("{path}/activate"), &json!({ "reason": "Again." }))
        .await;
    refused.problem(409, "wrong_key_state");
}

#[tokio::test]
async fn t44_somebody_elses_document_at_the_did_is_told_on_the_pages() {
    let mut test = touchstone_testkit::world().await;
    test.world.keys.documents_every_ms = Some(3_600_000);
    let site = Site::on(test);
    let owner = site.owner("riverside").await;
    let (world, url) = (
        &site.test.world,
        "https://verify.example.edu/i/riverside/did.json",
    );
    let fetched = Fetched {
        bytes: b"{}".to_vec(),
        media_type: "application/did+json".into(),
    };
    site.test.fetch.answer(url, Ok(fetched));
    assert!(
        !owner
            .get("/signing-keys")
            .await
            .text()
            .contains("Somebody else")
    );
    let now = world.clock.now();
    let job = &Job::CompareDocuments {}.queued(&*world.rng, now, now);
    let queued = world
        .store
        .write(|mut tx| async move { tx.enqueue(job.clone()).await });
    queued.await.unwrap();
    work_until_idle(world).await.unwrap();
    for path in ["/signing-keys", "/today"] {
        let page = owner.get(path).await.text();
        assert!(
            page.contains("Somebody else\u{2019}s document stands at the address"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_history_of_a_did_stands_beside_it_and_on_the_page_with_what_waits() {
    let (site, owner) = with_history().await;
    let world = &site.test.world;
    let history = owner.get("/i/riverside/did.jsonl").await;
    assert_eq!(history.status, StatusCode::OK);
    assert_eq!(history.headers["content-type"], "text/jsonl");
    assert_eq!(history.headers["access-control-allow-origin"], "*");
    let first = history.text();
    assert_eq!(first.lines().count(), 1);
    let beside = owner.get("/i/riverside/did.json").await.text();
    assert!(
        beside.contains("did:web:verify.example.edu:i:riverside"),
        "{beside}"
    );
    assert!(
        owner
            .get("/i/riverside")
            .await
            .text()
            .contains("/i/riverside/did.jsonl")
    );

    let page = owner.get("/signing-keys").await;
    for words in ["/i/riverside/did.jsonl", "1 version,"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    site.test.clock.advance_millis(60_000);
    owner
        .submit(&page, "/signing-keys/rotate", &[("reason", "Once a year.")])
        .await;
    let waits = owner.get("/signing-keys").await.text();
    assert!(waits.contains("1 change is not published yet"), "{waits}");
    work_until_idle(world).await.unwrap();
    let now = owner.get("/signing-keys").await.text();
    assert!(
        now.contains("2 versions,") && !now.contains("not published yet"),
        "{now}"
    );
    let second = owner.get("/i/riverside/did.jsonl").await.text();
    assert!(second.starts_with(&first) && second.lines().count() == 2);

    // Another institution here has none.
    let missing = owner.get("/i/lakeside/did.jsonl").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_history_that_is_nearly_full_is_told_and_takes_no_further_key() {
    let (site, owner) = with_history().await;
    let words = "of what its readers take";
    assert!(!owner.get("/signing-keys").await.text().contains(words));
    // As many keys would make it.
    let store = &site.test.world.store;
    let versions = store.read().did_versions(&owner.tenant).await.unwrap();
    let mut long = versions[0].clone();
    (long.number, long.line, long.document) = (2, None, " ".repeat(3 << 20));
    let long = &long;
    let added = store.write(|mut tx| async move { tx.add_did_version(long.clone()).await });
    added.await.unwrap();

    let page = owner.get("/signing-keys").await;
    let told = page.text();
    assert!(
        told.contains("needs 75 % of what its readers take"),
        "{told}"
    );
    let refused = owner
        .submit(&page, "/signing-keys/rotate", &[("reason", "Once a year.")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("three quarters of the 4 MiB"));
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    for path in ["/api/v1/signing-keys", "/api/v1/signing-keys/rotate"] {
        let reason = json!({ "reason": "Once a year." });
        program
            .post(path, &reason)
            .await
            .problem(409, "did_history_full");
    }
}

/// An institution that is a did:webvh, as it was founded.
async fn with_history() -> (Site, Browser) {
    let mut test = world().await;
    let site = test.world.site.clone();
    test.world.site = Arc::new(touchstone_service::Site {
        did_method: DidMethod::Webvh,
        ..(*site).clone()
    });
    let site = Site::on(test);
    let owner = site.owner("riverside").await;
    work_until_idle(&site.test.world).await.unwrap();
    (site, owner)
}
