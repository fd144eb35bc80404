//! Who asks, and whether they may.
//!
//! A key may do what its scopes say. Somebody who is signed in may look with their session, and changes things on the pages:
//! a browser sends its cookie along whoever made it ask.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use touchstone_service::operations::{Permission, Scope, authenticate, signin};
use touchstone_service::rows::TenantId;

use crate::ApiError;
use crate::session::SessionSecret;
use crate::state::Web;

/// Somebody who may do what `P` stands for.
#[derive(Clone, Debug)]
pub(crate) struct By<P> {
    /// The institution for which they act.
    pub(crate) tenant: TenantId,
    /// As whom they stand in the audit record.
    pub(crate) actor: String,
    may: PhantomData<P>,
}

/// What has to be allowed.
pub(crate) trait Needs: Send + Sync + 'static {
    const PERMISSION: Permission;
    const SCOPE: Scope;
}

macro_rules! needs {
    ($($(#[$doc:meta])* $name:ident)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub(crate) enum $name {}

            impl Needs for $name {
                const PERMISSION: Permission = Permission::$name;
                const SCOPE: Scope = Scope::$name;
            }
        )+
    };
}

needs! {
    /// Look at achievements, cohorts and credentials.
    Read
    /// Write achievements.
    Define
    /// Upload and confirm cohorts, deliver.
    Issue
    /// Open roles, and read who applied.
    Hire
    /// Revoke, suspend, reinstate, correct.
    Revoke
    /// Read the audit record.
    Audit
    /// Members, keys, the institution itself.
    Administer
}

impl<P: Needs> FromRequestParts<Web> for By<P> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let found = match key(&parts.headers) {
            Some(key) => by_key::<P>(web, key).await,
            None if parts.method.is_safe() => by_session::<P>(web, &parts.headers).await,
            None => Err(no_key()),
        };
        let (tenant, actor) = found.map_err(refused)?;
        Ok(Self {
            tenant,
            actor,
            may: PhantomData,
        })
    }
}

type Found = Result<(TenantId, String), ApiError>;

async fn by_key<P: Needs>(web: &Web, key: &str) -> Found {
    let Some(caller) = authenticate(&web.world, key).await? else {
        return Err(ApiError::unauthorized("key_unknown").with_detail(
            "This key is not known, has ended or was revoked. Ask an owner of your institution for a new one.",
        ));
    };
    if !caller.may(P::PERMISSION) {
        let words = format!(
            "The key does not have the scope “{}”. Ask an owner of your institution for a key that has it.",
            P::SCOPE.as_str()
        );
        return Err(ApiError::forbidden("scope_missing").with_detail(words));
    }
    Ok((caller.tenant, caller.actor))
}

async fn by_session<P: Needs>(web: &Web, headers: &HeaderMap) -> Found {
    let secret = SessionSecret::of(headers, web.edge.settings.secure()).ok_or_else(no_key)?;
    let session = signin::session(&web.world, secret.as_str()).await?;
    let member = session.ok_or_else(no_key)?.member;
    if !member.may(P::PERMISSION) {
        return Err(ApiError::forbidden("role_missing"));
    }
    Ok((member.tenant, member.id))
}

fn key(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, key) = value.split_once(' ').unwrap_or((value, ""));
    // Whoever sends another scheme meant to be somebody: they are told, not taken for their cookie.
    Some(if scheme.eq_ignore_ascii_case("bearer") {
        key.trim()
    } else {
        ""
    })
}

fn no_key() -> ApiError {
    ApiError::unauthorized("key_missing").with_detail(
        "Send a key of your institution: Authorization: Bearer ts_… An owner makes one under Members. A sign-in only lets you look.",
    )
}

/// RFC 9110 §11.6.1: a refusal says how to come again.
fn refused(error: ApiError) -> Response {
    let status = error.status;
    let mut response = error.into_response();
    if status == StatusCode::UNAUTHORIZED {
        let how = HeaderValue::from_static("Bearer realm=\"touchstone\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, how);
    }
    response
}
