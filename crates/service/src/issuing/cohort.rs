//! What is the same for everyone in a batch: issuer, key, achievement version, addresses. Read once, used for every row.

use std::sync::Arc;

use touchstone_store::{
    AchievementVersionRow, InstitutionRow, Reader, SigningKeyRow, StoreError, TenantId,
};
use touchstone_vc::{
    Awarding,
    model::{IssuerProfile, OtherIdentifier, RelatedResource},
};

use super::achievement::{AchievementIds, Definition};
use crate::{World, digest::sha256_hex, operations::moving::Elsewhere};

/// One achievement version, about to be issued by one institution.
#[derive(Clone)]
pub(crate) struct Cohort {
    pub(crate) tenant: TenantId,
    pub(crate) slug: String,
    /// Issuer and achievement, prepared for each credential.
    pub(crate) awarding: Arc<Awarding>,
    pub(crate) key: SigningKeyRow,
    pub(crate) achievement_id: String,
    pub(crate) version: i64,
    pub(crate) definition: Definition,
    pub(crate) ids: AchievementIds,
    /// The full description of the achievement version, bound to each credential by its digest.
    pub(crate) document: RelatedResource,
    /// SHA-256 of the rubric as it stands in this version, in lower-case hex.
    pub(crate) rubric_sha256: Option<String>,
}

impl Cohort {
    /// Reads everything that awarding `version` of `achievement` needs.
    pub(crate) async fn load(
        world: &World,
        reader: &Reader,
        tenant: &TenantId,
        achievement: &str,
        version: i64,
    ) -> Result<Self, CohortError> {
        let institution = reader
            .institution(tenant)
            .await?
            .ok_or(CohortError::NoSuchInstitution)?;
        let key = reader
            .active_signing_key(tenant)
            .await?
            .ok_or(CohortError::NoActiveKey)?;
        let row = reader
            .achievement_version(tenant, achievement, version)
            .await?;
        let row = row.ok_or(CohortError::NoSuchAchievement)?;
        let definition = Definition::from_json(row.document.as_bytes())
            .map_err(|_| CohortError::BrokenDefinition)?;
        let ids = AchievementIds::new(
            world.crypto,
            tenant.as_str(),
            definition.slug.as_str(),
            version,
        );
        Ok(Self {
            tenant: tenant.clone(),
            slug: institution.slug.clone(),
            awarding: Arc::new(Awarding::new(
                issuer_profile(world, &institution).ok_or(CohortError::NoDid)?,
                definition.achievement(&ids),
                Arc::clone(&world.contexts),
                world.crypto,
            )),
            key,
            achievement_id: achievement.to_owned(),
            version,
            document: document(world, &institution, &definition, &row)?,
            rubric_sha256: rubric_sha256(world, &definition),
            ids,
            definition,
        })
    }

    /// Where one of the institution's status lists is published.
    pub(crate) fn status_url(&self, world: &World, number: i64) -> String {
        world
            .site
            .link(&format!("/i/{}/status/{number}", self.slug))
    }
}

/// The institution as it stands in every credential. None before it has a DID.
pub(crate) fn issuer_profile(world: &World, institution: &InstitutionRow) -> Option<IssuerProfile> {
    let legal = institution.legal_id.iter().map(|id| OtherIdentifier {
        identifier: id.clone(),
        identifier_type: "ext:legalIdentifier".into(),
    });
    Some(IssuerProfile {
        id: institution.did.clone()?,
        name: institution.name.clone(),
        url: institution.website.clone(),
        email: institution.contact_email.clone(),
        description: world.site.local.then(|| TRIAL.to_owned()),
        other_identifiers: legal.collect(),
        country: institution.country.clone(),
        ..IssuerProfile::default()
    })
}

fn document(
    world: &World,
    institution: &InstitutionRow,
    definition: &Definition,
    row: &AchievementVersionRow,
) -> Result<RelatedResource, CohortError> {
    let path = format!(
        "/i/{}/a/{}/{}",
        institution.slug,
        definition.slug.as_str(),
        row.version
    );
    Ok(RelatedResource {
        id: world.site.link(&path),
        sha256: (world.crypto.sha256)(&row.published),
        media_type: Some("application/json".into()),
    })
}

fn rubric_sha256(world: &World, definition: &Definition) -> Option<String> {
    let rubric = definition.rubric.as_ref()?;
    let snapshot = serde_json::to_vec(rubric).expect("texts, numbers and lists always become JSON");
    Some(sha256_hex(world.crypto, &snapshot))
}

/// Why a batch cannot be issued at all.
#[derive(Debug, thiserror::Error)]
pub enum CohortError {
    /// No such institution.
    #[error("no such institution")]
    NoSuchInstitution,
    /// It has no DID yet: `public_url` is not set.
    #[error("the institution has no DID yet: set public_url first")]
    NoDid,
    /// It has no key to sign with.
    #[error("the institution has no active signing key")]
    NoActiveKey,
    /// Its DID is not at the address where the site is now.
    #[error(transparent)]
    Elsewhere(#[from] Box<Elsewhere>),
    /// No such achievement version.
    #[error("no such achievement version")]
    NoSuchAchievement,
    /// The stored definition cannot be read by this version of the program.
    #[error("the stored definition of the achievement cannot be read")]
    BrokenDefinition,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stands in the issuer's profile of every credential of a trial installation.
const TRIAL: &str = "Issued by a trial installation of Touchstone: this issuer is a key, not a domain, and cannot be traced further.";
