//! What the log says of who witnesses it.

use std::sync::Arc;

use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::{
    World,
    issuing::found,
    logging::{sequence_until_idle, trust_file},
    operations::wind,
    witnessing::Witnesses,
};
use touchstone_store::AuditFilter;
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};
use touchstone_tlog::{Policy, PublicKey, VerifierKey};
use touchstone_vc::{crypto::rust::CRYPTO, log::Entry};

use crate::{
    log_files::entries,
    support::{founding, institution},
};

/// The settings ask these witnesses from here on, and one of them is enough.
fn ask(world: &mut TestWorld, names: &[&str]) {
    let mut text = String::new();
    for name in names {
        let key = PublicKey::CosignatureEd25519([name.as_bytes()[0]; 32]);
        let key = VerifierKey::new(&format!("{name}.example.org"), key, &TLOG_CRYPTO).unwrap();
        text.push_str(&format!(
            "witness {name} {key} https://{name}.example.org\n"
        ));
    }
    match names {
        [] => text.push_str("quorum none\n"),
        names => text.push_str(&format!(
            "group all-of-them any {}\nquorum all-of-them\n",
            names.join(" ")
        )),
    }
    let policy = Policy::parse(text.as_bytes(), &TLOG_CRYPTO).unwrap();
    let ask = Arc::clone(&world.world.witnesses.ask);
    world.world.witnesses = Arc::new(Witnesses { policy, ask });
}

/// What institutions said of it in the log, in its order.
async fn said(world: &World) -> Vec<(String, [u8; 32])> {
    sequence_until_idle(world).await.unwrap();
    let entries = entries(world).await.into_iter();
    let entries = entries.map(|bytes| Entry::parse(&bytes).unwrap());
    entries
        .filter_map(|entry| match entry {
            Entry::PolicyChange {
                issuer,
                policy,
                sha256,
            } if policy == "witnesses" => Some((issuer, sha256)),
            _ => None,
        })
        .collect()
}

/// The hash of what a reader makes of the trust file, as `docs/formats/log.md` tells.
async fn by_the_trust_file(world: &World) -> [u8; 32] {
    let file = trust_file(world).await.unwrap().unwrap();
    let lines = file.lines().filter(|line| {
        ["witness ", "group ", "quorum "]
            .iter()
            .any(|word| line.starts_with(word))
    });
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    (CRYPTO.sha256)(format!("touchstone-witnesses/1\n{text}").as_bytes())
}

async fn each_change_is_stated_once(mut world: TestWorld) {
    let tenant = institution(&world).await;
    wind(&world).await.unwrap();
    assert_eq!(said(&world).await, [], "nobody was ever asked");

    ask(&mut world, &["north", "south"]);
    wind(&world).await.unwrap();
    wind(&world).await.unwrap();
    let first = by_the_trust_file(&world).await;
    let did = "did:web:verify.example.edu:i:riverside".to_owned();
    assert_eq!(said(&world).await, [(did.clone(), first)]);

    // A witness that is left out is missed at once.
    ask(&mut world, &["north"]);
    wind(&world).await.unwrap();
    let second = by_the_trust_file(&world).await;
    assert_ne!(first, second);
    let both = [(did.clone(), first), (did.clone(), second)];
    assert_eq!(said(&world).await, both);

    // Two processes with different settings do not contradict each other at every turn; which of them stayed is said after an hour.
    ask(&mut world, &["north", "south"]);
    wind(&world).await.unwrap();
    assert_eq!(said(&world).await, both);
    world.clock.advance_millis(3_600_000);
    wind(&world).await.unwrap();
    assert_eq!(said(&world).await[2..], both[..1]);

    // That nobody is asked any more is no silence.
    ask(&mut world, &[]);
    wind(&world).await.unwrap();
    let nobody = (CRYPTO.sha256)(b"touchstone-witnesses/1\nquorum none\n");
    assert_eq!(said(&world).await.last(), Some(&(did, nobody)));

    let (reader, filter) = (world.store.read(), AuditFilter::default());
    let lines = reader
        .audit_lines(&tenant, &filter, None, 100)
        .await
        .unwrap();
    let stated: Vec<_> = lines
        .iter()
        .filter(|line| line.action == "log.witnesses")
        .map(|line| line.detail.as_str())
        .collect();
    let [last, _, second, _] = stated[..] else {
        panic!("one line for each statement: {stated:?}");
    };
    assert!(last.contains("quorum none"), "{last}");
    assert!(second.contains("https://north.example.org"), "{second}");
}

#[tokio::test]
async fn who_is_founded_later_states_it_and_nobody_else_once_more() {
    let mut world = world().await;
    institution(&world).await;
    ask(&mut world, &["north"]);
    wind(&world).await.unwrap();
    found(&world, &founding("harbour")).await.unwrap();
    wind(&world).await.unwrap();
    wind(&world).await.unwrap();
    let all = said(&world).await;
    let hash = by_the_trust_file(&world).await;
    let of = |slug: &str| (format!("did:web:verify.example.edu:i:{slug}"), hash);
    assert_eq!(all, [of("riverside"), of("harbour")]);
}

#[tokio::test]
async fn t50_whom_the_log_asks_is_stated_in_it_on_sqlite() {
    each_change_is_stated_once(world().await).await;
}

#[tokio::test]
async fn t50_whom_the_log_asks_is_stated_in_it_on_postgres() {
    each_change_is_stated_once(world_on(TestDatabase::postgres()).await).await;
}
