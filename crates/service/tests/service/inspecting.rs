//! Logs of others, looked at from outside: what is wrong is found and named, whatever it is.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::inspecting::{
    Alarm, Histories, InspectError, Inspected, Looked, MonitorError, Source, Watch, fsck, monitor,
    prove,
};
use touchstone_testkit::{MemoryLog, TlogKey};
use touchstone_tlog::{Policy, PolicyError, SignedCheckpoint, merkle};
use touchstone_vc::{
    Timestamp,
    crypto::rust::CRYPTO,
    did::PublicKey,
    log::{Entry, KeyChange, StatusRoot, history},
};

const ORIGIN: &str = "log.example.org";
const MINE: &str = "did:web:mine.example.org";

fn entries(range: std::ops::Range<u64>) -> impl Iterator<Item = Vec<u8>> {
    range.map(|number| format!("entry {number}").into_bytes())
}

fn log(size: u64) -> MemoryLog {
    MemoryLog::with(ORIGIN, entries(0..size))
}

async fn check(log: &MemoryLog) -> Inspected {
    fsck(Source::Folder(log), &TLOG_CRYPTO).await.unwrap()
}

fn named(found: &Inspected) -> Vec<&str> {
    found
        .faults
        .iter()
        .map(|fault| fault.path.as_str())
        .collect()
}

/// The files that a reader of the checkpoint needs.
fn needed(log: &MemoryLog) -> Vec<String> {
    let size = log.checkpoint().checkpoint.size;
    let tiles = touchstone_tlog::tile::written(0, size).map(|tile| tile.path());
    let bundles = touchstone_tlog::tile::bundles_written(0, size).map(|bundle| bundle.path());
    tiles.chain(bundles).collect()
}

#[tokio::test]
async fn a_sound_log_of_any_size_is_found_sound() {
    for size in [0, 1, 2, 255, 256, 257, 600, 1024] {
        let log = log(size);
        let found = check(&log).await;
        assert_eq!(named(&found), [""; 0], "{size}");
        assert_eq!(found.root, Some(log.checkpoint().checkpoint.root));
        assert_eq!(found.files, 1 + needed(&log).len() as u64);
    }
}

#[tokio::test]
async fn t48_any_flipped_bit_of_any_file_names_that_file() {
    let sound = log(66_000);
    for path in needed(&sound) {
        // The first and the last of each kind, and some between: all of them would take minutes.
        let some = path.contains("000") || path.contains(".p/") || path.ends_with("/257");
        if !some {
            continue;
        }
        let length = sound.files[&path].len();
        for (byte, bit) in [(0, 0), (length / 2, 3), (length - 1, 7)] {
            let mut log = MemoryLog::new(ORIGIN);
            log.files = sound.files.clone();
            log.files.get_mut(&path).unwrap()[byte] ^= 1 << bit;
            let found = check(&log).await;
            assert_eq!(named(&found), [&path], "bit {bit} of byte {byte}");
        }
    }
}

#[tokio::test]
async fn t48_a_file_that_is_missing_or_cut_is_named() {
    let sound = log(600);
    for path in needed(&sound) {
        let mut log = MemoryLog::new(ORIGIN);
        log.files = sound.files.clone();
        log.files.remove(&path);
        assert_eq!(named(&check(&log).await), [&path]);
        let mut cut = sound.files[&path].clone();
        cut.pop();
        log.files.insert(path.clone(), cut);
        assert_eq!(named(&check(&log).await), [&path]);
    }
}

#[tokio::test]
async fn t48_a_checkpoint_with_another_root_is_named_alone() {
    let mut changed = log(600);
    let other = MemoryLog::with(ORIGIN, entries(1..601));
    changed
        .files
        .insert("checkpoint".into(), other.files["checkpoint"].clone());
    let found = check(&changed).await;
    assert_eq!(named(&found), ["checkpoint"]);
    assert_eq!(found.root, Some(log(600).checkpoint().checkpoint.root));
}

