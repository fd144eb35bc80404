//! `POST /api/v1/roles/ID/answers`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_service::crosswalk::{
    Gap, Mapping, Pin, Role, RoleReading, Showing, Standing, read_for_role, role,
};
use touchstone_service::verifying::Reach;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::NoLongerAwarded;
use crate::api::caller::Read;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Reads credentials for a role, task by task
///
/// There is no score. Each answer names the mappings that it goes through, with the set, its version and its hash. Nothing of the credentials is
/// kept but the answer, under the name of the request.
#[utoipa::path(
    post,
    path = "/api/v1/roles/{id}/answers",
    tag = "roles",
    operation_id = "readForRole",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The role’s id")),
    request_body = Wanted,
    responses(
        (status = 200, description = "The answer", body = Answer),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`role_not_found`"),
        (status = 413, description = "`too_large`"),
        (status = 422, description = "`cannot_be_read`: each credential is named; `wrong_body`"),
    )
)]
pub(crate) async fn answer(
    State(web): State<Web>,
    Path(id): Path<String>,
    order: Order<Read>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    let files = said.credentials.iter().map(|given| {
        // A text is a token, or a document that was packed once more.
        let text = serde_json::from_str::<String>(given.get());
        text.unwrap_or_else(|_| given.get().to_owned()).into_bytes()
    });
    let files: Vec<Vec<u8>> = files.collect();
    let reach = if said.look_up {
        Reach::Network
    } else {
        Reach::Own
    };
    order
        .once(&web, async move |world, by| {
            let found = role(&world, &by.tenant, &id).await?;
            let found = found.ok_or_else(|| ApiError::not_found("role_not_found"))?;
            let read = read_for_role(&world, &found, &files, reach, None).await?;
            Ok(Made::done(Answer::of(&found.role, &read)))
        })
        .await
}

/// What is to be read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = RoleAnswerWanted)]
pub(crate) struct Wanted {
    /// Credentials: JSON, or a JSON Web Token as a text.
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 50)]
    credentials: Vec<Box<RawValue>>,
    /// Whether status lists and keys of other issuers are fetched.
    #[serde(default)]
    look_up: bool,
}

/// What was read for a role, as the API tells it: a reading that anybody can keep, and make again.
///
/// # Errors
/// Never for what was read: its parts are texts and numbers.
pub fn reading_document(
    role: &Role,
    read: &RoleReading,
) -> Result<serde_json::Value, serde_json::Error> {
    serde_json::to_value(Answer::of(role, read))
}

/// The answer for a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleAnswer)]
pub(crate) struct Answer {
    /// When it was read.
    read_at: String,
    /// What was shown, in the order in which it came.
    credentials: Vec<Shown>,
    /// The answer for each task, in the role’s order.
    tasks: Vec<TaskAnswer>,
    /// Every mapping set that could be used.
    mapping_sets: Vec<Set>,
}

impl Answer {
    /// What was read for a role.
    pub(crate) fn of(role: &Role, read: &RoleReading) -> Self {
        let tasks = read.tasks.iter().map(|answer| {
            let task = &role.tasks[answer.task];
            TaskAnswer {
                id: task.id.clone(),
                label: task.label.clone(),
                verdict: answer.verdict.as_str(),
                shown_by: answer.shown_by.iter().map(Shows::of).collect(),
                unchecked: answer.unchecked.clone(),
                denied_by: answer.denied_by.iter().map(Step::of).collect(),
            }
        });
        let shown = read.shown.iter().map(|one| Shown {
            id: one.id.clone(),
            name: one.name.clone(),
            issuer: one.issuer_id.clone(),
            verdict: match one.verdict {
                touchstone_vc::Verdict::Pass => "pass",
                touchstone_vc::Verdict::TakeCare => "take_care",
                touchstone_vc::Verdict::NotListed => "not_listed",
                touchstone_vc::Verdict::Unknown => "unknown",
                touchstone_vc::Verdict::Failed => "failed",
            },
            pilot: one.pilot,
            deprecated: one.no_longer_awarded.as_ref().map(Into::into),
            endorsed_by: one.endorsed_by.clone(),
        });
        Self {
            read_at: read.at.to_string(),
            credentials: shown.collect(),
            tasks: tasks.collect(),
            mapping_sets: read.sets.iter().map(Set::of).collect(),
        }
    }
}

/// A credential that was shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleCredential)]
pub(crate) struct Shown {
    /// Its id.
    id: String,
    /// What it was awarded for, in words.
    name: String,
    /// Its issuer’s identifier.
    issuer: String,
    /// `pass`, `take_care`, `not_listed`, `unknown` or `failed`.
    verdict: &'static str,
    /// Whether its issuer tags it `pilot`, as what is issued to try an assessment out. It counts like any other.
    pilot: bool,
    /// That its issuer, an institution of this installation, no longer uses what it certifies.
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<NoLongerAwarded>,
    /// Organizations other than its issuer that stood behind what it was awarded for on that day; known of achievements of this installation.
    endorsed_by: Vec<String>,
}

