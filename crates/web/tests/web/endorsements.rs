//! Endorsements on the pages: who is asked, what they see by their link, and what everybody reads.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::endorsing::{MemberAnswer, answer_as_member, check_evidence};
use touchstone_service::operations::{Role, Scope, members, work_until_idle};
use touchstone_testkit::Authenticator;

use crate::api_program::Program;
use crate::journey::{define, issued};
use crate::site::{Answer, Browser, Site};

const BOSS: &str = "boss@celik.example";

/// The last day of a month from now, as date fields have it.
pub(crate) fn day(site: &Site, days: i64) -> String {
    let at = site.test.world.clock.now().unix_millis() + days * 86_400_000;
    let at = touchstone_vc::Timestamp::from_unix_millis(at).to_string();
    at[..10].to_owned()
}

async fn ask(site: &Site, browser: &Browser, email: &str) -> Answer {
    let form = browser.get("/endorsements").await;
    let text = form.text();
    let of = text.split_once("<option value=\"achievement:").unwrap().1;
    let of = format!("achievement:{}", of.split_once('"').unwrap().0);
    let ends = day(site, 30);
    let said = [
        ("of", of.as_str()),
        ("email", email),
        ("language", "fr"),
        ("message", "You hire our people."),
        ("ends", &ends),
    ];
    browser.submit(&form, "/endorsements", &said).await
}

/// Asks somebody through the pages: where the request is seen, and the token of its link.
pub(crate) async fn asked(site: &Site, browser: &Browser, email: &str) -> (String, String) {
    let sent = ask(site, browser, email).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    work_until_idle(&site.test.world).await.unwrap();
    let mails = site.test.mail.sent();
    let mail = mails.iter().rfind(|mail| mail.to == email).unwrap();
    let token = mail.text.split_once("/endorse/").unwrap().1;
    let token = token.split_whitespace().next().unwrap().to_owned();
    (sent.location().to_owned(), token)
}

/// The same, answered by another institution of this site.
pub(crate) async fn endorsed(site: &Site, browser: &Browser, other: &Browser) -> String {
    let (path, token) = asked(site, browser, "ines@neighbour.example").await;
    let world = &site.test.world;
    let member = members(world, &other.tenant).await.unwrap().remove(0);
    let order = MemberAnswer {
        tenant: other.tenant.clone(),
        actor: member.id,
        comment: "Our students go on with it.".into(),
        until: world.clock.now().unix_millis() + 86_400_000,
    };
    answer_as_member(world, &token, &order).await.unwrap();
    path
}

async fn multipart(browser: &Browser, path: &str, parts: &[(&str, &str)]) -> Answer {
    let mut body = String::new();
    for (name, text) in parts {
        body +=
            &format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    }
    body += "--x--\r\n";
    let kind = "multipart/form-data; boundary=x";
    browser.stream(path, kind, Body::from(body)).await
}

