//! Institutions and what can be earned there.

use touchstone_service::issuing::{
    DefinitionOrder, FoundError, Import, Outcome, VersionError, define, export, found, import,
    revise,
};
use touchstone_testkit::{NOON, world};

use crate::support::{MACHINING, MEASURING, audited, founding, institution, order};

#[tokio::test]
async fn an_institution_gets_a_did_a_key_and_an_audit_line() {
    let world = world().await;
    let founded = found(&world, &founding("riverside")).await.unwrap();
    assert_eq!(founded.did, "did:web:verify.example.edu:i:riverside");
    let key = world
        .store
        .read()
        .active_signing_key(&founded.tenant)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        key.verification_method,
        format!("{}#{}", founded.did, founded.key)
    );
    assert!(world.signer.sign(&key.id, b"x").await.is_ok());
    assert_eq!(
        audited(&world, &founded.tenant, "institution.found").await,
        1
    );
    assert!(matches!(
        found(&world, &founding("riverside")).await,
        Err(FoundError::SlugTaken(_))
    ));
}

#[tokio::test]
async fn every_fault_of_an_institution_is_named() {
    let world = world().await;
    let mut order = founding("riverside");
    order.description.name = " ".into();
    order.description.country = Some("XX".into());
    order.description.website = Some("riverside".into());
    order.description.contact = Some("registrar".into());
    let Err(FoundError::Faulty(faults)) = found(&world, &order).await else {
        panic!("expected faults")
    };
    let fields: Vec<_> = faults.iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["name", "country", "website", "contact"]);
}

#[tokio::test]
async fn a_version_is_replaced_until_it_is_issued_under() {
    let world = world().await;
    let tenant = institution(&world).await;
    let first = define(&world, &order(&tenant, MEASURING)).await.unwrap();
    assert_eq!((first.version, first.outcome), (1, Outcome::Defined));
    assert!(matches!(
        define(&world, &order(&tenant, MEASURING)).await,
        Err(VersionError::SlugTaken(_))
    ));
    let same = revise(&world, &order(&tenant, MEASURING)).await.unwrap();
    assert_eq!(
        (same.version, same.outcome, &same.sha256),
        (1, Outcome::Unchanged, &first.sha256)
    );

    let longer = MEASURING.replace("90 minutes", "95 minutes");
    let replaced = revise(&world, &order(&tenant, &longer)).await.unwrap();
    assert_eq!((replaced.version, replaced.outcome), (1, Outcome::Replaced));
    assert_ne!(replaced.sha256, first.sha256);
    let late = |json: &str, seen: &str| DefinitionOrder {
        seen: Some(seen.to_owned()),
        ..order(&tenant, json)
    };
    let shorter = MEASURING.replace("90 minutes", "80 minutes");
    let refused = revise(&world, &late(&shorter, &first.sha256)).await;
    assert!(
        matches!(refused, Err(VersionError::InBetween)),
        "{refused:?}"
    );
    let again = revise(&world, &late(&longer, &first.sha256)).await;
    assert_eq!(again.unwrap().outcome, Outcome::Unchanged, "nothing lost");
    let looked = revise(&world, &late(&shorter, &replaced.sha256)).await;
    assert_eq!(looked.unwrap().outcome, Outcome::Replaced);
    let replaced = revise(&world, &order(&tenant, &longer)).await.unwrap();

    let (frozen, id) = (&tenant, &first.achievement);
    world
        .store
        .write(|mut tx| async move {
            tx.freeze_achievement_version(frozen, id, 1, NOON.unix_millis())
                .await
        })
        .await
        .unwrap();
    let next = revise(&world, &order(&tenant, MEASURING)).await.unwrap();
    assert_eq!((next.version, next.outcome), (2, Outcome::NewVersion));
    let kept = world
        .store
        .read()
        .achievement_version(&tenant, id, 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.sha256, replaced.sha256);
}

#[tokio::test]
async fn an_import_brings_what_is_required_first_and_is_repeatable() {
    let world = world().await;
    let tenant = institution(&world).await;
    let import_of = |json: String| Import {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        json: json.into_bytes(),
    };
    let both = import_of(format!("[{MACHINING},{MEASURING}]"));
    let written = import(&world, &both).await.unwrap();
    let slugs: Vec<_> = written
        .iter()
        .map(|one| one.written.slug.as_str())
        .collect();
    assert_eq!(slugs, ["precision-measurement", "machining-to-drawing"]);
    let again = import(&world, &both).await.unwrap();
    assert!(
        again
            .iter()
            .all(|one| one.written.outcome == Outcome::Unchanged)
    );
    let exported = import(&world, &import_of(export(&world, &tenant).await.unwrap()))
        .await
        .unwrap();
    assert!(
        exported
            .iter()
            .all(|one| one.written.outcome == Outcome::Unchanged)
    );

    let circle = MEASURING.replace(
        "\"requires\": []",
        "\"requires\": [\"machining-to-drawing\"]",
    );
    let refused = revise(&world, &order(&tenant, &circle)).await;
    assert!(matches!(refused, Err(VersionError::Circle(way)) if way.len() == 3));
}
