//! An employer signs up by itself: by mail, by its domain, and nothing of it before.

use touchstone_service::{
    World,
    competency::{CompetencyBeginning, CompetencyError, begin_competency},
    crosswalk::{
        Beginning, FoundBy, InvitedParty, Joining, MappingError, PartyError, Proposal, Relation,
        RoleError, RoleOrder, TaskOrder, begin_set, invite, join_set, mapping, propose,
        public_role, write_role,
    },
    hiring::{
        Opening, PostingError, StaffPageError, StaffPageOpening, open_posting, open_staff_page,
        public_posting, public_staff_page,
    },
    issuing::{Mapping, Upload, UploadError, define, found, upload},
    operations::{
        Invitation, Member, MemberError, Mending, Role,
        domain::{DomainOrder, check_domain, domain, name_domain},
        institution, institution_called, join, mend,
        sign_up::{
            Admission, AdmitError, AskSignUpError, ConfirmSignUpError, SignUp, admit, ask_sign_up,
            confirm_sign_up, waiting,
        },
        work_until_idle,
    },
    ports::{Fetched, Spooled},
    rows::TenantId,
    verifying::{self, Which},
};
use touchstone_testkit::{TestWorld, world};

use crate::crosswalk::{TASK, cast, proposal};
use crate::support::{
    COHORT, MEASURING, audited, definition, founding, institution as issuer, order as achievement,
};

const DAY_MS: i64 = 86_400_000;

pub(crate) async fn open_world() -> TestWorld {
    let mut test = world().await;
    test.world.employers.sign_up = true;
    test
}

fn typed(domain: &str, email: &str) -> SignUp {
    SignUp {
        organization: "Çelik <Makina>".into(),
        domain: domain.into(),
        name: "Ayşe Demir".into(),
        email: email.into(),
    }
}

/// The token of the last mail to an address.
fn token(test: &TestWorld, email: &str) -> String {
    let sent = test.mail.sent();
    let mail = sent.iter().rfind(|mail| mail.to == email);
    let text = &mail.expect("a mail was sent").text;
    let rest = text.split_once("/employers/confirm/").unwrap().1;
    rest.split_whitespace().next().unwrap().to_owned()
}

/// An employer that confirmed its address; its owner.
pub(crate) async fn signed_up(test: &TestWorld, domain: &str) -> Member {
    let email = format!("boss@{domain}");
    ask_sign_up(test, &typed(domain, &email)).await.unwrap();
    work_until_idle(test).await.unwrap();
    confirm_sign_up(test, &token(test, &email))
        .await
        .unwrap()
        .member
}

/// Shows the domain that an employer named.
pub(crate) async fn show(test: &TestWorld, owner: &Member) {
    let order = DomainOrder {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
    };
    show_as(test, &order).await;
}

pub(crate) async fn show_as(test: &TestWorld, order: &DomainOrder) {
    let named = domain(test, &order.tenant).await.unwrap().unwrap();
    let there = Fetched {
        bytes: named.line.into_bytes(),
        media_type: "text/plain".into(),
    };
    test.fetch.answer(&named.address, Ok(there));
    check_domain(test, order).await.unwrap();
}

fn role(owner: &Member, public: bool) -> RoleOrder {
    RoleOrder {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
        id: None,
        title: "Setter".into(),
        tasks: vec![TaskOrder {
            label: "Sets machines".into(),
            must: true,
            ..TaskOrder::default()
        }],
        public,
        new_link: false,
        seen: None,
        drawn: None,
    }
}

async fn bloc(world: &World, tenant: &TenantId) -> String {
    let set = Beginning {
        tenant: tenant.clone(),
        actor: "ann".into(),
        slug: "machining".into(),
        title: "Machining".into(),
        license: "https://creativecommons.org/licenses/by/4.0/".into(),
        review_days: 365,
        why: "The trades asked for it.".into(),
    };
    begin_set(world, &set).await.unwrap()
}

