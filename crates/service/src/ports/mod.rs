//! The outside world, one small trait per need. Adapters implement them; tests script them.

mod anchor;
mod artwork;
mod ask_witness;
mod circuit;
mod clock;
mod fetch;
mod mail;
mod ml_dsa_signer;
mod objects;
mod passkeys;
mod rng;
mod signer;
mod spool;
mod tell;
mod throwaway_keys;

pub use anchor::{Anchor, AnchorError, KeptTree, Price, Receipt, amount, coins};
pub use artwork::{Artwork, ArtworkError, Certificate, CheckNote, Fact, Level, Mark, Plate, Who};
pub use ask_witness::{AskWitness, WitnessAnswer};
pub use circuit::Circuit;
pub use clock::Clock;
pub use fetch::{Fetch, FetchError, Fetched};
pub use mail::{Mail, MailError, Message};
pub use ml_dsa_signer::{MlDsaKey, MlDsaSigner};
pub use objects::{ObjectError, ObjectKey, ObjectKeyError, ObjectPart, Objects};
pub use passkeys::{Assertion, Ceremony, Claimed, Holder, NewPasskey, PasskeyFault, Passkeys};
pub use rng::Rng;
pub use signer::{Away, PublicKey, SignError, Signer};
pub use spool::{Content, Spool, Spooled, SpooledReader, Spooling};
pub use tell::Tell;
pub use throwaway_keys::ThrowawayKeys;
