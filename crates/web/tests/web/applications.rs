//! Applying with credentials, through the pages: an applicant without an account, and the employer who reads.

use axum::body::Body;
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use touchstone_service::operations::{Role, Scope};

use crate::api_program::Program;
use crate::site::{Answer, Browser, Site};

pub(crate) const NAME: &str = "Zoë Ångström-Okafor";
const CONTACT: &str = "zoe@private.example";

/// Where things are once somebody has applied: the ids of the employer's pages, and the applicant's own.
pub(crate) struct Applied {
    pub(crate) role: String,
    pub(crate) posting: String,
    pub(crate) application: String,
    pub(crate) own: String,
    open: String,
    file: Vec<u8>,
}

/// A role of the owner's institution is open, and somebody has applied with a credential of another's.
pub(crate) async fn applied(site: &Site, owner: &Browser, blind: bool) -> Applied {
    let (role, posting, open) = opened(owner, blind).await;
    let file = credential(site).await;
    let stranger = site.stranger();
    let own = sent(&stranger, &open, &file).await;
    let list = owner.get(&posting).await;
    Applied {
        role,
        application: list.link("/applications/"),
        posting,
        own,
        open,
        file,
    }
}

/// Somebody else applies with the same, and has their name shown. Answers with the page of that application.
pub(crate) async fn uncovered(site: &Site, owner: &Browser, applied: &Applied) -> String {
    let own = sent(&site.stranger(), &applied.open, &applied.file).await;
    assert_ne!(own, applied.own);
    let list = owner.get(&applied.posting).await.text();
    let mut links = list.split("href=\"/applications/").skip(1);
    let other = links.find_map(|rest| {
        let path = format!("/applications/{}", rest.split('"').next()?);
        (path != applied.application).then_some(path)
    });
    let other = other.unwrap();
    let page = owner.get(&other).await;
    let shown = owner.submit(&page, &format!("{other}/uncover"), &[]).await;
    assert_eq!(shown.status, StatusCode::SEE_OTHER, "{}", shown.text());
    other
}

/// Opens a role for applications, and answers with the paths of the role, the posting, and the page for everybody.
pub(crate) async fn opened(owner: &Browser, blind: bool) -> (String, String, String) {
    let role = crate::roles::described(owner).await;
    let page = owner.get(&role).await;
    let mut said = vec![("note", "Shifts & nights."), ("keep_days", "30")];
    if blind {
        said.push(("blind", "yes"));
    }
    let done = owner
        .submit(&page, &format!("{role}/postings"), &said)
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let posting = done.location().to_owned();
    let open = owner.get(&posting).await.link("/apply/");
    (role, posting, open)
}

/// A credential that some school issued, as JSON.
pub(crate) async fn credential(site: &Site) -> Vec<u8> {
    let school = site.owner("school").await;
    let program = Program::with(site, &school.tenant, &Scope::ALL).await;
    let (_, credentials) = program.issue(site).await;
    let path = format!("/api/v1/credentials/{}/export", credentials[0]);
    program.get(&path).await.with(200).to_string().into_bytes()
}

pub(crate) fn multipart(fields: &[(&str, &[u8])]) -> Body {
    let mut body = Vec::new();
    for (name, value) in fields {
        let file = if *name == "file" {
            "; filename=\"c.json\""
        } else {
            ""
        };
        body.extend(
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes(),
        );
        body.extend(*value);
        body.extend(b"\r\n");
    }
    body.extend(b"--x--\r\n");
    Body::from(body)
}

pub(crate) async fn post(browser: &Browser, path: &str, fields: &[(&str, &[u8])]) -> Answer {
    let kind = "multipart/form-data; boundary=x";
    browser.stream(path, kind, multipart(fields)).await
}

/// Hands the credential in, looks, and sends. Gives the path of the applicant's own page.
pub(crate) async fn sent(stranger: &Browser, open: &str, file: &[u8]) -> String {
    let seen = post(stranger, open, &[("file", file)]).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    let (token, carried) = (seen.hidden("token"), seen.hidden("credential"));
    let role = seen.hidden("role");
    let fields: [(&str, &[u8]); 6] = [
        ("role", role.as_bytes()),
        ("token", token.as_bytes()),
        ("credential", carried.as_bytes()),
        ("share", b"0"),
        ("name", NAME.as_bytes()),
        ("contact", CONTACT.as_bytes()),
    ];
    let done = post(stranger, &format!("{open}/send"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    done.location().to_owned()
}

/// The drawing of a code is read back in `adapters/tests/artwork`; here it is which link is drawn.
#[tokio::test]
async fn the_code_of_a_posting_is_its_link_and_leads_to_the_tasks() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, posting, open) = opened(&owner, false).await;
    let page = owner.get(&posting).await;
    let code = page.text().split_once("class=\"qr\"").unwrap().1.to_owned();
    let drawn = code.split_once("<title>").unwrap().1;
    let drawn = drawn.split_once("</title>").unwrap().0;
    assert_eq!(drawn, format!("https://verify.example.edu{open}"));
    let scanned = drawn.strip_prefix("https://verify.example.edu").unwrap();
    let seen = site.stranger().get(scanned).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert!(
        seen.text().contains("Shifts &amp; nights."),
        "{}",
        seen.text()
    );
}

