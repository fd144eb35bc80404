//! Whom a reader believes about times: lines of the trust file.
//!
//! A trust file is a C2SP tlog-policy, which has no lines for anchors. So an anchor stands in it as a comment that begins with `#anchor`:
//! other readers of the format read past it, and the file stays theirs too.
//!
//! ```text
//! #anchor rfc3161 NAME CERTIFICATE
//! #anchor opentimestamps NAME HEIGHT HEADER
//! #anchor evm NAME CHAIN CONTRACT
//! #anchor evm NAME CHAIN CONTRACT NUMBER HASH
//! ```
//!
//! `CERTIFICATE` is the X.509 certificate, DER in base64, that the authority's own must be or chain to; a name may have several lines.
//! `HEADER` is the header of the Bitcoin block of that `HEIGHT`, 80 bytes in hexadecimal, as the reader got it from whom they believe about it.
//! `CONTRACT` is an address on the chain with the number `CHAIN` (EIP-155), and `HASH` that of the chain's block of that `NUMBER`, both in
//! hexadecimal behind `0x`. Nothing in a block says on which chain it is: that is the reader's word, by the hash.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use touchstone_canon::multibase;

use crate::evm::{self, Address, Block, Checkpoint};
use crate::opentimestamps::{Detached, Header};
use crate::rfc3161::{self, Certificate};
use crate::{Crypto, Digest, Kind, is_name};

/// Whom a reader believes about times, and what that is checked with.
#[derive(Clone, Debug)]
pub struct Anchors {
    authorities: Vec<Authority>,
    headers: Vec<(String, Header)>,
    contracts: Vec<Contract>,
    crypto: Crypto,
}

/// A contract on a chain that keeps checkpoints, as a line of a trust file names it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Contract {
    /// What the trust file calls it.
    pub name: String,
    /// The number of its chain (EIP-155).
    pub chain: u64,
    /// Where it is.
    pub address: Address,
    /// A block of that chain: its number and its hash.
    pub block: Option<(u64, Digest)>,
}

/// A time-stamping authority.
#[derive(Clone, Debug)]
struct Authority {
    name: String,
    certificate: Vec<u8>,
}

/// By when a proof shows something to have been there, and who vouches for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seen<'a> {
    /// In milliseconds since 1970.
    pub by: i64,
    /// What the trust file calls it.
    pub name: &'a str,
}

impl Anchors {
    /// Reads the lines of a trust file that name anchors, and reads past the others.
    pub fn parse(trust_file: &[u8], crypto: &Crypto) -> Result<Self, TrustError> {
        let (mut authorities, mut headers) = (Vec::new(), Vec::new());
        let mut contracts = Vec::new();
        for (line, bytes) in (1..).zip(trust_file.split(|byte| *byte == b'\n')) {
            let fail = |fault| TrustError { line, fault };
            let Ok(text) = str::from_utf8(bytes) else {
                continue; // Others say whether the file may have it.
            };
            let mut words = text.split_ascii_whitespace();
            if words.next() != Some(LINE) {
                continue;
            }
            let words: Vec<&str> = words.collect();
            let [kind, name, rest @ ..] = &words[..] else {
                return Err(fail(TrustFault::Words));
            };
            if !is_name(name) {
                return Err(fail(TrustFault::Name));
            }
            match (Kind::parse(kind), rest) {
                (Some(Kind::Rfc3161), [certificate]) => {
                    let certificate = BASE64.decode(certificate).ok();
                    let certificate = certificate.filter(|bytes| Certificate::read(bytes).is_ok());
                    authorities.push(Authority {
                        name: (*name).to_owned(),
                        certificate: certificate.ok_or(fail(TrustFault::Certificate))?,
                    });
                }
                (Some(Kind::Opentimestamps), [height, header]) => {
                    let height = height.parse().map_err(|_| fail(TrustFault::Header))?;
                    let header = multibase::decode_hex(header)
                        .ok()
                        .and_then(|bytes| Header::read(height, &bytes, crypto));
                    let header = header.ok_or(fail(TrustFault::Header))?;
                    headers.push(((*name).to_owned(), header));
                }
                (Some(Kind::Evm), [chain, contract, block @ ..])
                    if matches!(block, [] | [_, _]) =>
                {
                    let read = Contract::read(name, chain, contract, block);
                    contracts.push(read.ok_or(fail(TrustFault::Chain))?);
                }
                (Some(_), _) => return Err(fail(TrustFault::Words)),
                (None, _) => return Err(fail(TrustFault::Kind)),
            }
        }
        Ok(Self {
            authorities,
            headers,
            contracts,
            crypto: *crypto,
        })
    }