fn asking(publisher: &TenantId, set: &str, institution: &str) -> InvitedParty {
    InvitedParty {
        tenant: publisher.clone(),
        actor: "ann".into(),
        set: set.into(),
        institution: institution.into(),
        why: "Its people know the work.".into(),
    }
}

fn joining(tenant: &TenantId, actor: &str, set: &str) -> Joining {
    Joining {
        tenant: tenant.clone(),
        actor: actor.into(),
        set: set.into(),
        why: "Our people do this work.".into(),
    }
}

#[tokio::test]
async fn an_employer_signs_up_shows_its_domain_and_joins_a_bloc() {
    let test = open_world().await;
    let publisher = issuer(&test).await;
    let set = bloc(&test, &publisher).await;
    let owner = signed_up(&test, "celik.example").await;
    let row = institution(&test, &owner.tenant).await.unwrap().unwrap();
    assert_eq!(
        (row.slug.as_str(), row.did),
        (owner.tenant.as_str(), None),
        "it is called by its domain once that is shown"
    );
    assert_eq!(
        audited(&test, &owner.tenant, "institution.sign_up").await,
        1
    );

    let asked = asking(&publisher, &set, "celik-example");
    let hidden = invite(&test, &asked).await;
    assert!(
        matches!(hidden, Err(PartyError::NoSuchInstitution)),
        "{hidden:?}"
    );
    let refused = write_role(&test, &role(&owner, true)).await;
    assert!(matches!(refused, Err(RoleError::NotShown)), "{refused:?}");
    let id = write_role(&test, &role(&owner, false)).await.unwrap();
    let opening = opening(&owner, id);
    let refused = open_posting(&test, &opening).await;
    assert!(
        matches!(refused, Err(PostingError::NotShown)),
        "{refused:?}"
    );
    assert!(
        institution_called(&test, "celik-example")
            .await
            .unwrap()
            .is_none()
    );

    show(&test, &owner).await;
    let row = institution_called(&test, "celik-example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        row.did.as_deref(),
        Some("did:web:verify.example.edu:i:celik-example")
    );
    assert!(
        verifying::document(&test, "celik-example", Which::Did)
            .await
            .unwrap()
            .is_some()
    );
    let register = verifying::membership(&test).await.unwrap().unwrap();
    let register = String::from_utf8(register.bytes).unwrap();
    assert!(
        register.contains("riverside") && !register.contains("celik"),
        "who signed up by itself is no issuer that the operator answers for: {register}"
    );
    invite(&test, &asked).await.unwrap();
    let joining = joining(&owner.tenant, &owner.id, &set);
    join_set(&test, &joining).await.unwrap();
    open_posting(&test, &opening).await.unwrap();
}

#[tokio::test]
async fn one_domain_is_one_organization_in_a_bloc() {
    let test = open_world().await;
    let publisher = issuer(&test).await;
    let set = bloc(&test, &publisher).await;
    let mut joined = Vec::new();
    for (slug, domain) in [
        ("celik-example", "celik.example"),
        ("celik-example-2", "celik.example"),
        ("hr-celik-example", "hr.celik.example"),
    ] {
        let owner = signed_up(&test, domain).await;
        show(&test, &owner).await;
        let asked = asking(&publisher, &set, slug);
        invite(&test, &asked).await.unwrap();
        let joining = joining(&owner.tenant, &owner.id, &set);
        joined.push(join_set(&test, &joining).await);
    }
    assert!(
        matches!(
            joined[..],
            [
                Ok(()),
                Err(PartyError::SameDomain),
                Err(PartyError::SameDomain)
            ]
        ),
        "{joined:?}"
    );
}

