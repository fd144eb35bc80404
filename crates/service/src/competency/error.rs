//! Why nothing was written, said or voted; and who takes part.

use touchstone_store::{CompetencyRow, CompetencyVersionRow, Reader, StoreError, TenantId};

use crate::{
    crosswalk::{Barred, MOST_WORDS, Outside, SAME_DOMAIN, UNEXPLAINED, is_party},
    issuing::SlugError,
    operations::sign_up::NOT_SHOWN,
    text::{line_of, lines_of},
};

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum CompetencyError {
    #[error("no such mapping set")]
    NoSuchSet,
    #[error("your institution was asked to take part and has not joined yet: join first")]
    NotJoined,
    #[error("{NOT_SHOWN}")]
    NotShown,
    #[error("{SAME_DOMAIN}")]
    SameDomain,
    #[error("no such competency")]
    NoSuchCompetency,
    #[error("no such version")]
    NoSuchVersion,
    #[error("choose one of your roles: its tasks are what is written down")]
    NoSuchRole,
    #[error("choose who drafts the rubric among those who take part")]
    NoSuchIssuer,
    #[error("{0}")]
    Slug(#[from] SlugError),
    #[error("the issuer has a competency with this short name already; choose another")]
    SlugTaken,
    #[error("give it a title, in at most {MOST_TITLE} characters, without hidden signs")]
    Title,
    #[error(
        "say why, in at most {MOST_WORDS} characters, without hidden signs: it stands in the record"
    )]
    Why,
    #[error("say it in 1 to {MOST_WORDS} characters, without hidden signs")]
    Words,
    #[error("a vote is a number from -1 (no) to 1 (yes), with at most two decimals")]
    Vote,
    #[error("{UNEXPLAINED}")]
    Unexplained,
    #[error("only the organization that drafts the tasks may write them anew")]
    NotEmployer,
    #[error("only the organization that drafts the rubric may do this")]
    NotIssuer,
    #[error("the latest version says the same already")]
    Same,
    #[error("write at least two levels: a rubric tells them apart")]
    TooFewLevels,
    #[error("a rubric has at most {MOST_LEVELS} levels")]
    TooManyLevels,
    #[error("level {0}: give it a name, in at most {MOST_TITLE} characters, without hidden signs")]
    LevelName(usize),
    #[error("level {0}: say what can be seen at it, in at most {MOST_WORDS} characters")]
    LevelDescription(usize),
    #[error(
        "level {0}: give at most {MOST_EXAMPLES} examples, one a line, each of at most {MOST_TITLE} characters"
    )]
    LevelExamples(usize),
    #[error("the level that must be reached is the number of one of them")]
    RequiredLevel,
    #[error("there is no rubric in this version yet: the issuer drafts it first")]
    NoRubric,
    #[error("another version was written in between: look at it, then write yours")]
    InBetween,
    #[error("another review of the version was begun in between: look at it again, then vote")]
    OtherRound,
    #[error("the agreement with this version has ended: review it again, then vote")]
    Ended,
    #[error(
        "you declared a conflict of interest in this review: a colleague can vote for your organization"
    )]
    Conflicted,
    #[error("you voted for another organization in this review: a colleague can vote for this one")]
    VotedForAnother,
    #[error("you declared this before")]
    Declared,
    #[error("the version is under review already: vote on it")]
    UnderReview,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Outside> for CompetencyError {
    fn from(why: Outside) -> Self {
        match why {
            Outside::NoSuchSet => Self::NoSuchSet,
            Outside::NotJoined => Self::NotJoined,
            Outside::NotShown => Self::NotShown,
            Outside::SameDomain => Self::SameDomain,
        }
    }
}

impl From<Barred> for CompetencyError {
    fn from(why: Barred) -> Self {
        match why {
            Barred::Conflicted => Self::Conflicted,
            Barred::VotedForAnother => Self::VotedForAnother,
        }
    }
}

/// A competency, if the institution takes part in its bloc. One that was only asked is told so.
pub(super) async fn joined(
    reader: &Reader,
    tenant: &TenantId,
    id: &str,
) -> Result<CompetencyRow, CompetencyError> {
    let row = reader.competency(tenant, id).await?;
    let row = row.ok_or(CompetencyError::NoSuchCompetency)?;
    party(reader, tenant, &row.mapping_set).await?;
    Ok(row)
}

/// Whether the institution takes part in a bloc.
pub(super) async fn party(
    reader: &Reader,
    tenant: &TenantId,
    set: &str,
) -> Result<(), CompetencyError> {
    is_party(reader, tenant, set).await??;
    Ok(())
}

/// One version of a competency, with a rubric: what is voted on, tried out and released.
pub(super) async fn whole(
    reader: &Reader,
    tenant: &TenantId,
    id: &str,
    number: i64,
) -> Result<CompetencyVersionRow, CompetencyError> {
    let row = reader.competency_version(tenant, id, number).await?;
    let row = row.ok_or(CompetencyError::NoSuchVersion)?;
    match row.rubric.is_empty() {
        true => Err(CompetencyError::NoRubric),
        false => Ok(row),
    }
}

/// A reason that was given.
pub(super) fn why(text: &str) -> Result<String, CompetencyError> {
    words(text).ok_or(CompetencyError::Why)
}

/// Words that say something and are not too many.
pub(super) fn words(text: &str) -> Option<String> {
    lines_of(text, MOST_WORDS)
}

/// A text as a definition has it: browsers end the lines of a form otherwise.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// One line of words.
pub(super) fn line(text: &str) -> Option<String> {
    line_of(text, MOST_TITLE)
}

const MOST_TITLE: usize = 200;
pub(super) const MOST_LEVELS: usize = 20;
/// Of one level.
pub(super) const MOST_EXAMPLES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_no_signs_that_nobody_sees() {
        assert_eq!(line(" Drehen  "), Some("Drehen".into()));
        for unfit in ["", "two\nlines", "a\u{202E}b", "a\u{2066}b"] {
            assert_eq!(line(unfit), None, "{unfit:?}");
        }
    }
}
