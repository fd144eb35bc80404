//! Reasons for steps on the pages of crosswalks, several of which stand on one page.

use axum::http::StatusCode;
use touchstone_service::operations::Role;

use crate::crosswalk::{proposed, released, voted};
use crate::site::Site;

#[tokio::test]
async fn a_reason_that_was_typed_for_one_step_stands_in_no_other_form() {
    let (site, owner) = Site::with_owner("riverside").await;
    let set = released(&site, &owner).await;
    let form = owner.get(&set).await;
    assert_eq!(form.hidden("step"), "release", "forms say which they are");
    let said = [
        ("step", "invite"),
        ("institution", "nowhere"),
        ("why", "Its people know the work."),
    ];
    let refused = owner.submit(&form, &format!("{set}/invite"), &said).await;
    let text = refused.text();
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
    assert_eq!(refused.typed("f-why-invite"), "Its people know the work.");
    assert_eq!(refused.typed("f-why-release"), "");
    let told = "aria-describedby=\"f-institution-h f-institution-e\"";
    assert!(text.contains(told), "{text}");

    let mapping = proposed(&owner, &set, "https://tasks.example/2").await;
    let second = site
        .member(
            &owner.tenant,
            "second@riverside.example",
            vec![Role::Approver],
        )
        .await;
    voted(&second, &mapping, "100").await;
    let (form, long) = (owner.get(&mapping).await, "x".repeat(2_001));
    let said = [("step", "withdraw"), ("why", long.as_str())];
    let path = format!("{mapping}/withdraw");
    let refused = owner.submit(&form, &path, &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.typed("f-why-withdraw"), long);
    assert_eq!(refused.typed("f-why-again"), "");
}
