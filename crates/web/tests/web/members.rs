//! Members as owners see and change them on the pages.

use axum::http::StatusCode;
use touchstone_service::operations::Role;

use crate::api_program::Program;
use crate::site::{Browser, Site};
use serde_json::json;

/// The page of the member with this address.
async fn page_of(owner: &Browser, site: &Site, email: &str) -> String {
    let members = touchstone_service::operations::members(&site.test.world, &owner.tenant).await;
    let members = members.unwrap().into_iter();
    let one = members.into_iter().find(|one| one.email == email).unwrap();
    format!("/members/{}", one.id)
}

#[tokio::test]
async fn an_owner_changes_what_a_member_may_do_and_it_holds_in_their_session() {
    let (site, owner) = Site::with_owner("riverside").await;
    let email = "reg@riverside.example";
    let registrar = site
        .member(&owner.tenant, email, vec![Role::Registrar])
        .await;
    assert_eq!(registrar.get("/cohorts/new").await.status, StatusCode::OK);
    let path = page_of(&owner, &site, email).await;
    assert!(
        owner
            .get("/members")
            .await
            .text()
            .contains(&format!("href=\"{path}\""))
    );

    let page = owner.get(&path).await;
    assert!(
        page.text().contains("value=\"registrar\" checked"),
        "{}",
        page.text()
    );
    let roles = [("role", "auditor"), ("role", "approver")];
    let saved = owner.submit(&page, &format!("{path}/roles"), &roles).await;
    assert_eq!(saved.location(), "/members");
    assert!(
        owner
            .get("/members")
            .await
            .text()
            .contains("approver, auditor")
    );
    assert_eq!(
        registrar.get("/cohorts/new").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(registrar.get("/audit").await.status, StatusCode::OK);

    let refused = owner.submit(&page, &format!("{path}/roles"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Choose at least one role."));
}

#[tokio::test]
async fn a_member_without_access_is_out_and_can_be_let_in_again() {
    let (site, owner) = Site::with_owner("riverside").await;
    let email = "reg@riverside.example";
    let registrar = site
        .member(&owner.tenant, email, vec![Role::Registrar])
        .await;
    let path = page_of(&owner, &site, email).await;
    let page = owner.get(&path).await;
    owner.submit(&page, &format!("{path}/disable"), &[]).await;
    assert_eq!(registrar.get("/today").await.status, StatusCode::SEE_OTHER);
    let page = owner.get(&path).await;
    assert!(page.text().contains("No access") && page.text().contains("Give access again"));
    let back = owner.submit(&page, &format!("{path}/enable"), &[]).await;
    assert_eq!(back.location(), path);
    assert!(owner.get(&path).await.text().contains("Take access away"));
}

#[tokio::test]
async fn the_only_owner_stays_owner_and_is_told_why() {
    let (site, owner) = Site::with_owner("riverside").await;
    let path = page_of(&owner, &site, "ines@riverside.example").await;
    let page = owner.get(&path).await;
    let refused = owner
        .submit(&page, &format!("{path}/roles"), &[("role", "registrar")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("This is the only owner"));
    assert_eq!(owner.get(&path).await.status, StatusCode::OK);

    site.member(&owner.tenant, "b@riverside.example", vec![Role::Owner])
        .await;
    let left = owner
        .submit(&page, &format!("{path}/roles"), &[("role", "registrar")])
        .await;
    assert_eq!(left.location(), "/me");
    assert_eq!(owner.get(&path).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_program_changes_roles_as_the_page_does() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let members = program.get("/api/v1/members").await.with(200);
    let owner = members["members"][0]["id"].as_str().unwrap().to_owned();
    let new =
        json!({ "name": "Noor Haddad", "email": "noor@riverside.example", "roles": ["registrar"] });
    let made = program.post("/api/v1/members", &new).await.with(201);
    let path = format!("/api/v1/members/{}/roles", made["id"].as_str().unwrap());
    let reply = program
        .post(&path, &json!({ "roles": ["auditor", "assessor"] }))
        .await;
    assert_eq!(reply.with(200)["roles"], json!(["assessor", "auditor"]));
    let reply = program.post(&path, &json!({ "roles": ["king"] })).await;
    reply.problem(422, "unknown_role");
    let reply = program.post(&path, &json!({ "roles": [] })).await;
    reply.problem(422, "no_role");
    let path = format!("/api/v1/members/{owner}/roles");
    let reply = program.post(&path, &json!({ "roles": ["auditor"] })).await;
    reply.problem(409, "last_owner");
}

#[tokio::test]
async fn the_exported_record_holds_the_lines_that_the_page_shows() {
    let (site, owner) = Site::with_owner("riverside").await;
    site.member(&owner.tenant, "b@riverside.example", vec![Role::Auditor])
        .await;
    for query in [
        "",
        "actor=Ines+Albrecht",
        "action=member.add",
        "actor=nobody",
    ] {
        let page = owner.get(&format!("/audit?{query}")).await.text();
        let shown = page.matches("data-l=\"When\"").count();
        let csv = owner.get(&format!("/audit.csv?{query}")).await.text();
        let json = owner.get(&format!("/audit.json?{query}")).await.text();
        assert_eq!(csv.lines().count() - 1, shown, "{query}");
        assert_eq!(json.lines().count(), shown, "{query}");
    }
    let mine = owner.get("/audit.csv?actor=Ines+Albrecht").await.text();
    assert!(
        mine.contains("session.start"),
        "a name stands for its member: {mine}"
    );
}

#[tokio::test]
async fn the_use_of_a_key_is_noted() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    program.get("/api/v1/institution").await.with(200);
    let keys = program.get("/api/v1/keys").await.with(200);
    assert_eq!(keys["keys"][0]["lastUsedAt"], "2026-11-21T12:00:00Z");
}

#[tokio::test]
async fn an_owner_mends_a_name_and_an_address_and_errors_stand_at_their_fields() {
    let (site, owner) = Site::with_owner("riverside").await;
    let email = "nour@riverside.example";
    let one = site
        .member(&owner.tenant, email, vec![Role::Registrar])
        .await;
    let path = page_of(&owner, &site, email).await;
    let page = owner.get(&path).await;
    let taken = [("name", "Noor Haddad"), ("email", "ines@riverside.example")];
    let refused = owner.submit(&page, &path, &taken).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("id=\"f-email-e\"") && text.contains("href=\"#f-email\""),
        "{text}"
    );
    assert!(
        text.contains("value=\"Noor Haddad\""),
        "what was entered is kept"
    );
    assert_eq!(one.get("/today").await.status, StatusCode::OK);

    let right = [("name", "Noor Haddad"), ("email", "noor@riverside.example")];
    let mended = owner.submit(&page, &path, &right).await;
    assert_eq!(mended.location(), path);
    assert_eq!(
        one.get("/today").await.status,
        StatusCode::SEE_OTHER,
        "they are signed out"
    );
    let text = owner.get(&path).await.text();
    assert!(text.contains("<bdi>Noor Haddad</bdi>") && text.contains("noor@riverside.example"));
    let record = owner.get("/audit").await.text();
    assert!(
        record.contains("mended a member’s name or address"),
        "{record}"
    );
}

#[tokio::test]
async fn the_passkey_of_a_lost_device_is_removed_on_the_members_page() {
    let (site, owner) = Site::with_owner("riverside").await;
    let email = "noor@riverside.example";
    let one = site
        .member(&owner.tenant, email, vec![Role::Registrar])
        .await;
    let path = page_of(&owner, &site, email).await;
    assert!(owner.get(&path).await.text().contains("There is none."));
    let id = path.rsplit('/').next().unwrap();
    site.test.add_passkey(id, "lost-1", "the telephone").await;
    let page = owner.get(&path).await;
    assert!(page.text().contains("the telephone"));
    let remove = page.action(&format!("{path}/passkeys/"));
    let removed = owner.submit(&page, &remove, &[]).await;
    assert_eq!(removed.location(), path);
    assert!(owner.get(&path).await.text().contains("There is none."));
    assert_eq!(
        one.get("/today").await.status,
        StatusCode::SEE_OTHER,
        "whoever has the device is out"
    );
    let again = owner.submit(&page, &remove, &[]).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_program_mends_members_and_removes_their_passkeys() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let new = json!({ "name": "Nour", "email": "nour@riverside.example", "roles": ["registrar"] });
    let made = program.post("/api/v1/members", &new).await.with(201);
    let id = made["id"].as_str().unwrap();
    let path = format!("/api/v1/members/{id}");
    let right = json!({ "name": "Noor Haddad", "email": "Noor@riverside.example" });
    let mended = program.put(&path, &right).await.with(200);
    assert_eq!(
        (&mended["name"], &mended["email"]),
        (&json!("Noor Haddad"), &json!("noor@riverside.example"))
    );
    for (name, email, status, code) in [
        ("Noor", "ines@riverside.example", 409, "address_taken"),
        ("", "noor@riverside.example", 422, "bad_name"),
        ("Noor", "noor", 422, "bad_address"),
    ] {
        let said = json!({ "name": name, "email": email });
        program.put(&path, &said).await.problem(status, code);
    }
    program
        .put("/api/v1/members/nobody", &right)
        .await
        .problem(404, "member_not_found");

    site.test.add_passkey(id, "lost-1", "the telephone").await;
    let listed = program.get(&format!("{path}/passkeys")).await.with(200);
    assert_eq!(listed["passkeys"][0]["label"], "the telephone");
    let remove = format!("{path}/passkeys/lost-1/remove");
    assert_eq!(
        program.post(&remove, &json!({})).await.with(200)["id"],
        "lost-1"
    );
    let listed = program.get(&format!("{path}/passkeys")).await.with(200);
    assert_eq!(listed["passkeys"], json!([]));
    program
        .post(&remove, &json!({}))
        .await
        .problem(404, "passkey_not_found");
    program
        .get("/api/v1/members/nobody/passkeys")
        .await
        .problem(404, "member_not_found");
}

#[tokio::test]
async fn an_owner_who_is_let_go_keeps_no_key() {
    let (site, owner) = Site::with_owner("riverside").await;
    let other = site
        .member(&owner.tenant, "b@riverside.example", vec![Role::Owner])
        .await;
    let page = owner.get("/members").await;
    let wanted = [("name", "The LMS"), ("days", "90"), ("scope", "administer")];
    let shown = owner.submit(&page, "/keys", &wanted).await.text();
    let key = shown.split("<code>ts_").nth(1).unwrap();
    let key = format!("ts_{}", key.split('<').next().unwrap());
    let program = Program::stranger(&site).showing(&key);
    let listed = program.get("/api/v1/keys").await.with(200);
    let path = page_of(&other, &site, "ines@riverside.example").await;
    let id = path.rsplit('/').next().unwrap();
    assert_eq!(listed["keys"][0]["maker"], id);

    let page = other.get(&path).await;
    let text = page.text();
    assert!(
        text.contains("<li><bdi>The LMS</bdi></li>") && text.contains("They end with this member"),
        "{text}"
    );
    other.submit(&page, &format!("{path}/disable"), &[]).await;
    program
        .get("/api/v1/keys")
        .await
        .problem(401, "key_unknown");
    let text = other.get(&path).await.text();
    assert!(!text.contains("The LMS"), "{text}");
    let text = other.get("/members").await.text();
    let named = "made by <bdi>Ines Albrecht (no owner now)</bdi>";
    assert!(text.contains(named), "{text}");
}
