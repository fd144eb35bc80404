//! Public keys, as Multikey and as JSON Web Key.
//!
//! [Controlled Identifiers §2.2](https://www.w3.org/TR/cid-1.0/#verification-material), RFC 7517, RFC 7518 §6, RFC 8037 §2.
//!
//! **Invariant:** one key has one value here, however it came: points are compressed, numbers have no leading zeros.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use touchstone_canon::json::Value;
use touchstone_canon::multibase;

use super::point;
use crate::crypto::RsaKey;
use crate::proof::Curve;
use crate::report::Fault;
use crate::write::Members;

/// A public key that proofs can be checked with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PublicKey {
    /// Ed25519.
    Ed25519([u8; 32]),
    /// P-256, as a compressed point.
    P256([u8; 33]),
    /// P-384, as a compressed point.
    P384([u8; 49]),
    /// RSA. Only read.
    Rsa(RsaKey),
}

impl PublicKey {
    /// Reads a Multikey: `z6Mk…`, `zDn…`, `z82…`.
    pub fn from_multikey(text: &str) -> Result<Self, Fault> {
        // Base58 is the only form that specifications give keys; a second one would be a second name for one key.
        if !text.starts_with('z') || text.len() > 128 {
            return Err(Fault::KeyUnsupported);
        }
        let bytes = multibase::decode(text).map_err(|_| Fault::KeyUnsupported)?;
        let (codec, key) = bytes
            .split_first_chunk::<2>()
            .ok_or(Fault::KeyUnsupported)?;
        let known = match *codec {
            multibase::ED25519_PUB => key.try_into().map(Self::Ed25519).ok(),
            multibase::P256_PUB => packed(key).map(Self::P256),
            multibase::P384_PUB => packed(key).map(Self::P384),
            _ => None,
        };
        known.ok_or(Fault::KeyUnsupported)?.on_its_curve(None)
    }

