//! A server that answers as KMS does, with a key of its own, until it is told to do otherwise.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer, PublicKeyX509Der},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use touchstone_adapters::{
    AwsCredentialsFrom, Elsewhere, Passphrase, SignerAwsKms, SignerFile, SignerRouted,
};
use touchstone_service::ports::{Away, SignError, Signer};

use crate::{access_key, holds};

/// How long the signer waits here.
const PATIENCE: Duration = Duration::from_secs(2);

/// What it does with the next questions.
#[derive(Clone, Debug, PartialEq)]
enum Manner {
    /// Answers as it should.
    Honest,
    /// Says nothing, and keeps the way open.
    Silent,
    /// Turns everybody away.
    Gone,
    /// Answers this action with that, as it is.
    Says(&'static str, u16, String),
    /// Has no such key until one is to be named, which somebody else has just done.
    Taken,
    /// Signs with another key.
    AnotherKey,
    /// Signs something else.
    AnotherMessage,
}

struct Scripted {
    address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    asked: Arc<Mutex<Vec<String>>>,
}

const ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// A key that is made where another has its name.
const SECOND: &str = "second";

impl Scripted {
    /// Starts it. `message` is what it knows how to sign where it is only told its digest.
    fn start(message: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scripted = Self {
            address: listener.local_addr().unwrap(),
            manner: Arc::new(Mutex::new(Manner::Honest)),
            asked: Arc::default(),
        };
        let (manner, asked) = (Arc::clone(&scripted.manner), Arc::clone(&scripted.asked));
        let [pair, other] =
            [(); 2].map(|()| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap());
        thread::spawn(move || {
            let mut named = false;
            for stream in listener.incoming().flatten() {
                let manner = manner.lock().unwrap().clone();
                if manner == Manner::Gone {
                    continue;
                }
                let Some((action, question)) = read(&stream) else {
                    continue;
                };
                asked.lock().unwrap().push(action.clone());
                if manner == Manner::Silent {
                    // It holds the line until it is told to speak, which nobody waits for.
                    thread::spawn(move || {
                        thread::sleep(Duration::from_secs(60));
                        drop(stream);
                    });
                    continue;
                }
                named |= action == "CreateAlias";
                let (status, answer) = match &manner {
                    Manner::Says(to, status, text) if action == *to => (*status, text.clone()),
                    Manner::Taken if action == "CreateAlias" => {
                        (400, code("AlreadyExistsException"))
                    }
                    Manner::Taken if action == "DescribeKey" && !named => {
                        (400, code("NotFoundException"))
                    }
                    _ => {
                        let pair = if manner == Manner::AnotherKey {
                            &other
                        } else {
                            &pair
                        };
                        let something = manner == Manner::AnotherMessage;
                        (200, answer(&action, &question, pair, &message, something))
                    }
                };
                write(&stream, status, &answer);
            }
        });
        scripted
    }

    fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// How often it was asked for this.
    fn asked(&self, for_what: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|action| *action == for_what).count()
    }
}

fn with(scripted: &Scripted, credentials: AwsCredentialsFrom) -> SignerAwsKms {
    crate::signer(scripted.address, PATIENCE, credentials)
}

