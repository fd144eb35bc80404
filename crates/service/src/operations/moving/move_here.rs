//! Has an institution go on under the DID of the address where the site is now.
//!
//! **Invariant (threat 43):** both keys sign, each in use, and what both signed enters the log behind the new key. Nothing is under way meanwhile: what
//! was approved is sealed first, and everything that was written under the old DID is in the log before the first line of the new one.

use touchstone_store::{
    AuditLine, FormerDidRow, InstitutionRow, KeyState, OutboxLine, SigningKeyRow, StoreError,
    TenantId, Tx,
};
use touchstone_vc::{Timestamp, did};

use super::{Moved, here::did_here};
use crate::{
    World,
    logging::{self, LogError, sequence_until_idle},
    operations::{
        Job,
        did_history::webvh_of,
        restore::next_number,
        signing_key::{self, SigningKeyError, handle, stated_by_both},
    },
    ports::SignError,
};

/// A request to move.
#[derive(Clone, Debug)]
pub struct Moving {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// Why, in their words.
    pub reason: String,
}

/// A move that was made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Step {
    /// The DID before.
    pub from: String,
    /// The address where its documents stay.
    pub from_url: String,
    /// The DID from now on.
    pub to: String,
    /// The key that signs from now on.
    pub key: String,
}

/// Moves an institution to where the site is.
#[crate::boxed]
pub async fn move_here(world: &World, order: &Moving) -> Result<Step, MoveError> {
    let why = &signing_key::reason(&order.reason)?;
    let tenant = &order.tenant;
    let reader = world.store.read();
    let institution = reader.institution(tenant).await?;
    let institution = &institution.ok_or(MoveError::NoSuchInstitution)?;
    if world.site.public_url.scheme() != "https" {
        return Err(MoveError::NotHttps(world.site.link("")));
    }
    let there = did_here(&world.site, &institution.slug);
    let there = there.ok_or_else(|| MoveError::NoDid(world.site.link("")))?;
    let from = institution.did.clone().ok_or(MoveError::NotWeb)?;
    if webvh_of(institution).is_some() {
        return Err(MoveError::History(from));
    }
    if !did::web::is(&from) {
        return Err(MoveError::NotWeb);
    }
    if from == there {
        return Err(MoveError::Here(from));
    }
    let mut former = reader.former_dids(tenant).await?.into_iter();
    if former.any(|row| row.did == there) {
        return Err(MoveError::Before(there));
    }
    let key = reader.active_signing_key_of(tenant, &from).await?;
    let key = &key.ok_or_else(|| MoveError::NoKey(from.clone()))?;
    // Told before a key is made for nothing; looked at again in the transaction.
    under_way(reader.count_unsealed(tenant).await?)?;
    sequence_until_idle(world).await?;
    let new_key = &fresh(world, institution, &there).await?;
    let now = world.clock.now();
    let (stated, signatures) =
        stated_by_both(world, (from.clone(), key), (there.clone(), new_key), now).await?;
    let kept = &Moved::new(&stated, signatures).kept();
    let (from, there, here) = (&from, &there, &world.site.link(""));
    let from_url = world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            let held = tx.hold_signing_key(tenant, &key.id).await?;
            held.ok_or_else(|| MoveError::NoKey(from.clone()))?;
            let row = tx.institution(tenant).await?;
            let row = row.filter(|row| row.did.as_ref() == Some(from));
            let row = row.ok_or(MoveError::Changed)?;
            under_way(tx.count_unsealed(tenant).await?)?;
            let tree = tx.log_tree().await?;
            let entered = tree.map_or(0, |tree| tree.outbox);
            if tx.has_lines_after(tenant, entered).await? {
                return Err(MoveError::NotEntered);
            }
            let change = &Change {
                row: &row,
                to: there,
                to_url: here,
                key: new_key,
                succession: kept,
                at: now,
                outbox: entered,
                actor: &order.actor,
                reason: why,
                learnt: false,
                is_last: true,
            };
            change.write(world, tx).await
        })
        .await?;
    Ok(Step {
        from: from.clone(),
        from_url,
        to: there.clone(),
        key: new_key.id.clone(),
    })
}

