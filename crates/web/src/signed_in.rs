//! A request of somebody who is signed in, and the forms they send.

use std::io;

use axum::extract::multipart::MultipartError;
use axum::extract::{Form, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::{Member, Permission, Role, signin};
use touchstone_service::ports::Spooled;
use touchstone_service::rows::TenantId;

use crate::ApiError;
use crate::pages::desk::Desk;
use crate::session::SessionSecret;
use crate::state::Web;

/// Who asks.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The member.
    pub member: Member,
    /// The frame of their pages.
    pub desk: Desk,
    secret: SessionSecret,
}

impl SignedIn {
    /// The institution they work for.
    pub fn tenant(&self) -> &TenantId {
        &self.member.tenant
    }

    /// Refuses a form that no page of ours sent in this session.
    pub(crate) fn check_form(&self, token: &str) -> Result<(), ApiError> {
        self.secret.check_form(token)
    }

    /// Refuses who may not.
    pub fn may(&self, permission: Permission) -> Result<(), ApiError> {
        if self.desk.may(permission) {
            return Ok(());
        }
        Err(ApiError::forbidden("role_missing"))
    }
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Some(secret) = SessionSecret::of(&parts.headers, web.edge.settings.secure()) else {
            return Err(nobody(&parts.method));
        };
        match find(web, &secret).await {
            Ok(Some(found)) => Ok(found),
            Ok(None) => Err(nobody(&parts.method)),
            Err(error) => Err(error.into_response()),
        }
    }
}

async fn find(web: &Web, secret: &SessionSecret) -> Result<Option<SignedIn>, ApiError> {
    let Some(session) = signin::session(&web.world, secret.as_str()).await? else {
        return Ok(None);
    };
    let member = session.member;
    let roles: Vec<&str> = member.roles.iter().copied().map(Role::as_str).collect();
    let rights = Permission::ALL.into_iter();
    let desk = Desk {
        site: web.edge.site.clone(),
        institution: session.institution,
        slug: session.slug,
        member: member.name.clone(),
        role: roles.join(", "),
        rights: rights.filter(|right| member.may(*right)).collect(),
        form_token: secret.form_token(),
    };
    Ok(Some(SignedIn {
        member,
        desk,
        secret: secret.clone(),
    }))
}

/// Who wants to look is led to the sign-in; who wants to change something is told.
fn nobody(method: &Method) -> Response {
    match *method {
        Method::GET => Redirect::to("/signin").into_response(),
        _ => ApiError::unauthorized("not_signed_in").into_response(),
    }
}

/// A form that one of our pages sent in this session.
#[derive(Debug)]
pub struct Posted {
    /// Who sent it.
    pub by: SignedIn,
    /// What it says.
    pub fields: Fields,
}

impl FromRequest<Web> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let by = SignedIn::from_request_parts(&mut parts, web).await?;
        let request = Request::from_parts(parts, body);
        let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, web)
            .await
            .map_err(|_| ApiError::bad_request("unreadable_form").into_response())?;
        let fields = Fields(pairs);
        by.secret
            .check_form(fields.text("csrf"))
            .map_err(IntoResponse::into_response)?;
        Ok(Self { by, fields })
    }
}

/// A form that may bring a file, sent by one of our pages in this session. A form without a file may come the short way.
#[derive(Debug)]
pub struct PostedFile {
    /// Who sent it.
    pub by: SignedIn,
    /// What it says besides the file.
    pub fields: Fields,
    /// The file's name, as the browser gave it.
    pub name: Option<String>,
    /// The file.
    pub bytes: Vec<u8>,
}

impl FromRequest<Web> for PostedFile {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let mut bytes = Vec::new();
        // The rest of a larger file is let go by: what is kept is too large for anything a form wants, and says so.
        let keep = |some: &[u8]| {
            let room = LARGEST_KEPT.saturating_sub(bytes.len());
            bytes.extend_from_slice(&some[..some.len().min(room)]);
            Ok(())
        };
        let (Posted { by, fields }, name) = with_file(request, web, keep).await?;
        Ok(Self {
            by,
            fields,
            name,
            bytes,
        })
    }
}

