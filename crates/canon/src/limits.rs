//! How much work one document may cause.

/// Limits of [`canonicalize()`](crate::canonicalize()). Exceeding one is a [`Fault`](crate::Fault), never a panic, a hang or a
/// shorter result.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// Bytes of N-Quads text. Default: 64 MiB.
    pub bytes: usize,
    /// Objects and arrays inside one another. Default: 64.
    pub depth: usize,
    /// RDF statements, before duplicates are removed. Default: 500,000.
    pub quads: usize,
    /// Term definitions copied or made for contexts that the registry does not remember yet: those that the document
    /// wrote itself, and new combinations of registered ones. A context of credentials/v2 with Open Badges costs some
    /// 400. Default: 100,000.
    pub context_work: usize,
    /// Statements hashed while blank nodes that look alike are told apart (RDFC-1.0 §4.8). Blank nodes that differ
    /// at first sight cost nothing here. Default: 20,000, some milliseconds.
    pub rdfc_work: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            depth: 64,
            quads: 500_000,
            context_work: 100_000,
            rdfc_work: 20_000,
        }
    }
}
