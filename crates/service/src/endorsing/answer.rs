//! What the three ways to endorse have in common: what is said, whether the request is open, and how the answer is kept.

use serde::{Deserialize, Serialize};
use touchstone_store::{
    AuditLine, EndorsementRequestRow, EndorsementRow, EndorsementWay, InstitutionRow, NewJob,
    OutboxLine, Reader, SigningKeyRow, StoreError, TenantId,
};
use touchstone_vc::{Timestamp, log::Entry};

use super::{AnswerError, ENDORSER, Endorsed, ask::domain_of, look::find};
use crate::{
    World,
    crosswalk::is_one,
    digest::hex,
    logging,
    operations::{Job, sign_up::shown_domain},
    secret,
    text::{line, lines_of},
};

/// What somebody says who endorses.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Said {
    /// For which organization.
    pub organization: String,
    /// Who they are.
    pub person: String,
    /// What they say.
    pub comment: String,
    /// Until when it holds: milliseconds since 1970.
    pub until: i64,
}

impl Said {
    /// The same without white space around it, if it can be said.
    pub(super) fn checked(&self, now: Timestamp) -> Result<Self, AnswerError> {
        let comment = lines_of(&self.comment, 2_000).ok_or(AnswerError::Comment)?;
        if !holds_until(self.until, now) {
            return Err(AnswerError::Until);
        }
        Ok(Self {
            organization: line(&self.organization).ok_or(AnswerError::Organization)?,
            person: line(&self.person).ok_or(AnswerError::Person)?,
            comment,
            until: self.until,
        })
    }
}

/// Whether an endorsement that is given now may hold until then.
pub(super) fn holds_until(until: i64, now: Timestamp) -> bool {
    until > now.unix_millis() && until <= longest(now)
}

/// The last moment until which one may hold that is given now.
pub(super) fn longest(now: Timestamp) -> i64 {
    now.unix_millis() + i64::from(LONGEST_YEARS) * YEAR_MS
}

/// A request that can be answered.
pub(super) struct Open {
    pub(super) request: EndorsementRequestRow,
    pub(super) institution: InstitutionRow,
    pub(super) endorsed: Endorsed,
}

/// The request behind a link, if it can be answered.
pub(super) async fn open(world: &World, token: &str) -> Result<Open, AnswerError> {
    let found = find(world, &world.store.read(), token).await?;
    let (request, institution, endorsed) = found.ok_or(AnswerError::NoSuchLink)?;
    is_open(&request, world.clock.now())?;
    if endorsed.sha256 != request.sha256 || endorsed.subject != request.subject {
        return Err(AnswerError::Changed);
    }
    Ok(Open {
        request,
        institution,
        endorsed,
    })
}

pub(super) fn is_open(request: &EndorsementRequestRow, now: Timestamp) -> Result<(), AnswerError> {
    if request.answered_at.is_some() {
        return Err(AnswerError::Answered);
    }
    if request.taken_back().is_some() {
        return Err(AnswerError::TakenBack);
    }
    match request.ends_at < now.unix_millis() {
        true => Err(AnswerError::Ended),
        false => Ok(()),
    }
}

/// An endorsement that was signed and is to be kept.
pub(super) struct Given {
    pub(super) way: EndorsementWay,
    pub(super) said: Said,
    /// By which DID the document is signed.
    pub(super) issuer: String,
    pub(super) document: Vec<u8>,
    pub(super) evidence: Option<Vec<u8>>,
    /// The key of this installation that signed it, with whose it is.
    pub(super) key: Option<(TenantId, SigningKeyRow)>,
    /// Which member of another institution answered.
    pub(super) member: Option<(TenantId, String)>,
    pub(super) now: Timestamp,
}

/// Who says in the log that an endorsement was given. Whoever signed elsewhere may be a person, and what identifies one stays out of it: there the
/// institution that asked says that it took this in.
pub(crate) fn stated_by<'a>(way: EndorsementWay, signer: &'a str, institution: &'a str) -> &'a str {
    match way {
        EndorsementWay::Wallet => institution,
        EndorsementWay::Member | EndorsementWay::Passkey => signer,
    }
}

