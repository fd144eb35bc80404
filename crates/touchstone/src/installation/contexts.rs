//! The JSON-LD contexts that credentials may name: those that come with the program, and the operator's.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use touchstone_adapters::CRYPTO;
use touchstone_vc::{Contexts, multibase::encode_hex};

use super::Settings;

/// What the file `contexts.list` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    contexts: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    url: String,
    file: PathBuf,
    sha256: String,
}

/// Reads and compiles them all, so that a broken one is found at start and not by a reader.
pub(crate) fn contexts(settings: &Settings) -> Result<Contexts> {
    let bundled = Contexts::bundled();
    match &settings.config.contexts.list {
        None => Ok(bundled),
        Some(list) => {
            let list = &settings.path(Some(list), "");
            added(bundled, list).with_context(|| format!("contexts.list, {}", list.display()))
        }
    }
}

/// The files that a list names, where it can be read: nothing is judged here.
pub(crate) fn listed(list: &Path) -> Vec<PathBuf> {
    let listed = read(list).map(|list| list.contexts);
    let files = listed.unwrap_or_default();
    let folder = folder(list);
    files
        .iter()
        .map(|listed| folder.join(&listed.file))
        .collect()
}

fn read(list: &Path) -> Result<List> {
    let text = fs::read(list)?;
    serde_json::from_slice(&text)
        .context("it is written {\"contexts\": [{\"url\", \"file\", \"sha256\"}]}")
}

/// The one that the files of a list stand in.
fn folder(list: &Path) -> &Path {
    list.parent().unwrap_or(Path::new("."))
}

fn added(mut contexts: Contexts, list: &Path) -> Result<Contexts> {
    let (listed, folder) = (read(list)?, folder(list));
    for Listed { url, file, sha256 } in &listed.contexts {
        let bytes = fs::read(folder.join(file)).with_context(|| file.display().to_string())?;
        let found = encode_hex(&(CRYPTO.sha256)(&bytes));
        if !found.eq_ignore_ascii_case(sha256) {
            bail!(
                "{}: its SHA-256 is {found}, the list says {sha256}; list the bytes that you have read and trust",
                file.display()
            );
        }
        ensure!(
            url.starts_with("https://") || url.starts_with("http://") || url.starts_with("urn:"),
            "{url} is not an address; write it as credentials name it"
        );
        contexts = contexts.with(url, &bytes)?;
    }
    for Listed { url, file, .. } in &listed.contexts {
        contexts
            .compile(url)
            .with_context(|| format!("{}: it is no JSON-LD 1.1 context", file.display()))?;
    }
    Ok(contexts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// Settings of an installation in this folder that name this list.
    fn listing(data: &Path, list: &str) -> Settings {
        let mut config = Config::default();
        config.contexts.list = Some(list.into());
        Settings {
            data: data.to_owned(),
            config,
        }
    }

    const URL: &str = "https://guild.example/context/v1";

    /// What comes of a list with one entry, as a sentence.
    fn read(url: &str, context: &str, sha256: Option<&str>) -> Result<Contexts, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("guild.jsonld"), context).unwrap();
        let sha256 = sha256.map_or_else(
            || encode_hex(&(CRYPTO.sha256)(context.as_bytes())),
            str::to_owned,
        );
        let list = serde_json::json!({"contexts": [{"url": url, "file": "guild.jsonld", "sha256": sha256}]});
        // A relative path starts at the data folder.
        fs::write(folder.path().join("list.json"), list.to_string()).unwrap();
        contexts(&listing(folder.path(), "list.json")).map_err(|error| format!("{error:#}"))
    }

    const GUILD: &str = r#"{"@context": {"guild": "https://guild.example/terms#guild"}}"#;

    #[test]
    fn a_listed_context_is_known_besides_the_bundled_ones() {
        let contexts = read(URL, GUILD, None).unwrap();
        assert!(contexts.contains(URL));
        assert!(contexts.contains("https://www.w3.org/ns/credentials/v2"));
        assert!(!Contexts::bundled().contains(URL));
    }

    #[test]
    fn t01_bytes_that_are_not_those_listed_are_refused() {
        let refused = read(URL, GUILD, Some(&"0".repeat(64))).unwrap_err();
        assert!(
            refused.contains("guild.jsonld: its SHA-256 is"),
            "{refused}"
        );
    }

    #[test]
    fn t01_a_bundled_context_cannot_be_replaced() {
        let refused = read("https://www.w3.org/ns/credentials/v2", GUILD, None).unwrap_err();
        assert!(
            refused.contains("another context under this URL"),
            "{refused}"
        );
    }

    #[test]
    fn a_broken_context_is_found_at_start() {
        let cyclic = r#"{"@context": {"a": "b:x", "b": "a:y"}}"#;
        for (context, why) in [
            ("{", "not readable"),
            ("{}", "no @context"),
            (r#"{"@context": {"@version": 2}}"#, "no JSON-LD 1.1 context"),
            (cyclic, "no JSON-LD 1.1 context"),
        ] {
            let refused = read(URL, context, None).unwrap_err();
            assert!(refused.contains(why), "{context}: {refused}");
        }
    }

    #[test]
    fn an_absent_list_is_named() {
        let settings = listing(Path::new("/elsewhere"), "/nowhere/list.json");
        let refused = format!("{:#}", contexts(&settings).unwrap_err());
        assert!(refused.contains("/nowhere/list.json"), "{refused}");
    }
}
