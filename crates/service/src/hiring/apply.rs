//! Sending an application: what the applicant chose to share, and only that.

use touchstone_store::{ApplicationFileRow, ApplicationRow, AuditLine, PostingRow, StoreError};

use super::{
    DAY_MS,
    shared::{MOST_CREDENTIALS, unpacked},
};
use crate::{
    World,
    crosswalk::{ReadError, check_all},
    secret,
    verifying::Reach,
};

/// What is sent.
#[derive(Clone, Debug)]
pub struct Applying {
    /// The name under which the posting is found.
    pub posting: String,
    /// The secret that the preview drew.
    pub token: String,
    /// The applicant's name, if they give one.
    pub name: String,
    /// How they can be reached, if they say.
    pub contact: String,
    /// The credentials they chose.
    pub files: Vec<Vec<u8>>,
}

/// Keeps an application. Sent a second time it is the same one.
pub async fn apply(world: &World, order: &Applying) -> Result<(), ApplyError> {
    if !is_secret(&order.token) {
        return Err(ApplyError::Token);
    }
    let name = text(&order.name).ok_or(ApplyError::Name)?;
    let contact = text(&order.contact).ok_or(ApplyError::Contact)?;
    let files = unpacked(&order.files)?;
    if files.iter().map(Vec::len).sum::<usize>() > MOST_BYTES {
        return Err(ApplyError::TooLarge);
    }
    let checked = check_all(world, &files, Reach::Own, None).await?;
    let now = world.clock.now().unix_millis();
    let hash = secret::hash(world.crypto, &order.token);
    let (name, contact, checked, hash) = (&name, &contact, &checked, &hash);
    let sent = world.store.write(|mut tx| async move {
        let posting = tx.public_posting(&order.posting).await?;
        let posting = posting.ok_or(ApplyError::NoSuchPosting)?;
        if !is_open(&posting, now) {
            return Err(ApplyError::Closed);
        }
        let there = tx
            .applications_counted(&posting.tenant, &posting.id)
            .await?;
        if there >= MOST_APPLICATIONS {
            return Err(ApplyError::Full);
        }
        let row = ApplicationRow {
            id: world.rng.uuid().to_string(),
            tenant: posting.tenant.clone(),
            posting: posting.id.clone(),
            token_hash: hash.clone(),
            name: name.clone(),
            contact: contact.clone(),
            sent_at: now,
            ends_at: now + posting.keep_days * DAY_MS,
            uncovered_at: None,
        };
        let files = checked.iter().zip(0_i64..).map(|(one, position)| {
            let credential = one.credential.clone();
            ApplicationFileRow {
                application: row.id.clone(),
                position,
                credential,
            }
        });
        let (files, id) = (files.collect(), row.id.clone());
        tx.add_application(row, files).await?;
        tx.audit([AuditLine {
            tenant: posting.tenant,
            at: now,
            actor: APPLICANT.into(),
            action: "application.receive".into(),
            subject: id,
            detail: serde_json::json!({"posting": posting.id, "credentials": checked.len()})
                .to_string(),
        }])
        .await?;
        Ok(())
    });
    match sent.await {
        Err(ApplyError::Store(StoreError::Conflict {
            table: "application",
        })) => Ok(()),
        sent => sent,
    }
}

pub(super) fn is_open(posting: &PostingRow, now: i64) -> bool {
    posting.closed_at.is_none() && posting.closes_at.is_none_or(|closes| now < closes)
}

/// A secret as [`secret::draw`] makes it.
fn is_secret(token: &str) -> bool {
    let plain = |sign: u8| sign.is_ascii_alphanumeric() || b"-_".contains(&sign);
    token.len() == 32 && token.bytes().all(plain)
}

/// What may be left empty, in one line.
fn text(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().count() <= MOST_SIGNS && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// There is no such posting.
    #[error("no such posting")]
    NoSuchPosting,
    /// Applications are no longer taken.
    #[error("applications are no longer taken")]
    Closed,
    /// More than anybody reads.
    #[error("more applications came than can be taken: ask the employer")]
    Full,
    /// It comes from no page of ours.
    #[error("this form is not complete: choose your credentials again")]
    Token,
    /// The name does not fit.
    #[error("a name has at most {MOST_SIGNS} characters, in one line")]
    Name,
    /// The contact does not fit.
    #[error("an address or a number has at most {MOST_SIGNS} characters, in one line")]
    Contact,
    /// The credentials are too large together.
    #[error("the credentials are larger than {} MB together: share fewer", MOST_BYTES >> 20)]
    TooLarge,
    /// One of them cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// As whom applicants stand in the record, which names none of them.
pub(super) const APPLICANT: &str = "applicant";
const MOST_SIGNS: usize = 200;
/// All credentials of one application.
const MOST_BYTES: usize = 8 << 20;
const MOST_APPLICATIONS: u64 = 2_000;
const _: () = assert!(MOST_CREDENTIALS <= 50, "a reading takes that many");
