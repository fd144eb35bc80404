//! Opening a role for applications.

use touchstone_store::{AuditLine, PostingRow, StoreError, TenantId};
use touchstone_vc::DAY_MS;

use crate::{
    World, drawn,
    issuing::{Slug, SlugError},
    operations::sign_up::{NOT_SHOWN, is_shown},
};

/// A request to open a role.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The institution.
    pub tenant: TenantId,
    /// Who opens, as proven by the caller.
    pub actor: String,
    /// The role, by id.
    pub role: String,
    /// A name for the link that people can say; empty: nobody finds it without having been told.
    pub name: String,
    /// What applicants read besides the tasks; may be empty.
    pub note: String,
    /// Names are covered until a member asks for one.
    pub blind: bool,
    /// It is for the institution's own people, who find it on their page.
    pub staff: bool,
    /// How many days an application is kept; `None`: as long as this installation keeps one at most.
    pub keep_days: Option<u32>,
    /// For how many days applications are taken; `None`: until it is closed.
    pub open_days: Option<u32>,
    /// What was drawn for the form that says so: sent again with it, it is the same posting. `None`: another each time.
    pub drawn: Option<String>,
}

/// Opens a role and answers the posting's id.
#[crate::boxed]
pub async fn open_posting(world: &World, order: &Opening) -> Result<String, PostingError> {
    let most = world.applications.keep_days;
    let keep_days = order.keep_days.unwrap_or(most);
    if most == 0 {
        return Err(PostingError::Off);
    }
    if keep_days == 0 || keep_days > most {
        return Err(PostingError::KeepDays(most));
    }
    if order
        .open_days
        .is_some_and(|days| !(1..=MOST_OPEN_DAYS).contains(&days))
    {
        return Err(PostingError::OpenDays);
    }
    let note = order.note.trim();
    if note.chars().count() > MOST_NOTE {
        return Err(PostingError::Note);
    }
    let name = match order.name.trim() {
        "" => None,
        _ if order.staff => return Err(PostingError::StaffName),
        name => Some(Slug::new(name).map_err(PostingError::Name)?),
    };
    let (name, now) = (&name, world.clock.now().unix_millis());
    let (tenant, drawn) = (&order.tenant, order.drawn.as_deref());
    let id = &drawn::id(world, "posting", tenant, &order.actor, drawn);
    let opened = world.store.write(|mut tx| async move {
        // What was opened once is there, whatever became of it.
        if tx.posting(tenant, id).await?.is_some() {
            return Ok(id.clone());
        }
        let institution = tx.institution(&order.tenant).await?;
        let institution = institution.ok_or(PostingError::NoSuchRole)?;
        if !is_shown(&tx, &order.tenant).await? {
            return Err(PostingError::NotShown);
        }
        let role = tx.role(&order.tenant, &order.role).await?;
        let role = role.ok_or(PostingError::NoSuchRole)?;
        let row = PostingRow {
            id: id.clone(),
            tenant: order.tenant.clone(),
            role: role.id,
            public: match name {
                // A full stop stands in no short name: nobody opens a role under another's.
                Some(name) => format!("{}.{name}", institution.slug),
                None => world.rng.uuid().simple().to_string(),
            },
            note: note.to_owned(),
            blind: i64::from(order.blind),
            keep_days: keep_days.into(),
            opened_at: now,
            opened_by: order.actor.clone(),
            closes_at: order.open_days.map(|days| now + i64::from(days) * DAY_MS),
            closed_at: None,
            refreshed_at: None,
            staff: order.staff.then_some(1),
        };
        let detail = serde_json::json!({
            "role": row.role, "blind": order.blind, "keepDays": keep_days, "closesAt": row.closes_at,
            "staff": order.staff,
        });
        tx.add_posting(row).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "posting.open".into(),
            subject: id.clone(),
            detail: detail.to_string(),
        }])
        .await?;
        Ok(id.clone())
    });
    match opened.await {
        Err(PostingError::Store(StoreError::Conflict { table: "posting" })) => {
            // The same form at the same moment was first; or the name is another's.
            match world.store.read().posting(tenant, id).await? {
                Some(_) => Ok(id.clone()),
                None => Err(PostingError::NameTaken),
            }
        }
        opened => opened,
    }
}

/// Why a role was not opened, or a posting not closed.
#[derive(Debug, thiserror::Error)]
pub enum PostingError {
    /// There is no such role for this institution.
    #[error("no such role")]
    NoSuchRole,
    /// It signed up by itself, and its domain is not shown.
    #[error("{NOT_SHOWN}")]
    NotShown,
    /// There is no such posting for this institution.
    #[error("no such posting")]
    NoSuchPosting,
    /// It was closed before.
    #[error("it was closed before")]
    Closed,
    /// The name cannot stand in an address.
    #[error("the name of the link: {0}")]
    Name(SlugError),
    /// Others could guess it.
    #[error("a link for your own people has no name that others could guess: leave it empty")]
    StaffName,
    /// Another posting has it.
    #[error("another role was opened under this name: choose another, or leave it empty")]
    NameTaken,
    /// Too many words.
    #[error("say it in at most {MOST_NOTE} characters")]
    Note,
    /// Longer than this installation keeps anything.
    #[error("applications are kept for 1 to {0} days here")]
    KeepDays(u32),
    /// Nothing is kept here.
    #[error("this installation keeps no applications: ask whoever runs it")]
    Off,
    /// Not a time in which people apply.
    #[error("applications are taken for 1 to {MOST_OPEN_DAYS} days, or until you close it")]
    OpenDays,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const MOST_NOTE: usize = 2_000;
const MOST_OPEN_DAYS: u32 = 366;
