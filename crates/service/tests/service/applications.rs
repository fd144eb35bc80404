//! Applying with credentials: seen before it is sent, read by one employer only, taken back, and gone when its time ends.

use serde_json::Value;
use touchstone_service::{
    World,
    crosswalk::{
        KeptRole, ReadError, RoleOrder, TaskOrder, Verdict, ask_wallet, dcql_document, role,
        write_role,
    },
    hiring::{
        Application, ApplyError, Applying, By, Closing, Opening, Posting, PostingError, Removal,
        Uncovering, application, applications, applications_with_besides, apply, close_posting,
        could_close, look, open_posting, posting, preview, public_posting, remove_application,
        take_back, uncover,
    },
    issuing::{define, found},
    operations::{wind, work_until_idle},
};
use touchstone_store::TenantId;
use touchstone_testkit::{TestWorld, world};

use crate::support::{
    MEASURING, all, audited, confirmed, definition, founding, no_longer_used, order,
};

/// What the example achievement says it aligns with.
pub(crate) const SKILL: &str =
    "http://data.europa.eu/esco/skill/b386e189-12c5-4df6-b1db-059eb3f6dd88";
pub(crate) const NAME: &str = "Zoë Ångström-Okafor";
const CONTACT: &str = "zoe@private.example";
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
    let list = applications(world, employer, &posting.row.id, By::Nothing, "", 9).await;
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
        let list = applications(&world, stranger, &posting.row.id, By::Nothing, "", 9).await;
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
async fn a_covered_name_is_not_given_out_until_somebody_asks_on_record() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, true).await;
    let token = sent(&world, &posting, &[credential(&world, &school).await]).await;
    let covered = only(&world, &employer, &posting).await;
    let told = format!("{covered:?}");
    assert_eq!(covered.person, None);
    for word in [NAME, CONTACT, "Amara"] {
        assert!(!told.contains(word), "{word} stands in {told}");
    }
    let reading = &covered.reading;
    assert!(reading.shown.iter().all(|one| one.id.is_empty()));
    assert_eq!(
        reading.tasks[0].verdict,
        Verdict::Met,
        "what is shown is told"
    );
    let asks = Uncovering {
        tenant: employer.clone(),
        actor: "boss".into(),
        application: covered.id.clone(),
    };
    assert!(uncover(&world, &asks).await.unwrap());
    assert!(uncover(&world, &asks).await.unwrap(), "twice is once");
    let open = application(&world, &employer, &covered.id).await.unwrap();
    assert_eq!(open.unwrap().person.unwrap().name, NAME);
    assert_eq!(audited(&world, &employer, "application.uncover").await, 1);
    let own = look(&world, &token).await.unwrap().unwrap();
    assert!(own.row.uncovered_at.is_some(), "its sender sees that");
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
async fn a_gap_is_closed_by_what_an_institution_issues() {
    let world = world().await;
    let (school, _) = both(&world).await;
    let posting = opened(&world, &school, false).await;
    let seen = preview(&world, &posting, &[credential(&world, &school).await]).await;
    let seen = seen.unwrap();
    let names: Vec<&str> = seen.could_close[0]
        .iter()
        .map(|choice| choice.name.as_str())
        .collect();
    assert_eq!(names, [definition(MEASURING).name.as_str()], "each once");
    assert!(seen.could_close[1].is_empty());
    let kept: KeptRole = role(&world, &school, &posting.row.role)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.role.tasks.len(), seen.could_close.len());
    // One that has no such level, or is earned on other evidence, leaves the gap as it is.
    let asked = definition(MEASURING).evidence_required[0].name.clone();
    for (level, rubric, evidence, closes) in [
        (Some(3), None, vec![asked.to_uppercase()], 1),
        (Some(20), None, vec![], 0),
        (
            Some(2),
            Some("https://a.example/i/a/competencies/b"),
            vec![],
            0,
        ),
        (None, None, vec!["A song".to_owned()], 0),
    ] {
        let mut other = kept.clone();
        other.role.tasks[0].level = level;
        other.role.tasks[0].rubric = rubric.map(str::to_owned);
        other.role.tasks[0].evidence = evidence;
        let found = could_close(&world, &other).await.unwrap();
        assert_eq!(found[0].len(), closes, "{:?}", other.role.tasks[0]);
    }
}

