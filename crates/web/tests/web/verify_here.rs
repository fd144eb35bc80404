//! Checking in the reader's own browser: what a page delivers is enough to come to the server's report, byte for byte.
//!
//! The verifier runs here as it is compiled for this machine; `interop/browser/here.mjs` runs what browsers load.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::Value;
use touchstone_service::operations::work_until_idle;
use touchstone_service::verifying::{Reach, check};
use touchstone_testkit::world;
use touchstone_vc::Contexts;
use touchstone_web::assets;

use crate::journey::issued;
use crate::site::{Browser, Site};

/// A site with one credential whose holder switched its page on.
pub(crate) struct Shown {
    pub(crate) site: Site,
    pub(crate) registrar: Browser,
    pub(crate) page: String,
}

pub(crate) async fn shown() -> Shown {
    shown_on(Site::empty().await).await
}

async fn shown_on(site: Site) -> Shown {
    let registrar = site.owner("riverside").await;
    issued(&site, &registrar).await;
    let (_, page) = taken_and_shown(&site).await;
    Shown {
        site,
        registrar,
        page,
    }
}

/// Amara takes what was issued to her, and switches its page on. Answers with the paths of her link and of the page.
pub(crate) async fn taken_and_shown(site: &Site) -> (String, String) {
    let mails = site.test.mail.sent();
    let mail = mails.iter().find(|mail| mail.to == "amara@example.org");
    let words = &mail.unwrap().text;
    let link = words
        .split_whitespace()
        .find(|word| word.contains("/claim/"));
    let claim = link.unwrap().split_once("verify.example.edu").unwrap().1;
    let holder = site.stranger();
    holder.post(claim, &[]).await;
    holder
        .post(&format!("{claim}/page"), &[("switch", "on")])
        .await;
    let kept = holder.get(claim).await;
    let page = kept.link("https://verify.example.edu/v/");
    let page = page.split_once("verify.example.edu").unwrap().1;
    (claim.to_owned(), page.to_owned())
}

impl Shown {
    async fn credential(&self) -> Vec<u8> {
        let reader = self.site.stranger();
        reader
            .get(&format!("{}/credential.json", self.page))
            .await
            .bytes
    }

    /// What the verifier answers, given what stands at `documents`.
    async fn judged_from(&self, documents: &str) -> String {
        let delivered = self.site.stranger().get(documents).await;
        assert_eq!(delivered.status, StatusCode::OK, "{}", delivered.text());
        let at = self.site.test.world.clock.now();
        let inputs = delivered
            .text()
            .replacen('{', &format!("{{\"at\":\"{at}\","), 1);
        touchstone_wasm::check(&self.credential().await, inputs.as_bytes())
    }

    async fn servers_report(&self) -> String {
        let checked = check(
            &self.site.test.world,
            &self.credential().await,
            None,
            Reach::Own,
        )
        .await;
        checked.unwrap().report.to_json().to_string()
    }

    async fn agrees(&self, words: &str) {
        let report = format!("\"report\":{}", self.servers_report().await);
        for documents in [
            format!("{}/documents.json", self.page),
            "/verify/documents.json".into(),
        ] {
            let answer = self.judged_from(&documents).await;
            assert!(answer.contains(&report), "{documents}\n{answer}\n{report}");
            assert!(
                answer.contains(&format!("\"words\":\"{words}\"")),
                "{answer}"
            );
        }
    }
}

#[tokio::test]
async fn what_a_page_delivers_gives_the_servers_report() {
    let shown = shown().await;
    shown.agrees("Stands today").await;

    let list = shown.registrar.get("/credentials?q=amara").await;
    let one = list.link("/credentials/");
    let form = shown.registrar.get(&one).await;
    let reason = [("reason", "Records were mixed up.")];
    let revoke = format!("{one}/revoke");
    let revoked = shown.registrar.submit(&form, &revoke, &reason).await;
    assert_eq!(revoked.location(), one);
    work_until_idle(&shown.site.test.world).await.unwrap();
    shown.site.test.clock.advance_millis(31_000);
    shown.agrees("Withdrawn. Do not rely on it").await;
}

