//! What was handed in is read, judged, shown and forgotten.

use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use touchstone_page::credential::Bundled;
use touchstone_service::verifying::{
    self, CheckError, CheckPresentationError, Checked, IssuedHere, Reach, Way, check,
    check_presentation, issued_here,
};
use touchstone_vc::bake::unbake_any;
use touchstone_vc::{Asked, Credential, CredentialError, PresentationReport};

use super::{form, presented, refusal};
use crate::ApiError;
use crate::pages::institution::no_longer_awarded;
use crate::pages::verify::here::allowed;
use crate::pages::verify::view::Matching;
use crate::pages::verify::{Known, LONGEST, View, change, show, trust_chain};
use crate::signed_in::second_file;
use crate::state::Web;
use crate::tally::count;
use crate::templates::Problem;
use crate::words;

/// The most that is taken: the file and the form around it.
pub const LARGEST: usize = 11 << 20;

/// The largest credential that the page carries along so that a reader can compare its holder. Real ones have some 10 kB.
const MOST_CARRIED: usize = 256 << 10;

/// `POST /verify`
pub async fn answer(State(web): State<Web>, upload: Multipart) -> Result<Response, ApiError> {
    let Form {
        handed_in,
        told,
        asked,
    } = read(upload).await?;
    let judged = match handed_in {
        HandedIn::Nothing => Err(refused(
            "text",
            "Choose a file, or paste a link or the text of a credential.",
        )),
        HandedIn::File(ref bytes) => judge(&web, bytes, &asked, "file").await?,
        HandedIn::Text(ref text) if is_link(text) => {
            // A public page of this site says everything that an answer here could.
            if let Some(link) = web.world.site.shown_at(text) {
                return Ok(Redirect::to(&format!("/v/{link}")).into_response());
            }
            linked(&web, text, &asked).await?
        }
        HandedIn::Text(ref text) => judge(&web, text.as_bytes(), &asked, "text").await?,
    };
    match judged {
        Ok(Judged::Credential(checked)) => shown(&web, &checked, told.as_deref()).await,
        Ok(Judged::Presentation(text, report)) => presented::shown(&web, &text, &report).await,
        Err(problem) => {
            let pasted = match &handed_in {
                HandedIn::Text(text) => text.as_str(),
                _ => "",
            };
            let page = form::show(&web.edge.site, pasted, Some(&problem));
            let refused = (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
            Ok(allowed(refused))
        }
    }
}

/// What the form brought.
struct Form {
    handed_in: HandedIn,
    /// What the person gave who showed it: asked for where a credential names nobody.
    told: Option<String>,
    /// What the holder was asked to sign, where it is a presentation.
    asked: Asked,
}

/// What was handed in, and what was found.
enum Judged {
    Credential(Box<Checked>),
    /// Its text, and what was found.
    Presentation(Vec<u8>, PresentationReport),
}

enum HandedIn {
    Nothing,
    File(Vec<u8>),
    Text(String),
}

async fn read(mut upload: Multipart) -> Result<Form, ApiError> {
    let mut found = HandedIn::Nothing;
    let (mut told, mut challenge, mut domain) = (None, None, None);
    while let Some(field) = upload
        .next_field()
        .await
        .map_err(|error| unreadable(error.status()))?
    {
        let name = field.name().unwrap_or_default().to_owned();
        let given = field.file_name().map(str::to_owned);
        let bytes = field
            .bytes()
            .await
            .map_err(|error| unreadable(error.status()))?;
        match name.as_str() {
            "file" if !bytes.is_empty() && matches!(found, HandedIn::File(_)) => {
                return Err(second_file(given.as_deref()));
            }
            "file" if !bytes.is_empty() => found = HandedIn::File(bytes.to_vec()),
            "text" if matches!(found, HandedIn::Nothing) => {
                let text = String::from_utf8_lossy(&bytes).trim().to_owned();
                if !text.is_empty() {
                    found = HandedIn::Text(text);
                }
            }
            "holder" if bytes.len() <= LONGEST => {
                let text = String::from_utf8_lossy(&bytes).trim().to_owned();
                told = Some(text).filter(|text| !text.is_empty());
            }
            "challenge" => challenge = Some(String::from_utf8_lossy(&bytes).trim().to_owned()),
            "domain" => domain = Some(String::from_utf8_lossy(&bytes).trim().to_owned()),
            _ => {}
        }
    }
    Ok(Form {
        handed_in: found,
        told,
        asked: Asked::of(challenge.as_deref(), domain.as_deref()).ok_or_else(|| {
            ApiError::bad_request("challenge_missing").with_detail(words::DOMAIN_ALONE)
        })?,
    })
}

fn unreadable(status: StatusCode) -> ApiError {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large("file_too_large")
            .with_detail("The file is larger than 10 MB. Ask for the credential as a JSON file."),
        _ => ApiError::bad_request("unreadable_form"),
    }
}

