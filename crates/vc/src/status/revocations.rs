//! The revocation list of 1EdTech: a JSON document with the identifiers of what was withdrawn.
//!
//! [1EdTech Revocation List 1.0](https://www.imsglobal.org/spec/vcrl/v1p0/). The list is not signed: that it is the issuer's
//! rests on its address, which the issuer signed, and on the connection. So it is told as what the issuer's site says.
//! A list that has something twice, once as withdrawn, withdraws it.

use alloc::string::{String, ToString};

use touchstone_canon::json::Value;

use crate::credential::items;
use crate::report::Fault;

/// What the list says of one credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Revocation {
    pub(crate) set: bool,
    /// Why, if the issuer tells.
    pub(crate) reason: Option<String>,
}

/// Looks for the credential called `id` in `list`, which must be that of `issuer`.
pub(crate) fn read(list: &Value<'_>, issuer: Option<&str>, id: &str) -> Result<Revocation, Fault> {
    let Some(revoked) = list.get("revokedCredential").and_then(Value::as_array) else {
        return Err(Fault::StatusListMalformed);
    };
    let stated = match list.get("issuer") {
        Some(Value::String(id)) => Some(&**id),
        Some(profile) => profile.get("id").and_then(Value::as_str),
        None => return Err(Fault::StatusListMalformed),
    };
    if stated.is_none() || stated != issuer {
        return Err(Fault::StatusListForeign);
    }
    let mut found = None;
    for entry in revoked {
        // An entry that cannot be read could be the one that is looked for.
        let listed = entry.get("id").and_then(Value::as_str);
        let set = match entry.get("revoked") {
            None => true,
            Some(set) => set.as_bool().ok_or(Fault::StatusListMalformed)?,
        };
        if listed.ok_or(Fault::StatusListMalformed)? == id && set {
            let reason = items(entry, "revocationReason").first();
            found = Some(reason.and_then(Value::as_str).map(ToString::to_string));
        }
    }
    Ok(Revocation {
        set: found.is_some(),
        reason: found.flatten(),
    })
}