#[tokio::test]
async fn a_context_of_the_operators_is_delivered_with_the_documents() {
    const URL: &str = "https://guild.example/context/v1";
    let context = br#"{"@context": {"guild": "https://guild.example/terms#guild"}}"#;
    let mut test = world().await;
    let contexts = Contexts::bundled().with(URL, context).unwrap();
    test.world.contexts = Arc::new(contexts);
    let shown = shown_on(Site::on(test)).await;
    let mut credential: Value = serde_json::from_slice(&shown.credential().await).unwrap();
    credential["@context"]
        .as_array_mut()
        .unwrap()
        .push(URL.into());
    let credential = credential.to_string().into_bytes();

    let world = &shown.site.test.world;
    let checked = check(world, &credential, None, Reach::Own).await.unwrap();
    let report = checked.report.to_json().to_string();
    assert!(!report.contains("context_unknown"), "{report}");

    let delivered = shown.site.stranger().get("/verify/documents.json").await;
    let mut inputs: Value = serde_json::from_slice(&delivered.bytes).unwrap();
    inputs["at"] = world.clock.now().to_string().into();
    let here = touchstone_wasm::check(&credential, inputs.to_string().as_bytes());
    assert!(here.contains(&report), "{here}\n{report}");

    inputs["contexts"] = Value::Array(vec![]);
    let without = touchstone_wasm::check(&credential, inputs.to_string().as_bytes());
    assert!(without.contains("context_unknown"), "{without}");
}

/// Ten packets, with which a connection begins.
const FIRST_VIEW: usize = 14 * 1024;

#[tokio::test]
async fn the_first_view_is_at_most_14_kilobytes_packed() {
    let shown = shown().await;
    let reader = shown.site.stranger();
    let plain = reader.get(&shown.page).await;
    let style = plain.text();
    let style = style
        .split_once("<link rel=\"stylesheet\" href=\"")
        .unwrap()
        .1;
    let style = style.split_once('"').unwrap().0;
    for by in ["gzip", "br"] {
        let mut bytes = 0;
        for part in [shown.page.as_str(), style] {
            let answer = reader.get_packed(part, by).await;
            assert_eq!(answer.status, StatusCode::OK, "{part}");
            assert_eq!(answer.headers["content-encoding"], by, "{part}");
            bytes += answer.bytes.len();
            let header = |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| {
                name.as_str().len() + value.len() + ": \r\n".len()
            };
            bytes += answer.headers.iter().map(header).sum::<usize>();
        }
        assert!(bytes <= FIRST_VIEW, "{bytes} bytes by {by}");
    }
}

#[tokio::test]
async fn a_page_that_is_closed_delivers_nothing() {
    let site = Site::empty().await;
    let answer = site.stranger().get("/v/nothing/documents.json").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_pages_with_the_verifier_may_run_it() {
    let shown = shown().await;
    let reader = shown.site.stranger();
    let policy = async |path: &str| {
        let answer = reader.get(path).await;
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        (policy.to_owned(), answer.text())
    };
    let (usual, _) = policy("/how").await;
    assert!(!usual.contains("script-src"), "{usual}");
    for path in ["/verify", &shown.page] {
        let (policy, html) = policy(path).await;
        assert!(
            !html.contains("<script>") && !html.contains("style="),
            "{html}"
        );
        match assets::verifier() {
            None => {
                assert_eq!(policy, usual);
                assert!(!html.contains("<script"), "{html}");
            }
            Some(verifier) => {
                assert_eq!(
                    policy,
                    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; \
                     style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
                );
                assert!(html.contains(verifier.script), "{html}");
            }
        }
    }
}

#[tokio::test]
async fn the_worker_may_ask_nobody() {
    let site = Site::empty().await;
    let worker = site.stranger().get("/assets/check-worker.js").await;
    assert_eq!(worker.status, StatusCode::OK);
    assert_eq!(
        worker.headers["content-type"],
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        worker.headers["content-security-policy"],
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"
    );
}
