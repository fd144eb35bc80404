//! The log at a calendar of OpenTimestamps: pending until a block has it, and a time only by a header that the reader brought.

use std::sync::Arc;

use touchstone_adapters::{ANCHOR_CRYPTO, AnchorOpentimestamps, HttpFetch};
use touchstone_anchor::{
    Fault, Kind,
    opentimestamps::{Attestation, Detached},
};
use touchstone_bundle::{Anchors as Trust, Answer, By, Question, Why};
use touchstone_service::{
    World,
    logging::{
        AnchorState, Anchoring, Anchors, ConfiguredAnchor, anchor, anchored, file,
        sequence_until_idle, shown, standing,
    },
    ports::AnchorError,
};
use touchstone_testkit::{Calendar, TestDatabase, TestWorld, world_on};
use touchstone_vc::multibase::encode_hex;

use crate::proof_bundle::{bundled, judged_by, trusted};
use crate::support::{MEASURING, issued};

fn asks(world: &mut TestWorld, calendar: &Calendar) {
    let fetch = HttpFetch::new(true).unwrap();
    world.world.anchors = Arc::new(Anchors {
        anchors: vec![ConfiguredAnchor {
            name: "bitcoin".into(),
            kind: Kind::Opentimestamps,
            url: calendar.url().to_owned(),
            cost: Kind::Opentimestamps.cost().to_owned(),
            trust: String::new(),
            ask: Some(Arc::new(AnchorOpentimestamps::new(fetch, calendar.url()))),
        }],
        every_ms: 24 * 3_600_000,
    });
}

async fn asked(world: &World) -> Anchoring {
    anchor(world, "bitcoin").await.unwrap()
}

#[tokio::test]
async fn t66_a_promise_is_no_time_and_a_block_is_one_only_by_the_readers_header() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let mut world = world_on(database).await;
        let calendar = Calendar::new();
        asks(&mut world, &calendar);
        let (_, credentials) = issued(&world, MEASURING).await;
        sequence_until_idle(&world).await.unwrap();
        let size = shown(&world).await.unwrap().unwrap().size;

        // A calendar that is down is asked again; then it promises, and nothing is shown by that.
        calendar.set_down(true);
        let refused = AnchorError::Status(503);
        assert_eq!(asked(&world).await, Anchoring::Refused(refused));
        calendar.set_down(false);
        world.clock.advance_millis(60_000);
        assert_eq!(asked(&world).await, Anchoring::Pending(size));
        let one = anchored(&world, 1).await.unwrap().remove(0);
        assert_eq!((one.state, one.block), (AnchorState::Pending, None));
        let path = one.proof_path.unwrap();
        assert_eq!(path, format!("anchor/{size}.bitcoin.ots"));
        let promised = file(&world, &path).await.unwrap().unwrap();
        assert_eq!(promised.media_type, "application/vnd.opentimestamps.ots");
        assert!(!promised.immutable, "it will be more");
        let bundle = bundled(&world, &credentials[0]).await;
        assert!(bundle.credentials[0].anchors.is_empty());

        // It is asked now and then, as long as it takes, and that is no failure.
        for _ in 0..20 {
            world.clock.advance_millis(20 * 60_000);
            assert_eq!(asked(&world).await, Anchoring::Pending(size));
        }
        assert!(
            standing(&world).await.unwrap().unwrap().anchors[0]
                .fails()
                .is_none()
        );
        let header = calendar.mine(900_000, 1_795_700_000);
        world.clock.advance_millis(20 * 60_000);
        assert_eq!(asked(&world).await, Anchoring::Confirmed(size));
        let one = anchored(&world, 1).await.unwrap().remove(0);
        assert_eq!(
            (one.state, one.block),
            (AnchorState::Confirmed, Some(900_000))
        );
        let proof = file(&world, &path).await.unwrap().unwrap();
        assert!(proof.immutable);
        let read = Detached::read(&proof.bytes).unwrap();
        let text = file(&world, &one.text_path).await.unwrap().unwrap();
        assert_eq!(read.digest, (ANCHOR_CRYPTO.sha256)(&text.bytes));
        let attested = read.attested(&ANCHOR_CRYPTO);
        let in_block = |(_, one): &(_, &Attestation)| *one == &Attestation::Bitcoin(900_000);
        assert_eq!(attested.iter().filter(|one| in_block(one)).count(), 1);

        let policy = trusted(&world).await;
        let bundle = bundled(&world, &credentials[0]).await;
        let time = |lines: &str| {
            let trust = Trust::parse(lines.as_bytes(), &ANCHOR_CRYPTO).unwrap();
            let found = judged_by(&world, &bundle, (Some(&policy), Some(&trust)), None);
            let line = found
                .lines
                .iter()
                .find(|line| line.question == Question::Time);
            let said = line.map(|line| (line.answer, line.why)).unwrap();
            (said, found.time)
        };
        let unknown = |fault| ((Answer::Unknown, Some(Why::Anchor(fault))), None);
        let height = 900_000;
        assert_eq!(time("quorum none\n"), unknown(Fault::Block { height }));
        let line = |height: u64, header: &[u8]| {
            format!(
                "#anchor opentimestamps bitcoin {height} {}\n",
                encode_hex(header)
            )
        };
        let by = touchstone_vc::Timestamp::from_unix_seconds(1_795_700_000 + 7_200);
        let passed = (
            (Answer::Pass, None),
            Some((by, By::Anchor("bitcoin".into()))),
        );
        assert_eq!(time(&line(height, &header)), passed);
        // The header of another block, under this height or under its own.
        let genesis = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e\
            67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";
        let wrong = format!("#anchor opentimestamps bitcoin {height} {genesis}\n");
        assert_eq!(time(&wrong), unknown(Fault::OtherBlock { height }));
        assert_eq!(time(&line(1, &header)), unknown(Fault::Block { height }));
    }
}

#[tokio::test]
async fn a_promise_is_asked_about_however_long_the_calendar_is_away() {
    let mut world = world_on(TestDatabase::sqlite()).await;
    let calendar = Calendar::new();
    asks(&mut world, &calendar);
    issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    let size = shown(&world).await.unwrap().unwrap().size;
    assert_eq!(asked(&world).await, Anchoring::Pending(size));
    calendar.mine(900_000, 1_795_700_000);
    calendar.set_down(true);
    for _ in 0..40 {
        world.clock.advance_millis(6 * 3_600_000);
        let refused = AnchorError::Status(503);
        assert_eq!(asked(&world).await, Anchoring::Refused(refused));
    }
    calendar.set_down(false);
    world.clock.advance_millis(6 * 3_600_000);
    assert_eq!(asked(&world).await, Anchoring::Confirmed(size));
}
