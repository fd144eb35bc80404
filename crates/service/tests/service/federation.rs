//! A federation as a register: gone through by a job, kept while parts of it cannot be read, and no longer than its chains hold.

use std::sync::Arc;

use serde_json::{Value, json};
use touchstone_service::{
    World,
    operations::{wind, work_until_idle},
    ports::{FetchError, Fetched, PublicKey, Signer},
    verifying::{
        Reach, Recognition, Source, SourceKind, Which, check, document, membership,
        registers_standing,
    },
};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{
    CheckKind, Fault, Outcome, did,
    federation::{KeySet, Statement, issuers_of},
    multibase::encode_base64url,
    registry::{Form, Registry},
};

use crate::support::{MEASURING, issued};

const ANCHOR: &str = "https://anchor.example";
const ISSUER: &str = "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";
const HOUR_MS: i64 = 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// An anchor that lists the issuer of the sample credential, and a world that asks it.
struct Federation {
    test: TestWorld,
    world: World,
    jwks: Value,
}

fn base64url(bytes: &[u8]) -> String {
    encode_base64url(bytes).split_off(1)
}

async fn federation() -> Federation {
    let test = world().await;
    test.clock.advance_millis(DAY_MS);
    let key = test.memory_signer.create("anchor").await.unwrap();
    let PublicKey::Ed25519(x) = key else {
        panic!("{key:?}")
    };
    let jwks = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": base64url(&x)}]});
    let source = Source {
        name: "The Federation".into(),
        address: ANCHOR.into(),
        kind: SourceKind::Federation {
            keys: KeySet::parse(jwks.to_string().as_bytes()).unwrap(),
            trust_marks: Vec::new(),
        },
    };
    let world = World {
        recognition: Arc::new(Recognition::new(
            Vec::new(),
            vec![source],
            DAY_MS,
            7 * DAY_MS,
        )),
        ..test.world.clone()
    };
    let federation = Federation { test, world, jwks };
    federation.publish(&[ISSUER]).await;
    federation
}

impl Federation {
    async fn statement(&self, about: &str, more: Value) -> String {
        let seconds = self.world.clock.now().unix_millis() / 1_000;
        let mut claims =
            json!({"iss": ANCHOR, "sub": about, "iat": seconds, "exp": seconds + 2 * 86_400});
        let more = more.as_object().unwrap().clone();
        claims.as_object_mut().unwrap().extend(more);
        let header = json!({"alg": "EdDSA", "typ": "entity-statement+jwt", "kid": "a"});
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let input = format!("{}.{}", part(&header), part(&claims));
        let signed = self
            .test
            .memory_signer
            .sign("anchor", input.as_bytes())
            .await;
        format!("{input}.{}", base64url(&signed.unwrap().0))
    }

    fn answer(&self, path: &str, answer: Result<String, FetchError>) {
        let fetched = answer.map(|text| Fetched {
            bytes: text.into_bytes(),
            media_type: String::new(),
        });
        self.test.fetch.answer(&format!("{ANCHOR}{path}"), fetched);
    }

    /// The anchor publishes that it has these subordinates, good for two days.
    async fn publish(&self, subordinates: &[&str]) {
        let endpoints = json!({
            "federation_fetch_endpoint": format!("{ANCHOR}/fetch"),
            "federation_list_endpoint": format!("{ANCHOR}/list")
        });
        let own = json!({"jwks": self.jwks, "metadata": {"federation_entity": endpoints}});
        let own = self.statement(ANCHOR, own).await;
        self.answer("/.well-known/openid-federation", Ok(own));
        self.answer("/list", Ok(json!(subordinates).to_string()));
        let about = self.statement(ISSUER, json!({})).await;
        self.answer(
            &format!("/fetch?sub={}", ISSUER.replace(':', "%3A")),
            Ok(about),
        );
    }

    async fn after(&self, millis: i64) -> Outcome {
        self.test.clock.advance_millis(millis);
        wind(&self.world).await.unwrap();
        work_until_idle(&self.world).await.unwrap();
        let shapes = "/../../../shared/vectors/sample-shapes/aim.json";
        let path = format!("{}{shapes}", env!("CARGO_MANIFEST_DIR"));
        let credential = std::fs::read(&path)
            .unwrap_or_else(|error| panic!("the vector {path} is needed: {error}"));
        let checked = check(&self.world, &credential, None, Reach::Own)
            .await
            .unwrap();
        checked.report.outcome(CheckKind::Recognition).unwrap()
    }
}

