//! An EVM chain on a port of this machine, whose coins are worth nothing: one contract, and blocks when a test wants them.
//!
//! It tells over JSON-RPC what a node tells, as far as an anchor asks; what real nodes take and tell, `contracts/anchored.mjs` tries.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

use serde_json::{Value, json};
use touchstone_adapters::{ANCHOR_CRYPTO, AnchorEvm, EvmKey, EvmNode, EvmTerms, HttpFetch};
use touchstone_anchor::{
    Contract, Digest, Kind,
    evm::{Address, Block, Transaction, prove, rlp::List},
};
use touchstone_service::logging::{Anchors, ConfiguredAnchor};
use touchstone_vc::multibase::{decode_hex, encode_hex};

/// A chain.
pub struct Chain {
    url: String,
    state: Arc<Mutex<State>>,
}

/// What goes wrong on it, if anything.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Course {
    /// Nothing.
    #[default]
    Smooth,
    /// The node answers with an error of its server.
    Down,
    /// The contract refuses what is in the next block.
    Refusing,
    /// Receipts are hashed with something of this chain's own.
    Foreign,
}

#[derive(Default)]
struct State {
    course: Course,
    /// In the smallest unit of its coin, for a unit of gas.
    base: u128,
    /// What waits, by its number among those of its sender.
    waiting: BTreeMap<u64, Vec<u8>>,
    /// Each transaction that was handed in, as often as it was.
    sent: Vec<Digest>,
    blocks: Vec<Mined>,
}

/// A block and what is in it.
#[derive(Default)]
struct Mined {
    header: Value,
    hash: Digest,
    /// Transactions and their receipts, in order.
    all: Vec<(Digest, Value)>,
}

