//! Whether a proof is whole as far as it says by itself, before anybody is believed about anything.
//!
//! What it is over, its form and whatever it vouches for within itself must fit together. Bytes that only somebody outside can vouch for are not
//! found here if they were altered: [`Anchors::judge`](crate::Anchors::judge) finds them, where its reader trusts somebody about them.

use crate::opentimestamps::Detached;
use crate::{Anchors, Fault, Kind, evm, rfc3161};

impl Anchors {
    /// Whether it is, over a checkpoint of which these are the signed bytes. Whom the reader trusts only adds to what its parts are held against.
    pub fn whole(&self, kind: Kind, proof: &[u8], text: &[u8]) -> Result<(), Fault> {
        let crypto = self.crypto();
        let digest = &(crypto.sha256)(text);
        match kind {
            Kind::Rfc3161 => rfc3161::whole(proof, digest, &self.certificates(), crypto),
            Kind::Opentimestamps => {
                let read = Detached::read(proof)?;
                // A number can be written in more than one way, and is written in one.
                if read.encode() != proof {
                    return Err(Fault::Malformed);
                }
                read.whole(digest, crypto)
            }
            Kind::Evm => {
                let read = evm::Proof::read(proof)?;
                if read.encode() != proof {
                    return Err(Fault::Malformed);
                }
                let kept = read.kept(crypto)?;
                match evm::Checkpoint::of(text, crypto) == Some(kept.checkpoint) {
                    true => Ok(()),
                    false => Err(Fault::OtherImprint),
                }
            }
        }
    }
}

impl Fault {
    /// Whether it is only that its reader trusts nobody who vouches for it: nothing about it is wrong.
    pub fn is_want_of_trust(self) -> bool {
        match self {
            Self::OnlyPending
            | Self::Block { .. }
            | Self::ChainBlock { .. }
            | Self::OtherContract { .. }
            | Self::Untrusted => true,
            Self::Malformed
            | Self::TooLarge
            | Self::NotGranted
            | Self::OtherImprint
            | Self::OtherNonce
            | Self::Algorithm
            | Self::NoSigner
            | Self::Signature
            | Self::NoSigningCertificate
            | Self::OtherCertificate
            | Self::NotForStamps
            | Self::OutsideValidity
            | Self::OtherBlock { .. }
            | Self::NotInBlock
            | Self::Reverted
            | Self::NoEvent
            | Self::OtherChainBlock { .. } => false,
        }
    }
}
