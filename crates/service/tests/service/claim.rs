//! Taking what was awarded, and showing it.

use touchstone_service::{
    World,
    holding::{self, ClaimError, PaperCodes, PaperError, Resending},
    issuing::{Revocation, revoke},
    operations::work_until_idle,
};
use touchstone_store::{DeliveryFilter, DeliveryKind, DeliveryState, TenantId};
use touchstone_testkit::{TestDatabase, world, world_on};

use crate::support::{COHORT, MEASURING, all, audited, confirmed, institution_with, issued};

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

const ON_PAPER: &str = "name,email,identifier,level,evidence,assessor,awarded_on\n\
    Kiri Ngata,,R26-1132,2,https://riverside.example/evidence/1.pdf,Hannah Osei,2026-11-13\n\
    Ada Lind,,R26-1133,2,https://riverside.example/evidence/2.pdf,Hannah Osei,2026-11-13\n\
    Grace Abiodun,grace@example.net,R26-1118,3,https://riverside.example/evidence/3.pdf,Hannah Osei,2026-11-13\n\
    Bo Ek,,R26-1134,2,https://riverside.example/evidence/4.pdf,Hannah Osei,2026-11-13\n";

async fn mostly_on_paper(world: &World) -> (TenantId, PaperCodes) {
    let tenant = institution_with(world, MEASURING).await;
    let batch = confirmed(world, &tenant, MEASURING, ON_PAPER).await;
    work_until_idle(world).await.unwrap();
    let order = PaperCodes {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        batch,
        again: false,
    };
    (tenant, order)
}

async fn waiting(world: &World, order: &PaperCodes) -> [u64; 3] {
    let told = holding::announced(world, &order.tenant, &order.batch).await;
    let told = told.unwrap();
    [told.on_paper, told.without_code, told.with_code]
}

#[tokio::test]
async fn everybody_of_a_batch_without_an_address_gets_a_code_at_once() {
    let world = world().await;
    let (tenant, order) = mostly_on_paper(&world).await;
    assert_eq!(waiting(&world, &order).await, [3, 3, 0]);
    let made = holding::paper_codes(&world, &order).await.unwrap();
    let people: Vec<&str> = made.codes.iter().map(|one| one.person.as_str()).collect();
    assert_eq!(
        people,
        ["Ada Lind", "Bo Ek", "Kiri Ngata"],
        "by name, and nobody with an address"
    );
    assert_eq!(made.codes[0].identifier.as_deref(), Some("R26-1133"));
    assert!(made.enter_at.ends_with("/claim") && made.enter_at.starts_with("https://"));
    assert_eq!(made.left, 0);
    assert_eq!(waiting(&world, &order).await, [3, 0, 3]);
    assert_eq!(audited(&world, &tenant, "claim.paper-code").await, 3);
    for one in &made.codes {
        let claim = holding::look(&world, &one.code).await.unwrap();
        assert_eq!(claim.credential.id, one.credential);
        assert_eq!(claim.expires_at, made.expires_at);
    }
    let again = holding::paper_codes(&world, &order).await;
    assert!(matches!(again, Err(PaperError::AllHaveOne(3))), "{again:?}");
    for one in &made.codes {
        holding::claim(&world, &one.code).await.unwrap();
    }
    let nobody = PaperCodes {
        again: true,
        ..order
    };
    let nobody = holding::paper_codes(&world, &nobody).await;
    assert!(matches!(nobody, Err(PaperError::Nobody)), "{nobody:?}");
}

#[tokio::test]
async fn new_codes_end_the_old_ones_and_leave_alone_who_took_theirs() {
    let world = world().await;
    let (tenant, order) = mostly_on_paper(&world).await;
    let first = holding::paper_codes(&world, &order).await.unwrap().codes;
    holding::claim(&world, &first[0].code).await.unwrap();
    let lost = all(&world, &tenant).await;
    let lost = lost.iter().find(|row| row.id == first[1].credential);
    world.clock.advance_millis(1_000);
    let again = PaperCodes {
        again: true,
        ..order.clone()
    };
    let second = holding::paper_codes(&world, &again).await.unwrap().codes;
    let people: Vec<&str> = second.iter().map(|one| one.person.as_str()).collect();
    assert_eq!(people, ["Bo Ek", "Kiri Ngata"], "who took theirs gets none");
    for one in &first[1..] {
        let ended = holding::claim(&world, &one.code).await;
        assert!(matches!(ended, Err(ClaimError::Superseded)), "{ended:?}");
    }
    holding::claim(&world, &second[1].code).await.unwrap();
    let taken = holding::look(&world, &first[0].code).await.unwrap();
    assert!(taken.claimed_at.is_some(), "what was taken stays reachable");
    assert_eq!(lost.unwrap().id, second[0].credential);
}

