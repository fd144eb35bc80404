//! Identifiers: what a resolver answers, and the keys of did:key, did:jwk and published documents.

use touchstone_canon::json::Value;
use touchstone_canon::multibase::encode_base64url;
use touchstone_vc::did::resolution::{Asked, ResolutionError, resolve};
use touchstone_vc::did::{self, DidDocument};
use touchstone_vc::{CheckKind, Curve, Fault, Outcome, Resource, Suite};

use crate::support::{
    Key, at, fetched, judge, judge_value, needs, nothing, outcome, parsed, public, set, signed_as,
    unsigned_sample, vectors,
};

/// Each key costs as much to read as a signature to check, and whoever is named as an issuer chooses the document.
#[test]
fn t07_a_document_with_more_keys_than_anybody_has_is_not_read() {
    let id = "did:web:example.edu";
    let document = |member: &str, keys: usize| {
        let key = Key::new(Curve::P384, 7).public().to_multikey();
        let key = format!(
            r##"{{"id":"#k","type":"Multikey","controller":"{id}","publicKeyMultibase":"{key}"}}"##
        );
        format!(
            r#"{{"id":"{id}","{member}":[{}]}}"#,
            vec![key; keys].join(",")
        )
    };
    for member in ["verificationMethod", "assertionMethod", "authentication"] {
        let read = |keys| DidDocument::parse(document(member, keys).as_bytes(), id);
        assert!(read(256).is_ok(), "{member}");
        assert_eq!(read(257), Err(Fault::IssuerDocumentMalformed), "{member}");
    }
    let long = format!(r#"{{"id":"{id}","x":"{}"}}"#, "x".repeat(1024 * 1024));
    let read = DidDocument::parse(long.as_bytes(), id);
    assert_eq!(read, Err(Fault::IssuerDocumentMalformed));
}

#[test]
fn a_document_is_of_no_fragment() {
    let document = |id: &str| format!(r##"{{"id":"{id}","verificationMethod":[]}}"##);
    let read = |id: &str| DidDocument::parse(document(id).as_bytes(), id);
    assert_eq!(read("#key-1"), Err(Fault::IssuerDocumentMalformed));
    assert!(read("did:web:riverside.example").is_ok());
    assert!(read("https://riverside.example/keys#one").is_ok());
}

const OFF_CURVE: &str = "did:key:zDnaehfHR8Q5U7ckmLQfuZ3eGEypooJ46zzjRQ1AR9asDvdnv";
const KEY: &str = "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b";

fn asked(url: &str) -> Result<Value<'static>, ResolutionError> {
    let resolution = resolve(
        &Asked {
            url,
            ..Asked::default()
        },
        None,
    );
    match resolution.error {
        None => Ok(resolution.body),
        Some(error) => {
            let body = &resolution.body;
            let metadata = match url.contains(['#', '?']) {
                true => "/didDereferencingMetadata/error",
                false => "/didResolutionMetadata/error",
            };
            assert_eq!(
                body.pointer(metadata).and_then(Value::as_str),
                Some(error.code())
            );
            assert_eq!(
                body.get("didDocument").unwrap().as_object().unwrap().len(),
                0
            );
            Err(error)
        }
    }
}

#[test]
fn errors_of_resolution_have_their_names() {
    for (url, error) in [
        (
            "notDid:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b",
            ResolutionError::InvalidDid,
        ),
        ("did:key", ResolutionError::InvalidDid),
        ("did:key:", ResolutionError::InvalidDid),
        ("did:key:@", ResolutionError::InvalidDid),
        (
            "did:key:-4:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b",
            ResolutionError::InvalidDid,
        ),
        (
            "did:key:6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b",
            ResolutionError::InvalidDid,
        ),
        ("did:key:u7QEB", ResolutionError::InvalidDid),
        ("did:Key:z6Mk", ResolutionError::InvalidDid),
        ("did:web:a%2", ResolutionError::InvalidDid),
        ("did:web:..", ResolutionError::InvalidDid),
        ("did:jwk:e30=", ResolutionError::InvalidDid),
        ("did:jwk:bm8", ResolutionError::InvalidDid),
        ("did:jwk:e30", ResolutionError::InvalidPublicKey),
        // P-256 with an x that is not below the prime: of the right length, and no key.
        (OFF_CURVE, ResolutionError::InvalidPublicKey),
        (
            "did:experimental:z6MktKwz7Ge1",
            ResolutionError::MethodNotSupported,
        ),
        ("did:key:zTjsVPtY", ResolutionError::InvalidPublicKeyLength),
        (
            "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",
            ResolutionError::UnsupportedPublicKeyType,
        ),
        ("did:web:riverside.example", ResolutionError::NotFound),
        (
            "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b/^bar^/?query=`#x",
            ResolutionError::InvalidDidUrl,
        ),
        (
            "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b#other",
            ResolutionError::NotFound,
        ),
    ] {
        assert_eq!(asked(url).err(), Some(error), "{url}");
    }
    assert_eq!(ResolutionError::InvalidDid.http_status(), 400);
    assert_eq!(ResolutionError::NotFound.http_status(), 404);
    assert_eq!(
        ResolutionError::RepresentationNotSupported.http_status(),
        406
    );
    assert_eq!(ResolutionError::MethodNotSupported.http_status(), 501);
}

#[test]
fn a_representation_or_a_key_format_that_there_is_not_is_named() {
    let with = |accept: Option<&str>, format: Option<&str>| {
        let asked = Asked {
            url: KEY,
            accept,
            public_key_format: format,
            experimental_key_types: false,
        };
        resolve(&asked, None).error
    };
    let profiled = r#"application/ld+json;profile="https://w3id.org/did-resolution""#;
    assert_eq!(with(None, None), None);
    assert_eq!(with(Some(profiled), None), None);
    assert_eq!(with(Some("text/html, application/did"), None), None);
    assert_eq!(
        with(Some("text/html"), None),
        Some(ResolutionError::RepresentationNotSupported)
    );
    assert_eq!(with(None, Some("Ed25519VerificationKey2020")), None);
    assert_eq!(
        with(None, Some("unknown")),
        Some(ResolutionError::UnsupportedPublicKeyType)
    );
    assert_eq!(
        with(None, Some("Ed25519VerificationKey2018")),
        Some(ResolutionError::InvalidPublicKeyType)
    );
}

/// DID Resolution §3 to §5 as they are now: the media type chooses the form, and an error has a type.
#[test]
fn who_asks_chooses_the_form_of_the_answer() {
    let with = |url: &str, accept: &'static str| {
        let asked = Asked {
            url,
            accept: Some(accept),
            ..Asked::default()
        };
        resolve(&asked, None)
    };
    let alone = with(KEY, "application/did");
    assert_eq!(alone.media_type, "application/did");
    assert_eq!(alone.body.get("id").unwrap().as_str(), Some(KEY));

    let result = with(KEY, "application/did-resolution");
    assert_eq!(result.media_type, "application/did-resolution");
    assert_eq!(result.body.get("didDocument"), Some(&alone.body));
    let said = result.body.pointer("/didResolutionMetadata/contentType");
    assert_eq!(said.unwrap().as_str(), Some("application/did"));

    let method = format!("{KEY}#{}", &KEY["did:key:".len()..]);
    let part = with(&method, "application/did-url-dereferencing");
    assert_eq!(
        part.body.get("content"),
        alone.body.pointer("/verificationMethod/0")
    );
    assert!(part.body.get("dereferencingMetadata").is_some());

    let refused = with("did:example:123", "application/did-resolution");
    assert_eq!(refused.body.get("didDocument"), Some(&Value::Null));
    let kind = refused.body.pointer("/didResolutionMetadata/error/type");
    assert_eq!(
        kind.unwrap().as_str(),
        Some("https://www.w3.org/ns/did#METHOD_NOT_SUPPORTED")
    );
}

