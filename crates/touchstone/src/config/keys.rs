//! Where signing keys live, and what unlocks them.

use std::path::PathBuf;

use super::concern::concern;

concern! {
    /// Where signing keys live: in encrypted files, unlocked by one passphrase.
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

        /// For how many minutes a new key is published before it signs: longer than readers keep the issuer's document (5 minutes), and
        /// long enough to carry it to a static host.
        announce_minutes: usize = 15, example "1440";

        /// After how many days of signing a key is rotated by itself. 0 for never.
        rotate_after_days: usize = 0, example "365";
    }
}
