//! Sessions: started, looked up with each request, ended.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use touchstone_store::{MemberRow, SessionRow, StoreError, Tx};
use touchstone_vc::Timestamp;

use super::{SignedIn, line};
use crate::{World, operations::member::Member, secret};

/// Somebody at work, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// The member, as they stand now.
    pub member: Member,
    /// The institution's name.
    pub institution: String,
    /// The institution's short name in addresses.
    pub slug: String,
}

/// Who holds this session, if it stands. Roles are read each time: what an owner changes holds at once.
#[crate::boxed]
pub async fn session(world: &World, secret: &str) -> Result<Option<Session>, StoreError> {
    let reader = world.store.read();
    let now = world.clock.now().unix_millis();
    let hash = secret::hash(world.crypto, secret);
    let Some(row) = reader.session(&hash, now).await? else {
        return Ok(None);
    };
    let member = reader.member(&row.tenant, &row.member).await?;
    let institution = reader.institution(&row.tenant).await?;
    let (Some(member), Some(institution)) = (member, institution) else {
        return Ok(None);
    };
    let session = Session {
        member: Member::from_row(member)?,
        institution: institution.name,
        slug: institution.slug,
    };
    Ok(Some(session).filter(|session| !session.member.disabled))
}

/// Ends a session. Ending it again changes nothing.
#[crate::boxed]
pub async fn sign_out(world: &World, secret: &str) -> Result<(), StoreError> {
    let hash = &secret::hash(world.crypto, secret);
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            let Some(row) = tx.session(hash, now.unix_millis()).await? else {
                return Ok(());
            };
            tx.end_session(hash).await?;
            if let Some(member) = tx.member(&row.tenant, &row.member).await? {
                tx.audit([line(&member, now, "session.end", "{}".into())])
                    .await?;
            }
            Ok(())
        })
        .await
}

/// Starts a session for somebody who was recognised, `by` a link or a passkey.
pub(in crate::operations) async fn start(
    world: &World,
    tx: &mut Tx,
    member: MemberRow,
    now: Timestamp,
    by: &str,
) -> Result<SignedIn, StoreError> {
    let secret = URL_SAFE_NO_PAD.encode(world.rng.bytes::<32>());
    tx.add_session(SessionRow {
        token_hash: secret::hash(world.crypto, &secret),
        member: member.id.clone(),
        tenant: member.tenant.clone(),
        csrf_secret: String::new(), // Form tokens are derived from the cookie's secret, which is not kept.
        created_at: now.unix_millis(),
        expires_at: now.unix_millis() + SESSION_MS,
        seen_at: now.unix_millis(),
    })
    .await?;
    let detail = serde_json::json!({ "by": by }).to_string();
    tx.audit([line(&member, now, "session.start", detail)])
        .await?;
    Ok(SignedIn {
        secret,
        member: Member::from_row(member)?,
    })
}

const SESSION_MS: i64 = 12 * 60 * 60 * 1_000;
