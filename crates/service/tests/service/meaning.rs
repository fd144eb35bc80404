//! What an achievement meant on a day: told for any day since somebody was awarded it, and never anew. What was released by a day.

use touchstone_service::{
    crosswalk::release,
    governing::{Entrusting, Meaning, Releases, Thing, entrust, meaning, releases},
    issuing::{Description, Redescription, define, describe, revise},
    operations::{moving::move_here, work_until_idle},
};
use touchstone_store::TenantId;
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::Timestamp;

use crate::{
    crosswalk::{agreed, releasing},
    moving::{at, moving},
    support::{COHORT, MEASURING, confirmed, founding, issued, no_longer_used, order},
};

const DAY_MS: i64 = 86_400_000;

/// A day later, and then.
fn later(world: &TestWorld) -> Timestamp {
    let now = world.world.clock.now();
    world.clock.advance_millis(DAY_MS);
    now
}

async fn told(world: &TestWorld, at: Timestamp) -> Option<Meaning> {
    let found = meaning(world, "riverside", "precision-measurement", Some(at)).await;
    found.unwrap()
}

async fn achievement_id(world: &TestWorld, tenant: &TenantId) -> String {
    let reader = world.store.read();
    let found = reader.achievement_by_slug(tenant, "precision-measurement");
    found.await.unwrap().unwrap().id
}

