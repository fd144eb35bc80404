//! The files of anchors, held against the log: a flipped bit is found, and the file named.

use std::ops::Range;

use touchstone_adapters::{ANCHOR_CRYPTO, AnchorOpentimestamps, HttpFetch, TLOG_CRYPTO};
use touchstone_anchor::{Anchors, evm::Proof};
use touchstone_service::{
    inspecting::{AnchorFile, AnchorsInspected, Inspected, Source, fsck, fsck_anchors},
    ports::{Anchor, Receipt},
};
use touchstone_testkit::{Calendar, Chain, MemoryLog, TimestampAuthority};
use touchstone_vc::multibase::encode_hex;

const ORIGIN: &str = "log.example.org";
/// Entries when it was anchored, in a tile that has more by now.
const THEN: u64 = 300;
const NOW: u64 = 600;

fn log(size: u64) -> MemoryLog {
    let entries = (0..size).map(|number| format!("entry {number}").into_bytes());
    MemoryLog::with(ORIGIN, entries)
}

fn text_of(size: u64) -> Vec<u8> {
    log(size).checkpoint().checkpoint.text().into_bytes()
}

fn file(path: &str, bytes: &[u8]) -> AnchorFile {
    AnchorFile {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
    }
}

/// Proofs over the checkpoint of `THEN` entries, one of each kind, and the lines of who trusts all of them.
async fn anchored(text: &[u8]) -> (Vec<AnchorFile>, String) {
    let authority = TimestampAuthority::with("ec:prime256v1", touchstone_testkit::Purpose::Stamps);
    let calendar = Calendar::new();
    let chain = Chain::new();
    let confirmed = |receipt| match receipt {
        Receipt::Confirmed { proof, .. } => proof,
        other => panic!("{other:?}"),
    };
    let begun = |receipt| match receipt {
        Receipt::Pending { proof } | Receipt::Prepared { proof } => proof,
        Receipt::Confirmed { .. } => panic!("too early"),
    };
    let authorities = authority.anchors(&authority.root());
    let stamped = asked(&authorities).submit(text).await.unwrap();

    let fetch = HttpFetch::new(true).unwrap();
    let by_calendar = AnchorOpentimestamps::new(fetch, calendar.url());
    let promised = begun(by_calendar.submit(text).await.unwrap());
    let header = calendar.mine(900_000, 1_795_700_000);
    let in_block = by_calendar.refresh(text, &promised).await.unwrap();

    let contracts = chain.anchors(10_000_000_000_000_000);
    let sent = begun(asked(&contracts).submit(text).await.unwrap());
    let sent = begun(asked(&contracts).refresh(text, &sent).await.unwrap());
    chain.mine(3);
    let kept = asked(&contracts).refresh(text, &sent).await.unwrap();

    let lines = [
        authorities.anchors[0].trust.clone(),
        format!(
            "#anchor opentimestamps bitcoin 900000 {}\n",
            encode_hex(&header)
        ),
        chain.newest_used().line(),
    ];
    let files = vec![
        file("anchor/300", text),
        file("anchor/300.notary.tsr", &confirmed(stamped)),
        file("anchor/300.bitcoin.ots", &confirmed(in_block)),
        file("anchor/300.chain.evm", &confirmed(kept)),
    ];
    (files, lines.concat())
}

fn asked(anchors: &touchstone_service::logging::Anchors) -> &dyn Anchor {
    anchors.anchors[0].ask.as_deref().unwrap()
}

async fn inspected(log: &MemoryLog) -> Inspected {
    fsck(Source::Folder(log), &TLOG_CRYPTO).await.unwrap()
}

async fn held(log: &MemoryLog, files: &[AnchorFile], trust: &str) -> AnchorsInspected {
    held_by((log, &inspected(log).await), files, trust).await
}

async fn held_by(
    (log, inspected): (&MemoryLog, &Inspected),
    files: &[AnchorFile],
    trust: &str,
) -> AnchorsInspected {
    let trust = Anchors::parse(trust.as_bytes(), &ANCHOR_CRYPTO).unwrap();
    let source = Source::Folder(log);
    let held = fsck_anchors(source, inspected, files, &trust, &TLOG_CRYPTO).await;
    held.unwrap()
}

fn wrong(held: &AnchorsInspected) -> Vec<&str> {
    let faults = held.faults.iter();
    faults.map(|fault| fault.path.as_str()).collect()
}

