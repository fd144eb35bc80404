//! What a registrar does besides the main line: change many at once, look at the mail before it goes, bring evidence, and say who the
//! institution is.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::operations::{Role, work_until_idle};
use touchstone_service::ports::{MailError, ObjectKey};
use touchstone_service::rows::CredentialFilter;
use touchstone_service::verifying::{Reach, check};
use touchstone_vc::{CheckKind, Fault, Outcome};

use crate::api_program::{CSV, Program, fresh};
use crate::journey::{define, issued, upload};
use crate::site::{Answer, Browser, Site};

// --- Many at once ----------------------------------------------------------------------------------------------------

fn chosen(page: &Answer) -> Vec<String> {
    let text = page.text();
    let parts = text.split("name=\"id\" value=\"").skip(1);
    parts
        .map(|part| part.split_once('"').unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn many_are_withdrawn_after_everybody_affected_was_shown() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let list = issued(&site, &registrar).await;
    assert_eq!(chosen(&list).len(), 2);
    let all = [("fate", "revoke"), ("all", "yes")];
    let shown = registrar.submit(&list, "/credentials/choose", &all).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let text = shown.text();
    assert!(text.contains("Withdraw 2 credentials") && text.contains("Nothing is changed yet"));
    assert!(text.contains("Amara Okafor") && text.contains("Tomás Herrera"));
    let ids = chosen(&shown);
    assert_eq!(ids.len(), 2);

    let form = |reason: &'static str| {
        let ids = ids.iter().map(|id| ("id", id.as_str()));
        let rest = [("fate", "revoke"), ("reason", reason)];
        ids.chain(rest).collect::<Vec<_>>()
    };
    let refused = registrar
        .submit(&shown, "/credentials/change", &form(" "))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("id=\"f-reason-e\""));
    assert_eq!(chosen(&refused), ids, "nobody is lost by a refusal");

    let form = form("The assessor was not qualified.");
    let done = registrar.submit(&shown, "/credentials/change", &form).await;
    assert!(
        done.text().contains("2 credentials are withdrawn"),
        "{}",
        done.text()
    );
    let again = registrar
        .submit(&shown, "/credentials/change", &form)
        .await
        .text();
    assert!(again.contains("Nothing was changed") && again.contains("It was withdrawn before."));
    let none = registrar.submit(&list, "/credentials/choose", &all).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        none.text()
            .contains("None of those that are chosen would change")
    );
    let record = registrar.get("/audit").await.text();
    assert_eq!(record.matches("withdrew a credential").count(), 2);
}

#[tokio::test]
async fn only_the_ticked_are_paused_and_stand_again() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let list = issued(&site, &registrar).await;
    let id = chosen(&list)[0].clone();
    let one = |fate: &'static str| [("fate", fate), ("id", id.as_str())];
    let shown = registrar
        .submit(&list, "/credentials/choose", &one("suspend"))
        .await;
    assert_eq!(chosen(&shown), std::slice::from_ref(&id));
    let pause = [&one("suspend")[..], &[("reason", "Under review.")]].concat();
    let done = registrar
        .submit(&shown, "/credentials/change", &pause)
        .await;
    assert!(
        done.text().contains("1 credential is paused"),
        "{}",
        done.text()
    );
    let all = [("fate", "reinstate"), ("all", "yes")];
    let shown = registrar.submit(&list, "/credentials/choose", &all).await;
    assert_eq!(chosen(&shown), std::slice::from_ref(&id));
    assert!(shown.text().contains("It is not paused."));
    let nobody = registrar
        .submit(&list, "/credentials/choose", &[("fate", "revoke")])
        .await;
    assert!(nobody.text().contains("Nobody is chosen"));
}

#[tokio::test]
async fn t52_another_institutions_credentials_are_not_among_the_many() {
    let (site, riverside) = Site::with_owner("riverside").await;
    let ids = chosen(&issued(&site, &riverside).await);
    let lakeside = site.owner("lakeside").await;
    let list = issued(&site, &lakeside).await;
    let theirs = [("fate", "revoke"), ("id", &*ids[0]), ("reason", "x")];
    let shown = lakeside.submit(&list, "/credentials/choose", &theirs).await;
    assert!(shown.text().contains("Nobody is chosen"));
    let done = lakeside.submit(&list, "/credentials/change", &theirs).await;
    assert!(done.text().contains("Nothing was changed"));
    let still = riverside.get(&format!("/credentials/{}", ids[0])).await;
    assert!(!still.text().contains("Withdrawn"));
}

