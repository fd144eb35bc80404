//! The outside world as it is: one file per port and technology.
//!
//! Nothing here decides anything; the rules stand in `touchstone-service`, which knows these only as its ports.

mod anchor_crypto_aws_lc;
mod anchor_evm;
mod anchor_opentimestamps;
mod anchor_rfc3161;
pub mod artwork;
mod clock_system;
mod crypto_aws_lc;
pub mod durable;
mod ed25519_at_once;
pub mod escrow;
mod evm_contract;
mod evm_key;
mod evm_node;
mod evm_price;
mod evm_token;
mod evm_transaction;
mod fetch_http;
mod mail_folder;
mod mail_smtp;
mod objects_folder;
mod passkeys_webauthn;
mod pkcs8;
mod rng_system;
mod signer_aws_kms;
mod signer_file;
mod signer_file_ml_dsa;
mod signer_routed;
mod spool_folder;
mod throwaway_keys;
mod tlog_crypto_aws_lc;
mod tls_self_signed;

pub use anchor_crypto_aws_lc::ANCHOR_CRYPTO;
pub use anchor_evm::{AnchorEvm, EvmTerms};
pub use anchor_opentimestamps::AnchorOpentimestamps;
pub use anchor_rfc3161::AnchorRfc3161;
pub use clock_system::SystemClock;
pub use crypto_aws_lc::CRYPTO;
pub use ed25519_at_once::verify_ed25519_at_once;
pub use evm_contract::{CHECKPOINTS, EvmContract, EvmDeployment, TOKENS};
pub use evm_key::EvmKey;
pub use evm_node::EvmNode;
pub use evm_transaction::EvmTransaction;
pub use fetch_http::{HttpFetch, NoFetch};
pub use mail_folder::MailFolder;
pub use mail_smtp::{MailSmtp, MailSmtpError};
pub use objects_folder::ObjectsFolder;
pub use passkeys_webauthn::PasskeysWebauthn;
pub use pkcs8::{Pkcs8Error, ed25519_seed};
pub use rng_system::SystemRng;
pub use signer_aws_kms::{
    AwsCredentials, AwsCredentialsFrom, AwsKms, CredentialsError, SignerAwsKms,
};
pub use signer_file::{Passphrase, SignerFile, SignerFileError};
pub use signer_routed::{Elsewhere, SignerRouted};
pub use spool_folder::SpoolFolder;
pub use throwaway_keys::ThrowawayKeysAwsLc;
pub use tlog_crypto_aws_lc::TLOG_CRYPTO;
pub use tls_self_signed::{Secured, SelfSigned, SelfSignedError};
