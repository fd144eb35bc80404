//! `POST /conformance/SUITE/KEY/credentials/issue`

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_service::conformance::{IssueError, issue as sign};

use super::problem::{PARSING, Problem};
use super::{Of, Room, body};
use crate::text::sentence;

/// Signs what was sent, if it is a conforming credential. Options change nothing.
pub(super) async fn issue(
    State(room): Room,
    Of(instance): Of,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Issued>), Problem> {
    let said: ToIssue = body(&bytes)?;
    let issued = sign(&room, instance, said.credential.get().as_bytes())?;
    let verifiable_credential =
        RawValue::from_string(issued.to_string()).expect("what is written as JSON is JSON");
    Ok((
        StatusCode::CREATED,
        Json(Issued {
            verifiable_credential,
        }),
    ))
}

#[derive(Deserialize)]
struct ToIssue {
    credential: Box<RawValue>,
}

/// The credential with its proof.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Issued {
    verifiable_credential: Box<RawValue>,
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match &error {
            IssueError::Json(_) => {
                Self::new(PARSING, "not_json").with_detail(sentence(&error.to_string()))
            }
            IssueError::Form(misfit) => Self::misfit(misfit, "credential"),
            IssueError::Secure(error) => Self::unsigned(error),
            IssueError::ListsFull => {
                Self::new("about:blank", "lists_full").with_detail(sentence(&error.to_string()))
            }
        }
    }
}
