//! Handing claims over on paper: a code for one credential, or for everybody of a batch who goes on paper.
//!
//! **Invariant:** a delivery on paper counts as sent in the very transaction that makes its code. Codes are told once; only their
//! hashes are kept.

use touchstone_store::{
    AuditLine, BatchRow, ClaimRow, DeliveryState, OnPaper, Reader, StoreError, TenantId,
};

use super::{CLAIM_MS, claim::code, letter};
use crate::{World, issuing::Definition, secret};

/// A request to make the codes of a batch.
#[derive(Clone, Debug)]
pub struct PaperCodes {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The batch.
    pub batch: String,
    /// Also for those who have a code that they did not use; it stops working.
    pub again: bool,
}

/// Codes that were just made. They cannot be told again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MadeCodes {
    /// What the batch is called.
    pub batch: String,
    /// What was awarded.
    pub achievement: String,
    /// By whom.
    pub institution: String,
    /// Where the codes are entered: an absolute address.
    pub enter_at: String,
    /// When they stop working.
    pub expires_at: i64,
    /// One for each person, by name.
    pub codes: Vec<PaperCode>,
    /// How many more have no code yet: a request makes [`MOST_CODES`] at most.
    pub left: u64,
}

/// A code and whose it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PaperCode {
    /// The credential.
    pub credential: String,
    /// The person's name. May be empty.
    pub person: String,
    /// The institution's own identifier of the person.
    pub identifier: Option<String>,
    /// The code, as it is typed.
    pub code: String,
    /// The language in which they are told, as mails are: `en`, `de`, `es` or `fr`.
    pub language: &'static str,
}

/// Makes codes for everybody of a batch who goes on paper and did not take theirs.
///
/// All links and codes that they had stop working, unless they were used.
#[crate::boxed]
pub async fn paper_codes(world: &World, order: &PaperCodes) -> Result<MadeCodes, PaperError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let (tx, tenant) = (&mut tx, &order.tenant);
            let batch = tx.batch(tenant, &order.batch).await?;
            let batch = batch.ok_or(PaperError::NoSuchBatch)?;
            let (institution, achievement) = awarded(tx, &batch).await?;
            let people = people(tx, order).await?;
            let ids: Vec<String> = people.iter().map(|one| one.credential.clone()).collect();
            let codes: Vec<PaperCode> = people
                .into_iter()
                .map(|one| PaperCode {
                    credential: one.credential,
                    person: one.name,
                    identifier: one.identifier,
                    code: drawn(world),
                    language: letter::language(one.language.as_deref()),
                })
                .collect();
            let (mut claims, mut lines) = (Vec::new(), Vec::new());
            let detail = serde_json::json!({ "batch": batch.id }).to_string();
            for one in &codes {
                claims.push(claim(world, tenant, &one.credential, &one.code, now));
                lines.push(line(tenant, &order.actor, &one.credential, &detail, now));
            }
            tx.supersede_claims_of(tenant, &ids, now).await?;
            tx.add_claims(claims).await?;
            tx.record_codes(tenant, &ids, now).await?;
            tx.audit(lines).await?;
            let left = tx.announced(tenant, &batch.id).await?.without_code;
            Ok(MadeCodes {
                batch: batch.name,
                achievement,
                institution,
                enter_at: world.site.link("/claim"),
                expires_at: now + CLAIM_MS,
                codes,
                left,
            })
        })
        .await
}

/// Who awarded what in a batch, by name.
async fn awarded(reader: &Reader, batch: &BatchRow) -> Result<(String, String), StoreError> {
    let institution = reader.institution(&batch.tenant).await?;
    let version = reader
        .achievement_version(&batch.tenant, &batch.achievement, batch.version)
        .await?;
    let definition = version.and_then(|row| Definition::from_json(row.document.as_bytes()).ok());
    let both = institution.zip(definition);
    let (institution, definition) = both.ok_or(StoreError::Corrupt {
        table: "batch",
        column: "version",
    })?;
    Ok((institution.name, definition.name))
}

/// Whose codes are made, by name.
async fn people(reader: &Reader, order: &PaperCodes) -> Result<Vec<OnPaper>, PaperError> {
    let (tenant, batch) = (&order.tenant, &order.batch);
    let (none, has_one) = (DeliveryState::Queued, DeliveryState::Sent);
    let mut people = reader.on_paper(tenant, batch, none, MOST_CODES).await?;
    if order.again {
        let room = MOST_CODES.saturating_sub(people.len() as u64);
        people.extend(reader.on_paper(tenant, batch, has_one, room).await?);
    }
    if people.is_empty() {
        return Err(match reader.announced(tenant, batch).await?.with_code {
            0 => PaperError::Nobody,
            count => PaperError::AllHaveOne(count),
        });
    }
    people.sort_by(|a, b| (&a.name, &a.identifier).cmp(&(&b.name, &b.identifier)));
    Ok(people)
}

/// Makes a code for one credential. Links and codes that were made before go on working.
#[crate::boxed]
pub async fn paper_code(
    world: &World,
    tenant: &TenantId,
    credential: &str,
    actor: &str,
) -> Result<String, PaperError> {
    let (code, now) = (drawn(world), world.clock.now().unix_millis());
    let row = &claim(world, tenant, credential, &code, now);
    let made = world.store.write(|mut tx| async move {
        tx.credential(tenant, credential)
            .await?
            .ok_or(PaperError::NoSuchCredential)?;
        tx.add_claims(vec![row.clone()]).await?;
        tx.record_codes(tenant, &[credential.to_owned()], now)
            .await?;
        tx.audit([line(tenant, actor, credential, "{}", now)])
            .await?;
        Ok::<_, PaperError>(())
    });
    made.await?;
    Ok(code)
}

/// Twelve letters and digits that cannot be mistaken for each other, in three groups.
fn drawn(world: &World) -> String {
    let drawn: String = (0..12)
        .map(|_| char::from(ALPHABET[world.rng.below(32) as usize]))
        .collect();
    [&drawn[..4], &drawn[4..8], &drawn[8..]].join("-")
}

fn claim(world: &World, tenant: &TenantId, credential: &str, drawn: &str, at: i64) -> ClaimRow {
    ClaimRow {
        token_hash: secret::hash(world.crypto, &secret::draw(&*world.rng)),
        tenant: tenant.clone(),
        credential: credential.to_owned(),
        code_hash: Some(secret::hash(world.crypto, &code(drawn))),
        created_at: at,
        expires_at: at + CLAIM_MS,
        claimed_at: None,
        superseded_at: None,
    }
}

fn line(tenant: &TenantId, actor: &str, credential: &str, detail: &str, at: i64) -> AuditLine {
    AuditLine {
        tenant: tenant.clone(),
        at,
        actor: actor.to_owned(),
        action: "claim.paper-code".into(),
        subject: credential.to_owned(),
        detail: detail.to_owned(),
    }
}

/// Why no code was made.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// This institution never issued it.
    #[error("no such credential")]
    NoSuchCredential,
    /// This institution has no such batch.
    #[error("no such batch")]
    NoSuchBatch,
    /// Everybody who goes on paper has a code already.
    #[error(
        "everybody in this batch who gets a code on paper has one ({0}, not used yet); ask for new codes if they were lost"
    )]
    AllHaveOne(u64),
    /// There is nobody to make a code for.
    #[error(
        "nobody in this batch waits for a code on paper: it is not issued yet, or everybody has a mail address or took what was awarded"
    )]
    Nobody,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How many codes one request makes at most: a page that can still be printed.
pub const MOST_CODES: u64 = 5_000;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