fn read(stream: &TcpStream) -> Option<(String, Value)> {
    let mut lines = BufReader::new(stream);
    let (mut action, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let line = line.trim_end().to_ascii_lowercase();
        match line.split_once(": ") {
            Some(("x-amz-target", target)) => action = target.rsplit('.').next()?.to_owned(),
            Some(("content-length", number)) => length = number.parse().ok()?,
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    let names = [
        "DescribeKey",
        "GetPublicKey",
        "Sign",
        "ListAliases",
        "CreateKey",
        "CreateAlias",
        "ScheduleKeyDeletion",
    ];
    let action = names
        .into_iter()
        .find(|name| name.eq_ignore_ascii_case(&action))?;
    Some((action.to_owned(), serde_json::from_slice(&body).ok()?))
}

fn answer(
    action: &str,
    question: &Value,
    pair: &EcdsaKeyPair,
    message: &[u8],
    something_else: bool,
) -> String {
    let answer = match action {
        "ListAliases" => json!({"Aliases": [], "Truncated": false}),
        "DescribeKey" => described(),
        "CreateKey" => {
            let mut made = described();
            made["KeyMetadata"]["Arn"] = format!("{ARN}-second").into();
            made["KeyMetadata"]["KeyId"] = SECOND.into();
            made
        }
        "ScheduleKeyDeletion" => {
            assert_eq!(question["KeyId"], SECOND, "the one that has no name");
            json!({})
        }
        "GetPublicKey" => {
            let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            json!({"KeyId": ARN, "PublicKey": BASE64.encode(der.as_ref())})
        }
        _ => {
            let given = BASE64
                .decode(question["Message"].as_str().unwrap())
                .unwrap();
            let raw = match question["MessageType"].as_str().unwrap() {
                "RAW" => {
                    assert!(given.len() <= 4_096, "KMS takes no more");
                    given
                }
                "DIGEST" => {
                    assert_eq!(given, digest(&SHA256, message).as_ref(), "the digest of it");
                    message.to_vec()
                }
                other => panic!("{other}"),
            };
            let signs: &[u8] = if something_else {
                b"something else"
            } else {
                &raw
            };
            let signed = pair.sign(&SystemRandom::new(), signs).unwrap();
            json!({"KeyId": ARN, "Signature": BASE64.encode(signed.as_ref()), "SigningAlgorithm": "ECDSA_SHA_256"})
        }
    };
    answer.to_string()
}

fn described() -> Value {
    json!({"KeyMetadata": {
        "Arn": ARN, "KeyId": ARN.rsplit('/').next(), "KeyState": "Enabled", "KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_P256",
    }})
}

fn code(code: &str) -> String {
    json!({"__type": code}).to_string()
}

fn write(mut stream: &TcpStream, status: u16, body: &str) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice());
}

