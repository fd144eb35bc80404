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