#[tokio::test]
async fn a_domain_that_is_named_after_joining_gives_no_second_vote() {
    let test = open_world().await;
    let publisher = issuer(&test).await;
    let set = bloc(&test, &publisher).await;
    let celik = signed_up(&test, "celik.example").await;
    show(&test, &celik).await;
    let hill = found(&test, &founding("hill")).await.unwrap().tenant;
    for (slug, tenant) in [("celik-example", &celik.tenant), ("hill", &hill)] {
        let asked = asking(&publisher, &set, slug);
        invite(&test, &asked).await.unwrap();
        test.clock.advance_millis(1_000);
        let joining = joining(tenant, "eve", &set);
        join_set(&test, &joining).await.unwrap();
    }
    let one = propose(&test, &proposal(&publisher, &set, TASK)).await;
    let one = one.unwrap();
    for tenant in [&celik.tenant, &hill] {
        cast(&test, tenant, "eve", (&set, &one), 1, 100)
            .await
            .unwrap();
    }
    let votes = async || {
        let found = mapping(&test, &publisher, &set, &one).await;
        found.unwrap().unwrap().tally.votes
    };
    assert_eq!(votes().await, 2);
    let order = DomainOrder {
        tenant: hill.clone(),
        actor: "eve".into(),
    };
    name_domain(&test, &order, "hr.celik.example")
        .await
        .unwrap();
    assert_eq!(votes().await, 2, "it is not shown yet");
    show_as(&test, &order).await;
    assert_eq!(votes().await, 1);
    let second = cast(&test, &hill, "eve", (&set, &one), 1, 100).await;
    assert!(
        matches!(second, Err(MappingError::SameDomain)),
        "{second:?}"
    );
    let seen = mapping(&test, &hill, &set, &one).await.unwrap().unwrap();
    assert!(seen.joined && !seen.has_vote);
    let begun = CompetencyBeginning {
        tenant: publisher.clone(),
        actor: "ann".into(),
        set: set.clone(),
        role: "none".into(),
        issuer: "hill".into(),
        slug: "setting".into(),
        title: "Setting machines".into(),
        why: "New machines came.".into(),
    };
    let stuck = begin_competency(&test, &begun).await;
    assert!(matches!(stuck, Err(CompetencyError::NoSuchIssuer)));
    cast(&test, &celik.tenant, "eve", (&set, &one), 1, -100)
        .await
        .unwrap();
}

fn opening(owner: &Member, role: String) -> Opening {
    Opening {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
        role,
        name: String::new(),
        note: String::new(),
        blind: false,
        staff: false,
        keep_days: None,
        open_days: None,
        drawn: None,
    }
}

#[tokio::test]
async fn t52_whose_domain_is_no_longer_shown_is_public_no_more_and_has_no_say() {
    let test = open_world().await;
    let publisher = issuer(&test).await;
    let set = bloc(&test, &publisher).await;
    let owner = signed_up(&test, "celik.example").await;
    show(&test, &owner).await;
    let asked = asking(&publisher, &set, "celik-example");
    invite(&test, &asked).await.unwrap();
    let joining = joining(&owner.tenant, &owner.id, &set);
    join_set(&test, &joining).await.unwrap();
    write_role(&test, &role(&owner, true)).await.unwrap();
    let all = touchstone_service::crosswalk::roles(&test, &owner.tenant)
        .await
        .unwrap();
    let name = all[0].row.public.clone();
    assert!(public_role(&test, &name).await.unwrap().is_some());
    let named = Opening {
        name: "setter".into(),
        ..opening(&owner, all[0].row.id.clone())
    };
    open_posting(&test, &named).await.unwrap();
    let posting = "celik-example.setter";
    assert!(public_posting(&test, posting).await.unwrap().is_some());
    let page = StaffPageOpening {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
    };
    let staff = open_staff_page(&test, &page).await.unwrap();
    assert!(public_staff_page(&test, &staff).await.unwrap().is_some());

    let order = DomainOrder {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
    };
    name_domain(&test, &order, "other.example").await.unwrap();
    assert!(public_role(&test, &name).await.unwrap().is_none());
    assert!(public_posting(&test, posting).await.unwrap().is_none());
    assert!(public_staff_page(&test, &staff).await.unwrap().is_none());
    let refused = open_staff_page(&test, &page).await;
    assert!(matches!(refused, Err(StaffPageError::NotShown)));
    assert!(
        institution_called(&test, "celik-example")
            .await
            .unwrap()
            .is_none()
    );
    for which in [Which::Did, Which::Profile] {
        let found = verifying::document(&test, "celik-example", which).await;
        assert!(found.unwrap().is_none(), "{which:?}");
    }
    let documents = verifying::documents(&test).await.unwrap();
    assert!(documents.iter().all(|one| !one.path.contains("celik")));
    let proposal = Proposal {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
        set,
        subject: "https://a.example/1".into(),
        subject_label: String::new(),
        relation: Relation::Exact,
        negated: false,
        object: "https://b.example/1".into(),
        object_label: String::new(),
        confidence: String::new(),
        comment: String::new(),
        found_by: FoundBy::Person,
    };
    let refused = propose(&test, &proposal).await;
    assert!(
        matches!(refused, Err(MappingError::NotShown)),
        "{refused:?}"
    );
    let shown = CompetencyError::NotShown.to_string();
    assert!(shown.contains("domain"), "{shown}");
}

