//! Short texts: bytes written as text, and moments.

use touchstone_canon::multibase;
use touchstone_vc::Timestamp;

use super::texts;
use crate::{Target, seeds};

/// base58, base64url and hexadecimal.
pub(crate) const MULTIBASE: Target = Target {
    name: "multibase",
    claim: "what is decoded is encoded to the same text, and bytes survive being written",
    run: multibase,
    seeds: || {
        let mut all = texts(&[
            "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
            "zDnaeTHfhmSaQKBc7CmdL3K7oYg3D2SGF8iFCWgkKVFMRxyNm",
            "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA",
            "z1111",
            "u",
            "00ffA1",
        ]);
        all.extend(seeds::files(&["vc-di-eddsa", "vc-di-ecdsa"], &[".txt"]));
        all
    },
};

/// Dates of credentials.
pub(crate) const TIME: Target = Target {
    name: "time",
    claim: "a moment that is read is written and read again as the same",
    run: time,
    seeds: || {
        texts(&[
            "2026-11-21T14:02:00Z",
            "2026-11-21T14:02:00.5+01:00",
            "0001-01-01T00:00:00-23:59",
            "9999-12-31T23:59:59.999999999Z",
            "2024-02-29T24:00:00Z",
            "2026-11-21T23:59:60Z",
        ])
    },
};

fn multibase(bytes: &[u8]) {
    if bytes.len() <= 2048 {
        for written in [
            multibase::encode_base58(bytes),
            multibase::encode_base64url(bytes),
        ] {
            assert_eq!(
                multibase::decode(&written).as_deref(),
                Ok(bytes),
                "{written}"
            );
        }
        assert_eq!(
            multibase::decode_hex(&multibase::encode_hex(bytes)).as_deref(),
            Ok(bytes)
        );
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(decoded) = multibase::decode(text) {
        let written = match text.starts_with('z') {
            true => multibase::encode_base58(&decoded),
            false => multibase::encode_base64url(&decoded),
        };
        assert_eq!(written, text, "two texts for the same bytes");
    }
    if let Ok(decoded) = multibase::decode_base64url(text) {
        assert_eq!(
            multibase::encode_base64url(&decoded)[1..],
            *text,
            "two texts for the same bytes"
        );
    }
    let _ = multibase::decode_hex(text);
}

fn time(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(moment) = Timestamp::parse(text) {
        assert_eq!(
            Timestamp::parse(&moment.to_string()),
            Ok(moment),
            "{moment}"
        );
    }
}
