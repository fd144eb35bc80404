//! Digests by which a credential binds documents: `digestSRI` and `digestMultibase`.
//!
//! [VC Data Model 2.0 §5.3](https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources),
//! [Subresource Integrity](https://www.w3.org/TR/SRI/).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use touchstone_canon::json::Value;
use touchstone_canon::multibase;

use crate::crypto::Crypto;
use crate::report::Fault;

/// Whether an object binds something by digest.
pub(crate) fn binds(object: &Value<'_>) -> bool {
    object.get("digestSRI").is_some() || object.get("digestMultibase").is_some()
}

/// Whether `bytes` have every digest that `object` states.
pub(crate) fn check(object: &Value<'_>, bytes: &[u8], crypto: &Crypto) -> Result<(), Fault> {
    for (member, fits) in [("digestSRI", sri as Fits), ("digestMultibase", multihash)] {
        for digest in object.get(member).map_or(&[][..], Value::items) {
            let stated = digest.as_str().ok_or(Fault::DigestUnsupported)?;
            if !fits(stated, bytes, crypto).ok_or(Fault::DigestUnsupported)? {
                return Err(Fault::DigestMismatch);
            }
        }
    }
    Ok(())
}

type Fits = fn(&str, &[u8], &Crypto) -> Option<bool>;

/// Of several digests in one text, those of the strongest algorithm count, and one of them suffices
/// ([SRI §3.3](https://www.w3.org/TR/SRI/#get-the-strongest-metadata-from-set)); of others nothing is known.
fn sri(stated: &str, bytes: &[u8], crypto: &Crypto) -> Option<bool> {
    let mut strongest = None;
    for expression in stated.split_ascii_whitespace() {
        let (algorithm, encoded) = expression.split_once('-')?;
        let length = match algorithm {
            "sha256" => 32,
            "sha384" => 48,
            "sha512" => 64,
            _ => continue,
        };
        let encoded = encoded.split('?').next()?;
        let fits = fits(length, &STANDARD.decode(encoded).ok()?, bytes, crypto);
        strongest = strongest.max(Some((length, fits)));
    }
    strongest.map(|(_, fits)| fits)
}

fn multihash(stated: &str, bytes: &[u8], crypto: &Crypto) -> Option<bool> {
    if stated.len() > 256 {
        return None;
    }
    let multihash = multibase::decode(stated).ok()?;
    let (length, digest) = match multihash.as_slice() {
        [0x12, 0x20, digest @ ..] => (32, digest),
        [0x20, 0x30, digest @ ..] => (48, digest),
        [0x13, 0x40, digest @ ..] => (64, digest),
        _ => return None,
    };
    Some(fits(length, digest, bytes, crypto))
}

/// Whether this is the digest of that length.
fn fits(length: usize, digest: &[u8], bytes: &[u8], crypto: &Crypto) -> bool {
    match length {
        32 => digest == (crypto.sha256)(bytes),
        48 => digest == (crypto.sha384)(bytes),
        _ => digest == (crypto.sha512)(bytes),
    }
}

#[cfg(all(test, feature = "rust-crypto"))]
mod tests {
    use alloc::string::String;

    use super::*;
    use crate::crypto::rust::CRYPTO;

    const BYTES: &[u8] = b"what is bound";

    fn text(algorithm: &str, digest: &[u8]) -> String {
        alloc::format!("{algorithm}-{}", STANDARD.encode(digest))
    }

    #[track_caller]
    fn check(member: &'static str, stated: &str, expect: Result<(), Fault>) {
        let object = crate::write::Members::new().with(member, stated).done();
        assert_eq!(super::check(&object, BYTES, &CRYPTO), expect, "{stated}");
    }

    #[test]
    fn every_algorithm_of_subresource_integrity_is_read() {
        let other = [7; 64];
        for (algorithm, digest) in [
            ("sha256", &(CRYPTO.sha256)(BYTES)[..]),
            ("sha384", &(CRYPTO.sha384)(BYTES)),
            ("sha512", &(CRYPTO.sha512)(BYTES)),
        ] {
            check("digestSRI", &text(algorithm, digest), Ok(()));
            let options = text(algorithm, digest) + "?ct=text/plain";
            check("digestSRI", &options, Ok(()));
            let wrong = text(algorithm, &other[..digest.len()]);
            check("digestSRI", &wrong, Err(Fault::DigestMismatch));
        }
        for unknown in ["", "md5-AAAA", "sha512", "sha512-*"] {
            check("digestSRI", unknown, Err(Fault::DigestUnsupported));
        }
    }

    #[test]
    fn of_several_digests_those_of_the_strongest_algorithm_count() {
        let good = [
            text("sha256", &(CRYPTO.sha256)(BYTES)),
            text("sha512", &(CRYPTO.sha512)(BYTES)),
        ];
        let bad = [text("sha256", &[7; 32]), text("sha512", &[7; 64])];
        for (stated, expect) in [
            ([&*good[0], &good[1]], Ok(())),
            ([&bad[0], &good[1]], Ok(())),
            ([&good[1], &bad[0]], Ok(())),
            // A weaker one that fits proves nothing beside a stronger one that does not.
            ([&good[0], &bad[1]], Err(Fault::DigestMismatch)),
            ([&bad[1], &good[0]], Err(Fault::DigestMismatch)),
            // Of the same algorithm, one suffices: versions of one document.
            ([&bad[1], &good[1]], Ok(())),
            ([&good[1], &bad[1]], Ok(())),
            // One that nobody knows is passed over.
            ([&good[0], "sha3-AAAA"], Ok(())),
        ] {
            check("digestSRI", &stated.join(" "), expect);
        }
    }

    #[test]
    fn every_length_of_sha_2_is_read_in_a_multihash() {
        for (prefix, digest) in [
            ([0x12, 0x20], &(CRYPTO.sha256)(BYTES)[..]),
            ([0x20, 0x30], &(CRYPTO.sha384)(BYTES)),
            ([0x13, 0x40], &(CRYPTO.sha512)(BYTES)),
        ] {
            let stated = [&prefix[..], digest].concat();
            let encoded = multibase::encode_base58(&stated);
            check("digestMultibase", &encoded, Ok(()));
            let encoded = multibase::encode_base64url(&stated);
            check("digestMultibase", &encoded, Ok(()));
            let mut wrong = stated;
            wrong[9] ^= 1;
            let encoded = multibase::encode_base58(&wrong);
            check("digestMultibase", &encoded, Err(Fault::DigestMismatch));
        }
        // BLAKE2b-256.
        let other = multibase::encode_base58(&[0xa0, 0xe4, 0x02, 0x20]);
        check("digestMultibase", &other, Err(Fault::DigestUnsupported));
    }
}
