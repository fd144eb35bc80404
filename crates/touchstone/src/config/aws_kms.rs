//! The types of what is set about AWS KMS.

use url::Url;

use super::{
    concern::{Given, Setting},
    setting::{is_this_machine, quoted},
};

/// A region of AWS.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Region(pub(crate) String);

/// Where KMS is asked: a host, and nothing behind it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Endpoint(pub(crate) Url);

/// What stands between `alias/` and the name of a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Prefix(pub(crate) String);

/// How long AWS waits before it deletes a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct DeletionDays(pub(crate) u16);

impl Setting for Region {
    const KIND: &'static str = "region of AWS";

    fn read(given: &Given) -> Result<Self, String> {
        let text = String::read(given)?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        match (1..=40).contains(&text.len()) && text.bytes().all(plain) {
            true => Ok(Self(text)),
            false => Err(format!("\"{text}\" is not a region, like \"eu-west-1\"")),
        }
    }

    fn write(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

impl Setting for Endpoint {
    const KIND: &'static str = "address";

    fn read(given: &Given) -> Result<Self, String> {
        let text = String::read(given)?;
        let url =
            Url::parse(&text).map_err(|error| format!("\"{text}\" is not an address: {error}"))?;
        let is_host_alone = url.host_str().is_some()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        match url.scheme() {
            // It may hold what was thought to belong there, so it is not said again.
            "https" | "http" if !is_host_alone => Err(
                "write https:// and a host, nothing before the host and nothing behind it".into(),
            ),
            "https" => Ok(Self(url)),
            "http" if is_this_machine(&url) => Ok(Self(url)),
            "http" => Err(format!(
                "\"{text}\" is not https: whoever is in between would see what is signed, and could answer in place of KMS. Plain http is for \
                 localhost only"
            )),
            _ => Err(format!(
                "\"{text}\" does not start with https:// and a host"
            )),
        }
    }

    fn write(&self) -> Option<String> {
        Some(quoted(self.0.as_str().trim_end_matches('/')))
    }
}

impl Setting for Prefix {
    const KIND: &'static str = "text";

    fn read(given: &Given) -> Result<Self, String> {
        let text = String::read(given)?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_');
        let is_one = (1..=100).contains(&text.len()) && text.bytes().all(plain);
        match text.starts_with('/') || text.ends_with('/') {
            // AWS keeps `alias/aws/` for itself (API Reference, "CreateAlias").
            false if is_one && text != "aws" && !text.starts_with("aws/") => Ok(Self(text)),
            _ => Err(format!(
                "\"{text}\" cannot stand in an alias: write letters, digits, - and _, with / between them, and not aws/ before them"
            )),
        }
    }

    fn write(&self) -> Option<String> {
        Some(quoted(&self.0))
    }
}

impl Setting for DeletionDays {
    const KIND: &'static str = "a number from 7 to 30";

    fn read(given: &Given) -> Result<Self, String> {
        let days = usize::read(given)?;
        match u16::try_from(days) {
            Ok(days) if (7..=30).contains(&days) => Ok(Self(days)),
            _ => Err(format!(
                "{days} is not a number from 7 to 30: AWS allows no other waiting period"
            )),
        }
    }

    fn write(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}
