//! What unlocks the keys: from the environment, a file, or a person at a terminal, in this order.

use std::{
    fs,
    io::{ErrorKind, IsTerminal},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use touchstone_adapters::Passphrase;

use super::{Settings, write_private};
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

/// What became of a passphrase that a restored installation was given.
pub(crate) enum Keeping {
    /// It stands where the settings look for it.
    Kept,
    /// It stands nowhere; and what to do.
    Nowhere(String),
}

/// Keeps what opens the keys where the settings look for it, and nowhere else.
pub(crate) fn keep_passphrase(settings: &Settings, passphrase: &Passphrase) -> Result<Keeping> {
    let bytes = format!("{}\n", passphrase.expose()).into_bytes();
    let nowhere = |why: String| {
        Keeping::Nowhere(format!(
            "{why} If nobody knows it any more, `touchstone key escrow --join FILE --join FILE --join FILE --to passphrase.txt` writes it to a file."
        ))
    };
    if std::env::var_os(PASSPHRASE).is_some() {
        return Ok(nowhere(format!(
            "{PASSPHRASE} is set, so the passphrase was written to no file; the next command takes the one in {PASSPHRASE}."
        )));
    }
    let keys = &settings.config.keys;
    if let Some(given) = &keys.passphrase_file {
        let path = settings.data.join(given);
        return Ok(match write_private(&path, &bytes) {
            Ok(true) => Keeping::Kept,
            Ok(false) if read(&path)?.is_some_and(|had| had.expose() == passphrase.expose()) => {
                Keeping::Kept
            }
            Ok(false) => nowhere(format!(
                "keys.passphrase_file names {}, which has another passphrase, so nothing was written there: put the right one in its place.",
                path.display()
            )),
            Err(error) => nowhere(format!(
                "keys.passphrase_file names {}, which cannot be written here ({error:#}): put the passphrase there before the next command.",
                path.display()
            )),
        });
    }
    if keys.prompt {
        return Ok(nowhere(
            "The settings have the passphrase asked for at every start (keys.prompt), so it was written to no file.".into(),
        ));
    }
    let file = passphrase_file(settings);
    let made = write_private(&file, &bytes)?;
    ensure!(made, "{} is there already", file.display());
    Ok(Keeping::Kept)
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
