//! Mapping sets and frameworks in an installation: from a proposal over votes to a release that others can pin, and roles read through it.
//!
//! A set belongs to the institution that publishes it. Others take part once they were asked and said yes; for everybody else it does
//! not exist. What a program made stays *suggested* until the votes agree, and no release holds it before (TS-022).
//!
//! **Invariants:** an organization has one vote on a mapping in a round; whoever proposed a mapping does not decide on it alone; a
//! released version never changes: its file, its signed statement and its outbox line commit together.
//!
//! Start at [`propose()`], then [`vote()`], then [`release()`].

mod archive;
mod ask_wallet;
mod begin_set;
mod beside;
mod declare_conflict;
mod document;
mod draft_role;
mod find_statements;
mod framework;
mod framework_changes;
mod held;
mod invite;
mod join_set;
mod known_achievements;
mod known_frameworks;
mod known_releases;
mod link_facts;
mod lost_votes;
mod merge_sets;
mod one_person;
mod own_address;
mod position;
mod propose;
mod read_alone;
mod read_for_role;
mod read_framework;
mod release;
mod review_again;
mod role;
mod role_on;
mod sets;
mod statement;
mod take_framework;
mod take_set;
mod taking_part;
mod tally;
mod vote;
mod withdraw;
mod write_framework;
mod write_role;

pub use archive::{ArchiveError, Unpacked, packed, unpacked};
pub(crate) use ask_wallet::achievements_in_reach;
pub use ask_wallet::{ask_wallet, dcql_document};
pub use begin_set::{Beginning, SetError, begin_set};
pub use declare_conflict::{DeclaredConflict, declare_conflict};
pub use document::MappingView;
pub use draft_role::{DraftRoleError, RoleDraft, draft_role};
pub use find_statements::{Found, find_statements, statement, suggest_statements};
pub use framework::{frameworks, one_framework};
pub use framework_changes::{ChangedStatement, Concern, FrameworkChanges, framework_changes};
pub use invite::{InvitedParty, PartyError, invite};
pub use join_set::{Joining, join_set};
pub use known_achievements::KnownAchievements;
pub use known_frameworks::KnownFrameworks;
pub use known_releases::KnownReleases;
pub(crate) use known_releases::released;
pub(crate) use link_facts::link_facts;
pub(crate) use lost_votes::with_a_say;
pub use merge_sets::{Contradiction, MergedSet, Merging, merge_sets};
pub(crate) use one_person::{Barred, People, Round, count, may_vote, that_count};
pub(crate) use own_address::may_pass;
pub use propose::{FoundBy, MappingError, Proposal, propose};
pub(crate) use propose::{MOST_WORDS, SAME_DOMAIN, UNEXPLAINED};
pub use read_alone::read_alone;
pub use read_for_role::{
    Besides, MOST_READ, ReadError, RoleReading, ShownCredential, read_for_role,
};
pub(crate) use read_for_role::{check_all, read_checked, read_roles};
pub use read_framework::{ReadFramework, read_framework};
pub use release::{Release, ReleaseError, Released, release};
pub(crate) use release::{
    endorsements_path_of_release, path_of_release, statement_path_of_release,
};
pub use review_again::{ReviewAgain, review_again};
pub(crate) use role::read as read_tasks;
pub use role::{KeptRole, public_role, role, roles};
pub use role_on::role_on;
pub use sets::{
    ConflictView, MappingDetail, MappingList, Party, ReleaseView, SetDetail, SetSummary, VoteView,
    mapping, mappings, set, sets,
};
pub(crate) use statement::FileStatement;
pub use statement::StatementError;
pub use take_framework::{FrameworkError, FrameworkOrder, TakenFramework, take_framework};
pub use take_set::{SetFile, TakenSet, take_set};
pub(crate) use taking_part::{Outside, is_one, is_party, taking_part};
pub(crate) use tally::Ballot;
pub use tally::{Tally, Wanting};
pub use touchstone_crosswalk::{
    framework::{Form, Origin, Statement},
    role::{
        Gap, JobFault, JobPart, JobStatement, JobWish, Need, Pin, Role, Showing, Task, TaskAnswer,
        Verdict, Via,
    },
    sssom::{Mapping, Place, Relation, Standing},
};
pub use vote::{Vote, Voted, vote};
pub use withdraw::{Withdrawal, withdraw};
pub use write_framework::{FrameworkFile, write_framework};
pub use write_role::{RoleError, RoleOrder, TaskOrder, write_role};
