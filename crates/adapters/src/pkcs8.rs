//! A secret key as other programs keep it: PKCS#8 in PEM (RFC 5958, RFC 7468, RFC 8410).

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

/// The seed of an Ed25519 key in PEM, as `openssl genpkey -algorithm ed25519` writes it.
///
/// # Errors
/// If it is not one unencrypted Ed25519 key.
pub fn ed25519_seed(pem: &str) -> Result<[u8; 32], Pkcs8Error> {
    let pem = pem.trim();
    if pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
        return Err(Pkcs8Error::Encrypted);
    }
    let text = pem
        .strip_prefix("-----BEGIN PRIVATE KEY-----")
        .and_then(|rest| rest.strip_suffix("-----END PRIVATE KEY-----"))
        .ok_or(Pkcs8Error::Pem)?;
    let text: String = text.split_ascii_whitespace().collect();
    let der = BASE64.decode(text).map_err(|_| Pkcs8Error::Pem)?;
    let pair =
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_| Pkcs8Error::NotEd25519)?;
    // Behind version, algorithm and the two headers of the octet string in an octet string.
    let seed = der
        .get(SEED_AT..SEED_AT + 32)
        .ok_or(Pkcs8Error::NotEd25519)?;
    let same = Ed25519KeyPair::from_seed_unchecked(seed)
        .is_ok_and(|again| again.public_key().as_ref() == pair.public_key().as_ref());
    match (same, seed.try_into()) {
        (true, Ok(seed)) => Ok(seed),
        _ => Err(Pkcs8Error::NotEd25519),
    }
}

/// Why a file gives no key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Pkcs8Error {
    /// Not PEM.
    #[error("this is no private key in PEM (`-----BEGIN PRIVATE KEY-----`)")]
    Pem,
    /// Locked.
    #[error("this key is encrypted; decrypt it first: openssl pkey -in FILE -out OTHER")]
    Encrypted,
    /// Another kind of key.
    #[error("this is no Ed25519 key: keys in files are of that kind")]
    NotEd25519,
}

/// RFC 8410 §7: 30 2e 02 01 00 30 05 06 03 2b 65 70 04 22 04 20.
const SEED_AT: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn pem(der: &[u8]) -> String {
        format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            BASE64.encode(der)
        )
    }

    #[test]
    fn a_key_is_read_with_and_without_its_public_half() {
        let seed = [7; 32];
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let both = pair.to_pkcs8().unwrap();
        assert_eq!(ed25519_seed(&pem(both.as_ref())), Ok(seed));
        let one = pair.to_pkcs8v1().unwrap();
        assert_eq!(ed25519_seed(&pem(one.as_ref())), Ok(seed));
        for (text, why) in [
            (pem(&one.as_ref()[..40]), Pkcs8Error::NotEd25519),
            (pem(b"something else"), Pkcs8Error::NotEd25519),
            ("MC4CAQAw".to_owned(), Pkcs8Error::Pem),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"
                    .to_owned(),
                Pkcs8Error::Encrypted,
            ),
        ] {
            assert_eq!(ed25519_seed(&text), Err(why), "{text}");
        }
    }
}