#[tokio::test]
async fn an_applicant_sees_before_sending_sends_and_takes_it_back() {
    let (site, owner) = Site::with_owner("riverside").await;
    let (_, posting, open) = opened(&owner, false).await;
    let stranger = site.stranger();
    let asked = stranger.get(&open).await.text();
    assert!(
        asked.contains("Keeps everybody safe") && asked.contains("Shifts &amp; nights."),
        "{asked}"
    );
    let file = credential(&site).await;
    let seen = post(&stranger, &open, &[("file", &file)]).await;
    let text = seen.text();
    assert!(
        text.contains("Nothing was sent or kept yet") && text.contains("Workshop safety"),
        "{text}"
    );
    assert!(
        text.contains("Everything that stands in it") && !text.contains('%'),
        "{text}"
    );
    assert_eq!(seen.headers["cache-control"], "no-store");
    assert_eq!(
        BASE64.decode(seen.hidden("credential")).unwrap(),
        file,
        "byte for byte"
    );
    assert!(owner.get(&posting).await.text().contains("There is none."));

    // What is refused comes back with what was handed in.
    let (token, carried) = (seen.hidden("token"), seen.hidden("credential"));
    let none: [(&str, &[u8]); 3] = [
        ("token", token.as_bytes()),
        ("credential", carried.as_bytes()),
        ("name", "Zoë".as_bytes()),
    ];
    let refused = post(&stranger, &format!("{open}/send"), &none).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("value=\"Zoë\""),
        "{}",
        refused.text()
    );
    assert_eq!(refused.hidden("credential"), carried);

    let own = sent(&stranger, &open, &file).await;
    let secret = own.rsplit('/').next().unwrap();
    let other: [(&str, &[u8]); 3] = [
        ("token", secret.as_bytes()),
        ("credential", carried.as_bytes()),
        ("share", b"0"),
    ];
    let twice = post(&stranger, &format!("{open}/send"), &other).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "{}", twice.text());
    assert_eq!(twice.link("/application/"), own, "it leads to the first");
    let page = stranger.get(&own).await;
    assert!(page.text().contains(NAME), "{}", page.text());
    assert_eq!(page.headers["cache-control"], "no-store");
    let read = owner.get(&posting).await;
    assert!(read.text().contains(NAME), "{}", read.text());
    let one = read.link("/applications/");
    let shown = owner.get(&one).await;
    assert!(shown.text().contains(CONTACT), "{}", shown.text());
    let copy = owner.get(&format!("{one}/credentials/1")).await;
    assert_eq!(copy.bytes, file);

    let json = owner.get(&format!("{one}/answer.json")).await;
    assert_eq!(json.headers["content-type"], "application/json");
    let answer: Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(answer["tasks"][0]["verdict"], "not_shown");
    let paper = owner.get(&format!("{one}/answer.pdf")).await;
    assert!(paper.bytes.starts_with(b"%PDF"), "{}", paper.status);
    assert!(paper.text().contains("not_shown"), "the answer is attached");
    assert_eq!(
        owner.get(&format!("{one}/answer.xml")).await.status,
        StatusCode::NOT_FOUND
    );

    let gone = stranger.post(&format!("{own}/take-back"), &[]).await;
    assert!(
        gone.text().contains("Your application is deleted"),
        "{}",
        gone.text()
    );
    assert_eq!(stranger.get(&own).await.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.get(&one).await.status, StatusCode::NOT_FOUND);
    let left = owner.get(&posting).await.text();
    assert!(
        left.contains("There is none."),
        "nothing of it is left: {left}"
    );
    assert!(!owner.get("/audit").await.text().contains(NAME));
}

#[tokio::test]
async fn a_covered_name_stands_on_no_page_until_it_is_asked_for() {
    let (site, owner) = Site::with_owner("riverside").await;
    let applied = applied(&site, &owner, true).await;
    let person = String::from_utf8(credential_person(&site, &applied).await).unwrap();
    for path in [&applied.posting, &applied.application] {
        let text = owner.get(path).await.text();
        for word in [NAME, CONTACT, person.as_str()] {
            assert!(!text.contains(word), "{path} has {word}");
        }
    }
    let copy = owner
        .get(&format!("{}/credentials/1", applied.application))
        .await;
    assert_eq!(copy.status, StatusCode::NOT_FOUND);
    let page = owner.get(&applied.application).await;
    let asked = owner
        .submit(&page, &format!("{}/uncover", applied.application), &[])
        .await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
    assert!(owner.get(&applied.application).await.text().contains(NAME));
    assert!(
        owner
            .get("/audit")
            .await
            .text()
            .contains("application.uncover")
    );
    let own = site.stranger().get(&applied.own).await.text();
    assert!(own.contains("when somebody asked for your name"), "{own}");
}

