//! The file of a token, which its holder keeps: `docs/formats/token.md`.

use anyhow::Result;
use serde_json::{Value, json};
use touchstone_adapters::ANCHOR_CRYPTO;
use touchstone_anchor::{
    Digest,
    evm::{
        Address,
        token::{Permission, Signature, commitment, token},
    },
};
use touchstone_vc::multibase::{decode_hex, encode_hex};

use super::super::{
    Ended,
    chain::{bytes, hex},
    file,
};

/// What an issuer permitted, with all that shows what the token is over.
pub(super) struct TokenFile {
    /// `urn:uuid:…`.
    pub(super) credential: String,
    /// Of the credential.
    pub(super) sha256: Digest,
    pub(super) salt: [u8; 32],
    pub(super) issuer: Address,
    pub(super) permission: Permission,
    pub(super) signature: Signature,
}

impl TokenFile {
    /// The commitment to a credential under a salt.
    pub(super) fn commitment(salt: &[u8; 32], sha256: &Digest) -> Digest {
        commitment(&ANCHOR_CRYPTO, salt, sha256)
    }

    /// The token.
    pub(super) fn token(&self) -> Digest {
        token(&ANCHOR_CRYPTO, &self.issuer, &self.permission.commitment)
    }

    /// With what the holder calls the contract.
    pub(super) fn mint(&self) -> Vec<u8> {
        self.permission.mint(&self.issuer, &self.signature)
    }

    pub(super) fn json(&self) -> Value {
        let Permission {
            chain,
            contract,
            holder,
            commitment,
        } = &self.permission;
        let Signature { r, s, is_odd } = &self.signature;
        json!({
            "format": FORMAT,
            "credential": self.credential,
            "sha256": encode_hex(&self.sha256),
            "salt": encode_hex(&self.salt),
            "commitment": hex(commitment),
            "chain": chain,
            "contract": hex(contract),
            "issuer": hex(&self.issuer),
            "holder": hex(holder),
            "token": hex(&self.token()),
            "signature": { "r": hex(r), "s": hex(s), "v": 27 + u8::from(*is_odd) },
            "transaction": { "chainId": format!("{chain:#x}"), "from": hex(holder), "to": hex(contract), "value": "0x0", "data": hex(&self.mint()) },
        })
    }

    /// Reads a file. What follows from the rest has to be as it follows.
    pub(super) fn read(name: &str) -> Result<Self> {
        let bytes =
            file::read(name, LARGEST).map_err(|error| Ended::unchecked(format!("{error:#}")))?;
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if value["format"] != FORMAT {
            let why = format!(
                "{name} is no file of a token: `touchstone token permit` writes one (\"format\": \"{FORMAT}\")"
            );
            return Err(Ended::unchecked(why));
        }
        let read = Self::of(&value).filter(|read| read.json() == value);
        read.ok_or_else(|| {
            Ended::unchecked(format!(
                "{name} was altered or cut off: it is no token's file as `touchstone token permit` wrote it"
            ))
        })
    }

    fn of(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str();
        let plain = |name: &str| decode_hex(text(name)?).ok()?.try_into().ok();
        let signature = &value["signature"];
        let number = |name: &str| bytes(signature[name].as_str()?);
        let (sha256, salt) = (plain("sha256")?, plain("salt")?);
        Some(Self {
            credential: text("credential")?.to_owned(),
            sha256,
            salt,
            issuer: bytes(text("issuer")?)?,
            permission: Permission {
                chain: value["chain"].as_u64()?,
                contract: bytes(text("contract")?)?,
                holder: bytes(text("holder")?)?,
                commitment: Self::commitment(&salt, &sha256),
            },
            signature: Signature {
                r: number("r")?,
                s: number("s")?,
                is_odd: signature["v"] == 28,
            },
        })
    }
}

/// What the file is, and which version of its form.
const FORMAT: &str = "touchstone token v1";
const LARGEST: usize = 1 << 20;