    /// Trust in one authority.
    pub fn authority(name: &str, certificate: &[u8], crypto: &Crypto) -> Self {
        let (name, certificate) = (name.to_owned(), certificate.to_owned());
        Self {
            authorities: Vec::from([Authority { name, certificate }]),
            headers: Vec::new(),
            contracts: Vec::new(),
            crypto: *crypto,
        }
    }

    /// By when a checkpoint was seen, of which these are the signed bytes, by a proof of this kind.
    pub fn judge(&self, kind: Kind, proof: &[u8], text: &[u8]) -> Result<Seen<'_>, Fault> {
        let digest = &(self.crypto.sha256)(text);
        match kind {
            Kind::Opentimestamps => self.in_block(proof, digest),
            Kind::Evm => self.on_chain(proof, text),
            Kind::Rfc3161 => {
                let trusted = self.certificates();
                if trusted.is_empty() {
                    return Err(Fault::Untrusted);
                }
                let stamped = rfc3161::judge(proof, digest, None, &trusted, &self.crypto)?;
                let name = &self.authorities[stamped.trusted].name;
                Ok(Seen {
                    by: stamped.by,
                    name,
                })
            }
        }
    }

    /// What a proof leads to is told whether it is trusted or not: which block to look up.
    fn in_block(&self, proof: &[u8], digest: &Digest) -> Result<Seen<'_>, Fault> {
        let headers = self.headers.iter().map(|(_, header)| header);
        let proof = Detached::read(proof)?;
        let found = proof.judge(digest, headers, &self.crypto)?;
        let named = self.headers.iter().find(|(_, header)| header == found);
        Ok(Seen {
            by: found.by(),
            name: named.map_or("", |(name, _)| name),
        })
    }

    /// Which block it is is told where the contract is trusted and the block is not there: which one to look up.
    fn on_chain(&self, proof: &[u8], text: &[u8]) -> Result<Seen<'_>, Fault> {
        let kept = evm::Proof::read(proof)?.kept(&self.crypto)?;
        if Checkpoint::of(text, &self.crypto) != Some(kept.checkpoint) {
            return Err(Fault::OtherImprint);
        }
        let contract = kept.contract;
        let mut fault = Fault::OtherContract { contract };
        for one in self.contracts.iter().filter(|one| one.address == contract) {
            let Block { number, hash, .. } = kept.block;
            match one.block {
                Some(block) if block == (number, hash) => {
                    return Ok(Seen {
                        by: kept.block.by(),
                        name: &one.name,
                    });
                }
                Some((height, _)) if height == number => fault = Fault::OtherChainBlock { number },
                _ if matches!(fault, Fault::OtherChainBlock { .. }) => {}
                _ => fault = Fault::ChainBlock { number },
            }
        }
        Err(fault)
    }

    /// The certificates of authorities that the reader believes.
    pub(crate) fn certificates(&self) -> Vec<&[u8]> {
        let all = self.authorities.iter();
        all.map(|one| one.certificate.as_slice()).collect()
    }

    pub(crate) fn crypto(&self) -> &Crypto {
        &self.crypto
    }

    /// The contracts on chains that the reader believes, with what they know of each.
    pub fn contracts(&self) -> &[Contract] {
        &self.contracts
    }
}

impl Contract {
    fn read(name: &str, chain: &str, contract: &str, block: &[&str]) -> Option<Self> {
        let block = match block {
            [number, hash] => Some((number.parse().ok()?, hexadecimal(hash)?)),
            _ => None,
        };
        Some(Self {
            name: name.to_owned(),
            chain: chain.parse().ok()?,
            address: hexadecimal(contract)?,
            block,
        })
    }

    /// The line of a trust file that names it.
    pub fn line(&self) -> String {
        let (kind, address) = (Kind::Evm.as_str(), multibase::encode_hex(&self.address));
        let block = self.block.map_or(String::new(), |(number, hash)| {
            format!(" {number} 0x{}", multibase::encode_hex(&hash))
        });
        let Self { name, chain, .. } = self;
        format!("{LINE} {kind} {name} {chain} 0x{address}{block}\n")
    }
}

