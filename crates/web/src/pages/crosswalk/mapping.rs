//! `GET /mappings/ID/MAPPING`: one mapping, why it is believed, and what organizations say of it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::crosswalk::{self, MappingDetail};
use touchstone_service::operations::Permission;
use touchstone_service::rows::MappingState;

use super::{Sent, no_vote, thing, why, words};
use crate::ApiError;
use crate::pages::desk::{Desk, trail};
use crate::signed_in::{Fields, SignedIn};
use crate::state::Web;
use crate::templates::{
    Column, Control, Field, day_text, error_summary, fact, facts, field, ledger, moment, option,
    outcome,
};
use crate::text::clean;

/// The mapping.
pub async fn mapping(
    State(web): State<Web>,
    by: SignedIn,
    Path((set, id)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let sent = Sent {
        said: &Fields::default(),
        problems: &[],
    };
    page(&web, &by, &set, &id, sent).await
}

/// The page, after something on it was refused.
pub(super) async fn page(
    web: &Web,
    by: &SignedIn,
    set: &str,
    id: &str,
    sent: Sent<'_>,
) -> Result<Response, ApiError> {
    let found = crosswalk::mapping(&web.world, by.tenant(), set, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("mapping_not_found"))?;
    let now = web.world.clock.now().unix_millis();
    let main = show(&by.desk, &found, now, sent);
    let status = match sent.problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, by.desk.page("A mapping", "/mappings", &main)).into_response())
}

fn show(desk: &Desk, found: &MappingDetail, now: i64, sent: Sent<'_>) -> Markup {
    let (view, row) = (&found.view, &found.row);
    let set = format!("/mappings/{}", found.set.id);
    let here = format!("{set}/{}", row.id);
    let (tone, word) = words::state(row, now);
    let decided = matches!(row.state, MappingState::Agreed | MappingState::Refused);
    let withdrawn = row.state == MappingState::Withdrawn;
    // What was taken over from a release that has ended is voted on.
    let ended = found.due && row.state == MappingState::Agreed;
    html! {
        (trail(&[("/mappings", "Crosswalks"), (&set, &found.set.title)]))
        h1 { (thing(&view.subject_label, &view.subject)) " " (words::relation(&view.relation, view.negated)) " " (thing(&view.object_label, &view.object)) }
        p class=(tone.class()) { (outcome(tone, word)) }
        (error_summary("It stays as it is", sent.problems))
        (facts(&html! {
            (fact("Proposed by", &html! { bdi { (found.organization) } ", " (day_text(moment(row.proposed_at))) }))
            (fact("Found by", &html! { (found_by(&view.justification)) }))
            @if !view.authors.is_empty() { (fact("Author, as stated", &html! { bdi { (clean(&view.authors.join(", "))) } })) }
            @if !view.reviewers.is_empty() { (fact("Reviewed elsewhere, as stated", &html! { bdi { (clean(&view.reviewers.join(", "))) } })) }
            @if let Some(confidence) = &view.confidence { (fact("How sure the author is", &html! { (confidence) " of 1" })) }
            @if let Some(comment) = &view.comment { (fact("Why", &html! { bdi { (clean(comment)) } })) }
            @if let Some(due) = row.review_due { (fact(if row.state == MappingState::Stated { "The release that it was taken from is good until" } else { "The agreement is good until" }, &html! { (day_text(moment(due))) })) }
            (fact("Votes", &html! { (words::tally(&found.tally)) @if row.round > 1 { " This is review " (row.round) "." } }))
        }))
        @if !found.votes.is_empty() {
            (ledger("Newest review first", [Column::words("Organization"), Column::words("Vote"), Column::words("Reason"), Column::words("When")],
                found.votes.iter().map(|vote| {
                    let (tone, word) = words::vote(vote.row.hundredths);
                    [
                        html! { bdi { (vote.organization) } @if vote.row.round != row.round { small { "review " (vote.row.round) ", counts no more" } } @else if vote.row.member == 0 { small { "by a program" } } },
                        html! { span class=(tone.class()) { (outcome(tone, &word)) } },
                        html! { bdi { (clean(&vote.row.comment)) } },
                        html! { (day_text(moment(vote.row.cast_at))) },
                    ]
                })))
        }
        @if !found.conflicts.is_empty() {
            (ledger("Conflicts of interest that were declared", [Column::words("Organization"), Column::words("In what it lies"), Column::words("When")],
                found.conflicts.iter().map(|one| [
                    html! { bdi { (one.organization) } @if one.row.round != row.round { small { "review " (one.row.round) } } @else { small { "does not vote on this" } } },
                    html! { @if one.row.comment.is_empty() { "Not said" } @else { bdi { (clean(&one.row.comment)) } } },
                    html! { (day_text(moment(one.row.declared_at))) },
                ])))
        }
        @if found.joined && !found.has_vote { (no_vote()) }
        @if found.has_vote && !withdrawn && !ended && desk.may(Permission::Confirm) { (ballot(desk, found, &here, sent)) (declare(desk, found, &here, sent)) }
        @if found.has_vote && desk.may(Permission::Define) {
            @if decided { (desk.form(&format!("{here}/again"), &html! { (why("again", sent)) p.acts { button { "Review it again" } } })) }
            @if found.own && !withdrawn { (desk.form(&format!("{here}/withdraw"), &html! { (why("withdraw", sent)) p.acts { button { "Withdraw it" } } })) }
        }
    }
}

