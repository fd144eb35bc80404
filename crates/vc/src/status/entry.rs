//! What a credential says about where its status stands.
//!
//! [Bitstring Status List §2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry),
//! [Status List 2021 §4.1](https://www.w3.org/TR/2023/WD-vc-status-list-20230427/#statuslist2021entry),
//! [1EdTech Revocation List §3](https://www.imsglobal.org/spec/vcrl/v1p0/).

use alloc::string::ToString;

use touchstone_canon::json::Value;

use crate::credential::items;

/// The most bits that an entry is read with: 256 messages.
pub(crate) const MAX_SIZE: u32 = 8;

/// What `1EdTechRevocationList` stands for. Written so, it is the same statement.
const REVOCATIONS: &str =
    "https://purl.imsglobal.org/spec/vcrl/v1p0/context.json#1EdTechRevocationList";

/// A kind of list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// W3C Bitstring Status List 1.0.
    Bitstring,
    /// W3C Status List 2021, its forerunner.
    List2021,
    /// 1EdTech Revocation List 1.0: identifiers, unsigned.
    Revocations,
}

impl Kind {
    /// The kind of a status entry.
    pub(crate) fn of(entry: &Value<'_>) -> Option<Self> {
        let mut kinds = items(entry, "type").iter().filter_map(Value::as_str);
        kinds.find_map(|kind| match kind {
            "BitstringStatusListEntry" => Some(Self::Bitstring),
            "StatusList2021Entry" => Some(Self::List2021),
            // The others have contexts of their own, and no statements by their full names.
            "1EdTechRevocationList" | REVOCATIONS => Some(Self::Revocations),
            _ => None,
        })
    }
}

/// A status entry, read.
pub(crate) struct Entry<'v> {
    pub(crate) purpose: Option<&'v str>,
    /// Where the list is published.
    pub(crate) list: Option<&'v str>,
    pub(crate) index: Option<u64>,
    /// Bits per entry; `None` if what is stated is no such number.
    pub(crate) size: Option<u32>,
    messages: Option<&'v Value<'v>>,
}

impl<'v> Entry<'v> {
    pub(crate) fn read(value: &'v Value<'v>) -> Self {
        let text = |member| value.get(member).and_then(Value::as_str);
        let kind = Kind::of(value);
        let index = value.get("statusListIndex");
        let digits = index.and_then(Value::as_str).and_then(index_of);
        // The forerunner left open whether the index is a text.
        let number = index
            .filter(|_| kind == Some(Kind::List2021))
            .and_then(Value::as_i64);
        Self {
            purpose: match kind {
                Some(Kind::Revocations) => Some("revocation"),
                _ => text("statusPurpose"),
            },
            list: match kind {
                Some(Kind::Revocations) => text("id"),
                Some(_) => text("statusListCredential"),
                None => None,
            },
            index: digits.or_else(|| number.and_then(|number| u64::try_from(number).ok())),
            size: match value.get("statusSize") {
                None => Some(1),
                Some(size) => size
                    .as_i64()
                    .and_then(|size| u32::try_from(size).ok())
                    .filter(|size| *size > 0),
            },
            messages: value.get("statusMessage"),
        }
    }

    /// What `status` means in words, as the issuer signed it.
    pub(crate) fn message(&self, status: u64) -> Option<&'v str> {
        let fits = |message: &&Value<'_>| {
            let stated = message.get("status").and_then(Value::as_str);
            let digits = stated.and_then(|stated| stated.strip_prefix("0x"));
            digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()) == Some(status)
        };
        let message = self.messages?.items().iter().find(fits)?;
        message.get("message")?.as_str()
    }

    /// Whether every status that can be set has its message: §2.1 asks for that where an entry has several bits.
    pub(crate) fn explained(&self) -> bool {
        match (self.size, self.purpose) {
            (Some(1), purpose) if purpose != Some("message") => true,
            (Some(size), _) if size <= MAX_SIZE => {
                let messages = self.messages.map_or(0, |messages| messages.items().len());
                messages == 1 << size && (0..1 << size).all(|at| self.message(at).is_some())
            }
            _ => false,
        }
    }
}

/// A number in a text: digits only. `NaN`, signs, spaces and leading zeros are none.
fn index_of(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