/// A move, as it is written down.
pub(super) struct Change<'a> {
    pub(super) row: &'a InstitutionRow,
    pub(super) to: &'a str,
    /// The address of the new DID.
    pub(super) to_url: &'a str,
    /// The new DID's first key.
    pub(super) key: &'a SigningKeyRow,
    pub(super) succession: &'a str,
    pub(super) at: Timestamp,
    /// Up to which line of the outbox everything is the old DID's.
    pub(super) outbox: i64,
    pub(super) actor: &'a str,
    pub(super) reason: &'a str,
    /// The log says it already.
    pub(super) learnt: bool,
    /// It stays there. From where it moved on nothing is published in the new name now, so nothing but the move itself is written.
    pub(super) is_last: bool,
}

impl Change<'_> {
    /// Writes it, with its lines for the log, its audit line and what follows. Answers with the address where the old documents stay.
    pub(super) async fn write(&self, world: &World, tx: &mut Tx) -> Result<String, MoveError> {
        let (tenant, at) = (&self.row.id, self.at.unix_millis());
        let from = self.row.did.clone().unwrap_or_default();
        // Of an institution that does not say where it is, its DID does.
        let named = did::web::domain(&from).map(|domain| format!("https://{domain}"));
        let from_url = self.row.public_url.clone().or(named).unwrap_or_default();
        let number = tx.former_dids(tenant).await?.len() as i64 + 1;
        tx.add_former_did(FormerDidRow {
            tenant: tenant.clone(),
            number,
            did: from.clone(),
            public_url: from_url.clone(),
            lists_before: next_number(tx, tenant).await?,
            outbox: self.outbox,
            moved_at: at,
            succession: self.succession.to_owned(),
        })
        .await?;
        tx.change_institution(InstitutionRow {
            did: Some(self.to.to_owned()),
            public_url: Some(self.to_url.to_owned()),
            ..self.row.clone()
        })
        .await?;
        // The new key comes first: by the log it signs where the succession stands.
        let begin = match self.learnt {
            true => {
                signing_key::found_learnt(tx, self.key.clone(), self.actor).await?;
                logging::LEARNT
            }
            false => {
                signing_key::found(tx, self.key.clone(), self.actor).await?;
                ""
            }
        };
        let moved = format!("{begin}{}", logging::MOVED);
        tx.outbox([self.line(&moved, tenant.as_str(), number)])
            .await?;
        if self.is_last {
            self.go_on(world, tx, number).await?;
        }
        let detail = serde_json::json!({
            "reason": self.reason, "from": from, "to": self.to, "key": self.key.id, "documentsStayAt": from_url,
        });
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at,
            actor: self.actor.to_owned(),
            action: "institution.move".into(),
            subject: tenant.to_string(),
            detail: detail.to_string(),
        }])
        .await?;
        Ok(from_url)
    }

    /// What follows where it stays: documents and achievements under the new DID, and no new credentials in the lists of before.
    async fn go_on(&self, world: &World, tx: &mut Tx, number: i64) -> Result<(), MoveError> {
        let (tenant, at) = (&self.row.id, self.at.unix_millis());
        tx.outbox([self.line(logging::DID, tenant.as_str(), number)])
            .await?;
        // Each of the old documents names the DID that goes on.
        for row in tx.former_dids(tenant).await? {
            tx.outbox([self.line(logging::FORMER, &row.did, number)])
                .await?;
        }
        // What was awarded before is awarded on under the new DID, from the new address.
        for row in tx.achievements(tenant).await? {
            for version in tx.achievement_versions(tenant, &row.id).await? {
                if version.issued_under_at.is_some() {
                    let line = self.line(logging::ACHIEVEMENT, &row.id, version.version);
                    tx.outbox([line]).await?;
                }
            }
        }
        let mut jobs = Vec::new();
        for list in tx.status_lists(tenant).await? {
            if list.abandoned_at.is_none() {
                tx.abandon_status_list(tenant, &list.id, at).await?;
            }
            jobs.push(Job::PublishStatus {
                tenant: tenant.to_string(),
                list: list.id,
            });
        }
        if !world.recognition.authority_hints.is_empty() {
            jobs.push(Job::PublishEntities {});
        }
        for job in jobs {
            tx.enqueue(job.queued(&*world.rng, self.at, self.at))
                .await?;
        }
        Ok(())
    }

    fn line(&self, kind: &str, subject: &str, version: i64) -> OutboxLine {
        OutboxLine {
            tenant: self.row.id.clone(),
            kind: kind.into(),
            subject: subject.to_owned(),
            version,
            at: self.at.unix_millis(),
        }
    }
}