    /// Writes a Multikey.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        let bytes = match self {
            Self::Ed25519(key) => [&multibase::ED25519_PUB, key.as_slice()].concat(),
            Self::P256(key) => [&multibase::P256_PUB, key.as_slice()].concat(),
            Self::P384(key) => [&multibase::P384_PUB, key.as_slice()].concat(),
            Self::Rsa(key) => [&RSA_PUB, der(key).as_slice()].concat(),
        };
        multibase::encode_base58(&bytes)
    }

    /// Reads a JSON Web Key that is public and for signatures.
    ///
    /// A key that has its private part with it, is for encrypting, or names an algorithm that does not go with it, is
    /// refused. Of a point, `x` and the parity of `y` are kept: they make the point.
    pub fn from_jwk(jwk: &Value<'_>) -> Result<Self, Fault> {
        let text = |name| jwk.get(name).and_then(Value::as_str);
        let bytes = |name| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let (key, algorithms): (_, &[&str]) = match (text("kty"), text("crv")) {
            (Some("OKP"), Some("Ed25519")) => {
                let key = bytes("x").and_then(|x| x.try_into().ok());
                (key.map(Self::Ed25519), &["EdDSA", "Ed25519"])
            }
            (Some("EC"), Some("P-256")) => {
                let key = bytes("x").zip(bytes("y")).and_then(compressed::<32, 33>);
                (key.map(Self::P256), &["ES256"])
            }
            (Some("EC"), Some("P-384")) => {
                let key = bytes("x").zip(bytes("y")).and_then(compressed::<48, 49>);
                (key.map(Self::P384), &["ES384"])
            }
            (Some("RSA"), None) => {
                let number = |bytes: &Vec<u8>| bytes.first().is_some_and(|first| *first != 0);
                let key = bytes("n").filter(number).zip(bytes("e").filter(number));
                (key.map(|(n, e)| Self::Rsa(RsaKey { n, e })), &["RS256"])
            }
            _ => (None, &[]),
        };
        let fits = match jwk.get("alg") {
            None => true,
            Some(named) => named
                .as_str()
                .is_some_and(|named| algorithms.contains(&named)),
        };
        let signs = jwk
            .get("use")
            .is_none_or(|used| used.as_str() == Some("sig"))
            && jwk.get("key_ops").is_none_or(|operations| {
                operations
                    .items()
                    .iter()
                    .any(|one| one.as_str() == Some("verify"))
            });
        let public = PRIVATE.iter().all(|member| jwk.get(member).is_none());
        let key = key.filter(|_| fits && signs && public);
        let y = bytes("y");
        key.ok_or(Fault::KeyUnsupported)?.on_its_curve(y.as_deref())
    }

    /// Writes a JSON Web Key, with the members that RFC 7638 takes a thumbprint of and in their order. `None` for kinds that are only read.
    #[must_use]
    pub fn to_jwk(&self) -> Option<Value<'static>> {
        let (kind, curve, x, y) = match self {
            Self::Ed25519(key) => ("OKP", "Ed25519", key.as_slice(), None),
            Self::P256([sign, x @ ..]) => {
                let y = point::y_on_p256(x, sign & 1 == 1)?;
                ("EC", "P-256", x.as_slice(), Some(y))
            }
            Self::P384(_) | Self::Rsa(_) => return None,
        };
        let jwk = Members::new()
            .with("crv", curve)
            .with("kty", kind)
            .with("x", URL_SAFE_NO_PAD.encode(x))
            .maybe("y", y.map(|y| URL_SAFE_NO_PAD.encode(y)));
        Some(jwk.done())
    }

    /// Refuses a point that no private key leads to (SEC 1 §3.2.2.1; both curves have no other points than those of the group).
    fn on_its_curve(self, y: Option<&[u8]>) -> Result<Self, Fault> {
        let sound = match &self {
            Self::P256([_, x @ ..]) => point::on_p256(x, y),
            Self::P384([_, x @ ..]) => point::on_p384(x, y),
            Self::Ed25519(_) | Self::Rsa(_) => true,
        };
        sound.then_some(self).ok_or(Fault::KeyMalformed)
    }

    /// The curve, of a key on one.
    #[must_use]
    pub const fn curve(&self) -> Option<Curve> {
        match self {
            Self::Ed25519(_) => Some(Curve::Ed25519),
            Self::P256(_) => Some(Curve::P256),
            Self::P384(_) => Some(Curve::P384),
            Self::Rsa(_) => None,
        }
    }
}

/// A compressed SEC 1 point.
fn packed<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let point: [u8; N] = bytes.try_into().ok()?;
    matches!(point.first(), Some(2 | 3)).then_some(point)
}

fn compressed<const N: usize, const M: usize>((x, y): (Vec<u8>, Vec<u8>)) -> Option<[u8; M]> {
    let parity = y.last()? & 1;
    (x.len() == N && y.len() == N)
        .then(|| [&[2 + parity], x.as_slice()].concat())
        .and_then(|point| point.try_into().ok())
}

/// `RSAPublicKey` of RFC 8017 §A.1.1.
fn der(key: &RsaKey) -> Vec<u8> {
    let sized = |tag: u8, content: &[u8]| {
        let length = content.len();
        let head = match length {
            0..=127 => Vec::from([tag, length as u8]),
            128..=255 => Vec::from([tag, 0x81, length as u8]),
            _ => Vec::from([tag, 0x82, (length >> 8) as u8, length as u8]),
        };
        [head.as_slice(), content].concat()
    };
    let number = |bytes: &[u8]| match bytes.first() {
        Some(first) if *first >= 0x80 => sized(2, &[&[0], bytes].concat()),
        _ => sized(2, bytes),
    };
    sized(0x30, &[number(&key.n), number(&key.e)].concat())
}

