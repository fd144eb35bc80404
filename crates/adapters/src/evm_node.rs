//! A node of an EVM chain, over JSON-RPC: what it is asked, and its answers as the bytes that are hashed.
//!
//! A node is believed about nothing that can be computed: a header counts by its hash, receipts by the header's root over them.

use std::time::Duration;

use serde_json::{Value, json};
use touchstone_anchor::{
    Digest, Fault,
    evm::{Address, Block, Proof, prove, rlp::List},
};
use touchstone_service::ports::{AnchorError, FetchError};
use touchstone_vc::multibase::{decode_hex, encode_hex};

use crate::{ANCHOR_CRYPTO, HttpFetch};

/// A node.
pub struct EvmNode {
    fetch: HttpFetch,
    url: String,
}

/// What a node says of a transaction that is in a block.
pub(crate) struct Mined {
    /// Whether it was carried out.
    pub(crate) succeeded: bool,
    pub(crate) block: Digest,
    pub(crate) number: u64,
    place: u64,
    /// Which event of it is of which contract, in order.
    events: Vec<Address>,
}

impl EvmNode {
    /// The node at `url`.
    pub fn new(fetch: HttpFetch, url: &str) -> Self {
        let url = url.to_owned();
        Self { fetch, url }
    }

    /// The number of its chain (EIP-155).
    pub async fn chain(&self) -> Result<u64, AnchorError> {
        self.number("eth_chainId", json!([])).await
    }

    /// The number of its newest block.
    pub(crate) async fn newest(&self) -> Result<u64, AnchorError> {
        self.number("eth_blockNumber", json!([])).await
    }

    /// The block of this number, by the hash of the header that it answers. `None` where it has none.
    pub async fn block(&self, number: u64) -> Result<Option<Block>, AnchorError> {
        let at = format!("{number:#x}");
        let Some(header) = self.header("eth_getBlockByNumber", &at).await? else {
            return Ok(None);
        };
        let block = Block::read(&header, &ANCHOR_CRYPTO)?;
        match block.number == number {
            true => Ok(Some(block)),
            false => Err(AnchorError::Unreadable("eth_getBlockByNumber")),
        }
    }