/// Keeps an endorsement, and has the log say so.
pub(super) async fn keep(
    world: &World,
    token: &str,
    open: &Open,
    given: &Given,
) -> Result<(), AnswerError> {
    let sha256 = (world.crypto.sha256)(&given.document);
    let entry = Entry::Endorsement {
        issuer: stated_by(
            given.way,
            &given.issuer,
            open.institution.did.as_deref().unwrap_or_default(),
        )
        .to_owned(),
        subject: open.request.subject.clone(),
        sha256,
    };
    // What the log could not say would hold up everything behind it.
    entry.encode().map_err(|_| AnswerError::NoIssuer)?;
    let at = given.now.unix_millis();
    let (tenant, id) = (&open.request.tenant, &open.request.id);
    let hash = &secret::hash(world.crypto, token);
    let row = EndorsementRow {
        request: id.clone(),
        tenant: tenant.clone(),
        kind: open.request.kind,
        thing: open.request.thing.clone(),
        version: open.request.version,
        way: given.way,
        organization: given.said.organization.clone(),
        person: given.said.person.clone(),
        comment: given.said.comment.clone(),
        issuer: given.issuer.clone(),
        domain: domain_of(&open.request.email).to_owned(),
        endorser_tenant: given.member.as_ref().map(|(tenant, _)| tenant.clone()),
        own: i64::from(is_own(&world.store.read(), tenant, &open.request.email, given).await?),
        valid_from: at,
        valid_until: given.said.until,
        document: given.document.clone(),
        sha256: hex(&sha256),
        evidence: given.evidence.clone(),
        answered_at: at,
        hidden_at: None,
        withdrawn_at: None,
        withdrawn_why: String::new(),
    };
    let detail = &serde_json::json!({"way": row.way.as_str(), "sha256": row.sha256}).to_string();
    let (row, told) = (&row, &to_tell(world, &open.request, given.now));
    let kept = world.store.write(|mut tx| async move {
        let still = tx.endorsement_request_by_token(hash).await?;
        let still = still.ok_or(AnswerError::NoSuchLink)?;
        is_open(&still, given.now)?;
        if let Some((signer, key)) = &given.key {
            let held = tx.hold_signing_key(signer, &key.id).await?;
            held.ok_or(AnswerError::InBetween)?;
        }
        tx.answer_endorsement_request(tenant, id, at, None).await?;
        tx.add_endorsement(row.clone()).await?;
        tx.outbox([OutboxLine {
            tenant: tenant.clone(),
            kind: logging::ENDORSEMENT.into(),
            subject: id.clone(),
            version: 1,
            at,
        }])
        .await?;
        let audit = |tenant: &TenantId, actor: &str, action: &str| AuditLine {
            tenant: tenant.clone(),
            at,
            actor: actor.to_owned(),
            action: action.to_owned(),
            subject: id.clone(),
            detail: detail.clone(),
        };
        tx.audit([audit(tenant, ENDORSER, "endorsement.receive")])
            .await?;
        if let Some((theirs, actor)) = &given.member {
            tx.audit([audit(theirs, actor, "endorsement.give")]).await?;
        }
        tx.enqueue(told.clone()).await?;
        Ok(())
    });
    match kept.await {
        // Another window was first.
        Err(AnswerError::Store(StoreError::Conflict {
            table: "endorsement_request" | "endorsement",
        })) => Err(AnswerError::Answered),
        kept => kept,
    }
}

/// The job that tells whoever asked what was answered.
pub(super) fn to_tell(world: &World, request: &EndorsementRequestRow, now: Timestamp) -> NewJob {
    let job = Job::AskerMail {
        tenant: request.tenant.to_string(),
        request: request.id.clone(),
        refused: false,
    };
    job.queued(&*world.rng, now, now)
}

/// Whether it comes from the organization that asked, whichever way it was answered: by the domain of the address that was written to, or by the
/// domains that both institutions have shown, the same or one below the other.
async fn is_own(
    reader: &Reader,
    tenant: &TenantId,
    email: &str,
    given: &Given,
) -> Result<bool, StoreError> {
    let own = shown_domain(reader, tenant).await?;
    let domain = domain_of(email);
    let members = reader.members(tenant).await?;
    let below = |own: &str| domain == own || domain.ends_with(&format!(".{own}"));
    if own.as_deref().is_some_and(below)
        || (members.iter()).any(|member| domain_of(&member.email).eq_ignore_ascii_case(domain))
    {
        return Ok(true);
    }
    let Some((theirs, _)) = &given.member else {
        return Ok(false);
    };
    let theirs = shown_domain(reader, theirs).await?;
    let both = own.zip(theirs);
    Ok(both.is_some_and(|(own, theirs)| is_one(&own, &theirs)))
}

/// How long an endorsement may hold.
pub const LONGEST_YEARS: u32 = 3;
const YEAR_MS: i64 = 366 * 24 * 60 * 60 * 1_000;
