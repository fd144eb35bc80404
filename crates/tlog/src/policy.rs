//! Trust files: which logs are believed, and how many of which witnesses must have seen their checkpoints.
//!
//! C2SP tlog-policy. A verifier chooses this file; it never comes with what is to be verified. Names are bytes: a Kelvin sign is
//! no letter K here.

use alloc::borrow::ToOwned as _;
use alloc::collections::btree_map::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::Crypto;
use crate::checkpoint::SignedCheckpoint;
use crate::note::{PublicKey, VerifierKey, VerifyError, VkeyError};
use crate::text::decimal;

/// Logs, witnesses, and the rule that says which of the witnesses are enough.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policy {
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    /// `None` where no witness is asked for.
    quorum: Option<Member>,
    /// Origins of logs, each with a domain for which it speaks besides its own.
    domains: Vec<(String, String)>,
}

/// A log that is believed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    /// Its key, of which the name is the log's origin.
    pub key: VerifierKey,
    /// Where it is reached.
    pub url: Option<String>,
}

/// A witness that is believed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Witness {
    /// What the policy calls it.
    pub name: String,
    /// Its key.
    pub key: VerifierKey,
    /// Where checkpoints are sent to.
    pub url: Option<String>,
}

/// `threshold` of `members` stand for all of them.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Group {
    name: String,
    threshold: usize,
    members: Vec<Member>,
}

/// A place among the witnesses or the groups.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Member {
    Witness(usize),
    Group(usize),
}

/// What is known of a checkpoint under a policy: a log signed it, and these witnesses did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Evaluation<'p> {
    /// Keys of the log that signed.
    pub logs: Vec<&'p Log>,
    /// Witnesses that cosigned, in the policy's order, each with the earliest time that it states, in seconds since 1970.
    pub witnesses: Vec<(&'p Witness, Option<u64>)>,
    /// Whether they are enough. Where they are not, the checkpoint is pending, not false.
    pub has_quorum: bool,
    /// By when they were enough, in seconds since 1970, by the clocks of those who came first: no later one can move it, and no single
    /// one decides it where several are asked for. `None` where too few state a time; where no witness is asked for, when the first saw it.
    pub quorum_at: Option<u64>,
    /// The latest moment at which, or behind which, as many as are enough state that they saw it: no single one can put it off. `None` where too few
    /// state a time; where no witness is asked for, when the last saw it.
    pub quorum_until: Option<u64>,
}

impl Evaluation<'_> {
    /// The earliest time at which one of the witnesses saw the tree.
    pub fn earliest(&self) -> Option<u64> {
        self.witnesses.iter().filter_map(|(_, time)| *time).min()
    }
}

impl Policy {
    /// Trust in these logs that asks for no witness.
    pub fn unwitnessed(logs: impl IntoIterator<Item = VerifierKey>) -> Self {
        let logs = logs.into_iter().map(|key| Log { key, url: None });
        Self {
            logs: logs.collect(),
            witnesses: Vec::new(),
            groups: Vec::new(),
            quorum: None,
            domains: Vec::new(),
        }
    }

    /// The same witnesses and quorum, for the log with these keys at this address.
    /// It speaks for its own domain alone.
    pub fn of_log(&self, keys: impl IntoIterator<Item = VerifierKey>, url: &str) -> Self {
        let logs = keys.into_iter().map(|key| Log {
            key,
            url: Some(url.to_owned()),
        });
        Self {
            logs: logs.collect(),
            domains: Vec::new(),
            ..self.clone()
        }
    }

    /// The domains for which a log speaks besides its own, as the reader believes.
    pub fn domains(&self, origin: &str) -> impl Iterator<Item = &str> {
        let of_log = self.domains.iter().filter(move |(log, _)| log == origin);
        of_log.map(|(_, domain)| domain.as_str())
    }

