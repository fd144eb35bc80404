//! What others read holds no signs that nobody sees: neither in what a set or a role is called, nor in who answers for it.

use touchstone_service::{
    crosswalk::{Beginning, RoleError, RoleOrder, SetError, TaskOrder, begin_set, write_role},
    governing::{EntrustError, Entrusting, Thing, entrust},
};
use touchstone_testkit::world;

use crate::crosswalk::beginning;
use crate::support::institution;

/// Reads "Sets senihcam" where it is drawn.
const TURNED: &str = "Sets \u{202E}machines\u{202C}";

#[tokio::test]
async fn signs_that_turn_the_words_around_them_are_refused_in_titles_and_names() {
    let world = world().await;
    let tenant = institution(&world).await;
    let set = Beginning {
        title: TURNED.into(),
        ..beginning(&tenant, "machining")
    };
    let refused = begin_set(&world, &set).await;
    assert!(matches!(refused, Err(SetError::Title)), "{refused:?}");

    let role = |title: &str, label: &str, evidence: &str| RoleOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
        id: None,
        title: title.into(),
        tasks: vec![TaskOrder {
            label: label.into(),
            must: true,
            evidence: vec![evidence.into()],
            ..TaskOrder::default()
        }],
        public: true,
        seen: None,
    };
    let refused = write_role(&world, &role(TURNED, "Sets", "Sample")).await;
    assert!(matches!(refused, Err(RoleError::Title)), "{refused:?}");
    let refused = write_role(&world, &role("Setter", TURNED, "Sample")).await;
    assert!(matches!(refused, Err(RoleError::Label(1))), "{refused:?}");
    let refused = write_role(&world, &role("Setter", "Sets", TURNED)).await;
    assert!(
        matches!(refused, Err(RoleError::Evidence(1))),
        "{refused:?}"
    );
    let id = write_role(&world, &role("Setter", "Sets", "Sample")).await;

    let order = Entrusting {
        tenant: tenant.clone(),
        actor: "boss".into(),
        thing: Thing::Role,
        id: id.unwrap(),
        steward: TURNED.into(),
        until: None,
        successor: String::new(),
        no_longer_used: false,
        replaced_by: String::new(),
        seen: None,
    };
    let refused = entrust(&world, &order).await;
    assert!(matches!(refused, Err(EntrustError::Steward)), "{refused:?}");
}
