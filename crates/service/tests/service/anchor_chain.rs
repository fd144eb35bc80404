//! The log on an EVM chain: sent once, pending until its block is deep enough, and a time only by the block that the reader names.

use std::sync::Arc;

use touchstone_adapters::ANCHOR_CRYPTO;
use touchstone_anchor::{Fault, evm::Proof};
use touchstone_bundle::{Anchors as Trust, Answer, By, Question, Why};
use touchstone_service::{
    World,
    logging::{
        AnchorState, Anchored, Anchoring, anchor, anchored, file, sequence_until_idle, shown,
        trust_file, whole,
    },
    ports::AnchorError,
};
use touchstone_store::TenantId;
use touchstone_testkit::{Chain, Course, TestDatabase, TestWorld, world, world_on};
use touchstone_vc::Timestamp;

use crate::log_files::change;
use crate::proof_bundle::{bundled, judged_by, trusted};
use crate::support::{MEASURING, institution, issued};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// A hundredth of a coin.
const MOST: u128 = 10_000_000_000_000_000;

async fn asked(world: &World) -> Anchoring {
    anchor(world, "chain").await.unwrap()
}

async fn later(world: &TestWorld) -> Anchoring {
    world.clock.advance_millis(20 * MINUTE_MS);
    asked(&world.world).await
}

async fn newest(world: &World) -> Anchored {
    anchored(world, 1).await.unwrap().remove(0)
}

/// A world with a log, whose anchor is this chain.
async fn logged(chain: &Chain) -> (TestWorld, TenantId, u64) {
    let mut world = world().await;
    world.world.anchors = Arc::new(chain.anchors(MOST));
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let size = shown(&world).await.unwrap().unwrap().size;
    (world, tenant, size)
}

#[tokio::test]
async fn t66_a_checkpoint_on_a_chain_is_a_time_only_by_the_readers_block_and_contract() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let mut world = world_on(database).await;
        let chain = Chain::new();
        world.world.anchors = Arc::new(chain.anchors(MOST));
        let (_, credentials) = issued(&world, MEASURING).await;
        sequence_until_idle(&world).await.unwrap();
        let size = shown(&world).await.unwrap().unwrap().size;

        // Sent as soon as it is kept, and shown to nobody before it is a proof.
        assert_eq!(asked(&world).await, Anchoring::Pending(size));
        world.clock.advance_millis(19 * MINUTE_MS);
        assert_eq!(asked(&world).await, Anchoring::Nothing, "not yet");
        assert_eq!(chain.sent(), (1, 1));
        assert_eq!(newest(&world).await.proof_path, None);
        let path = format!("anchor/{size}.chain.evm");
        assert!(file(&world, &path).await.unwrap().is_none());
        assert_eq!(later(&world).await, Anchoring::Pending(size));
        chain.mine(2);
        assert_eq!(later(&world).await, Anchoring::Pending(size), "two blocks");
        assert!(
            bundled(&world, &credentials[0]).await.credentials[0]
                .anchors
                .is_empty()
        );
        chain.mine(1);
        assert_eq!(later(&world).await, Anchoring::Confirmed(size));
        assert_eq!(chain.sent(), (1, 1), "once");

        let one = newest(&world).await;
        assert_eq!(one.state, AnchorState::Confirmed);
        assert_eq!(one.proof_path.as_deref(), Some(&path[..]));
        let proof = file(&world, &path).await.unwrap().unwrap();
        assert_eq!(proof.media_type, "application/vnd.touchstone.evm-anchor");
        assert!(proof.immutable);
        let published = whole(&world).await.unwrap().unwrap().anchors;
        assert_eq!(published, [one.text_path.clone(), path]);
        let block = Proof::read(&proof.bytes).unwrap().block(&ANCHOR_CRYPTO);
        let block = block.unwrap();
        let seconds = i64::try_from(block.time).unwrap();
        assert_eq!(one.seen_by, Some(Timestamp::from_unix_seconds(seconds)));

        // What it shows, to whom.
        let line = chain.contract().line();
        let ours = trust_file(&world).await.unwrap().unwrap();
        assert!(ours.contains(&line), "{ours}");
        let policy = trusted(&world).await;
        let bundle = bundled(&world, &credentials[0]).await;
        let time = |lines: &str| {
            let trust = Trust::parse(lines.as_bytes(), &ANCHOR_CRYPTO).unwrap();
            let found = judged_by(&world, &bundle, (Some(&policy), Some(&trust)), None);
            let mut lines = found.lines.iter();
            let line = lines.find(|line| line.question == Question::Time).unwrap();
            ((line.answer, line.why), found.time)
        };
        let unknown = |fault| ((Answer::Unknown, Some(Why::Anchor(fault))), None);
        let contract = chain.contract().address;
        assert_eq!(
            time("quorum none\n"),
            unknown(Fault::OtherContract { contract })
        );
        let number = block.number;
        assert_eq!(time(&line), unknown(Fault::ChainBlock { number }));
        let by = Timestamp::from_unix_seconds(seconds + 15);
        let passed = ((Answer::Pass, None), Some((by, By::Anchor("chain".into()))));
        assert_eq!(time(&chain.newest_used().line()), passed);
        let mut forked = chain.newest_used();
        forked.block = forked.block.map(|(number, _)| (number, [9; 32]));
        assert_eq!(
            time(&forked.line()),
            unknown(Fault::OtherChainBlock { number })
        );
    }
}

