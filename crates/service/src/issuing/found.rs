//! Founding an institution: who it is, its DID, its first signing key.

use touchstone_store::{
    AuditLine, InstitutionRow, KeyState, OutboxLine, SigningKeyRow, StoreError, TenantId, Tx,
};
use touchstone_vc::did::{self, PublicKey, webvh::WebvhFault};

use super::{
    Slug, SlugError,
    describe::{Described, Description, DescriptionFault},
};
use crate::{
    DidMethod, Site, World, logging,
    operations::{
        did_history::{self, Begun, HistoryError},
        signing_key,
    },
    ports::{ArtworkError, ObjectError, SignError},
};

/// A request to found an institution.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Short name in addresses; it never changes.
    pub slug: String,
    /// Who it is.
    pub description: Description,
    /// What it is called, for ever; `None`: as the installation says.
    pub did_method: Option<DidMethod>,
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
#[crate::boxed]
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
    let now = world.clock.now().unix_millis();
    let tenant = &TenantId::new(world.rng.uuid().to_string());
    let first = key_row(tenant, [key, custody, &made.named().to_multikey()], now);
    let named = &name(world, slug, order.did_method, first).await?;
    let did = &named.did;
    let mark = &described.keep_mark(world).await?;
    let founded = world.store.write(|mut tx| async move {
        tx.add_institution(row(world, tenant, slug, described, mark.clone(), did, now))
            .await?;
        named.enter(world, &mut tx, now, &order.actor).await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "institution.found".into(),
            subject: tenant.to_string(),
            detail: serde_json::json!({
                "slug": slug,
                "name": described.name,
                "did": did,
                "key": key,
            })
            .to_string(),
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
    /// The public address gives no DID with a history.
    #[error(
        "public_url gives no did:webvh: it takes https:// and a domain name with a dot in it, and a trial has none"
    )]
    NoWebvh,
    /// The history of the DID was not begun.
    #[error(transparent)]
    History(#[from] HistoryError),
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

/// An institution's DID with its first key, which nothing refers to yet.
pub(super) struct Named {
    pub(super) did: String,
    key: SigningKeyRow,
    /// The first line of its history, of a `did:webvh`.
    begun: Option<Begun>,
}

/// Names an institution, and the key that signs first.
pub(super) async fn name(
    world: &World,
    slug: &Slug,
    asked: Option<DidMethod>,
    mut key: SigningKeyRow,
) -> Result<Named, FoundError> {
    let (site, id) = (&world.site, key.id.clone());
    if site.local {
        // Only who asked for it is refused: what the installation is set to does not hold for a trial.
        if asked == Some(DidMethod::Webvh) {
            return Err(FoundError::NoWebvh);
        }
        let public = PublicKey::from_multikey(&key.public_multibase);
        let public = public.map_err(|_| FoundError::NoDid)?;
        key.verification_method = did::key::verification_method(&public);
        let (did, begun) = (did::key::did(&public), None);
        return Ok(Named { did, key, begun });
    }
    let beside = address(site, slug).ok_or(FoundError::NoDid)?;
    let (did, begun) = match asked.unwrap_or(site.did_method) {
        DidMethod::Web => (beside, None),
        DidMethod::Webvh => {
            let unnamed = did::webvh::unnamed(&beside).ok_or(FoundError::NoWebvh)?;
            key.verification_method = format!("{unnamed}#{id}");
            let begun = did_history::begin(world, slug.as_str(), &beside, &key).await;
            let begun = begun.map_err(|error| match error {
                HistoryError::Refused(WebvhFault::Identifier) => FoundError::NoWebvh,
                error => error.into(),
            })?;
            (begun.did.clone(), Some(begun))
        }
    };
    key.verification_method = format!("{did}#{id}");
    Ok(Named { did, key, begun })
}

/// The `did:web` whose document stands at the institution's address.
fn address(site: &Site, slug: &Slug) -> Option<String> {
    let host = site.public_url.host_str()?;
    let authority = site
        .public_url
        .port()
        .map_or(host.to_owned(), |port| format!("{host}:{port}"));
    did::web::did(&authority, &["i", slug.as_str()])
}

impl Named {
    /// Enters the DID's document and the key, in the transaction that makes the institution the one that is called so.
    pub(super) async fn enter(
        &self,
        world: &World,
        tx: &mut Tx,
        now: i64,
        actor: &str,
    ) -> Result<(), StoreError> {
        let tenant = &self.key.tenant;
        if let Some(begun) = &self.begun {
            tx.add_did_version(begun.row(tenant)).await?;
            // Its key has signed, and signs no more.
            tx.enqueue(did_history::signing(world, tenant, world.clock.now()))
                .await?;
        }
        tx.outbox([OutboxLine {
            tenant: tenant.clone(),
            kind: logging::DID.into(),
            subject: tenant.to_string(),
            version: 1,
            at: now,
        }])
        .await?;
        signing_key::found(tx, self.key.clone(), actor).await
    }
}

/// The first key of an institution, which has no name yet.
pub(super) fn key_row(
    tenant: &TenantId,
    [key, custody, multikey]: [&str; 3],
    now: i64,
) -> SigningKeyRow {
    SigningKeyRow {
        id: key.to_owned(),
        tenant: tenant.clone(),
        verification_method: String::new(),
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
