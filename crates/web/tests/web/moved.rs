//! An institution that moved to another domain: what stands under each host name, and what its pages say.

use std::sync::Arc;

use touchstone_service::operations::moving::{Moving, move_here};

use crate::site::Site;

#[tokio::test]
async fn a_host_that_was_left_goes_on_showing_the_did_that_was_its() {
    let (site, owner) = Site::with_owner("riverside").await;
    let mut test = site.test;
    let mut moved_to = (*test.world.site).clone();
    moved_to.public_url.set_host(Some("new.example")).unwrap();
    test.world.site = Arc::new(moved_to);
    let order = Moving {
        tenant: owner.tenant.clone(),
        actor: "operator".into(),
        reason: "We have another name now.".into(),
    };
    move_here(&test.world, &order).await.unwrap();
    let site = Site::on(test);
    let anybody = site.stranger();
    let (old, new) = (
        "did:web:verify.example.edu:i:riverside",
        "did:web:new.example:i:riverside",
    );
    for path in ["/i/riverside/did.json", "/i/riverside/profile"] {
        for (host, did) in [("verify.example.edu", old), ("new.example", new)] {
            let found = anybody.get_under(host, path).await.text();
            assert!(
                found.contains(&format!("\"id\":\"{did}\"")),
                "{host}{path}: {found}"
            );
        }
    }
    let page = anybody.get("/i/riverside").await.text();
    assert!(
        page.contains("Signed before as") && page.contains(old),
        "{page}"
    );
    assert!(page.contains(new), "{page}");
}
