//! Published tokens, changed: a signature is over the bytes of a token, so every byte of it counts.
//!
//! What this crate signs itself is changed in `jose.rs`, for EdDSA, ES256 and ES384. Here stand the tokens of others: W3C's
//! VC-JOSE-COSE vectors, and the badges of 1EdTech, which are signed with RS256 by a key in their header.

use touchstone_canon::json::Value;
use touchstone_canon::multibase::{decode_base64url, encode_base64url};
use touchstone_vc::bake::unbake_any;
use touchstone_vc::{CheckKind, Credential, Evidence, Outcome};

use crate::mutation::{CHANGES, change, pointers};
use crate::support::{judge, nothing, parsed, vector};
use crate::tokens::w3c_issuer;

/// Changes `token` byte by byte and member by member. `alg` is the algorithm that its header must name.
fn changed_everywhere(token: &[u8], alg: &str, evidence: &Evidence) {
    let token = String::from_utf8(token.trim_ascii().to_vec()).unwrap();
    let holds = |text: &str| {
        Credential::parse(text.as_bytes()).is_ok()
            && judge(text.as_bytes(), evidence).outcome(CheckKind::Proof) == Some(Outcome::Pass)
    };
    assert!(holds(&token), "{alg}: holds as it was published");
    let parts: Vec<&str> = token.split('.').collect();
    let decoded = |part: &str| decode_base64url(part).unwrap();
    let header = parsed(&decoded(parts[0]));
    assert_eq!(header.get("alg").and_then(Value::as_str), Some(alg));

    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(!holds(&changed), "{alg}: byte {at} does not count");
    }
    let signature = decoded(parts[2]);
    for at in 0..signature.len() {
        for bit in 0..8 {
            let mut flipped = signature.clone();
            flipped[at] ^= 1 << bit;
            let changed = format!("{}.{}.{}", parts[0], parts[1], encoded(&flipped));
            assert!(
                !holds(&changed),
                "{alg}: bit {bit} of byte {at} does not count"
            );
        }
    }
    let mut tried = 0;
    for part in [0, 1] {
        let value = parsed(&decoded(parts[part]));
        let mut places = Vec::new();
        pointers(&value, "", &mut places);
        for (place, (label, how)) in places
            .iter()
            .flat_map(|place| CHANGES.map(|way| (place, way)))
        {
            let changed = change(&value, place, &how);
            if changed == value {
                continue;
            }
            let mut parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
            parts[part] = encoded(changed.to_string().as_bytes());
            assert!(
                !holds(&parts.join(".")),
                "{alg}: {label} {place} of part {part} verifies"
            );
            tried += 1;
        }
    }
    assert!(tried > 50, "{alg}: {tried}");
}

fn encoded(bytes: &[u8]) -> String {
    encode_base64url(bytes)[1..].to_owned()
}

#[test]
fn no_change_of_a_w3c_token_verifies() {
    for (name, alg) in W3C {
        let token = vector(&format!("jose-cose-input/{name}.txt"));
        changed_everywhere(&token, alg, &w3c_issuer());
    }
}

#[test]
fn no_change_of_a_badge_signed_with_rs256_verifies() {
    for file in ["simple-jwt.png", "simple-jwt_v1.svg"] {
        let file = vector(&format!("1edtech-validator-ob30/{file}"));
        let (_, token) = unbake_any(&file).unwrap();
        changed_everywhere(&token, "RS256", &nothing());
    }
}

/// Those that hold as they were published.
const W3C: [(&str, &str); 2] = [
    ("credential-jose-minimal", "ES256"),
    ("credential-issuer-match-signed", "EdDSA"),
];
