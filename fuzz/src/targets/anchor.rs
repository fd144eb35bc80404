//! What anchors answered, as anybody may hand it in.

use touchstone_anchor::{
    Anchors, Crypto,
    opentimestamps::{Attestation, Detached, Op, Stamp},
    rfc3161,
};
use touchstone_vc::{crypto::rust, multibase::decode_hex};

use super::texts;
use crate::Target;

/// Answers of time-stamping authorities.
pub(crate) const TIME_STAMP: Target = Target {
    name: "time-stamp",
    claim: "whatever its signatures are worth, a stamp is over the digest that was asked about, or it is none",
    run: time_stamp,
    seeds: || vec![bytes_of(STAMP), bytes_of(CERTIFICATE)],
};

fn time_stamp(bytes: &[u8]) {
    let certificate = bytes_of(CERTIFICATE);
    let judged = |digest| rfc3161::judge(bytes, digest, None, &[&certificate], &CRYPTO);
    if let Ok(stamped) = judged(&[1; 32]) {
        assert_eq!(stamped.trusted, 0);
    }
    assert!(judged(&[2; 32]).is_err());
    if let Ok(certificate) = touchstone_anchor::certificate(bytes) {
        assert!(!certificate.is_empty());
    }
}

/// Proofs of OpenTimestamps, and what calendars answer.
pub(crate) const OPENTIMESTAMPS: Target = Target {
    name: "opentimestamps",
    claim: "a proof that is read is written again as the same bytes, and what was added to it can be read",
    run: opentimestamps,
    seeds: || {
        let pending = Attestation::Pending("https://calendar.example.org".to_owned());
        let pending = Stamp::attest(pending).after(Op::Append(b"salt".to_vec()));
        let block = Stamp::attest(Attestation::Bitcoin(900_000)).after(Op::Sha256);
        let block = block.after(Op::Prepend(vec![7; 40])).after(Op::Reverse);
        let other = Stamp::attest(Attestation::Other {
            tag: *b"somebody",
            payload: vec![1, 2],
        });
        let other = other.after(Op::Hexlify).after(Op::Keccak256);
        let mut all = Detached::over(&[1; 32], pending.after(Op::Sha256));
        for more in [&block, &other] {
            all.add(&[1; 32], more, &CRYPTO);
        }
        vec![all.encode(), block.encode(), other.encode()]
    },
};

fn opentimestamps(bytes: &[u8]) {
    if let Ok(stamp) = Stamp::parse(bytes) {
        assert_eq!(stamp.encode(), bytes);
        let mut proof = Detached::over(&[1; 32], stamp.clone());
        assert!(proof.add(&[1; 32], &stamp, &CRYPTO));
        assert_eq!(Detached::read(&proof.encode()).as_ref(), Ok(&proof));
    }
    if let Ok(proof) = Detached::read(bytes) {
        assert_eq!(proof.encode(), bytes);
        assert!(!proof.attested(&CRYPTO).is_empty());
        let _ = proof.block();
    }
}

/// Trust files, where they name anchors.
pub(crate) const ANCHOR_LINES: Target = Target {
    name: "anchor-lines",
    claim: "a trust file is read or refused, and trust in nobody passes nothing",
    run: |bytes| {
        if let Ok(anchors) = Anchors::parse(bytes, &CRYPTO) {
            let kind = touchstone_anchor::Kind::Rfc3161;
            assert!(anchors.judge(kind, &bytes_of(STAMP), &[2; 32]).is_err());
            for one in anchors.contracts() {
                let read = Anchors::parse(one.line().as_bytes(), &CRYPTO);
                assert_eq!(
                    read.as_ref().map(Anchors::contracts),
                    Ok(&[one.clone()][..])
                );
            }
        }
    },
    seeds: || {
        texts(&[
            "quorum none\n#anchor rfc3161 notary AAAA\n",
            "#anchor opentimestamps bitcoin 0 0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c\n",
            "#anchor evm chain 1 0xc0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0 5 0x0909090909090909090909090909090909090909090909090909090909090909\n",
        ])
    },
};

/// What stands in a file as lines of hexadecimal digits.
fn bytes_of(lines: &str) -> Vec<u8> {
    let digits: String = lines.split_ascii_whitespace().collect();
    decode_hex(&digits).expect("hexadecimal digits")
}

/// Signatures that always hold: what is refused is refused for another reason.
const CRYPTO: Crypto = Crypto {
    sha256: rust::CRYPTO.sha256,
    sha384: rust::CRYPTO.sha384,
    sha512: |_| [0; 64],
    keccak256: rust::CRYPTO.sha256,
    verify: |_, _, _, _| true,
};
/// A stamp of `openssl ts` over 32 bytes of 1.
const STAMP: &str = include_str!("time-stamp.tsr.hex");
/// The certificate that it was made with.
const CERTIFICATE: &str = include_str!("time-stamp.der.hex");
