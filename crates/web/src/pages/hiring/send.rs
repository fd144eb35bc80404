//! `POST /apply/NAME/send`: sends what the applicant chose, and leads to their own link.

use std::collections::BTreeSet;

use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use maud::html;
use touchstone_service::crosswalk::ReadError;
use touchstone_service::hiring::{ApplyError, Applying, MOST_CREDENTIALS, apply, preview};

use super::{Still, apply as asked, find, preview as shown};
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::credits;
use crate::pages::brought::{MOST_PARTS, too_many_parts};
use crate::state::Web;
use crate::templates::{Layout, Problem, icon, page};
use crate::text::sentence;

/// Sends it.
pub async fn send(
    State(web): State<Web>,
    Path(name): Path<String>,
    upload: Multipart,
) -> Result<Response, ApiError> {
    let posting = find(&web, &name).await?;
    let form = Form::read(upload).await?;
    let order = Applying {
        posting: name,
        token: form.token.clone(),
        role_changed_at: form.role,
        name: form.name.clone(),
        contact: form.contact.clone(),
        files: form.shared(),
    };
    let error = match apply(&web.world, &order).await {
        Ok(()) => {
            let own = format!("/application/{}", order.token);
            return Ok(keep(Redirect::to(&own).into_response(), Cache::Never));
        }
        Err(ApplyError::Store(error) | ApplyError::Read(ReadError::Store(error))) => {
            return Err(error.into());
        }
        Err(ApplyError::SentBefore) => return Ok(before(&web, &order.token)),
        Err(ApplyError::NoSuchPosting) => return Err(ApiError::not_found("posting_not_found")),
        Err(error) => error,
    };
    let problem = Problem {
        field: field(&error).into(),
        words: sentence(&error.to_string()),
    };
    // What was handed in comes back with the form; where it cannot, the way begins anew.
    match preview(&web.world, &posting, &form.credentials).await {
        Ok(preview) if posting.open => {
            let said = shown::Said {
                kept_back: (0..preview.credentials.len())
                    .filter(|place| !form.chosen.contains(place))
                    .collect(),
                name: form.name,
                contact: form.contact,
            };
            let credits = credits::of(&web, &posting.role, &posting.institution.name).await?;
            let page = shown::show(
                &web.edge.site,
                &posting,
                &preview,
                &said,
                &credits,
                &[problem],
            );
            let page = (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
            Ok(keep(page, Cache::Never))
        }
        Err(ApplyError::Store(error) | ApplyError::Read(ReadError::Store(error))) => {
            Err(error.into())
        }
        _ => {
            let problem = Problem {
                field: "file".into(),
                ..problem
            };
            asked::show(&web, &posting, &Still::default(), &[problem]).await
        }
    }
}

/// What was sent from this page first stays, and can be looked at.
fn before(web: &Web, token: &str) -> Response {
    let main = html! {
        p.verdict.warn { (icon("warn")) " " strong { "Not sent" } }
        h1 { "Something else was sent from this page before" }
        p { "What you sent first stays as it is. To send something else, take that back, and begin with your credentials again." }
        p { a href={ "/application/" (token) } { "The application that was sent" } }
    };
    let page = page(&Layout::reading("Not sent", &web.edge.site), &main);
    keep((StatusCode::CONFLICT, page).into_response(), Cache::Never)
}

fn field(error: &ApplyError) -> &'static str {
    match error {
        ApplyError::Name => "name",
        ApplyError::Contact => "contact",
        _ => "share-0",
    }
}

/// What the form of the preview carries.
#[derive(Default)]
struct Form {
    token: String,
    /// When the role was last changed, as the preview knew it.
    role: i64,
    name: String,
    contact: String,
    credentials: Vec<Vec<u8>>,
    chosen: BTreeSet<usize>,
}

impl Form {
    async fn read(mut upload: Multipart) -> Result<Self, ApiError> {
        let (mut form, mut parts) = (Self::default(), 0);
        while let Some(part) = upload.next_field().await? {
            parts += 1;
            if parts > MOST_PARTS {
                return Err(too_many_parts());
            }
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await?;
            let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
            match name.as_str() {
                "token" => form.token = text(),
                "role" => form.role = text().parse().unwrap_or_default(),
                "name" => form.name = text(),
                "contact" => form.contact = text(),
                "share" => form.chosen.extend(text().parse::<usize>().ok()),
                // One too many says that there are too many.
                "credential" if form.credentials.len() <= MOST_CREDENTIALS => {
                    let read = BASE64.decode(text());
                    let read = read.map_err(|_| ApiError::bad_request("unreadable_form"))?;
                    form.credentials.push(read);
                }
                _ => {}
            }
        }
        Ok(form)
    }

    fn shared(&self) -> Vec<Vec<u8>> {
        let all = self.credentials.iter().enumerate();
        all.filter(|(place, _)| self.chosen.contains(place))
            .map(|(_, bytes)| bytes.clone())
            .collect()
    }
}