#[tokio::test]
async fn t66_what_was_kept_is_sent_again_as_it_was_and_is_paid_once() {
    let chain = Chain::new();
    let (world, _, size) = logged(&chain).await;
    assert_eq!(asked(&world).await, Anchoring::Pending(size));
    // A node forgets it, or was never handed it: the process was killed between keeping and sending.
    chain.drop_waiting();
    assert_eq!(later(&world).await, Anchoring::Pending(size));
    chain.set_base(5_000_000_000);
    chain.drop_waiting();
    assert_eq!(later(&world).await, Anchoring::Pending(size));
    assert_eq!(chain.sent(), (3, 1), "the same bytes each time");
    chain.mine(3);
    assert_eq!(later(&world).await, Anchoring::Confirmed(size));
}

#[tokio::test]
async fn t66_what_would_cost_too_much_is_not_sent_and_says_why() {
    let chain = Chain::new();
    let (mut world, _, size) = logged(&chain).await;
    // 72,000 units of gas, an eighth above what a unit costs now.
    chain.set_base(1_000_000_000_000);
    chain.mine(1);
    let now = 72_000 * 1_125_000_000_000;
    let dear = AnchorError::TooDear { now, most: MOST };
    assert_eq!(asked(&world).await, Anchoring::Refused(dear));
    let one = newest(&world).await;
    assert_eq!(one.state, AnchorState::Pending);
    assert!(
        one.why
            .unwrap()
            .contains("it would cost 0.081 now, and may cost 0.01 at most")
    );
    for (anchors, why) in [
        (
            chain.anchors_on(1, MOST),
            "it is a node of chain 7777, and chain 1 is named: name that one (chain=), or a node of this one",
        ),
        (
            chain.anchors(2_000_000_000_000_000_000),
            "which pays, has 1",
        ),
    ] {
        world.world.anchors = Arc::new(anchors);
        world.clock.advance_millis(DAY_MS / 4);
        let Anchoring::Refused(error) = asked(&world).await else {
            panic!("{why}");
        };
        assert!(error.to_string().contains(why), "{error}");
        chain.set_base(20_000_000_000_000);
        chain.mine(1);
    }
    assert_eq!(chain.sent(), (0, 0));
    // Cheaper than that, it is sent, for no more than it may cost.
    world.world.anchors = Arc::new(chain.anchors(MOST));
    chain.set_base(100_000_000_000);
    chain.mine(1);
    world.clock.advance_millis(DAY_MS / 4);
    assert_eq!(asked(&world).await, Anchoring::Pending(size));
    assert_eq!(chain.sent(), (1, 1));
}

#[tokio::test]
async fn t66_what_a_chain_refused_or_overtook_is_given_up_and_holds_up_nothing() {
    for is_refused in [true, false] {
        let chain = Chain::new();
        let (world, tenant, size) = logged(&chain).await;
        chain.set(Course::Down);
        let down = Anchoring::Refused(AnchorError::NodeStatus(503));
        assert_eq!(asked(&world).await, down);
        chain.set(Course::Smooth);
        assert_eq!(later(&world).await, Anchoring::Pending(size));
        let error = match is_refused {
            true => {
                chain.set(Course::Refusing);
                chain.mine(1);
                AnchorError::Reverted
            }
            false => {
                chain.overtake();
                AnchorError::Overtaken
            }
        };
        // A block that is not deep enough may be dropped, and that one with it.
        assert_eq!(later(&world).await, Anchoring::Pending(size));
        chain.mine(2);
        assert_eq!(later(&world).await, Anchoring::GivenUp(error));
        assert_eq!(chain.sent(), (1, 1));
        assert_eq!(newest(&world).await.state, AnchorState::Failed);
        // Nothing was spoilt: the log goes on, and its next checkpoint is handed in a day later.
        chain.set(Course::Smooth);
        assert_eq!(later(&world).await, Anchoring::Nothing);
        change(&world, &tenant, 1).await;
        sequence_until_idle(&world).await.unwrap();
        let size = shown(&world).await.unwrap().unwrap().size;
        world.clock.advance_millis(DAY_MS);
        assert_eq!(asked(&world).await, Anchoring::Pending(size));
        chain.mine(3);
        assert_eq!(later(&world).await, Anchoring::Confirmed(size));
    }
}

#[tokio::test]
async fn t66_what_was_sent_is_asked_about_however_long_the_node_is_away() {
    let chain = Chain::new();
    let (world, _, size) = logged(&chain).await;
    assert_eq!(asked(&world).await, Anchoring::Pending(size));
    chain.mine(3);
    chain.set(Course::Down);
    for _ in 0..40 {
        world.clock.advance_millis(DAY_MS / 4);
        let came = asked(&world).await;
        assert_eq!(came, Anchoring::Refused(AnchorError::NodeStatus(503)));
    }
    assert_eq!(newest(&world).await.state, AnchorState::Pending);
    chain.set(Course::Smooth);
    world.clock.advance_millis(DAY_MS / 4);
    assert_eq!(asked(&world).await, Anchoring::Confirmed(size));
    assert_eq!(chain.sent(), (1, 1), "paid once");
}

#[tokio::test]
async fn t66_nothing_is_paid_for_on_a_chain_where_it_could_not_be_shown() {
    let chain = Chain::new();
    let (world, ..) = logged(&chain).await;
    chain.set(Course::Foreign);
    chain.mine_another();
    let refused = Anchoring::Refused(AnchorError::OtherHashes);
    assert_eq!(asked(&world).await, refused);
    assert_eq!(chain.sent(), (0, 0));
    let why = newest(&world).await.why.unwrap();
    assert!(why.contains("name another chain"), "{why}");
}
