//! The key of whoever pays on an EVM chain: ECDSA over secp256k1.

use k256::ecdsa::SigningKey;
use touchstone_anchor::{
    Digest,
    evm::{Address, Transaction, address},
};
use touchstone_vc::multibase::decode_hex;

use crate::ANCHOR_CRYPTO;

/// The key of whoever pays.
pub struct EvmKey {
    key: SigningKey,
    address: Address,
}

impl EvmKey {
    /// The key that stands in a file, as 64 hexadecimal digits; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let bytes = decode_hex(digits).ok()?;
        let key = SigningKey::from_slice(&bytes).ok()?;
        let point = key.verifying_key().to_sec1_point(false);
        // 4, and the two coordinates.
        let coordinates = point.as_bytes().get(1..)?.try_into().ok()?;
        let address = address(&coordinates, &ANCHOR_CRYPTO);
        Some(Self { key, address })
    }

    /// By which the chain knows it.
    pub fn address(&self) -> Address {
        self.address
    }

    /// A transaction as it is sent.
    pub(crate) fn sign(&self, transaction: &Transaction) -> Vec<u8> {
        let (r, s, is_odd) = self.sign_digest(&transaction.digest(&ANCHOR_CRYPTO));
        transaction.signed((&r, &s), is_odd)
    }

    /// Both numbers of a signature, and which of two points was meant.
    pub(crate) fn sign_digest(&self, digest: &Digest) -> (Digest, Digest, bool) {
        // `s` is the lower of two (EIP-2), as this library makes it.
        let (signature, id) = self.key.sign_prehash_recoverable(digest);
        let (r, s) = signature.split_bytes();
        (r.into(), s.into(), id.is_y_odd())
    }
}

#[cfg(test)]
mod tests {
    use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

    use super::*;

    /// The first account of hardhat's, which everybody knows.
    const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

    #[test]
    fn a_key_is_64_digits_and_is_known_by_its_address() {
        let key = EvmKey::parse(&format!("{KEY}\n")).unwrap();
        let address = decode_hex("f39fd6e51aad88f6f4ce6ab8827279cfffb92266").unwrap();
        assert_eq!(key.address()[..], address);
        assert!(EvmKey::parse(&KEY[2..]).is_some());
        for bad in [
            "",
            "0x",
            &KEY[..65],
            &KEY.replace('a', "g"),
            &"0".repeat(64),
            &"f".repeat(64),
        ] {
            assert!(EvmKey::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn who_signed_a_transaction_follows_from_its_bytes() {
        let key = EvmKey::parse(KEY).unwrap();
        for nonce in 0..20 {
            let transaction = Transaction {
                chain: 1,
                nonce,
                tip: 1,
                fee: 2,
                gas: 3,
                to: None,
                data: vec![1],
            };
            let digest = transaction.digest(&ANCHOR_CRYPTO);
            let (signature, _) = key.key.sign_prehash_recoverable(&digest);
            let (r, s) = signature.split_bytes();
            let signed = key.sign(&transaction);
            let with = |is_odd| transaction.signed((&r.into(), &s.into()), is_odd);
            let is_odd = signed == with(true);
            assert!(is_odd || signed == with(false));
            let id = RecoveryId::new(is_odd, false);
            let found = VerifyingKey::recover_from_prehash(&digest, &signature, id).unwrap();
            assert_eq!(&found, key.key.verifying_key());
            assert_eq!(signature.normalize_s(), signature, "EIP-2");
            let _: Signature = signature;
        }
    }
}
