//! Finding, making, using and ending keys, and the circuit around it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    sync::Semaphore,
    time::{sleep, timeout},
};
use touchstone_service::ports::{Circuit, PublicKey, SignError};
use touchstone_vc::Crypto;
use tracing::{error, info, warn};

use super::{
    api::{Api, KmsError},
    forms,
};

/// KMS, and how it did when it was asked last.
pub(super) struct Kms {
    api: Api,
    prefix: String,
    deletion_days: u16,
    patience: Duration,
    crypto: &'static Crypto,
    circuit: Mutex<Circuit>,
    /// So many are asked at once; others wait.
    places: Semaphore,
    /// The public half of keys by their ARN, which no other key ever has.
    known: Mutex<HashMap<String, PublicKey>>,
}

/// `KeyMetadata` of `DescribeKey` and `CreateKey`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    arn: String,
    key_id: String,
    key_state: String,
    key_usage: String,
    key_spec: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    key_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Published {
    key_id: String,
    public_key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Signed {
    key_id: String,
    signature: String,
}

/// How far a key is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// It signs.
    Enabled,
    /// It signs no more.
    Disabled,
    /// It signs no more, and is deleted when its waiting period is over.
    Deleted,
    /// It will sign, or is cut off.
    Between,
}

impl Kms {
    pub(super) fn new(
        api: Api,
        prefix: String,
        deletion_days: u16,
        patience: Duration,
        crypto: &'static Crypto,
    ) -> Self {
        Self {
            api,
            prefix,
            deletion_days,
            patience,
            crypto,
            circuit: Mutex::new(Circuit::new(patience)),
            places: Semaphore::new(MOST_AT_ONCE),
            known: Mutex::default(),
        }
    }

    /// Does some work with KMS unless it is to be left alone, and notes how it did.
    pub(super) async fn attempt<T>(
        self: &Arc<Self>,
        work: impl Future<Output = Result<T, KmsError>>,
    ) -> Result<T, KmsError> {
        self.refuses()?;
        let place = self.places.acquire().await;
        // While it waited, another may have found out.
        self.refuses()?;
        let late = |_| Err(KmsError::Away("it did not answer in time".into()));
        let done = timeout(self.patience, work).await.unwrap_or_else(late);
        drop(place);
        self.note(done.as_ref().err());
        done
    }

