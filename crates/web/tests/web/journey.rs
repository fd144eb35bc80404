//! The main job through the pages: define, upload with faults, mend, issue, claim, show, check, withdraw, check again.

use axum::http::StatusCode;
use touchstone_service::issuing::{EvidenceFile, keep_evidence};
use touchstone_service::operations::{Role, work_until_idle};

use crate::site::{Answer, Browser, Site};

const CSV: &str = "name,email,level,assessor,awarded_on\n\
    Amara Okafor,amara@example.org,2,Marek Dvořák,2026-11-12\n\
    Yusuf Demir,y.demir.example.net,1,Marek Dvořák,2026-11-12\n\
    Tomás Herrera,,2,Marek Dvořák,2026-11-12\n";

pub(crate) async fn define(browser: &Browser) -> Answer {
    let form = browser.get("/achievements/new").await;
    let written = browser
        .submit(&form, "/achievements", &[
            ("name", "Precision measurement"),
            ("task", "Measure finished parts with micrometers"),
            ("criteria", "In a test of **90 minutes**, the candidate measures 12 parts."),
            ("level_name", "Assisted"),
            ("level_description", "With help."),
            ("level_name", "Independent"),
            ("level_description", "Alone."),
            ("required_level", "1"),
            ("achievement_type", "MicroCredential"),
            ("language", "en"),
            ("valid_for_months", "24"),
            ("alignment", "O*NET 29.3 | 3095 | Measure units | https://www.onetonline.org/link/summary/51-4041.00 | ext:Task"),
            ("assessment_method", "Practical test"),
            ("names_learner", "yes"),
            ("allows_suspension", "yes"),
        ])
        .await;
    assert_eq!(written.status, StatusCode::SEE_OTHER, "{}", written.text());
    browser.get("/achievements").await
}