#[tokio::test]
async fn t67_signing_up_tells_nobody_who_is_here_and_mails_nobody_again_and_again() {
    let test = open_world().await;
    let owner = signed_up(&test, "celik.example").await;
    // The same address and domain as of somebody who is here, and others: one answer.
    for email in ["boss@celik.example", "nobody@nowhere.example"] {
        ask_sign_up(&test, &typed("celik.example", email))
            .await
            .unwrap();
    }
    work_until_idle(&test).await.unwrap();
    let again = confirm_sign_up(&test, &token(&test, "boss@celik.example"))
        .await
        .unwrap();
    assert_ne!(
        again.member.tenant, owner.tenant,
        "nobody comes into what was set up before"
    );

    let before = test.mail.sent().len();
    for _ in 0..10 {
        ask_sign_up(&test, &typed("a.example", "victim@a.example"))
            .await
            .unwrap();
    }
    work_until_idle(&test).await.unwrap();
    assert_eq!(
        test.mail.sent().len() - before,
        3,
        "an address gets three mails a day"
    );
    test.clock.advance_millis(DAY_MS + 1);
    ask_sign_up(&test, &typed("a.example", "victim@a.example"))
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    assert_eq!(test.mail.sent().len() - before, 4);
}

#[tokio::test]
async fn a_link_is_spent_once_and_ends_after_a_day() {
    let test = open_world().await;
    ask_sign_up(&test, &typed("a.example", "a@a.example"))
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    let link = token(&test, "a@a.example");
    confirm_sign_up(&test, &link).await.unwrap();
    for spent in [link.as_str(), "made-up"] {
        let refused = confirm_sign_up(&test, spent).await;
        assert!(matches!(refused, Err(ConfirmSignUpError::NoSuchLink)));
    }
    ask_sign_up(&test, &typed("b.example", "b@b.example"))
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    let link = token(&test, "b@b.example");
    test.clock.advance_millis(DAY_MS);
    let late = confirm_sign_up(&test, &link).await;
    assert!(matches!(late, Err(ConfirmSignUpError::NoSuchLink)));
}

#[tokio::test]
async fn where_it_is_off_nobody_signs_up_and_what_is_typed_is_read() {
    let mut test = world().await;
    let off = ask_sign_up(&test, &typed("a.example", "a@a.example")).await;
    assert!(matches!(off, Err(AskSignUpError::Off)), "{off:?}");
    test.world.employers.sign_up = true;
    let faulty = ask_sign_up(&test, &typed("192.0.2.1", "a@a.example")).await;
    assert!(matches!(faulty, Err(AskSignUpError::Domain)), "{faulty:?}");
    let faulty = ask_sign_up(
        &test,
        &typed("a.example", "a@a.example\r\nBcc: b@b.example"),
    )
    .await;
    assert!(matches!(faulty, Err(AskSignUpError::Address)), "{faulty:?}");
    assert!(test.mail.sent().is_empty());
}

