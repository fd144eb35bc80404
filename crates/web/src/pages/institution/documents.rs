//! The documents for machines, open to every site's scripts.

use std::io;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HOST, HeaderName,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use futures_util::stream::try_unfold;
use touchstone_service::World;
use touchstone_service::issuing::{self, OpenEvidence};
use touchstone_service::ports::ObjectPart;
use touchstone_service::verifying::{self, PublicDocument, Which, document_at};

use crate::ApiError;
use crate::answer::{Cache, keep, public};
use crate::edge::sandboxed;
use crate::pages::endorsements;
use crate::state::Web;

/// `GET /i/SLUG/did.json`
pub async fn did(
    State(web): State<Web>,
    Path(slug): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    serve(&web, &slug, Which::Did, &asked).await
}

/// `GET /i/SLUG/did.jsonl`
pub async fn history(
    State(web): State<Web>,
    Path(slug): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    serve(&web, &slug, Which::History, &asked).await
}

/// `GET /registry.json`: who issues here.
pub async fn membership(State(web): State<Web>, asked: HeaderMap) -> Result<Response, ApiError> {
    let found = verifying::membership(&web.world).await?;
    answer(found, &asked)
}

/// `GET /i/SLUG/.well-known/openid-federation`
pub async fn entity(
    State(web): State<Web>,
    Path(slug): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    serve(&web, &slug, Which::Entity, &asked).await
}

/// `GET /i/SLUG/profile`
pub async fn profile(
    State(web): State<Web>,
    Path(slug): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    serve(&web, &slug, Which::Profile, &asked).await
}

/// `GET /i/SLUG/status/N`
pub async fn status(
    State(web): State<Web>,
    Path((slug, number)): Path<(String, String)>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let number = number
        .parse()
        .map_err(|_| ApiError::not_found("document_not_found"))?;
    serve(&web, &slug, Which::Status { number }, &asked).await
}

/// `GET /i/SLUG/a/ACHIEVEMENT/VERSION`, and beside it `VERSION.endorsements.json`
pub async fn achievement(
    State(web): State<Web>,
    Path((slug, achievement, file)): Path<(String, String, String)>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("document_not_found");
    let (version, endorsements) = match file.strip_suffix(".endorsements.json") {
        Some(version) => (version, true),
        None => (file.as_str(), false),
    };
    let version = version.parse().map_err(|_| missing())?;
    let which = match endorsements {
        true => Which::Endorsements {
            achievement: &achievement,
            version,
        },
        false => Which::Achievement {
            slug: &achievement,
            version,
        },
    };
    serve(&web, &slug, which, &asked).await
}

/// `GET /i/SLUG/a/ACHIEVEMENT/VERSION/endorsements` for people; `endorsements.json` is where those for machines stood before
pub async fn endorsements(
    State(web): State<Web>,
    Path((slug, achievement, version, file)): Path<(String, String, String, String)>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("document_not_found");
    let version = version.parse().map_err(|_| missing())?;
    match file.as_str() {
        "endorsements" => {
            endorsements::public_page(&web, &slug, &achievement, version, &asked).await
        }
        "endorsements.json" => {
            let which = Which::Endorsements {
                achievement: &achievement,
                version,
            };
            serve(&web, &slug, which, &asked).await
        }
        _ => Err(missing()),
    }
}

/// `GET /i/SLUG/endorsements/ID.json` and `ID.passkey.json`
pub async fn endorsement(
    State(web): State<Web>,
    Path((slug, file)): Path<(String, String)>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("document_not_found");
    let (id, kind) = file.split_once('.').ok_or_else(missing)?;
    let evidence = match kind {
        "json" => false,
        "passkey.json" => true,
        _ => return Err(missing()),
    };
    serve(&web, &slug, Which::Endorsement { id, evidence }, &asked).await
}

/// `GET /i/SLUG/mappings/SET/N.sssom.tsv`, `N.statement.json` and `N.endorsements.json`
pub async fn mappings(
    State(web): State<Web>,
    Path((slug, set, file)): Path<(String, String, String)>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("document_not_found");
    let (number, kind) = file.split_once('.').ok_or_else(missing)?;
    let statement = match kind {
        "sssom.tsv" => false,
        "statement.json" => true,
        "endorsements.json" => {
            let number = number.parse().map_err(|_| missing())?;
            let which = Which::MappingEndorsements { set: &set, number };
            return serve(&web, &slug, which, &asked).await;
        }
        _ => return Err(missing()),
    };
    let number = number.parse().map_err(|_| missing())?;
    let which = Which::Mappings {
        set: &set,
        number,
        statement,
    };
    serve(&web, &slug, which, &asked).await
}

