//! What people mapped before counts among what is suggested beside a form, for whoever takes part, while it is good.

use touchstone_crosswalk::framework::Origin;
use touchstone_service::{
    World,
    crosswalk::{FrameworkOrder, release, suggest_statements, take_framework},
    issuing::found,
};
use touchstone_store::TenantId;
use touchstone_testkit::world;

use crate::crosswalk::{TASK, agreed, releasing};
use crate::support::founding;

const OTHER: &str = "https://tasks.example/2";

/// A framework of two tasks that have the same word of what is mapped to the second.
async fn taken(world: &World, tenant: &TenantId) {
    let order = FrameworkOrder {
        tenant: tenant.clone(),
        actor: "ann".into(),
        form: None,
        origin: Origin {
            uri: "https://tasks.example".into(),
            title: "Tasks".into(),
            ..Origin::default()
        },
        files: vec![
            format!("uri,label,kind\n{OTHER},Precision work,task\n{TASK},Precision checks,task\n")
                .into_bytes(),
        ],
    };
    take_framework(world, &order).await.unwrap();
}

async fn suggested(world: &World, tenant: &TenantId, words: &str) -> Vec<String> {
    let found = suggest_statements(world, tenant, words, 5).await.unwrap();
    found.into_iter().map(|one| one.statement.uri).collect()
}

#[tokio::test]
async fn a_released_mapping_of_something_similar_is_a_precedent() {
    let world = world().await;
    let (tenant, set, _) = agreed(&world).await;
    let stranger = found(&world, &founding("stranger")).await.unwrap().tenant;
    for tenant in [&tenant, &stranger] {
        taken(&world, tenant).await;
    }
    let (near, far) = ("Precision measurement", "Precision baking");
    let by_words = [OTHER, TASK];
    assert_eq!(suggested(&world, &tenant, near).await, by_words);
    release(&world, &releasing(&tenant, &set)).await.unwrap();
    assert_eq!(suggested(&world, &tenant, near).await, [TASK, OTHER]);
    assert_eq!(suggested(&world, &tenant, far).await, by_words, "too far");
    let theirs = suggested(&world, &stranger, near).await;
    assert_eq!(theirs, by_words, "they take no part in the set");
    world.clock.advance_millis(366 * 86_400_000);
    let later = suggested(&world, &tenant, near).await;
    assert_eq!(later, by_words, "the agreement has ended");
}
