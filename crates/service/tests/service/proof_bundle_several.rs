//! The proof bundle of several credentials: each counts, and what they share is there once.

use touchstone_bundle::{Answer, Bundle, Question};
use touchstone_service::{
    holding::export_bundle,
    issuing::{Revocation, revoke},
    operations::work_until_idle,
};

use crate::proof_bundle::{judged, trusted, with_credentials};

/// One file for what one person earned: what the credentials share stands in it once, and each of them counts.
#[tokio::test]
async fn several_credentials_share_what_they_have_in_common() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let tenant = &credentials[0].tenant;
    let ids: Vec<String> = credentials.iter().map(|row| row.id.clone()).collect();
    let made = |ids: Vec<String>| {
        let world = &world;
        async move {
            let bytes = export_bundle(world, tenant, &ids).await.unwrap().unwrap();
            let bundle = Bundle::parse(&bytes).unwrap();
            assert_eq!(bundle.encode(), bytes, "one form");
            (bundle, bytes.len())
        }
    };
    let (one, alone) = made(vec![ids[0].clone(), ids[0].clone()]).await;
    assert_eq!(one.credentials.len(), 1, "named twice, there once");
    let (bundle, together) = made(ids.clone()).await;
    assert_eq!(bundle.credentials.len(), ids.len());
    assert_eq!(bundle.achievements.len(), 1);
    assert_eq!(bundle.did_documents.len(), 1);
    assert_eq!(bundle.key_events, one.key_events);
    let parts: Vec<_> = bundle.status_proofs.iter().map(|one| &one.proof).collect();
    let distinct: std::collections::BTreeSet<_> = parts.iter().collect();
    assert_eq!(distinct.len(), parts.len(), "each part once");
    assert!(together < ids.len() * alone, "{together} and {alone} bytes");
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    assert_eq!(found.reports.len(), ids.len());

    let order = Revocation {
        tenant: tenant.clone(),
        credential: ids[1].clone(),
        actor: "officer".into(),
        reason: "Issued by mistake.".into(),
    };
    revoke(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let (bundle, _) = made(ids.clone()).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.of(Question::Status), Some(Answer::Fail));
    assert_eq!(found.answer(), Answer::Fail);

    let strange = "00000000-0000-4000-8000-000000000000".to_owned();
    let with_it = [ids[0].clone(), strange.clone()];
    let refused = export_bundle(&world, tenant, &with_it).await.unwrap();
    assert_eq!(refused, Err(strange));
}
