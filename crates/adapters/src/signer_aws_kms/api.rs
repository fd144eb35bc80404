//! Questions to KMS and what it answers: JSON 1.1 of AWS over https, one action a request.
//!
//! Source: *AWS Key Management Service API Reference*, version 2014-11-01.
//!
//! **Invariant:** nothing of an access key, its secret or its token stands in an error, and no words of the other side do: what it refuses is known
//! by the code of its answer, and said in ours.

use std::{collections::BTreeMap, error::Error, sync::Arc, time::Duration};

use reqwest::{Client, Response, redirect::Policy};
use serde::de::DeserializeOwned;
use serde_json::Value;
use touchstone_service::ports::Clock;
use url::Url;

use super::{
    credentials::{AwsCredentialsFrom, CredentialsError},
    sigv4::authorization,
};

/// One region's KMS, as one access key may use it.
pub(super) struct Api {
    pub(super) client: Client,
    pub(super) endpoint: Url,
    pub(super) region: String,
    pub(super) credentials: AwsCredentialsFrom,
    pub(super) clock: Arc<dyn Clock>,
}

/// Why KMS did not do as told.
#[derive(Debug, thiserror::Error)]
pub(super) enum KmsError {
    /// No key or alias of that name.
    #[error("there is no such key")]
    NotFound,
    /// Another key has that alias.
    #[error("the alias is taken")]
    Taken,
    /// The key is disabled, or is going to be deleted.
    #[error("the key was ended")]
    Ended,
    /// The key is on its way to be usable, or was cut off from what holds it.
    #[error("{0}: the key is in no state for that; its state is told in the console of AWS")]
    State(&'static str),
    /// It is no key that signs here.
    #[error("the key is not one of P-256 that signs")]
    OtherKind,
    /// The access key may not do that.
    #[error(
        "kms:{action} is not allowed ({code}): let the policy of the access key, and that of the key, allow it"
    )]
    Denied { action: &'static str, code: String },
    /// The request was refused for another reason.
    #[error("kms:{action} was refused ({code})")]
    Refused { action: &'static str, code: String },
    /// It does not know the access key, or not with that secret.
    #[error("the access key was refused ({code}): {way_out}. It comes from {place}")]
    AccessKey {
        code: String,
        way_out: &'static str,
        place: String,
    },
    /// There is no access key.
    #[error("there is no access key: {0}")]
    NoAccessKey(#[from] CredentialsError),
    /// Nobody answered, or not now.
    #[error("{0}")]
    Away(String),
    /// The answer is none to the question.
    #[error("the answer to kms:{0} is not one of KMS: {1}")]
    Rubbish(&'static str, &'static str),
    /// What came back is no signature of the key.
    #[error("what was signed does not verify with the key")]
    NotItsSignature,
    /// It was not asked: it failed before.
    #[error("{0}")]
    Resting(String),
}

impl Api {
    /// Asks, and reads the answer.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        action: &'static str,
        question: &Value,
    ) -> Result<T, KmsError> {
        let answer = self.tell(action, question).await?;
        serde_json::from_slice(&answer).map_err(|_| KmsError::Rubbish(action, "it cannot be read"))
    }

    /// Has something done of which nothing is told but that it was.
    pub(super) async fn tell(
        &self,
        action: &'static str,
        question: &Value,
    ) -> Result<Vec<u8>, KmsError> {
        let body = question.to_string().into_bytes();
        let credentials = self.credentials.read()?;
        let at = self.at();
        let mut headers = BTreeMap::from([
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("host", self.host()),
            ("x-amz-date", at.clone()),
            ("x-amz-target", format!("TrentService.{action}")),
        ]);
        if let Some(token) = &credentials.token {
            headers.insert("x-amz-security-token", token.clone());
        }
        let scope = [&*self.region, "kms"];
        let signed = authorization(&credentials, scope, &at, &headers, &body);
        let mut request = self.client.post(self.endpoint.clone()).body(body);
        // The client says the host by itself, and says the same.
        headers.remove("host");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.header("authorization", signed);
        let mut answer = request.send().await.map_err(|error| away(&error))?;
        let bytes = read(&mut answer, action).await?;
        match answer.status().is_success() {
            true => Ok(bytes),
            false => Err(self.refusal(action, &answer, &bytes)),
        }
    }

    /// The moment in the form of the signature: `20150830T123600Z`.
    fn at(&self) -> String {
        let text = self.clock.now().to_string();
        let seconds = text.get(..19).unwrap_or(&text);
        let plain = seconds
            .chars()
            .filter(|letter| !matches!(letter, '-' | ':'));
        plain.chain(['Z']).collect()
    }

    /// The host as the client names it: with the port where that is not the usual one.
    fn host(&self) -> String {
        let host = self.endpoint.host_str().unwrap_or_default();
        match self.endpoint.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    fn refusal(&self, action: &'static str, answer: &Response, body: &[u8]) -> KmsError {
        let status = answer.status().as_u16();
        let code = code(answer, body).unwrap_or_else(|| format!("status {status}"));
        let access_key = |way_out| KmsError::AccessKey {
            code: code.clone(),
            way_out,
            place: self.credentials.place(),
        };
        match &*code {
            "NotFoundException" => KmsError::NotFound,
            "AlreadyExistsException" => KmsError::Taken,
            "DisabledException" => KmsError::Ended,
            "KMSInvalidStateException" => KmsError::State(action),
            "AccessDeniedException" | "AccessDenied" => KmsError::Denied { action, code },
            "InvalidSignatureException" | "SignatureDoesNotMatch" | "RequestExpired" => {
                access_key("the secret is not that of this key, or the clock here is off")
            }
            "ExpiredTokenException" | "ExpiredToken" => {
                access_key("it was lent, and its time is over; renew it")
            }
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "IncompleteSignature"
            | "IncompleteSignatureException"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException" => {
                access_key("AWS does not know it here, or it lacks its token")
            }
            "ThrottlingException" => {
                KmsError::Away("too much was asked of it (ThrottlingException)".into())
            }
            _ => match status {
                401 | 403 => access_key("see whether it is the right one, and for this region"),
                429 | 500.. => KmsError::Away(format!("it fails ({code})")),
                400.. => KmsError::Refused { action, code },
                _ => KmsError::Rubbish(action, "it leads elsewhere"),
            },
        }
    }
}

/// A client that asks nobody else than it was told to, and waits no longer than this.
pub(super) fn client(is_secure: bool, patience: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .https_only(is_secure)
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(patience.min(CONNECT))
        .timeout(patience)
        .user_agent("Touchstone")
        .build()
}

/// Reads an answer, of which no honest one is long.
async fn read(answer: &mut Response, action: &'static str) -> Result<Vec<u8>, KmsError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| away(&error))? {
        if bytes.len() + chunk.len() > MOST_BYTES {
            return Err(KmsError::Rubbish(action, "it does not end"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The code of a refusal: in JSON, in a header, or, of what stands before KMS, in XML. Only what looks like one is taken.
fn code(answer: &Response, body: &[u8]) -> Option<String> {
    let json = serde_json::from_slice::<Value>(body).ok();
    let json = json.and_then(|json| Some(json.get("__type")?.as_str()?.to_owned()));
    let header = || {
        let value = answer.headers().get("x-amzn-errortype")?;
        Some(value.to_str().ok()?.to_owned())
    };
    let xml = || {
        let text = std::str::from_utf8(body).ok()?;
        let (_, after) = text.split_once("<Code>")?;
        Some(after.split_once("</Code>")?.0.to_owned())
    };
    let said = json.or_else(header).or_else(xml)?;
    // `com.amazonaws.kms#NotFoundException`, `NotFoundException:http://…`
    let code = said.rsplit('#').next()?.split(':').next()?;
    let is_code = (1..=64).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric());
    is_code.then(|| code.to_owned())
}

/// Why nobody answered: the last cause says it.
fn away(error: &reqwest::Error) -> KmsError {
    if error.is_timeout() {
        return KmsError::Away("it did not answer in time".into());
    }
    let mut cause: &dyn Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    KmsError::Away(format!("it cannot be reached: {cause}"))
}

const CONNECT: Duration = Duration::from_secs(3);
/// A page of aliases has some 20 KB.
const MOST_BYTES: usize = 1 << 18;
