//! Taking what was awarded, and showing it.

use touchstone_service::holding::{self, ClaimError};
use touchstone_testkit::world;

use crate::support::{COHORT, MEASURING, issued};

#[tokio::test]
async fn t30_looking_fifty_times_changes_nothing_and_taking_takes() {
    let world = world().await;
    issued(&world, MEASURING).await;
    let mails = world.mail.sent();
    let with_address = COHORT.lines().filter(|line| line.contains('@')).count();
    assert_eq!(
        mails.len(),
        with_address,
        "one mail for everybody who has an address"
    );
    let link = mails[0]
        .text
        .lines()
        .find(|line| line.contains("/claim/"))
        .unwrap();
    let token = link.rsplit('/').next().unwrap();

    for _ in 0..50 {
        assert_eq!(holding::look(&world, token).await.unwrap().claimed_at, None);
    }
    assert!(matches!(
        holding::open_page(&world, token).await,
        Err(ClaimError::NotClaimed)
    ));
    holding::claim(&world, token).await.unwrap();
    holding::claim(&world, token).await.unwrap();

    let page = holding::open_page(&world, token).await.unwrap();
    assert_eq!(
        holding::open_page(&world, token).await.unwrap(),
        page,
        "switching on again keeps the address"
    );
    let link = page.rsplit('/').next().unwrap();
    assert!(holding::shown(&world, link).await.unwrap().is_some());
    holding::close_page(&world, token).await.unwrap();
    assert!(holding::shown(&world, link).await.unwrap().is_none());
    assert_ne!(
        holding::open_page(&world, token).await.unwrap(),
        page,
        "a closed address never works again"
    );
}

#[tokio::test]
async fn an_unused_link_ends_and_a_code_on_paper_works() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let code = holding::paper_code(&world, &tenant, &credentials[0].id, "registrar")
        .await
        .unwrap();
    assert_eq!(
        holding::look(&world, &code.to_lowercase())
            .await
            .unwrap()
            .claimed_at,
        None
    );
    world.clock.advance_millis(31 * 24 * 60 * 60 * 1_000);
    assert!(matches!(
        holding::claim(&world, &code).await,
        Err(ClaimError::Expired)
    ));
}
