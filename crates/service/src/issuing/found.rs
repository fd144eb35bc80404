//! Founding an institution: who it is, its DID, its first signing key.

use touchstone_store::{
    AuditLine, InstitutionRow, KeyState, OutboxLine, SigningKeyRow, StoreError, TenantId,
};
use touchstone_vc::did;

use super::{
    Slug, SlugError,
    describe::{Described, Description, DescriptionFault},
};
use crate::{
    Site, World, logging,
    operations::signing_key,
    ports::{ArtworkError, ObjectError, SignError},
};

/// A request to found an institution.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Short name in addresses; it never changes.
    pub slug: String,
    /// Who it is.
    pub description: Description,
    /// Who asks, as proven by the caller.
    pub actor: String,
}

/// An institution, founded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Founded {
    /// Its id.
    pub tenant: TenantId,
    /// Its DID.
    pub did: String,
    /// The key with which it signs.
    pub key: String,
}

/// Founds an institution.
///
/// The key and the mark are made first, under names that follow from the order: a crash in between leaves a key or a file that
/// the next attempt finds and uses. Only then does everything that refers to them commit, at once.
pub async fn found(world: &World, order: &Founding) -> Result<Founded, FoundError> {
    let slug = &Slug::new(&order.slug)?;
    let described = &order.description.check().map_err(FoundError::Faulty)?;
    // A taken name is told before a key is made for it; the unique index decides.
    if world
        .store
        .read()
        .institution_by_slug(slug.as_str())
        .await?
        .is_some()
    {
        return Err(FoundError::SlugTaken(slug.clone()));
    }
    let key = &format!("{slug}-1");
    let custody = world.signer.custody();
    let made = world.signer.create(&format!("{custody}{key}")).await?;
    let public = made.named();
    let (did, method) = &names(&world.site, slug, key, &public).ok_or(FoundError::NoDid)?;
    let multikey = &public.to_multikey();
    let mark = &described.keep_mark(world).await?;
    let now = world.clock.now().unix_millis();
    let tenant = &TenantId::new(world.rng.uuid().to_string());
    let founded = world.store.write(|mut tx| async move {
        tx.add_institution(row(world, tenant, slug, described, mark.clone(), did, now))
            .await?;
        tx.outbox([OutboxLine {
            tenant: tenant.clone(),
            kind: logging::DID.into(),
            subject: tenant.to_string(),
            version: 1,
            at: now,
        }])
        .await?;
        signing_key::found(
            &mut tx,
            key_row(tenant, [key, custody, method, multikey], now),
            &order.actor,
        )
        .await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "institution.found".into(),
            subject: tenant.to_string(),
            detail: serde_json::json!({"slug": slug, "did": did, "key": key}).to_string(),
        }])
        .await
    });
    match founded.await {
        Err(StoreError::Conflict {
            table: "institution",
        }) => Err(FoundError::SlugTaken(slug.clone())),
        founded => {
            founded?;
            Ok(Founded {
                tenant: tenant.clone(),
                did: did.clone(),
                key: key.clone(),
            })
        }
    }
}

/// Why no institution was founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// The short name is none.
    #[error("slug: {0}")]
    Slug(#[from] SlugError),
    /// The short name is taken.
    #[error("there is an institution with the short name “{0}” already; choose another")]
    SlugTaken(Slug),
    /// What is said of it is faulty.
    #[error("{}", DescriptionFault::words(.0))]
    Faulty(Vec<DescriptionFault>),
    /// The public address gives no DID.
    #[error(
        "public_url gives no did:web; set it to https:// and a domain name, or run a trial with --local"
    )]
    NoDid,
    /// The signing key was not made.
    #[error("signing key: {0}")]
    Sign(#[from] SignError),
    /// The brand mark cannot be drawn.
    #[error("mark: {0}")]
    Mark(#[from] ArtworkError),
    /// The brand mark was not stored.
    #[error("brand mark: {0}")]
    Object(#[from] ObjectError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The DID, and the name under which the first key signs.
pub(super) fn names(
    site: &Site,
    slug: &Slug,
    key: &str,
    public: &did::PublicKey,
) -> Option<(String, String)> {
    if site.local {
        return Some((did::key::did(public), did::key::verification_method(public)));
    }
    let host = site.public_url.host_str()?;
    let authority = site
        .public_url
        .port()
        .map_or(host.to_owned(), |port| format!("{host}:{port}"));
    let did = did::web::did(&authority, &["i", slug.as_str()])?;
    let method = format!("{did}#{key}");
    Some((did, method))
}

pub(super) fn key_row(
    tenant: &TenantId,
    [key, custody, method, multikey]: [&str; 4],
    now: i64,
) -> SigningKeyRow {
    SigningKeyRow {
        id: key.to_owned(),
        tenant: tenant.clone(),
        verification_method: method.to_owned(),
        public_multibase: multikey.to_owned(),
        state: KeyState::Active,
        created_at: now,
        retired_at: None,
        secret: None,
        custody: custody.to_owned(),
        activates_at: None,
        compromised_since: None,
    }
}

fn row(
    world: &World,
    tenant: &TenantId,
    slug: &Slug,
    described: &Described,
    mark: Option<String>,
    did: &str,
    now: i64,
) -> InstitutionRow {
    InstitutionRow {
        id: tenant.clone(),
        slug: slug.to_string(),
        name: described.name.clone(),
        country: described.country.clone(),
        legal_id: described.legal_id.clone(),
        website: described.website.clone(),
        contact_email: described.contact.clone(),
        mark,
        did: Some(did.to_owned()),
        public_url: Some(world.site.link("")),
        created_at: now,
    }
}
