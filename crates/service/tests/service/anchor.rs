//! The log at time-stamping authorities of `openssl ts`: what is kept, what is not, and what it shows.

use std::sync::Arc;

use touchstone_adapters::ANCHOR_CRYPTO;
use touchstone_anchor::{Fault, certificate};
use touchstone_bundle::{Anchors as Trust, Answer, Bundle, By, Question, Why};
use touchstone_service::{
    World,
    holding::{Format, file as export},
    logging::{
        AnchorState, Anchoring, anchor, anchored, file, sequence_until_idle, shown, standing,
        trust_file, whole,
    },
    ports::{AnchorError, Clock as _, FetchError},
};
use touchstone_testkit::{
    Manner, Purpose, TestDatabase, TestWorld, TimestampAuthority, world, world_on,
};
use touchstone_tlog::SignedCheckpoint;

use crate::log_files::change;
use crate::proof_bundle::{bundled, judged_by, trusted};
use crate::static_hosts::hosts_are_told_of_every_file;
use crate::support::{MEASURING, institution, issued, stolen};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// From now on this world asks this authority once a day, and trusts this certificate.
fn asks(world: &mut TestWorld, authority: &TimestampAuthority, trusted: &[u8]) {
    world.world.anchors = Arc::new(authority.anchors(trusted));
}

async fn asked(world: &World) -> Anchoring {
    anchor(world, "notary").await.unwrap()
}

async fn size(world: &World) -> u64 {
    shown(world).await.unwrap().unwrap().size
}

async fn grown(world: &TestWorld, tenant: &touchstone_store::TenantId) -> u64 {
    change(world, tenant, 1).await;
    sequence_until_idle(world).await.unwrap();
    size(world).await
}

#[tokio::test]
async fn a_checkpoint_is_anchored_once_a_day_and_openssl_verifies_what_is_published() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let mut world = world_on(database).await;
        let authority = TimestampAuthority::new();
        asks(&mut world, &authority, &authority.root());
        assert_eq!(asked(&world).await, Anchoring::Nothing, "no log yet");
        let tenant = institution(&world).await;
        sequence_until_idle(&world).await.unwrap();
        let first = size(&world).await;
        assert_eq!(asked(&world).await, Anchoring::Confirmed(first));

        // What is published is what the checkpoint says, and what openssl takes.
        let checkpoint = shown(&world).await.unwrap().unwrap().checkpoint;
        let signed = SignedCheckpoint::parse(&checkpoint).unwrap();
        let all = anchored(&world, 9).await.unwrap();
        let [one] = &all[..] else {
            panic!("{all:?}");
        };
        assert_eq!(one.state, AnchorState::Confirmed);
        let text = file(&world, &one.text_path).await.unwrap().unwrap();
        assert_eq!(text.bytes, signed.note.text().as_bytes());
        let path = one.proof_path.as_ref().unwrap();
        assert_eq!(*path, format!("anchor/{first}.notary.tsr"));
        let proof = file(&world, path).await.unwrap().unwrap();
        assert_eq!(proof.media_type, "application/timestamp-reply");
        assert!(proof.immutable && text.immutable);
        assert!(authority.verifies(&proof.bytes, &text.bytes));
        assert!(!authority.verifies(&proof.bytes, &checkpoint), "no stub");
        let published = whole(&world).await.unwrap().unwrap().anchors;
        assert_eq!(published, [one.text_path.clone(), path.clone()]);
        hosts_are_told_of_every_file(&world).await;
        for none in [
            "anchor/",
            "anchor/01",
            "anchor/1.notary.tsr",
            "anchor/-1",
            "anchor/1.x",
        ] {
            assert!(file(&world, none).await.unwrap().is_none(), "{none}");
        }

        // Never more often than a day, whatever happens meanwhile, and not for a log that did not grow.
        let second = grown(&world, &tenant).await;
        world.clock.advance_millis(DAY_MS - 1);
        assert_eq!(asked(&world).await, Anchoring::Nothing);
        world.clock.advance_millis(1);
        assert_eq!(asked(&world).await, Anchoring::Confirmed(second));
        world.clock.advance_millis(DAY_MS);
        assert_eq!(asked(&world).await, Anchoring::Nothing);
        assert_eq!(authority.asked(), 2);
        let standing = standing(&world).await.unwrap().unwrap();
        let [told] = &standing.anchors[..] else {
            panic!("{standing:?}");
        };
        assert_eq!(told.confirmed.as_ref().map(|one| one.size), Some(second));
        assert!(told.fails().is_none());
    }
}

