//! `touchstone token permit`: lets a holder mint a token over a credential.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_anchor::evm::{Address, token::Permission};
use touchstone_service::holding::{TokenPermit, permit_token};

use super::{
    super::{
        Global,
        chain::{address, hex, key},
        credential::plain,
        file::NewFile,
        institution,
    },
    file::TokenFile,
};
use crate::{answer::Answer, installation::Installation};

/// Let a holder mint a token over a credential: writes the file that they need for it, and keep.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nothing is sent and nothing is paid: the holder mints, with any wallet that sends the transaction in the file, or with `touchstone token \
mint`. The file has the salt, without which nobody can show what the token is over. It is kept nowhere else: give it to the holder alone, and \
keep a copy yourself if you may have to withdraw the permission (`touchstone token burn` needs it).

The key makes the permission, under the address that you tell everybody who is to check your tokens. It needs no coins.

Examples:
  openssl rand -hex 32 > issuer.key && chmod 600 issuer.key
  touchstone token permit ID --holder 0xHOLDER --chain 1 --contract 0xCONTRACT --key issuer.key --out ada.token")]
pub(super) struct Args {
    /// The credential: its UUID, with or without urn:uuid:.
    #[arg(value_name = "ID")]
    id: String,
    /// The holder's address on the chain. Nobody else can mint this token.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    holder: Address,
    /// The number of the chain (EIP-155): 1 is Ethereum.
    #[arg(long, value_name = "NUMBER")]
    chain: u64,
    /// Where the contract of tokens stands there: `touchstone token deploy` said it.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    contract: Address,
    /// The file of the key that permits: 64 hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Where to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let key = key(&self.key)?;
        // First: what is permitted has to be written somewhere.
        let mut out = NewFile::begin_private(&self.out)?;
        let world = Installation::open_to_change(global).await?.world;
        let institution = institution::pick(&world, global).await?;
        let order = TokenPermit {
            tenant: institution.id,
            actor: institution::actor(),
            credential: plain(&self.id),
            chain: self.chain,
        };
        let ground = permit_token(&world, &order).await;
        let ground = ground.with_context(|| format!("credential {}", self.id))?;
        let permission = Permission {
            chain: self.chain,
            contract: self.contract,
            holder: self.holder,
            commitment: TokenFile::commitment(&ground.salt, &ground.sha256),
        };
        let made = TokenFile {
            credential: format!("urn:uuid:{}", order.credential),
            sha256: ground.sha256,
            salt: ground.salt,
            issuer: key.address(),
            signature: key.permit(&permission),
            permission,
        };
        let text = format!("{:#}\n", made.json());
        out.write(text.as_bytes())?;
        out.finish()?;
        let (token, issuer) = (hex(&made.token()), hex(&made.issuer));
        let words = format!(
            "{} lets {} mint token {token} on chain {}, and nobody else. Give it to the holder alone: its salt is kept nowhere else. Keep a copy if you may have to \
             withdraw the permission.\n\
             Whoever checks it needs to know that {issuer} is your address.",
            self.out.display(),
            hex(&self.holder),
            self.chain
        );
        let json =
            json!({ "out": self.out.display().to_string(), "token": token, "issuer": issuer });
        Ok(Answer::new(words, json))
    }
}
