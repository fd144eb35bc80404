//! An institution's audit record in a file, held against the log: are these the lines, all of them and in their order, over which
//! the institution logged the root of a tree?
//!
//! `docs/formats/audit.md` is the format: lines of JSON, of which each is a leaf of the tree as it stands. A file may hold millions, so it
//! is read line by line, in memory that does not grow with it.
//!
//! **Invariant:** only what stands under a root that the log has is said to be whole. What comes after the last root is unknown. A file of the second
//! version has an end that a key of the institution signed ([`RecordEnd`]): without it, it was cut short. A file brings the roots that whoever wrote it
//! chose; that the log has no others over these lines is known only to who read the log ([`Reading::against`]).

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Reverse;

use touchstone_tlog::{
    Crypto as TreeCrypto, Hash, SignedCheckpoint,
    merkle::{self, Frontier},
};
use touchstone_vc::{
    Crypto, Timestamp,
    json::{Object, Value},
    log::Entry,
};

use crate::format::{Entered, entry, read_entry, string, text};
use crate::log::speaks_for;
use crate::record_end::RecordEnd;

/// A line of the record as it is exported: the leaf of the tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditLeaf<'a> {
    /// Position in the installation's trail. It grows, and leaves out what other institutions did.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: &'a str,
    /// What, as `noun.verb`.
    pub action: &'a str,
    /// To what.
    pub subject: &'a str,
    /// The rest: JSON, as the text that was recorded.
    pub detail: &'a str,
}

impl AuditLeaf<'_> {
    /// Its bytes, without a line feed.
    pub fn encode(&self) -> Vec<u8> {
        let mut object = Object::new();
        object.insert("seq", Value::Number(self.seq.into()));
        object.insert("at", string(&self.at.to_string()));
        for (name, text) in [
            ("actor", self.actor),
            ("action", self.action),
            ("subject", self.subject),
            ("detail", self.detail),
        ] {
            object.insert(name, string(text));
        }
        bytes(object)
    }
}

/// The first line of a record.
pub fn head(issuer: &str, checkpoint: &str) -> Vec<u8> {
    let mut object = Object::new();
    object.insert("format", string(SECOND));
    object.insert("issuer", string(issuer));
    object.insert("checkpoint", string(checkpoint));
    bytes(object)
}

/// The line that says that a root over all lines before it stands in the log.
pub fn root(size: u64, entered: &Entered) -> Vec<u8> {
    let mut root = Object::new();
    root.insert("size", Value::Number(size.into()));
    root.insert("entry", entry(entered));
    let mut object = Object::new();
    object.insert("root", Value::Object(root));
    bytes(object)
}

/// A root over the first lines of a record, as it was read in the log itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LoggedRoot {
    /// Over so many lines.
    pub lines: u64,
    /// What they hash to.
    pub root: Hash,
    /// Its place in the log.
    pub index: u64,
}

/// A record that is being read.
pub struct Reading<'t> {
    issuer: String,
    signed: SignedCheckpoint,
    tree: &'t TreeCrypto,
    lines: Frontier,
    last_seq: Option<u64>,
    whole: Option<Whole>,
    broken: Option<Broken>,
    /// Roots that were read in the log and are not compared yet; the one over the fewest lines is the last.
    logged: Vec<LoggedRoot>,
    /// Whether this version has an end.
    ends: bool,
    end: Option<RecordEnd>,
}

/// What was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// Whose record it says it is.
    pub issuer: String,
    /// How many lines.
    pub lines: u64,
    /// The most of them that are as they were logged.
    pub whole: Option<Whole>,
    /// The first place at which they are not.
    pub broken: Option<Broken>,
    /// Whether more came after them when the file was written.
    pub ending: Ending,
}

/// Whether a file has all lines that there were when it was written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// It is of the first version, which has no end.
    None,
    /// It has, by the word of nobody.
    Unsigned,
    /// A key of the institution says so, as of this time.
    Signed(Timestamp),
}

/// The first lines are those that were there when their root was logged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Whole {
    /// How many.
    pub lines: u64,
    /// Where in the log the root stands.
    pub index: u64,
}

/// Between two places, something was deleted, edited, inserted or put into another order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Broken {
    /// The lines up to this number, counted from 1, are whole.
    pub after: u64,
    /// The lines up to this number are not.
    pub until: u64,
    /// How that shows.
    pub how: How,
}

