//! Sending an application: what the applicant chose to share, and only that.

use touchstone_store::{ApplicationFileRow, ApplicationRow, AuditLine, PostingRow, StoreError};
use touchstone_vc::DAY_MS;

use super::{
    shared::{MOST_CREDENTIALS, unpacked},
    tell_webhooks::{Event, to_be_told},
};
use crate::{
    World,
    crosswalk::{MOST_READ, ReadError, check_all},
    operations::{Job, sign_up::is_shown},
    secret,
    text::line_or_nothing,
    verifying::{Checked, LARGEST_ASSERTION, Reach},
};

/// What is sent.
#[derive(Clone, Debug)]
pub struct Applying {
    /// The name under which the posting is found.
    pub posting: String,
    /// The secret that the preview drew.
    pub token: String,
    /// When the role was last changed, as the preview knew it.
    pub role_changed_at: i64,
    /// The applicant's name, if they give one.
    pub name: String,
    /// How they can be reached, if they say.
    pub contact: String,
    /// The credentials they chose.
    pub files: Vec<Vec<u8>>,
}

/// Keeps an application. Sent a second time it is the same one.
#[crate::boxed]
pub async fn apply(world: &World, order: &Applying) -> Result<(), ApplyError> {
    if !is_secret(&order.token) {
        return Err(ApplyError::Token);
    }
    let name = line_or_nothing(&order.name, MOST_SIGNS).ok_or(ApplyError::Name)?;
    let contact = line_or_nothing(&order.contact, MOST_SIGNS).ok_or(ApplyError::Contact)?;
    let files = unpacked(&order.files)?;
    let checked = check_all(world, &files, Reach::Own, None).await?;
    fits(&checked)?;
    let hosted = checked.iter().filter(|one| one.version_2.is_some()).count();
    let bytes = size(&checked) + hosted * LARGEST_ASSERTION;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let moment = world.clock.now();
    let now = moment.unix_millis();
    let hash = secret::hash(world.crypto, &order.token);
    let (name, contact, checked, hash) = (&name, &contact, &checked, &hash);
    let said = Said {
        hash,
        name,
        contact,
        checked,
    };
    if let Some(before) = sent_before(world, &said).await? {
        return before;
    }
    let sent = world.store.write(|mut tx| async move {
        let posting = tx.public_posting(&order.posting).await?;
        let posting = posting.ok_or(ApplyError::NoSuchPosting)?;
        if !is_shown(&tx, &posting.tenant).await? {
            return Err(ApplyError::NoSuchPosting);
        }
        if !is_open(&posting, now) {
            return Err(ApplyError::Closed);
        }
        let keep_days = posting.keep_days.min(world.applications.keep_days.into());
        if keep_days == 0 {
            return Err(ApplyError::Off);
        }
        let role = tx.role(&posting.tenant, &posting.role).await?;
        if role.is_none_or(|role| role.changed_at != order.role_changed_at) {
            return Err(ApplyError::RoleChanged);
        }
        let there = tx
            .applications_counted(&posting.tenant, &posting.id)
            .await?;
        let stored = tx.applications_bytes(&posting.tenant, &posting.id).await?;
        if there >= MOST_APPLICATIONS
            || stored + bytes.unsigned_abs() > world.applications.most_bytes
        {
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
            ends_at: now + keep_days * DAY_MS,
            uncovered_at: None,
            bytes: Some(bytes),
        };
        let files = checked.iter().zip(0_i64..).map(|(one, position)| {
            let credential = one.as_it_came().to_vec();
            ApplicationFileRow {
                application: row.id.clone(),
                position,
                credential,
            }
        });
        let (files, id) = (files.collect(), row.id.clone());
        let refresh = Job::RefreshApplications {
            tenant: posting.tenant.to_string(),
            posting: posting.id.clone(),
            only: id.clone(),
            after: String::new(),
        };
        tx.add_application(row, files).await?;
        to_be_told(
            world,
            &mut tx,
            &posting.tenant,
            &posting.id,
            &id,
            Event::Sent,
            moment,
        )
        .await?;
        // What it is checked by is looked for now, and not when somebody looks at it.
        tx.enqueue(refresh.queued(&*world.rng, moment, moment))
            .await?;
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
        })) => match sent_before(world, &said).await? {
            Some(before) => before,
            None => Err(ApplyError::Token),
        },
        sent => sent,
    }
}

/// What is sent under a secret.
struct Said<'a> {
    hash: &'a str,
    name: &'a str,
    contact: &'a str,
    checked: &'a [Checked],
}

/// Whether something was sent under this secret before; and then, whether it is the same. Looked for before anything else, because what was
/// sent once was sent, whatever became of the posting.
async fn sent_before(
    world: &World,
    said: &Said<'_>,
) -> Result<Option<Result<(), ApplyError>>, ApplyError> {
    let reader = world.store.read();
    let Some(row) = reader.application_by_token(said.hash).await? else {
        return Ok(None);
    };
    let files = reader.application_files(&row.tenant, &row.id).await?;
    let same = row.name == said.name
        && row.contact == said.contact
        && files.len() == said.checked.len()
        && (files.iter().zip(said.checked)).all(|(file, one)| file.credential == one.as_it_came());
    Ok(Some(match same {
        true => Ok(()),
        false => Err(ApplyError::SentBefore),
    }))
}

/// Whether the credentials are small enough together to be sent.
pub(super) fn fits(checked: &[Checked]) -> Result<(), ApplyError> {
    match size(checked) > MOST_BYTES {
        true => Err(ApplyError::TooLarge),
        false => Ok(()),
    }
}

fn size(checked: &[Checked]) -> usize {
    checked.iter().map(|one| one.as_it_came().len()).sum()
}

pub(super) fn is_open(posting: &PostingRow, now: i64) -> bool {
    posting.closed_at.is_none() && posting.closes_at.is_none_or(|closes| now < closes)
}

/// A secret as [`secret::draw`] makes it.
fn is_secret(token: &str) -> bool {
    let plain = |sign: u8| sign.is_ascii_alphanumeric() || b"-_".contains(&sign);
    token.len() == 32 && token.bytes().all(plain)
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
    /// This installation keeps none any more.
    #[error("this installation keeps no applications: ask the employer")]
    Off,
    /// The employer changed what the role asks for after the applicant looked.
    #[error("the role was changed after you looked: look at it as it is now, then send")]
    RoleChanged,
    /// Something else was sent under the same secret.
    #[error("something else was sent from this page before")]
    SentBefore,
    /// More than anybody reads.
    #[error("more applications came than can be taken: ask the employer")]
    Full,
    /// It comes from no page of ours.
    #[error("this form is not complete: choose your credentials again")]
    Token,
    /// The name does not fit.
    #[error("a name has at most {MOST_SIGNS} characters, in one line, without hidden signs")]
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
pub(super) const MOST_BYTES: usize = 8 << 20;
const MOST_APPLICATIONS: u64 = 2_000;
const _: () = assert!(MOST_CREDENTIALS <= MOST_READ, "a reading takes that many");
