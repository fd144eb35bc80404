//! Files that an award rests on, kept by us: taken in, found again by their SHA-256, named in credentials.
//!
//! A row of a list names a file by its SHA-256. If that file was uploaded here by the time the credential is put together, the
//! credential also says where it can be opened and what kind it is.
//!
//! **Invariant:** a file is kept under the SHA-256 of its bytes, so nothing can be exchanged behind a credential. What kind of file it is
//! says whoever uploads it; nobody looks into it to guess.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_store::{AuditLine, ObjectRow, Reader, RowState, StoreError, TenantId};

use super::RowInput;
use crate::{
    World,
    digest::sha256_hex,
    ports::{ObjectError, ObjectKey, ObjectPart},
};

/// A file to be kept.
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// What kind of file it is, as declared: `application/pdf`. Empty: unknown.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A file that is kept.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeptEvidence {
    /// Its SHA-256, in lower-case hex: `sha256:…` with it stands in the evidence column of a list.
    pub sha256: String,
    /// Where it can be opened.
    pub url: String,
    /// What kind it was declared to be.
    pub media_type: String,
    /// Its size.
    pub bytes: u64,
    /// It was kept already.
    pub known: bool,
}

/// Keeps a file. Keeping it again changes nothing.
#[crate::boxed]
pub async fn keep_evidence(
    world: &World,
    order: &EvidenceFile,
) -> Result<KeptEvidence, EvidenceError> {
    if order.bytes.is_empty() {
        return Err(EvidenceError::Empty);
    }
    if order.bytes.len() > LARGEST_EVIDENCE {
        return Err(EvidenceError::TooLarge);
    }
    let sha256 = sha256_hex(world.crypto, &order.bytes);
    let key = key(&order.tenant, &sha256).ok_or(EvidenceError::NoSuchInstitution)?;
    let reader = world.store.read();
    let institution = reader.institution(&order.tenant).await?;
    let institution = institution.ok_or(EvidenceError::NoSuchInstitution)?;
    let known = reader.object(key.as_str()).await?;
    let kept = |media_type: String, known| KeptEvidence {
        url: address(world, &institution.slug, &sha256),
        sha256: sha256.clone(),
        media_type,
        bytes: order.bytes.len() as u64,
        known,
    };
    if let Some(known) = known {
        return Ok(kept(known.media_type, true));
    }
    world.objects.put(&key, &order.bytes).await?;
    let row = &ObjectRow {
        key: key.as_str().to_owned(),
        media_type: media_type(&order.media_type),
        bytes_len: i64::try_from(order.bytes.len()).unwrap_or(i64::MAX),
        sha256: sha256.clone(),
        created_at: world.clock.now().unix_millis(),
    };
    let line = &AuditLine {
        tenant: order.tenant.clone(),
        at: row.created_at,
        actor: order.actor.clone(),
        action: "evidence.keep".into(),
        subject: sha256.clone(),
        detail: serde_json::json!({"mediaType": row.media_type, "bytes": row.bytes_len})
            .to_string(),
    };
    world
        .store
        .write(|mut tx| async move {
            tx.add_object(row.clone()).await?;
            tx.audit([line.clone()]).await?;
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(kept(row.media_type.clone(), false))
}

/// Why a file was not kept.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// There is nothing in it.
    #[error("the file is empty; choose another")]
    Empty,
    /// It is larger than a piece of evidence may be.
    #[error("the file is larger than {} MiB; make it smaller, or publish it elsewhere and name its https address", LARGEST_EVIDENCE >> 20)]
    TooLarge,
    /// No such institution.
    #[error("no such institution")]
    NoSuchInstitution,
    /// The file was not stored.
    #[error("file store: {0}")]
    Object(#[from] ObjectError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file and what kind it was declared to be. `None` if the institution called `slug` keeps none with this SHA-256.
#[crate::boxed]
pub async fn evidence(
    world: &World,
    slug: &str,
    sha256: &str,
) -> Result<Option<(String, Vec<u8>)>, EvidenceError> {
    let Some(file) = open_evidence(world, slug, sha256).await? else {
        return Ok(None);
    };
    let bytes = world.objects.read(&file.key).await?;
    Ok(bytes.map(|bytes| (file.media_type, bytes)))
}

/// A file that is kept, to be read piece by piece: many read large ones at the same time.
#[derive(Clone, Debug)]
pub struct OpenEvidence {
    /// What kind it was declared to be.
    pub media_type: String,
    key: ObjectKey,
}

impl OpenEvidence {
    /// The next bytes from `from` on, 64 KiB at most. `None` if the file store lost it.
    #[crate::boxed]
    pub async fn piece(&self, world: &World, from: u64) -> Result<Option<ObjectPart>, ObjectError> {
        world.objects.read_part(&self.key, from, PIECE).await
    }
}

/// Opens a file. `None` if the institution called `slug` keeps none with this SHA-256.
#[crate::boxed]
pub async fn open_evidence(
    world: &World,
    slug: &str,
    sha256: &str,
) -> Result<Option<OpenEvidence>, StoreError> {
    let reader = world.store.read();
    let Some(institution) = reader.institution_shown(slug).await? else {
        return Ok(None);
    };
    let Some(key) = key(&institution.id, sha256) else {
        return Ok(None);
    };
    let row = reader.object(key.as_str()).await?;
    Ok(row.map(|row| OpenEvidence {
        media_type: row.media_type,
        key,
    }))
}

/// Files that the ready rows of a batch name by their SHA-256 alone.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NamedEvidence {
    /// Those that were uploaded here, and the rows that name them.
    pub here: BTreeMap<String, Vec<i64>>,
    /// Those that were not.
    pub missing: BTreeMap<String, Vec<i64>>,
}

/// Looks which files the ready rows of a batch name, up to the first 20,000 rows.
#[crate::boxed]
pub async fn named_evidence(
    world: &World,
    tenant: &TenantId,
    batch: &str,
) -> Result<NamedEvidence, StoreError> {
    let reader = world.store.read();
    let (mut named, mut after, mut looked) = (NamedEvidence::default(), -1, 0);
    while looked < MOST_LOOKED_AT {
        let rows = reader
            .batch_rows(tenant, batch, Some(RowState::Ready), after, CHUNK)
            .await?;
        let Some(last) = rows.last() else { break };
        after = last.line;
        looked += rows.len();
        let inputs: Vec<(i64, RowInput)> = rows
            .iter()
            .filter_map(|row| Some((row.line, RowInput::from_json(&row.input).ok()?)))
            .collect();
        let kept = Kept::load(&reader, tenant, inputs.iter().map(|(_, input)| input)).await?;
        for (line, input) in &inputs {
            for sha256 in hashes(input) {
                let of = match kept.0.contains_key(sha256) {
                    true => &mut named.here,
                    false => &mut named.missing,
                };
                of.entry(sha256.to_owned()).or_default().push(*line);
            }
        }
    }
    Ok(named)
}

/// The files that some rows name and that are kept here, with their kinds.
#[derive(Default)]
pub(crate) struct Kept(BTreeMap<String, String>);

impl Kept {
    /// Looks them up, all at once.
    pub(crate) async fn load<'a>(
        reader: &Reader,
        tenant: &TenantId,
        inputs: impl Iterator<Item = &'a RowInput>,
    ) -> Result<Self, StoreError> {
        let named: BTreeSet<&str> = inputs.flat_map(hashes).collect();
        if named.is_empty() {
            return Ok(Self::default());
        }
        let keys: Vec<String> = named
            .iter()
            .filter_map(|sha256| Some(key(tenant, sha256)?.as_str().to_owned()))
            .collect();
        let rows = reader.objects_named(&keys).await?;
        Ok(Self(
            rows.into_iter()
                .map(|row| (row.sha256, row.media_type))
                .collect(),
        ))
    }

    /// What kind the file with this SHA-256 is, if it is kept here.
    pub(crate) fn media_type(&self, sha256: &str) -> Option<&str> {
        self.0.get(sha256).map(String::as_str)
    }
}

/// Where a file of an institution can be opened.
pub(crate) fn address(world: &World, slug: &str, sha256: &str) -> String {
    world.site.link(&format!("/i/{slug}/e/{sha256}"))
}

/// The files that a row names by SHA-256 alone.
fn hashes(input: &RowInput) -> impl Iterator<Item = &str> {
    let alone = input.evidence.iter().filter(|piece| piece.url.is_none());
    alone.filter_map(|piece| piece.sha256.as_deref())
}

fn key(tenant: &TenantId, sha256: &str) -> Option<ObjectKey> {
    let digits = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    let fits = sha256.len() == 64 && sha256.bytes().all(digits);
    let key = fits.then(|| evidence_folder(tenant) + sha256)?;
    ObjectKey::new(key).ok()
}

/// Under which keys the files of an institution are kept.
pub(crate) fn evidence_folder(tenant: &TenantId) -> String {
    format!("evidence/{}/", tenant.as_str().to_ascii_lowercase())
}

/// The declared media type without its parameters (RFC 9110 §8.3.1); bytes of an unknown kind if that is none.
fn media_type(declared: &str) -> String {
    let plain = declared.split(';').next().unwrap_or_default().trim();
    let token = |text: &str| {
        let sign = |b: u8| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b);
        !text.is_empty() && text.bytes().all(sign)
    };
    let is_one = plain.len() <= 100
        && plain
            .split_once('/')
            .is_some_and(|(kind, of)| token(kind) && token(of));
    match is_one {
        true => plain.to_ascii_lowercase(),
        false => "application/octet-stream".into(),
    }
}

/// The most bytes of one file: 10 MiB.
pub const LARGEST_EVIDENCE: usize = 10 << 20;
const MOST_LOOKED_AT: usize = 20_000;
/// How much of a file is in memory for each who reads it.
const PIECE: usize = 64 << 10;
const CHUNK: u64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_is_no_media_type_is_bytes() {
        assert_eq!(media_type("Application/PDF; name=\"x\""), "application/pdf");
        assert_eq!(media_type("image/svg+xml"), "image/svg+xml");
        for bad in [
            "",
            "pdf",
            "a/b/c",
            "text/ht ml",
            "text/html\r\nX: y",
            "/x",
            "ä/b",
        ] {
            assert_eq!(media_type(bad), "application/octet-stream", "{bad:?}");
        }
    }

    #[test]
    fn only_a_sha256_names_a_file() {
        let tenant = TenantId::new("t");
        assert!(key(&tenant, &"a".repeat(64)).is_some());
        for bad in ["", "../../keys", &"A".repeat(64), &"a".repeat(63)] {
            assert!(key(&tenant, bad).is_none(), "{bad}");
        }
    }
}
