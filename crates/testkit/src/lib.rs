//! What tests stand on: a real database in a temporary folder, a clock that stands still, randomness that repeats, real
//! signatures from keys in memory, and ports that remember what was asked of them.
//!
//! Start at [`world()`].

mod artwork;
mod authenticator;
mod calendar;
mod chain;
mod clock;
mod database;
mod fetch;
mod mail;
mod moto;
mod near_witness;
mod objects;
mod rng;
mod signer;
mod stamp_forge;
mod throwaway;
mod timestamp_authority;
mod tlog;
mod world;

pub use artwork::PlainArtwork;
pub use authenticator::Authenticator;
pub use calendar::Calendar;
pub use chain::{Chain, Course};
pub use clock::{FixedClock, NOON, fixed_clock};
pub use database::TestDatabase;
pub use fetch::{ScriptedFetch, ScriptedTell, Told};
pub use mail::RecordingMail;
pub use moto::{Gate, Moto};
pub use near_witness::{NearWitness, witness_answer};
pub use objects::MemoryObjects;
pub use rng::{SeededRng, seeded_rng};
pub use signer::MemorySigner;
pub use stamp_forge::{Forged, StampForge};
pub use throwaway::throwaway_keys;
pub use timestamp_authority::{Manner, Purpose, TimestampAuthority};
pub use tlog::{MemoryLog, TlogKey};
pub use world::{TestWorld, world, world_on, world_with};