fn unvouched(held: &AnchorsInspected) -> Vec<&str> {
    let paths = held.unvouched.iter();
    paths.map(|(path, _)| path.as_str()).collect()
}

/// The bytes of a file of which a bit can be flipped so that nobody notices: one of each, another one from byte to byte.
async fn free(log: &MemoryLog, sound: &[AnchorFile], at: usize, trust: &str) -> Vec<usize> {
    let mut free = Vec::new();
    let path = sound[at].path.as_str();
    // What is beside it stays sound: the text, and the file that is looked at.
    let mut files = vec![sound[0].clone(), sound[at].clone()];
    files.dedup();
    let (last, inspected) = (files.len() - 1, inspected(log).await);
    for byte in 0..sound[at].bytes.len() {
        let bit = 1 << (byte % 8);
        files[last].bytes[byte] ^= bit;
        let held = held_by((log, &inspected), &files, trust).await;
        files[last].bytes[byte] ^= bit;
        let is_named = wrong(&held) == [path];
        assert!(is_named || wrong(&held).is_empty(), "byte {byte}");
        let is_told = !trust.is_empty() && unvouched(&held) == [path];
        if !is_named && !is_told {
            free.push(byte);
        }
    }
    free
}

#[tokio::test]
async fn t48_a_flipped_bit_in_an_anchors_file_names_that_file() {
    let (log, text) = (log(NOW), text_of(THEN));
    let (files, trust) = anchored(&text).await;
    let sound = held(&log, &files, &trust).await;
    assert_eq!((wrong(&sound), unvouched(&sound)), (vec![], vec![]));
    assert_eq!(sound.files, 4);

    for trust in ["", &trust] {
        assert_eq!(free(&log, &files, 0, trust).await, [0_usize; 0], "the text");
    }
    // Of the proofs only what the format leaves free passes, or what somebody outside would have to vouch for.
    for trust in ["", &trust] {
        let stamp = &files[1].bytes;
        let passed = free(&log, &files, 1, trust).await;
        // Status, version numbers, names of algorithms, and certificates above the signer's.
        assert!(passed.len() < stamp.len() / 10, "{passed:?}");
        let digest = (ANCHOR_CRYPTO.sha256)(&text);
        let signature = stamp.len() - 64..stamp.len();
        // A GeneralizedTime of whole seconds.
        let time = place(stamp, &[0x18, 0x0f]);
        for meant in [place(stamp, &digest), time.start..time.end + 15, signature] {
            let slipped = passed.iter().any(|byte| meant.contains(byte));
            assert!(!slipped, "{meant:?} in {passed:?}");
        }

        let stamps = &files[2].bytes;
        let passed = free(&log, &files, 2, trust).await;
        let digest = place(stamps, &digest);
        assert!(passed.iter().all(|byte| *byte >= digest.end), "{passed:?}");
        if !trust.is_empty() {
            // The address of the calendar, which says nothing any more.
            let pending = place(stamps, &[0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e]);
            let address = pending.start..pending.end + 2 + "http://127.0.0.1:65535".len();
            assert!(
                passed.iter().all(|byte| address.contains(byte)),
                "{passed:?}"
            );
        }

        let kept = &files[3].bytes;
        let passed = free(&log, &files, 3, trust).await;
        let header = Proof::read(kept).unwrap().header;
        let header = place(kept, &header);
        assert!(
            passed.iter().all(|byte| header.contains(byte)),
            "{passed:?}"
        );
        assert!(trust.is_empty() || passed.is_empty(), "{passed:?}");
    }
}

/// Where these bytes stand.
fn place(all: &[u8], some: &[u8]) -> Range<usize> {
    let at = all.windows(some.len()).position(|window| window == some);
    let at = at.unwrap();
    at..at + some.len()
}

