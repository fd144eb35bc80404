//! Mail that was given up: sent again together, from the page and from the API.

use serde_json::json;
use touchstone_service::operations::{Role, wind, work_until_idle};
use touchstone_service::ports::MailError;

use crate::api_program::{CSV, Program};
use crate::cohort_mail::{TWO_LANGUAGES, cohort};
use crate::site::Site;

/// Tries for long enough that every mail is given up.
async fn give_up(site: &Site) {
    let away = MailError::Unavailable("the server does not answer".into());
    site.test.mail.fail_with(Some(away));
    for _ in 0..40 {
        site.test.clock.advance_millis(12 * 3_600_000);
        wind(&site.test.world).await.unwrap();
        work_until_idle(&site.test.world).await.unwrap();
    }
    site.test.mail.fail_with(None);
}

#[tokio::test]
async fn a_page_sends_again_whatever_was_given_up() {
    let (site, registrar) = Site::with_owner("riverside").await;
    let (batch, preview) = cohort(&registrar, TWO_LANGUAGES).await;
    let fingerprint = preview.hidden("fingerprint");
    let confirm = [("fingerprint", &*fingerprint)];
    registrar
        .submit(&preview, &format!("{batch}/confirm"), &confirm)
        .await;
    give_up(&site).await;

    // Days later; whoever was signed in is no more.
    let address = "registrar@riverside.example";
    let registrar = site.member(&registrar.tenant, address, vec![Role::Registrar]);
    let registrar = registrar.await;
    let failed = registrar.get("/deliveries?state=failed").await;
    let text = failed.text();
    assert_eq!(text.matches("Given up").count(), 2, "{text}");
    assert!(text.contains("Send again all that were given up"), "{text}");
    let sent = registrar.submit(&failed, "/deliveries/resend", &[]).await;
    let told = registrar.get(sent.location()).await.text();
    assert!(told.contains("2 mails are queued."), "{told}");
    work_until_idle(&site.test.world).await.unwrap();
    assert_eq!(site.test.mail.sent().len(), 2);
    let after = registrar.get("/deliveries?state=failed").await.text();
    assert!(after.contains("None failed."), "{after}");
    assert!(!after.contains("Send again all"), "{after}");
}

#[tokio::test]
async fn a_program_sends_again_whatever_was_given_up() {
    let site = Site::empty().await;
    let program = Program::of(&site, "riverside").await;
    let batch = program.take_in(CSV).await;
    program.confirm(&batch).await;
    give_up(&site).await;
    let again = async || program.post("/api/v1/deliveries/resend", &json!({})).await;
    assert_eq!(
        again().await.with(202),
        json!({ "queued": 1, "withoutAddress": 0 })
    );
    assert_eq!(
        again().await.with(202),
        json!({ "queued": 0, "withoutAddress": 0 })
    );
    work_until_idle(&site.test.world).await.unwrap();
    assert_eq!(site.test.mail.sent().len(), 1);
}
