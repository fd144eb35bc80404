//! Members: what each may do, who is let in, and how they come in.

use touchstone_service::{
    issuing::{Description, Founding, found},
    operations::{
        Invitation, Member, MemberError, Mending, Permission, Role, RoleChange, audit,
        change_roles, disable, join, member, mend, passkey::passkeys, signin, work_until_idle,
    },
    ports::MailError,
};
use touchstone_store::{AuditFilter, TenantId};
use touchstone_testkit::{TestWorld, world};

async fn institution(test: &TestWorld, slug: &str) -> TenantId {
    let order = Founding {
        slug: slug.into(),
        description: Description {
            name: format!("{slug} Polytechnic"),
            ..Description::default()
        },
        did_method: None,
        actor: "setup".into(),
    };
    found(&test.world, &order).await.unwrap().tenant
}

async fn add(test: &TestWorld, tenant: &TenantId, email: &str, roles: &[Role]) -> Member {
    let order = Invitation {
        tenant: tenant.clone(),
        actor: "setup".into(),
        name: "Ines Albrecht".into(),
        email: email.into(),
        roles: roles.into(),
    };
    join(&test.world, &order).await.unwrap()
}

/// The secret of a session, opened by a link.
async fn enter(test: &TestWorld, one: &Member) -> String {
    let link = signin::link(&test.world, &one.tenant, &one.id).await;
    let link = link.unwrap().unwrap();
    let token = link.rsplit('/').next().unwrap();
    signin::sign_in(&test.world, token).await.unwrap().secret
}

fn change(one: &Member, roles: &[Role]) -> RoleChange {
    RoleChange {
        tenant: one.tenant.clone(),
        actor: "an owner".into(),
        member: one.id.clone(),
        roles: roles.into(),
    }
}

async fn lines(test: &TestWorld, tenant: &TenantId, action: &str) -> Vec<String> {
    let filter = AuditFilter {
        action: Some(action.into()),
        ..AuditFilter::default()
    };
    let found = audit(&test.world, tenant, &filter, None, 100).await;
    found.unwrap().into_iter().map(|line| line.detail).collect()
}

