//! Why something that was handed in could not be read, and the way out.

use touchstone_vc::bake::BakeError;
use touchstone_vc::{CredentialError, PresentationError};

/// For what came as a file or as text.
#[must_use]
pub fn carrier(error: &BakeError) -> &'static str {
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
#[must_use]
pub fn credential(error: &CredentialError) -> String {
    match error {
        CredentialError::Json(error) => format!("The text breaks off or is not the whole credential: {error}. Copy all of it, from the first {{ to the last }}."),
        CredentialError::NotACredential => "This is a JSON file, but no credential. Give the file that the issuer or the wallet calls a credential.".into(),
        CredentialError::Presentation => "This is a wrapper with credentials in it, as wallets hand them over. Give one of the credentials inside.".into(),
        CredentialError::Token => "This looks like a credential in one long line of three parts, but a part of it is missing or changed. Copy all of it, from the first letter to the last.".into(),
        CredentialError::Envelope => "This is a credential in an envelope of a kind that cannot be opened here; that says nothing against it. Ask for the JSON form.".into(),
    }
}

/// For a proof bundle, which a server does not judge.
pub const BUNDLE: &str = "This is a proof bundle. It is judged by whom you trust, so it is judged on your machine. Where this page offers to check in your browser, choose it there; touchstone verify FILE --offline --trust YOUR-TRUST-FILE does the same.";

/// For a name that was given to a holder without a challenge.
pub const DOMAIN_ALONE: &str =
    "A name alone keeps nobody from showing a copy. Give the challenge too, or leave the name out.";

/// For a presentation that cannot be read.
#[must_use]
pub fn presentation_refused(error: &PresentationError) -> String {
    match error {
        PresentationError::Json(error) => format!("The text breaks off or is not the whole presentation: {error}. Copy all of it, from the first {{ to the last }}."),
        PresentationError::NotAPresentation => "This is a JSON file, but nothing that a wallet presents.".into(),
        PresentationError::Token => "This looks like a presentation in one long line of three parts, but a part of it is missing or changed. Copy all of it, from the first letter to the last.".into(),
        PresentationError::Envelope => "This was presented in an envelope of a kind that cannot be opened here; that says nothing against it. Ask for the JSON form.".into(),
        PresentationError::TooMany => "More credentials were presented at once than we read. Ask for them in parts.".into(),
    }
}
