//! Randomness, from the operating system by way of AWS-LC.

use aws_lc_rs::rand;
use touchstone_service::ports::Rng;

/// The random source of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRng;

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes).expect("AWS-LC aborts rather than run without entropy");
    }
}
