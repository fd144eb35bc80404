//! How much is read of what a form and the API both take.

/// A list of a million people, and the form around it.
pub(crate) const LARGEST_LIST: usize = 260 << 20;
/// Some hundred definitions with pictures, a set of some hundred thousand mappings, or several files of one framework.
pub(crate) const LARGEST_DEFINITIONS: usize = 32 << 20;
