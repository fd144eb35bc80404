//! A request that changes something: who asks, under which name, with what; done once, however often it is sent.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use touchstone_service::World;
use touchstone_service::operations::{self, Answer, OnceError};
use touchstone_service::rows::TenantId;
use touchstone_vc::multibase::encode_hex;
use tracing::Instrument;

use super::caller::{By, Needs};
use crate::ApiError;
use crate::state::Web;
use crate::text::sentence;

/// A request that changes something, from somebody who may.
#[derive(Debug)]
pub(crate) struct Order<P> {
    /// Who asks.
    pub(crate) by: By<P>,
    /// The name of this request and what it is.
    pub(crate) name: Name,
    /// What was sent.
    pub(crate) body: Bytes,
}

/// Under which a request is remembered.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    key: String,
    request: Vec<u8>,
}

impl Name {
    /// Reads the key of a request; what the request is, is told by [`Self::stands_for`].
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let Some(value) = headers.get("idempotency-key") else {
            return Err(ApiError::bad_request("idempotency_key_missing").with_detail(
                "Send an Idempotency-Key with every request that changes something: a new UUID for each, and the same one when you send it again.",
            ));
        };
        let key = value.to_str().map_err(|_| ApiError::from(OnceError::Key))?;
        Ok(Self {
            key: key.to_owned(),
            request: Vec::new(),
        })
    }

    /// The same name, set apart from the names that others give: what strangers send never meets what an institution's programs do.
    pub(super) fn apart(mut self, from: &str) -> Self {
        // One that would be refused is left as it is, so that it is refused.
        if (1..=200).contains(&self.key.len()) && !self.key.chars().any(char::is_control) {
            let mut digest = Sha256::new();
            digest.update(from.len().to_be_bytes());
            digest.update(from);
            digest.update(&self.key);
            self.key = encode_hex(&digest.finalize());
        }
        self
    }

    /// Says what the request is: its address and all that was sent with it.
    pub(crate) fn stands_for(mut self, parts: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        self.request = digest.finalize().to_vec();
        self
    }
}

impl<P: Needs> FromRequest<Web> for Order<P> {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let by = By::<P>::from_request_parts(&mut parts, web).await?;
        let name = Name::of(&parts.headers).map_err(IntoResponse::into_response)?;
        let (method, address) = (parts.method.clone(), address(&parts));
        let body = Bytes::from_request(Request::from_parts(parts, body), web)
            .await
            .map_err(|error| ApiError::from_status(error.status()).into_response())?;
        let name = name.stands_for(&[method.as_str().as_bytes(), address.as_bytes(), &body]);
        Ok(Self { by, name, body })
    }
}

impl<P: Needs> Order<P> {
    /// Reads what was sent.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        read(&self.body)
    }

    /// The same, where nothing has to be sent.
    pub(crate) fn json_or_nothing<T: DeserializeOwned + Default>(&self) -> Result<T, ApiError> {
        match self.body.is_empty() {
            true => Ok(T::default()),
            false => self.json(),
        }
    }

    /// Does `work` if this is the first request of its name; else answers as the first was answered.
    pub(crate) async fn once<F>(
        self,
        web: &Web,
        work: impl FnOnce(World, By<P>) -> F + Send + 'static,
    ) -> Result<Response, ApiError>
    where
        F: Future<Output = Result<Made, ApiError>> + Send + 'static,
        P: Clone,
    {
        once(web, self.by, self.name, work).await
    }
}

/// What was made or changed, for whoever asked.
#[derive(Debug)]
pub(crate) struct Made {
    status: StatusCode,
    body: Value,
    secret: Option<(&'static str, Value)>,
}

impl Made {
    /// Done.
    pub(crate) fn done(body: impl Serialize) -> Self {
        Self::with(StatusCode::OK, body)
    }

    /// Something new is there.
    pub(crate) fn new(body: impl Serialize) -> Self {
        Self::with(StatusCode::CREATED, body)
    }

    /// It will be done.
    pub(crate) fn accepted(body: impl Serialize) -> Self {
        Self::with(StatusCode::ACCEPTED, body)
    }

    /// Told to the first who asks and not kept: a repeated request is answered without it.
    pub(crate) fn and_secret(mut self, member: &'static str, secret: impl Into<Value>) -> Self {
        self.secret = Some((member, secret.into()));
        self
    }

