//! From a proposal over votes to a release that anybody can check.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Notify;
use touchstone_crosswalk::sssom::{MappingSet, Relation, Slot, Standing};
use touchstone_service::{
    World,
    crosswalk::{
        Beginning, FoundBy, InvitedParty, Joining, MappingError, PartyError, Proposal, Release,
        ReleaseError, ReviewAgain, SetError, Vote, Voted, Wanting, Withdrawal, begin_set, invite,
        join_set, mapping, propose, release, review_again, set, sets, vote, withdraw,
    },
    issuing::{Links, found, lint_achievement},
    logging::{prove_change, sequence_until_idle},
    operations::{
        signing_key::{Rotation, rotate},
        work_until_idle,
    },
    ports::{PublicKey, SignError, Signer},
    verifying::{self, Reach, Which},
};
use touchstone_store::{MappingState, TenantId};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{CheckKind, Outcome, Signature, log::Entry};

use crate::support::{MEASURING, audited, definition, founding, institution, institution_with};

pub(crate) const SUBJECT: &str = "https://verify.example.edu/i/riverside/a/precision-measurement";
pub(crate) const TASK: &str = "https://services.onetcenter.org/task/11845";
const DAY_MS: i64 = 86_400_000;

pub(crate) fn beginning(tenant: &TenantId, slug: &str) -> Beginning {
    Beginning {
        tenant: tenant.clone(),
        actor: "ann".into(),
        slug: slug.into(),
        title: "Machining and O*NET".into(),
        license: "https://creativecommons.org/licenses/by/4.0/".into(),
        review_days: 365,
        why: "The trades asked for it.".into(),
    }
}

pub(crate) fn proposal(tenant: &TenantId, set: &str, object: &str) -> Proposal {
    Proposal {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.into(),
        subject: SUBJECT.into(),
        subject_label: "Precision measurement".into(),
        relation: Relation::Exact,
        negated: false,
        object: object.into(),
        object_label: "Measure dimensions of finished workpieces".into(),
        confidence: "0.9".into(),
        comment: "The test is this task.".into(),
        found_by: FoundBy::Person,
    }
}

pub(crate) async fn cast(
    world: &World,
    tenant: &TenantId,
    actor: &str,
    (set, mapping): (&str, &str),
    round: i64,
    hundredths: i64,
) -> Result<Voted, MappingError> {
    let order = Vote {
        tenant: tenant.clone(),
        actor: actor.into(),
        by_member: true,
        set: set.into(),
        mapping: mapping.into(),
        round,
        hundredths,
        comment: "As seen at work.".into(),
    };
    vote(world, &order).await
}

pub(crate) async fn other(world: &World, slug: &str) -> TenantId {
    let mut order = founding(slug);
    order.description.name = format!("{slug} works");
    found(world, &order).await.unwrap().tenant
}

/// A set with one mapping that the votes agree with.
pub(crate) async fn agreed(world: &TestWorld) -> (TenantId, String, String) {
    let tenant = institution(world).await;
    let id = begin_set(world, &beginning(&tenant, "machining"))
        .await
        .unwrap();
    let one = propose(world, &proposal(&tenant, &id, TASK)).await.unwrap();
    let voted = cast(world, &tenant, "ben", (&id, &one), 1, 100)
        .await
        .unwrap();
    assert_eq!(voted.state, MappingState::Agreed);
    (tenant, id, one)
}

pub(crate) fn releasing(tenant: &TenantId, set: &str) -> Release {
    Release {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: set.into(),
        why: "The votes say so.".into(),
    }
}

