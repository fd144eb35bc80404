//! Tokens that stay with their holder (`contracts/src/Tokens.sol`): what an issuer signs for a holder, what is sent to the contract, and what it
//! answers.
//!
//! A token is the hash of its issuer's address and of a salted commitment to a credential. Whoever has the salt and the credential can show
//! that the token is over it; nobody else learns anything from the chain. Format: `docs/formats/token.md`.

use alloc::vec::Vec;

use super::Address;
use crate::{Crypto, Digest};

/// What an issuer lets a holder mint.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Permission {
    /// The number of the chain (EIP-155).
    pub chain: u64,
    /// The contract there.
    pub contract: Address,
    /// Who may mint.
    pub holder: Address,
    /// What the token is over.
    pub commitment: Digest,
}

/// A signature of ECDSA over secp256k1 as the contract takes it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Signature {
    /// The first number.
    pub r: Digest,
    /// The second.
    pub s: Digest,
    /// Which of two points was meant.
    pub is_odd: bool,
}

/// What became of a token, as its contract says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// Nobody minted it yet.
    NotMinted,
    /// This address holds it.
    Held(Address),
    /// It was burnt, or the permission was taken back before it was minted. It stays so.
    Ended,
}

impl Permission {
    /// What the issuer signs: the hash of typed data (EIP-712).
    pub fn digest(&self, crypto: &Crypto) -> Digest {
        let hash = crypto.keccak256;
        let domain = [
            hash(DOMAIN),
            hash(b"Touchstone tokens"),
            hash(b"1"),
            number(self.chain),
            word(&self.contract),
        ];
        let mint = [hash(MINT), word(&self.holder), self.commitment];
        let parts = [
            [0x19, 0x01].as_slice(),
            &hash(&domain.concat()),
            &hash(&mint.concat()),
        ];
        hash(&parts.concat())
    }

    /// With what the holder calls the contract to mint.
    pub fn mint(&self, issuer: &Address, signature: &Signature) -> Vec<u8> {
        let v = number(27 + u64::from(signature.is_odd));
        call(
            MINT_CALL,
            &[self.commitment, word(issuer), v, signature.r, signature.s],
        )
    }
}

/// What a token is over: the credential's bytes, by their SHA-256, and 32 random bytes without which nobody can tell.
pub fn commitment(crypto: &Crypto, salt: &[u8; 32], sha256: &Digest) -> Digest {
    (crypto.sha256)(&[COMMITMENT, salt, sha256].concat())
}

/// The token of an issuer over a commitment.
pub fn token(crypto: &Crypto, issuer: &Address, commitment: &Digest) -> Digest {
    (crypto.keccak256)(&[word(issuer), *commitment].concat())
}

/// With what its holder burns a token.
pub fn burn_call(token: &Digest) -> Vec<u8> {
    call(BURN_CALL, &[*token])
}

/// With what an issuer takes a permission back: what was minted by it is burnt.
pub fn withdraw_call(commitment: &Digest) -> Vec<u8> {
    call(WITHDRAW_CALL, &[*commitment])
}

/// With what the contract is asked what became of a token.
pub fn standing_call(token: &Digest) -> Vec<u8> {
    call(STANDING_CALL, &[*token])
}

impl Standing {
    /// What the contract answered to [`standing_call`]; `None` if that is no answer of it.
    pub fn read(answer: &[u8]) -> Option<Self> {
        let words: &[u8; 64] = answer.try_into().ok()?;
        let (issuer, holder) = words.split_at(32);
        Some(match (address(issuer)?, address(holder)?) {
            (NOBODY, NOBODY) => Self::NotMinted,
            (NOBODY, _) => return None,
            (_, NOBODY) => Self::Ended,
            (_, holder) => Self::Held(holder),
        })
    }
}

fn address(word: &[u8]) -> Option<Address> {
    let (zeros, address) = word.split_at_checked(12)?;
    let is_one = zeros.iter().all(|byte| *byte == 0);
    address.try_into().ok().filter(|_| is_one)
}

fn call(method: [u8; 4], words: &[Digest]) -> Vec<u8> {
    [method.as_slice(), words.as_flattened()].concat()
}

/// An address as the ABI has it.
fn word(address: &Address) -> Digest {
    let mut word = [0; 32];
    word[12..].copy_from_slice(address);
    word
}

