//! Asking somebody outside, by mail.

use touchstone_store::{
    AuditLine, EndorsedKind, EndorsementRequestRow, InstitutionRow, Reader, StoreError, TenantId,
    Tx,
};
use touchstone_vc::{DAY_MS, Timestamp};
use tracing::warn;

use super::{AskError, letter, thing::endorsed};
use crate::{
    World, drawn,
    issuing::freeze,
    operations::{Job, is_address, moving::be_here, sign_up::is_shown},
    ports::MailError,
    secret,
    text::{day, lines_or_nothing},
};

/// A request for an endorsement.
#[derive(Clone, Debug)]
pub struct AskEndorsement {
    /// The institution that asks.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// What is to be endorsed.
    pub kind: EndorsedKind,
    /// The achievement, by id or short name, or the mapping set, by id.
    pub thing: String,
    /// Its version, or the number of its release; the latest if it is left out.
    pub version: Option<i64>,
    /// Whom to ask.
    pub email: String,
    /// The language of the mail: `en`, `de`, `es` or `fr`; anything else is English.
    pub language: String,
    /// What to tell them; may be empty.
    pub message: String,
    /// Until when an answer is wanted.
    pub ends_at: i64,
    /// What was drawn for the form: sent again with it, it is the same request. `None`: another each time.
    pub drawn: Option<String>,
}

/// That somebody was asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Asked {
    /// The request.
    pub id: String,
}

/// Freezes what is to be endorsed and has a link sent.
#[crate::boxed]
pub async fn ask_endorsement(world: &World, order: &AskEndorsement) -> Result<Asked, AskError> {
    let now = world.clock.now();
    let at = now.unix_millis();
    let email = &order.email.trim().to_lowercase();
    if !is_address(email) {
        return Err(AskError::Address);
    }
    let message = &lines_or_nothing(&order.message, 1_000).ok_or(AskError::Message)?;
    if order.ends_at <= at || order.ends_at > at + LONGEST_MS {
        return Err(AskError::Ends);
    }
    let drawn = order.drawn.as_deref();
    let id = &drawn::id(world, "endorsement", &order.tenant, &order.actor, drawn);
    let job = &Job::EndorsementMail {
        tenant: order.tenant.to_string(),
        request: id.clone(),
    }
    .queued(&*world.rng, now, now);
    let asked = world.store.write(|mut tx| async move {
        // Who was asked once was asked, whatever became of it.
        if tx.endorsement_request(&order.tenant, id).await?.is_some() {
            return Ok(());
        }
        let institution = asker(world, &tx, &order.tenant).await?;
        let found = endorsed(
            world,
            &tx,
            &institution,
            order.kind,
            order.thing.trim(),
            order.version,
        );
        let found = found.await?.ok_or(AskError::NoSuchThing)?;
        may_ask(world, &tx, email).await?;
        may_mail(&tx, email, at).await?;
        let (kind, thing, version) = (found.kind, &found.thing, found.version);
        let open = tx.open_endorsement_request(&order.tenant, kind, thing, version, email, at);
        if let Some(open) = open.await? {
            return Err(AskError::Asked(open.id));
        }
        let today = tx
            .endorsement_requests_since(&order.tenant, at - DAY_MS)
            .await?;
        if today >= MOST_A_DAY {
            return Err(AskError::TooMany(MOST_A_DAY));
        }
        if found.kind == EndorsedKind::Achievement {
            freeze(&mut tx, &order.tenant, &found.thing, found.version, at).await?;
        }
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at,
            actor: order.actor.clone(),
            action: "endorsement.ask".into(),
            subject: id.clone(),
            detail: serde_json::json!({
                "kind": found.kind.as_str(), "thing": found.thing, "version": found.version,
                "sha256": found.sha256, "domain": domain_of(email),
            })
            .to_string(),
        }])
        .await?;
        tx.add_endorsement_request(EndorsementRequestRow {
            id: id.clone(),
            tenant: order.tenant.clone(),
            kind: found.kind,
            thing: found.thing,
            version: found.version,
            subject: found.subject,
            title: found.title,
            sha256: found.sha256,
            email: email.clone(),
            language: letter::language(&order.language).to_owned(),
            message: message.clone(),
            asked_at: at,
            asked_by: order.actor.clone(),
            ends_at: order.ends_at,
            token_hash: None,
            mails: 1,
            mailed_at: at,
            answered_at: None,
            declined: None,
            refused_at: None,
        })
        .await?;
        Ok(tx.enqueue(job.clone()).await?)
    });
    match asked.await {
        // The same form at the same moment was first.
        Ok(())
        | Err(AskError::Store(StoreError::Conflict {
            table: "endorsement_request",
        })) => Ok(Asked { id: id.clone() }),
        Err(error) => Err(error),
    }
}