/// The answer for one task.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleTaskAnswer)]
pub(crate) struct TaskAnswer {
    /// The task’s identifier.
    id: String,
    /// The task in words.
    label: String,
    /// `met`, `met_at_lower_level`, `stale`, `related_only` or `not_shown`. What is not shown is not refuted.
    verdict: &'static str,
    /// Every credential that speaks of it and stands, best first.
    shown_by: Vec<Shows>,
    /// Credentials that would speak of it and could not be checked, by their place.
    unchecked: Vec<usize>,
    /// Mappings that say *Not* of these predicates, and stood in the way of a credential: without them it would speak of the task. Missing where
    /// there is none, or the task is met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    denied_by: Vec<Step>,
}

/// A credential that speaks of a task.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleShowing)]
pub(crate) struct Shows {
    /// Which credential, by its place.
    credential: usize,
    /// What it amounts to by itself.
    verdict: &'static str,
    /// `other_scope`, `suggested_only`, `lower_level`, `other_rubric`, `level_not_stated`, `too_old`, `day_not_stated`, `other_evidence`.
    gaps: Vec<&'static str>,
    /// What it says: its achievement or one of its alignments.
    from: String,
    /// How that relates to the task: `exact`, `close`, `broad`, `narrow`, `related`.
    relation: String,
    /// How far the weakest mapping may be relied on: `suggested`, `stated`, `reviewed`.
    standing: &'static str,
    /// Whether `from` is only what the issuer says that its achievement aligns with: a task or a skill that it names. Nobody else agreed with
    /// that; `mappings` say what follows from there.
    own_word: bool,
    /// The mappings, in order; none if it names the task itself.
    mappings: Vec<Step>,
    /// Who released the sets on the way.
    released_by: Vec<String>,
    /// Who besides stands behind every release on the way, by an endorsement that stood on that day.
    endorsed_by: Vec<String>,
    /// Its evidence.
    evidence: Vec<Piece>,
    /// Who assessed.
    assessor: Option<String>,
    /// The place on the rubric.
    position: Option<Place>,
    /// How many days ago it was awarded.
    age_days: Option<i64>,
}

impl Shows {
    fn of(showing: &Showing) -> Self {
        let via = &showing.via;
        let steps = via.mappings.iter().map(Step::of);
        let pieces = showing.evidence.iter().map(|piece| Piece {
            kind: piece.kind.clone(),
            address: piece.address.clone(),
        });
        Self {
            credential: showing.credential,
            verdict: showing.verdict.as_str(),
            gaps: showing.gaps.iter().map(|gap| self::gap(*gap)).collect(),
            from: via.from.clone(),
            relation: via.relation.to_string(),
            standing: match via.standing {
                Standing::Disputed => "disputed",
                Standing::Suggested => "suggested",
                Standing::Stated => "stated",
                Standing::Reviewed => "reviewed",
            },
            own_word: via.own_word,
            mappings: steps.collect(),
            released_by: via.released_by.clone(),
            endorsed_by: via.endorsed_by.clone(),
            evidence: pieces.collect(),
            assessor: showing.assessor.clone(),
            position: showing.position.as_ref().map(|position| Place {
                rubric: position.rubric.clone(),
                name: position.name.clone(),
                place: position.place,
                of: position.of,
            }),
            age_days: showing.age_days,
        }
    }
}

/// A mapping on the way, or in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleMapping)]
pub(crate) struct Step {
    /// The subject.
    subject_id: String,
    /// The predicate.
    predicate_id: String,
    /// The object.
    object_id: String,
    /// The set in which it stands.
    set: Set,
}

impl Step {
    fn of((mapping, pin): &(Mapping, Pin)) -> Self {
        Self {
            subject_id: mapping.subject().to_owned(),
            predicate_id: mapping.relation().iri(),
            object_id: mapping.object().to_owned(),
            set: Set::of(pin),
        }
    }
}

/// A mapping set, pinned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleMappingSet)]
pub(crate) struct Set {
    /// Its identifier.
    id: String,
    /// Its version.
    version: String,
    /// SHA-256 of its canonical file, in hex.
    sha256: String,
}

impl Set {
    fn of(pin: &Pin) -> Self {
        Self {
            id: pin.id.clone(),
            version: pin.version.clone(),
            sha256: pin.sha256.clone(),
        }
    }
}

/// A piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleEvidence)]
pub(crate) struct Piece {
    /// Its kind.
    kind: String,
    /// Where it is.
    address: Option<String>,
}

/// A place on a rubric.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RolePosition)]
pub(crate) struct Place {
    /// The rubric.
    rubric: String,
    /// The level.
    name: String,
    /// Its place from the bottom, from 1.
    place: u32,
    /// How many levels there are.
    of: u32,
}

fn gap(gap: Gap) -> &'static str {
    match gap {
        Gap::OtherScope => "other_scope",
        Gap::SuggestedOnly => "suggested_only",
        Gap::LowerLevel => "lower_level",
        Gap::OtherRubric => "other_rubric",
        Gap::LevelNotStated => "level_not_stated",
        Gap::TooOld => "too_old",
        Gap::DayNotStated => "day_not_stated",
        Gap::OtherEvidence => "other_evidence",
    }
}