/// A number as the ABI has it.
fn number(number: u64) -> Digest {
    let mut word = [0; 32];
    word[24..].copy_from_slice(&number.to_be_bytes());
    word
}

const DOMAIN: &[u8] =
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
const MINT: &[u8] = b"Mint(address holder,bytes32 commitment)";
/// So that it is no other commitment of this program.
const COMMITMENT: &[u8] = b"touchstone token v1\n";
const NOBODY: Address = [0; 20];
/// The first four bytes of the hash of `mint(bytes32,address,uint8,bytes32,bytes32)`.
const MINT_CALL: [u8; 4] = [0x78, 0xd9, 0x5a, 0x3c];
/// The same of `burn(uint256)`.
const BURN_CALL: [u8; 4] = [0x42, 0x96, 0x6c, 0x68];
/// The same of `withdraw(bytes32)`.
const WITHDRAW_CALL: [u8; 4] = [0x8e, 0x19, 0x89, 0x9e];
/// The same of `standing(uint256)`.
const STANDING_CALL: [u8; 4] = [0xe7, 0x3f, 0x3e, 0x5d];

#[cfg(test)]
mod tests {
    use super::super::tests::CRYPTO;
    use super::*;

    const HOLDER: Address = [0xad; 20];
    const ISSUER: Address = [0x5c; 20];

    fn permission() -> Permission {
        Permission {
            chain: 31_337,
            contract: [0xc0; 20],
            holder: HOLDER,
            commitment: [0xc1; 32],
        }
    }

    #[test]
    fn methods_are_called_by_the_hash_of_their_signature() {
        let first = |text: &[u8]| (CRYPTO.keccak256)(text)[..4].to_vec();
        let signature = Signature {
            r: [1; 32],
            s: [2; 32],
            is_odd: true,
        };
        let mint = permission().mint(&ISSUER, &signature);
        assert_eq!(
            mint[..4],
            first(b"mint(bytes32,address,uint8,bytes32,bytes32)")
        );
        assert_eq!(mint.len(), 4 + 5 * 32);
        assert_eq!(mint[4 + 2 * 32..4 + 3 * 32], number(28));
        assert_eq!(burn_call(&[3; 32])[..4], first(b"burn(uint256)"));
        assert_eq!(withdraw_call(&[3; 32])[..4], first(b"withdraw(bytes32)"));
        assert_eq!(standing_call(&[3; 32])[..4], first(b"standing(uint256)"));
    }

    #[test]
    fn t68_each_part_of_a_permission_is_signed() {
        let whole = permission();
        let others = [
            Permission { chain: 1, ..whole },
            Permission {
                contract: [1; 20],
                ..whole
            },
            Permission {
                holder: ISSUER,
                ..whole
            },
            Permission {
                commitment: [1; 32],
                ..whole
            },
        ];
        for other in others {
            assert_ne!(other.digest(&CRYPTO), whole.digest(&CRYPTO), "{other:?}");
        }
    }

    #[test]
    fn t68_a_token_is_of_its_issuer_and_a_commitment_of_its_salt_and_credential() {
        let one = commitment(&CRYPTO, &[1; 32], &[2; 32]);
        assert_ne!(one, commitment(&CRYPTO, &[2; 32], &[2; 32]));
        assert_ne!(one, commitment(&CRYPTO, &[1; 32], &[1; 32]));
        assert_ne!(token(&CRYPTO, &ISSUER, &one), token(&CRYPTO, &HOLDER, &one));
        assert_ne!(
            token(&CRYPTO, &ISSUER, &one),
            token(&CRYPTO, &ISSUER, &[1; 32])
        );
    }

    #[test]
    fn t68_what_is_no_answer_is_not_taken_for_one() {
        let said = |issuer: &Address, holder: &Address| [word(issuer), word(holder)].concat();
        let read = |answer: &[u8]| Standing::read(answer);
        assert_eq!(read(&said(&NOBODY, &NOBODY)), Some(Standing::NotMinted));
        assert_eq!(read(&said(&ISSUER, &HOLDER)), Some(Standing::Held(HOLDER)));
        assert_eq!(read(&said(&ISSUER, &NOBODY)), Some(Standing::Ended));
        let mut odd = said(&ISSUER, &HOLDER);
        odd[0] = 1;
        for bad in [&odd[..], &said(&NOBODY, &HOLDER), &odd[1..], &[]] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
