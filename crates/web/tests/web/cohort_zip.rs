//! A cohort as one file, from the page and from the API.

use std::io::{Cursor, Read};

use axum::http::StatusCode;
use touchstone_service::operations::work_until_idle;

use crate::api_program::{CSV, Program};
use crate::journey::issued;
use crate::site::Site;

fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let places = 0..zip.len();
    let read = |place| {
        let mut file = zip.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    };
    places.map(read).collect()
}

#[tokio::test]
async fn a_cohort_is_saved_as_one_file_in_the_chosen_forms() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let list = issued(&site, &registrar).await;
    let page = registrar.get(&list.link("/credentials/")).await;
    let batch = page.link("/cohorts/");
    let shown = registrar.get(&batch).await.text();
    assert!(shown.contains(&format!("action=\"{batch}/credentials.zip\"")));

    let zip = format!("{batch}/credentials.zip");
    let saved = registrar
        .get(&format!("{zip}?format=json&format=pdf"))
        .await;
    assert_eq!(saved.status, StatusCode::OK);
    assert_eq!(saved.headers["content-type"], "application/zip");
    let files = unpacked(&saved.bytes);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), 1 + 2 * 2, "{names:?}");
    assert_eq!(names[0], "credentials.csv");
    let table = String::from_utf8(files[0].1.clone()).unwrap();
    assert!(table.starts_with("\u{feff}json,pdf,id,name,email,identifier,"));
    for (name, bytes) in &files[1..] {
        assert!(table.contains(&format!("\"{name}\"")), "{name} in {table}");
        let stem = name.rsplit_once('.').unwrap().0;
        let id = &stem[stem.len() - 36..];
        let format = name.split('/').next().unwrap();
        let one = format!("/credentials/{id}/credential.{format}");
        assert_eq!(*bytes, registrar.get(&one).await.bytes, "{name}");
    }
    assert!(
        names
            .iter()
            .any(|name| name.starts_with("pdf/tomás-herrera-")),
        "{names:?}"
    );

    let none = registrar.get(&zip).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    let other = site.owner("hillside").await;
    let refused = other.get(&format!("{zip}?format=json")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let stranger = site.stranger().get(&format!("{zip}?format=json")).await;
    assert_eq!(stranger.location(), "/signin");
}

#[tokio::test]
async fn a_program_gets_a_batch_as_one_file_once_it_is_issued() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let uploaded = program.take_in(CSV).await;
    let path = format!("/api/v1/batches/{uploaded}/credentials.zip");
    let early = program.get(&path).await;
    early.problem(409, "batch_nothing_issued");
    program.confirm(&uploaded).await;
    work_until_idle(&site.test.world).await.unwrap();
    let names = |bytes: &[u8]| -> Vec<String> {
        let files = unpacked(bytes);
        files.into_iter().map(|(name, _)| name).collect()
    };
    let json = names(&program.get(&path).await.bytes);
    assert_eq!(json.len(), 3, "{json:?}");
    assert!(json[1].starts_with("json/"));
    let all = names(&program.get(&format!("{path}?format=png,svg")).await.bytes);
    assert_eq!(all.len(), 5, "{all:?}");
    program
        .get(&format!("{path}?format=png,gif"))
        .await
        .problem(400, "bad_query");
    let other = Program::of(&site, "hillside").await;
    other.get(&path).await.problem(404, "batch_not_found");
}
