//! Applying with credentials: seen before it is sent, read by one employer only, taken back, and gone when its time ends.

use touchstone_service::{
    World,
    crosswalk::{Besides, ReadError, RoleOrder, TaskOrder, Verdict, write_role},
    hiring::{
        Application, ApplyError, Applying, By, Closing, Opening, Posting, PostingError, Removal,
        Uncovering, application, applications, apply, close_posting, look, open_posting, posting,
        preview, public_posting, remove_application, take_back, uncover,
    },
    issuing::found,
    operations::{wind, work_until_idle},
};
use touchstone_store::TenantId;
use touchstone_testkit::{TestWorld, world};

use crate::support::{MEASURING, all, audited, confirmed, founding, order};

/// What the example achievement says it aligns with.
pub(crate) const SKILL: &str =
    "http://data.europa.eu/esco/skill/b386e189-12c5-4df6-b1db-059eb3f6dd88";
pub(crate) const NAME: &str = "Zoë Ångström-Okafor";
pub(crate) const CONTACT: &str = "zoe@private.example";
pub(crate) const DAY_MS: i64 = 86_400_000;

/// A school that issues, and an employer that hires.
pub(crate) async fn both(world: &TestWorld) -> (TenantId, TenantId) {
    let school = found(world, &founding("riverside")).await.unwrap().tenant;
    touchstone_service::issuing::define(world, &order(&school, MEASURING))
        .await
        .unwrap();
    let list = "name,email,identifier,level,result,evidence,assessor,awarded_on,language\n\
        Amara Okafor,amara@example.org,R26-1,3,24 of 24,https://riverside.example/evidence/r26-1.pdf,Marek Nowak,2026-11-12,en\n";
    confirmed(world, &school, MEASURING, list).await;
    work_until_idle(world).await.unwrap();
    let employer = found(world, &founding("harbour")).await.unwrap().tenant;
    (school, employer)
}

pub(crate) async fn described(world: &World, employer: &TenantId) -> String {
    let task = |id: &str, label: &str, level| TaskOrder {
        id: id.into(),
        label: label.into(),
        must: true,
        level,
        ..TaskOrder::default()
    };
    let order = RoleOrder {
        tenant: employer.clone(),
        actor: "boss".into(),
        id: None,
        title: "Machinist".into(),
        tasks: vec![
            task(SKILL, "Measures parts", Some(2)),
            task("", "Führt andere an", None),
        ],
        public: false,
        new_link: false,
        seen: None,
        drawn: None,
    };
    write_role(world, &order).await.unwrap()
}

pub(crate) fn opening(employer: &TenantId, role: &str) -> Opening {
    Opening {
        tenant: employer.clone(),
        actor: "boss".into(),
        role: role.into(),
        name: String::new(),
        note: "Shifts from six.".into(),
        blind: false,
        staff: false,
        keep_days: Some(30),
        open_days: None,
        drawn: None,
    }
}

pub(crate) async fn opened(world: &World, employer: &TenantId, blind: bool) -> Posting {
    let role = described(world, employer).await;
    let order = Opening {
        blind,
        ..opening(employer, &role)
    };
    let id = open_posting(world, &order).await.unwrap();
    posting(world, employer, &id).await.unwrap().unwrap()
}

pub(crate) async fn credential(world: &World, school: &TenantId) -> Vec<u8> {
    all(world, school).await.remove(0).bytes
}

/// Looks first, as an applicant does, then sends. Gives the secret of the link.
pub(crate) async fn sent(world: &World, posting: &Posting, files: &[Vec<u8>]) -> String {
    let seen = preview(world, posting, files).await.unwrap();
    let order = Applying {
        posting: posting.row.public.clone(),
        token: seen.token.clone(),
        role_changed_at: posting.role.row.changed_at,
        name: NAME.into(),
        contact: CONTACT.into(),
        files: files.to_vec(),
    };
    apply(world, &order).await.unwrap();
    seen.token
}

pub(crate) async fn only(world: &World, employer: &TenantId, posting: &Posting) -> Application {
    let (id, besides) = (&posting.row.id, Besides::LeftOut);
    let list = applications(world, employer, id, By::Nothing, "", 9, besides).await;
    let mut list = list.unwrap().unwrap().applications;
    assert_eq!(list.len(), 1);
    list.remove(0)
}

