//! Mending what was issued wrongly.

use touchstone_service::{
    issuing::{Changes, Correction, correct},
    operations::work_until_idle,
};
use touchstone_testkit::world;
use touchstone_vc::{CheckKind, Outcome};

use crate::support::{MEASURING, all, credential, issued, outcome};

#[tokio::test]
async fn a_correction_replaces_and_withdraws_in_one_step() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let wrong = &credentials[0].id;
    let order = Correction {
        tenant: tenant.clone(),
        credential: wrong.clone(),
        actor: "registrar".into(),
        changes: Changes {
            name: Some("Corrected Name".into()),
            ..Changes::default()
        },
        drawn: None,
    };
    correct(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();

    let wrong = credential(&world, &tenant, wrong).await;
    let right = wrong
        .replaced_by
        .clone()
        .expect("the wrong one names the right one");
    let right = credential(&world, &tenant, &right).await;
    assert_eq!(right.replaces.as_ref(), Some(&wrong.id));
    assert!(wrong.revoked_at.is_some());
    assert_eq!(
        outcome(&world, &tenant, &right.id, CheckKind::Status).await,
        Some(Outcome::Pass)
    );
    assert_eq!(all(&world, &tenant).await.len(), 26);
    // Whose it is learns that it takes the place of the one before.
    let sent = world.mail.sent();
    let told = sent.last().unwrap();
    assert_eq!(
        told.subject,
        "Your credential from Riverside Polytechnic was corrected"
    );
    assert!(told.text.contains("The one before was withdrawn"));
}
