//! Status entries that a credential brings along, before they are signed.
//!
//! [Bitstring Status List §2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry): what has to be true of an
//! entry whatever its list says.

use touchstone_vc::{Fault, json::Value, schema::Misfit};
use url::Url;

/// Refuses an entry of a bitstring list that no reader could follow.
pub(super) fn entries(document: &Value<'_>) -> Result<(), Misfit> {
    let Some(member) = document.get("credentialStatus") else {
        return Ok(());
    };
    for (at, entry) in member.items().iter().enumerate() {
        let kinds = entry.get("type").map_or(&[][..], Value::items);
        let bitstring = kinds.iter().any(|kind| kind.as_str() == Some(ENTRY));
        if let (true, Err((fault, name))) = (bitstring, entry_fits(entry)) {
            let place = match member {
                Value::Array(_) => format!("/{at}"),
                _ => String::new(),
            };
            let path = format!("/credentialStatus{place}/{name}");
            return Err(Misfit { fault, path });
        }
    }
    Ok(())
}

fn entry_fits(entry: &Value<'_>) -> Result<(), (Fault, &'static str)> {
    let required = |name: &'static str, fits: &dyn Fn(&str) -> bool| match entry.get(name) {
        None => Err((Fault::MemberMissing, name)),
        Some(value) if value.as_str().is_some_and(fits) => Ok(()),
        Some(_) => Err((Fault::MemberMalformed, name)),
    };
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    required("statusPurpose", &|purpose| !purpose.is_empty())?;
    required("statusListIndex", &is_number)?;
    required("statusListCredential", &|url| Url::parse(url).is_ok())?;
    if entry.get("id").is_some() && text("id") == text("statusListCredential") {
        return Err((Fault::MemberMalformed, "id"));
    }
    let size = match entry.get("statusSize") {
        None => 1,
        Some(size) => size
            .as_i64()
            .filter(|size| *size > 0)
            .ok_or((Fault::MemberMalformed, "statusSize"))?,
    };
    let malformed = Err((Fault::MemberMalformed, "statusMessage"));
    match entry.get("statusMessage") {
        None if size > 1 => Err((Fault::MemberMissing, "statusMessage")),
        None => Ok(()),
        Some(messages) => {
            let said = |message: &Value<'_>, name: &str| {
                message
                    .get(name)
                    .is_some_and(|text| text.as_str().is_some())
            };
            let both = |message: &Value<'_>| said(message, "status") && said(message, "message");
            // One for each value that so many bits can have; more than a few bits would be more than a document holds.
            let values = u32::try_from(size).ok().filter(|size| *size <= MOST_BITS);
            let values = values.map(|size| 1 << size);
            match messages.as_array() {
                Some(all) if Some(all.len()) == values && all.iter().all(both) => Ok(()),
                _ => malformed,
            }
        }
    }
}

/// Digits only, as a number is written.
fn is_number(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && !text.is_empty() && (text == "0" || !text.starts_with('0'))
}

const ENTRY: &str = "BitstringStatusListEntry";
const MOST_BITS: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: &str, expect: Option<&str>) {
        let mut members = vec![
            r#""type":"BitstringStatusListEntry""#.to_owned(),
            r#""statusPurpose":"revocation""#.to_owned(),
            r#""statusListIndex":"94567""#.to_owned(),
            r#""statusListCredential":"https://a.example/list""#.to_owned(),
        ];
        let name = change.split(':').next().unwrap();
        members.retain(|member| !member.starts_with(name));
        members.push(change.to_owned());
        let text = format!(r#"{{"credentialStatus":[{{{}}}]}}"#, members.join(","));
        let found = entries(&Value::parse(text.as_bytes()).unwrap());
        let path = found.err().map(|misfit| misfit.path);
        let expect = expect.map(|name| format!("/credentialStatus/0/{name}"));
        assert_eq!(path, expect, "{text}");
    }

    #[test]
    fn an_entry_that_can_be_followed_is_taken() {
        check(r#""id":"https://a.example/list#94567""#, None);
        check(r#""statusListIndex":"0""#, None);
        check(r#""statusSize":1"#, None);
        check(
            r#""statusSize":1,"statusMessage":[{"status":"0x0","message":"fine"},{"status":"0x1","message":"not"}]"#,
            None,
        );
        check(r#""type":"SomethingElse","statusSize":0"#, None);
    }

    #[test]
    fn one_that_cannot_is_refused_with_its_place() {
        for (change, name) in [
            (r#""statusListIndex":true"#, "statusListIndex"),
            (r#""statusListIndex":"-1""#, "statusListIndex"),
            (r#""statusListIndex":"007""#, "statusListIndex"),
            (r#""statusListIndex":94567"#, "statusListIndex"),
            (r#""statusPurpose":7"#, "statusPurpose"),
            (
                r#""statusListCredential":"no address""#,
                "statusListCredential",
            ),
            (r#""id":"https://a.example/list""#, "id"),
            (r#""statusSize":0"#, "statusSize"),
            (r#""statusSize":"2""#, "statusSize"),
            (r#""statusSize":2"#, "statusMessage"),
            (
                r#""statusMessage":[{"status":"0x0","message":"fine"}]"#,
                "statusMessage",
            ),
            (
                r#""statusMessage":[{"status":"0x0"},{"status":"0x1"}]"#,
                "statusMessage",
            ),
        ] {
            check(change, Some(name));
        }
    }
}
