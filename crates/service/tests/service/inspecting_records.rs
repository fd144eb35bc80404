//! What a log says of audit records, followed from outside: a record only grows.

use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::inspecting::{Alarm, Histories, Looked, Source, Watch, monitor};
use touchstone_testkit::MemoryLog;
use touchstone_tlog::{Policy, SignedCheckpoint};
use touchstone_vc::{crypto::rust::CRYPTO, log::Entry};

const ORIGIN: &str = "log.example.org";
const THEIRS: &str = "did:web:theirs.example.org";
const OTHER: &str = "did:web:other.example.org";

fn root(issuer: &str, size: u64, root: u8) -> Vec<u8> {
    let entry = Entry::AuditRoot {
        issuer: issuer.into(),
        size,
        root: [root; 32],
    };
    entry.encode().unwrap()
}

async fn look(
    log: &MemoryLog,
    last: Option<&SignedCheckpoint>,
    keys: Option<&Histories>,
) -> Looked {
    let watch = Watch {
        source: Source::Folder(log),
        policy: &Policy::unwitnessed([log.key.key.clone()]),
        last,
        keys,
        crypto: &CRYPTO,
        dids: &[],
        mine: None,
    };
    monitor(&watch, &TLOG_CRYPTO).await.unwrap()
}

fn went_back(index: u64, lines: u64, before: u64) -> Alarm {
    Alarm::RecordWentBack {
        index,
        did: THEIRS.into(),
        lines,
        before,
    }
}

#[tokio::test]
async fn a_record_that_lost_lines_or_has_others_in_their_place_is_an_alarm() {
    let altered = Alarm::OtherRecord {
        index: 2,
        did: THEIRS.into(),
        lines: 5,
    };
    for (what, roots, alarms) in [
        ("one that grows", vec![(3, 1), (5, 2), (9, 3)], vec![]),
        ("a root that is entered twice", vec![(3, 1), (3, 1)], vec![]),
        (
            "as many others",
            vec![(5, 1), (5, 2), (6, 3)],
            vec![altered],
        ),
        (
            "fewer lines, which then grow",
            vec![(9, 1), (5, 2), (6, 3), (9, 4)],
            vec![went_back(2, 5, 9)],
        ),
        (
            "fewer lines twice",
            vec![(9, 1), (5, 2), (4, 3)],
            vec![went_back(2, 5, 9), went_back(3, 4, 5)],
        ),
    ] {
        // Another issuer's record has nothing to do with it.
        let theirs = roots.iter().map(|(size, byte)| root(THEIRS, *size, *byte));
        let entries: Vec<_> = [root(OTHER, 7, 7)].into_iter().chain(theirs).collect();
        let log = MemoryLog::with(ORIGIN, entries.iter().cloned());
        let looked = look(&log, None, None).await;
        assert_eq!(looked.alarms, alarms, "{what}");
        assert!(looked.alarms.iter().all(|alarm| !alarm.is_of_the_log()));
        // The same, entry by entry, with what is kept between the looks, and without it.
        for kept in [true, false] {
            let mut grown = MemoryLog::new(ORIGIN);
            let (mut last, mut keys, mut seen) = (None, None::<Histories>, Vec::new());
            for entry in &entries {
                grown.grow([entry.clone()]);
                let looked = look(&grown, last.as_ref(), keys.as_ref()).await;
                seen.extend(looked.alarms);
                let text = looked.keys.unwrap().to_string();
                keys = kept.then(|| text.parse().unwrap());
                last = Some(looked.checkpoint);
            }
            assert_eq!(seen, alarms, "{what}");
        }
    }
    assert!(
        "touchstone-log-keys/2 1\nrecord 3 AAAA\n"
            .parse::<Histories>()
            .is_err()
    );
}