    /// The newest block of which the chain says that it stays (`finalized`); `None` where it knows no such thing.
    pub async fn finalized(&self) -> Result<Option<u64>, AnchorError> {
        let method = "eth_getBlockByNumber";
        match self.ask(method, json!(["finalized", false])).await {
            Ok(block) => Ok(quantity(&block["number"]).and_then(|number| number.try_into().ok())),
            // Of a chain before proof of stake: the word is not known.
            Err(AnchorError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether what happens on the chain can be shown: its newest block and the receipts in it are hashed as is known here.
    pub(crate) async fn can_be_shown(&self) -> Result<(), AnchorError> {
        let method = "eth_getBlockByNumber";
        let block = self.ask(method, json!(["latest", false])).await?;
        let read = header(&block).and_then(|header| Block::read(&header, &ANCHOR_CRYPTO).ok());
        let read = read.filter(|read| array(&block["hash"]) == Some(read.hash));
        let read = read.ok_or(AnchorError::OtherHashes)?;
        let transactions = block["transactions"].as_array();
        let transactions = transactions.ok_or(AnchorError::Unreadable(method))?;
        if transactions.is_empty() {
            return Ok(());
        }
        let receipts = self.receipts(&read.hash, transactions).await?;
        match prove(&ANCHOR_CRYPTO, &receipts, 0).0 == read.receipts {
            true => Ok(()),
            false => Err(AnchorError::OtherHashes),
        }
    }

    /// What stands at an address.
    pub(crate) async fn code(&self, at: &Address) -> Result<Vec<u8>, AnchorError> {
        let method = "eth_getCode";
        let said = self.ask(method, json!([hex(at), "latest"])).await?;
        data(&said).ok_or(AnchorError::Unreadable(method))
    }

    /// What a contract answers to a call that changes nothing.
    pub(crate) async fn call(&self, to: &Address, question: &[u8]) -> Result<Vec<u8>, AnchorError> {
        let method = "eth_call";
        let call = json!([{ "to": hex(to), "data": hex(question) }, "latest"]);
        let said = self.ask(method, call).await?;
        data(&said).ok_or(AnchorError::Unreadable(method))
    }

    /// What an address has.
    pub(crate) async fn balance(&self, of: &Address) -> Result<u128, AnchorError> {
        self.amount("eth_getBalance", json!([hex(of), "latest"]))
            .await
    }

    /// How many transactions of a sender are in blocks, up to the one of this number or the newest.
    pub(crate) async fn sent(&self, by: &Address, upto: Option<u64>) -> Result<u64, AnchorError> {
        let upto = upto.map_or("latest".to_owned(), |number| format!("{number:#x}"));
        self.number("eth_getTransactionCount", json!([hex(by), upto]))
            .await
    }

    /// How much gas a call would take now, the contract having nothing against it.
    pub(crate) async fn gas(
        &self,
        from: &Address,
        to: Option<&Address>,
        data: &[u8],
    ) -> Result<u64, AnchorError> {
        let mut call = json!({ "from": hex(from), "data": hex(data) });
        if let Some(to) = to {
            call["to"] = hex(to).into();
        }
        self.number("eth_estimateGas", json!([call])).await
    }

    /// What a unit of gas costs in the next block at least, and what is given besides.
    pub(crate) async fn fees(&self) -> Result<(u128, u128), AnchorError> {
        let method = "eth_getBlockByNumber";
        let block = self.ask(method, json!(["latest", false])).await?;
        let base = quantity(&block["baseFeePerGas"]);
        let base = base.ok_or(AnchorError::Unreadable(method))?;
        let tip = self.amount("eth_maxPriorityFeePerGas", json!([])).await?;
        Ok((base, tip))
    }

    /// Hands in a signed transaction. One that it has already is no error.
    pub(crate) async fn send(&self, transaction: &[u8]) -> Result<(), AnchorError> {
        let hash = hex(&(ANCHOR_CRYPTO.keccak256)(transaction));
        let known = self.ask("eth_getTransactionByHash", json!([hash])).await?;
        if !known.is_null() {
            return Ok(());
        }
        let sent = self.ask("eth_sendRawTransaction", json!([hex(transaction)]));
        sent.await.map(drop)
    }

    /// The block that a transaction is in, if it is in one.
    pub(crate) async fn mined(&self, transaction: &Digest) -> Result<Option<Mined>, AnchorError> {
        let method = "eth_getTransactionReceipt";
        let receipt = self.ask(method, json!([hex(transaction)])).await?;
        if receipt.is_null() {
            return Ok(None);
        }
        let read = || {
            let number = |name: &str| -> Option<u64> { quantity(&receipt[name])?.try_into().ok() };
            let events = receipt["logs"].as_array()?.iter();
            Some(Mined {
                succeeded: quantity(&receipt["status"])? == 1,
                block: array(&receipt["blockHash"])?,
                number: number("blockNumber")?,
                place: number("transactionIndex")?,
                events: events
                    .map(|event| array(&event["address"]))
                    .collect::<Option<_>>()?,
            })
        };
        read().map(Some).ok_or(AnchorError::Unreadable(method))
    }

    /// What shows the event of a contract in a transaction, to who believes the block. It is made of all receipts of the block.
    pub(crate) async fn proof(
        &self,
        mined: &Mined,
        contract: &Address,
    ) -> Result<Proof, AnchorError> {
        let method = "eth_getBlockByHash";
        let block = self.ask(method, json!([hex(&mined.block), false])).await?;
        let header = header(&block).ok_or(AnchorError::Unreadable(method))?;
        let read = Block::read(&header, &ANCHOR_CRYPTO)?;
        if read.hash != mined.block {
            return Err(AnchorError::Unreadable(method));
        }
        let transactions = block["transactions"].as_array();
        let transactions = transactions.ok_or(AnchorError::Unreadable(method))?;
        let receipts = self.receipts(&mined.block, transactions).await?;
        let (root, nodes) = prove(&ANCHOR_CRYPTO, &receipts, mined.place);
        if root != read.receipts {
            return Err(Fault::NotInBlock.into());
        }
        let event = mined.events.iter().position(|one| one == contract);
        let event = event.ok_or(Fault::NoEvent)?;
        Ok(Proof {
            header,
            place: mined.place,
            nodes,
            event: event.try_into().map_err(|_| Fault::NoEvent)?,
        })
    }

    /// All receipts of a block, as they are hashed: at once, or where a node does not know how, some at a time.
    async fn receipts(
        &self,
        block: &Digest,
        transactions: &[Value],
    ) -> Result<Vec<Vec<u8>>, AnchorError> {
        let method = "eth_getBlockReceipts";
        let all = match self.ask(method, json!([hex(block)])).await {
            Ok(Value::Array(all)) => all,
            Ok(_) | Err(AnchorError::Refused(_) | AnchorError::NodeStatus(_)) => {
                let mut all = Vec::new();
                for some in transactions.chunks(AT_ONCE) {
                    all.extend(self.ask_each("eth_getTransactionReceipt", some).await?);
                }
                all
            }
            Err(error) => return Err(error),
        };
        let read = all.iter().map(receipt).collect::<Option<Vec<_>>>();
        let complete = read.filter(|read| read.len() == transactions.len());
        complete.ok_or(AnchorError::Unreadable(method))
    }

    async fn header(&self, method: &'static str, at: &str) -> Result<Option<Vec<u8>>, AnchorError> {
        let block = self.ask(method, json!([at, false])).await?;
        if block.is_null() {
            return Ok(None);
        }
        let header = header(&block).ok_or(AnchorError::Unreadable(method))?;
        let hash = (ANCHOR_CRYPTO.keccak256)(&header);
        match array(&block["hash"]) == Some(hash) {
            true => Ok(Some(header)),
            false => Err(AnchorError::Unreadable(method)),
        }
    }

    async fn amount(&self, method: &'static str, params: Value) -> Result<u128, AnchorError> {
        let said = self.ask(method, params).await?;
        quantity(&said).ok_or(AnchorError::Unreadable(method))
    }

    async fn number(&self, method: &'static str, params: Value) -> Result<u64, AnchorError> {
        let amount = self.amount(method, params).await?;
        amount
            .try_into()
            .map_err(|_| AnchorError::Unreadable(method))
    }

    async fn ask(&self, method: &'static str, params: Value) -> Result<Value, AnchorError> {
        let question = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = self.post(method, &question).await?;
        result(method, answer)
    }

    /// The same question about several things, in one request.
    async fn ask_each(
        &self,
        method: &'static str,
        about: &[Value],
    ) -> Result<Vec<Value>, AnchorError> {
        let questions = about.iter().enumerate().map(|(id, about)| {
            json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": [about] })
        });
        let answer = self.post(method, &questions.collect()).await?;
        let Value::Array(mut answers) = answer else {
            return Err(AnchorError::Unreadable(method));
        };
        // They may come in any order (JSON-RPC 2.0, section 6).
        answers.sort_by_key(|answer| answer["id"].as_u64());
        answers
            .into_iter()
            .map(|answer| result(method, answer))
            .collect()
    }

    async fn post(&self, method: &'static str, question: &Value) -> Result<Value, AnchorError> {
        let question = question.to_string().into_bytes();
        let types = ["application/json", "application/json"];
        let asked = self
            .fetch
            .post(&self.url, types, question, MOST_ANSWER, PATIENCE);
        let (status, answer) = asked.await.map_err(|error| match error {
            // A block too large to be read stays too large; it is asked about again all the same, and no authority answered.
            FetchError::TooLarge => AnchorError::Unreadable(method),
            error => error.into(),
        })?;
        match serde_json::from_slice(&answer) {
            // Errors come with any status.
            Ok(answer) if status == 200 || is_error(&answer) => Ok(answer),
            _ if status == 200 => Err(AnchorError::Unreadable(method)),
            // Asked again it may be another answer.
            _ => Err(AnchorError::NodeStatus(status)),
        }
    }
}

fn is_error(answer: &Value) -> bool {
    answer.get("error").is_some_and(Value::is_object)
}

fn result(method: &'static str, mut answer: Value) -> Result<Value, AnchorError> {
    if is_error(&answer) {
        let said = answer["error"]["message"]
            .as_str()
            .unwrap_or("no reason given");
        return Err(AnchorError::Refused(printable(said)));
    }
    match answer.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => Err(AnchorError::Unreadable(method)),
    }
}

/// A stranger's words, on one line and not too many of them.
fn printable(said: &str) -> String {
    let one_line = |letter: char| if letter.is_control() { ' ' } else { letter };
    said.chars().map(one_line).take(200).collect()
}

/// A block's header as it is hashed (yellow paper, section 4.4.4; then EIP-1559, 4895, 4844, 4788, 7685, 7928). Whether it is all of it, its
/// hash says.
fn header(block: &Value) -> Option<Vec<u8>> {
    let mut list = List::new();
    for (name, is_number) in HEADER {
        list = member(list, &block[name], is_number)?;
    }
    for (name, is_number) in SINCE {
        if block[name].is_null() {
            break;
        }
        list = member(list, &block[name], is_number)?;
    }
    Some(list.encode())
}

fn member(list: List, value: &Value, is_number: bool) -> Option<List> {
    Some(match is_number {
        true => list.number(quantity(value)?),
        false => list.bytes(&data(value)?),
    })
}

/// A receipt as it is hashed (EIP-658, EIP-2718).
fn receipt(receipt: &Value) -> Option<Vec<u8>> {
    let mut logs = List::new();
    for log in receipt["logs"].as_array()? {
        let mut topics = List::new();
        for topic in log["topics"].as_array()? {
            topics = topics.bytes(&data(topic)?);
        }
        let one = List::new().bytes(&data(&log["address"])?).list(topics);
        logs = logs.list(one.bytes(&data(&log["data"])?));
    }
    let list = List::new()
        .number(quantity(&receipt["status"])?)
        .number(quantity(&receipt["cumulativeGasUsed"])?)
        .bytes(&data(&receipt["logsBloom"])?)
        .list(logs)
        .encode();
    let kind = match &receipt["type"] {
        Value::Null => 0,
        kind => u8::try_from(quantity(kind)?).ok()?,
    };
    Some(match kind {
        0 => list,
        kind => [&[kind], &list[..]].concat(),
    })
}

/// A number, as JSON-RPC has it: hexadecimal behind `0x`.
fn quantity(value: &Value) -> Option<u128> {
    let digits = value.as_str()?.strip_prefix("0x")?;
    u128::from_str_radix(digits, 16)
        .ok()
        .filter(|_| !digits.starts_with('+'))
}

fn data(value: &Value) -> Option<Vec<u8>> {
    decode_hex(value.as_str()?.strip_prefix("0x")?).ok()
}

fn array<const N: usize>(value: &Value) -> Option<[u8; N]> {
    data(value)?.try_into().ok()
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", encode_hex(bytes))
}

/// The members of a header, and whether each is a number.
const HEADER: [(&str, bool); 15] = [
    ("parentHash", false),
    ("sha3Uncles", false),
    ("miner", false),
    ("stateRoot", false),
    ("transactionsRoot", false),
    ("receiptsRoot", false),
    ("logsBloom", false),
    ("difficulty", true),
    ("number", true),
    ("gasLimit", true),
    ("gasUsed", true),
    ("timestamp", true),
    ("extraData", false),
    ("mixHash", false),
    ("nonce", false),
];
/// Those that came later, each with all before it.
const SINCE: [(&str, bool); 7] = [
    ("baseFeePerGas", true),
    ("withdrawalsRoot", false),
    ("blobGasUsed", true),
    ("excessBlobGas", true),
    ("parentBeaconBlockRoot", false),
    ("requestsHash", false),
    ("blockAccessListHash", false),
];
/// A block's receipts in JSON: several megabytes on the largest chains.
const MOST_ANSWER: usize = 32 * 1024 * 1024;
const AT_ONCE: usize = 100;
/// How long a node may take for one answer.
const PATIENCE: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;

    /// A block of another implementation (hardhat's): twenty transactions of every kind, one of them refused by the contract. `node
    /// vectors.mjs` in `contracts/` made it.
    const ANSWERS: &str = include_str!("evm_block.json");

    #[test]
    fn headers_and_receipts_are_the_bytes_that_another_implementation_hashed() {
        let answers: Value = serde_json::from_str(ANSWERS).unwrap();
        let block = &answers["block"];
        let read = Block::read(&header(block).unwrap(), &ANCHOR_CRYPTO).unwrap();
        assert_eq!(Some(read.hash), array(&block["hash"]));
        assert_eq!(Some(u128::from(read.time)), quantity(&block["timestamp"]));
        let all = answers["receipts"].as_array().unwrap();
        let kinds = |kind: &str| all.iter().filter(|one| one["type"] == kind).count();
        assert!(all.len() > 16 && kinds("0x0") > 0 && kinds("0x1") > 0 && kinds("0x2") > 0);
        assert!(all.iter().any(|one| one["status"] == "0x0"));
        let receipts: Vec<_> = all.iter().map(|one| receipt(one).unwrap()).collect();
        for (place, said) in (0..).zip(all) {
            let (root, nodes) = prove(&ANCHOR_CRYPTO, &receipts, place);
            assert_eq!(root, read.receipts);
            let proof = Proof {
                header: header(block).unwrap(),
                place,
                nodes,
                event: 0,
            };
            let kept = Proof::read(&proof.encode()).unwrap().kept(&ANCHOR_CRYPTO);
            match said["status"] == "0x1" {
                true => assert_eq!(
                    Some(kept.unwrap().contract),
                    array(&said["logs"][0]["address"])
                ),
                false => assert_eq!(kept, Err(Fault::Reverted)),
            }
        }
    }

    #[test]
    fn what_a_node_leaves_out_or_says_otherwise_is_not_read() {
        let answers: Value = serde_json::from_str(ANSWERS).unwrap();
        for (name, _) in HEADER {
            let mut block = answers["block"].clone();
            block[name] = Value::Null;
            assert_eq!(header(&block), None, "{name}");
        }
        for name in ["status", "cumulativeGasUsed", "logsBloom", "logs"] {
            let mut one = answers["receipts"][0].clone();
            one[name] = Value::Null;
            assert_eq!(receipt(&one), None, "{name}");
        }
        for bad in [
            json!("5"),
            json!(5),
            json!("0x"),
            json!("0x+5"),
            json!("0xg"),
        ] {
            assert_eq!(quantity(&bad), None, "{bad}");
        }
        assert_eq!(printable("a\nb\u{7}"), "a b ");
        assert_eq!(printable(&"x".repeat(900)).len(), 200);
    }
}
