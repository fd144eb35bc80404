//! `touchstone token check`: is there a token over this credential, by this issuer, and who holds it?

use anyhow::Result;
use serde_json::json;
use touchstone_adapters::ANCHOR_CRYPTO;
use touchstone_anchor::evm::{Address, token::Standing};

use super::{
    super::{
        Ended, Global,
        chain::{Node, address, asked, hex},
        file,
    },
    file::TokenFile,
};
use crate::{answer::Answer, exit::Exit};

/// Say whether a token is held, over which credential and by which issuer's permission, by a node that you believe.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Anybody can permit tokens over a credential that they have seen, under an address of their own: so this answers yes only where you name the \
issuer's address, which the issuer told you, and the credential. Whether the credential holds, `touchstone verify` says.

Examples:
  touchstone token check ada.token --credential ada.json --issuer 0xISSUER --rpc https://node.example.org

Exit codes: 0 held, 1 not held or of something else, 2 could not be told, as without --issuer and --credential.")]
pub(super) struct Args {
    /// The token's file.
    #[arg(value_name = "FILE")]
    file: String,
    /// The credential, byte for byte as it was issued: `touchstone credential export ID`.
    #[arg(long, value_name = "FILE")]
    credential: Option<String>,
    /// The address of which you know that it is the issuer's.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    issuer: Option<Address>,
    #[command(flatten)]
    node: Node,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let read = TokenFile::read(&self.file)?;
        let (token, wanted) = (read.token(), read.permission);
        let of_another = match &self.credential {
            None => false,
            Some(name) => {
                let bytes = file::read(name, LARGEST);
                let bytes =
                    bytes.map_err(|error| Ended::unchecked(format!("--credential {error:#}")))?;
                (ANCHOR_CRYPTO.sha256)(&bytes) != read.sha256
            }
        };
        let by_another = self.issuer.is_some_and(|issuer| issuer != read.issuer);
        let node = self.node.open(global)?;
        let standing = node.token(wanted.chain, &wanted.contract, &token).await;
        let standing = standing.map_err(asked)?;
        let told = self.credential.is_some() && self.issuer.is_some();
        let (state, verdict) = match standing {
            _ if of_another => ("other-credential", Exit::Failed),
            _ if by_another => ("other-issuer", Exit::Failed),
            Standing::NotMinted => ("not-minted", Exit::Failed),
            Standing::Ended => ("ended", Exit::Failed),
            // The contract lets nobody else mint it.
            Standing::Held(holder) if holder != wanted.holder => ("other-holder", Exit::Failed),
            Standing::Held(_) if told => ("held", Exit::Done),
            Standing::Held(_) => ("unknown", Exit::Unchecked),
        };
        let (issuer, holder) = (hex(&read.issuer), hex(&wanted.holder));
        let words = match state {
            "held" => format!(
                "HELD: {holder} holds the token over this credential, by permission of {issuer}."
            ),
            "other-credential" => {
                "NOT HELD: the token is over another credential, or over other bytes of it."
                    .to_owned()
            }
            "other-issuer" => {
                format!("NOT HELD: {issuer} permitted it, and not the issuer that you named.")
            }
            "not-minted" => "NOT HELD: nobody has minted it.".to_owned(),
            "ended" => {
                "NOT HELD: it was burnt, or the permission was taken back before it was minted."
                    .to_owned()
            }
            "other-holder" => format!(
                "NOT HELD: not {holder} holds it, and nobody else can; the file or the node is not right."
            ),
            _ => format!(
                "COULD NOT BE TOLD: {holder} holds a token that {issuer} permitted. Anybody can permit one: name the credential with \
                 --credential and the issuer's address, as the issuer told you, with --issuer."
            ),
        };
        let words = format!(
            "{words}\n  token {}\n  by contract {} on chain {}, as the node says now",
            hex(&token),
            hex(&wanted.contract),
            wanted.chain
        );
        let json = json!({
            "state": state, "token": hex(&token), "holder": holder, "issuer": issuer, "contract": hex(&wanted.contract),
            "chain": wanted.chain, "credential": read.credential,
        });
        Ok(Answer::new(words, json).with_exit(verdict))
    }
}

const LARGEST: usize = 4 << 20;
