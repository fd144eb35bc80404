//! Taking back, pausing and reinstating, and when it is seen.

use touchstone_service::{
    issuing::{
        Reinstatement, Revocation, RevokeError, Suspension, found, reinstate, revoke, suspend,
    },
    operations::work_until_idle,
};
use touchstone_store::{CredentialRow, TenantId};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{CheckKind, Fault, Outcome};

use crate::support::{CARING, MACHINING, MEASURING, founding, issued, outcome};

pub(crate) fn revocation(tenant: &TenantId, id: &str) -> Revocation {
    Revocation {
        tenant: tenant.clone(),
        credential: id.into(),
        actor: "registrar".into(),
        reason: "Mixed up.".into(),
    }
}

#[tokio::test]
async fn revoking_one_is_seen_and_touches_nobody_else() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let (first, second) = (&credentials[0].id, &credentials[1].id);

    revoke(&world, &revocation(&tenant, first)).await.unwrap();
    assert_eq!(
        outcome(&world, &tenant, first, CheckKind::Status).await,
        Some(Outcome::Pass),
        "not published yet"
    );
    work_until_idle(&world).await.unwrap();

    assert_eq!(
        outcome(&world, &tenant, first, CheckKind::Status).await,
        Some(Outcome::Fail(Fault::Revoked))
    );
    assert_eq!(
        outcome(&world, &tenant, second, CheckKind::Status).await,
        Some(Outcome::Pass)
    );
    let again = revoke(&world, &revocation(&tenant, first)).await;
    assert!(matches!(again, Err(RevokeError::AlreadyRevoked)));
}

#[tokio::test]
async fn t52_another_institution_does_not_reach_a_credential() {
    let world = world().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let other = found(&world, &founding("other")).await.unwrap().tenant;
    let refused = revoke(&world, &revocation(&other, &credentials[0].id)).await;
    assert!(matches!(refused, Err(RevokeError::NoSuchCredential)));
}

#[tokio::test]
async fn a_suspension_shows_and_ends() {
    let world = world().await;
    let (tenant, credentials) = issued_suspendable(&world).await;
    let id = &credentials[0].id;
    let order = Suspension {
        tenant: tenant.clone(),
        credential: id.clone(),
        actor: "registrar".into(),
        reason: "Under review.".into(),
    };
    suspend(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        outcome(&world, &tenant, id, CheckKind::Status).await,
        Some(Outcome::Fail(Fault::Suspended))
    );

    let order = Reinstatement {
        tenant: tenant.clone(),
        credential: id.clone(),
        actor: "registrar".into(),
        reason: "Review closed.".into(),
    };
    reinstate(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        outcome(&world, &tenant, id, CheckKind::Status).await,
        Some(Outcome::Pass)
    );
}

/// The sample's achievements differ in their policies; one of them allows suspension.
pub(crate) async fn issued_suspendable(world: &TestWorld) -> (TenantId, Vec<CredentialRow>) {
    let allows = |json: &&&str| json.contains("\"allowsSuspension\": true");
    let definition = [MEASURING, MACHINING, CARING];
    let definition = definition
        .iter()
        .find(allows)
        .expect("one sample achievement allows suspension");
    issued(world, definition).await
}
