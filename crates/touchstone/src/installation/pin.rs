//! What opens the token of a security module: from the environment, a file, or a person at a terminal, in this order.

use std::{fs, io::IsTerminal};

use anyhow::{Context, Result, bail};
use touchstone_pkcs11::Pin;

use super::Settings;
use crate::config::PIN;

/// The PIN of this installation's token.
pub(super) fn pin(settings: &Settings) -> Result<Pin> {
    if let Ok(text) = std::env::var(PIN) {
        return Ok(Pin::new(&text));
    }
    let keys = &settings.config.keys;
    if let Some(given) = &keys.pkcs11_pin_file {
        let path = settings.data.join(given);
        let text = fs::read_to_string(&path)
            .with_context(|| format!("keys.pkcs11_pin_file: {}", path.display()))?;
        return Ok(Pin::new(&text));
    }
    if !std::io::stdin().is_terminal() {
        bail!(
            "the token \"{}\" needs a PIN: set {PIN}, name a file with keys.pkcs11_pin_file, or run this at a terminal",
            keys.pkcs11_token
        );
    }
    let text = rpassword::prompt_password(format!("PIN of the token \"{}\": ", keys.pkcs11_token));
    Ok(Pin::new(&text.context("reading the PIN")?))
}