/// Multicodec prefix of an RSA public key.
const RSA_PUB: [u8; 2] = [0x85, 0x24];
/// Members that only a private or a secret key has.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    #[track_caller]
    fn jwk(text: &str) -> Result<PublicKey, Fault> {
        PublicKey::from_jwk(&Value::parse(text.as_bytes()).unwrap())
    }

    const ED25519: &str =
        r#""kty":"OKP","crv":"Ed25519","x":"NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnI""#;
    const P256: &str = r#""kty":"EC","crv":"P-256","x":"WfTi93YuhsQxKbD0ftnjOXJndqhnJ5kgDV-ZDGyrhBQ","y":"qUd_55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyk""#;

    #[test]
    fn a_key_is_one_value_in_either_form() {
        for members in [ED25519, P256] {
            let key = jwk(&alloc::format!("{{{members}}}")).unwrap();
            assert_eq!(PublicKey::from_multikey(&key.to_multikey()), Ok(key));
        }
    }

    #[test]
    fn a_key_is_written_as_it_was_read() {
        // In the order of a thumbprint.
        let p256 = P256.replacen(
            r#""kty":"EC","crv":"P-256""#,
            r#""crv":"P-256","kty":"EC""#,
            1,
        );
        let ed25519 = ED25519.replacen(
            r#""kty":"OKP","crv":"Ed25519""#,
            r#""crv":"Ed25519","kty":"OKP""#,
            1,
        );
        for members in [ed25519, p256] {
            let text = alloc::format!("{{{members}}}");
            assert_eq!(jwk(&text).unwrap().to_jwk().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_key_that_is_not_for_checking_signatures_is_refused() {
        for more in [
            r#""d":"AA""#,
            r#""use":"enc""#,
            r#""key_ops":["sign"]"#,
            r#""alg":"HS256""#,
            r#""alg":"ES384""#,
            r#""alg":1"#,
        ] {
            for members in [ED25519, P256] {
                let text = alloc::format!("{{{members},{more}}}");
                assert_eq!(jwk(&text), Err(Fault::KeyUnsupported), "{text}");
            }
        }
    }

    #[test]
    fn a_point_that_lies_on_no_curve_is_no_key() {
        let off = |members: &str, y: &str| {
            let end = members.find("\"y\"").unwrap();
            jwk(&alloc::format!("{{{}\"y\":\"{y}\"}}", &members[..end]))
        };
        // Another y, of either parity; the other root is on the curve, and another key.
        for y in [
            "AAAA55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyk",
            "AAAA55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyo",
        ] {
            assert_eq!(off(P256, y), Err(Fault::KeyMalformed));
        }
        // An x that is not below the prime.
        let outside = PublicKey::P256([&[2; 1][..], &[0xff; 32]].concat().try_into().unwrap());
        let read = PublicKey::from_multikey(&outside.to_multikey());
        assert_eq!(read, Err(Fault::KeyMalformed));
        let mut refused = 0;
        for last in 0..16 {
            let mut x = [0; 49];
            (x[0], x[48]) = (3, last);
            let read = PublicKey::from_multikey(&PublicKey::P384(x).to_multikey());
            refused += usize::from(read == Err(Fault::KeyMalformed));
        }
        assert!((1..16).contains(&refused), "{refused} of 16");
    }

    #[test]
    fn a_key_of_another_length_or_form_is_refused() {
        for text in [
            "{}",
            r#"{"kty":"oct","k":"AAAA"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#,
            r#"{"kty":"OKP","crv":"X25519","x":"NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnI"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnI="}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnJ"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"WfTi93YuhsQxKbD0ftnjOXJndqhnJ5kgDV-ZDGyrhBQ"}"#,
            r#"{"kty":"EC","crv":"P-384","x":"WfTi93YuhsQxKbD0ftnjOXJndqhnJ5kgDV-ZDGyrhBQ","y":"qUd_55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyk"}"#,
            r#"{"kty":"RSA","n":"AAAA","e":"AQAB"}"#,
        ] {
            assert_eq!(jwk(text), Err(Fault::KeyUnsupported), "{text}");
        }
    }
}