/// The institution that asks, if it may have anybody mailed and could record an answer.
async fn asker(world: &World, tx: &Tx, tenant: &TenantId) -> Result<InstitutionRow, AskError> {
    be_here(world, tx, tenant).await??;
    if !is_shown(tx, tenant).await? {
        return Err(AskError::NotShown);
    }
    let institution = tx.institution(tenant).await?;
    let institution = institution.filter(|institution| institution.did.is_some());
    let key = tx.active_signing_key(tenant).await?;
    institution.filter(|_| key.is_some()).ok_or(AskError::NoKey)
}

/// Whether whoever has this address wants to be asked at all.
pub(super) async fn may_ask(world: &World, reader: &Reader, email: &str) -> Result<(), AskError> {
    let hash = secret::hash(world.crypto, email);
    match reader.refuses_endorsing(&hash).await? {
        true => Err(AskError::Enough),
        false => Ok(()),
    }
}

/// Whether an address may be written to once more.
pub(super) async fn may_mail(reader: &Reader, email: &str, at: i64) -> Result<(), AskError> {
    let mails = reader.endorsement_mails_since(email, at - MAILS_MS);
    match mails.await? >= MOST_MAILS {
        true => Err(AskError::Enough),
        false => Ok(()),
    }
}

/// What stands behind the `@`.
pub(super) fn domain_of(email: &str) -> &str {
    email.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Mails the link of a request; a link that was mailed before opens it until the new mail was taken. One that was answered or taken back, or
/// whose time is over, is let go by; one that was answered is mailed all the same if somebody asked for its link again, because the link is also the way to
/// take an answer back.
pub(crate) async fn mail_endorsement(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<(), MailEndorsementError> {
    let now = world.clock.now().unix_millis();
    let reader = world.store.read();
    let row = reader.endorsement_request(tenant, id).await?;
    // The clock of whoever took it back may be ahead of this one.
    let is_due = |row: &EndorsementRequestRow| {
        row.answered_at.is_some() || (row.ends_at > now && row.taken_back().is_none())
    };
    let Some(row) = row.filter(is_due) else {
        return Ok(());
    };
    let Some(institution) = reader.institution(tenant).await? else {
        return Ok(());
    };
    if row.answered_at.is_none() {
        match may_ask(world, &reader, &row.email).await {
            Err(AskError::Store(error)) => return Err(error.into()),
            Err(_) => return Ok(()), // Said in between.
            Ok(()) => {}
        }
    }
    let asker = reader.member(tenant, &row.asked_by).await?;
    let token = secret::draw(&*world.rng);
    let hash = &secret::hash(world.crypto, &token);
    let letter = letter::Letter {
        institution: &institution,
        asker: asker.as_ref().map(|asker| asker.name.as_str()),
        request: &row,
        ends: &day(Timestamp::from_unix_millis(row.ends_at)),
        token_hash: hash,
        link: &world.site.link(&format!("/endorse/{token}")),
        never: &world.site.link(&format!("/endorse/{token}/never")),
        operator: &world.site.operator,
    };
    match world.mail.send(&letter.message()).await {
        Ok(()) => {
            let given = world
                .store
                .write(|mut tx| async move { tx.give_endorsement_token(tenant, id, hash).await });
            Ok(given.await?)
        }
        // What the mail server says may name the recipient, so only the kind of failure is told.
        Err(MailError::Refused(_)) => {
            warn!(request = %id, "the mail server refused the mail of a request for an endorsement");
            Ok(refused(world, tenant, id).await?)
        }
        Err(MailError::Unavailable(_)) => Err(MailEndorsementError::Unavailable),
    }
}

/// Notes that a mail was refused, and has whoever asked told.
async fn refused(world: &World, tenant: &TenantId, id: &str) -> Result<(), StoreError> {
    let now = world.clock.now();
    let at = now.unix_millis();
    let job = &Job::AskerMail {
        tenant: tenant.to_string(),
        request: id.to_owned(),
        refused: true,
    }
    .queued(&*world.rng, now, now);
    let noted = world.store.write(|mut tx| async move {
        tx.refuse_endorsement_mail(tenant, id, at).await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at,
            actor: "mail".into(),
            action: "endorsement.bounced".into(),
            subject: id.to_owned(),
            detail: "{}".into(),
        }])
        .await?;
        tx.enqueue(job.clone()).await
    });
    noted.await
}

/// Why no link was sent this time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailEndorsementError {
    #[error("the mail server did not take the mail of a request for an endorsement")]
    Unavailable,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Half a year.
const LONGEST_MS: i64 = 184 * DAY_MS;
/// Mails that one address gets in that time, whoever asks.
const MOST_MAILS: u64 = 5;
const MAILS_MS: i64 = 30 * DAY_MS;
/// Requests that one institution makes in a day.
const MOST_A_DAY: u64 = 50;
