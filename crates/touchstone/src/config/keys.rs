//! Where signing keys live, and what unlocks them.

use std::path::PathBuf;

use url::Url;

use super::{
    aws_kms::{DeletionDays, Endpoint, Prefix, Region},
    concern::{Given, Setting, concern},
};

concern! {
    /// Where signing keys live: in encrypted files, unlocked by one passphrase, in a security module, or in AWS KMS.
    ///
    /// The passphrase comes from the first of these that is there: the environment variable
    /// `TOUCHSTONE_KEYS_PASSPHRASE`; the file named by `passphrase_file`; the file `passphrase` in the key folder, which `init`
    /// and `demo` make; a prompt, where a person sits at a terminal. It never stands in the configuration file itself.
    Keys is "keys" {
        /// The folder of encrypted keys. Left out, it is `keys` in the data folder.
        path: Option<PathBuf> = None, example "\"/var/lib/touchstone/keys\"";

        /// A file that holds the passphrase and nothing else, readable by this program only.
        passphrase_file: Option<PathBuf> = None, example "\"/run/secrets/touchstone-passphrase\"";

        /// Ask for the passphrase and never keep it in a file: `init` then makes none.
        prompt: bool = false, example "true";

        /// The library of a security module (PKCS#11). With it, new signing keys of institutions are made in the module and never leave it; keys in
        /// files go on signing until they are rotated. While the module is away nothing is signed in its place. See `docs/operating.md`.
        pkcs11_module: Option<PathBuf> = None, example "\"/usr/lib/softhsm/libsofthsm2.so\"";

        /// The label of the token in it, which belongs to this installation alone.
        pkcs11_token: String = "touchstone".into(), example "\"issuer-keys\"";

        /// A file that holds the token's PIN and nothing else. The environment variable `TOUCHSTONE_KEYS_PKCS11_PIN` comes before it; without
        /// either, a person at a terminal is asked.
        pkcs11_pin_file: Option<PathBuf> = None, example "\"/run/secrets/touchstone-pin\"";

        /// The kind of keys that are made in it: `ed25519` (eddsa-rdfc-2022) or `p-256` (ecdsa-rdfc-2019).
        pkcs11_kind: Kind = Kind::Ed25519, example "\"p-256\"";

        /// The region of AWS KMS (`eu-west-1`). With it, new signing keys of institutions are made in KMS, as keys of P-256 (ecdsa-rdfc-2019), and never
        /// leave it; keys in files go on signing until they are rotated. While KMS is away nothing is signed in its place. Not together with
        /// `pkcs11_module`. See `docs/operating.md`.
        aws_kms_region: Option<Region> = None, example "\"eu-west-1\"";

        /// Where KMS is asked, where that is not `https://kms.REGION.amazonaws.com`: an endpoint of one's own network, of FIPS, or of another part of
        /// AWS. Plain http on localhost only.
        aws_kms_endpoint: Option<Endpoint> = None, example "\"https://kms-fips.us-east-1.amazonaws.com\"";

        /// What stands before the name of a key in its alias, `alias/PREFIX/NAME`. It belongs to this installation alone, in its account and region.
        aws_kms_prefix: Prefix = Prefix("touchstone".into()), example "\"touchstone-production\"";

        /// A file with the access key in the format that programs for AWS share: `[default]`, and under it `aws_access_key_id = …`,
        /// `aws_secret_access_key = …` and, of one that is lent for some hours, `aws_session_token = …`. It is read for each request, so what is renewed
        /// there counts at once. The environment variables `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` come before it.
        aws_kms_credentials_file: Option<PathBuf> = None, example "\"/run/secrets/aws-credentials\"";

        /// How many days AWS waits before it deletes a key that was destroyed here: 7 to 30. It signs nothing meanwhile, but whoever may manage keys in
        /// the account can take the deletion back.
        aws_kms_deletion_days: DeletionDays = DeletionDays(7), example "30";

        /// For how many minutes a new key is published before it signs: longer than readers keep the issuer's document (5 minutes), and
        /// long enough to carry it to a static host.
        announce_minutes: usize = 15, example "1440";

        /// After how many days of signing a key is rotated by itself: to one that was made and not activated, if there is one. 0 for never.
        rotate_after_days: usize = 0, example "365";

        /// Every how many minutes the DID of each institution (`did:web`, `did:webvh`) is resolved as anybody would do it, to see whether somebody else put a
        /// document there: one that was never published here, or in which a key counts that was given up, is an alarm on pages, in `doctor` and
        /// in the metrics. 0 for never.
        compare_documents_minutes: usize = 0, example "60";
    }
}

impl Keys {
    /// The region of KMS and where it is asked, where keys are made there.
    pub(crate) fn aws_kms(&self) -> Option<(&str, Url)> {
        let Region(region) = self.aws_kms_region.as_ref()?;
        let endpoint = match &self.aws_kms_endpoint {
            Some(Endpoint(given)) => given.clone(),
            None => Url::parse(&format!("https://kms.{region}.amazonaws.com"))
                .expect("a region has letters of a host name alone"),
        };
        Some((region.as_str(), endpoint))
    }

    /// What is wrong with the settings together, if anything is.
    pub(super) fn clash(&self) -> Option<&'static str> {
        match &self.aws_kms_region {
            Some(_) if self.pkcs11_module.is_some() => Some(
                "keys.pkcs11_module and keys.aws_kms_region are both set, and new keys are made in one place: take one of them out",
            ),
            None if self.aws_kms_endpoint.is_some() => Some(
                "keys.aws_kms_endpoint is set and keys.aws_kms_region is not, so no key is in AWS KMS: set the region, or take it out",
            ),
            None if self.aws_kms_credentials_file.is_some() => Some(
                "keys.aws_kms_credentials_file is set and keys.aws_kms_region is not, so no key is in AWS KMS: set the region, or take it out",
            ),
            _ => None,
        }
    }
}

/// The kind of keys that a security module makes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// Ed25519.
    Ed25519,
    /// NIST P-256.
    P256,
}

impl Setting for Kind {
    const KIND: &'static str = "\"ed25519\" or \"p-256\"";

    fn read(given: &Given) -> Result<Self, String> {
        match String::read(given)?.as_str() {
            "ed25519" => Ok(Self::Ed25519),
            "p-256" => Ok(Self::P256),
            other => Err(format!("\"{other}\" is neither \"ed25519\" nor \"p-256\"")),
        }
    }

    fn write(&self) -> Option<String> {
        let word = match self {
            Self::Ed25519 => "\"ed25519\"",
            Self::P256 => "\"p-256\"",
        };
        Some(word.into())
    }
}
