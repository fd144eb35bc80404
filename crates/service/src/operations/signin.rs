//! Signing in by a link in a mail, and staying signed in.
//!
//! **Invariant:** secrets stand in links and cookies and nowhere else: the database keeps their hashes. A link works once and for
//! 15 minutes. Whoever asks for a link learns nothing about who is a member.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use touchstone_store::{AuditLine, MemberRow, SessionRow, SigninLinkRow, StoreError, TenantId};
use touchstone_vc::Timestamp;
use tracing::warn;

use super::member::Member;
use crate::{World, ports::Message, secret};

/// Sends a link to everybody who is a member under this address. Answers the same whether or not there is anybody.
pub async fn ask(world: &World, email: &str) -> Result<(), StoreError> {
    let email = email.trim().to_lowercase();
    let members = world.store.read().members_with_email(&email).await?;
    for member in members
        .into_iter()
        .filter(|member| member.disabled_at.is_none())
    {
        let link = make_link(world, &member).await?;
        let institution = world.store.read().institution(&member.tenant).await?;
        let institution = institution
            .map(|institution| institution.name)
            .unwrap_or_default();
        if let Err(error) = world
            .mail
            .send(&mail(world.rng.uuid(), &member, &institution, &link))
            .await
        {
            // The answer must not differ from that for a stranger, so only the operator is told.
            warn!(%error, "a sign-in link could not be mailed");
        }
    }
    Ok(())
}

/// A one-time link for a member, for whoever sits at the machine: the demo, `init`, a locked-out owner.
pub async fn link(
    world: &World,
    tenant: &TenantId,
    member: &str,
) -> Result<Option<String>, StoreError> {
    match world.store.read().member(tenant, member).await? {
        Some(member) => Ok(Some(make_link(world, &member).await?)),
        None => Ok(None),
    }
}

/// A new session.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret for the cookie: 43 characters of base64url.
    pub secret: String,
    /// Who it is.
    pub member: Member,
}

/// Spends a link and starts a session.
pub async fn sign_in(world: &World, token: &str) -> Result<SignedIn, SignInError> {
    let now = world.clock.now();
    let (hash, secret) = (
        &secret::hash(world.crypto, token),
        &URL_SAFE_NO_PAD.encode(world.rng.bytes::<32>()),
    );
    let member = world.store.write(|mut tx| async move {
        let link = tx.signin_link(hash).await?.ok_or(SignInError::NoSuchLink)?;
        match tx.use_signin_link(hash, now.unix_millis()).await {
            Err(StoreError::Conflict { .. }) => return Err(SignInError::NoSuchLink),
            used => used?,
        }
        let row = tx
            .member_of_any_tenant(&link.member)
            .await?
            .ok_or(SignInError::NoSuchLink)?;
        if row.disabled_at.is_some() {
            return Err(SignInError::NoSuchLink);
        }
        tx.add_session(session_row(world, &row, secret, now))
            .await?;
        tx.audit([line(&row, now, "session.start")]).await?;
        Ok(Member::from_row(row)?)
    });
    Ok(SignedIn {
        member: member.await?,
        secret: secret.clone(),
    })
}

/// Who holds this session, if it stands.
pub async fn session(world: &World, secret: &str) -> Result<Option<Member>, StoreError> {
    let reader = world.store.read();
    let now = world.clock.now().unix_millis();
    let Some(session) = reader
        .session(&secret::hash(world.crypto, secret), now)
        .await?
    else {
        return Ok(None);
    };
    let member = reader.member(&session.tenant, &session.member).await?;
    Ok(member
        .map(Member::from_row)
        .transpose()?
        .filter(|member| !member.disabled))
}

/// Ends a session. Ending it again changes nothing.
pub async fn sign_out(world: &World, secret: &str) -> Result<(), StoreError> {
    let hash = &secret::hash(world.crypto, secret);
    world
        .store
        .write(|mut tx| async move { tx.end_session(hash).await })
        .await
}

/// Starts a session for somebody who was recognised in another way, such as by a passkey.
pub(super) fn session_row(
    world: &World,
    member: &MemberRow,
    secret: &str,
    now: Timestamp,
) -> SessionRow {
    SessionRow {
        token_hash: secret::hash(world.crypto, secret),
        member: member.id.clone(),
        tenant: member.tenant.clone(),
        csrf_secret: String::new(), // Form tokens are derived from the cookie's secret, which is not kept.
        created_at: now.unix_millis(),
        expires_at: now.unix_millis() + SESSION_MS,
        seen_at: now.unix_millis(),
    }
}

/// Why nobody was signed in. One reason for all, so that links cannot be probed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such link, or it was used, or it is too old.
    #[error("this link was used or is too old; ask for a new one")]
    NoSuchLink,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

async fn make_link(world: &World, member: &MemberRow) -> Result<String, StoreError> {
    let now = world.clock.now().unix_millis();
    let token = secret::draw(&*world.rng);
    let row = &SigninLinkRow {
        token_hash: secret::hash(world.crypto, &token),
        member: member.id.clone(),
        created_at: now,
        expires_at: now + LINK_MS,
        used_at: None,
    };
    world
        .store
        .write(|mut tx| async move { tx.add_signin_link(row.clone()).await })
        .await?;
    Ok(world.site.link(&format!("/signin/{token}")))
}

fn line(member: &MemberRow, now: Timestamp, action: &str) -> AuditLine {
    AuditLine {
        tenant: member.tenant.clone(),
        at: now.unix_millis(),
        actor: member.id.clone(),
        action: action.to_owned(),
        subject: member.id.clone(),
        detail: "{}".into(),
    }
}

fn mail(id: uuid::Uuid, member: &MemberRow, institution: &str, link: &str) -> Message {
    let name = &member.name;
    let said = "It works once, for 15 minutes. If you did not ask for it, do nothing.";
    Message {
        id: format!("signin.{id}"),
        to: member.email.clone(),
        to_name: name.clone(),
        from_name: institution.to_owned(),
        reply_to: None,
        subject: format!("Your sign-in link for {institution}"),
        language: "en".into(),
        text: format!(
            "Dear {name},\n\nopen this link to sign in to {institution}:\n\n{link}\n\n{said}\n"
        ),
        html: format!(
            "<!doctype html><html lang=\"en\"><body><p>Dear {0},</p><p>open this link to sign in to {1}:</p><p><a href=\"{2}\">{2}</a></p><p>{said}</p></body></html>",
            secret::escape(name),
            secret::escape(institution),
            secret::escape(link),
        ),
    }
}

const LINK_MS: i64 = 15 * 60 * 1_000;
const SESSION_MS: i64 = 12 * 60 * 60 * 1_000;