#[tokio::test]
async fn who_was_asked_reads_exactly_what_and_says_no_without_an_account() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let (path, token) = asked(&site, &owner, BOSS).await;
    let stranger = site.stranger();
    let link = format!("/endorse/{token}");
    let page = stranger.get(&link).await;
    let text = page.text();
    for part in [
        "Do you endorse “Precision measurement”?",
        "riverside Polytechnic",
        "You hire our people.",
        "Measure finished parts with micrometers",
        "12 parts",
        "Independent",
        "SHA-256",
        "EndorsementCredential",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(page.headers["cache-control"], "no-store");
    let published = stranger.get("/i/riverside/a/precision-measurement/1").await;
    let sha256 = (site.test.world.crypto.sha256)(&published.bytes);
    let sha256: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(
        text.contains(&sha256),
        "the hash is that of what is published"
    );

    let brought = [
        ("organization", "Çelik Makina"),
        ("person", "Ayşe Demir"),
        ("text", "{}"),
    ];
    let refused = multipart(&stranger, &format!("{link}/file"), &brought).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("no signed credential") && text.contains("Çelik Makina"),
        "{text}"
    );

    let decline = format!("{link}/decline");
    let said = [("reason", "We have <our> own.")];
    assert_eq!(stranger.post(&decline, &said).await.location(), link);
    assert!(stranger.get(&link).await.text().contains("You declined"));
    let twice = stranger.post(&decline, &[]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(
        twice.text().contains("answered already"),
        "{}",
        twice.text()
    );
    let seen = owner.get(&path).await.text();
    assert!(
        seen.contains("Declined") && seen.contains("We have &lt;our&gt; own."),
        "{seen}"
    );
    for unknown in ["/endorse/x", "/endorse/x/never"] {
        assert_eq!(stranger.get(unknown).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn another_institution_signs_and_everybody_reads_who_says_what_until_when() {
    let (site, owner) = Site::with_owner("riverside").await;
    let credentials = issued(&site, &owner).await;
    let other = site.owner("hillside").await;
    let (path, token) = asked(&site, &owner, "ines@hillside.example").await;
    let here = format!("/endorsements/for/{token}");
    let own = owner.get(&here).await.text();
    assert!(own.contains("Your own institution asked"), "{own}");
    let auditor = site
        .member(&other.tenant, "a@hillside.example", vec![Role::Auditor])
        .await;
    assert_eq!(auditor.get(&here).await.status, StatusCode::FORBIDDEN);
    let form = other.get(&here).await;
    let until = day(&site, 300);
    let wrong = other
        .submit(&form, &here, &[("comment", ""), ("until", &until)])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("f-comment-e"), "{}", wrong.text());
    let said = [
        ("comment", "Our students go on with it."),
        ("until", until.as_str()),
    ];
    let given = other.submit(&form, &here, &said).await;
    assert_eq!(
        given.location(),
        format!("/endorse/{token}"),
        "{}",
        given.text()
    );

    let stranger = site.stranger();
    let page = "/i/riverside/a/precision-measurement/1/endorsements";
    let text = stranger.get(page).await.text();
    for part in [
        "One other organization stands behind this version now.",
        "hillside Polytechnic",
        "Our students go on with it.",
        "By the key of",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let list: Value =
        serde_json::from_slice(&stranger.get(&format!("{page}.json")).await.bytes).unwrap();
    assert_eq!(list["standing"], 1);
    let one = &list["endorsements"][0];
    assert_eq!(
        (&one["way"], &one["organization"]),
        (&json!("member"), &json!("hillside Polytechnic"))
    );
    let credential = one["credential"].as_str().unwrap();
    let credential = credential
        .strip_prefix("https://verify.example.edu")
        .unwrap();
    let signed = stranger.get(credential).await;
    assert_eq!(signed.headers["content-type"], "application/vc");
    let signed: Value = serde_json::from_slice(&signed.bytes).unwrap();
    assert_eq!(signed["issuer"]["name"], "hillside Polytechnic");
    assert!(
        stranger
            .get("/i/riverside")
            .await
            .text()
            .contains("Endorsed by hillside Polytechnic")
    );
    let _ = credentials;

    let detail = owner.get(&path).await;
    assert!(detail.text().contains("Endorsed"), "{}", detail.text());
    let foreign = other.get(&path).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let hidden = owner.submit(&detail, &format!("{path}/hide"), &[]).await;
    assert_eq!(hidden.status, StatusCode::SEE_OTHER, "{}", hidden.text());
    assert_eq!(stranger.get(credential).await.status, StatusCode::NOT_FOUND);
    assert!(
        !stranger
            .get("/i/riverside")
            .await
            .text()
            .contains("Endorsed")
    );
}

#[tokio::test]
async fn what_was_given_is_taken_back_by_its_link() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let other = site.owner("hillside").await;
    let (path, token) = asked(&site, &owner, "ines@hillside.example").await;
    let here = format!("/endorsements/for/{token}");
    let until = day(&site, 300);
    let said = [("comment", "Good."), ("until", until.as_str())];
    other.submit(&other.get(&here).await, &here, &said).await;
    let (stranger, link) = (site.stranger(), format!("/endorse/{token}"));
    assert!(stranger.get(&link).await.text().contains("Take it back"));
    let withdraw = format!("{link}/withdraw");
    for _ in 0..2 {
        let done = stranger.post(&withdraw, &[("reason", "We moved.")]).await;
        assert_eq!(done.location(), link);
    }
    assert!(
        stranger
            .get(&link)
            .await
            .text()
            .contains("You took it back")
    );
    let page = stranger
        .get("/i/riverside/a/precision-measurement/1/endorsements")
        .await
        .text();
    assert!(
        page.contains("Taken back") && !page.contains("Good."),
        "{page}"
    );
    assert!(owner.get(&path).await.text().contains("We moved."));
}

#[tokio::test]
async fn a_stranger_endorses_with_a_passkey_and_stands_there_by_the_domain_that_was_asked() {
    let site = Site::knowing_passkeys().await;
    let owner = site.owner("riverside").await;
    issued(&site, &owner).await;
    let (_, token) = asked(&site, &owner, BOSS).await;
    let (stranger, link) = (site.stranger(), format!("/endorse/{token}"));
    let page = stranger.get(&link).await.text();
    assert!(page.contains("data-passkey=\"sign\""), "{page}");
    let (begin, sign) = (
        format!("{link}/passkey/begin"),
        format!("{link}/passkey/made"),
    );
    let words = "We let people with it measure alone.";
    let (until, late) = (day(&site, 300), day(&site, 3_000));
    let mut said = vec![
        ("organization", "Çelik Makina"),
        ("person", "Ayşe Demir"),
        ("comment", words),
        ("until", late.as_str()),
    ];
    let refused = stranger.post(&begin, &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    said[3].1 = &until;

    let mut device = Authenticator::new("https://verify.example.edu", b"a stranger's device");
    let read = |answer: Answer| -> (String, String) {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let read: Value = serde_json::from_slice(&answer.bytes).unwrap();
        let ceremony = read["ceremony"].as_str().unwrap().to_owned();
        (ceremony, read["publicKey"].to_string())
    };
    let (ceremony, options) = read(stranger.post(&begin, &said).await);
    let made = device.create(&options);
    let made = [("ceremony", ceremony.as_str()), ("answer", made.as_str())];
    let (ceremony, options) = read(stranger.post(&sign, &made).await);
    let signed = device.get(&options);
    said.extend([("ceremony", ceremony.as_str()), ("answer", signed.as_str())]);
    let answer = format!("{link}/passkey");
    let given = stranger.post(&answer, &said).await;
    assert_eq!(given.location(), link, "{}", given.text());
    let late = stranger.post(&answer, &said).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());

    let public = "/i/riverside/a/precision-measurement/1/endorsements";
    let text = stranger.get(public).await.text();
    for part in [
        words,
        "With a passkey",
        "celik.example",
        "as they were typed",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(
        !text.contains(BOSS),
        "the address itself is nobody's business"
    );
    let shown = stranger.get("/i/riverside").await.text();
    assert!(
        shown.contains("Endorsed by Çelik Makina (celik.example)"),
        "{shown}"
    );
    let list = stranger.get(&format!("{public}.json")).await;
    let list: Value = serde_json::from_slice(&list.bytes).unwrap();
    assert_eq!(list["endorsements"][0]["askedUnder"], "celik.example");
    let evidence = list["endorsements"][0]["evidence"].as_str().unwrap();
    let evidence = evidence.strip_prefix("https://verify.example.edu").unwrap();
    let evidence = stranger.get(evidence).await;
    assert_eq!(evidence.headers["content-type"], "application/json");
    let crypto = site.test.world.crypto;
    let spoken = check_evidence(crypto, &evidence.bytes).unwrap();
    assert_eq!(spoken.statement.endorsement_comment, words);
}

#[tokio::test]
async fn a_passkeys_answer_that_does_not_hold_leaves_what_was_typed() {
    let site = Site::knowing_passkeys().await;
    let owner = site.owner("riverside").await;
    define(&owner).await;
    let (_, token) = asked(&site, &owner, BOSS).await;
    let said = [
        ("comment", "We let them."),
        ("ceremony", "x"),
        ("answer", "{}"),
    ];
    let path = format!("/endorse/{token}/passkey");
    let refused = site.stranger().post(&path, &said).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    for part in ["We let them.", "took too long", "id=\"f-passkey\""] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn a_mail_that_was_refused_is_told_and_a_link_is_sent_again_once() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    site.test.mail.refuse_to(&[BOSS]);
    let path = ask(&site, &owner, BOSS).await.location().to_owned();
    work_until_idle(&site.test.world).await.unwrap();
    let page = owner.get(&path).await;
    assert!(page.text().contains("Not delivered"), "{}", page.text());
    let told = site.test.mail.sent().pop().unwrap();
    assert!(told.text.contains(&path), "{}", told.text);
    let program = Program::with(&site, &owner.tenant, &[Scope::Read]).await;
    let listed = program.get("/api/v1/endorsements").await.with(200);
    assert!(listed["endorsements"][0]["mailRefusedAt"].is_string());

    site.test.mail.refuse_to(&[]);
    let mails = page.hidden("mails");
    for _ in 0..2 {
        let said = [("mails", mails.as_str())];
        let again = owner.submit(&page, &format!("{path}/again"), &said).await;
        assert_eq!(again.location(), path, "{}", again.text());
        work_until_idle(&site.test.world).await.unwrap();
    }
    let sent = site.test.mail.sent();
    assert_eq!(sent.iter().filter(|mail| mail.to == BOSS).count(), 1);
    let page = owner.get(&path).await.text();
    assert!(!page.contains("Not delivered"), "{page}");
}

#[tokio::test]
async fn a_request_with_a_mistake_is_taken_back_with_a_reason_and_asked_anew() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let (path, token) = asked(&site, &owner, BOSS).await;
    let page = owner.get(&path).await;
    let here = format!("{path}/take-back");
    let empty = owner.submit(&page, &here, &[("why", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("href=\"#f-why\""), "{}", empty.text());
    for _ in 0..2 {
        let said = [("why", "The <wrong> language.")];
        let taken = owner.submit(&page, &here, &said).await;
        assert_eq!(taken.location(), path, "{}", taken.text());
    }
    let seen = owner.get(&path).await.text();
    for part in ["Request taken back", "The &lt;wrong&gt; language."] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    assert!(!seen.contains("Send the link again"), "{seen}");
    let link = format!("/endorse/{token}");
    let stranger = site.stranger();
    let seen = stranger.get(&link).await.text();
    assert!(seen.contains("took the request back"), "{seen}");
    assert!(!seen.contains("Your answer"), "there is none: {seen}");
    let never = stranger.get(&format!("{link}/never")).await.text();
    assert!(!never.contains("you can still answer it"), "{never}");
    assert!(!seen.contains("&lt;wrong&gt;"), "that is for the asker");
    let late = stranger.post(&format!("{link}/decline"), &[]).await;
    assert_eq!(late.status, StatusCode::GONE, "{}", late.text());

    let anew = ask(&site, &owner, BOSS).await;
    assert_eq!(anew.status, StatusCode::SEE_OTHER, "{}", anew.text());
    let id = anew.location().rsplit('/').next().unwrap();
    let program = Program::with(&site, &owner.tenant, &[Scope::Read, Scope::Define]).await;
    let here = format!("/api/v1/endorsements/{id}/take-back");
    let empty = program.post(&here, &json!({"why": ""})).await;
    empty.problem(422, "faulty_reason");
    let why = json!({"why": "The wrong day."});
    let taken = program.post(&here, &why).await.with(200);
    assert_eq!(taken["state"], "taken_back");
    assert_eq!(taken["takenBackWhy"], "The wrong day.");
    assert_eq!(taken["declined"], Value::Null);
    let unknown = program.post("/api/v1/endorsements/x/take-back", &why).await;
    unknown.problem(404, "endorsement_not_found");
}

#[tokio::test]
async fn t30_scanners_of_mail_refuse_nothing_and_the_button_does() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let (path, token) = asked(&site, &owner, BOSS).await;
    let never = format!("/endorse/{token}/never");
    let stranger = site.stranger();
    for _ in 0..50 {
        let page = stranger.get(&never).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text().contains("you can still answer it"));
    }
    // They can still answer, so they are asked nothing anew, and whoever asks is led to the request.
    let anew = ask(&site, &owner, BOSS).await;
    assert_eq!(anew.status, StatusCode::CONFLICT, "{}", anew.text());
    for part in [
        "no answer has come yet",
        "href=\"#f-open\"",
        "id=\"f-open\"",
        &format!("href=\"{path}\""),
        "You hire our people.",
    ] {
        assert!(anew.text().contains(part), "{part}: {}", anew.text());
    }
    // As mail programs send it by themselves (RFC 8058).
    let done = stranger
        .post(&never, &[("List-Unsubscribe", "One-Click")])
        .await;
    assert_eq!(done.status, StatusCode::OK);
    let refused = ask(&site, &owner, BOSS).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(
        text.contains("nobody is asked under this address now")
            || text.contains("Nobody is asked under this address now"),
        "{text}"
    );
    assert!(
        text.contains("You hire our people."),
        "what was typed stays"
    );
}

#[tokio::test]
async fn a_program_asks_and_lists() {
    let (site, owner) = Site::with_owner("riverside").await;
    define(&owner).await;
    let program = Program::with(&site, &owner.tenant, &[Scope::Read, Scope::Define]).await;
    let ends = format!("{}T23:59:59Z", day(&site, 20));
    let order = json!({
        "kind": "achievement", "thing": "precision-measurement", "email": BOSS, "endsAt": ends,
    });
    let made = program.post("/api/v1/endorsements", &order).await.with(201);
    let anew = program.post("/api/v1/endorsements", &order).await;
    let anew = anew.problem(409, "asked_already");
    let id = made["id"].as_str().unwrap();
    assert!(anew.to_string().contains(id), "{anew}");
    let listed = program.get("/api/v1/endorsements").await.with(200);
    let one = &listed["endorsements"][0];
    assert_eq!((&one["id"], &one["state"]), (&made["id"], &json!("asked")));
    assert_eq!((&one["email"], &one["said"]), (&json!(BOSS), &Value::Null));
    for (change, status, code) in [
        (json!({"kind": "role"}), 422, "faulty_request"),
        (json!({"thing": "nothing"}), 404, "nothing_to_endorse"),
        (json!({"email": "boss"}), 422, "faulty_request"),
        (json!({"endsAt": "tomorrow"}), 422, "bad_time"),
        (
            json!({"endsAt": "2020-01-01T00:00:00Z"}),
            422,
            "faulty_request",
        ),
    ] {
        let mut order = order.clone();
        for (name, value) in change.as_object().unwrap() {
            order[name] = value.clone();
        }
        let refused = program
            .post("/api/v1/endorsements", &order)
            .await
            .with(status);
        assert_eq!(refused["code"], code, "{refused}");
    }
}
