//! `POST /endorse/TOKEN/file`: an endorsement that was signed elsewhere.

use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing::{LARGEST_WALLET_FILE, WalletAnswer, answer_with_wallet};

use super::{again, show::Typed};
use crate::ApiError;
use crate::signed_in::second_file;
use crate::state::Web;

/// Checks it and keeps it byte for byte.
pub async fn file(
    State(web): State<Web>,
    Path(token): Path<String>,
    upload: Multipart,
) -> Result<Response, ApiError> {
    let (typed, file) = read(upload).await?;
    let order = WalletAnswer {
        file,
        organization: typed.organization.clone(),
        person: typed.person.clone(),
    };
    match answer_with_wallet(&web.world, &token, &order).await {
        Ok(()) => Ok(Redirect::to(&format!("/endorse/{token}")).into_response()),
        Err(error) => again(&web, &token, &typed, Some(error)).await,
    }
}

async fn read(mut upload: Multipart) -> Result<(Typed, Vec<u8>), ApiError> {
    let (mut typed, mut file, mut text) = (Typed::default(), Vec::new(), Vec::new());
    while let Some(part) = upload.next_field().await? {
        let name = part.name().unwrap_or_default().to_owned();
        let given = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await?;
        let words = || String::from_utf8_lossy(&bytes).trim().to_owned();
        match name.as_str() {
            "file" if !bytes.is_empty() && !file.is_empty() => {
                return Err(second_file(given.as_deref()));
            }
            "file" if !bytes.is_empty() => file = bytes.to_vec(),
            "text" => text = words().into_bytes(),
            "organization" => typed.organization = words(),
            "person" => typed.person = words(),
            _ => {}
        }
    }
    typed.text = String::from_utf8_lossy(&text).into_owned();
    Ok((typed, if file.is_empty() { text } else { file }))
}

/// A signed endorsement in a form.
pub const LARGEST: usize = 4 * LARGEST_WALLET_FILE;
