//! An employer that signs up on the pages, and what it never sees.

use axum::http::StatusCode;
use touchstone_service::operations::{institution_called, work_until_idle};
use touchstone_service::ports::Fetched;
use touchstone_testkit::world;

use crate::site::{Browser, Site};

async fn site() -> Site {
    let mut test = world().await;
    test.world.employers.sign_up = true;
    Site::on(test)
}

fn typed(domain: &str) -> Vec<(&'static str, String)> {
    vec![
        ("organization", "Çelik & Makina".to_owned()),
        ("domain", domain.to_owned()),
        ("name", "Ayşe Demir".to_owned()),
        ("email", format!("boss@{domain}")),
    ]
}

async fn ask(browser: &Browser, said: &[(&str, String)]) -> crate::site::Answer {
    let said: Vec<(&str, &str)> = said
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    browser.post("/employers", &said).await
}

/// Signs an employer up through the pages and shows its domain.
async fn signed_up(site: &Site, domain: &str) -> Browser {
    let mut browser = site.stranger();
    let sent = ask(&browser, &typed(domain)).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text());
    work_until_idle(&site.test.world).await.unwrap();
    let mails = site.test.mail.sent();
    let text = &mails.last().unwrap().text;
    let token = text.split_once("/employers/confirm/").unwrap().1;
    let token = token.split_whitespace().next().unwrap().to_owned();
    let page = browser.get(&format!("/employers/confirm/{token}")).await;
    let token = page.hidden("token");
    let set_up = browser
        .post("/employers/confirm", &[("token", &token)])
        .await;
    assert_eq!(
        set_up.location(),
        "/institution#domain",
        "{}",
        set_up.text()
    );
    let again = site
        .stranger()
        .post("/employers/confirm", &[("token", &token)])
        .await;
    assert_eq!(again.status, StatusCode::GONE);
    let form = browser.get("/institution").await;
    let text = form.text();
    assert!(text.contains("nobody sees your organization"), "{text}");
    let public = format!("/i/{}", domain.replace('.', "-"));
    for path in [
        public.clone(),
        format!("{public}/profile"),
        format!("{public}/did.json"),
    ] {
        assert_eq!(
            site.stranger().get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let line = text.split_once("touchstone-domain=").unwrap().1;
    let line = format!("touchstone-domain={}\n", line.split_once('<').unwrap().0);
    let there = Fetched {
        bytes: line.into_bytes(),
        media_type: "text/plain".into(),
    };
    let address = format!("https://{domain}/.well-known/touchstone-domain.txt");
    site.test.fetch.answer(&address, Ok(there));
    let found = browser
        .submit(&form, "/institution/domain/check", &[])
        .await;
    assert_eq!(found.status, StatusCode::SEE_OTHER, "{}", found.text());
    assert_eq!(site.stranger().get(&public).await.status, StatusCode::OK);
    let slug = domain.replace('.', "-");
    let row = institution_called(&site.test.world, &slug);
    browser.tenant = row.await.unwrap().unwrap().id;
    browser
}

#[tokio::test]
async fn t52_an_employer_that_signed_up_finds_no_applicant_of_another() {
    let site = site().await;
    let one = signed_up(&site, "celik.example").await;
    let other = signed_up(&site, "hafen.example").await;
    let applied = crate::applications::applied(&site, &one, false).await;
    for path in [&applied.posting, &applied.application, &applied.role] {
        assert_eq!(one.get(path).await.status, StatusCode::OK, "{path}");
        assert_eq!(
            other.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let form = other.get("/institution").await;
    for act in ["uncover", "remove"] {
        let path = format!("{}/{act}", applied.application);
        let refused = other.submit(&form, &path, &[("reason", "Mine.")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_form_answers_the_same_whoever_is_here_and_where_it_is_off_it_is_not_there() {
    let site = site().await;
    let known = signed_up(&site, "celik.example").await;
    drop(known);
    let stranger = site.stranger();
    let (here, not_here) = (
        ask(&stranger, &typed("celik.example")).await,
        ask(&stranger, &typed("nowhere.example")).await,
    );
    assert_eq!(here.status, StatusCode::OK);
    assert_eq!(here.text(), not_here.text());
    let faulty = ask(&stranger, &typed("192.0.2.1")).await;
    assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(faulty.text().contains("f-domain-e"), "{}", faulty.text());
    assert!(
        faulty.text().contains("Çelik &amp; Makina"),
        "what was typed stays"
    );

    let led = "href=\"/employers\"";
    let door = stranger.get("/signin").await.text();
    assert!(door.contains(led), "{door}");

    let off = Site::empty().await.stranger();
    let door = off.get("/signin").await.text();
    assert!(!door.contains(led), "{door}");
    for path in ["/employers", "/employers/confirm/x"] {
        assert_eq!(off.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let refused = ask(&off, &typed("celik.example")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let none = off.post("/employers/confirm", &[("token", "x")]).await;
    assert_eq!(none.status, StatusCode::GONE);
}
