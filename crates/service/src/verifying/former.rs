//! The documents of DIDs that institutions had before they moved: at the old address, for as long as anything that was issued there is to be checked.
//!
//! `serve` answers with them where it is asked under the old host name, and `publish` writes them into a folder for that host.

use touchstone_store::{FormerDidRow, InstitutionRow, Reader, StoreError};
use url::Url;

use super::{
    did_document::{line_of, made_of},
    documents::{PublicDocument, Which, document_of, documents, profile},
    files::{PublicFile, files},
};
use crate::{
    Boxed, World,
    operations::{
        moving::{authority, name_of, names},
        sign_up::is_shown,
    },
};

/// Everything that stays at an address that institutions moved away from.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The address, without a trailing slash: `https://old.example`.
    pub public_url: String,
    /// Its host, and its port where it has one.
    pub host: String,
    /// The documents.
    pub documents: Vec<PublicDocument>,
    /// Marks and evidence.
    pub files: Vec<PublicFile>,
}

/// Reads one document of the institution called `slug` as it stands under a host name: the DID document and the profile of a DID that it had there;
/// in any other case those of now.
pub fn document_at<'a>(
    world: &'a World,
    host: Option<&'a str>,
    slug: &'a str,
    which: Which<'a>,
) -> Boxed<'a, Result<Option<PublicDocument>, StoreError>> {
    Box::pin(async move {
        match world.store.read().institution_shown(slug).await? {
            Some(institution) => document_of_at(world, host, &institution, which).await,
            None => Ok(None),
        }
    })
}

/// The same of an institution that is shown.
pub(super) async fn document_of_at(
    world: &World,
    host: Option<&str>,
    institution: &InstitutionRow,
    which: Which<'_>,
) -> Result<Option<PublicDocument>, StoreError> {
    let reader = world.store.read();
    let here = authority(&world.site.public_url);
    let elsewhere = host.filter(|host| {
        here.as_deref()
            .is_none_or(|here| !here.eq_ignore_ascii_case(host))
    });
    if let Some(host) = elsewhere
        && matches!(which, Which::Did | Which::Profile)
    {
        for row in reader.former_dids(&institution.id).await? {
            if host_of(&row).is_some_and(|of| of.eq_ignore_ascii_case(host)) {
                return match which {
                    Which::Did => Ok(Some(of_row(&reader, institution, &row).await?)),
                    _ => Ok(profile_of(world, institution, &row)),
                };
            }
        }
    }
    document_of(world, &reader, institution, which).await
}

/// The document of a DID that an institution had. `None` if it never had it.
pub(crate) async fn former_did_document(
    reader: &Reader,
    institution: &InstitutionRow,
    did: &str,
) -> Result<Option<PublicDocument>, StoreError> {
    let mut former = reader.former_dids(&institution.id).await?.into_iter();
    match former.find(|row| row.did == did) {
        Some(row) => Ok(Some(of_row(reader, institution, &row).await?)),
        None => Ok(None),
    }
}

/// The document of one of an institution's DIDs, of now or before.
pub(crate) async fn document_of_did(
    world: &World,
    institution: &InstitutionRow,
    did: &str,
) -> Result<Option<PublicDocument>, StoreError> {
    let reader = world.store.read();
    if institution.did.as_deref() == Some(did) {
        return super::did_document(&reader, institution).await;
    }
    former_did_document(&reader, institution, did).await
}

/// What stays at each address that institutions moved away from. Nothing of it changes but what keys and withdrawals change.
#[crate::boxed]
pub async fn archives(world: &World) -> Result<Vec<Archive>, StoreError> {
    let reader = world.store.read();
    let former = reader.all_former_dids().await?;
    if former.is_empty() {
        return Ok(Vec::new());
    }
    let (documents, files) = (documents(world).await?, files(world).await?);
    let mut all: Vec<Archive> = Vec::new();
    for institution in reader.institutions().await? {
        if !is_shown(&reader, &institution.id).await? {
            continue;
        }
        let names = names(world, &reader, &institution).await?;
        for row in former.iter().filter(|row| row.tenant == institution.id) {
            let Some(host) = host_of(row) else { continue };
            let own = format!("/i/{}/", institution.slug);
            // What is told of the DID of now stands at the address of now.
            let of_now = [
                "did.json",
                "did.jsonl",
                "profile",
                ".well-known/openid-federation",
            ];
            let stays = |document: &&PublicDocument| {
                let rest = document.path.strip_prefix(&own);
                let list = rest.and_then(|rest| rest.strip_prefix("status/"));
                rest.is_some_and(|rest| match list {
                    Some(number) => number.parse().is_ok_and(|number| {
                        name_of(&names, number).is_some_and(|name| name.did == row.did)
                    }),
                    None => !of_now.contains(&rest),
                })
            };
            let mut stay = vec![of_row(&reader, &institution, row).await?];
            stay.extend(profile_of(world, &institution, row));
            stay.extend(documents.iter().filter(stays).cloned());
            let own_files = files.iter().filter(|file| file.path.starts_with(&own));
            let archive = match all.iter_mut().find(|one| one.public_url == row.public_url) {
                Some(archive) => archive,
                None => {
                    all.push(Archive {
                        public_url: row.public_url.clone(),
                        host,
                        documents: Vec::new(),
                        files: Vec::new(),
                    });
                    all.last_mut().expect("it was pushed")
                }
            };
            archive.documents.extend(stay);
            archive.files.extend(own_files.cloned());
        }
    }
    Ok(all)
}

/// It names the DID that goes on, and has the keys that signed in its own name.
async fn of_row(
    reader: &Reader,
    institution: &InstitutionRow,
    row: &FormerDidRow,
) -> Result<PublicDocument, StoreError> {
    let keys = reader.signing_keys(&institution.id).await?;
    let changes = reader.key_changes(&institution.id).await?;
    let beside: Vec<String> = institution.did.iter().cloned().collect();
    Ok(PublicDocument {
        path: format!("/i/{}/did.json", institution.slug),
        media_type: "application/did+json",
        bytes: line_of(made_of(&row.did, &beside, &keys, &changes))?,
        max_age_seconds: 300,
    })
}

fn profile_of(
    world: &World,
    institution: &InstitutionRow,
    row: &FormerDidRow,
) -> Option<PublicDocument> {
    let then = InstitutionRow {
        did: Some(row.did.clone()),
        ..institution.clone()
    };
    profile(world, &then)
}

fn host_of(row: &FormerDidRow) -> Option<String> {
    authority(&Url::parse(&row.public_url).ok()?)
}
