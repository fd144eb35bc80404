//! The files that pages need, in the binary: one stylesheet, one sprite, one icon.
//!
//! They are compressed once. Their address carries a fingerprint, so that a cache may keep them for ever and a new version is
//! seen at once.

use std::sync::LazyLock;

use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use touchstone_page::sprite;

use crate::answer::{Cache, Prepared};
use crate::error::ApiError;

/// Serves one asset.
pub async fn handler(
    Path(name): Path<String>,
    Query(query): Query<Version>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let asset = ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .ok_or_else(ApiError::no_such_page)?;
    let current = query.v.as_deref() == Some(asset.version());
    let cache = if current {
        Cache::Immutable
    } else {
        Cache::Revalidate
    };
    Ok(asset.prepared.answer(&headers, cache))
}

/// The version asked for.
#[derive(Debug, Deserialize)]
pub struct Version {
    /// The fingerprint in the address.
    pub v: Option<String>,
}

/// Address of the stylesheet.
pub fn stylesheet() -> &'static str {
    &ASSETS[0].href
}

/// Address of the browser tab's icon.
pub fn favicon() -> &'static str {
    &ASSETS[1].href
}

struct Asset {
    name: &'static str,
    href: String,
    prepared: Prepared,
}

impl Asset {
    fn new(name: &'static str, media_type: &'static str, bytes: &'static [u8]) -> Self {
        let prepared = Prepared::new(media_type, bytes.to_vec());
        let href = format!("/assets/{name}?v={}", prepared.fingerprint());
        Self {
            name,
            href,
            prepared,
        }
    }

    /// The fingerprint in its address.
    fn version(&self) -> &str {
        self.href.rsplit('=').next().unwrap_or_default()
    }
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        Asset::new(
            "touchstone.css",
            "text/css; charset=utf-8",
            include_bytes!("../assets/touchstone.css"),
        ),
        Asset::new(
            "favicon.svg",
            "image/svg+xml",
            include_bytes!("../assets/favicon.svg"),
        ),
        Asset {
            href: sprite::href(),
            ..Asset::new(sprite::NAME, "image/svg+xml", sprite::BYTES)
        },
    ]
});
