//! `POST /mappings/take` and `POST /mappings/frameworks`: sets and frameworks from files.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::crosswalk::{
    self, FrameworkError, FrameworkOrder, Origin, SetError, SetFile, TakenFramework,
};
use touchstone_service::operations::Permission;

use super::begin::{beginning, problem};
use super::list::page;
use crate::ApiError;
use crate::signed_in::Sent;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// Takes a set from a file and leads to it.
pub async fn take(State(web): State<Web>, sent: Sent) -> Result<Response, ApiError> {
    let posted = sent.file(&web, Permission::Define).await?;
    let order = SetFile {
        beginning: beginning(&posted.by, &posted.fields),
        bytes: posted.bytes,
    };
    let problems = match crosswalk::take_set(&web.world, &order).await {
        Ok(taken) => {
            return Ok(Redirect::to(&format!("/mappings/{}", taken.id)).into_response());
        }
        Err(SetError::Store(error)) => return Err(error.into()),
        Err(SetError::Faulty(faults)) => faults
            .iter()
            .take(MOST_TOLD)
            .map(|fault| Problem {
                field: "file-take".into(),
                words: sentence(&fault.to_string()),
            })
            .collect(),
        Err(error) => vec![problem(&error, "take")],
    };
    page(&web, &posted.by, &posted.fields, None, &problems).await
}

/// Takes in a framework, and says what it changes.
pub async fn take_framework(State(web): State<Web>, sent: Sent) -> Result<Response, ApiError> {
    let posted = sent.file(&web, Permission::Define).await?;
    let order = FrameworkOrder {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        form: None,
        origin: Origin {
            uri: posted.fields.text("uri").to_owned(),
            title: posted.fields.text("title").to_owned(),
            version: posted.fields.some("version"),
            ..Origin::default()
        },
        files: vec![posted.bytes],
    };
    let problems = match crosswalk::take_framework(&web.world, &order).await {
        Ok(taken) => {
            return page(
                &web,
                &posted.by,
                &Default::default(),
                Some(&told(&taken)),
                &[],
            )
            .await;
        }
        Err(FrameworkError::Store(error)) => return Err(error.into()),
        Err(FrameworkError::Faulty(faults)) => faults
            .iter()
            .take(MOST_TOLD)
            .map(|fault| Problem {
                field: "file-framework".into(),
                words: sentence(&fault.to_string()),
            })
            .collect(),
        Err(error) => vec![Problem {
            field: match error {
                FrameworkError::NoIdentifier => "uri".into(),
                FrameworkError::Known => "version".into(),
                _ => "file-framework".into(),
            },
            words: sentence(&error.to_string()),
        }],
    };
    page(&web, &posted.by, &posted.fields, None, &problems).await
}

fn told(taken: &TakenFramework) -> String {
    let mut told = format!("Taken in: {} statements.", taken.statements);
    if let Some(before) = &taken.before {
        let before = match before.as_str() {
            "" => "the version before",
            before => before,
        };
        told.push_str(&format!(
            " Compared with {before}: {} are new, {} are gone, {} say something else; {} mappings of your sets are about those.",
            taken.added, taken.removed, taken.changed, taken.mappings_touched
        ));
    }
    let (first, more) = taken
        .passed_over
        .split_at(taken.passed_over.len().min(MOST_NAMED));
    if !first.is_empty() {
        told.push_str(&format!(
            " Not read, because no framework is made of them: {}",
            first.join(", ")
        ));
        match more.len() {
            0 => told.push('.'),
            more => told.push_str(&format!(" and {more} more.")),
        }
    }
    told
}

/// More are not read by anybody.
const MOST_TOLD: usize = 50;
/// Files that are named; the downloads of frameworks have forty.
const MOST_NAMED: usize = 10;
