//! Keys in AWS KMS: a real server that speaks its API, and one that is scripted to answer what no honest one does.
#![allow(clippy::unwrap_used)] // A test may stop where something is not as it must be.

mod real;
mod scripted;

#[path = "../../../testkit/src/moto.rs"]
#[allow(dead_code, unreachable_pub)] // What it lends to others as well.
mod moto;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use touchstone_adapters::{AwsCredentials, AwsCredentialsFrom, AwsKms, SignerAwsKms, SystemClock};
use touchstone_service::ports::PublicKey;
use touchstone_vc::crypto::rust::CRYPTO;
use url::Url;

fn access_key(id: &str, secret: &str, token: Option<&str>) -> AwsCredentialsFrom {
    let given = AwsCredentials::new(id, secret, token).unwrap();
    AwsCredentialsFrom::Given(given, "this test")
}

fn signer(server: SocketAddr, patience: Duration, credentials: AwsCredentialsFrom) -> SignerAwsKms {
    let settings = AwsKms {
        region: "eu-west-1".into(),
        endpoint: Url::parse(&format!("http://{server}")).unwrap(),
        prefix: "touchstone/test".into(),
        deletion_days: 9,
        patience,
    };
    SignerAwsKms::new(settings, credentials, Arc::new(SystemClock), &CRYPTO).unwrap()
}

/// Whether another library holds it for the key's.
fn holds(key: PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let PublicKey::P256(key) = key else {
        panic!("{key:?} is not of P-256");
    };
    (CRYPTO.verify_p256)(&key, message, signature.try_into().unwrap())
}