#[test]
fn an_identifier_that_contains_its_key_resolves_to_a_document_that_is_read_back() {
    for curve in [Curve::Ed25519, Curve::P256, Curve::P384] {
        let key = Key::new(curve, 3);
        let did = key.did();
        let body = asked(&did).unwrap();
        let document = body.get("didDocument").unwrap().to_string();
        let read = DidDocument::parse(document.as_bytes(), &did).unwrap();
        assert_eq!(Some(Ok(read.clone())), DidDocument::contained(&did));
        let method = &read.verification_methods[0];
        assert_eq!(method.key, Ok(key.public()));
        assert_eq!(
            asked(&method.id).unwrap().get("didDocument"),
            body.get("didDocument")
        );
    }
}

/// Every key of the JOSE vectors as a did:jwk.
#[test]
fn a_did_jwk_signs_with_its_only_key() {
    let mut read = 0;
    for path in vectors("jose-cose-input", ".json") {
        let value = parsed(&std::fs::read(&path).unwrap());
        let Some(jwk) = value.get("publicKeyJwk") else {
            continue;
        };
        let did = format!(
            "did:jwk:{}",
            &encode_base64url(jwk.to_string().as_bytes())[1..]
        );
        let known =
            ["Ed25519", "P-256", "P-384"].contains(&jwk.get("crv").unwrap().as_str().unwrap());
        let document = did::jwk::resolve(&did);
        assert_eq!(document.is_ok(), known, "{}", path.display());
        if let Ok(document) = document {
            assert_eq!(document.verification_methods[0].id, format!("{did}#0"));
            let answered = asked(&did).unwrap();
            let answered = answered.get("didDocument").unwrap().to_string();
            let parsed = DidDocument::parse(answered.as_bytes(), &did).unwrap();
            assert_eq!(
                parsed.verification_methods[0].key,
                document.verification_methods[0].key
            );
            read += 1;
        }
    }
    assert!(read >= 4, "{read}");

    let key = Key::new(Curve::Ed25519, 7);
    let did::PublicKey::Ed25519(x) = key.public() else {
        panic!("an Ed25519 key")
    };
    let jwk = format!(
        r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#,
        &encode_base64url(&x)[1..]
    );
    let did = format!("did:jwk:{}", &encode_base64url(jwk.as_bytes())[1..]);
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", did.clone());
    let report = judge(&signed_as(&unsigned, 7, &format!("{did}#0")), &nothing());
    assert_eq!(outcome(&report, CheckKind::Proof), Outcome::Pass);
    assert_eq!(outcome(&report, CheckKind::Issuer), Outcome::Pass);
    let report = judge(&signed_as(&unsigned, 7, &format!("{did}#1")), &nothing());
    assert_eq!(
        outcome(&report, CheckKind::Issuer),
        Outcome::Fail(Fault::KeyUnknown)
    );
}