#[tokio::test]
async fn t48_two_wrong_files_are_both_named() {
    let sound = log(66_000);
    for pair in [
        ["tile/0/000", "tile/entries/001"],
        ["tile/0/005", "tile/1/000"],
        ["tile/entries/000", "tile/entries/257.p/208"],
        ["tile/0/256", "tile/0/257.p/208"],
    ] {
        let mut log = MemoryLog::new(ORIGIN);
        log.files = sound.files.clone();
        for path in pair {
            log.files.get_mut(path).unwrap()[40] ^= 1;
        }
        let found = check(&log).await;
        for path in pair {
            assert!(
                named(&found).contains(&path),
                "{pair:?}: {:?}",
                named(&found)
            );
        }
    }
}

#[tokio::test]
async fn an_entry_and_its_hash_that_were_changed_together_do_not_pass() {
    let sound = log(600);
    let mut forged = MemoryLog::new(ORIGIN);
    forged.files = sound.files.clone();
    let other = MemoryLog::with(
        ORIGIN,
        entries(0..5)
            .chain(entries(7000..7001))
            .chain(entries(6..600)),
    );
    for path in ["tile/0/000", "tile/entries/000"] {
        forged.files.insert(path.into(), other.files[path].clone());
    }
    let found = check(&forged).await;
    assert_eq!(named(&found), ["tile/0/000", "tile/entries/000"]);
}

#[tokio::test]
async fn a_partial_tile_that_was_cleared_away_is_read_from_the_full_one() {
    let mut grown = log(300);
    let shown = grown.files["checkpoint"].clone();
    grown.grow(entries(300..600));
    grown.files.insert("checkpoint".into(), shown);
    grown.files.retain(|path, _| !path.contains("001.p/"));
    assert_eq!(named(&check(&grown).await), [""; 0]);
}

fn policy(log: &MemoryLog) -> Policy {
    Policy::unwitnessed([log.key.key.clone()])
}

async fn look(
    log: &MemoryLog,
    last: Option<&SignedCheckpoint>,
    mine: Option<&MemoryLog>,
) -> Result<Looked, MonitorError> {
    look_on(log, last, None, mine).await
}

async fn look_on(
    log: &MemoryLog,
    last: Option<&SignedCheckpoint>,
    keys: Option<&Histories>,
    mine: Option<&MemoryLog>,
) -> Result<Looked, MonitorError> {
    let policy = policy(log);
    let watch = Watch {
        source: Source::Folder(log),
        policy: &policy,
        last,
        keys,
        crypto: &CRYPTO,
        dids: &[MINE.to_owned()],
        mine: mine.map(|mine| Source::Folder(mine)),
    };
    monitor(&watch, &TLOG_CRYPTO).await
}

#[tokio::test]
async fn a_log_that_grows_is_followed_entry_by_entry() {
    let mut log = log(0);
    let mut last = None;
    for size in [0, 1, 255, 256, 300, 300, 700, 1024, 1025] {
        let old = log.checkpoint().checkpoint.size;
        log.grow(entries(old..size));
        let looked = look(&log, last.as_ref(), None).await.unwrap();
        assert_eq!(
            (looked.entries, &looked.alarms[..]),
            (size - old, &[][..]),
            "{size}"
        );
        last = Some(looked.checkpoint);
    }
}

#[tokio::test]
async fn t47_a_log_that_forked_or_went_back_is_an_alarm() {
    let seen = log(300).checkpoint();
    let back = look(&log(299), Some(&seen), None).await.unwrap();
    assert_eq!(back.alarms, [Alarm::RolledBack { old: 300, new: 299 }]);
    let same_size = MemoryLog::with(ORIGIN, entries(1..301));
    let forked = look(&same_size, Some(&seen), None).await.unwrap();
    assert_eq!(forked.alarms, [Alarm::Forked { size: 300 }]);
    for size in [301, 512, 1000] {
        let other = MemoryLog::with(ORIGIN, entries(1..size + 1));
        let forked = look(&other, Some(&seen), None).await.unwrap();
        assert_eq!(
            forked.alarms,
            [Alarm::Inconsistent {
                old: 300,
                new: size
            }]
        );
    }
}

