//! What comes from outside: documents from the network or from a folder, and texts that somebody else wrote or typed.

use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{Context, Result};
use touchstone_adapters::{HttpFetch, NoFetch};
use touchstone_service::ports::{Fetch, FetchError, Fetched as Answered};
use touchstone_vc::{DAY_MS, Fetched, Timestamp};

use super::Global;
use crate::installation::Settings;

/// What fetches, where the settings allow it.
pub(super) fn online(global: &Global) -> Result<Box<dyn Fetch>> {
    let config = Settings::read(global)?.config;
    if !config.fetch.allow {
        return Ok(Box::new(NoFetch));
    }
    Ok(Box::new(
        HttpFetch::new(config.fetch.loopback || global.local).context("network")?,
    ))
}

/// What stands at an address, or why nothing.
pub(super) async fn fetched(fetch: &dyn Fetch, url: &str) -> Result<Vec<u8>> {
    link(fetch.fetch(url).await, url)
}

/// What a link gave, or why nothing.
pub(super) fn link(found: Result<Answered, FetchError>, url: &str) -> Result<Vec<u8>> {
    match found {
        Ok(fetched) => Ok(fetched.bytes),
        Err(FetchError::Offline) => {
            anyhow::bail!(
                "{url} would have to be fetched, which --offline (or fetch.allow) forbids; give a file instead"
            )
        }
        Err(error) => Err(error).with_context(|| url.to_owned()),
    }
}

/// The document that `publish` wrote for the path of an address.
pub(super) fn at_hand(folder: &Path, url: &str) -> Option<Fetched> {
    let url = url::Url::parse(url).ok()?;
    let path = url.path().strip_prefix('/')?;
    let plain =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '%']);
    if !path.split('/').all(plain) {
        return None;
    }
    // What an institution issued before it moved stays under the old host's name (`touchstone publish`).
    let former = folder.join(former_folder(url.host_str()?, url.port()));
    let file = match former.is_dir() {
        true => former.join(path),
        false => folder.join(path),
    };
    let bytes = fs::read(&file).ok()?;
    let written = fs::metadata(&file)
        .and_then(|about| about.modified())
        .ok()?;
    let since = written.duration_since(UNIX_EPOCH).ok()?;
    let fetched_at = Timestamp::from_unix_millis(i64::try_from(since.as_millis()).ok()?);
    Some(Fetched { bytes, fetched_at })
}

/// Where `touchstone publish` writes what stays at an address that institutions moved away from.
pub(super) fn former_folder(host: &str, port: Option<u16>) -> PathBuf {
    let port = port.map_or_else(String::new, |port| format!("_{port}"));
    Path::new("former").join(format!("{host}{port}"))
}

/// Without what steers a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// A moment, as an option gives it.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|_| "write the time like 2026-11-21T14:02:00Z".into())
}

/// A span of time in milliseconds: days, hours or minutes.
pub(super) fn age(text: &str) -> Result<i64, String> {
    let span = |text: &str| {
        let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let millis = match unit {
            "d" => DAY_MS,
            "h" => 3_600_000,
            "m" => 60_000,
            _ => return None,
        };
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let number: i64 = number.parse().ok().filter(|_| digits)?;
        number.checked_mul(millis)
    };
    span(text).ok_or_else(|| "write how long like 7d, 12h or 30m".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_days_hours_or_minutes() {
        assert_eq!(age("7d"), Ok(604_800_000));
        assert_eq!(age("12h"), Ok(43_200_000));
        assert_eq!(age("30m"), Ok(1_800_000));
        for other in [
            "",
            "d",
            "7",
            "-1d",
            "+1d",
            "1.5h",
            "7w",
            "7é",
            "99999999999999d",
        ] {
            assert!(age(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_published_document_is_found_by_its_path_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("i/a/status")).unwrap();
        fs::write(folder.path().join("i/a/status/1"), "list").unwrap();
        fs::write(folder.path().join(".secret"), "x").unwrap();

        let found = at_hand(folder.path(), "https://example.edu/i/a/status/1").unwrap();
        assert_eq!(found.bytes, b"list");
        for other in [
            "https://example.edu/.secret",
            "https://example.edu/i/../.secret",
            "https://example.edu/i/%2e%2e/.secret",
            "urn:uuid:1",
        ] {
            assert_eq!(at_hand(folder.path(), other), None, "{other}");
        }
    }

    #[test]
    fn what_a_stranger_wrote_does_not_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
    }
}
