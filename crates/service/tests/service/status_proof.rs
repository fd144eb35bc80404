//! Status proofs: stated with each publication, carried by bundles, and never shown as newer than they are.

use touchstone_bundle::{
    Answer, Asked, Bundle, Entered, Judged, Listed, Question, StatusProof, StatusProofError, Tools,
    Why, judge, status_root,
};
use touchstone_service::{
    World,
    holding::{Format, file},
    issuing::{Revocation, revoke},
    logging::prove_change,
    operations::work_until_idle,
    ports::Clock as _,
};
use touchstone_store::{CredentialRow, StatusListRow, StatusPublicationRow};
use touchstone_testkit::{TestDatabase, TestWorld, world_on};
use touchstone_tlog::Hash;
use touchstone_vc::{
    Timestamp,
    crypto::rust::CRYPTO,
    log::{Entry, Kind},
    status::bitstring::Bits,
};

use crate::proof_bundle::{TREE, bundled, judged, refuses, trusted, with_credentials};
use crate::support::{MEASURING, issued};

/// The list in which a credential is withdrawn, as it was published last.
async fn published(world: &World, row: &CredentialRow) -> (StatusListRow, StatusPublicationRow) {
    let reader = world.store.read();
    let list = row.status_list.as_deref().unwrap();
    let list = reader.status_list_by_id(&row.tenant, list).await.unwrap();
    let list = list.unwrap();
    let publication = reader.publication(&list.id).await.unwrap().unwrap();
    (list, publication)
}

fn bits(publication: &StatusPublicationRow) -> Bits {
    let list: serde_json::Value = serde_json::from_slice(&publication.bytes).unwrap();
    Bits::decode(list["credentialSubject"]["encodedList"].as_str().unwrap()).unwrap()
}

async fn withdraw(world: &World, row: &CredentialRow) {
    let order = Revocation {
        tenant: row.tenant.clone(),
        credential: row.id.clone(),
        actor: "registrar".into(),
        reason: "Mixed up.".into(),
    };
    revoke(world, &order).await.unwrap();
    work_until_idle(world).await.unwrap();
}

#[tokio::test]
async fn each_publication_logs_its_root_on_sqlite() {
    each_publication_logs_its_root(&world_on(TestDatabase::sqlite()).await).await;
}

#[tokio::test]
async fn each_publication_logs_its_root_on_postgresql() {
    each_publication_logs_its_root(&world_on(TestDatabase::postgres()).await).await;
}

async fn each_publication_logs_its_root(world: &TestWorld) {
    let (_, credentials) = issued(world, MEASURING).await;
    let row = &credentials[0];
    let mut versions = Vec::new();
    for times in 0..2 {
        if times == 1 {
            withdraw(world, row).await;
        }
        let (list, publication) = published(world, row).await;
        versions.push(publication.version);
        // Beside each other in one transaction, and so in the log.
        let mut places = Vec::new();
        for kind in ["status.published", "status.rooted"] {
            let proven = prove_change(world, kind, &list.id, publication.version).await;
            places.push(proven.unwrap().unwrap());
        }
        assert_eq!(places[0].index + 1, places[1].index);
        let Entry::StatusListRoot { stated, .. } = Entry::parse(&places[1].entry).unwrap() else {
            panic!("another kind");
        };
        let root = status_root(&bits(&publication), &TREE);
        assert_eq!(Some(Hash(stated.root)), root);
        assert_eq!(stated.length, 131_072);
        assert_eq!(stated.valid_from.unix_millis(), publication.published_at);
        assert_eq!(stated.valid_until.unix_millis(), publication.valid_until);
        // Whoever has the list and the log can prove any of it.
        for index in [0, 131_071, row.status_index.unwrap().unsigned_abs()] {
            let (bytes, entry) = (&publication.bytes, &places[1].entry);
            let proof = StatusProof::make(bytes, entry, index, &TREE).unwrap();
            let withdrawn = times == 1 && Some(index.cast_signed()) == row.status_index;
            assert_eq!(proof.block().get(index), Some(withdrawn));
            assert!(proof.encode().len() <= 2_048);
        }
    }
    assert_eq!(
        versions[0] + 1,
        versions[1],
        "one publication for the withdrawal"
    );
    let mut tx = world.store.begin().await.unwrap();
    let lines = tx.outbox_after(0, 1_000).await.unwrap();
    let count = |kind: &str| lines.iter().filter(|line| line.kind == kind).count();
    assert_eq!(count("status.published"), count("status.rooted"));
}