/// An address is corrected while a mail to the wrong one is being written: it gets no link, which nothing would have ended.
#[tokio::test]
async fn a_mail_that_is_called_back_before_its_link_was_made_is_not_sent() {
    let world = world_on(TestDatabase::postgres()).await;
    let tenant = institution_with(&world, MEASURING).await;
    confirmed(&world, &tenant, MEASURING, COHORT).await;
    // As `resend` leaves it, between reading what is due and holding the job for the links.
    let wrong = "amara.okafor@example.org";
    world.tamper(&format!(
        "CREATE FUNCTION call_back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         UPDATE delivery SET state = 'dead', next_at = NULL WHERE address = '{wrong}' AND attempts = 0; RETURN NEW; END $$"
    ));
    world.tamper(
        "CREATE TRIGGER in_between AFTER UPDATE ON job FOR EACH ROW \
         WHEN (NEW.kind = 'deliver' AND NEW.fence = OLD.fence) EXECUTE FUNCTION call_back()",
    );
    work_until_idle(&world).await.unwrap();

    let mails = world.mail.sent();
    assert!(mails.iter().all(|mail| mail.to != wrong));
    let filter = DeliveryFilter::default();
    let rows = holding::deliveries(&world, &tenant, &filter, None, 50)
        .await
        .unwrap()
        .rows;
    let mut of_it = rows.iter();
    let called_back = of_it.find(|row| row.address.as_deref() == Some(wrong));
    let called_back = called_back.unwrap();
    assert_eq!(called_back.state, DeliveryState::Dead);
    let reader = world.store.read();
    let links = reader.claims(&tenant, &called_back.credential);
    assert!(links.await.unwrap().is_empty());
    let others = rows.iter().filter(|row| row.state == DeliveryState::Sent);
    assert_eq!(mails.len(), others.count(), "everybody else has theirs");
    assert!(!mails.is_empty());
}

#[tokio::test]
async fn an_address_that_is_learnt_takes_somebody_off_the_paper() {
    let world = world().await;
    let (tenant, order) = mostly_on_paper(&world).await;
    let made = holding::paper_codes(&world, &order).await.unwrap().codes;
    let resending = Resending {
        tenant: tenant.clone(),
        credential: made[0].credential.clone(),
        actor: "registrar".into(),
        address: Some("ada@example.org".into()),
        drawn: None,
    };
    holding::resend(&world, &resending).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let told = holding::announced(&world, &tenant, &order.batch)
        .await
        .unwrap();
    assert_eq!((told.by_mail, told.mail_sent, told.on_paper), (2, 2, 2));
    let again = PaperCodes {
        again: true,
        ..order
    };
    let second = holding::paper_codes(&world, &again).await.unwrap().codes;
    assert!(
        second.iter().all(|one| one.person != "Ada Lind"),
        "{second:?}"
    );
}

#[tokio::test]
async fn a_single_code_is_the_delivery_of_who_goes_on_paper() {
    let world = world().await;
    let (tenant, order) = mostly_on_paper(&world).await;
    for row in all(&world, &tenant).await {
        holding::paper_code(&world, &tenant, &row.id, "registrar")
            .await
            .unwrap();
    }
    assert_eq!(waiting(&world, &order).await, [3, 0, 3]);
    let filter = DeliveryFilter::default();
    let rows = holding::deliveries(&world, &tenant, &filter, None, 10)
        .await
        .unwrap()
        .rows;
    assert_eq!(rows.len(), 4, "{rows:?}");
    for row in rows {
        assert_eq!(row.state, DeliveryState::Sent, "{row:?}");
        let on_paper = row.kind == DeliveryKind::Paper;
        assert_eq!(
            row.message_id.is_none(),
            on_paper,
            "a mail keeps what was recorded of it"
        );
    }
}

/// Nobody waits for a code of what was withdrawn, and nobody has to look after it.
#[tokio::test]
async fn what_is_withdrawn_before_it_was_announced_waits_no_more() {
    let world = world().await;
    let (tenant, _) = mostly_on_paper(&world).await;
    let waits = DeliveryFilter {
        state: Some(DeliveryState::Queued),
        ..DeliveryFilter::default()
    };
    let waiting = async || {
        let page = holding::deliveries(&world, &tenant, &waits, None, 10).await;
        page.unwrap().rows
    };
    let before = waiting().await;
    assert_eq!(before.len(), 3);
    let order = Revocation {
        tenant: tenant.clone(),
        credential: before[0].credential.clone(),
        actor: "registrar".into(),
        reason: "Issued by mistake".into(),
    };
    revoke(&world, &order).await.unwrap();
    assert_eq!(waiting().await, before[1..]);
    let reader = world.store.read();
    let ended = reader.delivery(&tenant, &before[0].id).await.unwrap();
    let ended = ended.unwrap();
    assert_eq!(ended.state, DeliveryState::Dead);
    assert!(ended.last_error.unwrap().contains("withdrawn"));
    let looked_after = holding::count_failed_deliveries(&world, &tenant).await;
    assert_eq!(looked_after.unwrap(), 0);
    let listed = holding::failed_deliveries(&world, &tenant, 10).await;
    assert_eq!(listed.unwrap(), []);
    let sent = DeliveryFilter {
        state: Some(DeliveryState::Sent),
        ..DeliveryFilter::default()
    };
    let sent = holding::deliveries(&world, &tenant, &sent, None, 10).await;
    assert_eq!(sent.unwrap().rows.len(), 1, "what was sent stays sent");
}
