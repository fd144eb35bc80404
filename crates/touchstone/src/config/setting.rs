//! The types that keys can have, and how each is read from the file and from the environment.

use std::{net::SocketAddr, path::PathBuf};

use url::{Host, Url};

use super::concern::{Given, Setting};

impl Setting for String {
    const KIND: &'static str = "text";

    fn read(given: &Given) -> Result<Self, String> {
        match given {
            Given::Text(text) => Ok(text.clone()),
            _ => Err("write it as text, in quotes".into()),
        }
    }

    fn write(&self) -> Option<String> {
        Some(quoted(self))
    }
}

impl Setting for bool {
    const KIND: &'static str = "true or false";

    fn read(given: &Given) -> Result<Self, String> {
        match given {
            Given::Flag(flag) => Ok(*flag),
            Given::Text(text) if text == "true" => Ok(true),
            Given::Text(text) if text == "false" => Ok(false),
            _ => Err("write true or false, without quotes".into()),
        }
    }

    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Setting for usize {
    const KIND: &'static str = "whole number";

    fn read(given: &Given) -> Result<Self, String> {
        let number = match given {
            Given::Number(number) => usize::try_from(*number).ok(),
            Given::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| "write a whole number that is not negative".into())
    }

    fn write(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Setting for SocketAddr {
    const KIND: &'static str = "address and port";

    fn read(given: &Given) -> Result<Self, String> {
        let text = String::read(given)?;
        text.parse().map_err(|_| {
            format!("\"{text}\" is not an address and a port, like \"127.0.0.1:8000\"")
        })
    }

    fn write(&self) -> Option<String> {
        Some(quoted(&self.to_string()))
    }
}

impl Setting for Url {
    const KIND: &'static str = "address";

    fn read(given: &Given) -> Result<Self, String> {
        let text = String::read(given)?;
        let url =
            Url::parse(&text).map_err(|error| format!("\"{text}\" is not an address: {error}"))?;
        match (url.scheme(), url.host_str()) {
            ("https", Some(_)) => Ok(url),
            ("http", Some(_)) if is_this_machine(&url) => Ok(url),
            ("http", Some(_)) => Err(format!(
                "\"{text}\" is not https: sessions would travel in the clear. Put a proxy with TLS in front and write https://; \
                 plain http is for localhost only"
            )),
            _ => Err(format!(
                "\"{text}\" does not start with https:// and a host"
            )),
        }
    }

    fn write(&self) -> Option<String> {
        Some(quoted(self.as_str().trim_end_matches('/')))
    }
}

pub(super) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl Setting for PathBuf {
    const KIND: &'static str = "path";

    fn read(given: &Given) -> Result<Self, String> {
        match String::read(given)? {
            text if text.is_empty() => Err("the path is empty".into()),
            text => Ok(Self::from(text)),
        }
    }

    fn write(&self) -> Option<String> {
        Some(quoted(&self.display().to_string()))
    }
}

impl Setting for Vec<String> {
    const KIND: &'static str = "list of texts";

    fn read(given: &Given) -> Result<Self, String> {
        match given {
            Given::List(list) => Ok(list.clone()),
            // From the environment: parted by commas.
            Given::Text(text) => {
                let parts = text
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                Ok(parts.map(str::to_owned).collect())
            }
            _ => Err("write a list of texts: [\"one\", \"two\"]".into()),
        }
    }

    fn write(&self) -> Option<String> {
        let parts: Vec<_> = self.iter().map(|part| quoted(part)).collect();
        Some(format!("[{}]", parts.join(", ")))
    }
}

impl<T: Setting> Setting for Option<T> {
    const KIND: &'static str = T::KIND;

    fn read(given: &Given) -> Result<Self, String> {
        T::read(given).map(Some)
    }

    fn write(&self) -> Option<String> {
        self.as_ref().and_then(T::write)
    }
}

pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