/// Bytes as EVM chains write them: hexadecimal behind `0x`.
pub fn hexadecimal<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = multibase::decode_hex(text.strip_prefix("0x")?).ok()?;
    bytes.try_into().ok()
}

/// The line of a trust file that names an authority.
pub fn authority_line(name: &str, certificate: &[u8]) -> String {
    let (kind, certificate) = (Kind::Rfc3161.as_str(), BASE64.encode(certificate));
    format!("{LINE} {kind} {name} {certificate}\n")
}

/// The certificate in a file, PEM (RFC 7468) or DER: one, so that it is clear who is believed.
pub fn certificate(file: &[u8]) -> Result<Vec<u8>, CertificateFault> {
    let read = |der: Vec<u8>| match Certificate::read(&der) {
        Ok(_) => Ok(der),
        Err(_) => Err(CertificateFault::None),
    };
    let Some(text) = str::from_utf8(file)
        .ok()
        .filter(|text| text.contains(BEGIN))
    else {
        return read(file.to_vec());
    };
    let mut parts = text.split(BEGIN).skip(1);
    let (first, more) = (parts.next().unwrap_or_default(), parts.next());
    if more.is_some() {
        return Err(CertificateFault::Several);
    }
    let (body, _) = first.split_once(END).ok_or(CertificateFault::None)?;
    let body: String = body.split_ascii_whitespace().collect();
    read(BASE64.decode(body).map_err(|_| CertificateFault::None)?)
}

/// Why a file is no certificate to trust.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CertificateFault {
    /// There is none that can be read.
    #[error("it holds no X.509 certificate that can be read, neither as PEM nor as DER")]
    None,
    /// There is more than one.
    #[error(
        "it holds several certificates: leave the one that is trusted, best the authority's root"
    )]
    Several,
}

/// Why a proof shows no time.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Not what the format says.
    #[error("it is not what such an anchor answers, or a damaged one")]
    Malformed,
    /// Larger than any honest one.
    #[error("it is larger than any honest answer")]
    TooLarge,
    /// The authority refused.
    #[error("the authority did not grant it")]
    NotGranted,
    /// Over other bytes.
    #[error("it is over something else than this checkpoint")]
    OtherImprint,
    /// An answer to another question.
    #[error("it answers another question: its nonce is not the one that was sent")]
    OtherNonce,
    /// A hash or a signature that is not accepted.
    #[error("it is signed or hashed in a way that is not accepted here (SHA-1, for one)")]
    Algorithm,
    /// The certificate of who signed is not there.
    #[error("the certificate of who signed it is neither in it nor trusted")]
    NoSigner,
    /// The signature does not hold.
    #[error("its signature does not hold")]
    Signature,
    /// No ESSCertIDv2.
    #[error("it does not bind its certificate (ESSCertIDv2, RFC 5816)")]
    NoSigningCertificate,
    /// An ESSCertIDv2 of another certificate.
    #[error("it binds another certificate than the one it was signed with")]
    OtherCertificate,
    /// A certificate that is not for time stamps alone.
    #[error("its certificate is not for time stamps alone (extended key usage, critical)")]
    NotForStamps,
    /// Stamped outside the certificate's validity.
    #[error("its certificate did not stand at the time that it states")]
    OutsideValidity,
    /// It leads to a calendar, and to no block.
    #[error(
        "it is only promised as yet: a calendar has it, and no block of Bitcoin; ask for a newer file later"
    )]
    OnlyPending,
    /// It leads to a block whose header the reader did not bring.
    #[error(
        "it leads to block {height} of Bitcoin, whose header is not in the trust file: look that up where you believe it, and add \
         `#anchor opentimestamps bitcoin {height} HEADER`"
    )]
    Block {
        /// Its height.
        height: u64,
    },
    /// It does not lead to the header that the reader brought.
    #[error("it does not lead to the header of block {height} that is in the trust file")]
    OtherBlock {
        /// Its height.
        height: u64,
    },
    /// Its receipt is not in its block.
    #[error("its receipt is not in the block that it names")]
    NotInBlock,
    /// The transaction was refused by the contract, or ran out of gas.
    #[error("its transaction stands in the block and was not carried out")]
    Reverted,
    /// There is no event of a checkpoint where it says.
    #[error("its receipt says nothing of a checkpoint there")]
    NoEvent,
    /// It leads to a block of a chain whose hash the reader did not bring.
    #[error(
        "it leads to block {number} of an EVM chain, whose hash is not in the trust file: look that up where you believe it \
         (`touchstone log block`), and add `#anchor evm NAME CHAIN CONTRACT {number} HASH`"
    )]
    ChainBlock {
        /// Its number.
        number: u64,
    },
    /// It does not lead to the block that the reader brought.
    #[error("it does not lead to the hash of block {number} that is in the trust file")]
    OtherChainBlock {
        /// Its number.
        number: u64,
    },
    /// A contract kept it that the reader does not name.
    #[error(
        "the contract that kept it on an EVM chain, 0x{}, is not in the trust file",
        multibase::encode_hex(.contract)
    )]
    OtherContract {
        /// Where that is.
        contract: Address,
    },
    /// Nobody who is trusted vouches for it.
    #[error("no certificate that is trusted vouches for who signed it")]
    Untrusted,
}