#[tokio::test]
async fn nothing_is_kept_before_it_is_sent_and_nothing_after_it_was_taken_back() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let files = [credential(&world, &school).await];
    let seen = preview(&world, &posting, &files).await.unwrap();
    assert_eq!(seen.reading.tasks[0].verdict, Verdict::Met);
    assert_eq!(seen.reading.tasks[1].verdict, Verdict::NotShown);
    assert_eq!(seen.credentials[0].people, ["Amara Okafor"]);
    assert_eq!(audited(&world, &employer, "application.receive").await, 0);
    assert_eq!(posting_count(&world, &employer, &posting).await, 0);

    let token = sent(&world, &posting, &files).await;
    let own = look(&world, &token).await.unwrap().unwrap();
    assert_eq!(own.row.name, NAME);
    assert_eq!(own.credentials[0].bytes, files[0], "byte for byte");
    assert_eq!(audited(&world, &employer, "application.receive").await, 1);

    let id = own.row.id.clone();
    assert!(rows(&world, &employer, &id).await.is_some());
    assert!(take_back(&world, &token).await.unwrap());
    assert!(look(&world, &token).await.unwrap().is_none());
    assert!(!take_back(&world, &token).await.unwrap());
    assert!(
        rows(&world, &employer, &id).await.is_none(),
        "row and files"
    );
    assert!(!recorded(&world, &employer).await.contains(NAME));
    assert_eq!(audited(&world, &employer, "application.take_back").await, 1);
    assert_eq!(posting_count(&world, &employer, &posting).await, 0);
}

/// What is kept of an application: its row, or files without one.
async fn rows(world: &World, employer: &TenantId, id: &str) -> Option<usize> {
    let read = world.store.read();
    let row = read.application(employer, id).await.unwrap();
    let files = read.application_files(employer, id).await.unwrap().len();
    let ended = read.applications_ended(i64::MAX, 0, 99).await.unwrap();
    let there = row.is_some() || ended.iter().any(|row| row.id == id);
    (there || files > 0).then_some(files)
}

/// Everything that the record says.
async fn recorded(world: &World, employer: &TenantId) -> String {
    let read = world.store.read();
    let filter = touchstone_store::AuditFilter::default();
    let lines = read
        .audit_lines(employer, &filter, None, 999)
        .await
        .unwrap();
    format!("{lines:?}")
}

pub(crate) async fn posting_count(world: &World, employer: &TenantId, of: &Posting) -> u64 {
    let found = posting(world, employer, &of.row.id).await.unwrap();
    found.unwrap().applications
}

#[tokio::test]
async fn t52_another_employer_finds_no_applicant() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    sent(&world, &posting, &[credential(&world, &school).await]).await;
    let one = only(&world, &employer, &posting).await;
    let other = found(&world, &founding("lakeside")).await.unwrap().tenant;
    for stranger in [&other, &school] {
        let (id, besides) = (&posting.row.id, Besides::Told);
        let list = applications(&world, stranger, id, By::Nothing, "", 9, besides).await;
        assert!(list.unwrap().is_none());
        assert!(
            application(&world, stranger, &one.id)
                .await
                .unwrap()
                .is_none()
        );
        let removal = Removal {
            tenant: stranger.clone(),
            actor: "x".into(),
            application: one.id.clone(),
        };
        assert_eq!(remove_application(&world, &removal).await.unwrap(), None);
        let asks = Uncovering {
            tenant: stranger.clone(),
            actor: "x".into(),
            application: one.id.clone(),
        };
        assert!(!uncover(&world, &asks).await.unwrap());
        let closing = Closing {
            tenant: stranger.clone(),
            actor: "x".into(),
            posting: posting.row.id.clone(),
        };
        let closed = close_posting(&world, &closing).await;
        assert!(matches!(closed, Err(PostingError::NoSuchPosting)));
    }
    assert_eq!(posting_count(&world, &employer, &posting).await, 1);
}

