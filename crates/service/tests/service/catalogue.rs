//! What the public is told that people can earn.

use touchstone_service::issuing::{Outcome, awarded, define, revise};
use touchstone_store::{AchievementRow, AchievementVersionRow, StoreError};
use touchstone_testkit::{NOON, world};

use crate::support::{CARING, MEASURING, issued, order};

#[tokio::test]
async fn a_draft_does_not_take_the_awarded_version_off_the_offer() {
    let world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    define(&world, &order(&tenant, CARING)).await.unwrap();
    let longer = MEASURING.replace("90 minutes", "95 minutes");
    let draft = revise(&world, &order(&tenant, &longer)).await.unwrap();
    assert_eq!((draft.version, draft.outcome), (2, Outcome::NewVersion));

    let offered = awarded(&world, &tenant).await.unwrap();
    let offered: Vec<_> = offered
        .iter()
        .map(|one| (one.achievement.slug.as_str(), one.version.version))
        .collect();
    assert_eq!(offered, [("precision-measurement", 1)]);
}

#[tokio::test]
async fn an_achievement_that_cannot_be_read_takes_no_other_off_the_offer() {
    let world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let achievement = &AchievementRow {
        id: "unreadable".into(),
        tenant: tenant.clone(),
        slug: "unreadable".into(),
        name: "Unreadable".into(),
        latest_version: 1,
        created_at: NOON.unix_millis(),
        archived_at: None,
    };
    let version = &AchievementVersionRow {
        achievement: achievement.id.clone(),
        version: 1,
        document: "{".into(),
        published: Vec::new(),
        sha256: String::new(),
        created_at: NOON.unix_millis(),
        created_by: "registrar".into(),
        issued_under_at: Some(NOON.unix_millis()),
    };
    world
        .store
        .write(|mut tx| async move {
            tx.add_achievement(achievement.clone()).await?;
            tx.add_achievement_version(&achievement.tenant, &achievement.name, version.clone())
                .await?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();

    let offered = awarded(&world, &tenant).await.unwrap();
    let offered: Vec<_> = offered
        .iter()
        .map(|one| one.achievement.slug.as_str())
        .collect();
    assert_eq!(offered, ["precision-measurement"]);
}
