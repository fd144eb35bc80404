//! Whose tree an anchor saw: a stamp is a time only over what is shown to be an earlier state of this log.

use std::sync::Arc;

use touchstone_adapters::{ANCHOR_CRYPTO, AnchorOpentimestamps, HttpFetch};
use touchstone_anchor::Fault;
use touchstone_bundle::{Anchored, Anchors as Trust, Answer, Bundle, Policy, Question, Why};
use touchstone_service::{
    World,
    holding::{Format, file as export},
    logging::{
        Anchoring, ConfiguredAnchor, anchor, anchor_files, ask_all, prove, sequence_until_idle,
        shown, trust_file,
    },
    ports::{Anchor as _, Receipt},
};
use touchstone_testkit::{
    Calendar, NearWitness, TestDatabase, TimestampAuthority, world, world_on,
};
use touchstone_tlog::{Checkpoint, Hash, SignedCheckpoint, merkle};
use touchstone_vc::multibase::encode_hex;

use crate::log_files::{change, key_line, queue};
use crate::proof_bundle::{TREE, bundled, judged_by, trusted};
use crate::support::{MEASURING, issued};

/// What is said of the time, and why.
#[track_caller]
fn time(world: &World, bundle: &Bundle, trust: (&Policy, &Trust)) -> (Answer, Option<Why>) {
    let trust = (Some(trust.0), Some(trust.1));
    let found = judged_by(world, bundle, trust, None);
    let mut lines = found.lines.iter();
    let line = lines.find(|line| line.question == Question::Time).unwrap();
    assert_eq!(found.time.is_some(), line.answer == Answer::Pass);
    (line.answer, line.why)
}

/// Has an honest anchor of each kind stamp what somebody made, and reads the trust in both that its reader has.
struct Honest {
    authority: TimestampAuthority,
    calendar: Calendar,
    height: u64,
    trust: String,
}

impl Honest {
    async fn stamped(&mut self, kind: &str, text: &str) -> Vec<u8> {
        let text = text.as_bytes();
        if kind == "rfc3161" {
            let anchors = self.authority.anchors(&self.authority.root());
            let ask = anchors.anchors[0].ask.as_ref().unwrap();
            return confirmed(ask.submit(text).await.unwrap());
        }
        let ask = AnchorOpentimestamps::new(HttpFetch::new(true).unwrap(), self.calendar.url());
        let Receipt::Pending { proof } = ask.submit(text).await.unwrap() else {
            panic!("a calendar promises");
        };
        self.height += 1;
        let header = self.calendar.mine(self.height, 1_795_700_000);
        let header = encode_hex(&header);
        self.trust.push_str(&format!(
            "#anchor opentimestamps bitcoin {} {header}\n",
            self.height
        ));
        confirmed(ask.refresh(text, &proof).await.unwrap())
    }

    fn trust(&self) -> Trust {
        Trust::parse(self.trust.as_bytes(), &ANCHOR_CRYPTO).unwrap()
    }
}

fn confirmed(receipt: Receipt) -> Vec<u8> {
    match receipt {
        Receipt::Confirmed { proof, .. } => proof,
        pending => panic!("{pending:?}"),
    }
}

fn changed(hashes: &[Hash]) -> Vec<Hash> {
    let other = |(at, hash): (usize, &Hash)| {
        let mut hash = *hash;
        hash.0[at % 32] ^= 1;
        hash
    };
    hashes.iter().enumerate().map(other).collect()
}

