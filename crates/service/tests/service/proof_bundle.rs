//! The proof bundle: what it shows to who trusts the log, and what it never passes.

use touchstone_bundle::{
    Anchors, Answer, Asked, Bundle, Judged, Policy, Question, StatusProof, Tools, Why, judge,
};
use touchstone_service::{
    World,
    holding::{ExportError, Format, file},
    issuing::{Revocation, revoke},
    logging::{sequence_until_idle, trust_file},
    operations::{
        Turn,
        signing_key::{Rotation, rotate, signing_key},
        work_once, work_until_idle,
    },
    ports::Clock as _,
};
use touchstone_store::{CredentialRow, KeyState, OutboxLine};
use touchstone_testkit::{TestWorld, world};
use touchstone_tlog::{
    Checkpoint, Edge, Note, PublicKey, SignedCheckpoint, VerifierKey, cosignature, crypto, merkle,
    note::SignatureLine, tile,
};
use touchstone_vc::{
    Timestamp,
    crypto::rust::CRYPTO,
    log::{Entry, NO_KEYS, history},
};

use crate::support::{MEASURING, confirmed, institution_with, issued};

pub(crate) const TREE: touchstone_tlog::Crypto = crypto::rust::CRYPTO;

pub(crate) async fn bundled(world: &World, row: &CredentialRow) -> Bundle {
    let bytes = file(world, row, Format::Bundle).await.unwrap();
    assert!(Bundle::is(&bytes));
    let bundle = Bundle::parse(&bytes).unwrap();
    assert_eq!(bundle.encode(), bytes, "one form");
    bundle
}

pub(crate) fn judged(
    world: &World,
    bundle: &Bundle,
    policy: Option<&Policy>,
    at: Option<Timestamp>,
) -> Judged {
    judged_by(world, bundle, (policy, None), at)
}

/// The same, with trust in anchors besides.
pub(crate) fn judged_by(
    world: &World,
    bundle: &Bundle,
    (policy, anchors): (Option<&Policy>, Option<&Anchors>),
    at: Option<Timestamp>,
) -> Judged {
    let asked = Asked {
        policy,
        anchors,
        at: at.unwrap_or(world.clock.now()),
        status_at: at.is_some(),
        status_max_age_millis: None,
    };
    let tools = Tools {
        crypto: &CRYPTO,
        tree: &TREE,
        contexts: &world.contexts,
    };
    judge(bundle, &asked, &tools)
}

pub(crate) async fn trusted(world: &World) -> Policy {
    let text = trust_file(world).await.unwrap().unwrap();
    Policy::parse(text.as_bytes(), &TREE).unwrap()
}

#[track_caller]
pub(crate) fn refuses(judged: &Judged, question: Question, answer: Answer, why: Why) {
    let line = judged.lines.iter().find(|line| line.question == question);
    let line = line.unwrap_or_else(|| panic!("{question:?} was not asked: {judged:?}"));
    assert_eq!((line.answer, line.why), (answer, Some(why)));
    assert_eq!(judged.answer(), answer, "{:?}", judged.lines);
}

pub(crate) async fn with_credentials() -> (TestWorld, Vec<CredentialRow>) {
    let world = world().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    (world, credentials)
}

#[tokio::test]
async fn t45_a_bundle_shows_all_of_it_in_20_kilobytes_ten_years_on() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    for row in &credentials {
        let bytes = file(&world, row, Format::Bundle).await.unwrap();
        assert!(bytes.len() <= 20 * 1024, "{} bytes", bytes.len());
    }
    let bundle = bundled(&world, &credentials[0]).await;
    let now = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(now.answer(), Answer::Pass, "{:?}", now.lines);
    assert!(now.status_as_of.is_some());
    // Nobody else is there any more, and it is ten years later.
    world.clock.advance_millis(5 * 365 * 86_400_000);
    world.clock.advance_millis(5 * 365 * 86_400_000);
    let later = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(later.answer(), Answer::Pass, "{:?}", later.lines);
    assert!(later.ended.is_some(), "it has ended since");
    assert_eq!(
        later.status_as_of, now.status_as_of,
        "as of the same moment, not of today"
    );
    assert_eq!(later.of(Question::Status), Some(Answer::Pass));
    assert_eq!(later.of(Question::Entered), Some(Answer::Pass));
}

