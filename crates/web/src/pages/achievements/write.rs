//! Writing an achievement and its next version.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use touchstone_service::issuing::{
    self, Definition, DefinitionOrder, Links, Listed, VersionError, achievement, evidence_kinds,
    links_to_look_up,
};
use touchstone_service::operations::Permission;

use super::beside::parts;
use super::edit::{Form, Place, show};
use super::lint::{Found, look};
use super::{reuse, suggest};
use crate::ApiError;
use crate::edge::ClientAddress;
use crate::signed_in::{PostedFile, Sent, SignedIn};
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `GET /achievements/new`
pub async fn ask(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Define)?;
    let form = Form {
        achievement_type: "MicroCredential".into(),
        language: "en".into(),
        required_level: "1".into(),
        names_learner: true,
        ..Form::default()
    };
    // Nothing is written yet, so nothing is found fault with.
    let found = look(
        &web,
        &by,
        &Place::New,
        &form,
        Err(Vec::new()),
        Links::AsWritten,
    )
    .await?;
    shown(&web, &by, &Place::New, &form, &found, &[]).await
}

/// `GET /achievements/ID`
pub async fn open(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = find(&web, &by, &id).await?;
    let place = place(&found);
    let form = Form {
        seen: found.version.sha256.clone(),
        ..Form::of(&found.definition)
    };
    let looked = look(
        &web,
        &by,
        &place,
        &form,
        Ok(found.definition),
        Links::AsWritten,
    )
    .await?;
    shown(&web, &by, &place, &form, &looked, &[]).await
}

/// `POST /achievements`
pub async fn define(
    State(web): State<Web>,
    from: Option<Extension<ClientAddress>>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let posted = sent.file(&web, Permission::Define).await?;
    let form = Form::sent(&posted.fields, &posted.bytes, None);
    let (form, only_looks) = answered(&web, &posted, form).await?;
    if only_looks {
        return preview(&web, &posted, &Place::New, &form, None, address(&from)).await;
    }
    let written = match form.definition(None) {
        Ok(definition) => issuing::define(&web.world, &order(&posted, definition))
            .await
            .map_err(told),
        Err(problems) => Err(Ok(problems)),
    };
    answer(&web, &posted, &Place::New, &form, None, written).await
}

/// `POST /achievements/ID`
pub async fn revise(
    State(web): State<Web>,
    Path(id): Path<String>,
    from: Option<Extension<ClientAddress>>,
    sent: Sent,
) -> Result<Response, ApiError> {
    let posted = sent.file(&web, Permission::Define).await?;
    let found = find(&web, &posted.by, &id).await?;
    let form = Form {
        slug: found.achievement.slug.clone(),
        ..Form::sent(&posted.fields, &posted.bytes, Some(&found.definition))
    };
    let (place, before) = (place(&found), Some(&found.definition));
    let (form, only_looks) = answered(&web, &posted, form).await?;
    if only_looks {
        return preview(&web, &posted, &place, &form, before, address(&from)).await;
    }
    let written = match form.definition(before) {
        Ok(definition) => issuing::revise(&web.world, &order(&posted, definition)).await,
        Err(problems) => {
            let refused = Err::<(), _>(Ok(problems));
            return answer(&web, &posted, &place, &form, before, refused).await;
        }
    };
    if matches!(written, Err(VersionError::InBetween)) {
        return in_between(&web, &posted, &id, form).await;
    }
    answer(&web, &posted, &place, &form, before, written.map_err(told)).await
}