#[tokio::test]
async fn a_release_is_canonical_signed_published_and_in_the_log() {
    let world = world().await;
    let (tenant, id, _) = agreed(&world).await;
    let released = release(&world, &releasing(&tenant, &id)).await.unwrap();
    assert_eq!((released.number, released.mappings), (1, 1));
    assert_eq!(
        released.url,
        "https://verify.example.edu/i/riverside/mappings/machining/1.sssom.tsv"
    );
    let document = async |statement| {
        let which = Which::Mappings {
            set: "machining",
            number: 1,
            statement,
        };
        verifying::document(&world, "riverside", which)
            .await
            .unwrap()
            .unwrap()
    };
    let file = document(false).await;
    let read = MappingSet::read_tsv(&file.bytes).unwrap().set;
    assert_eq!(read.canonical().unwrap().into_bytes(), file.bytes);
    assert_eq!(read.sha256().unwrap(), released.sha256);
    assert_eq!(read.version(), Some("1"));
    assert!(read.missing_for_release().is_empty());
    let mapping = &read.mappings()[0];
    assert_eq!(mapping.standing(), Standing::Reviewed);
    assert_eq!(mapping.one(Slot::ReviewerAgreement), Some("1"));
    assert_eq!(mapping.all(Slot::ReviewerLabel), ["Riverside Polytechnic"]);
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    assert!(
        !text.contains("ann") && !text.contains("ben"),
        "nobody is named: {text}"
    );

    let statement = document(true).await;
    let checked = verifying::check(&world, &statement.bytes, None, Reach::Own).await;
    let report = checked.unwrap().report;
    for kind in [CheckKind::Proof, CheckKind::Issuer] {
        assert_eq!(report.outcome(kind), Some(Outcome::Pass), "{report:?}");
    }
    let said = String::from_utf8(statement.bytes).unwrap();
    assert!(
        said.contains(&released.url) && said.contains("sha256-"),
        "{said}"
    );

    sequence_until_idle(&world).await.unwrap();
    let proven = prove_change(&world, "mapping_set.released", &id, 1)
        .await
        .unwrap()
        .unwrap();
    let Entry::MappingSetRelease { url, sha256, .. } = Entry::parse(&proven.entry).unwrap() else {
        panic!("another kind of entry")
    };
    assert_eq!(url, released.url);
    assert_eq!(sha256, (world.crypto.sha256)(&file.bytes));
    let published = verifying::documents(&world).await.unwrap();
    let paths: Vec<&str> = published
        .iter()
        .map(|document| document.path.as_str())
        .collect();
    assert!(
        paths.contains(&"/i/riverside/mappings/machining/1.sssom.tsv"),
        "{paths:?}"
    );
    assert!(paths.contains(&"/i/riverside/mappings/machining/1.statement.json"));
    for action in [
        "mapping_set.begin",
        "mapping.propose",
        "mapping.vote",
        "mapping_set.release",
    ] {
        assert_eq!(audited(&world, &tenant, action).await, 1, "{action}");
    }
}

#[tokio::test]
async fn nobody_decides_alone_on_what_they_proposed() {
    let world = world().await;
    let tenant = institution(&world).await;
    let id = begin_set(&world, &beginning(&tenant, "machining"))
        .await
        .unwrap();
    let one = propose(&world, &proposal(&tenant, &id, TASK))
        .await
        .unwrap();
    let own = cast(&world, &tenant, "ann", (&id, &one), 1, 100)
        .await
        .unwrap();
    assert_eq!(own.state, MappingState::Proposed);
    assert_eq!(own.tally.wanting, [Wanting::AnotherPerson]);
    let refused = release(&world, &releasing(&tenant, &id)).await;
    assert!(
        matches!(refused, Err(ReleaseError::NothingAgreed)),
        "{refused:?}"
    );
    let second = cast(&world, &tenant, "ben", (&id, &one), 1, -100)
        .await
        .unwrap();
    assert_eq!(second.state, MappingState::Refused);
    assert_eq!(second.tally.votes, 1, "the organization has one vote");
}

#[tokio::test]
async fn another_decision_is_good_from_the_day_on_which_it_is_made() {
    let world = world().await;
    let (tenant, id, one) = agreed(&world).await;
    let due = async || {
        let seen = mapping(&world, &tenant, &id, &one).await.unwrap().unwrap();
        seen.row.review_due
    };
    let first = due().await.unwrap();
    world.clock.advance_millis(DAY_MS);
    let vote = async |actor, hundredths| {
        let voted = cast(&world, &tenant, actor, (&id, &one), 1, hundredths).await;
        voted.unwrap().state
    };
    assert_eq!(vote("ben", 90).await, MappingState::Agreed);
    assert_eq!(due().await, Some(first), "the same decision is not put off");
    assert_eq!(vote("ben", -100).await, MappingState::Refused);
    assert_eq!(due().await, None);
    world.clock.advance_millis(400 * DAY_MS);
    assert_eq!(vote("ben", 100).await, MappingState::Agreed);
    assert_eq!(due().await, Some(first + 401 * DAY_MS));
}

