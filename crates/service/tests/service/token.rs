//! Letting a holder have a token over a credential: what it is over, and over what there is none.

use touchstone_service::{
    holding::{BurnTokenError, PermitTokenError, TokenBurn, TokenPermit, burn_token, permit_token},
    issuing::{Suspension, found, revoke, suspend},
    operations::restore::{Begun, mark_restored},
    ports::Clock as _,
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
    lines(world, tenant, "credential.permit-token").await
}

async fn lines(world: &TestWorld, tenant: &TenantId, action: &str) -> Vec<String> {
    let filter = AuditFilter {
        action: Some(action.into()),
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

#[tokio::test]
async fn who_ends_a_token_is_in_the_record_of_whoever_issued_the_credential() {
    let world = world().await;
    let (tenant, credentials) = issued_suspendable(&world).await;
    let other = found(&world, &founding("other")).await.unwrap().tenant;
    let order = |id: &str| TokenBurn {
        actor: "registrar".into(),
        credential: id.into(),
        sha256: credentials[0].sha256.clone(),
        chain: 1,
        contract: "0xC0".into(),
        token: "0x70".into(),
        transaction: "0x7A".into(),
    };
    let now = world.clock.now();
    let known = burn_token(&world.store, now, &order(&credentials[0].id)).await;
    assert!(known.unwrap());
    let said = r#"{"chain":1,"contract":"0xC0","token":"0x70","transaction":"0x7A"}"#;
    assert_eq!(
        lines(&world, &tenant, "credential.burn-token").await,
        [said]
    );

    let unknown = burn_token(&world.store, now, &order("nobody's")).await;
    assert!(!unknown.unwrap(), "it is said that no record has it");
    // A file can name any credential; what its token is over it cannot.
    let other_one = burn_token(&world.store, now, &order(&credentials[1].id)).await;
    assert!(matches!(other_one, Err(BurnTokenError::OtherBytes)));
    let all = lines(&world, &tenant, "credential.burn-token").await;
    assert_eq!(all.len(), 1);
    let others = lines(&world, &other, "credential.burn-token").await;
    assert!(others.is_empty(), "{others:?}");
    let begun = Begun::default();
    mark_restored(&world.store, now, &begun).await.unwrap();
    let refused = burn_token(&world.store, now, &order(&credentials[0].id)).await;
    assert!(matches!(refused, Err(BurnTokenError::ReadOnly)));
}
