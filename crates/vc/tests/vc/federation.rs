//! Chains of a federation, built here key by key; each case breaks one thing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::PublicKey;
use touchstone_vc::federation::{
    Anchor, ChainFault, ConfigurationDraft, ConstraintsFault, EntityDescription, KeySet,
    PolicyFault, Resolved, Statement, StatementFault, TrustMark, TrustMarkFault, resolve,
    thumbprint,
};
use touchstone_vc::{Signature, Timestamp};

const NOW: i64 = 1_795_269_720;
pub(crate) const ANCHOR: &str = "https://anchor.example";
pub(crate) const MIDDLE: &str = "https://middle.example";
pub(crate) const LEAF: &str = "https://leaf.example/i/riverside";

pub(crate) fn now() -> Timestamp {
    Timestamp::from_unix_seconds(NOW)
}

/// The key of an entity, made of its name.
fn key(of: &str) -> SigningKey {
    SigningKey::from_bytes(&(CRYPTO.sha256)(of.as_bytes()))
}

pub(crate) fn jwks(of: &str) -> Value {
    let x = URL_SAFE_NO_PAD.encode(key(of).verifying_key().as_bytes());
    json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": of}]})
}

fn token(typ: &str, kid: &str, signer: &str, claims: &Value) -> String {
    let header = json!({"alg": "EdDSA", "typ": typ, "kid": kid});
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", part(&header), part(claims));
    let signature = key(signer).sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// What `by` says about `about`, with these claims besides.
fn claims(by: &str, about: &str, more: Value) -> Value {
    let mut claims =
        json!({"iss": by, "sub": about, "iat": NOW - 60, "exp": NOW + 3_600, "jwks": jwks(about)});
    let Value::Object(more) = more else {
        panic!("no object: {more}");
    };
    let object = claims.as_object_mut().unwrap();
    for (name, value) in more {
        match value {
            Value::Null => object.remove(&name),
            value => object.insert(name, value),
        };
    }
    claims
}

pub(crate) fn text(by: &str, about: &str, more: Value) -> String {
    token("entity-statement+jwt", by, by, &claims(by, about, more))
}

fn parse(text: &str) -> Result<Statement, StatementFault> {
    Statement::parse(text.as_bytes())
}

pub(crate) fn anchor() -> Anchor {
    Anchor {
        id: ANCHOR.into(),
        keys: KeySet::parse(jwks(ANCHOR).to_string().as_bytes()).unwrap(),
    }
}

/// A chain of four statements, of which each may get more claims.
struct Chain {
    leaf: Value,
    middle: Value,
    top: Value,
    anchor: Value,
}

impl Default for Chain {
    fn default() -> Self {
        Self {
            leaf: json!({"authority_hints": [MIDDLE], "metadata": {"federation_entity": {"organization_name": "Riverside"}}}),
            middle: json!({}),
            top: json!({}),
            anchor: json!({}),
        }
    }
}

impl Chain {
    fn texts(&self) -> [String; 4] {
        [
            text(LEAF, LEAF, self.leaf.clone()),
            text(MIDDLE, LEAF, self.middle.clone()),
            text(ANCHOR, MIDDLE, self.top.clone()),
            text(ANCHOR, ANCHOR, self.anchor.clone()),
        ]
    }

    fn resolve(&self) -> Result<Resolved, ChainFault> {
        resolved(&self.texts())
    }
}

fn resolved(texts: &[String]) -> Result<Resolved, ChainFault> {
    let statements: Result<Vec<_>, _> = texts.iter().map(|text| parse(text)).collect();
    let statements = statements?;
    let chain: Vec<_> = statements.iter().collect();
    resolve(&chain, &anchor(), now(), &CRYPTO)
}

/// On a host that many share, `/i:riverside` is not `/i/riverside`.
#[test]
fn an_entity_stands_for_no_did_but_its_own() {
    let of = touchstone_vc::federation::issuers_of;
    let riverside = "https://host.example/i/riverside";
    assert_eq!(
        of(riverside),
        [riverside, "did:web:host.example:i:riverside"]
    );
    let other = "https://host.example/i:riverside";
    assert_eq!(of(other), [other]);
}

#[test]
fn a_chain_says_through_whom_an_entity_is_known_and_until_when() {
    let chain = Chain {
        top: json!({"exp": NOW + 60}),
        ..Chain::default()
    };
    let resolved = chain.resolve().unwrap();
    assert_eq!(
        (resolved.subject.as_str(), resolved.via.as_slice()),
        (LEAF, &[MIDDLE.to_owned()][..])
    );
    assert_eq!(resolved.expires_at, Timestamp::from_unix_seconds(NOW + 60));
    assert_eq!(resolved.organization_name(), Some("Riverside"));
}

#[test]
fn the_anchors_own_configuration_may_be_left_out_and_stands_alone() {
    let texts = Chain::default().texts();
    assert!(resolved(&texts[..3]).is_ok());
    assert_eq!(resolved(&texts[3..]).unwrap().subject, ANCHOR);
}

#[test]
fn a_chain_with_one_thing_wrong_is_none() {
    let good = Chain::default().texts();
    let [leaf, middle, top, end] = good.clone();
    let signed_by = |signer: &str, by: &str, about: &str| {
        token(
            "entity-statement+jwt",
            by,
            signer,
            &claims(by, about, json!({})),
        )
    };
    let statement = ChainFault::Statement;
    let cases: Vec<(Vec<String>, ChainFault)> = vec![
        (vec![], ChainFault::Length),
        (vec![leaf.clone()], ChainFault::OtherAnchor),
        (
            vec![middle.clone(), top.clone(), end.clone()],
            ChainFault::NoConfiguration,
        ),
        (
            vec![leaf.clone(), top.clone(), end.clone()],
            ChainFault::NotNamedAsSuperior,
        ),
        (
            vec![leaf.clone(), middle.clone(), end.clone()],
            ChainFault::OtherAnchor,
        ),
        (
            vec![
                leaf.clone(),
                middle.clone(),
                text(ANCHOR, "https://other.example", json!({})),
                end.clone(),
            ],
            ChainFault::Broken,
        ),
        // Somebody else signed.
        (
            vec![
                leaf.clone(),
                signed_by("x", MIDDLE, LEAF),
                top.clone(),
                end.clone(),
            ],
            statement(StatementFault::Signature),
        ),
        (
            vec![
                leaf.clone(),
                middle.clone(),
                signed_by("x", ANCHOR, MIDDLE),
                end.clone(),
            ],
            statement(StatementFault::Signature),
        ),
        (
            vec![
                leaf.clone(),
                middle.clone(),
                top.clone(),
                signed_by("x", ANCHOR, ANCHOR),
            ],
            statement(StatementFault::Signature),
        ),
        // The superior names other keys than the entity signs with.
        (
            vec![
                leaf.clone(),
                text(MIDDLE, LEAF, json!({"jwks": jwks("y")})),
                top.clone(),
                end.clone(),
            ],
            statement(StatementFault::KeyUnknown),
        ),
        (
            vec![
                leaf.clone(),
                middle.clone(),
                text(ANCHOR, MIDDLE, json!({"jwks": jwks("y")})),
                end.clone(),
            ],
            statement(StatementFault::KeyUnknown),
        ),
        // Out of its time.
        (
            vec![
                leaf.clone(),
                middle.clone(),
                text(ANCHOR, MIDDLE, json!({"exp": NOW})),
                end.clone(),
            ],
            statement(StatementFault::Expired),
        ),
        (
            vec![
                leaf,
                text(MIDDLE, LEAF, json!({"iat": NOW + 120})),
                top,
                end,
            ],
            statement(StatementFault::NotYet),
        ),
    ];
    for (number, (texts, fault)) in cases.into_iter().enumerate() {
        assert_eq!(resolved(&texts).err(), Some(fault), "case {number}");
    }
}

#[test]
fn an_entity_above_itself_is_a_loop_and_a_long_chain_is_not_followed() {
    let (a, b) = ("https://a.example", "https://b.example");
    let leaf = text(LEAF, LEAF, json!({"authority_hints": [a]}));
    let circle = [
        leaf.clone(),
        text(a, LEAF, json!({})),
        text(b, a, json!({})),
        text(a, b, json!({})),
        text(ANCHOR, a, json!({})),
    ];
    assert_eq!(resolved(&circle).err(), Some(ChainFault::Loop));
    let names: Vec<_> = (0..9)
        .map(|number| format!("https://n{number}.example"))
        .collect();
    let mut long = vec![
        text(LEAF, LEAF, json!({"authority_hints": [names[0]]})),
        text(&names[0], LEAF, json!({})),
    ];
    long.extend(
        names
            .windows(2)
            .map(|pair| text(&pair[1], &pair[0], json!({}))),
    );
    long.push(text(ANCHOR, &names[8], json!({})));
    assert_eq!(resolved(&long).err(), Some(ChainFault::Length));
}

#[test]
fn a_statement_is_refused_for_what_is_wrong_in_it() {
    let own = |more| parse(&text(LEAF, LEAF, more)).err();
    let about = |more| parse(&text(MIDDLE, LEAF, more)).err();
    let typed = token("JWT", LEAF, LEAF, &claims(LEAF, LEAF, json!({})));
    let unnamed = token(
        "entity-statement+jwt",
        "",
        LEAF,
        &claims(LEAF, LEAF, json!({})),
    );
    let without_kid = json!({"jwks": {"keys": [{"kty": "OKP"}]}});
    let many: Vec<_> = (0..65)
        .map(|kid| json!({"kty": "OKP", "kid": kid.to_string()}))
        .collect();
    let many = json!({"jwks": {"keys": many}});
    let large = json!({"metadata": {"t": {"p": "x".repeat(64 << 10)}}});
    let values: Vec<_> = (0..513).collect();
    let wide = |operator: &str| json!({"metadata_policy": {"t": {"p": {operator: values}}}});
    let too_many = StatementFault::Policy(PolicyFault::TooMany);
    let twice = json!({"jwks": {"keys": [{"kty": "OKP", "kid": "a"}, {"kty": "OKP", "kid": "a"}]}});
    for (found, expect) in [
        (parse(&typed).err(), StatementFault::Type),
        (parse(&unnamed).err(), StatementFault::KeyUnknown),
        (parse("a.b").err(), StatementFault::NoToken),
        (
            own(json!({"iss": "http://leaf.example"})),
            StatementFault::Entity,
        ),
        (
            own(json!({"sub": "https://leaf.example?x"})),
            StatementFault::Entity,
        ),
        (own(json!({"exp": null})), StatementFault::Dates),
        (own(json!({"iat": "today"})), StatementFault::Dates),
        (own(json!({"jwks": null})), StatementFault::Keys),
        (own(without_kid), StatementFault::Keys),
        (own(twice), StatementFault::Keys),
        (own(many), StatementFault::Keys),
        (own(large), StatementFault::TooLarge),
        (about(wide("value")), too_many),
        (about(wide("one_of")), too_many),
        (about(wide("subset_of")), too_many),
        (
            own(json!({"crit": ["x"], "x": 1})),
            StatementFault::Critical,
        ),
        (own(json!({"authority_hints": []})), StatementFault::Hints),
        (
            own(json!({"authority_hints": "https://a.example"})),
            StatementFault::Hints,
        ),
        (
            own(json!({"metadata": {"t": {"p": Value::Null}}})),
            StatementFault::Metadata,
        ),
        (own(json!({"metadata": []})), StatementFault::Metadata),
        (own(json!({"constraints": {}})), StatementFault::Misplaced),
        (
            own(json!({"metadata_policy": {}})),
            StatementFault::Misplaced,
        ),
        (
            about(json!({"authority_hints": [ANCHOR]})),
            StatementFault::Misplaced,
        ),
        (about(json!({"trust_marks": []})), StatementFault::Misplaced),
        (
            about(json!({"metadata_policy_crit": ["regexp"]})),
            StatementFault::Policy(PolicyFault::Critical),
        ),
        (
            about(json!({"constraints": {"max_path_length": -1}})),
            StatementFault::Constraints(ConstraintsFault::Malformed),
        ),
    ] {
        assert_eq!(found, Some(expect));
    }
}

#[test]
fn constraints_of_every_superior_are_kept() {
    let with = |middle: Value, top: Value| {
        let chain = Chain {
            middle: json!({"constraints": middle}),
            top: json!({"constraints": top}),
            ..Chain::default()
        };
        chain.resolve().err()
    };
    let length = |most: u64| json!({"max_path_length": most});
    assert_eq!(with(length(0), length(1)), None);
    assert_eq!(
        with(json!({}), length(0)),
        Some(ConstraintsFault::PathTooLong.into())
    );
    let permitted = |name: &str| json!({"naming_constraints": {"permitted": [name]}});
    assert_eq!(with(permitted("leaf.example"), json!({})), None);
    let other = Some(ConstraintsFault::NameNotPermitted.into());
    // The anchor's concern the intermediate as well as what is below it.
    assert_eq!(with(json!({}), permitted("leaf.example")), other);
    assert_eq!(with(json!({}), permitted("middle.example")), other);
    assert_eq!(with(json!({}), permitted(".example")), None);
}

#[test]
fn metadata_are_overridden_then_restricted_then_made_as_the_policies_say() {
    let chain = Chain {
        leaf: json!({"authority_hints": [MIDDLE], "metadata": {
            "issuer": {"name": "own", "algs": ["a", "b", "x"]}, "client": {"p": 1}
        }}),
        middle: json!({
            "metadata": {"issuer": {"name": "given"}, "absent": {"p": 1}},
            "metadata_policy": {"issuer": {"algs": {"superset_of": ["a"]}}}
        }),
        top: json!({
            "constraints": {"allowed_entity_types": ["issuer"]},
            "metadata_policy": {"issuer": {"algs": {"subset_of": ["a", "b"]}, "name": {"one_of": ["given"]}}}
        }),
        ..Chain::default()
    };
    let metadata = chain.resolve().unwrap().metadata.to_string();
    assert_eq!(metadata, r#"{"issuer":{"algs":["a","b"],"name":"given"}}"#);
}

#[test]
fn a_chain_whose_policies_contradict_each_other_or_that_its_subject_does_not_meet_is_none() {
    let policy = |operators: Value| json!({"metadata_policy": {"federation_entity": {"organization_name": operators}}});
    let with = |middle: Value, top: Value| {
        let chain = Chain {
            middle: policy(middle),
            top: policy(top),
            ..Chain::default()
        };
        chain.resolve().err()
    };
    assert_eq!(
        with(json!({"value": "A"}), json!({"value": "B"})),
        Some(PolicyFault::Merge.into())
    );
    assert_eq!(
        with(json!({}), json!({"one_of": ["Lakeside"]})),
        Some(PolicyFault::NotOneOf.into())
    );
    assert_eq!(with(json!({"essential": true}), json!({})), None);
}

pub(crate) const MARK: &str = "https://anchor.example/marks/accredited";

pub(crate) fn mark(by: &str, more: Value) -> String {
    let mut claims = claims(by, LEAF, json!({"trust_mark_type": MARK, "jwks": null}));
    let object = claims.as_object_mut().unwrap();
    object.extend(more.as_object().unwrap().clone());
    token("trust-mark+jwt", by, by, &claims)
}

#[test]
fn a_trust_mark_counts_from_whom_the_federation_accepts_it() {
    let anchor = |more: Value| parse(&text(ANCHOR, ANCHOR, more)).unwrap();
    let accepting = |issuers: Value| anchor(json!({"trust_mark_issuers": {MARK: issuers}}));
    let keys = KeySet::parse(jwks(MIDDLE).to_string().as_bytes()).unwrap();
    let holds = |mark: &str, anchor: &Statement| {
        let mark = TrustMark::parse(mark.as_bytes())?;
        mark.holds(LEAF, &keys, anchor, now(), &CRYPTO)
    };
    let good = mark(MIDDLE, json!({}));
    let end = Ok(Some(Timestamp::from_unix_seconds(NOW + 3_600)));
    assert_eq!(holds(&good, &accepting(json!([MIDDLE]))), end);
    assert_eq!(holds(&good, &accepting(json!([]))), end);
    let not_accepted = Err(TrustMarkFault::NotAccepted);
    assert_eq!(holds(&good, &accepting(json!([ANCHOR]))), not_accepted);
    assert_eq!(holds(&good, &anchor(json!({}))), not_accepted);
    let open = accepting(json!([]));
    let other = mark(MIDDLE, json!({"sub": "https://other.example"}));
    assert_eq!(holds(&other, &open), Err(TrustMarkFault::OtherSubject));
    let ended = mark(MIDDLE, json!({"exp": NOW}));
    assert_eq!(holds(&ended, &open), Err(StatementFault::Expired.into()));
    let forged = mark("https://forger.example", json!({"iss": MIDDLE}));
    assert_eq!(
        holds(&forged, &open),
        Err(StatementFault::KeyUnknown.into())
    );
}

#[test]
fn a_trust_mark_that_has_an_owner_needs_its_word() {
    const OWNER: &str = "https://owner.example";
    let keys = KeySet::parse(jwks(MIDDLE).to_string().as_bytes()).unwrap();
    let owned = json!({
        "trust_mark_issuers": {MARK: []},
        "trust_mark_owners": {MARK: {"sub": OWNER, "jwks": jwks(OWNER)}}
    });
    let anchor = parse(&text(ANCHOR, ANCHOR, owned)).unwrap();
    let holds = |delegation: Option<Value>, signer: &str| {
        let more = match delegation {
            None => json!({}),
            Some(claims) => {
                json!({"delegation": token("trust-mark-delegation+jwt", OWNER, signer, &claims)})
            }
        };
        let mark = TrustMark::parse(mark(MIDDLE, more).as_bytes()).unwrap();
        mark.holds(LEAF, &keys, &anchor, now(), &CRYPTO)
    };
    let word = |more: Value| {
        let mut word = claims(
            OWNER,
            MIDDLE,
            json!({"trust_mark_type": MARK, "jwks": null}),
        );
        word.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        Some(word)
    };
    // Until the first of the two ends.
    for (more, end) in [
        (json!({}), 3_600),
        (json!({"exp": NOW + 60}), 60),
        (json!({"exp": NOW + 7_200}), 3_600),
    ] {
        let end = Timestamp::from_unix_seconds(NOW + end);
        assert_eq!(holds(word(more), OWNER), Ok(Some(end)));
    }
    let refused = Err(TrustMarkFault::Delegation);
    assert_eq!(holds(None, OWNER), refused);
    assert_eq!(holds(word(json!({"sub": ANCHOR})), OWNER), refused);
    assert_eq!(holds(word(json!({"iss": ANCHOR})), OWNER), refused);
    assert_eq!(holds(word(json!({"trust_mark_type": "x"})), OWNER), refused);
    assert_eq!(
        holds(word(json!({})), MIDDLE),
        Err(StatementFault::Signature.into())
    );
    assert_eq!(
        holds(word(json!({"exp": NOW})), OWNER),
        Err(StatementFault::Expired.into())
    );
}

#[test]
fn our_own_configuration_is_one_that_we_read() {
    let entity = EntityDescription {
        id: LEAF.into(),
        authority_hints: vec![MIDDLE.into()],
        organization_name: Some("Riverside".into()),
        organization_uri: Some("https://leaf.example".into()),
        contacts: vec!["registrar@leaf.example".into()],
    };
    let ed25519 = key(LEAF);
    let p256 = p256::ecdsa::SigningKey::from_bytes((&[7; 32]).into()).unwrap();
    let point = p256.verifying_key().to_sec1_point(true);
    let p256_public = PublicKey::P256(point.as_bytes().try_into().unwrap());
    let keys = [
        PublicKey::Ed25519(ed25519.verifying_key().to_bytes()),
        p256_public,
    ];
    for key in &keys {
        let draft = ConfigurationDraft::new(
            &entity,
            &keys,
            key,
            now(),
            now().plus_millis(60_000),
            &CRYPTO,
        );
        let draft = draft.unwrap();
        let signature = match key {
            PublicKey::Ed25519(_) => ed25519.sign(draft.signing_input()).to_bytes().to_vec(),
            _ => {
                let signature: p256::ecdsa::Signature = p256.sign(draft.signing_input());
                signature.to_bytes().to_vec()
            }
        };
        let read = parse(&draft.seal(&Signature(signature))).unwrap();
        assert!(read.is_configuration());
        assert_eq!(read.signed_by(read.keys(), &CRYPTO), Ok(()));
        assert_eq!(read.authority_hints().collect::<Vec<_>>(), [MIDDLE]);
        assert_eq!(read.endpoint("organization_name"), Some("Riverside"));
        assert_eq!(thumbprint(key, &CRYPTO).unwrap().len(), 43);
    }
}

#[test]
fn no_key_of_another_kind_than_named_and_no_unsigned_statement_is_believed() {
    let claims = claims(LEAF, LEAF, json!({}));
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    for alg in ["none", "HS256", "ES512"] {
        let header = json!({"alg": alg, "typ": "entity-statement+jwt", "kid": LEAF});
        let text = format!("{}.{}.", part(&header), part(&claims));
        assert_eq!(parse(&text).err(), Some(StatementFault::Algorithm), "{alg}");
    }
    let header = json!({"alg": "ES256", "typ": "entity-statement+jwt", "kid": LEAF});
    let input = format!("{}.{}", part(&header), part(&claims));
    let signature = key(LEAF).sign(input.as_bytes());
    let text = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()));
    let statement = parse(&text).unwrap();
    assert_eq!(
        statement.signed_by(statement.keys(), &CRYPTO),
        Err(StatementFault::Signature)
    );
}