/// A signer that has signed, and says so only when it is let go on.
pub(crate) struct Slow {
    by: Arc<dyn Signer>,
    pub(crate) signed: Notify,
    pub(crate) go_on: Notify,
}

#[async_trait]
impl Signer for Slow {
    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.by.create(key).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        self.by.public(key).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        let signature = self.by.sign(key, message).await?;
        self.signed.notify_one();
        self.go_on.notified().await;
        Ok(signature)
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.by.end(key).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.by.destroy(key).await
    }
}

/// The same installation with such a signer.
pub(crate) fn slowly(world: &TestWorld) -> (Arc<Slow>, World) {
    let slow = Arc::new(Slow {
        by: Arc::clone(&world.signer),
        signed: Notify::new(),
        go_on: Notify::new(),
    });
    let slowly = World {
        signer: Arc::clone(&slow) as _,
        ..world.world.clone()
    };
    (slow, slowly)
}

#[tokio::test]
async fn t43_nothing_is_released_under_a_key_that_ended_meanwhile() {
    let world = world().await;
    let (tenant, id, _) = agreed(&world).await;
    let (slow, slowly) = slowly(&world);
    let order = releasing(&tenant, &id);
    let (refused, ()) = tokio::join!(release(&slowly, &order), async {
        slow.signed.notified().await;
        let rotation = Rotation {
            tenant: tenant.clone(),
            actor: "owner".into(),
            reason: "As planned.".into(),
            at_once: true,
        };
        rotate(&world, &rotation).await.unwrap();
        work_until_idle(&world).await.unwrap();
        slow.go_on.notify_one();
    });
    assert!(
        matches!(refused, Err(ReleaseError::InBetween)),
        "{refused:?}"
    );
    assert_eq!(release(&world, &order).await.unwrap().number, 1);
}

#[tokio::test]
async fn what_a_program_found_stays_a_suggestion_and_is_in_no_release_until_the_votes_agree() {
    let world = world().await;
    let (tenant, id, _) = agreed(&world).await;
    let mut order = proposal(&tenant, &id, "https://services.onetcenter.org/task/11846");
    order.found_by = FoundBy::Program("LexicalMatching".into());
    let found = propose(&world, &order).await.unwrap();
    let seen = mapping(&world, &tenant, &id, &found)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen.row.state, MappingState::Suggested);
    let first = release(&world, &releasing(&tenant, &id)).await.unwrap();
    assert_eq!(first.mappings, 1);
    let program = Vote {
        tenant: tenant.clone(),
        actor: "key-1".into(),
        by_member: false,
        set: id.clone(),
        mapping: found.clone(),
        round: 1,
        hundredths: 100,
        comment: "As seen at work.".into(),
    };
    let voted = vote(&world, &program).await.unwrap();
    assert_eq!(
        voted.state,
        MappingState::Suggested,
        "a program is no second pair of eyes"
    );
    let voted = cast(&world, &tenant, "ben", (&id, &found), 1, 60)
        .await
        .unwrap();
    assert_eq!(voted.state, MappingState::Agreed);
    let second = release(&world, &releasing(&tenant, &id)).await.unwrap();
    assert_eq!((second.number, second.mappings), (2, 2));
}