/// The first key of the new DID. A crash after this leaves a key that nothing refers to.
async fn fresh(
    world: &World,
    institution: &InstitutionRow,
    did: &str,
) -> Result<SigningKeyRow, MoveError> {
    let tenant = &institution.id;
    let number = world.store.read().signing_keys(tenant).await?.len() + 1;
    let random = u32::from_be_bytes(world.rng.bytes());
    let id = format!("{}-{number}-{random:08x}", institution.slug);
    let mut row = SigningKeyRow {
        verification_method: format!("{did}#{id}"),
        id,
        tenant: tenant.clone(),
        public_multibase: String::new(),
        state: KeyState::Active,
        created_at: world.clock.now().unix_millis(),
        retired_at: None,
        secret: None,
        custody: world.signer.custody().to_owned(),
        activates_at: None,
        compromised_since: None,
    };
    let public = world.signer.create(&handle(&row)).await?;
    row.public_multibase = public.named().to_multikey();
    Ok(row)
}

fn under_way(unsealed: u64) -> Result<(), MoveError> {
    match unsealed {
        0 => Ok(()),
        waiting => Err(MoveError::UnderWay(waiting)),
    }
}

/// Why an institution did not move.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// No such institution.
    #[error("no such institution")]
    NoSuchInstitution,
    /// Its DID is no address.
    #[error(
        "the institution is no did:web, so it has no address to move from; a did:key is succeeded with `touchstone key succeed`"
    )]
    NotWeb,
    /// Its DID has a history, which names its address.
    #[error(
        "the institution is {0}: a did:webvh stays where it is. Set site.public_url back to its address. For the new one, found an institution \
         in an installation of its own"
    )]
    History(String),
    /// It is there already.
    #[error("the institution is {0} already; there is nothing to move")]
    Here(String),
    /// It was there before.
    #[error(
        "the institution was {0} before and moved away, which the public log has for ever; set site.public_url to where it is now, or to another address"
    )]
    Before(String),
    /// The log has it elsewhere than the site is.
    #[error(
        "the public log has that {from} moved since and goes on as {to}, and site.public_url is {here}: set it to the address of {to} and restore again"
    )]
    MovedOn {
        /// The DID that is known here.
        from: String,
        /// The DID that goes on, by the log.
        to: String,
        /// Where the site is.
        here: String,
    },
    /// The site is not reached over TLS.
    #[error("site.public_url is {0}; an institution moves to an address with https:// only")]
    NotHttps(String),
    /// The site's address gives no DID.
    #[error("site.public_url is {0}, which gives no did:web; set it to https:// and a domain name")]
    NoDid(String),
    /// Nothing can sign for the old DID.
    #[error("{0} has no key that signs, and without its signature nobody goes on in its place")]
    NoKey(String),
    /// Credentials wait to be signed.
    #[error(
        "{0} credentials that were prepared wait to be signed under the old DID: run `touchstone work --once`. Where they still wait after that, \
         their list was prepared in part only: set site.public_url back, let it come to its end, and move then"
    )]
    UnderWay(u64),
    /// Something was written meanwhile.
    #[error(
        "something changed meanwhile that is not in the public log yet; stop `touchstone serve` and `touchstone work`, and move again"
    )]
    NotEntered,
    /// Somebody else moved it.
    #[error("the institution was moved meanwhile; look at it again")]
    Changed,
    /// The log did not take in what was written under the old DID.
    #[error("what was written under the old DID must be in the public log first: {0}")]
    Log(#[from] LogError),
    /// A key was not made, or the reason is none.
    #[error(transparent)]
    Key(#[from] SigningKeyError),
    /// The signer did not sign.
    #[error("signing key: {0}")]
    Sign(#[from] SignError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
