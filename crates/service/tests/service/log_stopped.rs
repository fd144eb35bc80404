//! A witness that speaks against the log stops it, and only it.

use touchstone_service::{
    logging::{
        Asking, GoOn, GoOnError, LogError, ask_witness, go_on, sequence_until_idle, shown, standing,
    },
    operations::work_until_idle,
};
use touchstone_store::BatchState;
use touchstone_testkit::{NearWitness, TestWorld, world};

use crate::log_files::change;
use crate::signing_key::ADA;
use crate::support::{MEASURING, audited, confirmed, institution_with, state};

const NORTH: &str = "https://north.example.org";

async fn size(world: &TestWorld) -> u64 {
    shown(world).await.unwrap().unwrap().size
}

async fn objects(world: &TestWorld) {
    let asked = ask_witness(world, NORTH).await.unwrap();
    assert!(
        matches!(&asked, Asking::Refused(why) if why.is_against_the_log()),
        "{asked:?}"
    );
}

fn order(witness: &str, reason: &str) -> GoOn {
    GoOn {
        witness: witness.into(),
        actor: "operator".into(),
        reason: reason.into(),
    }
}

#[tokio::test]
async fn t50_a_witness_that_has_seen_more_stops_the_log_and_nothing_else_until_somebody_decides() {
    let mut world = world().await;
    let witness = NearWitness::of(&mut world, "verify.example.edu/log").await;
    let tenant = institution_with(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    let before = size(&world).await;
    let decide = |witness: &'static str, reason: &'static str| {
        let world = &world;
        async move { go_on(world, &order(witness, reason)).await }
    };
    let early = decide("north", "no reason").await.unwrap_err();
    assert!(matches!(early, GoOnError::SaysNothing), "{early}");

    witness.claim(Some(99_999));
    objects(&world).await;
    let batch = confirmed(&world, &tenant, MEASURING, ADA).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    let stopped = sequence_until_idle(&world).await.unwrap_err();
    assert!(
        matches!(&stopped, LogError::Stopped { witness, said } if witness == "north" && said.contains("99999")),
        "{stopped}"
    );
    assert!(stopped.to_string().contains("touchstone log go-on north"));
    assert_eq!(size(&world).await, before, "nothing more is signed");
    let stands = standing(&world).await.unwrap().unwrap();
    assert_eq!(stands.stopped_by().unwrap().name, "north");
    assert!(stands.queued > 0);

    // One that does not answer takes nothing back.
    witness.set_down(true);
    assert!(matches!(
        ask_witness(&world, NORTH).await.unwrap(),
        Asking::Refused(_)
    ));
    assert!(sequence_until_idle(&world).await.is_err());
    witness.set_down(false);

    let nobody = decide("south", "it is wrong").await.unwrap_err();
    assert!(matches!(nobody, GoOnError::NoSuchWitness), "{nobody}");
    let why = decide("north", " ").await.unwrap_err();
    assert!(matches!(why, GoOnError::Reason), "{why}");
    assert_eq!(audited(&world, &tenant, "log.go-on").await, 0);
    let said = decide("north", "It lost its database.").await.unwrap();
    assert!(said.contains("99999"), "{said}");
    assert_eq!(audited(&world, &tenant, "log.go-on").await, 1);
    sequence_until_idle(&world).await.unwrap();
    assert!(size(&world).await > before);
    // It says the same again, which was decided.
    objects(&world).await;
    change(&world, &tenant, 1).await;
    sequence_until_idle(&world).await.unwrap();
    let stands = standing(&world).await.unwrap().unwrap();
    assert!(stands.stopped_by().is_none() && stands.witnesses[0].against.is_some());
}

/// As a version before noted it, which did not stop.
#[tokio::test]
async fn t50_what_a_witness_said_before_the_program_was_renewed_stops_the_log_as_well() {
    let mut world = world().await;
    NearWitness::of(&mut world, "verify.example.edu/log").await;
    institution_with(&world, MEASURING).await;
    let (place, told) = (
        "log.witness.https://north.example.org",
        r#"{"at":5,"cosigned":3,"since":4,"said":"another history","against":true}"#,
    );
    let noted = world
        .store
        .write(|mut tx| async move { tx.set_setting(place, told).await });
    noted.await.unwrap();
    let stopped = sequence_until_idle(&world).await.unwrap_err();
    assert!(
        matches!(&stopped, LogError::Stopped { said, .. } if said == "another history"),
        "{stopped}"
    );
}

#[tokio::test]
async fn t50_the_log_goes_on_by_itself_once_the_witness_cosigns_and_is_stopped_anew_by_the_next_word()
 {
    let mut world = world().await;
    let witness = NearWitness::of(&mut world, "verify.example.edu/log").await;
    let tenant = institution_with(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    witness.claim(Some(99_999));
    objects(&world).await;
    let decided = order("north", "It lost its database.");
    go_on(&world, &decided).await.unwrap();
    witness.claim(None);
    let asked = ask_witness(&world, NORTH).await.unwrap();
    assert!(matches!(asked, Asking::Cosigned(_)), "{asked:?}");
    let stands = standing(&world).await.unwrap().unwrap();
    assert!(stands.witnesses[0].against.is_none());
    // What was decided then says nothing about what comes now.
    change(&world, &tenant, 1).await;
    sequence_until_idle(&world).await.unwrap();
    witness.claim(Some(99_999));
    objects(&world).await;
    change(&world, &tenant, 1).await;
    assert!(matches!(
        sequence_until_idle(&world).await.unwrap_err(),
        LogError::Stopped { .. }
    ));
    witness.claim(None);
    assert!(matches!(
        ask_witness(&world, NORTH).await.unwrap(),
        Asking::Cosigned(_)
    ));
    sequence_until_idle(&world).await.unwrap();
    assert_eq!(standing(&world).await.unwrap().unwrap().queued, 0);
}
