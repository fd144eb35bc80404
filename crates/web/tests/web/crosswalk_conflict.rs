//! A conflict of interest in a review, as members declare it.

use axum::http::StatusCode;

use crate::crosswalk::{begun, proposed, voted};
use crate::site::Site;

#[tokio::test]
async fn a_conflict_of_interest_is_declared_on_the_page_and_takes_the_vote_away() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let set = begun(&owner, "conflicts").await;
    let mapping = proposed(&owner, &set, "https://tasks.example/1").await;
    voted(&owner, &mapping, "100").await;
    let page = owner.get(&mapping).await;
    let said = [("round", "1"), ("conflict", "It is <my> course.")];
    let declared = owner
        .submit(&page, &format!("{mapping}/conflict"), &said)
        .await;
    assert_eq!(
        declared.status,
        StatusCode::SEE_OTHER,
        "{}",
        declared.text()
    );
    let text = owner.get(&mapping).await.text();
    assert!(
        text.contains("It is &lt;my&gt; course.") && text.contains("0 organizations voted"),
        "{text}"
    );
    let vote = [("round", "1"), ("vote", "100")];
    let refused = owner.submit(&page, &format!("{mapping}/vote"), &vote).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .contains("You declared a conflict of interest"),
        "{}",
        refused.text()
    );
}
