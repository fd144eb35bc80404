//! Each rule about a proof, on a chain that is made here. What a real chain answers is read in `touchstone-adapters`.

extern crate std;

use alloc::{format, string::String, vec};

use sha2::{Digest as _, Sha256};
use sha3::Keccak256;

use super::*;
use crate::{Anchors, Kind, Seen, TrustFault};

pub(crate) const CRYPTO: Crypto = Crypto {
    sha256: |bytes| Sha256::digest(bytes).into(),
    sha384: |_| [0; 48],
    sha512: |_| [0; 64],
    keccak256: |bytes| Keccak256::digest(bytes).into(),
    verify: |_, _, _, _| false,
};

const CONTRACT: Address = [0xc0; 20];
const SENDER: Address = [0x5e; 20];
const NUMBER: u64 = 24_000_000;
const TIME: u64 = 1_795_700_000;

/// A log of 73 entries.
fn text() -> String {
    format!("log.example.edu\n73\n{}\n", BASE64.encode([7; 32]))
}

fn checkpoint() -> Checkpoint {
    Checkpoint::of(text().as_bytes(), &CRYPTO).unwrap()
}

/// What a receipt says.
struct Said {
    status: u8,
    contract: Address,
    topics: Vec<Vec<u8>>,
    data: Vec<u8>,
}

impl Said {
    /// That the contract kept the checkpoint.
    fn kept() -> Self {
        let checkpoint = checkpoint();
        let word = |end: &[u8]| [&[0; 32][end.len()..], end].concat();
        Self {
            status: 1,
            contract: CONTRACT,
            topics: vec![
                (CRYPTO.keccak256)(ANCHORED).to_vec(),
                word(&SENDER),
                checkpoint.origin.to_vec(),
            ],
            data: [
                word(&checkpoint.size.to_be_bytes()),
                checkpoint.root.to_vec(),
            ]
            .concat(),
        }
    }

    fn receipt(&self) -> Vec<u8> {
        let topics = self
            .topics
            .iter()
            .fold(List::new(), |list, topic| list.bytes(topic));
        let log = List::new()
            .bytes(&self.contract)
            .list(topics)
            .bytes(&self.data);
        let other = List::new().bytes(&[1; 20]).list(List::new()).bytes(b"");
        let list = List::new()
            .number(self.status.into())
            .number(1_000_000)
            .bytes(&[0; 256])
            .list(List::new().list(other).list(log));
        [vec![2], list.encode()].concat()
    }
}

/// A block with this receipt at place 3 of 20, and the proof of its second event.
fn proof(said: &Said) -> Proof {
    let mut other = Said::kept();
    other.contract = [1; 20];
    let mut all = vec![other.receipt(); 20];
    all[3] = said.receipt();
    let (root, nodes) = prove(&CRYPTO, &all, 3);
    Proof {
        header: header(&root, TIME),
        place: 3,
        nodes,
        event: 1,
    }
}

fn header(receipts: &Digest, time: u64) -> Vec<u8> {
    let mut list = List::new();
    for _ in 0..5 {
        list = list.bytes(&[4; 32]);
    }
    list = list.bytes(receipts).bytes(&[0; 256]).number(0);
    list = list
        .number(NUMBER.into())
        .number(36_000_000)
        .number(9_000_000);
    list = list
        .number(time.into())
        .bytes(b"")
        .bytes(&[5; 32])
        .bytes(&[0; 8]);
    list.number(1_000_000_000).bytes(&[6; 32]).encode()
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", touchstone_canon::multibase::encode_hex(bytes))
}

/// Trust in these contracts, blocks and hashes.
fn lines(proof: &Proof) -> String {
    let block = proof.block(&CRYPTO).unwrap();
    format!(
        "#anchor evm chain 1 {}\n#anchor evm chain 1 {} {NUMBER} {}\n",
        hex(&CONTRACT),
        hex(&CONTRACT),
        hex(&block.hash)
    )
}

fn judged(lines: &str, proof: &Proof) -> Result<(i64, String), Fault> {
    let anchors = Anchors::parse(lines.as_bytes(), &CRYPTO).unwrap();
    let seen = anchors.judge(Kind::Evm, &proof.encode(), text().as_bytes());
    seen.map(|Seen { by, name }| (by, name.into()))
}

