//! Why something that was handed in could not be read, and the way out.

use touchstone_service::ports::FetchError;
use touchstone_vc::CredentialError;
use touchstone_vc::bake::BakeError;

/// For what came as a file or as text.
pub(super) fn carrier(error: &BakeError) -> &'static str {
    match error {
        BakeError::NotACarrier => {
            "This is neither a credential nor a picture or paper that carries one. Give the file that was downloaded, not a photo of it."
        }
        BakeError::Malformed => "The file is damaged. Download it again from where it came.",
        BakeError::Nothing => {
            "There is no credential in this file. Pictures lose it when a program or a messenger saves them anew; ask for the original file or for the link."
        }
        BakeError::Ambiguous => {
            "There is more than one credential in this file, and which one is meant cannot be told. Ask for a file with one."
        }
        BakeError::TooLarge => {
            "The file is larger than we read. Ask for the credential as a JSON file."
        }
        BakeError::DocumentType => {
            "This drawing declares its own abbreviations, which can make it read differently elsewhere. Ask for the original file."
        }
    }
}

/// For JSON that is no credential.
pub(super) fn credential(error: &CredentialError) -> String {
    match error {
        CredentialError::Json(error) => format!("The text breaks off or is not the whole credential: {error}. Copy all of it, from the first {{ to the last }}."),
        CredentialError::NotACredential => "This is a JSON file, but no credential. Give the file that the issuer or the wallet calls a credential.".into(),
        CredentialError::Token => "This looks like a credential in one long line of three parts, but a part of it is missing or changed. Copy all of it, from the first letter to the last.".into(),
        CredentialError::Envelope => "This is a credential in an envelope of a kind that cannot be opened here; that says nothing against it. Ask for the JSON form.".into(),
        CredentialError::Presentation => "This is a wrapper with credentials in it, as wallets hand them over. Give one of the credentials inside.".into(),
    }
}

/// For a link.
pub(super) fn link(error: FetchError) -> String {
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
