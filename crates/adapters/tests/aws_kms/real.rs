//! A real server: moto, which is started once for all of this, for that takes longer than all of it.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use touchstone_adapters::{AwsCredentialsFrom, SignerAwsKms};
use touchstone_service::ports::{Away, SignError, Signer};

use crate::{access_key, holds, moto::Moto, signer};

#[tokio::test]
async fn keys_are_made_sign_and_end_in_kms_under_an_access_key_that_is_checked() {
    let moto = Moto::start();
    what_is_made_signs_and_is_found_again(&moto).await;
    a_key_that_ended_is_refused_by_kms_itself_also_after_a_restart(&moto).await;
    a_key_of_another_kind_is_not_used(&moto).await;
    // From here on the server checks every signature of a request, by a library of AWS.
    an_access_key_that_is_refused_is_told_with_its_place_and_renewed_in_its_file(&moto).await;
}

/// It loads what it needs when it is first asked, which may take a while.
fn with(moto: &Moto, credentials: AwsCredentialsFrom) -> SignerAwsKms {
    signer(moto.address(), Duration::from_secs(20), credentials)
}

/// What somebody at AWS's own console would do, with whatever access key.
fn ask(moto: &Moto, action: &str, question: &Value) -> Value {
    let target = format!("X-Amz-Target: TrentService.{action}");
    let headers = [
        &*target,
        "Content-Type: application/x-amz-json-1.1",
        "Authorization: AWS4-HMAC-SHA256 Credential=A/20261126/eu-west-1/kms/aws4_request, SignedHeaders=host, Signature=0",
    ];
    let answer = moto.post("/", &headers, &question.to_string());
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

fn described(moto: &Moto, key: &str) -> Value {
    let alias = format!("alias/touchstone/test/{key}");
    ask(moto, "DescribeKey", &json!({"KeyId": alias}))["KeyMetadata"].clone()
}

/// The keys of the account that sign, and those that are to be deleted.
fn keys(moto: &Moto) -> [usize; 2] {
    let all = ask(moto, "ListKeys", &json!({}));
    let all = all["Keys"].as_array().unwrap();
    let state = |key: &Value| {
        let asked = ask(moto, "DescribeKey", &json!({"KeyId": key["KeyId"]}));
        asked["KeyMetadata"]["KeyState"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let states: Vec<String> = all.iter().map(state).collect();
    ["Enabled", "PendingDeletion"].map(|state| states.iter().filter(|its| *its == state).count())
}

async fn what_is_made_signs_and_is_found_again(moto: &Moto) {
    let open = || with(moto, access_key("A", "B", None));
    let one = open();
    assert_eq!(one.ready().await, Ok(()), "an empty account answers");
    assert_eq!(one.public("riverside-1").await, Err(SignError::NoSuchKey));
    assert_eq!(
        one.sign("riverside-1", b"m").await,
        Err(SignError::NoSuchKey)
    );
    let made = one.create("riverside-1").await.unwrap();
    assert_eq!(one.create("riverside-1").await, Ok(made), "it is kept");
    let again = open();
    assert_eq!(again.create("riverside-1").await, Ok(made));
    assert_eq!(again.public("riverside-1").await, Ok(made));
    for message in [&b"message"[..], &[7; 4_096]] {
        let signed = again.sign("riverside-1", message).await.unwrap();
        assert!(holds(made, message, &signed.0));
        assert!(!holds(made, b"another", &signed.0));
    }
    let key = described(moto, "riverside-1");
    assert_eq!(
        [&key["KeyUsage"], &key["KeySpec"], &key["Origin"]],
        ["SIGN_VERIFY", "ECC_NIST_P256", "AWS_KMS"]
    );
    assert_eq!(keys(moto), [1, 0]);
    for name in ["", "a/b", "a:b", "../a", "a b"] {
        assert_eq!(
            one.create(name).await,
            Err(SignError::NoSuchKey),
            "{name:?}"
        );
    }
}

async fn a_key_that_ended_is_refused_by_kms_itself_also_after_a_restart(moto: &Moto) {
    let open = || with(moto, access_key("A", "B", None));
    let one = open();
    let mut made = Vec::new();
    for key in ["kept", "ended", "destroyed"] {
        made.push(one.create(key).await.unwrap());
        one.sign(key, b"before").await.unwrap();
    }
    for _ in ["once", "again"] {
        one.end("ended").await.unwrap();
        one.destroy("destroyed").await.unwrap();
        assert_eq!(one.end("never made").await, Err(SignError::NoSuchKey));
        assert_eq!(one.destroy("never-made").await, Err(SignError::NoSuchKey));
    }
    assert_eq!(described(moto, "ended")["KeyState"], "Disabled");
    let destroyed = described(moto, "destroyed");
    assert_eq!(destroyed["KeyState"], "PendingDeletion");
    let days = |key: &Value| {
        let seconds = key["DeletionDate"].as_f64().unwrap() - key["CreationDate"].as_f64().unwrap();
        seconds / 86_400.0
    };
    assert!(
        (8.9..9.1).contains(&days(&destroyed)),
        "as it was configured"
    );
    for signer in [one, open()] {
        for key in ["ended", "destroyed"] {
            let refused = Err(SignError::Ended);
            assert_eq!(signer.sign(key, b"after").await, refused, "{key}");
            assert_eq!(
                signer.create(key).await.err(),
                Some(SignError::Ended),
                "no name twice: {key}"
            );
        }
        assert_eq!(
            signer.public("ended").await,
            Ok(made[1]),
            "the public half stays"
        );
        assert_eq!(signer.public("destroyed").await, Err(SignError::Ended));
        let signed = signer.sign("kept", b"m").await.unwrap();
        assert!(holds(made[0], b"m", &signed.0), "no other key is touched");
    }
    open().destroy("ended").await.unwrap();
    assert_eq!(described(moto, "ended")["KeyState"], "PendingDeletion");
}

async fn a_key_of_another_kind_is_not_used(moto: &Moto) {
    let question = json!({"KeyUsage": "SIGN_VERIFY", "KeySpec": "ECC_NIST_P384"});
    let made = ask(moto, "CreateKey", &question);
    let alias = json!({"AliasName": "alias/touchstone/test/other", "TargetKeyId": made["KeyMetadata"]["KeyId"]});
    ask(moto, "CreateAlias", &alias);
    let signer = with(moto, access_key("A", "B", None));
    assert_eq!(signer.create("other").await, Err(SignError::Locked));
    assert_eq!(signer.sign("other", b"m").await, Err(SignError::Locked));
    assert_eq!(signer.ready().await, Ok(()), "nothing is wrong with KMS");
}

/// What moto answers to whoever manages its users, between these two words.
fn between(answer: &str, begin: &str, end: &str) -> String {
    let (_, after) = answer.split_once(begin).unwrap();
    after.split_once(end).unwrap().0.to_owned()
}

/// A user of the account that may do this, with the access key and its secret.
fn user(moto: &Moto, name: &str, may: &str) -> [String; 2] {
    let headers = [
        "Content-Type: application/x-www-form-urlencoded",
        "Authorization: AWS4-HMAC-SHA256 Credential=A/20261126/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
    ];
    let iam = |action: &str| {
        let body = format!("Version=2010-05-08&UserName={name}&Action={action}");
        moto.post("/", &headers, &body)
    };
    iam("CreateUser");
    let policy = format!(
        "{{%22Version%22:%222012-10-17%22,%22Statement%22:[{{%22Effect%22:%22Allow%22,%22Action%22:%22{may}%22,%22Resource%22:%22*%22}}]}}"
    );
    iam(&format!(
        "PutUserPolicy&PolicyName=p&PolicyDocument={policy}"
    ));
    let made = iam("CreateAccessKey");
    ["AccessKeyId", "SecretAccessKey"]
        .map(|part| between(&made, &format!("<{part}>"), &format!("</{part}>")))
}

async fn an_access_key_that_is_refused_is_told_with_its_place_and_renewed_in_its_file(moto: &Moto) {
    let [id, secret] = user(moto, "issuer", "kms:*");
    let [other, others] = user(moto, "reader", "kms:ListAliases");
    moto.post("/moto-api/reset-auth", &["Content-Type: text/plain"], "0");

    let right = with(moto, access_key(&id, &secret, None));
    assert_eq!(
        right.ready().await,
        Ok(()),
        "the signature of the request holds"
    );
    let made = right.create("checked").await.unwrap();
    let signed = right.sign("checked", b"m").await.unwrap();
    assert!(holds(made, b"m", &signed.0));

    for (credentials, code) in [
        (
            access_key(&id, "wrong-secret", None),
            "SignatureDoesNotMatch",
        ),
        (
            access_key("AKIAUNKNOWN", &secret, None),
            "InvalidClientTokenId",
        ),
    ] {
        let wrong = with(moto, credentials);
        assert_eq!(
            wrong.sign("checked", b"m").await,
            Err(SignError::Unavailable)
        );
        let Err(Away(why)) = wrong.ready().await else {
            panic!("the access key is wrong");
        };
        assert!(
            why.contains("the access key was refused") && why.contains(code),
            "{why}"
        );
        assert!(why.contains("It comes from this test"), "{why}");
        for secret in [&*secret, "wrong-secret", &*id, "AKIAUNKNOWN"] {
            assert!(!why.contains(secret), "{why}");
        }
    }

    // It may ask and not sign: that is no outage, and others are not held up by it.
    let reader = with(moto, access_key(&other, &others, None));
    assert_eq!(
        reader.sign("checked", b"m").await,
        Err(SignError::Unavailable)
    );
    assert_eq!(reader.ready().await, Ok(()));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("aws");
    let write = |secret: &str| {
        let text =
            format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        fs::write(&file, text).unwrap();
    };
    write("wrong-secret");
    let renewed = with(moto, AwsCredentialsFrom::File(file.clone()));
    let Err(Away(why)) = renewed.ready().await else {
        panic!("the secret is wrong");
    };
    assert!(why.contains(&file.display().to_string()), "{why}");
    write(&secret);
    crate::scripted::recovered(&renewed, "checked", b"m").await;
}