/// Whoever keeps an entry back can have any tree stamped that has it: hashes of their choice beside it, under a size of their choice.
#[tokio::test]
async fn t66_a_stamp_over_a_tree_that_the_log_does_not_continue_is_no_time() {
    let mut world = world().await;
    let authority = TimestampAuthority::new();
    world.world.anchors = Arc::new(authority.anchors(&authority.root()));
    let (tenant, credentials) = issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    let then = shown(&world).await.unwrap().unwrap();
    let Anchoring::Confirmed(size) = anchor(&world, "notary").await.unwrap() else {
        panic!("not anchored");
    };
    change(&world, &tenant, 90).await;
    sequence_until_idle(&world).await.unwrap();
    let policy = trusted(&world).await;
    let mut honest = Honest {
        trust: trust_file(&world).await.unwrap().unwrap(),
        calendar: Calendar::new(),
        height: 900_000,
        authority,
    };
    let bundle = bundled(&world, &credentials[0]).await;
    let real = bundle.credentials[0].anchors[0].clone();
    assert_eq!(real.size, size);
    assert!(!real.consistency.is_empty());
    let passed = (Answer::Pass, None);
    assert_eq!(time(&world, &bundle, (&policy, &honest.trust())), passed);

    let elsewhere = (Answer::Unknown, Some(Why::AnchoredTree));
    let index = bundle.credentials[0].entry.index;
    let entry = prove(&world, index).await.unwrap().unwrap().entry;
    let leaf = merkle::leaf_hash(&TREE, &entry);
    let now = shown(&world).await.unwrap().unwrap().size;
    let checkpoint = SignedCheckpoint::parse(&then.checkpoint).unwrap();
    let here = bundle.credentials[0].entry.path.clone();
    let with = |one: &Anchored| {
        let mut forged = bundle.clone();
        forged.credentials[0].anchors = vec![one.clone()];
        forged
    };
    for kind in ["rfc3161", "opentimestamps"] {
        // The tree as it was, honestly stamped, passes by either kind.
        let kind = kind.to_owned();
        let proof = honest.stamped(&kind, &checkpoint.checkpoint.text()).await;
        let good = Anchored {
            kind: kind.clone(),
            proof,
            ..real.clone()
        };
        assert_eq!(
            time(&world, &with(&good), (&policy, &honest.trust())),
            passed
        );
        // Hashes that somebody chose, of the right number, under the size of then and of now; and a tree that goes on from what is shown.
        let later = now.next_power_of_two() + 1;
        // As many hashes as a path of such a tree has.
        let junk = |size| {
            let paths = (0..64).map(|count| vec![Hash([7; 32]); count]);
            let fits = |path: &Vec<Hash>| merkle::root_with(&TREE, leaf, index, size, path).is_ok();
            paths.into_iter().find(fits).unwrap()
        };
        for (size, path) in [
            (size, changed(&real.path)),
            (now, changed(&here)),
            (later, junk(later)),
        ] {
            let root = merkle::root_with(&TREE, leaf, index, size, &path).unwrap();
            let text = Checkpoint::new(ORIGIN, size, root).unwrap().text();
            let proof = honest.stamped(&kind, &text).await;
            for consistency in [vec![], real.consistency.clone(), changed(&real.consistency)] {
                let forged = Anchored {
                    kind: kind.clone(),
                    size,
                    path: path.clone(),
                    consistency,
                    proof: proof.clone(),
                };
                let found = time(&world, &with(&forged), (&policy, &honest.trust()));
                assert_eq!(found, elsewhere, "{kind} over {size} entries");
            }
            // What was stamped there says nothing of the tree that is the log's.
            let honest_tree = Anchored {
                kind: kind.clone(),
                proof,
                ..real.clone()
            };
            let (answer, why) = time(&world, &with(&honest_tree), (&policy, &honest.trust()));
            assert_eq!(
                (answer, why),
                (Answer::Unknown, Some(Why::Anchor(Fault::OtherImprint)))
            );
        }
        // The log's own tree, without what shows that it is.
        for consistency in [vec![], changed(&real.consistency)] {
            let unshown = Anchored {
                consistency,
                ..good.clone()
            };
            assert_eq!(
                time(&world, &with(&unshown), (&policy, &honest.trust())),
                elsewhere
            );
        }
    }
}