    /// Reads a trust file.
    pub fn parse(bytes: &[u8], crypto: &Crypto) -> Result<Self, PolicyFileError> {
        let mut policy = Self::unwitnessed([]);
        let mut names = BTreeMap::new();
        let mut members = Vec::new();
        let mut quorum = None;
        let allowed = |byte: &u8| matches!(byte, b'\t' | b'\n' | 0x20..=0x7e | 0x80..);
        for (line, bytes) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            let fail = |fault| PolicyFileError { line, fault };
            if !bytes.iter().all(allowed) {
                return Err(fail(PolicyFault::ControlCharacter));
            }
            // Names are bytes. Where a line is no UTF-8, each byte has a character of its own that nobody writes.
            let text = match str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => bytes.iter().map(|byte| private(*byte)).collect(),
            };
            let mut words = text.split([' ', '\t']).filter(|word| !word.is_empty());
            if words.clone().next() == Some(DOMAIN) {
                let words: Vec<&str> = words.skip(1).collect();
                let [log, domain] = words[..] else {
                    return Err(fail(PolicyFault::Words));
                };
                policy.domains.push((log.to_owned(), domain.to_owned()));
                continue;
            }
            let Some(kind) = words.next().filter(|word| !word.starts_with('#')) else {
                continue;
            };
            let words: Vec<&str> = words.collect();
            policy
                .line(kind, &words, &mut names, &mut members, &mut quorum, crypto)
                .map_err(fail)?;
        }
        let whole = |fault| PolicyFileError { line: 0, fault };
        policy.quorum = quorum.ok_or(whole(PolicyFault::NoQuorum))?;
        Ok(policy)
    }

    fn line(
        &mut self,
        kind: &str,
        words: &[&str],
        names: &mut BTreeMap<String, Member>,
        members: &mut Vec<Member>,
        quorum: &mut Option<Option<Member>>,
        crypto: &Crypto,
    ) -> Result<(), PolicyFault> {
        let named = |names: &BTreeMap<String, Member>, name: &str| {
            let known = names.get(name).copied();
            known.ok_or_else(|| PolicyFault::UnknownName(name.to_owned()))
        };
        match (kind, words) {
            ("log", [key] | [key, _]) => {
                let key = VerifierKey::parse(key, crypto)?;
                if self.logs.iter().any(|log| same(&log.key, &key)) {
                    return Err(PolicyFault::DuplicateKey);
                }
                let url = words.get(1).map(|url| (*url).to_owned());
                self.logs.push(Log { key, url });
            }
            ("witness", [name, key] | [name, key, _]) => {
                let key = VerifierKey::parse(key, crypto)?;
                if matches!(key.key(), PublicKey::Ed25519(_)) {
                    return Err(PolicyFault::NoWitnessKey);
                }
                if self
                    .witnesses
                    .iter()
                    .any(|witness| same(&witness.key, &key))
                {
                    return Err(PolicyFault::DuplicateKey);
                }
                define(names, name, Member::Witness(self.witnesses.len()))?;
                self.witnesses.push(Witness {
                    name: (*name).to_owned(),
                    key,
                    url: words.get(2).map(|url| (*url).to_owned()),
                });
            }
            ("group", [name, threshold, listed @ ..]) if !listed.is_empty() => {
                let listed: Result<Vec<Member>, _> =
                    listed.iter().map(|name| named(names, name)).collect();
                let listed = listed?;
                for member in &listed {
                    // In all groups together: each witness counts in one way only.
                    if members.contains(member) {
                        return Err(PolicyFault::MemberTwice);
                    }
                    members.push(*member);
                }
                let threshold = match *threshold {
                    "all" => Some(listed.len()),
                    "any" => Some(1),
                    number => decimal(number).and_then(|number| usize::try_from(number).ok()),
                };
                let threshold = threshold.filter(|number| (1..=listed.len()).contains(number));
                define(names, name, Member::Group(self.groups.len()))?;
                self.groups.push(Group {
                    name: (*name).to_owned(),
                    threshold: threshold.ok_or(PolicyFault::Threshold)?,
                    members: listed,
                });
            }
            ("quorum", [name]) => {
                if quorum.is_some() {
                    return Err(PolicyFault::QuorumTwice);
                }
                *quorum = Some(match *name {
                    NONE => None,
                    name => Some(named(names, name)?),
                });
            }
            ("log" | "witness" | "group" | "quorum", _) => return Err(PolicyFault::Words),
            (other, _) => return Err(PolicyFault::UnknownLine(other.to_owned())),
        }
        Ok(())
    }

    /// The logs that are believed.
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The witnesses that are believed.
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// Whether any witness must have cosigned.
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Who of those whom this policy believes signed the checkpoint, and whether that is enough.
    ///
    /// Fails where no believed log signed, and where a signature of a believed log or witness does not hold.
    pub fn evaluate(
        &self,
        signed: &SignedCheckpoint,
        crypto: &Crypto,
    ) -> Result<Evaluation<'_>, PolicyError> {
        let origin = signed.checkpoint.origin();
        let logs: Vec<&Log> = self
            .logs
            .iter()
            .filter(|log| log.key.name() == origin)
            .collect();
        if logs.is_empty() {
            return Err(PolicyError::UnknownLog {
                origin: origin.to_owned(),
            });
        }
        let keys = logs.iter().map(|log| &log.key);
        let by_log = signed
            .note
            .verify(keys, crypto)
            .map_err(|error| match error {
                VerifyError::NobodyKnown => PolicyError::NotSignedByLog {
                    origin: origin.to_owned(),
                },
                error => PolicyError::Signature(error),
            })?;
        let logs = logs.into_iter();
        let logs = logs.filter(|log| by_log.iter().any(|by| *by.key == log.key));
        let keys = self.witnesses.iter().map(|witness| &witness.key);
        let by_witness = match signed.note.verify(keys, crypto) {
            Ok(verified) => verified,
            Err(VerifyError::NobodyKnown) => Vec::new(),
            Err(error) => return Err(PolicyError::Signature(error)),
        };
        let cosigned: Vec<Option<Option<u64>>> = self
            .witnesses
            .iter()
            .map(|witness| {
                let by = by_witness.iter().filter(|by| *by.key == witness.key);
                // Some time before none: `None` sorts first.
                by.map(|by| by.timestamp)
                    .min_by_key(|time| time.unwrap_or(u64::MAX))
            })
            .collect();
        let has_quorum = match self.quorum {
            None => true,
            Some(member) => self.cosigned(member, &cosigned),
        };
        let mut times: Vec<u64> = cosigned.iter().filter_map(|time| (*time)?).collect();
        times.sort_unstable();
        let enough = |counts: &dyn Fn(u64) -> bool| {
            let those = cosigned
                .iter()
                .map(|time| time.filter(|time| time.is_some_and(counts)));
            let those: Vec<_> = those.collect();
            self.quorum
                .is_none_or(|member| self.cosigned(member, &those))
        };
        let (mut up, mut down) = (times.iter(), times.iter().rev());
        let quorum_at = up.find(|end| enough(&|time| time <= **end)).copied();
        let quorum_until = down.find(|from| enough(&|time| time >= **from)).copied();
        let witnesses = self.witnesses.iter().zip(cosigned);
        Ok(Evaluation {
            logs: logs.collect(),
            witnesses: witnesses
                .filter_map(|(witness, time)| Some((witness, time?)))
                .collect(),
            has_quorum,
            quorum_at,
            quorum_until,
        })
    }

    fn cosigned(&self, member: Member, cosigned: &[Option<Option<u64>>]) -> bool {
        match member {
            Member::Witness(at) => cosigned.get(at).is_some_and(Option::is_some),
            // A group refers to earlier ones only, so this ends.
            Member::Group(at) => self.groups.get(at).is_some_and(|group| {
                let members = group.members.iter();
                let have = members.filter(|member| self.cosigned(**member, cosigned));
                have.count() >= group.threshold
            }),
        }
    }

    fn name(&self, member: Member) -> &str {
        match member {
            Member::Witness(at) => &self.witnesses[at].name,
            Member::Group(at) => &self.groups[at].name,
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = |url: &Option<String>| {
            url.as_ref()
                .map_or(String::new(), |url| alloc::format!(" {url}"))
        };
        for log in &self.logs {
            writeln!(f, "log {}{}", log.key, url(&log.url))?;
        }
        for witness in &self.witnesses {
            writeln!(
                f,
                "witness {} {}{}",
                witness.name,
                witness.key,
                url(&witness.url)
            )?;
        }
        for group in &self.groups {
            write!(f, "group {} {}", group.name, group.threshold)?;
            for member in &group.members {
                write!(f, " {}", self.name(*member))?;
            }
            writeln!(f)?;
        }
        let quorum = self.quorum.map_or(NONE, |member| self.name(member));
        writeln!(f, "quorum {quorum}")
    }
}

