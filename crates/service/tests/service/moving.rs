//! An institution goes on at another domain, and what it issued before stays where it is.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Notify;
use touchstone_service::{
    Site, World,
    issuing::{ConfirmError, confirm, found, preview, revoke},
    logging::sequence_until_idle,
    operations::{
        moving::{MoveError, Moving, There, elsewhere, former, move_here},
        signing_key::{KeyState, compromise, retire, rotate, signing_keys},
        work_until_idle,
    },
    ports::{PublicKey, SignError, Signer},
    verifying::{Reach, Which, archives, check, document_at, membership},
};
use touchstone_store::{CredentialRow, TenantId};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{
    CheckKind, Outcome, Signature, Verdict,
    json::Value,
    log::{Entry, Kind},
};
use url::Url;

use crate::did_history;
use crate::log_files::entries;
use crate::proof_bundle::{bundled, judged, trusted};
use crate::signing_key::{giving_up, rotation};
use crate::signing_key_restored::{copy, learn, restored};
use crate::support::{
    MEASURING, all, audited, confirmation, confirmed, founding, issued, uploaded,
};
use crate::withdraw::revocation;

const OLD: &str = "did:web:verify.example.edu:i:riverside";
const NEW: &str = "did:web:new.example:i:riverside";

pub(crate) fn at(world: &World, host: &str) -> Arc<Site> {
    Arc::new(Site {
        public_url: Url::parse(&format!("https://{host}")).unwrap(),
        ..(*world.site).clone()
    })
}

pub(crate) fn moving(tenant: &TenantId) -> Moving {
    Moving {
        tenant: tenant.clone(),
        actor: "owner".into(),
        reason: "We have another name now.".into(),
    }
}

