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
    /// Members of the definition that the form has no place for: the document would be the same without them.
    pub lost: Vec<String>,
}

/// What a document is made of.
#[derive(Clone)]
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

    fn write(
        self,
        described: &Described<'_>,
        ids: &AchievementIds,
    ) -> Result<Value, ExchangeError> {
        Ok(match self {
            Self::Ctdl => ctdl::write(described),
            Self::Case => case::write(described),
            Self::Elm => elm::write(described)?,
            Self::JsonLd => json_ld::write(described, ids),
        })
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
    let ids = AchievementIds::new(world.crypto, tenant.as_str(), slug, number);
    let document = form.write(&described, &ids)?;
    Ok(Some(Exchanged {
        media_type: match form {
            ExchangeForm::Case => "application/json",
            ExchangeForm::Ctdl | ExchangeForm::Elm | ExchangeForm::JsonLd => "application/ld+json",
        },
        file_name: format!("{slug}-{number}.{}.json", form.as_str()),
        text: format!("{document:#}\n"),
        lost: lost(form, &described, &ids, &document)?,
    }))
}

/// What could be taken out of the definition, or changed where it must be there, and the document would be the same.
fn lost(
    form: ExchangeForm,
    described: &Described<'_>,
    ids: &AchievementIds,
    document: &Value,
) -> Result<Vec<String>, ExchangeError> {
    let Ok(Value::Object(members)) = serde_json::from_str(&described.definition.to_json()) else {
        return Ok(Vec::new());
    };
    let mut lost = Vec::new();
    for (name, value) in &members {
        if SETTINGS.contains(&name.as_str()) {
            continue;
        }
        let mut without = members.clone();
        without.remove(name);
        let mut changed = members.clone();
        changed.insert(
            name.clone(),
            format!("~ {}", value.as_str().unwrap_or("")).into(),
        );
        let read = |members| Definition::from_json(Value::Object(members).to_string().as_bytes());
        let Ok(other) = read(without).or_else(|_| read(changed)) else {
            continue;
        };
        let other = Described {
            definition: &other,
            ..described.clone()
        };
        if form.write(&other, ids)? == *document {
            lost.push(name.clone());
        }
    }
    Ok(lost)
}

/// What says how this installation issues it, and nothing of what it is.
const SETTINGS: [&str; 3] = ["namesLearner", "allowsSuspension", "revocable"];

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
