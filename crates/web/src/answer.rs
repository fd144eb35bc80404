//! Answers that caches may keep: strong ETags, `304`, and an encoding the reader asked for.
//!
//! RFC 9110 §8.8.3 and §13.1.2: a strong ETag names exact bytes, so each encoding has its own.
//! What belongs to a session is never compressed: a page that holds both a secret and words of the reader's choosing would
//! tell the secret by its length (BREACH).

use std::io::Write;
use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// How long an answer may be kept, and by whom.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cache {
    /// Anybody may keep it for so many seconds.
    Seconds(u32),
    /// Anybody may keep it for ever: the address changes with the bytes.
    Immutable,
    /// Anybody may keep it, and asks each time whether it is still the same.
    Revalidate,
    /// Only this browser may keep it, and asks each time.
    Private,
    /// Nobody keeps it.
    Never,
}

impl Cache {
    fn header(self) -> HeaderValue {
        match self {
            Self::Seconds(seconds) => HeaderValue::from_str(&format!("public, max-age={seconds}"))
                .expect("digits are header text"),
            Self::Immutable => HeaderValue::from_static("public, max-age=31536000, immutable"),
            Self::Revalidate => HeaderValue::from_static("public, no-cache"),
            Self::Private => HeaderValue::from_static("private, no-cache"),
            Self::Never => HeaderValue::from_static("no-store"),
        }
    }
}

/// Answers a request for bytes that were made for it. What belongs to a session is not compressed.
pub fn public(
    asked: &HeaderMap,
    media_type: &'static str,
    body: Vec<u8>,
    cache: Cache,
) -> Response {
    let fingerprint = fingerprint(&body);
    let encoding = match cache {
        Cache::Private | Cache::Never => Encoding::Identity,
        Cache::Seconds(_) | Cache::Immutable | Cache::Revalidate => Encoding::wanted(asked),
    };
    let etag = encoding.etag(&fingerprint);
    if unchanged(asked, &etag) {
        return not_modified(etag, cache);
    }
    let body = encoding.apply(&body, Effort::Quick).unwrap_or(body);
    full(media_type, encoding, etag, cache, body.into())
}

/// Bytes served again and again, in every encoding that a reader has asked for.
pub struct Prepared {
    media_type: &'static str,
    fingerprint: String,
    effort: Effort,
    body: Bytes,
    /// Gzip and brotli, packed when the first reader asks: a page that is shown once is packed once.
    packed: [OnceLock<Bytes>; 2],
}

impl Prepared {
    /// Compresses `body` now, as well as it can be: for what is made once.
    pub fn new(media_type: &'static str, body: Vec<u8>) -> Self {
        Self::with(media_type, body, Effort::Thorough).pack()
    }

    /// Compresses `body` when it is asked for, and quickly: for what is made often.
    pub fn quick(media_type: &'static str, body: Vec<u8>) -> Self {
        Self::with(media_type, body, Effort::Quick)
    }

    /// Compresses now: for what is so large that a reader should not wait for it.
    pub fn pack(self) -> Self {
        self.packed(Encoding::Gzip);
        self.packed(Encoding::Brotli);
        self
    }

    fn with(media_type: &'static str, body: Vec<u8>, effort: Effort) -> Self {
        Self {
            media_type,
            fingerprint: fingerprint(&body),
            effort,
            body: body.into(),
            packed: Default::default(),
        }
    }

    /// Bytes held in all encodings: words in markup pack to less than half.
    #[expect(clippy::len_without_is_empty)] // An answer without a body is not prepared.
    pub fn len(&self) -> usize {
        self.body.len() * 2
    }

    /// Names the bytes before compression.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Answers a request.
    pub fn answer(&self, asked: &HeaderMap, cache: Cache) -> Response {
        let encoding = Encoding::wanted(asked);
        let etag = encoding.etag(&self.fingerprint);
        if unchanged(asked, &etag) {
            return not_modified(etag, cache);
        }
        full(
            self.media_type,
            encoding,
            etag,
            cache,
            self.packed(encoding),
        )
    }

    fn packed(&self, encoding: Encoding) -> Bytes {
        let kept = match encoding {
            Encoding::Identity => return self.body.clone(),
            Encoding::Gzip => &self.packed[0],
            Encoding::Brotli => &self.packed[1],
        };
        let pack = || {
            let packed = encoding.apply(&self.body, self.effort);
            packed.map_or_else(|| self.body.clone(), Bytes::from)
        };
        kept.get_or_init(pack).clone()
    }
}

/// Sets what may be kept of an answer that was made elsewhere.
pub fn keep(mut response: Response, cache: Cache) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, cache.header());
    response
}

/// A file to be saved.
pub fn file(media_type: &'static str, name: &str, bytes: impl Into<Body>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    (
        [
            (CONTENT_TYPE, media_type.to_owned()),
            (CONTENT_DISPOSITION, disposition),
        ],
        bytes.into(),
    )
        .into_response()
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Encoding {
    Identity = 0,
    Gzip = 1,
    Brotli = 2,
}

