//! What unlocks the keys: from the environment, a file, or a person at a terminal, in this order.

use std::{
    fs,
    io::{ErrorKind, IsTerminal},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use touchstone_adapters::Passphrase;

use super::Settings;
use crate::config::PASSPHRASE;

/// The passphrase of this installation.
pub(super) fn passphrase(settings: &Settings) -> Result<Passphrase> {
    if let Ok(text) = std::env::var(PASSPHRASE) {
        return Ok(Passphrase::new(&text));
    }
    if let Some(given) = &settings.config.keys.passphrase_file {
        let path = settings.data.join(given);
        return match read(&path)? {
            Some(passphrase) => Ok(passphrase),
            None => bail!("keys.passphrase_file: there is no file {}", path.display()),
        };
    }
    if !settings.config.keys.prompt
        && let Some(passphrase) = read(&passphrase_file(settings))?
    {
        return Ok(passphrase);
    }
    prompt(settings)
}

/// The file that `init` and `demo` make.
pub(crate) fn passphrase_file(settings: &Settings) -> PathBuf {
    settings.keys().join("passphrase")
}

fn prompt(settings: &Settings) -> Result<Passphrase> {
    let keys = settings.keys();
    if !std::io::stdin().is_terminal() {
        bail!(
            "the keys in {} need a passphrase: set {PASSPHRASE}, name a file with keys.passphrase_file, or run this at a terminal",
            keys.display()
        );
    }
    let text =
        rpassword::prompt_password(format!("Passphrase for the keys in {}: ", keys.display()))
            .context("reading the passphrase")?;
    if !keys.join("keystore.json").exists() {
        let again =
            rpassword::prompt_password("The same again: ").context("reading the passphrase")?;
        if text != again {
            bail!("the two passphrases differ; nothing was made");
        }
    }
    Ok(Passphrase::new(&text))
}

fn read(path: &Path) -> Result<Option<Passphrase>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(Passphrase::new(&text))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("passphrase file {}", path.display())),
    }
}