#[tokio::test]
async fn t67_nobody_takes_the_name_of_a_domain_that_they_have_not_shown() {
    let test = open_world().await;
    for _ in 0..3 {
        let mallory = "mallory@other.example";
        ask_sign_up(&test, &typed("celik.example", mallory))
            .await
            .unwrap();
        work_until_idle(&test).await.unwrap();
        confirm_sign_up(&test, &token(&test, mallory))
            .await
            .unwrap();
    }
    let owner = signed_up(&test, "celik.example").await;
    show(&test, &owner).await;
    let row = institution(&test, &owner.tenant).await.unwrap().unwrap();
    assert_eq!(row.slug, "celik-example");
    let second = signed_up(&test, "celik.example").await;
    show(&test, &second).await;
    let row = institution(&test, &second.tenant).await.unwrap().unwrap();
    assert_eq!(row.slug, "celik-example-2");
}

#[tokio::test]
async fn t67_the_mail_to_an_address_that_somebody_typed_says_nothing_else_that_they_typed() {
    let test = open_world().await;
    let mut order = typed("a.example", "victim@b.example");
    order.organization = "You have won, see evil.example".into();
    order.name = "Winner of evil.example".into();
    ask_sign_up(&test, &order).await.unwrap();
    work_until_idle(&test).await.unwrap();
    let sent = test.mail.sent();
    let mail = sent.last().unwrap();
    let said = [
        &mail.to_name,
        &mail.from_name,
        &mail.subject,
        &mail.text,
        &mail.html,
    ];
    for said in said {
        assert!(!said.contains("evil") && !said.contains("won"), "{said}");
    }
}

#[tokio::test]
async fn t67_who_is_not_shown_has_nobody_mailed() {
    let test = open_world().await;
    let owner = signed_up(&test, "celik.example").await;
    let invited = Invitation {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
        name: "Victim".into(),
        email: "victim@b.example".into(),
        roles: vec![Role::Registrar],
    };
    let refused = join(&test, &invited).await;
    assert!(matches!(refused, Err(MemberError::NotShown)), "{refused:?}");
    let moved = Mending {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
        member: owner.id.clone(),
        name: owner.name.clone(),
        email: "victim@b.example".into(),
    };
    let refused = mend(&test, &moved).await;
    assert!(matches!(refused, Err(MemberError::NotShown)), "{refused:?}");
    show(&test, &owner).await;
    join(&test, &invited).await.unwrap();
}

#[tokio::test]
async fn t67_who_signed_up_issues_nothing_before_they_are_admitted() {
    let test = open_world().await;
    issuer(&test).await;
    let owner = signed_up(&test, "celik.example").await;
    let order = Admission {
        tenant: owner.tenant.clone(),
        actor: "operator".into(),
    };
    let hidden = admit(&test, &order).await;
    assert!(matches!(hidden, Err(AdmitError::NotShown)), "{hidden:?}");
    show(&test, &owner).await;
    define(&test, &achievement(&owner.tenant, MEASURING))
        .await
        .unwrap();
    let list = || Upload {
        tenant: owner.tenant.clone(),
        actor: owner.id.clone(),
        achievement: definition(MEASURING).slug.to_string(),
        name: None,
        file_name: None,
        list: Spooled::in_memory(COHORT, test.world.crypto),
        mapping: Mapping::new(),
    };
    let refused = upload(&test, &list()).await;
    assert!(
        matches!(refused, Err(UploadError::NotAdmitted(_))),
        "{refused:?}"
    );
    let listed = waiting(&test).await.unwrap();
    assert_eq!(
        (listed[0].domain.as_str(), listed[0].shown),
        ("celik.example", true)
    );
    admit(&test, &order).await.unwrap();
    assert_eq!(audited(&test, &owner.tenant, "institution.admit").await, 1);
    assert!(waiting(&test).await.unwrap().is_empty());
    upload(&test, &list()).await.unwrap();
    let register = verifying::membership(&test).await.unwrap().unwrap();
    let register = String::from_utf8(register.bytes).unwrap();
    assert!(register.contains("celik"), "{register}");
    let again = admit(&test, &order).await;
    assert!(matches!(again, Err(AdmitError::Admitted)), "{again:?}");
}