/// How it shows that lines are not those that were logged.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum How {
    /// Too few or too many.
    #[error("the log has a root over {stated} lines where the file has {found}")]
    Count {
        /// By the log.
        stated: u64,
        /// In the file.
        found: u64,
    },
    /// Other lines.
    #[error("these are not the lines whose root stands at place {index} of the log")]
    Root {
        /// Place in the log.
        index: u64,
    },
    /// Other lines than those over which the log has a root that the file does not bring.
    #[error(
        "the log has, at place {index}, another root over the first {lines} lines: they are not those that were there when it was logged"
    )]
    OtherLogged {
        /// Place in the log.
        index: u64,
        /// Over so many lines.
        lines: u64,
    },
    /// Positions that do not grow.
    #[error("a line has a position that is not above that of the line before it")]
    Order,
    /// Another domain's log.
    #[error("the log is not of the issuer's domain")]
    OtherDomain,
    /// No end.
    #[error("the file has no end: it was cut short")]
    Cut,
    /// An end of another file.
    #[error("the file's end is that of a record of {stated} lines, and there are {found}")]
    OtherEnd {
        /// By its end.
        stated: u64,
        /// In the file.
        found: u64,
    },
    /// An end that somebody else made.
    #[error(
        "the file's end is not signed, over these lines, by a key of the issuer that the log has"
    )]
    EndSignature,
    /// More behind the end.
    #[error("lines stand behind the file's end")]
    BehindEnd,
}

/// Why a file is no audit record.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RecordError {
    /// The first line.
    #[error(
        "line 1: not an audit record of a version that is known here: \"format\" is neither \"{FIRST}\" nor \"{SECOND}\""
    )]
    Format,
    /// The checkpoint.
    #[error("line 1: its checkpoint cannot be read")]
    Checkpoint,
    /// A line that is neither of the record nor a root.
    #[error("line {line}: neither a line of a record nor a root")]
    Line {
        /// Counted from 1.
        line: u64,
    },
}

impl<'t> Reading<'t> {
    /// Begins with the file's first line.
    pub fn begin(first: &[u8], tree: &'t TreeCrypto) -> Result<Self, RecordError> {
        let value = Value::parse(first).map_err(|_| RecordError::Format)?;
        let ends = match value.get("format").and_then(Value::as_str) {
            Some(FIRST) => false,
            Some(SECOND) => true,
            _ => return Err(RecordError::Format),
        };
        let issuer = text(&value, "issuer").map_err(|_| RecordError::Format)?;
        let checkpoint = text(&value, "checkpoint").map_err(|_| RecordError::Checkpoint)?;
        let signed = SignedCheckpoint::parse(checkpoint.as_bytes());
        let signed = signed.map_err(|_| RecordError::Checkpoint)?;
        let speaks = speaks_for(signed.checkpoint.origin(), &issuer);
        Ok(Self {
            issuer,
            signed,
            tree,
            lines: Frontier::default(),
            last_seq: None,
            whole: None,
            broken: (!speaks).then_some(Broken {
                after: 0,
                until: 0,
                how: How::OtherDomain,
            }),
            logged: Vec::new(),
            ends,
            end: None,
        })
    }

    /// The same, for a reader with this trust: by it the log may speak for a domain that the issuer moved to.
    pub fn trusted_by(mut self, policy: &crate::Policy) -> Self {
        let origin = self.signed.checkpoint.origin();
        let speaks = policy
            .domains(origin)
            .any(|domain| speaks_for(domain, &self.issuer));
        if speaks && self.lines.size() == 0 {
            self.broken = None;
        }
        self
    }

    /// The same, to be held against all roots of the issuer that were read in the log as well, whether or not the file brings them.
    pub fn against(mut self, mut logged: Vec<LoggedRoot>) -> Self {
        logged.sort_by_key(|root| Reverse((root.lines, root.index)));
        self.logged = logged;
        self.compare();
        self
    }

