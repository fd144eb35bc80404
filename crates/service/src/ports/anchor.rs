//! Anchors: strangers to the log who state when they saw one of its checkpoints.

use async_trait::async_trait;
use touchstone_anchor::{Digest, Fault, evm::Address};
use touchstone_vc::{Timestamp, multibase::encode_hex};

use super::FetchError;

/// Hands a checkpoint to an anchor, under the rules of [`super::Fetch`]: its signed bytes, the text of the note without its signatures.
///
/// **Invariant:** what is handed on as [`Receipt::Confirmed`] was checked whole, as a reader would check it.
#[async_trait]
pub trait Anchor: Send + Sync {
    /// Hands one in.
    async fn submit(&self, text: &[u8]) -> Result<Receipt, AnchorError>;

    /// Asks what became of one that was handed in, of which `proof` came so far.
    async fn refresh(&self, text: &[u8], proof: &[u8]) -> Result<Receipt, AnchorError>;

    /// The largest tree of the log of this name that was handed in and is kept, where that can be asked. Most anchors keep nothing.
    async fn kept(&self, _log: &str) -> Result<Option<KeptTree>, AnchorError> {
        Ok(None)
    }

    /// What one more would cost now, where that changes from day to day. Nothing is handed in.
    async fn price(&self) -> Result<Option<Price>, AnchorError> {
        Ok(None)
    }
}

/// A tree of a log, as an anchor keeps it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeptTree {
    /// Its entries.
    pub size: u64,
    /// Its root.
    pub root: Digest,
}

/// What an anchor on a chain costs now. Amounts are in the smallest unit of the chain's coin, of which a coin has 10¹⁸.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Price {
    /// What one more would cost.
    pub now: u128,
    /// The most that may be spent on one.
    pub most: u128,
    /// What whoever pays has.
    pub has: u128,
    /// Who pays.
    pub payer: Address,
}

/// An amount in coins, as it is written in the settings: `0.0021`.
pub fn coins(amount: u128) -> String {
    let (whole, rest) = (amount / COIN, amount % COIN);
    let text = format!("{whole}.{rest:018}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The amount that such a text says, if it is one: at most eighteen places, and no sign.
pub fn amount(text: &str) -> Option<u128> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(rest) || rest.len() > 18 {
        return None;
    }
    let rest: u128 = format!("{rest:0<18}").parse().ok()?;
    whole
        .parse::<u128>()
        .ok()?
        .checked_mul(COIN)?
        .checked_add(rest)
}

/// A coin in its smallest units.
const COIN: u128 = 1_000_000_000_000_000_000;

/// What an anchor answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Receipt {
    /// Nothing was handed in yet: this is to be kept first, and what is asked with it then hands it in, as often as it takes and once only.
    Prepared {
        /// What to ask with.
        proof: Vec<u8>,
    },
    /// It has it, and shows nothing yet.
    Pending {
        /// What to ask again with.
        proof: Vec<u8>,
    },
    /// It states when it had seen it.
    Confirmed {
        /// What shows it.
        proof: Vec<u8>,
        /// By when, where that can be told without looking elsewhere.
        by: Option<Timestamp>,
    },
}

/// Why an anchor did not take a digest.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AnchorError {
    /// It was not reached.
    #[error("not reached: {0}")]
    Unreached(#[from] FetchError),
    /// It answered that it does not.
    #[error("it answered {0}")]
    Status(u16),
    /// What it answered proves nothing.
    #[error("its answer was not kept: {0}")]
    Unproven(#[from] Fault),
    /// It states a time at which nothing can have been handed to it, or one that is not there yet.
    #[error(
        "its answer was not kept: it states that it had seen it by {by}, and here it was {now}: one of the two clocks is wrong"
    )]
    Clock {
        /// What it states.
        by: Timestamp,
        /// The time here.
        now: Timestamp,
    },
    /// It is a node of another chain than the settings say.
    #[error(
        "it is a node of chain {is}, and chain {should} is named: name that one (chain=), or a node of this one"
    )]
    OtherChain {
        /// Of which it is.
        is: u64,
        /// Of which it should be.
        should: u64,
    },
    /// Nothing that happened on it can be shown.
    #[error(
        "on this chain headers or receipts are hashed otherwise than on Ethereum, so nothing that is anchored there could be shown: nothing was sent; \
         name another chain in log.anchors"
    )]
    OtherHashes,
    /// The key that pays is not there.
    #[error("the file that log.anchors names as key= cannot be read: {0}")]
    Key(String),
    /// There is no such contract where the settings say.
    #[error(
        "at the address that is named (contract=) there is no contract of `contracts/src/{0}.sol` on this chain; `touchstone log deploy` and `token deploy` put one there"
    )]
    NoContract(&'static str),
    /// It would cost more than may be spent.
    #[error(
        "nothing was sent: it would cost {now} now, and may cost {most} at most (max_fee)",
        now = coins(*.now),
        most = coins(*.most)
    )]
    TooDear {
        /// What it would cost.
        now: u128,
        /// What it may cost.
        most: u128,
    },
    /// Whoever pays has too little.
    #[error(
        "nothing was sent: it may cost {most}, and 0x{payer}, which pays, has {has}",
        most = coins(*.most),
        payer = encode_hex(.payer),
        has = coins(*.has)
    )]
    TooPoor {
        /// What it may cost.
        most: u128,
        /// What there is.
        has: u128,
        /// Whose it is.
        payer: Address,
    },
    /// A node, or who provides it, answered with this status: for want of a key, of money or of strength.
    #[error("the node answered {0}")]
    NodeStatus(u16),
    /// A node said no, in its own words.
    #[error("the node refused: {0}")]
    Refused(String),
    /// A node's answer cannot be read.
    #[error("the node's answer to {0} could not be read")]
    Unreadable(&'static str),
    /// The contract did not take it.
    #[error("its transaction was not carried out: the contract refused it, or it ran out of gas")]
    Reverted,
    /// Another transaction of the same key came before it.
    #[error("its transaction was dropped: another one of the same key took its place")]
    Overtaken,
}

impl AnchorError {
    /// Whether it answered, if not as it should: then it may have been paid for that, and asked again it answers no better. A server's own
    /// error (5xx) is no answer.
    pub fn is_answer(&self) -> bool {
        match self {
            Self::Unreached(why) => matches!(why, FetchError::TooLarge),
            Self::Status(status) => *status < 500,
            Self::Unproven(_) | Self::Clock { .. } => true,
            Self::OtherChain { .. }
            | Self::OtherHashes
            | Self::Key(_)
            | Self::NodeStatus(_)
            | Self::NoContract(_)
            | Self::TooDear { .. }
            | Self::TooPoor { .. }
            | Self::Refused(_)
            | Self::Unreadable(_)
            | Self::Reverted
            | Self::Overtaken => false,
        }
    }

    /// Whether what was handed in can come to nothing any more.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Reverted | Self::Overtaken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_in_coins_and_read_again() {
        for (text, units) in [
            ("0", 0),
            ("1", COIN),
            ("0.000000000000000001", 1),
            ("12.05", 12 * COIN + COIN / 20),
        ] {
            assert_eq!(amount(text), Some(units), "{text}");
            assert_eq!(coins(units), text);
        }
        assert_eq!(amount("1.50"), amount("1.5"));
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "0x1",
            "1,5",
            "0.0000000000000000001",
        ] {
            assert_eq!(amount(bad), None, "{bad}");
        }
        assert_eq!(amount("999999999999999999999"), None);
    }
}
