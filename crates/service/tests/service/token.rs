//! Letting a holder have a token over a credential: what it is over, and over what there is none.

use touchstone_service::{
    holding::{PermitTokenError, TokenPermit, permit_token},
    issuing::{Suspension, found, revoke, suspend},
};
use touchstone_store::{AuditFilter, TenantId};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::multibase::encode_hex;

use crate::{
    support::founding,
    withdraw::{issued_suspendable, revocation},
};

fn order(tenant: &TenantId, id: &str) -> TokenPermit {
    TokenPermit {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        credential: id.into(),
        chain: 1,
    }
}

/// What the record says of each token that was permitted.
async fn recorded(world: &TestWorld, tenant: &TenantId) -> Vec<String> {
    let filter = AuditFilter {
        action: Some("credential.permit-token".into()),
        ..AuditFilter::default()
    };
    let reader = world.store.read();
    let lines = reader.audit_lines(tenant, &filter, None, 99).await.unwrap();
    lines.into_iter().map(|line| line.detail).collect()
}

#[tokio::test]
async fn a_token_is_over_the_bytes_of_a_credential_that_stands() {
    let world = world().await;
    let (tenant, credentials) = issued_suspendable(&world).await;
    let [first, second, third] = &credentials[..3] else {
        panic!("the sample has three learners");
    };
    let ground = permit_token(&world, &order(&tenant, &first.id)).await;
    let ground = ground.unwrap();
    assert_eq!(encode_hex(&ground.sha256), first.sha256);
    let again = permit_token(&world, &order(&tenant, &first.id)).await;
    assert_ne!(again.unwrap().salt, ground.salt, "each has its own salt");
    let details = recorded(&world, &tenant).await;
    assert_eq!(details, [r#"{"chain":1}"#; 2], "the salt is kept nowhere");

    revoke(&world, &revocation(&tenant, &second.id))
        .await
        .unwrap();
    let suspension = Suspension {
        tenant: tenant.clone(),
        credential: third.id.clone(),
        actor: "registrar".into(),
        reason: "Under review.".into(),
    };
    suspend(&world, &suspension).await.unwrap();
    let refused = permit_token(&world, &order(&tenant, &second.id)).await;
    assert!(matches!(refused, Err(PermitTokenError::Revoked)));
    let refused = permit_token(&world, &order(&tenant, &third.id)).await;
    assert!(matches!(refused, Err(PermitTokenError::Suspended)));
    let details = recorded(&world, &tenant).await;
    assert_eq!(details.len(), 2, "what was refused was not permitted");
}

#[tokio::test]
async fn t52_another_institution_permits_no_token() {
    let world = world().await;
    let (_, credentials) = issued_suspendable(&world).await;
    let other = found(&world, &founding("other")).await.unwrap().tenant;
    let refused = permit_token(&world, &order(&other, &credentials[0].id)).await;
    assert!(matches!(refused, Err(PermitTokenError::NoSuchCredential)));
}
