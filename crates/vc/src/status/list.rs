//! One entry of a list that is a credential, in the present form or in that of 2021.
//!
//! [Bitstring Status List §3.2](https://www.w3.org/TR/vc-bitstring-status-list/#validate-algorithm),
//! [Status List 2021 §5.2](https://www.w3.org/TR/2023/WD-vc-status-list-20230427/#validate-algorithm).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use touchstone_canon::json::Value;

use super::bitstring::{Bits, MIN_ENTRIES};
use super::entry::Kind;
use super::remembered::List;
use crate::credential::items;
use crate::report::Fault;

/// Reads the entry `index` of a list credential whose proof, issuer and dates have been judged elsewhere. `remembered` is what
/// reading the same bytes gave before.
pub(crate) fn read(
    list: &Value<'_>,
    kind: Kind,
    url: &str,
    purpose: &str,
    (index, size): (u64, u32),
    remembered: Option<&List>,
) -> Result<u64, Fault> {
    let is = |value: &Value<'_>, name: &str| {
        items(value, "type")
            .iter()
            .any(|kind| kind.as_str() == Some(name))
    };
    let (credential, inside) = match kind {
        Kind::List2021 => ("StatusList2021Credential", "StatusList2021"),
        Kind::Bitstring | Kind::Revocations => {
            ("BitstringStatusListCredential", "BitstringStatusList")
        }
    };
    if !is(list, credential) {
        return Err(Fault::StatusListMalformed);
    }
    if list.get("id").and_then(Value::as_str) != Some(url) {
        return Err(Fault::StatusListMismatch);
    }
    let subject = match items(list, "credentialSubject") {
        [one] if is(one, inside) => one,
        _ => return Err(Fault::StatusListMalformed),
    };
    let mut purposes = items(subject, "statusPurpose").iter();
    if !purposes.any(|known| known.as_str() == Some(purpose)) {
        return Err(Fault::StatusListMismatch);
    }
    // The entry says how many bits it has. A list that says otherwise is laid out in another way.
    if subject
        .get("statusSize")
        .is_some_and(|stated| stated.as_i64() != Some(i64::from(size)))
    {
        return Err(Fault::StatusListMismatch);
    }
    let encoded = subject
        .get("encodedList")
        .and_then(Value::as_str)
        .ok_or(Fault::StatusListMalformed)?;
    let decode = || match kind {
        Kind::List2021 => decode_2021(encoded),
        Kind::Bitstring | Kind::Revocations => Bits::decode(encoded),
    };
    let number = |bits: &Bits| {
        if bits.len() / u64::from(size) < MIN_ENTRIES {
            return Err(Fault::StatusListTooShort);
        }
        bits.number(index, size).ok_or(Fault::StatusIndexOutside)
    };
    match remembered {
        Some(list) => list.bits(kind, decode, number),
        None => number(&decode()?),
    }
}

/// The form of 2021 has no multibase prefix, and does not say which base64 it means.
fn decode_2021(encoded: &str) -> Result<Bits, Fault> {
    let plain = encoded.trim_end_matches('=');
    let zipped = URL_SAFE_NO_PAD
        .decode(plain)
        .or_else(|_| STANDARD.decode(encoded))
        .map_err(|_| Fault::StatusListMalformed)?;
    Bits::inflate(&zipped)
}