/// While witnesses are behind, a bundle is made from what they have seen: what was anchored since is not shown by it.
#[tokio::test]
async fn what_was_anchored_behind_the_bundles_checkpoint_is_not_exported() {
    let mut world = world().await;
    NearWitness::of(&mut world, ORIGIN).await;
    let authority = TimestampAuthority::new();
    world.world.anchors = Arc::new(authority.anchors(&authority.root()));
    let (tenant, credentials) = issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    ask_all(&world).await;
    let seen = shown(&world).await.unwrap().unwrap().size;
    // Nothing that the bundle needs.
    let lines = (0..9).map(|at| key_line(&tenant, at)).collect();
    queue(&world, lines).await;
    sequence_until_idle(&world).await.unwrap();
    let Anchoring::Confirmed(size) = anchor(&world, "notary").await.unwrap() else {
        panic!("not anchored");
    };
    assert!(seen < size);
    let bundle = bundled(&world, &credentials[0]).await;
    let of = |bundle: &Bundle| {
        let checkpoint = SignedCheckpoint::parse(bundle.checkpoint.as_bytes()).unwrap();
        checkpoint.checkpoint.size
    };
    assert_eq!(of(&bundle), seen);
    assert_eq!(bundle.credentials[0].anchors, []);
    ask_all(&world).await;
    let bundle = bundled(&world, &credentials[0]).await;
    assert_eq!(of(&bundle), size);
    assert_eq!(bundle.credentials[0].anchors[0].size, size);
    assert_eq!(bundle.credentials[0].anchors[0].consistency, []);
    let policy = trusted(&world).await;
    let text = trust_file(&world).await.unwrap().unwrap();
    let trust = Trust::parse(text.as_bytes(), &ANCHOR_CRYPTO).unwrap();
    assert_eq!(
        time(&world, &bundle, (&policy, &trust)),
        (Answer::Pass, None)
    );
}

/// A row that is not of this log, as of a database and files of two installations, costs its time and nothing else.
#[tokio::test]
async fn t66_an_anchor_that_cannot_be_shown_holds_up_no_bundle() {
    let mut world = world_on(TestDatabase::postgres()).await;
    let authority = TimestampAuthority::new();
    world.world.anchors = Arc::new(authority.anchors(&authority.root()));
    let (_, credentials) = issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    anchor(&world, "notary").await.unwrap();
    let bundle = bundled(&world, &credentials[0]).await;
    assert_eq!(bundle.credentials[0].anchors.len(), 1);
    let policy = trusted(&world).await;
    let size = bundle.credentials[0].anchors[0].size;
    let other_tree = format!("{ORIGIN}\n{size}\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n");
    for wrong in [
        "proof = NULL",
        &format!("note = '{other_tree}'"),
        "note = 'none'",
    ] {
        world.tamper(&format!("UPDATE log_anchor SET {wrong}"));
        let bytes = export(&world, &credentials[0], Format::Bundle).await;
        let bundle = Bundle::parse(&bytes.unwrap()).unwrap();
        assert_eq!(bundle.credentials[0].anchors, [], "{wrong}");
        let found = judged_by(&world, &bundle, (Some(&policy), None), None);
        assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    }
}

/// A bundle shows the row of its own anchor: what another one keeps of the same checkpoint does not vouch for that.
#[tokio::test]
async fn what_each_anchor_was_handed_is_among_the_files_that_are_held_against_the_log() {
    let mut world = world_on(TestDatabase::postgres()).await;
    let authority = TimestampAuthority::new();
    let mut anchors = authority.anchors(&authority.root());
    let again = authority.anchors(&authority.root()).anchors.into_iter();
    anchors.anchors.extend(again.map(|one| ConfiguredAnchor {
        name: "tower".into(),
        ..one
    }));
    world.world.anchors = Arc::new(anchors);
    issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    for name in ["notary", "tower"] {
        let anchored = anchor(&world, name).await.unwrap();
        assert!(matches!(anchored, Anchoring::Confirmed(_)), "{name}");
    }
    let texts = async || {
        let (files, _) = anchor_files(&world).await.unwrap();
        let texts = files.into_iter().filter(|file| !file.path.contains('.'));
        texts.map(|file| file.bytes).collect::<Vec<_>>()
    };
    let sound = texts().await;
    assert_eq!(sound.len(), 1, "once for both");
    for name in ["notary", "tower"] {
        world.tamper(&format!(
            "UPDATE log_anchor SET note = 'altered' WHERE anchor = '{name}'"
        ));
        assert!(texts().await.contains(&b"altered".to_vec()), "{name}");
    }
}

const ORIGIN: &str = "verify.example.edu/log";