#[test]
fn t66_a_block_is_a_time_only_by_the_readers_hash_and_contract() {
    let good = proof(&Said::kept());
    let trust = lines(&good);
    let by = (i64::try_from(TIME).unwrap() + 15) * 1_000;
    assert_eq!(judged(&trust, &good), Ok((by, "chain".into())));
    // Nobody, the contract alone, another contract, another block, another hash of this one.
    let other = Fault::OtherContract { contract: CONTRACT };
    assert_eq!(judged("quorum none\n", &good), Err(other));
    let (contract, block) = trust.split_once('\n').unwrap();
    let number = NUMBER;
    assert_eq!(judged(contract, &good), Err(Fault::ChainBlock { number }));
    let strange = trust.replace("0xc0c0", "0xc0c1");
    assert_eq!(judged(&strange, &good), Err(other));
    let later = block.replace("24000000", "24000001");
    assert_eq!(judged(&later, &good), Err(Fault::ChainBlock { number }));
    let mut forked = String::from(block.trim_end());
    let digit = if forked.ends_with('0') { "1" } else { "0" };
    forked.replace_range(forked.len() - 1.., digit);
    assert_eq!(
        judged(&forked, &good),
        Err(Fault::OtherChainBlock { number })
    );
    // One of several hashes is enough: of two chains with the same contract, say.
    assert_eq!(
        judged(&format!("{forked}\n{trust}"), &good),
        Ok((by, "chain".into()))
    );
}

#[test]
fn t66_an_altered_proof_shows_nothing() {
    let good = proof(&Said::kept());
    let trust = lines(&good);
    let bytes = good.encode();
    let anchors = Anchors::parse(trust.as_bytes(), &CRYPTO).unwrap();
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        let seen = anchors.judge(Kind::Evm, &altered, text().as_bytes());
        assert!(seen.is_err(), "byte {place}");
        let cut = anchors.judge(Kind::Evm, &bytes[..place], text().as_bytes());
        assert_eq!(cut, Err(Fault::Malformed), "cut at {place}");
    }
    let mut later = good.clone();
    later.header = header(&good.block(&CRYPTO).unwrap().receipts, TIME - 1);
    assert_eq!(
        judged(&trust, &later),
        Err(Fault::OtherChainBlock { number: NUMBER })
    );
    let mut cut = good.clone();
    cut.nodes.pop();
    assert_eq!(judged(&trust, &cut), Err(Fault::NotInBlock));
    let mut elsewhere = good.clone();
    elsewhere.place = 4;
    assert_eq!(judged(&trust, &elsewhere), Err(Fault::NotInBlock));
    for event in [0, 2] {
        let other = Proof {
            event,
            ..good.clone()
        };
        assert_eq!(judged(&trust, &other), Err(Fault::NoEvent));
    }
    let mut large = good.clone();
    large.nodes[0] = vec![0; MOST_BYTES];
    assert_eq!(judged(&trust, &large), Err(Fault::TooLarge));
}

/// A change to what a receipt says.
type Change = fn(&mut Said);

#[test]
fn t66_a_receipt_shows_a_checkpoint_only_by_the_event_of_a_call_that_was_carried_out() {
    let cases: [(Change, Fault); 9] = [
        (|said| said.status = 0, Fault::Reverted),
        (|said| said.status = 2, Fault::Reverted),
        (
            |said| said.contract = [0xc1; 20],
            Fault::OtherContract {
                contract: [0xc1; 20],
            },
        ),
        (|said| said.topics[0][0] ^= 1, Fault::NoEvent),
        (|said| said.topics.truncate(2), Fault::NoEvent),
        (|said| said.topics[1][0] = 1, Fault::Malformed),
        (|said| said.data[0] = 1, Fault::Malformed),
        (|said| said.data.truncate(63), Fault::Malformed),
        (|said| said.data[63] ^= 1, Fault::OtherImprint),
    ];
    for (at, (change, fault)) in cases.into_iter().enumerate() {
        let mut said = Said::kept();
        change(&mut said);
        let proof = proof(&said);
        assert_eq!(judged(&lines(&proof), &proof), Err(fault), "case {at}");
    }
    for (place, fault) in [(31, 72), (31, 74)] {
        let mut said = Said::kept();
        said.data[place] = fault;
        let proof = proof(&said);
        assert_eq!(judged(&lines(&proof), &proof), Err(Fault::OtherImprint));
    }
    let mut other = Said::kept();
    other.topics[2][0] ^= 1;
    let proof = proof(&other);
    assert_eq!(judged(&lines(&proof), &proof), Err(Fault::OtherImprint));
}

#[test]
fn what_is_no_checkpoint_is_kept_by_no_contract() {
    let good = text();
    for bad in [
        "",
        "log.example.edu\n73\n",
        "log.example.edu\n073\nAA==\n",
        &good.replace("73", "073"),
        &good.replace("73", "+73"),
        &good.replace("log.example.edu", ""),
        good.trim_end(),
        &format!("{good}more\n"),
        &format!("{good}\n"),
    ] {
        assert_eq!(Checkpoint::of(bad.as_bytes(), &CRYPTO), None, "{bad:?}");
    }
}

