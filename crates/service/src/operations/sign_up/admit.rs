//! Admitting an employer to issuing: whoever runs the installation answers for it from here on, as for those that they set up.

use touchstone_store::{AuditLine, InstitutionRow, StoreError, TenantId};

use super::is_shown;
use crate::World;

/// A request to admit an institution that signed up by itself.
#[derive(Clone, Debug)]
pub struct Admission {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
}

/// Admits it: it may issue, and stands in the registers that the installation keeps.
#[crate::boxed]
pub async fn admit(world: &World, order: &Admission) -> Result<(), AdmitError> {
    let now = world.clock.now().unix_millis();
    let admitted = world.store.write(|mut tx| async move {
        if tx.employer(&order.tenant).await?.is_none() {
            return Err(AdmitError::Admitted);
        }
        if !is_shown(&tx, &order.tenant).await? {
            return Err(AdmitError::NotShown);
        }
        let institution = tx.institution(&order.tenant).await?;
        if institution.is_none_or(|row| row.did.is_none()) {
            return Err(AdmitError::NoKey);
        }
        tx.admit_employer(&order.tenant).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "institution.admit".into(),
            subject: order.tenant.to_string(),
            detail: "{}".into(),
        }])
        .await?;
        Ok(())
    });
    match admitted.await {
        Err(AdmitError::Store(StoreError::Conflict { table: "employer" })) => {
            Err(AdmitError::Admitted)
        }
        admitted => admitted,
    }
}

/// Why it was not admitted.
#[derive(Debug, thiserror::Error)]
pub enum AdmitError {
    /// It was set up, or admitted before.
    #[error("this institution did not sign up by itself, or was admitted before: it may issue")]
    Admitted,
    /// It could be anybody.
    #[error("its domain is not shown, so nobody knows who it is: it shows it first")]
    NotShown,
    /// Its domain was shown, and no key was made.
    #[error("it has no signing key: an owner looks at its domain again, which makes one")]
    NoKey,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An institution that signed up by itself and was not admitted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Waiting {
    /// The institution.
    pub institution: InstitutionRow,
    /// When its mail address was confirmed.
    pub signed_up_at: i64,
    /// The domain that it named.
    pub domain: String,
    /// Whether that is shown.
    pub shown: bool,
}

/// All of them, by name.
#[crate::boxed]
pub async fn waiting(world: &World) -> Result<Vec<Waiting>, StoreError> {
    let reader = world.store.read();
    let mut all = Vec::new();
    for institution in reader.institutions().await? {
        let Some(employer) = reader.employer(&institution.id).await? else {
            continue;
        };
        let proof = reader.domain_proof(&institution.id).await?;
        all.push(Waiting {
            institution,
            signed_up_at: employer.signed_up_at,
            shown: proof
                .as_ref()
                .is_some_and(|proof| proof.verified_at.is_some()),
            domain: proof.map(|proof| proof.domain).unwrap_or_default(),
        });
    }
    Ok(all)
}