#[tokio::test]
async fn without_a_witness_the_time_is_the_issuers_word() {
    let (world, credentials) = with_credentials().await;
    let bundle = bundled(&world, &credentials[0]).await;
    let policy = trusted(&world).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    let time = found
        .lines
        .iter()
        .find(|line| line.question == Question::Time)
        .unwrap();
    assert_eq!(
        (time.answer, time.why),
        (Answer::Unknown, Some(Why::IssuersWord))
    );
}

#[tokio::test]
async fn a_bundle_brings_no_trust_of_its_own() {
    let (world, credentials) = with_credentials().await;
    let bundle = bundled(&world, &credentials[0]).await;
    let found = judged(&world, &bundle, None, None);
    refuses(&found, Question::Log, Answer::Unknown, Why::NoTrust);
    // Another log's key, of which the reader knows nothing but this.
    let key = witness(&world, "other.example/log", false).await;
    let policy = Policy::unwitnessed([key]);
    let found = judged(&world, &bundle, Some(&policy), None);
    refuses(&found, Question::Log, Answer::Unknown, Why::OtherLog);
}

#[tokio::test]
async fn a_log_that_forked_proves_nothing() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let mut bundle = bundled(&world, &credentials[0]).await;
    // Another tree of the same size, signed by the log's own key.
    let shown = SignedCheckpoint::parse(bundle.checkpoint.as_bytes())
        .unwrap()
        .checkpoint;
    let fork = Checkpoint::new(shown.origin(), shown.size, merkle::empty_root(&TREE)).unwrap();
    bundle.checkpoint = signed(&world, &fork).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.of(Question::Entered), Some(Answer::Fail));
    assert_eq!(found.answer(), Answer::Fail);
    // Signed by nobody.
    bundle.checkpoint = bundle
        .checkpoint
        .replace("verify.example.edu/log ", "other.example/log ");
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.of(Question::Log), Some(Answer::Fail));
}

#[tokio::test]
async fn a_proof_below_quorum_is_pending_and_one_with_it_tells_the_time() {
    let (world, credentials) = with_credentials().await;
    let mut bundle = bundled(&world, &credentials[0]).await;
    let (one, two) = (
        witness(&world, "one.example", true).await,
        witness(&world, "two.example", true).await,
    );
    let text = trust_file(&world).await.unwrap().unwrap();
    let text = text.replace(
        "quorum none",
        &format!("witness one {one}\nwitness two {two}\ngroup both all one two\nquorum both"),
    );
    let policy = Policy::parse(text.as_bytes(), &TREE).unwrap();

    let found = judged(&world, &bundle, Some(&policy), None);
    refuses(&found, Question::Witnesses, Answer::Unknown, Why::NoQuorum);
    cosign(&world, &mut bundle, "one.example", &one, 1_800_000_000).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    refuses(&found, Question::Witnesses, Answer::Unknown, Why::NoQuorum);
    cosign(&world, &mut bundle, "two.example", &two, 1_800_000_060).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    assert_eq!(found.of(Question::Time), Some(Answer::Pass));
    let names: Vec<_> = found
        .witnesses
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["one", "two"]);
}

/// With the real keys: the whole log again, with a credential in it that was never there. Its witnesses never saw that tree.
#[tokio::test]
async fn a_whole_log_rebuilt_with_the_real_keys_lacks_its_witnesses() {
    let (world, credentials) = with_credentials().await;
    let one = witness(&world, "one.example", true).await;
    let text = trust_file(&world).await.unwrap().unwrap();
    let text = text.replace("quorum none", &format!("witness one {one}\nquorum one"));
    let policy = Policy::parse(text.as_bytes(), &TREE).unwrap();
    let mut bundle = bundled(&world, &credentials[0]).await;
    cosign(&world, &mut bundle, "one.example", &one, 1_800_000_000).await;
    let genuine = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(genuine.answer(), Answer::Pass, "{:?}", genuine.lines);

    // Every entry that the bundle needs, and no other: a tree of its own.
    let mut forged = bundle.clone();
    rebuild(&mut forged);
    let shown = SignedCheckpoint::parse(bundle.checkpoint.as_bytes()).unwrap();
    let (size, root) = tree_of(&forged);
    let fork = Checkpoint::new(shown.checkpoint.origin(), size, root).unwrap();
    forged.checkpoint = signed(&world, &fork).await;
    let found = judged(&world, &forged, Some(&policy), None);
    assert_eq!(
        found.of(Question::Entered),
        Some(Answer::Pass),
        "the forgery is a good one"
    );
    refuses(&found, Question::Witnesses, Answer::Unknown, Why::NoQuorum);
    // Old cosignatures do not fit it.
    let genuine = SignedCheckpoint::parse(bundle.checkpoint.as_bytes()).unwrap();
    let mut note = SignedCheckpoint::parse(forged.checkpoint.as_bytes())
        .unwrap()
        .note;
    note.add(genuine.note.signatures()[1].clone());
    forged.checkpoint = note.to_string();
    let found = judged(&world, &forged, Some(&policy), None);
    refuses(&found, Question::Log, Answer::Fail, Why::Forged);
}

