//! An achievement in the forms that other systems exchange: JSON-LD, CTDL, CASE 1.1 and the European Learning Model, which is read as well.
//!
//! **Invariant:** a document says what the version says and no more; contexts are named or written out, and never fetched.

mod case;
mod ctdl;
pub(super) mod elm;
mod json_ld;

use serde_json::Value;
use touchstone_store::{InstitutionRow, StoreError, TenantId};

use super::{AchievementIds, Definition, catalogue::achievement};
use crate::{
    World,
    governing::{NoLongerUsed, no_longer_used},
};

/// A form of exchange.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ExchangeForm {
    /// Credential Transparency Description Language, as JSON-LD.
    Ctdl,
    /// Competencies and Academic Standards Exchange 1.1: a CFPackage.
    Case,
    /// European Learning Model 3, as JSON-LD.
    Elm,
    /// The Achievement of Open Badges 3.0, as JSON-LD.
    JsonLd,
}

/// An achievement in a form of exchange.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Exchanged {
    /// Its media type.
    pub media_type: &'static str,
    /// A name for the file.
    pub file_name: String,
    /// The document, with a line break at its end.
    pub text: String,
}

/// What a document is made of.
struct Described<'a> {
    definition: &'a Definition,
    institution: &'a InstitutionRow,
    /// The institution's identifier.
    issuer: String,
    /// Where the version is published.
    url: String,
    version: i64,
    /// The institution's address.
    home: String,
    /// Since when it should no longer be used, and what takes its place.
    no_longer_used: Option<NoLongerUsed>,
    /// When the version was written, in RFC 3339.
    written: String,
}

impl ExchangeForm {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::JsonLd, Self::Ctdl, Self::Case, Self::Elm];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ctdl => "ctdl",
            Self::Case => "case",
            Self::Elm => "elm",
            Self::JsonLd => "json-ld",
        }
    }

    /// Reads it by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == name)
    }
}

/// Writes a version of an achievement, or its latest, in a form of exchange. `None` if the institution has none of that id or short name.
#[crate::boxed]
pub async fn exchange(
    world: &World,
    tenant: &TenantId,
    named: &str,
    version: Option<i64>,
    form: ExchangeForm,
) -> Result<Option<Exchanged>, ExchangeError> {
    let Some(found) = achievement(world, tenant, named, version).await? else {
        return Ok(None);
    };
    let institution = world.store.read().institution(tenant).await?;
    let Some(institution) = institution else {
        return Ok(None);
    };
    let (slug, number) = (&found.achievement.slug, found.version.version);
    let home = world.site.link(&format!("/i/{}", institution.slug));
    let described = Described {
        definition: &found.definition,
        issuer: institution.did.clone().unwrap_or_else(|| home.clone()),
        url: format!("{home}/a/{slug}/{number}"),
        institution: &institution,
        version: number,
        no_longer_used: no_longer_used(world, tenant, &found.achievement.id).await?,
        home,
        written: touchstone_vc::Timestamp::from_unix_millis(found.version.created_at)
            .whole_seconds()
            .to_string(),
    };
    let (document, media_type): (Value, _) = match form {
        ExchangeForm::Ctdl => (ctdl::write(&described), "application/ld+json"),
        ExchangeForm::Case => (case::write(&described), "application/json"),
        ExchangeForm::Elm => (elm::write(&described)?, "application/ld+json"),
        ExchangeForm::JsonLd => {
            let ids = AchievementIds::new(world.crypto, tenant.as_str(), slug, number);
            (json_ld::write(&described, &ids), "application/ld+json")
        }
    };
    Ok(Some(Exchanged {
        media_type,
        file_name: format!("{slug}-{number}.{}.json", form.as_str()),
        text: format!("{document:#}\n"),
    }))
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The European Learning Model wants to know where an organization is.
    #[error(
        "the European Learning Model wants the country of the institution: describe the institution with its country, then export again"
    )]
    NoCountry,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