pub(crate) async fn upload(browser: &Browser, csv: &str) -> Answer {
    let form = browser.get("/cohorts/new").await;
    let id = form
        .text()
        .split_once("<option value=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0
        .to_owned();
    let taken = browser
        .upload(
            &form,
            "/cohorts",
            &[("achievement", &id), ("name", "Autumn B")],
            ("autumn.csv", csv.as_bytes()),
        )
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
    browser.get(taken.location()).await
}

/// Defines, uploads, confirms and issues; answers with the list of credentials.
pub(crate) async fn issued(site: &Site, browser: &Browser) -> Answer {
    issued_from(site, browser, CSV).await
}

/// The same of a list of one's own.
pub(crate) async fn issued_from(site: &Site, browser: &Browser, csv: &str) -> Answer {
    define(browser).await;
    let preview = upload(browser, csv).await;
    let confirm = preview
        .text()
        .split_once("action=\"/cohorts/")
        .unwrap()
        .1
        .split_once('/')
        .unwrap()
        .0
        .to_owned();
    let fingerprint = preview.hidden("fingerprint");
    let confirmed = browser
        .submit(
            &preview,
            &format!("/cohorts/{confirm}/confirm"),
            &[("fingerprint", &fingerprint)],
        )
        .await;
    assert_eq!(
        confirmed.status,
        StatusCode::SEE_OTHER,
        "{}",
        confirmed.text()
    );
    work_until_idle(&site.test.world).await.unwrap();
    browser.get("/credentials").await
}

#[tokio::test]
async fn the_main_job_goes_through_the_pages() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let today = registrar.get("/today").await;
    assert!(today.text().contains("Today at riverside Polytechnic"));

    let list = define(&registrar).await;
    assert!(list.text().contains("Precision measurement"));

    let preview = upload(&registrar, CSV).await;
    let text = preview.text();
    assert!(text.contains("3 rows: 2 are ready, 1 needs you"), "{text}");
    assert!(text.contains("y.demir.example.net") && text.contains("Nothing has been issued"));

    let batch = text
        .split_once("action=\"/cohorts/")
        .unwrap()
        .1
        .split_once('/')
        .unwrap()
        .0
        .to_owned();
    let mended = registrar
        .submit(
            &preview,
            &format!("/cohorts/{batch}/rows/3"),
            &[("column", "email"), ("value", "y.demir@example.net")],
        )
        .await;
    let preview = registrar.get(mended.location()).await;
    assert!(
        preview.text().contains("3 rows: all are ready"),
        "{}",
        preview.text()
    );

    let stale = registrar
        .submit(
            &preview,
            &format!("/cohorts/{batch}/confirm"),
            &[("fingerprint", "0")],
        )
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.text().contains("changed since the preview"));

    let fingerprint = preview.hidden("fingerprint");
    let confirmed = registrar
        .submit(
            &preview,
            &format!("/cohorts/{batch}/confirm"),
            &[("fingerprint", &fingerprint)],
        )
        .await;
    let progress = registrar.get(confirmed.location()).await;
    assert!(progress.text().contains("Awarding Autumn B"));
    work_until_idle(&site.test.world).await.unwrap();
    let progress = registrar.get(&format!("/cohorts/{batch}")).await;
    assert!(
        progress.text().contains("Autumn B is awarded"),
        "{}",
        progress.text()
    );

    let credentials = registrar.get("/credentials?q=okafor").await;
    assert!(
        credentials.text().contains("1 matches") && credentials.text().contains("Amara Okafor")
    );
    let one = credentials.link("/credentials/");
    let credential = registrar.get(&one).await;
    assert!(credential.text().contains("2 Independent") && credential.text().contains("Not yet"));

    let mails = site.test.mail.sent();
    let mail = mails
        .iter()
        .find(|mail| mail.to == "amara@example.org")
        .unwrap();
    let link = mail
        .text
        .split_whitespace()
        .find(|word| word.contains("/claim/"))
        .unwrap();
    let path = link.split_once("verify.example.edu").unwrap().1.to_owned();

    let holder = site.stranger();
    for _ in 0..5 {
        let offer = holder.get(&path).await;
        assert!(
            offer.text().contains("Take my credential"),
            "{}",
            offer.text()
        );
    }
    let early = holder.get(&format!("{path}/credential.json")).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    let taken = holder.post(&path, &[]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    let cohorts = registrar.get("/cohorts").await.text();
    assert!(cohorts.contains("1 of 3"), "{cohorts}");
    let kept = holder.get(&path).await;
    assert!(
        kept.text().contains("It is yours") && kept.text().contains("Switch the public page on")
    );
    let json = holder.get(&format!("{path}/credential.json")).await;
    assert_eq!(json.headers["content-type"], "application/vc");

    holder
        .post(&format!("{path}/page"), &[("switch", "on")])
        .await;
    let kept = holder.get(&path).await;
    let public = kept.link("https://verify.example.edu/v/");
    assert!(kept.text().contains(
        "linkedin.com/profile/add?startTask=CERTIFICATION_NAME&amp;name=Precision%20measurement"
    ));
    let public = public
        .split_once("verify.example.edu")
        .unwrap()
        .1
        .to_owned();

    let reader = site.stranger();
    let page = reader.get(&public).await;
    let text = page.text();
    assert!(text.contains("Stands today"), "{text}");
    assert!(text.contains("<bdi>measure finished parts with micrometers.</bdi>"));
    assert!(text.contains("O*NET 29.3 Database"));
    assert_eq!(page.headers["cache-control"], "public, max-age=30");
    assert_eq!(
        reader.get(&format!("{public}/credential.json")).await.bytes,
        json.bytes
    );

    let revoked = registrar
        .submit(
            &credential,
            &format!("{one}/revoke"),
            &[("reason", "Records were mixed up.")],
        )
        .await;
    assert_eq!(revoked.location(), one);
    work_until_idle(&site.test.world).await.unwrap();
    // Seen through any cache within a minute: no copy of a list counts for longer, by what is said of it and by what it says.
    let issued: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
    let list = issued["credentialStatus"][0]["statusListCredential"]
        .as_str()
        .unwrap();
    let list = reader
        .get(list.split_once("verify.example.edu").unwrap().1)
        .await;
    let kept = list.headers["cache-control"].to_str().unwrap();
    let kept = kept.split_once("max-age=").unwrap().1;
    assert!(kept.parse::<u32>().unwrap() <= 60, "{kept}");
    let list: serde_json::Value = serde_json::from_slice(&list.bytes).unwrap();
    let ttl = &list["credentialSubject"]["ttl"];
    assert!(ttl.as_u64().is_some_and(|ttl| ttl <= 60_000), "{list}");
    site.test.clock.advance_millis(11_000);
    let page = reader.get(&public).await.text();
    assert!(
        page.contains("Withdrawn. Do not rely on it") && page.contains("Records were mixed up."),
        "{page}"
    );
    assert!(page.contains("is no longer certified to"));

    holder
        .post(&format!("{path}/page"), &[("switch", "off")])
        .await;
    assert_eq!(reader.get(&public).await.status, StatusCode::NOT_FOUND);

    let record = registrar.get("/audit").await.text();
    for words in [
        "wrote an achievement",
        "uploaded a list",
        "confirmed a list",
        "withdrew a credential",
        "took a credential",
        ">Precision measurement</a>",
    ] {
        assert!(record.contains(words), "{words}");
    }
}