#[tokio::test]
async fn t66_what_an_authority_gets_wrong_is_not_kept_and_holds_up_nothing() {
    let mut world = world().await;
    let authority = TimestampAuthority::new();
    asks(&mut world, &authority, &authority.root());
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let first = size(&world).await;
    // What is no answer is asked for again, about the same checkpoint, after a pause that grows. Nobody waits for it: the log goes on.
    let mut pause = 60_000;
    for (manner, expect) in [
        (Manner::Broken, AnchorError::Status(503)),
        (Manner::Silent, AnchorError::Unreached(FetchError::TimedOut)),
    ] {
        authority.set(manner);
        assert_eq!(
            asked(&world).await,
            Anchoring::Refused(expect.clone()),
            "{manner:?}"
        );
        let all = anchored(&world, 9).await.unwrap();
        assert_eq!(all.len(), 1, "one checkpoint, however often it is tried");
        assert_eq!((all[0].size, all[0].state), (first, AnchorState::Pending));
        assert_eq!(all[0].why, Some(expect.to_string()));
        grown(&world, &tenant).await;
        world.clock.advance_millis(pause - 1);
        assert_eq!(asked(&world).await, Anchoring::Nothing, "{manner:?}");
        world.clock.advance_millis(1);
        pause *= 2;
    }
    // What is one, and is not kept, gives its checkpoint up: asked again it would be no better.
    let unproven = AnchorError::Unproven;
    let mut failed = 0;
    for (manner, expect) in [
        (Manner::Garbage, unproven(Fault::Malformed)),
        (Manner::OtherImprint, unproven(Fault::OtherImprint)),
        (Manner::OtherNonce, unproven(Fault::OtherNonce)),
        // The last that was made is the one to the other nonce, about the same checkpoint.
        (Manner::Replaying, unproven(Fault::OtherNonce)),
        (Manner::Rejecting, unproven(Fault::NotGranted)),
        (Manner::Altered, unproven(Fault::Signature)),
        (Manner::Huge, AnchorError::Unreached(FetchError::TooLarge)),
    ] {
        authority.set(manner);
        assert_eq!(
            asked(&world).await,
            Anchoring::GivenUp(expect.clone()),
            "{manner:?}"
        );
        failed += usize::from(manner != Manner::Replaying);
        let all = anchored(&world, 9).await.unwrap();
        assert_eq!(all.len(), failed);
        assert_eq!(all[0].state, AnchorState::Failed);
        assert_eq!(all[0].why, Some(expect.to_string()));
        assert_eq!(all[0].proof_path, None, "{manner:?}");
        if manner != Manner::OtherNonce {
            grown(&world, &tenant).await;
        }
        world.clock.advance_millis(DAY_MS - 1);
        assert_eq!(asked(&world).await, Anchoring::Nothing, "{manner:?}");
        world.clock.advance_millis(1);
    }
    let failing = standing(&world).await.unwrap().unwrap();
    assert!(failing.anchors[0].fails().is_some());
    authority.set(Manner::Honest);
    let last = size(&world).await;
    assert_eq!(asked(&world).await, Anchoring::Confirmed(last));
    let well = standing(&world).await.unwrap().unwrap();
    assert!(well.anchors[0].fails().is_none());
}

#[tokio::test]
async fn a_checkpoint_is_given_up_after_a_day_and_the_next_one_is_another_matter() {
    let mut world = world().await;
    let authority = TimestampAuthority::new();
    asks(&mut world, &authority, &authority.root());
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let first = size(&world).await;
    authority.set(Manner::Broken);
    let refused = AnchorError::Status(503);
    for _ in 1..12 {
        assert_eq!(asked(&world).await, Anchoring::Refused(refused.clone()));
        world.clock.advance_millis(6 * HOUR_MS);
    }
    assert_eq!(asked(&world).await, Anchoring::GivenUp(refused));
    let all = anchored(&world, 9).await.unwrap();
    assert_eq!((all[0].size, all[0].state), (first, AnchorState::Failed));
    let told = standing(&world).await.unwrap().unwrap();
    let (failed, why) = told.anchors[0].fails().unwrap();
    assert_eq!(
        (failed.state, why),
        (AnchorState::Failed, "it answered 503")
    );
    let second = grown(&world, &tenant).await;
    authority.set(Manner::Honest);
    assert_eq!(asked(&world).await, Anchoring::Confirmed(second));
    let all = anchored(&world, 9).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[1].state, AnchorState::Failed, "that one stays so");
}