impl Chain {
    /// One that has a block and no transaction yet.
    ///
    /// # Panics
    /// If this machine has no port left.
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = listener.local_addr().expect("it has an address");
        let chain = Self {
            url: format!("http://{address}"),
            state: Arc::default(),
        };
        chain.set_base(GWEI);
        chain.mine(1);
        let state = Arc::clone(&chain.state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                // One that asks no more is no fault.
                let _gone = answer(stream, &state);
            }
        });
        chain
    }

    /// An installation's anchors: this chain alone, on which one transaction may cost so much, once a day, three blocks deep.
    ///
    /// # Panics
    /// If no client can be made.
    pub fn anchors(&self, most: u128) -> Anchors {
        self.anchors_on(CHAIN, most)
    }

    /// The same, the chain taken for another.
    ///
    /// # Panics
    /// If no client can be made.
    pub fn anchors_on(&self, chain: u64, most: u128) -> Anchors {
        let fetch = HttpFetch::new(true).expect("a client can be made");
        let pays = || Ok(EvmKey::parse(&"11".repeat(32)).expect("a key"));
        let terms = EvmTerms {
            chain,
            contract: CONTRACT,
            most,
            confirmations: 3,
        };
        let ask = AnchorEvm::new(EvmNode::new(fetch, &self.url), pays, terms);
        Anchors {
            anchors: vec![ConfiguredAnchor {
                name: "chain".into(),
                kind: Kind::Evm,
                url: self.url.clone(),
                cost: Kind::Evm.cost().to_owned(),
                trust: self.contract().line(),
                ask: Some(Arc::new(ask)),
            }],
            every_ms: 24 * 60 * 60 * 1_000,
        }
    }

    /// What a trust file says of the contract.
    pub fn contract(&self) -> Contract {
        Contract {
            name: "chain".into(),
            chain: CHAIN,
            address: CONTRACT,
            block: None,
        }
    }

    /// The same, with the newest block that has a transaction.
    ///
    /// # Panics
    /// If none has.
    pub fn newest_used(&self) -> Contract {
        let state = self.state();
        let at = state.blocks.iter().rposition(|block| !block.all.is_empty());
        let at = at.expect("a block has a transaction");
        Contract {
            block: Some((number(at), state.blocks[at].hash)),
            ..self.contract()
        }
    }

    /// From now on this is what goes wrong.
    pub fn set(&self, course: Course) {
        self.state().course = course;
    }

    /// From now on a unit of gas costs so much.
    pub fn set_base(&self, base: u128) {
        self.state().base = base;
    }

    /// Makes so many blocks; the first one has what waits.
    pub fn mine(&self, blocks: usize) {
        let mut state = self.state();
        for _ in 0..blocks {
            state.mine();
        }
    }

    /// Forgets what waits, as nodes do that have too much.
    pub fn drop_waiting(&self) {
        self.state().waiting.clear();
    }

    /// Puts a transaction of the same key into a block that is none of the log's.
    ///
    /// # Panics
    /// If nothing waits.
    pub fn overtake(&self) {
        let mut state = self.state();
        let first = state.waiting.first_entry();
        first.expect("something waits").insert(b"another".to_vec());
        state.mine();
    }

    /// Makes a block with a transaction that is none of the log's.
    pub fn mine_another(&self) {
        let mut state = self.state();
        let number = state.counted(usize::MAX);
        state.waiting.insert(number, b"another".to_vec());
        state.mine();
    }

    /// How many transactions were handed in, and how many of them were different.
    pub fn sent(&self) -> (usize, usize) {
        let state = self.state();
        let mut different = state.sent.clone();
        different.sort_unstable();
        different.dedup();
        (state.sent.len(), different.len())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panicked")
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    fn mine(&mut self) {
        let (number, time) = (
            number(self.blocks.len()),
            TIME + 12 * number(self.blocks.len()),
        );
        let waiting = std::mem::take(&mut self.waiting);
        let succeeded = self.course != Course::Refusing;
        let all: Vec<(Digest, Value, Vec<u8>)> = (0..)
            .zip(waiting.into_values())
            .map(|(place, bytes): (u64, _)| {
                let logs = match succeeded && bytes.len() > 100 {
                    true => vec![event(&bytes)],
                    false => Vec::new(),
                };
                let hash = (ANCHOR_CRYPTO.keccak256)(&bytes);
                let receipt = json!({
                    "type": "0x2", "status": if succeeded { "0x1" } else { "0x0" }, "cumulativeGasUsed": hex_number(60_000 * (place + 1)),
                    "logsBloom": hex(&[0; 256]), "logs": logs, "blockNumber": hex_number(number), "transactionIndex": hex_number(place),
                });
                let bytes = hashed(&receipt, self.course == Course::Foreign);
                (hash, receipt, bytes)
            })
            .collect();
        let receipts: Vec<Vec<u8>> = all.iter().map(|(_, _, bytes)| bytes.clone()).collect();
        let (root, _) = prove(&ANCHOR_CRYPTO, &receipts, 0);
        let parent = self.blocks.last().map_or([0; 32], |block| block.hash);
        let (zeros, none) = ([0; 32], hex(&[0; 32]));
        let list = List::new().bytes(&parent).bytes(&zeros).bytes(&[0; 20]);
        let list = list
            .bytes(&zeros)
            .bytes(&zeros)
            .bytes(&root)
            .bytes(&[0; 256]);
        let list = list
            .number(0)
            .number(number.into())
            .number(36_000_000)
            .number(0);
        let list = list
            .number(time.into())
            .bytes(&[])
            .bytes(&zeros)
            .bytes(&[0; 8]);
        let header = list.number(self.base).encode();
        let hash = Block::read(&header, &ANCHOR_CRYPTO).expect("a header").hash;
        let header = json!({
            "hash": hex(&hash), "parentHash": hex(&parent), "sha3Uncles": none, "miner": hex(&[0; 20]), "stateRoot": none,
            "transactionsRoot": none, "receiptsRoot": hex(&root), "logsBloom": hex(&[0; 256]), "difficulty": "0x0",
            "number": hex_number(number), "gasLimit": hex_number(36_000_000), "gasUsed": "0x0", "timestamp": hex_number(time),
            "extraData": "0x", "mixHash": none, "nonce": hex(&[0; 8]), "baseFeePerGas": format!("{:#x}", self.base),
            "transactions": all.iter().map(|(hash, ..)| hex(hash)).collect::<Vec<_>>(),
        });
        let all = all.into_iter().map(|(transaction, mut receipt, _)| {
            receipt["blockHash"] = hex(&hash).into();
            (transaction, receipt)
        });
        let all = all.collect();
        self.blocks.push(Mined { header, hash, all });
    }

    /// How many of the key's transactions are in blocks, up to the one of this number.
    fn counted(&self, upto: usize) -> u64 {
        let blocks = self.blocks.iter().take(upto.saturating_add(1));
        blocks.map(|block| number(block.all.len())).sum()
    }

    /// What the contract answers to `sizeOf` and `rootOf`, whoever sent.
    fn called(&self, call: &Value) -> String {
        let data = call["data"].as_str().unwrap_or_default();
        let word = |at: usize| data.get(10 + 64 * at..74 + 64 * at).unwrap_or_default();
        let logs = self.blocks.iter().flat_map(|block| &block.all);
        let logs = logs.flat_map(|(_, receipt)| receipt["logs"].as_array().into_iter().flatten());
        let ours = logs.filter(|log| log["topics"][2] == format!("0x{}", word(1)));
        // Size and root, as the event has them.
        let kept = ours.filter_map(|log| log["data"].as_str()?.strip_prefix("0x"));
        let largest = kept.max().unwrap_or_default();
        let (size, root) = largest.split_at(largest.len() / 2);
        let none = "0".repeat(64);
        let answer = match data.get(2..10) {
            Some("36415ca5") => size,
            Some("68d75ccc") if word(2) == size => root,
            _ => "",
        };
        format!(
            "0x{}",
            if answer.is_empty() {
                none.as_str()
            } else {
                answer
            }
        )
    }

    fn block(&self, at: &Value) -> Option<&Mined> {
        let named = at.as_str().unwrap_or_default();
        match named {
            "latest" | "finalized" => self.blocks.last(),
            named if named.len() == 66 => self.blocks.iter().find(|one| hex(&one.hash) == named),
            named => {
                let number = usize::from_str_radix(named.trim_start_matches("0x"), 16).ok()?;
                self.blocks.get(number)
            }
        }
    }

    fn result(&mut self, method: &str, params: &Value) -> Result<Value, &'static str> {
        let first = params[0].as_str().unwrap_or_default();
        let of = |transaction: &Digest| hex(transaction) == first;
        Ok(match method {
            "eth_chainId" => hex_number(CHAIN).into(),
            "eth_blockNumber" => hex_number(number(self.blocks.len() - 1)).into(),
            "eth_getCode" => match first == hex(&CONTRACT) {
                true => format!("0x{}", bytecode()).into(),
                false => "0x".into(),
            },
            "eth_call" => self.called(&params[0]).into(),
            "eth_estimateGas" => hex_number(60_000).into(),
            "eth_maxPriorityFeePerGas" => "0x0".into(),
            "eth_getBalance" => format!("{:#x}", GWEI * GWEI).into(),
            "eth_getTransactionCount" => {
                let upto = params[1].as_str().unwrap_or_default();
                let upto = usize::from_str_radix(upto.trim_start_matches("0x"), 16);
                // `latest` is no number.
                hex_number(self.counted(upto.unwrap_or(usize::MAX))).into()
            }
            "eth_getBlockByNumber" | "eth_getBlockByHash" => {
                let block = self.block(&params[0]);
                block.map_or(Value::Null, |block| block.header.clone())
            }
            "eth_getTransactionByHash" => {
                let waits = self.waiting.values();
                let waits = waits.map(|bytes| (ANCHOR_CRYPTO.keccak256)(bytes));
                match waits.into_iter().any(|hash| of(&hash)) {
                    true => json!({ "hash": first }),
                    false => Value::Null,
                }
            }
            "eth_sendRawTransaction" => {
                let bytes = decode_hex(first.trim_start_matches("0x")).map_err(|_| "no hex")?;
                let nonce = Transaction::nonce_of(&bytes[1..]).ok_or("no transaction")?;
                if nonce < self.counted(usize::MAX) {
                    return Err("nonce too low");
                }
                let hash = (ANCHOR_CRYPTO.keccak256)(&bytes);
                self.sent.push(hash);
                self.waiting.insert(nonce, bytes);
                hex(&hash).into()
            }
            "eth_getTransactionReceipt" => {
                let all = self.blocks.iter().flat_map(|block| &block.all);
                let mut found = all.filter(|(hash, _)| of(hash));
                found
                    .next()
                    .map_or(Value::Null, |(_, receipt)| receipt.clone())
            }
            "eth_getBlockReceipts" => {
                let block = self.block(&params[0]).ok_or("no such block")?;
                block
                    .all
                    .iter()
                    .map(|(_, receipt)| receipt.clone())
                    .collect()
            }
            _ => return Err("method not found"),
        })
    }
}