    /// Whether it answers.
    pub(super) async fn answers(&self) -> Result<(), KmsError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Page {
            #[serde(rename = "Aliases")]
            _aliases: Vec<serde_json::Value>,
        }
        let asked: Page = self.api.ask("ListAliases", &json!({"Limit": 1})).await?;
        drop(asked);
        Ok(())
    }

    /// The public half of a key.
    pub(super) async fn public(&self, key: &str) -> Result<PublicKey, KmsError> {
        let found = self.find(&self.alias(key)?).await?;
        match found.state()? {
            State::Enabled | State::Disabled => self.public_half(&found).await,
            State::Deleted => Err(KmsError::Ended),
            State::Between => Err(KmsError::State("GetPublicKey")),
        }
    }

    /// Makes a key that never leaves KMS, or answers with the one of that name.
    pub(super) async fn create(&self, key: &str) -> Result<PublicKey, KmsError> {
        let alias = self.alias(key)?;
        let found = match self.find(&alias).await {
            Err(KmsError::NotFound) => self.make(key, &alias).await?,
            found => found?,
        };
        found.may_sign("CreateKey")?;
        self.public_half(&found).await
    }

    /// Signs with a key. Its state is looked at each time: another process, or somebody at AWS, may have ended it.
    pub(super) async fn sign(&self, key: &str, message: &[u8]) -> Result<Vec<u8>, KmsError> {
        let found = self.find(&self.alias(key)?).await?;
        found.may_sign(SIGN)?;
        let public = self.public_half(&found).await?;
        // More than this KMS takes only as its digest.
        let (kind, input) = match message.len() {
            ..=MOST_RAW => ("RAW", message.to_vec()),
            _ => ("DIGEST", (self.crypto.sha256)(message).to_vec()),
        };
        let question = json!({
            "KeyId": found.arn, "Message": BASE64.encode(input), "MessageType": kind, "SigningAlgorithm": "ECDSA_SHA_256",
        });
        let answer: Signed = self.api.ask(SIGN, &question).await?;
        if !found.is_called(&answer.key_id) {
            return Err(KmsError::Rubbish(SIGN, "another key is named in it"));
        }
        let signature = BASE64.decode(&answer.signature).ok();
        let signature = signature.and_then(|der| forms::signature(&der));
        let signature = signature.ok_or(KmsError::NotItsSignature)?;
        match public.holds(message, &signature, self.crypto) {
            true => Ok(signature),
            false => Err(KmsError::NotItsSignature),
        }
    }

    /// Has KMS itself refuse to sign with a key.
    pub(super) async fn end(&self, key: &str) -> Result<(), KmsError> {
        let alias = self.alias(key)?;
        let found = self.find(&alias).await?;
        if !matches!(found.state()?, State::Disabled | State::Deleted) {
            let question = json!({"KeyId": found.key_id});
            self.api.tell("DisableKey", &question).await?;
        }
        self.until(&alias, |found| {
            Ok(matches!(found.state()?, State::Disabled | State::Deleted))
        })
        .await
    }

    /// Has KMS delete a key. It signs no more from now on.
    pub(super) async fn destroy(&self, key: &str) -> Result<(), KmsError> {
        let alias = self.alias(key)?;
        let found = self.find(&alias).await?;
        if found.state()? != State::Deleted {
            self.delete(&found.key_id, self.deletion_days).await?;
        }
        self.until(&alias, |found| Ok(found.state()? == State::Deleted))
            .await
    }

    /// Makes a key and names it. Of two that make it at the same moment the first one's has the name, and is the key of both.
    async fn make(&self, key: &str, alias: &str) -> Result<Metadata, KmsError> {
        let question = json!({
            "KeyUsage": USAGE, "KeySpec": SPEC, "Description": format!("Touchstone signs with it as {key}."),
        });
        let Described { key_metadata: made } = self.api.ask("CreateKey", &question).await?;
        let question = json!({"AliasName": alias, "TargetKeyId": made.key_id});
        let named = self.api.tell("CreateAlias", &question).await;
        if let Err(error) = &named {
            warn!(key = made.arn, %error, "a key was made in AWS KMS that has no name and signs nothing; it is deleted again");
            if let Err(error) = self.delete(&made.key_id, SHORTEST_DAYS).await {
                warn!(key = made.arn, %error, "it could not be deleted: do so in the console of AWS");
            }
        }
        match named {
            Ok(_) => {
                // What was just made is not seen everywhere at once (*AWS KMS Developer Guide*, "AWS KMS eventual consistency").
                self.until(alias, |found| match found.arn == made.arn {
                    true => Ok(true),
                    false => Err(KmsError::Rubbish(
                        "DescribeKey",
                        "another key has the alias",
                    )),
                })
                .await?;
            }
            Err(KmsError::Taken) => {}
            Err(error) => return Err(error),
        }
        self.find(alias).await
    }

    async fn delete(&self, key_id: &str, days: u16) -> Result<(), KmsError> {
        let question = json!({"KeyId": key_id, "PendingWindowInDays": days});
        self.api
            .tell("ScheduleKeyDeletion", &question)
            .await
            .map(drop)
    }

    /// Waits until something holds of the key, as long as anybody waits for this.
    async fn until(
        &self,
        alias: &str,
        holds: impl Fn(&Metadata) -> Result<bool, KmsError>,
    ) -> Result<(), KmsError> {
        let mut pause = Duration::from_millis(50);
        loop {
            match self.find(alias).await {
                Ok(found) if holds(&found)? => return Ok(()),
                Ok(_) | Err(KmsError::NotFound) => {}
                Err(error) => return Err(error),
            }
            sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
    }

    async fn find(&self, alias: &str) -> Result<Metadata, KmsError> {
        let question = json!({"KeyId": alias});
        let described: Described = self.api.ask("DescribeKey", &question).await?;
        let found = described.key_metadata;
        match found.key_usage == USAGE && found.key_spec == SPEC {
            true => Ok(found),
            false => Err(KmsError::OtherKind),
        }
    }

    async fn public_half(&self, found: &Metadata) -> Result<PublicKey, KmsError> {
        if let Some(known) = self.known().get(&found.arn) {
            return Ok(*known);
        }
        let question = json!({"KeyId": found.arn});
        let answer: Published = self.api.ask(PUBLIC, &question).await?;
        if !found.is_called(&answer.key_id) {
            return Err(KmsError::Rubbish(PUBLIC, "another key is named in it"));
        }
        let read = BASE64.decode(&answer.public_key).ok();
        let read = read.and_then(|der| forms::public_key(&der));
        let key = read.ok_or(KmsError::Rubbish(PUBLIC, "it holds no key of P-256"))?;
        self.known().insert(found.arn.clone(), key);
        Ok(key)
    }

    /// The alias of a key. No key has a name that cannot stand in one.
    fn alias(&self, key: &str) -> Result<String, KmsError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        match (1..=128).contains(&key.len()) && key.bytes().all(plain) {
            true => Ok(format!("alias/{}/{key}", self.prefix)),
            false => Err(KmsError::NotFound),
        }
    }

    fn refuses(&self) -> Result<(), KmsError> {
        let (circuit, now) = (self.circuit(), Instant::now());
        match circuit.refuses(now) {
            Some(_) => Err(KmsError::Resting(circuit.why(now))),
            None => Ok(()),
        }
    }

    /// Notes what came of a request.
    fn note(self: &Arc<Self>, failed: Option<&KmsError>) {
        let endpoint = self.api.endpoint.as_str();
        match failed {
            None | Some(KmsError::NotFound | KmsError::Taken | KmsError::Ended) => {}
            Some(failed @ (KmsError::OtherKind | KmsError::State(_))) => {
                warn!(endpoint, error = %failed, "a key in AWS KMS cannot be used");
            }
            Some(failed @ (KmsError::Denied { .. } | KmsError::Refused { .. })) => {
                error!(endpoint, error = %failed, "AWS KMS does not do what it was asked: what needs it waits");
            }
            Some(KmsError::Resting(_)) => return,
            Some(
                failed @ (KmsError::AccessKey { .. }
                | KmsError::NoAccessKey(_)
                | KmsError::Away(_)
                | KmsError::Rubbish(..)
                | KmsError::NotItsSignature),
            ) => return self.rest(failed),
        }
        if self.circuit().close() {
            info!(endpoint, "AWS KMS is back");
        }
    }

    /// It failed: it is left alone for a while. Of many that fail at once the first one counts.
    fn rest(self: &Arc<Self>, failed: &KmsError) {
        let now = Instant::now();
        let mut circuit = self.circuit();
        if circuit.refuses(now).is_some() || !circuit.open(now, failed.to_string()) {
            return;
        }
        drop(circuit);
        error!(
            endpoint = self.api.endpoint.as_str(),
            error = %failed,
            "AWS KMS is away: nothing is signed until it is back, and it is asked again by itself"
        );
        let kms = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(rest) = kms
                .upgrade()
                .and_then(|kms| kms.circuit().rests_for(Instant::now()))
            {
                // A moment more, so that it may be asked.
                sleep(rest + Duration::from_millis(1)).await;
                if let Some(kms) = kms.upgrade() {
                    drop(kms.attempt(kms.answers()).await);
                }
            }
        });
    }

    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, PublicKey>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Metadata {
    /// *AWS KMS Developer Guide*, "Key states of AWS KMS keys".
    fn state(&self) -> Result<State, KmsError> {
        match &*self.key_state {
            "Enabled" => Ok(State::Enabled),
            "Disabled" => Ok(State::Disabled),
            "PendingDeletion" | "PendingReplicaDeletion" => Ok(State::Deleted),
            "Creating" | "Updating" | "Unavailable" | "PendingImport" => Ok(State::Between),
            _ => Err(KmsError::Rubbish("DescribeKey", "no key has that state")),
        }
    }

    fn may_sign(&self, action: &'static str) -> Result<(), KmsError> {
        match self.state()? {
            State::Enabled => Ok(()),
            State::Disabled | State::Deleted => Err(KmsError::Ended),
            State::Between => Err(KmsError::State(action)),
        }
    }

    /// Whether an answer that names this key is about it: by its ARN, or by its id alone.
    fn is_called(&self, name: &str) -> bool {
        name == self.arn || name == self.key_id
    }
}

impl From<KmsError> for SignError {
    fn from(error: KmsError) -> Self {
        match error {
            KmsError::NotFound => Self::NoSuchKey,
            KmsError::Ended => Self::Ended,
            KmsError::OtherKind => Self::Locked,
            KmsError::Taken
            | KmsError::State(_)
            | KmsError::Denied { .. }
            | KmsError::Refused { .. }
            | KmsError::AccessKey { .. }
            | KmsError::NoAccessKey(_)
            | KmsError::Away(_)
            | KmsError::Rubbish(..)
            | KmsError::NotItsSignature
            | KmsError::Resting(_) => Self::Unavailable,
        }
    }
}

/// What of a message KMS hashes by itself, in bytes (*API Reference*, "Sign").
const MOST_RAW: usize = 4_096;
const USAGE: &str = "SIGN_VERIFY";
const SPEC: &str = "ECC_NIST_P256";
const SIGN: &str = "Sign";
const PUBLIC: &str = "GetPublicKey";
/// The shortest waiting period that AWS allows.
const SHORTEST_DAYS: u16 = 7;
const MOST_AT_ONCE: usize = 16;
