//! Exit codes: what a script learns without reading a word. `docs/exit-codes.md` is their page.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Exit {
    /// Done; of `verify`: every check passed that decides.
    Done = 0,
    /// Not done, or not valid; the message says why.
    Failed = 1,
    /// Could not be checked: neither valid nor not valid.
    Unchecked = 2,
    /// The command line was not understood.
    Usage = 64,
    /// The input has faults; what was sound in it was done only where the command says so.
    Data = 65,
    /// Not possible now; whoever called tries again later (`EX_TEMPFAIL`), as mail servers do.
    Later = 75,
    /// The configuration was refused.
    Config = 78,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
