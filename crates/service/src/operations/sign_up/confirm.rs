//! Confirming the address: from here on the organization is an institution of this installation, and whoever confirmed is its owner.

use touchstone_store::{
    AuditLine, DomainProofRow, EmployerRow, InstitutionRow, MemberRow, SignUpRow, StoreError,
    TenantId,
};

use crate::{
    World,
    operations::{
        member::{Role, roles_to_json},
        signin::{SignedIn, start},
    },
    secret,
};

/// Spends the link of a sign-up, sets the organization up and signs its owner in. It issues nothing and is shown to nobody before its domain is.
#[crate::boxed]
pub async fn confirm_sign_up(world: &World, token: &str) -> Result<SignedIn, ConfirmSignUpError> {
    if !world.employers.sign_up {
        return Err(ConfirmSignUpError::NoSuchLink);
    }
    let hash = &secret::hash(world.crypto, token);
    let now = world.clock.now();
    let at = now.unix_millis();
    let tenant = &TenantId::new(world.rng.uuid().to_string());
    let member = &world.rng.uuid().to_string();
    let line = &secret::draw(&*world.rng);
    let confirmed = world.store.write(|mut tx| async move {
        let row = tx.sign_up_by_token(hash).await?;
        let row = row.filter(|row| row.ends_at > at);
        let row = row.ok_or(ConfirmSignUpError::NoSuchLink)?;
        tx.end_sign_up(&row.id).await?;
        tx.add_institution(institution(&row, tenant, at)).await?;
        tx.add_employer(EmployerRow {
            tenant: tenant.clone(),
            signed_up_at: at,
        })
        .await?;
        tx.name_domain(DomainProofRow {
            tenant: tenant.clone(),
            domain: row.domain.clone(),
            token: line.clone(),
            asked_at: at,
            verified_at: None,
        })
        .await?;
        let owner = MemberRow {
            id: member.clone(),
            tenant: tenant.clone(),
            email: row.email,
            name: row.name,
            roles: roles_to_json(&[Role::Owner]),
            created_at: at,
            disabled_at: None,
        };
        tx.add_member(owner.clone()).await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at,
            actor: member.clone(),
            action: "institution.sign_up".into(),
            subject: tenant.to_string(),
            detail: serde_json::json!({"domain": row.domain, "name": row.organization}).to_string(),
        }])
        .await?;
        Ok(start(world, &mut tx, owner, now, "sign-up").await?)
    });
    match confirmed.await {
        // The link was spent in between.
        Err(ConfirmSignUpError::Store(StoreError::Conflict { .. })) => {
            Err(ConfirmSignUpError::NoSuchLink)
        }
        confirmed => confirmed,
    }
}

/// Why nothing was set up. One reason for all, so that links cannot be probed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmSignUpError {
    /// No such link, or it was used, or it is too old.
    #[error("this link was used or is too old; sign up again")]
    NoSuchLink,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An institution without a DID or a key. It gets both, and a short name that others know it by, when its domain is shown: until then nobody
/// takes the name of a domain that is not theirs.
fn institution(row: &SignUpRow, tenant: &TenantId, at: i64) -> InstitutionRow {
    InstitutionRow {
        id: tenant.clone(),
        slug: tenant.to_string(),
        name: row.organization.clone(),
        country: None,
        legal_id: None,
        website: Some(format!("https://{}", row.domain)),
        contact_email: None,
        mark: None,
        did: None,
        public_url: None,
        created_at: at,
    }
}