    /// Whose record it says it is.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The checkpoint that all roots lead to: whether to believe it is the reader's to say, with a [`Policy`](crate::Policy).
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.signed
    }

    /// Takes the next line of the file, its `number` counted from 1.
    pub fn read(&mut self, line: &[u8], number: u64) -> Result<(), RecordError> {
        let fault = RecordError::Line { line: number };
        let value = Value::parse(line).map_err(|_| fault)?;
        if self.end.is_some() {
            self.is_broken(How::BehindEnd);
            return Ok(());
        }
        if let Some(end) = value.get("end").filter(|_| self.ends) {
            self.end = Some(RecordEnd::read(end).map_err(|_| fault)?);
            return Ok(());
        }
        match value.get("root") {
            Some(root) => {
                let size = root.get("size").and_then(Value::as_i64);
                let size = size.and_then(|size| u64::try_from(size).ok());
                let entered = read_entry(root).map_err(|_| fault)?;
                self.root(size.ok_or(fault)?, &entered);
            }
            None => {
                let seq = value.get("seq").and_then(Value::as_i64);
                let seq = seq.and_then(|seq| u64::try_from(seq).ok()).ok_or(fault)?;
                let leaf = merkle::leaf_hash(self.tree, line);
                self.lines.push(self.tree, leaf, |_, _| {});
                self.compare();
                if self.last_seq >= Some(seq) {
                    self.is_broken(How::Order);
                }
                self.last_seq = Some(seq);
            }
        }
        Ok(())
    }

    fn root(&mut self, size: u64, entered: &Entered) {
        let found = self.lines.size();
        let entry = Entry::AuditRoot {
            issuer: self.issuer.clone(),
            size,
            root: self.lines.root(self.tree).0,
        };
        let logged = entry.encode().is_ok_and(|bytes| self.has(&bytes, entered));
        if size != found {
            self.is_broken(How::Count {
                stated: size,
                found,
            });
        } else if !logged {
            self.is_broken(How::Root {
                index: entered.index,
            });
        } else if self.broken.is_none() {
            self.whole = Some(Whole {
                lines: size,
                index: entered.index,
            });
        }
    }

    /// Holds the lines that were read against the logged roots over as many.
    fn compare(&mut self) {
        let found = self.lines.size();
        while let Some(logged) = self.logged.pop_if(|logged| logged.lines <= found) {
            if self.lines.root(self.tree) != logged.root {
                let LoggedRoot { lines, index, .. } = logged;
                self.is_broken(How::OtherLogged { index, lines });
            }
        }
    }

    fn is_broken(&mut self, how: How) {
        let after = self.whole.map_or(0, |whole| whole.lines);
        let until = self.lines.size();
        self.broken.get_or_insert(Broken { after, until, how });
    }

    fn has(&self, entry: &[u8], entered: &Entered) -> bool {
        let leaf = merkle::leaf_hash(self.tree, entry);
        let stated = &self.signed.checkpoint;
        let (index, path) = (entered.index, &entered.path);
        merkle::verify_inclusion(self.tree, leaf, index, stated.size, path, stated.root).is_ok()
    }

    /// At the file's end: what was found.
    pub fn end(mut self, crypto: &Crypto) -> Found {
        let ending = self.ending(crypto);
        let ending = ending.unwrap_or_else(|how| {
            self.is_broken(how);
            Ending::Unsigned
        });
        Found {
            issuer: self.issuer,
            lines: self.lines.size(),
            whole: self.whole,
            broken: self.broken,
            ending,
        }
    }

    fn ending(&self, crypto: &Crypto) -> Result<Ending, How> {
        let Some(end) = &self.end else {
            return match self.ends {
                true => Err(How::Cut),
                false => Ok(Ending::None),
            };
        };
        let found = self.lines.size();
        if end.lines != found {
            let stated = end.lines;
            return Err(How::OtherEnd { stated, found });
        }
        let Some(signed) = &end.signed else {
            return Ok(Ending::Unsigned);
        };
        let root = self.lines.root(self.tree);
        let message = end.signing_input(&self.issuer, &root, &signed.method);
        let logged = self.has(signed.event.as_bytes(), &signed.entered);
        match logged && signed.holds(&self.issuer, &message, crypto) {
            true => Ok(Ending::Signed(end.at)),
            false => Err(How::EndSignature),
        }
    }
}

fn bytes(object: Object<'_>) -> Vec<u8> {
    Value::Object(object).to_string().into_bytes()
}

/// The tag in a record's first line: of files without an end, which are read as ever.
const FIRST: &str = "touchstone-audit/1";
/// Of those that are written now.
const SECOND: &str = "touchstone-audit/2";
