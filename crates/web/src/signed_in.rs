//! A request of somebody who is signed in, and the forms they send.

use axum::extract::multipart::Field as Part;
use axum::extract::{DefaultBodyLimit, Form, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::drawn;
use touchstone_service::operations::{Member, Permission, Role, signin};
use touchstone_service::ports::Spooled;
use touchstone_service::rows::TenantId;

use crate::ApiError;
use crate::pages::desk::Desk;
use crate::session::SessionSecret;
use crate::state::Web;
use crate::text::clean;

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
        drawn: drawn::draw(&web.world),
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
        let sent = Sent::from_request(request, web).await?;
        typed(sent, web).await.map_err(IntoResponse::into_response)
    }
}

/// A form of somebody who is signed in, of which nothing is read yet: it may be large, and not everybody may send it.
#[derive(Debug)]
pub struct Sent {
    /// Who sends it.
    pub by: SignedIn,
    request: Request,
}

impl FromRequest<Web> for Sent {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let by = SignedIn::from_request_parts(&mut parts, web).await?;
        let request = Request::from_parts(parts, body);
        Ok(Self { by, request })
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

impl Sent {
    /// Reads it with its file, if the sender may send it.
    pub async fn file(self, web: &Web, needs: Permission) -> Result<PostedFile, ApiError> {
        self.by.may(needs)?;
        let mut bytes = Vec::new();
        // The rest of a larger file is let go by: what is kept is too large for anything a form wants, and says so.
        let keep = |some: &[u8]| {
            let room = LARGEST_KEPT.saturating_sub(bytes.len());
            bytes.extend_from_slice(&some[..some.len().min(room)]);
            Ok(())
        };
        let (Posted { by, fields }, name) = with_file(self, web, keep).await?;
        Ok(PostedFile {
            by,
            fields,
            name,
            bytes,
        })
    }

    /// Reads it with a list, which is put aside as it comes in, if the sender may send it.
    pub async fn list(self, web: &Web, needs: Permission) -> Result<PostedList, ApiError> {
        self.by.may(needs)?;
        let mut incoming = web.world.spool.begin()?;
        let keep = |some: &[u8]| Ok(incoming.write(some)?);
        let (Posted { by, fields }, name) = with_file(self, web, keep).await?;
        Ok(PostedList {
            by,
            fields,
            name,
            list: incoming.finish()?,
        })
    }
}

/// Reads what was typed, and nothing larger.
async fn typed(sent: Sent, web: &Web) -> Result<Posted, ApiError> {
    let Sent { by, mut request } = sent;
    // Whatever the address takes as a file.
    DefaultBodyLimit::max(LARGEST_FORM).apply(&mut request);
    let read = Form::<Vec<(String, String)>>::from_request(request, web).await;
    let Form(pairs) = read.map_err(|refused| match refused.status() {
        StatusCode::PAYLOAD_TOO_LARGE => form_too_large(),
        _ => ApiError::bad_request("unreadable_form"),
    })?;
    let fields = Fields(pairs);
    by.secret.check_form(fields.text("csrf"))?;
    Ok(Posted { by, fields })
}

/// Reads a form, and hands what comes of its file to `keep`. Answers with the form and the file's name.
async fn with_file(
    sent: Sent,
    web: &Web,
    keep: impl FnMut(&[u8]) -> Result<(), ApiError> + Send,
) -> Result<(Posted, Option<String>), ApiError> {
    if !is_multipart(sent.request.headers()) {
        return Ok((typed(sent, web).await?, None));
    }
    let upload = Multipart::from_request(sent.request, web).await;
    let upload = upload.map_err(|_| ApiError::bad_request("unreadable_form"))?;
    read(sent.by, upload, keep).await
}

async fn read(
    by: SignedIn,
    mut upload: Multipart,
    mut keep: impl FnMut(&[u8]) -> Result<(), ApiError> + Send,
) -> Result<(Posted, Option<String>), ApiError> {
    let (mut fields, mut name, mut room) = (Fields::default(), None, LARGEST_TEXT);
    let mut brought = false;
    while let Some(mut field) = upload.next_field().await? {
        let key = field.name().unwrap_or_default().to_owned();
        if key == "file" {
            // The token stands before the file in our forms: of who has none no file is kept.
            by.secret.check_form(fields.text("csrf"))?;
            let given = field.file_name().filter(|name| !name.is_empty());
            if brought {
                return Err(second_file(given));
            }
            brought = true;
            name = given.map(str::to_owned);
            while let Some(some) = field.chunk().await? {
                keep(&some)?;
            }
        } else {
            let text = short_text(field, &mut room).await?;
            fields.0.push((key, text));
        }
    }
    by.secret.check_form(fields.text("csrf"))?;
    Ok((Posted { by, fields }, name))
}

/// The text of one part of an upload, as long as there is room for it.
pub(crate) async fn short_text(mut part: Part<'_>, room: &mut usize) -> Result<String, ApiError> {
    let mut text = Vec::new();
    while let Some(some) = part.chunk().await? {
        let left = room.checked_sub(some.len());
        *room = left.ok_or_else(form_too_large)?;
        text.extend_from_slice(&some);
    }
    String::from_utf8(text).map_err(|_| ApiError::bad_request("unreadable_form"))
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes());
    kind.is_some_and(|kind| kind.starts_with(b"multipart/"))
}

fn form_too_large() -> ApiError {
    ApiError::too_large("form_too_large").with_detail(
        "More is written in this form than it takes. Shorten it, and send what is long as a file.",
    )
}

/// The answer to an upload with two files where one is taken: which of them was meant is not guessed, and they are not joined.
pub(crate) fn second_file(name: Option<&str>) -> ApiError {
    let what = match name {
        Some(name) => format!(
            "The part “file” stands there twice; the second is “{}”.",
            clean(name)
        ),
        None => "The part “file” stands there twice.".to_owned(),
    };
    let words = format!("{what} Nothing of it was taken. Send one file at a time.");
    ApiError::bad_request("second_file")
        .with_detail(words.clone())
        .with_field("file", words)
}

/// All that is typed into a form that brings no file.
const LARGEST_FORM: usize = 1 << 20;
/// Definitions of achievements with their pictures are the largest that any form reads as a whole.
const LARGEST_KEPT: usize = 33 << 20;
/// All that is typed into a form, and a picture that it carries along.
pub(crate) const LARGEST_TEXT: usize = 4 << 20;

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

    /// What was drawn for the form, with everything that it says: the same where it is sent twice as it is. `None` where nothing was drawn.
    pub fn drawn(&self) -> Option<String> {
        self.some("drawn")?;
        serde_json::to_string(&self.0).ok()
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }
}
