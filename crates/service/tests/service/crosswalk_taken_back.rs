//! What was released is good as long as organizations agree with it: taken back, put off by nobody, and as they voted.

use touchstone_crosswalk::sssom::{MappingSet, Slot};
use touchstone_service::{
    crosswalk::{
        Beginning, Merging, ReleaseError, SetError, Verdict, begin_set, mapping, mappings,
        merge_sets, propose, read_for_role, release, sets,
    },
    governing::{EndingKind, endings},
    verifying::Reach,
};
use touchstone_store::{MappingFilter, MappingState, TenantId};
use touchstone_testkit::world;

use crate::crosswalk::{TASK, agreed, cast, proposal, releasing, slowly};
use crate::machinist::{Machinist, machinist};
use crate::support::institution;

const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn what_was_released_and_refused_since_is_read_through_no_more() {
    let world = world().await;
    let Machinist {
        tenant,
        set,
        mapping: one,
        role,
        file,
    } = machinist(&world, 3, None).await;
    let read = async || {
        let read = read_for_role(&world, &role, std::slice::from_ref(&file), Reach::Own, None);
        read.await.unwrap().tasks[0].verdict
    };
    let ends = async || {
        let all = endings(&world, &tenant).await.unwrap().into_iter();
        all.filter(|one| one.what == EndingKind::Agreement).count()
    };
    assert_eq!(read().await, Verdict::Met);
    assert_eq!(ends().await, 1);
    let refused = cast(&world, &tenant, "ben", (&set, &one), 1, -100).await;
    assert_eq!(refused.unwrap().state, MappingState::Refused);
    let emptied = release(&world, &releasing(&tenant, &set)).await.unwrap();
    assert_eq!((emptied.number, emptied.mappings), (2, 0));
    assert_eq!(read().await, Verdict::NotShown);
    assert_eq!(ends().await, 0, "an empty version agrees on nothing");
    let again = release(&world, &releasing(&tenant, &set)).await;
    assert!(
        matches!(again, Err(ReleaseError::NothingAgreed)),
        "there is nothing to take back: {again:?}"
    );
    cast(&world, &tenant, "ben", (&set, &one), 1, 100)
        .await
        .unwrap();
    let third = release(&world, &releasing(&tenant, &set)).await.unwrap();
    assert_eq!((third.number, third.mappings), (3, 1));
    assert_eq!(ends().await, 1);
    assert_eq!(read().await, Verdict::Met);
}

#[tokio::test]
async fn a_vote_while_a_version_is_signed_makes_whoever_releases_look_again() {
    let world = world().await;
    let (tenant, set, one) = agreed(&world).await;
    let (slow, slowly) = slowly(&world);
    let order = releasing(&tenant, &set);
    let (refused, ()) = tokio::join!(release(&slowly, &order), async {
        slow.signed.notified().await;
        let less = cast(&world, &tenant, "ben", (&set, &one), 1, 60).await;
        assert_eq!(less.unwrap().state, MappingState::Agreed);
        slow.go_on.notify_one();
    });
    assert!(
        matches!(refused, Err(ReleaseError::InBetween)),
        "{refused:?}"
    );
    assert_eq!(release(&world, &order).await.unwrap().number, 1);
    let row = world.store.read().mapping_release(&tenant, &set, 1).await;
    let read = MappingSet::read_tsv(&row.unwrap().unwrap().file).unwrap();
    let agreement = read.set.mappings()[0].one(Slot::ReviewerAgreement);
    assert_eq!(agreement, Some("0.6"));
}

fn beginning(tenant: &TenantId, slug: &str, review_days: i64) -> Beginning {
    Beginning {
        tenant: tenant.clone(),
        actor: "ann".into(),
        slug: slug.into(),
        title: format!("Set {slug}"),
        license: "https://creativecommons.org/licenses/by/4.0/".into(),
        review_days,
        why: "The trades asked for it.".into(),
    }
}

#[tokio::test]
async fn what_was_agreed_on_elsewhere_is_good_no_longer_for_being_merged() {
    let world = world().await;
    let tenant = institution(&world).await;
    let mut sources = Vec::new();
    for (slug, days, object) in [
        ("short", 30, TASK),
        ("long", 3_650, "https://tasks.example/2"),
    ] {
        let set = begin_set(&world, &beginning(&tenant, slug, days)).await;
        let set = set.unwrap();
        let one = propose(&world, &proposal(&tenant, &set, object)).await;
        let voted = cast(&world, &tenant, "ben", (&set, &one.unwrap()), 1, 100).await;
        assert_eq!(voted.unwrap().state, MappingState::Agreed);
        release(&world, &releasing(&tenant, &set)).await.unwrap();
        sources.push(set);
    }
    let merge = async |slug: &str| {
        let order = Merging {
            beginning: beginning(&tenant, slug, 3_650),
            sets: sources.clone(),
        };
        merge_sets(&world, &order).await
    };
    let merged = merge("both").await.unwrap().taken.id;
    let now = world.world.clock.now().unix_millis();
    let released = release(&world, &releasing(&tenant, &merged)).await.unwrap();
    assert_eq!(
        (released.mappings, released.valid_until),
        (2, now + 30 * DAY_MS)
    );
    let about = MappingFilter {
        about: Some(TASK.into()),
        ..MappingFilter::default()
    };
    let found = mappings(&world, &tenant, &merged, &about, None, 10).await;
    let one = found.unwrap().unwrap().mappings.remove(0).id;
    // A decision that is undone puts nothing off either.
    for (hundredths, state) in [(100, MappingState::Agreed), (0, MappingState::Stated)] {
        let voted = cast(&world, &tenant, "ben", (&merged, &one), 1, hundredths).await;
        assert_eq!(voted.unwrap().state, state);
    }
    let seen = mapping(&world, &tenant, &merged, &one).await.unwrap();
    assert_eq!(seen.unwrap().row.review_due, Some(now + 30 * DAY_MS));

    world.clock.advance_millis(31 * DAY_MS);
    let early = merge("again").await;
    assert!(
        matches!(&early, Err(SetError::Ended(title)) if title == "Set short"),
        "{early:?}"
    );
    let seen = mapping(&world, &tenant, &merged, &one).await.unwrap();
    assert!(seen.unwrap().due);
    let all = sets(&world, &tenant).await.unwrap();
    let due = all.iter().find(|one| one.set.id == merged).unwrap().due;
    assert_eq!(due, 1);
    let later = release(&world, &releasing(&tenant, &merged)).await.unwrap();
    assert_eq!(later.mappings, 1, "what ended elsewhere is left out");
    cast(&world, &tenant, "ben", (&merged, &one), 1, 100)
        .await
        .unwrap();
    let reviewed = release(&world, &releasing(&tenant, &merged)).await.unwrap();
    assert_eq!(
        reviewed.mappings, 2,
        "and is back once it was agreed on here"
    );
}
