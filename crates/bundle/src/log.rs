//! The tree that a bundle's checkpoint states, and who of those whom the reader trusts signed it.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_tlog::{Crypto as TreeCrypto, Evaluation, Hash, Policy, SignedCheckpoint, merkle};
use touchstone_vc::{CLOCK_SKEW_MS, Timestamp, did, log::Entry};

use crate::{Answer, Asked, Bundle, By, Entered, Judged, Question, Tools, Why, Witnessed};

/// The tree that the bundle's checkpoint states, whoever signed it.
pub(crate) struct Log<'t> {
    signed: SignedCheckpoint,
    tree: &'t TreeCrypto,
    /// For which domains it speaks besides its own, as the reader believes.
    domains: Vec<String>,
    /// When it was seen, by as many of the reader's witnesses as are enough.
    pub(crate) sight: Sight,
}

/// When as many witnesses as a reader asks for saw a tree, by their clocks: what one of them alone states moves neither.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sight {
    /// By when.
    pub(crate) by: Option<Timestamp>,
    /// Until when at most.
    pub(crate) until: Option<Timestamp>,
}

impl Sight {
    pub(crate) fn of(evaluation: &Evaluation<'_>) -> Self {
        Self {
            by: evaluation.quorum_at.map(moment),
            until: evaluation.quorum_until.map(moment),
        }
    }

    /// Whether something that is in the tree is dated later than it was seen.
    pub(crate) fn is_before(&self, from: Timestamp) -> bool {
        self.until
            .is_some_and(|until| from > until.plus_millis(CLOCK_SKEW_MS))
    }

    /// Whether it was seen behind this moment only.
    pub(crate) fn is_behind(&self, moment: Timestamp) -> bool {
        self.by
            .is_some_and(|by| by > moment.plus_millis(CLOCK_SKEW_MS))
    }
}

impl<'t> Log<'t> {
    pub(crate) fn read(bundle: &Bundle, tools: &Tools<'t>) -> Option<Self> {
        let signed = SignedCheckpoint::parse(bundle.checkpoint.as_bytes()).ok()?;
        let tree = tools.tree;
        let (domains, sight) = (Vec::new(), Sight::default());
        Some(Self {
            signed,
            tree,
            domains,
            sight,
        })
    }

    /// The same log, to a reader with this trust.
    pub(crate) fn trusted_by(mut self, policy: Option<&Policy>) -> Self {
        let origin = self.signed.checkpoint.origin();
        self.domains = policy.map_or_else(Vec::new, |policy| {
            policy.domains(origin).map(str::to_owned).collect()
        });
        self
    }

    pub(crate) fn has(&self, bytes: &[u8], entered: &Entered) -> bool {
        let leaf: Hash = merkle::leaf_hash(self.tree, bytes);
        let stated = &self.signed.checkpoint;
        let (index, path) = (entered.index, &entered.path);
        merkle::verify_inclusion(self.tree, leaf, index, stated.size, path, stated.root).is_ok()
    }

    pub(crate) fn has_entry(&self, entry: &Entry, entered: &Entered) -> bool {
        entry.encode().is_ok_and(|bytes| self.has(&bytes, entered))
    }

    /// By when the reader's witnesses had seen an entry in an earlier tree of this log. `None` where the reader has no trust in who signed that
    /// tree, or the entry is not in it.
    pub(crate) fn seen(
        &self,
        entry: &Entry,
        index: u64,
        seen: &Witnessed,
        asked: &Asked<'_>,
        tools: &Tools<'_>,
    ) -> Option<Seen> {
        let signed = SignedCheckpoint::parse(seen.checkpoint.as_bytes()).ok()?;
        let tree = tools.tree;
        let found = asked.policy?.evaluate(&signed, tree).ok()?;
        let same = signed.checkpoint.origin() == self.signed.checkpoint.origin();
        let path = seen.path.clone();
        let (domains, sight) = (Vec::new(), Sight::default());
        let earlier = Log {
            signed,
            tree,
            domains,
            sight,
        };
        let there = same && earlier.has_entry(entry, &Entered { index, path });
        there.then(|| Seen {
            first: found.earliest().map(moment),
            enough: found.quorum_at.map(moment),
        })
    }