#[test]
fn an_https_issuer_is_proven_by_the_document_at_its_address() {
    let issuer = "https://riverside.example/issuer";
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", issuer);
    let credential = signed_as(&unsigned, 1, &format!("{issuer}#key-1"));
    let resource = Resource::DidDocument(issuer.into());
    assert!(needs(&credential).contains(&resource));
    assert_eq!(did::document_url(issuer).as_deref(), Some(issuer));
    let document = DidDocument::asserting(issuer, [("key-1".to_owned(), public(1))]);
    let mut evidence = nothing();
    evidence.insert(resource, fetched(document.to_value().to_string()));
    let report = judge(&credential, &evidence);
    assert_eq!(outcome(&report, CheckKind::Proof), Outcome::Pass);
    assert_eq!(outcome(&report, CheckKind::Issuer), Outcome::Pass);
}

#[test]
fn a_key_in_two_forms_is_no_key() {
    let id = "did:web:riverside.example";
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","x":"NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnI"}"#;
    let read = |members: &str| {
        let text = format!(
            r##"{{"id":"{id}","verificationMethod":[{{"id":"#k","controller":"{id}",{members}}}]}}"##
        );
        let document = DidDocument::parse(text.as_bytes(), id).unwrap();
        document.method(&format!("{id}#k")).unwrap().key.clone()
    };
    let multikey = read(&format!(r#""type":"JsonWebKey","publicKeyJwk":{jwk}"#))
        .unwrap()
        .to_multikey();
    assert!(
        read(&format!(
            r#""type":"Multikey","publicKeyMultibase":"{multikey}""#
        ))
        .is_ok()
    );
    for members in [
        format!(r#""type":"JsonWebKey","publicKeyJwk":{jwk},"publicKeyMultibase":"{multikey}""#),
        format!(r#""type":"Multikey","publicKeyJwk":{jwk},"publicKeyMultibase":"{multikey}""#),
        format!(r#""type":"Multikey","publicKeyJwk":{jwk}"#),
        format!(r#""type":"JsonWebKey","publicKeyMultibase":"{multikey}""#),
        r#""type":"Multikey""#.to_owned(),
    ] {
        assert_eq!(read(&members), Err(Fault::KeyUnsupported), "{members}");
    }
}

#[test]
fn a_document_may_hold_keys_of_every_curve_in_either_form() {
    for curve in [Curve::P256, Curve::P384] {
        let key = Key::new(curve, 9);
        let issuer = "did:web:riverside.example";
        let mut unsigned = unsigned_sample("aim");
        set(&mut unsigned, "/issuer/id", issuer);
        let signed = key.secure(&unsigned, Suite::EcdsaRdfc2019, |securing| {
            securing.verification_method = "did:web:riverside.example#key-1";
            securing.created = at("2026-11-21T21:50:34Z");
        });
        let document = DidDocument::asserting(issuer, [("key-1".to_owned(), key.public())]);
        let mut evidence = nothing();
        evidence.insert(
            Resource::DidDocument(issuer.into()),
            fetched(document.to_value().to_string()),
        );
        let report = judge_value(&signed, &evidence);
        assert_eq!(outcome(&report, CheckKind::Issuer), Outcome::Pass);
    }
}

#[test]
fn nobody_signs_with_what_is_no_key() {
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", OFF_CURVE);
    let fragment = OFF_CURVE.strip_prefix("did:key:").unwrap();
    let method = format!("{OFF_CURVE}#{fragment}");
    let credential = signed_as(&unsigned, 1, &method);
    let report = judge(&credential, &nothing());
    assert_eq!(
        outcome(&report, CheckKind::Proof),
        Outcome::Fail(Fault::KeyMalformed)
    );
}
