//! An institution whose keys are on the curve P-256: everything that it signs is checked as everything else.

use touchstone_bundle::Answer;
use touchstone_service::{
    crosswalk::release,
    issuing::{Revocation, define, revoke},
    operations::work_until_idle,
    verifying::{self, Reach, Which},
};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{CheckKind, Fault, Outcome};

use crate::crosswalk::{agreed, releasing};
use crate::proof_bundle::{bundled, judged, trusted};
use crate::support::{COHORT, MEASURING, all, confirmed, order, outcome};

#[tokio::test]
async fn what_a_p256_institution_issues_withdraws_and_releases_is_checked_as_ever() {
    let world = world().await;
    world.memory_signer.make_p256();
    let (tenant, set, _) = agreed(&world).await;
    define(&world, &order(&tenant, MEASURING)).await.unwrap();
    confirmed(&world, &tenant, MEASURING, COHORT).await;
    work_until_idle(&world).await.unwrap();
    let credentials = all(&world, &tenant).await;
    signed_with_p256(&credentials[0].bytes);
    for kind in [CheckKind::Proof, CheckKind::Issuer, CheckKind::Status] {
        let found = outcome(&world, &tenant, &credentials[0].id, kind).await;
        assert_eq!(found, Some(Outcome::Pass), "{kind:?}");
    }

    let policy = trusted(&world).await;
    let bundle = bundled(&world, &credentials[0]).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);

    let withdrawal = Revocation {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        credential: credentials[1].id.clone(),
        reason: "A mistake".into(),
    };
    revoke(&world, &withdrawal).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let list = published_list(&world, &tenant).await;
    signed_with_p256(&list);
    let found = outcome(&world, &tenant, &credentials[1].id, CheckKind::Status).await;
    assert_eq!(found, Some(Outcome::Fail(Fault::Revoked)));

    release(&world, &releasing(&tenant, &set)).await.unwrap();
    let which = Which::Mappings {
        set: "machining",
        number: 1,
        statement: true,
    };
    let statement = verifying::document(&world, "riverside", which).await;
    let statement = statement.unwrap().unwrap().bytes;
    signed_with_p256(&statement);
    let checked = verifying::check(&world, &statement, None, Reach::Own).await;
    let report = checked.unwrap().report;
    for kind in [CheckKind::Proof, CheckKind::Issuer] {
        assert_eq!(report.outcome(kind), Some(Outcome::Pass), "{report:?}");
    }
}

async fn published_list(world: &TestWorld, tenant: &touchstone_store::TenantId) -> Vec<u8> {
    let reader = world.store.read();
    let lists = reader.status_lists(tenant).await.unwrap();
    let list = reader.publication(&lists[0].id).await.unwrap();
    list.unwrap().bytes
}

#[track_caller]
fn signed_with_p256(document: &[u8]) {
    let text = String::from_utf8_lossy(document);
    assert!(text.contains("\"ecdsa-rdfc-2019\""), "{text}");
    assert!(!text.contains("\"eddsa-rdfc-2022\""), "{text}");
}