/// `GET /i/SLUG/competencies/COMPETENCY/N.json` and `N.statement.json`
pub async fn competency(
    State(web): State<Web>,
    Path((slug, competency, file)): Path<(String, String, String)>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("document_not_found");
    let (number, kind) = file.split_once('.').ok_or_else(missing)?;
    let statement = match kind {
        "json" => false,
        "statement.json" => true,
        _ => return Err(missing()),
    };
    let number = number.parse().map_err(|_| missing())?;
    let which = Which::Competency {
        slug: &competency,
        number,
        statement,
    };
    serve(&web, &slug, which, &asked).await
}

/// `GET /i/SLUG/mark`: somebody's file, shown as a picture and never as a page (threat 53, 63).
pub async fn mark(
    State(web): State<Web>,
    Path(slug): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("mark_not_found");
    let file = verifying::mark(&web.world, &slug).await?;
    let file = file.ok_or_else(missing)?;
    let bytes = file.read(&web.world).await;
    let bytes = bytes.map_err(|error| ApiError::internal(&error))?;
    let bytes = bytes.ok_or_else(missing)?;
    let media_type = if file.media_type == "image/png" {
        "image/png"
    } else {
        "image/svg+xml"
    };
    Ok(sandboxed(public(
        &asked,
        media_type,
        bytes,
        Cache::Seconds(300),
    )))
}

/// `GET /i/SLUG/e/SHA256`: a file that an award rests on. Saved, never shown (threat 63).
pub async fn evidence(
    State(web): State<Web>,
    Path((slug, sha256)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let missing = || ApiError::not_found("evidence_not_found");
    let file = issuing::open_evidence(&web.world, &slug, &sha256).await?;
    let file = file.ok_or_else(missing)?;
    let first = file.piece(&web.world, 0).await;
    let first = first.map_err(|error| ApiError::internal(&error))?;
    let first = first.ok_or_else(missing)?;
    let (kind, whole) = (
        HeaderValue::from_str(served_as(&file.media_type)),
        first.whole,
    );
    let reading = Reading {
        world: web.world,
        file,
        whole,
        from: 0,
        at_hand: Some(first),
    };
    let mut response = Response::new(Body::from_stream(try_unfold(reading, next_piece)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, whole.into());
    if let Ok(kind) = kind {
        headers.insert(CONTENT_TYPE, kind);
    }
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{sha256}\"")) {
        headers.insert(ETAG, etag);
    }
    Ok(sandboxed(keep(response, Cache::Seconds(3_600))))
}

/// The kind that a file was declared to be, unless it is one that a browser opens as a page or that a page of ours could run or load.
fn served_as(declared: &str) -> &str {
    let seen_or_heard = ["image/", "audio/", "video/"]
        .iter()
        .any(|kind| declared.starts_with(kind));
    let plain = matches!(declared, "text/plain" | "application/pdf");
    match plain || (seen_or_heard && !declared.ends_with("xml")) {
        true => declared,
        false => "application/octet-stream",
    }
}

/// How far a reader has come with a file. The next piece is read once the last one was taken, so that however many read slowly, and however large
/// the files are, little of them is in memory.
struct Reading {
    world: World,
    file: OpenEvidence,
    whole: u64,
    from: u64,
    /// What was read already.
    at_hand: Option<ObjectPart>,
}

async fn next_piece(mut reading: Reading) -> io::Result<Option<(Vec<u8>, Reading)>> {
    if reading.from >= reading.whole {
        return Ok(None);
    }
    let part = match reading.at_hand.take() {
        Some(part) => part,
        None => {
            let read = reading.file.piece(&reading.world, reading.from).await;
            let read = read.map_err(io::Error::other)?;
            read.ok_or_else(|| io::Error::other("the file is gone"))?
        }
    };
    if part.whole != reading.whole || part.bytes.is_empty() {
        return Err(io::Error::other("another file stands there now"));
    }
    reading.from += part.bytes.len() as u64;
    Ok(Some((part.bytes, reading)))
}

async fn serve(
    web: &Web,
    slug: &str,
    which: Which<'_>,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    // Under the name of a host that an institution moved away from, what it was called there.
    let host = asked.get(HOST).and_then(|host| host.to_str().ok());
    let found = document_at(&web.world, host, slug, which)
        .await
        .map_err(|error| ApiError::internal(&error))?;
    answer(found, asked)
}

fn answer(found: Option<PublicDocument>, asked: &HeaderMap) -> Result<Response, ApiError> {
    let found = found.ok_or_else(|| ApiError::not_found("document_not_found"))?;
    let seconds = u32::try_from(found.max_age_seconds).unwrap_or(u32::MAX);
    let cache = if seconds == 0 {
        Cache::Revalidate
    } else {
        Cache::Seconds(seconds)
    };
    Ok(to_every_site(public(
        asked,
        found.media_type,
        found.bytes,
        cache,
    )))
}

/// Lets every site's scripts read it.
pub(super) fn to_every_site(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}
