//! Digests of related documents, before they are signed.
//!
//! [VC Data Model 2.0 §5.3](https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources). An issuer does not put its
//! name to a digest that it knows to be wrong. The documents that this program knows by content are the bundled contexts, and
//! of those some stood in an earlier version at their address: a digest of what W3C published there is a true one, though a
//! verifier, who has the present version, will say that it differs.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use touchstone_vc::{BUNDLED, Crypto, Fault, json::Value, multibase, schema::Misfit};

/// Refuses a `relatedResource` whose document is known and has none of the digests that are stated.
pub(super) fn digests(document: &Value<'_>, crypto: &Crypto) -> Result<(), Misfit> {
    let related = document.get("relatedResource").unwrap_or(&Value::Null);
    for (at, one) in related.items().iter().enumerate() {
        let Some(url) = one.get("id").and_then(Value::as_str) else {
            continue;
        };
        let known = known(url, crypto);
        if known.is_empty() {
            continue;
        }
        for member in ["digestSRI", "digestMultibase"] {
            for stated in one.get(member).map_or(&[][..], Value::items) {
                let stated = stated.as_str().map(stated_in).unwrap_or_default();
                if !stated.iter().any(|stated| known.contains(stated)) {
                    let path = match related.as_array() {
                        Some(_) => format!("/relatedResource/{at}/{member}"),
                        None => format!("/relatedResource/{member}"),
                    };
                    let fault = Fault::DigestMismatch;
                    return Err(Misfit { fault, path });
                }
            }
        }
    }
    Ok(())
}

/// Every digest that a document at `url` has or had; none if it is not known.
fn known(url: &str, crypto: &Crypto) -> Vec<Vec<u8>> {
    let now = BUNDLED.iter().find(|bundled| bundled.url == url);
    let now = now.into_iter().flat_map(|bundled| {
        let bytes = bundled.bytes;
        [
            (crypto.sha256)(bytes).to_vec(),
            (crypto.sha384)(bytes).to_vec(),
            (crypto.sha512)(bytes).to_vec(),
        ]
    });
    let before = EARLIER.iter().filter(|(known, _, _)| *known == url);
    let before = before.flat_map(|(_, sha256, sha384)| [sha256.to_vec(), sha384.to_vec()]);
    now.chain(before).collect()
}

/// The digests that a text states, of which one has to be right: of Subresource Integrity, those of the strongest algorithm; or one in
/// Multibase with or without the header of a Multihash. Suites leave that header out, and the length tells which of SHA-2 it is.
fn stated_in(text: &str) -> Vec<Vec<u8>> {
    let integrity = text.split_ascii_whitespace().filter_map(|expression| {
        let (name, encoded) = expression.split_once('-')?;
        let mut names = ["sha256", "sha384", "sha512"].iter();
        let strength = names.position(|known| known.eq_ignore_ascii_case(name))?;
        Some((strength, encoded.split('?').next().unwrap_or_default()))
    });
    let integrity: Vec<(usize, &str)> = integrity.collect();
    let strongest = integrity.iter().map(|(strength, _)| *strength).max();
    let Some(strongest) = strongest else {
        return multibase_digest(text).into_iter().collect();
    };
    let counted = integrity
        .iter()
        .filter(|(strength, _)| *strength == strongest);
    counted.filter_map(|(_, encoded)| decode(encoded)).collect()
}

fn multibase_digest(text: &str) -> Option<Vec<u8>> {
    let bytes = multibase::decode(text).ok()?;
    Some(match bytes.as_slice() {
        [0x12, 0x20, digest @ ..] | [0x20, 0x30, digest @ ..] | [0x13, 0x40, digest @ ..] => {
            digest.to_vec()
        }
        _ => bytes,
    })
}

/// Subresource Integrity allows both alphabets; padding is left out by some.
fn decode(encoded: &str) -> Option<Vec<u8>> {
    let plain = encoded.trim_end_matches('=');
    let plain = plain.replace('-', "+").replace('_', "/");
    STANDARD_NO_PAD.decode(plain).ok()
}

/// Earlier versions that W3C published: the address, SHA-256 and SHA-384.
/// Of the credentials context: <https://github.com/w3c/vc-data-model>, commit 8d0ee107 of 2024-07-20, which the
/// Candidate Recommendations had; what is there now came on 2025-02-24.
const EARLIER: [(&str, [u8; 32], [u8; 48]); 1] = [(
    "https://www.w3.org/ns/credentials/v2",
    [
        0x24, 0xa1, 0x8c, 0x90, 0xe9, 0x85, 0x6d, 0x52, 0x61, 0x11, 0xf2, 0x93, 0x76, 0xe3, 0x02,
        0xd9, 0x70, 0xb2, 0xbd, 0x10, 0x18, 0x2e, 0x33, 0x95, 0x99, 0x95, 0xb0, 0x20, 0x7d, 0x70,
        0x43, 0xb9,
    ],
    [
        0x35, 0x23, 0x9c, 0x36, 0x99, 0x9d, 0x21, 0x55, 0x31, 0x20, 0x91, 0xaf, 0x19, 0x4a, 0x1e,
        0xdb, 0x61, 0x63, 0x4d, 0x6a, 0xd7, 0x89, 0xa5, 0xe5, 0xb1, 0x9f, 0x2a, 0xeb, 0xdd, 0x76,
        0x2d, 0xd9, 0xd1, 0xdc, 0xaa, 0xda, 0x40, 0xed, 0xa7, 0xef, 0x92, 0x1c, 0x6b, 0x8c, 0x0a,
        0xe1, 0x07, 0xa0,
    ],
)];

#[cfg(test)]
mod tests {
    use touchstone_vc::crypto::rust::CRYPTO;

    use super::*;

    #[track_caller]
    fn refused(member: &str, stated: &str, expect: bool) {
        let document = format!(
            r#"{{"relatedResource":{{"id":"{}","{member}":"{stated}"}}}}"#,
            BUNDLED[0].url
        );
        let document = Value::parse(document.as_bytes()).unwrap();
        assert_eq!(digests(&document, &CRYPTO).is_err(), expect, "{stated}");
    }

    #[test]
    fn of_several_digests_in_one_text_the_strongest_count_and_one_suffices() {
        let bytes = BUNDLED[0].bytes;
        let text = |name: &str, digest: &[u8]| format!("{name}-{}", STANDARD_NO_PAD.encode(digest));
        let weak = text("sha256", &(CRYPTO.sha256)(bytes));
        let strong = text("SHA512", &(CRYPTO.sha512)(bytes));
        let (bad_weak, bad_strong) = (text("sha256", &[7; 32]), text("sha512", &[7; 64]));
        for (stated, expect) in [
            (weak.clone(), false),
            (format!("{weak} {strong}"), false),
            (format!("{bad_weak} {strong}"), false),
            (
                format!("{bad_strong} {strong}?ct=application/ld+json"),
                false,
            ),
            (format!("{weak} {bad_strong}"), true),
            (bad_weak, true),
            (String::new(), true),
        ] {
            refused("digestSRI", &stated, expect);
        }
        let digest = (CRYPTO.sha256)(bytes);
        refused("digestMultibase", &multibase::encode_base58(&digest), false);
    }
}
