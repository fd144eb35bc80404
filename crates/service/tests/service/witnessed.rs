//! Two witnesses of one log that grows faster than they answer.

use std::sync::Arc;

use async_trait::async_trait;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_bundle::{Answer, Bundle, By, Question, Why};
use touchstone_service::{
    World,
    holding::{Format, file},
    issuing::define,
    logging::{
        Asking, ask_witness, sequence_until_idle, shown, thin_witnessed, trust_file, witnessed,
    },
    operations::{
        signing_key::{Compromise, KeyAct, compromise},
        work_until_idle,
    },
    ports::{
        AskWitness, Clock as _, FetchError, PublicKey as SigningKey, SignError, Signer,
        WitnessAnswer,
    },
    witnessing::{Witness, Witnesses},
};
use touchstone_store::{CredentialRow, TenantId};
use touchstone_testkit::{TestWorld, witness_answer, world};
use touchstone_tlog::{Policy, PublicKey, SignedCheckpoint, VerifierKey};
use touchstone_vc::Signature;

use crate::log_files::change;
use crate::proof_bundle::{bundled, judged, trusted};
use crate::signing_key::ADA;
use crate::support::{self, MEASURING, all, confirmed, institution, issued, order};

/// Witnesses by their addresses, each in a world of its own.
struct Near(Vec<(String, TestWorld, Witness)>);

#[async_trait]
impl AskWitness for Near {
    async fn ask(&self, url: &str, body: String) -> Result<WitnessAnswer, FetchError> {
        let address = url.strip_suffix("/add-checkpoint").unwrap();
        let near = self.0.iter().find(|(own, _, _)| own == address);
        let (_, world, witness) = near.ok_or(FetchError::TimedOut)?;
        Ok(witness_answer(world, witness, &body).await)
    }
}

/// The keys of another: the same names, and not the same keys.
struct OfAnother(Arc<dyn Signer>);

#[async_trait]
impl Signer for OfAnother {
    async fn create(&self, key: &str) -> Result<SigningKey, SignError> {
        self.0.create(&format!("another {key}")).await
    }

    async fn public(&self, key: &str) -> Result<SigningKey, SignError> {
        self.0.public(&format!("another {key}")).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        self.0.sign(&format!("another {key}"), message).await
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.0.end(&format!("another {key}")).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.0.destroy(&format!("another {key}")).await
    }
}

const NORTH: &str = "https://north.example.org";
const SOUTH: &str = "https://south.example.org";

/// A world whose log counts as witnessed when both have cosigned.
async fn witnessed_by_two() -> TestWorld {
    witnessed_by("group both all north south\nquorum both\n").await
}

/// A world whose log two witnesses are asked about, and which counts as witnessed as these lines of a policy say.
async fn witnessed_by(quorum: &str) -> TestWorld {
    let mut asking = world().await;
    let log = asking.world.signer.create("log").await.unwrap();
    let log = VerifierKey::new(
        "verify.example.edu/log",
        PublicKey::Ed25519(log.ed25519().unwrap()),
        &TLOG_CRYPTO,
    );
    let logs = [log.unwrap().to_string()];
    let mut near = Vec::new();
    let mut policy = String::new();
    for (name, url) in [("north", NORTH), ("south", SOUTH)] {
        let mut own = world().await;
        own.world.clock = Arc::clone(&asking.world.clock);
        if url == SOUTH {
            own.world.signer = Arc::new(OfAnother(Arc::clone(&own.world.signer)));
        }
        let called = format!("{name}.example.org");
        let witness = Witness::open(&own, &called, &logs, &TLOG_CRYPTO).await;
        let witness = witness.unwrap();
        policy.push_str(&format!("witness {name} {} {url}\n", witness.key));
        near.push((url.to_owned(), own, witness));
    }
    policy.push_str(quorum);
    let policy = Policy::parse(policy.as_bytes(), &TLOG_CRYPTO).unwrap();
    let ask = Arc::new(Near(near));
    asking.world.witnesses = Arc::new(Witnesses { policy, ask });
    asking
}

async fn size(world: &World) -> u64 {
    shown(world).await.unwrap().unwrap().size
}

async fn cosigned(world: &World, url: &str) -> Option<u64> {
    match ask_witness(world, url).await.unwrap() {
        Asking::Cosigned(size) => Some(size),
        Asking::Nothing => None,
        Asking::Refused(why) => panic!("{url}: {why}"),
    }
}