#[tokio::test]
async fn a_program_pauses_and_reinstates_many() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let (_, ids) = program.issue(&site).await;
    let order = json!({ "credentials": [ids[0], "nobody"], "reason": "Under review." });
    let paused = program
        .post("/api/v1/credentials/suspend", &order)
        .await
        .with(200);
    assert_eq!(paused["results"][0]["changed"], true);
    assert_eq!(paused["results"][1]["code"], "credential_not_found");
    let again = program
        .post("/api/v1/credentials/suspend", &order)
        .await
        .with(200);
    assert_eq!(again["results"][0]["code"], "credential_already_suspended");
    let order = json!({ "credentials": ids, "reason": "Settled." });
    let back = program
        .post("/api/v1/credentials/reinstate", &order)
        .await
        .with(200);
    let changed = |result: &Value| result["changed"] == true;
    assert_eq!(
        back["results"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| changed(one))
            .count(),
        1
    );
    let empty = json!({ "credentials": [], "reason": "x" });
    program
        .post("/api/v1/credentials/suspend", &empty)
        .await
        .problem(422, "too_many_credentials");
    let silent = json!({ "credentials": ids, "reason": "" });
    program
        .post("/api/v1/credentials/suspend", &silent)
        .await
        .problem(422, "bad_reason");
}

// --- The mail before it goes -----------------------------------------------------------------------------------------

const TWO_LANGUAGES: &str = "name,email,level,awarded_on,language\n\
    Amara Okafor,amara@example.org,2,2026-11-12,\n\
    Jörg Weiß,joerg@example.org,2,2026-11-12,de\n\
    Tomás Herrera,,2,2026-11-12,es\n";

async fn cohort(registrar: &Browser, csv: &str) -> (String, Answer) {
    define(registrar).await;
    let preview = upload(registrar, csv).await;
    let text = preview.text();
    let rest = text.split_once("action=\"/cohorts/").unwrap().1;
    let id = rest.split_once('/').unwrap().0;
    (format!("/cohorts/{id}"), preview)
}

#[tokio::test]
async fn the_mail_is_shown_and_tested_as_the_learner_will_get_it() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let (batch, preview) = cohort(&registrar, TWO_LANGUAGES).await;
    assert!(preview.text().contains(&format!("href=\"{batch}/mail\"")));
    let page = registrar.get(&format!("{batch}/mail")).await;
    let text = page.text();
    assert!(
        text.contains("English: 1 person") && text.contains("German: 1 person"),
        "{text}"
    );
    assert!(text.contains("Guten Tag Jörg Weiß,") && text.contains("1 person has no address"));

    let seen = registrar.get(&format!("{batch}/mail/de")).await;
    let policy = seen.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox; default-src 'none'; style-src 'sha256-"));
    assert!(seen.text().contains("Ansehen und annehmen"));
    assert_eq!(
        registrar.get(&format!("{batch}/mail/fr")).await.status,
        StatusCode::NOT_FOUND
    );

    let test = format!("{batch}/mail/test");
    let sent = registrar.submit(&page, &test, &[("language", "de")]).await;
    assert!(sent.text().contains("Sent to ines@riverside.example"));
    let tested = site.test.mail.sent().pop().unwrap();
    assert_eq!(tested.to, "ines@riverside.example");
    let refusal = MailError::Refused("550 no such box".into());
    site.test.mail.fail_with(Some(refusal));
    let failed = registrar.submit(&page, &test, &[("language", "de")]).await;
    assert_eq!(failed.status, StatusCode::BAD_GATEWAY);
    assert!(failed.text().contains("550 no such box"));
    site.test.mail.fail_with(None);

    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let mails = site.test.mail.sent();
    let real = mails.iter().find(|mail| mail.to == "joerg@example.org");
    let real = real.unwrap();
    let without_link = |text: &str| -> String {
        let words = text.split_inclusive(char::is_whitespace);
        words.filter(|word| !word.contains("/claim/")).collect()
    };
    assert_eq!(without_link(&tested.text), without_link(&real.text));
    assert_eq!(
        (&tested.subject, &tested.from_name),
        (&real.subject, &real.from_name)
    );
    let link = tested
        .text
        .split_whitespace()
        .find(|word| word.contains("/claim/"));
    let link = link.unwrap().split_once("verify.example.edu").unwrap().1;
    let followed = site.stranger().get(link).await;
    assert!(followed.text().contains("This was a test"));
    assert!(
        registrar
            .get("/audit")
            .await
            .text()
            .contains("sent a test of a cohort’s mail")
    );
}