#[tokio::test]
async fn what_is_no_longer_used_closes_no_gap_and_what_takes_its_place_does_once_it_is_awarded() {
    let world = world().await;
    let (school, _) = both(&world).await;
    let posting = opened(&world, &school, false).await;
    let names = async || -> Vec<String> {
        let found = could_close(&world, &posting.role).await.unwrap();
        found[0].iter().map(|choice| choice.name.clone()).collect()
    };
    let first = definition(MEASURING).name;
    assert_eq!(names().await, [first.as_str()]);
    let reader = world.store.read();
    let found = reader.achievement_by_slug(&school, "precision-measurement");
    let said = no_longer_used(&world, &school, &found.await.unwrap().unwrap().id).await;
    assert!(names().await.is_empty(), "nobody can earn it any more");
    let next = MEASURING
        .replace("\"precision-measurement\"", "\"metrology\"")
        .replace("\"Precision measurement\"", "\"Metrology\"");
    define(&world, &crate::support::order(&school, &next))
        .await
        .unwrap();
    let list = "name,email,identifier,level,evidence,awarded_on\n\
        Cy,cy@example.org,R26-9,3,https://riverside.example/evidence/r26-9.pdf,2026-11-12\n";
    confirmed(&world, &school, &next, list).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(names().await, ["Metrology"]);
    // A wallet is asked for both, since who earned the first one holds it; the first stands behind.
    let compiled = ask_wallet(&world, &posting.role).await.unwrap();
    let asked = &compiled.query["credentials"][0]["claims"][0]["values"];
    let asked = asked.as_array().unwrap();
    let document = dcql_document(&posting.role, &compiled);
    let over = document["tasks"][0]["no_longer_used"].as_array().unwrap();
    assert_eq!((asked.len(), &asked[1..]), (2, &over[..]), "{document}");
    let held = all(&world, &school).await;
    let earlier = held.iter().find(|row| row.achievement == said.id);
    let earlier: Value = serde_json::from_slice(&earlier.unwrap().bytes).unwrap();
    assert_eq!(over[0], earlier["credentialSubject"]["achievement"]["id"]);
}

#[tokio::test]
async fn what_is_told_beside_an_answer_is_looked_up_where_it_is_shown() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = opened(&world, &employer, false).await;
    let files = [credential(&world, &school).await];
    let token = sent(&world, &posting, &files).await;
    let reader = world.store.read();
    let found = reader.achievement_by_slug(&school, "precision-measurement");
    no_longer_used(&world, &school, &found.await.unwrap().unwrap().id).await;

    let own = look(&world, &token).await.unwrap().unwrap();
    let told = |one: &touchstone_service::crosswalk::RoleReading| {
        let over = one.shown[0].no_longer_awarded.clone();
        over.map(|over| over.replaced_by)
    };
    assert_eq!(told(&own.reading).as_deref(), Some("Metrology"));
    let seen = preview(&world, &posting, &files).await.unwrap();
    assert_eq!(told(&seen.reading), told(&own.reading));
    let one = application(&world, &employer, &own.row.id).await;
    assert_eq!(told(&one.unwrap().unwrap().reading), told(&own.reading));
    let id = &posting.row.id;
    let full = applications_with_besides(&world, &employer, id, By::Nothing, "", 9).await;
    let full = full.unwrap().unwrap().applications.remove(0);
    assert_eq!(told(&full.reading), told(&own.reading));
    let listed = only(&world, &employer, &posting).await;
    assert_eq!(told(&listed.reading), None, "a list shows none of it");
    assert_eq!(listed.reading.tasks, full.reading.tasks);
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