#[tokio::test]
async fn t50_witnesses_of_a_busy_log_meet_at_one_checkpoint() {
    let world = witnessed_by_two().await;
    let tenant = institution(&world).await;
    let mut sizes = Vec::new();
    for _ in 0..3 {
        change(&world, &tenant, 3).await;
        sequence_until_idle(&world).await.unwrap();
        sizes.push(size(&world).await);
        // The second one is behind whenever it is asked.
        if sizes.len() < 3 {
            assert_eq!(cosigned(&world, NORTH).await, sizes.last().copied());
        }
    }
    assert!(witnessed(&world).await.unwrap().is_none());
    assert_eq!(cosigned(&world, SOUTH).await, Some(sizes[1]));
    let both = witnessed(&world).await.unwrap().unwrap();
    assert_eq!(both.size, sizes[1], "the newest that both could cosign");
    // And on from there.
    assert_eq!(cosigned(&world, SOUTH).await, Some(sizes[2]));
    assert_eq!(cosigned(&world, NORTH).await, Some(sizes[2]));
    assert_eq!(witnessed(&world).await.unwrap().unwrap().size, sizes[2]);
    assert_eq!(cosigned(&world, NORTH).await, None);
    assert_eq!(cosigned(&world, SOUTH).await, None);
}

/// A witness had seen it before anybody else can have had the key: its owner had it entered. Of what it saw later nobody can tell.
#[tokio::test]
async fn t43_what_a_witness_saw_before_the_key_was_stolen_stands() {
    let world = witnessed_by_two().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let row = &credentials[0];
    sequence_until_idle(&world).await.unwrap();
    let entered = size(&world).await;
    for url in [NORTH, SOUTH] {
        assert_eq!(cosigned(&world, url).await, Some(entered));
    }
    let policy = trusted(&world).await;
    let given_up = |hours: i64| {
        let world = &world;
        async move {
            world.clock.advance_millis(hours * 3_600_000);
            support::stolen(world, row).await;
            for url in [NORTH, SOUTH] {
                cosigned(world, url).await;
            }
        }
    };
    given_up(1).await;
    let bundle = bundled(&world, row).await;
    let seen = bundle.credentials[0].witnessed.as_ref().unwrap();
    assert_ne!(seen.checkpoint, bundle.checkpoint);
    // As long as any with one credential, but for the second checkpoint: its way, and a long signature of the log.
    let bytes = file(&world, row, Format::Bundle).await.unwrap();
    assert!(
        bytes.len() <= 20 * 1024 + 2 * 3_379,
        "{} bytes",
        bytes.len()
    );
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(
        found.of(Question::Key),
        Some(Answer::Pass),
        "{:?}",
        found.lines
    );
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);

    type Change = fn(&mut Bundle);
    let changes: [(&str, Change); 4] = [
        ("nothing to show", |b| b.credentials[0].witnessed = None),
        ("another tree", |b| {
            let now = b.checkpoint.clone();
            b.credentials[0].witnessed.as_mut().unwrap().checkpoint = now;
        }),
        ("another way", |b| {
            b.credentials[0].witnessed.as_mut().unwrap().path.pop();
        }),
        ("one witness", |b| {
            let seen = b.credentials[0].witnessed.as_mut().unwrap();
            let mut note = SignedCheckpoint::parse(seen.checkpoint.as_bytes())
                .unwrap()
                .note;
            note.retain(|line| line.name() != "south.example.org");
            seen.checkpoint = note.to_string();
        }),
    ];
    for (what, change) in changes {
        let mut altered = bundle.clone();
        change(&mut altered);
        let found = judged(&world, &altered, Some(&policy), None);
        let key = found
            .lines
            .iter()
            .find(|line| line.question == Question::Key);
        let said = key.map(|line| (line.answer, line.why));
        assert_eq!(
            said,
            Some((Answer::Unknown, Some(Why::Compromised))),
            "{what}"
        );
    }
    // To who trusts no witness, nobody saw it.
    let text = trust_file(&world).await.unwrap().unwrap();
    let logs = text.lines().filter(|line| line.starts_with("log "));
    let alone = logs.map(|line| format!("{line}\n")).collect::<String>() + "quorum none\n";
    let alone = Policy::parse(alone.as_bytes(), &TLOG_CRYPTO).unwrap();
    let found = judged(&world, &bundle, Some(&alone), None);
    assert_eq!(found.of(Question::Key), Some(Answer::Unknown));
}

