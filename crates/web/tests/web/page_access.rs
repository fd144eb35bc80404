//! Who gets in: every address of the members' pages, tried by a stranger and in every role.

use axum::http::{Method, StatusCode};
use touchstone_service::operations::{Permission, Role};

use crate::crosswalk;
use crate::journey::issued;
use crate::site::{Answer, Browser, Site};

/// An address, and what a member must be allowed to open or send it. `None`: every member may.
pub(crate) type Row = (Method, &'static str, Option<Permission>);

const GET: Method = Method::GET;
const POST: Method = Method::POST;

/// The members' pages. [`t51_every_address_of_the_desk_has_its_row`] holds this list against the router.
pub(crate) const DESK: &[Row] = &[
    (GET, "/me", None),
    (POST, "/me/passkeys/begin", None),
    (POST, "/me/passkeys", None),
    (POST, "/me/passkeys/{id}/remove", None),
    (GET, "/today", Some(Permission::Read)),
    (GET, "/achievements", Some(Permission::Read)),
    (POST, "/achievements", Some(Permission::Define)),
    (GET, "/achievements/new", Some(Permission::Define)),
    (POST, "/achievements/import", Some(Permission::Define)),
    (GET, "/achievements/{id}", Some(Permission::Read)),
    (POST, "/achievements/{id}", Some(Permission::Define)),
    (POST, "/achievements/{id}/lint", Some(Permission::Define)),
    (POST, "/institution/lint", Some(Permission::Administer)),
    (
        GET,
        "/achievements/{id}/definition.json",
        Some(Permission::Read),
    ),
    (GET, "/achievements/{id}/checks", Some(Permission::Read)),
    (
        GET,
        "/achievements/{id}/exchange/{form}",
        Some(Permission::Read),
    ),
    (GET, "/achievements/{id}/picture", Some(Permission::Read)),
    (GET, "/endorsements", Some(Permission::Read)),
    (POST, "/endorsements", Some(Permission::Define)),
    (GET, "/endorsements/for/{token}", Some(Permission::Confirm)),
    (POST, "/endorsements/for/{token}", Some(Permission::Confirm)),
    (GET, "/endorsements/{id}", Some(Permission::Read)),
    (POST, "/endorsements/{id}/again", Some(Permission::Define)),
    (POST, "/endorsements/{id}/hide", Some(Permission::Define)),
    (
        POST,
        "/endorsements/{id}/take-back",
        Some(Permission::Define),
    ),
    (GET, "/cohorts", Some(Permission::Read)),
    (POST, "/cohorts", Some(Permission::Issue)),
    (GET, "/cohorts/new", Some(Permission::Issue)),
    (GET, "/cohorts/{id}", Some(Permission::Read)),
    (POST, "/cohorts/{id}/confirm", Some(Permission::Confirm)),
    (POST, "/cohorts/{id}/cancel", Some(Permission::Issue)),
    (POST, "/cohorts/{id}/hold", Some(Permission::Issue)),
    (POST, "/cohorts/{id}/codes", Some(Permission::Issue)),
    (GET, "/cohorts/{id}/faults.csv", Some(Permission::Read)),
    (GET, "/cohorts/{id}/credentials.zip", Some(Permission::Read)),
    (POST, "/cohorts/{id}/rows/{line}", Some(Permission::Issue)),
    (POST, "/cohorts/{id}/evidence", Some(Permission::Issue)),
    (GET, "/cohorts/{id}/mail", Some(Permission::Read)),
    (POST, "/cohorts/{id}/mail/test", Some(Permission::Issue)),
    (GET, "/cohorts/{id}/mail/{language}", Some(Permission::Read)),
    (GET, "/credentials", Some(Permission::Read)),
    (POST, "/credentials/choose", Some(Permission::Revoke)),
    (POST, "/credentials/change", Some(Permission::Revoke)),
    (GET, "/changes/{id}", Some(Permission::Revoke)),
    (POST, "/changes/{id}", Some(Permission::Revoke)),
    (GET, "/credentials/{id}", Some(Permission::Read)),
    (POST, "/credentials/{id}/revoke", Some(Permission::Revoke)),
    (POST, "/credentials/{id}/suspend", Some(Permission::Revoke)),
    (
        POST,
        "/credentials/{id}/reinstate",
        Some(Permission::Revoke),
    ),
    (POST, "/credentials/{id}/correct", Some(Permission::Revoke)),
    (POST, "/credentials/{id}/resend", Some(Permission::Issue)),
    (POST, "/credentials/{id}/paper", Some(Permission::Issue)),
    (GET, "/credentials/{id}/{file}", Some(Permission::Read)),
    (GET, "/mappings", Some(Permission::Read)),
    (POST, "/mappings", Some(Permission::Define)),
    (POST, "/mappings/take", Some(Permission::Define)),
    (POST, "/mappings/frameworks", Some(Permission::Define)),
    (GET, "/mappings/frameworks/{id}", Some(Permission::Read)),
    (
        GET,
        "/mappings/frameworks/{id}/{form}",
        Some(Permission::Read),
    ),
    (POST, "/mappings/merge", Some(Permission::Define)),
    (GET, "/mappings/{id}", Some(Permission::Read)),
    (POST, "/mappings/{id}/release", Some(Permission::Issue)),
    (POST, "/mappings/{id}/invite", Some(Permission::Administer)),
    (POST, "/mappings/{id}/join", Some(Permission::Administer)),
    (GET, "/mappings/{id}/propose", Some(Permission::Define)),
    (POST, "/mappings/{id}/propose", Some(Permission::Define)),
    (GET, "/mappings/{id}/{mapping}", Some(Permission::Read)),
    (
        POST,
        "/mappings/{id}/{mapping}/vote",
        Some(Permission::Confirm),
    ),
    (
        POST,
        "/mappings/{id}/{mapping}/conflict",
        Some(Permission::Confirm),
    ),
    (
        POST,
        "/mappings/{id}/{mapping}/again",
        Some(Permission::Define),
    ),
    (
        POST,
        "/mappings/{id}/{mapping}/withdraw",
        Some(Permission::Define),
    ),
    (GET, "/competencies", Some(Permission::Read)),
    (POST, "/competencies", Some(Permission::Define)),
    (GET, "/competencies/new", Some(Permission::Define)),
    (GET, "/competencies/{id}", Some(Permission::Read)),
    (GET, "/competencies/{id}/compare", Some(Permission::Read)),
    (POST, "/competencies/{id}/tasks", Some(Permission::Define)),
    (GET, "/competencies/{id}/rubric", Some(Permission::Define)),
    (POST, "/competencies/{id}/rubric", Some(Permission::Define)),
    (
        POST,
        "/competencies/{id}/{version}/comments",
        Some(Permission::Confirm),
    ),
    (
        POST,
        "/competencies/{id}/{version}/vote",
        Some(Permission::Confirm),
    ),
    (
        POST,
        "/competencies/{id}/{version}/conflict",
        Some(Permission::Confirm),
    ),
    (
        POST,
        "/competencies/{id}/{version}/again",
        Some(Permission::Define),
    ),
    (
        POST,
        "/competencies/{id}/{version}/pilot",
        Some(Permission::Define),
    ),
    (
        POST,
        "/competencies/{id}/{version}/release",
        Some(Permission::Issue),
    ),
    (GET, "/roles", Some(Permission::Read)),
    (POST, "/roles", Some(Permission::Define)),
    (GET, "/roles/new", Some(Permission::Define)),
    (GET, "/roles/{id}", Some(Permission::Read)),
    (POST, "/roles/{id}", Some(Permission::Define)),
    (GET, "/roles/{id}/dcql.json", Some(Permission::Read)),
    (POST, "/roles/{id}/postings", Some(Permission::Hire)),
    (POST, "/staff-page", Some(Permission::Hire)),
    (POST, "/staff-page/close", Some(Permission::Hire)),
    (GET, "/postings/{id}", Some(Permission::Hire)),
    (POST, "/postings/{id}/close", Some(Permission::Hire)),
    (POST, "/postings/{id}/choose", Some(Permission::Hire)),
    (
        GET,
        "/postings/{id}/applications.csv",
        Some(Permission::Hire),
    ),
    (GET, "/webhooks", Some(Permission::Hire)),
    (POST, "/webhooks", Some(Permission::Hire)),
    (POST, "/webhooks/{id}/remove", Some(Permission::Hire)),
    (POST, "/postings/{id}/remove", Some(Permission::Hire)),
    (GET, "/applications/{id}", Some(Permission::Hire)),
    (
        GET,
        "/applications/{id}/credentials/{number}",
        Some(Permission::Hire),
    ),
    (GET, "/applications/{id}/{file}", Some(Permission::Hire)),
    (POST, "/applications/{id}/uncover", Some(Permission::Hire)),
    (POST, "/applications/{id}/remove", Some(Permission::Hire)),
    (GET, "/deliveries", Some(Permission::Read)),
    (POST, "/deliveries/resend", Some(Permission::Issue)),
    (GET, "/audit", Some(Permission::Audit)),
    (POST, "/audit/root", Some(Permission::Audit)),
    (GET, "/audit.csv", Some(Permission::Audit)),
    (GET, "/audit.json", Some(Permission::Audit)),
    (GET, "/audit.record", Some(Permission::Audit)),
    (GET, "/members", Some(Permission::Read)),
    (POST, "/members", Some(Permission::Administer)),
    (GET, "/members/{id}", Some(Permission::Administer)),
    (POST, "/members/{id}", Some(Permission::Administer)),
    (
        POST,
        "/members/{id}/passkeys/{passkey}/remove",
        Some(Permission::Administer),
    ),
    (POST, "/members/{id}/roles", Some(Permission::Administer)),
    (POST, "/members/{id}/disable", Some(Permission::Administer)),
    (POST, "/members/{id}/enable", Some(Permission::Administer)),
    (GET, "/institution", Some(Permission::Read)),
    (POST, "/institution", Some(Permission::Administer)),
    (POST, "/institution/domain", Some(Permission::Administer)),
    (
        POST,
        "/institution/domain/check",
        Some(Permission::Administer),
    ),
    (GET, "/responsibilities", Some(Permission::Read)),
    (GET, "/responsibilities/{kind}/{id}", Some(Permission::Read)),
    (
        POST,
        "/responsibilities/{kind}/{id}",
        Some(Permission::Define),
    ),
    (GET, "/signing-keys", Some(Permission::Read)),
    (POST, "/signing-keys/rotate", Some(Permission::Administer)),
    (GET, "/signing-keys/{id}", Some(Permission::Read)),
    (
        POST,
        "/signing-keys/{id}/activate",
        Some(Permission::Administer),
    ),
    (
        POST,
        "/signing-keys/{id}/retire",
        Some(Permission::Administer),
    ),
    (
        POST,
        "/signing-keys/{id}/reissue",
        Some(Permission::Administer),
    ),
    (
        GET,
        "/signing-keys/{id}/compromise",
        Some(Permission::Administer),
    ),
    (
        POST,
        "/signing-keys/{id}/compromise",
        Some(Permission::Administer),
    ),
    (
        GET,
        "/signing-keys/{id}/destroy",
        Some(Permission::Administer),
    ),
    (
        POST,
        "/signing-keys/{id}/destroy",
        Some(Permission::Administer),
    ),
    (POST, "/keys", Some(Permission::Administer)),
    (POST, "/keys/{id}/revoke", Some(Permission::Administer)),
    (POST, "/signout", None), // Last: it ends the session.
];

/// Addresses under which nobody is signed in yet.
const BEFORE: &[(Method, &str)] = &[
    (GET, "/signin"),
    (POST, "/signin"),
    (POST, "/signin/confirm"),
    (GET, "/signin/{token}"),
    (POST, "/signin/passkey/begin"),
    (POST, "/signin/passkey"),
];

#[test]
fn t51_every_address_of_the_desk_has_its_row() {
    let source = include_str!("../../src/router.rs");
    let desk = source.split_once("fn desk()").unwrap().1;
    let desk = desk.split_once("fn operating()").unwrap().0;
    let mut routed = Vec::new();
    for route in desk.split(".route(").skip(1) {
        let path = route.split('"').nth(1).unwrap();
        for (method, word) in [(GET, "get("), (POST, "post(")] {
            if route.contains(word) {
                routed.push((method, path));
            }
        }
    }
    let known = DESK.iter().map(|(method, path, _)| (method.clone(), *path));
    let mut known: Vec<_> = known.chain(BEFORE.iter().cloned()).collect();
    let order = |row: &(Method, &str)| (row.1.to_owned(), row.0.to_string());
    routed.sort_by_key(order);
    known.sort_by_key(order);
    assert_eq!(routed, known);
}

#[tokio::test]
async fn t51_a_role_opens_its_pages_and_no_others() {
    let (site, owner) = Site::with_owner("riverside").await;
    for role in Role::ALL {
        let address = format!("{}@riverside.example", role.as_str());
        let member = site.member(&owner.tenant, &address, vec![role]).await;
        let form = member.get("/me").await;
        for row in DESK {
            let (method, path, needs) = row;
            let answer = call(&member, &form, row, NOTHING).await;
            let (status, what) = (answer.status, format!("{} {method} {path}", role.as_str()));
            if needs.is_none_or(|permission| role.may(permission)) {
                let refused =
                    matches!(status.as_u16(), 401 | 403 | 405) || status.is_server_error();
                assert!(!refused, "{what}: {status} {}", answer.text());
                let turned_away = *method == GET && status == StatusCode::SEE_OTHER;
                assert!(!turned_away, "{what}");
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{what}");
                assert!(answer.text().contains("role_missing"), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn t51_who_is_not_signed_in_opens_no_page_of_the_desk() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (stranger, form) = (site.stranger(), owner.get("/me").await);
    for row in DESK {
        let (method, path, _) = row;
        let answer = call(&stranger, &form, row, NOTHING).await;
        if *method == GET {
            let led = (answer.status, answer.location());
            assert_eq!(led, (StatusCode::SEE_OTHER, "/signin"), "{path}");
        } else {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        }
    }
}

#[tokio::test]
async fn the_way_around_leads_only_where_one_may_go() {
    let (site, owner) = Site::with_owner("riverside").await;
    for role in Role::ALL {
        let address = format!("{}@riverside.example", role.as_str());
        let member = site.member(&owner.tenant, &address, vec![role]).await;
        let page = member.get("/me").await.text();
        let nav = page
            .split_once("<nav")
            .unwrap()
            .1
            .split_once("</nav>")
            .unwrap()
            .0;
        for path in ["/today", "/audit", "/members"] {
            let shown = nav.contains(&format!("href=\"{path}\""));
            let opens = member.get(path).await.status == StatusCode::OK;
            assert_eq!(shown, opens, "{} {path}", role.as_str());
        }
    }
}

#[tokio::test]
async fn t52_no_address_leads_to_what_belongs_to_another_institution() {
    let (site, mine) = Site::with_owner("riverside").await;
    let credentials = issued(&site, &mine).await;
    mine.submit(
        &mine.get("/members").await,
        "/keys",
        &[("name", "LMS"), ("days", "90"), ("scope", "read")],
    )
    .await;
    let theirs = site.owner("hillside").await;
    let form = theirs.get("/me").await;
    let members = mine.get("/members").await;
    let applied = crate::applications::applied(&site, &mine, true).await;
    let things = [
        ("credentials", credentials.link("/credentials/")),
        ("cohorts", thing(&mine.get("/today").await, "/cohorts/")),
        (
            "achievements",
            thing(&mine.get("/achievements").await, "/achievements/"),
        ),
        (
            "competencies",
            crate::competencies::agreed(&site, &mine, "theirs").await,
        ),
        ("roles", crate::roles::described(&mine).await),
        ("postings", applied.posting),
        ("applications", applied.application),
        ("webhooks", crate::webhooks::added(&mine).await),
        (
            "endorsements",
            crate::endorsements::asked(&site, &mine, "x@y.example")
                .await
                .0,
        ),
        ("mappings", crosswalk::filled(&site, &mine).await.remove(0)),
        ("members", members.link("/members/")),
        (
            "keys",
            members
                .action("/keys/")
                .trim_end_matches("/revoke")
                .to_owned(),
        ),
    ];
    let (mut tried, mut found) = (0, Vec::new());
    for row in DESK {
        let (method, path, _) = row;
        let Some((_, thing)) = things
            .iter()
            .find(|(noun, _)| path.starts_with(&format!("/{noun}/{{id}}")))
        else {
            continue;
        };
        let id = thing.rsplit('/').next().unwrap();
        let answer = call(&theirs, &form, row, id).await;
        if answer.status != StatusCode::NOT_FOUND {
            found.push(format!("{method} {path}: {}", answer.status));
        }
        tried += 1;
    }
    assert_eq!(found, Vec::<String>::new());
    assert!(tried >= 20, "only {tried} addresses were tried");
}

/// The first link to a thing of that kind, and not to the page for a new one.
fn thing(page: &Answer, start: &str) -> String {
    let text = page.text();
    let links = text.split("href=\"").skip(1);
    let mut links = links.map(|rest| rest.split_once('"').unwrap().0);
    let found = links.find(|href| href.starts_with(start) && !href.ends_with("/new"));
    found
        .unwrap_or_else(|| panic!("no {start} in {text}"))
        .to_owned()
}

/// The id of nothing.
const NOTHING: &str = "00000000-0000-4000-8000-000000000000";

/// What forms about one thing ask.
const FIELDS: &[(&str, &str)] = &[
    ("reason", "Not mine."),
    ("fingerprint", "0"),
    ("role", "auditor"),
    ("column", "email"),
    ("value", "a@lakeside.example"),
    ("email", "a@lakeside.example"),
    ("name", "Ada"),
    ("said", "Mine too."),
    ("why", "Mine too."),
    ("vote", "100"),
    ("comment", "Mine too."),
    ("conflict", "Mine too."),
    ("until", "2099-12-31"),
    ("level_name", "Low"),
    ("level_description", "Seen."),
    ("level_name", "High"),
    ("level_description", "Seen."),
    ("required_level", "1"),
];

/// Sends what the address takes, about the thing with this id.
async fn call(browser: &Browser, form: &Answer, row: &Row, id: &str) -> Answer {
    let (method, path, _) = row;
    let path = path
        .replace("{id}", id)
        .replace("{passkey}", "x")
        .replace("{line}", "2")
        .replace("{number}", "1")
        .replace("{kind}", "role")
        .replace("{mapping}", "x")
        .replace("{version}", "1")
        .replace("{form}", "ctdl")
        .replace("{language}", "en")
        .replace("{file}", "credential.json");
    match (method, path.as_str()) {
        (&Method::GET, _) => browser.get(&path).await,
        (_, "/cohorts" | "/achievements/import" | "/institution") => {
            browser.upload(form, &path, &[], ("x.csv", b"name\n")).await
        }
        (_, path) if path.ends_with("/evidence") => {
            browser.upload(form, path, &[], ("x.csv", b"name\n")).await
        }
        _ => browser.submit(form, &path, FIELDS).await,
    }
}
