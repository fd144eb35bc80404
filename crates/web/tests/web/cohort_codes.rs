//! Codes on paper for a whole cohort, from the page and from the API.

use axum::http::StatusCode;
use serde_json::{Value, json};
use touchstone_service::operations::{Role, work_until_idle};

use crate::api_program::{CSV, Program, fresh};
use crate::cohort_mail::cohort;
use crate::site::{Browser, Site};

const THREE: &str = "name,email,identifier,level,awarded_on,language\n\
    Amara Okafor,amara@example.org,R1,2,2026-11-12,\n\
    Kiri Ngata,,R2,2,2026-11-12,mi\n\
    Tomás Herrera,,R3,2,2026-11-12,es-CL\n";

async fn issued(site: &Site, registrar: &Browser) -> String {
    let (batch, preview) = cohort(registrar, THREE).await;
    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    batch
}

fn codes(page: &str) -> Vec<String> {
    let slips = page.split("class=\"code\"><code>").skip(1);
    slips
        .map(|rest| rest.split_once('<').unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn one_page_has_a_slip_for_everybody_without_an_address() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let batch = issued(&site, &registrar).await;
    let page = registrar.get(&batch).await;
    let text = page.text();
    assert!(text.contains("1 person told by mail"), "{text}");
    assert!(text.contains("Codes on paper: 0 of 2"), "{text}");
    let waits = registrar.get("/deliveries").await.text();
    assert!(
        waits.contains("Waits for a code") && waits.contains(&format!("href=\"{batch}#codes\"")),
        "{waits}"
    );

    let action = format!("{batch}/codes");
    let made = registrar.submit(&page, &action, &[]).await;
    assert_eq!(made.headers["cache-control"], "no-store");
    let slips = made.text();
    let first = codes(&slips);
    assert_eq!(first.len(), 2, "{slips}");
    // Each in their language where we speak it.
    for (person, language, number, words) in [
        ("Kiri Ngata", "en", "Number <bdi>R2", "with this code:"),
        ("Tomás Herrera", "es", "Número <bdi>R3", "con este código:"),
    ] {
        let slip = slips.split("<li ").find(|slip| slip.contains(person));
        let slip = slip.unwrap();
        let of = format!("lang=\"{language}\"");
        assert!(slip.starts_with(&of), "{slip}");
        assert!(slip.contains(number) && slip.contains(words), "{slip}");
    }
    assert!(
        !slips.contains("Amara Okafor"),
        "who has an address gets mail"
    );
    for code in &first {
        let scanned = format!("<title>https://verify.example.edu/claim/{code}</title>");
        assert!(slips.contains(&scanned), "{slips}");
    }

    let after = registrar.get(&batch).await;
    let text = after.text();
    assert!(text.contains("2 people told on paper"), "{text}");
    assert!(text.contains("The codes that were made before stop working then."));
    let told = registrar.get("/deliveries").await.text();
    assert!(
        told.contains("Code made") && !told.contains("Waits"),
        "{told}"
    );

    let stranger = site.stranger();
    let claim = format!("/claim/{}", first[0]);
    let taken = stranger.post(&claim, &[]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    let unasked = registrar.submit(&after, &action, &[]).await;
    assert_eq!(unasked.status, StatusCode::CONFLICT);
    assert!(
        unasked.text().contains("not used yet"),
        "{}",
        unasked.text()
    );
    let again = registrar.submit(&after, &action, &[("again", "on")]).await;
    let second = codes(&again.text());
    assert_eq!(second.len(), 1, "who took theirs is left out");
    let ended = stranger.get(&format!("/claim/{}", first[1])).await.text();
    assert!(ended.contains("Este enlace ya no sirve"), "{ended}");
    let offer = stranger.get(&format!("/claim/{}", second[0])).await;
    assert!(
        offer.text().contains("Recoger mi credencial"),
        "as the slip"
    );

    // Typed in: 422 alone counts as a guess.
    let typed = async |code: &str| stranger.post("/claim", &[("code", code)]).await;
    assert_eq!(typed(&second[0]).await.status, StatusCode::SEE_OTHER);
    let replaced = typed(&first[1]).await;
    assert_eq!(replaced.status, StatusCode::GONE, "{}", replaced.text());
    let text = replaced.text();
    assert!(text.contains("A newer code was made"), "{text}");
    let made_up = typed("ABCD-EFGH-JKMN").await;
    assert_eq!(made_up.status, StatusCode::UNPROCESSABLE_ENTITY);
    site.test.clock.advance_millis(400 * 86_400_000);
    assert_eq!(typed(&second[0]).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn codes_are_made_by_registrars_and_of_their_own_cohorts() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let batch = issued(&site, &registrar).await;
    let auditor = site
        .member(
            &registrar.tenant,
            "audit@riverside.example",
            vec![Role::Auditor],
        )
        .await;
    let page = auditor.get(&batch).await;
    assert!(page.text().contains("A registrar can make codes."));
    let neighbour = site.owner("harbour").await;
    let other = neighbour.get("/achievements/new").await;
    let refused = neighbour
        .submit(&other, &format!("{batch}/codes"), &[])
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_program_makes_the_codes_of_a_batch_and_is_told_them_once() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let batch = program.take_in(CSV).await;
    let path = format!("/api/v1/batches/{batch}/paper-codes");
    program
        .post(&path, &json!({}))
        .await
        .problem(409, "nobody_on_paper");
    program.confirm(&batch).await;
    work_until_idle(&site.test.world).await.unwrap();
    let name = fresh();
    let post = async |body: &Value| {
        let method = axum::http::Method::POST;
        program.named(&method, &path, &name, body).await.with(201)
    };
    let made = post(&json!({})).await;
    assert_eq!((&made["made"], &made["left"]), (&json!(1), &json!(0)));
    assert_eq!(made["codes"][0]["person"], "Tomás Herrera");
    assert_eq!(made["codes"][0]["code"].as_str().unwrap().len(), 14);
    let repeated = post(&json!({})).await;
    assert_eq!(repeated["codes"], Value::Null, "told once: {repeated}");
    program
        .post(&path, &json!({}))
        .await
        .problem(409, "codes_made_before");
    let again = program
        .post(&path, &json!({ "again": true }))
        .await
        .with(201);
    assert_ne!(again["codes"][0]["code"], made["codes"][0]["code"]);
    program
        .post(&path, &json!({ "agian": true }))
        .await
        .problem(422, "wrong_body");
    let waiting = program
        .get("/api/v1/deliveries?state=queued")
        .await
        .with(200);
    assert_eq!(waiting["deliveries"], json!([]));
    program
        .post("/api/v1/batches/none/paper-codes", &json!({}))
        .await
        .problem(404, "batch_not_found");
}