fn is_link(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(char::is_whitespace)
}

/// What stands at an address, or what the page there names as its credential.
async fn linked(
    web: &Web,
    address: &str,
    asked: &Asked,
) -> Result<Result<Judged, Problem>, ApiError> {
    let fetched = match verifying::linked(&*web.world.fetch, address).await {
        Ok(fetched) => fetched,
        Err(error) => return Ok(Err(refused("text", refusal::link(error)))),
    };
    let judged = judge(web, &fetched.bytes, asked, "text").await?;
    Ok(judged.map_err(|problem| Problem {
        words: refusal::no_credential(&problem.words),
        ..problem
    }))
}

async fn judge(
    web: &Web,
    file: &[u8],
    asked: &Asked,
    field: &str,
) -> Result<Result<Judged, Problem>, ApiError> {
    if Bundled::is(file) {
        return Ok(Err(refused(field, words::BUNDLE)));
    }
    match check(&web.world, file, None, Reach::Network).await {
        Ok(checked) => Ok(Ok(Judged::Credential(Box::new(checked)))),
        Err(CheckError::Credential(CredentialError::Presentation)) => {
            let Ok((_, text)) = unbake_any(file) else {
                return Err(ApiError::bad_request("unreadable_form"));
            };
            match check_presentation(&web.world, &text, asked, None, Reach::Network).await {
                Ok(report) => Ok(Ok(Judged::Presentation(text.into_owned(), report))),
                Err(CheckPresentationError::Presentation(error)) => {
                    Ok(Err(refused(field, words::presentation_refused(&error))))
                }
                Err(CheckPresentationError::Store(error)) => Err(error.into()),
            }
        }
        Err(CheckError::Bake(error)) => Ok(Err(refused(field, words::carrier(&error)))),
        Err(CheckError::Credential(error)) => Ok(Err(refused(field, words::credential(&error)))),
        Err(CheckError::Store(error)) => Err(ApiError::internal(&error)),
    }
}

fn refused(field: &str, words: impl Into<String>) -> Problem {
    Problem {
        field: field.to_owned(),
        words: words.into(),
    }
}

async fn shown(web: &Web, checked: &Checked, told: Option<&str>) -> Result<Response, ApiError> {
    let credential =
        Credential::parse(&checked.credential).map_err(|error| ApiError::internal(&error))?;
    let here = issued_here(&web.world, &credential, &checked.report).await?;
    let mut known = known(web, here.as_ref());
    let read = credential.view();
    known.matching = std::str::from_utf8(&checked.credential)
        .ok()
        .filter(|text| text.len() <= MOST_CARRIED)
        .map(|text| Matching {
            action: "/verify#whom".into(),
            carried: Some(text.to_owned()),
            answer: told.map(|told| {
                let found = read.subject.belongs_to(told, web.world.crypto.sha256);
                (told.to_owned(), found)
            }),
        });
    if told.is_none() {
        // Comparing the holder hands the same credential in once more.
        count(web, &checked.report, &credential, Way::HandedIn).await;
    }
    let view = View::of(&read, &checked.report, known);
    let over = match &here {
        Some(here) => here.no_longer_awarded(&web.world).await?,
        None => None,
    };
    let besides = html! {
        (trust_chain(checked.trust_chain.as_ref()))
        (no_longer_awarded("it", over.as_ref()))
    };
    Ok(show(&web.edge.site, &view, Some(&besides)).into_response())
}

/// What we know of a credential whose issuer works here.
pub(super) fn known(web: &Web, here: Option<&IssuedHere>) -> Known {
    let Some(here) = here else {
        return Known::default();
    };
    let ours = &here.institution;
    Known {
        ours: true,
        trial: web.world.site.local,
        // What was done to it since is told of the one that we signed.
        change: here.credential.as_ref().and_then(change),
        issuer_page: Some(format!("/i/{}", ours.slug)),
        issuer_mark: ours
            .mark
            .is_some()
            .then(|| format!("/i/{}/mark", ours.slug)),
        ..Known::default()
    }
}
