//! Credentials inside pictures and papers, put in and taken out.
//!
//! Nothing here decodes an image or follows a reference. Start at [`unbake_any()`].
//!
//! **Limits:** a credential of at most [`MAX_CREDENTIAL`] bytes in a file of at most [`MAX_FILE`] bytes.

use alloc::borrow::Cow;

use crate::{credential, jose};

pub mod pdf;
pub mod png;
pub mod svg;

/// The largest credential that is baked or taken out: the largest that is read.
pub const MAX_CREDENTIAL: usize = credential::MAX_BYTES;
/// The largest file that is looked into: 32 MiB.
pub const MAX_FILE: usize = 32 << 20;

/// Finds the credential in any file that can carry one: JSON, PNG, SVG, or a PDF that embeds `credential.json`.
pub fn unbake_any(file: &[u8]) -> Result<(Carrier, Cow<'_, [u8]>), BakeError> {
    if file.len() > MAX_FILE {
        return Err(BakeError::TooLarge);
    }
    let carrier = Carrier::of(file).ok_or(BakeError::NotACarrier)?;
    let credential = match carrier {
        Carrier::Json => Cow::Borrowed(trimmed(file)),
        Carrier::Png => png::unbake(file)?,
        Carrier::Svg => svg::unbake(file)?,
        Carrier::Pdf => pdf::unbake(file)?,
    };
    if credential.len() > MAX_CREDENTIAL {
        return Err(BakeError::TooLarge);
    }
    Ok((carrier, credential))
}

/// Whether a text has the form of a JSON Web Token, in which a credential can be as well as in JSON.
#[must_use]
pub fn is_token(text: &[u8]) -> bool {
    jose::is(text)
}

/// A version of Open Badges that pictures carry.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Edition {
    /// 3.0: a verifiable credential.
    Three,
    /// 2.0: an assertion.
    Two,
}

/// A kind of file that can carry a credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// The credential itself, as JSON or as a JSON Web Token.
    Json,
    /// A PNG image.
    Png,
    /// An SVG image.
    Svg,
    /// A PDF with an embedded file.
    Pdf,
}

impl Carrier {
    /// Tells the kind of a file from its first bytes.
    fn of(file: &[u8]) -> Option<Self> {
        let start = trimmed(file);
        if file.starts_with(&png::SIGNATURE) {
            Some(Self::Png)
        } else if file
            .get(..file.len().min(1024))?
            .windows(5)
            .any(|five| five == b"%PDF-")
        {
            Some(Self::Pdf)
        } else if start.first() == Some(&b'<') {
            Some(Self::Svg)
        } else if matches!(start.first(), Some(b'{' | b'[')) || jose::is(start) {
            Some(Self::Json)
        } else {
            None
        }
    }
}

/// Why no credential was put in or taken out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BakeError {
    /// The file is of no kind that carries credentials.
    #[error("this is not JSON, PNG, SVG or PDF; give the file that was exported")]
    NotACarrier,
    /// The file is damaged.
    #[error("the file is damaged; export it again")]
    Malformed,
    /// The file is sound, but carries no credential.
    #[error("the file carries no credential; ask for the one with the credential inside")]
    Nothing,
    /// The file carries more than one credential: which one is meant cannot be told.
    #[error("the file carries more than one credential")]
    Ambiguous,
    /// The file or the credential in it is larger than the limit.
    #[error("the file is too large")]
    TooLarge,
    /// An SVG that declares entities, which could make it read as something else elsewhere.
    #[error("an SVG that declares entities is not read")]
    DocumentType,
}

/// Without a byte order mark and white space around.
fn trimmed(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(text)
        .trim_ascii()
}
