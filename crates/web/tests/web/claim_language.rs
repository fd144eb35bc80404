//! A holder reads the pages behind a mail in the language of the mail.

use axum::http::StatusCode;
use touchstone_service::operations::{Scope, work_until_idle};

use crate::api_program::{Program, safety};
use crate::cohort_mail::cohort;
use crate::site::{Answer, Site};

const FOUR: &str = "name,email,level,awarded_on,language\n\
    Amara Okafor,amara@example.org,2,2026-11-12,\n\
    Jörg Weiß,joerg@example.org,2,2026-11-12,de-AT\n\
    Tomás Herrera,tomas@example.org,2,2026-11-12,es\n\
    Zoé Lefèvre,zoe@example.org,2,2026-11-12,fr\n";

/// Words of the offer, of asking for a file too early, of what was taken, and of the public page's switch, once it is on.
const SAID: [(&str, &str, [&str; 4]); 4] = [
    (
        "amara@example.org",
        "en",
        [
            "Take my credential",
            "Take the credential first.",
            "Keep it",
            "Switch it off",
        ],
    ),
    (
        "joerg@example.org",
        "de",
        [
            "Meinen Nachweis annehmen",
            "Nehmen Sie den Nachweis erst an.",
            "Aufbewahren",
            "Ausschalten",
        ],
    ),
    (
        "tomas@example.org",
        "es",
        [
            "Recoger mi credencial",
            "Recoja primero la credencial.",
            "Guárdela",
            "Desactivarla",
        ],
    ),
    (
        "zoe@example.org",
        "fr",
        [
            "Prendre mon attestation",
            "Prenez d’abord l’attestation.",
            "Gardez-la",
            "La désactiver",
        ],
    ),
];

/// It says these words in this language, and leaves no gap open.
#[track_caller]
fn reads(page: &Answer, language: &str, words: &str) {
    let text = page.text();
    let html = format!("<html lang=\"{language}\" dir=\"ltr\">");
    assert!(text.contains(&html), "{text}");
    assert!(text.contains(words), "{words} in {text}");
    assert!(!text.contains('{'), "a gap was left open: {text}");
    let english = text.contains("with Touchstone") && text.contains("Skip to content");
    assert_eq!(
        english,
        language == "en",
        "the foot and what leads past the top: {text}"
    );
    let others = SAID.iter().filter(|(_, other, _)| *other != language);
    for other in others.flat_map(|(_, _, words)| words) {
        assert!(!text.contains(other), "{other} in {text}");
    }
}

#[tokio::test]
async fn the_pages_behind_a_mail_are_in_its_language() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let (batch, preview) = cohort(&registrar, FOUR).await;
    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    work_until_idle(&site.test.world).await.unwrap();
    let mails = site.test.mail.sent();
    for (to, language, [offered, first, kept, switched]) in SAID {
        let mail = mails.iter().find(|mail| mail.to == to).unwrap();
        assert_eq!(mail.language, language);
        let mut words = mail.text.split_whitespace();
        let link = words.find(|word| word.contains("/claim/")).unwrap();
        let path = link.split_once("verify.example.edu").unwrap().1;
        let holder = site.stranger();
        let offer = holder.get(path).await;
        reads(&offer, language, offered);
        // What the issuer wrote is one sentence in the language in which it was written.
        let sentence = "<h1 class=\"statement\" lang=\"en\">";
        assert!(offer.text().contains(sentence), "{}", offer.text());
        let early = holder.get(&format!("{path}/credential.json")).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        reads(&early, language, first);
        holder.post(path, &[]).await;
        reads(&holder.get(path).await, language, kept);
        holder
            .post(&format!("{path}/page"), &[("switch", "on")])
            .await;
        reads(&holder.get(path).await, language, switched);
    }
}

#[tokio::test]
async fn where_nobody_knows_whose_link_it_is_the_browser_says_the_language() {
    let site = Site::empty().await;
    let reader = site.stranger();
    for (asked, language, code, ended) in [
        (
            "",
            "en",
            "Take your credential",
            "This link leads no further",
        ),
        (
            "de-CH,de;q=0.9",
            "de",
            "Nehmen Sie Ihren Nachweis an",
            "Dieser Link führt nicht weiter",
        ),
        (
            "pl,fr;q=0.5,es;q=0.8",
            "es",
            "Recoja su credencial",
            "Este enlace ya no sirve",
        ),
    ] {
        reads(&reader.get_in(asked, "/claim").await, language, code);
        let none = reader.get_in(asked, "/claim/none").await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
        reads(&none, language, ended);
    }
    let fr = reader.get_in("fr", "/claim/none").await;
    reads(&fr, "fr", "Ce lien ne fonctionne plus");
}

#[tokio::test]
async fn what_is_earned_is_said_in_the_language_in_which_it_was_written_and_an_old_link_in_the_learners()
 {
    let (site, registrar) = Site::with_owner("riverside").await;
    let program = Program::with(&site, &registrar.tenant, &Scope::ALL).await;
    let mut german = safety();
    german["inLanguage"] = "de".into();
    german["description"] = "Maschinen sichern".into();
    program
        .post("/api/v1/achievements", &german)
        .await
        .with(201);
    let csv = "name,email,language\nZoé Lefèvre,zoe@example.org,fr\n";
    let batch = program.upload("workshop-safety", csv).await.with(201);
    let batch = batch["batch"]["id"].as_str().unwrap().to_owned();
    program.confirm(&batch).await;
    work_until_idle(&site.test.world).await.unwrap();
    let mail = site.test.mail.sent().pop().unwrap();
    let mut words = mail.text.split_whitespace();
    let link = words.find(|word| word.contains("/claim/")).unwrap();
    let path = link.split_once("verify.example.edu").unwrap().1;
    let holder = site.stranger();
    let offer = holder.get(path).await.text();
    let sentence = "<h1 class=\"statement\" lang=\"de\">";
    assert!(
        offer.contains("<html lang=\"fr\"") && offer.contains(sentence),
        "{offer}"
    );
    assert!(offer.contains("bescheinigt:"), "{offer}");
    site.test.clock.advance_millis(31 * 86_400_000);
    let ended = holder.get(path).await;
    assert_eq!(ended.status, StatusCode::GONE);
    reads(&ended, "fr", "Ce lien n’a pas été utilisé à temps");
}