/// What the contract tells of a transaction that calls it.
fn event(transaction: &[u8]) -> Value {
    // The three words of the call stand before an empty list and the signature, whatever their lengths: behind the contract's first bytes.
    let call = [0x70, 0xc1, 0x27, 0xc6];
    let at = transaction.windows(4).position(|four| four == call);
    let data = &transaction[at.expect("it calls the contract") + 4..];
    let kind = (ANCHOR_CRYPTO.keccak256)(b"Anchored(address,bytes32,uint64,bytes32)");
    json!({
        "address": hex(&CONTRACT), "topics": [hex(&kind), hex(&[0; 32]), hex(&data[..32])], "data": hex(&data[32..96]),
    })
}

/// A receipt as it is hashed; on some chains with a number at its end.
fn hashed(receipt: &Value, is_foreign: bool) -> Vec<u8> {
    let bytes = |value: &Value| {
        let digits = value.as_str().expect("a text").trim_start_matches("0x");
        decode_hex(digits).expect("hexadecimal digits")
    };
    let mut logs = List::new();
    for log in receipt["logs"].as_array().expect("a list") {
        let topics = log["topics"].as_array().expect("a list").iter();
        let topics = topics.fold(List::new(), |list, topic| list.bytes(&bytes(topic)));
        let one = List::new().bytes(&bytes(&log["address"])).list(topics);
        logs = logs.list(one.bytes(&bytes(&log["data"])));
    }
    let gas = receipt["cumulativeGasUsed"].as_str().expect("a text");
    let gas = u128::from_str_radix(&gas[2..], 16).expect("a number");
    let list = List::new()
        .number((receipt["status"] == "0x1").into())
        .number(gas)
        .bytes(&[0; 256])
        .list(logs);
    let list = match is_foreign {
        true => list.number(7),
        false => list,
    };
    [&[2], &list.encode()[..]].concat()
}

