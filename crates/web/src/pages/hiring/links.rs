//! Links instead of files: what stands behind them, and why something does not.

use touchstone_service::hiring::{LinkError, MOST_LINKS, follow_links};
use touchstone_service::verifying::CheckError;

use crate::ApiError;
use crate::edge::{Class, ClientAddress};
use crate::pages::check::{no_credential, no_link};
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;
use crate::words;

/// What came of the links of a form.
#[derive(Default)]
pub(in crate::pages) struct Links {
    /// What was had, each like a file.
    pub(in crate::pages) had: Vec<Vec<u8>>,
    /// Those that led nowhere, one a line.
    pub(in crate::pages) missed: String,
    /// Why, for each of those.
    pub(in crate::pages) problems: Vec<Problem>,
}

/// Follows what was typed, one link a line. Each is a request to somebody else, and counts as much as handing one in at `/verify` does.
pub(in crate::pages) async fn follow(
    web: &Web,
    typed: &str,
    by: Option<&ClientAddress>,
) -> Result<Links, ApiError> {
    // Nobody was asked: what was typed stays as it is.
    let refused = |words: String| Links {
        missed: typed.to_owned(),
        problems: vec![problem(words)],
        ..Links::default()
    };
    let mut addresses: Vec<String> = Vec::new();
    for line in typed.lines().map(str::trim) {
        if line.len() > LONGEST {
            let start: String = line.chars().take(80).collect();
            return Ok(refused(format!(
                "{start}…: This is longer than an address. Give one link a line."
            )));
        }
        if !line.is_empty() && !addresses.iter().any(|known| known == line) {
            addresses.push(line.to_owned());
        }
        if addresses.len() > MOST_LINKS {
            return Ok(refused(format!(
                "Give at most {MOST_LINKS} links at once. Download what stands behind the others, and hand in the files."
            )));
        }
    }
    // The request itself was counted as one.
    let more = u32::try_from(addresses.len().saturating_sub(1)).unwrap_or(u32::MAX);
    if web.edge.hold_back_several(Class::Verify, more, by).is_err() {
        return Ok(refused(
            "Too many links were followed for you in a short time. Wait a minute and send this again.".to_owned(),
        ));
    }
    let mut links = Links::default();
    let mut missed = Vec::new();
    for followed in follow_links(&web.world, &addresses).await? {
        match followed.found {
            Ok(credential) => links.had.push(credential),
            Err(error) => {
                let why = why(&error);
                links
                    .problems
                    .push(problem(format!("{}: {why}", followed.address)));
                missed.push(followed.address);
            }
        }
    }
    links.missed = missed.join("\n");
    Ok(links)
}

fn why(error: &LinkError) -> String {
    match error {
        LinkError::Fetch(error) => no_link(*error),
        LinkError::NoCredential(CheckError::Bake(error)) => {
            no_credential(&format!("{} {DOWNLOAD}", words::carrier(error)))
        }
        LinkError::NoCredential(CheckError::Credential(error)) => {
            no_credential(&format!("{} {DOWNLOAD}", words::credential(error)))
        }
        LinkError::NoCredential(CheckError::Store(_)) | LinkError::TooMuch => {
            format!(
                "{}. {DOWNLOAD}",
                sentence(&error.to_string()).trim_end_matches('.')
            )
        }
    }
}

fn problem(words: String) -> Problem {
    Problem {
        field: "links".into(),
        words,
    }
}

/// Bytes of an address.
const LONGEST: usize = 2_000;
const DOWNLOAD: &str = "Open the link, download the credential and hand in the file.";
