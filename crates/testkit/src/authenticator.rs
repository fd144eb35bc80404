//! An authenticator in software: makes passkeys and answers challenges as a device would, with real signatures.
//!
//! Web Authentication Level 3: authenticator data §6.1, attestation object §6.5 (format `none`), client data §5.8.1;
//! COSE keys RFC 9053 §7.1.1; CBOR RFC 8949.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use touchstone_vc::crypto::rust::CRYPTO;

/// A device with one passkey. What it says of itself can be bent, to see whether anybody notices.
pub struct Authenticator {
    /// The origin of the page that asks.
    pub origin: String,
    /// Whether its holder is verified (by finger, face or PIN).
    pub verifies: bool,
    /// How often it has signed.
    pub counter: u32,
    /// Whom it says it belongs to, base64url; learnt when the passkey is made.
    pub holder: String,
    /// What its browser adds to the client data.
    pub remark: String,
    id: Vec<u8>,
    key: EcdsaKeyPair,
}

impl Authenticator {
    /// A device on which a page of `origin` is open.
    ///
    /// # Panics
    /// If the system has no randomness.
    pub fn new(origin: &str, id: &[u8]) -> Self {
        Self {
            origin: origin.to_owned(),
            verifies: true,
            counter: 0,
            holder: String::new(),
            remark: String::new(),
            id: id.to_vec(),
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING)
                .expect("the system has randomness"),
        }
    }

    /// Makes a passkey as these options (the `publicKey` member, in JSON) ask; the browser's answer, in JSON.
    ///
    /// # Panics
    /// If the options are none.
    pub fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options are JSON");
        let text = |value: &Value| value.as_str().expect("options have it").to_owned();
        self.holder = text(&options["user"]["id"]);
        let mut data = self.data(&text(&options["rp"]["id"]), FLAG_ATTESTED);
        data.extend([0; 16]); // AAGUID: no make is told.
        data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose_key());
        let mut object = vec![0xa3];
        object.extend([text_head("fmt"), text_head("none")].concat());
        object.extend(text_head("attStmt"));
        object.push(0xa0);
        object.extend(text_head("authData"));
        object.extend(bytes(&data));
        let client = self.client("webauthn.create", &text(&options["challenge"]));
        self.answer(json!({
            "attestationObject": URL_SAFE_NO_PAD.encode(object),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
        }))
    }

    /// Answers a challenge; the browser's answer, in JSON.
    ///
    /// # Panics
    /// If the options are none.
    pub fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options are JSON");
        self.counter += 1;
        let data = self.data(options["rpId"].as_str().expect("options name the site"), 0);
        let challenge = options["challenge"].as_str().expect("options have one");
        let client = self.client("webauthn.get", challenge);
        let signed = [data.clone(), (CRYPTO.sha256)(client.as_bytes()).to_vec()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed);
        self.answer(json!({
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
            "signature": URL_SAFE_NO_PAD.encode(signature.expect("a key signs")),
            "userHandle": self.holder,
        }))
    }

    /// What is published of a statement that the device signed (`docs/formats/endorsement.md`).
    ///
    /// # Panics
    /// If the key signs nothing.
    pub fn signs(&mut self, site: &str, statement: &str) -> Value {
        let challenge = URL_SAFE_NO_PAD.encode((CRYPTO.sha256)(statement.as_bytes()));
        let options = json!({ "rpId": site, "challenge": challenge }).to_string();
        let answer: Value = serde_json::from_str(&self.get(&options)).expect("it answers in JSON");
        let point = self.key.public_key().as_ref(); // 4, x, y.
        let half = |half| URL_SAFE_NO_PAD.encode(half);
        json!({
            "type": "PasskeyEndorsement",
            "statement": statement,
            "publicKey": {
                "kty": "EC", "crv": "P-256", "x": half(&point[1..33]), "y": half(&point[33..65]),
            },
            "authenticatorData": answer["response"]["authenticatorData"],
            "clientDataJSON": answer["response"]["clientDataJSON"],
            "signature": answer["response"]["signature"],
        })
    }

    fn answer(&self, response: Value) -> String {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response }).to_string()
    }

    fn client(&self, kind: &str, challenge: &str) -> String {
        let mut client = json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false,
        });
        if !self.remark.is_empty() {
            client["remark"] = json!(self.remark);
        }
        client.to_string()
    }

    fn data(&self, site: &str, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { FLAG_VERIFIED } else { 0 };
        let mut data = (CRYPTO.sha256)(site.as_bytes()).to_vec();
        data.push(FLAG_PRESENT | verified | flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// EC2, ES256, P-256, x, y.
    fn cose_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref(); // 4, x, y.
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21];
        key.extend(bytes(&point[1..33]));
        key.push(0x22);
        key.extend(bytes(&point[33..65]));
        key
    }
}

fn text_head(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("short");
    [&[0x60 | length], text.as_bytes()].concat()
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("short").to_be_bytes();
    let head = [0x59, length[0], length[1]];
    // The shortest head, as CTAP2 asks.
    match u8::try_from(bytes.len()) {
        Ok(length) => [&[0x58, length], bytes].concat(),
        Err(_) => [&head, bytes].concat(),
    }
}

const FLAG_PRESENT: u8 = 0x01;
const FLAG_VERIFIED: u8 = 0x04;
const FLAG_ATTESTED: u8 = 0x40;