#[tokio::test]
async fn an_empty_reason_withdraws_nothing_and_says_so_at_the_field() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let one = issued(&site, &registrar).await.link("/credentials/");
    let page = registrar.get(&one).await;
    let refused = registrar
        .submit(&page, &format!("{one}/revoke"), &[("reason", " ")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("href=\"#f-reason-revoke\"")
            && refused.text().contains("id=\"f-reason-revoke-e\"")
    );
    assert!(refused.text().contains("Stands"));
}

#[tokio::test]
async fn pausing_and_reinstating_change_what_readers_see() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let one = issued(&site, &registrar).await.link("/credentials/");
    let page = registrar.get(&one).await;
    registrar
        .submit(
            &page,
            &format!("{one}/suspend"),
            &[("reason", "Under review.")],
        )
        .await;
    let paused = registrar.get(&one).await;
    assert!(paused.text().contains("Paused") && paused.text().contains("Under review."));
    registrar
        .submit(
            &paused,
            &format!("{one}/reinstate"),
            &[("reason", "Settled.")],
        )
        .await;
    assert!(!registrar.get(&one).await.text().contains("Under review."));
}

#[tokio::test]
async fn a_form_without_the_sessions_token_changes_nothing() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let one = issued(&site, &registrar).await.link("/credentials/");
    for token in ["", "AAAA"] {
        let refused = registrar
            .post(
                &format!("{one}/revoke"),
                &[("csrf", token), ("reason", "x")],
            )
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    assert!(!registrar.get(&one).await.text().contains("Withdrawn"));
}

