//! Whoever endorses: what they are asked, say and sign, and what everybody reads of it.

use crate::support::founding;
use serde_json::{Value, json};
use touchstone_service::endorsing::{
    AnswerError, AskEndorsement, PasskeyMade, PasskeySigned, Said, State, WalletAnswer,
    answer_with_passkey, ask_endorsement, begin_passkey, endorsement, look, passkey_made,
};
use touchstone_service::issuing::{Links, found, lint_achievement};
use touchstone_service::operations::{Invitation, Role, join, passkey::Begun, work_until_idle};
use touchstone_service::rows::{EndorsedKind, InstitutionRow, TenantId};
use touchstone_service::verifying::{Reach, Which, check, document};
use touchstone_testkit::{Authenticator, TestWorld, world};
use touchstone_vc::did::PublicKey;
use touchstone_vc::json::Value as Document;
use touchstone_vc::lint::{Judgement, Profile};
use touchstone_vc::{CheckKind, Draft, Outcome, Verdict, badge};

pub(crate) const HERE: &str = "https://verify.example.edu";
pub(crate) const BOSS: &str = "boss@celik.example";
pub(crate) const DAY_MS: i64 = 86_400_000;

pub(crate) async fn site() -> TestWorld {
    world().await.with_passkeys()
}

pub(crate) fn now(test: &TestWorld) -> i64 {
    test.world.clock.now().unix_millis()
}

pub(crate) fn asking(test: &TestWorld, tenant: &TenantId, email: &str) -> AskEndorsement {
    AskEndorsement {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        kind: EndorsedKind::Achievement,
        thing: "precision-measurement".into(),
        version: None,
        email: email.into(),
        language: "de".into(),
        message: "Sie stellen unsere Leute ein.".into(),
        ends_at: now(test) + 30 * DAY_MS,
        drawn: None,
    }
}

/// The token in the last mail to an address.
pub(crate) fn token(test: &TestWorld, email: &str) -> String {
    let sent = test.mail.sent();
    let mail = sent.iter().rfind(|mail| mail.to == email);
    let text = &mail.expect("a mail was sent").text;
    let rest = text.split_once("/endorse/").unwrap().1;
    rest.split_whitespace().next().unwrap().to_owned()
}

/// A request that was mailed: its id and the token of its link.
pub(crate) async fn asked(test: &TestWorld, tenant: &TenantId, email: &str) -> (String, String) {
    let order = asking(test, tenant, email);
    let asked = ask_endorsement(test, &order).await.unwrap();
    work_until_idle(test).await.unwrap();
    (asked.id, token(test, email))
}

pub(crate) fn said(test: &TestWorld) -> Said {
    Said {
        organization: "Çelik Makina".into(),
        person: "Ayşe Demir".into(),
        comment: "We let people with it measure alone.\nIt saves us weeks.".into(),
        until: now(test) + 365 * DAY_MS,
    }
}

/// A passkey that a stranger made for what they say, asked to sign it.
pub(crate) async fn passkey_for(
    test: &TestWorld,
    token: &str,
    device: &mut Authenticator,
) -> Result<Begun, AnswerError> {
    let begun = begin_passkey(test, token, &said(test)).await?;
    let made = PasskeyMade {
        ceremony: begun.ceremony,
        answer: device.create(&begun.options),
    };
    passkey_made(test, token, &made).await
}

pub(crate) async fn with_passkey(test: &TestWorld, token: &str) -> Result<(), AnswerError> {
    let mut device = Authenticator::new(HERE, b"a stranger's device");
    let begun = passkey_for(test, token, &mut device).await?;
    let signed = PasskeySigned {
        ceremony: begun.ceremony,
        answer: device.get(&begun.options),
    };
    answer_with_passkey(test, token, &signed).await
}

pub(crate) async fn state(test: &TestWorld, tenant: &TenantId, id: &str) -> State {
    let found = endorsement(test, tenant, id).await.unwrap();
    found.unwrap().state
}

pub(crate) async fn json_at(test: &TestWorld, which: Which<'_>) -> Option<Value> {
    let found = document(test, "riverside", which).await.unwrap()?;
    Some(serde_json::from_slice(&found.bytes).unwrap())
}

/// A file of an endorsement: what was signed, or what a passkey signed beside it.
pub(crate) async fn file_of(test: &TestWorld, id: &str, evidence: bool) -> Value {
    let file = Which::Endorsement { id, evidence };
    json_at(test, file).await.unwrap()
}

