//! Who is signed in: a cookie that holds a random secret, and a token in every form that only our pages can know.
//!
//! The cookie is `__Host-session` (Secure, HttpOnly, SameSite=Lax). Where the installation is reached over plain http, which
//! configuration allows on loopback only, browsers refuse that name, and it is `session`.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::ApiError;

/// The secret in a session's cookie.
#[derive(Clone, Eq, PartialEq)]
pub struct SessionSecret(String);

impl SessionSecret {
    /// Takes 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Takes the secret of a session that the service just started.
    pub fn given(secret: &str) -> Self {
        Self(secret.to_owned())
    }

    /// Reads the cookie of a request.
    pub fn of(headers: &HeaderMap, secure: bool) -> Option<Self> {
        let name = cookie_name(secure);
        let lines = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        let mut pairs = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(key, _)| *key == name)?;
        let fits = value.len() == 43
            && value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        fits.then(|| Self(value.to_owned()))
    }

    /// The `Set-Cookie` header that starts the session.
    pub fn set_cookie(&self, secure: bool, seconds: u32) -> HeaderValue {
        cookie(secure, &self.0, seconds)
    }

    /// The secret itself, for the service to look the session up by.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The token that every form of this session carries. Tells nothing of the secret.
    pub fn form_token(&self) -> String {
        let digest = Sha256::new()
            .chain_update(b"touchstone form token\0")
            .chain_update(&self.0)
            .finalize();
        BASE64_URL_SAFE_NO_PAD.encode(digest)
    }

    /// Refuses a form that does not carry the token of this session.
    pub fn check_form(&self, token: &str) -> Result<(), ApiError> {
        if bool::from(self.form_token().as_bytes().ct_eq(token.as_bytes())) {
            return Ok(());
        }
        Err(ApiError::forbidden("form_token_mismatch").with_detail(
            "This form belongs to an earlier sign-in. Go back, reload the page and send it again.",
        ))
    }
}

/// The `Set-Cookie` header that ends a session.
pub fn forget_cookie(secure: bool) -> HeaderValue {
    cookie(secure, "", 0)
}

fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

fn cookie(secure: bool, value: &str, seconds: u32) -> HeaderValue {
    let name = cookie_name(secure);
    let flag = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{flag}");
    HeaderValue::from_str(&text).expect("base64url is header text")
}

impl std::fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookies: &str) -> HeaderMap {
        HeaderMap::from_iter([(COOKIE, cookies.parse().unwrap())])
    }

    #[test]
    fn a_cookie_is_read_back_under_the_name_of_its_scheme_only() {
        let secret = SessionSecret::new([7; 32]);
        let line = secret.set_cookie(true, 60);
        let line = line.to_str().unwrap();
        assert_eq!(
            line,
            format!(
                "__Host-session={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure",
                secret.as_str()
            )
        );
        let cookies = sent(&format!("a=b; __Host-session={}", secret.as_str()));
        assert_eq!(SessionSecret::of(&cookies, true), Some(secret));
        assert_eq!(SessionSecret::of(&cookies, false), None);
    }

    #[test]
    fn a_cookie_of_another_form_is_no_secret() {
        assert_eq!(SessionSecret::of(&sent("session=abc"), false), None);
        assert_eq!(
            SessionSecret::of(&sent(&format!("session={}", "é".repeat(22))), false),
            None
        );
    }

    #[test]
    fn a_form_needs_the_token_of_its_own_session() {
        let (mine, theirs) = (SessionSecret::new([1; 32]), SessionSecret::new([2; 32]));
        assert!(mine.check_form(&mine.form_token()).is_ok());
        assert_eq!(
            mine.check_form(&theirs.form_token()).unwrap_err().code,
            "form_token_mismatch"
        );
        assert!(mine.check_form("").is_err());
        assert!(
            mine.check_form(mine.as_str()).is_err(),
            "the secret is not the token"
        );
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert!(!format!("{:?}", SessionSecret::new([9; 32])).contains("CQkJ"));
    }
}
