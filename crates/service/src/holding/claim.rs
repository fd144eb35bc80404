//! Taking what was awarded, by the link in a mail or the code on paper.
//!
//! **Invariant (threat 30):** looking changes nothing, so a scanner that opens every link in a mail takes nothing; only
//! [`claim()`] takes. What was taken stays reachable through the same link, because it is the holder's way to switch the public
//! page on and off; a link that was never used ends on its day.

use touchstone_store::{
    AuditLine, ClaimRow, CredentialRow, InstitutionRow, PublicLinkRow, Reader, StoreError,
};

use super::letter;
use crate::{World, secret};

/// A claim as its holder sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The credential.
    pub credential: CredentialRow,
    /// The institution's short name in addresses.
    pub institution_slug: String,
    /// The institution's name.
    pub institution_name: String,
    /// When it was taken, if it was.
    pub claimed_at: Option<i64>,
    /// Until when it can be taken.
    pub expires_at: i64,
    /// The public page, if the holder switched it on.
    pub public_link: Option<String>,
    /// The language in which mails are written to whoever it was awarded to: `en`, `de`, `es` or `fr`.
    pub language: &'static str,
}

/// Reads the claim behind a link. Changes nothing.
#[crate::boxed]
pub async fn look(world: &World, token: &str) -> Result<Claim, ClaimError> {
    let reader = world.store.read();
    let row = find(world, &reader, token).await?;
    let credential = reader
        .credential(&row.tenant, &row.credential)
        .await?
        .ok_or(ClaimError::NoSuchClaim)?;
    let institution = reader
        .institution(&row.tenant)
        .await?
        .ok_or(ClaimError::NoSuchClaim)?;
    let public = reader.public_link_of(&row.tenant, &row.credential).await?;
    let learner = reader.learner(&row.tenant, &credential.learner).await?;
    let language = learner.and_then(|learner| learner.language);
    Ok(Claim {
        language: letter::language(language.as_deref()),
        credential,
        institution_slug: institution.slug,
        institution_name: institution.name,
        claimed_at: row.claimed_at,
        expires_at: row.expires_at,
        public_link: public.map(|public| world.site.link(&format!("/v/{}", public.link))),
    })
}

/// The language in which mails are written to whoever a link or code was made for, also where it leads nowhere any more.
#[crate::boxed]
pub async fn claim_language(
    world: &World,
    token: &str,
) -> Result<Option<&'static str>, StoreError> {
    let reader = world.store.read();
    let Some(row) = row(world, &reader, token).await? else {
        return Ok(None);
    };
    let Some(credential) = reader.credential(&row.tenant, &row.credential).await? else {
        return Ok(None);
    };
    let learner = reader.learner(&row.tenant, &credential.learner).await?;
    Ok(learner.map(|learner| letter::language(learner.language.as_deref())))
}

/// Takes what waits behind a link. Taking it again changes nothing.
#[crate::boxed]
pub async fn claim(world: &World, token: &str) -> Result<(), ClaimError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = find(world, &tx, token).await?;
            if row.claimed_at.is_some() {
                return Ok(());
            }
            match tx.take_claim(&row.token_hash, now).await {
                Err(StoreError::Conflict { .. }) => return Err(ClaimError::Expired),
                taken => taken?,
            }
            tx.audit([line(&row, "credential.claim", now)]).await?;
            Ok(())
        })
        .await
}

/// Switches the public page on, and answers with its address. Switching it on again keeps the address.
#[crate::boxed]
pub async fn open_page(world: &World, token: &str) -> Result<String, ClaimError> {
    let now = world.clock.now().unix_millis();
    let fresh = &secret::draw(&*world.rng);
    let link = world.store.write(|mut tx| async move {
        let row = taken(find(world, &tx, token).await?)?;
        if let Some(open) = tx.public_link_of(&row.tenant, &row.credential).await? {
            return Ok(open.link);
        }
        tx.add_public_link(PublicLinkRow {
            link: fresh.clone(),
            tenant: row.tenant.clone(),
            credential: row.credential.clone(),
            opened_at: now,
            closed_at: None,
        })
        .await?;
        tx.audit([line(&row, "page.open", now)]).await?;
        Ok::<_, ClaimError>(fresh.clone())
    });
    Ok(world.site.link(&format!("/v/{}", link.await?)))
}

