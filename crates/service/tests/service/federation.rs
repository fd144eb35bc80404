//! A federation as a register: gone through by a job, kept while parts of it cannot be read, and no longer than its chains hold.

use std::sync::Arc;

use serde_json::{Value, json};
use touchstone_service::{
    World,
    operations::{wind, work_until_idle},
    ports::{FetchError, Fetched, PublicKey, Signer},
    verifying::{
        Checked, Reach, Recognition, RegisterFile, Source, SourceKind, TrustChain, check,
        registers_standing,
    },
};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{
    CheckKind, Fault, Outcome, Trust, did,
    federation::{KeySet, Link},
    multibase::encode_base64url,
    registry::Registry,
};

const ANCHOR: &str = "https://anchor.example";
const MIDDLE: &str = "https://middle.example";
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
        let checked = self.checked_after(millis).await;
        checked.report.outcome(CheckKind::Recognition).unwrap()
    }

    async fn checked_after(&self, millis: i64) -> Checked {
        self.test.clock.advance_millis(millis);
        wind(&self.world).await.unwrap();
        work_until_idle(&self.world).await.unwrap();
        checked(&self.world, Reach::Own).await
    }
}

async fn checked(world: &World, reach: Reach) -> Checked {
    let shapes = "/../../../shared/vectors/sample-shapes/aim.json";
    let path = format!("{}{shapes}", env!("CARGO_MANIFEST_DIR"));
    let credential =
        std::fs::read(&path).unwrap_or_else(|error| panic!("the vector {path} is needed: {error}"));
    check(world, &credential, None, reach).await.unwrap()
}

#[tokio::test]
async fn the_chain_by_which_an_issuer_is_known_is_told_with_its_dates() {
    let federation = federation().await;
    let checked = federation.checked_after(0).await;
    let stated = federation.world.clock.now();
    let chain = checked.trust_chain.unwrap();
    assert_eq!(
        (chain.register.as_str(), chain.anchor()),
        ("The Federation", ANCHOR)
    );
    assert_eq!(chain.read_at, Some(stated));
    let end = Some(stated.plus_millis(2 * DAY_MS));
    assert_eq!((chain.valid_until, chain.mark), (end, None));
    // A DID of a registry states nothing itself.
    let links = [
        Link {
            entity: ISSUER.into(),
            ..Link::default()
        },
        Link {
            entity: ANCHOR.into(),
            stated_at: Some(stated),
            valid_until: end,
        },
    ];
    assert_eq!(chain.links, links);
    // Who is listed no longer has none to tell.
    federation.publish(&[]).await;
    assert_eq!(federation.checked_after(DAY_MS).await.trust_chain, None);
}

/// A page that a hall is shown asks once a second whom the installation knows, and by which chains.
#[tokio::test]
async fn a_chain_is_asked_for_once_in_a_moment() {
    let federation = federation().await;
    let world = &federation.world;
    wind(world).await.unwrap();
    work_until_idle(world).await.unwrap();
    let first = checked(world, Reach::Moment).await.trust_chain;
    assert!(first.is_some());
    world.store.keep_register_copies_of(&[]).await.unwrap();
    assert_eq!(checked(world, Reach::Moment).await.trust_chain, first);
    assert_eq!(checked(world, Reach::Own).await.trust_chain, None);
    federation.test.clock.advance_millis(1_000);
    assert_eq!(checked(world, Reach::Moment).await.trust_chain, None);
}

