//! What is read of a form, of whom, and how much.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use futures_util::stream::{StreamExt, iter};
use touchstone_service::operations::{Role, Scope};

use crate::api_program::Program;
use crate::journey::define;
use crate::site::Site;

const TWO: &str = "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nTOKEN\r\n\
    --x\r\nContent-Disposition: form-data; name=\"achievement\"\r\n\r\nACHIEVEMENT\r\n\
    --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"first.csv\"\r\n\r\nname,email\nAda,ada@example.org\n\r\n\
    --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"second.csv\"\r\n\r\nname,email\nBo,bo@example.org\n\r\n\
    --x--\r\n";
const MULTIPART: &str = "multipart/form-data; boundary=x";

/// So many kilobytes, and how many of them were taken.
fn long(kilobytes: usize, first: &str) -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    let first = std::iter::once(Bytes::from(first.to_owned()));
    let rest = std::iter::repeat_n(Bytes::from(vec![b'a'; 1024]), kilobytes);
    // As from a network: one after the other, with a wait in between.
    let parts = iter(first.chain(rest)).then(move |part| {
        counted.fetch_add(1, Ordering::Relaxed);
        async {
            tokio::task::yield_now().await;
            Ok::<_, Infallible>(part)
        }
    });
    (Body::from_stream(parts), taken)
}

#[tokio::test]
async fn two_files_where_one_is_taken_are_refused_and_not_joined() {
    let (site, registrar) = Site::with_owner("riverside").await;
    define(&registrar).await;
    let form = registrar.get("/cohorts/new").await;
    let text = form.text();
    let achievement = text.split_once("<option value=\"").unwrap().1;
    let achievement = achievement.split_once('"').unwrap().0;
    let body = TWO.replace("TOKEN", &form.hidden("csrf"));
    let body = body.replace("ACHIEVEMENT", achievement);
    let refused = registrar
        .stream("/cohorts", MULTIPART, Body::from(body))
        .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let said = refused.text();
    assert!(
        said.contains("“second.csv”") && said.contains("Send one file at a time"),
        "{said}"
    );
    let cohorts = registrar.get("/cohorts").await.text();
    assert!(!cohorts.contains("first.csv"), "{cohorts}");

    let program = Program::with(&site, &registrar.tenant, &Scope::ALL).await;
    let token = "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nTOKEN\r\n";
    let body = TWO
        .replace(token, "")
        .replace("ACHIEVEMENT", "precision-measurement");
    let headers = [("idempotency-key", "two"), ("content-type", MULTIPART)];
    let refused = program
        .send(
            &Method::POST,
            "/api/v1/batches",
            &headers,
            body.into_bytes(),
        )
        .await
        .problem(400, "second_file");
    assert_eq!(refused["errors"][0]["field"], "file", "{refused}");

    let checked = site
        .stranger()
        .stream("/verify", MULTIPART, Body::from(TWO.to_owned()))
        .await;
    assert_eq!(checked.status, StatusCode::BAD_REQUEST);
    assert!(checked.text().contains("“second.csv”"));
}

#[tokio::test]
async fn t51_nothing_is_read_of_whom_may_not_send_it() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let auditor = site
        .member(
            &registrar.tenant,
            "aude@riverside.example",
            vec![Role::Auditor],
        )
        .await;
    let start = "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n";
    for path in [
        "/cohorts",
        "/achievements",
        "/achievements/import",
        "/achievements/any",
        "/institution",
        "/mappings/take",
        "/mappings/frameworks",
        "/cohorts/any/evidence",
    ] {
        let (body, taken) = long(64, start);
        let refused = auditor.stream(path, MULTIPART, body).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(taken.load(Ordering::Relaxed), 0, "{path}");
        let (body, taken) = long(64, start);
        let refused = site.stranger().stream(path, MULTIPART, body).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(taken.load(Ordering::Relaxed), 0, "{path}");
    }
}

#[tokio::test]
async fn a_form_without_a_file_is_read_to_a_mebibyte_whatever_the_address_takes() {
    let (_site, registrar) = Site::with_owner("riverside").await;
    let kind = "application/x-www-form-urlencoded";
    for path in [
        "/cohorts",
        "/achievements",
        "/credentials/choose",
        "/members",
    ] {
        let (body, taken) = long(8 << 10, "csrf=");
        let refused = registrar.stream(path, kind, body).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(refused.text().contains("Shorten it"), "{path}");
        let taken = taken.load(Ordering::Relaxed);
        assert!(
            (1..=1 << 10 | 8).contains(&taken),
            "{path}: {taken} kB were read"
        );
    }
    let text = "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n";
    let (body, taken) = long(8 << 10, text);
    let refused = registrar.stream("/cohorts", MULTIPART, body).await;
    assert_eq!(
        refused.status,
        StatusCode::PAYLOAD_TOO_LARGE,
        "{}",
        refused.text()
    );
    assert!(taken.load(Ordering::Relaxed) < 5 << 10);
}
