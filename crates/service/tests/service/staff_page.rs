//! Roles for an employer's own people: on a page of their own, read all at once, and nobody else's.

use touchstone_service::{
    World,
    hiring::{
        Closing, Opening, PostingError, StaffPageClosing, StaffPageError, StaffPageOpening,
        close_posting, close_staff_page, open_posting, open_staff_page, posting, public_staff_page,
        read_for_staff,
    },
};
use touchstone_store::{AuditFilter, TenantId};
use touchstone_testkit::world;

use crate::applications::{both, credential, described, opening, posting_count, sent};
use crate::support::audited;

async fn page_of(world: &World, tenant: &TenantId) -> String {
    let order = StaffPageOpening {
        tenant: tenant.clone(),
        actor: "boss".into(),
    };
    open_staff_page(world, &order).await.unwrap()
}

async fn for_staff(world: &World, tenant: &TenantId, staff: bool) -> String {
    let role = described(world, tenant).await;
    let order = Opening {
        staff,
        ..opening(tenant, &role)
    };
    open_posting(world, &order).await.unwrap()
}

/// The postings on the page under this name.
async fn on(world: &World, name: &str) -> Vec<String> {
    let found = public_staff_page(world, name).await.unwrap().unwrap();
    found.postings.into_iter().map(|one| one.row.id).collect()
}

#[tokio::test]
async fn t52_the_page_lists_what_is_open_for_its_own_people_and_nothing_else() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let own = for_staff(&world, &employer, true).await;
    for_staff(&world, &employer, false).await;
    for_staff(&world, &school, true).await;
    let name = page_of(&world, &employer).await;
    assert_eq!(on(&world, &name).await, std::slice::from_ref(&own));

    // A second one for the same role stands beside it until its time is over.
    let role = posting(&world, &employer, &own).await.unwrap().unwrap();
    let order = Opening {
        staff: true,
        open_days: Some(1),
        ..opening(&employer, &role.row.role)
    };
    open_posting(&world, &order).await.unwrap();
    assert_eq!(on(&world, &name).await.len(), 2);
    world.clock.advance_millis(86_400_000);
    assert_eq!(on(&world, &name).await, std::slice::from_ref(&own));

    let posting = posting(&world, &employer, &own).await.unwrap().unwrap();
    assert!(
        public_staff_page(&world, &posting.row.public)
            .await
            .unwrap()
            .is_none()
    );
    let closing = Closing {
        tenant: employer.clone(),
        actor: "boss".into(),
        posting: own,
    };
    close_posting(&world, &closing).await.unwrap();
    assert!(on(&world, &name).await.is_empty());
}

#[tokio::test]
async fn a_new_address_ends_the_old_one_and_closing_ends_both() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let first = page_of(&world, &employer).await;
    let second = page_of(&world, &employer).await;
    assert!(public_staff_page(&world, &first).await.unwrap().is_none());
    assert!(public_staff_page(&world, &second).await.unwrap().is_some());
    let order = StaffPageClosing {
        tenant: employer.clone(),
        actor: "boss".into(),
    };
    close_staff_page(&world, &order).await.unwrap();
    assert!(public_staff_page(&world, &second).await.unwrap().is_none());
    let again = close_staff_page(&world, &order).await;
    assert!(matches!(again, Err(StaffPageError::None)), "{again:?}");
    let (read, filter) = (world.store.read(), AuditFilter::default());
    let lines = read
        .audit_lines(&employer, &filter, None, 99)
        .await
        .unwrap();
    let acts = lines.iter().map(|line| line.action.as_str());
    let acts: Vec<_> = acts.filter(|act| act.starts_with("staff_page")).collect();
    assert_eq!(
        acts,
        ["staff_page.close", "staff_page.move", "staff_page.open"]
    );
    let told = format!("{lines:?}");
    assert!(
        !told.contains(&first) && !told.contains(&second),
        "no address is on record"
    );
}

#[tokio::test]
async fn credentials_are_read_for_all_roles_at_once_and_nothing_is_kept() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let ids = [
        for_staff(&world, &employer, true).await,
        for_staff(&world, &employer, true).await,
    ];
    let name = page_of(&world, &employer).await;
    let page = public_staff_page(&world, &name).await.unwrap().unwrap();
    let files = [credential(&world, &school).await];
    let read = read_for_staff(&world, &page, &files).await.unwrap();
    assert_eq!((read.roles.len(), read.left_out), (2, 0));
    assert_eq!(read.credentials[0].people, ["Amara Okafor"]);
    for one in &read.roles {
        let alone = touchstone_service::hiring::preview(&world, &one.posting, &files).await;
        let alone = alone.unwrap();
        assert_eq!(one.reading, alone.reading, "as for one role");
        assert_eq!(one.could_close, alone.could_close);
    }
    for id in &ids {
        let posting = posting(&world, &employer, id).await.unwrap().unwrap();
        assert_eq!(posting_count(&world, &employer, &posting).await, 0);
    }
    assert_eq!(audited(&world, &employer, "application.receive").await, 0);
    // Then one applies as anybody does.
    sent(&world, &read.roles[0].posting, &files).await;
    assert_eq!(audited(&world, &employer, "application.receive").await, 1);
}

#[tokio::test]
async fn more_roles_than_are_read_at_once_are_counted() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    for _ in 0..32 {
        for_staff(&world, &employer, true).await;
    }
    let name = page_of(&world, &employer).await;
    let page = public_staff_page(&world, &name).await.unwrap().unwrap();
    let files = [credential(&world, &school).await];
    let read = read_for_staff(&world, &page, &files).await.unwrap();
    assert_eq!((read.roles.len(), read.left_out), (30, 2));
}

#[tokio::test]
async fn a_link_for_own_people_has_no_name_that_others_could_guess() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let role = described(&world, &employer).await;
    let order = Opening {
        staff: true,
        name: "machinist".into(),
        ..opening(&employer, &role)
    };
    let refused = open_posting(&world, &order).await;
    assert!(
        matches!(refused, Err(PostingError::StaffName)),
        "{refused:?}"
    );
}