#[tokio::test]
async fn a_bundle_carries_two_kilobytes_of_a_list_of_which_half_is_withdrawn() {
    let (world, credentials) = with_credentials().await;
    let row = &credentials[0];
    let (list, _) = published(&world, row).await;
    let own = row.status_index.unwrap();
    let half: Vec<i64> = (0..131_072_i64)
        .filter(|index| *index != own && (index.wrapping_mul(0x9e37_79b9) >> 7) & 1 == 1)
        .collect();
    let (tenant, id, half) = (&row.tenant, &list.id, &half);
    let forced = world
        .store
        .write(|mut tx| async move { tx.force_positions(tenant, id, half, 0).await });
    forced.await.unwrap();
    touchstone_service::verifying::publish_status(&world, tenant, id)
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    let bytes = file(&world, row, Format::Bundle).await.unwrap();
    let bundle = Bundle::parse(&bytes).unwrap();
    // The long signature of the log's second key counts apart.
    let post_quantum = bundle.checkpoint.len().saturating_sub(1_024);
    let size = bytes.len() - post_quantum;
    assert!(size <= 20 * 1_024, "{size} bytes and {post_quantum}");
    assert!(bundle.status_lists.is_empty());
    let proof = &bundle.status_proofs[0].proof;
    assert!(proof.len() <= 2_048, "{} bytes", proof.len());
    let policy = trusted(&world).await;
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
}

/// The same bundle as it was made before there were status proofs.
async fn as_before(world: &World, row: &CredentialRow) -> Bundle {
    let bundle = bundled(world, row).await;
    let (list, publication) = published(world, row).await;
    let (kind, version) = ("status.published", publication.version);
    let proven = prove_change(world, kind, &list.id, version).await;
    let proven = proven.unwrap().unwrap();
    let proof = StatusProof::read(&bundle.status_proofs[0].proof, &TREE).unwrap();
    let list = Listed {
        name: proof.stated().url.clone(),
        document: String::from_utf8(publication.bytes).unwrap(),
        keys: Some(bundle.status_proofs[0].keys),
        entry: Entered {
            index: proven.index,
            path: proven.path,
        },
    };
    Bundle {
        status_lists: vec![list],
        status_proofs: Vec::new(),
        ..bundle
    }
}

/// What bundles carried before there were status proofs.
#[tokio::test]
async fn a_bundle_with_the_whole_list_is_judged_as_before() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let whole = as_before(&world, &credentials[0]).await;
    let bytes = whole.encode();
    assert!(bytes.starts_with(br#"{"format":"touchstone-bundle/1""#));
    assert_eq!(Bundle::parse(&bytes).as_ref(), Ok(&whole));
    let found = judged(&world, &whole, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    withdraw(&world, &credentials[0]).await;
    let whole = as_before(&world, &credentials[0]).await;
    let found = judged(&world, &whole, Some(&policy), None);
    assert_eq!(found.of(Question::Status), Some(Answer::Fail));
}

/// A proof from before the withdrawal says what held then, and names that time.
#[tokio::test]
async fn t37_a_replayed_status_proof_speaks_of_its_own_time() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let before = bundled(&world, &credentials[0]).await;
    let then = judged(&world, &before, Some(&policy), None)
        .status_as_of
        .unwrap();
    world.clock.advance_millis(3_600_000);
    withdraw(&world, &credentials[0]).await;
    let after = bundled(&world, &credentials[0]).await;
    let found = judged(&world, &after, Some(&policy), None);
    refuses(
        &found,
        Question::Status,
        Answer::Fail,
        Why::Status(touchstone_vc::Fault::Revoked),
    );
    let old = judged(&world, &before, Some(&policy), None);
    assert_eq!((old.answer(), old.status_as_of), (Answer::Pass, Some(then)));
    // Both in one file: the newer one counts.
    let mut both = after.clone();
    both.checkpoint = after.checkpoint.clone();
    let mut replayed = before.status_proofs[0].clone();
    let proven = prove_change_at(&world, replayed.entry.index).await;
    replayed.entry.path = proven;
    both.status_proofs.insert(0, replayed.clone());
    let found = judged(&world, &both, Some(&policy), None);
    assert_eq!(found.of(Question::Status), Some(Answer::Fail));
    // The old one alone, in the new file: as of then, and no later.
    both.status_proofs = vec![replayed];
    let found = judged(&world, &both, Some(&policy), None);
    assert_eq!(
        (found.answer(), found.status_as_of),
        (Answer::Pass, Some(then))
    );
}

async fn prove_change_at(world: &World, index: u64) -> Vec<Hash> {
    let proven = touchstone_service::logging::prove(world, index).await;
    proven.unwrap().unwrap().path
}

#[tokio::test]
async fn t37_how_old_a_status_may_be_is_the_readers_to_say() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let bundle = bundled(&world, &credentials[0]).await;
    let as_of = judged(&world, &bundle, Some(&policy), None).status_as_of;
    let as_of = as_of.unwrap();
    let day = 86_400_000;
    let within = |most: i64, at: Timestamp| -> Judged {
        let asked = Asked {
            anchors: None,
            policy: Some(&policy),
            at,
            status_at: false,
            status_max_age_millis: Some(most),
        };
        let tools = Tools {
            crypto: &CRYPTO,
            tree: &TREE,
            contexts: &world.contexts,
        };
        judge(&bundle, &asked, &tools)
    };
    let found = within(day, as_of.plus_millis(day));
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);
    let found = within(day, as_of.plus_millis(day + 1_000));
    refuses(&found, Question::Status, Answer::Unknown, Why::TooOld);
    assert_eq!(found.status_as_of, None);
    assert!(world.clock.now() >= as_of);
}