#[tokio::test]
async fn t66_only_an_authority_for_time_stamps_that_is_trusted_counts() {
    let other = TimestampAuthority::new();
    for (key, purpose, trust, expect) in [
        ("ec:P-256", Purpose::Stamps, "root", None),
        ("ec:P-384", Purpose::Stamps, "root", None),
        ("rsa:3072", Purpose::Stamps, "itself", None),
        ("ec:P-256", Purpose::Stamps, "other", Some(Fault::Untrusted)),
        (
            "ec:P-256",
            Purpose::NotCritical,
            "root",
            Some(Fault::NotForStamps),
        ),
        ("ec:P-256", Purpose::More, "root", Some(Fault::NotForStamps)),
    ] {
        let mut world = world().await;
        let authority = TimestampAuthority::with(key, purpose);
        let trusted = match trust {
            "root" => authority.root(),
            "itself" => authority.certificate(),
            _ => other.root(),
        };
        asks(&mut world, &authority, &trusted);
        institution(&world).await;
        sequence_until_idle(&world).await.unwrap();
        let expect = match expect {
            None => Anchoring::Confirmed(size(&world).await),
            Some(fault) => Anchoring::GivenUp(AnchorError::Unproven(fault)),
        };
        assert_eq!(asked(&world).await, expect, "{key} {purpose:?} {trust}");
    }
}

/// A time counts only where the reader names the authority, and only over a tree that has the very entry.
#[tokio::test]
async fn t66_an_anchor_counts_as_a_time_only_to_who_trusts_it_and_only_over_the_entry() {
    let mut world = world().await;
    let authority = TimestampAuthority::new();
    asks(&mut world, &authority, &authority.root());
    let (tenant, credentials) = issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    let Anchoring::Confirmed(_) = asked(&world).await else {
        panic!("not anchored");
    };
    grown(&world, &tenant).await;
    let stated = anchored(&world, 1).await.unwrap()[0].seen_by.unwrap();
    let policy = trusted(&world).await;
    let text = trust_file(&world).await.unwrap().unwrap();
    let trust = Trust::parse(text.as_bytes(), &ANCHOR_CRYPTO).unwrap();
    let bytes = export(&world, &credentials[0], Format::Bundle)
        .await
        .unwrap();
    assert!(bytes.starts_with(b"{\"format\":\"touchstone-bundle/3\""));
    let bundle = bundled(&world, &credentials[0]).await;
    // What the authority answered comes on top of what a bundle has without.
    let mut bare = bundle.clone();
    bare.credentials[0].anchors.clear();
    let (bare, more) = (bare.encode().len(), bytes.len() - bare.encode().len());
    assert!(
        bare <= 20 * 1024 && more <= 8 * 1024,
        "{bare} and {more} bytes"
    );
    let other = bundled(&world, &credentials[1]).await;

    let found = judged_by(&world, &bundle, (Some(&policy), Some(&trust)), None);
    assert_eq!(
        found.of(Question::Time),
        Some(Answer::Pass),
        "{:?}",
        found.lines
    );
    assert_eq!(found.time, Some((stated, By::Anchor("notary".into()))));
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);

    #[track_caller]
    fn unknown(
        world: &World,
        bundle: &Bundle,
        trust: (Option<&touchstone_tlog::Policy>, Option<&Trust>),
        why: Why,
    ) {
        let found = judged_by(world, bundle, trust, None);
        let line = found
            .lines
            .iter()
            .find(|line| line.question == Question::Time);
        let said = line.map(|line| (line.answer, line.why));
        assert_eq!(
            said,
            Some((Answer::Unknown, Some(why))),
            "{:?}",
            found.lines
        );
        assert_eq!(found.time, None);
    }
    unknown(&world, &bundle, (Some(&policy), None), Why::IssuersWord);
    let stranger = certificate(&TimestampAuthority::with("ec:P-256", Purpose::Stamps).root());
    let stranger = Trust::authority("notary", &stranger.unwrap(), &ANCHOR_CRYPTO);
    let untrusted = Why::Anchor(Fault::Untrusted);
    unknown(&world, &bundle, (Some(&policy), Some(&stranger)), untrusted);
    let none = Trust::parse(b"quorum none\n", &ANCHOR_CRYPTO).unwrap();
    unknown(&world, &bundle, (Some(&policy), Some(&none)), untrusted);

    type Change = fn(&mut Bundle, &Bundle);
    let elsewhere = Why::AnchoredTree;
    let changes: [(Change, Why); 7] = [
        (
            |one, _| one.credentials[0].anchors.clear(),
            Why::IssuersWord,
        ),
        (
            |one, _| one.credentials[0].anchors[0].kind = "notary".into(),
            Why::IssuersWord,
        ),
        (|one, _| one.credentials[0].anchors[0].size += 1, elsewhere),
        (
            |one, _| {
                one.credentials[0].anchors[0].path.pop();
            },
            elsewhere,
        ),
        (
            |one, _| {
                one.credentials[0].anchors[0].consistency.pop();
            },
            elsewhere,
        ),
        // What was shown of another entry shows nothing of this one.
        (
            |one, other| one.credentials[0].anchors = other.credentials[0].anchors.clone(),
            elsewhere,
        ),
        (
            |one, _| {
                one.credentials[0].anchors[0].proof.pop();
            },
            Why::Anchor(Fault::Malformed),
        ),
    ];
    for (change, why) in changes {
        let mut altered = bundle.clone();
        change(&mut altered, &other);
        unknown(&world, &altered, (Some(&policy), Some(&trust)), why);
    }
    // No byte of the proof can be another and still state another time: what is not signed is not read.
    let whole = bundle.credentials[0].anchors[0].proof.clone();
    let root = certificate(&authority.root()).unwrap();
    let brought = whole.windows(root.len()).position(|bytes| bytes == root);
    let brought = brought.unwrap()..brought.unwrap() + root.len();
    let mut passed = Vec::new();
    for place in 0..whole.len() {
        let mut altered = bundle.clone();
        altered.credentials[0].anchors[0].proof[place] ^= 1;
        let found = judged_by(&world, &altered, (Some(&policy), Some(&trust)), None);
        if found.of(Question::Time) == Some(Answer::Pass) {
            assert_eq!(found.time, Some((stated, By::Anchor("notary".into()))));
            passed.push(place);
        }
    }
    // The root that came along is not asked: the reader has it. Of the rest versions, digest algorithms that nobody reads, and parameters.
    passed.retain(|place| !brought.contains(place));
    assert!(passed.len() <= 40, "{passed:?} of {}", whole.len());
}