#[tokio::test]
async fn what_an_achievement_meant_is_told_for_any_day_since_it_was_awarded() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    define(&world, &order(&tenant, MEASURING)).await.unwrap();
    let id = achievement_id(&world, &tenant).await;
    // Somebody was asked to endorse it: it stays as it is from then on, and nobody has it.
    let (of, now) = (&id, world.world.clock.now().unix_millis());
    let frozen = world.store.write(|mut tx| {
        let tenant = tenant.clone();
        async move { tx.freeze_achievement_version(&tenant, of, 1, now).await }
    });
    assert!(frozen.await.unwrap());
    let drafted = later(&world);
    confirmed(&world, &tenant, MEASURING, COHORT).await;
    work_until_idle(&world).await.unwrap();
    let first = later(&world);
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    let mapped = later(&world);
    let longer = MEASURING.replace("90 minutes", "95 minutes");
    revise(&world, &order(&tenant, &longer)).await.unwrap();
    let revised = later(&world);
    let again = COHORT
        .replace("R26-", "S26-")
        .replace("@example", "@more.example");
    confirmed(&world, &tenant, &longer, &again).await;
    work_until_idle(&world).await.unwrap();
    let second = later(&world);
    let order = no_longer_used(&world, &tenant, &id).await;
    let over = later(&world);
    let order = Entrusting {
        replaced_by: "Metrology 2".into(),
        ..order
    };
    entrust(&world, &order).await.unwrap();
    let reworded = later(&world);
    let order = Entrusting {
        no_longer_used: false,
        replaced_by: String::new(),
        ..order
    };
    entrust(&world, &order).await.unwrap();
    let used_again = later(&world);

    assert!(told(&world, drafted).await.is_none(), "a draft");
    let seen = async |at| {
        let told = told(&world, at).await.unwrap();
        let says = told.definition.criteria.narrative.contains("95 minutes");
        let no_longer_used = told.no_longer_used.map(|(_, by)| by);
        (told.version, says, told.mapped.len(), no_longer_used)
    };
    assert_eq!(seen(first).await, (1, false, 0, None));
    assert_eq!(seen(mapped).await, (1, false, 1, None));
    assert_eq!(
        seen(revised).await,
        (1, false, 1, None),
        "nobody has it yet"
    );
    assert_eq!(seen(second).await, (2, true, 1, None));
    let by = |name: &str| Some(name.to_owned());
    assert_eq!(seen(over).await, (2, true, 1, by("Metrology")));
    assert_eq!(seen(reworded).await, (2, true, 1, by("Metrology 2")));
    assert_eq!(seen(used_again).await, (2, true, 1, None));

    let then = told(&world, mapped).await.unwrap();
    assert_eq!(then.followed_by.map(|(version, _)| version), Some(2));
    assert!(then.url.ends_with("/i/riverside/a/precision-measurement/1"));
    let [one] = &then.mapped[..] else {
        panic!("one mapping")
    };
    assert!(one.is_subject && !one.negated);
    assert_eq!(
        one.label.as_deref(),
        Some("Measure dimensions of finished workpieces")
    );
    assert_eq!(one.version, "1");
    // A year on, the agreement has ended: nothing is read through it any more.
    let ended = second.plus_millis(400 * DAY_MS);
    assert_eq!(told(&world, ended).await.unwrap().mapped.len(), 0);
    assert!(
        meaning(&world, "riverside", "unheard-of", Some(second))
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn whose_it_is_is_told_by_the_name_and_the_did_of_then() {
    let mut world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let first = later(&world);
    let order = Redescription {
        tenant: tenant.clone(),
        actor: "owner".into(),
        description: Description {
            name: "Lakeside Polytechnic".into(),
            ..founding("riverside").description
        },
    };
    describe(&world, &order).await.unwrap();
    let renamed = later(&world);
    work_until_idle(&world).await.unwrap();
    world.world.site = at(&world, "new.example");
    move_here(&world, &moving(&tenant)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let moved = later(&world);
    for (at, name, did) in [
        (
            first,
            "Riverside Polytechnic",
            "did:web:verify.example.edu:i:riverside",
        ),
        (
            renamed,
            "Lakeside Polytechnic",
            "did:web:verify.example.edu:i:riverside",
        ),
        (
            moved,
            "Lakeside Polytechnic",
            "did:web:new.example:i:riverside",
        ),
    ] {
        let then = told(&world, at).await.unwrap().institution;
        assert_eq!((then.name.as_str(), then.did.as_deref()), (name, Some(did)));
    }
}

#[tokio::test]
async fn todays_name_is_told_of_today_although_the_clock_was_ahead_when_it_was_given() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    define(&world, &order(&tenant, MEASURING)).await.unwrap();
    confirmed(&world, &tenant, MEASURING, COHORT).await;
    work_until_idle(&world).await.unwrap();
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    let now = world.world.clock.now();
    world.clock.advance_millis(DAY_MS);
    let order = Redescription {
        tenant,
        actor: "owner".into(),
        description: Description {
            name: "Lakeside Polytechnic".into(),
            ..founding("riverside").description
        },
    };
    describe(&world, &order).await.unwrap();
    world.clock.set(now);
    let told = meaning(&world, "riverside", "precision-measurement", None).await;
    let told = told.unwrap().unwrap();
    assert_eq!(told.institution.name, "Lakeside Polytechnic");
    let thing = (Thing::MappingSet, "machining");
    let told = releases(&world, "riverside", thing, None).await.unwrap();
    assert_eq!(told.unwrap().institution.name, "Lakeside Polytechnic");
}

#[tokio::test]
async fn what_was_released_is_told_for_any_day_since_the_first_release() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    let by = async |at| -> Option<Releases> {
        let thing = (Thing::MappingSet, "machining");
        let found = releases(&world, "riverside", thing, Some(at)).await;
        found.unwrap()
    };
    let drafted = later(&world);
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    let first = later(&world);
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    let second = later(&world);
    let order = Entrusting {
        tenant: tenant.clone(),
        actor: "boss".into(),
        thing: Thing::MappingSet,
        id: set,
        steward: "The head of training".into(),
        until: None,
        successor: String::new(),
        no_longer_used: true,
        replaced_by: "Metrology".into(),
        seen: None,
    };
    entrust(&world, &order).await.unwrap();
    let over = later(&world);

    assert!(by(drafted).await.is_none(), "a draft");
    let then = by(first).await.unwrap();
    assert_eq!((then.latest.number, then.before.len()), (1, 0));
    assert_eq!(then.followed_by.map(|next| next.number), Some(2));
    assert!(then.no_longer_used.is_none());
    let then = by(second).await.unwrap();
    assert_eq!((then.latest.number, then.before.len()), (2, 1));
    assert!(then.followed_by.is_none() && then.no_longer_used.is_none());
    let then = by(over).await.unwrap();
    assert_eq!(then.no_longer_used.unwrap().1, "Metrology");
    for (kind, slug) in [(Thing::Competency, "machining"), (Thing::Role, "machining")] {
        let none = releases(&world, "riverside", (kind, slug), Some(over)).await;
        assert!(none.unwrap().is_none(), "{kind:?}");
    }
}