/// Names are for people: which register decided follows from its place.
#[tokio::test]
async fn of_registers_with_one_name_the_chain_is_that_of_the_one_that_decided() {
    let test = world().await;
    // After the credential was signed.
    test.clock.advance_millis(DAY_MS);
    let file = |entry: Value| {
        let text = json!({"issuers": [entry]}).to_string();
        RegisterFile {
            name: "Colleges".into(),
            registry: Registry::parse(text.as_bytes()).unwrap(),
            as_of: None,
        }
    };
    let chain = |anchor: &str| json!([{"entity": ISSUER}, {"entity": anchor}]);
    let (before, ended) = ("2001-01-01T00:00:00Z", chain("https://ended.example"));
    let ended = file(json!({"id": ISSUER, "validUntil": before, "chain": ended}));
    let removed = chain("https://removed.example");
    let removed = file(json!({"id": ISSUER, "removedOn": before, "chain": removed}));
    let lists = file(json!({"id": ISSUER, "chain": chain(ANCHOR)}));
    let without = file(json!({"id": ISSUER}));
    for (decides, anchor) in [(&lists, Some(ANCHOR)), (&without, None)] {
        let files = [&ended, &removed, decides, &lists].map(RegisterFile::clone);
        let world = World {
            recognition: Arc::new(Recognition::new(files.to_vec(), Vec::new(), 1, 1)),
            ..test.world.clone()
        };
        let checked = checked(&world, Reach::Own).await;
        let told = checked.trust_chain.as_ref();
        assert_eq!(told.map(TrustChain::anchor), anchor);
        // And so it is where the files are all that there is.
        let now = world.clock.now();
        let trust = Trust {
            registers: files.iter().map(|file| file.at(now).into()).collect(),
        };
        let alone = TrustChain::in_files(&files, &trust, &checked.report);
        assert_eq!(alone, checked.trust_chain);
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

/// Nobody but who lists it can keep it: another who names it and then is silent does not.
#[tokio::test]
async fn who_is_taken_out_goes_though_somebody_is_silent_about_it() {
    let federation = federation().await;
    assert_eq!(federation.after(0).await, Outcome::Pass);
    federation.test.clock.advance_millis(DAY_MS);
    federation.publish(&[]).await;
    let about = format!("/fetch?sub={}", ISSUER.replace(':', "%3A"));
    federation.answer(&about, Err(FetchError::TimedOut));
    assert_eq!(federation.after(0).await, Outcome::NotListed);
}

/// Nor can somebody below the anchor keep all of it from being read, by naming more than is read.
#[tokio::test]
async fn who_is_taken_out_goes_though_somebody_lists_more_than_is_read() {
    let federation = federation().await;
    assert_eq!(federation.after(0).await, Outcome::Pass);
    federation.test.clock.advance_millis(DAY_MS);
    federation.publish(&[MIDDLE]).await;
    let keys = json!({"jwks": federation.jwks});
    let about = federation.statement(MIDDLE, keys).await;
    federation.answer("/fetch?sub=https%3A%2F%2Fmiddle.example", Ok(about));
    let endpoints = json!({
        "federation_fetch_endpoint": format!("{MIDDLE}/fetch"),
        "federation_list_endpoint": format!("{MIDDLE}/list")
    });
    let own = json!({"iss": MIDDLE, "jwks": federation.jwks, "authority_hints": [ANCHOR],
        "metadata": {"federation_entity": endpoints}});
    let own = federation.statement(MIDDLE, own).await;
    let crowd: Vec<String> = (0..1_001)
        .map(|number| format!("{MIDDLE}/{number}"))
        .collect();
    let texts = [
        ("/.well-known/openid-federation", own),
        ("/list", json!(crowd).to_string()),
    ];
    for (path, text) in texts {
        let fetched = Fetched {
            bytes: text.into_bytes(),
            media_type: String::new(),
        };
        let url = format!("{MIDDLE}{path}");
        federation.test.fetch.answer(&url, Ok(fetched));
    }
    assert_eq!(federation.after(0).await, Outcome::NotListed);
    let asked = federation.test.fetch.asked();
    assert!(asked.contains(&format!("{MIDDLE}/list")));
}

/// What arrived and does not hold is no silence.
#[tokio::test]
async fn who_is_spoken_of_in_a_statement_that_has_ended_goes() {
    let federation = federation().await;
    assert_eq!(federation.after(0).await, Outcome::Pass);
    let before = federation.world.clock.now().unix_millis() / 1_000;
    federation.test.clock.advance_millis(DAY_MS);
    federation.publish(&[ISSUER]).await;
    let ended = federation.statement(ISSUER, json!({"exp": before + 60}));
    let about = format!("/fetch?sub={}", ISSUER.replace(':', "%3A"));
    federation.answer(&about, Ok(ended.await));
    assert_eq!(federation.after(0).await, Outcome::NotListed);
}

/// The anchor's keys were exchanged, or an accreditation is asked for from now on: what was read under other conditions says nothing.
#[tokio::test]
async fn a_copy_counts_only_for_the_keys_and_trust_marks_that_are_asked_for() {
    let federation = federation().await;
    assert_eq!(federation.after(0).await, Outcome::Pass);
    let Some(Source { kind, .. }) = federation.world.recognition.sources.first() else {
        unreachable!("one is asked");
    };
    let SourceKind::Federation { keys, .. } = kind else {
        unreachable!("{kind:?}");
    };
    let other =
        json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "b", "x": base64url(&[7; 32])}]});
    let other = KeySet::parse(other.to_string().as_bytes()).unwrap();
    let asking = |keys: &KeySet, trust_marks: &[&str]| {
        let source = Source {
            name: "The Federation".into(),
            address: ANCHOR.into(),
            kind: SourceKind::Federation {
                keys: keys.clone(),
                trust_marks: trust_marks.iter().map(|&one| one.to_owned()).collect(),
            },
        };
        let document = Source {
            kind: SourceKind::Document,
            name: "A list at the same address".into(),
            ..source.clone()
        };
        let sources = vec![source, document];
        let recognition = Recognition::new(Vec::new(), sources, DAY_MS, 7 * DAY_MS);
        World {
            recognition: Arc::new(recognition),
            ..federation.world.clone()
        }
    };
    let as_of = async |world: &World| {
        let standing = registers_standing(world).await.unwrap();
        let found = standing.iter().map(|one| (one.unread, one.as_of.is_some()));
        found.collect::<Vec<_>>()
    };
    let (none, kept) = ((true, false), (false, true));
    assert_eq!(as_of(&asking(keys, &[])).await, [kept, none]);
    assert_eq!(as_of(&asking(&other, &[])).await, [none, none]);
    let mark = "https://anchor.example/marks/accredited";
    assert_eq!(as_of(&asking(keys, &[mark])).await, [none, none]);
    // With other settings the register is read at once, though the earlier copy is young; if that fails, the question stays open.
    let world = asking(&other, &[]);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let standing = registers_standing(&world).await.unwrap();
    let error = standing[0].error.clone().unwrap();
    assert!(
        error.contains("is not signed with the anchor's keys"),
        "{error}"
    );
    // The document that stands there is another matter.
    assert!(standing[1].error.as_deref() != standing[0].error.as_deref());
}