#[tokio::test]
async fn what_an_anchor_was_handed_is_a_checkpoint_of_this_log() {
    let (log, text) = (log(NOW), text_of(THEN));
    let (files, trust) = anchored(&text).await;
    // Another log's, and one of more entries than there are.
    let other = log_of_others();
    let held_by_other = held(&other, &files, &trust).await;
    let all = [
        "anchor/300",
        "anchor/300.bitcoin.ots",
        "anchor/300.chain.evm",
        "anchor/300.notary.tsr",
    ];
    assert_eq!(wrong(&held_by_other), all);
    let ahead = file("anchor/601", &text_of(601));
    assert_eq!(wrong(&held(&log, &[ahead], "").await), ["anchor/601"]);
    // Without what it is over, nobody can check a proof.
    assert_eq!(
        wrong(&held(&log, &files[1..], &trust).await),
        ["anchor/300"]
    );
    // What is no file of an anchor is nobody's fault.
    let strange = [file("anchor/300.bak", b"x"), file("anchor/0300", b"x")];
    assert_eq!(held(&log, &strange, "").await.files, 0);
    // Every size that there was is one of this log's: tiles that are full, that go on, and none.
    for size in [1, 255, 256, 257, 511, 512, 599, 600] {
        let one = file(&format!("anchor/{size}"), &text_of(size));
        assert_eq!(wrong(&held(&log, &[one], "").await), [""; 0], "{size}");
    }
}

#[tokio::test]
async fn who_vouches_for_a_proof_is_told_apart_from_what_is_wrong_with_it() {
    let (log, text) = (log(NOW), text_of(THEN));
    let (files, trust) = anchored(&text).await;
    let nobody = held(&log, &files, "").await;
    assert_eq!(wrong(&nobody), [""; 0]);
    assert_eq!(
        unvouched(&nobody),
        [
            "anchor/300.notary.tsr",
            "anchor/300.bitcoin.ots",
            "anchor/300.chain.evm"
        ]
    );
    let authority: String = trust
        .lines()
        .take(1)
        .map(|line| format!("{line}\n"))
        .collect();
    let some = held(&log, &files, &authority).await;
    assert_eq!(wrong(&some), [""; 0]);
    assert_eq!(
        unvouched(&some),
        ["anchor/300.bitcoin.ots", "anchor/300.chain.evm"]
    );
    // Where the log's own files are wrong, a text that is not among them is not made the culprit.
    let mut damaged = log;
    damaged.files.get_mut("tile/0/000").unwrap()[40] ^= 1;
    let held_by_damaged = held(&damaged, &files, &trust).await;
    assert_eq!(wrong(&held_by_damaged), [""; 0]);
}

/// Two roots are called the same: one was rolled over, and its reader trusts the other one.
#[tokio::test]
async fn a_root_that_was_rolled_over_under_its_name_is_want_of_trust_and_nothing_wrong() {
    let (log, text) = (log(NOW), text_of(THEN));
    let of = || TimestampAuthority::with("ec:prime256v1", touchstone_testkit::Purpose::Stamps);
    let (authority, successor) = (of(), of());
    authority.leave_out_root();
    let (own, other) = (
        authority.anchors(&authority.root()),
        successor.anchors(&successor.root()),
    );
    let Receipt::Confirmed { proof, .. } = asked(&own).submit(&text).await.unwrap() else {
        panic!("an authority answers at once");
    };
    let files = [
        file("anchor/300", &text),
        file("anchor/300.notary.tsr", &proof),
    ];
    let by_own = held(&log, &files, &own.anchors[0].trust).await;
    assert_eq!((wrong(&by_own), unvouched(&by_own)), (vec![], vec![]));
    let by_other = held(&log, &files, &other.anchors[0].trust).await;
    assert_eq!(wrong(&by_other), [""; 0]);
    assert_eq!(unvouched(&by_other), ["anchor/300.notary.tsr"]);
}

/// What several anchors were handed is kept with each of them.
#[tokio::test]
async fn of_one_text_that_is_kept_several_times_each_has_to_be_that_of_the_log() {
    let (log, text) = (log(NOW), text_of(THEN));
    let mut altered = text.clone();
    altered[20] ^= 1;
    for texts in [[&text, &altered], [&altered, &text]] {
        let files = texts.map(|text| file("anchor/300", text));
        let found = held(&log, &files, "").await;
        assert_eq!(wrong(&found), ["anchor/300"]);
        assert_eq!(found.files, 1);
    }
    let twice = [&text, &text].map(|text| file("anchor/300", text));
    assert_eq!(wrong(&held(&log, &twice, "").await), [""; 0]);
}

/// As many other entries.
fn log_of_others() -> MemoryLog {
    let entries = (0..NOW).map(|number| format!("other {number}").into_bytes());
    MemoryLog::with(ORIGIN, entries)
}
