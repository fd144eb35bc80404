//! What an achievement meant on a day, and what was released by then of mapping sets and competencies, for everybody.

use axum::http::StatusCode;
use touchstone_service::operations::work_until_idle;
use touchstone_testkit::NOON;

use crate::journey::{define, issued};
use crate::site::Site;
use crate::{competencies, crosswalk};

const PAGE: &str = "/i/riverside/a/precision-measurement";

#[tokio::test]
async fn everybody_reads_what_it_means_and_what_it_meant_and_nobody_a_draft() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let stranger = site.stranger();
    let draft = stranger.get(PAGE).await;
    assert_eq!(draft.status, StatusCode::NOT_FOUND);
    let (site, owner) = Site::with_owner("riverside").await;
    let stranger = site.stranger();
    issued(&site, &owner).await;
    work_until_idle(&site.test.world).await.unwrap();

    let institution = stranger.get("/i/riverside").await.text();
    assert!(institution.contains(&format!("href=\"{PAGE}\"")));
    let page = stranger.get(PAGE).await;
    let text = page.text();
    for part in [
        "Measure finished parts with micrometers",
        "In a test of <strong>90 minutes</strong>, the candidate measures 12 parts.",
        "Independent",
        "issued since",
        "No organization other than the issuer",
        "What did it mean on another day?",
        "SHA-256",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let day = NOON.to_string()[..10].to_owned();
    let then = stranger.get(&format!("{PAGE}?on={day}")).await.text();
    assert!(then.contains(&format!("As it was on {day}")), "{then}");
    assert!(then.contains(&format!("meaning.json?on={day}")));
    for (on, status) in [
        ("2020-01-01", StatusCode::NOT_FOUND),
        ("<b>", StatusCode::UNPROCESSABLE_ENTITY),
        ("2999-01-01", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        for path in [PAGE.to_owned(), format!("{PAGE}/meaning.json")] {
            let on = on.replace('<', "%3C").replace('>', "%3E");
            let told = stranger.get(&format!("{path}?on={on}")).await;
            assert_eq!(told.status, status, "{path} {on}");
            assert!(!told.text().contains("<b>"));
        }
    }

    let json = stranger.get(&format!("{PAGE}/meaning.json?on={day}")).await;
    assert_eq!(json.headers["access-control-allow-origin"], "*");
    let json: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["name"], "Precision measurement");
    assert_eq!(json["deprecated"], serde_json::Value::Null);
    let published = stranger.get(&format!("{PAGE}/1")).await;
    let sha256 = (site.test.world.crypto.sha256)(&published.bytes);
    let sha256: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(json["sha256"], sha256, "that of what is published");
}

#[tokio::test]
async fn everybody_reads_what_was_released_by_a_day_and_nobody_what_was_not() {
    let (site, owner) = Site::with_owner("riverside").await;
    let neighbour = site.owner("lakeside").await;
    crosswalk::begun(&neighbour, "released").await;
    crosswalk::begun(&owner, "draft").await;
    let set = crosswalk::released(&site, &owner).await;
    competencies::released(&site, &owner, "measuring").await;
    let stranger = site.stranger();
    let day = NOON.to_string()[..10].to_owned();
    let places = [
        ("/i/riverside/mappings/released", "1.sssom.tsv"),
        ("/i/riverside/competencies/measuring", "1.json"),
    ];
    for (place, file) in places {
        for address in [place.to_owned(), format!("{place}?on={day}")] {
            let text = stranger.get(&address).await.text();
            for part in [
                "Release 1",
                "SHA-256",
                "Good until",
                &format!("{place}/{file}"),
            ] {
                assert!(text.contains(part), "{address} {part}: {text}");
            }
        }
        let json = stranger.get(&format!("{place}/releases.json")).await;
        assert_eq!(json.headers["access-control-allow-origin"], "*");
        let json: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
        let published = stranger.get(&format!("{place}/{file}")).await;
        let sha256 = (site.test.world.crypto.sha256)(&published.bytes);
        let sha256: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            json["latest"]["sha256"], sha256,
            "that of what is published"
        );
        assert_eq!(json["latest"]["number"], 1);
        assert_eq!(
            json["latest"]["document"],
            site.test.world.site.link(&format!("{place}/{file}"))
        );
        assert_eq!(json["publisher"]["name"], "riverside Polytechnic");
        assert_eq!(json["followedBy"], serde_json::Value::Null);
        assert_eq!(json["before"], serde_json::json!([]));
        for (on, status) in [
            ("2020-01-01", StatusCode::NOT_FOUND),
            ("soon", StatusCode::UNPROCESSABLE_ENTITY),
            ("2999-01-01", StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            let page = stranger.get(&format!("{place}?on={on}")).await;
            assert_eq!(page.status, status, "{place} {on}");
            let json = stranger
                .get(&format!("{place}/releases.json?on={on}"))
                .await;
            assert_eq!(json.status, status, "{place} {on}");
        }
    }
    let institution = stranger.get("/i/riverside").await.text();
    for (place, _) in places {
        assert!(
            institution.contains(&format!("href=\"{place}\"")),
            "{institution}"
        );
    }
    assert!(!institution.contains("mappings/draft"), "{institution}");
    for nothing in [
        "/i/riverside/mappings/draft",
        "/i/lakeside/mappings/released",
    ] {
        assert_eq!(stranger.get(nothing).await.status, StatusCode::NOT_FOUND);
    }
    let own = owner.get(&set).await.text();
    assert!(
        own.contains("href=\"/i/riverside/mappings/released\""),
        "{own}"
    );
    // A day later it is told of the day before, and of none to come.
    site.test.clock.advance_millis(86_400_000);
    for (place, _) in places {
        let then = stranger.get(&format!("{place}?on={day}")).await.text();
        assert!(then.contains(&format!("As it was on {day}")), "{then}");
        assert!(then.contains("noindex"), "{then}");
    }
}
