//! Institutions whose DID is a `did:webvh`: their history is begun, goes on, is read by everybody, and is never another.

use std::sync::Arc;

use touchstone_bundle::{Answer, Why};
use touchstone_service::issuing::{FoundError, Founding, define, found};
use touchstone_service::operations::did_history::{HistoryError, history_standing};
use touchstone_service::operations::signing_key::{
    KeyPolicy, KeyState, compromise, destroy, make, rotate, signing_keys,
};
use touchstone_service::operations::{wind, work_until_idle};
use touchstone_service::ports::{Clock as _, Fetched, SignError, Signer};
use touchstone_service::verifying::{Reach, Resolution, Which, check, document, resolved};
use touchstone_service::{DidMethod, Site, World};
use touchstone_store::{CredentialRow, DidVersionRow, StoreError, TenantId};
use touchstone_testkit::{MemorySigner, TestDatabase, TestWorld, world, world_on};
use touchstone_vc::did::DidDocument;
use touchstone_vc::did::webvh::{History, WebvhFault, log_url, resolve};
use touchstone_vc::log::Entry;
use touchstone_vc::{CheckKind, Outcome};

use crate::log_files::entries;
use crate::proof_bundle::{bundled, judged, trusted};
use crate::signing_key::{act, giving_up, rotation};
use crate::static_hosts::hosts_are_told_of_every_file;
use crate::support::{COHORT, MEASURING, all, confirmed, founding, order};

const BESIDE: &str = "did:web:verify.example.edu:i:riverside";
pub(crate) const MINUTE_MS: i64 = 60_000;
const ZOE: &str = "name,email,identifier,level,evidence,awarded_on\nZoe,zoe@example.org,990,3,https://example.org/e/1,2026-11-12\n";

fn with_history(slug: &str) -> Founding {
    Founding {
        did_method: Some(DidMethod::Webvh),
        ..founding(slug)
    }
}

/// An institution with a history and one achievement.
pub(crate) async fn institution(world: &World) -> (TenantId, String) {
    let founded = found(world, &with_history("riverside")).await.unwrap();
    define(world, &order(&founded.tenant, MEASURING))
        .await
        .unwrap();
    work_until_idle(world).await.unwrap();
    (founded.tenant, founded.did)
}

async fn issue(world: &World, tenant: &TenantId) -> Vec<CredentialRow> {
    issue_to(world, tenant, COHORT).await
}

/// Issues to those of a list; answers with all credentials there are.
async fn issue_to(world: &World, tenant: &TenantId, list: &str) -> Vec<CredentialRow> {
    confirmed(world, tenant, MEASURING, list).await;
    work_until_idle(world).await.unwrap();
    all(world, tenant).await
}

pub(crate) async fn published(world: &World) -> Vec<u8> {
    let found = document(world, "riverside", Which::History).await.unwrap();
    let found = found.unwrap();
    assert_eq!(found.media_type, "text/jsonl");
    found.bytes
}

pub(crate) fn read(world: &World, did: &str, log: &[u8]) -> Result<History, WebvhFault> {
    resolve(did, log, None, world.clock.now(), world.crypto)
}

async fn history(world: &World, did: &str) -> History {
    read(world, did, &published(world).await).unwrap()
}

/// Rotates at once, a minute later.
pub(crate) async fn rotated(world: &TestWorld, tenant: &TenantId) -> String {
    world.clock.advance_millis(MINUTE_MS);
    let made = rotate(world, &rotation(tenant, true)).await.unwrap();
    work_until_idle(world).await.unwrap();
    made.key.id
}

/// The whole of a credential, but for whether its issuer is known elsewhere.
async fn stands(world: &World, row: &CredentialRow) -> bool {
    let checked = check(world, &row.bytes, None, Reach::Own).await.unwrap();
    [CheckKind::Proof, CheckKind::Issuer, CheckKind::Status]
        .into_iter()
        .all(|kind| checked.report.outcome(kind) == Some(Outcome::Pass))
}

async fn waiting(world: &World, tenant: &TenantId) -> usize {
    let found = history_standing(world, tenant).await.unwrap();
    found.unwrap().waiting
}