/// Switches the public page off. The old address never works again; a page switched on later gets a new one.
#[crate::boxed]
pub async fn close_page(world: &World, token: &str) -> Result<(), ClaimError> {
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = taken(find(world, &tx, token).await?)?;
            let Some(open) = tx.public_link_of(&row.tenant, &row.credential).await? else {
                return Ok(());
            };
            tx.close_public_link(&row.tenant, &open.link, now).await?;
            tx.audit([line(&row, "page.close", now)]).await?;
            Ok(())
        })
        .await
}

/// The credential behind a public page, while its holder keeps the page on.
#[crate::boxed]
pub async fn shown(world: &World, link: &str) -> Result<Option<CredentialRow>, StoreError> {
    world.store.read().open_public_link(link).await
}

/// The same, and who issued it.
#[crate::boxed]
pub async fn shown_by(
    world: &World,
    link: &str,
) -> Result<Option<(CredentialRow, InstitutionRow)>, StoreError> {
    let reader = world.store.read();
    let Some(credential) = reader.open_public_link(link).await? else {
        return Ok(None);
    };
    let institution = reader.institution(&credential.tenant).await?;
    Ok(institution.map(|institution| (credential, institution)))
}

/// The claim behind a link or a code, whatever state it is in.
/// What a link or a code was made for, whatever became of it.
async fn row(world: &World, reader: &Reader, token: &str) -> Result<Option<ClaimRow>, StoreError> {
    let hash = secret::hash(world.crypto, token);
    match reader.claim(&hash).await? {
        Some(row) => Ok(Some(row)),
        None => {
            let code = secret::hash(world.crypto, &code(token));
            reader.claim_by_code(&code).await
        }
    }
}

async fn find(world: &World, reader: &Reader, token: &str) -> Result<ClaimRow, ClaimError> {
    let found = row(world, reader, token).await?;
    let row = found.ok_or(ClaimError::NoSuchClaim)?;
    let now = world.clock.now().unix_millis();
    match (row.claimed_at, row.superseded_at) {
        (Some(_), _) => Ok(row),
        (None, Some(_)) => Err(ClaimError::Superseded),
        (None, None) if row.expires_at <= now => Err(ClaimError::Expired),
        (None, None) => Ok(row),
    }
}

/// A code as it was meant: typed from paper, case and dashes do not count, and look-alikes are one.
pub(super) fn code(typed: &str) -> String {
    let upper = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase());
    upper
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            'U' => 'V',
            c => c,
        })
        .collect()
}

fn taken(row: ClaimRow) -> Result<ClaimRow, ClaimError> {
    if row.claimed_at.is_some() {
        Ok(row)
    } else {
        Err(ClaimError::NotClaimed)
    }
}

fn line(row: &ClaimRow, action: &str, now: i64) -> AuditLine {
    AuditLine {
        tenant: row.tenant.clone(),
        at: now,
        actor: "holder".into(),
        action: action.to_owned(),
        subject: row.credential.clone(),
        detail: "{}".into(),
    }
}

/// Why nothing was taken or switched.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// No such link or code.
    #[error("no such link; check that it is complete, or ask the issuer for a new one")]
    NoSuchClaim,
    /// It was not used in time.
    #[error("this link was not used in time; ask the issuer for a new one")]
    Expired,
    /// A newer link was sent.
    #[error("a newer link was sent; use the one in the latest mail")]
    Superseded,
    /// Only who took it switches its page.
    #[error("take the credential first")]
    NotClaimed,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        assert_eq!(code("vt7p-qm4c-o8il"), "VT7PQM4C0811");
        assert_eq!(code(" VT7P QM4C 0811 "), "VT7PQM4C0811");
    }
}
