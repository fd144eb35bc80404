//! The public log: its page, and its files as any reader of C2SP tlog-tiles asks for them.

use axum::http::StatusCode;
use touchstone_service::logging::{anchor_all, ask_all, file, whole};
use touchstone_service::operations::work_until_idle;
use touchstone_testkit::Manner;

use crate::api_program::Program;
use crate::journey::issued;
use crate::metrics::metrics;
use crate::site::Site;

#[tokio::test]
async fn every_file_of_the_log_is_served_with_its_type_and_how_long_it_may_be_kept() {
    let (site, owner) = Site::with_owner("riverside").await;
    issued(&site, &owner).await;
    let reader = site.stranger();
    let whole = whole(&site.test.world).await.unwrap().unwrap();
    assert!(whole.paths.len() >= 2, "{:?}", whole.paths);
    for path in &whole.paths {
        let served = reader.get(&format!("/log/{path}")).await;
        assert_eq!(served.status, StatusCode::OK, "{path}");
        let stored = file(&site.test.world, path).await.unwrap().unwrap();
        assert!(served.bytes == stored.bytes, "{path} differs");
        assert_eq!(served.headers["content-type"], "application/octet-stream");
        assert_eq!(
            served.headers["cache-control"],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(served.headers["access-control-allow-origin"], "*");
    }
    let served = reader.get("/log/checkpoint").await;
    assert_eq!(served.bytes, whole.checkpoint);
    assert_eq!(served.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(served.headers["cache-control"], "public, max-age=1");
    for path in [
        "/log/tile/0/x001/000",
        "/log/tile/0/000.p/300",
        "/log/tile/64/000",
        "/log/tile/entries/../../keys",
        "/log/tile/../checkpoint",
        "/log/mark/x",
        "/log/anchor/1",
        "/log/anchor/1.notary.tsr",
    ] {
        let missing = reader.get(path).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_page_shows_an_entry_and_the_way_from_it_to_the_seal() {
    let (site, owner) = Site::with_owner("riverside").await;
    let reader = site.stranger();
    issued(&site, &owner).await;
    let page = reader.get("/log").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    for words in [
        "The public log",
        "Newest entries",
        "Issued",
        "Key in use",
        "Criteria",
        "verify.example.edu/log",
        "No witness is asked",
    ] {
        assert!(text.contains(words), "{words}");
    }
    let one = reader.get("/log?entry=1").await.text();
    assert!(one.contains("In the log"));
    assert!(one.contains("touchstone-log/1 key-event"), "{one}");
    assert!(one.contains("<svg class=\"fig tree\""));
    assert!(one.contains("The fingerprints, from its neighbour to the seal"));
    for typed in ["99999", "x", "-1"] {
        let none = reader.get(&format!("/log?entry={typed}")).await;
        assert_eq!(none.status, StatusCode::OK);
        assert!(
            none.text()
                .contains("There is no such entry. Type a number from 0 to"),
            "{typed}"
        );
    }
}

#[tokio::test]
async fn t50_what_too_few_witnesses_have_seen_is_pending_and_holds_up_nobody() {
    let (site, witness) = Site::witnessed().await;
    witness.set_down(true);
    let owner = site.owner("riverside").await;
    issued(&site, &owner).await;
    ask_all(&site.test.world).await;
    let reader = site.stranger();
    let page = reader.get("/log").await.text();
    assert!(page.contains("Pending") && page.contains("nothing is vouched for yet"));
    let bare = reader.get("/log/checkpoint").await;
    let program = Program::of(&site, "lakeside").await;
    let standing = program.get("/api/v1/log").await.json();
    assert_eq!(standing["quorum"], "pending");
    assert_eq!(standing["witnesses"][0]["hasCosigned"], false);
    assert!(
        standing["witnesses"][0]["refused"]
            .as_str()
            .unwrap()
            .contains("not reached")
    );

    witness.set_down(false);
    work_until_idle(&site.test.world).await.unwrap();
    ask_all(&site.test.world).await;
    let page = reader.get("/log").await.text();
    assert!(page.contains("Witnessed") && page.contains("the seal as it is now"));
    let cosigned = reader.get("/log/checkpoint").await;
    assert!(cosigned.bytes.len() > bare.bytes.len());
    assert!(cosigned.text().contains("\n\u{2014} north.example.org "));
    assert_eq!(program.get("/api/v1/log").await.json()["quorum"], "reached");
}

#[tokio::test]
async fn anchors_are_shown_with_what_they_cost_and_what_became_of_each_seal() {
    let (site, authority) = Site::anchored().await;
    let owner = site.owner("riverside").await;
    issued(&site, &owner).await;
    let reader = site.stranger();
    let page = reader.get("/log").await.text();
    assert!(page.contains("Who states when it was there"));
    assert!(page.contains("the authority may charge for it"));
    assert!(page.contains("No seal has been handed to an anchor yet"));

    authority.set(Manner::Broken);
    anchor_all(&site.test.world).await;
    let page = reader.get("/log").await.text();
    assert!(
        page.contains("Pending") && page.contains("and asked again"),
        "{page}"
    );
    assert!(page.contains("nothing yet"));
    let told = metrics(&site).await;
    assert!(
        told.contains("touchstone_log_anchor_up{anchor=\"notary\"} 0"),
        "{told}"
    );

    authority.set(Manner::Honest);
    site.test.clock.advance_millis(60_000);
    anchor_all(&site.test.world).await;
    let page = reader.get("/log").await.text();
    assert!(page.contains("Confirmed"), "{page}");
    let (_, rest) = page.split_once("href=\"/log/anchor/").unwrap();
    let size = rest.split_once('"').unwrap().0;
    let proof = format!("/log/anchor/{size}.notary.tsr");
    assert!(page.contains(&format!("href=\"{proof}\"")));
    let text = reader.get(&format!("/log/anchor/{size}")).await;
    assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
    let proof = reader.get(&proof).await;
    assert_eq!(proof.headers["content-type"], "application/timestamp-reply");
    assert_eq!(
        proof.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(proof.headers["access-control-allow-origin"], "*");
    assert!(authority.verifies(&proof.bytes, &text.bytes));
    let program = Program::of(&site, "lakeside").await;
    let told = program.get("/api/v1/log").await.json();
    let confirmed = &told["anchors"][0]["confirmed"];
    assert_eq!(confirmed["state"], "confirmed", "{told}");
    assert_eq!(confirmed["proof"], format!("/log/anchor/{size}.notary.tsr"));
    site.test.clock.advance_millis(60_000);
    let told = metrics(&site).await;
    for line in [
        "touchstone_log_anchor_asked{anchor=\"notary\"} 1".to_owned(),
        "touchstone_log_anchor_up{anchor=\"notary\"} 1".to_owned(),
        format!("touchstone_log_anchor_entries{{anchor=\"notary\"}} {size}"),
    ] {
        assert!(told.contains(&line), "{line}: {told}");
    }
}

#[tokio::test]
async fn an_anchor_that_may_not_be_asked_is_shown_as_that() {
    let (site, authority) = Site::unanchored().await;
    let owner = site.owner("riverside").await;
    issued(&site, &owner).await;
    assert_eq!(anchor_all(&site.test.world).await.len(), 0);
    let page = site.stranger().get("/log").await.text();
    assert!(page.contains("notary, at "), "{page}");
    assert!(page.contains("is not asked, because we ask nobody anything at the moment"));
    let told = metrics(&site).await;
    assert!(told.contains("touchstone_log_anchor_asked{anchor=\"notary\"} 0"));
    assert!(!told.contains("touchstone_log_anchor_up"), "{told}");
    let program = Program::of(&site, "lakeside").await;
    let told = program.get("/api/v1/log").await.json();
    assert_eq!(told["anchors"][0]["asked"], false, "{told}");
    assert_eq!(authority.asked(), 0);
}

#[tokio::test]
async fn t50_a_log_that_a_witness_speaks_against_stands_still_and_says_so() {
    let (site, witness) = Site::witnessed().await;
    let owner = site.owner("riverside").await;
    issued(&site, &owner).await;
    let reader = site.stranger();
    let program = Program::of(&site, "lakeside").await;
    assert!(!reader.get("/log").await.text().contains("stands still"));
    witness.claim(Some(99_999));
    ask_all(&site.test.world).await;
    let page = reader.get("/log").await.text();
    assert!(
        page.contains("The log stands still") && page.contains("Credentials are issued as before")
    );
    assert!(
        !page.contains("99999"),
        "what a witness says is for who runs this"
    );
    let standing = program.get("/api/v1/log").await.json();
    assert_eq!(standing["witnesses"][0]["isAgainstTheLog"], true);
    assert_eq!(standing["witnesses"][0]["stopsTheLog"], true);
}