/// The hashes under which the log has the documents of DIDs.
async fn logged(world: &World) -> Vec<[u8; 32]> {
    let entries = entries(world).await.into_iter();
    let hashes = entries.filter_map(|entry| match Entry::parse(&entry).unwrap() {
        Entry::DidDocument { sha256, .. } => Some(sha256),
        _ => None,
    });
    hashes.collect()
}

pub(crate) fn serve(world: &TestWorld, did: &str, bytes: &[u8]) {
    let fetched = Fetched {
        bytes: bytes.to_vec(),
        media_type: "text/jsonl".into(),
    };
    world.fetch.answer(&log_url(did).unwrap(), Ok(fetched));
}

#[tokio::test]
async fn an_institution_that_asks_for_a_history_issues_under_it_and_is_checked_by_it() {
    let world = world().await;
    let (tenant, did) = institution(&world).await;
    assert!(did.starts_with("did:webvh:Qm") && did.ends_with(":verify.example.edu:i:riverside"));
    let history = history(&world, &did).await;
    assert_eq!((history.versions, history.portable), (1, true));
    let document = DidDocument::from_value(history.document.as_ref().unwrap(), &did).unwrap();
    assert_eq!(document.also_known_as, [BESIDE]);
    assert_eq!(document.assertion_methods, [format!("{did}#riverside-1")]);
    // The key that signed the history is none of those that sign credentials.
    let log = String::from_utf8(published(&world).await).unwrap();
    let line: serde_json::Value = serde_json::from_str(&log).unwrap();
    let update = line["parameters"]["updateKeys"][0].as_str().unwrap();
    let methods = document.verification_methods.iter();
    assert!(
        methods
            .map(|method| method.key.clone().unwrap().to_multikey())
            .all(|key| key != update)
    );

    let issued = issue(&world, &tenant).await;
    assert!(!issued.is_empty());
    for row in &issued {
        assert!(stands(&world, row).await);
        assert!(String::from_utf8_lossy(&row.bytes).contains(&format!("\"{did}\"")));
    }

    // The did:web beside it, for those who read no histories.
    let beside = self::document(&world, "riverside", Which::Did)
        .await
        .unwrap()
        .unwrap();
    let beside = DidDocument::parse(&beside.bytes, BESIDE).unwrap();
    assert_eq!(beside.also_known_as, std::slice::from_ref(&did));
    assert_eq!(beside.assertion_methods, [format!("{BESIDE}#riverside-1")]);
    hosts_are_told_of_every_file(&world).await;

    // Whoever asks for nothing is called as before, and has none.
    found(&world, &founding("lakeside")).await.unwrap();
    let none = self::document(&world, "lakeside", Which::History).await;
    assert!(none.unwrap().is_none());
}

#[tokio::test]
async fn the_installation_says_what_institutions_are_called_that_do_not() {
    let mut world = world().await;
    world.world.site = Arc::new(Site {
        did_method: DidMethod::Webvh,
        ..(*world.site).clone()
    });
    let asked = Founding {
        did_method: Some(DidMethod::Web),
        ..founding("lakeside")
    };
    let plain = found(&world, &asked).await.unwrap();
    assert_eq!(plain.did, "did:web:verify.example.edu:i:lakeside");
    let said = found(&world, &founding("riverside")).await.unwrap();
    assert!(said.did.starts_with("did:webvh:"), "{}", said.did);
}

