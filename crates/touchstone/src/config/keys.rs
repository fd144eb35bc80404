//! Where signing keys live, and what unlocks them.

use std::path::PathBuf;

use super::concern::{Given, Setting, concern};

concern! {
    /// Where signing keys live: in encrypted files, unlocked by one passphrase, or in a security module.
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

        /// For how many minutes a new key is published before it signs: longer than readers keep the issuer's document (5 minutes), and
        /// long enough to carry it to a static host.
        announce_minutes: usize = 15, example "1440";

        /// After how many days of signing a key is rotated by itself. 0 for never.
        rotate_after_days: usize = 0, example "365";

        /// Every how many minutes the DID of each institution (`did:web`) is resolved as anybody would do it, to see whether somebody else put a
        /// document there: one that was never published here, or in which a key counts that was given up, is an alarm on pages, in `doctor` and
        /// in the metrics. 0 for never.
        compare_documents_minutes: usize = 0, example "60";
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
