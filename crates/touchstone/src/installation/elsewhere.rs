//! Where keys are that are not in files: in a security module, or in AWS KMS.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use touchstone_adapters::{
    AwsCredentials, AwsCredentialsFrom, AwsKms, CRYPTO, Elsewhere, SignerAwsKms, SystemClock,
};
use touchstone_pkcs11::{KeyKind, SignerPkcs11};
use touchstone_service::ports::Signer;
use url::Url;

use super::{Settings, pin::pin};
use crate::config::Kind;

/// The signer that is configured beside key files. It is opened when it is first asked: without it everything but signing goes on.
pub(super) fn elsewhere(settings: &Settings) -> Result<Option<(Elsewhere, Box<dyn Signer>)>> {
    let keys = &settings.config.keys;
    if let Some(library) = &keys.pkcs11_module {
        let module = touchstone_pkcs11::Settings {
            module: library.clone(),
            token: keys.pkcs11_token.clone(),
            kind: match keys.pkcs11_kind {
                Kind::Ed25519 => KeyKind::Ed25519,
                Kind::P256 => KeyKind::P256,
            },
            patience: MODULE_PATIENCE,
        };
        let signer = SignerPkcs11::new(module, pin(settings)?, &CRYPTO);
        let signer = signer.context("asking the security module")?;
        return Ok(Some((Elsewhere::Pkcs11, Box::new(signer))));
    }
    match keys.aws_kms() {
        Some((region, endpoint)) => {
            let signer = aws_kms(settings, region, endpoint)?;
            Ok(Some((Elsewhere::AwsKms, Box::new(signer))))
        }
        None => Ok(None),
    }
}

fn aws_kms(settings: &Settings, region: &str, endpoint: Url) -> Result<SignerAwsKms> {
    let keys = &settings.config.keys;
    let kms = AwsKms {
        region: region.to_owned(),
        endpoint,
        prefix: keys.aws_kms_prefix.0.clone(),
        deletion_days: keys.aws_kms_deletion_days.0,
        patience: KMS_PATIENCE,
    };
    let access_key = access_key(settings)?;
    SignerAwsKms::new(kms, access_key, Arc::new(SystemClock), &CRYPTO)
        .context("preparing to ask AWS KMS")
}

/// What AWS knows this installation by: from the environment, or a file, in this order.
fn access_key(settings: &Settings) -> Result<AwsCredentialsFrom> {
    let read = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
    match (read(ID), read(SECRET)) {
        (Some(id), Some(secret)) => {
            let given = AwsCredentials::new(&id, &secret, read(TOKEN).as_deref());
            let given = given.context("the access key in the environment")?;
            return Ok(AwsCredentialsFrom::Given(
                given,
                "the environment (AWS_ACCESS_KEY_ID)",
            ));
        }
        (None, None) => {}
        (Some(_), None) => bail!("{ID} is set and {SECRET} is not: {BOTH}"),
        (None, Some(_)) => bail!("{SECRET} is set and {ID} is not: {BOTH}"),
    }
    let Some(given) = &settings.config.keys.aws_kms_credentials_file else {
        bail!(
            "AWS KMS needs an access key: set {ID} and {SECRET}, or name a file with keys.aws_kms_credentials_file"
        );
    };
    let file = AwsCredentialsFrom::File(settings.data.join(given));
    file.read().context("keys.aws_kms_credentials_file")?;
    Ok(file)
}

const ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";
const BOTH: &str = "set both, or neither and name a file with keys.aws_kms_credentials_file";

/// How long a security module may take to answer. Making a key takes the slowest of them some seconds.
const MODULE_PATIENCE: Duration = Duration::from_secs(20);
/// How long KMS may take, with all that it is asked for one signature.
const KMS_PATIENCE: Duration = Duration::from_secs(10);