/// Gives the key of a credential up as of now, and has whoever is there see it.
async fn stolen(world: &TestWorld, row: &CredentialRow, witnesses: &[&str]) {
    support::stolen(world, row).await;
    for url in witnesses {
        cosigned(world, url).await;
    }
}

/// A credential of an institution that is there.
async fn issued_by(world: &TestWorld, tenant: &TenantId) -> CredentialRow {
    define(world, &order(tenant, MEASURING)).await.unwrap();
    confirmed(world, tenant, MEASURING, ADA).await;
    work_until_idle(world).await.unwrap();
    all(world, tenant).await.remove(0)
}

#[tokio::test]
async fn t43_what_was_seen_shortly_after_another_checkpoint_was_kept_stands_as_well() {
    let world = witnessed_by_two().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 3).await;
    sequence_until_idle(&world).await.unwrap();
    for url in [NORTH, SOUTH] {
        cosigned(&world, url).await.unwrap();
    }
    // One minute later, and the key is gone one minute after that.
    world.clock.advance_millis(60_000);
    let row = &issued_by(&world, &tenant).await;
    sequence_until_idle(&world).await.unwrap();
    for url in [NORTH, SOUTH] {
        cosigned(&world, url).await.unwrap();
    }
    world.clock.advance_millis(60_000);
    stolen(&world, row, &[NORTH, SOUTH]).await;
    let policy = trusted(&world).await;
    let found = judged(&world, &bundled(&world, row).await, Some(&policy), None);
    assert_eq!(
        found.of(Question::Key),
        Some(Answer::Pass),
        "{:?}",
        found.lines
    );
}

/// One witness is enough for us; a reader asks for both. And later others are asked here, whom nobody asked then.
#[tokio::test]
async fn t43_what_witnesses_beyond_our_quorum_saw_counts_for_readers_also_when_our_policy_has_changed()
 {
    let mut world = witnessed_by("group any any north south\nquorum any\n").await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let row = &credentials[0];
    sequence_until_idle(&world).await.unwrap();
    let entered = size(&world).await;
    assert_eq!(cosigned(&world, NORTH).await, Some(entered));
    // The log goes on, and the one that answers later is asked about what the other has seen.
    change(&world, &row.tenant, 2).await;
    sequence_until_idle(&world).await.unwrap();
    assert_eq!(cosigned(&world, SOUTH).await, Some(entered));
    let text = trust_file(&world).await.unwrap().unwrap();
    let text = text.replace("group any 1 ", "group both 2 ");
    let text = text.replace("quorum any", "quorum both");
    let strict = Policy::parse(text.as_bytes(), &TLOG_CRYPTO).unwrap();
    world.clock.advance_millis(3_600_000);
    stolen(&world, row, &[NORTH, SOUTH]).await;
    cosigned(&world, NORTH).await;
    let judge = |world: &TestWorld, bundle: &Bundle| {
        let found = judged(world, bundle, Some(&strict), None);
        assert_eq!(
            found.of(Question::Key),
            Some(Answer::Pass),
            "{:?}",
            found.lines
        );
    };
    judge(&world, &bundled(&world, row).await);

    let west = PublicKey::CosignatureEd25519([7; 32]);
    let west = VerifierKey::new("west.example.org", west, &TLOG_CRYPTO).unwrap();
    let policy = format!("witness west {west} https://west.example.org\nquorum west\n");
    let policy = Policy::parse(policy.as_bytes(), &TLOG_CRYPTO).unwrap();
    let ask = Arc::clone(&world.world.witnesses.ask);
    world.world.witnesses = Arc::new(Witnesses { policy, ask });
    let bundle = bundled(&world, row).await;
    assert!(bundle.credentials[0].witnessed.is_some());
    judge(&world, &bundle);
}

#[tokio::test]
async fn t43_what_is_kept_of_witnesses_grows_with_time_and_not_with_the_log() {
    let world = witnessed_by_two().await;
    let tenant = institution(&world).await;
    for _ in 0..40 {
        change(&world, &tenant, 1).await;
        sequence_until_idle(&world).await.unwrap();
        for url in [NORTH, SOUTH] {
            cosigned(&world, url).await.unwrap();
        }
        world.clock.advance_millis(20_000);
    }
    let kept = || async {
        let reader = world.store.read();
        let all = reader.log_witnessed_between(0, i64::MAX, 1_000);
        all.await.unwrap().len()
    };
    assert_eq!(kept().await, 40);
    assert_eq!(
        thin_witnessed(&world).await.unwrap(),
        0,
        "none is older than an hour"
    );
    world.clock.advance_millis(3_660_000);
    thin_witnessed(&world).await.unwrap();
    let by_minute = kept().await;
    assert!(
        (13..=14).contains(&by_minute),
        "{by_minute} in 13 minutes and a third"
    );
    assert_eq!(thin_witnessed(&world).await.unwrap(), 0);
    world.clock.advance_millis(24 * 3_600_000);
    thin_witnessed(&world).await.unwrap();
    let by_ten = kept().await;
    assert!(
        (2..=3).contains(&by_ten),
        "{by_ten} in 13 minutes and a third"
    );
}