/// The form with what was typed, where somebody else saved theirs in between, and where to see that. Saved once more, it takes its place.
async fn in_between(
    web: &Web,
    posted: &PostedFile,
    id: &str,
    form: Form,
) -> Result<Response, ApiError> {
    let found = find(web, &posted.by, id).await?;
    let form = Form {
        seen: found.version.sha256.clone(),
        ..form
    };
    let (place, written) = (place(&found), form.definition(Some(&found.definition)));
    let looked = look(web, &posted.by, &place, &form, written, Links::AsWritten).await?;
    let problem = Problem {
        field: "seen".into(),
        words: sentence(&VersionError::InBetween.to_string()),
    };
    let page = shown(web, &posted.by, &place, &form, &looked, &[problem]).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

fn address(from: &Option<Extension<ClientAddress>>) -> Option<&ClientAddress> {
    from.as_ref().map(|Extension(address)| address)
}

/// The form as a button other than that which saves has it, and whether one was pressed.
async fn answered(web: &Web, posted: &PostedFile, form: Form) -> Result<(Form, bool), ApiError> {
    let form = if reuse::asked(posted) {
        reuse::answered(web, posted, form).await?
    } else if suggest::asked(posted) {
        suggest::answered(web, posted, form).await?
    } else if posted.fields.ticked("preview") {
        let suggested = suggest::typed(web, posted, &form).await;
        Form { suggested, ..form }
    } else if !posted.fields.ticked("look_up") {
        return Ok((form, false));
    } else {
        form
    };
    Ok((form, true))
}

/// The form again, with what was found beside it; or that alone and what could be linked, for the script that asks as one types. Nothing is saved.
async fn preview(
    web: &Web,
    posted: &PostedFile,
    place: &Place,
    form: &Form,
    before: Option<&Definition>,
    from: Option<&ClientAddress>,
) -> Result<Response, ApiError> {
    let by = &posted.by;
    let definition = form.definition(before);
    let links = match posted.fields.ticked("look_up") {
        true => Links::LookedUp,
        false => Links::AsWritten,
    };
    let asked = definition.as_ref().map_or(0, |one| {
        let urls = one.alignment.iter().map(|link| link.target_url.as_str());
        links_to_look_up(urls).len()
    });
    if links == Links::LookedUp && web.edge.hold_back_links(asked, from).is_err() {
        let found = look(web, by, place, form, definition, Links::AsWritten).await?;
        let problem = Problem {
            field: "alignment".into(),
            words: TOO_MANY.into(),
        };
        return shown(web, by, place, form, &found, &[problem]).await;
    }
    let found = look(web, by, place, form, definition, links).await?;
    if posted.fields.text("preview") == ALONE {
        let list = suggest::list(&place.action(), &form.suggested);
        return Ok(html! { (parts(&by.desk, form, &found)) (list) }.into_response());
    }
    let problems = form.refused.as_slice();
    shown(web, by, place, form, &found, problems).await
}

/// The form, with what it offers.
async fn shown(
    web: &Web,
    by: &SignedIn,
    place: &Place,
    form: &Form,
    found: &Found,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let kinds = match by.desk.may(Permission::Define) {
        true => evidence_kinds(&web.world, by.tenant()).await?,
        false => Vec::new(),
    };
    Ok(show(&by.desk, place, form, found, &kinds, problems))
}

async fn find(web: &Web, by: &SignedIn, id: &str) -> Result<Listed, ApiError> {
    let found = achievement(&web.world, by.tenant(), id, None).await?;
    found.ok_or_else(|| ApiError::not_found("achievement_not_found"))
}

fn place(found: &Listed) -> Place {
    Place::Version(
        found.achievement.id.clone(),
        found.version.version,
        found.version.issued_under_at.is_some(),
    )
}

fn order(posted: &PostedFile, definition: Definition) -> DefinitionOrder {
    DefinitionOrder {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        definition,
        seen: posted.fields.some("seen"),
    }
}

/// What the form says, or an error of ours.
fn told(error: VersionError) -> Result<Vec<Problem>, ApiError> {
    let field = match &error {
        VersionError::Store(_) | VersionError::NoSuchInstitution | VersionError::Interrupted => {
            return Err(ApiError::internal(&error));
        }
        VersionError::SlugTaken(_) => "slug",
        VersionError::Picture(_) => "file",
        VersionError::UnknownAchievement(_) | VersionError::Circle(_) => "requires",
        _ => "name",
    };
    Ok(vec![Problem {
        field: field.into(),
        words: sentence(&error.to_string()),
    }])
}

async fn answer<T>(
    web: &Web,
    posted: &PostedFile,
    place: &Place,
    form: &Form,
    before: Option<&Definition>,
    written: Result<T, Result<Vec<Problem>, ApiError>>,
) -> Result<Response, ApiError> {
    match written {
        Ok(_) => Ok(Redirect::to("/achievements").into_response()),
        Err(problems) => {
            let problems = problems?;
            let found = look(
                web,
                &posted.by,
                place,
                form,
                form.definition(before),
                Links::AsWritten,
            )
            .await?;
            let page = shown(web, &posted.by, place, form, &found, &problems).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// What the script sends for `preview`.
const ALONE: &str = "beside";
const TOO_MANY: &str =
    "Too many links were followed for you in a short time. Wait a minute and look again.";
