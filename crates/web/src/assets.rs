//! The files that pages need, in the binary: one stylesheet, one sprite, one icon; the scripts for passkeys and for the preview as
//! one types; and the verifier for browsers with its scripts.
//!
//! They are compressed once. Their address carries a fingerprint, so that a cache may keep them for ever and a new version is
//! seen at once.

use std::sync::{LazyLock, OnceLock};

use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use tokio::sync::OnceCell;
use touchstone_page::sprite;

use crate::answer::{Cache, Prepared, fingerprint};
use crate::edge;
use crate::error::ApiError;

/// Serves one asset.
pub async fn handler(
    Path(name): Path<String>,
    Query(query): Query<Version>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let asset = match name.as_str() {
        WASM_NAME => WASM.served().await?,
        WHOLE_NAME => WHOLE.served().await?,
        _ => ASSETS
            .iter()
            .chain(SCRIPTS.iter())
            .find(|asset| asset.name == name)
            .ok_or_else(ApiError::no_such_page)?,
    };
    let current = query.v.as_deref() == Some(asset.version());
    let cache = if current {
        Cache::Immutable
    } else {
        Cache::Revalidate
    };
    let response = asset.prepared.answer(&headers, cache);
    Ok(match name.as_str() {
        WORKER_NAME => edge::confined(response),
        _ => response,
    })
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

/// Where the verifier for browsers and its scripts stand.
#[derive(Clone, Copy, Debug)]
pub struct Verifier {
    /// The module that a page runs.
    pub script: &'static str,
    /// The worker that it starts.
    pub worker: &'static str,
    /// The verifier itself: for credentials.
    pub wasm: &'static str,
    /// The one for presentations and proof bundles as well, which is loaded when it is needed.
    pub whole: &'static str,
}

/// The verifier for browsers; none if this build has none (`cargo xtask wasm` makes it).
pub fn verifier() -> Option<Verifier> {
    WASM.bytes?;
    Some(Verifier {
        script: &SCRIPTS[0].href,
        worker: &SCRIPTS[1].href,
        wasm: WASM.href(),
        whole: WHOLE.href(),
    })
}

/// A verifier in WebAssembly.
struct Module {
    name: &'static str,
    bytes: Option<&'static [u8]>,
    href: OnceLock<String>,
    asset: OnceCell<Asset>,
}

impl Module {
    const fn new(name: &'static str, bytes: Option<&'static [u8]>) -> Self {
        Self {
            name,
            bytes,
            href: OnceLock::new(),
            asset: OnceCell::const_new(),
        }
    }

    fn href(&'static self) -> &'static str {
        self.href.get_or_init(|| {
            let version = fingerprint(self.bytes.unwrap_or_default());
            format!("/assets/{}?v={version}", self.name)
        })
    }

    /// Compressed when it is first asked for, and quickly: whoever asks first waits for it, and nobody else does.
    async fn served(&'static self) -> Result<&'static Asset, ApiError> {
        let bytes = self.bytes.ok_or_else(ApiError::no_such_page)?;
        let prepare = || Asset {
            name: self.name,
            href: self.href().to_owned(),
            prepared: Prepared::quick("application/wasm", bytes.to_vec()).pack(),
        };
        let made = self
            .asset
            .get_or_try_init(|| tokio::task::spawn_blocking(prepare));
        made.await.map_err(|error| ApiError::internal(&error))
    }
}

/// Address of the script for passkeys.
pub fn passkey_script() -> &'static str {
    &SCRIPTS[3].href
}

/// Address of the script that shows a preview as one types.
pub fn preview_script() -> &'static str {
    &SCRIPTS[4].href
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

static SCRIPTS: LazyLock<[Asset; 5]> = LazyLock::new(|| {
    let script = |name, bytes| Asset::new(name, "text/javascript; charset=utf-8", bytes);
    [
        script("check.js", include_bytes!("../assets/check.js")),
        script(WORKER_NAME, include_bytes!("../assets/check-worker.js")),
        script("verifier.js", include_bytes!("../../wasm/npm/verifier.js")),
        script("passkey.js", include_bytes!("../assets/passkey.js")),
        script("preview.js", include_bytes!("../assets/preview.js")),
    ]
});

const WORKER_NAME: &str = "check-worker.js";
const WASM_NAME: &str = "touchstone.wasm";
const WHOLE_NAME: &str = "touchstone-whole.wasm";

#[cfg(verifier_built)]
static WASM: Module = Module::new(
    WASM_NAME,
    Some(include_bytes!("../assets/built/touchstone.wasm")),
);
#[cfg(verifier_built)]
static WHOLE: Module = Module::new(
    WHOLE_NAME,
    Some(include_bytes!("../assets/built/touchstone-whole.wasm")),
);
#[cfg(not(verifier_built))]
static WASM: Module = Module::new(WASM_NAME, None);
#[cfg(not(verifier_built))]
static WHOLE: Module = Module::new(WHOLE_NAME, None);