#[tokio::test]
async fn another_institution_sees_nothing_until_it_is_asked_and_votes_once_it_joined() {
    let world = world().await;
    let (tenant, id, one) = agreed(&world).await;
    let hill = other(&world, "hill").await;
    assert!(sets(&world, &hill).await.unwrap().is_empty());
    assert!(set(&world, &hill, &id).await.unwrap().is_none());
    assert!(mapping(&world, &hill, &id, &one).await.unwrap().is_none());
    let foreign = cast(&world, &hill, "hal", (&id, &one), 1, 100).await;
    assert!(
        matches!(foreign, Err(MappingError::NoSuchSet)),
        "{foreign:?}"
    );
    let order = InvitedParty {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: id.clone(),
        institution: "hill".into(),
        why: "Its people know the work.".into(),
    };
    invite(&world, &order).await.unwrap();
    assert!(matches!(
        invite(&world, &order).await,
        Err(PartyError::Asked)
    ));
    let asked = cast(&world, &hill, "hal", (&id, &one), 1, 100).await;
    assert!(matches!(asked, Err(MappingError::NotJoined)), "{asked:?}");
    let joining = Joining {
        tenant: hill.clone(),
        actor: "hal".into(),
        set: id.clone(),
        why: "Our people do this work.".into(),
    };
    join_set(&world, &joining).await.unwrap();
    assert!(matches!(
        join_set(&world, &joining).await,
        Err(PartyError::Joined)
    ));
    // With two who take part, the vote of the one that proposed it decides no more.
    let two = propose(&world, &proposal(&tenant, &id, "https://b.example/2"))
        .await
        .unwrap();
    let one_vote = cast(&world, &tenant, "ben", (&id, &two), 1, 100)
        .await
        .unwrap();
    assert_eq!(one_vote.state, MappingState::Proposed);
    let both = cast(&world, &hill, "hal", (&id, &two), 1, -20)
        .await
        .unwrap();
    assert_eq!(
        (both.state, both.tally.agreement),
        (MappingState::Agreed, Some(40))
    );
    let theirs = release(&world, &releasing(&hill, &id)).await;
    assert!(matches!(theirs, Err(ReleaseError::NotYours)), "{theirs:?}");
    let released = release(&world, &releasing(&tenant, &id)).await.unwrap();
    let which = Which::Mappings {
        set: "machining",
        number: released.number,
        statement: false,
    };
    let file = verifying::document(&world, "riverside", which)
        .await
        .unwrap()
        .unwrap();
    let read = MappingSet::read_tsv(&file.bytes).unwrap().set;
    let both: Vec<_> = read
        .mappings()
        .iter()
        .map(|one| one.reviewers().count())
        .collect();
    assert!(
        both.contains(&4),
        "two reviewers, each by identifier and name: {both:?}"
    );
}

#[tokio::test]
async fn an_agreement_ends_and_is_reviewed_again_in_a_new_round() {
    let world = world().await;
    let (tenant, id, one) = agreed(&world).await;
    let released = release(&world, &releasing(&tenant, &id)).await.unwrap();
    let now = world.world.clock.now().unix_millis();
    assert_eq!(released.valid_until, now + 365 * DAY_MS);
    world.clock.advance_millis(366 * DAY_MS);
    let seen = mapping(&world, &tenant, &id, &one).await.unwrap().unwrap();
    assert!(seen.due);
    assert_eq!(sets(&world, &tenant).await.unwrap()[0].due, 1);
    let refused = release(&world, &releasing(&tenant, &id)).await;
    assert!(
        matches!(refused, Err(ReleaseError::NothingAgreed)),
        "{refused:?}"
    );
    let again = ReviewAgain {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: id.clone(),
        mapping: one.clone(),
        why: "The votes say so.".into(),
    };
    assert_eq!(review_again(&world, &again).await.unwrap(), 2);
    assert!(matches!(
        review_again(&world, &again).await,
        Err(MappingError::UnderReview)
    ));
    let late = cast(&world, &tenant, "ben", (&id, &one), 1, 100).await;
    assert!(matches!(late, Err(MappingError::OtherRound)), "{late:?}");
    cast(&world, &tenant, "ben", (&id, &one), 2, 100)
        .await
        .unwrap();
    assert_eq!(
        release(&world, &releasing(&tenant, &id))
            .await
            .unwrap()
            .number,
        2
    );
    let seen = mapping(&world, &tenant, &id, &one).await.unwrap().unwrap();
    assert_eq!(seen.votes.len(), 2, "the votes before stay on record");
}

