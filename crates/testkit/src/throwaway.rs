//! Keys for conformance suites, real ones.

use std::sync::Arc;

use touchstone_adapters::ThrowawayKeysAwsLc;
use touchstone_service::ports::ThrowawayKeys;

/// A key on each curve, others each time.
///
/// # Panics
/// If no key can be made.
pub fn throwaway_keys() -> Arc<dyn ThrowawayKeys> {
    Arc::new(ThrowawayKeysAwsLc::generate().expect("keys can be made"))
}
