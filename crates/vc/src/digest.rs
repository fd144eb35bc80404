//! Digests by which a credential binds documents: `digestSRI` and `digestMultibase`.
//!
//! [VC Data Model 2.0 §5.3](https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources),
//! [Subresource Integrity](https://www.w3.org/TR/SRI/).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use touchstone_canon::json::Value;
use touchstone_canon::multibase;

use crate::credential::items;
use crate::crypto::Crypto;
use crate::report::Fault;

/// Whether an object binds something by digest. A member without a value states none.
pub(crate) fn binds(object: &Value<'_>) -> bool {
    !items(object, "digestSRI").is_empty() || !items(object, "digestMultibase").is_empty()
}

/// Whether `bytes` have every digest that `object` states.
pub(crate) fn check(object: &Value<'_>, bytes: &[u8], crypto: &Crypto) -> Result<(), Fault> {
    let mut hashed = Hashed {
        bytes,
        crypto,
        sha256: None,
        sha384: None,
        sha512: None,
    };
    for (member, fits) in [("digestSRI", sri as Fits), ("digestMultibase", multihash)] {
        let digests = items(object, member);
        if digests.len() > MOST_DIGESTS {
            return Err(Fault::DigestUnsupported);
        }
        for digest in digests {
            let stated = digest.as_str().ok_or(Fault::DigestUnsupported)?;
            if !fits(stated, &mut hashed).ok_or(Fault::DigestUnsupported)? {
                return Err(Fault::DigestMismatch);
            }
        }
    }
    Ok(())
}

type Fits = fn(&str, &mut Hashed<'_>) -> Option<bool>;

/// A document, hashed once at most with each algorithm.
struct Hashed<'a> {
    bytes: &'a [u8],
    crypto: &'a Crypto,
    sha256: Option<[u8; 32]>,
    sha384: Option<[u8; 48]>,
    sha512: Option<[u8; 64]>,
}

impl Hashed<'_> {
    /// Whether this is the digest of that length.
    fn has(&mut self, length: usize, digest: &[u8]) -> bool {
        let (bytes, crypto) = (self.bytes, self.crypto);
        if digest.len() != length {
            return false;
        }
        let own: &[u8] = match length {
            32 => self.sha256.get_or_insert_with(|| (crypto.sha256)(bytes)),
            48 => self.sha384.get_or_insert_with(|| (crypto.sha384)(bytes)),
            _ => self.sha512.get_or_insert_with(|| (crypto.sha512)(bytes)),
        };
        own == digest
    }
}

/// Whether one of several digests fits. The greater counts.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Fit {
    No,
    Unknown,
    Yes,
}

/// Of several digests in one text, those of the strongest algorithm count, and one of them suffices
/// ([SRI §3.3](https://www.w3.org/TR/SRI/#get-the-strongest-metadata-from-set)); what names no known algorithm is passed over. One that
/// cannot be read counts as its algorithm does: a weaker one that fits says nothing about it.
fn sri(stated: &str, hashed: &mut Hashed<'_>) -> Option<bool> {
    if stated.split_ascii_whitespace().nth(MOST_DIGESTS).is_some() {
        return None;
    }
    let mut strongest = None;
    for expression in stated.split_ascii_whitespace() {
        let (algorithm, encoded) = expression.split_once('-').unwrap_or_default();
        let length = match algorithm.to_ascii_lowercase().as_str() {
            "sha256" => 32,
            "sha384" => 48,
            "sha512" => 64,
            _ => continue,
        };
        let encoded = encoded.split('?').next().unwrap_or_default();
        let fit = match STANDARD.decode(encoded) {
            Err(_) => Fit::Unknown,
            Ok(digest) if hashed.has(length, &digest) => Fit::Yes,
            Ok(_) => Fit::No,
        };
        strongest = strongest.max(Some((length, fit)));
    }
    match strongest?.1 {
        Fit::No => Some(false),
        Fit::Unknown => None,
        Fit::Yes => Some(true),
    }
}

fn multihash(stated: &str, hashed: &mut Hashed<'_>) -> Option<bool> {
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
    Some(hashed.has(length, digest))
}

/// As many digests as one member may state, and as many as one text of it.
const MOST_DIGESTS: usize = 16;

#[cfg(all(test, feature = "rust-crypto"))]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::sync::atomic::{AtomicUsize, Ordering};

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
            // One that nobody knows is passed over, and so is what is no digest at all.
            ([&good[0], "sha3-AAAA"], Ok(())),
            ([&good[0], "sha512"], Ok(())),
            // One that cannot be read counts as its algorithm does.
            ([&good[1], "sha256-*"], Ok(())),
            ([&good[1], "sha512-*"], Ok(())),
            ([&good[0], "sha512-*"], Err(Fault::DigestUnsupported)),
            ([&bad[1], "sha512-*"], Err(Fault::DigestUnsupported)),
        ] {
            check("digestSRI", &stated.join(" "), expect);
        }
    }

    #[test]
    fn a_member_without_a_digest_binds_nothing() {
        for member in ["digestSRI", "digestMultibase"] {
            let object = |value: Value<'static>| {
                let mut object = crate::write::Members::new().with(member, "x").done();
                *object.get_mut(member).unwrap() = value;
                object
            };
            assert!(binds(&object("sha256-AAAA".into())), "{member}");
            assert!(!binds(&object(Value::Null)), "{member}");
            assert!(!binds(&object(Value::Array(Vec::new()))), "{member}");
        }
    }

    #[test]
    fn names_of_algorithms_are_the_same_in_capitals() {
        let good = text("sha256", &(CRYPTO.sha256)(BYTES));
        let bad = text("SHA512", &[7; 64]);
        check("digestSRI", &good.replacen("sha", "Sha", 1), Ok(()));
        let both = alloc::format!("{bad} {good}");
        check("digestSRI", &both, Err(Fault::DigestMismatch));
    }

    #[test]
    fn t07_a_document_is_hashed_once_however_many_digests_are_stated() {
        static HASHED: AtomicUsize = AtomicUsize::new(0);
        let crypto = Crypto {
            sha512: |bytes| {
                HASHED.fetch_add(1, Ordering::Relaxed);
                (CRYPTO.sha512)(bytes)
            },
            ..CRYPTO
        };
        let hashed = |stated: &[String], expect: Result<(), Fault>| {
            let all = stated.iter().map(|one| Value::from(one.clone()));
            let object = crate::write::Members::new().list("digestSRI", all).done();
            HASHED.store(0, Ordering::Relaxed);
            assert_eq!(super::check(&object, BYTES, &crypto), expect);
            HASHED.load(Ordering::Relaxed)
        };
        let good = text("sha512", &(CRYPTO.sha512)(BYTES));
        let bad = text("sha512", &[7; 64]) + " ";
        let unsupported = Err(Fault::DigestUnsupported);
        let texts = alloc::vec![good.clone(); MOST_DIGESTS];
        assert_eq!(hashed(&texts, Ok(())), 1);
        let mismatch = Err(Fault::DigestMismatch);
        let one_text = [bad.repeat(MOST_DIGESTS)];
        assert_eq!(hashed(&one_text, mismatch), 1);
        // One of another length fits no document.
        let short = ["sha512-AAAA ".repeat(MOST_DIGESTS)];
        assert_eq!(hashed(&short, mismatch), 0);
        let texts = alloc::vec![good; MOST_DIGESTS + 1];
        assert_eq!(hashed(&texts, unsupported), 0);
        let one_text = [bad.repeat(MOST_DIGESTS + 1)];
        assert_eq!(hashed(&one_text, unsupported), 0);
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