#[derive(Clone, Copy)]
enum Effort {
    Quick,
    Thorough,
}

impl Encoding {
    /// RFC 9110 §12.5.3: what the reader takes; brotli before gzip where both are welcome.
    fn wanted(asked: &HeaderMap) -> Self {
        let mut best = Self::Identity;
        let listed = asked.get_all(ACCEPT_ENCODING).iter();
        let items = listed.filter_map(|value| value.to_str().ok());
        for item in items.flat_map(|value| value.split(',')) {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            if weight.is_some_and(|weight| weight.parse() == Ok(0.0_f32)) {
                continue;
            }
            let offered = match name.to_ascii_lowercase().as_str() {
                "br" => Self::Brotli,
                "gzip" | "x-gzip" => Self::Gzip,
                _ => continue,
            };
            if offered as usize > best as usize {
                best = offered;
            }
        }
        best
    }

    fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    fn etag(self, fingerprint: &str) -> HeaderValue {
        let suffix = self.name().map_or(String::new(), |name| format!("-{name}"));
        HeaderValue::from_str(&format!("\"{fingerprint}{suffix}\""))
            .expect("base64url is header text")
    }

    fn apply(self, body: &[u8], effort: Effort) -> Option<Vec<u8>> {
        let mut packed = Vec::with_capacity(body.len() / 3);
        match self {
            Self::Identity => return None,
            Self::Gzip => {
                let level = match effort {
                    Effort::Quick => flate2::Compression::new(5),
                    Effort::Thorough => flate2::Compression::best(),
                };
                let mut writer = flate2::write::GzEncoder::new(&mut packed, level);
                writer.write_all(body).ok()?;
                writer.finish().ok()?;
            }
            Self::Brotli => {
                let quality = match effort {
                    // One more packs a twentieth smaller, in twice the time.
                    Effort::Quick => 3,
                    Effort::Thorough => 11,
                };
                // No larger a window than there is to look back at: room for a megabyte costs more than packing a page.
                let window = body.len().next_power_of_two().ilog2().clamp(14, 20);
                let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, quality, window);
                writer.write_all(body).ok()?;
                writer.flush().ok()?;
                drop(writer);
            }
        }
        Some(packed)
    }
}

fn unchanged(asked: &HeaderMap, etag: &HeaderValue) -> bool {
    let listed = asked.get_all(IF_NONE_MATCH).iter();
    let tags = listed.filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).any(|tag| {
        let tag = tag.trim();
        let tag = tag.strip_prefix("W/").unwrap_or(tag);
        tag == "*" || tag.as_bytes() == etag.as_bytes()
    })
}

fn not_modified(etag: HeaderValue, cache: Cache) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(ETAG, etag);
    headers.insert(CACHE_CONTROL, cache.header());
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    response
}

fn full(
    media_type: &'static str,
    encoding: Encoding,
    etag: HeaderValue,
    cache: Cache,
    body: Bytes,
) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(ETAG, etag);
    headers.insert(CACHE_CONTROL, cache.header());
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(name) = encoding.name() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

/// Names bytes: 128 bits of SHA-256, enough that no two bodies share a name.
pub(crate) fn fingerprint(body: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(name: axum::http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_is_preferred_and_a_weight_of_zero_is_a_refusal() {
        let wanted = |value| Encoding::wanted(&asking(ACCEPT_ENCODING, value));
        assert_eq!(wanted("gzip, deflate, br"), Encoding::Brotli);
        assert_eq!(wanted("gzip;q=1, br;q=0"), Encoding::Gzip);
        assert_eq!(wanted("br;q=0.0, gzip; q=0"), Encoding::Identity);
        assert_eq!(wanted("deflate"), Encoding::Identity);
        assert_eq!(Encoding::wanted(&HeaderMap::new()), Encoding::Identity);
    }

    #[test]
    fn each_encoding_has_its_own_strong_etag() {
        let body = b"plain words ".repeat(100);
        let tags: std::collections::BTreeSet<_> = ["", "gzip", "br"]
            .map(|value| {
                public(
                    &asking(ACCEPT_ENCODING, value),
                    "text/plain",
                    body.clone(),
                    Cache::Seconds(30),
                )
            })
            .map(|response| response.headers()[ETAG].to_str().unwrap().to_owned())
            .into();
        assert_eq!(tags.len(), 3);
        assert!(tags.iter().all(|tag| tag.starts_with('"')));
    }

    #[test]
    fn a_known_etag_gets_304_without_a_body() {
        let first = public(
            &HeaderMap::new(),
            "text/plain",
            b"x".to_vec(),
            Cache::Seconds(30),
        );
        let asked = HeaderMap::from_iter([(IF_NONE_MATCH, first.headers()[ETAG].clone())]);
        let second = public(&asked, "text/plain", b"x".to_vec(), Cache::Seconds(30));
        assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(second.headers()[ETAG], first.headers()[ETAG]);
        let changed = public(&asked, "text/plain", b"y".to_vec(), Cache::Seconds(30));
        assert_eq!(changed.status(), StatusCode::OK);
    }
}