/// Why a trust file cannot be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct TrustError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: TrustFault,
}

/// What is wrong with a line of a trust file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TrustFault {
    /// Too few words or too many.
    #[error(
        "an anchor is `#anchor rfc3161 NAME CERTIFICATE`, the certificate as DER in base64, `#anchor opentimestamps NAME HEIGHT HEADER`, or \
         `#anchor evm NAME CHAIN CONTRACT`, perhaps with ` NUMBER HASH` of a block"
    )]
    Words,
    /// No kind of this name.
    #[error("an anchor's kind is `rfc3161`, `opentimestamps` or `evm`")]
    Kind,
    /// No name.
    #[error("an anchor's name is 1 to 32 of a-z, 0-9 and -")]
    Name,
    /// No header.
    #[error(
        "this is no height and header of a Bitcoin block, 80 bytes in hexadecimal: one digit of it is another, or it was cut"
    )]
    Header,
    /// No chain, contract or block.
    #[error(
        "this is no number of a chain, address of a contract (`0x` and 40 digits), and number and hash of a block (`0x` and 64 digits)"
    )]
    Chain,
    /// No certificate.
    #[error("this is no X.509 certificate, DER in base64")]
    Certificate,
}

const LINE: &str = "#anchor";
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Crypto = Crypto {
        sha256: |_| [0; 32],
        sha384: |_| [0; 48],
        sha512: |_| [0; 64],
        keccak256: |_| [0; 32],
        verify: |_, _, _, _| false,
    };

    #[test]
    fn lines_that_name_no_anchor_are_read_past_and_broken_ones_are_told() {
        let read = |text: &str| Anchors::parse(text.as_bytes(), &NONE).map(drop);
        assert_eq!(
            read("log x\n# anchor rfc3161 north\n#anchors\nquorum none\n"),
            Ok(())
        );
        for (text, fault) in [
            ("#anchor\n", TrustFault::Words),
            ("#anchor rfc3161 north\n", TrustFault::Words),
            ("#anchor rfc3161 North AAAA\n", TrustFault::Name),
            ("#anchor notary north AAAA\n", TrustFault::Kind),
            ("#anchor rfc3161 north AAAA\n", TrustFault::Certificate),
            ("#anchor opentimestamps bitcoin 1\n", TrustFault::Words),
            ("#anchor opentimestamps bitcoin 1 00\n", TrustFault::Header),
            ("#anchor opentimestamps bitcoin x 00\n", TrustFault::Header),
        ] {
            let line = 2;
            assert_eq!(
                read(&format!("quorum none\n{text}")),
                Err(TrustError { line, fault })
            );
        }
    }

    #[test]
    fn what_is_no_certificate_or_several_is_refused() {
        assert_eq!(certificate(b""), Err(CertificateFault::None));
        assert_eq!(certificate(b"no"), Err(CertificateFault::None));
        let pem = format!("{BEGIN}\nAAAA\n{END}\n");
        assert_eq!(certificate(pem.as_bytes()), Err(CertificateFault::None));
        let two = pem.repeat(2);
        assert_eq!(certificate(two.as_bytes()), Err(CertificateFault::Several));
    }
}
