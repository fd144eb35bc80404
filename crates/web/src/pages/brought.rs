//! Credentials that a form brings: files, texts, links.

use axum::extract::Multipart;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use crate::ApiError;

/// What a form with credentials brought.
#[derive(Default)]
pub(in crate::pages) struct Brought {
    /// Files, the text of one, and what a page of ours carried.
    pub(in crate::pages) files: Vec<Vec<u8>>,
    /// Links, as they were typed: one a line.
    pub(in crate::pages) links: String,
    /// The day as of which they are read.
    pub(in crate::pages) on: String,
}

/// The credentials of a form: files, and the text of one; links, and the day, if it has them. Of more than `most` files one more is kept,
/// so that whoever reads them says how many may come.
pub(in crate::pages) async fn files(
    mut upload: Multipart,
    most: usize,
) -> Result<Brought, ApiError> {
    let (mut brought, mut parts) = (Brought::default(), 0);
    while let Some(field) = upload.next_field().await? {
        parts += 1;
        if parts > MOST_PARTS {
            return Err(too_many_parts());
        }
        let wanted = matches!(field.name(), Some("file" | "text"));
        let day = field.name() == Some("on");
        let links = field.name() == Some("links");
        // By a page of ours, byte for byte.
        let carried = field.name() == Some("carried");
        let bytes = field.bytes().await?;
        let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
        let files = &mut brought.files;
        if carried && files.len() <= most {
            let read = BASE64.decode(&bytes);
            files.push(read.map_err(|_| ApiError::bad_request("unreadable_form"))?);
        } else if wanted && !bytes.iter().all(u8::is_ascii_whitespace) {
            if files.len() <= most {
                files.push(bytes.to_vec());
            }
        } else if day {
            brought.on = text();
        } else if links {
            brought.links = text();
        }
    }
    Ok(brought)
}

/// More parts than any form of ours sends.
pub(in crate::pages) fn too_many_parts() -> ApiError {
    ApiError::bad_request("too_many_parts").with_detail("Choose fewer files.")
}

/// Parts of one form.
pub(in crate::pages) const MOST_PARTS: usize = 100;