#[tokio::test]
async fn a_status_that_is_too_old_is_never_shown_as_fresh() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let bundle = bundled(&world, &credentials[0]).await;
    let as_of = judged(&world, &bundle, Some(&policy), None)
        .status_as_of
        .unwrap();
    let month = as_of.plus_millis(30 * 86_400_000);
    let found = judged(&world, &bundle, Some(&policy), Some(month));
    refuses(&found, Question::Status, Answer::Unknown, Why::Stale);
    assert_eq!(found.status_as_of, None);
    let then = judged(&world, &bundle, Some(&policy), Some(as_of));
    assert_eq!(then.answer(), Answer::Pass, "{:?}", then.lines);
}

#[tokio::test]
async fn what_was_withdrawn_is_withdrawn_in_the_next_bundle() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let order = Revocation {
        tenant: credentials[0].tenant.clone(),
        credential: credentials[0].id.clone(),
        actor: "registrar".into(),
        reason: "Mixed up.".into(),
    };
    revoke(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let bundle = bundled(&world, &credentials[0]).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.of(Question::Status), Some(Answer::Fail));
    assert_eq!(found.answer(), Answer::Fail);
}

#[tokio::test]
async fn t43_an_old_credential_outlives_its_key_and_a_later_one_does_not_stand() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let (tenant, key) = (&credentials[0].tenant, &credentials[0].key_id);
    let rotation = Rotation {
        tenant: tenant.clone(),
        actor: "owner".into(),
        reason: "As planned.".into(),
        at_once: true,
    };
    rotate(&world, &rotation).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let ended = signing_key(&world, tenant, key).await.unwrap().unwrap();
    assert_eq!(ended.state, KeyState::Retired);
    let bundle = bundled(&world, &credentials[0]).await;
    // Two of its own, and that another one signs now.
    assert_eq!(bundle.key_events.len(), 3);
    let post_quantum = bundle.checkpoint.len().saturating_sub(1_024);
    assert!(bundle.encode().len() - post_quantum <= 20 * 1024);
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);

    // The same credential, entered after the end: whatever date it bears.
    let late = &OutboxLine {
        tenant: tenant.clone(),
        kind: "credential.issued".into(),
        subject: credentials[0].id.clone(),
        version: 1,
        at: world.clock.now().unix_millis(),
    };
    world
        .store
        .write(|mut tx| async move { tx.outbox([late.clone()]).await })
        .await
        .unwrap();
    sequence_until_idle(&world).await.unwrap();
    let places = world
        .store
        .read()
        .log_entries_of(tenant, "credential.issued")
        .await
        .unwrap();
    let again = u64::try_from(places.last().unwrap().leaf).unwrap();
    let mut backdated = bundled(&world, &credentials[0]).await;
    assert_eq!(backdated.credentials[0].keys, 1);
    backdated.credentials[0].keys = 3;
    let proof = touchstone_service::logging::prove(&world, again)
        .await
        .unwrap()
        .unwrap();
    backdated.credentials[0].entry.index = again;
    backdated.credentials[0].entry.path = proof.path;
    let found = judged(&world, &backdated, Some(&policy), None);
    assert_eq!(found.of(Question::Entered), Some(Answer::Pass));
    refuses(&found, Question::Key, Answer::Fail, Why::AfterKey);

    // Whoever hands it on leaves out where the key ended, which its history says all the same.
    let mut placeless = backdated.clone();
    for one in &mut placeless.key_events {
        if one.document.contains("retired") {
            one.entry = None;
        }
    }
    let found = judged(&world, &placeless, Some(&policy), None);
    refuses(&found, Question::Key, Answer::Fail, Why::AfterKey);
    // Nor does an end behind it pass without its place: the history that it was entered with need not be true.
    let mut behind = bundle.clone();
    for one in &mut behind.key_events {
        if one.document.contains("retired") {
            one.entry = None;
        }
    }
    let found = judged(&world, &behind, Some(&policy), None);
    refuses(&found, Question::Key, Answer::Unknown, Why::KeyNotShown);

    // Whoever hands it on leaves out that the key has ended, and says that there was less to know.
    let mut silent = backdated.clone();
    silent
        .key_events
        .retain(|one| !one.document.contains("retired"));
    let found = judged(&world, &silent, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Fail, "{:?}", found.lines);
    silent.key_events.truncate(1);
    silent.credentials[0].keys = 1;
    silent.status_proofs[0].keys = 1;
    let found = judged(&world, &silent, Some(&policy), None);
    refuses(&found, Question::Entered, Answer::Fail, Why::NotInLog);
}