#[tokio::test]
async fn the_preview_speaks_the_language_of_somebody_who_is_known() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let (batch, preview) = cohort(&registrar, TWO_LANGUAGES).await;
    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let next = "name,email,level,awarded_on\nJörg Weiß,joerg@example.org,2,2026-11-13\n";
    let preview = upload(&registrar, next).await;
    let mail = registrar.get(&preview.link("/cohorts/")).await.text();
    assert!(mail.contains("German: 1 person"), "{mail}");
}

#[tokio::test]
async fn a_program_tests_the_mail_with_members_only() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let batch = program.take_in(CSV).await;
    let path = format!("/api/v1/batches/{batch}/mail");
    let shown = program.get(&path).await.with(200);
    assert_eq!(
        (&shown["mails"][0]["language"], &shown["onPaper"]),
        (&json!("en"), &json!(1))
    );
    assert!(
        shown["mails"][0]["text"]
            .as_str()
            .unwrap()
            .starts_with("Dear Amara Okafor,")
    );
    let test = |to: &str| json!({ "language": "en", "to": to });
    let path = format!("{path}/test");
    program
        .post(&path, &test("amara@example.org"))
        .await
        .problem(422, "not_a_member");
    assert!(site.test.mail.sent().is_empty());
    program
        .post(&path, &test("ines@riverside.example"))
        .await
        .with(200);
    assert_eq!(site.test.mail.sent().len(), 1);
}

// --- The list, as it is read -------------------------------------------------------------------------------------------

#[tokio::test]
async fn headers_that_are_not_understood_are_told_and_can_be_explained() {
    let (_site, registrar) = Site::with_owner("riverside").await;
    let csv =
        "name,email,level,awarded_on,Zertifikat\nAmara Okafor,amara@example.org,2,2026-11-12,17\n";
    let (batch, preview) = cohort(&registrar, csv).await;
    let text = preview.text();
    assert!(
        text.contains("Columns that are left out") && text.contains("Zertifikat"),
        "{text}"
    );
    assert!(text.contains("read as UTF-8"));

    let form = registrar.get("/cohorts/new").await;
    let text = form.text();
    let achievement = text.split_once("<option value=\"").unwrap().1;
    let achievement = achievement.split_once('"').unwrap().0;
    let file = ("autumn.csv", csv.as_bytes());
    let said = |mapping: &'static str| [("achievement", achievement), ("mapping", mapping)];
    let wrong = said("Zertifikat = number");
    let refused = registrar.upload(&form, "/cohorts", &wrong, file).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("id=\"f-mapping-e\"") && refused.text().contains("identifier"));
    let right = said("Zertifikat = identifier");
    let taken = registrar.upload(&form, "/cohorts", &right, file).await;
    assert_ne!(
        taken.location(),
        batch,
        "read in another way it is another list"
    );
    let shown = registrar.get(taken.location()).await.text();
    assert!(!shown.contains("Columns that are left out"));
    let left_out = said("Zertifikat = -");
    let taken = registrar.upload(&form, "/cohorts", &left_out, file).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_day_is_set_on_the_preview_and_nothing_is_issued_before() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let (batch, preview) = cohort(&registrar, TWO_LANGUAGES).await;
    let hold = format!("{batch}/hold");
    for (day, words) in [("soon", "this is no day"), ("2020-01-01", "Not before:")] {
        let refused = registrar
            .submit(&preview, &hold, &[("hold_until", day)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("id=\"f-hold_until-e\"") && refused.text().contains(words));
    }
    let set = [("hold_until", "2026-12-01")];
    registrar.submit(&preview, &hold, &set).await;
    let preview = registrar.get(&batch).await;
    assert!(
        preview
            .text()
            .contains("They are held until 1 December 2026.")
    );
    assert!(preview.text().contains("value=\"2026-12-01\""));
    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    let world = &site.test.world;
    let issued = async || {
        work_until_idle(world).await.unwrap();
        let (reader, all) = (world.store.read(), CredentialFilter::default());
        reader
            .count_credentials(&registrar.tenant, &all)
            .await
            .unwrap()
    };
    assert_eq!(issued().await, 0);
    site.test.clock.advance_millis(11 * 24 * 60 * 60 * 1_000);
    assert_eq!(issued().await, 3);
}