#[tokio::test]
async fn a_session_sees_other_roles_at_once_and_the_record_says_from_what_to_what() {
    let test = world().await;
    let tenant = institution(&test, "riverside").await;
    add(&test, &tenant, "owner@riverside.example", &[Role::Owner]).await;
    let one = add(&test, &tenant, "r@riverside.example", &[Role::Registrar]).await;
    let secret = enter(&test, &one).await;
    let may = async |permission| {
        let session = signin::session(&test.world, &secret).await.unwrap();
        session.unwrap().member.may(permission)
    };
    assert!(may(Permission::Issue).await && !may(Permission::Audit).await);

    let order = change(&one, &[Role::Auditor, Role::Assessor, Role::Auditor]);
    let changed = change_roles(&test.world, &order).await.unwrap();
    assert_eq!(changed.roles, [Role::Assessor, Role::Auditor]);
    assert!(!may(Permission::Issue).await && may(Permission::Audit).await);

    // The same again is no change, and leaves no line.
    change_roles(&test.world, &order).await.unwrap();
    assert_eq!(
        lines(&test, &tenant, "member.change-roles").await,
        [r#"{"from":["registrar"],"to":["assessor","auditor"]}"#]
    );
}

#[tokio::test]
async fn the_last_owner_is_neither_demoted_nor_let_in_no_longer() {
    let test = world().await;
    let tenant = institution(&test, "riverside").await;
    let first = add(&test, &tenant, "a@riverside.example", &[Role::Owner]).await;
    let second = add(&test, &tenant, "b@riverside.example", &[Role::Owner]).await;
    let demote = change(&first, &[Role::Registrar]);
    disable(&test.world, &tenant, &second.id, "a", true)
        .await
        .unwrap();

    let refused = change_roles(&test.world, &demote).await;
    assert!(matches!(refused, Err(MemberError::LastOwner)));
    let refused = disable(&test.world, &tenant, &first.id, "a", true).await;
    assert!(matches!(refused, Err(MemberError::LastOwner)));

    disable(&test.world, &tenant, &second.id, "a", false)
        .await
        .unwrap();
    change_roles(&test.world, &demote).await.unwrap();
    let refused = change_roles(&test.world, &change(&second, &[Role::Billing])).await;
    assert!(matches!(refused, Err(MemberError::LastOwner)));
    let refused = change_roles(&test.world, &change(&second, &[])).await;
    assert!(matches!(refused, Err(MemberError::NoRole)));
}

#[tokio::test]
async fn whoever_loses_access_is_out_at_once_and_can_be_let_in_again() {
    let test = world().await;
    let tenant = institution(&test, "riverside").await;
    add(&test, &tenant, "owner@riverside.example", &[Role::Owner]).await;
    let one = add(&test, &tenant, "r@riverside.example", &[Role::Registrar]).await;
    let secret = enter(&test, &one).await;
    let left = signin::link(&test.world, &tenant, &one.id)
        .await
        .unwrap()
        .unwrap();
    for _ in 0..2 {
        disable(&test.world, &tenant, &one.id, "owner", true)
            .await
            .unwrap();
    }
    assert_eq!(signin::session(&test.world, &secret).await.unwrap(), None);
    let token = left.rsplit('/').next().unwrap();
    assert!(signin::sign_in(&test.world, token).await.is_err());
    signin::ask(&test.world, "r@riverside.example")
        .await
        .unwrap();
    work_until_idle(&test.world).await.unwrap();
    assert_eq!(test.mail.sent(), []);

    disable(&test.world, &tenant, &one.id, "owner", false)
        .await
        .unwrap();
    assert_eq!(signin::session(&test.world, &secret).await.unwrap(), None);
    enter(&test, &one).await;
    let found = member(&test.world, &tenant, &one.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.roles, [Role::Registrar]);
    assert_eq!(lines(&test, &tenant, "member.disable").await.len(), 1);
    assert_eq!(lines(&test, &tenant, "member.enable").await.len(), 1);
}

#[tokio::test]
async fn t52_a_member_of_another_institution_is_not_found() {
    let test = world().await;
    let (mine, theirs) = (
        institution(&test, "riverside").await,
        institution(&test, "lakeside").await,
    );
    let one = add(&test, &theirs, "a@lakeside.example", &[Role::Registrar]).await;
    let order = RoleChange {
        tenant: mine.clone(),
        ..change(&one, &[Role::Owner])
    };
    let refused = change_roles(&test.world, &order).await;
    assert!(matches!(refused, Err(MemberError::NoSuchMember)));
    let refused = disable(&test.world, &mine, &one.id, "a", true).await;
    assert!(matches!(refused, Err(MemberError::NoSuchMember)));
    assert_eq!(member(&test.world, &mine, &one.id).await.unwrap(), None);
}

#[tokio::test]
async fn asking_for_a_link_costs_the_same_for_a_member_as_for_a_stranger() {
    let test = world().await;
    let tenant = institution(&test, "riverside").await;
    add(&test, &tenant, "a@riverside.example", &[Role::Owner]).await;
    let depth = async || test.store.read().queue_depth().await.unwrap().ready;
    let before = depth().await;
    // A mail server that is down must not be noticed by whoever asks.
    test.mail
        .fail_with(Some(MailError::Unavailable("down".into())));
    for (count, address) in [(1, " A@riverside.example"), (2, "nobody@riverside.example")] {
        signin::ask(&test.world, address).await.unwrap();
        assert_eq!(depth().await, before + count, "one job and nothing else");
    }
    // Asking again while the first waits sends no second mail.
    signin::ask(&test.world, "a@riverside.example")
        .await
        .unwrap();
    assert_eq!(depth().await, before + 2);
    test.mail.fail_with(None);
    assert_eq!(test.mail.sent(), [], "the mail leaves by a job");

    work_until_idle(&test.world).await.unwrap();
    let sent = test.mail.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].to, "a@riverside.example");
    assert!(sent[0].text.contains("https://verify.example.edu/signin/"));
}

#[tokio::test]
async fn a_link_that_could_not_be_mailed_is_tried_again_and_not_for_ever() {
    let test = world().await;
    let tenant = institution(&test, "riverside").await;
    add(&test, &tenant, "a@riverside.example", &[Role::Owner]).await;
    let ask = async || {
        signin::ask(&test.world, "a@riverside.example")
            .await
            .unwrap()
    };
    test.mail
        .fail_with(Some(MailError::Unavailable("down".into())));
    ask().await;
    work_until_idle(&test.world).await.unwrap();
    test.mail.fail_with(None);
    test.clock.advance_millis(60_000);
    work_until_idle(&test.world).await.unwrap();
    assert_eq!(test.mail.sent().len(), 1);

    test.mail
        .fail_with(Some(MailError::Unavailable("down".into())));
    ask().await;
    work_until_idle(&test.world).await.unwrap();
    test.mail.fail_with(None);
    test.clock.advance_millis(60 * 60_000);
    work_until_idle(&test.world).await.unwrap();
    assert_eq!(
        test.mail.sent().len(),
        1,
        "a mail an hour later helps nobody"
    );
    let depth = test.store.read().queue_depth().await.unwrap();
    assert_eq!(depth.dead, 0);
}