#[tokio::test]
async fn an_application_sent_twice_is_one_and_ends_by_itself() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let files = [credential(&world, &school).await];
    let token = sent(&world, &posting, &files).await;
    let again = Applying {
        posting: posting.row.public.clone(),
        token: token.clone(),
        role_changed_at: posting.role.row.changed_at,
        name: NAME.into(),
        contact: CONTACT.into(),
        files: files.to_vec(),
    };
    apply(&world, &again).await.unwrap();
    let other = Applying {
        name: "Somebody else".into(),
        ..again.clone()
    };
    let refused = apply(&world, &other).await;
    assert!(
        matches!(refused, Err(ApplyError::SentBefore)),
        "{refused:?}"
    );
    let closing = Closing {
        tenant: employer.clone(),
        actor: "boss".into(),
        posting: posting.row.id.clone(),
    };
    close_posting(&world, &closing).await.unwrap();
    apply(&world, &again)
        .await
        .expect("what was sent, was sent");
    assert_eq!(
        only(&world, &employer, &posting).await.person.unwrap().name,
        NAME
    );

    let id = only(&world, &employer, &posting).await.id;
    world.clock.advance_millis(29 * DAY_MS);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert!(
        look(&world, &token).await.unwrap().is_some(),
        "its time is not over"
    );
    world.clock.advance_millis(DAY_MS);
    assert!(
        look(&world, &token).await.unwrap().is_none(),
        "nobody sees it from then on"
    );
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert!(
        rows(&world, &employer, &id).await.is_none(),
        "and the job deletes it"
    );
    assert_eq!(audited(&world, &employer, "application.end").await, 1);
}

#[tokio::test]
async fn what_does_not_stand_is_sent_and_shows_nothing() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let text = String::from_utf8(credential(&world, &school).await).unwrap();
    let forged = text.replace("Amara Okafor", "Otto Okafor").into_bytes();
    sent(&world, &posting, &[forged]).await;
    let one = only(&world, &employer, &posting).await;
    assert_eq!(one.reading.tasks[0].verdict, Verdict::NotShown);
    assert_eq!(one.reading.shown[0].verdict, touchstone_vc::Verdict::Failed);
}

#[tokio::test]
async fn a_closed_posting_takes_nothing_and_faulty_ones_are_refused() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let role = described(&world, &employer).await;
    let named = Opening {
        name: "machinist".into(),
        open_days: Some(7),
        ..opening(&employer, &role)
    };
    let id = open_posting(&world, &named).await.unwrap();
    let taken = open_posting(&world, &named).await;
    assert!(matches!(taken, Err(PostingError::NameTaken)), "{taken:?}");
    let found = public_posting(&world, "harbour.machinist").await.unwrap();
    let found = found.unwrap();
    assert!(found.open && found.row.id == id);
    for (faulty, expect) in [
        (
            Opening {
                keep_days: Some(0),
                ..named.clone()
            },
            "180 days",
        ),
        (
            Opening {
                keep_days: Some(181),
                ..named.clone()
            },
            "180 days",
        ),
        (
            Opening {
                open_days: Some(0),
                ..named.clone()
            },
            "366 days",
        ),
        (
            Opening {
                name: "Ä".into(),
                ..named.clone()
            },
            "name of the link",
        ),
        (
            Opening {
                role: "none".into(),
                ..named.clone()
            },
            "no such role",
        ),
    ] {
        let refused = open_posting(&world, &faulty).await.unwrap_err();
        assert!(refused.to_string().contains(expect), "{refused}");
    }
    let files = vec![credential(&world, &school).await];
    let seen = preview(&world, &found, &files).await.unwrap();
    let mut order = Applying {
        posting: "harbour.machinist".into(),
        token: "short".into(),
        role_changed_at: found.role.row.changed_at,
        name: String::new(),
        contact: String::new(),
        files,
    };
    let refused = apply(&world, &order).await;
    assert!(matches!(refused, Err(ApplyError::Token)), "{refused:?}");
    order.token = seen.token;
    order.name = "x".repeat(201);
    assert!(matches!(apply(&world, &order).await, Err(ApplyError::Name)));
    order.name = "Nour \u{202E}Haddad".into();
    assert!(matches!(apply(&world, &order).await, Err(ApplyError::Name)));
    order.name.clear();
    let none = Applying {
        files: vec![],
        ..order.clone()
    };
    let refused = apply(&world, &none).await;
    assert!(
        matches!(refused, Err(ApplyError::Read(ReadError::Nothing))),
        "{refused:?}"
    );
    world.clock.advance_millis(7 * DAY_MS);
    assert!(matches!(
        apply(&world, &order).await,
        Err(ApplyError::Closed)
    ));
    let closing = Closing {
        tenant: employer.clone(),
        actor: "boss".into(),
        posting: id,
    };
    close_posting(&world, &closing).await.unwrap();
    let again = close_posting(&world, &closing).await;
    assert!(matches!(again, Err(PostingError::Closed)));
}

