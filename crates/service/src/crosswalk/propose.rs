//! Proposing a mapping: somebody of a party says that two things relate, and why.

use touchstone_crosswalk::sssom::{Fault, Mapping, MappingDraft, MappingSet, Relation, Slot};
use touchstone_store::{
    AuditLine, InstitutionRow, MappingFilter, MappingState, Reader, StoreError, TenantId,
};

use super::{
    document::{self, NewMapping, Origin},
    one_person::Barred,
    taking_part::{Outside, is_party},
};
use crate::{
    World,
    operations::sign_up::NOT_SHOWN,
    text::{day, line_or_nothing, lines_of, lines_or_nothing},
};

/// A proposal.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The institution of whoever proposes.
    pub tenant: TenantId,
    /// Who proposes, as proven by the caller.
    pub actor: String,
    /// The set, by id.
    pub set: String,
    /// What is mapped: an IRI.
    pub subject: String,
    /// What it is called.
    pub subject_label: String,
    /// How they relate, seen from the subject.
    pub relation: Relation,
    /// It is stated that the relation does not hold.
    pub negated: bool,
    /// To what: an IRI.
    pub object: String,
    /// What that is called.
    pub object_label: String,
    /// How sure whoever proposes is, from 0 to 1; empty if it is not said.
    pub confidence: String,
    /// Why.
    pub comment: String,
    /// Who found it.
    pub found_by: FoundBy,
}

/// Who found a mapping.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FoundBy {
    /// A person says so.
    Person,
    /// A program found it, in this way (the end of a SEMAPV identifier): it is a suggestion until the votes agree.
    Program(String),
}

/// Writes a proposal down and answers its id. It counts for nothing until the votes agree.
#[crate::boxed]
pub async fn propose(world: &World, order: &Proposal) -> Result<String, MappingError> {
    let reader = world.store.read();
    let institution = party(&reader, &order.tenant, &order.set).await?;
    let mapping = mapping(world, order, &institution)?;
    let state = match order.found_by {
        FoundBy::Person => MappingState::Proposed,
        FoundBy::Program(_) => MappingState::Suggested,
    };
    let new = NewMapping {
        set: &order.set,
        organization: &order.tenant,
        actor: &order.actor,
        state,
        origin: Origin::Words,
    };
    let row = document::row(world, &MappingSet::default(), &mapping, &new);
    let row = &row.map_err(|fault| MappingError::Faulty(vec![fault]))?;
    world
        .store
        .write(|mut tx| async move {
            party(&tx, &order.tenant, &order.set).await?;
            let about = MappingFilter {
                about: Some(row.subject.clone()),
                ..MappingFilter::default()
            };
            let known = tx
                .mappings(&order.tenant, &order.set, &about, "", MOST_ALIKE)
                .await?;
            let same = known.iter().any(|known| {
                known.subject == row.subject
                    && known.object == row.object
                    && known.predicate == row.predicate
                    && known.negated == row.negated
                    && ![MappingState::Refused, MappingState::Withdrawn].contains(&known.state)
            });
            if same {
                return Err(MappingError::Known);
            }
            tx.add_mappings(vec![row.clone()]).await?;
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: row.proposed_at,
                actor: order.actor.clone(),
                action: "mapping.propose".into(),
                subject: row.id.clone(),
                detail: serde_json::json!({
                    "set": order.set, "subject": row.subject, "predicate": row.predicate,
                    "negated": row.negated == 1, "object": row.object, "state": state.as_str(),
                    "why": order.comment.trim(),
                })
                .to_string(),
            }])
            .await?;
            Ok(row.id.clone())
        })
        .await
}

/// The institution, if it takes part in the set. One that was only asked is told so.
pub(super) async fn party(
    reader: &Reader,
    tenant: &TenantId,
    set: &str,
) -> Result<InstitutionRow, MappingError> {
    is_party(reader, tenant, set).await??;
    let institution = reader.institution(tenant).await?;
    institution.ok_or(MappingError::NoSuchSet)
}

fn mapping(
    world: &World,
    order: &Proposal,
    institution: &InstitutionRow,
) -> Result<Mapping, MappingError> {
    if order.subject.trim() == order.object.trim() {
        return Err(MappingError::Itself);
    }
    let comment = lines_or_nothing(&order.comment, MOST_WORDS).ok_or(MappingError::Comment)?;
    let label = |text: &str| line_or_nothing(text, MOST_WORDS);
    let subject_label = label(&order.subject_label).ok_or(MappingError::SubjectLabel)?;
    let object_label = label(&order.object_label).ok_or(MappingError::ObjectLabel)?;
    let mut draft = MappingDraft::new(order.subject.trim(), &order.relation, order.object.trim())
        .with(Slot::AuthorLabel, &institution.name)
        .with(Slot::MappingDate, &day(world.clock.now()));
    if let Some(did) = &institution.did {
        draft = draft.with(Slot::AuthorId, did);
    }
    if order.negated {
        draft = draft.with(Slot::PredicateModifier, "Not");
    }
    for (slot, text) in [
        (Slot::SubjectLabel, &subject_label),
        (Slot::ObjectLabel, &object_label),
        (Slot::Confidence, &order.confidence),
        (Slot::Comment, &comment),
    ] {
        if !text.trim().is_empty() {
            draft = draft.with(slot, text.trim());
        }
    }
    if let FoundBy::Program(kind) = &order.found_by {
        draft = draft.justified_by(kind);
    }
    draft.finish().map_err(MappingError::Faulty)
}