/// The key was gone before any witness saw the credential.
#[tokio::test]
async fn t43_what_no_witness_saw_in_time_stays_unknown() {
    let world = witnessed_by_two().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let row = &credentials[0];
    let order = Compromise {
        act: KeyAct {
            tenant: row.tenant.clone(),
            actor: "owner".into(),
            key: row.key_id.clone(),
            reason: "A laptop was stolen.".into(),
        },
        since: world.clock.now(),
        rehearse: false,
    };
    world.clock.advance_millis(3_600_000);
    compromise(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    for url in [NORTH, SOUTH] {
        cosigned(&world, url).await.unwrap();
    }
    let bundle = bundled(&world, row).await;
    let policy = trusted(&world).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    let key = found
        .lines
        .iter()
        .find(|line| line.question == Question::Key);
    assert_eq!(key.unwrap().answer, Answer::Unknown);
}

/// However late the bundle is made: by when the credential was there is what counts, not by when it was asked for.
#[tokio::test]
async fn t43_a_bundle_tells_when_witnesses_had_seen_the_credential_first() {
    let world = witnessed_by("group any any north south\nquorum any\n").await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let row = &credentials[0];
    sequence_until_idle(&world).await.unwrap();
    let policy = trusted(&world).await;
    let seen_at = |bundle: &Bundle| {
        let found = judged(&world, bundle, Some(&policy), None);
        assert_eq!(found.of(Question::Time), Some(Answer::Pass));
        assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
        let (at, by) = found.time.unwrap();
        assert_eq!(by, By::Witness);
        at.unix_millis() / 1_000
    };
    // The checkpoint of the bundle is the first one: nothing more is to be said.
    let first = world.clock.now().unix_millis() / 1_000;
    cosigned(&world, NORTH).await.unwrap();
    let bundle = bundled(&world, row).await;
    assert_eq!(bundle.credentials[0].witnessed, None);
    assert_eq!(seen_at(&bundle), first);
    // The other one comes a minute later: the tree that both had seen within the hour is shown, with the time of each.
    world.clock.advance_millis(60_000);
    change(&world, &row.tenant, 1).await;
    sequence_until_idle(&world).await.unwrap();
    for url in [NORTH, SOUTH] {
        cosigned(&world, url).await.unwrap();
    }
    world.clock.advance_millis(200 * 86_400_000);
    change(&world, &row.tenant, 2).await;
    sequence_until_idle(&world).await.unwrap();
    for url in [NORTH, SOUTH] {
        cosigned(&world, url).await.unwrap();
    }
    let bundle = bundled(&world, row).await;
    let seen = bundle.credentials[0].witnessed.as_ref().unwrap();
    assert!(seen.checkpoint.contains("south.example.org"));
    assert_eq!(seen_at(&bundle), first);
    let now = first + 60 + 200 * 86_400;
    let mut less = bundle.clone();
    less.credentials[0].witnessed = None;
    assert_eq!(seen_at(&less), now);
    // What does not hold there takes nothing from the rest, and tells nothing.
    let mut forged = bundle.clone();
    let seen = forged.credentials[0].witnessed.as_mut().unwrap();
    seen.path.pop();
    assert_eq!(seen_at(&forged), now);
    // A reader who believes the second one only has its word.
    let text = trust_file(&world).await.unwrap().unwrap();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("witness north"));
    let lines = lines.filter(|line| line.starts_with("log ") || line.starts_with("witness "));
    let south = lines.map(|line| format!("{line}\n")).collect::<String>() + "quorum none\n";
    let south = Policy::parse(south.as_bytes(), &TLOG_CRYPTO).unwrap();
    let found = judged(&world, &bundle, Some(&south), None);
    let at = found.time.unwrap().0;
    assert_eq!(at.unix_millis() / 1_000, first + 60);
}