#[tokio::test]
async fn a_role_that_changed_since_it_was_looked_at_is_looked_at_again() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let files = [credential(&world, &school).await];
    let seen = preview(&world, &posting, &files).await.unwrap();
    world.clock.advance_millis(1);
    let changed = RoleOrder {
        tenant: employer.clone(),
        actor: "boss".into(),
        id: Some(posting.row.role.clone()),
        title: "Foreman".into(),
        tasks: vec![TaskOrder {
            label: "Leads".into(),
            must: true,
            ..TaskOrder::default()
        }],
        public: false,
        new_link: false,
        seen: None,
        drawn: None,
    };
    write_role(&world, &changed).await.unwrap();
    let mut order = Applying {
        posting: posting.row.public.clone(),
        token: seen.token,
        role_changed_at: posting.role.row.changed_at,
        name: NAME.into(),
        contact: CONTACT.into(),
        files: files.to_vec(),
    };
    let refused = apply(&world, &order).await;
    assert!(
        matches!(refused, Err(ApplyError::RoleChanged)),
        "{refused:?}"
    );
    let now = public_posting(&world, &posting.row.public).await.unwrap();
    order.role_changed_at = now.unwrap().role.row.changed_at;
    apply(&world, &order).await.unwrap();
}

#[tokio::test]
async fn what_is_configured_later_is_the_most_that_is_kept_of_what_came_before() {
    let mut world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let files = [credential(&world, &school).await];
    let token = sent(&world, &posting, &files).await;
    world.world.applications.keep_days = 7;
    let own = look(&world, &token).await.unwrap().unwrap();
    assert_eq!(own.row.ends_at - own.row.sent_at, 7 * DAY_MS);
    assert_eq!(own.posting.row.keep_days, 7, "pages say so");
    let second = sent(&world, &posting, &files).await;
    let row = look(&world, &second).await.unwrap().unwrap().row;
    world.world.applications.keep_days = 180;
    let kept = look(&world, &second).await.unwrap().unwrap().row;
    assert_eq!(kept.ends_at, row.ends_at, "what was said when it came");
    world.world.applications.keep_days = 7;
    world.clock.advance_millis(7 * DAY_MS);
    assert!(look(&world, &token).await.unwrap().is_none());
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert!(rows(&world, &employer, &own.row.id).await.is_none());

    world.world.applications.keep_days = 0;
    let seen = preview(&world, &posting, &files).await.unwrap();
    let order = Applying {
        posting: posting.row.public.clone(),
        token: seen.token,
        role_changed_at: posting.role.row.changed_at,
        name: String::new(),
        contact: String::new(),
        files: files.to_vec(),
    };
    let refused = apply(&world, &order).await;
    assert!(matches!(refused, Err(ApplyError::Off)), "{refused:?}");
    let found = public_posting(&world, &posting.row.public).await.unwrap();
    assert!(!found.unwrap().open, "and the page says so");
}

#[tokio::test]
async fn credentials_too_large_to_be_sent_are_refused_before_anything_is_typed() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let large = |name: &str| {
        let text = "x".repeat(900_000);
        let credential = serde_json::json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": "did:example:school",
            "credentialSubject": { "name": name, "description": text },
        });
        credential.to_string().into_bytes()
    };
    let files: Vec<Vec<u8>> = (0..10).map(|n| large(&n.to_string())).collect();
    let refused = preview(&world, &posting, &files).await.unwrap_err();
    assert!(
        refused.to_string().contains("larger than 8 MB"),
        "{refused}"
    );
    preview(&world, &posting, &files[..8]).await.unwrap();
}