    /// Whether the checkpoint's tree continues the tree of this size and root: then that one was this log's, whoever signed it.
    pub(crate) fn continues(&self, size: u64, root: Hash, proof: &[Hash]) -> bool {
        let stated = &self.signed.checkpoint;
        let now = (stated.size, stated.root);
        merkle::verify_consistency(self.tree, (size, root), now, proof).is_ok()
    }

    pub(crate) fn origin(&self) -> &str {
        self.signed.checkpoint.origin()
    }

    pub(crate) fn speaks_for(&self, issuer: &str) -> bool {
        let mut others = self.domains.iter();
        speaks_for(self.signed.checkpoint.origin(), issuer)
            || others.any(|domain| speaks_for(domain, issuer))
    }
}

/// By when witnesses had seen an entry, of those that the reader trusts.
#[derive(Clone, Copy, Default)]
pub(crate) struct Seen {
    /// The first of them.
    pub(crate) first: Option<Timestamp>,
    /// As many as the reader asks for.
    pub(crate) enough: Option<Timestamp>,
}

/// Whether a log speaks for an issuer: that of a `did:web` or a `did:webvh` stands on its own domain. Others contain their keys.
pub(crate) fn speaks_for(origin: &str, issuer: &str) -> bool {
    let Some(domain) = did::domain(issuer) else {
        return true;
    };
    origin == domain
        || origin
            .strip_prefix(&domain)
            .is_some_and(|rest| rest.starts_with('/'))
}

fn moment(seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Timestamp::from_unix_millis(seconds.saturating_mul(1_000))
}

/// Who signed the checkpoint, of those whom the reader trusts. Answers whether to ask by when it was there, which is told elsewhere.
pub(crate) fn trust(
    judged: &mut Judged,
    log: Option<&mut Log<'_>>,
    asked: &Asked<'_>,
    tools: &Tools<'_>,
) -> bool {
    use touchstone_tlog::policy::PolicyError;
    let Some(log) = log else {
        judged.say(Question::Log, Answer::Fail, Why::Checkpoint);
        return false;
    };
    let Some(policy) = asked.policy else {
        judged.say(Question::Log, Answer::Unknown, Why::NoTrust);
        return true;
    };
    let evaluation = match policy.evaluate(&log.signed, tools.tree) {
        Ok(evaluation) => evaluation,
        Err(PolicyError::UnknownLog { .. }) => {
            judged.say(Question::Log, Answer::Unknown, Why::OtherLog);
            return false;
        }
        Err(_) => {
            judged.say(Question::Log, Answer::Fail, Why::Forged);
            return false;
        }
    };
    judged.pass(Question::Log);
    judged.witnesses = evaluation
        .witnesses
        .iter()
        .map(|(witness, time)| (witness.name.clone(), time.map(moment)))
        .collect();
    if policy.asks_for_witnesses() {
        match evaluation.has_quorum {
            true => judged.pass(Question::Witnesses),
            false => judged.say(Question::Witnesses, Answer::Unknown, Why::NoQuorum),
        }
    }
    let earliest = evaluation.earliest().map(moment);
    let sight = Sight::of(&evaluation);
    judged.time = earliest.map(|time| (time, By::Witness));
    log.sight = sight;
    true
}

#[cfg(test)]
mod tests {
    use super::speaks_for;

    #[test]
    fn a_log_on_another_domain_speaks_for_no_did_that_has_one() {
        let with_history = "did:webvh:QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ:verify.example.edu:i:riverside";
        for did in ["did:web:verify.example.edu:i:riverside", with_history] {
            assert!(speaks_for("verify.example.edu", did), "{did}");
            assert!(speaks_for("verify.example.edu/log", did), "{did}");
            for other in ["verify.example.edu.evil.example/log", "example.edu/log"] {
                assert!(!speaks_for(other, did), "{other} {did}");
            }
        }
        assert!(speaks_for("anywhere.example/log", "did:key:z6Mk"));
    }
}
