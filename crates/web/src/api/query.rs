//! What is asked for in an address: which part of a list, which items.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use touchstone_service::issuing::search::Place;

use crate::ApiError;
use crate::state::Web;
use crate::text::sentence;

/// The query of an address. A name that is not known is refused: a filter that is misspelt would let everything through.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Web> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, ApiError> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        let Query(asked) = read.map_err(|error| {
            ApiError::bad_request("bad_query").with_detail(sentence(&error.body_text()))
        })?;
        Ok(Self(asked))
    }
}

/// Where in a list to read, and how much.
pub(crate) fn place(after: Option<&str>, limit: Option<u64>) -> Result<Place, ApiError> {
    let limit = limit.map(self::limit).transpose()?;
    Place::parse(after, limit).ok_or_else(|| {
        ApiError::bad_request("bad_cursor")
            .with_detail("“after” is not a place in this list. Send what the page before answered as its “next”.")
    })
}

/// How many at most.
pub(crate) fn limit(limit: u64) -> Result<u64, ApiError> {
    if (1..=1_000).contains(&limit) {
        return Ok(limit);
    }
    Err(ApiError::bad_request("bad_limit").with_detail("“limit” is a number from 1 to 1000."))
}

/// A word out of few, or none.
pub(crate) fn word<T>(
    name: &'static str,
    word: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
    known: &str,
) -> Result<Option<T>, ApiError> {
    let Some(word) = word else { return Ok(None) };
    parse(word).map(Some).ok_or_else(|| {
        let words = format!("“{name}” is one of {known}.");
        ApiError::bad_request("bad_query").with_detail(words)
    })
}