/// Of another credential's part, of another list, and one that the issuer did not sign.
#[tokio::test]
async fn a_status_proof_of_something_else_does_not_pass() {
    let (world, credentials) = with_credentials().await;
    let policy = trusted(&world).await;
    let bundle = bundled(&world, &credentials[0]).await;
    let (_, publication) = published(&world, &credentials[0]).await;
    let proof = StatusProof::read(&bundle.status_proofs[0].proof, &TREE).unwrap();
    let own = credentials[0].status_index.unwrap().unsigned_abs();
    let elsewhere = (own + 8_192) % 131_072;
    let other = StatusProof::make(&publication.bytes, proof.entry(), elsewhere, &TREE).unwrap();
    let mut altered = bundle.clone();
    altered.status_proofs[0].proof = other.encode();
    let found = judged(&world, &altered, Some(&policy), None);
    assert_eq!(
        found.of(Question::Status),
        Some(Answer::Unknown),
        "{:?}",
        found.lines
    );
    assert_eq!(found.answer(), Answer::Unknown);

    // Signed by who signs what the log signs, and not by the issuer: in a log that was made for it.
    let Entry::StatusListRoot { stated, keys, .. } = Entry::parse(proof.entry()).unwrap() else {
        panic!("another kind");
    };
    let message = stated.signing_input().unwrap();
    let signature = world.signer.sign("log", &message).await.unwrap();
    let forged = stated.signed(&signature.0).unwrap();
    let forged = touchstone_vc::log::StatusRoot::entry(&forged, &keys).unwrap();
    assert_eq!(forged.kind(), Kind::StatusListRoot);
    let forged = StatusProof::make(&publication.bytes, &forged.encode().unwrap(), own, &TREE);
    let mut altered = bundle.clone();
    altered.status_proofs[0].proof = forged.unwrap().encode();
    crate::proof_bundle::rebuild(&mut altered);
    let (size, root) = crate::proof_bundle::tree_of(&altered);
    let shown = touchstone_tlog::SignedCheckpoint::parse(bundle.checkpoint.as_bytes()).unwrap();
    let fork = touchstone_tlog::Checkpoint::new(shown.checkpoint.origin(), size, root).unwrap();
    altered.checkpoint = crate::proof_bundle::signed(&world, &fork).await;
    let found = judged(&world, &altered, Some(&policy), None);
    refuses(&found, Question::Documents, Answer::Fail, Why::StatusProof);
    assert_ne!(found.of(Question::Status), Some(Answer::Pass));
    let outside = StatusProof::make(&publication.bytes, proof.entry(), 131_072, &TREE);
    assert_eq!(outside, Err(StatusProofError::Outside));
}

/// Each list is judged as of its own day: the later of them has nothing to say of the earlier one's.
#[tokio::test]
async fn t45_lists_that_were_signed_on_different_days_hold_ten_years_on() {
    let world = world_on(TestDatabase::sqlite()).await;
    let (_, credentials) = crate::withdraw::issued_suspendable(&world).await;
    let policy = trusted(&world).await;
    let before = world.clock.now();
    world.clock.advance_millis(2 * 86_400_000);
    withdraw(&world, &credentials[1]).await;
    let bundle = bundled(&world, &credentials[0]).await;
    assert_eq!(bundle.status_proofs.len(), 2);
    let ten_years = world.clock.now().plus_millis(3_650 * 86_400_000);
    world.clock.set(ten_years);
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(
        found.of(Question::Status),
        Some(Answer::Pass),
        "{:?}",
        found.lines
    );
    let as_of = found.status_as_of.unwrap();
    assert!(as_of <= before, "{as_of}: the earlier of them is told");
    let withdrawn = bundled(&world, &credentials[1]).await;
    let found = judged(&world, &withdrawn, Some(&policy), None);
    assert_eq!(found.of(Question::Status), Some(Answer::Fail));
}
