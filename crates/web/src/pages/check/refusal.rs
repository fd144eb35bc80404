//! Why what stands at a link could not be read, and the way out. For files: [`touchstone_page::words`].

use touchstone_service::ports::FetchError;

/// For a link.
pub(in crate::pages) fn link(error: FetchError) -> String {
    match error {
        FetchError::NotHttps => "Links must begin with https://. Look whether the address was copied completely.".into(),
        FetchError::NotPublic => "This address is not reachable from the internet, so we do not open it. Download the credential there and hand in the file.".into(),
        FetchError::NoSuchHost => "There is no such site. Look whether the address was copied completely.".into(),
        FetchError::TooLarge => "What stands there is larger than a credential. Open the link, look for the credential to download and hand in the file.".into(),
        FetchError::Status(404 | 410) => "There is nothing at this address. It may have been closed; ask for a new link.".into(),
        FetchError::Status(status) => format!("The site answered with error {status}. Open the link yourself, download the credential and hand in the file."),
        FetchError::TimedOut | FetchError::Broken | FetchError::Offline => "The site did not answer. Try again in a minute, or download the credential there and hand in the file.".into(),
    }
}

/// For a link to something that is no credential, for this reason.
pub(in crate::pages) fn no_credential(reason: &str) -> String {
    format!("At this address there is no credential that we can read. {reason}")
}