fn bytecode() -> String {
    let kept = include_str!("../../../contracts/src/Checkpoints.json");
    let kept: Value = serde_json::from_str(kept).expect("it is JSON");
    let code = kept["deployedBytecode"].as_str();
    code.expect("it has what stands on a chain").to_owned()
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let (_, body) = crate::timestamp_authority::request(&mut stream)?;
    let mut state = state.lock().expect("nobody panicked");
    let question: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let method = question["method"].as_str().unwrap_or_default();
    let (status, said) = match state.course {
        Course::Down => ("503 Service Unavailable", Value::Null),
        _ => (
            "200 OK",
            match state.result(method, &question["params"]) {
                Ok(result) => json!({ "jsonrpc": "2.0", "id": question["id"], "result": result }),
                Err(said) => {
                    let error = json!({ "code": -32_000, "message": said });
                    json!({ "jsonrpc": "2.0", "id": question["id"], "error": error })
                }
            },
        ),
    };
    drop(state);
    let body = said.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes())?;
    let _closed = stream.read(&mut [0; 1]);
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", encode_hex(bytes))
}

fn hex_number(number: u64) -> String {
    format!("{number:#x}")
}

fn number(count: usize) -> u64 {
    u64::try_from(count).expect("blocks can be counted")
}

const CHAIN: u64 = 7_777;
const CONTRACT: Address = [0xc0; 20];
const GWEI: u128 = 1_000_000_000;
/// Of the first block.
const TIME: u64 = 1_795_700_000;