#[tokio::test]
async fn cohorts_and_people_are_found_by_a_part_of_their_names() {
    let (site, registrar) = Site::with_owner("riverside").await;
    issued(&site, &registrar).await;
    for (q, found) in [
        ("TUMN b", true),
        ("autumn.csv", true),
        ("spring", false),
        ("%", false),
    ] {
        let list = registrar
            .get(&format!("/cohorts?q={}", touchstone_web::text::in_query(q)))
            .await;
        assert_eq!(list.text().contains("Autumn B"), found, "{q}");
    }
    let one = registrar
        .get("/credentials?q=amara")
        .await
        .link("/credentials/");
    let of_person = registrar.get(&one).await.link("/credentials?learner=");
    let list = registrar.get(&of_person).await.text();
    assert!(list.contains("1 matches") && list.contains("Amara Okafor"));

    let scopes = touchstone_service::operations::Scope::ALL;
    let program = Program::with(&site, &registrar.tenant, &scopes).await;
    let found = program.get("/api/v1/learners?q=OKAFOR").await.with(200);
    assert_eq!(found["learners"][0]["email"], "amara@example.org");
    let id = found["learners"][0]["id"].as_str().unwrap();
    assert!(of_person.ends_with(id));
    let none = program.get("/api/v1/batches?q=spring").await.with(200);
    assert_eq!(none["batches"], json!([]));
    let other = Program::of(&site, "lakeside").await;
    assert_eq!(
        other.get("/api/v1/learners?q=okafor").await.with(200)["learners"],
        json!([])
    );
}

// --- Everything that can be said of an achievement --------------------------------------------------------------------

#[tokio::test]
async fn the_form_of_an_achievement_says_all_that_its_document_holds() {
    let (_site, registrar) = Site::with_owner("riverside").await;
    define(&registrar).await;
    let form = registrar.get("/achievements/new").await;
    let said = [
        ("name", "Machining to drawing"),
        ("task", "Machine parts to a drawing"),
        ("criteria", "Machines three parts."),
        ("achievement_type", "Competency"),
        ("language", "en"),
        ("supervision", "An assessor"),
        ("identity_check", "Passport"),
        ("workload_hours", "120"),
        ("credits_available", "1.5"),
        ("renewal", "A test of an hour"),
        ("quality_assurance", "Audited each year"),
        ("participation", "On site"),
        ("requires", "precision-measurement"),
        ("translation_of", "precision-measurement"),
        ("evidence", "Photo of the parts"),
    ];
    let saved = registrar.submit(&form, "/achievements", &said).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let list = registrar.get("/achievements").await.text();
    let hrefs = list.split("href=\"/achievements/").skip(1);
    let mut ids = hrefs.map(|part| part.split_once('"').unwrap().0);
    let id = ids.find(|id| *id != "new" && list.split_once(*id).unwrap().1.contains("Machining"));
    let path = format!("/achievements/{}", id.unwrap());
    let document = registrar
        .get(&format!("{path}/definition.json"))
        .await
        .bytes;
    let document: Value = serde_json::from_slice(&document).unwrap();
    for (member, value) in [
        ("identityCheck", json!("Passport")),
        ("creditsAvailable", json!(1.5)),
        ("renewal", json!("A test of an hour")),
        ("qualityAssurance", json!("Audited each year")),
        ("participation", json!("On site")),
        ("requires", json!(["precision-measurement"])),
        ("translationOf", json!("precision-measurement")),
    ] {
        assert_eq!(document[member], value, "{member} in {document}");
    }
    let open = registrar.get(&path).await;
    for value in [
        "value=\"Audited each year\"",
        "value=\"1.5\"",
        ">precision-measurement</textarea>",
    ] {
        assert!(open.text().contains(value), "{value}");
    }
    let wrong = [
        &said[1..12],
        &[("name", "Other"), ("requires", "nothing-there")],
    ]
    .concat();
    let refused = registrar.submit(&form, "/achievements", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("id=\"f-requires-e\""),
        "{}",
        refused.text()
    );
}

// --- Evidence --------------------------------------------------------------------------------------------------------

const RECORD: &[u8] = b"<script>alert('a record of measurements')</script>";