#[tokio::test]
async fn who_has_a_chain_to_the_anchor_is_listed_and_who_is_taken_out_is_not() {
    let federation = federation().await;
    assert!(did::key::is(ISSUER));
    assert_eq!(federation.after(0).await, Outcome::Pass);
    let standing = registers_standing(&federation.world).await.unwrap();
    assert_eq!(
        (standing[0].listed, standing[0].source.as_str()),
        (1, ANCHOR)
    );
    federation.publish(&[]).await;
    assert_eq!(federation.after(DAY_MS).await, Outcome::NotListed);
}

#[tokio::test]
async fn what_cannot_be_asked_about_again_stays_until_its_chain_ends() {
    let federation = federation().await;
    assert_eq!(federation.after(0).await, Outcome::Pass);
    // A day later the anchor answers, but not about this one.
    federation.test.clock.advance_millis(DAY_MS);
    federation.publish(&[ISSUER]).await;
    let about = format!("/fetch?sub={}", ISSUER.replace(':', "%3A"));
    federation.answer(&about, Err(FetchError::TimedOut));
    assert_eq!(federation.after(0).await, Outcome::Pass);
    // Its statement was good for two days, whether somebody looks anew or not.
    assert_eq!(federation.after(23 * HOUR_MS).await, Outcome::Pass);
    assert_eq!(federation.after(2 * HOUR_MS).await, Outcome::NotListed);
}

#[tokio::test]
async fn an_anchor_that_signs_with_another_key_is_no_answer() {
    let federation = federation().await;
    let header = json!({"alg": "EdDSA", "typ": "entity-statement+jwt", "kid": "a"});
    let forged = base64url(header.to_string().as_bytes());
    federation.answer(
        "/.well-known/openid-federation",
        Ok(format!("{forged}.e30.AA")),
    );
    let open = Outcome::Unknown(Fault::RegisterUnread);
    assert_eq!(federation.after(0).await, open);
    let standing = registers_standing(&federation.world).await.unwrap();
    let error = standing[0].error.clone().unwrap();
    assert!(
        error.contains("is not signed with the anchor's keys"),
        "{error}"
    );
}

#[tokio::test]
async fn an_institution_says_who_is_above_it_and_signs_with_its_own_key() {
    let test = world().await;
    let (tenant, _) = issued(&test, MEASURING).await;
    let world = World {
        recognition: Arc::new(Recognition::default().below(vec![ANCHOR.into()])),
        ..test.world.clone()
    };
    let row = world
        .store
        .read()
        .institution(&tenant)
        .await
        .unwrap()
        .unwrap();
    let published = async || {
        wind(&world).await.unwrap();
        work_until_idle(&world).await.unwrap();
        let found = document(&world, &row.slug, Which::Entity).await.unwrap();
        found.unwrap().bytes
    };
    let first = published().await;
    let statement = Statement::parse(&first).unwrap();
    assert!(statement.is_configuration());
    assert_eq!(statement.signed_by(statement.keys(), world.crypto), Ok(()));
    assert_eq!(statement.at(world.clock.now()), Ok(()));
    assert_eq!(statement.authority_hints().collect::<Vec<_>>(), [ANCHOR]);
    assert_eq!(
        statement.endpoint("organization_name"),
        Some(row.name.as_str())
    );
    let issuers = issuers_of(statement.subject());
    assert!(issuers.contains(row.did.as_ref().unwrap()), "{issuers:?}");

    // It stays as it is until half of its time has passed.
    test.clock.advance_millis(3 * DAY_MS);
    assert_eq!(published().await, first);
    test.clock.advance_millis(DAY_MS);
    let second = published().await;
    assert_ne!(second, first);
    // Where nobody signs it anew it is not shown beyond its end.
    test.clock.advance_millis(8 * DAY_MS);
    let found = document(&world, &row.slug, Which::Entity).await.unwrap();
    assert_eq!(found, None);
}

#[tokio::test]
async fn without_superiors_nothing_is_said_to_federations() {
    let test = world().await;
    let (tenant, _) = issued(&test, MEASURING).await;
    wind(&test).await.unwrap();
    work_until_idle(&test).await.unwrap();
    let said = test.store.read().entity_configuration(&tenant).await;
    assert_eq!(said.unwrap(), None);
}

#[tokio::test]
async fn the_institutions_of_an_installation_are_a_register_that_we_read() {
    let test = world().await;
    assert_eq!(membership(&test).await.unwrap(), None);
    let (tenant, _) = issued(&test, MEASURING).await;
    let row = test
        .store
        .read()
        .institution(&tenant)
        .await
        .unwrap()
        .unwrap();
    let published = membership(&test).await.unwrap().unwrap();
    let read = Registry::parse(&published.bytes).unwrap();
    assert_eq!(read.form, Form::Dcc);
    assert_eq!(read.issuers.keys().collect::<Vec<_>>(), [&row.did.unwrap()]);
}