#[tokio::test]
async fn every_change_adds_one_line_and_changes_none() {
    let world = world().await;
    let (tenant, did) = institution(&world).await;
    let before = issue(&world, &tenant).await;
    let first = published(&world).await;

    world.clock.advance_millis(MINUTE_MS);
    let made = make(&world, &tenant, "owner", "For later.").await.unwrap();
    assert_eq!(published(&world).await, first, "it waits for its signature");
    assert_eq!(waiting(&world, &tenant).await, 1);
    work_until_idle(&world).await.unwrap();
    let second = published(&world).await;
    assert!(second.starts_with(&first));
    assert_eq!(history(&world, &did).await.versions, 2);

    // Beginning to sign changes nothing in the document.
    let rotated_to = rotated(&world, &tenant).await;
    assert_eq!(rotated_to, made.id);
    assert_eq!(published(&world).await, second);

    // Giving the only key up makes another one, and that is one change.
    world.clock.advance_millis(MINUTE_MS);
    let giving_up = giving_up(&world, &tenant, &made.id);
    let given_up = compromise(&world, &giving_up).await.unwrap();
    let successor = given_up.successor.unwrap();
    work_until_idle(&world).await.unwrap();
    let third = published(&world).await;
    assert!(third.starts_with(&second));
    let now = history(&world, &did).await;
    assert_eq!(now.versions, 3);
    let document = DidDocument::from_value(now.document.as_ref().unwrap(), &did).unwrap();
    let method = document.method(&format!("{did}#{}", made.id)).unwrap();
    assert!(method.revoked.is_some());
    assert!(
        document
            .assertion_methods
            .contains(&format!("{did}#{successor}"))
    );

    world.clock.advance_millis(MINUTE_MS);
    let unused = make(&world, &tenant, "owner", "For nothing.")
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    world.clock.advance_millis(MINUTE_MS);
    destroy(&world, &act(&tenant, &unused.id)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(history(&world, &did).await.versions, 5);
    assert!(published(&world).await.starts_with(&third));

    // What was signed before still stands, and what is signed now does.
    assert!(stands(&world, &before[0]).await);
    let after = issue_to(&world, &tenant, ZOE).await;
    assert_eq!(after.len(), before.len() + 1);
    for row in &after {
        assert!(stands(&world, row).await);
    }
    // The log has each state of it, under its own hash.
    let log = published(&world).await;
    let ends = (0..log.len()).filter(|at| log[*at] == b'\n');
    let states: Vec<_> = ends
        .map(|end| (world.crypto.sha256)(&log[..=end]))
        .collect();
    assert_eq!(logged(&world).await, states);
}

/// The signer is not put back with a database, so it is what keeps a second past from being signed.
#[tokio::test]
async fn a_key_signs_one_line_and_is_gone_with_it() {
    let world = world().await;
    let (tenant, _) = institution(&world).await;
    rotated(&world, &tenant).await;
    for spent in ["riverside.update-1", "riverside.update-2"] {
        let refused = world.memory_signer.sign(spent, b"x").await.err();
        assert_eq!(refused, Some(SignError::Ended), "{spent}");
    }
    // The next ones were made ahead.
    for ahead in [
        "riverside.update-3",
        "riverside.update-4",
        "riverside.update-5",
    ] {
        assert!(world.memory_signer.public(ahead).await.is_ok(), "{ahead}");
    }
    let later = world.memory_signer.public("riverside.update-6").await;
    assert_eq!(later.err(), Some(SignError::NoSuchKey));

    // A line that is due, and its key is another than was promised.
    let lost = MemorySigner::default();
    let mut without = world.beside().await;
    without.signer = Arc::new(lost);
    let standing = history_standing(&without, &tenant).await.unwrap().unwrap();
    assert!(
        matches!(standing.next, Err(HistoryError::KeyLost(key)) if key == "riverside.update-3")
    );
}

#[tokio::test]
async fn changes_within_a_second_are_published_a_second_apart() {
    let world = world().await;
    let (tenant, did) = institution(&world).await;
    let made = make(&world, &tenant, "owner", "At once.").await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(waiting(&world, &tenant).await, 1);
    destroy(&world, &act(&tenant, &made.id)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(waiting(&world, &tenant).await, 2);
    for (versions, waits) in [(2, 1), (3, 0)] {
        world.clock.advance_millis(1_000);
        work_until_idle(&world).await.unwrap();
        let history = history(&world, &did).await;
        assert_eq!(
            (history.versions, waiting(&world, &tenant).await),
            (versions, waits)
        );
        assert!(history.updated <= world.clock.now());
    }
}

#[tokio::test]
async fn a_signer_that_is_away_holds_the_history_up_and_the_key_with_it() {
    let mut world = world().await;
    world.world.keys = KeyPolicy::default();
    let (tenant, did) = institution(&world).await;
    world.clock.advance_millis(MINUTE_MS);
    let next = rotate(&world, &rotation(&tenant, false)).await.unwrap();
    world.memory_signer.leave(true);
    work_until_idle(&world).await.unwrap();
    // Its time has come, and no reader of the history would know it.
    world
        .clock
        .advance_millis(world.keys.announce_ms + MINUTE_MS);
    work_until_idle(&world).await.unwrap();
    let state = async || {
        let keys = signing_keys(&world, &tenant).await.unwrap();
        keys.into_iter()
            .find(|key| key.id == next.key.id)
            .unwrap()
            .state
    };
    assert_eq!(state().await, KeyState::Pending);
    assert_eq!(
        (
            waiting(&world, &tenant).await,
            history(&world, &did).await.versions
        ),
        (1, 1)
    );

    world.memory_signer.leave(false);
    for _ in 0..3 {
        world.clock.advance_millis(11 * MINUTE_MS);
        work_until_idle(&world).await.unwrap();
    }
    assert_eq!(
        (
            waiting(&world, &tenant).await,
            history(&world, &did).await.versions
        ),
        (0, 2)
    );
    assert_eq!(state().await, KeyState::Active);
}

#[tokio::test]
async fn nothing_is_added_to_a_history_that_was_altered() {
    let world = world_on(TestDatabase::postgres()).await;
    let (tenant, _) = institution(&world).await;
    let before = world.store.read().did_versions(&tenant).await.unwrap();
    let line = String::from_utf8(before[0].line.clone().unwrap()).unwrap();
    let altered = line.replace("riverside-1", "riverside-2");
    world.tamper(&format!(
        "UPDATE did_version SET line = convert_to('{altered}', 'UTF8')"
    ));
    rotated(&world, &tenant).await;
    let after = world.store.read().did_versions(&tenant).await.unwrap();
    assert_eq!((after.len(), &after[1].line), (2, &None));
    let standing = history_standing(&world, &tenant).await.unwrap().unwrap();
    assert_eq!(standing.read.err(), Some(WebvhFault::EntryHash));
}

#[tokio::test]
async fn t44_a_history_that_was_never_published_here_is_an_alarm_and_the_beginning_of_ours_is_none()
{
    let mut world = world().await;
    world.world.keys = KeyPolicy {
        documents_every_ms: Some(MINUTE_MS),
        ..KeyPolicy::default()
    };
    let (tenant, did) = institution(&world).await;
    let first = published(&world).await;
    let look = async |bytes: &[u8]| {
        serve(&world, &did, bytes);
        world.clock.advance_millis(MINUTE_MS);
        wind(&world).await.unwrap();
        work_until_idle(&world).await.unwrap();
        resolved(&world, &tenant).await.unwrap().unwrap().what
    };
    assert_eq!(look(&first).await, Resolution::Ours);
    let key = rotated(&world, &tenant).await;
    let second = published(&world).await;
    assert_eq!(look(&first).await, Resolution::Older);
    assert_eq!(look(&second).await, Resolution::Ours);
    world.clock.advance_millis(MINUTE_MS);
    compromise(&world, &giving_up(&world, &tenant, &key))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    world.clock.advance_millis(20 * MINUTE_MS);
    assert_eq!(look(&second).await, Resolution::GivenUp);
    assert_eq!(look(&published(&world).await).await, Resolution::Ours);
    let other = [&first[..], b"{}\n"].concat();
    assert_eq!(look(&other).await, Resolution::Foreign);
}

#[tokio::test]
async fn a_bundle_brings_the_history_and_is_judged_without_anybody() {
    let world = world().await;
    let (tenant, did) = institution(&world).await;
    let row = issue(&world, &tenant).await.remove(0);
    let policy = trusted(&world).await;
    let bundle = bundled(&world, &row).await;
    assert_eq!(bundle.did_documents[0].name, did);
    let found = judged(&world, &bundle, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);

    // A key is made after the lists were signed: the history is younger than they are.
    world.clock.advance_millis(MINUTE_MS);
    make(&world, &tenant, "owner", "For later.").await.unwrap();
    work_until_idle(&world).await.unwrap();
    let longer = bundled(&world, &row).await;
    assert_eq!(longer.did_documents[0].document.lines().count(), 2);
    let found = judged(&world, &longer, Some(&policy), None);
    assert_eq!(found.answer(), Answer::Pass, "{:?}", found.lines);

    // Half a history is not what the log has.
    let mut cut = longer.clone();
    let first = cut.did_documents[0].document.lines().next().unwrap();
    cut.did_documents[0].document = format!("{first}\n");
    let found = judged(&world, &cut, Some(&policy), None);
    assert!(
        found
            .lines
            .iter()
            .any(|line| line.why == Some(Why::NotInLog)),
        "{:?}",
        found.lines
    );
}

#[tokio::test]
async fn what_cannot_have_a_history_is_refused_before_anything_is_founded() {
    let mut world = world().await;
    let refused = async |world: &World| found(world, &with_history("riverside")).await.unwrap_err();
    world.memory_signer.make_p256_alone();
    let error = refused(&world).await;
    assert!(
        matches!(error, FoundError::History(HistoryError::NotEd25519)),
        "{error}"
    );

    let site = (*world.site).clone();
    for (public_url, local) in [
        ("https://localhost:8443", false),
        ("https://127.0.0.1", false),
        ("https://verify.example.edu", true),
    ] {
        world.world.signer = Arc::new(MemorySigner::default());
        world.world.site = Arc::new(Site {
            public_url: public_url.parse().unwrap(),
            local,
            ..site.clone()
        });
        let error = refused(&world).await;
        assert!(
            matches!(error, FoundError::NoWebvh),
            "{public_url}: {error}"
        );
    }
    assert!(world.store.read().institutions().await.unwrap().is_empty());
}

/// As AWS KMS does, and modules that are told to: from the first key on, or from a later one.
#[tokio::test]
async fn where_other_hands_make_p256_the_history_is_signed_with_keys_in_files() {
    for from_the_first in [true, false] {
        let world = world().await;
        if from_the_first {
            world.memory_signer.make_p256();
        }
        let (tenant, did) = institution(&world).await;
        world.memory_signer.make_p256();
        rotated(&world, &tenant).await;
        rotated(&world, &tenant).await;
        let keys = signing_keys(&world, &tenant).await.unwrap();
        let custody: Vec<_> = keys
            .iter()
            .map(|key| (key.algorithm(), key.custody))
            .collect();
        let first = match from_the_first {
            true => ("P-256", "pkcs11"),
            false => ("Ed25519", "file"),
        };
        assert_eq!(custody, [("P-256", "pkcs11"), ("P-256", "pkcs11"), first]);
        assert_eq!(history(&world, &did).await.versions, 3);
        let standing = history_standing(&world, &tenant).await.unwrap().unwrap();
        assert_eq!((standing.next.unwrap(), standing.waiting), ("file", 0));
        let spent = world.memory_signer.public("riverside.update-3").await;
        assert_eq!(spent.err(), Some(SignError::NoSuchKey));
        let rows = issue(&world, &tenant).await;
        assert!(stands(&world, &rows[0]).await);
    }
}

/// A version that another process signed in between is looked at, and nothing is signed twice.
#[tokio::test]
async fn a_line_that_was_signed_elsewhere_is_not_signed_again() {
    let world = world().await;
    let (tenant, _) = institution(&world).await;
    world.clock.advance_millis(MINUTE_MS);
    make(&world, &tenant, "owner", "For later.").await.unwrap();
    let waiting = world.store.read().did_versions(&tenant).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let signed = published(&world).await;
    let again = &DidVersionRow {
        line: Some(b"another\n".to_vec()),
        ..waiting[1].clone()
    };
    let kept = world
        .store
        .write(|mut tx| async move { tx.sign_did_version(again).await });
    assert!(matches!(
        kept.await,
        Err(StoreError::Conflict {
            table: "did_version"
        })
    ));
    assert_eq!(published(&world).await, signed);
}