#[tokio::test]
async fn a_mended_address_signs_in_and_what_went_to_the_old_one_opens_nothing() {
    let test = world().await;
    let tenant = institution(&test, "riverside").await;
    let taken = add(&test, &tenant, "owner@riverside.example", &[Role::Owner]).await;
    let one = add(&test, &tenant, "nour@riverside.example", &[Role::Registrar]).await;
    let secret = enter(&test, &one).await;
    let sent = signin::link(&test.world, &tenant, &one.id).await;
    let sent = sent.unwrap().unwrap();
    test.add_passkey(&one.id, "laptop-1", "a laptop").await;
    let order = Mending {
        tenant: tenant.clone(),
        actor: taken.id.clone(),
        member: one.id.clone(),
        name: " Noor Haddad ".into(),
        email: " Noor@Riverside.example ".into(),
    };
    for _ in 0..2 {
        let mended = mend(&test.world, &order).await.unwrap();
        assert_eq!(mended.name, "Noor Haddad");
        assert_eq!(mended.email, "noor@riverside.example");
        assert_eq!(mended.roles, one.roles);
    }
    assert_eq!(signin::session(&test.world, &secret).await.unwrap(), None);
    let left = passkeys(&test.world, &one.id).await.unwrap();
    assert_eq!(left, [], "whoever had the old address may have added it");
    let token = sent.rsplit('/').next().unwrap();
    assert!(signin::sign_in(&test.world, token).await.is_err());
    for address in ["nour@riverside.example", "noor@riverside.example"] {
        signin::ask(&test.world, address).await.unwrap();
    }
    work_until_idle(&test.world).await.unwrap();
    let mut sent = test.mail.sent();
    sent.sort_by(|a, b| a.to.cmp(&b.to));
    let to: Vec<&str> = sent.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["noor@riverside.example", "nour@riverside.example"]);
    let (new, old) = (&sent[0].text, &sent[1].text);
    assert!(new.contains("/signin/"));
    assert!(old.contains("changed the address of your account") && !old.contains("noor@"));
    assert!(!old.contains("/signin/"), "the old address opens nothing");
    let told = lines(&test, &tenant, "member.mend").await;
    assert_eq!(told.len(), 1, "the same again is no change");
    assert!(told[0].contains("nour@riverside.example") && told[0].contains("Noor Haddad"));
    assert!(told[0].contains(r#""passkeysRemoved":1"#), "{}", told[0]);
    // A name that was typed wrong says nothing of who read the mail.
    test.add_passkey(&one.id, "laptop-2", "a laptop").await;
    let renamed = Mending {
        name: "Nour Haddad".into(),
        ..order.clone()
    };
    mend(&test.world, &renamed).await.unwrap();
    assert_eq!(passkeys(&test.world, &one.id).await.unwrap().len(), 1);

    let wrong = |name: &str, email: &str| Mending {
        name: name.into(),
        email: email.into(),
        ..order.clone()
    };
    let refused = mend(&test.world, &wrong("Noor", "owner@riverside.example")).await;
    assert!(matches!(refused, Err(MemberError::EmailTaken)));
    for name in [" ", "No\u{2066}or"] {
        let refused = mend(&test.world, &wrong(name, "noor@riverside.example")).await;
        assert!(matches!(refused, Err(MemberError::Name)));
    }
    let refused = mend(&test.world, &wrong("Noor", "noor")).await;
    assert!(matches!(refused, Err(MemberError::Email)));
    let elsewhere = institution(&test, "lakeside").await;
    let order = Mending {
        tenant: elsewhere,
        ..order
    };
    let refused = mend(&test.world, &order).await;
    assert!(matches!(refused, Err(MemberError::NoSuchMember)));
}

#[tokio::test]
async fn whoever_asks_for_links_for_ever_has_a_member_mailed_five_and_nobody_else_fewer() {
    let test = world().await;
    let tenant = institution(&test, "riverside").await;
    add(&test, &tenant, "a@riverside.example", &[Role::Owner]).await;
    add(&test, &tenant, "b@riverside.example", &[Role::Owner]).await;
    let ask = async |address: &str| {
        signin::ask(&test.world, address).await.unwrap();
        work_until_idle(&test.world).await.unwrap();
        test.mail.sent().len()
    };
    // What no mail took along is none of the five.
    test.mail.fail_with(Some(MailError::Refused("full".into())));
    for _ in 0..6 {
        assert_eq!(ask("a@riverside.example").await, 0);
    }
    test.mail.fail_with(None);
    for asked in 1..=50_usize {
        let sent = ask("a@riverside.example").await;
        assert_eq!(sent, asked.min(5), "after asking {asked} times");
        test.clock.advance_millis(10_000);
    }
    assert_eq!(ask("b@riverside.example").await, 6);

    // One that was used makes room for another, and so does a quarter of an hour.
    let mail = test.mail.sent().remove(4);
    let token = mail.text.split("/signin/").nth(1).unwrap();
    let token = token.split_whitespace().next().unwrap();
    signin::sign_in(&test.world, token).await.unwrap();
    assert_eq!(ask("a@riverside.example").await, 7);
    assert_eq!(ask("a@riverside.example").await, 7);
    test.clock.advance_millis(15 * 60_000);
    assert_eq!(ask("a@riverside.example").await, 8);
}
