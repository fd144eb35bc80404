//! The page that a holder switched on: what it shares with others is asked for once a second, and what is told of it alone each time.

use touchstone_service::{
    governing::NoLongerAwarded,
    holding,
    issuing::revoke,
    operations::work_until_idle,
    verifying::{Shown, check_shown},
};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{CheckKind, Fault, Outcome};

use crate::support::{MEASURING, issued, no_longer_used, outcome};
use crate::withdraw::revocation;

/// The link of a page that is switched on for a credential, with the token of its holder.
async fn page_of(world: &TestWorld, token: &str) -> String {
    holding::claim(world, token).await.unwrap();
    let page = holding::open_page(world, token).await.unwrap();
    page.rsplit('/').next().unwrap().to_owned()
}

async fn shown(world: &TestWorld, link: &str) -> Shown {
    check_shown(world, link).await.unwrap().unwrap()
}

fn status(shown: &Shown) -> Option<Outcome> {
    shown.checked.report.outcome(CheckKind::Status)
}

#[tokio::test]
async fn what_pages_share_is_as_of_a_second_ago_at_most() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let mut pages = Vec::new();
    for row in &credentials[..2] {
        let code = holding::paper_code(&world, &tenant, &row.id, "registrar");
        pages.push(page_of(&world, &code.await.unwrap()).await);
    }
    let before = shown(&world, &pages[0]).await;
    assert_eq!(status(&before), Some(Outcome::Pass));
    assert_eq!(before.institution.slug, "riverside");

    let withdrawn = &credentials[1];
    revoke(&world, &revocation(&tenant, &withdrawn.id))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    // Whoever checks the file itself sees it at once.
    let revoked = Some(Outcome::Fail(Fault::Revoked));
    let kind = CheckKind::Status;
    assert_eq!(outcome(&world, &tenant, &withdrawn.id, kind).await, revoked);
    // The list was asked for within this second, for another page; what stands of this credential alone is of now.
    let now = shown(&world, &pages[1]).await;
    assert_eq!(status(&now), Some(Outcome::Pass));
    assert!(now.credential.revoked_at.is_some());
    world.clock.advance_millis(1_000);
    assert_eq!(status(&shown(&world, &pages[1]).await), revoked);
    assert_eq!(status(&shown(&world, &pages[0]).await), Some(Outcome::Pass));
}

#[tokio::test]
async fn a_page_that_was_switched_off_is_gone_at_once() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let code = holding::paper_code(&world, &tenant, &credentials[0].id, "registrar");
    let token = code.await.unwrap();
    let link = page_of(&world, &token).await;
    shown(&world, &link).await;
    holding::close_page(&world, &token).await.unwrap();
    assert!(check_shown(&world, &link).await.unwrap().is_none());
}

#[tokio::test]
async fn what_is_no_longer_used_is_told_beside_the_verdict_and_not_in_it() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let code = holding::paper_code(&world, &tenant, &credentials[0].id, "registrar");
    let link = page_of(&world, &code.await.unwrap()).await;
    let before = shown(&world, &link).await;
    assert_eq!(before.no_longer_awarded, None);
    let since = world.world.clock.now().unix_millis();
    no_longer_used(&world, &tenant, &credentials[0].achievement).await;
    world.clock.advance_millis(1_000);
    let after = shown(&world, &link).await;
    let told = NoLongerAwarded {
        since,
        replaced_by: "Metrology".into(),
        page: None,
        address: None,
    };
    assert_eq!(after.no_longer_awarded, Some(told));
    let found = |shown: &Shown| {
        let checks = shown.checked.report.checks.iter();
        let checks = checks.map(|check| (check.kind, check.outcome));
        checks.collect::<Vec<_>>()
    };
    assert_eq!(found(&after), found(&before));
}
