//! Saying who the institution is.

use axum::http::StatusCode;
use touchstone_service::operations::Role;

use crate::site::Site;

#[tokio::test]
async fn an_owner_says_who_the_institution_is_and_errors_stand_at_their_fields() {
    let (site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/institution").await;
    assert!(page.text().contains("value=\"riverside Polytechnic\""));
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M0 0h9v9z\"/></svg>";
    let said = [
        ("name", "Riverside Polytechnic"),
        ("country", "ie"),
        ("legalId", "IE 6388047V"),
        ("website", "https://riverside.example"),
        ("contact", "registrar@riverside.example"),
    ];
    let saved = owner
        .upload(&page, "/institution", &said, ("mark.svg", svg))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let page = owner.get("/institution").await;
    let text = page.text();
    for part in [
        "value=\"IE\"",
        "value=\"IE 6388047V\"",
        "src=\"/i/riverside/mark\"",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(site.stranger().get("/i/riverside/mark").await.bytes, svg);

    let wrong = [("name", ""), ("country", "Ireland"), ("contact", "nobody")];
    let refused = owner
        .upload(&page, "/institution", &wrong, ("x", b"GIF89a"))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    for field in ["name", "country", "contact", "file"] {
        assert!(
            text.contains(&format!("id=\"f-{field}-e\"")),
            "{field} in {text}"
        );
        assert!(text.contains(&format!("href=\"#f-{field}\"")), "{field}");
    }
    assert!(
        text.contains("value=\"Ireland\""),
        "what was entered is kept"
    );
    let empty = owner.upload(&page, "/institution", &said, ("", b"")).await;
    assert_eq!(empty.status, StatusCode::SEE_OTHER);
    assert_eq!(
        site.stranger().get("/i/riverside/mark").await.bytes,
        svg,
        "an empty choice keeps the mark"
    );
    let record = owner.get("/audit").await.text();
    assert_eq!(
        record.matches("changed the institution’s profile").count(),
        2
    );

    let registrar = site
        .member(
            &owner.tenant,
            "teo@riverside.example",
            vec![Role::Registrar],
        )
        .await;
    let seen = registrar.get("/institution").await;
    assert!(seen.text().contains("IE 6388047V") && !seen.text().contains("<form"));
    let token = registrar.get("/achievements/new").await;
    let tried = registrar
        .upload(&token, "/institution", &said, ("", b""))
        .await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_domain_is_shown_on_postings_only_once_it_was_found() {
    let (site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/institution").await;
    assert!(page.text().contains("has not shown that a domain"));
    let faulty = [("domain", "http://x")];
    let refused = owner.submit(&page, "/institution/domain", &faulty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("href=\"#f-domain\""),
        "{}",
        refused.text()
    );
    assert!(
        refused.text().contains("value=\"http://x\""),
        "what was typed stays: {}",
        refused.text()
    );
    let said = [("domain", "riverside.example")];
    let named = owner.submit(&page, "/institution/domain", &said).await;
    assert_eq!(named.status, StatusCode::SEE_OTHER, "{}", named.text());
    let page = owner.get("/institution").await.text();
    let address = "https://riverside.example/.well-known/touchstone-domain.txt";
    assert!(page.contains(address), "{page}");
    let line = page.split_once("touchstone-domain=").unwrap().1;
    let line = format!("touchstone-domain={}\n", line.split_once('<').unwrap().0);
    let form = owner.get("/institution").await;
    let missing = owner.submit(&form, "/institution/domain/check", &[]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let there = touchstone_service::ports::Fetched {
        bytes: line.into_bytes(),
        media_type: "text/plain".into(),
    };
    site.test.fetch.answer(address, Ok(there));
    let found = owner.submit(&form, "/institution/domain/check", &[]).await;
    assert_eq!(found.status, StatusCode::SEE_OTHER, "{}", found.text());
    let role = crate::roles::described(&owner).await;
    let open = owner.get(&role).await.link("/r/");
    let shown = site.stranger().get(&open).await.text();
    assert!(
        shown.contains("riverside.example") && shown.contains("institution’s on"),
        "{shown}"
    );
    let registrar = site
        .member(
            &owner.tenant,
            "reg@riverside.example",
            vec![Role::Registrar],
        )
        .await;
    let form = registrar.get("/me").await;
    let refused = registrar.submit(&form, "/institution/domain", &said).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
