//! What the votes on a mapping, or on a version of a competency, amount to: the rule, without the database.

use touchstone_store::{CompetencyVoteRow, MappingVoteRow, TenantId};
use touchstone_vc::DAY_MS;

/// What the votes say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tally {
    /// Organizations that voted.
    pub votes: usize,
    /// Votes that are needed: more than half of those who take part and do not stand back.
    pub needed: usize,
    /// The mean of the votes, in hundredths from -100 to 100; `None` without a vote.
    pub agreement: Option<i64>,
    /// When the oldest of the votes was cast; `None` without a vote.
    pub oldest: Option<i64>,
    /// What is still wanting for a decision.
    pub wanting: Vec<Wanting>,
}

/// What is wanting before votes decide.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Wanting {
    /// More votes.
    Votes,
    /// The vote of a person other than the one who proposed it.
    AnotherPerson,
    /// The vote of an organization other than the one that proposed it.
    AnotherOrganization,
    /// The votes hold the balance.
    Majority,
}

/// What the rule looks at of one organization's vote.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ballot<'a> {
    /// The organization.
    pub(crate) tenant: &'a TenantId,
    /// Who voted for it; where a member stands behind, by their mail address.
    pub(crate) actor: &'a str,
    /// Whether that is a person who was signed in.
    pub(crate) by_member: bool,
    /// From -100 (no) to 100 (yes).
    pub(crate) hundredths: i64,
    /// When it was cast.
    pub(crate) cast_at: i64,
}

impl<'a> From<&'a MappingVoteRow> for Ballot<'a> {
    fn from(row: &'a MappingVoteRow) -> Self {
        Self {
            tenant: &row.tenant,
            actor: &row.actor,
            by_member: row.member == 1,
            hundredths: row.hundredths,
            cast_at: row.cast_at,
        }
    }
}

impl<'a> From<&'a CompetencyVoteRow> for Ballot<'a> {
    fn from(row: &'a CompetencyVoteRow) -> Self {
        Self {
            tenant: &row.tenant,
            actor: &row.actor,
            by_member: row.member == 1,
            hundredths: row.hundredths,
            cast_at: row.cast_at,
        }
    }
}

