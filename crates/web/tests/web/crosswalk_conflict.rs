//! Who has no vote in a review: whoever declared a conflict of interest, and an organization whose vote another has.

use axum::http::StatusCode;
use touchstone_service::{
    operations::domain::{DomainOrder, check_domain, domain, name_domain},
    ports::Fetched,
    rows::TenantId,
};

use crate::crosswalk::{WHY, begun, proposed, voted};
use crate::site::Site;

#[tokio::test]
async fn a_conflict_of_interest_is_declared_on_the_page_and_takes_the_vote_away() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let set = begun(&owner, "conflicts").await;
    let mapping = proposed(&owner, &set, "https://tasks.example/1").await;
    voted(&owner, &mapping, "100").await;
    let page = owner.get(&mapping).await;
    let silent = [("round", "1"), ("conflict", " ")];
    let refused = owner
        .submit(&page, &format!("{mapping}/conflict"), &silent)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("id=\"f-conflict-e\""), "{text}");
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
    let vote = [("round", "1"), ("vote", "100"), ("comment", "Seen.")];
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

/// Shows a domain for an institution.
async fn show(site: &Site, tenant: &TenantId, name: &str) {
    let order = DomainOrder {
        tenant: tenant.clone(),
        actor: "boss".into(),
    };
    name_domain(&site.test, &order, name).await.unwrap();
    let named = domain(&site.test, tenant).await.unwrap().unwrap();
    let there = Fetched {
        bytes: named.line.into_bytes(),
        media_type: "text/plain".into(),
    };
    site.test.fetch.answer(&named.address, Ok(there));
    check_domain(&site.test, &order).await.unwrap();
}

#[tokio::test]
async fn an_organization_whose_vote_another_has_is_told_so_and_offered_no_ballot() {
    let (site, owner) = Site::with_owner("riverside").await;
    let other = site.owner("lakeside").await;
    let set = begun(&owner, "one-vote").await;
    let mapping = proposed(&owner, &set, "https://tasks.example/1").await;
    let page = owner.get(&set).await;
    let asked = [("institution", "lakeside"), WHY[0]];
    owner.submit(&page, &format!("{set}/invite"), &asked).await;
    site.test.clock.advance_millis(1_000);
    let page = other.get(&set).await;
    other.submit(&page, &format!("{set}/join"), WHY).await;
    let (ballot, proposal) = (format!("{mapping}/vote"), format!("{set}/propose"));
    assert!(other.get(&mapping).await.text().contains(&ballot));
    assert!(other.get(&set).await.text().contains(&proposal));
    show(&site, &owner.tenant, "riverside.example").await;
    show(&site, &other.tenant, "hr.riverside.example").await;
    for path in [&set, &mapping] {
        let text = other.get(path).await.text();
        assert!(
            text.contains("Another organization has your vote"),
            "{text}"
        );
        assert!(
            !text.contains(&ballot) && !text.contains(&proposal),
            "{text}"
        );
    }
    assert!(owner.get(&mapping).await.text().contains(&ballot));
    let id = set.rsplit('/').next().unwrap();
    let begin = other.get(&format!("/competencies/new?set={id}")).await;
    let text = begin.text();
    assert!(
        text.contains("Another organization has your vote"),
        "{text}"
    );
}