fn hex(site: &Site, bytes: &[u8]) -> String {
    let digest = (site.test.world.crypto.sha256)(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn t63_uploaded_evidence_is_bound_opened_sandboxed_and_an_exchange_is_seen() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let sha256 = hex(&site, RECORD);
    let csv = format!(
        "name,email,level,evidence,awarded_on\nAmara Okafor,amara@example.org,2,sha256:{sha256},2026-11-12\nYusuf Demir,,2,,2026-11-12\n"
    );
    let (batch, preview) = cohort(&registrar, &csv).await;
    assert!(
        preview.text().contains("the file of row 2"),
        "{}",
        preview.text()
    );
    let to = format!("{batch}/evidence");
    let other = registrar
        .upload(&preview, &to, &[], ("other.pdf", b"other"))
        .await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = format!("write sha256:{}", hex(&site, b"other"));
    assert!(other.text().contains(&said) && other.text().contains("id=\"f-file-e\""));
    let kept = registrar
        .upload(&preview, &to, &[], ("record.html", RECORD))
        .await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let for_row = registrar
        .upload(&preview, &to, &[("row", "3")], ("other.pdf", b"other"))
        .await;
    assert_eq!(for_row.status, StatusCode::SEE_OTHER, "{}", for_row.text());
    let preview = registrar.get(&batch).await;
    assert!(
        preview.text().contains("2 files are here"),
        "{}",
        preview.text()
    );

    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let one = registrar
        .get("/credentials?q=amara")
        .await
        .link("/credentials/");
    let bytes = registrar.get(&format!("{one}/credential.json")).await.bytes;
    let credential: Value = serde_json::from_slice(&bytes).unwrap();
    let evidence = &credential["evidence"][0];
    let path = format!("/i/riverside/e/{sha256}");
    assert_eq!(evidence["id"], format!("https://verify.example.edu{path}"));
    assert_eq!(evidence["mediaType"], "application/octet-stream");
    assert!(evidence["digestMultibase"].is_string());

    let opened = site.stranger().get(&path).await;
    assert_eq!(opened.bytes, RECORD);
    assert_eq!(opened.headers["content-type"], "application/octet-stream");
    assert_eq!(opened.headers["content-disposition"], "attachment");
    assert_eq!(opened.headers["x-content-type-options"], "nosniff");
    let policy = opened.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("sandbox"));
    let elsewhere = site.owner("lakeside").await;
    let theirs = path.replace("riverside", "lakeside");
    assert_eq!(elsewhere.get(&theirs).await.status, StatusCode::NOT_FOUND);

    let world = &site.test.world;
    let outcome = async || {
        let checked = check(world, &bytes, None, Reach::Own).await.unwrap();
        checked.report.outcome(CheckKind::Evidence)
    };
    assert_eq!(outcome().await, Some(Outcome::Pass));
    let key = format!("evidence/{}/{sha256}", registrar.tenant.as_str());
    let key = ObjectKey::new(key).unwrap();
    world.objects.put(&key, b"another record").await.unwrap();
    assert_eq!(outcome().await, Some(Outcome::Fail(Fault::DigestMismatch)));
}

#[tokio::test]
async fn a_program_brings_evidence_of_the_kind_that_it_says() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let name = fresh();
    let headers = [
        ("idempotency-key", &*name),
        ("content-type", "application/pdf"),
    ];
    let post = axum::http::Method::POST;
    let path = "/api/v1/evidence";
    let kept = program
        .send(&post, path, &headers, RECORD.into())
        .await
        .with(201);
    assert_eq!(
        (&kept["mediaType"], &kept["known"]),
        (&json!("application/pdf"), &json!(false))
    );
    let url = kept["url"]
        .as_str()
        .unwrap()
        .split_once(".edu")
        .unwrap()
        .1
        .to_owned();
    let opened = site.stranger().get(&url).await;
    assert_eq!(opened.headers["content-type"], "application/pdf");

    let name = fresh();
    let headers = [("idempotency-key", &*name), ("content-type", "text/html")];
    let again = program
        .send(&post, path, &headers, RECORD.into())
        .await
        .with(201);
    assert_eq!(
        (&again["mediaType"], &again["known"]),
        (&json!("application/pdf"), &json!(true))
    );
    for (bytes, status, code) in [
        (vec![0; (10 << 20) + 1], 413, "file_too_large"),
        (Vec::new(), 422, "empty_file"),
    ] {
        let name = fresh();
        let headers = [
            ("idempotency-key", &*name),
            ("content-type", "application/pdf"),
        ];
        program
            .send(&post, path, &headers, bytes)
            .await
            .problem(status, code);
    }
}

// --- Who the institution is ------------------------------------------------------------------------------------------

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