/// A form that may bring a file larger than memory should hold, sent by one of our pages in this session.
#[derive(Debug)]
pub struct PostedList {
    /// Who sent it.
    pub by: SignedIn,
    /// What it says besides the file.
    pub fields: Fields,
    /// The file's name, as the browser gave it.
    pub name: Option<String>,
    /// The file.
    pub list: Spooled,
}

impl FromRequest<Web> for PostedList {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let failed = |error: io::Error| ApiError::from(error).into_response();
        let mut incoming = web.world.spool.begin().map_err(failed)?;
        let keep = |some: &[u8]| Ok(incoming.write(some)?);
        let (Posted { by, fields }, name) = with_file(request, web, keep).await?;
        Ok(Self {
            by,
            fields,
            name,
            list: incoming.finish().map_err(failed)?,
        })
    }
}

/// Reads a form, and hands what comes of its file to `keep`. Answers with the form and the file's name.
async fn with_file(
    request: Request,
    web: &Web,
    keep: impl FnMut(&[u8]) -> Result<(), ApiError> + Send,
) -> Result<(Posted, Option<String>), Response> {
    if !is_multipart(request.headers()) {
        return Ok((Posted::from_request(request, web).await?, None));
    }
    let (mut parts, body) = request.into_parts();
    let by = SignedIn::from_request_parts(&mut parts, web).await?;
    let request = Request::from_parts(parts, body);
    let upload = Multipart::from_request(request, web)
        .await
        .map_err(|_| ApiError::bad_request("unreadable_form").into_response())?;
    read(by, upload, keep)
        .await
        .map_err(IntoResponse::into_response)
}

async fn read(
    by: SignedIn,
    mut upload: Multipart,
    mut keep: impl FnMut(&[u8]) -> Result<(), ApiError> + Send,
) -> Result<(Posted, Option<String>), ApiError> {
    let unreadable = |error: MultipartError| unreadable(error.status());
    let (mut fields, mut name, mut room) = (Fields::default(), None, LARGEST_TEXT);
    while let Some(mut field) = upload.next_field().await.map_err(unreadable)? {
        let key = field.name().unwrap_or_default().to_owned();
        if key == "file" {
            // The token stands before the file in our forms: of who has none no file is kept.
            by.secret.check_form(fields.text("csrf"))?;
            let given = field.file_name().filter(|name| !name.is_empty());
            name = given.map(str::to_owned);
            while let Some(some) = field.chunk().await.map_err(unreadable)? {
                keep(&some)?;
            }
        } else {
            let mut text = Vec::new();
            while let Some(some) = field.chunk().await.map_err(unreadable)? {
                let left = room.checked_sub(some.len());
                room = left.ok_or_else(|| ApiError::too_large("file_too_large"))?;
                text.extend_from_slice(&some);
            }
            let text = String::from_utf8(text);
            let text = text.map_err(|_| ApiError::bad_request("unreadable_form"))?;
            fields.0.push((key, text));
        }
    }
    by.secret.check_form(fields.text("csrf"))?;
    Ok((Posted { by, fields }, name))
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
    kind.is_some_and(|kind| kind.starts_with(b"multipart/"))
}

/// Definitions of achievements with their pictures are the largest that any form reads as a whole.
const LARGEST_KEPT: usize = 33 << 20;
/// All that is typed into a form, and a picture that it carries along.
const LARGEST_TEXT: usize = 4 << 20;

fn unreadable(status: StatusCode) -> ApiError {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large("file_too_large"),
        _ => ApiError::bad_request("unreadable_form"),
    }
}

/// The fields of a form, in order.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The text of a field, without white space around; empty if it is not there.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// The text of a field that was filled in.
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name))
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }

    /// All fields of that name, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, text)| text.trim())
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
}