/// Why nothing was proposed, voted or begun anew.
#[derive(Debug, thiserror::Error)]
pub enum MappingError {
    /// There is no such set for this institution.
    #[error("no such mapping set")]
    NoSuchSet,
    /// The institution was asked to take part and has not said yes.
    #[error("your institution was asked to take part and has not joined yet: join first")]
    NotJoined,
    /// It signed up by itself, and its domain is not shown.
    #[error("{NOT_SHOWN}")]
    NotShown,
    /// One organization would have two votes.
    #[error("{SAME_DOMAIN}")]
    SameDomain,
    /// There is no such mapping in it.
    #[error("no such mapping")]
    NoSuchMapping,
    /// A thing is the same as itself.
    #[error("a mapping needs two different things")]
    Itself,
    /// The set says so already.
    #[error("the set has this mapping already: vote on that one")]
    Known,
    /// No words where some have to be, or too many.
    #[error("say it in 1 to {MOST_WORDS} characters, without hidden signs")]
    Comment,
    /// What the subject is called does not fit.
    #[error("say what this is called in at most {MOST_WORDS} characters, without hidden signs")]
    SubjectLabel,
    /// What the object is called does not fit.
    #[error("say what that is called in at most {MOST_WORDS} characters, without hidden signs")]
    ObjectLabel,
    /// Nothing about why, or too many words.
    #[error("{NO_REASON}")]
    Reason,
    /// A vote of which nobody can read why.
    #[error("{UNEXPLAINED}")]
    Unexplained,
    /// A value that does not fit.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Faulty(Vec<Fault>),
    /// Not from -1 to 1.
    #[error("a vote is a number from -1 (no) to 1 (yes), with at most two decimals")]
    Vote,
    /// It was taken back.
    #[error("the mapping was withdrawn; propose it again")]
    Withdrawn,
    /// Only the institution that proposed it may take it back.
    #[error("only the institution that proposed the mapping may withdraw it")]
    NotYours,
    /// Another review was begun since the page was opened.
    #[error("another review of the mapping was begun in between: look at it again, then vote")]
    OtherRound,
    /// Its agreement ended.
    #[error("the agreement with this mapping has ended: review it again, then vote")]
    Ended,
    /// Whoever declared a conflict has no vote.
    #[error(
        "you declared a conflict of interest in this review: a colleague can vote for your organization"
    )]
    Conflicted,
    /// Whoever voted for another organization has no second vote.
    #[error("you voted for another organization in this review: a colleague can vote for this one")]
    VotedForAnother,
    /// It was declared before.
    #[error("you declared this before")]
    Declared,
    /// It is under review.
    #[error("the mapping is under review already: vote on it")]
    UnderReview,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Outside> for MappingError {
    fn from(why: Outside) -> Self {
        match why {
            Outside::NoSuchSet => Self::NoSuchSet,
            Outside::NotJoined => Self::NotJoined,
            Outside::NotShown => Self::NotShown,
            Outside::SameDomain => Self::SameDomain,
        }
    }
}

impl From<Barred> for MappingError {
    fn from(why: Barred) -> Self {
        match why {
            Barred::Conflicted => Self::Conflicted,
            Barred::VotedForAnother => Self::VotedForAnother,
        }
    }
}

/// What is told to an organization that has the vote of another.
pub(crate) const SAME_DOMAIN: &str = "an organization that joined before yours has shown the same domain, or one above or below it, and has the vote of both: ask its people to do this";

/// What is told to whoever votes and does not say why.
pub(crate) const UNEXPLAINED: &str = "give the reason for your vote, in 1 to 2000 characters, without hidden signs: everyone who takes part reads it, and it stands in the record";

/// What is told to whoever takes a step and does not say why.
pub(super) const NO_REASON: &str =
    "say why, in 1 to 2000 characters, without hidden signs: it stands in the record";

/// As many as anybody reads.
pub(crate) const MOST_WORDS: usize = 2_000;

/// A reason that was given.
pub(super) fn reason(text: &str) -> Option<String> {
    lines_of(text, MOST_WORDS)
}

/// Mappings of one subject that are looked at for one that says the same.
const MOST_ALIKE: u64 = 10_000;
