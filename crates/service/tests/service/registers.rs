//! Registers that others keep: read by a job, kept, asked, and how old what they say is told.

use std::sync::Arc;

use touchstone_service::{
    World,
    operations::{wind, work_until_idle},
    ports::{Clock as _, FetchError, Fetched},
    verifying::{
        Reach, Recognition, RegisterFile, Source, SourceKind, check, registers_standing, supply,
        supply_all,
    },
};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{
    Check, CheckKind, Detail, Fault, Outcome, registry::Registry, report::RecognitionDetail,
};

const REGISTER: &str = "https://register.example/registry.json";
const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn credential() -> Vec<u8> {
    let shapes = "/../../../shared/vectors/sample-shapes/aim.json";
    let path = format!("{}{shapes}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("the vector {path} is needed: {error}"))
}

/// A world that asks one register, and the same as use cases take it.
async fn asking() -> (TestWorld, World) {
    let test = world().await;
    test.clock.advance_millis(DAY_MS);
    let source = Source {
        name: "The Northern Register".into(),
        address: REGISTER.into(),
        kind: SourceKind::Document,
    };
    let recognition = Recognition::new(Vec::new(), vec![source], DAY_MS, 7 * DAY_MS);
    let asks = World {
        recognition: Arc::new(recognition),
        ..test.world.clone()
    };
    (test, asks)
}

/// The register of somebody else, which lists the issuer of [`credential()`] or another.
fn registry(lists_it: bool) -> Result<Fetched, FetchError> {
    let text = String::from_utf8(credential()).unwrap();
    let issuer = text.split('"').find(|part| part.starts_with("did:key:"));
    let listed = match lists_it {
        true => issuer.unwrap().split('#').next().unwrap(),
        false => "did:web:other.example",
    };
    Ok(Fetched {
        bytes: format!(r#"{{"registry": {{"{listed}": {{"name": "A"}}}}}}"#).into_bytes(),
        media_type: "application/json".into(),
    })
}

async fn turn(world: &World) {
    wind(world).await.unwrap();
    work_until_idle(world).await.unwrap();
}

async fn recognized(world: &World) -> (Outcome, RecognitionDetail) {
    let checked = check(world, &credential(), None, Reach::Own).await.unwrap();
    let checks = &checked.report.checks;
    let recognition = |check: &&Check| check.kind == CheckKind::Recognition;
    let found = checks.iter().find(recognition).unwrap();
    let Detail::Recognition(detail) = found.detail.clone() else {
        panic!("{found:?}");
    };
    (found.outcome, detail)
}

#[tokio::test]
async fn an_issuer_is_known_from_the_copy_of_a_register_with_its_date() {
    let (test, world) = asking().await;
    test.fetch.answer(REGISTER, registry(true));
    turn(&world).await;
    let read_at = world.clock.now();
    test.clock.advance_millis(2 * HOUR_MS);
    for _ in 0..3 {
        let (outcome, detail) = recognized(&world).await;
        assert_eq!(outcome, Outcome::Pass);
        assert_eq!(detail.register.as_deref(), Some("The Northern Register"));
        assert_eq!(detail.as_of, Some(read_at));
    }
    turn(&world).await;
    assert_eq!(
        test.fetch.asked(),
        [REGISTER],
        "nobody who checks waits for it"
    );
}

/// A register may be an operator's own file: a reader's program gets what it says of the issuer before it, and no page gets all of it.
#[tokio::test]
async fn nobody_gets_more_of_a_register_than_what_concerns_a_credential() {
    let (test, world) = asking().await;
    let Fetched { bytes, media_type } = registry(true).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let bytes = text.replacen(
        r#"{"registry": {"#,
        r#"{"registry": {"did:web:partner.example": {"name": "B"}, "did:key": {"name": "C"}, "#,
        1,
    );
    let bytes = bytes.into_bytes();
    test.fetch
        .answer(REGISTER, Ok(Fetched { bytes, media_type }));
    turn(&world).await;
    let given = supply(&world, &credential()).await.unwrap().trust;
    let northern = given.registers.last().unwrap();
    assert_eq!(northern.name, "The Northern Register");
    let listed: Vec<_> = northern.issuers.keys().collect();
    assert_eq!(listed.len(), 1, "{northern:?}");
    assert!(listed[0].starts_with("did:key:z"), "not a part of its name");
    let all = supply_all(&world).await.unwrap().trust;
    assert_eq!(all.registers.len(), 1, "our own alone");
}

#[tokio::test]
async fn an_unknown_issuer_is_told_with_the_registers_that_were_asked() {
    let (test, world) = asking().await;
    test.fetch.answer(REGISTER, registry(false));
    turn(&world).await;
    let (outcome, detail) = recognized(&world).await;
    assert_eq!(outcome, Outcome::NotListed);
    let asked: Vec<_> = detail
        .consulted
        .iter()
        .map(|one| one.as_of.is_some())
        .collect();
    assert_eq!(
        asked,
        [false, true],
        "our own list, and a copy with its age"
    );
    assert_eq!(detail.consulted[1].source.as_deref(), Some(REGISTER));
}

#[tokio::test]
async fn a_register_that_was_never_read_leaves_it_open() {
    let (_test, world) = asking().await;
    turn(&world).await;
    let (outcome, detail) = recognized(&world).await;
    assert_eq!(outcome, Outcome::Unknown(Fault::RegisterUnread));
    assert!(detail.consulted[1].unread && detail.as_of.is_none());
    let standing = registers_standing(&world).await.unwrap();
    assert_eq!(standing[0].error.as_deref(), Some("the host was not found"));
}

#[tokio::test]
async fn the_last_good_copy_decides_for_a_week_and_is_an_old_answer_after() {
    let (test, world) = asking().await;
    test.fetch.answer(REGISTER, registry(true));
    turn(&world).await;
    let page = Fetched {
        bytes: b"<html>moved</html>".to_vec(),
        media_type: "text/html".into(),
    };
    // What is no register does not replace one.
    for broken in [Ok(page), Err(FetchError::Status(500))] {
        test.fetch.answer(REGISTER, broken);
        test.clock.advance_millis(3 * DAY_MS);
        turn(&world).await;
        assert_eq!(recognized(&world).await.0, Outcome::Pass);
    }
    test.clock.advance_millis(2 * DAY_MS);
    let (outcome, detail) = recognized(&world).await;
    assert_eq!(outcome, Outcome::Unknown(Fault::RegisterUnread));
    assert!(detail.as_of.is_some(), "it says as of when it was listed");

    test.fetch.answer(REGISTER, registry(false));
    turn(&world).await;
    assert_eq!(recognized(&world).await.0, Outcome::NotListed);
}

#[tokio::test]
async fn a_register_is_read_once_a_day_and_one_that_failed_again_within_the_hour() {
    let (test, world) = asking().await;
    test.fetch.answer(REGISTER, Err(FetchError::TimedOut));
    let asked_after = async |minutes: i64| {
        test.clock.advance_millis(minutes * 60_000);
        turn(&world).await;
        test.fetch.asked().len()
    };
    assert_eq!(asked_after(0).await, 1);
    assert_eq!(asked_after(30).await, 1);
    assert_eq!(asked_after(31).await, 2);
    test.fetch.answer(REGISTER, registry(true));
    assert_eq!(asked_after(61).await, 3);
    assert_eq!(asked_after(23 * 60).await, 3);
    assert_eq!(asked_after(61).await, 4);
    // A clock that was ahead and is put right keeps nobody waiting.
    assert_eq!(asked_after(30 * 24 * 60).await, 5);
    assert_eq!(asked_after(-30 * 24 * 60).await, 6);
}

#[tokio::test]
async fn a_register_that_is_asked_no_more_is_forgotten() {
    let (test, world) = asking().await;
    test.fetch.answer(REGISTER, registry(true));
    turn(&world).await;
    assert_eq!(world.store.read().register_ages().await.unwrap().len(), 1);
    let other = Source {
        name: "Another".into(),
        address: "https://another.example/list.json".into(),
        kind: SourceKind::Document,
    };
    let asks = World {
        recognition: Arc::new(Recognition::new(Vec::new(), vec![other], DAY_MS, DAY_MS)),
        ..world
    };
    turn(&asks).await;
    let ages = asks.store.read().register_ages().await.unwrap();
    let sources: Vec<_> = ages.iter().map(|age| age.source.as_str()).collect();
    assert_eq!(sources, ["https://another.example/list.json"]);
}

/// What is written into a file for later counts then, and not when somebody starts the program again.
#[tokio::test]
async fn what_ends_in_a_file_ends_while_the_program_runs() {
    let test = world().await;
    test.clock.advance_millis(DAY_MS);
    let now = test.clock.now();
    let issuer = String::from_utf8(credential()).unwrap();
    let issuer = issuer.split('"').find(|part| part.starts_with("did:key:"));
    let issuer = issuer.unwrap().split('#').next().unwrap();
    let asks = |member: &str, hours: i64| {
        let moment = now.plus_millis(hours * HOUR_MS);
        let text = format!(r#"{{"issuers": [{{"id": "{issuer}", "{member}": "{moment}"}}]}}"#);
        let file = RegisterFile {
            name: "Partners".into(),
            registry: Registry::parse(text.as_bytes()).unwrap(),
            as_of: Some(now),
        };
        let recognition = Recognition::new(vec![file], Vec::new(), DAY_MS, DAY_MS);
        World {
            recognition: Arc::new(recognition),
            ..test.world.clone()
        }
    };
    let (ends, removed) = (asks("validUntil", 2), asks("removedOn", 2));
    for world in [&ends, &removed] {
        assert_eq!(recognized(world).await.0, Outcome::Pass);
    }
    test.clock.advance_millis(2 * HOUR_MS);
    assert_eq!(recognized(&ends).await.0, Outcome::NotListed);
    assert!(matches!(recognized(&removed).await.0, Outcome::Fail(_)));
}
