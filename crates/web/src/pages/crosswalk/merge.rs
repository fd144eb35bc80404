//! `POST /mappings/merge`: one set from the latest versions of several.

use axum::extract::State;
use axum::response::Response;
use touchstone_service::crosswalk::{MergedSet, Merging, SetError, merge_sets};
use touchstone_service::operations::Permission;

use super::begin::{beginning, problem};
use super::list::page;
use crate::ApiError;
use crate::signed_in::{Fields, Posted};
use crate::state::Web;

/// Makes the set, and says what was found in those that it was made of.
pub async fn merge(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = Merging {
        beginning: beginning(&posted.by, &posted.fields),
        sets: posted.fields.all("set").map(str::to_owned).collect(),
    };
    match merge_sets(&web.world, &order).await {
        Ok(merged) => {
            let told = told(&merged);
            page(&web, &posted.by, &Fields::default(), Some(&told), &[]).await
        }
        Err(SetError::Store(error)) => Err(error.into()),
        Err(error) => {
            let problems = [problem(&error, "merge")];
            page(&web, &posted.by, &posted.fields, None, &problems).await
        }
    }
}

fn told(merged: &MergedSet) -> String {
    let all = merged.taken.stated + merged.taken.suggested;
    let made = format!(
        "The set is made, with {all} mappings; {} stood in more than one.",
        merged.repeated
    );
    let count = merged.conflicts.len();
    if count == 0 {
        return format!("{made} No two of them contradict each other.");
    }
    let pairs = merged.conflicts.iter().take(MOST_TOLD).map(|conflict| {
        let said = conflict.said.join(", ");
        format!("{} and {} ({said})", conflict.subject, conflict.object)
    });
    let pairs: Vec<String> = pairs.collect();
    let more = match count.saturating_sub(MOST_TOLD) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let of = match count {
        1 => "one pair".to_owned(),
        count => format!("{count} pairs"),
    };
    format!(
        "{made} Of {of} the sets say different things, and all of it stays until somebody decides: {}{more}.",
        pairs.join("; ")
    )
}

/// Pairs that are named on a page; the API names all.
const MOST_TOLD: usize = 10;