/// An institution that issued, and moved.
async fn moved() -> (TestWorld, TenantId, Vec<CredentialRow>) {
    let mut world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    world.world.site = at(&world, "new.example");
    move_here(&world, &moving(&tenant)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    (world, tenant, credentials)
}

/// Another list of learners than the first.
const SECOND: &str = "name,email,identifier,level,evidence,awarded_on\nZoe,zoe@example.org,z-1,3,https://example.org/e/1,2026-11-12\n";

/// Issues to one more person.
async fn one_more(world: &World, tenant: &TenantId, before: &[CredentialRow]) -> CredentialRow {
    confirmed(world, tenant, MEASURING, SECOND).await;
    work_until_idle(world).await.unwrap();
    let mut rows = all(world, tenant).await;
    rows.retain(|row| before.iter().all(|known| known.id != row.id));
    rows.remove(0)
}

fn issuer(row: &CredentialRow) -> String {
    let credential = Value::parse(&row.bytes).unwrap();
    let issuer = credential.get("issuer").unwrap();
    issuer.get("id").unwrap().as_str().unwrap().to_owned()
}

async fn verdict(world: &World, row: &CredentialRow) -> Verdict {
    let checked = check(world, &row.bytes, None, Reach::Own).await.unwrap();
    checked.report.verdict()
}

/// Every list says that it is where it was.
async fn lists_stay(world: &World, tenant: &TenantId) {
    for list in world.store.read().status_lists(tenant).await.unwrap() {
        let published = world.store.read().publication(&list.id).await.unwrap();
        let published = String::from_utf8(published.unwrap().bytes).unwrap();
        let there = format!(
            "https://verify.example.edu/i/riverside/status/{}",
            list.number
        );
        assert!(
            published.contains(&format!("\"id\":\"{there}\"")),
            "{published}"
        );
    }
}

#[tokio::test]
async fn an_institution_that_is_elsewhere_issues_nothing_until_it_moved() {
    let mut world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    assert_eq!(elsewhere(&world).await.unwrap(), []);
    let stale = world.world.clone();
    world.world.site = at(&world, "new.example");
    let found = elsewhere(&world).await.unwrap().remove(0);
    assert_eq!(
        (found.did.as_str(), found.there),
        (OLD, There::Did(NEW.into()))
    );
    let batch = uploaded(&world, &tenant, MEASURING, SECOND).await.batch;
    let shown = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let order = confirmation(&tenant, &batch, &shown.fingerprint);
    let refused = confirm(&world, &order).await.unwrap_err();
    assert!(matches!(&refused, ConfirmError::Elsewhere(_)), "{refused}");
    assert!(refused.to_string().contains("touchstone move"), "{refused}");
    // What was issued goes on being published where it was, whatever the site is called.
    revoke(&world, &revocation(&tenant, &credentials[0].id))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    lists_stay(&world, &tenant).await;

    move_here(&world, &moving(&tenant)).await.unwrap();
    assert_eq!(audited(&world, &tenant, "institution.move").await, 1);
    // A process that began before would name the old address under the new DID.
    let refused = confirm(&stale, &order).await.unwrap_err();
    assert!(matches!(&refused, ConfirmError::Elsewhere(_)), "{refused}");
    confirm(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let mut rows = all(&world, &tenant).await;
    rows.retain(|row| credentials.iter().all(|known| known.id != row.id));
    assert_eq!(issuer(&rows[0]), NEW);
}

/// What was confirmed and not carried out is issued where the institution is then, by the worker that knows where that is.
#[tokio::test]
async fn a_worker_of_before_the_move_issues_nothing_under_either_name() {
    let mut world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let stale = world.world.clone();
    confirmed(&world, &tenant, MEASURING, SECOND).await;
    world.world.site = at(&world, "new.example");
    move_here(&world, &moving(&tenant)).await.unwrap();
    let _ = work_until_idle(&stale).await;
    assert_eq!(all(&world, &tenant).await.len(), credentials.len());
    world.clock.advance_millis(24 * 60 * 60 * 1_000);
    work_until_idle(&world).await.unwrap();
    let mut rows = all(&world, &tenant).await;
    rows.retain(|row| credentials.iter().all(|known| known.id != row.id));
    assert_eq!((rows.len(), issuer(&rows[0]).as_str()), (1, NEW));
}

#[tokio::test]
async fn t43_what_was_issued_before_a_move_stands_and_is_withdrawn_where_it_was() {
    let (world, tenant, credentials) = moved().await;
    let new = one_more(&world, &tenant, &credentials).await;
    let old = &credentials[0];
    assert_eq!((issuer(old).as_str(), issuer(&new).as_str()), (OLD, NEW));
    assert_ne!(old.key_id, new.key_id);
    for row in [old, &new] {
        assert_eq!(verdict(&world, row).await, Verdict::Pass);
    }
    let policy = trusted(&world).await;
    for (row, successor) in [(old, Some(NEW)), (&new, None)] {
        let found = judged(&world, &bundled(&world, row).await, Some(&policy), None);
        assert_eq!(found.successor.as_deref(), successor, "{:?}", found.lines);
        assert_eq!(
            found.answer(),
            touchstone_bundle::Answer::Pass,
            "{:?}",
            found.lines
        );
    }
    revoke(&world, &revocation(&tenant, &old.id)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let checked = check(&world, &old.bytes, None, Reach::Own).await.unwrap();
    let status = checked.report.outcome(CheckKind::Status);
    assert!(matches!(status, Some(Outcome::Fail(_))), "{status:?}");
    assert_eq!(verdict(&world, &new).await, Verdict::Pass);
    // Others are told of both names, and find each where it is.
    let listed = membership(&world).await.unwrap().unwrap().bytes;
    let listed = String::from_utf8(listed).unwrap();
    assert!(listed.contains(OLD) && listed.contains(NEW), "{listed}");
    let under = async |host: &str| {
        let found = document_at(&world, Some(host), "riverside", Which::Did).await;
        let found = String::from_utf8(found.unwrap().unwrap().bytes).unwrap();
        Value::parse(found.as_bytes())
            .unwrap()
            .get("id")
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(under("verify.example.edu").await, OLD);
    assert_eq!(under("VERIFY.example.edu").await, OLD);
    assert_eq!(under("new.example").await, NEW);
    assert_eq!(under("127.0.0.1:8000").await, NEW);
    let archive = archives(&world).await.unwrap().remove(0);
    assert_eq!(archive.public_url, "https://verify.example.edu");
    let paths: Vec<_> = archive
        .documents
        .iter()
        .map(|one| one.path.as_str())
        .collect();
    assert!(paths.contains(&"/i/riverside/status/1"), "{paths:?}");
    let of_new = new.status_list.unwrap();
    let of_new = world.store.read().status_list_by_id(&tenant, &of_new).await;
    let of_new = format!("/i/riverside/status/{}", of_new.unwrap().unwrap().number);
    assert!(!paths.contains(&of_new.as_str()), "{paths:?}");
}

/// Each key signs in one name, and rotating one does not end the other.
#[tokio::test]
async fn t43_keys_of_both_names_are_rotated_and_given_up_apart() {
    let (world, tenant, credentials) = moved().await;
    let new = one_more(&world, &tenant, &credentials).await;
    let of = async |did: &str, state: KeyState| {
        let keys = signing_keys(&world, &tenant).await.unwrap();
        let own = keys
            .iter()
            .filter(|key| key.name.starts_with(&format!("{did}#")) && key.state == state);
        own.count()
    };
    rotate(&world, &rotation(&tenant, true)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(of(OLD, KeyState::Active).await, 1);
    assert_eq!(of(NEW, KeyState::Active).await, 1);
    assert_eq!(of(NEW, KeyState::Retired).await, 1);
    // The only key of the old name is not retired because the new one has another.
    let keep = giving_up(&world, &tenant, &credentials[0].key_id).act;
    assert!(retire(&world, &keep).await.is_err());
    compromise(&world, &giving_up(&world, &tenant, &credentials[0].key_id))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(of(OLD, KeyState::Compromised).await, 1);
    assert_eq!(of(OLD, KeyState::Active).await, 1, "made for its lists");
    assert_eq!(of(NEW, KeyState::Active).await, 1);
    assert_eq!(verdict(&world, &new).await, Verdict::Pass);
    let policy = trusted(&world).await;
    let found = judged(&world, &bundled(&world, &new).await, Some(&policy), None);
    assert_eq!(
        found.answer(),
        touchstone_bundle::Answer::Pass,
        "{:?}",
        found.lines
    );
    // Who stole the old key could have named an heir with it.
    let found = judged(
        &world,
        &bundled(&world, &credentials[0]).await,
        Some(&policy),
        None,
    );
    assert_eq!(found.successor, None, "{:?}", found.lines);
}

#[tokio::test]
async fn an_institution_moves_again_and_never_back() {
    let (mut world, tenant, credentials) = moved().await;
    let here = move_here(&world, &moving(&tenant)).await.unwrap_err();
    assert!(matches!(&here, MoveError::Here(_)), "{here}");
    let second = one_more(&world, &tenant, &credentials).await;
    let back = at(&world, "verify.example.edu");
    let then = std::mem::replace(&mut world.world.site, back);
    let back = move_here(&world, &moving(&tenant)).await.unwrap_err();
    assert!(matches!(&back, MoveError::Before(_)), "{back}");
    world.world.site = then;
    world.world.site = at(&world, "third.example");
    move_here(&world, &moving(&tenant)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let before = former(&world, &tenant).await.unwrap();
    let before: Vec<_> = before.iter().map(|one| one.did.as_str()).collect();
    assert_eq!(before, [OLD, NEW]);
    let policy = trusted(&world).await;
    let third = "did:web:third.example:i:riverside";
    for (row, successor) in [(&credentials[0], NEW), (&second, third)] {
        assert_eq!(verdict(&world, row).await, Verdict::Pass);
        let found = judged(&world, &bundled(&world, row).await, Some(&policy), None);
        assert_eq!(
            found.successor.as_deref(),
            Some(successor),
            "{:?}",
            found.lines
        );
    }
    assert_eq!(archives(&world).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_no_address_does_not_move() {
    let mut world = world().await;
    let site = (*world.world.site).clone();
    world.world.site = Arc::new(Site {
        local: true,
        ..site
    });
    let tenant = found(&world, &founding("riverside")).await.unwrap().tenant;
    world.world.site = at(&world, "new.example");
    assert_eq!(elsewhere(&world).await.unwrap(), []);
    let refused = move_here(&world, &moving(&tenant)).await.unwrap_err();
    assert!(matches!(&refused, MoveError::NotWeb), "{refused}");
}

#[tokio::test]
async fn a_did_with_a_history_stays_where_it_is_and_says_how_it_goes_on() {
    let mut world = world().await;
    let (tenant, did) = did_history::institution(&world).await;
    let first = one_more(&world, &tenant, &[]).await;
    let list = SECOND.replace("Zoe,zoe@example.org,z-1", "Yan,yan@example.org,y-1");
    let batch = uploaded(&world, &tenant, MEASURING, &list).await.batch;
    let shown = preview(&world, &tenant, &batch).await.unwrap().unwrap();
    let order = confirmation(&tenant, &batch, &shown.fingerprint);
    world.world.site = at(&world, "new.example");
    let found = elsewhere(&world).await.unwrap().remove(0);
    let here = "https://verify.example.edu";
    assert_eq!((found.did, found.there), (did, There::Stays(here.into())));
    let refused = confirm(&world, &order).await.unwrap_err();
    assert!(matches!(&refused, ConfirmError::Elsewhere(_)), "{refused}");
    let told = refused.to_string();
    assert!(
        told.contains(&format!("set site.public_url back to {here}"))
            && !told.contains("touchstone move"),
        "{told}"
    );
    let refused = move_here(&world, &moving(&tenant)).await.unwrap_err();
    assert!(matches!(&refused, MoveError::History(_)), "{refused}");
    // What was issued goes on being withdrawn and shown where it was.
    revoke(&world, &revocation(&tenant, &first.id))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    lists_stay(&world, &tenant).await;
    let there = document_at(
        &world,
        Some("verify.example.edu"),
        "riverside",
        Which::History,
    );
    let bytes = there.await.unwrap().unwrap().bytes;
    assert_eq!(bytes, did_history::published(&world).await);

    world.world.site = at(&world, "verify.example.edu");
    assert_eq!(elsewhere(&world).await.unwrap(), []);
    confirm(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let mut rows = all(&world, &tenant).await;
    rows.retain(|row| row.id != first.id);
    assert_eq!(verdict(&world, &rows[0]).await, Verdict::Pass);
}

/// An older copy of the database knows nothing of the move, and the log does.
#[tokio::test]
async fn t43_a_move_is_learnt_from_the_log_after_a_restore() {
    let mut world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    let copy = copy(&world, "moved").await;
    world.world.site = at(&world, "new.example");
    move_here(&world, &moving(&tenant)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let lost = one_more(&world, &tenant, &credentials).await;
    let restored = restored(&world, &copy, world.signer.clone()).await;
    assert_eq!(elsewhere(&restored).await.unwrap().len(), 1);
    assert!(learn(&world, &restored).await.open);
    assert_eq!(elsewhere(&restored).await.unwrap(), []);
    let before = former(&restored, &tenant).await.unwrap();
    assert_eq!((before.len(), before[0].did.as_str()), (1, OLD));
    // The same key as before signs, in lists that cannot be those of what was lost.
    let again = one_more(&restored, &tenant, &credentials).await;
    assert_eq!(
        (issuer(&again).as_str(), &again.key_id),
        (NEW, &lost.key_id)
    );
    let list = |row: &CredentialRow| {
        let bytes = String::from_utf8(row.bytes.clone()).unwrap();
        let (_, rest) = bytes
            .split_once("https://new.example/i/riverside/status/")
            .unwrap();
        rest.split(['"', '#']).next().unwrap().to_owned()
    };
    assert_ne!(list(&lost), list(&again));
    assert_eq!(verdict(&restored, &again).await, Verdict::Pass);
    assert_eq!(verdict(&restored, &credentials[0]).await, Verdict::Pass);
}

/// The way of an institution is followed through the log to where the site is; while it leads elsewhere, nothing is opened.
#[tokio::test]
async fn two_moves_since_a_backup_are_learnt_one_after_the_other() {
    let third = "did:web:third.example:i:riverside";
    let mut world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    let copy = copy(&world, "moved-twice").await;
    let mut second = None;
    for host in ["new.example", "third.example"] {
        world.world.site = at(&world, host);
        move_here(&world, &moving(&tenant)).await.unwrap();
        work_until_idle(&world).await.unwrap();
        let keys = signing_keys(&world, &tenant).await.unwrap();
        second = second.or(keys.into_iter().find(|key| key.name.starts_with(NEW)));
    }
    let signed = entries(&world).await;

    let mut here = restored(&world, &copy, world.signer.clone()).await;
    here.site = at(&world, "new.example");
    let learned = learn(&world, &here).await;
    assert!(
        !learned.open && learned.waits_for_what_is_ahead.is_some(),
        "{learned:?}"
    );
    let told = learned.waits_for();
    assert!(
        told.contains(third) && told.contains("public_url"),
        "{told}"
    );
    assert_eq!(former(&here, &tenant).await.unwrap(), []);
    here.site = at(&world, "third.example");
    let learned = learn(&world, &here).await;
    assert!(learned.open, "{}", learned.waits_for());

    assert_eq!(elsewhere(&here).await.unwrap(), []);
    let before = former(&here, &tenant).await.unwrap();
    let before: Vec<_> = before
        .iter()
        .map(|one| (one.did.as_str(), one.public_url.as_str()))
        .collect();
    let urls = ["https://verify.example.edu", "https://new.example"];
    assert_eq!(before, [(OLD, urls[0]), (NEW, urls[1])]);
    let again = one_more(&here, &tenant, &credentials).await;
    assert_eq!(issuer(&again), third);
    for row in [&again, &credentials[0]] {
        assert_eq!(verdict(&here, row).await, Verdict::Pass);
    }
    // Each in its own name, and nothing of it is entered again.
    let keys = signing_keys(&here, &tenant).await.unwrap();
    let second = second.unwrap().name;
    let known = keys.iter().find(|key| key.name == second);
    assert_eq!(known.unwrap().state, KeyState::Active);
    for step in keys.iter().flat_map(|key| &key.history) {
        assert!(step.entry.is_some(), "{step:?}");
    }
    let all = entries(&here).await;
    assert_eq!(all[..signed.len()], signed[..]);
    let kind = |entry: &&Vec<u8>| Entry::parse(entry).unwrap().kind();
    let moves = all
        .iter()
        .filter(|entry| kind(entry) == Kind::DidSuccession);
    assert_eq!(moves.count(), 2);
    let documents = all[signed.len()..]
        .iter()
        .filter_map(|entry| match Entry::parse(entry) {
            Ok(Entry::DidDocument { did, sha256 }) if did == NEW => Some(sha256),
            _ => None,
        });
    let served = document_at(&here, Some("new.example"), "riverside", Which::Did).await;
    let served = (here.crypto.sha256)(&served.unwrap().unwrap().bytes);
    // What is entered of the name in between is what it shows.
    assert_eq!(documents.collect::<Vec<_>>(), [served]);
}

/// A signer that never answers for one key.
struct Never {
    signer: Arc<dyn Signer>,
    key: String,
    asked: Notify,
}

#[async_trait]
impl Signer for Never {
    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.signer.create(key).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        if key.ends_with(&self.key) {
            self.asked.notify_one();
            return std::future::pending().await;
        }
        self.signer.public(key).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        self.signer.sign(key, message).await
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.signer.end(key).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.signer.destroy(key).await
    }
}

/// Each move is written by itself: what stopped after the first goes on from the name in between.
#[tokio::test]
async fn a_restore_that_stops_between_two_learnt_moves_goes_on_from_the_middle() {
    let third = "did:web:third.example:i:riverside";
    let mut world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    sequence_until_idle(&world).await.unwrap();
    let copy = copy(&world, "stopped-between-moves").await;
    for host in ["new.example", "third.example"] {
        world.world.site = at(&world, host);
        move_here(&world, &moving(&tenant)).await.unwrap();
        work_until_idle(&world).await.unwrap();
    }
    let signed = entries(&world).await;
    let keys = signing_keys(&world, &tenant).await.unwrap();
    let last = keys.iter().find(|key| key.name.starts_with(third));
    let (_, id) = last.unwrap().name.rsplit_once('#').unwrap();

    let here = restored(&world, &copy, world.signer.clone()).await;
    let never = Arc::new(Never {
        signer: Arc::clone(&here.signer),
        key: id.to_owned(),
        asked: Notify::new(),
    });
    let stopping = World {
        signer: Arc::clone(&never) as _,
        ..here.clone()
    };
    tokio::select! {
        learned = learn(&world, &stopping) => panic!("{learned:?}"),
        () = never.asked.notified() => {}
    }
    let dids = async || {
        let before = former(&here, &tenant).await.unwrap();
        before.into_iter().map(|one| one.did).collect::<Vec<_>>()
    };
    assert_eq!(dids().await, [OLD], "the first is written");
    let learned = learn(&world, &here).await;
    assert!(learned.open, "{}", learned.waits_for());
    assert_eq!(dids().await, [OLD, NEW]);
    let again = one_more(&here, &tenant, &credentials).await;
    assert_eq!(issuer(&again), third);
    for row in [&again, &credentials[0]] {
        assert_eq!(verdict(&here, row).await, Verdict::Pass);
    }
    let all = entries(&here).await;
    assert_eq!(all[..signed.len()], signed[..]);
    let kind = |entry: &&Vec<u8>| Entry::parse(entry).unwrap().kind();
    let moves = all
        .iter()
        .filter(|entry| kind(entry) == Kind::DidSuccession);
    assert_eq!(moves.count(), 2, "nothing of it is entered again");
}
