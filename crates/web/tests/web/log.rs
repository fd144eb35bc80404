//! The public log: its page, and its files as any reader of C2SP tlog-tiles asks for them.

use axum::http::StatusCode;
use touchstone_service::logging::{ask_all, file, whole};
use touchstone_service::operations::work_until_idle;

use crate::api_program::Program;
use crate::journey::issued;
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
        "Key announced",
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