/// The name in the credential that was sent.
async fn credential_person(site: &Site, applied: &Applied) -> Vec<u8> {
    let own = site.stranger().get(&applied.own).await.text();
    let name = own.split_once("Names in it</dt><dd><bdi>").unwrap().1;
    name.split_once('<').unwrap().0.as_bytes().to_vec()
}

#[tokio::test]
async fn t52_another_employer_finds_no_applicant_on_the_pages() {
    let (site, owner) = Site::with_owner("riverside").await;
    let applied = applied(&site, &owner, false).await;
    let other = site.owner("harbour").await;
    let form = other.get("/me").await;
    for path in [&applied.posting, &applied.application] {
        assert_eq!(
            other.get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    let acts = [
        format!("{}/close", applied.posting),
        format!("{}/uncover", applied.application),
        format!("{}/remove", applied.application),
    ];
    for path in &acts {
        let answer = other.submit(&form, path, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let auditor = site.member(&owner.tenant, "aude@riverside.example", vec![Role::Auditor]);
    let auditor = auditor.await;
    assert_eq!(
        auditor.get(&applied.application).await.status,
        StatusCode::FORBIDDEN
    );
    let page = owner.get(&applied.application).await;
    let removed = owner.submit(&page, &acts[2], &[]).await;
    assert_eq!(removed.location(), applied.posting);
    assert_eq!(
        site.stranger().get(&applied.own).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_posting_that_is_closed_or_unknown_says_so_and_orders_by_what_is_asked() {
    let (site, owner) = Site::with_owner("riverside").await;
    let applied = applied(&site, &owner, false).await;
    for by in ["", "sent", "1", "99", "x"] {
        let list = owner.get(&format!("{}?by={by}", applied.posting)).await;
        assert!(list.text().contains(NAME), "{by}");
    }
    let page = owner.get(&applied.posting).await;
    let open = page.link("/apply/");
    let closed = owner
        .submit(&page, &format!("{}/close", applied.posting), &[])
        .await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text());
    let stranger = site.stranger();
    let text = stranger.get(&open).await.text();
    assert!(
        text.contains("no longer taken") && !text.contains("type=\"file\""),
        "{text}"
    );
    let late = post(&stranger, &open, &[("file", b"{}")]).await;
    assert!(late.text().contains("no longer taken"), "{}", late.text());
    assert_eq!(
        stranger.get("/apply/nothing").await.status,
        StatusCode::NOT_FOUND
    );
    let role = owner.get(&applied.role).await;
    let faulty = [("keep_days", "999"), ("name", "")];
    let refused = owner
        .submit(&role, &format!("{}/postings", applied.role), &faulty)
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("href=\"#f-keep_days\""),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn an_application_is_read_through_the_api_task_by_task_and_covered_where_names_are() {
    let (site, owner) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &owner.tenant, &Scope::ALL).await;
    let applied = applied(&site, &owner, true).await;
    let posting = applied.posting.replace("/postings/", "/api/v1/postings/");
    let list = program
        .get(&format!("{posting}/applications?by=1"))
        .await
        .with(200);
    let one = &list["applications"][0];
    assert_eq!(one["person"], Value::Null);
    assert_eq!(one["answer"]["tasks"][0]["verdict"], "not_shown", "{one}");
    let told = one.to_string();
    assert!(!told.contains(NAME) && !told.contains(CONTACT), "{told}");
    let id = one["id"].as_str().unwrap();
    let path = format!("/api/v1/applications/{id}");
    program
        .post(&format!("{path}/uncover"), &json!({}))
        .await
        .with(200);
    let open = program.get(&path).await.with(200);
    assert_eq!(open["person"]["name"], NAME);
    assert_eq!(
        open["person"]["credentials"].as_array().map(Vec::len),
        Some(1)
    );
    let shown = program.get(&posting).await.with(200);
    assert_eq!(
        (&shown["open"], &shown["applications"]),
        (&json!(true), &json!(1))
    );
    program
        .post(&format!("{posting}/close"), &json!({}))
        .await
        .with(200);
    let again = program.post(&format!("{posting}/close"), &json!({})).await;
    again.problem(409, "posting_closed");
    let all = program.get("/api/v1/postings").await.with(200);
    assert_eq!(all["postings"][0]["open"], false);
}
