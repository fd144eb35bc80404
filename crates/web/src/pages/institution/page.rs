//! The page about an institution, from its rows.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use touchstone_service::governing::published;
use touchstone_service::issuing::{Definition, awarded};
use touchstone_service::operations::signing_key::{SigningKey, signing_keys};
use touchstone_service::operations::{institution_called, moving::former};

use super::releases::address;
use super::show::{Key, Offer, View, show};
use crate::ApiError;
use crate::answer::{Cache, public};
use crate::pages::endorsements::beside;
use crate::pages::signing_keys::{in_words, picture::Bar};
use crate::pages::verify::read::signs_as;
use crate::state::Web;

/// `GET /i/SLUG`
pub async fn handler(
    State(web): State<Web>,
    Path(slug): Path<String>,
    asked: HeaderMap,
) -> Result<Response, ApiError> {
    let institution = institution_called(&web.world, &slug).await?;
    let institution = institution.ok_or_else(|| ApiError::not_found("institution_not_found"))?;
    let before = former(&web.world, &institution.id).await?.into_iter();
    let offers = awarded(&web.world, &institution.id).await?.into_iter();
    let mut shown = Vec::new();
    for one in offers {
        let version = one.version.version;
        let mut offer = offer(&slug, &one.definition);
        offer.endorsed = beside(&web, &institution, &one.achievement.id, version).await?;
        shown.push(offer);
    }
    let keys = signing_keys(&web.world, &institution.id).await?;
    let now = web.world.clock.now();
    let released = published(&web.world, &institution, now).await?.into_iter();
    let released = released.map(|(kind, name, title)| {
        let path = address(&(slug.clone(), name), kind);
        (title, path)
    });
    let view = View {
        released: released.collect(),
        keys: keys.iter().map(key).collect(),
        bars: keys.iter().rev().map(|key| Bar::of(key, now)).collect(),
        mark: institution
            .mark
            .is_some()
            .then(|| format!("/i/{slug}/mark")),
        signs_as: institution.did.as_deref().map(signs_as),
        slug,
        name: institution.name,
        country: institution.country,
        legal_id: institution.legal_id,
        website: institution.website,
        contact: institution.contact_email,
        did: institution.did,
        former: before.map(|one| one.did).collect(),
        achievements: shown,
    };
    let page = show(&web.edge.site, &view).into_string();
    Ok(public(
        &asked,
        "text/html; charset=utf-8",
        page.into(),
        Cache::Seconds(60),
    ))
}

/// A key, without who did what to it and why: that is the institution's own.
fn key(key: &SigningKey) -> Key {
    Key {
        id: key.id.clone(),
        state: in_words(key),
        algorithm: key.algorithm(),
        from: key.signed_from().map(Into::into),
        until: key.ended_at().map(Into::into),
        given_up_since: key.compromised_since.map(Into::into),
        entries: key.history.iter().filter_map(|step| step.entry).collect(),
    }
}

fn offer(slug: &str, definition: &Definition) -> Offer {
    let rubric = definition.rubric.as_ref();
    let levels = rubric.map(|rubric| {
        rubric
            .levels
            .iter()
            .map(|level| level.name.clone())
            .collect()
    });
    Offer {
        name: definition.name.clone(),
        description: definition.description.clone(),
        levels: levels.unwrap_or_default(),
        valid_for_months: definition.valid_for_months,
        href: format!("/i/{slug}/a/{}", definition.slug),
        endorsed: None,
    }
}
