//! `cargo xtask contexts`: the JSON-LD contexts that the program carries, each pinned by its SHA-256.
//!
//! What a signature covers depends on these bytes, so none may change, and none may lie there unseen. `cargo xtask check` holds
//! the folder to the list; typed, the command prints the list and says how a context is added.

use std::fs;

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use touchstone_canon::{BUNDLED, Bundled, Contexts};

use crate::process;

/// Prints every context: bytes, SHA-256, file, URL.
pub(crate) fn run() -> Result<()> {
    let listed = held()?;
    for (file, bundled) in &listed {
        println!(
            "{:>7}  {}  {file:<34}  {}",
            bundled.bytes.len(),
            bundled.sha256,
            bundled.url
        );
    }
    let bytes: usize = listed.iter().map(|(_, bundled)| bundled.bytes.len()).sum();
    println!(
        "{} contexts, {bytes} bytes, as they were pinned.\n{HOW}",
        listed.len()
    );
    Ok(())
}

/// Every context is what it was when it was pinned.
pub(crate) fn check() -> Result<()> {
    held().map(drop)
}

/// The contexts without the white space between tokens, by the names of their files.
pub(crate) fn packed() -> Result<Vec<(String, Vec<u8>)>> {
    let listed = held()?.into_iter();
    Ok(listed
        .map(|(file, bundled)| (file, pack(bundled.bytes)))
        .collect())
}

/// A JSON text without the white space between tokens.
fn pack(json: &[u8]) -> Vec<u8> {
    let (mut in_text, mut escaped) = (false, false);
    let mut packed = json.to_vec();
    packed.retain(|byte| {
        let is_end = *byte == b'"' && !escaped;
        in_text ^= is_end;
        escaped = in_text && *byte == b'\\' && !escaped;
        in_text || !byte.is_ascii_whitespace()
    });
    packed
}

/// The contexts with their files.
fn held() -> Result<Vec<(String, Bundled)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(process::root()?.join(FOLDER))? {
        let entry = entry?;
        files.push((
            entry.file_name().to_string_lossy().into_owned(),
            fs::read(entry.path())?,
        ));
    }
    files.sort();
    let (listed, faults) = hold(&files, BUNDLED);
    if !faults.is_empty() {
        bail!("{}\n{HOW}", faults.join("\n"));
    }
    Ok(listed)
}

/// Holds the files of the folder against the list.
fn hold(files: &[(String, Vec<u8>)], list: &[Bundled]) -> (Vec<(String, Bundled)>, Vec<String>) {
    let (mut listed, mut faults) = (Vec::new(), Vec::new());
    for (at, bundled) in list.iter().enumerate() {
        let url = bundled.url;
        let found = hex(bundled.bytes);
        if found != bundled.sha256 {
            faults.push(format!(
                "{url}: its bytes have the SHA-256 {found}, and {} is pinned",
                bundled.sha256
            ));
        }
        if !url.starts_with("https://") {
            faults.push(format!("{url}: a context is named by an https address"));
        }
        if list[..at].iter().any(|before| before.url == url) {
            faults.push(format!("{url}: stands there twice"));
        }
        if Contexts::empty().with(url, bundled.bytes).is_err() {
            faults.push(format!("{url}: is no context document"));
        }
        match files.iter().find(|(_, bytes)| bytes == bundled.bytes) {
            Some((file, _)) => listed.push((file.clone(), *bundled)),
            None => faults.push(format!(
                "{url}: no file of {FOLDER} has its bytes; build again"
            )),
        }
    }
    for (file, bytes) in files {
        if !listed.iter().any(|(known, _)| known == file) {
            faults.push(format!(
                "{FOLDER}/{file} is not listed; its line would be:\n{}",
                line(file, bytes)
            ));
        }
    }
    (listed, faults)
}

/// The line of the list that a file asks for.
fn line(file: &str, bytes: &[u8]) -> String {
    format!(
        "    Bundled {{\n        url: \"https://…\",\n        sha256: \"{}\",\n        bytes: document!(\"{file}\"),\n    }},",
        hex(bytes)
    )
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

const FOLDER: &str = "crates/canon/contexts";

const HOW: &str = "\
To add one: save the document as its authors publish it, to the byte, as a new file in crates/canon/contexts, run this command
and copy the line it prints into crates/canon/src/context/bundled.rs, with the address by which credentials name it. A new
version is a new line; a line that was released is never changed.";

#[cfg(test)]
mod tests {
    use touchstone_canon::json::Value;

    use super::*;

    #[test]
    fn without_white_space_a_context_says_the_same() {
        for bundled in BUNDLED {
            let packed = pack(bundled.bytes);
            assert_eq!(
                Value::parse(&packed).unwrap(),
                Value::parse(bundled.bytes).unwrap(),
                "{}",
                bundled.url
            );
            assert!(packed.len() < bundled.bytes.len(), "{}", bundled.url);
        }
        let texts = br#"{ "a b" : [ " \" c", "\\" , "\\\" d " ] }"#;
        assert_eq!(pack(texts), br#"{"a b":[" \" c","\\","\\\" d "]}"#);
    }

    const BYTES: &[u8] = br#"{"@context": {"a": "urn:a"}}"#;
    const HASH: &str = "4f7f8a2f";

    fn bundled(url: &'static str, sha256: &'static str) -> Bundled {
        Bundled {
            url,
            sha256,
            bytes: BYTES,
        }
    }

    #[test]
    fn every_bundled_context_is_as_it_was_pinned() {
        check().unwrap();
    }

    #[test]
    fn other_bytes_than_the_pinned_ones_are_named() {
        let files = [("a.json".to_owned(), BYTES.to_vec())];
        let (_, faults) = hold(&files, &[bundled("https://a.example/", HASH)]);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains(&hex(BYTES)), "{faults:?}");
    }

    #[test]
    fn a_file_that_is_not_listed_is_named_with_its_line() {
        let files = [("a.json".to_owned(), BYTES.to_vec())];
        let (listed, faults) = hold(&files, &[]);
        assert!(listed.is_empty());
        assert!(faults[0].contains("document!(\"a.json\")"), "{faults:?}");
    }

    #[test]
    fn an_address_that_stands_there_twice_or_is_not_https_is_named() {
        let files = [("a.json".to_owned(), BYTES.to_vec())];
        let twice = [
            bundled("http://a.example/", HASH),
            bundled("http://a.example/", HASH),
        ];
        let (_, faults) = hold(&files, &twice);
        let said = |words: &str| faults.iter().filter(|fault| fault.contains(words)).count();
        assert_eq!((said("twice"), said("https address")), (1, 2), "{faults:?}");
    }
}