#[tokio::test]
async fn files_that_are_damaged_are_no_fork() {
    let seen = log(300).checkpoint();
    let sound = log(600);
    for path in [
        "tile/entries/001",
        "tile/0/001",
        "tile/0/002.p/88",
        "tile/1/000.p/2",
    ] {
        let mut damaged = MemoryLog::new(ORIGIN);
        damaged.files = sound.files.clone();
        let bytes = damaged.files.get_mut(path).unwrap();
        let byte = if bytes.len() > 1500 { 1500 } else { 5 };
        bytes[byte] ^= 1;
        let outcome = look(&damaged, Some(&seen), None).await;
        let is_damage = matches!(
            outcome,
            Err(MonitorError::Inspect(
                InspectError::Damaged { .. } | InspectError::File { .. }
            ))
        );
        assert!(is_damage, "{path}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_checkpoint_that_the_log_did_not_sign_is_not_followed() {
    let mut log = log(5);
    let stranger = MemoryLog::new("stranger.example.org");
    log.key = stranger.key;
    let outcome = look(&log, None, None).await;
    assert!(matches!(
        outcome,
        Err(MonitorError::Policy(PolicyError::UnknownLog { .. }))
    ));
}

#[tokio::test]
async fn an_entry_in_my_name_that_i_did_not_make_is_an_alarm() {
    let line = |kind: &str, did: &str, text: &str| {
        format!("touchstone-log/1 {kind}\n{did}\n{text}\n").into_bytes()
    };
    let mine = [
        line("key-event", MINE, "one"),
        line("credential-issued", "did:web:other.example.org", "two"),
        line("credential-issued", MINE, "three"),
    ];
    let own = MemoryLog::with(ORIGIN, mine.clone());
    assert_eq!(look(&own, None, Some(&own)).await.unwrap().alarms, []);
    let mut public = MemoryLog::with(ORIGIN, mine);
    public.grow([
        line("credential-issued", MINE, "forged"),
        line(
            "credential-issued",
            "did:web:mine.example.org.evil",
            "other",
        ),
        b"touchstone-log/2 later-kind\ndid:web:mine.example.org\n".to_vec(),
    ]);
    let alarm = |index, kind: &str| Alarm::NotMine {
        index,
        kind: kind.into(),
        did: MINE.into(),
        what: String::new(),
    };
    let looked = look(&public, Some(&own.checkpoint()), Some(&own))
        .await
        .unwrap();
    let expect = [alarm(3, "credential-issued"), alarm(5, "later-kind")];
    assert_eq!(looked.alarms, expect);
    assert!(looked.alarms.iter().all(|alarm| !alarm.is_of_the_log()));
    // Without a copy of mine, nothing is mine.
    let all = look(&public, None, None).await.unwrap().alarms;
    assert_eq!(all.len(), 4);
}

#[tokio::test]
async fn every_entry_is_proven_and_the_proof_holds_for_it_alone() {
    let mut log = log(600);
    let witness = TlogKey::ml_dsa_44("w.example.org");
    log.cosign(&witness, 1_800_000_000);
    let text = format!("log {}\nwitness W {}\nquorum W\n", log.key.key, witness.key);
    let policy = Policy::parse(text.as_bytes(), &TLOG_CRYPTO).unwrap();
    for index in [0, 1, 255, 256, 511, 512, 599] {
        let proven = prove(Source::Folder(&log), index, None, &TLOG_CRYPTO)
            .await
            .unwrap();
        assert_eq!(proven.entry, format!("entry {index}").into_bytes());
        let leaf = merkle::leaf_hash(&TLOG_CRYPTO, &proven.entry);
        let holds = proven.proof.verify(leaf, &policy, &TLOG_CRYPTO).unwrap();
        assert_eq!(holds.earliest(), Some(1_800_000_000));
        let other = merkle::leaf_hash(&TLOG_CRYPTO, b"another");
        assert!(proven.proof.verify(other, &policy, &TLOG_CRYPTO).is_err());
    }
    let outside = prove(Source::Folder(&log), 600, None, &TLOG_CRYPTO).await;
    assert!(matches!(
        outside,
        Err(InspectError::NoEntry {
            index: 600,
            size: 600
        })
    ));
    log.files.get_mut("tile/0/001").unwrap()[9] ^= 1;
    let damaged = prove(Source::Folder(&log), 300, None, &TLOG_CRYPTO).await;
    assert!(matches!(damaged, Err(InspectError::Damaged { .. })));
}

fn secret() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

/// The issuer's key, as a Multikey.
fn public() -> String {
    let key = secret().public_key().as_ref().try_into().unwrap();
    PublicKey::Ed25519(key).to_multikey()
}

/// A log of one issuer, entry by entry: what becomes of its key, and what it states with the history so far or with another.
#[derive(Default)]
struct Story {
    entries: Vec<Vec<u8>>,
    history: [u8; 32],
}

impl Story {
    fn event(mut self, change: KeyChange) -> Self {
        self = self.event_of(&public(), change);
        self
    }

    fn event_of(mut self, public_key: &str, change: KeyChange) -> Self {
        let event = Entry::KeyEvent {
            issuer: MINE.into(),
            method: format!("{MINE}#key-1"),
            public_key: public_key.into(),
            change,
            since: Timestamp::from_unix_millis(self.entries.len() as i64 * 1_000),
        };
        let event = event.encode().unwrap();
        self.history = history(&CRYPTO, &self.history, &event);
        self.entries.push(event);
        self
    }

    fn issues(self) -> Self {
        let keys = self.history;
        self.issues_with(keys)
    }

    fn issues_with(mut self, keys: [u8; 32]) -> Self {
        let issuer = MINE.into();
        let commitment = [7; 32];
        let entry = Entry::CredentialIssued {
            issuer,
            commitment,
            keys,
        };
        self.entries.push(entry.encode().unwrap());
        self
    }

    fn roots(self) -> Self {
        self.roots_from(0)
    }

    /// A list that is said to speak from so many minutes on.
    fn roots_from(self, minutes: i64) -> Self {
        self.roots_stated("key-1", minutes, |stated| {
            let signed = secret().sign(&stated.signing_input().unwrap());
            signed.as_ref().to_vec()
        })
    }

    fn roots_signed(self, key: &str, sign: impl Fn(&StatusRoot) -> Vec<u8>) -> Self {
        self.roots_stated(key, 0, sign)
    }

    fn roots_stated(
        mut self,
        key: &str,
        minutes: i64,
        sign: impl Fn(&StatusRoot) -> Vec<u8>,
    ) -> Self {
        let from = Timestamp::from_unix_millis(minutes * 60_000);
        let stated = StatusRoot {
            issuer: MINE.into(),
            url: "https://mine.example.org/status/1".into(),
            purpose: "revocation".into(),
            length: 131_072,
            valid_from: from,
            valid_until: from.plus_millis(1_000),
            root: [9; 32],
            method: format!("{MINE}#{key}"),
        };
        let entry = Entry::StatusListRoot {
            signature: sign(&stated),
            stated,
            keys: self.history,
        };
        self.entries.push(entry.encode().unwrap());
        self
    }

    /// All events of keys once more, as an installation that was restored may have entered them.
    fn events_again(mut self) -> Self {
        let mut again = self.entries.clone();
        again.retain(|entry| matches!(Entry::parse(entry), Ok(Entry::KeyEvent { .. })));
        self.entries.extend(again);
        self
    }

    fn log(&self) -> MemoryLog {
        MemoryLog::with(ORIGIN, self.entries.iter().cloned())
    }
}

#[tokio::test]
async fn t43_a_log_that_contradicts_what_it_said_of_a_key_is_an_alarm() {
    use KeyChange::{Active, Compromised, Destroyed, Retired};
    let (did, method) = (MINE.to_owned(), format!("{MINE}#key-1"));
    let begun = || Story::default().event(Active).issues().roots();
    let hidden = begun();
    let before = hidden.history;
    for (what, story, alarms) in [
        (
            "nothing",
            begun()
                .event(Retired)
                .issues()
                .event(Destroyed)
                .event(Compromised)
                .issues(),
            vec![],
        ),
        (
            "events that are entered again",
            begun().event(Compromised).events_again().issues(),
            vec![],
        ),
        (
            "an end that was left out",
            hidden.event(Compromised).issues_with(before),
            vec![Alarm::OtherHistory {
                index: 4,
                kind: "credential-issued".into(),
                did: did.clone(),
            }],
        ),
        (
            "a history that was made up",
            begun().issues_with([5; 32]),
            vec![Alarm::OtherHistory {
                index: 3,
                kind: "credential-issued".into(),
                did: did.clone(),
            }],
        ),
        (
            "a key that comes back",
            begun().event(Retired).event(Active),
            vec![Alarm::KeyCameBack {
                index: 4,
                did: did.clone(),
                method: method.clone(),
            }],
        ),
        (
            "a list after the end of its key",
            begun().event(Retired).roots(),
            vec![Alarm::AfterKey {
                index: 4,
                did: did.clone(),
                method: method.clone(),
            }],
        ),
        (
            "a list that is signed by no key of theirs",
            begun().roots_signed("key-2", |_| vec![1; 64]),
            vec![Alarm::NoKeyOfTheirs {
                index: 3,
                did: did.clone(),
                method: format!("{MINE}#key-2"),
            }],
        ),
        (
            "a list that their key did not sign",
            begun().roots_signed("key-1", |_| vec![1; 64]),
            vec![Alarm::NotSigned {
                index: 3,
                did: did.clone(),
                method: method.clone(),
            }],
        ),
        (
            "a list as clocks may have it",
            begun().roots_from(9).roots_from(4).roots_from(9),
            vec![],
        ),
        (
            "a list that is dated back",
            begun().roots_from(60).roots_from(54).roots_from(61),
            vec![Alarm::DatedBack {
                index: 4,
                did: did.clone(),
                list: "https://mine.example.org/status/1".into(),
            }],
        ),
        (
            "another key of the same name",
            begun().event_of("z6MkOther", Retired),
            vec![Alarm::OtherKey {
                index: 3,
                did: did.clone(),
                method: method.clone(),
            }],
        ),
    ] {
        let log = story.log();
        let looked = look(&log, None, Some(&log)).await.unwrap();
        assert_eq!(looked.alarms, alarms, "{what}");
        // The same, entry by entry, with what is kept between the looks, and without it.
        for kept in [true, false] {
            let mut grown = MemoryLog::new(ORIGIN);
            let (mut last, mut keys, mut seen) = (None, None::<Histories>, Vec::new());
            for entry in &story.entries {
                grown.grow([entry.clone()]);
                let looked = look_on(&grown, last.as_ref(), keys.as_ref(), Some(&log)).await;
                let looked = looked.unwrap();
                assert_eq!(looked.entries, 1, "{what}");
                seen.extend(looked.alarms);
                let text = looked.keys.unwrap().to_string();
                keys = kept.then(|| text.parse().unwrap());
                last = Some(looked.checkpoint);
            }
            assert_eq!(seen, alarms, "{what}");
        }
    }
    assert!("something else".parse::<Histories>().is_err());
    assert!(
        "touchstone-log-keys/2 3\nkey a b active\n"
            .parse::<Histories>()
            .is_err()
    );
}

#[tokio::test]
async fn a_key_event_in_my_name_is_told_with_the_key() {
    let story = Story::default().event(KeyChange::Active);
    let looked = look(&story.log(), None, None).await.unwrap();
    let said = looked.alarms[0].to_string();
    assert!(
        said.contains(&public()) && said.contains("is active"),
        "{said}"
    );
}

#[tokio::test]
async fn a_key_that_is_to_sign_in_my_name_is_told_before_it_does() {
    let pending = Entry::KeyPending {
        issuer: MINE.into(),
        method: format!("{MINE}#key-2"),
        public_key: public(),
    };
    let log = MemoryLog::with(ORIGIN, [pending.encode().unwrap()]);
    let looked = look(&log, None, None).await.unwrap();
    let said = looked.alarms[0].to_string();
    assert!(
        said.contains(&public()) && said.contains("is pending"),
        "{said}"
    );
}