    fn with(status: StatusCode, body: impl Serialize) -> Self {
        let body = serde_json::to_value(body).expect("texts, numbers and lists always become JSON");
        Self {
            status,
            body,
            secret: None,
        }
    }
}

/// Does `work` if this is the first request of that name; else answers as the first was answered.
///
/// The work goes on when whoever asked hangs up: what is begun is finished and remembered.
pub(crate) async fn once<P, F>(
    web: &Web,
    by: By<P>,
    name: Name,
    work: impl FnOnce(World, By<P>) -> F + Send + 'static,
) -> Result<Response, ApiError>
where
    P: Needs + Clone,
    F: Future<Output = Result<Made, ApiError>> + Send + 'static,
{
    let tenant = by.tenant.clone();
    once_for(web, tenant, name, |world| work(world, by)).await
}

/// The same, of whoever may change something of an institution.
pub(super) async fn once_for<F>(
    web: &Web,
    tenant: TenantId,
    name: Name,
    work: impl FnOnce(World) -> F + Send + 'static,
) -> Result<Response, ApiError>
where
    F: Future<Output = Result<Made, ApiError>> + Send + 'static,
{
    done_once(web, tenant, name, Box::new(|world| Box::pin(work(world)))).await
}

/// What an order does, in one form for all of them: so what follows is compiled once, and not for each.
type Work = Box<dyn FnOnce(World) -> Working + Send>;
type Working = Pin<Box<dyn Future<Output = Result<Made, ApiError>> + Send>>;

async fn done_once(
    web: &Web,
    tenant: TenantId,
    name: Name,
    work: Work,
) -> Result<Response, ApiError> {
    let world = web.world.clone();
    let secret = Arc::new(OnceLock::new());
    let told = Arc::clone(&secret);
    let doing = async move {
        let working = || {
            let working = work(world.clone());
            async move { answer(working.await, &told).await }
        };
        operations::once(&world, &tenant, &name.key, &name.request, working).await
    };
    let done = tokio::spawn(doing.in_current_span()).await;
    let answer = done.map_err(|error| ApiError::internal(&error))??;
    Ok(respond(answer, secret.get()))
}

/// Reads JSON, and says where it cannot be read.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| {
        let words = sentence(&error.to_string());
        if error.is_data() {
            ApiError::unprocessable("wrong_body").with_detail(words)
        } else {
            ApiError::bad_request("not_json").with_detail(format!("The body must be JSON: {words}"))
        }
    })
}

/// The address of a request, with its query.
pub(crate) fn address(parts: &Parts) -> String {
    parts
        .uri
        .path_and_query()
        .map(ToString::to_string)
        .unwrap_or_default()
}

async fn answer(made: Result<Made, ApiError>, told: &OnceLock<(&'static str, Value)>) -> Answer {
    match made {
        Ok(made) => {
            if let Some(secret) = made.secret {
                let _ = told.set(secret); // Set once: the work is done once.
            }
            Answer {
                status: made.status.as_u16(),
                body: made.body.to_string().into_bytes(),
            }
        }
        Err(error) => {
            let status = error.status.as_u16();
            let body = to_bytes(error.into_response().into_body(), usize::MAX).await;
            Answer {
                status,
                body: body.map(Vec::from).unwrap_or_default(),
            }
        }
    }
}

fn respond(answer: Answer, secret: Option<&(&'static str, Value)>) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = match secret {
        Some((member, secret)) => with_member(answer.body, member, secret),
        None => answer.body,
    };
    let kind = if status.is_success() {
        "application/json"
    } else {
        "application/problem+json"
    };
    let mut response = (status, body).into_response();
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn with_member(body: Vec<u8>, member: &str, secret: &Value) -> Vec<u8> {
    match serde_json::from_slice(&body) {
        Ok(Value::Object(mut members)) => {
            members.insert(member.to_owned(), secret.clone());
            Value::Object(members).to_string().into_bytes()
        }
        _ => body,
    }
}

impl From<OnceError> for ApiError {
    fn from(error: OnceError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            OnceError::Key => Self::bad_request("bad_idempotency_key").with_detail(said),
            OnceError::OtherRequest => {
                Self::unprocessable("idempotency_key_reused").with_detail(said)
            }
            OnceError::InProgress => Self {
                retry_after_seconds: Some(1),
                ..Self::conflict("request_in_progress").with_detail(said)
            },
            OnceError::Store(error) => error.into(),
        }
    }
}