#[tokio::test]
async fn whatever_is_altered_in_a_bundle_does_not_pass() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let bundle = bundled(&world, &credentials[0]).await;
    type Change = fn(&mut Bundle);
    let changes: [(&str, Change); 11] = [
        ("credential", |b| {
            b.credentials[0].document = b.credentials[0].document.replacen("2026", "2025", 1)
        }),
        ("salt", |b| b.credentials[0].salt[0] ^= 1),
        ("place", |b| b.credentials[0].entry.index += 1),
        ("path", |b| {
            b.credentials[0].entry.path.pop();
        }),
        ("status", |b| {
            let end = b.status_proofs[0].proof.len() - 1;
            b.status_proofs[0].proof[end] ^= 1;
        }),
        ("place of the status", |b| {
            b.status_proofs[0].entry.index += 1
        }),
        ("DID document", |b| b.did_documents[0].document.push('\n')),
        ("achievement", |b| b.achievements[0].document.push(' ')),
        ("key event", |b| {
            b.key_events[0].document = b.key_events[0].document.replace("active", "retired")
        }),
        ("count of key events", |b| b.credentials[0].keys = 0),
        ("a key event more", |b| {
            let mut more = b.key_events[0].clone();
            more.document = more.document.replace("active", "retired");
            more.entry = None;
            b.key_events.push(more);
        }),
    ];
    for (what, change) in changes {
        let mut altered = bundle.clone();
        change(&mut altered);
        let found = judged(&world, &altered, Some(&policy), None);
        assert_ne!(found.answer(), Answer::Pass, "{what}: {:?}", found.lines);
    }
    let lacks: [(&str, Change, Answer); 4] = [
        ("status", |b| b.status_proofs.clear(), Answer::Unknown),
        (
            "DID documents",
            |b| b.did_documents.clear(),
            Answer::Unknown,
        ),
        (
            "place of a key event",
            |b| b.key_events[0].entry = None,
            Answer::Unknown,
        ),
        // Its entry in the log says that there are some.
        ("key events", |b| b.key_events.clear(), Answer::Fail),
    ];
    for (what, change, answer) in lacks {
        let mut less = bundle.clone();
        change(&mut less);
        let found = judged(&world, &less, Some(&policy), None);
        assert_eq!(found.answer(), answer, "{what}: {:?}", found.lines);
    }
}

#[tokio::test]
async fn a_bundle_is_not_made_before_everything_is_logged() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let csv = "name,email,identifier,level,evidence,awarded_on\nAda,ada@example.org,1,3,https://example.org/e/1,2026-11-12\n";
    confirmed(&world, &tenant, MEASURING, csv).await;
    while work_once(&world).await.unwrap() == Turn::Worked {}
    let credentials = crate::support::all(&world, &tenant).await;
    let refused = file(&world, &credentials[0], Format::Bundle)
        .await
        .unwrap_err();
    assert!(matches!(refused, ExportError::NotLogged), "{refused}");
    sequence_until_idle(&world).await.unwrap();
    bundled(&world, &credentials[0]).await;
}

/// A key in a name; one that cosigns, or one of a log.
pub(crate) async fn witness(world: &World, name: &str, cosigns: bool) -> VerifierKey {
    let public = world.signer.create(name).await.unwrap();
    let public = public.ed25519().unwrap();
    let key = match cosigns {
        true => PublicKey::CosignatureEd25519(public),
        false => PublicKey::Ed25519(public),
    };
    VerifierKey::new(name, key, &TREE).unwrap()
}