pub(crate) async fn institution_of(test: &TestWorld, tenant: &TenantId) -> InstitutionRow {
    let found = test.world.store.read().institution(tenant).await;
    found.unwrap().unwrap()
}

/// What an institution here signed holds for everybody.
pub(crate) async fn stands(test: &TestWorld, signed: &Value) {
    let bytes = signed.to_string();
    let checked = check(test, bytes.as_bytes(), None, Reach::Own).await;
    let report = checked.unwrap().report;
    assert!(matches!(report.verdict(), Verdict::Pass), "{report:?}");
    let form = report.outcome(CheckKind::Schema);
    assert!(!matches!(form, Some(Outcome::Fail(_))), "{form:?}");
}

pub(crate) async fn list(test: &TestWorld) -> Value {
    let which = Which::Endorsements {
        achievement: "precision-measurement",
        version: 1,
    };
    json_at(test, which).await.unwrap()
}

/// How TS-018 judges the achievement now.
pub(crate) async fn ts_018(test: &TestWorld, tenant: &TenantId) -> (bool, String) {
    let profile = Profile::TmcApplication;
    let report = lint_achievement(
        test,
        tenant,
        "precision-measurement",
        None,
        profile,
        Links::AsWritten,
    );
    let report = report.await.unwrap().unwrap();
    let found = report.judged.iter().find(|one| one.rule.id == "TS-018");
    let judgement = &found.unwrap().judgement;
    (
        matches!(judgement, Judgement::Holds),
        format!("{judgement:?}"),
    )
}

/// A stranger with a key of their own signs this.
pub(crate) async fn signed(test: &TestWorld, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let key = test.world.signer.create("stranger").await.unwrap();
    let multikey = PublicKey::to_multikey(&key.named());
    let did = format!("did:key:{multikey}");
    let method = format!("{did}#{multikey}");
    let at = test.world.clock.now();
    let mut unsigned = json!({
        "@context": serde_json::from_str::<Value>(&badge::contexts().to_string()).unwrap(),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": did, "type": ["Profile"], "name": "Çelik Makina"},
        "validFrom": at.whole_seconds().to_string(),
        "credentialSubject": {
            "type": ["EndorsementSubject"], "endorsementComment": "We stand behind it.",
        },
    });
    change(&mut unsigned);
    let unsigned = unsigned.to_string();
    let unsigned = Document::parse(unsigned.as_bytes()).unwrap();
    let securing = touchstone_vc::Securing::assertion(
        touchstone_vc::Suite::EddsaRdfc2022,
        touchstone_vc::Curve::Ed25519,
        &method,
        at,
    );
    let contexts = &test.world.contexts;
    let draft = Draft::secured(&unsigned, &securing, contexts, test.world.crypto).unwrap();
    let signature = test.world.signer.sign("stranger", draft.signing_input());
    let signature = signature.await.unwrap();
    draft.seal(&signature)
}

/// The same, of the text that the page of a link has somebody sign.
pub(crate) async fn signed_for(
    test: &TestWorld,
    link: &str,
    change: impl FnOnce(&mut Value),
) -> Vec<u8> {
    let seen = look(test, link).await.unwrap().unwrap();
    let text: Value = serde_json::from_str(&seen.to_sign).unwrap();
    assert_eq!(text["credentialSubject"]["id"], seen.request.subject);
    signed(test, |unsigned| {
        unsigned["id"] = text["id"].clone();
        unsigned["credentialSubject"]["id"] = text["credentialSubject"]["id"].clone();
        change(unsigned);
    })
    .await
}

pub(crate) fn wallet(file: Vec<u8>) -> WalletAnswer {
    WalletAnswer {
        file,
        organization: "Çelik Makina".into(),
        person: "Ayşe Demir".into(),
    }
}

/// Another institution here, and one of its members.
pub(crate) async fn neighbour(test: &TestWorld, slug: &str) -> (TenantId, String) {
    let tenant = found(test, &founding(slug)).await.unwrap().tenant;
    let order = Invitation {
        tenant: tenant.clone(),
        actor: "setup".into(),
        name: "Ömer Kaya".into(),
        email: format!("omer@{slug}.example"),
        roles: vec![Role::Approver],
    };
    let member = join(test, &order).await.unwrap();
    (tenant, member.id)
}