#[tokio::test]
async fn t52_another_institutions_things_are_not_there() {
    let (site, riverside) = Site::with_owner("riverside").await;
    let credentials = issued(&site, &riverside).await;
    let one = credentials.link("/credentials/");
    let cohort = riverside.get("/cohorts").await.link("/cohorts/");
    let lakeside = site.owner("lakeside").await;
    for path in [
        one.clone(),
        format!("{one}/credential.json"),
        riverside.get("/achievements").await.link("/achievements/"),
    ] {
        if path.ends_with("/new") {
            continue;
        }
        assert_eq!(
            lakeside.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    if !cohort.ends_with("/new") {
        assert_eq!(lakeside.get(&cohort).await.status, StatusCode::NOT_FOUND);
    }
    let page = lakeside.get("/cohorts/new").await;
    let own = lakeside.get("/achievements/new").await;
    assert!(page.text().contains("there must be something to award"));
    let refused = lakeside
        .submit(&own, &format!("{one}/revoke"), &[("reason", "x")])
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert!(!riverside.get(&one).await.text().contains("Withdrawn"));
}

#[tokio::test]
async fn a_role_decides_what_a_member_may_do() {
    let (site, owner) = Site::with_owner("riverside").await;
    let auditor = site
        .member(
            &owner.tenant,
            "audit@riverside.example",
            vec![Role::Auditor],
        )
        .await;
    assert_eq!(auditor.get("/audit").await.status, StatusCode::OK);
    assert_eq!(
        auditor.get("/achievements/new").await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        auditor.get("/cohorts/new").await.status,
        StatusCode::FORBIDDEN
    );
    let assessor = site
        .member(
            &owner.tenant,
            "assess@riverside.example",
            vec![Role::Assessor],
        )
        .await;
    assert_eq!(assessor.get("/audit").await.status, StatusCode::FORBIDDEN);
    assert!(
        !assessor
            .get("/members")
            .await
            .text()
            .contains("Add a member")
    );
}

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_the_sign_in() {
    let site = Site::empty().await;
    let stranger = site.stranger();
    for path in [
        "/today",
        "/achievements",
        "/cohorts/new",
        "/credentials",
        "/audit.csv",
        "/members",
    ] {
        let answer = stranger.get(path).await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, "/signin"),
            "{path}"
        );
    }
    assert_eq!(
        stranger.post("/keys", &[]).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn asking_for_a_link_tells_nobody_who_is_a_member() {
    let (site, _owner) = Site::with_owner("riverside").await;
    let stranger = site.stranger();
    let known = stranger
        .post("/signin", &[("email", "ines@riverside.example")])
        .await;
    let unknown = stranger
        .post("/signin", &[("email", "nobody@riverside.example")])
        .await;
    assert_eq!(known.text(), unknown.text());
    work_until_idle(&site.test.world).await.unwrap();
    assert_eq!(site.test.mail.sent().len(), 1);
}

#[tokio::test]
async fn t30_opening_a_sign_in_link_spends_nothing_and_using_it_spends_it() {
    let (site, owner) = Site::with_owner("riverside").await;
    site.stranger()
        .post("/signin", &[("email", "ines@riverside.example")])
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let mail = site.test.mail.sent().pop().unwrap();
    let link = mail
        .text
        .split_whitespace()
        .find(|word| word.contains("/signin/"))
        .unwrap()
        .to_owned();
    let path = link.split_once("verify.example.edu").unwrap().1;
    let visitor = site.stranger();
    for _ in 0..50 {
        assert_eq!(visitor.get(path).await.status, StatusCode::OK);
    }
    let token = visitor.get(path).await.hidden("token");
    assert_eq!(
        visitor
            .post("/signin/confirm", &[("token", &token)])
            .await
            .location(),
        "/today"
    );
    assert_eq!(
        site.stranger()
            .post("/signin/confirm", &[("token", &token)])
            .await
            .status,
        StatusCode::GONE
    );
    let me = visitor.get("/me").await;
    assert_eq!(
        visitor.submit(&me, "/signout", &[]).await.location(),
        "/signin"
    );
    assert_eq!(visitor.get("/today").await.status, StatusCode::SEE_OTHER);
    assert_eq!(owner.get("/today").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_key_is_shown_once() {
    let (_site, owner) = Site::with_owner("riverside").await;
    let page = owner.get("/members").await;
    let made = owner
        .submit(
            &page,
            "/keys",
            &[("name", "LMS"), ("days", "90"), ("scope", "read")],
        )
        .await;
    assert!(made.text().contains("<code>ts_"), "{}", made.text());
    assert_eq!(made.headers["cache-control"], "no-store");
    let again = owner.get("/members").await.text();
    assert!(again.contains("LMS") && !again.contains("<p><code>ts_"));
    let refused = owner
        .submit(
            &page,
            "/keys",
            &[("name", "LMS"), ("days", "9999"), ("scope", "read")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn t57_the_record_as_a_table_holds_no_formulas() {
    let (site, owner) = Site::with_owner("riverside").await;
    let one = issued(&site, &owner).await.link("/credentials/");
    let page = owner.get(&one).await;
    owner
        .submit(
            &page,
            &format!("{one}/suspend"),
            &[("reason", "=HYPERLINK(\"https://evil.example\")")],
        )
        .await;
    // Only who did it, and to what, can begin a field: the reason stands inside JSON.
    let file = EvidenceFile {
        tenant: owner.tenant.clone(),
        actor: "=1+1".into(),
        media_type: String::new(),
        bytes: b"a record".to_vec(),
    };
    keep_evidence(&site.test.world, &file).await.unwrap();
    let csv = owner.get("/audit.csv").await;
    assert!(
        csv.headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains("attachment")
    );
    for line in csv.text().lines() {
        assert!(!line.contains(",\"="), "{line}");
    }
    assert!(csv.text().contains("credential.suspend"));
    let kept = ",\"'=1+1\",\"evidence.keep\",";
    assert!(csv.text().contains(kept), "{}", csv.text());
    assert!(owner.get("/audit.json").await.text().lines().count() > 3);
    let record = owner.get("/audit.record").await;
    assert_eq!(record.status, StatusCode::OK);
    assert!(
        record
            .text()
            .starts_with("{\"format\":\"touchstone-audit/2\"")
    );
    assert!(record.text().contains("\"action\":\"credential.suspend\""));
    assert!(
        record
            .text()
            .lines()
            .last()
            .unwrap()
            .starts_with("{\"end\"")
    );
}

#[tokio::test]
async fn the_root_over_the_record_is_made_when_its_reader_asks() {
    let (site, owner) = Site::with_owner("riverside").await;
    issued(&site, &owner).await;
    let before = owner.get("/audit").await;
    assert!(
        before
            .text()
            .contains("No root over these lines was made yet")
    );
    let made = owner.submit(&before, "/audit/root", &[]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    assert!(
        owner
            .get("/audit")
            .await
            .text()
            .contains("on its way to the public log")
    );
    work_until_idle(&site.test.world).await.unwrap();
    let page = owner.get("/audit").await.text();
    assert!(
        page.contains(" of the public log.") && page.contains("href=\"/log?entry="),
        "{page}"
    );
}
