//! A request of a holder, who has no key: the token of a mail, or the code on paper, is what lets them, and for nothing else.
//!
//! It is named like every request that changes something, and done once. The name counts for the token alone.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use touchstone_service::World;
use touchstone_service::rows::TenantId;

use super::order::{Made, Name, address, once_for, read};
use crate::ApiError;
use crate::edge::{Class, ClientAddress};
use crate::state::Web;

/// Who tries a token. One network may try as many as on the pages: a token or a code that can be tried without end can be guessed.
#[derive(Clone, Copy)]
pub(crate) struct Trying(Option<ClientAddress>);

impl FromRequestParts<Web> for Trying {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().copied()))
    }
}

impl Trying {
    /// Refuses to look the token up where too many were tried.
    pub(crate) fn token(self, web: &Web) -> Result<(), ApiError> {
        web.edge.hold_back(Class::Claim, self.0.as_ref())
    }
}

/// A request that changes something, from somebody whose right stands in the address.
#[derive(Debug)]
pub(crate) struct HolderOrder {
    name: Name,
    body: Bytes,
}

impl FromRequest<Web> for HolderOrder {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let name = Name::of(&parts.headers).map_err(IntoResponse::into_response)?;
        let (method, address) = (parts.method.clone(), address(&parts));
        let body = Bytes::from_request(Request::from_parts(parts, body), web)
            .await
            .map_err(|error| ApiError::from_status(error.status()).into_response())?;
        let name = name.stands_for(&[method.as_str().as_bytes(), address.as_bytes(), &body]);
        Ok(Self { name, body })
    }
}

impl HolderOrder {
    /// Reads what was sent.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        read(&self.body)
    }

    /// Does `work` for the holder of `token`, which is about something of that institution, if this is the first request of its name; else
    /// answers as the first was answered.
    pub(crate) async fn once<F>(
        self,
        web: &Web,
        tenant: TenantId,
        token: &str,
        work: impl FnOnce(World) -> F + Send + 'static,
    ) -> Result<Response, ApiError>
    where
        F: Future<Output = Result<Made, ApiError>> + Send + 'static,
    {
        once_for(web, tenant, self.name.apart(token), work).await
    }
}
