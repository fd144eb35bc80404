//! What `publish --evidence` writes is what `serve` answers: every path below `/i/SLUG/`, byte for byte.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use touchstone_service::DidMethod;
use touchstone_service::issuing::{Description, EvidenceFile, Founding, found, keep_evidence};
use touchstone_service::operations::{wind, work_until_idle};
use touchstone_service::verifying::{Recognition, documents, files};
use touchstone_testkit::world;

use crate::achievement_picture::with_picture;
use crate::crosswalk;
use crate::journey::issued;
use crate::site::Site;

const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"/>";

#[tokio::test]
async fn every_path_below_an_institution_is_published_with_the_bytes_that_are_served() {
    let mut test = world().await;
    let recognition = Recognition::default().below(vec!["https://anchor.example".into()]);
    test.world.recognition = Arc::new(recognition);
    let site = Site::on(test);
    let owner = site.owner("riverside").await;
    site.owner("lakeside").await;
    let with_history = Founding {
        slug: "history".into(),
        description: Description {
            name: "History".into(),
            ..Description::default()
        },
        did_method: Some(DidMethod::Webvh),
        actor: "setup".into(),
    };
    found(&site.test.world, &with_history).await.unwrap();
    let other = site.owner("hillside").await;
    let page = owner.get("/institution").await;
    let said = [("name", "Riverside Polytechnic")];
    owner
        .upload(&page, "/institution", &said, ("m.svg", SVG))
        .await;
    for bytes in [&b"%PDF-1.7 one"[..], b"two"] {
        let order = EvidenceFile {
            tenant: owner.tenant.clone(),
            actor: "setup".into(),
            media_type: "application/pdf".into(),
            bytes: bytes.to_vec(),
        };
        keep_evidence(&site.test.world, &order).await.unwrap();
    }
    issued(&site, &owner).await;
    crosswalk::released(&site, &owner).await;
    crate::competencies::released(&site, &owner, "setting").await;
    let list = owner.get("/achievements").await.text();
    let id = list.split("/definition.json").next().unwrap();
    let id = id.rsplit("/achievements/").next().unwrap();
    with_picture(&owner, &format!("/achievements/{id}")).await;
    crate::endorsements::endorsed(&site, &owner, &other).await;

    let world = &site.test.world;
    wind(world).await.unwrap();
    work_until_idle(world).await.unwrap();
    let mut published = BTreeMap::new();
    for document in documents(world).await.unwrap() {
        published.insert(document.path, document.bytes);
    }
    for file in files(world).await.unwrap() {
        let bytes = file.read(world).await.unwrap().unwrap();
        // What is left out unless `--evidence` is given is exactly what stands below `e/`.
        assert_eq!(file.evidence, file.path.contains("/e/"), "{}", file.path);
        published.insert(file.path, bytes);
    }
    let reader = site.stranger();
    for path in published.keys() {
        let below = format!("{path}/");
        let other = published.keys().find(|other| other.starts_with(&below));
        assert_eq!(other, None, "{path} is a file in a folder");
    }
    for (path, bytes) in &published {
        let served = reader.get(path).await;
        assert_eq!(served.status, StatusCode::OK, "{path}");
        assert!(served.bytes == *bytes, "{path} differs");
    }

    // Every kind of address that is answered below an institution has its files: none is forgotten.
    let source = include_str!("../../src/router.rs");
    let kinds = source.split("\"/i/{slug}/").skip(1);
    let kinds: Vec<&str> = kinds.map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(kinds.len(), 18, "{kinds:?}");
    for kind in kinds {
        let shape: Vec<&str> = kind.split('/').collect();
        let whose = match kind {
            "did.jsonl" => "/i/history/",
            _ => "/i/riverside/",
        };
        let of_kind = |path: &&String| {
            let Some(rest) = path.strip_prefix(whose) else {
                return false;
            };
            let parts: Vec<&str> = rest.split('/').collect();
            let same = |(one, part): (&&str, &&str)| one == part || one.starts_with('{');
            parts.len() == shape.len() && shape.iter().zip(&parts).all(same)
        };
        let expected = match kind {
            "did.json" | "did.jsonl" | "profile" | "mark" | ".well-known/openid-federation" => 1,
            // Revocation and suspension; two files.
            "status/{number}" | "e/{sha256}" => 2,
            // Two versions, and the list of who endorses one of them.
            "a/{achievement}/{version}" => 3,
            // A release and the statement about it.
            "mappings/{set}/{file}" | "competencies/{competency}/{file}" => 2,
            // What one institution signed.
            "endorsements/{file}" => 1,
            // The page for people is no file, and nothing stands below one.
            "a/{achievement}/{version}/{file}" => 0,
            // A question about a day; what it is answered from is in the files.
            "a/{achievement}"
            | "a/{achievement}/meaning.json"
            | "mappings/{set}"
            | "mappings/{set}/releases.json"
            | "competencies/{competency}"
            | "competencies/{competency}/releases.json" => 0,
            other => panic!("{other}: is it published?"),
        };
        let found: Vec<_> = published.keys().filter(of_kind).collect();
        assert_eq!(found.len(), expected, "{kind}: {found:?}");
    }
    for gone in [
        "/i/riverside/status/9",
        "/i/riverside/did.jsonl",
        "/i/lakeside/mark",
    ] {
        assert!(!published.contains_key(gone));
        assert_eq!(reader.get(gone).await.status, StatusCode::NOT_FOUND);
    }
}
