//! A request of a holder, who has no key: the token of a mail, or the code on paper, is what lets them, and for nothing else.
//!
//! It is named like every request that changes something, and done once. The name counts for the token alone. Tokens that lead nowhere are counted for
//! each network, as on the pages (`edge/limit.rs`): what can be tried without end can be guessed.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use touchstone_service::World;
use touchstone_service::rows::TenantId;

use super::order::{Made, Name, address, once_for, read};
use crate::ApiError;
use crate::state::Web;

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