/// What an anchor stated stands for who trusts it as it was then, also when its name stands for another one now.
#[tokio::test]
async fn t66_an_anchor_that_is_another_now_hides_neither_what_it_stated_nor_what_the_other_does() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let mut world = world_on(database).await;
        let former = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
        asks(&mut world, &former, &former.root());
        let (tenant, credentials) = issued(&world, MEASURING).await;
        sequence_until_idle(&world).await.unwrap();
        let first = size(&world).await;
        assert_eq!(asked(&world).await, Anchoring::Confirmed(first));
        let text = trust_file(&world).await.unwrap().unwrap();
        assert!(!text.contains("# #anchor"), "{text}");
        let later = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
        asks(&mut world, &later, &later.root());
        let second = grown(&world, &tenant).await;
        world.clock.advance_millis(DAY_MS);
        assert_eq!(asked(&world).await, Anchoring::Confirmed(second));
        let bundle = bundled(&world, &credentials[0]).await;
        let mut sizes: Vec<u64> = bundle.credentials[0]
            .anchors
            .iter()
            .map(|one| one.size)
            .collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [first, second]);

        // The trust file names the one that is asked now, and the former one struck.
        let text = trust_file(&world).await.unwrap().unwrap();
        let lines = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!((lines("#anchor "), lines("# #anchor ")), (1, 1), "{text}");
        let policy = trusted(&world).await;
        let none = text.replace("#anchor", "#");
        let swapped = text
            .replace("\n#anchor", "\n#")
            .replace("# #anchor", "#anchor");
        for (text, expect) in [
            (&text, Answer::Pass),
            (&swapped, Answer::Pass),
            (&none, Answer::Unknown),
        ] {
            let trust = Trust::parse(text.as_bytes(), &ANCHOR_CRYPTO).unwrap();
            let found = judged_by(&world, &bundle, (Some(&policy), Some(&trust)), None);
            assert_eq!(found.of(Question::Time), Some(expect), "{text}");
        }
    }
}

/// An anchor saw it before anybody else can have had the key: its owner had it entered.
#[tokio::test]
async fn t43_what_an_anchor_saw_before_the_key_was_stolen_stands() {
    let mut world = world().await;
    let authority = TimestampAuthority::new();
    asks(&mut world, &authority, &authority.root());
    let (_, credentials) = issued(&world, MEASURING).await;
    let row = &credentials[0];
    sequence_until_idle(&world).await.unwrap();
    asked(&world).await;
    let stated = anchored(&world, 1).await.unwrap()[0].seen_by.unwrap();
    let text = trust_file(&world).await.unwrap().unwrap();
    let trust = Trust::parse(text.as_bytes(), &ANCHOR_CRYPTO).unwrap();
    let policy = trusted(&world).await;
    // The authority's clock is that of this machine, and the world's stands still: stolen an hour after the former.
    let ahead = stated.unix_millis() - world.clock.now().unix_millis() + HOUR_MS;
    assert!(ahead > 0, "the world's clock stands before the machine's");
    world.clock.advance_millis(ahead);
    stolen(&world, row).await;
    let bundle = bundled(&world, row).await;
    let key = |trust: Option<&Trust>| {
        let found = judged_by(&world, &bundle, (Some(&policy), trust), None);
        let line = found
            .lines
            .iter()
            .find(|line| line.question == Question::Key);
        line.map(|line| (line.answer, line.why)).unwrap()
    };
    assert_eq!(key(Some(&trust)), (Answer::Pass, None));
    assert_eq!(key(None), (Answer::Unknown, Some(Why::Compromised)));
}