/// A comment to other readers of the format: `#domain LOG DOMAIN`, a domain that the log of an installation moved to.
const DOMAIN: &str = "#domain";
/// The quorum that asks for nobody.
const NONE: &str = "none";

/// ASCII as it is; other bytes in the private use area.
fn private(byte: u8) -> char {
    match byte {
        0..0x80 => byte.into(),
        _ => char::from_u32(0xf700 + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Whether two keys are one, whatever they are called.
fn same(one: &VerifierKey, other: &VerifierKey) -> bool {
    one.key().bytes() == other.key().bytes()
}

fn define(
    names: &mut BTreeMap<String, Member>,
    name: &str,
    member: Member,
) -> Result<(), PolicyFault> {
    if name == NONE || names.contains_key(name) {
        return Err(PolicyFault::NameTaken(name.to_owned()));
    }
    names.insert(name.to_owned(), member);
    Ok(())
}

/// Why bytes are no trust file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct PolicyFileError {
    /// The line, from 1. 0 where the file as a whole is meant.
    pub line: usize,
    /// What is wrong with it.
    pub fault: PolicyFault,
}

impl fmt::Display for PolicyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.fault),
            line => write!(f, "line {line}: {}", self.fault),
        }
    }
}

/// What is wrong with a line of a trust file.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum PolicyFault {
    #[error("a control character: only tabs and newlines are allowed")]
    ControlCharacter,
    #[error("`{0}` begins no line: expected log, witness, group or quorum")]
    UnknownLine(String),
    #[error(
        "expected `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME all|any|K NAME...` or `quorum NAME`"
    )]
    Words,
    #[error(transparent)]
    Vkey(#[from] VkeyError),
    #[error("a witness has a key for cosignatures, of type 0x04 or 0x06")]
    NoWitnessKey,
    #[error("the same key stands in an earlier line, perhaps under another name")]
    DuplicateKey,
    #[error("the name `{0}` is taken")]
    NameTaken(String),
    #[error("no earlier line defines `{0}`")]
    UnknownName(String),
    #[error("a name is a member of one group only, and once")]
    MemberTwice,
    #[error("a group asks for 1 to all of its members")]
    Threshold,
    #[error("there is a quorum line already")]
    QuorumTwice,
    #[error("a line `quorum NAME` is missing; `quorum none` asks for no witness")]
    NoQuorum,
}

/// Why a checkpoint is not believed under a policy.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum PolicyError {
    #[error("the policy does not have the log {origin}")]
    UnknownLog { origin: String },
    #[error("no key that the policy has for {origin} signed")]
    NotSignedByLog { origin: String },
    #[error(transparent)]
    Signature(VerifyError),
}