/// Waits until the signer signs again, without starting it anew.
pub(crate) async fn recovered(signer: &impl Signer, key: &str, message: &[u8]) -> Vec<u8> {
    let begun = Instant::now();
    loop {
        match signer.sign(key, message).await {
            Ok(signature) => return signature.0,
            Err(error) => assert_eq!(error, SignError::Unavailable),
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "it never came back"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn refused(status: u16, code: &str) -> Manner {
    let secrets = "wJalrXUtnFEMI and FwoGtoken";
    let text = json!({"__type": format!("com.amazonaws.kms#{code}"), "message": secrets});
    Manner::Says("DescribeKey", status, text.to_string())
}

async fn why(signer: &impl Signer) -> String {
    match signer.ready().await {
        Err(Away(why)) => why,
        Ok(()) => panic!("it does not do well"),
    }
}

#[tokio::test]
async fn what_is_longer_than_kms_takes_is_signed_by_its_digest() {
    let message = vec![7; 4_097];
    let scripted = Scripted::start(message.clone());
    let signer = with(&scripted, access_key("A", "B", Some("C")));
    let key = signer.public("one").await.unwrap();
    for message in [&message[..], &message[1..]] {
        let signed = signer.sign("one", message).await.unwrap();
        assert!(holds(key, message, &signed.0), "{}", message.len());
    }
}

#[tokio::test]
async fn t62_aws_kms_that_went_away_is_left_alone_and_comes_back_without_a_restart() {
    let scripted = Scripted::start(Vec::new());
    let signer = with(&scripted, access_key("A", "B", None));
    let key = signer.public("one").await.unwrap();
    signer.sign("one", b"before").await.unwrap();
    scripted.behave(Manner::Gone);
    assert_eq!(signer.sign("one", b"x").await, Err(SignError::Unavailable));
    // Refused at once while the circuit is open, whatever is asked.
    let begun = Instant::now();
    let said = why(&signer).await;
    assert!(said.contains("it cannot be reached"), "{said}");
    assert_eq!(signer.create("two").await, Err(SignError::Unavailable));
    assert_eq!(signer.public("one").await, Err(SignError::Unavailable));
    assert_eq!(signer.end("one").await, Err(SignError::Unavailable));
    assert!(begun.elapsed() < Duration::from_millis(500));
    scripted.behave(Manner::Honest);
    // Nobody asks: it is tried again all the same.
    let begun = Instant::now();
    while scripted.asked("ListAliases") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody looked");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let signed = recovered(&signer, "one", b"after").await;
    assert!(holds(key, b"after", &signed));
}

#[tokio::test]
async fn t62_aws_kms_that_hangs_holds_nobody_up() {
    let scripted = Scripted::start(Vec::new());
    let signer = with(&scripted, access_key("A", "B", None));
    signer.sign("one", b"before").await.unwrap();
    scripted.behave(Manner::Silent);
    let begun = Instant::now();
    for _ in 0..10 {
        assert_eq!(signer.sign("one", b"x").await, Err(SignError::Unavailable));
    }
    let waited = begun.elapsed();
    assert!(
        (PATIENCE - Duration::from_millis(100)..PATIENCE + Duration::from_secs(1))
            .contains(&waited),
        "the first waits as long as it may, the others not at all: {waited:?}"
    );
    assert!(why(&signer).await.contains("it did not answer in time"));
    scripted.behave(Manner::Honest);
    recovered(&signer, "one", b"after").await;
}

#[test]
fn what_has_to_be_ed25519_is_made_in_files_beside_aws_kms() {
    let scripted = Scripted::start(Vec::new());
    let kms = with(&scripted, access_key("id", "secret", None));
    assert_eq!(kms.ed25519_custody(), None);
    let folder = tempfile::tempdir().unwrap();
    let files = SignerFile::open(folder.path(), &Passphrase::new("p")).unwrap();
    let both = SignerRouted::new(Arc::new(files), Some((Elsewhere::AwsKms, Box::new(kms))));
    assert_eq!(
        (both.custody(), both.ed25519_custody()),
        ("aws-kms:", Some(""))
    );
}

#[tokio::test]
async fn t62_what_aws_kms_answers_counts_only_if_it_is_of_the_very_key() {
    let somebody = ARN.replace("1234abcd-", "ffffffff-");
    let signed = json!({"KeyId": somebody, "Signature": "MAYCAQECAQE="});
    let no_signature = json!({"KeyId": ARN, "Signature": "MAYCAQECAQE="});
    let no_key = json!({"KeyId": ARN, "PublicKey": "MAYCAQECAQE="});
    let somebodys = json!({"KeyId": somebody, "PublicKey": "MAYCAQECAQE="});
    let mut between = described();
    between["KeyMetadata"]["KeyState"] = "Fine".into();
    let says = |action, answer: &Value| Manner::Says(action, 200, answer.to_string());
    let not_its = "does not verify with the key";
    for (manner, expect) in [
        (Manner::AnotherMessage, not_its),
        (says("Sign", &no_signature), not_its),
        (
            says("Sign", &signed),
            "kms:Sign is not one of KMS: another key is named in it",
        ),
        (
            says("Sign", &json!({"KeyId": ARN})),
            "kms:Sign is not one of KMS: it cannot be read",
        ),
        (
            says("GetPublicKey", &no_key),
            "kms:GetPublicKey is not one of KMS: it holds no key of P-256",
        ),
        (
            says("GetPublicKey", &somebodys),
            "kms:GetPublicKey is not one of KMS: another key is named in it",
        ),
        (says("DescribeKey", &between), "no key has that state"),
        (
            Manner::Says("DescribeKey", 200, "<html>".into()),
            "it cannot be read",
        ),
        (
            Manner::Says("DescribeKey", 200, "x".repeat(300_000)),
            "it does not end",
        ),
        (
            Manner::Says("DescribeKey", 302, String::new()),
            "it leads elsewhere",
        ),
        (
            Manner::Says("DescribeKey", 503, "away".into()),
            "it fails (status 503)",
        ),
        (
            refused(500, "KMSInternalException"),
            "it fails (KMSInternalException)",
        ),
        (
            refused(400, "ThrottlingException"),
            "too much was asked of it",
        ),
        (
            refused(403, "ExpiredTokenException"),
            "its time is over; renew it. It comes from this test",
        ),
        (
            refused(400, "InvalidSignatureException"),
            "the clock here is off. It comes from this test",
        ),
        (
            refused(401, "Words of their own"),
            "the access key was refused (status 401)",
        ),
    ] {
        let scripted = Scripted::start(Vec::new());
        let signer = with(
            &scripted,
            access_key("AKID", "wJalrXUtnFEMI", Some("FwoGtoken")),
        );
        scripted.behave(manner.clone());
        assert_eq!(
            signer.sign("one", b"m").await,
            Err(SignError::Unavailable),
            "{manner:?}"
        );
        let said = why(&signer).await;
        assert!(said.contains(expect), "{manner:?}: {said}");
        for secret in ["AKID", "wJalrXUtnFEMI", "FwoGtoken", "Words of"] {
            assert!(!said.contains(secret), "{said}");
        }
    }

    // A key that is known: another that signs in its place is found out by the signature.
    let scripted = Scripted::start(Vec::new());
    let signer = with(&scripted, access_key("A", "B", None));
    signer.sign("one", b"m").await.unwrap();
    scripted.behave(Manner::AnotherKey);
    assert_eq!(signer.sign("one", b"m").await, Err(SignError::Unavailable));
    assert!(why(&signer).await.contains(not_its));
}

#[tokio::test]
async fn a_key_that_kms_says_is_not_enabled_is_not_asked_to_sign() {
    let scripted = Scripted::start(Vec::new());
    let signer = with(&scripted, access_key("A", "B", None));
    signer.sign("one", b"m").await.unwrap();
    for (state, expect) in [
        ("Disabled", SignError::Ended),
        ("PendingDeletion", SignError::Ended),
        ("PendingReplicaDeletion", SignError::Ended),
        ("Creating", SignError::Unavailable),
        ("Unavailable", SignError::Unavailable),
    ] {
        let mut answer = described();
        answer["KeyMetadata"]["KeyState"] = state.into();
        scripted.behave(Manner::Says("DescribeKey", 200, answer.to_string()));
        assert_eq!(signer.sign("one", b"m").await, Err(expect), "{state}");
        assert_eq!(signer.ready().await, Ok(()), "that is no outage: {state}");
    }
    for (code, expect) in [
        ("DisabledException", SignError::Ended),
        ("NotFoundException", SignError::NoSuchKey),
        ("KMSInvalidStateException", SignError::Unavailable),
        ("AccessDeniedException", SignError::Unavailable),
        ("ValidationException", SignError::Unavailable),
    ] {
        scripted.behave(refused(400, code));
        assert_eq!(signer.sign("one", b"m").await, Err(expect), "{code}");
        assert_eq!(signer.ready().await, Ok(()), "that is no outage: {code}");
    }
    assert_eq!(scripted.asked("Sign"), 1);
}

#[tokio::test]
async fn of_two_that_make_one_key_at_once_the_second_one_takes_the_first_ones() {
    let scripted = Scripted::start(Vec::new());
    let signer = with(&scripted, access_key("A", "B", None));
    scripted.behave(Manner::Taken);
    let made = signer.create("one").await.unwrap();
    let asked =
        ["CreateKey", "CreateAlias", "ScheduleKeyDeletion"].map(|action| scripted.asked(action));
    assert_eq!(
        asked,
        [1, 1, 1],
        "what was made for nothing is deleted again"
    );
    scripted.behave(Manner::Honest);
    let signed = signer.sign("one", b"m").await.unwrap();
    assert!(holds(made, b"m", &signed.0));
    assert_eq!(signer.create("one").await, Ok(made));
    assert_eq!(scripted.asked("CreateKey"), 1);
}