#[test]
fn the_call_and_the_event_are_those_of_the_contract() {
    let kept = include_str!("../../../../contracts/src/Checkpoints.json");
    let call = checkpoint().call();
    let selector = touchstone_canon::multibase::encode_hex(&call[..4]);
    let line = format!("\"anchor(bytes32,uint64,bytes32)\": \"{selector}\"");
    assert!(kept.contains(&line), "{line}");
    assert_eq!(call.len(), 4 + 3 * 32);
    assert_eq!(call[60..68], 73_u64.to_be_bytes());
    let event = include_str!("../../../../contracts/src/Checkpoints.sol");
    assert!(event.contains(
        "event Anchored(address indexed sender, bytes32 indexed origin, uint64 size, bytes32 root);"
    ));
}

#[test]
fn a_line_of_a_trust_file_names_a_contract_and_perhaps_a_block() {
    let contract = hex(&CONTRACT);
    let hash = hex(&[9; 32]);
    for (line, fault) in [
        (format!("#anchor evm chain 1 {contract}"), None),
        (format!("#anchor evm chain 1 {contract} 5 {hash}"), None),
        (
            format!("#anchor evm chain 1 {contract} 5"),
            Some(TrustFault::Words),
        ),
        ("#anchor evm chain 1".into(), Some(TrustFault::Words)),
        (
            format!("#anchor evm chain x {contract}"),
            Some(TrustFault::Chain),
        ),
        (
            format!("#anchor evm chain 1 {hash}"),
            Some(TrustFault::Chain),
        ),
        (
            format!("#anchor evm chain 1 {contract} x {hash}"),
            Some(TrustFault::Chain),
        ),
        (
            format!("#anchor evm chain 1 {contract} 5 {contract}"),
            Some(TrustFault::Chain),
        ),
        (
            format!("#anchor evm chain 1 {}", &contract[2..]),
            Some(TrustFault::Chain),
        ),
    ] {
        let read = Anchors::parse(line.as_bytes(), &CRYPTO).map(drop);
        assert_eq!(read.map_err(|error| error.fault).err(), fault, "{line}");
    }
}

#[test]
fn a_transaction_is_the_bytes_that_the_specification_says() {
    let transaction = Transaction {
        chain: 1,
        nonce: 0,
        tip: 2,
        fee: 300,
        gas: 21_000,
        to: Some([0x11; 20]),
        data: vec![0xaa, 0xbb],
    };
    let mut expected = vec![
        0x02, 0xe3, 0x01, 0x80, 0x02, 0x82, 0x01, 0x2c, 0x82, 0x52, 0x08, 0x94,
    ];
    expected.extend([0x11; 20]);
    expected.extend([0x80, 0x82, 0xaa, 0xbb, 0xc0]);
    assert_eq!(transaction.digest(&CRYPTO), (CRYPTO.keccak256)(&expected));
    assert_eq!(transaction.most(), 6_300_000);
    let mut r = [0; 32];
    r[31] = 0x80;
    let signed = transaction.signed((&r, &[1; 32]), true);
    let mut expected = [
        &[0x02, 0xf8, 0x47][..],
        &expected[2..],
        &[0x01, 0x81, 0x80, 0xa0],
    ]
    .concat();
    expected.extend([1; 32]);
    assert_eq!(signed, expected);
    let created = Transaction {
        to: None,
        ..transaction
    };
    let expected = [
        0x02, 0xcf, 0x01, 0x80, 0x02, 0x82, 0x01, 0x2c, 0x82, 0x52, 0x08, 0x80, 0x80, 0x82, 0xaa,
        0xbb, 0xc0,
    ];
    assert_eq!(created.digest(&CRYPTO), (CRYPTO.keccak256)(&expected));
}

/// As the compiler names them.
#[test]
fn questions_are_those_that_the_contract_answers() {
    let kept = include_str!("../../../../contracts/src/Checkpoints.json");
    let is_method = |name: &str, call: &[u8]| {
        let hex: String = call[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        kept.contains(&format!("\"{name}\": \"{hex}\""))
    };
    let (sender, origin) = ([7; 20], [9; 32]);
    let size = size_call(&sender, &origin);
    assert!(is_method("sizeOf(address,bytes32)", &size));
    assert_eq!(
        (size.len(), &size[16..36], &size[36..]),
        (68, &sender[..], &origin[..])
    );
    let root = root_call(&sender, &origin, 0x0102);
    assert!(is_method("rootOf(address,bytes32,uint64)", &root));
    assert_eq!(root[4..68], size[4..]);
    assert_eq!((root.len(), &root[98..]), (100, &[1, 2][..]));
    assert!(root[68..98].iter().all(|byte| *byte == 0));
}