/// Counts the votes of one round on what `proposer` of `organization` proposed, in a set with `parties`, of which those stand back that `declared` a
/// conflict of interest and for which nobody else votes: more than half of the others have to.
///
/// Nobody reviews their own alone: somebody else who was signed in has voted, and where several organizations take part, another one has, whoever stands back.
pub(crate) fn tally(
    organization: &TenantId,
    proposer: &str,
    parties: &[TenantId],
    declared: &[&TenantId],
    votes: &[Ballot<'_>],
) -> Tally {
    let votes: Vec<_> = votes
        .iter()
        .filter(|vote| parties.contains(vote.tenant))
        .collect();
    let stands_back = |party: &&TenantId| {
        declared.contains(party) && votes.iter().all(|vote| vote.tenant != *party)
    };
    let standing_back = parties.iter().filter(stands_back).count();
    let needed = parties.len().saturating_sub(standing_back) / 2 + 1;
    let sum: i64 = votes.iter().map(|vote| vote.hundredths).sum();
    let count = i64::try_from(votes.len()).unwrap_or(i64::MAX);
    let agreement = (count > 0).then(|| {
        // Half away from nought, so that no side is favoured.
        (2 * sum + sum.signum() * count) / (2 * count)
    });
    let mut wanting = Vec::new();
    if votes.len() < needed {
        wanting.push(Wanting::Votes);
    }
    if !votes
        .iter()
        .any(|vote| vote.by_member && vote.actor != proposer)
    {
        wanting.push(Wanting::AnotherPerson);
    }
    if parties.len() > 1 && votes.iter().all(|vote| vote.tenant == organization) {
        wanting.push(Wanting::AnotherOrganization);
    }
    if agreement == Some(0) {
        wanting.push(Wanting::Majority);
    }
    Tally {
        votes: votes.len(),
        needed,
        agreement,
        oldest: votes.iter().map(|vote| vote.cast_at).min(),
        wanting,
    }
}

impl Tally {
    /// Whether the votes agree; `None` while something is wanting.
    pub fn decision(&self) -> Option<bool> {
        match self.agreement {
            Some(agreement) if self.wanting.is_empty() => Some(agreement > 0),
            _ => None,
        }
    }

    /// The decision with its dates; `before` is the one that stood so far: whether it agreed, and when it was made.
    ///
    /// One more vote for the same does not put the review off, and another agreement is as old as the oldest vote that it rests on:
    /// nobody renews it on what others said before.
    pub(crate) fn decided(
        &self,
        before: Option<(bool, i64)>,
        now: i64,
        review_days: i64,
    ) -> Option<Decided> {
        let agrees = self.decision()?;
        let made = self.oldest.filter(|_| agrees).unwrap_or(now);
        let same = before.filter(|(agreed, _)| *agreed == agrees);
        let at = same.map_or(made, |(_, at)| at);
        Some(Decided {
            agrees,
            at,
            review_due: agrees.then_some(at + review_days * DAY_MS),
        })
    }
}

/// What the votes decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Decided {
    /// Whether they agree.
    pub(crate) agrees: bool,
    /// When it was decided.
    pub(crate) at: i64,
    /// When an agreement has to be reviewed again.
    pub(crate) review_due: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(tenant: &str, actor: &str, hundredths: i64) -> MappingVoteRow {
        MappingVoteRow {
            mapping: "m".into(),
            round: 1,
            tenant: TenantId::new(tenant),
            actor: actor.into(),
            member: 1,
            hundredths,
            comment: String::new(),
            cast_at: 0,
        }
    }

    #[track_caller]
    fn check(parties: &[&str], votes: &[(&str, &str, i64)], expect: Option<bool>) -> Tally {
        let parties: Vec<TenantId> = parties.iter().copied().map(TenantId::new).collect();
        let votes: Vec<MappingVoteRow> = votes.iter().map(|(t, a, v)| vote(t, a, *v)).collect();
        let votes: Vec<Ballot<'_>> = votes.iter().map(Ballot::from).collect();
        let tally = tally(&TenantId::new("a"), "ann", &parties, &[], &votes);
        assert_eq!(tally.decision(), expect, "{tally:?}");
        tally
    }

    #[test]
    fn nobody_reviews_their_own_alone() {
        let tally = check(&["a"], &[("a", "ann", 100)], None);
        assert_eq!(tally.wanting, [Wanting::AnotherPerson]);
        check(&["a"], &[("a", "ben", 100)], Some(true));
        let tally = check(&["a", "b"], &[("a", "ben", 100)], None);
        assert_eq!(
            tally.wanting,
            [Wanting::Votes, Wanting::AnotherOrganization]
        );
    }

    #[test]
    fn nobody_decides_alone_because_the_others_stand_back() {
        let (ann, ben) = (vote("a", "ann", 100), vote("a", "ben", 100));
        for parties in [&["a", "b"][..], &["a", "b", "c"]] {
            let parties: Vec<TenantId> = parties.iter().copied().map(TenantId::new).collect();
            let back: Vec<&TenantId> = parties.iter().skip(1).collect();
            for own in [&ann, &ben] {
                let tally = tally(&TenantId::new("a"), "ann", &parties, &back, &[own.into()]);
                assert_eq!((tally.needed, tally.decision()), (1, None), "{tally:?}");
                assert!(tally.wanting.contains(&Wanting::AnotherOrganization));
            }
        }
        // Where the proposer's own organization stands back, the other one decides.
        let parties = ["a", "b"].map(TenantId::new);
        let other = vote("b", "bo", 100);
        let tally = tally(
            &TenantId::new("a"),
            "ann",
            &parties,
            &[&parties[0]],
            &[(&other).into()],
        );
        assert_eq!((tally.needed, tally.decision()), (1, Some(true)));
    }

    #[test]
    fn a_program_is_no_other_person() {
        let mut program = vote("a", "key-1", 100);
        program.member = 0;
        let tally = tally(
            &TenantId::new("a"),
            "ann",
            &[TenantId::new("a")],
            &[],
            &[(&program).into()],
        );
        assert_eq!(tally.decision(), None);
    }

    #[test]
    fn more_than_half_of_five_decide_by_their_mean() {
        let five = ["a", "b", "c", "d", "e"];
        check(&five, &[("a", "ann", 100), ("b", "bo", 100)], None);
        check(
            &five,
            &[("a", "ann", 100), ("b", "bo", 100), ("c", "cy", -50)],
            Some(true),
        );
        check(
            &five,
            &[("a", "ann", 100), ("b", "bo", -100), ("c", "cy", -50)],
            Some(false),
        );
        let tally = check(
            &five,
            &[("a", "ann", 50), ("b", "bo", -50), ("c", "cy", 0)],
            None,
        );
        assert_eq!(tally.wanting, [Wanting::Majority]);
    }

    #[test]
    fn whoever_does_not_take_part_has_no_vote() {
        let tally = check(&["a"], &[("z", "zoe", 100)], None);
        assert_eq!(tally.votes, 0);
    }

    /// A tally whose votes decide, the oldest of them cast at 5.
    fn deciding(agreement: i64) -> Tally {
        Tally {
            votes: 2,
            needed: 2,
            agreement: Some(agreement),
            oldest: Some(5),
            wanting: Vec::new(),
        }
    }

    #[test]
    fn an_agreement_is_as_old_as_its_oldest_vote_and_a_refusal_is_of_now() {
        let decided = |agreement, before| {
            let found = deciding(agreement).decided(before, 9, 1).unwrap();
            (found.agrees, found.at, found.review_due)
        };
        for before in [None, Some((false, 3))] {
            assert_eq!(decided(50, before), (true, 5, Some(5 + DAY_MS)));
        }
        for before in [None, Some((true, 3))] {
            assert_eq!(decided(-50, before), (false, 9, None));
        }
        let mut open = deciding(50);
        open.wanting.push(Wanting::Votes);
        assert_eq!(open.decided(Some((true, 3)), 9, 1), None);
    }

    #[test]
    fn one_more_vote_for_the_same_does_not_put_the_review_off() {
        let agreed = deciding(50).decided(Some((true, 3)), 9, 1).unwrap();
        assert_eq!((agreed.at, agreed.review_due), (3, Some(3 + DAY_MS)));
        let refused = deciding(-50).decided(Some((false, 3)), 9, 1).unwrap();
        assert_eq!((refused.at, refused.review_due), (3, None));
    }

    #[test]
    fn a_mean_is_rounded_the_same_on_both_sides() {
        let up = check(
            &["a", "b", "c"],
            &[("a", "ann", 1), ("b", "bo", 0)],
            Some(true),
        );
        let down = check(
            &["a", "b", "c"],
            &[("a", "ann", -1), ("b", "bo", 0)],
            Some(false),
        );
        assert_eq!((up.agreement, down.agreement), (Some(1), Some(-1)));
    }
}