#[tokio::test]
async fn what_cannot_be_so_is_refused_with_the_way_out() {
    let world = world().await;
    let tenant = institution(&world).await;
    let mut faulty = beginning(&tenant, "machining");
    faulty.license = "by".into();
    assert!(matches!(
        begin_set(&world, &faulty).await,
        Err(SetError::License)
    ));
    let id = begin_set(&world, &beginning(&tenant, "machining"))
        .await
        .unwrap();
    let taken = begin_set(&world, &beginning(&tenant, "machining")).await;
    assert!(matches!(taken, Err(SetError::SlugTaken)));
    let refused = propose(&world, &proposal(&tenant, &id, "no address")).await;
    assert!(
        matches!(refused, Err(MappingError::Faulty(_))),
        "{refused:?}"
    );
    let itself = propose(&world, &proposal(&tenant, &id, SUBJECT)).await;
    assert!(matches!(itself, Err(MappingError::Itself)));
    let one = propose(&world, &proposal(&tenant, &id, TASK))
        .await
        .unwrap();
    let again = propose(&world, &proposal(&tenant, &id, TASK)).await;
    assert!(matches!(again, Err(MappingError::Known)));
    let loud = cast(&world, &tenant, "ben", (&id, &one), 1, 101).await;
    assert!(matches!(loud, Err(MappingError::Vote)));
    let back = Withdrawal {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: id.clone(),
        mapping: one.clone(),
        why: "The votes say so.".into(),
    };
    withdraw(&world, &back).await.unwrap();
    let late = cast(&world, &tenant, "ben", (&id, &one), 1, 100).await;
    assert!(matches!(late, Err(MappingError::Withdrawn)));
    propose(&world, &proposal(&tenant, &id, TASK))
        .await
        .unwrap();
}

/// What TS-018 says of the example achievement.
pub(crate) async fn endorsed(world: &World, tenant: &TenantId) -> String {
    use touchstone_vc::lint::Profile;
    let report = lint_achievement(
        world,
        tenant,
        "precision-measurement",
        None,
        Profile::TmcApplication,
        Links::AsWritten,
    );
    let report: serde_json::Value =
        serde_json::from_str(&report.await.unwrap().unwrap().to_json().to_string()).unwrap();
    let rules = report["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "TS-018").unwrap();
    rule["judgement"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_reviewed_link_stands_behind_an_achievement_until_the_review_ends() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let link = definition(MEASURING).alignment[0].target_url.clone();
    assert_eq!(
        endorsed(&world, &tenant).await,
        "unknown",
        "it takes part in no set"
    );
    let alone = begin_set(&world, &beginning(&tenant, "alone"))
        .await
        .unwrap();
    let own = propose(&world, &proposal(&tenant, &alone, &link))
        .await
        .unwrap();
    assert_eq!(
        endorsed(&world, &tenant).await,
        "broken",
        "nobody reviewed it yet"
    );
    let voted = cast(&world, &tenant, "ben", (&alone, &own), 1, 100)
        .await
        .unwrap();
    assert_eq!(voted.state, MappingState::Agreed);
    assert_eq!(
        endorsed(&world, &tenant).await,
        "broken",
        "two colleagues are nobody else"
    );
    let hill = other(&world, "hill").await;
    let id = begin_set(&world, &beginning(&tenant, "machining"))
        .await
        .unwrap();
    let order = InvitedParty {
        tenant: tenant.clone(),
        actor: "ann".into(),
        set: id.clone(),
        institution: "hill".into(),
        why: "Its people know the work.".into(),
    };
    invite(&world, &order).await.unwrap();
    let joining = Joining {
        tenant: hill.clone(),
        actor: "hal".into(),
        set: id.clone(),
        why: "Our people do this work.".into(),
    };
    join_set(&world, &joining).await.unwrap();
    let one = propose(&world, &proposal(&tenant, &id, &link))
        .await
        .unwrap();
    cast(&world, &tenant, "ben", (&id, &one), 1, 100)
        .await
        .unwrap();
    cast(&world, &hill, "hal", (&id, &one), 1, 100)
        .await
        .unwrap();
    assert_eq!(endorsed(&world, &tenant).await, "holds");
    world.clock.advance_millis(366 * DAY_MS);
    assert_eq!(
        endorsed(&world, &tenant).await,
        "broken",
        "the review has ended"
    );
}
