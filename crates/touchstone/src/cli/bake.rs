//! `touchstone bake` and `touchstone unbake`: a credential into a picture, and out of one.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use touchstone_vc::{
    bake::{self, Edition, MAX_CREDENTIAL, MAX_FILE},
    open_badges_2::Assertion,
};

use super::file;
use crate::answer::Answer;

/// Put a credential into a picture, so that the picture can be checked.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  touchstone bake credential.json --into badge.png --out badge-with-credential.png
  touchstone bake credential.jwt --into badge.svg --out badge-with-credential.svg
  touchstone verify badge-with-credential.png")]
pub(crate) struct Bake {
    /// The credential as JSON or as a JSON Web Token, or - for standard input.
    #[arg(value_name = "CREDENTIAL")]
    credential: String,
    /// The picture: PNG or SVG. It is not changed; a credential that it carries already is replaced in the copy.
    #[arg(long, value_name = "PICTURE")]
    into: String,
    /// Where the picture with the credential is written.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Bake {
    pub(crate) fn run(self) -> Result<Answer> {
        let credential = file::read(&self.credential, MAX_CREDENTIAL)?;
        let credential = String::from_utf8(credential)
            .with_context(|| format!("{}: a credential is text in UTF-8", self.credential))?;
        let credential = credential.trim();
        let token = bake::is_token(credential.as_bytes());
        if !token && !credential.starts_with('{') {
            bail!(
                "{}: this is no credential in JSON and no token; take it out of its picture with `touchstone unbake`",
                self.credential
            );
        }
        let picture = file::read(&self.into, MAX_FILE)?;
        let edition = edition(credential);
        let is_png = picture.starts_with(&bake::png::SIGNATURE);
        let baked = match (is_png, token, edition) {
            (true, _, edition) => bake::png::bake_as(&picture, credential, edition),
            (false, true, edition) => bake::svg::bake_token(&picture, credential, edition),
            (false, false, Edition::Three) => bake::svg::bake(&picture, credential),
            (false, false, Edition::Two) => {
                bake::svg::bake_2(&picture, credential, &address(credential))
            }
        };
        let baked = baked.with_context(|| format!("picture {}", self.into))?;
        file::write_new(&self.out, &baked)?;
        let text = format!("{} carries the credential.", self.out.display());
        Ok(Answer::new(
            text,
            json!({ "file": self.out, "bytes": baked.len() }),
        ))
    }
}

/// An assertion of Open Badges 2.0 goes where readers of 2.0 look for it.
fn edition(credential: &str) -> Edition {
    match Assertion::parse(credential.as_bytes()) {
        Ok(_) => Edition::Two,
        Err(_) => Edition::Three,
    }
}

/// Where an assertion says that it is published.
fn address(assertion: &str) -> String {
    let value: Value = serde_json::from_str(assertion).unwrap_or_default();
    let id = value.get("id").and_then(Value::as_str);
    id.unwrap_or_default().to_owned()
}

/// Take the credential out of a picture or a paper.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints the credential, byte for byte, unless --out names a file.

Examples:
  touchstone unbake badge.png > credential.json
  touchstone unbake certificate.pdf --out credential.json")]
pub(crate) struct Unbake {
    /// A PNG, SVG or PDF with a credential inside, or - for standard input.
    #[arg(value_name = "FILE")]
    file: String,
    /// Where the credential is written.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Unbake {
    pub(crate) fn run(self) -> Result<Answer> {
        let bytes = file::read(&self.file, MAX_FILE)?;
        let (_, credential) =
            bake::unbake_any(&bytes).with_context(|| format!("file {}", self.file))?;
        let Some(out) = self.out else {
            return Ok(Answer::document(credential.into_owned()));
        };
        file::write_new(&out, &credential)?;
        let text = format!("{} holds the credential.", out.display());
        Ok(Answer::new(
            text,
            json!({ "file": out, "bytes": credential.len() }),
        ))
    }
}