pub(crate) async fn cosign(
    world: &World,
    bundle: &mut Bundle,
    name: &str,
    key: &VerifierKey,
    at: u64,
) {
    let mut note = SignedCheckpoint::parse(bundle.checkpoint.as_bytes())
        .unwrap()
        .note;
    let message = cosignature::message(key, note.text(), at).unwrap();
    let signature = world.signer.sign(name, &message).await.unwrap();
    note.add(SignatureLine::new(
        key,
        cosignature::timestamped(key, at, &signature.0),
    ));
    bundle.checkpoint = note.to_string();
}

/// A checkpoint signed by the log's own key, as a thief of it would.
pub(crate) async fn signed(world: &World, checkpoint: &Checkpoint) -> String {
    let key = touchstone_service::logging::verifier_key(world, checkpoint.origin())
        .await
        .unwrap();
    let mut note = Note::new(&checkpoint.text()).unwrap();
    let signature = world
        .signer
        .sign("log", checkpoint.text().as_bytes())
        .await
        .unwrap();
    note.add(SignatureLine::new(&key, signature.0));
    note.to_string()
}

/// The entries of everything in a bundle, in an order in which all of it fits.
fn entries(bundle: &Bundle) -> Vec<Vec<u8>> {
    let sha256 = |text: &str| (CRYPTO.sha256)(text.as_bytes());
    let issuer = || "did:web:verify.example.edu:i:riverside".to_owned();
    let mut entries: Vec<Entry> = Vec::new();
    let mut keys = NO_KEYS;
    for one in &bundle.key_events {
        entries.push(Entry::parse(one.document.as_bytes()).unwrap());
        keys = history(&CRYPTO, &keys, one.document.as_bytes());
    }
    for one in &bundle.did_documents {
        let (did, sha256) = (one.name.clone(), sha256(&one.document));
        entries.push(Entry::DidDocument { did, sha256 });
    }
    for one in &bundle.achievements {
        let (issuer, url, sha256) = (issuer(), one.name.clone(), sha256(&one.document));
        entries.push(Entry::AchievementVersion {
            issuer,
            url,
            sha256,
        });
    }
    for one in &bundle.credentials {
        let commitment = touchstone_vc::log::commitment(&CRYPTO, &one.salt, &sha256(&one.document));
        entries.push(Entry::CredentialIssued {
            issuer: issuer(),
            commitment,
            keys,
        });
    }
    for one in &bundle.status_lists {
        let (issuer, url, sha256) = (issuer(), one.name.clone(), sha256(&one.document));
        entries.push(Entry::StatusListPublished {
            issuer,
            url,
            sha256,
            keys,
        });
    }
    let mut all: Vec<Vec<u8>> = entries
        .iter()
        .map(|entry| entry.encode().unwrap())
        .collect();
    for one in &bundle.status_proofs {
        let proof = StatusProof::read(&one.proof, &TREE).unwrap();
        all.push(proof.entry().to_vec());
    }
    all
}

pub(crate) fn rebuild(bundle: &mut Bundle) {
    let entries = entries(bundle);
    let size = entries.len() as u64;
    let mut edge = Edge::default();
    for entry in &entries {
        edge.push(&TREE, merkle::leaf_hash(&TREE, entry), |_, _| {});
    }
    let tiles: std::collections::BTreeMap<_, _> = edge
        .partial()
        .map(|(tile, bytes)| (tile, bytes.to_vec()))
        .collect();
    let places = bundle
        .key_events
        .iter_mut()
        .filter_map(|one| one.entry.as_mut())
        .chain(bundle.did_documents.iter_mut().map(|one| &mut one.entry))
        .chain(bundle.achievements.iter_mut().map(|one| &mut one.entry))
        .chain(bundle.credentials.iter_mut().map(|one| &mut one.entry))
        .chain(bundle.status_lists.iter_mut().map(|one| &mut one.entry))
        .chain(bundle.status_proofs.iter_mut().map(|one| &mut one.entry));
    for (index, place) in (0..).zip(places) {
        let read = tile::reader(&TREE, size, |place| tiles.get(&place).ok_or(()));
        place.index = index;
        place.path = merkle::prove_inclusion(&TREE, index, size, read)
            .unwrap()
            .unwrap();
    }
}

pub(crate) fn tree_of(bundle: &Bundle) -> (u64, touchstone_tlog::Hash) {
    let entries = entries(bundle);
    let mut edge = Edge::default();
    for entry in &entries {
        edge.push(&TREE, merkle::leaf_hash(&TREE, entry), |_, _| {});
    }
    (entries.len() as u64, edge.root(&TREE))
}