fn ballot(desk: &Desk, found: &MappingDetail, here: &str, sent: Sent<'_>) -> Markup {
    let votes = found.votes.iter();
    let mut own = votes.filter(|vote| vote.own && vote.row.round == found.row.round);
    let own = own.next();
    let before = sent.said.some("vote");
    let before = before.or_else(|| own.map(|vote| vote.row.hundredths.to_string()));
    let comment = match sent.said.text("comment") {
        "" => own.map_or("", |vote| vote.row.comment.as_str()),
        typed => typed,
    };
    let mut refused = sent.problems.iter();
    let refused = refused.find(|problem| problem.field == "comment");
    let refused = refused.map(|problem| problem.words.as_str());
    html! { section { h2 { "Your vote" }
        (desk.form(&format!("{here}/vote"), &html! {
            input type="hidden" name="round" value=(found.row.round);
            fieldset {
                legend { "How do you vote for " (desk.institution) "?" }
                @for (value, words) in words::VOTES { (option("radio", "vote", value, &html! { (words) }, before.as_deref() == Some(value))) }
            }
            (field(&Field { name: "comment", label: "Reason", hint: Some(words::FOR_GOOD), value: comment, error: refused, control: Control::Lines(2), required: true, ..Field::default() }))
            p.acts { button.main { "Vote" } }
        }))
        @if own.is_some() { p.hint { "Your organization has voted. A new vote replaces it." } }
    } }
}

fn declare(desk: &Desk, found: &MappingDetail, here: &str, sent: Sent<'_>) -> Markup {
    let mut refused = sent.problems.iter();
    let refused = refused.find(|problem| problem.field == "conflict");
    let refused = refused.map(|problem| problem.words.as_str());
    html! { details open[refused.is_some()] {
        summary { "I have a conflict of interest" }
        p { "Then you have no vote on this in this review; what you voted before no longer counts. Everyone who takes part sees that your organization declared it. A colleague without one can vote." }
        (desk.form(&format!("{here}/conflict"), &html! {
            input type="hidden" name="round" value=(found.row.round);
            (field(&Field { name: "conflict", label: "In what it lies", hint: Some(words::FOR_GOOD), value: sent.said.text("conflict"), error: refused, control: Control::Lines(2), required: true, ..Field::default() }))
            p.acts { button { "Declare it" } }
        }))
    } }
}

/// How it was found, from the name in SEMAPV.
fn found_by(justification: &str) -> String {
    match justification {
        "ManualMappingCuration" | "MappingReview" => "A person".to_owned(),
        name => format!("A program ({name})"),
    }
}
